/* scr_workshop_end: thanks, what was done and voted, and the one thing everybody will do. */
#include "app.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_DONE };

/* The option of a vote that most touched; NULL where none has more than the others. */
static const char *winner(const struct workshop *run, const struct lib_part *p, int part, int *votes)
{
    const char *found = NULL;

    *votes = workshop_most_votes(run, part);
    for (int i = 0; i < p->n_options && *votes; i++) {
        if (run->votes[part][i] == *votes) {
            if (found) {
                return NULL;
            }
            found = p->options[i];
        }
    }
    return found;
}

/* What most wanted, in each vote that has an answer. */
static void voted(const struct workshop *run, const struct lib_workshop *w, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    for (int i = 0; i < w->n_parts; i++) {
        const struct lib_part *p = &w->parts[i];
        int n;
        const char *option = winner(run, p, i, &n);

        if (option) {
            ui_text(ui, KN("vote", i + 1), UI_BODY,
                    tr_fmt(a, trn("{question} {option}, with {n} vote.", "{question} {option}, with {n} votes.", n),
                           "question", arena_strn(a, p->room, strcspn(p->room, "\n")), "option", option, "n",
                           tr_number(a, n), NULL),
                    0);
        }
    }
}

static void done(const struct workshop *run, const struct lib_workshop *w, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    int n = workshop_minutes(run), shown = workshop_parts_shown(run);

    ui_heading(ui, K("thanks"), UI_HEAD, tr("Thank you all!"));
    ui_text(ui, K("figures"), UI_BODY,
            tr_fmt(a,
                   trn("You went through {parts} of {total} parts in {n} minute. There were {people} of you.",
                       "You went through {parts} of {total} parts in {n} minutes. There were {people} of you.", n),
                   "parts", tr_number(a, shown), "total", tr_number(a, w->n_parts), "n", tr_number(a, n), "people",
                   tr_number(a, run->people), NULL),
            0);
    ui_open(ui, K("parts"), UI_LIST, tr("What you did"), (struct ui_box){.gap_dp = 4});
    for (int i = 0; i < shown && i < w->n_parts; i++) {
        ui_item(ui, KI(i + 1), ICON_DONE, w->parts[i].title, NULL, -1, theme_area_of(w->area), UI_DONE);
    }
    ui_end(ui);
    voted(run, w, ui);
}

/* What the last part asked to write, to be taken home. */
static void one_thing(const struct lib_part *p, struct ui *ui)
{
    struct lesson_page page;
    struct err err;

    ui_open(ui, K("one_thing"), UI_GROUP, p->title, (struct ui_box){.gap_dp = 8, .pad_dp = 24, .surface = UI_NOTE});
    ui_heading(ui, K("heading"), UI_TITLE, p->title);
    if (lesson_parse(p->room, ui_arena(ui), &page, &err)) {
        ui_prose(ui, K("text"), &page, NULL);
    }
    ui_text(ui, K("home"), UI_SMALL, tr("Take what you wrote home with you. The station keeps none of it."), 0);
    ui_end(ui);
}

static void end_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct workshop *run = &app->workshop.run;
    const struct lib_workshop *w = app_workshop_of(app, run->id);
    const struct lib_part *last = w && w->n_parts ? &w->parts[w->n_parts - 1] : NULL;

    (void)base;
    ui_screen(ui, K("workshop_end"), w ? w->title : tr("Workshop"));
    ui_back(ui, ACT(ACT_BACK));
    if (last) {
        ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 440, .gap_dp = 32});
        ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
        done(run, w, ui);
        ui_end(ui);
        if (!strcmp(last->kind, "write")) {
            ui_open(ui, K("right"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
            one_thing(last, ui);
            ui_end(ui);
        }
        ui_end(ui);
    }
    ui_main(ui, K("done"), tr("Done"), ICON_NEXT, 0, ACT(ACT_DONE));
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool end_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)err;
    app_go(app, act.id == ACT_DONE ? &scr_home : &scr_workshops);
    return true;
}

const struct screen_class scr_workshop_end = {
    .name = "workshop_end",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = end_build,
    .action = end_action,
};
