/* csv: RFC 4180. Reading: header row first, quotes, CRLF or LF, UTF-8 with or without BOM; errors name file and line.
 * Writing: CRLF, quotes where needed; a field beginning with = + - @ gets a leading ' so that no spreadsheet runs it.
 */
#ifndef M2_BASE_CSV_H
#define M2_BASE_CSV_H

#include "base/buf.h"

enum { CSV_MAX_COLUMNS = 64, CSV_MAX_ROWS = 100000, CSV_MAX_FIELD_BYTES = 65536 };

struct csv; /* a parsed table; row 0 is the first row below the header */

M2_MUST_CHECK bool csv_parse(const char *text, size_t n, const char *subject, struct csv **out, struct err *err);
void csv_free(struct csv *t);
int csv_rows(const struct csv *t);
int csv_line(const struct csv *t, int row);                      /* 1-based line of the file where the row starts */
int csv_column(const struct csv *t, const char *name);           /* -1 = not there */
const char *csv_field(const struct csv *t, int row, int column); /* "" where column is -1 or the row is short */
const char *csv_get(const struct csv *t, int row, const char *name);
int csv_columns(const struct csv *t);
const char *csv_header(const struct csv *t, int column);

void csv_put(struct buf *out, const char *field, bool is_last);

#endif
