/* quiz: the order of a question's choices, dealt by chance. */
#include "learn/quiz.h"
#include <assert.h>
#include <stddef.h>

#include "base/banned.h"

void quiz_in_order(struct quiz *q, const struct lib_question *question)
{
    q->question = question;
    q->n = question->n_choices < QUIZ_CHOICES_MAX ? question->n_choices : QUIZ_CHOICES_MAX;
    for (int i = 0; i < q->n; i++) {
        q->order[i] = i;
    }
}

void quiz_deal(struct quiz *q, const struct lib_question *question, struct rng *r)
{
    quiz_in_order(q, question);
    rng_shuffle(r, q->order, q->n);
}

static const struct lib_choice *choice_at(const struct quiz *q, int shown)
{
    assert(shown >= 0 && shown < q->n);
    return &q->question->choices[q->order[shown]];
}

const char *quiz_text(const struct quiz *q, int shown)
{
    return choice_at(q, shown)->text;
}

const char *quiz_feedback(const struct quiz *q, int shown)
{
    return choice_at(q, shown)->feedback;
}

bool quiz_is_right(const struct quiz *q, int shown)
{
    return choice_at(q, shown)->is_right;
}

int quiz_right(const struct quiz *q)
{
    for (int i = 0; i < q->n; i++) {
        if (quiz_is_right(q, i)) {
            return i;
        }
    }
    return -1;
}
