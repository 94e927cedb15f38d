/* reserve: DATA/reserve, 16 MB of written bytes that a full disk gives back, so that the running visit is still saved
 * (THREATS T5). Written, not sparse: blocks are really there. Threads: the clerk's. */
#ifndef M2_STORE_RESERVE_H
#define M2_STORE_RESERVE_H

#include "base/err.h"
#include <stdint.h>

#define RESERVE_BYTES ((int64_t)16 * 1024 * 1024)

bool reserve_is_there(const char *data_dir);
/* Writes it where it is missing; needs twice its size free, so that restoring it does not fill the disk again.
 * ERR_NO_SPACE. */
M2_MUST_CHECK bool reserve_restore(const char *data_dir, struct err *err);
/* Gives the room back. True when something was given. */
bool reserve_release(const char *data_dir);

#endif
