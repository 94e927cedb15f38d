/* pictures: the forty that tokens are made of (store/tokens.h), and the field of them that is touched: shuffled anew
 * each time, so that fingers on the glass tell nothing, and silent (THREATS T41, ACCESSIBILITY A25). */
#ifndef M2_PICTURES_H
#define M2_PICTURES_H

#include "app.h"
#include "kit/shape.h"

/* Of picture 0..TOKENS_PICTURES-1. Its place in the table is its name in every token there is: it never changes. */
enum icon picture_icon(int picture);
const char *picture_name(int picture); /* in the visitor's language */

struct pictures { /* secret: wiped with the screen */
    uint8_t order[TOKENS_PICTURES];
    uint8_t pick[TOKENS_PICK_MAX];
    int n;
};
void pictures_shuffle(struct pictures *p, const struct app *app);
/* What is picked, as dots, with a key that takes the last one back; then the field. `act` comes back with what
 * pictures_touch() takes. */
void pictures_picked(const struct pictures *p, unsigned flags, struct ui_act act, struct ui *ui);
void pictures_field(const struct pictures *p, unsigned flags, struct ui_act act, struct ui *ui);
void pictures_touch(struct pictures *p, int64_t arg);
void pictures_clear(struct pictures *p);

#endif
