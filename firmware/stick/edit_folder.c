/* edit_folder: files of a plain folder made, removed and listed: beside their place, synced, then in it. */
#include "base/fsio.h"
#include "stick/edit.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/banned.h"

enum { PATH_BYTES = 1200, PIECE_BYTES = 256 * 1024 };

static void path_of(struct volume *v, const char *name, const char *ending, char out[PATH_BYTES])
{
    snprintf(out, PATH_BYTES, "%s/%s%s", volume_folder_dir(v), name, ending);
}

static bool fill(int fd, const struct volume_source *contents, struct err *err)
{
    char *piece = mem_alloc(PIECE_BYTES);
    bool ok = true;

    for (int64_t at = 0, n; ok && at < contents->bytes; at += n) {
        n = contents->bytes - at < PIECE_BYTES ? contents->bytes - at : PIECE_BYTES;
        ok = contents->read(contents->ctx, at, piece, n, err) && fsio_write_all(fd, piece, (size_t)n, err);
    }
    free(piece);
    return ok && (fsync(fd) == 0 || err_sys(err, errno, "cannot sync"));
}

static bool make_folder_of(struct volume *v, const char *name, struct err *err)
{
    char path[PATH_BYTES];

    path_of(v, name, "", path);
    *strrchr(path, '/') = '\0';
    return fsio_make_dirs(path, 0755, err);
}

static bool edit_create(struct volume *v, const char *name, const struct volume_source *contents, struct err *err)
{
    char path[PATH_BYTES], fresh[PATH_BYTES];
    int fd;
    bool ok;

    path_of(v, name, "", path);
    path_of(v, name, ".new", fresh);
    if (fsio_exists(path)) {
        return err_set(err, ERR_EXISTS, "stick: '%s' is there already", name);
    }
    if (!make_folder_of(v, name, err)) {
        return false;
    }
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        return err_sys(err, errno, "cannot create '%s'", fresh);
    }
    ok = fill(fd, contents, err) || err_wrap(err, "'%s'", fresh);
    if (close(fd) != 0 && ok) {
        ok = err_sys(err, errno, "cannot close '%s'", fresh);
    }
    ok = ok && (rename(fresh, path) == 0 || err_sys(err, errno, "cannot rename to '%s'", path));
    if (!ok) {
        unlink(fresh);
    }
    return ok;
}

static bool edit_remove(struct volume *v, const char *name, struct err *err)
{
    char path[PATH_BYTES];

    path_of(v, name, "", path);
    return unlink(path) == 0 || err_sys(err, errno, "cannot remove '%s'", path);
}

static bool edit_list(struct volume *v, const char *folder, edit_name *each, void *ctx, struct err *err)
{
    char path[PATH_BYTES], **names;
    int n;
    bool ok = true;

    path_of(v, folder, "", path);
    if (!fsio_list(path, &names, &n, err)) {
        return false;
    }
    for (int i = 0; ok && i < n; i++) {
        char file[PATH_BYTES];
        int64_t bytes = fsio_join(path, names[i], file, sizeof file, NULL) ? fsio_size(file) : -1;

        ok = bytes < 0 || each(ctx, names[i], bytes, err);
    }
    fsio_free_names(names, n);
    return ok;
}

static bool edit_room(struct volume *v, int64_t *total, int64_t *free, int64_t *unit, struct err *err)
{
    struct statvfs st;

    if (statvfs(volume_folder_dir(v), &st) != 0) {
        return err_sys(err, errno, "'%s'", volume_folder_dir(v));
    }
    *unit = (int64_t)st.f_frsize;
    *total = (int64_t)st.f_blocks * *unit;
    *free = (int64_t)st.f_bavail * *unit;
    return true;
}

const struct edit_class *edit_folder(struct volume *v)
{
    static const struct edit_class class = {"a folder", edit_create, edit_remove, edit_list, edit_room};

    (void)v;
    return &class;
}
