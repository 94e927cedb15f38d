/* test_writer: the same rows make the same bytes; a broken row makes no file. */
#include "unit/shelf_fixture.h"

TEST(writer, same_rows_make_the_same_bytes) /* T37 */
{
    uint8_t first[MINISIG_HASH_BYTES], second[MINISIG_HASH_BYTES];
    struct err err;

    CHECK(minisig_hash_file(fx_pack(test_path("a"), "core", 1), first, &err));
    CHECK(minisig_hash_file(fx_pack(test_path("b"), "core", 1), second, &err));
    CHECK(memcmp(first, second, sizeof first) == 0);
    CHECK(minisig_hash_file(fx_pack(test_path("a"), "shop", 1), first, &err));
    CHECK(minisig_hash_file(fx_pack(test_path("b"), "shop", 1), second, &err));
    CHECK(memcmp(first, second, sizeof first) == 0);
}

TEST(writer, a_row_that_breaks_the_schema_is_told_and_no_file_is_left)
{
    const char *path = test_path("twice-1.m2k");
    struct writer *w = NULL;
    char **names = NULL;
    struct err err;
    int n = 0;

    CHECK(writer_new(path, &w, &err));
    fx_manifest(w, "twice", 1, "module");
    writer_row(w, "manifest", "ss", "id", "again");
    writer_row(w, "manifest", "ss", "kind", "not reached");
    CHECK(!writer_finish(w, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    CHECK_HAS(err.text, "manifest");
    CHECK(!fsio_exists(path));
    CHECK(fsio_list(test_dir(), &names, &n, &err));
    for (int i = 0; i < n; i++) {
        CHECK(strncmp(names[i], "twice", 5) != 0);
    }
    fsio_free_names(names, n);
}

TEST(writer, a_dropped_container_leaves_nothing)
{
    const char *path = test_path("drop-1.m2k");
    struct writer *w = NULL;
    struct err err;

    CHECK(writer_new(path, &w, &err));
    fx_manifest(w, "drop", 1, "module");
    writer_drop(w);
    CHECK(!fsio_exists(path));
    CHECK(!fsio_exists(test_path("drop-1.m2k.rows")));
}
