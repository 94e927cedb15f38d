/* arena: bump memory with marks, freed as a whole. A zeroed struct is an empty arena. Memory comes zeroed, aligned
 * to 16. */
#ifndef M2_BASE_ARENA_H
#define M2_BASE_ARENA_H

#include "base/err.h"

struct arena_block;
struct arena {
    struct arena_block *first, *now;
    size_t total_bytes;
};

void *arena_alloc(struct arena *a, size_t n);
char *arena_str(struct arena *a, const char *text); /* copy; NULL stays NULL */
char *arena_strn(struct arena *a, const char *text, size_t n);
char *arena_fmt(struct arena *a, const char *fmt, ...) M2_PRINTF(2, 3);
void arena_reset(struct arena *a); /* keeps the blocks for reuse */
void arena_wipe(struct arena *a);  /* overwrites everything used, then resets */
void arena_release(struct arena *a);

#endif
