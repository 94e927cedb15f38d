/* fuzz_partition: a whole stick of any bytes; the first says its sectors' size. */
#include "stick/partition.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stick {
    struct blockdev base;
    const uint8_t *data;
};

static bool stick_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    (void)err;
    memcpy(buf, ((struct stick *)d)->data + sector * d->sector_bytes, (size_t)n * d->sector_bytes);
    return true;
}

static const struct blockdev_class stick_class = {.read = stick_read};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t bytes = size > 0 && data[0] % 2 ? BLOCKDEV_SECTOR_MAX : BLOCKDEV_SECTOR_MIN;
    struct stick s = {.base = {&stick_class, bytes, size > 0 ? (size - 1) / bytes : 0, true}, .data = data + 1};
    struct partition p;
    struct err err = {0};

    if (!partition_find(&s.base, &p, &err)) {
        return 0;
    }
    if (p.first_sector > s.base.n_sectors || p.n_sectors > s.base.n_sectors - p.first_sector ||
        p.kind >= PARTITION_KINDS) {
        abort();
    }
    if (!partition_is_readable(&p, &err) && err.code != ERR_FORMAT) {
        abort();
    }
    return 0;
}
