/* text: paragraphs in any script. Runs by direction (fribidi), script and font that has the glyphs; line breaks by
 * libunibreak; shaping by SDL2_ttf with script and direction set per run. SDL2_ttf's own wrapping is not used. Main
 * thread only. Sizes are pixels of the em square; colours 0xRRGGBB. A bounded cache keeps drawn runs. */
#ifndef M2_KIT_TEXT_H
#define M2_KIT_TEXT_H

#include "base/err.h"
#include <SDL2/SDL.h>
#include <stdint.h>

enum { TEXT_LINES_MAX = 400, TEXT_CACHE_RUNS = 512, TEXT_CACHE_BYTES = 6 * 1024 * 1024, TEXT_BYTES_MAX = 16384 };

/* font_dir NULL: the standard folders of Debian's Noto. A font that is missing or cannot be read is an error that names
 * it. */
M2_MUST_CHECK bool text_init(const char *font_dir, struct err *err);
void text_quit(void);
void text_forget(void); /* wipes the cache of drawn runs: a visit ended */

enum text_align { TEXT_START, TEXT_CENTER, TEXT_FINISH };

struct text_span { /* bytes [from, to) of the text, rising, not overlapping */
    int from, to;
    bool is_bold; /* emphasis is drawn bold too: italics read badly on small panels */
};

struct text_style {
    int px; /* em size */
    bool is_bold;
    double leading; /* line height as a multiple of px: 1.35 on screens, 1.5 in lessons */
    enum text_align align;
    bool is_rtl;      /* direction of the screen's language: where "start" is, and of text without letters */
    const char *lang; /* for line breaks, "en" */
    const struct text_span *spans; /* NULL = none */
    int n_spans;
    int mark_from, mark_to; /* the word being read aloud; equal = none */
};

int text_line_height(const struct text_style *style);
/* Width of the longest line when broken at '\n' alone. */
int text_width(const char *text, const struct text_style *style);
/* Width of the longest piece that cannot be broken. */
int text_min_width(const char *text, const struct text_style *style);
/* Lines at this width. */
int text_lines(const char *text, const struct text_style *style, int width);
/* Draws into the box at x, y of the given width, clipped by the surface's clip rectangle; mark_colour for the marked
 * word's ground. */
void text_draw(SDL_Surface *canvas, const char *text, const struct text_style *style, int x, int y, int width,
               uint32_t colour, uint32_t mark_colour);

/* The first character no font here has, 0 = all are covered. */
uint32_t text_missing(const char *text);

struct text_stats {
    int64_t hits, misses, evictions;
    int n_runs, bytes;
};
struct text_stats text_stats(void);

#endif
