/* scr_modules: the modules on the shelf, and the lessons of one. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_MODULE = 1, ACT_LESSON, ACT_BACK };

struct scr_module {
    struct screen base;
    int module; /* index in the view; set by whoever came from the list */
};

static int chosen; /* handed from the list to the module's page; both on the main thread */

static int n_done(const struct app *app, const struct lib_module *m)
{
    int n = 0;

    for (int i = 0; i < m->n_lessons; i++) {
        n += visit_lesson_is_done(app->visit, m->lessons[i].id);
    }
    return n;
}

static void modules_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);

    (void)base;
    ui_screen(ui, K("modules"), tr("Learn"));
    ui_back(ui, ACT(ACT_BACK));
    ui_open(ui, K("modules"), UI_LIST, tr("Modules"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < v->n_modules; i++) {
        const struct lib_module *m = &v->modules[i];

        ui_card_row(ui, KS(m->id), shape_icon_named(m->icon), m->title, m->about, theme_area_of(m->area),
                    UI_ANSWER | (n_done(app, m) == m->n_lessons ? UI_DONE : 0), ACT_ARG(ACT_MODULE, i));
    }
    ui_end(ui);
    if (!v->n_modules) {
        ui_text(ui, K("none"), UI_BODY, tr("No lessons are on this station yet. They come with the next stick."), 0);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool modules_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)err;
    if (act.id == ACT_MODULE) {
        chosen = (int)act.arg;
        app_go(app, &scr_module);
    } else {
        app_go(app, &scr_home);
    }
    return true;
}

const struct screen_class scr_modules = {
    .name = "modules",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = modules_build,
    .action = modules_action,
};

static bool module_open(struct screen *base, struct app *app, struct err *err)
{
    ((struct scr_module *)base)->module = chosen;
    return chosen < visit_view(app->visit)->n_modules ||
           err_set(err, ERR_NOT_FOUND, "the module is not on the shelf any more");
}

static void lesson_row(const struct app *app, const struct lib_lesson *l, const struct lib_module *m, int i,
                       struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_card_row(ui, KS(l->id), ICON_BOOK_OPEN, l->title,
                tr_fmt(a, tr("{n} min. {outcome}"), "n", tr_number(a, l->minutes), "outcome",
                       l->n_outcomes ? l->outcomes[0] : "", NULL),
                theme_area_of(m->area), visit_lesson_is_done(app->visit, l->id) ? UI_DONE : 0, ACT_ARG(ACT_LESSON, i));
}

static void module_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_module *s = (const struct scr_module *)base;
    const struct lib_view *v = visit_view(app->visit);
    const struct lib_module *m = s->module < v->n_modules ? &v->modules[s->module] : NULL;
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("module"), m ? m->title : tr("Learn"));
    ui_back(ui, ACT(ACT_BACK));
    if (m) {
        ui_context(ui, ICON_STEPS,
                   tr_fmt(a, tr("Level EQF {n}, declared by the provider"), "n", tr_number(a, m->eqf), NULL));
        ui_text(ui, K("about"), UI_BODY, m->about, 0);
        ui_open(ui, K("lessons"), UI_LIST, tr("Lessons"), (struct ui_box){.flow = UI_COLUMN});
        for (int i = 0; i < m->n_lessons; i++) {
            lesson_row(app, &m->lessons[i], m, i, ui);
        }
        ui_end(ui);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool module_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct lib_module *m = &visit_view(app->visit)->modules[((struct scr_module *)base)->module];

    if (act.id == ACT_LESSON && act.arg < m->n_lessons) {
        return app_open_lesson(app, m->lessons[act.arg].id, err);
    }
    app_go(app, &scr_modules);
    return true;
}

const struct screen_class scr_module = {
    .name = "module",
    .is_come_back = true,
    .size = sizeof(struct scr_module),
    .open = module_open,
    .build = module_build,
    .action = module_action,
};
