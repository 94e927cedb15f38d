/* base64: RFC 4648 with padding, one spelling only: what is read and written again must be the same letters (THREATS
 * T26). */
#ifndef M2_TRUST_BASE64_H
#define M2_TRUST_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BASE64_MAX_BYTES = 192 };

/* Letters of n bytes with the NUL at the end; more than cap or BASE64_MAX_BYTES is a bug of the caller. */
void base64_write(const uint8_t *bytes, size_t n, char *out, size_t cap);
/* Exactly n letters that say exactly `want` bytes (at most BASE64_MAX_BYTES). */
bool base64_read(const char *text, size_t n, uint8_t *out, size_t want);

#endif
