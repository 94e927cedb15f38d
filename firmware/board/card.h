/* card: what hangs on the village board: an offer, a need, or a workshop of the hub's staff. No name, no telephone, no
 * address, no picture: who wants it asks at the hub for the card's number (THREATS T42, T45). Of a fixed phrase, which
 * every hub shows in the visitor's language, or of own words, which staff release first. Pure: no clock, no files. */
#ifndef M2_BOARD_CARD_H
#define M2_BOARD_CARD_H

#include "base/err.h"
#include <stdint.h>

enum {
    CARD_ID_BYTES = 16,
    CARD_PHRASE_MAX = 24, /* letters of a phrase's id */
    CARD_TITLE_MAX = 60,  /* bytes of UTF-8, one line */
    CARD_TEXT_MAX = 180,  /* bytes of UTF-8, one line: so that a full board of quotation marks fits on a stick */
    CARD_LANG_MAX = 11,
    CARD_NUMBER_MAX = 999, /* then again from 1, passing over what hangs */
    CARD_AMOUNT_MAX = 999,
    CARD_WEEKDAY_MAX = 7, /* Monday 1 … Sunday 7 */
    CARD_DAYS_MAX = 56,   /* the longest of card_weeks */
    CARD_WEEKS = 4,
    CARD_PHRASES = 26,
    CARD_DIGITS_MAX = 5, /* of own words, one behind the other: six look like a telephone number */
};
extern const int card_weeks[CARD_WEEKS]; /* 1, 2, 4, 8: a card stays up for 7 counted days each */

enum card_kind { CARD_OFFER, CARD_NEED, CARD_WORKSHOP, CARD_KINDS };
enum card_unit { CARD_NO_AMOUNT, CARD_SQUARE_METRES, CARD_PIECES, CARD_KILOGRAMS, CARD_HOURS, CARD_DAYS, CARD_PEOPLE };

struct card {
    uint8_t id[CARD_ID_BYTES]; /* random; given by the store */
    int number;                /* on its hub; given by the store */
    enum card_kind kind;
    char phrase[CARD_PHRASE_MAX + 1]; /* id of a phrase; "" = own words */
    int amount;                       /* of a phrase with a unit; 0 = none said */
    int weekday;                      /* of a phrase that can have one; 0 = none said */
    char title[CARD_TITLE_MAX + 1];   /* own words; "" with a phrase */
    char text[CARD_TEXT_MAX + 1];     /* own words; "" = none */
    char lang[CARD_LANG_MAX + 1];     /* of the own words; "" with a phrase */
    int age;                          /* counted days it has been up */
    int days;                         /* counted days it stays up in all: 7, 14, 28 or 56 */
};

/* A fixed phrase: offered and needed alike; its words are in ui/screens. Ids keep their meaning for ever. */
struct card_phrase {
    const char *id;
    enum card_unit unit; /* what card.amount counts */
    bool has_weekday;
};
extern const struct card_phrase card_phrases[CARD_PHRASES];
const struct card_phrase *card_phrase(const char *id); /* NULL = none of ours */

/* Own words as a visitor typed them. */
enum card_filter {
    CARD_FINE,
    CARD_EMPTY,       /* no title */
    CARD_TOO_LONG,    /* past CARD_TITLE_MAX or CARD_TEXT_MAX, or signs no keyboard of ours has */
    CARD_HAS_NUMBER,  /* more than CARD_DIGITS_MAX digits in a row, whatever stands between them */
    CARD_HAS_ADDRESS, /* '@', "www", "http", "://", a word ending in ".com" and the like */
};
enum card_filter card_filter(const char *title, const char *text);

/* Whether a card holds together, whoever made it: kind, days, phrase or words, lengths, clean UTF-8. A phrase that is
 * none of ours but could be one of a newer program is let through. ERR_FORMAT; subject names the card in messages. */
M2_MUST_CHECK bool card_check(const struct card *c, const char *subject, struct err *err);
const char *card_kind_name(enum card_kind kind); /* "offer", "need", "workshop": in files */

#endif
