/* edit_fat: files of a FAT volume made, removed and listed. Removing: the entry goes first, with one sector; then the
 * clusters become free in each table. */
#include "stick/edit.h"
#include "stick/fat.h"
#include "stick/fat_create.h"
#include "stick/fat_survey.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { SET_SLOTS_MAX = 21 /* of a long name, and the short one */ };

struct slot {
    uint64_t sector;
    uint32_t at;
};

struct set { /* the slots of one entry, first to last; more than fit belong to no name */
    struct slot slots[SET_SLOTS_MAX];
    int n;
};

/* The set of the entry with this short name in a folder: the long parts right before it, and the short one. */
static bool find_set(struct fat_table *t, uint32_t folder, const uint8_t short_name[11], struct set *out,
                     struct err *err)
{
    struct fat_walk w;
    const uint8_t *slot = NULL;

    out->n = 0;
    if (!fat_walk_begin(&w, t, folder, err)) {
        return false;
    }
    while (fat_walk_next(&w, &slot, err)) {
        if (!slot || slot[0] == 0) {
            return err_set(err, ERR_FORMAT, "its entry is gone");
        }
        bool is_long = (slot[11] & 0x3f) == FAT_ATTR_LONG;

        if (slot[0] == FAT_DELETED || out->n == SET_SLOTS_MAX) {
            out->n = 0;
            continue;
        }
        out->slots[out->n++] = (struct slot){w.sector, w.at};
        if (!is_long && !(slot[11] & FAT_ATTR_LABEL) && !memcmp(slot, short_name, 11)) {
            return true;
        }
        out->n = is_long ? out->n : 0;
    }
    return false;
}

/* Last slot first: that is the one that makes it a file. */
static bool hide_set(struct fat_table *t, const struct set *set, struct err *err)
{
    uint8_t sector[BLOCKDEV_SECTOR_MAX];

    for (int i = set->n - 1; i >= 0; i--) {
        bool is_begun = i + 1 < set->n && set->slots[i].sector == set->slots[i + 1].sector;

        if (!is_begun && !blockdev_read(t->d, set->slots[i].sector, 1, sector, err)) {
            return false;
        }
        sector[set->slots[i].at] = FAT_DELETED;
        if ((i == 0 || set->slots[i - 1].sector != set->slots[i].sector) &&
            (!blockdev_write(t->d, set->slots[i].sector, 1, sector, err) || !blockdev_flush(t->d, err))) {
            return false;
        }
    }
    return true;
}

/* An entry of FAT12 that lies across two sectors, byte by byte: nobody uses its cluster any more. */
static bool free_torn(struct fat_table *t, uint32_t cluster, struct err *err)
{
    uint8_t sector[BLOCKDEV_SECTOR_MAX];

    if (!fat_table_write(t, err)) {
        return false;
    }
    fat_table_forget_windows(t);
    for (uint32_t copy = 0; copy < t->shape.n_copies; copy++) {
        for (uint32_t half = 0; half < 2; half++) {
            uint64_t at = (uint64_t)cluster * 12 / 8 + half;
            uint64_t where =
                t->first_sector + t->shape.table_start + copy * t->shape.table_sectors + at / t->d->sector_bytes;
            /* an odd cluster has the high four bits of its first byte, an even one the low four of its second */
            uint8_t keep = (cluster & 1) ? (half == 0 ? 0x0f : 0) : (half == 0 ? 0 : 0xf0);

            if (!blockdev_read(t->d, where, 1, sector, err)) {
                return false;
            }
            sector[at % t->d->sector_bytes] &= keep;
            if (!blockdev_write(t->d, where, 1, sector, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool free_chain(struct fat_table *t, uint32_t start, struct err *err)
{
    uint32_t next, n = 0;

    for (uint32_t c = start; c; c = next, n++) {
        if (!fat_table_next(t, c, &next, err) ||
            !(fat_table_is_whole(t, c) ? fat_table_put(t, c, 0, err) : free_torn(t, c, err))) {
            return false;
        }
        t->followed[next / 8] &= (uint8_t) ~(1U << next % 8); /* 0, the end, is nobody's */
    }
    return fat_table_write(t, err) && fat_table_count(t, n, err) && blockdev_flush(t->d, err);
}

/* Where every file and folder within reach begins, so that one whose chain runs into it is told apart. */
static bool survey_all(struct fat_table *t, struct err *err)
{
    struct err missed;

    return fat_survey(t, &missed, err) && (!missed.code || err_set(err, missed.code, "%s", missed.text));
}

/* Exactly as long as the size says, and its own; so loops are found out, too. */
static bool check_chain(struct fat_table *t, const struct fat_entry *e, struct err *err)
{
    uint64_t bytes = fat_table_cluster_bytes(t), n = 0;
    uint32_t next;

    for (uint32_t c = e->start; c && n * bytes < (uint64_t)e->size + bytes; c = next, n++) {
        if (!fat_table_next(t, c, &next, err)) {
            return false;
        }
    }
    return n == (e->size + bytes - 1) / bytes ||
           err_set(err, ERR_FORMAT, "its size and its chain do not agree; let a computer check the stick");
}

static bool remove_file(struct fat_table *t, const char *name, struct err *err)
{
    struct fat_path p;
    struct set set;

    if (!fat_path_find(t, name, &p, err)) {
        return false;
    }
    if (p.rest) {
        return err_set(err, ERR_NOT_FOUND, "it is not on the stick");
    }
    return survey_all(t, err) && check_chain(t, &p.entry, err) &&
           find_set(t, p.folder, p.entry.short_name, &set, err) && hide_set(t, &set, err) &&
           (p.entry.start == 0 || free_chain(t, p.entry.start, err));
}

/* --- the class
 * -------------------------------------------------------------------------------------------------------------------
 */

static bool edit_create(struct volume *v, const char *name, const struct volume_source *contents, struct err *err)
{
    struct fat_table *t = volume_fat_table(v);

    if (fat_create(t, name, contents, err)) {
        return true;
    }
    fat_table_forget(t);
    return err_wrap(err, "stick: FAT: '%s'", name);
}

static bool edit_remove(struct volume *v, const char *name, struct err *err)
{
    struct fat_table *t = volume_fat_table(v);

    if (remove_file(t, name, err)) {
        return true;
    }
    fat_table_forget(t);
    return err_wrap(err, "stick: FAT: '%s'", name);
}

static bool edit_list(struct volume *v, const char *folder, edit_name *each, void *ctx, struct err *err)
{
    struct fat_table *t = volume_fat_table(v);
    char inside[VOLUME_NAME_MAX + 4];
    struct fat_path p;
    struct fat_walk w;
    struct fat_entry e;
    bool is_end = false;
    int n;

    /* "?" is in no name: what is found is the folder that would hold it */
    n = snprintf(inside, sizeof inside, "%s/?", folder);
    if (n >= (int)sizeof inside || !fat_path_find(t, inside, &p, err)) {
        return err_wrap(err, "stick: FAT: '%s'", folder);
    }
    if (!p.rest || strcmp(p.rest, "?") != 0) {
        return err_set(err, ERR_NOT_FOUND, "stick: FAT: no folder '%s'", folder);
    }
    if (!fat_walk_begin(&w, t, p.folder, err)) {
        return false;
    }
    while (fat_walk_entry(&w, &e, &is_end, err)) {
        if (is_end) {
            return true;
        }
        if (!(e.attr & (FAT_ATTR_LABEL | FAT_ATTR_DIR)) && !strchr(e.name, '\x01') && !each(ctx, e.name, e.size, err)) {
            return false;
        }
    }
    return false;
}

static bool edit_room(struct volume *v, int64_t *total, int64_t *free, int64_t *unit, struct err *err)
{
    struct fat_table *t = volume_fat_table(v);
    uint32_t c = FAT_FIRST_CLUSTER - 1;
    int64_t n = -1;

    do {
        n++;
        if (!fat_table_free(t, c + 1, &c, err)) {
            return false;
        }
    } while (c);
    *unit = fat_table_cluster_bytes(t);
    *total = (int64_t)t->shape.n_clusters * *unit;
    *free = n * *unit;
    return true;
}

const struct edit_class *edit_fat(struct volume *v)
{
    static const struct edit_class classes[] = {
        {"FAT12", edit_create, edit_remove, edit_list, edit_room},
        {"FAT16", edit_create, edit_remove, edit_list, edit_room},
        {"FAT32", edit_create, edit_remove, edit_list, edit_room},
    };
    enum fat_type type = volume_fat_table(v)->shape.type;

    return &classes[type == FAT12 ? 0 : type == FAT16 ? 1 : 2];
}
