/* verify: whose a container is: hash, signature, role, name. Never parses the container (THREATS R1, T26, T29).
 * The signature NAME-VERSION.m2k.minisig is by an author key of the trust list, its trusted comment is "container ID
 * VERSION". */
#ifndef M2_SHELF_VERIFY_H
#define M2_SHELF_VERIFY_H

#include "shelf/format.h"
#include "trust/minisig.h"
#include "trust/trustlist.h"

enum verify_use {
    VERIFY_NEW,  /* comes in now: the key must be good */
    VERIFY_KEPT, /* is on the shelf: what a lost key signed before stays, a stolen key's work goes (T32) */
};

struct verified {
    char id[FORMAT_ID_MAX + 1];
    int64_t version;
    uint8_t hash[MINISIG_HASH_BYTES];
    char author[TRUST_NAME_MAX + 1]; /* name of the key in the trust list; "" with verify_file_key */
};

/* Signature text against a hash that was taken already. name = "ID-VERSION.m2k" as it must say.
 * Codes: ERR_FORMAT, ERR_SIGNATURE, ERR_TRUST. */
M2_MUST_CHECK bool verify_signature(const struct trustlist *trust, enum verify_use use, const char *name,
                                    const struct trust_sig *sig, const uint8_t hash[MINISIG_HASH_BYTES],
                                    struct verified *out, struct err *err);
/* Hashes the file and checks path + ".minisig"; the last part of the path is the name. Codes also ERR_IO,
 * ERR_NOT_FOUND, ERR_LIMIT. */
M2_MUST_CHECK bool verify_file(const struct trustlist *trust, enum verify_use use, const char *path,
                               struct verified *out, struct err *err);
/* The file's signature names an author key that was revoked as stolen: its work goes, whoever signs it anew (T32). */
bool verify_is_stolen(const struct trustlist *trust, const char *path);
/* The same against one public key and no trust list. */
M2_MUST_CHECK bool verify_file_key(const struct pubkey *pub, const char *path, struct verified *out, struct err *err);

#endif
