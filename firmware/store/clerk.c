/* clerk: the thread that owns the database. */
#include "base/clock.h"
#include "base/fsio.h"
#include "base/log.h"
#include "store/clerk_priv.h"
#include "store/counters.h"
#include "store/identity.h"
#include "store/reserve.h"
#include "store/settings.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { OPENING_BYTES = 1 << 20 };

struct append {
    struct message base;
    struct journal_visit visit;
    bool is_first;
    char *text;
    size_t n;
    char *counts[CLERK_COUNTS_MAX];
    int n_counts;
    int64_t seq; /* of the row, once it is saved */
};

struct ask {
    struct message base;
    struct journal_visit visit;
    char code[STAFF_DIGITS + 2]; /* one more than is right, so that a longer code stays a wrong one */
};

struct token_ask { /* profile: a text for the token, NULL = none */
    struct message base;
    struct token_keys keys;
    uint8_t picture[TOKENS_PICK_MAX];
    int n_pictures;
    char code[TOKENS_CODE_LETTERS + 2]; /* one more than is right, so that a longer code stays a wrong one */
    char *profile;
    size_t profile_bytes;
};

/* A call from another thread, which waits on done. Lives on the caller's stack; the message only points to it. */
struct call {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    clerk_run *run;
    void *ctx;
    struct err *err;
    bool ok, is_done;
};
struct mute {
    struct message base;
    bool is_mute;
};
struct call_message {
    struct message base;
    struct call *call;
};

/* --- in the clerk's thread
 * ---------------------------------------------------------------------------------------------------------------- */

/* Says where, and what to do; whatever can be read of the rows is the office's to save. */
static void say_damaged(const struct clerk *c, struct err *err)
{
    struct err why = *err;

    err_set(err, why.code,
            "data folder '%s': %s; keep the folder as it is for the office, and make a new one with `micro2 hub new`",
            c->folder->dir, why.text);
}

static bool open_store(void *self, struct err *err)
{
    struct clerk *c = self;
    /* SQLite needs room to open at all; what lies behind is as on a disk that fills up later */
    bool is_released = fsio_free_bytes(c->folder->dir) < OPENING_BYTES && reserve_release(c->folder->dir);
    struct db_options opt = {
        .vfs = c->vfs, .synchronous = c->synchronous, .migrations = db_migrations, .later = TOKENS_TABLE};
    struct journal_stats stats;
    const char *reason = NULL;
    struct err room = {0};
    bool ok = db_open(datafolder_path(c->folder->dir, "hub.db"), &opt, &c->db, err) &&
              identity_check(c->db, c->folder->dir, &reason, err) && db_begin(c->db, "open journal", err) &&
              journal_open(c->db, c->folder->station.id, !reason, reason, &c->journal, err) &&
              journal_get_stats(c->journal, &stats, err) && identity_note(c->db, c->folder->dir, err) &&
              db_commit(c->db, err) && identity_witness(c->folder->dir, stats.last_seq, err) &&
              (reserve_restore(c->folder->dir, &room) || room.code == ERR_NO_SPACE ||
               err_set(err, room.code, "%s", room.text));

    if (!ok) {
        if (err->code == ERR_CORRUPT) {
            db_preserve(c->db); /* as it is for the office */
            say_damaged(c, err);
        }
        journal_close(c->journal);
        db_close(c->db);
        return false;
    }
    if (is_released) {
        log_line(LOG_WARN, "the disk was full at the start: the reserve was given up");
    }
    if (reason && strcmp(reason, "made") != 0) {
        log_line(LOG_WARN, "this data folder was %s: a new epoch begins", reason);
    }
    if (room.code == ERR_NO_SPACE) {
        log_line(LOG_WARN, "the disk is nearly full: no new visits until there is room");
    }
    return true;
}

static void close_store(void *self)
{
    struct clerk *c = self;
    struct journal_stats stats;

    struct err err;

    if (!c->is_dead &&
        (!journal_get_stats(c->journal, &stats, &err) || !identity_witness(c->folder->dir, stats.last_seq, &err))) {
        log_err("closing", &err);
    }
    journal_close(c->journal);
    db_close(c->db);
    c->journal = NULL;
    c->db = NULL;
}

static void answer_row(struct outbox *out, int kind, uint64_t ticket, int64_t seq, const struct err *err)
{
    struct ev_row *ev = message_new(sizeof *ev, kind, ticket);

    ev->seq = seq;
    if (err) {
        ev->err = *err;
    }
    outbox_put(out, &ev->base);
}

static void die(struct clerk *c, const struct err *why, struct outbox *out)
{
    if (!c->is_dead) {
        c->is_dead = true;
        c->death = *why;
        answer_row(out, EV_STORE_DEAD, 0, 0, why);
    }
}

void clerk_die_of_storage(struct clerk *c, const struct err *why, struct outbox *out)
{
    if (why->code == ERR_IO || why->code == ERR_CORRUPT) {
        die(c, why, out);
    }
}

bool clerk_with_reserve(struct clerk *c, clerk_run *run, void *ctx, struct err *err)
{
    bool ok = run(c, ctx, err);

    if (!ok && err->code == ERR_NO_SPACE && reserve_release(c->folder->dir)) {
        log_line(LOG_WARN, "the disk is full: the reserve was given up");
        ok = run(c, ctx, err);
    }
    return ok;
}

/* What a quiet moment does: rows the office has had for long are dropped, and room that returns goes to the reserve
 * first. */
static bool tidy_up(struct clerk *c, struct err *err)
{
    struct journal_stats stats;
    int64_t n_dropped;

    if (!c->has_checked_tokens && !db_check_table(c->db, TOKENS_TABLE, err)) {
        db_preserve(c->db); /* as it is for the office */
        say_damaged(c, err);
        return false;
    }
    c->has_checked_tokens = true;
    return journal_prune(c->journal, &n_dropped, err) && tokens_sweep(&c->tokens, c->db, err) &&
           board_sweep(c->db, err) && journal_get_stats(c->journal, &stats, err) &&
           identity_witness(c->folder->dir, stats.last_seq, err) && reserve_restore(c->folder->dir, err);
}

static bool count_day(struct clerk *c, struct err *err)
{
    bool ok = db_begin(c->db, "count the day", err) && journal_count_day(c->journal, clock_day(clock_wall_s()), err) &&
              db_commit(c->db, err);

    if (!ok) {
        db_rollback(c->db);
    }
    return ok;
}

/* A day on which visits are refused is counted like any other: else no receipted row would ever be old enough to go,
 * and no room would return. */
static bool may_begin(struct clerk *c, struct err *err)
{
    return reserve_is_there(c->folder->dir) || (count_day(c, err) && tidy_up(c, err));
}

static bool run_append(struct clerk *c, void *ctx, struct err *err)
{
    struct append *a = ctx;
    int64_t *seq = &a->seq;
    bool ok = db_begin(c->db, "append", err);

    if (ok && a->is_first) {
        ok = journal_count_day(c->journal, clock_day(clock_wall_s()), err) &&
             journal_append_key(c->journal, &a->visit, &c->office, seq, err);
    }
    ok = ok && journal_append(c->journal, &a->visit, a->text, a->n, seq, err);
    for (int i = 0; ok && i < a->n_counts; i++) {
        ok = counters_raise(c->db, a->counts[i], err);
    }
    ok = ok && db_commit(c->db, err);
    if (!ok) {
        db_rollback(c->db);
    }
    return ok;
}

static void handle_append(struct clerk *c, struct append *a, struct outbox *out)
{
    struct err err = {0};

    if (!a->is_first && !memcmp(c->refused, a->visit.id, sizeof c->refused)) { /* was on its way behind it */
        answer_row(out, EV_ROW_FAILED, a->base.ticket, 0, &c->refusal);
        return;
    }
    if ((!a->is_first || may_begin(c, &err)) && clerk_with_reserve(c, run_append, a, &err)) {
        answer_row(out, EV_ROW_SAVED, a->base.ticket, a->seq, NULL);
        return;
    }
    if (a->is_first) {
        memcpy(c->refused, a->visit.id, sizeof c->refused);
        c->refusal = err;
    }
    answer_row(out, EV_ROW_FAILED, a->base.ticket, 0, &err);
    clerk_die_of_storage(c, &err, out);
}

static void release_rows(struct message *m)
{
    struct ev_visit_rows *ev = (struct ev_visit_rows *)m;

    for (int i = 0; i < ev->n; i++) {
        mem_wipe(ev->texts[i], strlen(ev->texts[i]));
        free(ev->texts[i]);
    }
    free(ev->texts);
    free(ev->seqs);
}

static bool keep_row(void *ctx, int64_t seq, const char *text, size_t n)
{
    struct ev_visit_rows *ev = ctx;

    (void)n;
    ev->texts = mem_grow(ev->texts, ((size_t)ev->n + 1) * sizeof *ev->texts);
    ev->seqs = mem_grow(ev->seqs, ((size_t)ev->n + 1) * sizeof *ev->seqs);
    ev->texts[ev->n] = mem_str(text);
    ev->seqs[ev->n++] = seq;
    return true;
}

static void handle_resume(struct clerk *c, const struct ask *a, struct outbox *out)
{
    struct ev_visit_rows *ev = message_new(sizeof *ev, EV_VISIT_ROWS, a->base.ticket);
    struct err err = {0};

    ev->base.release = release_rows;
    if (!journal_read_visit(c->journal, &a->visit, keep_row, ev, &err)) {
        log_err("resuming a visit", &err);
    }
    ev->err = err;
    outbox_put(out, &ev->base);
    clerk_die_of_storage(c, &err, out);
}

static void handle_visit_over(struct clerk *c, struct outbox *out)
{
    struct err err = {0};

    if (!tidy_up(c, &err)) {
        log_err("tidying up after a visit", &err);
        clerk_die_of_storage(c, &err, out);
    }
}

struct try_call {
    const char *code;
    struct ev_staff *ev;
};

static bool run_try(struct clerk *c, void *ctx, struct err *err)
{
    struct try_call *t = ctx;

    return staff_try(&c->staff, c->db, t->code, &t->ev->answer, &t->ev->wait_s, err);
}

static void handle_staff(struct clerk *c, const struct ask *a, struct outbox *out)
{
    struct ev_staff *ev = message_new(sizeof *ev, EV_STAFF, a->base.ticket);
    struct err err = {0};

    if (!clerk_with_reserve(c, run_try, &(struct try_call){a->code, ev}, &err)) {
        log_err("staff code", &err);
        ev->answer = STAFF_UNKNOWN;
    }
    outbox_put(out, &ev->base);
    clerk_die_of_storage(c, &err, out);
}

struct token_call {
    const struct token_ask *ask;
    struct ev_token *ev;
};

/* No transaction is open here: drawing a key takes its time, and what counts a try is on the card before. */
static bool run_token(struct clerk *c, void *ctx, struct err *err)
{
    const struct token_ask *a = ((struct token_call *)ctx)->ask;
    struct ev_token *ev = ((struct token_call *)ctx)->ev;
    struct buf profile = {0};
    bool ok = true;

    switch (ev->what) {
    case CLERK_TOKEN_DEAL:
        return tokens_deal(&c->tokens, c->db, a->profile, a->profile_bytes, &ev->dealt, &ev->keys, err);
    case CLERK_TOKEN_PICTURES:
        ok = tokens_open_pictures(&c->tokens, c->db, a->picture, a->n_pictures, &ev->answer, &ev->wait_s, &ev->keys,
                                  &profile, err);
        break;
    case CLERK_TOKEN_CODE:
        ok = tokens_open_code(&c->tokens, c->db, a->code, &ev->answer, &ev->keys, &profile, err);
        break;
    case CLERK_TOKEN_KEEP:
        return tokens_keep(c->db, &a->keys, a->profile, a->profile_bytes, err);
    default:
        return tokens_forget(c->db, a->keys.id, err);
    }
    if (ok && ev->answer == TOKENS_OPEN) {
        ev->profile = mem_str(buf_text(&profile));
    }
    buf_wipe(&profile);
    return ok;
}

static void release_token(struct message *m)
{
    struct ev_token *ev = (struct ev_token *)m;

    if (ev->profile) {
        mem_wipe(ev->profile, strlen(ev->profile));
        free(ev->profile);
    }
    mem_wipe(&ev->dealt, sizeof ev->dealt);
    mem_wipe(&ev->keys, sizeof ev->keys);
}

static void handle_token(struct clerk *c, const struct token_ask *a, struct outbox *out)
{
    struct ev_token *ev = message_new(sizeof *ev, EV_TOKEN, a->base.ticket);
    struct err err = {0};

    ev->base.release = release_token;
    ev->what = (enum clerk_kind)a->base.kind;
    ev->answer = TOKENS_WRONG;
    if (!clerk_with_reserve(c, run_token, &(struct token_call){a, ev}, &err)) {
        log_err("kept place", &err);
        ev->answer = TOKENS_WRONG;
        ev->err = err;
    }
    outbox_put(out, &ev->base);
    clerk_die_of_storage(c, &err, out);
}

/* "voice.mute" is "1" where staff silenced the first page. */
static bool get_mute(struct clerk *c, bool *out, struct err *err)
{
    char text[SETTINGS_VALUE_MAX];

    if (!settings_get(c->db, "voice.mute", text, sizeof text, err)) {
        return false;
    }
    *out = !strcmp(text, "1");
    return true;
}

static bool get_stats(struct clerk *c, void *ctx, struct err *err)
{
    struct store_stats *s = ctx;

    s->free_bytes = fsio_free_bytes(c->folder->dir);
    s->is_full = !reserve_is_there(c->folder->dir);
    return journal_get_stats(c->journal, &s->journal, err) && counters_total(c->db, "visits", &s->visits_total, err) &&
           settings_get(c->db, "stick.log", s->stick_log, sizeof s->stick_log, err) && get_mute(c, &s->is_mute, err);
}

static void handle_stats(struct clerk *c, uint64_t ticket, struct outbox *out)
{
    struct ev_stats *ev = message_new(sizeof *ev, EV_STATS, ticket);
    struct err err = {0};

    if (!get_stats(c, &ev->stats, &err)) {
        log_err("statistics", &err);
    }
    ev->err = err;
    outbox_put(out, &ev->base);
    clerk_die_of_storage(c, &err, out);
}

struct setting_call {
    const char *key, *value;
    char *out;
    size_t cap;
};

static bool run_note(struct clerk *c, void *ctx, struct err *err)
{
    struct setting_call *s = ctx;

    return settings_set(c->db, s->key, s->value, err);
}

static void handle_mute(struct clerk *c, const struct mute *m, struct outbox *out)
{
    struct setting_call s = {.key = "voice.mute", .value = m->is_mute ? "1" : "0"};
    struct err err = {0};

    if (!clerk_with_reserve(c, run_note, &s, &err)) {
        log_err("setting", &err);
        clerk_die_of_storage(c, &err, out);
    }
    handle_stats(c, m->base.ticket, out);
}

static void finish(struct call *call, bool ok)
{
    pthread_mutex_lock(&call->lock);
    call->ok = ok;
    call->is_done = true;
    pthread_cond_signal(&call->finished);
    pthread_mutex_unlock(&call->lock);
}

static void handle(void *self, struct message *m, struct outbox *out)
{
    struct clerk *c = self;

    if (c->is_dead) {
        if (m->kind == CLERK_CALL) {
            struct call *call = ((struct call_message *)m)->call;

            finish(call, err_set(call->err, c->death.code, "%s", c->death.text));
        } else if (m->kind == CLERK_APPEND) {
            answer_row(out, EV_ROW_FAILED, m->ticket, 0, &c->death);
        }
        return;
    }
    switch (m->kind) {
    case CLERK_APPEND:
        handle_append(c, (struct append *)m, out);
        break;
    case CLERK_RESUME:
        handle_resume(c, (struct ask *)m, out);
        break;
    case CLERK_VISIT_OVER:
        handle_visit_over(c, out);
        break;
    case CLERK_STAFF_TRY:
        handle_staff(c, (struct ask *)m, out);
        break;
    case CLERK_STATS:
        handle_stats(c, m->ticket, out);
        break;
    case CLERK_MUTE:
        handle_mute(c, (struct mute *)m, out);
        break;
    case CLERK_TOKEN_DEAL:
    case CLERK_TOKEN_PICTURES:
    case CLERK_TOKEN_CODE:
    case CLERK_TOKEN_KEEP:
    case CLERK_TOKEN_FORGET:
        handle_token(c, (struct token_ask *)m, out);
        break;
    case CLERK_BOARD_LIST:
    case CLERK_BOARD_PUT:
    case CLERK_BOARD_REPORT:
    case CLERK_BOARD_TAKE_DOWN:
    case CLERK_BOARD_RELEASE:
        clerk_handle_board(c, m, out);
        break;
    case CLERK_CALL: {
        struct call *call = ((struct call_message *)m)->call;
        bool ok = clerk_with_reserve(c, call->run, call->ctx, call->err);

        if (!ok) {
            clerk_die_of_storage(c, call->err, out);
        }
        finish(call, ok); /* the caller goes on, and its call is gone */
        break;
    }
    }
}

static const struct worker_class clerk_class = {
    .name = "clerk", .open = open_store, .handle = handle, .close = close_store};

/* --- from other threads
 * -------------------------------------------------------------------------------------------------------------------
 */

bool clerk_start(const struct clerk_options *opt, struct outbox *out, struct clerk **made, struct err *err)
{
    struct clerk *c = mem_alloc(sizeof *c);

    c->folder = opt->folder;
    c->office = opt->folder->office;
    c->vfs = opt->vfs;
    c->synchronous = opt->synchronous;
    if (!worker_start(&clerk_class, c, out, &c->worker, err)) {
        free(c);
        return false;
    }
    *made = c;
    return true;
}

void clerk_stop(struct clerk *c)
{
    worker_stop(c->worker);
}

void clerk_join(struct clerk *c)
{
    if (c) {
        worker_join(c->worker);
        free(c);
    }
}

bool clerk_is_idle(const struct clerk *c)
{
    return worker_is_idle(c->worker);
}

static void release_append(struct message *m)
{
    struct append *a = (struct append *)m;

    mem_wipe(a->text, a->n);
    free(a->text);
    for (int i = 0; i < a->n_counts; i++) {
        free(a->counts[i]);
    }
    mem_wipe(&a->visit, sizeof a->visit);
}

void clerk_append(struct clerk *c, const struct journal_visit *v, bool is_first, const char *text, size_t n,
                  const char *const *counts, uint64_t ticket)
{
    struct append *a = message_new(sizeof *a, CLERK_APPEND, ticket);

    a->base.release = release_append;
    a->visit = *v;
    a->is_first = is_first;
    a->text = memcpy(mem_alloc(n + 1), text, n);
    a->n = n;
    for (; counts && counts[a->n_counts] && a->n_counts < CLERK_COUNTS_MAX; a->n_counts++) {
        a->counts[a->n_counts] = mem_str(counts[a->n_counts]);
    }
    worker_send(c->worker, &a->base);
}

static void release_ask(struct message *m)
{
    struct ask *a = (struct ask *)m;

    mem_wipe(&a->visit, sizeof a->visit);
    mem_wipe(a->code, sizeof a->code);
}

static struct ask *ask_new(int kind, uint64_t ticket)
{
    struct ask *a = message_new(sizeof *a, kind, ticket);

    a->base.release = release_ask;
    return a;
}

void clerk_resume(struct clerk *c, const struct journal_visit *v, uint64_t ticket)
{
    struct ask *a = ask_new(CLERK_RESUME, ticket);

    a->visit = *v;
    worker_send(c->worker, &a->base);
}

void clerk_visit_over(struct clerk *c)
{
    worker_send(c->worker, message_new(sizeof(struct message), CLERK_VISIT_OVER, 0));
}

void clerk_staff_try(struct clerk *c, const char *code, uint64_t ticket)
{
    struct ask *a = ask_new(CLERK_STAFF_TRY, ticket);

    snprintf(a->code, sizeof a->code, "%s", code);
    worker_send(c->worker, &a->base);
}

void clerk_stats(struct clerk *c, uint64_t ticket)
{
    worker_send(c->worker, message_new(sizeof(struct message), CLERK_STATS, ticket));
}

void clerk_mute(struct clerk *c, bool is_mute, uint64_t ticket)
{
    struct mute *m = message_new(sizeof *m, CLERK_MUTE, ticket);

    m->is_mute = is_mute;
    worker_send(c->worker, &m->base);
}

static void release_token_ask(struct message *m)
{
    struct token_ask *a = (struct token_ask *)m;

    if (a->profile) {
        mem_wipe(a->profile, a->profile_bytes);
        free(a->profile);
    }
    mem_wipe(&a->keys, sizeof a->keys);
    mem_wipe(a->picture, sizeof a->picture);
    mem_wipe(a->code, sizeof a->code);
}

static struct token_ask *token_ask(enum clerk_kind kind, uint64_t ticket)
{
    struct token_ask *a = message_new(sizeof *a, kind, ticket);

    a->base.release = release_token_ask;
    return a;
}

static void give_profile(struct token_ask *a, const char *profile, size_t n)
{
    a->profile = memcpy(mem_alloc(n + 1), profile, n);
    a->profile_bytes = n;
}

void clerk_token_deal(struct clerk *c, const char *profile, size_t n, uint64_t ticket)
{
    struct token_ask *a = token_ask(CLERK_TOKEN_DEAL, ticket);

    give_profile(a, profile, n);
    worker_send(c->worker, &a->base);
}

void clerk_token_pictures(struct clerk *c, const uint8_t *picture, int n, uint64_t ticket)
{
    struct token_ask *a = token_ask(CLERK_TOKEN_PICTURES, ticket);

    a->n_pictures = n < TOKENS_PICK_MAX ? n : TOKENS_PICK_MAX;
    memcpy(a->picture, picture, (size_t)a->n_pictures);
    worker_send(c->worker, &a->base);
}

void clerk_token_code(struct clerk *c, const char *code, uint64_t ticket)
{
    struct token_ask *a = token_ask(CLERK_TOKEN_CODE, ticket);

    snprintf(a->code, sizeof a->code, "%s", code);
    worker_send(c->worker, &a->base);
}

void clerk_token_keep(struct clerk *c, const struct token_keys *keys, const char *profile, size_t n, uint64_t ticket)
{
    struct token_ask *a = token_ask(CLERK_TOKEN_KEEP, ticket);

    a->keys = *keys;
    give_profile(a, profile, n);
    worker_send(c->worker, &a->base);
}

void clerk_token_forget(struct clerk *c, int64_t id, uint64_t ticket)
{
    struct token_ask *a = token_ask(CLERK_TOKEN_FORGET, ticket);

    a->keys.id = id;
    worker_send(c->worker, &a->base);
}

bool clerk_call_and_wait(struct clerk *c, clerk_run *run, void *ctx, struct err *err)
{
    struct err own = {0};
    struct call call = {.run = run, .ctx = ctx, .err = err ? err : &own};
    struct call_message *m = message_new(sizeof *m, CLERK_CALL, 0);

    pthread_mutex_init(&call.lock, NULL);
    pthread_cond_init(&call.finished, NULL);
    m->call = &call;
    worker_send(c->worker, &m->base);
    pthread_mutex_lock(&call.lock);
    while (!call.is_done) {
        pthread_cond_wait(&call.finished, &call.lock);
    }
    pthread_mutex_unlock(&call.lock);
    pthread_cond_destroy(&call.finished);
    pthread_mutex_destroy(&call.lock);
    return call.ok;
}

struct export_call {
    journal_take *take;
    void *ctx;
    uint8_t *anchor;
};

static bool run_export(struct clerk *c, void *ctx, struct err *err)
{
    struct export_call *e = ctx;
    struct journal_stats stats;

    return journal_get_stats(c->journal, &stats, err) &&
           journal_hash_before(c->journal, stats.receipted_seq + 1, e->anchor, err) &&
           journal_export(c->journal, e->take, e->ctx, err);
}

bool clerk_export(struct clerk *c, journal_take *take, void *ctx, uint8_t anchor[SEAL_HASH_BYTES], struct err *err)
{
    return clerk_call_and_wait(c, run_export, &(struct export_call){take, ctx, anchor}, err);
}

struct receive_call {
    const struct journal_receipt *receipt;
    int64_t *n_new;
};

static bool run_receive(struct clerk *c, void *ctx, struct err *err)
{
    struct receive_call *r = ctx;

    return journal_receive(c->journal, r->receipt, r->n_new, err);
}

bool clerk_receive(struct clerk *c, const struct journal_receipt *r, int64_t *n_new, struct err *err)
{
    return clerk_call_and_wait(c, run_receive, &(struct receive_call){r, n_new}, err);
}

struct own_call {
    const struct journal_visit *own;
    const char *text;
    size_t n;
};

static bool run_append_own(struct clerk *c, void *ctx, struct err *err)
{
    struct own_call *o = ctx;
    int64_t seq;
    bool ok = db_begin(c->db, "append", err) && journal_append_key(c->journal, o->own, &c->office, &seq, err) &&
              journal_append(c->journal, o->own, o->text, o->n, &seq, err) && db_commit(c->db, err);

    if (!ok) {
        db_rollback(c->db);
    }
    return ok;
}

bool clerk_append_own(struct clerk *c, const struct journal_visit *own, const char *text, size_t n, struct err *err)
{
    return clerk_call_and_wait(c, run_append_own, &(struct own_call){own, text, n}, err);
}

static bool run_renew_office(struct clerk *c, void *ctx, struct err *err)
{
    (void)ctx;
    (void)err;
    datafolder_renew_office(c->folder->dir, &c->office);
    return true;
}

bool clerk_renew_office(struct clerk *c, struct err *err)
{
    return clerk_call_and_wait(c, run_renew_office, NULL, err);
}

bool clerk_get_stats(struct clerk *c, struct store_stats *out, struct err *err)
{
    return clerk_call_and_wait(c, get_stats, out, err);
}

bool clerk_note_setting(struct clerk *c, const char *key, const char *value, struct err *err)
{
    return clerk_call_and_wait(c, run_note, &(struct setting_call){.key = key, .value = value}, err);
}

static bool run_setting(struct clerk *c, void *ctx, struct err *err)
{
    struct setting_call *s = ctx;

    return settings_get(c->db, s->key, s->out, s->cap, err);
}

bool clerk_setting(struct clerk *c, const char *key, char *value, size_t cap, struct err *err)
{
    return clerk_call_and_wait(c, run_setting, &(struct setting_call){.key = key, .out = value, .cap = cap}, err);
}

static bool run_new_code(struct clerk *c, void *ctx, struct err *err)
{
    return staff_new_code(c->db, ctx, err);
}

bool clerk_new_staff_code(struct clerk *c, char out[STAFF_DIGITS + 1], struct err *err)
{
    return clerk_call_and_wait(c, run_new_code, out, err);
}

static bool run_begin_epoch(struct clerk *c, void *ctx, struct err *err)
{
    struct journal *again;

    if (!journal_open(c->db, c->folder->station.id, false, ctx, &again, err)) {
        return false;
    }
    journal_close(c->journal);
    c->journal = again;
    return true;
}

bool clerk_begin_epoch(struct clerk *c, const char *reason, struct err *err)
{
    return clerk_call_and_wait(c, run_begin_epoch, (void *)(uintptr_t)reason, err);
}
