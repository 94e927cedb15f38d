/* ui_draw: the tree to boxes, text, icons, pictures and charts on the canvas; nothing is drawn that is not in the tree.
 */
#include "base/buf.h"
#include "kit/shape.h"
#include "kit/text.h"
#include "kit/ui_colour.h"
#include "kit/ui_measure.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { PICTURES_MAX = 4 }; /* open at once: a page shows one or two, of half a megabyte each */

struct ui_draw {
    struct {
        char *handle;
        struct picture *picture; /* NULL: there is none, or it cannot be read */
    } pictures[PICTURES_MAX];
    int n;
};

struct pen {
    struct ui *ui;
    SDL_Surface *canvas;
    enum theme_id theme;
};

/* ---- pictures ---- */

void draw_forget(struct ui *ui)
{
    struct ui_draw *d = ui->draw;

    for (int i = 0; d && i < d->n; i++) {
        free(d->pictures[i].handle);
        picture_close(d->pictures[i].picture);
    }
    if (d) {
        d->n = 0;
    }
    text_forget();
}

void draw_free(struct ui *ui)
{
    draw_forget(ui);
    free(ui->draw);
    ui->draw = NULL;
}

static struct picture *load_picture(struct ui *ui, const char *handle)
{
    struct picture *picture = NULL;
    size_t n = 0;
    const void *png = ui->host.picture ? ui->host.picture(ui->host.self, handle, &n) : NULL;

    return png && picture_open(png, n, &picture, NULL) ? picture : NULL;
}

static struct picture *picture_of(struct ui *ui, const char *handle)
{
    ui->draw = ui->draw ? ui->draw : mem_alloc(sizeof *ui->draw);
    struct ui_draw *d = ui->draw;

    for (int i = 0; i < d->n; i++) {
        if (strcmp(d->pictures[i].handle, handle) == 0) {
            return d->pictures[i].picture;
        }
    }
    if (d->n == PICTURES_MAX) { /* the oldest goes */
        free(d->pictures[0].handle);
        picture_close(d->pictures[0].picture);
        memmove(d->pictures, d->pictures + 1, (size_t)--d->n * sizeof *d->pictures);
    }
    d->pictures[d->n].handle = mem_str(handle);
    d->pictures[d->n].picture = load_picture(ui, handle);
    return d->pictures[d->n++].picture;
}

bool draw_picture_size(struct ui *ui, const char *handle, int *w, int *h)
{
    struct picture *picture = picture_of(ui, handle);

    if (picture) {
        picture_size(picture, w, h);
    }
    return picture != NULL;
}

/* ---- boxes ---- */

static uint32_t colour(const struct pen *p, enum theme_colour c)
{
    return theme_colour(p->theme, c);
}

static void box(const struct pen *p, struct ui_rect r, const struct shape_style *s)
{
    if (s->has_fill || s->has_line) {
        shape_box(p->canvas, r.x, r.y, r.w, r.h, s);
    }
}

static struct ui_rect wider(struct ui_rect r, int by)
{
    return (struct ui_rect){r.x - by, r.y - by, r.w + 2 * by, r.h + 2 * by};
}

static bool is_pressed(const struct pen *p, const struct ui_node *n)
{
    return p->ui->shown == n->id && ui_is_target(n);
}

/* As long as the box's number says, from where reading begins, within its outline: a tint that words lie on, and below
 * them a strip that can be told from the ground without seeing colours (A11). */
static void paint_ground_bar(const struct pen *p, const struct ui_node *n, const struct shape_style *of)
{
    int in = (int)of->line_px + ui_dp(p->ui, 4), room = n->rect.w - 2 * in, w = (int)((int64_t)room * n->number / 1000);
    int r = (int)of->radius_px - in, h = ui_dp(p->ui, 8), x = n->rect.x + in + (p->ui->frame.is_rtl ? room - w : 0);
    struct shape_style tint = {.has_fill = true, .fill = theme_tint(p->theme, n->area), .radius_px = r};
    struct shape_style strip = {.has_fill = true, .fill = theme_area_colour(p->theme, n->area), .radius_px = h / 2.0};

    if (w > 3 * r) {
        box(p, (struct ui_rect){x, n->rect.y + in, w, n->rect.h - 2 * in}, &tint);
        box(p, (struct ui_rect){x + r, n->rect.y + n->rect.h - in - h, w - 2 * r, h}, &strip);
    }
}

static void paint_box(const struct pen *p, const struct ui_node *n)
{
    struct shape_style s = colour_box(p->ui, n);

    if (is_pressed(p, n)) {
        /* pressed: a darker ground and a strong outline, also in greyscale */
        s.fill = theme_mix(s.has_fill ? s.fill : colour(p, COLOUR_CARD), colour_ink(p->ui, n), 0.18);
        s.line = colour(p, COLOUR_INK);
        s.has_fill = s.has_line = true;
        s.line_px = ui_dp(p->ui, 5);
    }
    bool is_row = n->box.surface == UI_BARE && n->role == UI_LISTITEM;
    box(p, is_row ? wider(n->rect, ui_dp(p->ui, 6)) : n->rect, &s);
    if (n->has_bar) {
        paint_ground_bar(p, n, &s);
    }
}

static void paint_ring(const struct pen *p, const struct ui_node *n)
{
    int inner = ui_dp(p->ui, 3), outer = ui_mm(p->ui, 1.1);
    double radius = colour_box(p->ui, n).radius_px;
    struct shape_style in = {
        .has_line = true, .line = colour(p, COLOUR_RING_IN), .line_px = inner + 1, .radius_px = radius + inner};
    struct shape_style out = {
        .has_line = true, .line = colour(p, COLOUR_RING), .line_px = outer, .radius_px = radius + inner + outer};

    box(p, wider(n->rect, inner), &in);
    box(p, wider(n->rect, inner + outer), &out);
}

/* ---- leaves ---- */

static void paint_text(const struct pen *p, const struct ui_node *n)
{
    struct text_style style = type_style(p->ui, n);
    uint32_t ink = colour_ink(p->ui, n);

    if (ink != colour(p, COLOUR_INK) && ink != colour(p, COLOUR_INK2)) {
        style.mark_to = style.mark_from; /* the ground of a marked word is made for ink */
    }
    text_draw(p->canvas, n->name, &style, n->rect.x, n->rect.y, n->rect.w, ink, colour(p, COLOUR_MARK));
}

static void paint_icon(const struct pen *p, const struct ui_node *n)
{
    int px = n->rect.w < n->rect.h ? n->rect.w : n->rect.h;
    int x = n->rect.x + (n->rect.w - px) / 2, y = n->rect.y + (n->rect.h - px) / 2;

    shape_icon(p->canvas, n->icon, x, y, px, colour_ink(p->ui, n), p->ui->frame.is_rtl);
}

static void paint_badge(const struct pen *p, const struct ui_node *n)
{
    struct shape_style s = {.has_fill = true, .fill = colour_ground(p->ui, n)};
    struct text_style style = type_style(p->ui, n);

    style.px = type_px(p->ui, UI_SMALL);
    style.is_bold = true;
    style.align = TEXT_CENTER;
    shape_circle(p->canvas, n->rect.x + n->rect.w / 2.0, n->rect.y + n->rect.h / 2.0, n->rect.w / 2.0, &s);
    uint32_t ink = colour_ink(p->ui, n);
    text_draw(p->canvas, n->name, &style, n->rect.x, n->rect.y + (n->rect.h - text_line_height(&style)) / 2, n->rect.w,
              ink, ink);
}

static void paint_bar(const struct pen *p, const struct ui_node *n)
{
    int h = ui_dp(p->ui, 16), y = n->rect.y + (n->rect.h - h) / 2;
    int done = (int)((int64_t)n->rect.w * (n->number < 0 ? 0 : n->number > 1000 ? 1000 : n->number) / 1000);
    struct shape_style track = {.has_fill = true, .fill = colour(p, COLOUR_LINE), .radius_px = h / 2.0};
    struct shape_style fill = {.has_fill = true, .fill = theme_area_colour(p->theme, n->area), .radius_px = h / 2.0};

    box(p, (struct ui_rect){n->rect.x, y, n->rect.w, h}, &track);
    if (done >= h) {
        int x = p->ui->frame.is_rtl ? n->rect.x + n->rect.w - done : n->rect.x;
        box(p, (struct ui_rect){x, y, done, h}, &fill);
    }
}

static void paint_dots(const struct pen *p, const struct ui_node *n)
{
    int dot = ui_dp(p->ui, 14), wide = ui_dp(p->ui, 38), gap = ui_dp(p->ui, 14);
    int all = (n->count - 1) * (dot + gap) + wide, x = n->rect.x + (n->rect.w - all) / 2,
        y = n->rect.y + (n->rect.h - dot) / 2;

    for (int i = 0; i < n->count; i++) {
        bool is_now = (p->ui->frame.is_rtl ? n->count - 1 - i : i) == n->number;
        struct shape_style s = {.has_fill = true, .radius_px = dot / 2.0};
        s.fill = is_now ? theme_area_colour(p->theme, n->area) : colour(p, COLOUR_EDGE);
        box(p, (struct ui_rect){x, y, is_now ? wide : dot, dot}, &s);
        x += (is_now ? wide : dot) + gap;
    }
}

static void paint_image(const struct pen *p, const struct ui_node *n)
{
    struct picture *picture = picture_of(p->ui, n->value);
    int pw, ph;

    if (!picture) {
        struct shape_style s = {.has_fill = true, .fill = theme_tint(p->theme, n->area), .radius_px = ui_dp(p->ui, 12)};
        box(p, n->rect, &s);
        return;
    }
    picture_size(picture, &pw, &ph);
    int w = n->rect.w, h = (int)((int64_t)w * ph / pw);
    if (h > n->rect.h) {
        h = n->rect.h;
        w = (int)((int64_t)h * pw / ph);
    }
    picture_draw(p->canvas, picture, n->rect.x + (n->rect.w - w) / 2, n->rect.y + (n->rect.h - h) / 2, w, h);
}

static void paint_chart(const struct pen *p, const struct ui_node *n)
{
    const struct ui_frame *f = &p->ui->frame;
    int side = n->rect.w < n->rect.h ? n->rect.w : n->rect.h;

    if (n->chart->kind == CHART_STRIP) {
        chart_draw_strip(p->canvas, n->chart, (SDL_Rect){n->rect.x, n->rect.y, n->rect.w, n->rect.h},
                         ui_dp(p->ui, CHART_STRIP_GAP_DP), p->theme, f->is_rtl);
        return;
    }
    if (n->chart->kind != CHART_WHEEL) {
        chart_draw_plot(p->canvas, n->chart, (SDL_Rect){n->rect.x, n->rect.y, n->rect.w, n->rect.h}, p->theme,
                        type_px(p->ui, UI_SMALL), f->lang, f->is_rtl);
        return;
    }
    chart_draw(p->canvas, n->chart, n->rect.x + (n->rect.w - side) / 2, n->rect.y + (n->rect.h - side) / 2, side,
               p->theme, type_px(p->ui, UI_SMALL), f->lang, f->is_rtl);
}

static void paint_qr(const struct pen *p, const struct ui_node *n)
{
    int module = measure_qr_module(p->ui, n), side = qr_px(n->qr, module);

    qr_draw(p->canvas, n->qr, n->rect.x + (n->rect.w - side) / 2, n->rect.y + (n->rect.h - side) / 2, module);
}

static void paint_track(const struct pen *p, const struct ui_node *n)
{
    const struct ui_node *scroll = n->parent;
    int wide = ui_dp(p->ui, 12), x = n->rect.x + (n->rect.w - wide) / 2;
    int64_t all = scroll->content_h > 0 ? scroll->content_h : 1;
    int thumb_h = (int)(n->rect.h * (int64_t)scroll->rect.h / all),
        y = n->rect.y + (int)(n->rect.h * (int64_t)scroll->scroll / all);
    struct shape_style track = {.has_fill = true, .fill = colour(p, COLOUR_LINE), .radius_px = wide / 2.0};
    struct shape_style thumb = {.has_fill = true, .fill = colour(p, COLOUR_EDGE), .radius_px = wide / 2.0};

    box(p, (struct ui_rect){x, n->rect.y, wide, n->rect.h}, &track);
    box(p, (struct ui_rect){x, y, wide, thumb_h > wide ? thumb_h : wide}, &thumb);
}

static void paint_help_ground(const struct pen *p, const struct ui_node *n)
{
    struct shape_style s = {.has_fill = true, .fill = colour(p, COLOUR_CARD)};
    struct shape_style line = {.has_fill = true, .fill = colour(p, COLOUR_LINE)};
    int h = ui_dp(p->ui, p->theme == THEME_CONTRAST ? 4 : 2);

    box(p, n->rect, &s);
    box(p, (struct ui_rect){n->rect.x, n->rect.y, n->rect.w, h}, &line);
}

static void paint_line(const struct pen *p, const struct ui_node *n)
{
    struct shape_style s = {.has_fill = true, .fill = colour(p, COLOUR_LINE)};

    box(p, n->rect, &s);
}

/* ---- the tree ---- */

static void paint_node(const struct pen *p, const struct ui_node *n)
{
    static void (*const paint[])(const struct pen *, const struct ui_node *) = {
        [UI_K_BOX] = paint_box,     [UI_K_TEXT] = paint_text,   [UI_K_ICON] = paint_icon,
        [UI_K_BADGE] = paint_badge, [UI_K_IMAGE] = paint_image, [UI_K_BAR] = paint_bar,
        [UI_K_DOTS] = paint_dots,   [UI_K_CHART] = paint_chart, [UI_K_QR] = paint_qr,
        [UI_K_LINE] = paint_line,   [UI_K_TRACK] = paint_track, [UI_K_HELPBAR] = paint_help_ground,
        [UI_K_SPACE] = NULL,        [UI_K_SCREEN] = NULL,       [UI_K_SCROLL] = NULL,
    };

    if (paint[n->kind]) {
        paint[n->kind](p, n);
    }
}

static void clip_to(const struct pen *p, const struct ui_node *scroller)
{
    struct ui_rect r = scroller ? scroller_view(p->ui, scroller) : (struct ui_rect){0, 0, p->ui->w, p->ui->h};
    SDL_Rect clip = {r.x, r.y, r.w, r.h};

    SDL_SetClipRect(p->canvas, &clip);
}

/* Half of the ink over everything painted so far: what lies under a dialog cannot be touched. */
static void paint_veil(const struct pen *p)
{
    uint32_t half = (p->theme == THEME_PAPER ? colour(p, COLOUR_INK) : 0x000000) >> 1 & 0x7f7f7f;

    SDL_LockSurface(p->canvas);
    for (int y = 0; y < p->canvas->h; y++) {
        uint32_t *row = (uint32_t *)((uint8_t *)p->canvas->pixels + (size_t)y * (size_t)p->canvas->pitch);
        for (int x = 0; x < p->canvas->w; x++) {
            row[x] = ((row[x] >> 1) & 0x7f7f7f) + half;
        }
    }
    SDL_UnlockSurface(p->canvas);
}

static void paint_tree(const struct pen *p, const struct ui_node *n, const struct ui_node *scroller);

/* Help that answers under a dialog stays bright. */
static void paint_bright(const struct pen *p)
{
    for (const struct ui_node *n = tree_of(p->ui)->bar; n; n = ui_next(n)) {
        if (n->answers_in_dialogs && ui_is_in(n, tree_of(p->ui)->bar)) {
            struct shape_style ground = {
                .has_fill = true, .fill = colour(p, COLOUR_CARD), .radius_px = ui_dp(p->ui, 16)};
            box(p, n->rect, &ground);
            paint_tree(p, n, NULL);
        }
    }
}

static void paint_tree(const struct pen *p, const struct ui_node *n, const struct ui_node *scroller)
{
    if (n->is_hidden || (scroller && !ui_is_visible(p->ui, n))) {
        return;
    }
    if (n->role == UI_DIALOG) {
        paint_veil(p);
        paint_bright(p);
    }
    paint_node(p, n);
    for (const struct ui_node *c = n->first; c; c = c->next) {
        bool is_content = n->kind == UI_K_SCROLL && c == n->first && n->max_scroll > 0;
        if (is_content) {
            clip_to(p, n);
        }
        paint_tree(p, c, is_content ? n : scroller);
        if (is_content) {
            clip_to(p, NULL);
        }
    }
}

/* The ring may stand out of the region by its own width: it must not be cut where the content begins (A43). */
static void clip_ring(const struct pen *p, const struct ui_node *scroller)
{
    struct ui_rect r =
        scroller ? wider(scroller_view(p->ui, scroller), ui_dp(p->ui, 4)) : (struct ui_rect){0, 0, p->ui->w, p->ui->h};
    SDL_Rect clip = {r.x, r.y, r.w, r.h};

    SDL_SetClipRect(p->canvas, &clip);
}

static void paint_focus(const struct pen *p)
{
    const struct ui_node *n = p->ui->shows_focus ? ui_focus(p->ui) : NULL;

    if (n && ui_is_visible(p->ui, n)) {
        clip_ring(p, ui_scroller_of(n));
        paint_ring(p, n);
        clip_to(p, NULL);
    }
}

void ui_paint(struct ui *ui, SDL_Surface *canvas)
{
    struct pen pen = {.ui = ui, .canvas = canvas, .theme = ui->frame.theme};

    ui->is_dirty = false;
    if (!ui_root(ui)) {
        return;
    }
    clip_to(&pen, NULL);
    uint32_t paper = theme_colour(pen.theme, COLOUR_PAPER);
    SDL_FillRect(canvas, NULL, SDL_MapRGB(canvas->format, (Uint8)(paper >> 16), (Uint8)(paper >> 8), (Uint8)paper));
    shape_begin(canvas);
    paint_tree(&pen, ui_root(ui), NULL);
    paint_focus(&pen);
    shape_end();
    ui->stats.paints++;
    if (ui->press_unpainted) {
        ui->press_unpainted = false;
        if (!ui->touch.is_down) {
            ui->shown = 0; /* seen; the next frame shows it released */
            ui->is_dirty = true;
        }
    }
}
