/* keyboard: the table. Orders: CLDR's index characters and the alphabets taught at school. */
#include "kit/keyboard.h"
#include <stddef.h>
#include <string.h>

#include "base/banned.h"

static const struct keyboard keyboards[] = {
    {"en", "abcdefghijklmnopqrstuvwxyz", "áàâäçéèêëíîïñóôöúùûü", "0123456789.,-+/:@€£%?!'"},
    {"it", "abcdefghijklmnopqrstuvwxyz", "àèéìíòóùúçâêîôûäëïöü", "0123456789,.-+/:@€%?!'"},
    {"es", "abcdefghijklmnñopqrstuvwxyz", "áéíóúüçàèìòùâêîôû¿¡", "0123456789,.-+/:@€%?!'"},
    {"el", "αβγδεζηθικλμνξοπρσςτυφχψω", "άέήίόύώϊϋΐΰ", "0123456789,.-+/:@€%;!"},
    {"uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя'", "ыэёъ", "0123456789,.-+/:@₴%№?!"},
    {"ar", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "أإآءئؤةى", "0123456789٫،-+/:@٪؟!"},
};

const struct keyboard *keyboard_of(const char *lang)
{
    size_t n = strcspn(lang, "-_");

    for (size_t i = 0; i < sizeof keyboards / sizeof *keyboards; i++) {
        if (strlen(keyboards[i].lang) == n && !strncmp(keyboards[i].lang, lang, n)) {
            return &keyboards[i];
        }
    }
    return &keyboards[0];
}

const char *keyboard_keys(const struct keyboard *k, enum keyboard_page page)
{
    return page == KEYBOARD_LETTERS ? k->letters : page == KEYBOARD_ACCENTS ? k->accents : k->digits;
}
