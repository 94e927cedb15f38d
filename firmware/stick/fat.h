/* fat: a FAT12, FAT16 or FAT32 volume as a struct volume, in user space over sectors. Reads; overwrites in place,
 * changing nothing but the contents; makes new files so that a stick pulled at any write has every earlier byte and
 * either the whole new file or nothing of it (THREATS T17, T20, T21, T25). Bytes of strangers. One thread. */
#ifndef M2_STICK_FAT_H
#define M2_STICK_FAT_H

#include "stick/blockdev.h"
#include "stick/volume.h"

/* The volume in these sectors of d (partition.h finds them). d is borrowed until volume_close(); *out is the caller's.
 * Codes: as blockdev.h; ERR_FORMAT with words what is damaged, ERR_LIMIT: see fat_shape.h, fat_dir.h. */
M2_MUST_CHECK bool volume_open_fat(struct blockdev *d, uint64_t first_sector, uint64_t n_sectors, struct volume **out,
                                   struct err *err);

struct fat_table;
/* Its table, for edit_fat; what was known of a file is forgotten. */
struct fat_table *volume_fat_table(struct volume *v);

#endif
