/* fuzz_fat: a stick given by the sectors that are not zero: each 4 bytes of number, then its 512 bytes. Files are read,
 * one is overwritten, one is made; what could be read before must read the same after, and the new file as written. */
#include "base/buf.h"
#include "stick/fat.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    SECTOR = BLOCKDEV_SECTOR_MIN,
    RECORD = 4 + SECTOR,
    STICK_SECTORS = 128 * 1024, /* FAT32, too, and yet soon looked through */
    WRITTEN_MAX = 512,
    READ_MAX = 64 * 1024,
    NEW_BYTES = 1500,
};

struct stick {
    struct blockdev base;
    const uint8_t *data;
    uint16_t is_given[STICK_SECTORS]; /* number of the record, from 1; 0 = zeros */
    uint16_t is_written[STICK_SECTORS];
    uint16_t n_written;
    uint8_t written[WRITTEN_MAX][SECTOR];
};

static const uint8_t *sector_of(struct stick *s, uint64_t sector)
{
    static const uint8_t zero[SECTOR];

    if (s->is_written[sector]) {
        return s->written[s->is_written[sector] - 1];
    }
    return s->is_given[sector] ? s->data + (size_t)(s->is_given[sector] - 1) * RECORD + 4 : zero;
}

static bool stick_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    (void)err;
    for (uint32_t i = 0; i < n; i++) {
        memcpy((uint8_t *)buf + (size_t)i * SECTOR, sector_of((struct stick *)d, sector + i), SECTOR);
    }
    return true;
}

static bool stick_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    struct stick *s = (struct stick *)d;

    for (uint32_t i = 0; i < n; i++) {
        if (s->n_written == WRITTEN_MAX) {
            return err_set(err, ERR_GONE, "stick: it was pulled out");
        }
        s->is_written[sector + i] = s->n_written + 1;
        memcpy(s->written[s->n_written++], (const uint8_t *)buf + (size_t)i * SECTOR, SECTOR);
    }
    return true;
}

static bool stick_flush(struct blockdev *d, struct err *err)
{
    (void)d;
    (void)err;
    return true;
}

static const struct blockdev_class stick_class = {stick_read, stick_write, stick_flush, NULL};

static const char *const names[] = {"MICRO2/courier.json", "MICRO2/mailbox/000.m2b", "READ-ME.txt"};

struct seen {
    bool ok;
    int64_t n;
    uint32_t sum;
};

static struct seen look(struct volume *v, const char *name)
{
    static uint8_t bytes[READ_MAX];
    struct seen s = {0};

    s.ok = volume_read(v, name, 0, bytes, sizeof bytes, &s.n, NULL);
    s.sum = s.ok ? crc32c(bytes, (size_t)s.n) : 0;
    return s;
}

static void look_again(struct volume *v, const struct seen before[M2_COUNT(names)])
{
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        struct seen now = look(v, names[i]);

        if (before[i].ok && (!now.ok || now.n != before[i].n || now.sum != before[i].sum)) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stick s;
    static const uint8_t new[NEW_BYTES] = {1, 2, 3};
    struct seen before[M2_COUNT(names)];
    struct volume *v;
    uint8_t byte;
    int64_t n;

    s.base = (struct blockdev){&stick_class, SECTOR, STICK_SECTORS, false};
    s.data = data;
    s.n_written = 0;
    memset(s.is_given, 0, sizeof s.is_given);
    memset(s.is_written, 0, sizeof s.is_written);
    for (size_t i = 0; i < size / RECORD && i < UINT16_MAX; i++) {
        s.is_given[get_le32(data + i * RECORD) % STICK_SECTORS] = (uint16_t)(i + 1);
    }
    if (!volume_open_fat(&s.base, 0, STICK_SECTORS, &v, NULL)) {
        return 0;
    }
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        before[i] = look(v, names[i]);
    }
    if (volume_read(v, names[1], 77, &byte, 1, &n, NULL) && n == 1 &&
        !volume_overwrite(v, names[1], 77, &byte, 1, NULL)) {
        abort();
    }
    look_again(v, before);
    if (volume_create(v, "MICRO2/results/a-new-file.html", new, sizeof new, NULL)) {
        struct seen now = look(v, "MICRO2/results/a-new-file.html");

        if (!now.ok || now.n != NEW_BYTES || now.sum != crc32c(new, sizeof new)) {
            abort();
        }
    }
    look_again(v, before);
    volume_close(v);
    return 0;
}
