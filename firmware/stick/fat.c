/* fat: files by name; contents read and overwritten where they lie. */
#include "stick/fat.h"
#include "base/buf.h"
#include "stick/fat_create.h"
#include "stick/fat_survey.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { RUN_BYTES_MAX = 1024 * 1024 }; /* of one transfer */

/* A file that was found and whose chain was walked to its end. at_*: where the last transfer was, so that the next does
 * not begin at the beginning. */
struct found {
    char name[VOLUME_NAME_MAX]; /* "" = none */
    uint32_t start, size;
    uint32_t at_index, at_cluster;
};

struct fat {
    struct volume base; /* first member */
    struct fat_table table;
    /* One file, and one folder by its name and where it begins. Chains and places change only in fat_create() and
     * edit_fat, which end this and what the table keeps of folders. */
    struct found last;
    char folder[VOLUME_NAME_MAX]; /* "" = none */
    uint32_t folder_start;
};

/* --- a file by its name
 * ------------------------------------------------------------------------------------------------------------ */

/* Exactly as many clusters as the size wants, then the end: so loops and sizes that lie are found out. */
static bool check_chain(struct fat_table *t, const struct fat_entry *e, struct err *err)
{
    uint32_t bytes = fat_table_cluster_bytes(t);
    uint32_t n = (uint32_t)(((uint64_t)e->size + bytes - 1) / bytes), cluster = e->start;

    if (n == 0) {
        return cluster == 0 || err_set(err, ERR_FORMAT, "it has a place but no size; let a computer check the stick");
    }
    if (!fat_table_check_head(t, cluster, err)) {
        return false;
    }
    for (uint32_t i = 1; cluster; i++) {
        if (!fat_table_next(t, cluster, &cluster, err)) {
            return false;
        }
        if ((cluster != 0) != (i < n)) {
            return err_set(err, ERR_FORMAT, "its size and its chain do not agree; let a computer check the stick");
        }
    }
    return true;
}

/* In the folder of the last name, where it is in there, too. */
static bool find_entry(struct fat *f, const char *name, struct fat_entry *e, struct err *err)
{
    const char *slash = strrchr(name, '/');
    size_t n = slash ? (size_t)(slash - name) : 0;
    struct fat_path p;

    if (n && strlen(f->folder) == n && !memcmp(f->folder, name, n)) {
        return fat_dir_find(&f->table, f->folder_start, slash + 1, e, err) &&
               (!(e->attr & FAT_ATTR_DIR) || err_set(err, ERR_FORMAT, "it is a folder, no file"));
    }
    if (!fat_path_find(&f->table, name, &p, err)) {
        return false;
    }
    if (p.rest) {
        return err_set(err, ERR_NOT_FOUND, "it is not on the stick");
    }
    snprintf(f->folder, sizeof f->folder, "%.*s", (int)n, name);
    f->folder_start = p.folder;
    *e = p.entry;
    return true;
}

static bool fat_find(struct fat *f, const char *name, struct err *err)
{
    struct fat_entry e = {0};

    if (!strcmp(f->last.name, name)) {
        return true;
    }
    f->last.name[0] = 0;
    if (!f->table.kept.is_on) {
        fat_kept_forget(&f->table.kept, true);
    }
    if (!find_entry(f, name, &e, err) || !check_chain(&f->table, &e, err)) {
        return err_wrap(err, "stick: FAT: '%s'", name);
    }
    snprintf(f->last.name, sizeof f->last.name, "%s", name);
    f->last.start = f->last.at_cluster = e.start;
    f->last.size = e.size;
    f->last.at_index = 0;
    return true;
}

/* Something is about to change: what was found is looked for anew. */
static void forget_found(struct fat *f)
{
    f->last.name[0] = 0;
    f->folder[0] = 0;
    fat_kept_forget(&f->table.kept, false);
}

/* --- contents
 * ------------------------------------------------------------------------------------------------------------------ */

/* The cluster of byte `offset`, which is inside the file. */
static bool seek(struct fat *f, uint32_t offset, struct err *err)
{
    struct found *l = &f->last;
    uint32_t index = offset / fat_table_cluster_bytes(&f->table);

    if (index < l->at_index) {
        l->at_index = 0;
        l->at_cluster = l->start;
    }
    for (; l->at_index < index; l->at_index++) {
        uint32_t next;

        if (!fat_table_next(&f->table, l->at_cluster, &next, err)) {
            return false;
        }
        if (next == 0) {
            return err_set(err, ERR_FORMAT, "its chain became shorter");
        }
        l->at_cluster = next;
    }
    return true;
}

/* How many bytes from `offset` on lie one behind the other, up to `want`. */
static bool run_of(struct fat *f, uint32_t offset, uint32_t want, uint32_t *run, struct err *err)
{
    uint32_t bytes = fat_table_cluster_bytes(&f->table), cluster = f->last.at_cluster, next;
    uint64_t n = bytes - offset % bytes;

    while (n < want) {
        if (!fat_table_next(&f->table, cluster, &next, err)) {
            return false;
        }
        if (next != cluster + 1) {
            break;
        }
        cluster = next;
        n += bytes;
    }
    *run = n < want ? (uint32_t)n : want;
    return true;
}

/* A part of one sector, through a copy of it. */
static bool move_part(struct blockdev *d, uint64_t sector, uint32_t at, void *in, const void *out, uint32_t n,
                      struct err *err)
{
    uint8_t whole[BLOCKDEV_SECTOR_MAX];

    if (!blockdev_read(d, sector, 1, whole, err)) {
        return false;
    }
    if (in) {
        memcpy(in, whole + at, n);
        return true;
    }
    assert(out);
    memcpy(whole + at, out, n);
    return blockdev_write(d, sector, 1, whole, err);
}

/* Bytes one behind the other on the device; *done: how many, at least one. Into `in`, or, where that is NULL, from
 * `out`. */
static bool move(struct blockdev *d, uint64_t sector, uint32_t at, uint8_t *in, const uint8_t *out, uint32_t n,
                 uint32_t *done, struct err *err)
{
    uint32_t n_sectors = n / d->sector_bytes;

    sector += at / d->sector_bytes;
    at %= d->sector_bytes;
    if (at != 0 || n_sectors == 0) {
        *done = n < d->sector_bytes - at ? n : d->sector_bytes - at;
        return move_part(d, sector, at, in, out, *done, err);
    }
    *done = n_sectors * d->sector_bytes;
    return in ? blockdev_read(d, sector, n_sectors, in, err) : blockdev_write(d, sector, n_sectors, out, err);
}

static bool transfer(struct fat *f, uint32_t offset, uint8_t *in, const uint8_t *out, uint32_t n, struct err *err)
{
    uint32_t cluster_bytes = fat_table_cluster_bytes(&f->table);

    while (n > 0) {
        uint32_t run, done;

        if (!seek(f, offset, err) || !run_of(f, offset, n < RUN_BYTES_MAX ? n : RUN_BYTES_MAX, &run, err) ||
            !move(f->table.d, fat_table_sector(&f->table, f->last.at_cluster), offset % cluster_bytes, in, out, run,
                  &done, err)) {
            return err_wrap(err, "stick: FAT: '%s'", f->last.name);
        }
        in = in ? in + done : NULL;
        out = out ? out + done : NULL;
        offset += done;
        n -= done;
    }
    return true;
}

/* --- the volume
 * --------------------------------------------------------------------------------------------------------------------
 */

static bool fat_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    struct fat *f = (struct fat *)v;

    if (!fat_find(f, name, err)) {
        return false;
    }
    *bytes = f->last.size;
    return true;
}

static bool fat_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                     struct err *err)
{
    struct fat *f = (struct fat *)v;
    int64_t left;

    if (!fat_find(f, name, err)) {
        return false;
    }
    left = offset < 0 || offset > f->last.size ? 0 : f->last.size - offset;
    n = n < left ? n : left;
    if (n > 0 && !transfer(f, (uint32_t)offset, buf, NULL, (uint32_t)n, err)) {
        return false;
    }
    *got = n > 0 ? n : 0;
    return true;
}

/* Before something is written in place: what was found till now is found anew, as files that share no place. */
static bool survey_once(struct fat *f, struct err *err)
{
    struct err missed;

    if (f->table.is_surveyed) {
        return true;
    }
    forget_found(f);
    return fat_survey(&f->table, &missed, err);
}

static bool fat_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                          struct err *err)
{
    struct fat *f = (struct fat *)v;

    if (!survey_once(f, err) || !fat_find(f, name, err)) {
        return false;
    }
    if (offset < 0 || n < 0 || n > f->last.size || offset > f->last.size - n) {
        return err_set(err, ERR_LIMIT, "stick: '%s' would have to grow; stations never do that", name);
    }
    return transfer(f, (uint32_t)offset, NULL, buf, (uint32_t)n, err);
}

static bool fat_create_file(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err)
{
    struct fat *f = (struct fat *)v;
    struct volume_source contents = volume_source_of(buf, n);
    bool ok;

    if (!survey_once(f, err)) {
        return false;
    }
    forget_found(f);
    ok = fat_create(&f->table, name, &contents, err);
    if (!ok) {
        fat_table_forget(&f->table);
    }
    return ok || err_wrap(err, "stick: FAT: '%s'", name);
}

static bool fat_sync(struct volume *v, struct err *err)
{
    return blockdev_flush(((struct fat *)v)->table.d, err);
}

static void fat_close(struct volume *v)
{
    fat_table_forget(&((struct fat *)v)->table);
    free(v);
}

static const struct volume_class fat_class = {
    .size = fat_size,
    .read = fat_read,
    .overwrite = fat_overwrite,
    .create = fat_create_file,
    .sync = fat_sync,
    .close = fat_close,
};

struct fat_table *volume_fat_table(struct volume *v)
{
    struct fat *f = (struct fat *)v;

    forget_found(f);
    return &f->table;
}

/* --- opening
 * -------------------------------------------------------------------------------------------------------------------
 */

/* Plain letters of a label as it lies there; "USB" when there are none. */
static void clean_label(const char *raw, char out[64])
{
    int n = 0;

    for (int i = 0; i < 11 && raw[i]; i++) {
        out[n++] = (char)(raw[i] >= 0x20 && raw[i] < 0x7f ? raw[i] : '?');
    }
    while (n > 0 && out[n - 1] == ' ') {
        n--;
    }
    out[n] = 0;
    if (n == 0 || !strcmp(out, "NO NAME")) {
        snprintf(out, 64, "USB");
    }
}

static bool find_label(struct fat *f, struct err *err)
{
    struct fat_walk w;
    struct fat_entry e = {0};
    bool is_end = false;

    clean_label(f->table.shape.label, f->base.label);
    if (!fat_walk_begin(&w, &f->table, fat_root(&f->table), err)) {
        return false;
    }
    for (int n = 0; n < FAT_ENTRIES_MAX; n++) {
        if (!fat_walk_entry(&w, &e, &is_end, err)) {
            return false;
        }
        if (is_end) {
            break;
        }
        if ((e.attr & (FAT_ATTR_LABEL | FAT_ATTR_DIR)) == FAT_ATTR_LABEL) {
            clean_label((const char *)e.short_name, f->base.label);
            break;
        }
    }
    return true;
}

bool volume_open_fat(struct blockdev *d, uint64_t first_sector, uint64_t n_sectors, struct volume **out,
                     struct err *err)
{
    uint8_t boot[BLOCKDEV_SECTOR_MAX];
    struct fat_shape shape;
    struct fat *f;

    if (first_sector >= d->n_sectors || n_sectors > d->n_sectors - first_sector) {
        return err_set(err, ERR_FORMAT, "stick: FAT: its partition does not lie on the stick");
    }
    if (!blockdev_read(d, first_sector, 1, boot, err) ||
        !fat_shape_read(boot, d->sector_bytes, n_sectors, &shape, err)) {
        return false;
    }
    f = mem_alloc(sizeof *f);
    f->base.class = &fat_class;
    f->table.d = d;
    f->table.first_sector = first_sector;
    f->table.shape = shape;
    if (!find_label(f, err)) {
        fat_close(&f->base);
        return err_wrap(err, "stick: FAT: the root folder");
    }
    *out = &f->base;
    return true;
}
