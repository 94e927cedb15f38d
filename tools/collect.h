/* collect: what stations put on a stick goes into the ledger, and receipts go back on it. */
#ifndef M2_TOOLS_COLLECT_H
#define M2_TOOLS_COLLECT_H

#include "ledger.h"

/* One stick of this office, a folder, an image or a device; another's is refused and left as it is (ERR_NOT_FOUND,
 * ERR_SIGNATURE, ERR_TRUST). Forged, cut, foreign and conflicting records are refused or kept apart one by one and
 * named through say; the rest goes in. So do the
 * village boards of its hubs. The receipts are written after the rows are durable; tally and n_receipts are
 * added to. */
M2_MUST_CHECK bool collect_stick(struct office *o, struct ledger *l, const struct seckey *office, const char *path,
                                 struct ledger_tally *tally, int *n_receipts, ledger_say *say, void *ctx,
                                 struct err *err);

#endif
