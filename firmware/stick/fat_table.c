/* fat_table: entries of 12, 16 and 28 bits. */
#include "stick/fat_table.h"
#include "base/buf.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    INFO_FREE_AT = 488,
    ZEROS = 512, /* bytes that are looked at in one go */
};

/* --- entries
 * --------------------------------------------------------------------------------------------------------------------
 */

static uint64_t byte_of(const struct fat_table *t, uint32_t cluster)
{
    return (uint64_t)cluster * t->shape.type / 8;
}

static uint32_t entry_bytes(const struct fat_table *t)
{
    return t->shape.type == FAT32 ? 4 : 2;
}

/* The window that holds byte `at` of a copy; else the one to be read next, emptied. */
static struct fat_window *window_of(struct fat_table *t, uint32_t copy, uint64_t at)
{
    struct fat_window *w;

    for (uint32_t i = 0; i < FAT_WINDOWS; i++) {
        w = &t->window[i];
        if (w->is_held && w->copy == copy && at >= w->first && at - w->first < FAT_WINDOW_BYTES) {
            return w;
        }
    }
    w = &t->window[t->oldest];
    t->oldest = (t->oldest + 1) % FAT_WINDOWS;
    w->is_held = false;
    w->copy = copy;
    w->first = at / FAT_WINDOW_BYTES * FAT_WINDOW_BYTES;
    return w;
}

/* Where byte `at` of a copy is held. */
static const uint8_t *held(struct fat_table *t, uint32_t copy, uint64_t at, struct err *err)
{
    struct fat_window *w = window_of(t, copy, at);
    uint64_t size = t->shape.table_sectors * t->d->sector_bytes, n;

    if (!w->is_held) {
        n = size - w->first < FAT_WINDOW_BYTES ? size - w->first : FAT_WINDOW_BYTES;
        if (!blockdev_read(t->d,
                           t->first_sector + t->shape.table_start + copy * t->shape.table_sectors +
                               w->first / t->d->sector_bytes,
                           (uint32_t)(n / t->d->sector_bytes), w->bytes, err)) {
            return NULL;
        }
        w->is_held = true;
    }
    return w->bytes + (at - w->first);
}

static bool read_entry(struct fat_table *t, uint32_t copy, uint32_t cluster, uint32_t *out, struct err *err)
{
    uint64_t at = byte_of(t, cluster);
    const uint8_t *p = held(t, copy, at, err);
    uint32_t low, high;

    if (!p) {
        return false;
    }
    switch (t->shape.type) {
    case FAT32:
        *out = get_le32(p) & 0x0fffffff;
        return true;
    case FAT16:
        *out = get_le16(p);
        return true;
    case FAT12:
        break;
    }
    low = *p;
    p = held(t, copy, at + 1, err); /* perhaps in the next window */
    if (!p) {
        return false;
    }
    high = *p;
    *out = (low | high << 8) >> (cluster & 1 ? 4 : 0) & 0xfff;
    return true;
}

static uint32_t end_mark(const struct fat_table *t)
{
    return t->shape.type == FAT32 ? 0x0fffffff : (1u << t->shape.type) - 1;
}

static bool is_end(const struct fat_table *t, uint32_t entry)
{
    return entry >= end_mark(t) - 7;
}

bool fat_table_has(const struct fat_table *t, uint32_t cluster)
{
    return cluster >= FAT_FIRST_CLUSTER && cluster - FAT_FIRST_CLUSTER < t->shape.n_clusters;
}

uint64_t fat_table_sector(const struct fat_table *t, uint32_t cluster)
{
    return t->first_sector + t->shape.data_start + (uint64_t)(cluster - FAT_FIRST_CLUSTER) * t->shape.cluster_sectors;
}

uint32_t fat_table_cluster_bytes(const struct fat_table *t)
{
    return t->shape.cluster_sectors * t->d->sector_bytes;
}

/* --- chains
 * --------------------------------------------------------------------------------------------------------------------
 */

static bool has_bit(const uint8_t *bits, uint32_t cluster)
{
    return bits[cluster / 8] >> (cluster % 8) & 1;
}

static void set_bit(uint8_t *bits, uint32_t cluster)
{
    bits[cluster / 8] |= (uint8_t)(1 << (cluster % 8));
}

/* How many clusters behind a free one are seen to be free at once: most of a table is zeros, on most sticks. */
static uint32_t free_behind(struct fat_table *t, uint32_t cluster)
{
    static const uint8_t zeros[ZEROS];
    uint64_t at = byte_of(t, cluster), size = t->shape.table_sectors * t->d->sector_bytes, end = at;
    const struct fat_window *w = window_of(t, t->shape.active_copy, at); /* held: the entry was read */
    uint64_t window_end = w->first + FAT_WINDOW_BYTES < size ? w->first + FAT_WINDOW_BYTES : size;

    while (end + ZEROS <= window_end && !memcmp(w->bytes + (end - w->first), zeros, ZEROS)) {
        end += ZEROS;
    }
    return end == at ? 0 : (uint32_t)(end * 8 / t->shape.type) - cluster - 1;
}

/* One pass over the table in use: who is followed by whom. */
static bool count_followers(struct fat_table *t, struct err *err)
{
    uint32_t n = t->shape.n_clusters + FAT_FIRST_CLUSTER, next;

    if (t->followed) {
        return true;
    }
    t->followed = mem_alloc(n / 8 + 1);
    t->noted = mem_alloc(n / 8 + 1);
    t->shared = mem_alloc(n / 8 + 1);
    for (uint32_t c = FAT_FIRST_CLUSTER; c < n; c++) {
        if (!read_entry(t, t->shape.active_copy, c, &next, err)) {
            fat_table_forget(t);
            return false;
        }
        if (next == 0) {
            c += free_behind(t, c);
            continue;
        }
        if (fat_table_has(t, next)) {
            set_bit(has_bit(t->followed, next) ? t->shared : t->followed, next);
        }
    }
    return true;
}

static bool refuse(struct err *err, const char *what, uint32_t cluster)
{
    return err_set(err, ERR_FORMAT, "%s (cluster %u); let a computer check the stick", what, cluster);
}

bool fat_table_next(struct fat_table *t, uint32_t cluster, uint32_t *next, struct err *err)
{
    uint32_t entry;

    if (!count_followers(t, err) || !read_entry(t, t->shape.active_copy, cluster, &entry, err)) {
        return false;
    }
    if (is_end(t, entry)) {
        *next = 0;
        return true;
    }
    if (!fat_table_has(t, entry)) {
        return refuse(err, "its chain is broken", cluster);
    }
    if (has_bit(t->shared, entry)) {
        return refuse(err, "it shares a place with another file", entry);
    }
    *next = entry;
    return true;
}

bool fat_table_check_head(struct fat_table *t, uint32_t cluster, struct err *err)
{
    uint32_t entry;

    if (!fat_table_has(t, cluster)) {
        return refuse(err, "it begins outside the stick", cluster);
    }
    if (!count_followers(t, err) || !read_entry(t, t->shape.active_copy, cluster, &entry, err)) {
        return false;
    }
    if (entry == 0) {
        return refuse(err, "its place counts as free", cluster);
    }
    return !(has_bit(t->followed, cluster) || has_bit(t->shared, cluster)) ||
           refuse(err, "it shares a place with another file", cluster);
}

bool fat_table_note_twin(struct fat_table *t, uint32_t cluster, struct err *err)
{
    if (!count_followers(t, err)) {
        return false;
    }
    set_bit(t->shared, cluster);
    return true;
}

bool fat_table_note_head(struct fat_table *t, uint32_t cluster, struct err *err)
{
    uint32_t entry;

    if (!fat_table_has(t, cluster)) {
        return true;
    }
    if (!count_followers(t, err)) {
        return false;
    }
    if (has_bit(t->noted, cluster)) { /* each name that is looked for asks for its whole folder */
        return true;
    }
    if (!read_entry(t, t->shape.active_copy, cluster, &entry, err)) {
        return false;
    }
    set_bit(t->noted, cluster);
    if (has_bit(t->followed, cluster)) {
        set_bit(t->shared, cluster);
    }
    if (entry == 0) {
        set_bit(t->followed, cluster);
    }
    return true;
}

/* --- changing
 * -------------------------------------------------------------------------------------------------------------------
 */

bool fat_table_is_whole(const struct fat_table *t, uint32_t cluster)
{
    uint64_t at = byte_of(t, cluster);

    return at / t->d->sector_bytes == (at + entry_bytes(t) - 1) / t->d->sector_bytes;
}

bool fat_table_free(struct fat_table *t, uint32_t from, uint32_t *out, struct err *err)
{
    if (!count_followers(t, err)) {
        return false;
    }
    for (uint32_t c = from; fat_table_has(t, c); c++) {
        bool is_free = fat_table_is_whole(t, c) && !has_bit(t->followed, c);
        uint32_t entry;

        for (uint32_t copy = 0; is_free && copy < t->shape.n_copies; copy++) {
            if (!t->shape.is_mirrored && copy != t->shape.active_copy) {
                continue;
            }
            if (!read_entry(t, copy, c, &entry, err)) {
                return false;
            }
            is_free = entry == 0;
        }
        if (is_free) {
            *out = c;
            return true;
        }
    }
    *out = 0;
    return true;
}

static uint64_t pen_sector(const struct fat_table *t, uint32_t copy)
{
    return t->first_sector + t->shape.table_start + copy * t->shape.table_sectors + t->pen.sector;
}

bool fat_table_write(struct fat_table *t, struct err *err)
{
    if (!t->pen.is_held) {
        return true;
    }
    t->pen.is_held = false;
    fat_table_forget_windows(t);
    for (uint32_t copy = 0; copy < t->shape.n_copies; copy++) {
        if ((t->shape.is_mirrored || copy == t->shape.active_copy) &&
            !blockdev_write(t->d, pen_sector(t, copy), 1, t->pen.bytes[copy], err)) {
            return false;
        }
    }
    return true;
}

static bool take_pen(struct fat_table *t, uint64_t sector, struct err *err)
{
    if (t->pen.is_held && t->pen.sector == sector) {
        return true;
    }
    if (!fat_table_write(t, err)) {
        return false;
    }
    t->pen.sector = sector;
    for (uint32_t copy = 0; copy < t->shape.n_copies; copy++) {
        if (!blockdev_read(t->d, pen_sector(t, copy), 1, t->pen.bytes[copy], err)) {
            return false;
        }
    }
    t->pen.is_held = true;
    return true;
}

bool fat_table_put(struct fat_table *t, uint32_t cluster, uint32_t value, struct err *err)
{
    uint64_t at = byte_of(t, cluster);

    if (!take_pen(t, at / t->d->sector_bytes, err)) {
        return false;
    }
    if (t->noted) {
        t->noted[cluster / 8] &= (uint8_t) ~(1U << cluster % 8); /* it is another chain's from now on */
    }
    for (uint32_t copy = 0; copy < t->shape.n_copies; copy++) {
        uint8_t *p = t->pen.bytes[copy] + at % t->d->sector_bytes;

        switch (t->shape.type) {
        case FAT32:
            put_le32(p, (get_le32(p) & 0xf0000000) | value);
            break;
        case FAT16:
            put_le16(p, (uint16_t)value);
            break;
        case FAT12:
            put_le16(p, (uint16_t)(cluster & 1 ? (get_le16(p) & 0x000f) | value << 4 : (get_le16(p) & 0xf000) | value));
            break;
        }
    }
    return true;
}

bool fat_table_set(struct fat_table *t, uint32_t cluster, uint32_t next, struct err *err)
{
    if (next && t->followed) {
        set_bit(t->followed, next);
    }
    return fat_table_put(t, cluster, next ? next : end_mark(t), err);
}

bool fat_table_count(struct fat_table *t, int64_t more, struct err *err)
{
    uint64_t at = t->first_sector + t->shape.info_sector;
    uint8_t info[BLOCKDEV_SECTOR_MAX];
    int64_t n_free;

    if (t->shape.info_sector == 0) {
        return true;
    }
    if (!blockdev_read(t->d, at, 1, info, err)) {
        return false;
    }
    n_free = (int64_t)get_le32(info + INFO_FREE_AT) + more;
    if (memcmp(info, "RRaA", 4) != 0 || memcmp(info + INFO_FREE_AT - 4, "rrAa", 4) != 0 || n_free < 0 ||
        get_le32(info + INFO_FREE_AT) > t->shape.n_clusters || n_free > t->shape.n_clusters) {
        return true;
    }
    put_le32(info + INFO_FREE_AT, (uint32_t)n_free);
    return blockdev_write(t->d, at, 1, info, err);
}

void fat_table_forget(struct fat_table *t)
{
    free(t->followed);
    free(t->noted);
    free(t->shared);
    t->followed = t->noted = t->shared = NULL;
    t->is_surveyed = false;
    t->missed = (struct err){0};
    t->pen.is_held = false;
    fat_kept_forget(&t->kept, t->kept.is_on);
    fat_table_forget_windows(t);
}

void fat_table_forget_windows(struct fat_table *t)
{
    for (uint32_t i = 0; i < FAT_WINDOWS; i++) {
        t->window[i].is_held = false;
    }
}
