/* test_minisig: signatures that the public minisign verifies, and what is refused. */
#include "base/buf.h"
#include "base/fsio.h"
#include "fakes/failing_io.h"
#include "trust/minisig.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <errno.h>

#define DATA(name) (M2_TEST_DATA "/trust/" name)

static void hash_text(const char *text, uint8_t hash[MINISIG_HASH_BYTES])
{
    struct minisig_hash h;

    minisig_hash_begin(&h);
    minisig_hash_add(&h, text, strlen(text));
    minisig_hash_end(&h, hash);
}

static void sign_hello(struct buf *sig, struct pubkey *pub, uint8_t hash[MINISIG_HASH_BYTES])
{
    struct seckey sec;
    struct err err;

    CHECK(keys_load_secret(DATA("minisign.key"), NULL, &sec, &err));
    keys_public_of(&sec, pub);
    CHECK(minisig_hash_file(DATA("hello.txt"), hash, &err));
    minisig_sign(&sec, hash, "container x 1", sig);
}

TEST(minisig, ours_is_verified_by_the_minisign_of_debian)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0}, seen = {0};
    struct pubkey pub;
    struct err err;

    sign_hello(&sig, &pub, hash);
    CHECK(fsio_replace(test_path("ours.minisig"), sig.data, sig.len, 0644, &err));
    CHECK_INT(spawn_run((const char *const[]){"minisign", "-V", "-p", DATA("minisign.pub"), "-m", DATA("hello.txt"),
                                              "-x", test_path("ours.minisig"), NULL},
                        NULL, test_path("seen")),
              0);
    CHECK(fsio_read(test_path("seen"), 4096, &seen, &err));
    CHECK_HAS(buf_text(&seen), "Trusted comment: container x 1");
    buf_release(&seen);
    buf_release(&sig);
}

TEST(minisig, one_made_by_minisign_is_verified_and_is_byte_for_byte_ours)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    char comment[MINISIG_COMMENT_MAX + 1];
    struct buf theirs = {0}, ours = {0};
    struct pubkey pub;
    struct err err;

    sign_hello(&ours, &pub, hash);
    CHECK(fsio_read(DATA("hello.txt.minisig"), MINISIG_MAX_BYTES, &theirs, &err));
    CHECK(minisig_verify(theirs.data, theirs.len, hash, &pub, comment, &err));
    CHECK_STR(comment, "container x 1");
    CHECK_STR(buf_text(&ours), buf_text(&theirs));
    buf_release(&theirs);
    buf_release(&ours);
}

TEST(minisig, each_flipped_bit_and_each_cut_is_refused) /* T26 */
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0};
    struct pubkey pub;
    struct err err;

    sign_hello(&sig, &pub, hash);
    for (size_t i = 0; i < sig.len * 8; i++) {
        sig.data[i / 8] ^= (char)(1 << (i % 8));
        CHECK(!minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
        CHECK(err.code == ERR_FORMAT || err.code == ERR_SIGNATURE);
        sig.data[i / 8] ^= (char)(1 << (i % 8));
    }
    for (size_t n = 0; n < sig.len; n++) {
        CHECK(!minisig_verify(sig.data, n, hash, &pub, NULL, &err));
    }
    for (size_t i = 0; i < MINISIG_HASH_BYTES; i++) {
        hash[i] ^= 0x20;
        CHECK(!minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
        CHECK_INT(err.code, ERR_SIGNATURE);
        hash[i] ^= 0x20;
    }
    CHECK(minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
    buf_release(&sig);
}

TEST(minisig, another_key_with_the_same_id_and_extra_bytes_are_refused)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0};
    struct seckey other;
    struct pubkey pub, wrong;
    struct err err;

    sign_hello(&sig, &pub, hash);
    keys_make(&other, &wrong);
    CHECK(!minisig_verify(sig.data, sig.len, hash, &wrong, NULL, &err));
    CHECK_HAS(err.text, "made with key 2858602B57D61131");
    memcpy(wrong.id, pub.id, sizeof wrong.id);
    CHECK(!minisig_verify(sig.data, sig.len, hash, &wrong, NULL, &err));
    CHECK_INT(err.code, ERR_SIGNATURE);
    buf_char(&sig, '\n');
    CHECK(!minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    buf_release(&sig);
}

TEST(minisig, old_form_of_minisign_that_hashes_nothing_is_refused) /* T26: one algorithm */
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0};
    struct pubkey pub;
    struct err err;

    CHECK(keys_load_public(DATA("minisign.pub"), &pub, &err));
    CHECK_INT(SPAWN(NULL, "minisign", "-S", "-l", "-s", DATA("minisign.key"), "-m", DATA("hello.txt"), "-x",
                    test_path("old.sig")),
              0);
    CHECK(fsio_read(test_path("old.sig"), MINISIG_MAX_BYTES, &sig, &err));
    CHECK(minisig_hash_file(DATA("hello.txt"), hash, &err));
    CHECK(!minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
    CHECK_HAS(err.text, "pre-hashed");
    buf_release(&sig);
}

TEST(minisig, hash_in_pieces_is_the_hash_of_the_whole)
{
    uint8_t whole[MINISIG_HASH_BYTES], pieces[MINISIG_HASH_BYTES];
    struct minisig_hash h;

    hash_text("hello world", whole);
    minisig_hash_begin(&h);
    minisig_hash_add(&h, "hello ", 6);
    minisig_hash_add(&h, "", 0);
    minisig_hash_add(&h, "world", 5);
    minisig_hash_end(&h, pieces);
    CHECK(memcmp(whole, pieces, sizeof whole) == 0);
}

TEST(minisig, comment_is_type_id_counter_and_nothing_else)
{
    static const struct {
        const char *comment;
        bool is_good;
        const char *why;
    } cases[] = {
        {"container core 7", true, "plain"},
        {"catalog catalog.json 18446744073709551615", true, "largest counter"},
        {"trust trust.json 0", true, "zero"},
        {"container core", false, "no counter"},
        {"container core ", false, "empty counter"},
        {"container core 7 ", false, "blank at the end"},
        {"container  core 7", false, "two blanks"},
        {" container core 7", false, "blank in front"},
        {"container core 07", false, "two ways to write a number"},
        {"container core +7", false, "sign"},
        {"container core -7", false, "sign"},
        {"container core 7x", false, "letters"},
        {"container core x", false, "no digit"},
        {"container core 18446744073709551616", false, "too large"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa core 7", false, "type of 32 letters"},
        {"", false, "nothing"},
    };
    char type[32], id[64];
    uint64_t counter;

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        if (minisig_comment(cases[i].comment, type, id, &counter, NULL) != cases[i].is_good) {
            print_error("%s\n", cases[i].why);
            CHECK(false);
        }
    }
    CHECK(minisig_comment("container core 7", type, id, &counter, NULL));
    CHECK_STR(type, "container");
    CHECK_STR(id, "core");
    CHECK(counter == 7);
}

TEST(minisig, a_file_that_cannot_be_read_has_no_hash)
{
    uint8_t hash[MINISIG_HASH_BYTES], again[MINISIG_HASH_BYTES];
    struct err err = {0};

    CHECK(!minisig_hash_file(test_path("none"), hash, &err) && err.code == ERR_NOT_FOUND);
    CHECK(minisig_hash_file(DATA("hello.txt"), hash, &err));
    fail_call(FAIL_READ, 1, 1, EINTR);
    CHECK(minisig_hash_file(DATA("hello.txt"), again, &err) && !memcmp(hash, again, sizeof hash));
    CHECK(fail_end());
    fail_call(FAIL_READ, 2, 1, EIO);
    CHECK(!minisig_hash_file(DATA("hello.txt"), again, &err) && err.code == ERR_IO);
    CHECK(fail_end());
    CHECK_HAS(err.text, "hello.txt");
}

/* A signature with a trusted comment of n letters 'c'. */
static void sign_long(size_t n, uint8_t hash[MINISIG_HASH_BYTES], struct buf *sig, struct pubkey *pub)
{
    char comment[MINISIG_MAX_BYTES];
    struct seckey sec;
    struct err err;

    memset(comment, 'c', n);
    comment[n] = '\0';
    CHECK(keys_load_secret(DATA("minisign.key"), NULL, &sec, &err));
    keys_public_of(&sec, pub);
    CHECK(minisig_hash_file(DATA("hello.txt"), hash, &err));
    minisig_sign(&sec, hash, comment, sig);
}

TEST(minisig, T30_a_comment_holds_256_bytes_and_not_one_more)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0};
    struct pubkey pub;
    struct err err;

    sign_long(MINISIG_COMMENT_MAX, hash, &sig, &pub);
    CHECK(minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
    sign_long(MINISIG_COMMENT_MAX + 1, hash, &sig, &pub);
    CHECK(!minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err) && err.code == ERR_FORMAT);
    CHECK_HAS(err.text, "third line");
    sign_long(MINISIG_MAX_BYTES - 300, hash, &sig, &pub); /* read no further than 2 KiB, whatever it is */
    while (sig.len < MINISIG_MAX_BYTES) {
        buf_char(&sig, 'c');
    }
    CHECK(!minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
    CHECK_HAS(err.text, "third line");
    buf_char(&sig, 'c');
    CHECK(!minisig_verify(sig.data, sig.len, hash, &pub, NULL, &err));
    CHECK_HAS(err.text, "longer than 2048 bytes");
    buf_release(&sig);
}

TEST(minisig, T26_a_third_line_shorter_than_its_prefix_is_refused)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0}, cut = {0};
    struct pubkey pub;
    struct err err;
    const char *third;

    sign_hello(&sig, &pub, hash);
    third = strstr(sig.data, "trusted comment: container");
    CHECK(third);
    buf_add(&cut, sig.data, (size_t)(third - sig.data));
    buf_str(&cut, "trusted\n");
    buf_str(&cut, strchr(third, '\n') + 1);
    CHECK(!minisig_verify(cut.data, cut.len, hash, &pub, NULL, &err));
    CHECK_HAS(err.text, "third line");
    buf_release(&sig);
    buf_release(&cut);
}

TEST(minisig, what_a_signature_says_can_be_looked_at_before_it_is_believed)
{
    char comment[MINISIG_COMMENT_MAX + 1];
    uint8_t hash[MINISIG_HASH_BYTES];
    struct buf sig = {0};
    struct pubkey pub;

    sign_hello(&sig, &pub, hash);
    CHECK(minisig_peek(sig.data, sig.len, comment));
    CHECK_STR(comment, "container x 1");
    CHECK(!minisig_peek(sig.data, sig.len - 1, comment));
    buf_release(&sig);
}
