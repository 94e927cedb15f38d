/* chart: the steps of one skill in a row (CHART_STRIP: filled up to the level, a dot where one is, a flag on the next)
 * and the matrix wheel: eight areas, a spoke for each competence, eight rings for the levels: solid up to the level,
 * the honest range shaded, the rest soft. And what a tool reckons (chart_plot.c): a bar of parts (CHART_STACK), lines
 * with a marked point (CHART_LINES), bars up and down (CHART_BARS). Drawn sharp at every size; what it says is written
 * and spoken by the screen (ui_chart's value): a text that finds no room in the picture is left out of it. */
#ifndef M2_KIT_CHART_H
#define M2_KIT_CHART_H

#include "base/arena.h"
#include "base/wheel.h"
#include "kit/shape.h"
#include "kit/theme.h"
#include <SDL2/SDL.h>

enum { CHART_SPOKES_MAX = WHEEL_SPOKES_MAX, CHART_RINGS = WHEEL_RINGS };

enum {
    CHART_PARTS_MAX = 12,
    CHART_SERIES_MAX = 2,
    CHART_POINTS_MAX = 24, /* of a series */
};

enum chart_kind { CHART_WHEEL, CHART_STRIP, CHART_STACK, CHART_LINES, CHART_BARS };
enum { CHART_STRIP_GAP_DP = 6 }; /* between its cells: heads above them keep it, too */

struct chart_spoke {
    enum theme_area area;
    enum icon icon;    /* of the area, at the end of its sector: colour is not the only sign (A13) */
    int level, lo, hi; /* 1..8; 0 = not known */
};
struct chart_part {                   /* of a stack, or a bar; texts NULL = none */
    const char *name, *brief, *value; /* brief: where the names of all bars find no room */
    double amount;                    /* of a stack >= 0 */
};
struct chart_series {
    const char *name;
    double x[CHART_POINTS_MAX], y[CHART_POINTS_MAX]; /* x rises */
    int n;
};
struct chart {
    enum chart_kind kind;
    struct chart_spoke spokes[CHART_SPOKES_MAX]; /* in order, clockwise from the top; an area's spokes stand together */
    int n_spokes;
    const char *label; /* in the middle; two or three short words. Of lines: what runs along them */
    struct chart_part parts[CHART_PARTS_MAX];
    int n_parts;
    struct chart_series series[CHART_SERIES_MAX];
    int n_series;
    bool has_mark;
    double mark_x, mark_y;
    const char *mark; /* beside the marked point; NULL = none */
};

struct chart *chart_copy(struct arena *a, const struct chart *chart);
bool chart_same(const struct chart *a, const struct chart *b);
/* Inside the square of side px at x, y. text_px: em size of the label. lang and direction for it. */
void chart_draw(SDL_Surface *canvas, const struct chart *chart, int x, int y, int px, enum theme_id theme, int text_px,
                const char *lang, bool is_rtl);
/* The first spoke as a row of cells that fills the rectangle, gap px apart; the first step where reading begins. */
void chart_draw_strip(SDL_Surface *canvas, const struct chart *chart, SDL_Rect r, int gap, enum theme_id theme,
                      bool is_rtl);
/* A stack, lines or bars, filling the rectangle. text_px: em size of small text. */
void chart_draw_plot(SDL_Surface *canvas, const struct chart *chart, SDL_Rect r, enum theme_id theme, int text_px,
                     const char *lang, bool is_rtl);
/* The colour of a part of a stack: what stands for it beside the chart has it, too. */
enum theme_area chart_part_area(int part);
/* Angles of spoke i, radians clockwise from the top; areas are set apart by a gap. */
void chart_spoke_angles(const struct chart *chart, int i, double *from, double *to);

#endif
