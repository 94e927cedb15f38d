/* calibrate: numbers of the bank re-estimated from collected answers (ALGORITHM 7). Every session is run through the
 * engine; what an answer was expected to be, and was, moves the item. Estimates shrink towards the author's level: few
 * answers change little. The authors' levels stay the anchor of each competence, so that the scale cannot drift. Pure:
 * no files, no clock; the same sessions give the same numbers. */
#ifndef M2_LEARN_CALIBRATE_H
#define M2_LEARN_CALIBRATE_H

#include "learn/assess.h"

enum {
    CALIBRATE_MIXED = -1, /* the language of a session that went on in another one */
    CALIBRATE_LANGUAGES_MAX = 8,
    CALIBRATE_ROUNDS = 5,
    CALIBRATE_SESSIONS_PRIORS = 50,  /* fewer: nothing is estimated, ERR_STATE */
    CALIBRATE_SESSIONS_ITEMS = 1000, /* fewer: only where people stand before they answer */
    CALIBRATE_ANSWERS_ITEM = 30, /* of an item, fewer: it keeps its author's numbers; in a language: it is new there */
    CALIBRATE_ANSWERS_LANGUAGE =
        100, /* of an item in a language, more than this: may differ there, is looked at for misfit */
    CALIBRATE_ANSWERS_SLOPE = 400, /* of an item, more than this: its slope too */
    CALIBRATE_HELD_BACK = 5,       /* every fifth part, the last, judges what the others taught */
    CALIBRATE_SESSIONS_MAX = 1000000,
};
#define CALIBRATE_SHIFT_SD       0.5  /* of an author's guess, in levels */
#define CALIBRATE_SLOPE_SD       0.25 /* of log slope around the type's */
#define CALIBRATE_SLOPE_MIN      0.2  /* no slope is less, or more, */
#define CALIBRATE_SLOPE_MAX      3.0
#define CALIBRATE_SE_MIN         0.01 /* and no place surer, however many the answers: content takes no other */
#define CALIBRATE_MISFIT_LOW     0.75 /* squared surprise over what was expected: below, answers are too regular */
#define CALIBRATE_MISFIT_HIGH    1.33 /* above: answers have little to do with the competence */
#define CALIBRATE_DIFFERS_SE     2.0  /* a language differs when its shift is so many standard errors, */
#define CALIBRATE_DIFFERS_LEVELS 0.3  /* and so many levels */

struct calibrate_session {
    const struct assess_answer *answer; /* in the order they were given; item: index in the bank; borrowed */
    int n, lang;                        /* lang 0..n_languages - 1, or CALIBRATE_MIXED: it is no witness of what differs
                                           by language */
};

/* An item's numbers for all languages and for each: NAN where there are none. One without numbers of its own, where
 * there are numbers for all, has those, in doubt as a new translation is (LIBRARY_TRANSLATION_SE); in[].a is NAN. */
struct calibrate_numbers {
    struct assess_measured all, in[CALIBRATE_LANGUAGES_MAX];
};

struct calibrate_item {
    int level;                                  /* in: its author's */
    struct calibrate_numbers now;               /* in: the hubs', if has_now */
    struct calibrate_numbers found;             /* out; NAN where answers were too few */
    bool is_different[CALIBRATE_LANGUAGES_MAX]; /* out: the language has a place of its own, not that of all */
    int n, n_in[CALIBRATE_LANGUAGES_MAX];       /* out: answers; n_in: of sessions in one language */
    double misfit;                              /* out: NAN where answers were too few */
};

struct calibrate {
    const struct assess_bank *bank; /* in: as the authors wrote it, without measured numbers; borrowed */
    int n_languages;
    struct calibrate_item item[ASSESS_ITEMS_MAX];
    bool has_now; /* in: the hubs have numbers of an earlier calibration; else they have the authors' */
    double prior_now[ASSESS_STATE_MAX]; /* in, if has_now; as prior */
    double prior[ASSESS_STATE_MAX];     /* out: of the competences, and last the over-claim */
    int n_sessions, n_careless; /* out: those that counted, and those that did not: careless by the authors' numbers */
    int64_t n_answers;
    bool has_items; /* out: enough sessions for items */
    /* out: mean log chance of the answers held back, with the authors' numbers, those the hubs have now, the new ones
     */
    double authors, present, after;
};

/* c: bank, n_languages, item[].level are set, and what the hubs have now. is_better tells whether the new numbers
 * expected the held-back answers better than the authors' do, and than those of the hubs, although those may have been
 * taught by some of them: a bank goes out only then. Which sessions judge depends on their order alone, which should be
 * that of no hub and no time. ERR_STATE: too few sessions; ERR_LIMIT: too many; ERR_FORMAT: a session that this
 * bank could not have had. */
M2_MUST_CHECK bool calibrate(struct calibrate *c, const struct calibrate_session *sessions, int n, bool *is_better,
                             struct err *err);

#endif
