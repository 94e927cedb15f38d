/* shape: cairo on the canvas's pixels, icons, pictures. */
#include "kit/shape.h"
#include "base/buf.h"
#include <SDL2/SDL_ttf.h>
#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const double PI = 3.14159265358979323846;
static const char ICON_FONT[] = "/usr/share/fonts/truetype/materialdesignicons-webfont/materialdesignicons-webfont.ttf";

enum { ICON_SIZES_MAX = 12 };

/* Material Design Icons 1.6.50, as Debian ships it; code points from its style sheet. */
static const struct {
    const char *name;
    uint16_t code;
    bool points; /* mirrored for right-to-left */
} icons[ICON_N] = {
    [ICON_BACK] = {"arrow-left", 0xF04D, true},
    [ICON_NEXT] = {"arrow-right", 0xF054, true},
    [ICON_UP] = {"arrow-up", 0xF05D, false},
    [ICON_DOWN] = {"arrow-down", 0xF045, false},
    [ICON_CHEVRON] = {"chevron-right", 0xF142, true},
    [ICON_CLOCK] = {"clock", 0xF150, false},
    [ICON_DONE] = {"check-circle", 0xF5E0, false},
    [ICON_DELETE] = {"backspace", 0xF06E, true},
    [ICON_WARNING] = {"alert-octagon", 0xF029, false},
    [ICON_INFO] = {"information", 0xF2FC, false},
    [ICON_TICKED] = {"checkbox-marked", 0xF132, false},
    [ICON_UNTICKED] = {"checkbox-blank-outline", 0xF131, false},
    [ICON_HOME] = {"home", 0xF2DC, false},
    [ICON_LANGUAGE] = {"translate", 0xF5CA, false},
    [ICON_SPEAK] = {"volume-high", 0xF57E, true},
    [ICON_SILENT] = {"volume-off", 0xF581, true},
    [ICON_TEXT_SIZE] = {"format-size", 0xF27F, false},
    [ICON_CONTRAST] = {"contrast-circle", 0xF197, false},
    [ICON_FINISH] = {"exit-to-app", 0xF206, true},
    [ICON_COMPASS] = {"compass-outline", 0xF18C, false},
    [ICON_LEARN] = {"school", 0xF474, false},
    [ICON_TOOLS] = {"calculator", 0xF0EC, false},
    [ICON_BOARD] = {"bulletin-board", 0xF0E5, false},
    [ICON_CARD] = {"account-card-details", 0xF5D2, false},
    [ICON_USB] = {"usb", 0xF553, false},
    [ICON_DOWNLOAD] = {"download", 0xF1DA, false},
    [ICON_UPLOAD] = {"upload", 0xF552, false},
    [ICON_RECEIPT] = {"receipt", 0xF449, false},
    [ICON_PENDING] = {"checkbox-blank-circle-outline", 0xF130, false},
    [ICON_STAFF] = {"account-key", 0xF00B, false},
    [ICON_STORE] = {"store", 0xF4DC, false},
    [ICON_SHIELD] = {"shield", 0xF498, false},
    [ICON_CHART] = {"chart-bar", 0xF128, false},
    [ICON_PEOPLE] = {"account-multiple", 0xF00E, false},
    [ICON_MONEY] = {"cash-multiple", 0xF116, false},
    [ICON_CART] = {"cart", 0xF110, false},
    [ICON_BULB] = {"lightbulb-outline", 0xF336, false},
    [ICON_HAMMER] = {"worker", 0xF5B5, false},
    [ICON_CHAT] = {"forum", 0xF28C, false},
    [ICON_PENCIL] = {"pencil", 0xF3EB, false},
    [ICON_PUZZLE] = {"puzzle", 0xF431, false},
    [ICON_SEARCH] = {"magnify", 0xF349, false},
    [ICON_ROCKET] = {"rocket", 0xF463, false},
    [ICON_BOOK] = {"book", 0xF0BA, false},
    [ICON_BOOK_OPEN] = {"book-open", 0xF0BD, false},
    [ICON_CAMERA] = {"camera", 0xF100, false},
    [ICON_PHONE] = {"cellphone", 0xF11C, false},
    [ICON_STEPS] = {"stairs", 0xF4CD, true},
    [ICON_HELP] = {"help-circle", 0xF2D7, false},
    [ICON_PLAY] = {"play", 0xF40A, true},
    [ICON_PAUSE] = {"pause", 0xF3E4, false},
    [ICON_LOCK] = {"lock", 0xF33E, false},
    [ICON_STOP] = {"stop", 0xF4DB, false},
    [ICON_DISK] = {"harddisk", 0xF2CA, false},
    [ICON_TAG] = {"tag", 0xF4F9, false},
    [ICON_SCALE] = {"scale-balance", 0xF5D1, false},
    [ICON_FACTORY] = {"factory", 0xF20F, false},
    [ICON_FOLDER] = {"folder", 0xF24B, false},
    [ICON_FILE] = {"file-document", 0xF219, false},
    [ICON_PERSON] = {"account", 0xF004, false},
    [ICON_WRENCH] = {"wrench", 0xF5B7, false},
    [ICON_CAKE] = {"cake", 0xF0E9, false},
    [ICON_OTHER] = {"dots-horizontal", 0xF1D8, false},
    [ICON_ADD] = {"plus", 0xF415, false},
    [ICON_CALENDAR] = {"calendar", 0xF0ED, false},
    [ICON_LAPTOP] = {"laptop", 0xF322, false},
    [ICON_FRIDGE] = {"fridge", 0xF28F, false},
    [ICON_PACKAGE] = {"package-variant-closed", 0xF3D7, false},
    [ICON_KITCHEN] = {"silverware-variant", 0xF4A6, false},
    [ICON_CAR] = {"car", 0xF10B, false},
    [ICON_SCREWDRIVER] = {"screwdriver", 0xF477, false},
    [ICON_SHOPPING] = {"shopping", 0xF49A, false},
    [ICON_POT] = {"pot-mix", 0xF65B, false},
    [ICON_PICTURE_KEY] = {"key", 0xF306, false},
    [ICON_PICTURE_CAT] = {"cat", 0xF11B, false},
    [ICON_PICTURE_TREE] = {"tree", 0xF531, false},
    [ICON_PICTURE_BICYCLE] = {"bike", 0xF0A3, false},
    [ICON_PICTURE_BOAT] = {"ferry", 0xF213, false},
    [ICON_PICTURE_FISH] = {"fish", 0xF23A, false},
    [ICON_PICTURE_BELL] = {"bell", 0xF09A, false},
    [ICON_PICTURE_UMBRELLA] = {"umbrella", 0xF54A, false},
    [ICON_PICTURE_SCISSORS] = {"content-cut", 0xF190, false},
    [ICON_PICTURE_APPLE] = {"food-apple", 0xF25B, false},
    [ICON_PICTURE_STAR] = {"star", 0xF4CE, false},
    [ICON_PICTURE_MOON] = {"weather-night", 0xF594, false},
    [ICON_PICTURE_SUN] = {"weather-sunny", 0xF599, false},
    [ICON_PICTURE_CLOUD] = {"cloud", 0xF15F, false},
    [ICON_PICTURE_FIRE] = {"fire", 0xF238, false},
    [ICON_PICTURE_FLOWER] = {"flower", 0xF24A, false},
    [ICON_PICTURE_HEART] = {"heart", 0xF2D1, false},
    [ICON_PICTURE_CROWN] = {"crown", 0xF1A5, false},
    [ICON_PICTURE_LEAF] = {"leaf", 0xF32A, false},
    [ICON_PICTURE_CARROT] = {"carrot", 0xF10F, false},
    [ICON_PICTURE_COW] = {"cow", 0xF19A, false},
    [ICON_PICTURE_BALL] = {"soccer", 0xF4B8, false},
    [ICON_PICTURE_DUCK] = {"duck", 0xF1E5, false},
    [ICON_PICTURE_OWL] = {"owl", 0xF3D2, false},
    [ICON_PICTURE_CASTLE] = {"castle", 0xF11A, false},
    [ICON_PICTURE_BED] = {"hotel", 0xF2E3, false},
    [ICON_PICTURE_TRAIN] = {"train", 0xF52C, false},
    [ICON_PICTURE_TRUCK] = {"truck", 0xF53D, false},
    [ICON_PICTURE_PLANE] = {"airplane", 0xF01D, false},
    [ICON_PICTURE_ANCHOR] = {"anchor", 0xF031, false},
    [ICON_PICTURE_CUP] = {"coffee", 0xF176, false},
    [ICON_PICTURE_GLASSES] = {"glasses", 0xF2AA, false},
    [ICON_PICTURE_SHIRT] = {"tshirt-crew", 0xF53F, false},
    [ICON_PICTURE_VIOLIN] = {"violin", 0xF60F, false},
    [ICON_PICTURE_CANDLE] = {"candle", 0xF5E2, false},
    [ICON_PICTURE_WATCH] = {"watch", 0xF589, false},
    [ICON_PICTURE_BASKET] = {"basket", 0xF076, false},
    [ICON_PICTURE_BROOM] = {"broom", 0xF0E2, false},
    [ICON_PICTURE_GIFT] = {"gift", 0xF2A1, false},
    [ICON_PICTURE_PIZZA] = {"pizza", 0xF409, false},
    [ICON_FLAG] = {"flag-outline-variant", 0xF23E, false},
    [ICON_HERE] = {"map-marker", 0xF34E, false},
    [ICON_GRID] = {"view-module", 0xF573, false},
    [ICON_QR] = {"qrcode", 0xF432, false},
};

static struct {
    char font[1024];
    struct {
        TTF_Font *font;
        int px;
        uint64_t used;
    } size[ICON_SIZES_MAX];
    uint64_t clock;
    cairo_t *batch;
    SDL_Surface *batch_canvas;
    int batch_depth;
} s;

/* --- cairo on the canvas
 * -------------------------------------------------------------------------------------------------------------------
 */

static void clip_as(cairo_t *c, const SDL_Surface *canvas)
{
    SDL_Rect clip;

    SDL_GetClipRect((SDL_Surface *)(uintptr_t)canvas, &clip);
    cairo_reset_clip(c);
    cairo_rectangle(c, clip.x, clip.y, clip.w, clip.h);
    cairo_clip(c);
}

static cairo_t *context_on(SDL_Surface *canvas)
{
    cairo_surface_t *surface =
        cairo_image_surface_create_for_data(canvas->pixels, CAIRO_FORMAT_RGB24, canvas->w, canvas->h, canvas->pitch);
    cairo_t *c = cairo_create(surface);

    cairo_surface_destroy(surface);
    clip_as(c, canvas);
    return c;
}

static cairo_t *begin(SDL_Surface *canvas)
{
    if (!s.batch || s.batch_canvas != canvas) {
        return context_on(canvas);
    }
    clip_as(s.batch, canvas); /* it may have changed since the batch began */
    return s.batch;
}

static void end(cairo_t *c)
{
    if (c != s.batch) {
        cairo_surface_flush(cairo_get_target(c));
        cairo_destroy(c);
    }
}

void shape_begin(SDL_Surface *canvas)
{
    if (s.batch_depth++ == 0) {
        s.batch = context_on(canvas);
        s.batch_canvas = canvas;
    }
}

void shape_end(void)
{
    if (--s.batch_depth == 0) {
        cairo_surface_flush(cairo_get_target(s.batch));
        cairo_destroy(s.batch);
        s.batch = NULL;
    }
}

static void set_colour(cairo_t *c, uint32_t rgb, double alpha)
{
    cairo_set_source_rgba(c, (rgb >> 16 & 0xFF) / 255.0, (rgb >> 8 & 0xFF) / 255.0, (rgb & 0xFF) / 255.0, alpha);
}

static void rounded(cairo_t *c, double x, double y, double w, double h, double r)
{
    double most = (w < h ? w : h) / 2;

    r = r > most ? most : r;
    cairo_new_sub_path(c);
    cairo_arc(c, x + w - r, y + r, r, -PI / 2, 0);
    cairo_arc(c, x + w - r, y + h - r, r, 0, PI / 2);
    cairo_arc(c, x + r, y + h - r, r, PI / 2, PI);
    cairo_arc(c, x + r, y + r, r, PI, 3 * PI / 2);
    cairo_close_path(c);
}

static void paint_path(cairo_t *c, const struct shape_style *style)
{
    if (style->has_fill) {
        set_colour(c, style->fill, 1);
        cairo_fill_preserve(c);
    }
    if (style->has_line) {
        double dashes[2] = {style->line_px * 3.2, style->line_px * 2.4};

        set_colour(c, style->line, 1);
        cairo_set_line_width(c, style->line_px);
        cairo_set_dash(c, dashes, style->is_dashed ? 2 : 0, 0);
        cairo_stroke_preserve(c);
        cairo_set_dash(c, NULL, 0, 0);
    }
    cairo_new_path(c);
}

void shape_box(SDL_Surface *canvas, int x, int y, int w, int h, const struct shape_style *style)
{
    double inset = style->has_line ? style->line_px / 2 : 0;
    cairo_t *c;

    if (w <= 0 || h <= 0) {
        return;
    }
    if (style->has_fill && !style->has_line && style->radius_px <= 0) {
        SDL_FillRect(canvas, &(SDL_Rect){x, y, w, h}, style->fill); /* plain grounds need no path */
        return;
    }
    c = begin(canvas);
    rounded(c, x + inset, y + inset, w - 2 * inset, h - 2 * inset, style->radius_px);
    paint_path(c, style);
    end(c);
}

void shape_circle(SDL_Surface *canvas, double cx, double cy, double r, const struct shape_style *style)
{
    cairo_t *c = begin(canvas);

    cairo_new_path(c);
    cairo_arc(c, cx, cy, r - (style->has_line ? style->line_px / 2 : 0), 0, 2 * PI);
    paint_path(c, style);
    end(c);
}

void shape_line(SDL_Surface *canvas, double x1, double y1, double x2, double y2, double px, uint32_t colour)
{
    cairo_t *c = begin(canvas);

    set_colour(c, colour, 1);
    cairo_set_line_width(c, px);
    cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
    cairo_move_to(c, x1, y1);
    cairo_line_to(c, x2, y2);
    cairo_stroke(c);
    end(c);
}

void shape_ring(SDL_Surface *canvas, double cx, double cy, double r0, double r1, double a0, double a1, uint32_t colour,
                double alpha)
{
    cairo_t *c = begin(canvas);

    cairo_new_path(c);
    cairo_arc(c, cx, cy, r1, a0 - PI / 2, a1 - PI / 2);
    cairo_arc_negative(c, cx, cy, r0, a1 - PI / 2, a0 - PI / 2);
    cairo_close_path(c);
    set_colour(c, colour, alpha);
    cairo_fill(c);
    end(c);
}

/* --- icons
 * ------------------------------------------------------------------------------------------------------------------------------------
 */

bool shape_init(const char *icon_font, struct err *err)
{
    const int probe_px = 16;
    TTF_Font *probe;

    memset(&s, 0, sizeof s);
    snprintf(s.font, sizeof s.font, "%s", icon_font ? icon_font : ICON_FONT);
    probe = TTF_OpenFont(s.font, probe_px);
    if (!probe) {
        return err_set(err, ERR_NOT_FOUND,
                       "icon font '%s' cannot be read: %s; install the package fonts-materialdesignicons-webfont",
                       s.font, TTF_GetError());
    }
    TTF_CloseFont(probe);
    return true;
}

void shape_quit(void)
{
    for (int i = 0; i < ICON_SIZES_MAX; i++) {
        if (s.size[i].font) {
            TTF_CloseFont(s.size[i].font);
        }
    }
    memset(&s, 0, sizeof s);
}

enum icon shape_icon_named(const char *name)
{
    for (int i = ICON_NONE + 1; i < ICON_N; i++) {
        if (!strcmp(icons[i].name, name)) {
            return (enum icon)i;
        }
    }
    return ICON_BOOK;
}

static TTF_Font *icon_font_at(int px)
{
    int oldest = 0;

    for (int i = 0; i < ICON_SIZES_MAX; i++) {
        if (s.size[i].font && s.size[i].px == px) {
            s.size[i].used = ++s.clock;
            return s.size[i].font;
        }
        oldest = s.size[i].used < s.size[oldest].used ? i : oldest;
    }
    if (s.size[oldest].font) {
        TTF_CloseFont(s.size[oldest].font);
    }
    s.size[oldest].font = TTF_OpenFont(s.font, px);
    s.size[oldest].px = px;
    s.size[oldest].used = ++s.clock;
    return s.size[oldest].font;
}

static void mirror(SDL_Surface *glyph)
{
    for (int y = 0; y < glyph->h; y++) {
        uint32_t *row = (uint32_t *)((uint8_t *)glyph->pixels + y * glyph->pitch);

        for (int a = 0, b = glyph->w - 1; a < b; a++, b--) {
            uint32_t kept = row[a];

            row[a] = row[b];
            row[b] = kept;
        }
    }
}

void shape_icon(SDL_Surface *canvas, enum icon icon, int x, int y, int px, uint32_t colour, bool is_rtl)
{
    TTF_Font *font = icon == ICON_NONE || px < 1 ? NULL : icon_font_at(px);
    SDL_Color ink = {(Uint8)(colour >> 16), (Uint8)(colour >> 8), (Uint8)colour, 255};
    SDL_Surface *glyph = font ? TTF_RenderGlyph32_Blended(font, icons[icon].code, ink) : NULL;

    if (!glyph) {
        return;
    }
    if (is_rtl && icons[icon].points) {
        mirror(glyph);
    }
    SDL_BlitSurface(glyph, NULL, canvas, &(SDL_Rect){x + (px - glyph->w) / 2, y + (px - glyph->h) / 2, 0, 0});
    SDL_FreeSurface(glyph);
}

/* --- pictures
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

struct picture {
    cairo_surface_t *surface;
    cairo_surface_t *scaled; /* the size drawn last, so that a repaint costs a copy */
    int scaled_w, scaled_h;
};

struct feed {
    const unsigned char *at;
    size_t left;
};

static cairo_status_t feed_read(void *closure, unsigned char *out, unsigned n)
{
    struct feed *f = closure;

    if (n > f->left) {
        return CAIRO_STATUS_READ_ERROR;
    }
    memcpy(out, f->at, n);
    f->at += n;
    f->left -= n;
    return CAIRO_STATUS_SUCCESS;
}

/* Width and height stand in the first chunk (PNG specification, 11.2.2): looked at before a decoder is. */
static bool check_header(const unsigned char *png, size_t n, struct err *err)
{
    static const unsigned char magic[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    uint32_t side[2];

    if (n < 33 || memcmp(png, magic, sizeof magic) != 0 || memcmp(png + 12, "IHDR", 4) != 0) {
        return err_set(err, ERR_FORMAT, "picture: not a PNG");
    }
    if (n > SHAPE_PICTURE_BYTES_MAX) {
        return err_set(err, ERR_LIMIT, "picture: over %d bytes", SHAPE_PICTURE_BYTES_MAX);
    }
    for (int i = 0; i < 2; i++) {
        const unsigned char *p = png + 16 + 4 * i;

        side[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        if (side[i] == 0 || side[i] > SHAPE_PICTURE_SIDE_MAX) {
            return err_set(err, ERR_LIMIT, "picture: %u pixels on a side, at most %d", side[i], SHAPE_PICTURE_SIDE_MAX);
        }
    }
    return true;
}

bool picture_open(const void *png, size_t n, struct picture **out, struct err *err)
{
    struct feed f = {png, n};
    struct picture *p;
    cairo_surface_t *surface;

    if (!check_header(png, n, err)) {
        return false;
    }
    surface = cairo_image_surface_create_from_png_stream(feed_read, &f);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
        err_set(err, ERR_FORMAT, "picture: %s", cairo_status_to_string(cairo_surface_status(surface)));
        cairo_surface_destroy(surface);
        return false;
    }
    p = mem_alloc(sizeof *p);
    p->surface = surface;
    *out = p;
    return true;
}

void picture_size(const struct picture *p, int *w, int *h)
{
    *w = cairo_image_surface_get_width(p->surface);
    *h = cairo_image_surface_get_height(p->surface);
}

static void scale_to(struct picture *p, int w, int h)
{
    int own_w, own_h;
    cairo_t *c;

    if (p->scaled && p->scaled_w == w && p->scaled_h == h) {
        return;
    }
    cairo_surface_destroy(p->scaled);
    p->scaled = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, w, h);
    p->scaled_w = w;
    p->scaled_h = h;
    picture_size(p, &own_w, &own_h);
    c = cairo_create(p->scaled);
    cairo_scale(c, (double)w / own_w, (double)h / own_h);
    cairo_set_source_surface(c, p->surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(c), CAIRO_FILTER_GOOD);
    cairo_paint(c);
    cairo_destroy(c);
}

void picture_draw(SDL_Surface *canvas, struct picture *p, int x, int y, int w, int h)
{
    cairo_t *c;

    if (w <= 0 || h <= 0) {
        return;
    }
    scale_to(p, w, h);
    c = begin(canvas);
    cairo_set_source_surface(c, p->scaled, x, y);
    cairo_paint(c);
    end(c);
}

void picture_close(struct picture *p)
{
    if (p) {
        cairo_surface_destroy(p->surface);
        cairo_surface_destroy(p->scaled);
        free(p);
    }
}

bool shape_save_png(SDL_Surface *canvas, const char *path, struct err *err)
{
    cairo_surface_t *surface =
        cairo_image_surface_create_for_data(canvas->pixels, CAIRO_FORMAT_RGB24, canvas->w, canvas->h, canvas->pitch);
    cairo_status_t status = cairo_surface_write_to_png(surface, path);

    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS ||
           err_set(err, ERR_IO, "cannot write '%s': %s", path, cairo_status_to_string(status));
}
