/* visit_board: the village board as a visitor and staff use it. The journal is told that a card was put up and of which
 * phrase, never its words and never its id: nobody puts card and visit together. */
#include "base/clock.h"
#include "learn/visit_private.h"
#include <string.h>

#include "base/banned.h"

const struct visit_board *visit_board(const struct visit *v)
{
    struct visit_board *b = &((struct visit *)(uintptr_t)v)->board;

    b->view = v->board_view;
    b->is_asking = v->board_ticket != 0;
    return b;
}

/* --- asking
 * ------------------------------------------------------------------------------------------------------------------ */

static bool begin_asking(struct visit *v, struct err *err)
{
    if (v->board_ticket) {
        return err_set(err, ERR_STATE, "board: the last question is not answered");
    }
    v->board_ticket = ++v->last_ticket;
    v->board_since_ms = clock_ms();
    v->board.news = VISIT_BOARD_NONE;
    v->board.err = (struct err){0};
    return true;
}

bool visit_board_load(struct visit *v, struct err *err)
{
    if (!begin_asking(v, err)) {
        return false;
    }
    clerk_board_list(v->opt.clerk, v->board_ticket);
    return true;
}

static bool may_put(const struct visit *v, const struct card *card, struct err *err)
{
    if (card->kind == CARD_WORKSHOP) {
        return err_set(err, ERR_USAGE, "card: workshops are put up by staff");
    }
    if (v->board.n_put >= VISIT_CARDS_MAX) {
        return err_set(err, ERR_LIMIT, "card: %d were put up in this visit", VISIT_CARDS_MAX);
    }
    return card->phrase[0] || card_filter(card->title, card->text) == CARD_FINE ||
           err_set(err, ERR_USAGE, "card: no title, too long, or a number or an address in it");
}

bool visit_board_put(struct visit *v, const struct card *card, struct err *err)
{
    struct card copy = *card;
    bool ok;

    copy.age = 0;
    ok = may_put(v, card, err) && card_check(&copy, "card", err) && visit_begin(v, err) && begin_asking(v, err);
    if (ok) {
        v->board_card = copy;
        clerk_board_put(v->opt.clerk, &copy, v->board_ticket);
    }
    mem_wipe(&copy, sizeof copy);
    return ok;
}

bool visit_board_report(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    if (v->board.n_reported >= VISIT_REPORTS_MAX) {
        return err_set(err, ERR_LIMIT, "card: %d were reported in this visit", VISIT_REPORTS_MAX);
    }
    if (!visit_begin(v, err) || !begin_asking(v, err)) {
        return false;
    }
    clerk_board_report(v->opt.clerk, id, v->board_ticket);
    return true;
}

static bool is_mine(const struct visit *v, const uint8_t id[CARD_ID_BYTES])
{
    for (int i = 0; i < v->n_mine; i++) {
        if (!memcmp(v->mine[i], id, CARD_ID_BYTES)) {
            return true;
        }
    }
    return false;
}

bool visit_board_take_down(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    if (!is_mine(v, id)) {
        return err_set(err, ERR_STATE, "card: it was not put up in this visit");
    }
    return visit_board_staff_take_down(v, id, err);
}

bool visit_board_staff_put(struct visit *v, const struct card *workshop, struct err *err)
{
    if (!card_check(workshop, "card", err) || !begin_asking(v, err)) {
        return false;
    }
    clerk_board_put(v->opt.clerk, workshop, v->board_ticket);
    return true;
}

bool visit_board_staff_release(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    if (!begin_asking(v, err)) {
        return false;
    }
    clerk_board_release(v->opt.clerk, id, v->board_ticket);
    return true;
}

bool visit_board_staff_take_down(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    if (!begin_asking(v, err)) {
        return false;
    }
    clerk_board_take_down(v->opt.clerk, id, v->board_ticket);
    return true;
}

/* --- answers
 * ------------------------------------------------------------------------------------------------------------------ */

static bool has_state(const struct ev_board *ev, enum board_state state)
{
    for (int i = 0; ev->view && i < ev->view->n_cards; i++) {
        if (!memcmp(ev->view->cards[i].card.id, ev->id, CARD_ID_BYTES)) {
            return ev->view->cards[i].state == state;
        }
    }
    return false;
}

static void put_up(struct visit *v, const struct ev_board *ev)
{
    const struct card *card = &v->board_card;
    struct visit_row row;

    v->board.number = ev->number;
    v->board.is_of_phrase = card->phrase[0];
    v->board.is_waiting = !card->phrase[0] || has_state(ev, BOARD_WAITING);
    v->board.n_put++;
    memcpy(v->mine[v->n_mine++], ev->id, CARD_ID_BYTES);
    visit_row_begin(v, &row, "card");
    json_put_str(&row.out, "what", card_kind_name(card->kind));
    json_put_str(&row.out, "phrase", card->phrase);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
}

static void tell(struct visit *v, const struct ev_board *ev)
{
    switch (ev->what) {
    case CLERK_BOARD_PUT:
        v->board.news = VISIT_BOARD_PUT;
        if (v->board_card.days) {
            put_up(v, ev);
        } else { /* a workshop */
            v->board.number = ev->number;
            v->board.is_waiting = false;
        }
        break;
    case CLERK_BOARD_REPORT:
        v->board.news = VISIT_BOARD_REPORTED;
        v->board.is_noted = has_state(ev, BOARD_NOTED);
        v->board.n_reported++;
        break;
    case CLERK_BOARD_TAKE_DOWN:
        v->board.news = VISIT_BOARD_TAKEN;
        break;
    case CLERK_BOARD_RELEASE:
        v->board.news = VISIT_BOARD_RELEASED;
        break;
    default:
        v->board.news = VISIT_BOARD_LISTED;
    }
}

enum visit_event visit_board_event(struct visit *v, struct ev_board *ev)
{
    if (!v->board_ticket || ev->base.ticket != v->board_ticket) {
        return VISIT_NOTHING; /* of a visit that is over */
    }
    v->board_ticket = 0;
    v->board.err = ev->err;
    if (ev->err.code == ERR_NONE) {
        tell(v, ev);
    }
    v->board_card.days = 0;
    if (ev->view) {
        board_view_free(v->board_view);
        v->board_view = ev->view;
        ev->view = NULL;
        for (int i = 0; i < v->board_view->n_cards; i++) {
            struct board_card *c = &v->board_view->cards[i];

            c->is_mine_of_visit = c->is_own && is_mine(v, c->card.id);
        }
    }
    return VISIT_BOARD;
}

/* After a crash: what counts for the limit; whose the cards were is forgotten. */
void visit_board_row(struct visit *v, const char *kind)
{
    v->board.n_put += !strcmp(kind, "card");
}

void visit_board_wipe(struct visit *v)
{
    board_view_free(v->board_view);
    v->board_view = NULL;
    mem_wipe(&v->board, sizeof v->board);
    mem_wipe(&v->board_card, sizeof v->board_card);
    mem_wipe(v->mine, sizeof v->mine);
    v->n_mine = 0;
    v->board_ticket = 0;
}
