/* stick_receipts: receipts on a stick; those of other offices stay where they are. */
#ifndef M2_TOOLS_STICK_RECEIPTS_H
#define M2_TOOLS_STICK_RECEIPTS_H

#include "ledger.h"
#include "office.h"
#include "target.h"

/* hubs: as for stick_next_hub(). left_out is added to: names of hubs whose receipts found no place among
 * COURIER_RECEIPTS_MAX. */
M2_MUST_CHECK bool stick_put_receipts(struct office *o, struct ledger *l, struct target *t, const char *const *hubs,
                                      int *n, struct buf *left_out, struct err *err);

#endif
