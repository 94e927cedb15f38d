/* blockdev: sectors, wherever they lie. Two backs: a disk image (here; desks, tests, `stick prepare` on an image) and a
 * USB device (usb_msc, in micro2-stickd). Partition tables and file systems know nothing else. One owner, one thread.
 * Codes of every call: ERR_GONE pulled, ERR_IO failing, ERR_FORMAT beyond the end, ERR_STATE written although it may
 * only be read. */
#ifndef M2_STICK_BLOCKDEV_H
#define M2_STICK_BLOCKDEV_H

#include "base/err.h"
#include <stdint.h>

enum { BLOCKDEV_SECTOR_MIN = 512, BLOCKDEV_SECTOR_MAX = 4096 };

struct blockdev;

struct blockdev_class {
    bool (*read)(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err);
    bool (*write)(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err);
    bool (*flush)(struct blockdev *d, struct err *err);
    void (*close)(struct blockdev *d);
};

struct blockdev { /* first member of every back */
    const struct blockdev_class *class;
    uint32_t sector_bytes; /* a power of two, BLOCKDEV_SECTOR_MIN..BLOCKDEV_SECTOR_MAX */
    uint64_t n_sectors;
    bool is_read_only;
};

/* A file as a device; its last part of a sector is left out. fd is taken: closed with the device, and on failure. Needs
 * no path, so that a sandboxed process can be handed one. ERR_USAGE: a sector size that cannot be. */
M2_MUST_CHECK bool blockdev_open_image(int fd, uint32_t sector_bytes, bool is_read_only, struct blockdev **out,
                                       struct err *err);
/* n sectors from `sector` on; all of them or an error. n = 0 is fine. */
M2_MUST_CHECK bool blockdev_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err);
/* Written sectors are on the medium once blockdev_flush returned; before it a pull may leave any of them. */
M2_MUST_CHECK bool blockdev_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err);
M2_MUST_CHECK bool blockdev_flush(struct blockdev *d, struct err *err);
void blockdev_close(struct blockdev *d); /* NULL is fine */

#endif
