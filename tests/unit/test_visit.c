/* test_visit: whole visits against a real store and the built containers of content-small: answers receipted, back, not
 * sure, idle; killed at any moment and gone on with at the same question; nothing in clear (THREATS T1, T38, T39, T40,
 * T43). Also run under the thread sanitizer. */
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "learn/visit_private.h"
#include "shelf/reader.h"
#include "store/clerk.h"
#include "store/visitkey.h"
#include "trust/trustlist.h"
#include "unit/world_fixture.h"
#include <dirent.h>
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

static struct message *next_message(struct station *s)
{
    struct pollfd p = {.fd = outbox_fd(s->out), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(s->out))) {
        CHECK_INT(poll(&p, 1, WAITS_MS), 1);
    }
    return m;
}

/* Takes events until the visit says `wanted`. */
static void wait_for(struct station *s, enum visit_event wanted)
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
static void open_station(struct station *s, const char *data, bool with_run)
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

static void close_station(struct station *s)
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

static void fresh_station(struct station *s)
{
    open_station(s, world_hub(), true);
}

/* The hub's shelf with three more questions about E1.3, so that it can be asked again. */
static const char *rich_hub(void)
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

static void rich_station(struct station *s)
{
    open_station(s, rich_hub(), true);
}

static void begin(struct station *s)
{
    struct err err = {0};

    if (!visit_assess_start(s->visit, VISIT_SHORT, &err)) {
        fail_msg("%s", err.text);
    }
}

/* What this visitor says: another place each time, the same in every run. */
static int choice_for(const struct visit_question *q)
{
    return (q->number + (int)strlen(q->id)) % q->n_options;
}

static void answer(struct station *s, int option)
{
    struct err err = {0};

    CHECK(visit_answer(s->visit, option, 9000, &err));
    wait_for(s, VISIT_SAVED);
}

static void answer_some(struct station *s, int n)
{
    for (int i = 0; i < n; i++) {
        CHECK(visit_question(s->visit));
        answer(s, choice_for(visit_question(s->visit)));
    }
}

static void back(struct station *s)
{
    struct err err = {0};

    CHECK(visit_back(s->visit, &err));
    wait_for(s, VISIT_SAVED);
}

static void to_result(struct station *s)
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

static void open_lesson(struct station *s)
{
    struct err err = {0};

    CHECK(visit_lesson_open(s->visit, "shop-1", &err));
    wait_for(s, VISIT_LESSON_READY);
}

static void quiz(struct station *s, int option)
{
    struct err err = {0};

    CHECK(visit_quiz_answer(s->visit, option, 5000, &err));
    CHECK(!visit_quiz(s->visit)->is_answered); /* not before the card has it */
    wait_for(s, VISIT_SAVED);
}

/* --- what lies on the card */

/* The key of the running visit, as a resuming station would find it. */
static struct journal_visit key_of_visit(void)
{
    struct visitkey k;

    CHECK(visitkey_load(world_path("run"), &k));
    return k.visit;
}

/* The texts of a visit's rows, one a line; the caller frees. */
static char *rows_of(struct station *s, const struct journal_visit *who)
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
static const char *kinds(const char *rows)
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

/* --- a visit from its first touch to its end */

TEST(visit, every_answer_page_and_quiz_is_a_row_and_counts_only_once_it_is_saved) /* T1 */
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    CHECK(!visit_is_open(s.visit) && !visit_question(s.visit) && !visit_result(s.visit));
    begin(&s);
    who = key_of_visit();
    CHECK(visit_is_open(s.visit));
    CHECK_INT(visit_place(s.visit), VISIT_AT_QUESTION);
    for (int n = 0; n < QUESTIONS; n++) {
        const struct visit_question *q = visit_question(s.visit);
        char id[TEXT_BYTES];

        CHECK(q && q->stem[0] && q->n_options >= 4 && q->chosen == -2);
        CHECK_INT(q->can_go_back, n > 0);
        snprintf(id, sizeof id, "%s", q->id);
        CHECK(visit_answer(s.visit, choice_for(q), 9000, &err));
        CHECK(visit_is_saving(s.visit));
        CHECK_STR(visit_question(s.visit)->id, id);   /* the question stays until the card has the answer */
        CHECK(!visit_answer(s.visit, 0, 9000, &err)); /* a second tap is no second answer */
        CHECK(!visit_back(s.visit, &err) && !visit_assess_stop(s.visit, &err));
        wait_for(&s, VISIT_SAVED);
        CHECK_INT(visit_is_saving(s.visit), n == QUESTIONS - 1); /* the result goes behind the last answer */
        CHECK(!visit_question(s.visit) || strcmp(visit_question(s.visit)->id, id) != 0);
    }
    CHECK(!visit_question(s.visit)); /* six items, all answered */
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->answered, 6);
    CHECK(!visit_assess_is_running(s.visit));
    open_lesson(&s);
    CHECK_INT(visit_lesson(s.visit)->n_pages, 3);
    CHECK_INT(visit_lesson(s.visit)->position, 1);
    for (int page = 0; page < 3; page++) {
        CHECK(visit_lesson_page(s.visit, page, &err));
        CHECK(visit_lesson_page(s.visit, page, &err)); /* shown again: no second row */
    }
    CHECK(!visit_lesson_page(s.visit, 3, &err));
    for (int i = 0; i < 3; i++) {
        quiz(&s, i ? 0 : VISIT_NOT_SURE);
        CHECK_INT(visit_lesson_is_done(s.visit, "shop-1"), i == 2);
        visit_quiz_next(s.visit);
    }
    CHECK(!visit_quiz(s.visit));
    visit_close(s.visit, VISIT_FINISHED);
    CHECK(!visit_is_open(s.visit));
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows),
              "open assess answer answer answer answer answer answer answer answer result lesson page page "
              "page quiz quiz quiz end");
    CHECK_HAS(rows, "\"how\":\"finished\"");
    free(rows);
    close_station(&s);
}

TEST(visit, not_sure_is_an_answer_like_any_other)
{
    struct station s;
    struct journal_visit who;
    char *rows;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    while (visit_question(s.visit)) {
        answer(&s, VISIT_NOT_SURE);
    }
    CHECK_INT(visit_result(s.visit)->answered, 6);
    for (int i = 0; i < visit_result(s.visit)->n_competences; i++) {
        CHECK(visit_result(s.visit)->competence[i].level <= 3);
    }
    rows = rows_of(&s, &who);
    CHECK_HAS(rows, "\"choice\":-1,\"right\":false");
    CHECK(!strstr(rows, "\"right\":true"));
    free(rows);
    close_station(&s);
}

TEST(visit, after_a_result_the_same_questions_go_on_until_none_is_left)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    CHECK(!visit_assess_more(s.visit, &err)); /* they are still running */
    answer_some(&s, 4);
    CHECK(!visit_result(s.visit)->can_go_on);
    CHECK(visit_assess_stop(s.visit, &err));
    wait_for(&s, VISIT_SAVED);
    CHECK(visit_result(s.visit)->can_go_on);
    CHECK(visit_assess_more(s.visit, &err));
    CHECK_INT(visit_place(s.visit), VISIT_AT_QUESTION);
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->answered, 6);
    CHECK(!visit_result(s.visit)->can_go_on); /* six items, all answered */
    CHECK(!visit_assess_more(s.visit, &err));
    rows = rows_of(&s, &who);
    CHECK_HAS(kinds(rows), "answer result more answer");
    CHECK_HAS(rows, "\"kind\":\"more\"");
    free(rows);
    close_station(&s);
}

TEST(visit, what_is_said_of_the_business_is_a_row_and_gone_with_the_visit)
{
    struct station s;
    struct journal_visit who;
    struct business said = {.trade = "stall", .people = BUSINESS_ALONE};
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    CHECK_STR(visit_trade(s.visit), "other");
    business_tap(&said, "sell-found", BUSINESS_YES);
    CHECK(visit_set_business(s.visit, &said, &err));
    who = key_of_visit();
    CHECK_STR(visit_trade(s.visit), "stall");
    CHECK_INT(visit_place(s.visit), VISIT_AT_BUSINESS);
    begin(&s);
    CHECK_STR(visit_trade(s.visit), "stall");
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_STR(visit_trade(s.visit), "other");
    CHECK_INT(visit_business(s.visit)->n_taps, 0);
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open business assess end");
    CHECK_HAS(rows, "\"trade\":\"stall\",\"people\":1,\"taps\":{\"sell-found\":2}");
    free(rows);
    close_station(&s);
}

TEST(visit, T41_a_tool_is_a_row_with_its_name_alone_once_a_visit)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char name[VISIT_ID_MAX + 1], *rows;

    fresh_station(&s);
    CHECK_STR(visit_tool(s.visit), "");
    CHECK(visit_tool_open(s.visit, "price", &err)); /* begins the visit */
    who = key_of_visit();
    CHECK_INT(visit_place(s.visit), VISIT_AT_TOOL);
    CHECK(visit_tool_open(s.visit, "cash", &err));
    CHECK(visit_tool_open(s.visit, "price", &err));
    CHECK_STR(visit_tool(s.visit), "price");
    memset(name, 'a', sizeof name);
    name[VISIT_ID_MAX - 1] = '\0';
    CHECK(visit_tool_open(s.visit, name, &err));
    name[VISIT_ID_MAX - 1] = 'a';
    name[VISIT_ID_MAX] = '\0';
    CHECK(!visit_tool_open(s.visit, name, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_STR(visit_tool(s.visit), "");
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open tool tool tool end");
    CHECK_HAS(rows, "\"id\":\"price\"}\n");
    free(rows);
    CHECK(visit_tool_open(s.visit, "price", &err));
    who = key_of_visit();
    visit_close(s.visit, VISIT_FINISHED);
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open tool end"); /* another visit */
    free(rows);
    close_station(&s);
}

TEST(visit, right_answers_lead_higher_and_the_result_hangs_together)
{
    struct station s;
    const struct visit_result *r;

    fresh_station(&s);
    begin(&s);
    while (visit_question(s.visit)) {
        const struct visit_question *q = visit_question(s.visit);
        int pick = q->is_scale ? 3 : -1;

        for (int i = 0; i < q->n_options && pick < 0; i++) {
            pick = strncmp(q->option[i], "right", 5) ? -1 : i;
        }
        answer(&s, pick);
    }
    to_result(&s);
    r = visit_result(s.visit);
    CHECK_INT(r->n_competences, 6);
    for (int i = 0; i < 6; i++) {
        const struct visit_competence_result *c = &r->competence[i];

        CHECK(c->level >= 4 && c->lo <= c->level && c->level <= c->hi && c->hi <= 8);
        CHECK_INT(c->band, (c->level + 1) / 2);
        CHECK(c->is_asked);
    }
    CHECK(visit_area(s.visit, r->start_area));
    CHECK_INT(r->pathway.n, 1);
    CHECK_STR(r->pathway.step[0].lesson->id, "shop-1");
    CHECK(!r->is_careless);
    close_station(&s);
}

/* All questions answered alike, each wrong where it can be, after so long. */
static void result_after(struct station *s, int64_t ms, struct visit_result *out)
{
    struct err err = {0};

    fresh_station(s);
    begin(s);
    while (visit_question(s->visit)) {
        const struct visit_question *q = visit_question(s->visit);
        int pick = q->is_scale ? 3 : -1;

        for (int i = 0; i < q->n_options && pick < 0; i++) {
            pick = strncmp(q->option[i], "right", 5) ? i : -1;
        }
        CHECK(visit_answer(s->visit, pick, ms, &err));
        wait_for(s, VISIT_SAVED);
    }
    to_result(s);
    *out = *visit_result(s->visit);
    close_station(s);
}

TEST(visit, careless_answers_widen_the_ranges_and_leave_the_levels)
{
    struct station s;
    struct visit_result slow, hasty;
    int wider = 0;

    result_after(&s, 9000, &slow);
    result_after(&s, 300, &hasty);
    CHECK(!slow.is_careless && hasty.is_careless);
    for (int i = 0; i < slow.n_competences; i++) {
        const struct visit_competence_result *a = &slow.competence[i], *b = &hasty.competence[i];

        CHECK_INT(b->level, a->level);
        CHECK(b->lo <= a->lo && b->hi >= a->hi);
        wider += b->hi - b->lo > a->hi - a->lo;
    }
    CHECK(wider > 0);
}

TEST(visit, a_lesson_that_is_done_leaves_the_next_steps)
{
    struct station s;

    fresh_station(&s);
    begin(&s);
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->pathway.n, 1);
    open_lesson(&s);
    for (int i = 0; i < 3; i++) {
        quiz(&s, 0);
        visit_quiz_next(s.visit);
    }
    CHECK_INT(visit_result(s.visit)->pathway.n, 0);
    close_station(&s);
}

TEST(visit, what_was_only_sat_through_was_printed_as_shown)
{
    for (int n_right = 1; n_right <= VISIT_SHOWN_RIGHT; n_right++) {
        struct station s;

        fresh_station(&s);
        begin(&s);
        open_lesson(&s);
        for (int i = 0; i < VISIT_SHOWN_OF; i++) {
            int right = visit_quiz(s.visit)->right;

            quiz(&s, i < n_right ? right : VISIT_NOT_SURE);
            visit_quiz_next(s.visit);
        }
        CHECK(visit_lesson_is_done(s.visit, "shop-1"));
        CHECK_INT(visit_lesson_is_shown(s.visit, "shop-1"), n_right == VISIT_SHOWN_RIGHT);
        close_station(&s);
    }
}

/* --- one competence asked again
 * ------------------------------------------------------------------------------------------------------------ */

/* A result of few answers, so that questions are left; the competence that can be asked again. */
static const char *to_early_result(struct station *s, int n)
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

static void retest_best(struct station *s, int n)
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

TEST(visit, a_competence_is_asked_again_with_questions_it_did_not_have_and_the_new_answers_count)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char code[16], *rows;
    int total, answered;

    rich_station(&s);
    snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
    who = key_of_visit();
    answered = visit_result(s.visit)->answered;
    CHECK(!visit_growth(s.visit));
    CHECK(visit_retest_start(s.visit, code, &err));
    total = visit_question(s.visit)->total;
    CHECK(total >= VISIT_RETEST_MIN && total <= VISIT_RETEST_MAX);
    while (visit_question(s.visit)) {
        CHECK_STR(visit_question(s.visit)->competence, code);
        CHECK(!visit_question(s.visit)->can_go_back);
        retest_best(&s, 1);
    }
    CHECK(!visit_retest_is_running(s.visit));
    CHECK_INT(visit_place(s.visit), VISIT_AT_GROWTH);
    CHECK_STR(visit_growth(s.visit)->competence, code);
    CHECK(visit_growth(s.visit)->now >= visit_growth(s.visit)->before);
    CHECK_INT(visit_result(s.visit)->n_growth, 1);
    CHECK_INT(visit_result(s.visit)->answered, answered); /* first answers stay what they were */
    visit_close(s.visit, VISIT_FINISHED);
    CHECK(!visit_growth(s.visit));
    rows = rows_of(&s, &who);
    CHECK_HAS(kinds(rows), total == 2 ? "result retest retest-answer retest-answer retest-end end"
                                      : "result retest retest-answer retest-answer retest-answer retest-end end");
    free(rows);
    close_station(&s);
}

TEST(visit, asked_again_the_new_answers_decide_up_or_down_and_the_last_time_counts)
{
    struct station s;
    struct err err = {0};
    char code[16];
    int level[2];

    for (int best = 0; best < 2; best++) {
        rich_station(&s);
        snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
        CHECK(visit_retest_start(s.visit, code, &err));
        for (int i = 0; i < VISIT_RETEST_MAX && visit_question(s.visit); i++) {
            if (best) {
                retest_best(&s, 1);
            } else {
                answer(&s, VISIT_NOT_SURE);
            }
        }
        level[best] = visit_growth(s.visit)->now;
        CHECK_INT(visit_result(s.visit)->growth[0].now, visit_growth(s.visit)->now);
        close_station(&s);
    }
    CHECK(level[1] > level[0]);
}

TEST(visit, asking_again_that_is_left_changes_nothing)
{
    struct station s;
    struct err err = {0};
    char code[16];
    int level[6];

    rich_station(&s);
    snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
    for (int i = 0; i < 6; i++) {
        level[i] = visit_result(s.visit)->competence[i].level;
    }
    CHECK(visit_retest_start(s.visit, code, &err));
    retest_best(&s, 1);
    CHECK(visit_retest_stop(s.visit, &err));
    CHECK(!visit_question(s.visit) && !visit_growth(s.visit));
    for (int i = 0; i < 6; i++) {
        CHECK_INT(visit_result(s.visit)->competence[i].level, level[i]);
    }
    CHECK(!visit_retest_stop(s.visit, &err));
    CHECK_INT(err.code, ERR_STATE);
    close_station(&s);
}

TEST(visit, after_asking_again_more_questions_go_on)
{
    struct station s;
    struct err err = {0};
    char code[16];

    rich_station(&s);
    snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
    CHECK(visit_retest_start(s.visit, code, &err));
    retest_best(&s, VISIT_RETEST_MAX);
    CHECK(visit_assess_more(s.visit, &err)); /* may ask of the same competence, and the same question */
    to_result(&s);
    CHECK(visit_result(s.visit)->answered > 2);
    close_station(&s);
}

TEST(visit, nothing_is_asked_again_before_a_result_or_of_a_competence_nobody_knows)
{
    struct station s;
    struct err err = {0};

    rich_station(&s);
    for (int i = 0; i < visit_view(s.visit)->n_competences; i++) {
        CHECK(!visit_can_retest(s.visit, visit_view(s.visit)->competences[i].code));
    }
    to_early_result(&s, 4);
    CHECK(!visit_can_retest(s.visit, "X9.9"));
    CHECK(!visit_retest_start(s.visit, "X9.9", &err));
    CHECK_INT(err.code, ERR_STATE);
    close_station(&s);
}

TEST(visit, the_time_for_the_path_is_a_row_and_comes_back)
{
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK_INT(visit_time(s.visit), PATHWAY_HALF_HOUR);
    CHECK(visit_set_time(s.visit, PATHWAY_EVENING, &err));
    CHECK(!visit_set_time(s.visit, PATHWAY_TIMES, &err));
    CHECK_INT(visit_time(s.visit), PATHWAY_EVENING);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_INT(visit_time(s.visit), PATHWAY_HALF_HOUR);
    close_station(&s);
}

TEST(visit, a_workshop_is_two_rows_with_no_vote_and_gone_with_the_visit)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    CHECK(!visit_workshop_end(s.visit, 1, 1, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK(!visit_workshop_start(s.visit, "", 4, &err));
    CHECK(!visit_workshop_start(s.visit, "doors", 0, &err));
    CHECK(!visit_workshop_start(s.visit, "doors", VISIT_PEOPLE_MAX + 1, &err));
    CHECK(!visit_is_open(s.visit));
    CHECK(visit_workshop_start(s.visit, "doors", VISIT_PEOPLE_MAX, &err));
    who = key_of_visit();
    CHECK_STR(visit_workshop(s.visit), "doors");
    CHECK(!visit_workshop_start(s.visit, "windows", 4, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK(visit_workshop_end(s.visit, 3, 31, &err));
    CHECK_STR(visit_workshop(s.visit), "");
    CHECK(visit_workshop_start(s.visit, "windows", 4, &err));
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_STR(visit_workshop(s.visit), "");
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open workshop workshop-end workshop end");
    CHECK_HAS(rows, "\"id\":\"doors\",\"people\":60}");
    CHECK_HAS(rows, "\"id\":\"doors\",\"parts\":3,\"minutes\":31}");
    free(rows);
    close_station(&s);
}

TEST(visit, feedback_names_the_right_answer_to_who_was_not_sure)
{
    struct station s;
    const struct visit_quiz *q;
    struct err err = {0};
    int right;

    fresh_station(&s);
    open_lesson(&s);
    q = visit_quiz(s.visit);
    right = q->right;
    CHECK(!q->feedback && q->chosen == -2);
    quiz(&s, VISIT_NOT_SURE);
    q = visit_quiz(s.visit);
    CHECK(q->is_answered && !q->is_right && q->chosen == VISIT_NOT_SURE);
    CHECK_HAS(q->option[right], "right answer");
    CHECK(q->feedback && q->feedback[0]);
    CHECK(!visit_quiz_answer(s.visit, right, 1, &err)); /* once is enough */
    visit_quiz_next(s.visit);
    quiz(&s, visit_quiz(s.visit)->right);
    CHECK(visit_quiz(s.visit)->is_right);
    CHECK_INT(visit_quiz(s.visit)->chosen, visit_quiz(s.visit)->right);
    close_station(&s);
}

/* --- back */

TEST(visit, back_brings_the_question_before_with_what_was_chosen)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char first[TEXT_BYTES], second[TEXT_BYTES], *rows;
    int chosen;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    CHECK(!visit_back(s.visit, &err)); /* nothing before the first */
    snprintf(first, sizeof first, "%s", visit_question(s.visit)->id);
    chosen = choice_for(visit_question(s.visit));
    answer(&s, chosen);
    snprintf(second, sizeof second, "%s", visit_question(s.visit)->id);
    back(&s);
    CHECK_STR(visit_question(s.visit)->id, first);
    CHECK_INT(visit_question(s.visit)->chosen, chosen);
    CHECK(!visit_question(s.visit)->can_go_back);
    answer(&s, chosen); /* confirmed: the way goes on as before */
    CHECK_STR(visit_question(s.visit)->id, second);
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open assess answer back answer");
    CHECK_HAS(rows, "\"undo\":"); /* facts are appended: the first answer stays, the next says whom it replaces */
    CHECK_HAS(rows, "\"replaces\":");
    free(rows);
    close_station(&s);
}

TEST(visit, back_all_the_way_and_forth_again_gives_the_same_result)
{
    struct station s;
    struct visit_result before;

    fresh_station(&s);
    begin(&s);
    answer_some(&s, QUESTIONS - 1); /* behind the last one stands the result */
    before = *visit_result(s.visit);
    for (int i = 0; i < QUESTIONS - 1; i++) {
        back(&s);
    }
    CHECK(!visit_question(s.visit)->can_go_back);
    CHECK(!visit_result(s.visit));
    for (int i = 0; i < QUESTIONS - 1; i++) {
        CHECK(visit_question(s.visit)->chosen != -2);
        answer(&s, visit_question(s.visit)->chosen);
    }
    CHECK_INT(visit_question(s.visit)->chosen, -2);
    for (int i = 0; i < before.n_competences; i++) {
        CHECK_INT(visit_result(s.visit)->competence[i].level, before.competence[i].level);
    }
    close_station(&s);
}

/* --- language */

TEST(visit, a_change_of_language_keeps_the_question_and_the_order_of_its_answers)
{
    struct station s;
    struct err err = {0};
    char id[TEXT_BYTES], last[TEXT_BYTES] = "";
    int n, number;

    fresh_station(&s);
    begin(&s);
    while (visit_question(s.visit)->is_scale) {
        answer_some(&s, 1);
    }
    snprintf(id, sizeof id, "%s", visit_question(s.visit)->id);
    n = visit_question(s.visit)->n_options;
    number = visit_question(s.visit)->number;
    for (int i = 0; i < n; i++) { /* "right answer 2": the number is the place in the source */
        const char *option = visit_question(s.visit)->option[i];

        last[i] = option[strlen(option) - 1];
    }
    CHECK(visit_set_language(s.visit, "it", &err));
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_question(s.visit)->id, id);
    CHECK_INT(visit_question(s.visit)->number, number);
    CHECK_HAS(visit_question(s.visit)->stem, "chiede");
    for (int i = 0; i < n; i++) {
        const char *option = visit_question(s.visit)->option[i];

        CHECK_HAS(option, "risposta");
        CHECK_INT(option[strlen(option) - 1], last[i]);
    }
    visit_close(s.visit, VISIT_FINISHED);
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_view(s.visit)->lang, "en"); /* the next visitor finds the hub's language */
    close_station(&s);
}

TEST(visit, a_language_nobody_wrote_falls_back_and_no_code_at_all_is_refused)
{
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK(visit_set_language(s.visit, "xx", &err));
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_area(s.visit, "D2")->plain, "Talking");
    CHECK(!visit_set_language(s.visit, "", &err) && err.code == ERR_USAGE);
    CHECK(!visit_set_language(s.visit, "a-language-too-long", &err) && err.code == ERR_USAGE);
    close_station(&s);
}

TEST(visit, an_open_lesson_was_read_from_freed_memory_between_two_languages)
{
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    open_lesson(&s);
    CHECK_STR(visit_lesson(s.visit)->about->title, "The door");
    CHECK(visit_set_language(s.visit, "it", &err));
    wait_for(&s, VISIT_VIEW_CHANGED);
    if (visit_lesson(s.visit)) { /* pages are drawn here, before the new lesson is there */
        CHECK(visit_lesson(s.visit)->about->title[0]);
        CHECK(visit_lesson(s.visit)->module->title[0]);
    }
    wait_for(&s, VISIT_LESSON_READY);
    CHECK_STR(visit_lesson(s.visit)->about->title, "La porta");
    close_station(&s);
}

/* --- the end */

TEST(visit, T40_after_the_end_nothing_of_the_visit_can_be_asked_for)
{
    for (int how = VISIT_FINISHED; how <= VISIT_IDLE; how++) {
        struct station s;
        struct journal_visit who;
        struct err err = {0};
        char *rows;

        fresh_station(&s);
        begin(&s);
        who = key_of_visit();
        answer_some(&s, 3);
        open_lesson(&s);
        quiz(&s, 0);
        visit_close(s.visit, (enum visit_end)how);
        CHECK(!visit_is_open(s.visit) && !visit_is_saving(s.visit));
        CHECK(!visit_question(s.visit) && !visit_result(s.visit) && !visit_lesson(s.visit) && !visit_quiz(s.visit));
        CHECK(!visit_lesson_is_done(s.visit, "shop-1"));
        CHECK_INT(visit_place(s.visit), VISIT_AT_HOME);
        CHECK(!visit_answer(s.visit, 0, 1, &err) && !visit_back(s.visit, &err));
        CHECK(!fsio_exists(world_path("run/visit")));
        CHECK(!visit_try_resume(s.visit));
        rows = rows_of(&s, &who);
        CHECK_HAS(rows, how == VISIT_IDLE ? "\"how\":\"idle\"" : "\"how\":\"finished\"");
        free(rows);
        visit_close(s.visit, (enum visit_end)how); /* once more is nothing */
        close_station(&s);
    }
}

TEST(visit, the_next_visitor_has_another_key_and_other_questions_first)
{
    struct station s;
    struct journal_visit first, second;

    fresh_station(&s);
    begin(&s);
    first = key_of_visit();
    answer_some(&s, 2);
    visit_close(s.visit, VISIT_FINISHED);
    begin(&s);
    second = key_of_visit();
    CHECK(memcmp(first.id, second.id, sizeof first.id) != 0);
    CHECK(memcmp(first.key, second.key, sizeof first.key) != 0);
    CHECK_INT(visit_question(s.visit)->number, 1);
    CHECK(!visit_question(s.visit)->can_go_back);
    close_station(&s);
}

TEST(visit, T5_a_visit_there_is_no_room_for_never_began)
{
    struct station s;
    struct ev_row *ev = message_new(sizeof *ev, EV_ROW_FAILED, 1);

    fresh_station(&s);
    begin(&s);
    err_set(&ev->err, ERR_NO_SPACE, "the disk is full");
    CHECK_INT(visit_event(s.visit, &ev->base), VISIT_FAILED);
    CHECK_INT(visit_problem(s.visit)->code, ERR_NO_SPACE);
    CHECK(!visit_is_open(s.visit) && !visit_question(s.visit));
    CHECK(!fsio_exists(world_path("run/visit")));
    message_free(&ev->base);
    close_station(&s);
}

/* --- killed and gone on with */

/* What a visitor sees: where, and the question in its order. */
struct seen {
    enum visit_place place;
    int number, chosen, n_options, lesson_page, quiz_number;
    bool can_go_back, has_question, has_lesson;
    char id[TEXT_BYTES], option[4][TEXT_BYTES], quiz_id[TEXT_BYTES], lang[12];
};

static void look(const struct station *s, struct seen *out)
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

/* A station in a process of its own does `way` and is killed there, store open, nothing closed. *seen: its last moment.
 */
static void way_retest(struct station *s, int n);

static void killed_after(void (*way)(struct station *s, int n), int n, struct seen *seen)
{
    struct seen *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const char *data = way == way_retest ? rich_hub() : world_hub();
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

/* The station after it: the same folder, and the interrupted visit resumed. */
static void go_on(struct station *s)
{
    open_station(s, world_path("hub"), true);
    CHECK(visit_try_resume(s->visit));
    wait_for(s, VISIT_RESUMED);
}

static void check_same(const struct station *s, const struct seen *before)
{
    struct seen now;

    look(s, &now);
    CHECK_INT(now.place, before->place);
    CHECK_STR(now.lang, before->lang);
    CHECK_STR(now.id, before->id);
    CHECK_INT(now.number, before->number);
    CHECK_INT(now.chosen, before->chosen);
    CHECK_INT(now.can_go_back, before->can_go_back);
    for (int i = 0; i < 4; i++) {
        CHECK_STR(now.option[i], before->option[i]);
    }
    CHECK_INT(now.lesson_page, before->lesson_page);
    CHECK_STR(now.quiz_id, before->quiz_id);
    CHECK_INT(now.quiz_number, before->quiz_number);
}

static void way_answers(struct station *s, int n)
{
    begin(s);
    clerk_stats(s->clerk, ROWS_TICKET); /* its answer comes behind the first rows: the visit is on the card */
    for (bool is_there = false; !is_there;) {
        struct message *m = next_message(s);

        is_there = m->kind == EV_STATS;
        visit_event(s->visit, m);
        message_free(m);
    }
    answer_some(s, n);
}

TEST(visit, T1_killed_after_any_answer_it_goes_on_at_the_same_question_to_the_same_result)
{
    struct station s;
    struct visit_result whole;
    int step = test_is_long() ? 1 : 3;

    fresh_station(&s);
    begin(&s);
    to_result(&s);
    whole = *visit_result(s.visit);
    close_station(&s);
    for (int n = 0; n < QUESTIONS; n += step) {
        struct seen seen;

        killed_after(way_answers, n, &seen);
        go_on(&s);
        check_same(&s, &seen);
        CHECK(visit_is_open(s.visit));
        to_result(&s);
        for (int i = 0; i < whole.n_competences; i++) {
            CHECK_INT(visit_result(s.visit)->competence[i].level, whole.competence[i].level);
            CHECK_INT(visit_result(s.visit)->competence[i].lo, whole.competence[i].lo);
            CHECK_INT(visit_result(s.visit)->competence[i].hi, whole.competence[i].hi);
        }
        close_station(&s);
    }
}

/* The last answer is on the card, and the visit has not heard of it. */
static void way_last_answer(struct station *s, int n)
{
    struct err err = {0};
    struct message *m;

    way_answers(s, n - 1);
    CHECK(visit_answer(s->visit, choice_for(visit_question(s->visit)), 9000, &err));
    do {
        m = next_message(s);
    } while (m->kind != EV_ROW_SAVED);
}

static void way_business(struct station *s, int n)
{
    struct business said = {.trade = "weaver", .people = BUSINESS_WITH_OTHERS};
    struct err err = {0};

    CHECK(visit_set_business(s->visit, &said, &err));
    way_answers(s, n);
    CHECK(visit_assess_stop(s->visit, &err));
    wait_for(s, VISIT_SAVED);
    CHECK(visit_assess_more(s->visit, &err));
    answer_some(s, 1);
}

TEST(visit, T1_killed_among_the_questions_added_later_the_same_one_and_the_business_are_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_business, 3, &seen);
    go_on(&s);
    check_same(&s, &seen);
    CHECK_STR(visit_trade(s.visit), "weaver");
    CHECK_INT(visit_business(s.visit)->people, BUSINESS_WITH_OTHERS);
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->answered, 6);
    close_station(&s);
}

static void way_tool(struct station *s, int n)
{
    struct err err = {0};

    way_answers(s, n);
    CHECK(visit_tool_open(s->visit, "price", &err));
    answer_some(s, 1); /* behind it on the card */
    CHECK(visit_tool_open(s->visit, "price", &err));
}

TEST(visit, T1_killed_at_a_tool_the_tool_is_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_tool, 1, &seen);
    go_on(&s);
    CHECK_STR(visit_tool(s.visit), "price");
    close_station(&s);
}

static void way_retest(struct station *s, int n)
{
    struct err err = {0};
    const char *code = to_early_result(s, 4);

    CHECK(visit_set_time(s->visit, PATHWAY_EVENING, &err));
    CHECK(visit_retest_start(s->visit, code, &err));
    retest_best(s, n);
}

TEST(visit, T1_killed_while_a_competence_is_asked_again_it_goes_on_there_and_grows_the_same)
{
    for (int n = 1; n <= VISIT_RETEST_MAX; n++) {
        struct station s;
        struct seen seen;
        struct visit_growth g;

        killed_after(way_retest, n, &seen);
        go_on(&s);
        check_same(&s, &seen);
        CHECK_INT(visit_time(s.visit), PATHWAY_EVENING);
        retest_best(&s, VISIT_RETEST_MAX);
        g = *visit_growth(s.visit);
        CHECK(g.now >= g.before);
        close_station(&s);
    }
}

TEST(visit, T1_killed_between_the_last_answer_and_its_result_it_had_no_page_to_go_on_with)
{
    struct station s;
    struct journal_visit who;
    struct seen seen;
    char *rows;

    killed_after(way_last_answer, QUESTIONS, &seen);
    go_on(&s);
    CHECK_INT(visit_place(s.visit), VISIT_AT_RESULT);
    CHECK(visit_result(s.visit));
    who = key_of_visit();
    wait_for(&s, VISIT_SAVED);
    CHECK(!visit_assess_is_running(s.visit));
    rows = rows_of(&s, &who);
    CHECK_HAS(rows, "\"levels\"");
    free(rows);
    close_station(&s);
}

static void way_back(struct station *s, int n)
{
    way_answers(s, 4);
    for (int i = 0; i < n; i++) {
        back(s);
    }
}

TEST(visit, T1_killed_after_going_back_the_same_question_and_choice_are_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_back, 2, &seen);
    CHECK(seen.chosen != -2 && seen.can_go_back);
    go_on(&s);
    check_same(&s, &seen);
    answer(&s, visit_question(s.visit)->chosen);
    CHECK(visit_question(s.visit)->chosen != -2); /* the other one gone back over is remembered too */
    close_station(&s);
}

static void way_italian(struct station *s, int n)
{
    struct err err = {0};

    way_answers(s, n);
    CHECK(visit_set_language(s->visit, "it", &err));
    wait_for(s, VISIT_VIEW_CHANGED);
    answer_some(s, 1);
}

TEST(visit, T1_killed_after_a_change_of_language_it_goes_on_in_that_language)
{
    struct station s;
    struct seen seen;

    killed_after(way_italian, 1, &seen);
    CHECK_STR(seen.lang, "it");
    go_on(&s);
    check_same(&s, &seen);
    visit_close(s.visit, VISIT_FINISHED);
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_view(s.visit)->lang, "en");
    close_station(&s);
}

/* A lesson between two questions, as far as its second page; n quiz answers. */
static void way_lesson(struct station *s, int n)
{
    struct err err = {0};

    way_answers(s, 2);
    open_lesson(s);
    CHECK(visit_lesson_page(s->visit, 0, &err) && visit_lesson_page(s->visit, 1, &err));
    for (int i = 0; i < n; i++) {
        quiz(s, 0);
        visit_quiz_next(s->visit);
    }
    way_answers(s, 0); /* waits until the rows above are on the card, and begins the questions anew */
    open_lesson(s);
    CHECK(visit_lesson_page(s->visit, 0, &err) && visit_lesson_page(s->visit, 1, &err));
    for (int i = 0; i < n; i++) {
        quiz(s, 0);
        visit_quiz_next(s->visit);
    }
    clerk_stats(s->clerk, ROWS_TICKET);
    while (!clerk_is_idle(s->clerk)) {
        poll(NULL, 0, 1);
    }
}

TEST(visit, T1_killed_in_a_lesson_between_two_questions_it_went_on_at_the_question)
{
    for (int n = 0; n <= 3; n += 3) {
        struct station s;
        struct seen seen;

        killed_after(way_lesson, n, &seen);
        CHECK_INT(seen.place, n ? VISIT_AT_QUIZ : VISIT_AT_LESSON);
        CHECK_INT(seen.lesson_page, 1);
        go_on(&s);
        wait_for(&s, VISIT_LESSON_READY);
        check_same(&s, &seen);
        CHECK_INT(visit_lesson_is_done(s.visit, "shop-1"), n == 3);
        close_station(&s);
    }
}

static void way_result(struct station *s, int n)
{
    way_answers(s, n);
    to_result(s);
}

TEST(visit, T1_killed_at_the_result_the_result_is_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_result, 5, &seen);
    CHECK_INT(seen.place, VISIT_AT_RESULT);
    go_on(&s);
    check_same(&s, &seen);
    CHECK(visit_result(s.visit) && !visit_assess_is_running(s.visit));
    close_station(&s);
}

TEST(visit, T40_a_visitor_who_went_away_before_the_power_came_back_is_not_gone_on_with)
{
    struct station s;
    struct seen seen;

    killed_after(way_answers, 2, &seen);
    open_station(&s, world_path("hub"), true);
    clock_advance(VISIT_IDLE_MS + VISIT_LEAVE_MS + 1);
    CHECK(!visit_try_resume(s.visit));
    CHECK(!fsio_exists(world_path("run/visit")));
    CHECK(!visit_is_open(s.visit));
    close_station(&s);
}

static void way_slowly(struct station *s, int n)
{
    way_answers(s, n);
    visit_set_idle(s->visit, (int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME);
}

TEST(visit, A51_who_asked_for_more_time_did_not_get_it_after_a_power_cut)
{
    struct station s;
    struct seen seen;

    killed_after(way_slowly, 2, &seen);
    clock_advance((int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME + VISIT_LEAVE_MS);
    go_on(&s);
    check_same(&s, &seen);
    CHECK_INT(visit_idle_ms(s.visit), (int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME);
    close_station(&s);
    killed_after(way_slowly, 2, &seen);
    open_station(&s, world_path("hub"), true);
    clock_advance((int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME + VISIT_LEAVE_MS + 1);
    CHECK(!visit_try_resume(s.visit));
    close_station(&s);
}

static void way_key_alone(struct station *s, int n)
{
    struct visitkey k = {.touched_ms = clock_ms(), .lasts_ms = VISIT_IDLE_MS};
    struct err err = {0};

    (void)s;
    memset(&k.visit, n, sizeof k.visit);
    CHECK(visitkey_save(world_path("run"), &k, &err));
}

TEST(visit, T1_killed_before_its_first_row_was_on_the_card_a_visit_is_none)
{
    struct station s;
    struct seen seen;
    struct message *m;

    killed_after(way_key_alone, 7, &seen);
    open_station(&s, world_path("hub"), true);
    CHECK(visit_try_resume(s.visit));
    m = next_message(&s);
    CHECK_INT(m->kind, EV_VISIT_ROWS);
    CHECK_INT(visit_event(s.visit, m), VISIT_NOTHING);
    message_free(m);
    CHECK(!visit_is_open(s.visit));
    CHECK(!fsio_exists(world_path("run/visit")));
    begin(&s); /* the next one can begin */
    answer_some(&s, 1);
    close_station(&s);
}

TEST(visit, without_a_run_folder_no_key_is_kept_and_nothing_is_gone_on_with)
{
    struct station s;

    open_station(&s, world_hub(), false);
    begin(&s);
    answer_some(&s, 1);
    CHECK(!fsio_exists(world_path("run/visit")));
    CHECK(!visit_try_resume(s.visit));
    visit_close(s.visit, VISIT_FINISHED);
    close_station(&s);
}

TEST(visit, a_touch_moves_the_key_files_time_at_most_once_in_five_seconds)
{
    struct station s;
    struct visitkey before, after;

    fresh_station(&s);
    begin(&s);
    CHECK(visitkey_load(world_path("run"), &before));
    clock_advance(4999);
    visit_touch(s.visit);
    CHECK(visitkey_load(world_path("run"), &after));
    CHECK_INT(after.touched_ms, before.touched_ms);
    clock_advance(1);
    visit_touch(s.visit);
    CHECK(visitkey_load(world_path("run"), &after));
    CHECK_INT(after.touched_ms, before.touched_ms + 5000);
    close_station(&s);
}

/* --- nothing in clear */

/* True when a file of the folder (not below it) holds these bytes. */
static bool folder_holds(const char *dir, const void *bytes, size_t n)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    bool is_there = false;

    CHECK(d);
    while ((e = readdir(d))) {
        char path[600];
        struct buf file = {0};

        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (strcmp(e->d_name, "reserve") != 0 && fsio_size(path) >= 0) {
            CHECK(fsio_read(path, 64 << 20, &file, NULL));
            is_there |= memmem(buf_text(&file), file.len, bytes, n) != NULL;
        }
        buf_release(&file);
    }
    closedir(d);
    return is_there;
}

TEST(visit, T38_T39_what_was_answered_lies_nowhere_in_clear_while_it_runs_and_after)
{
    static const char *const secrets[] = {"\"kind\"", "\"choice\"", "D2.2-km1", "E1.1-st1", "shop-1", "\"levels\""};
    struct station s;
    struct journal_visit who;
    char *rows;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    to_result(&s);
    open_lesson(&s);
    quiz(&s, 0);
    rows = rows_of(&s, &who);
    for (size_t i = 0; i < M2_COUNT(secrets); i++) {
        CHECK_HAS(rows, secrets[i]); /* it was said */
        CHECK(!folder_holds(world_path("hub"), secrets[i], strlen(secrets[i])));
        CHECK(!folder_holds(world_path("run"), secrets[i], strlen(secrets[i])));
    }
    CHECK(folder_holds(world_path("run"), who.key, sizeof who.key)); /* the scan finds what is there */
    CHECK(folder_holds(world_path("hub"), who.id, sizeof who.id));
    CHECK(!folder_holds(world_path("hub"), who.key, sizeof who.key));
    visit_close(s.visit, VISIT_FINISHED);
    close_station(&s);
    for (size_t i = 0; i < M2_COUNT(secrets); i++) {
        CHECK(!folder_holds(world_path("hub"), secrets[i], strlen(secrets[i])));
    }
    CHECK(!folder_holds(world_path("hub"), who.key, sizeof who.key));
    CHECK(!folder_holds(world_path("run"), who.key, sizeof who.key));
    free(rows);
}

/* --- coming back another day */

static struct token_dealt deal(struct station *s)
{
    struct err err = {0};

    CHECK(visit_token_deal(s->visit, &err));
    CHECK(visit_token(s->visit)->is_asking && !visit_token(s->visit)->is_kept);
    CHECK(!visit_token_deal(s->visit, &err)); /* one at a time */
    wait_for(s, VISIT_TOKEN);
    CHECK_INT(visit_token(s->visit)->news, VISIT_TOKEN_DEALT);
    CHECK(visit_token(s->visit)->is_kept);
    return visit_token(s->visit)->dealt;
}

static void come_back(struct station *s, const struct token_dealt *d, bool with_code)
{
    struct err err = {0};

    CHECK(with_code ? visit_token_code(s->visit, d->code, &err)
                    : visit_token_pictures(s->visit, d->picture, d->n, &err));
    wait_for(s, VISIT_TOKEN);
    CHECK_INT(visit_token(s->visit)->news, VISIT_TOKEN_TRIED);
}

static void finish(struct station *s)
{
    visit_close(s->visit, VISIT_FINISHED); /* in the hub's language: no view is asked for */
    CHECK(!visit_token(s->visit)->is_kept && !visit_token(s->visit)->dealt.n && !visit_token(s->visit)->dealt.code[0]);
}

TEST(visit, A53_who_stopped_half_way_goes_on_at_the_same_question_another_day)
{
    for (int with_code = 0; with_code < 2; with_code++) {
        struct station s;
        struct token_dealt d;
        struct visit_result before;
        struct journal_visit who;
        char next[TEXT_BYTES], *rows;
        struct err err = {0};

        fresh_station(&s);
        begin(&s);
        answer_some(&s, 2);
        d = deal(&s);
        answer_some(&s, 2); /* kept with each answer */
        snprintf(next, sizeof next, "%s", visit_question(s.visit)->id);
        before = *visit_result(s.visit);
        finish(&s);
        come_back(&s, &d, with_code);
        who = key_of_visit();
        CHECK_INT(visit_token(s.visit)->answer, TOKENS_OPEN);
        CHECK(visit_token(s.visit)->was_back && visit_assess_is_running(s.visit));
        CHECK_STR(visit_question(s.visit)->id, next);
        CHECK(!visit_question(s.visit)->can_go_back && !visit_back(s.visit, &err)); /* nothing points into other rows */
        CHECK_INT(visit_result(s.visit)->answered, before.answered);
        for (int i = 0; i < before.n_competences; i++) {
            CHECK_INT(visit_result(s.visit)->competence[i].level, before.competence[i].level);
            CHECK_INT(visit_result(s.visit)->competence[i].lo, before.competence[i].lo);
        }
        answer_some(&s, 1);
        CHECK(!visit_question(s.visit) || visit_question(s.visit)->can_go_back);
        rows = rows_of(&s, &who);
        CHECK_STR(kinds(rows), "open return answer"); /* and not what another visit's rows hold, too */
        CHECK(!strstr(rows, "seed\":0") && !strstr(rows, d.code));
        free(rows);
        to_result(&s);
        CHECK_INT(visit_result(s.visit)->answered, 6);
        finish(&s);
        come_back(&s, &d, with_code);
        CHECK(!visit_assess_is_running(s.visit));
        CHECK_INT(visit_result(s.visit)->answered, 6);
        close_station(&s);
    }
}

TEST(visit, lessons_done_and_the_page_of_the_open_one_come_back)
{
    struct station s;
    struct token_dealt d;
    struct err err = {0};

    fresh_station(&s);
    CHECK(visit_begin(s.visit, &err));
    d = deal(&s);
    open_lesson(&s);
    CHECK(visit_lesson_page(s.visit, 0, &err) && visit_lesson_page(s.visit, 1, &err));
    finish(&s);
    come_back(&s, &d, false);
    CHECK(visit_token(s.visit)->lesson);
    CHECK_STR(visit_token(s.visit)->lesson->id, "shop-1");
    CHECK_INT(visit_token(s.visit)->page, 1);
    CHECK(visit_token_go_on(s.visit, &err));
    wait_for(&s, VISIT_LESSON_READY);
    CHECK_INT(visit_lesson_last_page(s.visit), 1);
    while (visit_quiz(s.visit)) {
        quiz(&s, 0);
        visit_quiz_next(s.visit);
    }
    CHECK(visit_lesson_is_done(s.visit, "shop-1"));
    CHECK(!visit_token(s.visit)->lesson);
    finish(&s);
    come_back(&s, &d, true);
    CHECK(visit_lesson_is_done(s.visit, "shop-1") && !visit_token(s.visit)->lesson);
    CHECK(!visit_token_go_on(s.visit, &err));
    close_station(&s);
}

TEST(visit, T43_deleted_on_wish_nothing_comes_back_and_nothing_more_is_kept)
{
    struct station s;
    struct token_dealt d;
    struct err err = {0};

    fresh_station(&s);
    begin(&s);
    answer_some(&s, 3);
    CHECK(!visit_token_delete(s.visit, &err)); /* nothing is kept */
    d = deal(&s);
    CHECK(!visit_token_deal(s.visit, &err) && !visit_token_code(s.visit, d.code, &err)); /* it is kept already */
    CHECK(visit_token_delete(s.visit, &err));
    wait_for(&s, VISIT_TOKEN);
    CHECK_INT(visit_token(s.visit)->news, VISIT_TOKEN_DELETED);
    CHECK(!visit_token(s.visit)->is_kept && !visit_token(s.visit)->dealt.n);
    answer_some(&s, 1);
    finish(&s);
    come_back(&s, &d, true);
    CHECK_INT(visit_token(s.visit)->answer, TOKENS_WRONG);
    come_back(&s, &d, false);
    CHECK_INT(visit_token(s.visit)->answer, TOKENS_WRONG);
    CHECK(!visit_token(s.visit)->is_kept && !visit_result(s.visit));
    close_station(&s);
}

TEST(visit, who_answered_more_in_this_visit_than_what_comes_back_goes_on_with_it)
{
    struct station s;
    struct token_dealt d;
    int answered;
    struct err err = {0};

    fresh_station(&s);
    begin(&s);
    answer_some(&s, 1);
    d = deal(&s);
    finish(&s);
    begin(&s);
    answer_some(&s, 4);
    answered = visit_result(s.visit)->answered;
    come_back(&s, &d, false);
    CHECK_INT(visit_token(s.visit)->answer, TOKENS_OPEN);
    CHECK_INT(visit_result(s.visit)->answered, answered);
    CHECK(visit_question(s.visit)->can_go_back && visit_back(s.visit, &err));
    wait_for(&s, VISIT_SAVED);
    close_station(&s);
}

TEST(visit, one_answer_before_coming_back_replaced_the_whole_kept_assessment)
{
    struct station s;
    struct token_dealt d;
    struct visit_result kept;
    struct err err = {0};

    fresh_station(&s);
    begin(&s);
    to_result(&s);
    kept = *visit_result(s.visit);
    d = deal(&s);
    finish(&s);
    begin(&s); /* she tries a question, then remembers that she was here before */
    answer_some(&s, 1);
    for (int time = 0; time < 2; time++) {
        come_back(&s, &d, time);
        CHECK_INT(visit_token(s.visit)->answer, TOKENS_OPEN);
        CHECK(!visit_assess_is_running(s.visit) && !visit_question(s.visit));
        CHECK_INT(visit_result(s.visit)->answered, kept.answered);
        for (int i = 0; i < kept.n_competences; i++) {
            CHECK_INT(visit_result(s.visit)->competence[i].level, kept.competence[i].level);
        }
        CHECK(!visit_back(s.visit, &err));
        finish(&s);
    }
    close_station(&s);
}

/* Whatever she does with what came back, a crash finds the visit at home, and the pictures bring everything again. */
TEST(visit, T1_killed_among_more_questions_after_coming_back_it_stood_in_a_session_of_one_question)
{
    enum { MORE_ANSWERED, GONE_BACK, ASKED_AGAIN, HAD_ANSWERED, WAYS };

    for (int way = 0; way < WAYS; way++) {
        struct station s;
        struct token_dealt d;
        struct err err = {0};
        char code[16];
        int answered;

        rich_station(&s);
        snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
        d = deal(&s);
        finish(&s);
        if (way == HAD_ANSWERED) {
            begin(&s);
            answer_some(&s, 1);
        }
        come_back(&s, &d, false);
        if (way == ASKED_AGAIN) {
            CHECK(visit_retest_start(s.visit, code, &err));
            retest_best(&s, 1);
        } else {
            CHECK(visit_assess_more(s.visit, &err));
            answer_some(&s, way == GONE_BACK ? 2 : 1);
        }
        if (way == GONE_BACK) {
            back(&s);
        }
        answered = visit_result(s.visit)->answered;
        close_station(&s); /* the key file stays, as after a crash */
        open_station(&s, world_path("hub"), true);
        CHECK(visit_try_resume(s.visit));
        wait_for(&s, VISIT_RESUMED);
        CHECK_INT(visit_place(s.visit), VISIT_AT_HOME);
        CHECK(!visit_assess_is_running(s.visit) && !visit_question(s.visit) && !visit_result(s.visit));
        come_back(&s, &d, false);
        CHECK_INT(visit_result(s.visit)->answered, answered);
        close_station(&s);
    }
}

TEST(visit, what_was_asked_again_the_tools_used_and_the_time_were_lost_when_she_came_back)
{
    struct station s;
    struct token_dealt d;
    struct visit_result before;
    struct err err = {0};
    char code[16];
    bool can_retest;

    rich_station(&s);
    snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
    d = deal(&s);
    CHECK(visit_retest_start(s.visit, code, &err));
    retest_best(&s, VISIT_RETEST_MAX);
    CHECK(visit_tool_open(s.visit, "safety", &err));
    CHECK(visit_set_time(s.visit, PATHWAY_EVENING, &err));
    before = *visit_result(s.visit);
    can_retest = visit_can_retest(s.visit, code);
    CHECK_INT(before.n_growth, 1);
    finish(&s);
    CHECK(!visit_tool_is_used(s.visit, "safety") && visit_time(s.visit) == PATHWAY_HALF_HOUR);
    for (int time = 0; time < 2; time++) { /* and kept again by the visit that brought it */
        const struct visit_result *r;

        come_back(&s, &d, time);
        r = visit_result(s.visit);
        CHECK_INT(r->n_growth, 1);
        CHECK_STR(r->growth[0].competence, code);
        CHECK_INT(r->growth[0].before, before.growth[0].before);
        CHECK_INT(r->growth[0].now, before.growth[0].now);
        for (int i = 0; i < before.n_competences; i++) {
            CHECK_INT(r->competence[i].level, before.competence[i].level);
            CHECK_INT(r->competence[i].lo, before.competence[i].lo);
        }
        CHECK_INT(visit_can_retest(s.visit, code), can_retest); /* not the same questions once more */
        CHECK(visit_tool_is_used(s.visit, "safety") && !visit_tool(s.visit)[0]);
        CHECK_INT(visit_time(s.visit), PATHWAY_EVENING);
        CHECK(visit_set_time(s.visit, PATHWAY_EVENING, &err));
        finish(&s);
    }
    CHECK(visit_set_time(s.visit, PATHWAY_SHORT, &err)); /* chosen in this visit: it is newer */
    come_back(&s, &d, false);
    CHECK_INT(visit_time(s.visit), PATHWAY_SHORT);
    close_station(&s);
}

/* The rows of a visit that went on with a token's answers begin in the middle: a crash must find a page all the same.
 */
TEST(visit, T1_killed_after_coming_back_it_goes_on_at_home)
{
    struct station s;
    struct token_dealt d;
    const char *hub = world_hub();

    open_station(&s, hub, true);
    begin(&s);
    answer_some(&s, 2);
    d = deal(&s);
    finish(&s);
    come_back(&s, &d, false);
    answer_some(&s, 2);
    close_station(&s); /* the key file stays, as after a crash */
    open_station(&s, hub, true);
    CHECK(visit_try_resume(s.visit));
    wait_for(&s, VISIT_RESUMED);
    CHECK_INT(visit_place(s.visit), VISIT_AT_HOME);
    CHECK(!visit_assess_is_running(s.visit) && !visit_result(s.visit));
    come_back(&s, &d, false);
    CHECK(visit_result(s.visit) != NULL); /* all four */
    close_station(&s);
}

static struct visit *long_visit(int n_answers, int n_done)
{
    struct visit *v = mem_alloc(sizeof *v);

    v->n_answered = n_answers;
    for (int i = 0; i < n_answers; i++) {
        snprintf(v->answered[i].item, VISIT_ID_MAX, "item-%d", i);
        snprintf(v->answered[i].question, VISIT_ID_MAX, "question-%d", i);
    }
    v->n_done = n_done;
    for (int i = 0; i < n_done; i++) {
        snprintf(v->done[i], VISIT_ID_MAX, "lesson-with-a-name-as-long-as-any-is-today-%d", i);
    }
    return v;
}

static void lengthen(char id[VISIT_ID_MAX])
{
    size_t n = strlen(id);

    CHECK(n + 1 < VISIT_ID_MAX);
    id[n] = 'x';
    id[n + 1] = '\0';
}

TEST(visit, a_profile_too_long_leaves_out_the_oldest_lessons_then_the_oldest_answers)
{
    struct buf text = {0};
    struct visit *v = long_visit(VISIT_THOROUGH * 3, VISIT_LESSONS_MAX), *back = mem_alloc(sizeof *back);
    bool is_short, has_assess;
    struct err err = {0};

    visit_profile_write(v, &text, &is_short); /* the longest that questions and lessons make today */
    CHECK(!is_short);
    free(v);
    v = long_visit(VISIT_QUESTIONS_MAX, 0);
    for (int i = 0; i < VISIT_QUESTIONS_MAX; i++) {
        v->answered[i].ms = 10000000000;
    }
    visit_profile_write(v, &text, &is_short);
    while (!is_short) { /* fill it to the brim, a byte each time */
        lengthen(v->answered[VISIT_QUESTIONS_MAX - 1 - (int)(text.len % 200)].item);
        visit_profile_write(v, &text, &is_short);
    }
    CHECK(text.len <= TOKENS_PROFILE_MAX);
    CHECK(visit_profile_read(back, buf_text(&text), &has_assess, &err));
    CHECK_INT(back->n_answered, VISIT_QUESTIONS_MAX - 1);
    CHECK_STR(back->answered[0].question, "question-1");
    CHECK_STR(back->answered[back->n_answered - 1].question, v->answered[VISIT_QUESTIONS_MAX - 1].question);
    v->n_done = 2;
    snprintf(v->done[0], VISIT_ID_MAX, "older");
    snprintf(v->done[1], VISIT_ID_MAX, "newer");
    v->n_answered = VISIT_QUESTIONS_MAX - 1;
    v->answered[0] = v->answered[VISIT_QUESTIONS_MAX - 1];
    visit_profile_write(v, &text, &is_short);
    while (!is_short) {
        lengthen(v->answered[1 + (int)(text.len % 200)].item);
        visit_profile_write(v, &text, &is_short);
    }
    CHECK(!strstr(buf_text(&text), "older") && strstr(buf_text(&text), "newer"));
    buf_release(&text);
    free(v);
    free(back);
}

/* A profile with so many of each list, an answer of a re-test for each of VISIT_RETEST_MAX and `more`. */
static void long_lists(struct buf *out, int n_retests, int n_answers, int n_tools)
{
    buf_clear(out);
    buf_str(out, "{\"format\":\"micro2-profile-1\",\"assess\":{\"answers\":[[\"i\",\"\",1,true,9]],\"retests\":[");
    for (int i = 0; i < n_retests; i++) {
        buf_fmt(out, "%s[\"c-%d\",8,%d,[", i ? "," : "", i, ASSESS_ANSWERS_MAX);
        for (int k = 0; k < n_answers; k++) {
            buf_fmt(out, "%s[\"i-%d-%d\",\"\",1,true,9]", k ? "," : "", i, k);
        }
        buf_str(out, "]]");
    }
    buf_str(out, "]},\"tools\":[");
    for (int i = 0; i < n_tools; i++) {
        buf_fmt(out, "%s\"tool-%d\"", i ? "," : "", i);
    }
    buf_str(out, "]}");
}

TEST(visit, a_profile_holds_16_retests_of_three_answers_and_32_tools_and_not_one_more)
{
    struct buf text = {0};

    for (int past = 0; past < 2; past++) {
        struct visit *v = mem_alloc(sizeof *v);
        bool has_assess;
        struct err err;

        long_lists(&text, VISIT_RETESTS_MAX + past, VISIT_RETEST_MAX + past, VISIT_TOOLS_MAX + past);
        CHECK(visit_profile_read(v, buf_text(&text), &has_assess, &err) && has_assess);
        CHECK_INT(v->n_retests, VISIT_RETESTS_MAX);
        CHECK_INT(v->retest[VISIT_RETESTS_MAX - 1].n_answers, VISIT_RETEST_MAX);
        CHECK_INT(v->n_tools, VISIT_TOOLS_MAX);
        CHECK_STR(v->tools[VISIT_TOOLS_MAX - 1], "tool-31");
        free(v);
    }
    buf_release(&text);
}

TEST(visit, a_retest_that_is_none_is_left_out_of_a_profile)
{
    static const char *const bad[] = {
        "7",
        "[\"\",3,2,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",0,2,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",9,2,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",3,-1,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",3,100,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",3,2,[]]",
        "[\"c\",3,2,[[\"\",\"\",1,true,9]]]",
    };

    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        struct visit *v = mem_alloc(sizeof *v);
        char *text = mem_fmt("{\"format\":\"micro2-profile-1\",\"assess\":{\"answers\":[[\"i\",\"\",1,true,9]],"
                             "\"retests\":[%s,[\"good\",3,2,[[\"i\",\"\",1,true,9]]]]}}",
                             bad[i]);
        bool has_assess;
        struct err err;

        CHECK(visit_profile_read(v, text, &has_assess, &err) && has_assess);
        CHECK_INT(v->n_retests, 1);
        CHECK_STR(v->retest[0].competence, "good");
        free(text);
        free(v);
    }
}

TEST(visit, a_full_list_of_retests_and_tools_with_the_longest_names_still_leaves_room_for_answers)
{
    struct buf text = {0};
    struct visit *v = long_visit(VISIT_QUESTIONS_MAX, VISIT_LESSONS_MAX), *back = mem_alloc(sizeof *back);
    bool is_short, has_assess;
    struct err err;

    v->n_retests = VISIT_RETESTS_MAX;
    for (int i = 0; i < VISIT_RETESTS_MAX; i++) {
        struct visit_retest *r = &v->retest[i];

        r->is_done = true;
        r->before = ASSESS_LEVELS;
        r->n_before = ASSESS_ANSWERS_MAX;
        r->n_answers = VISIT_RETEST_MAX;
        memset(r->competence, 'c', ASSESS_ID_MAX - 1);
        for (int k = 0; k < VISIT_RETEST_MAX; k++) {
            memset(r->answer[k].item, 'i', ASSESS_ID_MAX - 1);
            memset(r->answer[k].question, 'q', VISIT_ID_MAX - 1);
            r->answer[k].ms = 10000000000;
        }
    }
    v->n_tools = VISIT_TOOLS_MAX;
    for (int i = 0; i < VISIT_TOOLS_MAX; i++) {
        memset(v->tools[i], 't', VISIT_ID_MAX - 1);
        v->tools[i][0] = (char)('A' + i);
    }
    visit_profile_write(v, &text, &is_short);
    CHECK(is_short && text.len <= TOKENS_PROFILE_MAX);
    CHECK(visit_profile_read(back, buf_text(&text), &has_assess, &err) && has_assess);
    CHECK_INT(back->n_retests, VISIT_RETESTS_MAX);
    CHECK_INT(back->n_tools, VISIT_TOOLS_MAX);
    CHECK(back->n_answered > 12);
    /* The answers before a re-test are as many fewer as were left out. */
    CHECK_INT(back->retest[0].n_before, back->n_answered > VISIT_QUESTIONS_MAX - ASSESS_ANSWERS_MAX
                                            ? ASSESS_ANSWERS_MAX - (VISIT_QUESTIONS_MAX - back->n_answered)
                                            : 0);
    buf_release(&text);
    free(v);
    free(back);
}

TEST(visit, a_profile_of_a_newer_program_is_refused_and_its_unknown_fields_are_passed_over)
{
    static const char *const bad[] = {"", "[]", "{}", "{\"format\":\"micro2-profile-2\"}", "{\"format\":1}"};
    struct visit *v = mem_alloc(sizeof *v);
    bool has_assess;
    struct err err;

    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        CHECK(!visit_profile_read(v, bad[i], &has_assess, &err));
    }
    CHECK(visit_profile_read(
        v,
        "{\"format\":\"micro2-profile-1\",\"lang\":\"en\",\"trade\":\"bakery\",\"assess\":{\"seed\":4,"
        "\"length\":100,\"running\":true,\"answers\":[[\"i\",\"q\",1,true,9],[\"i\",\"q\",99,true,9],"
        "7,[\"i\",\"q\",1,true,-1],[\"i\",\"\",1,true,9]]},\"done\":[3,\"a\"],\"lesson\":{\"id\":\"b\"}}",
        &has_assess, &err));
    CHECK_INT(v->n_answered, 2);
    CHECK_STR(v->answered[1].question, "i");
    CHECK_INT(v->length, VISIT_USUAL);
    CHECK_STR(v->left_lesson, "b");
    CHECK_INT(v->left_page, -1);
    free(v);
}

/* --- the village board */

static struct card lift(void)
{
    return (struct card){.kind = CARD_OFFER, .phrase = "lift", .weekday = 5, .days = 7};
}

static struct card own_words(const char *title)
{
    struct card c = {.kind = CARD_NEED, .lang = "en", .days = 14};

    snprintf(c.title, sizeof c.title, "%s", title);
    return c;
}

static void put_up(struct station *s, const struct card *c)
{
    struct err err = {0};

    if (!visit_board_put(s->visit, c, &err)) {
        fail_msg("%s", err.text);
    }
    CHECK(visit_board(s->visit)->is_asking);
    wait_for(s, VISIT_BOARD);
    CHECK_INT(visit_board(s->visit)->news, VISIT_BOARD_PUT);
}

TEST(visit, T45_three_cards_are_put_up_in_a_visit_and_not_one_more)
{
    const struct card c = lift(), words = own_words("Someone to photograph cheeses");
    struct card workshop = own_words("Get paid by card");
    const struct visit_board *b;
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK(!visit_board(s.visit)->view);
    put_up(&s, &c);
    CHECK(visit_is_open(s.visit)); /* the first touch that does something */
    b = visit_board(s.visit);
    CHECK(b->number == 1 && !b->is_waiting && b->n_put == 1);
    CHECK(b->view->n_cards == 1 && b->view->cards[0].is_mine_of_visit && b->view->cards[0].state == BOARD_UP);
    put_up(&s, &words);
    b = visit_board(s.visit);
    CHECK(b->number == 2 && b->is_waiting && b->n_put == 2);
    CHECK_INT(b->view->cards[0].state, BOARD_WAITING);
    CHECK(!visit_board_take_down(s.visit, (const uint8_t[CARD_ID_BYTES]){1}, &err) && err.code == ERR_STATE);
    CHECK(visit_board_take_down(s.visit, b->view->cards[0].card.id, &err));
    CHECK(!visit_board_load(s.visit, &err) && err.code == ERR_STATE); /* one at a time */
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_TAKEN);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 1);
    put_up(&s, &c); /* one taken down counts, too */
    CHECK_INT(visit_board(s.visit)->n_put, VISIT_CARDS_MAX);
    CHECK(!visit_board_put(s.visit, &c, &err) && err.code == ERR_LIMIT);
    workshop.kind = CARD_WORKSHOP;
    CHECK(!visit_board_put(s.visit, &workshop, &err) && err.code == ERR_USAGE);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK(!visit_board(s.visit)->view && !visit_board(s.visit)->n_put); /* T40 */
    put_up(&s, &c);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 3);
    CHECK(visit_board(s.visit)->view->cards[0].is_mine_of_visit &&
          !visit_board(s.visit)->view->cards[1].is_mine_of_visit);
    close_station(&s);
}

TEST(visit, T42_a_row_tells_kind_and_phrase_of_a_card_and_never_its_words_or_its_id)
{
    const struct card c = lift(), words = own_words("Zanzibarische Zwetschgen");
    struct station s;
    char *rows, id[2 * CARD_ID_BYTES + 1];

    fresh_station(&s);
    put_up(&s, &c);
    put_up(&s, &words);
    hex_write(visit_board(s.visit)->view->cards[0].card.id, CARD_ID_BYTES, id);

    struct journal_visit who = key_of_visit();

    rows = rows_of(&s, &who);
    CHECK_HAS(rows, "\"what\":\"offer\",\"phrase\":\"lift\"}");
    CHECK_HAS(rows, "\"what\":\"need\",\"phrase\":\"\"}");
    CHECK(!strstr(rows, "Zanzibar") && !strstr(rows, id));
    free(rows);
    close_station(&s);
}

TEST(visit, T45_own_words_with_a_number_never_reach_the_board)
{
    const struct card c = own_words("Call 086 123 4567");
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK(!visit_board_put(s.visit, &c, &err) && err.code == ERR_USAGE);
    CHECK(!visit_board(s.visit)->is_asking);
    close_station(&s);
}

TEST(visit, T45_a_report_hides_a_card_and_nobody_hides_the_whole_board)
{
    const struct card c = lift();
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    put_up(&s, &c);
    for (int i = 0; i < VISIT_REPORTS_MAX; i++) {
        CHECK(visit_board_report(s.visit, visit_board(s.visit)->view->cards[0].card.id, &err));
        wait_for(&s, VISIT_BOARD);
        CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_REPORTED);
        CHECK_INT(visit_board(s.visit)->view->cards[0].state, BOARD_REPORTED);
    }
    CHECK(!visit_board_report(s.visit, visit_board(s.visit)->view->cards[0].card.id, &err) && err.code == ERR_LIMIT);
    close_station(&s);
}

static const struct board_card *first_that_hangs(const struct station *s)
{
    const struct board_view *view = visit_board(s->visit)->view;

    for (int i = 0; i < view->n_cards; i++) {
        if (view->cards[i].state == BOARD_UP) {
            return &view->cards[i];
        }
    }
    fail_msg("no card hangs");
    return NULL;
}

TEST(visit, T45_who_comes_again_and_again_is_told_that_staff_look_first)
{
    const struct card c = lift();
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    for (int i = 0; i < BOARD_PUT_DAY_MAX; i++) {
        put_up(&s, &c);
        CHECK(!visit_board(s.visit)->is_waiting);
        if (i % VISIT_CARDS_MAX == VISIT_CARDS_MAX - 1) {
            visit_close(s.visit, VISIT_FINISHED);
        }
    }
    put_up(&s, &c);
    CHECK(visit_board(s.visit)->is_waiting && visit_board(s.visit)->is_of_phrase);
    for (int i = 0; i <= BOARD_HIDDEN_DAY_MAX; i++) {
        if (i % VISIT_REPORTS_MAX == 0) {
            visit_close(s.visit, VISIT_FINISHED);
            CHECK(visit_board_load(s.visit, &err));
            wait_for(&s, VISIT_BOARD);
        }
        CHECK(visit_board_report(s.visit, first_that_hangs(&s)->card.id, &err));
        wait_for(&s, VISIT_BOARD);
        CHECK(visit_board(s.visit)->is_noted == (i == BOARD_HIDDEN_DAY_MAX));
    }
    close_station(&s);
}

TEST(visit, T46_staff_release_and_take_down_any_card_and_make_workshops)
{
    const struct card words = own_words("Glass jars 340 g");
    struct card workshop = own_words("Get paid by card");
    uint8_t id[CARD_ID_BYTES];
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    put_up(&s, &words);
    memcpy(id, visit_board(s.visit)->view->cards[0].card.id, sizeof id);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK(visit_board_staff_release(s.visit, id, &err)); /* no visit is open for it */
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_RELEASED);
    CHECK_INT(visit_board(s.visit)->view->cards[0].state, BOARD_UP);
    workshop.kind = CARD_WORKSHOP;
    snprintf(workshop.text, sizeof workshop.text, "26/11/2026, 19:00. 12 seats");
    CHECK(visit_board_staff_put(s.visit, &workshop, &err));
    wait_for(&s, VISIT_BOARD);
    CHECK(visit_board(s.visit)->number == 2 && !visit_board(s.visit)->n_put && !visit_board(s.visit)->is_waiting);
    CHECK_INT(visit_board(s.visit)->view->cards[0].card.kind, CARD_WORKSHOP);
    CHECK(visit_board_staff_take_down(s.visit, id, &err));
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 1);
    CHECK(visit_board_staff_take_down(s.visit, id, &err)); /* again: it is gone, and the board is told all the same */
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_NONE);
    CHECK_INT(visit_board(s.visit)->err.code, ERR_NOT_FOUND);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 1);
    CHECK(!visit_is_open(s.visit));
    close_station(&s);
}

static void way_cards(struct station *s, int n)
{
    const struct card c = lift();
    struct journal_visit who;

    for (int i = 0; i < n; i++) {
        put_up(s, &c);
    }
    who = key_of_visit();
    free(rows_of(s, &who)); /* its answer comes behind the rows: they are on the card */
}

TEST(visit, T45_a_power_cut_gives_nobody_more_cards)
{
    const struct card c = lift();
    struct station s;
    struct seen before;
    struct err err = {0};

    killed_after(way_cards, VISIT_CARDS_MAX, &before);
    open_station(&s, world_path("hub"), true);
    CHECK(visit_try_resume(s.visit));
    wait_for(&s, VISIT_RESUMED);
    CHECK_INT(visit_board(s.visit)->n_put, VISIT_CARDS_MAX);
    CHECK(!visit_board_put(s.visit, &c, &err) && err.code == ERR_LIMIT);
    close_station(&s);
}
