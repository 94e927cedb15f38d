/* test_wire: station and micro2-stickd over one socket: what goes through, what is news, and that neither end believes
 * the other (THREATS T17, T18, T22). Also run under the thread sanitizer. */
#include "base/buf.h"
#include "base/fsio.h"
#include "stick/wire.h"
#include "unit/test.h"
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void pair(int fds[2])
{
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0);
}

/* --- a stickd that serves a folder */

struct service {
    int fds[2]; /* ours, its */
    struct volume *folder;
    struct wire_link *link;
    struct volume *volume; /* through the link */
    pthread_t thread;
    enum err_code end;
};

static void *serve(void *ctx)
{
    struct service *s = ctx;
    struct wire_desk *desk = wire_desk_new(s->fds[1]);
    struct err err = {0};

    wire_desk_use(desk, s->folder);
    while (wire_desk_serve(desk, &err)) {
    }
    s->end = err.code;
    wire_desk_free(desk);
    return NULL;
}

static void start(struct service *s, const char *name)
{
    struct err err = {0};

    *s = (struct service){.end = ERR_NONE};
    CHECK(fsio_make_dirs(test_path(name), 0700, &err));
    CHECK(volume_open_folder(test_path(name), &s->folder, &err));
    pair(s->fds);
    s->link = wire_link_new(s->fds[0]);
    s->volume = wire_link_volume(s->link, "MICRO2");
    CHECK(pthread_create(&s->thread, NULL, serve, s) == 0);
}

static void stop(struct service *s, enum err_code end)
{
    volume_close(s->volume);
    wire_link_free(s->link);
    close(s->fds[0]);
    CHECK(pthread_join(s->thread, NULL) == 0);
    CHECK_INT(s->end, end);
    close(s->fds[1]);
    volume_close(s->folder);
}

TEST(wire, a_stick_behind_the_socket_is_a_stick)
{
    static const int64_t sizes[] = {0, 1, WIRE_DATA_MAX - 1, WIRE_DATA_MAX, WIRE_DATA_MAX + 1, 5 * WIRE_DATA_MAX + 7};
    struct service s;
    char name[VOLUME_NAME_MAX];

    start(&s, "all");
    CHECK_STR(s.volume->label, "MICRO2");
    for (size_t i = 0; i < M2_COUNT(sizes); i++) {
        uint8_t *out = mem_alloc((size_t)sizes[i] + 100), *in = mem_alloc((size_t)sizes[i] + 100);
        int64_t n = sizes[i], got;
        struct err err = {0};

        for (int64_t k = 0; k < n; k++) {
            out[k] = (uint8_t)(k * 7 + n);
        }
        snprintf(name, sizeof name, "file-%zu", i);
        CHECK(volume_create(s.volume, name, out, n, &err));
        CHECK(volume_size(s.volume, name, &got, &err));
        CHECK_INT(got, n);
        CHECK(volume_read(s.volume, name, 0, in, n + 100, &got, &err));
        CHECK_INT(got, n);
        CHECK(!memcmp(in, out, (size_t)n));
        memset(out, 0xA5, (size_t)n);
        CHECK(volume_overwrite(s.volume, name, 0, out, n, &err));
        CHECK(volume_sync(s.volume, &err));
        CHECK(volume_read(s.folder, name, 0, in, n, &got, &err)); /* past the socket */
        CHECK(!memcmp(in, out, (size_t)n));
        free(out);
        free(in);
    }
    stop(&s, ERR_GONE);
}

TEST(wire, what_fails_there_fails_here_with_its_code_and_words)
{
    struct service s;
    int64_t n;
    struct err err = {0};

    start(&s, "fails");
    CHECK(!volume_size(s.volume, "nothing", &n, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK(volume_create(s.volume, "file", "abc", 3, &err));
    CHECK(!volume_create(s.volume, "file", "abc", 3, &err));
    CHECK_INT(err.code, ERR_EXISTS);
    CHECK_HAS(err.text, "file");
    CHECK(!volume_overwrite(s.volume, "file", 2, "xy", 2, &err)); /* past its end */
    CHECK(err.code != ERR_GONE);
    CHECK(!volume_read(s.volume, "../file", 0, &n, 1, &n, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    CHECK(volume_size(s.volume, "file", &n, &err)); /* and the connection lives on */
    CHECK_INT(n, 3);
    stop(&s, ERR_GONE);
}

TEST(wire, a_new_file_may_have_8_MB_and_not_a_byte_more)
{
    struct service s;
    uint8_t *bytes = mem_alloc(WIRE_CREATE_MAX + 1);
    int64_t n;
    struct err err = {0};

    start(&s, "large");
    CHECK(!volume_create(s.volume, "large", bytes, WIRE_CREATE_MAX + 1, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK(volume_create(s.volume, "large", bytes, WIRE_CREATE_MAX, &err));
    CHECK(volume_size(s.volume, "large", &n, &err));
    CHECK_INT(n, WIRE_CREATE_MAX);
    free(bytes);
    stop(&s, ERR_GONE);
}

TEST(wire, T17_without_a_stick_every_request_says_so_and_a_service_that_left_is_a_pulled_stick)
{
    struct wire_desk *desk;
    struct service s;
    int64_t n;
    struct err err = {0};

    start(&s, "none");
    wire_desk_free(NULL);
    CHECK(volume_create(s.volume, "file", "abc", 3, &err));
    CHECK(shutdown(s.fds[1], SHUT_RDWR) == 0); /* it died */
    CHECK(!volume_size(s.volume, "file", &n, &err));
    CHECK_INT(err.code, ERR_GONE);
    CHECK(!volume_sync(s.volume, &err));
    CHECK_INT(err.code, ERR_GONE);
    stop(&s, ERR_GONE);

    int fds[2];
    struct wire_message m = {.kind = WIRE_SYNC, .ticket = 7}, said;
    uint8_t bytes[WIRE_MESSAGE_MAX];

    pair(fds);
    desk = wire_desk_new(fds[1]);
    CHECK(wire_send(fds[0], &m, &err) && wire_desk_serve(desk, &err));
    CHECK(wire_parse(bytes, (size_t)recv(fds[0], bytes, sizeof bytes, 0), &said, &err));
    CHECK_INT(said.kind, WIRE_ANSWER);
    CHECK_INT(said.code, ERR_GONE);
    CHECK_INT(said.ticket, 7);
    wire_desk_free(desk);
    close(fds[0]);
    close(fds[1]);
}

/* --- messages */

static size_t message(uint8_t out[WIRE_MESSAGE_MAX], enum wire_kind kind, const char *name, int64_t number,
                      size_t data_bytes)
{
    static const uint8_t data[WIRE_DATA_MAX];
    struct wire_message m = {.kind = kind, .number = number, .data = data, .data_bytes = data_bytes};

    snprintf(m.name, sizeof m.name, "%s", name);
    return wire_put(&m, out);
}

TEST(wire, each_length_but_the_right_one_and_each_field_out_of_its_range_is_no_message)
{
    static const struct {
        size_t at;
        uint8_t value;
    } bad[] = {
        {0, 'X'},   {4, 0},  {4, 8},   {4, 132}, {5, 1},  {6, 16}, {7, 1},
        {23, 0x80}, {26, 3}, {28, 96}, {29, 1},  {34, 2}, {36, 1},
    };
    static uint8_t bytes[WIRE_MESSAGE_MAX + 1];
    struct wire_message m;
    struct err err = {0};
    size_t n = message(bytes, WIRE_READ, "name", 5, 3);

    CHECK(wire_parse(bytes, n, &m, &err));
    CHECK_STR(m.name, "name");
    CHECK_INT(m.data_bytes, 3);
    for (size_t len = 0; len < n; len++) {
        CHECK(!wire_parse(bytes, len, &m, &err));
        CHECK_INT(err.code, ERR_FORMAT);
    }
    CHECK(!wire_parse(bytes, n + 1, &m, &err));
    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        uint8_t was = bytes[bad[i].at];

        bytes[bad[i].at] = bad[i].value;
        CHECK(!wire_parse(bytes, n, &m, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        bytes[bad[i].at] = was;
    }
    bytes[WIRE_HEAD_BYTES + 1] = 0; /* a name that ends before it ends */
    CHECK(!wire_parse(bytes, n, &m, &err));
}

TEST(wire, the_longest_message_goes_through_and_one_byte_more_ends_the_connection)
{
    static uint8_t bytes[WIRE_MESSAGE_MAX + 1];
    char name[VOLUME_NAME_MAX];
    struct wire_message m;
    struct wire_desk *desk;
    struct err err = {0};
    size_t n;
    int fds[2];

    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    n = message(bytes, WIRE_OVERWRITE, name, 0, WIRE_DATA_MAX);
    CHECK(wire_parse(bytes, n, &m, &err));
    pair(fds);
    desk = wire_desk_new(fds[1]);
    CHECK(send(fds[0], bytes, n, 0) == (ssize_t)n);
    CHECK(wire_desk_serve(desk, &err)); /* no stick; answered */
    CHECK(send(fds[0], bytes, WIRE_MESSAGE_MAX + 1, 0) == WIRE_MESSAGE_MAX + 1);
    CHECK(!wire_desk_serve(desk, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    wire_desk_free(desk);
    close(fds[0]);
    close(fds[1]);
}

/* --- a station that is not ours */

TEST(wire, requests_that_make_no_sense_end_the_connection)
{
    static const struct {
        enum wire_kind first, second;
        int64_t number;
        size_t data;
    } cases[] = {
        {WIRE_ANSWER, WIRE_ANSWER, 0, 0},                 /* not asked */
        {WIRE_STICK, WIRE_STICK, 0, 0},                   /* it has no sticks */
        {WIRE_MORE, WIRE_MORE, 0, 1},                     /* of nothing */
        {WIRE_CREATE, WIRE_SIZE, 10, 1},                  /* something else in the middle */
        {WIRE_CREATE, WIRE_MORE, 10, 6},                  /* 12 of 10 bytes */
        {WIRE_CREATE, WIRE_CREATE, 10, 1},                /* two at a time */
        {WIRE_CREATE, WIRE_MORE, 10, 0},                  /* it would never end */
        {WIRE_CREATE, WIRE_MORE, WIRE_CREATE_MAX + 1, 1}, /* more than there may be */
        {WIRE_SIZE, WIRE_SIZE, 0, 1},                     /* data nobody asked for */
        {WIRE_OVERWRITE, WIRE_OVERWRITE, INT64_MAX, 1},   /* past all ends */
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        static uint8_t bytes[WIRE_MESSAGE_MAX];
        struct wire_desk *desk;
        struct err err = {0};
        size_t n;
        int fds[2];

        pair(fds);
        desk = wire_desk_new(fds[1]);
        n = message(bytes, cases[i].first, "file", cases[i].number, cases[i].data);
        CHECK(send(fds[0], bytes, n, 0) == (ssize_t)n);
        n = message(bytes, cases[i].second, "file", cases[i].number, cases[i].data);
        CHECK(send(fds[0], bytes, n, 0) == (ssize_t)n);
        for (int k = 0; k < 2 && wire_desk_serve(desk, &err); k++) {
        }
        CHECK_INT(err.code, ERR_FORMAT);
        wire_desk_free(desk);
        close(fds[0]);
        close(fds[1]);
    }
}

TEST(wire, T22_a_name_that_is_none_of_ours_is_refused_on_both_sides)
{
    static uint8_t bytes[WIRE_MESSAGE_MAX];
    struct service s;
    struct wire_message said;
    struct err err = {0};
    size_t n;

    start(&s, "names");
    n = message(bytes, WIRE_CREATE, "../evil", 3, 3);
    CHECK(send(s.fds[0], bytes, n, 0) == (ssize_t)n);
    CHECK(wire_parse(bytes, (size_t)recv(s.fds[0], bytes, sizeof bytes, 0), &said, &err));
    CHECK_INT(said.code, ERR_FORMAT);
    CHECK(!fsio_exists(test_path("evil")));
    stop(&s, ERR_GONE);
}

/* --- a service that is not ours */

struct liar {
    int fd;
    struct wire_message says[3];
    int n;
};

/* Waits for a request, then says what it was told to, with the request's ticket plus its own. */
static void *lie(void *ctx)
{
    struct liar *l = ctx;
    static uint8_t bytes[WIRE_MESSAGE_MAX];
    struct wire_message asked;
    struct err err = {0};

    CHECK(wire_parse(bytes, (size_t)recv(l->fd, bytes, sizeof bytes, 0), &asked, &err));
    for (int i = 0; i < l->n; i++) {
        l->says[i].ticket += asked.ticket;
        CHECK(wire_send(l->fd, &l->says[i], &err));
    }
    return NULL;
}

static enum err_code told(const struct wire_message *says, int n, int64_t *size, struct wire_link **link)
{
    struct liar l = {.n = n};
    struct volume *v;
    pthread_t thread;
    struct err err = {0};
    int fds[2];

    pair(fds);
    l.fd = fds[1];
    memcpy(l.says, says, (size_t)n * sizeof *says);
    *link = wire_link_new(fds[0]);
    v = wire_link_volume(*link, "a\x1b[2Jname"); /* shown raw it would clear a terminal */
    CHECK_STR(v->label, "USB");
    CHECK(pthread_create(&thread, NULL, lie, &l) == 0);
    enum err_code code = volume_size(v, "file", size, &err) ? ERR_NONE : err.code;

    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(!strchr(err.text, 0x1b));
    volume_close(v);
    close(fds[0]);
    close(fds[1]);
    return code;
}

TEST(wire, answers_nobody_asked_for_are_passed_over_or_end_the_stick)
{
    static const uint8_t escape[] = {0x1b, '[', '2', 'J'};
    const struct wire_message right = {.kind = WIRE_ANSWER, .number = 42};
    struct wire_message early = {.kind = WIRE_ANSWER, .ticket = 1},
                        late = {.kind = WIRE_ANSWER, .ticket = (uint64_t)-1};
    struct wire_message asks = {.kind = WIRE_READ}, gone = {.kind = WIRE_GONE}, stick = {.kind = WIRE_STICK},
                        coming = {.kind = WIRE_COMING};
    struct wire_message fails = {.kind = WIRE_ANSWER, .code = ERR_IO, .data = escape, .data_bytes = sizeof escape};
    struct wire_link *link;
    struct wire_message news;
    int64_t size = 0;
    struct err err = {0};

    CHECK_INT(told(&right, 1, &size, &link), ERR_NONE);
    CHECK_INT(size, 42);
    wire_link_free(link);
    CHECK_INT(told((struct wire_message[]){late, right}, 2, &size, &link), ERR_NONE); /* of a request given up */
    wire_link_free(link);
    CHECK_INT(told(&early, 1, &size, &link), ERR_GONE);
    wire_link_free(link);
    CHECK_INT(told(&asks, 1, &size, &link), ERR_GONE);
    wire_link_free(link);
    CHECK_INT(told(&fails, 1, &size, &link), ERR_IO);
    wire_link_free(link);
    snprintf(stick.name, sizeof stick.name, "second");
    CHECK_INT(told((struct wire_message[]){stick, gone, right}, 3, &size, &link), ERR_NONE);
    CHECK(wire_link_news(link, 0, &news, &err)); /* kept, in order */
    CHECK_INT(news.kind, WIRE_STICK);
    CHECK_STR(news.name, "second");
    CHECK(wire_link_news(link, 0, &news, &err));
    CHECK_INT(news.kind, WIRE_GONE);
    wire_link_free(link);
    CHECK_INT(told((struct wire_message[]){coming, stick, right}, 3, &size, &link), ERR_NONE);
    CHECK(wire_link_news(link, 0, &news, &err));
    CHECK_INT(news.kind, WIRE_COMING);
    wire_link_free(link);
}

TEST(wire, news_are_waited_for_and_a_storm_of_them_keeps_the_last)
{
    struct wire_message m = {.kind = WIRE_STICK}, news;
    struct wire_link *link;
    struct err err = {0};
    int fds[2];

    pair(fds);
    link = wire_link_new(fds[0]);
    CHECK(!wire_link_news(link, 0, &news, &err));
    CHECK_INT(err.code, ERR_BUSY);
    for (int i = 0; i < 9; i++) {
        snprintf(m.name, sizeof m.name, "%d", i);
        CHECK(wire_send(fds[1], &m, &err));
    }
    for (int i = 0; i < 9; i++) {
        CHECK(wire_link_news(link, 0, &news, &err));
        CHECK_INT(news.name[0], '0' + i);
    }
    m = (struct wire_message){.kind = WIRE_SYNC};
    CHECK(wire_send(fds[1], &m, &err)); /* it asks us */
    CHECK(!wire_link_news(link, 0, &news, &err));
    CHECK_INT(err.code, ERR_GONE);
    close(fds[1]);
    CHECK(!wire_link_news(link, 0, &news, &err));
    CHECK_INT(err.code, ERR_GONE);
    wire_link_free(link);
    close(fds[0]);
}

/* --- who does not answer, and who is no longer waited for */

static int64_t wall_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

TEST(wire, T18_a_peer_that_takes_nothing_is_left_after_its_time)
{
    static uint8_t data[WIRE_DATA_MAX];
    struct wire_message m = {.kind = WIRE_ANSWER, .data = data, .data_bytes = sizeof data};
    struct err err = {0};
    int64_t start, last = 0;
    int fds[2], n = 0;

    pair(fds);
    for (start = wall_ms(); wire_send(fds[0], &m, &err); start = wall_ms()) {
        CHECK(++n < 1000);
    }
    last = wall_ms() - start;
    CHECK_INT(err.code, ERR_GONE);
    CHECK(last >= WIRE_SEND_MS && last < WIRE_SEND_MS + 1000);
    close(fds[0]);
    close(fds[1]);
}

/* A stick that hangs in its first reading until it is told to stop, or for ever. */
struct hanging {
    struct volume base; /* first member */
    struct wire_desk *desk;
    int n_readings;
    bool is_deaf;
    int64_t deaf_until_ms;
};

static bool hanging_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                         struct err *err)
{
    struct hanging *h = (struct hanging *)v;

    (void)name;
    (void)offset;
    *got = n;
    memset(buf, 7, (size_t)n);
    if (h->n_readings++ > 0) {
        return true;
    }
    while (h->is_deaf ? wall_ms() < h->deaf_until_ms : !wire_desk_is_stopped(h->desk)) {
        poll(NULL, 0, 1);
    }
    return err_set(err, ERR_CANCELLED, "stopped");
}

static void hanging_close(struct volume *v)
{
    (void)v;
}

static const struct volume_class hanging_class = {.read = hanging_read, .close = hanging_close};

struct hang {
    int fd;
    struct hanging stick;
};

static void *serve_hanging(void *ctx)
{
    struct hang *h = ctx;
    struct err err = {0};

    h->stick.desk = wire_desk_new(h->fd);
    wire_desk_use(h->stick.desk, &h->stick.base);
    while (wire_desk_serve(h->stick.desk, &err)) {
    }
    wire_desk_free(h->stick.desk);
    return NULL;
}

static void *stop_soon(void *ctx)
{
    poll(NULL, 0, 50);
    atomic_store((atomic_bool *)ctx, true);
    return NULL;
}

/* A reading from a stick that hangs, stopped after 50 ms; returns after how long it ended. */
static int64_t read_and_stop(bool is_deaf)
{
    struct hang h = {.stick = {.base.class = &hanging_class, .is_deaf = is_deaf}};
    atomic_bool flag = false;
    pthread_t service, stopper;
    uint8_t buf[10];
    int64_t got, start = wall_ms(), took;
    struct err err = {0};
    int fds[2];

    pair(fds);
    h.fd = fds[1];
    h.stick.deaf_until_ms = start + WIRE_STOP_MS + 500;
    struct wire_link *link = wire_link_new(fds[0]);
    struct volume *v = wire_link_volume(link, "MICRO2");

    wire_link_stop_when(link, &flag);
    CHECK(pthread_create(&service, NULL, serve_hanging, &h) == 0);
    CHECK(pthread_create(&stopper, NULL, stop_soon, &flag) == 0);
    CHECK(!volume_read(v, "MICRO2/courier.json", 0, buf, sizeof buf, &got, &err));
    took = wall_ms() - start;
    CHECK_INT(err.code, ERR_CANCELLED);
    CHECK(pthread_join(stopper, NULL) == 0);
    CHECK(!volume_read(v, "MICRO2/courier.json", 0, buf, sizeof buf, &got, &err)); /* at once */
    CHECK_INT(err.code, ERR_CANCELLED);
    atomic_store(&flag, false); /* the next stick, or the same one once it heard */
    CHECK(volume_read(v, "MICRO2/courier.json", 0, buf, sizeof buf, &got, &err));
    CHECK_INT(got, sizeof buf);
    CHECK_INT(buf[9], 7);
    volume_close(v);
    wire_link_free(link);
    close(fds[0]);
    CHECK(pthread_join(service, NULL) == 0);
    close(fds[1]);
    return took;
}

TEST(wire, T18_a_reading_that_is_stopped_ends_soon_and_the_next_one_works)
{
    CHECK(read_and_stop(false) < 1000);
}

TEST(wire, T18_a_stickd_that_cannot_stop_is_not_waited_for)
{
    int64_t took = read_and_stop(true);

    CHECK(took >= WIRE_STOP_MS && took < WIRE_STOP_MS + 500);
}
