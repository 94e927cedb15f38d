/* The keyboards of six languages: what is on them, that all of it is drawn, typed and fits (A30, A32, A66). */
#include "base/utf8.h"
#include "kit/keyboard.h"
#include "kit/text.h"
#include "kit/ui_check.h"
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

static const char *const LANGS[] = {"en", "it", "es", "el", "uk", "ar"};

TEST(keyboard, each_language_has_its_own_and_others_write_in_english)
{
    for (size_t i = 0; i < M2_COUNT(LANGS); i++) {
        CHECK_STR(keyboard_of(LANGS[i])->lang, LANGS[i]);
    }
    CHECK_STR(keyboard_of("es-ES")->lang, "es");
    CHECK_STR(keyboard_of("elx")->lang, "en");
    CHECK_STR(keyboard_of("")->lang, "en");
}

TEST(keyboard, has_each_key_once_and_a_picture_for_each)
{
    struct fixture f;

    kit_open(&f, sample_typing);
    for (size_t i = 0; i < M2_COUNT(LANGS); i++) {
        for (int page = KEYBOARD_LETTERS; page <= KEYBOARD_DIGITS; page++) {
            const char *keys = keyboard_keys(keyboard_of(LANGS[i]), (enum keyboard_page)page),
                       *end = keys + strlen(keys);

            CHECK_INT(text_missing(keys), 0);
            for (const char *at = keys; at < end;) {
                const char *from = at;
                char one[5] = {0};

                utf8_next(&at, end);
                memcpy(one, from, (size_t)(at - from));
                if (strstr(at, one)) {
                    fail_msg("%s has '%s' twice", LANGS[i], one);
                }
            }
        }
    }
    kit_close(&f);
}

TEST(keyboard, writes_numbers_with_the_languages_decimal_mark_first)
{
    CHECK(strncmp(keyboard_of("en")->digits, "0123456789.", 11) == 0);
    CHECK(strncmp(keyboard_of("it")->digits, "0123456789,", 11) == 0);
    CHECK(strncmp(keyboard_of("el")->digits, "0123456789,", 11) == 0);
    CHECK(strncmp(keyboard_of("ar")->digits, "0123456789\u066b", 12) == 0);
}

/* Touches the key with this path by its middle. */
static void touch(struct fixture *f, const char *path)
{
    for (const struct ui_node *n = ui_root(f->ui); n; n = ui_next(n)) {
        if (!strcmp(n->path, path)) {
            ui_reveal(f->ui, n);
            ui_tap_at(f->ui, n->rect.x + n->rect.w / 2, n->rect.y + n->rect.h / 2);
            kit_paint(f);
            kit_settle(f);
            return;
        }
    }
    fail_msg("no key %s", path);
}

TEST(keyboard, accents_and_digits_are_pages_and_no_long_press_A32)
{
    struct fixture f;

    kit_open(&f, sample_typing);
    f.sample.keyboard = "es";
    kit_settle(&f);
    touch(&f, "keys/u99"); /* c */
    touch(&f, "keys/accents");
    touch(&f, "keys/u225");    /* a with an acute */
    touch(&f, "keys/accents"); /* the same again: back to the letters */
    touch(&f, "keys/u241");    /* n with a tilde */
    touch(&f, "keys/digits");
    touch(&f, "keys/u50");
    touch(&f, "keys/u44");
    touch(&f, "keys/u53");
    CHECK_STR(f.sample.typed, "c\u00e1\u00f12,5");
    kit_close(&f);
}

TEST(keyboard, fits_every_panel_at_every_text_size_and_lies_over_nothing)
{
    static const int sizes[] = {100, 125, 160, 200};
    struct fixture f;
    int n = 0;

    kit_open(&f, sample_typing);
    for (size_t i = 0; i < M2_COUNT(LANGS); i++) {
        for (int p = 0; p < UI_PANELS; p++) {
            for (size_t s = 0; s < M2_COUNT(sizes); s++) {
                struct buf findings = {0};

                f.sample.keyboard = LANGS[i];
                f.sample.keys = (enum keyboard_page)(s % 3);
                f.frame.text_percent = sizes[s];
                f.frame.is_rtl = !strcmp(LANGS[i], "ar");
                kit_panel(&f, &ui_panels[p]);
                kit_build(&f);
                if (ui_check(f.ui, &findings)) {
                    print_message("%s %s %d%%\n%s", LANGS[i], ui_panels[p].name, sizes[s], buf_text(&findings));
                    n++;
                }
                buf_release(&findings);
            }
        }
    }
    kit_close(&f);
    CHECK_INT(n, 0);
}
