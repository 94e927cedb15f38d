/* exfat: files of an exFAT volume by name: size, read, overwrite in place; new ones are exfat_create's. */
#include "stick/exfat.h"
#include "stick/exfat_create.h"
#include "stick/exfat_survey.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct exfat {
    struct volume base; /* first member */
    struct exfat_fs fs;
    char name[VOLUME_NAME_MAX]; /* the file of the last call, and where the walk through it is */
    struct exfat_stream file;
};

/* The file of a name, looked for once as long as the same is asked for. */
static bool find_file(struct exfat *x, const char *name, struct err *err)
{
    struct exfat_stream dir = x->fs.root;
    const char *part = name;
    struct exfat_set set;

    if (x->name[0] && strcmp(x->name, name) == 0) {
        return true;
    }
    for (;;) {
        size_t n = strcspn(part, "/");
        bool is_last = part[n] == '\0';
        struct exfat_scan scan = {.fs = &x->fs, .dir = dir};

        if (!exfat_find(&scan, part, n, &set, err)) {
            return err_wrap(err, "looking for '%s'", name);
        }
        if (set.type == EXFAT_END) {
            return scan.is_damaged ? err_set(err, ERR_FORMAT,
                                             "stick: the folder of '%s' is damaged; repair the stick on a "
                                             "computer",
                                             name)
                                   : err_set(err, ERR_NOT_FOUND, "stick: no '%s'", name);
        }
        if (set.is_folder == is_last) {
            return is_last ? err_set(err, ERR_FORMAT, "stick: '%s' is no file", name)
                           : err_set(err, ERR_NOT_FOUND, "stick: no '%s'", name);
        }
        if (is_last) {
            break;
        }
        dir = set.stream;
        part += n + 1;
    }
    x->file = set.stream;
    snprintf(x->name, sizeof x->name, "%s", name);
    return true;
}

static bool exfat_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    struct exfat *x = (struct exfat *)v;

    if (!find_file(x, name, err)) {
        return false;
    }
    *bytes = (int64_t)x->file.bytes;
    return true;
}

static bool exfat_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    struct exfat *x = (struct exfat *)v;
    int64_t size, valid, stored;

    if (!find_file(x, name, err)) {
        return false;
    }
    if (offset < 0 || n < 0) {
        return err_set(err, ERR_USAGE, "stick: '%s': %lld bytes at %lld", name, (long long)n, (long long)offset);
    }
    size = (int64_t)x->file.bytes;
    valid = (int64_t)x->file.valid;
    n = offset >= size ? 0 : n < size - offset ? n : size - offset;
    stored = offset >= valid ? 0 : n < valid - offset ? n : valid - offset;
    if (!exfat_stream_read(&x->fs, &x->file, (uint64_t)offset, buf, (uint64_t)stored, err)) {
        return err_wrap(err, "reading '%s'", name);
    }
    memset((char *)buf + stored, 0, (size_t)(n - stored));
    *got = n;
    return true;
}

static bool exfat_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                            struct err *err)
{
    struct exfat *x = (struct exfat *)v;

    if (!find_file(x, name, err)) {
        return false;
    }
    if (offset < 0 || n < 0 || offset > (int64_t)x->file.bytes - n) {
        return err_set(err, ERR_LIMIT, "stick: '%s' would have to grow; stations never do that", name);
    }
    if (offset > (int64_t)x->file.valid - n) {
        return err_set(err, ERR_LIMIT,
                       "stick: '%s' was written up to byte %lld only when it was made; prepare the stick anew", name,
                       (long long)x->file.valid);
    }
    if (!exfat_survey(&x->fs, err)) {
        return err_wrap(err, "writing '%s'", name);
    }
    if (x->fs.has_shared) {
        return err_set(err, ERR_FORMAT, "stick: two of its files share one place; repair the stick on a computer") ||
               err_wrap(err, "writing '%s'", name);
    }
    return exfat_stream_write(&x->fs, &x->file, (uint64_t)offset, buf, (uint64_t)n, err) ||
           err_wrap(err, "writing '%s'", name);
}

static bool exfat_create(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err)
{
    struct volume_source contents = volume_source_of(buf, n);

    return n < 0 ? err_set(err, ERR_USAGE, "stick: '%s': %lld bytes", name, (long long)n)
                 : exfat_create_file(&((struct exfat *)v)->fs, name, &contents, err);
}

static bool exfat_sync(struct volume *v, struct err *err)
{
    return blockdev_flush(((struct exfat *)v)->fs.d, err);
}

static void exfat_close(struct volume *v)
{
    struct exfat *x = (struct exfat *)v;

    free(x->fs.upcase);
    free(x->fs.used);
    free(x);
}

static const struct volume_class exfat_class = {
    .size = exfat_size,
    .read = exfat_read,
    .overwrite = exfat_overwrite,
    .create = exfat_create,
    .sync = exfat_sync,
    .close = exfat_close,
};

struct exfat_fs *volume_exfat_fs(struct volume *v)
{
    struct exfat *x = (struct exfat *)v;

    x->name[0] = '\0';
    return &x->fs;
}

bool volume_open_exfat(struct blockdev *d, uint64_t first_sector, uint64_t n_sectors, struct volume **out,
                       struct err *err)
{
    struct exfat *x = mem_alloc(sizeof *x);
    struct err mine = {0}; /* the code decides below, whether or not the caller wants it */

    x->base.class = &exfat_class;
    snprintf(x->base.label, sizeof x->base.label, "USB");
    x->fs.d = d;
    x->fs.base = first_sector;
    x->fs.n_sectors = n_sectors;
    if (!exfat_fs_open(&x->fs, &mine) || !exfat_read_root(&x->fs, x->base.label, sizeof x->base.label, &mine)) {
        exfat_close(&x->base);
        return err_set(err, mine.code, "%s", mine.text);
    }
    *out = &x->base;
    return true;
}
