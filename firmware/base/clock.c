/* clock: real time from the kernel, or a virtual one that moves when told. */
#include "base/clock.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { DAY_S = 86400 };
static const int64_t VIRTUAL_MS = 1000, VIRTUAL_WALL_S = 1795430520;         /* 2026-11-23 10:42:00 UTC */
static const int64_t TRUSTED_FROM_S = 1767225600, TRUSTED_TO_S = 4102444800; /* 2026-01-01 and 2100-01-01 */

static atomic_bool is_virtual;
static _Atomic int64_t virtual_ms, virtual_wall_s, floor_s;
static _Atomic int64_t virtual_wall_at_ms;

int64_t clock_ms(void)
{
    struct timespec t;

    if (is_virtual) {
        return virtual_ms;
    }
    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_wall_s(void)
{
    if (is_virtual) {
        return virtual_wall_s + (virtual_ms - virtual_wall_at_ms) / 1000;
    }
    return (int64_t)time(NULL);
}

bool clock_is_trusted(void)
{
    int64_t now = clock_wall_s();

    return now >= TRUSTED_FROM_S && now < TRUSTED_TO_S && now >= floor_s;
}

void clock_set_floor(int64_t wall_s)
{
    floor_s = wall_s;
}

static char boot_id[40];

static void read_boot_id(void)
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, boot_id, 36) : 0;

    if (fd >= 0) {
        close(fd);
    }
    if (n != 36) {
        snprintf(boot_id, sizeof boot_id, "unknown");
    }
}

const char *clock_boot_id(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (is_virtual) {
        return "virtual";
    }
    pthread_once(&once, read_boot_id);
    return boot_id;
}

void clock_go_virtual(void)
{
    virtual_ms = VIRTUAL_MS;
    virtual_wall_s = VIRTUAL_WALL_S;
    virtual_wall_at_ms = VIRTUAL_MS;
    is_virtual = true;
}

bool clock_is_virtual(void)
{
    return is_virtual;
}

void clock_advance(int64_t ms)
{
    virtual_ms += ms;
}

void clock_set_wall(int64_t wall_s)
{
    virtual_wall_at_ms = virtual_ms;
    virtual_wall_s = wall_s;
}

int64_t clock_day(int64_t wall_s)
{
    return wall_s >= 0 ? wall_s / DAY_S : -((-wall_s + DAY_S - 1) / DAY_S);
}

/* H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days. */
void clock_civil(int64_t day, int *year, int *month, int *mday)
{
    int64_t z = day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *mday = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}
