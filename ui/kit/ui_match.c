/* ui_match: the new tree against the old: what keeps its scroll, and whether anything looks different. */
#include "kit/ui_priv.h"
#include <string.h>

#include "base/banned.h"

static struct ui_node *step(const struct ui_node *node)
{
    return (struct ui_node *)ui_next(node);
}

struct ui_node *match_find(const struct ui_tree *tree, uint64_t id)
{
    for (struct ui_node *n = tree->root; n && id; n = step(n)) {
        if (n->id == id) {
            return n;
        }
    }
    return NULL;
}

void match_scroll(const struct ui_tree *old, struct ui_tree *now)
{
    if (!old->root || old->root->id != now->root->id) {
        return;
    }
    if (old->page == now->page) { /* another page begins at its top */
        now->scroll->scroll = old->scroll->scroll;
    }
    if (now->dialog && old->dialog && now->dialog->id == old->dialog->id) {
        now->dialog->first->scroll = old->dialog->first->scroll;
    }
}

static bool same_rect(struct ui_rect a, struct ui_rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

static bool same_spans(const struct ui_node *a, const struct ui_node *b)
{
    if (a->n_spans != b->n_spans) {
        return false;
    }
    for (int i = 0; i < a->n_spans; i++) {
        if (a->spans[i].from != b->spans[i].from || a->spans[i].to != b->spans[i].to) {
            return false;
        }
    }
    return true;
}

static bool same_look(const struct ui_node *a, const struct ui_node *b)
{
    return a->id == b->id && a->kind == b->kind && a->flags == b->flags && same_rect(a->rect, b->rect) &&
           a->is_hidden == b->is_hidden && a->scroll == b->scroll && a->max_scroll == b->max_scroll &&
           a->type == b->type && a->icon == b->icon && a->number == b->number && a->count == b->count &&
           a->area == b->area && a->box.surface == b->box.surface && strcmp(a->name, b->name) == 0 &&
           strcmp(a->value, b->value) == 0 && same_spans(a, b) &&
           (a->chart == b->chart || (a->chart && b->chart && chart_same(a->chart, b->chart)));
}

struct ui_change match_compare(const struct ui_tree *old, const struct ui_tree *now)
{
    struct ui_change change = {.is_new_screen = !old->root || old->root->id != now->root->id};

    change.is_new_dialog = now->dialog && (change.is_new_screen || !old->dialog || old->dialog->id != now->dialog->id);
    change.is_changed = change.is_new_screen || old->n != now->n;
    const struct ui_node *a = old->root, *b = now->root;
    while (!change.is_changed && a && b) {
        change.is_changed = !same_look(a, b);
        a = ui_next(a);
        b = ui_next(b);
    }
    return change;
}
