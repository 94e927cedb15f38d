/* db: SQLite behind one module. */
#include "store/db.h"
#include "base/buf.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct stmt {
    struct db *db;
    const char *sql;
    sqlite3_stmt *handle; /* NULL = did not prepare; see rc */
    int rc;
};

struct db {
    sqlite3 *handle;
    struct stmt statements[DB_STATEMENTS_MAX];
    int n_statements;
    const char *open[DB_DEPTH_MAX]; /* names of the running transactions */
    int depth;
    int checkpoint_rc; /* of the first checkpoint that failed: nothing is run after it */
};

enum { CHECKPOINT_PAGES = 256, STATION_CACHE_KIB = 512 };

static void preserve(sqlite3 *handle)
{
    if (handle) {
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
}

static bool fail(sqlite3 *handle, int rc, const char *what, struct err *err)
{
    enum err_code code;

    switch (rc & 0xFF) {
    case SQLITE_FULL:
        code = ERR_NO_SPACE;
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        code = ERR_CORRUPT;
        preserve(handle); /* damage stays as it is for the office */
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        code = ERR_BUSY;
        break;
    case SQLITE_CONSTRAINT:
        code = ERR_EXISTS;
        break;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
        code = ERR_STATE;
        break;
    default:
        code = ERR_IO;
        preserve(handle); /* what is in the log is sound: closing must not move it with storage that fails */
    }
    return err_set(err, code, "%s: %s", what, handle ? sqlite3_errmsg(handle) : sqlite3_errstr(rc));
}

/* SQLite's own automatic checkpoint keeps its failures to itself. The commit before it stands; the next call hears. */
static int checkpoint(void *ctx, sqlite3 *handle, const char *name, int pages)
{
    struct db *db = ctx;
    int rc = pages < CHECKPOINT_PAGES ? SQLITE_OK
                                      : sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

    if (rc != SQLITE_OK && rc != SQLITE_BUSY && (rc & 0xFF) != SQLITE_FULL) {
        db->checkpoint_rc = rc;
        preserve(handle);
    }
    return SQLITE_OK;
}

static bool is_sound(struct db *db, struct err *err)
{
    return db->checkpoint_rc == SQLITE_OK || fail(NULL, db->checkpoint_rc, "database: an earlier checkpoint", err);
}

bool db_script(struct db *db, const char *sql, struct err *err)
{
    if (!is_sound(db, err)) {
        return false;
    }
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK || fail(db->handle, rc, "database", err);
}

/* pragma: quick_check or integrity_check; of one table, NULL = of everything. */
static bool passes(struct db *db, const char *pragma, const char *table, bool *is_whole, struct err *err)
{
    char *sql = table ? mem_fmt("PRAGMA %s('%s')", pragma, table) : mem_fmt("PRAGMA %s(1)", pragma);
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(db->handle, sql, -1, &q, NULL);
    const char *text = "no answer";

    free(sql);
    rc = rc == SQLITE_OK ? sqlite3_step(q) : rc;
    if (rc == SQLITE_ROW) {
        text = (const char *)sqlite3_column_text(q, 0);
        *is_whole = text && !strcmp(text, "ok");
        if (!*is_whole) {
            err_set(err, ERR_CORRUPT, "database is damaged: %s", text ? text : "no answer");
        }
    } else {
        fail(db->handle, rc, "database", err);
    }
    sqlite3_finalize(q);
    return rc == SQLITE_ROW;
}

/* SQLite 3.40's quick_check sees missing values in a WITHOUT ROWID table whose columns are not in key order;
 * integrity_check does not. It is the slower one, so it only has the last word. */
bool db_check_table(struct db *db, const char *table, struct err *err)
{
    bool is_whole = false;

    return passes(db, "quick_check", table, &is_whole, err) &&
           (is_whole || (passes(db, "integrity_check", table, &is_whole, err) && is_whole));
}

static bool check(struct db *db, const char *later, struct err *err)
{
    struct stmt *q = db_stmt(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> :later");
    bool has_row = later != NULL, ok = true;

    if (!later) {
        return db_check_table(db, NULL, err);
    }
    db_text(q, ":later", later);
    while (ok && has_row) {
        ok = db_next(q, &has_row, err) && (!has_row || db_check_table(db, db_col_text(q, 0), err));
    }
    db_done(q);
    return ok;
}

#define SQL_SCHEMA "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"

/* A flipped bit in the text of a table passes SQLite's checks and turns a column into another one: the schema is
 * compared with the one that the migrations make. */
static bool check_schema(struct db *db, const struct db_migration *migrations, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_SCHEMA);
    sqlite3 *fresh = NULL;
    sqlite3_stmt *expected = NULL;
    bool ok = sqlite3_open(":memory:", &fresh) == SQLITE_OK, has_row = true;

    for (int i = 0; ok && migrations[i].name; i++) {
        ok = sqlite3_exec(fresh, migrations[i].sql, NULL, NULL, NULL) == SQLITE_OK;
    }
    ok = ok && sqlite3_prepare_v2(fresh, SQL_SCHEMA, -1, &expected, NULL) == SQLITE_OK;
    if (!ok) {
        fail(fresh, SQLITE_ERROR, "schema", err);
    }
    while (ok && has_row) {
        bool is_expected = sqlite3_step(expected) == SQLITE_ROW;

        ok = db_next(q, &has_row, err);
        if (ok && (has_row != is_expected ||
                   (has_row && (strcmp(db_col_text(q, 0), (const char *)sqlite3_column_text(expected, 0)) != 0 ||
                                strcmp(db_col_text(q, 1), (const char *)sqlite3_column_text(expected, 1)) != 0)))) {
            preserve(db->handle);
            ok = err_set(err, ERR_CORRUPT, "database is damaged: its tables are not those of this program");
        }
    }
    db_done(q);
    sqlite3_finalize(expected);
    sqlite3_close(fresh);
    return ok;
}

static bool migrate(struct db *db, const struct db_migration *migrations, struct err *err)
{
    int64_t version;

    if (!db_number(db_stmt(db, "PRAGMA user_version"), 0, &version, err)) {
        return false;
    }
    for (int64_t i = 0; migrations[i].name; i++) {
        if (i < version) {
            continue;
        }
        char *mark = mem_fmt("PRAGMA user_version = %lld", (long long)i + 1);
        bool ok = db_begin(db, migrations[i].name, err) && db_script(db, migrations[i].sql, err) &&
                  db_script(db, mark, err) && db_commit(db, err);

        free(mark);
        if (!ok) {
            db_rollback(db);
            return err_wrap(err, "schema %s", migrations[i].name);
        }
        version = i + 1;
    }
    for (int64_t n = 0;; n++) {
        if (!migrations[n].name) {
            return version == n || err_set(err, ERR_VERSION, "database: made by a newer program; update this one");
        }
    }
}

static bool prepare(struct db *db, const struct db_options *opt, struct err *err)
{
    const char *level = opt->synchronous ? opt->synchronous : "FULL";
    int64_t vacuum;
    char *sql;
    bool ok;

    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_timeout(db->handle, 2000);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (opt->is_reading) {
        return db_script(db, "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF", err);
    }
    if (!db_number(db_stmt(db, "PRAGMA auto_vacuum"), 0, &vacuum, err)) {
        return false;
    }
    /* setting auto_vacuum writes, so only where there is nothing yet */
    sql = mem_fmt("PRAGMA trusted_schema = OFF; %s PRAGMA journal_mode = WAL; PRAGMA "
                  "synchronous = %s; PRAGMA foreign_keys = ON;"
                  "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -%d",
                  vacuum ? "" : "PRAGMA auto_vacuum = INCREMENTAL;", level,
                  opt->cache_kib ? opt->cache_kib : STATION_CACHE_KIB);
    ok = db_script(db, sql, err);
    free(sql);
    sqlite3_wal_hook(db->handle, checkpoint, db);
    return ok && check(db, opt->later, err) &&
           (!opt->migrations || (migrate(db, opt->migrations, err) && check_schema(db, opt->migrations, err)));
}

/* The path as a URI, which alone can say psow=0: a cheap card may spoil what lies beside a write. */
static char *uri_of(const char *path)
{
    struct buf uri = {0};

    buf_str(&uri, path[0] == '/' ? "file://" : "file:");
    for (const char *p = path; *p; p++) {
        buf_fmt(&uri, strchr("?#%", *p) ? "%%%02X" : "%c", *p);
    }
    buf_str(&uri, "?psow=0");
    return buf_detach(&uri);
}

bool db_open(const char *path, const struct db_options *opt, struct db **out, struct err *err)
{
    struct db *db = mem_alloc(sizeof *db);
    int flags =
        (opt->is_reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (opt->must_exist ? 0 : SQLITE_OPEN_CREATE)) |
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_URI;
    char *uri = uri_of(path);
    int rc = sqlite3_open_v2(uri, &db->handle, flags, opt->vfs);

    free(uri);

    if (rc != SQLITE_OK) {
        fail(db->handle, rc, path, err);
        db_close(db);
        return false;
    }
    if (!prepare(db, opt, err)) {
        err_wrap(err, "'%s'", path);
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}

void db_preserve(struct db *db)
{
    if (db) {
        preserve(db->handle);
    }
}

bool db_shrink(struct db *db, struct err *err)
{
    return db_script(db, "PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)", err) ||
           err_wrap(err, "give room back to the disk");
}

void db_close(struct db *db)
{
    if (!db) {
        return;
    }
    for (int i = 0; i < db->n_statements; i++) {
        sqlite3_finalize(db->statements[i].handle);
    }
    sqlite3_close(db->handle);
    free(db);
}

struct stmt *db_stmt(struct db *db, const char *sql)
{
    struct stmt *q = NULL;

    for (int i = 0; i < db->n_statements && !q; i++) {
        if (db->statements[i].sql == sql) {
            q = &db->statements[i];
        }
    }
    if (q) {
        sqlite3_reset(q->handle);
        sqlite3_clear_bindings(q->handle);
        return q;
    }
    if (db->n_statements == DB_STATEMENTS_MAX) {
        abort(); /* our own bug: raise DB_STATEMENTS_MAX, or a text that is no literal */
    }
    q = &db->statements[db->n_statements++];
    *q = (struct stmt){.db = db, .sql = sql};
    q->rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->handle, NULL);
    return q;
}

static int place(struct stmt *q, const char *name)
{
    int i = sqlite3_bind_parameter_index(q->handle, name);

    if (q->handle && !i) {
        abort(); /* our own bug: no such parameter */
    }
    return i;
}

void db_int(struct stmt *q, const char *name, int64_t value)
{
    sqlite3_bind_int64(q->handle, place(q, name), value);
}

void db_real(struct stmt *q, const char *name, double value)
{
    sqlite3_bind_double(q->handle, place(q, name), value);
}

void db_text(struct stmt *q, const char *name, const char *value)
{
    sqlite3_bind_text(q->handle, place(q, name), value, -1, SQLITE_STATIC);
}

void db_blob(struct stmt *q, const char *name, const void *bytes, size_t n)
{
    sqlite3_bind_blob64(q->handle, place(q, name), n ? bytes : "", n, SQLITE_STATIC);
}

bool db_next(struct stmt *q, bool *has_row, struct err *err)
{
    if (!is_sound(q->db, err)) {
        return false;
    }
    int rc = q->handle ? sqlite3_step(q->handle) : q->rc;

    if (rc == SQLITE_ROW || rc == SQLITE_DONE) {
        *has_row = rc == SQLITE_ROW;
        if (rc == SQLITE_DONE) {
            sqlite3_reset(q->handle);
        }
        return true;
    }
    fail(q->db->handle, rc, "database", err);
    if (!q->handle) {
        err_wrap(err, "%.80s", q->sql);
    }
    sqlite3_reset(q->handle);
    return false;
}

bool db_run(struct stmt *q, struct err *err)
{
    bool has_row = true;

    while (has_row) {
        if (!db_next(q, &has_row, err)) {
            return false;
        }
    }
    return true;
}

int64_t db_col_int(struct stmt *q, int column)
{
    return sqlite3_column_int64(q->handle, column);
}

double db_col_real(struct stmt *q, int column)
{
    return sqlite3_column_double(q->handle, column);
}

const char *db_col_text(struct stmt *q, int column)
{
    const char *text = (const char *)sqlite3_column_text(q->handle, column);

    return text ? text : "";
}

const void *db_col_blob(struct stmt *q, int column, size_t *n)
{
    const void *bytes = sqlite3_column_blob(q->handle, column);

    *n = (size_t)sqlite3_column_bytes(q->handle, column);
    return bytes;
}

void db_done(struct stmt *q)
{
    sqlite3_reset(q->handle);
}

bool db_number(struct stmt *q, int64_t fallback, int64_t *value, struct err *err)
{
    bool has_row;

    if (!db_next(q, &has_row, err)) {
        return false;
    }
    *value = has_row && sqlite3_column_type(q->handle, 0) != SQLITE_NULL ? db_col_int(q, 0) : fallback;
    db_done(q);
    return true;
}

bool db_begin(struct db *db, const char *name, struct err *err)
{
    if (db->depth == DB_DEPTH_MAX) {
        return err_set(err, ERR_STATE, "database: '%s' begun inside '%s', too deep", name, db->open[db->depth - 1]);
    }
    if (db->depth == 0 && !db_script(db, "BEGIN IMMEDIATE", err)) {
        return err_wrap(err, "begin %s", name);
    }
    db->open[db->depth++] = name;
    return true;
}

bool db_commit(struct db *db, struct err *err)
{
    if (db->depth == 1 && !db_script(db, "COMMIT", err)) {
        return err_wrap(err, "commit %s", db->open[0]);
    }
    db->depth--;
    return true;
}

void db_rollback(struct db *db)
{
    if (db->depth && !sqlite3_get_autocommit(db->handle)) {
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    db->depth = 0;
}

bool db_scans(struct db *db, const char *sql, const char *table)
{
    char *explain = mem_fmt("EXPLAIN QUERY PLAN %s", sql);
    char *scan = mem_fmt("SCAN %s", table);
    sqlite3_stmt *plan = NULL;
    bool is_scan = sqlite3_prepare_v2(db->handle, explain, -1, &plan, NULL) != SQLITE_OK;

    while (plan && sqlite3_step(plan) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);

        is_scan |=
            detail && !strncmp(detail, scan, strlen(scan)) && (detail[strlen(scan)] == ' ' || !detail[strlen(scan)]);
    }
    sqlite3_finalize(plan);
    free(explain);
    free(scan);
    return is_scan;
}
