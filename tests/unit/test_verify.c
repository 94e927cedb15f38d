/* test_verify: whose a container is, before it is parsed (THREATS T26, T29, T32, T33). */
#include "unit/shelf_fixture.h"
#include <fcntl.h>
#include <unistd.h>

static enum err_code try_file(const char *path, enum verify_use use, struct err *err)
{
    struct verified v;

    err->code = ERR_NONE;
    return verify_file(fx_trust(), use, path, &v, err) ? ERR_NONE : err->code;
}

TEST(verify, a_signed_container_is_known_by_author_id_version_and_hash)
{
    const char *path = fx_pack(test_path("v"), "core", 7);
    uint8_t hash[MINISIG_HASH_BYTES];
    struct verified v;
    struct err err;

    CHECK(verify_file(fx_trust(), VERIFY_NEW, path, &v, &err));
    CHECK(minisig_hash_file(path, hash, &err));
    CHECK_STR(v.id, "core");
    CHECK_INT(v.version, 7);
    CHECK_STR(v.author, "author");
    CHECK(memcmp(hash, v.hash, sizeof hash) == 0);
    CHECK(verify_file_key(&fx_keys[TRUST_AUTHOR].key, path, &v, &err));
    CHECK(!verify_file_key(&fx_keys[TRUST_OFFICE].key, path, &v, &err));
    CHECK_INT(err.code, ERR_SIGNATURE);
}

TEST(verify, signer_role_type_and_name_are_checked)
{
    const char *path = fx_pack(test_path("w"), "core", 1);
    static const struct {
        int signer; /* -1: a stranger */
        const char *comment;
        enum err_code expected;
    } cases[] = {
        {TRUST_AUTHOR, "container core 1", ERR_NONE},   {-1, "container core 1", ERR_SIGNATURE},
        {TRUST_OFFICE, "container core 1", ERR_TRUST},  {TRUST_COURIER, "container core 1", ERR_TRUST},
        {TRUST_STATION, "container core 1", ERR_TRUST}, {TRUST_AUTHOR, "container core 2", ERR_TRUST},
        {TRUST_AUTHOR, "container shop 1", ERR_TRUST},  {TRUST_AUTHOR, "catalog core 1", ERR_TRUST},
        {TRUST_AUTHOR, "container core", ERR_FORMAT},   {TRUST_AUTHOR, "container ../core 1", ERR_FORMAT},
        {TRUST_AUTHOR, "container core 0", ERR_FORMAT},
    };
    struct err err;

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        fx_sign(path, cases[i].signer < 0 ? &fx_stranger : &fx_sec[cases[i].signer], cases[i].comment);
        CHECK_INT(try_file(path, VERIFY_NEW, &err), cases[i].expected);
    }
}

TEST(verify, lost_keys_keep_what_is_here_and_stolen_keys_do_not) /* T32 */
{
    static const struct {
        enum trust_revoked revoked;
        enum verify_use use;
        enum err_code expected;
    } cases[] = {
        {TRUST_GOOD, VERIFY_NEW, ERR_NONE},    {TRUST_LOST, VERIFY_NEW, ERR_TRUST},
        {TRUST_STOLEN, VERIFY_NEW, ERR_TRUST}, {TRUST_GOOD, VERIFY_KEPT, ERR_NONE},
        {TRUST_LOST, VERIFY_KEPT, ERR_NONE},   {TRUST_STOLEN, VERIFY_KEPT, ERR_TRUST},
    };
    const char *path = fx_pack(test_path("r"), "core", 1);

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const struct trustlist *trust = fx_trust();
        struct verified v;
        struct err err = {0};

        fx_keys[TRUST_AUTHOR].revoked = cases[i].revoked;
        CHECK_INT(verify_file(trust, cases[i].use, path, &v, &err) ? ERR_NONE : err.code, cases[i].expected);
    }
}

TEST(verify, unsigned_containers_are_refused_by_name)
{
    const char *path = fx_pack(test_path("u"), "core", 1);
    char sig[700];
    struct err err;

    snprintf(sig, sizeof sig, "%s.minisig", path);
    CHECK(unlink(sig) == 0);
    CHECK_INT(try_file(path, VERIFY_NEW, &err), ERR_SIGNATURE);
    CHECK_HAS(err.text, "core-1.m2k.minisig' is missing");
    CHECK_INT(try_file(test_path("u/none-1.m2k"), VERIFY_NEW, &err), ERR_NOT_FOUND);
}

static void write_at(int fd, const char *byte, size_t at)
{
    CHECK(pwrite(fd, byte, 1, (off_t)at) == 1);
}

TEST(verify, flipped_bytes_and_cut_lengths_of_a_container_are_refused) /* T26 */
{
    const char *path = fx_pack(test_path("f"), "shop", 1);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    struct buf bytes = {0};
    size_t step = test_is_long() ? 1 : 997;
    struct err err;

    CHECK(fd >= 0 && fsio_read(path, 1 << 20, &bytes, &err));
    for (size_t i = 0; i < bytes.len; i += step) {
        write_at(fd, &(char){(char)(bytes.data[i] ^ 1 << (i % 8))}, i);
        CHECK_INT(try_file(path, VERIFY_NEW, &err), ERR_SIGNATURE);
        write_at(fd, bytes.data + i, i);
    }
    write_at(fd, "\n", bytes.len);
    CHECK_INT(try_file(path, VERIFY_NEW, &err), ERR_SIGNATURE);
    CHECK(ftruncate(fd, (off_t)bytes.len) == 0);
    CHECK_INT(try_file(path, VERIFY_NEW, &err), ERR_NONE);
    for (size_t n = bytes.len, less = 1; n > 0; less = step * 3) {
        n -= n < less ? n : less;
        CHECK(ftruncate(fd, (off_t)n) == 0);
        CHECK_INT(try_file(path, VERIFY_NEW, &err), ERR_SIGNATURE);
    }
    close(fd);
    buf_release(&bytes);
}
