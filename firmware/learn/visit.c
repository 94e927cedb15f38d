/* visit: one visitor's way through the station: beginning, rows, language, resuming, end. */
#include "base/clock.h"
#include "base/log.h"
#include "learn/visit_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { TOUCH_KEPT_EVERY_MS = 5000 };

bool visit_new(const struct visit_options *opt, struct visit **out, struct err *err)
{
    struct visit *v = mem_alloc(sizeof *v);

    v->opt = *opt;
    v->item = -1;
    v->idle_ms = VISIT_IDLE_MS;
    v->time = PATHWAY_HALF_HOUR;
    snprintf(v->hub_lang, sizeof v->hub_lang, "%s", opt->lang);
    if (opt->run_dir && visitkey_is_usable(opt->run_dir, opt->data_dir)) {
        snprintf(v->run_dir, sizeof v->run_dir, "%s", opt->run_dir);
    }
    v->rng.state = opt->seed;
    if (!opt->seed) {
        rng_secret(&v->rng.state, sizeof v->rng.state);
    }
    if (!visit_set_language(v, v->hub_lang, err)) {
        free(v);
        return false;
    }
    *out = v;
    return true;
}

static void wipe(struct visit *v)
{
    mem_wipe(&v->who, sizeof v->who);
    visit_assess_wipe(v);
    visit_lesson_wipe(v);
    visit_business_wipe(v);
    visit_tool_wipe(v);
    visit_token_wipe(v);
    visit_board_wipe(v);
    mem_wipe(v->done, sizeof v->done);
    mem_wipe(v->workshop, sizeof v->workshop);
    v->n_done = 0;
    memset(v->is_shown, 0, sizeof v->is_shown);
    v->is_open = false;
    v->idle_ms = VISIT_IDLE_MS;
    v->place = VISIT_AT_HOME;
    v->sending = SEND_NOTHING;
    v->saving_ticket = 0;
}

void visit_free(struct visit *v)
{
    if (v) {
        wipe(v);
        library_view_free(v->view);
        free(v);
    }
}

bool visit_is_open(const struct visit *v)
{
    return v->is_open;
}

const struct err *visit_problem(const struct visit *v)
{
    return &v->problem;
}

bool visit_is_saving(const struct visit *v)
{
    return v->saving_ticket != 0;
}

int64_t visit_waiting_since_ms(const struct visit *v)
{
    return v->saving_ticket  ? v->saving_since_ms
           : v->token_ticket ? v->token_since_ms
           : v->board_ticket ? v->board_since_ms
           : v->view_ticket  ? v->view_since_ms
                             : -1;
}

/* --- rows
 * ----------------------------------------------------------------------------------------------------------------------------------
 */

void visit_row_begin(struct visit *v, struct visit_row *row, const char *kind)
{
    *row = (struct visit_row){0};
    row->out.buf = &row->text;
    json_begin(&row->out, NULL, '{');
    json_put_str(&row->out, "kind", kind);
    json_put_int(&row->out, "t", clock_ms() - v->began_ms);
}

static void send_row(struct visit *v, struct visit_row *row, bool is_first, enum visit_sending sending,
                     const char *const *counts)
{
    uint64_t ticket = ++v->last_ticket;

    json_end(&row->out, '}');
    clerk_append(v->opt.clerk, &v->who, is_first, row->text.data, row->text.len, counts, ticket);
    buf_wipe(&row->text);
    if (sending != SEND_NOTHING) {
        v->sending = sending;
        v->saving_ticket = ticket;
        v->saving_since_ms = clock_ms();
    }
}

void visit_row_send(struct visit *v, struct visit_row *row, enum visit_sending sending, const char *const *counts)
{
    send_row(v, row, false, sending, counts);
}

void visit_deal(const struct visit *v, struct quiz *q, const struct lib_question *question)
{
    struct rng r = {.state = v->seed};

    for (const char *p = question->id; *p; p++) { /* FNV-1a, so that each question has an order of its own */
        r.state = (r.state ^ (uint8_t)*p) * 0x100000001B3u;
    }
    quiz_deal(q, question, &r);
}

/* --- the life of a visit
 * ----------------------------------------------------------------------------------------------------------------------
 */

static void keep_key(struct visit *v)
{
    struct visitkey k = {.visit = v->who, .touched_ms = v->touched_ms, .lasts_ms = v->idle_ms + VISIT_LEAVE_MS};
    struct err err = {0};

    if (v->run_dir[0] && !visitkey_save(v->run_dir, &k, &err)) {
        log_err("keeping the key for a crash", &err);
    }
    v->kept_touch_ms = v->touched_ms;
    mem_wipe(&k, sizeof k);
}

bool visit_begin(struct visit *v, struct err *err)
{
    char lang_count[32], boot[9];
    const char *counts[] = {"visits", lang_count, NULL};
    struct visit_row row;

    if (v->is_open) {
        return true;
    }
    if (!v->view) {
        return err_set(err, ERR_STATE, "begin a visit: the content is not read yet");
    }
    rng_secret(v->who.id, sizeof v->who.id);
    rng_secret(v->who.key, sizeof v->who.key);
    v->seed = rng_next(&v->rng);
    v->is_open = true;
    v->began_ms = v->touched_ms = clock_ms();
    keep_key(v);
    snprintf(lang_count, sizeof lang_count, "lang.%s", v->lang);
    snprintf(boot, sizeof boot, "%.8s", clock_boot_id());
    visit_row_begin(v, &row, "open");
    json_put_str(&row.out, "boot", boot);
    json_put_str(&row.out, "lang", v->lang);
    json_put_int(&row.out, "seed", (int64_t)v->seed);
    json_put_int(&row.out, "began_ms", v->began_ms);
    if (clock_is_trusted()) {
        json_put_int(&row.out, "day", clock_day(clock_wall_s()));
    }
    send_row(v, &row, true, SEND_NOTHING, counts);
    return true;
}

void visit_close(struct visit *v, enum visit_end how)
{
    struct visit_row row;

    if (!v->is_open) {
        return;
    }
    visit_row_begin(v, &row, "end");
    json_put_str(&row.out, "how", how == VISIT_FINISHED ? "finished" : "idle");
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    visit_token_close(v);
    clerk_visit_over(v->opt.clerk);
    if (v->run_dir[0]) {
        visitkey_wipe(v->run_dir);
    }
    wipe(v);
    if (strcmp(v->lang, v->hub_lang) != 0 && !visit_set_language(v, v->hub_lang, &v->problem)) {
        log_err("back to the hub's language", &v->problem);
    }
}

void visit_touch(struct visit *v)
{
    v->touched_ms = clock_ms();
    if (v->is_open && v->touched_ms - v->kept_touch_ms >= TOUCH_KEPT_EVERY_MS) {
        keep_key(v);
    }
}

void visit_set_idle(struct visit *v, int64_t idle_ms)
{
    v->idle_ms = idle_ms;
    if (v->is_open) {
        keep_key(v);
    }
}

int64_t visit_idle_ms(const struct visit *v)
{
    return v->idle_ms;
}

bool visit_try_resume(struct visit *v)
{
    struct visitkey k;

    if (!v->run_dir[0] || !visitkey_load(v->run_dir, &k)) {
        return false;
    }
    v->who = k.visit;
    v->touched_ms = k.touched_ms;
    v->idle_ms = k.lasts_ms - VISIT_LEAVE_MS;
    v->resume_ticket = ++v->last_ticket;
    clerk_resume(v->opt.clerk, &v->who, v->resume_ticket);
    mem_wipe(&k, sizeof k);
    return true;
}

static void resume_row(struct visit *v, const struct json *row, int64_t seq)
{
    const char *kind = json_str(json_get(row, "kind"), "");

    if (!strcmp(kind, "open")) {
        v->seed = (uint64_t)json_int(json_get(row, "seed"), 0);
        v->began_ms = json_int(json_get(row, "began_ms"), clock_ms());
        v->is_open = true;
    }
    if (!strcmp(kind, "open") || !strcmp(kind, "lang")) {
        snprintf(v->lang, sizeof v->lang, "%s", json_str(json_get(row, "lang"), v->hub_lang));
    }
    visit_assess_row(v, kind, row, seq);
    visit_retest_row(v, kind, row, seq);
    visit_lesson_row(v, kind, row);
    visit_business_row(v, kind, row);
    visit_tool_row(v, kind, row);
    visit_board_row(v, kind);
}

/* The rows of the interrupted visit rebuild its state; then the view of its language is asked for. */
static enum visit_event resume(struct visit *v, struct ev_visit_rows *ev)
{
    if (ev->err.code != ERR_NONE || ev->n == 0) {
        visitkey_wipe(v->run_dir);
        wipe(v);
        return VISIT_NOTHING;
    }
    for (int i = 0; i < ev->n; i++) {
        struct json *row = json_parse(ev->texts[i], strlen(ev->texts[i]), "row", &v->problem);

        if (!row) {
            log_err("resuming a visit", &v->problem);
            continue;
        }
        resume_row(v, row, ev->seqs[i]);
        json_free(row);
    }
    if (!v->is_open) {
        wipe(v);
        return VISIT_NOTHING;
    }
    v->view_ticket = ++v->last_ticket;
    v->view_since_ms = clock_ms();
    reader_view(v->opt.reader, v->lang, v->view_ticket);
    return VISIT_NOTHING; /* VISIT_RESUMED comes with the view */
}

/* --- language and texts
 * ------------------------------------------------------------------------------------------------------------------------
 */

bool visit_set_language(struct visit *v, const char *lang, struct err *err)
{
    struct visit_row row;

    if (!lang[0] || strlen(lang) >= sizeof v->lang) {
        return err_set(err, ERR_USAGE, "language '%.20s': not a language code", lang);
    }
    snprintf(v->lang, sizeof v->lang, "%s", lang);
    if (v->is_open) {
        visit_row_begin(v, &row, "lang");
        json_put_str(&row.out, "lang", lang);
        visit_row_send(v, &row, SEND_NOTHING, NULL);
    }
    v->view_ticket = ++v->last_ticket;
    v->view_since_ms = clock_ms();
    reader_view(v->opt.reader, v->lang, v->view_ticket);
    return true;
}

void visit_reload(struct visit *v)
{
    v->view_ticket = ++v->last_ticket;
    v->view_since_ms = clock_ms();
    reader_reload(v->opt.reader, v->lang, v->view_ticket);
}

void visit_renew(struct visit *v, struct trustlist *trust)
{
    v->view_ticket = ++v->last_ticket;
    v->view_since_ms = clock_ms();
    reader_renew(v->opt.reader, trust, v->lang, v->view_ticket);
}

const struct lib_view *visit_view(const struct visit *v)
{
    return v->view;
}

const struct lib_competence *visit_competence(const struct visit *v, const char *code)
{
    for (int i = 0; v->view && i < v->view->n_competences; i++) {
        if (!strcmp(v->view->competences[i].code, code)) {
            return &v->view->competences[i];
        }
    }
    return NULL;
}

const struct lib_area *visit_area(const struct visit *v, const char *code)
{
    for (int i = 0; v->view && i < v->view->n_areas; i++) {
        if (!strcmp(v->view->areas[i].code, code)) {
            return &v->view->areas[i];
        }
    }
    return NULL;
}

static enum visit_event take_view(struct visit *v, struct ev_view *ev)
{
    bool is_resuming = v->resume_ticket != 0 && v->is_open;

    if (ev->base.ticket != v->view_ticket) {
        return VISIT_NOTHING; /* overtaken by a later choice */
    }
    v->view_ticket = 0;
    if (!ev->view) {
        v->problem = ev->err;
        return VISIT_FAILED;
    }
    library_view_free(v->view);
    v->view = ev->view;
    ev->view = NULL;
    snprintf(v->lang, sizeof v->lang, "%s", v->view->lang);
    visit_lesson_rebuild(v);
    if (!visit_assess_rebuild(v, &v->problem)) {
        return VISIT_FAILED;
    }
    if (is_resuming) {
        v->resume_ticket = 0;
        return visit_assess_resumed(v, &v->problem) ? VISIT_RESUMED : VISIT_FAILED;
    }
    return VISIT_VIEW_CHANGED;
}

/* --- events
 * ---------------------------------------------------------------------------------------------------------------------------------------
 */

static enum visit_event take_row(struct visit *v, const struct ev_row *ev)
{
    enum visit_sending sending = v->sending;

    if (ev->base.kind == EV_ROW_FAILED) {
        if (!v->is_open) {
            return VISIT_NOTHING;
        }
        v->problem = ev->err;
        v->sending = SEND_NOTHING;
        v->saving_ticket = 0;
        if (ev->err.code == ERR_NO_SPACE) { /* no room for this visit: it never began */
            if (v->run_dir[0]) {
                visitkey_wipe(v->run_dir);
            }
            wipe(v);
        }
        return VISIT_FAILED;
    }
    if (!v->saving_ticket || ev->base.ticket != v->saving_ticket) {
        return VISIT_NOTHING;
    }
    v->sending = SEND_NOTHING;
    v->saving_ticket = 0;
    if (sending == SEND_QUIZ) {
        visit_lesson_saved(v);
    } else if (sending == SEND_RETEST) {
        v->sent.seq = ev->seq;
        visit_retest_saved(v);
    } else {
        visit_assess_saved(v, sending, ev->seq);
    }
    visit_token_changed(v);
    return VISIT_SAVED;
}

enum visit_event visit_event(struct visit *v, struct message *event)
{
    enum visit_event out = VISIT_NOTHING;

    switch (event->kind) {
    case EV_ROW_SAVED:
    case EV_ROW_FAILED:
        return take_row(v, (struct ev_row *)event);
    case EV_VISIT_ROWS:
        return event->ticket == v->resume_ticket ? resume(v, (struct ev_visit_rows *)event) : VISIT_NOTHING;
    case EV_VIEW_READY:
        return take_view(v, (struct ev_view *)event);
    case EV_TOKEN:
        return visit_token_event(v, (struct ev_token *)event);
    case EV_BOARD:
        return visit_board_event(v, (struct ev_board *)event);
    case EV_LESSON_READY:
        visit_lesson_event(v, (struct ev_lesson *)event, &out);
        return out;
    default:
        return VISIT_NOTHING;
    }
}

enum visit_place visit_place(const struct visit *v)
{
    return v->place;
}
