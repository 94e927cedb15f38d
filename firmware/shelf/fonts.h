/* fonts: the font files a station ships, in the order in which they are asked for a glyph. Screens draw with them, and
 * no container is built with a letter that none of them has (ACCESSIBILITY A81). Names are files below fonts_dirs. */
#ifndef M2_SHELF_FONTS_H
#define M2_SHELF_FONTS_H

#include <stddef.h>
#include <stdint.h>

struct font_face {
    const char *regular, *bold; /* bold NULL: the regular file serves both */
};
static const struct font_face fonts_faces[] = {
    {"NotoSans-Regular.ttf", "NotoSans-Bold.ttf"},
    {"NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"},
    {"NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf"},
    {"NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"},
    {"NotoSansSymbols2-Regular.ttf", NULL},
    {"NotoSansMath-Regular.ttf", NULL},
    {"../ancient-scripts/Symbola_hint.ttf", NULL}, /* signs and emoji, in one colour */
};
enum { FONTS_N = sizeof fonts_faces / sizeof *fonts_faces };

static const char *const fonts_dirs[] = {"/usr/share/fonts/truetype/noto", "/usr/local/share/fonts/noto",
                                         "/usr/share/fonts/noto"};
enum { FONTS_DIRS = sizeof fonts_dirs / sizeof *fonts_dirs };

/* Characters without a picture of their own: joiners, choosers of a form, marks of direction, combining marks. */
static inline int fonts_is_joiner(uint32_t c)
{
    return c == 0x200C || c == 0x200D || c == 0xFE0F || c == 0xFE0E || (c >= 0x0300 && c <= 0x036F);
}
static inline int fonts_is_direction(uint32_t c)
{
    return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

#endif
