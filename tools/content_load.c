/* content_load: the authors' files into memory, each told by name and line where it does not fit its format. */
#include "base/csv.h"
#include "base/fsio.h"
#include "content_glyphs.h"
#include "content_read.h"
#include "content_svg.h"
#include "content_tools.h"
#include "content_workshops.h"
#include "shelf/format.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { BANDS = 4 };

/* --- fields of a CSV row
 * ---------------------------------------------------------------------------------------------------------- */

struct row {
    struct load *l;
    const struct csv *t;
    const char *file;
    int i;
};

static int row_line(const struct row *r)
{
    return csv_line(r->t, r->i);
}

static const char *field(const struct row *r, const char *name)
{
    return arena_str(&r->l->c->arena, csv_get(r->t, r->i, name));
}

static const char *need_field(const struct row *r, const char *name)
{
    const char *value = field(r, name);

    if (!value[strspn(value, " ")] && csv_column(r->t, name) >= 0) {
        report_error(r->l->report, r->file, row_line(r), "'%s' is empty; write it", name);
    }
    return value;
}

/* "plain_en", "plain_it" …: one for each language. */
static void need_texts(const struct row *r, const char *name, const char **out)
{
    for (int i = 0; i < r->l->c->n_languages; i++) {
        char column[64];

        snprintf(column, sizeof column, "%s_%s", name, r->l->c->languages[i]);
        if (csv_column(r->t, column) < 0 && r->i == 0) {
            report_error(r->l->report, r->file, 1, "no column '%s'; add it to the first line", column);
        }
        out[i] = need_field(r, column);
    }
}

static int need_number(const struct row *r, const char *name, int min, int max)
{
    const char *value = field(r, name);
    char *end = NULL;
    long n = strtol(value, &end, 10);

    if (!*value || *end || n < min || n > max) {
        report_error(r->l->report, r->file, row_line(r), "'%s' is '%.30s'; write a number from %d to %d", name, value,
                     min, max);
        return min;
    }
    return (int)n;
}

static const char *need_one_of(const struct row *r, const char *name, const char *const *words)
{
    const char *value = field(r, name);
    struct buf list = {0};

    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], value) == 0) {
            buf_release(&list);
            return value;
        }
        buf_fmt(&list, "%s%s", i ? ", " : "", words[i]);
    }
    report_error(r->l->report, r->file, row_line(r), "'%s' is '%.30s'; write one of %s", name, value, buf_text(&list));
    buf_release(&list);
    return words[0];
}

static const char *need_icon(const struct row *r)
{
    const char *icon = need_field(r, "icon");

    read_icon(r->l, r->file, row_line(r), icon);
    return icon;
}

static const char *const FRAMEWORKS[] = {"DC", "EC", NULL};

/* --- frameworks, processes, items
 * --------------------------------------------------------------------------------------------------- */

static void load_areas(struct load *l)
{
    static const char file[] = "frameworks/areas.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"code", "framework", "icon", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->areas = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->areas);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_area *a = &c->areas[c->n_areas];

        a->line = row_line(&r);
        a->code = need_field(&r, "code");
        a->framework = need_one_of(&r, "framework", FRAMEWORKS);
        a->icon = need_icon(&r);
        need_texts(&r, "plain", a->plain);
        need_texts(&r, "title", a->title);
        if (content_area_of(c, a->code)) {
            report_error(l->report, file, a->line, "area '%s' is there twice; keep one", a->code);
        } else {
            c->n_areas++;
        }
    }
    csv_free(t);
}

/* Titles of DigComp 3.0, whose codes are those of 2.2; EntreComp has no other edition. */
static void need_edition_30(const struct row *r, struct content_competence *k)
{
    static const char *const yes_no[] = {"no", "yes", NULL};
    bool is_digcomp = strcmp(k->framework, "DC") == 0;

    if (is_digcomp) {
        need_texts(r, "title30", k->title30);
    }
    for (int i = 0; i < r->l->c->n_languages; i++) {
        char column[32];

        if (is_digcomp) {
            snprintf(column, sizeof column, "verified30_%s", r->l->c->languages[i]);
            k->is_verified30[i] = strcmp(need_one_of(r, column, yes_no), "yes") == 0;
            continue;
        }
        snprintf(column, sizeof column, "title30_%s", r->l->c->languages[i]);
        k->title30[i] = "";
        if (*field(r, column)) {
            report_error(r->l->report, r->file, k->line, "'%s' is for DigComp only; leave it empty", column);
        }
    }
}

static void load_competences(struct load *l)
{
    static const char file[] = "frameworks/competences.csv";
    static const char *const yes_no[] = {"no", "yes", NULL};
    struct csv *t = read_csv(l, file, (const char *const[]){"code", "framework", "edition", "area", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->competences = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->competences);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_competence *k = &c->competences[c->n_competences];

        k->line = row_line(&r);
        k->code = need_field(&r, "code");
        k->framework = need_one_of(&r, "framework", FRAMEWORKS);
        k->edition = need_field(&r, "edition");
        k->area = need_field(&r, "area");
        need_texts(&r, "plain", k->plain);
        need_texts(&r, "title", k->title);
        for (int j = 0; j < c->n_languages; j++) {
            char column[32];

            snprintf(column, sizeof column, "verified_%s", c->languages[j]);
            k->is_verified[j] = strcmp(need_one_of(&r, column, yes_no), "yes") == 0;
        }
        need_edition_30(&r, k);
        if (content_competence_of(c, k->code)) {
            report_error(l->report, file, k->line, "competence '%s' is there twice; keep one", k->code);
        } else {
            c->n_competences++;
        }
    }
    csv_free(t);
}

static void load_levels(struct load *l)
{
    static const char file[] = "frameworks/levels.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"band", "level_from", "level_to", NULL});
    struct content *c = l->c;
    int next = 1;

    if (!t) {
        return;
    }
    c->levels = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->levels);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_level *v = &c->levels[c->n_levels++];

        v->line = row_line(&r);
        v->band = need_number(&r, "band", 1, BANDS);
        v->level_from = need_number(&r, "level_from", 1, CONTENT_LEVELS);
        v->level_to = need_number(&r, "level_to", 1, CONTENT_LEVELS);
        need_texts(&r, "say", v->say);
        if (v->band != i + 1 || v->level_to < v->level_from) {
            report_error(l->report, file, v->line, "bands come in order 1 to 4, with level_from not above level_to");
        }
        if (v->level_from != next) {
            report_error(l->report, file, v->line, "'level_from' is %d; write %d, bands leave no level out",
                         v->level_from, next);
        }
        next = v->level_to + 1;
    }
    if (c->n_levels != BANDS) {
        report_error(l->report, file, 0, "%d bands; write %d", c->n_levels, BANDS);
    } else if (next != CONTENT_LEVELS + 1) {
        report_error(l->report, file, c->levels[BANDS - 1].line, "the last 'level_to' is %d; write %d", next - 1,
                     CONTENT_LEVELS);
    }
    csv_free(t);
}

static void load_statements(struct load *l)
{
    static const char file[] = "frameworks/statements.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"code", "level", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->statements = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->statements);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_statement *s = &c->statements[c->n_statements++];

        s->line = row_line(&r);
        s->code = need_field(&r, "code");
        s->level = need_number(&r, "level", 1, CONTENT_LEVELS);
        need_texts(&r, "can", s->can);
    }
    csv_free(t);
}

static void load_hard_words(struct load *l)
{
    static const char file[] = "locale/hard-words.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"lang", "word", "instead", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->hard_words = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->hard_words);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        const char *lang = need_field(&r, "lang");
        struct content_hard_word *hard = &c->hard_words[c->n_hard_words];

        *hard =
            (struct content_hard_word){need_field(&r, "word"), need_field(&r, "instead"), content_language(c, lang)};
        if (hard->lang < 0) {
            report_error(l->report, file, row_line(&r), "'%s' is no language of core.json; take the line out", lang);
        } else if (*hard->word) {
            c->n_hard_words++;
        }
    }
    csv_free(t);
}

static void load_processes(struct load *l)
{
    static const char file[] = "processes/processes.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"id", "position", "icon", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->processes = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->processes);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_process *p = &c->processes[c->n_processes];

        p->line = row_line(&r);
        p->id = need_field(&r, "id");
        p->position = need_number(&r, "position", 1, 99);
        p->icon = need_icon(&r);
        need_texts(&r, "name", p->name);
        need_texts(&r, "about", p->about);
        if (content_process_of(c, p->id)) {
            report_error(l->report, file, p->line, "process '%s' is there twice; keep one", p->id);
        } else {
            c->n_processes++;
        }
    }
    csv_free(t);
}

static void load_weights(struct load *l)
{
    static const char file[] = "processes/weights.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"process", "competence", "weight", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->weights = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->weights);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_weight *w = &c->weights[c->n_weights++];

        w->line = row_line(&r);
        w->process = need_field(&r, "process");
        w->competence = need_field(&r, "competence");
        w->weight = need_number(&r, "weight", 1, 3);
    }
    csv_free(t);
}

static void load_trades(struct load *l)
{
    static const char file[] = "trades/trades.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"id", "position", "icon", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->trades = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->trades);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_trade *p = &c->trades[c->n_trades];

        p->line = row_line(&r);
        p->id = need_field(&r, "id");
        p->position = need_number(&r, "position", 1, 99);
        p->icon = need_icon(&r);
        need_texts(&r, "name", p->name);
        if (content_trade_of(c, p->id)) {
            report_error(l->report, file, p->line, "trade '%s' is there twice; keep one", p->id);
        } else {
            c->n_trades++;
        }
    }
    csv_free(t);
}

static void load_matters(struct load *l)
{
    static const char file[] = "trades/weights.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"trade", "process", "weight", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->matters = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->matters);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};

        c->matters[c->n_matters++] = (struct content_matter){.trade = need_field(&r, "trade"),
                                                             .process = need_field(&r, "process"),
                                                             .weight = need_number(&r, "weight", 1, 3),
                                                             .line = row_line(&r)};
    }
    csv_free(t);
}

static void load_taps(struct load *l)
{
    static const char file[] = "processes/taps.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"id", "process", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->taps = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->taps);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_tap *p = &c->taps[c->n_taps++];

        p->line = row_line(&r);
        p->id = need_field(&r, "id");
        p->process = need_field(&r, "process");
        need_texts(&r, "text", p->text);
    }
    csv_free(t);
}

/* A tree without trades is whole: its stations do not ask for them. */
static void load_business(struct load *l)
{
    char *path = mem_fmt("%s/trades/trades.csv", l->c->dir);

    if (fsio_exists(path)) {
        load_trades(l);
        load_matters(l);
        load_taps(l);
    }
    free(path);
}

static double take_seconds(const struct row *r)
{
    const char *value = field(r, "seconds");

    return *value ? need_number(r, "seconds", 5, 300) : (double)NAN;
}

/* A number of calibration, which may be left out; NAN = it is. */
static double take_measured(const struct row *r, const char *name, double min, double max)
{
    const char *value = csv_column(r->t, name) < 0 ? "" : field(r, name);
    char *end = NULL;
    double n = strtod(value, &end);

    if (!*value) {
        return NAN;
    }
    if (*end || !(n >= min && n <= max)) {
        report_error(r->l->report, r->file, row_line(r), "'%s' is '%.30s'; write a number from %g to %g, or nothing",
                     name, value, min, max);
        return NAN;
    }
    return n;
}

static void take_calibration(const struct row *r, struct content_item *item)
{
    const struct content *c = r->l->c;

    item->b = take_measured(r, "b", CONTENT_B_MIN, CONTENT_B_MAX);
    item->se = take_measured(r, "se", CONTENT_SE_MIN, CONTENT_SE_MAX);
    item->a = take_measured(r, "a", CONTENT_A_MIN, CONTENT_A_MAX);
    for (int i = 0; i < c->n_languages; i++) {
        char b[24], se[24];

        snprintf(b, sizeof b, "b_%s", c->languages[i]);
        snprintf(se, sizeof se, "se_%s", c->languages[i]);
        item->b_in[i] = take_measured(r, b, CONTENT_B_MIN, CONTENT_B_MAX);
        item->se_in[i] = take_measured(r, se, CONTENT_SE_MIN, CONTENT_SE_MAX);
        if (isnan(item->b_in[i]) != isnan(item->se_in[i])) {
            report_error(r->l->report, r->file, item->line, "'%s' and '%s' belong together; write both or none", b, se);
        }
    }
    if (isnan(item->b) != isnan(item->se) || (isnan(item->b) && !isnan(item->a))) {
        report_error(r->l->report, r->file, item->line,
                     "'b' and 'se' belong together, 'a' to them; write them as `micro2 office calibrate` gave them");
    }
}

/* Written by `micro2 office calibrate`; without it the engine's own means hold. */
static void load_priors(struct load *l)
{
    static const char file[] = "assessment/priors.csv";
    struct content *c = l->c;
    char *path = mem_fmt("%s/%s", c->dir, file);
    struct csv *t = fsio_exists(path) ? read_csv(l, file, (const char *const[]){"id", "mean", NULL}) : NULL;

    free(path);
    if (!t) {
        return;
    }
    c->priors = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->priors);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_prior *p = &c->priors[c->n_priors++];

        *p = (struct content_prior){need_field(&r, "id"), take_measured(&r, "mean", CONTENT_B_MIN, CONTENT_B_MAX),
                                    row_line(&r)};
        if (isnan(p->mean)) {
            c->n_priors--; /* told, or empty */
        }
    }
    csv_free(t);
}

/* A table of texts by process and area; with a trade, or without. */
static void load_cells(struct load *l, const char *file, const char *what, bool has_trade, struct content_cell **out,
                       int *n)
{
    struct csv *t = read_csv(
        l, file, (const char *const[]){"process", "area", has_trade ? "trade" : NULL, NULL}); /* NULL: the end */
    struct content *c = l->c;

    if (!t) {
        return;
    }
    *out = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof **out);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};
        struct content_cell *cell = &(*out)[(*n)++];

        cell->line = row_line(&r);
        cell->trade = has_trade ? need_field(&r, "trade") : "";
        cell->process = need_field(&r, "process");
        cell->area = need_field(&r, "area");
        need_texts(&r, what, cell->text);
    }
    csv_free(t);
}

static void load_items(struct load *l)
{
    static const char file[] = "assessment/items.csv";
    static const char *const types[] = {"sr", "km", "sm", "st", NULL};
    static const char *const shows[] = {"list", "message", "files", "statement", "post", "photos", "steps", NULL};
    struct csv *t = read_csv(
        l, file, (const char *const[]){"id", "competence", "type", "level", "context", "seconds", "shows", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->items = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->items);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};

        struct content_item *item = &c->items[c->n_items++];

        *item = (struct content_item){
            .id = need_field(&r, "id"),
            .competence = need_field(&r, "competence"),
            .type = need_one_of(&r, "type", types),
            .level = need_number(&r, "level", 1, CONTENT_ITEM_LEVEL_MAX),
            .context = field(&r, "context"),
            .seconds = take_seconds(&r),
            .shows = need_one_of(&r, "shows", shows),
            .aspect = csv_column(t, "aspect") < 0 ? "" : field(&r, "aspect"),
            .line = row_line(&r),
        };
        take_calibration(&r, item);
    }
    csv_free(t);
}

static void load_gift(struct load *l, const char *name, struct gift *out)
{
    size_t n = 0;
    const char *text = read_text(l, name, &n);

    out->is_broken = !text;
    if (text) {
        gift_parse(text, n, name, &l->c->arena, l->report, out);
    }
}

/* The questions of an area lie in a folder of its own, one file a language. */
static void load_questions(struct load *l)
{
    struct content *c = l->c;

    for (int i = 0; i < c->n_areas; i++) {
        for (int lang = 0; lang < c->n_languages; lang++) {
            load_gift(l, arena_fmt(&c->arena, "assessment/%s/%s.gift", c->areas[i].code, c->languages[lang]),
                      &c->areas[i].gift[lang]);
        }
    }
}

static void load_words(struct load *l)
{
    struct content *c = l->c;

    for (int i = 0; i < c->n_languages; i++) {
        const char *po = arena_fmt(&c->arena, "locale/%s.po", c->languages[i]);

        size_t n;

        if (!read_text(l, po, &n) || l->is_altered) {
            continue; /* told better than the library would */
        }
        content_po_load(arena_fmt(&c->arena, "%s/%s", c->dir, po), po, &c->arena, l->report, &c->po[i]);
    }
}

/* --- pictures
 * ---------------------------------------------------------------------------------------------------------------------------
 */

static void load_picture(struct load *l, const struct row *r)
{
    struct content *c = l->c;
    struct content_picture *p = &c->pictures[c->n_pictures];
    const char *name = need_field(r, "name"), *dot = strrchr(name, '.'), *file;

    if (!dot || strcmp(dot, ".svg") != 0) {
        name = arena_fmt(&c->arena, "%s.svg", name);
    }
    p->name = name;
    p->author = need_field(r, "author");
    p->licence = need_field(r, "licence");
    p->line = row_line(r);
    if (content_picture_of(c, name)) {
        report_error(l->report, r->file, p->line, "picture '%s' is there twice; keep one", name);
        return;
    }
    file = arena_fmt(&c->arena, "media/%s", name);
    p->svg = read_text(l, file, &p->svg_bytes);
    if (p->svg) {
        content_svg_check(p->svg, p->svg_bytes, file, l->report);
    }
    c->n_pictures++; /* wrong or not, pages may name it */
}

static void load_pictures(struct load *l)
{
    static const char file[] = "media/CREDITS.csv";
    struct csv *t = read_csv(l, file, (const char *const[]){"name", "author", "licence", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->pictures = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->pictures);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};

        load_picture(l, &r);
    }
    csv_free(t);
}

/* --- modules
 * ------------------------------------------------------------------------------------------------------------------------------
 */

static void load_lesson(struct load *l, const struct content_module *m, struct content_lesson *lesson)
{
    struct content *c = l->c;
    const char *kept[2 * CONTENT_LANGUAGES_MAX];
    int n_kept = 0;

    for (int i = 0; i < c->n_languages; i++) {
        const char *base = arena_fmt(&c->arena, "modules/%s/%s/%s", m->id, lesson->id, c->languages[i]);
        const char *md = arena_fmt(&c->arena, "%s.md", base);
        size_t n = 0;
        const char *text = read_text(l, md, &n);

        lesson->has_text[i] = text && content_lesson_parse(text, n, md, &c->arena, l->report, &lesson->text[i]);
        load_gift(l, arena_fmt(&c->arena, "%s.gift", base), &lesson->gift[i]);
        kept[n_kept++] = arena_fmt(&c->arena, "%s.md", c->languages[i]);
        kept[n_kept++] = arena_fmt(&c->arena, "%s.gift", c->languages[i]);
    }
    read_strays(l, arena_fmt(&c->arena, "modules/%s/%s", m->id, lesson->id), kept, n_kept,
                "no text or questions in a language of core.json; take it away");
}

static void load_module(struct load *l, const char *id)
{
    static const char *const fields[] = {"format",      "id",        "version", "position",  "icon",    "area",
                                         "competences", "processes", "eqf",     "languages", "lessons", "title",
                                         "about",       "licence",   "authors", NULL};
    struct content *c = l->c;
    const char *file = arena_fmt(&c->arena, "modules/%s/module.json", id);
    struct content_module *m = arena_alloc(&c->arena, sizeof *m);
    struct json *j = read_json(l, file);
    struct content_strings lessons = {0};
    const char *kept[CONTENT_LIST_MAX + 1];
    struct err err;

    if (!j) {
        return;
    }
    read_told(l, file, json_only(j, fields, file, &err), &err);
    read_format(l, j, file, "micro2-module-1");
    m->file = file;
    m->id = read_string(l, j, "id", file);
    m->icon = read_string(l, j, "icon", file);
    read_icon(l, file, 0, m->icon);
    m->area = read_string(l, j, "area", file);
    m->licence = read_string(l, j, "licence", file);
    m->version = read_number(l, j, "version", file, 1, FORMAT_VERSION_MAX);
    m->position = read_number(l, j, "position", file, 1, 999);
    m->eqf = read_number(l, j, "eqf", file, 1, 8);
    read_strings(l, j, "competences", file, &m->competences);
    read_strings(l, j, "processes", file, &m->processes);
    read_strings(l, j, "languages", file, &m->languages);
    read_strings(l, j, "authors", file, &m->authors);
    read_strings(l, j, "lessons", file, &lessons);
    read_by_language(l, j, "title", file, m->title);
    read_by_language(l, j, "about", file, m->about);
    json_free(j);
    if (strcmp(m->id, id) != 0 || !format_is_id(id)) {
        report_error(l->report, file, 0,
                     "id '%s' is not the name of its folder '%s'; make them the same, of a-z 0-9 - .", m->id, id);
        m->id = arena_str(&c->arena, id);
    }
    if (strcmp(id, "core") == 0) {
        report_error(l->report, file, 0,
                     "no module can be called 'core', as the core is; give its folder another name");
    }
    if (lessons.n > CONTENT_LESSONS_MAX) {
        report_error(l->report, file, 0, "%d lessons; at most %d, make a second module", lessons.n,
                     CONTENT_LESSONS_MAX);
    }
    memcpy(kept, lessons.text, sizeof lessons.text);
    kept[lessons.n] = "module.json";
    read_strays(l, arena_fmt(&c->arena, "modules/%s", id), kept, lessons.n + 1,
                "no lesson of this module; add it to 'lessons' in module.json, or take it away");
    for (int i = 0; i < lessons.n && m->n_lessons < CONTENT_LESSONS_MAX; i++) {
        if (!format_is_id(lessons.text[i])) {
            report_error(l->report, file, 0, "lesson '%.60s' is no id; use a-z 0-9 - .", lessons.text[i]);
            continue;
        }
        m->lessons[m->n_lessons].id = lessons.text[i];
        load_lesson(l, m, &m->lessons[m->n_lessons++]);
    }
    c->modules[c->n_modules++] = m;
}

static int by_position(const void *a, const void *b)
{
    const struct content_module *x = *(struct content_module *const *)a, *y = *(struct content_module *const *)b;

    return x->position != y->position ? (x->position > y->position) - (x->position < y->position)
                                      : strcmp(x->id, y->id);
}

static void load_modules(struct load *l)
{
    struct content *c = l->c;
    char *dir = mem_fmt("%s/modules", c->dir);
    char **names = NULL;
    struct err err;
    int n = 0;

    if (!fsio_list(dir, &names, &n, &err)) {
        report_error(l->report, "modules", 0, "%s",
                     err.code == ERR_NOT_FOUND ? "is missing; make the folder" : err.text);
    }
    c->modules = arena_alloc(&c->arena, (size_t)(n + 1) * sizeof(struct content_module *));
    for (int i = 0; i < n; i++) {
        char *path = mem_fmt("%s/%s", dir, names[i]);

        if (read_is_folder(path)) {
            load_module(l, names[i]);
        } else {
            report_error(l->report, arena_fmt(&c->arena, "modules/%s", names[i]), 0,
                         "no module but a file; a module is a folder, take this away");
        }
        free(path);
    }
    qsort(c->modules, (size_t)c->n_modules, sizeof(struct content_module *), by_position);
    fsio_free_names(names, n);
    free(dir);
}

/* --- the core
 * -----------------------------------------------------------------------------------------------------------------------------
 */

static bool is_language(const char *lang)
{
    return strlen(lang) >= 2 && strlen(lang) < 12 &&
           strspn(lang, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == strlen(lang);
}

/* The default language first; false when there is none to work with. */
static bool order_languages(struct load *l, const struct content_strings *list, const char *first)
{
    struct content *c = l->c;
    int n_first = 0;

    c->languages[c->n_languages++] = first;
    for (int i = 0; i < list->n; i++) {
        const char *lang = list->text[i];
        bool is_first = strcmp(lang, first) == 0;

        if (is_first ? n_first++ : content_language(c, lang) >= 0) {
            report_error(l->report, "core.json", 0, "language '%s' is there twice; keep one", lang);
        } else if (!is_language(lang) || (!is_first && c->n_languages == CONTENT_LANGUAGES_MAX)) {
            report_error(l->report, "core.json", 0, "language '%.20s' is no code as 'en', or one too many (at most %d)",
                         lang, CONTENT_LANGUAGES_MAX);
        } else if (!is_first) {
            c->languages[c->n_languages++] = lang;
        }
    }
    if (n_first) {
        return true;
    }
    report_error(l->report, "core.json", 0, "default '%s' is not among its languages; add it", first);
    return false;
}

static bool load_core(struct load *l)
{
    static const char *const fields[] = {"format", "id", "version", "languages", "default", NULL};
    static const char file[] = "core.json";
    struct content_strings languages = {0};
    struct json *j = read_json(l, file);
    const char *first;
    struct err err;

    if (!j) {
        return false;
    }
    read_told(l, file, json_only(j, fields, file, &err), &err);
    read_format(l, j, file, "micro2-core-1");
    if (strcmp(read_string(l, j, "id", file), "core") != 0) {
        report_error(l->report, file, 0, "'id' must be 'core'");
    }
    l->c->version = read_number(l, j, "version", file, 1, FORMAT_VERSION_MAX);
    read_strings(l, j, "languages", file, &languages);
    first = read_string(l, j, "default", file);
    json_free(j);
    return *first && order_languages(l, &languages, first);
}

bool content_load(const char *dir, struct content *c, struct report *report)
{
    struct load l = {.c = c, .report = report};
    struct err err = {0};

    c->dir = arena_str(&c->arena, dir);
    if (!glyphs_open(&l.glyphs, &err)) {
        report_error(report, "fonts", 0, "%s", err.text);
    }
    bool has_core = load_core(&l);

    if (has_core) {
        load_areas(&l);
        load_competences(&l);
        load_levels(&l);
        load_statements(&l);
        load_hard_words(&l);
        load_processes(&l);
        load_weights(&l);
        load_business(&l);
        load_cells(&l, "trades/means.csv", "means", true, &l.c->means, &l.c->n_means);
        load_cells(&l, "cases/cases.csv", "case", false, &l.c->cases, &l.c->n_cases);
        load_items(&l);
        load_priors(&l);
        load_questions(&l);
        load_words(&l);
        load_pictures(&l);
        load_modules(&l);
        content_workshops_load(&l);
        content_tools_load(&l);
    }
    glyphs_close(l.glyphs);
    return has_core;
}

void content_release(struct content *c)
{
    arena_release(&c->arena);
    *c = (struct content){0};
}
