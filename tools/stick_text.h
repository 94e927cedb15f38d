/* stick_text: the office's small texts on a stick, signed or not, and the hubs that a stick goes to. */
#ifndef M2_TOOLS_STICK_TEXT_H
#define M2_TOOLS_STICK_TEXT_H

#include "office.h"
#include "stick/courier.h"
#include "target.h"

/* name: below MICRO2/. Nothing is written where these bytes are there. */
M2_MUST_CHECK bool stick_put_text(struct target *t, const char *name, const void *bytes, size_t n, struct err *err);
/* And its signature before it, so that a cut leaves no text without one. key, type, id, counter: office_sign(). */
M2_MUST_CHECK bool stick_put_signed(const struct office *o, struct target *t, const char *name, const char *key,
                                    const struct buf *text, const char *type, const char *id, uint64_t counter,
                                    struct err *err);

/* hubs: names, NULL-ended; NULL or none = all. ERR_USAGE: one that is no station of this office. */
M2_MUST_CHECK bool stick_check_hubs(const struct office *o, const char *const *hubs, struct err *err);
/* The stations a stick goes to, one a call; *i begins with 0. NULL behind the last. */
const struct trust_key *stick_next_hub(const struct office *o, const char *const *hubs, int *i);

#endif
