/* scr_staff: the eight-digit code with moving digits, and behind it: versions, room, last stick, log (THREATS T46,
 * T55). */
#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rng.h"
#include "kit/shape.h"
#include "stick/sticklog.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_KEY = 1, ACT_BACK, ACT_ENTER, ACT_MUTE, ACT_FORMER, ACT_NEWEST, ACT_BOARD };
enum { LOG_SHOWN = 8 };

/* --- the code
 * ------------------------------------------------------------------------------------------------------------------ */

struct scr_code {
    struct screen base;
    char digits[11], code[STAFF_DIGITS + 1], shown[STAFF_DIGITS * 4];
    int n, wait_s;
    bool is_asking, was_wrong, is_unknown;
};

static bool code_open(struct screen *base, struct app *app, struct err *err)
{
    struct scr_code *s = (struct scr_code *)base;
    int order[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    struct rng r = {.state = app->opt.seed};

    (void)err;
    if (!r.state) {
        rng_secret(&r, sizeof r); /* digits move, so that fingers on the glass tell nothing */
    }
    rng_shuffle(&r, order, 10);
    for (int i = 0; i < 10; i++) {
        s->digits[i] = (char)('0' + order[i]);
    }
    return true;
}

static void code_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_code *s = (const struct scr_code *)base;
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("code"), tr("Staff code"));
    ui_back(ui, ACT(ACT_BACK));
    ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 380, .gap_dp = 24});
    ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 1});
    ui_text(ui, K("about"), UI_BODY, tr("Eight digits, dealt when this station was set up."), 0);
    ui_field(ui, K("digits"), tr("Code"), s->code, UI_SECRET | UI_ON, NO_ACT);
    if (s->is_asking) {
        ui_status(ui, K("asking"), tr("Checking the code…"));
    } else if (s->is_unknown) {
        ui_status(ui, K("unknown"),
                  tr("The code could not be checked: the station has no room left, or its card fails."));
    } else if (s->was_wrong) {
        ui_status(ui, K("wrong"),
                  s->wait_s ? tr_fmt(a,
                                     trn("That code does not open this page. Try again in {n} second.",
                                         "That code does not open this page. Try again in {n} seconds.", s->wait_s),
                                     "n", tr_number(a, s->wait_s), NULL)
                            : tr("That code does not open this page. Try again."));
    }
    ui_end(ui);
    ui_keypad(ui, K("keys"), s->digits, NULL, tr("Delete"), s->is_asking ? UI_OFF : UI_SECRET, ACT(ACT_KEY));
    ui_end(ui);
    ui_main(ui, K("enter"), tr("Open"), ICON_LOCK, s->n == STAFF_DIGITS && !s->is_asking ? 0 : UI_OFF, ACT(ACT_ENTER));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool code_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_code *s = (struct scr_code *)base;

    (void)err;
    switch (act.id) {
    case ACT_KEY:
        s->was_wrong = s->is_unknown = false;
        if (act.arg == '\b') {
            s->n -= s->n > 0;
        } else if (s->n < STAFF_DIGITS) {
            s->code[s->n++] = (char)act.arg;
        }
        s->code[s->n] = '\0';
        break;
    case ACT_ENTER:
        s->is_asking = true;
        clerk_staff_try(app->clerk, s->code, 0);
        break;
    case ACT_BACK:
        app_go(app, &scr_about);
        break;
    }
    return true;
}

static void code_message(struct screen *base, struct app *app, struct message *m)
{
    struct scr_code *s = (struct scr_code *)base;

    if (m->kind != EV_STAFF) {
        return;
    }
    const struct ev_staff *ev = (const struct ev_staff *)m;

    if (ev->answer == STAFF_OPEN) {
        app_go(app, &scr_staff);
        return;
    }
    s->is_asking = false;
    s->was_wrong = true;
    s->is_unknown = ev->answer == STAFF_UNKNOWN;
    s->wait_s = ev->wait_s;
    mem_wipe(s->code, sizeof s->code);
    s->n = 0;
}

const struct screen_class scr_code = {
    .name = "code",
    .size = sizeof(struct scr_code),
    .open = code_open,
    .build = code_build,
    .action = code_action,
    .message = code_message,
};

/* --- behind it
 * -------------------------------------------------------------------------------------------------------------------
 */

struct scr_staff {
    struct screen base;
    bool has_stats;
    struct store_stats stats;
    bool is_changing; /* a container's version; until its answer */
    bool has_no_former;
};

static bool staff_open(struct screen *base, struct app *app, struct err *err)
{
    (void)base;
    clerk_stats(app->clerk, 0);
    log_line(LOG_INFO, "staff page opened");
    return visit_board(app->visit)->is_asking || visit_board_load(app->visit, err);
}

/* One touch goes back to the version before, one touch comes again. */
static void pack(const struct lib_pack *p, bool is_changing, int i, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    unsigned flags = UI_ANSWER | (is_changing ? UI_OFF : 0);

    ui_item(
        ui, KS(p->id), ICON_BOOK, p->id,
        tr_fmt(a, tr("version {n}, {kb} KB"), "n", tr_number(a, p->version), "kb", tr_number(a, p->bytes / 1000), NULL),
        -1, AREA_NONE, 0);
    if (p->held) {
        ui_button(ui, KN("newest", i),
                  tr_fmt(a, tr("{name}: use version {n} again"), "name", p->id, "n", tr_number(a, p->held), NULL),
                  flags, ACT_ARG(ACT_NEWEST, i));
    } else if (p->former) {
        ui_button(ui, KN("former", i),
                  tr_fmt(a, tr("{name}: go back to version {n}"), "name", p->id, "n", tr_number(a, p->former), NULL),
                  flags, ACT_ARG(ACT_FORMER, i));
    }
}

static void packs(const struct scr_staff *s, const struct app *app, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    struct arena *a = ui_arena(ui);

    ui_heading(ui, K("packs_title"), UI_TITLE, tr("Content on this station"));
    if (s->has_no_former) {
        ui_warning(ui, K("no_former"), tr("The version before cannot be used any more. Nothing was changed."));
    }
    ui_open(ui, K("packs"), UI_LIST, tr("Content on this station"), (struct ui_box){.flow = UI_COLUMN, .gap_dp = 8});
    ui_item(ui, K("program"), ICON_INFO, tr("Program"), tr_fmt(a, tr("version {n}"), "n", M2_VERSION, NULL), -1,
            AREA_NONE, 0);
    for (int i = 0; i < v->n_packs; i++) {
        pack(&v->packs[i], s->is_changing, i, ui);
    }
    ui_end(ui);
}

/* How an exchange ended, where not everything was done. */
static const char *ending(enum err_code code)
{
    switch (code) {
    case ERR_NONE:
        return tr("all done");
    case ERR_GONE:
        return tr("pulled out before the end");
    case ERR_CANCELLED:
        return tr("stopped");
    case ERR_NO_SPACE:
        return tr("not enough room");
    default:
        return tr("not all could be done");
    }
}

static void exchanges(const struct store_stats *s, struct ui *ui)
{
    struct sticklog_entry past[STICKLOG_MAX];
    struct arena *a = ui_arena(ui);
    int n = sticklog_read(s->stick_log, past);

    ui_heading(ui, K("sticks_title"), UI_TITLE, tr("Last sticks"));
    if (!n) {
        ui_text(ui, K("no_stick"), UI_BODY, tr("No stick has been here yet."), 0);
        return;
    }
    ui_open(ui, K("sticks"), UI_LIST, tr("Last sticks"), (struct ui_box){.flow = UI_COLUMN, .gap_dp = 8});
    for (int i = 0; i < n; i++) {
        const struct sticklog_entry *e = &past[i];
        const char *when = e->wall_s ? tr_time(a, e->wall_s) : "";

        ui_item(ui, KI(i), e->code == ERR_NONE ? ICON_DONE : ICON_WARNING,
                tr_fmt(a, tr("{time}: {ending}"), "time", when[0] ? when : tr("the clock was not set"), "ending",
                       ending(e->code), NULL),
                tr_fmt(a,
                       tr("Rows out: {rows}, left: {left}. Rows confirmed: {receipted}. Packages in: {packs}, {kb} KB. "
                          "Cards out: {out}, in: {in}. Seconds: {s}."),
                       "rows", tr_number(a, e->rows), "left", tr_number(a, e->rows_left), "receipted",
                       tr_number(a, e->rows_receipted), "packs", tr_number(a, e->packs), "kb",
                       tr_number(a, (e->bytes + 999) / 1000), "out", tr_number(a, e->cards_out), "in",
                       tr_number(a, e->cards_in), "s", tr_number(a, (e->ms + 999) / 1000), NULL),
                -1, AREA_NONE, 0);
    }
    ui_end(ui);
}

static void figures(const struct store_stats *s, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const int64_t mb = 1000000;

    ui_open(ui, K("figures"), UI_GROUP, tr("Numbers"),
            (struct ui_box){.flow = UI_GRID, .columns = 4, .min_column_dp = 200});
    ui_figure(ui, K("visits"), tr("Visits so far"), tr_number(a, s->visits_total), 0);
    ui_figure(ui, K("waiting"), tr("Rows waiting for the office"), tr_number(a, s->journal.unreceipted_rows), 0);
    ui_figure(ui, K("days"), tr("Days they wait"), tr_number(a, s->journal.oldest_unreceipted_days), 0);
    ui_figure(ui, K("free"), tr("Room left, MB"), tr_number(a, s->free_bytes / mb), 0);
    ui_end(ui);
    if (s->is_full) {
        ui_warning(ui, K("full"), tr("The card is nearly full. New visits wait until there is room."));
    }
    if (s->journal.oldest_unreceipted_days >= JOURNAL_WARN_DAYS) {
        ui_warning(ui, K("late"),
                   tr("Results have waited for half a year. Please send a courier stick to the office."));
    }
}

/* The cards that wait for staff. */
static void board(const struct app *app, struct ui *ui)
{
    const struct board_view *view = visit_board(app->visit)->view;
    struct arena *a = ui_arena(ui);
    int n[BOARD_NOTED + 1] = {0};

    for (int i = 0; view && i < view->n_cards; i++) {
        n[view->cards[i].state]++;
    }
    ui_card_row(ui, K("board"), ICON_BOARD, tr("Village board"),
                tr_fmt(a, tr("Cards waiting: {waiting}. Reported: {reported}."), "waiting",
                       tr_number(a, n[BOARD_WAITING]), "reported", tr_number(a, n[BOARD_REPORTED] + n[BOARD_NOTED]),
                       NULL),
                AREA_D3, 0, ACT(ACT_BOARD));
}

static void staff_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_staff *s = (const struct scr_staff *)base;
    char lines[LOG_SHOWN][LOG_LINE_BYTES];
    int n = log_recent(lines, LOG_SHOWN);

    ui_screen(ui, K("staff"), tr("Staff"));
    ui_back(ui, ACT(ACT_BACK));
    ui_context(ui, ICON_STAFF, app->folder.name);
    if (s->has_stats) {
        figures(&s->stats, ui);
    } else {
        ui_status(ui, K("counting"), tr("Counting…"));
    }
    board(app, ui);
    if (s->has_stats) {
        ui_checkbox(ui, K("invites"), tr("The first page invites people aloud, by day"), s->stats.is_mute ? 0 : UI_ON,
                    ACT_ARG(ACT_MUTE, !s->stats.is_mute));
    }
    if (s->has_stats) {
        exchanges(&s->stats, ui);
    }
    packs(s, app, ui);
    if (n) {
        ui_heading(ui, K("log_title"), UI_TITLE, tr("Latest events"));
        ui_open(ui, K("log"), UI_LIST, tr("Latest events"), (struct ui_box){.flow = UI_COLUMN, .gap_dp = 8});
        for (int i = 0; i < n; i++) {
            ui_item(ui, KI(i), ICON_INFO, lines[i], NULL, -1, AREA_NONE, 0);
        }
        ui_end(ui);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool staff_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_staff *s = (struct scr_staff *)base;
    const struct lib_view *v = visit_view(app->visit);

    (void)err;
    switch (act.id) {
    case ACT_MUTE:
        clerk_mute(app->clerk, act.arg, 0);
        break;
    case ACT_BOARD:
        app->board = (struct app_board){0};
        app_go(app, &scr_board_staff);
        break;
    case ACT_FORMER:
    case ACT_NEWEST:
        if (act.arg < v->n_packs) {
            s->is_changing = true;
            s->has_no_former = false;
            (act.id == ACT_FORMER ? exchange_use_former : exchange_use_newest)(app->exchange, v->packs[act.arg].id);
        }
        break;
    default:
        app_go(app, &scr_home);
    }
    return true;
}

static void staff_message(struct screen *base, struct app *app, struct message *m)
{
    struct scr_staff *s = (struct scr_staff *)base;

    if (m->kind == EV_STATS) {
        s->stats = ((const struct ev_stats *)m)->stats;
        s->has_stats = true;
    } else if (m->kind == EV_STICK_VERSION) {
        s->is_changing = false;
        s->has_no_former = ((const struct ev_stick_version *)m)->err.code != ERR_NONE;
    } else if (m->kind == EV_STICK_STATE && ((const struct ev_stick *)m)->is_over) {
        clerk_stats(app->clerk, 0); /* its figures */
    }
}

const struct screen_class scr_staff = {
    .name = "staff",
    .size = sizeof(struct scr_staff),
    .open = staff_open,
    .build = staff_build,
    .action = staff_action,
    .message = staff_message,
    .idle_ms = STAFF_IDLE_MS,
    .ends_when_idle = true,
};
