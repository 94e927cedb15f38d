/* boardfile: the file in which a hub's cards travel to other hubs: two halves (stick/halves.h), each a snapshot
 * (board/snapshot.h) signed by the hub's station; one of them is always whole (T17). Byte table in FORMAT.md. Foreign
 * bytes: signature first, then hash, then the text, which must agree with its header (T26, T33). */
#ifndef M2_STICK_BOARDFILE_H
#define M2_STICK_BOARDFILE_H

#include "board/snapshot.h"
#include "stick/halves.h"

enum {
    BOARDFILE_SLOTS = 32,
    BOARDFILE_BYTES = 256 * 1024, /* of a file: each of them */
    BOARDFILE_VERSION = 1,
};

/* A half as it lies there. */
struct boardfile_half {
    struct halves_head head; /* of the header; nobody's signature is looked at */
    uint8_t sector[HALVES_SECTOR];
    struct buf payload; /* boardfile_release_half() */
};

void boardfile_name(int slot, char out[VOLUME_NAME_MAX]); /* "MICRO2/board/007.m2b" */
M2_MUST_CHECK bool boardfile_find_slot(struct volume *v, const struct pubkey *station, int *slot, struct err *err);
/* Header alone. ERR_NOT_FOUND: an empty half; ERR_FORMAT, ERR_VERSION: none that can be used. */
M2_MUST_CHECK bool boardfile_read_head(struct volume *v, int slot, int half, struct boardfile_half *out,
                                       struct err *err);
/* Header and payload, whose hash fits. h may be one that was read before. */
M2_MUST_CHECK bool boardfile_read_half(struct volume *v, int slot, int half, struct boardfile_half *out,
                                       struct err *err);
void boardfile_release_half(struct boardfile_half *h);
bool boardfile_is_signed(const struct boardfile_half *h, const struct pubkey *station);
/* The cards of a half that this station signed; *out is the caller's to release. Codes: ERR_SIGNATURE; ERR_FORMAT,
 * ERR_LIMIT, ERR_VERSION of the text, or it names another station, generation or number of cards than its header. */
M2_MUST_CHECK bool boardfile_open(const struct boardfile_half *h, const struct pubkey *station, struct snapshot *out,
                                  struct err *err);

/* What this station wrote last into a slot, whole. ERR_NOT_FOUND. */
M2_MUST_CHECK bool boardfile_read(struct volume *v, int slot, const struct pubkey *station, struct boardfile_half *out,
                                  struct err *err);
/* The lowest generation that a station may write into this slot. */
M2_MUST_CHECK bool boardfile_next(struct volume *v, int slot, const struct pubkey *station, uint64_t *generation,
                                  struct err *err);
/* The header of a snapshot's text, signed. */
void boardfile_sign(const struct snapshot *s, const struct buf *text, const struct seckey *station,
                    uint8_t sector[HALVES_SECTOR]);
/* Writes the half that boardfile_read() would not give, as the station signed it, and reads it back. watch may be NULL.
 * ERR_STATE: a half of this generation or a higher one lies there. Others as halves_write(). */
M2_MUST_CHECK bool boardfile_write(struct volume *v, int slot, const struct pubkey *station,
                                   const uint8_t sector[HALVES_SECTOR], const struct buf *text,
                                   const struct halves_watch *watch, struct err *err);
/* Zeros in place of a half's header: nobody's any more. */
M2_MUST_CHECK bool boardfile_empty(struct volume *v, int slot, int half, struct err *err);

#endif
