/* result_paper: the result of a visit as the document of micro2-paper (firmware/workbench/FORMAT.md), in the visitor's
 * language. */
#ifndef M2_RESULT_PAPER_H
#define M2_RESULT_PAPER_H

#include "app.h"

/* Empty where there is no result. */
void result_paper(const struct app *app, struct buf *out);

#endif
