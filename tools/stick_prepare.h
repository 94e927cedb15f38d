/* stick_prepare: making a courier stick. The office may change the stick's file system;
 * stations never do. While a stick is being prepared it has no courier.json, so that stations refuse one that was cut.
 */
#ifndef M2_TOOLS_STICK_PREPARE_H
#define M2_TOOLS_STICK_PREPARE_H

#include "ledger.h"
#include "office.h"
#include "stick_format.h"
#include "target.h"

struct stick_plan {
    struct target *target;
    const char *packs;       /* folder of containers */
    const char *const *hubs; /* names it goes to, NULL-ended; NULL or none = all; an unknown one: ERR_USAGE */
    int64_t mailbox_bytes;   /* 0: as they are on the stick, else MAILBOX_DEFAULT_BYTES */
    bool is_formatted;       /* even where stations can read what is there */
    bool has_fs;             /* else fs follows from its size */
    enum stick_fs fs;
    /* Everything on the stick may go; false: it may not, and somebody said why. */
    bool (*may_format)(void *ctx, const struct target *t, enum stick_fs fs, struct err *err);
    void *ctx;
};

struct stick_made {
    char stick[COURIER_ID_TEXT];
    int n_packs, n_left_off; /* of those in the catalogue: on the stick; that its hubs have */
    int n_receipts;
    int n_boards;                 /* hubs whose cards it carries from the ledger */
    int64_t bytes, mailbox_bytes; /* bytes: of containers that are new on it */
    struct buf left_out; /* names of hubs whose receipts found no place; the caller's to release, also on failure */
};

/* Writes or renews everything under TARGET/MICRO2 but the contents of mailboxes and board files that are there already;
 * formats first where it must or is told to. ERR_EXISTS: results that are not in the ledger would be lost; ERR_NO_SPACE
 * before anything was changed; with either nothing was written. */
M2_MUST_CHECK bool stick_prepare(struct office *o, struct ledger *l, const struct stick_plan *plan,
                                 struct stick_made *made, struct err *err);
#endif
