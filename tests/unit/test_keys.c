/* test_keys: key files that minisign reads and writes, with and without a passphrase. */
#include "base/buf.h"
#include "base/fsio.h"
#include "fakes/failing_io.h"
#include "trust/base64.h"
#include "trust/keys.h"
#include "trust/minisig.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <errno.h>
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

/* The bytes of a secret key file, changed at one place, in a file; its path. */
static const char *changed_key(size_t at, const void *bytes, size_t n)
{
    enum { BLOB = 158 };
    uint8_t blob[BLOB];
    char line[220];
    struct buf text = {0};
    struct err err;

    CHECK(fsio_read(DATA("passphrase.key"), 4096, &text, &err));
    const char *second = strchr(buf_text(&text), '\n') + 1;

    CHECK(base64_read(second, strcspn(second, "\n"), blob, sizeof blob));
    memcpy(blob + at, bytes, n);
    base64_write(blob, sizeof blob, line, sizeof line);
    buf_clear(&text);
    buf_fmt(&text, "untrusted comment: x\n%s\n", line);
    CHECK(fsio_replace(test_path("changed.key"), text.data, text.len, 0600, &err));
    buf_release(&text);
    return test_path("changed.key");
}

TEST(keys, T26_a_secret_file_of_another_kind_is_refused)
{
    static const struct {
        size_t at;
        const char *bytes;
        size_t n;
        enum err_code expected;
        const char *says;
    } cases[] = {
        {0, "ED", 2, ERR_FORMAT, "not an Ed25519 secret key"},
        {2, "Ar", 2, ERR_FORMAT, "not an Ed25519 secret key"},
        {4, "B3", 2, ERR_FORMAT, "not an Ed25519 secret key"},
        {2, "\0\0", 2, ERR_FORMAT, "damaged"}, /* said to be open, but hidden */
        {38, "\1\0\0\2\0\0\0\0", 8, ERR_LIMIT, "more work than minisign"},
        {46, "\1\0\0\100\0\0\0\0", 8, ERR_LIMIT, "more work than minisign"},
    };
    struct seckey sec;
    struct err err = {0};

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const char *path = changed_key(cases[i].at, cases[i].bytes, cases[i].n);

        CHECK(!keys_load_secret(path, "correct horse", &sec, &err));
        CHECK_INT(err.code, cases[i].expected);
        CHECK_HAS(err.text, cases[i].says);
    }
    CHECK(!keys_load_secret(test_path("absent.key"), NULL, &sec, &err) && err.code == ERR_NOT_FOUND);
    CHECK(!keys_needs_passphrase(test_path("absent.key")));
    CHECK(!keys_needs_passphrase(DATA("hello.txt")));
}

TEST(keys, a_comment_holds_1024_bytes_and_not_one_more) /* R5 */
{
    static const char key[] = "RWQxEdZXK2BYKLYtiG6D5dQsbCTWSgk7ZVb0X0GMTj51cfrPoHHXvmJz";
    struct pubkey pub;
    struct err err = {0};

    for (int more = 0; more <= 1; more++) {
        struct buf text = {0};

        buf_fmt(&text, "untrusted comment: %*s\n%s\n", 1024 - 19 + more, "x", key);
        CHECK(fsio_replace(test_path("long.pub"), text.data, text.len, 0600, &err));
        CHECK(keys_load_public(test_path("long.pub"), &pub, &err) == !more);
        buf_release(&text);
    }
    CHECK_INT(err.code, ERR_FORMAT);
}

TEST(keys, T26_base64_has_one_spelling_and_a_length)
{
    uint8_t bytes[BASE64_MAX_BYTES] = {0}, out[BASE64_MAX_BYTES + 1];
    char text[300];

    base64_write(bytes, sizeof bytes, text, sizeof text);
    CHECK(base64_read(text, strlen(text), out, BASE64_MAX_BYTES));
    CHECK(!base64_read(text, strlen(text), out, BASE64_MAX_BYTES + 1));
    CHECK(base64_read("AAAA", 4, out, 3));
    CHECK(!base64_read("AAAA", 4, out, 2)); /* more than was asked for */
    CHECK(!base64_read("AAA=", 4, out, 3)); /* less */
    CHECK(!base64_read("AAB=", 4, out, 2)); /* bits that say nothing */
    CHECK(!base64_read("AA", 2, out, 1));
    CHECK(!base64_read("AA*A", 4, out, 3));
}

/* Six refusals of memory leave the cheapest scrypt, so that this is quick. */
TEST(keys, a_key_is_hidden_with_the_memory_there_is_or_not_at_all)
{
    struct seckey sec, again;
    struct pubkey pub;
    struct err err = {0};

    keys_make(&sec, &pub);
    fail_call(FAIL_SCRYPT, 1, 6, ENOMEM);
    CHECK(keys_save_secret(test_path("six.key"), &sec, "village", "six", &err));
    CHECK(fail_end());
    CHECK(keys_load_secret(test_path("six.key"), "village", &again, &err) && !memcmp(&sec, &again, sizeof sec));
    fail_call(FAIL_SCRYPT, 1, 1, ENOMEM);
    CHECK(!keys_load_secret(test_path("six.key"), "village", &again, &err) && err.code == ERR_IO);
    CHECK(fail_end());
    CHECK_HAS(err.text, "too little memory to open");
    fail_call(FAIL_SCRYPT, 1, 100, ENOMEM);
    CHECK(!keys_save_secret(test_path("none.key"), &sec, "village", "none", &err) && err.code == ERR_IO);
    CHECK(fail_end());
    CHECK_HAS(err.text, "too little memory to protect");
    CHECK(!fsio_exists(test_path("none.key")));
}

TEST(keys, a_secret_file_that_cannot_be_written_whole_is_not_there)
{
    static const enum failing_call calls[] = {FAIL_OPEN, FAIL_WRITE, FAIL_SYNC};
    struct seckey sec;
    struct pubkey pub;

    keys_make(&sec, &pub);
    for (size_t i = 0; i < M2_COUNT(calls); i++) {
        struct err err = {0};

        fail_call(calls[i], 1, 1, ENOSPC);
        CHECK(!keys_save_secret(test_path("full.key"), &sec, NULL, "full", &err));
        CHECK(fail_end());
        CHECK_INT(err.code, ERR_NO_SPACE);
        CHECK_HAS(err.text, "full.key");
        CHECK(!fsio_exists(test_path("full.key")));
    }
}

/* No library for secrets, no program: the test runs itself again with one that fails at its start. */
TEST(keys, without_libsodium_no_program_starts)
{
    char self[512] = {0};

    CHECK(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    CHECK_INT(SPAWN(NULL, "env", "FAILING_SODIUM=1", self, "saved_keys"), 134);
}
