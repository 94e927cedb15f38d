/* shelf_row: what is on the station's shelf, as a fact of the journal. It goes to the office sealed like any other row,
 * so that the next stick brings only what this hub lacks:
 * {"kind":"shelf","containers":[{"id":"core","version":3},…]} */
#ifndef M2_STICK_SHELF_ROW_H
#define M2_STICK_SHELF_ROW_H

#include "base/buf.h"

struct clerk;

/* Text of the row: of each container the version in use, by name; out is cleared first. */
M2_MUST_CHECK bool shelf_row_text(const char *shelf_dir, struct buf *out, struct err *err);
/* Appends the row where the shelf is another than the one last told. Calls the clerk and waits. */
M2_MUST_CHECK bool shelf_row_append(struct clerk *clerk, const char *shelf_dir, struct err *err);

#endif
