/* content_lines: an author's text line by line, with what lessons and workshops have in common: counting words and
 * sentences, and marks that CommonMark lets pass as text. */
#ifndef M2_TOOLS_CONTENT_LINES_H
#define M2_TOOLS_CONTENT_LINES_H

#include "base/arena.h"
#include "content_report.h"

struct lines {
    const char *at, *end;
    int line; /* of the one that lines_next gave; 0 before the first */
    const char *file;
    struct arena *arena;
    struct report *report;
};

/* The next line as a string of the arena; NULL at the end. */
const char *lines_next(struct lines *r);
/* Without blanks at both ends; of the arena. */
const char *lines_trim(struct arena *a, const char *text);
int content_count_words(const char *text);
/* Ends of sentences, and ends of lines without one. */
int content_count_sentences(const char *text);
/* Tells HTML and tables of a text that begins on this line: CommonMark lets them pass, its author did not mean so. */
void lines_check_marks(const struct lines *r, const char *markdown, int line);

#endif
