/* install_priv: what install.c (copying and publishing) and sweep.c (what is on the shelf) share. */
#ifndef M2_SHELF_INSTALL_PRIV_H
#define M2_SHELF_INSTALL_PRIV_H

#include "shelf/install.h"
#include <limits.h>

/* DIR/NAMESUFFIX; ERR_LIMIT. */
bool install_path(char out[PATH_MAX], const char *dir, const char *name, const char *suffix, struct err *err);
/* The file is published, signed, and has the bytes of the catalogue. watch may be NULL. */
bool install_is_there(const char *shelf_dir, const struct trustlist *trust, const struct catalog_entry *entry,
                      const struct install_watch *watch);
/* install_sweep(), and where not keeps_former, the versions before those in use, too. */
int install_sweep_all(const char *shelf_dir, const struct trustlist *trust, bool keeps_former);

#endif
