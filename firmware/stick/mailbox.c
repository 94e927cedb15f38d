/* mailbox: two halves in one preallocated file; of those a station signed the newer whole one counts. */
#include "stick/mailbox.h"
#include <string.h>

#include "base/banned.h"

/* Offsets in the header sector; FORMAT.md draws them. */
enum {
    AT_FROM = 24,
    AT_TO = 32,
    AT_LENGTH = 40,
    AT_LEFT = 48,
    AT_ROWS = 56,
    AT_ANCHOR = 64,
    AT_HEAD = 96,
    AT_PAYLOAD_HASH = 128,
    AT_SIGNATURE = 160,
};

/* A row: seq 8, epoch 8, visit 16, nonce 24, hash 32, body length 4, body. */
enum { ROW_FIXED = 92 };

static bool read_head(const uint8_t sector[MAILBOX_SECTOR], struct halves_head *out, struct err *err);

static const struct halves_kind kind = {
    .one = "mailbox",
    .many = "mailboxes",
    .contents = "results",
    .folder = "mailbox",
    .magic = {'M', '2', 'M', 'B'},
    .version = MAILBOX_VERSION,
    .domain = "micro2-mailbox",
    .at_signature = AT_SIGNATURE,
    .slots = MAILBOX_SLOTS,
    .min_bytes = MAILBOX_MIN_BYTES,
    .max_bytes = MAILBOX_MAX_BYTES,
    .head = read_head,
};

void mailbox_name(int slot, char out[VOLUME_NAME_MAX])
{
    halves_name(&kind, slot, out);
}

int64_t mailbox_half_bytes(int64_t file_bytes)
{
    return halves_bytes(file_bytes);
}

size_t mailbox_row_bytes(size_t body_bytes)
{
    return ROW_FIXED + body_bytes;
}

void mailbox_write_header(struct mailbox_header *h, const struct seckey *station, uint8_t sector[MAILBOX_SECTOR])
{
    halves_begin_sector(&kind, h->generation, h->station, sector);
    put_le64(sector + AT_FROM, h->from_seq);
    put_le64(sector + AT_TO, h->to_seq);
    put_le64(sector + AT_LENGTH, h->length);
    put_le64(sector + AT_LEFT, h->left_rows);
    put_le32(sector + AT_ROWS, h->n_rows);
    memcpy(sector + AT_ANCHOR, h->anchor, SEAL_HASH_BYTES);
    memcpy(sector + AT_HEAD, h->head, SEAL_HASH_BYTES);
    memcpy(sector + AT_PAYLOAD_HASH, h->payload_hash, SEAL_HASH_BYTES);
    halves_sign_sector(&kind, station, sector);
    memcpy(h->signature, sector + AT_SIGNATURE, sizeof h->signature);
}

static void take_fields(const uint8_t sector[MAILBOX_SECTOR], struct mailbox_header *h)
{
    h->generation = get_le64(sector + HALVES_AT_GENERATION);
    memcpy(h->station, sector + HALVES_AT_STATION, KEY_ID_BYTES);
    h->from_seq = get_le64(sector + AT_FROM);
    h->to_seq = get_le64(sector + AT_TO);
    h->length = get_le64(sector + AT_LENGTH);
    h->left_rows = get_le64(sector + AT_LEFT);
    h->n_rows = get_le32(sector + AT_ROWS);
    memcpy(h->anchor, sector + AT_ANCHOR, SEAL_HASH_BYTES);
    memcpy(h->head, sector + AT_HEAD, SEAL_HASH_BYTES);
    memcpy(h->payload_hash, sector + AT_PAYLOAD_HASH, SEAL_HASH_BYTES);
    memcpy(h->signature, sector + AT_SIGNATURE, sizeof h->signature);
}

static bool read_head(const uint8_t sector[MAILBOX_SECTOR], struct halves_head *out, struct err *err)
{
    struct mailbox_header h;

    take_fields(sector, &h);
    if (h.generation > MAILBOX_GENERATION_MAX) {
        return err_set(err, ERR_FORMAT, "mailbox header: a generation that has no next; no station writes it");
    }
    if (!h.generation || !h.n_rows || h.from_seq > h.to_seq || h.to_seq >= INT64_MAX ||
        h.to_seq - h.from_seq >= UINT32_MAX || h.n_rows != h.to_seq - h.from_seq + 1 || h.length > MAILBOX_MAX_BYTES ||
        h.length < (uint64_t)h.n_rows * ROW_FIXED) {
        return err_set(err, ERR_FORMAT, "mailbox header: numbers that cannot be");
    }
    *out = (struct halves_head){.generation = h.generation, .length = h.length};
    memcpy(out->station, h.station, sizeof out->station);
    memcpy(out->payload_hash, h.payload_hash, sizeof out->payload_hash);
    return true;
}

bool mailbox_read_header(const uint8_t sector[MAILBOX_SECTOR], struct mailbox_header *out, struct err *err)
{
    struct halves_head head;

    if (!halves_read_sector(&kind, sector, &head, err)) {
        return false;
    }
    take_fields(sector, out);
    return true;
}

bool mailbox_check_signature(const uint8_t sector[MAILBOX_SECTOR], const struct pubkey *station, struct err *err)
{
    return halves_check_signature(&kind, sector, station, err);
}

void mailbox_put_row(struct buf *payload, const struct journal_row *row)
{
    uint8_t fixed[ROW_FIXED];

    put_le64(fixed, (uint64_t)row->seq);
    put_le64(fixed + 8, row->epoch);
    memcpy(fixed + 16, row->visit, 16);
    memcpy(fixed + 32, row->nonce, 24);
    memcpy(fixed + 56, row->hash, 32);
    put_le32(fixed + 88, (uint32_t)row->body_bytes);
    buf_add(payload, fixed, sizeof fixed);
    buf_add(payload, row->body, row->body_bytes);
}

bool mailbox_next_row(const uint8_t **at, const uint8_t *end, struct journal_row *row, struct err *err)
{
    const uint8_t *p = *at;
    size_t room = (size_t)(end - p);
    uint32_t body_bytes;

    if (err) {
        err->code = ERR_NONE;
    }
    if (!room) {
        return false;
    }
    if (room < ROW_FIXED) {
        return err_set(err, ERR_FORMAT, "mailbox: a row is cut short");
    }
    body_bytes = get_le32(p + 88);
    if (body_bytes > JOURNAL_BODY_MAX || body_bytes > room - ROW_FIXED) {
        return err_set(err, ERR_FORMAT, "mailbox: a row of %u bytes where %zu are left", body_bytes, room - ROW_FIXED);
    }
    *row = (struct journal_row){
        .seq = (int64_t)get_le64(p), .epoch = get_le64(p + 8), .body = p + ROW_FIXED, .body_bytes = body_bytes};
    if (row->seq <= 0) {
        return err_set(err, ERR_FORMAT, "mailbox: a row without a number");
    }
    memcpy(row->visit, p + 16, 16);
    memcpy(row->nonce, p + 32, 24);
    memcpy(row->hash, p + 56, 32);
    *at = p + ROW_FIXED + body_bytes;
    return true;
}

bool mailbox_find_slot(struct volume *v, const struct pubkey *station, int *slot, struct err *err)
{
    return halves_find_slot(&kind, v, station, slot, err);
}

bool mailbox_read_half(struct volume *v, int slot, int half, struct mailbox_header *out, uint8_t sector[MAILBOX_SECTOR],
                       struct buf *payload, struct err *err)
{
    struct halves_head head = {0};
    bool ok = halves_read_half(&kind, v, slot, half, &head, sector, payload, err);

    if (head.generation) { /* a header was there, whatever became of its payload */
        take_fields(sector, out);
    }
    return ok;
}

bool mailbox_read(struct volume *v, int slot, const struct pubkey *station, struct mailbox_header *out,
                  struct buf *payload, struct err *err)
{
    struct halves_head head;
    uint8_t sector[MAILBOX_SECTOR];

    if (!halves_read(&kind, v, slot, station, &head, sector, payload, err)) {
        return false;
    }
    take_fields(sector, out);
    return true;
}

bool mailbox_write(struct volume *v, int slot, struct mailbox_header *h, const struct seckey *station,
                   const struct buf *payload, const struct halves_watch *watch, struct err *err)
{
    uint8_t sector[MAILBOX_SECTOR];
    struct halves_place place;
    struct pubkey own;

    keys_public_of(station, &own);
    if (!halves_choose(&kind, v, slot, &own, payload->len, &place, err)) {
        return false;
    }
    h->generation = place.generation;
    memcpy(h->station, station->id, KEY_ID_BYTES);
    h->length = payload->len;
    halves_hash_payload(payload, h->payload_hash);
    mailbox_write_header(h, station, sector);
    return halves_write(&kind, v, slot, &place, sector, payload, watch, err);
}
