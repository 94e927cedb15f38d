/* fat_kept: pieces of folders by the sector they begin at. */
#include "stick/fat_kept.h"
#include "base/buf.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

uint32_t fat_kept_take(const struct fat_kept *k, uint64_t sector, uint8_t *out, uint32_t room)
{
    for (uint32_t i = 0; i < k->n_pieces; i++) {
        if (k->piece[i].sector == sector && k->piece[i].n_bytes <= room) {
            memcpy(out, k->piece[i].bytes, k->piece[i].n_bytes);
            return k->piece[i].n_bytes;
        }
    }
    return 0;
}

void fat_kept_put(struct fat_kept *k, uint64_t sector, const uint8_t *bytes, uint32_t n)
{
    if (!k->is_on || n > FAT_KEPT_BYTES) {
        return;
    }
    if (k->n_pieces == FAT_KEPT_PIECES || k->n_bytes + n > FAT_KEPT_BYTES) {
        fat_kept_forget(k, true);
    }
    k->piece[k->n_pieces].sector = sector;
    k->piece[k->n_pieces].n_bytes = n;
    k->piece[k->n_pieces].bytes = memcpy(mem_alloc(n), bytes, n);
    k->n_pieces++;
    k->n_bytes += n;
}

void fat_kept_forget(struct fat_kept *k, bool is_on)
{
    for (uint32_t i = 0; i < k->n_pieces; i++) {
        free(k->piece[i].bytes);
    }
    *k = (struct fat_kept){.is_on = is_on};
}
