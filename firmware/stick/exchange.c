/* exchange: the worker: a stick comes, its steps run, the screen is told, it goes. */
#include "stick/exchange.h"
#include "base/clock.h"
#include "base/log.h"
#include "shelf/hold.h"
#include "stick/exchange_priv.h"
#include "stick/sticklog.h"
#include "stick/wire.h"
#include "store/clerk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/banned.h"

enum {
    TELL_EVERY_MS = 100,
    TELL_EVERY_BYTES = 4 * 1024 * 1024,
    LOOK_EVERY_MS = 500, /* whether somebody's own stick is still in */
    SAVE_TRIES = 99,     /* STEM.txt … STEM-99.txt */
    PACE_MS = 20,        /* after each piece, while somebody uses the station */
};
_Static_assert((int)STICKLOG_TEXT_MAX <= (int)SETTINGS_VALUE_MAX, "the log is one setting");

struct plug {
    struct message base;
    char target[1024]; /* a folder; of a link, its label */
    struct wire_link *link;
    void (*done)(void *ctx);
    void *ctx;
};

struct save {
    struct message base;
    char stem[48], end[4];
    char *text;
    size_t n;
};

struct slot_news {
    struct message base;
    char what[32]; /* why it is refused; "" = it is being looked at */
};

struct version {
    struct message base;
    char id[FORMAT_ID_MAX + 1];
    bool is_former;
};

/* --- telling the screen
 * --------------------------------------------------------------------------------------------------------------------
 */

void exchange_tell(struct exchange *x)
{
    struct ev_stick *ev = message_new(sizeof *ev, EV_STICK_STATE, 0);
    struct message head = ev->base;

    *ev = x->state;
    ev->base = head;
    outbox_put(x->out, &ev->base);
    x->told_ms = clock_ms();
    x->told_bytes = x->state.progress.done_bytes;
}

void exchange_tell_bytes(struct exchange *x, int64_t done, int64_t total, int64_t left_ms)
{
    x->state.progress.done_bytes = done;
    x->state.progress.total_bytes = total;
    x->state.progress.left_ms = left_ms;
    if (clock_ms() - x->told_ms >= TELL_EVERY_MS || done - x->told_bytes >= TELL_EVERY_BYTES) {
        exchange_tell(x);
    }
}

void exchange_tell_doing(struct exchange *x, enum stick_doing doing)
{
    x->state.progress.doing = doing;
    exchange_tell(x);
}

void exchange_count_anew(struct exchange *x)
{
    x->state.progress.done_bytes = x->state.progress.total_bytes = x->told_bytes = 0;
    x->state.progress.left_ms = -1;
    x->counted_from_ms = clock_ms();
}

int64_t exchange_left_ms(const struct exchange *x, int64_t left, int64_t done, int64_t per_s)
{
    return plan_left_ms(left, done, clock_ms() - x->counted_from_ms, per_s);
}

bool exchange_goes_on(struct exchange *x, struct err *err)
{
    if (atomic_load(&x->is_pulled)) {
        return err_set(err, ERR_GONE, "stick: it was pulled out");
    }
    return !atomic_load(&x->is_halted) || err_set(err, ERR_CANCELLED, "stopped");
}

bool exchange_watch_write(void *ctx, int64_t done, int64_t total)
{
    struct exchange *x = ctx;

    if (x->state.progress.doing != STICK_READING_BACK && done > total / 2) {
        exchange_tell_doing(x, STICK_READING_BACK);
    }
    exchange_tell_bytes(x, done, total, exchange_left_ms(x, total - done, done, PLAN_COPY_PER_S));
    return exchange_goes_on(x, NULL);
}

const char *exchange_shelf(const struct exchange *x)
{
    return datafolder_path(x->opt.folder->dir, "shelf");
}

/* A visitor at the screen comes first. */
void exchange_leave_time(struct exchange *x)
{
    if (atomic_load(&x->is_busy)) {
        nanosleep(&(struct timespec){.tv_nsec = PACE_MS * 1000000}, NULL);
    }
}

/* --- the visit of a stick
 * --------------------------------------------------------------------------------------------------------------------
 */

/* True when the following steps make sense: a failed one does not stop the others, a stick that is gone or none of
 * ours, and a "stop", do. */
static bool run_step(struct exchange *x, enum stick_step step)
{
    static const char *const doing[STICK_STEPS] = {"stick: check",   "stick: results", "stick: receipts",
                                                   "stick: content", "stick: board",   "stick: verify"};
    struct stick_progress *p = &x->state.progress;
    enum stick_step_state how = STICK_DONE;
    struct err err = {0};
    bool ok;

    p->state[step] = STICK_RUNNING;
    p->doing = STICK_LOOKING;
    exchange_count_anew(x);
    exchange_tell(x);
    ok = exchange_goes_on(x, &err) && exchange_steps[step](x, &how, &err);
    if (!ok) {
        log_err(doing[step], &err);
        x->state.err = x->state.err.code == ERR_NONE || err.code == ERR_GONE ? err : x->state.err;
        p->why[step] = err.code;
        how = STICK_FAILED;
    }
    p->state[step] = how;
    exchange_tell(x);
    return ok ? !x->state.is_own : step != STICK_CHECK && err.code != ERR_GONE && err.code != ERR_CANCELLED;
}

/* For the staff's page. */
static void note_figures(struct exchange *x)
{
    const struct ev_stick *s = &x->state;
    struct sticklog_entry e = {.wall_s = clock_is_trusted() ? clock_wall_s() : 0,
                               .rows = s->rows_written,
                               .visits = s->visits_written,
                               .rows_left = s->rows_left,
                               .rows_receipted = s->rows_receipted,
                               .packs = s->packs_done,
                               .bytes = x->came_bytes,
                               .cards_out = s->cards_out,
                               .cards_in = s->cards_in,
                               .ms = clock_ms() - x->began_ms,
                               .code = s->err.code};
    char text[SETTINGS_VALUE_MAX];
    struct err err = {0};

    if (!clerk_setting(x->opt.clerk, STICKLOG_SETTING, text, sizeof text, &err)) {
        log_err("noting the stick", &err);
        return;
    }
    sticklog_add(text, &e);
    if (!clerk_note_setting(x->opt.clerk, STICKLOG_SETTING, text, &err)) {
        log_err("noting the stick", &err);
    }
}

static void let_go(struct exchange *x)
{
    volume_close(x->volume);
    x->volume = NULL;
    x->link = NULL;
    if (x->done) {
        x->done(x->done_ctx);
        x->done = NULL;
    }
}

static bool open_volume(struct exchange *x, const struct plug *p, struct err *err)
{
    x->link = p->link;
    x->done = p->done;
    x->done_ctx = p->ctx;
    if (p->link) {
        x->volume = wire_link_volume(p->link, p->target);
        return true;
    }
    return volume_open_folder(p->target, &x->volume, err);
}

static void plugged(struct exchange *x, const struct plug *p)
{
    struct err err = {0};

    let_go(x); /* a stick of somebody's own that was still in */
    x->state = (struct ev_stick){.is_in = true};
    x->came_bytes = 0;
    x->trust_left = (struct err){0};
    memset(x->has_come, 0, sizeof x->has_come);
    x->began_ms = clock_ms();
    if (open_volume(x, p, &err)) {
        snprintf(x->state.label, sizeof x->state.label, "%s", x->volume->label);
        for (int step = 0; step < STICK_STEPS && run_step(x, (enum stick_step)step); step++) {
        }
    } else {
        log_err("stick: open", &err);
        x->state.err = err;
        x->state.progress.state[STICK_CHECK] = STICK_FAILED;
        x->state.progress.why[STICK_CHECK] = err.code;
    }
    trustlist_free(x->trust);
    catalog_free(x->catalog);
    x->trust = NULL;
    x->catalog = NULL;
    if (!x->state.is_own) { /* also one that was not believed: staff look for why */
        note_figures(x);
    }
    x->state.is_over = true;
    exchange_tell(x);
    if (!x->state.is_own || atomic_load(&x->is_pulled)) {
        let_go(x);
    }
}

/* --- somebody's own stick
 * --------------------------------------------------------------------------------------------------------------------
 */

/* What was written is what can be read; else it is not called saved. */
static bool is_there(struct volume *v, const char *name, const struct save *s, struct err *err)
{
    char *back = mem_alloc(s->n + 1);
    int64_t got = 0;
    bool ok = volume_read(v, name, 0, back, (int64_t)s->n + 1, &got, err);

    ok = ok && ((got == (int64_t)s->n && !memcmp(back, s->text, s->n)) ||
                err_set(err, ERR_IO, "stick: it gave back other bytes than were written; use another stick"));
    free(back);
    return ok;
}

static bool save(struct exchange *x, const struct save *s, char name[64], struct err *err)
{
    bool ok = false;

    if (!x->volume || !x->state.is_own) {
        return err_set(err, ERR_GONE, "stick: none of a visitor's own is in");
    }
    atomic_store(&x->is_halted, false); /* a "stop" was meant for what ran before */
    for (int n = 1; n <= SAVE_TRIES && !ok; n++) {
        if (n == 1) {
            snprintf(name, 64, "%s.%s", s->stem, s->end);
        } else {
            snprintf(name, 64, "%s-%d.%s", s->stem, n, s->end);
        }
        *err = (struct err){0};
        ok = volume_create(x->volume, name, s->text, (int64_t)s->n, err);
        if (!ok && err->code != ERR_EXISTS) {
            return false;
        }
    }
    return ok && volume_sync(x->volume, err) && is_there(x->volume, name, s, err);
}

static void handle_save(struct exchange *x, const struct save *s)
{
    struct ev_stick_saved *ev = message_new(sizeof *ev, EV_STICK_SAVED, s->base.ticket);

    if (!save(x, s, ev->name, &ev->err)) {
        log_err("stick: save", &ev->err);
    }
    outbox_put(x->out, &ev->base);
}

/* --- versions
 * --------------------------------------------------------------------------------------------------------------------
 */

static bool use_version(struct exchange *x, const struct version *v, struct err *err)
{
    const char *shelf = datafolder_path(x->opt.folder->dir, "shelf");
    struct trustlist *trust = NULL;
    int64_t version = 0;
    bool ok;

    if (!v->is_former) {
        return hold_lift(shelf, v->id, err);
    }
    ok = trustlist_load(datafolder_path(x->opt.folder->dir, "trust"), &trust, err) &&
         hold_put(shelf, trust, v->id, &version, err);
    trustlist_free(trust);
    if (ok) {
        log_line(LOG_INFO, "staff: back to version %lld of '%s'", (long long)version, v->id);
    }
    return ok;
}

static void handle_version(struct exchange *x, const struct version *v)
{
    struct ev_stick_version *ev = message_new(sizeof *ev, EV_STICK_VERSION, v->base.ticket);

    snprintf(ev->id, sizeof ev->id, "%s", v->id);
    if (use_version(x, v, &ev->err)) {
        outbox_put(x->out, message_new(sizeof(struct message), EV_STICK_SHELF, 0));
    } else {
        log_err("staff: version", &ev->err);
    }
    outbox_put(x->out, &ev->base);
}

/* --- of the slot
 * --------------------------------------------------------------------------------------------------------------------
 */

static void pass_on(struct exchange *x, const struct slot_news *news)
{
    struct ev_stick_refused *ev;

    if (!news->what[0]) {
        outbox_put(x->out, message_new(sizeof(struct message), EV_STICK_COMING, 0));
        return;
    }
    ev = message_new(sizeof *ev, EV_STICK_REFUSED, 0);
    snprintf(ev->what, sizeof ev->what, "%s", news->what);
    outbox_put(x->out, &ev->base);
}

/* --- the worker
 * --------------------------------------------------------------------------------------------------------------------
 */

static void handle(void *self, struct message *m, struct outbox *out)
{
    struct exchange *x = self;

    (void)out;
    switch (m->kind) {
    case EXCHANGE_PLUG:
        plugged(x, (const struct plug *)m);
        break;
    case EXCHANGE_PULL:
        let_go(x);
        if (!x->state.is_in) {
            x->state = (struct ev_stick){0}; /* what was refused goes; the stick before it is nobody's news */
        }
        x->state.is_in = false;
        exchange_tell(x);
        break;
    case EXCHANGE_SAVE:
        handle_save(x, (const struct save *)m);
        break;
    case EXCHANGE_VERSION:
        handle_version(x, (const struct version *)m);
        break;
    case EXCHANGE_SLOT:
        pass_on(x, (const struct slot_news *)m);
        break;
    }
}

/* Who holds the link hears of its end: of somebody's own stick that is we. */
static int64_t tick(void *self, struct outbox *out)
{
    struct exchange *x = self;

    (void)out;
    if (!x->link) {
        return -1;
    }
    if (wire_link_is_gone(x->link)) {
        let_go(x);
        return -1;
    }
    return clock_ms() + LOOK_EVERY_MS;
}

static void close_all(void *self)
{
    let_go(self);
}

/* The trust list may have come right before a cut. */
static bool begin(void *self, struct err *err)
{
    const struct exchange *x = self;
    struct trustlist *trust = NULL;
    struct err why = {0};

    (void)err;
    if (!trustlist_load(datafolder_path(x->opt.folder->dir, "trust"), &trust, &why) ||
        !exchange_drop_revoked(x, trust, &why)) {
        log_err("board", &why);
    }
    trustlist_free(trust);
    return true;
}

static const struct worker_class exchange_class = {
    .name = "stick", .open = begin, .handle = handle, .tick = tick, .close = close_all};

/* --- from the main thread
 * --------------------------------------------------------------------------------------------------------------------------
 */

bool exchange_start(const struct exchange_options *opt, struct outbox *out, struct exchange **made, struct err *err)
{
    struct exchange *x = mem_alloc(sizeof *x);

    x->opt = *opt;
    x->out = out;
    if (!worker_start(&exchange_class, x, out, &x->worker, err)) {
        free(x);
        return false;
    }
    *made = x;
    return true;
}

static void plug(struct exchange *x, struct plug *p, const char *target)
{
    snprintf(p->target, sizeof p->target, "%s", target);
    atomic_store(&x->is_pulled, false);
    atomic_store(&x->is_halted, false);
    worker_send(x->worker, &p->base);
}

void exchange_plug(struct exchange *x, const char *target, uint64_t ticket)
{
    plug(x, message_new(sizeof(struct plug), EXCHANGE_PLUG, ticket), target);
}

void exchange_plug_link(struct exchange *x, struct wire_link *link, const char *label, void (*done)(void *ctx),
                        void *ctx)
{
    struct plug *p = message_new(sizeof *p, EXCHANGE_PLUG, 0);

    p->link = link;
    p->done = done;
    p->ctx = ctx;
    wire_link_stop_when(link, &x->is_halted);
    plug(x, p, label);
}

void exchange_pull(struct exchange *x)
{
    atomic_store(&x->is_pulled, true);
    worker_send(x->worker, message_new(sizeof(struct message), EXCHANGE_PULL, 0));
}

void exchange_coming(struct exchange *x)
{
    exchange_refuse(x, "");
}

void exchange_refuse(struct exchange *x, const char *word)
{
    struct slot_news *news = message_new(sizeof *news, EXCHANGE_SLOT, 0);

    snprintf(news->what, sizeof news->what, "%.*s", (int)sizeof news->what - 1, word);
    worker_send(x->worker, &news->base);
}

void exchange_halt(struct exchange *x)
{
    atomic_store(&x->is_halted, true);
}

void exchange_set_busy(struct exchange *x, bool is_busy)
{
    atomic_store(&x->is_busy, is_busy);
}

static void release_save(struct message *m)
{
    struct save *s = (struct save *)m;

    mem_wipe(s->text, s->n);
    free(s->text);
}

void exchange_save(struct exchange *x, const char *stem, const char *end, const void *bytes, size_t n, uint64_t ticket)
{
    struct save *s = message_new(sizeof *s, EXCHANGE_SAVE, ticket);

    s->base.release = release_save;
    snprintf(s->stem, sizeof s->stem, "%s", stem);
    snprintf(s->end, sizeof s->end, "%s", end);
    s->text = memcpy(mem_alloc(n + 1), bytes, n);
    s->n = n;
    worker_send(x->worker, &s->base);
}

static void ask_version(struct exchange *x, const char *id, bool is_former)
{
    struct version *v = message_new(sizeof *v, EXCHANGE_VERSION, 0);

    snprintf(v->id, sizeof v->id, "%s", id);
    v->is_former = is_former;
    worker_send(x->worker, &v->base);
}

void exchange_use_former(struct exchange *x, const char *id)
{
    ask_version(x, id, true);
}

void exchange_use_newest(struct exchange *x, const char *id)
{
    ask_version(x, id, false);
}

bool exchange_is_idle(const struct exchange *x)
{
    return worker_is_idle(x->worker);
}

void exchange_stop(struct exchange *x)
{
    atomic_store(&x->is_pulled, true); /* a running copy ends after its block */
    worker_stop(x->worker);
}

void exchange_join(struct exchange *x)
{
    if (x) {
        worker_join(x->worker);
        free(x);
    }
}
