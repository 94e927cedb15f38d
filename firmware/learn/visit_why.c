/* visit_why: which answers put a competence where it stands. */
#include "learn/visit_private.h"
#include <math.h>
#include <string.h>

#include "base/banned.h"

/* Adds what was answered to the item's parts; false = to none. */
static bool add_parts(const struct visit_answered *answered, int n, struct visit_why *w)
{
    bool is_any = false;

    for (int i = 0; i < n; i++) {
        if (!strcmp(answered[i].item, w->item->id)) {
            w->choice = answered[i].choice;
            w->n_right += w->item->questions[0].n_choices && answered[i].is_right;
            is_any = true;
        }
    }
    return is_any;
}

static struct visit_why why(const struct visit *v, int item, double move)
{
    struct visit_why w = {.item = &v->view->items[item], .choice = VISIT_NOT_SURE, .is_up = move > 0};
    bool is_any = add_parts(v->answered, v->n_answered, &w);

    for (int r = 0; r < v->n_retests && !is_any; r++) {
        is_any = add_parts(v->retest[r].answer, v->retest[r].n_answers, &w);
    }
    return w;
}

int visit_why(const struct visit *v, const char *competence, struct visit_why out[VISIT_WHY_MAX])
{
    int c = visit_result(v) ? assess_bank_competence(&v->bank, competence) : -1, trail[VISIT_WHY_MAX], n = 0;

    for (int i = 0, all = c < 0 ? 0 : assess_explain(&v->now, c, trail, VISIT_WHY_MAX); i < all; i++) {
        double move = v->now.trail[trail[i]].move[c];

        if (fabs(move) >= VISIT_WHY_LEAST) {
            out[n++] = why(v, v->now.trail[trail[i]].item, move);
        }
    }
    return n;
}
