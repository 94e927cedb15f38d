/* counter: numbers that only rise, by name, in one small file of two slots; a power cut leaves the old or the new state
 * whole (THREATS T27, T31). Used for catalogues and receipts, per signing key: "catalog:KEYID", "receipt:KEYID". Slot:
 * magic, generation, entries, CRC-32C; the valid slot of the higher generation counts. Threads: one. */
#ifndef M2_TRUST_COUNTER_H
#define M2_TRUST_COUNTER_H

#include "base/err.h"
#include <stdint.h>

enum { COUNTER_MAX = 64, COUNTER_NAME_BYTES = 48 };

/* The value of a name in the file; 0 where it was never raised. A file that is not there holds nothing; a damaged one
 * is ERR_CORRUPT. */
M2_MUST_CHECK bool counter_get(const char *path, const char *name, uint64_t *value, struct err *err);
/* Forgets all numbers when the file is of another era than this one: what a stolen key drove up is void once the roots
 * that trusted it are gone (T31). A file of no era gets this one, and keeps its numbers. Takes one of the names. */
M2_MUST_CHECK bool counter_begin(const char *path, uint64_t era, struct err *err);
/* Lower: ERR_TRUST. Equal: true, nothing written. */
M2_MUST_CHECK bool counter_raise(const char *path, const char *name, uint64_t value, struct err *err);

#endif
