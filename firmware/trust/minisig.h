/* minisig: detached signatures of minisign, pre-hashed form ("ED"), made and checked. `minisign -V` verifies ours.
 * The trusted comment is "type id counter" (DESIGN 5); it is covered by the global signature. Never parses what it
 * verifies. */
#ifndef M2_TRUST_MINISIG_H
#define M2_TRUST_MINISIG_H

#include "base/buf.h"
#include "trust/keys.h"

enum { MINISIG_HASH_BYTES = 64, MINISIG_COMMENT_MAX = 256, MINISIG_MAX_BYTES = 2048 };

/* BLAKE2b-512 of the bytes to be signed, piece by piece, so that large files are hashed while they are copied. */
struct minisig_hash {
    _Alignas(64) unsigned char state[384];
};
void minisig_hash_begin(struct minisig_hash *h);
void minisig_hash_add(struct minisig_hash *h, const void *bytes, size_t n);
void minisig_hash_end(struct minisig_hash *h, uint8_t out[MINISIG_HASH_BYTES]);
M2_MUST_CHECK bool minisig_hash_file(const char *path, uint8_t out[MINISIG_HASH_BYTES], struct err *err);

/* Text of the .minisig file into out (cleared first). */
void minisig_sign(const struct seckey *sec, const uint8_t hash[MINISIG_HASH_BYTES], const char *trusted_comment,
                  struct buf *out);

/* The key id a signature names, to pick the key. ERR_FORMAT. */
M2_MUST_CHECK bool minisig_key_id(const char *text, size_t n, uint8_t id[KEY_ID_BYTES], struct err *err);
/* What a signature's trusted comment says (MINISIG_COMMENT_MAX+1 bytes), believed by nobody yet. */
M2_MUST_CHECK bool minisig_peek(const char *text, size_t n, char *comment);
/* True only if signature and trusted comment are by this key over this hash; comment (MINISIG_COMMENT_MAX+1 bytes) may
 * be NULL. ERR_FORMAT, ERR_SIGNATURE. */
M2_MUST_CHECK bool minisig_verify(const char *text, size_t n, const uint8_t hash[MINISIG_HASH_BYTES],
                                  const struct pubkey *pub, char *comment, struct err *err);
/* Splits "type id counter" of a verified comment; type and id may hold no blanks. ERR_FORMAT. */
M2_MUST_CHECK bool minisig_comment(const char *comment, char type[32], char id[64], uint64_t *counter, struct err *err);

#endif
