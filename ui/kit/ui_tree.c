/* ui_tree: walks and questions over the finished tree. */
#include "kit/ui_tree.h"
#include "kit/ui_priv.h"

#include "base/banned.h"

const struct ui_node *ui_root(const struct ui *ui)
{
    return tree_of(ui)->root;
}

const struct ui_node *ui_next(const struct ui_node *node)
{
    if (node->first) {
        return node->first;
    }
    while (node && !node->next) {
        node = node->parent;
    }
    return node ? node->next : NULL;
}

struct ui_node *ui_find(const struct ui *ui, uint64_t id)
{
    return match_find(tree_of(ui), id);
}

bool ui_is_in(const struct ui_node *node, const struct ui_node *ancestor)
{
    for (; node && ancestor; node = node->parent) {
        if (node == ancestor) {
            return true;
        }
    }
    return false;
}

const struct ui_node *ui_scroller_of(const struct ui_node *node)
{
    for (; node->parent; node = node->parent) {
        if (node->parent->kind == UI_K_SCROLL) {
            return node == node->parent->first ? node->parent : NULL;
        }
    }
    return NULL;
}

const struct ui_node *ui_modal(const struct ui *ui)
{
    return tree_of(ui)->dialog;
}

bool ui_is_target(const struct ui_node *node)
{
    return node->box.act.id != 0;
}

bool ui_is_listed(const struct ui_node *node)
{
    return node->role != UI_PLAIN;
}

static bool is_hidden(const struct ui_node *node)
{
    for (; node; node = node->parent) {
        if (node->is_hidden) {
            return true;
        }
    }
    return false;
}

static bool answers_in_dialogs(const struct ui_node *node)
{
    for (; node; node = node->parent) {
        if (node->answers_in_dialogs) {
            return true;
        }
    }
    return false;
}

bool ui_is_reachable(const struct ui *ui, const struct ui_node *node)
{
    const struct ui_node *modal = ui_modal(ui);

    return !is_hidden(node) && (!modal || ui_is_in(node, modal) || answers_in_dialogs(node));
}

static struct ui_rect cut(struct ui_rect a, struct ui_rect b)
{
    int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
    int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

    if (right <= x || bottom <= y) {
        return (struct ui_rect){x, y, 0, 0};
    }
    return (struct ui_rect){x, y, right - x, bottom - y};
}

struct ui_rect scroller_view(const struct ui *ui, const struct ui_node *scroller)
{
    int air = ui_dp(ui, 8); /* the focus ring of what fills the width needs it */

    return (struct ui_rect){scroller->rect.x - air, scroller->rect.y, scroller->rect.w + 2 * air, scroller->rect.h};
}

struct ui_rect ui_view_of(const struct ui *ui, const struct ui_node *node)
{
    const struct ui_node *scroller = ui_scroller_of(node);
    struct ui_rect view = cut(node->rect, (struct ui_rect){0, 0, ui->w, ui->h});

    return scroller ? cut(view, scroller_view(ui, scroller)) : view;
}

bool ui_is_visible(const struct ui *ui, const struct ui_node *node)
{
    struct ui_rect view = ui_view_of(ui, node);

    return !is_hidden(node) && view.w > 0 && view.h > 0;
}

const char *ui_role_name(enum ui_role role)
{
    static const char *const names[UI_N_ROLES] = {
        [UI_PLAIN] = "group",  [UI_SCREEN] = "screen",     [UI_HEADING] = "heading",   [UI_TEXT] = "text",
        [UI_IMAGE] = "image",  [UI_BUTTON] = "button",     [UI_RADIO] = "radio",       [UI_CHECKBOX] = "checkbox",
        [UI_LIST] = "list",    [UI_LISTITEM] = "listitem", [UI_TAB] = "tab",           [UI_FIELD] = "field",
        [UI_KEY] = "key",      [UI_SLIDER] = "slider",     [UI_PROGRESS] = "progress", [UI_STATUS] = "status",
        [UI_LINK] = "link",    [UI_DIALOG] = "dialog",     [UI_CHART] = "chart",       [UI_GROUP] = "group",
        [UI_RADIOS] = "group", [UI_TABS] = "group",
    };

    return names[role];
}
