/* result_paper: the result for paper. */
#include "screens/result_paper.h"
#include "base/json.h"
#include "base/utf8.h"
#include "kit/theme.h"
#include "screens/path_words.h"
#include "screens/result_text.h"
#include "tr.h"
#include "workbench/paper.h"
#include <string.h>

#include "base/banned.h"

enum { BLANKS = 4 };

/* A text of content may be longer than paper takes. */
static void put(struct json_out *w, const char *key, const char *text, struct arena *a)
{
    json_put_str(w, key, arena_strn(a, text, utf8_cut(text, strlen(text), PAPER_TEXT_MAX)));
}

static void put_skills(const struct app *app, const struct visit_result *r, const char *area, struct json_out *w,
                       struct arena *a)
{
    for (int i = 0; i < r->n_competences; i++) {
        const struct visit_competence_result *c = &r->competence[i];
        const struct lib_competence *about = visit_competence(app->visit, c->code);

        if (about && !strcmp(about->area, area)) {
            json_begin(w, NULL, '{');
            put(w, "name", about->plain, a);
            put(w, "words", result_band_word(c->band), a);
            json_put_int(w, "level", c->level);
            json_put_int(w, "lo", c->lo);
            json_put_int(w, "hi", c->hi);
            json_end(w, '}');
        }
    }
}

static void put_areas(const struct app *app, const struct visit_result *r, struct json_out *w, struct arena *a)
{
    const struct lib_view *v = visit_view(app->visit);

    json_begin(w, "areas", '[');
    for (int i = 0; i < v->n_areas && i < PAPER_AREAS_MAX; i++) {
        json_begin(w, NULL, '{');
        put(w, "name", v->areas[i].plain, a);
        json_put_int(w, "colour", theme_area_colour(THEME_PAPER, theme_area_of(v->areas[i].code)));
        json_begin(w, "skills", '[');
        put_skills(app, r, v->areas[i].code, w, a);
        json_end(w, ']');
        json_end(w, '}');
    }
    json_end(w, ']');
}

static void put_steps(const struct app *app, const struct visit_result *r, struct json_out *w, struct arena *a)
{
    json_begin(w, "steps", '[');
    for (int i = 0; i < r->pathway.n; i++) {
        json_begin(w, NULL, '{');
        put(w, "title", r->pathway.step[i].title, a);
        put(w, "why", path_step_words(app, &r->pathway.step[i], a), a);
        json_end(w, '}');
    }
    json_end(w, ']');
}

/* The outcomes of a lesson, as far as the box has lines. */
static void put_outcomes(const struct lib_lesson *l, int *n, struct json_out *w, struct arena *a)
{
    for (int i = 0; i < l->n_outcomes && *n < PAPER_LINES_MAX; i++, (*n)++) {
        put(w, NULL, l->outcomes[i], a);
    }
}

static void put_intended(const struct visit_result *r, struct json_out *w, struct arena *a)
{
    int n = 0;

    for (int i = 0; i < r->pathway.n; i++) {
        if (r->pathway.step[i].lesson) {
            put_outcomes(r->pathway.step[i].lesson, &n, w, a);
        }
    }
}

static void put_shown(const struct app *app, struct json_out *w, struct arena *a)
{
    const struct lib_view *v = visit_view(app->visit);
    int n = 0;

    for (int m = 0; m < v->n_modules; m++) {
        for (int l = 0; l < v->modules[m].n_lessons; l++) {
            const struct lib_lesson *lesson = &v->modules[m].lessons[l];

            if (visit_lesson_is_shown(app->visit, lesson->id)) {
                put_outcomes(lesson, &n, w, a);
            }
        }
    }
    if (!n) {
        put(w, NULL, tr("Nothing yet: it comes with lessons and their questions"), a);
    }
}

/* A box of the page from its title to its first line, and from its last one to its end. */
static void open_box(struct json_out *w, const char *title, const char *about, struct arena *a)
{
    json_begin(w, NULL, '{');
    put(w, "title", title, a);
    put(w, "about", about, a);
    json_begin(w, "lines", '[');
}

static void close_box(struct json_out *w, int blanks)
{
    json_end(w, ']');
    json_put_int(w, "blanks", blanks);
    json_end(w, '}');
}

static void put_boxes(const struct app *app, const struct visit_result *r, struct json_out *w, struct arena *a)
{
    json_begin(w, "boxes", '[');
    open_box(w, tr("Intended"), tr("What the next steps are for: you will be able to"), a);
    put_intended(r, w, a);
    close_box(w, 0);
    open_box(w, tr("Shown on this station"), tr("From lessons finished here whose questions you mostly answered right"),
             a);
    put_shown(app, w, a);
    close_box(w, 0);
    open_box(w, tr("Certified elsewhere"),
             tr("For you to fill in. Nothing on this paper is a certificate; no person has an EQF level from it."), a);
    close_box(w, BLANKS);
    json_end(w, ']');
}

/* The sentence, and after careless answers that it is not sure: paper outlives the page that says so. */
static const char *summary(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const char *unsure = result_unsure_words(r), *sentence = result_sentence(app, r, a);

    return unsure ? arena_fmt(a, "%s %s", sentence, unsure) : sentence;
}

void result_paper(const struct app *app, struct buf *out)
{
    const struct visit_result *r = visit_result(app->visit);
    struct json_out w = {.buf = out};
    struct arena a = {0};

    buf_clear(out);
    if (r) {
        json_begin(&w, NULL, '{');
        json_put_str(&w, "format", "micro2-paper-1");
        json_put_str(&w, "lang", tr_lang());
        put(&w, "title", tr("My digital business matrix"), &a);
        put(&w, "label", result_band_word(r->band), &a);
        put(&w, "summary", summary(app, r, &a), &a);
        put(&w, "words", result_wheel_words(app, r, &a), &a);
        put_areas(app, r, &w, &a);
        put(&w, "steps_title", tr("Your next steps"), &a);
        put_steps(app, r, &w, &a);
        put_boxes(app, r, &w, &a);
        put(&w, "about", tr("This paper is yours. It comes from your own answers on a learning station of MICRO 2."),
            &a);
        json_end(&w, '}');
    }
    arena_wipe(&a);
    arena_release(&a);
}
