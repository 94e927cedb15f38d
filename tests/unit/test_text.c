/* test_text: paragraphs in any script. */
#include "base/fsio.h"
#include "kit/text.h"
#include "unit/test.h"

#include "base/banned.h"

static struct text_style plain(void)
{
    return (struct text_style){.px = 24, .leading = 1.35, .lang = "en"};
}

static void open_text(void)
{
    struct err err = {0};

    CHECK(text_init(NULL, &err));
}

static int ink(const char *text, const struct text_style *style, int width)
{
    SDL_Surface *c = SDL_CreateRGBSurfaceWithFormat(0, 400, 200, 32, SDL_PIXELFORMAT_RGB888);
    int n = 0;

    SDL_FillRect(c, NULL, 0xFFFFFF);
    text_draw(c, text, style, 0, 0, width, 0x000000, 0xFFE08A);
    for (int y = 0; y < c->h; y++) {
        const uint32_t *row = (const uint32_t *)(const void *)((const uint8_t *)c->pixels + y * c->pitch);

        for (int x = 0; x < c->w; x++) {
            n += (row[x] & 0xFFFFFF) != 0xFFFFFF;
        }
    }
    SDL_FreeSurface(c);
    return n;
}

TEST(text, a_font_that_is_missing_is_named_with_its_package)
{
    struct err err = {0};

    CHECK(!text_init(test_path("nowhere"), &err) && err.code == ERR_NOT_FOUND);
    CHECK_HAS(err.text, "NotoSans");
    CHECK_HAS(err.text, "fonts-noto-core");
}

TEST(text, a_font_that_cannot_be_read_is_named)
{
    static const char *const files[] = {"NotoSans-Regular.ttf", "NotoSans-Bold.ttf"};
    struct err err = {0};

    CHECK(fsio_make_dirs(test_path("fonts"), 0700, &err));
    for (size_t i = 0; i < M2_COUNT(files); i++) {
        char name[64];

        snprintf(name, sizeof name, "fonts/%s", files[i]);
        CHECK(fsio_replace(test_path(name), "not a font", 10, 0600, &err));
    }
    CHECK(!text_init(test_path("fonts"), &err));
    CHECK_HAS(err.text, "NotoSans");
    CHECK_HAS(err.text, "cannot be read");
    open_text(); /* and the next try works */
    text_quit();
}

TEST(text, lines_break_between_words_and_a_long_word_is_not_lost)
{
    struct text_style s = plain();
    const char *words = "one two three four five six seven eight nine ten";

    open_text();
    int whole = text_width(words, &s);

    CHECK_INT(text_lines(words, &s, whole + 1), 1);
    CHECK(text_lines(words, &s, whole / 2) >= 2);
    CHECK(text_lines(words, &s, whole / 4) > text_lines(words, &s, whole / 2));
    CHECK(text_min_width(words, &s) < whole / 4);
    CHECK_INT(text_lines("a\nb", &s, 1000), 2);
    CHECK(text_lines("", &s, 100) <= 1);
    CHECK(ink("Donaudampfschifffahrtsgesellschaft", &s, 60) > 100);
    text_quit();
}

TEST(text, scripts_of_six_languages_leave_ink_and_nothing_is_missing)
{
    static const char *const texts[] = {"Prezzo, perché", "Año y señal", "Ελληνικά", "Українська",
                                        "العربية",        "עברית",       "हिन्दी"};
    struct text_style s = plain();

    open_text();
    for (size_t i = 0; i < M2_COUNT(texts); i++) {
        CHECK_INT(text_missing(texts[i]), 0);
        CHECK(ink(texts[i], &s, 300) > 80);
    }
    CHECK_INT(text_missing("a\xF3\xB0\x80\x80"), 0xF0000); /* private use */
    text_quit();
}

TEST(text, bold_is_wider_and_larger_is_higher)
{
    struct text_style s = plain(), bold = plain(), large = plain();

    bold.is_bold = true;
    large.px = 48;
    open_text();
    CHECK(text_width("some words", &bold) > text_width("some words", &s));
    CHECK(text_width("some words", &large) > text_width("some words", &s));
    CHECK_NEAR(text_line_height(&large), 2 * text_line_height(&s), 1);
    text_quit();
}

TEST(text, drawing_again_comes_from_the_cache_which_stays_in_its_bounds)
{
    struct text_style s = plain();
    char text[32];

    open_text();
    ink("the same words", &s, 300);
    struct text_stats first = text_stats();

    ink("the same words", &s, 300);
    CHECK(text_stats().hits > first.hits);
    for (int i = 0; i < 2 * TEXT_CACHE_RUNS; i++) {
        snprintf(text, sizeof text, "row %d", i);
        ink(text, &s, 300);
    }
    CHECK(text_stats().n_runs <= TEXT_CACHE_RUNS && text_stats().bytes <= TEXT_CACHE_BYTES);
    CHECK(text_stats().evictions > 0);
    text_forget();
    CHECK_INT(text_stats().n_runs, 0);
    text_quit();
}

TEST(text, broken_UTF_8_and_endless_text_are_drawn_without_harm)
{
    struct text_style s = plain();
    static char long_text[TEXT_BYTES_MAX + 100];

    open_text();
    ink("\xff\xfe\x80 ok \xc3", &s, 200);
    memset(long_text, 'm', sizeof long_text - 1);
    CHECK(text_lines(long_text, &s, 100) <= TEXT_LINES_MAX);
    CHECK(text_lines("\xe2\x80\xae backwards \xe2\x80\xac", &s, 400) == 1);
    text_quit();
}
