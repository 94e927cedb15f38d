/* test_clerk_identity: the clerk on a folder that was copied, put back or dropped: it says so and mixes nothing
 * (THREATS T44). Also run under the thread sanitizer. */
#include "unit/clerk_fixture.h"

/* Every row both exports have under one (epoch, seq) is the same row. */
static bool agree(const struct fx_rows *a, const struct fx_rows *b)
{
    for (int i = 0; i < a->n; i++) {
        for (int k = 0; k < b->n; k++) {
            const struct fx_row *x = &a->row[i], *y = &b->row[k];

            if (x->epoch == y->epoch && x->seq == y->seq && memcmp(x->hash, y->hash, sizeof x->hash) != 0) {
                return false;
            }
        }
    }
    return true;
}

static int rows_of_epoch(const struct fx_rows *r, uint64_t epoch)
{
    int n = 0;

    for (int i = 0; i < r->n; i++) {
        n += r->row[i].epoch == epoch;
    }
    return n;
}

static void copy_folder(const char *from, const char *to)
{
    static const char *const names[] = {"station.json",     "hub.db",           "witness",
                                        "keys/station.key", "keys/station.pub", "keys/office.pub"};
    struct err err;

    CHECK(fsio_make_dirs(datafolder_path(to, "keys"), 0700, &err));
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        fx_copy_file(datafolder_path(from, names[i]), datafolder_path(to, names[i]));
    }
    if (!fsio_exists(datafolder_path(to, "reserve"))) {
        link_reserve(to);
    }
}

TEST(clerk_identity, proof_of_identity_the_folder_runs_from_a_copy_beside_the_original)
{
    static struct fx_rows original, copied;
    const char *dir = make_folder("original"), *copy = test_path("copy");
    struct journal_visit v = fx_visit(), a = fx_visit(), b = fx_visit();
    uint64_t epoch;
    struct station s;

    start(&s, dir, NULL);
    saved(&s, &v, true, "common");
    epoch = stats_of(&s).journal.epoch;
    stop(&s);
    copy_folder(dir, copy);

    start(&s, dir, NULL);
    CHECK(stats_of(&s).journal.epoch == epoch);
    CHECK_INT(saved(&s, &a, true, "in the original"), 4);
    export(&s);
    original = rows;
    stop(&s);

    start(&s, copy, NULL);
    CHECK(stats_of(&s).journal.epoch != epoch);
    CHECK_INT(saved(&s, &b, true, "in the copy"), 4); /* the same numbers in another epoch */
    CHECK_STR(texts_of(&s, &v), "common");
    CHECK_STR(texts_of(&s, &a), "");
    export(&s);
    copied = rows;
    stop(&s);

    CHECK(agree(&original, &copied));
    CHECK_INT(rows_of_epoch(&copied, epoch), 2);
    CHECK_INT(rows_of_epoch(&original, epoch), 4);
    memcpy(&rows.row[rows.n], &original.row[2], 2 * sizeof rows.row[0]);
    rows.n += 2;
    CHECK(fx_nonces_differ(&rows));
    epoch = copied.row[3].epoch;
    start(&s, copy, NULL); /* the copy is a folder of its own now */
    CHECK(stats_of(&s).journal.epoch == epoch);
    stop(&s);
}

TEST(clerk_identity, proof_of_identity_an_old_copy_is_put_back)
{
    static struct fx_rows lost;
    const char *dir = make_folder("putback"), *old = test_path("old");
    struct journal_visit v = fx_visit(), gone = fx_visit(), again = fx_visit();
    uint64_t epoch;
    struct station s;
    struct err err;

    start(&s, dir, NULL);
    saved(&s, &v, true, "kept");
    epoch = stats_of(&s).journal.epoch;
    stop(&s);
    CHECK(fsio_make_dirs(old, 0700, &err));
    fx_copy_file(datafolder_path(dir, "hub.db"), datafolder_path(old, "hub.db"));

    start(&s, dir, NULL);
    saved(&s, &gone, true, "went with a stick, then lost here");
    clerk_visit_over(s.clerk);
    export(&s);
    lost = rows;
    stop(&s);

    struct buf bytes = {0};
    FILE *f;

    CHECK(fsio_read(datafolder_path(old, "hub.db"), 1 << 20, &bytes, &err)); /* into the same file, as cp does */
    f = fopen(datafolder_path(dir, "hub.db"), "wb");
    CHECK(f && fwrite(bytes.data, 1, bytes.len, f) == bytes.len && fclose(f) == 0);
    buf_release(&bytes);

    start(&s, dir, NULL);
    CHECK(stats_of(&s).journal.epoch != epoch); /* the witness knew of more rows */
    CHECK_INT(saved(&s, &again, true, "after"), 4);
    CHECK_STR(texts_of(&s, &v), "kept");
    CHECK_STR(texts_of(&s, &gone), "");
    export(&s);
    stop(&s);
    CHECK(agree(&lost, &rows));
    CHECK_INT(rows_of_epoch(&rows, epoch), 2);
    memcpy(&rows.row[rows.n], &lost.row[2], 2 * sizeof rows.row[0]);
    rows.n += 2;
    CHECK(fx_nonces_differ(&rows));
}

/* The witness was written before the new epoch was on the card: cut in between, the next start saw the same folder, and
 * gave out the old epoch's numbers again. */
TEST(clerk_identity, proof_of_identity_a_put_back_folder_cut_at_its_first_start_is_still_a_put_back_one)
{
    const char *dir = make_folder("cutback");
    struct buf bytes = {0};
    struct journal_visit v = fx_visit(), gone = fx_visit();
    uint64_t epoch;
    struct station s;
    struct err err;
    FILE *f;

    start(&s, dir, NULL);
    saved(&s, &v, true, "kept");
    epoch = stats_of(&s).journal.epoch;
    stop(&s);
    CHECK(fsio_read(datafolder_path(dir, "hub.db"), 1 << 20, &bytes, &err));
    start(&s, dir, NULL);
    saved(&s, &gone, true, "lost here");
    stop(&s);
    f = fopen(datafolder_path(dir, "hub.db"), "wb");
    CHECK(f && fwrite(bytes.data, 1, bytes.len, f) == bytes.len && fclose(f) == 0);
    buf_release(&bytes);

    sick_begin(dir);
    sick.sync_fails = true;
    CHECK(!try_start(&s, dir, "sick", &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK(unlink(datafolder_path(dir, "hub.db-wal")) == 0); /* what was not synced is gone */
    sick.sync_fails = false;
    start(&s, dir, NULL);
    CHECK(stats_of(&s).journal.epoch != epoch);
    stop(&s);
}

/* Database and witness put back together look like the folder we left: the same numbers are given out again. The rows
 * are others, so the office sees two hashes under one key, and no nonce comes twice. */
TEST(clerk_identity, proof_of_identity_what_cannot_be_seen_here_is_a_conflict_and_no_mix)
{
    static struct fx_rows lost;
    const char *dir = make_folder("silent"), *old = test_path("silent-old");
    struct journal_visit v = fx_visit(), gone = fx_visit(), again = fx_visit();
    struct station s;
    struct err err;

    start(&s, dir, NULL);
    saved(&s, &v, true, "kept");
    stop(&s);
    copy_folder(dir, old);
    start(&s, dir, NULL);
    saved(&s, &gone, true, "{}");
    export(&s);
    lost = rows;
    stop(&s);
    struct buf bytes = {0};
    FILE *f;

    CHECK(fsio_read(datafolder_path(old, "hub.db"), 1 << 20, &bytes, &err));
    f = fopen(datafolder_path(dir, "hub.db"), "wb");
    CHECK(f && fwrite(bytes.data, 1, bytes.len, f) == bytes.len && fclose(f) == 0);
    buf_release(&bytes);
    fx_copy_file(datafolder_path(old, "witness"), datafolder_path(dir, "witness"));
    start(&s, dir, NULL);
    saved(&s, &again, true, "{}");
    export(&s);
    CHECK(!agree(&lost, &rows));
    memcpy(&rows.row[rows.n], &lost.row[2], 2 * sizeof rows.row[0]);
    rows.n += 2;
    CHECK(fx_nonces_differ(&rows));
    /* Whoever puts a copy back says so (`micro2 hub restore`), and then there is none. */
    uint64_t epoch = stats_of(&s).journal.epoch;

    CHECK(clerk_begin_epoch(s.clerk, "restored", &err));
    CHECK(stats_of(&s).journal.epoch != epoch);
    CHECK_INT(saved(&s, &again, false, "{}"), 5);
    stop(&s);
    start(&s, dir, NULL);
    CHECK(stats_of(&s).journal.epoch != epoch);
    CHECK_STR(texts_of(&s, &again), "{} {}");
    stop(&s);
}

TEST(clerk_identity, proof_of_identity_dropped_to_empty_then_appended)
{
    const char *dir = make_folder("pruned");
    struct journal_visit v = fx_visit(), later = fx_visit();
    struct journal_receipt r;
    struct station s;
    int64_t n_new;
    struct err err;

    start(&s, dir, NULL);
    saved(&s, &v, true, "first");
    export(&s);
    r = (struct journal_receipt){.epoch = rows.row[1].epoch, .up_to_seq = 2, .counter = 1};
    memcpy(r.hash, rows.row[1].hash, sizeof r.hash);
    CHECK(clerk_receive(s.clerk, &r, &n_new, &err));
    CHECK_INT(n_new, 2);
    stop(&s);
    for (int i = 0; i < JOURNAL_KEEP_DAYS; i++) { /* days go by with visits that are left before a row is kept */
        struct db *db;
        struct journal *j;

        CHECK(db_open(datafolder_path(dir, "hub.db"), &(struct db_options){.migrations = db_migrations}, &db, &err));
        CHECK(journal_open(db, fx_station.id, true, NULL, &j, &err));
        CHECK(journal_count_day(j, 30000 + i, &err));
        journal_close(j);
        db_close(db);
    }
    start(&s, dir, NULL);
    clerk_visit_over(s.clerk);
    CHECK_INT(stats_of(&s).journal.rows, 0);
    CHECK_INT(stats_of(&s).journal.last_seq, 2);
    CHECK_STR(texts_of(&s, &v), "");
    stop(&s);
    start(&s, dir, NULL);
    CHECK_INT(saved(&s, &later, true, "second"), 4);
    export(&s);
    CHECK_INT(rows.n, 2);
    CHECK_INT(rows.row[0].seq, 3);
    CHECK(clerk_receive(s.clerk, &r, &n_new, &err)); /* the old receipt on the next stick */
    CHECK_INT(n_new, 0);
    stop(&s);
}
