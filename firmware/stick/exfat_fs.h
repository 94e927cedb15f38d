/* exfat_fs: an exFAT volume below its names: boot region, sectors through a small cache, FAT, and streams: the clusters
 * of a file or folder, contiguous or chained. Only exfat*.c include it. Codes: those of blockdev, ERR_FORMAT damaged.
 */
#ifndef M2_STICK_EXFAT_FS_H
#define M2_STICK_EXFAT_FS_H

#include "base/buf.h"
#include "stick/exfat.h"

enum {
    EXFAT_ENTRY_BYTES = 32,
    EXFAT_SET_MAX = 19,       /* entries of a set */
    EXFAT_CACHE_LINES = 64,   /* a folder of EXFAT_ENTRIES_MAX short names fits */
    EXFAT_CACHE_WAYS = 4,     /* of them may hold a given place */
    EXFAT_CACHE_BYTES = 4096, /* of a line */
    EXFAT_FIRST_CLUSTER = 2,
    EXFAT_UPCASE_CHARS = 65536,
    EXFAT_LABEL_CHARS = 11,
};
#define EXFAT_CHAIN_END UINT32_MAX

struct exfat_stream {
    uint32_t first;        /* cluster; 0 where nothing is allocated */
    bool is_chain;         /* follows the FAT; else its clusters lie in a row */
    uint64_t bytes, valid; /* length, and how much of it was ever written: the rest reads as zeros */
    /* where the walk is: cluster number `at` of the stream; 0 = not begun. mark: a cluster behind us (Brent) */
    uint32_t at, cluster, mark;
};

struct exfat_line {
    uint64_t number; /* +1; 0 = empty */
    uint64_t asked;  /* when last */
    uint8_t bytes[EXFAT_CACHE_BYTES];
};

struct exfat_fs {
    struct blockdev *d;
    uint64_t base, n_sectors; /* the volume on the device; all sectors here are the device's, from base on */
    uint64_t fat, heap;       /* sectors */
    uint32_t n_clusters, cluster_sectors, cluster_bytes;
    uint8_t active;                         /* FAT and bitmap, of has_two_fats */
    bool is_dirty, is_backup, has_two_fats; /* is_backup: the main boot region is damaged */
    struct exfat_stream root, bitmap;
    uint16_t *upcase;            /* EXFAT_UPCASE_CHARS */
    uint8_t *used;               /* the allocation bitmap in memory, from exfat_survey() on */
    bool has_shared, is_unsound; /* what exfat_survey() found */
    uint64_t n_asked, n_missed;  /* of the cache */
    struct exfat_line lines[EXFAT_CACHE_LINES];
};

uint16_t exfat_le16(const uint8_t *p);
void exfat_put_le16(uint8_t *p, uint16_t v);

/* d, base and n_sectors (of the partition) filled; the rest from the boot region; root.first is set, no more of it. */
M2_MUST_CHECK bool exfat_fs_open(struct exfat_fs *fs, struct err *err);
/* One sector, borrowed until the next call of this module; NULL on failure. */
const uint8_t *exfat_sector(struct exfat_fs *fs, uint64_t sector, struct err *err);
M2_MUST_CHECK bool exfat_put_sector(struct exfat_fs *fs, uint64_t sector, const uint8_t *bytes, struct err *err);
bool exfat_is_cluster(const struct exfat_fs *fs, uint32_t cluster);
uint64_t exfat_cluster_sector(const struct exfat_fs *fs, uint32_t cluster);
uint64_t exfat_clusters_of(const struct exfat_fs *fs, uint64_t bytes);
M2_MUST_CHECK bool exfat_next_cluster(struct exfat_fs *fs, uint32_t cluster, uint32_t *next, struct err *err);
M2_MUST_CHECK bool exfat_set_next(struct exfat_fs *fs, uint32_t cluster, uint32_t next, struct err *err);

/* Length, place and flags fit each other and the volume; the chain itself is checked as it is walked. */
bool exfat_stream_is_sane(const struct exfat_fs *fs, const struct exfat_stream *s);
/* The index-th cluster of a stream, index < exfat_clusters_of(bytes). A chain that ends early or loops: ERR_FORMAT. */
M2_MUST_CHECK bool exfat_seek(struct exfat_fs *fs, struct exfat_stream *s, uint32_t index, uint32_t *cluster,
                              struct err *err);
/* Bytes offset … offset+n of the stream, inside its clusters; says nothing of `valid`. */
M2_MUST_CHECK bool exfat_stream_read(struct exfat_fs *fs, struct exfat_stream *s, uint64_t offset, void *buf,
                                     uint64_t n, struct err *err);
M2_MUST_CHECK bool exfat_stream_write(struct exfat_fs *fs, struct exfat_stream *s, uint64_t offset, const void *buf,
                                      uint64_t n, struct err *err);

#endif
