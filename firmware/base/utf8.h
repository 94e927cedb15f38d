/* utf8: step and cut by character. Invalid bytes read as U+FFFD, one byte at a time; overlong forms and surrogates are
 * invalid. */
#ifndef M2_BASE_UTF8_H
#define M2_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at *p, moving *p behind it; 0 at `end`. */
uint32_t utf8_next(const char **p, const char *end);
bool utf8_is_valid(const char *text, size_t n);
size_t utf8_count(const char *text);                           /* characters */
size_t utf8_cut(const char *text, size_t n, size_t max_bytes); /* largest whole-character prefix <= max_bytes */
int utf8_put(uint32_t c, char out[4]);                         /* bytes written, 1..4 */
/* Characters that may not come from strangers: C0/C1 controls but \n and \t, bidi overrides and isolates, U+FFFE/F. */
bool utf8_is_clean(const char *text, size_t n);

#endif
