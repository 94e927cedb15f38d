/* assess: the adaptive self-assessment. A Gaussian over the 36 competence levels and the learner's over-claim; each
 * question is the one that teaches most about the whole profile. The model, its numbers and the source of every
 * formula: ALGORITHM (assessment engine, version assess-bank-1); golden numbers in tests/data/assess. Doubles
 * throughout, no contraction, only exp, log, sqrt, erfc, pow. A session allocates nothing. Threads: one session, one
 * thread; a bank does not change once loaded. */
#ifndef M2_LEARN_ASSESS_H
#define M2_LEARN_ASSESS_H

#include "base/json.h"
#include "base/rng.h"
#include <stdint.h>

enum {
    ASSESS_COMPETENCES_MAX = 40,
    ASSESS_STATE_MAX = ASSESS_COMPETENCES_MAX + 1, /* and the over-claim */
    ASSESS_ITEMS_MAX = 400,
    ASSESS_SCORES_MAX = 4, /* scores 0..3 */
    ASSESS_ANSWERS_MAX = 99,
    ASSESS_ID_MAX = 40,
    ASSESS_CONTEXTS_MAX = ASSESS_ITEMS_MAX,
    ASSESS_LEVELS = 8,
};
#define ASSESS_CLAIM "claim" /* the over-claim, where a competence could stand */

enum assess_type { ASSESS_SR, ASSESS_KM, ASSESS_SM, ASSESS_ST, ASSESS_TYPES };

struct assess_type_model {
    double a, c, off[3], se, noise2, seconds, random[ASSESS_SCORES_MAX];
    int n_steps;
    bool is_self;
};

struct assess_model {
    double mean_digital, mean_business; /* prior mean level of the frameworks DC and EC */
    double var_general, var_framework, var_area, var_own, claim_mean, claim_var;
    struct assess_type_model type[ASSESS_TYPES];
    double k2, time_power, near_best, min_gain, context_factor, careless_prior;
    double fast_fraction, fast_evidence, slow_evidence, time_evidence_min, time_evidence_max, range_mass;
    int max_per_competence, max_self_per_competence, max_self_percent;
};

struct assess_competence {
    char id[ASSESS_ID_MAX], area[ASSESS_ID_MAX], framework[ASSESS_ID_MAX];
    double prior_mean;
};

struct assess_item {
    char id[ASSESS_ID_MAX];
    int competence; /* index */
    enum assess_type type;
    int context; /* number of the shared situation, 0 = none */
    double a, c, threshold[3], seconds, cost, cost_again;
    int n_scores; /* 2 or 4 */
};

struct assess_bank { /* about 60 KiB; heap or static */
    struct assess_model model;
    struct assess_competence competence[ASSESS_COMPETENCES_MAX];
    int n_competences;
    struct assess_item item[ASSESS_ITEMS_MAX];
    int n_items;
    char context[ASSESS_CONTEXTS_MAX][ASSESS_ID_MAX];
    int n_contexts;
};

struct assess_session {
    const struct assess_bank *bank; /* borrowed */
    double m[ASSESS_STATE_MAX], p[ASSESS_STATE_MAX][ASSESS_STATE_MAX], prior[ASSESS_STATE_MAX],
        weight[ASSESS_COMPETENCES_MAX];
    bool asked[ASSESS_ITEMS_MAX];
    int count[ASSESS_COMPETENCES_MAX], selfs[ASSESS_COMPETENCES_MAX], n_selfs;
    struct {
        int item;
        double move[ASSESS_COMPETENCES_MAX]; /* how far the answer moved each mean */
    } trail[ASSESS_ANSWERS_MAX];
    int answered, max_items, last_context, pending; /* pending: item chosen and not yet answered, -1 = none */
    uint64_t seed;
    struct rng rng;
    double log_odds, time_evidence;
};

struct assess_answer {
    int item, score;
    int64_t ms; /* how long the question was looked at; 0 = not known */
};

/* Questions answered, one after the other, to items answered: a situation counts when its last part is. Zeroed is
 * before the first. choice: place on the scale (below 0 = not sure) of a self-report; else is_right counts. True when
 * the item is whole; *out is then its answer. */
enum { ASSESS_PARTS = 3 };
struct assess_parts {
    int item, n, n_right; /* item + 1, so that zeroed is none */
    int64_t ms;
};
bool assess_part(struct assess_parts *parts, const struct assess_bank *bank, int item, int choice, bool is_right,
                 int64_t ms, struct assess_answer *out);

/* The model of ALGORITHM.md. */
void assess_model_default(struct assess_model *m);

/* A bank from its JSON form (format assess-bank-1). lang picks calibrated values of that language; "" = none. Bad input
 * is ERR_FORMAT or ERR_LIMIT naming item and field, and *bank is untouched. */
M2_MUST_CHECK bool assess_bank_load(const struct json *root, const char *lang, struct assess_bank *bank,
                                    struct err *err);

/* The same built row by row, from a container's tables: begin, competences, items, in bank order. */
void assess_bank_begin(struct assess_bank *bank);
M2_MUST_CHECK bool assess_bank_add_competence(struct assess_bank *bank, const char *id, const char *area,
                                              const char *framework, struct err *err);
/* What calibration found; NAN = nothing yet: then b is level - 0.5, se and a are the type's. */
struct assess_measured {
    double b, se, a; /* place in levels, its standard error, slope */
};
/* seconds 0 = the type's own; measured NULL = nothing yet. */
M2_MUST_CHECK bool assess_bank_add_item(struct assess_bank *bank, const char *id, const char *competence,
                                        const char *type, int level, const char *context, double seconds,
                                        const struct assess_measured *measured, struct err *err);
/* Where people stand before they answer: of a competence, or of the over-claim ("claim"). Finite, else ERR_FORMAT. */
M2_MUST_CHECK bool assess_bank_set_prior(struct assess_bank *bank, const char *id, double mean, struct err *err);
int assess_bank_find(const struct assess_bank *bank, const char *item_id); /* -1 = not there */
int assess_bank_competence(const struct assess_bank *bank, const char *competence_id);

void assess_start(struct assess_session *s, const struct assess_bank *bank, uint64_t seed, int max_items);
/* Weights 0 leaves a competence out, more than 1 digs deeper. Before the first question. Negative or not finite:
 * ERR_FORMAT. */
M2_MUST_CHECK bool assess_set_weight(struct assess_session *s, int competence, double weight, struct err *err);
/* Index of the next item, the same until it is answered; -1 = over. */
int assess_next(struct assess_session *s);
/* Unknown item, score out of range or item answered before: ERR_USAGE, nothing changes. probability (may be NULL): of
 * that score, before. */
M2_MUST_CHECK bool assess_answer(struct assess_session *s, struct assess_answer answer, double *probability,
                                 struct err *err);
/* Start again with the same seed and length and give these answers, each after the choice the session would make. */
M2_MUST_CHECK bool assess_replay(struct assess_session *s, const struct assess_answer *answers, int n, struct err *err);

struct assess_view {
    double mean, sd;
    int level, band, lo, hi, asked; /* 1..8, 1..4, 1..8, 1..8, own items answered */
};
void assess_result(const struct assess_session *s, int competence, struct assess_view *out);
double assess_careless(const struct assess_session *s);
void assess_overclaim(const struct assess_session *s, double *mean, double *sd);
/* The answers that moved a competence most, largest first, first asked first on a tie: indexes into trail. Returns how
 * many, up to max. */
int assess_explain(const struct assess_session *s, int competence, int *trail, int max);

/* Parts, for vectors and calibration. */
double assess_sigmoid(double x);
double assess_node_weight(int j); /* j = 0..24 */
void assess_moments(const struct assess_item *item, double mu, double v, double s0[ASSESS_SCORES_MAX],
                    double s1[ASSESS_SCORES_MAX], double s2[ASSESS_SCORES_MAX]);
double assess_gain(const struct assess_session *s, int item);
/* p_out: probability of each of the 8 levels; may be NULL. */
void assess_level(double mean, double sd, double mass, int *level, int *lo, int *hi, double p_out[ASSESS_LEVELS]);
struct assess_row {
    double mu, v;
    int score;
};
/* MAP shift of an item's difficulty at the office; item->a must be without the uncertainty of b. */
void assess_calibrate_shift(const struct assess_item *item, const struct assess_row *rows, int n, double se0,
                            double *shift, double *se);
/* Where the item meets the visitor before the answer: mean and variance of her position. */
void assess_position(const struct assess_session *s, int item, double *mu, double *v);
/* Item with explicit standard error, for calibration. */
M2_MUST_CHECK bool assess_item_make(const struct assess_model *model, const struct json *row, const char *lang,
                                    struct assess_item *out, struct err *err);

#endif
