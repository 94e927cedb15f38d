/* levels: the eight levels and the four bands in words, and where a visitor stands in them. Levels are never shown as
 * numbers. Main thread only. */
#ifndef M2_LEVELS_H
#define M2_LEVELS_H

#include "kit/ui.h"
#include "learn/visit.h"

const char *level_word(int level);    /* 1..8: "With a little help"; else "" */
const char *level_answer(int i);      /* 0..3, how well a self-report fits: "On my own" */
const char *level_band_30(int level); /* the band of DigComp 3.0 it lies in: "Intermediate" */
/* "Probably between “With help” and “On my own”."; NULL where the range is one level. */
const char *level_range(struct arena *a, int lo, int hi);

/* What the result says of a competence; NULL = no result, or nothing of it. */
const struct visit_competence_result *level_result(const struct visit_result *r, const char *code);
/* "You are here: On my own. Next: In my own way."; level 0 gives "". */
const char *level_here(struct arena *a, int level);
/* The eight steps as a strip in the area's colour. what: whose steps they are. level 0: nothing is filled. */
void level_strip(struct ui *ui, const char *what, enum theme_area area, int level, int lo, int hi, int h_dp);

#endif
