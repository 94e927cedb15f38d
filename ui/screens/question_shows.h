/* question_shows: a question's answers as the thing they are about: lines of a message, files of a folder, a statement,
 * who may see a post, photographs, steps in their order. Radios all of them, named by their text. */
#ifndef M2_QUESTION_SHOWS_H
#define M2_QUESTION_SHOWS_H

#include "kit/ui.h"
#include "learn/visit.h"

/* Whether the answers are more than a list of sentences. */
bool question_is_thing(const struct visit_question *q);
/* Whether the answers stand beside the question, as one thing of its own. */
bool question_is_beside(const struct visit_question *q);
/* What stands between the question and its answers. */
void question_above(const struct visit_question *q, struct ui *ui);
/* Inside the group of answers. pick: the action of a touch, its argument the option. */
void question_thing(const struct visit_question *q, int picked, unsigned off, int pick, struct ui *ui);

#endif
