/* content_glyphs: asks the font files. */
#include "content_glyphs.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "shelf/fonts.h"
#include <ft2build.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include FT_FREETYPE_H

#include "base/banned.h"

enum { PATH_BYTES = 1024, ASCII_END = 0x7F };

struct glyphs {
    FT_Library library;
    FT_Face face[FONTS_N]; /* NULL = not on this machine */
};

static FT_Face open_face(struct glyphs *g, const char *name)
{
    FT_Face face = NULL;

    for (int i = 0; i < FONTS_DIRS; i++) {
        char path[PATH_BYTES];

        snprintf(path, sizeof path, "%s/%s", fonts_dirs[i], name);
        if (FT_New_Face(g->library, path, 0, &face) == 0) {
            return face;
        }
    }
    return NULL;
}

bool glyphs_open(struct glyphs **out, struct err *err)
{
    struct glyphs *g = mem_alloc(sizeof *g);

    if (FT_Init_FreeType(&g->library) != 0) {
        free(g);
        return err_set(err, ERR_IO, "fonts: FreeType does not start");
    }
    for (int i = 0; i < FONTS_N; i++) {
        g->face[i] = open_face(g, fonts_faces[i].regular);
    }
    if (!g->face[0]) {
        glyphs_close(g);
        return err_set(err, ERR_NOT_FOUND, "font '%s': not on this machine; install the package fonts-noto-core",
                       fonts_faces[0].regular);
    }
    *out = g;
    return true;
}

static bool is_drawn(const struct glyphs *g, uint32_t c)
{
    if (c <= ASCII_END || c == 0xA0 || fonts_is_joiner(c) || fonts_is_direction(c)) {
        return true;
    }
    for (int i = 0; i < FONTS_N; i++) {
        if (g->face[i] && FT_Get_Char_Index(g->face[i], c) != 0) {
            return true;
        }
    }
    return false;
}

void glyphs_check(struct glyphs *g, const char *text, const char *file, struct report *report)
{
    const char *end = text + strlen(text);
    int line = 1, told = 0;

    while (text < end) {
        const char *at = text;
        uint32_t c = utf8_next(&text, end);

        if (c == '\n') {
            line++;
        } else if (told != line && !is_drawn(g, c)) {
            report_error(report, file, line, "no font of the station has '%.*s' (U+%04X); write it another way",
                         (int)(text - at), at, (unsigned)c);
            told = line;
        }
    }
}

void glyphs_close(struct glyphs *g)
{
    if (g) {
        for (int i = 0; i < FONTS_N; i++) {
            if (g->face[i]) {
                FT_Done_Face(g->face[i]);
            }
        }
        FT_Done_FreeType(g->library);
        free(g);
    }
}
