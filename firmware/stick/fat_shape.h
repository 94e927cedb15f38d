/* fat_shape: the boot sector of a FAT volume: where its parts lie. By Microsoft's specification of FAT (fatgen103):
 * the type follows from the number of clusters alone; fields that contradict each other are refused. Foreign bytes. */
#ifndef M2_STICK_FAT_SHAPE_H
#define M2_STICK_FAT_SHAPE_H

#include "base/err.h"
#include <stdint.h>

enum {
    FAT12_CLUSTERS_MAX = 4084,
    FAT16_CLUSTERS_MAX = 65524,
    FAT_CLUSTERS_MAX = 64 * 1024 * 1024, /* 2 TiB of 32 KiB; bounds the three bits a cluster that are kept */
    FAT_COPIES_MAX = 2,
    FAT_ENTRY_BYTES = 32, /* of a directory */
    FAT_FIRST_CLUSTER = 2,
    FAT_BOOT_BYTES = 512,
};

enum fat_type { FAT12 = 12, FAT16 = 16, FAT32 = 32 };

/* Sectors are the device's, counted from the beginning of the volume. */
struct fat_shape {
    enum fat_type type;
    uint32_t n_clusters; /* numbered from FAT_FIRST_CLUSTER */
    uint32_t cluster_sectors;
    uint64_t table_start, table_sectors; /* of one copy; the next follows */
    uint32_t n_copies, active_copy;
    bool is_mirrored;                  /* else only the active copy counts */
    uint64_t root_start, root_sectors; /* FAT12, FAT16 */
    uint32_t root_cluster;             /* FAT32; else 0 */
    uint64_t data_start;
    uint64_t info_sector; /* free count of FAT32; 0 = none */
    char label[12];       /* raw; "" = none */
};

/* boot: FAT_BOOT_BYTES. n_sectors: of the partition. ERR_FORMAT, ERR_LIMIT. */
M2_MUST_CHECK bool fat_shape_read(const uint8_t *boot, uint32_t sector_bytes, uint64_t n_sectors, struct fat_shape *out,
                                  struct err *err);

#endif
