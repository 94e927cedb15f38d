/* test_visitkey: the small file from which an interrupted visit goes on, and when it does not (THREATS T10, T40). */
#include "base/buf.h"
#include "base/clock.h"
#include "base/fsio.h"
#include "base/rng.h"
#include "store/visitkey.h"
#include "unit/test.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AGE_MS = 120 * 1000, FILE_BYTES = 112, AT_BOOT = 4, AT_CRC = 108 };

static const char *run_folder(const char *name)
{
    const char *dir = test_path(name);
    struct err err;

    clock_go_virtual();
    CHECK(fsio_make_dirs(dir, 0700, &err));
    return dir;
}

static struct visitkey save(const char *dir)
{
    struct visitkey k = {.touched_ms = clock_ms(), .lasts_ms = AGE_MS};
    struct err err;

    rng_secret(&k.visit, sizeof k.visit);
    CHECK(visitkey_save(dir, &k, &err));
    return k;
}

static const char *file_in(const char *dir)
{
    static char path[600];

    snprintf(path, sizeof path, "%s/visit", dir);
    return path;
}

TEST(visitkey, a_visit_goes_on_with_its_key_and_time)
{
    const char *dir = run_folder("on");
    struct visitkey k = save(dir), back;

    CHECK(visitkey_load(dir, &back));
    CHECK(memcmp(&back.visit, &k.visit, sizeof k.visit) == 0);
    CHECK_INT(back.touched_ms, k.touched_ms);
    CHECK_INT(back.lasts_ms, AGE_MS);
    CHECK(visitkey_load(dir, &back)); /* loading does not end it */
}

TEST(visitkey, the_file_is_private_and_replaced_whole)
{
    const char *dir = run_folder("private");
    struct visitkey first = save(dir), second = save(dir), back;
    struct stat st;

    CHECK(stat(file_in(dir), &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK_INT(st.st_size, FILE_BYTES);
    CHECK(visitkey_load(dir, &back));
    CHECK(memcmp(&back.visit, &second.visit, sizeof second.visit) == 0);
    CHECK(memcmp(&back.visit, &first.visit, sizeof first.visit) != 0);
}

TEST(visitkey, at_the_idle_limit_it_goes_on_and_one_millisecond_later_it_is_wiped)
{
    const char *dir = run_folder("age");
    struct visitkey back;

    save(dir);
    clock_advance(AGE_MS);
    CHECK(visitkey_load(dir, &back));
    clock_advance(1);
    CHECK(!visitkey_load(dir, &back));
    CHECK(!fsio_exists(file_in(dir)));
}

TEST(visitkey, a_touch_in_the_future_is_wiped)
{
    const char *dir = run_folder("future");
    struct visitkey k = {.touched_ms = clock_ms() + 1, .lasts_ms = AGE_MS}, back;
    struct err err;

    CHECK(visitkey_save(dir, &k, &err));
    CHECK(!visitkey_load(dir, &back));
    CHECK(!fsio_exists(file_in(dir)));
}

TEST(visitkey, another_boot_ends_the_visit)
{
    const char *dir = run_folder("boot");
    struct buf file = {0};
    struct visitkey back;
    struct err err;

    save(dir);
    CHECK(fsio_read(file_in(dir), FILE_BYTES, &file, &err));
    file.data[AT_BOOT] ^= 1;
    put_le32((uint8_t *)file.data + AT_CRC, crc32c(file.data, AT_CRC)); /* whole, but of another boot */
    CHECK(fsio_replace(file_in(dir), file.data, file.len, 0600, &err));
    CHECK(!visitkey_load(dir, &back));
    CHECK(!fsio_exists(file_in(dir)));
    buf_release(&file);
}

TEST(visitkey, each_flipped_byte_and_each_other_length_ends_the_visit_and_is_wiped) /* T40 */
{
    const char *dir = run_folder("flip");
    struct buf file = {0};
    struct visitkey back = {.touched_ms = -7};
    struct err err;

    save(dir);
    CHECK(fsio_read(file_in(dir), FILE_BYTES, &file, &err));
    for (size_t i = 0; i < FILE_BYTES; i++) {
        file.data[i] ^= 2;
        CHECK(fsio_replace(file_in(dir), file.data, file.len, 0600, &err));
        CHECK(!visitkey_load(dir, &back));
        CHECK(!fsio_exists(file_in(dir)));
        file.data[i] ^= 2;
    }
    for (size_t n = 0; n < FILE_BYTES; n++) {
        CHECK(fsio_replace(file_in(dir), file.data, n, 0600, &err));
        CHECK(!visitkey_load(dir, &back));
        CHECK(!fsio_exists(file_in(dir)));
    }
    CHECK_INT(back.touched_ms, -7); /* a failed call leaves outputs untouched */
    buf_release(&file);
}

TEST(visitkey, a_file_too_long_was_refused_but_left_lying) /* T40 */
{
    const char *dir = run_folder("long");
    struct buf file = {0};
    struct visitkey back;
    struct err err;

    save(dir);
    CHECK(fsio_read(file_in(dir), FILE_BYTES, &file, &err));
    buf_char(&file, 'x');
    CHECK(fsio_replace(file_in(dir), file.data, file.len, 0600, &err));
    CHECK(!visitkey_load(dir, &back));
    CHECK(!fsio_exists(file_in(dir)));
    buf_release(&file);
}

TEST(visitkey, a_kill_while_saving_left_the_key_beside_the_file) /* T40 */
{
    const char *dir = run_folder("kill");
    struct buf file = {0};
    struct visitkey back;
    char fresh[600];
    struct err err;

    save(dir);
    CHECK(fsio_read(file_in(dir), FILE_BYTES, &file, &err));
    snprintf(fresh, sizeof fresh, "%s.new", file_in(dir)); /* written, not yet renamed */
    CHECK(fsio_replace(fresh, file.data, file.len, 0600, &err));
    CHECK(visitkey_load(dir, &back));
    visitkey_wipe(dir);
    CHECK(!fsio_exists(file_in(dir)));
    CHECK(!fsio_exists(fresh));
    buf_release(&file);
}

TEST(visitkey, wiping_overwrites_the_bytes_before_the_name_goes) /* T40 */
{
    const char *dir = run_folder("wipe");
    uint8_t bytes[FILE_BYTES], zeros[FILE_BYTES] = {0};
    struct visitkey back;
    int fd;

    visitkey_wipe(dir); /* nothing there: nothing happens */
    save(dir);
    fd = open(file_in(dir), O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    visitkey_wipe(dir);
    CHECK_INT(pread(fd, bytes, sizeof bytes, 0), FILE_BYTES);
    CHECK(memcmp(bytes, zeros, sizeof zeros) == 0);
    close(fd);
    CHECK(!fsio_exists(file_in(dir)));
    CHECK(!visitkey_load(dir, &back));
}

TEST(visitkey, the_run_folder_must_be_in_memory_and_outside_the_data_folder)
{
    char run[] = "/dev/shm/m2test-XXXXXX", data[64], sibling[64];
    struct err err;

    CHECK(!visitkey_is_usable(NULL, test_dir()));
    CHECK(!visitkey_is_usable(test_path("no such folder"), test_dir()));
    if (!fsio_is_tmpfs("/dev/shm") || !mkdtemp(run)) {
        print_message("skipped: no tmpfs at /dev/shm\n");
        skip();
    }
    snprintf(data, sizeof data, "%s/data", run);
    snprintf(sibling, sizeof sibling, "%s/data-run", run);
    CHECK(fsio_make_dirs(test_path("visitkey.data"), 0700, &err));
    CHECK(fsio_make_dirs(data, 0700, &err) && fsio_make_dirs(sibling, 0700, &err));
    CHECK(visitkey_is_usable(run, test_path("visitkey.data")));
    CHECK(visitkey_is_usable(sibling, data)); /* the same letters at the beginning, another folder */
    CHECK(!visitkey_is_usable(run, run));
    CHECK(!visitkey_is_usable(data, run));
    CHECK(!visitkey_is_usable(run, test_path("absent")));
    if (!fsio_is_tmpfs(test_dir())) {
        CHECK(!visitkey_is_usable(test_dir(), data));
    }
    CHECK(fsio_remove_tree(run, &err));
}

TEST(visitkey, a_folder_that_is_gone_is_a_named_failure)
{
    struct visitkey k = {0};
    struct err err;

    CHECK(!visitkey_save(test_path("gone"), &k, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "gone/visit");
}
