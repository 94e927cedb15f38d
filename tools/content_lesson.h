/* content_lesson: one language of a lesson: front matter between two lines '---', then pages of CommonMark cut by lines
 * '---'. */
#ifndef M2_TOOLS_CONTENT_LESSON_H
#define M2_TOOLS_CONTENT_LESSON_H

#include "base/arena.h"
#include "content_lines.h"
#include "learn/lesson.h"

enum {
    LESSON_TEXT_MAX_BYTES = 1 << 17,
    LESSON_LIST_MAX = 24, /* competences, processes, outcomes, sources */
    LESSON_PAGES_MIN = 3,
    LESSON_PAGES_MAX = 6,
    LESSON_PAGE_WORDS_MAX = 90,
    LESSON_SENTENCE_WORDS_MAX = 15, /* on average over a lesson (A61) */
    LESSON_PICTURES_MAX = 32,       /* a station opens no lesson with more */
    LESSON_OUTCOMES_MAX = 3,
    LESSON_OUTCOME_WORDS_MAX = 22,
};

struct content_list {
    const char *text[LESSON_LIST_MAX];
    const char *edition[LESSON_LIST_MAX]; /* of competences: "2.2"; else NULL */
    int n, line;
};

struct content_page {
    const char *markdown;
    struct lesson_page page;
    int line, n_words;
    int n_sentences; /* A heading or a line of a list counts as one. */
};

struct lesson_text {
    const char *id, *title;
    int minutes, eqf, n_pages;
    struct content_list competences, processes, outcomes, sources;
    struct content_page pages[LESSON_PAGES_MAX];
};

/* Tells faults to the report; *out holds what could be read. All in the arena. False when nothing is usable. */
bool content_lesson_parse(const char *text, size_t n, const char *file, struct arena *arena, struct report *report,
                          struct lesson_text *out);

#endif
