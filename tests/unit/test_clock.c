/* test_clock: virtual time stands still until told; trust in the wall clock has limits (T8). */
#include "base/clock.h"
#include "unit/test.h"

TEST(clock, virtual_time_moves_only_when_told)
{
    clock_go_virtual();
    int64_t then = clock_ms();

    CHECK_INT(clock_ms(), then);
    clock_advance(90000);
    CHECK_INT(clock_ms(), then + 90000);
    CHECK_INT(clock_wall_s(), 1795430520 + 90);
    CHECK_STR(clock_boot_id(), "virtual");
}

TEST(clock, a_clock_in_1970_in_2106_or_before_the_newest_signed_time_is_not_trusted_T8)
{
    clock_go_virtual();
    CHECK(clock_is_trusted());
    clock_set_wall(0);
    CHECK(!clock_is_trusted());
    clock_set_wall(4294967296);
    CHECK(!clock_is_trusted());
    clock_set_wall(1795430520);
    clock_set_floor(1795430521);
    CHECK(!clock_is_trusted());
    clock_set_floor(0);
    CHECK(clock_is_trusted());
}

TEST(clock, days_become_dates_and_back)
{
    static const struct {
        int64_t day;
        int year, month, mday;
    } cases[] = {{0, 1970, 1, 1}, {-1, 1969, 12, 31}, {19782, 2024, 2, 29}, {20780, 2026, 11, 23}, {49673, 2106, 1, 1}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int year, month, mday;

        clock_civil(cases[i].day, &year, &month, &mday);
        CHECK_INT(year, cases[i].year);
        CHECK_INT(month, cases[i].month);
        CHECK_INT(mday, cases[i].mday);
    }
    CHECK_INT(clock_day(-1), -1);
    CHECK_INT(clock_day(86399), 0);
}
