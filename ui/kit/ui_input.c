/* ui_input: fingers, mouse and keys become focus, scrolling and actions.
 * A touch is shown as pressed at once, acts on release inside, and is given up when it slides off (A31). */
#include "kit/ui_input.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "kit/ui_priv.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { DRAG_DP = 20, DOUBLE_TAP_MS = 600, SHORT_TOUCH_MS = 400 };

/* ---- what lies where ---- */

static bool contains(struct ui_rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

struct ui_node *input_hit(struct ui *ui, int x, int y, bool any_text)
{
    struct ui_node *hit = NULL;

    for (struct ui_node *n = tree_now(ui)->root; n; n = (struct ui_node *)ui_next(n)) {
        bool counts = ui_is_target(n) || (any_text && ui_is_listed(n) && !(n->flags & UI_PART) && !n->first) ||
                      (any_text && n->is_whole && !(n->flags & UI_PART));
        if (counts && ui_is_reachable(ui, n) && contains(ui_view_of(ui, n), x, y)) {
            hit = n; /* what is built later lies on top */
        }
    }
    return hit;
}

static struct ui_node *scroller_at(struct ui *ui, int x, int y)
{
    struct ui_tree *tree = tree_now(ui);
    struct ui_node *scroller = tree->dialog ? tree->dialog->first : tree->scroll;

    return scroller->max_scroll > 0 && contains(scroller->rect, x, y) ? scroller : NULL;
}

/* ---- choosing ---- */

static void scroll_page(struct ui *ui, struct ui_node *step)
{
    struct ui_node *scroller = step->parent;
    int by = scroller->rect.h * 4 / 5;

    layout_scroll_to(ui, scroller, scroller->scroll + (step->box.act.id == UI_ACT_BELOW ? by : -by));
    if (ui->focus == step->id && (step->flags & UI_OFF)) {
        struct ui_node *other = step == scroller->last ? scroller->first->next : scroller->last;
        focus_set(ui, other, ui->shows_focus);
    }
}

void input_choose(struct ui *ui, struct ui_node *node)
{
    if (node->flags & UI_OFF) {
        if (ui->host.sound) {
            ui->host.sound(ui->host.self, UI_SOUND_REFUSED);
        }
        say_node(ui, node);
        return;
    }
    if (node->box.act.id == UI_ACT_ABOVE || node->box.act.id == UI_ACT_BELOW) {
        scroll_page(ui, node);
        return;
    }
    ui_queue(ui, node->box.act);
}

/* ---- touch ---- */

static void show_press(struct ui *ui, struct ui_node *node)
{
    ui->shown = node->id;
    ui->press_unpainted = true;
    ui_mark_dirty(ui);
    if (ui->host.sound && !(node->flags & UI_OFF)) {
        ui->host.sound(ui->host.self, UI_SOUND_PRESS);
    }
}

static void hide_press(struct ui *ui)
{
    if (ui->shown) {
        ui->shown = 0;
        ui_mark_dirty(ui);
    }
}

static void accept_touch(struct ui *ui, int64_t now_ms)
{
    ui->last_touch_ms = now_ms;
    if (ui->host.hush) {
        ui->host.hush(ui->host.self);
    }
    ui->speech.due_ms = -1;
}

/* A panel that is worn or wet reports touches at one place, again and again (A35). */
static void count_ghosts(struct ui *ui, const struct ui_node *hit, int x, int y)
{
    int near = ui_mm(ui, UI_GHOST_MM);
    bool is_same = abs(x - ui->ghost_x) <= near && abs(y - ui->ghost_y) <= near;

    ui->stats.n_ghosts = hit ? 0 : is_same ? ui->stats.n_ghosts + 1 : 1;
    ui->ghost_x = x;
    ui->ghost_y = y;
}

static void press_at(struct ui *ui)
{
    struct ui_touch *t = &ui->touch;
    struct ui_node *node = input_hit(ui, t->start_x, t->start_y, false);

    count_ghosts(ui, node, t->start_x, t->start_y);

    t->waits_hold = false;
    if (node) {
        t->pressed = node->id;
        show_press(ui, node);
    }
}

static void explore(struct ui *ui)
{
    struct ui_node *node = input_hit(ui, ui->touch.x, ui->touch.y, true);

    if (node && node->id != ui->touch.pressed) {
        ui->touch.pressed = node->id;
        focus_set(ui, node, true);
        say_node(ui, node);
    }
}

static bool is_exploring(const struct ui *ui)
{
    return ui->frame.is_exploring && ui->frame.is_speaking;
}

static void touch_down(struct ui *ui, int64_t finger, int x, int y)
{
    struct ui_touch *t = &ui->touch;
    int64_t now_ms = clock_ms();

    if (t->is_down || (ui->frame.repeat_ms > 0 && t->has_been && now_ms - t->up_ms < ui->frame.repeat_ms)) {
        return;
    }
    bool was_tap = t->was_tap;
    int64_t up_ms = t->up_ms;
    *t = (struct ui_touch){.is_down = true,
                           .has_been = t->has_been,
                           .finger = finger,
                           .start_x = x,
                           .start_y = y,
                           .x = x,
                           .y = y,
                           .down_ms = now_ms,
                           .up_ms = up_ms,
                           .was_tap = was_tap};
    accept_touch(ui, now_ms);
    struct ui_node *scroller = scroller_at(ui, x, y);
    t->scroller = scroller ? scroller->id : 0;
    t->start_scroll = scroller ? scroller->scroll : 0;
    if (ui->shows_focus && !is_exploring(ui)) {
        ui->shows_focus = false;
        ui_mark_dirty(ui);
    }
    if (is_exploring(ui)) {
        explore(ui);
    } else if (ui->frame.hold_ms > 0) {
        t->waits_hold = true;
    } else {
        press_at(ui);
    }
}

static void drag(struct ui *ui)
{
    struct ui_touch *t = &ui->touch;
    struct ui_node *scroller = ui_find(ui, t->scroller);

    if (!scroller) {
        return;
    }
    if (!t->is_scrolling && abs(t->y - t->start_y) > ui_dp(ui, DRAG_DP)) {
        t->is_scrolling = t->is_cancelled = true;
        hide_press(ui);
    }
    if (t->is_scrolling) {
        layout_scroll_to(ui, scroller, t->start_scroll + t->start_y - t->y);
    }
}

static void touch_move(struct ui *ui, int64_t finger, int x, int y)
{
    struct ui_touch *t = &ui->touch;

    if (!t->is_down || t->finger != finger) {
        return;
    }
    t->x = x;
    t->y = y;
    if (is_exploring(ui)) {
        explore(ui);
        return;
    }
    drag(ui);
    struct ui_node *node = ui_find(ui, t->pressed);
    if (node && !t->is_cancelled && !contains(ui_view_of(ui, node), x, y)) {
        t->is_cancelled = true;
        hide_press(ui);
    }
}

/* Exploring: two short taps anywhere choose what has focus. */
static void explore_up(struct ui *ui, int64_t now_ms)
{
    struct ui_touch *t = &ui->touch;
    bool is_tap =
        now_ms - t->down_ms <= SHORT_TOUCH_MS && abs(t->x - t->start_x) + abs(t->y - t->start_y) < ui_dp(ui, 40);
    bool is_second = is_tap && t->was_tap && t->down_ms - t->up_ms <= DOUBLE_TAP_MS;
    struct ui_node *node = ui_find(ui, ui->focus);

    t->was_tap = is_tap && !is_second;
    if (is_second && node && ui_is_target(node)) {
        input_choose(ui, node);
    }
}

static void release_at(struct ui *ui)
{
    struct ui_touch *t = &ui->touch;
    struct ui_node *node = ui_find(ui, t->pressed);

    if (node && !t->is_cancelled && ui_is_reachable(ui, node) && contains(ui_view_of(ui, node), t->x, t->y)) {
        if (!(node->flags & UI_OFF)) {
            ui->focus = node->id;
        }
        input_choose(ui, node);
    } else if (!t->pressed && !t->is_cancelled && ui->frame.is_speaking) {
        struct ui_node *text = input_hit(ui, t->x, t->y, true);
        if (text) {
            say_node(ui, text);
        }
    }
}

static void touch_up(struct ui *ui, int64_t finger)
{
    struct ui_touch *t = &ui->touch;
    int64_t now_ms = clock_ms();

    if (!t->is_down || t->finger != finger) {
        return;
    }
    t->is_down = false;
    t->has_been = true;
    if (is_exploring(ui)) {
        explore_up(ui, now_ms);
    } else if (t->waits_hold) {
        t->waits_hold = false; /* shorter than the filter asks: it was not meant */
    } else {
        release_at(ui);
    }
    t->up_ms = now_ms;
    if (!ui->press_unpainted) {
        hide_press(ui);
    }
}

void input_reset(struct ui *ui)
{
    ui->touch = (struct ui_touch){0};
    ui->shown = 0;
    ui->press_unpainted = false;
}

/* ---- one switch: focus walks by itself (A44) ---- */

void input_scan(struct ui *ui)
{
    if (ui->frame.scan_ms <= 0) {
        ui->scan_due_ms = -1;
    } else if (ui->scan_due_ms < 0) {
        ui->scan_due_ms = clock_ms() + ui->frame.scan_ms;
    }
}

static void walk_on(struct ui *ui, int64_t now_ms)
{
    if (ui->scan_is_at_start) {
        ui->focus = 0;
        ui->scan_is_at_start = false;
    }
    focus_move(ui, 1);
    ui->scan_due_ms = now_ms + ui->frame.scan_ms;
}

int64_t input_deadline(const struct ui *ui)
{
    int64_t hold_ms = ui->touch.waits_hold ? ui->touch.down_ms + ui->frame.hold_ms : -1;

    return hold_ms < 0 || (ui->scan_due_ms >= 0 && ui->scan_due_ms < hold_ms) ? ui->scan_due_ms : hold_ms;
}

void input_tick(struct ui *ui, int64_t now_ms)
{
    if (ui->touch.waits_hold && now_ms >= ui->touch.down_ms + ui->frame.hold_ms) {
        press_at(ui);
    }
    if (ui->scan_due_ms >= 0 && now_ms >= ui->scan_due_ms) {
        walk_on(ui, now_ms);
    }
}

/* ---- keys ---- */

static bool choose_focus(struct ui *ui)
{
    struct ui_node *node = (struct ui_node *)ui_focus(ui);

    if (node) {
        ui->shows_focus = true;
        show_press(ui, node);
        input_choose(ui, node);
    }
    if (ui->scan_due_ms >= 0) {
        ui->scan_is_at_start = true;
        ui->scan_due_ms = clock_ms() + ui->frame.scan_ms;
    }
    return true;
}

/* The help of this key is chosen wherever it stands in the bar. */
static bool choose_help(struct ui *ui, const char *key)
{
    for (struct ui_node *n = tree_now(ui)->bar; n; n = (struct ui_node *)ui_next(n)) {
        if (ui_is_target(n) && !strcmp(n->key, key) && ui_is_in(n, tree_now(ui)->bar)) {
            input_choose(ui, n);
            return true;
        }
    }
    return false;
}

static bool repeat_said(struct ui *ui)
{
    ui_repeat(ui);
    return true;
}

static bool go_back(struct ui *ui)
{
    const struct ui_tree *tree = tree_now(ui);
    struct ui_act act = tree->dialog ? tree->escape : tree->back;

    if (act.id) {
        ui_queue(ui, act);
    }
    return true;
}

static bool scroll_key(struct ui *ui, int direction)
{
    struct ui_tree *tree = tree_now(ui);
    struct ui_node *scroller = tree->dialog ? tree->dialog->first : tree->scroll;

    layout_scroll_to(ui, scroller, scroller->scroll + direction * scroller->rect.h * 4 / 5);
    return true;
}

static bool step_focus(struct ui *ui, int by)
{
    focus_move(ui, by);
    return true;
}

static bool is_typing(const struct ui *ui)
{
    for (const struct ui_node *n = ui_root(ui); n; n = ui_next(n)) {
        if (n->role == UI_KEY && ui_is_reachable(ui, n)) {
            return true;
        }
    }
    return false;
}

bool ui_type_char(struct ui *ui, uint32_t character)
{
    for (struct ui_node *n = tree_now(ui)->root; n; n = (struct ui_node *)ui_next(n)) {
        if (n->role == UI_KEY && n->box.act.arg == (int64_t)character && ui_is_reachable(ui, n) &&
            !(n->flags & UI_OFF)) {
            ui_queue(ui, n->box.act);
            return true;
        }
    }
    return false;
}

static bool handle_key(struct ui *ui, const SDL_KeyboardEvent *key)
{
    int onward = ui->frame.is_rtl ? -1 : 1;

    switch (key->keysym.sym) {
    case SDLK_TAB:
        return step_focus(ui, key->keysym.mod & KMOD_SHIFT ? -1 : 1);
    case SDLK_DOWN:
        return step_focus(ui, 1);
    case SDLK_UP:
        return step_focus(ui, -1);
    case SDLK_RIGHT:
        return step_focus(ui, onward);
    case SDLK_LEFT:
        return step_focus(ui, -onward);
    case SDLK_RETURN:
    case SDLK_KP_ENTER:
        return choose_focus(ui);
    case SDLK_F1:
    case SDLK_HELP:
        return choose_help(ui, "read_aloud");
    case SDLK_F2:
        return repeat_said(ui);
    case SDLK_F3:
        return true; /* every accepted key is silence already */
    case SDLK_SPACE:
        if (ui->frame.has_two_switches) {
            return step_focus(ui, 1);
        }
        return is_typing(ui) && ui_type_char(ui, ' ') ? true : choose_focus(ui);
    case SDLK_BACKSPACE:
        return ui_type_char(ui, '\b');
    case SDLK_ESCAPE:
    case SDLK_AC_BACK:
        return go_back(ui);
    case SDLK_PAGEDOWN:
        return scroll_key(ui, 1);
    case SDLK_PAGEUP:
        return scroll_key(ui, -1);
    default:
        return false;
    }
}

static void accept_key(struct ui *ui)
{
    ui->last_touch_ms = clock_ms();
    if (ui->host.hush) {
        ui->host.hush(ui->host.self);
    }
}

static bool key_down(struct ui *ui, const SDL_KeyboardEvent *key)
{
    if (key->repeat && !ui->frame.has_key_repeat) {
        return true;
    }
    accept_key(ui);
    return handle_key(ui, key);
}

static bool type_text(struct ui *ui, const char *text)
{
    const char *end = text + strlen(text);
    bool is_used = false;

    while (text < end) {
        uint32_t c = utf8_next(&text, end);
        is_used |= c != ' ' && ui_type_char(ui, c); /* the space bar came as a key */
    }
    return is_used;
}

/* ---- SDL ---- */

static bool on_mouse_button(struct ui *ui, const SDL_MouseButtonEvent *e)
{
    if (e->which == SDL_TOUCH_MOUSEID || e->button != SDL_BUTTON_LEFT) {
        return false;
    }
    if (e->type == SDL_MOUSEBUTTONDOWN) {
        touch_down(ui, -1, e->x, e->y);
    } else {
        touch_move(ui, -1, e->x, e->y);
        touch_up(ui, -1);
    }
    return true;
}

static bool on_finger(struct ui *ui, const SDL_TouchFingerEvent *e)
{
    int x = (int)(e->x * (float)ui->w), y = (int)(e->y * (float)ui->h);

    if (e->type == SDL_FINGERDOWN) {
        touch_down(ui, e->fingerId, x, y);
    } else {
        touch_move(ui, e->fingerId, x, y);
    }
    if (e->type == SDL_FINGERUP) {
        touch_up(ui, e->fingerId);
    }
    return true;
}

static bool on_wheel(struct ui *ui, const SDL_MouseWheelEvent *e)
{
    struct ui_node *scroller = scroller_at(ui, ui->w / 2, ui->h / 2);

    if (scroller) {
        layout_scroll_to(ui, scroller, scroller->scroll - e->y * ui_dp(ui, 64));
    }
    return scroller != NULL;
}

bool ui_event(struct ui *ui, const SDL_Event *event)
{
    if (!ui_root(ui) || ui->is_building) {
        return false;
    }
    switch (event->type) {
    case SDL_FINGERDOWN:
    case SDL_FINGERMOTION:
    case SDL_FINGERUP:
        return on_finger(ui, &event->tfinger);
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        return on_mouse_button(ui, &event->button);
    case SDL_MOUSEMOTION:
        if (event->motion.which == SDL_TOUCH_MOUSEID) {
            return false;
        }
        touch_move(ui, -1, event->motion.x, event->motion.y);
        return true;
    case SDL_MOUSEWHEEL:
        ui->last_touch_ms = clock_ms();
        return on_wheel(ui, &event->wheel);
    case SDL_KEYDOWN:
        return key_down(ui, &event->key);
    case SDL_TEXTINPUT:
        return type_text(ui, event->text.text);
    default:
        return false;
    }
}

/* ---- touches made by programs ---- */

void ui_tap_at(struct ui *ui, int x, int y)
{
    touch_down(ui, -2, x, y);
    touch_up(ui, -2);
}

void ui_reveal(struct ui *ui, const struct ui_node *node)
{
    layout_reveal(ui, (struct ui_node *)node);
}

const struct ui_node *ui_hit(struct ui *ui, int x, int y)
{
    return input_hit(ui, x, y, false);
}
