/* scr_about: who runs the station, what happens to answers, credits; the way to the staff page. */
#include "app.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_STAFF };

static void about_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    (void)base;
    ui_screen(ui, K("about"), tr("About this station"));
    ui_back(ui, ACT(ACT_BACK));
    ui_heading(ui, K("who"), UI_TITLE, tr("Who runs it"));
    ui_text(ui, K("office"), UI_BODY,
            tr_fmt(a, tr("{office}, in the project MICRO 2 Digital (ERASMUS+)."), "office", app->office, NULL), 0);
    ui_heading(ui, K("answers"), UI_TITLE, tr("What happens to your answers"));
    ui_text(ui, K("sealed"), UI_BODY,
            tr("They are locked at once, so that only the training office can open them. No name, no number, no place "
               "in them tells who you are."),
            0);
    ui_heading(ui, K("credits"), UI_TITLE, tr("Credits"));
    ui_text(ui, K("frameworks"), UI_SMALL,
            tr("DigComp 2.2: © European Union, CC BY 4.0. EntreComp: © European Union, 2016. Lessons: CC BY 4.0, MICRO "
               "2 Digital partnership. Program: Apache-2.0. Type: Noto Sans; signs: Material Design Icons."),
            0);
    ui_button(ui, K("staff"), tr("Staff"), 0, ACT(ACT_STAFF));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool about_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)err;
    app_go(app, act.id == ACT_STAFF ? &scr_code : &scr_home);
    return true;
}

const struct screen_class scr_about = {
    .name = "about",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = about_build,
    .action = about_action,
};
