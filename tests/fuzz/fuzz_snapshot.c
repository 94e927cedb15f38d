/* fuzz_snapshot: the text of a hub's cards of any bytes; what is read is written again byte for byte. */
#include "board/snapshot.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct snapshot s;
    struct buf again = {0};
    struct err err = {0};

    if (!snapshot_read((const char *)data, size, &s, &err)) {
        return 0;
    }
    for (int i = 0; i < s.n_cards; i++) {
        if (!card_check(&s.cards[i], "card", &err)) {
            abort();
        }
    }
    snapshot_write(&s, &again);
    if (again.len != size || memcmp(again.data, data, size) != 0) {
        abort();
    }
    buf_release(&again);
    snapshot_release(&s);
    return 0;
}
