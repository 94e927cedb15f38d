/* card: phrases, and what own words may not hold. */
#include "board/card.h"
#include "base/utf8.h"
#include <ctype.h>
#include <string.h>

#include "base/banned.h"

const int card_weeks[CARD_WEEKS] = {1, 2, 4, 8};

const struct card_phrase card_phrases[CARD_PHRASES] = {
    {"work-place", CARD_SQUARE_METRES, false},
    {"cold-room", CARD_SQUARE_METRES, false},
    {"storage", CARD_SQUARE_METRES, false},
    {"kitchen", CARD_HOURS, true},
    {"market-stall", CARD_NO_AMOUNT, true},
    {"shop-shelf", CARD_NO_AMOUNT, false},
    {"transport", CARD_NO_AMOUNT, true},
    {"lift", CARD_PEOPLE, true},
    {"vehicle", CARD_DAYS, true},
    {"machine", CARD_DAYS, false},
    {"tools", CARD_DAYS, false},
    {"repair", CARD_HOURS, false},
    {"help-for-a-day", CARD_PEOPLE, true},
    {"harvest-help", CARD_PEOPLE, false},
    {"jars-and-boxes", CARD_PIECES, false},
    {"order-together", CARD_NO_AMOUNT, false},
    {"surplus-food", CARD_KILOGRAMS, false},
    {"plants-and-seeds", CARD_PIECES, false},
    {"firewood", CARD_KILOGRAMS, false},
    {"photos", CARD_HOURS, false},
    {"labels", CARD_PIECES, false},
    {"language-help", CARD_HOURS, false},
    {"accounts-help", CARD_HOURS, false},
    {"computer-help", CARD_HOURS, false},
    {"online-shop-help", CARD_HOURS, false},
    {"teach-a-skill", CARD_HOURS, true},
};

const struct card_phrase *card_phrase(const char *id)
{
    for (size_t i = 0; i < M2_COUNT(card_phrases); i++) {
        if (!strcmp(card_phrases[i].id, id)) {
            return &card_phrases[i];
        }
    }
    return NULL;
}

const char *card_kind_name(enum card_kind kind)
{
    static const char *const names[CARD_KINDS] = {"offer", "need", "workshop"};

    return names[kind];
}

/* --- own words
 * ------------------------------------------------------------------------------------------------------------------ */

static bool is_digit(uint32_t c)
{
    static const uint32_t zeros[] = {'0', 0x660, 0x6F0, 0x966, 0xFF10}; /* Latin, Arabic, Persian, Hindi, wide */

    for (size_t i = 0; i < M2_COUNT(zeros); i++) {
        if (c >= zeros[i] && c < zeros[i] + 10) {
            return true;
        }
    }
    return false;
}

/* Of any script; marks, signs and pictures are none, and whatever they are, people put them between the digits of a
 * telephone number. */
static bool is_letter(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } others[] = {
        {0xD7, 0xD7},     {0xF7, 0xF7},     {0x2B0, 0x36F},   {0x589, 0x5CF},   /* times, by, accents, Hebrew points */
        {0x600, 0x61F},   {0x64B, 0x670},   {0x6D4, 0x6ED},   {0x964, 0x970},   /* Arabic signs and vowels, Hindi */
        {0x2000, 0x2BFF}, {0x3000, 0x303F}, {0xFE00, 0xFE6F}, {0xFF00, 0xFF20}, /* signs, wide ones */
        {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}, /* pictures */
    };

    if (c < 0xC0) {
        return c < 0x80 && isalpha((int)c);
    }
    for (size_t i = 0; i < M2_COUNT(others); i++) {
        if (c >= others[i].first && c <= others[i].last) {
            return false;
        }
    }
    return true;
}

static bool has_number(const char *text)
{
    const char *end = text + strlen(text);
    int run = 0;

    while (text < end) {
        uint32_t c = utf8_next(&text, end);

        run = is_digit(c) ? run + 1 : is_letter(c) ? 0 : run;
        if (run > CARD_DIGITS_MAX) {
            return true;
        }
    }
    return false;
}

/* ".com" with a letter before it and none behind it. */
static bool has_ending(const char *low)
{
    static const char *const endings[] = {".com", ".net",  ".org", ".info", ".eu", ".es", ".it",
                                          ".ie",  ".uk",   ".fr",  ".de",   ".pt", ".at", ".ch",
                                          ".cat", ".shop", ".app", ".me",   ".io", ".gal"};

    for (size_t i = 0; i < M2_COUNT(endings); i++) {
        const size_t n = strlen(endings[i]);

        for (const char *at = strstr(low, endings[i]); at; at = strstr(at + 1, endings[i])) {
            if (at > low && isalnum((unsigned char)at[-1]) && !isalpha((unsigned char)at[n])) {
                return true;
            }
        }
    }
    return false;
}

static bool has_address(const char *text)
{
    static const char *const marks[] = {"@", "\xEF\xBC\xA0" /* a wide one */, "www", "http", "://"};
    char low[CARD_TEXT_MAX + 1];
    size_t n = strlen(text);

    for (size_t i = 0; i <= n; i++) {
        low[i] = (char)tolower((unsigned char)text[i]);
    }
    for (size_t i = 0; i < M2_COUNT(marks); i++) {
        if (strstr(low, marks[i])) {
            return true;
        }
    }
    return has_ending(low);
}

/* One line of clean text. */
static bool is_line(const char *text, size_t max)
{
    size_t n = strlen(text);

    return n <= max && utf8_is_clean(text, n) && !strpbrk(text, "\n\t");
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

enum card_filter card_filter(const char *title, const char *text)
{
    if (is_blank(title)) {
        return CARD_EMPTY;
    }
    if (!is_line(title, CARD_TITLE_MAX) || !is_line(text, CARD_TEXT_MAX)) {
        return CARD_TOO_LONG;
    }
    if (has_number(title) || has_number(text)) {
        return CARD_HAS_NUMBER;
    }
    return has_address(title) || has_address(text) ? CARD_HAS_ADDRESS : CARD_FINE;
}

/* --- a card as a whole
 * ------------------------------------------------------------------------------------------------------------------ */

/* Lower-case letters, digits and hyphens: a phrase of ours or of a newer program; a language's code. */
static bool is_name(const char *text)
{
    return text[0] && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

static bool is_lang(const char *text)
{
    return text[0] && !text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_@")];
}

static bool is_of_phrase(const struct card *c)
{
    const struct card_phrase *p = card_phrase(c->phrase);

    return is_name(c->phrase) && c->kind != CARD_WORKSHOP && !c->title[0] && !c->text[0] && !c->lang[0] &&
           (!p || ((p->unit != CARD_NO_AMOUNT || !c->amount) && (p->has_weekday || !c->weekday)));
}

static bool is_of_own_words(const struct card *c)
{
    return !is_blank(c->title) && is_line(c->title, CARD_TITLE_MAX) && is_line(c->text, CARD_TEXT_MAX) &&
           is_lang(c->lang) && !c->amount && !c->weekday;
}

bool card_check(const struct card *c, const char *subject, struct err *err)
{
    bool is_time = false;

    for (int i = 0; i < CARD_WEEKS; i++) {
        is_time |= c->days == 7 * card_weeks[i];
    }
    if (c->kind < 0 || c->kind >= CARD_KINDS) {
        return err_set(err, ERR_FORMAT, "%s: of no kind we know", subject);
    }
    if (!is_time || c->age < 0 || c->age > c->days) {
        return err_set(err, ERR_FORMAT, "%s: up for %d of %d days; it can be 7, 14, 28 or 56", subject, c->age,
                       c->days);
    }
    if (c->amount < 0 || c->amount > CARD_AMOUNT_MAX || c->weekday < 0 || c->weekday > CARD_WEEKDAY_MAX) {
        return err_set(err, ERR_FORMAT, "%s: an amount or a weekday that cannot be", subject);
    }
    if (c->phrase[0] ? !is_of_phrase(c) : !is_of_own_words(c)) {
        return err_set(err, ERR_FORMAT, "%s: neither a phrase alone nor own words of one clean line", subject);
    }
    return true;
}
