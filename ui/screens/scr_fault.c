/* scr_fault: something went wrong: what happened, that nothing is lost, the one thing to do. No code in front; the code
 * small below. */
#include "app.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_GO_ON = 1, ACT_STAFF };

static const char *what_happened(enum err_code code)
{
    switch (code) {
    case ERR_NO_SPACE:
        return tr("The station's card is full.");
    case ERR_IO:
    case ERR_CORRUPT:
        return tr("The station cannot read or write its card just now.");
    case ERR_NOT_FOUND:
        return tr("This page is not on the station any more.");
    case ERR_GONE:
        return tr("The stick was pulled out.");
    case ERR_VERSION:
        return tr("This was made for a newer station.");
    case ERR_SIGNATURE:
    case ERR_TRUST:
    case ERR_FORMAT:
        return tr("Something on the station is not as it should be, so it was left out.");
    default:
        return tr("That did not work just now.");
    }
}

static const char *what_to_do(enum err_code code)
{
    switch (code) {
    case ERR_NO_SPACE:
        return tr("Please tell the people who look after this hub. A visit can begin again when there is room.");
    case ERR_IO:
    case ERR_CORRUPT:
        return tr("Please tell the people who look after this hub.");
    default:
        return tr("Go back to the start page and try once more.");
    }
}

static void fault_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    (void)base;
    ui_screen(ui, K("fault"), tr("One moment, please"));
    ui_open(ui, K("card"), UI_GROUP, tr("What happened"), (struct ui_box){.flow = UI_COLUMN, .surface = UI_NOTE});
    ui_status(ui, K("what"), what_happened(app->fault.code));
    ui_text(ui, K("safe"), UI_BODY, tr("What you answered until now is saved."), 0);
    ui_text(ui, K("do"), UI_BODY, what_to_do(app->fault.code), UI_BOLD);
    ui_end(ui);
    ui_text(ui, K("code"), UI_SMALL, err_name(app->fault.code), UI_SOFT);
    ui_button(ui, K("staff"), tr("Staff"), 0,
              ACT(ACT_STAFF)); /* no visit can begin: the way over the home page is shut */
    ui_main(ui, K("go_on"), tr("Start page"), ICON_NEXT, 0, ACT(ACT_GO_ON));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool fault_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)err;
    if (act.id == ACT_STAFF) {
        app_go(app, &scr_code);
        return true;
    }
    app_go(app, visit_is_open(app->visit) ? &scr_home : &scr_welcome);
    return true;
}

const struct screen_class scr_fault = {
    .name = "fault",
    .size = sizeof(struct screen),
    .build = fault_build,
    .action = fault_action,
};
