/* qr: a text as QR codes that any phone reads without a network: UTF-8 that says so (ECI 26; without it
 * some readers take é for Chinese), error correction M, a code of at most
 * QR_SIDE_MAX modules: at the least module (QR_MODULE_MM) it is whole on the smallest panel at the largest text. Drawn
 * in whole pixels, dark on white in every theme, with its quiet zone. The only file that knows libqrencode. */
#ifndef M2_KIT_QR_H
#define M2_KIT_QR_H

#include "base/arena.h"
#include <SDL2/SDL.h>

enum {
    QR_TEXT_MAX = 284, /* bytes of one code: what version 12 holds at M */
    QR_SIDE_MAX = 65,  /* modules of version 12 */
    QR_QUIET = 4,      /* modules of white around it */
    QR_PIECES_MAX = 8, /* codes of one text */
};
#define QR_MODULE_MM 0.5 /* at least: phones find smaller ones hard to see */

struct qr {
    int side;                                /* modules, without the quiet zone */
    bool is_dark[QR_SIDE_MAX * QR_SIDE_MAX]; /* side rows of side modules, from the top */
};

/* text: 1..QR_TEXT_MAX bytes; longer ones are the caller's to cut. In the arena; never NULL. */
const struct qr *qr_make(struct arena *a, const char *text);
/* With its quiet zone, module_px a module. */
int qr_px(const struct qr *qr, int module_px);
void qr_draw(SDL_Surface *canvas, const struct qr *qr, int x, int y, int module_px);

/* Cuts a text into pieces of at most most_bytes, at an empty line of its second half, else at the end of a line, else
 * at a space, else between characters; white space at the cuts is dropped. Returns how many; what does not go into
 * QR_PIECES_MAX is left out. */
int qr_split(struct arena *a, const char *text, size_t most_bytes, const char *pieces[QR_PIECES_MAX]);

#endif
