/* seal: sealed box, sealed rows, chained hashes, short signatures, the staff code; all by libsodium, which keys.c
 * starts before main. */
#include "trust/seal.h"
#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { CODE_MEMORY_BYTES = 16 * 1024 * 1024, CODE_PASSES = 3 };

bool seal_box(const struct pubkey *to, const void *plain, size_t n, uint8_t *out, struct err *err)
{
    uint8_t x[crypto_box_PUBLICKEYBYTES];

    if (crypto_sign_ed25519_pk_to_curve25519(x, to->key) != 0 || crypto_box_seal(out, plain, n, x) != 0) {
        return err_set(err, ERR_TRUST, "seal: the office key cannot be used for sealing");
    }
    return true;
}

bool seal_box_open(const struct seckey *to, const uint8_t *sealed, size_t n, void *out, struct err *err)
{
    uint8_t x[crypto_box_PUBLICKEYBYTES], s[crypto_box_SECRETKEYBYTES];
    struct pubkey pub;
    bool ok;

    keys_public_of(to, &pub);
    crypto_sign_ed25519_sk_to_curve25519(s, to->key); /* a hash: cannot fail */
    ok = n >= SEAL_BOX_EXTRA && crypto_sign_ed25519_pk_to_curve25519(x, pub.key) == 0 &&
         crypto_box_seal_open(out, sealed, n, x, s) == 0;
    sodium_memzero(s, sizeof s);
    if (!ok) {
        return err_set(err, ERR_SIGNATURE, "seal: not sealed to this key, or altered");
    }
    return true;
}

void seal_row(const uint8_t key[SEAL_KEY_BYTES], const void *ad, size_t ad_n, const void *plain, size_t n,
              uint8_t nonce[SEAL_NONCE_BYTES], uint8_t *out)
{
    randombytes_buf(nonce, SEAL_NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain, n, ad, ad_n, NULL, nonce, key);
}

bool seal_row_open(const uint8_t key[SEAL_KEY_BYTES], const uint8_t nonce[SEAL_NONCE_BYTES], const void *ad,
                   size_t ad_n, const uint8_t *sealed, size_t n, void *out, struct err *err)
{
    if (n < SEAL_TAG_BYTES ||
        crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, n, ad, ad_n, nonce, key) != 0) {
        return err_set(err, ERR_SIGNATURE, "seal: a row that this key did not seal, or altered");
    }
    return true;
}

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct seal_hash_state), "room for the state");

void seal_hash_begin(struct seal_hash_state *h)
{
    crypto_generichash_init((crypto_generichash_state *)h->state, NULL, 0, SEAL_HASH_BYTES);
}

void seal_hash_add(struct seal_hash_state *h, const void *bytes, size_t n)
{
    if (n) {
        crypto_generichash_update((crypto_generichash_state *)h->state, bytes, n);
    }
}

void seal_hash_end(struct seal_hash_state *h, uint8_t out[SEAL_HASH_BYTES])
{
    crypto_generichash_final((crypto_generichash_state *)h->state, out, SEAL_HASH_BYTES);
}

void seal_hash(const struct seal_part *parts, int n_parts, uint8_t out[SEAL_HASH_BYTES])
{
    struct seal_hash_state h;

    seal_hash_begin(&h);
    for (int i = 0; i < n_parts; i++) {
        seal_hash_add(&h, parts[i].bytes, parts[i].n);
    }
    seal_hash_end(&h, out);
}

/* The signed digest: domain word, a zero, the bytes. */
static void digest(const char *domain, const void *bytes, size_t n, uint8_t out[SEAL_HASH_BYTES])
{
    seal_hash((struct seal_part[]){{domain, strlen(domain) + 1}, {bytes, n}}, 2, out);
}

void seal_sign(const struct seckey *sec, const char *domain, const void *bytes, size_t n, uint8_t sig[64])
{
    uint8_t hash[SEAL_HASH_BYTES];

    digest(domain, bytes, n, hash);
    crypto_sign_detached(sig, NULL, hash, sizeof hash, sec->key);
}

bool seal_verify(const struct pubkey *pub, const char *domain, const void *bytes, size_t n, const uint8_t sig[64],
                 struct err *err)
{
    uint8_t hash[SEAL_HASH_BYTES];

    digest(domain, bytes, n, hash);
    if (crypto_sign_verify_detached(sig, hash, sizeof hash, pub->key) != 0) {
        return err_set(err, ERR_SIGNATURE, "signature: not by this key, or the bytes were altered");
    }
    return true;
}

bool seal_code_make(const char *code, char out[SEAL_CODE_TEXT], struct err *err)
{
    if (crypto_pwhash_str_alg(out, code, strlen(code), CODE_PASSES, CODE_MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) !=
        0) {
        return err_set(err, ERR_IO, "staff code: not enough memory to keep it");
    }
    return true;
}

bool seal_code_matches(const char *kept, const char *code)
{
    char text[SEAL_CODE_TEXT] = {0}; /* libsodium wants all of its array */

    if (strlen(kept) >= sizeof text) {
        return false;
    }
    memcpy(text, kept, strlen(kept));
    return crypto_pwhash_str_verify(text, code, strlen(code)) == 0;
}

bool seal_draw(const struct seal_cost *cost, const uint8_t salt[SEAL_SALT_BYTES], uint8_t what, const void *secret,
               size_t n, struct seal_drawn *out, struct err *err)
{
    static const struct seal_cost usual = {CODE_MEMORY_BYTES, CODE_PASSES};
    char text[1 + SEAL_SECRET_MAX];
    uint8_t drawn[SEAL_LOOKUP_BYTES + SEAL_KEY_BYTES];
    bool ok;

    if (n > SEAL_SECRET_MAX) {
        return err_set(err, ERR_LIMIT, "pictures or card code: %zu bytes, at most %d", n, SEAL_SECRET_MAX);
    }
    cost = cost ? cost : &usual;
    text[0] = (char)what;
    memcpy(text + 1, secret, n);
    ok = crypto_pwhash(drawn, sizeof drawn, text, n + 1, salt, cost->passes, cost->memory_bytes,
                       crypto_pwhash_ALG_ARGON2ID13) == 0;
    memcpy(out->lookup, drawn, SEAL_LOOKUP_BYTES);
    memcpy(out->key, drawn + SEAL_LOOKUP_BYTES, SEAL_KEY_BYTES);
    sodium_memzero(text, sizeof text);
    sodium_memzero(drawn, sizeof drawn);
    if (!ok) {
        return err_set(err, ERR_IO, "pictures or card code: not enough memory to try them");
    }
    return true;
}

_Static_assert(SEAL_SALT_BYTES == crypto_pwhash_SALTBYTES, "the salt of Argon2");
