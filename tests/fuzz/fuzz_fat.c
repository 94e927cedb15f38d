/* fuzz_fat: a stick given by the sectors that are not zero: each 4 bytes of number, then its 512 bytes. Files are read,
 * one is overwritten, one is made, one removed; what could be read before must read the same after, and the new file
 * as written. */
#include "base/buf.h"
#include "stick/edit.h"
#include "stick/fat.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    SECTOR = BLOCKDEV_SECTOR_MIN,
    RECORD = 4 + SECTOR,
    STICK_SECTORS = 128 * 1024, /* FAT32, too, and yet soon looked through */
    RECORDS_MAX = UINT16_MAX,
    WRITTEN_MAX = 512,
    TOUCHED_MAX = RECORDS_MAX + WRITTEN_MAX,
    READ_MAX = 64 * 1024,
    NEW_BYTES = 1500,
};

/* The stick lies in memory from one run to the next, zeros but for what a run put there; `touched` says where, so that
 * only that is made zero again. */
static uint8_t stick[STICK_SECTORS][SECTOR];
static uint32_t touched[TOUCHED_MAX];
static size_t n_touched;
static int n_written;

static void put(uint64_t sector, const void *bytes)
{
    assert(n_touched < TOUCHED_MAX);
    touched[n_touched++] = (uint32_t)sector;
    memcpy(stick[sector], bytes, SECTOR);
}

static void build(const uint8_t *data, size_t size)
{
    while (n_touched > 0) {
        memset(stick[touched[--n_touched]], 0, SECTOR);
    }
    n_written = 0;
    for (size_t i = 0; i < size / RECORD && i < RECORDS_MAX; i++) {
        put(get_le32(data + i * RECORD) % STICK_SECTORS, data + i * RECORD + 4);
    }
}

static bool stick_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    (void)d;
    (void)err;
    memcpy(buf, stick[sector], (size_t)n * SECTOR);
    return true;
}

static bool stick_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    (void)d;
    for (uint32_t i = 0; i < n; i++) {
        if (n_written == WRITTEN_MAX) {
            return err_set(err, ERR_GONE, "stick: it was pulled out");
        }
        n_written++;
        put(sector + i, (const uint8_t *)buf + (size_t)i * SECTOR);
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
    static const uint8_t new[NEW_BYTES] = {1, 2, 3};
    struct blockdev d = {&stick_class, SECTOR, STICK_SECTORS, false};
    struct seen before[M2_COUNT(names)];
    struct volume *v;
    uint8_t byte;
    int64_t n;

    build(data, size);
    if (!volume_open_fat(&d, 0, STICK_SECTORS, &v, NULL)) {
        return 0;
    }
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        before[i] = look(v, names[i]);
    }
    n = volume_overwrite(v, names[1], 0, NULL, 0, NULL); /* looks around: what shares a place is refused from now on */
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        before[i].ok = before[i].ok && look(v, names[i]).ok;
    }
    look_again(v, before);
    if (volume_read(v, names[1], 77, &byte, 1, &n, NULL) && n == 1) {
        uint8_t other = byte ^ 1;

        before[1].ok = !volume_overwrite(v, names[1], 77, &other, 1, NULL); /* else it is another */
        look_again(v, before);
        before[1] = look(v, names[1]);
    }
    if (volume_create(v, "MICRO2/results/a-new-file.html", new, sizeof new, NULL)) {
        struct seen now = look(v, "MICRO2/results/a-new-file.html");

        if (!now.ok || now.n != NEW_BYTES || now.sum != crc32c(new, sizeof new)) {
            abort();
        }
    }
    look_again(v, before);
    before[0].ok = before[0].ok && !edit_fat(v)->remove(v, names[0], NULL); /* else it is gone, and its place taken */
    n = volume_create(v, "MICRO2/in-its-place.html", new, sizeof new, NULL);
    look_again(v, before);
    volume_close(v);
    return 0;
}
