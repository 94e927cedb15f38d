/* test_clerk_failing: the clerk where storage fails: a sync or a read that failed ends the store and is not tried
 * again, damage is found (THREATS T4, T6, R3). Also run under the thread sanitizer. */
#include "unit/clerk_fixture.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Each of these meets a failing sync or read; afterwards the store is dead and writes nothing more, not even closing.
 */
enum doing { APPENDING, NOTING, TRYING_CODE, RECEIVING, PUTTING_CARD, RESUMING, ASKING, LEAVING, N_DOINGS };

static void do_one(struct station *s, enum doing what, const struct journal_visit *v, const struct journal_receipt *r)
{
    int64_t n_new;
    struct err err = {0};

    switch (what) {
    case APPENDING: {
        struct outcome o = append(s, v, false, "not saved");

        CHECK_INT(o.kind, EV_ROW_FAILED);
        CHECK_INT(o.err.code, ERR_IO);
        break;
    }
    case NOTING:
        CHECK(!clerk_note_setting(s->clerk, "key", "value", &err));
        CHECK_INT(err.code, ERR_IO);
        break;
    case TRYING_CODE:
        clerk_staff_try(s->clerk, "00000000", ++s->ticket);
        message_free(next_event(s));
        break;
    case RECEIVING:
        CHECK(!clerk_receive(s->clerk, r, &n_new, &err));
        CHECK_INT(err.code, ERR_IO);
        break;
    case PUTTING_CARD:
        clerk_board_put(s->clerk, &lift, ++s->ticket);
        message_free(&board(s, CLERK_BOARD_PUT, ERR_IO)->base);
        break;
    case RESUMING:
        sick.sync_fails = false;
        sick.read_fails = true;
        clerk_resume(s->clerk, v, ++s->ticket);
        message_free(next_event(s));
        break;
    case ASKING:
        sick.sync_fails = false;
        sick.read_fails = true;
        clerk_stats(s->clerk, ++s->ticket);
        message_free(next_event(s));
        break;
    case LEAVING:
        sick.sync_fails = false;
        sick.read_fails = true;
        clerk_visit_over(s->clerk);
        break;
    case N_DOINGS:
        break;
    }
}

/* More rows than SQLite keeps in memory, so that reading them again reads the card. */
static void fill_card(struct station *s)
{
    static char text[JOURNAL_TEXT_MAX + 1];
    struct journal_visit v = fx_visit();

    memset(text, 'x', JOURNAL_TEXT_MAX);
    for (int i = 0; i < 50; i++) {
        clerk_append(s->clerk, &v, i == 0, text, JOURNAL_TEXT_MAX, NULL, ++s->ticket);
        CHECK_INT(row_event(s, s->ticket).kind, EV_ROW_SAVED);
    }
}

/* Only an append was taken seriously; after a failed setting, receipt, code or reading the clerk went on writing. */
TEST(clerk_failing, a_failed_sync_outside_of_appends_did_not_end_the_store) /* T4, R3 */
{
    for (enum doing what = 0; what < N_DOINGS; what++) {
        struct journal_visit v = fx_visit();
        struct journal_receipt receipt;
        uint8_t anchor[SEAL_HASH_BYTES];
        char name[16], code[STAFF_DIGITS + 1];
        struct store_stats stats;
        struct station s;
        const char *dir;
        int n_writes;
        struct err err = {0};

        snprintf(name, sizeof name, "sync%d", what);
        dir = make_folder(name);
        sick_begin(dir);
        start(&s, dir, "sick");
        CHECK(clerk_new_staff_code(s.clerk, code, &err));
        saved(&s, &v, true, "saved");
        CHECK(clerk_export(s.clerk, take_first, &receipt, anchor, &err));
        if (what >= RESUMING) { /* these read */
            fill_card(&s);
        }
        sick.sync_fails = true;
        do_one(&s, what, &v, &receipt);
        check_dead(&s);
        sick.sync_fails = sick.read_fails = false; /* the kernel says all is well again: nobody may believe it */
        n_writes = sick.n_writes;
        CHECK_INT(append(&s, &v, false, "refused").kind, EV_ROW_FAILED);
        CHECK(!clerk_get_stats(s.clerk, &stats, &err));
        CHECK(!clerk_note_setting(s.clerk, "key", "value", &err));
        stop(&s);
        CHECK_INT(sick.n_writes, n_writes);

        start(&s, dir, NULL);
        CHECK(strncmp(texts_of(&s, &v), "saved", 5) == 0);
        saved(&s, &v, false, "goes on");
        stop(&s);
    }
}

/* SQLite moves rows from the log into the database by itself and tells nobody when that fails. */
TEST(clerk_failing, a_failed_sync_of_a_checkpoint_went_unseen) /* T4, R3 */
{
    const char *dir = make_folder("checkpoint");
    struct journal_visit v = fx_visit();
    struct station s;
    struct outcome o;
    int n_saved = 1, n_writes;

    sick_begin(dir);
    start(&s, dir, "sick");
    saved(&s, &v, true, "{}");
    sick.main_sync_fails = true; /* rows go to the log, which is sound */
    do {
        o = append(&s, &v, false, "{}");
        n_saved += o.kind == EV_ROW_SAVED;
        CHECK(n_saved < 1000);
    } while (o.kind == EV_ROW_SAVED);
    CHECK_INT(o.err.code, ERR_IO);
    CHECK_INT(sick.n_failed_syncs, 1);
    check_dead(&s);
    sick.main_sync_fails = false;
    n_writes = sick.n_writes;
    stop(&s);
    CHECK_INT(sick.n_writes, n_writes);
    start(&s, dir, NULL);
    CHECK_INT(stats_of(&s).journal.last_seq, n_saved + 1);
    stop(&s);
}

TEST(clerk_failing,
     a_file_that_may_grow_no_more_ends_the_store_and_keeps_what_was_saved) /* T4, without any help of SQLite's */
{
    const char *dir = make_folder("fsize");
    struct journal_visit v = fx_visit();
    struct rlimit limit, small;
    struct station s;
    struct outcome o;
    int n_saved = 0;

    signal(SIGXFSZ, SIG_IGN);
    start(&s, dir, NULL);
    saved(&s, &v, true, "{}");
    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    small = (struct rlimit){.rlim_cur = 100 * 1024, .rlim_max = limit.rlim_max};
    CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
    do {
        o = append(&s, &v, false, "{}");
        n_saved += o.kind == EV_ROW_SAVED;
    } while (o.kind == EV_ROW_SAVED && n_saved < 1000);
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK_INT(o.kind, EV_ROW_FAILED);
    CHECK_INT(o.err.code, ERR_IO);
    check_dead(&s);
    CHECK(reserve_is_there(dir)); /* the disk was not full */
    stop(&s);
    start(&s, dir, NULL);
    CHECK_INT(stats_of(&s).journal.last_seq, n_saved + 2);
    stop(&s);
}

TEST(clerk_failing, a_damaged_database_stops_the_start_and_leaves_no_thread) /* T6 */
{
    const char *dir = make_folder("damaged");
    struct station s;
    struct err err;
    int fd;

    start(&s, dir, NULL);
    fill_card(&s);
    stop(&s);
    fd = open(datafolder_path(dir, "hub.db"), O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    for (int page = 20; page < 40; page++) {
        CHECK_INT(pwrite(fd, "rot", 3, page * 4096 + 2000), 3);
    }
    close(fd);
    CHECK(!try_start(&s, dir, NULL, &err));
    CHECK_INT(err.code, ERR_CORRUPT);
    CHECK(err.text[0] != '\0');
    CHECK_INT(truncate(datafolder_path(dir, "hub.db"), 100), 0);
    CHECK(!try_start(&s, dir, NULL, &err));
    CHECK_INT(err.code, ERR_CORRUPT);
    CHECK_HAS(err.text, "hub.db");
}

/* A start must not take longer the more places are kept: they are looked at when the first visit is over. */
TEST(clerk_failing, damage_among_kept_places_is_found_when_a_visit_is_over) /* T6 */
{
    const char *dir = make_folder("damaged-tokens");
    struct journal_visit v = fx_visit();
    struct station s;
    struct err err;
    struct message *ev;
    sqlite3 *db;

    start(&s, dir, NULL);
    saved(&s, &v, true, "{}");
    for (int i = 0; i < 2; i++) {
        clerk_token_deal(s.clerk, "{}", 2, ++s.ticket);
        message_free(&token(&s, CLERK_TOKEN_DEAL, TOKENS_WRONG)->base);
    }
    stop(&s);
    CHECK_INT(sqlite3_open(datafolder_path(dir, "hub.db"), &db), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db,
                           "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM "
                           "sqlite_schema WHERE name = 'day') WHERE name = 'token_by_day'",
                           NULL, NULL, NULL),
              SQLITE_OK); /* an index that lies somewhere else: no text of the schema differs */
    CHECK_INT(sqlite3_close(db), SQLITE_OK);
    CHECK(try_start(&s, dir, NULL, &err));
    clerk_visit_over(s.clerk);
    ev = next_event(&s);
    CHECK_INT(ev->kind, EV_STORE_DEAD);
    message_free(ev);
    stop(&s);
}

TEST(clerk_failing, damage_in_the_chain_was_moved_from_the_log_into_the_database_by_closing) /* T6 */
{
    static const char *const names[] = {"hub.db", "hub.db-wal"};
    const char *dir = make_folder("chain");
    struct journal_visit v = fx_visit();
    struct buf before[2] = {0}, after[2] = {0};
    struct station s;
    sqlite3 *db;
    struct err err;

    start(&s, dir, NULL);
    saved(&s, &v, true, "{}");
    stop(&s);
    CHECK_INT(sqlite3_open(datafolder_path(dir, "hub.db"), &db), SQLITE_OK);
    CHECK_INT(sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, "UPDATE journal SET nonce = zeroblob(24) WHERE seq = 2", NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_close(db), SQLITE_OK);
    for (int i = 0; i < 2; i++) {
        CHECK(fsio_read(datafolder_path(dir, names[i]), 1 << 20, &before[i], &err));
        CHECK(before[i].len > 0);
    }
    CHECK(!try_start(&s, dir, NULL, &err));
    CHECK_INT(err.code, ERR_CORRUPT);
    CHECK_HAS(err.text, "row 2 does not fit the chain");
    for (int i = 0; i < 2; i++) {
        CHECK(fsio_read(datafolder_path(dir, names[i]), 1 << 20, &after[i], &err));
        CHECK_INT(after[i].len, before[i].len);
        CHECK(!memcmp(after[i].data, before[i].data, before[i].len));
        buf_release(&before[i]);
        buf_release(&after[i]);
    }
}

TEST(clerk_failing, storage_failing_under_reserve_or_witness_was_passed_over) /* T4, R3 */
{
    static const char *const names[] = {"reserve.new", "witness.new"};

    for (size_t i = 0; i < M2_COUNT(names); i++) {
        const char *dir = make_folder(names[i]);
        struct journal_visit v = fx_visit();
        struct station s;
        struct err err;

        start(&s, dir, NULL);
        saved(&s, &v, true, "{}");
        CHECK(unlink(datafolder_path(dir, "reserve")) == 0);
        CHECK(mkdir(datafolder_path(dir, names[i]), 0700) == 0);
        clerk_visit_over(s.clerk);
        check_dead(&s);
        stop(&s);
        CHECK(!try_start(&s, dir, NULL, &err));
        CHECK_INT(err.code, ERR_IO);
        CHECK_HAS(err.text, names[i]);
        CHECK(rmdir(datafolder_path(dir, names[i])) == 0);
        start(&s, dir, NULL);
        CHECK_STR(texts_of(&s, &v), "{}");
        stop(&s);
    }
}

/* Cheap cards may spoil what lies beside a write: the product asks SQLite not to trust them, as the proof does. */
TEST(clerk_failing, the_durability_proof_ran_on_a_card_with_other_promises_than_the_product)
{
    struct journal_visit v = fx_visit();
    struct station s;
    const char *dir = make_folder("psow");

    sick_begin(dir);
    start(&s, dir, "sick");
    sick.traits = -1;
    saved(&s, &v, true, "{}");
    clerk_visit_over(s.clerk);
    stop(&s);
    CHECK(sick.traits != -1);
    CHECK_INT(sick.traits & SQLITE_IOCAP_POWERSAFE_OVERWRITE, 0);
}

TEST(clerk_failing, a_database_that_may_only_be_read_stops_the_start) /* T4: the card turned read-only */
{
    enum { NOBODY = 65534 };
    const char *dir = make_folder("readonly");
    struct journal_visit v = fx_visit();
    bool is_root = geteuid() == 0;
    struct datafolder f;
    struct outbox *out = outbox_new();
    struct clerk *clerk;
    struct station s;
    struct err err = {0};

    start(&s, dir, NULL);
    saved(&s, &v, true, "{}");
    stop(&s);
    CHECK(datafolder_open(dir, &f, &err));
    CHECK(chmod(datafolder_path(dir, "hub.db"), 0444) == 0 && chmod(dir, 0555) == 0);
    if (is_root) { /* root may write everywhere */
        CHECK(chmod(test_dir(), 0755) == 0 && seteuid(NOBODY) == 0);
    }
    bool is_started = clerk_start(&(struct clerk_options){.folder = &f}, out, &clerk, &err);

    if (is_root) {
        CHECK(seteuid(0) == 0);
    }
    CHECK(chmod(dir, 0700) == 0 && chmod(datafolder_path(dir, "hub.db"), 0600) == 0);
    CHECK(!is_started);
    CHECK_INT(err.code, ERR_IO);
    CHECK_HAS(err.text, "hub.db");
    datafolder_close(&f);
    outbox_free(out);
    start(&s, dir, NULL);
    CHECK_STR(texts_of(&s, &v), "{}");
    stop(&s);
}
