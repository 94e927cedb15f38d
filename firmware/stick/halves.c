/* halves: of two halves in a file the newer whole one that a station signed counts. */
#include "stick/halves.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { BLOCK = 128 * 1024, AT_MAGIC = 0, AT_VERSION = 4 };

void halves_name(const struct halves_kind *k, int slot, char out[VOLUME_NAME_MAX])
{
    snprintf(out, VOLUME_NAME_MAX, "MICRO2/%s/%03d.m2b", k->folder, slot);
}

int64_t halves_bytes(int64_t file_bytes)
{
    return file_bytes / 2 / HALVES_SECTOR * HALVES_SECTOR;
}

void halves_begin_sector(const struct halves_kind *k, uint64_t generation, const uint8_t station[KEY_ID_BYTES],
                         uint8_t sector[HALVES_SECTOR])
{
    memset(sector, 0, HALVES_SECTOR);
    memcpy(sector + AT_MAGIC, k->magic, sizeof k->magic);
    put_le32(sector + AT_VERSION, k->version);
    put_le64(sector + HALVES_AT_GENERATION, generation);
    memcpy(sector + HALVES_AT_STATION, station, KEY_ID_BYTES);
}

void halves_sign_sector(const struct halves_kind *k, const struct seckey *station, uint8_t sector[HALVES_SECTOR])
{
    seal_sign(station, k->domain, sector, (size_t)k->at_signature, sector + k->at_signature);
    put_le32(sector + HALVES_AT_CRC, crc32c(sector, HALVES_AT_CRC));
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

bool halves_read_sector(const struct halves_kind *k, const uint8_t sector[HALVES_SECTOR], struct halves_head *out,
                        struct err *err)
{
    struct halves_head h;

    if (is_blank(sector, HALVES_SECTOR)) {
        return err_set(err, ERR_NOT_FOUND, "%s half is empty", k->one);
    }
    if (memcmp(sector + AT_MAGIC, k->magic, sizeof k->magic) != 0 ||
        get_le32(sector + HALVES_AT_CRC) != crc32c(sector, HALVES_AT_CRC)) {
        return err_set(err, ERR_FORMAT, "%s header: damaged or of another kind", k->one);
    }
    if (get_le32(sector + AT_VERSION) != k->version) {
        return err_set(err, ERR_VERSION, "%s header: version %u; update this program", k->one,
                       get_le32(sector + AT_VERSION));
    }
    if (!k->head(sector, &h, err)) {
        return false;
    }
    *out = h;
    return true;
}

bool halves_check_signature(const struct halves_kind *k, const uint8_t sector[HALVES_SECTOR],
                            const struct pubkey *station, struct err *err)
{
    return seal_verify(station, k->domain, sector, (size_t)k->at_signature, sector + k->at_signature, err);
}

/* Bytes written, then bytes read back, of twice the payload. */
static bool goes_on(const struct halves_watch *watch, size_t done, size_t payload_bytes, struct err *err)
{
    return !watch || watch->step(watch->ctx, (int64_t)done, 2 * (int64_t)payload_bytes) ||
           err_set(err, ERR_CANCELLED, "stopped");
}

static bool read_exact(struct volume *v, const char *name, int64_t offset, void *out, int64_t n, struct err *err)
{
    int64_t got;

    if (!volume_read(v, name, offset, out, n, &got, err)) {
        return false;
    }
    return got == n || err_set(err, ERR_FORMAT, "'%s': shorter than it says", name);
}

/* Bytes of one half of a file. */
static bool half_bytes(const struct halves_kind *k, struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    int64_t size = 0;

    if (!volume_size(v, name, &size, err)) {
        return false;
    }
    if (size < k->min_bytes || size > k->max_bytes) {
        return err_set(err, ERR_FORMAT, "'%s': %lld bytes is no %s size; prepare the stick again", name,
                       (long long)size, k->one);
    }
    *bytes = halves_bytes(size);
    return true;
}

static bool read_header(const struct halves_kind *k, struct volume *v, const char *name, int half, int64_t bytes,
                        struct halves_head *h, uint8_t sector[HALVES_SECTOR], struct err *err)
{
    if (!read_exact(v, name, half * bytes, sector, HALVES_SECTOR, err)) {
        return false;
    }
    if (!halves_read_sector(k, sector, h, err)) {
        return err_wrap(err, "'%s'", name);
    }
    return (int64_t)h->length <= bytes - HALVES_SECTOR ||
           err_set(err, ERR_FORMAT, "'%s': a header that names more bytes than there are", name);
}

void halves_hash_payload(const struct buf *payload, uint8_t out[SEAL_HASH_BYTES])
{
    seal_hash(&(struct seal_part){payload->data, payload->len}, 1, out);
}

/* Piece by piece, for it may be larger than memory has room; kept in payload where that is not NULL. */
static bool read_payload(struct volume *v, const char *name, int64_t at, const struct halves_head *h,
                         struct buf *payload, struct err *err)
{
    uint8_t hash[SEAL_HASH_BYTES], *block = mem_alloc(h->length < BLOCK ? h->length : BLOCK);
    struct seal_hash_state state;
    bool ok = true;

    if (payload) {
        buf_clear(payload);
    }
    seal_hash_begin(&state);
    for (uint64_t done = 0; ok && done < h->length; done += BLOCK) {
        size_t n = h->length - done < BLOCK ? (size_t)(h->length - done) : BLOCK;

        ok = read_exact(v, name, at + (int64_t)done, block, (int64_t)n, err);
        if (ok) {
            seal_hash_add(&state, block, n);
        }
        if (ok && payload) {
            buf_add(payload, (const char *)block, n);
        }
    }
    free(block);
    seal_hash_end(&state, hash);
    return ok && (!memcmp(hash, h->payload_hash, sizeof hash) ||
                  err_set(err, ERR_FORMAT, "'%s': the payload is damaged", name));
}

bool halves_read_half(const struct halves_kind *k, struct volume *v, int slot, int half, struct halves_head *out,
                      uint8_t sector[HALVES_SECTOR], struct buf *payload, struct err *err)
{
    char name[VOLUME_NAME_MAX];
    int64_t bytes = 0;

    halves_name(k, slot, name);
    return half_bytes(k, v, name, &bytes, err) && read_header(k, v, name, half, bytes, out, sector, err) &&
           (!payload || read_payload(v, name, half * bytes + HALVES_SECTOR, out, payload, err));
}

/* A fault of the bytes: the half counts as not there. Any other is the stick's. */
bool halves_is_fault_of_half(enum err_code code)
{
    return code == ERR_NOT_FOUND || code == ERR_FORMAT || code == ERR_VERSION || code == ERR_SIGNATURE;
}

struct half {
    int place; /* 0 or 1 */
    struct halves_head header;
    uint8_t sector[HALVES_SECTOR];
};

/* The halves that this station signed, the current one first; only headers are read. */
static bool signed_halves(const struct halves_kind *k, struct volume *v, int slot, const struct pubkey *station,
                          struct half found[HALVES], int *n, struct err *err)
{
    *n = 0;
    for (int place = 0; place < HALVES; place++) {
        struct half h = {.place = place};
        struct err why = {0};

        if (halves_read_half(k, v, slot, place, &h.header, h.sector, NULL, &why) &&
            halves_check_signature(k, h.sector, station, &why)) {
            found[(*n)++] = h;
        } else if (!halves_is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        }
    }
    if (*n == HALVES && found[1].header.generation > found[0].header.generation) {
        struct half older = found[0];

        found[0] = found[1];
        found[1] = older;
    }
    return true;
}

/* The first of them with a whole payload, kept where payload is not NULL; *current NULL = none. */
static bool whole_half(const struct halves_kind *k, struct volume *v, int slot, const struct half *found, int n,
                       const struct half **current, struct buf *payload, struct err *err)
{
    char name[VOLUME_NAME_MAX];
    int64_t bytes = 0;

    *current = NULL;
    halves_name(k, slot, name);
    if (!half_bytes(k, v, name, &bytes, err)) {
        return false;
    }
    for (int i = 0; i < n && !*current; i++) {
        struct err why = {0};

        if (read_payload(v, name, found[i].place * bytes + HALVES_SECTOR, &found[i].header, payload, &why)) {
            *current = &found[i];
        } else if (!halves_is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        }
    }
    return true;
}

bool halves_read(const struct halves_kind *k, struct volume *v, int slot, const struct pubkey *station,
                 struct halves_head *out, uint8_t sector[HALVES_SECTOR], struct buf *payload, struct err *err)
{
    struct half found[HALVES] = {0};
    const struct half *current = NULL;
    int n = 0;

    if (!signed_halves(k, v, slot, station, found, &n, err) ||
        !whole_half(k, v, slot, found, n, &current, payload, err)) {
        return false;
    }
    if (!current) {
        return err_set(err, ERR_NOT_FOUND, "%s %d: nothing whole of this station is here", k->one, slot);
    }
    *out = current->header;
    memcpy(sector, current->sector, HALVES_SECTOR);
    return true;
}

/* How free a slot is: what a newer program wrote is somebody's. */
enum room { TAKEN, BROKEN, EMPTY };

/* Whether this station signed a half; *room else. */
static bool is_own_slot(const struct halves_kind *k, struct volume *v, const char *name, int64_t bytes,
                        const struct pubkey *station, enum room *room, struct err *err)
{
    *room = EMPTY;
    for (int half = 0; half < HALVES; half++) {
        struct halves_head h = {0};
        uint8_t sector[HALVES_SECTOR];
        struct err why = {0};

        if (read_header(k, v, name, half, bytes, &h, sector, &why)) {
            *room = TAKEN;
            if (halves_check_signature(k, sector, station, NULL)) {
                return true;
            }
        } else if (!halves_is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        } else if (why.code != ERR_NOT_FOUND) {
            *room = why.code == ERR_FORMAT && *room != TAKEN ? BROKEN : TAKEN;
        }
    }
    return false;
}

bool halves_find_slot(const struct halves_kind *k, struct volume *v, const struct pubkey *station, int *slot,
                      struct err *err)
{
    enum room most = TAKEN;
    int free_slot = -1, n_there = 0;

    for (int i = 0; i < k->slots; i++) {
        char name[VOLUME_NAME_MAX];
        int64_t bytes = 0;
        struct err why = {0};
        enum room room = TAKEN;

        halves_name(k, i, name);
        if (half_bytes(k, v, name, &bytes, &why)) {
            n_there++;
            if (is_own_slot(k, v, name, bytes, station, &room, &why)) {
                *slot = i;
                return true;
            }
        }
        if (why.code != ERR_NONE && !halves_is_fault_of_half(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        }
        if (room > most) {
            most = room;
            free_slot = i;
        }
    }
    if (!n_there) {
        return err_set(err, ERR_NOT_FOUND, "%s: none on this stick that can be used; let the office prepare it again",
                       k->many);
    }
    if (free_slot < 0) {
        return err_set(err, ERR_NOT_FOUND, "%s: all taken by other stations; bring a fresh stick", k->many);
    }
    *slot = free_slot;
    return true;
}

/* Every byte as it was written; told like the writing, behind it. */
static bool read_back(const struct halves_kind *k, struct volume *v, const char *name, int64_t start,
                      const uint8_t sector[HALVES_SECTOR], const struct buf *payload, const struct halves_watch *watch,
                      struct err *err)
{
    uint8_t *block = mem_alloc(BLOCK);
    bool same = false, ok = read_exact(v, name, start, block, HALVES_SECTOR, err);

    same = ok && !memcmp(sector, block, HALVES_SECTOR);
    for (size_t at = 0; ok && same && at < payload->len; at += BLOCK) {
        size_t n = payload->len - at < BLOCK ? payload->len - at : BLOCK;

        ok = read_exact(v, name, start + HALVES_SECTOR + (int64_t)at, block, (int64_t)n, err);
        same = ok && !memcmp(payload->data + at, block, n);
        ok = ok && goes_on(watch, payload->len + at + n, payload->len, err);
    }
    free(block);
    return (ok &&
            (same || err_set(err, ERR_IO, "'%s': the stick gave back other bytes than were written; use another stick",
                             name))) ||
           err_wrap(err, "read %s back", k->contents);
}

bool halves_choose(const struct halves_kind *k, struct volume *v, int slot, const struct pubkey *own,
                   size_t payload_bytes, struct halves_place *out, struct err *err)
{
    struct half found[HALVES] = {0};
    const struct half *current = NULL;
    char name[VOLUME_NAME_MAX];
    int64_t bytes = 0;
    int n_own = 0;

    halves_name(k, slot, name);
    if (!half_bytes(k, v, name, &bytes, err) || !signed_halves(k, v, slot, own, found, &n_own, err)) {
        return false;
    }
    if ((int64_t)payload_bytes > bytes - HALVES_SECTOR) {
        return err_set(err, ERR_LIMIT, "'%s': %zu bytes do not fit into a half of %lld", name, payload_bytes,
                       (long long)bytes);
    }
    if (n_own && found[0].header.generation >= HALVES_GENERATION_MAX) {
        return err_set(err, ERR_LIMIT, "'%s': its generation has no next; use another stick", name);
    }
    if (!whole_half(k, v, slot, found, n_own, &current, NULL, err)) {
        return false;
    }
    out->start = current && current->place == 0 ? bytes : 0;
    out->generation = n_own ? found[0].header.generation + 1 : 1;
    return true;
}

static bool write_payload(struct volume *v, const char *name, int64_t at, const struct buf *payload,
                          const struct halves_watch *watch, struct err *err)
{
    for (size_t done = 0; done < payload->len; done += BLOCK) {
        size_t n = payload->len - done < BLOCK ? payload->len - done : BLOCK;

        if (!volume_overwrite(v, name, at + (int64_t)done, payload->data + done, (int64_t)n, err) ||
            !goes_on(watch, done + n, payload->len, err)) {
            return false;
        }
    }
    return volume_sync(v, err);
}

bool halves_write(const struct halves_kind *k, struct volume *v, int slot, const struct halves_place *at,
                  const uint8_t sector[HALVES_SECTOR], const struct buf *payload, const struct halves_watch *watch,
                  struct err *err)
{
    char name[VOLUME_NAME_MAX];

    halves_name(k, slot, name);
    if (!write_payload(v, name, at->start + HALVES_SECTOR, payload, watch, err) ||
        !volume_overwrite(v, name, at->start, sector, HALVES_SECTOR, err) || !volume_sync(v, err)) {
        return err_wrap(err, "write %s", k->contents);
    }
    return read_back(k, v, name, at->start, sector, payload, watch, err);
}
