/* test_assess: the engine against the golden vectors, to 1e-6, and its properties. */
#include "base/buf.h"
#include "base/fsio.h"
#include "learn/assess.h"
#include "unit/test.h"
#include <math.h>

static const double TOLERANCE = 1e-6;

struct golden {
    struct buf text;
    struct json *root;
    struct assess_bank *bank;
};

static void golden_open(struct golden *g, const char *lang)
{
    struct err err = {0};
    struct buf bank = {0};
    struct json_out w = {.buf = &bank};
    struct json *j;

    CHECK(fsio_read(M2_TEST_DATA "/assess/golden-vectors.json", 1 << 20, &g->text, &err));
    g->root = json_parse(g->text.data, g->text.len, "golden-vectors.json", &err);
    CHECK(g->root);
    /* the model of the file replaces the defaults, as a pack's would */
    json_begin(&w, NULL, '{');
    for (int i = 0; i < json_count(json_get(g->root, "bank")); i++) {
        struct buf part = {0};

        json_write(json_value_at(json_get(g->root, "bank"), i), &part);
        json_put_raw(&w, json_key_at(json_get(g->root, "bank"), i), part.data);
        buf_release(&part);
    }
    struct buf model = {0};

    json_write(json_get(g->root, "model"), &model);
    json_put_raw(&w, "model", model.data);
    buf_release(&model);
    json_end(&w, '}');
    j = json_parse(bank.data, bank.len, "bank", &err);
    CHECK(j);
    g->bank = mem_alloc(sizeof *g->bank);
    if (!assess_bank_load(j, lang, g->bank, &err)) {
        fail_msg("%s", err.text);
    }
    json_free(j);
    buf_release(&bank);
}

static void golden_close(struct golden *g)
{
    json_free(g->root);
    buf_release(&g->text);
    free(g->bank);
}

static const struct json *part(const struct golden *g, const char *name)
{
    return json_get(json_get(g->root, "parts"), name);
}

static double at(const struct json *list, int i)
{
    return json_num(json_at(list, i), NAN);
}

TEST(assess, small_parts_have_the_golden_numbers)
{
    struct golden g = {0};

    golden_open(&g, "");
    for (int j = 0; j < 25; j++) {
        CHECK_NEAR(assess_node_weight(j), at(part(&g, "weights"), j), TOLERANCE);
    }
    for (int i = 0; i < json_count(part(&g, "sigmoid")); i++) {
        const struct json *e = json_at(part(&g, "sigmoid"), i);

        CHECK_NEAR(assess_sigmoid(at(e, 0)), at(e, 1), TOLERANCE);
    }
    struct rng r = {.state = 42};

    for (int i = 0; i < 4; i++) {
        char text[24];

        snprintf(text, sizeof text, "%llu", (unsigned long long)rng_next(&r));
        CHECK_STR(text, json_str(json_at(json_get(part(&g, "splitmix64"), "first"), i), ""));
    }
    for (int i = 0; i < json_count(part(&g, "slopes")); i++) {
        const struct json *e = json_at(part(&g, "slopes"), i);

        CHECK_NEAR(g.bank->item[assess_bank_find(g.bank, json_str(json_at(e, 0), ""))].a, at(e, 1), TOLERANCE);
    }
    for (int i = 0; i < json_count(part(&g, "moments")); i++) {
        const struct json *e = json_at(part(&g, "moments"), i);
        const struct assess_item *it = &g.bank->item[assess_bank_find(g.bank, json_str(json_get(e, "item"), ""))];
        double s0[ASSESS_SCORES_MAX], s1[ASSESS_SCORES_MAX], s2[ASSESS_SCORES_MAX];

        assess_moments(it, json_num(json_get(e, "mu"), 0), json_num(json_get(e, "v"), 0), s0, s1, s2);
        for (int k = 0; k < it->n_scores; k++) {
            CHECK_NEAR(s0[k], at(json_get(e, "s0"), k), TOLERANCE);
            CHECK_NEAR(s1[k], at(json_get(e, "s1"), k), TOLERANCE);
            CHECK_NEAR(s2[k], at(json_get(e, "s2"), k), TOLERANCE);
        }
    }
    for (int i = 0; i < json_count(part(&g, "levels")); i++) {
        const struct json *e = json_at(part(&g, "levels"), i);
        int level, lo, hi;
        double p[ASSESS_LEVELS];

        assess_level(json_num(json_get(e, "mean"), 0), json_num(json_get(e, "sd"), 0), 0.8, &level, &lo, &hi, p);
        CHECK_INT(level, json_int(json_get(e, "level"), 0));
        CHECK_INT(lo, json_int(json_get(e, "lo"), 0));
        CHECK_INT(hi, json_int(json_get(e, "hi"), 0));
        for (int k = 0; k < ASSESS_LEVELS; k++) {
            CHECK_NEAR(p[k], at(json_get(e, "p"), k), TOLERANCE);
        }
    }
    golden_close(&g);
}

TEST(assess, calibrated_values_of_a_language_replace_the_others)
{
    struct golden g = {0};

    golden_open(&g, "xx");
    for (int i = 0; i < json_count(part(&g, "language_xx")); i++) {
        const struct json *e = json_at(part(&g, "language_xx"), i);

        CHECK_STR(g.bank->item[i].id, json_str(json_at(e, 0), ""));
        CHECK_NEAR(g.bank->item[i].a, at(e, 1), TOLERANCE);
        CHECK_NEAR(g.bank->item[i].threshold[0], at(e, 2), TOLERANCE);
    }
    golden_close(&g);
}

TEST(assess, calibration_finds_the_golden_shift)
{
    struct golden g = {0};
    struct err err = {0};

    golden_open(&g, "");
    for (int i = 0; i < json_count(part(&g, "calibrate")); i++) {
        const struct json *e = json_at(part(&g, "calibrate"), i), *rows = json_get(e, "rows");
        char *text =
            mem_fmt("{\"id\":\"x\",\"type\":\"%s\",\"level\":4,\"se\":0.0}", json_str(json_get(e, "type"), ""));
        struct json *j = json_parse(text, strlen(text), "item", &err);
        struct assess_item it;
        struct assess_row row[64];
        double shift, se;

        CHECK(assess_item_make(&g.bank->model, j, "", &it, &err));
        for (int k = 0; k < json_count(rows); k++) {
            row[k] =
                (struct assess_row){at(json_at(rows, k), 0), at(json_at(rows, k), 1), (int)at(json_at(rows, k), 2)};
        }
        assess_calibrate_shift(&it, row, json_count(rows), json_num(json_get(e, "se0"), 0), &shift, &se);
        CHECK_NEAR(shift, json_num(json_get(e, "shift"), 0), TOLERANCE);
        CHECK_NEAR(se, json_num(json_get(e, "se"), 0), TOLERANCE);
        json_free(j);
        free(text);
    }
    golden_close(&g);
}

static void check_explain(const struct assess_session *s, const struct json *list)
{
    for (int i = 0; i < json_count(list); i++) {
        int c = (int)at(json_at(list, i), 0), trail[3];
        const struct json *moves = json_at(json_at(list, i), 1);
        int n = assess_explain(s, c, trail, 3);
        double sum = 0;

        CHECK_INT(n, json_count(moves));
        for (int k = 0; k < n; k++) {
            CHECK_STR(s->bank->item[s->trail[trail[k]].item].id, json_str(json_at(json_at(moves, k), 0), ""));
            CHECK_NEAR(s->trail[trail[k]].move[c], at(json_at(moves, k), 1), TOLERANCE);
        }
        for (int k = 0; k < s->answered; k++) {
            sum += s->trail[k].move[c];
        }
        CHECK_NEAR(sum, s->m[c] - s->prior[c], 1e-9);
    }
}

static void check_session(const struct golden *g, const struct json *e)
{
    struct assess_session *s = mem_alloc(sizeof *s);
    const struct json *weights = json_get(e, "weights"), *steps = json_get(e, "steps");
    int n = g->bank->n_competences;
    struct err err = {0};

    assess_start(s, g->bank, (uint64_t)json_int(json_get(e, "seed"), 0), (int)json_int(json_get(e, "max_items"), 0));
    for (int i = 0; i < json_count(weights); i++) {
        CHECK(assess_set_weight(s, assess_bank_competence(g->bank, json_key_at(weights, i)),
                                json_num(json_value_at(weights, i), 0), &err));
    }
    for (int i = 0; i < json_count(steps); i++) {
        const struct json *step = json_at(steps, i);
        struct assess_answer a = {assess_next(s), (int)at(step, 1), (int64_t)at(step, 2)};
        double p;

        CHECK(a.item >= 0);
        CHECK_STR(g->bank->item[a.item].id, json_str(json_at(step, 0), ""));
        CHECK_INT(assess_next(s), a.item);
        CHECK(assess_answer(s, a, &p, &err));
        CHECK_NEAR(p, at(step, 3), TOLERANCE);
        CHECK_NEAR(s->m[g->bank->item[a.item].competence], at(step, 4), TOLERANCE);
    }
    CHECK_INT(assess_next(s), -1);
    for (int i = 0; i <= n; i++) {
        CHECK_NEAR(s->m[i], at(json_get(e, "mean"), i), TOLERANCE);
        CHECK_NEAR(sqrt(s->p[i][i]), at(json_get(e, "sd"), i), TOLERANCE);
    }
    for (int i = 0; i < n; i++) {
        struct assess_view v;

        assess_result(s, i, &v);
        CHECK_INT(v.level, (int)at(json_get(e, "level"), i));
        CHECK_INT(v.lo, (int)at(json_get(e, "lo"), i));
        CHECK_INT(v.hi, (int)at(json_get(e, "hi"), i));
    }
    CHECK_NEAR(assess_careless(s), json_num(json_get(e, "careless"), NAN), TOLERANCE);
    check_explain(s, json_get(e, "explain"));
    free(s);
}

TEST(assess, ten_golden_sessions_choose_the_same_items_and_end_the_same)
{
    struct golden g = {0};

    golden_open(&g, "");
    CHECK_INT(json_count(json_get(g.root, "sessions")), 10);
    for (int i = 0; i < json_count(json_get(g.root, "sessions")); i++) {
        check_session(&g, json_at(json_get(g.root, "sessions"), i));
    }
    golden_close(&g);
}

TEST(assess, answers_in_a_given_order_end_at_the_golden_numbers)
{
    struct golden g = {0};
    struct err err = {0};

    golden_open(&g, "");
    for (int i = 0; i < json_count(json_get(g.root, "fixed")); i++) {
        const struct json *e = json_at(json_get(g.root, "fixed"), i), *steps = json_get(e, "steps");
        struct assess_session *s = mem_alloc(sizeof *s);

        assess_start(s, g.bank, 0, ASSESS_ANSWERS_MAX);
        for (int k = 0; k < json_count(steps); k++) {
            struct assess_answer a = {assess_bank_find(g.bank, json_str(json_at(json_at(steps, k), 0), "")),
                                      (int)at(json_at(steps, k), 1), 0};

            CHECK(assess_answer(s, a, NULL, &err));
        }
        for (int k = 0; k <= g.bank->n_competences; k++) {
            CHECK_NEAR(s->m[k], at(json_get(e, "mean"), k), TOLERANCE);
            CHECK_NEAR(sqrt(s->p[k][k]), at(json_get(e, "sd"), k), TOLERANCE);
        }
        CHECK_NEAR(assess_careless(s), json_num(json_get(e, "careless"), NAN), TOLERANCE);
        free(s);
    }
    golden_close(&g);
}

TEST(assess, random_sessions_stay_finite_symmetric_and_replay_to_the_same_bytes)
{
    struct golden g = {0};
    int rounds = test_is_long() ? 10000 : 300;
    struct rng r = {.state = 7};
    struct assess_session *s = mem_alloc(sizeof *s), *again = mem_alloc(sizeof *again);

    golden_open(&g, "");
    for (int round = 0; round < rounds; round++) {
        struct assess_answer answers[36];
        int n = 0, k;
        struct err err = {0};
        bool is_left_out = round % 3 == 0;

        assess_start(s, g.bank, rng_next(&r), 12 + (int)rng_below(&r, 3) * 12);
        if (is_left_out) {
            CHECK(assess_set_weight(s, 5, 0, &err));
        }
        while ((k = assess_next(s)) >= 0) {
            answers[n] =
                (struct assess_answer){k, (int)rng_below(&r, (uint32_t)g.bank->item[k].n_scores), rng_below(&r, 60000)};
            CHECK(assess_answer(s, answers[n++], NULL, &err));
        }
        CHECK(!is_left_out || s->count[5] == 0);
        for (int i = 0; i <= g.bank->n_competences; i++) {
            CHECK(isfinite(s->m[i]) && s->p[i][i] > 0);
            for (int j = 0; j < i; j++) {
                CHECK_NEAR(s->p[i][j], s->p[j][i], 1e-9);
            }
        }
        assess_start(again, g.bank, s->seed, s->max_items);
        memcpy(again->weight, s->weight, sizeof again->weight);
        CHECK(assess_replay(again, answers, n, &err));
        assess_next(again);
        CHECK_INT(memcmp(again->m, s->m, sizeof s->m), 0); /* NOLINT: the same bytes are what is promised */
        CHECK_INT(memcmp(again->p, s->p, sizeof s->p), 0); /* NOLINT */
    }
    free(s);
    free(again);
    golden_close(&g);
}

TEST(assess, the_order_of_ordinary_answers_hardly_matters)
{
    struct golden g = {0};
    int order[18];
    double first[ASSESS_STATE_MAX];
    struct rng r = {.state = 11};
    struct assess_session *s = mem_alloc(sizeof *s);

    golden_open(&g, "");
    for (int i = 0; i < 18; i++) {
        order[i] = i * 6;
    }
    for (int round = 0; round < 8; round++) {
        struct err err = {0};

        assess_start(s, g.bank, 0, ASSESS_ANSWERS_MAX);
        for (int i = 0; i < 18; i++) {
            int item = order[i];

            CHECK(assess_answer(s, (struct assess_answer){item, (item / 6) % 2 * (g.bank->item[item].n_scores - 1), 0},
                                NULL, &err));
        }
        for (int i = 0; i < g.bank->n_competences; i++) {
            if (round == 0) {
                first[i] = s->m[i];
            }
            CHECK_NEAR(s->m[i], first[i], 0.25);
        }
        rng_shuffle(&r, order, 18);
    }
    free(s);
    golden_close(&g);
}

TEST(assess, bad_banks_are_refused_by_name_and_change_nothing)
{
#define BANK(items)                                                                                                    \
    "{\"format\":\"assess-bank-1\",\"competences\":[{\"id\":\"D1.1\",\"area\":\"D1\",\"framework\":\"DC\"}],"          \
    "\"items\":[" items "]}"
    static const struct {
        const char *bank, *words;
    } cases[] = {
        {BANK("{\"id\":\"a\",\"comp\":\"D9.9\",\"type\":\"km\",\"level\":3}"), "item 'a': unknown competence 'D9.9'"},
        {BANK("{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":\"zz\",\"level\":3}"), "item 'a': type 'zz'"},
        {BANK("{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":\"km\",\"level\":9}"),
         "'level' must be a whole number from 1 to 8"},
        {BANK("{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":\"km\",\"level\":3,\"a\":0}"), "item 'a': 'a' must be above 0"},
        {BANK("{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":\"km\",\"level\":3,\"c\":0.51}"), "item 'a': 'c' must be"},
        {BANK("{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":\"km\",\"level\":3,\"se\":2.01}"), "item 'a': 'se' must be"},
        {BANK("{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":\"st\",\"level\":3,\"thr\":[1,2,2]}"),
         "item 'a': 'thr' must rise"},
        {BANK("{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":\"km\",\"level\":3},{\"id\":\"a\",\"comp\":\"D1.1\",\"type\":"
              "\"sm\",\"level\":3}"),
         "item 'a' twice"},
        {"{\"format\":\"assess-bank-2\",\"competences\":[],\"items\":[]}", "format 'assess-bank-2'"},
        {"{\"format\":\"assess-bank-1\",\"competences\":[],\"items\":[]}", "no competences"},
    };
    struct assess_bank *bank = mem_alloc(sizeof *bank);

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct err err = {0};
        struct json *j = json_parse(cases[i].bank, strlen(cases[i].bank), "case", &err);

        CHECK(j);
        CHECK(!assess_bank_load(j, "", bank, &err));
        CHECK_HAS(err.text, cases[i].words);
        CHECK_INT(bank->n_competences, 0);
        json_free(j);
    }
    free(bank);
}

TEST(assess, models_whose_numbers_grow_past_all_bounds_were_taken_and_gave_results_that_are_no_numbers)
{
#define MODEL(model)                                                                                                   \
    "{\"format\":\"assess-bank-1\",\"competences\":[{\"id\":\"D1.1\",\"area\":\"D1\",\"framework\":\"DC\"}],"          \
    "\"items\":[],\"model\":{" model "}}"
    static const struct {
        const char *bank, *words;
    } cases[] = {
        {MODEL("\"var_general\":1e308"), "at most 1e+06"},
        {MODEL("\"var_own\":1000001"), "at most 1e+06"},
        {MODEL("\"claim_var\":0"), "must be above 0"},
        {MODEL("\"max_self_percent\":2147483647"), "from 0 to 1000"},
        {MODEL("\"max_self_percent\":-1"), "from 0 to 1000"},
        {MODEL("\"max_per_competence\":4611686018427387904"), "from 0 to 1000"},
        {MODEL("\"types\":{\"st\":{\"rnd\":[0,1,1,1]}}"), "type st: chances"},
        {MODEL("\"types\":{\"km\":{\"rnd\":[1,-1]}}"), "type km: chances"},
    };
    struct assess_bank *bank = mem_alloc(sizeof *bank);

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct err err = {0};
        struct json *j = json_parse(cases[i].bank, strlen(cases[i].bank), "case", &err);

        CHECK(j);
        CHECK(!assess_bank_load(j, "", bank, &err));
        CHECK_HAS(err.text, cases[i].words);
        json_free(j);
    }
    free(bank);
}

TEST(assess, a_bank_holds_400_items_and_refuses_one_more)
{
    struct assess_bank *bank = mem_alloc(sizeof *bank);
    struct err err = {0};

    assess_bank_begin(bank);
    CHECK(assess_bank_add_competence(bank, "D1.1", "D1", "DC", &err));
    for (int i = 0; i < ASSESS_ITEMS_MAX; i++) {
        char id[16];

        snprintf(id, sizeof id, "i%d", i);
        CHECK(assess_bank_add_item(bank, id, "D1.1", "km", 4, "", 0, NULL, &err));
    }
    CHECK(!assess_bank_add_item(bank, "one-more", "D1.1", "km", 4, "", 0, NULL, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_HAS(err.text, "400");
    free(bank);
}

TEST(assess, a_bank_of_40_competences_is_asked_to_its_end_and_refuses_one_more)
{
    struct assess_bank *bank = mem_alloc(sizeof *bank);
    struct assess_session s;
    struct assess_view v;
    struct err err = {0};
    char id[16];

    assess_bank_begin(bank);
    for (int i = 0; i < ASSESS_COMPETENCES_MAX; i++) {
        snprintf(id, sizeof id, "D1.%d", i);
        CHECK(assess_bank_add_competence(bank, id, "D1", "DC", &err));
    }
    CHECK(!assess_bank_add_competence(bank, "E1.1", "E1", "EC", &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_HAS(err.text, "over 40 competences");
    CHECK_INT(bank->n_competences, ASSESS_COMPETENCES_MAX);
    for (int i = 0; i < 2 * ASSESS_COMPETENCES_MAX; i++) {
        char item[16];

        snprintf(id, sizeof id, "D1.%d", i / 2);
        snprintf(item, sizeof item, "i%d", i);
        CHECK(assess_bank_add_item(bank, item, id, i % 2 ? "km" : "sr", 4, "", 0, NULL, &err));
    }
    assess_start(&s, bank, 7, 2 * ASSESS_COMPETENCES_MAX);
    for (int k = assess_next(&s); k >= 0; k = assess_next(&s)) {
        CHECK(assess_answer(&s, (struct assess_answer){k, 1, 9000}, NULL, &err));
    }
    assess_result(&s, ASSESS_COMPETENCES_MAX - 1, &v);
    CHECK(isfinite(v.mean) && v.level >= 1 && v.level <= 8);
    free(bank);
}

TEST(assess, an_answer_that_cannot_be_changes_nothing)
{
    struct golden g = {0};
    struct assess_session *s = mem_alloc(sizeof *s), *before = mem_alloc(sizeof *before);
    struct err err = {0};

    golden_open(&g, "");
    assess_start(s, g.bank, 0, 12);
    int k = assess_next(s);

    *before = *s;
    CHECK(!assess_answer(s, (struct assess_answer){-1, 0, 0}, NULL, &err));
    CHECK(!assess_answer(s, (struct assess_answer){g.bank->n_items, 0, 0}, NULL, &err));
    CHECK(!assess_answer(s, (struct assess_answer){k, g.bank->item[k].n_scores, 0}, NULL, &err));
    CHECK_INT(memcmp(before, s, sizeof *s), 0); /* NOLINT */
    CHECK(assess_answer(s, (struct assess_answer){k, 0, 0}, NULL, &err));
    CHECK(!assess_answer(s, (struct assess_answer){k, 0, 0}, NULL, &err));
    free(s);
    free(before);
    golden_close(&g);
}
