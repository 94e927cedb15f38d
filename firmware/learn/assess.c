/* assess: the adaptive engine; section numbers are those of ALGORITHM.md. */
#include "learn/assess.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { NODES = 25, COUNT_MAX = 1000 };
static const double FLOOR = 1e-12, TIE = 1e-9, LEAST_VARIANCE = 1e-9;
static const double FACTOR_MAX = 1e6; /* of a bank's model: sums and products of these stay finite */
static const char *const type_names[ASSESS_TYPES] = {"sr", "km", "sm", "st"};

/* --- the model (section 1)
 * ---------------------------------------------------------------------------------------------------------------- */

void assess_model_default(struct assess_model *m)
{
    *m = (struct assess_model){
        .mean_digital = 3.5,
        .mean_business = 3.5,
        .var_general = 1.0,
        .var_framework = 0.5,
        .var_area = 0.4,
        .var_own = 1.2,
        .claim_mean = 0.6,
        .claim_var = 2.25,
        .type =
            {
                [ASSESS_SR] = {1.00, 0.00, {-1.5, 0.0, 1.5}, 0.5, 0.4, 9.0, {0.25, 0.25, 0.25, 0.25}, 3, true},
                [ASSESS_KM] = {0.70, 0.18, {0.0}, 0.5, 0.0, 16.0, {0.75, 0.25}, 1, false},
                [ASSESS_SM] = {0.90, 0.15, {0.0}, 0.5, 0.0, 28.0, {0.75, 0.25}, 1, false},
                [ASSESS_ST] =
                    {0.95, 0.00, {-2.6, -0.4, 1.8}, 0.5, 0.0, 40.0, {0.421875, 0.421875, 0.140625, 0.015625}, 3, false},
            },
        .k2 = 0.346,
        .time_power = 0.5,
        .near_best = 0.85,
        .min_gain = 0.002,
        .context_factor = 0.6,
        .careless_prior = 0.05,
        .fast_fraction = 0.25,
        .fast_evidence = 1.5,
        .slow_evidence = -0.25,
        .time_evidence_min = -1.5,
        .time_evidence_max = 4.5,
        .range_mass = 0.8,
        .max_per_competence = 3,
        .max_self_per_competence = 1,
        .max_self_percent = 40,
    };
}

double assess_sigmoid(double x)
{
    if (x >= 0) {
        return 1.0 / (1.0 + exp(-x));
    }
    double e = exp(x);

    return e / (1.0 + e);
}

static double node(int j)
{
    return -6.0 + 0.5 * j;
}

double assess_node_weight(int j)
{
    static _Thread_local double own[NODES];
    double sum = 0;

    if (own[0] == 0) {
        for (int k = 0; k < NODES; k++) {
            own[k] = exp(-0.5 * node(k) * node(k));
            sum += own[k];
        }
        for (int k = 0; k < NODES; k++) {
            own[k] /= sum;
        }
    }
    return own[j];
}

/* Chance of each score at position z. */
static void chances(const struct assess_item *it, double z, double p[ASSESS_SCORES_MAX])
{
    double up[ASSESS_SCORES_MAX + 1] = {1.0};

    for (int k = 1; k < it->n_scores; k++) {
        double s = assess_sigmoid(it->a * (z - it->threshold[k - 1]));

        up[k] = k == 1 ? it->c + (1.0 - it->c) * s : s;
    }
    for (int k = 0; k < it->n_scores; k++) {
        double d = up[k] - (k + 1 < it->n_scores ? up[k + 1] : 0.0);

        p[k] = d > FLOOR ? d : FLOOR;
    }
}

void assess_moments(const struct assess_item *it, double mu, double v, double s0[ASSESS_SCORES_MAX],
                    double s1[ASSESS_SCORES_MAX], double s2[ASSESS_SCORES_MAX])
{
    double s = sqrt(v);

    for (int k = 0; k < ASSESS_SCORES_MAX; k++) {
        s0[k] = s1[k] = s2[k] = 0;
    }
    for (int j = 0; j < NODES; j++) {
        double p[ASSESS_SCORES_MAX], t = node(j), w = assess_node_weight(j);

        chances(it, mu + s * t, p);
        for (int k = 0; k < it->n_scores; k++) {
            s0[k] += w * p[k];
            s1[k] += w * p[k] * t;
            s2[k] += w * p[k] * t * t;
        }
    }
}

/* --- the bank (sections 1 and 6)
 * ------------------------------------------------------------------------------------------------------------ */

static int type_of(const char *name)
{
    for (int i = 0; i < ASSESS_TYPES; i++) {
        if (!strcmp(type_names[i], name)) {
            return i;
        }
    }
    return -1;
}

static bool copy_id(char out[ASSESS_ID_MAX], const char *text, const char *what, struct err *err)
{
    if (!text[0] || strlen(text) >= ASSESS_ID_MAX) {
        return err_set(err, ERR_FORMAT, "bank: %s '%.60s': 1 to %d bytes", what, text, ASSESS_ID_MAX - 1);
    }
    memcpy(out, text, strlen(text) + 1);
    return true;
}

struct numbers { /* what one item says of itself */
    double b, se, a, c, seconds, threshold[3];
    int n_threshold; /* 0 = b and the type's steps */
};

static bool finish_item(const struct assess_model *model, const struct numbers *n, struct assess_item *it,
                        struct err *err)
{
    const struct assess_type_model *t = &model->type[it->type];
    double tau2 = n->se * n->se + t->noise2;

    if (!(n->a > 0) || !isfinite(n->a)) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': 'a' must be above 0", it->id);
    }
    if (!(n->c >= 0 && n->c <= 0.5)) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': 'c' must be from 0 to 0.5", it->id);
    }
    if (!(n->se >= 0 && n->se <= 2)) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': 'se' must be from 0 to 2", it->id);
    }
    if (!(n->seconds > 0 && n->seconds <= 3600)) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': 'sec' must be above 0 and at most 3600", it->id);
    }
    if (!(fabs(n->b) <= 20)) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': 'b' must be from -20 to 20", it->id);
    }
    for (int k = 0; k < t->n_steps; k++) {
        it->threshold[k] = n->n_threshold ? n->threshold[k] : n->b + t->off[k];
        if (!isfinite(it->threshold[k]) || (k && !(it->threshold[k] > it->threshold[k - 1]))) {
            return err_set(err, ERR_FORMAT, "bank: item '%s': 'thr' must rise", it->id);
        }
    }
    it->n_scores = t->n_steps + 1;
    it->a = n->a / sqrt(1.0 + model->k2 * n->a * n->a * tau2);
    it->c = n->c;
    it->seconds = n->seconds;
    it->cost = pow(n->seconds, model->time_power);
    it->cost_again = pow(n->seconds * model->context_factor, model->time_power);
    return true;
}

static bool number(const struct json *row, const struct json *own, const char *key, double fallback, const char *id,
                   double *out, struct err *err)
{
    const struct json *j = json_get(own, key) ? json_get(own, key) : json_get(row, key);

    if (j && json_kind(j) != KIND_INT && json_kind(j) != KIND_REAL) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': '%s' must be a number", id, key);
    }
    *out = json_num(j, fallback);
    return true;
}

static bool thresholds(const struct json *row, const struct json *own, int n_steps, const char *id, struct numbers *n,
                       struct err *err)
{
    const struct json *list = json_get(own, "thr") ? json_get(own, "thr") : json_get(row, "thr");

    n->n_threshold = 0;
    if (!list) {
        return true;
    }
    if (json_kind(list) != KIND_ARRAY || json_count(list) != n_steps) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': 'thr' must be a list of %d numbers", id, n_steps);
    }
    for (int k = 0; k < n_steps; k++) {
        n->threshold[k] = json_num(json_at(list, k), NAN);
    }
    n->n_threshold = n_steps;
    return true;
}

bool assess_item_make(const struct assess_model *model, const struct json *row, const char *lang,
                      struct assess_item *out, struct err *err)
{
    const struct json *own = json_get(json_get(row, "lang"), lang);
    struct assess_item it = {.competence = -1};
    struct numbers n = {0};
    const char *id, *type;
    int64_t level = 0;
    double b = 0;

    if (!json_need_str(row, "id", "bank: item", &id, err) || !copy_id(it.id, id, "item", err) ||
        !json_need_str(row, "type", it.id, &type, err) ||
        !json_need_int(row, "level", it.id, 1, ASSESS_LEVELS, &level, err)) {
        return err_wrap(err, "bank");
    }
    if (type_of(type) < 0) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': type '%.20s'; use sr, km, sm or st", it.id, type);
    }
    it.type = (enum assess_type)type_of(type);
    const struct assess_type_model *t = &model->type[it.type];

    if (!number(row, own, "b", (double)level - 0.5, it.id, &b, err) ||
        !number(row, own, "se", t->se, it.id, &n.se, err) || !number(row, own, "a", t->a, it.id, &n.a, err) ||
        !number(row, own, "c", t->c, it.id, &n.c, err) ||
        !number(row, own, "sec", t->seconds, it.id, &n.seconds, err) ||
        !thresholds(row, own, t->n_steps, it.id, &n, err)) {
        return false;
    }
    n.b = b;
    if (!finish_item(model, &n, &it, err)) {
        return false;
    }
    *out = it;
    return true;
}

void assess_bank_begin(struct assess_bank *bank)
{
    memset(bank, 0, sizeof *bank);
    assess_model_default(&bank->model);
}

int assess_bank_competence(const struct assess_bank *bank, const char *id)
{
    for (int i = 0; i < bank->n_competences; i++) {
        if (!strcmp(bank->competence[i].id, id)) {
            return i;
        }
    }
    return -1;
}

int assess_bank_find(const struct assess_bank *bank, const char *id)
{
    for (int i = 0; i < bank->n_items; i++) {
        if (!strcmp(bank->item[i].id, id)) {
            return i;
        }
    }
    return -1;
}

bool assess_bank_add_competence(struct assess_bank *bank, const char *id, const char *area, const char *framework,
                                struct err *err)
{
    struct assess_competence c = {.prior_mean = bank->model.mean_digital};

    if (bank->n_competences == ASSESS_COMPETENCES_MAX) {
        return err_set(err, ERR_LIMIT, "bank: over %d competences", ASSESS_COMPETENCES_MAX);
    }
    if (!copy_id(c.id, id, "competence", err) || !copy_id(c.area, area, "area", err) ||
        !copy_id(c.framework, framework, "framework", err)) {
        return false;
    }
    if (assess_bank_competence(bank, id) >= 0) {
        return err_set(err, ERR_FORMAT, "bank: competence '%s' twice", id);
    }
    if (strcmp(framework, "DC") != 0 && strcmp(framework, "EC") != 0) {
        return err_set(err, ERR_FORMAT, "bank: competence '%s': framework '%.20s'; use DC or EC", id, framework);
    }
    if (!strcmp(framework, "EC")) {
        c.prior_mean = bank->model.mean_business;
    }
    bank->competence[bank->n_competences++] = c;
    return true;
}

static bool context_number(struct assess_bank *bank, const char *name, int *out, struct err *err)
{
    char id[ASSESS_ID_MAX];

    *out = 0;
    if (!name[0]) {
        return true;
    }
    if (!copy_id(id, name, "context", err)) {
        return false;
    }
    for (int i = 0; i < bank->n_contexts; i++) {
        if (!strcmp(bank->context[i], id)) {
            *out = i + 1;
            return true;
        }
    }
    memcpy(bank->context[bank->n_contexts++], id, sizeof id); /* never more than items */
    *out = bank->n_contexts;
    return true;
}

static bool add_item(struct assess_bank *bank, struct assess_item *it, const char *competence, const char *context,
                     struct err *err)
{
    if (bank->n_items == ASSESS_ITEMS_MAX) {
        return err_set(err, ERR_LIMIT, "bank: item '%s': over %d items", it->id, ASSESS_ITEMS_MAX);
    }
    if (assess_bank_find(bank, it->id) >= 0) {
        return err_set(err, ERR_FORMAT, "bank: item '%s' twice", it->id);
    }
    it->competence = assess_bank_competence(bank, competence);
    if (it->competence < 0) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': unknown competence '%.20s'", it->id, competence);
    }
    if (!context_number(bank, context, &it->context, err)) {
        return false;
    }
    bank->item[bank->n_items++] = *it;
    return true;
}

bool assess_bank_add_item(struct assess_bank *bank, const char *id, const char *competence, const char *type, int level,
                          const char *context, double seconds, const struct assess_measured *measured, struct err *err)
{
    struct assess_item it = {.competence = -1};

    if (!copy_id(it.id, id, "item", err)) {
        return false;
    }
    if (type_of(type) < 0 || level < 1 || level > ASSESS_LEVELS) {
        return err_set(err, ERR_FORMAT, "bank: item '%s': type '%.20s', level %d; use sr, km, sm or st and 1 to %d", id,
                       type, level, ASSESS_LEVELS);
    }
    it.type = (enum assess_type)type_of(type);
    const struct assess_type_model *t = &bank->model.type[it.type];
    struct numbers n = {
        .b = level - 0.5, .se = t->se, .a = t->a, .c = t->c, .seconds = seconds != 0 ? seconds : t->seconds};

    if (measured) {
        n.b = isnan(measured->b) ? n.b : measured->b;
        n.se = isnan(measured->se) ? n.se : measured->se;
        n.a = isnan(measured->a) ? n.a : measured->a;
    }
    return finish_item(&bank->model, &n, &it, err) && add_item(bank, &it, competence, context, err);
}

bool assess_bank_set_prior(struct assess_bank *bank, const char *id, double mean, struct err *err)
{
    int competence = assess_bank_competence(bank, id);
    bool is_claim = !strcmp(id, ASSESS_CLAIM);

    if (!isfinite(mean) || (competence < 0 && !is_claim)) {
        return err_set(err, ERR_FORMAT, "bank: prior of '%.40s': an unknown competence, or no number", id);
    }
    if (is_claim) {
        bank->model.claim_mean = mean;
    } else {
        bank->competence[competence].prior_mean = mean;
    }
    return true;
}

static void take_number(const struct json *j, const char *key, double *out)
{
    *out = json_num(json_get(j, key), *out);
}

static void take_type(const struct json *j, struct assess_type_model *t)
{
    const struct json *off = json_get(j, "off"), *random = json_get(j, "rnd");

    take_number(j, "a", &t->a);
    take_number(j, "c", &t->c);
    take_number(j, "se", &t->se);
    take_number(j, "noise2", &t->noise2);
    take_number(j, "sec", &t->seconds);
    t->is_self = json_int(json_get(j, "self"), t->is_self) != 0;
    if (off && json_count(off) <= 3) {
        t->n_steps = json_count(off);
        for (int k = 0; k < t->n_steps; k++) {
            t->off[k] = json_num(json_at(off, k), 0);
        }
    }
    for (int k = 0; random && k < ASSESS_SCORES_MAX && k < json_count(random); k++) {
        t->random[k] = json_num(json_at(random, k), t->random[k]);
    }
}

/* A number of things; one out of bounds becomes -1, for check_model to refuse. */
static void take_count(const struct json *j, const char *key, int *value)
{
    int64_t n = json_int(json_get(j, key), *value);

    *value = n >= 0 && n <= COUNT_MAX ? (int)n : -1;
}

static void take_model(const struct json *j, struct assess_model *m)
{
    const struct json *types = json_get(j, "types");

    take_number(json_get(j, "mean"), "DC", &m->mean_digital);
    take_number(json_get(j, "mean"), "EC", &m->mean_business);
    take_number(j, "var_general", &m->var_general);
    take_number(j, "var_framework", &m->var_framework);
    take_number(j, "var_area", &m->var_area);
    take_number(j, "var_own", &m->var_own);
    take_number(j, "claim_mean", &m->claim_mean);
    take_number(j, "claim_var", &m->claim_var);
    take_number(j, "k2", &m->k2);
    take_number(j, "time_power", &m->time_power);
    take_number(j, "near_best", &m->near_best);
    take_number(j, "min_gain", &m->min_gain);
    take_number(j, "context_factor", &m->context_factor);
    take_number(j, "careless_prior", &m->careless_prior);
    take_number(j, "fast_fraction", &m->fast_fraction);
    take_number(j, "fast_evidence", &m->fast_evidence);
    take_number(j, "slow_evidence", &m->slow_evidence);
    take_number(j, "time_evidence_min", &m->time_evidence_min);
    take_number(j, "time_evidence_max", &m->time_evidence_max);
    take_number(j, "range_mass", &m->range_mass);
    take_count(j, "max_per_competence", &m->max_per_competence);
    take_count(j, "max_self_per_competence", &m->max_self_per_competence);
    take_count(j, "max_self_percent", &m->max_self_percent);
    for (int i = 0; i < ASSESS_TYPES; i++) {
        if (json_get(types, type_names[i])) {
            take_type(json_get(types, type_names[i]), &m->type[i]);
        }
    }
}

static bool check_model(const struct assess_model *m, struct err *err)
{
    const double positive[] = {m->var_general, m->var_framework, m->var_area,      m->var_own, m->claim_var,
                               m->k2,          m->time_power,    m->context_factor};

    for (size_t i = 0; i < M2_COUNT(positive); i++) {
        if (!(positive[i] > 0) || !(positive[i] <= FACTOR_MAX)) {
            return err_set(err, ERR_FORMAT, "bank: model: variances and factors must be above 0 and at most %g",
                           FACTOR_MAX);
        }
    }
    if (m->max_per_competence < 0 || m->max_self_per_competence < 0 || m->max_self_percent < 0) {
        return err_set(err, ERR_FORMAT, "bank: model: counts and percents must be from 0 to %d", COUNT_MAX);
    }
    for (int i = 0; i < ASSESS_TYPES; i++) {
        if (m->type[i].n_steps < 1 || !(m->type[i].noise2 >= 0)) {
            return err_set(err, ERR_FORMAT, "bank: model: type %s is out of bounds", type_names[i]);
        }
        for (int k = 0; k <= m->type[i].n_steps; k++) {
            if (!(m->type[i].random[k] > 0 && m->type[i].random[k] <= 1)) {
                return err_set(err, ERR_FORMAT, "bank: model: type %s: chances must be above 0 and at most 1",
                               type_names[i]);
            }
        }
    }
    if (!(m->careless_prior > 0 && m->careless_prior < 1) || !(m->range_mass > 0 && m->range_mass < 1) ||
        !isfinite(m->mean_digital) || !isfinite(m->mean_business) || !isfinite(m->claim_mean)) {
        return err_set(err, ERR_FORMAT, "bank: model: a number is out of bounds");
    }
    return true;
}

static bool load_into(const struct json *root, const char *lang, struct assess_bank *bank, struct err *err)
{
    const struct json *competences, *items, *means = json_get(json_get(root, "model"), "means");
    const char *format;

    if (!json_need_str(root, "format", "bank", &format, err) ||
        !json_need_array(root, "competences", "bank", &competences, err) ||
        !json_need_array(root, "items", "bank", &items, err)) {
        return false;
    }
    if (strcmp(format, "assess-bank-1") != 0) {
        return err_set(err, ERR_VERSION, "bank: format '%.40s'; this program reads assess-bank-1", format);
    }
    take_model(json_get(root, "model"), &bank->model);
    if (!check_model(&bank->model, err)) {
        return false;
    }
    for (int i = 0; i < json_count(competences); i++) {
        const struct json *c = json_at(competences, i);
        const char *id, *area, *framework;

        if (!json_need_str(c, "id", "bank: competence", &id, err) || !json_need_str(c, "area", id, &area, err) ||
            !json_need_str(c, "framework", id, &framework, err) ||
            !assess_bank_add_competence(bank, id, area, framework, err)) {
            return false;
        }
        take_number(means, id, &bank->competence[i].prior_mean);
    }
    for (int i = 0; i < json_count(items); i++) {
        struct assess_item it;
        const char *competence;

        if (!assess_item_make(&bank->model, json_at(items, i), lang, &it, err) ||
            !json_need_str(json_at(items, i), "comp", it.id, &competence, err) ||
            !add_item(bank, &it, competence, json_str(json_get(json_at(items, i), "ctx"), ""), err)) {
            return false;
        }
    }
    return bank->n_competences > 0 || err_set(err, ERR_FORMAT, "bank: no competences");
}

bool assess_bank_load(const struct json *root, const char *lang, struct assess_bank *bank, struct err *err)
{
    struct assess_bank *fresh = mem_alloc(sizeof *fresh);
    bool ok;

    assess_bank_begin(fresh);
    ok = load_into(root, lang, fresh, err);
    if (ok) {
        *bank = *fresh;
    }
    free(fresh);
    return ok;
}

/* --- a session (sections 2 to 4)
 * ------------------------------------------------------------------------------------------------------------ */

void assess_start(struct assess_session *s, const struct assess_bank *bank, uint64_t seed, int max_items)
{
    const struct assess_model *model = &bank->model;
    int n = bank->n_competences;

    memset(s, 0, sizeof *s);
    s->bank = bank;
    s->seed = seed;
    s->rng.state = seed;
    s->max_items = max_items < ASSESS_ANSWERS_MAX ? max_items : ASSESS_ANSWERS_MAX;
    s->pending = -1;
    s->log_odds = log(model->careless_prior / (1.0 - model->careless_prior));
    for (int i = 0; i < n; i++) {
        const struct assess_competence *a = &bank->competence[i];

        s->m[i] = s->prior[i] = a->prior_mean;
        s->weight[i] = 1.0;
        for (int j = 0; j < n; j++) {
            const struct assess_competence *b = &bank->competence[j];
            double v = model->var_general;

            v += strcmp(a->framework, b->framework) ? 0 : model->var_framework;
            v += strcmp(a->area, b->area) ? 0 : model->var_area;
            v += i == j ? model->var_own : 0;
            s->p[i][j] = v;
        }
    }
    s->m[n] = s->prior[n] = model->claim_mean;
    s->p[n][n] = model->claim_var;
}

bool assess_set_weight(struct assess_session *s, int competence, double weight, struct err *err)
{
    if (competence < 0 || competence >= s->bank->n_competences || !(weight >= 0) || !isfinite(weight)) {
        return err_set(err, ERR_FORMAT, "weights: an unknown competence, or a weight that is negative or no number");
    }
    s->weight[competence] = weight;
    return true;
}

/* Mean and variance of an item's position, and u = P h. */
static void project(const struct assess_session *s, const struct assess_item *it, double *mu, double *v,
                    double u[ASSESS_STATE_MAX])
{
    int n = s->bank->n_competences, c = it->competence;
    bool is_self = s->bank->model.type[it->type].is_self;

    for (int i = 0; i <= n; i++) {
        u[i] = s->p[i][c] + (is_self ? s->p[i][n] : 0);
    }
    *mu = s->m[c] + (is_self ? s->m[n] : 0);
    *v = u[c] + (is_self ? u[n] : 0);
    if (*v < LEAST_VARIANCE) {
        *v = LEAST_VARIANCE;
    }
}

void assess_position(const struct assess_session *s, int item, double *mu, double *v)
{
    double u[ASSESS_STATE_MAX];

    project(s, &s->bank->item[item], mu, v, u);
}

double assess_gain(const struct assess_session *s, int item)
{
    const struct assess_item *it = &s->bank->item[item];
    double mu, v, u[ASSESS_STATE_MAX], s0[ASSESS_SCORES_MAX], s1[ASSESS_SCORES_MAX], s2[ASSESS_SCORES_MAX], r = 0,
                                                                                                            num = 0;

    project(s, it, &mu, &v, u);
    assess_moments(it, mu, v, s0, s1, s2);
    for (int k = 0; k < it->n_scores; k++) {
        r += s1[k] * s1[k] / s0[k];
    }
    for (int i = 0; i < s->bank->n_competences; i++) {
        num += s->weight[i] * u[i] * u[i];
    }
    return r * num / v;
}

static bool is_eligible(const struct assess_session *s, int k)
{
    const struct assess_item *it = &s->bank->item[k];
    const struct assess_model *m = &s->bank->model;

    if (s->asked[k] || s->weight[it->competence] <= 0 || s->count[it->competence] >= m->max_per_competence) {
        return false;
    }
    if (!m->type[it->type].is_self) {
        return true;
    }
    return s->selfs[it->competence] < m->max_self_per_competence &&
           100 * (s->n_selfs + 1) <= m->max_self_percent * (s->answered + 3);
}

int assess_next(struct assess_session *s)
{
    const struct assess_model *m = &s->bank->model;
    double score[ASSESS_ITEMS_MAX], top = 0, left = 0, best = 0;
    int candidate[ASSESS_ITEMS_MAX], n = 0, pick = -1;

    if (s->pending >= 0 || s->answered >= s->max_items) {
        return s->pending;
    }
    for (int k = 0; k < s->bank->n_items; k++) {
        const struct assess_item *it = &s->bank->item[k];

        if (is_eligible(s, k)) {
            double g = assess_gain(s, k);

            top = g > top ? g : top;
            candidate[n] = k;
            score[n] = g / (it->context && it->context == s->last_context ? it->cost_again : it->cost);
            n++;
        }
    }
    for (int i = 0; i < s->bank->n_competences; i++) {
        left += s->weight[i] * s->p[i][i];
    }
    if (!n || top < m->min_gain * left) {
        return -1;
    }
    for (int i = 0; i < n; i++) { /* the first of equals wins */
        if (pick < 0 || score[i] > best * (1.0 + TIE)) {
            best = score[i];
            pick = candidate[i];
        }
    }
    if (s->seed) {
        int near[ASSESS_ITEMS_MAX], n_near = 0;

        for (int i = 0; i < n; i++) {
            if (score[i] >= m->near_best * best) {
                near[n_near++] = candidate[i];
            }
        }
        pick = n_near ? near[rng_next(&s->rng) % (uint64_t)n_near] : pick;
    }
    s->pending = pick;
    return pick;
}

static void take_time(struct assess_session *s, const struct assess_item *it, int64_t ms)
{
    const struct assess_model *m = &s->bank->model;

    if (ms > 0) {
        s->time_evidence += (double)ms < 1000.0 * it->seconds * m->fast_fraction ? m->fast_evidence : m->slow_evidence;
    }
}

bool assess_answer(struct assess_session *s, struct assess_answer a, double *probability, struct err *err)
{
    int n = s->bank->n_competences;
    double mu, v, u[ASSESS_STATE_MAX], s0[ASSESS_SCORES_MAX], s1[ASSESS_SCORES_MAX], s2[ASSESS_SCORES_MAX];

    if (a.item < 0 || a.item >= s->bank->n_items) {
        return err_set(err, ERR_USAGE, "assessment: unknown item");
    }
    const struct assess_item *it = &s->bank->item[a.item];

    if (a.score < 0 || a.score >= it->n_scores || s->asked[a.item] || s->answered == ASSESS_ANSWERS_MAX) {
        return err_set(err, ERR_USAGE, "assessment: item '%s': score %d is not possible, or it was answered before",
                       it->id, a.score);
    }
    project(s, it, &mu, &v, u);
    assess_moments(it, mu, v, s0, s1, s2);
    double t1 = s1[a.score] / s0[a.score];
    double var = s2[a.score] / s0[a.score] - t1 * t1;
    double f = t1 / sqrt(v), g = (1.0 - var) / v;

    for (int i = 0; i <= n; i++) {
        s->m[i] += u[i] * f;
    }
    s->trail[s->answered].item = a.item;
    for (int i = 0; i < n; i++) {
        s->trail[s->answered].move[i] = u[i] * f;
    }
    for (int i = 0; i <= n; i++) {
        for (int j = 0; j <= n; j++) {
            s->p[i][j] -= u[i] * u[j] * g;
        }
    }
    s->log_odds += log(s->bank->model.type[it->type].random[a.score]) - log(s0[a.score]);
    take_time(s, it, a.ms);
    s->asked[a.item] = true;
    s->count[it->competence]++;
    if (s->bank->model.type[it->type].is_self) {
        s->selfs[it->competence]++;
        s->n_selfs++;
    }
    s->answered++;
    s->last_context = it->context;
    s->pending = -1;
    if (probability) {
        *probability = s0[a.score];
    }
    return true;
}

bool assess_replay(struct assess_session *s, const struct assess_answer *answers, int n, struct err *err)
{
    double weight[ASSESS_COMPETENCES_MAX];

    memcpy(weight, s->weight, sizeof weight);
    assess_start(s, s->bank, s->seed, s->max_items);
    memcpy(s->weight, weight, sizeof weight);
    for (int i = 0; i < n; i++) {
        assess_next(s); /* moves the random numbers as the session did */
        if (!assess_answer(s, answers[i], NULL, err)) {
            return false;
        }
    }
    return true;
}

bool assess_part(struct assess_parts *parts, const struct assess_bank *bank, int item, int choice, bool is_right,
                 int64_t ms, struct assess_answer *out)
{
    enum assess_type type = bank->item[item].type;

    if (parts->item != item + 1) {
        *parts = (struct assess_parts){.item = item + 1};
    }
    parts->n++;
    parts->n_right += is_right;
    parts->ms += ms;
    if (parts->n < (type == ASSESS_ST ? ASSESS_PARTS : 1)) {
        return false;
    }
    *out = (struct assess_answer){item, type == ASSESS_SR ? (choice < 0 ? 0 : choice) : parts->n_right, parts->ms};
    *parts = (struct assess_parts){0};
    return true;
}

double assess_careless(const struct assess_session *s)
{
    const struct assess_model *m = &s->bank->model;
    double t = s->time_evidence;

    t = t > m->time_evidence_max ? m->time_evidence_max : t < m->time_evidence_min ? m->time_evidence_min : t;
    return assess_sigmoid(s->log_odds + t);
}

/* --- result (section 5)
 * --------------------------------------------------------------------------------------------------------------------
 */

static double below(double x, double mean, double sd)
{
    return 0.5 * erfc(-(x - mean) / (sd * sqrt(2.0)));
}

void assess_level(double mean, double sd, double mass, int *level, int *lo, int *hi, double p_out[ASSESS_LEVELS])
{
    double edge[ASSESS_LEVELS + 1], p[ASSESS_LEVELS], total;
    double at = floor(mean + 0.5); /* as a double: a model may place its competences anywhere */
    int l = at < 1 ? 1 : at > ASSESS_LEVELS ? ASSESS_LEVELS : (int)at;

    edge[0] = 0;
    edge[ASSESS_LEVELS] = 1;
    for (int k = 1; k < ASSESS_LEVELS; k++) {
        edge[k] = below(k + 0.5, mean, sd);
    }
    for (int k = 0; k < ASSESS_LEVELS; k++) {
        p[k] = edge[k + 1] - edge[k];
        if (p_out) {
            p_out[k] = p[k];
        }
    }
    *level = *lo = *hi = l;
    total = p[l - 1];
    while (total < mass && (*lo > 1 || *hi < ASSESS_LEVELS)) {
        double down = *lo > 1 ? p[*lo - 2] : -1.0;
        double up = *hi < ASSESS_LEVELS ? p[*hi] : -1.0;

        if (down >= up) { /* a tie widens downwards */
            total += down;
            --*lo;
        } else {
            total += up;
            ++*hi;
        }
    }
}

void assess_result(const struct assess_session *s, int c, struct assess_view *out)
{
    double var = s->p[c][c] > LEAST_VARIANCE ? s->p[c][c] : LEAST_VARIANCE;

    out->mean = s->m[c];
    out->sd = sqrt(var);
    assess_level(out->mean, out->sd, s->bank->model.range_mass, &out->level, &out->lo, &out->hi, NULL);
    out->band = (out->level + 1) / 2;
    out->asked = s->count[c];
}

void assess_overclaim(const struct assess_session *s, double *mean, double *sd)
{
    int n = s->bank->n_competences;

    *mean = s->m[n];
    *sd = sqrt(s->p[n][n] > LEAST_VARIANCE ? s->p[n][n] : LEAST_VARIANCE);
}

int assess_explain(const struct assess_session *s, int competence, int *trail, int max)
{
    bool is_taken[ASSESS_ANSWERS_MAX] = {false};
    int n = 0;

    for (; n < max && n < s->answered; n++) {
        int best = -1;

        for (int i = 0; i < s->answered; i++) {
            if (!is_taken[i] &&
                (best < 0 || fabs(s->trail[i].move[competence]) > fabs(s->trail[best].move[competence]))) {
                best = i;
            }
        }
        is_taken[best] = true;
        trail[n] = best;
    }
    return n;
}

/* --- calibration at the office (section 7)
 * ---------------------------------------------------------------------------------------------------- */

static double log_posterior(const struct assess_item *it, const struct assess_row *rows, int n, double se0, double d)
{
    double sum = -0.5 * d * d / (se0 * se0);

    for (int i = 0; i < n; i++) {
        double s0[ASSESS_SCORES_MAX], s1[ASSESS_SCORES_MAX], s2[ASSESS_SCORES_MAX];

        assess_moments(it, rows[i].mu - d, rows[i].v, s0, s1, s2);
        sum += log(s0[rows[i].score]);
    }
    return sum;
}

void assess_calibrate_shift(const struct assess_item *it, const struct assess_row *rows, int n, double se0,
                            double *shift, double *se)
{
    enum { STEPS = 20 };
    const double h = 0.05;
    double d = 0, lower, here, upper, curve;

    for (int i = 0; i < STEPS; i++) {
        double step;

        lower = log_posterior(it, rows, n, se0, d - h);
        here = log_posterior(it, rows, n, se0, d);
        upper = log_posterior(it, rows, n, se0, d + h);
        curve = (upper - 2 * here + lower) / (h * h);
        step = (upper - lower) / (2 * h) / (-curve > 1e-9 ? -curve : 1e-9);
        step = step > 0.5 ? 0.5 : step < -0.5 ? -0.5 : step;
        d += step;
        if (fabs(step) < 1e-10) {
            break;
        }
    }
    lower = log_posterior(it, rows, n, se0, d - h);
    here = log_posterior(it, rows, n, se0, d);
    upper = log_posterior(it, rows, n, se0, d + h);
    curve = (upper - 2 * here + lower) / (h * h);
    *shift = d;
    *se = 1.0 / sqrt(-curve > 1e-9 ? -curve : 1e-9);
}
