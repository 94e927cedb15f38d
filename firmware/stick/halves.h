/* halves: a preallocated file of two halves, each a header sector and a payload, of which one is always whole: pulling
 * the stick at any moment loses nothing (T17). What mailboxes and board files share; the header's own fields are
 * theirs. Files are made by the office, all blocks written once; stations only overwrite contents in place. Foreign
 * bytes: a half whose check fails counts as empty, and one that the station it names did not sign counts for nothing,
 * whatever its generation. */
#ifndef M2_STICK_HALVES_H
#define M2_STICK_HALVES_H

#include "base/buf.h"
#include "stick/volume.h"
#include "trust/keys.h"
#include "trust/seal.h"

enum { HALVES_SECTOR = 512, HALVES = 2, HALVES_AT_CRC = 508, HALVES_AT_GENERATION = 8, HALVES_AT_STATION = 16 };
#define HALVES_GENERATION_MAX (UINT64_MAX - 1) /* one more would have no next */

struct halves_head {     /* of any header */
    uint64_t generation; /* of the whole halves a station signed the higher one is current */
    uint8_t station[KEY_ID_BYTES];
    uint64_t length; /* payload bytes in use */
    uint8_t payload_hash[SEAL_HASH_BYTES];
};

struct halves_kind {
    const char *one, *many; /* in messages: "mailbox", "mailboxes" */
    const char *contents;   /* "results" */
    const char *folder;     /* "mailbox": MICRO2/mailbox/007.m2b */
    char magic[4];
    uint32_t version;
    const char *domain; /* of the signature */
    int at_signature;   /* 64 bytes over the domain word and all bytes before it */
    int slots;
    int64_t min_bytes, max_bytes; /* of a file */
    /* The head out of a sector whose magic, version and CRC-32C fit; ERR_FORMAT. */
    bool (*head)(const uint8_t sector[HALVES_SECTOR], struct halves_head *out, struct err *err);
};

void halves_name(const struct halves_kind *k, int slot, char out[VOLUME_NAME_MAX]);
int64_t halves_bytes(int64_t file_bytes); /* of one half: whole sectors */

/* Magic, version, generation and station into a zeroed sector; then, when the fields between are there, the signature
 * and the CRC-32C. */
void halves_begin_sector(const struct halves_kind *k, uint64_t generation, const uint8_t station[KEY_ID_BYTES],
                         uint8_t sector[HALVES_SECTOR]);
void halves_sign_sector(const struct halves_kind *k, const struct seckey *station, uint8_t sector[HALVES_SECTOR]);
/* Magic, CRC-32C, version; then what the kind checks; not the signature. ERR_NOT_FOUND: zeros, an empty half;
 * ERR_FORMAT; ERR_VERSION. */
M2_MUST_CHECK bool halves_read_sector(const struct halves_kind *k, const uint8_t sector[HALVES_SECTOR],
                                      struct halves_head *out, struct err *err);
M2_MUST_CHECK bool halves_check_signature(const struct halves_kind *k, const uint8_t sector[HALVES_SECTOR],
                                          const struct pubkey *station, struct err *err);

/* A fault of the bytes: the half counts as not there. Any other is the stick's. */
bool halves_is_fault_of_half(enum err_code code);

/* The slot with a half that this station signed, else the first empty one, else the first without a readable half;
 * what a newer program wrote is taken. ERR_NOT_FOUND when all are taken by others or there is none. */
M2_MUST_CHECK bool halves_find_slot(const struct halves_kind *k, struct volume *v, const struct pubkey *station,
                                    int *slot, struct err *err);
/* One half as it lies there, whoever wrote it: head and raw sector, and the payload if its hash fits; payload may be
 * NULL. ERR_NOT_FOUND: never written. Where only the payload is damaged, *h and sector are filled. */
M2_MUST_CHECK bool halves_read_half(const struct halves_kind *k, struct volume *v, int slot, int half,
                                    struct halves_head *h, uint8_t sector[HALVES_SECTOR], struct buf *payload,
                                    struct err *err);
/* What this station wrote last into a slot: of the halves it signed the current one, or the one before where the
 * current payload is damaged. payload is cleared first; NULL: it is only checked. ERR_NOT_FOUND: nothing whole of this
 * station is here. */
M2_MUST_CHECK bool halves_read(const struct halves_kind *k, struct volume *v, int slot, const struct pubkey *station,
                               struct halves_head *h, uint8_t sector[HALVES_SECTOR], struct buf *payload,
                               struct err *err);

/* Told how many bytes are written or read back, of how many in all; returning false stops there (ERR_CANCELLED), as a
 * pulled stick would. */
struct halves_watch {
    void *ctx;
    bool (*step)(void *ctx, int64_t done_bytes, int64_t total_bytes);
};
/* Where to write: the half that halves_read() would not give. */
struct halves_place {
    int64_t start;       /* offset in the file */
    uint64_t generation; /* one more than what this station signed here */
};
/* ERR_LIMIT: the payload is too long, or the generation has no next. */
M2_MUST_CHECK bool halves_choose(const struct halves_kind *k, struct volume *v, int slot, const struct pubkey *station,
                                 size_t payload_bytes, struct halves_place *out, struct err *err);
void halves_hash_payload(const struct buf *payload, uint8_t out[SEAL_HASH_BYTES]);
/* Payload, sync, header, sync; reads everything back and compares. watch may be NULL. ERR_IO: the stick does not keep
 * what is written. */
M2_MUST_CHECK bool halves_write(const struct halves_kind *k, struct volume *v, int slot, const struct halves_place *at,
                                const uint8_t sector[HALVES_SECTOR], const struct buf *payload,
                                const struct halves_watch *watch, struct err *err);

#endif
