/* test_wire_ahead: a file that is asked for in full messages is read in parts, the next one before it is asked for:
 * each byte once, none that is old, and a stop is heard (THREATS T18). Also run under the thread sanitizer. */
#include "base/buf.h"
#include "stick/wire.h"
#include "unit/test.h"
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { NEVER = -1, ASK_BYTES = 2 * WIRE_DATA_MAX, SOON_MS = 50, SLOW_MS = 200 };

/* --- a stick with one file, and faults to order; the desk's thread uses it
 * ----------------------------------------------------------------------------------------------------------- */

struct stick {
    struct volume base; /* first member */
    struct wire_desk *desk;
    uint8_t *bytes;
    int64_t size;
    int64_t bad_at;  /* reading this byte fails */
    int64_t hang_at; /* reading this byte hangs until it is stopped, once */
    int64_t slow_at; /* reading this byte takes SLOW_MS, and hears of stops meanwhile */
    atomic_int n_reads;
    atomic_llong n_bytes;
};

static bool has(int64_t at, int64_t offset, int64_t n)
{
    return at >= offset && at < offset + n;
}

static bool stick_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    struct stick *s = (struct stick *)v;
    bool hangs;

    (void)name;
    *got = offset < s->size ? s->size - offset < n ? s->size - offset : n : 0;
    atomic_fetch_add(&s->n_reads, 1);
    atomic_fetch_add(&s->n_bytes, *got);
    memset(buf, 0, (size_t)*got); /* nothing there is what it was any more */
    hangs = has(s->hang_at, offset, *got);
    for (int ms = 0; hangs || (has(s->slow_at, offset, *got) && ms < SLOW_MS); ms++) {
        if (wire_desk_is_stopped(s->desk)) {
            s->hang_at = NEVER;
            return err_set(err, ERR_CANCELLED, "stopped");
        }
        poll(NULL, 0, 1);
    }
    memcpy(buf, s->bytes + offset, (size_t)*got);
    return !has(s->bad_at, offset, *got) || err_set(err, ERR_IO, "a bad sector");
}

static bool stick_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                            struct err *err)
{
    (void)name;
    (void)err;
    memcpy(((struct stick *)v)->bytes + offset, buf, (size_t)n);
    return true;
}

static void stick_close(struct volume *v)
{
    (void)v;
}

static const struct volume_class stick_class = {.read = stick_read, .overwrite = stick_overwrite, .close = stick_close};

/* --- both ends
 * ----------------------------------------------------------------------------------------------------------- */

struct ends {
    struct stick stick;
    int fds[2]; /* ours, its */
    struct wire_link *link;
    struct volume *volume; /* through the link */
    pthread_t thread;
};

/* As stickd does: it looks for news of the stick between any two requests. */
static void *serve(void *ctx)
{
    struct ends *e = ctx;
    struct pollfd fd = {.fd = e->fds[1], .events = POLLIN};
    struct err err = {0};

    do {
        poll(&fd, 1, wire_desk_has_request(e->stick.desk) ? 0 : -1);
    } while (wire_desk_serve(e->stick.desk, &err));
    CHECK_INT(err.code, ERR_GONE);
    return NULL;
}

static void begin(struct ends *e, int64_t size)
{
    *e = (struct ends){
        .stick = {.base = {.class = &stick_class}, .size = size, .bad_at = NEVER, .hang_at = NEVER, .slow_at = NEVER}};
    e->stick.bytes = mem_alloc((size_t)size + 1);
    for (int64_t i = 0; i < size; i++) {
        e->stick.bytes[i] = (uint8_t)(i / 1000 + i);
    }
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, e->fds) == 0);
    e->stick.desk = wire_desk_new(e->fds[1]);
    wire_desk_use(e->stick.desk, &e->stick.base);
    e->link = wire_link_new(e->fds[0]);
    e->volume = wire_link_volume(e->link, "MICRO2");
}

static void start(struct ends *e)
{
    CHECK(pthread_create(&e->thread, NULL, serve, e) == 0);
}

static void end(struct ends *e)
{
    volume_close(e->volume);
    wire_link_free(e->link);
    close(e->fds[0]);
    CHECK(pthread_join(e->thread, NULL) == 0);
    close(e->fds[1]);
    wire_desk_free(e->stick.desk);
    free(e->stick.bytes);
}

static bool ask(struct ends *e, int64_t offset, int64_t n, struct err *err)
{
    uint8_t *buf = mem_alloc((size_t)n);
    int64_t got = 0, left = e->stick.size - offset;
    bool ok = volume_read(e->volume, "MICRO2/containers/a-1.m2k", offset, buf, n, &got, err);

    if (ok) {
        CHECK_INT(got, left < n ? left : n);
        CHECK(!memcmp(buf, e->stick.bytes + offset, (size_t)got));
    }
    free(buf);
    return ok;
}

/* --- the tests
 * ----------------------------------------------------------------------------------------------------------- */

TEST(wire_ahead, every_size_comes_whole_in_parts_and_no_byte_of_it_twice)
{
    static const int64_t sizes[] = {1,
                                    WIRE_DATA_MAX - 1,
                                    WIRE_DATA_MAX,
                                    WIRE_DATA_MAX + 1,
                                    WIRE_AHEAD_BYTES - 1,
                                    WIRE_AHEAD_BYTES,
                                    WIRE_AHEAD_BYTES + 1,
                                    (int64_t)3 * WIRE_AHEAD_BYTES + 12345};

    for (size_t i = 0; i < M2_COUNT(sizes); i++) {
        struct err err = {0};
        struct ends e;

        begin(&e, sizes[i]);
        start(&e);
        for (int64_t at = 0; at < sizes[i]; at += ASK_BYTES) {
            int64_t left = sizes[i] - at;

            CHECK(ask(&e, at, left < ASK_BYTES ? left : ASK_BYTES, &err));
        }
        end(&e);
        CHECK_INT(atomic_load(&e.stick.n_bytes), sizes[i]);
        CHECK(atomic_load(&e.stick.n_reads) <= sizes[i] / WIRE_AHEAD_BYTES + 2);
    }
}

TEST(wire_ahead, a_request_that_comes_while_it_reads_on_is_no_stop)
{
    struct err err = {0};
    struct ends e;

    begin(&e, (int64_t)3 * WIRE_AHEAD_BYTES);
    e.stick.slow_at = WIRE_AHEAD_BYTES; /* it is waited for by then */
    start(&e);
    for (int64_t at = 0; at < e.stick.size; at += ASK_BYTES) {
        CHECK(ask(&e, at, ASK_BYTES, &err));
    }
    end(&e);
    CHECK_INT(atomic_load(&e.stick.n_bytes), e.stick.size); /* it was not cut and read anew */
}

TEST(wire_ahead, what_was_read_on_is_not_given_out_once_it_was_overwritten)
{
    static const uint8_t fresh[100] = {1, 2, 3};
    struct err err = {0};
    struct ends e;

    begin(&e, (int64_t)2 * WIRE_AHEAD_BYTES);
    start(&e);
    CHECK(ask(&e, 0, WIRE_DATA_MAX, &err));
    CHECK(volume_overwrite(e.volume, "MICRO2/containers/a-1.m2k", WIRE_AHEAD_BYTES, fresh, sizeof fresh, &err));
    CHECK(ask(&e, WIRE_AHEAD_BYTES, WIRE_DATA_MAX, &err)); /* as it is on the stick now */
    end(&e);
}

TEST(wire_ahead, a_fault_further_on_is_told_to_who_asks_for_it_and_the_next_time_it_is_tried_again)
{
    struct err err = {0};
    struct ends e;

    begin(&e, (int64_t)3 * WIRE_AHEAD_BYTES);
    e.stick.bad_at = WIRE_AHEAD_BYTES + 5;
    start(&e);
    CHECK(ask(&e, 0, WIRE_AHEAD_BYTES, &err));
    CHECK(!ask(&e, WIRE_AHEAD_BYTES, WIRE_DATA_MAX, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK_HAS(err.text, "a bad sector");
    CHECK_INT(atomic_load(&e.stick.n_reads), 2); /* not twice for one asking */
    e.stick.bad_at = NEVER;
    CHECK(ask(&e, WIRE_AHEAD_BYTES, WIRE_DATA_MAX, &err));
    end(&e);
}

static void *stop_soon(void *ctx)
{
    poll(NULL, 0, SOON_MS);
    atomic_store((atomic_bool *)ctx, true);
    return NULL;
}

TEST(wire_ahead, what_is_held_is_given_out_while_the_part_behind_it_is_read_and_T18_a_stop_is_heard)
{
    atomic_bool flag = false;
    struct err err = {0};
    struct timespec begun, ended;
    pthread_t stopper;
    struct ends e;

    begin(&e, (int64_t)3 * WIRE_AHEAD_BYTES);
    e.stick.hang_at = WIRE_AHEAD_BYTES;
    wire_link_stop_when(e.link, &flag);
    start(&e);
    CHECK(ask(&e, 0, WIRE_AHEAD_BYTES, &err)); /* what is behind this part hangs since its first bytes were given */
    CHECK(pthread_create(&stopper, NULL, stop_soon, &flag) == 0);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    CHECK(ask(&e, WIRE_AHEAD_BYTES, WIRE_DATA_MAX, &err)); /* hung until it was stopped, then was read once more */
    clock_gettime(CLOCK_MONOTONIC, &ended);
    CHECK(ended.tv_sec - begun.tv_sec <= 1);
    CHECK(pthread_join(stopper, NULL) == 0);
    end(&e);
}

TEST(wire_ahead, a_part_that_is_being_read_anew_is_not_given_out_before_it_is_whole)
{
    struct err err = {0};
    struct ends e;

    begin(&e, (int64_t)4 * WIRE_AHEAD_BYTES);
    e.stick.slow_at = (int64_t)2 * WIRE_AHEAD_BYTES; /* into the room of the first part */
    start(&e);
    CHECK(ask(&e, 0, WIRE_AHEAD_BYTES, &err));
    CHECK(ask(&e, WIRE_AHEAD_BYTES, WIRE_DATA_MAX, &err));
    CHECK(ask(&e, 0, WIRE_DATA_MAX, &err)); /* who goes back waits, and gets the first part */
    end(&e);
}
