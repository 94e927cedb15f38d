/* stick_cargo: the containers a stick carries: those of the office's that some hub it goes to lacks, by what the hubs
 * said last; the catalogue lists all. */
#ifndef M2_TOOLS_STICK_CARGO_H
#define M2_TOOLS_STICK_CARGO_H

#include "ledger.h"
#include "office.h"
#include "shelf/catalog.h"
#include "target.h"

struct stick_cargo {        /* zeroed is empty; stick_cargo_release() gives it back */
    struct catalog catalog; /* the newest version of each */
    bool *is_wanted;        /* of its entries: some hub lacks it */
    bool *is_there;         /* it lies on the stick with these bytes */
    struct buf outdated;    /* names on the stick of what no hub needs, each with its NUL */
};

/* packs: the folder of containers, each verified. hubs: as for stick_next_hub(). Nothing is asked of a stick. */
M2_MUST_CHECK bool stick_cargo_plan(const struct office *o, struct ledger *l, const char *packs,
                                    const char *const *hubs, struct stick_cargo *c, struct err *err);
/* What of it lies on this stick, and what should go. *bytes: by how much more it will hold, in whole units; may be
 * negative. */
M2_MUST_CHECK bool stick_cargo_look(struct target *t, int64_t unit, struct stick_cargo *c, int64_t *bytes,
                                    struct err *err);
/* Removes what should go; writes what is wanted and not there: *bytes of containers, of which the stick holds *n. */
M2_MUST_CHECK bool stick_cargo_put(struct target *t, const char *packs, const struct stick_cargo *c, int64_t *bytes,
                                   int *n, struct err *err);
M2_MUST_CHECK bool stick_cargo_put_catalog(struct office *o, struct ledger *l, struct target *t, struct stick_cargo *c,
                                           struct err *err);
void stick_cargo_release(struct stick_cargo *c);

#endif
