/* scr_result: where one stands: the wheel, one sentence, three next steps. */
#include "app.h"
#include "kit/shape.h"
#include "screens/path_words.h"
#include "screens/result_text.h"
#include "tr.h"

#include "base/banned.h"

enum {
    ACT_STEP = 1,
    ACT_BACK,
    ACT_AGAIN,
    ACT_STICK,
    ACT_MORE,
    ACT_SAID,
    ACT_KEEP,
    ACT_MATRIX,
    ACT_GRID,
    ACT_TAKE,
    ACT_PATH
};

static void wheel(const struct app *app, const struct visit_result *r, struct ui *ui)
{
    struct chart chart = {.kind = CHART_WHEEL, .n_spokes = r->n_competences, .label = result_band_word(r->band)};
    const struct lib_view *v = visit_view(app->visit);

    for (int i = 0; i < r->n_competences; i++) {
        const struct visit_competence_result *c = &r->competence[i];
        const struct lib_competence *about = visit_competence(app->visit, c->code);
        const struct lib_area *area = about ? visit_area(app->visit, about->area) : NULL;

        chart.spokes[i] = (struct chart_spoke){theme_area_of(c->code), area ? shape_icon_named(area->icon) : ICON_NONE,
                                               c->level, c->lo, c->hi};
    }
    ui_chart(ui, K("wheel"), tr("Your matrix of 36 skills"), NULL, &chart, 380);
    ui_text(ui, K("words"), UI_SMALL, result_wheel_words(app, r, ui_arena(ui)), UI_PERSONAL);
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

        ui_card_row(ui, KS(s->id), shape_icon_named(s->icon), s->title, path_step_words(app, s, a),
                    theme_area_of(s->competence), 0, ACT_ARG(ACT_STEP, i));
    }
    ui_end(ui);
}

static void honest_words(const struct visit_result *r, struct ui *ui)
{
    if (r->is_careless) {
        ui_warning(ui, K("careless"), result_unsure_words(r));
    } else if (r->claim == SAID_HARDER) {
        ui_text(ui, K("claim"), UI_SMALL,
                tr("The practice questions were harder than you expected. We went by the practice questions."), 0);
    } else if (r->claim == SAID_DOES_MORE) {
        ui_text(ui, K("claim"), UI_SMALL, tr("You know more than you think."), 0);
    }
}

/* --- the page
 * ------------------------------------------------------------------------------------------------------------------ */

/* Where the result leads to. */
static void further(const struct app *app, const struct visit_result *r, struct ui *ui)
{
    ui_card_row(ui, K("path"), ICON_COMPASS, tr("My path"), tr("Step by step, in the time you have."), AREA_E3, 0,
                ACT(ACT_PATH));
    ui_card_row(ui, K("matrix"), ICON_GRID, tr("The matrix: every skill, every step"), NULL, AREA_D3, 0,
                ACT(ACT_MATRIX));
    ui_card_row(ui, K("business"), ICON_STORE, tr("My business"), NULL, AREA_D3, 0, ACT(ACT_GRID));
    ui_card_row(ui, K("said"), ICON_CHAT, tr("What you say, what you show"), NULL, AREA_D2, 0, ACT(ACT_SAID));
    ui_open(ui, K("more_of_it"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 250});
    ui_icon_button(ui, K("take"), ICON_QR, tr("Take it with me"), 0, ACT(ACT_TAKE));
    ui_button(ui, K("keep"), visit_token(app->visit)->is_kept ? tr("My place is kept") : tr("Keep my place"), 0,
              ACT(ACT_KEEP));
    if (r->can_go_on) {
        ui_button(ui, K("more"), tr("Answer some more"), 0, ACT(ACT_MORE));
    }
    ui_button(ui, K("again"), tr("Ask me again"), 0, ACT(ACT_AGAIN));
    ui_end(ui);
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
        ui_heading(ui, K("sentence"), UI_TITLE, result_sentence(app, r, a));
        ui_is_personal(ui);
        honest_words(r, ui);
        if (r->pathway.n) {
            ui_text(ui, K("next"), UI_SMALL, tr("Your next steps"), UI_SOFT);
            steps(app, r, ui);
        }
        for (int i = 0; i < r->n_growth; i++) {
            ui_text(ui, KS(r->growth[i].competence), UI_SMALL, path_growth_words(app, &r->growth[i], a), UI_PERSONAL);
        }
        further(app, r, ui);
        app_stick_row(app, ui, ACT(ACT_STICK));
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
        return r && act.arg < r->pathway.n
                   ? app_open_step(app, r->pathway.step[act.arg].kind, r->pathway.step[act.arg].id, err)
                   : true;
    case ACT_AGAIN:
        app_go(app, &scr_length);
        break;
    case ACT_MORE:
        if (!visit_assess_more(app->visit, err)) {
            return false;
        }
        app_go(app, &scr_question);
        break;
    case ACT_SAID:
        app_go(app, &scr_said);
        break;
    case ACT_KEEP:
        app_go(app, &scr_keep);
        break;
    case ACT_MATRIX:
        app_go(app, &scr_explorer);
        break;
    case ACT_GRID:
        app_go(app, &scr_grid);
        break;
    case ACT_TAKE:
        app_go(app, &scr_take);
        break;
    case ACT_PATH:
        app_go(app, &scr_path);
        break;
    case ACT_STICK:
        app_look_at(app, &scr_stick);
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
