/* library: the open containers of a shelf; lessons and pictures fetched one by one. */
#include "shelf/library.h"
#include "base/fsio.h"
#include "base/log.h"
#include "shelf/hold.h"
#include "shelf/library_priv.h"
#include "shelf/verify.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define SQL_PAGES     "SELECT markdown FROM page WHERE lesson = :id AND lang = :lang ORDER BY position"
#define SQL_QUESTIONS "SELECT id FROM question WHERE owner = :id ORDER BY position"
#define SQL_STEM      "SELECT stem FROM question_text WHERE id = :id AND lang = :lang"
#define SQL_CHOICES                                                                                                    \
    "SELECT value, feedback, is_right FROM choice WHERE question = :id AND lang = :lang ORDER BY position"
#define SQL_PICTURE "SELECT width, height, bytes FROM media WHERE name = :id"
#define SQL_ALT     "SELECT value FROM text WHERE kind = 'media' AND id = :id AND field = 'alt' AND lang = :lang"

const char *const library_sql[] = {SQL_PAGES, SQL_QUESTIONS, SQL_STEM, SQL_CHOICES, SQL_PICTURE, SQL_ALT, NULL};

/* --- opening
 * -------------------------------------------------------------------------------------------------------------- */

static void note_problem(struct library *l, const struct err *why)
{
    log_err("shelf: a container was left out", why);
    l->problems = mem_grow(l->problems, (size_t)(l->n_problems + 1) * sizeof *l->problems);
    l->problems[l->n_problems++] = mem_str(why->text);
}

const char *library_problem(const struct library *l, int i)
{
    return i >= 0 && i < l->n_problems ? l->problems[i] : NULL;
}

static void add_pack(struct library *l, struct container *c)
{
    l->packs = mem_grow(l->packs, (size_t)(l->n_packs + 1) * sizeof(struct container *));
    l->beside = mem_grow(l->beside, (size_t)(l->n_packs + 1) * sizeof *l->beside);
    l->beside[l->n_packs] = (struct library_beside){0};
    l->packs[l->n_packs++] = c;
}

/* The first language of the core container, else of the first container. */
static void choose_default(struct library *l)
{
    const char *list = container_languages(l->packs[0]);

    for (int i = 0; i < l->n_packs; i++) {
        if (strcmp(container_kind(l->packs[i]), "core") == 0) {
            list = container_languages(l->packs[i]);
        }
    }
    snprintf(l->default_lang, sizeof l->default_lang, "%.*s", (int)strcspn(list, " "), list);
}

struct candidate {
    char id[FORMAT_ID_MAX + 1];
    int64_t version;
    const char *name;
};

static int newest_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    int order = strcmp(x->id, y->id);

    return order ? order : (x->version < y->version) - (x->version > y->version);
}

static bool open_one(struct library *l, const char *dir, const char *name, const struct trustlist *trust)
{
    char path[PATH_MAX];
    struct container *c = NULL;
    struct verified v;
    struct err why = {0};

    if (!fsio_join(dir, name, path, sizeof path, &why) || !verify_file(trust, VERIFY_KEPT, path, &v, &why) ||
        !container_open(path, &c, &why)) {
        note_problem(l, &why);
        return false;
    }
    add_pack(l, c);
    return true;
}

/* The versions of one id, newest first: one is opened; of the others only the numbers are kept, unhashed. */
static void open_id(struct library *l, const char *dir, const struct trustlist *trust, const struct candidate *of,
                    int n)
{
    struct library_beside beside = {0};
    bool has_one = false;

    for (int i = 0; i < n && !beside.former; i++) {
        if (hold_is_on(dir, of[i].name)) {
            beside.held = beside.held || has_one ? beside.held : of[i].version;
        } else if (has_one) {
            beside.former = of[i].version;
        } else {
            has_one = open_one(l, dir, of[i].name, trust);
        }
    }
    if (has_one) {
        l->beside[l->n_packs - 1] = beside;
    }
}

static void open_all(struct library *l, const char *dir, const struct trustlist *trust, char **names, int n)
{
    struct candidate *found = mem_alloc((size_t)(n + 1) * sizeof *found);
    int n_found = 0, n_same;

    for (int i = 0; i < n; i++) {
        struct candidate *f = &found[n_found];

        f->name = names[i];
        n_found += format_split_name(names[i], f->id, &f->version) ? 1 : 0;
    }
    qsort(found, (size_t)n_found, sizeof *found, newest_first);
    for (int i = 0; i < n_found && l->n_packs < FORMAT_CONTAINERS_MAX; i += n_same) {
        for (n_same = 1; i + n_same < n_found && !strcmp(found[i].id, found[i + n_same].id); n_same++) {
        }
        open_id(l, dir, trust, &found[i], n_same);
    }
    free(found);
}

bool library_open(const char *shelf_dir, const struct trustlist *trust, struct library **out, struct err *err)
{
    struct library *l = mem_alloc(sizeof *l);
    char **names = NULL;
    int n = 0;

    if (!fsio_list(shelf_dir, &names, &n, err)) {
        free(l);
        return err_wrap(err, "opening the shelf");
    }
    open_all(l, shelf_dir, trust, names, n);
    fsio_free_names(names, n);
    if (!l->n_packs) {
        err_set(err, ERR_NOT_FOUND, "shelf '%s': no container that can be used%s%s; install one from a stick",
                shelf_dir, l->n_problems ? ": " : "", l->n_problems ? l->problems[0] : "");
        library_close(l);
        return false;
    }
    choose_default(l);
    *out = l;
    return true;
}

bool library_open_file(const char *path, struct library **out, struct err *err)
{
    struct container *c = NULL;
    struct library *l;

    if (!container_open(path, &c, err)) {
        return false;
    }
    l = mem_alloc(sizeof *l);
    add_pack(l, c);
    choose_default(l);
    *out = l;
    return true;
}

const char *library_default_language(const struct library *l)
{
    return l->default_lang;
}

void library_close(struct library *l)
{
    if (!l) {
        return;
    }
    for (int i = 0; i < l->n_packs; i++) {
        container_close(l->packs[i]);
    }
    for (int i = 0; i < l->n_problems; i++) {
        free(l->problems[i]);
    }
    free(l->packs);
    free(l->beside);
    free(l->problems);
    free(l);
}

/* --- statements
 * ----------------------------------------------------------------------------------------------------------- */

static void bind_named(sqlite3_stmt *st, const char *name, const char *value)
{
    int i = sqlite3_bind_parameter_index(st, name);

    if (i && value) {
        sqlite3_bind_text(st, i, value, -1, SQLITE_STATIC);
    }
}

bool library_each(struct container *c, const char *sql, const char *lang, const char *id, library_row *row, void *ctx,
                  struct err *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(container_db(c), sql, -1, &st, NULL);
    int n = 0;
    bool ok = rc == SQLITE_OK;

    if (ok) {
        bind_named(st, ":lang", lang);
        bind_named(st, ":id", id);
    }
    while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        ok = ++n <= FORMAT_ROWS_MAX ? row(ctx, st, err)
                                    : err_set(err, ERR_LIMIT, "'%s': too many rows", container_file(c));
    }
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
        ok = err_set(err, ERR_CORRUPT, "'%s': cannot be read: %s", container_file(c), sqlite3_errmsg(container_db(c)));
    }
    sqlite3_finalize(st);
    return ok;
}

char *library_text(struct arena *a, sqlite3_stmt *st, int column)
{
    const char *text = (const char *)sqlite3_column_text(st, column);

    return arena_str(a, text ? text : "");
}

const uint8_t *library_bytes(struct arena *a, sqlite3_stmt *st, int column, size_t *n)
{
    const void *bytes = sqlite3_column_blob(st, column);
    uint8_t *copy;

    *n = (size_t)sqlite3_column_bytes(st, column);
    copy = arena_alloc(a, *n + 1);
    if (*n) {
        memcpy(copy, bytes, *n);
    }
    return copy;
}

/* --- a lesson
 * ------------------------------------------------------------------------------------------------------------- */

struct lesson_load {
    struct library *l;
    struct lib_lesson_body *body;
    struct lib_question *question; /* whose choices come */
    struct lib_picture *picture;   /* whose bytes come */
};

static bool take_page(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct lesson_load *load = ctx;

    if (load->body->n_pages == LIBRARY_PAGES_MAX) {
        return err_set(err, ERR_LIMIT, "lesson '%s': more than %d pages", load->body->id, LIBRARY_PAGES_MAX);
    }
    load->body->pages[load->body->n_pages++] = library_text(&load->body->arena, st, 0);
    return true;
}

/* Pages in one language, from the first container that has some. */
static bool load_pages(struct lesson_load *load, const char *lang, struct err *err)
{
    for (int i = 0; i < load->l->n_packs && load->body->n_pages == 0; i++) {
        if (!library_each(load->l->packs[i], SQL_PAGES, lang, load->body->id, take_page, load, err)) {
            return false;
        }
    }
    if (load->body->n_pages) {
        load->body->lang = arena_str(&load->body->arena, lang);
    }
    return true;
}

static bool take_question(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct lesson_load *load = ctx;
    struct lib_lesson_body *b = load->body;

    if (b->n_questions == LIBRARY_QUESTIONS_MAX) {
        return err_set(err, ERR_LIMIT, "lesson '%s': more than %d questions", b->id, LIBRARY_QUESTIONS_MAX);
    }
    b->questions[b->n_questions].id = library_text(&b->arena, st, 0);
    b->questions[b->n_questions].owner = b->id;
    b->n_questions++;
    return true;
}

static bool take_stem(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct lesson_load *load = ctx;

    (void)err;
    load->question->stem = library_text(&load->body->arena, st, 0);
    return true;
}

static bool take_choice(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct lesson_load *load = ctx;
    struct lib_question *q = load->question;

    if (q->n_choices == LIBRARY_CHOICES_MAX) {
        return err_set(err, ERR_LIMIT, "question '%s': more than %d answers", q->id, LIBRARY_CHOICES_MAX);
    }
    q->choices[q->n_choices++] = (struct lib_choice){.text = library_text(&load->body->arena, st, 0),
                                                     .feedback = library_text(&load->body->arena, st, 1),
                                                     .is_right = sqlite3_column_int(st, 2) != 0};
    return true;
}

static bool load_question(struct lesson_load *load, struct lib_question *q, struct err *err)
{
    load->question = q;
    q->choices = arena_alloc(&load->body->arena, LIBRARY_CHOICES_MAX * sizeof *q->choices);
    for (int i = 0; i < load->l->n_packs && !q->stem; i++) {
        if (!library_each(load->l->packs[i], SQL_STEM, load->body->lang, q->id, take_stem, load, err) ||
            (q->stem &&
             !library_each(load->l->packs[i], SQL_CHOICES, load->body->lang, q->id, take_choice, load, err))) {
            return false;
        }
    }
    return true;
}

static bool load_questions(struct lesson_load *load, struct err *err)
{
    struct lib_lesson_body *b = load->body;
    int n = 0;

    b->questions = arena_alloc(&b->arena, LIBRARY_QUESTIONS_MAX * sizeof *b->questions);
    for (int i = 0; i < load->l->n_packs && b->n_questions == 0; i++) {
        if (!library_each(load->l->packs[i], SQL_QUESTIONS, NULL, b->id, take_question, load, err)) {
            return false;
        }
    }
    for (int i = 0; i < b->n_questions; i++) {
        if (!load_question(load, &b->questions[i], err)) {
            return false;
        }
        if (b->questions[i].stem) { /* a question not written in this language is left out */
            b->questions[n++] = b->questions[i];
        }
    }
    b->n_questions = n;
    return true;
}

static bool take_picture(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct lesson_load *load = ctx;
    struct lib_picture *p = load->picture;

    (void)err;
    p->width = sqlite3_column_int(st, 0);
    p->height = sqlite3_column_int(st, 1);
    p->png = library_bytes(&load->body->arena, st, 2, &p->n);
    return true;
}

static bool take_alt(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct lesson_load *load = ctx;

    (void)err;
    load->picture->alt = library_text(&load->body->arena, st, 0);
    return true;
}

static bool load_picture(struct lesson_load *load, const char *name, struct err *err)
{
    struct lib_lesson_body *b = load->body;

    for (int i = 0; i < b->n_pictures; i++) {
        if (strcmp(b->pictures[i].name, name) == 0) {
            return true;
        }
    }
    if (b->n_pictures == LIBRARY_PICTURES_MAX) {
        return err_set(err, ERR_LIMIT, "lesson '%s': more than %d pictures", b->id, LIBRARY_PICTURES_MAX);
    }
    load->picture = &b->pictures[b->n_pictures];
    load->picture->name = name;
    load->picture->alt = "";
    for (int i = 0; i < load->l->n_packs && !load->picture->png; i++) {
        if (!library_each(load->l->packs[i], SQL_PICTURE, NULL, name, take_picture, load, err) ||
            !library_each(load->l->packs[i], SQL_ALT, b->lang, name, take_alt, load, err)) {
            return false;
        }
    }
    b->n_pictures += load->picture->png ? 1 : 0;
    return true;
}

/* "![description](name)" in the pages. */
static bool load_pictures(struct lesson_load *load, struct err *err)
{
    struct lib_lesson_body *b = load->body;

    b->pictures = arena_alloc(&b->arena, LIBRARY_PICTURES_MAX * sizeof *b->pictures);
    for (int i = 0; i < b->n_pages; i++) {
        const char *at = b->pages[i];

        while ((at = strstr(at, "![")) && (at = strstr(at, "]("))) {
            size_t n = strcspn(at + 2, ")\n ");

            if (!load_picture(load, arena_strn(&b->arena, at + 2, n), err)) {
                return false;
            }
        }
    }
    return true;
}

bool library_lesson(struct library *l, const char *id, const char *lang, struct lib_lesson_body **out, struct err *err)
{
    struct lib_lesson_body *b = mem_alloc(sizeof *b);
    struct lesson_load load = {.l = l, .body = b};

    b->id = arena_str(&b->arena, id);
    b->pages = arena_alloc(&b->arena, LIBRARY_PAGES_MAX * sizeof *b->pages);
    if (!load_pages(&load, lang, err) || (b->n_pages == 0 && !load_pages(&load, l->default_lang, err))) {
        library_lesson_free(b);
        return false;
    }
    if (b->n_pages == 0) {
        library_lesson_free(b);
        return err_set(err, ERR_NOT_FOUND, "lesson '%s': not on this shelf", id);
    }
    if (!load_questions(&load, err) || !load_pictures(&load, err)) {
        library_lesson_free(b);
        return false;
    }
    *out = b;
    return true;
}

void library_lesson_free(struct lib_lesson_body *b)
{
    if (b) {
        arena_release(&b->arena);
        free(b);
    }
}
