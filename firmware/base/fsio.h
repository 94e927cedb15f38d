/* fsio: files read whole, replaced atomically, room asked for, locks. Messages name the path. */
#ifndef M2_BASE_FSIO_H
#define M2_BASE_FSIO_H

#include "base/buf.h"
#include <stdint.h>

/* Whole file into out (cleared first). Longer than max_bytes: ERR_LIMIT. Codes: ERR_IO, ERR_NOT_FOUND, ERR_LIMIT. */
M2_MUST_CHECK bool fsio_read(const char *path, size_t max_bytes, struct buf *out, struct err *err);
/* New beside old (".new" suffix, same folder), fsync, rename, fsync of the folder. mode as in open(2). */
M2_MUST_CHECK bool fsio_replace(const char *path, const void *data, size_t n, int mode, struct err *err);
M2_MUST_CHECK bool fsio_sync_dir(const char *dir, struct err *err);
/* mkdir -p; existing is fine. */
M2_MUST_CHECK bool fsio_make_dirs(const char *path, int mode, struct err *err);
bool fsio_exists(const char *path);
int64_t fsio_size(const char *path); /* -1 = not there or no regular file */
/* Bytes free to this user on the file system of path; -1 on failure. */
int64_t fsio_free_bytes(const char *path);
bool fsio_is_tmpfs(const char *path);
/* dir + "/" + name into out; name must be one plain path part (no '/', not "." or ".."), else ERR_FORMAT. */
M2_MUST_CHECK bool fsio_join(const char *dir, const char *name, char *out, size_t cap, struct err *err);
/* Exclusive advisory lock on a file (made if missing), held until fsio_unlock or exit; held elsewhere: ERR_BUSY. */
M2_MUST_CHECK bool fsio_lock(const char *path, int *fd, struct err *err);
void fsio_unlock(int fd);
/* Sorted names in dir (no dot files), joined as an array; free with fsio_free_names. */
M2_MUST_CHECK bool fsio_list(const char *dir, char ***names, int *n, struct err *err);
void fsio_free_names(char **names, int n);
/* Everything below and including path, for folders that we made. */
M2_MUST_CHECK bool fsio_remove_tree(const char *path, struct err *err);
/* All n bytes or failure; EINTR is gone on. */
M2_MUST_CHECK bool fsio_write_all(int fd, const void *data, size_t n, struct err *err);

#endif
