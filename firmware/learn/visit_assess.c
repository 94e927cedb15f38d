/* visit_assess: the assessment within a visit: questions, answers, back, result. */
#include "base/clock.h"
#include "base/log.h"
#include "learn/pace.h"
#include "learn/visit_private.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { SCALE_PLACES = 4, BUSINESS_MS_MAX = 3 * 60 * 1000 };

static const struct lib_item *lib_item(const struct visit *v, int item)
{
    return &v->view->items[item]; /* the bank was built from the view, in its order */
}

/* --- the engine's state follows the answers
 * -------------------------------------------------------------------------------------------------------- */

static bool build_bank(struct visit *v, struct err *err)
{
    assess_bank_begin(&v->bank);
    for (int i = 0; i < v->view->n_competences; i++) {
        const struct lib_competence *c = &v->view->competences[i];

        if (!assess_bank_add_competence(&v->bank, c->code, c->area, c->framework, err) ||
            (!isnan(c->prior) && !assess_bank_set_prior(&v->bank, c->code, c->prior, err))) {
            return false;
        }
    }
    for (int i = 0; i < v->view->n_items; i++) {
        const struct lib_item *it = lib_item(v, i);

        if (!assess_bank_add_item(&v->bank, it->id, it->competence, it->type, it->level, it->context, it->seconds,
                                  &(struct assess_measured){it->b, it->se, it->a}, err)) {
            return false;
        }
    }
    return isnan(v->view->prior_claim) || assess_bank_set_prior(&v->bank, ASSESS_CLAIM, v->view->prior_claim, err);
}

/* Answered questions to answered items: an item counts when all its questions are answered. */
static int items_answered(const struct visit *v, struct assess_answer out[ASSESS_ANSWERS_MAX])
{
    struct assess_parts parts = {0};
    int n = 0;

    for (int i = 0; i < v->n_answered && n < ASSESS_ANSWERS_MAX; i++) {
        const struct visit_answered *a = &v->answered[i];
        int item = assess_bank_find(&v->bank, a->item);

        n += item >= 0 && assess_part(&parts, &v->bank, item, a->choice, a->is_right, a->ms, &out[n]);
    }
    return n;
}

/* A session before its first question, opened by what matters to this business. */
static bool start_session(struct visit *v, struct err *err)
{
    double weight[ASSESS_COMPETENCES_MAX];

    assess_start(&v->session, &v->bank, v->assess_seed, (int)v->length);
    business_weights(v->view, &v->business, weight);
    for (int i = 0; i < v->bank.n_competences; i++) { /* the bank was built from the view, in its order */
        if (!assess_set_weight(&v->session, i, weight[i], err)) {
            return false;
        }
    }
    return true;
}

/* How long the running questions were looked at. */
static int64_t spent_ms(const struct visit *v)
{
    int64_t ms = 0;

    for (int i = v->timed_from; i < v->n_answered; i++) {
        ms += v->answered[i].ms;
    }
    return ms;
}

/* The questions begin now, with the time that so many may take. */
static void set_time(struct visit *v, int n_items)
{
    v->timed_from = v->n_answered;
    v->budget_ms = pace_budget_ms(n_items);
}

/* What was asked about the business is of the same ten minutes. */
static void take_off_business(struct visit *v)
{
    int64_t ms = v->business_ms ? clock_ms() - v->business_ms : 0;

    v->budget_ms -= ms < BUSINESS_MS_MAX ? ms : BUSINESS_MS_MAX;
    v->business_ms = 0;
}

/* This visitor's own pace so far, as `by` takes it. */
double visit_pace(const struct visit *v, double (*by)(const struct pace_answer *answers, int n))
{
    struct assess_answer answers[ASSESS_ANSWERS_MAX];
    struct pace_answer times[ASSESS_ANSWERS_MAX];
    int n = items_answered(v, answers);

    for (int i = 0; i < n; i++) {
        times[i] = (struct pace_answer){answers[i].ms, v->bank.item[answers[i].item].seconds};
    }
    return by(times, n);
}

/* About how many items are left to be asked, and the minutes they take at her pace. */
static int items_left(const struct visit *v, int *minutes)
{
    double pace = visit_pace(v, pace_of);
    int left = (int)v->length - v->session.answered, fit = pace_items(v->budget_ms - spent_ms(v), pace);

    left = left < fit ? left : fit;
    *minutes = pace_minutes(left, pace);
    return left;
}

/* Parts of the running item that are answered already. */
static int open_parts(const struct visit *v, int item)
{
    int parts = 0;

    for (int i = v->n_answered - 1; i >= 0 && !strcmp(v->answered[i].item, lib_item(v, item)->id); i--) {
        parts++;
    }
    return parts;
}

static bool is_time_over(const struct visit *v)
{
    return pace_is_over(v->budget_ms - spent_ms(v), v->bank.item[v->item].seconds, visit_pace(v, pace_mean));
}

static bool shows(const struct lib_item *it, const char *what)
{
    return !strcmp(it->shows, what);
}

/* In the order they are written, or shuffled. */
static void deal(const struct visit *v, const struct lib_item *it, const struct lib_question *part, struct quiz *q)
{
    if (shows(it, "message") || shows(it, "files") || shows(it, "statement")) {
        quiz_in_order(q, part);
    } else {
        visit_deal(v, q, part);
    }
}

/* "NAME.svg description". */
static void split_picture(struct visit_question *q, int i)
{
    size_t n = strcspn(q->option[i], " ");

    snprintf(q->picture[i], sizeof q->picture[i], "%.*s", (int)n, q->option[i]);
    q->option[i] += n + strspn(q->option[i] + n, " ");
}

static void list_taken(const struct visit *v, const struct lib_item *it, struct visit_question *q)
{
    for (int i = 0; i < v->tap && i < VISIT_PARTS_MAX; i++) {
        int choice = v->answered[v->n_answered - v->tap + i].choice;

        q->taken[q->n_taken++] =
            choice >= 0 && choice < it->questions[i].n_choices ? it->questions[i].choices[choice].text : NULL;
    }
}

static void show_question(struct visit *v)
{
    struct visit_question *q = &v->question;
    const struct lib_item *it = lib_item(v, v->item);
    const struct lib_question *part = &it->questions[v->tap];
    const struct lib_competence *c = visit_competence(v, it->competence);
    int minutes, left = items_left(v, &minutes);

    deal(v, it, part, &v->dealt);
    *q = (struct visit_question){
        .id = part->id,
        .competence = it->competence,
        .area = c ? c->area : "",
        .stem = part->stem,
        .is_scale = part->n_choices == 0,
        .shows = it->shows,
        .number = v->session.answered + 1,
        .total = v->session.answered + left,
        .part = v->tap + 1,
        .parts = it->n_questions,
        .chosen = VISIT_NOTHING_CHOSEN,
        .minutes_left = minutes,
        .can_go_back = v->n_answered > v->n_brought,
    };
    q->n_options = q->is_scale ? SCALE_PLACES : v->dealt.n;
    for (int i = 0; i < q->n_options && !q->is_scale; i++) {
        q->option[i] = quiz_text(&v->dealt, i);
        if (shows(it, "photos")) {
            split_picture(q, i);
        }
    }
    if (shows(it, "steps")) {
        list_taken(v, it, q);
    }
    if (v->n_redo && !strcmp(v->redo[v->n_redo - 1].question, part->id)) {
        int choice = v->redo[v->n_redo - 1].choice;

        q->chosen = choice;
        for (int i = 0; i < v->dealt.n && choice >= 0; i++) {
            if (v->dealt.order[i] == choice) {
                q->chosen = i;
                break;
            }
        }
    }
}

/* What results are of: the answers that count, in a session of their own where one was asked again. */
static bool settle_now(struct visit *v, const struct assess_answer *answers, int n, struct err *err)
{
    struct assess_answer counted[ASSESS_ANSWERS_MAX];

    v->now = v->session;
    if (v->n_retests == 0) {
        return true;
    }
    n = visit_answers_that_count(v, answers, n, counted);
    assess_start(&v->now, &v->bank, v->assess_seed, ASSESS_ANSWERS_MAX);
    for (int i = 0; i < n; i++) {
        if (!assess_answer(&v->now, counted[i], NULL, err)) {
            return false;
        }
    }
    return true;
}

bool visit_assess_settle(struct visit *v, struct err *err)
{
    struct assess_answer answers[ASSESS_ANSWERS_MAX];
    int n = items_answered(v, answers);

    if (!start_session(v, err) || !assess_replay(&v->session, answers, n, err) || !settle_now(v, answers, n, err)) {
        return err_wrap(err, "going on with the questions");
    }
    v->item = v->is_assessing ? assess_next(&v->session) : visit_retest_item(v);
    if (v->item >= 0) {
        v->tap = v->is_assessing ? open_parts(v, v->item) : 0;
    }
    if (v->item >= 0 && v->is_assessing && v->tap == 0 && is_time_over(v)) {
        v->item = -1; /* she can answer some more after the result */
    }
    if (v->item >= 0) {
        show_question(v);
        if (!v->is_assessing) {
            visit_retest_frame(v, &v->question);
        }
    }
    return true;
}

bool visit_assess_rebuild(struct visit *v, struct err *err)
{
    v->has_result = false;
    v->item = -1;              /* its texts went with the view before */
    if (!build_bank(v, err)) { /* lessons and tools are still there */
        log_err("no questions about oneself", err);
        assess_bank_begin(&v->bank);
        v->is_assessing = false;
        v->n_answered = v->n_redo = v->n_brought = 0;
        visit_retest_forget(v);
        return true;
    }
    return !v->is_assessing && v->n_answered == 0 ? true : visit_assess_settle(v, err);
}

bool visit_assess_resumed(struct visit *v, struct err *err)
{
    if (!v->is_assessing || v->item >= 0 || v->n_answered == 0) {
        return true;
    }
    v->place = VISIT_AT_RESULT;
    return visit_assess_stop(v, err);
}

/* --- what the pages call
 * ------------------------------------------------------------------------------------------------------------------------------
 */

bool visit_assess_start(struct visit *v, enum visit_length length, struct err *err)
{
    struct visit_row row;

    if (!visit_begin(v, err)) {
        return false;
    }
    v->assess_seed = rng_next(&v->rng) >> 1; /* fits a JSON integer */
    v->length = length;
    v->is_assessing = true;
    v->n_answered = v->n_redo = v->n_brought = 0;
    v->has_result = v->has_been_done = false;
    set_time(v, (int)length);
    take_off_business(v);
    visit_retest_forget(v);
    visit_row_begin(v, &row, "assess");
    json_put_int(&row.out, "seed", (int64_t)v->assess_seed);
    json_put_int(&row.out, "length", (int)length);
    json_put_int(&row.out, "items", v->bank.n_items);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    v->place = VISIT_AT_QUESTION;
    return visit_assess_settle(v, err) &&
           (v->item >= 0 || err_set(err, ERR_STATE, "the content holds no questions in this language"));
}

/* Whether the session would ask on if it were longer. */
static bool can_go_on(const struct visit *v)
{
    struct assess_session *longer = mem_alloc(sizeof *longer);
    bool can;

    *longer = v->session;
    longer->max_items = ASSESS_ANSWERS_MAX;
    can = longer->answered < ASSESS_ANSWERS_MAX && assess_next(longer) >= 0;
    mem_wipe(longer, sizeof *longer);
    free(longer);
    return can;
}

static enum visit_length length_after(const struct visit *v)
{
    int n = v->session.answered + VISIT_MORE;

    return (enum visit_length)(n < ASSESS_ANSWERS_MAX ? n : ASSESS_ANSWERS_MAX);
}

bool visit_assess_more(struct visit *v, struct err *err)
{
    struct visit_row row;

    if (v->saving_ticket || v->is_assessing || v->n_answered == 0 || !can_go_on(v)) {
        return err_set(err, ERR_STATE, "more questions: none were asked before, or none are left");
    }
    visit_retest_drop(v);
    v->length = length_after(v);
    v->is_assessing = true;
    set_time(v, VISIT_MORE);
    v->n_redo = 0;
    v->has_result = false;
    visit_row_begin(v, &row, "more");
    json_put_int(&row.out, "length", (int)v->length);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    v->place = VISIT_AT_QUESTION;
    return visit_assess_settle(v, err);
}

bool visit_assess_is_running(const struct visit *v)
{
    return v->is_assessing;
}

const struct visit_question *visit_question(const struct visit *v)
{
    return (v->is_assessing || v->is_retesting) && v->item >= 0 ? &v->question : NULL;
}

bool visit_answer(struct visit *v, int option, int64_t ms, struct err *err)
{
    const struct lib_item *it;
    struct visit_answered *a = &v->sent;
    struct visit_row row;

    if (v->saving_ticket || !visit_question(v) || option < VISIT_NOT_SURE || option >= v->question.n_options) {
        return err_set(err, ERR_STATE, "answer: no question is open, or the last answer is still being saved");
    }
    it = lib_item(v, v->item);
    *a = (struct visit_answered){.choice = option, .ms = ms};
    snprintf(a->question, sizeof a->question, "%s", v->question.id);
    snprintf(a->item, sizeof a->item, "%s", it->id);
    if (!v->question.is_scale && option >= 0) {
        a->choice = v->dealt.order[option];
        a->is_right = quiz_is_right(&v->dealt, option);
    }
    visit_row_begin(v, &row, v->is_retesting ? "retest-answer" : "answer");
    json_put_str(&row.out, "item", a->item);
    json_put_str(&row.out, "question", a->question);
    json_put_int(&row.out, "choice", a->choice);
    json_put_bool(&row.out, "right", a->is_right);
    json_put_int(&row.out, "ms", ms);
    if (v->n_redo && !strcmp(v->redo[v->n_redo - 1].question, a->question)) {
        json_put_int(&row.out, "replaces", v->redo[v->n_redo - 1].seq);
    }
    visit_row_send(v, &row, v->is_retesting ? SEND_RETEST : SEND_ANSWER, NULL);
    return true;
}

bool visit_back(struct visit *v, struct err *err)
{
    struct visit_row row;

    if (v->saving_ticket || !v->is_assessing || v->n_answered <= v->n_brought) {
        return err_set(err, ERR_STATE, "back: there is no question before this one");
    }
    visit_row_begin(v, &row, "back");
    json_put_int(&row.out, "undo", v->answered[v->n_answered - 1].seq);
    visit_row_send(v, &row, SEND_BACK, NULL);
    return true;
}

static void put_result(struct visit *v, struct visit_row *row)
{
    json_begin(&row->out, "levels", '{');
    for (int i = 0; i < v->bank.n_competences; i++) {
        struct assess_view view;

        assess_result(&v->now, i, &view);
        json_begin(&row->out, v->bank.competence[i].id, '[');
        json_put_int(&row->out, NULL, view.level);
        json_put_int(&row->out, NULL, view.lo);
        json_put_int(&row->out, NULL, view.hi);
        json_put_int(&row->out, NULL, view.asked);
        json_end(&row->out, ']');
    }
    json_end(&row->out, '}');
    json_put_int(&row->out, "answered", v->session.answered);
    json_put_bool(&row->out, "careless", assess_careless(&v->now) > 0.5);
}

bool visit_assess_stop(struct visit *v, struct err *err)
{
    static const char *const counts[] = {"assess.done", NULL};
    struct visit_row row;

    if (v->saving_ticket || !v->is_assessing) {
        return err_set(err, ERR_STATE, "result: no questions are running, or an answer is still being saved");
    }
    visit_row_begin(v, &row, "result");
    put_result(v, &row);
    visit_row_send(v, &row, SEND_RESULT, v->has_been_done ? NULL : counts);
    return true;
}

/* --- what the clerk's receipts change
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void push_answer(struct visit *v, const struct visit_answered *a)
{
    if (v->n_redo && !strcmp(v->redo[v->n_redo - 1].question, a->question)) {
        v->n_redo--;
    } else {
        v->n_redo = 0;
    }
    if (v->n_answered < VISIT_QUESTIONS_MAX) {
        v->answered[v->n_answered++] = *a;
    }
}

static void pop_answer(struct visit *v)
{
    if (v->n_answered > v->n_brought && v->n_redo < VISIT_QUESTIONS_MAX) {
        v->redo[v->n_redo++] = v->answered[--v->n_answered];
    }
}

void visit_assess_saved(struct visit *v, enum visit_sending what, int64_t seq)
{
    struct err err = {0};

    switch (what) {
    case SEND_ANSWER:
        v->sent.seq = seq;
        push_answer(v, &v->sent);
        v->place = VISIT_AT_QUESTION;
        break;
    case SEND_BACK:
        pop_answer(v);
        v->place = VISIT_AT_QUESTION;
        break;
    case SEND_RESULT:
        v->is_assessing = false;
        v->has_been_done = true;
        v->item = -1;
        v->place = VISIT_AT_RESULT;
        break;
    default:
        return;
    }
    v->has_result = false;
    if (!visit_assess_settle(v, &err)) {
        log_err("assessment", &err);
    } else if (what == SEND_ANSWER && v->item < 0 && !visit_assess_stop(v, &err)) { /* that was the last question */
        log_err("result", &err);
    }
}

void visit_answered_take(const struct json *row, int64_t seq, struct visit_answered *out)
{
    *out = (struct visit_answered){.choice = (int)json_int(json_get(row, "choice"), VISIT_NOT_SURE),
                                   .is_right = json_bool(json_get(row, "right"), false),
                                   .ms = json_int(json_get(row, "ms"), 0),
                                   .seq = seq};
    snprintf(out->question, sizeof out->question, "%s", json_str(json_get(row, "question"), ""));
    snprintf(out->item, sizeof out->item, "%s", json_str(json_get(row, "item"), ""));
}

void visit_assess_row(struct visit *v, const char *kind, const struct json *row, int64_t seq)
{
    if (!strcmp(kind, "assess")) {
        v->assess_seed = (uint64_t)json_int(json_get(row, "seed"), 0);
        v->length = (enum visit_length)json_int(json_get(row, "length"), VISIT_USUAL);
        v->is_assessing = true;
        v->has_been_done = false;
        v->n_answered = v->n_redo = 0;
        set_time(v, (int)v->length);
        visit_retest_forget(v);
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "return") && json_bool(json_get(row, "assess"), false)) {
        visit_assess_wipe(v); /* what came back is in no row */
        v->place = VISIT_AT_HOME;
    } else if (!strcmp(kind, "more") && v->n_answered) { /* else its questions are those of another visit, as below */
        visit_retest_drop(v);
        v->length = (enum visit_length)json_int(json_get(row, "length"), VISIT_USUAL);
        set_time(v, VISIT_MORE);
        v->is_assessing = true;
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "answer") && v->is_assessing) {
        struct visit_answered a = {0};

        visit_answered_take(row, seq, &a);
        push_answer(v, &a);
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "back") && v->is_assessing) {
        pop_answer(v);
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "result")) {
        v->is_assessing = false;
        v->has_been_done = true;
        v->place = v->n_answered ? VISIT_AT_RESULT : VISIT_AT_HOME;
    }
}

void visit_assess_brought(struct visit *v)
{
    v->n_brought = v->n_answered;
    v->has_been_done = !v->is_assessing;
    set_time(v, (int)v->length);
}

void visit_assess_wipe(struct visit *v)
{
    mem_wipe(v->answered, sizeof v->answered);
    mem_wipe(v->redo, sizeof v->redo);
    mem_wipe(&v->sent, sizeof v->sent);
    mem_wipe(&v->session, sizeof v->session);
    mem_wipe(&v->now, sizeof v->now);
    visit_retest_forget(v);
    mem_wipe(&v->result, sizeof v->result);
    mem_wipe(&v->question, sizeof v->question);
    v->n_answered = v->n_redo = v->n_brought = 0;
    v->is_assessing = v->has_result = v->has_been_done = false;
    v->item = -1;
}

/* --- the result
 * -------------------------------------------------------------------------------------------------------------------------------------------------
 */

static bool step_is_done(void *ctx, enum pathway_kind kind, const char *id)
{
    return kind == PATHWAY_LESSON ? visit_lesson_is_done(ctx, id) : kind == PATHWAY_TOOL && visit_tool_is_used(ctx, id);
}

/* What is known, or less after careless answers: the same guess in a wider range. */
static void view_of(const struct visit *v, int competence, bool is_careless, struct assess_view *out)
{
    assess_result(&v->now, competence, out);
    if (is_careless) {
        assess_level(out->mean, out->sd * SAID_CARELESS_SPREAD, v->bank.model.range_mass, &out->level, &out->lo,
                     &out->hi, NULL);
    }
}

static void make_path(struct visit *v, const double *mean)
{
    bool is_harder[ASSESS_COMPETENCES_MAX] = {false};

    for (int i = 0; i < v->result.said.n_competences; i++) {
        const struct said_pair *pair = &v->result.said.competence[i];
        int c = assess_bank_competence(&v->bank, pair->id);

        if (c >= 0) {
            is_harder[c] = pair->gap == SAID_HARDER;
        }
    }
    pathway_make(&(struct pathway_ask){.view = v->view,
                                       .mean = mean,
                                       .business = &v->business,
                                       .is_harder = is_harder,
                                       .time = v->time,
                                       .is_done = step_is_done,
                                       .ctx = v},
                 &v->result.pathway);
}

static void make_result(struct visit *v)
{
    struct visit_result *r = &v->result;
    struct assess_answer first[ASSESS_ANSWERS_MAX], answers[ASSESS_ANSWERS_MAX];
    int n;
    double mean[ASSESS_COMPETENCES_MAX], claim, claim_sd;
    bool is_careless = assess_careless(&v->now) > 0.5;

    *r = (struct visit_result){.n_competences = v->bank.n_competences, .answered = v->session.answered};
    for (int i = 0; i < v->bank.n_competences; i++) {
        struct assess_view view;

        view_of(v, i, is_careless, &view);
        mean[i] = view.mean;
        r->competence[i] = (struct visit_competence_result){
            v->bank.competence[i].id, view.level, view.lo, view.hi, view.band, view.asked > 0};
    }
    matrix_make(v->view, mean, &r->matrix);
    r->band = r->matrix.band;
    memcpy(r->strongest, r->matrix.strongest, sizeof r->strongest);
    memcpy(r->weakest, r->matrix.weakest, sizeof r->weakest);
    r->start_area = r->matrix.start_area;
    assess_overclaim(&v->now, &claim, &claim_sd);
    r->is_careless = is_careless;
    n = visit_answers_that_count(v, first, items_answered(v, first), answers);
    said_make(&v->bank, answers, n, is_careless, &r->said);
    visit_retest_result(v);
    make_path(v, mean);
    r->can_go_on = !v->is_assessing && can_go_on(v);
    r->claim = said_of_claim(claim, claim_sd);
}

const struct visit_result *visit_result(const struct visit *v)
{
    struct visit *own = (struct visit *)(uintptr_t)v; /* made on first asking, kept until an answer changes it */

    if (!v->view || v->session.answered == 0) {
        return NULL;
    }
    if (!v->has_result) {
        make_result(own);
        own->has_result = true;
    }
    return &v->result;
}
