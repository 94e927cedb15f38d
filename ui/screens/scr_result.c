/* scr_result: where one stands: the wheel, one sentence, three next steps. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_STEP = 1, ACT_BACK, ACT_AGAIN };

static const char *band_word(int band)
{
    switch (band) {
    case 1:
        return trc("result", "With help");
    case 2:
        return trc("result", "On my own");
    case 3:
        return trc("result", "I adapt it");
    default:
        return trc("result", "I guide others");
    }
}

static const char *sentence(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const struct lib_area *area = visit_area(app->visit, r->start_area);
    const char *where = area ? area->plain : "";

    switch (r->band) {
    case 1:
        return tr_fmt(a, tr("You handle first digital and business tasks with help. {area} is a good place to start."),
                      "area", where, NULL);
    case 2:
        return tr_fmt(a, tr("You handle everyday tasks on your own. {area} is the place to start."), "area", where,
                      NULL);
    case 3:
        return tr_fmt(a, tr("You adapt tools and plans to your business. {area} is where a step pays most."), "area",
                      where, NULL);
    default:
        return tr_fmt(a, tr("You could guide others. {area} is where you can still grow."), "area", where, NULL);
    }
}

/* What the wheel says, written for who cannot read it, and spoken. */
static const char *wheel_in_words(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const struct lib_view *v = visit_view(app->visit);

    return tr_fmt(a, tr("You are strongest in: {a}, {b}, {c}. Most room to grow: {d}, {e}, {f}."), "a",
                  v->competences[r->strongest[0]].plain, "b", v->competences[r->strongest[1]].plain, "c",
                  v->competences[r->strongest[2]].plain, "d", v->competences[r->weakest[0]].plain, "e",
                  v->competences[r->weakest[1]].plain, "f", v->competences[r->weakest[2]].plain, NULL);
}

static void wheel(const struct app *app, const struct visit_result *r, struct ui *ui)
{
    struct chart chart = {.kind = CHART_WHEEL, .n_spokes = r->n_competences, .label = band_word(r->band)};
    const struct lib_view *v = visit_view(app->visit);

    for (int i = 0; i < r->n_competences; i++) {
        const struct visit_competence_result *c = &r->competence[i];
        const struct lib_competence *about = visit_competence(app->visit, c->code);
        const struct lib_area *area = about ? visit_area(app->visit, about->area) : NULL;

        chart.spokes[i] = (struct chart_spoke){theme_area_of(c->code), area ? shape_icon_named(area->icon) : ICON_NONE,
                                               c->level, c->lo, c->hi};
    }
    ui_chart(ui, K("wheel"), tr("Your matrix of 36 skills"), NULL, &chart, 380);
    ui_text(ui, K("words"), UI_SMALL, wheel_in_words(app, r, ui_arena(ui)), UI_PERSONAL);
    ui_open(ui, K("legend"), UI_GROUP, tr("Areas"), (struct ui_box){.flow = UI_WRAP, .gap_dp = 8});
    for (int i = 0; i < v->n_areas; i++) {
        ui_label(ui, KS(v->areas[i].code), shape_icon_named(v->areas[i].icon), v->areas[i].plain,
                 theme_area_of(v->areas[i].code));
    }
    ui_end(ui);
}

static void steps(const struct app *app, const struct visit_result *r, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("steps"), UI_LIST, tr("Your next steps"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < r->pathway.n; i++) {
        const struct pathway_step *s = &r->pathway.step[i];
        const struct lib_competence *c = visit_competence(app->visit, s->competence);

        ui_card_row(ui, KS(s->lesson->id), shape_icon_named(s->module->icon), s->lesson->title,
                    tr_fmt(a, tr("Lesson, {n} min. Helps with: {skill}."), "n", tr_number(a, s->lesson->minutes),
                           "skill", c ? c->plain : "", NULL),
                    theme_area_of(s->competence), 0, ACT_ARG(ACT_STEP, i));
    }
    ui_end(ui);
}

static void honest_words(const struct visit_result *r, struct ui *ui)
{
    if (r->is_careless) {
        ui_warning(ui, K("careless"), tr("We are not sure this time. Try again when you have a quiet moment."));
    } else if (r->is_overclaimed) {
        ui_text(ui, K("claim"), UI_SMALL,
                tr("The practice questions were harder than you expected. We went by the practice questions."), 0);
    } else if (r->is_underclaimed) {
        ui_text(ui, K("claim"), UI_SMALL, tr("You know more than you think."), 0);
    }
}

static void result_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct visit_result *r = visit_result(app->visit);
    struct arena *a = ui_arena(ui);

    (void)base;
    ui_screen(ui, K("result"), tr("My digital business matrix"));
    ui_back(ui, ACT(ACT_BACK));
    if (r) {
        ui_context(ui, ICON_CHART,
                   tr_fmt(a, trn("36 skills · {n} question", "36 skills · {n} questions", r->answered), "n",
                          tr_number(a, r->answered), NULL));
        ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 460, .gap_dp = 24});
        ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 5});
        wheel(app, r, ui);
        ui_end(ui);
        ui_open(ui, K("right"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 6, .gap_dp = 12});
        ui_heading(ui, K("sentence"), UI_TITLE, sentence(app, r, a));
        ui_is_personal(ui);
        honest_words(r, ui);
        if (r->pathway.n) {
            ui_text(ui, K("next"), UI_SMALL, tr("Your next steps"), UI_SOFT);
            steps(app, r, ui);
        }
        ui_button(ui, K("again"), tr("Ask me again"), 0, ACT(ACT_AGAIN));
        ui_end(ui);
        ui_end(ui);
        if (r->pathway.n) {
            ui_main(ui, K("start"), tr("Start step 1"), ICON_PLAY, 0, ACT_ARG(ACT_STEP, 0));
        }
    } else {
        ui_text(ui, K("none"), UI_BODY, tr("Answer a few questions first; then your result is here."), 0);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool result_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct visit_result *r = visit_result(app->visit);

    (void)base;
    switch (act.id) {
    case ACT_STEP:
        return r && act.arg < r->pathway.n ? app_open_lesson(app, r->pathway.step[act.arg].lesson->id, err) : true;
    case ACT_AGAIN:
        app_go(app, &scr_length);
        break;
    default:
        app_go(app, &scr_home);
    }
    return true;
}

const struct screen_class scr_result = {
    .name = "result",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = result_build,
    .action = result_action,
};
