/* volume: names checked once for every back; the folder back for desks and tests. */
#include "stick/volume.h"
#include "base/buf.h"
#include "base/fsio.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { NAME_PARTS_MAX = 3 };

struct folder {
    struct volume base; /* first member */
    char dir[1024];
};

/* Lower-case letters, digits, '-', '.', and upper case for READ-ME.txt; no part may begin with a dot. */
static bool check_name(const char *name, struct err *err)
{
    int parts = 1;
    bool at_start = true;

    for (const char *p = name; *p; p++) {
        bool is_plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-' ||
                        (*p == '.' && !at_start);

        if (*p == '/' && !at_start && p[1]) {
            parts++;
            at_start = true;
        } else if (!is_plain) {
            return err_set(err, ERR_FORMAT, "stick: a name that is none of ours");
        } else {
            at_start = false;
        }
    }
    return (name[0] && strlen(name) < VOLUME_NAME_MAX && parts <= NAME_PARTS_MAX) ||
           err_set(err, ERR_FORMAT, "stick: a name that is none of ours");
}

bool volume_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    return check_name(name, err) && v->class->size(v, name, bytes, err);
}

bool volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                 struct err *err)
{
    return check_name(name, err) && v->class->read(v, name, offset, buf, n, got, err);
}

bool volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n, struct err *err)
{
    return check_name(name, err) && v->class->overwrite(v, name, offset, buf, n, err);
}

bool volume_create(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err)
{
    return check_name(name, err) && v->class->create(v, name, buf, n, err);
}

bool volume_sync(struct volume *v, struct err *err)
{
    return v->class->sync(v, err);
}

static bool read_memory(void *ctx, int64_t offset, void *buf, int64_t n, struct err *err)
{
    (void)err;
    memcpy(buf, (const char *)ctx + offset, (size_t)n);
    return true;
}

struct volume_source volume_source_of(const void *bytes, int64_t n)
{
    return (struct volume_source){.bytes = n, .read = read_memory, .ctx = (void *)(uintptr_t)bytes};
}

void volume_close(struct volume *v)
{
    if (v) {
        v->class->close(v);
    }
}

/* --- a plain folder
 * ------------------------------------------------------------------------------------------------------------ */

/* The folder itself gone means the stick was pulled, whatever errno said of the file. */
static bool folder_fail(const struct folder *f, const char *name, int errnum, struct err *err)
{
    if (access(f->dir, F_OK) != 0) {
        return err_set(err, ERR_GONE, "stick: it was pulled out");
    }
    return err_sys(err, errnum, "stick: '%s'", name);
}

static int folder_fd(struct folder *f, const char *name, int flags, struct err *err)
{
    char path[1200];
    int fd;

    snprintf(path, sizeof path, "%s/%s", f->dir, name);
    fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        folder_fail(f, name, errno, err);
    }
    return fd;
}

static bool folder_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    struct folder *f = (struct folder *)v;
    struct stat st;
    int fd = folder_fd(f, name, O_RDONLY, err);
    bool ok;

    if (fd < 0) {
        return false;
    }
    ok = fstat(fd, &st) == 0 ? S_ISREG(st.st_mode) || err_set(err, ERR_FORMAT, "stick: '%s' is no file", name)
                             : folder_fail(f, name, errno, err);
    if (ok) {
        *bytes = st.st_size;
    }
    close(fd);
    return ok;
}

static bool folder_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                        struct err *err)
{
    struct folder *f = (struct folder *)v;
    int fd = folder_fd(f, name, O_RDONLY, err);
    int64_t done = 0;
    bool ok = fd >= 0;

    while (ok && done < n) {
        ssize_t r = pread(fd, (char *)buf + done, (size_t)(n - done), offset + done);

        if (r == 0) {
            break;
        }
        if (r < 0 && errno != EINTR) {
            ok = folder_fail(f, name, errno, err);
        }
        done += r > 0 ? r : 0;
    }
    if (fd >= 0) {
        close(fd);
    }
    if (ok) {
        *got = done;
    }
    return ok;
}

static bool write_at(struct folder *f, const char *name, int fd, int64_t offset, const void *buf, int64_t n,
                     struct err *err)
{
    for (int64_t done = 0; done < n;) {
        ssize_t w = pwrite(fd, (const char *)buf + done, (size_t)(n - done), offset + done);

        if (w < 0 && errno != EINTR) {
            return folder_fail(f, name, errno, err);
        }
        done += w > 0 ? w : 0;
    }
    return true;
}

static bool folder_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                             struct err *err)
{
    struct folder *f = (struct folder *)v;
    struct stat st;
    int fd = folder_fd(f, name, O_WRONLY, err);
    bool ok;

    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &st) != 0) {
        ok = folder_fail(f, name, errno, err);
    } else if (offset < 0 || n < 0 || offset > st.st_size - n) {
        ok = err_set(err, ERR_LIMIT, "stick: '%s' would have to grow; stations never do that", name);
    } else {
        ok = write_at(f, name, fd, offset, buf, n, err) && (fdatasync(fd) == 0 || folder_fail(f, name, errno, err));
    }
    if (close(fd) != 0 && ok) {
        ok = folder_fail(f, name, errno, err);
    }
    return ok;
}

static bool folder_create(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err)
{
    struct folder *f = (struct folder *)v;
    const char *slash = strrchr(name, '/');
    char path[1200];
    int fd;
    bool ok;

    if (slash) {
        snprintf(path, sizeof path, "%s/%.*s", f->dir, (int)(slash - name), name);
        if (!fsio_make_dirs(path, 0755, err)) {
            return false;
        }
    }
    fd = folder_fd(f, name, O_WRONLY | O_CREAT | O_EXCL, err);
    if (fd < 0) {
        return false;
    }
    ok = write_at(f, name, fd, 0, buf, n, err) && (fsync(fd) == 0 || folder_fail(f, name, errno, err));
    if (close(fd) != 0 && ok) {
        ok = folder_fail(f, name, errno, err);
    }
    return ok;
}

static bool folder_sync(struct volume *v, struct err *err)
{
    struct folder *f = (struct folder *)v;
    int fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return folder_fail(f, ".", errno, err);
    }
    bool ok = syncfs(fd) == 0 || folder_fail(f, ".", errno, err);

    close(fd);
    return ok;
}

static void folder_close(struct volume *v)
{
    free(v);
}

static const struct volume_class folder_class = {
    .size = folder_size,
    .read = folder_read,
    .overwrite = folder_overwrite,
    .create = folder_create,
    .sync = folder_sync,
    .close = folder_close,
};

const char *volume_folder_dir(struct volume *v)
{
    return ((struct folder *)v)->dir;
}

bool volume_open_folder(const char *dir, struct volume **out, struct err *err)
{
    struct stat st;
    struct folder *f;

    if (stat(dir, &st) != 0) {
        return err_sys(err, errno, "stick folder '%s'", dir);
    }
    if (!S_ISDIR(st.st_mode)) {
        return err_set(err, ERR_USAGE, "stick '%s': not a folder", dir);
    }
    if (strlen(dir) >= sizeof f->dir) {
        return err_set(err, ERR_LIMIT, "stick folder: a path over %zu bytes", sizeof f->dir - 1);
    }
    f = mem_alloc(sizeof *f);
    f->base.class = &folder_class;
    snprintf(f->base.label, sizeof f->base.label, "USB");
    snprintf(f->dir, sizeof f->dir, "%s", dir);
    *out = &f->base;
    return true;
}
