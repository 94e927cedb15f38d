/* scr_skill: one competence: its eight "I can" statements, where one is and which answers say so, what comes next, the
 * lessons that serve it. */
#include "app.h"
#include "levels.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_EDITION, ACT_LESSON, ACT_ASSESS, ACT_WHY };

struct scr_skill {
    struct screen base;
    bool is_why_open;
};

/* NULL: the shelf changed. */
static const struct lib_competence *skill_now(const struct app *app)
{
    const struct lib_view *v = visit_view(app->visit);

    return app->matrix.competence < v->n_competences ? &v->competences[app->matrix.competence] : NULL;
}

static bool skill_open(struct screen *base, struct app *app, struct err *err)
{
    (void)base;
    return skill_now(app) || err_set(err, ERR_NOT_FOUND, "the competence is not on the shelf any more");
}

/* Where one is, how sure that is, and whether it was asked. */
static void standing(const struct visit_competence_result *at, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *range = at ? level_range(a, at->lo, at->hi) : NULL;

    if (!at) {
        ui_text(ui, K("here"), UI_BODY, tr("Nobody has asked you about this yet. Find out where you stand."), 0);
        return;
    }
    ui_open(ui, K("standing"), UI_PLAIN, NULL, (struct ui_box){.gap_dp = 4});
    ui_text(ui, K("here"), UI_BODY, level_here(a, at->level), UI_BOLD | UI_PERSONAL);
    if (range) {
        ui_text(ui, K("range"), UI_SMALL, range, UI_PERSONAL);
    }
    ui_text(ui, K("how"), UI_SMALL,
            at->is_asked ? tr("You were asked about this.") : tr("This is guessed from your other answers."),
            UI_PERSONAL);
    ui_end(ui);
}

/* What she answered. */
static const char *answer_words(const struct visit_why *w, struct arena *a)
{
    bool is_scale = w->item->questions[0].n_choices == 0;

    if (w->item->n_questions > 1) {
        return tr_fmt(a, tr("You got {n} of {all} right."), "n", tr_number(a, w->n_right), "all",
                      tr_number(a, w->item->n_questions), NULL);
    }
    if (w->choice < 0) {
        return tr("You were not sure yet.");
    }
    return is_scale     ? tr_fmt(a, tr("You said: {answer}."), "answer", level_answer(w->choice), NULL)
           : w->n_right ? tr("You found the answer that fits.")
                        : tr("Another answer would have fitted better.");
}

/* One answer that speaks for this step; one on another skill says which. */
static void reason(const struct app *app, const struct lib_competence *c, const struct visit_why *w, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const struct lib_competence *of = visit_competence(app->visit, w->item->competence);
    const char *about = tr_fmt(a, "{what} {so}", "what", answer_words(w, a), "so",
                               w->is_up ? tr("It speaks for a higher step.") : tr("It speaks for a lower step."), NULL);

    if (of && of != c) {
        about = tr_fmt(a, tr("On “{skill}”: {what}"), "skill", of->plain, "what", about, NULL);
    }
    ui_item(ui, KS(w->item->id), w->is_up ? ICON_UP : ICON_DOWN, w->item->questions[0].stem, about, -1,
            theme_area_of(w->item->competence), 0);
    ui_is_personal(ui);
}

static void reasons(const struct app *app, const struct lib_competence *c, bool is_open, struct ui *ui)
{
    struct visit_why why[VISIT_WHY_MAX];
    int n = visit_why(app->visit, c->code, why);

    if (!is_open && n) {
        ui_button(ui, K("why"), tr("Why this step?"), 0, ACT(ACT_WHY));
    } else if (n) {
        ui_heading(ui, K("reasons_title"), UI_BODY, tr("The answers that say most about it"));
        ui_open(ui, K("reasons"), UI_LIST, tr("The answers that say most about it"),
                (struct ui_box){.flow = UI_COLUMN});
        for (int i = 0; i < n; i++) {
            reason(app, c, &why[i], ui);
        }
        ui_end(ui);
    }
}

static enum icon step_icon(int level, int here)
{
    return !here || level > here + 1 ? ICON_PENDING : level < here ? ICON_DONE : level == here ? ICON_HERE : ICON_FLAG;
}

/* Said of the step: "You are here", "Your next step". */
static const char *step_note(int level, int here)
{
    return here && level == here ? tr("You are here") : here && level == here + 1 ? tr("Your next step") : "";
}

static void step(const struct lib_competence *c, int level, int here, bool bands, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *note = step_note(level, here), *word = level_word(level);
    bool is_here = here == level;

    if (bands) {
        word = tr_fmt(a, tr("{band}: {level}"), "band", level_band_30(level), "level", word, NULL);
    }
    ui_open(
        ui, KN("step", level), UI_LISTITEM, c->can[level - 1],
        (struct ui_box){.flow = UI_ROW,
                        .gap_dp = 16,
                        .pad_dp = 16,
                        .pad_v_dp = 10,
                        .align = UI_CENTER,
                        .surface = is_here || level == here + 1 ? UI_CARD : UI_BARE,
                        .area = theme_area_of(c->code),
                        .flags = (is_here                     ? UI_ON
                                  : here && level == here + 1 ? UI_UNSURE
                                                              : 0) |
                                 (here ? UI_PERSONAL : 0),
                        .about = *note ? tr_fmt(a, tr("{step}. {note}."), "step", word, "note", note, NULL) : word});
    ui_icon(ui, step_icon(level, here), 40);
    ui_open(ui, K("words"), UI_PLAIN, NULL, (struct ui_box){.gap_dp = 2, .grow = 1});
    ui_text(ui, K("level"), UI_SMALL, *note ? tr_fmt(a, tr("{step}. {note}."), "step", word, "note", note, NULL) : word,
            *note ? UI_BOLD | UI_PART : UI_SOFT | UI_PART);
    ui_text(ui, K("can"), UI_BODY, c->can[level - 1], UI_PART);
    ui_end(ui);
    ui_end(ui);
}

static void steps(const struct app *app, const struct lib_competence *c, int here, struct ui *ui)
{
    bool bands = app->matrix.is_30 && *c->title30;

    ui_open(ui, K("can"), UI_LIST, tr("The steps, each with what one can do there"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 480, .gap_dp = 12});
    for (int level = 1; level <= LIBRARY_LEVELS; level++) {
        if (*c->can[level - 1]) {
            step(c, level, here, bands, ui);
        }
    }
    ui_end(ui);
}

static bool serves(const struct lib_lesson *l, const char *code)
{
    for (int i = 0; i < l->n_serves; i++) {
        if (!strcmp(l->serves[i], code)) {
            return true;
        }
    }
    return false;
}

/* The n-th lesson that serves the competence, from 0; NULL = no more. */
static const struct lib_lesson *lesson_for(const struct app *app, const struct lib_competence *c, int n)
{
    const struct lib_view *v = visit_view(app->visit);

    for (int m = 0; m < v->n_modules; m++) {
        for (int l = 0; l < v->modules[m].n_lessons; l++) {
            if (serves(&v->modules[m].lessons[l], c->code) && n-- == 0) {
                return &v->modules[m].lessons[l];
            }
        }
    }
    return NULL;
}

static void lessons(const struct app *app, const struct lib_competence *c, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    if (!lesson_for(app, c, 0)) {
        return;
    }
    ui_heading(ui, K("help"), UI_BODY, tr("Lessons that help with this"));
    ui_open(ui, K("lessons"), UI_LIST, tr("Lessons"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; lesson_for(app, c, i); i++) {
        const struct lib_lesson *l = lesson_for(app, c, i);

        ui_card_row(ui, KS(l->id), ICON_BOOK_OPEN, l->title,
                    tr_fmt(a, tr("Lesson, {n} min."), "n", tr_number(a, l->minutes), NULL), theme_area_of(c->code),
                    visit_lesson_is_done(app->visit, l->id) ? UI_DONE : 0, ACT_ARG(ACT_LESSON, i));
    }
    ui_end(ui);
}

static void official(const struct app *app, const struct lib_competence *c, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *title = scr_skill_title(app, c, a);

    if (!*c->title30) {
        ui_text(ui, K("official"), UI_SMALL, tr_fmt(a, tr("In EntreComp: {title}"), "title", title, NULL), UI_SOFT);
        return;
    }
    ui_text(ui, K("official"), UI_SMALL,
            app->matrix.is_30 ? tr_fmt(a, tr("In DigComp 3.0: {title}"), "title", title, NULL)
                              : tr_fmt(a, tr("In DigComp 2.2: {title}"), "title", title, NULL),
            UI_SOFT);
}

static void skill_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct lib_competence *c = skill_now(app);
    const struct visit_competence_result *at = c ? level_result(visit_result(app->visit), c->code) : NULL;

    ui_screen(ui, K("skill"), c ? c->plain : tr("The matrix: every skill, every step"));
    ui_back(ui, ACT(ACT_BACK));
    if (c) {
        const struct lib_area *area = visit_area(app->visit, c->area);

        ui_context(ui, area ? shape_icon_named(area->icon) : ICON_NONE, area ? area->plain : "");
        standing(at, ui);
        reasons(app, c, ((const struct scr_skill *)base)->is_why_open, ui);
        steps(app, c, at ? at->level : 0, ui);
        lessons(app, c, ui);
        official(app, c, ui);
        if (*c->title30) {
            scr_edition_tabs(app, ui, ACT(ACT_EDITION));
        }
    }
    if (!at) {
        ui_main(ui, K("assess"), tr("Find where I stand"), ICON_COMPASS, 0, ACT(ACT_ASSESS));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool skill_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    const struct lib_competence *c = skill_now(app);
    const struct lib_lesson *lesson = c && act.id == ACT_LESSON ? lesson_for(app, c, (int)act.arg) : NULL;

    switch (act.id) {
    case ACT_WHY:
        ((struct scr_skill *)base)->is_why_open = true;
        break;
    case ACT_LESSON:
        return lesson ? app_open_lesson(app, lesson->id, err) : true;
    case ACT_EDITION:
        app->matrix.is_30 = act.arg != 0;
        break;
    case ACT_ASSESS:
        app_go_assess(app);
        break;
    default:
        app_go(app, app->matrix.is_from_cell ? &scr_cell : &scr_explorer);
    }
    return true;
}

const struct screen_class scr_skill = {
    .name = "skill",
    .is_come_back = true,
    .size = sizeof(struct scr_skill),
    .open = skill_open,
    .build = skill_build,
    .action = skill_action,
};
