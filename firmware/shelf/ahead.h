/* ahead: reads sources, one behind the other, in a thread of its own: some way ahead of who uses the bytes, so that the
 * stick delivers while they are hashed and written, and goes on to the next source while the last one is saved. What it
 * reads from is the thread's between start and stop. */
#ifndef M2_SHELF_AHEAD_H
#define M2_SHELF_AHEAD_H

#include "shelf/install.h"

enum { AHEAD_PIECES = 48 }; /* of INSTALL_PIECE_BYTES each: the memory it takes, where there is so much to read */

struct ahead_list {
    void *ctx;
    int n;
    /* Source i and where in it reading begins and ends; asked in order, in the thread, when the one before was read or
     * has failed. */
    bool (*open)(void *ctx, int i, struct install_source *source, int64_t *from, int64_t *to, struct err *err);
};

struct ahead;
/* list is copied, its ctx borrowed until ahead_stop. */
M2_MUST_CHECK bool ahead_start(const struct ahead_list *list, struct ahead **out, struct err *err);
/* Waits until source i, higher than the last, was opened; what is left of those before it is given up. Codes of open.
 */
M2_MUST_CHECK bool ahead_go_to(struct ahead *a, int i, struct err *err);
/* The source that ahead_go_to() went to, as one: of whoever reads it in order most is here already. */
struct install_source ahead_source(struct ahead *a);
void ahead_stop(struct ahead *a); /* waits for a read that runs; NULL is fine */

#endif
