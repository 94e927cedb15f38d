/* stick_prepare: making a courier stick, and writing receipts on it. The office may change the stick's file system;
 * stations never do. */
#ifndef M2_TOOLS_STICK_PREPARE_H
#define M2_TOOLS_STICK_PREPARE_H

#include "ledger.h"
#include "office.h"

struct stick_plan {
    const char *target; /* the stick's root: a folder */
    const char *packs;  /* folder of containers */
    const char *const
        *hubs; /* names whose receipts go on it, NULL-ended; NULL or none = all; an unknown one: ERR_USAGE */
    int64_t mailbox_bytes; /* 0: as they are on the stick, else MAILBOX_DEFAULT_BYTES */
};

struct stick_made {
    char stick[COURIER_ID_TEXT];
    int n_packs, n_receipts;
    int64_t bytes, mailbox_bytes;
};

/* Writes or renews everything under TARGET/MICRO2 but the contents of mailboxes that are there already. ERR_EXISTS:
 * another size of mailboxes would lose results that are not in the ledger; nothing was written. */
M2_MUST_CHECK bool stick_prepare(struct office *o, struct ledger *l, const struct stick_plan *plan,
                                 struct stick_made *made, struct err *err);
/* Only the receipts. hubs as above. */
M2_MUST_CHECK bool stick_put_receipts(struct office *o, struct ledger *l, const char *target, const char *const *hubs,
                                      int *n, struct err *err);

#endif
