/* visit_fixture: a station without a screen against a real store and the built containers of content-small, and what
 * its visitors do. */
#ifndef M2_TEST_VISIT_FIXTURE_H
#define M2_TEST_VISIT_FIXTURE_H

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "learn/visit_private.h"
#include "shelf/reader.h"
#include "store/clerk.h"
#include "store/visitkey.h"
#include "trust/trustlist.h"
#include "unit/world_fixture.h"
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { WAITS_MS = 20000, SEED = 5, QUESTIONS = 8, TEXT_BYTES = 96, ROWS_TICKET = 1 << 30 };

struct station {
    struct datafolder folder;
    struct trustlist *trust;
    struct outbox *out;
    struct clerk *clerk;
    struct reader *reader;
    struct visit *visit;
};

static inline struct message *next_message(struct station *s)
{
    struct pollfd p = {.fd = outbox_fd(s->out), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(s->out))) {
        CHECK_INT(poll(&p, 1, WAITS_MS), 1);
    }
    return m;
}

/* Takes events until the visit says `wanted`. */
static inline void wait_for(struct station *s, enum visit_event wanted)
{
    enum visit_event got = VISIT_NOTHING;

    while (got != wanted) {
        struct message *m = next_message(s);

        got = visit_event(s->visit, m);
        message_free(m);
        if (got == VISIT_FAILED && wanted != VISIT_FAILED) {
            fail_msg("%s", visit_problem(s->visit)->text);
        }
    }
}

/* A station on this data folder; with_run false: one without a run folder. */
static inline void open_station(struct station *s, const char *data, bool with_run)
{
    struct visit_options opt = {.data_dir = data, .lang = "en", .seed = SEED};
    struct err err = {0};

    clock_go_virtual();
    log_to(-1);
    *s = (struct station){.out = outbox_new()};
    if (!datafolder_open(data, &s->folder, &err) || !trustlist_load(datafolder_path(data, "trust"), &s->trust, &err) ||
        !clerk_start(&(struct clerk_options){.folder = &s->folder}, s->out, &s->clerk, &err) ||
        !reader_start(datafolder_path(data, "shelf"), s->trust, s->out, &s->reader, &err)) {
        fail_msg("%s", err.text);
    }
    opt.clerk = s->clerk;
    opt.reader = s->reader;
    opt.run_dir = with_run ? world_path("run") : NULL;
    CHECK(visit_new(&opt, &s->visit, &err));
    wait_for(s, VISIT_VIEW_CHANGED);
}

static inline void close_station(struct station *s)
{
    visit_free(s->visit);
    reader_stop(s->reader);
    reader_join(s->reader);
    clerk_stop(s->clerk);
    clerk_join(s->clerk);
    trustlist_free(s->trust);
    outbox_free(s->out);
    datafolder_close(&s->folder);
}

static inline void fresh_station(struct station *s)
{
    open_station(s, world_hub(), true);
}

/* The hub's shelf with three more questions about E1.3, so that it can be asked again. */
static inline const char *rich_hub(void)
{
    static const char more[] =
        "rm -rf \"$2\" && cp -r \"$1\" \"$2\" && for n in 7 8 9; do echo E1.3-km$n,E1.3,km,3,,,list >> "
        "\"$2\"/assessment/items.csv; for lang in en it; do printf '\\n::E1.3-km%s:: Ask %s?{\\n  =right answer "
        "#Yes.\\n"
        "  ~wrong answer #No.\\n  ~wrong reply #No.\\n  ~wrong words #No.\\n}\\n' $n $n >> "
        "\"$2\"/assessment/E1/$lang.gift; done; done";
    static const char small[] = M2_TEST_DATA "/content-small";
    static bool is_made;
    const char *office = world_path("office"), *packs = world_path("packs-rich"), *content = world_path("rich");

    world_hub();
    if (!is_made) {
        CHECK_INT(SPAWN(NULL, "sh", "-c", more, "sh", small, content), 0);
        CHECK_INT(SPAWN(NULL, M2_MICRO2, "content", "build", content, "--office", office, "--out", packs), 0);
        CHECK_INT(
            SPAWN(NULL, M2_MICRO2, "hub", "new", office, "Rich", "--packs", packs, "--out", world_path("hub-rich")), 0);
        is_made = true;
    }
    SPAWN(NULL, "rm", "-rf", world_path("hub"));
    CHECK_INT(SPAWN(NULL, "cp", "-a", world_path("hub-rich"), world_path("hub")), 0);
    return world_path("hub");
}

static inline void rich_station(struct station *s)
{
    open_station(s, rich_hub(), true);
}

static inline void begin(struct station *s)
{
    struct err err = {0};

    if (!visit_assess_start(s->visit, VISIT_SHORT, &err)) {
        fail_msg("%s", err.text);
    }
}

/* What this visitor says: another place each time, the same in every run. */
static inline int choice_for(const struct visit_question *q)
{
    return (q->number + (int)strlen(q->id)) % q->n_options;
}

static inline void answer(struct station *s, int option)
{
    struct err err = {0};

    CHECK(visit_answer(s->visit, option, 9000, &err));
    wait_for(s, VISIT_SAVED);
}

static inline void answer_some(struct station *s, int n)
{
    for (int i = 0; i < n; i++) {
        CHECK(visit_question(s->visit));
        answer(s, choice_for(visit_question(s->visit)));
    }
}

static inline void back(struct station *s)
{
    struct err err = {0};

    CHECK(visit_back(s->visit, &err));
    wait_for(s, VISIT_SAVED);
}

static inline void to_result(struct station *s)
{
    struct err err = {0};

    while (visit_question(s->visit)) {
        answer_some(s, 1);
    }
    if (!visit_is_saving(s->visit) && visit_assess_is_running(s->visit)) {
        CHECK(visit_assess_stop(s->visit, &err));
    }
    wait_for(s, VISIT_SAVED);
    CHECK_INT(visit_place(s->visit), VISIT_AT_RESULT);
}

static inline void open_lesson(struct station *s)
{
    struct err err = {0};

    CHECK(visit_lesson_open(s->visit, "shop-1", &err));
    wait_for(s, VISIT_LESSON_READY);
}

static inline void quiz(struct station *s, int option)
{
    struct err err = {0};

    CHECK(visit_quiz_answer(s->visit, option, 5000, &err));
    CHECK(!visit_quiz(s->visit)->is_answered); /* not before the card has it */
    wait_for(s, VISIT_SAVED);
}

/* --- what lies on the card */

/* The key of the running visit, as a resuming station would find it. */
static inline struct journal_visit key_of_visit(void)
{
    struct visitkey k;

    CHECK(visitkey_load(world_path("run"), &k));
    return k.visit;
}

/* The texts of a visit's rows, one a line; the caller frees. */
static inline char *rows_of(struct station *s, const struct journal_visit *who)
{
    struct ev_visit_rows *ev = NULL;
    struct buf text = {0};

    clerk_resume(s->clerk, who, ROWS_TICKET);
    while (!ev) {
        struct message *m = next_message(s);

        if (m->kind == EV_VISIT_ROWS && m->ticket == ROWS_TICKET) {
            ev = (struct ev_visit_rows *)m;
        } else {
            visit_event(s->visit, m);
            message_free(m);
        }
    }
    CHECK_INT(ev->err.code, ERR_NONE);
    for (int i = 0; i < ev->n; i++) {
        buf_str(&text, ev->texts[i]);
        buf_char(&text, '\n');
    }
    message_free(&ev->base);
    return buf_detach(&text);
}

/* The kinds of these rows, joined by spaces; borrowed until the next call. */
static inline const char *kinds(const char *rows)
{
    static char out[2048];

    out[0] = '\0';
    for (const char *p = rows; *p; p = strchr(p, '\n') + 1) {
        struct err err = {0};
        struct json *j = json_parse(p, (size_t)(strchr(p, '\n') - p), "row", &err);
        size_t n = strlen(out);

        CHECK(j);
        snprintf(out + n, sizeof out - n, "%s%s", n ? " " : "", json_str(json_get(j, "kind"), "?"));
        json_free(j);
    }
    return out;
}

/* A result of few answers, so that questions are left; the competence that can be asked again. */
static inline const char *to_early_result(struct station *s, int n)
{
    struct err err = {0};

    begin(s);
    answer_some(s, n);
    CHECK(visit_assess_stop(s->visit, &err));
    wait_for(s, VISIT_SAVED);
    for (int i = 0; i < visit_view(s->visit)->n_competences; i++) {
        const char *code = visit_view(s->visit)->competences[i].code;

        if (visit_can_retest(s->visit, code)) {
            return code;
        }
    }
    fail_msg("nothing can be asked again");
    return "";
}

static inline void retest_best(struct station *s, int n)
{
    for (int i = 0; i < n && visit_question(s->visit); i++) {
        const struct visit_question *q = visit_question(s->visit);
        int pick = q->is_scale ? 3 : 0;

        for (int k = 0; !q->is_scale && k < q->n_options; k++) {
            pick = strncmp(q->option[k], "right", 5) ? pick : k;
        }
        answer(s, pick);
    }
}

/* What a visitor sees: where, and the question in its order. */
struct seen {
    enum visit_place place;
    int number, chosen, n_options, lesson_page, quiz_number;
    bool can_go_back, has_question, has_lesson;
    char id[TEXT_BYTES], option[4][TEXT_BYTES], quiz_id[TEXT_BYTES], lang[12];
};

static inline void look(const struct station *s, struct seen *out)
{
    const struct visit_question *q = visit_question(s->visit);
    const struct visit_quiz *z = visit_quiz(s->visit);

    memset(out, 0, sizeof *out); /* compared as bytes */
    out->place = visit_place(s->visit);
    snprintf(out->lang, sizeof out->lang, "%s", visit_view(s->visit)->lang);
    out->has_lesson = visit_lesson(s->visit) != NULL;
    out->lesson_page = visit_lesson_last_page(s->visit);
    if (z) {
        snprintf(out->quiz_id, sizeof out->quiz_id, "%s", z->id);
        out->quiz_number = z->number;
    }
    if (q) {
        out->has_question = true;
        out->number = q->number;
        out->chosen = q->chosen;
        out->can_go_back = q->can_go_back;
        out->n_options = q->n_options;
        snprintf(out->id, sizeof out->id, "%s", q->id);
        for (int i = 0; i < q->n_options && !q->is_scale; i++) {
            snprintf(out->option[i], TEXT_BYTES, "%s", q->option[i]);
        }
    }
}

/* A station on this data folder, in a process of its own, does `way` and is killed there, store open, nothing closed.
 * *seen: its last moment. */
static inline void killed_on(const char *data, void (*way)(struct station *s, int n), int n, struct seen *seen)
{
    struct seen *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = 0;
    pid_t pid;

    CHECK(shared != MAP_FAILED);
    pid = fork();
    if (pid == 0) {
        struct station s;

        open_station(&s, data, true);
        way(&s, n);
        look(&s, shared);
        kill(getpid(), SIGKILL);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    *seen = *shared;
    munmap(shared, sizeof *shared);
}

static inline void killed_after(void (*way)(struct station *s, int n), int n, struct seen *seen)
{
    killed_on(world_hub(), way, n, seen);
}

#endif
