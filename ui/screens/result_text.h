/* result_text: the result of a visit in words of the visitor's language: what the result's screen says, the text for a
 * stick of her own, the texts of the codes for her phone. Texts live in the arena or until the view changes. */
#ifndef M2_RESULT_TEXT_H
#define M2_RESULT_TEXT_H

#include "app.h"
#include "kit/qr.h"

const char *result_band_word(int band); /* 1..4, in words of autonomy */
const char *result_sentence(const struct app *app, const struct visit_result *r, struct arena *a);
/* What the wheel says, written for who cannot read it, and spoken. */
const char *result_wheel_words(const struct app *app, const struct visit_result *r, struct arena *a);
/* After careless answers: that the result is not sure, kindly; NULL = the answers give no reason to say so. */
const char *result_unsure_words(const struct visit_result *r);

/* The whole result; empty where there is none. */
void result_text_file(const struct app *app, struct buf *out);
/* What matters most, in as few texts of at most QR_TEXT_MAX bytes as it takes; 0 = there is no result. */
int result_text_codes(const struct app *app, struct arena *a, const char *codes[QR_PIECES_MAX]);

#endif
