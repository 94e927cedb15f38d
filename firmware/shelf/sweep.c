/* sweep: what is on the shelf, what of it is needed, and what may go. */
#include "base/fsio.h"
#include "base/log.h"
#include "shelf/container.h"
#include "shelf/hold.h"
#include "shelf/install_priv.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

bool install_path(char out[PATH_MAX], const char *dir, const char *name, const char *suffix, struct err *err)
{
    return snprintf(out, PATH_MAX, "%s/%s%s", dir, name, suffix) < PATH_MAX ||
           err_set(err, ERR_LIMIT, "'%s': path too long", dir);
}

/* --- what is on the shelf
 * ------------------------------------------------------------------------------------------------- */

static bool is_stolen(const char *shelf_dir, const struct trustlist *trust, const char *name)
{
    char path[PATH_MAX];

    return install_path(path, shelf_dir, name, "", NULL) && verify_is_stolen(trust, path);
}

/* The highest version of id among the published names, but for what a stolen key signed (T31) and, where only what is
 * in use counts, what staff put aside; 0 = none. */
static int64_t highest(const char *shelf_dir, const struct trustlist *trust, char **names, int n, const char *id,
                       bool is_in_use)
{
    char here[FORMAT_ID_MAX + 1];
    int64_t version, best = 0;

    for (int i = 0; i < n; i++) {
        if (format_split_name(names[i], here, &version) && strcmp(here, id) == 0 && version > best &&
            !(is_in_use && hold_is_on(shelf_dir, names[i])) && !is_stolen(shelf_dir, trust, names[i])) {
            best = version;
        }
    }
    return best;
}

int64_t install_version_here(const char *shelf_dir, const struct trustlist *trust, const char *id)
{
    char **names = NULL;
    int64_t best;
    int n = 0;

    if (!fsio_list(shelf_dir, &names, &n, NULL)) {
        return 0;
    }
    best = highest(shelf_dir, trust, names, n, id, false);
    fsio_free_names(names, n);
    return best;
}

int64_t install_staged_bytes(const char *shelf_dir, const struct catalog_entry *entry)
{
    char name[FORMAT_NAME_BYTES], staging[PATH_MAX], path[PATH_MAX];
    int64_t bytes;

    format_name(entry->id, entry->version, name);
    bytes = install_path(staging, shelf_dir, ".staging", "", NULL) && install_path(path, staging, name, ".part", NULL)
                ? fsio_size(path)
                : 0;
    return bytes > 0 && bytes <= entry->bytes ? bytes : 0;
}

int64_t install_room(const char *shelf_dir, const struct trustlist *trust)
{
    char **names = NULL, id[FORMAT_ID_MAX + 1], path[PATH_MAX];
    int64_t version, room = fsio_free_bytes(shelf_dir);
    int n = 0;

    if (!fsio_list(shelf_dir, &names, &n, NULL)) {
        return room;
    }
    for (int i = 0; i < n; i++) {
        if (format_split_name(names[i], id, &version) && version < highest(shelf_dir, trust, names, n, id, true) &&
            install_path(path, shelf_dir, names[i], "", NULL)) {
            room += fsio_size(path);
        }
    }
    fsio_free_names(names, n);
    return room;
}

static bool hash_pieces(int fd, int64_t bytes, const struct install_watch *watch, uint8_t hash[MINISIG_HASH_BYTES],
                        struct err *err)
{
    unsigned char *piece = mem_alloc(INSTALL_PIECE_BYTES);
    struct minisig_hash h;
    int64_t done = 0;
    bool ok = true;
    ssize_t n = 1;

    minisig_hash_begin(&h);
    while (ok && n != 0) {
        n = read(fd, piece, INSTALL_PIECE_BYTES);
        if (n > 0) {
            minisig_hash_add(&h, piece, (size_t)n);
            done += n;
            ok = !watch || watch->step(watch->ctx, INSTALL_LOOKING, done, bytes) ||
                 err_set(err, ERR_CANCELLED, "stopped");
        } else if (n < 0 && errno != EINTR) {
            ok = err_sys(err, errno, "cannot read what is on the shelf");
        }
    }
    minisig_hash_end(&h, hash);
    free(piece);
    return ok;
}

bool install_hash(const char *shelf_dir, const struct catalog_entry *entry, const struct install_watch *watch,
                  uint8_t hash[MINISIG_HASH_BYTES], struct err *err)
{
    char name[FORMAT_NAME_BYTES], path[PATH_MAX];
    bool ok;
    int fd;

    format_name(entry->id, entry->version, name);
    if (!install_path(path, shelf_dir, name, "", err)) {
        return false;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_sys(err, errno, "cannot open '%s'", path);
    }
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    ok = hash_pieces(fd, entry->bytes, watch, hash, err);
    close(fd);
    return ok;
}

/* The file is published, signed, and has the bytes of the catalogue. */
bool install_is_there(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry,
                      const struct install_watch *watch)
{
    char name[FORMAT_NAME_BYTES], path[PATH_MAX], sig_path[PATH_MAX];
    uint8_t hash[MINISIG_HASH_BYTES];
    struct verified v;
    struct buf sig = {0};
    bool ok;

    format_name(entry->id, entry->version, name);
    ok = install_path(path, shelf_dir, name, "", NULL) && install_path(sig_path, shelf_dir, name, ".minisig", NULL) &&
         fsio_size(path) == entry->bytes && fsio_read(sig_path, MINISIG_MAX_BYTES, &sig, NULL) &&
         install_hash(shelf_dir, entry, watch, hash, NULL) && !memcmp(hash, entry->hash, sizeof hash) &&
         verify_signature(trust, VERIFY_KEPT, name, &(struct trust_sig){buf_text(&sig), sig.len}, hash, &v, NULL);
    buf_release(&sig);
    return ok;
}

bool install_is_needed(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry,
                       const struct install_watch *watch)
{
    int64_t here = install_version_here(shelf_dir, trust, entry->id);

    if (format_compare_versions(entry->needs, FORMAT_STATION) > 0 || here > entry->version) {
        return false;
    }
    return here < entry->version || !install_is_there(shelf_dir, trust, entry, watch);
}

/* --- sweeping
 * ------------------------------------------------------------------------------------------------------------- */

struct swept_id { /* the versions of one container on the shelf */
    int64_t in_use, former;
};

static bool can_use(const char *shelf_dir, const struct trustlist *trust, const char *name)
{
    char path[PATH_MAX];
    struct container *c = NULL;
    struct verified v;

    if (hold_is_on(shelf_dir, name) || !install_path(path, shelf_dir, name, "", NULL) ||
        !verify_file(trust, VERIFY_KEPT, path, &v, NULL) || !container_open(path, &c, NULL)) {
        return false;
    }
    container_close(c);
    return true;
}

/* names[0 … n-1] are all of one id. The next below the one in use is not hashed: who goes back to it does that. */
static struct swept_id look_at(const char *shelf_dir, const struct trustlist *trust, char **names, int n)
{
    struct swept_id s = {0};
    char id[FORMAT_ID_MAX + 1];
    int64_t version;

    for (int i = 0; i < n; i++) {
        if (format_split_name(names[i], id, &version) && version > s.in_use && can_use(shelf_dir, trust, names[i])) {
            s.in_use = version;
        }
    }
    for (int i = 0; i < n; i++) {
        if (format_split_name(names[i], id, &version) && version < s.in_use && version > s.former &&
            !hold_is_on(shelf_dir, names[i])) {
            s.former = version;
        }
    }
    return s;
}

static int sweep_file(const char *dir, const char *name, const char *suffix)
{
    char path[PATH_MAX];

    if (!install_path(path, dir, name, suffix, NULL) || unlink(path) != 0) {
        return 0;
    }
    log_line(LOG_INFO, "shelf: '%s%s' is not needed any more", name, suffix);
    return 1;
}

/* names[0 … n-1] are all of one id. Where there are no more than may stay none is hashed: all of a shelf takes minutes.
 */
static int sweep_id(const char *shelf_dir, const struct trustlist *trust, char **names, int n, bool keeps_former)
{
    struct swept_id s = n > 1 + keeps_former ? look_at(shelf_dir, trust, names, n) : (struct swept_id){0};
    char id[FORMAT_ID_MAX + 1];
    int64_t version;
    int swept = 0;

    for (int i = 0; i < n; i++) {
        if (format_split_name(names[i], id, &version) &&
            (is_stolen(shelf_dir, trust, names[i]) || (version < s.in_use && !(keeps_former && version == s.former)))) {
            swept += sweep_file(shelf_dir, names[i], "");
            swept += sweep_file(shelf_dir, names[i], ".minisig");
            swept += sweep_file(shelf_dir, names[i], HOLD_SUFFIX);
        }
    }
    return swept;
}

/* NAME.m2k.minisig and NAME.m2k.held whose container is not there. */
static int sweep_lonely(const char *shelf_dir, const char *name)
{
    const char *end = strstr(name, ".m2k");
    char path[PATH_MAX];

    if (!end || (strcmp(end, ".m2k.minisig") != 0 && strcmp(end, ".m2k" HOLD_SUFFIX) != 0) ||
        !install_path(path, shelf_dir, name, "", NULL)) {
        return 0;
    }
    *strrchr(path, '.') = '\0';
    return fsio_exists(path) ? 0 : sweep_file(shelf_dir, name, "");
}

static int by_id(const void *a, const void *b)
{
    char x[FORMAT_ID_MAX + 1] = "", y[FORMAT_ID_MAX + 1] = "";
    int64_t version;

    format_split_name(*(char *const *)a, x, &version);
    format_split_name(*(char *const *)b, y, &version);
    return strcmp(x, y);
}

int install_sweep_all(const char *shelf_dir, const struct trustlist *trust, bool keeps_former)
{
    char **names = NULL;
    struct err err = {0};
    int n = 0, n_same, swept = 0;

    if (!fsio_list(shelf_dir, &names, &n, &err)) {
        log_err("sweeping the shelf", &err);
        return 0;
    }
    if (n) { /* of nothing there may be no list */
        qsort(names, (size_t)n, sizeof *names, by_id);
    }
    /* what is no container comes first, as one group of no versions */
    for (int i = 0; i < n; i += n_same) {
        for (n_same = 1; i + n_same < n && by_id(&names[i], &names[i + n_same]) == 0; n_same++) {
        }
        swept += sweep_id(shelf_dir, trust, &names[i], n_same, keeps_former);
    }
    for (int i = 0; i < n; i++) {
        swept += sweep_lonely(shelf_dir, names[i]);
    }
    fsio_free_names(names, n);
    return swept;
}

int install_sweep(const char *shelf_dir, const struct trustlist *trust)
{
    return install_sweep_all(shelf_dir, trust, true);
}
