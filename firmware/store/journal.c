/* journal: sealed, chained rows, appended. */
#include "store/journal.h"
#include "base/rng.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define SQL_NEXT_SEQ "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'journal'"
#define SQL_APPEND   "INSERT INTO journal (seq, visit, nonce, body, hash) VALUES (:seq, :visit, :nonce, :body, :hash)"
#define SQL_HASH_AT  "SELECT hash FROM journal WHERE seq = :seq"
#define SQL_ANCHOR   "SELECT seq, hash FROM anchor WHERE id = 1"
#define SQL_SET_ANCHOR                                                                                                 \
    ("INSERT INTO anchor (id, seq, hash) VALUES (1, :seq, :hash) ON CONFLICT (id) DO UPDATE SET seq = :seq, hash = "   \
     ":hash")
#define SQL_WALK     "SELECT seq, visit, nonce, body, hash FROM journal WHERE seq >= :from ORDER BY seq"
#define SQL_VISIT    "SELECT seq, visit, nonce, body, hash FROM journal WHERE visit = :visit ORDER BY seq"
#define SQL_EPOCH_AT "SELECT number FROM epoch WHERE first_seq <= :seq ORDER BY first_seq DESC LIMIT 1"
/* An epoch that never got a row is replaced by the next one: both would begin at the same seq. */
#define SQL_NEW_EPOCH                                                                                                  \
    ("INSERT INTO epoch (first_seq, number, reason) VALUES (:first, :number, :reason) "                                \
     "ON CONFLICT (first_seq) DO UPDATE SET number = :number, reason = :reason")
#define SQL_RECEIPT                                                                                                    \
    ("INSERT INTO receipt (counter, epoch, up_to_seq, hash, day) VALUES (:counter, :epoch, :up_to, :hash, :day)")
#define SQL_RECEIPT_LAST "SELECT counter FROM receipt ORDER BY counter DESC LIMIT 1"
#define SQL_RECEIPTED    "SELECT max(up_to_seq) FROM receipt"
#define SQL_DROPPABLE    "SELECT max(up_to_seq) FROM receipt WHERE day <= :day"
#define SQL_DROP         "DELETE FROM journal WHERE seq <= :seq"
#define SQL_SETTING      "SELECT value FROM setting WHERE key = :key"
#define SQL_SET          "INSERT INTO setting (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"
#define SQL_FIRST        "SELECT min(seq) FROM journal"
#define SQL_NEW_DAY      "INSERT INTO day (counted, first_seq) VALUES (:day, :first)"
#define SQL_DAY_OF       "SELECT counted FROM day WHERE first_seq <= :seq ORDER BY counted DESC LIMIT 1"
#define SQL_DROP_DAYS    "DELETE FROM day WHERE counted < (SELECT max(counted) FROM day WHERE first_seq <= :seq + 1)"

const char *const journal_sql[] = {
    SQL_NEXT_SEQ, SQL_APPEND,    SQL_HASH_AT, SQL_ANCHOR,       SQL_SET_ANCHOR, SQL_WALK,      SQL_VISIT,
    SQL_EPOCH_AT, SQL_NEW_EPOCH, SQL_RECEIPT, SQL_RECEIPT_LAST, SQL_RECEIPTED,  SQL_DROPPABLE, SQL_DROP,
    SQL_SETTING,  SQL_SET,       SQL_FIRST,   SQL_NEW_DAY,      SQL_DAY_OF,     SQL_DROP_DAYS, NULL,
};

/* Associated data of a row: format word, station, epoch, seq, visit. */
enum { AD_BYTES = 4 + KEY_ID_BYTES + 8 + 8 + JOURNAL_VISIT_BYTES };
static const char AD_WORD[4] = {'M', '2', 'J', '1'};

/* Key row: office key id, sealed box of (K, station, epoch, seq, visit), random padding to JOURNAL_KEY_BODY. */
enum { KEY_PLAIN = SEAL_KEY_BYTES + AD_BYTES, KEY_SEALED = KEY_PLAIN + SEAL_BOX_EXTRA };
_Static_assert(KEY_ID_BYTES + KEY_SEALED <= JOURNAL_KEY_BODY, "a key row holds its sealed box");

struct journal {
    struct db *db;
    uint8_t station[KEY_ID_BYTES];
    uint64_t epoch;
};

static void associated(const uint8_t station[KEY_ID_BYTES], const struct journal_row *row, uint8_t ad[AD_BYTES])
{
    memcpy(ad, AD_WORD, sizeof AD_WORD);
    memcpy(ad + 4, station, KEY_ID_BYTES);
    put_le64(ad + 12, row->epoch);
    put_le64(ad + 20, (uint64_t)row->seq);
    memcpy(ad + 28, row->visit, JOURNAL_VISIT_BYTES);
}

void journal_row_hash(const uint8_t prev[SEAL_HASH_BYTES], const struct journal_row *row, uint8_t hash[SEAL_HASH_BYTES])
{
    uint8_t epoch[8], seq[8];

    put_le64(epoch, row->epoch);
    put_le64(seq, (uint64_t)row->seq);
    seal_hash((struct seal_part[]){{prev, SEAL_HASH_BYTES},
                                   {epoch, sizeof epoch},
                                   {seq, sizeof seq},
                                   {row->visit, sizeof row->visit},
                                   {row->nonce, sizeof row->nonce},
                                   {row->body, row->body_bytes}},
              6, hash);
}

/* --- reading rows
 * --------------------------------------------------------------------------------------------------------------------
 */

static bool fixed_blob(struct stmt *q, int column, void *out, size_t n, struct err *err)
{
    size_t got;
    const void *bytes = db_col_blob(q, column, &got);

    if (got != n) {
        return err_set(err, ERR_CORRUPT, "journal row %lld: a column of %zu bytes instead of %zu",
                       (long long)db_col_int(q, 0), got, n);
    }
    memcpy(out, bytes, n);
    return true;
}

static bool row_of(struct stmt *q, struct journal_row *row, struct err *err)
{
    *row = (struct journal_row){.seq = db_col_int(q, 0)};
    row->body = db_col_blob(q, 3, &row->body_bytes);
    return fixed_blob(q, 1, row->visit, sizeof row->visit, err) &&
           fixed_blob(q, 2, row->nonce, sizeof row->nonce, err) && fixed_blob(q, 4, row->hash, sizeof row->hash, err);
}

static bool epoch_at(struct journal *j, int64_t seq, uint64_t *epoch, struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_EPOCH_AT);
    int64_t number;

    db_int(q, ":seq", seq);
    if (!db_number(q, 0, &number, err)) {
        return false;
    }
    *epoch = (uint64_t)number;
    return true;
}

static bool missing(int64_t seq, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "journal: row %lld is missing", (long long)seq);
}

/* Number and hash of the last dropped row; zeros where none was dropped. */
static bool anchor(struct journal *j, int64_t *seq, uint8_t hash[SEAL_HASH_BYTES], struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_ANCHOR);
    bool has_row, ok = true;

    *seq = 0;
    memset(hash, 0, SEAL_HASH_BYTES);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    if (has_row) {
        *seq = db_col_int(q, 0);
        ok = fixed_blob(q, 1, hash, SEAL_HASH_BYTES, err);
    }
    db_done(q);
    return ok;
}

bool journal_hash_before(struct journal *j, int64_t seq, uint8_t hash[SEAL_HASH_BYTES], struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_HASH_AT);
    int64_t dropped;
    bool has_row;

    memset(hash, 0, SEAL_HASH_BYTES);
    if (seq <= 1) {
        return true;
    }
    db_int(q, ":seq", seq - 1);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    if (has_row) {
        bool ok = fixed_blob(q, 0, hash, SEAL_HASH_BYTES, err);

        db_done(q);
        return ok;
    }
    return anchor(j, &dropped, hash, err) && (dropped == seq - 1 || missing(seq - 1, err));
}

/* --- opening
 * ---------------------------------------------------------------------------------------------------------------------------
 */

static bool next_seq(struct journal *j, int64_t *seq, struct err *err)
{
    return db_number(db_stmt(j->db, SQL_NEXT_SEQ), 1, seq, err);
}

static bool begin_epoch(struct journal *j, const char *reason, struct err *err)
{
    struct stmt *q;
    int64_t first;
    uint64_t number;

    if (!next_seq(j, &first, err)) {
        return false;
    }
    rng_secret(&number, sizeof number);
    q = db_stmt(j->db, SQL_NEW_EPOCH);
    db_int(q, ":first", first);
    db_int(q, ":number", (int64_t)number);
    db_text(q, ":reason", reason);
    if (!db_run(q, err)) {
        return err_wrap(err, "begin epoch");
    }
    j->epoch = number;
    return true;
}

static bool check_row(const uint8_t prev[SEAL_HASH_BYTES], const struct journal_row *row, int64_t expected,
                      struct err *err)
{
    uint8_t hash[SEAL_HASH_BYTES];

    if (row->seq > expected) {
        return missing(expected, err);
    }
    journal_row_hash(prev, row, hash);
    return (row->seq == expected && !memcmp(hash, row->hash, sizeof hash)) ||
           err_set(err, ERR_CORRUPT, "journal: row %lld does not fit the chain", (long long)row->seq);
}

/* The rows there are end where the numbers given out end. */
static bool check_end(struct journal *j, int64_t expected, struct err *err)
{
    int64_t next;

    if (!next_seq(j, &next, err)) {
        return false;
    }
    if (next < expected) {
        return err_set(err, ERR_CORRUPT, "journal: row numbers begin again at %lld", (long long)next);
    }
    return next == expected || missing(expected, err);
}

static bool check_chain(struct journal *j, struct err *err)
{
    struct stmt *q;
    uint8_t prev[SEAL_HASH_BYTES];
    int64_t expected;
    bool has_row = true, ok;

    if (!anchor(j, &expected, prev, err)) {
        return false;
    }
    q = db_stmt(j->db, SQL_WALK);
    db_int(q, ":from", INT64_MIN);
    for (expected++;; expected++) {
        struct journal_row row;

        ok = db_next(q, &has_row, err);
        if (!ok || !has_row) {
            break;
        }
        ok = row_of(q, &row, err) && epoch_at(j, row.seq, &row.epoch, err) && check_row(prev, &row, expected, err);
        if (!ok) {
            break;
        }
        memcpy(prev, row.hash, sizeof prev);
    }
    db_done(q);
    return ok && check_end(j, expected, err);
}

bool journal_open(struct db *db, const uint8_t station[KEY_ID_BYTES], bool is_same_folder, const char *reason,
                  struct journal **out, struct err *err)
{
    struct journal *j = mem_alloc(sizeof *j);
    bool ok;

    j->db = db;
    memcpy(j->station, station, KEY_ID_BYTES);
    ok = check_chain(j, err) && epoch_at(j, INT64_MAX, &j->epoch, err) &&
         (is_same_folder || begin_epoch(j, reason, err));
    if (!ok) {
        free(j);
        return false;
    }
    *out = j;
    return true;
}

void journal_close(struct journal *j)
{
    free(j);
}

/* --- appending
 * ----------------------------------------------------------------------------------------------------------------------------
 */

static bool receipted_seq(struct journal *j, int64_t *seq, struct err *err)
{
    return db_number(db_stmt(j->db, SQL_RECEIPTED), 0, seq, err);
}

static bool counted_day(struct journal *j, int64_t *day, struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_SETTING);

    db_text(q, ":key", "day.counted");
    return db_number(q, 0, day, err);
}

static bool put_number(struct journal *j, const char *key, int64_t value, struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_SET);
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)value);
    db_text(q, ":key", key);
    db_text(q, ":value", text);
    return db_run(q, err);
}

static bool begin_row(struct journal *j, const struct journal_visit *v, struct journal_row *row, struct err *err)
{
    *row = (struct journal_row){.epoch = j->epoch};
    memcpy(row->visit, v->id, sizeof row->visit);
    return next_seq(j, &row->seq, err);
}

static bool insert(struct journal *j, struct journal_row *row, struct err *err)
{
    struct stmt *q;
    uint8_t prev[SEAL_HASH_BYTES];

    if (!journal_hash_before(j, row->seq, prev, err)) {
        return false;
    }
    journal_row_hash(prev, row, row->hash);
    q = db_stmt(j->db, SQL_APPEND);
    db_int(q, ":seq", row->seq);
    db_blob(q, ":visit", row->visit, sizeof row->visit);
    db_blob(q, ":nonce", row->nonce, sizeof row->nonce);
    db_blob(q, ":body", row->body, row->body_bytes);
    db_blob(q, ":hash", row->hash, sizeof row->hash);
    return db_run(q, err);
}

bool journal_append_key(struct journal *j, const struct journal_visit *v, const struct pubkey *office, int64_t *seq,
                        struct err *err)
{
    struct journal_row row;
    uint8_t plain[KEY_PLAIN], body[JOURNAL_KEY_BODY];
    bool ok;

    if (!begin_row(j, v, &row, err)) {
        return err_wrap(err, "append to journal");
    }
    rng_secret(row.nonce, sizeof row.nonce);
    rng_secret(body, sizeof body);
    memcpy(body, office->id, KEY_ID_BYTES);
    memcpy(plain, v->key, SEAL_KEY_BYTES);
    associated(j->station, &row, plain + SEAL_KEY_BYTES);
    ok = seal_box(office, plain, sizeof plain, body + KEY_ID_BYTES, err);
    mem_wipe(plain, sizeof plain);
    row.body = body;
    row.body_bytes = sizeof body;
    if (!ok || !insert(j, &row, err)) {
        return err_wrap(err, "append to journal");
    }
    *seq = row.seq;
    return true;
}

bool journal_append(struct journal *j, const struct journal_visit *v, const char *text, size_t n, int64_t *seq,
                    struct err *err)
{
    struct journal_row row;
    uint8_t ad[AD_BYTES];
    size_t padded = (n / JOURNAL_PAD_BYTES + 1) * JOURNAL_PAD_BYTES;
    uint8_t *plain, *body;
    bool ok;

    if (n > JOURNAL_TEXT_MAX) {
        return err_set(err, ERR_LIMIT, "append to journal: %zu bytes, at most %d fit", n, JOURNAL_TEXT_MAX);
    }
    if (!begin_row(j, v, &row, err)) {
        return err_wrap(err, "append to journal");
    }
    plain = mem_alloc(padded);
    body = mem_alloc(padded + SEAL_TAG_BYTES);
    memcpy(plain, text, n);
    associated(j->station, &row, ad);
    seal_row(v->key, ad, sizeof ad, plain, padded, row.nonce, body);
#ifdef M2_UNSEALED_FOR_TEST
    memcpy(body, plain, padded);
#endif
    row.body = body;
    row.body_bytes = padded + SEAL_TAG_BYTES;
    ok = insert(j, &row, err) || err_wrap(err, "append to journal");
    mem_wipe(plain, padded);
    free(plain);
    free(body);
    if (ok) {
        *seq = row.seq;
    }
    return ok;
}

/* --- opening rows
 * ------------------------------------------------------------------------------------------------------------------------
 */

bool journal_open_row(const struct journal_row *row, const uint8_t station[KEY_ID_BYTES],
                      const uint8_t key[SEAL_KEY_BYTES], struct buf *out, struct err *err)
{
    uint8_t ad[AD_BYTES];
    char plain[JOURNAL_BODY_MAX + 1];
    bool ok;

    if (row->body_bytes <= SEAL_TAG_BYTES || row->body_bytes > JOURNAL_BODY_MAX ||
        (row->body_bytes - SEAL_TAG_BYTES) % JOURNAL_PAD_BYTES != 0) {
        return err_set(err, ERR_FORMAT, "journal row %lld: no row of %zu bytes", (long long)row->seq, row->body_bytes);
    }
    associated(station, row, ad);
    ok = seal_row_open(key, row->nonce, ad, sizeof ad, row->body, row->body_bytes, plain, err);
    if (ok) {
        plain[row->body_bytes - SEAL_TAG_BYTES] = '\0';
        buf_clear(out);
        buf_str(out, plain);
    }
    mem_wipe(plain, sizeof plain);
    return ok;
}

bool journal_key_row_office(const struct journal_row *row, uint8_t office_key_id[KEY_ID_BYTES], struct err *err)
{
    if (row->body_bytes != JOURNAL_KEY_BODY) {
        return err_set(err, ERR_FORMAT, "journal row %lld: not the first of a visit", (long long)row->seq);
    }
    memcpy(office_key_id, row->body, KEY_ID_BYTES);
    return true;
}

bool journal_open_key_row(const struct journal_row *row, const uint8_t station[KEY_ID_BYTES],
                          const struct seckey *office, uint8_t key[SEAL_KEY_BYTES], struct err *err)
{
    uint8_t plain[KEY_PLAIN], expected[AD_BYTES], id[KEY_ID_BYTES];
    bool ok;

    if (!journal_key_row_office(row, id, err) ||
        !seal_box_open(office, row->body + KEY_ID_BYTES, KEY_SEALED, plain, err)) {
        return false;
    }
    associated(station, row, expected);
    ok = !memcmp(plain + SEAL_KEY_BYTES, expected, sizeof expected) ||
         err_set(err, ERR_TRUST, "journal row %lld: its key was sealed for another place", (long long)row->seq);
    if (ok) {
        memcpy(key, plain, SEAL_KEY_BYTES);
    }
    mem_wipe(plain, sizeof plain);
    return ok;
}

bool journal_read_visit(struct journal *j, const struct journal_visit *v, journal_each *each, void *ctx,
                        struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_VISIT);
    struct buf text = {0};
    bool has_row = true, ok = true;

    db_blob(q, ":visit", v->id, sizeof v->id);
    while (ok && has_row) {
        struct journal_row row;

        ok = db_next(q, &has_row, err);
        if (!ok || !has_row) {
            break;
        }
        ok = row_of(q, &row, err) && epoch_at(j, row.seq, &row.epoch, err);
        if (ok && row.body_bytes != JOURNAL_KEY_BODY) {
            ok = journal_open_row(&row, j->station, v->key, &text, err);
            if (ok && !each(ctx, row.seq, buf_text(&text), text.len)) {
                break;
            }
        }
    }
    db_done(q);
    buf_wipe(&text);
    return ok;
}

/* --- export and receipts
 * -------------------------------------------------------------------------------------------------------------------
 */

bool journal_export(struct journal *j, journal_take *take, void *ctx, struct err *err)
{
    struct stmt *q;
    int64_t receipted;
    bool has_row = true, ok;

    if (!receipted_seq(j, &receipted, err)) {
        return false;
    }
    q = db_stmt(j->db, SQL_WALK);
    db_int(q, ":from", receipted + 1);
    for (ok = true; ok && has_row;) {
        struct journal_row row;

        ok = db_next(q, &has_row, err);
        if (!ok || !has_row) {
            break;
        }
        ok = row_of(q, &row, err) && epoch_at(j, row.seq, &row.epoch, err);
        if (ok && !take(ctx, &row)) {
            break;
        }
    }
    db_done(q);
    return ok;
}

bool journal_count_day(struct journal *j, int64_t wall_day, struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_SETTING);
    int64_t last, day, first;

    db_text(q, ":key", "day.last");
    if (!db_number(q, INT64_MIN, &last, err)) {
        return false;
    }
    if (last == wall_day) {
        return true;
    }
    if (!counted_day(j, &day, err) || !next_seq(j, &first, err) || !put_number(j, "day.last", wall_day, err) ||
        !put_number(j, "day.counted", day + 1, err)) {
        return false;
    }
    q = db_stmt(j->db, SQL_NEW_DAY);
    db_int(q, ":day", day + 1);
    db_int(q, ":first", first);
    return db_run(q, err);
}

bool journal_receive(struct journal *j, const struct journal_receipt *r, int64_t *n_new, struct err *err)
{
    uint8_t own[SEAL_HASH_BYTES];
    uint64_t epoch;
    int64_t last_counter, receipted, day;
    struct err why = {0};
    struct stmt *q;

    *n_new = 0;
    if (!db_number(db_stmt(j->db, SQL_RECEIPT_LAST), 0, &last_counter, err) || !receipted_seq(j, &receipted, err)) {
        return false;
    }
    if ((int64_t)r->counter <= last_counter) {
        return true; /* seen before, or overtaken */
    }
    if (r->up_to_seq < 1 || r->up_to_seq == INT64_MAX || !journal_hash_before(j, r->up_to_seq + 1, own, &why) ||
        !epoch_at(j, r->up_to_seq, &epoch, &why) || epoch != r->epoch || memcmp(own, r->hash, sizeof own) != 0) {
        if (why.code == ERR_IO) { /* the storage failed: it says nothing about the receipt (R3) */
            return err_set(err, why.code, "%s", why.text);
        }
        return err_set(err, ERR_TRUST, "receipt for row %lld: our row is another one", (long long)r->up_to_seq);
    }
    if (!counted_day(j, &day, err)) {
        return false;
    }
    q = db_stmt(j->db, SQL_RECEIPT);
    db_int(q, ":counter", (int64_t)r->counter);
    db_int(q, ":epoch", (int64_t)r->epoch);
    db_int(q, ":up_to", r->up_to_seq);
    db_blob(q, ":hash", r->hash, sizeof r->hash);
    db_int(q, ":day", day);
    if (!db_run(q, err)) {
        return err_wrap(err, "keep receipt");
    }
    *n_new = r->up_to_seq > receipted ? r->up_to_seq - receipted : 0;
    return true;
}

static bool drop_up_to(struct journal *j, int64_t up_to, struct err *err)
{
    uint8_t hash[SEAL_HASH_BYTES];
    struct stmt *q;
    bool ok;

    if (!journal_hash_before(j, up_to + 1, hash, err) || !db_begin(j->db, "prune", err)) {
        return false;
    }
    q = db_stmt(j->db, SQL_SET_ANCHOR);
    db_int(q, ":seq", up_to);
    db_blob(q, ":hash", hash, sizeof hash);
    ok = db_run(q, err);
    q = db_stmt(j->db, SQL_DROP);
    db_int(q, ":seq", up_to);
    ok = ok && db_run(q, err);
    q = db_stmt(j->db, SQL_DROP_DAYS);
    db_int(q, ":seq", up_to);
    ok = ok && db_run(q, err) && db_commit(j->db, err);
    if (!ok) {
        db_rollback(j->db);
        return err_wrap(err, "drop receipted rows");
    }
    return true;
}

bool journal_prune(struct journal *j, int64_t *n_dropped, struct err *err)
{
    struct stmt *q = db_stmt(j->db, SQL_DROPPABLE);
    int64_t day, last, first;

    *n_dropped = 0;
    if (!counted_day(j, &day, err)) {
        return false;
    }
    db_int(q, ":day", day - JOURNAL_KEEP_DAYS);
    if (!db_number(q, 0, &last, err) || !db_number(db_stmt(j->db, SQL_FIRST), 0, &first, err)) {
        return false;
    }
    if (first == 0 || last < first) {
        return true;
    }
    while (first <= last) { /* a few at a time: on a disk that is nearly full there is no room for a long log */
        int64_t up_to = last - first < JOURNAL_PRUNE_ROWS ? last : first + JOURNAL_PRUNE_ROWS - 1;

        if (!drop_up_to(j, up_to, err)) {
            return false;
        }
        *n_dropped += up_to - first + 1;
        first = up_to + 1;
    }
    return db_shrink(j->db, err);
}

bool journal_get_stats(struct journal *j, struct journal_stats *out, struct err *err)
{
    struct journal_stats s = {.epoch = j->epoch};
    int64_t next, first, waiting;
    struct stmt *q;

    if (!next_seq(j, &next, err) || !receipted_seq(j, &s.receipted_seq, err) ||
        !db_number(db_stmt(j->db, SQL_FIRST), next, &first, err) || !counted_day(j, &s.counted_day, err)) {
        return false;
    }
    s.last_seq = next - 1;
    s.rows = next - first;
    s.unreceipted_rows = next - 1 - s.receipted_seq;
    q = db_stmt(j->db, SQL_DAY_OF);
    db_int(q, ":seq", s.receipted_seq + 1);
    if (!db_number(q, s.counted_day, &waiting, err)) {
        return false;
    }
    s.oldest_unreceipted_days = s.unreceipted_rows ? s.counted_day - waiting : 0;
    *out = s;
    return true;
}
