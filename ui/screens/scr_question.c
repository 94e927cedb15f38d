/* scr_question: one question of the assessment. Pick, go on; the answer is on the card before the next question comes.
 */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "levels.h"
#include "screens/question_shows.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_PICK = 1, ACT_NEXT, ACT_BACK, ACT_STOP };

struct scr_question {
    struct screen base;
    char id[64]; /* the question that is shown */
};

static void follow(struct scr_question *s, const struct visit_question *q)
{
    if (q && strcmp(s->id, q->id) != 0) {
        snprintf(s->id, sizeof s->id, "%s", q->id);
        s->base.opened_ms = clock_ms();
    }
}

static bool question_open(struct screen *base, struct app *app, struct err *err)
{
    (void)err;
    follow((struct scr_question *)base, visit_question(app->visit));
    return true;
}

/* Not sure, and the way to the result: beside the answers, where there is room. */
static void around(const struct visit_question *q, int picked, unsigned off, struct ui *ui)
{
    ui_radio(ui, K("unsure"), tr("I am not sure yet"), off | UI_UNSURE | (picked == VISIT_NOT_SURE ? UI_ON : 0),
             ACT_ARG(ACT_PICK, VISIT_NOT_SURE));
    if (q->can_go_back) {
        ui_button(ui, K("stop"), tr("Stop here and see my result"), off, ACT(ACT_STOP));
    }
}

static void options(const struct visit_question *q, int picked, unsigned off, struct ui *ui)
{
    const struct ui_box grid = {.flow = UI_GRID, .columns = 2, .min_column_dp = 460, .gap_dp = 14};

    if (question_is_thing(q)) {
        ui_open(ui, K("options"), UI_RADIOS, tr("Answers"),
                (struct ui_box){.flow = UI_COLUMN, .grow = 6, .gap_dp = 14});
        question_thing(q, picked, off, ACT_PICK, ui);
        ui_open(ui, K("around"), UI_PLAIN, NULL, grid);
        around(q, picked, off, ui);
        ui_end(ui);
    } else {
        ui_open(ui, K("options"), UI_RADIOS, q->is_scale ? tr("How well does this fit you today?") : tr("Answers"),
                grid);
        for (int i = 0; i < q->n_options; i++) {
            ui_radio(ui, KI(i), q->is_scale ? level_answer(i) : q->option[i], off | (picked == i ? UI_ON : 0),
                     ACT_ARG(ACT_PICK, i));
        }
        around(q, picked, off, ui);
    }
    ui_end(ui);
}

static void progress(const struct visit_question *q, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *n = tr_number(a, q->number), *total = tr_number(a, q->total);

    ui_top_progress(ui, ((q->number - 1) * q->parts + q->part - 1) * 1000 / (q->total * q->parts),
                    q->parts == 1
                        ? tr_fmt(a, tr("Question {n} of about {total}"), "n", n, "total", total, NULL)
                        : tr_fmt(a, tr("Question {n} of about {total}, part {part} of {parts}"), "n", n, "total", total,
                                 "part", tr_number(a, q->part), "parts", tr_number(a, q->parts), NULL));
    ui_context(ui, ICON_CLOCK,
               tr_fmt(a, trn("about {n} minute left", "about {n} minutes left", q->minutes_left), "n",
                      tr_number(a, q->minutes_left), NULL));
}

static void question(const struct app *app, const struct visit_question *q, struct ui *ui)
{
    const struct lib_area *area = visit_area(app->visit, q->area);
    unsigned off = visit_is_saving(app->visit) ? UI_OFF : 0;
    int picked = app_pick(app, q->id, q->chosen);

    ui_page(ui, q->id);
    progress(q, ui);
    if (question_is_beside(q)) {
        ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 460, .gap_dp = 24});
        ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 5});
    }
    ui_label(ui, K("area"), area ? shape_icon_named(area->icon) : ICON_HELP, area ? area->plain : "",
             theme_area_of(q->area));
    ui_heading(ui, K("stem"), UI_TITLE, q->stem);
    question_above(q, ui);
    ui_status(ui, K("saving"), app_is_waiting_long(app) ? tr("Saving…") : "");
    if (question_is_beside(q)) {
        ui_end(ui);
    }
    options(q, picked, off, ui);
    if (question_is_beside(q)) {
        ui_end(ui);
    }
    ui_main(ui, K("next"), tr("Next"), ICON_NEXT, picked == APP_NO_PICK ? UI_OFF : off, ACT(ACT_NEXT));
}

static void question_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct visit_question *q = visit_question(app->visit);

    (void)base;
    ui_screen(ui, K("question"), tr("Question"));
    ui_back(ui, ACT(ACT_BACK));
    if (q) {
        question(app, q, ui);
    } else {
        ui_status(ui, K("working"), tr("Working out your result…"));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool question_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_question *s = (struct scr_question *)base;
    const struct visit_question *q = visit_question(app->visit);

    switch (act.id) {
    case ACT_PICK:
        app_note_pick(app, s->id, (int)act.arg);
        break;
    case ACT_NEXT:
        return !q || visit_answer(app->visit, app_pick(app, q->id, q->chosen), clock_ms() - s->base.opened_ms, err);
    case ACT_STOP:
        app_ask(app, DIALOG_STOP);
        break;
    case ACT_BACK:
        if (visit_is_saving(app->visit)) {
            break; /* a second touch, while the first is on its way to the card */
        }
        if (q && q->can_go_back) {
            return visit_back(app->visit, err);
        }
        if (visit_retest_is_running(app->visit)) {
            app_go(app, &scr_path);
            return visit_retest_stop(app->visit, err);
        }
        app_go(app, &scr_home);
        break;
    }
    return true;
}

static void question_visit(struct screen *base, struct app *app, enum visit_event event)
{
    (void)event;
    if (visit_assess_is_running(app->visit) || visit_retest_is_running(app->visit)) {
        follow((struct scr_question *)base, visit_question(app->visit));
    } else {
        app_go(app, visit_place(app->visit) == VISIT_AT_GROWTH ? &scr_growth : &scr_result);
    }
}

const struct screen_class scr_question = {
    .name = "question",
    .is_come_back = true,
    .size = sizeof(struct scr_question),
    .open = question_open,
    .build = question_build,
    .action = question_action,
    .visit = question_visit,
};
