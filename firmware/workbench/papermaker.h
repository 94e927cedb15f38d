/* papermaker: the station's side of micro2-paper: a child for each document, behind a worker (kinds 500..). A child
 * that is not there, dies, hangs or gives something else is an answer, too. Nothing is kept. */
#ifndef M2_WORKBENCH_PAPERMAKER_H
#define M2_WORKBENCH_PAPERMAKER_H

#include "base/worker.h"

enum papermaker_kind {
    PAPER_MAKE = 500,
    EV_PAPER_MADE = 550, /* struct ev_paper */
};

struct ev_paper {
    struct message base;
    char *pdf; /* NULL after an error */
    size_t n;
    struct err err;
};

struct papermaker;
M2_MUST_CHECK bool papermaker_start(struct outbox *out, struct papermaker **p, struct err *err);
/* json: the document of FORMAT.md, copied. EV_PAPER_MADE. */
void papermaker_make(struct papermaker *p, const char *json, size_t n, uint64_t ticket);
bool papermaker_is_idle(const struct papermaker *p);
void papermaker_close(struct papermaker *p); /* stops, waits; NULL is fine */

#endif
