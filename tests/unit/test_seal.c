/* test_seal: boxes to the office, rows under the visit key, hashes, signatures, the staff code (THREATS T26, T38, T55).
 */
#include "base/buf.h"
#include "base/rng.h"
#include "fakes/failing_io.h"
#include "trust/seal.h"
#include "unit/test.h"
#include <errno.h>

enum { PLAIN = 300 };

static void fill(uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bytes[i] = (uint8_t)(i * 7 + 3);
    }
}

TEST(seal, a_box_opens_for_its_key_at_every_length_and_for_no_other)
{
    struct seckey office, stranger;
    struct pubkey office_pub, stranger_pub;
    uint8_t plain[PLAIN], sealed[PLAIN + SEAL_BOX_EXTRA], back[PLAIN];
    struct err err = {0};

    keys_make(&office, &office_pub);
    keys_make(&stranger, &stranger_pub);
    fill(plain, sizeof plain);
    for (size_t n = 0; n <= PLAIN; n += 50) {
        CHECK(seal_box(&office_pub, plain, n, sealed, &err));
        memset(back, 0, sizeof back);
        CHECK(seal_box_open(&office, sealed, n + SEAL_BOX_EXTRA, back, &err));
        CHECK(memcmp(plain, back, n) == 0);
        CHECK(!seal_box_open(&stranger, sealed, n + SEAL_BOX_EXTRA, back, &err));
        CHECK_INT(err.code, ERR_SIGNATURE);
        CHECK_HAS(err.text, "not sealed to this key, or altered");
    }
}

TEST(seal, each_flipped_byte_and_each_cut_of_a_box_is_refused) /* T26 */
{
    struct seckey office;
    struct pubkey pub;
    uint8_t plain[40], sealed[40 + SEAL_BOX_EXTRA], back[40];
    struct err err = {0};

    keys_make(&office, &pub);
    fill(plain, sizeof plain);
    CHECK(seal_box(&pub, plain, sizeof plain, sealed, &err));
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 0x10;
        CHECK(!seal_box_open(&office, sealed, sizeof sealed, back, &err));
        CHECK_INT(err.code, ERR_SIGNATURE);
        sealed[i] ^= 0x10;
    }
    for (size_t n = 0; n < sizeof sealed; n++) {
        CHECK(!seal_box_open(&office, sealed, n, back, &err));
    }
    CHECK(seal_box_open(&office, sealed, sizeof sealed, back, &err));
}

TEST(seal, a_key_that_is_no_point_cannot_be_sealed_to)
{
    struct pubkey bad = {{0}, {0}};
    uint8_t sealed[8 + SEAL_BOX_EXTRA];
    struct err err = {0};

    memset(bad.key, 0xFF, sizeof bad.key);
    CHECK(!seal_box(&bad, "12345678", 8, sealed, &err));
    CHECK_INT(err.code, ERR_TRUST);
    memset(bad.key, 0, sizeof bad.key); /* of small order */
    CHECK(!seal_box(&bad, "12345678", 8, sealed, &err));
    CHECK_INT(err.code, ERR_TRUST);
}

TEST(seal, a_row_opens_with_its_key_nonce_and_place_only)
{
    uint8_t key[SEAL_KEY_BYTES], nonce[SEAL_NONCE_BYTES], ad[20], plain[256], sealed[256 + SEAL_TAG_BYTES], back[256];
    struct err err = {0};

    rng_secret(key, sizeof key);
    fill(plain, sizeof plain);
    fill(ad, sizeof ad);
    seal_row(key, ad, sizeof ad, plain, sizeof plain, nonce, sealed);
    CHECK(seal_row_open(key, nonce, ad, sizeof ad, sealed, sizeof sealed, back, &err));
    CHECK(memcmp(plain, back, sizeof back) == 0);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        CHECK(!seal_row_open(key, nonce, ad, sizeof ad, sealed, sizeof sealed, back, &err));
        CHECK_INT(err.code, ERR_SIGNATURE);
        sealed[i] ^= 1;
    }
    for (size_t n = 0; n < sizeof sealed; n++) {
        CHECK(!seal_row_open(key, nonce, ad, sizeof ad, sealed, n, back, &err));
    }
    for (size_t i = 0; i < sizeof ad; i++) {
        ad[i] ^= 1;
        CHECK(!seal_row_open(key, nonce, ad, sizeof ad, sealed, sizeof sealed, back, &err));
        ad[i] ^= 1;
    }
    for (size_t i = 0; i < sizeof nonce; i++) {
        nonce[i] ^= 1;
        CHECK(!seal_row_open(key, nonce, ad, sizeof ad, sealed, sizeof sealed, back, &err));
        nonce[i] ^= 1;
    }
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] ^= 1;
        CHECK(!seal_row_open(key, nonce, ad, sizeof ad, sealed, sizeof sealed, back, &err));
        key[i] ^= 1;
    }
    CHECK(!seal_row_open(key, nonce, ad, sizeof ad - 1, sealed, sizeof sealed, back, &err));
    CHECK(seal_row_open(key, nonce, ad, sizeof ad, sealed, sizeof sealed, back, &err));
}

TEST(seal, every_row_gets_a_nonce_of_its_own_and_never_the_callers)
{
    enum { N = 500 };
    static uint8_t nonces[N][SEAL_NONCE_BYTES];
    uint8_t key[SEAL_KEY_BYTES] = {1}, sealed[8 + SEAL_TAG_BYTES], first[sizeof sealed];

    for (int i = 0; i < N; i++) {
        seal_row(key, NULL, 0, "same row", 8, nonces[i], sealed);
        if (i == 0) {
            memcpy(first, sealed, sizeof first);
        } else {
            CHECK(memcmp(first, sealed, sizeof first) != 0);
        }
        for (int k = 0; k < i; k++) {
            CHECK(memcmp(nonces[i], nonces[k], SEAL_NONCE_BYTES) != 0);
        }
    }
}

TEST(seal, hash_is_blake2b_256_over_the_parts_in_order)
{
    /* b2sum -l 256 of "abc" and of nothing */
    static const char abc[] = "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319";
    static const char nothing[] = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
    uint8_t hash[SEAL_HASH_BYTES];
    char hex[2 * SEAL_HASH_BYTES + 1];

    seal_hash((struct seal_part[]){{"abc", 3}}, 1, hash);
    hex_write(hash, sizeof hash, hex);
    CHECK_STR(hex, abc);
    seal_hash((struct seal_part[]){{"a", 1}, {NULL, 0}, {"bc", 2}}, 3, hash);
    hex_write(hash, sizeof hash, hex);
    CHECK_STR(hex, abc);
    seal_hash(NULL, 0, hash);
    hex_write(hash, sizeof hash, hex);
    CHECK_STR(hex, nothing);
}

TEST(seal, a_signature_holds_for_its_key_domain_and_bytes_only) /* T44 */
{
    struct seckey sec, stranger;
    struct pubkey pub, stranger_pub;
    uint8_t header[160], sig[64];
    struct err err = {0};

    keys_make(&sec, &pub);
    keys_make(&stranger, &stranger_pub);
    fill(header, sizeof header);
    seal_sign(&sec, "micro2-mailbox", header, sizeof header, sig);
    CHECK(seal_verify(&pub, "micro2-mailbox", header, sizeof header, sig, &err));
    CHECK(!seal_verify(&stranger_pub, "micro2-mailbox", header, sizeof header, sig, &err));
    CHECK_INT(err.code, ERR_SIGNATURE);
    CHECK(!seal_verify(&pub, "micro2-mailbo", header, sizeof header, sig, &err));
    CHECK(!seal_verify(&pub, "micro2-mailbox", header, sizeof header - 1, sig, &err));
    for (size_t i = 0; i < sizeof header; i++) {
        header[i] ^= 0x80;
        CHECK(!seal_verify(&pub, "micro2-mailbox", header, sizeof header, sig, &err));
        header[i] ^= 0x80;
    }
    for (size_t i = 0; i < sizeof sig; i++) {
        sig[i] ^= 1;
        CHECK(!seal_verify(&pub, "micro2-mailbox", header, sizeof header, sig, &err));
        sig[i] ^= 1;
    }
    /* The end of the domain cannot be pushed into the bytes. */
    seal_sign(&sec, "ab", "c", 1, sig);
    CHECK(!seal_verify(&pub, "a", "bc", 2, sig, &err));
}

TEST(seal, the_staff_code_is_kept_as_argon2id_of_16_mib_and_salted) /* T55, T39 */
{
    char kept[SEAL_CODE_TEXT], again[SEAL_CODE_TEXT], endless[2 * SEAL_CODE_TEXT] = {0};
    struct err err;

    memset(endless, 'x', sizeof endless - 1);
    CHECK(seal_code_make("12345678", kept, &err));
    CHECK(seal_code_make("12345678", again, &err));
    CHECK(strncmp(kept, "$argon2id$v=19$m=16384,t=3,p=1$", 31) == 0);
    CHECK(strcmp(kept, again) != 0);
    CHECK(strstr(kept, "12345678") == NULL);
    CHECK(seal_code_matches(kept, "12345678"));
    CHECK(!seal_code_matches(kept, "12345679"));
    CHECK(!seal_code_matches(kept, ""));
    CHECK(!seal_code_matches(kept, "123456780"));
    kept[strlen(kept) - 1] ^= 4;
    CHECK(!seal_code_matches(kept, "12345678"));
    CHECK(!seal_code_matches("", "12345678"));
    CHECK(!seal_code_matches(endless, "12345678"));
    CHECK(!seal_code_matches("12345678", "12345678"));
}

TEST(seal, pictures_and_card_code_draw_a_key_and_a_name_that_depend_on_each_byte) /* T41 */
{
    static const uint8_t salt[SEAL_SALT_BYTES] = {1}, other[SEAL_SALT_BYTES] = {2};
    static const struct seal_cost cheap = {8192, 1};
    static const uint8_t picked[] = {3, 1, 2, 39}, turned[] = {1, 3, 2, 39};
    static const uint8_t longest[SEAL_SECRET_MAX + 1];
    struct seal_drawn first, usual, d;
    struct err err = {0};

    CHECK(seal_draw(NULL, salt, 'P', picked, 4, &usual, &err));
    CHECK(seal_draw(&(struct seal_cost){16 << 20, 3}, salt, 'P', picked, 4, &d, &err));
    CHECK(!memcmp(&d, &usual, sizeof d)); /* 16 MiB, three passes */
    CHECK(seal_draw(&cheap, salt, 'P', picked, 4, &first, &err));
    CHECK(memcmp(&first, &usual, sizeof d) != 0);
    CHECK(seal_draw(&cheap, salt, 'P', picked, 4, &d, &err) && !memcmp(&first, &d, sizeof d));
    CHECK(seal_draw(&cheap, other, 'P', picked, 4, &d, &err) && memcmp(first.key, d.key, sizeof d.key) != 0);
    CHECK(seal_draw(&cheap, salt, 'C', picked, 4, &d, &err) && memcmp(first.key, d.key, sizeof d.key) != 0);
    CHECK(seal_draw(&cheap, salt, 'P', turned, 4, &d, &err) && memcmp(first.key, d.key, sizeof d.key) != 0);
    CHECK(seal_draw(&cheap, salt, 'P', picked, 3, &d, &err) && memcmp(first.lookup, d.lookup, sizeof d.lookup) != 0);
    CHECK(!seal_draw(&(struct seal_cost){1, 1}, salt, 'P', picked, 4, &d, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK(seal_draw(&cheap, salt, 'P', longest, SEAL_SECRET_MAX, &d, &err));
    CHECK(!seal_draw(&cheap, salt, 'P', longest, SEAL_SECRET_MAX + 1, &d, &err));
    CHECK_INT(err.code, ERR_LIMIT);
}

TEST(seal, what_libsodium_cannot_do_is_said)
{
    struct seckey office;
    struct pubkey pub;
    uint8_t sealed[8 + SEAL_BOX_EXTRA], back[8];
    char kept[SEAL_CODE_TEXT];
    struct err err = {0};

    keys_make(&office, &pub);
    fail_call(FAIL_BOX_SEAL, 1, 1, 0);
    CHECK(!seal_box(&pub, "12345678", 8, sealed, &err) && err.code == ERR_TRUST);
    CHECK(fail_end());
    CHECK(seal_box(&pub, "12345678", 8, sealed, &err));
    memset(office.key + KEY_PUBLIC_BYTES, 0xFF, KEY_PUBLIC_BYTES); /* its public half is no point */
    CHECK(!seal_box_open(&office, sealed, sizeof sealed, back, &err) && err.code == ERR_SIGNATURE);
    fail_call(FAIL_ARGON, 1, 1, ENOMEM);
    CHECK(!seal_code_make("12345678", kept, &err) && err.code == ERR_IO);
    CHECK(fail_end());
    CHECK_HAS(err.text, "not enough memory");
}
