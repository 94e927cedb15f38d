/* fsio: files read whole, replaced atomically, room asked for, locks. */
#include "base/fsio.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/banned.h"

enum { PATH_BYTES = 4096 };

static bool fill(int fd, const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    char block[16384];

    for (;;) {
        ssize_t n = read(fd, block, sizeof block);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_sys(err, errno, "cannot read '%s'", path);
        }
        if (n == 0) {
            return true;
        }
        if ((size_t)n > max_bytes - out->len) {
            return err_set(err, ERR_LIMIT, "'%s': longer than %zu bytes", path, max_bytes);
        }
        buf_add(out, block, (size_t)n);
    }
}

bool fsio_read(const char *path, size_t max_bytes, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct buf got = {0};

    if (fd < 0) {
        return err_sys(err, errno, "cannot open '%s'", path);
    }
    bool ok = fill(fd, path, max_bytes, &got, err);

    close(fd);
    if (!ok) {
        buf_release(&got);
        return false;
    }
    buf_clear(out);
    buf_add(out, got.data ? got.data : "", got.len);
    buf_wipe(&got);
    return true;
}

bool fsio_write_all(int fd, const void *data, size_t n, struct err *err)
{
    const char *p = data;

    while (n) {
        ssize_t w = write(fd, p, n);

        if (w < 0 && errno == EINTR) {
            continue;
        }
        if (w < 0) {
            return err_sys(err, errno, "cannot write");
        }
        p += w;
        n -= (size_t)w;
    }
    return true;
}

static bool parent_of(const char *path, char out[PATH_BYTES])
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;

    if (n >= PATH_BYTES) {
        return false;
    }
    if (!slash) {
        memcpy(out, ".", 2);
    } else if (n == 0) {
        memcpy(out, "/", 2);
    } else {
        memcpy(out, path, n);
        out[n] = '\0';
    }
    return true;
}

bool fsio_sync_dir(const char *dir, struct err *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return err_sys(err, errno, "cannot open folder '%s'", dir);
    }
    bool ok = fsync(fd) == 0 || err_sys(err, errno, "cannot sync folder '%s'", dir);

    close(fd);
    return ok;
}

bool fsio_replace(const char *path, const void *data, size_t n, int mode, struct err *err)
{
    char fresh[PATH_BYTES], dir[PATH_BYTES];
    int fd;
    bool ok;

    if ((size_t)snprintf(fresh, sizeof fresh, "%s.new", path) >= sizeof fresh || !parent_of(path, dir)) {
        return err_set(err, ERR_LIMIT, "a path over %d bytes", PATH_BYTES);
    }
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0) {
        return err_sys(err, errno, "cannot create '%s'", fresh);
    }
    ok = fsio_write_all(fd, data, n, err) || err_wrap(err, "'%s'", fresh);
    ok = ok && (fchmod(fd, (mode_t)mode) == 0 || err_sys(err, errno, "cannot set the mode of '%s'", fresh));
    ok = ok && (fsync(fd) == 0 || err_sys(err, errno, "cannot sync '%s'", fresh));
    if (close(fd) != 0 && ok) {
        ok = err_sys(err, errno, "cannot close '%s'", fresh);
    }
    ok = ok && (rename(fresh, path) == 0 || err_sys(err, errno, "cannot rename to '%s'", path));
    if (!ok) {
        unlink(fresh);
        return false;
    }
    return fsio_sync_dir(dir, err);
}

bool fsio_make_dirs(const char *path, int mode, struct err *err)
{
    char part[PATH_BYTES];
    size_t n = strlen(path);
    struct stat st;

    if (n >= sizeof part) {
        return err_set(err, ERR_LIMIT, "a path over %d bytes", PATH_BYTES);
    }
    for (size_t i = 1; i <= n; i++) {
        if (i < n && path[i] != '/') {
            continue;
        }
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, (mode_t)mode) != 0 && errno != EEXIST) {
            return err_sys(err, errno, "cannot make folder '%s'", part);
        }
    }
    return (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) || err_set(err, ERR_EXISTS, "'%s' is no folder", path);
}

bool fsio_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

int64_t fsio_size(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : -1;
}

int64_t fsio_free_bytes(const char *path)
{
    struct statvfs st;

    return statvfs(path, &st) == 0 ? (int64_t)st.f_bavail * (int64_t)st.f_frsize : -1;
}

bool fsio_is_tmpfs(const char *path)
{
    struct statfs st;

    return statfs(path, &st) == 0 && (st.f_type == TMPFS_MAGIC || st.f_type == RAMFS_MAGIC);
}

bool fsio_join(const char *dir, const char *name, char *out, size_t cap, struct err *err)
{
    if (!name[0] || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..")) {
        return err_set(err, ERR_FORMAT, "'%s' is no plain file name", name);
    }
    return (size_t)snprintf(out, cap, "%s/%s", dir, name) < cap ||
           err_set(err, ERR_LIMIT, "a path over %zu bytes", cap - 1);
}

bool fsio_lock(const char *path, int *out, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        return err_sys(err, errno, "cannot open lock '%s'", path);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int why = errno;

        close(fd);
        return why == EWOULDBLOCK ? err_set(err, ERR_BUSY, "'%s' is held by another program", path)
                                  : err_sys(err, why, "cannot lock '%s'", path);
    }
    *out = fd;
    return true;
}

void fsio_unlock(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool fsio_list(const char *dir, char ***names, int *n, struct err *err)
{
    DIR *d = opendir(dir);
    struct dirent *entry;
    char **list = NULL;
    int count = 0;

    if (!d) {
        return err_sys(err, errno, "cannot list '%s'", dir);
    }
    while ((entry = readdir(d))) {
        if (entry->d_name[0] != '.') {
            list = mem_grow(list, ((size_t)count + 1) * sizeof *list);
            list[count++] = mem_str(entry->d_name);
        }
    }
    closedir(d);
    if (count) {
        qsort(list, (size_t)count, sizeof *list, by_name);
    }
    *names = list;
    *n = count;
    return true;
}

void fsio_free_names(char **names, int n)
{
    for (int i = 0; i < n; i++) {
        free(names[i]);
    }
    free(names);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
    (void)st;
    (void)type;
    (void)walk;
    return remove(path);
}

bool fsio_remove_tree(const char *path, struct err *err)
{
    enum { OPEN_FOLDERS = 16 };

    if (nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT) {
        return err_sys(err, errno, "cannot remove '%s'", path);
    }
    return true;
}
