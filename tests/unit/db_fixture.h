/* db_fixture: a station's database without its journal, and the counted day in it. */
#ifndef M2_TEST_DB_FIXTURE_H
#define M2_TEST_DB_FIXTURE_H

#include "base/clock.h"
#include "store/db.h"
#include "store/settings.h"
#include "unit/test.h"

static inline struct db *open_db(const char *name)
{
    struct db *db;
    struct err err;

    clock_go_virtual();
    CHECK(db_open(test_path(name), &(struct db_options){.migrations = db_migrations, .synchronous = "OFF"}, &db, &err));
    return db;
}

static inline void set_day(struct db *db, int day)
{
    char value[16];
    struct err err;

    snprintf(value, sizeof value, "%d", day);
    CHECK(settings_set(db, "day.counted", value, &err));
}

#endif
