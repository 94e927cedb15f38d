/* test_plan: what a stick brings, in which order, does it fit, how long it takes (THREATS T5). */
#include "stick/plan.h"
#include "unit/test.h"

#define MB ((int64_t)1000000)

TEST(plan, takes_what_is_needed_and_what_was_begun_first)
{
    const struct plan_offer offers[] = {
        {10 * MB, 0, true}, {20 * MB, 0, false}, {30 * MB, 12 * MB, true}, {5 * MB, 0, true}};
    struct plan p;

    plan_make(offers, 4, 1000 * MB, &p);
    CHECK_INT(p.n_take, 3);
    CHECK_INT(p.take[0], 2);
    CHECK_INT(p.take[1], 0);
    CHECK_INT(p.take[2], 3);
    CHECK_INT(p.copy_bytes, 33 * MB);
    CHECK_INT(p.check_bytes, 45 * MB);
    CHECK_INT(p.n_no_room, 0);
}

TEST(plan, T5_what_fits_to_the_byte_is_taken_and_one_byte_more_is_left)
{
    const struct plan_offer offers[] = {{40 * MB, 0, true}, {10 * MB, 0, true}, {3 * MB, 1 * MB, true}};
    struct plan p;

    plan_make(offers, 3, PLAN_KEEP_FREE_BYTES + 52 * MB, &p);
    CHECK_INT(p.n_take, 3);
    CHECK_INT(p.n_no_room, 0);
    plan_make(offers, 3, PLAN_KEEP_FREE_BYTES + 52 * MB - 1, &p);
    CHECK_INT(p.n_take, 2); /* the one begun and the large one; the small one did not fit any more */
    CHECK_INT(p.n_no_room, 1);
    CHECK_INT(p.copy_bytes, 42 * MB);
    plan_make(offers, 3, 0, &p);
    CHECK_INT(p.n_take, 0);
    CHECK_INT(p.n_no_room, 3);
}

TEST(plan, nothing_on_offer_is_a_plan_of_nothing)
{
    struct plan p;

    plan_make(NULL, 0, 1000 * MB, &p);
    CHECK_INT(p.n_take, 0);
    CHECK_INT(p.copy_bytes, 0);
}

TEST(plan, as_many_containers_as_a_catalogue_holds)
{
    struct plan_offer offers[FORMAT_CONTAINERS_MAX];
    struct plan p;

    for (int i = 0; i < FORMAT_CONTAINERS_MAX; i++) {
        offers[i] = (struct plan_offer){MB, i % 2 ? MB / 2 : 0, true};
    }
    plan_make(offers, FORMAT_CONTAINERS_MAX, 10000 * MB, &p);
    CHECK_INT(p.n_take, FORMAT_CONTAINERS_MAX);
    CHECK_INT(p.take[0], 1);
    CHECK_INT(p.take[FORMAT_CONTAINERS_MAX - 1], FORMAT_CONTAINERS_MAX - 2);
}

TEST(plan, time_left_is_assumed_first_and_measured_then)
{
    CHECK_INT(plan_left_ms(8 * MB, 0, 0, PLAN_COPY_PER_S), 1000);
    CHECK_INT(plan_left_ms(8 * MB, 50 * MB, PLAN_MEASURE_MS - 1, PLAN_COPY_PER_S), 1000);
    CHECK_INT(plan_left_ms(8 * MB, 4 * MB, PLAN_MEASURE_MS, PLAN_COPY_PER_S), 4000);
    CHECK_INT(plan_left_ms(8 * MB, 0, 60000, PLAN_COPY_PER_S), 1000); /* nothing has come: nothing was measured */
    CHECK_INT(plan_left_ms(0, 4 * MB, 9000, PLAN_COPY_PER_S), 0);
    CHECK_INT(plan_left_ms(4000 * 1000 * MB, MB, 1000 * 1000, PLAN_COPY_PER_S), 4000 * 1000 * 1000000LL);
}
