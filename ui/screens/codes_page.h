/* codes_page: a text as codes for the visitor's phone, one after the other, with what they say beside them. */
#ifndef M2_CODES_PAGE_H
#define M2_CODES_PAGE_H

#include "app.h"
#include "kit/qr.h"

/* The body of a page: code number `now` of n. what: "Your result", how the text is called. stick: leads to a stick. */
void codes_page(const struct app *app, struct ui *ui, const char *const *codes, int n, int now, const char *what,
                struct ui_act stick);
/* Cuts a text into codes; each begins with its title and, where there are several, its place: how many. */
int codes_of(struct arena *a, const char *title, const char *text, const char *codes[QR_PIECES_MAX]);

#endif
