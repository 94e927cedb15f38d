/* exchange_import: new content from a courier stick onto the shelf: what is needed, what fits, and how it comes. */
#include "base/clock.h"
#include "base/log.h"
#include "shelf/ahead.h"
#include "shelf/install.h"
#include "stick/courier.h"
#include "stick/exchange_priv.h"
#include "store/clerk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct offered { /* a container as the stick brings it; the reader's until its source was gone to */
    bool is_open;
    struct courier_pack pack;
    struct install_source source;
    struct buf sig;
};

struct import {
    struct exchange *x;
    struct plan plan;
    int64_t past, staged; /* bytes of the containers before the one in hand; what an earlier try left of that one */
    int64_t copied;
    struct offered *offered; /* by their place in the plan */
    struct ahead *ahead;     /* has the volume for itself */
    struct install_queue *queue;
    struct err first; /* that failed */
};

static bool watch_install(void *ctx, enum install_step step, int64_t done, int64_t total)
{
    struct import *im = ctx;
    struct exchange *x = im->x;
    const struct plan *p = &im->plan;

    (void)total;
    if (step <= INSTALL_COPYING) {
        im->copied = im->past + (done > im->staged ? done - im->staged : 0);
    } else if (step == INSTALL_COPIED) {
        exchange_tell_doing(x, STICK_SAVING);
    }
    exchange_tell_bytes(x, im->copied, p->copy_bytes,
                        exchange_left_ms(x, p->copy_bytes - im->copied, im->copied, PLAN_COPY_PER_S) +
                            p->check_bytes * 1000 / PLAN_CHECK_PER_S);
    exchange_leave_time(x);
    return step > INSTALL_COPYING ||
           exchange_goes_on(x, NULL); /* what is whole needs no stick, and soon is on the shelf */
}

/* In the reader's thread. */
static bool open_offered(void *ctx, int i, struct install_source *source, int64_t *from, int64_t *to, struct err *err)
{
    struct import *im = ctx;
    const struct catalog_entry *entry = &im->x->catalog->entries[im->plan.take[i]];
    struct offered *o = &im->offered[i];

    o->is_open = o->is_open || courier_pack_open(im->x->volume, entry, &o->pack, &o->sig, &o->source, err);
    if (!o->is_open) {
        return false;
    }
    *source = o->source;
    *from = install_staged_bytes(exchange_shelf(im->x), entry);
    *to = entry->bytes;
    return true;
}

static bool copy_one(struct import *im, int i, struct err *err)
{
    struct exchange *x = im->x;
    const struct catalog_entry *entry = &x->catalog->entries[im->plan.take[i]];
    struct install_source source = ahead_source(im->ahead);
    struct install_watch watch = {.ctx = im, .step = watch_install};
    const struct buf *sig = &im->offered[i].sig;
    bool ok;

    snprintf(x->state.pack, sizeof x->state.pack, "%s", entry->id);
    im->staged = install_staged_bytes(exchange_shelf(x), entry);
    exchange_tell_doing(x, STICK_COPYING);
    ok = ahead_go_to(im->ahead, i, err) &&
         install_queue_add(im->queue, entry, &(struct trust_sig){buf_text(sig), sig->len}, &source, &watch, err);
    if (!ok && atomic_load(&x->is_pulled)) {
        err->code = ERR_GONE; /* the installer only knows that it was stopped */
    }
    im->past += entry->bytes - im->staged;
    x->came_bytes += ok ? entry->bytes - im->staged : 0;
    return ok || err_wrap(err, "bring in '%s'", entry->id);
}

/* A stick that is gone, a visitor who stops it, a card that is full: the other containers would fail alike. */
static bool ends_import(enum err_code code)
{
    return code == ERR_GONE || code == ERR_CANCELLED || code == ERR_NO_SPACE;
}

struct look { /* through what is here: it is hashed, which takes minutes for a large shelf on a slow card */
    struct exchange *x;
    int64_t past, total; /* bytes of the containers before; of all of them */
};

static bool watch_look(void *ctx, enum install_step step, int64_t done, int64_t total)
{
    const struct look *l = ctx;
    struct exchange *x = l->x;

    (void)step;
    (void)total;
    done += l->past;
    exchange_tell_bytes(x, done, l->total, exchange_left_ms(x, l->total - done, done, PLAN_CHECK_PER_S));
    exchange_leave_time(x);
    return exchange_goes_on(x, NULL);
}

static bool is_here(const struct exchange *x, const struct catalog_entry *e)
{
    return install_version_here(exchange_shelf(x), x->trust, e->id) == e->version;
}

static bool read_catalog(struct exchange *x, struct err *err)
{
    return x->catalog ||
           courier_catalog(x->volume, x->trust, datafolder_path(x->opt.folder->dir, "counters"), &x->catalog, err);
}

void exchange_list_content(struct exchange *x)
{
    struct err told_later;

    if (x->trust_left.code != ERR_NONE || !read_catalog(x, &told_later)) {
        return;
    }
    for (int i = 0; i < x->catalog->n_entries; i++) {
        const struct catalog_entry *e = &x->catalog->entries[i];

        x->state.packs_new += format_compare_versions(e->needs, FORMAT_STATION) <= 0 &&
                              install_version_here(exchange_shelf(x), x->trust, e->id) < e->version;
    }
}

/* What is needed, what is begun, what fits. Hashes what is on the shelf: once for each stick. */
static bool make_plan(struct import *im, struct err *err)
{
    struct plan_offer offers[FORMAT_CONTAINERS_MAX] = {0};
    struct exchange *x = im->x;
    struct look look = {.x = x};
    struct install_watch watch = {.ctx = &look, .step = watch_look};

    for (int i = 0; i < x->catalog->n_entries; i++) {
        look.total += is_here(x, &x->catalog->entries[i]) ? x->catalog->entries[i].bytes : 0;
    }
    x->state.progress.total_bytes = look.total;
    x->state.progress.left_ms = exchange_left_ms(x, look.total, 0, PLAN_CHECK_PER_S);
    exchange_tell_doing(x, STICK_LOOKING);
    for (int i = 0; i < x->catalog->n_entries; i++) {
        const struct catalog_entry *e = &x->catalog->entries[i];

        if (!exchange_goes_on(x, err)) {
            return false;
        }
        offers[i] = (struct plan_offer){e->bytes, install_staged_bytes(exchange_shelf(x), e),
                                        install_is_needed(exchange_shelf(x), x->trust, e, &watch)};
        look.past += is_here(x, e) ? e->bytes : 0;
    }
    exchange_count_anew(x);
    if (!exchange_goes_on(x, err)) {
        return false;
    }
    plan_make(offers, x->catalog->n_entries, install_room(exchange_shelf(x), x->trust), &im->plan);
    x->state.packs_new = im->plan.n_take + im->plan.n_no_room;
    x->state.packs_no_room = im->plan.n_no_room;
    return true;
}

static void note_failure(struct import *im, const struct err *why)
{
    log_err("a container was refused", why);
    if (im->first.code == ERR_NONE || ends_import(why->code)) {
        im->first = *why;
    }
}

static void note_published(void *ctx, const struct catalog_entry *entry, const struct err *why)
{
    struct import *im = ctx;
    struct exchange *x = im->x;
    struct err wrapped;

    if (why) {
        wrapped = *why;
        err_wrap(&wrapped, "bring in '%s'", entry->id);
        note_failure(im, &wrapped);
        return;
    }
    x->has_come[entry - x->catalog->entries] = true;
    x->state.packs_done++;
    x->state.n_to_check++;
}

/* Reads on from container to container while the ones before are saved. A broken one does not keep the others out. */
static bool copy_all(struct import *im, struct err *err)
{
    struct exchange *x = im->x;
    struct ahead_list list = {.ctx = im, .n = im->plan.n_take, .open = open_offered};
    struct install_told told = {.ctx = im, .published = note_published};

    if (!install_queue_new(exchange_shelf(x), x->trust, &told, &im->queue, err)) {
        return false;
    }
    if (!ahead_start(&list, &im->ahead, err)) {
        install_queue_free(im->queue);
        return false;
    }
    for (int i = 0; i < im->plan.n_take && !ends_import(im->first.code); i++) {
        struct err why = {0};

        if (!exchange_goes_on(x, &why) || !copy_one(im, i, &why)) {
            note_failure(im, &why);
        }
    }
    ahead_stop(im->ahead);
    install_queue_free(im->queue); /* what is whole comes, whatever happened behind it */
    return true;
}

/* Takes what the plan says. *err is the first that failed. */
static bool install_all(struct import *im, struct err *err)
{
    struct exchange *x = im->x;
    bool ok = true;

    if (im->plan.n_take) {
        im->offered = mem_alloc((size_t)im->plan.n_take * sizeof *im->offered);
        ok = copy_all(im, err);
        for (int i = 0; i < im->plan.n_take; i++) {
            buf_release(&im->offered[i].sig);
        }
        free(im->offered);
    }
    if (x->state.packs_done) {
        install_sweep(exchange_shelf(x), x->trust);
        outbox_put(x->out, message_new(sizeof(struct message), EV_STICK_SHELF, 0));
    }
    if (ok && im->first.code == ERR_NONE && im->plan.n_no_room) {
        return err_set(err, ERR_NO_SPACE, "%d containers are too many for the room left", im->plan.n_no_room);
    }
    return ok && (im->first.code == ERR_NONE || err_set(err, im->first.code, "%s", im->first.text));
}

bool exchange_bring_content(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    struct import im = {.x = x};
    struct store_stats stats;
    bool ok;

    if (x->trust_left.code != ERR_NONE) {
        return err_set(err, x->trust_left.code, "%s", x->trust_left.text);
    }
    ok = clerk_get_stats(x->opt.clerk, &stats, err);
    if (ok && stats.is_full) {
        return err_set(err, ERR_NO_SPACE, "the station's disk is full; nothing new is taken in until there is room");
    }
    ok = ok && read_catalog(x, err) && make_plan(&im, err) && install_all(&im, err);
    *how = x->state.packs_new ? STICK_DONE : STICK_NOTHING;
    return ok;
}
