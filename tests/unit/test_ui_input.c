/* Touches and keys: press, cancel, drag, filters, exploring. */
#include "base/clock.h"
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

struct point {
    int x, y;
};

static struct point middle(struct fixture *f, const char *path)
{
    struct ui_rect r = ui_view_of(f->ui, kit_node(f, path));

    return (struct point){r.x + r.w / 2, r.y + r.h / 2};
}

static void tap(struct fixture *f, const char *path)
{
    struct point p = middle(f, path);

    kit_down(f, p.x, p.y);
    kit_up(f, p.x, p.y);
    kit_paint(f);
}

TEST(ui_input, a_touch_acts_on_release_inside_A31)
{
    struct fixture f;

    kit_open(&f, sample_question);
    struct point p = middle(&f, "options/2");
    kit_down(&f, p.x, p.y);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    kit_up(&f, p.x + 10, p.y + 10);
    kit_settle(&f);
    CHECK_INT(f.act.id, ACT_PICK);
    CHECK_INT(f.act.arg, 2);
    CHECK(kit_node(&f, "options/2")->flags & UI_ON);
    kit_close(&f);
}

TEST(ui_input, sliding_off_cancels_even_when_the_finger_comes_back_A31)
{
    struct fixture f;

    kit_open(&f, sample_question);
    struct point p = middle(&f, "options/2");
    kit_down(&f, p.x, p.y);
    kit_move(&f, 5, 5);
    kit_move(&f, p.x, p.y);
    kit_up(&f, p.x, p.y);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    kit_close(&f);
}

TEST(ui_input, the_press_is_painted_before_its_action_comes_out)
{
    struct fixture f;
    struct ui_act act;

    kit_open(&f, sample_question);
    struct ui_rect r = kit_node(&f, "options/2")->rect;
    uint32_t *inside =
        (uint32_t *)((uint8_t *)f.canvas->pixels + (ptrdiff_t)(r.y + r.h / 2) * f.canvas->pitch) + r.x + r.w - 12;
    uint32_t before = *inside;
    kit_down(&f, r.x + 20, r.y + 20); /* down and up in one pump */
    kit_up(&f, r.x + 20, r.y + 20);
    CHECK(!ui_take(f.ui, &act));
    kit_paint(&f);
    CHECK(*inside != before);
    CHECK(ui_take(f.ui, &act));
    kit_paint(&f);
    CHECK_INT(*inside, before);
    kit_close(&f);
}

TEST(ui_input, a_second_finger_is_ignored_A34)
{
    struct fixture f;

    kit_open(&f, sample_question);
    struct point a = middle(&f, "options/1"), b = middle(&f, "options/4");
    SDL_Event second = {.tfinger = {.type = SDL_FINGERDOWN, .fingerId = 99}};
    second.tfinger.x = (float)b.x / (float)f.canvas->w;
    second.tfinger.y = (float)b.y / (float)f.canvas->h;
    kit_down(&f, a.x, a.y);
    ui_event(f.ui, &second);
    second.type = SDL_FINGERUP;
    ui_event(f.ui, &second);
    kit_up(&f, a.x, a.y);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 1);
    CHECK_INT(f.act.arg, 1);
    kit_close(&f);
}

TEST(ui_input, mouse_events_made_from_fingers_are_not_counted_twice)
{
    struct fixture f;

    kit_open(&f, sample_question);
    struct point p = middle(&f, "options/1");
    SDL_Event e = {
        .button = {
            .type = SDL_MOUSEBUTTONDOWN, .which = SDL_TOUCH_MOUSEID, .button = SDL_BUTTON_LEFT, .x = p.x, .y = p.y}};
    CHECK(!ui_event(f.ui, &e));
    e.button.which = 0;
    CHECK(ui_event(f.ui, &e));
    e.type = SDL_MOUSEBUTTONUP;
    CHECK(ui_event(f.ui, &e));
    kit_settle(&f);
    CHECK_INT(f.n_acts, 1);
    kit_close(&f);
}

TEST(ui_input, what_is_off_does_nothing)
{
    struct fixture f;

    kit_open(&f, sample_question);
    tap(&f, "check");
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    CHECK_HAS(ui_said(f.ui, 0), "not available now");
    kit_close(&f);
}

TEST(ui_input, a_drag_scrolls_and_presses_nothing)
{
    struct fixture f;

    kit_open(&f, sample_board);
    struct point p = middle(&f, "cards/102");
    int y = kit_node(&f, "cards/102")->rect.y;
    kit_down(&f, p.x, p.y);
    kit_move(&f, p.x, p.y - 60);
    kit_move(&f, p.x, p.y - 120);
    kit_up(&f, p.x, p.y - 120);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    CHECK_INT(kit_node(&f, "cards/102")->rect.y, y - 120);
    kit_close(&f);
}

TEST(ui_input, the_filter_wants_a_touch_to_last_and_forgets_repeats_A34)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.frame.hold_ms = 300;
    f.frame.repeat_ms = 500;
    kit_settle(&f);
    clock_advance(1000);
    struct point p = middle(&f, "options/2");
    kit_down(&f, p.x, p.y); /* tremor: too short */
    clock_advance(100);
    kit_up(&f, p.x, p.y);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    clock_advance(600);
    kit_down(&f, p.x, p.y);
    CHECK_INT(ui_next_deadline(f.ui), clock_ms() + 300);
    clock_advance(300);
    ui_tick(f.ui);
    kit_paint(&f);
    kit_up(&f, p.x, p.y);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 1);
    clock_advance(200); /* a bounce right after */
    kit_down(&f, p.x, p.y);
    clock_advance(400);
    ui_tick(f.ui);
    kit_up(&f, p.x, p.y);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 1);
    kit_close(&f);
}

TEST(ui_input, keys_choose_go_back_and_others_do_nothing_A40_A41)
{
    struct fixture f;

    kit_open(&f, sample_question);
    kit_key(&f, SDLK_TAB, 0);
    kit_key(&f, SDLK_SPACE, 0);
    CHECK_INT(f.act.id, ACT_PICK);
    kit_key(&f, SDLK_ESCAPE, 0);
    CHECK_INT(f.act.id, ACT_BACK);
    int n = f.n_acts;
    static const SDL_Keycode others[] = {SDLK_F3,    SDLK_F4,   SDLK_q,     SDLK_PRINTSCREEN,
                                         SDLK_LCTRL, SDLK_LGUI, SDLK_DELETE};
    for (size_t i = 0; i < M2_COUNT(others); i++) {
        kit_key(&f, others[i], 0);
    }
    CHECK_INT(f.n_acts, n);
    kit_key(&f, SDLK_F1, 0); /* the marked key of the pad: read aloud, wherever it stands in the bar */
    CHECK_INT(f.n_acts, n + 1);
    kit_close(&f);
}

TEST(ui_input, key_repeat_is_off_unless_asked_for_A45)
{
    struct fixture f;
    SDL_Event e = {.key = {.type = SDL_KEYDOWN, .repeat = 1, .keysym = {.sym = SDLK_TAB}}};

    kit_open(&f, sample_question);
    kit_key(&f, SDLK_TAB, 0);
    ui_event(f.ui, &e);
    CHECK_STR(kit_focus(&f), "options/1");
    f.frame.has_key_repeat = true;
    kit_settle(&f);
    ui_event(f.ui, &e);
    CHECK_STR(kit_focus(&f), "options/2");
    kit_close(&f);
}

TEST(ui_input, digits_typed_are_keys_touched_and_other_letters_are_nothing)
{
    struct fixture f;
    SDL_Event e = {.text = {.type = SDL_TEXTINPUT, .text = "4x"}};

    kit_open(&f, sample_tool);
    ui_event(f.ui, &e);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 1);
    CHECK_INT(f.act.id, ACT_KEY);
    CHECK_INT(f.act.arg, '4');
    kit_key(&f, SDLK_BACKSPACE, 0);
    CHECK_INT(f.act.arg, '\b');
    kit_close(&f);
}

TEST(ui_input, under_a_dialog_only_the_dialog_and_the_help_tools_answer)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample.has_dialog = true;
    kit_settle(&f);
    tap(&f, "home");
    tap(&f, "back");
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    tap(&f, "contrast");
    kit_settle(&f);
    CHECK_INT(f.act.id, ACT_CONTRAST);
    tap(&f, "idle/stay");
    kit_settle(&f);
    CHECK_INT(f.act.id, ACT_STAY);
    kit_close(&f);
}

TEST(ui_input, exploring_says_what_is_under_the_finger_and_two_taps_choose_it_A33)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.frame.is_exploring = true;
    kit_settle(&f);
    clock_advance(2000);
    struct point a = middle(&f, "options/1"), b = middle(&f, "options/3");
    kit_down(&f, a.x, a.y);
    CHECK_HAS(ui_said(f.ui, 0), "Pay it straight away");
    clock_advance(900);
    kit_move(&f, b.x, b.y);
    CHECK_HAS(ui_said(f.ui, 0), "Reply to the message");
    kit_up(&f, b.x, b.y);
    kit_settle(&f);
    CHECK_INT(f.n_acts, 0);
    for (int i = 0; i < 2; i++) {
        clock_advance(200);
        kit_down(&f, b.x, b.y);
        clock_advance(100);
        kit_up(&f, b.x, b.y);
    }
    kit_settle(&f);
    CHECK_INT(f.n_acts, 1);
    CHECK_INT(f.act.arg, 3);
    kit_close(&f);
}

TEST(ui_input, nothing_is_painted_when_nothing_changed)
{
    struct fixture f;

    kit_open(&f, sample_question);
    int64_t paints = ui_stats(f.ui).paints;
    for (int i = 0; i < 5; i++) {
        kit_settle(&f);
    }
    CHECK_INT(ui_stats(f.ui).paints, paints);
    f.sample.picked = 1;
    kit_settle(&f);
    CHECK_INT(ui_stats(f.ui).paints, paints + 1);
    kit_close(&f);
}
