/* test_said: what she says and what she showed are kept apart, and told kindly. */
#include "learn/said.h"
#include "unit/test.h"

enum { PER_AREA = 3, N = 6 };

struct world {
    struct assess_bank bank;
    struct assess_answer answer[2 * N];
    int n;
};

/* Two areas of three competences; of each a self-report and a situation. */
static void make(struct world *w)
{
    static const char *const ids[N] = {"D1.1", "D1.2", "D1.3", "E1.1", "E1.2", "E1.3"};
    struct err err;

    assess_bank_begin(&w->bank);
    w->n = 0;
    for (int i = 0; i < N; i++) {
        CHECK(
            assess_bank_add_competence(&w->bank, ids[i], i < PER_AREA ? "D1" : "E1", i < PER_AREA ? "DC" : "EC", &err));
    }
    for (int i = 0; i < N; i++) {
        char id[16];

        snprintf(id, sizeof id, "%s-sr1", ids[i]);
        CHECK(assess_bank_add_item(&w->bank, id, ids[i], "sr", 3, "", 0, NULL, &err));
        snprintf(id, sizeof id, "%s-st1", ids[i]);
        CHECK(assess_bank_add_item(&w->bank, id, ids[i], "st", 3, "", 0, NULL, &err));
    }
}

/* Says `said` and shows `shown` on competences from..to-1; below 0: not asked. */
static void answer(struct world *w, int from, int to, int said, int shown)
{
    for (int i = from; i < to; i++) {
        if (said >= 0) {
            w->answer[w->n++] = (struct assess_answer){2 * i, said, 5000};
        }
        if (shown >= 0) {
            w->answer[w->n++] = (struct assess_answer){2 * i + 1, shown, 30000};
        }
    }
}

static void result(struct world *w, bool is_careless, struct said *out)
{
    said_make(&w->bank, w->answer, w->n, is_careless, out);
    CHECK_INT(out->n_areas, 2);
    CHECK_INT(out->n_competences, N);
    CHECK_STR(out->area[1].id, "E1");
}

static void check_same(const struct said_side *a, const struct said_side *b)
{
    CHECK_NEAR(a->mean, b->mean, 0);
    CHECK_NEAR(a->sd, b->sd, 0);
    CHECK_INT(a->asked, b->asked);
    CHECK(a->level == b->level && a->lo == b->lo && a->hi == b->hi);
}

TEST(said, words_do_not_move_what_was_shown_nor_deeds_what_was_said)
{
    struct world low, high, deeds;
    struct said a, b, c;

    make(&low);
    make(&high);
    make(&deeds);
    answer(&low, 0, N, 0, 2);
    answer(&high, 0, N, 3, 2);
    answer(&deeds, 0, N, 3, 0);
    result(&low, false, &a);
    result(&high, false, &b);
    result(&deeds, false, &c);
    check_same(&a.area[0].shown, &b.area[0].shown);
    check_same(&b.area[0].said, &c.area[0].said);
    CHECK(b.area[0].said.mean > a.area[0].said.mean + 1);
}

TEST(said, self_reports_are_taken_at_their_word)
{
    struct world w;
    struct said s;
    struct assess_session session;
    struct err err;

    make(&w);
    answer(&w, 0, N, 3, -1);
    result(&w, false, &s);
    assess_start(&session, &w.bank, 0, N);
    for (int i = 0; i < w.n; i++) {
        CHECK(assess_answer(&session, w.answer[i], NULL, &err));
    }
    CHECK(s.competence[0].said.mean > session.m[0]); /* the session takes part of it for over-claim */
    CHECK_INT(s.competence[0].said.asked, 1);
    CHECK_INT(s.competence[0].shown.asked, 0);
    CHECK_INT(s.area[0].gap, SAID_UNKNOWN);
}

TEST(said, tells_who_does_more_than_she_thinks_and_for_whom_it_was_harder)
{
    struct world w;
    struct said s;

    make(&w);
    answer(&w, 0, PER_AREA, 0, 3);
    answer(&w, PER_AREA, N, 3, 0);
    result(&w, false, &s);
    CHECK_INT(s.area[0].gap, SAID_DOES_MORE);
    CHECK_INT(s.area[1].gap, SAID_HARDER);
    CHECK_INT(s.whole.gap, SAID_FITS);
    make(&w);
    answer(&w, 0, N, 1, 1);
    result(&w, false, &s);
    CHECK_INT(s.area[0].gap, SAID_FITS);
}

TEST(said, careless_answers_widen_what_was_shown_and_nobody_is_told_of_a_gap)
{
    struct world w;
    struct said sure, careless;

    make(&w);
    answer(&w, 0, N, 3, 1);
    result(&w, false, &sure);
    result(&w, true, &careless);
    CHECK_NEAR(careless.area[0].shown.mean, sure.area[0].shown.mean, 0);
    CHECK_NEAR(careless.area[0].shown.sd, SAID_CARELESS_SPREAD * sure.area[0].shown.sd, 1e-12);
    CHECK(careless.area[0].shown.hi - careless.area[0].shown.lo > sure.area[0].shown.hi - sure.area[0].shown.lo);
    check_same(&careless.area[0].said, &sure.area[0].said);
    CHECK_INT(sure.area[0].gap, SAID_HARDER);
    CHECK_INT(careless.area[0].gap, SAID_UNKNOWN);
}

TEST(said, an_area_is_surer_than_its_competences)
{
    struct world w;
    struct said s;

    make(&w);
    answer(&w, 0, N, 2, 2);
    result(&w, false, &s);
    CHECK_NEAR(s.area[0].shown.mean,
               (s.competence[0].shown.mean + s.competence[1].shown.mean + s.competence[2].shown.mean) / PER_AREA,
               1e-12);
    CHECK(s.area[0].shown.sd < s.competence[0].shown.sd);
    CHECK_INT(s.area[0].shown.asked, PER_AREA);
}

TEST(said, over_two_levels_when_that_is_sure_and_under_minus_one_somebody_is_told)
{
    static const double off = 1e-9;

    CHECK_INT(said_of_claim(SAID_CLAIM_OVER, 0.5), SAID_FITS);
    CHECK_INT(said_of_claim(SAID_CLAIM_OVER + off, 0.5), SAID_HARDER);
    CHECK_INT(said_of_claim(3, SAID_CLAIM_SD - off), SAID_HARDER);
    CHECK_INT(said_of_claim(3, SAID_CLAIM_SD), SAID_FITS);
    CHECK_INT(said_of_claim(SAID_CLAIM_UNDER, 0.5), SAID_FITS);
    CHECK_INT(said_of_claim(SAID_CLAIM_UNDER - off, 2), SAID_DOES_MORE); /* however unsure: it is kind */
}
