/* chart: the matrix wheel: eight areas, a spoke for each competence, eight rings for the levels: solid up to the level,
 * the honest range shaded, the rest soft. Drawn sharp at every size; what it says is written and spoken by the screen
 * (ui_chart's value). */
#ifndef M2_KIT_CHART_H
#define M2_KIT_CHART_H

#include "base/arena.h"
#include "kit/shape.h"
#include "kit/theme.h"
#include <SDL2/SDL.h>

enum { CHART_SPOKES_MAX = 40, CHART_RINGS = 8 };

enum chart_kind { CHART_WHEEL };

struct chart_spoke {
    enum theme_area area;
    enum icon icon;    /* of the area, at the end of its sector: colour is not the only sign (A13) */
    int level, lo, hi; /* 1..8; 0 = not known */
};
struct chart {
    enum chart_kind kind;
    struct chart_spoke spokes[CHART_SPOKES_MAX]; /* in order, clockwise from the top; an area's spokes stand together */
    int n_spokes;
    const char *label; /* in the middle; two or three short words */
};

struct chart *chart_copy(struct arena *a, const struct chart *chart);
bool chart_same(const struct chart *a, const struct chart *b);
/* Inside the square of side px at x, y. text_px: em size of the label. lang and direction for it. */
void chart_draw(SDL_Surface *canvas, const struct chart *chart, int x, int y, int px, enum theme_id theme, int text_px,
                const char *lang, bool is_rtl);
/* Angles of spoke i, radians clockwise from the top; areas are set apart by a gap. */
void chart_spoke_angles(const struct chart *chart, int i, double *from, double *to);

#endif
