/* The virtual terminal: taken and given back, at the end and by signals. Its ioctls are met here; "/dev/null" is it. */
#include "panel/console.h"
#include "unit/test.h"
#include <errno.h>
#include <linux/kd.h>
#include <linux/vt.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { OWN = 7, OTHER = 1 };

static struct terminal {
    int keys, screen, active;
    bool is_none, has_no_graphics;
} * t; /* shared with children */

static void begin(void)
{
    if (!t) {
        t = mmap(NULL, sizeof *t, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    *t = (struct terminal){.keys = K_XLATE, .screen = KD_TEXT, .active = OWN};
}

static int refuse(int why)
{
    errno = why;
    return -1;
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list args;
    void *p;

    va_start(args, request);
    p = va_arg(args, void *);
    va_end(args);
    switch (request) {
    case KDGKBMODE:
        *(int *)p = t->keys;
        return t->is_none ? refuse(ENOTTY) : 0;
    case KDSKBMODE:
        t->keys = (int)(intptr_t)p;
        return 0;
    case KDGETMODE:
        *(int *)p = t->screen;
        return 0;
    case KDSETMODE:
        if (t->has_no_graphics && (intptr_t)p == KD_GRAPHICS) {
            return refuse(EPERM);
        }
        t->screen = (int)(intptr_t)p;
        return 0;
    case TIOCGDEV:
        *(unsigned *)p = 4 << 8 | OWN;
        return 0;
    case VT_GETSTATE:
        ((struct vt_stat *)p)->v_active = (unsigned short)t->active;
        return 0;
    case VT_ACTIVATE:
        t->active = (int)(intptr_t)p;
        return 0;
    case VT_WAITACTIVE:
        return 0;
    default:
        return (int)syscall(SYS_ioctl, fd, request, p);
    }
}

TEST(console, keys_and_text_are_off_while_it_is_taken)
{
    struct err err = {0};

    begin();
    CHECK(console_take("/dev/null", &err));
    CHECK_INT(t->keys, K_OFF);
    CHECK_INT(t->screen, KD_GRAPHICS);
    CHECK_INT(t->active, OWN);
    console_give_back();
    CHECK_INT(t->keys, K_XLATE);
    CHECK_INT(t->screen, KD_TEXT);
    t->keys = K_UNICODE;
    console_give_back(); /* not ours any more */
    CHECK_INT(t->keys, K_UNICODE);
}

TEST(console, it_comes_to_the_front_and_goes_back_behind)
{
    struct err err = {0};

    begin();
    t->active = OTHER;
    CHECK(console_take("/dev/null", &err));
    CHECK_INT(t->active, OWN);
    console_give_back();
    CHECK_INT(t->active, OTHER);
}

TEST(console, what_a_killed_station_left_is_not_kept)
{
    struct err err = {0};

    begin();
    t->keys = K_OFF;
    t->screen = KD_GRAPHICS;
    CHECK(console_take("/dev/null", &err));
    console_give_back();
    CHECK_INT(t->keys, K_UNICODE);
    CHECK_INT(t->screen, KD_TEXT);
}

TEST(console, without_a_terminal_it_says_how_to_have_one)
{
    struct err err = {0};

    begin();
    t->is_none = true;
    CHECK(!console_take("/dev/null", &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "TTYPath=/dev/tty1");
    CHECK_INT(t->keys, K_XLATE);
    CHECK(!console_take(test_path("none"), &err));
    t->is_none = false;
    t->has_no_graphics = true;
    CHECK(!console_take("/dev/null", &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK_INT(t->keys, K_XLATE);
}

static int end_by(int number, void (*before)(int))
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        struct err err = {0};

        signal(number, before);
        if (console_take("/dev/null", &err) && t->keys == K_OFF) {
            raise(number);
        }
        _exit(9);
    }
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return status;
}

TEST(console, a_signal_that_ends_the_program_gives_it_back_and_still_ends_it)
{
    static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGBUS, SIGSEGV, SIGPIPE, SIGTERM, SIGSYS};

    for (size_t i = 0; i < M2_COUNT(ending); i++) {
        int status;

        begin();
        t->active = OTHER;
        status = end_by(ending[i], SIG_DFL);
        CHECK(WIFSIGNALED(status));
        CHECK_INT(WTERMSIG(status), ending[i]);
        CHECK_INT(t->keys, K_XLATE);
        CHECK_INT(t->screen, KD_TEXT);
        CHECK_INT(t->active, OTHER);
    }
    begin();
    CHECK_INT(WEXITSTATUS(end_by(SIGPIPE, SIG_IGN)), 9); /* what is ignored stays so */
    CHECK_INT(t->keys, K_OFF);
}

static void mine(int number)
{
    (void)number;
}

TEST(console, a_handler_set_later_is_kept)
{
    struct sigaction now;
    struct err err = {0};

    begin();
    CHECK(console_take("/dev/null", &err));
    signal(SIGTERM, mine);
    console_give_back();
    CHECK(sigaction(SIGTERM, NULL, &now) == 0 && now.sa_handler == mine);
    CHECK(sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler == SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}
