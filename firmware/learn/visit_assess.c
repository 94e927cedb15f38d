/* visit_assess: the assessment within a visit: questions, answers, back, result. */
#include "base/clock.h"
#include "base/log.h"
#include "learn/visit_private.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { SCALE_PLACES = 4, SECONDS_PER_ITEM = 28 };

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

        if (!assess_bank_add_competence(&v->bank, c->code, c->area, c->framework, err)) {
            return false;
        }
    }
    for (int i = 0; i < v->view->n_items; i++) {
        const struct lib_item *it = lib_item(v, i);

        if (!assess_bank_add_item(&v->bank, it->id, it->competence, it->type, it->level, it->context, it->seconds,
                                  err)) {
            return false;
        }
    }
    return true;
}

/* Answered questions to answered items: an item counts when all its questions are answered. */
static int items_answered(const struct visit *v, struct assess_answer out[ASSESS_ANSWERS_MAX])
{
    int n = 0, parts = 0, right = 0;
    int64_t ms = 0;

    for (int i = 0; i < v->n_answered; i++) {
        const struct visit_answered *a = &v->answered[i];
        int item = assess_bank_find(&v->bank, a->item);

        if (i == 0 || strcmp(a->item, v->answered[i - 1].item) != 0) {
            parts = right = 0;
            ms = 0;
        }
        parts++;
        right += a->is_right;
        ms += a->ms;
        if (item < 0 || n == ASSESS_ANSWERS_MAX || parts < lib_item(v, item)->n_questions) {
            continue;
        }
        bool is_scale = lib_item(v, item)->questions[0].n_choices == 0;

        out[n++] = (struct assess_answer){item, is_scale ? (a->choice < 0 ? 0 : a->choice) : right, ms};
    }
    return n;
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

static void show_question(struct visit *v)
{
    struct visit_question *q = &v->question;
    const struct lib_item *it = lib_item(v, v->item);
    const struct lib_question *part = &it->questions[v->tap];
    const struct lib_competence *c = visit_competence(v, it->competence);
    int left = (int)v->length - v->session.answered;

    visit_deal(v, &v->dealt, part);
    *q = (struct visit_question){
        .id = part->id,
        .competence = it->competence,
        .area = c ? c->area : "",
        .stem = part->stem,
        .is_scale = part->n_choices == 0,
        .number = v->session.answered + 1,
        .total = (int)v->length,
        .part = v->tap + 1,
        .parts = it->n_questions,
        .chosen = VISIT_NOTHING_CHOSEN,
        .minutes_left = (left * SECONDS_PER_ITEM + 59) / 60,
        .can_go_back = v->n_answered > 0,
    };
    q->n_options = q->is_scale ? SCALE_PLACES : v->dealt.n;
    for (int i = 0; i < q->n_options && !q->is_scale; i++) {
        q->option[i] = quiz_text(&v->dealt, i);
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

/* Replays all answers and finds the question to show. */
static bool settle(struct visit *v, struct err *err)
{
    struct assess_answer answers[ASSESS_ANSWERS_MAX];
    int n = items_answered(v, answers);

    assess_start(&v->session, &v->bank, v->assess_seed, (int)v->length);
    if (!assess_replay(&v->session, answers, n, err)) {
        return err_wrap(err, "going on with the questions");
    }
    v->item = v->is_assessing ? assess_next(&v->session) : -1;
    if (v->item >= 0) {
        v->tap = open_parts(v, v->item);
        show_question(v);
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
        v->n_answered = v->n_redo = 0;
        return true;
    }
    return !v->is_assessing && v->n_answered == 0 ? true : settle(v, err);
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
    v->n_answered = v->n_redo = 0;
    v->has_result = false;
    visit_row_begin(v, &row, "assess");
    json_put_int(&row.out, "seed", (int64_t)v->assess_seed);
    json_put_int(&row.out, "length", (int)length);
    json_put_int(&row.out, "items", v->bank.n_items);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    v->place = VISIT_AT_QUESTION;
    return settle(v, err) &&
           (v->item >= 0 || err_set(err, ERR_STATE, "the content holds no questions in this language"));
}

bool visit_assess_is_running(const struct visit *v)
{
    return v->is_assessing;
}

const struct visit_question *visit_question(const struct visit *v)
{
    return v->is_assessing && v->item >= 0 ? &v->question : NULL;
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
    visit_row_begin(v, &row, "answer");
    json_put_str(&row.out, "item", a->item);
    json_put_str(&row.out, "question", a->question);
    json_put_int(&row.out, "choice", a->choice);
    json_put_bool(&row.out, "right", a->is_right);
    json_put_int(&row.out, "ms", ms);
    if (v->n_redo && !strcmp(v->redo[v->n_redo - 1].question, a->question)) {
        json_put_int(&row.out, "replaces", v->redo[v->n_redo - 1].seq);
    }
    visit_row_send(v, &row, SEND_ANSWER, NULL);
    return true;
}

bool visit_back(struct visit *v, struct err *err)
{
    struct visit_row row;

    if (v->saving_ticket || !v->is_assessing || v->n_answered == 0) {
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

        assess_result(&v->session, i, &view);
        json_begin(&row->out, v->bank.competence[i].id, '[');
        json_put_int(&row->out, NULL, view.level);
        json_put_int(&row->out, NULL, view.lo);
        json_put_int(&row->out, NULL, view.hi);
        json_put_int(&row->out, NULL, view.asked);
        json_end(&row->out, ']');
    }
    json_end(&row->out, '}');
    json_put_int(&row->out, "answered", v->session.answered);
    json_put_bool(&row->out, "careless", assess_careless(&v->session) > 0.5);
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
    visit_row_send(v, &row, SEND_RESULT, counts);
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
    if (v->n_answered && v->n_redo < VISIT_QUESTIONS_MAX) {
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
        v->item = -1;
        v->place = VISIT_AT_RESULT;
        break;
    default:
        return;
    }
    v->has_result = false;
    if (!settle(v, &err)) {
        log_err("assessment", &err);
    } else if (what == SEND_ANSWER && v->item < 0 && !visit_assess_stop(v, &err)) { /* that was the last question */
        log_err("result", &err);
    }
}

void visit_assess_row(struct visit *v, const char *kind, const struct json *row, int64_t seq)
{
    if (!strcmp(kind, "assess")) {
        v->assess_seed = (uint64_t)json_int(json_get(row, "seed"), 0);
        v->length = (enum visit_length)json_int(json_get(row, "length"), VISIT_USUAL);
        v->is_assessing = true;
        v->n_answered = v->n_redo = 0;
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "answer")) {
        struct visit_answered a = {.choice = (int)json_int(json_get(row, "choice"), VISIT_NOT_SURE),
                                   .is_right = json_bool(json_get(row, "right"), false),
                                   .ms = json_int(json_get(row, "ms"), 0),
                                   .seq = seq};

        snprintf(a.question, sizeof a.question, "%s", json_str(json_get(row, "question"), ""));
        snprintf(a.item, sizeof a.item, "%s", json_str(json_get(row, "item"), ""));
        push_answer(v, &a);
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "back")) {
        pop_answer(v);
        v->place = VISIT_AT_QUESTION;
    } else if (!strcmp(kind, "result")) {
        v->is_assessing = false;
        v->place = VISIT_AT_RESULT;
    }
}

void visit_assess_wipe(struct visit *v)
{
    mem_wipe(v->answered, sizeof v->answered);
    mem_wipe(v->redo, sizeof v->redo);
    mem_wipe(&v->sent, sizeof v->sent);
    mem_wipe(&v->session, sizeof v->session);
    mem_wipe(&v->result, sizeof v->result);
    mem_wipe(&v->question, sizeof v->question);
    v->n_answered = v->n_redo = 0;
    v->is_assessing = v->has_result = false;
    v->item = -1;
}

/* --- the result
 * -------------------------------------------------------------------------------------------------------------------------------------------------
 */

static bool lesson_is_done(void *ctx, const char *lesson)
{
    return visit_lesson_is_done(ctx, lesson);
}

static void make_result(struct visit *v)
{
    struct visit_result *r = &v->result;
    double mean[ASSESS_COMPETENCES_MAX], claim, claim_sd;

    *r = (struct visit_result){.n_competences = v->bank.n_competences, .answered = v->session.answered};
    for (int i = 0; i < v->bank.n_competences; i++) {
        struct assess_view view;

        assess_result(&v->session, i, &view);
        mean[i] = view.mean;
        r->competence[i] = (struct visit_competence_result){
            v->bank.competence[i].id, view.level, view.lo, view.hi, view.band, view.asked > 0};
    }
    matrix_make(v->view, mean, &r->matrix);
    r->band = r->matrix.band;
    memcpy(r->strongest, r->matrix.strongest, sizeof r->strongest);
    memcpy(r->weakest, r->matrix.weakest, sizeof r->weakest);
    r->start_area = r->matrix.start_area;
    pathway_make(v->view, mean, lesson_is_done, v, &r->pathway);
    assess_overclaim(&v->session, &claim, &claim_sd);
    r->is_careless = assess_careless(&v->session) > 0.5;
    r->is_overclaimed = claim > 2.0 && claim_sd < 1.0;
    r->is_underclaimed = claim < -1.0;
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
