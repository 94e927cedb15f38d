/* fill_stick: puts files of somebody's own on a stick's image, as a camera or a music player leaves them: fill_stick
 * IMAGE FILES. In folders of FILES_A_FOLDER, of many sizes, with holes between them where others were removed again. */
#include "stick/edit.h"
#include "stick/exfat.h"
#include "stick/fat.h"
#include "stick/partition.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

enum { SECTOR = 512, FILES_A_FOLDER = 400, SIZES = 13, SIZE_STEP = 1777, HOLE_EVERY = 5 };

static bool read_filler(void *ctx, int64_t offset, void *buf, int64_t n, struct err *err)
{
    unsigned char *out = buf;

    (void)ctx;
    (void)err;
    for (int64_t i = 0; i < n; i++) {
        out[i] = (unsigned char)(offset + i);
    }
    return true;
}

/* The image is thrown away after a fault; a computer's own cache would not wait for each file either. */
static bool no_flush(struct blockdev *d, struct err *err)
{
    (void)d;
    (void)err;
    return true;
}

static void name_of(int64_t i, char name[VOLUME_NAME_MAX])
{
    snprintf(name, VOLUME_NAME_MAX, "photos-%03lld/picture-%05lld.jpg", (long long)(i / FILES_A_FOLDER), (long long)i);
}

static bool fill(struct volume *v, const struct edit_class *edit, int64_t n_files, struct err *err)
{
    char name[VOLUME_NAME_MAX];
    int64_t n = n_files * HOLE_EVERY / (HOLE_EVERY - 1), left = n_files;
    bool ok = true;

    for (int64_t i = 0; ok && i < n; i++) {
        struct volume_source contents = {.bytes = (i % SIZES + 1) * SIZE_STEP, .read = read_filler};

        name_of(i, name);
        ok = edit->create(v, name, &contents, err);
    }
    for (int64_t i = 0; ok && i < n && left < n; i += HOLE_EVERY, left++) {
        name_of(i, name);
        ok = edit->remove(v, name, err);
    }
    return ok && volume_sync(v, err);
}

int main(int argc, char **argv)
{
    int64_t n_files = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
    int fd = argc == 3 ? open(argv[1], O_RDWR | O_CLOEXEC) : -1;
    struct blockdev_class lazy;
    struct blockdev *d = NULL;
    struct volume *v = NULL;
    struct partition p;
    struct err err = {0};
    bool ok;

    if (n_files <= 0 || fd < 0) {
        fprintf(stderr, "usage: fill_stick IMAGE FILES\n");
        return 1;
    }
    if (!blockdev_open_image(fd, SECTOR, false, &d, &err)) {
        fprintf(stderr, "fill_stick: %s\n", err.text);
        return 2;
    }
    lazy = *d->class;
    lazy.flush = no_flush;
    d->class = &lazy;
    ok = partition_find(d, &p, &err) &&
         (p.kind == PARTITION_FAT ? volume_open_fat(d, p.first_sector, p.n_sectors, &v, &err)
                                  : volume_open_exfat(d, p.first_sector, p.n_sectors, &v, &err)) &&
         fill(v, p.kind == PARTITION_FAT ? edit_fat(v) : edit_exfat(v), n_files, &err);
    if (!ok) {
        fprintf(stderr, "fill_stick: %s\n", err.text);
    }
    volume_close(v);
    blockdev_close(d);
    return ok ? 0 : 2;
}
