/* app_stick: what the stick's threads told, and what the screens do with it. */
#include "app.h"
#include "base/buf.h"
#include "kit/shape.h"
#include "screens/result_paper.h"
#include "screens/result_text.h"
#include "screens/tool_text.h"
#include "tr.h"
#include <stdio.h>

#include "base/banned.h"

void app_stick_row(const struct app *app, struct ui *ui, struct ui_act act)
{
    if (app->stick.is_in || app->is_stick_coming) {
        const char *about = app->is_stick_coming ? tr("Looking at the stick")
                            : app->stick.is_own  ? tr("Save your result on it, or take it out")
                            : app->stick.is_over ? tr("You can take the stick out")
                                                 : tr("Leave the stick in");

        ui_card_row(ui, K("stick"), ICON_USB, tr("USB stick"), about, AREA_NONE, 0, act);
    }
}

static void take_state(struct app *app, const struct ev_stick *ev)
{
    bool came = ev->is_in && !app->stick.is_in;

    app->stick = *ev;
    app->is_stick_coming = false;
    app->refused[0] = '\0';
    if (came || !ev->is_in) {
        app->saved = (struct app_saved){0};
    }
    if (came && !visit_is_open(app->visit) && app->screen->class != &scr_stick) {
        app_go(app, &scr_stick);
    } else if (came && app->dialog == DIALOG_NONE && app->screen->class != &scr_stick) {
        app_ask(app, DIALOG_STICK); /* a visitor is in the middle of something */
    } else if (!ev->is_in && app->dialog == DIALOG_STICK) {
        app_dismiss(app);
    }
    if (!ev->is_in && app->dialog_under == DIALOG_STICK) {
        app->dialog_under = DIALOG_NONE; /* "Are you still there?" stands over it */
    }
}

/* Something is in that is no stick of ours: who put it in is told what it is. */
static void take_refused(struct app *app, const struct ev_stick_refused *ev)
{
    app->is_stick_coming = false;
    snprintf(app->refused, sizeof app->refused, "%s", ev->what);
    if (app->screen->class != &scr_stick && !visit_is_open(app->visit)) {
        app_go(app, &scr_stick);
    } else if (app->screen->class != &scr_stick && app->dialog == DIALOG_NONE) {
        app_look_at(app, &scr_stick);
    }
}

/* Something was put in. Who waits at the first page sees that it was noticed; a visitor in the middle of something is
 * asked once it is known what it is. */
static void take_coming(struct app *app)
{
    app->is_stick_coming = true;
    app->refused[0] = '\0';
    if (app->screen->class != &scr_stick && !visit_is_open(app->visit)) {
        app_go(app, &scr_stick);
    }
}

/* Of the files, by what is saved. */
static const char *const STEMS[] = {[SAVE_RESULT] = "micro2-result", [SAVE_TOOL] = "micro2-tool"};

/* Which file of which save an answer is about: one to an earlier visitor must never reach the stick of the next. */
enum saved_file { FILE_TEXT, FILE_PAPER };

static uint64_t ticket_of(const struct app *app, enum saved_file file)
{
    return app->n_saves * 2 + file;
}

static bool is_awaited(const struct app *app, const struct message *m, enum saved_file file)
{
    return app->saved.state == SAVED_RUNNING && m->ticket == ticket_of(app, file);
}

static void ask_for_paper(struct app *app)
{
    struct buf json = {0};

    result_paper(app, &json);
    if (app->papermaker && json.len) {
        papermaker_make(app->papermaker, buf_text(&json), json.len, ticket_of(app, FILE_PAPER));
    } else {
        app->saved.state = SAVED_DONE;
    }
    buf_wipe(&json);
    buf_release(&json);
}

static void take_saved(struct app *app, const struct ev_stick_saved *ev)
{
    bool ok = ev->err.code == ERR_NONE;

    if (is_awaited(app, &ev->base, FILE_PAPER)) { /* the text is there whatever became of it */
        app->saved.state = SAVED_DONE;
        snprintf(app->saved.paper, sizeof app->saved.paper, "%s", ok ? ev->name : "");
    } else if (is_awaited(app, &ev->base, FILE_TEXT) && ok) {
        snprintf(app->saved.name, sizeof app->saved.name, "%s", ev->name);
        if (app->saved.what == SAVE_RESULT) {
            ask_for_paper(app);
        } else {
            app->saved.state = SAVED_DONE;
        }
    } else if (is_awaited(app, &ev->base, FILE_TEXT)) {
        app->saved.state = SAVED_FAILED;
        app->saved.why = ev->err.code;
    }
}

static void take_paper(struct app *app, const struct ev_paper *ev)
{
    if (!is_awaited(app, &ev->base, FILE_PAPER)) {
        return;
    }
    if (ev->pdf) {
        exchange_save(app->exchange, STEMS[SAVE_RESULT], "pdf", ev->pdf, ev->n, ticket_of(app, FILE_PAPER));
    } else {
        app->saved.state = SAVED_DONE;
    }
}

void app_take_stick(struct app *app, const struct message *m)
{
    if (m->kind == EV_STICK_STATE) {
        take_state(app, (const struct ev_stick *)m);
    } else if (m->kind == EV_STICK_REFUSED) {
        take_refused(app, (const struct ev_stick_refused *)m);
    } else if (m->kind == EV_STICK_COMING) {
        take_coming(app);
    } else if (m->kind == EV_STICK_SAVED) {
        take_saved(app, (const struct ev_stick_saved *)m);
    } else if (m->kind == EV_PAPER_MADE) {
        take_paper(app, (const struct ev_paper *)m);
    }
    app->must_build = true;
}

void app_save(struct app *app, enum app_saving what)
{
    static void (*const write[])(const struct app *,
                                 struct buf *) = {[SAVE_RESULT] = result_text_file, [SAVE_TOOL] = tool_text_file};
    struct buf text = {0};

    app->n_saves++;
    write[what](app, &text);
    exchange_save(app->exchange, STEMS[what], "txt", buf_text(&text), text.len, ticket_of(app, FILE_TEXT));
    app->saved = (struct app_saved){.state = SAVED_RUNNING, .what = what};
    buf_wipe(&text);
    buf_release(&text);
}

void app_yield_to_visitor(struct app *app)
{
    exchange_set_busy(app->exchange, visit_is_open(app->visit) && app->screen->class != &scr_stick);
}
