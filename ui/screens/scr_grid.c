/* scr_grid: my business: its processes by the areas of competence; each cell says how far one is and opens. */
#include "app.h"
#include "levels.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_CELL, ACT_PROCESS, ACT_EXPLORER, ACT_RESULT, ACT_ASSESS };
enum {
    WIDE_DP = 1250,  /* every process beside the others fits from here on; else one at a time */
    AREA_SHARE = 9,  /* of a row */
    CELLS_SHARE = 26 /* the cells of the processes */
};

static int level_at(const struct visit_result *r, int process, int area)
{
    return r && process < r->matrix.n_processes && area < r->matrix.n_areas ? r->matrix.cell[process][area].level : 0;
}

static const char *cell_says(bool empty, int level, struct arena *a)
{
    return empty ? tr("No skill of this area is counted here.") : level_here(a, level);
}

/* --- all processes beside each other
 * ----------------------------------------------------------------------------------------------------- */

static void process_heads(const struct lib_view *v, struct ui *ui)
{
    ui_open(ui, K("heads"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW});
    ui_open(ui, K("none"), UI_PLAIN, NULL, (struct ui_box){.grow = AREA_SHARE});
    ui_end(ui);
    ui_open(ui, K("processes"), UI_GROUP, tr("Parts of your work"),
            (struct ui_box){
                .flow = UI_GRID, .columns = v->n_processes, .min_column_dp = 1, .gap_dp = 13, .grow = CELLS_SHARE});
    for (int p = 0; p < v->n_processes; p++) {
        ui_open(ui, K(""), UI_PLAIN, NULL, (struct ui_box){.align = UI_CENTER, .gap_dp = 2});
        ui_icon(ui, shape_icon_named(v->processes[p].icon), 36);
        ui_text(ui, KS(v->processes[p].id), UI_SMALL, v->processes[p].name, UI_CENTERED | UI_BOLD);
        ui_end(ui);
    }
    ui_end(ui);
    ui_end(ui);
}

static void cell(const struct app *app, int p, int a, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    struct arena *arena = ui_arena(ui);
    enum theme_area area = theme_area_of(v->areas[a].code);
    bool empty = !matrix_is_counted(v, &v->processes[p], &v->areas[a]);
    int level = level_at(visit_result(app->visit), p, a);
    const char *name =
        tr_fmt(arena, tr("{process}, {area}"), "process", v->processes[p].name, "area", v->areas[a].plain, NULL);

    ui_open(ui, KS(v->processes[p].id), UI_BUTTON, name,
            (struct ui_box){.pad_dp = 8,
                            .pad_v_dp = 8,
                            .gap_dp = 6,
                            .pack = UI_CENTER,
                            .surface = empty ? UI_CARD : UI_TILE,
                            .area = area,
                            .flags = (empty ? UI_UNSURE : 0) | (level ? UI_PERSONAL : 0),
                            .act = ACT_ARG(ACT_CELL, p * MATRIX_AREAS_MAX + a),
                            .about = cell_says(empty, level, arena)});
    if (empty) {
        ui_text(ui, K("empty"), UI_SMALL, "–", UI_CENTERED | UI_SOFT);
    } else {
        ui_open(ui, K("word"), UI_PLAIN, NULL, (struct ui_box){.grow = 1, .pack = UI_CENTER});
        if (level) {
            ui_text(ui, K("level"), UI_SMALL, level_word(level), UI_CENTERED);
        }
        ui_end(ui);
        level_strip(ui, name, area, level, level, level, 14);
    }
    ui_end(ui);
}

static void area_row(const struct app *app, int a, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    const struct lib_area *area = &v->areas[a];

    ui_open(ui, KS(area->code), UI_GROUP, area->plain,
            (struct ui_box){.flow = UI_ROW, .align = UI_CENTER, .area = theme_area_of(area->code)});
    ui_open(ui, K("name"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_ROW, .gap_dp = 12, .grow = AREA_SHARE, .align = UI_CENTER});
    ui_icon(ui, shape_icon_named(area->icon), 36);
    ui_open(ui, K("words"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
    ui_text(ui, K("area"), UI_BODY, area->plain, 0);
    ui_end(ui);
    ui_end(ui);
    ui_open(ui, K("cells"), UI_PLAIN, NULL,
            (struct ui_box){
                .flow = UI_GRID, .columns = v->n_processes, .min_column_dp = 1, .gap_dp = 13, .grow = CELLS_SHARE});
    for (int p = 0; p < v->n_processes; p++) {
        cell(app, p, a, ui);
    }
    ui_end(ui);
    ui_end(ui);
}

static void whole(const struct app *app, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);

    process_heads(v, ui);
    ui_open(ui, K("grid"), UI_GROUP, tr("My business"), (struct ui_box){.flow = UI_COLUMN, .gap_dp = 13});
    for (int a = 0; a < v->n_areas; a++) {
        area_row(app, a, ui);
    }
    ui_end(ui);
}

/* --- one process at a time
 * ----------------------------------------------------------------------------------------------------- */

static void one_process(const struct app *app, int p, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    struct arena *arena = ui_arena(ui);

    ui_page(ui, v->processes[p].id);
    ui_group(ui, K("process"), UI_TABS, tr("Parts of your work"));
    for (int i = 0; i < v->n_processes; i++) {
        ui_chip(ui, KS(v->processes[i].id), shape_icon_named(v->processes[i].icon), v->processes[i].name,
                i == p ? UI_ON : 0, ACT_ARG(ACT_PROCESS, i));
    }
    ui_end(ui);
    ui_open(ui, K("cells"), UI_LIST, v->processes[p].name, (struct ui_box){.flow = UI_COLUMN, .gap_dp = 13});
    for (int a = 0; a < v->n_areas; a++) {
        int level = level_at(visit_result(app->visit), p, a);

        ui_card_row(ui, KS(v->areas[a].code), shape_icon_named(v->areas[a].icon), v->areas[a].plain,
                    cell_says(!matrix_is_counted(v, &v->processes[p], &v->areas[a]), level, arena),
                    theme_area_of(v->areas[a].code), level ? UI_PERSONAL : 0,
                    ACT_ARG(ACT_CELL, p * MATRIX_AREAS_MAX + a));
    }
    ui_end(ui);
}

/* --- the page
 * ------------------------------------------------------------------------------------------------------------------ */

/* What the grid shows, written and spoken. */
static const char *in_words(const struct app *app, struct arena *a)
{
    const struct lib_view *v = visit_view(app->visit);
    const struct visit_result *r = visit_result(app->visit);
    int best = 0, least = 0;

    if (!r || !r->matrix.n_processes) {
        return tr("Nothing is filled in yet. Touch a field to see what it means, or find out where you stand.");
    }
    for (int p = 1; p < r->matrix.n_processes; p++) {
        best = r->matrix.process[p].level > r->matrix.process[best].level ? p : best;
        least = r->matrix.process[p].level < r->matrix.process[least].level ? p : least;
    }
    if (r->matrix.process[best].level == r->matrix.process[least].level) {
        return tr_fmt(a, tr("You stand at the same step in every part of your work: “{level}”."), "level",
                      level_word(r->matrix.process[best].level), NULL);
    }
    return tr_fmt(a, tr("Your business is furthest in: {best}, “{most}”. Most room to grow: {least}, “{fewest}”."),
                  "best", v->processes[best].name, "most", level_word(r->matrix.process[best].level), "least",
                  v->processes[least].name, "fewest", level_word(r->matrix.process[least].level), NULL);
}

static void grid_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    bool has_result = visit_result(app->visit) != NULL;
    int process = app->matrix.process < v->n_processes ? app->matrix.process : 0;

    (void)base;
    ui_screen(ui, K("grid"), tr("My business"));
    ui_back(ui, ACT(ACT_BACK));
    if (ui_is_wide(ui, WIDE_DP)) {
        whole(app, ui);
    } else if (v->n_processes) {
        one_process(app, process, ui);
    }
    ui_text(ui, K("words"), UI_SMALL, in_words(app, ui_arena(ui)), has_result ? UI_PERSONAL : 0);
    ui_card_row(ui, K("matrix"), ICON_GRID, tr("The matrix: every skill, every step"), NULL, AREA_D3, 0,
                ACT(ACT_EXPLORER));
    if (has_result) {
        ui_card_row(ui, K("result"), ICON_CHART, tr("My result"), tr("Where I stand, and three next steps."), AREA_D3,
                    0, ACT(ACT_RESULT));
    } else {
        ui_main(ui, K("assess"), tr("Find where I stand"), ICON_COMPASS, 0, ACT(ACT_ASSESS));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool grid_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)err;
    switch (act.id) {
    case ACT_CELL:
        app->matrix.process = (int)act.arg / MATRIX_AREAS_MAX;
        app->matrix.area = (int)act.arg % MATRIX_AREAS_MAX;
        app_go(app, &scr_cell);
        break;
    case ACT_PROCESS:
        app->matrix.process = (int)act.arg;
        break;
    case ACT_EXPLORER:
        app_go(app, &scr_explorer);
        break;
    case ACT_ASSESS:
        app_go_assess(app);
        break;
    default: /* ACT_BACK, ACT_RESULT */
        app_go(app, visit_result(app->visit) ? &scr_result : &scr_explorer);
    }
    return true;
}

const struct screen_class scr_grid = {
    .name = "grid",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = grid_build,
    .action = grid_action,
};
