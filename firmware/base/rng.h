/* rng: chance. rng_secret() for keys, ids and nonces, always the kernel's; struct rng for what --seed must repeat
 * (order of options, exposure of items, demo visitors): SplitMix64, as in ALGORITHM.md. */
#ifndef M2_BASE_RNG_H
#define M2_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

uint64_t rng_next(struct rng *r);
uint32_t rng_below(struct rng *r, uint32_t n); /* 0..n-1 without bias; n > 0 */
void rng_shuffle(struct rng *r, int *items, int n);
void rng_secret(void *out, size_t n); /* getrandom(2); cannot fail, else the process ends */

#endif
