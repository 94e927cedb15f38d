/* content_tools: tool.json, tool.lua, words.csv. */
#include "content_tools.h"
#include "base/fsio.h"
#include "base/utf8.h"
#include "content_bank.h"
#include "content_lines.h"
#include "shelf/format.h"
#include "shelf/library.h"
#include "workbench/compute.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

const struct content_word *content_tool_word_of(const struct content_tool *t, const char *key)
{
    for (int i = 0; i < t->n_words; i++) {
        if (!strcmp(t->words[i].key, key)) {
            return &t->words[i];
        }
    }
    return NULL;
}

const char *content_tool_word(const struct content_tool *t, const char *key, int lang)
{
    const struct content_word *word = content_tool_word_of(t, key);

    return word ? word->text[lang] : "";
}

/* --- reading
 * --------------------------------------------------------------------------------------------------------------------
 */

static void load_words(struct load *l, struct content_tool *t)
{
    struct content *c = l->c;
    const char *columns[CONTENT_LANGUAGES_MAX + 2] = {"key"};
    struct csv *table;

    for (int i = 0; i < c->n_languages; i++) {
        columns[i + 1] = c->languages[i];
    }
    table = read_csv(l, t->words_file, columns);
    if (!table) {
        return;
    }
    t->words = arena_alloc(&c->arena, (size_t)(csv_rows(table) + 1) * sizeof *t->words);
    for (int i = 0; i < csv_rows(table); i++) {
        struct content_word *word = &t->words[t->n_words];

        word->key = arena_str(&c->arena, csv_get(table, i, "key"));
        word->line = csv_line(table, i);
        for (int lang = 0; lang < c->n_languages; lang++) {
            word->text[lang] = arena_str(&c->arena, csv_get(table, i, c->languages[lang]));
            if (!word->text[lang][strspn(word->text[lang], " ")] && csv_column(table, c->languages[lang]) >= 0) {
                report_error(l->report, t->words_file, word->line, "'%s' is empty in '%s'; write it", word->key,
                             c->languages[lang]);
            }
        }
        if (content_tool_word_of(t, word->key)) {
            report_error(l->report, t->words_file, word->line, "'%s' is there twice; keep one", word->key);
        } else {
            t->n_words++;
        }
    }
    csv_free(table);
}

static void load_program(struct load *l, struct content_tool *t)
{
    size_t n = 0;
    const char *text = read_text(l, t->program_file, &n);

    t->program = text ? text : "";
    if (n > COMPUTE_PROGRAM_MAX) {
        report_error(l->report, t->program_file, 0, "%zu bytes; at most %d", n, COMPUTE_PROGRAM_MAX);
    }
}

static void load_tool(struct load *l, const char *id)
{
    static const char *const fields[] = {"format",  "id",          "version",   "position", "icon",
                                         "area",    "competences", "processes", "minutes",  "languages",
                                         "licence", "authors",     NULL};
    static const char *const kept[] = {"tool.json", "tool.lua", "words.csv"};
    struct content *c = l->c;
    const char *folder = arena_fmt(&c->arena, "workbench/%s", id), *file = arena_fmt(&c->arena, "%s/tool.json", folder);
    struct content_tool *t = arena_alloc(&c->arena, sizeof *t);
    struct json *j = read_json(l, file);
    struct err err;

    if (!j) {
        return;
    }
    t->file = file;
    t->program_file = arena_fmt(&c->arena, "%s/tool.lua", folder);
    t->words_file = arena_fmt(&c->arena, "%s/words.csv", folder);
    read_told(l, file, json_only(j, fields, file, &err), &err);
    read_format(l, j, file, "micro2-tool-1");
    t->id = read_string(l, j, "id", file);
    t->icon = read_string(l, j, "icon", file);
    read_icon(l, file, 0, t->icon);
    t->area = read_string(l, j, "area", file);
    t->licence = read_string(l, j, "licence", file);
    t->version = read_number(l, j, "version", file, 1, FORMAT_VERSION_MAX);
    t->position = read_number(l, j, "position", file, 1, 999);
    t->minutes = read_number(l, j, "minutes", file, 1, TOOL_MINUTES_MAX);
    read_strings(l, j, "competences", file, &t->competences);
    read_strings(l, j, "processes", file, &t->processes);
    read_strings(l, j, "languages", file, &t->languages);
    read_strings(l, j, "authors", file, &t->authors);
    json_free(j);
    if (strcmp(t->id, id) != 0 || !format_is_id(arena_fmt(&c->arena, "tool-%s", id))) {
        report_error(l->report, file, 0,
                     "id '%s' is not the name of its folder '%s'; make them the same, of a-z 0-9 - .", t->id, id);
        t->id = arena_str(&c->arena, id);
    }
    read_strays(l, folder, kept, M2_COUNT(kept), "no part of a tool; take it away");
    load_program(l, t);
    load_words(l, t);
    c->tools[c->n_tools++] = t;
}

static int by_position(const void *a, const void *b)
{
    const struct content_tool *x = *(struct content_tool *const *)a, *y = *(struct content_tool *const *)b;

    return x->position != y->position ? (x->position > y->position) - (x->position < y->position)
                                      : strcmp(x->id, y->id);
}

void content_tools_load(struct load *l)
{
    struct content *c = l->c;
    char *dir = mem_fmt("%s/workbench", c->dir), **names = NULL;
    struct err err = {0};
    int n = 0;

    if (!fsio_list(dir, &names, &n, &err) && err.code != ERR_NOT_FOUND) {
        report_error(l->report, "workbench", 0, "%s", err.text);
    }
    c->tools = arena_alloc(&c->arena, (size_t)(n + 1) * sizeof(struct content_tool *));
    for (int i = 0; i < n; i++) {
        char *path = mem_fmt("%s/%s", dir, names[i]);

        if (read_is_folder(path)) {
            load_tool(l, names[i]);
        } else {
            report_error(l->report, arena_fmt(&c->arena, "workbench/%s", names[i]), 0,
                         "no tool but a file; a tool is a folder, take this away");
        }
        free(path);
    }
    qsort(c->tools, (size_t)c->n_tools, sizeof(struct content_tool *), by_position);
    fsio_free_names(names, n);
    free(dir);
}

/* --- checking
 * -------------------------------------------------------------------------------------------------------------------
 */

static void check_references(const struct content *c, struct report *r, const struct content_tool *t)
{
    if (!content_area_of(c, t->area)) {
        report_error(r, t->file, 0, "unknown area '%s'; areas.csv lists them", t->area);
    }
    for (int i = 0; i < t->competences.n; i++) {
        if (!content_competence_of(c, t->competences.text[i])) {
            report_error(r, t->file, 0, "unknown competence '%s'; competences.csv lists them", t->competences.text[i]);
        }
    }
    for (int i = 0; i < t->processes.n; i++) {
        if (!content_process_of(c, t->processes.text[i])) {
            report_error(r, t->file, 0, "unknown process '%s'; processes.csv lists them", t->processes.text[i]);
        }
    }
    for (int i = 0; i < c->n_languages; i++) {
        bool is_listed = false;

        for (int k = 0; k < t->languages.n; k++) {
            is_listed = is_listed || !strcmp(t->languages.text[k], c->languages[i]);
        }
        if (!is_listed) {
            report_error(r, t->file, 0, "language '%s' is missing; core.json has it", c->languages[i]);
        }
    }
}

/* What a key of this kind may be long: letters of a label, or words of a sentence; and which places it may have. */
static const struct kind {
    const char *name;
    int letters, words;
    const char *places;
} KINDS[] = {
    {"title", TOOL_TITLE_LETTERS_MAX, 0, ""},   {"about", 0, TOOL_ABOUT_WORDS_MAX, ""},
    {"explain", 0, TOOL_EXPLAIN_WORDS_MAX, ""}, {"field.", TOOL_LABEL_LETTERS_MAX, 0, ""},
    {"help.", 0, TOOL_HELP_WORDS_MAX, ""},      {"out.", TOOL_LABEL_LETTERS_MAX, 0, ""},
    {"part.", TOOL_SHORT_LETTERS_MAX, 0, ""},   {"bar.", TOOL_SHORT_LETTERS_MAX, 0, "n"},
    {"unit.", TOOL_SHORT_LETTERS_MAX, 0, ""},   {"option.", TOOL_LABEL_LETTERS_MAX, 0, ""},
    {"item.", 0, TOOL_HELP_WORDS_MAX, ""},      {"say.", 0, TOOL_SAY_WORDS_MAX, "nm"},
};

static const struct kind *kind_of(const char *key)
{
    for (size_t i = 0; i < M2_COUNT(KINDS); i++) {
        size_t n = strlen(KINDS[i].name);

        if (KINDS[i].name[n - 1] == '.' ? !strncmp(key, KINDS[i].name, n) && key[n] : !strcmp(key, KINDS[i].name)) {
            return &KINDS[i];
        }
    }
    return NULL;
}

static bool has_place(const char *text, char place)
{
    const char at[] = {'{', place, '}', '\0'};

    return strstr(text, at) != NULL;
}

/* The same places in every language, and none but those of its kind. */
static void check_places(const struct content *c, struct report *r, const struct content_tool *t,
                         const struct content_word *word, const struct kind *kind, int lang)
{
    for (const char *at = word->text[lang]; (at = strchr(at, '{')); at++) {
        if (!at[1] || at[2] != '}' || !strchr(kind->places, at[1])) {
            report_error(r, t->words_file, word->line,
                         "'%s' in '%s' has a place '%.3s' that nothing fills; take it out", word->key,
                         c->languages[lang], at);
        }
    }
    for (const char *place = kind->places; *place; place++) {
        if (has_place(word->text[lang], *place) != has_place(word->text[0], *place)) {
            report_error(r, t->words_file, word->line, "'%s' has {%c} in '%s' or in '%s' alone; write it in both",
                         word->key, *place, c->languages[0], c->languages[lang]);
        }
    }
}

static void check_word(struct content *c, struct report *r, const struct content_tool *t,
                       const struct content_word *word)
{
    const struct kind *kind = kind_of(word->key);

    if (!kind) {
        report_error(r, t->words_file, word->line, "'%s' is no key that a tool has; FORMAT.md lists them", word->key);
        return;
    }
    for (int lang = 0; lang < c->n_languages; lang++) {
        const char *text = word->text[lang];
        int letters = (int)utf8_count(text), words = content_count_words(text);

        if (kind->letters && letters > kind->letters) {
            report_error(r, t->words_file, word->line, "'%s' in '%s' has %d letters; at most %d", word->key,
                         c->languages[lang], letters, kind->letters);
        }
        if (kind->words && words > kind->words) {
            report_error(r, t->words_file, word->line, "'%s' in '%s' has %d words; at most %d", word->key,
                         c->languages[lang], words, kind->words);
        }
        check_places(c, r, t, word, kind, lang);
        content_plain_check(c, r, t->words_file, lang, word->line, word->key, text);
    }
}

static void check_tool(struct content *c, struct report *r, const struct content_tool *t)
{
    static const char *const always[] = {"title", "about", "explain"};
    bool used[LIBRARY_TOOL_WORDS_MAX] = {false};

    check_references(c, r, t);
    for (int i = 0; i < t->n_words; i++) {
        check_word(c, r, t, &t->words[i]);
    }
    if (t->n_words > LIBRARY_TOOL_WORDS_MAX) {
        report_error(r, t->words_file, 0, "%d keys; at most %d", t->n_words, LIBRARY_TOOL_WORDS_MAX);
        return;
    }
    for (size_t i = 0; i < M2_COUNT(always); i++) {
        const struct content_word *word = content_tool_word_of(t, always[i]);

        if (word) {
            used[word - t->words] = true;
        } else {
            report_error(r, t->words_file, 0, "no key '%s'; write it", always[i]);
        }
    }
    content_tool_run(c, r, t, used);
    for (int i = 0; i < t->n_words; i++) {
        if (!used[i] && kind_of(t->words[i].key)) {
            report_error(r, t->words_file, t->words[i].line, "the program never asks for '%s'; take it away",
                         t->words[i].key);
        }
    }
}

void content_tools_check(struct content *c, struct report *r)
{
    for (int i = 0; i < c->n_tools; i++) {
        check_tool(c, r, c->tools[i]);
    }
}
