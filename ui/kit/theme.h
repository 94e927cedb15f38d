/* theme: colours by name in three themes, type sizes, areas. One table; a test computes every contrast that
 * ACCESSIBILITY A10 to A12 names. Colours are 0xRRGGBB. */
#ifndef M2_KIT_THEME_H
#define M2_KIT_THEME_H

#include <stdint.h>

enum theme_id { THEME_PAPER, THEME_NIGHT, THEME_CONTRAST, THEME_N };
extern const char *const theme_names[THEME_N]; /* "paper", "night", "contrast" */

/* The eight areas, everywhere the same colour; AREA_NONE takes the green of `go`. */
enum theme_area { AREA_NONE, AREA_D1, AREA_D2, AREA_D3, AREA_D4, AREA_D5, AREA_E1, AREA_E2, AREA_E3, AREA_N };

enum theme_colour {
    COLOUR_PAPER, /* ground */
    COLOUR_CARD,  /* things that lie on it */
    COLOUR_INK,   /* questions, answers, lesson text: >= 7:1 */
    COLOUR_INK2,  /* captions: >= 4.5:1 */
    COLOUR_EDGE,  /* outlines of what can be touched: >= 3:1 on paper and card */
    COLOUR_LINE,  /* separators, the empty part of a bar */
    COLOUR_GO,    /* the main action */
    COLOUR_ON_GO, /* text on it */
    COLOUR_DARK,  /* "I am finished" */
    COLOUR_ON_DARK,
    COLOUR_NOTE, /* warm ground: "leave the stick in" */
    COLOUR_NOTE_EDGE,
    COLOUR_RING,    /* focus, outer */
    COLOUR_RING_IN, /* focus, inner: contrasts with the ring, so that it shows on any ground */
    COLOUR_MARK,    /* ground of the word being read aloud */
    COLOUR_N
};

uint32_t theme_colour(enum theme_id theme, enum theme_colour colour);
uint32_t theme_area_colour(enum theme_id theme, enum theme_area area);
/* The area at 15 % on paper: grounds of tiles, chips, chosen answers. */
uint32_t theme_tint(enum theme_id theme, enum theme_area area);
/* "D4" to AREA_D4; anything else AREA_NONE. */
enum theme_area theme_area_of(const char *code);
/* share 0..1 of `over` on `under`. */
uint32_t theme_mix(uint32_t under, uint32_t over, double share);
/* WCAG 2.2 contrast ratio, 1..21. */
double theme_contrast(uint32_t a, uint32_t b);

#endif
