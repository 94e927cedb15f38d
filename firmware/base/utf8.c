/* utf8: step and cut by character (RFC 3629). */
#include "base/utf8.h"
#include <string.h>

#include "base/banned.h"

enum { REPLACEMENT = 0xFFFD };

/* Length and value of the character at p, 0 = invalid. */
static int decode(const unsigned char *p, size_t room, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    int n = p[0] < 0x80 ? 1 : (p[0] & 0xE0) == 0xC0 ? 2 : (p[0] & 0xF0) == 0xE0 ? 3 : (p[0] & 0xF8) == 0xF0 ? 4 : 0;
    uint32_t c;

    if (!n || (size_t)n > room) {
        return 0;
    }
    if (n == 1) {
        *out = p[0];
        return 1;
    }
    c = p[0] & (0x7Fu >> n);
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        return 0;
    }
    *out = c;
    return n;
}

uint32_t utf8_next(const char **p, const char *end)
{
    uint32_t c = REPLACEMENT;
    int n;

    if (*p >= end) {
        return 0;
    }
    n = decode((const unsigned char *)*p, (size_t)(end - *p), &c);
    *p += n ? n : 1;
    return n ? c : REPLACEMENT;
}

bool utf8_is_valid(const char *text, size_t n)
{
    for (size_t at = 0; at < n;) {
        uint32_t c;
        int step = decode((const unsigned char *)text + at, n - at, &c);

        if (!step) {
            return false;
        }
        at += (size_t)step;
    }
    return true;
}

size_t utf8_count(const char *text)
{
    const char *end = text + strlen(text);
    size_t n = 0;

    while (text < end) {
        utf8_next(&text, end);
        n++;
    }
    return n;
}

size_t utf8_cut(const char *text, size_t n, size_t max_bytes)
{
    const char *p = text, *end = text + n;

    while (p < end) {
        const char *before = p;

        utf8_next(&p, end);
        if ((size_t)(p - text) > max_bytes) {
            return (size_t)(before - text);
        }
    }
    return n;
}

int utf8_put(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

bool utf8_is_clean(const char *text, size_t n)
{
    const char *p = text, *end = text + n;

    if (!utf8_is_valid(text, n)) {
        return false;
    }
    while (p < end) {
        uint32_t c = utf8_next(&p, end);

        if ((c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
            (c >= 0x2066 && c <= 0x2069) || (c & 0xFFFE) == 0xFFFE) {
            return false;
        }
    }
    return true;
}
