/* container: opens one knowledge container so that a damaged or foreign file can do no more than be refused. */
#include "shelf/container.h"
#include "base/buf.h"
#include "base/fsio.h"
#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { MANIFEST_KEYS = 7, MANIFEST_VALUE_MAX = 400 };

struct container {
    sqlite3 *db;
    int64_t bytes, version;
    char file[FORMAT_NAME_BYTES + 64];
    char value[MANIFEST_KEYS][MANIFEST_VALUE_MAX + 1];
};

enum manifest_key { KEY_FORMAT, KEY_ID, KEY_VERSION, KEY_KIND, KEY_NEEDS, KEY_LICENCE, KEY_LANGUAGES };
static const char *const KEYS[MANIFEST_KEYS] = {"format", "id", "version", "kind", "needs", "licence", "languages"};

static bool failed(struct container *c, const char *doing, struct err *err)
{
    int code = sqlite3_errcode(c->db);
    enum err_code as = code == SQLITE_IOERR ? ERR_IO : ERR_FORMAT;

    return err_set(err, as, "'%s': %s: %s", c->file, doing, sqlite3_errmsg(c->db));
}

/* "file:PATH?immutable=1" with everything escaped that a URI might read otherwise. */
static void uri_of(const char *path, struct buf *out)
{
    buf_str(out, "file:");
    for (const char *p = path; *p; p++) {
        if (*p == '%' || *p == '?' || *p == '#' || (unsigned char)*p <= ' ') {
            buf_fmt(out, "%%%02X", (unsigned char)*p);
        } else {
            buf_char(out, *p);
        }
    }
    buf_str(out, "?mode=ro&immutable=1");
}

static void set_limits(sqlite3 *db)
{
    static const struct {
        int option, on;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 0},    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    static const struct {
        int limit, value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, FORMAT_VALUE_MAX_BYTES},
        {SQLITE_LIMIT_SQL_LENGTH, 8192},
        {SQLITE_LIMIT_COLUMN, 32},
        {SQLITE_LIMIT_EXPR_DEPTH, 32},
        {SQLITE_LIMIT_COMPOUND_SELECT, 4},
        {SQLITE_LIMIT_VDBE_OP, 4096},
        {SQLITE_LIMIT_FUNCTION_ARG, 8},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 8},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };

    for (size_t i = 0; i < M2_COUNT(switches); i++) {
        sqlite3_db_config(db, switches[i].option, switches[i].on, NULL);
    }
    for (size_t i = 0; i < M2_COUNT(limits); i++) {
        sqlite3_limit(db, limits[i].limit, limits[i].value);
    }
}

static bool pragma_int(struct container *c, const char *sql, int64_t *out, struct err *err)
{
    sqlite3_stmt *st = NULL;
    bool ok = sqlite3_prepare_v2(c->db, sql, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW;

    if (ok) {
        *out = sqlite3_column_int64(st, 0);
    } else {
        failed(c, "not a container, or damaged", err);
    }
    sqlite3_finalize(st);
    return ok;
}

static bool check_header(struct container *c, struct err *err)
{
    int64_t app = 0, schema = 0;

    if (!pragma_int(c, "PRAGMA application_id", &app, err) || !pragma_int(c, "PRAGMA user_version", &schema, err)) {
        return false;
    }
    if (app != FORMAT_APPLICATION_ID) {
        return err_set(err, ERR_FORMAT, "'%s': not a knowledge container; use a file that 'micro2 content build' made",
                       c->file);
    }
    if (schema > FORMAT_SCHEMA_VERSION) {
        return err_set(err, ERR_VERSION,
                       "'%s': made for a newer station (format %" PRId64
                       ", this one reads %d); update the station first",
                       c->file, schema, FORMAT_SCHEMA_VERSION);
    }
    if (schema != FORMAT_SCHEMA_VERSION) {
        return err_set(err, ERR_FORMAT, "'%s': unknown format %" PRId64 "; build it again", c->file, schema);
    }
    return true;
}

/* What sqlite_schema says, in one text: types, names and the SQL as it was written. */
static bool schema_text(sqlite3 *db, struct buf *out)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY name",
                                -1, &st, NULL);

    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(st);
        for (int i = 0; rc == SQLITE_ROW && i < 4; i++) {
            buf_str(out, (const char *)sqlite3_column_text(st, i));
            buf_char(out, '\n');
        }
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE;
}

static pthread_once_t model_once = PTHREAD_ONCE_INIT;
static char *model_text;   /* schema_text() of a fresh container, the same for all; NULL: it could not be made */
static char model_why[96]; /* then why */

static void make_model(void)
{
    struct buf text = {0};
    sqlite3 *model = NULL;

    if (sqlite3_open(":memory:", &model) == SQLITE_OK &&
        sqlite3_exec(model, container_schema, NULL, NULL, NULL) == SQLITE_OK && schema_text(model, &text)) {
        model_text = buf_detach(&text);
    } else {
        snprintf(model_why, sizeof model_why, "%s", sqlite3_errmsg(model));
        buf_release(&text);
    }
    sqlite3_close(model);
}

/* The only schema there is: no view, trigger, index or column that we did not write. */
static bool check_schema(struct container *c, struct err *err)
{
    struct buf is = {0};
    bool ok = false;

    pthread_once(&model_once, make_model);
    if (!schema_text(c->db, &is)) {
        failed(c, "damaged", err);
    } else if (!model_text) {
        err_set(err, ERR_IO, "cannot make the model of a container: %s", model_why);
    } else {
        ok = strcmp(buf_text(&is), model_text) == 0 ||
             err_set(err, ERR_FORMAT, "'%s': its tables are not those of a container; build it again", c->file);
    }
    buf_release(&is);
    return ok;
}

static int key_index(const char *key)
{
    for (int i = 0; i < MANIFEST_KEYS; i++) {
        if (strcmp(KEYS[i], key) == 0) {
            return i;
        }
    }
    return -1;
}

static bool take_manifest_row(struct container *c, sqlite3_stmt *st, struct err *err)
{
    const char *key = (const char *)sqlite3_column_text(st, 0), *value = (const char *)sqlite3_column_text(st, 1);
    int i = key ? key_index(key) : -1;

    if (i < 0) {
        return err_set(err, ERR_FORMAT, "'%s': unknown field '%.40s' in its manifest", c->file, key ? key : "");
    }
    if (!value || strlen(value) > MANIFEST_VALUE_MAX) {
        return err_set(err, ERR_LIMIT, "'%s': '%s' in its manifest is too long", c->file, key);
    }
    memcpy(c->value[i], value, strlen(value) + 1);
    return true;
}

static bool read_manifest(struct container *c, struct err *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, "SELECT key, value FROM manifest", -1, &st, NULL);
    bool ok = rc == SQLITE_OK;

    while (ok && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        ok = take_manifest_row(c, st, err);
    }
    if (ok ? rc != SQLITE_DONE : rc != SQLITE_ROW) {
        ok = failed(c, "damaged", err);
    }
    sqlite3_finalize(st);
    return ok;
}

static bool is_language_list(const char *list)
{
    return list[0] && strspn(list, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ- ") == strlen(list);
}

static bool is_kind(const char *kind)
{
    static const char *const kinds[] = {"core", "module", "language", "tool", "workshop"};

    for (size_t i = 0; i < M2_COUNT(kinds); i++) {
        if (!strcmp(kind, kinds[i])) {
            return true;
        }
    }
    return false;
}

static bool check_manifest(struct container *c, struct err *err)
{
    char expected[FORMAT_NAME_BYTES];
    char *end = NULL;

    for (int i = 0; i < MANIFEST_KEYS; i++) {
        if (!c->value[i][0]) {
            return err_set(err, ERR_FORMAT, "'%s': its manifest lacks '%s'", c->file, KEYS[i]);
        }
    }
    if (strcmp(c->value[KEY_FORMAT], FORMAT_CONTAINER) != 0) {
        return err_set(err, ERR_VERSION,
                       "'%s': made for a newer station ('%.40s', this one reads '%s'); update the station first",
                       c->file, c->value[KEY_FORMAT], FORMAT_CONTAINER);
    }
    if (!format_is_version(c->value[KEY_NEEDS])) {
        return err_set(err, ERR_FORMAT, "'%s': 'needs' in its manifest is no version", c->file);
    }
    if (format_compare_versions(c->value[KEY_NEEDS], FORMAT_STATION) > 0) {
        return err_set(err, ERR_VERSION, "'%s': needs station %s, this one is %s; update the station first", c->file,
                       c->value[KEY_NEEDS], FORMAT_STATION);
    }
    c->version = strtoll(c->value[KEY_VERSION], &end, 10);
    if (!format_is_id(c->value[KEY_ID]) || *end || c->version < 1 || c->version > FORMAT_VERSION_MAX) {
        return err_set(err, ERR_FORMAT, "'%s': id or version in its manifest is not one", c->file);
    }
    format_name(c->value[KEY_ID], c->version, expected);
    if (strcmp(expected, c->file) != 0) {
        return err_set(err, ERR_FORMAT, "'%s': inside it is '%s'", c->file, expected);
    }
    if (!is_kind(c->value[KEY_KIND])) {
        return err_set(err, ERR_FORMAT, "'%s': unknown kind '%.40s'", c->file, c->value[KEY_KIND]);
    }
    return is_language_list(c->value[KEY_LANGUAGES]) ||
           err_set(err, ERR_FORMAT, "'%s': its list of languages is not one", c->file);
}

static bool open_db(struct container *c, const char *path, struct err *err)
{
    struct buf uri = {0};
    int rc;

    uri_of(path, &uri);
    rc = sqlite3_open_v2(uri.data, &c->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    buf_release(&uri);
    if (rc != SQLITE_OK) {
        return c->db ? failed(c, "cannot open", err) : err_set(err, ERR_IO, "'%s': cannot open", c->file);
    }
    set_limits(c->db);
    if (sqlite3_exec(c->db, "PRAGMA query_only=1; PRAGMA cell_size_check=1; PRAGMA mmap_size=0; PRAGMA cache_size=-512",
                     NULL, NULL, NULL) != SQLITE_OK) {
        return failed(c, "not a container, or damaged", err);
    }
    return true;
}

bool container_open(const char *path, struct container **out, struct err *err)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    struct container *c;

    if (fsio_size(path) < 0) {
        return err_set(err, ERR_NOT_FOUND, "'%s': no such file", path);
    }
    c = mem_alloc(sizeof *c);
    snprintf(c->file, sizeof c->file, "%s", file);
    c->bytes = fsio_size(path);
    if (!open_db(c, path, err) || !check_header(c, err) || !check_schema(c, err) || !read_manifest(c, err) ||
        !check_manifest(c, err)) {
        container_close(c);
        return false;
    }
    *out = c;
    return true;
}

void container_close(struct container *c)
{
    if (c) {
        sqlite3_close(c->db);
        free(c);
    }
}

const char *container_id(const struct container *c)
{
    return c->value[KEY_ID];
}

int64_t container_version(const struct container *c)
{
    return c->version;
}

int64_t container_bytes(const struct container *c)
{
    return c->bytes;
}

const char *container_file(const struct container *c)
{
    return c->file;
}

const char *container_kind(const struct container *c)
{
    return c->value[KEY_KIND];
}

const char *container_languages(const struct container *c)
{
    return c->value[KEY_LANGUAGES];
}

const char *container_licence(const struct container *c)
{
    return c->value[KEY_LICENCE];
}

const char *container_needs(const struct container *c)
{
    return c->value[KEY_NEEDS];
}

struct sqlite3 *container_db(struct container *c)
{
    return c->db;
}
