/* scr_home: what one can do here. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"

#include "base/banned.h"

enum {
    ACT_ASSESS = 1,
    ACT_LEARN,
    ACT_TOOLS,
    ACT_BOARD,
    ACT_RESULT,
    ACT_PRACTICE,
    ACT_EASE,
    ACT_ABOUT,
    ACT_STICK,
    ACT_RETURN,
    ACT_KEEP,
    ACT_MATRIX,
    ACT_PATH,
    ACT_WORKSHOPS
};

static int n_lessons(const struct lib_view *view)
{
    int n = 0;

    for (int i = 0; i < view->n_modules; i++) {
        n += view->modules[i].n_lessons;
    }
    return n;
}

static void came_before(const struct app *app, struct ui *ui)
{
    bool is_kept = visit_token(app->visit)->is_kept;

    ui_open(ui, K("again"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420});
    if (!is_kept) {
        ui_card_row(ui, K("return"), ICON_PICTURE_KEY, tr("I was here before"), tr("With your pictures, or your card."),
                    AREA_D4, 0, ACT(ACT_RETURN));
    }
    ui_card_row(ui, K("keep"), ICON_TAG, is_kept ? tr("My place is kept") : tr("Keep my place"),
                is_kept ? tr("Where you are, and deleting it.") : tr("To go on here another day."), AREA_D4, 0,
                ACT(ACT_KEEP));
    ui_end(ui);
}

/* Only where the shelf has any. */
static void workshops(const struct app *app, struct ui *ui)
{
    if (visit_view(app->visit)->n_workshops) {
        ui_card_row(ui, K("workshops"), ICON_PEOPLE, tr("Workshops"),
                    app->workshop.run.stage == WORKSHOP_RUNS ? tr("One is under way: go on with it.")
                                                             : tr("Learn together with neighbours. One of you leads."),
                    AREA_D2, 0, ACT(ACT_WORKSHOPS));
    }
}

/* From where one stands onwards; two side by side where there is room. */
static void ways(const struct app *app, struct ui *ui)
{
    bool has_result = visit_result(app->visit) && !visit_assess_is_running(app->visit);

    ui_open(ui, K("ways"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420});
    if (has_result) {
        ui_card_row(ui, K("result"), ICON_CHART, tr("My result"), tr("Where I stand, and three next steps."), AREA_D3,
                    0, ACT(ACT_RESULT));
        ui_card_row(ui, K("path"), ICON_COMPASS, tr("My path"), tr("Step by step, in the time you have."), AREA_E3, 0,
                    ACT(ACT_PATH));
    } else {
        ui_card_row(ui, K("matrix"), ICON_GRID, tr("The matrix: every skill, every step"), NULL, AREA_D3, 0,
                    ACT(ACT_MATRIX));
        workshops(app, ui);
    }
    ui_end(ui);
    if (has_result) {
        workshops(app, ui);
    }
}

static void home_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    int lessons = n_lessons(visit_view(app->visit));

    (void)base;
    ui_screen(ui, K("home"), tr_fmt(a, tr("Welcome to the {hub} hub"), "hub", app->folder.name, NULL));
    ui_context(ui, ICON_CLOCK, tr_time(a, clock_wall_s()));
    ui_open(ui, K("tiles"), UI_GROUP, tr("What would you like to do?"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 400, .grow = 1}); /* two on 7 inches, too */
    ui_tile(ui, K("assess"), ICON_COMPASS, tr("Find where I stand"),
            tr("A short conversation, about 6 minutes. No account needed."), AREA_NONE, ACT(ACT_ASSESS));
    ui_tile(ui, K("learn"), ICON_LEARN, tr("Learn"),
            lessons ? tr_fmt(a,
                             trn("{n} short lesson, with pictures and questions.",
                                 "{n} short lessons, with pictures and questions.", lessons),
                             "n", tr_number(a, lessons), NULL)
                    : tr("No lessons are on this station yet. They come with the next stick."),
            AREA_D1, ACT(ACT_LEARN));
    ui_tile(ui, K("tools"), ICON_TOOLS, tr("Tools for my business"),
            tr("Prices, cash flow, safety check, online plan."), AREA_E1, ACT(ACT_TOOLS));
    ui_tile(ui, K("board"), ICON_BOARD, tr("Village board"), tr("Offers, needs and workshops nearby."), AREA_D3,
            ACT(ACT_BOARD));
    ui_end(ui);
    ways(app, ui);
    came_before(app, ui);
    ui_card_row(ui, K("ease"), ICON_HELP, tr("Easier to hear and touch"),
                tr("Reading speed, calmer touch, one key, more time."), AREA_D2, 0, ACT(ACT_EASE));
    ui_card_row(ui, K("about"), ICON_INFO, tr("About this station"),
                tr("Who runs it, what happens to your answers, credits."), AREA_E3, 0, ACT(ACT_ABOUT));
    app_stick_row(app, ui, ACT(ACT_STICK));
    if (app->is_hesitating) { /* last: what is there keeps its place */
        ui_card_row(ui, K("practice"), ICON_BULB, tr("One minute of practice"),
                    tr("New to a touch screen? Try it here, nothing counts."), AREA_D2, UI_LIVE, ACT(ACT_PRACTICE));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool home_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    if (!visit_begin(app->visit, err)) {
        return false;
    }
    switch (act.id) {
    case ACT_ASSESS:
        app_go_assess(app);
        break;
    case ACT_LEARN:
        app_go(app, &scr_modules);
        break;
    case ACT_TOOLS:
        app_go(app, &scr_tools);
        break;
    case ACT_BOARD:
        app->board = (struct app_board){0};
        app_go(app, &scr_board);
        break;
    case ACT_RESULT:
        app_go(app, &scr_result);
        break;
    case ACT_MATRIX:
        app_go(app, &scr_explorer);
        break;
    case ACT_PATH:
        app_go(app, &scr_path);
        break;
    case ACT_WORKSHOPS:
        app_go(app, &scr_workshops);
        break;
    case ACT_PRACTICE:
        app_go(app, &scr_practice);
        break;
    case ACT_EASE:
        app_go(app, &scr_ease);
        break;
    case ACT_STICK:
        app_go(app, &scr_stick);
        break;
    case ACT_RETURN:
        app_go(app, &scr_back);
        break;
    case ACT_KEEP:
        app_go(app, &scr_keep);
        break;
    case ACT_ABOUT:
        app_go(app, &scr_about);
        break;
    }
    return true;
}

const struct screen_class scr_home = {
    .name = "home",
    .size = sizeof(struct screen),
    .build = home_build,
    .action = home_action,
};
