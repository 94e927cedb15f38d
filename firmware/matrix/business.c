/* business: what is said of a business, where that places it, and what it makes worth asking. */
#include "matrix/business.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { TRADE_WEIGHT_MAX = 3 };

void business_tap(struct business *b, const char *id, enum business_answer answer)
{
    int i = 0;

    while (i < b->n_taps && strcmp(b->tap[i].id, id) != 0) {
        i++;
    }
    if (i == BUSINESS_TAPS_MAX) {
        return;
    }
    if (i == b->n_taps) {
        snprintf(b->tap[i].id, sizeof b->tap[i].id, "%s", id);
        b->n_taps++;
    }
    b->tap[i].answer = answer;
}

enum business_answer business_tapped(const struct business *b, const char *id)
{
    for (int i = 0; i < b->n_taps; i++) {
        if (!strcmp(b->tap[i].id, id)) {
            return b->tap[i].answer;
        }
    }
    return BUSINESS_NO_ANSWER;
}

void business_put(const struct business *b, struct json_out *out)
{
    json_put_str(out, "trade", b->trade);
    json_put_int(out, "people", b->people);
    json_begin(out, "taps", '{');
    for (int i = 0; i < b->n_taps; i++) {
        json_put_int(out, b->tap[i].id, b->tap[i].answer);
    }
    json_end(out, '}');
}

void business_take(const struct json *from, struct business *b)
{
    const struct json *taps = json_get(from, "taps");
    int64_t people = json_int(json_get(from, "people"), BUSINESS_UNSAID);

    *b = (struct business){0};
    snprintf(b->trade, sizeof b->trade, "%s", json_str(json_get(from, "trade"), ""));
    b->people =
        people == BUSINESS_ALONE || people == BUSINESS_WITH_OTHERS ? (enum business_people)people : BUSINESS_UNSAID;
    for (int i = 0; i < json_count(taps); i++) {
        int64_t answer = json_int(json_value_at(taps, i), BUSINESS_NO_ANSWER);

        if (answer >= BUSINESS_NOT_YET && answer < BUSINESS_ANSWERS) {
            business_tap(b, json_key_at(taps, i), (enum business_answer)answer);
        }
    }
}

/* Points of the acts of a process that were answered; *most is what they could be. */
static int points(const struct lib_view *view, const struct business *b, const char *process, int *most)
{
    int sum = 0;

    *most = 0;
    for (int i = 0; i < view->n_taps; i++) {
        enum business_answer answer = business_tapped(b, view->taps[i].id);

        if (!strcmp(view->taps[i].process, process) && answer != BUSINESS_NO_ANSWER) {
            sum += (int)answer;
            *most += BUSINESS_YES;
        }
    }
    return sum;
}

int business_places(const struct lib_view *view, const struct business *b,
                    struct business_place out[MATRIX_PROCESSES_MAX])
{
    int n = view->n_processes < MATRIX_PROCESSES_MAX ? view->n_processes : MATRIX_PROCESSES_MAX;

    for (int i = 0; i < n; i++) {
        int most, sum = points(view, b, view->processes[i].id, &most);

        out[i] = (struct business_place){view->processes[i].id,
                                         most ? 1 + ((BUSINESS_PLACES - 1) * sum + most / 2) / most : 0};
    }
    return n;
}

double business_matter(const struct lib_view *view, const struct business *b, const char *process)
{
    for (int i = 0; i < view->n_matters; i++) {
        if (!strcmp(view->matters[i].trade, b->trade) && !strcmp(view->matters[i].process, process)) {
            return (view->matters[i].weight - 1) / (double)(TRADE_WEIGHT_MAX - 1);
        }
    }
    return -1;
}

double business_worth(const struct lib_view *view, const struct business *b, const struct business_place *at)
{
    double matter = business_matter(view, b, at->process);
    double lack = at->place ? (BUSINESS_PLACES - at->place) / (double)(BUSINESS_PLACES - 1) : -1;

    if (matter >= 0 && lack >= 0) {
        return (matter + lack) / 2;
    }
    return matter >= 0 ? matter : lack >= 0 ? lack : 0;
}

void business_weights(const struct lib_view *view, const struct business *b, double *weight)
{
    struct business_place at[MATRIX_PROCESSES_MAX];
    int n = business_places(view, b, at);

    for (int c = 0; c < view->n_competences; c++) {
        double sum = 0, all = 0;

        for (int p = 0; p < n; p++) {
            const struct lib_process *process = &view->processes[p];

            for (int i = 0; i < process->n_weights; i++) {
                if (!strcmp(process->weights[i].competence, view->competences[c].code)) {
                    sum += process->weights[i].weight * business_worth(view, b, &at[p]);
                    all += process->weights[i].weight;
                }
            }
        }
        weight[c] = 1 + (BUSINESS_WEIGHT_MAX - 1) * (all > 0 ? sum / all : 0);
    }
}
