/* paper_draw: two pages A4: where one stands, and what comes next. cairo and pango; no date, no name of a place. */
#include "workbench/paper.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* Points, 1/72 inch. */
static const double WIDE = 595.28, HIGH = 841.89, MARGIN = 42, WHEEL = 226, GUTTER = 18, LINE = 17;
static const double CELL = 6.5, WORDS = 58; /* of the grid: side of a cell, width of the level in words */

enum { INK = 0x1B2A30, SOFT = 0x4A5A60, EDGE = 0x8A7F70 };

struct page {
    cairo_t *c;
    const struct paper *paper;
    double y;
};

static void colour(cairo_t *c, int rgb, double alpha)
{
    cairo_set_source_rgba(c, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0, alpha);
}

struct type {
    double pt;
    bool is_bold, is_centered;
    int rgb;
};
static const struct type TITLE = {21, true, false, INK}, HEAD = {13, true, false, INK}, BODY = {11, false, false, INK},
                         STRONG = {11, true, false, INK}, SMALL = {8.8, false, false, INK},
                         AREA = {10, true, false, INK}, NOTE = {9.5, false, false, SOFT},
                         MIDDLE = {10.5, true, true, INK};

static PangoLayout *layout_of(struct page *p, const char *text, const struct type *t, double w)
{
    PangoLayout *l = pango_cairo_create_layout(p->c);
    cairo_font_options_t *exact = cairo_font_options_create();
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans");

    cairo_font_options_set_hint_metrics(exact, CAIRO_HINT_METRICS_OFF); /* paper has no pixels to fit to */
    cairo_font_options_set_hint_style(exact, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(pango_layout_get_context(l), exact);
    cairo_font_options_destroy(exact);
    pango_layout_context_changed(l);
    pango_font_description_set_absolute_size(font, t->pt * PANGO_SCALE);
    pango_font_description_set_weight(font, t->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_context_set_language(pango_layout_get_context(l), pango_language_from_string(p->paper->lang));
    pango_layout_set_width(l, (int)(w * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, t->is_centered ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    pango_layout_set_text(l, text, -1);
    return l;
}

static double height_of(PangoLayout *l)
{
    int w, h;

    pango_layout_get_size(l, &w, &h);
    return (double)h / PANGO_SCALE;
}

/* Returns its height; x below zero only measures. */
static double text_at(struct page *p, const char *text, const struct type *t, double x, double y, double w)
{
    PangoLayout *l = layout_of(p, text, t, w);
    double h = height_of(l);

    if (x >= 0) {
        colour(p->c, t->rgb, 1);
        cairo_move_to(p->c, x, y);
        pango_cairo_show_layout(p->c, l);
    }
    g_object_unref(l);
    return h;
}

static void paragraph(struct page *p, const char *text, const struct type *t, double after)
{
    p->y += text_at(p, text, t, MARGIN, p->y, WIDE - 2 * MARGIN) + after;
}

/* --- the wheel
 * ------------------------------------------------------------------------------------------------------------------ */

static double strength(const struct paper_skill *s, int ring)
{
    return ring < s->level ? 1.0 : ring + 1 >= s->lo && ring + 1 <= s->hi ? 0.38 : 0.13;
}

static void wheel(struct page *p, double x, double y)
{
    const double quarter = 1.57079632679489661923, r = WHEEL / 2, cx = x + r, cy = y + r;
    struct wheel w = {.n = p->paper->n_skills};

    for (int i = 0; i < w.n; i++) {
        w.group[i] = p->paper->skills[i].area;
    }
    for (int i = 0; i < w.n; i++) {
        const struct paper_skill *s = &p->paper->skills[i];
        double from, to, r0, r1;

        wheel_angles(&w, i, &from, &to);
        for (int ring = 0; ring < WHEEL_RINGS; ring++) {
            wheel_radii(r, ring, &r0, &r1);
            colour(p->c, p->paper->areas[s->area].colour, strength(s, ring));
            cairo_new_path(p->c);
            cairo_arc(p->c, cx, cy, r1, from + wheel_slack(r, r1) - quarter, to - wheel_slack(r, r1) - quarter);
            cairo_arc_negative(p->c, cx, cy, r0, to - wheel_slack(r, r1) - quarter,
                               from + wheel_slack(r, r1) - quarter);
            cairo_close_path(p->c);
            cairo_fill(p->c);
        }
    }
    const double room = r * 0.46;
    double h = text_at(p, p->paper->label, &MIDDLE, -1, 0, room);

    text_at(p, p->paper->label, &MIDDLE, cx - room / 2, cy - h / 2, room);
}

/* --- the grid: a line a skill: its name, eight cells, its level in words
 * ------------------------------------------------------------------------------------------------------------------ */

static double skill_line(struct page *p, const struct paper_skill *s, double x, double y, double w)
{
    double name_w = w - WHEEL_RINGS * CELL - WORDS - 10;
    double h = text_at(p, s->name, &SMALL, x, y, name_w), words_h;
    double cells = x < 0 ? x : x + name_w + 4;

    words_h = text_at(p, s->words, &SMALL, x < 0 ? x : cells + WHEEL_RINGS * CELL + 6, y, WORDS);
    for (int ring = 0; ring < WHEEL_RINGS && x >= 0; ring++) {
        colour(p->c, p->paper->areas[s->area].colour, strength(s, ring));
        cairo_rectangle(p->c, cells + ring * CELL, y + 2, CELL - 1, CELL - 1);
        cairo_fill(p->c);
    }
    return (h > words_h ? h : words_h) + 3;
}

static double area_block(struct page *p, int area, double x, double y, double w)
{
    struct type head = AREA;
    double at = y;

    head.rgb = p->paper->areas[area].colour;
    at += text_at(p, p->paper->areas[area].name, &head, x, at, w) + 2;
    for (int i = 0; i < p->paper->n_skills; i++) {
        if (p->paper->skills[i].area == area) {
            at += skill_line(p, &p->paper->skills[i], x, at, w);
        }
    }
    return at - y + 6;
}

static void grid(struct page *p)
{
    double w = (WIDE - 2 * MARGIN - GUTTER) / 2, all = 0, x = MARGIN, y = p->y, lowest = p->y;
    bool is_second = false;

    for (int i = 0; i < p->paper->n_areas; i++) {
        all += area_block(p, i, -1, 0, w);
    }
    for (int i = 0; i < p->paper->n_areas; i++) {
        double h = area_block(p, i, -1, 0, w);

        if (!is_second && y - p->y + h / 2 > all / 2) {
            is_second = true;
            x += w + GUTTER;
            y = p->y;
        }
        y += area_block(p, i, x, y, w);
        lowest = y > lowest ? y : lowest;
    }
    p->y = lowest;
}

static void first_page(struct page *p)
{
    double x = MARGIN + WHEEL + GUTTER, w = WIDE - MARGIN - x, y;

    p->y = MARGIN;
    paragraph(p, p->paper->title, &TITLE, 14);
    wheel(p, MARGIN, p->y);
    y = p->y + 16;
    y += text_at(p, p->paper->summary, &HEAD, x, y, w) + 12;
    text_at(p, p->paper->words, &BODY, x, y, w);
    p->y += WHEEL + 22;
    grid(p);
}

/* --- the second page
 * ------------------------------------------------------------------------------------------------------------------ */

static void steps(struct page *p)
{
    paragraph(p, p->paper->steps_title, &TITLE, 10);
    for (int i = 0; i < p->paper->n_steps; i++) {
        char number[16];
        double w = WIDE - 2 * MARGIN - 22;

        snprintf(number, sizeof number, "%d", i + 1);
        text_at(p, number, &HEAD, MARGIN, p->y - 1, 20);
        p->y += text_at(p, p->paper->steps[i].title, &STRONG, MARGIN + 22, p->y, w) + 1;
        p->y += text_at(p, p->paper->steps[i].why, &BODY, MARGIN + 22, p->y, w) + 8;
    }
}

static void box(struct page *p, const struct paper_box *b)
{
    const double pad = 10, x = MARGIN + pad, w = WIDE - 2 * (MARGIN + pad);
    double top = p->y;

    p->y += pad;
    p->y += text_at(p, b->title, &HEAD, x, p->y, w) + 2;
    p->y += text_at(p, b->about, &NOTE, x, p->y, w) + 4;
    for (int i = 0; i < b->n_lines; i++) {
        text_at(p, "–", &BODY, x, p->y, 12);
        p->y += text_at(p, b->lines[i], &BODY, x + 12, p->y, w - 12) + 1;
    }
    colour(p->c, EDGE, 1);
    cairo_set_line_width(p->c, 0.7);
    for (int i = 0; i < b->n_blanks; i++) {
        p->y += LINE;
        cairo_move_to(p->c, x, p->y);
        cairo_line_to(p->c, x + w, p->y);
        cairo_stroke(p->c);
    }
    p->y += pad;
    cairo_rectangle(p->c, MARGIN, top, WIDE - 2 * MARGIN, p->y - top);
    cairo_stroke(p->c);
    p->y += 12;
}

static void second_page(struct page *p)
{
    p->y = MARGIN;
    steps(p);
    p->y += 6;
    for (int i = 0; i < p->paper->n_boxes; i++) {
        box(p, &p->paper->boxes[i]);
    }
    paragraph(p, p->paper->about, &NOTE, 0);
}

/* --- the file
 * ------------------------------------------------------------------------------------------------------------------ */

/* What is too long for a page is drawn smaller: first where nobody sees it, to know how high it is. */
static void page(cairo_surface_t *pdf, const struct paper *paper, void (*draw)(struct page *p))
{
    cairo_surface_t *nowhere = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
    struct page p = {.c = cairo_create(nowhere), .paper = paper};
    double fits;

    draw(&p);
    fits = (HIGH - MARGIN) / p.y;
    cairo_destroy(p.c);
    cairo_surface_destroy(nowhere);
    p.c = cairo_create(pdf);
    if (fits < 1) {
        cairo_translate(p.c, WIDE * (1 - fits) / 2, 0);
        cairo_scale(p.c, fits, fits);
    }
    draw(&p);
    cairo_show_page(p.c);
    cairo_destroy(p.c);
}

static cairo_status_t take(void *ctx, const unsigned char *bytes, unsigned n)
{
    struct buf *pdf = ctx;

    if (pdf->len + n > PAPER_PDF_MAX) {
        return CAIRO_STATUS_WRITE_ERROR;
    }
    buf_add(pdf, bytes, n);
    return CAIRO_STATUS_SUCCESS;
}

bool paper_draw(const struct paper *paper, struct buf *pdf, struct err *err)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take, pdf, WIDE, HIGH);
    cairo_status_t status;

    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, paper->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, ""); /* else cairo writes today's */
    page(surface, paper, first_page);
    page(surface, paper, second_page);
    cairo_surface_finish(surface);
    status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS || err_set(err, status == CAIRO_STATUS_WRITE_ERROR ? ERR_LIMIT : ERR_STATE,
                                                     "paper: %s", cairo_status_to_string(status));
}
