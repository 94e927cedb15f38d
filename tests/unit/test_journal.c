/* test_journal: sealed rows in order, chained, receipted, dropped and numbered on (THREATS T1, T2, T6, T8, T38, T43,
 * T44); the database below them: schema, damage, a full disk. */
#include "base/clock.h"
#include "store/board.h"
#include "store/counters.h"
#include "store/settings.h"
#include "store/tokens.h"
#include "unit/store_fixture.h"
#include <sys/stat.h>
#include <unistd.h>

static struct fx_rows rows; /* what the last export() gave */

/* One data folder of rows, as the clerk holds it. */
struct hub {
    struct db *db;
    struct journal *j;
    const char *path;
};

static void open_hub(struct hub *h, const char *path, const char *reason)
{
    struct err err = {0};

    fx_keys();
    h->path = path;
    if (!db_open(path, &(struct db_options){.migrations = db_migrations}, &h->db, &err) ||
        !journal_open(h->db, fx_station.id, !reason, reason, &h->j, &err)) {
        print_error("%s\n", err.text);
        CHECK(false);
    }
}

static void close_hub(struct hub *h)
{
    journal_close(h->j);
    db_close(h->db);
}

/* False with ERR code: how a damaged journal is met. */
static bool reopens(const char *path, struct err *err)
{
    struct db *db;
    struct journal *j;

    *err = (struct err){0};
    if (!db_open(path, &(struct db_options){.migrations = db_migrations}, &db, err)) {
        return false;
    }
    bool ok = journal_open(db, fx_station.id, true, NULL, &j, err);

    if (ok) {
        journal_close(j);
    }
    db_close(db);
    return ok;
}

static int64_t append_key(struct hub *h, const struct journal_visit *v)
{
    int64_t seq;
    struct err err;

    CHECK(journal_append_key(h->j, v, &fx_office, &seq, &err));
    return seq;
}

static int64_t append(struct hub *h, const struct journal_visit *v, const char *text)
{
    int64_t seq;
    struct err err;

    CHECK(journal_append(h->j, v, text, strlen(text), &seq, &err));
    return seq;
}

/* A visit of one answer; its last seq. */
static int64_t one_visit(struct hub *h, const char *text)
{
    struct journal_visit v = fx_visit();

    append_key(h, &v);
    return append(h, &v, text);
}

static void count_days(struct hub *h, int64_t from, int n)
{
    struct err err;

    for (int i = 0; i < n; i++) {
        CHECK(journal_count_day(h->j, from + i, &err));
    }
}

static void export(struct hub *h)
{
    struct err err;

    rows.n = 0;
    CHECK(journal_export(h->j, fx_take, &rows, &err));
}

static struct journal_stats stats_of(struct hub *h)
{
    struct journal_stats s;
    struct err err;

    CHECK(journal_get_stats(h->j, &s, &err));
    return s;
}

/* What the office would sign for row i of the last export. */
static struct journal_receipt receipt_of(int i, uint64_t counter)
{
    struct journal_receipt r = {.epoch = rows.row[i].epoch, .up_to_seq = rows.row[i].seq, .counter = counter};

    memcpy(r.hash, rows.row[i].hash, sizeof r.hash);
    return r;
}

static void receive_all(struct hub *h, uint64_t counter)
{
    struct journal_receipt r;
    int64_t n_new;
    struct err err;

    export(h);
    r = receipt_of(rows.n - 1, counter);
    CHECK(journal_receive(h->j, &r, &n_new, &err));
    CHECK_INT(n_new, rows.n);
}

static bool receive(struct hub *h, const struct journal_receipt *r, int64_t *n_new, enum err_code *code)
{
    struct err err = {0};
    bool ok = journal_receive(h->j, r, n_new, &err);

    *code = err.code;
    return ok;
}

static int64_t prune(struct hub *h)
{
    int64_t n;
    struct err err;

    CHECK(journal_prune(h->j, &n, &err));
    return n;
}

struct texts {
    char text[16][FX_TEXT];
    int64_t seq[16];
    int n, stop_at;
};

static bool keep_text(void *ctx, int64_t seq, const char *text, size_t n)
{
    struct texts *t = ctx;

    CHECK(t->n < (int)M2_COUNT(t->text) && n < FX_TEXT && strlen(text) == n);
    t->seq[t->n] = seq;
    memcpy(t->text[t->n++], text, n + 1);
    return t->n != t->stop_at;
}

static void run_sql(const char *path, const char *sql)
{
    struct db *db;
    struct err err;

    CHECK(db_open(path, &(struct db_options){.must_exist = true}, &db, &err));
    CHECK(db_script(db, sql, &err));
    db_close(db);
}

/* --- order, chain, secrecy */

TEST(journal, rows_of_a_visit_come_back_in_order_and_of_no_other_visit)
{
    struct hub h;
    struct journal_visit a = fx_visit(), b = fx_visit();
    struct texts t = {0};
    struct err err;

    open_hub(&h, test_path("order.db"), "made");
    CHECK_INT(append_key(&h, &a), 1);
    CHECK_INT(append(&h, &a, "{\"a\":1}"), 2);
    CHECK_INT(append_key(&h, &b), 3);
    CHECK_INT(append(&h, &b, "{\"b\":1}"), 4);
    CHECK_INT(append(&h, &a, ""), 5);
    CHECK_INT(append(&h, &a, "{\"a\":3}"), 6);
    CHECK(journal_read_visit(h.j, &a, keep_text, &t, &err));
    CHECK_INT(t.n, 3);
    CHECK_STR(t.text[0], "{\"a\":1}");
    CHECK_STR(t.text[1], "");
    CHECK_STR(t.text[2], "{\"a\":3}");
    CHECK_INT(t.seq[2], 6);
    t = (struct texts){.stop_at = 1};
    CHECK(journal_read_visit(h.j, &a, keep_text, &t, &err));
    CHECK_INT(t.n, 1);
    close_hub(&h);
    open_hub(&h, test_path("order.db"), NULL);
    t = (struct texts){0};
    CHECK(journal_read_visit(h.j, &b, keep_text, &t, &err));
    CHECK_INT(t.n, 1);
    CHECK_STR(t.text[0], "{\"b\":1}");
    close_hub(&h);
}

TEST(journal, the_same_text_twice_is_two_rows_of_different_bytes)
{
    struct hub h;
    struct journal_visit v = fx_visit();

    open_hub(&h, test_path("twice.db"), "made");
    append_key(&h, &v);
    CHECK_INT(append(&h, &v, "{\"same\":1}"), 2);
    CHECK_INT(append(&h, &v, "{\"same\":1}"), 3);
    export(&h);
    CHECK_INT(rows.n, 3);
    CHECK_INT(rows.row[1].body_bytes, rows.row[2].body_bytes);
    CHECK(memcmp(rows.row[1].body, rows.row[2].body, rows.row[1].body_bytes) != 0);
    CHECK(fx_nonces_differ(&rows));
    close_hub(&h);
}

TEST(journal, hashes_chain_from_zeros_and_over_every_column)
{
    struct hub h;
    uint8_t prev[SEAL_HASH_BYTES] = {0}, hash[SEAL_HASH_BYTES], before[SEAL_HASH_BYTES];
    struct err err;

    open_hub(&h, test_path("chain.db"), "made");
    for (int i = 0; i < 3; i++) {
        one_visit(&h, "{}");
    }
    export(&h);
    CHECK_INT(rows.n, 6);
    for (int i = 0; i < rows.n; i++) {
        struct journal_row row = fx_as_row(&rows.row[i]), other = row;

        CHECK_INT(row.seq, i + 1);
        CHECK(journal_hash_before(h.j, row.seq, before, &err));
        CHECK(memcmp(before, prev, sizeof prev) == 0);
        journal_row_hash(prev, &row, hash);
        CHECK(memcmp(hash, row.hash, sizeof hash) == 0);
        other.epoch ^= 1;
        journal_row_hash(prev, &other, hash);
        CHECK(memcmp(hash, row.hash, sizeof hash) != 0);
        memcpy(prev, row.hash, sizeof prev);
    }
    close_hub(&h);
}

TEST(journal, the_office_opens_what_the_station_sealed_and_nobody_else_does) /* T38, T44 */
{
    struct hub h;
    struct seckey stranger;
    struct pubkey stranger_pub;
    uint8_t key[SEAL_KEY_BYTES], id[KEY_ID_BYTES];
    struct buf text = {0};
    struct journal_row row;
    struct err err = {0};

    open_hub(&h, test_path("office.db"), "made");
    one_visit(&h, "{\"answer\":4}");
    export(&h);
    row = fx_as_row(&rows.row[0]);
    CHECK_INT(row.body_bytes, JOURNAL_KEY_BODY);
    CHECK(journal_key_row_office(&row, id, &err));
    CHECK(memcmp(id, fx_office.id, sizeof id) == 0);
    CHECK(fx_open_row(fx_station.id, &rows.row[0], key, &text, &err));
    CHECK(fx_open_row(fx_station.id, &rows.row[1], key, &text, &err));
    CHECK_STR(buf_text(&text), "{\"answer\":4}");

    keys_make(&stranger, &stranger_pub);
    CHECK(!journal_open_key_row(&row, fx_station.id, &stranger, key, &err));
    CHECK_INT(err.code, ERR_SIGNATURE);
    CHECK(!journal_open_key_row(&row, stranger_pub.id, &fx_office_secret, key, &err));
    CHECK_INT(err.code, ERR_TRUST);
    row = fx_as_row(&rows.row[1]);
    key[0] ^= 1;
    CHECK(!journal_open_row(&row, fx_station.id, key, &text, &err));
    CHECK_INT(err.code, ERR_SIGNATURE);
    CHECK(!journal_key_row_office(&row, id, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    buf_release(&text);
    close_hub(&h);
}

TEST(journal, a_row_moved_to_another_number_epoch_visit_or_station_does_not_open) /* T44 */
{
    struct hub h;
    uint8_t key[SEAL_KEY_BYTES], elsewhere[KEY_ID_BYTES];
    struct buf text = {0};
    struct err err;

    open_hub(&h, test_path("moved.db"), "made");
    one_visit(&h, "{\"answer\":4}");
    export(&h);
    memcpy(elsewhere, fx_station.id, sizeof elsewhere);
    elsewhere[0] ^= 1;
    for (int i = 0; i < 2; i++) { /* the key row, then the answer */
        struct fx_row moved[4] = {rows.row[i], rows.row[i], rows.row[i], rows.row[i]};
        uint8_t thrown_away[SEAL_KEY_BYTES];

        moved[0].seq++;
        moved[1].epoch++;
        moved[2].visit[15] ^= 1;
        for (int k = 0; k < 3; k++) {
            memcpy(thrown_away, key, sizeof key);
            CHECK(!fx_open_row(fx_station.id, &moved[k], thrown_away, &text, &err));
        }
        CHECK(!fx_open_row(elsewhere, &moved[3], thrown_away, &text, &err));
        CHECK(fx_open_row(fx_station.id, &moved[3], key, &text, &err));
    }
    CHECK_STR(buf_text(&text), "{\"answer\":4}");
    buf_release(&text);
    close_hub(&h);
}

TEST(journal, each_flipped_bit_and_each_length_of_a_sealed_body_is_refused) /* T6, T26 */
{
    struct hub h;
    uint8_t key[SEAL_KEY_BYTES];
    struct buf text = {0};
    struct err err;
    struct fx_row good;

    open_hub(&h, test_path("flips.db"), "made");
    one_visit(&h, "{\"answer\":4}");
    export(&h);
    CHECK(fx_open_row(fx_station.id, &rows.row[0], key, &text, &err));
    good = rows.row[1];
    for (size_t i = 0; i < good.body_bytes * 8; i++) {
        struct fx_row bad = good;

        bad.body[i / 8] ^= (uint8_t)(1 << i % 8);
        CHECK(!fx_open_row(fx_station.id, &bad, key, &text, &err));
        CHECK_INT(err.code, ERR_SIGNATURE);
    }
    for (size_t n = 0; n <= sizeof good.body; n++) {
        struct fx_row bad = good;

        if (n == good.body_bytes || n == JOURNAL_KEY_BODY) {
            continue;
        }
        bad.body_bytes = n;
        CHECK(!fx_open_row(fx_station.id, &bad, key, &text, &err));
        CHECK(err.code == ERR_FORMAT || err.code == ERR_SIGNATURE);
    }
    for (size_t i = 0; i < sizeof good.nonce; i++) {
        struct fx_row bad = good;

        bad.nonce[i] ^= 1;
        CHECK(!fx_open_row(fx_station.id, &bad, key, &text, &err));
    }
    /* A sealed key: the bytes behind the sealed box are noise and say nothing. */
    for (size_t i = KEY_ID_BYTES; i < KEY_ID_BYTES + SEAL_KEY_BYTES + 44 + SEAL_BOX_EXTRA; i++) {
        struct fx_row bad = rows.row[0];

        bad.body[i] ^= 0x40;
        CHECK(!fx_open_row(fx_station.id, &bad, key, &text, &err));
    }
    buf_release(&text);
    close_hub(&h);
}

TEST(journal, bodies_tell_their_length_in_steps_of_256_only_and_16383_bytes_fit_but_not_one_more) /* T38 */
{
    static const struct {
        size_t n, body;
    } cases[] = {
        {0, 272}, {1, 272}, {255, 272}, {256, 528}, {511, 528}, {512, 784}, {JOURNAL_TEXT_MAX, JOURNAL_BODY_MAX},
    };
    struct hub h;
    struct journal_visit v = fx_visit();
    char *text = mem_alloc(JOURNAL_TEXT_MAX + 2);
    struct buf back = {0};
    int64_t seq = 77;
    struct stmt *q;
    bool has_row;
    struct err err;

    memset(text, 'x', JOURNAL_TEXT_MAX + 1);
    open_hub(&h, test_path("limit.db"), "made");
    append_key(&h, &v);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct journal_row row = {.epoch = stats_of(&h).epoch};
        size_t n;

        CHECK(journal_append(h.j, &v, text, cases[i].n, &row.seq, &err));
        q = db_stmt(h.db, "SELECT body, nonce FROM journal ORDER BY seq DESC LIMIT 1");
        CHECK(db_next(q, &has_row, &err) && has_row);
        row.body = db_col_blob(q, 0, &row.body_bytes);
        CHECK_INT(row.body_bytes, cases[i].body);
        memcpy(row.nonce, db_col_blob(q, 1, &n), sizeof row.nonce);
        memcpy(row.visit, v.id, sizeof row.visit);
        CHECK(journal_open_row(&row, fx_station.id, v.key, &back, &err));
        CHECK_INT(back.len, cases[i].n);
        db_done(q);
    }
    CHECK(!journal_append(h.j, &v, text, JOURNAL_TEXT_MAX + 1, &seq, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_INT(seq, 77);
    CHECK_INT(append(&h, &v, "{}"), (int64_t)M2_COUNT(cases) + 2);
    buf_release(&back);
    free(text);
    close_hub(&h);
}

/* --- receipts, dropping, numbering on */

TEST(journal, export_begins_behind_the_receipt_and_stops_when_told)
{
    struct hub h;
    struct journal_receipt r;
    int64_t n_new;
    struct err err;

    open_hub(&h, test_path("export.db"), "made");
    for (int i = 0; i < 3; i++) {
        one_visit(&h, "{}");
    }
    export(&h);
    r = receipt_of(3, 1);
    CHECK(journal_receive(h.j, &r, &n_new, &err));
    CHECK_INT(n_new, 4);
    export(&h);
    CHECK_INT(rows.n, 2);
    CHECK_INT(rows.row[0].seq, 5);
    CHECK_INT(stats_of(&h).unreceipted_rows, 2);
    CHECK_INT(stats_of(&h).receipted_seq, 4);
    CHECK_INT(stats_of(&h).rows, 6);
    close_hub(&h);
}

TEST(journal, a_receipt_counts_only_for_our_own_row_and_a_higher_counter) /* T44 */
{
    struct hub h;
    struct journal_receipt good, bad;
    int64_t n_new;
    enum err_code code;

    open_hub(&h, test_path("receipt.db"), "made");
    one_visit(&h, "{}");
    one_visit(&h, "{}");
    export(&h);
    good = receipt_of(1, 7);

    bad = good;
    bad.hash[31] ^= 1;
    CHECK(!receive(&h, &bad, &n_new, &code));
    CHECK_INT(code, ERR_TRUST);
    bad = good;
    bad.epoch ^= 1;
    CHECK(!receive(&h, &bad, &n_new, &code));
    CHECK_INT(code, ERR_TRUST);
    bad = good;
    bad.up_to_seq = 3;
    CHECK(!receive(&h, &bad, &n_new, &code));
    CHECK_INT(code, ERR_TRUST);
    bad.up_to_seq = 5;
    CHECK(!receive(&h, &bad, &n_new, &code));
    CHECK_INT(code, ERR_TRUST);
    CHECK_INT(stats_of(&h).receipted_seq, 0);

    CHECK(receive(&h, &good, &n_new, &code));
    CHECK_INT(n_new, 2);
    CHECK(receive(&h, &good, &n_new, &code)); /* the same stick again */
    CHECK_INT(n_new, 0);
    bad.counter = 6; /* older than what came already: nothing changes */
    CHECK(receive(&h, &bad, &n_new, &code));
    CHECK_INT(n_new, 0);
    CHECK_INT(stats_of(&h).receipted_seq, 2);
    export(&h);
    good = receipt_of(1, 8);
    CHECK(receive(&h, &good, &n_new, &code));
    CHECK_INT(n_new, 2);
    CHECK_INT(stats_of(&h).unreceipted_rows, 0);
    close_hub(&h);
}

TEST(journal, receipt_for_row_numbers_that_cannot_be_was_taken) /* row 0 and the last number there is */
{
    static const int64_t numbers[] = {0, -1, INT64_MIN, INT64_MAX, INT64_MAX - 1};
    struct hub h;
    int64_t n_new;
    enum err_code code;

    open_hub(&h, test_path("numbers.db"), "made");
    one_visit(&h, "{}");
    for (size_t i = 0; i < M2_COUNT(numbers); i++) {
        struct journal_receipt r = {.up_to_seq = numbers[i], .counter = 1}; /* epoch and hash are zeros */

        CHECK(!receive(&h, &r, &n_new, &code));
        CHECK_INT(code, ERR_TRUST);
        r.epoch = stats_of(&h).epoch;
        CHECK(!receive(&h, &r, &n_new, &code));
        CHECK_INT(code, ERR_TRUST);
    }
    CHECK_INT(stats_of(&h).unreceipted_rows, 2);
    close_hub(&h);
}

TEST(journal, receipted_rows_stay_30_counted_days_and_not_one_more) /* T43 */
{
    struct hub h;
    int64_t last;

    open_hub(&h, test_path("keep.db"), "made");
    count_days(&h, 20000, 1);
    one_visit(&h, "{}");
    receive_all(&h, 1);
    one_visit(&h, "{}");
    count_days(&h, 20001, JOURNAL_KEEP_DAYS - 1);
    CHECK_INT(prune(&h), 0);
    count_days(&h, 20500, 1);
    CHECK_INT(prune(&h), 2);
    CHECK_INT(prune(&h), 0);
    CHECK_INT(stats_of(&h).rows, 2);
    close_hub(&h);
    open_hub(&h, test_path("keep.db"), NULL); /* the chain begins at the anchor */
    last = one_visit(&h, "{}");
    CHECK_INT(last, 6);
    export(&h);
    CHECK_INT(rows.n, 4);
    CHECK_INT(rows.row[0].seq, 3);
    close_hub(&h);
}

TEST(journal, dropped_rows_gave_no_room_back_to_the_disk)
{
    static char text[500];
    const char *path = test_path("room.db");
    struct hub h;
    int64_t full;

    memset(text, 'x', sizeof text - 1);
    open_hub(&h, path, "made");
    count_days(&h, 1, 1);
    while (stats_of(&h).last_seq <= 2 * JOURNAL_PRUNE_ROWS) { /* an odd number more than two transactions take */
        one_visit(&h, text);
    }
    receive_all(&h, 1);
    close_hub(&h);
    full = fsio_size(path);
    open_hub(&h, path, NULL);
    count_days(&h, 2, JOURNAL_KEEP_DAYS);
    CHECK_INT(prune(&h), 2 * JOURNAL_PRUNE_ROWS + 2);
    CHECK_INT(stats_of(&h).rows, 0);
    CHECK(fsio_size(path) < full / 2);
    close_hub(&h);
}

TEST(journal, rows_without_a_receipt_never_go_for_their_age_and_staff_are_told_their_days) /* T43 */
{
    struct hub h;

    open_hub(&h, test_path("old.db"), "made");
    CHECK_INT(stats_of(&h).oldest_unreceipted_days, 0);
    count_days(&h, 20000, 1);
    one_visit(&h, "{}");
    CHECK_INT(stats_of(&h).oldest_unreceipted_days, 0);
    for (int i = 1; i <= JOURNAL_WARN_DAYS; i++) {
        count_days(&h, 20000 + i, 1);
        one_visit(&h, "{}");
    }
    CHECK_INT(prune(&h), 0);
    CHECK_INT(stats_of(&h).oldest_unreceipted_days, JOURNAL_WARN_DAYS);
    CHECK_INT(stats_of(&h).rows, 2 * (JOURNAL_WARN_DAYS + 1));
    receive_all(&h, 1);
    CHECK_INT(stats_of(&h).oldest_unreceipted_days, 0);
    close_hub(&h);
}

/* A receipt that comes with the next stick leaves the rows written since: they are younger than the first row ever. */
TEST(journal, rows_behind_a_receipt_were_as_old_as_the_first_row_of_all)
{
    struct hub h;
    struct journal_receipt r;
    int64_t n_new;
    struct err err;

    open_hub(&h, test_path("waiting.db"), "made");
    count_days(&h, 20000, 1);
    one_visit(&h, "{}");
    export(&h); /* goes with a stick */
    r = receipt_of(1, 1);
    count_days(&h, 20001, 100);
    one_visit(&h, "{}");
    count_days(&h, 20101, 5);
    CHECK_INT(stats_of(&h).oldest_unreceipted_days, 105);
    CHECK(journal_receive(h.j, &r, &n_new, &err));
    CHECK_INT(stats_of(&h).oldest_unreceipted_days, 5);
    close_hub(&h);
}

TEST(journal, a_counted_day_needs_a_visit_and_another_date_whichever_way_the_clock_jumps) /* T8 */
{
    static const int64_t days[] = {20000, 20000, 0, 0, 49673, 49673, 20000, -1, 20001};
    static const int64_t counted[] = {1, 1, 2, 2, 3, 3, 4, 5, 6};
    struct hub h;
    struct err err;

    open_hub(&h, test_path("days.db"), "made");
    CHECK_INT(stats_of(&h).counted_day, 0);
    for (size_t i = 0; i < M2_COUNT(days); i++) {
        CHECK(journal_count_day(h.j, days[i], &err));
        CHECK_INT(stats_of(&h).counted_day, counted[i]);
    }
    close_hub(&h);
}

TEST(journal, proof_of_identity_dropped_to_empty_then_appended_numbers_go_on)
{
    struct hub h;
    uint8_t last[SEAL_HASH_BYTES], before[SEAL_HASH_BYTES];
    struct fx_row dropped[2];
    struct journal_receipt r;
    int64_t n_new;
    enum err_code code;
    struct err err;

    open_hub(&h, test_path("empty.db"), "made");
    one_visit(&h, "{\"first\":1}");
    receive_all(&h, 1);
    memcpy(dropped, rows.row, sizeof dropped);
    memcpy(last, rows.row[1].hash, sizeof last);
    count_days(&h, 20000, JOURNAL_KEEP_DAYS);
    CHECK_INT(prune(&h), 2);
    CHECK_INT(stats_of(&h).rows, 0);
    CHECK_INT(stats_of(&h).last_seq, 2);
    CHECK(db_number(db_stmt(h.db, "SELECT count(*) FROM day"), -1, &n_new, &err));
    CHECK_INT(n_new, 1); /* the days of dropped rows went too */
    close_hub(&h);

    open_hub(&h, test_path("empty.db"), NULL);
    CHECK(journal_hash_before(h.j, 3, before, &err));
    CHECK(memcmp(before, last, sizeof last) == 0);
    CHECK_INT(one_visit(&h, "{\"second\":1}"), 4);
    export(&h);
    CHECK_INT(rows.n, 2);
    CHECK_INT(rows.row[0].seq, 3);
    /* The receipt of the dropped row counts still; one for a row before it has nothing to be compared with. */
    r = (struct journal_receipt){.epoch = dropped[1].epoch, .up_to_seq = 2, .counter = 2};
    memcpy(r.hash, last, sizeof last);
    CHECK(receive(&h, &r, &n_new, &code));
    CHECK_INT(n_new, 0);
    r = (struct journal_receipt){.epoch = dropped[0].epoch, .up_to_seq = 1, .counter = 3};
    memcpy(r.hash, dropped[0].hash, sizeof r.hash);
    CHECK(!receive(&h, &r, &n_new, &code));
    CHECK_INT(code, ERR_TRUST);
    memcpy(&rows.row[rows.n], dropped, sizeof dropped);
    rows.n += 2;
    CHECK(fx_nonces_differ(&rows));
    close_hub(&h);
    CHECK(reopens(test_path("empty.db"), &err));
}

TEST(journal, a_new_epoch_goes_on_with_the_numbers_and_old_receipts_still_fit)
{
    struct hub h;
    struct journal_receipt r;
    uint64_t first, second;
    int64_t n_new;
    struct err err;

    open_hub(&h, test_path("epoch.db"), "made");
    first = stats_of(&h).epoch;
    one_visit(&h, "{}");
    close_hub(&h);
    open_hub(&h, test_path("epoch.db"), "copied");
    close_hub(&h);
    open_hub(&h, test_path("epoch.db"), "restored"); /* an epoch without rows is replaced, not kept */
    second = stats_of(&h).epoch;
    CHECK(second != first && first != 0 && second != 0);
    one_visit(&h, "{}");
    export(&h);
    CHECK_INT(rows.n, 4);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(rows.row[i].seq, i + 1);
        CHECK(rows.row[i].epoch == (i < 2 ? first : second));
    }
    r = receipt_of(1, 1);
    CHECK(journal_receive(h.j, &r, &n_new, &err));
    CHECK_INT(n_new, 2);
    close_hub(&h);
    CHECK(reopens(test_path("epoch.db"), &err));
}

TEST(journal, proof_of_identity_a_failed_append_leaves_no_number_and_no_row_behind)
{
    struct hub h;
    struct journal_visit v = fx_visit();
    int64_t seq, pages, n_failed = 0;
    char text[] = "{\"n\":0}", *sql;
    struct err err = {0};
    struct fx_rows *seen = mem_alloc(sizeof *seen);

    open_hub(&h, test_path("full.db"), "made");
    append_key(&h, &v);
    CHECK(db_number(db_stmt(h.db, "PRAGMA page_count"), 0, &pages, &err));
    for (int i = 0; i < 9; i++) { /* each round the disk is full, room is made, the same row is tried again */
        text[5] = (char)('0' + i);
        sql = mem_fmt("PRAGMA max_page_count = %d", (int)pages);
        CHECK(db_script(h.db, sql, &err));
        free(sql);
        for (int k = 0; k < 200; k++) {
            CHECK(db_begin(h.db, "append", &err));
            if (journal_append(h.j, &v, text, strlen(text), &seq, &err)) {
                CHECK(db_commit(h.db, &err));
                continue;
            }
            db_rollback(h.db);
            n_failed++;
            CHECK_INT(err.code, ERR_NO_SPACE);
            CHECK_INT(stats_of(&h).last_seq + 1, stats_of(&h).rows + 1);
            break;
        }
        CHECK_INT(n_failed, i + 1);
        pages += 8;
    }
    sql = mem_fmt("PRAGMA max_page_count = %d", (int)pages + 100);
    CHECK(db_script(h.db, sql, &err));
    free(sql);
    append(&h, &v, "{\"end\":1}");
    export(&h);
    for (int i = 0; i < rows.n; i++) {
        CHECK_INT(rows.row[i].seq, i + 1);
    }
    *seen = rows;
    CHECK(fx_nonces_differ(seen));
    free(seen);
    close_hub(&h);
    CHECK(reopens(test_path("full.db"), &err));
}

/* --- damage */

TEST(journal, each_kind_of_damage_to_a_row_is_found_at_the_start_and_named) /* T6 */
{
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"UPDATE journal SET body = zeroblob(272) WHERE seq = 4", "row 4 does not fit"},
        {"UPDATE journal SET nonce = zeroblob(24) WHERE seq = 3", "row 3 does not fit"},
        {"UPDATE journal SET visit = zeroblob(16) WHERE seq = 1", "row 1 does not fit"},
        {"UPDATE journal SET hash = zeroblob(32) WHERE seq = 6", "row 6 does not fit"},
        {"UPDATE journal SET hash = zeroblob(31) WHERE seq = 2", "row 2: a column of 31 bytes"},
        {"UPDATE journal SET nonce = x'' WHERE seq = 2", "row 2: a column of 0 bytes"},
        {"DELETE FROM journal WHERE seq = 3", "row 3 is missing"},
        {"DELETE FROM journal WHERE seq = 1", "row 1 is missing"},
        {"UPDATE epoch SET number = number + 1", "row 1 does not fit"},
        {"DELETE FROM epoch", "row 1 does not fit"},
        {"UPDATE journal SET seq = 9 WHERE seq = 6", "row 6 is missing"},
    };
    struct hub h;
    struct err err;

    open_hub(&h, test_path("sound.db"), "made");
    for (int i = 0; i < 3; i++) {
        one_visit(&h, "{}");
    }
    close_hub(&h);
    CHECK(reopens(test_path("sound.db"), &err));
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        fx_copy_file(test_path("sound.db"), test_path("damaged.db"));
        run_sql(test_path("damaged.db"), cases[i].sql);
        CHECK(!reopens(test_path("damaged.db"), &err));
        CHECK_INT(err.code, ERR_CORRUPT);
        CHECK_HAS(err.text, cases[i].says);
    }
}

/* The chain of what is left fits; the numbers tell that rows are gone. */
TEST(journal, missing_last_rows_were_found_only_by_the_next_append)
{
    static const struct {
        const char *sql, *says;
    } cases[] = {
        {"DELETE FROM journal WHERE seq = 6", "row 6 is missing"},
        {"DELETE FROM journal WHERE seq >= 4", "row 4 is missing"},
        {"DELETE FROM journal", "row 1 is missing"},
        {"DELETE FROM sqlite_sequence", "row numbers begin again at 1"},
        {"UPDATE sqlite_sequence SET seq = 2", "row numbers begin again at 3"},
    };
    struct hub h;
    struct err err;

    open_hub(&h, test_path("whole.db"), "made");
    for (int i = 0; i < 3; i++) {
        one_visit(&h, "{}");
    }
    close_hub(&h);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        fx_copy_file(test_path("whole.db"), test_path("short.db"));
        run_sql(test_path("short.db"), cases[i].sql);
        CHECK(!reopens(test_path("short.db"), &err));
        CHECK_INT(err.code, ERR_CORRUPT);
        CHECK_HAS(err.text, cases[i].says);
    }
}

TEST(journal, each_cut_length_and_many_flips_of_the_file_are_refused_or_show_the_same_rows) /* T6 */
{
    struct hub h;
    struct buf file = {0};
    struct rng r = {.state = 11};
    struct err err;
    int n_refused = 0, n_flips = test_is_long() ? 10000 : 300;

    open_hub(&h, test_path("rot.db"), "made");
    for (int i = 0; i < 8; i++) {
        one_visit(&h, "{}");
    }
    close_hub(&h);
    CHECK(fsio_read(test_path("rot.db"), 1 << 20, &file, &err));
    for (size_t n = 4096; n < file.len; n += 4096) {
        CHECK(fsio_replace(test_path("rotten.db"), file.data, n - 1000, 0600, &err));
        CHECK(!reopens(test_path("rotten.db"), &err));
        CHECK_INT(err.code, ERR_CORRUPT);
    }
    for (int i = 0; i < n_flips; i++) {
        size_t at = rng_below(&r, (uint32_t)file.len);
        char bit = (char)(1 << rng_below(&r, 8));
        FILE *f;

        file.data[at] ^= bit;
        f = fopen(test_path("rotten.db"), "wb"); /* no sync: hundreds of files */
        CHECK(f && fwrite(file.data, 1, file.len, f) == file.len && fclose(f) == 0);
        if (!reopens(test_path("rotten.db"), &err)) {
            n_refused++;
        } else {
            struct hub again;

            open_hub(&again, test_path("rotten.db"), NULL);
            export(&again);
            CHECK(rows.n == 16 || stats_of(&again).rows == 16);
            close_hub(&again);
        }
        file.data[at] ^= bit;
    }
    CHECK(n_refused > 0);
    buf_release(&file);
}

/* "up_to_seq" became another column's name; SQLite found nothing wrong with the file. */
TEST(journal, a_flipped_letter_in_the_text_of_a_table_was_taken_for_a_sound_database) /* T6 */
{
    struct hub h;
    struct buf file = {0};
    struct err err;
    char *at;

    open_hub(&h, test_path("letter.db"), "made");
    close_hub(&h);
    CHECK(fsio_read(test_path("letter.db"), 1 << 20, &file, &err));
    at = memmem(file.data, file.len, "up_to_seq", 9);
    CHECK(at != NULL);
    at[1] ^= 1;
    CHECK(fsio_replace(test_path("letter.db"), file.data, file.len, 0600, &err));
    CHECK(!reopens(test_path("letter.db"), &err));
    CHECK_INT(err.code, ERR_CORRUPT);
    CHECK_HAS(err.text, "tables");
    buf_release(&file);
}

TEST(journal, damage_outside_of_the_rows_is_found_at_the_start_too) /* T6 */
{
    static const char *const names[] = {"journal_by_visit", "setting", "counter", "receipt", "day"};
    struct hub h;
    struct err err;

    open_hub(&h, test_path("tables.db"), "made");
    for (int i = 0; i < 8; i++) {
        one_visit(&h, "{}");
    }
    close_hub(&h);
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        struct stmt *q;
        int64_t page;
        FILE *f;

        fx_copy_file(test_path("tables.db"), test_path("table.db"));
        open_hub(&h, test_path("table.db"), NULL);
        q = db_stmt(h.db, "SELECT rootpage FROM sqlite_schema WHERE name = :name");
        db_text(q, ":name", names[i]);
        CHECK(db_number(q, 0, &page, &err) && page > 1);
        close_hub(&h);
        f = fopen(test_path("table.db"), "r+b");
        CHECK(f && fseek(f, (long)(page - 1) * 4096, SEEK_SET) == 0 && fputs("rotten", f) >= 0 && fclose(f) == 0);
        CHECK(!reopens(test_path("table.db"), &err));
        CHECK_INT(err.code, ERR_CORRUPT);
        CHECK_HAS(err.text, "table.db");
    }
}

TEST(journal, a_whole_table_whose_columns_stand_in_another_order_than_its_key_was_called_damaged)
{
    const char *path = test_path("order.db");
    struct db_options options = {0};
    struct db *db;
    struct err err = {0};

    CHECK(db_open(path, &options, &db, &err));
    CHECK(db_script(db,
                    "CREATE TABLE t (a BLOB NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, PRIMARY KEY (a, c, b))"
                    " STRICT, WITHOUT ROWID; INSERT INTO t VALUES (x'01', 2, 3)",
                    &err));
    db_close(db);
    if (!db_open(path, &options, &db, &err)) {
        fail_msg("%s", err.text);
    }
    db_close(db);
}

TEST(journal, a_file_that_is_no_database_is_damaged_and_one_of_somebody_else_has_no_journal)
{
    struct err err;
    struct db *db;

    fx_keys();
    CHECK(fsio_replace(test_path("text.db"), "this is a shopping list, not a database, and it is long enough", 62, 0600,
                       &err));
    CHECK(!reopens(test_path("text.db"), &err));
    CHECK_INT(err.code, ERR_CORRUPT);
    CHECK_HAS(err.text, "text.db");
    CHECK(db_open(test_path("other.db"), &(struct db_options){0}, &db, &err));
    CHECK(db_script(db, "CREATE TABLE journal (title TEXT, day TEXT)", &err));
    db_close(db);
    CHECK(!reopens(test_path("other.db"), &err));
    CHECK_HAS(err.text, "journal");
    CHECK(!db_open(test_path("absent.db"), &(struct db_options){.must_exist = true}, &db, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK(!fsio_exists(test_path("absent.db")));
}

/* --- schema */

TEST(journal, an_empty_file_becomes_a_database_of_the_newest_schema_once)
{
    struct hub h;
    int64_t version, again, n = 0;
    struct err err;

    CHECK(fsio_replace(test_path("new.db"), "", 0, 0600, &err));
    open_hub(&h, test_path("new.db"), "made");
    CHECK(db_number(db_stmt(h.db, "PRAGMA user_version"), 0, &version, &err));
    while (db_migrations[n].name) {
        n++;
    }
    CHECK_INT(version, n);
    one_visit(&h, "{}");
    close_hub(&h);
    open_hub(&h, test_path("new.db"), NULL);
    CHECK(db_number(db_stmt(h.db, "PRAGMA user_version"), 0, &again, &err));
    CHECK_INT(again, n);
    CHECK_INT(stats_of(&h).rows, 2);
    close_hub(&h);
}

TEST(journal, each_older_schema_is_brought_up_to_date_with_its_rows) /* T2 */
{
    for (int from = 1; db_migrations[from].name; from++) {
        struct db_migration old[8] = {0};
        struct hub h;
        struct db *db;
        struct err err;
        char name[32];

        snprintf(name, sizeof name, "from%d.db", from);
        memcpy(old, db_migrations, (size_t)from * sizeof old[0]);
        CHECK(db_open(test_path(name), &(struct db_options){.migrations = old}, &db, &err));
        CHECK(settings_set(db, "kept", "yes", &err));
        CHECK(settings_set(db, "day.counted", "9", &err));
        db_close(db);
        open_hub(&h, test_path(name), "made");
        char value[SETTINGS_VALUE_MAX];

        CHECK(settings_get(h.db, "kept", value, sizeof value, &err));
        CHECK_STR(value, "yes");
        CHECK_INT(stats_of(&h).counted_day, 9);
        one_visit(&h, "{}");
        close_hub(&h);
        CHECK(reopens(test_path(name), &err));
    }
}

TEST(journal, a_migration_that_fails_half_way_leaves_the_old_schema_whole) /* T2 */
{
    static const struct db_migration bad[] = {
        {"001_first", "CREATE TABLE a (x); INSERT INTO a VALUES (1);"},
        {"002_second", "CREATE TABLE b (x); INSERT INTO a VALUES (2); INSERT INTO nowhere VALUES (3);"},
        {NULL, NULL},
    };
    static const struct db_migration good[] = {
        {"001_first", "CREATE TABLE a (x); INSERT INTO a VALUES (1);"},
        {"002_second", "CREATE TABLE b (x); INSERT INTO a VALUES (2);"},
        {NULL, NULL},
    };
    struct db *db;
    int64_t n;
    struct err err;

    CHECK(!db_open(test_path("half.db"), &(struct db_options){.migrations = bad}, &db, &err));
    CHECK_HAS(err.text, "schema 002_second");
    CHECK(db_open(test_path("half.db"), &(struct db_options){.must_exist = true}, &db, &err));
    CHECK(db_number(db_stmt(db, "PRAGMA user_version"), 0, &n, &err));
    CHECK_INT(n, 1);
    CHECK(db_number(db_stmt(db, "SELECT count(*) FROM a"), 0, &n, &err));
    CHECK_INT(n, 1);
    db_close(db);
    CHECK(db_open(test_path("half.db"), &(struct db_options){.migrations = good}, &db, &err));
    CHECK(db_number(db_stmt(db, "SELECT count(*) FROM a"), 0, &n, &err));
    CHECK_INT(n, 2);
    db_close(db);
}

TEST(journal, a_database_of_a_newer_program_is_left_alone)
{
    struct hub h;
    struct err err;

    open_hub(&h, test_path("newer.db"), "made");
    close_hub(&h);
    run_sql(test_path("newer.db"), "PRAGMA user_version = 99");
    CHECK(!reopens(test_path("newer.db"), &err));
    CHECK_INT(err.code, ERR_VERSION);
    CHECK_HAS(err.text, "newer program; update this one");
}

TEST(journal, every_statement_prepares_on_a_fresh_schema_and_none_walks_the_whole_journal)
{
    static const char *const *const lists[] = {journal_sql, settings_sql, counters_sql,
                                               tokens_sql,  board_sql,    board_hubs_sql};
    struct hub h;
    struct err err;

    open_hub(&h, test_path("sql.db"), "made");
    for (size_t l = 0; l < M2_COUNT(lists); l++) {
        for (int i = 0; lists[l][i]; i++) {
            char *explain = mem_fmt("EXPLAIN %s", lists[l][i]);

            CHECK(db_script(h.db, explain, &err));
            CHECK(!db_scans(h.db, lists[l][i], "journal") && !db_scans(h.db, lists[l][i], "token"));
            free(explain);
        }
    }
    CHECK(db_scans(h.db, "SELECT count(*) FROM journal WHERE body = x''", "journal")); /* the check itself can fail */
    close_hub(&h);
}

/* --- the connection */

TEST(journal, the_database_is_opened_as_the_design_says)
{
    static const struct {
        const char *pragma;
        int64_t value;
    } cases[] = {
        {"PRAGMA synchronous", 2},   {"PRAGMA foreign_keys", 1}, {"PRAGMA trusted_schema", 0},
        {"PRAGMA secure_delete", 1}, {"PRAGMA temp_store", 2},
    };
    struct hub h;
    struct stmt *q;
    bool has_row;
    int64_t value;
    struct err err;

    open_hub(&h, test_path("pragma.db"), "made");
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        CHECK(db_number(db_stmt(h.db, cases[i].pragma), -1, &value, &err));
        CHECK_INT(value, cases[i].value);
    }
    q = db_stmt(h.db, "PRAGMA journal_mode");
    CHECK(db_next(q, &has_row, &err) && has_row);
    CHECK_STR(db_col_text(q, 0), "wal");
    db_done(q);
    close_hub(&h);
}

TEST(journal, nested_transactions_write_at_the_outermost_commit_and_four_are_the_limit)
{
    struct hub h, other;
    int64_t n;
    struct err err = {0};

    open_hub(&h, test_path("nested.db"), "made");
    for (int i = 0; i < DB_DEPTH_MAX; i++) {
        CHECK(db_begin(h.db, "level", &err));
    }
    CHECK(!db_begin(h.db, "fifth", &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK_HAS(err.text, "'fifth' begun inside 'level'");
    one_visit(&h, "{}");
    for (int i = 1; i < DB_DEPTH_MAX; i++) {
        CHECK(db_commit(h.db, &err));
    }
    CHECK(db_open(test_path("nested.db"), &(struct db_options){.is_reading = true}, &other.db, &err));
    CHECK(db_number(db_stmt(other.db, "SELECT count(*) FROM journal"), -1, &n, &err));
    CHECK_INT(n, 0);
    CHECK(db_commit(h.db, &err));
    CHECK(db_number(db_stmt(other.db, "SELECT count(*) FROM journal"), -1, &n, &err));
    CHECK_INT(n, 2);
    CHECK(!db_script(other.db, "DELETE FROM setting", &err));
    db_close(other.db);
    close_hub(&h);
}

TEST(journal, a_rolled_back_visit_leaves_neither_rows_nor_numbers_nor_counted_days)
{
    struct hub h;
    struct err err;

    open_hub(&h, test_path("back.db"), "made");
    one_visit(&h, "{}");
    CHECK(db_begin(h.db, "append", &err));
    count_days(&h, 20000, 1);
    one_visit(&h, "{}");
    CHECK(counters_raise(h.db, "visits", &err));
    db_rollback(h.db);
    CHECK_INT(stats_of(&h).counted_day, 0);
    CHECK_INT(stats_of(&h).last_seq, 2);
    CHECK_INT(one_visit(&h, "{}"), 4);
    close_hub(&h);
    CHECK(reopens(test_path("back.db"), &err));
}

/* --- counters and settings */

TEST(counters, visits_count_by_day_all_else_by_quarter_and_unknown_without_a_clock) /* T8, T42 */
{
    static const struct {
        int64_t wall_s;
        const char *visits, *lessons;
    } cases[] = {
        {1795430520, "2026-11-23", "2026-Q4"}, {1767225600, "2026-01-01", "2026-Q1"},
        {1767225599, "unknown", "unknown"},    {4102444799, "2099-12-31", "2099-Q4"},
        {4102444800, "unknown", "unknown"},    {0, "unknown", "unknown"},
        {4293734400, "unknown", "unknown"}, /* 2106 */
    };
    struct hub h;
    int64_t n;
    struct err err;

    clock_go_virtual();
    open_hub(&h, test_path("count.db"), "made");
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct stmt *q = db_stmt(h.db, "SELECT count(*) FROM counter WHERE period = :p AND key = :k");

        clock_set_wall(cases[i].wall_s);
        CHECK(counters_raise(h.db, "visits", &err) && counters_raise(h.db, "lessons", &err));
        db_text(q, ":p", cases[i].visits);
        db_text(q, ":k", "visits");
        CHECK(db_number(q, -1, &n, &err));
        CHECK_INT(n, 1);
        q = db_stmt(h.db, "SELECT count(*) FROM counter WHERE period = :p AND key = :k");
        db_text(q, ":p", cases[i].lessons);
        db_text(q, ":k", "lessons");
        CHECK(db_number(q, -1, &n, &err));
        CHECK_INT(n, 1);
    }
    CHECK(counters_total(h.db, "visits", &n, &err));
    CHECK_INT(n, (int64_t)M2_COUNT(cases));
    CHECK(counters_total(h.db, "never", &n, &err));
    CHECK_INT(n, 0);
    close_hub(&h);
}

TEST(counters, forty_keys_count_and_the_forty_first_is_left_out)
{
    struct hub h;
    int64_t n;
    char key[16];
    struct err err;

    clock_go_virtual();
    open_hub(&h, test_path("keys.db"), "made");
    for (int i = 0; i <= COUNTERS_KEYS_MAX; i++) {
        snprintf(key, sizeof key, "key%d", i);
        CHECK(counters_raise(h.db, key, &err));
        CHECK(counters_total(h.db, key, &n, &err));
        CHECK_INT(n, i < COUNTERS_KEYS_MAX);
    }
    CHECK(counters_raise(h.db, "key0", &err));
    CHECK(counters_total(h.db, "key0", &n, &err));
    CHECK_INT(n, 2);
    close_hub(&h);
}

TEST(settings, values_are_kept_replaced_and_limited_to_1023_bytes)
{
    struct hub h;
    char value[SETTINGS_VALUE_MAX], long_one[SETTINGS_VALUE_MAX + 1];
    struct err err;

    open_hub(&h, test_path("settings.db"), "made");
    CHECK(settings_get(h.db, "volume", value, sizeof value, &err));
    CHECK_STR(value, "");
    CHECK(settings_set(h.db, "volume", "3", &err) && settings_set(h.db, "volume", "4", &err));
    CHECK(settings_get(h.db, "volume", value, sizeof value, &err));
    CHECK_STR(value, "4");
    memset(long_one, 'x', sizeof long_one);
    long_one[SETTINGS_VALUE_MAX] = '\0';
    CHECK(!settings_set(h.db, "volume", long_one, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    long_one[SETTINGS_VALUE_MAX - 1] = '\0';
    CHECK(settings_set(h.db, "volume", long_one, &err));
    CHECK(settings_get(h.db, "volume", value, sizeof value, &err));
    CHECK_STR(value, long_one);
    close_hub(&h);
}
