/* install: containers onto the shelf, so that a power cut at any step leaves the old version or the new one. */
#include "base/buf.h"
#include "base/fsio.h"
#include "shelf/container.h"
#include "shelf/install_priv.h"
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

enum { WRITE_BEHIND_BYTES = 4 * INSTALL_PIECE_BYTES };

struct job {
    struct install_queue *q;
    const struct catalog_entry *entry;
    const struct trust_sig *sig; /* until it is staged */
    const struct install_source *source;
    struct install_watch watch;
    struct err err; /* why it does not come */
    char name[FORMAT_NAME_BYTES];
    char part[PATH_MAX], staged_sig[PATH_MAX], final[PATH_MAX], final_sig[PATH_MAX];
};

struct install_queue {
    const struct trustlist *trust;
    struct install_told told;
    char shelf_dir[PATH_MAX], staging[PATH_MAX];
    int staging_fd;
    struct job *wait[INSTALL_QUEUE_MAX]; /* whole and hashed; their signatures are staged */
    int n_wait;
    int64_t wait_bytes, unsaved_bytes; /* of those that wait; of those of them that no sync has seen */
};

static bool name_files(struct job *j, struct err *err)
{
    const char *shelf = j->q->shelf_dir, *staging = j->q->staging;

    format_name(j->entry->id, j->entry->version, j->name);
    return install_path(j->part, staging, j->name, ".part", err) &&
           install_path(j->staged_sig, staging, j->name, ".minisig", err) &&
           install_path(j->final, shelf, j->name, "", err) &&
           install_path(j->final_sig, shelf, j->name, ".minisig", err);
}

static bool step(const struct job *j, enum install_step now, int64_t done, struct err *err)
{
    return !j->watch.step || j->watch.step(j->watch.ctx, now, done, j->entry->bytes) ||
           err_set(err, ERR_CANCELLED, "stopped");
}

/* --- before anything is written
 * ------------------------------------------------------------------------------------------- */

static bool has_room(const struct job *j)
{
    int64_t staged = fsio_size(j->part), room = fsio_free_bytes(j->q->shelf_dir);

    return room < 0 || room - (j->entry->bytes - (staged > 0 ? staged : 0)) >= INSTALL_KEEP_FREE_BYTES;
}

static bool check(const struct job *j, struct err *err)
{
    int64_t here = install_version_here(j->q->shelf_dir, j->q->trust, j->entry->id);
    struct verified v;

    if (here > j->entry->version) {
        return err_set(err, ERR_TRUST, "older than version %" PRId64 ", which is here", here);
    }
    if (format_compare_versions(j->entry->needs, FORMAT_STATION) > 0) {
        return err_set(err, ERR_VERSION, "needs station %s, this one is %s; update the station first", j->entry->needs,
                       FORMAT_STATION);
    }
    if (!verify_signature(j->q->trust, VERIFY_NEW, j->name, j->sig, j->entry->hash, &v, err)) {
        return false;
    }
    if (!has_room(j)) {
        install_queue_publish(j->q); /* then the versions before those can go */
        install_sweep_all(j->q->shelf_dir, j->q->trust, false);
    }
    if (!has_room(j)) {
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

    if (!fsio_list(j->q->staging, &names, &n, NULL)) {
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
            if (install_path(path, j->q->staging, names[i], "", NULL)) {
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

/* Begins to bring what was written onto the card, so that no long wait comes at the end; bytes up to done. */
static void write_behind(int fd, int64_t done)
{
    int64_t n = done % WRITE_BEHIND_BYTES ? done % WRITE_BEHIND_BYTES : WRITE_BEHIND_BYTES;

    sync_file_range(fd, done - n, n, SYNC_FILE_RANGE_WRITE);
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
        if (done % WRITE_BEHIND_BYTES == 0) {
            write_behind(fd, done);
        }
        if (!step(j, INSTALL_COPYING, done, err)) {
            return false;
        }
    }
    write_behind(fd, done);
    return true;
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

/* On the card with all else that waits, by a sync before any of it is published. */
static bool stage_signature(const struct job *j, struct err *err)
{
    int fd = open(j->staged_sig, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool ok = fd >= 0 || err_sys(err, errno, "cannot make '%s'", j->staged_sig);

    ok = ok && fsio_write_all(fd, j->sig->text, j->sig->n, err);
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = err_sys(err, errno, "cannot write '%s'", j->staged_sig);
    }
    return ok;
}

static bool mark(struct job *j, struct err *err)
{
    return rename(j->staged_sig, j->final_sig) == 0 || err_sys(err, errno, "cannot publish '%s'", j->final_sig);
}

static bool put(struct job *j, struct err *err)
{
    return rename(j->part, j->final) == 0 || err_sys(err, errno, "cannot publish '%s'", j->final);
}

/* Signed and whole, and yet not for this station: it leaves, the old version goes on. */
static bool check_opens(struct job *j, struct err *err)
{
    struct container *c = NULL;

    if (!container_open(j->final, &c, err)) {
        unlink(j->final);
        unlink(j->final_sig);
        return false;
    }
    container_close(c);
    return step(j, INSTALL_OPENED, j->entry->bytes, err);
}

static bool tell_copied(struct job *j, struct err *err)
{
    return step(j, INSTALL_COPIED, j->entry->bytes, err) && step(j, INSTALL_SIGNED, j->entry->bytes, err);
}

static bool tell_marked(struct job *j, struct err *err)
{
    return step(j, INSTALL_MARKED, j->entry->bytes, err);
}

static bool tell_published(struct job *j, struct err *err)
{
    return step(j, INSTALL_PUBLISHED, j->entry->bytes, err);
}

/* A sync that failed is not tried again (R3): what lies in the card's cache is not believed. */
static bool drop_staged(struct job *j, struct err *err)
{
    (void)err;
    unlink(j->part);
    unlink(j->staged_sig);
    return true;
}

/* Of those that are still on their way; how many there are then. */
static int each(struct install_queue *q, bool (*do_it)(struct job *j, struct err *err))
{
    int n = 0;

    for (int i = 0; i < q->n_wait; i++) {
        if (q->wait[i]->err.code == ERR_NONE) {
            n += do_it(q->wait[i], &q->wait[i]->err);
        }
    }
    return n;
}

static void fail_all(struct install_queue *q, const struct err *why)
{
    for (int i = 0; i < q->n_wait; i++) {
        if (q->wait[i]->err.code == ERR_NONE) {
            q->wait[i]->err = *why;
        }
    }
}

static void sync_shelf(struct install_queue *q)
{
    struct err why = {0};

    if (!fsio_sync_dir(q->shelf_dir, &why)) {
        fail_all(q, &why);
    }
}

/* All bytes and signatures that wait and are not on the card yet. */
static void sync_staged(struct install_queue *q)
{
    struct err why = {0};

    if (q->unsaved_bytes == 0) {
        return;
    }
    q->unsaved_bytes = 0;
    if (syncfs(q->staging_fd) != 0 && !err_sys(&why, errno, "cannot save '%s'", q->staging)) {
        each(q, drop_staged);
        fail_all(q, &why);
    }
}

/* Hands a job's end to whoever asked. */
static void end(struct job *j)
{
    if (j->err.code != ERR_NONE) {
        err_wrap(&j->err, "installing '%s'", j->name);
    }
    j->q->told.published(j->q->told.ctx, j->entry, j->err.code == ERR_NONE ? NULL : &j->err);
    free(j);
}

void install_queue_publish(struct install_queue *q)
{
    if (q->n_wait == 0) {
        return;
    }
    sync_staged(q);
    each(q, tell_copied);
    if (each(q, mark) > 0) {
        sync_shelf(q);
    }
    each(q, tell_marked);
    if (each(q, put) > 0) {
        sync_shelf(q);
    }
    each(q, tell_published);
    each(q, check_opens);
    for (int i = 0; i < q->n_wait; i++) {
        end(q->wait[i]);
    }
    q->n_wait = 0;
    q->wait_bytes = 0;
}

/* --- one by one
 * ----------------------------------------------------------------------------------------------------------- */

bool install_queue_new(const char *shelf_dir, const struct trustlist *trust, const struct install_told *told,
                       struct install_queue **out, struct err *err)
{
    struct install_queue *q = mem_alloc(sizeof *q);
    bool ok;

    q->trust = trust;
    q->told = *told;
    snprintf(q->shelf_dir, sizeof q->shelf_dir, "%s", shelf_dir); /* the next path is longer, and fits */
    ok = install_path(q->staging, shelf_dir, ".staging", "", err) && fsio_make_dirs(q->staging, 0755, err);
    if (ok) {
        q->staging_fd =
            open(q->staging, O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* from now on it hears of failed writes */
        ok = q->staging_fd >= 0 || err_sys(err, errno, "cannot open '%s'", q->staging);
    }
    if (!ok) {
        free(q);
        return false;
    }
    *out = q;
    return true;
}

/* On the shelf already, or whole and staged. */
static bool bring(struct job *j, bool *is_there, struct err *err)
{
    *is_there = install_is_there(j->q->shelf_dir, j->q->trust, j->entry, NULL);
    if (*is_there) {
        return check_opens(j, err);
    }
    drop_stale_staging(j);
    if (check(j, err) && step(j, INSTALL_CHECKED, 0, err) && copy(j, err) && stage_signature(j, err)) {
        return true;
    }
    if (err->code == ERR_NO_SPACE) {
        unlink(j->part); /* room for others first */
    }
    return false;
}

bool install_queue_add(struct install_queue *q, const struct catalog_entry *entry, const struct trust_sig *sig,
                       const struct install_source *source, const struct install_watch *watch, struct err *err)
{
    struct job *j = mem_alloc(sizeof *j);
    struct err why = {0};
    bool is_there = false;

    *j = (struct job){.q = q, .entry = entry, .sig = sig, .source = source};
    if (watch) {
        j->watch = *watch;
    }
    if (!name_files(j, &why) || !bring(j, &is_there, &why)) {
        err_set(err, why.code, "%s", why.text);
        err_wrap(err, "installing '%s'", j->name);
        free(j);
        return false;
    }
    if (is_there) {
        end(j);
        return true;
    }
    q->wait[q->n_wait++] = j;
    q->wait_bytes += entry->bytes;
    q->unsaved_bytes += entry->bytes;
    if (q->unsaved_bytes >= INSTALL_SAVE_BYTES) {
        sync_staged(q);
    }
    if (q->n_wait == INSTALL_QUEUE_MAX || q->wait_bytes >= INSTALL_QUEUE_BYTES) {
        install_queue_publish(q);
    }
    return true;
}

void install_queue_free(struct install_queue *q)
{
    if (q) {
        install_queue_publish(q);
        close(q->staging_fd);
        free(q);
    }
}

static void keep_error(void *ctx, const struct catalog_entry *entry, const struct err *why)
{
    (void)entry;
    if (why) {
        *(struct err *)ctx = *why;
    }
}

bool install_container(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry,
                       const struct trust_sig *sig, const struct install_source *source,
                       const struct install_watch *watch, struct err *err)
{
    struct install_queue *q = NULL;
    struct err why = {0};
    struct install_told told = {&why, keep_error};
    bool ok =
        install_queue_new(shelf_dir, trust, &told, &q, &why) && install_queue_add(q, entry, sig, source, watch, &why);

    install_queue_free(q);
    ok = ok && why.code == ERR_NONE;
    return ok || err_set(err, why.code, "%s", why.text);
}
