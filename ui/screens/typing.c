/* typing: the text behind a keyboard. */
#include "screens/typing.h"
#include "base/utf8.h"
#include <string.h>

#include "base/banned.h"

enum { UTF8_MAX = 4 };

static bool begins_a_sentence(const char *text, size_t n)
{
    while (n && text[n - 1] == ' ') {
        n--;
    }
    return !n || (text[n] == ' ' && strchr(".!?", text[n - 1]));
}

/* Latin letters, with and without marks, Greek and Cyrillic; what is none stays. */
static uint32_t capital(uint32_t c)
{
    const uint32_t step = 0x20, ya = 0x44F, yo = 0x451, ukrainian = 0x45F, final_sigma = 0x3C2;

    if ((c >= 'a' && c <= 'z') || (c >= 0xE0 && c <= 0xFE && c != 0xF7) ||
        (c >= 0x3B1 && c <= 0x3C9 && c != final_sigma) || (c >= 0x430 && c <= ya)) {
        return c - step;
    }
    return c >= yo && c <= ukrainian ? c - 0x50 : c;
}

static void take_back(char *text)
{
    size_t n = strlen(text);

    text[n ? utf8_cut(text, n, n - 1) : 0] = '\0';
}

bool typing_put(char *text, size_t max_bytes, int64_t character)
{
    char bytes[UTF8_MAX];
    size_t at = strlen(text), n;

    if (character == '\b') {
        take_back(text);
        return true;
    }
    if (character == ' ' && (!at || text[at - 1] == ' ')) {
        return true; /* one between words is enough */
    }
    n = (size_t)utf8_put(begins_a_sentence(text, at) ? capital((uint32_t)character) : (uint32_t)character, bytes);
    if (at + n > max_bytes) {
        return false;
    }
    memcpy(text + at, bytes, n);
    text[at + n] = '\0';
    return true;
}
