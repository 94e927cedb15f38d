/* install: a container onto the shelf, so that a power cut at any step leaves the old version or the new one. */
#include "shelf/install.h"
#include "base/fsio.h"
#include "base/log.h"
#include "shelf/container.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

struct job {
    const char *shelf_dir;
    const struct trustlist *trust;
    const struct catalog_entry *entry;
    const struct trust_sig *sig;
    const struct install_source *source;
    const struct install_watch *watch;
    char name[FORMAT_NAME_BYTES];
    char staging[PATH_MAX], part[PATH_MAX], staged_sig[PATH_MAX], final[PATH_MAX], final_sig[PATH_MAX];
};

static bool put_path(char out[PATH_MAX], const char *dir, const char *name, const char *suffix, struct err *err)
{
    return snprintf(out, PATH_MAX, "%s/%s%s", dir, name, suffix) < PATH_MAX ||
           err_set(err, ERR_LIMIT, "'%s': path too long", dir);
}

static bool name_files(struct job *j, struct err *err)
{
    format_name(j->entry->id, j->entry->version, j->name);
    return put_path(j->staging, j->shelf_dir, ".staging", "", err) &&
           put_path(j->part, j->staging, j->name, ".part", err) &&
           put_path(j->staged_sig, j->staging, j->name, ".minisig", err) &&
           put_path(j->final, j->shelf_dir, j->name, "", err) &&
           put_path(j->final_sig, j->shelf_dir, j->name, ".minisig", err);
}

static bool step(const struct job *j, enum install_step now, int64_t done, struct err *err)
{
    return !j->watch || j->watch->step(j->watch->ctx, now, done, j->entry->bytes) ||
           err_set(err, ERR_CANCELLED, "stopped");
}

/* --- what is on the shelf
 * ------------------------------------------------------------------------------------------------- */

/* The highest version of id among the published names; 0 = none. */
static int64_t version_here(const char *shelf_dir, const char *id)
{
    char **names = NULL, here[FORMAT_ID_MAX + 1];
    int64_t version, best = 0;
    int n = 0;

    if (!fsio_list(shelf_dir, &names, &n, NULL)) {
        return 0;
    }
    for (int i = 0; i < n; i++) {
        if (format_split_name(names[i], here, &version) && strcmp(here, id) == 0 && version > best) {
            best = version;
        }
    }
    fsio_free_names(names, n);
    return best;
}

/* The file is published, signed, and has the bytes of the catalogue. */
static bool is_there(const char *path, const struct trustlist *trust, const struct catalog_entry *entry)
{
    struct verified v;

    return fsio_size(path) == entry->bytes && verify_file(trust, VERIFY_KEPT, path, &v, NULL) &&
           memcmp(v.hash, entry->hash, sizeof v.hash) == 0;
}

bool install_is_needed(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry)
{
    int64_t here = version_here(shelf_dir, entry->id);
    char name[FORMAT_NAME_BYTES], path[PATH_MAX];

    if (format_compare_versions(entry->needs, FORMAT_STATION) > 0 || here > entry->version) {
        return false;
    }
    format_name(entry->id, entry->version, name);
    return here < entry->version || !put_path(path, shelf_dir, name, "", NULL) || !is_there(path, trust, entry);
}

/* --- before anything is written
 * ------------------------------------------------------------------------------------------- */

static bool check(const struct job *j, struct err *err)
{
    int64_t here = version_here(j->shelf_dir, j->entry->id), staged = fsio_size(j->part),
            room = fsio_free_bytes(j->shelf_dir);
    struct verified v;

    if (here > j->entry->version) {
        return err_set(err, ERR_TRUST, "older than version %" PRId64 ", which is here", here);
    }
    if (format_compare_versions(j->entry->needs, FORMAT_STATION) > 0) {
        return err_set(err, ERR_VERSION, "needs station %s, this one is %s; update the station first", j->entry->needs,
                       FORMAT_STATION);
    }
    if (!verify_signature(j->trust, VERIFY_NEW, j->name, j->sig, j->entry->hash, &v, err)) {
        return false;
    }
    if (room >= 0 && room - (j->entry->bytes - (staged > 0 ? staged : 0)) < INSTALL_KEEP_FREE_BYTES) {
        return err_set(err, ERR_NO_SPACE, "%" PRId64 " MB are too many for the room left",
                       j->entry->bytes / 1000000 + 1);
    }
    return true;
}

/* Other versions of the same id that were never finished. */
static void drop_stale_staging(const struct job *j)
{
    char **names = NULL, id[FORMAT_ID_MAX + 1], bare[FORMAT_NAME_BYTES + 16], path[PATH_MAX];
    int64_t version;
    int n = 0;

    if (!fsio_list(j->staging, &names, &n, NULL)) {
        return;
    }
    for (int i = 0; i < n; i++) {
        char *dot;

        snprintf(bare, sizeof bare, "%s", names[i]);
        dot = strrchr(bare, '.');
        if (dot) {
            *dot = '\0';
        }
        if (!format_split_name(bare, id, &version) || (strcmp(id, j->entry->id) == 0 && version != j->entry->version)) {
            if (put_path(path, j->staging, names[i], "", NULL)) {
                unlink(path);
            }
        }
    }
    fsio_free_names(names, n);
}

/* --- copying
 * -------------------------------------------------------------------------------------------------------------- */

/* Adds to the hash what an earlier try left in the file; *done gets its length, 0 when it is of no use. */
static bool rehash(const struct job *j, int fd, unsigned char *piece, struct minisig_hash *h, int64_t *done,
                   struct err *err)
{
    struct stat st;
    ssize_t n;

    *done = 0;
    if (fstat(fd, &st) != 0) {
        return err_sys(err, errno, "cannot look at '%s'", j->part);
    }
    if (st.st_size > j->entry->bytes) {
        return ftruncate(fd, 0) == 0 || err_sys(err, errno, "cannot empty '%s'", j->part);
    }
    while (*done < st.st_size && (n = read(fd, piece, INSTALL_PIECE_BYTES)) != 0) {
        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "cannot read '%s'", j->part);
        }
        if (n > 0) {
            minisig_hash_add(h, piece, (size_t)n);
            *done += n;
        }
    }
    return true;
}

static bool copy_rest(const struct job *j, int fd, unsigned char *piece, struct minisig_hash *h, int64_t done,
                      struct err *err)
{
    while (done < j->entry->bytes) {
        int64_t left = j->entry->bytes - done;
        size_t n = left < INSTALL_PIECE_BYTES ? (size_t)left : INSTALL_PIECE_BYTES;

        if (!j->source->read(j->source->ctx, done, piece, n, err) || !fsio_write_all(fd, piece, n, err)) {
            return false;
        }
        minisig_hash_add(h, piece, n);
        done += (int64_t)n;
        if (!step(j, INSTALL_COPYING, done, err)) {
            return false;
        }
    }
    return fsync(fd) == 0 || err_sys(err, errno, "cannot save '%s'", j->part);
}

/* One go: *is_right tells whether all bytes are here and are those of the catalogue, *had what an earlier try had left.
 */
static bool copy_once(const struct job *j, bool *is_right, int64_t *had, struct err *err)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    unsigned char *piece = mem_alloc(INSTALL_PIECE_BYTES);
    struct minisig_hash h;
    int fd = open(j->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool ok = fd >= 0 || err_sys(err, errno, "cannot make '%s'", j->part);

    minisig_hash_begin(&h);
    ok = ok && rehash(j, fd, piece, &h, had, err) && copy_rest(j, fd, piece, &h, *had, err);
    if (ok) {
        minisig_hash_end(&h, hash);
        *is_right = memcmp(hash, j->entry->hash, sizeof hash) == 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    free(piece);
    return ok;
}

static bool copy(const struct job *j, struct err *err)
{
    bool is_right = false;
    int64_t had = 0;

    for (int go = 0; go < 2 && !is_right; go++) { /* what a power cut left may be torn: then once more from the start */
        if (!copy_once(j, &is_right, &had, err)) {
            return false;
        }
        if (!is_right) {
            unlink(j->part);
            if (!had) {
                break;
            }
        }
    }
    return is_right || err_set(err, ERR_FORMAT, "its bytes are not those of the catalogue; copy it to the stick again");
}

/* --- publishing
 * ----------------------------------------------------------------------------------------------------------- */

static bool move(const char *from, const char *to, const char *dir, struct err *err)
{
    return (rename(from, to) == 0 || err_sys(err, errno, "cannot publish '%s'", to)) && fsio_sync_dir(dir, err);
}

/* Signed and whole, and yet not for this station: it leaves, the old version goes on. */
static bool check_opens(const struct job *j, struct err *err)
{
    struct container *c = NULL;

    if (!container_open(j->final, &c, err)) {
        unlink(j->final);
        unlink(j->final_sig);
        return false;
    }
    container_close(c);
    return true;
}

static bool publish(const struct job *j, struct err *err)
{
    int64_t all = j->entry->bytes;

    return step(j, INSTALL_COPIED, all, err) && fsio_replace(j->staged_sig, j->sig->text, j->sig->n, 0644, err) &&
           step(j, INSTALL_SIGNED, all, err) && move(j->staged_sig, j->final_sig, j->shelf_dir, err) &&
           step(j, INSTALL_MARKED, all, err) && move(j->part, j->final, j->shelf_dir, err) &&
           step(j, INSTALL_PUBLISHED, all, err);
}

static bool run(struct job *j, struct err *err)
{
    if (!fsio_make_dirs(j->staging, 0755, err)) {
        return false;
    }
    if (!is_there(j->final, j->trust, j->entry)) {
        drop_stale_staging(j);
        if (!check(j, err) || !step(j, INSTALL_CHECKED, 0, err) || !copy(j, err) || !publish(j, err)) {
            if (err && err->code == ERR_NO_SPACE) {
                unlink(j->part); /* room for others first */
            }
            return false;
        }
    }
    return check_opens(j, err) && step(j, INSTALL_OPENED, j->entry->bytes, err);
}

bool install_container(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry,
                       const struct trust_sig *sig, const struct install_source *source,
                       const struct install_watch *watch, struct err *err)
{
    struct job *j = mem_alloc(sizeof *j);
    struct err why = {0};
    bool ok;

    j->shelf_dir = shelf_dir;
    j->trust = trust;
    j->entry = entry;
    j->sig = sig;
    j->source = source;
    j->watch = watch;
    ok = name_files(j, &why) && run(j, &why);
    if (!ok) {
        err_wrap(&why, "installing '%s'", j->name);
        if (err) {
            *err = why;
        }
    }
    free(j);
    return ok;
}

/* --- from a file
 * ---------------------------------------------------------------------------------------------------------- */

static bool read_fd(void *ctx, int64_t offset, void *buf, size_t n, struct err *err)
{
    ssize_t got;

    do {
        got = pread(*(const int *)ctx, buf, n, offset);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return err_sys(err, errno, "cannot read the container");
    }
    return (size_t)got == n || err_set(err, ERR_GONE, "the container was cut short while it was read");
}

/* The entry a catalogue would have for this file. */
static bool entry_of(const char *path, struct catalog_entry *e, struct err *err)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    if (!format_split_name(name, e->id, &e->version)) {
        return err_set(err, ERR_USAGE, "'%s': not called ID-VERSION.m2k; use the name it was built with", path);
    }
    e->bytes = fsio_size(path);
    if (e->bytes < 0) {
        return err_set(err, ERR_NOT_FOUND, "'%s': no such file", path);
    }
    snprintf(e->needs, sizeof e->needs, "%s", FORMAT_STATION); /* its manifest is checked when it opens */
    return minisig_hash_file(path, e->hash, err);
}

bool install_file(const char *shelf_dir, const struct trustlist *trust, const char *path, struct err *err)
{
    struct catalog_entry e = {0};
    struct buf sig_path = {0}, text = {0};
    int fd = -1;
    bool ok;

    buf_fmt(&sig_path, "%s.minisig", path);
    ok = entry_of(path, &e, err) && fsio_read(sig_path.data, MINISIG_MAX_BYTES, &text, err);
    if (ok) {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        ok = fd >= 0 || err_sys(err, errno, "cannot open '%s'", path);
    }
    if (ok) {
        struct trust_sig sig = {text.data, text.len};
        struct install_source source = {&fd, read_fd};

        ok = install_container(shelf_dir, trust, &e, &sig, &source, NULL, err);
    }
    if (fd >= 0) {
        close(fd);
    }
    buf_release(&sig_path);
    buf_release(&text);
    return ok;
}

/* --- sweeping
 * ------------------------------------------------------------------------------------------------------------- */

/* The highest version of id that this station can use; 0 = none. */
static int64_t best_version(const char *shelf_dir, const struct trustlist *trust, char **names, int n, const char *id)
{
    char here[FORMAT_ID_MAX + 1], path[PATH_MAX];
    int64_t version, best = 0;

    for (int i = 0; i < n; i++) {
        struct container *c = NULL;
        struct verified v;

        if (!format_split_name(names[i], here, &version) || strcmp(here, id) != 0 || version <= best ||
            !put_path(path, shelf_dir, names[i], "", NULL)) {
            continue;
        }
        if (verify_file(trust, VERIFY_KEPT, path, &v, NULL) && container_open(path, &c, NULL)) {
            best = version;
        }
        container_close(c);
    }
    return best;
}

static int sweep_file(const char *dir, const char *name, const char *suffix)
{
    char path[PATH_MAX];

    if (!put_path(path, dir, name, suffix, NULL) || unlink(path) != 0) {
        return 0;
    }
    log_line(LOG_INFO, "shelf: '%s%s' is not needed any more", name, suffix);
    return 1;
}

static int sweep_signatures(const char *shelf_dir, char **names, int n)
{
    int swept = 0;

    for (int i = 0; i < n; i++) {
        char path[PATH_MAX];
        const char *dot = strstr(names[i], ".m2k.minisig");

        if (!dot || dot[strlen(".m2k.minisig")] || !put_path(path, shelf_dir, names[i], "", NULL)) {
            continue;
        }
        path[strlen(path) - strlen(".minisig")] = '\0';
        if (!fsio_exists(path)) {
            swept += sweep_file(shelf_dir, names[i], "");
        }
    }
    return swept;
}

int install_sweep(const char *shelf_dir, const struct trustlist *trust)
{
    char **names = NULL, id[FORMAT_ID_MAX + 1], last_id[FORMAT_ID_MAX + 1] = "";
    int64_t version, best = 0;
    struct err err = {0};
    int n = 0, swept = 0;

    if (!fsio_list(shelf_dir, &names, &n, &err)) {
        log_err("sweeping the shelf", &err);
        return 0;
    }
    for (int i = 0; i < n; i++) { /* sorted: versions of one id follow each other, or best is looked up again */
        if (!format_split_name(names[i], id, &version)) {
            continue;
        }
        if (strcmp(id, last_id) != 0) {
            memcpy(last_id, id, sizeof last_id);
            best = best_version(shelf_dir, trust, names, n, id);
        }
        if (version < best) {
            swept += sweep_file(shelf_dir, names[i], "");
            swept += sweep_file(shelf_dir, names[i], ".minisig");
        }
    }
    fsio_free_names(names, n);
    if (fsio_list(shelf_dir, &names, &n, NULL)) {
        swept += sweep_signatures(shelf_dir, names, n);
        fsio_free_names(names, n);
    }
    return swept;
}
