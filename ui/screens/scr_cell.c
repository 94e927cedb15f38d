/* scr_cell: what an area of competence means for one process of this business, how far one is, what helps, a case. */
#include "app.h"
#include "levels.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_LESSON, ACT_TOOL, ACT_WORKSHOP, ACT_SKILL, ACT_ASSESS };

struct cell {
    const struct lib_process *process;
    const struct lib_area *area;
    int level; /* 0 = no result, or nothing is counted here */
};

/* False: the shelf changed. */
static bool cell_now(const struct app *app, struct cell *out)
{
    const struct lib_view *v = visit_view(app->visit);
    const struct visit_result *r = visit_result(app->visit);
    int p = app->matrix.process, a = app->matrix.area;

    if (p >= v->n_processes || a >= v->n_areas) {
        return false;
    }
    *out = (struct cell){&v->processes[p], &v->areas[a], 0};
    if (r && p < r->matrix.n_processes && a < r->matrix.n_areas) {
        out->level = r->matrix.cell[p][a].level;
    }
    return true;
}

static bool cell_open(struct screen *base, struct app *app, struct err *err)
{
    struct cell cell;

    (void)base;
    return cell_now(app, &cell) || err_set(err, ERR_NOT_FOUND, "the process or area is not on the shelf any more");
}

static bool is_counted(const struct cell *cell, const struct lib_competence *c)
{
    return !strcmp(c->area, cell->area->code) && matrix_weight(cell->process, c->code) > 0;
}

/* The n-th lesson that helps here, from 0; NULL = no more. */
static const struct lib_lesson *lesson_for(const struct lib_view *v, const struct cell *cell, int n)
{
    for (int m = 0; m < v->n_modules; m++) {
        for (int l = 0; l < v->modules[m].n_lessons; l++) {
            const struct lib_lesson *lesson = &v->modules[m].lessons[l];

            if (matrix_helps(v, lesson->serves, lesson->n_serves, cell->process, cell->area) && n-- == 0) {
                return lesson;
            }
        }
    }
    return NULL;
}

static bool tool_helps(const struct lib_view *v, const struct cell *cell, int i)
{
    return matrix_helps(v, v->tools[i].serves, v->tools[i].n_serves, cell->process, cell->area);
}

static bool workshop_helps(const struct lib_view *v, const struct cell *cell, int i)
{
    return matrix_helps(v, v->workshops[i].serves, v->workshops[i].n_serves, cell->process, cell->area);
}

static void means(const struct app *app, const struct cell *cell, struct ui *ui)
{
    const char *text =
        library_means(visit_view(app->visit), visit_trade(app->visit), cell->process->id, cell->area->code);

    if (*text) {
        ui_open(
            ui, K("means"), UI_GROUP, tr("What it means for you"),
            (struct ui_box){.gap_dp = 4, .pad_dp = 20, .surface = UI_TINT, .area = theme_area_of(cell->area->code)});
        ui_heading(ui, K("heading"), UI_BODY, tr("What it means for you"));
        ui_text(ui, K("text"), UI_BODY, text, 0);
        ui_end(ui);
    }
}

/* How far one is, in words and as steps. */
static void standing(const struct app *app, const struct cell *cell, struct ui *ui)
{
    if (!matrix_is_counted(visit_view(app->visit), cell->process, cell->area)) {
        ui_text(ui, K("here"), UI_BODY, tr("No skill of this area is counted here."), 0);
    } else if (!cell->level) {
        ui_text(ui, K("here"), UI_BODY, tr("Nobody has asked you about this yet. Find out where you stand."), 0);
    } else {
        ui_text(ui, K("here"), UI_BODY, level_here(ui_arena(ui), cell->level), UI_BOLD | UI_PERSONAL);
        level_strip(ui, cell->area->plain, theme_area_of(cell->area->code), cell->level, cell->level, cell->level, 36);
        ui_is_personal(ui);
    }
}

static void skills(const struct app *app, const struct cell *cell, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);

    ui_open(ui, K("skills"), UI_LIST, tr("Skills that count here"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < v->n_competences; i++) {
        const struct lib_competence *c = &v->competences[i];
        const struct visit_competence_result *at = level_result(visit_result(app->visit), c->code);

        if (is_counted(cell, c)) {
            ui_card_row(ui, KS(c->code), shape_icon_named(cell->area->icon), c->plain,
                        at ? level_word(at->level) : NULL, theme_area_of(c->code), at ? UI_PERSONAL : 0,
                        ACT_ARG(ACT_SKILL, i));
        }
    }
    ui_end(ui);
}

static void lessons(const struct app *app, const struct cell *cell, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("lessons"), UI_LIST, tr("Lessons"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; lesson_for(v, cell, i); i++) {
        const struct lib_lesson *l = lesson_for(v, cell, i);

        ui_card_row(ui, KS(l->id), ICON_BOOK_OPEN, l->title,
                    tr_fmt(a, tr("Lesson, {n} min."), "n", tr_number(a, l->minutes), NULL),
                    theme_area_of(cell->area->code), visit_lesson_is_done(app->visit, l->id) ? UI_DONE : 0,
                    ACT_ARG(ACT_LESSON, i));
    }
    ui_end(ui);
}

/* What is not on the shelf is left out. */
static void tools_and_workshops(const struct app *app, const struct cell *cell, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("tools"), UI_LIST, tr("Tools"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < v->n_tools; i++) {
        if (tool_helps(v, cell, i)) {
            ui_card_row(ui, KS(v->tools[i].id), shape_icon_named(v->tools[i].icon), v->tools[i].title,
                        tr_fmt(a, tr("Tool, {n} min."), "n", tr_number(a, v->tools[i].minutes), NULL),
                        theme_area_of(cell->area->code), 0, ACT_ARG(ACT_TOOL, i));
        }
    }
    ui_end(ui);
    ui_open(ui, K("workshops"), UI_LIST, tr("Workshops"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < v->n_workshops; i++) {
        if (workshop_helps(v, cell, i)) {
            ui_card_row(ui, KS(v->workshops[i].id), shape_icon_named(v->workshops[i].icon), v->workshops[i].title,
                        tr_fmt(a, tr("Workshop, {n} min."), "n", tr_number(a, v->workshops[i].minutes), NULL),
                        theme_area_of(cell->area->code), 0, ACT_ARG(ACT_WORKSHOP, i));
        }
    }
    ui_end(ui);
}

static void a_case(const struct app *app, const struct cell *cell, struct ui *ui)
{
    const char *text = library_case(visit_view(app->visit), cell->process->id, cell->area->code);

    if (*text) {
        ui_open(ui, K("case"), UI_GROUP, tr("A true-to-life case"),
                (struct ui_box){.gap_dp = 4, .pad_dp = 20, .surface = UI_NOTE});
        ui_heading(ui, K("heading"), UI_BODY, tr("A true-to-life case"));
        ui_text(ui, K("text"), UI_BODY, text, 0);
        ui_end(ui);
    }
}

static void cell_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    struct cell cell = {0};
    bool is_there = cell_now(app, &cell);
    struct arena *a = ui_arena(ui);

    (void)base;
    ui_screen(ui, K("cell"),
              is_there
                  ? tr_fmt(a, tr("{process}, {area}"), "process", cell.process->name, "area", cell.area->plain, NULL)
                  : tr("My business"));
    ui_back(ui, ACT(ACT_BACK));
    if (is_there) {
        means(app, &cell, ui);
        ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 460, .gap_dp = 24});
        ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
        standing(app, &cell, ui);
        skills(app, &cell, ui);
        ui_end(ui);
        ui_open(ui, K("right"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
        a_case(app, &cell, ui);
        lessons(app, &cell, ui);
        tools_and_workshops(app, &cell, ui);
        ui_end(ui);
        ui_end(ui);
    }
    if (!visit_result(app->visit)) {
        ui_main(ui, K("assess"), tr("Find where I stand"), ICON_COMPASS, 0, ACT(ACT_ASSESS));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool cell_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct cell cell = {0};
    const struct lib_view *v = visit_view(app->visit);
    const struct lib_lesson *lesson = NULL;

    (void)base;
    switch (act.id) {
    case ACT_LESSON:
        lesson = cell_now(app, &cell) ? lesson_for(v, &cell, (int)act.arg) : NULL;
        return lesson ? app_open_lesson(app, lesson->id, err) : true;
    case ACT_TOOL: /* the shelf may have changed */
        return act.arg < v->n_tools ? app_open_step(app, PATHWAY_TOOL, v->tools[act.arg].id, err) : true;
    case ACT_WORKSHOP:
        return act.arg < v->n_workshops ? app_open_step(app, PATHWAY_WORKSHOP, v->workshops[act.arg].id, err) : true;
    case ACT_SKILL:
        app->matrix.competence = (int)act.arg;
        app->matrix.is_from_cell = true;
        app_go(app, &scr_skill);
        break;
    case ACT_ASSESS:
        app_go_assess(app);
        break;
    default:
        app_go(app, &scr_grid);
    }
    return true;
}

const struct screen_class scr_cell = {
    .name = "cell",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .open = cell_open,
    .build = cell_build,
    .action = cell_action,
};
