/* content_load: the authors' files into memory, each told by name and line where it does not fit its format. */
#include "base/csv.h"
#include "base/fsio.h"
#include "base/json.h"
#include "base/utf8.h"
#include "content.h"
#include "content_glyphs.h"
#include "content_icons.h"
#include "content_svg.h"
#include "shelf/format.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/banned.h"

enum { BANDS = 4, LEVELS = 8 };

static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";

struct load {
    struct content *c;
    struct report *report;
    struct glyphs *glyphs; /* NULL = no fonts on this machine, told */
    bool is_altered;       /* the text read last is not what its file holds, told */
};

/* --- files
 * ---------------------------------------------------------------------------------------------------------------------
 */

/* A sentence that begins with the file's name, and perhaps line and column, as "core.json:3:7: what": told without it
 * twice. */
static void tell(struct load *l, const char *name, const char *says)
{
    size_t n = strlen(name);
    char *rest = NULL;
    int line = 0;

    if (strncmp(says, name, n) == 0 && says[n] == ':') {
        line = (int)strtol(says + n + 1, &rest, 10);
        rest = strstr(line ? rest : says + n, ": ");
        says = rest ? rest + 2 : says;
    }
    report_error(l->report, name, line, "%s", says);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);

    return n > n_end && strcmp(text + n - n_end, end) == 0;
}

/* Of the n bytes of one character; NULL = an author may write it. */
static const char *fault_of(const char *at, size_t n, const char *end)
{
    if (at[0] == '\r' && at + 1 < end && at[1] == '\n') {
        return "the line ends in CR LF; save the file with LF line ends, as Unix does";
    }
    if (!utf8_is_valid(at, n)) {
        return "is not UTF-8; save the file as UTF-8, not as Latin-1 or another";
    }
    return at[0] == '\0' || !utf8_is_clean(at, n) ? "has a control character; take it out" : NULL;
}

static bool is_plain(const struct buf *bytes)
{
    const char *text = buf_text(bytes);

    return utf8_is_valid(text, bytes->len) && utf8_is_clean(text, bytes->len) && !memchr(text, '\0', bytes->len) &&
           strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) != 0;
}

/* Text as authors may write it, from bytes as editors save them. The first line that is saved wrong is told, and the
 * rest is read on, so that what else is wrong is told in the same run. Spreadsheets may write their mark and CR LF. */
static void take_plain(struct load *l, const char *name, const struct buf *bytes, struct buf *out)
{
    const char *at = buf_text(bytes), *end = at + bytes->len, *told = NULL;
    bool is_csv = ends_with(name, ".csv");
    int line = 1, told_line = 1;

    if (strncmp(at, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
        at += strlen(BYTE_ORDER_MARK);
        told = is_csv ? NULL : "begins with a byte order mark; save it as UTF-8 without one";
    }
    while (at < end) {
        const char *from = at, *fault;
        bool is_line_end = utf8_next(&at, end) == '\n';

        fault = fault_of(from, (size_t)(at - from), end);
        if (fault && *from == '\r') {
            fault = is_csv && *at == '\n' ? NULL : fault;
        } else {
            buf_add(out, fault ? "?" : from, fault ? 1 : (size_t)(at - from));
        }
        if (fault && !told) {
            told = fault;
            told_line = line;
        }
        line += is_line_end;
    }
    l->is_altered = told != NULL;
    if (told) {
        report_error(l->report, name, told_line, "%s", told);
    }
}

/* Whole file below the tree into the arena; name is "frameworks/areas.csv". NULL after telling. */
static const char *read_text(struct load *l, const char *name, size_t *n)
{
    struct buf bytes = {0}, text = {0};
    struct err err;
    char *path = mem_fmt("%s/%s", l->c->dir, name);
    const char *kept = NULL;

    if (fsio_read(path, CONTENT_FILE_MAX_BYTES, &bytes, &err)) {
        l->is_altered = false;
        if (is_plain(&bytes)) {
            buf_add(&text, bytes.data, bytes.len);
        } else {
            take_plain(l, name, &bytes, &text);
        }
        kept = arena_strn(&l->c->arena, buf_text(&text), text.len);
        *n = text.len;
        if (l->glyphs) {
            glyphs_check(l->glyphs, kept, name, l->report);
        }
    } else if (err.code == ERR_LIMIT) {
        report_error(l->report, name, 0, "longer than %d bytes; cut it down", CONTENT_FILE_MAX_BYTES);
    } else {
        report_error(l->report, name, 0, "%s", err.code == ERR_NOT_FOUND ? "is missing; add it" : err.text);
    }
    free(path);
    buf_release(&bytes);
    buf_release(&text);
    return kept;
}

static struct csv *read_csv(struct load *l, const char *name, const char *const *columns)
{
    struct csv *t = NULL;
    struct err err;
    size_t n = 0;
    const char *text = read_text(l, name, &n);

    if (!text) {
        return NULL;
    }
    if (!csv_parse(text, n, name, &t, &err)) {
        tell(l, name, err.text);
        return NULL;
    }
    for (; *columns; columns++) {
        if (csv_column(t, *columns) < 0) {
            report_error(l->report, name, 1, "no column '%s'; add it to the first line", *columns);
        }
    }
    return t;
}

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

static bool is_icon(const char *name)
{
    for (int i = 0; content_icons[i]; i++) {
        if (strcmp(content_icons[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* *icon may be "": told already. */
static void check_icon(struct load *l, const char *file, int line, const char *icon)
{
    struct buf list = {0};

    if (*icon && !is_icon(icon)) {
        for (int i = 0; content_icons[i]; i++) {
            buf_fmt(&list, "%s%s", i ? ", " : "", content_icons[i]);
        }
        report_error(l->report, file, line, "the station has no icon '%.40s'; write one of %s", icon, buf_text(&list));
        buf_release(&list);
    }
}

static const char *need_icon(const struct row *r)
{
    const char *icon = need_field(r, "icon");

    check_icon(r->l, r->file, row_line(r), icon);
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
        v->level_from = need_number(&r, "level_from", 1, LEVELS);
        v->level_to = need_number(&r, "level_to", 1, LEVELS);
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
    } else if (next != LEVELS + 1) {
        report_error(l->report, file, c->levels[BANDS - 1].line, "the last 'level_to' is %d; write %d", next - 1,
                     LEVELS);
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

static double take_seconds(const struct row *r)
{
    const char *value = field(r, "seconds");

    return *value ? need_number(r, "seconds", 5, 300) : -1;
}

static void load_items(struct load *l)
{
    static const char file[] = "assessment/items.csv";
    static const char *const types[] = {"sr", "km", "sm", "st", NULL};
    struct csv *t =
        read_csv(l, file, (const char *const[]){"id", "competence", "type", "level", "context", "seconds", NULL});
    struct content *c = l->c;

    if (!t) {
        return;
    }
    c->items = arena_alloc(&c->arena, (size_t)(csv_rows(t) + 1) * sizeof *c->items);
    for (int i = 0; i < csv_rows(t); i++) {
        struct row r = {l, t, file, i};

        c->items[c->n_items++] = (struct content_item){
            .id = need_field(&r, "id"),
            .competence = need_field(&r, "competence"),
            .type = need_one_of(&r, "type", types),
            .level = need_number(&r, "level", 1, 7),
            .context = field(&r, "context"),
            .seconds = take_seconds(&r),
            .line = row_line(&r),
        };
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

static void load_by_language(struct load *l)
{
    struct content *c = l->c;

    for (int i = 0; i < c->n_languages; i++) {
        const char *gift = arena_fmt(&c->arena, "assessment/%s.gift", c->languages[i]);
        const char *po = arena_fmt(&c->arena, "locale/%s.po", c->languages[i]);

        size_t n;

        load_gift(l, gift, &c->gift[i]);
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
    const char *name = need_field(r, "name"), *file;

    if (!ends_with(name, ".svg")) {
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

/* --- JSON
 * -------------------------------------------------------------------------------------------------------------------------------
 */

static struct json *read_json(struct load *l, const char *name)
{
    size_t n = 0;
    const char *text = read_text(l, name, &n);
    struct err err = {0};
    struct json *j = text ? json_parse(text, n, name, &err) : NULL;

    if (text && !j) {
        tell(l, name, err.text);
    }
    return j;
}

static bool told(struct load *l, const char *file, bool is_ok, const struct err *err)
{
    if (!is_ok) {
        tell(l, file, err->text);
    }
    return is_ok;
}

/* JSON can write what a text file cannot hold. */
static void check_text(struct load *l, const char *file, const char *key, const char *value)
{
    if (!value[strspn(value, " ")]) {
        report_error(l->report, file, 0, "'%s' is empty; write it", key);
    } else if (!utf8_is_clean(value, strlen(value))) {
        report_error(l->report, file, 0, "'%s' has a control character; take it out", key);
    }
}

static const char *json_text(struct load *l, const struct json *j, const char *key, const char *file)
{
    const char *value = NULL;
    struct err err;

    if (!told(l, file, json_need_str(j, key, file, &value, &err), &err)) {
        return "";
    }
    check_text(l, file, key, value);
    return arena_str(&l->c->arena, value);
}

static int json_number(struct load *l, const struct json *j, const char *key, const char *file, int min, int max)
{
    int64_t value = min;
    struct err err;

    told(l, file, json_need_int(j, key, file, min, max, &value, &err), &err);
    return (int)value;
}

static void json_strings(struct load *l, const struct json *j, const char *key, const char *file,
                         struct content_strings *out)
{
    const struct json *list = NULL;
    struct err err;

    if (!told(l, file, json_need_array(j, key, file, &list, &err), &err)) {
        return;
    }
    for (int i = 0; i < json_count(list); i++) {
        const char *text = json_str(json_at(list, i), NULL);

        if (!text || out->n == CONTENT_LIST_MAX) {
            report_error(l->report, file, 0, "'%s' must be at most %d texts", key, CONTENT_LIST_MAX);
            return;
        }
        check_text(l, file, key, text);
        out->text[out->n++] = arena_str(&l->c->arena, text);
    }
}

static void json_by_language(struct load *l, const struct json *j, const char *key, const char *file, const char **out)
{
    const struct json *texts = json_get(j, key);

    for (int i = 0; i < l->c->n_languages; i++) {
        const char *text = json_str(json_get(texts, l->c->languages[i]), NULL);

        if (!text || !*text) {
            report_error(l->report, file, 0, "'%s' has no text in '%s'; add it", key, l->c->languages[i]);
        } else {
            check_text(l, file, key, text);
        }
        out[i] = arena_str(&l->c->arena, text ? text : "");
    }
}

static void json_format(struct load *l, const struct json *j, const char *file, const char *format)
{
    const char *says = json_text(l, j, "format", file);

    if (*says && strcmp(says, format) != 0) {
        report_error(l->report, file, 0, "format '%.40s' is not '%s'; write that", says, format);
    }
}

/* --- modules
 * ------------------------------------------------------------------------------------------------------------------------------
 */

/* What lies in a folder and is none of the n names. */
static void check_strays(struct load *l, const char *folder, const char *const *known, int n, const char *says)
{
    char *dir = mem_fmt("%s/%s", l->c->dir, folder), **names = NULL;
    int n_names = 0;

    if (fsio_list(dir, &names, &n_names, NULL)) {
        for (int i = 0; i < n_names; i++) {
            int k = 0;

            while (k < n && strcmp(names[i], known[k]) != 0) {
                k++;
            }
            if (k == n) {
                report_error(l->report, arena_fmt(&l->c->arena, "%s/%s", folder, names[i]), 0, "%s", says);
            }
        }
    }
    fsio_free_names(names, n_names);
    free(dir);
}

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
    check_strays(l, arena_fmt(&c->arena, "modules/%s/%s", m->id, lesson->id), kept, n_kept,
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
    told(l, file, json_only(j, fields, file, &err), &err);
    json_format(l, j, file, "micro2-module-1");
    m->file = file;
    m->id = json_text(l, j, "id", file);
    m->icon = json_text(l, j, "icon", file);
    check_icon(l, file, 0, m->icon);
    m->area = json_text(l, j, "area", file);
    m->licence = json_text(l, j, "licence", file);
    m->version = json_number(l, j, "version", file, 1, FORMAT_VERSION_MAX);
    m->position = json_number(l, j, "position", file, 1, 999);
    m->eqf = json_number(l, j, "eqf", file, 1, 8);
    json_strings(l, j, "competences", file, &m->competences);
    json_strings(l, j, "processes", file, &m->processes);
    json_strings(l, j, "languages", file, &m->languages);
    json_strings(l, j, "authors", file, &m->authors);
    json_strings(l, j, "lessons", file, &lessons);
    json_by_language(l, j, "title", file, m->title);
    json_by_language(l, j, "about", file, m->about);
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
    check_strays(l, arena_fmt(&c->arena, "modules/%s", id), kept, lessons.n + 1,
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

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
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

        if (is_folder(path)) {
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
    told(l, file, json_only(j, fields, file, &err), &err);
    json_format(l, j, file, "micro2-core-1");
    if (strcmp(json_text(l, j, "id", file), "core") != 0) {
        report_error(l->report, file, 0, "'id' must be 'core'");
    }
    l->c->version = json_number(l, j, "version", file, 1, FORMAT_VERSION_MAX);
    json_strings(l, j, "languages", file, &languages);
    first = json_text(l, j, "default", file);
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
        load_processes(&l);
        load_weights(&l);
        load_items(&l);
        load_by_language(&l);
        load_pictures(&l);
        load_modules(&l);
    }
    glyphs_close(l.glyphs);
    return has_core;
}

void content_release(struct content *c)
{
    arena_release(&c->arena);
    *c = (struct content){0};
}
