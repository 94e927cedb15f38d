/* snapshot: all cards of one hub as one text, which travels signed on courier sticks; FORMAT.md beside this file.
 * Foreign bytes, read only after their signature was checked: the one text there is for these cards, byte for byte, or
 * refused (THREATS T22, T26, T30). Pure. */
#ifndef M2_BOARD_SNAPSHOT_H
#define M2_BOARD_SNAPSHOT_H

#include "base/buf.h"
#include "board/card.h"

enum {
    SNAPSHOT_STATION_BYTES = 8, /* a key id */
    SNAPSHOT_CARDS_MAX = 200,
    SNAPSHOT_BYTES_MAX = 128 * 1024 - 512, /* what a half on a stick holds */
    SNAPSHOT_CARD_MAX = 649,               /* bytes of one card and its comma: all quotation marks */
    SNAPSHOT_HEAD_MAX = 128,
};
#define SNAPSHOT_GENERATION_MAX ((uint64_t)INT64_MAX - 1) /* one more would have no next */

struct snapshot {
    uint8_t station[SNAPSHOT_STATION_BYTES];
    uint64_t generation; /* 1 and more: rises with every other text of this hub */
    struct card *cards;  /* on the heap */
    int n_cards;
};

/* Appends the text. The cards hold together (card_check), at most SNAPSHOT_CARDS_MAX. */
void snapshot_write(const struct snapshot *s, struct buf *out);
/* Codes: ERR_FORMAT, ERR_LIMIT, ERR_VERSION (of a newer program). *out is the caller's to release; untouched on
 * failure. */
M2_MUST_CHECK bool snapshot_read(const char *text, size_t n, struct snapshot *out, struct err *err);
void snapshot_release(struct snapshot *s);

#endif
