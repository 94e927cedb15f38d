/* scr_tool: one tool: what she knows on the left, what comes of it on the right; a field that is touched gets its keys.
 * Then how it is reckoned, and the result as codes for her phone. */
#include "app.h"
#include "kit/shape.h"
#include "screens/codes_page.h"
#include "screens/tool_outputs.h"
#include "screens/tool_text.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_FIELD, ACT_KEY, ACT_ALL, ACT_OPTION, ACT_EXPLAIN, ACT_TAKE, ACT_CODE, ACT_STICK };
enum page { PAGE_FORM, PAGE_EXPLAIN, PAGE_CODES };
enum { OPTION_BITS = 8 }; /* of an action's argument; above them the field */

struct scr_tool {
    struct screen base;
    enum page page;
    int code; /* from 0 */
};

/* --- what she knows
 * ---------------------------------------------------------------------------------------------------------------- */

static void options(const struct lib_tool *tool, const struct form *f, int i, struct ui *ui)
{
    const struct tool_field *field = &f->fields.field[i];
    struct arena *a = ui_arena(ui);
    const char *label = tool_word(tool, "field", field->id, a);
    int n = field->kind == TOOL_YESNO ? 2 : field->n_options;
    enum ui_align align = field->kind == TOOL_YESNO ? UI_CENTER : UI_STRETCH;

    ui_open(ui, KS(field->id), UI_PLAIN, NULL,
            (struct ui_box){.flow = field->kind == TOOL_YESNO ? UI_ROW : UI_COLUMN, .gap_dp = 8, .align = align});
    ui_open(ui, K("label"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 1});
    ui_text(ui, KS(arena_fmt(a, "label-%s", field->id)), UI_BODY, label, 0);
    ui_end(ui);
    ui_group(ui, KS(field->id), UI_TABS, label);
    for (int k = 0; k < n; k++) {
        int choice = field->kind == TOOL_YESNO ? !k : k; /* yes comes first */
        const char *text = field->kind != TOOL_YESNO ? tool_word(tool, "option", field->options[k], a)
                           : choice                  ? tr("Yes")
                                                     : tr("No");

        ui_chip(ui, KI(k), ICON_NONE, text, f->value[i].choice == choice ? UI_ON : 0,
                ACT_ARG(ACT_OPTION, i << OPTION_BITS | choice));
    }
    ui_end(ui);
    ui_end(ui);
}

static void field(const struct lib_tool *tool, const struct form *f, int i, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_field(ui, KS(f->fields.field[i].id), tool_word(tool, "field", f->fields.field[i].id, a),
             tool_value(tool, f, i, a), UI_PERSONAL | (f->now == i ? UI_ON : 0), ACT_ARG(ACT_FIELD, i));
}

static void all_fields(const struct lib_tool *tool, const struct form *f, struct ui *ui)
{
    ui_open(ui, K("fields"), UI_GROUP, tr("What you know"),
            (struct ui_box){.flow = UI_COLUMN, .gap_dp = 13, .pad_v_dp = 12, .surface = UI_CARD});
    for (int i = 0; i < f->fields.n; i++) {
        if (form_is_typed(&f->fields.field[i])) {
            field(tool, f, i, ui);
        } else {
            options(tool, f, i, ui);
        }
    }
    ui_end(ui);
}

/* Where the results are further down, the one that matters most stands with the keys. */
static void main_figure(const struct app *app, const struct lib_tool *tool, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    for (int i = 0; tool_has_result(app) && i < app->tools.outputs.n; i++) {
        const struct tool_output *o = &app->tools.outputs.out[i];

        if (o->is_main) {
            ui_text(ui, K("main"), UI_SMALL,
                    tr_fmt(a, tr("{name}: {value}"), "name", tool_caption(tool, o, a), "value",
                           tool_output_words(tool, o, a), NULL),
                    UI_BOLD | UI_PERSONAL);
        }
    }
}

static void help_text(const struct lib_tool *tool, const struct form *f, struct ui *ui)
{
    const char *help = tool_word(tool, "help", f->fields.field[f->now].id, ui_arena(ui));

    if (*help) {
        ui_text(ui, K("help"), UI_SMALL, help, UI_SOFT);
    }
}

/* The field that keys write to, alone with them: the rest comes back with a touch. */
static void one_field(const struct app *app, const struct lib_tool *tool, const struct form *f, struct ui *ui)
{
    bool is_small = ui_is_small_panel(ui);
    bool has_mark = f->fields.field[f->now].decimals > 0;

    ui_open(ui, K("fields"), UI_GROUP, tr("What you know"),
            (struct ui_box){.flow = UI_COLUMN, .gap_dp = 8, .pad_v_dp = 12, .surface = UI_CARD});
    field(tool, f, f->now, ui);
    if (is_small) {
        main_figure(app, tool, ui);
    } else {
        help_text(tool, f, ui);
    }
    ui_end(ui);
    ui_keypad(ui, K("keys"), is_small ? "1234567890" : "7894561230", has_mark ? tr_decimal_mark() : NULL, tr("Delete"),
              0, ACT(ACT_KEY));
    if (is_small) {
        help_text(tool, f, ui);
    }
}

/* The one behind it that takes digits; the first again behind the last. */
static int next_field(const struct form *f)
{
    int i = f->now;

    do {
        i = (i + 1) % f->fields.n;
    } while (!form_is_typed(&f->fields.field[i]));
    return i;
}

/* --- what comes of it
 * -------------------------------------------------------------------------------------------------------------- */

static const char *range_words(const struct lib_tool *tool, const struct form *f, int i, struct arena *a)
{
    const struct tool_field *field = &f->fields.field[i];

    return tr_fmt(a, tr("“{field}” goes from {min} to {max}. Please type it again."), "field",
                  tool_word(tool, "field", field->id, a), "min", tool_limit(tool, field, field->min, a), "max",
                  tool_limit(tool, field, field->max, a), NULL);
}

static void results(const struct app *app, const struct lib_tool *tool, struct ui *ui)
{
    const struct form *f = app_form(app);
    int wrong = f ? form_wrong(f) : FORM_NONE;

    ui_open(ui, K("results"), UI_GROUP, tr("What comes of it"),
            (struct ui_box){.flow = UI_COLUMN, .gap_dp = 12, .surface = UI_CARD, .grow = 1});
    if (app->tools.why != ERR_NONE) {
        ui_warning(ui, K("failed"), tr("This tool does not work now. Please tell the staff of the hub."));
    } else if (wrong != FORM_NONE) {
        ui_warning(ui, K("wrong"), range_words(tool, f, wrong, ui_arena(ui)));
    } else if (app_reckoning_since_ms(app) >= 0 && app_is_waiting_long(app)) {
        ui_status(ui, K("waiting"), tr("One moment…"));
    }
    if (app->tools.has_outputs && wrong == FORM_NONE) {
        tool_outputs(tool, &app->tools.outputs, ui);
    }
    ui_end(ui);
}

static void form_page(const struct app *app, const struct lib_tool *tool, struct ui *ui)
{
    const struct form *f = app_form(app);

    if (!f || f->now == FORM_NONE) {
        ui_top_button(ui, K("explain"), ICON_HELP, tr("Explain"), ACT(ACT_EXPLAIN));
    }
    ui_open(ui, K("page"), UI_PLAIN, NULL,
            (struct ui_box){.flow = ui_is_small_panel(ui) ? UI_COLUMN : UI_ROW, .min_column_dp = 400, .gap_dp = 24});
    ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 2});
    if (f && f->now != FORM_NONE) {
        one_field(app, tool, f, ui);
    } else if (f) {
        all_fields(tool, f, ui);
    }
    ui_end(ui);
    ui_open(ui, K("right"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 3});
    results(app, tool, ui);
    ui_end(ui);
    ui_end(ui);
    if (!f || f->now == FORM_NONE) {
        ui_main(ui, K("take"), tr("Take it with me"), ICON_QR, tool_has_result(app) ? 0 : UI_OFF, ACT(ACT_TAKE));
    } else if (next_field(f) > f->now) {
        ui_main(ui, K("next"), tr("Next"), ICON_NEXT, 0, ACT_ARG(ACT_FIELD, next_field(f)));
    } else {
        ui_main(ui, K("all"), tr("Done"), ICON_DONE, 0, ACT(ACT_ALL));
    }
}

/* --- how it is reckoned
 * ------------------------------------------------------------------------------------------------------------ */

static void explain_page(const struct app *app, const struct lib_tool *tool, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const struct form *f = app_form(app);

    ui_page(ui, "explain");
    ui_heading(ui, K("how"), UI_TITLE, tr("How it is reckoned"));
    ui_text(ui, K("explain"), UI_BODY, tool->explain, 0);
    ui_open(ui, K("helps"), UI_LIST, tr("What you know"), (struct ui_box){.flow = UI_COLUMN, .gap_dp = 12});
    for (int i = 0; f && i < f->fields.n; i++) {
        const char *id = f->fields.field[i].id, *help = tool_word(tool, "help", id, a);

        if (*help) {
            ui_item(ui, KS(id), ICON_PENCIL, tool_word(tool, "field", id, a), help, -1, theme_area_of(tool->area), 0);
        }
    }
    ui_end(ui);
    if (tool_has_result(app)) {
        ui_heading(ui, K("words"), UI_TITLE, tr("The same in words"));
        tool_outputs_words(tool, &app->tools.outputs, ui);
    }
    ui_main(ui, K("done"), tr("Done"), ICON_DONE, 0, ACT(ACT_BACK));
}

static void codes(const struct scr_tool *s, const struct app *app, struct ui *ui)
{
    const char *code[QR_PIECES_MAX];
    int n = tool_text_codes(app, ui_arena(ui), code), now = s->code < n ? s->code : 0;

    if (n) {
        codes_page(app, ui, code, n, now, tr("Your result"), ACT(ACT_STICK));
    }
    if (now + 1 < n) {
        ui_main(ui, K("next"), tr("Next code"), ICON_NEXT, 0, ACT(ACT_CODE));
    } else {
        ui_main(ui, K("done"), tr("Done"), ICON_DONE, 0, ACT(ACT_BACK));
    }
}

static void tool_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_tool *s = (const struct scr_tool *)base;
    const struct lib_tool *tool = app_tool(app);

    ui_screen(ui, K("tool"), tool ? tool->title : tr("Tools for my business"));
    ui_back(ui, ACT(ACT_BACK));
    if (!tool) {
        ui_text(ui, K("none"), UI_BODY, tr("This tool is not on the station any more."), 0);
    } else {
        if (s->page == PAGE_EXPLAIN) {
            explain_page(app, tool, ui);
        } else if (s->page == PAGE_CODES) {
            codes(s, app, ui);
        } else {
            form_page(app, tool, ui);
        }
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

/* --- touches
 * ---------------------------------------------------------------------------------------------------------------------
 */

static void go_back(struct scr_tool *s, struct app *app, struct form *f)
{
    if (s->page != PAGE_FORM) {
        s->page = PAGE_FORM;
    } else if (f && f->now != FORM_NONE) {
        f->now = FORM_NONE;
    } else {
        app_go(app, &scr_tools);
    }
}

static void edit(struct app *app, struct form *f, struct ui_act act)
{
    switch (act.id) {
    case ACT_FIELD:
        form_select(f, (int)act.arg);
        break;
    case ACT_KEY:
        form_type(f, act.arg == ',' ? '.' : (char)act.arg);
        app_reckon(app);
        break;
    case ACT_ALL:
        f->now = FORM_NONE;
        break;
    default:
        form_choose(f, (int)(act.arg >> OPTION_BITS), (int)(act.arg & ((1 << OPTION_BITS) - 1)));
        app_reckon(app);
    }
}

static bool tool_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_tool *s = (struct scr_tool *)base;
    struct form *f = app_form_edit(app);

    (void)err;
    switch (act.id) {
    case ACT_BACK:
        go_back(s, app, f);
        break;
    case ACT_EXPLAIN:
        s->page = PAGE_EXPLAIN;
        break;
    case ACT_TAKE:
        s->page = tool_has_result(app) ? PAGE_CODES : PAGE_FORM;
        s->code = 0;
        break;
    case ACT_CODE:
        s->code++;
        break;
    case ACT_STICK:
        if (app->saved.state != SAVED_RUNNING) {
            app->saved = (struct app_saved){0}; /* these figures are not saved yet */
        }
        app_look_at(app, &scr_stick);
        break;
    default:
        if (f) {
            edit(app, f, act);
        }
    }
    return true;
}

const struct screen_class scr_tool = {
    .name = "tool",
    .is_come_back = true,
    .size = sizeof(struct scr_tool),
    .build = tool_build,
    .action = tool_action,
};
