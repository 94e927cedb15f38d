/* ui_focus: focus follows the order of the build; who inherits it when the focused node leaves. */
#include "kit/ui_priv.h"

#include "base/banned.h"

static struct ui_node *step(const struct ui_node *node)
{
    return (struct ui_node *)ui_next(node);
}

bool focus_can(const struct ui *ui, const struct ui_node *node)
{
    return ui_is_target(node) && !(node->flags & UI_OFF) && ui_is_reachable(ui, node);
}

const struct ui_node *ui_focus(const struct ui *ui)
{
    const struct ui_node *node = match_find(tree_of(ui), ui->focus);

    return node && focus_can(ui, node) ? node : NULL;
}

/* The first thing to choose from `from` on that lies inside `within`; NULL = none. */
static struct ui_node *first_in(struct ui *ui, const struct ui_node *within)
{
    for (struct ui_node *n = within ? step(within) : NULL; n; n = step(n)) {
        if (ui_is_in(n, within) && focus_can(ui, n)) {
            return n;
        }
    }
    return NULL;
}

/* Where focus starts: in the dialog, else the body, else anywhere. */
static struct ui_node *first_of_screen(struct ui *ui)
{
    struct ui_tree *tree = tree_now(ui);

    if (tree->dialog) {
        return first_in(ui, tree->dialog);
    }
    struct ui_node *node = first_in(ui, tree->scroll->first);
    return node ? node : first_in(ui, tree->root);
}

/* The next survivor in the old order, else the previous one. */
static struct ui_node *heir(struct ui *ui, const struct ui_tree *old, uint64_t lost)
{
    struct ui_tree *now = tree_now(ui);
    struct ui_node *before = NULL;
    bool is_past = false;

    for (const struct ui_node *n = old->root; n; n = ui_next(n)) {
        is_past |= n->id == lost;
        if (n->id == lost || !ui_is_target(n)) {
            continue;
        }
        struct ui_node *alive = match_find(now, n->id);
        if (!alive || !focus_can(ui, alive)) {
            continue;
        }
        if (is_past) {
            return alive;
        }
        before = alive;
    }
    return is_past ? before : NULL;
}

/* A node that took the place of the lost one: the next target of the new tree that the old one did not have, in the
 * same region. "Check" becomes "Next": focus goes there rather than on to the help bar. */
static struct ui_node *newcomer(struct ui *ui, const struct ui_tree *old, uint64_t lost)
{
    const struct ui_node *gone = match_find(old, lost);
    struct ui_tree *now = tree_now(ui);

    for (struct ui_node *n = now->root; gone && n; n = step(n)) {
        bool same_region = ui_is_in(gone, old->scroll) == ui_is_in(n, now->scroll) &&
                           ui_is_in(gone, old->top) == ui_is_in(n, now->top);
        if (same_region && focus_can(ui, n) && !match_find(old, n->id)) {
            return n;
        }
    }
    return NULL;
}

void focus_inherit(struct ui *ui, const struct ui_tree *old, struct ui_change change)
{
    bool is_uncovered = !change.is_new_screen && old->dialog && !tree_now(ui)->dialog;

    if (change.is_new_dialog) {
        ui->under = change.is_new_screen ? 0 : ui->focus;
    } else if (is_uncovered) {
        ui->focus = ui->under; /* where it was before the dialog */
    }
    struct ui_node *node = match_find(tree_now(ui), ui->focus);
    if (!change.is_new_screen && !change.is_new_dialog && node && focus_can(ui, node)) {
        return;
    }
    if (!change.is_new_screen && !change.is_new_dialog && node && ui_is_target(node) && ui_is_reachable(ui, node) &&
        old->page == tree_now(ui)->page) {
        return; /* only off for a while: "Next", while an answer is being saved */
    }
    struct ui_node *next = NULL;
    bool is_fresh = change.is_new_screen || change.is_new_dialog;
    if (!is_fresh && old->root && !(node && old->page != tree_now(ui)->page)) {
        next = node ? NULL : newcomer(ui, old, ui->focus);
        next = next ? next : heir(ui, old, ui->focus);
    }
    /* by touch, a new screen has no focus until the first key */
    bool wants_one = ui->shows_focus || tree_now(ui)->dialog || (!is_fresh && ui->focus);
    next = next || !wants_one ? next : first_of_screen(ui);
    ui->focus = next ? next->id : 0;
}

void focus_set(struct ui *ui, struct ui_node *node, bool by_key)
{
    if (ui->focus != node->id || ui->shows_focus != by_key) {
        ui->focus = node->id;
        ui->shows_focus = by_key;
        ui_mark_dirty(ui);
    }
    if (by_key) {
        layout_reveal(ui, node);
    }
}

static struct ui_node *last_of(struct ui *ui)
{
    struct ui_node *found = NULL;

    for (struct ui_node *n = tree_now(ui)->root; n; n = step(n)) {
        found = focus_can(ui, n) ? n : found;
    }
    return found;
}

static struct ui_node *before(struct ui *ui, const struct ui_node *node)
{
    struct ui_node *found = NULL;

    for (struct ui_node *n = tree_now(ui)->root; n && n != node; n = step(n)) {
        found = focus_can(ui, n) ? n : found;
    }
    return found ? found : last_of(ui);
}

static struct ui_node *after(struct ui *ui, const struct ui_node *node)
{
    for (struct ui_node *n = step(node); n; n = step(n)) {
        if (focus_can(ui, n)) {
            return n;
        }
    }
    return first_in(ui, tree_now(ui)->root);
}

void focus_move(struct ui *ui, int by)
{
    struct ui_node *node = match_find(tree_now(ui), ui->focus);
    struct ui_node *next;

    if (!node || !focus_can(ui, node)) {
        next = by > 0 ? first_of_screen(ui) : last_of(ui);
    } else {
        next = by > 0 ? after(ui, node) : before(ui, node);
    }
    if (next) {
        focus_set(ui, next, true);
        say_focus_later(ui);
    }
}
