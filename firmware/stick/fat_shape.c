/* fat_shape: every field against every other. */
#include "stick/fat_shape.h"
#include "base/buf.h"
#include "stick/blockdev.h"
#include <assert.h>
#include <string.h>

#include "base/banned.h"

enum { INFO_NONE = 0xffff, MIRROR_OFF = 0x80, EXTENDED_MARK = 0x29 };

static bool refuse(struct err *err, const char *what)
{
    return err_set(
        err, ERR_FORMAT,
        "stick: FAT: the boot sector is damaged (%s); copy what is on the stick with a computer, then format "
        "it again",
        what);
}

static bool is_power_of_two(uint32_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

/* The fields as they lie there, in sectors of their own. */
struct fields {
    uint32_t sector_bytes, cluster, reserved, copies, root_entries, total, table;
};

static bool read_fields(const uint8_t *boot, struct fields *f, struct err *err)
{
    uint32_t total16 = get_le16(boot + 19), total32 = get_le32(boot + 32);

    *f = (struct fields){.sector_bytes = get_le16(boot + 11),
                         .cluster = boot[13],
                         .reserved = get_le16(boot + 14),
                         .copies = boot[16],
                         .root_entries = get_le16(boot + 17),
                         .total = total16 ? total16 : total32,
                         .table = get_le16(boot + 22) ? get_le16(boot + 22) : get_le32(boot + 36)};
    if (!is_power_of_two(f->sector_bytes) || f->sector_bytes < BLOCKDEV_SECTOR_MIN ||
        f->sector_bytes > BLOCKDEV_SECTOR_MAX) {
        return refuse(err, "bytes of a sector");
    }
    if (!is_power_of_two(f->cluster)) {
        return refuse(err, "sectors of a cluster");
    }
    if (f->reserved == 0 || f->copies == 0 || f->copies > FAT_COPIES_MAX || f->table == 0) {
        return refuse(err, "number or size of its tables");
    }
    if (f->total == 0 || (total16 && total32 && total16 != total32)) {
        return refuse(err, "number of sectors");
    }
    return f->root_entries * FAT_ENTRY_BYTES % f->sector_bytes == 0 || refuse(err, "size of the root folder");
}

static enum fat_type type_of(uint32_t n_clusters)
{
    if (n_clusters <= FAT12_CLUSTERS_MAX) {
        return FAT12;
    }
    return n_clusters <= FAT16_CLUSTERS_MAX ? FAT16 : FAT32;
}

/* What only FAT32 has. */
static bool read_fat32(const uint8_t *boot, const struct fields *f, uint32_t per, struct fat_shape *s, struct err *err)
{
    uint32_t flags = get_le16(boot + 40), info = get_le16(boot + 48);

    s->root_cluster = get_le32(boot + 44);
    s->is_mirrored = !(flags & MIRROR_OFF);
    s->active_copy = s->is_mirrored ? 0 : flags & 0xf;
    if (get_le16(boot + 42) != 0) {
        return refuse(err, "version");
    }
    if (s->active_copy >= s->n_copies) {
        return refuse(err, "which table is in use");
    }
    if (info != 0 && info != INFO_NONE && info < f->reserved) {
        s->info_sector = (uint64_t)info * per;
    }
    return (s->root_cluster >= FAT_FIRST_CLUSTER && s->root_cluster < s->n_clusters + FAT_FIRST_CLUSTER) ||
           refuse(err, "place of the root folder");
}

bool fat_shape_read(const uint8_t *boot, uint32_t sector_bytes, uint64_t n_sectors, struct fat_shape *out,
                    struct err *err)
{
    struct fat_shape s = {0};
    struct fields f;
    uint64_t root_sectors, data, n_clusters;
    uint32_t per;

    assert(sector_bytes >= BLOCKDEV_SECTOR_MIN);
    if (!read_fields(boot, &f, err)) {
        return false;
    }
    if (f.sector_bytes < sector_bytes) {
        return refuse(err, "sectors smaller than the stick's");
    }
    per = f.sector_bytes / sector_bytes;
    if ((uint64_t)f.total * per > n_sectors) {
        return refuse(err, "more sectors than its partition has");
    }
    root_sectors = (uint64_t)f.root_entries * FAT_ENTRY_BYTES / f.sector_bytes;
    data = f.reserved + (uint64_t)f.copies * f.table + root_sectors;
    if (data >= f.total) {
        return refuse(err, "no room for files");
    }
    n_clusters = (f.total - data) / f.cluster;
    if (n_clusters > FAT_CLUSTERS_MAX) {
        return err_set(err, ERR_LIMIT,
                       "stick: FAT: it has more than %d clusters; format it with larger ones, or as exFAT",
                       FAT_CLUSTERS_MAX);
    }
    s.n_clusters = (uint32_t)n_clusters;
    s.type = type_of(s.n_clusters);
    if (n_clusters == 0 || (n_clusters + FAT_FIRST_CLUSTER) * s.type > (uint64_t)f.table * f.sector_bytes * 8) {
        return refuse(err, "tables too small for its clusters");
    }
    if ((s.type == FAT32) != (get_le16(boot + 22) == 0) || (s.type == FAT32) != (f.root_entries == 0)) {
        return refuse(err, "number of clusters and type do not agree");
    }
    s.cluster_sectors = f.cluster * per;
    s.table_start = (uint64_t)f.reserved * per;
    s.table_sectors = (uint64_t)f.table * per;
    s.n_copies = f.copies;
    s.is_mirrored = true;
    s.root_start = s.table_start + s.n_copies * s.table_sectors;
    s.root_sectors = root_sectors * per;
    s.data_start = data * per;
    if (s.type == FAT32 && !read_fat32(boot, &f, per, &s, err)) {
        return false;
    }
    const uint8_t *tail = boot + (s.type == FAT32 ? 66 : 38);

    if (tail[0] == EXTENDED_MARK) {
        memcpy(s.label, tail + 5, 11);
    }
    *out = s;
    return true;
}
