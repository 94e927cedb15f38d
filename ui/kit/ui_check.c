/* ui_check: measures every node of the screen against the rules. */
#include "kit/ui_check.h"
#include "kit/ui_colour.h"
#include "kit/ui_dump.h"
#include "kit/ui_measure.h"

#include "base/banned.h"

static const double TOLERANCE_MM = 0.2; /* rounding to whole pixels at both ends */
static const double CAPITAL_EM = 0.714, CAPITAL_MM = 2.5;

const struct ui_panel ui_panels[UI_PANELS] = {
    {"800x480", 800, 480, 154, 86},      {"1024x600", 1024, 600, 154, 90},  {"1280x800", 1280, 800, 217, 136},
    {"1920x1080", 1920, 1080, 344, 194}, {"800x1280", 800, 1280, 136, 217},
};

struct check {
    struct ui *ui;
    struct buf *out;
    int n;
};

static void found(struct check *c, const char *what, const struct ui_node *a, const struct ui_node *b, double mm)
{
    buf_fmt(c->out, "%s: ", what);
    ui_dump_short(a, c->out);
    if (b) {
        buf_str(c->out, " and ");
        ui_dump_short(b, c->out);
    }
    if (mm >= 0) {
        buf_fmt(c->out, " %.1f mm", mm);
    }
    buf_fmt(c->out, " [%d,%d %dx%d]\n", a->rect.x, a->rect.y, a->rect.w, a->rect.h);
    c->n++;
}

static bool is_on_show(const struct check *c, const struct ui_node *n)
{
    for (const struct ui_node *p = n; p; p = p->parent) {
        if (p->is_hidden) {
            return false;
        }
    }
    return !ui_modal(c->ui) || ui_is_reachable(c->ui, n);
}

static bool needs_name(const struct ui_node *n)
{
    switch (n->role) {
    case UI_PLAIN:
    case UI_GROUP:
        return ui_is_target(n);
    case UI_TEXT:
        return !(n->flags & UI_PART);
    default:
        return true;
    }
}

static void check_name(struct check *c, const struct ui_node *n)
{
    if (needs_name(n) && !*n->name && !(n->spoken && *n->spoken)) {
        found(c, "unnamed", n, NULL, -1);
    }
}

static void check_keys(struct check *c, const struct ui_node *n)
{
    for (const struct ui_node *m = ui_next(n); m && ui_is_listed(n); m = ui_next(m)) {
        if (m->id == n->id && ui_is_listed(m)) {
            found(c, "twice", n, m, -1);
        }
    }
}

static bool sticks_out(struct ui_rect r, struct ui_rect of)
{
    return r.x < of.x - 1 || r.y < of.y - 1 || r.x + r.w > of.x + of.w + 1 || r.y + r.h > of.y + of.h + 1;
}

static void check_inside(struct check *c, const struct ui_node *n)
{
    const struct ui_node *scroller = ui_scroller_of(n);
    struct ui_rect room = {0, 0, c->ui->w, c->ui->h};

    if (scroller) {
        room = scroller->first->rect;
        room.h = room.h > scroller->rect.h ? room.h : scroller->rect.h;
    }
    if (sticks_out(n->rect, room) ||
        (scroller && n->rect.y + n->rect.h - scroller->first->rect.y > scroller->rect.h + scroller->max_scroll + 1)) {
        found(c, "outside", n, NULL, -1);
    } else if (n->parent && n->parent->kind == UI_K_BOX && sticks_out(n->rect, n->parent->rect)) {
        found(c, "clipped", n, NULL, -1);
    }
}

/* A phone must see the whole code at once, its quiet zone too. */
static void check_qr(struct check *c, const struct ui_node *n)
{
    const struct ui_node *scroller = ui_scroller_of(n);
    int side = n->kind == UI_K_QR ? qr_px(n->qr, measure_qr_module(c->ui, n)) : 0;

    if (side > n->rect.w || side > n->rect.h || (scroller && (side > scroller->rect.h || side > scroller->rect.w))) {
        found(c, "clipped", n, NULL, -1);
    }
}

static void check_text(struct check *c, const struct ui_node *n)
{
    if (n->kind == UI_K_TEXT) {
        double mm = ui_px_mm(c->ui, type_px(c->ui, n->type)) * CAPITAL_EM;

        if (mm < CAPITAL_MM - TOLERANCE_MM) {
            found(c, "tiny", n, NULL, mm);
        }
    }
    if (n->kind == UI_K_TEXT && (type_min_w(c->ui, n) > n->rect.w + 1 || type_h(c->ui, n, n->rect.w) > n->rect.h + 1)) {
        found(c, "clipped", n, NULL, -1);
    }
}

static void pale(struct check *c, const struct ui_node *n, uint32_t over, uint32_t under, double least)
{
    double ratio = theme_contrast(over, under);

    if (ratio < least) {
        buf_fmt(c->out, "pale: %06x on %06x is %.2f, wanted %.1f: ", over, under, ratio, least);
        ui_dump_short(n, c->out);
        buf_char(c->out, '\n');
        c->n++;
    }
}

/* Text that explains or stands on a colour of its own needs less than what is asked and answered. */
static double least_contrast(const struct check *c, const struct ui_node *n)
{
    if (c->ui->frame.theme == THEME_CONTRAST) {
        return 7;
    }
    return colour_ink(c->ui, n) == theme_colour(c->ui->frame.theme, COLOUR_INK) ? 7 : 4.5;
}

static void check_contrast(struct check *c, const struct ui_node *n)
{
    double shape = c->ui->frame.theme == THEME_CONTRAST ? 4.5 : 3;
    uint32_t ground = colour_ground(c->ui, n);

    if (n->kind == UI_K_TEXT || n->kind == UI_K_BADGE) {
        pale(c, n, colour_ink(c->ui, n), ground, least_contrast(c, n));
    } else if (n->kind == UI_K_ICON) {
        pale(c, n, colour_ink(c->ui, n), ground, shape);
    } else if (n->kind == UI_K_BOX && ui_is_target(n)) {
        struct shape_style s = colour_box(c->ui, n);
        uint32_t seen = s.has_line ? s.line : s.fill;

        if (s.has_line || s.has_fill) {
            pale(c, n, seen, ground, shape);
        }
    }
}

static int shared(struct ui_rect a, struct ui_rect b)
{
    int w = (a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w) - (a.x > b.x ? a.x : b.x);
    int h = (a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h) - (a.y > b.y ? a.y : b.y);

    return w > 1 && h > 1 ? w * h : 0;
}

static void check_siblings(struct check *c, const struct ui_node *n)
{
    for (const struct ui_node *m = n->next; m; m = m->next) {
        if (m->role != UI_DIALOG && is_on_show(c, m) && shared(n->rect, m->rect)) {
            found(c, "overlap", n, m, -1);
        }
    }
}

static bool is_big(const struct ui_node *n)
{
    return n->flags & (UI_ANSWER | UI_PRIMARY);
}

static void check_size(struct check *c, const struct ui_node *n)
{
    bool small = c->ui->is_small;
    double least_w = !is_big(n) ? 12 : small ? 30 : 20, least_h = !is_big(n) ? 12 : small ? 14 : 20;
    double w = ui_px_mm(c->ui, n->rect.w), h = ui_px_mm(c->ui, n->rect.h);

    if (w < least_w - TOLERANCE_MM || h < least_h - TOLERANCE_MM) {
        found(c, "small", n, NULL, w < least_w ? w : h);
    }
}

static int axis_gap(int a, int a_size, int b, int b_size)
{
    return a > b ? a - (b + b_size) : b - (a + a_size);
}

static void check_gap(struct check *c, const struct ui_node *a, const struct ui_node *b)
{
    struct ui_rect p = ui_view_of(c->ui, a), q = ui_view_of(c->ui, b);

    if (!p.h || !q.h || ui_is_in(b, a) || ui_is_in(a, b)) {
        return;
    }
    if (shared(p, q)) {
        found(c, "overlap", a, b, -1);
        return;
    }
    int x = axis_gap(p.x, p.w, q.x, q.w), y = axis_gap(p.y, p.h, q.y, q.h);
    double mm = ui_px_mm(c->ui, x > y ? x : y);
    if (mm < 2 - TOLERANCE_MM) {
        found(c, "close", a, b, mm);
    }
}

static void check_edge(struct check *c, const struct ui_node *n)
{
    int least = ui_dp(c->ui, 16) - 1;

    if (n->rect.x < least || n->rect.x + n->rect.w > c->ui->w - least) {
        found(c, "edge", n, NULL, ui_px_mm(c->ui, n->rect.x));
    }
}

static void check_target(struct check *c, const struct ui_node *n)
{
    check_size(c, n);
    check_edge(c, n);
    for (const struct ui_node *m = ui_next(n); m; m = ui_next(m)) {
        if (ui_is_target(m) && is_on_show(c, m)) {
            check_gap(c, n, m);
        }
    }
}

int ui_check(struct ui *ui, struct buf *out)
{
    struct check c = {.ui = ui, .out = out};

    for (const struct ui_node *n = ui_root(ui); n; n = ui_next(n)) {
        if (!is_on_show(&c, n)) {
            continue;
        }
        check_name(&c, n);
        check_keys(&c, n);
        check_inside(&c, n);
        check_qr(&c, n);
        check_text(&c, n);
        check_siblings(&c, n);
        check_contrast(&c, n);
        if (ui_is_target(n)) {
            check_target(&c, n);
        }
    }
    return c.n;
}
