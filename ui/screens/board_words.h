/* board_words: what the cards of the village board say in the visitor's language: phrases, amounts, days. Texts live in
 * the arena or until the view changes. */
#ifndef M2_SCREENS_BOARD_WORDS_H
#define M2_SCREENS_BOARD_WORDS_H

#include "app.h"
#include "board/card.h"

const char *board_kind_word(enum card_kind kind);
enum theme_area board_kind_area(enum card_kind kind);
enum icon board_phrase_icon(const char *phrase); /* a pencil for own words */
const char *board_phrase_word(const char *phrase);
const char *board_amount(enum card_unit unit, int n, struct arena *a); /* "6 m²"; "" without a unit */
const char *board_weekday(int weekday);                                /* 1 ... CARD_WEEKDAY_MAX: "Mondays" */
/* "Space in a cold room, 6 m²", and the sentence below it; own words as they were typed, "" = none. */
const char *board_title(const struct card *c, struct arena *a);
const char *board_text(const struct card *c);

#endif
