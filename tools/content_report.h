/* content_report: what is wrong with authored sources, all of it in one run, as "file:line: what is wrong; what to
 * write instead". */
#ifndef M2_TOOLS_CONTENT_REPORT_H
#define M2_TOOLS_CONTENT_REPORT_H

#include "base/buf.h"

enum { REPORT_LINES_MAX = 300 }; /* told one by one; further ones are only counted */

struct report {      /* zeroed is empty */
    struct buf text; /* a line a finding */
    int n_errors, n_warnings;
};

/* line 0: the whole file. */
void report_error(struct report *r, const char *file, int line, const char *fmt, ...) M2_PRINTF(4, 5);
void report_warning(struct report *r, const char *file, int line, const char *fmt, ...) M2_PRINTF(4, 5);
void report_release(struct report *r);

#endif
