/* boardfile: the header of a snapshot, and what must agree with it. */
#include "stick/boardfile.h"
#include <string.h>

#include "base/banned.h"

/* Offsets in the header sector; FORMAT.md draws them. */
enum {
    AT_LENGTH = 24,
    AT_CARDS = 32,
    AT_PAYLOAD_HASH = 64,
    AT_SIGNATURE = 96,
    AT_END = AT_SIGNATURE + 64,
};
_Static_assert((int)SNAPSHOT_BYTES_MAX == BOARDFILE_BYTES / HALVES - HALVES_SECTOR, "a snapshot fits into a half");
_Static_assert((int)SNAPSHOT_STATION_BYTES == (int)KEY_ID_BYTES, "a station is its key id");

static bool is_zero(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i]) {
            return false;
        }
    }
    return true;
}

/* Nothing stands where nothing is written: there is one header for a snapshot and a key. */
static bool read_head(const uint8_t sector[HALVES_SECTOR], struct halves_head *out, struct err *err)
{
    struct halves_head h = {.generation = get_le64(sector + HALVES_AT_GENERATION),
                            .length = get_le64(sector + AT_LENGTH)};

    memcpy(h.station, sector + HALVES_AT_STATION, sizeof h.station);
    memcpy(h.payload_hash, sector + AT_PAYLOAD_HASH, sizeof h.payload_hash);
    if (!h.generation || h.generation > SNAPSHOT_GENERATION_MAX || !h.length || h.length > SNAPSHOT_BYTES_MAX ||
        get_le32(sector + AT_CARDS) > SNAPSHOT_CARDS_MAX ||
        !is_zero(sector + AT_CARDS + 4, AT_PAYLOAD_HASH - AT_CARDS - 4) ||
        !is_zero(sector + AT_END, HALVES_AT_CRC - AT_END)) {
        return err_set(err, ERR_FORMAT, "board header: numbers that cannot be");
    }
    *out = h;
    return true;
}

static const struct halves_kind kind = {
    .one = "board file",
    .many = "board files",
    .contents = "the board",
    .folder = "board",
    .magic = {'M', '2', 'B', 'D'},
    .version = BOARDFILE_VERSION,
    .domain = "micro2-board",
    .at_signature = AT_SIGNATURE,
    .slots = BOARDFILE_SLOTS,
    .min_bytes = BOARDFILE_BYTES,
    .max_bytes = BOARDFILE_BYTES,
    .head = read_head,
};

void boardfile_name(int slot, char out[VOLUME_NAME_MAX])
{
    halves_name(&kind, slot, out);
}

bool boardfile_find_slot(struct volume *v, const struct pubkey *station, int *slot, struct err *err)
{
    return halves_find_slot(&kind, v, station, slot, err);
}

bool boardfile_read_head(struct volume *v, int slot, int half, struct boardfile_half *out, struct err *err)
{
    return halves_read_half(&kind, v, slot, half, &out->head, out->sector, NULL, err);
}

bool boardfile_read_half(struct volume *v, int slot, int half, struct boardfile_half *out, struct err *err)
{
    return halves_read_half(&kind, v, slot, half, &out->head, out->sector, &out->payload, err);
}

void boardfile_release_half(struct boardfile_half *h)
{
    buf_release(&h->payload);
}

bool boardfile_is_signed(const struct boardfile_half *h, const struct pubkey *station)
{
    return halves_check_signature(&kind, h->sector, station, NULL);
}

bool boardfile_open(const struct boardfile_half *h, const struct pubkey *station, struct snapshot *out, struct err *err)
{
    struct snapshot s;

    if (!halves_check_signature(&kind, h->sector, station, err) ||
        !snapshot_read(buf_text(&h->payload), h->payload.len, &s, err)) {
        return false;
    }
    /* Header and text may be read at two times, and a stick may change between them: the key counts (T23, T33). */
    if (memcmp(s.station, station->id, sizeof s.station) != 0 ||
        memcmp(s.station, h->head.station, sizeof s.station) != 0 || s.generation != h->head.generation ||
        (uint32_t)s.n_cards != get_le32(h->sector + AT_CARDS)) {
        snapshot_release(&s);
        return err_set(err, ERR_FORMAT, "board: another station, generation or number of cards than its header says");
    }
    *out = s;
    return true;
}

bool boardfile_read(struct volume *v, int slot, const struct pubkey *station, struct boardfile_half *out,
                    struct err *err)
{
    return halves_read(&kind, v, slot, station, &out->head, out->sector, &out->payload, err);
}

bool boardfile_next(struct volume *v, int slot, const struct pubkey *station, uint64_t *generation, struct err *err)
{
    struct halves_place place;

    if (!halves_choose(&kind, v, slot, station, 0, &place, err)) {
        return false;
    }
    *generation = place.generation;
    return true;
}

void boardfile_sign(const struct snapshot *s, const struct buf *text, const struct seckey *station,
                    uint8_t sector[HALVES_SECTOR])
{
    halves_begin_sector(&kind, s->generation, s->station, sector);
    put_le64(sector + AT_LENGTH, text->len);
    put_le32(sector + AT_CARDS, (uint32_t)s->n_cards);
    halves_hash_payload(text, sector + AT_PAYLOAD_HASH);
    halves_sign_sector(&kind, station, sector);
}

bool boardfile_write(struct volume *v, int slot, const struct pubkey *station, const uint8_t sector[HALVES_SECTOR],
                     const struct buf *text, const struct halves_watch *watch, struct err *err)
{
    struct halves_place place;

    if (!halves_choose(&kind, v, slot, station, text->len, &place, err)) {
        return false;
    }
    if (get_le64(sector + HALVES_AT_GENERATION) < place.generation) {
        return err_set(err, ERR_STATE, "board file %d: what lies there is as new", slot);
    }
    return halves_write(&kind, v, slot, &place, sector, text, watch, err);
}

bool boardfile_empty(struct volume *v, int slot, int half, struct err *err)
{
    static const uint8_t zeros[HALVES_SECTOR];
    char name[VOLUME_NAME_MAX];

    boardfile_name(slot, name);
    return volume_overwrite(v, name, half * halves_bytes(BOARDFILE_BYTES), zeros, sizeof zeros, err) &&
           volume_sync(v, err);
}
