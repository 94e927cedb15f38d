/* text: paragraphs in any script: pieces by direction, script and font; lines; a cache of drawn pieces. */
#include "kit/text.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "shelf/fonts.h"
#include <SDL2/SDL_ttf.h>
#include <fribidi.h>
#include <linebreak.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { FONTS_OPEN_MAX = 24, PIECE_BYTES_MAX = 240, HASH_SLOTS = 1024 };

struct open_font {
    TTF_Font *font;
    int face, px;
    bool is_bold;
    uint64_t used;
};

/* A piece of text that is drawn in one go. surface is white, coloured when it is blitted; NULL until it is first drawn.
 */
struct piece {
    struct piece *next; /* in its hash slot */
    uint64_t used;
    int face, px, width, bytes;
    bool is_bold, is_rtl;
    char script[5];
    SDL_Surface *surface;
    int n;
    char text[];
};

static struct {
    char dir[1024];
    bool is_ready, has_face[FONTS_N];
    struct open_font open[FONTS_OPEN_MAX];
    struct piece *slot[HASH_SLOTS];
    uint64_t clock;
    struct text_stats stats;
} t;

/* --- fonts
 * ----------------------------------------------------------------------------------------------------------------------------
 */

static bool find_dir(const char *font_dir, struct err *err)
{
    char path[1200];

    for (size_t i = 0; i < (font_dir ? 1 : (size_t)FONTS_DIRS); i++) {
        const char *dir = font_dir ? font_dir : fonts_dirs[i];
        SDL_RWops *f;

        snprintf(path, sizeof path, "%s/%s", dir, fonts_faces[0].regular);
        f = SDL_RWFromFile(path, "rb");
        if (f) {
            SDL_RWclose(f);
            snprintf(t.dir, sizeof t.dir, "%s", dir);
            return true;
        }
    }
    return err_set(err, ERR_NOT_FOUND, "font '%s': not in %s; install the package fonts-noto-core",
                   fonts_faces[0].regular, font_dir ? font_dir : fonts_dirs[0]);
}

static const char *file_of(int face, bool is_bold)
{
    return is_bold && fonts_faces[face].bold ? fonts_faces[face].bold : fonts_faces[face].regular;
}

static TTF_Font *load(int face, bool is_bold, int px)
{
    char path[1200];

    snprintf(path, sizeof path, "%s/%s", t.dir, file_of(face, is_bold));
    return TTF_OpenFont(path, px);
}

/* The font, opened where it is not; the one not used for longest makes room. */
static TTF_Font *font_of(int face, bool is_bold, int px)
{
    struct open_font *oldest = &t.open[0];

    for (int i = 0; i < FONTS_OPEN_MAX; i++) {
        struct open_font *f = &t.open[i];

        if (f->font && f->face == face && f->is_bold == is_bold && f->px == px) {
            f->used = ++t.clock;
            return f->font;
        }
        if (f->used < oldest->used) {
            oldest = f;
        }
    }
    if (oldest->font) {
        TTF_CloseFont(oldest->font);
    }
    *oldest = (struct open_font){load(face, is_bold, px), face, px, is_bold, ++t.clock};
    if (!oldest->font) {
        fprintf(stderr, "font '%s' cannot be read: %s\n", file_of(face, is_bold), TTF_GetError());
        abort(); /* it was there at the start: as lack of memory */
    }
    TTF_SetFontHinting(oldest->font, TTF_HINTING_LIGHT_SUBPIXEL);
    return oldest->font;
}

bool text_init(const char *font_dir, struct err *err)
{
    const int probe_px = 16;

    memset(&t, 0, sizeof t);
    if (!find_dir(font_dir, err)) {
        return false;
    }
    if (TTF_Init() != 0) {
        return err_set(err, ERR_IO, "fonts: %s", TTF_GetError());
    }
    for (int i = 0; i < FONTS_N; i++) {
        TTF_Font *f = load(i, false, probe_px);

        t.has_face[i] = f != NULL;
        if (!f && i == 0) {
            err_set(err, ERR_FORMAT, "font '%s/%s' cannot be read: %s; install the package fonts-noto-core again",
                    t.dir, fonts_faces[0].regular, TTF_GetError());
            TTF_Quit();
            return false;
        }
        if (f) {
            TTF_CloseFont(f);
        }
    }
    t.is_ready = true;
    return true;
}

static void drop_piece(struct piece *p)
{
    t.stats.n_runs--;
    t.stats.bytes -= p->bytes;
    SDL_FreeSurface(p->surface);
    mem_wipe(p->text, (size_t)p->n);
    free(p);
}

void text_forget(void)
{
    for (int i = 0; i < HASH_SLOTS; i++) {
        while (t.slot[i]) {
            struct piece *next = t.slot[i]->next;

            drop_piece(t.slot[i]);
            t.slot[i] = next;
        }
    }
}

void text_quit(void)
{
    if (!t.is_ready) {
        return;
    }
    text_forget();
    for (int i = 0; i < FONTS_OPEN_MAX; i++) {
        if (t.open[i].font) {
            TTF_CloseFont(t.open[i].font);
        }
    }
    TTF_Quit();
    memset(&t, 0, sizeof t);
}

struct text_stats text_stats(void)
{
    return t.stats;
}

/* --- pieces
 * ------------------------------------------------------------------------------------------------------------------------------
 */

static void evict_oldest(void)
{
    struct piece **oldest = NULL;

    for (int i = 0; i < HASH_SLOTS; i++) {
        for (struct piece **p = &t.slot[i]; *p; p = &(*p)->next) {
            if (!oldest || (*p)->used < (*oldest)->used) {
                oldest = p;
            }
        }
    }
    if (oldest) {
        struct piece *gone = *oldest;

        *oldest = gone->next;
        drop_piece(gone);
        t.stats.evictions++;
    }
}

static void set_up(TTF_Font *font, const struct piece *p)
{
    TTF_SetFontScriptName(font, p->script);
    TTF_SetFontDirection(font, p->is_rtl ? TTF_DIRECTION_RTL : TTF_DIRECTION_LTR);
}

static unsigned hash_of(const char *text, int n, int face, int px, bool is_bold, bool is_rtl)
{
    uint64_t h = 0xCBF29CE484222325u ^ (uint64_t)(face * 8 + is_bold * 2 + is_rtl) << 32 ^ (uint64_t)px;

    for (int i = 0; i < n; i++) {
        h = (h ^ (uint8_t)text[i]) * 0x100000001B3u;
    }
    return (unsigned)(h >> 20) % HASH_SLOTS;
}

static struct piece *piece_of(const char *text, int n, int face, int px, bool is_bold, bool is_rtl, const char *script)
{
    unsigned slot = hash_of(text, n, face, px, is_bold, is_rtl);
    struct piece *p;

    for (p = t.slot[slot]; p; p = p->next) {
        if (p->n == n && p->face == face && p->px == px && p->is_bold == is_bold && p->is_rtl == is_rtl &&
            !memcmp(p->text, text, (size_t)n)) {
            p->used = ++t.clock;
            t.stats.hits++;
            return p;
        }
    }
    t.stats.misses++;
    while (t.stats.n_runs >= TEXT_CACHE_RUNS) {
        evict_oldest();
    }
    p = mem_alloc(sizeof *p + (size_t)n + 1);
    *p = (struct piece){
        .next = t.slot[slot], .used = ++t.clock, .face = face, .px = px, .is_bold = is_bold, .is_rtl = is_rtl, .n = n};
    memcpy(p->script, script, sizeof p->script);
    memcpy(p->text, text, (size_t)n);
    t.slot[slot] = p;
    TTF_Font *font = font_of(face, is_bold, px);

    set_up(font, p);
    TTF_SizeUTF8(font, p->text, &p->width, NULL);
    p->bytes = (int)sizeof *p + n;
    t.stats.n_runs++;
    t.stats.bytes += p->bytes;
    return p;
}

static SDL_Surface *picture_of(struct piece *p)
{
    if (!p->surface) {
        TTF_Font *font = font_of(p->face, p->is_bold, p->px);
        int bytes;

        set_up(font, p);
        p->surface = TTF_RenderUTF8_Blended(font, p->text, (SDL_Color){255, 255, 255, 255});
        if (!p->surface) {
            return NULL;
        }
        bytes = p->surface->pitch * p->surface->h;
        p->used = ++t.clock;
        p->bytes += bytes;
        t.stats.bytes += bytes;
        while (t.stats.bytes > TEXT_CACHE_BYTES && t.stats.n_runs > 1) {
            evict_oldest();
        }
    }
    return p->surface;
}

/* --- a paragraph taken apart
 * ---------------------------------------------------------------------------------------------------------------- */

struct frag {     /* one piece of a paragraph: same font, direction, script; no break inside */
    int from, to; /* bytes of the whole text */
    int face, level, width;
    bool is_bold, is_space, can_break_after;
    const char *script;
};

struct para {
    const char *text;
    const struct text_style *style;
    struct frag *frags;
    int n, cap;
};

static const char *script_of(uint32_t c)
{
    static const struct {
        uint32_t from, to;
        const char *script;
    } ranges[] = {
        {0x0370, 0x03FF, "Grek"}, {0x0400, 0x052F, "Cyrl"}, {0x0590, 0x05FF, "Hebr"}, {0x0600, 0x06FF, "Arab"},
        {0x0750, 0x077F, "Arab"}, {0x0900, 0x097F, "Deva"}, {0x1F00, 0x1FFF, "Grek"}, {0xFB1D, 0xFB4F, "Hebr"},
        {0xFB50, 0xFDFF, "Arab"}, {0xFE70, 0xFEFF, "Arab"},
    };

    for (size_t i = 0; i < M2_COUNT(ranges); i++) {
        if (c >= ranges[i].from && c <= ranges[i].to) {
            return ranges[i].script;
        }
    }
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c < 0x370) ? "Latn" : "Zyyy";
}

static int face_of(uint32_t c)
{
    const int probe_px = 16;

    if (c < 0x180) {
        return 0; /* Latin: Noto Sans has all of it */
    }
    for (int i = 0; i < FONTS_N; i++) {
        if (t.has_face[i] && TTF_GlyphIsProvided32(font_of(i, false, probe_px), c)) {
            return i;
        }
    }
    return -1;
}

uint32_t text_missing(const char *text)
{
    const char *p = text, *end = text + strlen(text);

    while (p < end) {
        uint32_t c = utf8_next(&p, end);

        if (c > ' ' && c != 0xA0 && !fonts_is_joiner(c) && face_of(c) < 0) {
            return c;
        }
    }
    return 0;
}

static bool is_bold_at(const struct text_style *s, int byte)
{
    for (int i = 0; i < s->n_spans; i++) {
        if (byte >= s->spans[i].from && byte < s->spans[i].to) {
            return s->spans[i].is_bold || s->is_bold;
        }
    }
    return s->is_bold;
}

static struct frag *add_frag(struct para *p)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 32;
        p->frags = mem_grow(p->frags, (size_t)p->cap * sizeof *p->frags);
    }
    p->frags[p->n] = (struct frag){0};
    return &p->frags[p->n++];
}

struct chars { /* the characters of one paragraph */
    FriBidiChar *code;
    int *at; /* byte of each, and of the end */
    char *breaks;
    FriBidiLevel *levels;
    int n;
};

static void chars_free(struct chars *c)
{
    free(c->code);
    free(c->at);
    free(c->breaks);
    free(c->levels);
}

static void chars_of(const char *text, int from, int to, const struct text_style *style, struct chars *c)
{
    const char *p = text + from, *end = text + to;
    size_t room = (size_t)(to - from) + 1;
    FriBidiCharType *types = mem_alloc(room * sizeof *types);
    FriBidiBracketType *brackets = mem_alloc(room * sizeof *brackets);
    FriBidiParType base = style->is_rtl ? FRIBIDI_PAR_WRTL : FRIBIDI_PAR_WLTR;

    *c = (struct chars){mem_alloc(room * sizeof *c->code), mem_alloc(room * sizeof *c->at), mem_alloc(room),
                        mem_alloc(room * sizeof *c->levels), 0};
    while (p < end) {
        c->at[c->n] = (int)(p - text);
        c->code[c->n++] = utf8_next(&p, end);
    }
    c->at[c->n] = to;
    fribidi_get_bidi_types(c->code, c->n, types);
    fribidi_get_bracket_types(c->code, c->n, types, brackets);
    if (c->n && !fribidi_get_par_embedding_levels_ex(types, brackets, c->n, &base, c->levels)) {
        abort(); /* only lack of memory */
    }
    set_linebreaks_utf32(c->code, (size_t)c->n, style->lang ? style->lang : "en", c->breaks);
    free(types);
    free(brackets);
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t';
}

/* Cuts [from, to) into fragments: at changes of level, font, weight, script, and behind every place where a line may
 * break. */
static void take_apart(struct para *p, int from, int to)
{
    const struct text_style *style = p->style;
    struct chars c;
    const char *script = "Latn";
    int face = 0;

    chars_of(p->text, from, to, style, &c);
    for (int i = 0; i < c.n; i++) {
        const char *own = script_of(c.code[i]);
        bool is_new = i == 0;
        int own_face = fonts_is_joiner(c.code[i]) || is_blank(c.code[i]) ? face : face_of(c.code[i]);
        bool is_bold = is_bold_at(style, c.at[i]);
        struct frag *f = is_new ? NULL : &p->frags[p->n - 1];

        own_face = own_face < 0 ? 0 : own_face;
        if (!strcmp(own, "Zyyy")) {
            own = script; /* digits, blanks and signs go with what is before them */
        }
        if (!is_new) {
            is_new = f->can_break_after || f->level != c.levels[i] || own_face != face || is_bold != f->is_bold ||
                     strcmp(own, script) != 0 || is_blank(c.code[i]) != f->is_space ||
                     f->to - f->from > PIECE_BYTES_MAX;
        }
        script = own;
        face = own_face;
        if (is_new) {
            f = add_frag(p);
            *f = (struct frag){.from = c.at[i],
                               .face = face,
                               .level = c.levels[i],
                               .is_bold = is_bold,
                               .is_space = is_blank(c.code[i]),
                               .script = script};
        }
        f->to = c.at[i + 1];
        f->can_break_after = c.breaks[i] == LINEBREAK_ALLOWBREAK;
    }
    chars_free(&c);
}

static struct piece *frag_piece(const struct para *p, const struct frag *f)
{
    return piece_of(p->text + f->from, f->to - f->from, f->face, p->style->px, f->is_bold, f->level & 1, f->script);
}

static void measure(struct para *p, int first)
{
    for (int i = first; i < p->n; i++) {
        p->frags[i].width = frag_piece(p, &p->frags[i])->width;
    }
}

/* A fragment wider than the line is cut where its characters fit: nothing is ever clipped. */
static void split_wide(struct para *p, int width)
{
    for (int i = 0; i < p->n; i++) {
        struct frag f = p->frags[i];
        const char *at = p->text + f.from, *end = p->text + f.to;
        int fits = 0;

        if (f.width <= width || width <= 0) {
            continue;
        }
        while (at < end) {
            utf8_next(&at, end);
            struct frag head = f;

            head.to = (int)(at - p->text);
            if (frag_piece(p, &head)->width > width && fits > 0) {
                break;
            }
            fits = head.to;
        }
        if (fits >= f.to || fits <= f.from) {
            continue;
        }
        add_frag(p);
        memmove(&p->frags[i + 2], &p->frags[i + 1], (size_t)(p->n - i - 2) * sizeof *p->frags);
        p->frags[i + 1] = f;
        p->frags[i + 1].from = fits;
        p->frags[i].to = fits;
        p->frags[i].can_break_after = true;
        p->frags[i].width = frag_piece(p, &p->frags[i])->width;
        p->frags[i + 1].width = frag_piece(p, &p->frags[i + 1])->width;
    }
}

/* --- lines
 * ------------------------------------------------------------------------------------------------------------------------------------
 */

typedef void line_function(void *ctx, const struct para *p, int first, int end, int line);

/* Width of fragments without the blanks at their end. */
static int inked_width(const struct para *p, int first, int end)
{
    int w = 0;

    while (end > first && p->frags[end - 1].is_space) {
        end--;
    }
    for (int i = first; i < end; i++) {
        w += p->frags[i].width;
    }
    return w;
}

/* Greedy lines of one paragraph, at most up to line TEXT_LINES_MAX; returns how many. */
static int break_lines(const struct para *p, int width, int line, line_function *each, void *ctx)
{
    int first = 0, n = 0;

    while (first < p->n || (n == 0 && p->n == 0)) {
        int end = first, fits = first;

        while (end < p->n) {
            int next = end + 1;

            while (next < p->n && !p->frags[next - 1].can_break_after) {
                next++;
            }
            if (inked_width(p, first, next) > width && fits > first) {
                break;
            }
            end = fits = next;
        }
        if (each) {
            each(ctx, p, first, fits, line + n);
        }
        n++;
        if (fits == p->n || line + n == TEXT_LINES_MAX) {
            break;
        }
        first = fits;
    }
    return n;
}

/* All lines of the text: paragraphs are cut at '\n'. */
static int all_lines(const char *text, const struct text_style *style, int width, line_function *each, void *ctx)
{
    size_t length = utf8_cut(text, strlen(text), TEXT_BYTES_MAX);
    const char *at = text, *end = text + length;
    int n = 0;

    do {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        struct para p = {.text = text, .style = style};

        take_apart(&p, (int)(at - text), (int)((stop ? stop : end) - text));
        measure(&p, 0);
        split_wide(&p, width);
        n += break_lines(&p, width, n, each, ctx);
        free(p.frags);
        at = stop ? stop + 1 : NULL;
    } while (at && n < TEXT_LINES_MAX);
    return n;
}

int text_line_height(const struct text_style *style)
{
    return (int)(style->px * style->leading + 0.5);
}

int text_lines(const char *text, const struct text_style *style, int width)
{
    return text[0] ? all_lines(text, style, width, NULL, NULL) : 0;
}

static void widest(void *ctx, const struct para *p, int first, int end, int line)
{
    int *most = ctx, w = inked_width(p, first, end);

    (void)line;
    *most = w > *most ? w : *most;
}

int text_width(const char *text, const struct text_style *style)
{
    int most = 0;

    all_lines(text, style, INT32_MAX, widest, &most);
    return most;
}

static void widest_piece(void *ctx, const struct para *p, int first, int end, int line)
{
    int *most = ctx, w = 0;

    (void)line;
    for (int i = first; i < end; i++) {
        w += p->frags[i].is_space ? 0 : p->frags[i].width;
        *most = w > *most ? w : *most;
        if (p->frags[i].can_break_after) {
            w = 0;
        }
    }
}

int text_min_width(const char *text, const struct text_style *style)
{
    int most = 0;

    all_lines(text, style, INT32_MAX, widest_piece, &most);
    return most;
}

/* --- drawing
 * ------------------------------------------------------------------------------------------------------------------------------------
 */

struct drawing {
    SDL_Surface *canvas;
    const struct text_style *style;
    int x, y, width;
    uint32_t colour, mark_colour;
};

/* Order of drawing from the left: rule L2 of UAX 9 over fragments. */
static void visual_order(const struct para *p, int first, int n, int *order)
{
    int highest = 0;

    for (int i = 0; i < n; i++) {
        order[i] = first + i;
        highest = p->frags[first + i].level > highest ? p->frags[first + i].level : highest;
    }
    for (int level = highest; level > 0; level--) {
        for (int i = 0; i < n; i++) {
            int end = i;

            while (end < n && p->frags[order[end]].level >= level) {
                end++;
            }
            for (int a = i, b = end - 1; a < b; a++, b--) {
                int kept = order[a];

                order[a] = order[b];
                order[b] = kept;
            }
            i = end > i ? end - 1 : i;
        }
    }
}

static void draw_frag(const struct drawing *d, const struct para *p, const struct frag *f, int x, int y)
{
    struct piece *piece = frag_piece(p, f);
    SDL_Surface *glyphs;
    SDL_Rect to = {x, y, 0, 0};
    TTF_Font *own = font_of(f->face, f->is_bold, d->style->px), *main = font_of(0, d->style->is_bold, d->style->px);
    int line = text_line_height(d->style);
    int baseline = (line - TTF_FontAscent(main) + TTF_FontDescent(main)) / 2 + TTF_FontAscent(main);

    if (d->style->mark_to > d->style->mark_from && f->from < d->style->mark_to && f->to > d->style->mark_from) {
        SDL_FillRect(d->canvas, &(SDL_Rect){x, y, f->width, line}, d->mark_colour);
    }
    if (f->is_space) {
        return;
    }
    to.y = y + baseline - TTF_FontAscent(own);
    glyphs = picture_of(piece);
    if (glyphs) {
        SDL_SetSurfaceColorMod(glyphs, (Uint8)(d->colour >> 16), (Uint8)(d->colour >> 8), (Uint8)d->colour);
        SDL_BlitSurface(glyphs, NULL, d->canvas, &to);
    }
}

static void draw_line(void *ctx, const struct para *p, int first, int end, int line)
{
    const struct drawing *d = ctx;
    int ink = inked_width(p, first, end), x = d->x, y = d->y + line * text_line_height(d->style);
    bool at_right = (d->style->align == TEXT_START) == d->style->is_rtl;
    int *order;

    while (end > first && p->frags[end - 1].is_space) {
        end--;
    }
    if (end == first) {
        return;
    }
    if (d->style->align == TEXT_CENTER) {
        x += (d->width - ink) / 2;
    } else if (at_right) {
        x += d->width - ink;
    }
    order = mem_alloc((size_t)(end - first) * sizeof *order);
    visual_order(p, first, end - first, order);
    for (int i = 0; i < end - first; i++) {
        draw_frag(d, p, &p->frags[order[i]], x, y);
        x += p->frags[order[i]].width;
    }
    free(order);
}

void text_draw(SDL_Surface *canvas, const char *text, const struct text_style *style, int x, int y, int width,
               uint32_t colour, uint32_t mark_colour)
{
    struct drawing d = {canvas, style, x, y, width, colour, mark_colour};

    if (text[0]) {
        all_lines(text, style, width, draw_line, &d);
    }
}
