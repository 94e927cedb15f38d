/* ui_colour: which colours a node is drawn in. */
#include "kit/ui_colour.h"
#include "kit/theme.h"

#include "base/banned.h"

static uint32_t colour(const struct ui *ui, enum theme_colour c)
{
    return theme_colour(ui->frame.theme, c);
}

/* The box whose ground the node lies on. */
static const struct ui_node *ground_of(const struct ui_node *n)
{
    for (; n; n = n->parent) {
        if (n->kind == UI_K_BOX && (n->box.surface != UI_BARE || n->flags & UI_INVERSE)) {
            return n;
        }
    }
    return NULL;
}

static bool is_off(const struct ui_node *n)
{
    for (; n; n = n->parent) {
        if (ui_is_target(n)) {
            return n->flags & UI_OFF && !(n->flags & UI_SETTLED);
        }
    }
    return false;
}

static bool is_dark_chip(const struct ui_node *n)
{
    return n->box.surface == UI_CHIP && ui_is_target(n) && n->flags & UI_ON;
}

uint32_t colour_ink(const struct ui *ui, const struct ui_node *n)
{
    const struct ui_node *ground = ground_of(n);

    if (n->kind == UI_K_BADGE) {
        return colour(ui, n->flags & UI_ON ? COLOUR_ON_GO : is_off(n) ? COLOUR_INK2 : COLOUR_INK);
    }
    if (ground && (ground->flags & UI_INVERSE || is_dark_chip(ground))) {
        return colour(ui, COLOUR_ON_DARK);
    }
    if (ground && ground->flags & UI_PRIMARY && !(ground->flags & UI_OFF)) {
        return colour(ui, COLOUR_ON_GO);
    }
    if (is_off(n)) {
        return colour(ui, COLOUR_INK2);
    }
    if (n->flags & UI_COLOURED) {
        return theme_area_colour(ui->frame.theme, n->area);
    }
    return colour(ui, n->flags & UI_SOFT ? COLOUR_INK2 : COLOUR_INK);
}

/* ---- boxes ---- */

static struct shape_style card(const struct ui *ui, const struct ui_node *n)
{
    bool is_settled = n->flags & UI_SETTLED, chosen = n->flags & UI_ON;
    bool on = is_settled ? n->flags & UI_DONE : chosen;
    struct shape_style s = {
        .has_fill = true, .has_line = true, .radius_px = ui_dp(ui, 20), .line_px = ui_dp(ui, on || chosen ? 4 : 2)};

    s.fill = on ? theme_tint(ui->frame.theme, n->area) : colour(ui, COLOUR_CARD);
    s.line = on ? theme_area_colour(ui->frame.theme, n->area) : colour(ui, chosen ? COLOUR_INK : COLOUR_EDGE);
    if (n->flags & UI_PRIMARY && !(n->flags & UI_OFF)) {
        s.fill = s.line = colour(ui, COLOUR_GO);
    } else if (n->flags & UI_OFF && !on && !is_settled) {
        s.fill = colour(ui, COLOUR_PAPER);
    }
    s.is_dashed = n->flags & UI_UNSURE && !on;
    s.fill = s.is_dashed ? colour(ui, COLOUR_PAPER) : s.fill;
    return s;
}

static struct shape_style chip(const struct ui *ui, const struct ui_node *n)
{
    struct shape_style s = {.has_fill = true, .radius_px = n->rect.h / 2.0, .line_px = ui_dp(ui, 2)};

    s.fill = n->area == AREA_NONE ? theme_mix(colour(ui, COLOUR_PAPER), colour(ui, COLOUR_LINE), 0.6)
                                  : theme_tint(ui->frame.theme, n->area);
    if (ui_is_target(n)) {
        s.has_line = true;
        s.line = colour(ui, n->flags & UI_ON ? COLOUR_DARK : COLOUR_EDGE);
        s.fill = n->flags & UI_ON ? colour(ui, COLOUR_DARK) : colour(ui, COLOUR_CARD);
    } else if (ui->frame.theme == THEME_CONTRAST) {
        s.has_line = true;
        s.line = colour(ui, COLOUR_EDGE);
    }
    return s;
}

static struct shape_style bare(const struct ui *ui, const struct ui_node *n)
{
    struct shape_style s = {.radius_px = ui_dp(ui, 16), .line_px = ui_dp(ui, 2)};

    if (n->flags & UI_INVERSE) {
        s.has_fill = true;
        s.fill = colour(ui, COLOUR_DARK);
    } else if (n->flags & UI_ON && n->role != UI_FIELD && !(n->flags & UI_PART)) {
        s.has_fill = s.has_line = true;
        s.fill = theme_tint(ui->frame.theme, n->area);
        s.line = theme_area_colour(ui->frame.theme, n->area);
        s.has_line = ui_is_target(n);
    }
    return s;
}

static struct shape_style surface(const struct ui *ui, const struct ui_node *n)
{
    struct shape_style s = {.has_fill = true, .has_line = true, .radius_px = ui_dp(ui, 24), .line_px = ui_dp(ui, 2)};

    switch (n->box.surface) {
    case UI_CARD:
        return card(ui, n);
    case UI_CHIP:
        return chip(ui, n);
    case UI_TILE:
        s.fill = theme_tint(ui->frame.theme, n->area);
        s.line = theme_area_colour(ui->frame.theme, n->area);
        return s;
    case UI_TINT:
        s.fill = theme_tint(ui->frame.theme, n->area);
        s.has_line = ui->frame.theme == THEME_CONTRAST;
        s.line = colour(ui, COLOUR_EDGE);
        s.radius_px = ui_dp(ui, 16);
        return s;
    case UI_NOTE:
        s.fill = colour(ui, COLOUR_NOTE);
        s.line = colour(ui, COLOUR_NOTE_EDGE);
        return s;
    case UI_BAR:
        s.fill = colour(ui, COLOUR_CARD);
        s.line = colour(ui, COLOUR_LINE);
        s.radius_px = 0;
        return s;
    case UI_BARE:
        break;
    }
    return bare(ui, n);
}

struct shape_style colour_box(const struct ui *ui, const struct ui_node *n)
{
    struct shape_style s = surface(ui, n);

    if (ui->frame.theme == THEME_CONTRAST) {
        s.line_px = ui_dp(ui, n->flags & UI_ON ? 6 : 4);
    }
    return s;
}

static uint32_t badge_ground(const struct ui *ui, const struct ui_node *n)
{
    return n->flags & UI_ON ? theme_area_colour(ui->frame.theme, n->area)
                            : theme_mix(colour(ui, COLOUR_CARD), colour(ui, COLOUR_LINE), 0.6);
}

uint32_t colour_ground(const struct ui *ui, const struct ui_node *n)
{
    if (n->kind == UI_K_BADGE) {
        return badge_ground(ui, n);
    }
    for (const struct ui_node *b = n->kind == UI_K_BOX ? n->parent : n; b; b = b->parent) {
        if (b->kind == UI_K_HELPBAR) {
            return colour(ui, COLOUR_CARD);
        }
        if (b->kind == UI_K_BOX && colour_box(ui, b).has_fill) {
            return colour_box(ui, b).fill;
        }
    }
    return colour(ui, COLOUR_PAPER);
}
