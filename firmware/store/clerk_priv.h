/* clerk_priv: what the parts of clerk share; nobody else includes it. */
#ifndef M2_STORE_CLERK_PRIV_H
#define M2_STORE_CLERK_PRIV_H

#include "store/clerk.h"

struct clerk {
    struct worker *worker;
    const struct datafolder *folder;
    struct pubkey office; /* whom results are sealed to now */
    const char *vfs, *synchronous;
    struct db *db;
    struct journal *journal;
    struct staff staff;
    struct tokens tokens;
    uint8_t refused[JOURNAL_VISIT_BYTES]; /* the visit whose first row failed last: its later rows fail too */
    struct err refusal;
    bool has_checked_tokens; /* since the start: it takes longer the more there are */
    bool is_dead;
    struct err death;
};

typedef bool clerk_run(struct clerk *c, void *ctx, struct err *err);

/* In the clerk's thread. On a full disk the reserve is given up for it, and it runs once more. */
bool clerk_with_reserve(struct clerk *c, clerk_run *run, void *ctx, struct err *err);
/* Failing storage ends the store whatever was being done: a later success would rest on what was lost (R3). */
void clerk_die_of_storage(struct clerk *c, const struct err *why, struct outbox *out);
/* From another thread: runs in the clerk's, the caller waits. */
bool clerk_call_and_wait(struct clerk *c, clerk_run *run, void *ctx, struct err *err);

/* clerk_board.c: a message of CLERK_BOARD_... */
void clerk_handle_board(struct clerk *c, const struct message *m, struct outbox *out);

#endif
