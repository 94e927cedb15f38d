/* scr_board_staff: the village board as staff see it: what waits, what was reported, all; a workshop of the hub. */
#include "screens/board_face.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_NEW, ACT_SHOW, ACT_CARD, ACT_TURN };
enum { SHOWS_WAITING, SHOWS_REPORTED, SHOWS_ALL, SHOWS_N };
enum { PAGE = 12 };

struct scr_board_staff {
    struct screen base;
    int show;
    int64_t first;
};

static bool staff_open(struct screen *base, struct app *app, struct err *err)
{
    (void)base;
    return visit_board(app->visit)->is_asking || visit_board_load(app->visit, err);
}

static bool is_shown(const struct board_card *b, int show)
{
    return show == SHOWS_ALL ||
           (show == SHOWS_WAITING ? b->state == BOARD_WAITING : b->state == BOARD_REPORTED || b->state == BOARD_NOTED);
}

static int choose(const struct board_view *view, int show, int *chosen)
{
    int n = 0;

    for (int i = 0; i < view->n_cards; i++) {
        if (is_shown(&view->cards[i], show)) {
            if (chosen) {
                chosen[n] = i;
            }
            n++;
        }
    }
    return n;
}

static const char *show_name(const struct board_view *view, int show, struct arena *a)
{
    const char *text = show == SHOWS_WAITING    ? tr("Waiting {n}")
                       : show == SHOWS_REPORTED ? tr("Reported {n}")
                                                : tr("All {n}");

    return tr_fmt(a, text, "n", tr_number(a, choose(view, show, NULL)), NULL);
}

struct rows {
    const struct app *app;
    const struct board_view *view;
    const int *chosen;
};

static void row(struct ui *ui, const void *ctx, int64_t i)
{
    const struct rows *r = ctx;
    const struct board_card *b = &r->view->cards[r->chosen[i]];
    struct arena *a = ui_arena(ui);

    ui_card_row(ui, KS(board_key(b, a)), board_phrase_icon(b->card.phrase), board_title(&b->card, a),
                board_about(r->app, b, a), board_kind_area(b->card.kind), 0, ACT_ARG(ACT_CARD, r->chosen[i]));
}

static void cards(const struct scr_board_staff *s, const struct app *app, const struct board_view *view, struct ui *ui)
{
    int *chosen = arena_alloc(ui_arena(ui), (size_t)view->n_cards * sizeof *chosen + 1);
    int n = choose(view, s->show, chosen);
    struct rows rows = {app, view, chosen};

    if (n) {
        ui_list(ui, K("cards"), tr("Cards"), n, s->first < n ? s->first : 0, PAGE, row, &rows, ACT(ACT_TURN));
    } else {
        ui_text(ui, K("none"), UI_BODY, tr("No cards here just now."), 0);
    }
}

static void staff_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    static const struct ui_key keys[SHOWS_N] = {{"waiting", 0, false}, {"reported", 0, false}, {"all", 0, false}};
    const struct scr_board_staff *s = (const struct scr_board_staff *)base;
    const struct board_view *view = visit_board(app->visit)->view;
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("board_staff"), tr("Village board"));
    ui_back(ui, ACT(ACT_BACK));
    ui_context(ui, ICON_STAFF, tr("Staff"));
    ui_page(ui, arena_fmt(a, "%d %d", s->show, (int)s->first));
    board_news(app, ui);
    if (view) {
        ui_group(ui, K("show"), UI_TABS, tr("Which cards"));
        for (int i = 0; i < SHOWS_N; i++) {
            ui_chip(ui, keys[i], ICON_NONE, show_name(view, i, a), s->show == i ? UI_ON : 0, ACT_ARG(ACT_SHOW, i));
        }
        ui_end(ui);
        cards(s, app, view, ui);
    }
    ui_main(ui, K("new"), tr("Add a workshop"), ICON_ADD, 0, ACT(ACT_NEW));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool staff_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_board_staff *s = (struct scr_board_staff *)base;
    const struct board_view *view = visit_board(app->visit)->view;

    (void)err;
    app->board.news = VISIT_BOARD_NONE;
    switch (act.id) {
    case ACT_NEW:
        app_go(app, &scr_card_new_staff);
        break;
    case ACT_SHOW:
        s->show = (int)act.arg;
        s->first = 0;
        break;
    case ACT_TURN:
        s->first = act.arg;
        break;
    case ACT_CARD:
        if (view && act.arg < view->n_cards) {
            memcpy(app->board.id, view->cards[act.arg].card.id, sizeof app->board.id);
            app_go(app, &scr_card_staff);
        }
        break;
    default:
        app_go(app, &scr_staff);
    }
    return true;
}

const struct screen_class scr_board_staff = {
    .name = "board_staff",
    .size = sizeof(struct scr_board_staff),
    .open = staff_open,
    .build = staff_build,
    .action = staff_action,
    .idle_ms = STAFF_IDLE_MS,
    .ends_when_idle = true,
};
