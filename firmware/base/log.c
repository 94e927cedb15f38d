/* log: one line per event, kept in a ring and written to one descriptor. */
#include "base/log.h"
#include "base/fsio.h"
#include "base/utf8.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char ring[LOG_RING_LINES][LOG_LINE_BYTES];
static unsigned n_lines;
static int out_fd = STDERR_FILENO;

void log_line(enum log_level level, const char *fmt, ...)
{
    static const char *const names[] = {"info", "warning", "error"};
    char line[LOG_LINE_BYTES] = {0}; /* what lay on the stack stays out of the ring (THREATS T40) */
    va_list args;
    int head = snprintf(line, sizeof line, "%s: ", names[level]);
    int n;

    va_start(args, fmt);
    n = vsnprintf(line + head, sizeof line - (size_t)head, fmt, args);
    va_end(args);
    if (n >= (int)sizeof line - head) {
        line[utf8_cut(line, sizeof line - 1, sizeof line - 1)] = '\0';
    }
    for (char *p = line; *p; p++) {
        if (*p == '\n' || *p == '\r') {
            *p = ' ';
        }
    }
    pthread_mutex_lock(&lock);
    memcpy(ring[n_lines++ % LOG_RING_LINES], line, sizeof line);
    if (out_fd >= 0) {
        dprintf(out_fd, "%s\n", line);
    }
    pthread_mutex_unlock(&lock);
}

void log_err(const char *doing, const struct err *err)
{
    log_line(LOG_ERROR, "%s: %s [%s]", doing, err->text, err_name(err->code));
}

int log_recent(char lines[][LOG_LINE_BYTES], int max)
{
    int n = 0;

    pthread_mutex_lock(&lock);
    for (unsigned i = n_lines; i > 0 && n < max && n_lines - i < LOG_RING_LINES; i--) {
        memcpy(lines[n++], ring[(i - 1) % LOG_RING_LINES], LOG_LINE_BYTES);
    }
    pthread_mutex_unlock(&lock);
    return n;
}

void log_to(int fd)
{
    pthread_mutex_lock(&lock);
    out_fd = fd;
    pthread_mutex_unlock(&lock);
}
