/* writer: rows into a temporary SQLite file, then VACUUM INTO the container, so that its pages lie the same way every
 * time. */
#include "shelf/writer.h"
#include "base/fsio.h"
#include "shelf/container.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { COLUMNS_MAX = 16 };

struct writer {
    sqlite3 *db;
    char *path, *rows_path, *packed_path;
    struct err first; /* what went wrong first */
};

static bool failed(struct writer *w, const char *doing, struct err *err)
{
    int code = sqlite3_errcode(w->db) & 0xff;
    enum err_code as = code == SQLITE_CONSTRAINT ? ERR_FORMAT : code == SQLITE_FULL ? ERR_NO_SPACE : ERR_IO;

    return err_set(err, as, "'%s': %s: %s", w->path, doing, sqlite3_errmsg(w->db));
}

static bool run(struct writer *w, const char *sql, struct err *err)
{
    return sqlite3_exec(w->db, sql, NULL, NULL, NULL) == SQLITE_OK || failed(w, "writing", err);
}

static bool start(struct writer *w, struct err *err)
{
    char sql[96];

    unlink(w->rows_path);
    unlink(w->packed_path);
    if (sqlite3_open(w->rows_path, &w->db) != SQLITE_OK) {
        return failed(w, "cannot make it", err);
    }
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d; PRAGMA user_version=%d", FORMAT_APPLICATION_ID,
             FORMAT_SCHEMA_VERSION);
    return run(w, "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA encoding='UTF-8'",
               err) &&
           run(w, sql, err) && run(w, container_schema, err) && run(w, "BEGIN", err);
}

bool writer_new(const char *path, struct writer **out, struct err *err)
{
    struct writer *w = mem_alloc(sizeof *w);

    w->path = mem_str(path);
    w->rows_path = mem_fmt("%s.rows", path);
    w->packed_path = mem_fmt("%s.packed", path);
    if (!start(w, err)) {
        writer_drop(w);
        return false;
    }
    *out = w;
    return true;
}

static bool bind(sqlite3_stmt *st, const char *kinds, va_list args)
{
    bool ok = true;

    for (int i = 1; kinds[i - 1] && ok; i++) {
        switch (kinds[i - 1]) {
        case 's':
            ok = sqlite3_bind_text(st, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT) == SQLITE_OK;
            break;
        case 'i':
            ok = sqlite3_bind_int64(st, i, va_arg(args, int64_t)) == SQLITE_OK;
            break;
        case 'r': {
            double value = va_arg(args, double);

            ok = (isnan(value) ? sqlite3_bind_null(st, i) : sqlite3_bind_double(st, i, value)) == SQLITE_OK;
            break;
        }
        default: {
            const void *bytes = va_arg(args, const void *);

            ok = sqlite3_bind_blob64(st, i, bytes, va_arg(args, size_t), SQLITE_TRANSIENT) == SQLITE_OK;
            break;
        }
        }
    }
    return ok;
}

void writer_row(struct writer *w, const char *table, const char *kinds, ...)
{
    static const char marks[] = "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?";
    size_t n = strlen(kinds);
    sqlite3_stmt *st = NULL;
    char sql[128];
    va_list args;

    if (w->first.code != ERR_NONE) {
        return;
    }
    snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (%.*s)", table, (int)(2 * n - 1),
             marks); /* table: a literal of our sources */
    va_start(args, kinds);
    if (n > COLUMNS_MAX || sqlite3_prepare_v2(w->db, sql, -1, &st, NULL) != SQLITE_OK || !bind(st, kinds, args) ||
        sqlite3_step(st) != SQLITE_DONE) {
        failed(w, table, &w->first);
    }
    va_end(args);
    sqlite3_finalize(st);
}

/* Packs the rows, makes the file durable and gives it its name. */
static bool publish(struct writer *w, struct err *err)
{
    sqlite3_stmt *st = NULL;
    int fd;
    bool ok;

    if (!run(w, "INSERT INTO search(search) VALUES ('optimize')", err) || !run(w, "COMMIT", err)) {
        return false;
    }
    ok = sqlite3_prepare_v2(w->db, "VACUUM INTO ?1", -1, &st, NULL) == SQLITE_OK &&
         sqlite3_bind_text(st, 1, w->packed_path, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(st) == SQLITE_DONE;
    sqlite3_finalize(st);
    if (!ok) {
        return failed(w, "packing", err);
    }
    fd = open(w->packed_path, O_RDONLY | O_CLOEXEC);
    ok = (fd >= 0 && fsync(fd) == 0) || err_sys(err, errno, "cannot save '%s'", w->packed_path);
    if (fd >= 0) {
        close(fd);
    }
    return ok && (rename(w->packed_path, w->path) == 0 || err_sys(err, errno, "cannot publish '%s'", w->path));
}

bool writer_finish(struct writer *w, struct err *err)
{
    bool ok;

    if (w->first.code != ERR_NONE) {
        if (err) {
            *err = w->first;
        }
        ok = false;
    } else {
        ok = publish(w, err);
    }
    writer_drop(w);
    return ok;
}

void writer_drop(struct writer *w)
{
    if (w) {
        sqlite3_close(w->db);
        unlink(w->rows_path);
        unlink(w->packed_path);
        free(w->path);
        free(w->rows_path);
        free(w->packed_path);
        free(w);
    }
}
