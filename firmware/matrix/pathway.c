/* pathway: lessons that serve what a person needs most. */
#include "matrix/pathway.h"
#include <string.h>

#include "base/banned.h"

static int competence_index(const struct lib_view *v, const char *code)
{
    for (int c = 0; c < v->n_competences; c++) {
        if (!strcmp(v->competences[c].code, code)) {
            return c;
        }
    }
    return -1;
}

/* How much a lesson is needed: the mean distance to the top of what it serves; *weakest gets the competence farthest
 * from it. */
static double need(const struct lib_view *v, const double *mean, const struct lib_lesson *lesson, const char **weakest)
{
    const double top = 8.0;
    double sum = 0, most = 0;
    int n = 0;

    *weakest = "";
    for (int i = 0; i < lesson->n_serves; i++) {
        int c = competence_index(v, lesson->serves[i]);

        if (c >= 0) {
            double lack = top - mean[c];

            sum += lack;
            n++;
            if (n == 1 || lack > most) { /* means may lie above the top: any lack, even none, has a first */
                most = lack;
                *weakest = v->competences[c].code;
            }
        }
    }
    return n ? sum / n : 0;
}

static bool has_module(const struct pathway *p, const struct lib_module *module)
{
    for (int i = 0; i < p->n; i++) {
        if (p->step[i].module == module) {
            return true;
        }
    }
    return false;
}

static bool has_lesson(const struct pathway *p, const struct lib_lesson *lesson)
{
    for (int i = 0; i < p->n; i++) {
        if (p->step[i].lesson == lesson) {
            return true;
        }
    }
    return false;
}

struct asker {
    const struct lib_view *view;
    const double *mean;
    bool (*is_done)(void *ctx, const char *lesson);
    void *ctx;
};

/* The most needed lesson left, of a module not yet among the steps if only_new; false = none. */
static bool best(const struct asker *a, const struct pathway *p, bool only_new, struct pathway_step *out)
{
    double most = 0;
    bool has_any = false;

    for (int m = 0; m < a->view->n_modules; m++) {
        const struct lib_module *module = &a->view->modules[m];

        for (int l = 0; l < module->n_lessons && !(only_new && has_module(p, module)); l++) {
            const struct lib_lesson *lesson = &module->lessons[l];
            const char *weakest;
            double n = need(a->view, a->mean, lesson, &weakest);

            if ((!has_any || n > most) && !has_lesson(p, lesson) && !(a->is_done && a->is_done(a->ctx, lesson->id))) {
                most = n;
                has_any = true;
                *out = (struct pathway_step){module, lesson, weakest};
            }
        }
    }
    return has_any;
}

void pathway_make(const struct lib_view *view, const double *mean, bool (*is_done)(void *ctx, const char *lesson),
                  void *ctx, struct pathway *out)
{
    struct asker a = {view, mean, is_done, ctx};
    struct pathway p = {0};

    while (p.n < PATHWAY_STEPS && (best(&a, &p, true, &p.step[p.n]) || best(&a, &p, false, &p.step[p.n]))) {
        p.n++;
    }
    *out = p;
}
