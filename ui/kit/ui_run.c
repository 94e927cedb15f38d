/* ui_run: from one finished tree to the next, and what waits in between. */
#include "kit/ui_run.h"
#include "base/buf.h"
#include "base/clock.h"
#include "kit/ui_priv.h"
#include <stdlib.h>

#include "base/banned.h"

static const double DEFAULT_PX_PER_MM = 1280 / 217.0; /* a 10.1-inch panel (UI.md) */
static const double LARGE_PANEL_MM = 250;             /* diagonal: "10 inch" of ACCESSIBILITY A30, as panels are sold */

struct ui *ui_new(const struct ui_host *host)
{
    struct ui *ui = mem_alloc(sizeof *ui);

    ui->host = *host;
    ui->speech.due_ms = ui->scan_due_ms = -1;
    ui->last_touch_ms = clock_ms();
    ui->is_dirty = true;
    ui_resize(ui, 1280, 800, 217, 136);
    return ui;
}

void ui_free(struct ui *ui)
{
    if (!ui) {
        return;
    }
    ui_forget(ui);
    draw_free(ui);
    arena_release(&ui->trees[0].arena);
    arena_release(&ui->trees[1].arena);
    free(ui);
}

void ui_resize(struct ui *ui, int w_px, int h_px, int w_mm, int h_mm)
{
    double diagonal;

    ui->w = w_px;
    ui->h = h_px;
    ui->px_per_mm = w_mm > 0 ? (double)w_px / w_mm : DEFAULT_PX_PER_MM;
    diagonal = (double)w_mm * w_mm + (double)h_mm * h_mm;
    ui->is_small = w_mm > 0 && diagonal < LARGE_PANEL_MM * LARGE_PANEL_MM;
    if (ui_root(ui)) {
        layout_tree(ui, tree_now(ui));
    }
    ui_mark_dirty(ui);
}

bool ui_is_small_panel(const struct ui *ui)
{
    return ui->is_small;
}

bool ui_is_wide(const struct ui *ui, int min_dp)
{
    int margin = ui_dp(ui, ui->is_small ? 16 : 32);

    return ui->w - 2 * margin >= ui_dp(ui, min_dp * ui->frame.text_percent / 100);
}

int ui_text_percent(const struct ui *ui)
{
    return ui->frame.text_percent;
}

void ui_mark_dirty(struct ui *ui)
{
    ui->is_dirty = true;
}

bool ui_is_dirty(const struct ui *ui)
{
    return ui->is_dirty;
}

void ui_repaint(struct ui *ui)
{
    ui_mark_dirty(ui);
}

static void reveal_marked(struct ui *ui, struct ui_tree *tree)
{
    for (struct ui_node *n = tree->root; n; n = (struct ui_node *)ui_next(n)) {
        if (n->keeps_in_view) {
            layout_reveal(ui, n);
        }
    }
}

void ui_finish(struct ui *ui)
{
    struct ui_tree *old = tree_now(ui), *now = &ui->trees[1 - ui->kept];

    ui_complete(ui);
    say_places(now);
    match_scroll(old, now);
    layout_tree(ui, now);
    ui->kept = 1 - ui->kept;
    ui->is_building = false;
    ui->stats.builds++;
    ui->stats.nodes = now->n;
    struct ui_change change = match_compare(old, now);
    uint64_t focus = ui->focus;
    focus_inherit(ui, old, change);
    if (change.is_new_screen) {
        reveal_marked(ui, now);
    }
    if (ui->shows_focus && ui->focus != focus && ui_focus(ui)) {
        layout_reveal(ui, (struct ui_node *)ui_focus(ui));
    }
    if (change.is_changed || ui->focus != focus) {
        ui_mark_dirty(ui);
    }
    if (ui->shown && !ui->press_unpainted && !ui->touch.is_down) {
        ui->shown = 0;
    }
    say_changes(ui, old, change);
    input_scan(ui);
}

void ui_forget(struct ui *ui)
{
    for (int i = 0; i < 2; i++) {
        arena_wipe(&ui->trees[i].arena);
        ui->trees[i] = (struct ui_tree){.arena = ui->trees[i].arena};
    }
    ui->focus = 0;
    ui->n_acts = 0;
    input_reset(ui);
    say_forget(ui);
    draw_forget(ui);
    ui_mark_dirty(ui);
}

/* ---- actions and time ---- */

void ui_queue(struct ui *ui, struct ui_act act)
{
    if (ui->n_acts < UI_ACTS_MAX) {
        ui->acts[ui->n_acts++] = act;
    }
}

bool ui_take(struct ui *ui, struct ui_act *act)
{
    if (ui->press_unpainted || ui->n_acts == 0) {
        return false;
    }
    *act = ui->acts[0];
    ui->n_acts--;
    for (int i = 0; i < ui->n_acts; i++) {
        ui->acts[i] = ui->acts[i + 1];
    }
    return true;
}

int64_t ui_last_touch_ms(const struct ui *ui)
{
    return ui->last_touch_ms;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

int64_t ui_next_deadline(const struct ui *ui)
{
    return sooner(ui->speech.due_ms, input_deadline(ui));
}

void ui_tick(struct ui *ui)
{
    int64_t now_ms = clock_ms();

    input_tick(ui, now_ms);
    say_tick(ui, now_ms);
}

struct ui_stats ui_stats(const struct ui *ui)
{
    return ui->stats;
}
