/* scr_workshops: the workshops on the shelf. */
#include "app.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_WORKSHOP = 1, ACT_BACK };

static const char *about(const struct app *app, const struct lib_workshop *w, struct arena *a)
{
    const struct workshop *run = &app->workshop.run;

    if (run->stage == WORKSHOP_RUNS && !strcmp(run->id, w->id)) {
        return tr("This one is under way: go on with it.");
    }
    return tr_fmt(a, tr("{n} min, for {from} to {to} people"), "n", tr_number(a, w->minutes), "from",
                  tr_number(a, w->people_from), "to", tr_number(a, w->people_to), NULL);
}

static bool is_done(const struct app *app, const struct lib_workshop *w)
{
    return app->workshop.run.stage == WORKSHOP_OVER && !strcmp(app->workshop.run.id, w->id);
}

static void workshops_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);

    (void)base;
    ui_screen(ui, K("workshops"), tr("Workshops"));
    ui_back(ui, ACT(ACT_BACK));
    ui_text(ui, K("what"), UI_BODY,
            tr("Learn together, in front of this screen. One of you leads, and the station shows what comes next."), 0);
    ui_open(ui, K("workshops"), UI_LIST, tr("Workshops"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 460});
    for (int i = 0; i < v->n_workshops; i++) {
        const struct lib_workshop *w = &v->workshops[i];

        ui_card_row(ui, KS(w->id), shape_icon_named(w->icon), w->title, about(app, w, ui_arena(ui)),
                    theme_area_of(w->area), UI_ANSWER | (is_done(app, w) ? UI_DONE : 0), ACT_ARG(ACT_WORKSHOP, i));
    }
    ui_end(ui);
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool workshops_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct lib_view *v = visit_view(app->visit);

    (void)base;
    if (act.id == ACT_WORKSHOP) {
        return act.arg >= v->n_workshops || app_open_workshop(app, v->workshops[act.arg].id, err);
    }
    app_go(app, &scr_home);
    return true;
}

const struct screen_class scr_workshops = {
    .name = "workshops",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = workshops_build,
    .action = workshops_action,
};
