/* keyboard: what can be typed in a language, as data: letters in the order people know from their alphabet (A66), the
 * letters with marks in a list of their own (no long press, A32), digits with the language's decimal mark. UTF-8; one
 * key a character. */
#ifndef M2_KIT_KEYBOARD_H
#define M2_KIT_KEYBOARD_H

struct keyboard {
    const char *lang;    /* "el" */
    const char *letters; /* in the order of the alphabet */
    const char *accents; /* "" = none */
    const char *digits;  /* with the decimal mark and a few signs */
};

enum keyboard_page { KEYBOARD_LETTERS, KEYBOARD_ACCENTS, KEYBOARD_DIGITS };

/* The keyboard of "it" or "it-IT"; English where there is none of its own. Never NULL. */
const struct keyboard *keyboard_of(const char *lang);
/* What stands on a page of it. */
const char *keyboard_keys(const struct keyboard *k, enum keyboard_page page);

#endif
