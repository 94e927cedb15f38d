/* path_words: why a step is there, in one sentence; and a level in words. */
#include "screens/path_words.h"
#include "levels.h"
#include "tr.h"

#include "base/banned.h"

/* Names stand behind a colon or in quotes, so that they fit any sentence of any language. */
static const char *sentence(const struct pathway_step *s)
{
    switch (s->reason) {
    case PATHWAY_FOLLOWS:
        return tr("Because it goes on from the step before.");
    case PATHWAY_HARDER:
        return tr("Because the practice questions were harder than you expected here: {skill}.");
    case PATHWAY_TRADE:
        return s->is_lowest ? tr("Because “{process}” matters in your trade, and this came out lowest there: {skill}.")
                            : tr("Because “{process}” matters in your trade, and there is room to grow here: {skill}.");
    case PATHWAY_BEGUN:
        return s->is_lowest
                   ? tr("Because you are just beginning with “{process}”, and this came out lowest there: {skill}.")
                   : tr("Because you are just beginning with “{process}”, and there is room to grow here: {skill}.");
    case PATHWAY_SKILL:
        return s->is_lowest ? tr("Because this came out lowest: {skill}.")
                            : tr("Because there is room to grow here: {skill}.");
    case PATHWAY_PROCESS:
        return tr("Because it helps with “{process}”.");
    default:
        return tr("Because it is new to you.");
    }
}

const char *path_reason(const struct app *app, const struct pathway_step *s, struct arena *a)
{
    const struct lib_competence *c = visit_competence(app->visit, s->competence);

    return tr_fmt(a, sentence(s), "skill", c ? c->plain : "", "process", s->process ? s->process->name : "", NULL);
}

const char *path_step_words(const struct app *app, const struct pathway_step *s, struct arena *a)
{
    const char *const kind[PATHWAY_KINDS] = {tr("Lesson, {n} min. {reason}"), tr("Tool, {n} min. {reason}"),
                                             tr("Workshop, {n} min. {reason}")};

    return tr_fmt(a, kind[s->kind], "n", tr_number(a, s->minutes), "reason", path_reason(app, s, a), NULL);
}

const char *path_growth_words(const struct app *app, const struct visit_growth *g, struct arena *a)
{
    const struct lib_competence *c = visit_competence(app->visit, g->competence);

    return tr_fmt(a, tr("{skill}: before “{before}”, now “{now}”."), "skill", c ? c->plain : "", "before",
                  level_word(g->before), "now", level_word(g->now), NULL);
}

void path_again_button(const struct app *app, const char *competence, struct ui *ui, struct ui_act act)
{
    const struct lib_competence *c = visit_competence(app->visit, competence);

    ui_button(ui, K("ask_again"), tr_fmt(ui_arena(ui), tr("Ask me again: {skill}"), "skill", c ? c->plain : "", NULL),
              0, act);
}
