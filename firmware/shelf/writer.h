/* writer: makes a container from rows, the same bytes for the same rows; used by `micro2 content build` and by tests.
 */
#ifndef M2_SHELF_WRITER_H
#define M2_SHELF_WRITER_H

#include "base/buf.h"
#include <stdint.h>

struct writer;

/* Collects rows in a temporary file beside path until writer_finish; an unfinished one leaves nothing. */
M2_MUST_CHECK bool writer_new(const char *path, struct writer **out, struct err *err);
/* One row. kinds: a letter per column in the table's order: 's' const char *, 'i' int64_t, 'r' double (NAN = NULL),
 * 'b' const void * and size_t. A failed row is remembered and told by writer_finish. */
void writer_row(struct writer *w, const char *table, const char *kinds, ...);
/* Publishes path by rename, replacing what was there, and frees w, also on failure. Codes: ERR_IO, ERR_NO_SPACE,
 * ERR_FORMAT (a row broke a rule of the schema, as an id twice). */
M2_MUST_CHECK bool writer_finish(struct writer *w, struct err *err);
void writer_drop(struct writer *w); /* NULL is fine */

#endif
