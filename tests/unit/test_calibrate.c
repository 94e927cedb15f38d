/* test_calibrate: what people answered moves the bank's numbers, a little where answers are few, and never the scale.
 */
#include "base/rng.h"
#include "learn/calibrate.h"
#include "unit/test.h"
#include <math.h>

enum {
    COMPETENCES = 6,
    PER_COMPETENCE = 6,
    ITEMS = COMPETENCES * PER_COMPETENCE,
    ANSWERS = 12,
    SESSIONS = CALIBRATE_SESSIONS_ITEMS
};

/* A bank as authors guess it, and the places where its items truly are. */
struct village {
    struct assess_bank bank;
    struct calibrate c;
    double truly[ITEMS][2]; /* shift of each item, by language */
    struct assess_answer answers[SESSIONS][ANSWERS];
    struct calibrate_session session[SESSIONS];
    struct rng rng;
};

static double uniform(struct rng *r)
{
    return (double)(rng_next(r) >> 11) / 9007199254740992.0;
}

static double gauss(struct rng *r)
{
    return sqrt(-2 * log(1 - uniform(r))) * cos(6.283185307179586 * uniform(r));
}

static struct village *village_new(void)
{
    static const char *const types[PER_COMPETENCE] = {"sr", "sr", "km", "sm", "st", "st"};
    struct village *v = mem_alloc(sizeof *v);
    struct err err;
    char id[16], code[16];

    v->rng.state = 11;
    assess_bank_begin(&v->bank);
    for (int k = 0; k < COMPETENCES; k++) {
        snprintf(code, sizeof code, "D1.%d", k + 1);
        CHECK(assess_bank_add_competence(&v->bank, code, "D1", "DC", &err));
    }
    v->c = (struct calibrate){.bank = &v->bank, .n_languages = 2};
    for (int i = 0; i < ITEMS; i++) {
        snprintf(code, sizeof code, "D1.%d", i / PER_COMPETENCE + 1);
        snprintf(id, sizeof id, "i%d", i);
        v->c.item[i].level = 2 + i % 4;
        CHECK(
            assess_bank_add_item(&v->bank, id, code, types[i % PER_COMPETENCE], v->c.item[i].level, "", 0, NULL, &err));
    }
    return v;
}

/* How somebody at z answers the item as it truly is. */
static int reply(struct village *v, int item, int lang, double z)
{
    struct assess_item it = v->bank.item[item];
    double s0[ASSESS_SCORES_MAX], s1[ASSESS_SCORES_MAX], s2[ASSESS_SCORES_MAX], u = uniform(&v->rng);
    int score = 0;

    for (int k = 0; k < it.n_scores - 1; k++) {
        it.threshold[k] += v->truly[item][lang];
    }
    assess_moments(&it, z, 1e-9, s0, s1, s2);
    for (double sum = s0[0]; score < it.n_scores - 1 && u > sum; sum += s0[score]) {
        score++;
    }
    return score;
}

/* People around mean, each at her own place, answer twelve items dealt to them; every other one in the second
 * language. */
static void live(struct village *v, double mean, int n)
{
    for (int p = 0; p < n; p++) {
        double g = gauss(&v->rng), at[COMPETENCES], claim = 0.3 + 0.8 * gauss(&v->rng);
        int order[ITEMS];

        for (int k = 0; k < COMPETENCES; k++) {
            at[k] = mean + g + gauss(&v->rng);
        }
        for (int i = 0; i < ITEMS; i++) {
            order[i] = i;
        }
        rng_shuffle(&v->rng, order, ITEMS);
        for (int i = 0; i < ANSWERS; i++) {
            bool is_self = v->bank.item[order[i]].type == ASSESS_SR;
            double z = at[v->bank.item[order[i]].competence] + (is_self ? claim : 0);

            v->answers[p][i] = (struct assess_answer){order[i], reply(v, order[i], p % 2, z), 20000};
        }
        v->session[p] = (struct calibrate_session){v->answers[p], ANSWERS, p % 2};
    }
}

TEST(calibrate, items_move_to_where_they_truly_are)
{
    struct village *v = village_new();
    double off_before = 0, off_after = 0;
    bool is_better = false;
    struct err err;

    for (int i = 0; i < ITEMS; i++) { /* guesses off by most of a level, the average right in each competence */
        v->truly[i][0] = v->truly[i][1] = i % 2 ? 0.7 : -0.7;
    }
    live(v, 3.5, SESSIONS);
    if (!calibrate(&v->c, v->session, SESSIONS, &is_better, &err)) {
        fail_msg("%s", err.text);
    }
    CHECK(is_better);
    CHECK(v->c.has_items);
    CHECK_INT(v->c.n_sessions + v->c.n_careless, SESSIONS);
    for (int i = 0; i < ITEMS; i++) {
        double truth = v->c.item[i].level - 0.5 + v->truly[i][0];

        CHECK(v->c.item[i].all.se > 0 && v->c.item[i].all.se < CALIBRATE_SHIFT_SD);
        off_before += 0.7 * 0.7;
        off_after += (v->c.item[i].all.b - truth) * (v->c.item[i].all.b - truth);
    }
    CHECK(off_after < off_before / 4); /* half as far off, as a mean */
    free(v);
}

/* A whole competence whose items are harder than written: that is where people stand, not what the items are. */
TEST(calibrate, the_scale_does_not_drift)
{
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    for (int i = 0; i < PER_COMPETENCE; i++) {
        v->truly[i][0] = v->truly[i][1] = 0.8;
    }
    live(v, 3.5, SESSIONS);
    CHECK(calibrate(&v->c, v->session, SESSIONS, &is_better, &err));
    for (int k = 0; k < COMPETENCES; k++) {
        double sum = 0, weight = 0;

        for (int i = k * PER_COMPETENCE; i < (k + 1) * PER_COMPETENCE; i++) {
            double added = 1 / (v->c.item[i].all.se * v->c.item[i].all.se) - 4;

            if (v->bank.item[i].type != ASSESS_SR) {
                sum += added * (v->c.item[i].all.b - (v->c.item[i].level - 0.5));
                weight += added;
            }
        }
        CHECK(fabs(sum / weight) < 1e-9);
    }
    CHECK(v->c.prior[0] < v->c.prior[1] - 0.3); /* people are shown lower there instead */
    free(v);
}

TEST(calibrate, few_sessions_move_where_people_stand_and_no_item)
{
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    live(v, 5.0, CALIBRATE_SESSIONS_ITEMS - 1);
    CHECK(calibrate(&v->c, v->session, CALIBRATE_SESSIONS_ITEMS - 1, &is_better, &err));
    CHECK(is_better);
    CHECK(!v->c.has_items);
    CHECK(v->c.prior[0] > 4.2);
    for (int i = 0; i < ITEMS; i++) {
        CHECK(isnan(v->c.item[i].all.b));
    }
    CHECK(!calibrate(&v->c, v->session, CALIBRATE_SESSIONS_PRIORS - 1, &is_better, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK_HAS(err.text, "49 sessions; at least 50 are needed");
    CHECK(calibrate(&v->c, v->session, CALIBRATE_SESSIONS_PRIORS, &is_better, &err));
    free(v);
}

TEST(calibrate, an_item_that_is_harder_in_one_language_is_named_and_gets_its_own_place)
{
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    v->truly[4][1] = 1.6; /* an st of the first competence, in the second language */
    live(v, 3.5, SESSIONS);
    CHECK(calibrate(&v->c, v->session, SESSIONS, &is_better, &err));
    CHECK(!isnan(v->c.item[4].in[1].b));
    CHECK(v->c.item[4].in[1].b > v->c.item[4].all.b + CALIBRATE_DIFFERS_LEVELS);
    for (int i = 0, n = 0; i < ITEMS; i++) {
        n += i != 4 && (!isnan(v->c.item[i].in[0].b) || !isnan(v->c.item[i].in[1].b));
        CHECK(n <= 3); /* two in a hundred by chance at two standard errors, and 72 looks */
    }
    free(v);
}

TEST(calibrate, an_item_answered_at_random_does_not_fit)
{
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    live(v, 3.5, SESSIONS);
    for (int p = 0; p < SESSIONS; p++) {
        for (int i = 0; i < ANSWERS; i++) {
            if (v->answers[p][i].item == 10) {
                v->answers[p][i].score = (int)rng_below(&v->rng, 2) * 3; /* nothing or all, whoever it is */
            }
        }
    }
    CHECK(calibrate(&v->c, v->session, SESSIONS, &is_better, &err));
    CHECK(v->c.item[10].misfit > CALIBRATE_MISFIT_HIGH);
    for (int i = 0; i < ITEMS; i++) {
        if (i != 10 && !isnan(v->c.item[i].misfit)) {
            CHECK(v->c.item[i].misfit > CALIBRATE_MISFIT_LOW && v->c.item[i].misfit < CALIBRATE_MISFIT_HIGH);
        }
    }
    free(v);
}

TEST(calibrate, careless_sessions_teach_nothing)
{
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    live(v, 3.5, 200);
    for (int i = 0; i < 20 * ANSWERS; i++) {
        struct assess_answer *a = &v->answers[i / ANSWERS][i % ANSWERS];

        a->ms = 200; /* nobody reads so fast */
        a->score = (int)rng_below(&v->rng, (uint32_t)v->bank.item[a->item].n_scores);
    }
    CHECK(calibrate(&v->c, v->session, 200, &is_better, &err));
    CHECK(v->c.n_careless >= 5 && v->c.n_careless <= 20);
    CHECK_INT(v->c.n_sessions + v->c.n_careless, 200);
    free(v);
}

TEST(calibrate, what_no_bank_could_have_had_is_refused)
{
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    live(v, 3.5, 60);
    v->answers[3][2].item = ITEMS;
    CHECK(!calibrate(&v->c, v->session, 60, &is_better, &err));
    CHECK_HAS(err.text, "is not in the bank");
    v->answers[3][2].item = v->answers[3][1].item;
    CHECK(!calibrate(&v->c, v->session, 60, &is_better, &err));
    CHECK(!is_better);
    v->session[3].n = 1;
    v->session[3].lang = 2;
    CHECK(!calibrate(&v->c, v->session, 60, &is_better, &err));
    CHECK_HAS(err.text, "2 languages");
    free(v);
}
