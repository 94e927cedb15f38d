/* tool_outputs: from outputs to nodes. */
#include "screens/tool_outputs.h"
#include "kit/shape.h"
#include "screens/tool_text.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { STACK_DP = 100, LINE_DP = 190, BARS_DP = 230 };
#define NARROW_PART 0.16 /* of a stack: its words may find no room in it */

static struct ui_key named(const char *what, const struct tool_output *o, struct ui *ui)
{
    return KS(arena_fmt(ui_arena(ui), "%s-%s", what, o->id));
}

/* An id is one output's among those of its kind. */
static struct ui_key key_of(const struct tool_output *o, struct ui *ui)
{
    static const char *const kinds[] = {[TOOL_FIGURE] = "figure", [TOOL_STACK] = "stack", [TOOL_LINE] = "line",
                                        [TOOL_BARS] = "bars",     [TOOL_LIST] = "list",   [TOOL_SAY] = "say"};

    return named(kinds[o->kind], o, ui);
}

/* --- charts
 * ---------------------------------------------------------------------------------------------------------------------
 */

/* What stands for each part below the bar, where its words may not fit into it. */
static void legend(const struct tool_output *o, const struct chart *c, struct ui *ui)
{
    double sum = 0;
    bool is_narrow = ui_text_percent(ui) > 100 || ui_is_small_panel(ui);

    for (int i = 0; i < c->n_parts; i++) {
        sum += c->parts[i].amount;
    }
    for (int i = 0; i < c->n_parts; i++) {
        is_narrow = is_narrow || c->parts[i].amount < sum * NARROW_PART;
    }
    if (!is_narrow) {
        return;
    }
    ui_open(ui, named("parts", o, ui), UI_GROUP, tr("The parts"), (struct ui_box){.flow = UI_WRAP, .gap_dp = 8});
    for (int i = 0; i < c->n_parts; i++) {
        ui_label(
            ui, KI(i), ICON_NONE,
            tr_fmt(ui_arena(ui), tr("{name}: {value}"), "name", c->parts[i].name, "value", c->parts[i].value, NULL),
            chart_part_area(i));
        ui_is_personal(ui);
    }
    ui_end(ui);
}

static void stack(const struct lib_tool *tool, const struct tool_output *o, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    struct chart c = {.kind = CHART_STACK, .n_parts = o->n_parts};

    for (int i = 0; i < o->n_parts; i++) {
        c.parts[i] = (struct chart_part){.name = tool_word(tool, "part", o->part[i].id, a),
                                         .value = tool_amount(tool, o->part[i].value, o->unit, o->decimals, a),
                                         .amount = o->part[i].value};
    }
    ui_chart(ui, key_of(o, ui), tool_caption(tool, o, a), tool_output_words(tool, o, a), &c, STACK_DP);
    ui_is_personal(ui);
    legend(o, &c, ui);
}

static void line(const struct lib_tool *tool, const struct tool_output *o, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    struct chart c = {.kind = CHART_LINES,
                      .n_series = o->n_series,
                      .has_mark = o->has_mark,
                      .mark_x = o->mark_x,
                      .mark_y = o->mark_y};
    double end = 0;

    for (int i = 0; i < o->n_series; i++) {
        const struct tool_series *s = &o->series[i];

        c.series[i].name = tool_word(tool, "part", s->id, a);
        c.series[i].n = s->n;
        for (int k = 0; k < s->n; k++) {
            c.series[i].x[k] = s->point[k].x;
            c.series[i].y[k] = s->point[k].y;
        }
        end = s->point[s->n - 1].x > end ? s->point[s->n - 1].x : end;
    }
    c.label = o->x[0] ? tool_amount(tool, end, o->x, 0, a) : "";
    c.mark = o->has_mark ? tool_amount(tool, o->mark_x, o->x[0] ? o->x : "number", 0, a) : NULL;
    ui_chart(ui, key_of(o, ui), tool_caption(tool, o, a), tool_output_words(tool, o, a), &c, LINE_DP);
    ui_is_personal(ui);
}

static void bars(const struct lib_tool *tool, const struct tool_output *o, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    struct chart c = {.kind = CHART_BARS, .n_parts = o->n_bars};

    for (int i = 0; i < o->n_bars; i++) {
        const char *n = tool_amount(tool, o->bar[i].n, "number", 0, a);

        c.parts[i] = (struct chart_part){.name = tr_fmt(a, tool_word(tool, "bar", o->id, a), "n", n, NULL),
                                         .brief = n,
                                         .value = tool_amount(tool, o->bar[i].value, "number", 0, a),
                                         .amount = o->bar[i].value};
    }
    ui_chart(ui, key_of(o, ui), tool_caption(tool, o, a), tool_output_words(tool, o, a), &c, BARS_DP);
    ui_is_personal(ui);
}

static void chart(const struct lib_tool *tool, const struct tool_output *o, struct ui *ui)
{
    const char *caption = tool_caption(tool, o, ui_arena(ui));

    ui_open(ui, named("box", o, ui), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .gap_dp = 8});
    ui_text(ui, named("caption", o, ui), UI_SMALL, caption, UI_SOFT);
    if (o->kind == TOOL_STACK) {
        stack(tool, o, ui);
    } else if (o->kind == TOOL_LINE) {
        line(tool, o, ui);
    } else {
        bars(tool, o, ui);
    }
    ui_end(ui);
}

/* --- the rest
 * -------------------------------------------------------------------------------------------------------------------
 */

static void figure(const struct lib_tool *tool, const struct tool_output *o, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_figure(ui, key_of(o, ui), tool_caption(tool, o, a), tool_output_words(tool, o, a),
              UI_PERSONAL | (o->is_main ? UI_LIVE : 0) | (o->is_main && o->value >= 0 ? UI_COLOURED : 0));
}

static void list(const struct lib_tool *tool, const struct tool_output *o, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, key_of(o, ui), UI_LIST, tool_caption(tool, o, a), (struct ui_box){.flow = UI_COLUMN, .gap_dp = 12});
    ui_text(ui, K("caption"), UI_BODY, tool_caption(tool, o, a), UI_BOLD);
    for (int i = 0; i < o->n_items; i++) {
        ui_item(ui, KS(o->item[i]), ICON_PENDING, tool_word(tool, "item", o->item[i], a), NULL, -1, AREA_NONE, 0);
        ui_is_personal(ui);
    }
    ui_end(ui);
}

/* Figures that follow each other stand side by side. */
static int figures(const struct lib_tool *tool, const struct tool_outputs *all, int from, struct ui *ui)
{
    int i = from;

    ui_open(ui, KN("figures", from), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP, .gap_dp = 28});
    for (; i < all->n && all->out[i].kind == TOOL_FIGURE; i++) {
        figure(tool, &all->out[i], ui);
    }
    ui_end(ui);
    return i;
}

void tool_outputs(const struct lib_tool *tool, const struct tool_outputs *outputs, struct ui *ui)
{
    for (int i = 0; i < outputs->n;) {
        const struct tool_output *o = &outputs->out[i];

        if (o->kind == TOOL_FIGURE) {
            i = figures(tool, outputs, i, ui);
            continue;
        }
        if (o->kind == TOOL_SAY) {
            ui_text(ui, key_of(o, ui), UI_BODY, tool_output_words(tool, o, ui_arena(ui)), UI_BOLD | UI_PERSONAL);
        } else if (o->kind == TOOL_LIST) {
            list(tool, o, ui);
        } else {
            chart(tool, o, ui);
        }
        i++;
    }
}

void tool_outputs_words(const struct lib_tool *tool, const struct tool_outputs *outputs, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    for (int i = 0; i < outputs->n; i++) {
        const struct tool_output *o = &outputs->out[i];
        const char *caption = tool_caption(tool, o, a), *words = tool_output_words(tool, o, a);

        if (o->kind == TOOL_LIST) {
            list(tool, o, ui);
        } else {
            ui_text(ui, key_of(o, ui), UI_BODY,
                    *caption ? tr_fmt(a, tr("{name}: {value}"), "name", caption, "value", words, NULL) : words,
                    UI_PERSONAL);
        }
    }
}
