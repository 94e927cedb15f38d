/* content_glyphs: is there a letter that no font of a station can draw? The only user of FreeType in micro2. */
#ifndef M2_TOOLS_CONTENT_GLYPHS_H
#define M2_TOOLS_CONTENT_GLYPHS_H

#include "content_report.h"

struct glyphs;

/* The fonts of shelf/fonts.h. ERR_NOT_FOUND, with the package to install, where the first is not on this machine. */
M2_MUST_CHECK bool glyphs_open(struct glyphs **out, struct err *err);
/* Reports the first character of each line of the text that no font has, by file and line. */
void glyphs_check(struct glyphs *g, const char *text, const char *file, struct report *report);
void glyphs_close(struct glyphs *g); /* NULL is fine */

#endif
