/* What is written on our own keyboard: capitals by themselves, whole characters taken back, no byte past the end. */
#include "base/err.h"
#include "base/utf8.h"
#include "screens/typing.h"
#include "unit/test.h"
#include <string.h>

#include "base/banned.h"

enum { MAX = 12 };

/* Types the characters of keys, '<' takes one back; true when there was room for all. */
static bool type(char *text, const char *keys)
{
    const char *at = keys, *end = keys + strlen(keys);
    bool ok = true;

    while (at < end) {
        uint32_t c = utf8_next(&at, end);

        ok = typing_put(text, MAX, c == '<' ? '\b' : (int64_t)c) && ok;
    }
    return ok;
}

TEST(typing, begins_sentences_with_capitals_in_each_alphabet)
{
    static const struct {
        const char *keys, *text;
    } cases[] = {
        {"ab", "Ab"},         {"ab. cd", "Ab. Cd"}, {"a? b! c", "A? B! C"}, {"ab.cd", "Ab.cd"},
        {"écu", "Écu"},       {"ñu", "Ñu"},         {"÷x", "÷x"},           {"ÿ", "ÿ"},
        {"αβ", "Αβ"},         {"ςα", "ςα"},         {"жи", "Жи"},           {"її", "Її"},
        {"3 jars", "3 jars"}, {"<a", "A"},          {"a<b", "B"},           {"ب", "ب"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        char text[MAX + 1] = "";

        CHECK(type(text, cases[i].keys));
        CHECK_STR(text, cases[i].text);
    }
}

TEST(typing, takes_one_space_between_words_and_none_in_front)
{
    char text[MAX + 1] = "";

    CHECK(type(text, "  ab   c "));
    CHECK_STR(text, "Ab c ");
}

TEST(typing, takes_back_whole_characters)
{
    char text[MAX + 1] = "";

    CHECK(type(text, "aé€<"));
    CHECK_STR(text, "Aé");
    CHECK(type(text, "<<<"));
    CHECK_STR(text, "");
}

TEST(typing, is_full_at_its_bytes_and_not_one_before)
{
    char text[MAX + 1] = "";

    CHECK(type(text, "abcdefghijk"));
    CHECK(!type(text, "é")); /* two bytes, one left */
    CHECK_STR(text, "Abcdefghijk");
    CHECK(type(text, "l"));
    CHECK_STR(text, "Abcdefghijkl");
    CHECK(!type(text, "m"));
    CHECK_STR(text, "Abcdefghijkl");
}
