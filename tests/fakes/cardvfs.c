/* cardvfs: a memory card that remembers. */
#include "fakes/cardvfs.h"
#include "base/buf.h"
#include "base/rng.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { FILES_MAX = 4, NAME_MAX_BYTES = 64 };
enum op_kind { OP_CREATE, OP_WRITE, OP_TRUNCATE, OP_DELETE, OP_SYNC, OP_MARK };

struct op {
    enum op_kind kind;
    int file;
    int64_t at; /* offset; size of a truncate; number of a mark */
    uint8_t *bytes;
    size_t n;
};

struct image {
    bool exists;
    uint8_t *bytes;
    size_t n;
};

static struct {
    char names[FILES_MAX][NAME_MAX_BYTES]; /* last part of the path */
    int n_files;
    struct image before[FILES_MAX]; /* what lay there when the log began */
    struct op *ops;
    int n_ops, fail_at;
    const char *full_while;
} card = {.fail_at = -1};

struct card_file {
    sqlite3_file base;
    int id;
    sqlite3_file *real; /* right behind this struct */
};

static sqlite3_vfs *system_vfs;

/* --- the log
 * ---------------------------------------------------------------------------------------------------------- */

static int file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    for (int i = 0; i < card.n_files; i++) {
        if (!strcmp(card.names[i], name)) {
            return i;
        }
    }
    if (card.n_files == FILES_MAX || strlen(name) >= NAME_MAX_BYTES) {
        fprintf(stderr, "cardvfs: no place for '%s'\n", name);
        abort();
    }
    snprintf(card.names[card.n_files], NAME_MAX_BYTES, "%s", name);
    return card.n_files++;
}

/* False when the card has died: the op did not happen. */
static bool note(enum op_kind kind, int file, int64_t at, const void *bytes, size_t n)
{
    if (card.fail_at >= 0 && card.n_ops >= card.fail_at) {
        return false;
    }
    if (!(card.n_ops & (card.n_ops + 1))) { /* full at each power of two */
        card.ops = mem_grow(card.ops, 2 * ((size_t)card.n_ops + 1) * sizeof *card.ops);
    }
    card.ops[card.n_ops++] = (struct op){kind, file, at, n ? memcpy(mem_alloc(n), bytes, n) : NULL, n};
    return true;
}

void card_reset(void)
{
    for (int i = 0; i < card.n_ops; i++) {
        free(card.ops[i].bytes);
    }
    for (int i = 0; i < card.n_files; i++) {
        free(card.before[i].bytes);
    }
    free(card.ops);
    memset(&card, 0, sizeof card);
    card.fail_at = -1;
}

void card_mark(int64_t number)
{
    (void)note(OP_MARK, -1, number, NULL, 0);
}

int card_n_ops(void)
{
    return card.n_ops;
}

int card_n_syncs(void)
{
    int n = 0;

    for (int i = 0; i < card.n_ops; i++) {
        n += card.ops[i].kind == OP_SYNC;
    }
    return n;
}

void card_fail_at(int op)
{
    card.fail_at = op;
}

void card_full_while(const char *path)
{
    card.full_while = path;
}

/* --- the VFS
 * ---------------------------------------------------------------------------------------------------------- */

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct card_file *)f)->real;
}

static int card_close(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int card_read(sqlite3_file *f, void *buf, int n, sqlite3_int64 at)
{
    return real_of(f)->pMethods->xRead(real_of(f), buf, n, at);
}

static bool is_growing_too_far(sqlite3_file *f, sqlite3_int64 end)
{
    sqlite3_int64 size = 0;

    return card.full_while && access(card.full_while, F_OK) == 0 &&
           real_of(f)->pMethods->xFileSize(real_of(f), &size) == SQLITE_OK && end > size;
}

static int card_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at)
{
    if (is_growing_too_far(f, at + n)) {
        return SQLITE_FULL;
    }
    if (!note(OP_WRITE, ((struct card_file *)f)->id, at, bytes, (size_t)n)) {
        return SQLITE_IOERR_WRITE;
    }
    return real_of(f)->pMethods->xWrite(real_of(f), bytes, n, at);
}

static int card_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (!note(OP_TRUNCATE, ((struct card_file *)f)->id, size, NULL, 0)) {
        return SQLITE_IOERR_TRUNCATE;
    }
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int card_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    return note(OP_SYNC, ((struct card_file *)f)->id, 0, NULL, 0) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int card_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int card_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int card_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int card_check_lock(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int card_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int card_sector(sqlite3_file *f)
{
    (void)f;
    return CARD_SECTOR;
}

static int card_traits(sqlite3_file *f)
{
    (void)f;
    return 0; /* a cheap card promises nothing */
}

static int card_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), region, size, extend, out);
}

static int card_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void card_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int card_shm_unmap(sqlite3_file *f, int remove_it)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove_it);
}

static const sqlite3_io_methods card_methods = {
    .iVersion = 2,
    .xClose = card_close,
    .xRead = card_read,
    .xWrite = card_write,
    .xTruncate = card_truncate,
    .xSync = card_sync,
    .xFileSize = card_size,
    .xLock = card_lock,
    .xUnlock = card_unlock,
    .xCheckReservedLock = card_check_lock,
    .xFileControl = card_control,
    .xSectorSize = card_sector,
    .xDeviceCharacteristics = card_traits,
    .xShmMap = card_shm_map,
    .xShmLock = card_shm_lock,
    .xShmBarrier = card_shm_barrier,
    .xShmUnmap = card_shm_unmap,
};

static void remember(int id, sqlite3_file *real)
{
    struct image *img = &card.before[id];
    sqlite3_int64 size = 0;

    if (img->exists || real->pMethods->xFileSize(real, &size) != SQLITE_OK) {
        return;
    }
    img->exists = true;
    img->n = (size_t)size;
    img->bytes = mem_alloc(img->n + 1);
    if (size && real->pMethods->xRead(real, img->bytes, (int)size, 0) != SQLITE_OK) {
        abort();
    }
}

static int card_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out_flags)
{
    struct card_file *file = (struct card_file *)f;
    int exists = 0;
    int rc;

    (void)vfs;
    *file = (struct card_file){.id = path ? file_of(path) : -1, .real = (sqlite3_file *)(file + 1)};
    if (file->id < 0) {
        return SQLITE_IOERR; /* temporary files: the store keeps them in memory */
    }
    system_vfs->xAccess(system_vfs, path, SQLITE_ACCESS_EXISTS, &exists);
    if (!exists && !note(OP_CREATE, file->id, 0, NULL, 0)) {
        return SQLITE_CANTOPEN;
    }
    rc = system_vfs->xOpen(system_vfs, path, file->real, flags, out_flags);
    if (rc == SQLITE_OK) {
        f->pMethods = &card_methods;
        if (exists && card.n_ops == 0) {
            remember(file->id, file->real);
        }
    }
    return rc;
}

static int card_delete(sqlite3_vfs *vfs, const char *path, int is_synced)
{
    int file = file_of(path);

    (void)vfs;
    if (!note(OP_DELETE, file, 0, NULL, 0) || (is_synced && !note(OP_SYNC, file, 0, NULL, 0))) {
        return SQLITE_IOERR_DELETE;
    }
    return system_vfs->xDelete(system_vfs, path, is_synced);
}

void card_register(void)
{
    static sqlite3_vfs vfs;

    if (system_vfs) {
        return;
    }
    system_vfs = sqlite3_vfs_find(NULL);
    vfs = *system_vfs;
    vfs.pNext = NULL;
    vfs.zName = CARD_VFS;
    vfs.szOsFile = (int)sizeof(struct card_file) + system_vfs->szOsFile;
    vfs.xOpen = card_open;
    vfs.xDelete = card_delete;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) {
        abort();
    }
}

/* --- the cards a power cut leaves
 * ------------------------------------------------------------------------------------- */

static void resize(struct image *img, size_t n)
{
    size_t old = img->n;

    img->bytes = mem_grow(img->bytes, n + 1);
    if (n > old) {
        memset(img->bytes + old, 0, n - old);
    }
    img->n = n;
}

static void apply(struct image *images, const struct op *op, size_t n_kept)
{
    struct image *img = &images[op->file];

    switch (op->kind) {
    case OP_CREATE:
        img->exists = true;
        break;
    case OP_WRITE:
        img->exists = true;
        if ((size_t)op->at + n_kept > img->n) {
            resize(img, (size_t)op->at + n_kept);
        }
        memcpy(img->bytes + op->at, op->bytes, n_kept);
        break;
    case OP_TRUNCATE:
        resize(img, (size_t)op->at);
        break;
    case OP_DELETE:
        img->exists = false;
        resize(img, 0);
        break;
    default:
        break;
    }
}

static void copy_images(struct image *to, const struct image *from)
{
    for (int i = 0; i < card.n_files; i++) {
        to[i].exists = from[i].exists;
        resize(&to[i], from[i].n);
        memcpy(to[i].bytes, from[i].bytes ? from[i].bytes : (const uint8_t *)"", from[i].n);
    }
}

static void free_images(struct image *images)
{
    for (int i = 0; i < card.n_files; i++) {
        free(images[i].bytes);
    }
}

static void put_file(const char *dir, const char *name, const struct image *img)
{
    char path[1024];
    int fd;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    unlink(path);
    if (!img->exists) {
        return;
    }
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, img->bytes, img->n) != (ssize_t)img->n || close(fd) != 0) {
        perror(path);
        abort();
    }
}

static void put_state(const char *dir, const struct image *images)
{
    char path[1024];

    snprintf(path, sizeof path, "%s/%s-shm", dir, card.names[0]); /* memory: never survives a cut */
    unlink(path);
    for (int i = 0; i < card.n_files; i++) {
        put_file(dir, card.names[i], &images[i]);
    }
}

struct walk {
    const char *dir;
    struct image synced[FILES_MAX], torn[FILES_MAX];
    int *pending; /* numbers of ops since the sync of their file */
    int n_pending, n_fresh, interval, n_states, n_made, stride;
    int64_t promised;
    struct rng rng;
    card_judge *check;
    void *ctx;
};

static void make(struct walk *w, const bool *keep, int kept, bool is_prefix)
{
    struct card_state state = {w->interval, w->n_pending, kept, is_prefix, w->promised};
    int left = kept;

    copy_images(w->torn, w->synced);
    for (int i = 0; i < w->n_pending && left; i++) {
        const struct op *op = &card.ops[w->pending[i]];

        if (!keep[i]) {
            continue;
        }
        size_t n = op->n;

        if (--left == 0 && n > CARD_SECTOR) { /* the last one kept is torn */
            n = CARD_SECTOR * (1 + (size_t)rng_below(&w->rng, (uint32_t)((n - 1) / CARD_SECTOR)));
        }
        apply(w->torn, op, n);
    }
    put_state(w->dir, w->torn);
    w->n_made++;
    w->check(w->ctx, &state);
}

static void states_of_interval(struct walk *w)
{
    bool *keep;

    if (!w->n_fresh) {
        return;
    }
    keep = mem_alloc((size_t)w->n_pending + 1);
    for (int i = 0; i <= w->n_pending; i++) {
        if (w->n_states++ % w->stride == 0) {
            make(w, keep, i, true);
        }
        keep[i] = true;
    }
    for (int s = 0; s < CARD_SUBSETS; s++) {
        int kept = 0;

        for (int i = 0; i < w->n_pending; i++) {
            keep[i] = rng_below(&w->rng, 2);
            kept += keep[i];
        }
        if (w->n_states++ % w->stride == 0) {
            make(w, keep, kept, false);
        }
    }
    free(keep);
    w->interval++;
    w->n_fresh = 0;
}

static void settle(struct walk *w, int file)
{
    int left = 0;

    for (int i = 0; i < w->n_pending; i++) {
        const struct op *op = &card.ops[w->pending[i]];

        if (op->file == file) {
            apply(w->synced, op, op->n);
        } else {
            w->pending[left++] = w->pending[i];
        }
    }
    w->n_pending = left;
}

/* How many states there are in all. */
static int count_states(void)
{
    int n_pending[FILES_MAX] = {0}, n_fresh = 0, n = 0;

    for (int i = 0; i <= card.n_ops; i++) {
        bool is_end = i == card.n_ops;

        if ((is_end || card.ops[i].kind == OP_SYNC) && n_fresh) {
            for (int f = 0; f < FILES_MAX; f++) {
                n += n_pending[f];
            }
            n += 1 + CARD_SUBSETS;
            n_fresh = 0;
        }
        if (is_end) {
            break;
        }
        if (card.ops[i].kind == OP_SYNC) {
            n_pending[card.ops[i].file] = 0;
        } else if (card.ops[i].kind != OP_MARK) {
            n_pending[card.ops[i].file]++;
            n_fresh++;
        }
    }
    return n;
}

int card_each_state(const char *dir, int limit, uint64_t seed, card_judge *check, void *ctx)
{
    struct walk w = {.dir = dir, .stride = 1, .rng = {.state = seed}, .check = check, .ctx = ctx};

    if (limit) {
        w.stride = 1 + (count_states() - 1) / limit;
    }
    w.pending = mem_alloc(((size_t)card.n_ops + 1) * sizeof *w.pending);
    copy_images(w.synced, card.before);
    for (int i = 0; i < card.n_ops; i++) {
        const struct op *op = &card.ops[i];

        if (op->kind == OP_MARK) {
            w.promised = op->at;
        } else if (op->kind == OP_SYNC) {
            states_of_interval(&w);
            settle(&w, op->file);
        } else {
            w.pending[w.n_pending++] = i;
            w.n_fresh++;
        }
    }
    states_of_interval(&w);
    free_images(w.synced);
    free_images(w.torn);
    free(w.pending);
    return w.n_made;
}
