/* Focus: order, heirs, dialogs, and the ring that shows it. */
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

TEST(ui_focus, tab_walks_every_target_in_the_order_of_the_build_and_back_A42)
{
    struct fixture f;
    char path[64];

    kit_open(&f, sample_question);
    CHECK_STR(kit_focus(&f), "");
    kit_key(&f, SDLK_TAB, 0);
    CHECK_STR(kit_focus(&f), "options/1");
    int n = 1;
    snprintf(path, sizeof path, "%s", kit_focus(&f));
    for (kit_key(&f, SDLK_TAB, 0); strcmp(kit_focus(&f), "options/1") != 0 && n < 50; kit_key(&f, SDLK_TAB, 0)) {
        CHECK(strcmp(kit_focus(&f), path) != 0);
        snprintf(path, sizeof path, "%s", kit_focus(&f));
        n++;
    }
    CHECK_INT(n, 5 + 6 + 1); /* answers, help bar, back; "Check" is off until something is picked */
    kit_key(&f, SDLK_TAB, KMOD_LSHIFT);
    CHECK_STR(kit_focus(&f), path);
    kit_close(&f);
}

TEST(ui_focus, arrows_follow_the_direction_of_writing)
{
    struct fixture f;

    kit_open(&f, sample_question);
    kit_key(&f, SDLK_DOWN, 0);
    kit_key(&f, SDLK_RIGHT, 0);
    CHECK_STR(kit_focus(&f), "options/2");
    f.frame.is_rtl = true;
    kit_settle(&f);
    kit_key(&f, SDLK_LEFT, 0);
    CHECK_STR(kit_focus(&f), "options/3");
    kit_key(&f, SDLK_UP, 0);
    CHECK_STR(kit_focus(&f), "options/2");
    kit_close(&f);
}

TEST(ui_focus, stays_on_its_node_when_the_screen_is_built_again)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample.n_options = 3;
    kit_key(&f, SDLK_TAB, 0);
    kit_key(&f, SDLK_TAB, 0);
    CHECK_STR(kit_focus(&f), "options/2");
    f.sample.n_options = 5; /* two more come in behind */
    kit_settle(&f);
    CHECK_STR(kit_focus(&f), "options/2");
    kit_close(&f);
}

TEST(ui_focus, goes_to_the_next_survivor_and_else_to_the_previous)
{
    struct fixture f;

    kit_open(&f, sample_board);
    f.sample.rows = 5;
    kit_settle(&f);
    while (strcmp(kit_focus(&f), "cards/102") != 0) {
        kit_key(&f, SDLK_TAB, 0);
    }
    f.sample.rows = 2; /* 102, 103, 104 leave: next in the old order is the main action */
    kit_settle(&f);
    CHECK_STR(kit_focus(&f), "put_up");
    kit_close(&f);
}

TEST(ui_focus, goes_to_what_took_the_place_of_a_button_that_left)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample.picked = 2;
    kit_settle(&f);
    while (strcmp(kit_focus(&f), "check") != 0) {
        kit_key(&f, SDLK_TAB, 0);
    }
    kit_key(&f, SDLK_RETURN, 0);
    CHECK_INT(f.act.id, ACT_SHOW);
    CHECK_STR(kit_focus(&f), "next");
    kit_close(&f);
}

TEST(ui_focus, jumped_to_the_help_bar_while_next_was_off_for_a_moment)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample.picked = 2;
    kit_settle(&f);
    while (strcmp(kit_focus(&f), "check") != 0) {
        kit_key(&f, SDLK_TAB, 0);
    }
    f.sample.picked = 0; /* off while the answer is being saved */
    kit_settle(&f);
    CHECK_STR(kit_focus(&f), "");
    f.sample.picked = 2;
    kit_settle(&f);
    CHECK_STR(kit_focus(&f), "check");
    f.sample.picked = 0;
    f.sample.page = "the next question";
    kit_settle(&f);
    CHECK_STR(kit_focus(&f), "options/1");
    kit_close(&f);
}

TEST(ui_focus, scrolls_into_view_what_it_comes_to_A43)
{
    struct fixture f;

    kit_open(&f, sample_board);
    for (int i = 0; i < 18; i++) {
        kit_key(&f, SDLK_TAB, 0);
        struct ui_rect view = ui_view_of(f.ui, ui_focus(f.ui)), all = ui_focus(f.ui)->rect;
        CHECK_INT(view.h, all.h);
    }
    kit_close(&f);
}

TEST(ui_focus, is_trapped_in_a_dialog_but_for_the_help_that_must_always_answer_A01)
{
    struct fixture f;
    bool saw_stay = false, saw_language = false;

    kit_open(&f, sample_question);
    f.sample.has_dialog = true;
    kit_settle(&f);
    CHECK_STR(kit_focus(&f), "idle/stay");
    for (int i = 0; i < 20; i++) {
        const char *at = kit_focus(&f);
        saw_stay |= strcmp(at, "idle/stay") == 0;
        saw_language |= strcmp(at, "language") == 0;
        CHECK(strncmp(at, "options", 7) != 0 && strcmp(at, "home") != 0 && strcmp(at, "back") != 0 &&
              strcmp(at, "finished") != 0);
        kit_key(&f, SDLK_TAB, 0);
    }
    CHECK(saw_stay && saw_language);
    kit_key(&f, SDLK_ESCAPE, 0);
    CHECK_INT(f.act.id, ACT_STAY);
    kit_close(&f);
}

TEST(ui_focus, a_dialog_that_closes_gives_focus_back_to_the_screen)
{
    struct fixture f;

    kit_open(&f, sample_question);
    kit_key(&f, SDLK_TAB, 0);
    f.sample.has_dialog = true;
    kit_settle(&f);
    f.sample.has_dialog = false;
    kit_settle(&f);
    CHECK(*kit_focus(&f));
    CHECK_STR(kit_focus(&f), "options/1");
    kit_close(&f);
}

static uint32_t pixel(struct fixture *f, int x, int y)
{
    return ((uint32_t *)((uint8_t *)f->canvas->pixels + (ptrdiff_t)y * f->canvas->pitch))[x] & 0xffffff;
}

TEST(ui_focus, its_ring_is_a_millimetre_thick_and_stands_out_on_both_sides_A43)
{
    struct fixture f;
    uint32_t ring = theme_colour(THEME_PAPER, COLOUR_RING), inner = theme_colour(THEME_PAPER, COLOUR_RING_IN);

    kit_open(&f, sample_question);
    kit_key(&f, SDLK_TAB, 0);
    struct ui_rect r = kit_node(&f, "options/1")->rect;
    int thick = 0, thin = 0;
    for (int x = r.x - 14; x < r.x; x++) {
        thick += pixel(&f, x, r.y + r.h / 2) == ring;
        thin += pixel(&f, x, r.y + r.h / 2) == inner;
    }
    CHECK(thick >= ui_mm(f.ui, 1.0));
    CHECK(thin >= 1);
    CHECK(theme_contrast(ring, theme_colour(THEME_PAPER, COLOUR_PAPER)) >= 3);
    CHECK(theme_contrast(ring, inner) >= 3);
    struct ui_rect p = kit_node(&f, "options/3")->rect;
    kit_down(&f, p.x + 5, p.y + 5); /* by touch there is no ring */
    kit_up(&f, p.x + 5, p.y + 5);
    kit_settle(&f);
    CHECK(pixel(&f, r.x - 6, r.y + r.h / 2) != ring);
    kit_close(&f);
}
