/* test_pathway: three next steps, most needed first, each explained by a competence. */
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
static bool is_done(void *ctx, const char *lesson)
{
    return strstr(ctx, lesson) != NULL;
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

    pathway_make(&v, mean, NULL, NULL, &p);
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

    pathway_make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"b1", "a1", "c1"}, 3);
    CHECK_STR(p.step[0].competence, "D2.1");
}

TEST(pathway, equal_needs_go_by_the_order_of_the_shelf)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {4.0, 4.0, 4.0};
    struct pathway p;

    pathway_make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"a1", "b1", "c1"}, 3);
}

TEST(pathway, when_modules_run_out_their_lessons_follow_in_order)
{
    const struct lib_view v = shelf(1);
    const double mean[] = {4.0, 4.0, 4.0};
    struct pathway p;

    pathway_make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"a1", "a2", "a3"}, 3);
}

TEST(pathway, lessons_that_are_done_are_left_out)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway p;

    pathway_make(&v, mean, is_done, (char[]){"c1 a1 b2 "}, &p);
    check_steps(&p, (const char *[]){"a2", "b1", "a3"}, 3);
    pathway_make(&v, mean, is_done, (char[]){"a1 a2 b1 b2 c1 "}, &p);
    check_steps(&p, (const char *[]){"a3"}, 1);
    pathway_make(&v, mean, is_done, (char[]){"a1 a2 a3 b1 b2 c1 "}, &p);
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
    pathway_make(&v, mean, NULL, NULL, &p);
    check_steps(&p, (const char *[]){"c1", "x1"}, 2);
    CHECK_STR(p.step[1].competence, "");
}

TEST(pathway, a_level_above_the_scale_still_leaves_steps)
{
    const struct lib_view v = shelf(3);
    const double mean[] = {12.0, 12.0, 12.0}; /* the engine's means are not bounded by 8 */
    struct pathway p;

    pathway_make(&v, mean, NULL, NULL, &p);
    CHECK_INT(p.n, 3);
}

TEST(pathway, an_empty_shelf_has_no_steps)
{
    const struct lib_view v = shelf(0);
    const double mean[] = {3.0, 5.0, 1.0};
    struct pathway p;

    pathway_make(&v, mean, NULL, NULL, &p);
    CHECK_INT(p.n, 0);
}
