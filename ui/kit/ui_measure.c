/* ui_measure: how wide a node can and would like to be, and how high it is at a width. Pixels, remembered in the node.
 */
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

/* ---- lengths ---- */

int ui_dp(const struct ui *ui, int dp)
{
    return (int)(dp * ui->px_per_mm * 25.4 / 160 + 0.5);
}

int ui_mm(const struct ui *ui, double mm)
{
    return (int)(mm * ui->px_per_mm + 0.999);
}

double ui_px_mm(const struct ui *ui, int px)
{
    return px / ui->px_per_mm;
}

int layout_grown(const struct ui *ui, int dp)
{
    return ui_dp(ui, dp * (100 + ui->frame.text_percent) / 200);
}

/* The largest in whole pixels that keeps the code within its height, and never one that phones do not see. */
int measure_qr_module(const struct ui *ui, const struct ui_node *n)
{
    return max_of(ui_dp(ui, n->size_dp) / qr_px(n->qr, 1), ui_mm(ui, QR_MODULE_MM));
}

int measure_scaled(const struct ui *ui, int dp)
{
    return ui_dp(ui, dp * ui->frame.text_percent / 100);
}

static bool is_big(const struct ui_node *n)
{
    return n->flags & (UI_ANSWER | UI_PRIMARY);
}

static int least_w(const struct ui *ui, const struct ui_node *n)
{
    int w = ui_dp(ui, n->box.min_w_dp);

    if (ui_is_target(n)) {
        double mm = !is_big(n) ? 12 : ui->is_small ? 30 : 20;
        w = max_of(w, ui_mm(ui, mm));
    }
    return w;
}

static int least_h(const struct ui *ui, const struct ui_node *n)
{
    int h = ui_dp(ui, n->box.min_h_dp);

    if (ui_is_target(n)) {
        double mm = !is_big(n) ? 12 : ui->is_small ? 14 : 20;
        h = max_of(h, ui_mm(ui, mm));
    }
    return h;
}

int measure_pad_h(const struct ui *ui, const struct ui_node *n)
{
    int dp = n->box.pad_dp;

    if (dp == UI_NONE_DP || (dp == 0 && n->box.surface == UI_BARE)) {
        return 0;
    }
    return ui_dp(ui, dp ? dp : ui->is_small ? 16 : 24);
}

int measure_pad_v(const struct ui *ui, const struct ui_node *n)
{
    if (n->box.pad_v_dp == 0) {
        return measure_pad_h(ui, n);
    }
    return n->box.pad_v_dp == UI_NONE_DP ? 0 : ui_dp(ui, n->box.pad_v_dp);
}

static bool holds_target(const struct ui_node *n)
{
    for (const struct ui_node *c = n->first; c; c = c->next) {
        if (ui_is_target(c)) {
            return true;
        }
    }
    return false;
}

int measure_gap(const struct ui *ui, const struct ui_node *n)
{
    int dp = n->box.gap_dp;
    int px = dp == UI_NONE_DP ? 0 : ui_dp(ui, dp ? dp : ui->is_small ? 13 : 16);

    return holds_target(n) ? max_of(px, ui_mm(ui, 2)) : px;
}

int measure_count(const struct ui_node *n)
{
    int count = 0;

    for (const struct ui_node *c = n->first; c; c = c->next) {
        count += !c->is_hidden;
    }
    return count;
}

/* ---- widths ---- */

static int leaf_min_w(struct ui *ui, struct ui_node *n)
{
    switch (n->kind) {
    case UI_K_TEXT:
        return type_min_w(ui, n);
    case UI_K_ICON:
    case UI_K_BADGE:
        return layout_grown(ui, n->size_dp);
    case UI_K_IMAGE:
        return ui_dp(ui, 48);
    case UI_K_BAR:
        return ui_dp(ui, 96);
    case UI_K_DOTS:
        return ui_dp(ui, 28 * (n->count + 1));
    case UI_K_CHART:
        return ui_dp(ui, n->chart->kind == CHART_STRIP ? 64 : 240);
    case UI_K_QR:
        return qr_px(n->qr, measure_qr_module(ui, n));
    default:
        return 0;
    }
}

static int leaf_nat_w(struct ui *ui, struct ui_node *n)
{
    int w, h;

    switch (n->kind) {
    case UI_K_TEXT:
        return type_nat_w(ui, n);
    case UI_K_IMAGE:
        return draw_picture_size(ui, n->value, &w, &h) && h > 0 ? ui_dp(ui, n->size_dp) * w / h : leaf_min_w(ui, n);
    case UI_K_BAR:
        return ui_dp(ui, 240);
    case UI_K_CHART:
        return ui_dp(ui, n->size_dp * 3 / 2);
    default:
        return leaf_min_w(ui, n);
    }
}

/* Sum along the flow with gaps, or the widest. */
static int fold_w(struct ui *ui, struct ui_node *n, int (*measure)(struct ui *, struct ui_node *), bool is_sum)
{
    int sum = 0, widest = 0;

    for (struct ui_node *c = n->first; c; c = c->next) {
        int w = c->is_hidden ? 0 : measure(ui, c);
        sum += w;
        widest = max_of(widest, w);
    }
    return is_sum ? sum + measure_gap(ui, n) * max_of(0, measure_count(n) - 1) : widest;
}

static int most_columns(const struct ui_node *n)
{
    int count = max_of(1, measure_count(n));

    return n->box.columns ? min_of(n->box.columns, count) : count;
}

static int box_min_w(struct ui *ui, struct ui_node *n)
{
    switch (n->box.flow) {
    case UI_ROW:
        return fold_w(ui, n, measure_min_w, n->box.min_column_dp == 0);
    case UI_COLUMN:
    case UI_GRID:
    case UI_WRAP:
        break;
    }
    return fold_w(ui, n, measure_min_w, false);
}

static int box_nat_w(struct ui *ui, struct ui_node *n)
{
    switch (n->box.flow) {
    case UI_ROW:
    case UI_WRAP:
        return fold_w(ui, n, measure_nat_w, true);
    case UI_GRID:
        return fold_w(ui, n, measure_nat_w, false) * most_columns(n) + measure_gap(ui, n) * (most_columns(n) - 1);
    case UI_COLUMN:
        break;
    }
    return fold_w(ui, n, measure_nat_w, false);
}

int measure_min_w(struct ui *ui, struct ui_node *n)
{
    if (n->min_w < 0) {
        int w = n->kind == UI_K_BOX || n->kind == UI_K_SCROLL ? box_min_w(ui, n) : leaf_min_w(ui, n);
        n->min_w = max_of(w + 2 * measure_pad_h(ui, n), least_w(ui, n));
    }
    return n->min_w;
}

int measure_nat_w(struct ui *ui, struct ui_node *n)
{
    if (n->nat_w < 0) {
        int w = n->kind == UI_K_BOX ? box_nat_w(ui, n) : leaf_nat_w(ui, n);
        n->nat_w = max_of(w + 2 * measure_pad_h(ui, n), least_w(ui, n));
    }
    return max_of(n->nat_w, measure_min_w(ui, n));
}

/* ---- sharing a row ---- */

bool measure_is_stacked(struct ui *ui, struct ui_node *n, int w)
{
    int count = measure_count(n), gaps = measure_gap(ui, n) * max_of(0, count - 1);

    if (n->box.flow != UI_ROW || count < 2) {
        return false;
    }
    return fold_w(ui, n, measure_min_w, true) > w || count * measure_scaled(ui, n->box.min_column_dp) + gaps > w;
}

/* What a row has left for those that grow, after the others took their natural widths; sums their shares. */
static int room_to_grow(struct ui *ui, struct ui_node *n, int w, int *shares)
{
    int room = w - measure_gap(ui, n) * max_of(0, measure_count(n) - 1);

    *shares = 0;
    for (struct ui_node *c = n->first; c; c = c->next) {
        if (!c->is_hidden) {
            *shares += c->box.grow;
            room -= c->box.grow ? 0 : measure_nat_w(ui, c);
        }
    }
    return room;
}

/* Gives the growers their shares, none less than its least; those at their least leave the sharing. */
static void share_growers(struct ui *ui, struct ui_node *n, int room, int shares)
{
    bool again = true;

    for (struct ui_node *c = n->first; c; c = c->next) {
        c->share_w = c->box.grow ? -1 : c->share_w;
    }
    while (again && shares > 0) {
        again = false;
        for (struct ui_node *c = n->first; c; c = c->next) {
            if (!c->is_hidden && c->share_w < 0 && room * c->box.grow / shares < measure_min_w(ui, c)) {
                c->share_w = measure_min_w(ui, c);
                room -= c->share_w;
                shares -= c->box.grow;
                again = true;
                break;
            }
        }
    }
    for (struct ui_node *c = n->first; c; c = c->next) {
        if (!c->is_hidden && c->share_w < 0) {
            c->share_w = shares > 0 ? room * c->box.grow / shares : 0;
            room -= c->share_w;
            shares -= c->box.grow;
        }
    }
}

/* Not enough room for natural widths: everybody gives in proportion to what lies above its least. */
static void squeeze(struct ui *ui, struct ui_node *n, int lack)
{
    int soft = 0;

    for (struct ui_node *c = n->first; c; c = c->next) {
        soft += c->is_hidden || c->box.grow ? 0 : c->share_w - measure_min_w(ui, c);
    }
    for (struct ui_node *c = n->first; c && soft > 0; c = c->next) {
        if (!c->is_hidden && !c->box.grow) {
            int own = c->share_w - measure_min_w(ui, c);
            int cut = (int)((int64_t)lack * own / soft);
            c->share_w -= cut;
            lack -= cut;
            soft -= own;
        }
    }
}

static int least_of_growers(struct ui *ui, struct ui_node *n)
{
    int sum = 0;

    for (struct ui_node *c = n->first; c; c = c->next) {
        sum += !c->is_hidden && c->box.grow ? measure_min_w(ui, c) : 0;
    }
    return sum;
}

void measure_row(struct ui *ui, struct ui_node *n, int w)
{
    int shares, room = room_to_grow(ui, n, w, &shares), least = least_of_growers(ui, n);

    for (struct ui_node *c = n->first; c; c = c->next) {
        c->share_w = c->is_hidden || c->box.grow ? 0 : measure_nat_w(ui, c);
    }
    if (room < least) {
        squeeze(ui, n, least - room);
        room = least;
    }
    share_growers(ui, n, room, shares);
}

int measure_columns(struct ui *ui, struct ui_node *n, int w)
{
    int gap = measure_gap(ui, n), columns = most_columns(n);
    int least = max_of(measure_scaled(ui, n->box.min_column_dp), fold_w(ui, n, measure_min_w, false));

    if (!n->box.columns && !n->box.min_column_dp) {
        least = max_of(least, fold_w(ui, n, measure_nat_w, false));
    }
    while (columns > 1 && columns * least + (columns - 1) * gap > w) {
        columns--;
    }
    return columns;
}

/* ---- heights ---- */

static bool hugs(const struct ui_node *c)
{
    return c->box.surface == UI_CHIP ||
           (c->role == UI_BUTTON && c->box.surface == UI_CARD && !c->box.grow && c->box.pack == UI_CENTER);
}

/* The width a column gives a child. */
int measure_column_w(struct ui *ui, const struct ui_node *n, struct ui_node *c, int w)
{
    bool is_own = n->box.align != UI_STRETCH || hugs(c);
    int limit = c->box.max_w_dp ? min_of(w, measure_scaled(ui, c->box.max_w_dp)) : w;

    return is_own ? min_of(measure_nat_w(ui, c), limit) : limit;
}

int measure_column(struct ui *ui, struct ui_node *n, int w)
{
    int h = measure_gap(ui, n) * max_of(0, measure_count(n) - 1);

    for (struct ui_node *c = n->first; c; c = c->next) {
        c->share_h = c->is_hidden ? 0 : measure_h(ui, c, measure_column_w(ui, n, c, w));
        h += c->share_h;
    }
    return h;
}

static int row_h(struct ui *ui, struct ui_node *n, int w)
{
    int h = 0;

    measure_row(ui, n, w);
    for (struct ui_node *c = n->first; c; c = c->next) {
        h = c->is_hidden ? h : max_of(h, measure_h(ui, c, c->share_w));
    }
    return h;
}

/* The height of the grid's row that begins with `c`; *next is where the following begins. */
int measure_grid_row(struct ui *ui, struct ui_node *c, int columns, int cell_w, struct ui_node **next)
{
    int h = 0;

    for (int i = 0; c && i < columns; c = c->next, i++) {
        h = max_of(h, measure_h(ui, c, cell_w));
    }
    *next = c;
    return h;
}

int measure_grid(struct ui *ui, struct ui_node *n, int w)
{
    int columns = measure_columns(ui, n, w), gap = measure_gap(ui, n), h = -gap;
    int cell_w = (w - gap * (columns - 1)) / columns;

    for (struct ui_node *c = n->first, *next; c; c = next) {
        h += gap + measure_grid_row(ui, c, columns, cell_w, &next);
    }
    return max_of(h, 0);
}

struct wrap_line measure_wrap_line(struct ui *ui, const struct ui_node *n, struct ui_node *first, int w)
{
    struct wrap_line line = {.next = first};
    int used = 0;

    while (line.next) {
        int cw = min_of(measure_nat_w(ui, line.next), w);
        if (line.next != first && used + cw > w) {
            break;
        }
        used += cw + measure_gap(ui, n);
        line.h = max_of(line.h, measure_h(ui, line.next, cw));
        line.next = line.next->next;
    }
    return line;
}

static int wrap_h(struct ui *ui, struct ui_node *n, int w)
{
    struct wrap_line line = {.next = n->first};
    int gap = measure_gap(ui, n), h = -gap;

    while (line.next) {
        line = measure_wrap_line(ui, n, line.next, w);
        h += line.h + gap;
    }
    return max_of(h, 0);
}

static int box_h(struct ui *ui, struct ui_node *n, int w)
{
    switch (n->box.flow) {
    case UI_ROW:
        return measure_is_stacked(ui, n, w) ? measure_column(ui, n, w) : row_h(ui, n, w);
    case UI_GRID:
        return measure_grid(ui, n, w);
    case UI_WRAP:
        return wrap_h(ui, n, w);
    case UI_COLUMN:
        break;
    }
    return measure_column(ui, n, w);
}

static int image_h(struct ui *ui, struct ui_node *n, int w)
{
    int pw, ph, most = ui_dp(ui, n->size_dp);

    if (!draw_picture_size(ui, n->value, &pw, &ph) || pw <= 0) {
        return ui_dp(ui, 48);
    }
    return min_of(most, (int)((int64_t)w * ph / pw));
}

static int leaf_h(struct ui *ui, struct ui_node *n, int w)
{
    switch (n->kind) {
    case UI_K_TEXT:
        return type_h(ui, n, w);
    case UI_K_ICON:
    case UI_K_BADGE:
        return layout_grown(ui, n->size_dp);
    case UI_K_IMAGE:
        return image_h(ui, n, w);
    case UI_K_BAR:
        return ui_dp(ui, 16);
    case UI_K_DOTS:
        return ui_dp(ui, 24);
    case UI_K_CHART:
        return measure_scaled(ui, n->size_dp);
    case UI_K_QR:
        return qr_px(n->qr, measure_qr_module(ui, n));
    case UI_K_LINE:
        return max_of(1, ui_dp(ui, 2));
    default:
        return 0;
    }
}

int measure_h(struct ui *ui, struct ui_node *n, int w)
{
    if (n->at_w != w) {
        int inner = max_of(1, w - 2 * measure_pad_h(ui, n));
        int h = n->kind == UI_K_BOX      ? box_h(ui, n, inner)
                : n->kind == UI_K_SCROLL ? measure_h(ui, n->first, inner)
                                         : leaf_h(ui, n, inner);
        n->at_h = max_of(h + 2 * measure_pad_v(ui, n), least_h(ui, n));
        n->at_w = w;
    }
    return n->at_h;
}

void measure_forget(struct ui_node *n)
{
    n->min_w = n->nat_w = n->at_w = -1;
    for (struct ui_node *c = n->first; c; c = c->next) {
        measure_forget(c);
    }
}
