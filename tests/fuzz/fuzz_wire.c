/* fuzz_wire: any messages to both ends of the socket: the desk of micro2-stickd, which hears more of them while it
 * reads, and the station's link. The input is a row of packets, each behind its length in two bytes. */
#include "stick/wire.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_BYTES = 1000, LARGE_BYTES = 3 * WIRE_AHEAD_BYTES, PACKETS_MAX = 16 };

/* A stick with files of zeros, those whose name begins with L large. */
struct stick {
    struct volume base; /* first member */
    struct wire_desk *desk;
};

static int64_t bytes_of(const char *name)
{
    return name[0] == 'L' ? LARGE_BYTES : FILE_BYTES;
}

static bool stick_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    (void)v;
    (void)err;
    *bytes = bytes_of(name);
    return true;
}

static bool stick_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    int64_t size = bytes_of(name);
    uint8_t *to = buf;

    *got = offset >= size ? 0 : size - offset < n ? size - offset : n;
    if (*got > 0) { /* the others are zero from before, or anybody's: nobody looks at them */
        to[0] = to[*got - 1] = 0;
    }
    return !wire_desk_is_stopped(((struct stick *)v)->desk) || err_set(err, ERR_CANCELLED, "stopped");
}

static bool stick_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                            struct err *err)
{
    (void)v;
    (void)name;
    (void)buf;
    return (offset <= FILE_BYTES && n <= FILE_BYTES - offset) || err_set(err, ERR_LIMIT, "past the end");
}

static bool stick_create(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err)
{
    const uint8_t *bytes = buf;

    (void)v;
    (void)name;
    (void)err;
    for (int64_t i = 1; i < n; i++) {
        if (bytes[i] == 1 && bytes[i - 1] == 2) { /* all of it can be read */
            return false;
        }
    }
    return true;
}

static bool stick_sync(struct volume *v, struct err *err)
{
    (void)v;
    (void)err;
    return true;
}

static const struct volume_class stick_class = {stick_size,   stick_read, stick_overwrite,
                                                stick_create, stick_sync, NULL};

/* Sends the packets, then leaves. */
static void send_all(int fd, const uint8_t *data, size_t size)
{
    for (int i = 0; i < PACKETS_MAX && size >= 2; i++) {
        size_t n = (size_t)data[0] | (size_t)data[1] << 8;

        data += 2;
        size -= 2;
        n = n < size ? n : size;
        if (send(fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
            break;
        }
        data += n;
        size -= n;
    }
    shutdown(fd, SHUT_WR);
}

static void to_desk(const uint8_t *data, size_t size)
{
    struct stick stick = {.base = {.class = &stick_class}};
    struct wire_desk *desk;
    struct err err = {0};
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
        abort();
    }
    send_all(fds[0], data, size);
    desk = wire_desk_new(fds[1]);
    stick.desk = desk;
    wire_desk_use(desk, &stick.base);
    while (wire_desk_serve(desk, &err)) {
    }
    if (err.code != ERR_GONE && err.code != ERR_FORMAT) {
        abort();
    }
    wire_desk_free(desk);
    close(fds[0]);
    close(fds[1]);
}

static void to_link(const uint8_t *data, size_t size)
{
    static uint8_t room[2 * WIRE_DATA_MAX];
    struct wire_message news;
    struct wire_link *link;
    struct volume *v;
    struct err err = {0};
    int64_t n;
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
        abort();
    }
    send_all(fds[1], data, size);
    link = wire_link_new(fds[0]);
    v = wire_link_volume(link, "stick");
    if (volume_read(v, "file", 0, room, sizeof room, &n, &err) && (n < 0 || n > (int64_t)sizeof room)) {
        abort();
    }
    while (wire_link_news(link, 0, &news, &err)) {
        if (strlen(news.name) >= VOLUME_NAME_MAX) {
            abort();
        }
    }
    volume_close(v);
    wire_link_free(link);
    close(fds[0]);
    close(fds[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    to_desk(data, size);
    to_link(data, size);
    return 0;
}
