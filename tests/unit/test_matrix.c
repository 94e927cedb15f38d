/* test_matrix: competence levels seen by area and by business process. */
#include "matrix/matrix.h"
#include "unit/test.h"
#include <math.h>

static struct lib_area areas[] = {{.code = "D1"}, {.code = "D2"}, {.code = "E1"}};
static struct lib_competence competences[] = {
    {.code = "D1.1", .area = "D1"}, {.code = "D1.2", .area = "D1"}, {.code = "D2.1", .area = "D2"},
    {.code = "E1.1", .area = "E1"}, {.code = "E1.2", .area = "E1"},
};
static struct lib_weight sell[] = {{"D1.1", 1}, {"D2.1", 3}};
static struct lib_weight plan[] = {{"E1.1", 1}, {"E1.2", 1}};
static struct lib_process processes[] = {
    {.id = "sell", .weights = sell, .n_weights = 2},
    {.id = "plan", .weights = plan, .n_weights = 2},
};

static struct lib_view five(void)
{
    return (struct lib_view){.areas = areas,
                             .n_areas = 3,
                             .competences = competences,
                             .n_competences = 5,
                             .processes = processes,
                             .n_processes = 2};
}

TEST(matrix, a_mean_becomes_the_level_whose_half_lies_around_it)
{
    static const struct {
        double mean;
        int level;
        const char *why;
    } cases[] = {
        {-3.0, 1, "below the first level"}, {0.49, 1, "just below level 1"},   {1.49, 1, "upper end of level 1"},
        {1.5, 2, "a half goes up"},         {4.0, 4, "the middle of a level"}, {7.49, 7, "upper end of level 7"},
        {8.49, 8, "upper end of level 8"},  {8.5, 8, "levels end at 8"},       {40.0, 8, "far above the last"},
        {1e308, 8, "no int holds it"},      {-1e308, 1, "nor this"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        if (matrix_level(cases[i].mean) != cases[i].level) {
            fail_msg("%s: %g gave %d", cases[i].why, cases[i].mean, matrix_level(cases[i].mean));
        }
    }
}

TEST(matrix, two_levels_make_a_band)
{
    static const int band[] = {1, 1, 2, 2, 3, 3, 4, 4};

    for (int level = 1; level <= MATRIX_LEVELS; level++) {
        CHECK_INT(matrix_band(level), band[level - 1]);
    }
}

TEST(matrix, an_area_is_the_mean_of_its_competences)
{
    const struct lib_view v = five();
    const double mean[] = {2.0, 4.0, 6.0, 1.0, 2.0};
    struct matrix m;

    matrix_make(&v, mean, &m);
    CHECK_INT(m.n_areas, 3);
    CHECK_STR(m.area[0].id, "D1");
    CHECK_NEAR(m.area[0].mean, 3.0, 1e-12);
    CHECK_INT(m.area[0].level, 3);
    CHECK_INT(m.area[0].band, 2);
    CHECK_NEAR(m.area[1].mean, 6.0, 1e-12);
    CHECK_NEAR(m.area[2].mean, 1.5, 1e-12);
    CHECK_INT(m.area[2].level, 2);
    CHECK_STR(m.start_area, "E1");
    CHECK_INT(m.level, 3); /* 15 over 5 */
    CHECK_INT(m.band, 2);
}

TEST(matrix, a_process_is_the_mean_of_its_competences_by_weight)
{
    const struct lib_view v = five();
    const double mean[] = {2.0, 4.0, 6.0, 1.0, 2.0};
    struct matrix m;

    matrix_make(&v, mean, &m);
    CHECK_INT(m.n_processes, 2);
    CHECK_STR(m.process[0].id, "sell");
    CHECK_NEAR(m.process[0].mean, (1 * 2.0 + 3 * 6.0) / 4, 1e-12);
    CHECK_INT(m.process[0].level, 5);
    CHECK_NEAR(m.process[1].mean, 1.5, 1e-12);
}

TEST(matrix, strongest_and_weakest_come_best_and_weakest_first_and_the_first_of_equals_first)
{
    const struct lib_view v = five();
    const double mean[] = {3.0, 5.0, 3.0, 5.0, 1.0};
    struct matrix m;

    matrix_make(&v, mean, &m);
    CHECK_INT(m.strongest[0], 1);
    CHECK_INT(m.strongest[1], 3);
    CHECK_INT(m.strongest[2], 0);
    CHECK_INT(m.weakest[0], 4);
    CHECK_INT(m.weakest[1], 0);
    CHECK_INT(m.weakest[2], 2);
}

TEST(matrix, a_cell_is_the_mean_of_an_areas_competences_by_the_weights_of_the_process)
{
    const struct lib_view v = five();
    const double mean[] = {2.0, 8.0, 6.0, 1.0, 2.0};
    struct matrix m;

    matrix_make(&v, mean, &m);
    CHECK_STR(m.cell[0][0].id, "D1"); /* sell: D1.1 alone, D1.2 is not weighed */
    CHECK_NEAR(m.cell[0][0].mean, 2.0, 1e-12);
    CHECK_INT(m.cell[0][0].level, 2);
    CHECK_INT(m.cell[0][0].band, 1);
    CHECK_INT(m.cell[0][1].level, 6);
    CHECK_NEAR(m.cell[1][2].mean, 1.5, 1e-12); /* plan: both of E1 */
}

TEST(matrix, a_cell_no_competence_is_weighed_in_has_no_level)
{
    const struct lib_view v = five();
    const double mean[] = {2.0, 8.0, 6.0, 1.0, 2.0};
    struct matrix m;

    matrix_make(&v, mean, &m);
    CHECK_INT(m.cell[0][2].level, 0);
    CHECK_INT(m.cell[0][2].band, 0);
    CHECK_INT(m.cell[1][0].level, 0);
    CHECK(!matrix_is_counted(&v, &processes[0], &areas[2]));
    CHECK(matrix_is_counted(&v, &processes[1], &areas[2]));
    CHECK_INT(matrix_weight(&processes[0], "D2.1"), 3);
    CHECK_INT(matrix_weight(&processes[0], "D1.2"), 0);
}

TEST(matrix, what_helps_stands_in_the_cells_whose_process_and_area_it_serves)
{
    static const char *const named[] = {"D1.2", "process:sell"}, *const weighed[] = {"D2.1"}, *const other[] = {"D1.2"};
    const struct lib_view v = five();
    const struct {
        const char *const *serves;
        int n, process, area;
        bool helps;
        const char *why;
    } cases[] = {
        {named, 2, 0, 0, true, "names the process, serves the area"},
        {named, 2, 1, 0, false, "another process"},
        {named, 2, 0, 1, false, "another area"},
        {weighed, 1, 0, 1, true, "names no process, which weighs its competence"},
        {other, 1, 0, 0, false, "the process does not weigh it"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        if (matrix_helps(&v, cases[i].serves, cases[i].n, &processes[cases[i].process], &areas[cases[i].area]) !=
            cases[i].helps) {
            fail_msg("%s", cases[i].why);
        }
    }
}

TEST(matrix, the_same_means_give_the_same_matrix)
{
    const struct lib_view v = five();
    const double mean[] = {3.0, 5.0, 3.0, 5.0, 1.0};
    struct matrix once, twice;

    memset(&once, 0xA5, sizeof once);
    memset(&twice, 0x5A, sizeof twice);
    matrix_make(&v, mean, &once);
    matrix_make(&v, mean, &twice);
    CHECK_INT(once.level, twice.level);
    CHECK_STR(once.start_area, twice.start_area);
    for (int i = 0; i < MATRIX_PICKS; i++) {
        CHECK_INT(once.strongest[i], twice.strongest[i]);
        CHECK_INT(once.weakest[i], twice.weakest[i]);
    }
}

TEST(matrix, fewer_competences_than_picks_leave_the_rest_at_none)
{
    struct lib_view v = five();
    const double mean[] = {3.0, 5.0};
    struct matrix m;

    v.n_competences = 2;
    matrix_make(&v, mean, &m);
    CHECK_INT(m.strongest[0], 1);
    CHECK_INT(m.strongest[1], 0);
    CHECK_INT(m.strongest[2], -1);
    CHECK_INT(m.weakest[2], -1);
}

TEST(matrix, an_area_without_competences_is_not_the_place_to_start)
{
    struct lib_view v = five();
    const double mean[] = {2.0, 4.0, 6.0};
    struct matrix m;

    v.n_competences = 3; /* nothing of E1 on this shelf */
    matrix_make(&v, mean, &m);
    CHECK_STR(m.start_area, "D1");
}

TEST(matrix, a_weight_for_a_competence_that_is_not_there_counts_for_nothing)
{
    struct lib_view v = five();
    const double mean[] = {6.0, 4.0};
    struct matrix m;

    v.n_competences = 2; /* "sell" names D2.1 as well */
    matrix_make(&v, mean, &m);
    CHECK_NEAR(m.process[0].mean, 6.0, 1e-12);
}

TEST(matrix, nothing_on_the_shelf_makes_an_empty_matrix)
{
    const struct lib_view v = {0};
    struct matrix m;

    matrix_make(&v, NULL, &m);
    CHECK_INT(m.n_areas + m.n_processes, 0);
    CHECK_INT(m.level, 1);
    CHECK_STR(m.start_area, "");
    CHECK_INT(m.strongest[0], -1);
}

TEST(matrix, areas_and_processes_past_the_limit_are_left_out)
{
    struct lib_area many_areas[MATRIX_AREAS_MAX + 1];
    struct lib_process many_processes[MATRIX_PROCESSES_MAX + 1];
    struct lib_view v = five();
    const double mean[] = {2.0, 4.0, 6.0, 1.0, 2.0};
    struct matrix m;

    for (int i = 0; i <= MATRIX_AREAS_MAX; i++) {
        many_areas[i] = areas[i % 3];
        many_processes[i] = processes[i % 2];
    }
    v.areas = many_areas;
    v.processes = many_processes;
    v.n_areas = MATRIX_AREAS_MAX + 1;
    v.n_processes = MATRIX_PROCESSES_MAX + 1;
    matrix_make(&v, mean, &m);
    CHECK_INT(m.n_areas, MATRIX_AREAS_MAX);
    CHECK_INT(m.n_processes, MATRIX_PROCESSES_MAX);
}
