/* Boxes, grids, scrolling, and what ui_check() finds when a screen is wrong. */
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

TEST(ui_layout, tiles_stand_in_two_columns_and_in_one_where_the_text_is_large)
{
    struct fixture f;

    kit_open(&f, sample_home);
    CHECK_INT(kit_node(&f, "assess")->rect.y, kit_node(&f, "learn")->rect.y);
    CHECK(kit_node(&f, "assess")->rect.x < kit_node(&f, "learn")->rect.x);
    f.frame.text_percent = 200;
    kit_settle(&f);
    CHECK_INT(kit_node(&f, "assess")->rect.x, kit_node(&f, "learn")->rect.x);
    CHECK(kit_node(&f, "assess")->rect.y < kit_node(&f, "learn")->rect.y);
    kit_close(&f);
}

TEST(ui_layout, right_to_left_is_the_mirror_but_digits_stay_the_same_way_round_A80)
{
    struct fixture f;

    kit_open(&f, sample_tool);
    struct ui_rect ltr = kit_node(&f, "fields")->rect;
    int seven = kit_node(&f, "keys/d7")->rect.x, nine = kit_node(&f, "keys/d9")->rect.x;
    CHECK(seven < nine);
    f.frame.is_rtl = true;
    kit_settle(&f);
    struct ui_rect rtl = kit_node(&f, "fields")->rect;
    CHECK_INT(rtl.x, f.canvas->w - ltr.x - ltr.w);
    CHECK_INT(rtl.y, ltr.y);
    CHECK(kit_node(&f, "keys/d7")->rect.x < kit_node(&f, "keys/d9")->rect.x);
    CHECK(kit_node(&f, "home")->rect.x > kit_node(&f, "finished")->rect.x);
    kit_close(&f);
}

TEST(ui_layout, the_help_bar_stands_at_the_same_place_on_every_screen_A01_A63)
{
    static void (*const screens[])(struct ui *, const struct sample *) = {sample_home, sample_question, sample_lesson,
                                                                          sample_stick};
    static const char *const keys[] = {"home", "language", "read_aloud", "text_size", "contrast", "finished"};
    struct fixture f;
    struct ui_rect first[M2_COUNT(keys)];

    kit_open(&f, sample_home);
    for (size_t s = 0; s < M2_COUNT(screens); s++) {
        f.build = screens[s];
        kit_settle(&f);
        for (size_t k = 0; k < M2_COUNT(keys); k++) {
            struct ui_rect r = kit_node(&f, keys[k])->rect;
            first[k] = s == 0 ? r : first[k];
            CHECK_INT(r.x, first[k].x);
            CHECK_INT(r.y, first[k].y);
        }
    }
    kit_close(&f);
}

TEST(ui_layout, help_names_are_beside_under_or_left_to_speech)
{
    struct fixture f;

    kit_open(&f, sample_home);
    CHECK(kit_node(&f, "home/label")->rect.x > kit_node(&f, "home")->rect.x + 32);
    kit_panel(&f, &ui_panels[0]);
    kit_settle(&f);
    CHECK(kit_node(&f, "home/label")->rect.y > kit_node(&f, "home")->rect.y + 24);
    f.frame.text_percent = 160;
    kit_settle(&f);
    CHECK(kit_node(&f, "home/label")->is_hidden);
    CHECK_STR(kit_node(&f, "home")->name, "Home");
    kit_close(&f);
}

TEST(ui_layout, a_body_that_fits_has_no_scroll_bar_and_one_that_does_not_has_bar_and_buttons_A16)
{
    struct fixture f;

    kit_open(&f, sample_home);
    CHECK(kit_node(&f, "more_below")->is_hidden);
    f.build = sample_board;
    kit_settle(&f);
    CHECK(!kit_node(&f, "more_below")->is_hidden);
    CHECK(kit_node(&f, "more_above")->flags & UI_OFF);
    CHECK(!ui_is_visible(f.ui, kit_node(&f, "cards/119")));
    for (int i = 0; i < 12; i++) {
        struct ui_rect r = kit_node(&f, "more_below")->rect;
        ui_tap_at(f.ui, r.x + r.w / 2, r.y + r.h / 2);
        kit_settle(&f);
    }
    CHECK(ui_is_visible(f.ui, kit_node(&f, "cards/119")));
    CHECK(kit_node(&f, "more_below")->flags & UI_OFF);
    CHECK_INT(f.n_acts, 0);
    kit_close(&f);
}

TEST(ui_layout, scroll_survives_a_new_build_and_starts_at_the_top_of_a_new_screen)
{
    struct fixture f;

    kit_open(&f, sample_board);
    ui_reveal(f.ui, kit_node(&f, "cards/115"));
    int y = kit_node(&f, "cards/115")->rect.y;
    kit_settle(&f);
    CHECK_INT(kit_node(&f, "cards/115")->rect.y, y);
    f.build = sample_home;
    kit_settle(&f);
    f.build = sample_board;
    kit_settle(&f);
    CHECK(ui_is_visible(f.ui, kit_node(&f, "cards/100")));
    kit_close(&f);
}

TEST(ui_layout, the_next_question_once_began_where_the_last_one_was_scrolled_to)
{
    struct fixture f;

    kit_open(&f, sample_board);
    f.sample.page = "first";
    kit_settle(&f);
    ui_reveal(f.ui, kit_node(&f, "cards/115"));
    kit_settle(&f);
    CHECK(!ui_is_visible(f.ui, kit_node(&f, "cards/100")));
    f.sample.page = "second";
    kit_settle(&f);
    CHECK(ui_is_visible(f.ui, kit_node(&f, "cards/100")));
    kit_close(&f);
}

TEST(ui_layout, a_long_list_builds_a_page_and_each_row_knows_its_place_in_all)
{
    struct fixture f;

    kit_open(&f, sample_board);
    CHECK_INT(kit_node(&f, "cards/101")->place, 2);
    CHECK_INT(kit_node(&f, "cards/101")->n_places, 38);
    CHECK(kit_node(&f, "earlier")->flags & UI_OFF);
    CHECK_INT(kit_node(&f, "later")->box.act.arg, 20);
    kit_close(&f);
}

/* ---- ui_check must be able to fail ---- */

static void broken_unnamed(struct ui *ui, const struct sample *s)
{
    (void)s;
    ui_screen(ui, K("broken"), "Broken");
    ui_button(ui, K("nameless"), "", 0, ACT(1));
    ui_end(ui);
}

static void broken_twice(struct ui *ui, const struct sample *s)
{
    (void)s;
    ui_screen(ui, K("broken"), "Broken");
    ui_button(ui, K("same"), "One", 0, ACT(1));
    ui_button(ui, K("same"), "Two", 0, ACT(2));
    ui_end(ui);
}

static void broken_clipped(struct ui *ui, const struct sample *s)
{
    (void)s;
    ui_screen(ui, K("broken"), "Broken");
    ui_text(ui, K("word"), UI_FIGURE, "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlungsstelle", 0);
    ui_end(ui);
}

static void check_finds(void (*build)(struct ui *, const struct sample *), int percent, const char *what)
{
    struct fixture f;
    struct buf b = {0};

    kit_open(&f, build);
    f.frame.text_percent = percent;
    kit_settle(&f);
    CHECK(ui_check(f.ui, &b) > 0);
    CHECK_HAS(buf_text(&b), what);
    buf_release(&b);
    kit_close(&f);
}

TEST(ui_check, finds_what_has_no_name_A20)
{
    check_finds(broken_unnamed, 100, "unnamed: button \"\" (nameless)");
}

TEST(ui_check, finds_a_key_used_twice)
{
    check_finds(broken_twice, 100, "twice: button \"One\" (same)");
}

TEST(ui_check, finds_a_word_that_is_wider_than_its_place_A16)
{
    check_finds(broken_clipped, 200, "clipped: text \"Donau");
}

/* The tree is laid out by the kit, so a wrong place must be made by hand. */
static void move_and_check(int dx, int dy, int dw, int dh, const char *what)
{
    struct fixture f;
    struct buf b = {0};

    kit_open(&f, sample_question);
    CHECK_INT(ui_check(f.ui, &b), 0);
    struct ui_rect *r = (struct ui_rect *)&kit_node(&f, "options/2")->rect;
    *r = (struct ui_rect){r->x + dx, r->y + dy, r->w + dw, r->h + dh};
    CHECK(ui_check(f.ui, &b) > 0);
    CHECK_HAS(buf_text(&b), what);
    buf_release(&b);
    kit_close(&f);
}

TEST(ui_check, finds_neighbours_that_overlap_A16)
{
    move_and_check(-40, 0, 0, 0, "overlap: radio");
}

TEST(ui_check, finds_targets_closer_than_2_mm_A30)
{
    move_and_check(-8, 0, 0, 0, "close: radio");
}

TEST(ui_check, finds_an_answer_under_20_mm_A30)
{
    move_and_check(0, 0, 0, -20, "small: radio \"Ring the bank");
}

TEST(ui_check, finds_what_lies_outside_A16)
{
    move_and_check(400, 0, 0, 0, "outside: radio");
}
