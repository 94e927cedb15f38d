/* scr_tools: the tools on the shelf. */
#include "app.h"
#include "kit/shape.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_TOOL = 1, ACT_BACK };

static void tools_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);

    (void)base;
    ui_screen(ui, K("tools"), tr("Tools for my business"));
    ui_back(ui, ACT(ACT_BACK));
    ui_open(ui, K("tools"), UI_LIST, tr("Tools"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < v->n_tools; i++) {
        const struct lib_tool *t = &v->tools[i];

        ui_card_row(ui, KS(t->id), shape_icon_named(t->icon), t->title, t->about, theme_area_of(t->area), 0,
                    ACT_ARG(ACT_TOOL, i));
    }
    ui_end(ui);
    if (!v->n_tools) {
        ui_text(ui, K("none"), UI_BODY, tr("No tools are on this station yet. They come with the next stick."), 0);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool tools_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct lib_view *v = visit_view(app->visit);

    (void)base;
    if (act.id == ACT_TOOL) {
        return act.arg >= v->n_tools || app_open_tool(app, v->tools[act.arg].id, err);
    }
    app_go(app, &scr_home);
    return true;
}

const struct screen_class scr_tools = {
    .name = "tools",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = tools_build,
    .action = tools_action,
};
