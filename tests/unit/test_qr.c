/* test_qr: texts as codes, and long texts in pieces. That phones' software reads them: tests/e2e/test_take.py. */
#include "kit/qr.h"
#include "unit/test.h"
#include <string.h>

#include "base/banned.h"

static char *letters(size_t n)
{
    static char text[2 * QR_TEXT_MAX];

    memset(text, 'a', n);
    text[n] = '\0';
    return text;
}

TEST(qr, the_longest_text_of_one_code_is_version_12_and_no_larger)
{
    struct arena a = {0};

    CHECK_INT(qr_make(&a, letters(QR_TEXT_MAX))->side, QR_SIDE_MAX);
    CHECK(qr_make(&a, letters(QR_TEXT_MAX - 50))->side < QR_SIDE_MAX);
    CHECK_INT(qr_make(&a, "a")->side, 21);
    arena_release(&a);
}

TEST(qr, one_byte_past_the_limit_is_another_piece)
{
    struct arena a = {0};
    const char *pieces[QR_PIECES_MAX];

    CHECK_INT(qr_split(&a, letters(QR_TEXT_MAX), QR_TEXT_MAX, pieces), 1);
    CHECK_INT(qr_split(&a, letters(QR_TEXT_MAX + 1), QR_TEXT_MAX, pieces), 2);
    CHECK_STR(pieces[1], "a");
    arena_release(&a);
}

TEST(qr, a_text_is_cut_at_lines_else_at_spaces_else_between_characters)
{
    static const struct {
        const char *text;
        size_t most;
        const char *pieces; /* joined with '|' */
    } cases[] = {
        {"", 10, ""},
        {"\r\n \r\n", 10, ""},
        {"one\r\ntwo\r\n", 20, "one\r\ntwo"},
        {"one\r\ntwo three\r\n", 9, "one|two three"},
        {"one\r\n\r\ntwo", 4, "one|two"},
        {"one\ntwo\n\nthree\nfour", 14, "one\ntwo|three\nfour"},
        {"a\n\nthree\nfour\nfive", 14, "a\n\nthree\nfour|five"},
        {"one two three", 8, "one two|three"},
        {"one two three", 7, "one two|three"},
        {"onetwothree", 6, "onetwo|three"},
        {"èèè", 3, "è|è|è"},
        {"a b c d e f g h i j", 1, "a|b|c|d|e|f|g|h"}, /* no more than QR_PIECES_MAX */
    };
    struct arena a = {0};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const char *pieces[QR_PIECES_MAX];
        int n = qr_split(&a, cases[i].text, cases[i].most, pieces);
        const char *joined = "";

        for (int k = 0; k < n; k++) {
            joined = arena_fmt(&a, "%s%s%s", joined, k ? "|" : "", pieces[k]);
        }
        CHECK_STR(joined, cases[i].pieces);
    }
    arena_release(&a);
}

TEST(qr, it_is_black_on_white_in_whole_pixels_with_four_modules_of_white_around)
{
    enum { MODULE = 3, AT = 5 };
    struct arena a = {0};
    const struct qr *qr = qr_make(&a, "Pane");
    int px = qr_px(qr, MODULE);
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormat(0, px + 2 * AT, px + 2 * AT, 32, SDL_PIXELFORMAT_RGB888);

    CHECK_INT(px, (21 + 8) * MODULE);
    SDL_FillRect(s, NULL, 0x123456);
    qr_draw(s, qr, AT, AT, MODULE);
    for (int y = 0; y < s->h; y++) {
        const uint32_t *row = (const uint32_t *)(const void *)((const uint8_t *)s->pixels + y * s->pitch);

        for (int x = 0; x < s->w; x++) {
            int mx = (x - AT + MODULE) / MODULE - 1 - QR_QUIET, my = (y - AT + MODULE) / MODULE - 1 - QR_QUIET;
            bool is_in = x >= AT && y >= AT && x < AT + px && y < AT + px;
            bool is_code = mx >= 0 && my >= 0 && mx < qr->side && my < qr->side;
            uint32_t wanted = !is_in ? 0x123456 : is_code && qr->is_dark[my * qr->side + mx] ? 0x000000 : 0xFFFFFF;

            CHECK_INT(row[x] & 0xFFFFFF, wanted);
        }
    }
    SDL_FreeSurface(s);
    arena_release(&a);
}
