/* tool: answers of a program, believed only as far as they are read here. */
#include "workbench/tool.h"
#include "base/json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { MONEY_DECIMALS = 2, PERCENT_DECIMALS = 1 };

static const char SUBJECT[] = "tool";

/* --- pieces
 * ---------------------------------------------------------------------------------------------------------------------
 */

static bool take_id(const char *text, tool_id out, const char *key, struct err *err)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_");

    if (n == 0 || text[n] || n > TOOL_ID_MAX) {
        return err_set(err, ERR_FORMAT, "%s: '%s' must be 1 to %d of a-z, 0-9, '-', '_'", SUBJECT, key, TOOL_ID_MAX);
    }
    snprintf(out, TOOL_ID_MAX + 1, "%s", text);
    return true;
}

static bool need_id(const struct json *j, const char *key, tool_id out, struct err *err)
{
    const char *text;

    return json_need_str(j, key, SUBJECT, &text, err) && take_id(text, out, key, err);
}

static bool may_id(const struct json *j, const char *key, const char *otherwise, tool_id out, struct err *err)
{
    return json_get(j, key) ? need_id(j, key, out, err) : (snprintf(out, TOOL_ID_MAX + 1, "%s", otherwise), true);
}

static bool take_number(const struct json *value, const char *key, double min, double *out, struct err *err)
{
    enum json_kind kind = json_kind(value);
    double n = json_num(value, NAN);

    if ((kind != KIND_INT && kind != KIND_REAL) || !(n >= min && n <= TOOL_NUMBER_MAX)) {
        return err_set(err, ERR_FORMAT, "%s: '%s' must be a number from %g to %g", SUBJECT, key, min, TOOL_NUMBER_MAX);
    }
    *out = n;
    return true;
}

static bool need_number(const struct json *j, const char *key, double min, double *out, struct err *err)
{
    return take_number(json_get(j, key), key, min, out, err);
}

static bool may_decimals(const struct json *j, int otherwise, int *out, struct err *err)
{
    int64_t n = otherwise;

    if (json_get(j, "decimals") && !json_need_int(j, "decimals", SUBJECT, 0, TOOL_DECIMALS_MAX, &n, err)) {
        return false;
    }
    *out = (int)n;
    return true;
}

static bool need_list(const struct json *j, const char *key, int least, int most, const struct json **out,
                      struct err *err)
{
    if (!json_need_array(j, key, SUBJECT, out, err)) {
        return false;
    }
    return (json_count(*out) >= least && json_count(*out) <= most) ||
           err_set(err, ERR_LIMIT, "%s: '%s' must have %d to %d entries", SUBJECT, key, least, most);
}

/* Where kinds differ in what they may say: unknown keys are refused. */
static int kind_of(const struct json *j, const char *const *kinds, int n, struct err *err)
{
    const char *kind;

    if (!json_need_str(j, "kind", SUBJECT, &kind, err)) {
        return -1;
    }
    for (int i = 0; i < n; i++) {
        if (!strcmp(kinds[i], kind)) {
            return i;
        }
    }
    err_set(err, ERR_FORMAT, "%s: 'kind' '%.20s' is none that tools have", SUBJECT, kind);
    return -1;
}

/* --- fields
 * --------------------------------------------------------------------------------------------------------------------
 */

static const char *const FIELD_KINDS[] = {
    [TOOL_MONEY] = "money",   [TOOL_NUMBER] = "number", [TOOL_PERCENT] = "percent",
    [TOOL_CHOICE] = "choice", [TOOL_YESNO] = "yesno",
};

static bool read_range(const struct json *j, struct tool_field *f, struct err *err)
{
    static const char *const keys[] = {"id", "kind", "start", "min", "max", "decimals", "unit", NULL};
    int decimals = f->kind == TOOL_MONEY ? MONEY_DECIMALS : f->kind == TOOL_PERCENT ? PERCENT_DECIMALS : 0;

    if (!json_only(j, keys, SUBJECT, err) || !need_number(j, "start", 0, &f->start, err) ||
        !need_number(j, "min", 0, &f->min, err) || !need_number(j, "max", 0, &f->max, err) ||
        !may_decimals(j, decimals, &f->decimals, err) || !may_id(j, "unit", "", f->unit, err)) {
        return false;
    }
    if (f->unit[0] && f->kind != TOOL_NUMBER) {
        return err_set(err, ERR_FORMAT, "%s: field '%s': only a number has a unit", SUBJECT, f->id);
    }
    return (f->min <= f->start && f->start <= f->max && f->max <= TOOL_FIELD_MAX) ||
           err_set(err, ERR_FORMAT, "%s: field '%s': 'start' must lie from 'min' to 'max', 'max' not over %.0f",
                   SUBJECT, f->id, TOOL_FIELD_MAX);
}

static bool read_choice(const struct json *j, struct tool_field *f, struct err *err)
{
    static const char *const keys[] = {"id", "kind", "start", "options", NULL};
    const struct json *options;
    tool_id start;

    if (!json_only(j, keys, SUBJECT, err) || !need_id(j, "start", start, err) ||
        !need_list(j, "options", TOOL_OPTIONS_MIN, TOOL_OPTIONS_MAX, &options, err)) {
        return false;
    }
    f->start = -1;
    for (int i = 0; i < json_count(options); i++) {
        if (!take_id(json_str(json_at(options, i), ""), f->options[i], "options", err)) {
            return false;
        }
        for (int k = 0; k < i; k++) {
            if (!strcmp(f->options[k], f->options[i])) {
                return err_set(err, ERR_FORMAT, "%s: field '%s': option '%s' stands twice", SUBJECT, f->id,
                               f->options[i]);
            }
        }
        f->start = !strcmp(f->options[i], start) ? i : f->start;
    }
    f->n_options = json_count(options);
    f->max = f->n_options - 1;
    return f->start >= 0 ||
           err_set(err, ERR_FORMAT, "%s: field '%s': 'start' must be one of its options", SUBJECT, f->id);
}

static bool read_yesno(const struct json *j, struct tool_field *f, struct err *err)
{
    static const char *const keys[] = {"id", "kind", "start", NULL};

    if (!json_only(j, keys, SUBJECT, err)) {
        return false;
    }
    f->start = json_bool(json_get(j, "start"), false);
    f->max = 1;
    return json_kind(json_get(j, "start")) == KIND_BOOL ||
           err_set(err, ERR_FORMAT, "%s: field '%s': 'start' must be true or false", SUBJECT, f->id);
}

static bool read_field(const struct json *j, struct tool_fields *all, struct err *err)
{
    struct tool_field *f = &all->field[all->n];
    int kind = kind_of(j, FIELD_KINDS, M2_COUNT(FIELD_KINDS), err);

    *f = (struct tool_field){0};
    if (kind < 0 || !need_id(j, "id", f->id, err)) {
        return false;
    }
    f->kind = (enum tool_field_kind)kind;
    for (int i = 0; i < all->n; i++) {
        if (!strcmp(all->field[i].id, f->id)) {
            return err_set(err, ERR_FORMAT, "%s: field '%s' stands twice", SUBJECT, f->id);
        }
    }
    all->n++;
    return f->kind == TOOL_CHOICE  ? read_choice(j, f, err)
           : f->kind == TOOL_YESNO ? read_yesno(j, f, err)
                                   : read_range(j, f, err);
}

/* --- outputs
 * -------------------------------------------------------------------------------------------------------------------
 */

static const char *const OUTPUT_KINDS[] = {
    [TOOL_FIGURE] = "figure", [TOOL_STACK] = "stack", [TOOL_LINE] = "line",
    [TOOL_BARS] = "bars",     [TOOL_LIST] = "list",   [TOOL_SAY] = "say",
};

static int unit_decimals(const char *unit)
{
    return !strcmp(unit, "money") ? MONEY_DECIMALS : !strcmp(unit, "percent") ? PERCENT_DECIMALS : 0;
}

static bool read_unit(const struct json *j, struct tool_output *o, struct err *err)
{
    if (!may_id(j, "unit", "number", o->unit, err)) {
        return false;
    }
    return may_decimals(j, unit_decimals(o->unit), &o->decimals, err);
}

static bool read_figure(const struct json *j, struct tool_output *o, struct err *err)
{
    static const char *const keys[] = {"kind", "id", "unit", "decimals", "value", "main", NULL};

    o->is_main = json_bool(json_get(j, "main"), false);
    return json_only(j, keys, SUBJECT, err) && read_unit(j, o, err) &&
           need_number(j, "value", -TOOL_NUMBER_MAX, &o->value, err);
}

static bool read_stack(const struct json *j, struct tool_output *o, struct err *err)
{
    static const char *const keys[] = {"kind", "id", "unit", "decimals", "parts", NULL};
    static const char *const part_keys[] = {"id", "value", NULL};
    const struct json *parts;

    if (!json_only(j, keys, SUBJECT, err) || !read_unit(j, o, err) ||
        !need_list(j, "parts", TOOL_PARTS_MIN, TOOL_PARTS_MAX, &parts, err)) {
        return false;
    }
    for (; o->n_parts < json_count(parts); o->n_parts++) {
        const struct json *part = json_at(parts, o->n_parts);
        struct tool_part *p = &o->part[o->n_parts];

        if (!json_only(part, part_keys, SUBJECT, err) || !need_id(part, "id", p->id, err) ||
            !need_number(part, "value", 0, &p->value, err)) {
            return false;
        }
    }
    return true;
}

static bool read_points(const struct json *points, struct tool_series *s, struct err *err)
{
    for (; s->n < json_count(points); s->n++) {
        const struct json *point = json_at(points, s->n);

        if (json_kind(point) != KIND_ARRAY || json_count(point) != 2 ||
            !take_number(json_at(point, 0), "points", -TOOL_NUMBER_MAX, &s->point[s->n].x, err) ||
            !take_number(json_at(point, 1), "points", -TOOL_NUMBER_MAX, &s->point[s->n].y, err)) {
            return err_set(err, ERR_FORMAT, "%s: '%s': a point is two numbers", SUBJECT, s->id);
        }
        if (s->n && s->point[s->n].x <= s->point[s->n - 1].x) {
            return err_set(err, ERR_FORMAT, "%s: '%s': the x of points must rise", SUBJECT, s->id);
        }
    }
    return true;
}

static bool read_series(const struct json *all, struct tool_output *o, struct err *err)
{
    static const char *const keys[] = {"id", "points", NULL};

    for (; o->n_series < json_count(all); o->n_series++) {
        const struct json *one = json_at(all, o->n_series), *points;
        struct tool_series *s = &o->series[o->n_series];

        if (!json_only(one, keys, SUBJECT, err) || !need_id(one, "id", s->id, err) ||
            !need_list(one, "points", TOOL_POINTS_MIN, TOOL_POINTS_MAX, &points, err) || !read_points(points, s, err)) {
            return false;
        }
    }
    return true;
}

static bool read_line(const struct json *j, struct tool_output *o, struct err *err)
{
    static const char *const keys[] = {"kind", "id", "unit", "decimals", "x", "series", "mark", NULL};
    static const char *const mark_keys[] = {"x", "y", NULL};
    const struct json *series, *mark = json_get(j, "mark");

    if (!json_only(j, keys, SUBJECT, err) || !may_id(j, "unit", "money", o->unit, err) ||
        !may_decimals(j, unit_decimals(o->unit), &o->decimals, err) || !may_id(j, "x", "", o->x, err) ||
        !need_list(j, "series", 1, TOOL_SERIES_MAX, &series, err) || !read_series(series, o, err)) {
        return false;
    }
    o->has_mark = json_kind(mark) != KIND_NULL;
    return !o->has_mark ||
           (json_only(mark, mark_keys, SUBJECT, err) && need_number(mark, "x", -TOOL_NUMBER_MAX, &o->mark_x, err) &&
            need_number(mark, "y", -TOOL_NUMBER_MAX, &o->mark_y, err));
}

static bool read_bars(const struct json *j, struct tool_output *o, struct err *err)
{
    static const char *const keys[] = {"kind", "id", "unit", "decimals", "bars", NULL};
    static const char *const bar_keys[] = {"n", "value", NULL};
    const struct json *bars;

    if (!json_only(j, keys, SUBJECT, err) || !read_unit(j, o, err) ||
        !need_list(j, "bars", 1, TOOL_BARS_MAX, &bars, err)) {
        return false;
    }
    for (; o->n_bars < json_count(bars); o->n_bars++) {
        const struct json *bar = json_at(bars, o->n_bars);
        struct tool_bar *b = &o->bar[o->n_bars];

        if (!json_only(bar, bar_keys, SUBJECT, err) || !need_number(bar, "n", -TOOL_NUMBER_MAX, &b->n, err) ||
            !need_number(bar, "value", -TOOL_NUMBER_MAX, &b->value, err)) {
            return false;
        }
    }
    return true;
}

static bool read_list(const struct json *j, struct tool_output *o, struct err *err)
{
    static const char *const keys[] = {"kind", "id", "items", NULL};
    const struct json *items;

    if (!json_only(j, keys, SUBJECT, err) || !need_list(j, "items", 0, TOOL_ITEMS_MAX, &items, err)) {
        return false;
    }
    for (; o->n_items < json_count(items); o->n_items++) {
        if (!take_id(json_str(json_at(items, o->n_items), ""), o->item[o->n_items], "items", err)) {
            return false;
        }
    }
    return true;
}

static bool read_say(const struct json *j, struct tool_output *o, struct err *err)
{
    static const char *const keys[] = {"kind", "id", "n", "m", "decimals", NULL};

    o->has_n = json_get(j, "n") != NULL;
    o->has_m = json_get(j, "m") != NULL;
    return json_only(j, keys, SUBJECT, err) && may_decimals(j, 0, &o->decimals, err) &&
           (!o->has_n || need_number(j, "n", -TOOL_NUMBER_MAX, &o->n, err)) &&
           (!o->has_m || need_number(j, "m", -TOOL_NUMBER_MAX, &o->m, err));
}

static bool read_output(const struct json *j, struct tool_outputs *all, struct err *err)
{
    static bool (*const read[])(const struct json *, struct tool_output *, struct err *) = {
        [TOOL_FIGURE] = read_figure, [TOOL_STACK] = read_stack, [TOOL_LINE] = read_line,
        [TOOL_BARS] = read_bars,     [TOOL_LIST] = read_list,   [TOOL_SAY] = read_say,
    };
    struct tool_output *o = &all->out[all->n];
    int kind = kind_of(j, OUTPUT_KINDS, M2_COUNT(OUTPUT_KINDS), err);

    *o = (struct tool_output){0};
    if (kind < 0 || !need_id(j, "id", o->id, err)) {
        return false;
    }
    o->kind = (enum tool_output_kind)kind;
    for (int i = 0; i < all->n; i++) {
        if (all->out[i].kind == o->kind && !strcmp(all->out[i].id, o->id)) {
            return err_set(err, ERR_FORMAT, "%s: %s '%s' stands twice", SUBJECT, OUTPUT_KINDS[kind], o->id);
        }
    }
    all->n++;
    return read[kind](j, o, err) || err_wrap(err, "%s '%s'", OUTPUT_KINDS[kind], o->id);
}

/* --- answers
 * -------------------------------------------------------------------------------------------------------------------
 */

/* The list called key, or the program's own error. */
static struct json *parse(const char *answer, size_t n, const char *key, int most, const struct json **list,
                          struct err *err)
{
    const char *const keys[] = {key, NULL};
    struct json *root = json_parse(answer, n, SUBJECT, err);
    const char *why = json_str(json_get(root, "error"), NULL);

    if (root && why) {
        err_set(err, ERR_STATE, "%s: %s", SUBJECT, why);
    } else if (root && json_only(root, keys, SUBJECT, err) && need_list(root, key, 1, most, list, err)) {
        return root;
    }
    json_free(root);
    return NULL;
}

bool tool_fields_parse(const char *answer, size_t n, struct tool_fields *out, struct err *err)
{
    const struct json *list;
    struct json *root = parse(answer, n, "fields", TOOL_FIELDS_MAX, &list, err);
    bool ok = root != NULL;

    out->n = 0;
    for (int i = 0; ok && i < json_count(list); i++) {
        ok = read_field(json_at(list, i), out, err);
    }
    json_free(root);
    return ok;
}

bool tool_outputs_parse(const char *answer, size_t n, struct tool_outputs *out, struct err *err)
{
    const struct json *list;
    struct json *root = parse(answer, n, "outputs", TOOL_OUTPUTS_MAX, &list, err);
    bool ok = root != NULL;

    out->n = 0;
    for (int i = 0; ok && i < json_count(list); i++) {
        ok = read_output(json_at(list, i), out, err);
    }
    json_free(root);
    return ok;
}

int64_t tool_rounded(double value, int decimals)
{
    static const double units[TOOL_DECIMALS_MAX + 1] = {1, 10, 100};
    const double nearly = 1e-6; /* 1.005 is stored a little below itself */

    return llround(value * units[decimals] + copysign(nearly, value));
}
