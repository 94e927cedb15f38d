/* ledger: every row of every station, and what it says. */
#include "ledger.h"
#include "base/fsio.h"
#include "stick/mailbox.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { LEDGER_CACHE_KIB = 64 * 1024 };

static const struct db_migration migrations[] = {
    {"001_ledger",
     "CREATE TABLE raw (" /* rows as they came; a second hash under one key is a conflict, and both are here */
     "  station BLOB NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,"
     "  visit BLOB NOT NULL, nonce BLOB NOT NULL, body BLOB NOT NULL,"
     "  PRIMARY KEY (station, seq, epoch, hash)) STRICT, WITHOUT ROWID;"
     "CREATE TABLE visit (" /* keys of visits, opened with the office key */
     "  station BLOB NOT NULL, visit BLOB NOT NULL, key BLOB NOT NULL, PRIMARY KEY (station, visit)) STRICT, WITHOUT "
     "ROWID;"
     "CREATE TABLE fact (" /* what rows say: derived, can be made again from raw and visit */
     "  station BLOB NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, visit BLOB NOT NULL, kind TEXT NOT NULL, "
     "body TEXT NOT NULL,"
     "  PRIMARY KEY (station, seq, epoch)) STRICT, WITHOUT ROWID;"
     "CREATE INDEX fact_by_kind ON fact (kind, station, visit);"
     /* conflict: columns in key order; SQLite 3.40's quick_check calls another order damage */
     "CREATE TABLE conflict (station BLOB NOT NULL, seq INTEGER NOT NULL, epoch INTEGER NOT NULL,"
     "  PRIMARY KEY (station, seq, epoch)) STRICT, WITHOUT ROWID;"
     "CREATE TABLE hub (station BLOB PRIMARY KEY, name TEXT NOT NULL, collected INTEGER NOT NULL, left_rows INTEGER "
     "NOT NULL) STRICT, WITHOUT ROWID;"
     "CREATE TABLE receipt (station BLOB PRIMARY KEY, epoch INTEGER NOT NULL, up_to_seq INTEGER NOT NULL, hash BLOB "
     "NOT NULL,"
     "  counter INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
     "CREATE TABLE rising (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"},
    /* epoch of the row that came in last: what the hub is now */
    {"002_epoch", "ALTER TABLE hub ADD COLUMN epoch INTEGER"},
    /* the newest board of each hub: header sector and text as its station signed them (ledger_board.h) */
    {"003_board", "CREATE TABLE board (station BLOB PRIMARY KEY, generation INTEGER NOT NULL, header BLOB NOT NULL,"
                  " payload BLOB NOT NULL) STRICT, WITHOUT ROWID"},
    {NULL, NULL},
};

#define SQL_KNOWN "SELECT hash FROM raw WHERE station = :station AND seq = :seq AND epoch = :epoch"
#define SQL_RAW                                                                                                        \
    ("INSERT INTO raw (station, epoch, seq, hash, visit, nonce, body) VALUES (:station, :epoch, :seq, :hash, :visit, " \
     ":nonce, :body)")
#define SQL_CONFLICT "INSERT OR IGNORE INTO conflict (station, epoch, seq) VALUES (:station, :epoch, :seq)"
#define SQL_KEY      "SELECT key FROM visit WHERE station = :station AND visit = :visit"
#define SQL_PUT_KEY  "INSERT OR IGNORE INTO visit (station, visit, key) VALUES (:station, :visit, :key)"
/* SQLite decides what is readable: the report's queries take these bodies apart. */
#define SQL_FACT                                                                                                       \
    ("INSERT INTO fact (station, epoch, seq, visit, kind, body) VALUES (:station, :epoch, :seq, :visit,"               \
     " CASE WHEN json_valid(:body) AND json_type(:body, '$.kind') = 'text' AND json_extract(:body, '$.kind') <> ''"    \
     " THEN json_extract(:body, '$.kind') ELSE 'unreadable' END,"                                                      \
     " CASE WHEN json_valid(:body) THEN :body ELSE '{}' END)")
#define SQL_HUB                                                                                                        \
    ("INSERT INTO hub (station, name, collected, left_rows, epoch) VALUES (:station, :name, :fresh, :left, :epoch) "   \
     "ON CONFLICT (station) DO UPDATE SET name = :name, collected = collected + :fresh, left_rows = :left,"            \
     " epoch = ifnull(:epoch, epoch)")
#define SQL_HAS_PACK                                                                                                   \
    ("SELECT count(*) FROM json_each((SELECT body FROM fact WHERE station = :station AND kind = 'shelf'"               \
     " AND epoch = (SELECT epoch FROM hub WHERE station = :station) ORDER BY seq DESC LIMIT 1), '$.containers') AS c"  \
     " WHERE c.type = 'object' AND json_extract(c.value, '$.id') = :id"                                                \
     " AND json_type(c.value, '$.version') = 'integer' AND json_extract(c.value, '$.version') >= :version")
#define SQL_RECEIPT "SELECT epoch, up_to_seq, hash, counter FROM receipt WHERE station = :station"
#define SQL_PUT_RECEIPT                                                                                                \
    ("INSERT INTO receipt (station, epoch, up_to_seq, hash, counter) VALUES (:station, :epoch, :seq, :hash, "          \
     ":counter) "                                                                                                      \
     "ON CONFLICT (station) DO UPDATE SET epoch = :epoch, up_to_seq = :seq, hash = :hash, counter = :counter")
#define SQL_ROWS_FROM      "SELECT seq, epoch, hash FROM raw WHERE station = :station AND seq > :seq ORDER BY seq, epoch"
#define SQL_FIRST_CONFLICT "SELECT min(seq) FROM conflict WHERE station = :station AND seq > :seq"
#define SQL_NEWEST         "SELECT max(seq) FROM raw WHERE station = :station"
#define SQL_HAS_ROW        "SELECT count(*) FROM raw WHERE station = :station AND seq = :seq AND hash = :hash"
#define SQL_NEXT                                                                                                       \
    ("INSERT INTO rising (name, value) VALUES (:name, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 "          \
     "RETURNING "                                                                                                      \
     "value")

struct ledger {
    struct db *db;
    struct { /* the last visit's key, so that its rows need no look-up each */
        uint8_t station[KEY_ID_BYTES], visit[JOURNAL_VISIT_BYTES], key[SEAL_KEY_BYTES];
        bool is_set;
    } last;
    struct seckey old[LEDGER_OLD_KEYS_MAX];
    int n_old;
};

static bool open_db(const char *path, bool must_exist, struct db **out, struct err *err)
{
    struct db_options options = {.migrations = migrations, .cache_kib = LEDGER_CACHE_KIB, .must_exist = must_exist};

    return db_open(path, &options, out, err) || err_wrap(err, "ledger");
}

bool ledger_create(const char *path, struct err *err)
{
    struct db *db;

    if (!open_db(path, false, &db, err)) {
        return false;
    }
    db_close(db);
    return true;
}

bool ledger_open(const char *path, struct ledger **out, struct err *err)
{
    struct ledger *l;

    if (!fsio_exists(path)) {
        return err_set(
            err, ERR_NOT_FOUND,
            "'%s': the office's ledger is missing; put it back from your last copy (a new one would not know "
            "what came in, and stations would refuse its sticks)",
            path);
    }
    l = mem_alloc(sizeof *l);
    if (!open_db(path, true, &l->db, err)) {
        free(l);
        return false;
    }
    *out = l;
    return true;
}

void ledger_close(struct ledger *l)
{
    if (l) {
        db_close(l->db);
        mem_wipe(l, sizeof *l);
        free(l);
    }
}

bool ledger_also_opens(struct ledger *l, const struct seckey *old, struct err *err)
{
    if (l->n_old == LEDGER_OLD_KEYS_MAX) {
        return err_set(err, ERR_LIMIT, "ledger: over %d former keys of the office; move the oldest away from keys/",
                       LEDGER_OLD_KEYS_MAX);
    }
    l->old[l->n_old++] = *old;
    return true;
}

struct db *ledger_db(struct ledger *l)
{
    return l->db;
}

static void bind_row(struct stmt *q, const uint8_t station[KEY_ID_BYTES], const struct journal_row *row)
{
    db_blob(q, ":station", station, KEY_ID_BYTES);
    db_int(q, ":epoch", (int64_t)row->epoch);
    db_int(q, ":seq", row->seq);
}

/* --- one row
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

enum known { ROW_NEW, ROW_KNOWN, ROW_CONFLICT };

static bool look_up(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const struct journal_row *row,
                    enum known *out, struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_KNOWN);
    bool has_row = true;

    *out = ROW_NEW;
    bind_row(q, station, row);
    while (has_row) {
        size_t n;

        if (!db_next(q, &has_row, err)) {
            return false;
        }
        if (has_row) {
            const void *hash = db_col_blob(q, 0, &n);
            bool is_same = n == sizeof row->hash && !memcmp(hash, row->hash, n);

            if (is_same) {
                *out = ROW_KNOWN;
                break;
            }
            *out = ROW_CONFLICT;
        }
    }
    db_done(q);
    return true;
}

static bool keep_raw(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const struct journal_row *row,
                     struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_RAW);

    bind_row(q, station, row);
    db_blob(q, ":hash", row->hash, sizeof row->hash);
    db_blob(q, ":visit", row->visit, sizeof row->visit);
    db_blob(q, ":nonce", row->nonce, sizeof row->nonce);
    db_blob(q, ":body", row->body, row->body_bytes);
    return db_run(q, err);
}

static bool keep_conflict(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const struct journal_row *row,
                          struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_CONFLICT);

    bind_row(q, station, row);
    return db_run(q, err);
}

static bool visit_key(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const uint8_t visit[JOURNAL_VISIT_BYTES],
                      struct err *err)
{
    struct stmt *q;
    bool has_row;
    size_t n;

    if (l->last.is_set && !memcmp(l->last.station, station, KEY_ID_BYTES) &&
        !memcmp(l->last.visit, visit, JOURNAL_VISIT_BYTES)) {
        return true;
    }
    q = db_stmt(l->db, SQL_KEY);
    db_blob(q, ":station", station, KEY_ID_BYTES);
    db_blob(q, ":visit", visit, JOURNAL_VISIT_BYTES);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    l->last.is_set = has_row;
    if (has_row) {
        const void *key = db_col_blob(q, 0, &n);

        memcpy(l->last.key, key, n < SEAL_KEY_BYTES ? n : SEAL_KEY_BYTES);
        memcpy(l->last.station, station, KEY_ID_BYTES);
        memcpy(l->last.visit, visit, JOURNAL_VISIT_BYTES);
    }
    db_done(q);
    return true;
}

static bool keep_key(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const struct journal_row *row,
                     const uint8_t key[SEAL_KEY_BYTES], struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_PUT_KEY);

    db_blob(q, ":station", station, KEY_ID_BYTES);
    db_blob(q, ":visit", row->visit, sizeof row->visit);
    db_blob(q, ":key", key, SEAL_KEY_BYTES);
    return db_run(q, err);
}

static bool keep_fact(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const struct journal_row *row,
                      const char *text, struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_FACT);

    bind_row(q, station, row);
    db_blob(q, ":visit", row->visit, sizeof row->visit);
    db_text(q, ":body", text);
    return db_run(q, err);
}

/* The key that a key row was sealed to: a former one, or the present one. */
static const struct seckey *sealed_to(const struct ledger *l, const struct journal_row *row,
                                      const struct seckey *office)
{
    uint8_t id[KEY_ID_BYTES];

    for (int i = 0; i < l->n_old && journal_key_row_office(row, id, NULL); i++) {
        if (!memcmp(l->old[i].id, id, sizeof id)) {
            return &l->old[i];
        }
    }
    return office;
}

/* Opens a new row: a key row gives its visit's key, any other says something. *is_open false: kept, but nobody can read
 * it. */
static bool open_row(struct ledger *l, const struct ledger_slot *slot, const struct journal_row *row,
                     const struct seckey *office, bool *is_open, struct err *why, struct err *err)
{
    const uint8_t *station = slot->station->key.id;
    uint8_t key[SEAL_KEY_BYTES];
    struct buf text = {0};
    bool ok;

    if (row->body_bytes == JOURNAL_KEY_BODY) {
        *is_open = journal_open_key_row(row, station, sealed_to(l, row, office), key, why);
        ok = !*is_open || keep_key(l, station, row, key, err);
        mem_wipe(key, sizeof key);
        return ok;
    }
    if (!visit_key(l, station, row->visit, err)) {
        return false;
    }
    *is_open = l->last.is_set ? journal_open_row(row, station, l->last.key, &text, why)
                              : err_set(why, ERR_NOT_FOUND, "the first row of its visit is not here");
    ok = !*is_open || keep_fact(l, station, row, buf_text(&text), err);
    buf_wipe(&text);
    return ok;
}

/* --- one slot
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

struct taking {
    struct ledger *ledger;
    const struct ledger_slot *slot;
    const struct seckey *office;
    struct ledger_tally *tally;
    ledger_say *say;
    void *ctx;
    int64_t fresh_epoch; /* of the last row that is new */
    bool has_fresh;
    int64_t newest; /* last row of this station that was here before: what comes behind it is new */
};

static void say_row(const struct taking *t, int64_t seq, const char *text)
{
    char *words = mem_fmt("%s, row %lld: %s", t->slot->where, (long long)seq, text);

    t->say(t->ctx, words);
    free(words);
}

static bool take_row(struct taking *t, const struct journal_row *row, struct err *err)
{
    const uint8_t *station = t->slot->station->key.id;
    struct err why = {0};
    enum known known = ROW_NEW;
    bool is_open;

    if (row->seq <= t->newest && !look_up(t->ledger, station, row, &known, err)) {
        return false;
    }
    if (known == ROW_KNOWN) {
        t->tally->known++;
        return true;
    }
    if (!keep_raw(t->ledger, station, row, err)) {
        return false;
    }
    if (known == ROW_CONFLICT) {
        t->tally->conflicts++;
        say_row(t, row->seq,
                "another row is here under the same number; both are kept, none is counted twice; ask what happened at "
                "this hub");
        return keep_conflict(t->ledger, station, row, err);
    }
    t->tally->added++;
    t->has_fresh = true;
    t->fresh_epoch = (int64_t)row->epoch;
    if (!open_row(t->ledger, t->slot, row, t->office, &is_open, &why, err)) {
        return false;
    }
    if (!is_open) {
        t->tally->unopened++;
        say_row(t, row->seq, why.text);
    }
    return true;
}

static bool take_rows(struct taking *t, struct err *err)
{
    const uint8_t *at = t->slot->payload, *end = at + t->slot->payload_bytes;
    uint8_t prev[SEAL_HASH_BYTES], hash[SEAL_HASH_BYTES];
    struct journal_row row;
    struct err why = {0};
    int64_t expected = t->slot->from_seq;

    memcpy(prev, t->slot->anchor, sizeof prev);
    while (mailbox_next_row(&at, end, &row, &why)) {
        if (expected > t->slot->to_seq) {
            t->tally->refused++;
            say_row(t, row.seq, "more rows than its header names; those are refused, the ones before are taken");
            return true;
        }
        journal_row_hash(prev, &row, hash);
        if (row.seq != expected || memcmp(hash, row.hash, sizeof hash) != 0) {
            t->tally->refused += t->slot->to_seq - expected + 1;
            say_row(t, row.seq,
                    "does not fit the chain; this row and those after it are refused, those before it are taken");
            return true;
        }
        if (!take_row(t, &row, err)) {
            return false;
        }
        memcpy(prev, row.hash, sizeof prev);
        expected++;
    }
    if (why.code != ERR_NONE || expected != t->slot->to_seq + 1) {
        t->tally->refused += t->slot->to_seq - expected + 1;
        say_row(t, expected, why.code != ERR_NONE ? why.text : "rows are missing at the end");
    }
    return true;
}

/* is_fresh: the slot brought something; the same stick again does not count as another time. */
static bool note_hub(const struct taking *t, bool is_fresh, struct err *err)
{
    const struct ledger_slot *slot = t->slot;
    struct stmt *q = db_stmt(t->ledger->db, SQL_HUB);

    db_blob(q, ":station", slot->station->key.id, KEY_ID_BYTES);
    db_text(q, ":name", slot->station->name);
    db_int(q, ":fresh", is_fresh);
    db_int(q, ":left", slot->left_rows);
    if (t->has_fresh) { /* else NULL */
        db_int(q, ":epoch", t->fresh_epoch);
    }
    return db_run(q, err);
}

static bool newest_row(struct ledger *l, const uint8_t station[KEY_ID_BYTES], int64_t *seq, struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_NEWEST);

    db_blob(q, ":station", station, KEY_ID_BYTES);
    return db_number(q, 0, seq, err);
}

bool ledger_take(struct ledger *l, const struct ledger_slot *slot, const struct seckey *office,
                 struct ledger_tally *tally, ledger_say *say, void *ctx, struct err *err)
{
    struct taking t = {.ledger = l, .slot = slot, .office = office, .tally = tally, .say = say, .ctx = ctx};
    int64_t before = tally->added + tally->conflicts;
    bool ok;

    l->last.is_set = false;
    ok = db_begin(l->db, "collect", err) && newest_row(l, slot->station->key.id, &t.newest, err) &&
         take_rows(&t, err) && note_hub(&t, tally->added + tally->conflicts > before, err) && db_commit(l->db, err);
    if (!ok) {
        db_rollback(l->db);
        return err_wrap(err, "ledger: %s", slot->where);
    }
    return true;
}

/* --- receipts
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

static bool last_receipt(struct ledger *l, const uint8_t station[KEY_ID_BYTES], struct courier_receipt *out,
                         struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_RECEIPT);
    bool has_row;
    size_t n;

    *out = (struct courier_receipt){0};
    memcpy(out->station, station, KEY_ID_BYTES);
    db_blob(q, ":station", station, KEY_ID_BYTES);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    if (has_row) {
        out->epoch = (uint64_t)db_col_int(q, 0);
        out->up_to_seq = db_col_int(q, 1);
        const void *hash = db_col_blob(q, 2, &n);

        memcpy(out->hash, hash, n < sizeof out->hash ? n : sizeof out->hash);
        out->counter = (uint64_t)db_col_int(q, 3);
        db_done(q);
    }
    return true;
}

/* The first row behind seq that stands in conflict; INT64_MAX = none. */
static bool first_conflict(struct ledger *l, const uint8_t station[KEY_ID_BYTES], int64_t seq, int64_t *out,
                           struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_FIRST_CONFLICT);

    db_blob(q, ":station", station, KEY_ID_BYTES);
    db_int(q, ":seq", seq);
    return db_number(q, INT64_MAX, out, err);
}

/* Moves r forward over rows without gap or conflict. */
static bool extend(struct ledger *l, struct courier_receipt *r, bool *has_moved, struct err *err)
{
    struct stmt *q;
    bool has_row = true;
    int64_t conflict;

    *has_moved = false;
    if (!first_conflict(l, r->station, r->up_to_seq, &conflict, err)) {
        return false;
    }
    q = db_stmt(l->db, SQL_ROWS_FROM);
    db_blob(q, ":station", r->station, KEY_ID_BYTES);
    db_int(q, ":seq", r->up_to_seq);
    while (has_row) {
        size_t n;

        if (!db_next(q, &has_row, err)) {
            return false;
        }
        if (!has_row || db_col_int(q, 0) != r->up_to_seq + 1 || db_col_int(q, 0) == conflict) {
            break;
        }
        r->up_to_seq = db_col_int(q, 0);
        r->epoch = (uint64_t)db_col_int(q, 1);
        const void *hash = db_col_blob(q, 2, &n);

        memcpy(r->hash, hash, n < sizeof r->hash ? n : sizeof r->hash);
        *has_moved = true;
    }
    db_done(q);
    return true;
}

bool ledger_receipt(struct ledger *l, const uint8_t station[KEY_ID_BYTES], struct courier_receipt *out, struct err *err)
{
    struct courier_receipt r;
    struct stmt *q;
    bool has_moved;

    if (!last_receipt(l, station, &r, err) || !extend(l, &r, &has_moved, err)) {
        return false;
    }
    if (!r.up_to_seq) {
        return err_set(err, ERR_NOT_FOUND, "no receipt is due");
    }
    if (has_moved) {
        r.counter++;
        q = db_stmt(l->db, SQL_PUT_RECEIPT);
        db_blob(q, ":station", station, KEY_ID_BYTES);
        db_int(q, ":epoch", (int64_t)r.epoch);
        db_int(q, ":seq", r.up_to_seq);
        db_blob(q, ":hash", r.hash, sizeof r.hash);
        db_int(q, ":counter", (int64_t)r.counter);
        if (!db_run(q, err)) {
            return err_wrap(err, "ledger: receipt");
        }
    }
    *out = r;
    return true;
}

bool ledger_has_row(struct ledger *l, const uint8_t station[KEY_ID_BYTES], int64_t seq,
                    const uint8_t hash[SEAL_HASH_BYTES], bool *has, struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_HAS_ROW);
    int64_t n;

    db_blob(q, ":station", station, KEY_ID_BYTES);
    db_int(q, ":seq", seq);
    db_blob(q, ":hash", hash, SEAL_HASH_BYTES);
    if (!db_number(q, 0, &n, err)) {
        return false;
    }
    *has = n > 0;
    return true;
}

bool ledger_has_pack(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const char *id, int64_t version, bool *has,
                     struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_HAS_PACK);
    int64_t n;

    db_blob(q, ":station", station, KEY_ID_BYTES);
    db_text(q, ":id", id);
    db_int(q, ":version", version);
    if (!db_number(q, 0, &n, err)) {
        return err_wrap(err, "ledger: what a hub holds");
    }
    *has = n > 0;
    return true;
}

bool ledger_next(struct ledger *l, const char *name, uint64_t *value, struct err *err)
{
    struct stmt *q = db_stmt(l->db, SQL_NEXT);
    bool has_row;

    db_text(q, ":name", name);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    *value = (uint64_t)db_col_int(q, 0);
    return db_run(q, err);
}
