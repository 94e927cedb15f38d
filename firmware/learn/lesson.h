/* lesson: one page of CommonMark as a flat list of blocks that a screen can draw and a voice can say. Lesson text is
 * foreign: what is not in this list (HTML, links, tables, code, quotes, nested lists) is refused. Limits below; fuzzed.
 */
#ifndef M2_LEARN_LESSON_H
#define M2_LEARN_LESSON_H

#include "base/arena.h"
#include "base/buf.h"

enum { LESSON_PAGE_BYTES = 16384, LESSON_BLOCKS_MAX = 64, LESSON_SPANS_MAX = 512 };

enum lesson_block_kind { LESSON_HEADING, LESSON_PARAGRAPH, LESSON_BULLET, LESSON_NUMBER, LESSON_IMAGE };

struct lesson_span {
    const char *text; /* never empty */
    bool is_bold, is_emphasis;
};

struct lesson_block {
    enum lesson_block_kind kind;
    int number;                /* heading: its level 1..6; number: the item's number */
    struct lesson_span *spans; /* a soft line break is a blank, a hard one "\n" */
    int n_spans;
    const char *image, *alt; /* image: the picture's name as written and its description, else NULL */
};

struct lesson_page {
    struct lesson_block *blocks;
    int n_blocks;
};

/* Everything in *out lies in the arena. Codes: ERR_FORMAT with what is not allowed, ERR_LIMIT. */
M2_MUST_CHECK bool lesson_parse(const char *markdown, struct arena *arena, struct lesson_page *out, struct err *err);
/* The words of a block without marks, appended; of an image its description. */
void lesson_block_text(const struct lesson_block *block, struct buf *out);
/* The whole page in reading order, a line a block, appended. */
void lesson_page_text(const struct lesson_page *page, struct buf *out);

#endif
