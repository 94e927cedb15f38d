/* library_view: one language's view of all containers, gathered table by table into one arena. */
#include "shelf/library_priv.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Texts of the wanted language win over those of the default language; both come in one walk. */
#define SQL_LANGUAGES "SELECT lang, name, direction, plural FROM language"
#define SQL_WORDS     "SELECT context, msgid, form, value FROM word WHERE lang = :lang ORDER BY context, msgid, form"
#define SQL_TEXTS     "SELECT kind, id, field, lang, value FROM text WHERE lang IN (:lang, :id)"
#define SQL_AREAS     "SELECT code, framework, icon FROM area ORDER BY position"
#define SQL_COMPETENCES                                                                                                \
    ("SELECT c.code, c.area, c.framework, c.edition, v.lang IS NOT NULL FROM competence c "                            \
     "LEFT JOIN verified v ON v.competence = c.code AND v.lang = :lang ORDER BY c.position")
#define SQL_LEVELS    "SELECT band, level_from, level_to FROM level ORDER BY band"
#define SQL_PROCESSES "SELECT id, icon FROM process ORDER BY position"
#define SQL_WEIGHTS   "SELECT process, competence, weight FROM process_weight ORDER BY process, competence"
#define SQL_ITEMS     "SELECT id, competence, type, level, context, seconds FROM item ORDER BY position"
#define SQL_QUESTIONS "SELECT id, owner FROM question WHERE owner IN (SELECT id FROM item) ORDER BY owner, position"
#define SQL_STEMS     "SELECT id, stem FROM question_text WHERE lang = :lang"
#define SQL_CHOICES                                                                                                    \
    "SELECT question, value, feedback, is_right FROM choice WHERE lang = :lang ORDER BY question, position"
#define SQL_MODULES "SELECT id, icon, area, eqf FROM module ORDER BY position"
#define SQL_LESSONS "SELECT id, module, minutes, eqf, n_outcomes FROM lesson ORDER BY module, position"
#define SQL_SERVES  "SELECT kind, id, target FROM serves ORDER BY kind, id, target"

const char *const library_view_sql[] = {
    SQL_LANGUAGES, SQL_WORDS,     SQL_TEXTS, SQL_AREAS,   SQL_COMPETENCES, SQL_LEVELS,  SQL_PROCESSES, SQL_WEIGHTS,
    SQL_ITEMS,     SQL_QUESTIONS, SQL_STEMS, SQL_CHOICES, SQL_MODULES,     SQL_LESSONS, SQL_SERVES,    NULL};

enum { ITEM_QUESTIONS_MAX = 3, OUTCOMES_MAX = 8, SERVES_MAX = 96, WORD_FORMS = 6 };

/* --- a table of names
 * ------------------------------------------------------------------------------------------------------ */

struct name_slot {
    const char *name; /* in the arena; NULL = free */
    void *value;
    bool is_wanted; /* of the wanted language, not of the default */
};

struct names {
    struct name_slot *slots;
    size_t cap, n; /* cap is a power of two */
};

static uint64_t hash_name(const char *name)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

    for (; *name; name++) {
        h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    }
    return h;
}

static struct name_slot *names_slot(const struct names *t, const char *name)
{
    size_t i = hash_name(name) & (t->cap - 1);

    while (t->slots[i].name && strcmp(t->slots[i].name, name) != 0) {
        i = (i + 1) & (t->cap - 1);
    }
    return &t->slots[i];
}

static void names_grow(struct names *t)
{
    struct names bigger = {.cap = t->cap ? t->cap * 2 : 256, .n = t->n};

    bigger.slots = mem_alloc(bigger.cap * sizeof *bigger.slots);
    for (size_t i = 0; i < t->cap; i++) {
        if (t->slots[i].name) {
            *names_slot(&bigger, t->slots[i].name) = t->slots[i];
        }
    }
    free(t->slots);
    *t = bigger;
}

/* The slot of a name that outlives the table; a new one has no value. */
static struct name_slot *names_add(struct names *t, const char *name)
{
    struct name_slot *slot;

    if ((t->n + 1) * 2 > t->cap) {
        names_grow(t);
    }
    slot = names_slot(t, name);
    if (!slot->name) {
        slot->name = name;
        t->n++;
    }
    return slot;
}

static void *names_find(const struct names *t, const char *name)
{
    return t->cap ? names_slot(t, name)->value : NULL;
}

/* --- growing arrays, copied into the arena at the end
 * ----------------------------------------------------------------------- */

struct rows {
    char *data;
    int n, cap;
};

static void *rows_add(struct rows *r, size_t size)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 64;
        r->data = mem_grow(r->data, (size_t)r->cap * size);
    }
    assert(r->data); /* mem_grow never fails */
    memset(r->data + (size_t)r->n * size, 0, size);
    return r->data + (size_t)r->n++ * size;
}

static void *rows_settle(struct rows *r, size_t size, struct arena *a, int *n)
{
    void *out = arena_alloc(a, (size_t)(r->n + 1) * size);

    if (r->n) {
        memcpy(out, r->data, (size_t)r->n * size);
    }
    *n = r->n;
    free(r->data);
    *r = (struct rows){0};
    return out;
}

/* --- gathering
 * -------------------------------------------------------------------------------------------------------------- */

struct gather {
    struct library *l;
    struct lib_view *view;
    struct names texts;     /* "kind\nid\nfield" to its words */
    struct names languages; /* seen already */
    struct names questions; /* id to struct lib_question */
    struct names items;     /* id to struct item_questions */
    struct names serves;    /* "kind\nid" to struct serves_list */
    struct names processes; /* id to struct weight_list */
    struct names lessons;   /* module id to struct lesson_list */
    struct rows rows;       /* of the table that is read now */
};

static struct arena *arena_of(struct gather *g)
{
    return &g->view->arena;
}

static bool each_pack(struct gather *g, const char *sql, library_row *row, struct err *err)
{
    for (int i = 0; i < g->l->n_packs; i++) {
        if (!library_each(g->l->packs[i], sql, g->view->lang, g->l->default_lang, row, g, err)) {
            return false;
        }
    }
    return true;
}

static bool take_text(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    const char *lang = (const char *)sqlite3_column_text(st, 3);
    bool is_wanted = lang && strcmp(lang, g->view->lang) == 0;
    struct name_slot *slot;
    char *name;

    (void)err;
    name = arena_fmt(arena_of(g), "%s\n%s\n%s", sqlite3_column_text(st, 0), sqlite3_column_text(st, 1),
                     sqlite3_column_text(st, 2));
    slot = names_add(&g->texts, name);
    if (!slot->value || (is_wanted && !slot->is_wanted)) {
        slot->value = library_text(arena_of(g), st, 4);
        slot->is_wanted = is_wanted;
    }
    return true;
}

/* "" where nobody wrote it. */
static const char *text_of(struct gather *g, const char *kind, const char *id, const char *field)
{
    char name[256];
    const char *value;

    snprintf(name, sizeof name, "%s\n%s\n%s", kind, id, field);
    value = names_find(&g->texts, name);
    return value ? value : "";
}

static bool take_language(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    const char *lang = library_text(a, st, 0);
    struct name_slot *slot = names_add(&g->languages, lang);
    struct lib_language *row;

    (void)err;
    if (slot->value) {
        return true;
    }
    slot->value = slot;
    row = rows_add(&g->rows, sizeof *row);
    *row = (struct lib_language){lang, library_text(a, st, 1), library_text(a, st, 2), library_text(a, st, 3)};
    return true;
}

static bool take_word(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_word *last = g->rows.n ? (struct lib_word *)(void *)g->rows.data + g->rows.n - 1 : NULL;
    const char *context = (const char *)sqlite3_column_text(st, 0), *msgid = (const char *)sqlite3_column_text(st, 1);
    int form = sqlite3_column_int(st, 2);

    if (!context || !msgid || form < 0 || form >= WORD_FORMS) {
        return err_set(err, ERR_FORMAT, "words of '%s': a form past %d", g->view->lang, WORD_FORMS);
    }
    if (!last || strcmp(last->msgid, msgid) != 0 || strcmp(last->context, context) != 0) {
        last = rows_add(&g->rows, sizeof *last);
        last->context = arena_str(arena_of(g), context);
        last->msgid = arena_str(arena_of(g), msgid);
    }
    last->value[form] = library_text(arena_of(g), st, 3);
    return true;
}

static int by_word(const void *a, const void *b)
{
    const struct lib_word *x = a, *y = b;
    int order = strcmp(x->context, y->context);

    return order ? order : strcmp(x->msgid, y->msgid);
}

static bool take_area(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_area *row = rows_add(&g->rows, sizeof *row);

    (void)err;
    row->code = library_text(arena_of(g), st, 0);
    row->framework = library_text(arena_of(g), st, 1);
    row->icon = library_text(arena_of(g), st, 2);
    row->plain = text_of(g, "area", row->code, "plain");
    row->title = text_of(g, "area", row->code, "title");
    return true;
}

static bool take_competence(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_competence *row = rows_add(&g->rows, sizeof *row);

    (void)err;
    row->code = library_text(arena_of(g), st, 0);
    row->area = library_text(arena_of(g), st, 1);
    row->framework = library_text(arena_of(g), st, 2);
    row->edition = library_text(arena_of(g), st, 3);
    row->is_verified = sqlite3_column_int(st, 4) != 0;
    row->plain = text_of(g, "competence", row->code, "plain");
    row->title = text_of(g, "competence", row->code, "title");
    return true;
}

static bool take_level(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_level *row = rows_add(&g->rows, sizeof *row);
    char band[12];

    (void)err;
    row->band = sqlite3_column_int(st, 0);
    row->level_from = sqlite3_column_int(st, 1);
    row->level_to = sqlite3_column_int(st, 2);
    snprintf(band, sizeof band, "%d", row->band);
    row->say = text_of(g, "level", band, "say");
    return true;
}

/* --- processes and their weights
 * --------------------------------------------------------------------------------------------- */

struct weight_list {
    struct lib_weight *weights;
    int n, cap;
};

static bool take_weight(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct name_slot *slot = names_add(&g->processes, library_text(arena_of(g), st, 0));
    struct weight_list *list = slot->value ? slot->value : arena_alloc(arena_of(g), sizeof *list);

    slot->value = list;
    if (!list->weights) {
        list->cap = SERVES_MAX;
        list->weights = arena_alloc(arena_of(g), SERVES_MAX * sizeof *list->weights);
    }
    if (list->n == list->cap) {
        return err_set(err, ERR_LIMIT, "process '%s': more than %d weights", slot->name, SERVES_MAX);
    }
    list->weights[list->n++] = (struct lib_weight){library_text(arena_of(g), st, 1), sqlite3_column_int(st, 2)};
    return true;
}

static bool take_process(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_process *row = rows_add(&g->rows, sizeof *row);
    const struct weight_list *list;

    (void)err;
    row->id = library_text(arena_of(g), st, 0);
    row->icon = library_text(arena_of(g), st, 1);
    row->name = text_of(g, "process", row->id, "name");
    row->about = text_of(g, "process", row->id, "about");
    list = names_find(&g->processes, row->id);
    if (list) {
        row->weights = list->weights;
        row->n_weights = list->n;
    }
    return true;
}

/* --- items and their questions
 * ------------------------------------------------------------------------------------------------ */

struct item_questions {
    const char *id[ITEM_QUESTIONS_MAX];
    int n;
};

static bool take_question(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct lib_question *q = arena_alloc(a, sizeof *q);
    struct name_slot *slot = names_add(&g->items, library_text(a, st, 1));
    struct item_questions *list = slot->value ? slot->value : arena_alloc(a, sizeof *list);

    q->id = library_text(a, st, 0);
    q->owner = slot->name;
    slot->value = list;
    if (list->n == ITEM_QUESTIONS_MAX) {
        return err_set(err, ERR_LIMIT, "item '%s': more than %d questions", q->owner, ITEM_QUESTIONS_MAX);
    }
    list->id[list->n++] = q->id;
    names_add(&g->questions, q->id)->value = q;
    return true;
}

static bool take_stem(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    const char *id = (const char *)sqlite3_column_text(st, 0);
    struct lib_question *q = id ? names_find(&g->questions, id) : NULL;

    (void)err;
    if (q && !q->stem) { /* questions of lessons are not of this walk */
        q->stem = library_text(arena_of(g), st, 1);
    }
    return true;
}

static bool take_choice(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    const char *id = (const char *)sqlite3_column_text(st, 0);
    struct lib_question *q = id ? names_find(&g->questions, id) : NULL;

    if (!q) {
        return true;
    }
    if (!q->choices) {
        q->choices = arena_alloc(arena_of(g), LIBRARY_CHOICES_MAX * sizeof *q->choices);
    }
    if (q->n_choices == LIBRARY_CHOICES_MAX) {
        return err_set(err, ERR_LIMIT, "question '%s': more than %d answers", q->id, LIBRARY_CHOICES_MAX);
    }
    q->choices[q->n_choices++] = (struct lib_choice){.text = library_text(arena_of(g), st, 1),
                                                     .feedback = library_text(arena_of(g), st, 2),
                                                     .is_right = sqlite3_column_int(st, 3) != 0};
    return true;
}

/* The questions of an item in this language; 0 when one of them is not written in it. */
static int questions_of(struct gather *g, const char *item, struct lib_question **out)
{
    const struct item_questions *list = names_find(&g->items, item);

    if (!list) {
        return 0;
    }
    *out = arena_alloc(arena_of(g), (size_t)list->n * sizeof **out);
    for (int i = 0; i < list->n; i++) {
        const struct lib_question *q = names_find(&g->questions, list->id[i]);

        if (!q || !q->stem) {
            return 0;
        }
        (*out)[i] = *q;
    }
    return list->n;
}

static bool take_item(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    const char *id = library_text(a, st, 0);
    struct lib_question *questions = NULL;
    int n = questions_of(g, id, &questions);
    struct lib_item *row;

    (void)err;
    if (n == 0) {
        return true;
    }
    row = rows_add(&g->rows, sizeof *row);
    *row = (struct lib_item){
        .id = id,
        .competence = library_text(a, st, 1),
        .type = library_text(a, st, 2),
        .level = sqlite3_column_int(st, 3),
        .context = library_text(a, st, 4),
        .seconds = sqlite3_column_double(st, 5),
        .questions = questions,
        .n_questions = n,
    };
    return true;
}

/* --- modules and lessons
 * -------------------------------------------------------------------------------------------------------- */

struct serves_list {
    const char *target[SERVES_MAX];
    int n;
};

static bool take_serves(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct name_slot *slot =
        names_add(&g->serves, arena_fmt(a, "%s\n%s", sqlite3_column_text(st, 0), sqlite3_column_text(st, 1)));
    struct serves_list *list = slot->value ? slot->value : arena_alloc(a, sizeof *list);

    slot->value = list;
    if (list->n == SERVES_MAX) {
        return err_set(err, ERR_LIMIT, "module or lesson: serves more than %d competences", SERVES_MAX);
    }
    list->target[list->n++] = library_text(a, st, 2);
    return true;
}

static const char **serves_of(struct gather *g, const char *kind, const char *id, int *n)
{
    char name[256];
    struct serves_list *list;

    snprintf(name, sizeof name, "%s\n%s", kind, id);
    list = names_find(&g->serves, name);
    *n = list ? list->n : 0;
    return list ? list->target : NULL;
}

struct lesson_list {
    struct lib_lesson *lessons;
    int n;
};

static bool take_lesson(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct name_slot *slot = names_add(&g->lessons, library_text(a, st, 1));
    struct lesson_list *list = slot->value ? slot->value : arena_alloc(a, sizeof *list);
    struct lib_lesson *row;
    char field[24];
    int n = sqlite3_column_int(st, 4);

    slot->value = list;
    if (!list->lessons) {
        list->lessons = arena_alloc(a, SERVES_MAX * sizeof *list->lessons);
    }
    if (list->n == SERVES_MAX || n > OUTCOMES_MAX || n < 0) {
        return err_set(err, ERR_LIMIT, "module '%s': too many lessons or outcomes", slot->name);
    }
    row = &list->lessons[list->n++];
    row->id = library_text(a, st, 0);
    row->minutes = sqlite3_column_int(st, 2);
    row->eqf = sqlite3_column_int(st, 3);
    row->title = text_of(g, "lesson", row->id, "title");
    row->outcomes = arena_alloc(a, OUTCOMES_MAX * sizeof *row->outcomes);
    for (int i = 0; i < n; i++) {
        snprintf(field, sizeof field, "outcome%d", i + 1);
        row->outcomes[row->n_outcomes++] = text_of(g, "lesson", row->id, field);
    }
    row->serves = serves_of(g, "lesson", row->id, &row->n_serves);
    return true;
}

static bool take_module(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct lib_module *row = rows_add(&g->rows, sizeof *row);
    const struct lesson_list *list;

    (void)err;
    row->id = library_text(a, st, 0);
    row->icon = library_text(a, st, 1);
    row->area = library_text(a, st, 2);
    row->eqf = sqlite3_column_int(st, 3);
    row->title = text_of(g, "module", row->id, "title");
    row->about = text_of(g, "module", row->id, "about");
    row->serves = serves_of(g, "module", row->id, &row->n_serves);
    list = names_find(&g->lessons, row->id);
    if (list) {
        row->lessons = list->lessons;
        row->n_lessons = list->n;
    }
    return true;
}

/* --- the whole
 * --------------------------------------------------------------------------------------------------------------------
 */

static void list_packs(struct gather *g)
{
    struct lib_view *v = g->view;

    v->packs = arena_alloc(&v->arena, (size_t)g->l->n_packs * sizeof *v->packs);
    for (int i = 0; i < g->l->n_packs; i++) {
        const struct container *c = g->l->packs[i];

        v->packs[v->n_packs++] = (struct lib_pack){.id = arena_str(&v->arena, container_id(c)),
                                                   .file = arena_str(&v->arena, container_file(c)),
                                                   .version = container_version(c),
                                                   .bytes = container_bytes(c)};
    }
}

#define SETTLE(g, field)                                                                                               \
    ((g)->view->field = rows_settle(&(g)->rows, sizeof *(g)->view->field, arena_of(g), &(g)->view->n_##field))

static bool gather_small(struct gather *g, struct err *err)
{
    bool ok = each_pack(g, SQL_TEXTS, take_text, err) && each_pack(g, SQL_LANGUAGES, take_language, err);

    SETTLE(g, languages);
    ok = ok && each_pack(g, SQL_WORDS, take_word, err);
    SETTLE(g, words);
    qsort(g->view->words, (size_t)g->view->n_words, sizeof *g->view->words, by_word);
    ok = ok && each_pack(g, SQL_AREAS, take_area, err);
    SETTLE(g, areas);
    ok = ok && each_pack(g, SQL_COMPETENCES, take_competence, err);
    SETTLE(g, competences);
    ok = ok && each_pack(g, SQL_LEVELS, take_level, err);
    SETTLE(g, levels);
    ok = ok && each_pack(g, SQL_WEIGHTS, take_weight, err) && each_pack(g, SQL_PROCESSES, take_process, err);
    SETTLE(g, processes);
    return ok;
}

static bool gather_large(struct gather *g, struct err *err)
{
    bool ok = each_pack(g, SQL_QUESTIONS, take_question, err) && each_pack(g, SQL_STEMS, take_stem, err) &&
              each_pack(g, SQL_CHOICES, take_choice, err) && each_pack(g, SQL_ITEMS, take_item, err);

    SETTLE(g, items);
    ok = ok && each_pack(g, SQL_SERVES, take_serves, err) && each_pack(g, SQL_LESSONS, take_lesson, err) &&
         each_pack(g, SQL_MODULES, take_module, err);
    SETTLE(g, modules);
    return ok;
}

bool library_view(struct library *l, const char *lang, struct lib_view **out, struct err *err)
{
    struct gather g = {.l = l, .view = mem_alloc(sizeof *g.view)};
    struct names *tables[] = {&g.texts, &g.languages, &g.questions, &g.items, &g.serves, &g.processes, &g.lessons};
    bool ok;

    g.view->lang = arena_str(&g.view->arena, lang);
    list_packs(&g);
    ok = gather_small(&g, err) && gather_large(&g, err);
    for (size_t i = 0; i < M2_COUNT(tables); i++) {
        free(tables[i]->slots);
    }
    if (!ok) {
        library_view_free(g.view);
        return err_wrap(err, "reading the shelf in '%s'", lang);
    }
    *out = g.view;
    return true;
}

void library_view_free(struct lib_view *v)
{
    if (v) {
        arena_release(&v->arena);
        free(v);
    }
}
