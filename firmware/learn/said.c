/* said: two filters, one for words and one for deeds. */
#include "learn/said.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static bool is_self(const struct assess_bank *bank, int item)
{
    return bank->model.type[bank->item[item].type].is_self;
}

/* The session of one kind of answers only. */
static void filter(struct assess_session *s, const struct assess_bank *bank, const struct assess_answer *answers, int n,
                   bool is_said)
{
    int claim = bank->n_competences;
    struct err err;

    assess_start(s, bank, 0, n);
    s->m[claim] = s->p[claim][claim] = 0;
    for (int i = 0; i < n; i++) {
        if (is_self(bank, answers[i].item) == is_said && !assess_answer(s, answers[i], NULL, &err)) {
            continue; /* answered twice: the first counts, as in the session */
        }
    }
}

/* Of the competences of an area ("" = all) or of one. */
static bool is_of(const struct assess_bank *bank, int c, const char *area, int only)
{
    return only >= 0 ? c == only : !area[0] || !strcmp(bank->competence[c].area, area);
}

static void side(const struct assess_session *s, const char *area, int only, double spread, struct said_side *out)
{
    double sum = 0, var = 0;
    int n = 0;

    *out = (struct said_side){0};
    for (int i = 0; i < s->bank->n_competences; i++) {
        if (!is_of(s->bank, i, area, only)) {
            continue;
        }
        n++;
        sum += s->m[i];
        out->asked += s->count[i];
        for (int j = 0; j < s->bank->n_competences; j++) {
            var += is_of(s->bank, j, area, only) ? s->p[i][j] : 0;
        }
    }
    out->mean = sum / n;
    out->sd = spread * sqrt(var > 0 ? var : 0) / n;
    assess_level(out->mean, out->sd > 1e-6 ? out->sd : 1e-6, s->bank->model.range_mass, &out->level, &out->lo, &out->hi,
                 NULL);
}

static enum said_gap gap(const struct said_pair *p, bool is_careless)
{
    double d = p->said.mean - p->shown.mean;
    double spread = sqrt(p->said.sd * p->said.sd + p->shown.sd * p->shown.sd);

    if (!p->said.asked || !p->shown.asked || is_careless) {
        return SAID_UNKNOWN;
    }
    if (fabs(d) < SAID_GAP_LEVELS || fabs(d) < SAID_GAP_SPREADS * spread) {
        return SAID_FITS;
    }
    return d < 0 ? SAID_DOES_MORE : SAID_HARDER;
}

struct both {
    struct assess_session said, shown;
    bool is_careless;
};

static void pair(const struct both *b, const char *id, const char *area, int only, struct said_pair *out)
{
    out->id = id;
    side(&b->said, area, only, 1, &out->said);
    side(&b->shown, area, only, b->is_careless ? SAID_CARELESS_SPREAD : 1, &out->shown);
    out->gap = gap(out, b->is_careless);
}

void said_make(const struct assess_bank *bank, const struct assess_answer *answers, int n, bool is_careless,
               struct said *out)
{
    struct both *b = mem_alloc(sizeof *b);

    *out = (struct said){0};
    filter(&b->said, bank, answers, n, true);
    filter(&b->shown, bank, answers, n, false);
    b->is_careless = is_careless;
    pair(b, "", "", -1, &out->whole);
    for (int c = 0; c < bank->n_competences; c++) {
        const char *area = bank->competence[c].area;

        pair(b, bank->competence[c].id, area, c, &out->competence[out->n_competences++]);
        if (out->n_areas < SAID_AREAS_MAX && (c == 0 || strcmp(area, bank->competence[c - 1].area) != 0)) {
            pair(b, area, area, -1, &out->area[out->n_areas++]);
        }
    }
    free(b);
}

enum said_gap said_of_claim(double mean, double sd)
{
    return mean > SAID_CLAIM_OVER && sd < SAID_CLAIM_SD ? SAID_HARDER
           : mean < SAID_CLAIM_UNDER                    ? SAID_DOES_MORE
                                                        : SAID_FITS;
}
