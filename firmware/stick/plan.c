/* plan: what is taken, in which order, and how long it takes. */
#include "stick/plan.h"

#include "base/banned.h"

static void take(const struct plan_offer *o, int i, int64_t *room, struct plan *out)
{
    int64_t copy = o->bytes - o->staged;

    if (copy > *room) {
        out->n_no_room++;
        return;
    }
    *room -= copy;
    out->take[out->n_take++] = i;
    out->copy_bytes += copy;
    out->check_bytes += o->bytes;
}

void plan_make(const struct plan_offer *offers, int n, int64_t free_bytes, struct plan *out)
{
    int64_t room = free_bytes - PLAN_KEEP_FREE_BYTES;

    *out = (struct plan){0};
    for (int was_begun = 1; was_begun >= 0; was_begun--) {
        for (int i = 0; i < n; i++) {
            if (offers[i].is_needed && (offers[i].staged > 0) == was_begun) {
                take(&offers[i], i, &room, out);
            }
        }
    }
}

int64_t plan_left_ms(int64_t left_bytes, int64_t done_bytes, int64_t passed_ms, int64_t per_s)
{
    if (passed_ms >= PLAN_MEASURE_MS && done_bytes > 0) {
        return (int64_t)((double)left_bytes * (double)passed_ms / (double)done_bytes);
    }
    return left_bytes * 1000 / per_s;
}
