/* test_durability: what the visitor was told is saved is there after every power cut, failing write and full card
 * (THREATS T1, T4, T5; DESIGN 3). Visits are driven through learn/visit and the clerk; receipts are marked on the card
 * at the moment the clerk gives them out (outbox_put is wrapped by the linker). */
#include "base/clock.h"
#include "base/fsio.h"
#include "fakes/cardvfs.h"
#include "learn/visit.h"
#include "shelf/reader.h"
#include "store/clerk.h"
#include "store/visitkey.h"
#include "trust/trustlist.h"
#include "unit/world_fixture.h"
#include <poll.h>
#include <unistd.h>

enum { VISITS_MAX = 12, ROWS_MAX = 400, STATES_IN_CHECK = 300 };

/* --- receipts
 * --------------------------------------------------------------------------------------------------------- */

void __real_outbox_put(struct outbox *o, struct message *event);
void __wrap_outbox_put(struct outbox *o, struct message *event);

static int64_t receipts[ROWS_MAX * VISITS_MAX];
static int n_receipts;

void __wrap_outbox_put(struct outbox *o, struct message *event)
{
    if (event->kind == EV_ROW_SAVED) {
        receipts[n_receipts++] = ((struct ev_row *)event)->seq;
        card_mark(((struct ev_row *)event)->seq);
    }
    __real_outbox_put(o, event);
}

/* --- a hub and its visitors
 * -------------------------------------------------------------------------------------------- */

static void new_hub(struct datafolder *f)
{
    struct err err = {0};

    CHECK(datafolder_open(world_hub(), f, &err));
}

struct station {
    struct datafolder folder;
    struct trustlist *trust;
    struct outbox *outbox;
    struct clerk *clerk;
    struct reader *reader;
    struct visit *visit;
    struct journal_visit who[VISITS_MAX]; /* of the visits made, to open their rows later */
    int n_visits;
    bool is_dead, has_failed;
    struct err death;
};

/* Takes events until nothing is being saved and the view is there. */
static void settle(struct station *s)
{
    struct pollfd fd = {.fd = outbox_fd(s->outbox), .events = POLLIN};

    for (;;) {
        struct message *m = outbox_take(s->outbox);

        if (m) {
            enum visit_event event = visit_event(s->visit, m);

            if (m->kind == EV_STORE_DEAD) {
                s->is_dead = true;
                s->death = ((struct ev_row *)m)->err;
            }
            s->has_failed |= event == VISIT_FAILED;
            message_free(m);
        } else if (visit_view(s->visit) && !visit_is_saving(s->visit) && clerk_is_idle(s->clerk) &&
                   reader_is_idle(s->reader) && poll(&fd, 1, 0) == 0) {
            return;
        } else {
            CHECK(poll(&fd, 1, 1) >= 0); /* not every order is answered: look again */
        }
    }
}

static bool begin(struct station *s, const char *synchronous, struct err *err)
{
    struct clerk_options opt = {.folder = &s->folder, .vfs = CARD_VFS, .synchronous = synchronous};

    *s = (struct station){.folder = s->folder, .outbox = outbox_new()};
    if (!clerk_start(&opt, s->outbox, &s->clerk, err)) {
        outbox_free(s->outbox);
        return false;
    }
    CHECK(trustlist_load(datafolder_path(s->folder.dir, "trust"), &s->trust, err));
    CHECK(reader_start(datafolder_path(s->folder.dir, "shelf"), s->trust, s->outbox, &s->reader, err));
    struct visit_options visit = {.clerk = s->clerk,
                                  .reader = s->reader,
                                  .run_dir = world_path("run"),
                                  .data_dir = s->folder.dir,
                                  .lang = "en",
                                  .seed = 7};

    CHECK(visit_new(&visit, &s->visit, err));
    settle(s);
    return true;
}

static void end(struct station *s)
{
    visit_free(s->visit);
    reader_stop(s->reader);
    reader_join(s->reader);
    clerk_stop(s->clerk);
    clerk_join(s->clerk);
    trustlist_free(s->trust);
    outbox_free(s->outbox);
}

static void keep_key(struct station *s)
{
    struct visitkey key;

    CHECK(visitkey_load(world_path("run"), &key));
    s->who[s->n_visits++] = key.visit;
}

/* An assessment with steps back, a lesson page by page, its questions, the end. Stops where the station failed. */
static void one_visit(struct station *s)
{
    struct err err = {0};
    int answered = 0;

    CHECK(visit_begin(s->visit, &err));
    keep_key(s);
    CHECK(visit_assess_start(s->visit, VISIT_SHORT, &err));
    settle(s);
    while (!s->has_failed && visit_question(s->visit)) {
        const struct visit_question *q = visit_question(s->visit);

        CHECK(visit_answer(s->visit, answered % (q->n_options + 1) - 1, 4000 + answered, &err));
        settle(s);
        if (++answered % 4 == 3 && !s->has_failed && visit_question(s->visit)) {
            CHECK(visit_back(s->visit, &err));
            settle(s);
        }
    }
    if (s->has_failed) {
        return;
    }
    CHECK(visit_lesson_open(s->visit, "shop-1", &err));
    settle(s);
    for (int page = 0; page < visit_lesson(s->visit)->n_pages; page++) {
        CHECK(visit_lesson_page(s->visit, page, &err));
    }
    settle(s);
    while (!s->has_failed && visit_quiz(s->visit)) {
        CHECK(visit_quiz_answer(s->visit, 0, 5000, &err));
        settle(s);
        visit_quiz_next(s->visit);
    }
    visit_close(s->visit, VISIT_FINISHED);
    settle(s);
}

/* --- what the office would be told
 * -------------------------------------------------------------------------------------- */

struct row {
    int64_t seq;
    char *text;
};
static struct row rows[ROWS_MAX * VISITS_MAX]; /* every row of the recorded visits, as the unharmed card has them */
static int n_rows;

static bool keep_row(void *ctx, int64_t seq, const char *text, size_t n)
{
    (void)ctx;
    (void)n;
    rows[n_rows++] = (struct row){seq, mem_str(text)};
    return true;
}

struct reading {
    int next;     /* row expected next */
    int64_t last; /* seq of the last one found */
    bool is_other;
};

static bool compare_row(void *ctx, int64_t seq, const char *text, size_t n)
{
    struct reading *r = ctx;

    (void)n;
    while (r->next < n_rows && rows[r->next].seq < seq) {
        r->is_other |= true; /* a row in the middle is missing */
        r->next++;
    }
    r->is_other |= r->next == n_rows || rows[r->next].seq != seq || strcmp(rows[r->next].text, text) != 0;
    r->next++;
    r->last = seq;
    return true;
}

static bool read_card(const char *dir, const struct station *s, journal_each *each, void *ctx, struct err *err)
{
    struct db_options opt = {.migrations = db_migrations};
    struct journal *j = NULL;
    struct db *db = NULL;
    bool ok = db_open(datafolder_path(dir, "hub.db"), &opt, &db, err) &&
              journal_open(db, s->folder.station.id, true, NULL, &j, err);

    for (int i = 0; ok && i < s->n_visits; i++) {
        ok = journal_read_visit(j, &s->who[i], each, ctx, err);
    }
    journal_close(j);
    db_close(db);
    return ok;
}

struct verdict {
    const struct station *station;
    int n_lost;       /* cards on which a promised row is missing */
    int n_other;      /* cards that tell something else than was written */
    int n_unreadable; /* cards that do not open */
    char first[700];  /* the first of them */
};

static void judge(void *ctx, const struct card_state *state)
{
    struct verdict *v = ctx;
    struct reading r = {0};
    struct err err = {0};
    bool is_read = read_card(world_path("card"), v->station, compare_row, &r, &err);
    bool is_lost = is_read && r.last < state->promised;

    v->n_unreadable += !is_read;
    v->n_lost += is_lost;
    v->n_other += is_read && r.is_other;
    if (!v->first[0] && (!is_read || is_lost || r.is_other)) {
        snprintf(v->first, sizeof v->first, "interval %d, %s %d of %d kept, promised %lld, found %lld: %s",
                 state->interval, state->is_prefix ? "first" : "any", state->kept, state->n_pending,
                 (long long)state->promised, (long long)r.last, is_read ? "read" : err.text);
    }
}

/* Records visits written with this level of synchronous and looks at the cards a cut may leave; true = all receipts
 * hold. */
static void judge_visits(const char *synchronous, int n_visits, int limit, struct verdict *v)
{
    struct station s = {0};
    struct err err = {0};

    card_register();
    card_reset();
    n_receipts = 0;
    new_hub(&s.folder);
    CHECK(begin(&s, synchronous, &err));
    for (int i = 0; i < n_visits; i++) {
        one_visit(&s);
        CHECK(!s.has_failed && !s.is_dead);
    }
    end(&s);
    n_rows = 0;
    CHECK(read_card(s.folder.dir, &s, keep_row, NULL, &err));
    CHECK(n_rows > 20 * n_visits && n_receipts == n_rows);
    datafolder_close(&s.folder);
    *v = (struct verdict){.station = &s};
    CHECK(fsio_make_dirs(world_path("card"), 0700, &err));
    int made = card_each_state(world_path("card"), limit, 42, judge, v);

    print_message("synchronous=%s: %d rows, %d syncs, %d cards: %d lost rows, %d other, %d unreadable %s\n",
                  synchronous ? synchronous : "FULL", n_rows, card_n_syncs(), made, v->n_lost, v->n_other,
                  v->n_unreadable, v->first);
    for (int i = 0; i < n_rows; i++) {
        free(rows[i].text);
    }
    card_reset();
    CHECK(limit == 0 || made > limit / 2);
    CHECK(limit || made >= 10000);
}

TEST(durability, T1_every_receipted_row_survives_every_power_cut)
{
    struct verdict v;

    judge_visits(NULL, VISITS_MAX, test_is_long() ? 0 : STATES_IN_CHECK, &v);
    CHECK_STR(v.first, "");
}

TEST(durability, T1_the_proof_fails_with_synchronous_normal)
{
    struct verdict v;

    judge_visits("NORMAL", 2, STATES_IN_CHECK, &v);
    CHECK(v.n_lost > 0);
}

TEST(durability, T1_the_proof_fails_with_synchronous_off)
{
    struct verdict v;

    judge_visits("OFF", 2, STATES_IN_CHECK, &v);
    CHECK(v.n_lost > 0);
}

/* --- a card that dies, a card that is full
 * ------------------------------------------------------------------------------ */

static int64_t last_found;

static bool find_last(void *ctx, int64_t seq, const char *text, size_t n)
{
    (void)ctx;
    (void)text;
    (void)n;
    last_found = seq;
    return true;
}

TEST(durability, T4_a_card_that_dies_at_any_write_loses_no_receipted_row_and_ends_the_station)
{
    const int step = test_is_long() ? 1 : 23;
    int n_ops = 1, n_died = 0;

    card_register();
    for (int at = 0; at < n_ops; at += step) {
        struct station s = {0};
        struct err err = {0};

        card_reset();
        n_receipts = 0;
        new_hub(&s.folder);
        if (at > 0) {
            card_fail_at(at);
        }
        if (begin(&s, NULL, &err)) {
            one_visit(&s);
            end(&s);
            n_died += s.is_dead;
            CHECK(s.is_dead || !s.has_failed);
            last_found = 0;
            CHECK(read_card(s.folder.dir, &s, find_last, NULL, &err));
            CHECK(last_found >= (n_receipts ? receipts[n_receipts - 1] : 0));
        } else {
            CHECK(err.text[0]);
        }
        if (at == 0) {
            n_ops = card_n_ops();
            CHECK(!s.is_dead);
        }
        datafolder_close(&s.folder);
    }
    CHECK(n_died > 0);
}

TEST(durability, T5_on_a_full_card_the_reserve_saves_the_running_visit)
{
    struct station s = {0};
    struct err err = {0};

    card_register();
    card_reset();
    n_receipts = 0;
    new_hub(&s.folder);
    CHECK(begin(&s, NULL, &err));
    CHECK(visit_begin(s.visit, &err));
    keep_key(&s);
    CHECK(visit_assess_start(s.visit, VISIT_SHORT, &err));
    settle(&s);
    CHECK(fsio_exists(datafolder_path(s.folder.dir, "reserve")));
    char reserve[512];

    snprintf(reserve, sizeof reserve, "%s", datafolder_path(s.folder.dir, "reserve"));
    card_full_while(reserve);
    for (int i = 0; i < 4; i++) {
        CHECK(visit_answer(s.visit, 0, 3000, &err));
        settle(&s);
    }
    CHECK(!s.has_failed && !s.is_dead);
    CHECK(!fsio_exists(reserve)); /* it was given up */
    card_full_while(NULL);
    end(&s);
    last_found = 0;
    CHECK(read_card(s.folder.dir, &s, find_last, NULL, &err));
    CHECK_INT(last_found, receipts[n_receipts - 1]);
    datafolder_close(&s.folder);
    card_reset();
}
