/* seal: what keeps a visit secret. Visit key K sealed to the office (libsodium sealed box to the X25519 form of its
 * Ed25519 key), rows under K (XChaCha20-Poly1305-IETF, fresh random nonce), and the BLAKE2b-256 that chains rows. */
#ifndef M2_TRUST_SEAL_H
#define M2_TRUST_SEAL_H

#include "trust/keys.h"

enum { SEAL_KEY_BYTES = 32, SEAL_NONCE_BYTES = 24, SEAL_TAG_BYTES = 16, SEAL_BOX_EXTRA = 48, SEAL_HASH_BYTES = 32 };

/* out: n + SEAL_BOX_EXTRA bytes. ERR_TRUST when the key cannot be converted. */
M2_MUST_CHECK bool seal_box(const struct pubkey *to, const void *plain, size_t n, uint8_t *out, struct err *err);
/* n counts the sealed bytes; out: n - SEAL_BOX_EXTRA. ERR_SIGNATURE when not for this key or altered. */
M2_MUST_CHECK bool seal_box_open(const struct seckey *to, const uint8_t *sealed, size_t n, void *out, struct err *err);

/* out: n + SEAL_TAG_BYTES. nonce is filled here, random, never given by the caller. */
void seal_row(const uint8_t key[SEAL_KEY_BYTES], const void *ad, size_t ad_n, const void *plain, size_t n,
              uint8_t nonce[SEAL_NONCE_BYTES], uint8_t *out);
M2_MUST_CHECK bool seal_row_open(const uint8_t key[SEAL_KEY_BYTES], const uint8_t nonce[SEAL_NONCE_BYTES],
                                 const void *ad, size_t ad_n, const uint8_t *sealed, size_t n, void *out,
                                 struct err *err);

/* BLAKE2b-256 over parts, in order. */
struct seal_part {
    const void *bytes;
    size_t n;
};
void seal_hash(const struct seal_part *parts, int n_parts, uint8_t out[SEAL_HASH_BYTES]);
/* The same piece by piece. */
struct seal_hash_state {
    _Alignas(64) unsigned char state[384];
};
void seal_hash_begin(struct seal_hash_state *h);
void seal_hash_add(struct seal_hash_state *h, const void *bytes, size_t n);
void seal_hash_end(struct seal_hash_state *h, uint8_t out[SEAL_HASH_BYTES]);

/* Signature of a short binary header (mailbox): Ed25519 over BLAKE2b-256 of it with a domain word in front. */
void seal_sign(const struct seckey *sec, const char *domain, const void *bytes, size_t n, uint8_t sig[64]);
M2_MUST_CHECK bool seal_verify(const struct pubkey *pub, const char *domain, const void *bytes, size_t n,
                               const uint8_t sig[64], struct err *err);

/* Staff code: Argon2id at 16 MiB; out is libsodium's text form. */
enum { SEAL_CODE_TEXT = 128 };
M2_MUST_CHECK bool seal_code_make(const char *code, char out[SEAL_CODE_TEXT], struct err *err);
bool seal_code_matches(const char *kept, const char *code);

/* What pictures or a card code open: a key and the name under which it is looked up, both drawn from the secret by
 * Argon2id with the salt, so that one try costs as much with one token as with many. what: of which kind the secret is;
 * the same bytes of another kind give another key. cost NULL = 16 MiB, three passes. ERR_LIMIT: over SEAL_SECRET_MAX
 * bytes; ERR_IO: not enough memory. */
enum { SEAL_SALT_BYTES = 16, SEAL_LOOKUP_BYTES = 16, SEAL_SECRET_MAX = 64 };
struct seal_cost {
    size_t memory_bytes;
    unsigned passes;
};
struct seal_drawn { /* wipe with mem_wipe when done */
    uint8_t lookup[SEAL_LOOKUP_BYTES], key[SEAL_KEY_BYTES];
};
M2_MUST_CHECK bool seal_draw(const struct seal_cost *cost, const uint8_t salt[SEAL_SALT_BYTES], uint8_t what,
                             const void *secret, size_t n, struct seal_drawn *out, struct err *err);

#endif
