/* reader: the worker that owns the library; every answer is a heap block of its own that the receiver may keep. */
#include "shelf/reader.h"
#include "base/buf.h"
#include "shelf/library.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

struct reader {
    struct worker *worker;
    struct library *library;       /* the worker's */
    const struct trustlist *trust; /* borrowed */
    char *shelf_dir;
};

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
static void reopen(struct reader *r, struct err *err)
{
    struct library *fresh = NULL;

    if (library_open(r->shelf_dir, r->trust, &fresh, err)) {
        library_close(r->library);
        r->library = fresh;
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
        reopen(self, &err);
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
        free(r->shelf_dir);
        free(r);
    }
}
