/* test_reserve: 16 MB that are really there and can be given back once (THREATS T5, T7). */
#include "base/buf.h"
#include "base/fsio.h"
#include "store/reserve.h"
#include "unit/test.h"
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *fresh(const char *name)
{
    const char *dir = test_path(name);
    struct err err;

    CHECK(fsio_make_dirs(dir, 0700, &err));
    return dir;
}

TEST(reserve, it_is_made_of_written_blocks_kept_and_given_back_once)
{
    const char *dir = fresh("room");
    char path[600];
    struct stat first, second;
    struct err err;

    snprintf(path, sizeof path, "%s/reserve", dir);
    CHECK(!reserve_is_there(dir));
    CHECK(!reserve_release(dir));
    CHECK(reserve_restore(dir, &err));
    CHECK(reserve_is_there(dir));
    CHECK(stat(path, &first) == 0);
    CHECK_INT(first.st_size, RESERVE_BYTES);
    CHECK(first.st_blocks * 512 >= RESERVE_BYTES); /* no hole */
    CHECK_INT(first.st_mode & 0777, 0600);
    CHECK(reserve_restore(dir, &err)); /* there already: nothing is written (T7) */
    CHECK(stat(path, &second) == 0);
    CHECK(first.st_ino == second.st_ino && first.st_mtim.tv_nsec == second.st_mtim.tv_nsec);
    CHECK(reserve_release(dir));
    CHECK(!reserve_is_there(dir));
    CHECK(!reserve_release(dir));
}

TEST(reserve, no_two_blocks_of_it_are_alike)
{
    enum { BLOCK = 4096, LOOKED_AT = 64 };
    static char blocks[LOOKED_AT][BLOCK];
    const char *dir = fresh("blocks");
    struct err err;
    char path[600];
    int fd;

    CHECK(reserve_restore(dir, &err));
    snprintf(path, sizeof path, "%s/reserve", dir);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    for (int i = 0; i < LOOKED_AT; i++) {
        CHECK_INT(pread(fd, blocks[i], BLOCK, (off_t)i * (RESERVE_BYTES / LOOKED_AT)), BLOCK);
        for (int k = 0; k < i; k++) {
            CHECK(memcmp(blocks[i], blocks[k], BLOCK) != 0);
        }
    }
    close(fd);
}

TEST(reserve, one_that_was_cut_while_being_written_is_not_there_and_is_made_again) /* T2 */
{
    const char *dir = fresh("cut");
    char path[600];
    struct err err;

    snprintf(path, sizeof path, "%s/reserve.new", dir);
    CHECK(fsio_replace(path, "half", 4, 0600, &err));
    CHECK(!reserve_is_there(dir));
    CHECK(reserve_restore(dir, &err));
    CHECK(reserve_is_there(dir));
    CHECK(!fsio_exists(path));
    snprintf(path, sizeof path, "%s/reserve", dir);
    CHECK(truncate(path, RESERVE_BYTES - 1) == 0);
    CHECK(!reserve_is_there(dir));
    CHECK(reserve_restore(dir, &err));
    CHECK(reserve_is_there(dir));
}

TEST(reserve, a_folder_that_is_gone_is_a_named_failure)
{
    struct err err = {0};

    CHECK(!reserve_restore(test_path("gone"), &err));
    CHECK_HAS(err.text, "gone");
}

/* A small file system of its own in a name space of its own: only root may. */
static bool mount_small(const char *dir, const char *options)
{
    return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", dir, "tmpfs", 0, options) == 0;
}

TEST(reserve, it_is_only_made_where_twice_its_size_is_free_and_not_one_page_less) /* T5 */
{
    const char *dir = fresh("small");
    char path[600];
    struct err err = {0};
    int64_t page = sysconf(_SC_PAGESIZE);

    if (!mount_small(dir, "size=40m")) {
        print_message("skipped: needs root to mount a small tmpfs\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/lessons", dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    CHECK(fd >= 0);
    CHECK(posix_fallocate(fd, 0, fsio_free_bytes(dir) - 2 * RESERVE_BYTES + page) == 0);
    CHECK_INT(fsio_free_bytes(dir), 2 * RESERVE_BYTES - page);
    CHECK(!reserve_restore(dir, &err));
    CHECK_INT(err.code, ERR_NO_SPACE);
    CHECK_HAS(err.text, "less than 32 MB free");
    CHECK(ftruncate(fd, 0) == 0);
    CHECK(posix_fallocate(fd, 0, fsio_free_bytes(dir) - 2 * RESERVE_BYTES) == 0);
    CHECK(reserve_restore(dir, &err));
    CHECK(posix_fallocate(fd, 0, RESERVE_BYTES) == 0); /* now the lessons grow */
    CHECK(reserve_release(dir));
    CHECK(fsio_free_bytes(dir) >= RESERVE_BYTES);
    close(fd);
    CHECK(umount(dir) == 0);
}
