/* reader: the worker that owns the library; every answer is a heap block of its own that the receiver may keep. */
#include "shelf/reader.h"
#include "base/buf.h"
#include "base/log.h"
#include "shelf/library.h"
#include "trust/trustlist.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

struct reader {
    struct worker *worker;
    struct library *library;       /* the worker's */
    const struct trustlist *trust; /* the one that decides: borrowed, or newer */
    struct trustlist *newer;       /* NULL = none came since the start */
    char *shelf_dir;
};

struct renew {
    struct reader_ask ask;
    struct trustlist *trust;
};

static void release_renew(struct message *m)
{
    trustlist_free(((struct renew *)m)->trust);
}

static void release_view(struct message *m)
{
    library_view_free(((struct ev_view *)m)->view);
}

static void release_lesson(struct message *m)
{
    library_lesson_free(((struct ev_lesson *)m)->body);
}

static void answer_view(struct reader *r, const struct reader_ask *ask, const struct err *before, struct outbox *out)
{
    struct ev_view *ev = message_new(sizeof *ev, EV_VIEW_READY, ask->base.ticket);

    ev->base.release = release_view;
    if (before->code != ERR_NONE) {
        ev->err = *before;
    } else if (!library_view(r->library, ask->lang, &ev->view, &ev->err)) {
        ev->view = NULL;
    }
    outbox_put(out, &ev->base);
}

static void answer_lesson(struct reader *r, const struct reader_ask *ask, struct outbox *out)
{
    struct ev_lesson *ev = message_new(sizeof *ev, EV_LESSON_READY, ask->base.ticket);

    ev->base.release = release_lesson;
    if (!library_lesson(r->library, ask->id, ask->lang, &ev->body, &ev->err)) {
        ev->body = NULL;
    }
    outbox_put(out, &ev->base);
}

/* The shelf as it is now; what was open stays when the new look fails. */
static bool reopen(struct reader *r, struct err *err)
{
    struct library *fresh = NULL;

    if (!library_open(r->shelf_dir, r->trust, &fresh, err)) {
        return false;
    }
    library_close(r->library);
    r->library = fresh;
    return true;
}

static void renew(struct reader *r, struct renew *m)
{
    struct err err = {0};

    trustlist_free(r->newer);
    r->trust = r->newer = m->trust;
    m->trust = NULL;
    if (!reopen(r, &err)) {
        log_err("shelf with the new trust list", &err);
    }
}

static bool reader_open(void *self, struct err *err)
{
    struct reader *r = self;

    return library_open(r->shelf_dir, r->trust, &r->library, err);
}

static void reader_handle(void *self, struct message *m, struct outbox *out)
{
    const struct reader_ask *ask = (const struct reader_ask *)m;
    struct err err = {0};

    switch ((enum reader_kind)m->kind) {
    case READER_RELOAD:
        (void)reopen(self, &err);
        answer_view(self, ask, &err, out);
        break;
    case READER_RENEW:
        renew(self, (struct renew *)m);
        answer_view(self, ask, &err, out);
        break;
    case READER_VIEW:
        answer_view(self, ask, &err, out);
        break;
    case READER_LESSON:
        answer_lesson(self, ask, out);
        break;
    case EV_VIEW_READY:
    case EV_LESSON_READY:
        break;
    }
}

static void reader_close(void *self)
{
    struct reader *r = self;

    library_close(r->library);
    r->library = NULL;
}

static const struct worker_class reader_class = {
    .name = "reader", .open = reader_open, .handle = reader_handle, .close = reader_close};

bool reader_start(const char *shelf_dir, const struct trustlist *trust, struct outbox *out, struct reader **r,
                  struct err *err)
{
    struct reader *self = mem_alloc(sizeof *self);

    self->shelf_dir = mem_str(shelf_dir);
    self->trust = trust;
    if (!worker_start(&reader_class, self, out, &self->worker, err)) {
        free(self->shelf_dir);
        free(self);
        return false;
    }
    *r = self;
    return true;
}

static void ask(struct reader *r, enum reader_kind kind, const char *lang, const char *id, uint64_t ticket)
{
    struct reader_ask *m = message_new(sizeof *m, kind, ticket);

    snprintf(m->lang, sizeof m->lang, "%s", lang);
    snprintf(m->id, sizeof m->id, "%s", id);
    worker_send(r->worker, &m->base);
}

void reader_renew(struct reader *r, struct trustlist *trust, const char *lang, uint64_t ticket)
{
    struct renew *m = message_new(sizeof *m, READER_RENEW, ticket);

    m->ask.base.release = release_renew;
    snprintf(m->ask.lang, sizeof m->ask.lang, "%s", lang);
    m->trust = trust;
    worker_send(r->worker, &m->ask.base);
}

void reader_view(struct reader *r, const char *lang, uint64_t ticket)
{
    ask(r, READER_VIEW, lang, "", ticket);
}

void reader_lesson(struct reader *r, const char *id, const char *lang, uint64_t ticket)
{
    ask(r, READER_LESSON, lang, id, ticket);
}

void reader_reload(struct reader *r, const char *lang, uint64_t ticket)
{
    ask(r, READER_RELOAD, lang, "", ticket);
}

bool reader_is_idle(const struct reader *r)
{
    return worker_is_idle(r->worker);
}

void reader_stop(struct reader *r)
{
    worker_stop(r->worker);
}

void reader_join(struct reader *r)
{
    if (r) {
        worker_join(r->worker);
        trustlist_free(r->newer);
        free(r->shelf_dir);
        free(r);
    }
}
