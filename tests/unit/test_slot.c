/* test_slot: sticks reach the exchange through stickd's socket: a whole exchange, a pull at any request, a stickd that
 * dies, one that comes late, things that are no sticks (THREATS T14, T17, T20). Also run under the thread sanitizer. */
#include "base/log.h"
#include "stick/mailbox.h"
#include "stick/slot.h"
#include "stick/wire.h"
#include "store/clerk.h"
#include "unit/world_fixture.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ROWS = 6, WAITS_MS = 20000 };

/* --- a stickd over a folder */

static struct {
    char path[108];
    int listener;
    char folder[1024];     /* "" = no stick */
    const char *refused;   /* told before the stick */
    atomic_int leaves_at;  /* dies before this request, -1 = never */
    atomic_int n_requests; /* of all connections */
    atomic_int n_connections, n_wanted;
    pthread_t thread;
} stickd;

static void attend(int fd)
{
    struct wire_desk *desk = wire_desk_new(fd);
    struct wire_message m = {.kind = WIRE_REFUSED};
    struct volume *v = NULL;
    struct err err = {0};

    if (stickd.refused) {
        snprintf(m.name, sizeof m.name, "%s", stickd.refused);
        CHECK(wire_send(fd, &m, &err));
    }
    if (stickd.folder[0]) {
        CHECK(volume_open_folder(stickd.folder, &v, &err));
        m = (struct wire_message){.kind = WIRE_STICK, .name = "COURIER"};
        CHECK(wire_send(fd, &m, &err));
    }
    wire_desk_use(desk, v);
    while (atomic_load(&stickd.leaves_at) < 0 || atomic_load(&stickd.n_requests) < atomic_load(&stickd.leaves_at)) {
        if (!wire_desk_serve(desk, &err)) {
            break;
        }
        atomic_fetch_add(&stickd.n_requests, 1);
    }
    wire_desk_free(desk);
    volume_close(v);
    close(fd);
}

static void *run(void *ctx)
{
    (void)ctx;
    while (atomic_load(&stickd.n_connections) < atomic_load(&stickd.n_wanted)) {
        int fd = accept4(stickd.listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0) {
            break;
        }
        atomic_fetch_add(&stickd.n_connections, 1);
        attend(fd);
    }
    return NULL;
}

static void stickd_start(const char *folder, const char *refused, int leaves_at, int n_wanted)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(stickd.path, sizeof stickd.path, "%s", world_path("stick.sock"));
    snprintf(address.sun_path, sizeof address.sun_path, "%s", stickd.path);
    unlink(stickd.path);
    snprintf(stickd.folder, sizeof stickd.folder, "%s", folder);
    stickd.refused = refused;
    atomic_store(&stickd.leaves_at, leaves_at);
    atomic_store(&stickd.n_requests, 0);
    atomic_store(&stickd.n_connections, 0);
    atomic_store(&stickd.n_wanted, n_wanted);
    stickd.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    CHECK(stickd.listener >= 0);
    CHECK(bind(stickd.listener, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(stickd.listener, 1) == 0);
    CHECK(pthread_create(&stickd.thread, NULL, run, NULL) == 0);
}

static void stickd_stop(void)
{
    shutdown(stickd.listener, SHUT_RDWR);
    CHECK(pthread_join(stickd.thread, NULL) == 0);
    close(stickd.listener);
}

/* --- a station without a face */

struct station {
    struct datafolder folder;
    struct outbox *outbox;
    struct clerk *clerk;
    struct exchange *exchange;
    struct slot *slot;
    struct ev_stick last;
    char refused[32];
};

static struct message *next_event(struct station *s)
{
    struct pollfd fd = {.fd = outbox_fd(s->outbox), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(s->outbox))) {
        CHECK(poll(&fd, 1, WAITS_MS) == 1);
    }
    return m;
}

static void begin(struct station *s, bool is_fresh)
{
    struct clerk_options clerk = {.folder = &s->folder};
    struct exchange_options exchange = {.folder = &s->folder};
    struct journal_visit v = {.id = {1}, .key = {2}};
    struct err err = {0};

    *s = (struct station){.outbox = outbox_new()};
    log_to(-1);
    CHECK(datafolder_open(is_fresh ? world_hub() : world_path("hub"), &s->folder, &err));
    CHECK(clerk_start(&clerk, s->outbox, &s->clerk, &err));
    exchange.clerk = s->clerk;
    CHECK(exchange_start(&exchange, s->outbox, &s->exchange, &err));
    for (int i = 0; is_fresh && i < ROWS; i++) {
        struct message *m;

        clerk_append(s->clerk, &v, i == 0, "{\"kind\":\"answer\"}", 17, NULL, 1);
        m = next_event(s);
        CHECK_INT(m->kind, EV_ROW_SAVED);
        message_free(m);
    }
    CHECK(slot_start(world_path("stick.sock"), s->exchange, s->outbox, &s->slot, &err));
}

static void end(struct station *s)
{
    slot_stop(s->slot);
    slot_join(s->slot);
    exchange_stop(s->exchange);
    exchange_join(s->exchange);
    clerk_stop(s->clerk);
    clerk_join(s->clerk);
    outbox_free(s->outbox);
    datafolder_close(&s->folder);
}

static void take_event(struct station *s)
{
    struct message *m = next_event(s);

    if (m->kind == EV_STICK_STATE) {
        s->last = *(struct ev_stick *)m;
    } else if (m->kind == EV_STICK_REFUSED) {
        snprintf(s->refused, sizeof s->refused, "%s", ((struct ev_stick_refused *)m)->what);
    }
    message_free(m);
}

static void wait_over(struct station *s)
{
    s->last = (struct ev_stick){0};
    while (!s->last.is_over) {
        take_event(s);
    }
}

static int64_t rows_on(const struct station *s, const char *stick)
{
    struct mailbox_header h;
    struct buf payload = {0};
    struct volume *v;
    struct err err = {0};
    int64_t n = 0;
    int slot = 0;

    CHECK(volume_open_folder(stick, &v, &err) && mailbox_find_slot(v, &s->folder.station, &slot, &err));
    if (mailbox_read(v, slot, &s->folder.station, &h, &payload, &err)) {
        n = h.n_rows;
    }
    buf_release(&payload);
    volume_close(v);
    return n;
}

TEST(slot, a_stick_behind_stickd_is_served_whole_and_its_end_is_told)
{
    struct station s;
    char stick[256];

    snprintf(stick, sizeof stick, "%s", world_stick("whole"));
    stickd_start(stick, NULL, -1, 1);
    begin(&s, true);
    wait_over(&s);
    CHECK_STR(s.last.label, "COURIER");
    CHECK_STR(s.last.office, "Office");
    CHECK_INT(s.last.rows_written, ROWS + 1); /* and the key row */
    CHECK(s.last.is_in);
    CHECK_INT(rows_on(&s, stick), ROWS + 1);
    end(&s); /* the station leaves first */
    stickd_stop();
}

TEST(slot, T14_what_is_no_stick_is_told_by_its_word)
{
    struct station s;

    stickd_start("", "keyboard", -1, 1);
    begin(&s, false);
    while (!s.refused[0]) {
        take_event(&s);
    }
    CHECK_STR(s.refused, "keyboard");
    end(&s);
    stickd_stop();
}

/* At each request stickd dies; started again it offers the stick anew, and the exchange completes. */
TEST(slot, T17_T20_stickd_may_die_at_any_request_and_the_next_time_carries_on)
{
    struct station s;
    char stick[256], name[32];
    int n = 0, at = 0;

    for (bool was_cut = true; was_cut; at += 3) {
        snprintf(name, sizeof name, "dies-%d", at);
        snprintf(stick, sizeof stick, "%s", world_stick(name));
        stickd_start(stick, NULL, at, 1);
        begin(&s, true);
        wait_over(&s);
        while (s.last.is_in && atomic_load(&stickd.n_requests) >= at) { /* it is gone: the screen hears of it */
            take_event(&s);
        }
        was_cut = atomic_load(&stickd.n_requests) >= at;
        n += was_cut;
        end(&s);
        stickd_stop();
        stickd_start(stick, NULL, -1, 1);
        begin(&s, false);
        wait_over(&s);
        CHECK_INT(s.last.progress.state[STICK_RESULTS], STICK_DONE);
        CHECK_INT(rows_on(&s, stick), ROWS + 1);
        end(&s);
        stickd_stop();
    }
    CHECK(n > 5);
}

TEST(slot, a_stickd_that_comes_late_or_again_is_found)
{
    struct station s;
    char stick[256];

    snprintf(stick, sizeof stick, "%s", world_stick("late"));
    unlink(world_path("stick.sock"));
    begin(&s, true);
    stickd_start(stick, NULL, -1, 1);
    wait_over(&s);
    CHECK_INT(s.last.rows_written, ROWS + 1);
    end(&s);
    stickd_stop();
}

TEST(slot, a_path_no_socket_can_have_is_told)
{
    char path[200];
    struct slot *s;
    struct err err = {0};

    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    CHECK(!slot_start(path, NULL, NULL, &s, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    slot_join(NULL);
}
