/* result_text: the result in words. */
#include "screens/result_text.h"
#include "base/clock.h"
#include "screens/codes_page.h"
#include "screens/path_words.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { SURE_ANSWERS = 6 }; /* after fewer the sentence says that it is a guess */

const char *result_band_word(int band)
{
    switch (band) {
    case 1:
        return trc("result", "With help");
    case 2:
        return trc("result", "On my own");
    case 3:
        return trc("result", "I adapt it");
    default:
        return trc("result", "I lead");
    }
}

static const char *band_sentence(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const struct lib_area *area = visit_area(app->visit, r->start_area);
    const char *where = area ? area->plain : "";

    switch (r->band) {
    case 1:
        return tr_fmt(a, tr("You handle first digital and business tasks with help. {area} is a good place to start."),
                      "area", where, NULL);
    case 2:
        return tr_fmt(a, tr("You handle everyday tasks on your own. {area} is the place to start."), "area", where,
                      NULL);
    case 3:
        return tr_fmt(a, tr("You adapt tools and plans to your business. {area} is where a step pays most."), "area",
                      where, NULL);
    default:
        return tr_fmt(a, tr("You could guide others. {area} is where you can still grow."), "area", where, NULL);
    }
}

const char *result_sentence(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const char *sentence = band_sentence(app, r, a);

    return r->answered >= SURE_ANSWERS ? sentence
                                       : tr_fmt(a,
                                                trn("A first guess, from {n} answer. {sentence}",
                                                    "A first guess, from {n} answers. {sentence}", r->answered),
                                                "n", tr_number(a, r->answered), "sentence", sentence, NULL);
}

const char *result_wheel_words(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const struct lib_view *v = visit_view(app->visit);

    return tr_fmt(a, tr("You are strongest in: {a}, {b}, {c}. Most room to grow: {d}, {e}, {f}."), "a",
                  v->competences[r->strongest[0]].plain, "b", v->competences[r->strongest[1]].plain, "c",
                  v->competences[r->strongest[2]].plain, "d", v->competences[r->weakest[0]].plain, "e",
                  v->competences[r->weakest[1]].plain, "f", v->competences[r->weakest[2]].plain, NULL);
}

const char *result_unsure_words(const struct visit_result *r)
{
    return r->is_careless ? tr("We are not sure this time. Try again when you have a quiet moment.") : NULL;
}

/* The honest range of a skill, and whether it was only guessed. */
static const char *skill_words(const struct visit_competence_result *c, struct arena *a)
{
    int lo = matrix_band(c->lo), hi = matrix_band(c->hi);
    const char *words = lo == hi ? result_band_word(c->band)
                                 : tr_fmt(a, tr("between “{low}” and “{high}”"), "low", result_band_word(lo), "high",
                                          result_band_word(hi), NULL);

    return c->is_asked ? words : tr_fmt(a, tr("{words} (guessed)"), "words", words, NULL);
}

/* --- as plain text, on a stick
 * ------------------------------------------------------------------------------------------------------------------ */

/* A line's end as every computer and phone understands it. */
#define LINE_END "\r\n"

static void steps_as_text(const struct app *app, const struct visit_result *r, struct arena *a, struct buf *out)
{
    buf_fmt(out, LINE_END "%s" LINE_END, tr("Your next steps"));
    for (int i = 0; i < r->pathway.n; i++) {
        buf_fmt(out, "%d. %s. %s" LINE_END, i + 1, r->pathway.step[i].title,
                path_step_words(app, &r->pathway.step[i], a));
    }
}

static void levels_as_text(const struct app *app, const struct visit_result *r, struct arena *a, struct buf *out)
{
    const char *area = "";

    buf_fmt(out, LINE_END "%s" LINE_END, tr("Your matrix of 36 skills"));
    for (int i = 0; i < r->n_competences; i++) {
        const struct lib_competence *about = visit_competence(app->visit, r->competence[i].code);
        const struct lib_area *in = about ? visit_area(app->visit, about->area) : NULL;

        if (!about) {
            continue;
        }
        if (in && strcmp(in->code, area) != 0) {
            area = in->code;
            buf_fmt(out, LINE_END "%s" LINE_END, in->plain);
        }
        buf_fmt(out, "- %s: %s" LINE_END, about->plain, skill_words(&r->competence[i], a));
    }
}

void result_text_file(const struct app *app, struct buf *out)
{
    const struct visit_result *r = visit_result(app->visit);
    struct arena a = {0};

    buf_clear(out);
    if (r) {
        buf_fmt(out, "%s" LINE_END, tr("My digital business matrix"));
        if (clock_is_trusted()) {
            buf_fmt(out, "%s" LINE_END, tr_time(&a, clock_wall_s()));
        }
        buf_fmt(out, LINE_END "%s" LINE_END "%s" LINE_END, result_sentence(app, r, &a), result_wheel_words(app, r, &a));
        if (result_unsure_words(r)) {
            buf_fmt(out, "%s" LINE_END, result_unsure_words(r));
        }
        if (r->pathway.n) {
            steps_as_text(app, r, &a, out);
        }
        levels_as_text(app, r, &a, out);
    }
    arena_wipe(&a);
    arena_release(&a);
}

/* --- as plain text, in codes for a phone
 * ------------------------------------------------------------------------------------------------------------------ */

enum { BANDS = 4 };

/* "On my own: Safety, Ideas and chances": who can more comes first. */
static const char *levels_by_word(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const char *text = "";

    for (int band = BANDS; band >= 1; band--) {
        const char *areas = "";

        for (int i = 0; i < r->matrix.n_areas; i++) {
            const struct lib_area *area = visit_area(app->visit, r->matrix.area[i].id);

            if (area && r->matrix.area[i].band == band) {
                areas = arena_fmt(a, "%s%s%s", areas, *areas ? ", " : "", area->plain);
            }
        }
        text = *areas ? arena_fmt(a, "%s%s: %s\n", text, result_band_word(band), areas) : text;
    }
    return text;
}

static const char *short_text(const struct app *app, const struct visit_result *r, struct arena *a)
{
    const char *unsure = result_unsure_words(r);
    const char *text = arena_fmt(a, "%s\n%s%s\n%s\n", result_sentence(app, r, a), unsure ? unsure : "",
                                 unsure ? "\n" : "", tr("Your next steps"));

    for (int i = 0; i < r->pathway.n; i++) {
        text = arena_fmt(a, "%s%d. %s\n", text, i + 1, r->pathway.step[i].title);
    }
    return arena_fmt(a, "%s\n%s\n%s", text, tr("Where I stand"), levels_by_word(app, r, a));
}

int result_text_codes(const struct app *app, struct arena *a, const char *codes[QR_PIECES_MAX])
{
    const struct visit_result *r = visit_result(app->visit);

    return r ? codes_of(a, tr("My digital business matrix"), short_text(app, r, a), codes) : 0;
}
