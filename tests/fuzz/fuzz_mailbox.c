/* fuzz_mailbox: a mailbox file of any bytes on a stick: header, payload, rows. */
#include "base/buf.h"
#include "stick/mailbox.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A stick whose one mailbox begins with the input and goes on with zeros; half 1 begins at its second half. */
struct stick {
    struct volume base;
    const uint8_t *data;
    size_t size;
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
    for (int64_t i = 0; i < *got; i++) {
        int64_t at = (offset + i) % (MAILBOX_MIN_BYTES / 2);

        out[i] = at < (int64_t)s->size ? s->data[at] : 0;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stick s = {.base = {.class = &stick_class}, .data = data, .size = size};
    uint8_t sector[MAILBOX_SECTOR];
    struct pubkey station = {0};
    struct mailbox_header h;
    struct buf payload = {0};
    struct err err = {0};
    int slot;

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
