/* content_svg: a picture of the authors, checked against an allow-list and drawn as PNG at build time; the station
 * never sees SVG. */
#ifndef M2_TOOLS_CONTENT_SVG_H
#define M2_TOOLS_CONTENT_SVG_H

#include "content_report.h"
#include <stdint.h>

enum {
    SVG_MAX_BYTES = 1 << 18,
    SVG_PNG_WIDTH = 960,
    SVG_PNG_HEIGHT_MIN = 240, /* flatter, or taller, it is no picture beside a text */
    SVG_PNG_HEIGHT_MAX = 1440,
};

/* Elements and attributes that may be there: shapes, groups, gradients, clips. Text, scripts, styles sheets, pictures,
 * animation, references out of the file are told with their line; so is what cannot be drawn at all, or not in a size
 * of ours. True when nothing was wrong. */
bool content_svg_check(const char *svg, size_t n, const char *file, struct report *report);

/* Of the PNG it would be; false where it is none. */
bool content_svg_size(const char *svg, size_t n, int *width, int *height);
/* SVG_PNG_WIDTH wide; out is cleared first. Codes: ERR_FORMAT, ERR_LIMIT. */
M2_MUST_CHECK bool content_svg_to_png(const char *svg, size_t n, const char *file, struct buf *out, int *width,
                                      int *height, struct err *err);

#endif
