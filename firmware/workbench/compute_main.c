/* micro2-compute: questions on stdin, answers on stdout, a line each, until stdin ends. The only program that links
 * Lua. What goes on for too long ends it, with an answer. */
#include "stick/sandbox.h"
#include "workbench/compute.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/banned.h"

enum { EXIT_MACHINE = 2, EXIT_TOO_LONG = 4, TICK_MS = 50 };

static volatile sig_atomic_t n_ticks;

/* Patterns and moves of tables count no instructions. Nothing but write() and _exit() is called from here. */
static void on_tick(int number)
{
    static const char too_long[] = "{\"error\":\"the program takes too long\"}\n";

    (void)number;
    if (++n_ticks > COMPUTE_CPU_MS / TICK_MS) {
        (void)!write(STDOUT_FILENO, too_long, sizeof too_long - 1);
        _exit(EXIT_TOO_LONG);
    }
}

/* Time that this process works, so that a slow machine is not taken for a slow program. */
static bool start_ticking(struct err *err)
{
    struct sigaction tick = {.sa_handler = on_tick, .sa_flags = SA_RESTART};
    struct itimerval every = {.it_interval = {.tv_usec = TICK_MS * 1000}, .it_value = {.tv_usec = TICK_MS * 1000}};

    return (sigaction(SIGPROF, &tick, NULL) == 0 && setitimer(ITIMER_PROF, &every, NULL) == 0) ||
           err_sys(err, errno, "compute: no timer");
}

/* Up to the end of a line, which is not kept; false at the end of all. A line that is too long is read, not kept. */
static bool read_line(struct buf *line, bool *is_too_long)
{
    static char piece[4096];
    static size_t at, n;

    buf_clear(line);
    *is_too_long = false;
    for (;;) {
        const char *end;

        if (at == n) {
            ssize_t got = read(STDIN_FILENO, piece, sizeof piece);

            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                return false;
            }
            at = 0;
            n = (size_t)got;
        }
        end = memchr(piece + at, '\n', n - at);
        size_t more = end ? (size_t)(end - (piece + at)) : n - at;

        *is_too_long = *is_too_long || line->len + more > COMPUTE_LINE_MAX;
        buf_add(line, piece + at, *is_too_long ? 0 : more);
        at += more + (end ? 1 : 0);
        if (end) {
            return true;
        }
    }
}

static bool write_all(const struct buf *out, struct err *err)
{
    for (size_t at = 0; at < out->len;) {
        ssize_t n = write(STDOUT_FILENO, out->data + at, out->len - at);

        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "compute: stdout");
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Ends without atexit(): the filter lets nothing more than this happen. */
static _Noreturn void leave(int code, const struct err *err)
{
    if (code) {
        dprintf(STDERR_FILENO, "micro2-compute: %s\n", err->text);
    }
    _exit(code);
}

/* What libraries fetch once (jansson its seed, from a file) is fetched while that is allowed. */
static void warm_up(void)
{
    static const char question[] = "{\"format\":\"micro2-compute-1\",\"program\":\"return {fields={1.5}}\"}";
    struct buf answer = {0};

    compute_answer(question, sizeof question - 1, &answer);
    buf_release(&answer);
}

int main(void)
{
    struct buf line = {0}, answer = {0};
    struct err err = {0};
    bool is_too_long;

    warm_up();
    if (!start_ticking(&err) || !sandbox_enter(SANDBOX_IMAGE, &err)) {
        leave(EXIT_MACHINE, &err);
    }
    while (read_line(&line, &is_too_long)) {
        n_ticks = 0;
        buf_clear(&answer);
        if (is_too_long) {
            compute_refuse("compute: the line is too long", &answer);
        } else {
            compute_answer(buf_text(&line), line.len, &answer);
        }
        buf_char(&answer, '\n');
        if (!write_all(&answer, &err)) {
            leave(EXIT_MACHINE, &err);
        }
    }
    leave(0, NULL);
}
