/* install: one container onto the shelf: stage, verify, publish, open, sweep. Any step may lose power: the next call
 * carries on with the bytes that are there (hashed again) or starts clean; the old version serves until the new one is
 * open (THREATS R2, T2, T23). shelf/.staging/NAME-VERSION.m2k.part   bytes so far
 * shelf/.staging/NAME-VERSION.m2k.minisig   its signature shelf/NAME-VERSION.m2k                 published by rename,
 * after its .minisig Threads: one installer per shelf, and its reader (ahead.h). Memory: AHEAD_PIECES + 1 pieces and
 * the signature. */
#ifndef M2_SHELF_INSTALL_H
#define M2_SHELF_INSTALL_H

#include "shelf/catalog.h"
#include "shelf/verify.h"

enum {
    INSTALL_PIECE_BYTES = 240 * 1024,       /* two full answers of the stick's service */
    INSTALL_QUEUE_MAX = 16,                 /* containers that are published together, at most, … */
    INSTALL_QUEUE_BYTES = 32 * 1024 * 1024, /* … and not many more bytes: they share the waits for the card */
    INSTALL_SAVE_BYTES = 2 * 1024 * 1024,   /* of whole containers: synced while the next one comes */
};
#define INSTALL_KEEP_FREE_BYTES                                                                                        \
    ((int64_t)32 << 20) /* left for running visits and export: new packs are refused first (T5) */

/* Where the bytes come from: fills exactly n bytes at offset, or fails (ERR_GONE: the stick was pulled). */
struct install_source {
    void *ctx;
    bool (*read)(void *ctx, int64_t offset, void *buf, size_t n, struct err *err);
};

enum install_step {
    INSTALL_LOOKING,   /* after every piece of what is published */
    INSTALL_CHECKED,   /* signature, role, version and room are in order; nothing is written */
    INSTALL_COPYING,   /* after every piece */
    INSTALL_COPIED,    /* all bytes are here, hashed and synced */
    INSTALL_SIGNED,    /* the signature is staged and synced */
    INSTALL_MARKED,    /* the signature is on the shelf */
    INSTALL_PUBLISHED, /* the container is on the shelf */
    INSTALL_OPENED,    /* it opens; older versions may go */
};

/* One container's end: why it does not come, NULL where it is on the shelf and opens. */
struct install_told {
    void *ctx;
    void (*published)(void *ctx, const struct catalog_entry *entry, const struct err *why);
};

/* Told after each step with bytes done and in all; returning false stops there and then, exactly as a power cut would
 * (ERR_CANCELLED); the next call carries on. */
struct install_watch {
    void *ctx;
    bool (*step)(void *ctx, enum install_step step, int64_t done_bytes, int64_t total_bytes);
};

/* BLAKE2b-512 of what is published as this container, read from the card and not from memory, piece by piece with
 * INSTALL_LOOKING; watch may be NULL. ERR_CANCELLED, ERR_IO, ERR_NOT_FOUND. */
M2_MUST_CHECK bool install_hash(const char *shelf_dir, const struct catalog_entry *entry,
                                const struct install_watch *watch, uint8_t hash[MINISIG_HASH_BYTES], struct err *err);

/* The highest version of id on the shelf, but for what a stolen key signed; 0 = none. */
int64_t install_version_here(const char *shelf_dir, const struct trustlist *trust, const char *id);
/* True when the container may run here and the shelf lacks it, holds an older version, or holds this one with other
 * bytes or a signature that does not fit; also where the watch stopped it. Hashes the published file: ask once for each
 * stick. watch may be NULL. */
bool install_is_needed(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry,
                       const struct install_watch *watch);

/* Of the container, what an earlier try left here. */
int64_t install_staged_bytes(const char *shelf_dir, const struct catalog_entry *entry);
/* Bytes for new containers: free ones, and what the versions before the present ones hold. */
int64_t install_room(const char *shelf_dir, const struct trustlist *trust);

/* --- many, one behind the other: each is copied and hashed at once, and published with those beside it: one wait for
 * the card brings the bytes and signatures of all, one its signatures onto the shelf, one the containers themselves. */
struct install_queue;
/* trust is borrowed until install_queue_free. */
M2_MUST_CHECK bool install_queue_new(const char *shelf_dir, const struct trustlist *trust,
                                     const struct install_told *told, struct install_queue **out, struct err *err);
/* As install_container, but that the end is told later, by this call, the next ones or install_queue_publish. entry is
 * borrowed until then. False: it is not told, it never will be on the shelf. */
M2_MUST_CHECK bool install_queue_add(struct install_queue *q, const struct catalog_entry *entry,
                                     const struct trust_sig *sig, const struct install_source *source,
                                     const struct install_watch *watch, struct err *err);
/* All that wait. */
void install_queue_publish(struct install_queue *q);
void install_queue_free(struct install_queue *q); /* publishes, too; NULL is fine */

/* entry: from a verified catalogue. sig: text of NAME-VERSION.m2k.minisig. watch may be NULL.
 * Already there: true, and nothing is read. Codes: ERR_SIGNATURE, ERR_TRUST (role, revoked, older than what is here),
 * ERR_FORMAT (the bytes are not those of the catalogue), ERR_VERSION, ERR_NO_SPACE, ERR_IO, ERR_CANCELLED, and the
 * source's own. */
M2_MUST_CHECK bool install_container(const char *shelf_dir, const struct trustlist *trust,
                                     const struct catalog_entry *entry, const struct trust_sig *sig,
                                     const struct install_source *source, const struct install_watch *watch,
                                     struct err *err);

/* The same from a file beside its signature (hub new, tests): no catalogue; the file's own hash is what its signature
 * must be over. */
M2_MUST_CHECK bool install_file(const char *shelf_dir, const struct trustlist *trust, const char *path,
                                struct err *err);

/* Unlinks what nobody can come back to: of each container the versions below the one in use but the next below it
 * (staff may go back to that, hold.h), what a stolen key signed (T32), and signatures and marks without a container.
 * The one in use is the highest that is not put aside, verifies and opens. Files that readers hold open live on until
 * closed. Returns how many files went; failures are logged. Where room for a new container is lacking,
 * install_container takes the versions before, too. */
int install_sweep(const char *shelf_dir, const struct trustlist *trust);

#endif
