/* scr_growth: one competence asked again: before and now, side by side, in kind words. */
#include "app.h"
#include "kit/shape.h"
#include "levels.h"
#include "screens/path_words.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_ON = 1, ACT_BACK };

static const char *verdict(const struct visit_growth *g)
{
    if (g->now > g->before) {
        return tr("It came out higher this time.");
    }
    return g->now == g->before ? tr("About the same as before.")
                               : tr("It came out a little lower this time. That happens with few questions.");
}

static void bar(struct ui *ui, struct ui_key key, const char *what, int level, enum theme_area area)
{
    ui_item(ui, key, ICON_CHART, what, level_word(level), level * 1000 / MATRIX_LEVELS, area, 0);
    ui_is_personal(ui);
}

static void growth_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct visit_growth *g = visit_growth(app->visit);
    const struct lib_competence *c = g ? visit_competence(app->visit, g->competence) : NULL;

    (void)base;
    ui_screen(ui, K("growth"), tr("Before and now"));
    ui_back(ui, ACT(ACT_BACK));
    if (c) {
        enum theme_area area = theme_area_of(g->competence);

        ui_label(ui, K("skill"), ICON_CHART, c->plain, area);
        ui_heading(ui, K("verdict"), UI_TITLE, verdict(g));
        ui_is_personal(ui);
        ui_open(ui, K("levels"), UI_LIST, c->plain, (struct ui_box){.flow = UI_COLUMN, .gap_dp = 12});
        bar(ui, K("before"), tr("Before"), g->before, area);
        bar(ui, K("now"), tr("Now"), g->now, area);
        ui_end(ui);
        ui_text(ui, K("about"), UI_SMALL, tr("Only the new questions count here now. The older ones are put aside."),
                0);
    }
    ui_main(ui, K("go_on"), tr("My path"), ICON_NEXT, 0, ACT(ACT_ON));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool growth_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)err;
    app_go(app, act.id == ACT_ON ? &scr_path : &scr_result);
    return true;
}

const struct screen_class scr_growth = {
    .name = "growth",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = growth_build,
    .action = growth_action,
};
