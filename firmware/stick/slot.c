/* slot: connect, wait for news, hand over, again. */
#include "stick/slot.h"
#include "base/buf.h"
#include "base/log.h"
#include "stick/wire.h"
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

struct slot {
    struct sockaddr_un address;
    struct exchange *exchange;
    pthread_t thread;
    int wake; /* eventfd: slot_stop was called */
    pthread_mutex_t lock;
    pthread_cond_t is_done;
    bool is_over, is_running; /* the exchange has the link */
    int fd;                   /* of the connection, -1 = none */
    int n_lost, n_silent;     /* connections in a row: stickd ended over what is in; it ended before any news */
    bool is_damaged;          /* told, and nothing else since */
};

static bool is_over(struct slot *s)
{
    bool over;

    pthread_mutex_lock(&s->lock);
    over = s->is_over;
    pthread_mutex_unlock(&s->lock);
    return over;
}

/* Publishes the connection, so that slot_stop can shut it; false where that was asked for already. */
static bool keep(struct slot *s, int fd)
{
    bool ok;

    pthread_mutex_lock(&s->lock);
    ok = !s->is_over;
    s->fd = ok ? fd : -1;
    pthread_mutex_unlock(&s->lock);
    return ok;
}

static void drop(struct slot *s, int fd)
{
    pthread_mutex_lock(&s->lock);
    s->fd = -1;
    pthread_mutex_unlock(&s->lock);
    close(fd);
}

static int connect_once(const struct slot *s)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&s->address, sizeof s->address) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* In the exchange's thread. */
static void done(void *ctx)
{
    struct slot *s = ctx;

    pthread_mutex_lock(&s->lock);
    s->is_running = false;
    pthread_cond_signal(&s->is_done);
    pthread_mutex_unlock(&s->lock);
}

static void hand_over(struct slot *s, struct wire_link *link, const char *label)
{
    pthread_mutex_lock(&s->lock);
    s->is_running = true;
    pthread_mutex_unlock(&s->lock);
    exchange_plug_link(s->exchange, link, label, done, s);
    pthread_mutex_lock(&s->lock);
    while (s->is_running) {
        pthread_cond_wait(&s->is_done, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
}

/* Until stickd leaves. */
static void listen_to(struct slot *s, int fd)
{
    struct wire_link *link = wire_link_new(fd);
    struct wire_message news;
    bool is_in = false, is_silent = true;
    struct err err = {0};

    for (; wire_link_news(link, -1, &news, &err); is_silent = false) {
        is_in = news.kind == WIRE_STICK || news.kind == WIRE_COMING;
        s->is_damaged &= news.kind == WIRE_COMING;
        if (news.kind == WIRE_STICK) {
            hand_over(s, link, news.name);
        } else if (news.kind == WIRE_COMING) {
            if (!s->is_damaged) { /* it is tried again: no news for anybody */
                exchange_coming(s->exchange);
            }
        } else if (news.kind == WIRE_REFUSED) {
            exchange_refuse(s->exchange, news.name);
        } else {
            exchange_pull(s->exchange); /* also what was refused is gone from the screen */
        }
        s->n_lost = is_in ? s->n_lost : 0; /* it lived to say how that one ended */
    }
    wire_link_free(link);
    if (is_over(s)) {
        return; /* slot_stop has pulled it */
    }
    s->n_silent = is_silent ? s->n_silent + 1 : 0;
    if (!s->is_damaged && (is_in || s->n_silent == SLOT_SILENT_MAX)) {
        s->is_damaged = true;
        log_line(LOG_WARN, "the stick service ended over what is in the slot");
        exchange_pull(s->exchange);
        exchange_refuse(s->exchange, "damaged");
    }
    s->n_lost++;
}

/* After so many connections that were lost in a row. */
static int wait_ms(int n_lost)
{
    int ms = SLOT_RETRY_MS;

    for (int i = 1; i < n_lost && ms < SLOT_RETRY_MAX_MS; i++) {
        ms *= 2;
    }
    return ms < SLOT_RETRY_MAX_MS ? ms : SLOT_RETRY_MAX_MS;
}

static void wait_for_it(struct slot *s, int ms)
{
    poll(&(struct pollfd){.fd = s->wake, .events = POLLIN}, 1, ms);
}

static void *run(void *ctx)
{
    struct slot *s = ctx;
    bool was_there = true;

    pthread_setname_np(pthread_self(), "slot");
    while (!is_over(s)) {
        int fd = connect_once(s);

        if (fd < 0) {
            if (was_there) { /* once, not each second */
                log_line(LOG_WARN, "the stick service '%s' is not there: no stick can be read until it is",
                         s->address.sun_path);
            }
            was_there = false;
            wait_for_it(s, SLOT_RETRY_MS);
            continue;
        }
        was_there = true;
        if (keep(s, fd)) {
            listen_to(s, fd);
        }
        drop(s, fd);
        wait_for_it(s, wait_ms(s->n_lost));
    }
    return NULL;
}

bool slot_start(const char *socket, struct exchange *exchange, struct slot **made, struct err *err)
{
    struct slot *s;

    if (strlen(socket) >= sizeof s->address.sun_path) {
        return err_set(err, ERR_LIMIT, "'%s': a socket's path has at most %zu bytes; give a shorter one", socket,
                       sizeof s->address.sun_path - 1);
    }
    s = mem_alloc(sizeof *s);
    s->address.sun_family = AF_UNIX;
    snprintf(s->address.sun_path, sizeof s->address.sun_path, "%s", socket);
    s->exchange = exchange;
    s->fd = -1;
    s->wake = eventfd(0, EFD_CLOEXEC);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->is_done, NULL);
    if (s->wake < 0 || pthread_create(&s->thread, NULL, run, s) != 0) {
        close(s->wake);
        free(s);
        return err_set(err, ERR_IO, "stick: no thread for the slot");
    }
    *made = s;
    return true;
}

void slot_stop(struct slot *s)
{
    pthread_mutex_lock(&s->lock);
    s->is_over = true;
    if (s->fd >= 0) {
        shutdown(s->fd, SHUT_RDWR); /* whoever waits on it meets a stick that is gone */
    }
    pthread_mutex_unlock(&s->lock);
    exchange_pull(s->exchange); /* also a stick of somebody's own is let go */
    if (eventfd_write(s->wake, 1) != 0) {
        log_line(LOG_WARN, "slot: cannot be woken; it ends within a second");
    }
}

void slot_join(struct slot *s)
{
    if (s) {
        pthread_join(s->thread, NULL);
        pthread_mutex_destroy(&s->lock);
        pthread_cond_destroy(&s->is_done);
        close(s->wake);
        free(s);
    }
}
