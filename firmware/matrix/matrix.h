/* matrix: the Digital Microenterprise Matrix: where a person stands, by area of competence and by business process.
 * Levels 1..8 are weighted means of competence levels; bands 1..4 are shown as words, never as numbers. Pure functions
 * of their input. */
#ifndef M2_MATRIX_MATRIX_H
#define M2_MATRIX_MATRIX_H

#include "shelf/library.h"

enum {
    MATRIX_AREAS_MAX = 8,
    MATRIX_PROCESSES_MAX = 8,
    MATRIX_COMPETENCES_MAX = 40,
    MATRIX_LEVELS = 8,
    MATRIX_PICKS = 3
};

struct matrix_cell {
    const char *id;  /* area code or process id, borrowed from the view */
    double mean;     /* for ordering only, never shown */
    int level, band; /* 1..8, 1..4 */
};

struct matrix {
    struct matrix_cell area[MATRIX_AREAS_MAX], process[MATRIX_PROCESSES_MAX];
    struct matrix_cell cell[MATRIX_PROCESSES_MAX][MATRIX_AREAS_MAX]; /* id: the area's; level 0 = the process weighs no
                                                                        competence of the area */
    int n_areas, n_processes;
    int level, band;                                    /* of the whole */
    int strongest[MATRIX_PICKS], weakest[MATRIX_PICKS]; /* indexes of competences, best and weakest first */
    const char *start_area;                             /* the weakest area: the place to start */
};

/* mean[i]: level of view->competences[i] as the engine believes it. */
void matrix_make(const struct lib_view *view, const double *mean, struct matrix *out);
/* How much a process weighs a competence, 0 = not at all. */
int matrix_weight(const struct lib_process *process, const char *competence);
/* Whether the process weighs any competence of the area: else their cell has no level. */
bool matrix_is_counted(const struct lib_view *view, const struct lib_process *process, const struct lib_area *area);
/* Whether a lesson, tool or workshop helps in a cell: it serves the process and a competence of the area, or one that
 * the process weighs. */
bool matrix_helps(const struct lib_view *view, const char *const *serves, int n_serves,
                  const struct lib_process *process, const struct lib_area *area);
int matrix_level(double mean); /* floor(mean + 0.5) within 1..8 */
int matrix_band(int level);    /* (level + 1) / 2 */

#endif
