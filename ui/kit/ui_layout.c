/* ui_layout: from boxes in dp to rectangles in pixels; right-to-left is the mirror of left-to-right. */
#include "kit/ui_helpbar.h"
#include "kit/ui_measure.h"

#include "base/banned.h"

static int max_of(int a, int b)
{
    return a > b ? a : b;
}

static int min_of(int a, int b)
{
    return a < b ? a : b;
}

/* ---- placing ---- */

static int packed(enum ui_align pack, int spare)
{
    return pack == UI_CENTER ? spare / 2 : pack == UI_FINISH ? spare : 0;
}

/* Spare height to the growers; what they do not take is packed. Returns what is left. */
static int grow_column(struct ui_node *n, int spare)
{
    int shares = 0;

    for (const struct ui_node *c = n->first; c; c = c->next) {
        shares += c->is_hidden ? 0 : c->box.grow;
    }
    for (struct ui_node *c = n->first; c && shares > 0; c = c->next) {
        if (!c->is_hidden && c->box.grow) {
            int own = spare * c->box.grow / shares;
            c->share_h += own;
            spare -= own;
            shares -= c->box.grow;
        }
    }
    return spare;
}

static int across(enum ui_align align, int spare)
{
    return align == UI_CENTER ? spare / 2 : align == UI_FINISH ? spare : 0;
}

static void place_column(struct ui *ui, struct ui_node *n, struct ui_rect r)
{
    int spare = r.h - measure_column(ui, n, r.w), gap = measure_gap(ui, n), count = measure_count(n);
    enum ui_align pack = n->box.flow == UI_ROW ? UI_START : n->box.pack;

    spare = spare > 0 ? grow_column(n, spare) : 0;
    if (pack == UI_BETWEEN && count > 1) {
        gap += spare / (count - 1);
    }
    int y = r.y + packed(pack, spare);
    for (struct ui_node *c = n->first; c; c = c->next) {
        if (c->is_hidden) {
            continue;
        }
        int w = measure_column_w(ui, n, c, r.w);
        layout_place(ui, c, r.x + across(n->box.align, r.w - w), y, w, c->share_h);
        y += c->share_h + gap;
    }
}

static void place_row(struct ui *ui, struct ui_node *n, struct ui_rect r)
{
    int gap = measure_gap(ui, n), used = -gap, count = measure_count(n);

    measure_row(ui, n, r.w);
    for (const struct ui_node *c = n->first; c; c = c->next) {
        used += c->is_hidden ? 0 : c->share_w + gap;
    }
    int spare = max_of(0, r.w - used);
    if (n->box.pack == UI_BETWEEN && count > 1) {
        gap += spare / (count - 1);
    }
    int x = r.x + packed(n->box.pack, spare);
    for (struct ui_node *c = n->first; c; c = c->next) {
        if (c->is_hidden) {
            continue;
        }
        int w = c->share_w, h = n->box.align == UI_STRETCH ? r.h : measure_h(ui, c, w);
        layout_place(ui, c, x, r.y + across(n->box.align, r.h - h), w, h);
        x += w + gap;
    }
}

/* Digits stand the same way round in every direction of writing: laid out backwards here, the mirror puts them right.
 */
static bool is_keypad(const struct ui_node *n)
{
    return n->first && n->first->role == UI_KEY;
}

static void place_grid(struct ui *ui, struct ui_node *n, struct ui_rect r)
{
    int gap = measure_gap(ui, n), columns = measure_columns(ui, n, r.w),
        rows = (measure_count(n) + columns - 1) / columns;
    int cell_w = (r.w - gap * (columns - 1)) / columns, spare = max_of(0, r.h - measure_grid(ui, n, r.w)), y = r.y;
    bool is_backwards = ui->frame.is_rtl && is_keypad(n);

    for (struct ui_node *c = n->first, *next; c; c = next) {
        int h = measure_grid_row(ui, c, columns, cell_w, &next) + (rows > 0 ? spare / rows : 0);
        for (int i = 0; c != next; c = c->next, i++) {
            int column = is_backwards ? columns - 1 - i : i;
            layout_place(ui, c, r.x + column * (cell_w + gap), y, cell_w, h);
        }
        y += h + gap;
    }
}

static void place_wrap(struct ui *ui, struct ui_node *n, struct ui_rect r)
{
    int gap = measure_gap(ui, n), y = r.y;

    for (struct ui_node *c = n->first; c;) {
        struct wrap_line line = measure_wrap_line(ui, n, c, r.w);
        for (int x = r.x; c != line.next; c = c->next) {
            int w = min_of(measure_nat_w(ui, c), r.w);
            layout_place(ui, c, x, y, w, line.h);
            x += w + gap;
        }
        y += line.h + gap;
    }
}

static void hide_steps(struct ui_node *scroll, bool is_hidden)
{
    for (struct ui_node *c = scroll->first->next; c; c = c->next) {
        c->is_hidden = is_hidden;
    }
}

static int step_w(const struct ui *ui)
{
    return ui_mm(ui, 12);
}

/* Room kept beside the content when it scrolls. */
static int scroll_w(const struct ui *ui)
{
    return step_w(ui) + ui_dp(ui, 16);
}

static void set_off(struct ui_node *n, bool is_off)
{
    n->flags = is_off ? n->flags | UI_OFF : n->flags & ~(unsigned)UI_OFF;
}

static void place_steps(struct ui *ui, struct ui_node *n, struct ui_rect r)
{
    struct ui_node *above = n->first->next, *track = above->next, *below = track->next;
    int side = step_w(ui), x = r.x + r.w - side, gap = ui_dp(ui, 12);

    set_off(above, n->scroll <= 0);
    set_off(below, n->scroll >= n->max_scroll);
    layout_place(ui, above, x, r.y, side, side);
    layout_place(ui, below, x, r.y + r.h - side, side, side);
    layout_place(ui, track, x, r.y + side + gap, side, max_of(0, r.h - 2 * side - 2 * gap));
}

static void place_scroll(struct ui *ui, struct ui_node *n, struct ui_rect r)
{
    struct ui_node *content = n->first;
    int h = measure_h(ui, content, r.w);

    n->content_h = h;
    n->max_scroll = 0;
    hide_steps(n, h <= r.h);
    if (h <= r.h) {
        n->scroll = 0;
        layout_place(ui, content, r.x, r.y, r.w, r.h);
        return;
    }
    int w = r.w - scroll_w(ui);
    n->content_h = measure_h(ui, content, w);
    n->max_scroll = max_of(1, n->content_h - r.h);
    n->scroll = max_of(0, min_of(n->scroll, n->max_scroll));
    layout_place(ui, content, r.x, r.y - n->scroll, w, n->content_h);
    place_steps(ui, n, r);
}

void layout_place(struct ui *ui, struct ui_node *n, int x, int y, int w, int h)
{
    n->rect = (struct ui_rect){x, y, w, h};
    int ph = measure_pad_h(ui, n), pv = measure_pad_v(ui, n);
    struct ui_rect inner = {x + ph, y + pv, max_of(1, w - 2 * ph), max_of(0, h - 2 * pv)};

    if (n->kind == UI_K_SCROLL) {
        place_scroll(ui, n, inner);
    } else if (n->kind != UI_K_BOX || !n->first) {
        return;
    } else if (n->first->kind == UI_K_SCROLL) {
        layout_place(ui, n->first, inner.x, inner.y, inner.w, inner.h);
    } else if (n->box.flow == UI_GRID) {
        place_grid(ui, n, inner);
    } else if (n->box.flow == UI_WRAP) {
        place_wrap(ui, n, inner);
    } else if (n->box.flow == UI_ROW && !measure_is_stacked(ui, n, inner.w)) {
        place_row(ui, n, inner);
    } else {
        place_column(ui, n, inner);
    }
}

/* ---- the screen ---- */

static void place_dialog(struct ui *ui, struct ui_node *dialog, struct ui_rect room)
{
    int margin = ui_dp(ui, 16);
    int w = min_of(room.w - 2 * margin, measure_scaled(ui, dialog->box.max_w_dp));
    int h = min_of(measure_h(ui, dialog, w), room.h - 2 * margin);

    layout_place(ui, dialog, room.x + (room.w - w) / 2, room.y + (room.h - h) / 2, w, h);
}

static void mirror(struct ui *ui, struct ui_tree *tree)
{
    for (struct ui_node *n = tree->root; n; n = (struct ui_node *)ui_next(n)) {
        n->rect.x = ui->w - n->rect.x - n->rect.w;
    }
}

static void take_out(struct ui_node *node)
{
    struct ui_node *parent = node->parent, **at = &parent->first;

    while (*at != node) {
        at = &(*at)->next;
    }
    *at = node->next;
    parent->last = parent->first;
    while (parent->last && parent->last->next) {
        parent->last = parent->last->next;
    }
}

/* Moves a node of the top bar to the front of the body, where it scrolls with the rest. */
static void to_body(struct ui_tree *tree, struct ui_node *node)
{
    struct ui_node *content = tree->scroll->first;

    take_out(node);
    node->parent = content;
    node->next = content->first;
    content->first = node;
    content->last = content->last ? content->last : node;
}

/* The title and the context must not take the panel from what the screen is for: first the context, then the title goes
 * into the body. The order of reading stays. */
static void fit_top(struct ui *ui, struct ui_tree *tree, int w)
{
    int most = max_of(ui->h / 8, ui_mm(ui, 12.5));
    struct ui_node *context = tree->top->last;

    if (context != tree->title && measure_h(ui, tree->top, w) > most) {
        to_body(tree, context);
        measure_forget(tree->top);
    }
    if (tree->title->parent == tree->top && measure_h(ui, tree->top, w) > most * 4 / 3) {
        to_body(tree, tree->title);
        measure_forget(tree->top);
    }
}

void layout_tree(struct ui *ui, struct ui_tree *tree)
{
    int margin = ui_dp(ui, ui->is_small ? 16 : 32), w = ui->w - 2 * margin, air = ui_dp(ui, 8);

    measure_forget(tree->root);
    struct bar_plan bar = helpbar_plan(ui, tree, w);
    int bar_top = ui->h - bar.h - air - ui_dp(ui, ui->is_small ? 8 : 14);
    fit_top(ui, tree, w);
    int apart = max_of(air, ui_mm(ui, 2)); /* what scrolls ends this far from what stays (A30) */
    int top_h = measure_h(ui, tree->top, w), body_y = top_h > 0 ? air + top_h + apart : air;

    tree->root->rect = (struct ui_rect){0, 0, ui->w, ui->h};
    tree->bar->rect = (struct ui_rect){0, bar_top, ui->w, ui->h - bar_top};
    layout_place(ui, tree->top, margin, air, w, top_h);
    helpbar_place(ui, &bar, (struct ui_rect){margin, bar_top + air, w, bar.h});
    layout_place(ui, tree->scroll, margin, body_y, w, bar_top - (apart - air) - body_y);
    if (tree->dialog) {
        place_dialog(ui, tree->dialog, (struct ui_rect){0, 0, ui->w, bar_top});
    }
    if (ui->frame.is_rtl) {
        mirror(ui, tree);
    }
}

/* ---- scrolling ---- */

static void shift(struct ui_node *n, int dy)
{
    n->rect.y += dy;
    for (struct ui_node *c = n->first; c; c = c->next) {
        shift(c, dy);
    }
}

void layout_scroll_to(struct ui *ui, struct ui_node *scroller, int scroll_px)
{
    int to = max_of(0, min_of(scroll_px, scroller->max_scroll));

    if (to == scroller->scroll) {
        return;
    }
    shift(scroller->first, scroller->scroll - to);
    scroller->scroll = to;
    set_off(scroller->first->next, to <= 0);
    set_off(scroller->last, to >= scroller->max_scroll);
    ui_mark_dirty(ui);
}

void layout_reveal(struct ui *ui, struct ui_node *node)
{
    struct ui_node *scroller = (struct ui_node *)ui_scroller_of(node);

    if (!scroller || !ui_is_in(node, scroller->first)) {
        return;
    }
    struct ui_rect view = scroller_view(ui, scroller);
    int air = ui_dp(ui, 12), top = node->rect.y - air - view.y,
        bottom = node->rect.y + node->rect.h + air - (view.y + view.h);
    if (top < 0 || node->rect.h + 2 * air > view.h) {
        layout_scroll_to(ui, scroller, scroller->scroll + top);
    } else if (bottom > 0) {
        layout_scroll_to(ui, scroller, scroller->scroll + bottom);
    }
}
