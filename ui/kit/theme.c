/* theme: the table of colours. */
#include "kit/theme.h"
#include <math.h>
#include <string.h>

#include "base/banned.h"

const char *const theme_names[THEME_N] = {"paper", "night", "contrast"};

static const uint32_t colours[THEME_N][COLOUR_N] = {
    [THEME_PAPER] =
        {
            [COLOUR_PAPER] = 0xFBF8F2,
            [COLOUR_CARD] = 0xFFFFFF,
            [COLOUR_INK] = 0x1B2B34,
            [COLOUR_INK2] = 0x4C5D68,
            [COLOUR_EDGE] = 0x8A8172,
            [COLOUR_LINE] = 0xE2DACB,
            [COLOUR_GO] = 0x1F6B4F,
            [COLOUR_ON_GO] = 0xFFFFFF,
            [COLOUR_DARK] = 0x1B2B34,
            [COLOUR_ON_DARK] = 0xFFFFFF,
            [COLOUR_NOTE] = 0xFCEFD0,
            [COLOUR_NOTE_EDGE] = 0x8A5A00,
            [COLOUR_RING] = 0x1B2B34,
            [COLOUR_RING_IN] = 0xFFC83D,
            [COLOUR_MARK] = 0xFFE08A,
        },
    [THEME_NIGHT] =
        {
            [COLOUR_PAPER] = 0x12191E,
            [COLOUR_CARD] = 0x1A242B,
            [COLOUR_INK] = 0xF3EFE6,
            [COLOUR_INK2] = 0xB7C2C9,
            [COLOUR_EDGE] = 0x7E8C95,
            [COLOUR_LINE] = 0x2E3B44,
            [COLOUR_GO] = 0x7FD3AE,
            [COLOUR_ON_GO] = 0x0B1F17,
            [COLOUR_DARK] = 0xE6E1D6,
            [COLOUR_ON_DARK] = 0x12191E,
            [COLOUR_NOTE] = 0x3A2F14,
            [COLOUR_NOTE_EDGE] = 0xE0B04C,
            [COLOUR_RING] = 0xFFFFFF,
            [COLOUR_RING_IN] = 0x7A5200,
            [COLOUR_MARK] = 0x5A4A12,
        },
    [THEME_CONTRAST] =
        {
            [COLOUR_PAPER] = 0x000000,
            [COLOUR_CARD] = 0x000000,
            [COLOUR_INK] = 0xFFFFFF,
            [COLOUR_INK2] = 0xFFFFFF,
            [COLOUR_EDGE] = 0xFFFFFF,
            [COLOUR_LINE] = 0x8C8C8C,
            [COLOUR_GO] = 0xFFE100,
            [COLOUR_ON_GO] = 0x000000,
            [COLOUR_DARK] = 0xFFFFFF,
            [COLOUR_ON_DARK] = 0x000000,
            [COLOUR_NOTE] = 0x332D00,
            [COLOUR_NOTE_EDGE] = 0xFFE100,
            [COLOUR_RING] = 0x00E5FF,
            [COLOUR_RING_IN] = 0x000000,
            [COLOUR_MARK] = 0x5C5200,
        },
};

static const uint32_t areas[THEME_N][AREA_N] = {
    [THEME_PAPER] = {0x1F6B4F, 0x24608F, 0x0F6E75, 0x6B4785, 0xA8432B, 0x4F6B1F, 0x8A5A00, 0x9B2F5C, 0x3F4C9A},
    [THEME_NIGHT] = {0x7FD3AE, 0x8DC1EC, 0x74D2D9, 0xCBA9E4, 0xF2A08A, 0xB5D57C, 0xEBBE63, 0xF29CC0, 0xAAB6F7},
    [THEME_CONTRAST] = {0xFFE100, 0x9AD4FF, 0x7DF5FD, 0xE3C4FA, 0xFFB8A6, 0xD2F297, 0xFFD98A, 0xFFB9D6, 0xC8D0FF},
};

uint32_t theme_colour(enum theme_id theme, enum theme_colour colour)
{
    return colours[theme][colour];
}

uint32_t theme_area_colour(enum theme_id theme, enum theme_area area)
{
    return areas[theme][area];
}

uint32_t theme_mix(uint32_t under, uint32_t over, double share)
{
    uint32_t out = 0;

    for (int shift = 16; shift >= 0; shift -= 8) {
        double u = under >> shift & 0xFF, o = over >> shift & 0xFF;

        out |= (uint32_t)lround(u + (o - u) * share) << shift;
    }
    return out;
}

uint32_t theme_tint(enum theme_id theme, enum theme_area area)
{
    const double share = 0.15;

    return theme_mix(colours[theme][COLOUR_PAPER], areas[theme][area], share);
}

enum theme_area theme_area_of(const char *code)
{
    static const char *const codes[AREA_N] = {"", "D1", "D2", "D3", "D4", "D5", "E1", "E2", "E3"};

    for (int i = AREA_D1; i < AREA_N; i++) {
        if (code && !strncmp(codes[i], code, 2)) {
            return (enum theme_area)i;
        }
    }
    return AREA_NONE;
}

/* WCAG 2.2, "relative luminance". */
static double luminance(uint32_t rgb)
{
    static const double share[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double c = (rgb >> (16 - 8 * i) & 0xFF) / 255.0;

        sum += share[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(uint32_t a, uint32_t b)
{
    double la = luminance(a), lb = luminance(b);

    return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}
