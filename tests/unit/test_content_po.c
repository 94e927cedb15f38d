/* test_content_po: words of the screens out of a .po file. */
#include "base/fsio.h"
#include "content_po.h"
#include "unit/test.h"

#define HEADER                                                                                                         \
    "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: "           \
    "8bit\\n\"\n"                                                                                                      \
    "\"Language: it\\n\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\"X-Native-Name: "                        \
    "Italiano\\n\"\n\"X-Direction: ltr\\n\"\n\n"

static bool read_po(const char *text, struct arena *a, struct report *r, struct po *po)
{
    struct err err;

    CHECK(fsio_replace(test_path("it.po"), text, strlen(text), 0600, &err));
    return content_po_load(test_path("it.po"), "locale/it.po", a, r, po);
}

TEST(content_po, words_contexts_and_plurals_are_read_and_fuzzy_ones_left_out)
{
    struct arena a = {0};
    struct report r = {0};
    struct po po;

    CHECK(read_po(
        HEADER "msgid \"Next\"\nmsgstr \"Avanti\"\n\n"
               "msgctxt \"say\"\nmsgid \"Next\"\nmsgstr \"Vai avanti\"\n\n"
               "msgid \"{n} card\"\nmsgid_plural \"{n} cards\"\nmsgstr[0] \"una scheda\"\nmsgstr[1] \"{n} schede\"\n\n"
               "#, fuzzy\nmsgid \"Back\"\nmsgstr \"Dietro\"\n\n"
               "msgid \"Home\"\nmsgstr \"\"\n",
        &a, &r, &po));
    CHECK_STR(buf_text(&r.text), "");
    CHECK_STR(po.name, "Italiano");
    CHECK_STR(po.plural, "nplurals=2; plural=(n != 1);");
    CHECK_INT(po.n_messages, 5);
    CHECK_INT(po.n_words, 3);
    CHECK_STR(po.words[1].context, "say");
    CHECK_INT(po.words[2].n_values, 2);
    CHECK_STR(po.words[2].value[1], "{n} schede");
    arena_release(&a);
    report_release(&r);
}

TEST(content_po, a_translation_keeps_the_places_in_braces)
{
    static const struct {
        const char *text;
        int n_errors;
    } cases[] = {
        {"msgid \"{a} of {b}\"\nmsgstr \"{b}: {a}\"\n", 0},
        {"msgid \"{a} of {b}\"\nmsgstr \"{a}\"\n", 1},
        {"msgid \"{a}\"\nmsgstr \"{a} {b}\"\n", 1},
        {"msgid \"one\"\nmsgid_plural \"{n} cards\"\nmsgstr[0] \"una\"\nmsgstr[1] \"{n}\"\n", 0},
        {"msgid \"one\"\nmsgid_plural \"{n} cards\"\nmsgstr[0] \"una\"\nmsgstr[1] \"{m}\"\n", 1},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct arena a = {0};
        struct report r = {0};
        char *text = mem_fmt("%s%s", HEADER, cases[i].text);
        struct po po;

        CHECK(read_po(text, &a, &r, &po));
        CHECK_INT(r.n_errors, cases[i].n_errors);
        free(text);
        arena_release(&a);
        report_release(&r);
    }
}

TEST(content_po, a_missing_or_broken_file_is_told)
{
    struct arena a = {0};
    struct report r = {0};
    struct po po;

    CHECK(!content_po_load(test_path("absent.po"), "locale/fr.po", &a, &r, &po));
    CHECK_HAS(buf_text(&r.text), "locale/fr.po: cannot be read; every language has its .po");
    report_release(&r);
    read_po("msgid \"a\"\nmsgstr b\n", &a, &r, &po);
    CHECK_HAS(buf_text(&r.text), "locale/it.po:2");
    arena_release(&a);
    report_release(&r);
}
