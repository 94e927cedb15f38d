/* content_svg: allow-list of SVG, and librsvg with cairo for the PNG. */
#include "content_svg.h"
#include "base/utf8.h"
#include <ctype.h>
#include <librsvg/rsvg.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char *const ELEMENTS[] = {
    "svg",   "g",    "path", "rect", "circle",         "ellipse",        "line", "polyline", "polygon",
    "title", "desc", "defs", "use",  "linearGradient", "radialGradient", "stop", "clipPath"};

struct scan {
    const char *at, *end, *file;
    int line;
    struct report *report;
    int n_faults;
};

#define FAULT(s, ...) ((s)->n_faults++, report_error((s)->report, (s)->file, (s)->line, __VA_ARGS__))

static bool is_element(const char *name, size_t n)
{
    for (size_t i = 0; i < M2_COUNT(ELEMENTS); i++) {
        if (strlen(ELEMENTS[i]) == n && strncmp(ELEMENTS[i], name, n) == 0) {
            return true;
        }
    }
    return false;
}

static void move_to(struct scan *s, const char *to)
{
    for (; s->at < to; s->at++) {
        s->line += *s->at == '\n';
    }
}

/* Every url( of a value points into the file. */
static bool is_inside(const char *value, size_t n)
{
    const char *end = value + n, *url = value;

    while ((url = memmem(url, (size_t)(end - url), "url(", 4))) {
        url += 4;
        if (url == end || *url != '#') {
            return false;
        }
    }
    return true;
}

static void check_value(struct scan *s, const char *name, size_t name_n, const char *value, size_t n)
{
    bool is_href = name_n >= 4 && strncmp(name + name_n - 4, "href", 4) == 0;

    if (name_n > 2 && strncmp(name, "on", 2) == 0) {
        FAULT(s, "a script ('%.*s'); take it out", (int)name_n, name);
    }
    if ((is_href && (n == 0 || value[0] != '#')) || !is_inside(value, n)) {
        FAULT(s, "a reference out of the file ('%.*s'); draw it in the file", (int)(n < 40 ? n : 40), value);
    }
}

/* name="value" pairs up to the '>' of the element. */
static void check_attributes(struct scan *s, const char *stop)
{
    while (s->at < stop) {
        const char *name = s->at, *value;
        size_t name_n;
        char quote;

        while (s->at < stop && !isspace((unsigned char)*s->at) && *s->at != '=') {
            s->at++;
        }
        name_n = (size_t)(s->at - name);
        if (s->at + 1 >= stop || *s->at != '=' || (s->at[1] != '"' && s->at[1] != '\'')) {
            move_to(s, s->at < stop ? s->at + 1 : stop);
            continue;
        }
        quote = s->at[1];
        value = s->at + 2;
        s->at = memchr(value, quote, (size_t)(stop - value));
        if (!s->at) {
            s->at = stop;
            return;
        }
        check_value(s, name, name_n, value, (size_t)(s->at - value));
        s->at = value;
        move_to(s, memchr(value, quote, (size_t)(stop - value)));
        s->at++;
    }
}

/* The '>' that ends the element at s->at, not one in quotes; NULL = none. */
static const char *element_end(const struct scan *s)
{
    char quote = 0;

    for (const char *p = s->at; p < s->end; p++) {
        if (quote) {
            quote = *p == quote ? 0 : quote;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '>') {
            return p;
        }
    }
    return NULL;
}

static void check_element(struct scan *s)
{
    const char *name = s->at + 1 + (s->end - s->at > 1 && s->at[1] == '/');
    const char *stop = element_end(s);
    size_t n = 0;

    if (!stop) {
        FAULT(s, "an element that does not end; close it with '>'");
        s->at = s->end;
        return;
    }
    while (name + n < stop && !isspace((unsigned char)name[n]) && name[n] != '/') {
        n++;
    }
    if (!is_element(name, n)) {
        FAULT(s, "'<%.*s>' is not allowed in a picture; use shapes, groups and gradients only", (int)(n < 30 ? n : 30),
              name);
        move_to(s, stop + 1);
        return;
    }
    s->at = name + n;
    check_attributes(s, stop);
    move_to(s, stop + 1);
}

/* <?xml …?> and comments are skipped; <!DOCTYPE and <![CDATA[ are refused. */
static void check_markup(struct scan *s)
{
    const char *stop;

    if (s->end - s->at > 4 && memcmp(s->at, "<!--", 4) == 0) {
        stop = memmem(s->at, (size_t)(s->end - s->at), "-->", 3);
        move_to(s, stop ? stop + 3 : s->end);
    } else if (s->end - s->at > 6 && memcmp(s->at, "<?xml ", 6) == 0 &&
               (stop = memchr(s->at, '>', (size_t)(s->end - s->at)))) {
        move_to(s, stop + 1);
    } else if (s->end - s->at > 1 && (s->at[1] == '!' || s->at[1] == '?')) {
        FAULT(s, "'<%c' is not allowed in a picture; take out entities and style sheets", s->at[1]);
        move_to(s, s->end);
    } else {
        check_element(s);
    }
}

static cairo_status_t put_png(void *ctx, const unsigned char *data, unsigned n)
{
    buf_add(ctx, data, n);
    return CAIRO_STATUS_SUCCESS;
}

/* Proportions from the viewBox. */
static bool size_of(RsvgHandle *h, int *width, int *height, struct err *err)
{
    gboolean has_width, has_height, has_box;
    RsvgLength w, ht;
    RsvgRectangle box;
    double rows;

    rsvg_handle_get_intrinsic_dimensions(h, &has_width, &w, &has_height, &ht, &has_box, &box);
    if (!has_box || box.width <= 0 || box.height <= 0) {
        return err_set(err, ERR_FORMAT, "a picture without viewBox; add viewBox=\"0 0 480 320\"");
    }
    rows = SVG_PNG_WIDTH * box.height / box.width;
    if (rows < SVG_PNG_HEIGHT_MIN || rows > SVG_PNG_HEIGHT_MAX) {
        return err_set(err, ERR_LIMIT,
                       "a picture of %g to %g; make it at least a quarter and at most three halves as high as wide",
                       box.width, box.height);
    }
    *width = SVG_PNG_WIDTH;
    *height = (int)(rows + 0.5);
    return true;
}

static bool draw(RsvgHandle *h, int width, int height, struct buf *out, struct err *err)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    cairo_t *cr = cairo_create(surface);
    RsvgRectangle all = {0, 0, width, height};
    bool ok = rsvg_handle_render_document(h, cr, &all, NULL) &&
              cairo_surface_write_to_png_stream(surface, put_png, out) == CAIRO_STATUS_SUCCESS;

    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return ok || err_set(err, ERR_FORMAT, "cannot be drawn; open it in a drawing program and save it again");
}

/* librsvg says "XML parse error: error code=201 (3) in (null):2:5: Namespace …\n", or "… on line 2 column 5 of data:
 * …": the line, and what comes last. */
static const char *where(const char *says, int *line)
{
    static const char *const marks[] = {"(null):", " on line "};

    for (size_t i = 0; i < M2_COUNT(marks); i++) {
        const char *at = strstr(says, marks[i]), *rest = at ? strstr(at, ": ") : NULL;

        if (rest) {
            *line = (int)strtol(at + strlen(marks[i]), NULL, 10);
            return rest + 2;
        }
    }
    return says;
}

/* NULL = no SVG that can be drawn in a size of ours; *line is where, as far as the library says. */
static RsvgHandle *open_svg(const char *svg, size_t n, int *width, int *height, int *line, struct err *err)
{
    GError *error = NULL;
    RsvgHandle *h = rsvg_handle_new_from_data((const guint8 *)svg, n, &error);

    *line = 1;
    if (!h) {
        const char *says = error ? where(error->message, line) : "cannot be read";

        err_set(err, ERR_FORMAT, "no SVG: %.*s; open it in a drawing program and save it again",
                (int)strcspn(says, "\n"), says);
    } else if (!size_of(h, width, height, err)) {
        g_clear_object(&h);
    }
    g_clear_error(&error);
    return h;
}

bool content_svg_check(const char *svg, size_t n, const char *file, struct report *report)
{
    struct scan s = {.at = svg, .end = svg + n, .file = file, .line = 1, .report = report};
    const char *next;
    struct err err;
    RsvgHandle *h;
    int width, height, line;

    if (n > SVG_MAX_BYTES || !utf8_is_valid(svg, n) || memchr(svg, '\0', n)) {
        report_error(report, file, 0, "not a UTF-8 text of at most %d bytes; simplify the picture", SVG_MAX_BYTES);
        return false;
    }
    while (s.at < s.end && (next = memchr(s.at, '<', (size_t)(s.end - s.at)))) {
        move_to(&s, next);
        check_markup(&s);
    }
    if (s.n_faults) {
        return false;
    }
    h = open_svg(svg, n, &width, &height, &line, &err);
    if (!h) {
        report_error(report, file, line, "%s", err.text);
        return false;
    }
    g_object_unref(h);
    return true;
}

bool content_svg_size(const char *svg, size_t n, int *width, int *height)
{
    struct err err = {0};
    int line = 0;
    RsvgHandle *h = open_svg(svg, n, width, height, &line, &err);
    bool ok = h != NULL;

    if (h) {
        g_object_unref(h);
    }
    return ok;
}

bool content_svg_to_png(const char *svg, size_t n, const char *file, struct buf *out, int *width, int *height,
                        struct err *err)
{
    int line;
    RsvgHandle *h = open_svg(svg, n, width, height, &line, err);
    bool ok;

    buf_clear(out);
    ok = h && draw(h, *width, *height, out, err);
    g_clear_object(&h);
    return ok || err_wrap(err, "'%s'", file);
}
