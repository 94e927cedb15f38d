/* seal: sealed box, sealed rows, chained hashes, short signatures, the staff code; all by libsodium. */
#include "trust/seal.h"
#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { CODE_MEMORY_BYTES = 16 * 1024 * 1024, CODE_PASSES = 3 };

static void ready(void)
{
    if (sodium_init() < 0) {
        __builtin_trap(); /* no random numbers: nothing may be sealed */
    }
}

bool seal_box(const struct pubkey *to, const void *plain, size_t n, uint8_t *out, struct err *err)
{
    uint8_t x[crypto_box_PUBLICKEYBYTES];

    ready();
    if (crypto_sign_ed25519_pk_to_curve25519(x, to->key) != 0) {
        return err_set(err, ERR_TRUST, "seal: the office key cannot be used for sealing");
    }
    return crypto_box_seal(out, plain, n, x) == 0 || err_set(err, ERR_TRUST, "seal: sealing failed");
}

bool seal_box_open(const struct seckey *to, const uint8_t *sealed, size_t n, void *out, struct err *err)
{
    uint8_t x[crypto_box_PUBLICKEYBYTES], s[crypto_box_SECRETKEYBYTES];
    struct pubkey pub;
    bool ok;

    ready();
    keys_public_of(to, &pub);
    ok = n >= SEAL_BOX_EXTRA && crypto_sign_ed25519_pk_to_curve25519(x, pub.key) == 0 &&
         crypto_sign_ed25519_sk_to_curve25519(s, to->key) == 0 && crypto_box_seal_open(out, sealed, n, x, s) == 0;
    sodium_memzero(s, sizeof s);
    return ok || err_set(err, ERR_SIGNATURE, "seal: not sealed to this key, or altered");
}

void seal_row(const uint8_t key[SEAL_KEY_BYTES], const void *ad, size_t ad_n, const void *plain, size_t n,
              uint8_t nonce[SEAL_NONCE_BYTES], uint8_t *out)
{
    ready();
    randombytes_buf(nonce, SEAL_NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain, n, ad, ad_n, NULL, nonce, key);
}

bool seal_row_open(const uint8_t key[SEAL_KEY_BYTES], const uint8_t nonce[SEAL_NONCE_BYTES], const void *ad,
                   size_t ad_n, const uint8_t *sealed, size_t n, void *out, struct err *err)
{
    ready();
    return (n >= SEAL_TAG_BYTES &&
            crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, n, ad, ad_n, nonce, key) == 0) ||
           err_set(err, ERR_SIGNATURE, "seal: a row that this key did not seal, or altered");
}

void seal_hash(const struct seal_part *parts, int n_parts, uint8_t out[SEAL_HASH_BYTES])
{
    crypto_generichash_state h;

    ready();
    crypto_generichash_init(&h, NULL, 0, SEAL_HASH_BYTES);
    for (int i = 0; i < n_parts; i++) {
        if (parts[i].n) {
            crypto_generichash_update(&h, parts[i].bytes, parts[i].n);
        }
    }
    crypto_generichash_final(&h, out, SEAL_HASH_BYTES);
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
    return crypto_sign_verify_detached(sig, hash, sizeof hash, pub->key) == 0 ||
           err_set(err, ERR_SIGNATURE, "signature: not by this key, or the bytes were altered");
}

bool seal_code_make(const char *code, char out[SEAL_CODE_TEXT], struct err *err)
{
    ready();
    return crypto_pwhash_str_alg(out, code, strlen(code), CODE_PASSES, CODE_MEMORY_BYTES,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0 ||
           err_set(err, ERR_IO, "staff code: not enough memory to keep it");
}

bool seal_code_matches(const char *kept, const char *code)
{
    char text[SEAL_CODE_TEXT] = {0}; /* libsodium wants all of its array */

    if (strlen(kept) >= sizeof text) {
        return false;
    }
    ready();
    memcpy(text, kept, strlen(kept));
    return crypto_pwhash_str_verify(text, code, strlen(code)) == 0;
}
