/* test_workshop: a workshop that runs: its time, its parts, its votes. */
#include "unit/test.h"
#include "workshop.h"

enum { MINUTE = 60 * 1000, BEGAN = 1000 };

static struct lib_part parts[] = {
    {.kind = "talk", .minutes = 10}, {.kind = "vote", .minutes = 15, .n_options = 3}, {.kind = "write", .minutes = 5}};
static const struct lib_workshop doors = {.id = "doors", .parts = parts, .n_parts = 3, .minutes = 30};

TEST(workshop, time_runs_down_and_stays_at_nothing)
{
    struct workshop w;

    workshop_begin(&w, &doors, 9, BEGAN);
    CHECK_INT(w.people, 9);
    CHECK_INT(workshop_left_ms(&w, BEGAN), 10 * MINUTE);
    CHECK_INT(workshop_left_ms(&w, BEGAN + MINUTE + 1), 9 * MINUTE - 1);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 10 * MINUTE), 0);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 11 * MINUTE), 0);
    CHECK_INT(w.stage, WORKSHOP_RUNS);
    CHECK_INT(w.part, 0); /* nobody is hurried on */
}

TEST(workshop, paused_no_time_runs)
{
    struct workshop w;

    workshop_begin(&w, &doors, 9, BEGAN);
    workshop_pause(&w, BEGAN + MINUTE);
    CHECK(w.is_paused);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 30 * MINUTE), 9 * MINUTE);
    workshop_pause(&w, BEGAN + 30 * MINUTE);
    CHECK(!w.is_paused);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 31 * MINUTE), 8 * MINUTE);
    workshop_pause(&w, BEGAN + 31 * MINUTE);
    workshop_next(&w, &doors, BEGAN + 40 * MINUTE);
    CHECK(!w.is_paused);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 41 * MINUTE), 14 * MINUTE);
}

TEST(workshop, behind_the_last_part_it_is_over_and_says_what_it_took)
{
    struct workshop w = {0};

    CHECK_INT(workshop_parts_shown(&w), 0);
    workshop_begin(&w, &doors, 2, BEGAN);
    for (int i = 1; i <= 3; i++) {
        CHECK_INT(w.stage, WORKSHOP_RUNS);
        CHECK_INT(workshop_parts_shown(&w), i);
        workshop_next(&w, &doors, BEGAN + i * 10 * MINUTE + MINUTE / 2);
    }
    CHECK_INT(w.stage, WORKSHOP_OVER);
    CHECK_INT(workshop_parts_shown(&w), 3);
    CHECK_INT(workshop_minutes(&w), 31); /* half a minute is one */
    workshop_begin(&w, &doors, 2, BEGAN);
    workshop_next(&w, &doors, BEGAN);
    workshop_stop(&w, BEGAN + 7 * MINUTE + MINUTE / 2 - 1);
    CHECK_INT(workshop_parts_shown(&w), 2);
    CHECK_INT(workshop_minutes(&w), 7);
}

TEST(workshop, a_second_touch_skipped_a_part_for_good)
{
    struct workshop w;

    workshop_begin(&w, &doors, 9, BEGAN);
    workshop_before(&w, BEGAN); /* there is none */
    CHECK_INT(w.part, 0);
    CHECK_INT(workshop_left_ms(&w, BEGAN), 10 * MINUTE);
    workshop_next(&w, &doors, BEGAN + 4 * MINUTE);
    workshop_vote(&w, 2);
    workshop_next(&w, &doors, BEGAN + 5 * MINUTE);
    workshop_before(&w, BEGAN + 7 * MINUTE); /* as it was left */
    CHECK_INT(w.part, 1);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 7 * MINUTE), 14 * MINUTE);
    CHECK_INT(w.votes[1][2], 1);
    CHECK_INT(workshop_parts_shown(&w), 3);
    workshop_before(&w, BEGAN + 8 * MINUTE);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 8 * MINUTE), 6 * MINUTE);
    workshop_next(&w, &doors, BEGAN + 8 * MINUTE);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 8 * MINUTE), 13 * MINUTE);
    workshop_next(&w, &doors, BEGAN + 8 * MINUTE);
    CHECK_INT(workshop_left_ms(&w, BEGAN + 8 * MINUTE), 3 * MINUTE);
    workshop_next(&w, &doors, BEGAN + 9 * MINUTE);
    CHECK_INT(w.stage, WORKSHOP_OVER);
}

TEST(workshop, each_touch_is_a_vote_and_the_last_one_can_be_taken_back_once)
{
    struct workshop w;

    workshop_begin(&w, &doors, 9, BEGAN);
    workshop_next(&w, &doors, BEGAN);
    CHECK_INT(workshop_most_votes(&w, 1), 0);
    workshop_take_back(&w); /* nothing to take */
    workshop_vote(&w, 1);
    workshop_vote(&w, 1);
    workshop_vote(&w, 2);
    CHECK_INT(w.votes[1][0], 0);
    CHECK_INT(w.votes[1][1], 2);
    CHECK_INT(workshop_most_votes(&w, 1), 2);
    workshop_take_back(&w);
    workshop_take_back(&w);
    CHECK_INT(w.votes[1][2], 0);
    CHECK_INT(w.votes[1][1], 2);
    workshop_vote(&w, 0);
    workshop_next(&w, &doors, BEGAN);
    workshop_take_back(&w); /* of another part: it stays */
    CHECK_INT(w.votes[1][0], 1);
}

TEST(workshop, an_option_holds_its_most_votes_and_no_more)
{
    struct workshop w;

    workshop_begin(&w, &doors, 9, BEGAN);
    workshop_next(&w, &doors, BEGAN);
    for (int i = 0; i < WORKSHOP_VOTES_MAX; i++) {
        workshop_vote(&w, 0);
    }
    CHECK_INT(w.votes[1][0], WORKSHOP_VOTES_MAX);
    workshop_vote(&w, 0);
    CHECK_INT(w.votes[1][0], WORKSHOP_VOTES_MAX);
}

TEST(workshop, people_stay_within_what_has_room)
{
    CHECK_INT(workshop_people(4, 1), 5);
    CHECK_INT(workshop_people(WORKSHOP_PEOPLE_LEAST, -1), WORKSHOP_PEOPLE_LEAST);
    CHECK_INT(workshop_people(WORKSHOP_PEOPLE_MOST - 1, 1), WORKSHOP_PEOPLE_MOST);
    CHECK_INT(workshop_people(WORKSHOP_PEOPLE_MOST, 1), WORKSHOP_PEOPLE_MOST);
    CHECK_INT(workshop_people(0, 0), WORKSHOP_PEOPLE_LEAST);
}
