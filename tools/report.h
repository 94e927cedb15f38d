/* report: what the ledger holds, for people: one self-contained printable page and CSV files, both from the same
 * queries. Groups under REPORT_GROUP_MIN are never shown (THREATS T42). Weeks are "about": station clocks cannot be
 * trusted. */
#ifndef M2_TOOLS_REPORT_H
#define M2_TOOLS_REPORT_H

#include "ledger.h"
#include "office.h"

enum { REPORT_GROUP_MIN = 5, REPORT_COLUMNS_MAX = 12 };

struct report_tally {
    int64_t hubs, visits; /* as the report tells them */
};
/* html and csv_dir may be NULL. Names of competences and outcomes come from OFFICE/packs where they are there. */
M2_MUST_CHECK bool report_write(struct office *o, struct ledger *l, const char *html, const char *csv_dir,
                                struct report_tally *tally, struct err *err);

#endif
