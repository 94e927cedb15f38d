/* edit: what only the office may do to a stick: whole files made from a source, removed, listed; stations overwrite
 * contents and never change a file-system structure (DESIGN 5), so micro2-stickd does not link this. Beside the calls
 * of volume.h, on the same volume. A cut at any write leaves every other file as it was, and this one there or not.
 * Codes: as volume.h; ERR_STATE, ERR_FORMAT: damaged, or a dirty exFAT, nothing is changed on it. */
#ifndef M2_STICK_EDIT_H
#define M2_STICK_EDIT_H

#include "stick/volume.h"

typedef bool edit_name(void *ctx, const char *name, int64_t bytes, struct err *err);

struct edit_class {
    const char *format; /* "FAT32", in words that people know */
    /* a new file and the folders before it; ERR_EXISTS, ERR_NO_SPACE */
    bool (*create)(struct volume *v, const char *name, const struct volume_source *contents, struct err *err);
    /* ERR_NOT_FOUND */
    bool (*remove)(struct volume *v, const char *name, struct err *err);
    /* each file in a folder, without its path, where the name is plain ASCII; ERR_NOT_FOUND. Nothing is changed while
     * it runs */
    bool (*list)(struct volume *v, const char *folder, edit_name *each, void *ctx, struct err *err);
    /* bytes in all and free, in units: what a file takes is rounded up to one */
    bool (*room)(struct volume *v, int64_t *total, int64_t *free, int64_t *unit, struct err *err);
};

/* v: of volume_open_folder(), volume_open_fat() and volume_open_exfat(). Of a folder the computer's own file system
 * decides what lies in a row. */
const struct edit_class *edit_folder(struct volume *v);
const struct edit_class *edit_fat(struct volume *v);
const struct edit_class *edit_exfat(struct volume *v);

#endif
