/* paper: what a visitor takes home on paper: the document (FORMAT.md) read strictly, and drawn as two pages of PDF. All
 * words come in the document, in her language. The same document gives the same bytes. Only micro2-paper, a sandboxed
 * child of the station, draws; device/paper.h is the station's side. */
#ifndef M2_WORKBENCH_PAPER_H
#define M2_WORKBENCH_PAPER_H

#include "base/buf.h"
#include "base/wheel.h"

enum {
    PAPER_JSON_MAX = 64 * 1024,
    PAPER_PDF_MAX = 1024 * 1024,
    PAPER_TEXT_MAX = 600, /* bytes of one text */
    PAPER_AREAS_MAX = 8,
    PAPER_SKILLS_MAX = WHEEL_SPOKES_MAX, /* in all areas */
    PAPER_STEPS_MAX = 3,
    PAPER_BOXES_MAX = 4,
    PAPER_LINES_MAX = 12, /* of a box */
    PAPER_BLANKS_MAX = 6,
};

struct paper_skill {
    const char *name, *words;
    int area, level, lo, hi; /* index; 1..8, level 0 = not known */
};
struct paper_area {
    const char *name;
    int colour; /* 0xRRGGBB */
};
struct paper_step {
    const char *title, *why;
};
struct paper_box {
    const char *title, *about;
    const char *lines[PAPER_LINES_MAX];
    int n_lines, n_blanks; /* lines to write on by hand */
};
struct paper {
    struct json *json; /* owns the texts */
    const char *lang, *title, *label, *summary, *words, *steps_title, *about;
    struct paper_area areas[PAPER_AREAS_MAX];
    struct paper_skill skills[PAPER_SKILLS_MAX];
    struct paper_step steps[PAPER_STEPS_MAX];
    struct paper_box boxes[PAPER_BOXES_MAX];
    int n_areas, n_skills, n_steps, n_boxes;
};

/* ERR_FORMAT, ERR_LIMIT; *out is the caller's to paper_release(), also after a failure. */
M2_MUST_CHECK bool paper_parse(const char *text, size_t n, struct paper *out, struct err *err);
void paper_release(struct paper *p);
/* Appended to pdf. ERR_LIMIT: more than PAPER_PDF_MAX. */
M2_MUST_CHECK bool paper_draw(const struct paper *p, struct buf *pdf, struct err *err);

#endif
