/* fat_table: the file allocation table: which cluster follows which, which are free. Both copies of it on a stick are
 * kept the same where they are written. Foreign numbers: a cluster that comes out of here is inside the volume. What is
 * held of the medium: FAT_WINDOWS pieces of the copies, what is kept of folders, and three bits a cluster that tell
 * files grown into each other.
 */
#ifndef M2_STICK_FAT_TABLE_H
#define M2_STICK_FAT_TABLE_H

#include "stick/blockdev.h"
#include "stick/fat_kept.h"
#include "stick/fat_shape.h"

enum { FAT_WINDOW_BYTES = 16 * 1024, FAT_WINDOWS = 16 };

struct fat_window {
    bool is_held;
    uint32_t copy;
    uint64_t first; /* byte of the copy */
    uint8_t bytes[FAT_WINDOW_BYTES];
};

struct fat_table {
    struct blockdev *d;
    uint64_t first_sector; /* of the volume on the device */
    struct fat_shape shape;
    struct fat_window window[FAT_WINDOWS]; /* folders and files lie apart: one would be read anew with each name */
    uint32_t oldest;
    struct fat_kept kept; /* of folders */
    uint8_t *followed;    /* bit: some cluster names this one as its next */
    uint8_t *noted;       /* bit: fat_table_note_head() knows it */
    uint8_t *shared;      /* bit: more than one does, or one and a folder entry, or two entries begin here */
    bool is_surveyed;     /* by fat_survey() */
    struct err missed;    /* by it */
    struct {              /* one sector of each copy, changed and not yet written */
        bool is_held;
        uint64_t sector; /* of the copy */
        uint8_t bytes[FAT_COPIES_MAX][BLOCKDEV_SECTOR_MAX];
    } pen;
};

/* Nothing is held any more; it is read again when it is next wanted. */
void fat_table_forget(struct fat_table *t);
/* The same for what was read of the copies. */
void fat_table_forget_windows(struct fat_table *t);

bool fat_table_has(const struct fat_table *t, uint32_t cluster);        /* a number of a cluster of this volume */
uint64_t fat_table_sector(const struct fat_table *t, uint32_t cluster); /* its first one, on the device */
uint32_t fat_table_cluster_bytes(const struct fat_table *t);
/* The one after `cluster`; 0 at the end of the chain. ERR_FORMAT: a free, bad or impossible number, or a cluster that
 * belongs to two chains. A caller counts its steps: chains may be loops. */
M2_MUST_CHECK bool fat_table_next(struct fat_table *t, uint32_t cluster, uint32_t *next, struct err *err);
/* A folder entry says that a chain begins here: ERR_FORMAT where that cannot be, another chain runs into it or begins
 * there, too, or it counts as free. */
M2_MUST_CHECK bool fat_table_check_head(struct fat_table *t, uint32_t cluster, struct err *err);
/* A chain of another entry begins here: from now on one that runs into it is told apart, and where it counts as free it
 * is not given away. */
M2_MUST_CHECK bool fat_table_note_head(struct fat_table *t, uint32_t cluster, struct err *err);
/* Two entries begin here: neither may be read or written from now on. */
M2_MUST_CHECK bool fat_table_note_twin(struct fat_table *t, uint32_t cluster, struct err *err);

/* The first cluster from `from` on that is free in each copy and that no chain runs into; 0 when there is none. */
M2_MUST_CHECK bool fat_table_free(struct fat_table *t, uint32_t from, uint32_t *out, struct err *err);
/* Entry of `cluster` := next (0 = end of chain), in each copy; on the stick after fat_table_write(). An entry is one
 * that fat_table_free() gave, or fat_table_is_whole(). */
M2_MUST_CHECK bool fat_table_set(struct fat_table *t, uint32_t cluster, uint32_t next, struct err *err);
M2_MUST_CHECK bool fat_table_write(struct fat_table *t, struct err *err);
/* The same with the entry's own bits, as they are; says nothing of who follows whom. */
M2_MUST_CHECK bool fat_table_put(struct fat_table *t, uint32_t cluster, uint32_t value, struct err *err);
/* So many more clusters are free: FAT32's own count, a hint that others keep, too. */
M2_MUST_CHECK bool fat_table_count(struct fat_table *t, int64_t more, struct err *err);
/* false: the entry lies across two sectors, so that no single write changes it. */
bool fat_table_is_whole(const struct fat_table *t, uint32_t cluster);

#endif
