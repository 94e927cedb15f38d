/* test_clerk: the thread that owns the database: answers in order, nothing saved before its commit, a full disk,
 * failing storage, copied and put-back folders, clocks nobody trusts (THREATS T1, T4, T5, T8, T44). Also run under the
 * thread sanitizer. */
#include "base/clock.h"
#include "store/clerk.h"
#include "store/reserve.h"
#include "unit/store_fixture.h"
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- storage that fails to order: SQLite's own, with faults */

enum { WAITS_MS = 20000 };
enum full { HAS_ROOM, FULL_UNTIL_RESERVE_GOES, FULL };

static struct {
    _Atomic(enum full) full;
    atomic_bool sync_fails, main_sync_fails, read_fails;
    atomic_int n_writes, n_failed_syncs, traits;
    char reserve[600]; /* set before the clerk starts */
} sick;

struct sick_file {
    sqlite3_file base;
    bool is_main;
    sqlite3_file *real;
};

static sqlite3_vfs sick_vfs;
static sqlite3_vfs *real_vfs;

#define REAL(f) (((struct sick_file *)(f))->real)

static int sick_close(sqlite3_file *f)
{
    return REAL(f)->pMethods ? REAL(f)->pMethods->xClose(REAL(f)) : SQLITE_OK;
}

static int sick_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return sick.read_fails ? SQLITE_IOERR_READ : REAL(f)->pMethods->xRead(REAL(f), to, n, at);
}

static int sick_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    if (sick.full == FULL || (sick.full == FULL_UNTIL_RESERVE_GOES && fsio_exists(sick.reserve))) {
        return SQLITE_FULL;
    }
    sick.n_writes++;
    return REAL(f)->pMethods->xWrite(REAL(f), from, n, at);
}

static int sick_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    sick.n_writes++;
    return REAL(f)->pMethods->xTruncate(REAL(f), size);
}

static int sick_sync(sqlite3_file *f, int flags)
{
    if (sick.sync_fails || (sick.main_sync_fails && ((struct sick_file *)f)->is_main)) {
        sick.n_failed_syncs++;
        return SQLITE_IOERR_FSYNC;
    }
    return REAL(f)->pMethods->xSync(REAL(f), flags);
}

static int sick_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return REAL(f)->pMethods->xFileSize(REAL(f), size);
}

static int sick_lock(sqlite3_file *f, int level)
{
    return REAL(f)->pMethods->xLock(REAL(f), level);
}

static int sick_unlock(sqlite3_file *f, int level)
{
    return REAL(f)->pMethods->xUnlock(REAL(f), level);
}

static int sick_reserved(sqlite3_file *f, int *is_held)
{
    return REAL(f)->pMethods->xCheckReservedLock(REAL(f), is_held);
}

static int sick_control(sqlite3_file *f, int op, void *arg)
{
    return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}

static int sick_sector(sqlite3_file *f)
{
    return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int sick_traits(sqlite3_file *f)
{
    int traits = REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));

    if (((struct sick_file *)f)->is_main) { /* which speaks for the log, too */
        sick.traits = traits;
    }
    return traits;
}

static int sick_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **to)
{
    return REAL(f)->pMethods->xShmMap(REAL(f), region, size, extend, to);
}

static int sick_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}

static void sick_shm_barrier(sqlite3_file *f)
{
    REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int sick_shm_unmap(sqlite3_file *f, int is_deleted)
{
    return REAL(f)->pMethods->xShmUnmap(REAL(f), is_deleted);
}

static const sqlite3_io_methods sick_methods = {
    .iVersion = 2,
    .xClose = sick_close,
    .xRead = sick_read,
    .xWrite = sick_write,
    .xTruncate = sick_truncate,
    .xSync = sick_sync,
    .xFileSize = sick_size,
    .xLock = sick_lock,
    .xUnlock = sick_unlock,
    .xCheckReservedLock = sick_reserved,
    .xFileControl = sick_control,
    .xSectorSize = sick_sector,
    .xDeviceCharacteristics = sick_traits,
    .xShmMap = sick_shm_map,
    .xShmLock = sick_shm_lock,
    .xShmBarrier = sick_shm_barrier,
    .xShmUnmap = sick_shm_unmap,
};

static int sick_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    struct sick_file *f = (struct sick_file *)file;
    int rc;

    (void)vfs;
    f->real = (sqlite3_file *)(f + 1);
    f->is_main = flags & SQLITE_OPEN_MAIN_DB;
    rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
    f->base.pMethods = f->real->pMethods ? &sick_methods : NULL;
    return rc;
}

static void sick_begin(const char *dir)
{
    if (!real_vfs) {
        real_vfs = sqlite3_vfs_find(NULL);
        sick_vfs = *real_vfs;
        sick_vfs.zName = "sick";
        sick_vfs.szOsFile = (int)sizeof(struct sick_file) + real_vfs->szOsFile;
        sick_vfs.xOpen = sick_open;
        CHECK_INT(sqlite3_vfs_register(&sick_vfs, 0), SQLITE_OK);
    }
    sick.full = HAS_ROOM;
    sick.sync_fails = sick.main_sync_fails = sick.read_fails = false;
    sick.n_writes = sick.n_failed_syncs = 0;
    snprintf(sick.reserve, sizeof sick.reserve, "%s/reserve", dir);
}

/* --- a station without a face */

static struct fx_rows rows;

struct station {
    struct datafolder folder;
    struct outbox *out;
    struct clerk *clerk;
    uint64_t ticket; /* the last one given */
};

struct outcome {
    int kind;
    int64_t seq;
    struct err err;
};

/* The reserve is 16 MB: one is written, every folder gets a link to it. */
static void link_reserve(const char *dir)
{
    struct err err;

    CHECK(reserve_restore(test_dir(), &err));
    CHECK(link(test_path("reserve"), datafolder_path(dir, "reserve")) == 0);
}

static const char *make_folder(const char *name)
{
    const char *dir = test_path(name);
    struct err err;

    fx_keys();
    clock_go_virtual();
    CHECK(datafolder_create(dir, name, "en", &fx_office, &fx_station, &err));
    link_reserve(dir);
    return dir;
}

static bool try_start(struct station *s, const char *dir, const char *vfs, struct err *err)
{
    *s = (struct station){.out = outbox_new()};
    *err = (struct err){0};
    CHECK(datafolder_open(dir, &s->folder, err));
    if (clerk_start(&(struct clerk_options){.folder = &s->folder, .vfs = vfs}, s->out, &s->clerk, err)) {
        return true;
    }
    datafolder_close(&s->folder);
    outbox_free(s->out);
    return false;
}

static void start(struct station *s, const char *dir, const char *vfs)
{
    struct err err;

    if (!try_start(s, dir, vfs, &err)) {
        print_error("%s\n", err.text);
        CHECK(false);
    }
}

static void stop(struct station *s)
{
    clerk_stop(s->clerk);
    clerk_join(s->clerk);
    outbox_free(s->out);
    datafolder_close(&s->folder);
}

static void *next_event(struct station *s)
{
    struct pollfd p = {.fd = outbox_fd(s->out), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(s->out))) {
        CHECK_INT(poll(&p, 1, WAITS_MS), 1);
    }
    return m;
}

static struct outcome row_event(struct station *s, uint64_t ticket)
{
    struct ev_row *ev = next_event(s);
    struct outcome o = {.kind = ev->base.kind, .seq = ev->seq, .err = ev->err};

    CHECK_INT(ev->base.ticket, ticket);
    message_free(&ev->base);
    return o;
}

static struct outcome append(struct station *s, const struct journal_visit *v, bool is_first, const char *text)
{
    static const char *const visit[] = {"visits", NULL};

    clerk_append(s->clerk, v, is_first, text, strlen(text), is_first ? visit : NULL, ++s->ticket);
    return row_event(s, s->ticket);
}

static int64_t saved(struct station *s, const struct journal_visit *v, bool is_first, const char *text)
{
    struct outcome o = append(s, v, is_first, text);

    if (o.kind != EV_ROW_SAVED) {
        print_error("%s\n", o.err.text);
    }
    CHECK_INT(o.kind, EV_ROW_SAVED);
    return o.seq;
}

static void check_dead(struct station *s)
{
    struct outcome o = row_event(s, 0);

    CHECK_INT(o.kind, EV_STORE_DEAD);
    CHECK(o.err.code == ERR_IO || o.err.code == ERR_CORRUPT);
}

static void export(struct station *s)
{
    uint8_t anchor[SEAL_HASH_BYTES];
    struct err err;

    rows.n = 0;
    CHECK(clerk_export(s->clerk, fx_take, &rows, anchor, &err));
}

static struct store_stats stats_of(struct station *s)
{
    struct store_stats stats;
    struct err err;

    CHECK(clerk_get_stats(s->clerk, &stats, &err));
    return stats;
}

static bool take_first(void *ctx, const struct journal_row *row)
{
    struct journal_receipt *r = ctx;

    *r = (struct journal_receipt){.epoch = row->epoch, .up_to_seq = row->seq, .counter = 1};
    memcpy(r->hash, row->hash, sizeof r->hash);
    return false;
}

/* The texts of a visit as a resumed station sees them, joined by spaces. */
static const char *texts_of(struct station *s, const struct journal_visit *v)
{
    static char joined[4096];
    struct ev_visit_rows *ev;
    size_t n = 0;

    clerk_resume(s->clerk, v, ++s->ticket);
    ev = next_event(s);
    CHECK_INT(ev->base.kind, EV_VISIT_ROWS);
    CHECK_INT(ev->base.ticket, s->ticket);
    CHECK_INT(ev->err.code, ERR_NONE);
    joined[0] = '\0';
    for (int i = 0; i < ev->n; i++) {
        CHECK(i == 0 || ev->seqs[i] > ev->seqs[i - 1]);
        n += (size_t)snprintf(joined + n, sizeof joined - n, i ? " %s" : "%s", ev->texts[i]);
    }
    message_free(&ev->base);
    return joined;
}

/* --- answers */

TEST(clerk, answers_come_in_order_with_their_tickets_and_the_key_goes_first)
{
    struct station s;
    struct journal_visit v = fx_visit();
    char text[16];

    start(&s, make_folder("order"), NULL);
    clerk_append(s.clerk, &v, true, "a0", 2, NULL, 100); /* row 1 is the key */
    for (int i = 1; i < 40; i++) {
        snprintf(text, sizeof text, "a%d", i);
        clerk_append(s.clerk, &v, false, text, strlen(text), NULL, 100 + (uint64_t)i);
    }
    for (int i = 0; i < 40; i++) {
        struct outcome o = row_event(&s, 100 + (uint64_t)i);

        CHECK_INT(o.kind, EV_ROW_SAVED);
        CHECK_INT(o.seq, 2 + i);
    }
    CHECK(strncmp(texts_of(&s, &v), "a0 a1 a2 a3 ", 12) == 0);
    export(&s);
    CHECK_INT(rows.n, 41);
    CHECK_INT(rows.row[0].body_bytes, JOURNAL_KEY_BODY);
    CHECK(fx_nonces_differ(&rows));
    stop(&s);
}

TEST(clerk, what_is_called_saved_is_there_for_another_program_at_once) /* T1 */
{
    const char *dir = make_folder("durable");
    struct journal_visit v = fx_visit();
    struct station s;
    struct db *reading;
    int64_t n;
    struct err err;

    start(&s, dir, NULL);
    for (int i = 0; i < 5; i++) {
        int64_t seq = saved(&s, &v, i == 0, "{}");

        CHECK(db_open(datafolder_path(dir, "hub.db"), &(struct db_options){.is_reading = true}, &reading, &err));
        CHECK(db_number(db_stmt(reading, "SELECT max(seq) FROM journal"), -1, &n, &err));
        CHECK_INT(n, seq);
        db_close(reading);
    }
    stop(&s);
}

TEST(clerk, what_is_queued_at_the_stop_is_still_saved)
{
    const char *dir = make_folder("queued");
    struct journal_visit v = fx_visit();
    struct station s;

    start(&s, dir, NULL);
    for (int i = 0; i < 20; i++) {
        clerk_append(s.clerk, &v, i == 0, "x", 1, NULL, (uint64_t)i);
    }
    stop(&s);
    start(&s, dir, NULL);
    CHECK_INT(strlen(texts_of(&s, &v)), 39);
    stop(&s);
}

TEST(clerk, a_row_too_long_fails_alone_and_leaves_no_key_count_or_day_behind)
{
    static char text[JOURNAL_TEXT_MAX + 2];
    static const char *const counts[] = {"visits", NULL};
    struct journal_visit v = fx_visit();
    struct station s;
    struct outcome o;

    memset(text, 'x', JOURNAL_TEXT_MAX + 1);
    start(&s, make_folder("limit"), NULL);
    clerk_append(s.clerk, &v, true, text, JOURNAL_TEXT_MAX + 1, counts, ++s.ticket);
    o = row_event(&s, s.ticket);
    CHECK_INT(o.kind, EV_ROW_FAILED);
    CHECK_INT(o.err.code, ERR_LIMIT);
    CHECK_INT(stats_of(&s).journal.last_seq, 0);
    CHECK_INT(stats_of(&s).visits_total, 0);
    CHECK_INT(stats_of(&s).journal.counted_day, 0);
    clerk_append(s.clerk, &v, true, text, JOURNAL_TEXT_MAX, counts, ++s.ticket);
    o = row_event(&s, s.ticket);
    CHECK_INT(o.kind, EV_ROW_SAVED);
    CHECK_INT(o.seq, 2);
    CHECK_INT(stats_of(&s).visits_total, 1);
    CHECK_INT(stats_of(&s).journal.counted_day, 1);
    stop(&s);
}

TEST(clerk, four_counts_are_raised_with_a_row_and_a_fifth_is_left_out)
{
    static const char *const counts[] = {"one",  "two", "three", "a key of over forty bytes was cut without a word",
                                         "five", NULL};
    const char *dir = make_folder("counts");
    struct journal_visit v = fx_visit();
    struct station s;
    struct db *reading;
    int64_t n;
    struct err err;

    start(&s, dir, NULL);
    clerk_append(s.clerk, &v, true, "{}", 2, counts, ++s.ticket);
    CHECK_INT(row_event(&s, s.ticket).kind, EV_ROW_SAVED);
    CHECK(db_open(datafolder_path(dir, "hub.db"), &(struct db_options){.is_reading = true}, &reading, &err));
    CHECK(db_number(db_stmt(reading, "SELECT sum(value) FROM counter"), -1, &n, &err));
    CHECK_INT(n, CLERK_COUNTS_MAX);
    CHECK(db_number(db_stmt(reading, "SELECT count(*) FROM counter WHERE key = 'five'"), -1, &n, &err));
    CHECK_INT(n, 0);
    CHECK(db_number(db_stmt(reading, "SELECT count(*) FROM counter WHERE key LIKE '%without a word'"), -1, &n, &err));
    CHECK_INT(n, 1);
    db_close(reading);
    stop(&s);
}

TEST(clerk, a_visit_resumes_with_its_own_key_only)
{
    const char *dir = make_folder("resume");
    struct journal_visit v = fx_visit(), other = fx_visit(), wrong;
    struct ev_visit_rows *ev;
    struct station s;

    start(&s, dir, NULL);
    saved(&s, &v, true, "one");
    saved(&s, &other, true, "not mine");
    saved(&s, &v, false, "two");
    stop(&s);
    start(&s, dir, NULL);
    CHECK_STR(texts_of(&s, &v), "one two");
    wrong = fx_visit();
    CHECK_STR(texts_of(&s, &wrong), "");
    memcpy(wrong.id, v.id, sizeof wrong.id);
    clerk_resume(s.clerk, &wrong, ++s.ticket);
    ev = next_event(&s);
    CHECK_INT(ev->n, 0);
    CHECK_INT(ev->err.code, ERR_SIGNATURE);
    message_free(&ev->base);
    saved(&s, &v, false, "three"); /* a wrong key is no failing storage */
    stop(&s);
}

/* --- from another thread, as the stick worker asks */

struct courier {
    struct station *s;
    int n_rounds;
    bool ok;
};

static void *carry(void *ctx)
{
    static struct fx_rows taken;
    struct courier *c = ctx;
    uint8_t anchor[SEAL_HASH_BYTES];
    struct store_stats stats;
    char value[1024];
    struct err err;

    c->ok = true;
    for (int i = 0; i < c->n_rounds; i++) {
        struct journal_receipt r = {.counter = (uint64_t)i + 1};
        int64_t n_new;

        taken.n = 0;
        c->ok &= clerk_export(c->s->clerk, fx_take, &taken, anchor, &err);
        if (taken.n) {
            const struct fx_row *last = &taken.row[taken.n - 1];

            r.epoch = last->epoch;
            r.up_to_seq = last->seq;
            memcpy(r.hash, last->hash, sizeof r.hash);
            c->ok &= clerk_receive(c->s->clerk, &r, &n_new, &err) && n_new == taken.n;
        }
        c->ok &= clerk_note_setting(c->s->clerk, "stick.log", "1795430520 good", &err) &&
                 clerk_setting(c->s->clerk, "stick.log", value, sizeof value, &err) &&
                 !strcmp(value, "1795430520 good") && clerk_get_stats(c->s->clerk, &stats, &err);
    }
    return NULL;
}

TEST(clerk, a_stick_is_served_while_a_visitor_answers)
{
    struct station s;
    struct journal_visit v = fx_visit();
    struct courier c = {.s = &s, .n_rounds = 20};
    pthread_t thread;
    struct ev_stats *ev;

    start(&s, make_folder("stick"), NULL);
    CHECK_STR(stats_of(&s).stick_log, "");
    CHECK(pthread_create(&thread, NULL, carry, &c) == 0);
    for (int i = 0; i < 40; i++) {
        CHECK_INT(saved(&s, &v, i == 0, "{}"), i + 2);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(c.ok);
    clerk_stats(s.clerk, ++s.ticket);
    ev = next_event(&s);
    CHECK_INT(ev->base.kind, EV_STATS);
    CHECK_INT(ev->err.code, ERR_NONE);
    CHECK_INT(ev->stats.journal.rows, 41);
    CHECK_HAS(ev->stats.stick_log, "1795430520");
    CHECK(!ev->stats.is_full && ev->stats.free_bytes > 0);
    message_free(&ev->base);
    stop(&s);
}

TEST(clerk, the_staff_code_is_asked_and_answered_by_message)
{
    static const struct {
        int digits; /* of the right code; 9 = one more */
        enum staff_answer answer;
    } cases[] = {{8, STAFF_OPEN}, {9, STAFF_WRONG}, {7, STAFF_WRONG}, {0, STAFF_WRONG}, {8, STAFF_OPEN}};
    char code[STAFF_DIGITS + 1], tried[STAFF_DIGITS + 2];
    struct station s;
    struct err err;

    start(&s, make_folder("staff"), NULL);
    CHECK(clerk_new_staff_code(s.clerk, code, &err));
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct ev_staff *ev;

        snprintf(tried, sizeof tried, "%s5", code); /* the ninth digit was cut off and the eight before it opened */
        tried[cases[i].digits] = '\0';
        clerk_staff_try(s.clerk, tried, ++s.ticket);
        ev = next_event(&s);
        CHECK_INT(ev->base.kind, EV_STAFF);
        CHECK_INT(ev->base.ticket, s.ticket);
        CHECK_INT(ev->answer, cases[i].answer);
        message_free(&ev->base);
    }
    stop(&s);
}

static struct ev_token *token(struct station *s, enum clerk_kind what, enum tokens_answer answer)
{
    struct ev_token *ev = next_event(s);

    CHECK_INT(ev->base.kind, EV_TOKEN);
    CHECK_INT(ev->base.ticket, s->ticket);
    CHECK_INT(ev->what, what);
    CHECK_INT(ev->answer, answer);
    CHECK((ev->profile != NULL) == (answer == TOKENS_OPEN));
    return ev;
}

TEST(clerk, a_token_is_dealt_tried_kept_and_deleted_by_message) /* T41, T43 */
{
    struct station s;
    struct token_dealt d;
    struct token_keys k;
    struct ev_token *ev;
    char longer[TOKENS_CODE_LETTERS + 3];

    start(&s, make_folder("token"), NULL);
    clerk_token_deal(s.clerk, "{\"a\":1}", 7, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_DEAL, TOKENS_WRONG);
    CHECK_INT(ev->err.code, ERR_NONE);
    d = ev->dealt;
    k = ev->keys;
    message_free(&ev->base);
    clerk_token_pictures(s.clerk, d.picture, d.n, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_PICTURES, TOKENS_OPEN);
    CHECK_STR(ev->profile, "{\"a\":1}");
    message_free(&ev->base);
    clerk_token_pictures(s.clerk, d.picture, d.n - 1, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_PICTURES, TOKENS_WRONG)->base);
    clerk_token_keep(s.clerk, &k, "{\"a\":2}", 7, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_KEEP, TOKENS_WRONG)->base);
    clerk_token_code(s.clerk, d.code, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_CODE, TOKENS_OPEN);
    CHECK_STR(ev->profile, "{\"a\":2}");
    message_free(&ev->base);
    snprintf(longer, sizeof longer, "%sAB", d.code); /* the letters behind the sixteenth count, too */
    clerk_token_code(s.clerk, longer, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_CODE, TOKENS_WRONG)->base);
    clerk_token_forget(s.clerk, k.id, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_FORGET, TOKENS_WRONG)->base);
    clerk_token_keep(s.clerk, &k, "{}", 2, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_KEEP, TOKENS_WRONG);
    CHECK_INT(ev->err.code, ERR_NOT_FOUND);
    message_free(&ev->base);
    clerk_token_code(s.clerk, d.code, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_CODE, TOKENS_WRONG)->base);
    stop(&s);
}

static const struct card lift = {.kind = CARD_OFFER, .phrase = "lift", .days = 7};

static struct ev_board *board(struct station *s, enum clerk_kind what, enum err_code code)
{
    struct ev_board *ev = next_event(s);

    CHECK_INT(ev->base.kind, EV_BOARD);
    CHECK_INT(ev->base.ticket, s->ticket);
    CHECK_INT(ev->what, what);
    CHECK_INT(ev->err.code, code);
    CHECK(ev->view);
    return ev;
}

static int cards(struct station *s)
{
    struct ev_board *ev;
    int n;

    clerk_board_list(s->clerk, ++s->ticket);
    ev = board(s, CLERK_BOARD_LIST, ERR_NONE);
    n = ev->view->n_cards;
    message_free(&ev->base);
    return n;
}

TEST(clerk, a_card_is_put_up_reported_released_and_taken_down_by_message) /* T45 */
{
    struct station s;
    struct ev_board *ev;
    uint8_t id[CARD_ID_BYTES];

    start(&s, make_folder("board"), NULL);
    CHECK_INT(cards(&s), 0);
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    ev = board(&s, CLERK_BOARD_PUT, ERR_NONE);
    CHECK(ev->number == 1 && ev->view->n_cards == 1 && !memcmp(ev->id, ev->view->cards[0].card.id, sizeof id));
    memcpy(id, ev->id, sizeof id);
    message_free(&ev->base);
    clerk_board_report(s.clerk, id, ++s.ticket);
    ev = board(&s, CLERK_BOARD_REPORT, ERR_NONE);
    CHECK(ev->view->cards[0].state == BOARD_REPORTED && !memcmp(ev->id, id, sizeof id));
    message_free(&ev->base);
    clerk_board_release(s.clerk, id, ++s.ticket);
    ev = board(&s, CLERK_BOARD_RELEASE, ERR_NONE);
    CHECK_INT(ev->view->cards[0].state, BOARD_UP);
    message_free(&ev->base);
    clerk_board_take_down(s.clerk, id, ++s.ticket);
    ev = board(&s, CLERK_BOARD_TAKE_DOWN, ERR_NONE);
    CHECK_INT(ev->view->n_cards, 0);
    message_free(&ev->base);
    clerk_board_take_down(s.clerk, id, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_TAKE_DOWN, ERR_NOT_FOUND)->base);
    stop(&s);
}

static const char *_Atomic looked_for; /* in blocks that are freed; NULL = nothing */
static atomic_int n_found;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
    const char *words = looked_for;

    if (p && words) {
        n_found += memmem(p, malloc_usable_size(p), words, strlen(words)) != NULL;
    }
    __real_free(p);
}

TEST(clerk, T40_the_words_of_a_card_that_was_asked_for_are_not_left_in_freed_memory)
{
    const struct card words = {.kind = CARD_NEED, .title = "Zanzibarische Zwetschgen", .lang = "de", .days = 7};
    char *kept = strdup(words.title);
    struct station s;

    start(&s, make_folder("board-freed"), NULL);
    looked_for = "Zanzibarische Zwetschgen";
    free(kept);
    CHECK_INT(n_found, 1); /* the test can fail */
    n_found = 0;
    clerk_board_put(s.clerk, &words, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    CHECK_INT(cards(&s), 1); /* and the question is freed */
    looked_for = NULL;
    CHECK_INT(n_found, 0);
    stop(&s);
}

TEST(clerk, cards_past_their_days_go_when_a_visit_ends) /* T45 */
{
    const char *dir = make_folder("board-days");
    struct card words = {.kind = CARD_NEED, .title = "Zanzibarische Zwetschgen", .lang = "de", .days = 7};
    struct buf file = {0};
    struct station s;
    struct err err;

    start(&s, dir, NULL);
    clerk_board_put(s.clerk, &words, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    for (int day = 1; day <= 7; day++) {
        struct journal_visit v = fx_visit();

        CHECK_INT(cards(&s), 1);
        clock_set_wall(1795430520 + day * 86400LL);
        saved(&s, &v, true, "{}");
        clerk_visit_over(s.clerk);
    }
    CHECK_INT(cards(&s), 0);
    stop(&s);
    CHECK(fsio_read(datafolder_path(dir, "hub.db"), 64 << 20, &file, &err));
    CHECK(!memmem(file.data, file.len, words.title, strlen(words.title)));
    buf_release(&file);
}

/* --- a full disk (T5) */

TEST(clerk, on_a_full_disk_a_card_is_refused_and_the_board_is_told_all_the_same) /* T5 */
{
    const char *dir = make_folder("full-board");
    struct station s;

    sick_begin(dir);
    start(&s, dir, "sick");
    sick.full = FULL_UNTIL_RESERVE_GOES;
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    CHECK(stats_of(&s).is_full);
    sick.full = FULL;
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NO_SPACE)->base);
    CHECK_INT(cards(&s), 1);
    sick.full = HAS_ROOM;
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    CHECK_INT(cards(&s), 2);
    stop(&s);
}

TEST(clerk, on_a_full_disk_a_try_with_pictures_is_none_and_the_reserve_lets_them_through) /* T41, T5 */
{
    const char *dir = make_folder("full-token");
    struct station s;
    struct token_dealt d;
    struct ev_token *ev;

    sick_begin(dir);
    start(&s, dir, "sick");
    clerk_token_deal(s.clerk, "{}", 2, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_DEAL, TOKENS_WRONG);
    d = ev->dealt;
    message_free(&ev->base);
    sick.full = FULL_UNTIL_RESERVE_GOES;
    clerk_token_pictures(s.clerk, d.picture, d.n, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_PICTURES, TOKENS_OPEN)->base);
    CHECK(stats_of(&s).is_full);
    sick.full = FULL;
    for (int i = 0; i <= TOKENS_TRIES; i++) {
        clerk_token_pictures(s.clerk, d.picture, d.n - 1, ++s.ticket);
        ev = token(&s, CLERK_TOKEN_PICTURES, TOKENS_WRONG);
        CHECK_INT(ev->err.code, ERR_NO_SPACE);
        message_free(&ev->base);
    }
    sick.full = HAS_ROOM;
    clerk_token_pictures(s.clerk, d.picture, d.n, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_PICTURES, TOKENS_OPEN)->base);
    stop(&s);
}

TEST(clerk, full_disk_gives_the_reserve_to_the_running_visit_and_room_goes_to_the_reserve_first)
{
    const char *dir = make_folder("full");
    struct journal_visit v = fx_visit(), later = fx_visit();
    struct station s;

    sick_begin(dir);
    start(&s, dir, "sick");
    saved(&s, &v, true, "before");
    sick.full = FULL_UNTIL_RESERVE_GOES;
    saved(&s, &v, false, "the disk is full now");
    CHECK(stats_of(&s).is_full);
    saved(&s, &v, false, "and goes on");
    CHECK(stats_of(&s).is_full);
    sick.full = HAS_ROOM;
    clerk_visit_over(s.clerk);
    CHECK(!stats_of(&s).is_full);
    CHECK(unlink(sick.reserve) == 0);
    saved(&s, &later, true, "new visitor");
    CHECK(!stats_of(&s).is_full);
    stop(&s);
    CHECK(unlink(sick.reserve) == 0);
    start(&s, dir, NULL); /* and at each start */
    CHECK(!stats_of(&s).is_full);
    CHECK_STR(texts_of(&s, &v), "before the disk is full now and goes on");
    stop(&s);
}

TEST(clerk, rows_behind_a_refused_first_row_were_kept_without_their_key)
{
    const char *dir = make_folder("refused");
    struct journal_visit refused = fx_visit(), v = fx_visit();
    struct station s;

    sick_begin(dir);
    start(&s, dir, "sick");
    CHECK(unlink(sick.reserve) == 0);
    sick.full = FULL;
    clerk_append(s.clerk, &refused, true, "open", 4, NULL, 1);
    CHECK_INT(row_event(&s, 1).err.code, ERR_NO_SPACE);
    sick.full = HAS_ROOM;
    for (uint64_t ticket = 2; ticket < 5; ticket++) { /* these were queued behind it */
        clerk_append(s.clerk, &refused, false, "more", 4, NULL, ticket);
        struct outcome o = row_event(&s, ticket);

        CHECK_INT(o.kind, EV_ROW_FAILED);
        CHECK_INT(o.err.code, ERR_NO_SPACE);
    }
    CHECK_INT(stats_of(&s).journal.last_seq, 0);
    CHECK_INT(saved(&s, &v, true, "next visitor"), 2);
    CHECK_INT(saved(&s, &v, false, "{}"), 3);
    stop(&s);
}

TEST(clerk, on_a_full_disk_the_right_staff_code_was_wrong_and_settings_and_receipts_failed)
{
    const char *dir = make_folder("full-staff");
    struct journal_visit v = fx_visit();
    struct journal_receipt r;
    char code[STAFF_DIGITS + 1];
    uint8_t anchor[SEAL_HASH_BYTES];
    struct station s;
    struct ev_staff *ev;
    int64_t n_new;
    struct err err;

    sick_begin(dir);
    start(&s, dir, "sick");
    saved(&s, &v, true, "{}");
    CHECK(clerk_new_staff_code(s.clerk, code, &err));
    CHECK(clerk_export(s.clerk, take_first, &r, anchor, &err));
    sick.full = FULL;
    for (int i = 0; i < STAFF_TRIES + 1; i++) { /* not tried is not missed */
        if (fsio_exists(sick.reserve)) {
            CHECK(unlink(sick.reserve) == 0);
        }
        clerk_staff_try(s.clerk, code, ++s.ticket);
        ev = next_event(&s);
        CHECK_INT(ev->answer, STAFF_UNKNOWN);
        message_free(&ev->base);
    }
    sick.full = HAS_ROOM;
    for (int what = 0; what < 3; what++) {
        clerk_visit_over(s.clerk);
        CHECK(!stats_of(&s).is_full);
        sick.full = FULL_UNTIL_RESERVE_GOES;
        if (what == 0) {
            clerk_staff_try(s.clerk, code, ++s.ticket);
            ev = next_event(&s);
            CHECK_INT(ev->answer, STAFF_OPEN);
            message_free(&ev->base);
        } else if (what == 1) {
            CHECK(clerk_note_setting(s.clerk, "stick.log", "1795430520 good", &err));
        } else {
            CHECK(clerk_receive(s.clerk, &r, &n_new, &err));
            CHECK_INT(n_new, 1);
        }
        CHECK(stats_of(&s).is_full);
        sick.full = HAS_ROOM;
    }
    stop(&s);
}

TEST(clerk, proof_of_identity_an_append_repeated_after_a_full_disk_is_there_once)
{
    const char *dir = make_folder("again");
    struct journal_visit v = fx_visit();
    struct station s;
    char text[16], expected[512];
    size_t n = 0;

    sick_begin(dir);
    start(&s, dir, "sick");
    saved(&s, &v, true, "t0");
    n += (size_t)snprintf(expected, sizeof expected, "t0");
    CHECK(unlink(sick.reserve) == 0); /* given up long ago */
    for (int i = 1; i <= 20; i++) {
        struct outcome o;

        snprintf(text, sizeof text, "t%d", i);
        sick.full = FULL;
        for (int k = 0; k < i % 4; k++) {
            o = append(&s, &v, false, text);
            CHECK_INT(o.kind, EV_ROW_FAILED);
            CHECK_INT(o.err.code, ERR_NO_SPACE);
        }
        sick.full = HAS_ROOM;
        CHECK_INT(saved(&s, &v, false, text), i + 2); /* no number is used up by failing */
        n += (size_t)snprintf(expected + n, sizeof expected - n, " %s", text);
    }
    CHECK_STR(texts_of(&s, &v), expected);
    stop(&s);
    link_reserve(dir);
    start(&s, dir, NULL);
    CHECK_STR(texts_of(&s, &v), expected);
    export(&s);
    CHECK_INT(rows.n, 22);
    CHECK(fx_nonces_differ(&rows));
    stop(&s);
}

/* A hub that refused visits never counted a day, so that no receipted row was ever old enough to go, and no room came
 * back. */
static void refuse_until_rows_go(struct station *s)
{
    struct journal_receipt r;
    int64_t n_new;
    struct err err;

    export(s);
    r = (struct journal_receipt){
        .epoch = rows.row[rows.n - 1].epoch, .up_to_seq = rows.row[rows.n - 1].seq, .counter = 1};
    memcpy(r.hash, rows.row[rows.n - 1].hash, sizeof r.hash);
    CHECK(clerk_receive(s->clerk, &r, &n_new, &err));
    for (int day = 1; day <= JOURNAL_KEEP_DAYS + 1; day++) {
        struct journal_visit v = fx_visit();

        clock_set_wall(1795430520 + day * 86400LL);
        CHECK_INT(stats_of(s).journal.rows, day <= JOURNAL_KEEP_DAYS ? 201 : 0);
        CHECK_INT(append(s, &v, true, "refused").err.code, ERR_NO_SPACE);
    }
    CHECK_INT(stats_of(s).journal.rows, 0);
}

TEST(clerk, a_tmpfs_filled_to_its_last_block_still_saves_the_running_visit)
{
    const char *dir = test_path("tiny");
    struct journal_visit v = fx_visit(), later = fx_visit();
    struct station s;
    struct outcome o;
    struct err err;
    int fd;

    CHECK(mkdir(dir, 0700) == 0);
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", dir, "tmpfs", 0, "size=40m") != 0) {
        print_message("skipped: needs root to mount a small tmpfs\n");
        skip();
    }
    fx_keys();
    clock_go_virtual();
    CHECK(datafolder_create(dir, "tiny", "en", &fx_office, &fx_station, &err));
    start(&s, dir, NULL);
    saved(&s, &v, true, "a0");
    CHECK(reserve_is_there(dir));
    fd = open(datafolder_path(dir, "lessons"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    CHECK(posix_fallocate(fd, 0, fsio_free_bytes(dir)) == 0);
    CHECK_INT(fsio_free_bytes(dir), 0);
    for (int i = 1; i < 200; i++) {
        CHECK_INT(saved(&s, &v, false, "{\"answer\":1}"), i + 2);
    }
    CHECK(!reserve_is_there(dir));
    CHECK(stats_of(&s).is_full);
    o = append(&s, &later, true, "new visitor");
    CHECK_INT(o.kind, EV_ROW_FAILED);
    CHECK_INT(o.err.code, ERR_NO_SPACE);
    CHECK_HAS(o.err.text, "remove what is not needed");
    clerk_visit_over(s.clerk);
    CHECK(stats_of(&s).is_full);
    refuse_until_rows_go(&s);
    CHECK(ftruncate(fd, 0) == 0); /* staff made room */
    clerk_visit_over(s.clerk);
    CHECK(!stats_of(&s).is_full);
    saved(&s, &later, true, "new visitor");
    close(fd);
    stop(&s);
    CHECK(umount(dir) == 0);
}

/* --- failing storage (T4, R3) */

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
TEST(clerk, a_failed_sync_outside_of_appends_did_not_end_the_store) /* T4, R3 */
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
TEST(clerk, a_failed_sync_of_a_checkpoint_went_unseen) /* T4, R3 */
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

TEST(clerk, a_file_that_may_grow_no_more_ends_the_store_and_keeps_what_was_saved) /* T4, without any help of SQLite's */
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

TEST(clerk, a_damaged_database_stops_the_start_and_leaves_no_thread) /* T6 */
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
TEST(clerk, damage_among_kept_places_is_found_when_a_visit_is_over) /* T6 */
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

TEST(clerk, damage_in_the_chain_was_moved_from_the_log_into_the_database_by_closing) /* T6 */
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

TEST(clerk, storage_failing_under_reserve_or_witness_was_passed_over) /* T4, R3 */
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
TEST(clerk, the_durability_proof_ran_on_a_card_with_other_promises_than_the_product)
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

TEST(clerk, a_database_that_may_only_be_read_stops_the_start) /* T4: the card turned read-only */
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

/* --- which folder is it: proof of identity (T44) */

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

TEST(clerk, proof_of_identity_the_folder_runs_from_a_copy_beside_the_original)
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

TEST(clerk, proof_of_identity_an_old_copy_is_put_back)
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
TEST(clerk, proof_of_identity_a_put_back_folder_cut_at_its_first_start_is_still_a_put_back_one)
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
TEST(clerk, proof_of_identity_what_cannot_be_seen_here_is_a_conflict_and_no_mix)
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

TEST(clerk, proof_of_identity_dropped_to_empty_then_appended)
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

/* --- clocks nobody trusts (T8) */

TEST(clerk, in_1970_and_in_2106_visits_are_saved_counted_and_nothing_is_dropped)
{
    static const int64_t walls[] = {0, 4293734400, -86400, 1795430520, 0};
    const char *dir = make_folder("clock");
    struct station s;
    struct journal_receipt r;
    int64_t n_new;
    struct err err;

    start(&s, dir, NULL);
    for (size_t i = 0; i < M2_COUNT(walls); i++) {
        struct journal_visit v = fx_visit();

        clock_set_wall(walls[i]);
        saved(&s, &v, true, "{}");
        export(&s);
        r = (struct journal_receipt){
            .epoch = rows.row[rows.n - 1].epoch, .up_to_seq = rows.row[rows.n - 1].seq, .counter = i + 1};
        memcpy(r.hash, rows.row[rows.n - 1].hash, sizeof r.hash);
        CHECK(clerk_receive(s.clerk, &r, &n_new, &err));
        clerk_visit_over(s.clerk);
        CHECK_INT(stats_of(&s).journal.counted_day, (int64_t)i + 1);
    }
    CHECK_INT(stats_of(&s).journal.rows, 2 * (int64_t)M2_COUNT(walls));
    CHECK_INT(stats_of(&s).visits_total, (int64_t)M2_COUNT(walls));
    stop(&s);
}

TEST(clerk, joining_nobody_is_fine)
{
    clerk_join(NULL);
}
