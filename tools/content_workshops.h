/* content_workshops: packs for somebody who leads an evening of neighbours, content/workshops/ID: read, checked, and
 * put into a container each. The folder may lack. Findings go to the report, as all of content's. */
#ifndef M2_TOOLS_CONTENT_WORKSHOPS_H
#define M2_TOOLS_CONTENT_WORKSHOPS_H

#include "content.h"
#include "content_put.h"
#include "content_read.h"

enum {
    WORKSHOP_PEOPLE_MIN = 2,
    WORKSHOP_PEOPLE_MAX = 40,
    WORKSHOP_PARTS_MIN = 2,
    WORKSHOP_PART_MINUTES_MAX = 40, /* nobody touches the screen meanwhile: below the station's limit (ui/workshop.h) */
};

void content_workshops_load(struct load *l);
void content_workshops_check(struct content *c, struct report *r);
/* "workshop-ID"; of the arena. */
const char *content_workshop_container(struct content *c, const struct content_workshop *w);
void content_workshop_put(struct build *b, const char *container, const struct content_workshop *w);

#endif
