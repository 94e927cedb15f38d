/* mailbox: the file in which a station's sealed rows travel to the office: two halves (stick/halves.h), one of them
 * always whole, so pulling the stick at any moment loses nothing (T17). Byte tables in FORMAT.md.
 * The file is made by the office, all blocks written once; stations only overwrite contents in place. Foreign bytes:
 * everything is checked before use; a half whose check fails counts as empty. */
#ifndef M2_STICK_MAILBOX_H
#define M2_STICK_MAILBOX_H

#include "base/buf.h"
#include "stick/halves.h"
#include "store/journal.h"
#include "trust/keys.h"
#include "trust/seal.h"

enum {
    MAILBOX_SLOTS = 32,
    MAILBOX_SECTOR = HALVES_SECTOR,
    MAILBOX_MIN_BYTES = 64 * 1024,
    MAILBOX_DEFAULT_BYTES = 4 * 1024 * 1024,
    MAILBOX_MAX_BYTES = 256 * 1024 * 1024,
    MAILBOX_VERSION = 1,
    MAILBOX_HALVES = HALVES,
};
#define MAILBOX_GENERATION_MAX HALVES_GENERATION_MAX

struct mailbox_header {
    uint64_t generation; /* rises with every write; the whole half of a station with the higher one is current */
    uint8_t station[KEY_ID_BYTES];   /* key id of the station's signing key */
    uint64_t from_seq, to_seq;       /* first and last row of the payload */
    uint8_t anchor[SEAL_HASH_BYTES]; /* hash of the row before from_seq */
    uint8_t head[SEAL_HASH_BYTES];   /* hash of the row to_seq */
    uint8_t payload_hash[SEAL_HASH_BYTES];
    uint32_t n_rows;
    uint64_t left_rows;    /* un-receipted rows of the station that did not fit */
    uint64_t length;       /* payload bytes in use */
    uint8_t signature[64]; /* Ed25519 by the station, domain "micro2-mailbox", over the bytes before it */
};

void mailbox_name(int slot, char out[VOLUME_NAME_MAX]); /* "MICRO2/mailbox/007.m2b" */
int64_t mailbox_half_bytes(int64_t file_bytes);         /* header and payload room of one half; whole sectors */

/* Header to and from its sector. Reading checks magic, version, CRC-32C and ranges (ERR_FORMAT, ERR_VERSION), not the
 * signature; a sector of zeros is ERR_NOT_FOUND: an empty half. */
void mailbox_write_header(struct mailbox_header *h, const struct seckey *station, uint8_t sector[MAILBOX_SECTOR]);
M2_MUST_CHECK bool mailbox_read_header(const uint8_t sector[MAILBOX_SECTOR], struct mailbox_header *h, struct err *err);
M2_MUST_CHECK bool mailbox_check_signature(const uint8_t sector[MAILBOX_SECTOR], const struct pubkey *station,
                                           struct err *err);

/* One row behind the other. mailbox_next_row moves *at; false with ERR_NONE in err at the end, ERR_FORMAT on a broken
 * row. row borrows. */
void mailbox_put_row(struct buf *payload, const struct journal_row *row);
bool mailbox_next_row(const uint8_t **at, const uint8_t *end, struct journal_row *row, struct err *err);
size_t mailbox_row_bytes(size_t body_bytes);

/* The slot with a half that this station signed, else the first empty one, else the first without a readable half;
 * what a newer program wrote is taken. ERR_NOT_FOUND when all are taken by others or there is no mailbox. */
M2_MUST_CHECK bool mailbox_find_slot(struct volume *v, const struct pubkey *station, int *slot, struct err *err);

/* One half as it lies there, whoever wrote it: header and raw sector, and the payload if its hash fits; payload may be
 * NULL. ERR_NOT_FOUND: never written. Where only the payload is damaged, *h and sector are filled. */
M2_MUST_CHECK bool mailbox_read_half(struct volume *v, int slot, int half, struct mailbox_header *h,
                                     uint8_t sector[MAILBOX_SECTOR], struct buf *payload, struct err *err);

/* What this station wrote last into a slot: of the halves it signed the current one, or the one before where the
 * current payload is damaged. A forged half hides nothing, whatever its generation. payload is cleared first; NULL:
 * it is only checked.
 * ERR_NOT_FOUND: nothing whole of this station is here. */
M2_MUST_CHECK bool mailbox_read(struct volume *v, int slot, const struct pubkey *station, struct mailbox_header *h,
                                struct buf *payload, struct err *err);

/* Writes the half that mailbox_read() would not give: payload, sync, header, sync; reads everything back and compares.
 * h: from_seq … length filled by the caller, generation, station, payload_hash and signature here. watch may be NULL.
 * ERR_LIMIT: too long, or past MAILBOX_GENERATION_MAX. ERR_IO: the stick does not keep what is written. */
M2_MUST_CHECK bool mailbox_write(struct volume *v, int slot, struct mailbox_header *h, const struct seckey *station,
                                 const struct buf *payload, const struct halves_watch *watch, struct err *err);

#endif
