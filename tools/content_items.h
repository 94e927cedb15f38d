/* content_items: items.csv, priors.csv and the questions of each area against each other and against what a station
 * holds. Whether the bank is whole and fair: content_bank.h. Findings go to the report, as all of content_check's. */
#ifndef M2_TOOLS_CONTENT_ITEMS_H
#define M2_TOOLS_CONTENT_ITEMS_H

#include "content.h"

void content_items_check(struct content *c, struct report *r);

#endif
