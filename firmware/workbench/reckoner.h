/* reckoner: the station's side of micro2-compute: a child for each question, behind a worker (kinds 600..), so that
 * main never waits and nothing she typed outlives its answer. A child that is not there, dies, hangs or gives something
 * else is an answer, too: an error. */
#ifndef M2_WORKBENCH_RECKONER_H
#define M2_WORKBENCH_RECKONER_H

#include "base/buf.h"
#include "base/child.h"
#include "base/worker.h"
#include "workbench/tool.h"

enum { RECKON_SILENT_MS = 15000 }; /* a child that says nothing for so long hangs */

/* One question to a child that is spawned where there is none, and ended where it fails: answer gets its line, without
 * the end. values: a JSON object, NULL = what fields there are. Waits. SIGPIPE must be ignored. ERR_IO, ERR_LIMIT,
 * ERR_NOT_FOUND. */
M2_MUST_CHECK bool reckon_ask(struct child *c, const char *program, const char *values, struct buf *answer,
                              struct err *err);

enum reckoner_kind {
    RECKON = 600,
    EV_RECKONED = 650, /* struct ev_reckoned */
};

struct ev_reckoned {
    struct message base;
    struct tool_fields *fields;   /* of a question without values; else, and after an error, NULL */
    struct tool_outputs *outputs; /* of one with values; else, and after an error, NULL */
    struct err err;               /* the text may be the author's: not for a log */
};

struct reckoner;
M2_MUST_CHECK bool reckoner_start(struct outbox *out, struct reckoner **r, struct err *err);
/* Both are copied. EV_RECKONED. */
void reckoner_ask(struct reckoner *r, const char *program, const char *values, uint64_t ticket);
bool reckoner_is_idle(const struct reckoner *r);
void reckoner_close(struct reckoner *r); /* stops, waits; NULL is fine */

#endif
