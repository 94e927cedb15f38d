/* clerk: the thread that owns the database. Screens ask by message and are answered by events (kinds 100..); the stick
 * worker calls and waits. Nothing is saved before EV_ROW_SAVED. After a failed sync or read nothing is tried again:
 * EV_STORE_DEAD, and the program ends for its supervisor (THREATS T4, R3). On a full disk the reserve is given up, the
 * row is saved, and new visits are refused (T5). */
#ifndef M2_STORE_CLERK_H
#define M2_STORE_CLERK_H

#include "base/worker.h"
#include "store/board.h"
#include "store/datafolder.h"
#include "store/journal.h"
#include "store/settings.h"
#include "store/staff.h"
#include "store/tokens.h"

enum clerk_kind {
    CLERK_APPEND = 100,
    CLERK_RESUME,
    CLERK_VISIT_OVER,
    CLERK_STAFF_TRY,
    CLERK_STATS,
    CLERK_MUTE,
    CLERK_CALL,
    CLERK_TOKEN_DEAL,
    CLERK_TOKEN_PICTURES,
    CLERK_TOKEN_CODE,
    CLERK_TOKEN_KEEP,
    CLERK_TOKEN_FORGET,
    CLERK_BOARD_LIST,
    CLERK_BOARD_PUT,
    CLERK_BOARD_REPORT,
    CLERK_BOARD_TAKE_DOWN,
    CLERK_BOARD_RELEASE,
    EV_ROW_SAVED = 150, /* struct ev_row */
    EV_ROW_FAILED,      /* struct ev_row; nothing of this row is on the card */
    EV_VISIT_ROWS,      /* struct ev_visit_rows */
    EV_STAFF,           /* struct ev_staff */
    EV_STATS,           /* struct ev_stats */
    EV_STORE_DEAD,      /* struct ev_row: err says why; end the program with exit code 2 */
    EV_TOKEN,           /* struct ev_token */
    EV_BOARD,           /* struct ev_board */
};

enum { CLERK_COUNTS_MAX = 4 };

struct ev_row {
    struct message base;
    int64_t seq;
    struct err err;
};
struct ev_visit_rows {
    struct message base;
    char **texts; /* bodies in order; wiped and freed with the message */
    int64_t *seqs;
    int n;
    struct err err; /* ERR_NONE, or why nothing could be read */
};
struct ev_staff {
    struct message base;
    enum staff_answer answer;
    int wait_s;
};
struct ev_token { /* wiped and freed with the message */
    struct message base;
    enum clerk_kind what;      /* what was asked: one of CLERK_TOKEN_... */
    enum tokens_answer answer; /* of a try */
    int wait_s;
    struct token_dealt dealt; /* CLERK_TOKEN_DEAL */
    struct token_keys keys;   /* dealt, or TOKENS_OPEN */
    char *profile;            /* TOKENS_OPEN; else NULL */
    struct err err;           /* ERR_NONE, or why it could not be done: nothing changed, and a try was no try */
};
struct ev_board { /* freed with the message; who takes view sets it NULL, and board_view_free()s it */
    struct message base;
    enum clerk_kind what;      /* what was asked: one of CLERK_BOARD_... */
    uint8_t id[CARD_ID_BYTES]; /* of which card; of CLERK_BOARD_PUT: of the new one */
    int number;                /* CLERK_BOARD_PUT: the new card's; 0 = it was not put up */
    struct board_view *view;   /* the board as it is after it; NULL where it could not be read */
    struct err err;            /* ERR_NONE, or why it could not be done: nothing changed */
};
struct store_stats {
    struct journal_stats journal;
    int64_t visits_total, free_bytes;
    char stick_log[SETTINGS_VALUE_MAX]; /* the last exchanges: stick/sticklog.h */
    bool is_full;                       /* the reserve is gone: no new visits, no imports */
    bool is_mute;                       /* staff keep the first page from speaking by itself (A03) */
};
struct ev_stats {
    struct message base;
    struct store_stats stats;
    struct err err;
};

struct clerk;
struct clerk_options {
    const struct datafolder *folder; /* borrowed until join */
    const char *vfs, *synchronous;   /* NULL; for tests */
};
/* Opens and checks the database in the new thread. Codes as db_open and journal_open. */
M2_MUST_CHECK bool clerk_start(const struct clerk_options *opt, struct outbox *out, struct clerk **c, struct err *err);
void clerk_stop(struct clerk *c);
void clerk_join(struct clerk *c);
bool clerk_is_idle(const struct clerk *c);

/* Appends text (copied, wiped after) as a row of the visit; is_first puts the key row before it, in the same
 * transaction. counts: up to CLERK_COUNTS_MAX counter names, NULL-ended, raised with the row; may be NULL. Answer:
 * EV_ROW_SAVED or EV_ROW_FAILED with the ticket. */
void clerk_append(struct clerk *c, const struct journal_visit *v, bool is_first, const char *text, size_t n,
                  const char *const *counts, uint64_t ticket);
void clerk_resume(struct clerk *c, const struct journal_visit *v, uint64_t ticket); /* EV_VISIT_ROWS */
void clerk_visit_over(struct clerk *c);                                   /* a quiet moment: prune, reserve, witness */
void clerk_staff_try(struct clerk *c, const char *code, uint64_t ticket); /* EV_STAFF */
void clerk_stats(struct clerk *c, uint64_t ticket);                       /* EV_STATS */
void clerk_mute(struct clerk *c, bool is_mute, uint64_t ticket);          /* sets store_stats.is_mute; EV_STATS */
/* Coming back (store/tokens.h); each is answered by EV_TOKEN. Texts are copied, and wiped after. */
void clerk_token_deal(struct clerk *c, const char *profile, size_t n, uint64_t ticket);
void clerk_token_pictures(struct clerk *c, const uint8_t *picture, int n, uint64_t ticket);
void clerk_token_code(struct clerk *c, const char *code, uint64_t ticket);
void clerk_token_keep(struct clerk *c, const struct token_keys *keys, const char *profile, size_t n, uint64_t ticket);
void clerk_token_forget(struct clerk *c, int64_t id, uint64_t ticket);
/* The village board (store/board.h); each is answered by EV_BOARD with the board as it is then. card is copied. */
void clerk_board_list(struct clerk *c, uint64_t ticket);
void clerk_board_put(struct clerk *c, const struct card *card, uint64_t ticket);
void clerk_board_report(struct clerk *c, const uint8_t id[CARD_ID_BYTES], uint64_t ticket);
void clerk_board_take_down(struct clerk *c, const uint8_t id[CARD_ID_BYTES], uint64_t ticket);
void clerk_board_release(struct clerk *c, const uint8_t id[CARD_ID_BYTES], uint64_t ticket);

/* For other workers, never from main: run in the clerk's thread, the caller waits. ERR_IO once the store is dead. */
M2_MUST_CHECK bool clerk_export(struct clerk *c, journal_take *take, void *ctx, uint8_t anchor[SEAL_HASH_BYTES],
                                struct err *err);
M2_MUST_CHECK bool clerk_receive(struct clerk *c, const struct journal_receipt *r, int64_t *n_new, struct err *err);
/* A row of the station's own with its key row before it; no counted day, no counter. text as for journal_append. */
M2_MUST_CHECK bool clerk_append_own(struct clerk *c, const struct journal_visit *own, const char *text, size_t n,
                                    struct err *err);
/* The village board: as board_snapshot(), board_generation(), board_take(), board_keep_good() of store/board.h. */
M2_MUST_CHECK bool clerk_board_snapshot(struct clerk *c, uint64_t above, struct snapshot *out, struct buf *text,
                                        struct err *err);
M2_MUST_CHECK bool clerk_board_generation(struct clerk *c, const uint8_t station[SNAPSHOT_STATION_BYTES],
                                          uint64_t *generation, struct err *err);
M2_MUST_CHECK bool clerk_board_take(struct clerk *c, const struct snapshot *s, const char *hub, bool *is_new,
                                    struct err *err);
M2_MUST_CHECK bool clerk_board_keep_good(struct clerk *c, board_is_good *is_good, void *ctx, int *n_gone,
                                         struct err *err);
/* The trust list changed: from the next visit on results are sealed to whom it names now (datafolder_renew_office). */
M2_MUST_CHECK bool clerk_renew_office(struct clerk *c, struct err *err);
M2_MUST_CHECK bool clerk_get_stats(struct clerk *c, struct store_stats *out, struct err *err);
M2_MUST_CHECK bool clerk_note_setting(struct clerk *c, const char *key, const char *value, struct err *err);
M2_MUST_CHECK bool clerk_setting(struct clerk *c, const char *key, char *value, size_t cap, struct err *err);
M2_MUST_CHECK bool clerk_new_staff_code(struct clerk *c, char out[STAFF_DIGITS + 1], struct err *err);
/* After an explicit restore of a data folder: a new epoch from the next row on. */
M2_MUST_CHECK bool clerk_begin_epoch(struct clerk *c, const char *reason, struct err *err);

#endif
