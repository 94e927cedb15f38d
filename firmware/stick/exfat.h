/* exfat: an exFAT volume (Microsoft's specification, revision 1.00) as a volume, read in user space over a blockdev.
 * Foreign bytes: every field is checked against the others and the partition before it is used; no recursion, no loop
 * that the stick decides the length of. What is read and refused: FORMAT.md. One owner, one thread. Memory: the
 * up-case table (128 KiB), the cache (256 KiB) and, once something is written, two bits a cluster. */
#ifndef M2_STICK_EXFAT_H
#define M2_STICK_EXFAT_H

#include "stick/blockdev.h"
#include "stick/volume.h"

enum {
    EXFAT_DEPTH_MAX = 4,            /* folders inside each other that are looked into */
    EXFAT_ENTRIES_MAX = 1000,       /* files and folders looked at in one folder */
    EXFAT_SLOTS_MAX = 19 * 1000,    /* entries of 32 bytes looked at in one folder, deleted ones too */
    EXFAT_SURVEY_MAX = 100000,      /* files and folders looked at before the first write */
    EXFAT_SURVEY_READS_MAX = 10000, /* of 4 KiB, before the first write */
    EXFAT_CLUSTERS_MAX = 1 << 25,   /* 4 TiB at 128 KiB */
    EXFAT_FOLDER_BYTES = 65536,     /* of a new folder, at least; it never grows */
};

/* The volume of n_sectors from first_sector on. d is borrowed until volume_close(), which does not close it.
 * Dirty volumes and those whose main boot region is damaged are read and overwritten; nothing new is made on them.
 * overwrite does not flush; create does. ERR_FORMAT: no exFAT, or damaged. ERR_VERSION: a later revision. ERR_LIMIT. */
M2_MUST_CHECK bool volume_open_exfat(struct blockdev *d, uint64_t first_sector, uint64_t n_sectors, struct volume **out,
                                     struct err *err);

struct exfat_fs;
/* What is below its names, for edit_exfat; what was known of a file is forgotten. */
struct exfat_fs *volume_exfat_fs(struct volume *v);

#endif
