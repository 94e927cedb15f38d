/* test_keys: key files that minisign reads and writes, with and without a passphrase. */
#include "base/buf.h"
#include "base/fsio.h"
#include "trust/keys.h"
#include "trust/minisig.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <sys/stat.h>

#define DATA(name) (M2_TEST_DATA "/trust/" name)

static void make_pair(const char *sec_path, const char *pub_path, const char *passphrase, struct seckey *sec,
                      struct pubkey *pub)
{
    struct err err;

    keys_make(sec, pub);
    CHECK(keys_save_secret(sec_path, sec, passphrase, "micro2 secret key", &err));
    CHECK(keys_save_public(pub_path, pub, "micro2 public key", &err));
}

TEST(keys, saved_keys_are_loaded_again)
{
    struct seckey sec, sec2;
    struct pubkey pub, pub2, pub3;
    struct err err;

    make_pair(test_path("k.key"), test_path("k.pub"), NULL, &sec, &pub);
    CHECK(keys_load_secret(test_path("k.key"), NULL, &sec2, &err));
    CHECK(keys_load_public(test_path("k.pub"), &pub2, &err));
    keys_public_of(&sec2, &pub3);
    CHECK(memcmp(&sec, &sec2, sizeof sec) == 0);
    CHECK(memcmp(&pub, &pub2, sizeof pub) == 0);
    CHECK(memcmp(&pub, &pub3, sizeof pub) == 0);
    CHECK(!keys_needs_passphrase(test_path("k.key")));
}

TEST(keys, secret_file_is_private_and_never_overwritten)
{
    struct seckey sec;
    struct pubkey pub;
    struct stat st;
    struct err err;

    make_pair(test_path("p.key"), test_path("p.pub"), NULL, &sec, &pub);
    CHECK(stat(test_path("p.key"), &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK(!keys_save_secret(test_path("p.key"), &sec, NULL, "again", &err));
    CHECK_INT(err.code, ERR_EXISTS);
}

TEST(keys, id_and_public_text_are_as_minisign_prints_them)
{
    struct pubkey pub, again;
    struct err err;
    char id[KEY_ID_TEXT], text[57];

    CHECK(keys_load_public(DATA("minisign.pub"), &pub, &err));
    keys_id_text(pub.id, id);
    CHECK_STR(id, "2858602B57D61131");
    keys_public_text(&pub, text);
    CHECK_STR(text, "RWQxEdZXK2BYKLYtiG6D5dQsbCTWSgk7ZVb0X0GMTj51cfrPoHHXvmJz");
    CHECK(keys_public_parse(text, &again, &err));
    CHECK(memcmp(&pub, &again, sizeof pub) == 0);
}

TEST(keys, minisign_signs_with_our_key_file_and_verifies_with_our_public_file)
{
    struct seckey sec;
    struct pubkey pub;

    make_pair(test_path("m.key"), test_path("m.pub"), NULL, &sec, &pub);
    CHECK_INT(
        SPAWN(NULL, "minisign", "-S", "-s", test_path("m.key"), "-m", DATA("hello.txt"), "-x", test_path("m.sig")), 0);
    CHECK_INT(
        SPAWN(NULL, "minisign", "-V", "-p", test_path("m.pub"), "-m", DATA("hello.txt"), "-x", test_path("m.sig")), 0);
}

TEST(keys, open_and_protected_key_of_minisign_are_the_same_key)
{
    struct seckey open_key, hidden;
    struct err err;

    CHECK(keys_load_secret(DATA("minisign.key"), NULL, &open_key, &err));
    CHECK(keys_needs_passphrase(DATA("passphrase.key")));
    CHECK(keys_load_secret(DATA("passphrase.key"), "correct horse", &hidden, &err));
    CHECK(memcmp(&open_key, &hidden, sizeof hidden) == 0);
}

TEST(keys, wrong_or_missing_passphrase_is_a_matter_of_trust)
{
    struct seckey sec;
    struct err err;

    CHECK(!keys_load_secret(DATA("passphrase.key"), "wrong horse", &sec, &err));
    CHECK_INT(err.code, ERR_TRUST);
    CHECK_HAS(err.text, "wrong passphrase; try again");
    CHECK(!keys_load_secret(DATA("passphrase.key"), NULL, &sec, &err));
    CHECK_INT(err.code, ERR_TRUST);
    CHECK_HAS(err.text, "give its passphrase");
}

/* The dearest scrypt takes two seconds a time: long form only. */
TEST(keys, protected_keys_go_both_ways_between_us_and_minisign)
{
    struct seckey sec, again;
    struct pubkey pub;
    struct err err;

    if (!test_is_long()) {
        return;
    }
    make_pair(test_path("w.key"), test_path("w.pub"), "village", &sec, &pub);
    CHECK_INT(SPAWN("village\n", "minisign", "-S", "-s", test_path("w.key"), "-m", DATA("hello.txt"), "-x",
                    test_path("w.sig")),
              0);
    CHECK_INT(
        SPAWN(NULL, "minisign", "-V", "-p", test_path("w.pub"), "-m", DATA("hello.txt"), "-x", test_path("w.sig")), 0);
    CHECK_INT(SPAWN("hill\nhill\n", "minisign", "-G", "-p", test_path("g.pub"), "-s", test_path("g.key")), 0);
    CHECK(keys_load_secret(test_path("g.key"), "hill", &again, &err));
    CHECK(keys_load_public(test_path("g.pub"), &pub, &err));
    CHECK(memcmp(again.id, pub.id, sizeof pub.id) == 0);
}

TEST(keys, each_flipped_byte_and_each_cut_of_a_secret_file_is_refused_or_the_same_key) /* T26 */
{
    struct seckey good, sec;
    struct buf text = {0};
    struct err err;
    size_t line;

    CHECK(keys_load_secret(DATA("minisign.key"), NULL, &good, &err));
    CHECK(fsio_read(DATA("minisign.key"), 4096, &text, &err));
    line = (size_t)(strchr(text.data, '\n') - text.data) + 1;
    for (size_t i = 0; i + 1 < text.len; i += 3) {
        text.data[i] ^= 1;
        CHECK(fsio_replace(test_path("flip.key"), text.data, text.len, 0600, &err));
        if (keys_load_secret(test_path("flip.key"), NULL, &sec,
                             &err)) { /* comment, salt and the unused check say nothing */
            CHECK(i < line || memcmp(sec.key, good.key, sizeof sec.key) == 0);
        }
        text.data[i] ^= 1;
    }
    for (size_t n = 0; n + 1 < text.len; n += 5) {
        CHECK(fsio_replace(test_path("cut.key"), text.data, n, 0600, &err));
        CHECK(!keys_load_secret(test_path("cut.key"), NULL, &sec, &err));
        CHECK_INT(err.code, ERR_FORMAT);
    }
    buf_release(&text);
}

TEST(keys, bytes_that_are_no_key_are_named)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "no key file of minisign"},
        {"hello\nRWQ\n", "no key file of minisign"},
        {"untrusted comment: x\n", "not the base64 of a key"},
        {"untrusted comment: x\nRWQx\n", "not the base64 of a key"},
        {"untrusted comment: x\nAAQxEdZXK2BYKLYtiG6D5dQsbCTWSgk7ZVb0X0GMTj51cfrPoHHXvmJz\n",
         "not an Ed25519 public key"},
        {"untrusted comment: x\nRWQxEdZXK2BYKLYtiG6D5dQsbCTWSgk7ZVb0X0GMTj51cfrPoHHXvmJz\nmore\n",
         "not the base64 of a key"},
    };
    struct pubkey pub;
    struct err err;

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        CHECK(fsio_replace(test_path("bad.pub"), cases[i].text, strlen(cases[i].text), 0600, &err));
        CHECK(!keys_load_public(test_path("bad.pub"), &pub, &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK_HAS(err.text, cases[i].says);
    }
    CHECK(!keys_public_parse("RWQ", &pub, &err));
    CHECK(!keys_load_public(test_path("absent.pub"), &pub, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
}
