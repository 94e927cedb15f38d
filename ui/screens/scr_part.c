/* scr_part: a workshop that runs: its parts, what the room reads, a vote that grows with each touch, the time left. */
#include "app.h"
#include "base/clock.h"
#include "screens/workshop_parts.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_VOTE, ACT_TAKE_BACK, ACT_PAUSE, ACT_NOTE, ACT_NEXT, ACT_BEFORE };
enum { BESIDE_DP = 1000, SECOND_MS = 1000, MINUTE_S = 60 };
/* What fits beside the parts: words for the room in UI_TITLE, of a question in UI_HEAD, options in one column. */
enum { LARGE_WORDS = 32, HEAD_WORDS = 8, COLUMN_OPTIONS = 4 };

struct scr_part {
    struct screen base;
    int64_t left_s; /* as it is shown */
};

static void look_at_clock(struct scr_part *s, const struct app *app)
{
    s->left_s = (workshop_left_ms(&app->workshop.run, clock_ms()) + SECOND_MS - 1) / SECOND_MS;
}

static bool part_open(struct screen *base, struct app *app, struct err *err)
{
    const struct workshop *run = &app->workshop.run;

    look_at_clock((struct scr_part *)base, app);
    return (run->stage == WORKSHOP_RUNS && app_workshop_of(app, run->id)) ||
           err_set(err, ERR_NOT_FOUND, "no workshop runs");
}

/* The second shown is over when the ones below it are left. */
static int64_t part_due(const struct screen *base, const struct app *app)
{
    const struct scr_part *s = (const struct scr_part *)base;
    const struct workshop *run = &app->workshop.run;

    return run->is_paused || s->left_s <= 0 ? -1 : run->due_ms - (s->left_s - 1) * SECOND_MS;
}

static void part_tick(struct screen *base, struct app *app)
{
    look_at_clock((struct scr_part *)base, app);
}

/* --- what is on show
 * ---------------------------------------------------------------------------------------------------------------- */

static void prose(struct ui *ui, struct ui_key key, const char *markdown, bool is_large)
{
    struct lesson_page page;
    struct err err;

    if (!lesson_parse(markdown, ui_arena(ui), &page, &err)) { /* content check lets none through */
        ui_text(ui, key, is_large ? UI_TITLE : UI_BODY, markdown, 0);
    } else if (is_large) {
        ui_prose_large(ui, key, &page, NULL);
    } else {
        ui_prose(ui, key, &page, NULL);
    }
}

static int count_words(const char *text)
{
    int n = 0;

    for (bool was_gap = true; *text; text++) {
        bool is_gap = *text == ' ' || *text == '\n';

        n += was_gap && !is_gap;
        was_gap = is_gap;
    }
    return n;
}

static void votes(const struct workshop *run, const struct lib_part *p, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *question = arena_strn(a, p->room, strcspn(p->room, "\n"));
    int most = workshop_most_votes(run, run->part);

    ui_heading(ui, K("question"), count_words(question) > HEAD_WORDS ? UI_TITLE : UI_HEAD, question);
    ui_text(ui, K("how"), UI_SMALL, tr("Come up one by one and touch; the others look away. No vote is kept."),
            UI_SOFT);
    ui_open(ui, K("votes"), UI_GROUP, tr("Votes"),
            (struct ui_box){
                .flow = UI_GRID, .columns = p->n_options > COLUMN_OPTIONS ? 2 : 1, .min_column_dp = 300, .gap_dp = 12});
    for (int i = 0; i < p->n_options; i++) {
        int n = run->votes[run->part][i];

        ui_vote(ui, KI(i + 1), p->options[i], tr_number(a, n),
                tr_fmt(a, trn("{n} vote", "{n} votes", n), "n", tr_number(a, n), NULL), most ? n * 1000 / most : 0,
                ACT_ARG(ACT_VOTE, i));
    }
    ui_end(ui);
}

/* In place of what the room reads. */
static void note(const struct lib_part *p, struct ui *ui)
{
    ui_open(ui, K("note"), UI_GROUP, tr("For who leads"),
            (struct ui_box){.gap_dp = 8, .pad_dp = 24, .surface = UI_NOTE});
    ui_heading(ui, K("heading"), UI_BODY, tr("For who leads"));
    prose(ui, K("text"), p->leader, false);
    ui_end(ui);
}

static const char *time_text(int64_t left_s, struct arena *a)
{
    return arena_fmt(a, "%d:%02d", (int)(left_s / MINUTE_S), (int)(left_s % MINUTE_S));
}

static const char *spoken_time(int64_t left_s, struct arena *a)
{
    int64_t minutes = (left_s + MINUTE_S / 2) / MINUTE_S;

    return left_s < MINUTE_S
               ? tr_fmt(a, trn("{n} second left for this part", "{n} seconds left for this part", left_s), "n",
                        tr_number(a, left_s), NULL)
               : tr_fmt(a, trn("{n} minute left for this part", "{n} minutes left for this part", minutes), "n",
                        tr_number(a, minutes), NULL);
}

static void clock_line(const struct scr_part *s, const struct workshop *run, bool is_short, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_open(ui, K("clock"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .gap_dp = 12, .align = UI_CENTER});
    ui_text(ui, K("time"), UI_FIGURE, time_text(s->left_s, a), UI_BOLD);
    ui_say_as(ui, spoken_time(s->left_s, a));
    if (!s->left_s) {
        ui_text(ui, K("over"), UI_SMALL, tr("time is over"), UI_BOLD | UI_LIVE);
    } else if (!is_short) {
        ui_text(ui, K("left"), UI_SMALL, run->is_paused ? tr("paused") : tr("left for this part"), UI_SOFT);
    }
    ui_end(ui);
}

/* With the note for who leads come what she does now and then: a vote that somebody gave by mistake is taken back, a
 * part that was left too early is gone back to. */
static void foot(const struct scr_part *s, const struct workshop *run, bool is_vote, struct ui *ui)
{
    bool can_take_back = is_vote && run->has_note;

    ui_open(ui, K("foot"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP, .gap_dp = 20});
    clock_line(s, run, can_take_back, ui);
    if (can_take_back) {
        ui_button(ui, K("take_back"), tr("Take back the last vote"), run->last_vote < 0 ? UI_OFF : 0,
                  ACT(ACT_TAKE_BACK));
    } else if (s->left_s) {
        ui_icon_button(ui, K("pause"), run->is_paused ? ICON_PLAY : ICON_PAUSE,
                       run->is_paused ? tr("Go on") : tr("Pause"), 0, ACT(ACT_PAUSE));
    }
    if (run->part > 0 && run->has_note) {
        ui_icon_button(ui, K("before"), ICON_BACK, tr("The part before"), 0, ACT(ACT_BEFORE));
    }
    ui_icon_button(ui, K("leads"), ICON_PERSON, run->has_note ? tr("Hide the note") : tr("For who leads"), 0,
                   ACT(ACT_NOTE));
    ui_end(ui);
}

static void card(const struct scr_part *s, const struct workshop *run, const struct lib_workshop *w, bool is_beside,
                 struct ui *ui)
{
    const struct lib_part *p = &w->parts[run->part];
    struct arena *a = ui_arena(ui);

    ui_open(
        ui, K("card"), UI_GROUP, p->title,
        (struct ui_box){.pad_dp = 28, .pad_v_dp = 20, .grow = 5, .surface = UI_CARD, .area = theme_area_of(w->area)});
    if (!is_beside) {
        ui_text(ui, K("place"), UI_SMALL,
                tr_fmt(a, tr("Part {n} of {total}, {time} left"), "n", tr_number(a, run->part + 1), "total",
                       tr_number(a, w->n_parts), "time", time_text(s->left_s, a), NULL),
                UI_SOFT);
    }
    if (run->has_note) {
        note(p, ui);
    } else if (p->n_options) {
        votes(run, p, ui);
    } else {
        ui_heading(ui, K("title"), UI_HEAD, p->title);
        prose(ui, K("room"), p->room, count_words(p->room) <= LARGE_WORDS);
    }
    ui_space(ui, 1);
    foot(s, run, p->n_options > 0, ui);
    ui_end(ui);
}

static void part_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_part *s = (const struct scr_part *)base;
    const struct workshop *run = &app->workshop.run;
    const struct lib_workshop *w = app_workshop_of(app, run->id);
    bool is_beside = ui_is_wide(ui, BESIDE_DP);
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("part"), w ? tr_fmt(a, tr("Workshop: {title}"), "title", w->title, NULL) : tr("Workshop"));
    ui_back(ui, ACT(ACT_BACK));
    if (w && run->part < w->n_parts) {
        ui_page(ui, tr_fmt(a, "{id} {n}", "id", w->id, "n", tr_number(a, run->part * 2 + run->has_note), NULL));
        ui_context(
            ui, ICON_PEOPLE,
            tr_fmt(a, trn("{n} person here", "{n} people here", run->people), "n", tr_number(a, run->people), NULL));
        ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .gap_dp = 24, .grow = 1});
        if (is_beside) {
            ui_open(ui, K("left"), UI_PLAIN, NULL,
                    (struct ui_box){.pad_dp = 12, .pad_v_dp = 20, .grow = 2, .surface = UI_CARD});
            workshop_parts(w, run->part, ui);
            ui_end(ui);
        }
        card(s, run, w, is_beside, ui);
        ui_end(ui);
        ui_main(ui, K("next"), run->part + 1 < w->n_parts ? tr("Next part") : tr("Finish the workshop"), ICON_NEXT, 0,
                ACT(ACT_NEXT));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool part_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_part *s = (struct scr_part *)base;
    struct workshop *run = &app->workshop.run;
    bool ok = true;

    switch (act.id) {
    case ACT_VOTE:
        workshop_vote(run, (int)act.arg);
        break;
    case ACT_TAKE_BACK:
        workshop_take_back(run);
        break;
    case ACT_PAUSE:
        workshop_pause(run, clock_ms());
        break;
    case ACT_NOTE:
        run->has_note = !run->has_note;
        break;
    case ACT_NEXT:
        ok = app_workshop_next(app, err);
        break;
    case ACT_BEFORE:
        workshop_before(run, clock_ms());
        break;
    case ACT_BACK: /* it runs on */
        app_go(app, &scr_workshops);
        break;
    }
    look_at_clock(s, app);
    return ok;
}

const struct screen_class scr_part = {
    .name = "part",
    .is_come_back = true,
    .size = sizeof(struct scr_part),
    .open = part_open,
    .build = part_build,
    .action = part_action,
    .due = part_due,
    .tick = part_tick,
    .idle_ms = WORKSHOP_IDLE_MS,
};
