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

TEST(content_po, a_language_has_at_most_5000_words)
{
    for (int over = 0; over < 2; over++) {
        struct buf text = {0};
        struct arena a = {0};
        struct report r = {0};
        struct po po;

        buf_str(&text, HEADER);
        for (int i = 0; i < PO_WORDS_MAX + over; i++) {
            buf_fmt(&text, "msgid \"w%d\"\nmsgstr \"p\"\n\n", i);
        }
        CHECK(read_po(buf_text(&text), &a, &r, &po));
        CHECK_INT(r.n_errors, over);
        CHECK_INT(po.n_words, PO_WORDS_MAX);
        if (over) {
            CHECK_HAS(buf_text(&r.text), "locale/it.po:15010: more than 5000 words");
        }
        arena_release(&a);
        report_release(&r);
        buf_release(&text);
    }
}

TEST(content_po, a_plural_has_the_forms_that_the_header_promises)
{
    static const struct {
        const char *text, *says; /* says NULL: fine */
    } cases[] = {
        {"msgstr[0] \"a\"\nmsgstr[1] \"b\"\n", NULL},
        {"msgstr[0] \"\"\nmsgstr[1] \"\"\n", NULL}, /* not translated yet: counted, not wrong */
        {"msgstr[0] \"a\"\n", "'card' has 1 of the 2 plural forms; write msgstr[0] to msgstr[1]"},
        {"msgstr[0] \"\"\nmsgstr[1] \"b\"\n", "'card' has 1 of the 2 plural forms"},
        {"msgstr[0] \"a\"\nmsgstr[1] \"b\"\nmsgstr[2] \"c\"\n", "'card' has 3 of the 2 plural forms"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct arena a = {0};
        struct report r = {0};
        char *text = mem_fmt("%smsgid \"card\"\nmsgid_plural \"cards\"\n%s", HEADER, cases[i].text);
        struct po po;

        CHECK(read_po(text, &a, &r, &po));
        CHECK_INT(r.n_errors, cases[i].says != NULL);
        if (cases[i].says) {
            CHECK_HAS(buf_text(&r.text), cases[i].says);
        }
        free(text);
        arena_release(&a);
        report_release(&r);
    }
}

TEST(content_po, plural_forms_are_one_to_six)
{
    static const struct {
        const char *forms;
        int n_errors;
    } cases[] = {{"nplurals=6; plural=0;", 0}, {"nplurals=7; plural=0;", 1}, {"nplurals=0; plural=0;", 1}, {"two", 1}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct arena a = {0};
        struct report r = {0};
        char *text = mem_fmt("msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Plural-Forms: "
                             "%s\\n\"\n\"X-Native-Name: x\\n\"\n\"X-Direction: ltr\\n\"\n",
                             cases[i].forms);
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
