/* exfat_create: a new file on a learner's stick, in an order of writes that a pull cannot break (FORMAT.md, exFAT).
 * Only exfat*.c include it. */
#ifndef M2_STICK_EXFAT_CREATE_H
#define M2_STICK_EXFAT_CREATE_H

#include "stick/exfat_fs.h"

/* A file of exactly n bytes, and the folders before it that are missing; all of it appears with one sector, flushed.
 * ERR_EXISTS. ERR_NO_SPACE: nothing was written. ERR_LIMIT: the folder is full. ERR_STATE: dirty, or of a kind nothing
 * new is made on. ERR_FORMAT: damaged. */
M2_MUST_CHECK bool exfat_create_file(struct exfat_fs *fs, const char *name, const void *buf, uint64_t n,
                                     struct err *err);

#endif
