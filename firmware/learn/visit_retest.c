/* visit_retest: one competence asked again, after a lesson, in under a minute. Its old answers are dropped, the new
 * ones take their place: what grew is what she answered now, not what she answered twice. Rows of their own kinds, so
 * that the office does not take them for the first answers. */
#include "base/clock.h"
#include "base/log.h"
#include "learn/visit_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* What a slow reader needs: 100 words a minute, 2 s a tap; the frame around questions is read, too. Who was quicker so
 * far is believed to be. */
#define WORD_SECONDS  0.6
#define TAP_SECONDS   2.0
#define FRAME_SECONDS 12.0
enum { TAPS_A_QUESTION = 2, SCALE_WORDS = 9, UNSURE_WORDS = 7 };

static struct visit_retest *open_retest(struct visit *v)
{
    return v->is_retesting ? &v->retest[v->n_retests - 1] : NULL;
}

bool visit_retest_is_running(const struct visit *v)
{
    return v->is_retesting;
}

static int words(const char *text)
{
    int n = 0;

    for (const char *p = text; *p; p += strspn(p, " \n")) {
        n++;
        p += strcspn(p, " \n");
    }
    return n;
}

static double reading_seconds(const struct lib_item *it)
{
    const struct lib_question *q = &it->questions[0];
    int n = words(q->stem) + UNSURE_WORDS + (q->n_choices ? 0 : SCALE_WORDS);

    for (int i = 0; i < q->n_choices; i++) {
        n += words(q->choices[i].text);
    }
    return n * WORD_SECONDS + TAPS_A_QUESTION * TAP_SECONDS;
}

static double seconds_of(const struct visit *v, int item)
{
    double slow = reading_seconds(&v->view->items[item]), hers = v->bank.item[item].seconds * visit_pace(v, pace_mean);

    return hers < slow ? hers : slow;
}

/* --- which questions
 * ------------------------------------------------------------------------------------------------------ */

static bool was_asked(const struct visit *v, const char *item)
{
    for (int i = 0; i < v->n_answered; i++) {
        if (!strcmp(v->answered[i].item, item)) {
            return true;
        }
    }
    for (int r = 0; r < v->n_retests; r++) {
        for (int i = 0; i < v->retest[r].n_answers; i++) {
            if (!strcmp(v->retest[r].answer[i].item, item)) {
                return true;
            }
        }
    }
    return false;
}

static double gain_of(const struct visit *v, const struct assess_session *s, int item)
{
    const struct lib_item *it = &v->view->items[item];

    return it->n_questions == 1 && !was_asked(v, it->id) ? assess_gain(s, item) : -1;
}

/* The quickest one left besides `but`, in seconds; more than any budget = none. */
static double quickest(const struct visit *v, const struct assess_session *s, int competence, const bool *is_taken,
                       int but)
{
    double least = 1e9;

    for (int i = 0; i < v->bank.n_items; i++) {
        if (v->bank.item[i].competence == competence && !is_taken[i] && i != but && gain_of(v, s, i) >= 0) {
            double seconds = seconds_of(v, i);

            least = seconds < least ? seconds : least;
        }
    }
    return least;
}

/* The most telling one that fits into `left` seconds, with another besides where is_more; -1 = none. is_shown: no
 * self-report. */
static int most_telling(const struct visit *v, const struct assess_session *s, int competence, const bool *is_taken,
                        bool is_more, bool is_shown, double left)
{
    double most = 0;
    int found = -1;

    for (int i = 0; i < v->bank.n_items; i++) {
        bool fits = v->bank.item[i].competence == competence && !is_taken[i] &&
                    (!is_shown || v->bank.item[i].type != ASSESS_SR);
        double gain = fits ? gain_of(v, s, i) : -1;

        if (gain > most && seconds_of(v, i) + (is_more ? quickest(v, s, competence, is_taken, i) : 0) <= left) {
            most = gain;
            found = i;
        }
    }
    return found;
}

/* Up to VISIT_RETEST_MAX that were not asked, within VISIT_RETEST_SECONDS: first one in which something is shown and
 * not said, where it fits; then the most telling ones. 0 = fewer than VISIT_RETEST_MIN. */
static int choose(const struct visit *v, int competence, int out[VISIT_RETEST_MAX])
{
    struct assess_session *s = mem_alloc(sizeof *s);
    bool is_taken[ASSESS_ITEMS_MAX] = {false};
    double left = VISIT_RETEST_SECONDS - FRAME_SECONDS;
    int n = 0;

    *s = v->now;
    for (int i = 0; i < v->bank.n_competences; i++) {
        s->weight[i] = i == competence;
    }
    while (n < VISIT_RETEST_MAX) {
        bool is_more = n + 1 < VISIT_RETEST_MIN;
        int found = n ? -1 : most_telling(v, s, competence, is_taken, is_more, true, left);

        found = found < 0 ? most_telling(v, s, competence, is_taken, is_more, false, left) : found;
        if (found < 0) {
            break;
        }
        is_taken[found] = true;
        left -= seconds_of(v, found);
        out[n++] = found;
    }
    mem_wipe(s, sizeof *s);
    free(s);
    return n < VISIT_RETEST_MIN ? 0 : n;
}

bool visit_can_retest(const struct visit *v, const char *competence)
{
    int item[VISIT_RETEST_MAX], c = v->view ? assess_bank_competence(&v->bank, competence) : -1;

    return c >= 0 && visit_result(v) && !v->is_assessing && v->n_retests < VISIT_RETESTS_MAX && choose(v, c, item) > 0;
}

const char *visit_retest_for(const struct visit *v, const struct lib_lesson *lesson)
{
    const char *found = NULL;
    double least = 0;

    for (int i = 0; i < lesson->n_serves; i++) {
        if (visit_can_retest(v, lesson->serves[i])) {
            struct assess_view view;

            assess_result(&v->now, assess_bank_competence(&v->bank, lesson->serves[i]), &view);
            if (!found || view.mean < least) {
                found = lesson->serves[i];
                least = view.mean;
            }
        }
    }
    return found;
}

/* --- what counts
 * ---------------------------------------------------------------------------------------------------------- */

/* The last one done of a competence; NULL = none. */
static const struct visit_retest *last_done(const struct visit *v, const char *competence)
{
    for (int i = v->n_retests - 1; i >= 0; i--) {
        if (v->retest[i].is_done && !strcmp(v->retest[i].competence, competence)) {
            return &v->retest[i];
        }
    }
    return NULL;
}

static void add(struct assess_answer out[ASSESS_ANSWERS_MAX], int *n, struct assess_answer a)
{
    for (int i = 0; i < *n; i++) {
        if (out[i].item == a.item) {
            return;
        }
    }
    if (*n < ASSESS_ANSWERS_MAX) {
        out[(*n)++] = a;
    }
}

int visit_answers_that_count(const struct visit *v, const struct assess_answer *first, int n_first,
                             struct assess_answer out[ASSESS_ANSWERS_MAX])
{
    int n = 0;

    for (int i = 0; i < n_first; i++) {
        const struct visit_retest *r = last_done(v, v->bank.competence[v->bank.item[first[i].item].competence].id);

        if (!r || i >= r->n_before) { /* answered since */
            add(out, &n, first[i]);
        }
    }
    for (int k = 0; k < v->n_retests; k++) {
        const struct visit_retest *r = &v->retest[k];

        for (int i = 0; r == last_done(v, r->competence) && i < r->n_answers; i++) {
            int item = assess_bank_find(&v->bank, r->answer[i].item);

            if (item >= 0) {
                bool is_scale = v->view->items[item].questions[0].n_choices == 0;
                int choice = r->answer[i].choice;

                add(out, &n,
                    (struct assess_answer){item, is_scale ? (choice < 0 ? 0 : choice) : r->answer[i].is_right,
                                           r->answer[i].ms});
            }
        }
    }
    return n;
}

static void fill_growth(struct visit *v, const struct visit_retest *r)
{
    struct visit_result *out = &v->result;
    int c = assess_bank_competence(&v->bank, r->competence);

    if (c >= 0) {
        out->growth[out->n_growth++] =
            (struct visit_growth){v->bank.competence[c].id, r->before, out->competence[c].level};
    }
}

void visit_retest_result(struct visit *v)
{
    for (int i = 0; i < v->n_retests; i++) {
        if (&v->retest[i] == last_done(v, v->retest[i].competence)) {
            fill_growth(v, &v->retest[i]);
        }
    }
}

const struct visit_growth *visit_growth(const struct visit *v)
{
    const struct visit_result *r = v->n_retests ? visit_result(v) : NULL;

    for (int i = 0; r && i < r->n_growth; i++) {
        if (!strcmp(r->growth[i].competence, v->retest[v->n_retests - 1].competence)) {
            return &r->growth[i];
        }
    }
    return NULL;
}

/* --- its course
 * ----------------------------------------------------------------------------------------------------------- */

int visit_retest_item(const struct visit *v)
{
    const struct visit_retest *r = v->is_retesting ? &v->retest[v->n_retests - 1] : NULL;

    return r && r->n_answers < r->n_items ? assess_bank_find(&v->bank, r->item[r->n_answers]) : -1;
}

void visit_retest_frame(const struct visit *v, struct visit_question *q)
{
    const struct visit_retest *r = &v->retest[v->n_retests - 1];

    q->number = r->n_answers + 1;
    q->total = r->n_items;
    q->minutes_left = 1;
    q->can_go_back = false;
}

void visit_retest_drop(struct visit *v)
{
    if (v->is_retesting) {
        v->is_retesting = false;
        v->n_retests--;
    }
}

void visit_retest_forget(struct visit *v)
{
    mem_wipe(v->retest, sizeof v->retest);
    v->n_retests = 0;
    v->is_retesting = false;
}

bool visit_retest_start(struct visit *v, const char *competence, struct err *err)
{
    int item[VISIT_RETEST_MAX], n, c = assess_bank_competence(&v->bank, competence);
    struct visit_retest *r;
    struct visit_row row;

    if (v->saving_ticket) {
        return err_set(err, ERR_STATE, "ask again: the last answer is still being saved");
    }
    visit_retest_drop(v);
    if (!visit_can_retest(v, competence)) {
        return err_set(err, ERR_STATE, "ask again about '%.20s': no result yet, or too few questions are left",
                       competence);
    }
    n = choose(v, c, item);
    r = &v->retest[v->n_retests++];
    *r = (struct visit_retest){
        .n_items = n, .before = visit_result(v)->competence[c].level, .n_before = v->session.answered};
    snprintf(r->competence, sizeof r->competence, "%s", competence);
    v->is_retesting = true;
    visit_row_begin(v, &row, "retest");
    json_put_str(&row.out, "competence", r->competence);
    json_put_int(&row.out, "before", r->before);
    json_put_int(&row.out, "answered", r->n_before);
    json_begin(&row.out, "items", '[');
    for (int i = 0; i < n; i++) {
        memcpy(r->item[i], v->bank.item[item[i]].id, sizeof r->item[i]);
        json_put_str(&row.out, NULL, r->item[i]);
    }
    json_end(&row.out, ']');
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    v->n_redo = 0;
    v->place = VISIT_AT_QUESTION;
    return visit_assess_settle(v, err);
}

bool visit_retest_stop(struct visit *v, struct err *err)
{
    struct visit_row row;

    if (v->saving_ticket || !v->is_retesting) {
        return err_set(err, ERR_STATE, "leave asking again: it is not running, or an answer is still being saved");
    }
    visit_row_begin(v, &row, "retest-end");
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    visit_retest_drop(v);
    v->place = VISIT_AT_RESULT;
    return visit_assess_settle(v, err);
}

static void push(struct visit *v, const struct visit_answered *a)
{
    struct visit_retest *r = open_retest(v);

    if (!r || r->n_answers == r->n_items) {
        return;
    }
    r->answer[r->n_answers++] = *a;
    if (r->n_answers == r->n_items) {
        r->is_done = true;
        v->is_retesting = false;
        v->place = VISIT_AT_GROWTH;
    }
    v->has_result = false;
}

void visit_retest_saved(struct visit *v)
{
    const struct visit_growth *g;
    struct err err = {0};
    struct visit_row row;

    push(v, &v->sent);
    if (!visit_assess_settle(v, &err)) {
        log_err("asking again", &err);
        return;
    }
    if (!v->is_retesting && (g = visit_growth(v)) != NULL) {
        visit_row_begin(v, &row, "retest-end");
        json_put_str(&row.out, "competence", g->competence);
        json_put_int(&row.out, "before", g->before);
        json_put_int(&row.out, "now", g->now);
        visit_row_send(v, &row, SEND_NOTHING, NULL);
    }
}

void visit_retest_row(struct visit *v, const char *kind, const struct json *row, int64_t seq)
{
    if (!strcmp(kind, "retest") && v->n_answered) { /* else about answers of another visit */
        const struct json *items = json_get(row, "items");
        struct visit_retest *r;

        visit_retest_drop(v);
        if (v->n_retests == VISIT_RETESTS_MAX) {
            return;
        }
        r = &v->retest[v->n_retests++];
        *r = (struct visit_retest){.before = (int)json_int(json_get(row, "before"), 1),
                                   .n_before = (int)json_int(json_get(row, "answered"), 0)};
        snprintf(r->competence, sizeof r->competence, "%s", json_str(json_get(row, "competence"), ""));
        for (int i = 0; i < json_count(items) && i < VISIT_RETEST_MAX; i++) {
            snprintf(r->item[r->n_items++], sizeof r->item[0], "%s", json_str(json_at(items, i), ""));
        }
        v->is_retesting = true;
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "retest-answer")) {
        struct visit_answered a = {0};

        visit_answered_take(row, seq, &a);
        push(v, &a);
    } else if (!strcmp(kind, "retest-end") && v->is_retesting) {
        visit_retest_drop(v);
        v->place = VISIT_AT_RESULT;
    }
}
