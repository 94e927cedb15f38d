/* said: what a person says and what she showed, kept apart: the engine's own filter over the self-reports alone, and
 * over all other answers alone. Nothing of one is in the other. Pure functions of their input.
 *   said    self-reports at their word: over-claim is taken for nought, not corrected
 *   shown   knowledge, decisions, things done
 * An area's value is the mean of its competences. */
#ifndef M2_LEARN_SAID_H
#define M2_LEARN_SAID_H

#include "learn/assess.h"

enum { SAID_AREAS_MAX = 8 };

/* A careless visit shows less: spreads count as this many times wider, in the shown range and in the result's. */
#define SAID_CARELESS_SPREAD 1.5
/* Two values differ when they lie at least a level apart, and farther than chance would put four in five of them. */
#define SAID_GAP_LEVELS  1.0
#define SAID_GAP_SPREADS 0.84

/* Levels by which answers about oneself are corrected (ALGORITHM 5.5), past which somebody is told: up only where it is
 * known within SAID_CLAIM_SD. */
#define SAID_CLAIM_OVER  2.0
#define SAID_CLAIM_UNDER (-1.0)
#define SAID_CLAIM_SD    1.0

enum said_gap {
    SAID_UNKNOWN, /* one of the two was not asked, or the visit is too careless to tell */
    SAID_FITS,
    SAID_DOES_MORE, /* "You do more than you think" */
    SAID_HARDER,    /* "The practice questions were harder than you expected" */
};
struct said_side {
    double mean, sd;
    int level, lo, hi; /* 1..8 */
    int asked;         /* answers of this kind; 0: the rest is only a guess, not to be shown */
};
struct said_pair {
    const char *id; /* area or competence, borrowed from the bank; "" of the whole */
    struct said_side said, shown;
    enum said_gap gap;
};
struct said {
    struct said_pair area[SAID_AREAS_MAX], competence[ASSESS_COMPETENCES_MAX], whole;
    int n_areas, n_competences;
};

void said_make(const struct assess_bank *bank, const struct assess_answer *answers, int n, bool is_careless,
               struct said *out);
/* Of assess_overclaim()'s values: SAID_HARDER, SAID_DOES_MORE, else SAID_FITS. */
enum said_gap said_of_claim(double mean, double sd);

#endif
