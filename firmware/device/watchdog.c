/* watchdog: datagrams to the service manager. */
#include "device/watchdog.h"
#include "base/log.h"
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

void watchdog_open(struct watchdog *w)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET"), *limit = getenv("WATCHDOG_USEC");
    unsigned long long ms = limit ? strtoull(limit, NULL, 10) / 1000 : 0;
    size_t n = path ? strlen(path) : 0;

    *w = (struct watchdog){.fd = -1};
    if (n == 0 || n >= sizeof to.sun_path || ms < 2 || ms > INT_MAX) {
        return;
    }
    memcpy(to.sun_path, path, n);
    to.sun_path[0] = path[0] == '@' ? '\0' : path[0]; /* an abstract one */
    w->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (w->fd < 0 || connect(w->fd, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n))) {
        log_line(LOG_WARN, "the service manager's socket '%s' cannot be reached: it will end this program", path);
        watchdog_close(w);
        return;
    }
    w->every_ms = (int)ms / 2;
}

void watchdog_feed(const struct watchdog *w)
{
    static const char alive[] = "WATCHDOG=1";

    if (w->fd >= 0) {
        (void)send(w->fd, alive, sizeof alive - 1, MSG_NOSIGNAL | MSG_DONTWAIT); /* the next one will do as well */
    }
}

int watchdog_wait_ms(const struct watchdog *w, int wait_ms)
{
    return w->fd >= 0 && (wait_ms < 0 || wait_ms > w->every_ms) ? w->every_ms : wait_ms;
}

void watchdog_close(struct watchdog *w)
{
    if (w->fd >= 0) {
        close(w->fd);
    }
    w->fd = -1;
}
