/* test_pathway: next steps and the path, most needed first, cut by the time, each with its reason. */
#include "matrix/pathway.h"
#include "unit/test.h"

static const char *serves_d1[] = {"D1.1"}, *serves_d2[] = {"D2.1"}, *serves_both[] = {"D1.1", "D2.1"},
                  *serves_process[] = {"process:sell"}, *serves_e1[] = {"E1.1", "process:sell"};
static struct lib_competence competences[] = {{.code = "D1.1"}, {.code = "D2.1"}, {.code = "E1.1"}};

/* Three modules: a has three lessons on D1.1, b one on D2.1 and one on both, c one on E1.1. */
static struct lib_lesson in_a[] = {{.id = "a1", .serves = serves_d1, .n_serves = 1},
                                   {.id = "a2", .serves = serves_d1, .n_serves = 1},
                                   {.id = "a3", .serves = serves_d1, .n_serves = 1}};
static struct lib_lesson in_b[] = {{.id = "b1", .serves = serves_d2, .n_serves = 1},
                                   {.id = "b2", .serves = serves_both, .n_serves = 2}};
static struct lib_lesson in_c[] = {{.id = "c1", .serves = serves_e1, .n_serves = 2}};
static struct lib_module modules[] = {{.id = "a", .lessons = in_a, .n_lessons = 3},
                                      {.id = "b", .lessons = in_b, .n_lessons = 2},
                                      {.id = "c", .lessons = in_c, .n_lessons = 1}};

static struct lib_view shelf(int n_modules)
{
    return (struct lib_view){
        .competences = competences, .n_competences = 3, .modules = modules, .n_modules = n_modules};
}

/* ctx: ids of lessons done, with a space behind each. */
static bool is_done(void *ctx, enum pathway_kind kind, const char *id)
{
    (void)kind;
    return strstr(ctx, id) != NULL;
}

static void make(const struct lib_view *v, const double *mean, bool (*done)(void *, enum pathway_kind, const char *),
                 void *ctx, struct pathway *out)
{
    pathway_make(&(struct pathway_ask){.view = v, .mean = mean, .is_done = done, .ctx = ctx}, out);
}

static void check_steps(const struct pathway *p, const char *const *ids, int n)
{
    CHECK_INT(p->n, n);
    for (int i = 0; i < n; i++) {
        CHECK_STR(p->step[i].lesson->id, ids[i]);
        CHECK(p->step[i].lesson >= p->step[i].module->lessons);
        CHECK(p->step[i].lesson < p->step[i].module->lessons + p->step[i].module->n_lessons);
    }
}

TEST(pathway, steps_come_by_need_one_of_each_module)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"c1", "a1", "b2"}, 3);
    CHECK_STR(p.step[0].competence, "E1.1");
    CHECK_STR(p.step[1].competence, "D1.1");
    CHECK_STR(p.step[2].competence, "D1.1"); /* b2 serves both: the weaker one speaks for it */
}

TEST(pathway, another_person_gets_other_steps)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {7.0, 2.0, 7.5};
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"b1", "a1", "c1"}, 3);
    CHECK_STR(p.step[0].competence, "D2.1");
}

TEST(pathway, equal_needs_go_by_the_order_of_the_shelf)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {4.0, 4.0, 4.0};
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"a1", "b1", "c1"}, 3);
}

TEST(pathway, when_modules_run_out_their_lessons_follow_in_order)
{
    const struct lib_view v = shelf(1);
    const double mean[] = {4.0, 4.0, 4.0};
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"a1", "a2", "a3"}, 3);
}

TEST(pathway, lessons_that_are_done_are_left_out)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway p;

    make(&v, mean, is_done, (char[]){"c1 a1 b2 "}, &p);
    check_steps(&p, (const char *[]){"a2", "b1", "a3"}, 3);
    make(&v, mean, is_done, (char[]){"a1 a2 b1 b2 c1 "}, &p);
    check_steps(&p, (const char *[]){"a3"}, 1);
    make(&v, mean, is_done, (char[]){"a1 a2 a3 b1 b2 c1 "}, &p);
    check_steps(&p, NULL, 0);
}

TEST(pathway, a_lesson_that_serves_a_process_alone_comes_last_and_names_no_competence)
{
    struct lib_lesson alone[] = {{.id = "x1", .serves = serves_process, .n_serves = 1}};
    struct lib_module two[] = {{.id = "x", .lessons = alone, .n_lessons = 1}, modules[2]};
    struct lib_view v = shelf(0);
    const double mean[] = {8.0, 8.0, 7.9};
    struct pathway p;

    v.modules = two;
    v.n_modules = 2;
    make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"c1", "x1"}, 2);
    CHECK_STR(p.step[1].competence, "");
}

TEST(pathway, a_level_above_the_scale_still_leaves_steps)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {12.0, 12.0, 12.0}; /* the engine's means are not bounded by 8 */
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    CHECK_INT(p.n, 3);
}

TEST(pathway, an_empty_shelf_has_no_steps)
{
    const struct lib_view v = shelf(0);
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    CHECK_INT(p.n, 0);
}

/* --- the business, the time, the reasons */

static struct lib_weight in_sell[] = {{"D1.1", 3}, {"D2.1", 1}}, in_money[] = {{"E1.1", 3}};
static struct lib_process processes[] = {{.id = "sell", .weights = in_sell, .n_weights = 2},
                                         {.id = "money", .weights = in_money, .n_weights = 1}};
static struct lib_matter matters[] = {
    {"stall", "sell", 3}, {"stall", "money", 1}, {"baker", "sell", 1}, {"baker", "money", 3}};
static struct lib_tap taps[] = {{"sell-found", "sell", ""}, {"money-sale", "money", ""}};

static struct lib_view business_shelf(void)
{
    struct lib_view v = shelf(3);

    v.processes = processes;
    v.n_processes = 2;
    v.matters = matters;
    v.n_matters = 4;
    v.taps = taps;
    v.n_taps = 2;
    return v;
}

static struct pathway path_of(const struct business *b, const double *mean, enum pathway_time time)
{
    const struct lib_view v = business_shelf();
    struct pathway p;

    pathway_make(&(struct pathway_ask){.view = &v, .mean = mean, .business = b, .time = time}, &p);
    return p;
}

TEST(pathway, what_matters_to_the_trade_comes_first_and_is_said)
{
    const double mean[] = {3.0, 3.5, 3.0};
    const struct business stall = {.trade = "stall"}, baker = {.trade = "baker"};
    struct pathway p = path_of(&stall, mean, PATHWAY_EVENING), again = path_of(&stall, mean, PATHWAY_EVENING);

    CHECK_STR(p.step[0].lesson->id, "a1");
    CHECK_INT(p.step[0].reason, PATHWAY_TRADE);
    CHECK_STR(p.step[0].process->id, "sell");
    CHECK_STR(p.step[0].competence, "D1.1");
    CHECK(p.step[0].is_lowest);
    CHECK_INT(p.n_path, again.n_path);
    for (int i = 0; i < p.n_path; i++) {
        CHECK(p.step[i].lesson == again.step[i].lesson && p.step[i].reason == again.step[i].reason);
    }
    p = path_of(&baker, mean, PATHWAY_EVENING);
    CHECK_STR(p.step[0].lesson->id, "c1");
    CHECK_STR(p.step[0].process->id, "money");
}

TEST(pathway, a_process_that_is_only_beginning_pulls_its_lessons_up)
{
    const double mean[] = {3.0, 3.5, 3.0};
    struct business b = {0};
    struct pathway p;

    business_tap(&b, "money-sale", BUSINESS_NOT_YET);
    business_tap(&b, "sell-found", BUSINESS_YES);
    p = path_of(&b, mean, PATHWAY_EVENING);
    CHECK_STR(p.step[0].lesson->id, "c1");
    CHECK_INT(p.step[0].reason, PATHWAY_BEGUN);
    business_tap(&b, "money-sale", BUSINESS_YES);
    business_tap(&b, "sell-found", BUSINESS_NOT_YET);
    p = path_of(&b, mean, PATHWAY_EVENING);
    CHECK_STR(p.step[0].lesson->id, "a1");
}

TEST(pathway, what_is_known_better_falls_back)
{
    const struct business stall = {.trade = "stall"};
    const double before[] = {3.0, 3.5, 3.0}, after[] = {7.0, 3.5, 3.0};

    CHECK_STR(path_of(&stall, before, PATHWAY_SHORT).step[0].competence, "D1.1");
    CHECK(strcmp(path_of(&stall, after, PATHWAY_SHORT).step[0].competence, "D1.1") != 0);
}

TEST(pathway, said_and_not_shown_is_the_reason_before_the_business)
{
    const struct lib_view v = business_shelf();
    const struct business stall = {.trade = "stall"};
    const double mean[] = {3.0, 3.5, 3.0};
    const bool harder[] = {true, false, false};
    struct pathway p;

    pathway_make(&(struct pathway_ask){.view = &v, .mean = mean, .business = &stall, .is_harder = harder}, &p);
    CHECK_STR(p.step[0].competence, "D1.1");
    CHECK_INT(p.step[0].reason, PATHWAY_HARDER);
}

TEST(pathway, with_nothing_said_the_skill_is_the_reason_and_lowest_only_where_it_is)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    CHECK_INT(p.step[0].reason, PATHWAY_SKILL);
    CHECK(p.step[0].is_lowest);
    CHECK_INT(p.step[1].reason, PATHWAY_SKILL);
    CHECK(!p.step[1].is_lowest);
}

TEST(pathway, a_lesson_behind_the_one_before_follows_it)
{
    const struct lib_view v = shelf(1);
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway p;

    make(&v, mean, NULL, NULL, &p);
    CHECK_INT(p.step[0].reason, PATHWAY_SKILL);
    CHECK_INT(p.step[1].reason, PATHWAY_FOLLOWS);
    CHECK_INT(p.step[2].reason, PATHWAY_FOLLOWS);
}

TEST(pathway, the_time_cuts_the_path_at_the_minute_and_leaves_the_next_steps)
{
    struct lib_lesson lesson[PATHWAY_PATH_MAX + 1];
    struct lib_module module = {.id = "m", .lessons = lesson, .n_lessons = PATHWAY_PATH_MAX + 1};
    const struct lib_view v = {.competences = competences, .n_competences = 3, .modules = &module, .n_modules = 1};
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway_ask ask = {.view = &v, .mean = mean, .time = PATHWAY_HALF_HOUR};
    struct pathway p;

    for (int i = 0; i <= PATHWAY_PATH_MAX; i++) {
        lesson[i] = (struct lib_lesson){.id = "l", .serves = serves_d1, .n_serves = 1, .minutes = 10};
    }
    pathway_make(&ask, &p);
    CHECK_INT(p.n_path, 3); /* 30 minutes: just so */
    CHECK_INT(p.minutes, PATHWAY_HALF_HOUR_MINUTES);
    lesson[2].minutes = 11;
    pathway_make(&ask, &p);
    CHECK_INT(p.n_path, 2);
    CHECK_INT(p.n, 3);
    ask.time = PATHWAY_EVENING;
    lesson[2].minutes = 10;
    pathway_make(&ask, &p);
    CHECK_INT(p.n_path, PATHWAY_PATH_MAX);
    lesson[0].minutes = 40;
    ask.time = PATHWAY_SHORT;
    pathway_make(&ask, &p);
    CHECK_INT(p.n_path, 1); /* the first always */
}

/* --- tools and workshops */

static struct lib_tool tools[] = {{.id = "t1", .title = "T1", .minutes = 5, .serves = serves_d1, .n_serves = 1},
                                  {.id = "t2", .title = "T2", .minutes = 5, .serves = serves_d1, .n_serves = 1}};
static struct lib_workshop workshops[] = {
    {.id = "w1", .title = "W1", .minutes = 90, .serves = serves_d1, .n_serves = 1},
    {.id = "w2", .title = "W2", .minutes = 90, .serves = serves_d1, .n_serves = 1}};

static struct pathway mixed(enum pathway_time time, void *done)
{
    struct lib_view v = shelf(3);
    const double mean[] = {1.0, 7.0, 7.0};
    struct pathway p;

    v.tools = tools;
    v.n_tools = 2;
    v.workshops = workshops;
    v.n_workshops = 2;
    pathway_make(&(struct pathway_ask){.view = &v, .mean = mean, .time = time, .is_done = is_done, .ctx = done}, &p);
    return p;
}

TEST(pathway, a_tool_comes_behind_a_lesson_where_it_is_needed_more_than_the_next)
{
    struct pathway p = mixed(PATHWAY_SHORT, (char[]){""});

    CHECK_INT(p.step[0].kind, PATHWAY_LESSON); /* as much needed as the tools: a path begins with a lesson */
    CHECK_STR(p.step[0].id, "a1");
    CHECK_INT(p.step[1].kind, PATHWAY_TOOL);
    CHECK_STR(p.step[1].title, "T1");
    CHECK(!p.step[1].lesson && !p.step[1].module);
    CHECK_STR(p.step[1].competence, "D1.1");
    CHECK_INT(p.step[1].reason, PATHWAY_SKILL);
    CHECK_INT(p.step[2].kind, PATHWAY_LESSON); /* never two tools in a row */
    for (int i = 0; i < p.n; i++) {
        CHECK(p.step[i].kind != PATHWAY_WORKSHOP);
    }
    p = mixed(PATHWAY_SHORT, (char[]){"t1 t2 "});
    CHECK_STR(p.step[1].id, "b2"); /* what was used is left out */
    p = mixed(PATHWAY_SHORT, (char[]){"a1 a2 a3 b1 b2 c1 "});
    CHECK_STR(p.step[0].id, "t1"); /* no lesson is left */
}

TEST(pathway, one_workshop_at_most_and_only_where_the_evening_has_room)
{
    struct pathway p = mixed(PATHWAY_EVENING, (char[]){"t1 t2 "});
    int n = 0;

    for (int i = 0; i < p.n_path; i++) {
        n += p.step[i].kind == PATHWAY_WORKSHOP;
    }
    CHECK_INT(n, 1);
    CHECK_INT(p.step[1].kind, PATHWAY_WORKSHOP);
    workshops[0].minutes = workshops[1].minutes =
        PATHWAY_EVENING_MINUTES; /* the lesson before has no minutes: just so */
    CHECK_INT(mixed(PATHWAY_EVENING, (char[]){"t1 t2 "}).step[1].kind, PATHWAY_WORKSHOP);
    workshops[0].minutes = workshops[1].minutes = PATHWAY_EVENING_MINUTES + 1;
    p = mixed(PATHWAY_EVENING, (char[]){"t1 t2 "});
    for (int i = 0; i < p.n_path; i++) {
        CHECK(p.step[i].kind != PATHWAY_WORKSHOP);
    }
}
