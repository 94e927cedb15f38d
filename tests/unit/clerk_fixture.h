/* clerk_fixture: a station without a face, and storage that fails to order. */
#ifndef M2_TEST_CLERK_FIXTURE_H
#define M2_TEST_CLERK_FIXTURE_H

#include "base/clock.h"
#include "store/clerk.h"
#include "store/reserve.h"
#include "unit/store_fixture.h"
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <unistd.h>

/* --- storage that fails to order: SQLite's own, with faults */

enum { WAITS_MS = 20000 };
enum full { HAS_ROOM, FULL_UNTIL_RESERVE_GOES, FULL };

static struct {
    _Atomic(enum full) full;
    atomic_bool sync_fails, main_sync_fails, read_fails;
    atomic_int n_writes, n_failed_syncs, traits;
    char reserve[600]; /* set before the clerk starts */
} sick;

struct sick_file {
    sqlite3_file base;
    bool is_main;
    sqlite3_file *real;
};

static sqlite3_vfs sick_vfs;
static sqlite3_vfs *real_vfs;

#define REAL(f) (((struct sick_file *)(f))->real)

static inline int sick_close(sqlite3_file *f)
{
    return REAL(f)->pMethods ? REAL(f)->pMethods->xClose(REAL(f)) : SQLITE_OK;
}

static inline int sick_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return sick.read_fails ? SQLITE_IOERR_READ : REAL(f)->pMethods->xRead(REAL(f), to, n, at);
}

static inline int sick_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    if (sick.full == FULL || (sick.full == FULL_UNTIL_RESERVE_GOES && fsio_exists(sick.reserve))) {
        return SQLITE_FULL;
    }
    sick.n_writes++;
    return REAL(f)->pMethods->xWrite(REAL(f), from, n, at);
}

static inline int sick_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    sick.n_writes++;
    return REAL(f)->pMethods->xTruncate(REAL(f), size);
}

static inline int sick_sync(sqlite3_file *f, int flags)
{
    if (sick.sync_fails || (sick.main_sync_fails && ((struct sick_file *)f)->is_main)) {
        sick.n_failed_syncs++;
        return SQLITE_IOERR_FSYNC;
    }
    return REAL(f)->pMethods->xSync(REAL(f), flags);
}

static inline int sick_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return REAL(f)->pMethods->xFileSize(REAL(f), size);
}

static inline int sick_lock(sqlite3_file *f, int level)
{
    return REAL(f)->pMethods->xLock(REAL(f), level);
}

static inline int sick_unlock(sqlite3_file *f, int level)
{
    return REAL(f)->pMethods->xUnlock(REAL(f), level);
}

static inline int sick_reserved(sqlite3_file *f, int *is_held)
{
    return REAL(f)->pMethods->xCheckReservedLock(REAL(f), is_held);
}

static inline int sick_control(sqlite3_file *f, int op, void *arg)
{
    return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}

static inline int sick_sector(sqlite3_file *f)
{
    return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static inline int sick_traits(sqlite3_file *f)
{
    int traits = REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));

    if (((struct sick_file *)f)->is_main) { /* which speaks for the log, too */
        sick.traits = traits;
    }
    return traits;
}

static inline int sick_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **to)
{
    return REAL(f)->pMethods->xShmMap(REAL(f), region, size, extend, to);
}

static inline int sick_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}

static inline void sick_shm_barrier(sqlite3_file *f)
{
    REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static inline int sick_shm_unmap(sqlite3_file *f, int is_deleted)
{
    return REAL(f)->pMethods->xShmUnmap(REAL(f), is_deleted);
}

static const sqlite3_io_methods sick_methods = {
    .iVersion = 2,
    .xClose = sick_close,
    .xRead = sick_read,
    .xWrite = sick_write,
    .xTruncate = sick_truncate,
    .xSync = sick_sync,
    .xFileSize = sick_size,
    .xLock = sick_lock,
    .xUnlock = sick_unlock,
    .xCheckReservedLock = sick_reserved,
    .xFileControl = sick_control,
    .xSectorSize = sick_sector,
    .xDeviceCharacteristics = sick_traits,
    .xShmMap = sick_shm_map,
    .xShmLock = sick_shm_lock,
    .xShmBarrier = sick_shm_barrier,
    .xShmUnmap = sick_shm_unmap,
};

static inline int sick_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    struct sick_file *f = (struct sick_file *)file;
    int rc;

    (void)vfs;
    f->real = (sqlite3_file *)(f + 1);
    f->is_main = flags & SQLITE_OPEN_MAIN_DB;
    rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
    f->base.pMethods = f->real->pMethods ? &sick_methods : NULL;
    return rc;
}

static inline void sick_begin(const char *dir)
{
    if (!real_vfs) {
        real_vfs = sqlite3_vfs_find(NULL);
        sick_vfs = *real_vfs;
        sick_vfs.zName = "sick";
        sick_vfs.szOsFile = (int)sizeof(struct sick_file) + real_vfs->szOsFile;
        sick_vfs.xOpen = sick_open;
        CHECK_INT(sqlite3_vfs_register(&sick_vfs, 0), SQLITE_OK);
    }
    sick.full = HAS_ROOM;
    sick.sync_fails = sick.main_sync_fails = sick.read_fails = false;
    sick.n_writes = sick.n_failed_syncs = 0;
    snprintf(sick.reserve, sizeof sick.reserve, "%s/reserve", dir);
}

/* --- a station without a face */

static struct fx_rows rows;

struct station {
    struct datafolder folder;
    struct outbox *out;
    struct clerk *clerk;
    uint64_t ticket; /* the last one given */
};

struct outcome {
    int kind;
    int64_t seq;
    struct err err;
};

/* The reserve is 16 MB: one is written, every folder gets a link to it. */
static inline void link_reserve(const char *dir)
{
    struct err err;

    CHECK(reserve_restore(test_dir(), &err));
    CHECK(link(test_path("reserve"), datafolder_path(dir, "reserve")) == 0);
}

static inline const char *make_folder(const char *name)
{
    const char *dir = test_path(name);
    struct err err;

    fx_keys();
    clock_go_virtual();
    CHECK(datafolder_create(dir, name, "en", &fx_office, &fx_station, &err));
    link_reserve(dir);
    return dir;
}

static inline bool try_start(struct station *s, const char *dir, const char *vfs, struct err *err)
{
    *s = (struct station){.out = outbox_new()};
    *err = (struct err){0};
    CHECK(datafolder_open(dir, &s->folder, err));
    if (clerk_start(&(struct clerk_options){.folder = &s->folder, .vfs = vfs}, s->out, &s->clerk, err)) {
        return true;
    }
    datafolder_close(&s->folder);
    outbox_free(s->out);
    return false;
}

static inline void start(struct station *s, const char *dir, const char *vfs)
{
    struct err err;

    if (!try_start(s, dir, vfs, &err)) {
        print_error("%s\n", err.text);
        CHECK(false);
    }
}

static inline void stop(struct station *s)
{
    clerk_stop(s->clerk);
    clerk_join(s->clerk);
    outbox_free(s->out);
    datafolder_close(&s->folder);
}

static inline void *next_event(struct station *s)
{
    struct pollfd p = {.fd = outbox_fd(s->out), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(s->out))) {
        CHECK_INT(poll(&p, 1, WAITS_MS), 1);
    }
    return m;
}

static inline struct outcome row_event(struct station *s, uint64_t ticket)
{
    struct ev_row *ev = next_event(s);
    struct outcome o = {.kind = ev->base.kind, .seq = ev->seq, .err = ev->err};

    CHECK_INT(ev->base.ticket, ticket);
    message_free(&ev->base);
    return o;
}

static inline struct outcome append(struct station *s, const struct journal_visit *v, bool is_first, const char *text)
{
    static const char *const visit[] = {"visits", NULL};

    clerk_append(s->clerk, v, is_first, text, strlen(text), is_first ? visit : NULL, ++s->ticket);
    return row_event(s, s->ticket);
}

static inline int64_t saved(struct station *s, const struct journal_visit *v, bool is_first, const char *text)
{
    struct outcome o = append(s, v, is_first, text);

    if (o.kind != EV_ROW_SAVED) {
        print_error("%s\n", o.err.text);
    }
    CHECK_INT(o.kind, EV_ROW_SAVED);
    return o.seq;
}

static inline void check_dead(struct station *s)
{
    struct outcome o = row_event(s, 0);

    CHECK_INT(o.kind, EV_STORE_DEAD);
    CHECK(o.err.code == ERR_IO || o.err.code == ERR_CORRUPT);
}

static inline void export(struct station *s)
{
    uint8_t anchor[SEAL_HASH_BYTES];
    struct err err;

    rows.n = 0;
    CHECK(clerk_export(s->clerk, fx_take, &rows, anchor, &err));
}

static inline struct store_stats stats_of(struct station *s)
{
    struct store_stats stats;
    struct err err;

    CHECK(clerk_get_stats(s->clerk, &stats, &err));
    return stats;
}

static inline bool take_first(void *ctx, const struct journal_row *row)
{
    struct journal_receipt *r = ctx;

    *r = (struct journal_receipt){.epoch = row->epoch, .up_to_seq = row->seq, .counter = 1};
    memcpy(r->hash, row->hash, sizeof r->hash);
    return false;
}

/* The texts of a visit as a resumed station sees them, joined by spaces. */
static inline const char *texts_of(struct station *s, const struct journal_visit *v)
{
    static char joined[4096];
    struct ev_visit_rows *ev;
    size_t n = 0;

    clerk_resume(s->clerk, v, ++s->ticket);
    ev = next_event(s);
    CHECK_INT(ev->base.kind, EV_VISIT_ROWS);
    CHECK_INT(ev->base.ticket, s->ticket);
    CHECK_INT(ev->err.code, ERR_NONE);
    joined[0] = '\0';
    for (int i = 0; i < ev->n; i++) {
        CHECK(i == 0 || ev->seqs[i] > ev->seqs[i - 1]);
        n += (size_t)snprintf(joined + n, sizeof joined - n, i ? " %s" : "%s", ev->texts[i]);
    }
    message_free(&ev->base);
    return joined;
}

/* --- what is asked by message
 * ------------------------------------------------------------------------------------------------------------- */

static inline struct ev_token *token(struct station *s, enum clerk_kind what, enum tokens_answer answer)
{
    struct ev_token *ev = next_event(s);

    CHECK_INT(ev->base.kind, EV_TOKEN);
    CHECK_INT(ev->base.ticket, s->ticket);
    CHECK_INT(ev->what, what);
    CHECK_INT(ev->answer, answer);
    CHECK((ev->profile != NULL) == (answer == TOKENS_OPEN));
    return ev;
}

static const struct card lift = {.kind = CARD_OFFER, .phrase = "lift", .days = 7};

static inline struct ev_board *board(struct station *s, enum clerk_kind what, enum err_code code)
{
    struct ev_board *ev = next_event(s);

    CHECK_INT(ev->base.kind, EV_BOARD);
    CHECK_INT(ev->base.ticket, s->ticket);
    CHECK_INT(ev->what, what);
    CHECK_INT(ev->err.code, code);
    CHECK(ev->view);
    return ev;
}

static inline int cards(struct station *s)
{
    struct ev_board *ev;
    int n;

    clerk_board_list(s->clerk, ++s->ticket);
    ev = board(s, CLERK_BOARD_LIST, ERR_NONE);
    n = ev->view->n_cards;
    message_free(&ev->base);
    return n;
}

#endif
