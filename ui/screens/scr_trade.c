/* scr_trade: the first pass: who and what. Trade, alone or with others, a touch for each of a dozen acts, and where
 * that places the business. Every step can be left out. */
#include "app.h"
#include "kit/shape.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_TRADE = 1, ACT_PEOPLE, ACT_TAP, ACT_NEXT, ACT_STRAIGHT, ACT_BACK };
enum { TAPS_PER_PAGE = 3, STEP_TRADE = 0, STEP_PEOPLE, STEP_TAPS };

struct scr_trade {
    struct screen base;
    struct business said; /* sent with each step */
    int step;             /* from STEP_TAPS on: pages of acts, and after them where that places her */
};

static int n_pages(const struct lib_view *v)
{
    return (v->n_taps + TAPS_PER_PAGE - 1) / TAPS_PER_PAGE;
}

static int page_end(const struct lib_view *v, int page)
{
    int end = (page + 1) * TAPS_PER_PAGE;

    return end < v->n_taps ? end : v->n_taps;
}

static bool is_page_answered(const struct lib_view *v, const struct business *b, int page)
{
    for (int i = page * TAPS_PER_PAGE; i < page_end(v, page); i++) {
        if (business_tapped(b, v->taps[i].id) == BUSINESS_NO_ANSWER) {
            return false;
        }
    }
    return true;
}

/* After a crash: the first step that has no answer. Said everything: from the first on, to change it. */
static int first_open(const struct lib_view *v, const struct business *b)
{
    if (!b->trade[0] || b->people == BUSINESS_UNSAID) {
        return b->trade[0] ? STEP_PEOPLE : STEP_TRADE;
    }
    for (int page = 0; page < n_pages(v); page++) {
        if (!is_page_answered(v, b, page)) {
            return STEP_TAPS + page;
        }
    }
    return STEP_TRADE;
}

static bool trade_open(struct screen *base, struct app *app, struct err *err)
{
    struct scr_trade *s = (struct scr_trade *)base;

    (void)err;
    s->said = *visit_business(app->visit);
    s->step = first_open(visit_view(app->visit), &s->said);
    return true;
}

static void trade_close(struct screen *base)
{
    mem_wipe(&((struct scr_trade *)base)->said, sizeof(struct business));
}

/* --- the steps
 * ---------------------------------------------------------------------------------------------------------------- */

/* A picture tile that is one of several answers. */
static void tile(struct ui *ui, struct ui_key key, enum icon icon, const char *name, bool is_chosen, struct ui_act act)
{
    ui_open(ui, key, UI_RADIO, name,
            (struct ui_box){.flow = UI_COLUMN,
                            .gap_dp = 8,
                            .pad_dp = 12,
                            .align = UI_CENTER,
                            .pack = UI_CENTER,
                            .surface = UI_TILE,
                            .area = AREA_E1,
                            .grow = 1,
                            .flags = UI_ANSWER | (is_chosen ? UI_ON : 0),
                            .act = act});
    ui_icon(ui, icon, 72);
    ui_text(ui, K("name"), UI_BODY, name, UI_CENTERED | UI_BOLD);
    ui_end(ui);
}

static void trades(const struct scr_trade *s, const struct lib_view *v, struct ui *ui)
{
    ui_heading(ui, K("what"), UI_TITLE, tr("What is your trade?"));
    ui_open(ui, K("trades"), UI_RADIOS, tr("Trades"),
            (struct ui_box){.flow = UI_GRID, .columns = 5, .min_column_dp = 216, .gap_dp = 14, .grow = 1});
    for (int i = 0; i < v->n_trades; i++) {
        tile(ui, KS(v->trades[i].id), shape_icon_named(v->trades[i].icon), v->trades[i].name,
             !strcmp(s->said.trade, v->trades[i].id), ACT_ARG(ACT_TRADE, i));
    }
    ui_end(ui);
    ui_button(ui, K("straight"), tr("Go straight to the questions"), 0, ACT(ACT_STRAIGHT));
}

static void people(const struct scr_trade *s, struct ui *ui)
{
    ui_heading(ui, K("what"), UI_TITLE, tr("Do you work alone or with others?"));
    ui_open(ui, K("people"), UI_RADIOS, tr("Who works there"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 300, .gap_dp = 14, .grow = 1});
    tile(ui, K("alone"), ICON_PERSON, tr("I work alone"), s->said.people == BUSINESS_ALONE,
         ACT_ARG(ACT_PEOPLE, BUSINESS_ALONE));
    tile(ui, K("others"), ICON_PEOPLE, tr("I work with others"), s->said.people == BUSINESS_WITH_OTHERS,
         ACT_ARG(ACT_PEOPLE, BUSINESS_WITH_OTHERS));
    ui_end(ui);
}

static const char *answer_word(int answer)
{
    switch (answer) {
    case BUSINESS_NOT_YET:
        return trc("act of a business", "Not yet");
    case BUSINESS_PARTLY:
        return trc("act of a business", "Partly");
    default:
        return trc("act of a business", "Yes");
    }
}

static void act_row(const struct scr_trade *s, const struct lib_tap *tap, int number, struct ui *ui)
{
    ui_open(ui, KS(tap->id), UI_RADIOS, tap->text, (struct ui_box){.flow = UI_COLUMN, .gap_dp = 2});
    ui_text(ui, K("act"), UI_BODY, tap->text, UI_BOLD);
    ui_open(ui, K("answers"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_GRID, .columns = BUSINESS_ANSWERS, .min_column_dp = 200, .gap_dp = 14});
    for (int i = 0; i < BUSINESS_ANSWERS; i++) {
        bool is_chosen = business_tapped(&s->said, tap->id) == (enum business_answer)i;

        ui_open(ui, KI(i), UI_RADIO, answer_word(i),
                (struct ui_box){.flow = UI_ROW,
                                .gap_dp = 12,
                                .pad_dp = 16,
                                .align = UI_CENTER,
                                .pack = UI_CENTER,
                                .surface = UI_CARD,
                                .flags = UI_ANSWER | (is_chosen ? UI_ON : 0),
                                .act = ACT_ARG(ACT_TAP, number * BUSINESS_ANSWERS + i)});
        ui_icon(ui, is_chosen ? ICON_TICKED : ICON_UNTICKED, 36);
        ui_text(ui, K("word"), UI_BODY, answer_word(i), 0);
        ui_end(ui);
    }
    ui_end(ui);
    ui_end(ui);
}

static const char *place_word(int place)
{
    switch (place) {
    case 0:
        return tr("Not said");
    case 1:
        return tr("Just beginning");
    case 2:
        return tr("First steps");
    case 3:
        return tr("Partly in hand");
    default:
        return tr("Well in hand");
    }
}

static void placed(const struct scr_trade *s, const struct lib_view *v, struct ui *ui)
{
    struct business_place at[MATRIX_PROCESSES_MAX];
    int n = business_places(v, &s->said, at);

    ui_heading(ui, K("what"), UI_TITLE, tr("Your business today, as you say it"));
    ui_open(ui, K("processes"), UI_LIST, tr("Your business, process by process"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420, .gap_dp = 14});
    for (int i = 0; i < n; i++) {
        ui_item(ui, KS(at[i].process), shape_icon_named(v->processes[i].icon), v->processes[i].name,
                place_word(at[i].place), at[i].place * 1000 / BUSINESS_PLACES, AREA_E1, 0);
    }
    ui_end(ui);
    ui_text(ui, K("then"), UI_BODY, tr("The questions that follow dig deeper where it matters to you."), 0);
}

/* --- the page
 * ---------------------------------------------------------------------------------------------------------------- */

static void step(const struct scr_trade *s, const struct lib_view *v, struct ui *ui)
{
    int page = s->step - STEP_TAPS;

    if (s->step == STEP_TRADE) {
        trades(s, v, ui);
    } else if (s->step == STEP_PEOPLE) {
        people(s, ui);
    } else if (page < n_pages(v)) {
        ui_heading(ui, K("what"), UI_TITLE, tr("Is it so in your business?"));
        for (int i = page * TAPS_PER_PAGE; i < page_end(v, page); i++) {
            act_row(s, &v->taps[i], i, ui);
        }
    } else {
        placed(s, v, ui);
    }
}

static bool is_answered(const struct scr_trade *s, const struct lib_view *v)
{
    int page = s->step - STEP_TAPS;

    switch (s->step) {
    case STEP_TRADE:
        return s->said.trade[0] != '\0';
    case STEP_PEOPLE:
        return s->said.people != BUSINESS_UNSAID;
    default:
        return page >= n_pages(v) || is_page_answered(v, &s->said, page);
    }
}

static void trade_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_trade *s = (const struct scr_trade *)base;
    const struct lib_view *v = visit_view(app->visit);
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("trade"), tr("Your business"));
    ui_back(ui, ACT(ACT_BACK));
    ui_page(ui, tr_fmt(a, "{n}", "n", tr_number(a, s->step), NULL));
    ui_context(ui, ICON_STEPS,
               tr_fmt(a, tr("Page {n} of {total}"), "n", tr_number(a, s->step + 1), "total",
                      tr_number(a, STEP_TAPS + n_pages(v) + 1), NULL));
    step(s, v, ui);
    ui_main(ui, K("next"), is_answered(s, v) ? tr("Next") : tr("Skip"), ICON_NEXT, 0, ACT(ACT_NEXT));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool go_on(struct scr_trade *s, struct app *app)
{
    const struct lib_view *v = visit_view(app->visit);
    int last = STEP_TAPS + n_pages(v) - (s->said.n_taps == 0); /* nothing said: nothing to show */

    if (s->step >= last) {
        app_go(app, &scr_length);
    } else {
        s->step++;
    }
    return true;
}

static bool trade_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_trade *s = (struct scr_trade *)base;
    const struct lib_view *v = visit_view(app->visit);

    switch (act.id) {
    case ACT_TRADE:
        snprintf(s->said.trade, sizeof s->said.trade, "%s", v->trades[act.arg].id);
        return visit_set_business(app->visit, &s->said, err) && go_on(s, app);
    case ACT_PEOPLE:
        s->said.people = (enum business_people)act.arg;
        return visit_set_business(app->visit, &s->said, err) && go_on(s, app);
    case ACT_TAP:
        business_tap(&s->said, v->taps[act.arg / BUSINESS_ANSWERS].id,
                     (enum business_answer)(act.arg % BUSINESS_ANSWERS));
        break;
    case ACT_NEXT:
        return (s->step < STEP_TAPS || visit_set_business(app->visit, &s->said, err)) && go_on(s, app);
    case ACT_STRAIGHT:
        app_go(app, &scr_length);
        break;
    case ACT_BACK:
        if (s->step == STEP_TRADE) {
            app_go(app, &scr_home);
        } else {
            s->step--;
        }
        break;
    }
    return true;
}

void app_go_assess(struct app *app)
{
    const struct business *b = visit_business(app->visit);

    if (visit_assess_is_running(app->visit)) {
        app_go(app, &scr_question);
    } else if (visit_view(app->visit)->n_trades && !b->trade[0] && b->n_taps == 0) {
        app_go(app, &scr_trade);
    } else {
        app_go(app, &scr_length);
    }
}

const struct screen_class scr_trade = {
    .name = "trade",
    .is_come_back = true,
    .size = sizeof(struct scr_trade),
    .open = trade_open,
    .build = trade_build,
    .action = trade_action,
    .close = trade_close,
};
