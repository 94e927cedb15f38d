/* test_fsio: files read whole with a limit, replaced whole, paths that cannot escape, locks. */
#include "base/fsio.h"
#include "unit/test.h"
#include <unistd.h>

TEST(fsio, a_file_is_replaced_whole_and_read_up_to_the_limit)
{
    struct buf b = {0};
    struct err err = {0};

    CHECK(fsio_replace(test_path("a"), "hello", 5, 0600, &err));
    CHECK(fsio_replace(test_path("a"), "world!", 6, 0600, &err));
    CHECK(!fsio_exists(test_path("a.new")));
    CHECK(fsio_read(test_path("a"), 6, &b, &err));
    CHECK_STR(b.data, "world!");
    CHECK(!fsio_read(test_path("a"), 5, &b, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_STR(b.data, "world!"); /* a failed call leaves its output */
    CHECK(!fsio_read(test_path("none"), 5, &b, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_INT(fsio_size(test_path("a")), 6);
    CHECK_INT(fsio_size(test_dir()), -1);
    buf_release(&b);
}

TEST(fsio, names_from_strangers_never_leave_the_folder_T22)
{
    static const char *const names[] = {"", ".", "..", "../x", "a/b", "/etc/passwd"};
    char out[64];
    struct err err = {0};

    for (size_t i = 0; i < M2_COUNT(names); i++) {
        CHECK(!fsio_join("/data", names[i], out, sizeof out, &err));
    }
    CHECK(fsio_join("/data", "core-1.m2k", out, sizeof out, &err));
    CHECK_STR(out, "/data/core-1.m2k");
    CHECK(!fsio_join("/data", "0123456789012345678901234567890123456789012345678901234567", out, sizeof out, &err));
}

TEST(fsio, a_lock_is_held_by_one)
{
    int fd = -1, other = -1;
    struct err err = {0};

    CHECK(fsio_lock(test_path("lock"), &fd, &err));
    CHECK(!fsio_lock(test_path("lock"), &other, &err));
    CHECK_INT(err.code, ERR_BUSY);
    fsio_unlock(fd);
    CHECK(fsio_lock(test_path("lock"), &other, &err));
    fsio_unlock(other);
}

TEST(fsio, folders_are_made_listed_and_removed)
{
    struct err err = {0};
    char **names;
    int n;

    CHECK(fsio_make_dirs(test_path("x/y/z"), 0700, &err));
    CHECK(fsio_make_dirs(test_path("x/y/z"), 0700, &err));
    CHECK(fsio_replace(test_path("x/b"), "", 0, 0600, &err));
    CHECK(fsio_replace(test_path("x/a"), "", 0, 0600, &err));
    CHECK(fsio_list(test_path("x"), &names, &n, &err));
    CHECK_INT(n, 3);
    CHECK_STR(names[0], "a");
    CHECK_STR(names[2], "y");
    fsio_free_names(names, n);
    CHECK(!fsio_make_dirs(test_path("x/a"), 0700, &err));
    CHECK(fsio_remove_tree(test_path("x"), &err));
    CHECK(!fsio_exists(test_path("x")));
    CHECK(fsio_is_tmpfs("/dev/shm"));
}
