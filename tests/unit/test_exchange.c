/* test_exchange: a stick comes and goes (THREATS T2, T5, T17, T22, T27). The volume's calls are counted, and fail from
 * one of them on, by wrapping them in the linker. */
#include "shelf/install.h"
#include "stick/exchange.h"
#include "stick/mailbox.h"
#include "stick/volume.h"
#include "store/clerk.h"
#include "store/reserve.h"
#include "unit/world_fixture.h"
#include <poll.h>
#include <stdatomic.h>

enum { ROWS = 12 };

/* --- a stick that can be pulled at any call
 * ------------------------------------------------------------------------------ */

static atomic_int n_calls, n_writes, pulled_at = -1;

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

    return atomic_load(&pulled_at) < 0 || at < atomic_load(&pulled_at) ||
           err_set(err, ERR_GONE, "stick: it was pulled out");
}

bool __wrap_volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err)
{
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

bool __wrap_volume_sync(struct volume *v, struct err *err)
{
    return is_in(err) && __real_volume_sync(v, err);
}

/* --- a station without a face
 * ------------------------------------------------------------------------------------------ */

struct station {
    struct datafolder folder;
    struct outbox *outbox;
    struct clerk *clerk;
    struct exchange *exchange;
    struct ev_stick last;
    bool has_new_shelf;
};

static struct message *next_event(struct station *s)
{
    struct pollfd fd = {.fd = outbox_fd(s->outbox), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(s->outbox))) {
        CHECK(poll(&fd, 1, 20000) == 1);
    }
    return m;
}

static void begin(struct station *s, bool is_fresh)
{
    struct clerk_options clerk = {.folder = &s->folder};
    struct exchange_options exchange = {.folder = &s->folder};
    struct err err = {0};

    *s = (struct station){.outbox = outbox_new()};
    CHECK(datafolder_open(is_fresh ? world_hub() : world_path("hub"), &s->folder, &err));
    CHECK(clerk_start(&clerk, s->outbox, &s->clerk, &err));
    exchange.clerk = s->clerk;
    CHECK(exchange_start(&exchange, s->outbox, &s->exchange, &err));
}

static void end(struct station *s)
{
    exchange_stop(s->exchange);
    exchange_join(s->exchange);
    clerk_stop(s->clerk);
    clerk_join(s->clerk);
    outbox_free(s->outbox);
    datafolder_close(&s->folder);
}

/* A visit of ROWS rows, each on the card. */
static void visit(struct station *s)
{
    struct journal_visit v = {.id = {1}, .key = {2}};
    static const char *const counts[] = {"visits", NULL};

    for (int i = 0; i < ROWS; i++) {
        struct message *m;

        clerk_append(s->clerk, &v, i == 0, "{\"kind\":\"answer\"}", 17, i == 0 ? counts : NULL, 1);
        m = next_event(s);
        CHECK_INT(m->kind, EV_ROW_SAVED);
        message_free(m);
    }
}

static void plug(struct station *s, const char *stick)
{
    s->last = (struct ev_stick){0};
    s->has_new_shelf = false;
    atomic_store(&n_calls, 0);
    atomic_store(&n_writes, 0);
    exchange_plug(s->exchange, stick, 0);
    while (!s->last.is_over) {
        struct message *m = next_event(s);

        if (m->kind == EV_STICK_STATE) {
            s->last = *(struct ev_stick *)m;
        }
        s->has_new_shelf |= m->kind == EV_STICK_SHELF;
        message_free(m);
    }
}

/* Rows in this station's mailbox on the stick, 0 = none. */
static int64_t rows_on(const struct station *s, const char *stick)
{
    struct mailbox_header h;
    struct buf payload = {0};
    struct volume *v;
    struct err err = {0};
    int64_t n = 0;
    int slot, was = atomic_exchange(&pulled_at, -1);

    CHECK(volume_open_folder(stick, &v, &err));
    CHECK(mailbox_find_slot(v, &s->folder.station, &slot, &err));
    if (mailbox_read(v, slot, &s->folder.station, &h, &payload, &err)) {
        n = h.n_rows;
    }
    buf_release(&payload);
    volume_close(v);
    atomic_store(&pulled_at, was);
    return n;
}

static bool is_done(const struct station *s, enum stick_step step)
{
    return s->last.progress.state[step] == STICK_DONE || s->last.progress.state[step] == STICK_NOTHING;
}

/* Content of a next version in the office's packs, so that a stick prepared from now on brings two containers. */
static void new_content(void)
{
    static bool is_made;

    if (is_made) {
        return;
    }
    world_make();
    CHECK_INT(SPAWN(NULL, "sh", "-c",
                    "cp -a \"$0\" \"$1\" && sed -i 's/\"version\": 1/\"version\": 2/' \"$1\"/core.json "
                    "\"$1\"/modules/shop/module.json",
                    M2_TEST_DATA "/content-small", world_path("content-2")),
              0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "content", "build", world_path("content-2"), "--office", world_path("office"),
                    "--out", world_path("office/packs")),
              0);
    is_made = true;
}

/* --- the tests
 * --------------------------------------------------------------------------------------------------------- */

TEST(exchange, a_stick_takes_results_and_brings_what_is_new)
{
    struct station s;
    char stick[256];

    begin(&s, true);
    visit(&s);
    new_content();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    for (int step = 0; step < STICK_STEPS; step++) {
        CHECK(is_done(&s, (enum stick_step)step));
    }
    CHECK_INT(s.last.rows_written, ROWS + 1); /* and the key row */
    CHECK_INT(s.last.visits_written, 1);
    CHECK_INT(s.last.packs_done, 2);
    CHECK(s.has_new_shelf);
    CHECK_STR(s.last.office, "Office");
    CHECK_INT(rows_on(&s, stick), ROWS + 1);
    plug(&s, stick); /* again: nothing is new */
    CHECK_INT(s.last.packs_new, 0);
    CHECK(!s.has_new_shelf);
    end(&s);
}

/* The bar began anew with each container, and the time left was that of one of them. */
TEST(exchange, the_bar_counts_the_bytes_of_all_containers_together)
{
    struct station s;
    char stick[256];
    int64_t bytes;

    begin(&s, true);
    new_content();
    snprintf(stick, sizeof stick, "%s", world_stick("bar"));
    bytes = fsio_size(world_path("office/packs/core-2.m2k")) + fsio_size(world_path("office/packs/shop-2.m2k"));
    plug(&s, stick);
    CHECK_INT(s.last.packs_done, 2);
    CHECK_INT(s.last.progress.total_bytes, bytes);
    CHECK_INT(s.last.progress.done_bytes, bytes);
    end(&s);
}

TEST(exchange, results_that_went_bad_on_the_stick_were_taken_for_written)
{
    static const int bad[] = {MAILBOX_SECTOR + 300, 170}; /* payload, signature */
    struct station s;
    char stick[256], box[400];
    struct buf bytes = {0};
    struct err err = {0};

    begin(&s, true);
    visit(&s);
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
        CHECK_INT(s.last.rows_written, ROWS + 1);
        CHECK_INT(rows_on(&s, stick), ROWS + 1);
    }
    buf_release(&bytes);
    end(&s);
}

TEST(exchange, T17_pulled_at_any_call_nothing_is_lost_and_the_next_time_carries_on)
{
    struct station s;
    char stick[256];
    const int stride = test_is_long() ? 1 : 7;
    bool was_whole = false;

    new_content();
    for (int at = 0; !was_whole; at += stride) {
        begin(&s, true);
        visit(&s);
        snprintf(stick, sizeof stick, "%s", world_stick("stick"));
        atomic_store(&pulled_at, at);
        plug(&s, stick);
        was_whole = atomic_load(&n_calls) <= at;
        if (!was_whole) {
            CHECK(s.last.err.code == ERR_GONE);
        }
        int64_t rows = rows_on(&s, stick);

        CHECK(rows == 0 || rows == ROWS + 1);
        atomic_store(&pulled_at, -1);
        plug(&s, stick);
        for (int step = 0; step < STICK_STEPS; step++) {
            CHECK(is_done(&s, (enum stick_step)step));
        }
        CHECK_INT(rows_on(&s, stick), ROWS + 1);
        end(&s);
        begin(&s, false); /* what is on the shelf opens */
        end(&s);
    }
}

TEST(exchange, a_container_that_went_bad_on_the_shelf_was_never_taken_again)
{
    struct station s;
    char stick[256], pack[400];
    struct buf whole = {0}, again = {0};
    struct err err = {0};

    begin(&s, true);
    new_content();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    snprintf(pack, sizeof pack, "%s", datafolder_path(s.folder.dir, "shelf/core-2.m2k"));
    CHECK(fsio_read(pack, 1 << 24, &whole, &err));
    whole.data[whole.len / 2] ^= 1;
    CHECK(fsio_replace(pack, whole.data, whole.len, 0644, &err));
    whole.data[whole.len / 2] ^= 1;
    plug(&s, stick);
    CHECK_INT(s.last.packs_done, 1);
    CHECK(s.has_new_shelf);
    CHECK(fsio_read(pack, 1 << 24, &again, &err));
    CHECK(again.len == whole.len && !memcmp(again.data, whole.data, whole.len));
    buf_release(&whole);
    buf_release(&again);
    end(&s);
}

TEST(exchange, one_broken_container_once_kept_all_others_out)
{
    struct station s;
    char stick[256], pack[400];
    struct buf bytes = {0};
    struct err err = {0};

    begin(&s, true);
    new_content();
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
    end(&s);
}

TEST(exchange, T22_a_stranger_s_stick_is_not_written_to)
{
    struct station s;
    struct err err = {0};

    begin(&s, true);
    visit(&s);
    CHECK(fsio_make_dirs(world_path("holiday/photos"), 0700, &err));
    plug(&s, world_path("holiday"));
    CHECK_INT(s.last.progress.state[STICK_CHECK], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_NOT_FOUND);
    CHECK_INT(atomic_load(&n_writes), 0);
    end(&s);
}

TEST(exchange, T5_a_full_station_gives_results_and_takes_nothing_in)
{
    struct station s;
    char stick[256];

    begin(&s, true);
    visit(&s);
    new_content();
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    CHECK(reserve_release(s.folder.dir));
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_NO_SPACE);
    CHECK_INT(rows_on(&s, stick), ROWS + 1);
    end(&s);
}

TEST(exchange, T27_a_stick_prepared_before_the_last_one_brings_nothing_back)
{
    struct station s;
    char old[256], stick[256];

    begin(&s, true);
    visit(&s);
    snprintf(old, sizeof old, "%s", world_stick("old"));
    CHECK_INT(SPAWN(NULL, "sh", "-c",
                    "cp -a \"$0\" \"$1\" && sed -i 's/\"version\": [0-9]*/\"version\": 3/' \"$1\"/core.json",
                    (M2_TEST_DATA "/content-small"), world_path("content-3")),
              0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "content", "build", world_path("content-3"), "--office", world_path("office"),
                    "--out", world_path("office/packs")),
              0);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    CHECK(is_done(&s, STICK_CONTENT));
    plug(&s, old);
    CHECK_INT(s.last.progress.state[STICK_CONTENT], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_TRUST);
    CHECK_INT(rows_on(&s, old), ROWS + 1); /* but results go out: two sticks may be under way */
    end(&s);
}

/* Last: all hubs here are copies of one, and from here on the office holds rows of it. */
TEST(exchange, receipts_of_the_office_come_back_with_the_stick)
{
    /* A changed one and an unsigned one, which once kept those behind them out. */
    static const char spoil_two[] = "cd \"$0\"/MICRO2/receipts && cp 000.json 001.json && cp 000.json 002.json && "
                                    "cp 000.json.minisig 002.json.minisig && sed -i s/counter/Counter/ 000.json";
    struct station s;
    char stick[256];

    begin(&s, true);
    visit(&s);
    snprintf(stick, sizeof stick, "%s", world_stick("stick"));
    plug(&s, stick);
    CHECK_INT(s.last.rows_receipted, 0);
    CHECK_INT(SPAWN(NULL, M2_MICRO2, "office", "collect", world_path("office"), stick), 0);
    CHECK_INT(SPAWN(NULL, "sh", "-c", spoil_two, stick), 0);
    plug(&s, stick);
    CHECK_INT(s.last.rows_receipted, ROWS + 1);
    CHECK_INT(s.last.progress.state[STICK_RECEIPTS], STICK_DONE);
    plug(&s, stick);
    CHECK_INT(s.last.rows_receipted, 0);
    CHECK_INT(SPAWN(NULL, "rm", datafolder_path(stick, "MICRO2/receipts/002.json")), 0);
    plug(&s, stick);
    CHECK_INT(s.last.progress.state[STICK_RECEIPTS], STICK_FAILED);
    CHECK_INT(s.last.err.code, ERR_SIGNATURE);
    end(&s);
}
