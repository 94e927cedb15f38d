/* test_disk: what is told of a block device, from a made-up sysfs and list of mounts. */
#include "base/fsio.h"
#include "disk.h"
#include "unit/test.h"
#include <unistd.h>

static void put(const char *path, const char *text)
{
    struct err err = {0};
    char dir[512];

    snprintf(dir, sizeof dir, "%s", test_path(path));
    *strrchr(dir, '/') = '\0';
    CHECK(fsio_make_dirs(dir, 0755, &err));
    CHECK(fsio_replace(test_path(path), text, strlen(text), 0644, &err));
}

/* A system disk 8:0 with 8:1, a stick 8:16 with 8:17, as the kernel lays them out. */
static void make(void)
{
    static const char *const links[][2] = {
        {"8:0", "../block/sda"}, {"8:1", "../block/sda/sda1"}, {"8:16", "../block/sdb"}, {"8:17", "../block/sdb/sdb1"}};

    if (fsio_exists(test_path("dev"))) {
        return;
    }
    put("block/sda/dev", "8:0\n");
    put("block/sda/sda1/dev", "8:1\n");
    put("block/sda/sda1/partition", "1\n");
    put("block/sdb/dev", "8:16\n");
    put("block/sdb/device/vendor", "SanDisk \n");
    put("block/sdb/device/model", " Ultra\x1b[0m        \n");
    put("block/sdb/sdb1/dev", "8:17\n");
    put("block/sdb/sdb1/partition", "1\n");
    put("dev/none", "");
    for (size_t i = 0; i < M2_COUNT(links); i++) {
        char link[64];

        snprintf(link, sizeof link, "dev/%s", links[i][0]);
        CHECK(symlink(links[i][1], test_path(link)) == 0);
    }
}

static struct disk describe(const char *mounts, unsigned major, unsigned minor)
{
    struct disk d;

    make();
    put("mounts/now", mounts);
    disk_describe(test_path("dev"), test_path("mounts/now"), major, minor, &d);
    return d;
}

#define ROOT  "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
#define BOOT  "22 1 8:1 / /boot rw - ext4 /dev/sda1 rw\n"
#define STICK "99 21 8:17 / /media/ana/MY\\040STICK rw,nosuid - vfat /dev/sdb1 rw\n"

TEST(disk, a_stick_has_the_words_of_its_maker_and_the_place_where_it_is_mounted)
{
    struct disk d = describe(ROOT STICK, 8, 16);

    CHECK_STR(d.model, "SanDisk Ultra?[0m");
    CHECK_STR(d.mounted, "/media/ana/MY STICK");
    CHECK(!d.is_partition && !d.is_system);
    d = describe(ROOT STICK, 8, 17);
    CHECK(d.is_partition);
    CHECK_STR(d.model, "SanDisk Ultra?[0m");
    CHECK_STR(d.mounted, "/media/ana/MY STICK");
    CHECK_STR(describe(ROOT, 8, 16).mounted, "");
    CHECK_STR(describe(ROOT, 8, 17).mounted, "");
}

TEST(disk, the_disk_this_computer_runs_from_is_known_and_an_unknown_one_is_nothing)
{
    struct disk d = describe(BOOT STICK ROOT, 8, 0);

    CHECK(d.is_system);
    CHECK_STR(d.mounted, "/");
    CHECK_STR(d.model, "");
    CHECK(describe(ROOT, 8, 1).is_system);
    d = describe("garbage\n\n8:16\n1 2 8:16\n1 2 3 4 5 6", 8, 16);
    CHECK(!d.is_system && !d.mounted[0]);
    d = describe(ROOT STICK, 7, 3);
    CHECK(!d.mounted[0] && !d.model[0] && !d.is_partition);
    disk_describe("/nowhere", "/nowhere", 8, 16, &d);
    CHECK(!d.mounted[0] && !d.model[0]);
}
