/* scr_stick: what happens while a courier stick is in: four steps with real numbers, and when it may be pulled. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_DONE = 1, ACT_STOP };

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

static void step(struct ui *ui, struct ui_key key, const struct ev_stick *e, enum stick_step which, enum icon working,
                 const char *title, const char *about)
{
    enum stick_step_state state = e->progress.state[which];
    int permille = -1;

    if (state == STICK_RUNNING && e->progress.total_bytes > 0) {
        permille = (int)(e->progress.done_bytes * 1000 / e->progress.total_bytes);
    }
    ui_item(ui, key, icon_of(state, working), title, about, permille, state == STICK_FAILED ? AREA_E1 : AREA_NONE,
            state == STICK_DONE ? UI_DONE : 0);
}

static const char *check_about(const struct ev_stick *e, struct arena *a)
{
    if (e->progress.state[STICK_CHECK] == STICK_FAILED) {
        return e->err.code == ERR_NOT_FOUND
                   ? tr("This is not a courier stick. Nothing was read from it or written to it.")
                   : tr("This stick is not one of ours, or it is damaged. Nothing was written to it.");
    }
    return e->office[0] ? tr_fmt(a, tr("Signed by {office}"), "office", e->office, NULL) : tr("Looking at the stick");
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
        return tr("They could not be written. They stay safe on the station.");
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
        return tr("A receipt on this stick does not fit. Nothing was dropped.");
    default:
        return tr("What the office has received");
    }
}

static const char *content_about(const struct ev_stick *e, struct arena *a)
{
    switch (e->progress.state[STICK_CONTENT]) {
    case STICK_RUNNING:
        return e->progress.total_bytes
                   ? tr_fmt(a, tr("“{pack}”, {done} of {total}"), "pack", e->pack, "done",
                            size_text(a, e->progress.done_bytes), "total", size_text(a, e->progress.total_bytes), NULL)
                   : tr("Looking for new lessons");
    case STICK_DONE:
        return tr_fmt(a, trn("{n} new package is here", "{n} new packages are here", e->packs_done), "n",
                      tr_number(a, e->packs_done), NULL);
    case STICK_NOTHING:
        return tr("Everything here is up to date");
    case STICK_FAILED:
        return e->err.code == ERR_CANCELLED ? tr("Stopped. It goes on from here with the next stick.")
                                            : tr("Not all could be taken in. What was here before still works.");
    default:
        return tr("Lessons and questions");
    }
}

static const char *time_left(const struct ev_stick *e, struct arena *a)
{
    int64_t passed = clock_ms() - e->progress.started_ms;
    const int64_t least_ms = 2000;

    if (e->progress.done_bytes <= 0 || e->progress.total_bytes <= 0 || passed < least_ms) {
        return tr("a moment");
    }
    int64_t s = passed * (e->progress.total_bytes - e->progress.done_bytes) / e->progress.done_bytes / 1000 + 1;

    return tr_fmt(a, trn("about {n} second more", "about {n} seconds more", s), "n", tr_number(a, s), NULL);
}

/* What is in the slot and is no stick of ours, by the word of usb_judge.h or of micro2-stickd. */
static const char *refusal(const char *word)
{
    const struct {
        const char *word, *sentence;
    } sentences[] = {
        {"keyboard", tr("This is a keyboard, not a stick.")},
        {"input", tr("This is a mouse or something to play with, not a stick.")},
        {"network", tr("This is a network device, not a stick.")},
        {"camera", tr("This is a camera, not a stick.")},
        {"sound", tr("This is a sound device, not a stick.")},
        {"printer", tr("This is a printer, not a stick.")},
        {"phone", tr("This is a phone, not a stick.")},
        {"composite", tr("This is several devices in one. The station takes only a plain stick.")},
        {"empty-reader", tr("There is no card in this reader.")},
        {"ntfs", tr("This stick is made ready for Windows alone (NTFS). It needs FAT32 or exFAT.")},
        {"ext", tr("This stick is made ready for Linux alone. It needs FAT32 or exFAT.")},
        {"apple", tr("This stick is made ready for Apple computers alone. It needs FAT32 or exFAT.")},
        {"encrypted", tr("This stick is locked with a password. The station cannot open it.")},
        {"empty", tr("This stick is empty and not made ready yet. The office prepares it.")},
        {"disc", tr("This stick is made like a disc. It needs FAT32 or exFAT.")},
        {"damaged", tr("This stick is damaged, and the station cannot read it.")},
    };

    for (size_t i = 0; i < M2_COUNT(sentences); i++) {
        if (!strcmp(sentences[i].word, word)) {
            return sentences[i].sentence;
        }
    }
    return tr("This is nothing the station can read.");
}

static void refused(const struct app *app, struct ui *ui)
{
    ui_open(ui, K("note"), UI_GROUP, tr("The stick"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_NOTE, .align = UI_CENTER});
    ui_icon(ui, ICON_WARNING, 96);
    ui_warning(ui, K("refused"), refusal(app->refused));
    ui_text(ui, K("safe"), UI_BODY, tr("Nothing was read from it or written to it. Please take it out."), UI_CENTERED);
    ui_end(ui);
    ui_main(ui, K("done"), tr("Done"), ICON_DONE, 0, ACT(ACT_DONE));
}

static bool has_failed(const struct ev_stick *e)
{
    for (int i = 0; i < STICK_STEPS; i++) {
        if (e->progress.state[i] == STICK_FAILED && e->err.code != ERR_CANCELLED) {
            return true;
        }
    }
    return false;
}

static void note(const struct ev_stick *e, struct ui *ui)
{
    ui_open(ui, K("note"), UI_GROUP, tr("The stick"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_NOTE, .align = UI_CENTER, .grow = 1});
    if (!e->is_in) {
        ui_icon(ui, ICON_USB, 96);
        ui_heading(ui, K("state"), UI_TITLE, tr("The stick is out"));
    } else if (e->progress.state[STICK_CHECK] == STICK_FAILED) {
        ui_icon(ui, ICON_WARNING, 96);
        ui_warning(ui, K("state"), tr("This stick was not used. You can take it out."));
    } else if (e->is_over) {
        ui_icon(ui, has_failed(e) ? ICON_WARNING : ICON_DONE, 96);
        if (has_failed(e)) {
            ui_warning(ui, K("failed"), tr("Not everything could be done. Please tell the office."));
        }
        ui_status(ui, K("state"), tr("You can take the stick out"));
    } else {
        ui_icon(ui, ICON_WARNING, 96);
        ui_status(ui, K("state"), tr("Leave the stick in"));
        ui_text(ui, K("time"), UI_BODY, time_left(e, ui_arena(ui)), UI_CENTERED);
    }
    if (e->is_in && !e->is_over) {
        ui_text(ui, K("safe"), UI_SMALL,
                tr("If it is pulled out, nothing is lost: the station carries on from here next time."), UI_CENTERED);
    }
    ui_end(ui);
}

static void stick_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct ev_stick *e = &app->stick;
    struct arena *a = ui_arena(ui);

    (void)base;
    ui_screen(ui, K("stick"), tr("USB stick"));
    ui_back(ui, ACT(ACT_DONE));
    if (app->refused[0]) {
        refused(app, ui);
        app_dialogs(app, ui);
        ui_end(ui);
        return;
    }
    ui_context(ui, ICON_USB, e->office[0] ? e->office : e->label);
    ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 380, .grow = 1});
    ui_open(ui, K("steps"), UI_LIST, tr("What happens now"),
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_CARD, .grow = 2});
    step(ui, K("check"), e, STICK_CHECK, ICON_USB, tr("Is it our courier stick?"), check_about(e, a));
    step(ui, K("results"), e, STICK_RESULTS, ICON_UPLOAD, tr("Results for the office"), results_about(e, a));
    step(ui, K("receipts"), e, STICK_RECEIPTS, ICON_RECEIPT, tr("Receipts from the office"), receipts_about(e, a));
    step(ui, K("content"), e, STICK_CONTENT, ICON_DOWNLOAD, tr("New lessons"), content_about(e, a));
    ui_end(ui);
    ui_open(ui, K("side"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 1});
    note(e, ui);
    if (e->progress.state[STICK_CONTENT] == STICK_RUNNING) {
        ui_button(ui, K("stop"), tr("Stop taking in lessons"), UI_ANSWER, ACT(ACT_STOP));
    }
    ui_end(ui);
    ui_end(ui);
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
        exchange_stop_import(app->exchange);
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
