/* uevent: a netlink socket. */
#include "base/uevent.h"
#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum { KERNEL_GROUP = 1 }; /* 2 is udevd's */

bool uevent_watch(int *fd, struct err *err)
{
    struct sockaddr_nl me = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
    int s = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

    if (s < 0 || bind(s, (struct sockaddr *)&me, sizeof me) != 0) {
        bool ok = err_sys(err, errno, "cannot listen to the kernel's messages");

        if (s >= 0) {
            close(s);
        }
        return ok;
    }
    *fd = s;
    return true;
}

// NOLINTNEXTLINE(readability-non-const-parameter): recvmsg() writes to it
bool uevent_next(int fd, char message[UEVENT_BYTES], size_t *n, enum uevent *what, struct err *err)
{
    for (;;) {
        struct sockaddr_nl from = {0};
        struct iovec part = {message, UEVENT_BYTES};
        struct msghdr h = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1};
        ssize_t got = recvmsg(fd, &h, 0);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS) {
            return err_sys(err, errno, "cannot read the kernel's messages");
        }
        if (got < 0) {
            *what = errno == ENOBUFS ? UEVENT_LOST : UEVENT_NONE;
            return true;
        }
        if (from.nl_pid == 0) { /* another process can write here as well */
            *n = (size_t)got;
            *what = h.msg_flags & MSG_TRUNC ? UEVENT_LOST : UEVENT_MESSAGE;
            return true;
        }
    }
}
