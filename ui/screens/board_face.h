/* board_face: how a card of the village board looks and what is spoken of it, on the board, by itself, before it is put
 * up, and for staff. */
#ifndef M2_SCREENS_BOARD_FACE_H
#define M2_SCREENS_BOARD_FACE_H

#include "screens/board_words.h"

/* What stands in an open box: kind, title, text, and its hub and days at the foot. */
void board_face(const struct app *app, const struct board_card *b, bool is_large, struct ui *ui);
/* The same for one that nobody has put up yet: without hub and days. */
void board_draft(const struct card *c, struct ui *ui);
/* Spoken after its title: "Offer, Kilmaine, 2 days ago. Two shelves are free.". */
const char *board_about(const struct app *app, const struct board_card *b, struct arena *a);

const char *board_hub(const struct app *app, const struct board_card *b);
/* "2 days ago", or what it waits for. */
const char *board_when(const struct board_card *b, struct arena *a);
const char *board_key(const struct board_card *b, struct arena *a); /* its id in hex */
/* Of the app's board; NULL = it is gone. */
const struct board_card *board_find(const struct app *app, const uint8_t id[CARD_ID_BYTES]);
/* What was done, why it could not be, or that it is asked for. */
void board_news(const struct app *app, struct ui *ui);

#endif
