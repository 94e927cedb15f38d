/* test_card: what may hang on the village board, and what is asked to be left out (THREATS T22, T42, T45). */
#include "board/card.h"
#include "unit/test.h"

TEST(card, T45_numbers_and_addresses_in_own_words_are_found_and_other_words_are_not)
{
    static const struct {
        const char *title, *text;
        enum card_filter expected;
    } cases[] = {
        {"Cold room space, 6 m²", "Two shelves free until May. Near the creamery.", CARD_FINE},
        {"Glass jars 340 g", "Share an order of one pallet?", CARD_FINE},
        {"Lift to Galway, Fridays", "Van goes empty at 7:30, room for 12 crates of 20 kg.", CARD_FINE},
        {"Latte fresco, 2,50 al litro", "Lunedì e venerdì, dalle 7 alle 9.", CARD_FINE},
        {"Quince días de ayuda", "Del 3 al 17, de 8 a 14 h", CARD_FINE},
        {"12345", "", CARD_FINE}, /* at the limit */
        {"123456", "", CARD_HAS_NUMBER},
        {"Call me", "086 123 4567", CARD_HAS_NUMBER},
        {"Call me", "+34 (600) 12-34-56", CARD_HAS_NUMBER},
        {"Chiamami", "3 3 3 . 1 2 3", CARD_HAS_NUMBER},
        {"Call",
         "12 34\xC2\xA0"
         "56",
         CARD_HAS_NUMBER}, /* a hard space */
        {"Call",
         "12\xE2\x80\x93"
         "34\xE2\x80\x91"
         "56",
         CARD_HAS_NUMBER},                                                             /* long dashes */
        {"Call", "\xD9\xA0\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5", CARD_HAS_NUMBER}, /* Arabic digits */
        {"Call", "\xEF\xBC\x90\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x93\xEF\xBC\x94\xEF\xBC\x95", CARD_HAS_NUMBER},
        {"12 cups, 34 spoons, 56 pans", "", CARD_FINE}, /* words between them */
        {"Call", "087,123,4567", CARD_HAS_NUMBER},      /* every sign of our own keyboard */
        {"Call", "087:12:34", CARD_HAS_NUMBER},
        {"Call", "08?71!23%45", CARD_HAS_NUMBER},
        {"Call", "\xE2\x82\xAC 08 & 71 = 23", CARD_HAS_NUMBER},
        {"Call", "08\xD8\x8C 71\xD8\x9F 23\xD8\x9B", CARD_HAS_NUMBER},         /* Arabic comma and question mark */
        {"Call", "08\xF0\x9F\x93\x9E 71\xC2\xBA 23\xCC\x81", CARD_HAS_NUMBER}, /* a picture, an ordinal, an accent */
        {"Jars, 12.50 for 3 x 50 g", "Two for 5%, from 7:30!", CARD_FINE},
        {"Quatre \xC3\xA9t\xC3\xA9s", "12 \xC3\xA0 14, 15 \xC3\xA0 16", CARD_FINE}, /* letters with accents */
        {"Write to me", "mary@farm", CARD_HAS_ADDRESS},
        {"Write to me",
         "mary\xEF\xBC\xA0"
         "farm",
         CARD_HAS_ADDRESS},
        {"WWW dot farm", "", CARD_HAS_ADDRESS},
        {"Shop", "see http something", CARD_HAS_ADDRESS},
        {"Shop", "marys-cheese.IE", CARD_HAS_ADDRESS},
        {"Shop", "cheese.com, every day", CARD_HAS_ADDRESS},
        {"Shop", "ftp://farm", CARD_HAS_ADDRESS},
        {"I stay until the end.commonly", "", CARD_FINE}, /* no such ending */
        {".com", "", CARD_FINE},                          /* of nothing */
        {"", "text", CARD_EMPTY},
        {"   ", "text", CARD_EMPTY},
        {"two\nlines", "", CARD_TOO_LONG},
        {"title", "a\ttab", CARD_TOO_LONG},
        {"title", "turned \xE2\x80\xAE round", CARD_TOO_LONG}, /* T22: a direction character */
        {"broken \xC3", "", CARD_TOO_LONG},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        if (card_filter(cases[i].title, cases[i].text) != cases[i].expected) {
            fail_msg("'%s' '%s'", cases[i].title, cases[i].text);
        }
    }
}

TEST(card, T45_own_words_fit_to_the_last_byte_and_not_one_more)
{
    char title[CARD_TITLE_MAX + 2], text[CARD_TEXT_MAX + 2];

    memset(title, 'a', sizeof title);
    memset(text, 'b', sizeof text);
    title[CARD_TITLE_MAX] = text[CARD_TEXT_MAX] = '\0';
    CHECK_INT(card_filter(title, text), CARD_FINE);
    title[CARD_TITLE_MAX] = 'a';
    title[CARD_TITLE_MAX + 1] = '\0';
    CHECK_INT(card_filter(title, text), CARD_TOO_LONG);
    title[CARD_TITLE_MAX] = '\0';
    text[CARD_TEXT_MAX] = 'b';
    text[CARD_TEXT_MAX + 1] = '\0';
    CHECK_INT(card_filter(title, text), CARD_TOO_LONG);
}

TEST(card, a_phrase_is_known_by_its_id_and_no_two_have_one)
{
    for (int i = 0; i < CARD_PHRASES; i++) {
        CHECK(strlen(card_phrases[i].id) <= CARD_PHRASE_MAX);
        CHECK(card_phrase(card_phrases[i].id) == &card_phrases[i]); /* the first of this name */
    }
    CHECK(!card_phrase("") && !card_phrase("cold") && !card_phrase("Cold-room"));
}

static bool is_whole(const struct card *c)
{
    struct err err = {0};
    bool ok = card_check(c, "card 7", &err);

    CHECK(ok || (err.code == ERR_FORMAT && !strncmp(err.text, "card 7: ", 8)));
    return ok;
}

TEST(card, T42_a_card_is_a_phrase_or_own_words_of_one_kind_for_a_time)
{
    const struct card phrase = {.kind = CARD_OFFER, .phrase = "cold-room", .amount = 6, .days = 14};
    const struct card words = {.kind = CARD_NEED, .title = "Help", .text = "", .lang = "es", .days = 56, .age = 56};
    struct card c;

    CHECK(is_whole(&phrase) && is_whole(&words));
    for (int days = 0; days <= 60; days++) {
        c = phrase;
        c.days = days;
        CHECK(is_whole(&c) == (days == 7 || days == 14 || days == 28 || days == 56));
    }
    c = words, c.age = 57;
    CHECK(!is_whole(&c));
    c = words, c.age = -1;
    CHECK(!is_whole(&c));
    c = words, c.kind = CARD_KINDS;
    CHECK(!is_whole(&c));
    c = phrase, c.kind = CARD_WORKSHOP; /* workshops are in staff's own words */
    CHECK(!is_whole(&c));
    c = phrase, c.amount = CARD_AMOUNT_MAX;
    CHECK(is_whole(&c));
    c.amount++;
    CHECK(!is_whole(&c));
    c = phrase, c.weekday = 1; /* a cold room has none */
    CHECK(!is_whole(&c));
    c = phrase, snprintf(c.phrase, sizeof c.phrase, "lift"), c.weekday = CARD_WEEKDAY_MAX;
    CHECK(is_whole(&c));
    c.weekday++;
    CHECK(!is_whole(&c));
    c = phrase, snprintf(c.phrase, sizeof c.phrase, "of-a-newer-program"); /* could be */
    CHECK(is_whole(&c));
    c = phrase, snprintf(c.phrase, sizeof c.phrase, "Not An Id");
    CHECK(!is_whole(&c));
    c = phrase, snprintf(c.title, sizeof c.title, "and words");
    CHECK(!is_whole(&c));
    c = phrase, snprintf(c.lang, sizeof c.lang, "en");
    CHECK(!is_whole(&c));
    c = words, c.lang[0] = '\0';
    CHECK(!is_whole(&c));
    c = words, snprintf(c.lang, sizeof c.lang, "e n");
    CHECK(!is_whole(&c));
    c = words, snprintf(c.text, sizeof c.text, "\xE2\x80\xAE");
    CHECK(!is_whole(&c));
    c = words, c.amount = 1;
    CHECK(!is_whole(&c));
}
