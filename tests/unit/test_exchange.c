/* test_exchange: a stick comes and goes (THREATS T2, T5, T17, T22, T27). The volume's calls are counted, and fail from
 * one of them on, by wrapping them in the linker. */
#include "shelf/hold.h"
#include "shelf/install.h"
#include "stick/plan.h"
#include "stick/sticklog.h"
#include "stick/volume.h"
#include "store/reserve.h"
#include "unit/faceless_fixture.h"
#include <stdatomic.h>
#include <time.h>

/* The visit's and its key, what is on the shelf and its key; once more the shelf where a stick changed it. */
enum { ROWS = 12, ROWS_OUT = ROWS + 1 + 2, ROWS_LATER = ROWS_OUT + 2 };

/* --- a stick that can be pulled at any call
 * ------------------------------------------------------------------------------ */

static atomic_int n_calls, n_writes, pulled_at = -1, halted_at = -1;
static atomic_int last_of_packs; /* the number of the last call for bytes of a container */
static struct exchange *halted;
static bool halts_in_content; /* with the first byte of a container */

bool __real_volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err);
bool __wrap_volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err);
bool __real_volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                             struct err *err);
bool __wrap_volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                             struct err *err);
bool __real_volume_sync(struct volume *v, struct err *err);
bool __wrap_volume_sync(struct volume *v, struct err *err);

static bool is_in(struct err *err)
{
    int at = atomic_fetch_add(&n_calls, 1);

    if (at == atomic_load(&halted_at)) {
        exchange_halt(halted);
    }
    return atomic_load(&pulled_at) < 0 || at < atomic_load(&pulled_at) ||
           err_set(err, ERR_GONE, "stick: it was pulled out");
}

bool __wrap_volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err)
{
    if (halts_in_content && strstr(name, ".m2k")) {
        exchange_halt(halted);
    }
    if (strstr(name, ".m2k") && !strstr(name, ".minisig")) {
        atomic_store(&last_of_packs, atomic_load(&n_calls));
    }
    return is_in(err) && __real_volume_read(v, name, offset, buf, n, got, err);
}

bool __wrap_volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                             struct err *err)
{
    atomic_fetch_add(&n_writes, 1);
    if (!is_in(err)) {
        struct err ignored = {0};

        return !__real_volume_overwrite(v, name, offset, buf, n / 2, &ignored) && false; /* half of it got through */
    }
    return __real_volume_overwrite(v, name, offset, buf, n, err);
}

/* The only sleep of an exchange is the time it leaves to a visitor. */
static atomic_int n_rests, halts_at_rest;
int __wrap_nanosleep(const struct timespec *t, struct timespec *left);

int __wrap_nanosleep(const struct timespec *t, struct timespec *left)
{
    (void)t;
    (void)left;
    atomic_fetch_add(&n_rests, 1);
    if (atomic_load(&halts_at_rest)) {
        exchange_halt(halted);
    }
    return 0;
}

bool __wrap_volume_sync(struct volume *v, struct err *err)
{
    return is_in(err) && __real_volume_sync(v, err);
}

static void plug(struct station *s, const char *stick)
{
    atomic_store(&n_calls, 0);
    atomic_store(&n_writes, 0);
    exchange_plug(s->exchange, stick, 0);
    station_hear_over(s);
}

/* A station with a visit, and a stick that brings two containers. */
static void begin_with_news(struct station *s, char stick[256])
{
    station_begin(s, true);
    station_visit(s, ROWS);
    world_next_content(2);
    snprintf(stick, 256, "%s", world_stick("stick"));
}

/* Without counting, and without pulling. */
static int64_t rows_on(const struct station *s, const char *stick)
{
    int was = atomic_exchange(&pulled_at, -1);
    int64_t n = station_rows_in(s, stick);

    atomic_store(&pulled_at, was);
    return n;
}

/* --- the tests
 * --------------------------------------------------------------------------------------------------------- */

TEST(exchange, a_stick_takes_results_and_brings_what_is_new)
{
    struct station s;
    char stick[256];

    begin_with_news(&s, stick);
    plug(&s, stick);
    for (int step = 0; step < STICK_STEPS; step++) {
        CHECK(station_did(&s, (enum stick_step)step));
    }
    CHECK_INT(s.last.rows_written, ROWS_OUT);
    CHECK_INT(s.last.visits_written, 1);
    CHECK_INT(s.last.packs_done, 2);
    CHECK(s.n_shelf_news);
    CHECK_STR(s.last.office, "Office");
    CHECK_INT(rows_on(&s, stick), ROWS_OUT);
    plug(&s, stick); /* again: nothing is new */
    CHECK_INT(s.last.packs_new, 0);
    CHECK(!s.n_shelf_news);
    station_end(&s);
}

/* The bar began anew with each container, and the time left was that of one of them. */
TEST(exchange, the_bar_counts_the_bytes_of_all_containers_together)
{
    struct station s;
    char stick[256];
    int64_t bytes;

    station_begin(&s, true);
    world_next_content(2);
    snprintf(stick, sizeof stick, "%s", world_stick("bar"));
    bytes = fsio_size(world_path("office/packs/core-2.m2k")) + fsio_size(world_path("office/packs/shop-2.m2k"));
    plug(&s, stick);
    CHECK_INT(s.last.packs_done, 2);
    CHECK_INT(s.last.progress.total_bytes, bytes);
    CHECK_INT(s.last.progress.done_bytes, bytes);
    station_end(&s);
}

TEST(exchange, results_that_went_bad_on_the_stick_were_taken_for_written)
{
    static const int bad[] = {MAILBOX_SECTOR + 300, 170}; /* payload, signature */
    struct station s;
    char stick[256], box[400];
    struct buf bytes = {0};
    struct err err = {0};

    station_begin(&s, true);
    station_visit(&s, ROWS);
    plug(&s, world_stick("first")); /* brings what is new, so that the other finds nothing to tell */
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    snprintf(box, sizeof box, "%s/MICRO2/mailbox/000.m2b", stick);
    plug(&s, stick);
    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        CHECK(fsio_read(box, 1 << 20, &bytes, &err));
        bytes.data[bad[i]] ^= 1;
        put_le32((uint8_t *)bytes.data + 508, crc32c(bytes.data, 508));
        CHECK(fsio_replace(box, bytes.data, bytes.len, 0600, &err));
        CHECK_INT(rows_on(&s, stick), 0);
        plug(&s, stick);
        CHECK_INT(s.last.rows_written, ROWS_LATER);
        CHECK_INT(rows_on(&s, stick), ROWS_LATER);
    }
    buf_release(&bytes);
    station_end(&s);
}

TEST(exchange, T17_pulled_at_any_call_nothing_is_lost_and_the_next_time_carries_on)
{
    struct station s;
    char stick[256];
    const int stride = test_is_long() ? 1 : 7;
    bool was_whole = false;

    world_next_content(2);
    for (int at = 0; !was_whole; at += stride) {
        station_begin(&s, true);
        station_visit(&s, ROWS);
        snprintf(stick, sizeof stick, "%s", world_stick("stick"));
        atomic_store(&pulled_at, at);
        plug(&s, stick);
        was_whole = atomic_load(&n_calls) <= at;
        if (!was_whole) {
            CHECK(s.last.err.code == ERR_GONE);
        }
        int64_t rows = rows_on(&s, stick);

        CHECK(rows == 0 || rows == ROWS_OUT);
        atomic_store(&pulled_at, -1);
        plug(&s, stick);
        for (int step = 0; step < STICK_STEPS; step++) {
            CHECK(station_did(&s, (enum stick_step)step));
        }
        rows = rows_on(&s, stick);
        CHECK(rows == ROWS_OUT || rows == ROWS_LATER); /* by where it was pulled */
        station_end(&s);
        station_begin(&s, false); /* what is on the shelf opens */
        station_end(&s);
    }
}

/* Packages are published together: one that is whole does not wait for those behind it. */
TEST(exchange, what_is_whole_when_the_stick_is_pulled_is_ready_for_use)
{
    struct station s;
    int last;

    station_begin(&s, true);
    world_next_content(2);
    plug(&s, world_stick("stick"));
    CHECK_INT(s.last.packs_done, 2);
    last = atomic_load(&last_of_packs); /* the bytes of the second container */
    station_end(&s);
    station_begin(&s, true);
    atomic_store(&pulled_at, last);
    plug(&s, world_stick("stick"));
    atomic_store(&pulled_at, -1);
    CHECK_INT(s.last.err.code, ERR_GONE);
    CHECK_INT(s.last.packs_done, 1);
    CHECK_INT(s.n_shelf_news, 1);
    CHECK(fsio_exists(world_path("hub/shelf/core-2.m2k")) != fsio_exists(world_path("hub/shelf/shop-2.m2k")));
    station_end(&s);
}

TEST(exchange, a_container_that_went_bad_on_the_shelf_was_never_taken_again)
{
    struct station s;
    char stick[256], pack[400];
    struct buf whole = {0}, again = {0};
    struct err err = {0};

    station_begin(&s, true);
    world_next_content(2);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    snprintf(pack, sizeof pack, "%s", datafolder_path(s.folder.dir, "shelf/core-2.m2k"));
    CHECK(fsio_read(pack, 1 << 24, &whole, &err));
    whole.data[whole.len / 2] ^= 1;
    CHECK(fsio_replace(pack, whole.data, whole.len, 0644, &err));
    whole.data[whole.len / 2] ^= 1;
    plug(&s, stick);
    CHECK_INT(s.last.packs_done, 1);
    CHECK(s.n_shelf_news);
    CHECK(fsio_read(pack, 1 << 24, &again, &err));
    CHECK(again.len == whole.len && !memcmp(again.data, whole.data, whole.len));
    buf_release(&whole);
    buf_release(&again);
    station_end(&s);
}

TEST(exchange, one_broken_container_once_kept_all_others_out)
{
    struct station s;
    char stick[256], pack[400];
    struct buf bytes = {0};
    struct err err = {0};

    station_begin(&s, true);
    world_next_content(2);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    snprintf(pack, sizeof pack, "%s/MICRO2/containers/core-2.m2k", stick);
    CHECK(fsio_read(pack, 1 << 24, &bytes, &err));
    bytes.data[bytes.len / 2] ^= 1;
    CHECK(fsio_replace(pack, bytes.data, bytes.len, 0600, &err));
    buf_release(&bytes);
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_FAILED);
    CHECK_HAS(s.last.err.text, "core");
    CHECK_INT(s.last.packs_new, 2);
    CHECK_INT(s.last.packs_done, 1);
    CHECK(fsio_exists(datafolder_path(s.folder.dir, "shelf/shop-2.m2k")));
    CHECK(!fsio_exists(datafolder_path(s.folder.dir, "shelf/core-2.m2k")));
    CHECK(fsio_exists(datafolder_path(s.folder.dir, "shelf/core-1.m2k")));
    station_end(&s);
}

TEST(exchange, T22_T24_a_stick_of_somebody_s_own_is_not_looked_into_nor_written_to)
{
    struct station s;
    struct err err = {0};

    station_begin(&s, true);
    station_visit(&s, ROWS);
    CHECK(fsio_make_dirs(world_path("holiday/photos"), 0700, &err));
    plug(&s, world_path("holiday"));
    CHECK(s.last.is_own);
    CHECK_INT(s.last.progress.state[STICK_CHECK], STICK_NOTHING);
    CHECK_INT(s.last.progress.state[STICK_RESULTS], STICK_WAITING);
    CHECK_INT(s.last.err.code, ERR_NONE);
    CHECK_INT(atomic_load(&n_writes), 0);
    CHECK_INT(atomic_load(&n_calls), 0);
    station_end(&s);
}

static void save(struct station *s, const char *stem, const char *text)
{
    exchange_save(s->exchange, stem, "txt", text, strlen(text), 3);
    while (station_hear(s) != EV_STICK_SAVED) {
    }
}

TEST(exchange, what_a_visitor_saves_is_a_new_file_beside_the_others)
{
    struct station s;
    struct buf text = {0};
    struct err err = {0};

    station_begin(&s, true);
    save(&s, "my-result", "early"); /* no stick is in */
    CHECK_INT(s.saved.err.code, ERR_GONE);
    CHECK(fsio_make_dirs(world_path("mine"), 0700, &err));
    CHECK(fsio_replace(world_path("mine/my-result.txt"), "older", 5, 0600, &err));
    plug(&s, world_path("mine"));
    save(&s, "my-result", "levels and steps");
    CHECK_INT(s.saved.err.code, ERR_NONE);
    CHECK_STR(s.saved.name, "my-result-2.txt");
    CHECK(fsio_read(world_path("mine/my-result-2.txt"), 100, &text, &err));
    CHECK_STR(buf_text(&text), "levels and steps");
    CHECK(fsio_read(world_path("mine/my-result.txt"), 100, &text, &err));
    CHECK_STR(buf_text(&text), "older");
    exchange_pull(s.exchange);
    save(&s, "my-result", "late");
    CHECK_INT(s.saved.err.code, ERR_GONE);
    plug(&s, world_stick("stick")); /* a courier stick takes no such file */
    save(&s, "my-result", "elsewhere");
    CHECK_INT(s.saved.err.code, ERR_GONE);
    buf_release(&text);
    station_end(&s);
}

TEST(exchange, the_hundredth_file_of_one_name_is_refused)
{
    struct station s;
    struct err err = {0};
    char name[64];

    station_begin(&s, true);
    CHECK(fsio_make_dirs(world_path("full"), 0700, &err));
    for (int i = 1; i <= 98; i++) {
        snprintf(name, sizeof name, i == 1 ? "full/r.txt" : "full/r-%d.txt", i);
        CHECK(fsio_replace(world_path(name), "x", 1, 0600, &err));
    }
    plug(&s, world_path("full"));
    save(&s, "r", "last");
    CHECK_INT(s.saved.err.code, ERR_NONE);
    CHECK_STR(s.saved.name, "r-99.txt");
    save(&s, "r", "one more");
    CHECK_INT(s.saved.err.code, ERR_EXISTS);
    station_end(&s);
}

/* "Stop" is touched while results are written: nothing is lost, and the next time they go. */
TEST(exchange, stop_ends_any_step_and_the_next_time_carries_on)
{
    struct station s;
    char stick[256];

    begin_with_news(&s, stick);
    for (int at = 0; at < 100; at += 7) {
        atomic_store(&halted_at, at);
        halted = s.exchange;
        plug(&s, stick);
        atomic_store(&halted_at, -1);
        CHECK(s.last.is_over);
        if (atomic_load(&n_calls) <= at) {
            break;
        }
        CHECK(s.last.err.code == ERR_CANCELLED || s.last.err.code == ERR_NONE);
    }
    plug(&s, stick);
    for (int step = 0; step < STICK_STEPS; step++) {
        CHECK(station_did(&s, (enum stick_step)step));
    }
    CHECK(rows_on(&s, stick) >= ROWS_OUT);
    station_end(&s);
}

/* The screen went by the first failure of all, and called a later stop a fault of the stick. */
TEST(exchange, a_stop_after_a_step_that_failed_is_told_as_a_stop)
{
    struct station s;
    struct err err = {0};
    char stick[256];

    station_begin(&s, true);
    world_next_content(2);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    CHECK(fsio_make_dirs(world_path("stick/MICRO2/receipts"), 0755, &err));
    CHECK(fsio_replace(world_path("stick/MICRO2/receipts/000.json"), "?", 1, 0600, &err));
    CHECK(fsio_replace(world_path("stick/MICRO2/receipts/000.json.minisig"), "?", 1, 0600, &err));
    halted = s.exchange;
    halts_in_content = true;
    plug(&s, stick);
    halts_in_content = false;
    CHECK_INT(s.last.progress.why[STICK_CONTENT], ERR_CANCELLED);
    CHECK_INT(s.last.progress.state[STICK_RECEIPTS], STICK_FAILED);
    CHECK_INT(s.last.progress.why[STICK_RECEIPTS], s.last.err.code);
    CHECK(s.last.err.code != ERR_CANCELLED);
    CHECK_INT(s.last.progress.why[STICK_RESULTS], ERR_NONE);
    station_end(&s);
}

/* Of something that was refused only its end is told: the page showed the stick of an earlier day. */
TEST(exchange, a_pull_where_no_stick_was_in_does_not_bring_the_last_one_back)
{
    struct station s;

    station_begin(&s, true);
    plug(&s, world_stick("stick"));
    exchange_pull(s.exchange);
    station_hear(&s);
    CHECK_STR(s.last.office, "Office");
    CHECK(!s.last.is_in);
    exchange_pull(s.exchange);
    station_hear(&s);
    CHECK_STR(s.last.office, "");
    CHECK_INT(s.last.progress.state[STICK_CHECK], STICK_WAITING);
    station_end(&s);
}

TEST(exchange, an_import_leaves_time_to_whoever_uses_the_station)
{
    for (int is_busy = 0; is_busy < 2; is_busy++) {
        struct station s;

        station_begin(&s, true);
        world_next_content(2);
        atomic_store(&n_rests, 0);
        exchange_set_busy(s.exchange, is_busy);
        plug(&s, world_stick("stick"));
        CHECK_INT(s.last.packs_done, 2);
        CHECK((atomic_load(&n_rests) >= 4) == is_busy); /* each piece copied, each read again */
        station_end(&s);
    }
}

/* Looking at what is here took minutes on a slow card, and heard of nothing meanwhile. */
TEST(exchange, stop_and_a_visitor_are_heard_while_the_shelf_is_looked_at)
{
    struct station s;
    char stick[256];

    station_begin(&s, true);
    world_next_content(2);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    atomic_store(&n_rests, 0);
    halted = s.exchange;
    atomic_store(&halts_at_rest, 1);
    exchange_set_busy(s.exchange, true);
    plug(&s, stick); /* nothing is new */
    atomic_store(&halts_at_rest, 0);
    CHECK_INT(atomic_load(&n_rests), 1);
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_CANCELLED);
    station_end(&s);
}

TEST(exchange, what_a_stick_brings_is_known_before_its_results_go_out)
{
    struct station s;
    char stick[256];

    begin_with_news(&s, stick);
    exchange_plug(s.exchange, stick, 0);
    s.last = (struct ev_stick){0};
    while (s.last.progress.state[STICK_RESULTS] != STICK_RUNNING) {
        station_hear(&s);
    }
    CHECK_INT(s.last.packs_new, 2);
    while (!s.last.is_over) {
        station_hear(&s);
    }
    CHECK_INT(s.last.packs_done, 2);
    station_end(&s);
}

/* "a moment" stood there for minutes where nothing was new. */
TEST(exchange, the_bar_counts_what_is_looked_through_when_nothing_is_new)
{
    struct station s;
    char stick[256];
    int64_t total = 0, left_ms = -1, bytes;

    begin_with_news(&s, stick);
    plug(&s, stick);
    bytes = s.last.progress.done_bytes; /* of all that came, read again */
    exchange_plug(s.exchange, stick, 0);
    s.last = (struct ev_stick){0};
    while (!s.last.is_over) {
        const struct stick_progress *p = &s.last.progress;

        station_hear(&s);
        if (p->state[STICK_CONTENT] == STICK_RUNNING && p->doing == STICK_LOOKING && p->total_bytes) {
            CHECK(p->done_bytes <= p->total_bytes);
            total = p->total_bytes;
            left_ms = p->left_ms;
        }
    }
    CHECK(bytes > 0);
    CHECK_INT(total, bytes);
    CHECK_INT(left_ms, plan_left_ms(bytes, 0, 0, PLAN_CHECK_PER_S));
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_NOTHING);
    station_end(&s);
}

TEST(exchange, success_is_said_when_all_was_read_again)
{
    struct station s;
    char stick[256];

    begin_with_news(&s, stick);
    plug(&s, stick);
    CHECK_INT(s.last.n_to_check, 3); /* the results, two containers */
    CHECK_INT(s.last.n_checked, 3);
    CHECK_INT(s.last.progress.state[STICK_VERIFY], STICK_DONE);
    CHECK_INT(s.last.progress.left_ms, 0);
    station_end(&s);
}

TEST(exchange, T8_staff_find_the_last_exchanges_with_their_figures)
{
    struct station s;
    struct sticklog_entry e[STICKLOG_MAX];
    struct store_stats stats;
    struct err err = {0};
    char stick[256];

    begin_with_news(&s, stick);
    plug(&s, stick);
    plug(&s, world_path("holiday")); /* no exchange */
    atomic_store(&pulled_at, 12);
    plug(&s, stick);
    atomic_store(&pulled_at, -1);
    CHECK(clerk_get_stats(s.clerk, &stats, &err));
    CHECK_INT(sticklog_read(stats.stick_log, e), 2);
    CHECK_INT(SPAWN(NULL, "sed", "-i", "s/counter/Counter/", datafolder_path(stick, "MICRO2/courier.json")), 0);
    plug(&s, stick); /* one that is not believed was never listed */
    CHECK(clerk_get_stats(s.clerk, &stats, &err));
    CHECK_INT(sticklog_read(stats.stick_log, e), 3);
    CHECK_INT(e[0].code, ERR_SIGNATURE);
    memmove(e, e + 1, 2 * sizeof *e);
    CHECK_INT(e[0].code, ERR_GONE);
    CHECK_INT(e[1].code, ERR_NONE);
    CHECK_INT(e[1].rows, ROWS_OUT);
    CHECK_INT(e[1].visits, 1); /* what the station says of itself is no visit */
    CHECK_INT(e[1].packs, 2);
    CHECK(e[1].bytes > 0);
    station_end(&s);
}

TEST(exchange, staff_go_back_to_the_version_before_and_come_again)
{
    struct station s;
    char stick[256];

    station_begin(&s, true);
    world_next_content(2);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    exchange_use_former(s.exchange, "core");
    while (station_hear(&s) != EV_STICK_VERSION) {
    }
    CHECK_STR(s.version.id, "core");
    CHECK_INT(s.version.err.code, ERR_NONE);
    CHECK(hold_is_on(datafolder_path(s.folder.dir, "shelf"), "core-2.m2k"));
    CHECK_INT(s.n_shelf_news, 2); /* the containers, and this */
    exchange_use_former(s.exchange, "core");
    while (station_hear(&s) != EV_STICK_VERSION) {
    }
    CHECK_INT(s.version.err.code, ERR_NOT_FOUND);
    plug(&s, stick); /* what brought it does not bring it again */
    CHECK_INT(s.last.packs_new, 0);
    exchange_use_newest(s.exchange, "core");
    while (station_hear(&s) != EV_STICK_VERSION) {
    }
    CHECK(!hold_is_on(datafolder_path(s.folder.dir, "shelf"), "core-2.m2k"));
    station_end(&s);
}

TEST(exchange, T5_a_full_station_gives_results_and_takes_nothing_in)
{
    struct station s;
    char stick[256];

    begin_with_news(&s, stick);
    CHECK(reserve_release(s.folder.dir));
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_NO_SPACE);
    CHECK_INT(rows_on(&s, stick), ROWS_OUT);
    station_end(&s);
}

/* One bad byte in a newer trust list kept results from going out, and the stick was called none of ours. */
TEST(exchange, T5_T26_a_trust_list_that_does_not_fit_keeps_no_results_back)
{
    static const char make_keys[] = "minisign -G -W -f -p \"$0\"/second.pub -s \"$0\"/second.key";
    struct station s;
    char stick[256], second[256];

    begin_with_news(&s, stick);
    snprintf(second, sizeof second, "%s", world_path("office/second.pub"));
    CHECK_INT(SPAWN(NULL, "sh", "-c", make_keys, world_path("office")), 0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "author", world_path("office"), "second", second), 0);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    CHECK_INT(SPAWN(NULL, "sed", "-i", "s/second/Second/", datafolder_path(stick, "MICRO2/trust.json")), 0);
    plug(&s, stick);
    CHECK(station_did(&s, STICK_CHECK));
    CHECK(station_did(&s, STICK_RESULTS));
    CHECK_INT(rows_on(&s, stick), ROWS_OUT);
    CHECK(s.last.is_trust_left);
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_SIGNATURE);
    CHECK_INT(s.last.packs_done, 0);
    CHECK_INT(SPAWN(NULL, "sed", "-i", "s/Second/second/", datafolder_path(stick, "MICRO2/trust.json")), 0);
    plug(&s, stick);
    CHECK(!s.last.is_trust_left);
    CHECK_INT(s.last.packs_done, 2);
    station_end(&s);
}

TEST(exchange, T27_a_stick_prepared_before_the_last_one_brings_nothing_back)
{
    struct station s;
    char old[256], stick[256];

    station_begin(&s, true);
    station_visit(&s, ROWS);
    snprintf(old, sizeof old, "%s", world_stick("old"));
    world_next_content(3);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    CHECK(station_did(&s, STICK_CONTENT));
    plug(&s, old);
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_TRUST);
    CHECK_INT(rows_on(&s, old), ROWS_LATER); /* but results go out: two sticks may be under way */
    station_end(&s);
}

/* Of the first row of this visit, which holds the visit's key: whom it is sealed to. */
struct sealed {
    uint8_t visit, to[KEY_ID_BYTES];
};

static bool note_sealed(void *ctx, const struct journal_row *row)
{
    struct sealed *s = ctx;

    if (row->visit[0] == s->visit && row->body_bytes == JOURNAL_KEY_BODY) {
        memcpy(s->to, row->body, sizeof s->to);
    }
    return true;
}

static void check_sealed_to(struct station *s, uint8_t visit, const char *key)
{
    static const char *const counts[] = {"visits", NULL};
    struct journal_visit v = {.id = {visit}, .key = {2}};
    struct sealed sealed = {.visit = visit};
    uint8_t anchor[SEAL_HASH_BYTES];
    struct pubkey office;
    struct err err = {0};
    struct message *m;

    clerk_append(s->clerk, &v, true, "{\"kind\":\"answer\"}", 17, counts, 1);
    while ((m = station_event(s))->kind != EV_ROW_SAVED) {
        message_free(m);
    }
    message_free(m);
    CHECK(clerk_export(s->clerk, note_sealed, &sealed, anchor, &err));
    CHECK(keys_load_public(world_path(key), &office, &err));
    CHECK(!memcmp(sealed.to, office.id, sizeof sealed.to));
}

/* Visits went on to be sealed to a key that a thief has until the station was started again. */
TEST(exchange, T32_a_visit_after_the_stick_is_sealed_to_the_offices_new_key_without_a_new_start)
{
    static const char keep_old[] = "cp \"$0\"/office.pub \"$0\"/office-old.pub";
    struct station s;
    char stick[256];

    station_begin(&s, true);
    check_sealed_to(&s, 3, "office/keys/office.pub");
    CHECK_INT(SPAWN(NULL, "sh", "-c", keep_old, world_path("office/keys")), 0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "revoke", world_path("office"), "office", "--stolen", "--no-passphrase"),
              0);
    check_sealed_to(&s, 4, "office/keys/office-old.pub"); /* nobody knows yet */
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    CHECK(station_did(&s, STICK_CHECK));
    check_sealed_to(&s, 5, "office/keys/office.pub");
    station_end(&s);
    station_begin(&s, false);
    check_sealed_to(&s, 6, "office/keys/office.pub");
    station_end(&s);
}

/* Last: all hubs here are copies of one, and from here on the office holds rows of it. */
TEST(exchange, receipts_of_the_office_come_back_with_the_stick)
{
    /* A changed one and an unsigned one, which once kept those behind them out. */
    static const char spoil_two[] = "cd \"$0\"/MICRO2/receipts && cp 000.json 001.json && cp 000.json 002.json && "
                                    "cp 000.json.minisig 002.json.minisig && sed -i s/counter/Counter/ 000.json";
    struct station s;
    char stick[256];

    station_begin(&s, true);
    station_visit(&s, ROWS);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    CHECK_INT(s.last.rows_receipted, 0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "collect", world_path("office"), stick), 0);
    CHECK_INT(SPAWN(NULL, "sh", "-c", spoil_two, stick), 0);
    plug(&s, stick);
    CHECK_INT(s.last.rows_receipted, ROWS_OUT);
    CHECK_INT(s.last.progress.state[STICK_RECEIPTS], STICK_DONE);
    plug(&s, stick);
    CHECK_INT(s.last.rows_receipted, 0);
    CHECK_INT(SPAWN(NULL, "rm", datafolder_path(stick, "MICRO2/receipts/002.json")), 0);
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_RECEIPTS], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_SIGNATURE);
    station_end(&s);
}
