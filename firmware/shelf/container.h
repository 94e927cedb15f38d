/* container: one .m2k file open for reading: SQLite read-only, immutable, query_only, defensive, schema not trusted and
 * compared letter by letter with ours, limits set. Verify first (shelf/verify.h): this believes nothing but is no proof
 * of origin. */
#ifndef M2_SHELF_CONTAINER_H
#define M2_SHELF_CONTAINER_H

#include "shelf/format.h"

struct container;
struct sqlite3;

/* Codes: ERR_FORMAT (foreign or damaged), ERR_VERSION (made for a newer station, says which), ERR_NOT_FOUND, ERR_IO. */
M2_MUST_CHECK bool container_open(const char *path, struct container **out, struct err *err);
void container_close(struct container *c); /* NULL is fine */

const char *container_id(const struct container *c);
int64_t container_version(const struct container *c);
int64_t container_bytes(const struct container *c);
const char *container_file(const struct container *c);      /* last part of its path */
const char *container_kind(const struct container *c);      /* core, module or language */
const char *container_languages(const struct container *c); /* space separated, the default first */
const char *container_licence(const struct container *c);
const char *container_needs(const struct container *c); /* least station version, as "0.1.0" */
struct sqlite3 *container_db(struct container *c);      /* for library.c; borrowed */

/* The schema of every container, from schema.sql at build time. */
extern const char container_schema[];

#endif
