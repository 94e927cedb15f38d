/* tokens: what brings a visitor back without an account: dealt pictures in order, or the card code. Her profile lies
 * sealed under a key drawn from them (THREATS T39, T41, T43). One try is looked up against all tokens at once and costs
 * the same whether there is one or 50,000. Threads: the clerk's. Drawing the key takes half a second on a board: it is
 * done outside of any transaction. */
#ifndef M2_STORE_TOKENS_H
#define M2_STORE_TOKENS_H

#include "base/buf.h"
#include "store/db.h"
#include "trust/seal.h"

enum {
    TOKENS_PICTURES = 40, /* their numbers are their names for ever: ui/screens/pictures.c */
    TOKENS_PICK_MIN = 4,
    TOKENS_PICK_MAX = 6,
    /* Tokens x tries x 1000 never more than there are codes: 40·39·38·37 = 2,193,360; ·36; ·35. */
    TOKENS_FOUR_MAX = 200,
    TOKENS_FIVE_MAX = 7500,
    TOKENS_MAX = 250000,
    TOKENS_CODE_LETTERS = 16, /* of 32 different ones: 80 bits */
    TOKENS_TRIES = 10,        /* wrong pictures until they are forgotten, for the whole station */
    TOKENS_FORGET_H = 24,     /* of running, or a later date: FORMAT.md */
    TOKENS_FREE_TRIES = 2,    /* of them without a delay */
    TOKENS_DELAY_S = 5,       /* after the next one, doubling */
    TOKENS_KEEP_DAYS = 90,    /* counted days after the last use */
    TOKENS_PROFILE_MAX = 16 * 1024 - 1,
    TOKENS_PAD_BYTES = 512, /* profiles are padded to a multiple: their length tells nothing */
};
#define TOKENS_TABLE "token"
extern const char tokens_letters[33]; /* of the card code: no 0, O, 1, I */

struct tokens {                   /* zeroed at start: after a restart the whole delay runs again */
    const struct seal_cost *cost; /* NULL = as it must be; only for tests */
    int64_t wait_until_ms;        /* clock_ms() */
    int64_t kept_at_ms;           /* clock_ms() up to which the running time is on the card */
    bool is_loaded;
};

struct token_dealt {                  /* shown to the visitor, never written: wipe */
    uint8_t picture[TOKENS_PICK_MAX]; /* 0..39, in order, none twice */
    int n;
    char code[TOKENS_CODE_LETTERS + 1];
};
struct token_keys { /* of an opened token, for the visit: wipe */
    int64_t id;
    uint8_t profile[SEAL_KEY_BYTES], words[SEAL_KEY_BYTES];
    bool has_words; /* opened by the card code, or just dealt */
};

/* TOKENS_WRONG: these pictures or this code open nothing: unknown, too old, altered or deleted, all the same.
 * TOKENS_ONLY_CODE: no more tries with pictures until the wrong ones are forgotten. */
enum tokens_answer { TOKENS_OPEN, TOKENS_WRONG, TOKENS_WAIT, TOKENS_ONLY_CODE };

/* Deals pictures and code that no other token has, and keeps the profile (UTF-8, at most TOKENS_PROFILE_MAX bytes, no
 * NUL) under them. ERR_LIMIT: TOKENS_MAX are active, or the profile is too long. */
M2_MUST_CHECK bool tokens_deal(struct tokens *t, struct db *db, const char *profile, size_t n,
                               struct token_dealt *dealt, struct token_keys *keys, struct err *err);
/* How many pictures a token has that is dealt while so many are active. */
int tokens_pictures_for(int64_t n_active);
M2_MUST_CHECK bool tokens_active(struct db *db, int64_t *n, struct err *err);

/* A try with pictures is counted on the card before they are looked at, so that pulling the plug gives no free one; the
 * right ones give back their own try only. *wait_s: seconds until the next try counts (TOKENS_WAIT, TOKENS_WRONG). keys
 * and profile are filled with TOKENS_OPEN; it counts as use. */
M2_MUST_CHECK bool tokens_open_pictures(struct tokens *t, struct db *db, const uint8_t *picture, int n,
                                        enum tokens_answer *answer, int *wait_s, struct token_keys *keys,
                                        struct buf *profile, struct err *err);
/* Small letters are taken, too; never counted, never delayed. */
M2_MUST_CHECK bool tokens_open_code(struct tokens *t, struct db *db, const char *code, enum tokens_answer *answer,
                                    struct token_keys *keys, struct buf *profile, struct err *err);
/* A newer profile in place of the old one, under the same key. ERR_NOT_FOUND: the token was deleted. */
M2_MUST_CHECK bool tokens_keep(struct db *db, const struct token_keys *keys, const char *profile, size_t n,
                               struct err *err);
/* Deletes at once and overwrites; neither the database nor its log holds a byte of it afterwards. Not in a transaction.
 */
M2_MUST_CHECK bool tokens_forget(struct db *db, int64_t id, struct err *err);
/* Deletes what is past its days likewise, and keeps how long the station has run since wrong tries. */
M2_MUST_CHECK bool tokens_sweep(struct tokens *t, struct db *db, struct err *err);

extern const char *const tokens_sql[];

#endif
