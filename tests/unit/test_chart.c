/* test_chart: the matrix wheel. */
#include "kit/chart.h"
#include "kit/shape.h"
#include "kit/text.h"
#include "unit/test.h"

#include "base/banned.h"

enum { SIDE = 300 };

static struct chart wheel(int level)
{
    struct chart c = {.kind = CHART_WHEEL, .label = "On my own"};

    for (int a = AREA_D1; a < AREA_N; a++) {
        for (int i = 0; i < 4; i++) {
            c.spokes[c.n_spokes++] = (struct chart_spoke){(enum theme_area)a, ICON_NONE, level, level, level};
        }
    }
    return c;
}

/* Pixels of exactly this colour. */
static int count(const struct chart *chart, uint32_t colour)
{
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormat(0, SIDE, SIDE, 32, SDL_PIXELFORMAT_RGB888);
    struct err err = {0};
    int n = 0;

    CHECK(s && text_init(NULL, &err) && shape_init(NULL, &err));
    SDL_FillRect(s, NULL, theme_colour(THEME_PAPER, COLOUR_PAPER));
    chart_draw(s, chart, 0, 0, SIDE, THEME_PAPER, 16, "en", false);
    for (int y = 0; y < SIDE; y++) {
        const uint32_t *row = (const uint32_t *)(const void *)((const uint8_t *)s->pixels + y * s->pitch);

        for (int x = 0; x < SIDE; x++) {
            n += (row[x] & 0xFFFFFF) == colour;
        }
    }
    SDL_FreeSurface(s);
    shape_quit();
    text_quit();
    return n;
}

TEST(chart, a_higher_level_fills_more_of_its_area)
{
    uint32_t d4 = theme_area_colour(THEME_PAPER, AREA_D4);
    struct chart low = wheel(2), high = wheel(7);
    int a = count(&low, d4), b = count(&high, d4);

    CHECK(a > 20);
    CHECK(b > 3 * a);
}

/* Pixels of the area's own colour in each of the eight cells of a strip, as they stand from the left. */
static void strip_cells(int level, int h, bool is_rtl, int n[CHART_RINGS])
{
    const struct chart c = {
        .kind = CHART_STRIP, .n_spokes = 1, .label = "", .spokes = {{AREA_D4, ICON_NONE, level, level, level}}};
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormat(0, 8 * 50 + 7 * 6, h, 32, SDL_PIXELFORMAT_RGB888);
    uint32_t d4 = theme_area_colour(THEME_PAPER, AREA_D4);
    struct err err = {0};

    CHECK(s && text_init(NULL, &err) && shape_init(NULL, &err));
    SDL_FillRect(s, NULL, theme_colour(THEME_PAPER, COLOUR_CARD));
    chart_draw_strip(s, &c, (SDL_Rect){0, 0, s->w, s->h}, 6, THEME_PAPER, is_rtl);
    for (int i = 0; i < CHART_RINGS; i++) {
        n[i] = 0;
        for (int y = 0; y < h; y++) {
            const uint32_t *row = (const uint32_t *)(const void *)((const uint8_t *)s->pixels + y * s->pitch);

            for (int x = i * 56; x < i * 56 + 50; x++) {
                n[i] += (row[x] & 0xFFFFFF) == d4;
            }
        }
    }
    SDL_FreeSurface(s);
    shape_quit();
    text_quit();
}

TEST(chart, a_strip_is_filled_up_to_the_level_with_a_dot_there_and_a_flag_on_the_next)
{
    int n[CHART_RINGS];

    strip_cells(3, 40, false, n);
    CHECK(n[0] > 1800 && n[1] == n[0]);
    CHECK(n[2] > 1400 && n[2] < n[1]); /* the dot */
    CHECK(n[3] > 40 && n[3] < 600);    /* dashes and the flag */
    CHECK_INT(n[4], 0);
    CHECK_INT(n[7], 0);
    strip_cells(8, 40, false, n);
    CHECK(n[7] > 1400);
    strip_cells(0, 40, false, n);
    CHECK_INT(n[0], 0);
}

TEST(chart, a_low_strip_only_fills_and_one_from_right_to_left_begins_at_the_right)
{
    int n[CHART_RINGS];

    strip_cells(2, 14, false, n);
    CHECK_INT(n[1], n[0]);
    CHECK_INT(n[2], 0);
    strip_cells(2, 40, true, n);
    CHECK(n[7] > 1800 && n[6] > 1400);
    CHECK_INT(n[0], 0);
}

TEST(chart, spokes_go_round_clockwise_once_with_a_gap_between_areas)
{
    struct chart c = wheel(3);
    double last = 0, from, to, gap, inner;

    for (int i = 0; i < c.n_spokes; i++) {
        chart_spoke_angles(&c, i, &from, &to);
        CHECK(from >= last - 1e-9 && to > from);
        last = to;
    }
    CHECK(last <= 2 * 3.14159266);
    chart_spoke_angles(&c, 3, &from, &to);
    chart_spoke_angles(&c, 4, &gap, &inner);
    CHECK(gap - to > 1e-6);
}

TEST(chart, a_copy_is_the_same_until_a_spoke_changes)
{
    struct arena a = {0};
    struct chart c = wheel(3), *copy = chart_copy(&a, &c);

    CHECK(chart_same(&c, copy));
    c.spokes[5].level = 4;
    CHECK(!chart_same(&c, copy));
    c = wheel(3);
    c.label = "With help";
    CHECK(!chart_same(&c, copy));
    arena_release(&a);
}

/* --- what a tool reckons: stacks, lines, bars */

enum { PLOT_W = 600, PLOT_H = 200 };

/* Pixels of this colour in a part of the plot, from its left edge to `to`, both in per cent of its width. */
static int plotted(const struct chart *c, uint32_t colour, int from, int to, bool is_rtl)
{
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormat(0, PLOT_W, PLOT_H, 32, SDL_PIXELFORMAT_RGB888);
    struct err err = {0};
    int n = 0;

    CHECK(s && text_init(NULL, &err) && shape_init(NULL, &err));
    SDL_FillRect(s, NULL, theme_colour(THEME_PAPER, COLOUR_CARD));
    chart_draw_plot(s, c, (SDL_Rect){0, 0, PLOT_W, PLOT_H}, THEME_PAPER, 20, "en", is_rtl);
    for (int y = 0; y < PLOT_H; y++) {
        const uint32_t *row = (const uint32_t *)(const void *)((const uint8_t *)s->pixels + y * s->pitch);

        for (int x = PLOT_W * from / 100; x < PLOT_W * to / 100; x++) {
            n += (row[x] & 0xFFFFFF) == colour;
        }
    }
    SDL_FreeSurface(s);
    shape_quit();
    text_quit();
    return n;
}

static struct chart stack(double first, double second)
{
    return (struct chart){.kind = CHART_STACK,
                          .label = "",
                          .n_parts = 2,
                          .parts = {{.name = "materials", .value = "1.35", .amount = first},
                                    {.name = "your time", .value = "2.10", .amount = second}}};
}

TEST(chart, parts_of_a_stack_are_as_long_as_their_amounts)
{
    uint32_t first = theme_area_colour(THEME_PAPER, chart_part_area(0)),
             second = theme_area_colour(THEME_PAPER, chart_part_area(1));
    struct chart c = stack(1, 3), none = stack(0, 0), one = stack(0, 5);

    CHECK(first != second);
    CHECK(plotted(&c, first, 0, 25, false) > PLOT_W * PLOT_H / 4 * 8 / 10);
    CHECK_INT(plotted(&c, first, 26, 100, false), 0);
    CHECK(plotted(&c, second, 26, 100, false) > PLOT_W * PLOT_H * 3 / 4 * 8 / 10);
    CHECK(plotted(&c, first, 75, 100, true) > PLOT_W * PLOT_H / 4 * 8 / 10); /* begins where reading begins */
    CHECK_INT(plotted(&none, first, 0, 100, false) + plotted(&none, second, 0, 100, false), 0);
    CHECK(plotted(&one, second, 0, 100, false) > PLOT_W * PLOT_H * 8 / 10);
}

TEST(chart, a_part_too_narrow_for_its_words_has_none)
{
    struct chart c = stack(1, 30), bare = stack(1, 30), wide = stack(30, 1);
    uint32_t card = theme_colour(THEME_PAPER, COLOUR_CARD); /* words on these colours */

    bare.parts[0].name = bare.parts[0].value = NULL;
    CHECK(plotted(&wide, card, 5, 95, false) > 200);
    CHECK_INT(plotted(&c, card, 0, 3, false), plotted(&bare, card, 0, 3, false));
}

TEST(chart, lines_have_their_colours_and_a_dot_where_they_are_marked)
{
    struct chart c = {.kind = CHART_LINES,
                      .label = "240 jars",
                      .n_series = 2,
                      .series = {{.name = "money in", .n = 2, .x = {0, 240}, .y = {0, 1440}},
                                 {.name = "money out", .n = 2, .x = {0, 240}, .y = {180, 1008}}},
                      .has_mark = true,
                      .mark_x = 71,
                      .mark_y = 425};
    uint32_t ink = theme_colour(THEME_PAPER, COLOUR_INK);
    int dot = plotted(&c, ink, 25, 35, false);

    CHECK(plotted(&c, theme_area_colour(THEME_PAPER, AREA_NONE), 0, 100, false) > 900);
    CHECK(plotted(&c, theme_area_colour(THEME_PAPER, AREA_D4), 0, 100, false) > 600);
    CHECK(dot > 60);
    c.has_mark = false;
    CHECK(plotted(&c, ink, 25, 35, false) < 10);
}

TEST(chart, bars_below_nought_hang_and_have_another_colour)
{
    struct chart c = {.kind = CHART_BARS,
                      .label = "",
                      .n_parts = 3,
                      .parts = {{.name = "1", .value = "10", .amount = 10},
                                {.name = "2", .value = "-10", .amount = -10},
                                {.name = "3", .value = "0", .amount = 0}}};
    uint32_t up = theme_area_colour(THEME_PAPER, AREA_D1), down = theme_area_colour(THEME_PAPER, AREA_D4);

    CHECK(plotted(&c, up, 0, 33, false) > 4000 && plotted(&c, down, 0, 33, false) == 0);
    CHECK(plotted(&c, down, 34, 66, false) > 4000 && plotted(&c, up, 34, 66, false) == 0);
    CHECK(plotted(&c, up, 67, 100, false) < 400);
}

/* What no program may give is not asked here; what it may is drawn, however odd. */
TEST(chart, plots_of_nothing_and_of_far_numbers_are_drawn)
{
    struct chart flat = {.kind = CHART_LINES,
                         .label = "",
                         .n_series = 1,
                         .series = {{.n = 2, .x = {0, 1}, .y = {0, 0}}}},
                 far = {.kind = CHART_LINES,
                        .label = "",
                        .n_series = 1,
                        .series = {{.name = "", .n = 3, .x = {-1e12, 0, 1e12}, .y = {-1e12, 1e12, -1e12}}},
                        .has_mark = true,
                        .mark_x = 1e12,
                        .mark_y = -1e12,
                        .mark = "far"},
                 bar = {.kind = CHART_BARS, .label = "", .n_parts = 1, .parts = {{.amount = -1e12}}};

    CHECK(plotted(&flat, theme_area_colour(THEME_PAPER, AREA_NONE), 0, 100, false) > 100);
    CHECK(plotted(&far, theme_area_colour(THEME_PAPER, AREA_NONE), 0, 100, true) > 100);
    CHECK(plotted(&bar, theme_area_colour(THEME_PAPER, AREA_D4), 0, 100, false) > 1000);
}

TEST(chart, a_copy_of_a_plot_is_the_same_until_anything_of_it_changes)
{
    struct arena a = {0};
    struct chart c = {.kind = CHART_LINES,
                      .label = "x",
                      .n_series = 1,
                      .series = {{.name = "in", .n = 2, .x = {0, 1}, .y = {0, 5}}},
                      .n_parts = 1,
                      .parts = {{.name = "a", .value = "1", .amount = 1}},
                      .has_mark = true,
                      .mark = "71"};
    struct chart *copy = chart_copy(&a, &c);

    CHECK(chart_same(&c, copy));
    copy->series[0].y[1] = 6;
    CHECK(!chart_same(&c, copy));
    copy = chart_copy(&a, &c);
    copy->series[0].name = "out";
    CHECK(!chart_same(&c, copy));
    copy = chart_copy(&a, &c);
    copy->parts[0].value = NULL;
    CHECK(!chart_same(&c, copy));
    copy = chart_copy(&a, &c);
    copy->parts[0].amount = 2;
    CHECK(!chart_same(&c, copy));
    copy = chart_copy(&a, &c);
    copy->mark = "72";
    CHECK(!chart_same(&c, copy));
    copy = chart_copy(&a, &c);
    copy->mark_x = 1;
    CHECK(!chart_same(&c, copy));
    arena_release(&a);
}
