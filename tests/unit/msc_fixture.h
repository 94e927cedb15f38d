/* msc_fixture: the fake stick behind usb_msc, opened, exercised and put away. All waits are in virtual time; the fake
 * notes each step of ours that the transport forbids. */
#ifndef M2_TEST_MSC_FIXTURE_H
#define M2_TEST_MSC_FIXTURE_H

#include "base/buf.h"
#include "base/clock.h"
#include "fakes/usb_stick.h"
#include "stick/usb_msc.h"
#include "unit/test.h"

enum {
    SECTORS = 4096,
    SECTOR = 512,
    BIG = 700,                 /* sectors: several commands */
    OVERTIME_MS = 5000 + 8000, /* a call may pass its limit by a command block and a recovery under way */
};

static uint8_t pattern[BIG * BLOCKDEV_SECTOR_MAX], got[BIG * BLOCKDEV_SECTOR_MAX + 1]; /* and one nobody may touch */

static inline void make_pattern(uint32_t seed)
{
    static uint32_t made;

    if (made == seed) {
        return;
    }
    made = seed;
    for (size_t i = 0; i < sizeof pattern; i++) {
        seed = seed * 1664525 + 1013904223;
        pattern[i] = (uint8_t)(seed >> 24);
    }
}

static inline void stick(struct usb_stick *s, uint32_t sector_bytes, uint64_t n_sectors)
{
    clock_go_virtual();
    make_pattern(1);
    usb_stick_init(s, sector_bytes, n_sectors);
}

static inline struct blockdev *opened(struct usb_stick *s)
{
    struct blockdev *d = NULL;
    struct err err = {0};

    if (!usb_msc_open(&s->pipe, &d, &err)) {
        printf("%s\n", err.text);
    }
    CHECK(d);
    return d;
}

/* Opening fails with this code, the pipe is closed, and it took no longer than it may. */
static inline void check_unopened(struct usb_stick *s, enum err_code code, const char *words)
{
    struct blockdev *d = NULL;
    struct err err = {0};
    int64_t start = clock_ms();

    CHECK(!usb_msc_open(&s->pipe, &d, &err));
    CHECK_INT(err.code, code);
    CHECK_HAS(err.text, words);
    CHECK(!d);
    CHECK_INT(s->n_closed, 1);
    CHECK(clock_ms() - start <= MSC_OPEN_MS + OVERTIME_MS);
    CHECK(!s->violation);
    usb_stick_release(s);
}

static inline void done(struct usb_stick *s, struct blockdev *d)
{
    blockdev_close(d);
    CHECK_INT(s->n_closed, 1);
    if (s->violation) {
        printf("violation: %s\n", s->violation);
    }
    CHECK(!s->violation);
    usb_stick_release(s);
}

static inline void check_same(struct blockdev *d, uint64_t sector, uint32_t n)
{
    struct err err = {0};

    memset(got, 0x55, (size_t)n * d->sector_bytes + 1);
    CHECK(blockdev_write(d, sector, n, pattern, &err));
    CHECK(blockdev_flush(d, &err));
    CHECK(blockdev_read(d, sector, n, got, &err));
    CHECK(!memcmp(got, pattern, (size_t)n * d->sector_bytes));
    CHECK_INT(got[(size_t)n * d->sector_bytes], 0x55);
}

#endif
