/* pathway: lessons, tools and workshops that serve what a person and her business need most, and why. */
#include "matrix/pathway.h"
#include <string.h>

#include "base/banned.h"

static const double top = 8.0;
static const double matters = 0.5; /* a process matters, or is only beginning, from here on */

int pathway_minutes(enum pathway_time time)
{
    static const int minutes[PATHWAY_TIMES] = {PATHWAY_SHORT_MINUTES, PATHWAY_HALF_HOUR_MINUTES,
                                               PATHWAY_EVENING_MINUTES};

    return minutes[time];
}

static int competence_index(const struct lib_view *v, const char *code)
{
    for (int c = 0; c < v->n_competences; c++) {
        if (!strcmp(v->competences[c].code, code)) {
            return c;
        }
    }
    return -1;
}

struct maker {
    const struct pathway_ask *ask;
    double weight[MATRIX_COMPETENCES_MAX];
    struct business_place at[MATRIX_PROCESSES_MAX];
    int n_at;
};

/* How much a step is needed: the mean distance to the top of what it serves, weighted; *most_needed gets the
 * competence that speaks for it, -1 = none. */
static double need(const struct maker *m, const struct pathway_step *s, int *most_needed)
{
    double sum = 0, most = 0;
    int n = 0;

    *most_needed = -1;
    for (int i = 0; i < s->n_serves; i++) {
        int c = competence_index(m->ask->view, s->serves[i]);

        if (c >= 0) {
            double lack = (top - m->ask->mean[c]) * m->weight[c];

            sum += lack;
            n++;
            if (n == 1 || lack > most) { /* means may lie above the top: any lack, even none, has a first */
                most = lack;
                *most_needed = c;
            }
        }
    }
    return n ? sum / n : 0;
}

static bool has_module(const struct pathway *p, int n, const struct lib_module *module)
{
    for (int i = 0; i < n; i++) {
        if (p->step[i].module == module) {
            return true;
        }
    }
    return false;
}

static bool has_kind(const struct pathway *p, int n, enum pathway_kind kind)
{
    for (int i = 0; i < n; i++) {
        if (p->step[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static bool has_step(const struct pathway *p, int n, const struct pathway_step *s)
{
    for (int i = 0; i < n; i++) { /* each title lies in the view once */
        if (p->step[i].kind == s->kind && p->step[i].lesson == s->lesson && p->step[i].id == s->id) {
            return true;
        }
    }
    return false;
}

/* What may be the step behind n others, and the most needed so far. */
struct search {
    const struct maker *m;
    const struct pathway *p;
    int n, minutes; /* of the steps before */
    double most;
    struct pathway_step best;
    bool has_any;
};

static void consider(struct search *find, const struct pathway_step *s)
{
    const struct pathway_ask *ask = find->m->ask;
    int c;
    double needed = need(find->m, s, &c);

    if ((!find->has_any || needed > find->most) && !has_step(find->p, find->n, s) &&
        !(ask->is_done && ask->is_done(ask->ctx, s->kind, s->id))) {
        find->most = needed;
        find->has_any = true;
        find->best = *s;
        find->best.competence = c < 0 ? "" : ask->view->competences[c].code;
    }
}

/* Only of modules not yet among the steps, if only_new. */
static void consider_lessons(struct search *find, bool only_new)
{
    const struct lib_view *v = find->m->ask->view;

    for (int m = 0; m < v->n_modules; m++) {
        const struct lib_module *module = &v->modules[m];

        for (int i = 0; i < module->n_lessons && !(only_new && has_module(find->p, find->n, module)); i++) {
            const struct lib_lesson *l = &module->lessons[i];

            consider(find, &(struct pathway_step){.kind = PATHWAY_LESSON,
                                                  .id = l->id,
                                                  .title = l->title,
                                                  .icon = module->icon,
                                                  .minutes = l->minutes,
                                                  .serves = l->serves,
                                                  .n_serves = l->n_serves,
                                                  .module = module,
                                                  .lesson = l});
        }
    }
}

static void consider_tools(struct search *find)
{
    const struct lib_view *v = find->m->ask->view;

    for (int i = 0; i < v->n_tools; i++) {
        const struct lib_tool *t = &v->tools[i];

        consider(find, &(struct pathway_step){.kind = PATHWAY_TOOL,
                                              .id = t->id,
                                              .title = t->title,
                                              .icon = t->icon,
                                              .minutes = t->minutes,
                                              .serves = t->serves,
                                              .n_serves = t->n_serves});
    }
}

/* Neighbours meet for it in an evening: only where all of it has room. */
static void consider_workshops(struct search *find)
{
    const struct pathway_ask *ask = find->m->ask;

    for (int i = 0; i < ask->view->n_workshops; i++) {
        const struct lib_workshop *w = &ask->view->workshops[i];

        if (find->minutes + w->minutes <= pathway_minutes(ask->time)) {
            consider(find, &(struct pathway_step){.kind = PATHWAY_WORKSHOP,
                                                  .id = w->id,
                                                  .title = w->title,
                                                  .icon = w->icon,
                                                  .minutes = w->minutes,
                                                  .serves = w->serves,
                                                  .n_serves = w->n_serves});
        }
    }
}

/* The most needed step behind n others; false = none is left. */
static bool best(const struct maker *m, const struct pathway *p, int n, int minutes, struct pathway_step *out)
{
    struct search find = {.m = m, .p = p, .n = n, .minutes = minutes};

    consider_lessons(&find, n < PATHWAY_STEPS);
    if (!find.has_any) {
        consider_lessons(&find, false);
    }
    if (n == 0 ? !find.has_any : p->step[n - 1].kind == PATHWAY_LESSON) { /* a path begins with a lesson */
        consider_tools(&find);
    }
    if (n > 0 && !has_kind(p, n, PATHWAY_WORKSHOP) && pathway_minutes(m->ask->time) == PATHWAY_EVENING_MINUTES) {
        consider_workshops(&find);
    }
    *out = find.best;
    return find.has_any;
}

/* --- why
 * ----------------------------------------------------------------------------------------------------------------- */

static int weight_in(const struct lib_process *p, const char *competence)
{
    for (int i = 0; i < p->n_weights; i++) {
        if (!strcmp(p->weights[i].competence, competence)) {
            return p->weights[i].weight;
        }
    }
    return 0;
}

/* Nothing the process uses came out lower; of NULL: nothing at all did. */
static bool is_lowest(const struct pathway_ask *ask, const struct lib_process *p, int c)
{
    for (int i = 0; i < ask->view->n_competences; i++) {
        if (ask->mean[i] < ask->mean[c] && (!p || weight_in(p, ask->view->competences[i].code))) {
            return false;
        }
    }
    return true;
}

/* The process through which a competence counts most; -1 = none that matters. */
static int process_for(const struct maker *m, const char *competence)
{
    double most = 0;
    int found = -1;

    for (int p = 0; p < m->n_at && m->ask->business; p++) {
        double worth = business_worth(m->ask->view, m->ask->business, &m->at[p]);
        double counts = worth * weight_in(&m->ask->view->processes[p], competence);

        if (worth >= matters && counts > most) {
            most = counts;
            found = p;
        }
    }
    return found;
}

static const struct lib_process *process_served(const struct lib_view *v, const struct pathway_step *s)
{
    static const char mark[] = "process:";

    for (int i = 0; i < s->n_serves; i++) {
        for (int p = 0; p < v->n_processes && !strncmp(s->serves[i], mark, sizeof mark - 1); p++) {
            if (!strcmp(s->serves[i] + sizeof mark - 1, v->processes[p].id)) {
                return &v->processes[p];
            }
        }
    }
    return NULL;
}

static void explain(const struct maker *m, const struct pathway_step *before, struct pathway_step *s)
{
    const struct pathway_ask *ask = m->ask;
    int c = competence_index(ask->view, s->competence), p;

    if (before && s->lesson && before->module == s->module && before->lesson + 1 == s->lesson) {
        s->reason = PATHWAY_FOLLOWS;
    } else if (c < 0) {
        s->process = process_served(ask->view, s);
        s->reason = s->process ? PATHWAY_PROCESS : PATHWAY_OPEN;
    } else if (ask->is_harder && ask->is_harder[c]) {
        s->reason = PATHWAY_HARDER;
    } else if ((p = process_for(m, s->competence)) >= 0) {
        s->process = &ask->view->processes[p];
        s->reason =
            business_matter(ask->view, ask->business, s->process->id) >= matters ? PATHWAY_TRADE : PATHWAY_BEGUN;
        s->is_lowest = is_lowest(ask, s->process, c);
    } else {
        s->reason = PATHWAY_SKILL;
        s->is_lowest = is_lowest(ask, NULL, c);
    }
}

void pathway_make(const struct pathway_ask *ask, struct pathway *out)
{
    const struct business nothing = {0};
    struct maker m = {.ask = ask};
    struct pathway p = {0};
    int n = 0;

    business_weights(ask->view, ask->business ? ask->business : &nothing, m.weight);
    m.n_at = business_places(ask->view, ask->business ? ask->business : &nothing, m.at);
    for (int minutes = 0; n < PATHWAY_PATH_MAX && best(&m, &p, n, minutes, &p.step[n]); n++) {
        explain(&m, n ? &p.step[n - 1] : NULL, &p.step[n]);
        minutes += p.step[n].minutes;
    }
    p.n = n < PATHWAY_STEPS ? n : PATHWAY_STEPS;
    for (int i = 0; i < n && (i == 0 || p.minutes + p.step[i].minutes <= pathway_minutes(ask->time)); i++) {
        p.minutes += p.step[i].minutes;
        p.n_path++;
    }
    *out = p;
}
