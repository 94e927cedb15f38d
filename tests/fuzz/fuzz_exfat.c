/* fuzz_exfat: an exFAT volume of any bytes: boot sector, first sector of the FAT and the heap are the input; checksums
 * are made to fit, so that what lies behind them is reached. Whatever is read before something is written must be read
 * the same afterwards. */
#include "base/buf.h"
#include "stick/edit.h"
#include "stick/exfat.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { SECTOR = 512, SECTORS = 2048, BOOT_SECTORS = 12, ENTRY = 32, SET_MAX = 19, PART = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* From one run to the next in memory; of each sector, whether this run put something there. Only those are made zero
 * again. */
static uint8_t stick[SECTORS * SECTOR];
static bool is_touched[SECTORS];

static void touch(uint64_t sector, uint64_t n)
{
    memset(is_touched + sector, true, n);
}

static void make_zero(void)
{
    for (size_t i = 0; i < SECTORS; i++) {
        if (is_touched[i]) {
            memset(stick + i * SECTOR, 0, SECTOR);
        }
    }
    memset(is_touched, 0, sizeof is_touched);
}

static bool stick_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    (void)d;
    (void)err;
    memcpy(buf, stick + sector * SECTOR, (size_t)n * SECTOR);
    return true;
}

static bool stick_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    (void)d;
    (void)err;
    touch(sector, n);
    memcpy(stick + sector * SECTOR, buf, (size_t)n * SECTOR);
    return true;
}

static bool stick_flush(struct blockdev *d, struct err *err)
{
    (void)d;
    (void)err;
    return true;
}

static const struct blockdev_class stick_class = {.read = stick_read, .write = stick_write, .flush = stick_flush};

static size_t put(uint64_t sector, const uint8_t *data, size_t size, size_t most)
{
    size_t n = size < most ? size : most;

    if (sector < SECTORS) {
        n = n < (SECTORS - sector) * SECTOR ? n : (SECTORS - sector) * SECTOR;
        touch(sector, (n + SECTOR - 1) / SECTOR);
        memcpy(stick + sector * SECTOR, data, n);
    }
    return n;
}

static uint32_t sum32(const uint8_t *p, size_t n, bool is_boot)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (!is_boot || (i != 106 && i != 107 && i != 112)) {
            sum = (sum << 31 | sum >> 1) + p[i];
        }
    }
    return sum;
}

static void seal_set(uint8_t *raw, size_t room)
{
    size_t n = ((size_t)raw[1] + 1) * ENTRY;
    uint16_t sum = 0;

    if (n > room || n > (size_t)SET_MAX * ENTRY) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (i != 2 && i != 3) {
            sum = (uint16_t)(((unsigned)sum << 15 | sum >> 1) + raw[i]);
        }
    }
    raw[2] = (uint8_t)sum;
    raw[3] = (uint8_t)(sum >> 8);
}

/* Sums of the entries in the first `used` bytes of the heap. */
static void seal_entries(size_t heap, size_t used)
{
    size_t cluster = stick[109] < 12 ? (size_t)SECTOR << stick[109] : SECTOR;

    for (size_t at = heap; at + ENTRY <= heap + used && at + ENTRY <= sizeof stick; at += ENTRY) {
        uint64_t first = get_le32(stick + at + 20), bytes = get_le64(stick + at + 24),
                 table = heap + (first - 2) * cluster;

        if (stick[at] == 0x85) {
            seal_set(stick + at, sizeof stick - at);
        } else if (stick[at] == 0x82 && first >= 2 && bytes <= 4096 && table <= sizeof stick - 4096) {
            put_le32(stick + at + 4, sum32(stick + table, bytes, false));
        }
    }
}

static void build(const uint8_t *data, size_t size)
{
    size_t n;

    make_zero();
    n = put(0, data, size, SECTOR);
    uint64_t fat = get_le32(stick + 80), heap = get_le32(stick + 88);

    if (fat >= BOOT_SECTORS) {
        n += put(fat, data + n, size - n, SECTOR);
    }
    if (heap >= BOOT_SECTORS && heap < SECTORS) {
        put(heap, data + n, size - n, sizeof stick);
        seal_entries(heap * SECTOR, size - n);
    }
    uint32_t sum = sum32(stick, (BOOT_SECTORS - 1) * SECTOR, true);

    touch(BOOT_SECTORS - 1, 1);
    for (size_t i = 0; i < SECTOR; i += 4) {
        put_le32(stick + (BOOT_SECTORS - 1) * SECTOR + i, sum);
    }
}

static const char *const names[] = {"MICRO2/a.txt", "MICRO2/b.bin", "c.txt"};

struct seen {
    bool ok;
    int64_t size, got, got_last;
    uint8_t first[PART], last[SECTOR];
};

static void look(struct volume *v, struct seen seen[M2_COUNT(names)])
{
    memset(seen, 0, sizeof *seen * M2_COUNT(names));
    for (size_t i = 0; i < M2_COUNT(names); i++) {
        struct seen *s = &seen[i];
        struct err err = {0};

        s->ok = volume_size(v, names[i], &s->size, &err) &&
                volume_read(v, names[i], 0, s->first, PART, &s->got, &err) &&
                volume_read(v, names[i], s->size > SECTOR ? s->size - SECTOR : 0, s->last, SECTOR, &s->got_last, &err);
        if (!s->ok) {
            memset(s, 0, sizeof *s);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const fresh[] = {"new.txt", "a-name-that-takes-some-entries-more.txt", "MICRO2/new.txt",
                                        "d/e/f.txt"};
    static struct seen before[M2_COUNT(names)], after[M2_COUNT(names)];
    struct blockdev d = {.class = &stick_class, .sector_bytes = SECTOR, .n_sectors = SECTORS};
    struct volume *v;
    struct err err = {0};
    uint8_t text[1500];

    build(data, size);
    if (!volume_open_exfat(&d, 0, SECTORS, &v, &err)) {
        return 0;
    }
    look(v, before);
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < M2_COUNT(fresh); i++) {
        uint8_t back[sizeof text] = {0};
        int64_t n = (int64_t)(i * 499), got;

        if (volume_create(v, fresh[i], text, n, &err) && (!volume_read(v, fresh[i], 0, back, sizeof back, &got, &err) ||
                                                          got != n || memcmp(back, text, (size_t)n) != 0)) {
            abort();
        }
    }
    look(v, after);
    if (memcmp(before, after, sizeof before) != 0) {
        abort();
    }
    if (before[0].size > 1 &&
        volume_overwrite(v, names[0], 1, text,
                         before[0].size < (int64_t)sizeof text ? before[0].size - 1 : (int64_t)sizeof text, &err)) {
        look(v, after);
        if (memcmp(&before[1], &after[1], sizeof before - sizeof before[0]) != 0 ||
            after[0].first[0] != before[0].first[0]) {
            abort();
        }
    }
    look(v, before);
    if (edit_exfat(v)->remove(v, names[1], &err) && volume_create(v, "in-its-place.txt", text, sizeof text, &err)) {
        look(v, after);
        if (memcmp(&before[0], &after[0], sizeof before[0]) != 0 ||
            memcmp(&before[2], &after[2], sizeof before[2]) != 0) {
            abort();
        }
    }
    volume_close(v);
    return 0;
}
