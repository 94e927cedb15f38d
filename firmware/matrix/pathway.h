/* pathway: what to do next: the three next steps, and a personal path through lessons, tools and workshops, as long as
 * the time there is. Each is needed by how far what it serves lies from the top and by how much that matters to the
 * business. Lessons and tools take turns; a workshop is the step at which an evening is over. Each step has its reason
 * as data, for one sentence on the screen. Deterministic, pure. */
#ifndef M2_MATRIX_PATHWAY_H
#define M2_MATRIX_PATHWAY_H

#include "matrix/business.h"

enum { PATHWAY_STEPS = 3, PATHWAY_PATH_MAX = 12 };

enum pathway_time { PATHWAY_SHORT, PATHWAY_HALF_HOUR, PATHWAY_EVENING, PATHWAY_TIMES };
enum { PATHWAY_SHORT_MINUTES = 15, PATHWAY_HALF_HOUR_MINUTES = 30, PATHWAY_EVENING_MINUTES = 120 };
int pathway_minutes(enum pathway_time time);

enum pathway_kind { PATHWAY_LESSON, PATHWAY_TOOL, PATHWAY_WORKSHOP, PATHWAY_KINDS };

enum pathway_reason {
    PATHWAY_FOLLOWS, /* it goes on from the step before */
    PATHWAY_HARDER,  /* competence: said, and not shown */
    PATHWAY_TRADE,   /* process matters to the trade */
    PATHWAY_BEGUN,   /* process is only just beginning */
    PATHWAY_SKILL,   /* competence alone */
    PATHWAY_PROCESS, /* process alone: the lesson serves no competence */
    PATHWAY_OPEN,    /* the lesson serves nothing the shelf knows */
};

struct pathway_step {
    enum pathway_kind kind;
    const char *id, *title, *icon; /* borrowed from the view, as all that follows */
    int minutes;
    const char **serves;
    int n_serves;
    const struct lib_module *module; /* of PATHWAY_LESSON; else NULL */
    const struct lib_lesson *lesson;
    enum pathway_reason reason;
    const char *competence;            /* what it serves that counts most; "" = none */
    const struct lib_process *process; /* of PATHWAY_TRADE, _BEGUN, _PROCESS; else NULL */
    bool is_lowest;                    /* competence came out lowest: in the process, or with PATHWAY_SKILL of all */
};
struct pathway {
    struct pathway_step step[PATHWAY_PATH_MAX];
    int n;               /* next steps: the first three at most, whatever the time */
    int n_path, minutes; /* the path: as many as the time has room for, the first always; what they take */
};

struct pathway_ask {
    const struct lib_view *view;
    const double *mean;              /* as for matrix_make */
    const struct business *business; /* NULL = nothing said */
    const bool *is_harder;           /* by competence: said and not shown; NULL = none */
    enum pathway_time time;
    bool (*is_done)(void *ctx, enum pathway_kind kind, const char *id); /* what to leave out; NULL = nothing */
    void *ctx;
};
/* At most one lesson of a module is a next step while other modules have any; then by need, wherever they lie. */
void pathway_make(const struct pathway_ask *ask, struct pathway *out);

#endif
