/* edit_exfat: files of an exFAT volume made, removed and listed. Removing: the set of entries goes out of use, its
 * first entry before the others; then the bitmap says that the clusters are free. */
#include "stick/edit.h"
#include "stick/exfat_create.h"
#include "stick/exfat_dir.h"
#include "stick/exfat_survey.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* --- where a file is
 * ------------------------------------------------------------------------------------------------------------- */

struct found {
    struct exfat_stream dir; /* that holds it */
    uint32_t slot;           /* of its first entry */
    struct exfat_set set;
};

static bool find(struct exfat_fs *fs, const char *name, struct found *out, struct err *err)
{
    struct exfat_stream dir = fs->root;

    for (const char *part = name;; part++) {
        size_t n = strcspn(part, "/");
        struct exfat_scan scan = {.fs = fs, .dir = dir};

        if (!exfat_find(&scan, part, n, &out->set, err)) {
            return false;
        }
        if (out->set.type == EXFAT_END || (part[n] && !out->set.is_folder)) {
            return err_set(err, ERR_NOT_FOUND, "stick: no '%s'", name);
        }
        part += n;
        if (!*part) {
            out->dir = dir;
            out->slot = scan.slot - out->set.raw[1] - 1;
            return true;
        }
        dir = out->set.stream;
    }
}

/* --- removing
 * ----------------------------------------------------------------------------------------------------------------- */

static bool hide_set(struct exfat_fs *fs, struct found *f, struct err *err)
{
    uint32_t size = fs->d->sector_bytes, per = size / EXFAT_ENTRY_BYTES, n = f->set.raw[1] + 1U;
    uint8_t bytes[BLOCKDEV_SECTOR_MAX];

    for (uint32_t i = 0, run; i < n; i += run) {
        uint32_t slot = f->slot + i, cluster;
        uint64_t at = (uint64_t)slot * EXFAT_ENTRY_BYTES;
        const uint8_t *p;

        run = per - slot % per < n - i ? per - slot % per : n - i; /* in one sector */
        if (!exfat_seek(fs, &f->dir, (uint32_t)(at / fs->cluster_bytes), &cluster, err)) {
            return false;
        }
        uint64_t sector = exfat_cluster_sector(fs, cluster) + at % fs->cluster_bytes / size;

        p = exfat_sector(fs, sector, err);
        if (!p) {
            return false;
        }
        memcpy(bytes, p, size);
        for (uint32_t k = 0; k < run; k++) {
            bytes[(slot % per + k) * EXFAT_ENTRY_BYTES] &= (uint8_t)~EXFAT_IN_USE;
        }
        if (!exfat_put_sector(fs, sector, bytes, err) || !blockdev_flush(fs->d, err)) {
            return false;
        }
    }
    return true;
}

static bool free_clusters(struct exfat_fs *fs, struct exfat_stream *s, struct err *err)
{
    uint32_t n = (uint32_t)exfat_clusters_of(fs, s->bytes), cluster;

    for (uint32_t i = 0; i < n; i++) {
        if (!exfat_seek(fs, s, i, &cluster, err)) {
            return false;
        }
        uint32_t bit = cluster - EXFAT_FIRST_CLUSTER;

        fs->used[bit / 8] &= (uint8_t) ~(1U << bit % 8);
    }
    return exfat_write_bitmap(fs, err) && blockdev_flush(fs->d, err);
}

static bool remove_file(struct exfat_fs *fs, const char *name, struct err *err)
{
    struct found f;

    if (!exfat_is_fit(fs, err) || !find(fs, name, &f, err)) {
        return false;
    }
    if (f.set.is_folder) {
        return err_set(err, ERR_FORMAT, "stick: '%s' is no file", name);
    }
    return hide_set(fs, &f, err) && free_clusters(fs, &f.set.stream, err);
}

/* --- the class
 * -------------------------------------------------------------------------------------------------------------------
 */

static bool edit_create(struct volume *v, const char *name, const struct volume_source *contents, struct err *err)
{
    return exfat_create_file(volume_exfat_fs(v), name, contents, err);
}

static bool edit_remove(struct volume *v, const char *name, struct err *err)
{
    struct exfat_fs *fs = volume_exfat_fs(v);

    if (remove_file(fs, name, err)) {
        return true;
    }
    exfat_survey_forget(fs); /* what is used is asked of the stick again */
    return err_wrap(err, "removing '%s'", name);
}

/* A name of ASCII alone; false for any other. */
static bool plain_name(const uint8_t *raw, char out[EXFAT_NAME_MAX + 1])
{
    uint8_t utf16[2 * EXFAT_NAME_MAX];
    unsigned n = exfat_set_name(raw, utf16);

    for (unsigned i = 0; i < n; i++) {
        uint16_t c = exfat_le16(utf16 + 2 * (size_t)i);

        if (c < ' ' || c > '~') {
            return false;
        }
        out[i] = (char)c;
    }
    out[n] = '\0';
    return true;
}

static bool edit_list(struct volume *v, const char *folder, edit_name *each, void *ctx, struct err *err)
{
    struct exfat_fs *fs = volume_exfat_fs(v);
    char name[EXFAT_NAME_MAX + 1];
    struct found f;

    if (!find(fs, folder, &f, err)) {
        return false;
    }
    struct exfat_scan scan = {.fs = fs, .dir = f.set.stream};

    if (!f.set.is_folder) {
        return err_set(err, ERR_NOT_FOUND, "stick: no folder '%s'", folder);
    }
    while (exfat_scan_next(&scan, &f.set, err)) {
        if (f.set.type == EXFAT_END) {
            return true;
        }
        if (f.set.type == EXFAT_FILE && !f.set.is_folder && plain_name(f.set.raw, name) &&
            !each(ctx, name, (int64_t)f.set.stream.bytes, err)) {
            return false;
        }
    }
    return false;
}

static bool edit_room(struct volume *v, int64_t *total, int64_t *free, int64_t *unit, struct err *err)
{
    struct exfat_fs *fs = volume_exfat_fs(v);
    int64_t n = 0;

    if (!exfat_survey(fs, err)) {
        return false;
    }
    for (uint32_t bit = 0; bit < fs->n_clusters; bit++) {
        n += !(fs->used[bit / 8] >> bit % 8 & 1);
    }
    *unit = fs->cluster_bytes;
    *total = (int64_t)fs->n_clusters * *unit;
    *free = n * *unit;
    return true;
}

const struct edit_class *edit_exfat(struct volume *v)
{
    static const struct edit_class class = {"exFAT", edit_create, edit_remove, edit_list, edit_room};

    (void)v;
    return &class;
}
