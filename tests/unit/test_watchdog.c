/* test_watchdog: what the service manager hears, and how often (THREATS T10). */
#include "base/err.h"
#include "device/watchdog.h"
#include "unit/test.h"
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int manager(const char *path, size_t n)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    memcpy(at.sun_path, path, n);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) == 0);
    return fd;
}

static void check_fed(int fd)
{
    struct watchdog w;
    char said[32];

    setenv("WATCHDOG_USEC", "300000000", 1);
    watchdog_open(&w);
    CHECK(w.fd >= 0);
    CHECK_INT(watchdog_wait_ms(&w, -1), 150000);
    CHECK_INT(watchdog_wait_ms(&w, 150001), 150000);
    CHECK_INT(watchdog_wait_ms(&w, 500), 500);
    watchdog_feed(&w);
    CHECK_INT(recv(fd, said, sizeof said, MSG_DONTWAIT), 10);
    CHECK(!memcmp(said, "WATCHDOG=1", 10));
    for (int i = 0; i < 10000; i++) {
        watchdog_feed(&w); /* to a manager that is busy: never waits */
    }
    watchdog_close(&w);
    close(fd);
}

TEST(watchdog, T10_it_is_fed_through_a_path_or_an_abstract_name)
{
    char name[64];
    int n;

    setenv("NOTIFY_SOCKET", test_path("notify"), 1);
    check_fed(manager(test_path("notify"), strlen(test_path("notify"))));
    n = snprintf(name, sizeof name, "@m2-watchdog-%d", (int)getpid());
    setenv("NOTIFY_SOCKET", name, 1);
    name[0] = '\0';
    check_fed(manager(name, (size_t)n));
}

TEST(watchdog, where_nobody_watches_nothing_is_done)
{
    static const char *const limits[] = {"", "0", "1000", "99999999999999"};
    struct watchdog w;

    unsetenv("NOTIFY_SOCKET");
    setenv("WATCHDOG_USEC", "300000000", 1);
    watchdog_open(&w);
    CHECK_INT(w.fd, -1);
    CHECK_INT(watchdog_wait_ms(&w, -1), -1);
    watchdog_feed(&w);
    setenv("NOTIFY_SOCKET", test_path("nobody"), 1);
    watchdog_open(&w);
    CHECK_INT(w.fd, -1);
    for (size_t i = 0; i < M2_COUNT(limits); i++) {
        setenv("WATCHDOG_USEC", limits[i], 1);
        watchdog_open(&w);
        CHECK_INT(w.fd, -1);
    }
    unsetenv("WATCHDOG_USEC");
    watchdog_open(&w);
    CHECK_INT(w.fd, -1);
}
