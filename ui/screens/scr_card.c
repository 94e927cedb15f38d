/* scr_card: one card of the village board: how to answer it, reporting it, taking one's own down; and the same for
 * staff, who release, refuse and take down. */
#include "screens/board_face.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_REPORT, ACT_TAKE_DOWN, ACT_RELEASE, ACT_YES, ACT_NO };
enum question { ASKS_NOTHING, ASKS_REPORT, ASKS_TAKE_DOWN, ASKS_REFUSE };

struct scr_card {
    struct screen base;
    enum question question;
    bool is_sent; /* what was asked for; VISIT_BOARD follows */
};

static const struct board_card *card_of(const struct app *app)
{
    return board_find(app, app->board.id);
}

/* --- what is on it
 * ------------------------------------------------------------------------------------------------------------------ */

static void large(const struct app *app, const struct board_card *b, struct ui *ui)
{
    ui_open(ui, K("card"), UI_GROUP, tr("Card"),
            (struct ui_box){.gap_dp = 12, .surface = UI_CARD, .area = board_kind_area(b->card.kind)});
    board_face(app, b, true, ui);
    ui_end(ui);
}

static void answer(const struct app *app, const struct board_card *b, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("answer"), UI_GROUP, tr("How to answer"), (struct ui_box){.gap_dp = 4, .surface = UI_NOTE});
    ui_text(ui, K("ask"), UI_BODY,
            tr_fmt(a, tr("Ask at the hub for card {n} of {hub}."), "n", tr_number(a, b->card.number), "hub",
                   board_hub(app, b), NULL),
            UI_BOLD);
    ui_text(ui, K("why"), UI_SMALL, tr("There are no names here. Staff put you in touch."), 0);
    ui_end(ui);
    ui_text(ui, K("left"), UI_SMALL,
            tr_fmt(a, trn("It comes down in {n} day.", "It comes down in {n} days.", b->days_left), "n",
                   tr_number(a, b->days_left), NULL),
            UI_SOFT);
}

static void visitor(const struct app *app, const struct board_card *b, struct ui *ui)
{
    const struct visit_board *board = visit_board(app->visit);
    bool is_enough = board->n_reported >= VISIT_REPORTS_MAX;

    if (b->state == BOARD_WAITING) {
        ui_text(ui, K("waits"), UI_BODY, tr("Staff look at your card first, then it is up."), 0);
    } else {
        answer(app, b, ui);
    }
    if (is_enough && !b->is_mine_of_visit) {
        ui_text(ui, K("enough"), UI_SMALL, tr("You have reported several cards. Please tell the staff about this one."),
                UI_SOFT);
    }
    ui_open(ui, K("choices"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP});
    if (b->is_mine_of_visit) {
        ui_icon_button(ui, K("take_down"), ICON_DELETE, tr("Take my card down"), board->is_asking ? UI_OFF : 0,
                       ACT(ACT_TAKE_DOWN));
    } else {
        ui_icon_button(ui, K("report"), ICON_FLAG, tr("Report this card"), board->is_asking || is_enough ? UI_OFF : 0,
                       ACT(ACT_REPORT));
    }
    ui_end(ui);
}

static void staff(const struct app *app, const struct board_card *b, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    unsigned off = visit_board(app->visit)->is_asking ? UI_OFF : 0;
    bool waits = b->state == BOARD_WAITING;

    ui_text(ui, K("number"), UI_BODY,
            tr_fmt(a, tr("Card {n} of {hub}"), "n", tr_number(a, b->card.number), "hub", board_hub(app, b), NULL), 0);
    ui_text(ui, K("rule"), UI_SMALL,
            tr("Release no names, numbers or addresses, nothing that hurts somebody, and no card of a child."),
            UI_SOFT);
    ui_open(ui, K("choices"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP});
    ui_icon_button(ui, K("take_down"), ICON_DELETE, waits ? tr("Refuse it") : tr("Take it down"), off,
                   ACT(ACT_TAKE_DOWN));
    ui_end(ui);
    if (b->state != BOARD_UP) {
        ui_main(ui, K("release"),
                waits                     ? tr("Release it")
                : b->state == BOARD_NOTED ? tr("Leave it up")
                                          : tr("Show it again"),
                ICON_BOARD, off, ACT(ACT_RELEASE));
    }
}

/* What taking it down does, here and at other hubs. */
static const char *taken_down(const struct app *app, const struct board_card *b, struct arena *a)
{
    return b->state == BOARD_WAITING ? tr("It is deleted. Nobody sees it any more.")
           : b->is_own               ? tr("It is deleted here; sticks take it down at other hubs.")
                       : tr_fmt(a, tr("It is not shown here any more. Only {hub} can take it down everywhere."), "hub",
                                board_hub(app, b), NULL);
}

static void questions(const struct scr_card *s, const struct app *app, const struct board_card *b, struct ui *ui)
{
    switch (s->question) {
    case ASKS_NOTHING:
        break;
    case ASKS_REPORT:
        app_question(ui, K("report_it"), tr("Is something wrong with this card?"),
                     tr("Then it is hidden here until staff have looked at it."),
                     (struct app_choice){K("no"), tr("No, leave it up"), ACT_NO},
                     (struct app_choice){K("yes"), tr("Yes, report it"), ACT_YES}, ACT_NO);
        break;
    case ASKS_TAKE_DOWN:
        app_question(ui, K("take_it_down"), tr("Take this card down?"), taken_down(app, b, ui_arena(ui)),
                     (struct app_choice){K("no"), tr("No, leave it up"), ACT_NO},
                     (struct app_choice){K("yes"), tr("Yes, take it down"), ACT_YES}, ACT_NO);
        break;
    case ASKS_REFUSE:
        app_question(ui, K("refuse_it"), tr("Refuse this card?"), tr("It is deleted. Nobody sees it any more."),
                     (struct app_choice){K("no"), tr("No, let it wait"), ACT_NO},
                     (struct app_choice){K("yes"), tr("Yes, refuse it"), ACT_YES}, ACT_NO);
        break;
    }
}

static void card_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_card *s = (const struct scr_card *)base;
    const struct board_card *b = card_of(app);
    bool is_staff = base->class == &scr_card_staff;

    ui_screen(ui, is_staff ? K("card_staff") : K("card"), tr("Village board"));
    ui_back(ui, ACT(ACT_BACK));
    if (b) {
        ui_context(ui, ICON_TAG,
                   tr_fmt(ui_arena(ui), tr("Card {n}"), "n", tr_number(ui_arena(ui), b->card.number), NULL));
        board_news(app, ui);
        large(app, b, ui);
        is_staff ? staff(app, b, ui) : visitor(app, b, ui);
    } else {
        ui_text(ui, K("gone"), UI_BODY, tr("This card is not on the board any more."), 0);
    }
    if (b && app->dialog == DIALOG_NONE) {
        questions(s, app, b, ui);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

/* --- what is done with it
 * ------------------------------------------------------------------------------------------------------------------ */

static const struct screen_class *board_behind(const struct screen *base)
{
    return base->class == &scr_card_staff ? &scr_board_staff : &scr_board;
}

static bool confirmed(struct scr_card *s, struct app *app, struct err *err)
{
    enum question question = s->question;

    s->question = ASKS_NOTHING;
    s->is_sent = true;
    return (question == ASKS_REPORT            ? visit_board_report
            : s->base.class == &scr_card_staff ? visit_board_staff_take_down
                                               : visit_board_take_down)(app->visit, app->board.id, err);
}

static bool card_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_card *s = (struct scr_card *)base;
    const struct board_card *b = card_of(app);

    switch (act.id) {
    case ACT_REPORT:
        s->question = ASKS_REPORT;
        break;
    case ACT_TAKE_DOWN:
        s->question = b && b->state == BOARD_WAITING && base->class == &scr_card_staff ? ASKS_REFUSE : ASKS_TAKE_DOWN;
        break;
    case ACT_RELEASE:
        s->is_sent = true;
        return visit_board_staff_release(app->visit, app->board.id, err);
    case ACT_NO:
        s->question = ASKS_NOTHING;
        break;
    case ACT_YES:
        return confirmed(s, app, err);
    default:
        app_go(app, board_behind(base));
    }
    return true;
}

static void card_visit(struct screen *base, struct app *app, enum visit_event event)
{
    struct scr_card *s = (struct scr_card *)base;
    const struct visit_board *board = visit_board(app->visit);

    if (event == VISIT_BOARD && s->is_sent) {
        s->is_sent = false;
        if (board->err.code == ERR_NONE) {
            app->board.news = board->news;
            app_go(app, board_behind(base));
        }
    }
}

const struct screen_class scr_card = {
    .name = "card",
    .is_come_back = true,
    .size = sizeof(struct scr_card),
    .build = card_build,
    .action = card_action,
    .visit = card_visit,
};

const struct screen_class scr_card_staff = {
    .name = "card_staff",
    .size = sizeof(struct scr_card),
    .build = card_build,
    .action = card_action,
    .visit = card_visit,
    .idle_ms = STAFF_IDLE_MS,
    .ends_when_idle = true,
};
