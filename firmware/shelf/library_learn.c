/* library_learn: what one learns and works with: modules and their lessons, tools, workshops and their parts. */
#include "shelf/library_gather.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define SQL_MODULES    "SELECT id, icon, area, eqf, position FROM module"
#define SQL_LESSONS    "SELECT id, module, minutes, eqf, n_outcomes FROM lesson ORDER BY module, position"
#define SQL_SERVES     "SELECT kind, id, target FROM serves ORDER BY kind, id, target"
#define SQL_TOOLS      "SELECT id, icon, area, minutes, program, position FROM tool"
#define SQL_TOOL_WORDS "SELECT DISTINCT id, field FROM text WHERE kind = 'tool' ORDER BY id, field"
#define SQL_WORKSHOPS  "SELECT id, icon, area, people_from, people_to, n_needs, position FROM workshop"
#define SQL_PARTS      "SELECT workshop, position, kind, minutes, n_options FROM part ORDER BY workshop, position"

const char *const library_learn_sql[] = {SQL_MODULES,    SQL_LESSONS,   SQL_SERVES, SQL_TOOLS,
                                         SQL_TOOL_WORDS, SQL_WORKSHOPS, SQL_PARTS,  NULL};

enum { OUTCOMES_MAX = 8, SERVES_MAX = 96 };

static struct arena *arena_of(struct gather *g)
{
    return &g->view->arena;
}

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
    row->title = gather_text(g, "lesson", row->id, "title");
    row->outcomes = arena_alloc(a, OUTCOMES_MAX * sizeof *row->outcomes);
    for (int i = 0; i < n; i++) {
        snprintf(field, sizeof field, "outcome%d", i + 1);
        row->outcomes[row->n_outcomes++] = gather_text(g, "lesson", row->id, field);
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
    row->position = sqlite3_column_int(st, 4);
    row->title = gather_text(g, "module", row->id, "title");
    row->about = gather_text(g, "module", row->id, "about");
    row->serves = serves_of(g, "module", row->id, &row->n_serves);
    list = names_find(&g->lessons, row->id);
    if (list) {
        row->lessons = list->lessons;
        row->n_lessons = list->n;
    }
    return true;
}

/* --- tools
 * ---- */

struct word_list {
    struct lib_text words[LIBRARY_TOOL_WORDS_MAX];
    int n;
};

static bool take_tool_word(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct name_slot *slot = names_add(&g->words, library_text(a, st, 0));
    struct word_list *list = slot->value ? slot->value : arena_alloc(a, sizeof *list);
    const char *field = library_text(a, st, 1);

    slot->value = list;
    if (list->n == LIBRARY_TOOL_WORDS_MAX) {
        return err_set(err, ERR_LIMIT, "tool '%s': more than %d words", slot->name, LIBRARY_TOOL_WORDS_MAX);
    }
    list->words[list->n++] = (struct lib_text){field, gather_text(g, "tool", slot->name, field)};
    return true;
}

static bool take_tool(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct lib_tool *row = rows_add(&g->rows, sizeof *row);
    struct word_list *list;

    (void)err;
    *row = (struct lib_tool){.id = library_text(a, st, 0),
                             .icon = library_text(a, st, 1),
                             .area = library_text(a, st, 2),
                             .minutes = sqlite3_column_int(st, 3),
                             .program = library_text(a, st, 4),
                             .position = sqlite3_column_int(st, 5)};
    row->title = gather_text(g, "tool", row->id, "title");
    row->about = gather_text(g, "tool", row->id, "about");
    row->explain = gather_text(g, "tool", row->id, "explain");
    row->serves = serves_of(g, "tool", row->id, &row->n_serves);
    list = names_find(&g->words, row->id);
    if (list) { /* two containers may both have some */
        qsort(list->words, (size_t)list->n, sizeof *list->words, gather_by_id);
        row->words = list->words;
        row->n_words = list->n;
    }
    return true;
}

const char *library_tool_word(const struct lib_tool *tool, const char *id)
{
    const struct lib_text wanted = {.id = id};
    const struct lib_text *found =
        tool->n_words ? bsearch(&wanted, tool->words, (size_t)tool->n_words, sizeof wanted, gather_by_id) : NULL;

    return found ? found->text : "";
}

/* --- workshops
 * ---- */

struct part_list {
    struct lib_part parts[LIBRARY_PARTS_MAX];
    int n, minutes;
};

/* n texts, called field1, field2, … */
static const char **texts_of(struct gather *g, const char *kind, const char *id, const char *field, int n)
{
    const char **out = arena_alloc(arena_of(g), (size_t)(n + 1) * sizeof *out);

    for (int i = 0; i < n; i++) {
        char name[24];

        snprintf(name, sizeof name, "%s%d", field, i + 1);
        out[i] = gather_text(g, kind, id, name);
    }
    return out;
}

static bool take_part(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct name_slot *slot = names_add(&g->parts, library_text(a, st, 0));
    struct part_list *list = slot->value ? slot->value : arena_alloc(a, sizeof *list);
    int n = sqlite3_column_int(st, 4);
    struct lib_part *row;
    char id[FORMAT_ID_MAX + 16];

    slot->value = list;
    if (list->n == LIBRARY_PARTS_MAX || n < 0 || n > LIBRARY_OPTIONS_MAX) {
        return err_set(err, ERR_LIMIT, "workshop '%s': more than %d parts, or than %d options in one", slot->name,
                       LIBRARY_PARTS_MAX, LIBRARY_OPTIONS_MAX);
    }
    snprintf(id, sizeof id, "%s/%d", slot->name, sqlite3_column_int(st, 1));
    row = &list->parts[list->n++];
    *row = (struct lib_part){.kind = library_text(a, st, 2),
                             .minutes = sqlite3_column_int(st, 3),
                             .title = gather_text(g, "part", id, "title"),
                             .room = gather_text(g, "part", id, "room"),
                             .leader = gather_text(g, "part", id, "leader"),
                             .options = texts_of(g, "part", id, "option", n),
                             .n_options = n};
    list->minutes += row->minutes;
    return true;
}

static bool take_workshop(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct arena *a = arena_of(g);
    struct lib_workshop *row = rows_add(&g->rows, sizeof *row);
    int n = sqlite3_column_int(st, 5);
    struct part_list *list;

    *row = (struct lib_workshop){.id = library_text(a, st, 0),
                                 .icon = library_text(a, st, 1),
                                 .area = library_text(a, st, 2),
                                 .people_from = sqlite3_column_int(st, 3),
                                 .people_to = sqlite3_column_int(st, 4),
                                 .position = sqlite3_column_int(st, 6)};
    if (n < 0 || n > LIBRARY_NEEDS_MAX) {
        return err_set(err, ERR_LIMIT, "workshop '%s': more than %d things to have ready", row->id, LIBRARY_NEEDS_MAX);
    }
    row->title = gather_text(g, "workshop", row->id, "title");
    row->about = gather_text(g, "workshop", row->id, "about");
    row->needs = texts_of(g, "workshop", row->id, "need", n);
    row->n_needs = n;
    row->serves = serves_of(g, "workshop", row->id, &row->n_serves);
    list = names_find(&g->parts, row->id);
    if (list) {
        row->parts = list->parts;
        row->n_parts = list->n;
        row->minutes = list->minutes;
    }
    return true;
}

/* --- the whole
 * ---- */

/* Each container holds one, and containers come by their names: the authors' order is that of the positions. */
#define BY_POSITION(type)                                                                                              \
    static int type##_by_position(const void *a, const void *b)                                                        \
    {                                                                                                                  \
        const struct type *x = a, *y = b;                                                                              \
                                                                                                                       \
        return x->position != y->position ? (x->position > y->position) - (x->position < y->position)                  \
                                          : strcmp(x->id, y->id);                                                      \
    }
BY_POSITION(lib_module)
BY_POSITION(lib_tool)
BY_POSITION(lib_workshop)

#define SORT(g, field, order) qsort((g)->view->field, (size_t)(g)->view->n_##field, sizeof *(g)->view->field, order)

bool gather_learn(struct gather *g, struct err *err)
{
    bool ok = gather_each(g, SQL_SERVES, take_serves, err) && gather_each(g, SQL_LESSONS, take_lesson, err) &&
              gather_each(g, SQL_MODULES, take_module, err);

    GATHER_SETTLE(g, modules);
    SORT(g, modules, lib_module_by_position);
    ok = ok && gather_each(g, SQL_TOOL_WORDS, take_tool_word, err) && gather_each(g, SQL_TOOLS, take_tool, err);
    GATHER_SETTLE(g, tools);
    SORT(g, tools, lib_tool_by_position);
    ok = ok && gather_each(g, SQL_PARTS, take_part, err) && gather_each(g, SQL_WORKSHOPS, take_workshop, err);
    GATHER_SETTLE(g, workshops);
    SORT(g, workshops, lib_workshop_by_position);
    return ok;
}
