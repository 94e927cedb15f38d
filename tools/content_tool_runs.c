/* content_tool_runs: programs of tools, tried out. */
#include "base/child.h"
#include "base/rng.h"
#include "content_tools.h"
#include "workbench/form.h"
#include "workbench/reckoner.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { KEY_BYTES = 80, LACKS_MAX = 32 };

struct runs {
    struct content *c;
    struct report *r;
    const struct content_tool *t;
    bool *used;
    struct child child;
    struct tool_fields fields;
    struct tool_outputs outputs;
    double value[TOOL_FIELDS_MAX];
    bool is_told;                     /* one failure of a program is enough */
    char lacks[LACKS_MAX][KEY_BYTES]; /* words told, each once */
    int n_lacks;
};

/* --- words that are asked for
 * -------------------------------------------------------------------------------------------------------------------
 */

/* Notes that the word is asked for. NULL: it is not there. */
static const struct content_word *may_word(struct runs *k, const char *kind, const char *id)
{
    char key[KEY_BYTES];
    const struct content_word *word;

    snprintf(key, sizeof key, "%s.%s", kind, id);
    word = content_tool_word_of(k->t, key);
    if (word) {
        k->used[word - k->t->words] = true;
    }
    return word;
}

static bool was_told(const struct runs *k, const char *key)
{
    for (int i = 0; i < k->n_lacks; i++) {
        if (!strcmp(k->lacks[i], key)) {
            return true;
        }
    }
    return k->n_lacks == LACKS_MAX;
}

/* The same, and tells where it is not there. */
static const struct content_word *need_word(struct runs *k, const char *kind, const char *id)
{
    const struct content_word *word = may_word(k, kind, id);
    char key[KEY_BYTES];

    snprintf(key, sizeof key, "%s.%s", kind, id);
    if (!word && !was_told(k, key)) {
        report_error(k->r, k->t->words_file, 0, "no key '%s', which the program asks for; write it", key);
        snprintf(k->lacks[k->n_lacks++], KEY_BYTES, "%s", key);
    }
    return word;
}

static void need_unit(struct runs *k, const char *unit)
{
    if (unit[0] && strcmp(unit, "money") != 0 && strcmp(unit, "number") != 0 && strcmp(unit, "percent") != 0) {
        need_word(k, "unit", unit);
    }
}

static void need_field_words(struct runs *k)
{
    for (int i = 0; i < k->fields.n; i++) {
        const struct tool_field *f = &k->fields.field[i];

        need_word(k, "field", f->id);
        (void)may_word(k, "help", f->id);
        need_unit(k, f->unit);
        for (int o = 0; o < f->n_options; o++) {
            need_word(k, "option", f->options[o]);
        }
    }
}

/* A place in the sentence that the program fills with nothing would stay as it is. */
static void check_say(struct runs *k, const struct tool_output *o)
{
    const struct content_word *word = need_word(k, "say", o->id);
    bool lacks = word && ((strstr(word->text[0], "{n}") && !o->has_n) || (strstr(word->text[0], "{m}") && !o->has_m));

    if (lacks && !k->is_told) {
        report_error(k->r, k->t->program_file, 0, "say '%s' gives no n or m, for which its words have a place", o->id);
        k->is_told = true;
    }
}

static void need_output_words(struct runs *k, const struct tool_output *o)
{
    if (o->kind == TOOL_SAY) {
        check_say(k, o);
        return;
    }
    need_word(k, "out", o->id);
    need_unit(k, o->unit);
    need_unit(k, o->x);
    for (int i = 0; i < o->n_parts; i++) {
        need_word(k, "part", o->part[i].id);
    }
    for (int i = 0; i < o->n_series; i++) {
        need_word(k, "part", o->series[i].id);
    }
    for (int i = 0; i < o->n_items; i++) {
        need_word(k, "item", o->item[i]);
    }
    if (o->n_bars) {
        need_word(k, "bar", o->id);
    }
}

/* --- runs
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void values_of(const struct runs *k, struct buf *out)
{
    struct form form;

    form_begin(&form, &k->fields);
    for (int i = 0; i < k->fields.n; i++) {
        const struct tool_field *f = &k->fields.field[i];

        if (form_is_typed(f)) {
            snprintf(form.value[i].text, sizeof form.value[i].text, "%.*f", f->decimals, k->value[i]);
        } else {
            form.value[i].choice = (int)k->value[i];
        }
    }
    form_values(&form, out);
}

/* What a station would make of these values. False: told, and enough. */
static bool run(struct runs *k)
{
    struct buf values = {0}, answer = {0};
    struct err err = {0};
    bool ok;

    values_of(k, &values);
    ok = reckon_ask(&k->child, k->t->program, buf_text(&values), &answer, &err) &&
         tool_outputs_parse(buf_text(&answer), answer.len, &k->outputs, &err);
    if (!ok) {
        report_error(k->r, k->t->program_file, 0, "with %s: %s", buf_text(&values), err.text);
        k->is_told = true;
    }
    for (int i = 0; ok && i < k->outputs.n; i++) {
        need_output_words(k, &k->outputs.out[i]);
    }
    buf_release(&values);
    buf_release(&answer);
    return !k->is_told;
}

enum end { AT_START, AT_LEAST, AT_MOST };

static double value_at(const struct tool_field *f, enum end end)
{
    return end == AT_START ? f->start : end == AT_LEAST ? f->min : f->max;
}

static void set_all(struct runs *k, enum end end)
{
    for (int i = 0; i < k->fields.n; i++) {
        k->value[i] = value_at(&k->fields.field[i], end);
    }
}

/* Each field at its ends, and each choice, while the others are as they begin. */
static bool run_one_by_one(struct runs *k)
{
    for (int i = 0; i < k->fields.n; i++) {
        const struct tool_field *f = &k->fields.field[i];
        bool is_typed = form_is_typed(f);

        for (int n = 0; n <= (is_typed ? 1 : (int)f->max); n++) {
            set_all(k, AT_START);
            k->value[i] = is_typed ? value_at(f, n ? AT_MOST : AT_LEAST) : n;
            if (!run(k)) {
                return false;
            }
        }
    }
    return true;
}

/* Some at an end, some as they begin, some anywhere between; the same each time. */
static bool run_mixed(struct runs *k)
{
    struct rng rng = {.state = 20261123};
    const int ways = 5, steps = 1000;

    for (int n = 0; n < TOOL_MIXED_RUNS; n++) {
        for (int i = 0; i < k->fields.n; i++) {
            const struct tool_field *f = &k->fields.field[i];
            int way = (int)(rng_next(&rng) % (uint64_t)ways), at = (int)(rng_next(&rng) % (uint64_t)steps);

            k->value[i] = !form_is_typed(f) ? at % ((int)f->max + 1)
                          : way <= AT_MOST  ? value_at(f, (enum end)way)
                          : way == AT_MOST + 1
                              ? f->min + (f->max - f->min) * at / steps
                              : f->min + (f->start - f->min) * at / steps; /* what people have lies near the start */
        }
        if (!run(k)) {
            return false;
        }
    }
    return true;
}

/* A word that only rare values ask for is taken as asked for where the program writes its id. */
static void note_written(struct runs *k)
{
    for (int i = 0; i < k->t->n_words; i++) {
        static const char *const branches[] = {"item.", "say.", "part.", "out.", "bar."};
        const char *key = k->t->words[i].key;

        for (size_t b = 0; b < M2_COUNT(branches); b++) {
            if (!strncmp(key, branches[b], strlen(branches[b]))) {
                char quoted[KEY_BYTES];

                snprintf(quoted, sizeof quoted, "\"%s\"", key + strlen(branches[b]));
                k->used[i] = k->used[i] || strstr(k->t->program, quoted);
            }
        }
    }
}

void content_tool_run(struct content *c, struct report *r, const struct content_tool *t, bool *used)
{
    struct runs k = {.c = c, .r = r, .t = t, .used = used};
    struct buf answer = {0};
    struct err err = {0};

    signal(SIGPIPE, SIG_IGN); /* a dead child is met by its return codes */
    if (!reckon_ask(&k.child, t->program, NULL, &answer, &err) ||
        !tool_fields_parse(buf_text(&answer), answer.len, &k.fields, &err)) {
        report_error(r, t->program_file, 0, "its fields: %s", err.text);
        k.is_told = true;
    } else {
        need_field_words(&k);
        for (int end = AT_START; !k.is_told && end <= AT_MOST; end++) {
            set_all(&k, (enum end)end);
            (void)run(&k);
        }
        (void)(!k.is_told && run_one_by_one(&k) && run_mixed(&k));
    }
    if (k.is_told) { /* what was not reached is not known to be unused */
        memset(used, true, (size_t)t->n_words);
    }
    note_written(&k);
    child_end(&k.child);
    buf_release(&answer);
}
