/* fat_fixture: sticks with a FAT file system, made and read by Debian's dosfstools and mtools, for tests of what our
 * own code makes of them. */
#ifndef M2_TEST_FAT_FIXTURE_H
#define M2_TEST_FAT_FIXTURE_H

#include "base/buf.h"
#include "base/fsio.h"
#include "base/rng.h"
#include "stick/fat.h"
#include "stick/partition.h"
#include "unit/spawn.h"
#include "unit/test.h"
#include <sys/stat.h>

enum { FIXTURE_FILE_MAX = 300 * 1000 };

struct geometry {
    const char *type;    /* mkfs.vfat -F */
    const char *sector;  /* -S */
    const char *cluster; /* -s */
    const char *kib;
    uint32_t device_sector; /* read with */
    const char *table;      /* sfdisk's word for its label, or NULL */
};

struct fixture_file {
    const char *name;
    uint32_t size;
};

/* On every stick of fat_make(): in what it deletes in between, the last two find no room in a row. */
static const struct fixture_file fixture_files[] = {
    {"READ-ME.txt", 700},
    {"MICRO2/courier.json", 513},
    {"MICRO2/nothing.json", 0},
    {"MICRO2/mailbox/000.m2b", 65536},
    {"MICRO2/containers/a-rather-long-name-of-a-container-that-goes-on-0042.m2k", 70001},
    {"MICRO2/catalog.json", 9000},
};

/* Byte i of a file: so that each byte of each file differs from its neighbours. */
static inline void fixture_bytes(const char *name, uint8_t *out, uint32_t n)
{
    struct rng r = {strlen(name) * 1000 + (uint8_t)name[strlen(name) - 5]};

    for (uint32_t i = 0; i < n; i++) {
        out[i] = (uint8_t)rng_next(&r);
    }
}

static inline void write_file(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");

    CHECK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

/* Runs a script of the shell; its arguments are $1 …; what it prints goes to test_path("out"). */
#define SHELL_SETUP                                                                                                    \
    "script=$1; shift; PATH=$PATH:/usr/sbin; export MTOOLS_SKIP_CHECK=1 LC_ALL=C; set -e; eval \"$script\""
#define SHELL(...)                                                                                                     \
    spawn_run((const char *const[]){"sh", "-c", SHELL_SETUP, "sh", __VA_ARGS__, NULL}, NULL, test_path("out"))

#define CHECK_SHELL(...)                                                                                               \
    do {                                                                                                               \
        if (SHELL(__VA_ARGS__) != 0) {                                                                                 \
            print_error("%s\n", fixture_out());                                                                        \
            CHECK(!"the script failed");                                                                               \
        }                                                                                                              \
    } while (0)

static inline const char *fixture_out(void)
{
    static char text[8192];
    FILE *f = fopen(test_path("out"), "rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;

    text[n] = 0;
    if (f) {
        fclose(f);
    }
    return text;
}

/* A folder `files` on the host with what goes onto sticks; once a program. */
static inline void fixture_host(void)
{
    static uint8_t bytes[FIXTURE_FILE_MAX];
    struct err err = {0};

    if (access(test_path("files"), F_OK) == 0) {
        return;
    }
    CHECK(fsio_make_dirs(test_path("files/MICRO2/mailbox"), 0755, &err));
    CHECK(fsio_make_dirs(test_path("files/MICRO2/containers"), 0755, &err));
    for (size_t i = 0; i < M2_COUNT(fixture_files); i++) {
        char path[256];

        snprintf(path, sizeof path, "files/%s", fixture_files[i].name);
        fixture_bytes(fixture_files[i].name, bytes, fixture_files[i].size);
        write_file(test_path(path), bytes, fixture_files[i].size);
    }
    write_file(test_path("files/gap"), bytes, 3000);
}

/* The stick, in test_path(name): formatted, filled, fragmented; foreign names beside ours. */
static inline void fat_make(const struct geometry *g, const char *name)
{
    fixture_host();
    CHECK_SHELL(
        "rm -f \"$1\"; mkfs.vfat --invariant -n 'MY STICK' -F $3 -S $4 -s $5 -C \"$1\" $6; cd \"$2\"; I=\"-i $1\"\n"
        "mmd $I ::MICRO2 ::MICRO2/mailbox ::MICRO2/containers ::Photos\n"
        "for i in 1 2 3 4 5 6; do echo gap$i; mcopy $I gap ::Photos/holiday-picture-$i.jpeg; done\n"
        "mcopy $I MICRO2/courier.json MICRO2/nothing.json ::MICRO2\n"
        "mdel $I ::Photos/holiday-picture-2.jpeg ::Photos/holiday-picture-4.jpeg\n"
        "mcopy $I MICRO2/mailbox/* ::MICRO2/mailbox\n"
        "mdel $I ::Photos/holiday-picture-1.jpeg ::Photos/holiday-picture-5.jpeg\n"
        "mcopy $I MICRO2/containers/* ::MICRO2/containers\n"
        "mcopy $I READ-ME.txt ::\n"
        "mcopy $I MICRO2/catalog.json ::MICRO2\n"
        "mcopy $I gap '::Stra\xc3\x9f"
        "e und mehr.txt'\n"
        "fsck.vfat -n \"$1\"\n",
        test_path(name), test_path("files"), g->type, g->sector, g->cluster, g->kib);
    if (g->table) {
        CHECK_SHELL("S=$(stat -c %s \"$1\"); truncate -s $((S + 2097152)) \"$1.disk\"\n"
                    "printf 'label: %s\\n2048,%s\\n' $2 $((S / 512)) | sfdisk -q \"$1.disk\"\n"
                    "dd if=\"$1\" of=\"$1.disk\" bs=1048576 seek=1 conv=notrunc,sparse; mv \"$1.disk\" \"$1\"\n",
                    test_path(name), g->table);
    }
}

/* The file system of a stick with a table back into a file of its own, for the tools; of others the stick itself. */
static inline const char *fat_plain(const struct geometry *g, const char *name)
{
    if (!g->table) {
        return test_path(name);
    }
    CHECK_SHELL("dd if=\"$1\" of=\"$2\" bs=1048576 skip=1 count=$(($3 / 1024)) conv=sparse", test_path(name),
                test_path("plain"), g->kib);
    return test_path("plain");
}

static inline bool fat_open(const char *path, uint32_t sector_bytes, struct blockdev **d, struct volume **v,
                            struct err *err)
{
    struct partition p;

    CHECK(blockdev_open_image(open(path, O_RDWR | O_CLOEXEC), sector_bytes, false, d, err));
    if (partition_find(*d, &p, err) && partition_is_readable(&p, err) &&
        volume_open_fat(*d, p.first_sector, p.n_sectors, v, err)) {
        return true;
    }
    blockdev_close(*d);
    return false;
}

static inline void fat_close_all(struct blockdev *d, struct volume *v)
{
    volume_close(v);
    blockdev_close(d);
}

#endif
