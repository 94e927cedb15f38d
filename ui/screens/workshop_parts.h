/* workshop_parts: the parts of a workshop as a list, each with its minutes on a badge. */
#ifndef M2_WORKSHOP_PARTS_H
#define M2_WORKSHOP_PARTS_H

#include "app.h"

/* now: the part that is on show; -1 = none yet. */
void workshop_parts(const struct lib_workshop *w, int now, struct ui *ui);

#endif
