/* mailbox: two halves in one preallocated file; of those a station signed the newer whole one counts. */
#include "stick/mailbox.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char MAGIC[4] = {'M', '2', 'M', 'B'};
static const char DOMAIN[] = "micro2-mailbox";

/* Offsets in the header sector; FORMAT.md draws them. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 4,
    AT_GENERATION = 8,
    AT_STATION = 16,
    AT_FROM = 24,
    AT_TO = 32,
    AT_LENGTH = 40,
    AT_LEFT = 48,
    AT_ROWS = 56,
    AT_ANCHOR = 64,
    AT_HEAD = 96,
    AT_PAYLOAD_HASH = 128,
    AT_SIGNATURE = 160,
    AT_CRC = 508,
};

/* A row: seq 8, epoch 8, visit 16, nonce 24, hash 32, body length 4, body. */
enum { ROW_FIXED = 92 };

void mailbox_name(int slot, char out[VOLUME_NAME_MAX])
{
    snprintf(out, VOLUME_NAME_MAX, "MICRO2/mailbox/%03d.m2b", slot);
}

int64_t mailbox_half_bytes(int64_t file_bytes)
{
    return file_bytes / 2 / MAILBOX_SECTOR * MAILBOX_SECTOR;
}

size_t mailbox_row_bytes(size_t body_bytes)
{
    return ROW_FIXED + body_bytes;
}

void mailbox_write_header(struct mailbox_header *h, const struct seckey *station, uint8_t sector[MAILBOX_SECTOR])
{
    memset(sector, 0, MAILBOX_SECTOR);
    memcpy(sector + AT_MAGIC, MAGIC, sizeof MAGIC);
    put_le32(sector + AT_VERSION, MAILBOX_VERSION);
    put_le64(sector + AT_GENERATION, h->generation);
    memcpy(sector + AT_STATION, h->station, KEY_ID_BYTES);
    put_le64(sector + AT_FROM, h->from_seq);
    put_le64(sector + AT_TO, h->to_seq);
    put_le64(sector + AT_LENGTH, h->length);
    put_le64(sector + AT_LEFT, h->left_rows);
    put_le32(sector + AT_ROWS, h->n_rows);
    memcpy(sector + AT_ANCHOR, h->anchor, SEAL_HASH_BYTES);
    memcpy(sector + AT_HEAD, h->head, SEAL_HASH_BYTES);
    memcpy(sector + AT_PAYLOAD_HASH, h->payload_hash, SEAL_HASH_BYTES);
    seal_sign(station, DOMAIN, sector, AT_SIGNATURE, h->signature);
    memcpy(sector + AT_SIGNATURE, h->signature, sizeof h->signature);
    put_le32(sector + AT_CRC, crc32c(sector, AT_CRC));
}

static bool is_blank(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    return true;
}

bool mailbox_read_header(const uint8_t sector[MAILBOX_SECTOR], struct mailbox_header *out, struct err *err)
{
    struct mailbox_header h;

    if (is_blank(sector, MAILBOX_SECTOR)) {
        return err_set(err, ERR_NOT_FOUND, "mailbox half is empty");
    }
    if (memcmp(sector + AT_MAGIC, MAGIC, sizeof MAGIC) != 0 || get_le32(sector + AT_CRC) != crc32c(sector, AT_CRC)) {
        return err_set(err, ERR_FORMAT, "mailbox header: damaged or of another kind");
    }
    if (get_le32(sector + AT_VERSION) != MAILBOX_VERSION) {
        return err_set(err, ERR_VERSION, "mailbox header: version %u; update this program",
                       get_le32(sector + AT_VERSION));
    }
    h.generation = get_le64(sector + AT_GENERATION);
    memcpy(h.station, sector + AT_STATION, KEY_ID_BYTES);
    h.from_seq = get_le64(sector + AT_FROM);
    h.to_seq = get_le64(sector + AT_TO);
    h.length = get_le64(sector + AT_LENGTH);
    h.left_rows = get_le64(sector + AT_LEFT);
    h.n_rows = get_le32(sector + AT_ROWS);
    memcpy(h.anchor, sector + AT_ANCHOR, SEAL_HASH_BYTES);
    memcpy(h.head, sector + AT_HEAD, SEAL_HASH_BYTES);
    memcpy(h.payload_hash, sector + AT_PAYLOAD_HASH, SEAL_HASH_BYTES);
    memcpy(h.signature, sector + AT_SIGNATURE, sizeof h.signature);
    if (h.generation > MAILBOX_GENERATION_MAX) {
        return err_set(err, ERR_FORMAT, "mailbox header: a generation that has no next; no station writes it");
    }
    if (!h.generation || !h.n_rows || h.from_seq > h.to_seq || h.to_seq >= INT64_MAX ||
        h.to_seq - h.from_seq >= UINT32_MAX || h.n_rows != h.to_seq - h.from_seq + 1 || h.length > MAILBOX_MAX_BYTES ||
        h.length < (uint64_t)h.n_rows * ROW_FIXED) {
        return err_set(err, ERR_FORMAT, "mailbox header: numbers that cannot be");
    }
    *out = h;
    return true;
}

bool mailbox_check_signature(const uint8_t sector[MAILBOX_SECTOR], const struct pubkey *station, struct err *err)
{
    return seal_verify(station, DOMAIN, sector, AT_SIGNATURE, sector + AT_SIGNATURE, err);
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

static bool read_exact(struct volume *v, const char *name, int64_t offset, void *out, int64_t n, struct err *err)
{
    int64_t got;

    if (!volume_read(v, name, offset, out, n, &got, err)) {
        return false;
    }
    return got == n || err_set(err, ERR_FORMAT, "'%s': shorter than it says", name);
}

/* Bytes of one half of a mailbox file. */
static bool half_bytes(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    int64_t size = 0;

    if (!volume_size(v, name, &size, err)) {
        return false;
    }
    if (size < MAILBOX_MIN_BYTES || size > MAILBOX_MAX_BYTES) {
        return err_set(err, ERR_FORMAT, "'%s': %lld bytes is no mailbox size; prepare the stick again", name,
                       (long long)size);
    }
    *bytes = mailbox_half_bytes(size);
    return true;
}

static bool read_header(struct volume *v, const char *name, int half, int64_t bytes, struct mailbox_header *h,
                        uint8_t sector[MAILBOX_SECTOR], struct err *err)
{
    if (!read_exact(v, name, half * bytes, sector, MAILBOX_SECTOR, err)) {
        return false;
    }
    if (!mailbox_read_header(sector, h, err)) {
        return err_wrap(err, "'%s'", name);
    }
    return (int64_t)h->length <= bytes - MAILBOX_SECTOR ||
           err_set(err, ERR_FORMAT, "'%s': a header that names more bytes than there are", name);
}

static void hash_payload(const struct buf *payload, uint8_t out[SEAL_HASH_BYTES])
{
    seal_hash(&(struct seal_part){payload->data, payload->len}, 1, out);
}

static bool read_payload(struct volume *v, const char *name, int64_t at, const struct mailbox_header *h,
                         struct buf *payload, struct err *err)
{
    uint8_t hash[SEAL_HASH_BYTES];
    char *room = mem_alloc((size_t)h->length);
    bool ok = read_exact(v, name, at, room, (int64_t)h->length, err);

    buf_clear(payload);
    if (ok) {
        buf_add(payload, room, (size_t)h->length);
    }
    free(room);
    if (!ok) {
        return false;
    }
    hash_payload(payload, hash);
    return !memcmp(hash, h->payload_hash, sizeof hash) ||
           err_set(err, ERR_FORMAT, "'%s': the payload is damaged", name);
}

bool mailbox_read_half(struct volume *v, int slot, int half, struct mailbox_header *out, uint8_t sector[MAILBOX_SECTOR],
                       struct buf *payload, struct err *err)
{
    char name[VOLUME_NAME_MAX];
    int64_t bytes = 0;

    mailbox_name(slot, name);
    return half_bytes(v, name, &bytes, err) && read_header(v, name, half, bytes, out, sector, err) &&
           (!payload || read_payload(v, name, half * bytes + MAILBOX_SECTOR, out, payload, err));
}

/* A fault of the bytes: the half counts as not there. Any other is the stick's. */
static bool is_fault_of_half(enum err_code code)
{
    return code == ERR_NOT_FOUND || code == ERR_FORMAT || code == ERR_VERSION || code == ERR_SIGNATURE;
}

struct half {
    int place; /* 0 or 1 */
    struct mailbox_header header;
};

/* The halves that this station signed, the current one first; only headers are read. */
static bool signed_halves(struct volume *v, int slot, const struct pubkey *station, struct half found[MAILBOX_HALVES],
                          int *n, struct err *err)
{
    *n = 0;
    for (int place = 0; place < MAILBOX_HALVES; place++) {
        struct half h = {.place = place};
        uint8_t sector[MAILBOX_SECTOR];
        struct err why = {0};

        if (mailbox_read_half(v, slot, place, &h.header, sector, NULL, &why) &&
            mailbox_check_signature(sector, station, &why)) {
            found[(*n)++] = h;
        } else if (!is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        }
    }
    if (*n == MAILBOX_HALVES && found[1].header.generation > found[0].header.generation) {
        struct half older = found[0];

        found[0] = found[1];
        found[1] = older;
    }
    return true;
}

/* The first of them with a whole payload; *current NULL = none. */
static bool whole_half(struct volume *v, int slot, const struct half *found, int n, const struct half **current,
                       struct buf *payload, struct err *err)
{
    *current = NULL;
    for (int i = 0; i < n && !*current; i++) {
        struct mailbox_header h = {0};
        uint8_t sector[MAILBOX_SECTOR];
        struct err why = {0};

        if (mailbox_read_half(v, slot, found[i].place, &h, sector, payload, &why)) {
            *current = &found[i];
        } else if (!is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        }
    }
    return true;
}

bool mailbox_read(struct volume *v, int slot, const struct pubkey *station, struct mailbox_header *out,
                  struct buf *payload, struct err *err)
{
    struct half found[MAILBOX_HALVES] = {0};
    const struct half *current = NULL;
    int n = 0;

    if (!signed_halves(v, slot, station, found, &n, err) || !whole_half(v, slot, found, n, &current, payload, err)) {
        return false;
    }
    if (!current) {
        return err_set(err, ERR_NOT_FOUND, "mailbox %d: nothing whole of this station is here", slot);
    }
    *out = current->header;
    return true;
}

/* True in *is_free where no half can be read; returns whether this station signed one. */
static bool is_own_slot(struct volume *v, const char *name, int64_t bytes, const struct pubkey *station, bool *is_free,
                        struct err *err)
{
    *is_free = true;
    for (int half = 0; half < MAILBOX_HALVES; half++) {
        struct mailbox_header h = {0};
        uint8_t sector[MAILBOX_SECTOR];
        struct err why = {0};

        if (read_header(v, name, half, bytes, &h, sector, &why)) {
            *is_free = false;
            if (mailbox_check_signature(sector, station, NULL)) {
                return true;
            }
        } else if (!is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        }
    }
    return false;
}

bool mailbox_find_slot(struct volume *v, const struct pubkey *station, int *slot, struct err *err)
{
    int empty = -1, n_there = 0;

    for (int i = 0; i < MAILBOX_SLOTS; i++) {
        char name[VOLUME_NAME_MAX];
        int64_t bytes = 0;
        struct err why = {0};
        bool is_free = false;

        mailbox_name(i, name);
        if (half_bytes(v, name, &bytes, &why)) {
            n_there++;
            if (is_own_slot(v, name, bytes, station, &is_free, &why)) {
                *slot = i;
                return true;
            }
        }
        if (why.code != ERR_NONE && !is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        }
        empty = is_free && empty < 0 ? i : empty;
    }
    if (!n_there) {
        return err_set(err, ERR_NOT_FOUND,
                       "mailboxes: none on this stick that can be used; let the office prepare it again");
    }
    if (empty < 0) {
        return err_set(err, ERR_NOT_FOUND, "mailboxes: all taken by other stations; bring a fresh stick");
    }
    *slot = empty;
    return true;
}

bool mailbox_write(struct volume *v, int slot, struct mailbox_header *h, const struct seckey *station,
                   const struct buf *payload, void (*progress)(void *ctx, int64_t done), void *ctx, struct err *err)
{
    enum { BLOCK = 64 * 1024 };
    char name[VOLUME_NAME_MAX];
    uint8_t sector[MAILBOX_SECTOR], back[MAILBOX_SECTOR];
    struct buf again = {0};
    struct half found[MAILBOX_HALVES] = {0};
    const struct half *current = NULL;
    struct pubkey own;
    int64_t bytes = 0, start;
    bool ok;
    int n_own = 0;

    keys_public_of(station, &own);
    mailbox_name(slot, name);
    if (!half_bytes(v, name, &bytes, err) || !signed_halves(v, slot, &own, found, &n_own, err)) {
        return false;
    }
    if ((int64_t)payload->len > bytes - MAILBOX_SECTOR) {
        return err_set(err, ERR_LIMIT, "'%s': %zu bytes do not fit into a half of %lld", name, payload->len,
                       (long long)bytes);
    }
    if (n_own && found[0].header.generation >= MAILBOX_GENERATION_MAX) {
        return err_set(err, ERR_LIMIT, "'%s': its generation has no next; use another stick", name);
    }
    ok = whole_half(v, slot, found, n_own, &current, &again, err);
    buf_release(&again);
    if (!ok) {
        return false;
    }
    start = current && current->place == 0 ? bytes : 0; /* the half that is not current */

    for (size_t at = 0; at < payload->len; at += BLOCK) {
        size_t n = payload->len - at < BLOCK ? payload->len - at : BLOCK;

        if (!volume_overwrite(v, name, start + MAILBOX_SECTOR + (int64_t)at, payload->data + at, (int64_t)n, err)) {
            return err_wrap(err, "write results");
        }
        if (progress) {
            progress(ctx, (int64_t)(at + n));
        }
    }
    if (!volume_sync(v, err)) {
        return err_wrap(err, "write results");
    }
    h->generation = n_own ? found[0].header.generation + 1 : 1;
    memcpy(h->station, station->id, KEY_ID_BYTES);
    h->length = payload->len;
    hash_payload(payload, h->payload_hash);
    mailbox_write_header(h, station, sector);
    if (!volume_overwrite(v, name, start, sector, sizeof sector, err) || !volume_sync(v, err)) {
        return err_wrap(err, "write results");
    }
    ok = read_exact(v, name, start, back, sizeof back, err) &&
         (!memcmp(sector, back, sizeof back) ||
          err_set(err, ERR_IO, "'%s': the stick gave back other bytes than were written; use another stick", name)) &&
         read_payload(v, name, start + MAILBOX_SECTOR, h, &again, err);
    buf_release(&again);
    return ok || err_wrap(err, "read results back");
}
