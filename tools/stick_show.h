/* stick_show: what lies on a stick, in words for people who work in an office. */
#ifndef M2_TOOLS_STICK_SHOW_H
#define M2_TOOLS_STICK_SHOW_H

#include "ledger.h"
#include "office.h"
#include "target.h"

/* Everything that can be told, on stdout; what is wrong and what to do about it on stderr. o and l may be NULL: then no
 * signature is checked and nothing is said of the ledger. Returns the exit code. */
int stick_show(struct target *t, struct office *o, struct ledger *l);

#endif
