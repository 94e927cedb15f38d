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
