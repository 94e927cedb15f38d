/* scr_board: the village board: what people near here offer and need, and the hub's workshops. */
#include "screens/board_face.h"
#include "tr.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_NEW, ACT_SHOW, ACT_HUBS, ACT_HUB, ACT_CARD, ACT_TURN };
enum { PAGE = 12, COLUMNS = 3, CARD_COLUMN_DP = 340, CARD_DP = 190 };

struct scr_board {
    struct screen base;
    bool is_choosing_hub;
};

static bool board_open(struct screen *base, struct app *app, struct err *err)
{
    (void)base;
    return visit_board(app->visit)->is_asking || visit_board_load(app->visit, err); /* either way VISIT_BOARD follows */
}

/* --- which cards
 * ------------------------------------------------------------------------------------------------------------------ */

/* Hangs; or is her own and waits. */
static bool is_for_visitors(const struct board_card *b)
{
    return board_is_up(b) || (b->state == BOARD_WAITING && b->is_mine_of_visit);
}

static bool is_shown(const struct app *app, const struct board_card *b)
{
    static const enum card_kind kinds[] = {
        [BOARD_OFFERS] = CARD_OFFER, [BOARD_NEEDS] = CARD_NEED, [BOARD_WORKSHOPS] = CARD_WORKSHOP};
    const struct app_board *at = &app->board;

    return is_for_visitors(b) && (at->show == BOARD_ALL || kinds[at->show] == b->card.kind) &&
           (!*at->hub || !strcmp(at->hub, board_hub(app, b)));
}

/* Indexes of the cards on show. */
static int choose(const struct app *app, const struct board_view *view, int **chosen, struct arena *a)
{
    int n = 0;

    *chosen = arena_alloc(a, (size_t)view->n_cards * sizeof **chosen + 1);
    for (int i = 0; i < view->n_cards; i++) {
        if (is_shown(app, &view->cards[i])) {
            (*chosen)[n++] = i;
        }
    }
    return n;
}

static int count_cards(const struct app *app, const struct board_view *view)
{
    int n = 0;

    for (int i = 0; i < view->n_cards; i++) {
        n += is_for_visitors(&view->cards[i]) &&
             (!*app->board.hub || !strcmp(board_hub(app, &view->cards[i]), app->board.hub));
    }
    return n;
}

struct hub {
    const char *name;
    int card; /* its first: stands for it */
    int n;    /* its cards */
};

static int list_hubs(const struct app *app, const struct board_view *view, struct hub hubs[BOARD_HUBS_MAX + 1])
{
    int n = 0;

    for (int i = 0; i < view->n_cards; i++) {
        const char *name = board_hub(app, &view->cards[i]);
        int at = 0;

        if (!is_for_visitors(&view->cards[i])) {
            continue;
        }
        while (at < n && strcmp(hubs[at].name, name) != 0) {
            at++;
        }
        if (at == n) {
            assert(n <= BOARD_HUBS_MAX && "more hubs than the store keeps");
            hubs[n++] = (struct hub){.name = name, .card = i};
        }
        hubs[at].n++;
    }
    return n;
}

/* --- the board
 * ------------------------------------------------------------------------------------------------------------------ */

static void filters(const struct app *app, const struct board_view *view, struct ui *ui)
{
    const struct app_board *at = &app->board;
    struct arena *a = ui_arena(ui);
    const struct {
        struct ui_key key;
        const char *name;
    } kinds[] = {
        [BOARD_ALL] = {K("all"), tr_fmt(a, tr("All {n}"), "n", tr_number(a, count_cards(app, view)), NULL)},
        [BOARD_OFFERS] = {K("offers"), tr("Offers")},
        [BOARD_NEEDS] = {K("needs"), tr("Needs")},
        [BOARD_WORKSHOPS] = {K("workshops"), tr("Workshops")},
    };

    ui_open(ui, K("bar"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP});
    ui_group(ui, K("show"), UI_TABS, tr("Which cards"));
    for (int i = 0; i < (int)M2_COUNT(kinds); i++) {
        ui_chip(ui, kinds[i].key, ICON_NONE, kinds[i].name, (int)at->show == i ? UI_ON : 0, ACT_ARG(ACT_SHOW, i));
    }
    ui_end(ui);
    if (view->n_hubs > 1 || *at->hub) {
        ui_chip(ui, K("hubs"), ICON_HERE,
                *at->hub ? at->hub : tr_fmt(a, tr("All {n} hubs"), "n", tr_number(a, view->n_hubs), NULL),
                *at->hub ? UI_ON : 0, ACT(ACT_HUBS));
    }
    ui_end(ui);
}

static void card(const struct app *app, const struct board_card *b, int i, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, KS(board_key(b, a)), UI_LISTITEM, board_title(&b->card, a),
            (struct ui_box){.gap_dp = 8,
                            .pad_dp = 24,
                            .pad_v_dp = 18,
                            .min_h_dp = CARD_DP,
                            .surface = UI_CARD,
                            .area = board_kind_area(b->card.kind),
                            .act = ACT_ARG(ACT_CARD, i),
                            .about = board_about(app, b, a)});
    board_face(app, b, false, ui);
    ui_end(ui);
}

static void turn(int first, int n, struct ui *ui)
{
    if (n <= PAGE) {
        return;
    }
    ui_open(ui, K("turn"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP, .pack = UI_BETWEEN});
    ui_icon_button(ui, K("newer"), ICON_UP, tr("Newer cards"), first > 0 ? 0 : UI_OFF, ACT_ARG(ACT_TURN, first - PAGE));
    ui_icon_button(ui, K("older"), ICON_DOWN, tr("Older cards"), first + PAGE < n ? 0 : UI_OFF,
                   ACT_ARG(ACT_TURN, first + PAGE));
    ui_end(ui);
}

static void empty(bool is_all, struct ui *ui)
{
    ui_open(ui, K("empty"), UI_PLAIN, NULL, (struct ui_box){.pad_dp = 24, .align = UI_CENTER, .area = AREA_D3});
    ui_icon(ui, ICON_BOARD, 120);
    ui_text(ui, K("none"), UI_BODY,
            is_all ? tr("The board is still empty. Put up the first card: what do you offer, what do you need?")
                   : tr("No card of this kind just now. Look at the others, or put one up."),
            UI_CENTERED);
    ui_end(ui);
}

static void cards(const struct app *app, const struct board_view *view, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    int *chosen, n = choose(app, view, &chosen, a), first = app->board.first < n ? app->board.first : 0;

    if (!n) {
        empty(app->board.show == BOARD_ALL && !*app->board.hub, ui);
        return;
    }
    ui_open(ui, K("cards"), UI_LIST, tr("Cards"),
            (struct ui_box){.flow = UI_GRID, .columns = COLUMNS, .min_column_dp = CARD_COLUMN_DP});
    for (int i = first; i < n && i < first + PAGE; i++) {
        card(app, &view->cards[chosen[i]], chosen[i], ui);
        ui_place(ui, i + 1, n);
    }
    for (int i = n; i < COLUMNS && ui_is_wide(ui, COLUMNS * CARD_COLUMN_DP); i++) {
        ui_space(ui, 0); /* a few cards are as wide as those of a full board */
    }
    ui_end(ui);
    turn(first, n, ui);
}

/* --- whose cards
 * ------------------------------------------------------------------------------------------------------------------ */

static const char *n_cards(int n, struct arena *a)
{
    return tr_fmt(a, trn("{n} card", "{n} cards", n), "n", tr_number(a, n), NULL);
}

static void hubs(const struct app *app, const struct board_view *view, struct ui *ui)
{
    const enum { ALL = -1 } all = ALL;
    struct hub list[BOARD_HUBS_MAX + 1];
    struct arena *a = ui_arena(ui);
    int n = list_hubs(app, view, list), sum = 0;

    for (int i = 0; i < n; i++) {
        sum += list[i].n;
    }
    ui_open(ui, K("hubs"), UI_LIST, tr("Which hub?"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420});
    ui_card_row(ui, K("all"), ICON_BOARD, tr("Cards of all hubs"), n_cards(sum, a), AREA_D3,
                *app->board.hub ? 0 : UI_ON, ACT_ARG(ACT_HUB, all));
    for (int i = 0; i < n; i++) {
        ui_card_row(ui, KN("hub", list[i].card), ICON_HERE, list[i].name, n_cards(list[i].n, a), AREA_D3,
                    strcmp(app->board.hub, list[i].name) ? 0 : UI_ON, ACT_ARG(ACT_HUB, list[i].card));
    }
    ui_end(ui);
}

/* --- the page
 * ------------------------------------------------------------------------------------------------------------------ */

static void board_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_board *s = (const struct scr_board *)base;
    const struct board_view *view = visit_board(app->visit)->view;
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("board"), s->is_choosing_hub ? tr("Which hub?") : tr("Village board"));
    ui_back(ui, ACT(ACT_BACK));
    ui_page(ui, s->is_choosing_hub ? "hubs"
                                   : arena_fmt(a, "%d %d %s", (int)app->board.show, app->board.first, app->board.hub));
    board_news(app, ui);
    if (view && s->is_choosing_hub) {
        hubs(app, view, ui);
    } else if (view) {
        filters(app, view, ui);
        cards(app, view, ui);
    }
    if (!s->is_choosing_hub) {
        ui_main(ui, K("new"), tr("Put up a card"), ICON_ADD, 0, ACT(ACT_NEW));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static void show_hub(struct scr_board *s, struct app *app, int64_t card)
{
    const struct board_view *view = visit_board(app->visit)->view;

    snprintf(app->board.hub, sizeof app->board.hub, "%s",
             view && card >= 0 && card < view->n_cards ? board_hub(app, &view->cards[card]) : "");
    app->board.first = 0;
    s->is_choosing_hub = false;
}

static void look_at(struct app *app, int64_t card)
{
    const struct board_view *view = visit_board(app->visit)->view;

    if (view && card < view->n_cards) {
        memcpy(app->board.id, view->cards[card].card.id, sizeof app->board.id);
        app_go(app, &scr_card);
    }
}

static bool board_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_board *s = (struct scr_board *)base;

    (void)err;
    app->board.news = VISIT_BOARD_NONE;
    switch (act.id) {
    case ACT_NEW:
        app_go(app, &scr_card_new);
        break;
    case ACT_SHOW:
        app->board.show = (int)act.arg;
        app->board.first = 0;
        break;
    case ACT_HUBS:
        s->is_choosing_hub = true;
        break;
    case ACT_HUB:
        show_hub(s, app, act.arg);
        break;
    case ACT_CARD:
        look_at(app, act.arg);
        break;
    case ACT_TURN:
        app->board.first = act.arg > 0 ? (int)act.arg : 0;
        break;
    default:
        if (s->is_choosing_hub) {
            s->is_choosing_hub = false;
        } else {
            app_go(app, &scr_home);
        }
    }
    return true;
}

/* A stick may have brought cards. */
static void board_message(struct screen *base, struct app *app, struct message *m)
{
    struct err err = {0};

    if (m->kind == EV_STICK_STATE && ((const struct ev_stick *)m)->is_over && !board_open(base, app, &err)) {
        app_fault(app, &err);
    }
}

const struct screen_class scr_board = {
    .name = "board",
    .is_come_back = true,
    .size = sizeof(struct scr_board),
    .open = board_open,
    .build = board_build,
    .action = board_action,
    .message = board_message,
};
