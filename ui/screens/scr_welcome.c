/* scr_welcome: the first screen: choose a language, and be at home. Also where "Language" leads. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_PICK = 1, ACT_BACK, ACT_STICK };

struct scr_welcome {
    struct screen base;
    bool is_waiting; /* a language was chosen, its words are on their way */
};

static void welcome_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_welcome *s = (const struct scr_welcome *)base;
    const struct lib_view *view = visit_view(app->visit);

    if (visit_is_open(app->visit)) {
        ui_screen(ui, K("welcome"), tr("Language"));
        ui_back(ui, ACT(ACT_BACK));
    } else {
        ui_screen(ui, K("welcome"),
                  tr_fmt(ui_arena(ui), tr("Welcome to the {hub} hub"), "hub", app->folder.name, NULL));
    }
    ui_context(ui, ICON_CLOCK, tr_time(ui_arena(ui), clock_wall_s()));
    ui_heading(ui, K("ask"), UI_TITLE, tr("Which language do you speak?"));
    ui_open(ui, K("languages"), UI_GROUP, tr("Languages"),
            (struct ui_box){.flow = UI_GRID, .columns = 3, .min_column_dp = 300, .grow = 1});
    for (int i = 0; view && i < view->n_languages; i++) {
        const struct lib_language *l = &view->languages[i];

        ui_tile(ui, KS(l->lang), ICON_LANGUAGE, l->name, NULL, (enum theme_area)(AREA_D1 + i % 8),
                ACT_ARG(ACT_PICK, i));
    }
    ui_end(ui);
    if (!view || view->n_languages == 0) {
        ui_status(ui, K("empty"), tr("Nothing to read is on this station yet. It comes with a stick."));
    }
    ui_status(ui, K("waiting"), s->is_waiting && app_is_waiting_long(app) ? tr("One moment…") : "");
    app_stick_row(app, ui, ACT(ACT_STICK));
    ui_text(ui, K("about"), UI_BODY, tr("Free, without an account. Nobody asks your name."), 0);
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool welcome_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_welcome *s = (struct scr_welcome *)base;
    const struct lib_view *view = visit_view(app->visit);

    if (act.id == ACT_PICK && act.arg < view->n_languages) {
        s->is_waiting = true;
        return visit_set_language(app->visit, view->languages[act.arg].lang, err);
    }
    if (act.id == ACT_BACK) {
        app_go_back(app);
    } else if (act.id == ACT_STICK) {
        app_go(app, &scr_stick);
    }
    return true;
}

static void welcome_visit(struct screen *base, struct app *app, enum visit_event event)
{
    struct scr_welcome *s = (struct scr_welcome *)base;
    struct err err = {0};

    if (event == VISIT_VIEW_CHANGED && s->is_waiting) {
        if (!visit_begin(app->visit, &err)) {
            app_fault(app, &err);
            return;
        }
        app_go_back(app);
    }
}

const struct screen_class scr_welcome = {
    .name = "welcome",
    .size = sizeof(struct scr_welcome),
    .build = welcome_build,
    .action = welcome_action,
    .visit = welcome_visit,
};
