/* content_bank: is the assessment's bank whole, fair and plain? Every kind of item for every competence; no right
 * answer that gives itself away by its length; short sentences and none of the hard words of locale/hard-words.csv.
 * Findings go to the report, as all of content_check's. */
#ifndef M2_TOOLS_CONTENT_BANK_H
#define M2_TOOLS_CONTENT_BANK_H

#include "base/buf.h"
#include "content.h"
#include "learn/assess.h"

enum {
    BANK_SENTENCE_WORDS_MAX = 25, /* of a stem, a statement or a feedback */
    BANK_ANSWER_LETTERS_MAX = 80, /* some languages need more than others */
    BANK_CLUE_PERCENT = 125,      /* the right answer may be this long, of the longest other one */
    BANK_CLUE_LETTERS = 8,        /* and so many letters longer whatever the percentage is */
    BANK_LONGEST_PERCENT = 40, /* of all questions in a language where the right answer is the longest; by chance: 25 */
    BANK_SHORT_WORDS_MAX = 24, /* of a question with its answers that is soon read: 23 s at 100 words a minute */
    BANK_LONGEST_FROM = 40,    /* questions, below which a share says nothing */
};

void content_bank_check(struct content *c, struct report *r);
/* Of any text: no sentence over BANK_SENTENCE_WORDS_MAX, no hard word of its language. what: how the finding calls it.
 */
void content_plain_check(struct content *c, struct report *r, const char *file, int lang, int line, const char *what,
                         const char *text);
/* The bank as its authors wrote it, without what calibration found. The content is in order. */
M2_MUST_CHECK bool content_bank_make(const struct content *c, struct assess_bank *out, struct err *err);
/* The bank as `micro2 assess --serve` loads it: assess-bank-1 (ALGORITHM 6), with what calibration found. */
void content_bank_json(const struct content *c, struct buf *text);
/* Counts of items by competence and kind, with the levels they have: one line a competence. */
void content_bank_table(struct content *c, struct buf *out);

#endif
