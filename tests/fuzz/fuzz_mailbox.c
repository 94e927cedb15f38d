/* fuzz_mailbox: a mailbox file of any bytes on a stick: header, payload, rows. Where the header's sum is zero, its sum
 * and the payload's hash are made to fit, so that what lies behind them is reached. */
#include "base/buf.h"
#include "stick/mailbox.h"
#include "trust/seal.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HALF_BYTES = MAILBOX_MIN_BYTES / 2, AT_LENGTH = 40, AT_PAYLOAD_HASH = 128, AT_CRC = 508 };

/* A stick whose one mailbox has the input at the beginning of each half, and zeros behind it. */
struct stick {
    struct volume base;
    uint8_t bytes[HALF_BYTES];
};

static bool stick_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    (void)v;
    *bytes = MAILBOX_MIN_BYTES;
    return strstr(name, "000.m2b") || err_set(err, ERR_NOT_FOUND, "no such file");
}

static bool stick_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    const struct stick *s = (const struct stick *)v;
    uint8_t *out = buf;

    (void)name;
    (void)err;
    *got = offset + n <= MAILBOX_MIN_BYTES ? n : MAILBOX_MIN_BYTES - offset;
    for (int64_t done = 0, part; done < *got; done += part) {
        int64_t at = (offset + done) % HALF_BYTES;

        part = *got - done < HALF_BYTES - at ? *got - done : HALF_BYTES - at;
        memcpy(out + done, s->bytes + at, (size_t)part);
    }
    return true;
}

static const struct volume_class stick_class = {.size = stick_size, .read = stick_read};

static void read_rows(const uint8_t *at, size_t n)
{
    const uint8_t *end = at + n, *before;
    struct journal_row row;
    struct err err = {0};

    do {
        before = at;
    } while (mailbox_next_row(&at, end, &row, &err) && at > before && at <= end);
    if (at > end) {
        abort();
    }
}

static void seal(uint8_t half[HALF_BYTES])
{
    uint64_t length = get_le64(half + AT_LENGTH);

    if (get_le32(half + AT_CRC) != 0) {
        return;
    }
    if (length <= HALF_BYTES - MAILBOX_SECTOR) {
        seal_hash(&(struct seal_part){half + MAILBOX_SECTOR, (size_t)length}, 1, half + AT_PAYLOAD_HASH);
    }
    put_le32(half + AT_CRC, crc32c(half, AT_CRC));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stick s = {.base = {.class = &stick_class}};
    uint8_t sector[MAILBOX_SECTOR];
    struct pubkey station = {0};
    struct mailbox_header h;
    struct buf payload = {0};
    struct err err = {0};
    int slot;

    memset(s.bytes, 0, sizeof s.bytes);
    memcpy(s.bytes, data, size < sizeof s.bytes ? size : sizeof s.bytes);
    if (size >= MAILBOX_SECTOR) {
        seal(s.bytes);
    }
    for (int half = 0; half < MAILBOX_HALVES; half++) {
        if (mailbox_read_half(&s.base, 0, half, &h, sector, &payload, &err)) {
            read_rows((const uint8_t *)payload.data, payload.len);
        }
    }
    if (mailbox_read(&s.base, 0, &station, &h, &payload, &err)) {
        abort(); /* nobody's key */
    }
    if (mailbox_find_slot(&s.base, &station, &slot, &err) && slot != 0) {
        abort();
    }
    read_rows(data, size);
    buf_release(&payload);
    return 0;
}
