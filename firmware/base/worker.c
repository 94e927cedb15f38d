/* worker: a thread with an inbox; events go to the outbox that the main thread polls. */
#include "base/worker.h"
#include "base/buf.h"
#include "base/clock.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

void *message_new(size_t size, int kind, uint64_t ticket)
{
    struct message *m = mem_alloc(size);

    m->kind = kind;
    m->ticket = ticket;
    return m;
}

void message_free(struct message *m)
{
    if (m) {
        if (m->release) {
            m->release(m);
        }
        free(m);
    }
}

struct queue {
    struct message *first, *last;
};

static void queue_put(struct queue *q, struct message *m)
{
    m->next = NULL;
    if (q->last) {
        q->last->next = m;
    } else {
        q->first = m;
    }
    q->last = m;
}

static struct message *queue_take(struct queue *q)
{
    struct message *m = q->first;

    if (m) {
        q->first = m->next;
        if (!q->first) {
            q->last = NULL;
        }
        m->next = NULL;
    }
    return m;
}

struct outbox {
    pthread_mutex_t lock;
    struct queue queue;
    int fd;
};

struct outbox *outbox_new(void)
{
    struct outbox *o = mem_alloc(sizeof *o);

    pthread_mutex_init(&o->lock, NULL);
    o->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (o->fd < 0) {
        abort(); /* no descriptors at start: as lack of memory */
    }
    return o;
}

void outbox_free(struct outbox *o)
{
    struct message *m;

    if (!o) {
        return;
    }
    while ((m = queue_take(&o->queue))) {
        message_free(m);
    }
    close(o->fd);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

int outbox_fd(const struct outbox *o)
{
    return o->fd;
}

void outbox_put(struct outbox *o, struct message *event)
{
    uint64_t one = 1;

    pthread_mutex_lock(&o->lock);
    queue_put(&o->queue, event);
    pthread_mutex_unlock(&o->lock);
    while (write(o->fd, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

struct message *outbox_take(struct outbox *o)
{
    struct message *m;
    uint64_t count;

    pthread_mutex_lock(&o->lock);
    m = queue_take(&o->queue);
    if (!o->queue.first) {
        while (read(o->fd, &count, sizeof count) < 0 && errno == EINTR) {
        }
    }
    pthread_mutex_unlock(&o->lock);
    return m;
}

struct worker {
    const struct worker_class *class;
    void *self;
    struct outbox *out;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct queue inbox;
    bool is_busy, is_stopping, is_woken, is_open, has_failed;
    struct err err;
};

/* Waits for a message, a wake-up or the time of the next tick; with the lock held. */
static void wait_for_work(struct worker *w, int64_t tick_ms)
{
    struct timespec until;

    if (tick_ms < 0 || clock_is_virtual()) {
        pthread_cond_wait(&w->changed, &w->lock);
        return;
    }
    int64_t left = tick_ms - clock_ms();

    if (left <= 0) {
        w->is_woken = true;
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += left / 1000;
    until.tv_nsec += left % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    if (pthread_cond_timedwait(&w->changed, &w->lock, &until) == ETIMEDOUT) {
        w->is_woken = true;
    }
}

static int64_t run_tick(struct worker *w)
{
    int64_t next;

    w->is_busy = true;
    w->is_woken = false;
    pthread_mutex_unlock(&w->lock);
    next = w->class->tick ? w->class->tick(w->self, w->out) : -1;
    pthread_mutex_lock(&w->lock);
    w->is_busy = false;
    return next;
}

static void serve(struct worker *w)
{
    int64_t tick_ms = run_tick(w);

    while (w->inbox.first || !w->is_stopping) {
        struct message *m = queue_take(&w->inbox);

        if (m) {
            w->is_busy = true;
            pthread_mutex_unlock(&w->lock);
            w->class->handle(w->self, m, w->out);
            message_free(m);
            pthread_mutex_lock(&w->lock);
            w->is_busy = false;
            w->is_woken = true;
        } else if (w->is_woken) {
            tick_ms = run_tick(w);
        } else {
            wait_for_work(w, tick_ms);
        }
    }
}

static void *run(void *arg)
{
    struct worker *w = arg;
    bool ok = !w->class->open || w->class->open(w->self, &w->err);

    pthread_mutex_lock(&w->lock);
    w->is_open = ok;
    w->has_failed = !ok;
    pthread_cond_broadcast(&w->changed);
    if (ok) {
        serve(w);
    }
    pthread_mutex_unlock(&w->lock);
    if (ok && w->class->close) {
        w->class->close(w->self);
    }
    return NULL;
}

static void destroy(struct worker *w)
{
    struct message *m;

    while ((m = queue_take(&w->inbox))) {
        message_free(m);
    }
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

bool worker_start(const struct worker_class *class, void *self, struct outbox *out, struct worker **made,
                  struct err *err)
{
    struct worker *w = mem_alloc(sizeof *w);
    pthread_condattr_t attr;
    int why;

    w->class = class;
    w->self = self;
    w->out = out;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->changed, &attr);
    pthread_condattr_destroy(&attr);
    why = pthread_create(&w->thread, NULL, run, w);
    if (why) {
        destroy(w);
        return err_sys(err, why, "cannot start thread '%s'", class->name);
    }
    pthread_setname_np(w->thread, class->name);
    pthread_mutex_lock(&w->lock);
    while (!w->is_open && !w->has_failed) {
        pthread_cond_wait(&w->changed, &w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    if (w->has_failed) {
        pthread_join(w->thread, NULL);
        if (err) {
            *err = w->err;
        }
        destroy(w);
        return false;
    }
    *made = w;
    return true;
}

void worker_send(struct worker *w, struct message *m)
{
    pthread_mutex_lock(&w->lock);
    queue_put(&w->inbox, m);
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

bool worker_is_idle(const struct worker *w)
{
    struct worker *locked = (struct worker *)(uintptr_t)w;
    bool is_idle;

    pthread_mutex_lock(&locked->lock);
    is_idle = !w->inbox.first && !w->is_busy && !w->is_woken;
    pthread_mutex_unlock(&locked->lock);
    return is_idle;
}

void worker_wake(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_woken = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

void worker_stop(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

void worker_join(struct worker *w)
{
    if (w) {
        pthread_join(w->thread, NULL);
        destroy(w);
    }
}
