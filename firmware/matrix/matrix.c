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
    for (int c = 0; c < v->n_competences; c++) {
        sum += mean[c];
    }
    m.level = matrix_level(v->n_competences ? sum / v->n_competences : 1);
    m.band = matrix_band(m.level);
    pick(mean, v->n_competences, 1, m.strongest);
    pick(mean, v->n_competences, -1, m.weakest);
    *out = m;
}
