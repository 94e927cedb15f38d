/* disk: what the computer knows of a block device: its maker's words for it, and who uses it. Read from sysfs and the
 * list of mounts, which tests make up. */
#ifndef M2_TOOLS_DISK_H
#define M2_TOOLS_DISK_H

#include <stdbool.h>

#define DISK_SYSFS  "/sys/dev/block"
#define DISK_MOUNTS "/proc/self/mountinfo"

struct disk {
    char model[64];    /* "SanDisk Ultra"; "" = unknown */
    char mounted[256]; /* where it or a part of it is mounted; "" = nowhere */
    bool is_system;    /* there the computer's own files are */
    bool is_partition; /* of a disk, no whole one */
};

/* sysfs: a folder of links named MAJOR:MINOR, as DISK_SYSFS; mounts: as DISK_MOUNTS. What cannot be read is unknown. */
void disk_describe(const char *sysfs, const char *mounts, unsigned major, unsigned minor, struct disk *out);

#endif
