/* base64: the letters of keys and signatures. */
#include "trust/base64.h"
#include <sodium.h>
#include <string.h>

#include "base/banned.h"

enum { VARIANT = sodium_base64_VARIANT_ORIGINAL, TEXT_MAX = sodium_base64_ENCODED_LEN(BASE64_MAX_BYTES, VARIANT) };

void base64_write(const uint8_t *bytes, size_t n, char *out, size_t cap)
{
    sodium_bin2base64(out, cap, bytes, n, VARIANT);
}

bool base64_read(const char *text, size_t n, uint8_t *out, size_t want)
{
    char again[TEXT_MAX];
    size_t got = 0;
    bool is_same;

    if (want > BASE64_MAX_BYTES || n != sodium_base64_encoded_len(want, VARIANT) - 1 ||
        sodium_base642bin(out, want, text, n, NULL, &got, NULL, VARIANT) != 0 || got != want) {
        return false;
    }
    base64_write(out, got, again, sizeof again); /* libsodium 1.0.18 takes some bytes above 127 for letters */
    is_same = memcmp(again, text, n) == 0;
    sodium_memzero(again, sizeof again); /* may be of a secret key */
    return is_same;
}
