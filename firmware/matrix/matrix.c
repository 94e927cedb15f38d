/* matrix: competence levels seen by area and by business process. */
#include "matrix/matrix.h"
#include <math.h>
#include <string.h>

#include "base/banned.h"

int matrix_level(double mean)
{
    double level = floor(mean + 0.5);

    return level < 1 ? 1 : level > MATRIX_LEVELS ? MATRIX_LEVELS : (int)level;
}

int matrix_band(int level)
{
    return (level + 1) / 2;
}

static void fill(struct matrix_cell *cell, const char *id, double sum, double weight)
{
    cell->id = id;
    cell->mean = weight > 0 ? sum / weight : 0;
    cell->level = matrix_level(cell->mean);
    cell->band = matrix_band(cell->level);
}

/* The areas, and the weakest of those that hold competences. */
static void make_areas(const struct lib_view *v, const double *mean, struct matrix *m)
{
    const struct matrix_cell *weakest = NULL;

    for (int a = 0; a < v->n_areas && a < MATRIX_AREAS_MAX; a++) {
        double sum = 0, n = 0;

        for (int c = 0; c < v->n_competences; c++) {
            if (!strcmp(v->competences[c].area, v->areas[a].code)) {
                sum += mean[c];
                n++;
            }
        }
        struct matrix_cell *cell = &m->area[m->n_areas++];

        fill(cell, v->areas[a].code, sum, n);
        if (n > 0 && (!weakest || cell->mean < weakest->mean)) {
            weakest = cell;
        }
    }
    m->start_area = weakest ? weakest->id : "";
}

/* Index; -1 = not on this shelf. */
static int find_competence(const struct lib_view *v, const char *code)
{
    for (int c = 0; c < v->n_competences; c++) {
        if (!strcmp(v->competences[c].code, code)) {
            return c;
        }
    }
    return -1;
}

static void make_processes(const struct lib_view *v, const double *mean, struct matrix *m)
{
    for (int p = 0; p < v->n_processes && p < MATRIX_PROCESSES_MAX; p++) {
        const struct lib_process *process = &v->processes[p];
        double sum = 0, weight = 0;

        for (int w = 0; w < process->n_weights; w++) {
            int c = find_competence(v, process->weights[w].competence);

            if (c >= 0) {
                sum += process->weights[w].weight * mean[c];
                weight += process->weights[w].weight;
            }
        }
        fill(&m->process[m->n_processes++], process->id, sum, weight);
    }
}

int matrix_weight(const struct lib_process *process, const char *competence)
{
    for (int w = 0; w < process->n_weights; w++) {
        if (!strcmp(process->weights[w].competence, competence)) {
            return process->weights[w].weight;
        }
    }
    return 0;
}

bool matrix_is_counted(const struct lib_view *v, const struct lib_process *process, const struct lib_area *area)
{
    for (int c = 0; c < v->n_competences; c++) {
        if (!strcmp(v->competences[c].area, area->code) && matrix_weight(process, v->competences[c].code) > 0) {
            return true;
        }
    }
    return false;
}

static void make_cell(const struct lib_view *v, const double *mean, const struct lib_process *process,
                      const struct lib_area *area, struct matrix_cell *out)
{
    double sum = 0, weight = 0;

    for (int c = 0; c < v->n_competences; c++) {
        if (!strcmp(v->competences[c].area, area->code)) {
            int w = matrix_weight(process, v->competences[c].code);

            sum += w * mean[c];
            weight += w;
        }
    }
    fill(out, area->code, sum, weight);
    if (weight <= 0) {
        out->level = out->band = 0;
    }
}

static void make_cells(const struct lib_view *v, const double *mean, struct matrix *m)
{
    for (int p = 0; p < m->n_processes; p++) {
        for (int a = 0; a < m->n_areas; a++) {
            make_cell(v, mean, &v->processes[p], &v->areas[a], &m->cell[p][a]);
        }
    }
}

bool matrix_helps(const struct lib_view *v, const char *const *serves, int n_serves, const struct lib_process *process,
                  const struct lib_area *area)
{
    bool is_for_process = false, is_of_area = false;

    for (int i = 0; i < n_serves; i++) {
        const char *target = serves[i];
        int c = find_competence(v, target);

        is_for_process = is_for_process || (!strncmp(target, "process:", 8) && !strcmp(target + 8, process->id));
        if (c >= 0 && !strcmp(v->competences[c].area, area->code)) {
            is_of_area = true;
            is_for_process = is_for_process || matrix_weight(process, target) > 0;
        }
    }
    return is_for_process && is_of_area;
}

/* The MATRIX_PICKS best (sign 1) or weakest (sign -1), the first of equals first. */
static void pick(const double *mean, int n, int sign, int out[MATRIX_PICKS])
{
    bool is_taken[MATRIX_COMPETENCES_MAX] = {false};

    for (int k = 0; k < MATRIX_PICKS; k++) {
        out[k] = -1;
        for (int c = 0; c < n && c < MATRIX_COMPETENCES_MAX; c++) {
            if (!is_taken[c] && (out[k] < 0 || sign * mean[c] > sign * mean[out[k]])) {
                out[k] = c;
            }
        }
        if (out[k] >= 0) {
            is_taken[out[k]] = true;
        }
    }
}

void matrix_make(const struct lib_view *v, const double *mean, struct matrix *out)
{
    double sum = 0;
    struct matrix m = {0};

    make_areas(v, mean, &m);
    make_processes(v, mean, &m);
    make_cells(v, mean, &m);
    for (int c = 0; c < v->n_competences; c++) {
        sum += mean[c];
    }
    m.level = matrix_level(v->n_competences ? sum / v->n_competences : 1);
    m.band = matrix_band(m.level);
    pick(mean, v->n_competences, 1, m.strongest);
    pick(mean, v->n_competences, -1, m.weakest);
    *out = m;
}
