/* typing: a text that is written on our own keyboard: a character a touch, within so many bytes; a sentence begins with
 * a capital by itself, since the keyboard has small letters only. */
#ifndef M2_SCREENS_TYPING_H
#define M2_SCREENS_TYPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adds the character, or takes the last one back ('\b'). text holds max_bytes and its end. False: there is no room. */
bool typing_put(char *text, size_t max_bytes, int64_t character);

#endif
