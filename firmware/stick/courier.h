/* courier: the signed texts on a courier stick: courier.json, trust list, catalogue, receipts. Each is verified, then
 * read. FORMAT.md draws the stick. Threads: one stick, one thread. */
#ifndef M2_STICK_COURIER_H
#define M2_STICK_COURIER_H

#include "shelf/catalog.h"
#include "shelf/install.h"
#include "stick/volume.h"
#include "trust/seal.h"
#include "trust/trustlist.h"

#define COURIER_ROOT "MICRO2/"
enum { COURIER_TEXT_MAX = 64 * 1024, COURIER_CATALOG_MAX = 1 << 20, COURIER_RECEIPTS_MAX = 256, COURIER_ID_TEXT = 17 };

struct courier {
    char stick[COURIER_ID_TEXT]; /* random id of the stick, 16 hex digits */
    uint64_t counter;            /* rises with every preparation, over all sticks; compared with none seen before */
    int64_t mailbox_bytes;
    char office[TRUST_NAME_MAX + 1]; /* name of the office in the trust list */
};

struct courier_receipt {
    uint8_t station[KEY_ID_BYTES];
    uint64_t epoch;
    int64_t up_to_seq;
    uint8_t hash[SEAL_HASH_BYTES];
    uint64_t counter;
};

/* A whole file of the stick into out (cleared first). ERR_LIMIT past max_bytes. */
M2_MUST_CHECK bool courier_text(struct volume *v, const char *name, int64_t max_bytes, struct buf *out,
                                struct err *err);

/* A newer trust list, verified against the one held, or along the rotations that lie beside it (T32): *newer is the
 * caller's, and *files what to write; both untouched and true when the stick's list is not newer. */
M2_MUST_CHECK bool courier_trust(struct volume *v, const struct trustlist *held, struct trustlist **newer,
                                 struct trust_files *files, struct err *err);
/* ERR_NOT_FOUND: no courier stick. ERR_SIGNATURE, ERR_TRUST: somebody else's, or its key was revoked. */
M2_MUST_CHECK bool courier_open(struct volume *v, const struct trustlist *trust, struct courier *out, struct err *err);
/* The catalogue, if its counter is not below what its signing key had before under these roots (T27, T31); the file of
 * counters is raised. *out is the caller's. */
M2_MUST_CHECK bool courier_catalog(struct volume *v, const struct trustlist *trust, const char *counters,
                                   struct catalog **out, struct err *err);
/* Receipt number n, from 0; ERR_NOT_FOUND past the last, ERR_SIGNATURE where its signature is missing. */
M2_MUST_CHECK bool courier_receipt(struct volume *v, const struct trustlist *trust, int n, struct courier_receipt *out,
                                   struct err *err);
/* Signature text and byte source of a container for install_container; the source borrows ctx until the install ends.
 * ERR_NOT_FOUND: the office left it off, for its hubs have it. */
struct courier_pack {
    struct volume *volume;
    char name[VOLUME_NAME_MAX];
};
M2_MUST_CHECK bool courier_pack_open(struct volume *v, const struct catalog_entry *entry, struct courier_pack *pack,
                                     struct buf *sig, struct install_source *source, struct err *err);

/* Texts for the office, ending after one newline; out is cleared first. */
void courier_write_text(const struct courier *c, struct buf *out);
void courier_receipt_text(const struct courier_receipt *r, struct buf *out);
/* Reading without believing, for the verified text, tools and the fuzzer. */
M2_MUST_CHECK bool courier_parse(const char *text, size_t n, struct courier *out, struct err *err);
M2_MUST_CHECK bool courier_receipt_parse(const char *text, size_t n, struct courier_receipt *out, struct err *err);

#endif
