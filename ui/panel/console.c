/* console: ioctls of the kernel's terminals. The state is static: a signal handler gives it back. */
#include "panel/console.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/major.h>
#include <linux/vt.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/banned.h"

/* What ends the program when nothing else is said; a loop that meets SIGTERM and SIGINT itself says so later. */
static const int ending[] = {SIGHUP, SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
                             SIGFPE, SIGSEGV, SIGPIPE, SIGTERM, SIGSYS,  SIGXCPU, SIGXFSZ};

static struct {
    int fd;
    int keys, screen; /* as they were: K_…, KD_… */
    int shown;        /* the terminal that was in front; 0 = ours */
    struct sigaction before[M2_COUNT(ending)];
} console = {.fd = -1};

static void restore(void)
{
    ioctl(console.fd, KDSETMODE, (long)console.screen);
    ioctl(console.fd, KDSKBMODE, (long)console.keys);
    if (console.shown) {
        ioctl(console.fd, VT_ACTIVATE, (long)console.shown);
    }
}

static void on_ending(int number)
{
    restore();
    for (size_t i = 0; i < M2_COUNT(ending); i++) {
        if (ending[i] == number) {
            sigaction(number, &console.before[i], NULL);
        }
    }
    raise(number); /* once this returns, as it would have been */
}

static bool is_ours(const struct sigaction *action)
{
    return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == on_ending;
}

static void watch_signals(void)
{
    struct sigaction action = {.sa_handler = on_ending, .sa_flags = SA_ONSTACK};

    for (size_t i = 0; i < M2_COUNT(ending); i++) {
        sigaction(ending[i], NULL, &console.before[i]);
        if (console.before[i].sa_handler != SIG_IGN) {
            sigaction(ending[i], &action, NULL);
        }
    }
}

static void forget_signals(void)
{
    for (size_t i = 0; i < M2_COUNT(ending); i++) {
        struct sigaction now;

        if (sigaction(ending[i], NULL, &now) == 0 && is_ours(&now)) {
            sigaction(ending[i], &console.before[i], NULL);
        }
    }
}

/* The number of this terminal; 0 = the kernel does not say. */
static int number_of(int fd)
{
    unsigned device = 0;

    return ioctl(fd, TIOCGDEV, &device) == 0 && major(device) == TTY_MAJOR ? (int)minor(device) : 0;
}

static void bring_to_front(void)
{
    struct vt_stat state;
    int own = number_of(console.fd);

    if (own && ioctl(console.fd, VT_GETSTATE, &state) == 0 && state.v_active != own &&
        ioctl(console.fd, VT_ACTIVATE, (long)own) == 0) {
        ioctl(console.fd, VT_WAITACTIVE, (long)own);
        console.shown = state.v_active;
    }
}

static bool take(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0) {
        return false;
    }
    if (ioctl(fd, KDGKBMODE, &console.keys) != 0 || ioctl(fd, KDGETMODE, &console.screen) != 0 ||
        ioctl(fd, KDSKBMODE, (long)K_OFF) != 0) {
        int why = errno;

        close(fd);
        errno = why;
        return false;
    }
    if (console.keys == K_OFF) { /* left so by one that was killed */
        console.keys = K_UNICODE;
        console.screen = KD_TEXT;
    }
    console.fd = fd;
    console.shown = 0;
    return true;
}

bool console_take(const char *path, struct err *err)
{
    if (!take(path)) {
        return err_set(
            err, ERR_NOT_FOUND,
            "console: no terminal of its own, so keys reach what listens there as well; start it as the program of "
            "one (systemd: StandardInput=tty and TTYPath=/dev/tty1)");
    }
    watch_signals();
    bring_to_front();
    if (ioctl(console.fd, KDSETMODE, (long)KD_GRAPHICS) != 0) {
        err_sys(err, errno, "console: its text cannot be taken from the screen");
        console_give_back();
        return false;
    }
    return true;
}

void console_give_back(void)
{
    if (console.fd < 0) {
        return;
    }
    forget_signals();
    restore();
    close(console.fd);
    console.fd = -1;
}
