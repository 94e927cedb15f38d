/* micro2-paper: a document on stdin, two pages of PDF on stdout. The only program that links pango. */
#include "stick/sandbox.h"
#include "workbench/paper.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

enum { EXIT_INPUT = 1, EXIT_MACHINE = 2 };

static bool read_all(struct buf *in, struct err *err)
{
    char piece[4096];
    ssize_t n;

    while ((n = read(STDIN_FILENO, piece, sizeof piece)) != 0) {
        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "paper: stdin");
        }
        buf_add(in, piece, n > 0 ? (size_t)n : 0);
        if (in->len > PAPER_JSON_MAX) {
            return err_set(err, ERR_LIMIT, "paper: more than %d bytes", PAPER_JSON_MAX);
        }
    }
    return true;
}

static bool write_all(const struct buf *out, struct err *err)
{
    for (size_t at = 0; at < out->len;) {
        ssize_t n = write(STDOUT_FILENO, out->data + at, out->len - at);

        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "paper: stdout");
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Ends without atexit(): the filter lets nothing more than this happen. */
static _Noreturn void leave(int code, const struct err *err)
{
    if (code) {
        dprintf(STDERR_FILENO, "micro2-paper: %s\n", err->text);
    }
    _exit(code);
}

int main(void)
{
    struct buf in = {0}, pdf = {0};
    struct paper paper;
    struct err err = {0};

    if (!sandbox_enter(SANDBOX_FONTS, &err)) {
        leave(EXIT_MACHINE, &err);
    }
    if (!read_all(&in, &err) || !paper_parse(buf_text(&in), in.len, &paper, &err)) {
        leave(EXIT_INPUT, &err);
    }
    if (!paper_draw(&paper, &pdf, &err) || !write_all(&pdf, &err)) {
        leave(EXIT_MACHINE, &err);
    }
    leave(0, NULL);
}
