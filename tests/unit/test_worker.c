/* test_worker: messages in order, events to one reader, stop handles what is queued, a failed open leaves no thread.
 * Also run under the thread sanitizer. */
#include "base/buf.h"
#include "base/worker.h"
#include "unit/test.h"
#include <poll.h>

enum { ASK = 1, TOLD = 2, TICKED = 3 };

struct note {
    struct message base;
    int number;
};

struct self {
    int handled, ticks;
    bool fails;
};

static int released;

static void count_release(struct message *m)
{
    (void)m;
    __atomic_add_fetch(&released, 1, __ATOMIC_SEQ_CST);
}

static bool self_open(void *self, struct err *err)
{
    return !((struct self *)self)->fails || err_set(err, ERR_CORRUPT, "it is broken");
}

static void self_handle(void *self, struct message *m, struct outbox *out)
{
    struct note *told = message_new(sizeof *told, TOLD, m->ticket);

    ((struct self *)self)->handled++;
    told->number = ((struct note *)m)->number * 2;
    outbox_put(out, &told->base);
}

static int64_t self_tick(void *self, struct outbox *out)
{
    (void)out;
    ((struct self *)self)->ticks++;
    return -1;
}

static const struct worker_class class = {.name = "test", .open = self_open, .handle = self_handle, .tick = self_tick};

static struct message *wait_event(struct outbox *out)
{
    struct pollfd p = {.fd = outbox_fd(out), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(out))) {
        CHECK_INT(poll(&p, 1, 5000), 1);
    }
    return m;
}

TEST(worker, answers_come_in_the_order_of_the_questions)
{
    struct self self = {0};
    struct outbox *out = outbox_new();
    struct worker *w;
    struct err err = {0};

    CHECK(worker_start(&class, &self, out, &w, &err));
    for (int i = 0; i < 100; i++) {
        struct note *n = message_new(sizeof *n, ASK, (uint64_t)i);

        n->number = i;
        n->base.release = count_release;
        worker_send(w, &n->base);
    }
    for (int i = 0; i < 100; i++) {
        struct message *m = wait_event(out);

        CHECK_INT(m->kind, TOLD);
        CHECK_INT(m->ticket, i);
        CHECK_INT(((struct note *)m)->number, 2 * i);
        message_free(m);
    }
    CHECK(!outbox_take(out));
    worker_stop(w);
    worker_join(w);
    CHECK_INT(self.handled, 100);
    CHECK_INT(released, 100);
    CHECK(self.ticks > 0);
    outbox_free(out);
}

TEST(worker, stop_still_handles_what_is_queued)
{
    struct self self = {0};
    struct outbox *out = outbox_new();
    struct worker *w;
    struct err err = {0};

    CHECK(worker_start(&class, &self, out, &w, &err));
    for (int i = 0; i < 50; i++) {
        worker_send(w, message_new(sizeof(struct note), ASK, 0));
    }
    worker_stop(w);
    worker_join(w);
    CHECK_INT(self.handled, 50);
    outbox_free(out); /* events nobody took are freed with it */
}

TEST(worker, an_open_that_fails_leaves_its_words_and_no_thread)
{
    struct self self = {.fails = true};
    struct outbox *out = outbox_new();
    struct worker *w = NULL;
    struct err err = {0};

    CHECK(!worker_start(&class, &self, out, &w, &err));
    CHECK_INT(err.code, ERR_CORRUPT);
    CHECK_STR(err.text, "it is broken");
    CHECK(!w);
    outbox_free(out);
}

TEST(worker, is_idle_only_when_nothing_is_queued_or_in_hand)
{
    struct self self = {0};
    struct outbox *out = outbox_new();
    struct worker *w;
    struct err err = {0};

    CHECK(worker_start(&class, &self, out, &w, &err));
    worker_send(w, message_new(sizeof(struct note), ASK, 7));
    message_free(wait_event(out));
    while (!worker_is_idle(w)) {
    }
    CHECK(!outbox_take(out));
    worker_stop(w);
    worker_join(w);
    outbox_free(out);
}
