/* trustlist: who may sign what. trust.json {format "micro2-trust-1", counter, threshold 2, roots [3 keys], keys [{role,
 * name, key, not_before_counter?, revoked? "lost"|"stolen"}]} with trust.json.root1.minisig … root9.minisig beside it.
 * A list counts when two different roots of its own signed it; as an update also two different roots of the list it
 * replaces, and its counter is higher. A signature by any other key counts for nothing. Each key has one role, and no
 * root has another. A revocation can never be taken back. No decision reads the clock (THREATS T8, T32, T33). FORMAT.md
 * beside this file. Threads: a list does not change once made; any thread may read it. */
#ifndef M2_TRUST_TRUSTLIST_H
#define M2_TRUST_TRUSTLIST_H

#include "base/buf.h"
#include "trust/keys.h"

enum {
    TRUST_ROOTS = 3,
    TRUST_THRESHOLD = 2,
    TRUST_SIGS_MAX = 9, /* new roots, and old ones that sign on for stations far behind */
    TRUST_KEYS_MAX = 4096,
    TRUST_NAME_MAX = 63,
    TRUST_TEXT_MAX = 1 << 20,
    TRUST_ROTATIONS_MAX = 64, /* lists with new roots that lie beside a list, for stations far behind */
};

enum trust_role { TRUST_OFFICE, TRUST_AUTHOR, TRUST_COURIER, TRUST_STATION };
enum trust_revoked { TRUST_GOOD, TRUST_LOST, TRUST_STOLEN };

struct trust_key {
    enum trust_role role;
    enum trust_revoked revoked;
    char name[TRUST_NAME_MAX + 1]; /* clean UTF-8 on one line; of a station: the hub's name */
    struct pubkey key;
    uint64_t not_before_counter; /* catalogues and receipts of this key with a lower counter are void; 0 = none */
};

struct trustlist { /* zeroed is empty; trustlist_free gives it back */
    uint64_t counter;
    struct pubkey roots[TRUST_ROOTS];
    struct trust_key *keys;
    int n_keys;
};

/* One signature file: text as read. Borrowed. */
struct trust_sig {
    const char *text;
    size_t n;
};

/* Exact text of a list that the caller filled; ends after one newline. Cleared first. */
void trustlist_text(const struct trustlist *t, struct buf *out);
/* A root's signature over such a text: comment "trust trust.json COUNTER". out is cleared first. */
void trustlist_sign(const struct seckey *root, const char *text, size_t n, uint64_t counter, struct buf *out);

/* Reads a text whose signatures the caller checks or does not believe (tools that only show it). NULL on failure. */
struct trustlist *trustlist_parse(const char *text, size_t n, struct err *err);

/* Verifies text against sigs, then reads it. old = the list held now, or NULL where there is none yet (then its own
 * roots are the only judges, and the caller must have the bytes from a place it trusts). *out is the caller's to free.
 * Codes: ERR_SIGNATURE too few roots, ERR_TRUST counter, role or revocation, ERR_FORMAT, ERR_LIMIT. */
M2_MUST_CHECK bool trustlist_verify_update(const struct trustlist *old, const char *text, size_t n,
                                           const struct trust_sig *sigs, int n_sigs, struct trustlist **out,
                                           struct err *err);

/* Reads and verifies dir/trust.json with its signatures; finishes a trustlist_write that lost power.
 * Codes as above, and ERR_NOT_FOUND, ERR_IO. */
M2_MUST_CHECK bool trustlist_load(const char *dir, struct trustlist **out, struct err *err);
/* Publishes text and sigs in dir (as root1 … rootN) so that a power cut leaves the old or the new list whole. Verify
 * first. */
M2_MUST_CHECK bool trustlist_write(const char *dir, const char *text, size_t n, const struct trust_sig *sigs,
                                   int n_sigs, struct err *err);
/* The files of a folder as they are, for carrying them on: *sigs has n_sigs texts. */
struct trust_files {
    struct buf text;
    struct buf sigs[TRUST_SIGS_MAX];
    int n_sigs;
};
M2_MUST_CHECK bool trustlist_read_files(const char *dir, struct trust_files *out, struct err *err);
void trustlist_files_release(struct trust_files *f);

/* The key with this id in this role, for something new. Codes: ERR_SIGNATURE unknown, ERR_TRUST other role or revoked.
 * Borrowed until trustlist_free. NULL on failure. */
const struct trust_key *trustlist_find(const struct trustlist *t, enum trust_role role, const uint8_t id[KEY_ID_BYTES],
                                       struct err *err);
/* The same for something that is here already: a lost key's older work stays, a stolen key's goes (T32). */
const struct trust_key *trustlist_find_kept(const struct trustlist *t, enum trust_role role,
                                            const uint8_t id[KEY_ID_BYTES], struct err *err);
/* The key with this id, whatever its role, was revoked as stolen. */
bool trustlist_is_stolen(const struct trustlist *t, const uint8_t id[KEY_ID_BYTES]);
/* The first good key of a role; NULL = none. */
const struct trust_key *trustlist_first(const struct trustlist *t, enum trust_role role);
/* By name, for the office: NULL = not there. Revoked keys are not found. */
const struct trust_key *trustlist_find_name(const struct trustlist *t, enum trust_role role, const char *name);

/* Picks the key that `sig` names, checks role, revocation, signature over hash and comment "type id counter" with
 * counter >= not_before_counter. id (64 bytes) and counter are filled; may be NULL. The one door for catalogues and
 * receipts. */
M2_MUST_CHECK bool trustlist_check(const struct trustlist *t, enum trust_role role, const char *type,
                                   const struct trust_sig *sig, const uint8_t hash[64], char *id, uint64_t *counter,
                                   struct err *err);

/* A number of its three roots: another one after each rotation, for counter_begin (T31). */
uint64_t trustlist_era(const struct trustlist *t);
const char *trustlist_role_name(enum trust_role role);
void trustlist_free(struct trustlist *t); /* NULL is fine */

#endif
