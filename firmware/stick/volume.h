/* volume: the few things a stick can do, whatever it is: open by fixed name, read at, overwrite in place, create new,
 * sync. Four backs: FAT (fat.h) and exFAT (exfat.h) in micro2-stickd, the link to it (wire.h) in the station, and a
 * plain folder (here; desks and tests only). Names are our fixed patterns with '/' between at most 3 parts; anything
 * else is ERR_FORMAT before the back sees it (T22). */
#ifndef M2_STICK_VOLUME_H
#define M2_STICK_VOLUME_H

#include "base/err.h"
#include <stdint.h>

enum { VOLUME_NAME_MAX = 96 };

struct volume;

struct volume_class {
    /* size of the file in bytes; ERR_NOT_FOUND */
    bool (*size)(struct volume *v, const char *name, int64_t *bytes, struct err *err);
    /* up to n bytes at offset; *got < n only at the end */
    bool (*read)(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                 struct err *err);
    /* inside the present size only: contents change, no file-system structure does */
    bool (*overwrite)(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n, struct err *err);
    /* new file of exactly this content; ERR_EXISTS. Stations never call it on a courier stick (DESIGN 5). */
    bool (*create)(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err);
    bool (*sync)(struct volume *v, struct err *err);
    void (*close)(struct volume *v);
};

struct volume {
    const struct volume_class *class;
    char label[64]; /* what the screen may call it: clean text */
};

/* Contents of a new file, asked for piece by piece, in order. */
struct volume_source {
    int64_t bytes;
    bool is_in_a_row; /* all of it in one piece of the stick, or ERR_NO_SPACE */
    bool (*read)(void *ctx, int64_t offset, void *buf, int64_t n, struct err *err); /* exactly n */
    void *ctx;
};
/* Of bytes in memory, borrowed. */
struct volume_source volume_source_of(const void *bytes, int64_t n);

M2_MUST_CHECK bool volume_open_folder(const char *dir, struct volume **out, struct err *err);
const char *volume_folder_dir(struct volume *v); /* of volume_open_folder(); borrowed */
/* The calls everyone uses: check the name, then ask the back. A pulled stick is ERR_GONE. */
M2_MUST_CHECK bool volume_size(struct volume *v, const char *name, int64_t *bytes, struct err *err);
M2_MUST_CHECK bool volume_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                               struct err *err);
M2_MUST_CHECK bool volume_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                                    struct err *err);
M2_MUST_CHECK bool volume_create(struct volume *v, const char *name, const void *buf, int64_t n, struct err *err);
M2_MUST_CHECK bool volume_sync(struct volume *v, struct err *err);
void volume_close(struct volume *v);

#endif
