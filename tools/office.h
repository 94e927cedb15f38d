/* office: the folder of a training office: keys, trust list, ledger, packs.
 *   office.json  {"format":"micro2-office-1","name":…,"languages":"en it es"}
 *   keys/{root1,root2,root3,author,courier,office}.pub and .key   trust/  packs/  ledger.db
 * office_trust.h changes who is trusted. */
#ifndef M2_TOOLS_OFFICE_H
#define M2_TOOLS_OFFICE_H

#include "trust/trustlist.h"

enum { OFFICE_PATH_MAX = 1024, OFFICE_NAME_MAX = 63, OFFICE_LANGUAGES_MAX = 127 };

struct office {
    char dir[OFFICE_PATH_MAX], name[OFFICE_NAME_MAX + 1], languages[OFFICE_LANGUAGES_MAX + 1];
    struct trustlist *trust;
    struct office_keys *keys; /* secret ones that were opened, so that each passphrase is asked for once */
};

/* DIR must be missing or empty (ERR_EXISTS). passphrase NULL keeps the secret keys open. */
M2_MUST_CHECK bool office_create(const char *dir, const char *name, const char *languages, const char *passphrase,
                                 struct err *err);
/* ERR_NOT_FOUND, ERR_FORMAT, and the trust list's own codes. */
M2_MUST_CHECK bool office_open(const char *dir, struct office *out, struct err *err);
void office_close(struct office *o);
/* dir + "/" + name, in one of four rotating buffers. */
const char *office_path(const struct office *o, const char *name);

/* A secret key by name ("office", "author", "courier", "root1" …). Asks for the passphrase where the file needs one,
 * the first time. Wipe when done. */
M2_MUST_CHECK bool office_secret(const struct office *o, const char *name, struct seckey *out, struct err *err);
M2_MUST_CHECK bool office_public(const struct office *o, const char *name, struct pubkey *out, struct err *err);
/* text's signature by a key of this office, with a comment "type id counter", into sig. */
M2_MUST_CHECK bool office_sign(const struct office *o, const char *key_name, const struct buf *text, const char *type,
                               const char *id, uint64_t counter, struct buf *sig, struct err *err);

/* For office_trust.c: the names of the root keys; where a key's file is ("pub", "key"); a new pair in its two files; a
 * list signed with these keys, verified (after old, NULL = the first one) and written into folder. */
extern const char *const office_root_names[TRUST_ROOTS];
const char *office_key_path(const struct office *o, const char *name, const char *ending);
M2_MUST_CHECK bool office_make_key(const char *dir, const char *name, const char *passphrase, struct seckey *sec,
                                   struct pubkey *pub, struct err *err);
void office_fill_key(struct trust_key *k, enum trust_role role, const char *name, const struct pubkey *pub);
M2_MUST_CHECK bool office_publish(const char *folder, const struct trustlist *old, const struct trustlist *list,
                                  const struct seckey *roots, int n_roots, struct err *err);

#endif
