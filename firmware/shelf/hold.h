/* hold: staff go back to the version before. The newest version of a container stays on the shelf with an empty file
 * NAME-VERSION.m2k.held beside it: library.h passes it over, a catalogue that lists it brings nothing, and the next
 * higher version replaces it. Only what is on the shelf and verifies can be gone back to; no counter falls (R4).
 * Threads: the installer's. */
#ifndef M2_SHELF_HOLD_H
#define M2_SHELF_HOLD_H

#include "shelf/format.h"
#include "trust/trustlist.h"

#define HOLD_SUFFIX ".held"

bool hold_is_on(const char *shelf_dir, const char *name); /* name = "ID-VERSION.m2k" */
/* Puts the version in use aside. *version: the one in use from now on. ERR_NOT_FOUND: there is none before it, or it
 * does not verify any more; nothing was changed. */
M2_MUST_CHECK bool hold_put(const char *shelf_dir, const struct trustlist *trust, const char *id, int64_t *version,
                            struct err *err);
/* Uses what was put aside again. Nothing put aside is fine. */
M2_MUST_CHECK bool hold_lift(const char *shelf_dir, const char *id, struct err *err);

#endif
