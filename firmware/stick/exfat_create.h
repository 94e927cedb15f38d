/* exfat_create: a new file on a learner's stick, in an order of writes that a pull cannot break (FORMAT.md, exFAT).
 * Only exfat*.c include it. */
#ifndef M2_STICK_EXFAT_CREATE_H
#define M2_STICK_EXFAT_CREATE_H

#include "stick/exfat_fs.h"

/* A file of these contents, and the folders before it that are missing; all of it appears with one sector, flushed.
 * ERR_EXISTS. ERR_NO_SPACE: nothing was written. ERR_LIMIT: the folder is full. ERR_FORMAT: dirty or damaged.
 * ERR_STATE: of a kind nothing new is made on. */
M2_MUST_CHECK bool exfat_create_file(struct exfat_fs *fs, const char *name, const struct volume_source *contents,
                                     struct err *err);
/* What is safe to change; what is used and by whom is known from here on. Codes as above. */
M2_MUST_CHECK bool exfat_is_fit(struct exfat_fs *fs, struct err *err);
/* Those sectors of the bitmap that are not as they are in memory. */
M2_MUST_CHECK bool exfat_write_bitmap(struct exfat_fs *fs, struct err *err);

#endif
