/* calibrate: five rounds of running the sessions and moving the items (ALGORITHM 7). */
#include "learn/calibrate.h"
#include "base/buf.h"
#include "shelf/library.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define CARELESS 0.5 /* a session likelier careless than not */

/* What one answer was expected to be, and was. */
struct seen {
    struct assess_row row;
    int lang;
};

struct seen_list {
    struct seen *seen;
    int n, cap;
};

struct work {
    struct calibrate *c;
    struct assess_bank
        *bank[CALIBRATE_LANGUAGES_MAX + 1]; /* the present numbers, by language; last for mixed sessions */
    struct seen_list *items;                /* by item */
    bool is_judging;              /* the banks are those that hubs will have, and nothing is kept of answers */
    double sum[ASSESS_STATE_MAX]; /* of the means that sessions ended with */
    double log_chance;
    int64_t n_answers;
    int n_sessions;
};

static double author_b(const struct calibrate *c, int i)
{
    return c->item[i].level - 0.5;
}

/* --- a bank from the present numbers
 * ------------------------------------------------------------------------------------------------------------------ */

static const char *const TYPES[ASSESS_TYPES] = {
    [ASSESS_SR] = "sr", [ASSESS_KM] = "km", [ASSESS_SM] = "sm", [ASSESS_ST] = "st"};

/* The item's numbers in a language, as far as they are known. */
static struct assess_measured measured_in(const struct work *w, int item, int lang)
{
    const struct calibrate_numbers *found = &w->c->item[item].found;
    struct assess_measured now = found->all;

    if (lang < w->c->n_languages && !isnan(found->in[lang].b)) {
        now.b = found->in[lang].b;
        now.se = found->in[lang].se;
    } else if (lang < w->c->n_languages && w->is_judging && !isnan(now.b)) {
        now.se = fmax(now.se, LIBRARY_TRANSLATION_SE);
    }
    return now;
}

/* lang n_languages: for sessions in more than one. */
static bool make_bank(const struct work *w, int lang, struct assess_bank *out, struct err *err)
{
    const struct calibrate *c = w->c;
    const struct assess_bank *from = c->bank;

    assert(out);
    assess_bank_begin(out);
    out->model = from->model;
    for (int i = 0; i < from->n_competences; i++) {
        const struct assess_competence *k = &from->competence[i];

        if (!assess_bank_add_competence(out, k->id, k->area, k->framework, err) ||
            !assess_bank_set_prior(out, k->id, c->prior[i], err)) {
            return false;
        }
    }
    out->model.claim_mean = c->prior[from->n_competences];
    for (int i = 0; i < from->n_items; i++) {
        const struct assess_item *it = &from->item[i];
        struct assess_measured now = measured_in(w, i, lang);

        if (!assess_bank_add_item(out, it->id, from->competence[it->competence].id, TYPES[it->type], c->item[i].level,
                                  it->context ? from->context[it->context - 1] : "", it->seconds, &now, err)) {
            return false;
        }
    }
    return true;
}

static bool make_banks(struct work *w, struct err *err)
{
    for (int lang = 0; lang <= w->c->n_languages; lang++) {
        if (!make_bank(w, lang, w->bank[lang], err)) {
            return false;
        }
    }
    return true;
}

/* The item as its author placed it, moved by shift, with this slope and no doubt about its place. */
static void plain_item(const struct calibrate *c, int i, double shift, double slope, struct assess_item *out)
{
    const struct assess_item *it = &c->bank->item[i];
    const struct assess_type_model *t = &c->bank->model.type[it->type];

    *out = *it;
    out->a = slope / sqrt(1.0 + c->bank->model.k2 * slope * slope * t->noise2);
    for (int k = 0; k < t->n_steps; k++) {
        out->threshold[k] = author_b(c, i) + shift + t->off[k];
    }
}

static double slope_of(const struct calibrate *c, int i)
{
    double own = c->item[i].found.all.a;

    return isnan(own) ? c->bank->model.type[c->bank->item[i].type].a : own;
}

/* --- running the sessions
 * ------------------------------------------------------------------------------------------------------------------ */

static void keep(struct seen_list *list, const struct seen *seen)
{
    if (list->n == list->cap) {
        int cap = list->cap ? 2 * list->cap : 64;
        struct seen *more = mem_alloc((size_t)cap * sizeof *more);

        if (list->n) {
            memcpy(more, list->seen, (size_t)list->n * sizeof *more);
        }
        free(list->seen);
        list->seen = more;
        list->cap = cap;
    }
    list->seen[list->n++] = *seen;
}

static bool run_session(struct work *w, const struct calibrate_session *given, struct assess_session *s,
                        struct err *err)
{
    struct seen seen[ASSESS_ANSWERS_MAX];
    double log_chance = 0;
    int n_state = w->c->bank->n_competences + 1;

    if (given->n > ASSESS_ANSWERS_MAX || given->lang < CALIBRATE_MIXED || given->lang >= w->c->n_languages) {
        return err_set(err, ERR_FORMAT, "session: %d answers in language %d; at most %d, and %d languages", given->n,
                       given->lang, ASSESS_ANSWERS_MAX, w->c->n_languages);
    }
    assess_start(s, w->bank[given->lang == CALIBRATE_MIXED ? w->c->n_languages : given->lang], 0, ASSESS_ANSWERS_MAX);
    for (int i = 0; i < given->n; i++) {
        double chance;

        seen[i].lang = given->lang;
        seen[i].row.score = given->answer[i].score;
        if (given->answer[i].item < 0 || given->answer[i].item >= w->c->bank->n_items) {
            return err_set(err, ERR_FORMAT, "session: item %d is not in the bank", given->answer[i].item);
        }
        assess_position(s, given->answer[i].item, &seen[i].row.mu, &seen[i].row.v);
        if (!assess_answer(s, given->answer[i], &chance, err)) {
            return false;
        }
        log_chance += log(chance);
    }
    w->n_sessions++;
    w->n_answers += given->n;
    w->log_chance += log_chance;
    for (int i = 0; i < n_state; i++) {
        w->sum[i] += s->m[i];
    }
    for (int i = 0; i < given->n && !w->is_judging; i++) {
        keep(&w->items[given->answer[i].item], &seen[i]);
    }
    return true;
}

static void forget(struct work *w)
{
    memset(w->sum, 0, sizeof w->sum);
    w->log_chance = 0;
    w->n_answers = w->n_sessions = 0;
    for (int i = 0; i < w->c->bank->n_items; i++) {
        w->items[i].n = 0;
    }
}

/* Forgets what was seen and runs them all. */
static bool run_all(struct work *w, const struct calibrate_session *sessions, int n, struct err *err)
{
    struct assess_session *s = mem_alloc(sizeof *s);
    bool ok = make_banks(w, err);

    forget(w);
    for (int i = 0; ok && i < n; i++) {
        ok = run_session(w, &sessions[i], s, err);
    }
    free(s);
    return ok;
}

/* --- the items
 * ------------------------------------------------------------------------------------------------------------------ */

/* The rows of an item, of one language or of all (-1), into rows; returns how many. */
static int rows_of(const struct seen_list *list, int lang, struct assess_row *rows)
{
    int n = 0;

    for (int i = 0; i < list->n; i++) {
        if (lang < 0 || list->seen[i].lang == lang) {
            rows[n++] = list->seen[i].row;
        }
    }
    return n;
}

static double log_posterior(const struct calibrate *c, int i, const struct seen_list *list, double log_slope)
{
    double type = log(c->bank->model.type[c->bank->item[i].type].a);
    double sum = -0.5 * (log_slope - type) * (log_slope - type) / (CALIBRATE_SLOPE_SD * CALIBRATE_SLOPE_SD);
    struct assess_item it;

    plain_item(c, i, c->item[i].found.all.b - author_b(c, i), exp(log_slope), &it);
    for (int k = 0; k < list->n; k++) {
        double s0[ASSESS_SCORES_MAX], s1[ASSESS_SCORES_MAX], s2[ASSESS_SCORES_MAX];

        assess_moments(&it, list->seen[k].row.mu, list->seen[k].row.v, s0, s1, s2);
        sum += log(s0[list->seen[k].row.score]);
    }
    return sum;
}

/* The likeliest slope, by Newton's steps on its logarithm; moves are limited to a quarter. */
static double fit_slope(const struct calibrate *c, int i, const struct seen_list *list)
{
    enum { STEPS = 12 };
    const double h = 0.05, most = 0.25;
    double at = log(slope_of(c, i));

    for (int step = 0; step < STEPS; step++) {
        double low = log_posterior(c, i, list, at - h), here = log_posterior(c, i, list, at);
        double high = log_posterior(c, i, list, at + h), curve = (high - 2 * here + low) / (h * h);
        double move = (high - low) / (2 * h) / (-curve > 1e-9 ? -curve : 1e-9);

        move = move > most ? most : move < -most ? -most : move;
        at += move;
        if (fabs(move) < 1e-6) {
            break;
        }
    }
    return fmin(fmax(exp(at), CALIBRATE_SLOPE_MIN), CALIBRATE_SLOPE_MAX);
}

static void fit_item(struct calibrate *c, int i, const struct seen_list *list)
{
    struct assess_row *rows = mem_alloc((size_t)(list->n + 1) * sizeof *rows);
    struct assess_item it;
    double shift, se;

    if (list->n >= CALIBRATE_ANSWERS_ITEM) {
        plain_item(c, i, 0, slope_of(c, i), &it);
        assess_calibrate_shift(&it, rows, rows_of(list, -1, rows), CALIBRATE_SHIFT_SD, &shift, &se);
        c->item[i].found.all.b = author_b(c, i) + shift;
        c->item[i].found.all.se = fmax(se, CALIBRATE_SE_MIN);
        if (list->n > CALIBRATE_ANSWERS_SLOPE) {
            c->item[i].found.all.a = fit_slope(c, i, list);
        }
    }
    free(rows);
}

/* The mean shift of the items that belong together, weighted by what the answers added, is taken off them: their
 * authors' average level stays. competence -1: all self-reports; else the other items of that one. */
static void anchor(struct calibrate *c, int competence)
{
    double sum = 0, weight = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < c->bank->n_items; i++) {
            const struct assess_item *it = &c->bank->item[i];
            bool is_self = c->bank->model.type[it->type].is_self;

            if (isnan(c->item[i].found.all.b) || is_self != (competence < 0) ||
                (!is_self && it->competence != competence)) {
                continue;
            }
            if (pass == 0) {
                double added = 1 / (c->item[i].found.all.se * c->item[i].found.all.se) -
                               1 / (CALIBRATE_SHIFT_SD * CALIBRATE_SHIFT_SD);

                added = added > 0 ? added : 0;
                sum += added * (c->item[i].found.all.b - author_b(c, i));
                weight += added;
            } else if (weight > 0) {
                c->item[i].found.all.b -= sum / weight;
            }
        }
    }
}

static void fit_items(struct work *w)
{
    for (int i = 0; i < w->c->bank->n_items; i++) {
        fit_item(w->c, i, &w->items[i]);
    }
    for (int k = -1; k < w->c->bank->n_competences; k++) {
        anchor(w->c, k);
    }
}

/* --- what is odd about an item
 * ------------------------------------------------------------------------------------------------------------------ */

/* A language has the item's numbers for all unless its own answers say otherwise; few answers there say nothing. */
static void fit_language(struct calibrate *c, int i, const struct seen_list *list, int lang)
{
    struct calibrate_numbers *found = &c->item[i].found;
    struct assess_row *rows = mem_alloc((size_t)(list->n + 1) * sizeof *rows);
    int n = rows_of(list, lang, rows);
    struct assess_item it;
    double shift, se;

    c->item[i].n_in[lang] = n;
    if (n >= CALIBRATE_ANSWERS_ITEM) {
        found->in[lang] = (struct assess_measured){found->all.b, found->all.se, NAN};
    }
    if (n > CALIBRATE_ANSWERS_LANGUAGE && n < list->n && !isnan(c->item[i].found.all.b)) {
        plain_item(c, i, c->item[i].found.all.b - author_b(c, i), slope_of(c, i), &it);
        assess_calibrate_shift(&it, rows, n, CALIBRATE_SHIFT_SD, &shift, &se);
        if (fabs(shift) > CALIBRATE_DIFFERS_SE * se && fabs(shift) > CALIBRATE_DIFFERS_LEVELS) {
            found->in[lang] = (struct assess_measured){found->all.b + shift, fmax(se, CALIBRATE_SE_MIN), NAN};
            c->item[i].is_different[lang] = true;
        }
    }
    free(rows);
}

/* Squared surprise over expected squared surprise: 1 where the model holds, with the type's slope: one that was bent to
 * the answers would hide that they have little to do with the competence. */
static double misfit(const struct calibrate *c, int i, const struct seen_list *list)
{
    double was = 0, expected = 0;
    double shift = isnan(c->item[i].found.all.b) ? 0 : c->item[i].found.all.b - author_b(c, i);
    struct assess_item it;

    plain_item(c, i, shift, c->bank->model.type[c->bank->item[i].type].a, &it);
    for (int k = 0; k < list->n; k++) {
        double s0[ASSESS_SCORES_MAX], s1[ASSESS_SCORES_MAX], s2[ASSESS_SCORES_MAX], mean = 0, square = 0, off;

        assess_moments(&it, list->seen[k].row.mu, list->seen[k].row.v, s0, s1, s2);
        for (int y = 0; y < it.n_scores; y++) {
            mean += y * s0[y];
            square += y * y * s0[y];
        }
        off = list->seen[k].row.score - mean;
        was += off * off;
        expected += square - mean * mean;
    }
    return expected > 0 ? was / expected : (double)NAN;
}

static void look_at_items(struct work *w)
{
    for (int i = 0; i < w->c->bank->n_items; i++) {
        struct calibrate_item *item = &w->c->item[i];

        item->n = w->items[i].n;
        for (int lang = 0; lang < w->c->n_languages; lang++) {
            fit_language(w->c, i, &w->items[i], lang);
        }
        item->misfit = item->n > CALIBRATE_ANSWERS_LANGUAGE ? misfit(w->c, i, &w->items[i]) : (double)NAN;
    }
}

/* --- the whole
 * ------------------------------------------------------------------------------------------------------------------ */

static const struct assess_measured NOTHING = {NAN, NAN, NAN};

static void as_authors_wrote(struct calibrate *c)
{
    for (int i = 0; i < c->bank->n_items; i++) {
        c->item[i].found.all = NOTHING;
        for (int lang = 0; lang < CALIBRATE_LANGUAGES_MAX; lang++) {
            c->item[i].found.in[lang] = NOTHING;
            c->item[i].is_different[lang] = false;
        }
        c->item[i].misfit = NAN;
    }
    for (int i = 0; i < c->bank->n_competences; i++) {
        c->prior[i] = c->bank->competence[i].prior_mean;
    }
    c->prior[c->bank->n_competences] = c->bank->model.claim_mean;
}

static void as_hubs_have(struct calibrate *c)
{
    for (int i = 0; i < c->bank->n_items; i++) {
        c->item[i].found = c->item[i].now;
    }
    memcpy(c->prior, c->prior_now, sizeof c->prior);
}

/* The sessions that count. Decided once, by the authors' numbers: else each set of numbers would be judged by other
 * sessions, and some of them the better for leaving out those it expects worst. */
static bool drop_careless(struct work *w, const struct calibrate_session *sessions, int n,
                          struct calibrate_session *kept, int *n_kept, struct err *err)
{
    struct assess_session *s = mem_alloc(sizeof *s);
    bool ok;

    as_authors_wrote(w->c);
    w->is_judging = true;
    ok = make_banks(w, err);
    for (int i = 0; ok && i < n; i++) {
        ok = run_session(w, &sessions[i], s, err);
        if (ok && assess_careless(s) <= CARELESS) {
            kept[(*n_kept)++] = sessions[i];
        }
    }
    free(s);
    return ok;
}

/* From the authors' numbers, five rounds. */
static bool fit(struct work *w, const struct calibrate_session *sessions, int n, struct err *err)
{
    as_authors_wrote(w->c);
    w->is_judging = false;
    for (int round = 0; round < CALIBRATE_ROUNDS; round++) {
        if (!run_all(w, sessions, n, err)) {
            return false;
        }
        for (int i = 0; i <= w->c->bank->n_competences && w->n_sessions; i++) {
            w->c->prior[i] = w->sum[i] / w->n_sessions;
        }
        if (w->c->has_items) {
            fit_items(w);
        }
    }
    look_at_items(w);
    return true;
}

/* Mean log chance of the answers with the present numbers. */
static bool judge(struct work *w, const struct calibrate_session *sessions, int n, double *mean, struct err *err)
{
    bool ok;

    w->is_judging = true;
    ok = run_all(w, sessions, n, err);
    *mean = w->n_answers ? w->log_chance / (double)w->n_answers : 0;
    return ok;
}

/* What the first four fifths teach is judged by the last; then all of them teach. */
static bool judge_and_fit(struct work *w, const struct calibrate_session *sessions, int n, struct err *err)
{
    struct calibrate *c = w->c;
    int n_first = n - n / CALIBRATE_HELD_BACK;
    const struct calibrate_session *held = sessions + n_first;

    as_authors_wrote(c);
    if (!judge(w, held, n - n_first, &c->authors, err)) {
        return false;
    }
    c->present = c->authors;
    if (c->has_now) {
        as_hubs_have(c);
        if (!judge(w, held, n - n_first, &c->present, err)) {
            return false;
        }
    }
    if (!fit(w, sessions, n_first, err) || !judge(w, held, n - n_first, &c->after, err) || !fit(w, sessions, n, err)) {
        return false;
    }
    c->n_sessions = w->n_sessions;
    c->n_answers = w->n_answers;
    return true;
}

bool calibrate(struct calibrate *c, const struct calibrate_session *sessions, int n, bool *is_better, struct err *err)
{
    struct work w = {.c = c};
    struct calibrate_session *kept;
    int n_kept = 0;
    bool ok;

    if (n < CALIBRATE_SESSIONS_PRIORS) {
        return err_set(err, ERR_STATE, "%d sessions; at least %d are needed, collect more", n,
                       CALIBRATE_SESSIONS_PRIORS);
    }
    if (n > CALIBRATE_SESSIONS_MAX || c->n_languages > CALIBRATE_LANGUAGES_MAX) {
        return err_set(err, ERR_LIMIT, "%d sessions in %d languages; at most %d in %d", n, c->n_languages,
                       CALIBRATE_SESSIONS_MAX, CALIBRATE_LANGUAGES_MAX);
    }
    c->has_items = n >= CALIBRATE_SESSIONS_ITEMS;
    w.items = mem_alloc((size_t)c->bank->n_items * sizeof *w.items);
    kept = mem_alloc((size_t)n * sizeof *kept);
    for (int lang = 0; lang <= c->n_languages; lang++) {
        w.bank[lang] = mem_alloc(sizeof *w.bank[lang]);
    }
    ok = drop_careless(&w, sessions, n, kept, &n_kept, err) && judge_and_fit(&w, kept, n_kept, err);
    c->n_careless = n - n_kept;
    *is_better = ok && c->after > c->authors && c->after > c->present;
    for (int i = 0; i < c->bank->n_items; i++) {
        free(w.items[i].seen);
    }
    for (int lang = 0; lang <= c->n_languages; lang++) {
        free(w.bank[lang]);
    }
    free(w.items);
    free(kept);
    return ok;
}
