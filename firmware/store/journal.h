/* journal: the facts of visits, sealed, chained, appended. The world-wide key of a row is (station, epoch, seq).
 * FORMAT.md draws rows. Threads: the clerk's. A row is on the card when journal_append has returned and its transaction
 * is committed. */
#ifndef M2_STORE_JOURNAL_H
#define M2_STORE_JOURNAL_H

#include "base/buf.h"
#include "store/db.h"
#include "trust/seal.h"

enum {
    JOURNAL_VISIT_BYTES = 16,
    JOURNAL_OWN_ZEROS = 8,   /* a visit id that begins with so many zeros: a row of the station's own, no visitor's */
    JOURNAL_PAD_BYTES = 256, /* plaintexts are padded to a multiple */
    JOURNAL_TEXT_MAX = 16 * 1024 - 1, /* plaintext of one row; one byte of padding is always there */
    JOURNAL_BODY_MAX = 16 * 1024 + SEAL_TAG_BYTES,
    JOURNAL_KEY_BODY = 256,   /* body of a visit's first row: no other row has this length */
    JOURNAL_KEEP_DAYS = 30,   /* counted days a receipted row stays */
    JOURNAL_PRUNE_ROWS = 200, /* dropped in one transaction */
    JOURNAL_WARN_DAYS = 180,  /* counted days without a receipt: staff are told */
};

struct journal_row {
    int64_t seq;
    uint64_t epoch;
    uint8_t visit[JOURNAL_VISIT_BYTES];
    uint8_t nonce[SEAL_NONCE_BYTES];
    uint8_t hash[SEAL_HASH_BYTES];
    const uint8_t *body; /* borrowed */
    size_t body_bytes;
};

struct journal_visit { /* who speaks: a visit and its key */
    uint8_t id[JOURNAL_VISIT_BYTES];
    uint8_t key[SEAL_KEY_BYTES];
};

struct journal_receipt {
    uint64_t epoch;
    int64_t up_to_seq;
    uint8_t hash[SEAL_HASH_BYTES];
    uint64_t counter;
};

struct journal;

/* db is borrowed until journal_close. is_same_folder false (made, copied, restored): a new epoch begins, `reason` is
 * noted. Checks the whole chain and that it ends at the last number given out: ERR_CORRUPT names the first row that is
 * missing or does not fit. */
M2_MUST_CHECK bool journal_open(struct db *db, const uint8_t station[KEY_ID_BYTES], bool is_same_folder,
                                const char *reason, struct journal **out, struct err *err);
void journal_close(struct journal *j);

/* The first row of a visit: its key, sealed to the office. Inside the caller's transaction. */
M2_MUST_CHECK bool journal_append_key(struct journal *j, const struct journal_visit *v, const struct pubkey *office,
                                      int64_t *seq, struct err *err);
/* text: JSON without NUL, at most JOURNAL_TEXT_MAX bytes (ERR_LIMIT). Inside the caller's transaction. */
M2_MUST_CHECK bool journal_append(struct journal *j, const struct journal_visit *v, const char *text, size_t n,
                                  int64_t *seq, struct err *err);

/* Calls each for the rows of a visit in order, opened with its key; the key row is passed over. text is borrowed,
 * NUL-terminated. */
typedef bool journal_each(void *ctx, int64_t seq, const char *text, size_t n);
M2_MUST_CHECK bool journal_read_visit(struct journal *j, const struct journal_visit *v, journal_each *each, void *ctx,
                                      struct err *err);

/* Raw rows behind the last receipted one, oldest first, while `take` returns true. */
typedef bool journal_take(void *ctx, const struct journal_row *row);
M2_MUST_CHECK bool journal_export(struct journal *j, journal_take *take, void *ctx, struct err *err);
/* Hash of the row before `seq` (zeros before the first). */
M2_MUST_CHECK bool journal_hash_before(struct journal *j, int64_t seq, uint8_t hash[SEAL_HASH_BYTES], struct err *err);

/* Accepts only if our own row has that hash and the counter rises: ERR_TRUST; an old receipt again is true and changes
 * nothing. *n_new = rows that were un-receipted before. */
M2_MUST_CHECK bool journal_receive(struct journal *j, const struct journal_receipt *r, int64_t *n_new, struct err *err);
/* Drops rows whose receipt is JOURNAL_KEEP_DAYS counted days old, a whole prefix, and gives their room back; the anchor
 * is kept. Not in a transaction. */
M2_MUST_CHECK bool journal_prune(struct journal *j, int64_t *n_dropped, struct err *err);

/* Counted days: days on which a visit began. They move with use, never with the clock alone (T8).
 * Called before the first row of a visit, in its transaction. */
M2_MUST_CHECK bool journal_count_day(struct journal *j, int64_t wall_day, struct err *err);

struct journal_stats {
    int64_t rows, unreceipted_rows, last_seq, receipted_seq;
    int64_t counted_day,
        oldest_unreceipted_days; /* how many counted days the oldest un-receipted row waits; 0 = none */
    uint64_t epoch;
};
M2_MUST_CHECK bool journal_get_stats(struct journal *j, struct journal_stats *out, struct err *err);

/* Opens a row elsewhere (the office): text is NUL-terminated in out, cleared first. */
M2_MUST_CHECK bool journal_open_row(const struct journal_row *row, const uint8_t station[KEY_ID_BYTES],
                                    const uint8_t key[SEAL_KEY_BYTES], struct buf *out, struct err *err);
/* The visit key out of a key row; office_key_id tells which office key is needed (copied from the row before anything
 * is opened). */
M2_MUST_CHECK bool journal_key_row_office(const struct journal_row *row, uint8_t office_key_id[KEY_ID_BYTES],
                                          struct err *err);
M2_MUST_CHECK bool journal_open_key_row(const struct journal_row *row, const uint8_t station[KEY_ID_BYTES],
                                        const struct seckey *office, uint8_t key[SEAL_KEY_BYTES], struct err *err);
/* hash = BLAKE2b-256(prev ‖ epoch ‖ seq ‖ visit ‖ nonce ‖ body), numbers little-endian. */
void journal_row_hash(const uint8_t prev[SEAL_HASH_BYTES], const struct journal_row *row,
                      uint8_t hash[SEAL_HASH_BYTES]);

extern const char *const journal_sql[]; /* NULL-ended */

#endif
