/* test_visit_retest: one competence asked again after a lesson, and which answers say where one stands. */
#include "unit/visit_fixture.h"

TEST(visit_retest, a_competence_is_asked_again_with_questions_it_did_not_have_and_the_new_answers_count)
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

TEST(visit_retest, asked_again_the_new_answers_decide_up_or_down_and_the_last_time_counts)
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

TEST(visit_retest, asking_again_that_is_left_changes_nothing)
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

TEST(visit_retest, after_asking_again_more_questions_go_on)
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

TEST(visit_retest, nothing_is_asked_again_before_a_result_or_of_a_competence_nobody_knows)
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

/* --- why */

static const struct visit_why *why_of(const struct visit_why *why, int n, const char *item)
{
    for (int i = 0; i < n; i++) {
        if (!strcmp(why[i].item->id, item)) {
            return &why[i];
        }
    }
    return NULL;
}

TEST(visit_retest, the_answers_that_moved_a_competence_most_are_told_with_what_was_said)
{
    struct station s;
    struct visit_why why[VISIT_WHY_MAX];

    for (int best = 0; best < 2; best++) {
        int n_own = 0;

        fresh_station(&s);
        CHECK_INT(visit_why(s.visit, "D1.1", why), 0); /* nobody was asked */
        begin(&s);
        while (visit_question(s.visit)) {
            if (best) {
                retest_best(&s, 1);
            } else {
                answer(&s, VISIT_NOT_SURE);
            }
        }
        CHECK_INT(visit_why(s.visit, "X9.9", why), 0);
        for (int c = 0; c < visit_result(s.visit)->n_competences; c++) {
            const char *code = visit_result(s.visit)->competence[c].code;
            int n = visit_why(s.visit, code, why);

            CHECK_INT(n, VISIT_WHY_MAX);
            for (int i = 0; i < n; i++) {
                bool is_scale = why[i].item->questions[0].n_choices == 0;

                n_own += !strcmp(why[i].item->competence, code);
                CHECK_INT(why[i].is_up, best);
                CHECK_INT(why[i].choice == VISIT_NOT_SURE, !best);
                CHECK_INT(why[i].n_right, best && !is_scale ? why[i].item->n_questions : 0);
            }
        }
        CHECK(n_own > 0);
        close_station(&s);
    }
}

TEST(visit_retest, what_was_asked_again_tells_why)
{
    struct station s;
    struct visit_why why[VISIT_WHY_MAX];
    struct err err = {0};
    char code[16], item[VISIT_ID_MAX];

    rich_station(&s);
    snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
    CHECK(visit_retest_start(s.visit, code, &err));
    snprintf(item, sizeof item, "%s", visit_question(s.visit)->id);
    retest_best(&s, VISIT_RETEST_MAX);
    CHECK_INT(visit_why(s.visit, code, why), VISIT_WHY_MAX);
    CHECK(why_of(why, VISIT_WHY_MAX, item)->is_up && why_of(why, VISIT_WHY_MAX, item)->choice != VISIT_NOT_SURE);
    close_station(&s);
}
