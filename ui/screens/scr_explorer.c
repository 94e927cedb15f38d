/* scr_explorer: every skill of an area, every step: filled up to where one is, the next step flagged. */
#include "app.h"
#include "levels.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_KIND, ACT_AREA, ACT_SKILL, ACT_EDITION, ACT_GRID, ACT_RESULT, ACT_ASSESS };
enum {
    WIDE_DP = 1250,  /* eight heads in words fit from here on */
    BESIDE_DP = 700, /* the steps stand beside the name; else below */
    NAME_SHARE = 9,  /* of a row */
    STEPS_SHARE = 20 /* the eight cells */
};

static bool is_business(const struct lib_area *area)
{
    return strcmp(area->framework, "EC") == 0;
}

/* The area on show; the first where the shelf changed. NULL: there is none. */
static const struct lib_area *area_now(const struct app *app)
{
    const struct lib_view *v = visit_view(app->visit);

    return app->matrix.area < v->n_areas ? &v->areas[app->matrix.area] : v->n_areas ? &v->areas[0] : NULL;
}

static int first_area(const struct lib_view *v, bool business)
{
    int i = 0;

    while (i < v->n_areas && is_business(&v->areas[i]) != business) {
        i++;
    }
    return i;
}

static bool has_30(const struct app *app, const struct lib_area *area)
{
    return app->matrix.is_30 && !is_business(area);
}

/* --- the controls above and below
 * ----------------------------------------------------------------------------------------------------- */

static void kinds(const struct lib_view *v, const struct lib_area *area, int now, struct ui *ui)
{
    ui_open(ui, K("bar"), UI_PLAIN, NULL,
            (struct ui_box){.flow = ui_is_wide(ui, WIDE_DP) ? UI_ROW : UI_WRAP, .pack = UI_BETWEEN});
    ui_group(ui, K("kind"), UI_TABS, tr("Which skills"));
    ui_chip(ui, K("digital"), ICON_NONE, tr("My digital skills"), is_business(area) ? 0 : UI_ON, ACT_ARG(ACT_KIND, 0));
    ui_chip(ui, K("business"), ICON_NONE, tr("My business skills"), is_business(area) ? UI_ON : 0,
            ACT_ARG(ACT_KIND, 1));
    ui_end(ui);
    ui_open(ui, K("turn"), UI_GROUP, tr("Areas"), (struct ui_box){.flow = UI_WRAP});
    ui_icon_button(ui, K("before"), ICON_BACK, tr("Earlier"), now > 0 ? 0 : UI_OFF, ACT_ARG(ACT_AREA, now - 1));
    ui_icon_button(ui, K("after"), ICON_NEXT, tr("Later"), now + 1 < v->n_areas ? 0 : UI_OFF,
                   ACT_ARG(ACT_AREA, now + 1));
    ui_end(ui);
    ui_end(ui);
}

void scr_edition_tabs(const struct app *app, struct ui *ui, struct ui_act act)
{
    ui_group(ui, K("edition"), UI_TABS, tr("Edition of DigComp"));
    ui_chip(ui, K("2.2"), ICON_NONE, tr("DigComp 2.2"), app->matrix.is_30 ? 0 : UI_ON, ACT_ARG(act.id, 0));
    ui_chip(ui, K("3.0"), ICON_NONE, tr("DigComp 3.0"), app->matrix.is_30 ? UI_ON : 0, ACT_ARG(act.id, 1));
    ui_end(ui);
}

/* --- heads and rows
 * --------------------------------------------------------------------------------------------------------------------
 */

static void head(struct ui *ui, struct ui_key key, const char *text, unsigned flags)
{
    ui_open(ui, K(""), UI_PLAIN, NULL, (struct ui_box){.pack = UI_FINISH});
    ui_text(ui, key, UI_SMALL, text, UI_CENTERED | flags);
    ui_end(ui);
}

static void area_heading(const struct lib_area *area, struct ui *ui)
{
    ui_open(ui, K("area"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_ROW,
                            .gap_dp = 12,
                            .grow = NAME_SHARE,
                            .align = UI_CENTER,
                            .area = theme_area_of(area->code),
                            .flags = UI_COLOURED});
    ui_icon(ui, shape_icon_named(area->icon), 40);
    ui_open(ui, K("name"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
    ui_heading(ui, K("heading"), UI_BODY, area->plain);
    ui_end(ui);
    ui_end(ui);
}

static void step_heads(bool bands, struct ui *ui)
{
    struct ui_box grid = {.flow = UI_GRID, .gap_dp = CHART_STRIP_GAP_DP, .min_column_dp = 1};

    ui_open(ui, K("heads"), UI_GROUP, tr("Steps"), (struct ui_box){.grow = STEPS_SHARE, .gap_dp = 4});
    if (bands) {
        grid.columns = MATRIX_LEVELS / 2;
        ui_open(ui, K("bands"), UI_PLAIN, NULL, grid);
        for (int level = 1; level <= MATRIX_LEVELS; level += 2) {
            head(ui, KN("band", matrix_band(level)), level_band_30(level), UI_BOLD);
        }
        ui_end(ui);
    }
    grid.columns = MATRIX_LEVELS;
    ui_open(ui, K("steps"), UI_PLAIN, NULL, grid);
    for (int level = 1; level <= MATRIX_LEVELS; level++) {
        head(ui, KN("step", level), level_word(level), UI_SOFT);
    }
    ui_end(ui);
    ui_end(ui);
}

const char *scr_skill_title(const struct app *app, const struct lib_competence *c, struct arena *a)
{
    bool is_30 = app->matrix.is_30 && *c->title30;

    if (is_30 ? c->is_verified30 : c->is_verified) {
        return is_30 ? c->title30 : c->title;
    }
    return tr_fmt(a, tr("{title} (working translation)"), "title", is_30 ? c->title30 : c->title, NULL);
}

/* "2.1 Phone and messages", the official title of 3.0 below; without heads also where one is. */
static void skill_name(const struct app *app, const struct lib_competence *c, bool is_30, int level, bool is_wide,
                       struct ui *ui)
{
    ui_open(ui, K("name"), UI_PLAIN, NULL,
            (struct ui_box){.grow = is_wide ? NAME_SHARE : STEPS_SHARE / 2, .gap_dp = 2});
    ui_open(ui, K("plain"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .gap_dp = 12});
    ui_text(ui, K("code"), UI_BODY, c->code + 1, UI_COLOURED | UI_BOLD);
    ui_open(ui, K("words"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
    ui_text(ui, K("text"), UI_BODY, c->plain, 0);
    ui_end(ui);
    ui_end(ui);
    if (is_30) {
        ui_text(ui, K("title"), UI_SMALL, scr_skill_title(app, c, ui_arena(ui)), UI_SOFT);
    }
    if (level && !is_wide) {
        ui_text(ui, K("here"), UI_SMALL, level_here(ui_arena(ui), level), UI_SOFT);
    }
    ui_end(ui);
}

static void skill_row(const struct app *app, const struct lib_competence *c, int i, bool is_30, bool is_wide,
                      struct ui *ui)
{
    const struct visit_competence_result *at = level_result(visit_result(app->visit), c->code);
    enum theme_area area = theme_area_of(c->code);
    int level = at ? at->level : 0;
    bool is_beside = ui_is_wide(ui, BESIDE_DP);

    ui_open(ui, KS(c->code), UI_LISTITEM, c->plain,
            (struct ui_box){.flow = is_beside ? UI_ROW : UI_COLUMN,
                            .pad_dp = 20,
                            .pad_v_dp = 10,
                            .align = is_beside ? UI_CENTER : UI_STRETCH,
                            .surface = UI_CARD,
                            .area = area,
                            .flags = at ? UI_PERSONAL : 0,
                            .act = ACT_ARG(ACT_SKILL, i),
                            .about = level_here(ui_arena(ui), level)});
    skill_name(app, c, is_30, level, is_wide, ui);
    ui_open(ui, K("strip"), UI_PLAIN, NULL, (struct ui_box){.grow = STEPS_SHARE});
    level_strip(ui, c->plain, area, level, at ? at->lo : 0, at ? at->hi : 0, is_wide ? 50 : 32);
    ui_end(ui);
    ui_end(ui);
}

static void rows(const struct app *app, const struct lib_area *area, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    bool is_wide = ui_is_wide(ui, WIDE_DP), is_30 = has_30(app, area);

    ui_open(ui, K("heads"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_ROW, .pad_dp = 20, .pad_v_dp = UI_NONE_DP, .align = UI_FINISH});
    area_heading(area, ui);
    if (is_wide) {
        step_heads(is_30, ui);
    }
    ui_end(ui);
    ui_open(ui, K("skills"), UI_LIST, area->plain, (struct ui_box){.flow = UI_COLUMN, .gap_dp = 13});
    for (int i = 0; i < v->n_competences; i++) {
        if (!strcmp(v->competences[i].area, area->code)) {
            skill_row(app, &v->competences[i], i, is_30, is_wide, ui);
        }
    }
    ui_end(ui);
}

/* What the rows show, written and spoken. */
static const char *in_words(const struct app *app, const struct lib_area *area, struct arena *a)
{
    const struct lib_view *v = visit_view(app->visit);
    const struct visit_result *r = visit_result(app->visit);
    const struct lib_competence *best = NULL, *least = NULL;
    int most = 0, fewest = 0;

    for (int i = 0; r && i < v->n_competences; i++) {
        const struct visit_competence_result *at = level_result(r, v->competences[i].code);

        if (!at || strcmp(v->competences[i].area, area->code) != 0) {
            continue;
        }
        if (!best || at->level > most) {
            best = &v->competences[i];
            most = at->level;
        }
        if (!least || at->level < fewest) {
            least = &v->competences[i];
            fewest = at->level;
        }
    }
    if (!best || !least) {
        return tr("Nothing is filled in yet. Find out where you stand: then your steps are marked here.");
    }
    if (most == fewest) {
        return tr_fmt(a, tr("You stand at the same step everywhere here: “{level}”."), "level", level_word(most), NULL);
    }
    return tr_fmt(a, tr("Furthest here: {best}, “{most}”. Most room to grow: {least}, “{fewest}”."), "best",
                  best->plain, "most", level_word(most), "least", least->plain, "fewest", level_word(fewest), NULL);
}

/* --- the page
 * ------------------------------------------------------------------------------------------------------------------ */

static void explorer_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct lib_view *v = visit_view(app->visit);
    const struct lib_area *area = area_now(app);
    bool has_result = visit_result(app->visit) != NULL;

    (void)base;
    ui_screen(ui, K("explorer"), tr("The matrix: every skill, every step"));
    ui_back(ui, ACT(ACT_BACK));
    if (area) {
        ui_page(ui, area->code);
        kinds(v, area, (int)(area - v->areas), ui);
        rows(app, area, ui);
        ui_text(ui, K("words"), UI_SMALL, in_words(app, area, ui_arena(ui)), has_result ? UI_PERSONAL : 0);
        if (!is_business(area)) {
            scr_edition_tabs(app, ui, ACT(ACT_EDITION));
        }
    }
    ui_card_row(ui, K("grid"), ICON_STORE, tr("My business"), tr("What your skills mean for each part of your work."),
                AREA_D3, 0, ACT(ACT_GRID));
    if (has_result) {
        ui_card_row(ui, K("result"), ICON_CHART, tr("My result"), tr("Where I stand, and three next steps."), AREA_D3,
                    0, ACT(ACT_RESULT));
    } else {
        ui_main(ui, K("assess"), tr("Find where I stand"), ICON_COMPASS, 0, ACT(ACT_ASSESS));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool explorer_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct lib_view *v = visit_view(app->visit);

    (void)base;
    (void)err;
    switch (act.id) {
    case ACT_KIND:
        app->matrix.area = first_area(v, act.arg != 0);
        break;
    case ACT_AREA:
        app->matrix.area = act.arg >= 0 && act.arg < v->n_areas ? (int)act.arg : app->matrix.area;
        break;
    case ACT_EDITION:
        app->matrix.is_30 = act.arg != 0;
        break;
    case ACT_SKILL:
        app->matrix.competence = (int)act.arg;
        app->matrix.is_from_cell = false;
        app_go(app, &scr_skill);
        break;
    case ACT_GRID:
        app_go(app, &scr_grid);
        break;
    case ACT_ASSESS:
        app_go_assess(app);
        break;
    default: /* ACT_BACK, ACT_RESULT */
        app_go(app, visit_result(app->visit) ? &scr_result : &scr_home);
    }
    return true;
}

const struct screen_class scr_explorer = {
    .name = "explorer",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = explorer_build,
    .action = explorer_action,
};
