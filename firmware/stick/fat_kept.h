/* fat_kept: what was read of a FAT volume's folders, kept in memory: each name that is looked for asks for its whole
 * folder, and a stick answers a few thousand commands a second. Pieces as the walk reads them (fat_dir.h),
 * FAT_KEPT_BYTES of them at most; when these are full it begins anew. Nothing is kept while anything may be changed:
 * fat.c says when. */
#ifndef M2_STICK_FAT_KEPT_H
#define M2_STICK_FAT_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FAT_KEPT_PIECES = 256,
    FAT_KEPT_BYTES = 512 * 1024, /* a folder of FAT_ENTRIES_MAX long names is about half of it */
};

struct fat_kept { /* zeroed: nothing is kept, and nothing will be */
    bool is_on;
    uint32_t n_pieces;
    size_t n_bytes;
    struct {
        uint64_t sector; /* of the device: the first */
        uint32_t n_bytes;
        uint8_t *bytes;
    } piece[FAT_KEPT_PIECES];
};

/* The piece that begins at this sector, into out of room bytes; its length, 0 where it is not kept or is longer. */
uint32_t fat_kept_take(const struct fat_kept *k, uint64_t sector, uint8_t *out, uint32_t room);
void fat_kept_put(struct fat_kept *k, uint64_t sector, const uint8_t *bytes, uint32_t n);
/* Nothing is kept any more; is_on: from now on it is. */
void fat_kept_forget(struct fat_kept *k, bool is_on);

#endif
