/* staff: the eight-digit code of a hub: kept as Argon2id, five tries, then a delay that doubles with each further miss
 * and survives a restart (THREATS T55). Threads: the clerk's. */
#ifndef M2_STORE_STAFF_H
#define M2_STORE_STAFF_H

#include "store/db.h"

enum { STAFF_DIGITS = 8, STAFF_TRIES = 5, STAFF_DELAY_S = 30, STAFF_DELAY_MAX_S = 24 * 3600 };

struct staff {             /* zeroed at start: after a restart the whole delay runs again */
    int64_t wait_until_ms; /* clock_ms() */
    bool is_loaded;
};

/* STAFF_UNKNOWN: the code could not be tried (the disk is full, or storage failed); it is no miss. */
enum staff_answer { STAFF_OPEN, STAFF_WRONG, STAFF_WAIT, STAFF_NO_CODE, STAFF_UNKNOWN };

/* *wait_s: seconds until the next try counts (STAFF_WAIT, STAFF_WRONG). */
M2_MUST_CHECK bool staff_try(struct staff *s, struct db *db, const char *code, enum staff_answer *answer, int *wait_s,
                             struct err *err);
/* Makes a code of digits into out and keeps its Argon2id text. */
M2_MUST_CHECK bool staff_new_code(struct db *db, char out[STAFF_DIGITS + 1], struct err *err);

#endif
