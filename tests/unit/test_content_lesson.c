/* test_content_lesson: front matter and pages of one language of a lesson. */
#include "content_lesson.h"
#include "unit/test.h"

static const char GOOD[] = "---\n"
                           "id: shop-1\n"
                           "title: The door: open it\n"
                           "minutes: 8\n"
                           "eqf: 3\n"
                           "competences: D2.1 (2.2), E1.1 (2016)\n"
                           "processes: sell, money\n"
                           "outcomes:\n"
                           "- Open the door.\n"
                           "- Close it.\n"
                           "sources:\n"
                           "- Town hall, 2026-11\n"
                           "---\n"
                           "# One\n\nText.\n\n---\n\n# Two\n\nText.\n\n---\n# Three\n\nText.\n";

static bool read_lesson(const char *text, struct arena *a, struct report *r, struct lesson_text *t)
{
    return content_lesson_parse(text, strlen(text), "en.md", a, r, t);
}

TEST(content_lesson, front_matter_and_pages_are_read)
{
    struct arena a = {0};
    struct report r = {0};
    struct lesson_text t;

    CHECK(read_lesson(GOOD, &a, &r, &t));
    CHECK_STR(buf_text(&r.text), "");
    CHECK_STR(t.id, "shop-1");
    CHECK_STR(t.title, "The door: open it");
    CHECK_INT(t.minutes, 8);
    CHECK_INT(t.eqf, 3);
    CHECK_INT(t.competences.n, 2);
    CHECK_STR(t.competences.text[1], "E1.1");
    CHECK_STR(t.competences.edition[1], "2016");
    CHECK_STR(t.processes.text[1], "money");
    CHECK_INT(t.outcomes.n, 2);
    CHECK_STR(t.outcomes.text[1], "Close it.");
    CHECK_STR(t.sources.text[0], "Town hall, 2026-11");
    CHECK_INT(t.n_pages, 3);
    CHECK_STR(t.pages[1].markdown, "# Two\n\nText.\n\n");
    CHECK_INT(t.pages[0].line, 14);
    CHECK_INT(t.pages[1].line, 20);
    CHECK_INT(t.pages[2].line, 25);
    CHECK_INT(t.pages[2].n_words, 2);
    arena_release(&a);
    report_release(&r);
}

TEST(content_lesson, a_front_matter_cut_anywhere_is_told_and_never_taken_for_whole)
{
    const char *body = strstr(GOOD, "# One");

    for (size_t n = 0; n < (size_t)(body - GOOD); n++) {
        struct arena a = {0};
        struct report r = {0};
        struct lesson_text t;

        content_lesson_parse(GOOD, n, "en.md", &a, &r, &t);
        CHECK(r.n_errors > 0);
        arena_release(&a);
        report_release(&r);
    }
}

TEST(content_lesson, no_sources_is_said_with_a_word)
{
    static const struct {
        const char *with;
        int n_errors;
    } cases[] = {{"sources: none\n", 0}, {"sources:\n", 0}, {"sources: the town\n", 1}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct arena a = {0};
        struct report r = {0};
        struct lesson_text t;
        const char *at = strstr(GOOD, "sources:");
        char *text = mem_fmt("%.*s%s%s", (int)(at - GOOD), GOOD, cases[i].with, strstr(GOOD, "---\n# One"));

        read_lesson(text, &a, &r, &t);
        CHECK_INT(r.n_errors, cases[i].n_errors);
        CHECK_INT(t.sources.n, 0);
        free(text);
        arena_release(&a);
        report_release(&r);
    }
}

TEST(content_lesson, lists_and_pages_have_limits) /* R5 */
{
    for (int over = 0; over < 2; over++) {
        struct arena a = {0};
        struct report r = {0};
        struct lesson_text t;
        struct buf text = {0};

        buf_add(&text, GOOD, (size_t)(strstr(GOOD, "# One") - GOOD));
        for (int i = 0; i < LESSON_PAGES_MAX + over; i++) {
            buf_fmt(&text, "%s# Page\n\nText.\n", i ? "\n---\n\n" : "");
        }
        read_lesson(text.data, &a, &r, &t);
        CHECK_INT(r.n_errors, over);
        CHECK_INT(t.n_pages, LESSON_PAGES_MAX);
        buf_release(&text);
        arena_release(&a);
        report_release(&r);
    }
}

TEST(content_lesson, words_are_counted_by_the_gaps_between_them)
{
    CHECK_INT(content_count_words(""), 0);
    CHECK_INT(content_count_words("  one \n two\tthree "), 3);
    CHECK_INT(content_count_words("l'altro è qui"), 3);
}

TEST(content_lesson, sentences_are_counted_by_their_ends_and_by_lines_A61)
{
    static const struct {
        const char *text;
        int n;
    } cases[] = {
        {"", 0},
        {"One. Two! Three?", 3},
        {"A heading\nA sentence of 4.50 euro.\n", 2},
        {"He said: \"Go.\" She went.", 2},
        {"no end", 1},
        {"...", 0},
        {"One line\nanother line\n", 2},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        CHECK_INT(content_count_sentences(cases[i].text), cases[i].n);
    }
}
