/* counters: what a hub counts without saying who. */
#include "store/counters.h"
#include "base/clock.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

#define SQL_RAISE                                                                                                      \
    ("INSERT INTO counter (period, key, value) VALUES (:period, :key, 1) ON CONFLICT (period, key) DO UPDATE SET "     \
     "value = value + 1")
#define SQL_KEYS  "SELECT count(DISTINCT key) FROM counter"
#define SQL_KNOWN "SELECT count(*) FROM counter WHERE key = :key"
#define SQL_TOTAL "SELECT sum(value) FROM counter WHERE key = :key"

const char *const counters_sql[] = {SQL_RAISE, SQL_KEYS, SQL_KNOWN, SQL_TOTAL, NULL};

static void period_of(const char *key, char *out, size_t cap)
{
    int year, month, day;

    if (!clock_is_trusted()) {
        snprintf(out, cap, "unknown");
        return;
    }
    clock_civil(clock_day(clock_wall_s()), &year, &month, &day);
    if (!strcmp(key, "visits")) {
        snprintf(out, cap, "%04d-%02d-%02d", year, month, day);
    } else {
        snprintf(out, cap, "%04d-Q%d", year, (month - 1) / 3 + 1);
    }
}

static bool has_room(struct db *db, const char *key, bool *room, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_KNOWN);
    int64_t known, keys;

    db_text(q, ":key", key);
    if (!db_number(q, 0, &known, err) || !db_number(db_stmt(db, SQL_KEYS), 0, &keys, err)) {
        return false;
    }
    *room = known > 0 || keys < COUNTERS_KEYS_MAX;
    return true;
}

bool counters_raise(struct db *db, const char *key, struct err *err)
{
    char period[32];
    struct stmt *q;
    bool room;

    if (!has_room(db, key, &room, err)) {
        return false;
    }
    if (!room) {
        return true;
    }
    period_of(key, period, sizeof period);
    q = db_stmt(db, SQL_RAISE);
    db_text(q, ":period", period);
    db_text(q, ":key", key);
    return db_run(q, err);
}

bool counters_total(struct db *db, const char *key, int64_t *value, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_TOTAL);

    db_text(q, ":key", key);
    return db_number(q, 0, value, err);
}
