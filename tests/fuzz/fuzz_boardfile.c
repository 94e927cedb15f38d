/* fuzz_boardfile: a board file of any bytes on a stick: header, payload, cards; as it is, and with sums that fit. A key
 * of this file's own signs what the header says of itself, so that what is behind the signature is reached, too. */
#include "stick/boardfile.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { AT_LENGTH = 24, AT_PAYLOAD_HASH = 64, AT_SIGNATURE = 96 }; /* in the header: FORMAT.md */

/* A stick whose one board file begins with the input and goes on with zeros; half 1 is the same. */
struct stick {
    struct volume base;
    const uint8_t *data;
    size_t size;
};

static bool stick_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    (void)v;
    *bytes = BOARDFILE_BYTES;
    return strstr(name, "000.m2b") || err_set(err, ERR_NOT_FOUND, "no such file");
}

static bool stick_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    const struct stick *s = (const struct stick *)v;
    uint8_t *out = buf;

    (void)name;
    (void)err;
    *got = offset + n <= BOARDFILE_BYTES ? n : BOARDFILE_BYTES - offset;
    memset(out, 0, (size_t)*got);
    for (int64_t half = 0; half < BOARDFILE_BYTES; half += BOARDFILE_BYTES / HALVES) {
        int64_t first = half < offset ? offset : half, end = half + (int64_t)s->size;

        end = end < offset + *got ? end : offset + *got;
        if (first < end) {
            memcpy(out + (first - offset), s->data + (first - half), (size_t)(end - first));
        }
    }
    return true;
}

static const struct volume_class stick_class = {.size = stick_size, .read = stick_read};

static struct seckey secret;
static struct pubkey public;

static void read_file(const uint8_t *data, size_t size)
{
    struct stick s = {.base = {.class = &stick_class}, .data = data};
    struct boardfile_half h = {0};
    struct snapshot cards;
    struct err err = {0};
    int slot;

    s.size = size < BOARDFILE_BYTES / HALVES ? size : BOARDFILE_BYTES / HALVES;
    for (int half = 0; half < HALVES; half++) {
        if (!boardfile_read_half(&s.base, 0, half, &h, &err)) {
            continue;
        }
        if (boardfile_open(&h, &public, &cards, &err)) {
            abort(); /* nobody's key */
        }
        seal_sign(&secret, "micro2-board", h.sector, AT_SIGNATURE, h.sector + AT_SIGNATURE);
        if (boardfile_open(&h, &public, &cards, &err)) {
            if (memcmp(cards.station, h.head.station, sizeof cards.station) != 0 ||
                cards.n_cards > SNAPSHOT_CARDS_MAX) {
                abort();
            }
            snapshot_release(&cards);
        }
    }
    if (boardfile_read(&s.base, 0, &public, &h, &err)) {
        abort();
    }
    if (boardfile_find_slot(&s.base, &public, &slot, &err) && slot != 0) {
        abort();
    }
    boardfile_release_half(&h);
}

/* Sums that fit, as whoever writes such a file would have them. */
static void mend(struct buf *file)
{
    uint8_t *sector = (uint8_t *)file->data;
    uint64_t length = get_le64(sector + AT_LENGTH);
    struct buf payload = {.data = file->data + HALVES_SECTOR, .len = file->len - HALVES_SECTOR};

    if (length > payload.len) {
        put_le64(sector + AT_LENGTH, payload.len);
    } else {
        payload.len = (size_t)length;
    }
    halves_hash_payload(&payload, sector + AT_PAYLOAD_HASH);
    put_le32(sector + HALVES_AT_CRC, crc32c(sector, HALVES_AT_CRC));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf file = {0};

    if (!secret.key[0]) {
        keys_make(&secret, &public);
    }
    read_file(data, size);
    if (size > HALVES_SECTOR) {
        buf_add(&file, data, size);
        mend(&file);
        read_file((const uint8_t *)file.data, file.len);
        buf_release(&file);
    }
    return 0;
}
