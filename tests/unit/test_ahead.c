/* test_ahead: pieces come in order, whatever the sizes; sources that fail, that are given up, that are read anew, and
 * ones that nobody reads to their end. Also run under the thread sanitizer. */
#include "shelf/ahead.h"
#include "unit/test.h"
#include <poll.h>
#include <stdatomic.h>

enum { SOURCES = 5, FROM = 777 };

struct counted {
    atomic_int n_opened[SOURCES], n_reads[SOURCES];
    int64_t bytes[SOURCES];
    int64_t fails_at[SOURCES]; /* offset; -1 = never; 0 = it cannot be opened */
    int at;                    /* the reader's: the source that is open */
};

static unsigned char byte_at(int source, int64_t offset)
{
    return (unsigned char)(offset / 1000 + 7 * (int64_t)source);
}

static bool read_counted(void *ctx, int64_t offset, void *buf, size_t n, struct err *err)
{
    struct counted *c = ctx;

    atomic_fetch_add(&c->n_reads[c->at], 1);
    if (c->fails_at[c->at] > 0 && offset >= c->fails_at[c->at]) {
        return err_set(err, ERR_GONE, "pulled at %lld", (long long)offset);
    }
    for (size_t i = 0; i < n; i++) {
        ((unsigned char *)buf)[i] = byte_at(c->at, offset + (int64_t)i);
    }
    return true;
}

static bool open_counted(void *ctx, int i, struct install_source *source, int64_t *from, int64_t *to, struct err *err)
{
    struct counted *c = ctx;

    atomic_fetch_add(&c->n_opened[i], 1);
    c->at = i;
    *source = (struct install_source){c, read_counted};
    *from = FROM;
    *to = FROM + c->bytes[i];
    return c->fails_at[i] != 0 || err_set(err, ERR_NOT_FOUND, "no source %d", i);
}

static void begin(struct counted *c, int n, struct ahead **a)
{
    struct ahead_list list = {c, n, open_counted};
    struct err err = {0};

    CHECK(ahead_start(&list, a, &err));
}

static struct counted good(int64_t bytes)
{
    struct counted c = {0};

    for (int i = 0; i < SOURCES; i++) {
        c.bytes[i] = bytes;
        c.fails_at[i] = -1;
    }
    return c;
}

/* Bytes of a source that came in steps of so many, each as it must be; *err where it failed. */
static int64_t drink(struct ahead *a, int i, int64_t from, int64_t to, size_t step, struct err *err)
{
    struct install_source source = ahead_source(a);
    unsigned char *buf = malloc(step);
    int64_t at = from;

    while (at < to) {
        size_t n = to - at < (int64_t)step ? (size_t)(to - at) : step;

        if (!source.read(source.ctx, at, buf, n, err)) {
            break;
        }
        for (size_t k = 0; k < n; k += 997) {
            CHECK_INT(buf[k], byte_at(i, at + (int64_t)k));
        }
        at += (int64_t)n;
    }
    free(buf);
    return at - from;
}

TEST(ahead, every_size_of_every_source_comes_whole_and_in_order)
{
    static const int64_t sizes[] = {0,
                                    1,
                                    INSTALL_PIECE_BYTES - 1,
                                    INSTALL_PIECE_BYTES,
                                    INSTALL_PIECE_BYTES + 1,
                                    (int64_t)11 * INSTALL_PIECE_BYTES + 12345};
    static const size_t steps[] = {100000, INSTALL_PIECE_BYTES, 2 * INSTALL_PIECE_BYTES + 1};

    for (size_t k = 0; k < M2_COUNT(sizes) * M2_COUNT(steps); k++) {
        int64_t bytes = sizes[k % M2_COUNT(sizes)];
        struct counted c = good(bytes);
        struct err err = {0};
        struct ahead *a;

        begin(&c, SOURCES, &a);
        for (int i = 0; i < SOURCES; i++) {
            CHECK(ahead_go_to(a, i, &err));
            CHECK_INT(drink(a, i, FROM, FROM + bytes, steps[k / M2_COUNT(sizes)], &err), bytes);
        }
        ahead_stop(a);
        for (int i = 0; i < SOURCES; i++) { /* nothing twice */
            CHECK_INT(atomic_load(&c.n_opened[i]), 1);
            CHECK_INT(atomic_load(&c.n_reads[i]), (bytes + INSTALL_PIECE_BYTES - 1) / INSTALL_PIECE_BYTES);
        }
    }
}

TEST(ahead, the_next_source_is_read_while_the_last_one_is_in_use)
{
    struct counted c = good(INSTALL_PIECE_BYTES);
    struct err err = {0};
    struct ahead *a;

    begin(&c, SOURCES, &a);
    CHECK(ahead_go_to(a, 0, &err));
    for (int ms = 0; ms < 10000 && atomic_load(&c.n_reads[SOURCES - 1]) == 0; ms++) {
        poll(NULL, 0, 1);
    }
    CHECK_INT(atomic_load(&c.n_reads[SOURCES - 1]), 1);
    ahead_stop(a);
}

TEST(ahead, what_came_before_a_failure_is_used_and_then_it_is_told)
{
    for (int64_t k = 1; k < 7; k++) {
        struct counted c = good((int64_t)7 * INSTALL_PIECE_BYTES);
        struct err err = {0};
        struct ahead *a;

        c.fails_at[1] = FROM + k * INSTALL_PIECE_BYTES;
        c.fails_at[2] = 0;
        begin(&c, SOURCES, &a);
        CHECK(ahead_go_to(a, 1, &err));
        CHECK_INT(drink(a, 1, FROM, FROM + c.bytes[1], INSTALL_PIECE_BYTES, &err), k * INSTALL_PIECE_BYTES);
        CHECK_INT(err.code, ERR_GONE);
        CHECK(!ahead_go_to(a, 2, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK(ahead_go_to(a, 3, &err)); /* one that failed keeps no other out */
        CHECK_INT(drink(a, 3, FROM, FROM + c.bytes[3], INSTALL_PIECE_BYTES, &err), c.bytes[3]);
        ahead_stop(a);
        CHECK_INT(atomic_load(&c.n_reads[1]), k + 1); /* it is not asked again */
    }
}

TEST(ahead, a_large_source_that_is_given_up_is_not_read_to_its_end)
{
    struct counted c = good((int64_t)1000 * INSTALL_PIECE_BYTES);
    struct err err = {0};
    struct ahead *a;

    c.bytes[2] = 5;
    begin(&c, SOURCES, &a);
    CHECK(ahead_go_to(a, 0, &err));
    CHECK_INT(drink(a, 0, FROM, FROM + 3 * INSTALL_PIECE_BYTES, INSTALL_PIECE_BYTES, &err), 3 * INSTALL_PIECE_BYTES);
    CHECK(ahead_go_to(a, 2, &err));
    CHECK_INT(drink(a, 2, FROM, FROM + 5, 5, &err), 5);
    ahead_stop(a);
    CHECK(atomic_load(&c.n_reads[0]) <= AHEAD_PIECES + 5);
    CHECK_INT(atomic_load(&c.n_reads[1]), 0);
}

TEST(ahead, what_was_torn_is_read_anew_from_its_beginning_also_when_the_reader_is_sources_ahead)
{
    struct counted c = good(3 * INSTALL_PIECE_BYTES);
    struct err err = {0};
    struct ahead *a;

    begin(&c, SOURCES, &a);
    for (int i = 0; i < SOURCES; i++) {
        CHECK(ahead_go_to(a, i, &err));
        CHECK_INT(drink(a, i, FROM, FROM + c.bytes[i], INSTALL_PIECE_BYTES, &err), c.bytes[i]);
        CHECK_INT(drink(a, i, 0, FROM + c.bytes[i], INSTALL_PIECE_BYTES, &err), FROM + c.bytes[i]);
    }
    CHECK_INT(drink(a, SOURCES - 1, FROM + c.bytes[0], FROM + c.bytes[0] + 1, 1, &err), 0); /* past the end */
    CHECK_INT(err.code, ERR_FORMAT);
    ahead_stop(a);
}

TEST(ahead, stopped_at_any_piece_it_reads_no_further_than_its_places)
{
    for (int taken = 0; taken < 3; taken++) {
        struct counted c = good((int64_t)1000 * INSTALL_PIECE_BYTES);
        struct err err = {0};
        struct ahead *a;

        begin(&c, 1, &a);
        CHECK(ahead_go_to(a, 0, &err));
        CHECK_INT(drink(a, 0, FROM, FROM + (int64_t)taken * INSTALL_PIECE_BYTES, INSTALL_PIECE_BYTES, &err),
                  (int64_t)taken * INSTALL_PIECE_BYTES);
        ahead_stop(a);
        CHECK(atomic_load(&c.n_reads[0]) <= AHEAD_PIECES + taken);
    }
    ahead_stop(NULL);
}
