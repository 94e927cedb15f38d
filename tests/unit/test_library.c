/* test_library: what the containers say, by language. */
#include "shelf/library.h"
#include "unit/shelf_fixture.h"
#include <sqlite3.h>

static struct library *open_shelf(const char *name)
{
    struct library *l = NULL;
    struct err err;

    fx_pack(test_path(name), "core", 1);
    fx_pack(test_path(name), "shop", 1);
    CHECK(library_open(test_path(name), fx_trust(), &l, &err));
    return l;
}

static struct lib_view *view_of(struct library *l, const char *lang)
{
    struct lib_view *v = NULL;
    struct err err;

    CHECK(library_view(l, lang, &v, &err));
    return v;
}

TEST(library, a_view_holds_the_texts_of_its_language)
{
    struct library *l = open_shelf("s1");
    struct lib_view *v = view_of(l, "it");

    CHECK_STR(v->lang, "it");
    CHECK_INT(v->n_languages, 2);
    CHECK_STR(v->languages[1].name, "Italiano");
    CHECK_INT(v->n_areas, 1);
    CHECK_STR(v->areas[0].plain, "Parlare");
    CHECK_INT(v->n_competences, 2);
    CHECK_STR(v->competences[0].plain, "Raggiungere le persone");
    CHECK(v->competences[0].is_verified);
    CHECK(!v->competences[1].is_verified);
    CHECK_STR(v->levels[0].say, "con aiuto");
    CHECK_STR(v->processes[0].name, "Vendere");
    CHECK_INT(v->processes[0].n_weights, 2);
    CHECK_INT(v->processes[0].weights[0].weight, 3);
    CHECK_INT(v->n_modules, 1);
    CHECK_STR(v->modules[0].title, "Il tuo negozio");
    CHECK_STR(v->modules[0].lessons[0].outcomes[1], "Chiudere la porta.");
    CHECK_INT(v->modules[0].lessons[0].n_serves, 2);
    CHECK_INT(v->n_packs, 2);
    library_view_free(v);
    library_close(l);
}

TEST(library, a_view_holds_trades_acts_and_what_matters)
{
    struct library *l = open_shelf("s-trades");
    struct lib_view *v = view_of(l, "it");

    CHECK_INT(v->n_trades, 2);
    CHECK_STR(v->trades[0].id, "stall");
    CHECK_STR(v->trades[0].name, "Bancarella");
    CHECK_STR(v->trades[1].name, "");
    CHECK_INT(v->n_matters, 1);
    CHECK_STR(v->matters[0].process, "sell");
    CHECK_INT(v->matters[0].weight, 3);
    CHECK_INT(v->n_taps, 1);
    CHECK_STR(v->taps[0].process, "sell");
    CHECK_STR(v->taps[0].text, "Chiediamo.");
    CHECK_INT(v->n_pictures, 0); /* a lesson's picture comes with its lesson */
    library_view_free(v);
    library_close(l);
}

TEST(library, texts_not_written_in_a_language_fall_back_to_the_default_and_words_do_not)
{
    struct library *l = open_shelf("s2");
    struct lib_view *it = view_of(l, "it"), *xx = view_of(l, "xx"), *en = view_of(l, "en");

    CHECK_STR(it->competences[1].plain, "Sharing things");
    CHECK_STR(xx->areas[0].plain, "Talking");
    CHECK_INT(xx->n_items, 0);
    CHECK_INT(xx->n_words, 0);
    CHECK_INT(en->n_words, 0);
    CHECK(!en->competences[0].is_verified);
    library_view_free(it);
    library_view_free(xx);
    library_view_free(en);
    library_close(l);
}

TEST(library, a_competence_says_what_each_level_can_do_and_its_title_of_3_0)
{
    struct library *l = open_shelf("s21");
    struct lib_view *v = view_of(l, "it");

    CHECK_STR(v->competences[0].can[2], "So raggiungerle.");
    CHECK_STR(v->competences[0].can[LIBRARY_LEVELS - 1], "");
    CHECK_STR(v->competences[0].title30, "Reaching, in 3.0");
    CHECK(!v->competences[0].is_verified30);
    CHECK_STR(v->competences[1].title30, "");
    CHECK(v->competences[1].is_verified30);
    library_view_free(v);
    library_close(l);
}

TEST(library, a_cell_says_what_it_means_in_the_trade_or_else_in_any)
{
    struct library *l = open_shelf("s22");
    struct lib_view *v = view_of(l, "it");

    CHECK_STR(library_means(v, "baker", "sell", "D2"), "Tell when bread is ready.");
    CHECK_STR(library_means(v, "weaver", "sell", "D2"), "Rispondi.");
    CHECK_STR(library_means(v, LIBRARY_ANY_TRADE, "sell", "D9"), "");
    CHECK_STR(library_case(v, "sell", "D2"), "Rosa ne ha vendute sei.");
    CHECK_STR(library_case(v, "buy", "D2"), "");
    library_view_free(v);
    library_close(l);
}

TEST(library, words_are_sorted_by_context_then_msgid_with_their_forms)
{
    struct library *l = open_shelf("s3");
    struct lib_view *v = view_of(l, "it");

    CHECK_INT(v->n_words, 3);
    CHECK_STR(v->words[0].msgid, "Home");
    CHECK_STR(v->words[1].msgid, "{n} card");
    CHECK_STR(v->words[1].value[1], "{n} schede");
    CHECK(!v->words[1].value[2]);
    CHECK_STR(v->words[2].context, "say");
    library_view_free(v);
    library_close(l);
}

TEST(library, items_keep_the_order_of_the_bank_and_exist_only_where_they_are_written)
{
    struct library *l = open_shelf("s4");
    struct lib_view *en = view_of(l, "en"), *it = view_of(l, "it");

    CHECK_INT(en->n_items, 3);
    CHECK_STR(en->items[0].id, "z-first");
    CHECK_INT(en->items[0].questions[0].n_choices, 0);
    CHECK_NEAR(en->items[0].seconds, 0, 0);
    CHECK_STR(en->items[1].id, "a-second");
    CHECK_INT(en->items[1].n_questions, 3);
    CHECK_STR(en->items[1].questions[2].id, "a-second/3");
    CHECK_NEAR(en->items[1].seconds, 40, 0);
    CHECK_STR(en->items[2].questions[0].choices[1].text, "m-third answer 2 in en");
    CHECK(en->items[2].questions[0].choices[1].is_right);
    CHECK_INT(it->n_items, 2);
    library_view_free(en);
    library_view_free(it);
    library_close(l);
}

TEST(library, numbers_of_calibration_come_with_items_and_a_language_may_have_its_own)
{
    struct library *l = open_shelf("s4b");
    struct lib_view *en = view_of(l, "en"), *it = view_of(l, "it");

    CHECK_NEAR(en->items[0].b, -0.5, 0);
    CHECK_NEAR(en->items[0].a, 1.1, 0);
    CHECK_NEAR(it->items[0].b, 3.25, 0);
    CHECK_NEAR(it->items[0].se, 0.3, 0);
    CHECK_NEAR(it->items[0].a, 1.1, 0); /* a slope is of the question, whatever it is written in */
    CHECK(isnan(en->items[1].b) && isnan(en->items[1].se) && isnan(en->items[1].a));
    CHECK_NEAR(en->competences[0].prior, 4.25, 0);
    CHECK(isnan(en->competences[1].prior));
    CHECK_NEAR(en->prior_claim, 0.75, 0);
    library_view_free(en);
    library_view_free(it);
    library_close(l);
}

/* The others were sure to 0.2 of a level: of their words, not of these. */
TEST(library, a_translation_that_nobody_answered_is_not_as_sure_as_those_that_were)
{
    struct library *l = open_shelf("s4c");
    struct lib_view *en = view_of(l, "en");

    CHECK_NEAR(en->items[0].b, -0.5, 0);
    CHECK_NEAR(en->items[0].se, LIBRARY_TRANSLATION_SE, 0);
    library_view_free(en);
    library_close(l);
}

TEST(library, a_lesson_comes_with_pages_questions_and_pictures)
{
    struct library *l = open_shelf("s5");
    struct lib_lesson_body *b = NULL;
    struct err err;

    CHECK(library_lesson(l, "shop-1", "it", &b, &err));
    CHECK_STR(b->lang, "it");
    CHECK_INT(b->n_pages, 2);
    CHECK_STR(b->pages[1], "# Aprila\n\nSpingi.\n");
    CHECK_INT(b->n_questions, 1); /* the second is not written in Italian */
    CHECK_INT(b->questions[0].n_choices, 3);
    CHECK_STR(b->questions[0].owner, "shop-1");
    CHECK_INT(b->n_pictures, 1);
    CHECK_STR(b->pictures[0].name, "door.svg");
    CHECK_STR(b->pictures[0].alt, "Una porta rossa");
    CHECK_INT(b->pictures[0].n, 4);
    CHECK_INT(b->pictures[0].width, 960);
    library_lesson_free(b);
    CHECK(library_lesson(l, "shop-1", "xx", &b, &err));
    CHECK_STR(b->lang, "en");
    CHECK_INT(b->n_questions, 2);
    library_lesson_free(b);
    CHECK(!library_lesson(l, "shop-9", "en", &b, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    library_close(l);
}

/* A shelf with one tool and one workshop in a container of their own. */
static struct library *open_work(const char *name, int n_words, int n_parts, int n_options, int n_needs)
{
    struct writer *w = NULL;
    struct library *l = NULL;
    char path[600], text[32];
    struct err err;

    fx_pack(test_path(name), "core", 1);
    snprintf(path, sizeof path, "%s/work-1.m2k", test_path(name));
    CHECK(writer_new(path, &w, &err));
    fx_manifest(w, "work", 1, "tool");
    writer_row(w, "tool", "sissis", "price", (int64_t)1, "calculator", "E2", (int64_t)5, "return {}");
    fx_text(w, "tool", "price", "title", "Know your price", "Il prezzo giusto");
    for (int i = 1; i < n_words; i++) { /* the title is one, too */
        snprintf(text, sizeof text, "field.f%d", i);
        fx_text(w, "tool", "price", text, "Minutes", NULL);
    }
    writer_row(w, "serves", "sss", "tool", "price", "process:sell");
    writer_row(w, "workshop", "sissiii", "cards", (int64_t)1, "people", "D2", (int64_t)4, (int64_t)12,
               (int64_t)n_needs);
    fx_text(w, "workshop", "cards", "title", "Get paid by card", NULL);
    fx_text(w, "workshop", "cards", "need2", "Chairs", "Sedie");
    for (int i = 1; i <= n_parts; i++) {
        writer_row(w, "part", "sisii", "cards", (int64_t)i, i == 2 ? "vote" : "talk", (int64_t)10,
                   (int64_t)(i == 2 ? n_options : 0));
    }
    fx_text(w, "part", "cards/2", "room", "What stops you?", "Che cosa ti frena?");
    fx_text(w, "part", "cards/2", "option1", "The fees", "I costi");
    CHECK(writer_finish(w, &err));
    fx_sign(path, &fx_sec[TRUST_AUTHOR], "container work 1");
    CHECK(library_open(test_path(name), fx_trust(), &l, &err));
    return l;
}

TEST(library, tools_and_workshops_come_with_their_words_and_parts)
{
    struct library *l = open_work("s30", 3, 3, 4, 2);
    struct lib_view *v = view_of(l, "it");
    const struct lib_workshop *w;

    CHECK_INT(v->n_tools, 1);
    CHECK_STR(v->tools[0].title, "Il prezzo giusto");
    CHECK_STR(v->tools[0].about, "");
    CHECK_STR(v->tools[0].program, "return {}");
    CHECK_INT(v->tools[0].minutes, 5);
    CHECK_STR(v->tools[0].serves[0], "process:sell");
    CHECK_STR(library_tool_word(&v->tools[0], "field.f2"), "Minutes");
    CHECK_STR(library_tool_word(&v->tools[0], "field.f3"), "");
    CHECK_INT(v->n_workshops, 1);
    w = &v->workshops[0];
    CHECK_INT(w->minutes, 30);
    CHECK_INT(w->people_to, 12);
    CHECK_INT(w->n_needs, 2);
    CHECK_STR(w->needs[0], "");
    CHECK_STR(w->needs[1], "Sedie");
    CHECK_INT(w->n_parts, 3);
    CHECK_STR(w->parts[1].kind, "vote");
    CHECK_STR(w->parts[1].room, "Che cosa ti frena?");
    CHECK_INT(w->parts[1].n_options, 4);
    CHECK_STR(w->parts[1].options[0], "I costi");
    CHECK_INT(w->parts[2].n_options, 0);
    library_view_free(v);
    library_close(l);
}

TEST(library, tools_and_workshops_keep_their_limits)
{
    const struct {
        int words, parts, options, needs;
        bool is_good;
    } cases[] = {
        {LIBRARY_TOOL_WORDS_MAX, LIBRARY_PARTS_MAX, LIBRARY_OPTIONS_MAX, LIBRARY_NEEDS_MAX, true},
        {LIBRARY_TOOL_WORDS_MAX + 1, 2, 2, 2, false},
        {2, LIBRARY_PARTS_MAX + 1, 2, 2, false},
        {2, 2, LIBRARY_OPTIONS_MAX + 1, 2, false},
        {2, 2, 2, LIBRARY_NEEDS_MAX + 1, false},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        char name[16];
        struct lib_view *v = NULL;
        struct err err = {0};
        struct library *l;

        snprintf(name, sizeof name, "s31-%zu", i);
        l = open_work(name, cases[i].words, cases[i].parts, cases[i].options, cases[i].needs);
        CHECK_INT(library_view(l, "en", &v, &err), cases[i].is_good);
        CHECK_INT(err.code, cases[i].is_good ? ERR_NONE : ERR_LIMIT);
        library_view_free(v);
        library_close(l);
    }
}

TEST(library, the_highest_version_in_order_is_used_and_what_is_left_out_is_named)
{
    struct library *l = NULL;
    struct lib_view *v;
    struct err err;

    fx_pack(test_path("s6"), "core", 2);
    fx_pack(test_path("s6"), "core", 10);
    fx_pack(test_path("s6"), "core", 11);
    CHECK(fsio_replace(test_path("s6/core-11.m2k"), "x", 1, 0644, &err));
    CHECK(fsio_replace(test_path("s6/notes.txt"), "x", 1, 0644, &err));
    CHECK(library_open(test_path("s6"), fx_trust(), &l, &err));
    v = view_of(l, "en");
    CHECK_INT(v->n_packs, 1);
    CHECK_INT(v->packs[0].version, 10);
    CHECK_HAS(library_problem(l, 0), "core-11.m2k");
    CHECK(!library_problem(l, 1));
    library_view_free(v);
    library_close(l);
}

TEST(library, what_a_stolen_key_signed_is_left_out) /* T32 */
{
    const struct trustlist *trust;
    struct library *l = NULL;
    struct err err;

    fx_pack(test_path("s7"), "core", 1);
    trust = fx_trust();
    fx_keys[TRUST_AUTHOR].revoked = TRUST_STOLEN;
    CHECK(!library_open(test_path("s7"), trust, &l, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "revoked as stolen");
}

TEST(library, an_empty_shelf_is_not_found)
{
    struct library *l = NULL;
    struct err err;

    CHECK(fsio_make_dirs(test_path("s8"), 0755, &err));
    CHECK(!library_open(test_path("s8"), fx_trust(), &l, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK(!library_open(test_path("s8-absent"), fx_trust(), &l, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
}

TEST(library, every_statement_fits_the_schema)
{
    const char *const *lists[] = {library_sql, library_view_sql, library_learn_sql};
    sqlite3 *db = NULL;

    CHECK_INT(sqlite3_open(":memory:", &db), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, container_schema, NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < M2_COUNT(lists); i++) {
        for (const char *const *sql = lists[i]; *sql; sql++) {
            sqlite3_stmt *st = NULL;

            if (sqlite3_prepare_v2(db, *sql, -1, &st, NULL) != SQLITE_OK) {
                print_error("%s: %s\n", *sql, sqlite3_errmsg(db));
                CHECK(false);
            }
            sqlite3_finalize(st);
        }
    }
    sqlite3_close(db);
}
