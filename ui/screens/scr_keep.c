/* scr_keep: a place is kept for another day: what that means, the pictures and the card, trying them once; and, once it
 * is kept, where to go on, and deleting it. */
#include "pictures.h"
#include "tr.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { ACT_DEAL = 1, ACT_TRY, ACT_TOUCH, ACT_SHOW, ACT_DONE, ACT_ASSESS, ACT_RESULT, ACT_LESSON, ACT_BACK };
enum { CARD_QR_DP = 180 };
enum step { STEP_CARD, STEP_TRY, STEP_KEPT }; /* once pictures were dealt */

struct scr_keep {
    struct screen base;
    enum step step;
    struct pictures pictures;
    bool was_wrong, was_right;
};

static bool keep_open(struct screen *base, struct app *app, struct err *err)
{
    struct scr_keep *s = (struct scr_keep *)base;

    (void)err;
    s->step = visit_token(app->visit)->is_kept ? STEP_KEPT : STEP_CARD;
    pictures_shuffle(&s->pictures, app);
    return true;
}

/* --- before
 * ------------------------------------------------------------------------------------------------------------------ */

static void offer(const struct visit_token *t, const struct app *app, struct ui *ui)
{
    if (t->news == VISIT_TOKEN_DELETED) {
        ui_status(ui, K("deleted"), tr("Deleted. Nothing of it is left on this station."));
    } else if (t->news == VISIT_TOKEN_FULL) {
        ui_warning(ui, K("full"), tr("All places of this station are taken. Please try again another day."));
    }
    ui_heading(ui, K("what"), UI_HEAD, tr("Go on here another day"));
    ui_text(
        ui, K("how"), UI_BODY,
        tr("You get a few pictures to remember in their order, and a code to write on a card. Either brings you back "
           "to where you are now. Nobody asks your name."),
        0);
    ui_text(ui, K("honest"), UI_BODY, tr("Whoever sees your pictures can see your levels. Show them to nobody."), 0);
    ui_text(
        ui, K("days"), UI_SMALL,
        tr("If you do not come back for 90 days on which the station is used, your place is deleted. You can delete "
           "it at any time."),
        UI_SOFT);
    if (t->is_asking) {
        ui_status(ui, K("dealing"), app_is_waiting_long(app) ? tr("One moment…") : NULL);
    }
    ui_main(ui, K("deal"), tr("Give me my pictures"), ICON_NEXT, t->is_asking ? UI_OFF : 0, ACT(ACT_DEAL));
}

/* --- the card
 * ------------------------------------------------------------------------------------------------------------------ */

static const char *code_in_groups(struct arena *a, const char *code)
{
    return tr_fmt(a, "{a} {b} {c} {d}", "a", arena_strn(a, code, 4), "b", arena_strn(a, code + 4, 4), "c",
                  arena_strn(a, code + 8, 4), "d", arena_strn(a, code + 12, 4), NULL);
}

/* The same words for a phone that keeps them, as any phone reads them without a network. */
static void card_code_qr(const struct token_dealt *d, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *names = "";

    for (int i = 0; i < d->n; i++) {
        names = arena_fmt(a, "%s%s%s", names, i ? ", " : "", picture_name(d->picture[i]));
    }
    /* Names and code, no sentence: the smallest panel must show the whole code at 200 %. */
    ui_qr(ui, K("qr"), tr("The same for your phone"), arena_fmt(a, "MICRO2: %s. %s", names, code_in_groups(a, d->code)),
          CARD_QR_DP);
}

static void card(const struct token_dealt *d, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_heading(ui, K("what"), UI_TITLE, tr("Your pictures, in this order"));
    ui_open(ui, K("dealt"), UI_GROUP, tr("Your pictures, in this order"),
            (struct ui_box){.flow = UI_GRID, .columns = d->n, .min_column_dp = 170});
    for (int i = 0; i < d->n; i++) {
        ui_dealt(ui, KI(i), picture_icon(d->picture[i]), tr_number(a, i + 1), picture_name(d->picture[i]), UI_PERSONAL);
    }
    ui_end(ui);
    ui_text(ui, K("write"), UI_BODY,
            tr("Write the names on a card, in their order, and this code below. Keep the card with you."), 0);
    ui_figure(ui, K("code"), tr("Card code"), code_in_groups(a, d->code), UI_PERSONAL);
    card_code_qr(d, ui);
    ui_open(ui, K("choices"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 300});
    ui_button(ui, K("skip"), tr("I know them"), 0, ACT(ACT_DONE));
    ui_icon_button(ui, K("delete_me"), ICON_DELETE, tr("Delete me"), 0, ACT(ACT_DELETE_ME));
    ui_end(ui);
    ui_main(ui, K("try"), tr("Try them once"), ICON_NEXT, 0, ACT(ACT_TRY));
}

static void attempt(const struct scr_keep *s, struct ui *ui)
{
    ui_text(ui, K("how"), UI_BODY, tr("Touch your pictures in their order, as you will when you come back."), 0);
    ui_status(ui, K("wrong"), s->was_wrong ? tr("Not quite. Look at them once more, or try again.") : NULL);
    ui_open(ui, K("top"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 440, .align = UI_CENTER});
    pictures_picked(&s->pictures, 0, ACT(ACT_TOUCH), ui);
    ui_button(ui, K("show"), tr("Show them again"), 0, ACT(ACT_SHOW));
    ui_end(ui);
    pictures_field(&s->pictures, 0, ACT(ACT_TOUCH), ui);
    ui_main(ui, K("skip"), tr("Skip"), ICON_NEXT, 0, ACT(ACT_DONE));
}

/* --- it is kept
 * ------------------------------------------------------------------------------------------------------------------ */

static void go_on(const struct visit_token *t, const struct app *app, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("on"), UI_LIST, tr("Where to go on"), (struct ui_box){.flow = UI_COLUMN});
    if (visit_assess_is_running(app->visit)) {
        ui_card_row(ui, K("assess"), ICON_COMPASS, tr("Go on with the questions"), tr("From where you stopped."),
                    AREA_NONE, 0, ACT(ACT_ASSESS));
    }
    if (t->lesson) {
        ui_card_row(ui, K("lesson"), ICON_LEARN, t->lesson->title,
                    tr_fmt(a, tr("Go on with this lesson, page {n}"), "n", tr_number(a, t->page + 2), NULL), AREA_D1, 0,
                    ACT(ACT_LESSON));
    }
    if (visit_result(app->visit)) {
        ui_card_row(ui, K("result"), ICON_CHART, tr("My result"), tr("Where I stand, and three next steps."), AREA_D3,
                    0, ACT(ACT_RESULT));
    }
    ui_card_row(ui, K("home"), ICON_HOME, tr("What else is here"), tr("Lessons, and help with seeing and hearing."),
                AREA_D2, 0, ACT(ACT_BACK));
    ui_end(ui);
}

static void kept(const struct scr_keep *s, const struct visit_token *t, const struct app *app, struct ui *ui)
{
    ui_status(ui, K("right"), s->was_right ? tr("That is right. So you come back.") : NULL);
    ui_heading(ui, K("what"), UI_HEAD, t->was_back ? tr("Good to see you again") : tr("Your place is kept"));
    ui_text(ui, K("how"), UI_BODY, tr("Each answer and each page is kept from here on. You need not do anything."), 0);
    if (t->is_short) {
        ui_text(ui, K("short"), UI_SMALL, tr("There is a lot already: the oldest could not be kept any more."),
                UI_SOFT);
    }
    go_on(t, app, ui);
    ui_open(ui, K("choices"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 300});
    if (t->dealt.n) {
        ui_button(ui, K("show"), tr("Show my pictures"), 0, ACT(ACT_SHOW));
    }
    ui_icon_button(ui, K("delete_me"), ICON_DELETE, tr("Delete me"), t->is_asking ? UI_OFF : 0, ACT(ACT_DELETE_ME));
    ui_end(ui);
}

static void keep_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    static const char *const pages[] = {"card", "try", "kept"};
    const struct scr_keep *s = (const struct scr_keep *)base;
    const struct visit_token *t = visit_token(app->visit);

    ui_screen(ui, K("keep"), t->is_kept ? tr("My place is kept") : tr("Keep my place"));
    ui_back(ui, ACT(ACT_BACK));
    ui_page(ui, t->is_kept ? pages[s->step] : "offer");
    if (!t->is_kept) {
        offer(t, app, ui);
    } else if (s->step == STEP_CARD) {
        card(&t->dealt, ui);
    } else if (s->step == STEP_TRY) {
        attempt(s, ui);
    } else {
        kept(s, t, app, ui);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

/* As many as were dealt are looked at; what was touched is compared here and goes nowhere. */
static void touch(struct scr_keep *s, const struct token_dealt *d, int64_t arg)
{
    pictures_touch(&s->pictures, arg);
    s->was_wrong = false;
    if (s->pictures.n == d->n) {
        s->was_right = !memcmp(s->pictures.pick, d->picture, (size_t)d->n);
        s->was_wrong = !s->was_right;
        s->step = s->was_right ? STEP_KEPT : STEP_TRY;
        pictures_clear(&s->pictures);
    }
}

static bool keep_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_keep *s = (struct scr_keep *)base;
    const struct visit_token *t = visit_token(app->visit);

    s->was_right = false;
    switch (act.id) {
    case ACT_DEAL:
        s->step = STEP_CARD;
        return visit_token_deal(app->visit, err);
    case ACT_TRY:
        s->step = STEP_TRY;
        s->was_wrong = false;
        pictures_clear(&s->pictures);
        break;
    case ACT_TOUCH:
        touch(s, &t->dealt, act.arg);
        break;
    case ACT_SHOW:
        s->step = STEP_CARD;
        break;
    case ACT_DONE:
        s->step = STEP_KEPT;
        break;
    case ACT_ASSESS:
        app_go(app, &scr_question);
        break;
    case ACT_RESULT:
        app_go(app, &scr_result);
        break;
    case ACT_LESSON:
        if (!visit_token_go_on(app->visit, err)) {
            return false;
        }
        app_go(app, &scr_lesson);
        break;
    default:
        app_go(app, &scr_home);
    }
    return true;
}

const struct screen_class scr_keep = {
    .name = "keep",
    .is_come_back = true,
    .size = sizeof(struct scr_keep),
    .open = keep_open,
    .build = keep_build,
    .action = keep_action,
};
