/* worker: a thread that owns its data, takes messages and answers with events (clerk, reader, stick, voice).
 * start, stop (asks), join (waits), in that order. Messages are heap blocks whose first member is struct message;
 * who takes one from a queue owns it and frees it with message_free. */
#ifndef M2_BASE_WORKER_H
#define M2_BASE_WORKER_H

#include "base/err.h"
#include <stdint.h>

struct message {
    struct message *next;                  /* the queue's */
    int kind;                              /* the receiver's enum */
    uint64_t ticket;                       /* the asker's number, given back in the answer */
    void (*release)(struct message *self); /* frees what the message holds, not the message; NULL = nothing */
};
void *message_new(size_t size, int kind, uint64_t ticket); /* zeroed */
void message_free(struct message *m);                      /* NULL is fine */

/* Events to the main thread, from any worker. One reader. */
struct outbox;
struct outbox *outbox_new(void);
void outbox_free(struct outbox *o);    /* frees events left over */
int outbox_fd(const struct outbox *o); /* eventfd, readable while events wait */
void outbox_put(struct outbox *o, struct message *event);
struct message *outbox_take(struct outbox *o); /* NULL = empty */

struct worker;
struct worker_class {
    const char *name;                          /* <= 15 letters: thread name */
    bool (*open)(void *self, struct err *err); /* in the worker's thread; start waits for it; NULL = nothing */
    void (*handle)(void *self, struct message *m, struct outbox *out); /* m is freed after it */
    int64_t (*tick)(void *self,
                    struct outbox *out); /* when idle; returns clock_ms() of the next tick, -1 = none; may be NULL */
    void (*close)(void *self);           /* in the worker's thread; NULL = nothing */
};
/* Runs class->open in the new thread and waits for it; false with its error, and no thread is left. self is borrowed
 * until join. */
M2_MUST_CHECK bool worker_start(const struct worker_class *class, void *self, struct outbox *out, struct worker **w,
                                struct err *err);
void worker_send(struct worker *w, struct message *m); /* takes m over */
bool worker_is_idle(const struct worker *w);           /* nothing queued, nothing in hand: for the driver's settling */
void worker_wake(struct worker *w);                    /* calls tick soon: the virtual clock moved */
void worker_stop(struct worker *w);                    /* asks; messages already queued are still handled */
void worker_join(struct worker *w);                    /* waits and frees w; NULL is fine */

#endif
