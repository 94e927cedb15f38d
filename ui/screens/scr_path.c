/* scr_path: my path: the steps that fit into the time there is, each with its reason; what is done, and asking again.
 */
#include "app.h"
#include "kit/shape.h"
#include "screens/path_words.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_TIME = 1, ACT_STEP, ACT_RETEST, ACT_BACK };

static void times(const struct app *app, struct ui *ui)
{
    const char *const name[PATHWAY_TIMES] = {tr("Short today"), tr("Half an hour"), tr("An evening")};

    ui_open(ui, K("times"), UI_RADIOS, tr("How much time do you have?"),
            (struct ui_box){.flow = UI_GRID, .columns = 3, .min_column_dp = 240, .gap_dp = 14});
    for (int i = 0; i < PATHWAY_TIMES; i++) {
        ui_radio(ui, KI(i), name[i], (int)visit_time(app->visit) == i ? UI_ON : 0, ACT_ARG(ACT_TIME, i));
    }
    ui_end(ui);
}

static void steps(const struct app *app, const struct pathway *p, struct ui *ui)
{
    ui_open(ui, K("steps"), UI_LIST, tr("My path"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < p->n_path; i++) {
        const struct pathway_step *s = &p->step[i];

        ui_card_row(ui, KS(s->id), shape_icon_named(s->icon), s->title, path_step_words(app, s, ui_arena(ui)),
                    theme_area_of(s->competence), 0, ACT_ARG(ACT_STEP, i));
        ui_is_personal(ui);
    }
    ui_end(ui);
}

/* The lesson done in this visit, counted over the shelf; NULL past the last. */
static const struct lib_lesson *done_lesson(const struct app *app, int n)
{
    const struct lib_view *v = visit_view(app->visit);

    for (int m = 0; m < v->n_modules; m++) {
        for (int l = 0; l < v->modules[m].n_lessons; l++) {
            if (visit_lesson_is_done(app->visit, v->modules[m].lessons[l].id) && n-- == 0) {
                return &v->modules[m].lessons[l];
            }
        }
    }
    return NULL;
}

static void done(const struct app *app, struct ui *ui)
{
    const struct lib_lesson *l;

    ui_open(ui, K("done"), UI_LIST, tr("Done"), (struct ui_box){.flow = UI_COLUMN, .gap_dp = 12});
    for (int i = 0; (l = done_lesson(app, i)) != NULL; i++) {
        const char *again = visit_retest_for(app->visit, l);

        ui_open(ui, KS(l->id), UI_GROUP, l->title, (struct ui_box){.flow = UI_COLUMN, .gap_dp = 8});
        ui_item(ui, K("lesson"), ICON_DONE, l->title, NULL, -1, AREA_NONE, UI_DONE);
        if (again) {
            path_again_button(app, again, ui, ACT_ARG(ACT_RETEST, i));
        }
        ui_end(ui);
    }
    ui_end(ui);
}

static void growth(const struct app *app, const struct visit_result *r, struct ui *ui)
{
    for (int i = 0; i < r->n_growth; i++) {
        ui_text(ui, KS(r->growth[i].competence), UI_SMALL, path_growth_words(app, &r->growth[i], ui_arena(ui)),
                UI_PERSONAL);
    }
}

static void path_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct visit_result *r = visit_result(app->visit);
    struct arena *a = ui_arena(ui);

    (void)base;
    ui_screen(ui, K("path"), tr("My path"));
    ui_back(ui, ACT(ACT_BACK));
    if (r) {
        const struct pathway *p = &r->pathway;

        ui_context(
            ui, ICON_CLOCK,
            tr_fmt(a, trn("{n} minute in all", "{n} minutes in all", p->minutes), "n", tr_number(a, p->minutes), NULL));
        times(app, ui);
        if (p->n_path) {
            steps(app, p, ui);
        } else {
            ui_text(ui, K("none"), UI_BODY,
                    tr("You have done every lesson that is here. More come with the next stick."), 0);
        }
        if (done_lesson(app, 0)) {
            ui_heading(ui, K("done_title"), UI_TITLE, tr("Done"));
            growth(app, r, ui);
            done(app, ui);
        }
        if (p->n_path) {
            ui_main(ui, K("start"), done_lesson(app, 0) ? tr("Go on") : tr("Start"), ICON_PLAY, 0,
                    ACT_ARG(ACT_STEP, 0));
        }
    } else {
        ui_text(ui, K("none"), UI_BODY, tr("Answer a few questions first; then your result is here."), 0);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool retest(struct app *app, int i, struct err *err)
{
    const struct lib_lesson *l = done_lesson(app, i);
    const char *competence = l ? visit_retest_for(app->visit, l) : NULL;

    if (competence) {
        if (!visit_retest_start(app->visit, competence, err)) {
            return false;
        }
        app_go(app, &scr_question);
    }
    return true;
}

static bool path_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct visit_result *r = visit_result(app->visit);

    (void)base;
    switch (act.id) {
    case ACT_TIME:
        return visit_set_time(app->visit, (enum pathway_time)act.arg, err);
    case ACT_STEP:
        return r && act.arg < r->pathway.n_path
                   ? app_open_step(app, r->pathway.step[act.arg].kind, r->pathway.step[act.arg].id, err)
                   : true;
    case ACT_RETEST:
        return retest(app, (int)act.arg, err);
    default:
        app_go(app, &scr_result);
    }
    return true;
}

const struct screen_class scr_path = {
    .name = "path",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = path_build,
    .action = path_action,
};
