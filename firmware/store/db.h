/* db: SQLite behind one module. One connection, one thread (the clerk): WAL, synchronous=FULL, foreign keys,
 * trusted_schema off, secure_delete, temporary data in memory; no trust in cards to keep the bytes beside a write
 * (psow=0). Statements are constants with named parameters, prepared
 * once. After a checkpoint that failed nothing is run any more; after any ERR_IO closing leaves the log as it is (R3).
 * Codes of every call: ERR_NO_SPACE full, ERR_IO failing storage, ERR_CORRUPT damaged, ERR_BUSY locked. */
#ifndef M2_STORE_DB_H
#define M2_STORE_DB_H

#include "base/err.h"
#include <stdint.h>

enum { DB_STATEMENTS_MAX = 96, DB_DEPTH_MAX = 4 };

struct db;
struct stmt;

struct db_migration {
    const char *name, *sql; /* both NULL at the end */
};
extern const struct db_migration db_migrations[]; /* schema/NNN_*.sql in order */

struct db_options {
    const char *vfs;         /* NULL = the system's; tests record through their own */
    const char *synchronous; /* NULL = FULL; NORMAL and OFF only for negative controls */
    int cache_kib;           /* pages kept in memory; 0 = what suits a station */
    bool must_exist;
    bool is_reading;                       /* read-only, as for a report */
    const struct db_migration *migrations; /* NULL = none: the caller has its own schema */
    const char *later;                     /* a table that db_check_table() looks at when there is time; NULL = none */
};

/* Opens or makes the file, checks it (quick_check; integrity_check where that finds fault; with opt->later table by
 * table without that one, so that a start takes no longer when it grows) and brings its schema up to date, each
 * migration in one transaction. */
M2_MUST_CHECK bool db_open(const char *path, const struct db_options *opt, struct db **out, struct err *err);
void db_close(struct db *db); /* checkpoints, unless storage failed or db_preserve was called; NULL is fine */
/* Checks one table and its indexes as db_open() does. */
M2_MUST_CHECK bool db_check_table(struct db *db, const char *table, struct err *err);
/* Closing will move nothing: damage stays as it is. NULL is fine. */
void db_preserve(struct db *db);
/* Gives pages that hold nothing any more, and the log, back to the disk. Not in a transaction. */
M2_MUST_CHECK bool db_shrink(struct db *db, struct err *err);
M2_MUST_CHECK bool db_script(struct db *db, const char *sql, struct err *err);

/* Borrowed from the cache until db_close; sql must live as long (a literal). Reset and unbound. A statement that does
 * not prepare reports so when it is run. */
struct stmt *db_stmt(struct db *db, const char *sql);
void db_int(struct stmt *q, const char *name, int64_t value);
void db_real(struct stmt *q, const char *name, double value);
void db_text(struct stmt *q, const char *name,
             const char *value); /* NULL writes NULL; borrowed until the statement ran */
void db_blob(struct stmt *q, const char *name, const void *bytes, size_t n); /* borrowed likewise */
M2_MUST_CHECK bool db_run(struct stmt *q, struct err *err);                  /* to its end, rows ignored */
M2_MUST_CHECK bool db_next(struct stmt *q, bool *has_row, struct err *err);  /* columns borrowed until the next call */
int64_t db_col_int(struct stmt *q, int column);
double db_col_real(struct stmt *q, int column);
const char *db_col_text(struct stmt *q, int column); /* never NULL */
const void *db_col_blob(struct stmt *q, int column, size_t *n);
void db_done(struct stmt *q); /* resets; needed when one stops before the end */
/* One number: the first column of the first row, or fallback where there is none. */
M2_MUST_CHECK bool db_number(struct stmt *q, int64_t fallback, int64_t *value, struct err *err);

/* Nested by count, named, so that a forgotten one has an author. The outermost commit writes. */
M2_MUST_CHECK bool db_begin(struct db *db, const char *name, struct err *err);
M2_MUST_CHECK bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
/* True when the plan of sql walks a whole table or index of this name (the test of all statements). */
bool db_scans(struct db *db, const char *sql, const char *table);

#endif
