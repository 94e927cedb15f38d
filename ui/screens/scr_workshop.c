/* scr_workshop: a workshop before it begins: what it is about, what to have ready, its parts, how many are here. */
#include "app.h"
#include "screens/workshop_parts.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_PEOPLE, ACT_START };

static void people(const struct app *app, const struct lib_workshop *w, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    int n = app->workshop.people;

    ui_slider(ui, K("people"), tr("How many people are here?"),
              tr_fmt(a, trn("{n} person", "{n} people", n), "n", tr_number(a, n), NULL),
              (n - WORKSHOP_PEOPLE_LEAST) * 1000 / (WORKSHOP_PEOPLE_MOST - WORKSHOP_PEOPLE_LEAST), ACT(ACT_PEOPLE));
    ui_text(ui, K("made_for"), UI_SMALL,
            tr_fmt(a, tr("It is made for {from} to {to} people."), "from", tr_number(a, w->people_from), "to",
                   tr_number(a, w->people_to), NULL),
            UI_SOFT);
}

static void needs(const struct lib_workshop *w, struct ui *ui)
{
    struct lesson_block blocks[LIBRARY_NEEDS_MAX];
    struct lesson_span spans[LIBRARY_NEEDS_MAX];
    struct lesson_page page = {.blocks = blocks, .n_blocks = w->n_needs};

    for (int i = 0; i < w->n_needs; i++) {
        spans[i] = (struct lesson_span){.text = w->needs[i]};
        blocks[i] = (struct lesson_block){.kind = LESSON_BULLET, .spans = &spans[i], .n_spans = 1};
    }
    ui_heading(ui, K("ready"), UI_TITLE, tr("What to have ready"));
    ui_prose(ui, K("needs"), &page, NULL);
}

static void workshop_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct lib_workshop *w = app_workshop_of(app, app->workshop.id);
    struct arena *a = ui_arena(ui);

    (void)base;
    ui_screen(ui, K("workshop"), w ? w->title : tr("Workshop"));
    ui_back(ui, ACT(ACT_BACK));
    if (w) {
        ui_page(ui, w->id);
        ui_context(ui, ICON_CLOCK, tr_fmt(a, tr("{n} min"), "n", tr_number(a, w->minutes), NULL));
        ui_text(ui, K("about"), UI_BODY, w->about, 0);
        ui_open(ui, K("page"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 420, .gap_dp = 32});
        ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
        people(app, w, ui);
        needs(w, ui);
        ui_end(ui);
        ui_open(ui, K("right"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
        ui_heading(ui, K("in_order"), UI_TITLE, tr("The parts"));
        workshop_parts(w, -1, ui);
        ui_end(ui);
        ui_end(ui);
        ui_main(ui, K("start"), tr("Start"), ICON_PLAY, 0, ACT(ACT_START));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool workshop_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    switch (act.id) {
    case ACT_PEOPLE:
        app->workshop.people = workshop_people(app->workshop.people, (int)act.arg);
        break;
    case ACT_START:
        return app_workshop_begin(app, err);
    case ACT_BACK:
        app_go(app, &scr_workshops);
        break;
    }
    return true;
}

const struct screen_class scr_workshop = {
    .name = "workshop",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = workshop_build,
    .action = workshop_action,
};
