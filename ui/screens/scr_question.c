/* scr_question: one question of the assessment. Pick, go on; the answer is on the card before the next question comes.
 */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_PICK = 1, ACT_UNSURE, ACT_NEXT, ACT_BACK, ACT_STOP };
enum { NOTHING = -2 };

struct scr_question {
    struct screen base;
    char id[64]; /* the question that picked belongs to */
    int picked;  /* shown option, VISIT_NOT_SURE, or NOTHING */
};

static void follow(struct scr_question *s, const struct visit_question *q)
{
    if (q && strcmp(s->id, q->id) != 0) {
        snprintf(s->id, sizeof s->id, "%s", q->id);
        s->picked = q->chosen;
        s->base.opened_ms = clock_ms();
    }
}

static bool question_open(struct screen *base, struct app *app, struct err *err)
{
    const struct visit_question *q = visit_question(app->visit);

    if (!q) {
        return err_set(err, ERR_STATE, "question: none is open");
    }
    follow((struct scr_question *)base, q);
    return true;
}

static const char *scale_word(int i)
{
    switch (i) {
    case 0:
        return tr("Not yet");
    case 1:
        return tr("With help");
    case 2:
        return tr("On my own");
    default:
        return tr("I show others");
    }
}

static void options(const struct scr_question *s, const struct visit_question *q, struct ui *ui, unsigned off)
{
    ui_open(ui, K("options"), UI_RADIOS, q->is_scale ? tr("How well does this fit you today?") : tr("Answers"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 460, .gap_dp = 14});
    for (int i = 0; i < q->n_options; i++) {
        ui_radio(ui, KI(i), q->is_scale ? scale_word(i) : q->option[i], off | (s->picked == i ? UI_ON : 0),
                 ACT_ARG(ACT_PICK, i));
    }
    ui_radio(ui, K("unsure"), tr("I am not sure yet"), off | UI_UNSURE | (s->picked == VISIT_NOT_SURE ? UI_ON : 0),
             ACT(ACT_UNSURE));
    ui_button(ui, K("stop"), tr("Stop here and see my result"), off | UI_ANSWER | (q->number > 1 ? 0 : UI_OFF),
              ACT(ACT_STOP));
    ui_end(ui);
}

static void question_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_question *s = (const struct scr_question *)base;
    const struct visit_question *q = visit_question(app->visit);
    struct arena *a = ui_arena(ui);
    bool is_waiting = visit_is_saving(app->visit);
    unsigned off = is_waiting ? UI_OFF : 0;

    ui_screen(ui, K("question"), tr("Question"));
    if (q) {
        const struct lib_area *area = visit_area(app->visit, q->area);

        ui_page(ui, q->id);
        ui_back(ui, ACT(ACT_BACK));
        ui_top_progress(ui, (q->number - 1) * 1000 / q->total,
                        tr_fmt(a, tr("Question {n} of about {total}"), "n", tr_number(a, q->number), "total",
                               tr_number(a, q->total), NULL));
        ui_context(ui, ICON_CLOCK,
                   tr_fmt(a, trn("about {n} minute left", "about {n} minutes left", q->minutes_left), "n",
                          tr_number(a, q->minutes_left), NULL));
        ui_label(ui, K("area"), area ? shape_icon_named(area->icon) : ICON_HELP, area ? area->plain : "",
                 theme_area_of(q->area));
        ui_heading(ui, K("stem"), UI_TITLE, q->stem);
        ui_status(ui, K("saving"), app_is_saving_long(app) ? tr("Saving…") : "");
        options(s, q, ui, off);
        ui_main(ui, K("next"), tr("Next"), ICON_NEXT, s->picked == NOTHING ? UI_OFF : off, ACT(ACT_NEXT));
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
        s->picked = (int)act.arg;
        break;
    case ACT_UNSURE:
        s->picked = VISIT_NOT_SURE;
        break;
    case ACT_NEXT:
        return visit_answer(app->visit, s->picked, clock_ms() - s->base.opened_ms, err);
    case ACT_STOP:
        return visit_assess_stop(app->visit, err);
    case ACT_BACK:
        if (visit_is_saving(app->visit)) {
            break; /* a second touch, while the first is on its way to the card */
        }
        if (q && q->can_go_back) {
            return visit_back(app->visit, err);
        }
        app_go(app, &scr_home);
        break;
    }
    return true;
}

static void question_visit(struct screen *base, struct app *app, enum visit_event event)
{
    const struct visit_question *q = visit_question(app->visit);
    struct err err = {0};

    if (event != VISIT_SAVED && event != VISIT_VIEW_CHANGED) {
        return;
    }
    if (q) {
        follow((struct scr_question *)base, q);
    } else if (!visit_assess_is_running(app->visit)) {
        app_go(app, &scr_result);
    } else if (!visit_is_saving(app->visit) &&
               !visit_assess_stop(app->visit, &err)) { /* the last question was answered */
        app_fault(app, &err);
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
