/* catalog: what the office offers. catalog.json {format "micro2-catalog-1", counter, containers [{id, version, bytes,
 * blake2b, needs}]}, signed by an office key (catalog.json.minisig, comment "catalog catalog.json COUNTER"); the
 * counter only rises (T27). blake2b is the BLAKE2b-512 of the whole container in hex: the same hash the container's own
 * signature is over. */
#ifndef M2_SHELF_CATALOG_H
#define M2_SHELF_CATALOG_H

#include "shelf/format.h"
#include "trust/minisig.h"
#include "trust/trustlist.h"

struct catalog_entry {
    char id[FORMAT_ID_MAX + 1];
    int64_t version, bytes;
    uint8_t hash[MINISIG_HASH_BYTES];
    char needs[FORMAT_NEEDS_MAX + 1]; /* least station version, as "0.1.0" */
};

struct catalog { /* heap; catalog_free */
    uint64_t counter;
    struct catalog_entry *entries;
    int n_entries; /* no id twice */
};

/* Verifies, then reads. least_counter: the highest counter seen so far; a lower one is ERR_TRUST, the same is fine (the
 * stick again). Codes: ERR_FORMAT, ERR_SIGNATURE, ERR_TRUST, ERR_VERSION, ERR_LIMIT. */
M2_MUST_CHECK bool catalog_verify(const struct trustlist *trust, const char *text, size_t n,
                                  const struct trust_sig *sig, uint64_t least_counter, struct catalog **out,
                                  struct err *err);
/* Reads without believing: for tools that show, and the fuzzer. NULL on failure. */
struct catalog *catalog_parse(const char *text, size_t n, struct err *err);
void catalog_free(struct catalog *c);                                              /* NULL is fine */
const struct catalog_entry *catalog_find(const struct catalog *c, const char *id); /* NULL = not there */

/* Exact text, ending after one newline; out is cleared first. */
void catalog_text(const struct catalog *c, struct buf *out);
void catalog_sign(const struct seckey *office, const char *text, size_t n, uint64_t counter, struct buf *out);

#endif
