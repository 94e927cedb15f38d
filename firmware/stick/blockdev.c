/* blockdev: the checks everyone needs, and the image. */
#include "stick/blockdev.h"
#include "base/buf.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* --- what every back may rely on
 * ------------------------------------------------------------------------------------------------------------- */

static bool is_inside(const struct blockdev *d, uint64_t sector, uint32_t n, struct err *err)
{
    return (sector <= d->n_sectors && n <= d->n_sectors - sector) ||
           err_set(err, ERR_FORMAT, "device: sectors %llu to %llu of %llu", (unsigned long long)sector,
                   (unsigned long long)sector + n, (unsigned long long)d->n_sectors);
}

bool blockdev_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    return is_inside(d, sector, n, err) && (n == 0 || d->class->read(d, sector, n, buf, err));
}

bool blockdev_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    if (d->is_read_only) {
        return err_set(err, ERR_STATE, "device: opened for reading only");
    }
    return is_inside(d, sector, n, err) && (n == 0 || d->class->write(d, sector, n, buf, err));
}

bool blockdev_flush(struct blockdev *d, struct err *err)
{
    return d->is_read_only || d->class->flush(d, err);
}

void blockdev_close(struct blockdev *d)
{
    if (d) {
        d->class->close(d);
    }
}

/* --- an image
 * ------------------------------------------------------------------------------------------------------------- */

struct image {
    struct blockdev base; /* first member */
    int fd;
};

static bool image_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    size_t left = (size_t)n * d->sector_bytes;
    off_t at = (off_t)(sector * d->sector_bytes);

    for (char *to = buf; left > 0;) {
        ssize_t got = pread(((struct image *)d)->fd, to, left, at);

        if (got == 0) {
            return err_set(err, ERR_GONE, "image: it became shorter");
        }
        if (got < 0 && errno != EINTR) {
            return err_sys(err, errno, "image: cannot read at byte %lld", (long long)at);
        }
        if (got > 0) {
            to += got;
            at += got;
            left -= (size_t)got;
        }
    }
    return true;
}

static bool image_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    size_t left = (size_t)n * d->sector_bytes;
    off_t at = (off_t)(sector * d->sector_bytes);

    for (const char *from = buf; left > 0;) {
        ssize_t put = pwrite(((struct image *)d)->fd, from, left, at);

        if (put < 0 && errno != EINTR) {
            return err_sys(err, errno, "image: cannot write at byte %lld", (long long)at);
        }
        if (put > 0) {
            from += put;
            at += put;
            left -= (size_t)put;
        }
    }
    return true;
}

static bool image_flush(struct blockdev *d, struct err *err)
{
    return fsync(((struct image *)d)->fd) == 0 || err_sys(err, errno, "image: cannot sync");
}

static void image_close(struct blockdev *d)
{
    close(((struct image *)d)->fd);
    free(d);
}

static const struct blockdev_class image_class = {image_read, image_write, image_flush, image_close};

static bool is_sector_size(uint32_t n)
{
    return n >= BLOCKDEV_SECTOR_MIN && n <= BLOCKDEV_SECTOR_MAX && (n & (n - 1)) == 0;
}

bool blockdev_open_image(int fd, uint32_t sector_bytes, bool is_read_only, struct blockdev **out, struct err *err)
{
    off_t size = lseek(fd, 0, SEEK_END); /* of a block device, too */

    if (size < 0 || !is_sector_size(sector_bytes)) {
        bool ok = size < 0 ? err_sys(err, errno, "image: cannot be read from any place")
                           : err_set(err, ERR_USAGE, "image: a sector of %u bytes; it has 512 to 4096", sector_bytes);

        close(fd);
        return ok;
    }
    struct image *image = mem_alloc(sizeof *image);

    image->base = (struct blockdev){.class = &image_class,
                                    .sector_bytes = sector_bytes,
                                    .n_sectors = (uint64_t)size / sector_bytes,
                                    .is_read_only = is_read_only};
    image->fd = fd;
    *out = &image->base;
    return true;
}
