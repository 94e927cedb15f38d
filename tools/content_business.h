/* content_business: trades, what matters to each, the acts a visitor is asked about, and the cells of process and area:
 * every pair once, nothing unknown, short enough. Findings go to the report, as all of content_check's. */
#ifndef M2_TOOLS_CONTENT_BUSINESS_H
#define M2_TOOLS_CONTENT_BUSINESS_H

#include "content.h"

enum {
    TAPS_PER_PROCESS = 2,
    TAP_WORDS_MAX = 10, /* read in a breath */
    MEANS_SENTENCES_MAX = 2,
    MEANS_WORDS_MAX = 30,
    CASE_WORDS_MIN = 35,
    CASE_WORDS_MAX = 60,
    CELL_SENTENCE_WORDS_MAX = 15, /* on average */
};

void content_business_check(const struct content *c, struct report *r);

#endif
