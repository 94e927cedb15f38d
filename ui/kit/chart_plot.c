/* chart_plot: what a tool reckons: a bar of parts, lines with a marked point, bars up and down. */
#include "kit/chart.h"
#include "kit/text.h"
#include <math.h>

#include "base/banned.h"

enum { TEXT_GAP_PX = 4 };

struct plot {
    SDL_Surface *canvas;
    const struct chart *c;
    SDL_Rect r;
    enum theme_id theme;
    int text_px;
    const char *lang;
    bool is_rtl;
};

enum theme_area chart_part_area(int part)
{
    static const enum theme_area areas[] = {AREA_D1, AREA_D3, AREA_E1, AREA_D2, AREA_E2, AREA_D5};

    return areas[part % (int)M2_COUNT(areas)];
}

/* --- texts
 * ---------------------------------------------------------------------------------------------------------------------
 */

static struct text_style style_of(const struct plot *p, bool is_bold, enum text_align align)
{
    const double bold = 27.0 / 23; /* body beside small */

    return (struct text_style){.px = (int)(p->text_px * (is_bold ? bold : 1)),
                               .is_bold = is_bold,
                               .leading = 1.2,
                               .align = align,
                               .lang = p->lang,
                               .is_rtl = p->is_rtl};
}

/* Centred in w at x, where it fits; how high it is, 0 = left out. */
static int text_within(const struct plot *p, const char *text, bool is_bold, int x, int y, int w, uint32_t colour)
{
    struct text_style style = style_of(p, is_bold, TEXT_CENTER);

    if (!text || !*text || text_width(text, &style) > w) {
        return 0;
    }
    text_draw(p->canvas, text, &style, x, y, w, colour, 0);
    return text_line_height(&style);
}

static int line_h(const struct plot *p, bool is_bold)
{
    struct text_style style = style_of(p, is_bold, TEXT_START);

    return text_line_height(&style);
}

static uint32_t colour_of(const struct plot *p, enum theme_area area)
{
    return theme_area_colour(p->theme, area);
}

/* What reads best on this ground. */
static uint32_t ink_on(const struct plot *p, uint32_t ground)
{
    uint32_t ink = theme_colour(p->theme, COLOUR_INK), card = theme_colour(p->theme, COLOUR_CARD);

    return theme_contrast(ink, ground) > theme_contrast(card, ground) ? ink : card;
}

/* From the side where reading begins. */
static int mirrored(const struct plot *p, double x, int w)
{
    return (int)lround(p->is_rtl ? p->r.x + p->r.w - (x - p->r.x) - w : x);
}

/* --- a bar of parts
 * ------------------------------------------------------------------------------------------------------------------ */

/* Round only where the bar begins or ends. */
static void part_box(const struct plot *p, int x, int w, bool is_left_end, bool is_right_end, uint32_t colour)
{
    struct shape_style s = {.has_fill = true, .fill = colour, .radius_px = p->r.h * 0.2}, flat = s;
    int half = w / 2;

    flat.radius_px = 0;
    shape_box(p->canvas, x, p->r.y, w, p->r.h, is_left_end || is_right_end ? &s : &flat);
    if (!is_left_end) {
        shape_box(p->canvas, x, p->r.y, half, p->r.h, &flat);
    }
    if (!is_right_end) {
        shape_box(p->canvas, x + half, p->r.y, w - half, p->r.h, &flat);
    }
}

/* The value, and below it the name on as many lines as it takes, where there is room. */
static void part_text(const struct plot *p, const struct chart_part *part, int x, int w, uint32_t ground)
{
    const int pad = TEXT_GAP_PX * 2;
    uint32_t ink = ink_on(p, ground);
    struct text_style style = style_of(p, false, TEXT_CENTER);
    const char *name = part->name ? part->name : "";
    int value_h = line_h(p, true), in_w = w - 2 * pad, y;
    int name_h = in_w > 0 ? text_lines(name, &style, in_w) * text_line_height(&style) : 0;
    bool has_name = in_w > 0 && text_min_width(name, &style) <= in_w && value_h + name_h <= p->r.h;

    y = p->r.y + (p->r.h - value_h - (has_name ? name_h : 0)) / 2;
    text_within(p, part->value, true, x + pad, y, in_w, ink);
    if (has_name) {
        text_draw(p->canvas, name, &style, x + pad, y + value_h, in_w, ink, 0);
    }
}

static void draw_stack(const struct plot *p)
{
    const int gap = 2;
    double sum = 0, at = p->r.x;
    int first = -1, last = -1;

    for (int i = 0; i < p->c->n_parts; i++) {
        sum += p->c->parts[i].amount;
        first = first < 0 && p->c->parts[i].amount > 0 ? i : first;
        last = p->c->parts[i].amount > 0 ? i : last;
    }
    if (!(sum > 0)) {
        part_box(p, p->r.x, p->r.w, true, true, theme_colour(p->theme, COLOUR_LINE));
        return;
    }
    for (int i = 0; i < p->c->n_parts; i++) {
        double wide = p->r.w * p->c->parts[i].amount / sum;
        int w = (int)lround(at + wide) - (int)lround(at) - (i == last ? 0 : gap);
        int x = mirrored(p, lround(at), w);
        uint32_t colour = colour_of(p, chart_part_area(i));

        if (w > 0) {
            part_box(p, x, w, i == (p->is_rtl ? last : first), i == (p->is_rtl ? first : last), colour);
            part_text(p, &p->c->parts[i], x, w, colour);
        }
        at += wide;
    }
}

/* --- lines
 * ---------------------------------------------------------------------------------------------------------------------
 */

struct range {
    double from, to;
};

static void widen(struct range *r, double v)
{
    r->from = v < r->from ? v : r->from;
    r->to = v > r->to ? v : r->to;
}

struct field {
    SDL_Rect in; /* within the axes */
    struct range x, y;
};

static double x_of(const struct plot *p, const struct field *f, double x)
{
    double share = (x - f->x.from) / (f->x.to - f->x.from);

    return f->in.x + f->in.w * (p->is_rtl ? 1 - share : share);
}

static double y_of(const struct field *f, double y)
{
    return f->in.y + f->in.h * (1 - (y - f->y.from) / (f->y.to - f->y.from));
}

static struct field field_of(const struct plot *p)
{
    const struct chart_series *s = p->c->series;
    int h = line_h(p, true) + TEXT_GAP_PX, inset = h / 4;
    struct field f = {.in = {p->r.x + inset, p->r.y + h, p->r.w - 2 * inset, p->r.h - h - line_h(p, false)},
                      .x = {s[0].x[0], s[0].x[0]}};

    for (int i = 0; i < p->c->n_series; i++) {
        for (int k = 0; k < s[i].n; k++) {
            widen(&f.x, s[i].x[k]);
            widen(&f.y, s[i].y[k]); /* nought is always there */
        }
    }
    if (p->c->has_mark) {
        widen(&f.x, p->c->mark_x);
        widen(&f.y, p->c->mark_y);
    }
    f.x.to += f.x.to > f.x.from ? 0 : 1;
    f.y.to += f.y.to > f.y.from ? 0 : 1;
    return f;
}

/* At the end of its line: above the higher one, below the lower one. */
static void series_name(const struct plot *p, const struct field *f, int i, double end_y)
{
    const struct chart_series *s = &p->c->series[i], *other = &p->c->series[1 - i];
    double ahead = p->c->n_series == 1 ? 1 : s->y[s->n - 1] - other->y[other->n - 1];
    bool is_higher = ahead > 0 || (ahead == 0 && i == 0);
    struct text_style style = style_of(p, false, TEXT_FINISH);
    int h = text_line_height(&style), y = (int)end_y + (is_higher ? -h - 2 * TEXT_GAP_PX : 2 * TEXT_GAP_PX);
    int bottom = f->in.y + f->in.h - h;

    y = y < p->r.y ? p->r.y : y > bottom ? bottom : y;
    text_draw(p->canvas, s->name ? s->name : "", &style, f->in.x, y, f->in.w, colour_of(p, i ? AREA_D4 : AREA_NONE), 0);
}

static void draw_series(const struct plot *p, const struct field *f, int i)
{
    const struct chart_series *s = &p->c->series[i];
    uint32_t colour = colour_of(p, i ? AREA_D4 : AREA_NONE);
    double thick = p->text_px * (i ? 0.16 : 0.22); /* they differ in grey, too */

    for (int k = 1; k < s->n; k++) {
        shape_line(p->canvas, x_of(p, f, s->x[k - 1]), y_of(f, s->y[k - 1]), x_of(p, f, s->x[k]), y_of(f, s->y[k]),
                   thick, colour);
    }
    series_name(p, f, i, y_of(f, s->y[s->n - 1]));
}

/* Where a series is at this x, in pixels; NAN = it is not there. */
static double series_at(const struct plot *p, const struct field *f, const struct chart_series *s, double px)
{
    for (int k = 1; k < s->n; k++) {
        double x1 = x_of(p, f, s->x[k - 1]), x2 = x_of(p, f, s->x[k]), share = (px - x1) / (x2 - x1);

        if (share >= 0 && share <= 1) {
            return y_of(f, s->y[k - 1]) + share * (y_of(f, s->y[k]) - y_of(f, s->y[k - 1]));
        }
    }
    return NAN;
}

/* Inside the axes, and no line runs through it. */
static bool is_free(const struct plot *p, const struct field *f, SDL_Rect r)
{
    const int step = 1; /* a steep line is narrow */

    if (r.x < f->in.x || r.x + r.w > f->in.x + f->in.w || r.y < p->r.y || r.y + r.h > f->in.y + f->in.h) {
        return false;
    }
    for (int i = 0; i < p->c->n_series; i++) {
        for (int x = r.x; x <= r.x + r.w; x += step) {
            double y = series_at(p, f, &p->c->series[i], x);

            if (y > r.y && y < r.y + r.h) {
                return false;
            }
        }
    }
    return true;
}

/* The mark's text stands where no line is: below or above, to the right or the left; else it is left out. */
static void draw_mark(const struct plot *p, const struct field *f)
{
    uint32_t ink = theme_colour(p->theme, COLOUR_INK);
    struct shape_style dot = {.has_fill = true, .fill = ink};
    struct text_style style = style_of(p, true, p->is_rtl ? TEXT_FINISH : TEXT_START);
    int x = (int)x_of(p, f, p->c->mark_x), y = (int)y_of(f, p->c->mark_y);
    int r = p->text_px * 2 / 5, w = p->c->mark ? text_width(p->c->mark, &style) : 0, h = text_line_height(&style);
    const SDL_Rect places[] = {
        {x + 2 * r, y + r / 2, w, h},     {x - 2 * r - w, y - r / 2 - h, w, h}, {x + 2 * r, y - r / 2 - h, w, h},
        {x - 2 * r - w, y + r / 2, w, h}, {x - w / 2, y + 2 * r, w, h},         {x - w / 2, y - 2 * r - h, w, h},
    };

    shape_circle(p->canvas, x, y, r, &dot);
    for (size_t i = 0; w && i < M2_COUNT(places); i++) {
        if (is_free(p, f, places[i])) {
            text_draw(p->canvas, p->c->mark, &style, places[i].x, places[i].y, w + 1, ink, 0);
            return;
        }
    }
}

static void draw_lines(const struct plot *p)
{
    struct field f = field_of(p);
    uint32_t axis = theme_colour(p->theme, COLOUR_INK2);
    double left = x_of(p, &f, f.x.from), right = x_of(p, &f, f.x.to), zero = y_of(&f, 0);
    struct text_style style = style_of(p, false, TEXT_FINISH);

    shape_line(p->canvas, left, f.in.y, left, f.in.y + f.in.h, 2, axis);
    shape_line(p->canvas, left, zero, right, zero, 2, axis);
    for (int i = 0; i < p->c->n_series; i++) {
        draw_series(p, &f, i);
    }
    if (p->c->has_mark) {
        draw_mark(p, &f);
    }
    text_draw(p->canvas, p->c->label, &style, f.in.x, f.in.y + f.in.h + TEXT_GAP_PX, f.in.w, axis, 0);
}

/* --- bars
 * ----------------------------------------------------------------------------------------------------------------------
 */

static bool fits_all(const struct plot *p, int w, bool is_name)
{
    struct text_style style = style_of(p, false, TEXT_CENTER);

    for (int i = 0; i < p->c->n_parts; i++) {
        const char *text = is_name ? p->c->parts[i].name : p->c->parts[i].value;

        if (text && text_width(text, &style) > w) {
            return false;
        }
    }
    return true;
}

static void draw_bars(const struct plot *p)
{
    struct range y = {0, 0};
    int n = p->c->n_parts, h = line_h(p, false), w = p->r.w / (n ? n : 1), gap = w / 6;
    bool has_names = fits_all(p, w, true), has_values = fits_all(p, w, false);
    int top = p->r.y + h, high = p->r.h - 3 * h; /* values above and below, names at the end */
    uint32_t ink = theme_colour(p->theme, COLOUR_INK), ink2 = theme_colour(p->theme, COLOUR_INK2);

    for (int i = 0; i < n; i++) {
        widen(&y, p->c->parts[i].amount);
    }
    y.to += y.to > y.from ? 0 : 1;
    int zero = top + (int)(high * y.to / (y.to - y.from));
    for (int i = 0; i < n; i++) {
        const struct chart_part *part = &p->c->parts[i];
        bool is_below = part->amount < 0;
        int x = mirrored(p, p->r.x + (double)i * w, w), tall = (int)(high * fabs(part->amount) / (y.to - y.from));
        struct shape_style s = {.has_fill = true, .fill = colour_of(p, is_below ? AREA_D4 : AREA_D1), .radius_px = 4};

        shape_box(p->canvas, x + gap, is_below ? zero : zero - tall, w - 2 * gap, tall > 1 ? tall : 1, &s);
        if (has_values) {
            text_within(p, part->value, false, x, is_below ? zero + tall : zero - tall - h, w, ink);
        }
        text_within(p, has_names ? part->name : part->brief, false, x, p->r.y + p->r.h - h, w, ink2);
    }
    shape_line(p->canvas, p->r.x, zero, p->r.x + p->r.w, zero, 2, ink2);
}

void chart_draw_plot(SDL_Surface *canvas, const struct chart *c, SDL_Rect r, enum theme_id theme, int text_px,
                     const char *lang, bool is_rtl)
{
    struct plot p = {canvas, c, r, theme, text_px, lang, is_rtl};

    shape_begin(canvas);
    if (c->kind == CHART_STACK) {
        draw_stack(&p);
    } else if (c->kind == CHART_LINES) {
        draw_lines(&p);
    } else {
        draw_bars(&p);
    }
    shape_end();
}
