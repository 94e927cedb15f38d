/* counters: what a hub counts without saying who: visits per day, everything else per quarter, at most 40 keys, no
 * sequence of events (THREATS T42). Raised in the transaction of the row they count. Threads: the clerk's. */
#ifndef M2_STORE_COUNTERS_H
#define M2_STORE_COUNTERS_H

#include "store/db.h"

enum { COUNTERS_KEYS_MAX = 40 };

/* "visits" counts by day, any other key by quarter; a clock nobody trusts counts under "unknown". A 41st key is left
 * out: counting never stops a visit. */
M2_MUST_CHECK bool counters_raise(struct db *db, const char *key, struct err *err);
/* Sum of a key over all periods. */
M2_MUST_CHECK bool counters_total(struct db *db, const char *key, int64_t *value, struct err *err);

extern const char *const counters_sql[];

#endif
