/* content_gift: questions in the subset of Moodle GIFT that this project writes (content/FORMAT.md):
 *   ::ID:: stem { =right #feedback ~wrong #feedback … }      a choice: 2 to 8 answers, one right, each with feedback
 *   ::ID:: statement {}                                      a statement of a self-report
 * // begins a comment line, a blank line ends a question, \ escapes ~ = # { } : \. White space runs are one blank.
 * Weights, matching, numbers, general feedback and [format] marks are refused by name. */
#ifndef M2_TOOLS_CONTENT_GIFT_H
#define M2_TOOLS_CONTENT_GIFT_H

#include "base/arena.h"
#include "content_report.h"

enum {
    GIFT_MAX_BYTES = 1 << 20,
    GIFT_ANSWERS_MAX = 8,
    GIFT_QUESTIONS_MAX = 2000,
    GIFT_TEXT_MAX = 1000,
    GIFT_ID_MAX = 63, /* a visit keeps no more of it */
};

struct gift_answer {
    const char *text, *feedback;
    bool is_right;
    int line;
};

struct gift_question {
    const char *id, *stem;
    struct gift_answer *answers;
    int n_answers; /* 0 = a statement */
    int line;
};

struct gift { /* all in the arena it was parsed into */
    struct gift_question *questions;
    int n_questions;
    bool is_broken; /* a fault was told: questions may be missing here that their author wrote */
};

/* Tells faults to the report under the file's name and leaves faulty questions out. */
void gift_parse(const char *text, size_t n, const char *file, struct arena *arena, struct report *report,
                struct gift *out);
const struct gift_question *gift_find(const struct gift *g, const char *id); /* NULL = not there */
int gift_right(const struct gift_question *q);                               /* place of the right answer; -1 = none */

#endif
