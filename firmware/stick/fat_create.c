/* fat_create: a plan first, that changes nothing; then the writes. */
#include "stick/fat_create.h"
#include "base/buf.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    SET_SLOTS_MAX = (FAT_PART_MAX + FAT_LETTERS_A_SLOT - 1) / FAT_LETTERS_A_SLOT + 1,
    DOT_SLOTS = 2, /* "." and ".." of a new folder */
    ALIAS_TRIES = 9,
    FIRST_DAY = 0x21,         /* 1 January 1980: no decision here knows the time */
    PIECE_BYTES = 256 * 1024, /* whole sectors */
};

/* One sector holds a whole set, so that one write shows it. */
_Static_assert((DOT_SLOTS + SET_SLOTS_MAX + 1) * FAT_ENTRY_BYTES <= BLOCKDEV_SECTOR_MIN, "a set and an end fit");

/* Free slots in a row in one sector of a folder, and where its end mark is. */
struct place {
    bool is_found;
    uint64_t sector;
    uint32_t at; /* byte of the sector */
    bool is_ended;
    uint64_t end_sector;
    uint32_t end_at;
    uint32_t last_cluster, n_slots; /* of the folder, where nothing was found */
};

struct plan {
    struct fat_table *t;
    const struct volume_source *contents;
    uint64_t n;                                  /* its bytes */
    uint8_t *piece;                              /* of the contents: PIECE_BYTES, less for less contents */
    uint32_t folder;                             /* that is there already and gets the new entry */
    char parts[FAT_DEPTH_MAX][FAT_PART_MAX + 1]; /* to make: folders, last the file */
    int n_folders;                               /* of those */
    uint8_t alias[11];                           /* of parts[0] */
    struct place place;
    uint32_t grown; /* cluster the folder gets more; 0 = none */
    uint32_t made[FAT_DEPTH_MAX];
    uint32_t file; /* first cluster; 0 = nothing to hold */
    uint32_t n_clusters;
};

/* --- sets of entries
 * ------------------------------------------------------------------------------------------------------------- */

static uint32_t set_slots(const char *name)
{
    return (uint32_t)(strlen(name) + FAT_LETTERS_A_SLOT - 1) / FAT_LETTERS_A_SLOT + 1;
}

static void put_short(uint8_t *slot, const uint8_t short_name[11], uint8_t attr, uint32_t start, uint32_t size)
{
    memset(slot, 0, FAT_ENTRY_BYTES);
    memcpy(slot, short_name, 11);
    slot[11] = attr;
    put_le16(slot + 16, FIRST_DAY);
    put_le16(slot + 18, FIRST_DAY);
    put_le16(slot + 20, (uint16_t)(start >> 16));
    put_le16(slot + 24, FIRST_DAY);
    put_le16(slot + 26, (uint16_t)start);
    put_le32(slot + 28, size);
}

/* set_slots(name) slots. */
static void put_set(uint8_t *out, const char *name, const uint8_t short_name[11], uint8_t attr, uint32_t start,
                    uint32_t size)
{
    uint32_t len = (uint32_t)strlen(name), n_long = set_slots(name) - 1;

    for (uint32_t part = n_long; part > 0; part--, out += FAT_ENTRY_BYTES) {
        memset(out, 0, FAT_ENTRY_BYTES);
        out[0] = (uint8_t)(part | (part == n_long ? 0x40 : 0));
        out[11] = FAT_ATTR_LONG;
        out[13] = fat_short_sum(short_name);
        for (uint32_t i = 0; i < FAT_LETTERS_A_SLOT; i++) {
            uint32_t at = (part - 1) * FAT_LETTERS_A_SLOT + i;

            put_le16(out + fat_letter_at(i), at < len ? (uint8_t)name[at] : at == len ? 0 : 0xffff);
        }
    }
    put_short(out, short_name, attr, start, size);
}

static uint8_t upper(char c)
{
    return (uint8_t)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* A name that is short already, in upper case; of another two letters, a hash, and `try`. */
static void make_alias(const char *name, int try, uint8_t out[11])
{
    const char *dot = strrchr(name, '.');
    size_t n = dot ? (size_t)(dot - name) : strlen(name), n_type = dot ? strlen(dot + 1) : 0;
    char base[9];
    uint32_t hash = 5381;

    memset(out, ' ', 11);
    for (size_t i = 0; i < n_type && i < 3; i++) {
        out[8 + i] = upper(dot[1 + i]);
    }
    if (n <= 8 && n_type <= 3 && !memchr(name, '.', n)) {
        for (size_t i = 0; i < n; i++) {
            out[i] = upper(name[i]);
        }
        return;
    }
    for (const char *p = name; *p; p++) {
        hash = hash * 33 + upper(*p);
    }
    snprintf(base, sizeof base, "%c%c%04X~%d", name[0] == '.' ? '_' : upper(name[0]),
             n < 2 || name[1] == '.' ? '_' : upper(name[1]), hash & 0xffff, try);
    memcpy(out, base, 8);
}

static bool is_same_but_try(const uint8_t *a, const uint8_t *b)
{
    return a[6] == '~' && !memcmp(a, b, 7) && !memcmp(a + 8, b + 8, 3);
}

/* A short name nobody in the folder has, and room below FAT_ENTRIES_MAX; on the way, where the others begin. */
static bool find_alias(struct plan *p, struct err *err)
{
    bool is_taken[ALIAS_TRIES + 1] = {false}, is_end = false;
    struct fat_entry e = {0};
    struct fat_walk w;
    int n = 0, try = 1;

    make_alias(p->parts[0], 1, p->alias);
    if (!fat_walk_begin(&w, p->t, p->folder, err)) {
        return false;
    }
    for (; n <= FAT_ENTRIES_MAX; n++) {
        if (!fat_walk_entry(&w, &e, &is_end, err)) {
            return false;
        }
        if (is_end) {
            break;
        }
        if (e.attr & FAT_ATTR_LABEL) {
            continue;
        }
        if (!fat_is_dot(&e) && !fat_table_note_head(p->t, e.start, err)) {
            return false;
        }
        if (fat_is_same_name(e.alias, p->parts[0])) {
            return err_set(err, ERR_EXISTS, "another file has this name as its short one");
        }
        if (is_same_but_try(e.short_name, p->alias) && e.short_name[7] > '0' && e.short_name[7] <= '0' + ALIAS_TRIES) {
            is_taken[e.short_name[7] - '0'] = true;
        }
    }
    if (n >= FAT_ENTRIES_MAX) {
        return err_set(err, ERR_NO_SPACE, "its folder has %d entries; take files you do not need off the stick",
                       FAT_ENTRIES_MAX);
    }
    while (try <= ALIAS_TRIES && is_taken[try]) {
        try++;
    }
    if (try > ALIAS_TRIES) {
        return err_set(err, ERR_NO_SPACE, "no short name is left for it; take files you do not need off the stick");
    }
    make_alias(p->parts[0], try, p->alias);
    return true;
}

/* --- the plan
 * ------------------------------------------------------------------------------------------------------------------ */

/* `need` slots in one sector; behind the end of the folder one more, for the new end. */
static bool find_place(struct fat_table *t, uint32_t folder, uint32_t need, struct place *out, struct err *err)
{
    struct place p = {0};
    struct fat_walk w;
    const uint8_t *slot = NULL;
    uint32_t run = 0;

    if (!fat_walk_begin(&w, t, folder, err)) {
        return false;
    }
    while (!p.is_found) {
        if (!fat_walk_next(&w, &slot, err)) {
            return false;
        }
        if (!slot) {
            break;
        }
        if (slot[0] == 0 && !p.is_ended) {
            p.is_ended = true;
            p.end_sector = w.sector;
            p.end_at = w.at;
        }
        run = w.at == 0 ? 0 : run;
        run = p.is_ended || slot[0] == FAT_DELETED ? run + 1 : 0;
        p.is_found = run >= need + p.is_ended;
    }
    p.sector = w.sector;
    p.at = w.at + FAT_ENTRY_BYTES - run * FAT_ENTRY_BYTES;
    p.last_cluster = w.cluster;
    p.n_slots = w.n_slots;
    *out = p;
    return true;
}

static bool can_grow(const struct plan *p, struct err *err)
{
    uint32_t more = fat_table_cluster_bytes(p->t) / FAT_ENTRY_BYTES;

    return (p->place.last_cluster != 0 && p->place.n_slots + more <= FAT_SLOTS_MAX &&
            fat_table_is_whole(p->t, p->place.last_cluster)) ||
           err_set(err, ERR_NO_SPACE, "its folder is full; take files you do not need off the stick");
}

/* The next free cluster behind the last one taken. */
static bool take(struct plan *p, uint32_t *last, uint32_t *out, struct err *err)
{
    uint32_t c = 0;

    if (!fat_table_free(p->t, *last + 1, &c, err)) {
        return false;
    }
    if (c == 0) {
        return err_set(err, ERR_NO_SPACE, "no room for %llu bytes; take files you do not need off the stick",
                       (unsigned long long)p->n);
    }
    *last = *out = c;
    p->n_clusters++;
    return true;
}

/* The first of n free clusters in a row behind `last`; 0: there are none. */
static bool find_row(struct fat_table *t, uint32_t last, uint64_t n, uint32_t *out, struct err *err)
{
    uint32_t first = 0, c = last, next = 0;

    for (uint64_t run = 0; run < n; run++) {
        if (!fat_table_free(t, c + 1, &next, err)) {
            return false;
        }
        if (next == 0) {
            *out = 0;
            return true;
        }
        if (next != c + 1 || run == 0) {
            first = next;
            run = 0;
        }
        c = next;
    }
    *out = first;
    return true;
}

/* All clusters it takes, in rising order; those of the file are not kept, they are met again on the way: free ones
 * behind each other, beginning where there are enough in a row. */
static bool plan_clusters(struct plan *p, struct err *err)
{
    uint32_t bytes = fat_table_cluster_bytes(p->t), last = FAT_FIRST_CLUSTER - 1, c = 0;
    uint64_t n_clusters;

    if (!p->place.is_found && (!can_grow(p, err) || !take(p, &last, &p->grown, err))) {
        return false;
    }
    for (int i = 0; i < p->n_folders; i++) {
        if (!take(p, &last, &p->made[i], err)) {
            return false;
        }
    }
    if (p->n == 0) {
        return true;
    }
    n_clusters = (p->n + bytes - 1) / bytes;
    if (!find_row(p->t, last, n_clusters, &p->file, err)) {
        return false;
    }
    if (p->file) {
        p->n_clusters += (uint32_t)n_clusters;
        return true;
    }
    for (uint64_t done = 0; done < n_clusters; done++) {
        if (!take(p, &last, &c, err)) {
            return false;
        }
        p->file = p->file ? p->file : c;
    }
    return !p->contents->is_in_a_row ||
           err_set(err, ERR_NO_SPACE,
                   "%llu bytes in a row are free nowhere, only in pieces; take files you do not need "
                   "off the stick, or format it anew",
                   (unsigned long long)p->n);
}

static bool make_plan(struct plan *p, const char *name, struct err *err)
{
    struct fat_path path;

    if (!fat_path_find(p->t, name, &path, err)) {
        return false;
    }
    if (!path.rest) {
        return err_set(err, ERR_EXISTS, "it is there already");
    }
    p->folder = path.folder;
    p->n_folders = -1;
    for (const char *rest = path.rest; rest; p->n_folders++) {
        rest = fat_path_part(rest, p->parts[p->n_folders + 1]);
    }
    return find_alias(p, err) && find_place(p->t, p->folder, set_slots(p->parts[0]), &p->place, err) &&
           plan_clusters(p, err);
}

/* --- the writes
 * ------------------------------------------------------------------------------------------------------------------ */

/* A cluster that begins with n bytes and is zero behind. */
static bool write_folder(struct plan *p, uint32_t cluster, const uint8_t *bytes, size_t n, struct err *err)
{
    uint8_t *all = mem_alloc(fat_table_cluster_bytes(p->t));
    bool ok;

    memcpy(all, bytes, n);
    ok = blockdev_write(p->t->d, fat_table_sector(p->t, cluster), p->t->shape.cluster_sectors, all, err);
    free(all);
    return ok;
}

static uint32_t start_of(const struct plan *p, int i)
{
    return i < p->n_folders ? p->made[i] : p->file;
}

static void put_part(const struct plan *p, int i, const uint8_t alias[11], uint8_t *out)
{
    bool is_file = i == p->n_folders;

    put_set(out, p->parts[i], alias, is_file ? FAT_ATTR_FILE : FAT_ATTR_DIR, start_of(p, i),
            is_file ? (uint32_t)p->n : 0);
}

/* New folders hold the next one, or the file; nobody sees them yet. */
static bool write_folders(struct plan *p, struct err *err)
{
    uint8_t bytes[BLOCKDEV_SECTOR_MIN] = {0}, alias[11];
    uint32_t above = p->folder == fat_root(p->t) ? 0 : p->folder;

    if (p->grown && !write_folder(p, p->grown, bytes, 0, err)) {
        return false;
    }
    for (int i = 0; i < p->n_folders; i++) {
        memset(bytes, 0, sizeof bytes);
        put_short(bytes, (const uint8_t *)".          ", FAT_ATTR_DIR, p->made[i], 0);
        put_short(bytes + FAT_ENTRY_BYTES, (const uint8_t *)"..         ", FAT_ATTR_DIR, above, 0);
        make_alias(p->parts[i + 1], 1, alias);
        put_part(p, i + 1, alias, bytes + (size_t)DOT_SLOTS * FAT_ENTRY_BYTES);
        if (!write_folder(p, p->made[i], bytes, sizeof bytes, err)) {
            return false;
        }
        above = p->made[i];
    }
    return true;
}

/* Bytes that lie one behind the other; the rest of the last sector becomes zero. */
static bool write_run(struct plan *p, uint32_t cluster, uint64_t from, uint64_t n, struct err *err)
{
    struct blockdev *d = p->t->d;
    uint64_t sector = fat_table_sector(p->t, cluster);

    for (uint64_t done = 0; done < n; done += PIECE_BYTES) {
        uint32_t bytes = n - done < PIECE_BYTES ? (uint32_t)(n - done) : PIECE_BYTES;
        uint32_t n_sectors = (bytes + d->sector_bytes - 1) / d->sector_bytes;

        memset(p->piece + bytes, 0, (size_t)n_sectors * d->sector_bytes - bytes);
        if (!p->contents->read(p->contents->ctx, (int64_t)(from + done), p->piece, bytes, err) ||
            !blockdev_write(d, sector + done / d->sector_bytes, n_sectors, p->piece, err)) {
            return false;
        }
    }
    return true;
}

static bool write_file(struct plan *p, struct err *err)
{
    uint32_t bytes = fat_table_cluster_bytes(p->t), first = p->file, last = first;
    uint64_t from = 0; /* of the run first..last */

    for (uint64_t done = 0; done < p->n;) {
        uint64_t end = done + bytes < p->n ? done + bytes : p->n;
        uint32_t next = 0;

        if (end < p->n && !fat_table_free(p->t, last + 1, &next, err)) {
            return false;
        }
        if (next != last + 1) {
            if (!write_run(p, first, from, end - from, err)) {
                return false;
            }
            from = end;
            first = next;
        }
        last = next;
        done = end;
    }
    return true;
}

static bool write_chains(struct plan *p, struct err *err)
{
    uint32_t bytes = fat_table_cluster_bytes(p->t), cluster = p->file;

    if (p->grown && !fat_table_set(p->t, p->grown, 0, err)) {
        return false;
    }
    for (int i = 0; i < p->n_folders; i++) {
        if (!fat_table_set(p->t, p->made[i], 0, err)) {
            return false;
        }
    }
    for (uint64_t done = 0; done < p->n; done += bytes) {
        uint32_t next = 0;

        if ((p->n - done > bytes && !fat_table_free(p->t, cluster + 1, &next, err)) ||
            !fat_table_set(p->t, cluster, next, err)) {
            return false;
        }
        cluster = next;
    }
    return fat_table_write(p->t, err);
}

/* The folder reaches as far as the place: one more cluster, and no end mark before it. Each step leaves a folder with
 * the entries it had. */
static bool make_room(struct plan *p, struct err *err)
{
    struct blockdev *d = p->t->d;
    struct place *at = &p->place;
    uint8_t sector[BLOCKDEV_SECTOR_MAX] = {0};

    if (p->grown) {
        if (!fat_table_set(p->t, at->last_cluster, p->grown, err) || !fat_table_write(p->t, err) ||
            !blockdev_flush(d, err)) {
            return false;
        }
        at->sector = fat_table_sector(p->t, p->grown);
        at->at = 0;
    }
    if (!at->is_ended || at->end_sector == at->sector) {
        return true;
    }
    if (!p->grown && (!blockdev_write(d, at->sector, 1, sector, err) || !blockdev_flush(d, err))) {
        return false;
    }
    if (!blockdev_read(d, at->end_sector, 1, sector, err)) {
        return false;
    }
    for (uint32_t i = at->end_at; i < d->sector_bytes; i += FAT_ENTRY_BYTES) {
        sector[i] = FAT_DELETED;
    }
    if (!blockdev_write(d, at->end_sector, 1, sector, err) || !blockdev_flush(d, err)) {
        return false;
    }
    at->end_sector = at->sector; /* which is zero */
    at->end_at = 0;
    return true;
}

static bool show(struct plan *p, struct err *err)
{
    struct blockdev *d = p->t->d;
    const struct place *at = &p->place;
    uint32_t end = at->at + set_slots(p->parts[0]) * FAT_ENTRY_BYTES;
    uint8_t sector[BLOCKDEV_SECTOR_MAX];

    if (!blockdev_read(d, at->sector, 1, sector, err)) {
        return false;
    }
    put_part(p, 0, p->alias, sector + at->at);
    if (at->is_ended && at->end_sector == at->sector && end > at->end_at) {
        memset(sector + end, 0, d->sector_bytes - end);
    }
    return blockdev_write(d, at->sector, 1, sector, err) && blockdev_flush(d, err);
}

bool fat_create(struct fat_table *t, const char *name, const struct volume_source *contents, struct err *err)
{
    struct plan p = {.t = t, .contents = contents, .n = (uint64_t)contents->bytes};
    bool ok;

    if (contents->bytes < 0 || p.n > FAT_FILE_BYTES_MAX) {
        return err_set(err, ERR_LIMIT, "a file over %lld bytes; FAT holds none", (long long)FAT_FILE_BYTES_MAX);
    }
    p.piece = mem_alloc(p.n < PIECE_BYTES ? p.n + BLOCKDEV_SECTOR_MAX : PIECE_BYTES); /* to the end of a sector */
    ok = make_plan(&p, name, err) && write_folders(&p, err) && write_file(&p, err) && blockdev_flush(t->d, err) &&
         write_chains(&p, err) && fat_table_count(t, -(int64_t)p.n_clusters, err) && blockdev_flush(t->d, err) &&
         make_room(&p, err) && show(&p, err);
    free(p.piece);
    return ok;
}
