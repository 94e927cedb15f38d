/* staff: the code of a hub's staff, and the price of guessing it. */
#include "store/staff.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/rng.h"
#include "store/settings.h"
#include "trust/seal.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

static bool misses(struct db *db, int *n, struct err *err)
{
    char value[SETTINGS_VALUE_MAX];

    if (!settings_get(db, "staff.misses", value, sizeof value, err)) {
        return false;
    }
    *n = (int)strtol(value, NULL, 10);
    return true;
}

static bool keep_misses(struct db *db, int n, struct err *err)
{
    char value[16];

    snprintf(value, sizeof value, "%d", n);
    return settings_set(db, "staff.misses", value, err);
}

/* Seconds to wait after n misses: none for the first four, then 30 s, doubling. */
static int delay_s(int n)
{
    int64_t delay = STAFF_DELAY_S;

    if (n < STAFF_TRIES) {
        return 0;
    }
    for (int i = STAFF_TRIES; i < n && delay < STAFF_DELAY_MAX_S; i++) {
        delay *= 2;
    }
    return (int)(delay < STAFF_DELAY_MAX_S ? delay : STAFF_DELAY_MAX_S);
}

bool staff_try(struct staff *s, struct db *db, const char *code, enum staff_answer *answer, int *wait_s,
               struct err *err)
{
    char kept[SETTINGS_VALUE_MAX];
    int n;

    *wait_s = 0;
    if (!settings_get(db, "staff.code", kept, sizeof kept, err) || !misses(db, &n, err)) {
        return false;
    }
    if (!kept[0]) {
        *answer = STAFF_NO_CODE;
        return true;
    }
    if (!s->is_loaded) {
        s->is_loaded = true;
        s->wait_until_ms = clock_ms() + delay_s(n) * 1000LL;
    }
    if (s->wait_until_ms > clock_ms()) {
        *answer = STAFF_WAIT;
        *wait_s = (int)((s->wait_until_ms - clock_ms() + 999) / 1000);
        return true;
    }
    /* The miss is on the card before the code is looked at: pulling the plug gives no free try. */
    if (!keep_misses(db, n + 1, err)) {
        return false;
    }
    if (seal_code_matches(kept, code)) {
        *answer = STAFF_OPEN;
        return keep_misses(db, 0, err);
    }
    *answer = STAFF_WRONG;
    *wait_s = delay_s(n + 1);
    s->wait_until_ms = clock_ms() + *wait_s * 1000LL;
    return true;
}

bool staff_new_code(struct db *db, char out[STAFF_DIGITS + 1], struct err *err)
{
    char kept[SEAL_CODE_TEXT];
    struct rng r;

    rng_secret(&r, sizeof r);
    for (int i = 0; i < STAFF_DIGITS; i++) {
        out[i] = (char)('0' + rng_below(&r, 10));
    }
    out[STAFF_DIGITS] = '\0';
    mem_wipe(&r, sizeof r);
    return seal_code_make(out, kept, err) && settings_set(db, "staff.code", kept, err) && keep_misses(db, 0, err);
}
