/* chart: the matrix wheel. */
#include "kit/chart.h"
#include "kit/shape.h"
#include "kit/text.h"
#include <math.h>
#include <string.h>

#include "base/banned.h"

static const double PI = 3.14159265358979323846;

struct chart *chart_copy(struct arena *a, const struct chart *chart)
{
    struct chart *c = arena_alloc(a, sizeof *c);

    *c = *chart;
    c->label = arena_str(a, chart->label ? chart->label : "");
    return c;
}

bool chart_same(const struct chart *a, const struct chart *b)
{
    if (a->kind != b->kind || a->n_spokes != b->n_spokes || strcmp(a->label, b->label) != 0) {
        return false;
    }
    for (int i = 0; i < a->n_spokes; i++) {
        const struct chart_spoke *s = &a->spokes[i], *o = &b->spokes[i];

        if (s->area != o->area || s->level != o->level || s->lo != o->lo || s->hi != o->hi) {
            return false;
        }
    }
    return true;
}

static int n_areas(const struct chart *c)
{
    int n = 0;

    for (int i = 0; i < c->n_spokes; i++) {
        n += i == 0 || c->spokes[i].area != c->spokes[i - 1].area;
    }
    return n;
}

void chart_spoke_angles(const struct chart *c, int i, double *from, double *to)
{
    const double gap = 0.055; /* radians between areas */
    double each = c->n_spokes ? (2 * PI - gap * n_areas(c)) / c->n_spokes : 0;
    double at = gap / 2;

    for (int k = 0; k < i; k++) {
        at += each + (c->spokes[k + 1].area != c->spokes[k].area ? gap : 0);
    }
    *from = at;
    *to = at + each;
}

static void draw_spoke(SDL_Surface *canvas, const struct chart *c, int i, double cx, double cy, double r,
                       enum theme_id theme)
{
    const struct chart_spoke *s = &c->spokes[i];
    const double hole = 0.25, between = 0.011; /* of the radius: the middle, and the space between rings */
    uint32_t colour = theme_area_colour(theme, s->area);
    double from, to, step = (1 - hole) / CHART_RINGS;

    chart_spoke_angles(c, i, &from, &to);
    for (int ring = 0; ring < CHART_RINGS; ring++) {
        bool is_solid = ring < s->level, is_range = ring + 1 >= s->lo && ring + 1 <= s->hi;
        double r0 = r * (hole + ring * step + between / 2), r1 = r * (hole + (ring + 1) * step - between / 2);
        double slack = between * r / 2 / r1;

        shape_ring(canvas, cx, cy, r0, r1, from + slack, to - slack, colour, is_solid ? 1.0 : is_range ? 0.38 : 0.13);
    }
}

/* At the middle of each area's sector, outside of it. */
static void draw_icons(SDL_Surface *canvas, const struct chart *c, double cx, double cy, double r, int px,
                       enum theme_id theme, bool is_rtl)
{
    for (int i = 0, last; i < c->n_spokes; i = last + 1) {
        double from, to, unused;

        for (last = i; last + 1 < c->n_spokes && c->spokes[last + 1].area == c->spokes[i].area; last++) {
        }
        chart_spoke_angles(c, i, &from, &unused);
        chart_spoke_angles(c, last, &unused, &to);
        double at = (from + to) / 2;

        shape_icon(canvas, c->spokes[i].icon, (int)lround(cx + r * sin(at) - px / 2.0),
                   (int)lround(cy - r * cos(at) - px / 2.0), px, theme_area_colour(theme, c->spokes[i].area), is_rtl);
    }
}

void chart_draw(SDL_Surface *canvas, const struct chart *c, int x, int y, int px, enum theme_id theme, int text_px,
                const char *lang, bool is_rtl)
{
    const double rim = 0.17; /* of the side: icons */
    double half = px / 2.0, r = half * (1 - rim);
    int icon_px = (int)(half * rim * 0.85);
    struct text_style style = {
        .px = text_px, .is_bold = true, .leading = 1.2, .align = TEXT_CENTER, .lang = lang, .is_rtl = is_rtl};
    int room = (int)(px * 0.23 * (1 - rim)), lines;

    shape_begin(canvas);
    for (int i = 0; i < c->n_spokes; i++) {
        draw_spoke(canvas, c, i, x + half, y + half, r, theme);
    }
    shape_end();
    draw_icons(canvas, c, x + half, y + half, half - icon_px / 2.0, icon_px, theme, is_rtl);
    while (style.px > 8 && (text_min_width(c->label, &style) > room ||
                            text_lines(c->label, &style, room) * text_line_height(&style) > room)) {
        style.px--; /* the middle is small; what it says is also written beside the wheel */
    }
    lines = text_lines(c->label, &style, room);
    text_draw(canvas, c->label, &style, x + (px - room) / 2, y + (px - lines * text_line_height(&style)) / 2, room,
              theme_colour(theme, COLOUR_INK), 0);
}
