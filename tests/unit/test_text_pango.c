/* Lines in many scripts, drawn by our text and by pango with the same font files, compared as pictures (A80, A81):
 * joined letters, conjuncts, order of both directions, digits, combining marks, signs. */
#include "kit/text.h"
#include "shelf/fonts.h"
#include "unit/test.h"
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "base/banned.h"

enum {
    W = 1200,
    H = 120,
    PX = 34,
    X = 60,
    CELL = 6,
    WIDTH_SLACK_PX = 8 /* a blank between signs is that of another face */,
    HEIGHT_SLACK_PX = 3
};
static const double LEAST_LIKENESS = 0.9; /* correlation of ink by cells: shapes in another order fall under 0.6 */

/* pango and fontconfig keep what they once read. */
const char *__lsan_default_suppressions(void); /* NOLINT: the sanitizer's name */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango\nleak:libglib\nleak:libcairo\n";
}

static const struct {
    const char *name, *text;
    bool is_rtl;
} LINES[] = {
    {"arabic", "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645 \u0641\u064a \u0627\u0644\u0642\u0631\u064a\u0629",
     true},
    {"arabic with marks", "\u0643\u064e\u062a\u064e\u0628\u064e \u0627\u0644\u062f\u0651\u064e\u0631\u0652\u0633",
     true},
    {"arabic lam alef", "\u0627\u0644\u0623\u0633\u0639\u0627\u0631 \u0648\u0627\u0644\u0622\u0646 \u0644\u0627", true},
    {"arabic with digits and latin", "\u0627\u0644\u0633\u0639\u0631 128 EUR \u0641\u0642\u0637", true},
    {"hebrew", "\u05d1\u05e8\u05d5\u05db\u05d9\u05dd \u05d4\u05d1\u05d0\u05d9\u05dd", true},
    {"hebrew with digits", "\u05d4\u05de\u05d7\u05d9\u05e8 \u05d4\u05d5\u05d0 128,50 \u05e9\u05e7\u05dc\u05d9\u05dd",
     true},
    {"hebrew in brackets", "\u05d3\u05d1\u05e9 (500 g) \u05d8\u05e8\u05d9", true},
    {"latin with hebrew inside", "Price \u05de\u05d7\u05d9\u05e8 128 EUR", false},
    {"greek",
     "\u039a\u03b1\u03bb\u03ce\u03c2 \u03ae\u03c1\u03b8\u03b1\u03c4\u03b5 \u03c3\u03c4\u03bf "
     "\u03c7\u03c9\u03c1\u03b9\u03cc",
     false},
    {"greek final sigma", "\u03a0\u03cc\u03c3\u03bf \u03ba\u03cc\u03c3\u03c4\u03b9\u03c3\u03b5\u03c2;", false},
    {"ukrainian",
     "\u041b\u0430\u0441\u043a\u0430\u0432\u043e \u043f\u0440\u043e\u0441\u0438\u043c\u043e \u0434\u043e "
     "\u0441\u0435\u043b\u0430, \u0457\u0436\u0430\u043a!",
     false},
    {"hindi",
     "\u0917\u093e\u0901\u0935 \u092e\u0947\u0902 \u0906\u092a\u0915\u093e \u0938\u094d\u0935\u093e\u0917\u0924 "
     "\u0939\u0948",
     false},
    {"hindi conjuncts",
     "\u0915\u094d\u0937\u0947\u0924\u094d\u0930 \u0936\u094d\u0930\u0940 "
     "\u0935\u093f\u0926\u094d\u092f\u093e\u0930\u094d\u0925\u0940",
     false},
    {"latin with combining marks", "cafe\u0301 n\u0303andu\u0301 e\u0300", false},
    {"signs", "\u2714 \u2605 \u2764 \u26a0 \u2192", false},
    {"emoji", "\U0001F4DE \U0001F6D2 \U0001F33E \U0001F69A", false},
    {"emoji in words", "Call \U0001F4DE today \U0001F44D ok", false},
};

struct ink { /* darkness of a cropped picture, 0..1 by pixel */
    int w, h;
    double at[H][W];
};

static double darkness(const uint32_t *pixels, int stride, int x, int y)
{
    return 1 - (pixels[y * stride + x] >> 8 & 255) / 255.0;
}

static void crop(const uint32_t *pixels, int stride, struct ink *out)
{
    int x0 = W, x1 = -1, y0 = H, y1 = -1;

    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            if (darkness(pixels, stride, x, y) > 0.25) {
                x0 = x < x0 ? x : x0;
                x1 = x > x1 ? x : x1;
                y0 = y < y0 ? y : y0;
                y1 = y > y1 ? y : y1;
            }
        }
    }
    memset(out, 0, sizeof *out);
    out->w = x1 < 0 ? 0 : x1 - x0 + 1;
    out->h = y1 < 0 ? 0 : y1 - y0 + 1;
    for (int y = 0; y < out->h; y++) {
        for (int x = 0; x < out->w; x++) {
            out->at[y][x] = darkness(pixels, stride, x0 + x, y0 + y);
        }
    }
}

static void ours(const char *text, bool is_rtl, struct ink *out)
{
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormat(0, W, H, 32, SDL_PIXELFORMAT_XRGB8888);
    struct text_style style = {.px = PX, .leading = 1.5, .is_rtl = is_rtl, .lang = "en"};

    CHECK(s);
    SDL_FillRect(s, NULL, 0xFFFFFF);
    text_draw(s, text, &style, X, 20, W - 2 * X, 0x000000, 0);
    crop(s->pixels, s->pitch / 4, out);
    SDL_FreeSurface(s);
}

static void pangos(const char *text, bool is_rtl, struct ink *out)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, W, H);
    cairo_t *cr = cairo_create(s);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans");
    cairo_font_options_t *options = cairo_font_options_create();

    pango_context_set_base_dir(pango_layout_get_context(layout), is_rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    pango_layout_set_auto_dir(layout, FALSE);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
    pango_font_description_set_absolute_size(font, PX * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_move_to(cr, X, 20);
    pango_cairo_show_layout(cr, layout);
    cairo_surface_flush(s);
    crop((const uint32_t *)(const void *)cairo_image_surface_get_data(s), cairo_image_surface_get_stride(s) / 4, out);
    cairo_font_options_destroy(options);
    pango_font_description_free(font);
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_destroy(s);
}

/* Ink of a cell; cells lie over the wider of the two, so that a width that differs by a pixel or two stretches. */
static double cell(const struct ink *i, int cx, int cy, int w, int h)
{
    double sum = 0;

    for (int y = 0; y < CELL; y++) {
        for (int x = 0; x < CELL; x++) {
            int px = (cx * CELL + x) * i->w / w, py = (cy * CELL + y) * i->h / h;

            sum += px < i->w && py < i->h ? i->at[py][px] : 0;
        }
    }
    return sum;
}

static double likeness(const struct ink *a, const struct ink *b)
{
    int w = a->w > b->w ? a->w : b->w, h = a->h > b->h ? a->h : b->h, n = 0;
    double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;

    for (int cy = 0; cy * CELL < h; cy++) {
        for (int cx = 0; cx * CELL < w; cx++, n++) {
            double p = cell(a, cx, cy, w, h), q = cell(b, cx, cy, w, h);

            sa += p;
            sb += q;
            saa += p * p;
            sbb += q * q;
            sab += p * q;
        }
    }
    double d = sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
    return d > 0 ? (n * sab - sa * sb) / d : 0;
}

static void use_our_fonts_only(void)
{
    FcConfig *config = FcConfigCreate();
    char path[1024];

    for (int i = 0; i < FONTS_N; i++) {
        snprintf(path, sizeof path, "%s/%s", fonts_dirs[0], fonts_faces[i].regular);
        CHECK(FcConfigAppFontAddFile(config, (const FcChar8 *)path));
    }
    CHECK(FcConfigSetCurrent(config));
}

TEST(text_pango, lines_in_many_scripts_look_as_pango_draws_them_A80_A81)
{
    static struct ink a, b;
    struct err err = {0};
    int n_bad = 0;

    use_our_fonts_only();
    CHECK(text_init(NULL, &err));
    for (size_t i = 0; i < M2_COUNT(LINES); i++) {
        ours(LINES[i].text, LINES[i].is_rtl, &a);
        pangos(LINES[i].text, LINES[i].is_rtl, &b);
        double like = likeness(&a, &b);
        bool is_good = a.w > 0 && abs(a.w - b.w) <= WIDTH_SLACK_PX + b.w / 100 && abs(a.h - b.h) <= HEIGHT_SLACK_PX &&
                       like >= LEAST_LIKENESS;

        if (!is_good) {
            print_message("%s: %dx%d, pango %dx%d, likeness %.2f\n", LINES[i].name, a.w, a.h, b.w, b.h, like);
            n_bad++;
        }
    }
    text_quit();
    CHECK_INT(n_bad, 0);
}

/* How many lines pango makes of it at this width. */
static int pango_lines(const char *text, bool is_rtl, int width)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 8, 8);
    cairo_t *cr = cairo_create(s);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans");
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF); /* widths as the font has them, as ours */
    pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
    cairo_font_options_destroy(options);

    pango_context_set_base_dir(pango_layout_get_context(layout), is_rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
    pango_layout_set_auto_dir(layout, FALSE);
    pango_font_description_set_absolute_size(font, PX * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_width(layout, width * PANGO_SCALE);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
    pango_layout_set_text(layout, text, -1);
    int n = pango_layout_get_line_count(layout);
    pango_font_description_free(font);
    g_object_unref(layout);
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    return n;
}

TEST(text_pango, paragraphs_have_as_many_lines_as_pango_makes_of_them_A81)
{
    static const struct {
        const char *lang, *text;
        bool is_rtl;
    } paragraphs[] = {
        {"en", "The map on the phone said open, but the door was locked (on a Monday!), and 1,872 euro were lost.",
         false},
        {"it",
         "La mappa sul telefono diceva \u00abaperto\u00bb, ma la porta era chiusa; l\u2019hanno detto a due amici.",
         false},
        {"es",
         "El mapa dec\u00eda \u00ababierto\u00bb. \u00bfY la puerta? Cerrada: perdieron 1872 euros en un a\u00f1o.",
         false},
        {"el",
         "\u03a4\u03bf \u03ba\u03b9\u03bd\u03b7\u03c4\u03cc \u03ad\u03bb\u03b5\u03b3\u03b5 "
         "\u03b1\u03bd\u03bf\u03b9\u03c7\u03c4\u03cc, \u03b1\u03bb\u03bb\u03ac \u03b7 \u03c0\u03cc\u03c1\u03c4\u03b1 "
         "\u03ae\u03c4\u03b1\u03bd \u03ba\u03bb\u03b5\u03b9\u03c3\u03c4\u03ae.",
         false},
        {"uk",
         "\u041a\u0430\u0440\u0442\u0430 \u043a\u0430\u0437\u0430\u043b\u0430 "
         "\u0432\u0456\u0434\u0447\u0438\u043d\u0435\u043d\u043e, \u0430 \u0434\u0432\u0435\u0440\u0456 "
         "\u0431\u0443\u043b\u0438 \u0437\u0430\u0447\u0438\u043d\u0435\u043d\u0456.",
         false},
        {"he",
         "\u05d4\u05de\u05e4\u05d4 \u05d0\u05de\u05e8\u05d4 \u05e4\u05ea\u05d5\u05d7, \u05d0\u05d1\u05dc "
         "\u05d4\u05d3\u05dc\u05ea \u05d4\u05d9\u05d9\u05ea\u05d4 \u05e0\u05e2\u05d5\u05dc\u05d4 (128).",
         true},
    };
    static const int widths[] = {280, 420, 700};
    struct err err = {0};
    int n_bad = 0;

    use_our_fonts_only();
    CHECK(text_init(NULL, &err));
    for (size_t i = 0; i < M2_COUNT(paragraphs); i++) {
        for (size_t w = 0; w < M2_COUNT(widths); w++) {
            struct text_style style = {
                .px = PX, .leading = 1.5, .is_rtl = paragraphs[i].is_rtl, .lang = paragraphs[i].lang};
            int ours_n = text_lines(paragraphs[i].text, &style, widths[w]);
            int n = pango_lines(paragraphs[i].text, paragraphs[i].is_rtl, widths[w]);

            if (ours_n != n) {
                print_message("%s at %d px: %d lines, pango %d\n", paragraphs[i].lang, widths[w], ours_n, n);
                n_bad++;
            }
        }
    }
    text_quit();
    CHECK_INT(n_bad, 0);
}

TEST(text_pango, another_order_of_letters_is_seen)
{
    static struct ink a, b;
    struct err err = {0};

    use_our_fonts_only();
    CHECK(text_init(NULL, &err));
    ours("128 \u05e9\u05e7\u05dc\u05d9\u05dd \u05d4\u05d5\u05d0", true, &a);
    pangos("\u05d4\u05d5\u05d0 128 \u05e9\u05e7\u05dc\u05d9\u05dd", true, &b);
    CHECK(likeness(&a, &b) < LEAST_LIKENESS);
    text_quit();
}
