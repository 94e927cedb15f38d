/* test_sticklog: the staff's list of the last exchanges. */
#include "stick/sticklog.h"
#include "unit/test.h"

TEST(sticklog, the_newest_is_first_and_only_the_last_ones_stay)
{
    char text[STICKLOG_TEXT_MAX] = "";
    struct sticklog_entry e[STICKLOG_MAX];

    CHECK_INT(sticklog_read(text, e), 0);
    for (int i = 1; i <= STICKLOG_MAX + 1; i++) {
        sticklog_add(text, &(struct sticklog_entry){.wall_s = i, .rows = 10 * i, .code = ERR_GONE});
        CHECK_INT(sticklog_read(text, e), i < STICKLOG_MAX ? i : STICKLOG_MAX);
        CHECK_INT(e[0].wall_s, i);
        CHECK_INT(e[0].rows, 10 * i);
        CHECK_INT(e[0].code, ERR_GONE);
    }
    CHECK_INT(e[STICKLOG_MAX - 1].wall_s, 2);
}

TEST(sticklog, figures_of_any_size_fit_and_come_back)
{
    const int64_t big = INT64_MAX, most_kept = 9999999999999;
    const struct sticklog_entry most = {big, big, big, big, big, big, big, big, big, big, ERR_CANCELLED};
    char text[STICKLOG_TEXT_MAX] = "";
    struct sticklog_entry e[STICKLOG_MAX];

    for (int i = 0; i < STICKLOG_MAX; i++) {
        sticklog_add(text, &most);
    }
    CHECK_INT(sticklog_read(text, e), STICKLOG_MAX);
    CHECK(e[STICKLOG_MAX - 1].wall_s == most_kept && e[STICKLOG_MAX - 1].ms == most_kept);
    CHECK(e[STICKLOG_MAX - 1].cards_out == most_kept && e[STICKLOG_MAX - 1].cards_in == most_kept);
    CHECK_INT(e[STICKLOG_MAX - 1].code, ERR_CANCELLED);
}

TEST(sticklog, lines_of_before_there_was_a_board_are_read_and_written_again)
{
    char text[STICKLOG_TEXT_MAX] = "1 2 3 4 5 6 7 8 0\n";
    struct sticklog_entry e[STICKLOG_MAX];

    sticklog_add(text, &(struct sticklog_entry){.wall_s = 9, .cards_out = 3, .cards_in = 12});
    CHECK_STR(text, "9 0 0 0 0 0 0 0 0 3 12\n1 2 3 4 5 6 7 8 0 0 0\n");
    CHECK_INT(sticklog_read(text, e), 2);
    CHECK_INT(e[0].cards_in, 12);
    CHECK(e[1].wall_s == 1 && e[1].ms == 8 && e[1].cards_out == 0);
}

TEST(sticklog, a_line_that_is_none_ends_the_list)
{
    struct sticklog_entry e[STICKLOG_MAX];

    CHECK_INT(sticklog_read("1 2 3 4 5 6 7 8 0\n1 2 3\n", e), 1);
    CHECK_INT(sticklog_read("1 2 3 4 5 6 7 8 0", e), 0);
    CHECK_INT(sticklog_read("1 2 3 4 5 6 7 8 0 9\n", e), 0);
    CHECK_INT(sticklog_read("1 2 3 4 5 6 7 8 0 9 10 11\n", e), 0);
    CHECK_INT(sticklog_read("one\n", e), 0);
}
