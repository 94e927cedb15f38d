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
#include <sys/mman.h>
#include <sys/stat.h>

enum { FIXTURE_FILE_MAX = 300 * 1000, LOG_MAX = 4000 };

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

/* --- a stick in memory
 */

/* A stick in memory that notes each sector written, what was there, and how many flushes came before. */
struct ram {
    struct blockdev base; /* first member */
    uint8_t *bytes;
    size_t size;
    int n_log, n_flushes;
    int n_left; /* transfers and flushes until it is pulled; -1 = never */
    struct ram_write {
        uint64_t sector;
        int after_flush;
        uint8_t old[BLOCKDEV_SECTOR_MAX], new[BLOCKDEV_SECTOR_MAX];
    } * log;
};

static inline bool is_in(struct blockdev *d, struct err *err)
{
    struct ram *r = (struct ram *)d;

    r->n_left -= r->n_left > 0;
    return r->n_left != 0 || err_set(err, ERR_GONE, "stick: it was pulled out");
}

static inline bool ram_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    if (!is_in(d, err)) {
        return false;
    }
    memcpy(buf, ((struct ram *)d)->bytes + sector * d->sector_bytes, (size_t)n * d->sector_bytes);
    return true;
}

static inline bool ram_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    struct ram *r = (struct ram *)d;

    if (!is_in(d, err)) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++, sector++) {
        struct ram_write *w = &r->log[r->n_log++];
        uint8_t *at = r->bytes + sector * d->sector_bytes;

        CHECK(r->n_log <= LOG_MAX);
        w->sector = sector;
        w->after_flush = r->n_flushes;
        memcpy(w->old, at, d->sector_bytes);
        memcpy(w->new, (const uint8_t *)buf + (size_t)i * d->sector_bytes, d->sector_bytes);
        memcpy(at, w->new, d->sector_bytes);
    }
    return true;
}

static inline bool ram_flush(struct blockdev *d, struct err *err)
{
    ((struct ram *)d)->n_flushes++;
    return is_in(d, err);
}

static const struct blockdev_class ram_class = {ram_read, ram_write, ram_flush, NULL};

static inline struct ram ram_of(const char *path, uint32_t sector_bytes)
{
    struct ram r = {.log = mem_alloc(LOG_MAX * sizeof *r.log), .n_left = -1};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    off_t size = lseek(fd, 0, SEEK_END);

    r.size = (size_t)size;
    r.bytes = mmap(NULL, r.size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK(r.bytes != MAP_FAILED);
    close(fd);
    r.base = (struct blockdev){&ram_class, sector_bytes, r.size / sector_bytes, false};
    return r;
}

static inline void ram_release(struct ram *r)
{
    munmap(r->bytes, r->size);
    free(r->log);
}

/* What fsck.vfat may say after a pull (THREATS T17), and what it says of any stick. */
static inline bool is_allowed(const char *line, bool is_pulled)
{
    static const char *const always[] = {"fsck.fat ", "/", "Leaving filesystem unchanged", ""};
    static const char *const pulled[] = {
        "FATs differ",       "  Using first FAT", "Reclaimed ",        "Free cluster summary wrong",
        "  Auto-correcting", "1) Use first FAT",  "2) Use second FAT", "[12",
        "1) Correct",        "2) Don't correct",  "Dirty bit is set",  " Automatically removing dirty bit"};

    for (size_t i = 0; i + 1 < M2_COUNT(always); i++) {
        if (!strncmp(line, always[i], strlen(always[i]))) {
            return true;
        }
    }
    for (size_t i = 0; is_pulled && i < M2_COUNT(pulled); i++) {
        if (!strncmp(line, pulled[i], strlen(pulled[i]))) {
            return true;
        }
    }
    return line[0] == 0;
}

static inline void check_fsck(const char *path, bool is_pulled)
{
    const char *const argv[] = {"/usr/sbin/fsck.vfat", "-n", path, NULL};
    char text[8192], *line = text;

    spawn_run(argv, NULL, test_path("out"));
    snprintf(text, sizeof text, "%s", fixture_out());
    while (line) {
        char *end = strchr(line, '\n');

        if (end) {
            *end++ = 0;
        }
        if (!is_allowed(line, is_pulled)) {
            print_error("fsck.vfat says '%s'\n", line);
            CHECK(!"more than allowed");
        }
        line = end;
    }
}

#endif
