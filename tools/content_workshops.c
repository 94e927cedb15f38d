/* content_workshops: from workshop.json and one text a language to rows. */
#include "content_workshops.h"
#include "base/fsio.h"
#include "learn/lesson.h"
#include "shelf/format.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char *const KINDS[] = {"talk", "show", "vote", "pairs", "write", NULL};

/* --- messages
 * ---------------------------------------------------------------------------------------------------------------- */

/* The line on which the n-th (from 0) "word" stands, 0 = nowhere: a value read from JSON does not tell. */
static int line_of(const char *json, const char *word, int n)
{
    char *quoted = mem_fmt("\"%s\"", word);
    const char *at = json;
    int line = 1;

    for (int i = 0; at; i++) {
        at = strstr(i ? at + 1 : at, quoted);
        if (i == n) {
            break;
        }
    }
    for (const char *s = json; at && s < at; s++) {
        line += *s == '\n';
    }
    free(quoted);
    return at ? line : 0;
}

#define FAULT(r, w, line, ...) report_error((r), (w)->file, (line), __VA_ARGS__)

/* --- workshop.json
 * ---------------------------------------------------------------------------------------------------------------- */

static bool is_kind(const char *kind)
{
    int i = 0;

    while (KINDS[i] && strcmp(KINDS[i], kind) != 0) {
        i++;
    }
    return KINDS[i] != NULL;
}

static void take_parts(struct load *l, const struct json *j, struct content_workshop *w)
{
    static const char *const fields[] = {"kind", "minutes", NULL};
    const struct json *list = NULL;
    struct err err;
    int n;

    if (!read_told(l, w->file, json_need_array(j, "parts", w->file, &list, &err), &err)) {
        return;
    }
    n = json_count(list);
    if (n < WORKSHOP_PARTS_MIN || n > LIBRARY_PARTS_MAX) {
        FAULT(l->report, w, line_of(w->json, "parts", 0), "%d parts; write %d to %d", n, WORKSHOP_PARTS_MIN,
              LIBRARY_PARTS_MAX);
    }
    for (int i = 0; i < n && i < LIBRARY_PARTS_MAX; i++) {
        const struct json *part = json_at(list, i);
        const char *kind = json_str(json_get(part, "kind"), "");
        int64_t minutes = json_int(json_get(part, "minutes"), 0);

        if (!read_told(l, w->file, json_only(part, fields, w->file, &err), &err)) {
            continue;
        }
        if (!is_kind(kind)) {
            FAULT(l->report, w, line_of(w->json, "kind", i),
                  "part %d is of kind '%.20s'; write one of talk, show, vote, pairs, write", i + 1, kind);
        }
        if (minutes < 1 || minutes > WORKSHOP_PART_MINUTES_MAX) {
            FAULT(l->report, w, line_of(w->json, "minutes", i), "'minutes' of part %d must be a number from 1 to %d",
                  i + 1, WORKSHOP_PART_MINUTES_MAX);
        }
        w->parts[w->n_parts].kind = arena_str(&l->c->arena, kind);
        w->parts[w->n_parts++].minutes = (int)minutes;
    }
}

static void take_people(struct load *l, const struct json *j, struct content_workshop *w)
{
    const struct json *people = json_get(j, "people");
    int64_t from = json_int(json_at(people, 0), 0), to = json_int(json_at(people, 1), 0);

    if (json_kind(people) != KIND_ARRAY || json_count(people) != 2 || from < WORKSHOP_PEOPLE_MIN || to < from ||
        to > WORKSHOP_PEOPLE_MAX) {
        FAULT(l->report, w, line_of(w->json, "people", 0), "'people' must be two numbers, [from, to], from %d to %d",
              WORKSHOP_PEOPLE_MIN, WORKSHOP_PEOPLE_MAX);
        return;
    }
    w->people_from = (int)from;
    w->people_to = (int)to;
}

static bool take_json(struct load *l, struct content_workshop *w)
{
    static const char *const fields[] = {"format", "id",          "version",   "position", "icon",
                                         "area",   "competences", "processes", "people",   "languages",
                                         "parts",  "licence",     "authors",   NULL};
    struct err err;
    size_t n = 0;
    struct json *j;

    w->json = read_text(l, w->file, &n);
    j = w->json ? json_parse(w->json, n, w->file, &err) : NULL;
    if (!j) {
        if (w->json) {
            read_tell(l, w->file, err.text);
        }
        return false;
    }
    read_told(l, w->file, json_only(j, fields, w->file, &err), &err);
    read_format(l, j, w->file, "micro2-workshop-1");
    w->id = read_string(l, j, "id", w->file);
    w->icon = read_string(l, j, "icon", w->file);
    read_icon(l, w->file, line_of(w->json, "icon", 0), w->icon);
    w->area = read_string(l, j, "area", w->file);
    w->licence = read_string(l, j, "licence", w->file);
    w->version = read_number(l, j, "version", w->file, 1, FORMAT_VERSION_MAX);
    w->position = read_number(l, j, "position", w->file, 1, 999);
    read_strings(l, j, "competences", w->file, &w->competences);
    read_strings(l, j, "processes", w->file, &w->processes);
    read_strings(l, j, "languages", w->file, &w->languages);
    read_strings(l, j, "authors", w->file, &w->authors);
    take_people(l, j, w);
    take_parts(l, j, w);
    json_free(j);
    return true;
}

/* --- the folder
 * -------------------------------------------------------------------------------------------------------------------
 */

static void load_texts(struct load *l, struct content_workshop *w, const char *folder)
{
    struct content *c = l->c;
    const char *kept[CONTENT_LANGUAGES_MAX + 1];
    bool is_vote[LIBRARY_PARTS_MAX];

    for (int i = 0; i < w->n_parts; i++) {
        is_vote[i] = strcmp(w->parts[i].kind, "vote") == 0;
    }
    for (int i = 0; i < c->n_languages; i++) {
        const char *file = arena_fmt(&c->arena, "%s/%s.md", folder, c->languages[i]);
        size_t n = 0;
        const char *text = read_text(l, file, &n);

        w->has_text[i] = text && workshop_text_parse(text, n, file, c->languages[i], is_vote, w->n_parts, &c->arena,
                                                     l->report, &w->text[i]);
        kept[i] = arena_fmt(&c->arena, "%s.md", c->languages[i]);
    }
    kept[c->n_languages] = "workshop.json";
    read_strays(l, folder, kept, c->n_languages + 1, "no text in a language of core.json; take it away");
}

static void load_workshop(struct load *l, const char *id)
{
    struct content *c = l->c;
    const char *folder = arena_fmt(&c->arena, "workshops/%s", id);
    struct content_workshop *w = arena_alloc(&c->arena, sizeof *w);

    w->file = arena_fmt(&c->arena, "%s/workshop.json", folder);
    if (!take_json(l, w)) {
        return;
    }
    if (strcmp(w->id, id) != 0 || !format_is_id(content_workshop_container(c, w))) {
        FAULT(l->report, w, line_of(w->json, "id", 0),
              "id '%.60s' is not the name of its folder '%.60s', or no id; make them the same, of a-z 0-9 - . and at "
              "most %zu letters",
              w->id, id, (size_t)FORMAT_ID_MAX - strlen("workshop-"));
        w->id = arena_str(&c->arena, id);
    }
    load_texts(l, w, folder);
    c->workshops[c->n_workshops++] = w;
}

static int by_position(const void *a, const void *b)
{
    const struct content_workshop *x = *(struct content_workshop *const *)a, *y = *(struct content_workshop *const *)b;

    return x->position != y->position ? (x->position > y->position) - (x->position < y->position)
                                      : strcmp(x->id, y->id);
}

void content_workshops_load(struct load *l)
{
    struct content *c = l->c;
    char *dir = mem_fmt("%s/workshops", c->dir), **names = NULL;
    struct err err = {0};
    int n = 0;

    if (!fsio_list(dir, &names, &n, &err) && err.code != ERR_NOT_FOUND) {
        report_error(l->report, "workshops", 0, "%s", err.text);
    }
    c->workshops = arena_alloc(&c->arena, (size_t)(n + 1) * sizeof(struct content_workshop *));
    for (int i = 0; i < n; i++) {
        char *path = mem_fmt("%s/%s", dir, names[i]);

        if (read_is_folder(path)) {
            load_workshop(l, names[i]);
        } else {
            report_error(l->report, arena_fmt(&c->arena, "workshops/%s", names[i]), 0,
                         "no workshop but a file; a workshop is a folder, take this away");
        }
        free(path);
    }
    qsort(c->workshops, (size_t)c->n_workshops, sizeof(struct content_workshop *), by_position);
    fsio_free_names(names, n);
    free(dir);
}

/* --- against the rest of the tree
 * -------------------------------------------------------------------------------------------------------------------
 */

static void check_serves(const struct content *c, struct report *r, const struct content_workshop *w)
{
    if (*w->area && !content_area_of(c, w->area)) {
        FAULT(r, w, line_of(w->json, w->area, 0), "unknown area '%s'; areas.csv lists them", w->area);
    }
    if (w->competences.n == 0) {
        FAULT(r, w, line_of(w->json, "competences", 0), "no competence; name at least one");
    }
    for (int i = 0; i < w->competences.n; i++) {
        const char *code = w->competences.text[i];

        if (!content_competence_of(c, code)) {
            FAULT(r, w, line_of(w->json, code, 0), "unknown competence '%s'; competences.csv lists them", code);
        }
    }
    for (int i = 0; i < w->processes.n; i++) {
        const char *id = w->processes.text[i];

        if (!content_process_of(c, id)) {
            FAULT(r, w, line_of(w->json, id, 0), "unknown process '%s'; processes.csv lists them", id);
        }
    }
}

static void check_listed(const struct content *c, struct report *r, const struct content_workshop *w)
{
    for (int i = 0; i < c->n_languages; i++) {
        int k = 0;

        while (k < w->languages.n && strcmp(w->languages.text[k], c->languages[i]) != 0) {
            k++;
        }
        if (k == w->languages.n) {
            FAULT(r, w, line_of(w->json, "languages", 0), "language '%s' is missing; core.json has it",
                  c->languages[i]);
        }
    }
}

/* What must be the same in all languages. */
static void check_twin(struct content *c, struct report *r, const struct content_workshop *w, int lang)
{
    const struct workshop_text *first = &w->text[0], *t = &w->text[lang];
    const char *file = arena_fmt(&c->arena, "workshops/%s/%s.md", w->id, c->languages[lang]);

    if (t->n_needs != first->n_needs) {
        report_error(r, file, 0, "%d things to have ready, in '%s' %d; write as many", t->n_needs, c->languages[0],
                     first->n_needs);
    }
    for (int i = 0; i < t->n_parts && i < first->n_parts; i++) {
        if (t->parts[i].n_options != first->parts[i].n_options) {
            report_error(r, file, t->parts[i].line, "%d options, in '%s' %d; write as many", t->parts[i].n_options,
                         c->languages[0], first->parts[i].n_options);
        }
    }
}

void content_workshops_check(struct content *c, struct report *r)
{
    for (int i = 0; i < c->n_workshops; i++) {
        const struct content_workshop *w = c->workshops[i];

        check_serves(c, r, w);
        check_listed(c, r, w);
        for (int lang = 1; lang < c->n_languages; lang++) {
            if (w->has_text[0] && w->has_text[lang]) {
                check_twin(c, r, w, lang);
            }
        }
    }
}

/* --- its container
 * ---------------------------------------------------------------------------------------------------------------------
 */

const char *content_workshop_container(struct content *c, const struct content_workshop *w)
{
    return arena_fmt(&c->arena, "workshop-%s", w->id);
}

static void put_part(struct build *b, const struct content_workshop *w, int lang, int i, struct buf *words)
{
    const struct workshop_part *part = &w->text[lang].parts[i];
    const char *id = arena_fmt(&b->c->arena, "%s/%d", w->id, i + 1);

    put_text(b, "part", id, "title", lang, part->title);
    put_text(b, "part", id, "room", lang, part->room);
    put_text(b, "part", id, "leader", lang, part->leader);
    for (int k = 0; k < part->n_options; k++) {
        put_text(b, "part", id, arena_fmt(&b->c->arena, "option%d", k + 1), lang, part->options[k]);
    }
    buf_fmt(words, "%s\n%s\n", part->title, part->room);
}

static void put_words(struct build *b, const struct content_workshop *w, int lang)
{
    const struct workshop_text *t = &w->text[lang];
    struct buf words = {0};

    put_text(b, "workshop", w->id, "title", lang, t->title);
    put_text(b, "workshop", w->id, "about", lang, t->about);
    for (int i = 0; i < t->n_needs; i++) {
        put_text(b, "workshop", w->id, arena_fmt(&b->c->arena, "need%d", i + 1), lang, t->needs[i]);
    }
    buf_fmt(&words, "%s\n", t->about);
    for (int i = 0; i < w->n_parts; i++) {
        put_part(b, w, lang, i, &words);
    }
    put_search(b, lang, "workshop", w->id, t->title, buf_text(&words));
    buf_release(&words);
}

void content_workshop_put(struct build *b, const char *container, const struct content_workshop *w)
{
    put_manifest(b, container, w->version, "workshop", w->licence);
    writer_row(b->w, "workshop", "sissiii", w->id, number(w->position), w->icon, w->area, number(w->people_from),
               number(w->people_to), number(w->text[0].n_needs));
    for (int i = 0; i < w->n_parts; i++) {
        writer_row(b->w, "part", "sisii", w->id, number(i + 1), w->parts[i].kind, number(w->parts[i].minutes),
                   number(w->text[0].parts[i].n_options));
    }
    put_serves(b, "workshop", w->id, w->competences.text, w->competences.n, w->processes.text, w->processes.n);
    for (int lang = 0; lang < b->c->n_languages; lang++) {
        put_words(b, w, lang);
    }
}
