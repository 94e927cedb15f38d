/* ui_helpbar: the row that is on every screen: help at its start, the main action and "I am finished" at its end. */
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

/* ---- help bar ---- */

enum help_look { HELP_BESIDE, HELP_UNDER, HELP_ICONS, HELP_N };

static void look_item(struct ui_node *item, enum help_look look)
{
    item->box.flow = look == HELP_UNDER ? UI_COLUMN : UI_ROW;
    item->box.gap_dp = look == HELP_UNDER ? UI_NONE_DP : 12;
    item->last->is_hidden = look == HELP_ICONS;
    item->last->flags =
        look == HELP_UNDER ? item->last->flags | UI_CENTERED : item->last->flags & ~(unsigned)UI_CENTERED;
}

static struct help_parts parts_of(struct ui_tree *tree)
{
    struct help_parts p = {.main = tree->main};

    p.tools = tree->main ? tree->main->next : tree->bar->first;
    p.finished = p.tools->next;
    return p;
}

static void look_help(struct help_parts p, enum help_look look)
{
    for (struct ui_node *item = p.tools->first; item; item = item->next) {
        look_item(item, look);
    }
    if (p.finished) {
        look_item(p.finished, look);
    }
    measure_forget(p.tools->parent);
}

static int help_gap(const struct ui *ui)
{
    return max_of(ui_dp(ui, ui->is_small ? 13 : 16), ui_mm(ui, 2));
}

/* Height inside the bar: the same on every screen, that of a main action, unless its words need more. */
static int inner_h(struct ui *ui, struct help_parts p, const int shares[3])
{
    int h = ui_mm(ui, ui->is_small ? 14 : 20);

    h = max_of(h, measure_h(ui, p.tools, shares[1]));
    h = p.finished ? max_of(h, measure_h(ui, p.finished, shares[2])) : h;
    return p.main ? max_of(h, measure_h(ui, p.main, shares[0])) : h;
}

/* Room kept for a main action on every screen, whether it has one or not: so the help never moves (A63), unless a
 * screen's main action has a very long word. */
static int main_room(struct ui *ui, struct help_parts p)
{
    return max_of(ui_mm(ui, ui->is_small ? 31 : 37), p.main ? measure_min_w(ui, p.main) : 0);
}

static int finished_w(struct ui *ui, struct help_parts p, int (*measure)(struct ui *, struct ui_node *))
{
    return p.finished ? measure(ui, p.finished) + help_gap(ui) : 0;
}

/* Shares `room` between the tools and "I am finished": natural widths, or squeezed in proportion. False when even that
 * is too wide. */
static bool share_help(struct ui *ui, struct help_parts p, int room, int shares[3])
{
    int least = measure_min_w(ui, p.tools) + finished_w(ui, p, measure_min_w);
    int natural = measure_nat_w(ui, p.tools) + finished_w(ui, p, measure_nat_w);
    int lack = max_of(0, natural - room);

    if (least > room) {
        return false;
    }
    shares[1] = measure_nat_w(ui, p.tools);
    shares[2] = p.finished ? measure_nat_w(ui, p.finished) : 0;
    if (lack > 0 && natural > least) {
        int own = shares[1] - measure_min_w(ui, p.tools), cut = (int)((int64_t)lack * own / (natural - least));
        shares[1] -= cut;
        shares[2] -= lack - cut;
    }
    return true;
}

/* Whether the bar stays low enough: words may take it a little over the height of a main action. */
static bool fits_tall(struct ui *ui, struct help_parts p, const int shares[3])
{
    double most_mm = ui->is_small ? (ui->frame.text_percent > 100 ? 18.5 : 16) : 21;

    return inner_h(ui, p, shares) <= ui_mm(ui, most_mm);
}

/* All in one line, at least `room` of it for the main action. */
static bool one_line(struct ui *ui, int w, int room, struct bar_plan *b)
{
    if (!share_help(ui, b->parts, w - room - help_gap(ui), b->shares)) {
        return false;
    }
    int rest = w - b->shares[1] - help_gap(ui) - (b->parts.finished ? b->shares[2] + help_gap(ui) : 0);
    b->shares[0] = b->parts.main ? min_of(rest, measure_nat_w(ui, b->parts.main)) : 0;
    b->is_two_lines = false;
    return true;
}

static bool try_one_line(struct ui *ui, enum help_look look, int w, struct bar_plan *b)
{
    look_help(b->parts, look);
    bool fits = one_line(ui, w, main_room(ui, b->parts), b);
    if (!fits || look == HELP_ICONS || fits_tall(ui, b->parts, b->shares)) {
        return fits;
    }
    /* a main action of several words: the help moves a little rather than lose its words */
    return b->parts.main && one_line(ui, w, measure_nat_w(ui, b->parts.main), b) && fits_tall(ui, b->parts, b->shares);
}

static bool try_two_lines(struct ui *ui, enum help_look look, int w, struct bar_plan *b)
{
    struct help_parts rest = {.tools = b->parts.tools, .finished = b->parts.finished};

    look_help(b->parts, look);
    if (!share_help(ui, b->parts, w, b->shares)) {
        return false;
    }
    b->shares[0] = b->parts.main ? min_of(w, measure_nat_w(ui, b->parts.main)) : 0;
    b->is_two_lines = true;
    return look == HELP_ICONS || fits_tall(ui, rest, b->shares);
}

/* The first look that fits: words before icons alone, one line before two; two lines with words only where the panel
 * has the height. */
static void choose_look(struct ui *ui, int w, struct bar_plan *b)
{
    bool has_words = ui->frame.text_percent < 160;

    if (has_words && !ui->is_small && try_one_line(ui, HELP_BESIDE, w, b)) {
        return;
    }
    if (has_words && try_one_line(ui, HELP_UNDER, w, b)) {
        return;
    }
    if (has_words && ui->h > ui->w && try_two_lines(ui, HELP_UNDER, w, b)) {
        return;
    }
    bool fits = try_one_line(ui, HELP_ICONS, w, b);
    if (fits && (fits_tall(ui, b->parts, b->shares) || ui->h <= ui->w)) {
        return;
    }
    if (!try_two_lines(ui, HELP_ICONS, w, b) && fits) {
        try_one_line(ui, HELP_ICONS, w, b);
    }
}

struct bar_plan helpbar_plan(struct ui *ui, struct ui_tree *tree, int w)
{
    struct bar_plan b = {.parts = parts_of(tree)};

    choose_look(ui, w, &b);
    if (b.is_two_lines) {
        b.main_h = b.parts.main ? measure_h(ui, b.parts.main, b.shares[0]) : 0;
        b.row_h = max_of(ui_mm(ui, 14), measure_h(ui, b.parts.tools, b.shares[1]));
        b.h = b.row_h + (b.main_h ? b.main_h + help_gap(ui) : 0);
    } else {
        b.row_h = b.h = inner_h(ui, b.parts, b.shares);
    }
    return b;
}

void helpbar_place(struct ui *ui, const struct bar_plan *b, struct ui_rect r)
{
    int y = r.y, x = r.x + r.w;

    if (b->parts.main && b->is_two_lines) {
        layout_place(ui, b->parts.main, x - b->shares[0], y, b->shares[0], b->main_h);
        y += b->main_h + help_gap(ui);
    }
    layout_place(ui, b->parts.tools, r.x, y, b->shares[1], b->row_h);
    if (b->parts.finished) {
        x -= b->shares[2];
        int h = max_of(measure_h(ui, b->parts.finished, b->shares[2]), ui_mm(ui, 14));
        layout_place(ui, b->parts.finished, x, y + (b->row_h - h) / 2, b->shares[2], h);
        x -= help_gap(ui);
    }
    if (b->parts.main && !b->is_two_lines) {
        layout_place(ui, b->parts.main, x - b->shares[0], y, b->shares[0], b->row_h);
    }
}
