/* chart: the matrix wheel, and the steps of one skill. */
#include "kit/chart.h"
#include "kit/shape.h"
#include "kit/text.h"
#include <math.h>
#include <string.h>

#include "base/banned.h"

struct chart *chart_copy(struct arena *a, const struct chart *chart)
{
    struct chart *c = arena_alloc(a, sizeof *c);

    *c = *chart;
    c->label = arena_str(a, chart->label ? chart->label : "");
    c->mark = arena_str(a, chart->mark);
    for (int i = 0; i < c->n_parts; i++) {
        c->parts[i].name = arena_str(a, chart->parts[i].name);
        c->parts[i].brief = arena_str(a, chart->parts[i].brief);
        c->parts[i].value = arena_str(a, chart->parts[i].value);
    }
    for (int i = 0; i < c->n_series; i++) {
        c->series[i].name = arena_str(a, chart->series[i].name);
    }
    return c;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static bool same_spokes(const struct chart *a, const struct chart *b)
{
    for (int i = 0; i < a->n_spokes; i++) {
        const struct chart_spoke *s = &a->spokes[i], *o = &b->spokes[i];

        if (s->area != o->area || s->level != o->level || s->lo != o->lo || s->hi != o->hi) {
            return false;
        }
    }
    return a->n_spokes == b->n_spokes;
}

static bool same_parts(const struct chart *a, const struct chart *b)
{
    for (int i = 0; i < a->n_parts; i++) {
        const struct chart_part *p = &a->parts[i], *o = &b->parts[i];

        if (p->amount != o->amount || !same_text(p->name, o->name) || !same_text(p->value, o->value)) {
            return false;
        }
    }
    return a->n_parts == b->n_parts;
}

static bool same_series(const struct chart *a, const struct chart *b)
{
    for (int i = 0; i < a->n_series; i++) {
        const struct chart_series *s = &a->series[i], *o = &b->series[i];
        size_t n = (size_t)s->n * sizeof s->x[0];

        if (s->n != o->n || !same_text(s->name, o->name) || memcmp(s->x, o->x, n) != 0 || memcmp(s->y, o->y, n) != 0) {
            return false;
        }
    }
    return a->n_series == b->n_series;
}

bool chart_same(const struct chart *a, const struct chart *b)
{
    return a->kind == b->kind && !strcmp(a->label, b->label) && same_spokes(a, b) && same_parts(a, b) &&
           same_series(a, b) && a->has_mark == b->has_mark && same_text(a->mark, b->mark) && a->mark_x == b->mark_x &&
           a->mark_y == b->mark_y;
}

static struct wheel wheel_of(const struct chart *c)
{
    struct wheel w = {.n = c->n_spokes};

    for (int i = 0; i < c->n_spokes; i++) {
        w.group[i] = (int)c->spokes[i].area;
    }
    return w;
}

void chart_spoke_angles(const struct chart *c, int i, double *from, double *to)
{
    struct wheel w = wheel_of(c);

    wheel_angles(&w, i, from, to);
}

static void draw_spoke(SDL_Surface *canvas, const struct chart *c, int i, double cx, double cy, double r,
                       enum theme_id theme)
{
    const struct chart_spoke *s = &c->spokes[i];
    uint32_t colour = theme_area_colour(theme, s->area);
    double from, to;

    chart_spoke_angles(c, i, &from, &to);
    for (int ring = 0; ring < CHART_RINGS; ring++) {
        bool is_solid = ring < s->level, is_range = ring + 1 >= s->lo && ring + 1 <= s->hi;
        double r0, r1;

        wheel_radii(r, ring, &r0, &r1);
        shape_ring(canvas, cx, cy, r0, r1, from + wheel_slack(r, r1), to - wheel_slack(r, r1), colour,
                   is_solid   ? 1.0
                   : is_range ? 0.38
                              : 0.13);
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

enum { STRIP_SIGNS_PX = 20 }; /* lower ones have no room for dot, dashes and flag: they only fill */

static struct shape_style strip_cell(const struct chart_spoke *s, int level, enum theme_id theme, double h)
{
    const double soft = 0.11, in_range = 0.30, least_line_px = 2;
    uint32_t card = theme_colour(theme, COLOUR_CARD), colour = theme_area_colour(theme, s->area);
    double line_px = h * 0.05 > least_line_px ? h * 0.05 : least_line_px;
    bool is_in_range = s->level && level >= s->lo && level <= s->hi,
         is_next = s->level && level == s->level + 1 && h >= STRIP_SIGNS_PX;
    struct shape_style out = {.has_fill = true, .line = colour, .line_px = line_px, .radius_px = h * 0.22};

    out.fill = level <= s->level ? colour : theme_mix(card, colour, is_in_range ? in_range : soft);
    if (is_next) {
        out.fill = card;
        out.is_dashed = true;
    }
    out.has_line = is_next || theme == THEME_CONTRAST;
    return out;
}

void chart_draw_strip(SDL_Surface *canvas, const struct chart *c, SDL_Rect r, int gap, enum theme_id theme, bool is_rtl)
{
    const double dot = 0.2, flag = 0.5;
    const struct chart_spoke *s = &c->spokes[0];
    int w = (r.w - gap * (CHART_RINGS - 1)) / CHART_RINGS, least = w < r.h ? w : r.h, px = (int)(least * flag);

    shape_begin(canvas);
    for (int level = 1; level <= CHART_RINGS; level++) {
        int x = r.x + (is_rtl ? CHART_RINGS - level : level - 1) * (w + gap);
        struct shape_style cell = strip_cell(s, level, theme, r.h),
                           here = {.has_fill = true, .fill = theme_colour(theme, COLOUR_CARD)};

        shape_box(canvas, x, r.y, w, r.h, &cell);
        if (r.h < STRIP_SIGNS_PX) {
            continue;
        }
        if (level == s->level) {
            shape_circle(canvas, x + w / 2.0, r.y + r.h / 2.0, least * dot, &here);
        } else if (s->level && level == s->level + 1) {
            shape_icon(canvas, ICON_FLAG, x + (w - px) / 2, r.y + (r.h - px) / 2, px, theme_area_colour(theme, s->area),
                       is_rtl);
        }
    }
    shape_end();
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
