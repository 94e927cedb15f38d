/* exchange: a courier stick's visit to the station, step by step, in a thread of its own. */
#include "stick/exchange.h"
#include "base/clock.h"
#include "base/log.h"
#include "shelf/install.h"
#include "stick/courier.h"
#include "stick/mailbox.h"
#include "stick/wire.h"
#include "store/clerk.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { TELL_EVERY_MS = 100, TELL_EVERY_BYTES = 4 * 1024 * 1024 };

struct exchange {
    struct worker *worker;
    struct outbox *out;
    struct exchange_options opt;
    atomic_bool is_pulled, is_stopped;
    /* below: the worker's own */
    struct volume *volume;
    struct trustlist *trust;
    struct ev_stick state; /* what the screen was told last */
    int64_t told_ms, told_bytes;
    int64_t packs_bytes; /* of all containers that are needed */
    int64_t past_bytes;  /* of those before the running one */
};

struct plug {
    struct message base;
    char target[1024]; /* a folder; of a link, its label */
    struct wire_link *link;
    void (*done)(void *ctx);
    void *ctx;
};

/* --- telling the screen
 * --------------------------------------------------------------------------------------------------------------------
 */

static void tell(struct exchange *x)
{
    struct ev_stick *ev = message_new(sizeof *ev, EV_STICK_STATE, 0);
    struct message head = ev->base;

    *ev = x->state;
    ev->base = head;
    outbox_put(x->out, &ev->base);
    x->told_ms = clock_ms();
    x->told_bytes = x->state.progress.done_bytes;
}

static void tell_bytes(struct exchange *x, int64_t done, int64_t total)
{
    x->state.progress.done_bytes = done;
    x->state.progress.total_bytes = total;
    if (clock_ms() - x->told_ms >= TELL_EVERY_MS || done - x->told_bytes >= TELL_EVERY_BYTES) {
        tell(x);
    }
}

static void begin_step(struct exchange *x, enum stick_step step)
{
    x->state.progress.state[step] = STICK_RUNNING;
    x->state.progress.done_bytes = x->state.progress.total_bytes = 0;
    x->state.progress.started_ms = clock_ms();
    x->told_bytes = 0;
    tell(x);
}

static void end_step(struct exchange *x, enum stick_step step, enum stick_step_state how)
{
    x->state.progress.state[step] = how;
    tell(x);
}

/* The step failed: logged, told; what comes after may still be tried unless the stick is gone. */
static void fail_step(struct exchange *x, enum stick_step step, const struct err *err)
{
    static const char *const doing[STICK_STEPS] = {"stick: check", "stick: results", "stick: receipts",
                                                   "stick: content"};

    log_err(doing[step], err);
    x->state.err = *err;
    end_step(x, step, STICK_FAILED);
}

static bool is_here(struct exchange *x, struct err *err)
{
    return !atomic_load(&x->is_pulled) || err_set(err, ERR_GONE, "stick: it was pulled out");
}

/* What is on the stick is not as it should be; anything else is a fault of stick or station. */
static bool is_of_the_bytes(enum err_code code)
{
    return code == ERR_FORMAT || code == ERR_SIGNATURE || code == ERR_TRUST || code == ERR_VERSION || code == ERR_LIMIT;
}

/* --- the steps
 * -------------------------------------------------------------------------------------------------------------------------------
 */

static bool take_trust(struct exchange *x, struct err *err)
{
    struct trustlist *newer = NULL;
    struct trust_files files = {0};
    struct trust_sig sigs[TRUST_SIGS_MAX];
    bool ok = courier_trust(x->volume, x->trust, &newer, &files, err);

    if (!ok || !newer) {
        return ok;
    }
    for (int i = 0; i < files.n_sigs; i++) {
        sigs[i] = (struct trust_sig){buf_text(&files.sigs[i]), files.sigs[i].len};
    }
    ok = trustlist_write(datafolder_path(x->opt.folder->dir, "trust"), buf_text(&files.text), files.text.len, sigs,
                         files.n_sigs, err);
    trustlist_files_release(&files);
    if (!ok) {
        trustlist_free(newer);
        return false;
    }
    log_line(LOG_INFO, "trust list %llu accepted", (unsigned long long)newer->counter);
    trustlist_free(x->trust);
    x->trust = newer;
    outbox_put(x->out, message_new(sizeof(struct message), EV_STICK_TRUST, 0));
    return true;
}

static bool open_volume(struct exchange *x, const struct plug *p, struct err *err)
{
    if (p->link) {
        x->volume = wire_link_volume(p->link, p->target);
        return true;
    }
    return volume_open_folder(p->target, &x->volume, err);
}

static bool check_stick(struct exchange *x, const struct plug *p, struct err *err)
{
    struct courier c;

    if (!open_volume(x, p, err) || !trustlist_load(datafolder_path(x->opt.folder->dir, "trust"), &x->trust, err)) {
        return false;
    }
    snprintf(x->state.label, sizeof x->state.label, "%s", x->volume->label);
    if (!take_trust(x, err) || !courier_open(x->volume, x->trust, &c, err)) {
        return false;
    }
    snprintf(x->state.office, sizeof x->state.office, "%s", c.office);
    return true;
}

struct gather {
    struct buf payload;
    size_t room;
    int64_t first_seq, last_seq, n_rows, n_left, n_visits;
    uint8_t head[SEAL_HASH_BYTES], visit[JOURNAL_VISIT_BYTES];
};

static bool gather_row(void *ctx, const struct journal_row *row)
{
    struct gather *g = ctx;

    if (g->n_left || g->payload.len + mailbox_row_bytes(row->body_bytes) > g->room || g->n_rows == UINT32_MAX) {
        g->n_left++; /* counted, so that the screen can say how many remain */
        return true;
    }
    mailbox_put_row(&g->payload, row);
    g->first_seq = g->n_rows ? g->first_seq : row->seq;
    g->last_seq = row->seq;
    if (g->n_rows == 0 || memcmp(g->visit, row->visit, sizeof g->visit) != 0) {
        g->n_visits++;
        memcpy(g->visit, row->visit, sizeof g->visit);
    }
    memcpy(g->head, row->hash, sizeof g->head);
    g->n_rows++;
    return true;
}

static void wrote(void *ctx, int64_t done)
{
    struct exchange *x = ctx;

    tell_bytes(x, done, x->state.progress.total_bytes);
}

/* What lies there, signed by us and whole, is exactly these rows: nothing to write. */
static bool is_written(struct exchange *x, int slot, const struct gather *g)
{
    struct mailbox_header h;
    struct buf payload = {0};
    bool same = mailbox_read(x->volume, slot, &x->opt.folder->station, &h, &payload, NULL) &&
                h.from_seq == (uint64_t)g->first_seq && h.to_seq == (uint64_t)g->last_seq &&
                h.left_rows == (uint64_t)g->n_left && payload.len == g->payload.len &&
                !memcmp(payload.data, g->payload.data, payload.len);

    buf_release(&payload);
    return same;
}

static bool put_results(struct exchange *x, int slot, struct gather *g, const uint8_t anchor[SEAL_HASH_BYTES],
                        struct err *err)
{
    struct mailbox_header h = {.from_seq = (uint64_t)g->first_seq,
                               .to_seq = (uint64_t)g->last_seq,
                               .n_rows = (uint32_t)g->n_rows,
                               .left_rows = (uint64_t)g->n_left};
    struct seckey secret;
    bool ok;

    memcpy(h.anchor, anchor, sizeof h.anchor);
    memcpy(h.head, g->head, sizeof h.head);
    if (!datafolder_secret(x->opt.folder, &secret, err)) {
        return false;
    }
    x->state.progress.total_bytes = (int64_t)g->payload.len;
    ok = mailbox_write(x->volume, slot, &h, &secret, &g->payload, wrote, x, err);
    mem_wipe(&secret, sizeof secret);
    return ok;
}

static bool write_results(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    char name[VOLUME_NAME_MAX];
    uint8_t anchor[SEAL_HASH_BYTES];
    struct gather g = {0};
    int64_t size;
    int slot;
    bool ok;

    if (!mailbox_find_slot(x->volume, &x->opt.folder->station, &slot, err)) {
        return false;
    }
    mailbox_name(slot, name);
    if (!volume_size(x->volume, name, &size, err)) {
        return false;
    }
    g.room = (size_t)(mailbox_half_bytes(size) - MAILBOX_SECTOR);
    ok = clerk_export(x->opt.clerk, gather_row, &g, anchor, err) && is_here(x, err);
    *how = g.n_rows ? STICK_DONE : STICK_NOTHING;
    if (ok && g.n_rows && !is_written(x, slot, &g)) {
        ok = put_results(x, slot, &g, anchor, err);
    }
    if (ok) {
        x->state.rows_written = g.n_rows;
        x->state.visits_written = g.n_visits;
        x->state.rows_left = g.n_left;
    }
    buf_release(&g.payload);
    return ok;
}

/* Receipt n of the stick, where it is ours, to the clerk. ERR_NOT_FOUND past the last. */
static bool take_receipt(struct exchange *x, int n, bool *is_ours, int64_t *n_new, struct err *err)
{
    struct courier_receipt r;

    *is_ours = false;
    *n_new = 0;
    if (!courier_receipt(x->volume, x->trust, n, &r, err)) {
        return false;
    }
    if (memcmp(r.station, x->opt.folder->station.id, KEY_ID_BYTES) != 0) {
        return true;
    }
    struct journal_receipt receipt = {.epoch = r.epoch, .up_to_seq = r.up_to_seq, .counter = r.counter};

    memcpy(receipt.hash, r.hash, sizeof receipt.hash);
    *is_ours = clerk_receive(x->opt.clerk, &receipt, n_new, err);
    if (!*is_ours && err->code == ERR_NOT_FOUND) {
        err->code = ERR_TRUST; /* a row that is not here; there may be more receipts */
    }
    return *is_ours;
}

/* One that does not fit keeps none behind it out; it fails the step only where no other was ours. */
static bool take_receipts(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    struct err first = {0};

    *how = STICK_NOTHING;
    for (int n = 0; is_here(x, err); n++) {
        struct err why = {0};
        int64_t n_new;
        bool is_ours;

        if (take_receipt(x, n, &is_ours, &n_new, &why)) {
            x->state.rows_receipted += n_new;
            *how = is_ours ? STICK_DONE : *how;
        } else if (why.code == ERR_NOT_FOUND) {
            return *how == STICK_DONE || first.code == ERR_NONE || err_set(err, first.code, "%s", first.text);
        } else if (!is_of_the_bytes(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        } else {
            log_err("a receipt was refused", &why);
            first = first.code == ERR_NONE ? why : first;
        }
    }
    return false;
}

static bool watch_install(void *ctx, enum install_step step, int64_t done, int64_t total)
{
    struct exchange *x = ctx;

    (void)step;
    (void)total;
    tell_bytes(x, x->past_bytes + done, x->packs_bytes);
    return !atomic_load(&x->is_pulled) && !atomic_load(&x->is_stopped);
}

static bool install_one(struct exchange *x, const struct catalog_entry *entry, struct err *err)
{
    struct courier_pack pack;
    struct install_source source;
    struct install_watch watch = {.ctx = x, .step = watch_install};
    struct buf sig = {0};
    bool ok;

    snprintf(x->state.pack, sizeof x->state.pack, "%s", entry->id);
    ok = courier_pack_open(x->volume, entry, &pack, &sig, &source, err) &&
         install_container(datafolder_path(x->opt.folder->dir, "shelf"), x->trust, entry,
                           &(struct trust_sig){buf_text(&sig), sig.len}, &source, &watch, err);
    buf_release(&sig);
    return ok || err_wrap(err, "bring in '%s'", entry->id);
}

/* A stick that is gone, a visitor who stops it, a card that is full: the other containers would fail alike. */
static bool ends_import(enum err_code code)
{
    return code == ERR_GONE || code == ERR_CANCELLED || code == ERR_NO_SPACE;
}

/* Brings in what is needed; a broken container does not keep the others out. *err is the first that failed. */
static bool install_all(struct exchange *x, const struct catalog *catalog, struct err *err)
{
    const char *shelf = datafolder_path(x->opt.folder->dir, "shelf");
    bool is_needed[FORMAT_CONTAINERS_MAX];
    struct err first = {0};

    x->packs_bytes = x->past_bytes = 0;
    for (int i = 0; i < catalog->n_entries; i++) { /* once: it hashes what is on the shelf */
        if (!is_here(x, err)) {
            return false;
        }
        is_needed[i] = install_is_needed(shelf, x->trust, &catalog->entries[i]);
        x->state.packs_new += is_needed[i];
        x->packs_bytes += is_needed[i] ? catalog->entries[i].bytes : 0;
    }
    for (int i = 0; i < catalog->n_entries && !ends_import(first.code); i++) {
        struct err why = {0};

        if (!is_needed[i]) {
            continue;
        }
        bool ok = is_here(x, &why) && install_one(x, &catalog->entries[i], &why);

        x->past_bytes += catalog->entries[i].bytes;
        if (ok) {
            x->state.packs_done++;
            continue;
        }
        log_err("a container was refused", &why);
        if (first.code == ERR_NONE || ends_import(why.code)) {
            first = why;
        }
    }
    if (x->state.packs_done) {
        install_sweep(shelf, x->trust);
        outbox_put(x->out, message_new(sizeof(struct message), EV_STICK_SHELF, 0));
    }
    return first.code == ERR_NONE || err_set(err, first.code, "%s", first.text);
}

static bool bring_content(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    const char *counters = datafolder_path(x->opt.folder->dir, "counters");
    struct catalog *catalog = NULL;
    struct store_stats stats;
    bool ok = clerk_get_stats(x->opt.clerk, &stats, err);

    if (ok && stats.is_full) {
        return err_set(err, ERR_NO_SPACE, "the station's disk is full; nothing new is taken in until there is room");
    }
    ok = ok && courier_catalog(x->volume, x->trust, counters, &catalog, err) && install_all(x, catalog, err);
    *how = x->state.packs_new ? STICK_DONE : STICK_NOTHING;
    catalog_free(catalog);
    return ok;
}

typedef bool step_function(struct exchange *x, enum stick_step_state *how, struct err *err);

/* True when the following steps make sense: a failed one does not stop the others, a stick that is gone does. */
static bool run_step(struct exchange *x, enum stick_step step, step_function *run)
{
    enum stick_step_state how = STICK_DONE;
    struct err err = {0};

    begin_step(x, step);
    if (run(x, &how, &err)) {
        end_step(x, step, how);
        return true;
    }
    fail_step(x, step, &err);
    return err.code != ERR_GONE;
}

static void note_last(struct exchange *x)
{
    struct err err = {0};
    char text[128];

    snprintf(text, sizeof text, "%lld %lld %d", (long long)(clock_is_trusted() ? clock_wall_s() : 0),
             (long long)x->state.rows_written, x->state.packs_done);
    if (!clerk_note_setting(x->opt.clerk, "stick.last", text, &err)) {
        log_err("noting the last stick", &err);
    }
}

static void visit_of_stick(struct exchange *x, const struct plug *p)
{
    struct err err = {0};

    x->state = (struct ev_stick){.is_in = true};
    begin_step(x, STICK_CHECK);
    if (check_stick(x, p, &err)) {
        end_step(x, STICK_CHECK, STICK_DONE);
        if (run_step(x, STICK_RESULTS, write_results) && run_step(x, STICK_RECEIPTS, take_receipts) &&
            run_step(x, STICK_CONTENT, bring_content)) {
            note_last(x);
        }
    } else {
        fail_step(x, STICK_CHECK, &err);
    }
    volume_close(x->volume);
    trustlist_free(x->trust);
    x->volume = NULL;
    x->trust = NULL;
    x->state.is_over = true;
    tell(x);
}

static void handle(void *self, struct message *m, struct outbox *out)
{
    struct exchange *x = self;

    (void)out;
    if (m->kind == EXCHANGE_PLUG) {
        const struct plug *p = (const struct plug *)m;

        visit_of_stick(x, p);
        if (p->done) {
            p->done(p->ctx);
        }
    } else if (m->kind == EXCHANGE_PULL) {
        x->state.is_in = false;
        tell(x);
    }
}

static const struct worker_class exchange_class = {.name = "stick", .handle = handle};

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
    atomic_store(&x->is_stopped, false);
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
    plug(x, p, label);
}

void exchange_pull(struct exchange *x)
{
    atomic_store(&x->is_pulled, true);
    worker_send(x->worker, message_new(sizeof(struct message), EXCHANGE_PULL, 0));
}

void exchange_stop_import(struct exchange *x)
{
    atomic_store(&x->is_stopped, true);
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
