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
    ANSWERS_MAX = 12,
    ANSWERS = 8, /* quick, and enough of each item */
    SESSIONS = CALIBRATE_SESSIONS_ITEMS,
    HASTY = 30, /* sessions of who does not read */
};

/* A bank as authors guess it, and the places where its items truly are. */
struct village {
    struct assess_bank bank;
    struct calibrate c;
    int n_items, n_answers; /* n_answers: of a session */
    int for_all;            /* an item that everybody is asked; -1 = none */
    double truly[ITEMS][2]; /* shift of each item, by language */
    double slope[ITEMS];    /* of each item; 0 = its type's */
    struct assess_answer answers[SESSIONS + HASTY][ANSWERS_MAX];
    struct calibrate_session session[SESSIONS + HASTY];
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

static struct village *village_of(int n_competences)
{
    static const char *const types[PER_COMPETENCE] = {"sr", "sr", "km", "sm", "st", "st"};
    struct village *v = mem_alloc(sizeof *v);
    struct err err;
    char id[16], code[16];

    v->rng.state = 11;
    v->for_all = -1;
    v->n_answers = ANSWERS;
    assess_bank_begin(&v->bank);
    v->n_items = n_competences * PER_COMPETENCE;
    for (int k = 0; k < n_competences; k++) {
        snprintf(code, sizeof code, "D1.%d", k + 1);
        CHECK(assess_bank_add_competence(&v->bank, code, "D1", "DC", &err));
    }
    v->c = (struct calibrate){.bank = &v->bank, .n_languages = 2};
    for (int i = 0; i < v->n_items; i++) {
        snprintf(code, sizeof code, "D1.%d", i / PER_COMPETENCE + 1);
        snprintf(id, sizeof id, "i%d", i);
        v->c.item[i].level = 2 + i % 4;
        CHECK(
            assess_bank_add_item(&v->bank, id, code, types[i % PER_COMPETENCE], v->c.item[i].level, "", 0, NULL, &err));
    }
    return v;
}

static struct village *village_new(void)
{
    return village_of(COMPETENCES);
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
    it.a = v->slope[item] > 0 ? v->slope[item] : it.a;
    assess_moments(&it, z, 1e-9, s0, s1, s2);
    for (double sum = s0[0]; score < it.n_scores - 1 && u > sum; sum += s0[score]) {
        score++;
    }
    return score;
}

/* People around mean, each at her own place, answer some items dealt to them; every other one in the second
 * language. */
static void live_from(struct village *v, double mean, int from, int n)
{
    for (int p = from; p < from + n; p++) {
        double g = gauss(&v->rng), at[COMPETENCES], claim = 0.3 + 0.8 * gauss(&v->rng);
        int order[ITEMS];

        for (int k = 0; k < COMPETENCES; k++) {
            at[k] = mean + g + gauss(&v->rng);
        }
        for (int i = 0; i < v->n_items; i++) {
            order[i] = i;
        }
        rng_shuffle(&v->rng, order, v->n_items);
        for (int i = 0; i < v->n_items; i++) { /* when most is known of who is asked */
            if (order[i] == v->for_all) {
                order[i] = order[v->n_answers - 1];
                order[v->n_answers - 1] = v->for_all;
            }
        }
        for (int i = 0; i < v->n_answers; i++) {
            bool is_self = v->bank.item[order[i]].type == ASSESS_SR;
            double z = at[v->bank.item[order[i]].competence] + (is_self ? claim : 0);

            v->answers[p][i] = (struct assess_answer){order[i], reply(v, order[i], p % 2, z), 20000};
        }
        v->session[p] = (struct calibrate_session){v->answers[p], v->n_answers, p % 2};
    }
}

static void live(struct village *v, double mean, int n)
{
    live_from(v, mean, 0, n);
}

/* By the authors' numbers. */
static bool is_careless(const struct village *v, int p)
{
    struct assess_session *s = mem_alloc(sizeof *s);
    struct err err;
    bool is;

    assess_start(s, &v->bank, 0, v->n_answers);
    for (int i = 0; i < v->n_answers; i++) {
        CHECK(assess_answer(s, v->answers[p][i], NULL, &err));
    }
    is = assess_careless(s) > 0.5;
    free(s);
    return is;
}

/* Tap anything before they could have read it; those who hit what could have been meant are not noticed. */
static void live_hastily(struct village *v, int from, int n)
{
    for (int p = from; p < from + n; p++) {
        do {
            live_from(v, 3.5, p, 1);
            for (int i = 0; i < v->n_answers; i++) {
                struct assess_answer *a = &v->answers[p][i];

                a->ms = 200;
                a->score = (int)rng_below(&v->rng, (uint32_t)v->bank.item[a->item].n_scores);
            }
        } while (!is_careless(v, p));
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

        CHECK(v->c.item[i].found.all.se > 0 && v->c.item[i].found.all.se < CALIBRATE_SHIFT_SD);
        off_before += 0.7 * 0.7;
        off_after += (v->c.item[i].found.all.b - truth) * (v->c.item[i].found.all.b - truth);
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
            double added = 1 / (v->c.item[i].found.all.se * v->c.item[i].found.all.se) - 4;

            if (v->bank.item[i].type != ASSESS_SR) {
                sum += added * (v->c.item[i].found.all.b - (v->c.item[i].level - 0.5));
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
        CHECK(isnan(v->c.item[i].found.all.b));
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
    CHECK(v->c.item[4].is_different[1]);
    CHECK(v->c.item[4].found.in[1].b > v->c.item[4].found.all.b + CALIBRATE_DIFFERS_LEVELS);
    for (int i = 0, n = 0; i < ITEMS; i++) {
        n += i != 4 && (v->c.item[i].is_different[0] || v->c.item[i].is_different[1]);
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

static bool is_same(const void *a, const void *b, size_t n) /* NAN is the same as NAN */
{
    return memcmp(a, b, n) == 0;
}

/* Two calibrations that gave the same numbers, to the last bit. */
static void check_same(const struct calibrate *a, const struct calibrate *b)
{
    CHECK_INT(a->n_sessions, b->n_sessions);
    CHECK_INT(a->n_answers, b->n_answers);
    CHECK(is_same(a->prior, b->prior, sizeof a->prior));
    for (int i = 0; i < ITEMS; i++) {
        CHECK(is_same(&a->item[i].found, &b->item[i].found, sizeof a->item[i].found));
        CHECK_NEAR(a->item[i].misfit, b->item[i].misfit, 0);
    }
    CHECK_NEAR(a->authors, b->authors, 0);
    CHECK_NEAR(a->after, b->after, 0);
}

TEST(calibrate, careless_sessions_teach_nothing)
{
    struct village *v = village_new();
    struct calibrate *with = mem_alloc(sizeof *with);
    bool is_better = false;
    struct err err;

    v->n_answers = 6;
    live_hastily(v, 0, HASTY);
    live_from(v, 3.5, HASTY, SESSIONS);
    *with = v->c;
    CHECK(calibrate(with, v->session, HASTY + SESSIONS, &is_better, &err));
    CHECK(calibrate(&v->c, v->session + HASTY, SESSIONS, &is_better, &err));
    CHECK_INT(with->n_careless, v->c.n_careless + HASTY);
    check_same(with, &v->c);
    free(with);
    free(v);
}

/* People far below where the authors thought, half of them in a hurry: by the new priors others look careless, and the
 * two means would be over different people. */
TEST(calibrate, who_is_careless_is_decided_once_by_the_authors_numbers)
{
    enum { PEOPLE = 200 };
    struct village *v = village_new();
    bool is_better = false;
    struct err err;
    int n_careless = 0;

    live(v, 1.0, PEOPLE);
    for (int p = 0; p < PEOPLE; p++) {
        for (int i = 0; i < ANSWERS; i++) {
            v->answers[p][i].ms = p % 2 ? 2000 : 20000;
        }
        n_careless += is_careless(v, p);
    }
    CHECK(calibrate(&v->c, v->session, PEOPLE, &is_better, &err));
    CHECK(n_careless > 5);
    CHECK_INT(v->c.n_careless, n_careless);
    CHECK_INT(v->c.n_sessions, PEOPLE - n_careless);
    free(v);
}

/* Everybody is asked it: answers enough for its slope, and no other item's. */
TEST(calibrate, an_item_that_tells_people_apart_badly_gets_its_slope)
{
    enum { FLAT = 4 }; /* an st: its type's slope is 0.95 */
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    v->slope[FLAT] = 0.5;
    v->for_all = FLAT;
    live(v, 3.5, SESSIONS);
    CHECK(calibrate(&v->c, v->session, SESSIONS, &is_better, &err));
    CHECK(v->c.item[FLAT].n > CALIBRATE_ANSWERS_SLOPE);
    CHECK_NEAR(v->c.item[FLAT].found.all.a, 0.5, 0.1);     /* 0.53 to be expected: it shrinks towards its type's */
    CHECK(v->c.item[FLAT].misfit > CALIBRATE_MISFIT_HIGH); /* and is named all the same */
    for (int i = 0; i < ITEMS; i++) {
        CHECK(isnan(v->c.item[i].found.all.a) == (i != FLAT));
    }
    free(v);
}

/* Its likeliest slope is none at all; that a container could not have. */
TEST(calibrate, an_item_answered_at_random_by_many_keeps_a_slope_that_content_takes)
{
    enum { LOTTERY = 4 };
    struct village *v = village_new();
    bool is_better = false;
    struct err err;

    v->for_all = LOTTERY;
    v->n_answers = 4;
    live(v, 3.5, SESSIONS);
    for (int p = 0; p < SESSIONS; p++) {
        v->answers[p][v->n_answers - 1].score = (int)rng_below(&v->rng, 2) * 3;
    }
    CHECK(calibrate(&v->c, v->session, SESSIONS, &is_better, &err));
    CHECK_NEAR(v->c.item[LOTTERY].found.all.a, CALIBRATE_SLOPE_MIN, 0);
    CHECK(v->c.item[LOTTERY].misfit > CALIBRATE_MISFIT_HIGH);
    free(v);
}

/* All slopes, from some 667 answers an item: one is flat, the others are their types'. */
TEST(calibrate, slopes_that_are_as_their_types_stay)
{
    enum { FLAT = 4 };
    struct village *v = village_of(3);
    bool is_better = false;
    struct err err;

    if (!test_is_long()) {
        free(v);
        skip();
    }
    v->slope[FLAT] = 0.5;
    v->n_answers = ANSWERS_MAX;
    live(v, 3.5, SESSIONS);
    CHECK(calibrate(&v->c, v->session, SESSIONS, &is_better, &err));
    for (int i = 0; i < v->n_items; i++) {
        double truth = i == FLAT ? 0.5 : v->bank.item[i].a;

        CHECK(v->c.item[i].n > CALIBRATE_ANSWERS_SLOPE);
        CHECK(fabs(log(v->c.item[i].found.all.a / truth)) < CALIBRATE_SLOPE_SD * 1.5);
    }
    free(v);
}

/* Those who judge live elsewhere than those who taught. */
TEST(calibrate, numbers_that_the_answers_held_back_speak_against_are_no_better)
{
    enum { TAUGHT = 80, HELD = 20 };
    struct village *v = village_new();
    bool is_better = true;
    struct err err;

    live_from(v, 2.0, 0, TAUGHT);
    live_from(v, 6.0, TAUGHT, HELD);
    CHECK(calibrate(&v->c, v->session, TAUGHT + HELD, &is_better, &err));
    CHECK(v->c.after < v->c.authors);
    CHECK(!is_better);
    free(v);
}

/* What was found in many answers is not given up for what is found in few, though that is better than what the authors
 * wrote. */
TEST(calibrate, numbers_worse_than_those_the_hubs_have_are_no_better)
{
    enum { PEOPLE = 100 };
    struct village *v = village_new();
    bool is_better = true;
    struct err err;

    v->c.has_now = true;
    for (int i = 0; i < ITEMS; i++) {
        double b = v->c.item[i].level - 0.5 + (i % 2 ? 0.7 : -0.7);

        v->truly[i][0] = v->truly[i][1] = i % 2 ? 0.7 : -0.7;
        v->c.item[i].now.all = (struct assess_measured){b, 0.1, NAN};
        v->c.item[i].now.in[0] = v->c.item[i].now.in[1] = v->c.item[i].now.all;
    }
    for (int k = 0; k < COMPETENCES; k++) {
        v->c.prior_now[k] = 4.5;
    }
    v->c.prior_now[COMPETENCES] = 0.3;
    live(v, 4.5, PEOPLE);
    CHECK(calibrate(&v->c, v->session, PEOPLE, &is_better, &err));
    CHECK(v->c.after > v->c.authors);
    CHECK(v->c.after < v->c.present);
    CHECK(!is_better);
    v->c.has_now = false;
    CHECK(calibrate(&v->c, v->session, PEOPLE, &is_better, &err));
    CHECK_NEAR(v->c.present, v->c.authors, 0);
    CHECK(is_better);
    free(v);
}

TEST(calibrate, a_language_that_was_not_answered_in_gets_no_numbers_and_mixed_sessions_are_of_none)
{
    struct village *v = village_new();
    struct err err;
    bool is_better = false;

    v->n_answers = 4;
    live(v, 3.5, SESSIONS);
    for (int p = 0; p < SESSIONS; p++) {
        v->session[p].lang = p % 2 ? CALIBRATE_MIXED : 0;
    }
    CHECK(calibrate(&v->c, v->session, SESSIONS, &is_better, &err));
    for (int i = 0; i < ITEMS; i++) {
        const struct calibrate_item *item = &v->c.item[i];

        CHECK(item->n > item->n_in[0] + CALIBRATE_ANSWERS_ITEM); /* mixed ones count for all */
        CHECK_INT(item->n_in[1], 0);
        CHECK(isnan(item->found.in[1].b));
        CHECK(!isnan(item->found.in[0].b));
        CHECK(item->is_different[0] || item->found.in[0].b == item->found.all.b);
    }
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
