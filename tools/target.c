/* target: folder, image or device. */
#include "target.h"
#include "base/buf.h"
#include "base/fsio.h"
#include "stick/courier.h"
#include "stick/exfat.h"
#include "stick/fat.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/banned.h"

/* --- opening
 * ------------------------------------------------------------------------------------------------------------------ */

static bool fail_busy(const struct target *t, struct err *err)
{
    const struct disk *d = &t->disk;

    if (d->is_system) {
        return err_set(err, ERR_BUSY, "'%s': this computer runs from it ('%s'); name the stick", t->path, d->mounted);
    }
    if (d->mounted[0]) {
        return err_set(err, ERR_BUSY,
                       "'%s': it is mounted at '%s'; name that folder, or take it off with `umount '%s'`", t->path,
                       d->mounted, d->mounted);
    }
    return err_set(err, ERR_BUSY, "'%s': this computer uses it; close what does, or name the stick", t->path);
}

static bool open_fd(const struct target *t, bool is_writing, int *fd, struct err *err)
{
    *fd = open(t->path,
               (is_writing ? O_RDWR : O_RDONLY) | (is_writing && t->kind == TARGET_DEVICE ? O_EXCL : 0) | O_CLOEXEC);
    if (*fd >= 0) {
        if (!is_writing || t->kind == TARGET_DEVICE || flock(*fd, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        close(*fd);
        return err_set(err, ERR_BUSY, "'%s': another program is writing on it; wait until it is done", t->path);
    }
    if (errno == EBUSY) {
        return fail_busy(t, err);
    }
    if (errno == EACCES || errno == EPERM) {
        return err_set(err, ERR_IO, "'%s': you may not %s it; run the command with sudo, or as its owner", t->path,
                       is_writing ? "write on" : "read");
    }
    return err_sys(err, errno, "'%s'", t->path);
}

static bool open_sectors(struct target *t, const struct stat *st, bool is_writing, struct err *err)
{
    int fd = -1, sector = BLOCKDEV_SECTOR_MIN;

    if (t->kind == TARGET_DEVICE) {
        disk_describe(DISK_SYSFS, DISK_MOUNTS, major(st->st_rdev), minor(st->st_rdev), &t->disk);
        if (is_writing && t->disk.mounted[0]) {
            return fail_busy(t, err);
        }
    }
    if (!open_fd(t, is_writing, &fd, err)) {
        return false;
    }
    if (t->kind == TARGET_DEVICE && ioctl(fd, BLKSSZGET, &sector) != 0) {
        sector = BLOCKDEV_SECTOR_MIN;
    }
    return blockdev_open_image(fd, (uint32_t)sector, !is_writing, &t->device, err) || err_wrap(err, "'%s'", t->path);
}

bool target_look(struct target *t, struct err *err)
{
    struct err why = {0};
    bool ok;

    volume_close(t->volume);
    t->volume = NULL;
    t->why = (struct err){0};
    if (t->kind == TARGET_FOLDER) {
        ok = volume_open_folder(t->path, &t->volume, err);
        t->edit = ok ? edit_folder(t->volume) : NULL;
        return ok;
    }
    t->part = (struct partition){0};
    ok = partition_find(t->device, &t->part, &why) && partition_is_readable(&t->part, &why) &&
         (t->part.kind == PARTITION_FAT
              ? volume_open_fat(t->device, t->part.first_sector, t->part.n_sectors, &t->volume, &why)
              : volume_open_exfat(t->device, t->part.first_sector, t->part.n_sectors, &t->volume, &why));
    if (ok) {
        t->edit = t->part.kind == PARTITION_FAT ? edit_fat(t->volume) : edit_exfat(t->volume);
    } else if (why.code == ERR_IO || why.code == ERR_GONE) {
        return err_set(err, why.code, "'%s': %s", t->path, why.text);
    }
    t->why = why;
    return true;
}

bool target_open(const char *path, bool is_writing, struct target **out, struct err *err)
{
    struct target *t = mem_alloc(sizeof *t);
    struct stat st;
    bool ok;

    if (strlen(path) >= sizeof t->path) {
        ok = err_set(err, ERR_LIMIT, "a path over %zu bytes", sizeof t->path - 1);
    } else if (stat(path, &st) != 0) {
        ok = err_sys(err, errno, "'%s'", path);
    } else if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
        ok = err_set(err, ERR_USAGE, "'%s': no folder, image or disk; name where the stick is mounted, or its device",
                     path);
    } else {
        snprintf(t->path, sizeof t->path, "%s", path);
        t->kind = S_ISDIR(st.st_mode) ? TARGET_FOLDER : S_ISREG(st.st_mode) ? TARGET_IMAGE : TARGET_DEVICE;
        ok = (t->kind == TARGET_FOLDER || open_sectors(t, &st, is_writing, err)) && target_look(t, err);
    }
    if (!ok) {
        target_close(t);
        return false;
    }
    *out = t;
    return true;
}

bool target_is_readable(const struct target *t, struct err *err)
{
    return t->volume || err_set(err, t->why.code, "'%s': %s", t->path, t->why.text);
}

int64_t target_bytes(const struct target *t)
{
    return t->device ? (int64_t)(t->device->n_sectors * t->device->sector_bytes) : 0;
}

void target_close(struct target *t)
{
    if (t) {
        volume_close(t->volume);
        blockdev_close(t->device);
        free(t);
    }
}

/* --- changing
 * ----------------------------------------------------------------------------------------------------------------- */

bool target_has(struct target *t, const char *name, int64_t *bytes)
{
    return volume_size(t->volume, name, bytes, NULL);
}

bool target_remove(struct target *t, const char *name, struct err *err)
{
    struct err why = {0};

    return t->edit->remove(t->volume, name, &why) || why.code == ERR_NOT_FOUND ||
           err_set(err, why.code, "%s", why.text);
}

bool target_put(struct target *t, const char *name, const struct volume_source *contents, struct err *err)
{
    return target_remove(t, name, err) && t->edit->create(t->volume, name, contents, err);
}

bool target_put_text(struct target *t, const char *name, const void *bytes, size_t n, struct err *err)
{
    struct volume_source contents = volume_source_of(bytes, (int64_t)n);
    struct buf there = {0};
    bool is_same = courier_text(t->volume, name, (int64_t)n, &there, NULL) && there.len == n &&
                   !memcmp(buf_text(&there), bytes, n);

    buf_release(&there);
    return is_same || target_put(t, name, &contents, err);
}

bool target_list(struct target *t, const char *folder, edit_name *each, void *ctx, struct err *err)
{
    struct err why = {0};

    return t->edit->list(t->volume, folder, each, ctx, &why) || why.code == ERR_NOT_FOUND ||
           err_set(err, why.code, "%s", why.text);
}
