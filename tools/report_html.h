/* report_html: the report's page: one file, inline SVG, no script, nothing fetched, prints on A4. Pure function of its
 * tables. */
#ifndef M2_TOOLS_REPORT_HTML_H
#define M2_TOOLS_REPORT_HTML_H

#include "base/buf.h"
#include "shelf/library.h"

#define REPORT_ALL_HUBS "All hubs"
#define REPORT_HIDDEN   "under 5"
#define REPORT_OTHER    "other"   /* small weeks of a hub, or small languages, together */
#define REPORT_UNDATED  "no date" /* a hub's visits while its clock was not set */

enum report_table_id {
    REPORT_VISITS,
    REPORT_LEVELS,
    REPORT_LESSONS,
    REPORT_LANGUAGES,
    REPORT_HUBS,
    REPORT_WORKSHOPS,
    REPORT_TOOLS,
    REPORT_TABLES
};

struct report_table {
    const char ***rows; /* rows[r][c], text; a hidden group is REPORT_HIDDEN */
    int n_rows, n_columns;
};
struct report {
    const char *office;
    const struct lib_view *names; /* NULL = codes instead of names */
    struct report_table table[REPORT_TABLES];
};

/* Sum of a column where it is shown. */
int64_t report_sum(const struct report_table *t, int column);
void report_html(const struct report *r, struct buf *out);

#endif
