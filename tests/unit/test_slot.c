/* test_slot: sticks reach the exchange through stickd's socket: a whole exchange, a pull at any request, a stickd that
 * dies, one that comes late, things that are no sticks (THREATS T14, T17, T20). Also run under the thread sanitizer. */
#include "base/log.h"
#include "stick/wire.h"
#include "unit/faceless_fixture.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 6, ROWS_OUT = ROWS + 1 + 2 }; /* with the key row; what is on the shelf and its key */

/* --- a stickd over a folder */

static struct {
    char path[108];
    int listener;
    char folder[1024];     /* "" = no stick */
    const char *refused;   /* told before the stick */
    enum wire_kind falls;  /* tells this and dies, WIRE_ANSWER = nothing; 0 = it lives */
    atomic_int leaves_at;  /* dies before this request, -1 = never */
    atomic_int n_requests; /* of all connections */
    atomic_int n_connections, n_wanted;
    atomic_int fd; /* of the last connection */
    pthread_t thread;
} stickd;

static void attend(int fd)
{
    struct wire_desk *desk = wire_desk_new(fd);
    struct wire_message m = {.kind = WIRE_REFUSED};
    struct volume *v = NULL;
    struct err err = {0};

    if (stickd.falls) {
        m.kind = stickd.falls;
        CHECK(stickd.falls == WIRE_ANSWER || wire_send(fd, &m, &err));
        wire_desk_free(desk);
        close(fd);
        return;
    }
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
        atomic_store(&stickd.fd, fd);
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

/* Ends the connection, as a stickd that dies. */
static void stickd_drop(void)
{
    shutdown(atomic_load(&stickd.fd), SHUT_RDWR);
}

static void stickd_stop(void)
{
    shutdown(stickd.listener, SHUT_RDWR);
    CHECK(pthread_join(stickd.thread, NULL) == 0);
    close(stickd.listener);
}

static int64_t real_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void begin(struct station *s, bool is_fresh)
{
    struct err err = {0};

    log_to(-1);
    station_begin(s, is_fresh);
    if (is_fresh) {
        station_visit(s, ROWS);
    }
    CHECK(slot_start(world_path("stick.sock"), s->exchange, &s->slot, &err));
}

TEST(slot, a_stick_behind_stickd_is_served_whole_and_its_end_is_told)
{
    struct station s;
    char stick[256];

    snprintf(stick, sizeof stick, "%s", world_stick("whole"));
    stickd_start(stick, NULL, -1, 1);
    begin(&s, true);
    station_hear_over(&s);
    CHECK_STR(s.last.label, "COURIER");
    CHECK_STR(s.last.office, "Office");
    CHECK_INT(s.last.rows_written, ROWS_OUT);
    CHECK(s.last.is_in);
    CHECK_INT(station_rows_in(&s, stick), ROWS_OUT);
    station_end(&s); /* the station leaves first */
    stickd_stop();
}

/* "Stop" touched while nobody knew yet whose stick it is: what was saved could not be read back. */
TEST(slot, a_stop_of_before_does_not_keep_a_visitor_from_saving)
{
    struct station s;
    struct err err = {0};
    char mine[256];

    snprintf(mine, sizeof mine, "%s", world_path("mine"));
    CHECK(fsio_make_dirs(mine, 0700, &err));
    stickd_start(mine, NULL, -1, 1);
    begin(&s, true);
    station_hear_over(&s);
    CHECK(s.last.is_own);
    exchange_halt(s.exchange);
    exchange_save(s.exchange, "result", "txt", "levels", 6, 1);
    while (station_hear(&s) != EV_STICK_SAVED) {
    }
    CHECK_INT(s.saved.err.code, ERR_NONE);
    station_end(&s);
    stickd_stop();
}

TEST(slot, T14_what_is_no_stick_is_told_by_its_word)
{
    struct station s;

    stickd_start("", "keyboard", -1, 1);
    begin(&s, false);
    while (!s.refused[0]) {
        station_hear(&s);
    }
    CHECK_STR(s.refused, "keyboard");
    station_end(&s);
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
        station_hear_over(&s);
        while (s.last.is_in && atomic_load(&stickd.n_requests) >= at) { /* it is gone: the screen hears of it */
            station_hear(&s);
        }
        was_cut = atomic_load(&stickd.n_requests) >= at;
        n += was_cut;
        while (was_cut && !s.refused[0]) { /* it is in still: nobody says that it is out */
            station_hear(&s);
        }
        CHECK_STR(s.refused, was_cut ? "damaged" : "");
        station_end(&s);
        stickd_stop();
        stickd_start(stick, NULL, -1, 1);
        begin(&s, false);
        station_hear_over(&s);
        CHECK_INT(s.last.progress.state[STICK_RESULTS], STICK_DONE);
        CHECK_INT(station_rows_in(&s, stick), ROWS_OUT);
        station_end(&s);
        stickd_stop();
    }
    CHECK(n > 5);
}

/* Told that one is coming, or nothing, and then it falls: over a partition table, say. The same stick was opened each
 * second for ever, and nobody was told. */
TEST(slot, T20_a_stick_that_kills_stickd_before_it_is_open_is_told_and_opened_ever_less_often)
{
    static const enum wire_kind falls[] = {WIRE_COMING, WIRE_ANSWER};

    for (size_t i = 0; i < M2_COUNT(falls); i++) {
        struct station s;
        int64_t began_ms;

        stickd.falls = falls[i];
        stickd_start("", NULL, -1, 3);
        began_ms = real_ms();
        begin(&s, false);
        while (!s.refused[0]) {
            station_hear(&s);
        }
        CHECK_STR(s.refused, "damaged");
        CHECK_INT(s.n_coming, falls[i] == WIRE_COMING);
        CHECK_INT(atomic_load(&stickd.n_connections), falls[i] == WIRE_COMING ? 1 : SLOT_SILENT_MAX);
        CHECK(pthread_join(stickd.thread, NULL) == 0); /* after the third */
        CHECK(real_ms() - began_ms >= (1 + 2) * SLOT_RETRY_MS);
        for (struct message *m; (m = outbox_take(s.outbox));
             message_free(m)) { /* told once, though it is tried again */
            CHECK(m->kind != EV_STICK_COMING && m->kind != EV_STICK_REFUSED);
        }
        close(stickd.listener);
        station_end(&s);
        stickd.falls = 0;
    }
}

TEST(slot, what_is_being_looked_at_is_told_and_its_end)
{
    struct station s;
    struct err err = {0};
    struct wire_message m = {.kind = WIRE_COMING};

    stickd_start("", NULL, -1, 1);
    begin(&s, false);
    while (atomic_load(&stickd.n_connections) == 0) {
        usleep(1000);
    }
    CHECK(wire_send(atomic_load(&stickd.fd), &m, &err));
    while (!s.n_coming) {
        station_hear(&s);
    }
    m.kind = WIRE_GONE;
    s.last.is_in = true;
    CHECK(wire_send(atomic_load(&stickd.fd), &m, &err));
    while (s.last.is_in) {
        station_hear(&s);
    }
    CHECK_STR(s.refused, "");
    station_end(&s);
    stickd_stop();
}

TEST(slot, a_stickd_that_comes_late_or_again_is_found)
{
    struct station s;
    char stick[256];

    snprintf(stick, sizeof stick, "%s", world_stick("late"));
    unlink(world_path("stick.sock"));
    begin(&s, true);
    stickd_start(stick, NULL, -1, 1);
    station_hear_over(&s);
    CHECK_INT(s.last.rows_written, ROWS_OUT);
    station_end(&s);
    stickd_stop();
}

/* A visitor's stick stays open until it goes; the end of it, and of the station, is met while nothing is asked. */
TEST(slot, somebody_s_own_stick_is_held_until_it_goes)
{
    struct station s;
    struct err err = {0};
    char own[256];
    struct buf text = {0};

    snprintf(own, sizeof own, "%s", world_path("own"));
    CHECK(fsio_make_dirs(own, 0700, &err));
    stickd_start(own, NULL, -1, 2);
    begin(&s, true);
    station_hear_over(&s);
    CHECK(s.last.is_own);
    CHECK_STR(s.last.label, "COURIER");
    exchange_save(s.exchange, "my-result", "txt", "levels", 6, 7);
    while (station_hear(&s) != EV_STICK_SAVED) {
    }
    CHECK_INT(s.saved.err.code, ERR_NONE);
    CHECK_STR(s.saved.name, "my-result.txt");
    CHECK(fsio_read(world_path("own/my-result.txt"), 100, &text, &err));
    CHECK_STR(buf_text(&text), "levels");
    stickd_drop(); /* stickd ends under it: the screen hears that it is damaged, and the next one is taken */
    while (!s.refused[0]) {
        station_hear(&s);
    }
    CHECK_STR(s.refused, "damaged");
    CHECK(!s.last.is_in);
    station_hear_over(&s);
    CHECK(s.last.is_own);
    station_end(&s);
    stickd_stop();
    buf_release(&text);
}

TEST(slot, a_path_no_socket_can_have_is_told)
{
    char path[200];
    struct slot *s;
    struct err err = {0};

    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    CHECK(!slot_start(path, NULL, &s, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    slot_join(NULL);
}
