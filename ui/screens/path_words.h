/* path_words: what several screens say of steps and of what grew: whole sentences with places for names. */
#ifndef M2_SCREENS_PATH_WORDS_H
#define M2_SCREENS_PATH_WORDS_H

#include "app.h"

const char *path_reason(const struct app *app, const struct pathway_step *s, struct arena *a);
const char *path_step_words(const struct app *app, const struct pathway_step *s, struct arena *a); /* and its minutes */
const char *path_growth_words(const struct app *app, const struct visit_growth *g, struct arena *a);
/* "Ask me again: …". */
void path_again_button(const struct app *app, const char *competence, struct ui *ui, struct ui_act act);

#endif
