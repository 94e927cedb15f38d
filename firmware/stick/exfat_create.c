/* exfat_create: allocate in memory; write what nobody sees; mark it used; let it be seen by one sector. */
#include "stick/exfat_create.h"
#include "stick/exfat_survey.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    PARTS_MAX = 3, /* of a name */
    ZERO_BYTES = 64 * 1024,
    PIECE_BYTES = 256 * 1024, /* of contents */
    IS_ARCHIVE = 0x20,
    TIME_NONE = 0x00210000, /* 1 January 1980: no decision and no file of ours shows a clock that may be wrong */
    UTC = 0x80,
};

struct grant { /* clusters that will be used, in order */
    uint32_t *clusters;
    uint32_t n;
    bool is_chain;
};

struct place { /* where in a folder a set goes */
    uint32_t slot;
    uint32_t zero_from;          /* the rest of its sector from here on becomes the end */
    uint32_t fill_from, fill_to; /* ends that hide it now: making them unused is what lets it be seen; equal = none */
    bool is_behind;              /* in a cluster more, which the root gets */
};

struct plan {
    struct exfat_fs *fs;
    struct exfat_stream dir; /* the last folder that is there */
    bool is_root;
    const char *parts[PARTS_MAX]; /* that are not; the last is the file */
    size_t part_bytes[PARTS_MAX];
    int n_parts;
    struct grant grants[PARTS_MAX]; /* of the parts */
    struct grant more;              /* of the root */
    struct place place;
};

/* --- deciding
 * -------------------------------------------------------------------------------------------------------------------
 */

bool exfat_is_fit(struct exfat_fs *fs, struct err *err)
{
    if (fs->has_two_fats) {
        return err_set(err, ERR_STATE, "stick: exFAT with two tables is only read; take another stick");
    }
    if (fs->is_dirty || fs->is_backup) {
        return err_set(err, ERR_FORMAT, "stick: %s; repair the stick on a computer",
                       fs->is_backup ? "its boot region is damaged" : "it was pulled out of a computer too early");
    }
    if (!exfat_survey(fs, err)) {
        return false;
    }
    return !(fs->has_shared || fs->is_unsound) ||
           err_set(err, ERR_FORMAT, "stick: it is damaged; repair the stick on a computer");
}

/* Which folders are there, which parts are new. */
static bool resolve(struct plan *p, const char *name, struct err *err)
{
    struct exfat_set set;

    p->dir = p->fs->root;
    p->is_root = true;
    for (const char *part = name; part; part = part[0] == '/' ? part + 1 : NULL) {
        size_t n = strcspn(part, "/");

        if (p->n_parts == 0) {
            struct exfat_scan scan = {.fs = p->fs, .dir = p->dir};

            if (!exfat_find(&scan, part, n, &set, err)) {
                return false;
            }
            if (scan.is_damaged) {
                return err_set(err, ERR_FORMAT, "stick: it is damaged; repair the stick on a computer");
            }
            if (set.type == EXFAT_END && scan.n_sets >= EXFAT_ENTRIES_MAX) {
                return err_set(err, ERR_LIMIT,
                               "stick: a folder has %d files, no more are put there; remove some on a computer",
                               EXFAT_ENTRIES_MAX);
            }
            if (set.type != EXFAT_END && (!set.is_folder || part[n] == '\0')) {
                return err_set(err, ERR_EXISTS, "stick: '%.*s' is there already", (int)(part - name + (int)n), name);
            }
        }
        if (p->n_parts > 0 || set.type == EXFAT_END) {
            if (p->n_parts == PARTS_MAX) {
                return err_set(err, ERR_FORMAT, "stick: a name that is none of ours");
            }
            p->parts[p->n_parts] = part;
            p->part_bytes[p->n_parts] = n;
            p->n_parts++;
        } else {
            p->dir = set.stream;
            p->is_root = false;
        }
        part += n;
    }
    return true;
}

static uint32_t set_slots(size_t name_chars)
{
    return (uint32_t)(2 + (name_chars + EXFAT_NAME_CHARS - 1) / EXFAT_NAME_CHARS);
}

/* Room for k entries in one sector: where entries were deleted; at the end; in the next sector, hidden behind the end;
 * or behind the last cluster. */
static bool find_place(struct plan *p, uint32_t k, struct err *err)
{
    uint32_t per = p->fs->d->sector_bytes / EXFAT_ENTRY_BYTES, n_free = 0, slot, sector_end;
    bool is_over = false, is_room;
    uint64_t n_slots = p->dir.bytes / EXFAT_ENTRY_BYTES;
    struct place *at = &p->place;
    const uint8_t *entry;

    n_slots = n_slots < EXFAT_SLOTS_MAX ? n_slots : EXFAT_SLOTS_MAX;
    for (slot = 0; slot < n_slots && !is_over; slot++) {
        if (!exfat_slot(p->fs, &p->dir, slot, &entry, err)) {
            return false;
        }
        is_over = entry[0] == EXFAT_END;
        n_free = slot % per == 0 ? 0 : n_free;
        n_free = entry[0] & EXFAT_IN_USE ? 0 : n_free + !is_over;
        if (n_free == k) {
            *at = (struct place){.slot = slot + 1 - k, .zero_from = (slot / per + 1) * per};
            return true;
        }
    }
    slot -= is_over; /* the end, or behind the last */
    sector_end = (slot / per + 1) * per;
    is_room = is_over && sector_end - (slot - n_free) >= k;
    if (is_room && slot - n_free + k == sector_end) { /* then an end must follow of its own */
        if (!exfat_slot(p->fs, &p->dir, sector_end, &entry, err)) {
            return false;
        }
        is_room = !entry || entry[0] == EXFAT_END;
    }
    if (is_room) {
        *at = (struct place){.slot = slot - n_free, .zero_from = slot - n_free + k};
        return true;
    }
    *at = (struct place){.fill_from = slot, .fill_to = is_over ? sector_end : slot};
    at->slot = is_over ? sector_end : slot;
    at->zero_from = at->slot + k;
    at->is_behind = at->slot >= n_slots;
    return (at->slot + k <= EXFAT_SLOTS_MAX && (p->is_root || !at->is_behind)) ||
           err_set(err, ERR_LIMIT, "stick: a folder is full; remove files from it on a computer");
}

/* --- clusters
 * -------------------------------------------------------------------------------------------------------------------
 */

static bool is_used(const struct exfat_fs *fs, uint32_t bit)
{
    return fs->used[bit / 8] >> bit % 8 & 1;
}

/* n clusters in a row where there are; else the first n that are free, as a chain. Marked in memory. */
static bool grant(struct exfat_fs *fs, uint64_t n, struct grant *g, struct err *err)
{
    uint32_t run = 0, n_free = 0, got = 0;

    for (uint32_t bit = 0; bit < fs->n_clusters && run < n; bit++) {
        run = is_used(fs, bit) ? 0 : run + 1;
        n_free += run > 0;
        if (run == n) {
            g->is_chain = false;
            got = bit + 1 - run; /* first of the run */
        }
    }
    if (n == 0) {
        return true;
    }
    if (run < n && n_free < n) {
        return err_set(err, ERR_NO_SPACE, "stick: it is full; remove files from it, or take another");
    }
    g->is_chain = run < n;
    g->clusters = mem_alloc(n * sizeof *g->clusters);
    for (uint32_t bit = g->is_chain ? 0 : got; g->n < n; bit++) {
        if (!is_used(fs, bit)) {
            fs->used[bit / 8] |= (uint8_t)(1U << bit % 8);
            g->clusters[g->n++] = bit + EXFAT_FIRST_CLUSTER;
        }
    }
    return true;
}

static bool grant_all(struct plan *p, const struct volume_source *contents, struct err *err)
{
    struct exfat_fs *fs = p->fs;
    int last = p->n_parts - 1;

    for (int i = 0; i <= last; i++) {
        uint64_t bytes = i < last ? EXFAT_FOLDER_BYTES : (uint64_t)contents->bytes;

        if (!grant(fs, exfat_clusters_of(fs, bytes), &p->grants[i], err)) {
            return false;
        }
    }
    if (contents->is_in_a_row && p->grants[last].is_chain) {
        return err_set(
            err, ERR_NO_SPACE,
            "stick: %lld bytes in a row are free nowhere, only in pieces; remove files from it, or format it "
            "anew",
            (long long)contents->bytes);
    }
    return !p->place.is_behind || grant(fs, 1, &p->more, err);
}

/* --- writing
 * --------------------------------------------------------------------------------------------------------------------
 */

/* The set of a part: entries in raw, their number. */
static int build_set(const struct plan *p, int part, uint64_t file_bytes, uint8_t *raw)
{
    const struct grant *g = &p->grants[part];
    bool is_folder = part < p->n_parts - 1;
    size_t n_chars = p->part_bytes[part];
    uint64_t bytes = is_folder ? (uint64_t)g->n * p->fs->cluster_bytes : file_bytes;
    int n = (int)set_slots(n_chars);
    uint8_t utf16[2 * VOLUME_NAME_MAX], *stream = raw + EXFAT_ENTRY_BYTES;

    memset(raw, 0, (size_t)n * EXFAT_ENTRY_BYTES);
    raw[0] = EXFAT_FILE;
    raw[1] = (uint8_t)(n - 1);
    raw[4] = is_folder ? EXFAT_IS_FOLDER : IS_ARCHIVE;
    for (int i = 0; i < 3; i++) { /* made, changed, read */
        put_le32(raw + 8 + (ptrdiff_t)i * 4, TIME_NONE);
        raw[22 + i] = UTC;
    }
    for (size_t i = 0; i < n_chars; i++) {
        uint8_t *name = raw + (2 + i / EXFAT_NAME_CHARS) * EXFAT_ENTRY_BYTES;

        exfat_put_le16(utf16 + 2 * i, (uint8_t)p->parts[part][i]);
        name[0] = EXFAT_NAME;
        memcpy(name + 2 + i % EXFAT_NAME_CHARS * 2, utf16 + 2 * i, 2);
    }
    stream[0] = EXFAT_STREAM;
    stream[1] = EXFAT_ALLOCATION | (g->n > 0 && !g->is_chain ? EXFAT_NO_FAT_CHAIN : 0);
    stream[3] = (uint8_t)n_chars;
    exfat_put_le16(stream + 4, exfat_name_hash(p->fs, utf16, (unsigned)n_chars));
    put_le64(stream + 8, bytes);
    put_le32(stream + 20, g->n > 0 ? g->clusters[0] : 0);
    put_le64(stream + 24, bytes);
    exfat_put_le16(raw + 2, exfat_set_sum(raw, n));
    return n;
}

/* Contents into a grant, as many clusters at a time as lie in a row. */
static bool write_file(struct exfat_fs *fs, const struct grant *g, const struct volume_source *contents,
                       struct err *err)
{
    uint64_t n = (uint64_t)contents->bytes;
    uint8_t *piece = mem_alloc(n < PIECE_BYTES ? n : PIECE_BYTES);
    bool ok = true;

    for (uint32_t i = 0, run; ok && i < g->n; i += run) {
        struct exfat_stream s = {.first = g->clusters[i]};
        uint64_t from = (uint64_t)i * fs->cluster_bytes, bytes, step;

        for (run = 1; i + run < g->n && g->clusters[i + run] == s.first + run; run++) {
        }
        bytes = (uint64_t)run * fs->cluster_bytes;
        bytes = bytes < n - from ? bytes : n - from;
        for (uint64_t at = 0; ok && at < bytes; at += step) {
            step = bytes - at < PIECE_BYTES ? bytes - at : PIECE_BYTES;
            ok = contents->read(contents->ctx, (int64_t)(from + at), piece, (int64_t)step, err) &&
                 exfat_stream_write(fs, &s, at, piece, step, err);
        }
    }
    free(piece);
    return ok;
}

/* A folder of one set and nothing behind it. */
static bool write_folder(struct exfat_fs *fs, const struct grant *g, const uint8_t *raw, int n_entries, struct err *err)
{
    static const uint8_t zeros[ZERO_BYTES];
    uint8_t first[BLOCKDEV_SECTOR_MAX] = {0};

    assert(g->clusters);
    for (uint32_t i = 0; i < g->n; i++) {
        struct exfat_stream s = {.first = g->clusters[i]};

        for (uint32_t at = 0; at < fs->cluster_bytes; at += ZERO_BYTES) {
            uint32_t left = fs->cluster_bytes - at;

            if (!exfat_stream_write(fs, &s, at, zeros, left < ZERO_BYTES ? left : ZERO_BYTES, err)) {
                return false;
            }
        }
    }
    memcpy(first, raw, (size_t)n_entries * EXFAT_ENTRY_BYTES);
    return exfat_put_sector(fs, exfat_cluster_sector(fs, g->clusters[0]), first, err);
}

/* The FAT of a chain, each of its sectors once. */
static bool write_chain(struct exfat_fs *fs, const struct grant *g, struct err *err)
{
    uint32_t per = fs->d->sector_bytes / 4;
    uint8_t bytes[BLOCKDEV_SECTOR_MAX];

    for (uint32_t i = 0; g->is_chain && i < g->n; i++) {
        uint32_t part = g->clusters[i] / per;

        if (i == 0 || g->clusters[i - 1] / per != part) {
            const uint8_t *p = exfat_sector(fs, fs->fat + part, err);

            if (!p) {
                return false;
            }
            memcpy(bytes, p, fs->d->sector_bytes);
        }
        put_le32(bytes + (size_t)(g->clusters[i] % per) * 4, i + 1 < g->n ? g->clusters[i + 1] : EXFAT_CHAIN_END);
        if ((i + 1 == g->n || g->clusters[i + 1] / per != part) && !exfat_put_sector(fs, fs->fat + part, bytes, err)) {
            return false;
        }
    }
    return true;
}

bool exfat_write_bitmap(struct exfat_fs *fs, struct err *err)
{
    uint32_t size = fs->d->sector_bytes, n = (fs->n_clusters + 7) / 8, cluster;

    for (uint32_t at = 0; at < n; at += size) {
        uint32_t part = size < n - at ? size : n - at, within = at % fs->cluster_bytes;
        uint8_t bytes[BLOCKDEV_SECTOR_MAX];
        const uint8_t *p;

        if (!exfat_seek(fs, &fs->bitmap, at / fs->cluster_bytes, &cluster, err)) {
            return false;
        }
        uint64_t sector = exfat_cluster_sector(fs, cluster) + within / size;

        p = exfat_sector(fs, sector, err);
        if (!p) {
            return false;
        }
        if (memcmp(p, fs->used + at, part) != 0) {
            memcpy(bytes, p, size);
            memcpy(bytes, fs->used + at, part);
            if (!exfat_put_sector(fs, sector, bytes, err)) {
                return false;
            }
        }
    }
    return true;
}

/* What nobody sees: contents, then that they are used. */
static bool write_hidden(struct plan *p, const struct volume_source *contents, struct err *err)
{
    uint64_t n = (uint64_t)contents->bytes;
    uint8_t raw[EXFAT_SET_MAX * EXFAT_ENTRY_BYTES];
    struct exfat_fs *fs = p->fs;
    int last = p->n_parts - 1;

    if (!write_file(fs, &p->grants[last], contents, err)) {
        return false;
    }
    for (int i = 0; i < last; i++) {
        if (!write_folder(fs, &p->grants[i], raw, build_set(p, i + 1, n, raw), err)) {
            return false;
        }
    }
    if (p->place.is_behind && !write_folder(fs, &p->more, raw, build_set(p, 0, n, raw), err)) {
        return false;
    }
    if (!blockdev_flush(fs->d, err)) {
        return false;
    }
    for (int i = 0; i < p->n_parts; i++) {
        if (!write_chain(fs, &p->grants[i], err)) {
            return false;
        }
    }
    p->more.is_chain = true;
    return write_chain(fs, &p->more, err) && exfat_write_bitmap(fs, err) && blockdev_flush(fs->d, err);
}

/* Entries of a folder, inside one sector: from slot on those of raw, then zeros from zero_from to the sector's end. */
static bool put_slots(struct plan *p, uint32_t slot, const uint8_t *raw, uint32_t n, uint32_t zero_from,
                      struct err *err)
{
    uint32_t size = p->fs->d->sector_bytes, per = size / EXFAT_ENTRY_BYTES, end = (slot / per + 1) * per, cluster;
    uint64_t at = (uint64_t)slot * EXFAT_ENTRY_BYTES;
    uint8_t bytes[BLOCKDEV_SECTOR_MAX];
    const uint8_t *old;

    if (!exfat_seek(p->fs, &p->dir, (uint32_t)(at / p->fs->cluster_bytes), &cluster, err)) {
        return false;
    }
    uint64_t sector = exfat_cluster_sector(p->fs, cluster) + at % p->fs->cluster_bytes / size;

    old = exfat_sector(p->fs, sector, err);
    if (!old) {
        return false;
    }
    memcpy(bytes, old, size);
    memcpy(bytes + at % size, raw, (size_t)n * EXFAT_ENTRY_BYTES);
    if (zero_from < end) {
        memset(bytes + (size_t)(zero_from % per) * EXFAT_ENTRY_BYTES, 0, (size_t)(end - zero_from) * EXFAT_ENTRY_BYTES);
    }
    return exfat_put_sector(p->fs, sector, bytes, err);
}

/* The last write of these is the one that shows everything. */
static bool show(struct plan *p, uint64_t file_bytes, struct err *err)
{
    uint8_t raw[BLOCKDEV_SECTOR_MAX] = {0};
    const struct place *at = &p->place;
    uint32_t n_fill = at->fill_to - at->fill_from, last;

    if (at->is_behind) {
        if (!exfat_seek(p->fs, &p->dir, (uint32_t)exfat_clusters_of(p->fs, p->dir.bytes) - 1, &last, err) ||
            !exfat_set_next(p->fs, last, p->more.clusters[0], err) || !blockdev_flush(p->fs->d, err)) {
            return false;
        }
        p->fs->root.bytes += p->fs->cluster_bytes;
        p->fs->root.valid = p->fs->root.bytes;
    } else {
        int n = build_set(p, 0, file_bytes, raw);

        if (!put_slots(p, at->slot, raw, (uint32_t)n, at->zero_from, err) || !blockdev_flush(p->fs->d, err)) {
            return false;
        }
    }
    if (n_fill == 0) {
        return true;
    }
    memset(raw, 0, sizeof raw);
    for (uint32_t i = 0; i < n_fill; i++) {
        raw[(size_t)i * EXFAT_ENTRY_BYTES] = EXFAT_UNUSED;
    }
    return put_slots(p, at->fill_from, raw, n_fill, at->fill_to, err) && blockdev_flush(p->fs->d, err);
}

bool exfat_create_file(struct exfat_fs *fs, const char *name, const struct volume_source *contents, struct err *err)
{
    struct plan p = {.fs = fs};
    bool ok = exfat_is_fit(fs, err) && resolve(&p, name, err) && find_place(&p, set_slots(p.part_bytes[0]), err);

    if (ok) {
        ok =
            grant_all(&p, contents, err) && write_hidden(&p, contents, err) && show(&p, (uint64_t)contents->bytes, err);
        if (!ok) {
            exfat_survey_forget(fs); /* what is used is asked of the stick again */
        }
    }
    for (int i = 0; i < PARTS_MAX; i++) {
        free(p.grants[i].clusters);
    }
    free(p.more.clusters);
    return ok || err_wrap(err, "saving '%s'", name);
}
