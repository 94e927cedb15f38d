/* test_pace: what is left, by her own time. */
#include "learn/pace.h"
#include "unit/test.h"

static struct pace_answer took(double times)
{
    return (struct pace_answer){(int64_t)(times * 20000), 20};
}

TEST(pace, is_the_median_of_her_times_once_three_are_known)
{
    const struct pace_answer a[] = {took(2), took(3), took(30), took(1), {0, 20}, {5000, 0}};

    CHECK_NEAR(pace_of(a, 0), 1, 0);
    CHECK_NEAR(pace_of(a, 2), 1, 0);
    CHECK_NEAR(pace_of(a, 3), 3, 1e-9);
    CHECK_NEAR(pace_of(a, 4), 2.5, 1e-9);
    CHECK_NEAR(pace_of(a, 6), 2.5, 1e-9); /* an answer without a time tells nothing */
}

TEST(pace, of_all_her_time_is_where_there_was_most_to_read)
{
    const struct pace_answer a[] = {{20000, 10}, {20000, 10}, {240000, 40}, {0, 20}};

    CHECK_NEAR(pace_mean(a, 0), 1, 0);
    CHECK_NEAR(pace_mean(a, 2), 2, 1e-9);
    CHECK_NEAR(pace_mean(a, 4), 280.0 / 60, 1e-9);
    CHECK_NEAR(pace_mean(&(struct pace_answer){900000, 10}, 1), PACE_MAX, 0);
}

TEST(pace, stays_within_its_bounds)
{
    const struct pace_answer slow[] = {took(9), took(9), took(9)}, fast[] = {took(0.1), took(0.1), took(0.1)};

    CHECK_NEAR(pace_of(slow, 3), PACE_MAX, 0);
    CHECK_NEAR(pace_of(fast, 3), PACE_MIN, 0);
}

TEST(pace, minutes_are_rounded_up_and_at_least_one)
{
    CHECK_INT(pace_minutes(24, 1), 12);
    CHECK_INT(pace_minutes(24, 2), 23);
    CHECK_INT(pace_minutes(1, 0.5), 1);
    CHECK_INT(pace_minutes(0, 1), 1);
}

TEST(pace, a_slow_reader_is_asked_fewer_in_the_same_time)
{
    CHECK_INT(pace_budget_ms(12), 6 * 60000);
    CHECK_INT(pace_budget_ms(13), 10 * 60000);
    CHECK_INT(pace_budget_ms(24), 10 * 60000);
    CHECK_INT(pace_budget_ms(25), 16 * 60000);
    CHECK_INT(pace_items(10 * 60000, 1), 21);
    CHECK_INT(pace_items(10 * 60000, 4), 5);
    CHECK_INT(pace_items(0, 1), 1);
    CHECK_INT(pace_items(-5000, 1), 1);
    CHECK(!pace_is_over(52000, 40, 1));
    CHECK(pace_is_over(51999, 40, 1));
    CHECK(pace_is_over(103999, 40, 2));
}
