/* visit_lesson: lessons and their questions within a visit. */
#include "learn/visit_private.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static void drop_body(struct visit *v)
{
    library_lesson_free(v->body);
    arena_release(&v->pages_arena);
    v->body = NULL;
    v->pages = NULL;
    v->has_lesson = false;
    v->lesson = (struct visit_lesson){0};
    v->quiz = (struct visit_quiz){0};
}

void visit_lesson_wipe(struct visit *v)
{
    drop_body(v);
    mem_wipe(v->lesson_id, sizeof v->lesson_id);
    mem_wipe(v->quiz_answered, sizeof v->quiz_answered);
    v->n_quiz_answered = v->quiz_at = 0;
    v->last_page = -1;
}

static void ask(struct visit *v)
{
    v->lesson_ticket = ++v->last_ticket;
    reader_lesson(v->opt.reader, v->lesson_id, v->lang, v->lesson_ticket);
}

bool visit_lesson_open(struct visit *v, const char *id, struct err *err)
{
    struct visit_row row;

    if (!visit_begin(v, err)) {
        return false;
    }
    if (strlen(id) >= sizeof v->lesson_id) {
        return err_set(err, ERR_LIMIT, "lesson '%.40s': a name over %zu bytes", id, sizeof v->lesson_id - 1);
    }
    visit_lesson_wipe(v);
    snprintf(v->lesson_id, sizeof v->lesson_id, "%s", id);
    v->place = VISIT_AT_LESSON;
    visit_row_begin(v, &row, "lesson");
    json_put_str(&row.out, "lesson", id);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    ask(v);
    return true;
}

static const struct lib_lesson *find_lesson(struct visit *v, const char *id)
{
    for (int m = 0; m < v->view->n_modules; m++) {
        for (int l = 0; l < v->view->modules[m].n_lessons; l++) {
            if (!strcmp(v->view->modules[m].lessons[l].id, id)) {
                v->lesson.module = &v->view->modules[m];
                v->lesson.position = l + 1;
                return &v->view->modules[m].lessons[l];
            }
        }
    }
    return NULL;
}

void visit_lesson_rebuild(struct visit *v)
{
    if (v->has_lesson) {
        v->lesson.about = find_lesson(v, v->lesson_id);
        v->has_lesson = v->lesson.about != NULL;
    }
    if (v->lesson_id[0]) {
        ask(v);
    }
}

static void show_quiz(struct visit *v)
{
    struct visit_quiz *q = &v->quiz;
    const struct lib_question *question;
    const struct visit_quiz_answer *a = v->quiz_at < v->n_quiz_answered ? &v->quiz_answered[v->quiz_at] : NULL;

    *q = (struct visit_quiz){0};
    if (!v->has_lesson || v->quiz_at >= v->body->n_questions) {
        return;
    }
    question = &v->body->questions[v->quiz_at];
    visit_deal(v, &v->quiz_dealt, question);
    *q = (struct visit_quiz){.id = question->id,
                             .stem = question->stem,
                             .n_options = v->quiz_dealt.n,
                             .number = v->quiz_at + 1,
                             .total = v->body->n_questions,
                             .chosen = VISIT_NOTHING_CHOSEN,
                             .right = quiz_right(&v->quiz_dealt)};
    for (int i = 0; i < q->n_options; i++) {
        q->option[i] = quiz_text(&v->quiz_dealt, i);
    }
    if (a && !strcmp(a->question, question->id)) {
        q->is_answered = true;
        q->is_right = a->is_right;
        q->chosen = a->choice;
        for (int i = 0; i < q->n_options && a->choice >= 0; i++) {
            if (v->quiz_dealt.order[i] == a->choice) {
                q->chosen = i;
                break;
            }
        }
        q->feedback = quiz_feedback(&v->quiz_dealt, q->chosen >= 0 ? q->chosen : q->right);
    }
}

void visit_lesson_event(struct visit *v, struct ev_lesson *ev, enum visit_event *out)
{
    *out = VISIT_NOTHING;
    if (ev->base.ticket != v->lesson_ticket || !v->lesson_id[0]) {
        return;
    }
    if (!ev->body) {
        v->problem = ev->err;
        *out = VISIT_FAILED;
        return;
    }
    drop_body(v);
    v->body = ev->body;
    ev->body = NULL;
    v->pages = arena_alloc(&v->pages_arena, (size_t)v->body->n_pages * sizeof *v->pages);
    for (int i = 0; i < v->body->n_pages; i++) {
        if (!lesson_parse(v->body->pages[i], &v->pages_arena, &v->pages[i], &v->problem)) {
            err_wrap(&v->problem, "lesson '%s', page %d", v->lesson_id, i + 1);
            *out = VISIT_FAILED;
            return;
        }
    }
    v->lesson = (struct visit_lesson){
        .pages = v->pages, .n_pages = v->body->n_pages, .body = v->body, .n_questions = v->body->n_questions};
    v->lesson.about = find_lesson(v, v->lesson_id);
    v->has_lesson = v->lesson.about != NULL;
    if (!v->has_lesson) {
        err_set(&v->problem, ERR_NOT_FOUND, "lesson '%s' is not on the shelf any more", v->lesson_id);
        *out = VISIT_FAILED;
        return;
    }
    show_quiz(v);
    *out = VISIT_LESSON_READY;
}

const struct visit_lesson *visit_lesson(const struct visit *v)
{
    return v->has_lesson ? &v->lesson : NULL;
}

int visit_lesson_last_page(const struct visit *v)
{
    return v->last_page;
}

bool visit_lesson_page(struct visit *v, int page, struct err *err)
{
    struct visit_row row;

    if (!v->has_lesson || page < 0 || page >= v->lesson.n_pages) {
        return err_set(err, ERR_STATE, "lesson: no such page");
    }
    v->place = VISIT_AT_LESSON;
    if (page <= v->last_page) {
        return true;
    }
    v->last_page = page;
    visit_row_begin(v, &row, "page");
    json_put_str(&row.out, "lesson", v->lesson_id);
    json_put_int(&row.out, "page", page);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    visit_token_changed(v);
    return true;
}

void visit_mark_done(struct visit *v, const char *id)
{
    if (!strcmp(id, v->left_lesson)) {
        v->left_lesson[0] = '\0';
    }
    if (!visit_lesson_is_done(v, id) && v->n_done < VISIT_LESSONS_MAX) {
        snprintf(v->done[v->n_done++], VISIT_ID_MAX, "%s", id);
        v->has_result = false; /* the next steps change */
    }
}

static int place_in_done(const struct visit *v, const char *id)
{
    for (int i = 0; i < v->n_done; i++) {
        if (!strcmp(v->done[i], id)) {
            return i;
        }
    }
    return -1;
}

bool visit_lesson_is_done(const struct visit *v, const char *id)
{
    return place_in_done(v, id) >= 0;
}

bool visit_lesson_is_shown(const struct visit *v, const char *id)
{
    int i = place_in_done(v, id);

    return i >= 0 && v->is_shown[i];
}

/* The last question of the lesson in hand was answered. */
static void finish(struct visit *v, const char *id)
{
    int n_right = 0, at;

    for (int i = 0; i < v->n_quiz_answered; i++) {
        n_right += v->quiz_answered[i].is_right;
    }
    visit_mark_done(v, id);
    at = place_in_done(v, id);
    if (at >= 0 && n_right * VISIT_SHOWN_OF >= v->n_quiz_answered * VISIT_SHOWN_RIGHT) {
        v->is_shown[at] = true;
    }
}

const struct visit_quiz *visit_quiz(const struct visit *v)
{
    return v->has_lesson && v->quiz_at < v->body->n_questions ? &v->quiz : NULL;
}

bool visit_quiz_answer(struct visit *v, int option, int64_t ms, struct err *err)
{
    static const char *const counts[] = {"lesson.done", NULL};
    struct visit_row row;
    bool is_last;

    if (v->saving_ticket || !visit_quiz(v) || v->quiz.is_answered || option < VISIT_NOT_SURE ||
        option >= v->quiz.n_options) {
        return err_set(err, ERR_STATE, "lesson question: none is open, or the last answer is still being saved");
    }
    is_last = v->quiz_at + 1 == v->body->n_questions;
    v->sent = (struct visit_answered){.choice = option < 0 ? option : v->quiz_dealt.order[option],
                                      .is_right = option >= 0 && quiz_is_right(&v->quiz_dealt, option)};
    snprintf(v->sent.question, sizeof v->sent.question, "%s", v->quiz.id);
    v->place = VISIT_AT_QUIZ;
    visit_row_begin(v, &row, "quiz");
    json_put_str(&row.out, "lesson", v->lesson_id);
    json_put_str(&row.out, "question", v->sent.question);
    json_put_int(&row.out, "choice", v->sent.choice);
    json_put_bool(&row.out, "right", v->sent.is_right);
    json_put_int(&row.out, "ms", ms);
    json_put_bool(&row.out, "done", is_last);
    visit_row_send(v, &row, SEND_QUIZ, is_last ? counts : NULL);
    return true;
}

static void keep_quiz_answer(struct visit *v, const char *question, int choice, bool is_right)
{
    if (v->n_quiz_answered < VISIT_QUIZ_MAX) {
        struct visit_quiz_answer *a = &v->quiz_answered[v->n_quiz_answered++];

        snprintf(a->question, sizeof a->question, "%s", question);
        a->choice = choice;
        a->is_right = is_right;
    }
}

void visit_lesson_saved(struct visit *v)
{
    keep_quiz_answer(v, v->sent.question, v->sent.choice, v->sent.is_right);
    if (v->has_lesson && v->n_quiz_answered >= v->body->n_questions) {
        finish(v, v->lesson_id);
    }
    show_quiz(v);
}

void visit_quiz_next(struct visit *v)
{
    if (visit_quiz(v) && v->quiz.is_answered) {
        v->quiz_at++;
        show_quiz(v);
    }
}

void visit_lesson_row(struct visit *v, const char *kind, const struct json *row)
{
    const char *id = json_str(json_get(row, "lesson"), "");

    if (!strcmp(kind, "lesson")) {
        visit_lesson_wipe(v);
        snprintf(v->lesson_id, sizeof v->lesson_id, "%s", id);
        v->place = VISIT_AT_LESSON;
    } else if (!strcmp(kind, "page")) {
        v->last_page = (int)json_int(json_get(row, "page"), 0);
    } else if (!strcmp(kind, "quiz")) {
        keep_quiz_answer(v, json_str(json_get(row, "question"), ""),
                         (int)json_int(json_get(row, "choice"), VISIT_NOT_SURE),
                         json_bool(json_get(row, "right"), false));
        v->quiz_at = v->n_quiz_answered;
        v->place = VISIT_AT_QUIZ;
        if (json_bool(json_get(row, "done"), false)) {
            finish(v, id);
        }
    }
}
