/* stick_format: table, file system, and the order in which they come. */
#include "stick_format.h"
#include "base/buf.h"
#include "base/rng.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum {
    ALIGN_BYTES = 1 << 20, /* where the partition begins */
    PIECE_BYTES = 1 << 20,
    MBR_ID_AT = 440,
    MBR_ENTRY_AT = 446,
    MBR_TYPE_EXFAT = 0x07,
    MBR_TYPE_FAT32 = 0x0c,
    COMMAND_MISSING = 127, /* what a child that could not begin ends with */
};

struct maker {
    const char *name, *program, *package;
    uint8_t mbr_type;
};

static const struct maker makers[] = {
    [STICK_FS_FAT32] = {"FAT32", "/usr/sbin/mkfs.vfat", "dosfstools", MBR_TYPE_FAT32},
    [STICK_FS_EXFAT] = {"exFAT", "/usr/sbin/mkfs.exfat", "exfatprogs", MBR_TYPE_EXFAT},
};

enum stick_fs stick_format_best(int64_t bytes)
{
    return bytes > STICK_FAT32_BYTES_MAX ? STICK_FS_EXFAT : STICK_FS_FAT32;
}

const char *stick_format_name(enum stick_fs fs)
{
    return makers[fs].name;
}

bool stick_format_check(const struct target *t, enum stick_fs fs, struct err *err)
{
    if (t->kind == TARGET_FOLDER) {
        return err_set(err, ERR_USAGE, "'%s': a folder is not formatted; name the stick's device or an image", t->path);
    }
    if (t->disk.is_partition) {
        return err_set(err, ERR_USAGE, "'%s': one partition of a stick; name the whole stick to format it", t->path);
    }
    if (target_bytes(t) < STICK_BYTES_MIN) {
        return err_set(err, ERR_LIMIT, "'%s': %.1f MB are too small for a courier stick; take one of %lld MB or more",
                       t->path, (double)target_bytes(t) / 1e6, (long long)(STICK_BYTES_MIN >> 20));
    }
    return fs == STICK_FS_FAT32 || t->device->sector_bytes == BLOCKDEV_SECTOR_MIN ||
           err_set(err, ERR_USAGE, "'%s': its sectors of %u bytes do not go with exFAT here; take --format fat32",
                   t->path, t->device->sector_bytes);
}

/* --- the file system, in memory
 * ---------------------------------------------------------------------------------------------- */

static bool run(const struct maker *m, const char *const *argv, struct err *err)
{
    posix_spawn_file_actions_t act;
    pid_t pid;
    int status = 0, rc;

    posix_spawn_file_actions_init(&act);
    posix_spawn_file_actions_addopen(&act, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&act, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&act, STDOUT_FILENO, STDERR_FILENO);
    rc = posix_spawn(&pid, m->program, &act, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&act);
    while (rc == 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (rc != 0 || (WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_MISSING)) {
        return err_set(err, ERR_NOT_FOUND, "'%s' is missing; install the package %s", m->program, m->package);
    }
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           err_set(err, ERR_IO, "'%s' ended with %d; try another stick", m->program,
                   WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* A file in memory of this size that holds the file system, mostly holes. */
static bool make(const struct maker *m, int64_t bytes, uint32_t sector_bytes, int *out, struct err *err)
{
    int fd = memfd_create("stick", 0); /* the child inherits it */
    char path[32], sector[16], hidden[16];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    snprintf(sector, sizeof sector, "%u", sector_bytes);
    snprintf(hidden, sizeof hidden, "%u", ALIGN_BYTES / sector_bytes);
    const char *const vfat[] = {m->program, "-F", "32", "-S", sector, "-h", hidden, "-n", "MICRO2", path, NULL};
    const char *const exfat[] = {m->program, "-L", "MICRO2", path, NULL};

    if (fd < 0 || ftruncate(fd, bytes) != 0) {
        err_sys(err, errno, "cannot make a file of %lld bytes in memory", (long long)bytes);
    } else if (run(m, m->mbr_type == MBR_TYPE_FAT32 ? vfat : exfat, err)) {
        *out = fd;
        return true;
    }
    if (fd >= 0) {
        close(fd);
    }
    return false;
}

/* --- onto the stick
 * ------------------------------------------------------------------------------------------------------------ */

/* Behind the last byte that was written into it. */
static off_t end_of_data(int fd)
{
    off_t end = 0, data;

    while ((data = lseek(fd, end, SEEK_DATA)) >= 0) {
        end = lseek(fd, data, SEEK_HOLE);
    }
    return end;
}

static bool copy(struct blockdev *d, int fd, uint64_t first_sector, struct err *err)
{
    off_t end = end_of_data(fd);
    uint8_t *piece = mem_alloc(PIECE_BYTES);
    bool ok = true;

    for (off_t at = 0; ok && at < end; at += PIECE_BYTES) {
        off_t left = end - at;
        size_t n = left < PIECE_BYTES ? (size_t)left / d->sector_bytes * d->sector_bytes : PIECE_BYTES;

        ok = (pread(fd, piece, n, at) == (ssize_t)n || err_sys(err, errno, "cannot read what was made in memory")) &&
             blockdev_write(d, first_sector + (uint64_t)at / d->sector_bytes, (uint32_t)(n / d->sector_bytes), piece,
                            err);
    }
    free(piece);
    return ok;
}

/* Tables of what was there before: one at the beginning, and GPT's second at the end. */
static bool wipe_ends(struct blockdev *d, struct err *err)
{
    uint32_t n = ALIGN_BYTES / d->sector_bytes;
    uint8_t *zeros = mem_alloc(ALIGN_BYTES);
    bool ok = blockdev_write(d, 0, n, zeros, err) && blockdev_write(d, d->n_sectors - n, n, zeros, err) &&
              blockdev_flush(d, err);

    free(zeros);
    return ok;
}

static bool write_table(struct blockdev *d, uint8_t type, uint64_t first, uint64_t n_sectors, struct err *err)
{
    static const uint8_t no_chs[3] = {0xfe, 0xff, 0xff};
    uint8_t sector[BLOCKDEV_SECTOR_MAX] = {0}, *entry = sector + MBR_ENTRY_AT;

    rng_secret(sector + MBR_ID_AT, 4);
    memcpy(entry + 1, no_chs, sizeof no_chs);
    entry[4] = type;
    memcpy(entry + 5, no_chs, sizeof no_chs);
    put_le32(entry + 8, (uint32_t)first);
    put_le32(entry + 12, (uint32_t)n_sectors);
    sector[510] = 0x55;
    sector[511] = 0xaa;
    return blockdev_write(d, 0, 1, sector, err) && blockdev_flush(d, err);
}

bool stick_format(struct target *t, enum stick_fs fs, struct err *err)
{
    const struct maker *m = &makers[fs];
    struct blockdev *d = t->device;
    uint64_t first, n_sectors;
    int fd = -1;
    bool ok;

    if (!stick_format_check(t, fs, err)) {
        return false;
    }
    first = ALIGN_BYTES / d->sector_bytes;
    n_sectors = d->n_sectors - first;
    n_sectors = n_sectors < UINT32_MAX ? n_sectors : UINT32_MAX; /* what the table can say */
    if (!make(m, (int64_t)(n_sectors * d->sector_bytes), d->sector_bytes, &fd, err)) {
        return err_wrap(err, "formatting '%s'", t->path);
    }
    ok = wipe_ends(d, err) && copy(d, fd, first, err) && blockdev_flush(d, err) &&
         write_table(d, m->mbr_type, first, n_sectors, err) && target_look(t, err) && target_is_readable(t, err);
    close(fd);
    return ok || err_wrap(err, "formatting '%s'", t->path);
}
