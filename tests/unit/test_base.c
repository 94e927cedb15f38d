/* test_base: failures, buffers, arenas, UTF-8, chance, the log. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "unit/test.h"
#include <errno.h>

TEST(err, a_failure_keeps_its_code_and_tells_what_was_being_done)
{
    struct err err = {0};

    CHECK(!err_set(&err, ERR_NO_SPACE, "database or disk is %s", "full"));
    CHECK(!err_wrap(&err, "append to %s", "journal"));
    CHECK(!err_wrap(&err, "saving an answer"));
    CHECK_INT(err.code, ERR_NO_SPACE);
    CHECK_STR(err.text, "saving an answer: append to journal: database or disk is full");
    CHECK_STR(err_name(err.code), "ERR_NO_SPACE");
    CHECK(!err_set(NULL, ERR_IO, "nobody listens"));
}

TEST(err, errno_becomes_a_code_and_words)
{
    static const struct {
        int errnum;
        enum err_code code;
    } cases[] = {{ENOSPC, ERR_NO_SPACE}, {EDQUOT, ERR_NO_SPACE}, {ENOENT, ERR_NOT_FOUND},
                 {EEXIST, ERR_EXISTS},   {ENODEV, ERR_GONE},     {EIO, ERR_IO}};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct err err = {0};

        CHECK(!err_sys(&err, cases[i].errnum, "cannot open '%s'", "x"));
        CHECK_INT(err.code, cases[i].code);
        CHECK_HAS(err.text, strerror(cases[i].errnum));
    }
    CHECK_INT(err_exit_code(ERR_USAGE), 1);
    CHECK_INT(err_exit_code(ERR_IO), 2);
    CHECK_INT(err_exit_code(ERR_SIGNATURE), 3);
}

TEST(err, a_long_text_is_cut_at_a_whole_character)
{
    struct err err = {0};
    struct buf long_text = {0};

    for (int i = 0; i < ERR_TEXT_BYTES; i++) {
        buf_str(&long_text, "\u00e8");
    }
    err_set(&err, ERR_IO, "a%s", long_text.data);
    CHECK(strlen(err.text) < ERR_TEXT_BYTES);
    CHECK(utf8_is_valid(err.text, strlen(err.text)));
    buf_release(&long_text);
}

TEST(buf, bytes_grow_and_are_always_terminated)
{
    struct buf b = {0};

    CHECK_STR(buf_text(&b), "");
    for (int i = 0; i < 1000; i++) {
        buf_fmt(&b, "%d,", i);
    }
    CHECK_INT(b.len, strlen(b.data));
    CHECK_HAS(b.data, "999,");
    buf_clear(&b);
    CHECK_STR(b.data, "");
    buf_add(&b, "a\0b", 3);
    CHECK_INT(b.len, 3);
    char *kept = buf_detach(&b);

    CHECK(!memcmp(kept, "a\0b", 4));
    CHECK_INT(b.len, 0);
    free(kept);
}

TEST(buf, hex_and_crc_are_those_of_their_specifications)
{
    char text[9];
    uint8_t bytes[4];

    hex_write("\x00\x7f\x80\xff", 4, text);
    CHECK_STR(text, "007f80ff");
    CHECK(hex_read("007f80ff", bytes, 4));
    CHECK_INT(bytes[3], 0xff);
    CHECK(!hex_read("007F80FF", bytes, 4)); /* upper case is not ours */
    CHECK(!hex_read("007f80f", bytes, 4));
    CHECK(!hex_read("007f80fff", bytes, 4));
    CHECK_INT(crc32c("123456789", 9), 0xE3069283); /* RFC 3720, B.4 */
}

TEST(arena, memory_is_zeroed_aligned_and_reused_after_a_reset)
{
    struct arena a = {0};
    char *first = arena_alloc(&a, 10);

    CHECK_INT((uintptr_t)first % 16, 0);
    memset(first, 1, 10);
    arena_reset(&a);
    char *again = arena_alloc(&a, 10);

    CHECK(first == again);
    CHECK_INT(again[9], 0);
    CHECK(arena_alloc(&a, 100000)); /* larger than a block */
    CHECK_STR(arena_fmt(&a, "%d-%s", 7, "x"), "7-x");
    CHECK_STR(arena_strn(&a, "hello", 4), "hell");
    CHECK(!arena_str(&a, NULL));
    arena_wipe(&a);
    CHECK_INT(again[0], 0);
    arena_release(&a);
}

TEST(utf8, invalid_bytes_are_one_replacement_each)
{
    static const struct {
        const char *text;
        bool is_valid;
        size_t characters;
        const char *why;
    } cases[] = {
        {"caf\xc3\xa9", true, 4, "two bytes"},     {"\xe2\x82\xac", true, 1, "three"},
        {"\xf0\x9f\x90\x84", true, 1, "four"},     {"\xc0\xaf", false, 2, "overlong"},
        {"\xed\xa0\x80", false, 3, "a surrogate"}, {"\xf4\x90\x80\x80", false, 4, "past the last"},
        {"\xe2\x82", false, 2, "cut short"},       {"\x80", false, 1, "a lone tail"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        CHECK_INT(utf8_is_valid(cases[i].text, strlen(cases[i].text)), cases[i].is_valid);
        CHECK_INT(utf8_count(cases[i].text), cases[i].characters);
    }
    CHECK_INT(utf8_cut("caf\xc3\xa9s", 6, 4), 3);
    CHECK_INT(utf8_cut("caf\xc3\xa9s", 6, 5), 5);
}

TEST(utf8, bidi_overrides_and_controls_of_strangers_are_not_clean_T22)
{
    CHECK(utf8_is_clean("Ballyhale\n\tcaf\xc3\xa9", 16));
    CHECK(!utf8_is_clean("a\xe2\x80\xae"
                         "b",
                         5)); /* U+202E */
    CHECK(!utf8_is_clean("a\x1b[0m", 5));
    CHECK(!utf8_is_clean("a\xe2\x81\xa6", 4)); /* U+2066 */
}

TEST(rng, the_seed_repeats_and_below_stays_below)
{
    struct rng a = {.state = 5}, b = {.state = 5};
    int cards[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, seen = 0;

    for (int i = 0; i < 100; i++) {
        CHECK_INT(rng_next(&a), rng_next(&b));
        CHECK(rng_below(&a, 7) < 7);
        rng_below(&b, 7);
    }
    rng_shuffle(&a, cards, 10);
    for (int i = 0; i < 10; i++) {
        seen |= 1 << cards[i];
    }
    CHECK_INT(seen, 1023);
}

/* Leaves something on the stack where the next call has its variables. */
static void dirty_stack(void)
{
    volatile char secret[4 * LOG_LINE_BYTES];

    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = 'S';
    }
}

TEST(log, T40_the_ring_keeps_nothing_that_lay_on_the_stack)
{
    char line[1][LOG_LINE_BYTES];

    log_to(-1);
    dirty_stack();
    log_line(LOG_INFO, "short");
    CHECK_INT(log_recent(line, 1), 1);
    for (size_t i = strlen(line[0]); i < sizeof line[0]; i++) {
        CHECK_INT(line[0][i], 0);
    }
    log_to(2);
}

TEST(log, the_ring_keeps_the_newest_lines_on_one_line_each)
{
    char lines[4][LOG_LINE_BYTES];

    log_to(-1);
    for (int i = 0; i < LOG_RING_LINES + 5; i++) {
        log_line(LOG_WARN, "line %d\nand more", i);
    }
    CHECK_INT(log_recent(lines, 4), 4);
    CHECK_STR(lines[0], "warning: line 68 and more");
    CHECK_STR(lines[3], "warning: line 65 and more");
    log_to(2);
}
