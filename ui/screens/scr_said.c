/* scr_said: what she says and what she showed, beside each other, area by area; a gap is told kindly. */
#include "app.h"
#include "kit/shape.h"
#include "levels.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1 };

/* The honest range in words. */
static const char *range_words(const struct said_side *side, struct arena *a)
{
    if (!side->asked) {
        return tr("not asked yet");
    }
    if (matrix_band(side->lo) == matrix_band(side->hi)) {
        return level_word(side->level);
    }
    return tr_fmt(a, tr("between “{low}” and “{high}”"), "low", level_word(side->lo), "high", level_word(side->hi),
                  NULL);
}

static const char *gap_words(enum said_gap gap)
{
    switch (gap) {
    case SAID_DOES_MORE:
        return tr("You do more than you think.");
    case SAID_HARDER:
        return tr("The practice questions were harder than you expected.");
    case SAID_FITS:
        return tr("What you say and what you show fit together.");
    default:
        return NULL;
    }
}

static void bar(struct ui *ui, struct ui_key key, enum icon icon, const char *what, const struct said_side *side,
                enum theme_area area)
{
    ui_item(ui, key, icon, what, range_words(side, ui_arena(ui)), side->asked ? side->level * 1000 / MATRIX_LEVELS : -1,
            area, 0);
    ui_is_personal(ui);
}

/* Of an area, where a competence was both said and shown. */
static void competences(const struct app *app, const struct said *said, const char *area, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    for (int i = 0; i < said->n_competences; i++) {
        const struct said_pair *p = &said->competence[i];
        const struct lib_competence *about = visit_competence(app->visit, p->id);

        if (about && !strcmp(about->area, area) && p->said.asked && p->shown.asked) {
            ui_text(ui, KS(p->id), UI_SMALL,
                    tr_fmt(a, tr("{skill}: you say “{said}”, you showed “{shown}”."), "skill", about->plain, "said",
                           level_word(p->said.level), "shown", level_word(p->shown.level), NULL),
                    UI_PERSONAL);
        }
    }
}

static void one(const struct app *app, const struct said *said, const struct said_pair *p, struct ui *ui)
{
    const struct lib_area *about = visit_area(app->visit, p->id);
    enum theme_area area = theme_area_of(p->id);
    const char *gap = gap_words(p->gap);

    ui_open(ui, KS(p->id), UI_GROUP, about ? about->plain : p->id,
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_CARD, .gap_dp = 8, .pad_dp = 16, .area = area});
    ui_label(ui, K("area"), about ? shape_icon_named(about->icon) : ICON_HELP, about ? about->plain : p->id, area);
    bar(ui, K("said"), ICON_CHAT, tr("You say"), &p->said, area);
    bar(ui, K("shown"), ICON_PUZZLE, tr("You showed"), &p->shown, area);
    if (gap && p->gap != SAID_FITS) {
        ui_text(ui, K("gap"), UI_SMALL, gap, UI_PERSONAL | UI_BOLD);
    }
    competences(app, said, p->id, ui);
    ui_end(ui);
}

static void said_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct visit_result *r = visit_result(app->visit);

    (void)base;
    ui_screen(ui, K("said"), tr("What you say, what you show"));
    ui_back(ui, ACT(ACT_BACK));
    if (r) {
        const char *whole = r->is_careless ? tr("We are not sure this time. Try again when you have a quiet moment.")
                                           : gap_words(r->said.whole.gap);

        if (whole) {
            ui_heading(ui, K("whole"), UI_TITLE, whole);
            ui_is_personal(ui);
        }
        ui_text(ui, K("about"), UI_SMALL,
                tr("Your own words and the practice questions are counted apart. Neither is a mark."), 0);
        ui_open(ui, K("areas"), UI_PLAIN, NULL,
                (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 460, .gap_dp = 16});
        for (int i = 0; i < r->said.n_areas; i++) {
            one(app, &r->said, &r->said.area[i], ui);
        }
        ui_end(ui);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool said_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    (void)base;
    (void)act;
    (void)err;
    app_go(app, &scr_result);
    return true;
}

const struct screen_class scr_said = {
    .name = "said",
    .is_come_back = true,
    .size = sizeof(struct screen),
    .build = said_build,
    .action = said_action,
};
