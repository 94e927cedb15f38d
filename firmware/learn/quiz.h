/* quiz: one question of a lesson or an item as it is shown: its choices in an order dealt by chance, the right one, the
 * feedback. */
#ifndef M2_LEARN_QUIZ_H
#define M2_LEARN_QUIZ_H

#include "base/rng.h"
#include "shelf/library.h"

enum { QUIZ_CHOICES_MAX = 8 };

struct quiz {
    const struct lib_question *question; /* borrowed */
    int order[QUIZ_CHOICES_MAX];         /* order[shown] = place in the source */
    int n;                               /* 0 for a self-report */
};

/* The same seed and question give the same order. */
void quiz_deal(struct quiz *q, const struct lib_question *question, struct rng *r);
/* As it is written: where the order says something (lines of a message, files of a folder). */
void quiz_in_order(struct quiz *q, const struct lib_question *question);
const char *quiz_text(const struct quiz *q, int shown);
const char *quiz_feedback(const struct quiz *q, int shown);
bool quiz_is_right(const struct quiz *q, int shown);
int quiz_right(const struct quiz *q); /* shown place of the right one; -1 for a self-report */

#endif
