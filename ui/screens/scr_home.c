/* scr_home: what one can do here. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_ASSESS = 1, ACT_LEARN, ACT_RESULT, ACT_PRACTICE, ACT_EASE, ACT_ABOUT, ACT_STICK };

static int n_lessons(const struct lib_view *view)
{
    int n = 0;

    for (int i = 0; i < view->n_modules; i++) {
        n += view->modules[i].n_lessons;
    }
    return n;
}

static void home_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    int lessons = n_lessons(visit_view(app->visit));

    (void)base;
    ui_screen(ui, K("home"), tr_fmt(a, tr("Welcome to the {hub} hub"), "hub", app->folder.name, NULL));
    ui_context(ui, ICON_CLOCK, tr_time(a, clock_wall_s()));
    ui_open(ui, K("tiles"), UI_GROUP, tr("What would you like to do?"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420, .grow = 1});
    ui_tile(ui, K("assess"), ICON_COMPASS, tr("Find where I stand"),
            tr("A short conversation, about 6 minutes. No account needed."), AREA_NONE, ACT(ACT_ASSESS));
    ui_tile(ui, K("learn"), ICON_LEARN, tr("Learn"),
            lessons ? tr_fmt(a,
                             trn("{n} short lesson, with pictures and questions.",
                                 "{n} short lessons, with pictures and questions.", lessons),
                             "n", tr_number(a, lessons), NULL)
                    : tr("No lessons are on this station yet. They come with the next stick."),
            AREA_D1, ACT(ACT_LEARN));
    ui_end(ui);
    if (visit_result(app->visit) && !visit_assess_is_running(app->visit)) {
        ui_card_row(ui, K("result"), ICON_CHART, tr("My result"), tr("Where I stand, and three next steps."), AREA_D3,
                    0, ACT(ACT_RESULT));
    }
    ui_card_row(ui, K("ease"), ICON_HELP, tr("Easier to hear and touch"),
                tr("Reading speed, calmer touch, one key, more time."), AREA_D2, 0, ACT(ACT_EASE));
    ui_card_row(ui, K("about"), ICON_INFO, tr("About this station"),
                tr("Who runs it, what happens to your answers, credits."), AREA_E3, 0, ACT(ACT_ABOUT));
    app_stick_row(app, ui, ACT(ACT_STICK));
    if (app->is_hesitating) { /* last: what is there keeps its place */
        ui_card_row(ui, K("practice"), ICON_BULB, tr("One minute of practice"),
                    tr("New to a touch screen? Try it here, nothing counts."), AREA_D2, UI_LIVE, ACT(ACT_PRACTICE));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool home_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    if (!visit_begin(app->visit, err)) {
        return false;
    }
    switch (act.id) {
    case ACT_ASSESS:
        app_go(app, visit_assess_is_running(app->visit) ? &scr_question : &scr_length);
        break;
    case ACT_LEARN:
        app_go(app, &scr_modules);
        break;
    case ACT_RESULT:
        app_go(app, &scr_result);
        break;
    case ACT_PRACTICE:
        app_go(app, &scr_practice);
        break;
    case ACT_EASE:
        app_go(app, &scr_ease);
        break;
    case ACT_STICK:
        app_go(app, &scr_stick);
        break;
    case ACT_ABOUT:
        app_go(app, &scr_about);
        break;
    }
    return true;
}

const struct screen_class scr_home = {
    .name = "home",
    .size = sizeof(struct screen),
    .build = home_build,
    .action = home_action,
};
