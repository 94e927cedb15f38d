/* visit_back: coming back another day: what of a visit is kept, and how another visit takes it over. The journal is
 * told that somebody came back, never who: neither token nor answers of the earlier visit go into its rows, so that the
 * office cannot put two visits together. */
#include "base/clock.h"
#include "base/log.h"
#include "learn/visit_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char FORMAT[] = "micro2-profile-1";

/* --- the profile
 * ------------------------------------------------------------------------------------------------------------------ */

static void put_answers(const struct visit_answered *answer, int from, int n, const char *name, struct json_out *w)
{
    json_begin(w, name, '[');
    for (int i = from; i < n; i++) {
        const struct visit_answered *a = &answer[i];

        json_begin(w, NULL, '[');
        json_put_str(w, NULL, a->item);
        json_put_str(w, NULL,
                     strcmp(a->question, a->item) != 0 ? a->question : ""); /* most are their item's only one */
        json_put_int(w, NULL, a->choice);
        json_put_bool(w, NULL, a->is_right);
        json_put_int(w, NULL, a->ms);
        json_end(w, ']');
    }
    json_end(w, ']');
}

/* How many items these answers are about; the parts of one lie together. */
static int items_of(const struct visit_answered *answer, int n)
{
    int items = 0;

    for (int i = 0; i < n; i++) {
        items += i == 0 || strcmp(answer[i].item, answer[i - 1].item) != 0;
    }
    return items;
}

/* Those that are done: [competence, level before, items answered before, answers]. What is left out of the first
 * answers is not counted before them either. */
static void put_retests(const struct visit *v, int first_answer, struct json_out *w)
{
    int left_out = items_of(v->answered, first_answer);

    json_begin(w, "retests", '[');
    for (int i = 0; i < v->n_retests; i++) {
        const struct visit_retest *r = &v->retest[i];

        if (r->is_done) {
            json_begin(w, NULL, '[');
            json_put_str(w, NULL, r->competence);
            json_put_int(w, NULL, r->before);
            json_put_int(w, NULL, r->n_before > left_out ? r->n_before - left_out : 0);
            put_answers(r->answer, 0, r->n_answers, NULL, w);
            json_end(w, ']');
        }
    }
    json_end(w, ']');
}

static void put_names(const char (*name)[VISIT_ID_MAX], int from, int n, const char *list, struct json_out *w)
{
    json_begin(w, list, '[');
    for (int i = from; i < n; i++) {
        json_put_str(w, NULL, name[i]);
    }
    json_end(w, ']');
}

/* The lesson that is open, or else the one an earlier visit left. */
static void put_lesson(const struct visit *v, struct json_out *w)
{
    bool is_open = v->lesson_id[0] && !visit_lesson_is_done(v, v->lesson_id);

    if (!is_open && !v->left_lesson[0]) {
        return;
    }
    json_begin(w, "lesson", '{');
    json_put_str(w, "id", is_open ? v->lesson_id : v->left_lesson);
    json_put_int(w, "page", is_open ? v->last_page : v->left_page);
    json_end(w, '}');
}

static void put_profile(const struct visit *v, int first_answer, int first_done, struct buf *out)
{
    struct json_out w = {.buf = out};

    buf_clear(out);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", FORMAT);
    json_put_str(&w, "lang", v->lang);
    json_begin(&w, "business", '{');
    business_put(&v->business, &w);
    json_end(&w, '}');
    if (v->n_answered) {
        json_begin(&w, "assess", '{');
        json_put_int(&w, "seed", (int64_t)v->assess_seed);
        json_put_int(&w, "length", (int)v->length);
        json_put_bool(&w, "running", v->is_assessing);
        put_answers(v->answered, first_answer, v->n_answered, "answers", &w);
        put_retests(v, first_answer, &w);
        json_end(&w, '}');
    }
    put_names(v->done, first_done, v->n_done, "done", &w);
    put_names(v->tools, 0, v->n_tools, "tools", &w);
    if (v->has_time) {
        json_put_int(&w, "minutes", pathway_minutes(v->time));
    }
    put_lesson(v, &w);
    json_end(&w, '}');
}

void visit_profile_write(const struct visit *v, struct buf *out, bool *is_short)
{
    int first_answer = 0, first_done = 0;

    put_profile(v, first_answer, first_done, out);
    *is_short = out->len > TOKENS_PROFILE_MAX;
    while (out->len > TOKENS_PROFILE_MAX) { /* the oldest lessons go first: they can be ticked again */
        if (first_done < v->n_done) {
            first_done++;
        } else {
            first_answer++;
        }
        put_profile(v, first_answer, first_done, out);
    }
}

static bool read_answer(const struct json *j, struct visit_answered *a)
{
    const char *item = json_str(json_at(j, 0), ""), *question = json_str(json_at(j, 1), "");

    *a = (struct visit_answered){.choice = (int)json_int(json_at(j, 2), VISIT_NOT_SURE),
                                 .is_right = json_bool(json_at(j, 3), false),
                                 .ms = json_int(json_at(j, 4), 0)};
    snprintf(a->item, sizeof a->item, "%s", item);
    snprintf(a->question, sizeof a->question, "%s", question[0] ? question : item);
    return a->item[0] && a->choice >= VISIT_NOT_SURE && a->choice < VISIT_OPTIONS_MAX && a->ms >= 0;
}

/* Good ones only, at most `max`; returns how many. */
static int read_answers(const struct json *j, struct visit_answered *out, int max)
{
    int n = 0;

    for (int i = 0; i < json_count(j) && n < max; i++) {
        n += read_answer(json_at(j, i), &out[n]);
    }
    return n;
}

static void read_retests(struct visit *v, const struct json *j)
{
    visit_retest_forget(v);
    for (int i = 0; i < json_count(j) && v->n_retests < VISIT_RETESTS_MAX; i++) {
        const struct json *at = json_at(j, i);
        int64_t before = json_int(json_at(at, 1), 0), n_before = json_int(json_at(at, 2), -1);
        struct visit_retest *r = &v->retest[v->n_retests];

        *r = (struct visit_retest){.before = (int)before, .n_before = (int)n_before, .is_done = true};
        snprintf(r->competence, sizeof r->competence, "%s", json_str(json_at(at, 0), ""));
        r->n_answers = r->n_items = read_answers(json_at(at, 3), r->answer, VISIT_RETEST_MAX);
        v->n_retests += r->competence[0] && before >= 1 && before <= ASSESS_LEVELS && n_before >= 0 &&
                        n_before <= ASSESS_ANSWERS_MAX && r->n_answers > 0;
    }
}

/* Of two that were begun the one of more items goes on: a few answers never push out a whole picture. */
static bool read_assess(struct visit *v, const struct json *j)
{
    int64_t length = json_int(json_get(j, "length"), VISIT_USUAL);
    struct visit_answered *answer = mem_alloc(sizeof v->answered);
    int n = read_answers(json_get(j, "answers"), answer, VISIT_QUESTIONS_MAX);
    bool is_taken = n > 0 && items_of(answer, n) >= items_of(v->answered, v->n_answered);

    if (is_taken) {
        memcpy(v->answered, answer, sizeof v->answered);
    }
    mem_wipe(answer, sizeof v->answered);
    free(answer);
    if (!is_taken) {
        return false;
    }
    v->assess_seed = (uint64_t)json_int(json_get(j, "seed"), 0);
    v->length = (enum visit_length)(length > 0 && length <= ASSESS_ANSWERS_MAX ? length : VISIT_USUAL);
    v->is_assessing = json_bool(json_get(j, "running"), false);
    v->n_answered = n;
    v->n_redo = 0;
    read_retests(v, json_get(j, "retests"));
    visit_assess_brought(v);
    return true;
}

/* What this visit has itself is newer and stays, but for fewer answers. Fields it does not know are passed over: a
 * newer program wrote them. */
bool visit_profile_read(struct visit *v, const char *text, bool *has_assess, struct err *err)
{
    struct json *root = json_parse(text, strlen(text), "kept place", err);
    const struct json *done, *tools, *lesson;

    if (!root) {
        return false;
    }
    if (strcmp(json_str(json_get(root, "format"), ""), FORMAT) != 0) {
        json_free(root);
        return err_set(err, ERR_VERSION, "kept place: not of format %s; a newer program made it", FORMAT);
    }
    *has_assess = json_get(root, "assess") && read_assess(v, json_get(root, "assess"));
    if (!v->business.trade[0] && v->business.n_taps == 0) {
        business_take(json_get(root, "business"), &v->business);
    }
    if (!v->has_time) {
        visit_time_take(v, json_int(json_get(root, "minutes"), 0));
    }
    done = json_get(root, "done");
    for (int i = 0; i < json_count(done); i++) {
        visit_mark_done(v, json_str(json_at(done, i), ""));
    }
    tools = json_get(root, "tools");
    for (int i = 0; i < json_count(tools); i++) {
        visit_tool_used(v, json_str(json_at(tools, i), ""));
    }
    lesson = json_get(root, "lesson");
    snprintf(v->left_lesson, sizeof v->left_lesson, "%s", json_str(json_get(lesson, "id"), ""));
    v->left_page = (int)json_int(json_get(lesson, "page"), -1);
    json_free(root);
    return true;
}

/* --- asking
 * ------------------------------------------------------------------------------------------------------------------ */

const struct visit_token *visit_token(const struct visit *v)
{
    struct visit_token *t = &((struct visit *)(uintptr_t)v)->token;

    t->lesson = NULL;
    t->page = v->left_page;
    for (int m = 0; v->left_lesson[0] && v->view && m < v->view->n_modules; m++) {
        for (int l = 0; l < v->view->modules[m].n_lessons; l++) {
            if (!strcmp(v->view->modules[m].lessons[l].id, v->left_lesson)) {
                t->lesson = &v->view->modules[m].lessons[l];
            }
        }
    }
    return t;
}

static bool begin_asking(struct visit *v, bool is_kept, struct err *err)
{
    if (v->token_ticket || v->token.is_kept != is_kept) {
        return err_set(err, ERR_STATE, "coming back: the last question is not answered, or the place is %skept",
                       is_kept ? "not " : "");
    }
    if (!visit_begin(v, err)) { /* it counts the day */
        return false;
    }
    v->token_ticket = ++v->last_ticket;
    v->token_since_ms = clock_ms();
    v->token.is_asking = true;
    v->token.news = VISIT_TOKEN_NONE;
    return true;
}

bool visit_token_deal(struct visit *v, struct err *err)
{
    struct buf profile = {0};

    if (!begin_asking(v, false, err)) {
        return false;
    }
    v->has_unkept = false;
    visit_profile_write(v, &profile, &v->token.is_short);
    clerk_token_deal(v->opt.clerk, buf_text(&profile), profile.len, v->token_ticket);
    buf_wipe(&profile);
    return true;
}

bool visit_token_pictures(struct visit *v, const uint8_t *picture, int n, struct err *err)
{
    if (!begin_asking(v, false, err)) {
        return false;
    }
    clerk_token_pictures(v->opt.clerk, picture, n, v->token_ticket);
    return true;
}

bool visit_token_code(struct visit *v, const char *code, struct err *err)
{
    if (!begin_asking(v, false, err)) {
        return false;
    }
    clerk_token_code(v->opt.clerk, code, v->token_ticket);
    return true;
}

bool visit_token_delete(struct visit *v, struct err *err)
{
    if (!begin_asking(v, true, err)) {
        return false;
    }
    v->token.is_kept = false; /* nothing is sent to be kept behind it */
    clerk_token_forget(v->opt.clerk, v->token_keys.id, v->token_ticket);
    return true;
}

bool visit_token_go_on(struct visit *v, struct err *err)
{
    char id[VISIT_ID_MAX];

    if (!visit_token(v)->lesson) {
        return err_set(err, ERR_STATE, "coming back: no lesson was left open");
    }
    snprintf(id, sizeof id, "%s", v->left_lesson);
    if (!visit_lesson_open(v, id, err)) {
        return false;
    }
    v->last_page = v->left_page;
    return true;
}

/* --- keeping
 * ------------------------------------------------------------------------------------------------------------------ */

static void keep(struct visit *v)
{
    struct buf profile = {0};

    visit_profile_write(v, &profile, &v->token.is_short);
    v->has_unkept = false;
    v->keep_ticket = ++v->last_ticket;
    clerk_token_keep(v->opt.clerk, &v->token_keys, buf_text(&profile), profile.len, v->keep_ticket);
    buf_wipe(&profile);
}

/* While one profile is on its way the next waits: then it holds all that came meanwhile. */
void visit_token_changed(struct visit *v)
{
    v->has_unkept = true;
    if (v->token.is_kept && !v->keep_ticket) {
        keep(v);
    }
}

void visit_token_close(struct visit *v)
{
    if (v->token.is_kept && v->has_unkept) {
        keep(v);
    }
}

void visit_token_wipe(struct visit *v)
{
    mem_wipe(&v->token, sizeof v->token);
    mem_wipe(&v->token_keys, sizeof v->token_keys);
    mem_wipe(v->left_lesson, sizeof v->left_lesson);
    v->token_ticket = v->keep_ticket = 0;
    v->left_page = -1;
    v->has_unkept = false;
}

/* The visit goes on where another one ended. */
static bool take_over(struct visit *v, const char *profile, bool by_code, struct err *err)
{
    static const char *const counts[] = {"token.back", NULL};
    struct visit_row row;
    bool has_assess = false;

    if (!visit_profile_read(v, profile, &has_assess, err)) {
        return false;
    }
    visit_row_begin(v, &row, "return"); /* that, and with what; nothing that another visit's rows hold, too */
    json_put_str(&row.out, "by", by_code ? "code" : "pictures");
    json_put_bool(&row.out, "assess", has_assess);
    visit_row_send(v, &row, SEND_NOTHING, counts);
    v->token.is_kept = v->token.was_back = true;
    return visit_assess_rebuild(v, err) && visit_assess_resumed(v, err);
}

enum visit_event visit_token_event(struct visit *v, struct ev_token *ev)
{
    if (ev->base.ticket == v->keep_ticket && ev->what == CLERK_TOKEN_KEEP) {
        v->keep_ticket = 0;
        if (v->has_unkept && ev->err.code == ERR_NONE) {
            visit_token_changed(v);
        }
        return VISIT_NOTHING; /* the clerk has logged a failure; the next change tries again */
    }
    if (!v->token_ticket || ev->base.ticket != v->token_ticket) {
        return VISIT_NOTHING; /* of a visit that is over */
    }
    v->token_ticket = 0;
    v->token.is_asking = false;
    if (ev->err.code != ERR_NONE && !(ev->what == CLERK_TOKEN_DEAL && ev->err.code == ERR_LIMIT)) {
        v->token.is_kept |= ev->what == CLERK_TOKEN_FORGET; /* it is still there */
        v->problem = ev->err;
        return VISIT_FAILED;
    }
    switch (ev->what) {
    case CLERK_TOKEN_DEAL:
        v->token.news = ev->err.code == ERR_LIMIT ? VISIT_TOKEN_FULL : VISIT_TOKEN_DEALT;
        v->token.is_kept = ev->err.code == ERR_NONE;
        v->token.dealt = ev->dealt;
        v->token_keys = ev->keys;
        break;
    case CLERK_TOKEN_FORGET:
        visit_token_wipe(v);
        v->token.news = VISIT_TOKEN_DELETED;
        break;
    default:
        v->token.news = VISIT_TOKEN_TRIED;
        v->token.answer = ev->answer;
        v->token.wait_s = ev->wait_s;
        v->token_keys = ev->keys;
        if (ev->answer == TOKENS_OPEN && !take_over(v, ev->profile, ev->what == CLERK_TOKEN_CODE, &v->problem)) {
            return VISIT_FAILED;
        }
    }
    if (v->has_unkept) { /* an answer that was saved while they were dealt or tried */
        visit_token_changed(v);
    }
    return VISIT_TOKEN;
}
