/* board_face: a card, drawn and spoken. */
#include "screens/board_face.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

const char *board_hub(const struct app *app, const struct board_card *b)
{
    return b->is_own ? app->folder.name : b->hub;
}

const char *board_when(const struct board_card *b, struct arena *a)
{
    if (b->state == BOARD_WAITING) {
        return tr("waits for staff");
    }
    if (b->state == BOARD_REPORTED) {
        return tr("reported");
    }
    return b->days_up > 0
               ? tr_fmt(a, trn("{n} day ago", "{n} days ago", b->days_up), "n", tr_number(a, b->days_up), NULL)
               : tr("today");
}

const char *board_about(const struct app *app, const struct board_card *b, struct arena *a)
{
    const char *text = board_text(&b->card);

    return tr_fmt(a, *text ? tr("{kind}, {hub}, {days}. {text}") : tr("{kind}, {hub}, {days}."), "kind",
                  board_kind_word(b->card.kind), "text", text, "hub", board_hub(app, b), "days", board_when(b, a),
                  NULL);
}

const char *board_key(const struct board_card *b, struct arena *a)
{
    const char *hex = "";

    for (int i = 0; i < CARD_ID_BYTES; i++) {
        hex = arena_fmt(a, "%s%02x", hex, b->card.id[i]);
    }
    return hex;
}

static void words(const struct card *c, bool is_large, struct ui *ui)
{
    const char *text = board_text(c);

    ui_open(ui, K("top"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW});
    ui_label(ui, K("kind"), ICON_NONE, board_kind_word(c->kind), board_kind_area(c->kind));
    ui_end(ui);
    ui_text(ui, K("title"), is_large ? UI_TITLE : UI_BODY, board_title(c, ui_arena(ui)), UI_BOLD);
    if (*text) {
        ui_text(ui, K("text"), is_large ? UI_BODY : UI_SMALL, text, 0);
    }
}

void board_draft(const struct card *c, struct ui *ui)
{
    words(c, true, ui);
}

void board_face(const struct app *app, const struct board_card *b, bool is_large, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    words(&b->card, is_large, ui);
    ui_space(ui, 1);
    ui_open(ui, K("foot"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .gap_dp = 8, .align = UI_CENTER});
    ui_icon(ui, ICON_HERE, 26);
    ui_open(ui, K("where"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
    ui_text(ui, K("place"), UI_SMALL,
            tr_fmt(a, tr("{hub} · {days}"), "hub", board_hub(app, b), "days", board_when(b, a), NULL), UI_SOFT);
    ui_end(ui);
    ui_end(ui);
}

const struct board_card *board_find(const struct app *app, const uint8_t id[CARD_ID_BYTES])
{
    const struct board_view *view = visit_board(app->visit)->view;

    for (int i = 0; view && i < view->n_cards; i++) {
        if (!memcmp(view->cards[i].card.id, id, CARD_ID_BYTES)) {
            return &view->cards[i];
        }
    }
    return NULL;
}

static const char *news(const struct app *app, struct arena *a)
{
    const struct visit_board *b = visit_board(app->visit);

    switch (app->board.news) {
    case VISIT_BOARD_PUT:
        return tr_fmt(a,
                      b->is_waiting && b->is_of_phrase
                          ? tr("Thank you. Many cards were put up today: staff look at yours first. Its number is {n}.")
                      : b->is_waiting
                          ? tr("Thank you. Staff look at your card first, then it is up. Its number is {n}.")
                          : tr("The card is up. Its number is {n}."),
                      "n", tr_number(a, b->number), NULL);
    case VISIT_BOARD_REPORTED:
        return b->is_noted ? tr("Thank you. Many cards were reported today, so this one stays up until staff have "
                                "looked at it.")
                           : tr("Thank you. The card is hidden here until staff have looked at it.");
    case VISIT_BOARD_TAKEN:
        return tr("The card is taken down.");
    case VISIT_BOARD_RELEASED:
        return tr("The card is up.");
    default:
        return NULL;
    }
}

static const char *problem(enum err_code code)
{
    return code == ERR_NONE        ? NULL
           : code == ERR_LIMIT     ? tr("The board is full. Please tell the staff, or try another day.")
           : code == ERR_NOT_FOUND ? tr("This card is not on the board any more.")
                                   : tr("That could not be done just now. Nothing was changed.");
}

void board_news(const struct app *app, struct ui *ui)
{
    const struct visit_board *b = visit_board(app->visit);
    const char *wrong = problem(b->err.code);

    if (b->is_asking && app_is_waiting_long(app)) {
        ui_status(ui, K("asking"), tr("One moment…"));
    } else if (wrong) {
        ui_warning(ui, K("problem"), wrong);
    } else {
        ui_status(ui, K("news"), news(app, ui_arena(ui)));
    }
}
