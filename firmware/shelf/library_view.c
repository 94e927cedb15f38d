/* library_view: one language's view of all containers, gathered table by table into one arena. */
#include "shelf/library_gather.h"
#include <math.h>
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
    ("SELECT c.code, c.area, c.framework, c.edition, v.lang IS NOT NULL, p.mean, w.lang IS NOT NULL FROM competence "  \
     "c "                                                                                                              \
     "LEFT JOIN verified v ON v.competence = c.code AND v.lang = :lang "                                               \
     "LEFT JOIN verified30 w ON w.competence = c.code AND w.lang = :lang "                                             \
     "LEFT JOIN prior p ON p.id = c.code ORDER BY c.position")
#define SQL_CLAIM     "SELECT mean FROM prior WHERE id = 'claim'"
#define SQL_LEVELS    "SELECT band, level_from, level_to FROM level ORDER BY band"
#define SQL_PROCESSES "SELECT id, icon FROM process ORDER BY position"
#define SQL_WEIGHTS   "SELECT process, competence, weight FROM process_weight ORDER BY process, competence"
#define SQL_TRADES    "SELECT id, icon FROM trade ORDER BY position"
#define SQL_MATTERS   "SELECT trade, process, weight FROM trade_weight ORDER BY trade, process"
#define SQL_TAPS      "SELECT id, process FROM tap ORDER BY position"
/* A module's pictures come with its lessons. */
#define SQL_PICTURES                                                                                                   \
    ("SELECT name, width, height, bytes FROM media "                                                                   \
     "WHERE EXISTS (SELECT 1 FROM item WHERE shows = 'photos') ORDER BY name")
/* What calibration found for the language wins over what it found for all. */
#define SQL_ITEMS                                                                                                      \
    ("SELECT i.id, i.competence, i.type, i.level, i.context, i.seconds, i.shows, coalesce(l.b, c.b), "                 \
     "coalesce(l.se, c.se), coalesce(l.a, c.a), l.b IS NOT NULL FROM item i LEFT JOIN calibrated c ON c.item = i.id "  \
     "AND c.lang = '' "                                                                                                \
     "LEFT JOIN calibrated l ON l.item = i.id AND l.lang = :lang ORDER BY i.position")
#define SQL_MEANS     "SELECT DISTINCT id FROM text WHERE kind = 'means' ORDER BY id"
#define SQL_CASES     "SELECT DISTINCT id FROM text WHERE kind = 'case' ORDER BY id"
#define SQL_QUESTIONS "SELECT id, owner FROM question WHERE owner IN (SELECT id FROM item) ORDER BY owner, position"
#define SQL_STEMS     "SELECT id, stem FROM question_text WHERE lang = :lang"
#define SQL_CHOICES                                                                                                    \
    "SELECT question, value, feedback, is_right FROM choice WHERE lang = :lang ORDER BY question, position"
const char *const library_view_sql[] = {SQL_CLAIM,       SQL_LANGUAGES, SQL_WORDS,     SQL_TEXTS,   SQL_AREAS,
                                        SQL_COMPETENCES, SQL_LEVELS,    SQL_PROCESSES, SQL_WEIGHTS, SQL_ITEMS,
                                        SQL_QUESTIONS,   SQL_STEMS,     SQL_CHOICES,   SQL_TRADES,  SQL_MATTERS,
                                        SQL_TAPS,        SQL_PICTURES,  SQL_MEANS,     SQL_CASES,   NULL};

enum { ITEM_QUESTIONS_MAX = 3, WEIGHTS_MAX = 96, WORD_FORMS = 6 };

/* --- gathering
 * -------------------------------------------------------------------------------------------------------------- */

static struct arena *arena_of(struct gather *g)
{
    return &g->view->arena;
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
    row->plain = gather_text(g, "area", row->code, "plain");
    row->title = gather_text(g, "area", row->code, "title");
    return true;
}

static double real_or_nan(sqlite3_stmt *st, int column)
{
    return sqlite3_column_type(st, column) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(st, column);
}

static bool take_claim(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;

    (void)err;
    g->view->prior_claim = sqlite3_column_double(st, 0);
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
    row->prior = real_or_nan(st, 5);
    row->is_verified30 = sqlite3_column_int(st, 6) != 0;
    row->plain = gather_text(g, "competence", row->code, "plain");
    row->title = gather_text(g, "competence", row->code, "title");
    row->title30 = gather_text(g, "competence", row->code, "title30");
    for (int i = 0; i < LIBRARY_LEVELS; i++) {
        char id[64];

        snprintf(id, sizeof id, "%s/%d", row->code, i + 1);
        row->can[i] = gather_text(g, "statement", id, "can");
    }
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
    row->say = gather_text(g, "level", band, "say");
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
        list->cap = WEIGHTS_MAX;
        list->weights = arena_alloc(arena_of(g), WEIGHTS_MAX * sizeof *list->weights);
    }
    if (list->n == list->cap) {
        return err_set(err, ERR_LIMIT, "process '%s': more than %d weights", slot->name, WEIGHTS_MAX);
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
    row->name = gather_text(g, "process", row->id, "name");
    row->about = gather_text(g, "process", row->id, "about");
    list = names_find(&g->processes, row->id);
    if (list) {
        row->weights = list->weights;
        row->n_weights = list->n;
    }
    return true;
}

/* --- trades
 * -------------------------------------------------------------------------------------------------------------------
 */

static bool take_trade(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_trade *row = rows_add(&g->rows, sizeof *row);

    (void)err;
    row->id = library_text(arena_of(g), st, 0);
    row->icon = library_text(arena_of(g), st, 1);
    row->name = gather_text(g, "trade", row->id, "name");
    return true;
}

static bool take_matter(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_matter *row = rows_add(&g->rows, sizeof *row);

    (void)err;
    *row = (struct lib_matter){library_text(arena_of(g), st, 0), library_text(arena_of(g), st, 1),
                               sqlite3_column_int(st, 2)};
    return true;
}

static bool take_tap(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_tap *row = rows_add(&g->rows, sizeof *row);

    (void)err;
    row->id = library_text(arena_of(g), st, 0);
    row->process = library_text(arena_of(g), st, 1);
    row->text = gather_text(g, "tap", row->id, "text");
    return true;
}

/* --- what the cells of process and area say
 * ----------------------------------------------------------------------------------- */

static void take_cell(struct gather *g, sqlite3_stmt *st, const char *kind)
{
    struct lib_text *row = rows_add(&g->rows, sizeof *row);

    row->id = library_text(arena_of(g), st, 0);
    row->text = gather_text(g, kind, row->id, kind);
}

static bool take_means(void *ctx, sqlite3_stmt *st, struct err *err)
{
    (void)err;
    take_cell(ctx, st, "means");
    return true;
}

static bool take_case(void *ctx, sqlite3_stmt *st, struct err *err)
{
    (void)err;
    take_cell(ctx, st, "case");
    return true;
}

/* "" = not there. */
static const char *find_text(const struct lib_text *texts, int n, const char *id)
{
    struct lib_text wanted = {.id = id};
    const struct lib_text *found = n ? bsearch(&wanted, texts, (size_t)n, sizeof *texts, gather_by_id) : NULL;

    return found ? found->text : "";
}

const char *library_means(const struct lib_view *v, const char *trade, const char *process, const char *area)
{
    const char *const trades[] = {trade, LIBRARY_ANY_TRADE};
    const char *text = "";
    char id[256];

    for (size_t i = 0; i < M2_COUNT(trades) && !*text; i++) {
        snprintf(id, sizeof id, "%s/%s/%s", trades[i], process, area);
        text = find_text(v->means, v->n_means, id);
    }
    return text;
}

const char *library_case(const struct lib_view *v, const char *process, const char *area)
{
    char id[256];

    snprintf(id, sizeof id, "%s/%s", process, area);
    return find_text(v->cases, v->n_cases, id);
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

/* A translation that nobody has answered yet may be another question: what the others taught is less sure there. */
static double standard_error(double se, bool is_own)
{
    return is_own || !(se < LIBRARY_TRANSLATION_SE) ? se : LIBRARY_TRANSLATION_SE;
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
        .shows = library_text(a, st, 6),
        .b = real_or_nan(st, 7),
        .se = standard_error(real_or_nan(st, 8), sqlite3_column_int(st, 10) != 0),
        .a = real_or_nan(st, 9),
        .questions = questions,
        .n_questions = n,
    };
    return true;
}

static bool take_picture(void *ctx, sqlite3_stmt *st, struct err *err)
{
    struct gather *g = ctx;
    struct lib_picture *row = rows_add(&g->rows, sizeof *row);

    (void)err;
    row->name = library_text(arena_of(g), st, 0);
    row->alt = "";
    row->width = sqlite3_column_int(st, 1);
    row->height = sqlite3_column_int(st, 2);
    row->png = library_bytes(arena_of(g), st, 3, &row->n);
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
                                                   .bytes = container_bytes(c),
                                                   .former = g->l->beside[i].former,
                                                   .held = g->l->beside[i].held};
    }
}

static bool gather_small(struct gather *g, struct err *err)
{
    bool ok = gather_each(g, SQL_TEXTS, take_text, err) && gather_each(g, SQL_LANGUAGES, take_language, err);

    GATHER_SETTLE(g, languages);
    ok = ok && gather_each(g, SQL_WORDS, take_word, err);
    GATHER_SETTLE(g, words);
    qsort(g->view->words, (size_t)g->view->n_words, sizeof *g->view->words, by_word);
    ok = ok && gather_each(g, SQL_AREAS, take_area, err);
    GATHER_SETTLE(g, areas);
    ok = ok && gather_each(g, SQL_CLAIM, take_claim, err) && gather_each(g, SQL_COMPETENCES, take_competence, err);
    GATHER_SETTLE(g, competences);
    ok = ok && gather_each(g, SQL_LEVELS, take_level, err);
    GATHER_SETTLE(g, levels);
    ok = ok && gather_each(g, SQL_WEIGHTS, take_weight, err) && gather_each(g, SQL_PROCESSES, take_process, err);
    GATHER_SETTLE(g, processes);
    ok = ok && gather_each(g, SQL_TRADES, take_trade, err);
    GATHER_SETTLE(g, trades);
    ok = ok && gather_each(g, SQL_MATTERS, take_matter, err);
    GATHER_SETTLE(g, matters);
    ok = ok && gather_each(g, SQL_TAPS, take_tap, err);
    GATHER_SETTLE(g, taps);
    ok = ok && gather_each(g, SQL_MEANS, take_means, err);
    GATHER_SETTLE(g, means);
    qsort(g->view->means, (size_t)g->view->n_means, sizeof *g->view->means, gather_by_id);
    ok = ok && gather_each(g, SQL_CASES, take_case, err);
    GATHER_SETTLE(g, cases);
    qsort(g->view->cases, (size_t)g->view->n_cases, sizeof *g->view->cases, gather_by_id);
    return ok;
}

static bool gather_large(struct gather *g, struct err *err)
{
    bool ok = gather_each(g, SQL_QUESTIONS, take_question, err) && gather_each(g, SQL_STEMS, take_stem, err) &&
              gather_each(g, SQL_CHOICES, take_choice, err) && gather_each(g, SQL_ITEMS, take_item, err);

    GATHER_SETTLE(g, items);
    ok = ok && gather_each(g, SQL_PICTURES, take_picture, err);
    GATHER_SETTLE(g, pictures);
    return ok && gather_learn(g, err);
}

bool library_view(struct library *l, const char *lang, struct lib_view **out, struct err *err)
{
    struct gather g = {.l = l, .view = mem_alloc(sizeof *g.view)};
    struct names *tables[] = {&g.texts,     &g.languages, &g.questions, &g.items, &g.serves,
                              &g.processes, &g.lessons,   &g.words,     &g.parts};
    bool ok;

    g.view->prior_claim = NAN;
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
