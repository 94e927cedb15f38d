/* target: what the office was given as a stick: a folder, a disk image, a block device. One way to read and to change
 * all three. A file that is replaced is removed first: a cut leaves the old one, the new one, or none. */
#ifndef M2_TOOLS_TARGET_H
#define M2_TOOLS_TARGET_H

#include "disk.h"
#include "stick/blockdev.h"
#include "stick/edit.h"
#include "stick/partition.h"

enum target_kind { TARGET_FOLDER, TARGET_IMAGE, TARGET_DEVICE };

struct target {
    char path[1024];
    enum target_kind kind;
    struct volume *volume;         /* NULL: nothing that stations read lies on it; why tells */
    const struct edit_class *edit; /* of the volume */
    struct err why;
    struct blockdev *device; /* of an image or a device */
    struct partition part;   /* likewise: where the volume is, or what is there in its place */
    struct disk disk;        /* of a device */
};

/* *out is the caller's, also where nothing readable is on it. is_writing: to be changed by us alone; a device that is
 * in use is ERR_BUSY. ERR_NOT_FOUND; ERR_USAGE: neither folder, image nor device. */
M2_MUST_CHECK bool target_open(const char *path, bool is_writing, struct target **out, struct err *err);
/* Looks again, after formatting. */
M2_MUST_CHECK bool target_look(struct target *t, struct err *err);
/* There is a volume on it; else the failure says what there is. */
M2_MUST_CHECK bool target_is_readable(const struct target *t, struct err *err);
int64_t target_bytes(const struct target *t); /* of the image or device; 0 of a folder */
void target_close(struct target *t);          /* NULL is fine */

/* Names as for the volume. */
M2_MUST_CHECK bool target_put(struct target *t, const char *name, const struct volume_source *contents,
                              struct err *err);
/* Nothing is written where these bytes lie there already. */
M2_MUST_CHECK bool target_put_text(struct target *t, const char *name, const void *bytes, size_t n, struct err *err);
M2_MUST_CHECK bool target_remove(struct target *t, const char *name, struct err *err); /* missing is fine */
/* A folder that is missing has no files. */
M2_MUST_CHECK bool target_list(struct target *t, const char *folder, edit_name *each, void *ctx, struct err *err);
bool target_has(struct target *t, const char *name, int64_t *bytes); /* false: not there, or not readable */

#endif
