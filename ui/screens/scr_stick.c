/* scr_stick: what happens while a courier stick is in: its steps with real numbers, and when it may be pulled. */
#include "app.h"
#include "kit/shape.h"
#include "screens/tool_text.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_DONE = 1, ACT_STOP, ACT_SAVE };
enum { COLUMN_DP = 380 };

static const char *size_text(struct arena *a, int64_t bytes)
{
    const int64_t mb = 1000000, kb = 1000;

    if (bytes >= 10 * mb) {
        return tr_fmt(a, tr("{n} MB"), "n", tr_number(a, bytes / mb), NULL);
    }
    return tr_fmt(a, tr("{n} KB"), "n", tr_number(a, (bytes + kb - 1) / kb), NULL);
}

static enum icon icon_of(enum stick_step_state state, enum icon working)
{
    switch (state) {
    case STICK_DONE:
    case STICK_NOTHING:
        return ICON_DONE;
    case STICK_FAILED:
        return ICON_WARNING;
    case STICK_RUNNING:
        return working;
    default:
        return ICON_PENDING;
    }
}

/* The note has room beside the steps, and all of these are seen at once. */
static bool is_beside(const struct ui *ui)
{
    return ui_is_wide(ui, 2 * COLUMN_DP) && !ui_is_small_panel(ui);
}

/* Where the note stands above the steps, only what is going on fits below it: the others follow at the end. */
static bool is_shown(const struct ui *ui, const struct ev_stick *e, enum stick_step_state state)
{
    return is_beside(ui) || e->is_over || !e->is_in || state == STICK_RUNNING || state == STICK_FAILED;
}

static void step(struct ui *ui, struct ui_key key, const struct ev_stick *e, enum stick_step which, enum icon working,
                 const char *title, const char *about)
{
    enum stick_step_state state = e->progress.state[which];
    int permille = -1;

    if (state == STICK_RUNNING && e->progress.total_bytes > 0) {
        permille = (int)(e->progress.done_bytes * 1000 / e->progress.total_bytes);
    }
    if (state == STICK_WAITING && e->is_over) { /* what it would have done is no promise any more */
        about = tr("It did not get this far.");
    }
    if (!is_shown(ui, e, state)) {
        return;
    }
    ui_item(ui, key, icon_of(state, working), title, about, permille, state == STICK_FAILED ? AREA_E1 : AREA_NONE,
            state == STICK_DONE ? UI_DONE : 0);
}

/* By a touch, or because the stick went. */
static bool is_stopped(const struct ev_stick *e, enum stick_step step)
{
    return e->progress.why[step] == ERR_CANCELLED || e->progress.why[step] == ERR_GONE;
}

static const char *stopped(void)
{
    return tr("Stopped. It goes on from here with the next stick.");
}

/* The fault is the station's, not the stick's: its card is full, or what it keeps is damaged. */
static bool is_of_the_station(enum err_code why)
{
    return why == ERR_NO_SPACE || why == ERR_STATE || why == ERR_BUSY || why == ERR_CORRUPT;
}

static const char *station_fault(void)
{
    return tr("The station itself has a fault. The stick is as it was. Please tell the office.");
}

static const char *check_failed(enum err_code why)
{
    if (why == ERR_GONE) {
        return tr("It was taken out before it could be looked at. Nothing was written to it.");
    }
    if (why == ERR_CANCELLED) {
        return stopped();
    }
    if (is_of_the_station(why)) {
        return station_fault();
    }
    return why == ERR_IO ? tr("It could not be read to the end. Take it out and put it in again.")
                         : tr("This stick is not one of ours, or it is damaged. Nothing was written to it.");
}

static const char *check_about(const struct ev_stick *e, struct arena *a)
{
    if (e->progress.state[STICK_CHECK] == STICK_FAILED) {
        return check_failed(e->progress.why[STICK_CHECK]);
    }
    return e->office[0] ? tr_fmt(a, tr("Signed by {office}"), "office", e->office, NULL) : tr("Looking at the stick");
}

static const char *results_failed(enum err_code why)
{
    switch (why) {
    case ERR_CANCELLED:
    case ERR_GONE:
        return tr("Stopped. They stay safe on the station.");
    case ERR_STATE:
        return tr("The stick is protected: move its switch and put it in again. They stay safe on the station.");
    case ERR_NOT_FOUND:
        return tr("This stick has no place left for this station. They wait here for a fresh one.");
    case ERR_IO:
        return tr("They could not be kept on this stick. They stay safe on the station; use another stick.");
    default:
        return tr("They could not be written. They stay safe on the station.");
    }
}

static const char *results_about(const struct ev_stick *e, struct arena *a)
{
    switch (e->progress.state[STICK_RESULTS]) {
    case STICK_DONE:
        return tr_fmt(a,
                      trn("{rows} sealed rows from {n} visit; {left} wait for the next stick",
                          "{rows} sealed rows from {n} visits; {left} wait for the next stick", e->visits_written),
                      "rows", tr_number(a, e->rows_written), "n", tr_number(a, e->visits_written), "left",
                      tr_number(a, e->rows_left), NULL);
    case STICK_NOTHING:
        return tr("Nothing new since the last stick");
    case STICK_FAILED:
        return results_failed(e->progress.why[STICK_RESULTS]);
    case STICK_RUNNING:
        return e->progress.doing == STICK_READING_BACK ? tr("Reading back what was written")
               : e->progress.doing == STICK_WRITING
                   ? tr_fmt(a, tr("Writing {done} of {total}"), "done", size_text(a, e->progress.done_bytes / 2),
                            "total", size_text(a, e->progress.total_bytes / 2), NULL)
                   : tr("Looking for what is new");
    default:
        return tr("Sealed, so that only the office can read them");
    }
}

static const char *receipts_about(const struct ev_stick *e, struct arena *a)
{
    switch (e->progress.state[STICK_RECEIPTS]) {
    case STICK_DONE:
        return tr_fmt(a,
                      trn("The office has confirmed {n} row", "The office has confirmed {n} rows", e->rows_receipted),
                      "n", tr_number(a, e->rows_receipted), NULL);
    case STICK_NOTHING:
        return tr("No receipt for this station yet");
    case STICK_FAILED:
        return is_stopped(e, STICK_RECEIPTS)                        ? stopped()
               : is_of_the_station(e->progress.why[STICK_RECEIPTS]) ? station_fault()
               : e->progress.why[STICK_RECEIPTS] == ERR_IO
                   ? tr("The receipts could not be read. Nothing was dropped.")
                   : tr("A receipt on this stick does not fit. Nothing was dropped.");
    default:
        return tr("What the office has received");
    }
}

static const char *content_running(const struct ev_stick *e, struct arena *a)
{
    if (!e->progress.total_bytes) {
        return tr("Looking for new lessons");
    }
    if (e->progress.doing == STICK_LOOKING) {
        return tr_fmt(a, tr("Looking through the lessons that are here, {done} of {total}"), "done",
                      size_text(a, e->progress.done_bytes), "total", size_text(a, e->progress.total_bytes), NULL);
    }
    if (e->progress.doing == STICK_SAVING) {
        return tr_fmt(a, tr("Saving “{pack}” on the station"), "pack", e->pack, NULL);
    }
    return tr_fmt(a, tr("“{pack}”, {done} of {total}"), "pack", e->pack, "done", size_text(a, e->progress.done_bytes),
                  "total", size_text(a, e->progress.total_bytes), NULL);
}

static const char *content_failed(const struct ev_stick *e)
{
    if (is_stopped(e, STICK_CONTENT)) {
        return stopped();
    }
    if (e->is_trust_left) {
        return tr("The list of keys on this stick could not be taken, so nothing new came in. Please tell the office.");
    }
    return e->packs_no_room || e->progress.why[STICK_CONTENT] == ERR_NO_SPACE
               ? tr("There is not enough room for all of it. What was here before still works.")
               : tr("Not all could be taken in. What was here before still works.");
}

static const char *content_about(const struct ev_stick *e, struct arena *a)
{
    switch (e->progress.state[STICK_CONTENT]) {
    case STICK_RUNNING:
        return content_running(e, a);
    case STICK_DONE:
        return tr_fmt(a, trn("{n} new package is here", "{n} new packages are here", e->packs_done), "n",
                      tr_number(a, e->packs_done), NULL);
    case STICK_NOTHING:
        return tr("Everything here is up to date");
    case STICK_FAILED:
        return content_failed(e);
    default:
        return e->packs_new ? tr_fmt(a, trn("{n} new package waits", "{n} new packages wait", e->packs_new), "n",
                                     tr_number(a, e->packs_new), NULL)
                            : tr("Lessons and questions");
    }
}

static const char *board_about(const struct ev_stick *e, struct arena *a)
{
    switch (e->progress.state[STICK_BOARD]) {
    case STICK_DONE:
        return tr_fmt(a, tr("Cards of this hub on it: {out}. New from other hubs: {in}."), "out",
                      tr_number(a, e->cards_out), "in", tr_number(a, e->cards_in), NULL);
    case STICK_NOTHING:
        return tr("No cards to carry");
    case STICK_FAILED:
        return is_stopped(e, STICK_BOARD) ? stopped() : tr("Not all cards could be carried. What hangs here stays.");
    default:
        return tr("Cards from hub to hub");
    }
}

static const char *verify_about(const struct ev_stick *e, struct arena *a)
{
    switch (e->progress.state[STICK_VERIFY]) {
    case STICK_NOTHING:
        return tr("There was nothing to check");
    case STICK_FAILED:
        return is_stopped(e, STICK_VERIFY) ? stopped() : tr("Something was not kept as it was written.");
    case STICK_RUNNING:
    case STICK_DONE:
        return tr_fmt(a, tr("{n} of {total} checked"), "n", tr_number(a, e->n_checked), "total",
                      tr_number(a, e->n_to_check), NULL);
    default:
        return tr("Everything is read once more");
    }
}

static const char *time_left(const struct ev_stick *e, struct arena *a)
{
    const int64_t second = 1000, minute = 60 * second;
    int64_t ms = e->progress.left_ms;

    if (ms < 0) {
        return tr("a moment");
    }
    if (ms < 2 * minute) {
        return tr_fmt(a, trn("about {n} second more", "about {n} seconds more", ms / second + 1), "n",
                      tr_number(a, ms / second + 1), NULL);
    }
    return tr_fmt(a, trn("about {n} minute more", "about {n} minutes more", ms / minute + 1), "n",
                  tr_number(a, ms / minute + 1), NULL);
}

/* What can be said of what is on it. */
enum touched { NOT_READ, NOT_CHANGED, NOT_KNOWN };
struct refusal {
    const char *word, *sentence;
    enum touched touched;
};

/* What is in the slot and is no stick of ours, by the word of usb_judge.h, usb_find.h or of micro2-stickd. "changed"
 * may have been in use before; so may "damaged". */
static struct refusal refusal(const char *word)
{
    const struct refusal rows[] = {
        {"keyboard", tr("This is a keyboard, not a stick."), NOT_READ},
        {"input", tr("This is a mouse or something to play with, not a stick."), NOT_READ},
        {"network", tr("This is a network device, not a stick."), NOT_READ},
        {"serial", tr("This is a modem or a cable for machines, not a stick."), NOT_READ},
        {"camera", tr("This is a camera, not a stick."), NOT_READ},
        {"sound", tr("This is a sound device, not a stick."), NOT_READ},
        {"printer", tr("This is a printer, not a stick."), NOT_READ},
        {"phone", tr("This is a phone, not a stick."), NOT_READ},
        {"composite", tr("This is several devices in one. The station takes only a plain stick."), NOT_READ},
        {"hub", tr("This is a hub. Put the stick straight into the station."), NOT_READ},
        {"uas", tr("This is a large disk. The station takes only a plain stick."), NOT_READ},
        {"storage", tr("This is a drive for discs or the like. The station takes only a plain stick."), NOT_READ},
        {"vendor", tr("This is a charger or a special device, not a stick."), NOT_READ},
        {"other", tr("This is a device the station has no use for, not a stick."), NOT_READ},
        {"malformed", tr("This device does not say clearly what it is. It may be broken: use another stick."),
         NOT_READ},
        {"withheld", tr("The station cannot open this stick. Take it out and put it in again, or use another."),
         NOT_READ},
        {"empty-reader", tr("There is no card in this reader."), NOT_READ},
        {"changed", tr("This device changed while it was in. Take it out, count to five, and put it in again."),
         NOT_KNOWN},
        {"ntfs", tr("This stick is made ready for Windows alone (NTFS). It needs FAT32 or exFAT."), NOT_CHANGED},
        {"ext", tr("This stick is made ready for Linux alone. It needs FAT32 or exFAT."), NOT_CHANGED},
        {"apple", tr("This stick is made ready for Apple computers alone. It needs FAT32 or exFAT."), NOT_CHANGED},
        {"encrypted", tr("This stick is locked with a password. The station cannot open it."), NOT_CHANGED},
        {"empty", tr("This stick is empty and not made ready yet. The office prepares it."), NOT_CHANGED},
        {"disc", tr("This stick is made like a disc. It needs FAT32 or exFAT."), NOT_CHANGED},
        {"unknown", tr("This stick is made ready in a way the station does not know. It needs FAT32 or exFAT."),
         NOT_CHANGED},
        {"damaged", tr("This stick is damaged, and the station cannot read it."), NOT_KNOWN},
    };

    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        if (!strcmp(rows[i].word, word)) {
            return rows[i];
        }
    }
    return (struct refusal){word, tr("This is nothing the station can read."), NOT_KNOWN};
}

static const char *touched_words(enum touched touched)
{
    switch (touched) {
    case NOT_READ:
        return tr("Nothing was read from it or written to it. Please take it out.");
    case NOT_CHANGED:
        return tr("Nothing on it was changed. Please take it out.");
    default:
        return tr("Please take it out.");
    }
}

static void refused(const struct app *app, struct ui *ui)
{
    struct refusal r = refusal(app->refused);

    ui_open(ui, K("note"), UI_GROUP, tr("The stick"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_NOTE, .align = UI_CENTER});
    ui_icon(ui, ICON_WARNING, 96);
    ui_warning(ui, K("refused"), r.sentence);
    if (strcmp(app->refused, "changed") != 0) { /* which says so itself */
        ui_text(ui, K("safe"), UI_BODY, touched_words(r.touched), UI_CENTERED);
    }
    ui_end(ui);
    ui_main(ui, K("done"), tr("Done"), ICON_DONE, 0, ACT(ACT_DONE));
}

/* Until it is known what was put in; the arrow leads away. */
static void coming(struct ui *ui)
{
    ui_open(ui, K("note"), UI_GROUP, tr("The stick"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_NOTE, .align = UI_CENTER});
    ui_icon(ui, ICON_USB, 96);
    ui_status(ui, K("coming"), tr("Looking at the stick"));
    ui_text(ui, K("time"), UI_BODY, tr("This can take half a minute. Leave the stick in."), UI_CENTERED);
    ui_end(ui);
}

static const char *save_failed(enum err_code why)
{
    switch (why) {
    case ERR_NO_SPACE:
        return tr("It could not be saved: the stick is full.");
    case ERR_GONE:
        return tr("It could not be saved: the stick is out.");
    case ERR_STATE:
        return tr("It could not be saved: the stick is protected. Move its switch, or use another stick.");
    case ERR_LIMIT:
        return tr("It could not be saved: there are too many files on the stick. Use another stick.");
    case ERR_EXISTS:
        return tr("It could not be saved: this stick holds as many results as it can. Use another stick.");
    case ERR_FORMAT:
        return tr("It could not be saved: the stick has a fault. Have a computer repair it, or use another stick.");
    case ERR_IO:
        return tr("It could not be saved: the stick does not keep what is written on it. Use another stick.");
    default:
        return tr("It could not be saved: nothing can be written on this stick.");
    }
}

/* She came from a tool: what it reckoned is what she wants to save. */
static bool is_for_tool(const struct app *app)
{
    return app->come_back == &scr_tool && tool_has_result(app);
}

/* She came to save something, and no stick is in yet. */
static bool is_awaited(const struct app *app)
{
    return !app->stick.is_in && (is_for_tool(app) || (app->come_back == &scr_take && visit_result(app->visit)));
}

static const char *saved_words(const struct app_saved *saved, struct arena *a)
{
    if (saved->what == SAVE_TOOL) {
        return tr_fmt(a, tr("Your figures are on it, as text in “{file}”. You can take the stick out."), "file",
                      saved->name, NULL);
    }
    return saved->paper[0]
               ? tr_fmt(a,
                        tr("Your result is on it: as text in “{file}”, to print in “{paper}”. You can take the stick "
                           "out."),
                        "file", saved->name, "paper", saved->paper, NULL)
               : tr_fmt(a,
                        tr("Your result is on it, in “{file}”. The paper to print could not be made. You can take the "
                           "stick out."),
                        "file", saved->name, NULL);
}

static const char *will_save_words(bool is_tool)
{
    return is_tool ? tr("What you typed and what came of it go on it, as a text. Nothing else is changed.")
                   : tr("Your levels and next steps go on it, as a text and as a paper to print. Nothing else is "
                        "changed.");
}

static void own_words(const struct app *app, const struct app_saved *saved, bool can_save, struct ui *ui)
{
    if (saved->state == SAVED_DONE) {
        ui_status(ui, K("saved"), saved_words(saved, ui_arena(ui)));
    } else if (saved->state == SAVED_RUNNING) {
        ui_status(ui, K("saving"), tr("Saving your result. Leave the stick in."));
    } else if (saved->state == SAVED_FAILED) {
        ui_warning(ui, K("failed"), save_failed(saved->why));
    } else if (can_save || is_awaited(app)) {
        ui_text(ui, K("what"), UI_BODY, will_save_words(is_for_tool(app)), UI_CENTERED);
    } else if (app->stick.is_in) {
        ui_text(ui, K("later"), UI_BODY, tr("Once you have a result, you can save it here."), UI_CENTERED);
    }
}

/* A visitor's own stick: her result goes on it, and nothing else happens. */
static void own(const struct app *app, struct ui *ui)
{
    const struct app_saved *saved = &app->saved;
    bool can_save = app->stick.is_in && (visit_result(app->visit) || is_for_tool(app)) &&
                    saved->state != SAVED_RUNNING && saved->state != SAVED_DONE;

    ui_open(ui, K("note"), UI_GROUP, tr("The stick"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_NOTE, .align = UI_CENTER});
    ui_icon(ui, saved->state == SAVED_DONE ? ICON_DONE : ICON_USB, 96);
    ui_heading(ui, K("own"), UI_TITLE,
               app->stick.is_in  ? tr("This is a stick of your own")
               : is_awaited(app) ? tr("Put in a stick of your own")
                                 : tr("The stick is out"));
    if (app->stick.is_in && saved->state == SAVED_NOT) { /* how it went must be seen without scrolling */
        ui_text(ui, K("safe"), UI_BODY, tr("The station looks at nothing that is on it."), UI_CENTERED);
    }
    own_words(app, saved, can_save, ui);
    ui_end(ui);
    if (can_save) {
        ui_main(ui, K("save"), tr("Save my result"), ICON_DOWNLOAD, 0, ACT(ACT_SAVE));
    } else {
        ui_main(ui, K("done"), tr("Done"), ICON_DONE, saved->state == SAVED_RUNNING ? UI_OFF : 0, ACT(ACT_DONE));
    }
}

static bool has_failed(const struct ev_stick *e)
{
    for (int i = 0; i < STICK_STEPS; i++) {
        if (e->progress.state[i] == STICK_FAILED && e->progress.why[i] != ERR_CANCELLED) {
            return true;
        }
    }
    return false;
}

static void safe(const struct ev_stick *e, struct ui *ui)
{
    if (e->is_in && !e->is_over) {
        ui_text(ui, K("safe"), UI_SMALL,
                tr("If it is pulled out, nothing is lost: the station carries on from here next time."), UI_CENTERED);
    }
}

/* The icon is decoration, and gives way where the steps stand below. */
static void note_icon(enum icon icon, struct ui *ui)
{
    if (is_beside(ui)) {
        ui_icon(ui, icon, 96);
    }
}

static void note(const struct ev_stick *e, struct ui *ui)
{
    ui_open(ui, K("note"), UI_GROUP, tr("The stick"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_NOTE, .align = UI_CENTER, .grow = 1});
    if (!e->is_in) {
        note_icon(ICON_USB, ui);
        ui_heading(ui, K("state"), UI_TITLE, tr("The stick is out"));
    } else if (e->progress.state[STICK_CHECK] == STICK_FAILED) {
        note_icon(ICON_WARNING, ui);
        ui_warning(ui, K("state"), tr("This stick was not used. You can take it out."));
    } else if (e->is_over) {
        note_icon(has_failed(e) ? ICON_WARNING : ICON_DONE, ui);
        if (has_failed(e)) {
            ui_warning(ui, K("failed"), tr("Not everything could be done. Please tell the office."));
        }
        ui_status(ui, K("state"), tr("You can take the stick out"));
    } else {
        note_icon(ICON_WARNING, ui);
        ui_status(ui, K("state"), tr("Leave the stick in"));
        ui_text(ui, K("time"), UI_BODY, time_left(e, ui_arena(ui)), UI_CENTERED);
    }
    if (is_beside(ui)) {
        safe(e, ui);
    }
    ui_end(ui);
}

static void steps(const struct ev_stick *e, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("steps"), UI_LIST, tr("What happens now"),
            (struct ui_box){.flow = UI_COLUMN, .gap_dp = UI_NONE_DP, .pad_v_dp = 12, .surface = UI_CARD, .grow = 2});
    step(ui, K("check"), e, STICK_CHECK, ICON_USB, tr("Is it our courier stick?"), check_about(e, a));
    step(ui, K("results"), e, STICK_RESULTS, ICON_UPLOAD, tr("Results for the office"), results_about(e, a));
    step(ui, K("receipts"), e, STICK_RECEIPTS, ICON_RECEIPT, tr("Receipts from the office"), receipts_about(e, a));
    step(ui, K("content"), e, STICK_CONTENT, ICON_DOWNLOAD, tr("New lessons"), content_about(e, a));
    step(ui, K("board"), e, STICK_BOARD, ICON_BOARD, tr("Village board"), board_about(e, a));
    step(ui, K("verify"), e, STICK_VERIFY, ICON_SEARCH, tr("Last check"), verify_about(e, a));
    ui_end(ui);
}

static void stop(const struct ev_stick *e, struct ui *ui)
{
    if (e->is_in && !e->is_over) {
        ui_button(ui, K("stop"), tr("Stop"), UI_ANSWER, ACT(ACT_STOP));
    }
}

static void stick_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct ev_stick *e = &app->stick;

    (void)base;
    ui_screen(ui, K("stick"), tr("USB stick"));
    ui_back(ui, ACT(ACT_DONE));
    if (app->refused[0] || app->is_stick_coming || e->is_own || is_awaited(app)) {
        if (app->refused[0]) {
            refused(app, ui);
        } else if (app->is_stick_coming) {
            coming(ui);
        } else {
            own(app, ui);
        }
        app_dialogs(app, ui);
        ui_end(ui);
        return;
    }
    ui_context(ui, ICON_USB, e->office[0] ? e->office : e->label);
    if (is_beside(ui)) {
        ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = COLUMN_DP, .grow = 1});
        steps(e, ui);
        ui_open(ui, K("side"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 1});
        note(e, ui);
        stop(e, ui);
        ui_end(ui);
        ui_end(ui);
    } else { /* whether the stick may go is never further down than anybody looks */
        note(e, ui);
        steps(e, ui);
        safe(e, ui);
        stop(e, ui);
    }
    if (e->is_over || !e->is_in) { /* before, only the arrow leads away */
        ui_main(ui, K("done"), tr("Done"), ICON_DONE, 0, ACT(ACT_DONE));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool stick_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)err;
    if (act.id == ACT_STOP) {
        exchange_halt(app->exchange);
    } else if (act.id == ACT_SAVE) {
        app_save(app, is_for_tool(app) ? SAVE_TOOL : SAVE_RESULT);
    } else {
        app_go_back(app);
    }
    return true;
}

const struct screen_class scr_stick = {
    .name = "stick",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = stick_build,
    .action = stick_action,
};
