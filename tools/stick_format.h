/* stick_format: one partition with FAT32 or exFAT over a whole stick or image. mkfs.vfat (dosfstools) or mkfs.exfat
 * (exfatprogs) makes it in memory; what it wrote is put on the stick, the partition table last: a cut leaves a stick
 * that counts as empty. No program but this one ever writes on the stick. */
#ifndef M2_TOOLS_STICK_FORMAT_H
#define M2_TOOLS_STICK_FORMAT_H

#include "target.h"

enum stick_fs { STICK_FS_FAT32, STICK_FS_EXFAT };

#define STICK_BYTES_MIN       ((int64_t)64 << 20) /* smaller ones are not formatted */
#define STICK_FAT32_BYTES_MAX ((int64_t)32 << 30) /* larger ones get exFAT unless FAT32 is asked for */

enum stick_fs stick_format_best(int64_t bytes);
const char *stick_format_name(enum stick_fs fs);
/* What can be told before anything is lost: ERR_USAGE a folder or a partition, ERR_LIMIT too small. */
M2_MUST_CHECK bool stick_format_check(const struct target *t, enum stick_fs fs, struct err *err);
/* ERR_NOT_FOUND: the program is missing. Everything on it is lost, also when it fails. t->volume is the new one. */
M2_MUST_CHECK bool stick_format(struct target *t, enum stick_fs fs, struct err *err);

#endif
