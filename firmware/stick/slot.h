/* slot: the USB slot, as micro2-stickd tells of it. A thread that stays connected to its socket, waits for news and
 * hands each stick to the exchange; while an exchange runs the connection is the exchange's. Where stickd is not there
 * yet, or died, it is tried again each second: a stick that cannot be read must not end the station. */
#ifndef M2_STICK_SLOT_H
#define M2_STICK_SLOT_H

#include "base/worker.h"
#include "stick/exchange.h"

enum { SLOT_RETRY_MS = 1000 };

struct slot;
/* socket: path of stickd's SOCK_SEQPACKET socket. exchange and out are borrowed until slot_join. ERR_LIMIT: a path
 * longer than a socket may have. EV_STICK_REFUSED goes to out. */
M2_MUST_CHECK bool slot_start(const char *socket, struct exchange *exchange, struct outbox *out, struct slot **made,
                              struct err *err);
void slot_stop(struct slot *s); /* asks; a running exchange meets a pulled stick */
void slot_join(struct slot *s); /* before exchange_stop; NULL is fine */

#endif
