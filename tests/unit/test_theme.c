/* test_theme: every contrast that is promised, computed (ACCESSIBILITY A10, A11, A12). */
#include "kit/theme.h"
#include "unit/test.h"

#include "base/banned.h"

static void least(enum theme_id theme, enum theme_colour over, enum theme_colour under, double ratio)
{
    double found = theme_contrast(theme_colour(theme, over), theme_colour(theme, under));

    if (found < ratio) {
        print_error("theme %d: colour %d on %d has %.2f, wanted %.1f\n", theme, over, under, found, ratio);
    }
    CHECK(found >= ratio);
}

TEST(theme, text_reads_in_all_themes_A10)
{
    for (int t = 0; t < THEME_N; t++) {
        static const enum theme_colour grounds[] = {COLOUR_PAPER, COLOUR_CARD, COLOUR_NOTE};

        for (size_t g = 0; g < 3; g++) {
            least((enum theme_id)t, COLOUR_INK, grounds[g], 7);
            least((enum theme_id)t, COLOUR_INK2, grounds[g], 4.5);
        }
        least((enum theme_id)t, COLOUR_INK, COLOUR_MARK, 7);
        least((enum theme_id)t, COLOUR_ON_GO, COLOUR_GO, 4.5);
        least((enum theme_id)t, COLOUR_ON_DARK, COLOUR_DARK, 7);
    }
}

TEST(theme, outlines_and_the_focus_ring_are_seen_A11_A12)
{
    for (int t = 0; t < THEME_N; t++) {
        least((enum theme_id)t, COLOUR_EDGE, COLOUR_PAPER, 3);
        least((enum theme_id)t, COLOUR_EDGE, COLOUR_CARD, 3);
        least((enum theme_id)t, COLOUR_RING, COLOUR_RING_IN, 3);
        least((enum theme_id)t, COLOUR_NOTE_EDGE, COLOUR_NOTE, 3);
    }
}

TEST(theme, text_and_areas_read_on_the_tint_of_each_area_A10)
{
    for (int t = 0; t < THEME_N; t++) {
        for (int a = 0; a < AREA_N; a++) {
            uint32_t tint = theme_tint((enum theme_id)t, (enum theme_area)a);

            CHECK(theme_contrast(theme_colour((enum theme_id)t, COLOUR_INK), tint) >= 7);
            CHECK(theme_contrast(theme_area_colour((enum theme_id)t, (enum theme_area)a), tint) >= 3);
        }
    }
}

TEST(theme, filled_parts_of_charts_and_icons_are_seen_on_paper_and_card_A11_A12)
{
    for (int t = 0; t < THEME_N; t++) {
        double wanted = t == THEME_CONTRAST ? 4.5 : 3;

        for (int a = 0; a < AREA_N; a++) {
            uint32_t area = theme_area_colour((enum theme_id)t, (enum theme_area)a);

            CHECK(theme_contrast(area, theme_colour((enum theme_id)t, COLOUR_PAPER)) >= wanted);
            CHECK(theme_contrast(area, theme_colour((enum theme_id)t, COLOUR_CARD)) >= wanted);
        }
    }
}

TEST(theme, a_marked_word_reads_also_in_a_caption_A62)
{
    for (int t = 0; t < THEME_N; t++) {
        least((enum theme_id)t, COLOUR_INK2, COLOUR_MARK, 4.5);
    }
}

TEST(theme, contrast_is_that_of_WCAG)
{
    CHECK_NEAR(theme_contrast(0x000000, 0xFFFFFF), 21, 0.001);
    CHECK_NEAR(theme_contrast(0xFFFFFF, 0x000000), 21, 0.001);
    CHECK_NEAR(theme_contrast(0x777777, 0xFFFFFF), 4.48, 0.01);
    CHECK_NEAR(theme_contrast(0x24608F, 0x24608F), 1, 0.001);
}

TEST(theme, an_area_is_known_by_its_code_or_its_competence)
{
    CHECK_INT(theme_area_of("D4"), AREA_D4);
    CHECK_INT(theme_area_of("E3"), AREA_E3);
    CHECK_INT(theme_area_of(""), AREA_NONE);
    CHECK_INT(theme_area_of("X9"), AREA_NONE);
    CHECK_INT(theme_mix(0x000000, 0xFFFFFF, 0), 0x000000);
    CHECK_INT(theme_mix(0x000000, 0xFFFFFF, 1), 0xFFFFFF);
}
