/* plan: what a courier stick brings to this station, and how long it takes, before anything is done. Pure: no clock, no
 * files, no stick. */
#ifndef M2_STICK_PLAN_H
#define M2_STICK_PLAN_H

#include "shelf/catalog.h"

#define PLAN_KEEP_FREE_BYTES ((int64_t)40 << 20) /* a little over INSTALL_KEEP_FREE_BYTES: visits go on meanwhile */
enum {
    PLAN_COPY_PER_S = 8 * 1000 * 1000,   /* bytes; a slow stick and a slow card, until this one was measured */
    PLAN_CHECK_PER_S = 20 * 1000 * 1000, /* bytes; reading the card again */
    PLAN_MEASURE_MS = 2000,              /* what was measured in less is not believed */
};

struct plan_offer { /* one container of the catalogue */
    int64_t bytes;
    int64_t staged; /* of them here from an earlier try */
    bool is_needed;
};

struct plan {
    int take[FORMAT_CONTAINERS_MAX]; /* indices of offers, in this order: what was begun first, then as listed */
    int n_take;
    int n_no_room;       /* needed, but would leave less than PLAN_KEEP_FREE_BYTES */
    int64_t copy_bytes;  /* to come from the stick */
    int64_t check_bytes; /* of what is taken, whole: read again at the end */
};

/* free_bytes: of the card, what versions before the present ones hold included. n at most FORMAT_CONTAINERS_MAX. */
void plan_make(const struct plan_offer *offers, int n, int64_t free_bytes, struct plan *out);
/* How long left_bytes still take where done_bytes took passed_ms; per_s is believed until PLAN_MEASURE_MS. In ms. */
int64_t plan_left_ms(int64_t left_bytes, int64_t done_bytes, int64_t passed_ms, int64_t per_s);

#endif
