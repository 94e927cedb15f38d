/* scr_practice: one minute for who never touched such a screen: touch, hear, bigger, and where help is. Offered on the
 * home page to who hesitates; nothing of it is written down. */
#include "app.h"
#include "kit/shape.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_TRY = 1, ACT_NEXT, ACT_BACK };
enum step { STEP_TOUCH, STEP_HEAR, STEP_BIGGER, STEP_HELP, N_STEPS };

struct scr_practice {
    struct screen base;
    enum step step;
    bool has_touched;
    struct app_help before; /* what hearing and size were when their step began */
};

static bool practice_open(struct screen *base, struct app *app, struct err *err)
{
    (void)err;
    ((struct scr_practice *)base)->before = app->help;
    return true;
}

static void touch_step(const struct scr_practice *s, struct ui *ui)
{
    ui_heading(ui, K("what"), UI_HEAD, tr("Touching"));
    ui_text(ui, K("how"), UI_BODY, tr("Put a finger on the button below, and lift it again. No need to press hard."),
            0);
    ui_icon_button(ui, K("try"), ICON_DONE, tr("Touch here"), UI_ANSWER | (s->has_touched ? UI_ON : 0), ACT(ACT_TRY));
    ui_status(ui, K("done"),
              s->has_touched ? tr("That is all there is to it. Everything here works like this.") : NULL);
}

static void hear_step(const struct scr_practice *s, const struct app *app, struct ui *ui)
{
    bool is_done = app->help.is_speaking != s->before.is_speaking;

    ui_heading(ui, K("what"), UI_HEAD, tr("Hearing"));
    ui_text(ui, K("how"), UI_BODY,
            tr("At the bottom stands Read aloud. Touch it, and the page is read to you. Touch it again for silence."),
            0);
    ui_status(ui, K("done"), is_done ? tr("You have found it.") : NULL);
}

static void bigger_step(const struct scr_practice *s, const struct app *app, struct ui *ui)
{
    bool is_done = app->help.text_percent != s->before.text_percent;

    ui_heading(ui, K("what"), UI_HEAD, tr("Bigger letters"));
    ui_text(
        ui, K("how"), UI_BODY,
        tr("Beside it stands Text size. Each touch makes the letters bigger; after the biggest they are small again."),
        0);
    ui_status(ui, K("done"), is_done ? tr("You have found it.") : NULL);
}

static void help_step(struct ui *ui)
{
    ui_heading(ui, K("what"), UI_HEAD, tr("Getting out, getting help"));
    ui_text(ui, K("home"), UI_BODY, tr("Home brings you back to the start from anywhere. Nothing can break."), 0);
    ui_text(ui, K("finished"), UI_BODY, tr("I am finished clears the screen for the next person."), 0);
    ui_text(ui, K("people"), UI_BODY, tr("And the people of this place are glad to help."), 0);
}

static void practice_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_practice *s = (const struct scr_practice *)base;
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("practice"), tr("One minute of practice"));
    ui_back(ui, ACT(ACT_BACK));
    ui_page(ui, tr_fmt(a, "{n}", "n", tr_number(a, s->step), NULL));
    ui_open(ui, K("page"), UI_GROUP, tr("One minute of practice"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_CARD, .area = AREA_D2, .grow = 1, .gap_dp = 24});
    switch (s->step) {
    case STEP_TOUCH:
        touch_step(s, ui);
        break;
    case STEP_HEAR:
        hear_step(s, app, ui);
        break;
    case STEP_BIGGER:
        bigger_step(s, app, ui);
        break;
    default:
        help_step(ui);
    }
    ui_space(ui, 1);
    ui_steps(ui, K("dots"),
             tr_fmt(a, tr("Page {n} of {total}"), "n", tr_number(a, s->step + 1), "total", tr_number(a, N_STEPS), NULL),
             (int)s->step, N_STEPS);
    ui_end(ui);
    ui_main(ui, K("next"), s->step + 1 < N_STEPS ? tr("Next") : tr("Start page"), ICON_NEXT, 0, ACT(ACT_NEXT));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool practice_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_practice *s = (struct scr_practice *)base;

    (void)err;
    switch (act.id) {
    case ACT_TRY:
        s->has_touched = true;
        break;
    case ACT_NEXT:
        if (s->step + 1 == N_STEPS) {
            app_go(app, &scr_home);
            break;
        }
        s->step++;
        s->before = app->help;
        break;
    case ACT_BACK:
        if (s->step == STEP_TOUCH) {
            app_go(app, &scr_home);
            break;
        }
        s->step--;
        s->before = app->help;
        break;
    }
    return true;
}

const struct screen_class scr_practice = {
    .name = "practice",
    .size = sizeof(struct scr_practice),
    .is_come_back = true,
    .open = practice_open,
    .build = practice_build,
    .action = practice_action,
};
