/* settings: few named values of the station, kept in the database. Threads: the clerk's. */
#ifndef M2_STORE_SETTINGS_H
#define M2_STORE_SETTINGS_H

#include "store/db.h"

enum { SETTINGS_VALUE_MAX = 1024 };

/* Copies the value, "" where it was never set. cap >= SETTINGS_VALUE_MAX. */
M2_MUST_CHECK bool settings_get(struct db *db, const char *key, char *value, size_t cap, struct err *err);
M2_MUST_CHECK bool settings_set(struct db *db, const char *key, const char *value, struct err *err);

extern const char *const settings_sql[];

#endif
