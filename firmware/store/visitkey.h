/* visitkey: the one small file from which an interrupted visit can go on: key, visit id, time of the last touch, boot.
 * It lies in the run folder, which must be tmpfs and outside the data folder; elsewhere there is no resume and nothing
 * is written (DESIGN 3). */
#ifndef M2_STORE_VISITKEY_H
#define M2_STORE_VISITKEY_H

#include "store/journal.h"

struct visitkey {
    struct journal_visit visit;
    int64_t touched_ms; /* clock_ms() of the last touch */
    int64_t lasts_ms;   /* how long after it the visit may go on */
};

/* False, with one line in the log, where the folder cannot be used. */
bool visitkey_is_usable(const char *run_dir, const char *data_dir);
/* Writes RUN/visit, 0600, whole or not at all. */
M2_MUST_CHECK bool visitkey_save(const char *run_dir, const struct visitkey *k, struct err *err);
/* True when there is a visit to go on with: same boot, last touch at most lasts_ms ago. Anything else is wiped. */
bool visitkey_load(const char *run_dir, struct visitkey *k);
/* Overwrites and removes. */
void visitkey_wipe(const char *run_dir);

#endif
