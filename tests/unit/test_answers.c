/* test_answers: rows of visits in the ledger become sessions; what was gone back over, retired or asked again is not
 * in them. */
#include "answers.h"
#include "unit/ledger_fixture.h"

static struct assess_bank bank;
static const char *const LANGUAGES[] = {"en", "it"};

/* An sr, an st and eight km of one competence. */
static void make_bank(void)
{
    struct err err;
    char id[16];

    assess_bank_begin(&bank);
    CHECK(assess_bank_add_competence(&bank, "D1.1", "D1", "DC", &err));
    CHECK(assess_bank_add_item(&bank, "sr", "D1.1", "sr", 3, "", 0, NULL, &err));
    CHECK(assess_bank_add_item(&bank, "st", "D1.1", "st", 3, "", 0, NULL, &err));
    for (int i = 0; i < 8; i++) {
        snprintf(id, sizeof id, "km%d", i);
        CHECK(assess_bank_add_item(&bank, id, "D1.1", "km", 3, "", 0, NULL, &err));
    }
}

static void answer(struct hub *h, const char *item, const char *question, int choice, bool is_right)
{
    char text[256];

    snprintf(text, sizeof text,
             "{\"kind\":\"answer\",\"item\":\"%s\",\"question\":\"%s\",\"choice\":%d,\"right\":%s,\"ms\":9000}", item,
             question, choice, is_right ? "true" : "false");
    hub_row(h, text);
}

static void answer_km(struct hub *h, int from, int to)
{
    char id[16];

    for (int i = from; i < to; i++) {
        snprintf(id, sizeof id, "km%d", i);
        answer(h, id, id, 1, i % 2 == 0);
    }
}

static void open_visit(struct hub *h, const struct desk *d, const char *lang)
{
    char text[64];

    snprintf(text, sizeof text, "{\"kind\":\"open\",\"lang\":\"%s\"}", lang);
    hub_visit(h, d, text);
    hub_row(h, "{\"kind\":\"assess\",\"seed\":1,\"length\":12,\"items\":10}");
}

/* A `back` row names the row that it undoes. */
static void undo_last(struct hub *h)
{
    struct journal_stats stats;
    char text[64];
    struct err err;

    CHECK(journal_get_stats(h->journal, &stats, &err));
    snprintf(text, sizeof text, "{\"kind\":\"back\",\"undo\":%lld}", (long long)stats.last_seq);
    hub_row(h, text);
}

static void read_all(struct desk *d, struct hub *h, struct answers *a)
{
    struct err err;

    hub_deliver(h, d, 0);
    desk_collect(d);
    make_bank();
    if (!answers_read(ledger_db(d->ledger), &bank, LANGUAGES, 2, a, &err)) {
        fail_msg("%s", err.text);
    }
}

TEST(answers, a_visit_is_a_session_and_a_situation_counts_when_it_is_whole)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "whole");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "it");
    answer(&h, "sr", "sr", 2, false);
    answer(&h, "st", "st/1", 0, true);
    answer(&h, "st", "st/2", 0, false);
    answer(&h, "st", "st/3", 0, true);
    answer_km(&h, 0, 4);
    answer(&h, "km5", "km5", -1, false);
    open_visit(&h, &d, "en");
    answer_km(&h, 0, 6);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 2);
    int it = a.sessions[0].lang == 1 ? 0 : 1; /* visits have random numbers: either may come first */

    CHECK_INT(a.sessions[it].n, 7);
    CHECK_INT(a.sessions[1 - it].lang, 0);
    CHECK_INT(a.sessions[1 - it].n, 6);
    CHECK_INT(a.sessions[it].answer[0].score, 2);
    CHECK_INT(a.sessions[it].answer[1].item, 1);
    CHECK_INT(a.sessions[it].answer[1].score, 2);
    CHECK_INT(a.sessions[it].answer[1].ms, 27000);
    CHECK_INT(a.sessions[it].answer[2].score, 1);
    CHECK_INT(a.sessions[it].answer[6].score, 0); /* not sure */
    CHECK_INT(a.n_short + a.n_foreign, 0);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, what_was_gone_back_over_is_not_counted)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "back");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "en");
    answer_km(&h, 0, 5);
    answer(&h, "km5", "km5", 0, false);
    undo_last(&h);
    answer(&h, "km5", "km5", 1, true);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 1);
    CHECK_INT(a.sessions[0].n, 6);
    CHECK_INT(a.sessions[0].answer[5].score, 1);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, six_items_are_a_session_and_five_are_too_few)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "few");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "en");
    answer_km(&h, 0, ANSWERS_SESSION_MIN);
    open_visit(&h, &d, "en");
    answer_km(&h, 0, ANSWERS_SESSION_MIN - 1);
    open_visit(&h, &d, "fr"); /* in a language that the bank has not */
    answer_km(&h, 0, 8);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 1);
    CHECK_INT(a.sessions[0].n, 6);
    CHECK_INT(a.n_short, 2);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, items_that_are_gone_and_items_asked_again_are_left_out)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "gone");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "en");
    answer_km(&h, 0, 6);
    answer(&h, "retired", "retired", 0, true);
    answer(&h, "sr", "sr", 9, false); /* no place on the scale */
    answer_km(&h, 0, 2);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 1);
    CHECK_INT(a.sessions[0].n, 6);
    CHECK_INT(a.n_foreign, 4);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, what_was_answered_before_and_after_coming_back_is_not_one_session)
{
    static const char *const back[] = {"{\"kind\":\"return\",\"by\":\"code\",\"assess\":true}",
                                       "{\"kind\":\"return\",\"by\":\"code\",\"assess\":false}"};

    for (int own = 0; own < 2; own++) { /* the kept answers took the place of hers, or hers went on */
        struct answers a = {0};
        struct desk d;
        struct hub h;

        desk_open(&d, own ? "own" : "kept");
        hub_open(&h, &d, "Brolo", true);
        open_visit(&h, &d, "en");
        answer_km(&h, 0, 2);
        hub_row(&h, back[own]);
        answer_km(&h, 2, 8);
        read_all(&d, &h, &a);
        CHECK_INT(a.n, own); /* of two answers there is no session */
        CHECK(!own || a.sessions[0].n == 8);
        CHECK_INT(a.n_returned, own ? 0 : 6);
        answers_release(&a);
        hub_close(&h);
        desk_close(&d);
    }
}

/* Her first answers are of another visit: the engine that chose these knew them, and calibration does not. */
TEST(answers, the_second_half_of_a_session_is_not_taken_for_a_session)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "half");
    hub_open(&h, &d, "Brolo", true);
    hub_visit(&h, &d, "{\"kind\":\"open\",\"lang\":\"en\"}");
    hub_row(&h, "{\"kind\":\"return\",\"by\":\"pictures\"}");
    answer_km(&h, 0, 8);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 0);
    CHECK_INT(a.n_returned, 8);
    CHECK_INT(a.n_short + a.n_foreign, 0);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, what_was_begun_before_and_after_coming_back_is_a_session)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "between");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "en");
    answer_km(&h, 0, 6);
    hub_row(&h, "{\"kind\":\"return\",\"by\":\"code\"}");
    answer_km(&h, 6, 8);
    hub_row(&h, "{\"kind\":\"assess\",\"seed\":2,\"length\":12,\"items\":10}");
    answer_km(&h, 0, 7);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 2);
    CHECK_INT(a.sessions[0].n, 6);
    CHECK_INT(a.sessions[1].n, 7);
    CHECK_INT(a.n_returned, 2);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, a_session_has_the_language_it_was_answered_in_not_the_last_of_the_visit)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "behind");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "it");
    answer_km(&h, 0, 6);
    hub_row(&h, "{\"kind\":\"lang\",\"lang\":\"en\"}");
    hub_row(&h, "{\"kind\":\"lang\",\"lang\":\"fr\"}"); /* one that the bank has not */
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 1);
    CHECK_INT(a.sessions[0].lang, 1);
    CHECK_INT(a.n_mixed, 0);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, a_session_in_two_languages_is_of_neither)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "mixed");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "it");
    answer_km(&h, 0, 4);
    hub_row(&h, "{\"kind\":\"lang\",\"lang\":\"en\"}");
    answer_km(&h, 4, 8);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 1);
    CHECK_INT(a.sessions[0].n, 8);
    CHECK_INT(a.sessions[0].lang, CALIBRATE_MIXED);
    CHECK_INT(a.n_mixed, 1);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

TEST(answers, going_back_over_an_answer_that_was_left_out_takes_no_other_one_away)
{
    struct answers a = {0};
    struct desk d;
    struct hub h;

    desk_open(&d, "undo");
    hub_open(&h, &d, "Brolo", true);
    open_visit(&h, &d, "en");
    answer_km(&h, 0, 6);
    answer(&h, "retired", "retired", 0, true);
    undo_last(&h);
    read_all(&d, &h, &a);
    CHECK_INT(a.n, 1);
    CHECK_INT(a.sessions[0].n, 6);
    answers_release(&a);
    hub_close(&h);
    desk_close(&d);
}

struct told { /* a visit, and what tells its session from others */
    uint8_t visit[JOURNAL_VISIT_BYTES];
    int lang;
};

static int by_visit(const void *a, const void *b)
{
    return memcmp(((const struct told *)a)->visit, ((const struct told *)b)->visit, JOURNAL_VISIT_BYTES);
}

/* Else the last fifth, which judges, would be the people of one hub. */
TEST(answers, sessions_of_all_hubs_are_mixed_by_the_random_ids_of_their_visits)
{
    enum { VISITS = 12 };
    struct told told[2 * VISITS];
    struct answers a = {0};
    struct desk d;
    struct hub h[2];

    desk_open(&d, "hubs");
    for (int k = 0; k < 2; k++) {
        hub_open(&h[k], &d, k ? "Brolo" : "Ficarra", true);
        for (int i = 0; i < VISITS; i++) {
            open_visit(&h[k], &d, LANGUAGES[k]);
            answer_km(&h[k], 0, 6);
            memcpy(told[k * VISITS + i].visit, h[k].visit.id, JOURNAL_VISIT_BYTES);
            told[k * VISITS + i].lang = k;
        }
        hub_deliver(&h[k], &d, k);
    }
    qsort(told, M2_COUNT(told), sizeof *told, by_visit);
    read_all(&d, &h[0], &a);
    CHECK_INT(a.n, 2 * VISITS);
    for (int i = 0; i < a.n; i++) {
        CHECK_INT(a.sessions[i].lang, told[i].lang);
    }
    answers_release(&a);
    hub_close(&h[0]);
    hub_close(&h[1]);
    desk_close(&d);
}
