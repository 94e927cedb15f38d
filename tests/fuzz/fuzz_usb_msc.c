/* fuzz_usb_msc: a stick whose every answer is the input: results, lengths, status, sense, capacities, data. Each call
 * must end within its time and leave alone what it was not given; the end of the input is the stick pulled. */
#include "base/buf.h"
#include "base/clock.h"
#include "stick/usb_msc.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    COMMAND_BYTES = 8192,
    SECTORS = 5, /* of a call, one less at most */
    OVERTIME_MS = 20000,
    TAKEN_MAX = 36, /* bytes of one transfer that are the input's */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stick {
    struct usb_pipe pipe; /* first member */
    const uint8_t *data, *end;
    uint8_t tag[4];
    bool is_closed;
};

static uint8_t take(struct stick *s)
{
    return s->data < s->end ? *s->data++ : 0;
}

/* 0 to 9: well done. */
static enum usb_result result_of(struct stick *s, uint8_t choice, int timeout_ms)
{
    static const enum usb_result results[] = {USB_STALL, USB_TIMEOUT, USB_FAILED, USB_GONE, USB_OVERFLOW, USB_DONE};
    enum usb_result r = choice % 16 < 10 ? USB_DONE : results[choice % 16 - 10];

    if (timeout_ms <= 0) {
        abort(); /* a wait without end */
    }
    r = s->data == s->end ? USB_GONE : r;
    clock_advance(r == USB_TIMEOUT ? timeout_ms : 0);
    return r;
}

static void check_cbw(struct stick *s, const uint8_t *b, uint32_t n)
{
    if (n != 31 || get_le32(b) != 0x43425355 || (b[12] & 0x7f) || b[13] >= MSC_LUNS || b[14] < 1 || b[14] > 16 ||
        get_le32(b + 8) > COMMAND_BYTES) {
        abort();
    }
    memcpy(s->tag, b + 4, 4);
}

/* A status as it should be (choice 0 to 3), one with a status and a residue of the input's (4 to 7), or any bytes. */
static void fill(struct stick *s, uint8_t choice, uint8_t *b, uint32_t n)
{
    uint32_t at = 0;

    if (n == 13 && choice % 16 < 8) {
        put_le32(b, 0x53425355);
        memcpy(b + 4, s->tag, 4);
        memset(b + 8, 0, 5);
        b[12] = choice % 4 % 3;
        at = choice % 16 < 4 ? 13 : 8;
    }
    for (; at < n; at++) {
        b[at] = at < TAKEN_MAX ? take(s) : 0;
    }
}

static enum usb_result stick_bulk(struct usb_pipe *p, bool is_in, void *buf, uint32_t n, uint32_t *moved,
                                  int timeout_ms)
{
    struct stick *s = (struct stick *)p;
    uint8_t choice = take(s);
    enum usb_result r = result_of(s, choice, timeout_ms);

    *moved = r == USB_GONE || choice % 16 > 9 ? 0 : choice % 16 == 9 ? take(s) % (n + 1) : n;
    if (is_in) {
        fill(s, choice, buf, *moved);
    } else if (n == 31 && *moved == n) {
        check_cbw(s, buf, n);
    }
    return r;
}

static enum usb_result stick_clear_halt(struct usb_pipe *p, bool is_in)
{
    (void)is_in;
    return result_of((struct stick *)p, take((struct stick *)p), USB_CONTROL_MS);
}

static enum usb_result stick_get_max_lun(struct usb_pipe *p, uint8_t *max_lun)
{
    *max_lun = take((struct stick *)p);
    return result_of((struct stick *)p, take((struct stick *)p), USB_CONTROL_MS);
}

static enum usb_result stick_reset(struct usb_pipe *p)
{
    return result_of((struct stick *)p, take((struct stick *)p), USB_CONTROL_MS);
}

static void stick_pause(struct usb_pipe *p, int ms)
{
    (void)p;
    clock_advance(ms);
}

static void stick_close(struct usb_pipe *p)
{
    ((struct stick *)p)->is_closed = true;
}

static const struct usb_pipe_class stick_class = {
    .bulk = stick_bulk,
    .clear_halt = stick_clear_halt,
    .get_max_lun = stick_get_max_lun,
    .reset = stick_reset,
    .reset_port = stick_reset,
    .pause = stick_pause,
    .close = stick_close,
};

/* One call of what, at a place of the input's. */
static bool call(struct stick *s, struct blockdev *d, uint8_t what, struct err *err)
{
    uint64_t sector = take(s) * (d->n_sectors / 255);
    uint32_t n = take(s) % SECTORS;
    uint8_t *buf = mem_alloc((size_t)n * d->sector_bytes + 1); /* its end is the sanitizer's to watch */
    bool ok;

    switch (what % 3) {
    case 0:
        ok = blockdev_read(d, sector, n, buf, err);
        break;
    case 1:
        ok = blockdev_write(d, sector, n, buf, err);
        break;
    default:
        ok = blockdev_flush(d, err);
    }
    free(buf);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stick s = {
        .pipe = {.class = &stick_class, .command_bytes = COMMAND_BYTES}, .data = data, .end = data + size};
    struct blockdev *d = NULL;
    struct err err = {0};
    int64_t start;
    bool is_gone = false;

    clock_go_virtual();
    start = clock_ms();
    if (usb_msc_open(&s.pipe, &d, &err)) {
        if (d->n_sectors == 0 || d->sector_bytes < BLOCKDEV_SECTOR_MIN || d->sector_bytes > BLOCKDEV_SECTOR_MAX ||
            d->n_sectors > (uint64_t)INT64_MAX / d->sector_bytes) {
            abort();
        }
    } else if (!s.is_closed || err.code == ERR_NONE) {
        abort();
    }
    if (clock_ms() - start > MSC_OPEN_MS + OVERTIME_MS) {
        abort();
    }
    for (int i = 0; d && i < 64 && (s.data < s.end || !is_gone); i++) {
        uint8_t what = take(&s);
        bool ok;

        err = (struct err){0};
        start = clock_ms();
        ok = call(&s, d, what, &err);
        if (is_gone && !ok && err.code != ERR_GONE && err.code != ERR_STATE && err.code != ERR_FORMAT) {
            abort(); /* pulled stays pulled, unless refused before it is asked */
        }
        is_gone |= err.code == ERR_GONE;
        if (clock_ms() - start > MSC_TOTAL_MS + OVERTIME_MS) {
            abort();
        }
    }
    blockdev_close(d);
    if (!s.is_closed) {
        abort();
    }
    return 0;
}
