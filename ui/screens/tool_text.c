/* tool_text: what a tool says. */
#include "screens/tool_text.h"
#include "base/clock.h"
#include "screens/codes_page.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

const char *tool_word(const struct lib_tool *tool, const char *kind, const char *id, struct arena *a)
{
    return library_tool_word(tool, arena_fmt(a, "%s.%s", kind, id));
}

/* --- amounts
 * -------------------------------------------------------------------------------------------------------------------
 */

/* A number that stands as text, with its unit. */
static const char *with_unit(const struct lib_tool *tool, const char *number, const char *unit, struct arena *a)
{
    if (!strcmp(unit, "money")) {
        /* TRANSLATORS: an amount in euro. */
        return tr_fmt(a, tr("{n} €"), "n", number, NULL);
    }
    if (!strcmp(unit, "percent")) {
        /* TRANSLATORS: so many of a hundred. */
        return tr_fmt(a, tr("{n} %"), "n", number, NULL);
    }
    if (!unit[0] || !strcmp(unit, "number")) {
        return number;
    }
    /* TRANSLATORS: a number and what it counts: 9 minutes. */
    return tr_fmt(a, tr("{n} {unit}"), "n", number, "unit", tool_word(tool, "unit", unit, a), NULL);
}

const char *tool_amount(const struct lib_tool *tool, double value, const char *unit, int decimals, struct arena *a)
{
    static const int64_t thousandths[] = {1000, 100, 10};
    int64_t n = tool_rounded(value, decimals);

    return with_unit(tool,
                     strcmp(unit, "money") != 0 ? tr_decimal(a, n * thousandths[decimals]) : tr_fixed(a, n, decimals),
                     unit, a);
}

static const char *unit_of(const struct tool_field *field)
{
    return field->kind == TOOL_MONEY ? "money" : field->kind == TOOL_PERCENT ? "percent" : field->unit;
}

/* As it was typed, with the mark of the language. */
static const char *typed(const char *text, struct arena *a)
{
    const char *point = strchr(text, '.');

    return point ? arena_fmt(a, "%.*s%s%s", (int)(point - text), text, tr_decimal_mark(), point + 1) : text;
}

const char *tool_value(const struct lib_tool *tool, const struct form *f, int i, struct arena *a)
{
    const struct tool_field *field = &f->fields.field[i];

    if (field->kind == TOOL_YESNO) {
        return f->value[i].choice ? tr("Yes") : tr("No");
    }
    if (field->kind == TOOL_CHOICE) {
        return tool_word(tool, "option", field->options[f->value[i].choice], a);
    }
    return f->value[i].text[0] ? with_unit(tool, typed(f->value[i].text, a), unit_of(field), a) : "";
}

const char *tool_limit(const struct lib_tool *tool, const struct tool_field *field, double value, struct arena *a)
{
    return tool_amount(tool, value, unit_of(field), field->decimals, a);
}

/* --- outputs
 * -------------------------------------------------------------------------------------------------------------------
 */

const char *tool_caption(const struct lib_tool *tool, const struct tool_output *o, struct arena *a)
{
    return o->kind == TOOL_SAY ? "" : tool_word(tool, "out", o->id, a);
}

static const char *say(const struct lib_tool *tool, const struct tool_output *o, struct arena *a)
{
    return tr_fmt(a, tool_word(tool, "say", o->id, a), "n", tool_amount(tool, o->n, "number", o->decimals, a), "m",
                  tool_amount(tool, o->m, "money", 2, a), NULL);
}

/* "materials 1.35 €" behind what is there. */
static const char *joined(const char *text, const char *name, const char *value, struct arena *a)
{
    const char *one = tr_fmt(a, tr("{name}: {value}"), "name", name, "value", value, NULL);

    return *text ? tr_fmt(a, tr("{list}; {next}"), "list", text, "next", one, NULL) : one;
}

static const char *line_words(const struct lib_tool *tool, const struct tool_output *o, struct arena *a)
{
    const char *text = "";

    for (int i = 0; i < o->n_series; i++) {
        const struct tool_series *s = &o->series[i];
        const char *from = tool_amount(tool, s->point[0].y, o->unit, o->decimals, a);
        const char *to = tool_amount(tool, s->point[s->n - 1].y, o->unit, o->decimals, a);

        text = joined(text, tool_word(tool, "part", s->id, a),
                      tr_fmt(a, tr("from {from} to {to}"), "from", from, "to", to, NULL), a);
    }
    return text;
}

const char *tool_output_words(const struct lib_tool *tool, const struct tool_output *o, struct arena *a)
{
    const char *text = "";

    switch (o->kind) {
    case TOOL_FIGURE:
        return tool_amount(tool, o->value, o->unit, o->decimals, a);
    case TOOL_SAY:
        return say(tool, o, a);
    case TOOL_LINE:
        return line_words(tool, o, a);
    default:
        break;
    }
    for (int i = 0; i < o->n_parts; i++) {
        text = joined(text, tool_word(tool, "part", o->part[i].id, a),
                      tool_amount(tool, o->part[i].value, o->unit, o->decimals, a), a);
    }
    for (int i = 0; i < o->n_bars; i++) {
        const char *name =
            tr_fmt(a, tool_word(tool, "bar", o->id, a), "n", tool_amount(tool, o->bar[i].n, "number", 0, a), NULL);

        text = joined(text, name, tool_amount(tool, o->bar[i].value, o->unit, o->decimals, a), a);
    }
    return text;
}

/* --- as plain text
 * -------------------------------------------------------------------------------------------------------------------
 */

bool tool_has_result(const struct app *app)
{
    return app_tool(app) && app_form(app) && app->tools.has_outputs && !app->tools.is_asking &&
           form_wrong(app_form(app)) == FORM_NONE;
}

static void list_as_text(const struct lib_tool *tool, const struct tool_output *o, struct arena *a, const char *end,
                         struct buf *out)
{
    buf_fmt(out, "%s%s", tool_caption(tool, o, a), end);
    for (int i = 0; i < o->n_items; i++) {
        buf_fmt(out, "- %s%s", tool_word(tool, "item", o->item[i], a), end);
    }
}

/* What came of it first: who reads only the beginning has it. Then what was typed. */
static void as_text(const struct app *app, const char *end, struct arena *a, struct buf *out)
{
    const struct lib_tool *tool = app_tool(app);
    const struct form *f = app_form(app);

    for (int i = 0; i < app->tools.outputs.n; i++) {
        const struct tool_output *o = &app->tools.outputs.out[i];

        if (o->kind == TOOL_LIST) {
            list_as_text(tool, o, a, end, out);
        } else if (o->kind == TOOL_SAY) {
            buf_fmt(out, "%s%s", tool_output_words(tool, o, a), end);
        } else if (o->kind != TOOL_LINE) { /* what a line is for is said by a sentence */
            buf_fmt(out, "%s%s", joined("", tool_caption(tool, o, a), tool_output_words(tool, o, a), a), end);
        }
    }
    buf_fmt(out, "%s%s%s", end, tr("What you know"), end);
    for (int i = 0; i < f->fields.n; i++) {
        buf_fmt(out, "- %s%s",
                joined("", tool_word(tool, "field", f->fields.field[i].id, a), tool_value(tool, f, i, a), a), end);
    }
}

void tool_text_file(const struct app *app, struct buf *out)
{
    struct arena a = {0};

    buf_clear(out);
    if (tool_has_result(app)) {
        buf_fmt(out, "%s\r\n", app_tool(app)->title);
        if (clock_is_trusted()) {
            buf_fmt(out, "%s\r\n", tr_time(&a, clock_wall_s()));
        }
        buf_str(out, "\r\n");
        as_text(app, "\r\n", &a, out);
    }
    arena_wipe(&a);
    arena_release(&a);
}

int tool_text_codes(const struct app *app, struct arena *a, const char *codes[QR_PIECES_MAX])
{
    struct buf text = {0};
    int n = 0;

    if (tool_has_result(app)) {
        as_text(app, "\n", a, &text);
        n = codes_of(a, app_tool(app)->title, buf_text(&text), codes);
    }
    buf_wipe(&text);
    return n;
}
