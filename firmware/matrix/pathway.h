/* pathway: the three next steps: lessons that serve what a person needs most, most useful first, each with the
 * competence that speaks for it. Deterministic; explained by competence. */
#ifndef M2_MATRIX_PATHWAY_H
#define M2_MATRIX_PATHWAY_H

#include "shelf/library.h"

enum { PATHWAY_STEPS = 3 };

struct pathway_step {
    const struct lib_module *module; /* borrowed from the view */
    const struct lib_lesson *lesson;
    const char *competence; /* the weakest one it serves */
};
struct pathway {
    struct pathway_step step[PATHWAY_STEPS];
    int n;
};

/* mean as for matrix_make; is_done tells lessons to leave out. At most one lesson of a module is a step while other
 * modules have any; then a module's lessons follow in order. */
void pathway_make(const struct lib_view *view, const double *mean, bool (*is_done)(void *ctx, const char *lesson),
                  void *ctx, struct pathway *out);

#endif
