/* qr: texts as QR codes. */
#include "kit/qr.h"
#include "base/buf.h"
#include "base/utf8.h"
#include <assert.h>
#include <qrencode.h>
#include <string.h>

#include "base/banned.h"

enum { IS_DARK = 1, SMALLEST_FITTING = 0, ECI_UTF8 = 26 }; /* libqrencode's */

const struct qr *qr_make(struct arena *a, const char *text)
{
    struct qr *qr = arena_alloc(a, sizeof *qr);
    size_t n = strlen(text);
    QRinput *input = QRinput_new2(SMALLEST_FITTING, QR_ECLEVEL_M);
    QRcode *code = NULL;

    assert(n > 0 && n <= QR_TEXT_MAX);
    if (input && QRinput_appendECIheader(input, ECI_UTF8) == 0 &&
        QRinput_append(input, QR_MODE_8, (int)n, (const unsigned char *)text) == 0) {
        code = QRcode_encodeInput(input);
    }
    assert(code && code->width <= QR_SIDE_MAX); /* all else is lack of memory */
    QRinput_free(input);
    qr->side = code->width;
    for (int i = 0; i < qr->side * qr->side; i++) {
        qr->is_dark[i] = code->data[i] & IS_DARK;
    }
    mem_wipe(code->data, (size_t)qr->side * (size_t)qr->side);
    QRcode_free(code);
    return qr;
}

int qr_px(const struct qr *qr, int module_px)
{
    return (qr->side + 2 * QR_QUIET) * module_px;
}

void qr_draw(SDL_Surface *canvas, const struct qr *qr, int x, int y, int module_px)
{
    const uint32_t white = SDL_MapRGB(canvas->format, 255, 255, 255), black = SDL_MapRGB(canvas->format, 0, 0, 0);
    SDL_Rect all = {x, y, qr_px(qr, module_px), qr_px(qr, module_px)};

    SDL_FillRect(canvas, &all, white);
    for (int row = 0; row < qr->side; row++) {
        for (int column = 0; column < qr->side; column++) {
            SDL_Rect module = {x + (QR_QUIET + column) * module_px, y + (QR_QUIET + row) * module_px, module_px,
                               module_px};

            if (qr->is_dark[row * qr->side + column]) {
                SDL_FillRect(canvas, &module, black);
            }
        }
    }
}

/* --- a long text
 * ------------------------------------------------------------------------------------------------------------------ */

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* How much of the text the next piece takes. */
static size_t piece_bytes(const char *text, size_t n, size_t most)
{
    static const char *const cuts[] = {"\n", " \n"}; /* the end of a line is the better place */

    if (n <= most) {
        return n;
    }
    for (size_t at = most; at > most / 2; at--) {
        if (text[at] == '\n' && text[at - 1] == '\n') { /* an empty line: a heading stays with what it heads */
            return at;
        }
    }
    for (size_t i = 0; i < M2_COUNT(cuts); i++) {
        for (size_t at = most; at > 0; at--) {
            if (strchr(cuts[i], text[at])) {
                return at;
            }
        }
    }
    return utf8_cut(text, n, most);
}

int qr_split(struct arena *a, const char *text, size_t most_bytes, const char *pieces[QR_PIECES_MAX])
{
    size_t left = strlen(text);
    int n = 0;

    while (left > 0 && is_space(text[left - 1])) {
        left--;
    }
    while (left > 0 && n < QR_PIECES_MAX) {
        size_t takes, used;

        if (is_space(*text)) {
            text++;
            left--;
            continue;
        }
        takes = used = piece_bytes(text, left, most_bytes);
        while (used > 0 && is_space(text[used - 1])) {
            used--;
        }
        pieces[n++] = arena_strn(a, text, used);
        text += takes;
        left -= takes;
    }
    return n;
}
