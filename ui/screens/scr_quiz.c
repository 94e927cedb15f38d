/* scr_quiz: a lesson's question. Pick, check, meet warm feedback, go on; at the end what was reached. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "screens/path_words.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_PICK = 1, ACT_CHECK, ACT_NEXT, ACT_BACK, ACT_STEP, ACT_HOME_PAGE, ACT_RETEST, ACT_PATH_STEP };

static void options(const struct visit_quiz *q, int picked, unsigned off, struct ui *ui)
{
    unsigned settled = q->is_answered ? UI_OFF | UI_SETTLED : off;

    ui_open(ui, K("options"), UI_RADIOS, tr("Answers"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 460, .gap_dp = 14});
    for (int i = 0; i < q->n_options; i++) {
        bool fits = q->is_answered && i == q->right;

        ui_radio(ui, KI(i), q->option[i], settled | (picked == i ? UI_ON : 0) | (fits ? UI_DONE : 0),
                 ACT_ARG(ACT_PICK, i));
        if (fits) {
            ui_say_as(ui, tr_fmt(ui_arena(ui), tr("This one fits: {answer}"), "answer", q->option[i], NULL));
        }
    }
    ui_radio(ui, K("unsure"), tr("I am not sure yet"), settled | UI_UNSURE | (picked == VISIT_NOT_SURE ? UI_ON : 0),
             ACT_ARG(ACT_PICK, VISIT_NOT_SURE));
    ui_end(ui);
}

static void ask(const struct visit_quiz *q, const struct app *app, struct ui *ui)
{
    unsigned off = visit_is_saving(app->visit) ? UI_OFF : 0;
    int picked = q->is_answered ? q->chosen : app_pick(app, q->id, APP_NO_PICK);

    ui_page(ui, tr_fmt(ui_arena(ui), q->is_answered ? "{id} answered" : "{id}", "id", q->id,
                       NULL)); /* the verdict is seen */
    ui_heading(ui, K("stem"), UI_TITLE, q->stem);
    ui_status(ui, K("saving"), app_is_waiting_long(app) ? tr("Saving…") : "");
    if (q->is_answered) {
        ui_status(ui, K("verdict"),
                  q->is_right                   ? tr("That fits")
                  : q->chosen == VISIT_NOT_SURE ? tr("Good to ask")
                                                : tr("Not quite"));
        ui_text(ui, K("feedback"), UI_BODY, q->feedback, UI_LIVE);
    }
    options(q, picked, off, ui);
    if (q->is_answered) {
        ui_main(ui, K("next"), tr("Next"), ICON_NEXT, 0, ACT(ACT_NEXT));
    } else {
        ui_main(ui, K("check"), tr("Check"), ICON_DONE, picked == APP_NO_PICK ? UI_OFF : off, ACT(ACT_CHECK));
    }
}

static const struct lib_lesson *following(const struct visit_lesson *l)
{
    return l->position < l->module->n_lessons ? &l->module->lessons[l->position] : NULL;
}

/* The first step of her path; NULL = no result, or none left. */
static const struct pathway_step *path_step(const struct app *app)
{
    const struct visit_result *r = visit_assess_is_running(app->visit) ? NULL : visit_result(app->visit);

    return r && r->pathway.n_path ? &r->pathway.step[0] : NULL;
}

static void reached(const struct app *app, const struct visit_lesson *l, struct ui *ui)
{
    const struct pathway_step *step = path_step(app);
    const char *again = visit_retest_for(app->visit, l->about);
    const struct lib_lesson *next = following(l);

    ui_heading(ui, K("done"), UI_HEAD, tr("Well done. You have worked on:"));
    ui_open(ui, K("outcomes"), UI_LIST, tr("Outcomes"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < l->about->n_outcomes; i++) {
        ui_item(ui, KI(i), ICON_DONE, l->about->outcomes[i], NULL, -1, theme_area_of(l->module->area), UI_DONE);
    }
    ui_end(ui);
    if (next) {
        ui_card_row(ui, KS(next->id), ICON_BOOK_OPEN, next->title,
                    step && step->lesson == next ? tr("Next on your path") : tr("The next lesson"),
                    theme_area_of(l->module->area), 0, ACT(ACT_STEP));
    }
    if (step && step->lesson != next) {
        ui_text(ui, K("path_title"), UI_SMALL, tr("Next on your path"), UI_SOFT);
        ui_card_row(ui, K("path"), shape_icon_named(step->icon), step->title, path_step_words(app, step, ui_arena(ui)),
                    theme_area_of(step->competence), 0, ACT(ACT_PATH_STEP));
        ui_is_personal(ui);
    }
    if (again) {
        path_again_button(app, again, ui, ACT(ACT_RETEST));
    }
    ui_main(ui, K("go_on"), next ? tr("Next lesson") : tr("Done"), ICON_NEXT, 0, ACT(next ? ACT_STEP : ACT_HOME_PAGE));
}

static void quiz_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct visit_lesson *l = visit_lesson(app->visit);
    const struct visit_quiz *q = visit_quiz(app->visit);
    struct arena *a = ui_arena(ui);

    (void)base;
    ui_screen(ui, K("quiz"), l ? l->about->title : tr("Lesson"));
    ui_back(ui, ACT(ACT_BACK));
    if (q) {
        ui_context(ui, ICON_HELP,
                   tr_fmt(a, tr("Question {n} of {total}"), "n", tr_number(a, q->number), "total",
                          tr_number(a, q->total), NULL));
        ask(q, app, ui);
    } else if (l) {
        reached(app, l, ui);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool retest(struct app *app, const struct visit_lesson *l, struct err *err)
{
    const char *competence = l ? visit_retest_for(app->visit, l->about) : NULL;

    if (competence) {
        if (!visit_retest_start(app->visit, competence, err)) {
            return false;
        }
        app_go(app, &scr_question);
    }
    return true;
}

static bool quiz_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct visit_quiz *q = visit_quiz(app->visit);
    const struct visit_lesson *l = visit_lesson(app->visit);

    switch (act.id) {
    case ACT_PICK:
        app_note_pick(app, q ? q->id : "", (int)act.arg);
        break;
    case ACT_CHECK:
        return !q ||
               visit_quiz_answer(app->visit, app_pick(app, q->id, APP_NO_PICK), clock_ms() - base->opened_ms, err);
    case ACT_NEXT:
        base->opened_ms = clock_ms();
        visit_quiz_next(app->visit);
        break;
    case ACT_STEP:
        return l && following(l) ? app_open_lesson(app, following(l)->id, err) : true;
    case ACT_PATH_STEP:
        return path_step(app) ? app_open_step(app, path_step(app)->kind, path_step(app)->id, err) : true;
    case ACT_RETEST:
        return retest(app, l, err);
    case ACT_HOME_PAGE:
        app_go(app, &scr_home);
        break;
    case ACT_BACK:
        app_go(app, &scr_lesson);
        break;
    }
    return true;
}

const struct screen_class scr_quiz = {
    .name = "quiz",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = quiz_build,
    .action = quiz_action,
};
