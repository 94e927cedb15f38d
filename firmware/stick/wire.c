/* wire: heads, a desk that serves, a link that asks. */
#include "stick/wire.h"
#include "base/buf.h"
#include "base/utf8.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/banned.h"

/* magic 4, kind 2, code 2, ticket 8, number 8, n 4, name bytes 4, data bytes 4, zero 4; then name, then data */
enum { AT_KIND = 4, AT_CODE = 6, AT_TICKET = 8, AT_NUMBER = 16, AT_N = 24, AT_NAME = 28, AT_DATA = 32, AT_ZERO = 36 };
static const char MAGIC[4] = {'M', '2', 'W', '1'};

enum { NEWS_KEPT = 4 };

/* --- messages
 * ------------------------------------------------------------------------------------------------------------- */

static bool is_kind(unsigned kind)
{
    return (kind >= WIRE_SIZE && kind <= WIRE_STOP) || kind == WIRE_ANSWER ||
           (kind >= WIRE_STICK && kind <= WIRE_COMING);
}

bool wire_parse(const uint8_t *bytes, size_t n, struct wire_message *out, struct err *err)
{
    struct wire_message m;
    uint32_t name_bytes, data_bytes;

    if (n < WIRE_HEAD_BYTES || n > WIRE_MESSAGE_MAX || memcmp(bytes, MAGIC, sizeof MAGIC) != 0) {
        return err_set(err, ERR_FORMAT, "stick service: a message that is none");
    }
    name_bytes = get_le32(bytes + AT_NAME);
    data_bytes = get_le32(bytes + AT_DATA);
    if (!is_kind(get_le16(bytes + AT_KIND)) || get_le16(bytes + AT_CODE) > ERR_CANCELLED ||
        name_bytes >= VOLUME_NAME_MAX || data_bytes > WIRE_DATA_MAX || get_le32(bytes + AT_ZERO) != 0 ||
        n != WIRE_HEAD_BYTES + (size_t)name_bytes + data_bytes || memchr(bytes + WIRE_HEAD_BYTES, 0, name_bytes)) {
        return err_set(err, ERR_FORMAT, "stick service: a message that does not fit its head");
    }
    m = (struct wire_message){.kind = (enum wire_kind)get_le16(bytes + AT_KIND),
                              .code = (enum err_code)get_le16(bytes + AT_CODE),
                              .ticket = get_le64(bytes + AT_TICKET),
                              .number = (int64_t)get_le64(bytes + AT_NUMBER),
                              .n = get_le32(bytes + AT_N),
                              .data = bytes + WIRE_HEAD_BYTES + name_bytes,
                              .data_bytes = data_bytes};
    memcpy(m.name, bytes + WIRE_HEAD_BYTES, name_bytes);
    if (m.number < 0 || m.n > WIRE_DATA_MAX) {
        return err_set(err, ERR_FORMAT, "stick service: a number that cannot be");
    }
    *out = m;
    return true;
}

size_t wire_put(const struct wire_message *m, uint8_t *out)
{
    size_t name_bytes = strlen(m->name);

    memset(out, 0, WIRE_HEAD_BYTES);
    memcpy(out, MAGIC, sizeof MAGIC);
    out[AT_KIND] = (uint8_t)m->kind;
    out[AT_CODE] = (uint8_t)m->code;
    put_le64(out + AT_TICKET, m->ticket);
    put_le64(out + AT_NUMBER, (uint64_t)m->number);
    put_le32(out + AT_N, m->n);
    put_le32(out + AT_NAME, (uint32_t)name_bytes);
    put_le32(out + AT_DATA, (uint32_t)m->data_bytes);
    memcpy(out + WIRE_HEAD_BYTES, m->name, name_bytes);
    if (m->data_bytes) {
        memcpy(out + WIRE_HEAD_BYTES + name_bytes, m->data, m->data_bytes);
    }
    return WIRE_HEAD_BYTES + name_bytes + m->data_bytes;
}

/* Not base/clock: time on a socket passes where a test holds the clock as well. */
static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool wait_for(int fd, short events, int timeout_ms, struct err *err)
{
    int n = poll(&(struct pollfd){.fd = fd, .events = events}, 1, timeout_ms);

    return n > 0 || (n < 0 && errno == EINTR) || err_set(err, ERR_BUSY, "stick service: nothing came in time");
}

bool wire_send(int fd, const struct wire_message *m, struct err *err)
{
    uint8_t bytes[WIRE_MESSAGE_MAX];
    size_t n = wire_put(m, bytes);
    int64_t until_ms = now_ms() + WIRE_SEND_MS, left = WIRE_SEND_MS;
    ssize_t sent;

    while ((sent = send(fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT)) < 0 &&
           (errno == EINTR || (errno == EAGAIN && left > 0 && wait_for(fd, POLLOUT, (int)left, err)))) {
        left = until_ms - now_ms();
    }
    return sent == (ssize_t)n || err_set(err, ERR_GONE, "stick service: it has left, or hangs");
}

/* One message into bytes, of WIRE_MESSAGE_MAX; false also where the peer has left. A longer one than fits is cut by the
 * socket and told. */
static bool receive_bytes(int fd, void *bytes, size_t *n_bytes, struct err *err)
{
    struct iovec to = {bytes, WIRE_MESSAGE_MAX};
    struct msghdr head = {.msg_iov = &to, .msg_iovlen = 1};
    ssize_t n;

    do {
        n = recvmsg(fd, &head, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        return err_set(err, ERR_GONE, "stick service: it has left");
    }
    *n_bytes = (size_t)n;
    return !(head.msg_flags & MSG_TRUNC) ||
           err_set(err, ERR_FORMAT, "stick service: a message over %d bytes", WIRE_MESSAGE_MAX);
}

static bool receive(int fd, uint8_t bytes[WIRE_MESSAGE_MAX], struct wire_message *out, struct err *err)
{
    size_t n = 0;

    return receive_bytes(fd, bytes, &n, err) && wire_parse(bytes, n, out, err);
}

/* --- the desk
 * ------------------------------------------------------------------------------------------------------------- */

enum { HELD = 2 }; /* while one is fetched message by message, the stick delivers the other */

struct held { /* a part of a file, WIRE_AHEAD_BYTES or to its end, or why it could not be read */
    bool is_used, has_failed;
    int64_t offset;
    size_t n;
    struct err err;
    uint8_t *bytes; /* room for as many; NULL before the first */
};

struct wire_desk {
    int fd;
    struct volume *volume;
    struct buf making; /* the file that is being made */
    char name[VOLUME_NAME_MAX];
    int64_t making_bytes; /* in all; 0 = none */
    struct {
        char name[VOLUME_NAME_MAX];
        bool is_reading;
        struct held held[HELD];
    } ahead;
    size_t next_bytes;  /* of a message that came while it read on; 0 = none */
    uint8_t *in, *next; /* a message each */
    uint8_t *data;      /* of an answer */
};

struct wire_desk *wire_desk_new(int fd)
{
    struct wire_desk *desk = mem_alloc(sizeof *desk);

    desk->fd = fd;
    desk->in = mem_alloc(WIRE_MESSAGE_MAX);
    desk->next = mem_alloc(WIRE_MESSAGE_MAX);
    desk->data = mem_alloc(WIRE_DATA_MAX);
    return desk;
}

void wire_desk_free(struct wire_desk *desk)
{
    if (desk) {
        buf_wipe(&desk->making);
        for (int i = 0; i < HELD; i++) {
            free(desk->ahead.held[i].bytes);
        }
        free(desk->in);
        free(desk->next);
        free(desk->data);
        free(desk);
    }
}

static void forget_ahead(struct wire_desk *desk)
{
    desk->ahead.name[0] = '\0';
    for (int i = 0; i < HELD; i++) {
        desk->ahead.held[i].is_used = false;
    }
}

void wire_desk_use(struct wire_desk *desk, struct volume *v)
{
    desk->volume = v;
    forget_ahead(desk);
    desk->making_bytes = 0;
    buf_wipe(&desk->making);
}

static bool answer(struct wire_desk *desk, uint64_t ticket, bool ok, const struct wire_message *said,
                   const struct err *why, struct err *err)
{
    struct wire_message m = *said;

    m.kind = WIRE_ANSWER;
    m.ticket = ticket;
    if (!ok) {
        size_t n = strlen(why->text);

        m = (struct wire_message){.kind = WIRE_ANSWER, .ticket = ticket, .code = why->code};
        m.data = (const uint8_t *)why->text;
        m.data_bytes = utf8_cut(why->text, n, WIRE_TEXT_MAX);
    }
    return wire_send(desk->fd, &m, err);
}

static bool is_request(const struct wire_desk *desk, const struct wire_message *m)
{
    bool is_making = desk->making_bytes > 0;

    switch (m->kind) {
    case WIRE_SIZE:
    case WIRE_SYNC:
    case WIRE_STOP:
        return !is_making && m->data_bytes == 0;
    case WIRE_READ:
        return !is_making && m->data_bytes == 0 && m->number <= INT64_MAX - m->n;
    case WIRE_OVERWRITE:
        return !is_making && m->number <= INT64_MAX - (int64_t)m->data_bytes;
    case WIRE_CREATE:
        return !is_making && m->number <= WIRE_CREATE_MAX && (int64_t)m->data_bytes <= m->number &&
               (m->data_bytes > 0 || m->number == 0);
    case WIRE_MORE:
        return is_making && m->data_bytes > 0 && (int64_t)(desk->making.len + m->data_bytes) <= desk->making_bytes;
    default:
        return false;
    }
}

/* The whole file is here once this is true; only then is anything answered. */
static bool is_complete(struct wire_desk *desk, const struct wire_message *m)
{
    if (m->kind == WIRE_CREATE) {
        buf_clear(&desk->making);
        snprintf(desk->name, sizeof desk->name, "%s", m->name);
        desk->making_bytes = m->number;
    }
    buf_add(&desk->making, m->data, m->data_bytes);
    return (int64_t)desk->making.len == desk->making_bytes;
}

/* --- reading on: a file that is asked for in full messages goes on being read while the station uses what it has
 * ------------------------------------------------------------------------------------------------------------- */

/* The part that byte `offset` of the file is in; NULL: it was not read. */
static struct held *part_with(struct wire_desk *desk, const char *name, int64_t offset)
{
    for (int i = 0; i < HELD && !strcmp(desk->ahead.name, name); i++) {
        struct held *h = &desk->ahead.held[i];

        if (h->is_used && (offset == h->offset || (offset > h->offset && offset - h->offset < (int64_t)h->n))) {
            return h;
        }
    }
    return NULL;
}

static void read_part(struct wire_desk *desk, struct held *h, int64_t offset)
{
    int64_t got = 0;

    h->err = (struct err){0};
    h->is_used = false; /* its bytes change from here on */
    h->bytes = h->bytes ? h->bytes : mem_alloc(WIRE_AHEAD_BYTES);
    h->has_failed = !volume_read(desk->volume, desk->ahead.name, offset, h->bytes, WIRE_AHEAD_BYTES, &got, &h->err);
    h->is_used = true;
    h->offset = offset;
    h->n = h->has_failed ? 0 : (size_t)got;
}

/* What lies behind the part with byte `offset`, in place of the other one. Of a fault whoever asks for it hears. */
static void read_on(struct wire_desk *desk, const char *name, int64_t offset)
{
    struct held *h = part_with(desk, name, offset), *other;
    int64_t next;

    if (!h || h->n < WIRE_AHEAD_BYTES) {
        return; /* it ends there */
    }
    other = h == desk->ahead.held ? h + 1 : desk->ahead.held;
    next = h->offset + (int64_t)h->n;
    if (!other->is_used || other->offset != next) {
        desk->ahead.is_reading = true;
        read_part(desk, other, next);
        desk->ahead.is_reading = false;
        other->is_used = other->err.code != ERR_CANCELLED; /* who stopped it may ask for it later */
    }
}

/* A full message out of the part it is in, which is read where it was not. */
static bool read_full(struct wire_desk *desk, const struct wire_message *m, struct wire_message *said, struct err *err)
{
    struct held *h = part_with(desk, m->name, m->number);
    size_t at;

    if (!h) {
        forget_ahead(desk);
        snprintf(desk->ahead.name, sizeof desk->ahead.name, "%s", m->name);
        h = desk->ahead.held;
        read_part(desk, h, m->number);
    }
    if (h->has_failed) {
        err_set(err, h->err.code, "%s", h->err.text);
        forget_ahead(desk); /* who asks again tries again */
        return false;
    }
    at = (size_t)(m->number - h->offset);
    said->data = h->bytes + at;
    said->data_bytes = h->n - at < m->n ? h->n - at : m->n;
    return true;
}

/* Within one part, or in full messages, one behind the other, so that none lies across two. */
static bool is_of_parts(struct wire_desk *desk, const struct wire_message *m)
{
    const struct held *h = part_with(desk, m->name, m->number);
    size_t left = h ? h->n - (size_t)(m->number - h->offset) : WIRE_AHEAD_BYTES;

    return h ? left >= m->n || h->n < WIRE_AHEAD_BYTES : m->n == WIRE_DATA_MAX;
}

static bool do_request(struct wire_desk *desk, const struct wire_message *m, struct wire_message *said, struct err *err)
{
    struct volume *v = desk->volume;
    int64_t got;

    if (!v) {
        return err_set(err, ERR_GONE, "no stick is in");
    }
    if (m->kind != WIRE_READ && m->kind != WIRE_SIZE) {
        forget_ahead(desk);
    }
    switch (m->kind) {
    case WIRE_SIZE:
        return volume_size(v, m->name, &said->number, err);
    case WIRE_READ:
        if (is_of_parts(desk, m)) {
            return read_full(desk, m, said, err);
        }
        if (!volume_read(v, m->name, m->number, desk->data, m->n, &got, err)) {
            return false;
        }
        said->data = desk->data;
        said->data_bytes = (size_t)got;
        return true;
    case WIRE_OVERWRITE:
        return volume_overwrite(v, m->name, m->number, m->data, (int64_t)m->data_bytes, err);
    case WIRE_SYNC:
        return volume_sync(v, err);
    default:
        return volume_create(v, desk->name, buf_text(&desk->making), (int64_t)desk->making.len, err);
    }
}

/* A request that the part the station is in the middle of answers: it does not wait until the other part was read. */
static bool is_held(struct wire_desk *desk, const struct wire_message *m)
{
    const struct held *h = m->kind == WIRE_READ && is_request(desk, m) ? part_with(desk, m->name, m->number) : NULL;

    return h && !h->has_failed && is_of_parts(desk, m);
}

bool wire_desk_is_stopped(struct wire_desk *desk)
{
    struct pollfd fd = {.fd = desk->fd, .events = POLLIN | POLLRDHUP};
    struct wire_message m, said = {.code = ERR_NONE};
    struct err ignored;

    if (poll(&fd, 1, 0) <= 0) {
        return false;
    }
    if (!desk->ahead.is_reading || desk->next_bytes) {
        return true;
    }
    if (!receive_bytes(desk->fd, desk->next, &desk->next_bytes, &ignored)) {
        desk->next_bytes = 0;
        return true;
    }
    if (!wire_parse(desk->next, desk->next_bytes, &m, &ignored) || m.kind == WIRE_STOP) {
        return true;
    }
    if (is_held(desk, &m)) {
        desk->next_bytes = 0;
        return !read_full(desk, &m, &said, &ignored) || !answer(desk, m.ticket, true, &said, NULL, &ignored);
    }
    return poll(&fd, 1, 0) > 0;
}

int wire_desk_fd(const struct wire_desk *desk)
{
    return desk->fd;
}

bool wire_desk_has_request(const struct wire_desk *desk)
{
    return desk->next_bytes > 0;
}

/* What waits, else what comes. */
static bool next_request(struct wire_desk *desk, struct wire_message *m, struct err *err)
{
    size_t n = desk->next_bytes;

    if (n == 0) {
        return receive(desk->fd, desk->in, m, err);
    }
    desk->next_bytes = 0;
    memcpy(desk->in, desk->next, n);
    return wire_parse(desk->in, n, m, err);
}

bool wire_desk_serve(struct wire_desk *desk, struct err *err)
{
    struct wire_message m, said = {.code = ERR_NONE};
    struct err why = {0};
    bool ok;

    if (!next_request(desk, &m, err)) {
        return false;
    }
    if (!is_request(desk, &m)) {
        return err_set(err, ERR_FORMAT, "stick service: a request that makes no sense");
    }
    if (m.kind == WIRE_STOP) { /* of a request that was answered meanwhile */
        return true;
    }
    if ((m.kind == WIRE_CREATE || m.kind == WIRE_MORE) && !is_complete(desk, &m)) {
        return true;
    }
    ok = do_request(desk, &m, &said, &why);
    if (desk->making_bytes || m.kind == WIRE_CREATE) {
        desk->making_bytes = 0;
        buf_wipe(&desk->making);
    }
    if (!answer(desk, m.ticket, ok, &said, &why, err)) {
        return false;
    }
    if (ok && m.kind == WIRE_READ && said.data_bytes == WIRE_DATA_MAX) {
        read_on(desk, m.name, m.number);
    }
    return true;
}

/* --- the link
 * ------------------------------------------------------------------------------------------------------------- */

struct wire_link {
    int fd;
    uint64_t ticket;         /* of the last request */
    bool is_gone;            /* the stick of the present volume, or stickd itself */
    const atomic_bool *stop; /* NULL = never */
    struct wire_message news[NEWS_KEPT];
    int n_news;
    uint8_t in[WIRE_MESSAGE_MAX];
};

struct linked {
    struct volume base; /* first member */
    struct wire_link *link;
};

struct wire_link *wire_link_new(int fd)
{
    struct wire_link *link = mem_alloc(sizeof *link);

    link->fd = fd;
    return link;
}

void wire_link_free(struct wire_link *link)
{
    free(link);
}

static bool gone(struct wire_link *link, struct err *err)
{
    link->is_gone = true;
    return err_set(err, ERR_GONE, "the stick is gone");
}

/* Sticks come and go faster than anybody looks only when somebody plays: the oldest news is given up. */
static void keep_news(struct wire_link *link, const struct wire_message *m)
{
    if (link->n_news == NEWS_KEPT) {
        memmove(link->news, link->news + 1, (NEWS_KEPT - 1) * sizeof *link->news);
        link->n_news--;
    }
    link->news[link->n_news] = *m;
    link->news[link->n_news].data = NULL;
    link->news[link->n_news++].data_bytes = 0;
    link->is_gone |= m->kind == WIRE_GONE;
}

/* One message from the socket, kept if it is news. */
static bool take_news(struct wire_link *link, struct err *err)
{
    struct wire_message m;

    if (!receive(link->fd, link->in, &m, err)) {
        link->is_gone = true;
        return err_set(err, ERR_GONE, "stick service: it has left");
    }
    if (m.kind >= WIRE_STICK) {
        keep_news(link, &m);
    } else if (m.kind != WIRE_ANSWER) {
        return gone(link, err); /* it asks us: it is none of ours */
    }                           /* an answer that came too late is nobody's */
    return true;
}

bool wire_link_news(struct wire_link *link, int timeout_ms, struct wire_message *news, struct err *err)
{
    while (link->n_news == 0) {
        if (!wait_for(link->fd, POLLIN, timeout_ms, err) || !take_news(link, err)) {
            return false;
        }
    }
    *news = link->news[0];
    memmove(link->news, link->news + 1, (size_t)(link->n_news - 1) * sizeof *link->news);
    link->n_news--;
    return true;
}

bool wire_link_is_gone(struct wire_link *link)
{
    struct err err;

    while (!link->is_gone && wait_for(link->fd, POLLIN, 0, &err) && take_news(link, &err)) {
    }
    return link->is_gone;
}

void wire_link_stop_when(struct wire_link *link, const atomic_bool *flag)
{
    link->stop = flag;
}

static bool is_stopped(const struct wire_link *link, const struct wire_message *m)
{
    return m->kind == WIRE_READ && link->stop && atomic_load(link->stop);
}

/* Waits for a message until then; a reading that is stopped meanwhile is told so, once, and soon given up. */
static bool wait_for_answer(struct wire_link *link, const struct wire_message *m, int64_t *until_ms, bool *is_told,
                            struct err *err)
{
    for (;;) {
        int64_t now = now_ms(), left = *until_ms - now;

        if (!*is_told && is_stopped(link, m)) {
            *is_told = true;
            *until_ms = now + WIRE_STOP_MS < *until_ms ? now + WIRE_STOP_MS : *until_ms;
            if (!wire_send(link->fd, &(struct wire_message){.kind = WIRE_STOP, .ticket = m->ticket}, err)) {
                return false;
            }
        } else if (left <= 0) {
            return *is_told ? err_set(err, ERR_CANCELLED, "stick: stopped") : err_set(err, ERR_GONE, "no answer");
        } else if (wait_for(link->fd, POLLIN, left < WIRE_STOP_POLL_MS ? (int)left : WIRE_STOP_POLL_MS, err)) {
            return true;
        }
    }
}

/* Sends and waits for the answer; news that come before it are kept. */
static bool request(struct wire_link *link, struct wire_message *m, struct wire_message *said, struct err *err)
{
    int64_t until_ms = now_ms() + WIRE_ANSWER_MS;
    bool is_told = false;

    *said = (struct wire_message){.kind = WIRE_ANSWER};
    m->ticket = ++link->ticket;
    if (is_stopped(link, m)) {
        return err_set(err, ERR_CANCELLED, "stick: stopped");
    }
    if (link->is_gone || !wire_send(link->fd, m, err)) {
        return gone(link, err);
    }
    for (;;) {
        struct err why = {0};

        if (!wait_for_answer(link, m, &until_ms, &is_told, &why)) {
            return why.code == ERR_CANCELLED ? err_set(err, why.code, "%s", why.text) : gone(link, err);
        }
        if (!receive(link->fd, link->in, said, err)) {
            return gone(link, err);
        }
        if (said->kind >= WIRE_STICK) {
            keep_news(link, said);
        } else if (said->kind == WIRE_ANSWER && said->ticket == m->ticket) {
            break;
        } else if (said->kind != WIRE_ANSWER || said->ticket > m->ticket) {
            return gone(link, err);
        }
    }
    if (said->code == ERR_NONE) {
        return true;
    }
    bool is_clean = said->data_bytes <= WIRE_TEXT_MAX && utf8_is_clean((const char *)said->data, said->data_bytes);

    return err_set(err, said->code, "stick: %.*s", is_clean ? (int)said->data_bytes : 0, (const char *)said->data);
}

static struct wire_message about(enum wire_kind kind, const char *name, int64_t number)
{
    struct wire_message m = {.kind = kind, .number = number};

    snprintf(m.name, sizeof m.name, "%s", name);
    return m;
}

static bool link_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    struct wire_message m = about(WIRE_SIZE, name, 0), said;

    if (!request(((struct linked *)v)->link, &m, &said, err)) {
        return false;
    }
    *bytes = said.number;
    return true;
}

static bool link_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                      struct err *err)
{
    struct wire_link *link = ((struct linked *)v)->link;
    uint8_t *to = buf;

    for (*got = 0; *got < n;) {
        struct wire_message m = about(WIRE_READ, name, offset + *got), said;

        m.n = n - *got < WIRE_DATA_MAX ? (uint32_t)(n - *got) : WIRE_DATA_MAX;
        if (!request(link, &m, &said, err)) {
            return false;
        }
        if (said.data_bytes > m.n) {
            return gone(link, err); /* more than was asked for */
        }
        memcpy(to + *got, said.data, said.data_bytes);
        *got += (int64_t)said.data_bytes;
        if (said.data_bytes < m.n) {
            break;
        }
    }
    return true;
}

static bool link_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                           struct err *err)
{
    const uint8_t *from = buf;

    for (int64_t done = 0; done < n;) {
        struct wire_message m = about(WIRE_OVERWRITE, name, offset + done), said;

        m.data = from + done;
        m.data_bytes = (size_t)(n - done < WIRE_DATA_MAX ? n - done : WIRE_DATA_MAX);
        if (!request(((struct linked *)v)->link, &m, &said, err)) {
            return false;
        }
        done += (int64_t)m.data_bytes;
    }
    return true;
}

static bool link_create(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err)
{
    struct wire_link *link = ((struct linked *)v)->link;
    struct wire_message m = about(WIRE_CREATE, name, n), said;
    const uint8_t *from = buf;

    if (n > WIRE_CREATE_MAX) {
        return err_set(err, ERR_LIMIT, "stick: a new file over %d MB", WIRE_CREATE_MAX / 1024 / 1024);
    }
    for (;;) {
        m.data = from;
        m.data_bytes = (size_t)(n < WIRE_DATA_MAX ? n : WIRE_DATA_MAX);
        n -= (int64_t)m.data_bytes;
        if (n == 0) {
            return request(link, &m, &said, err);
        }
        if (link->is_gone || !wire_send(link->fd, &m, err)) {
            return gone(link, err);
        }
        from += m.data_bytes;
        m = about(WIRE_MORE, name, 0);
    }
}

static bool link_sync(struct volume *v, struct err *err)
{
    struct wire_message m = about(WIRE_SYNC, "", 0), said;

    return request(((struct linked *)v)->link, &m, &said, err);
}

static void link_close(struct volume *v)
{
    free(v);
}

static const struct volume_class link_class = {link_size,   link_read, link_overwrite,
                                               link_create, link_sync, link_close};

struct volume *wire_link_volume(struct wire_link *link, const char *label)
{
    struct linked *v = mem_alloc(sizeof *v);

    v->base.class = &link_class;
    snprintf(v->base.label, sizeof v->base.label, "%s", "USB");
    if (utf8_is_clean(label, strlen(label)) && strlen(label) < sizeof v->base.label) {
        snprintf(v->base.label, sizeof v->base.label, "%s", label);
    }
    v->link = link;
    link->is_gone = false;
    return &v->base;
}
