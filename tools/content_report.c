/* content_report: gathers findings for the author. */
#include "content_report.h"
#include <stdarg.h>

#include "base/banned.h"

static void add(struct report *r, const char *kind, const char *file, int line, const char *fmt, va_list args)
{
    if (r->n_errors + r->n_warnings > REPORT_LINES_MAX) {
        return;
    }
    if (line > 0) {
        buf_fmt(&r->text, "%s:%d: %s", file, line, kind);
    } else {
        buf_fmt(&r->text, "%s: %s", file, kind);
    }
    buf_vfmt(&r->text, fmt, args);
    buf_char(&r->text, '\n');
}

void report_error(struct report *r, const char *file, int line, const char *fmt, ...)
{
    va_list args;

    r->n_errors++;
    va_start(args, fmt);
    add(r, "", file, line, fmt, args);
    va_end(args);
}

void report_warning(struct report *r, const char *file, int line, const char *fmt, ...)
{
    va_list args;

    r->n_warnings++;
    va_start(args, fmt);
    add(r, "warning: ", file, line, fmt, args);
    va_end(args);
}

void report_release(struct report *r)
{
    buf_release(&r->text);
    *r = (struct report){0};
}
