/* scr_length: how much time there is: 12, 24 or 36 questions. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_START = 1, ACT_BACK, ACT_BUSINESS };

static void row(struct ui *ui, enum visit_length n, enum icon icon, const char *title, const char *about)
{
    ui_card_row(ui, KI(n), icon, title, about, AREA_NONE, UI_ANSWER, ACT_ARG(ACT_START, n));
}

/* The trade she has said; NULL = none. */
static const struct lib_trade *trade_of(const struct app *app)
{
    const struct lib_view *v = visit_view(app->visit);

    for (int i = 0; i < v->n_trades; i++) {
        if (!strcmp(v->trades[i].id, visit_business(app->visit)->trade)) {
            return &v->trades[i];
        }
    }
    return NULL;
}

static void length_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    (void)base;
    ui_screen(ui, K("length"), tr("Find where I stand"));
    ui_back(ui, ACT(ACT_BACK));
    ui_text(ui, K("about"), UI_BODY,
            tr("Questions from everyday business. There is no exam and no mark. You can stop at any time and see your "
               "result."),
            0);
    ui_open(ui, K("lengths"), UI_LIST, tr("How much time do you have?"), (struct ui_box){.flow = UI_COLUMN});
    row(ui, VISIT_SHORT, ICON_CLOCK, tr("About 6 minutes"), tr("Up to 12 questions: a first picture."));
    row(ui, VISIT_USUAL, ICON_CLOCK, tr("About 10 minutes"), tr("Up to 24 questions: what most people choose."));
    row(ui, VISIT_THOROUGH, ICON_CLOCK, tr("About 16 minutes"), tr("Up to 36 questions: the clearest picture."));
    ui_end(ui);
    if (trade_of(app)) {
        ui_card_row(ui, K("business"), shape_icon_named(trade_of(app)->icon), tr("Your business"), trade_of(app)->name,
                    AREA_E1, 0, ACT(ACT_BUSINESS));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool length_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    if (act.id == ACT_BACK) {
        app_go(app, &scr_home);
    } else if (act.id == ACT_BUSINESS) {
        app_go(app, &scr_trade);
    } else if (act.id == ACT_START) {
        if (!visit_assess_start(app->visit, (enum visit_length)act.arg, err)) {
            return false;
        }
        app_go(app, &scr_question);
    }
    return true;
}

const struct screen_class scr_length = {
    .name = "length",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = length_build,
    .action = length_action,
};
