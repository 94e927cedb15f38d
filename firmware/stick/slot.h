/* slot: the USB slot, as micro2-stickd tells of it. A thread that stays connected to its socket, waits for news and
 * hands each stick to the exchange; while an exchange runs the connection is the exchange's. Where stickd is not there
 * yet it is tried again each second. Where it dies over what is in, that is "damaged" (THREATS T20), and each time in a
 * row it is left alone for twice as long before it may look again: a stick that cannot be read ends no station, and is
 * not opened for ever. */
#ifndef M2_STICK_SLOT_H
#define M2_STICK_SLOT_H

#include "stick/exchange.h"

enum {
    SLOT_RETRY_MS = 1000,      /* after the first connection that was lost, and while nobody listens */
    SLOT_RETRY_MAX_MS = 32000, /* each further one doubles it, up to this */
    SLOT_SILENT_MAX = 2,       /* so many in a row that ended before any news count as a stick that kills stickd */
};

struct slot;
/* socket: path of stickd's SOCK_SEQPACKET socket. exchange is borrowed until slot_join; through it the screen hears.
 * ERR_LIMIT: a path longer than a socket may have. */
M2_MUST_CHECK bool slot_start(const char *socket, struct exchange *exchange, struct slot **made, struct err *err);
void slot_stop(struct slot *s); /* asks; a running exchange meets a pulled stick */
void slot_join(struct slot *s); /* before exchange_stop; NULL is fine */

#endif
