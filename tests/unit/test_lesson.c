/* test_lesson: pages of CommonMark become blocks; what is not allowed is refused by name. */
#include "learn/lesson.h"
#include "unit/test.h"

/* The page as one line a block: "h1 text", "p text", "- text", "3. text", "[name] alt"; bold *so*, emphasis _so_. */
static void dump(const struct lesson_page *page, struct buf *out)
{
    for (int i = 0; i < page->n_blocks; i++) {
        const struct lesson_block *b = &page->blocks[i];

        switch (b->kind) {
        case LESSON_HEADING:
            buf_fmt(out, "h%d ", b->number);
            break;
        case LESSON_PARAGRAPH:
            buf_str(out, "p ");
            break;
        case LESSON_BULLET:
            buf_str(out, "- ");
            break;
        case LESSON_NUMBER:
            buf_fmt(out, "%d. ", b->number);
            break;
        case LESSON_IMAGE:
            buf_fmt(out, "[%s] %s", b->image, b->alt);
            break;
        }
        for (int s = 0; s < b->n_spans; s++) {
            const struct lesson_span *span = &b->spans[s];

            buf_fmt(out, "%s%s%s%s%s", span->is_bold ? "*" : "", span->is_emphasis ? "_" : "", span->text,
                    span->is_emphasis ? "_" : "", span->is_bold ? "*" : "");
        }
        buf_char(out, '\n');
    }
}

TEST(lesson, pages_become_blocks)
{
    static const struct {
        const char *markdown, *expected;
    } cases[] = {
        {"", ""},
        {"# Title\n\nOne\ntwo.\n", "h1 Title\np One two.\n"},
        {"One  \ntwo\n", "p One\ntwo\n"},
        {"A **bold** and *soft* and ***both*** end\n", "p A *bold* and _soft_ and *_both_* end\n"},
        {"- one\n- **two**\n", "- one\n- *two*\n"},
        {"- one\n\n- two\n", "- one\n- two\n"},
        {"3. three\n4. four\n", "3. three\n4. four\n"},
        {"![a *red* door](door.svg)\n", "[door.svg] a red door\n"},
        {"Text\n\n![x](a.svg)\n\nMore\n", "p Text\n[a.svg] x\np More\n"},
        {"2 \\* 3 = 6, 50 % & more\n", "p 2 * 3 = 6, 50 % & more\n"},
        {"Così è, niño €\n", "p Così è, niño €\n"},
        {"- one\n\nafter\n", "- one\np after\n"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct arena a = {0};
        struct lesson_page page;
        struct buf out = {0};
        struct err err = {0};

        if (!lesson_parse(cases[i].markdown, &a, &page, &err)) {
            print_error("%s -> %s\n", cases[i].markdown, err.text);
            CHECK(false);
        }
        dump(&page, &out);
        CHECK_STR(buf_text(&out), cases[i].expected);
        buf_release(&out);
        arena_release(&a);
    }
}

TEST(lesson, what_a_page_may_not_hold_is_named)
{
    static const struct {
        const char *markdown, *says;
    } cases[] = {
        {"<b>x</b> &amp; y\n", "an entity"},
        {"[shop](http://example.org)\n", "a link"},
        {"<http://example.org>\n", "a link"},
        {"`code`\n", "code"},
        {"    four blanks\n", "a block of code"},
        {"```\nx\n```\n", "a block of code"},
        {"> said\n", "a quotation"},
        {"- a\n  - b\n", "a list in a list"},
        {"- a\n\n  b\n", "two paragraphs in one list item"},
        {"- # a\n", "a heading in a list"},
        {"a\n\n***\n", "a line across"},
        {"see ![x](a.svg)\n", "stands alone"},
        {"![x](a.svg) here\n", "stands alone"},
        {"![x](a.svg) ![y](b.svg)\n", "stands alone"},
        {"- ![x](a.svg)\n", "stands alone"},
        {"**![x](a.svg)**\n", "stands alone"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct arena a = {0};
        struct lesson_page page;
        struct err err = {0};

        if (lesson_parse(cases[i].markdown, &a, &page, &err) || !strstr(err.text, cases[i].says)) {
            print_error("%s -> '%s', not '%s'\n", cases[i].markdown, err.text, cases[i].says);
            CHECK(false);
        }
        CHECK_INT(err.code, ERR_FORMAT);
        arena_release(&a);
    }
}

static enum err_code try_page(const char *markdown)
{
    struct arena a = {0};
    struct lesson_page page;
    struct err err = {0};
    bool ok = lesson_parse(markdown, &a, &page, &err);

    arena_release(&a);
    return ok ? ERR_NONE : err.code;
}

TEST(lesson, bytes_blocks_and_pieces_have_limits) /* R5 */
{
    struct buf b = {0};

    for (int i = 0; i < LESSON_PAGE_BYTES; i++) {
        buf_char(&b, 'a');
    }
    CHECK_INT(try_page(b.data), ERR_NONE);
    buf_char(&b, 'a');
    CHECK_INT(try_page(b.data), ERR_LIMIT);
    buf_clear(&b);
    for (int i = 0; i < LESSON_BLOCKS_MAX; i++) {
        buf_str(&b, "a\n\n");
    }
    CHECK_INT(try_page(b.data), ERR_NONE);
    buf_str(&b, "a\n");
    CHECK_INT(try_page(b.data), ERR_LIMIT);
    buf_clear(&b);
    for (int i = 0; i < LESSON_SPANS_MAX / 2; i++) {
        buf_str(&b, "a **b** ");
    }
    CHECK_INT(try_page(b.data), ERR_NONE);
    buf_str(&b, "c **d**");
    CHECK_INT(try_page(b.data), ERR_LIMIT);
    buf_release(&b);
}

TEST(lesson, words_of_a_page_are_read_in_order_without_marks)
{
    struct arena a = {0};
    struct lesson_page page;
    struct buf out = {0};
    struct err err;

    CHECK(lesson_parse("# The door\n\n![A red door](d.svg)\n\n- one **two**\n", &a, &page, &err));
    lesson_page_text(&page, &out);
    CHECK_STR(out.data, "The door\nA red door\none two\n");
    buf_release(&out);
    arena_release(&a);
}
