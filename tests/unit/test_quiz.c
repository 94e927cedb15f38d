/* test_quiz: the order of choices is dealt by chance, and the right one is found again. */
#include "learn/quiz.h"
#include "unit/test.h"

static struct lib_choice choices[] = {
    {"a", "no: a", false}, {"b", "yes: b", true}, {"c", "no: c", false}, {"d", "no: d", false}};
static const struct lib_question question = {.id = "q", .choices = choices, .n_choices = 4};

TEST(quiz, the_same_seed_deals_the_same_order_and_every_choice_once)
{
    struct rng r1 = {5}, r2 = {5};
    struct quiz a, b;
    int seen = 0;

    quiz_deal(&a, &question, &r1);
    quiz_deal(&b, &question, &r2);
    for (int i = 0; i < 4; i++) {
        CHECK_STR(quiz_text(&a, i), quiz_text(&b, i));
        seen |= 1 << a.order[i];
    }
    CHECK_INT(seen, 15);
}

TEST(quiz, where_the_order_says_something_it_is_as_written)
{
    struct quiz q;

    quiz_in_order(&q, &question);
    CHECK_INT(q.n, 4);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(q.order[i], i);
    }
}

TEST(quiz, the_right_choice_is_found_wherever_it_lies)
{
    struct rng r = {1};
    int where[4] = {0};

    for (int i = 0; i < 400; i++) {
        struct quiz q;
        int right;

        quiz_deal(&q, &question, &r);
        right = quiz_right(&q);
        CHECK_STR(quiz_text(&q, right), "b");
        CHECK_STR(quiz_feedback(&q, right), "yes: b");
        for (int j = 0; j < 4; j++) {
            CHECK(quiz_is_right(&q, j) == (j == right));
        }
        where[right]++;
    }
    for (int i = 0; i < 4; i++) { /* fair: 100 each is expected */
        CHECK(where[i] > 60 && where[i] < 140);
    }
}

TEST(quiz, a_self_report_has_no_right_choice)
{
    const struct lib_question statement = {.id = "s"};
    struct rng r = {1};
    struct quiz q;

    quiz_deal(&q, &statement, &r);
    CHECK_INT(q.n, 0);
    CHECK_INT(quiz_right(&q), -1);
}
