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
    const char *const *lists[] = {library_sql, library_view_sql};
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
