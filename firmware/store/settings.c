/* settings: few named values of the station. */
#include "store/settings.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

#define SQL_GET "SELECT value FROM setting WHERE key = :key"
#define SQL_PUT "INSERT INTO setting (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value"

const char *const settings_sql[] = {SQL_GET, SQL_PUT, NULL};

bool settings_get(struct db *db, const char *key, char *value, size_t cap, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_GET);
    bool has_row;

    db_text(q, ":key", key);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    snprintf(value, cap, "%s", has_row ? db_col_text(q, 0) : "");
    db_done(q);
    return true;
}

bool settings_set(struct db *db, const char *key, const char *value, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_PUT);

    if (strlen(value) >= SETTINGS_VALUE_MAX) {
        return err_set(err, ERR_LIMIT, "setting '%s': over %d bytes", key, SETTINGS_VALUE_MAX - 1);
    }
    db_text(q, ":key", key);
    db_text(q, ":value", value);
    return db_run(q, err);
}
