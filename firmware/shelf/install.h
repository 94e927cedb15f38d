/* install: one container onto the shelf: stage, verify, publish, open, sweep. Any step may lose power: the next call
 * carries on with the bytes that are there (hashed again) or starts clean; the old version serves until the new one is
 * open (THREATS R2, T2, T23). shelf/.staging/NAME-VERSION.m2k.part   bytes so far
 * shelf/.staging/NAME-VERSION.m2k.minisig   its signature shelf/NAME-VERSION.m2k                 published by rename,
 * after its .minisig Threads: one installer per shelf. Memory: INSTALL_PIECE_BYTES and the signature. */
#ifndef M2_SHELF_INSTALL_H
#define M2_SHELF_INSTALL_H

#include "shelf/catalog.h"
#include "shelf/verify.h"

enum { INSTALL_PIECE_BYTES = 256 * 1024 };
#define INSTALL_KEEP_FREE_BYTES                                                                                        \
    ((int64_t)32 << 20) /* left for running visits and export: new packs are refused first (T5) */

/* Where the bytes come from: fills exactly n bytes at offset, or fails (ERR_GONE: the stick was pulled). */
struct install_source {
    void *ctx;
    bool (*read)(void *ctx, int64_t offset, void *buf, size_t n, struct err *err);
};

enum install_step {
    INSTALL_CHECKED,   /* signature, role, version and room are in order; nothing is written */
    INSTALL_COPYING,   /* after every piece */
    INSTALL_COPIED,    /* all bytes are here, hashed and synced */
    INSTALL_SIGNED,    /* the signature is staged and synced */
    INSTALL_MARKED,    /* the signature is on the shelf */
    INSTALL_PUBLISHED, /* the container is on the shelf */
    INSTALL_OPENED,    /* it opens; older versions may go */
};

/* Told after each step with bytes done and in all; returning false stops there and then, exactly as a power cut would
 * (ERR_CANCELLED); the next call carries on. */
struct install_watch {
    void *ctx;
    bool (*step)(void *ctx, enum install_step step, int64_t done_bytes, int64_t total_bytes);
};

/* True when the container may run here and the shelf lacks it, holds an older version, or holds this one with other
 * bytes or a signature that does not fit. Hashes the published file: ask once for each stick. */
bool install_is_needed(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry);

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

/* Unlinks versions older than the newest that verifies and opens, signatures without a container, and stale staging.
 * Files that readers hold open live on until closed. Returns how many files went; failures are logged. */
int install_sweep(const char *shelf_dir, const struct trustlist *trust);

#endif
