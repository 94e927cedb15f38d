/* identity: is this data folder the one we left, or a copy, or an old one put back? Compares the database file's device
 * and inode and the machine's id with what was noted, and the last row with a witness file beside the database. A
 * folder that is not the same begins a new epoch, so that no row can be taken for another; what cannot be seen here is
 * a conflict at the office, kept and named there. */
#ifndef M2_STORE_IDENTITY_H
#define M2_STORE_IDENTITY_H

#include "store/db.h"

/* *reason: NULL = the same folder; else "made", "copied" or "restored" (a literal). */
M2_MUST_CHECK bool identity_check(struct db *db, const char *data_dir, const char **reason, struct err *err);
/* Notes this folder as ours, in the caller's transaction. */
M2_MUST_CHECK bool identity_note(struct db *db, const char *data_dir, struct err *err);
/* The last row there is, once it is committed: at start, when a visit ends, at close. False when storage fails; a full
 * disk only removes the witness. */
M2_MUST_CHECK bool identity_witness(const char *data_dir, int64_t last_seq, struct err *err);

#endif
