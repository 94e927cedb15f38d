/* kms: a display shown by the kernel itself: a card, one of its connectors, a mode, two buffers that are flipped. The
 * only file that includes libdrm. A display may go and come back: it is dark until kms_light() finds one again. Main
 * thread only. */
#ifndef M2_PANEL_KMS_H
#define M2_PANEL_KMS_H

#include "base/err.h"

#define KMS_FOLDER "/dev/dri"
enum { KMS_CARDS_MAX = 8, KMS_FLIP_LOST_MS = 500 }; /* a flip that is not told of by then is taken as done */

struct kms;

struct kms_display {
    bool is_lit;
    int w_px, h_px;
    int w_mm, h_mm; /* as the display says; 0 = it does not */
};

/* The first card of the folder that has connectors, as its master. Codes: ERR_NOT_FOUND (no card), ERR_USAGE (no
 * permission), ERR_BUSY (another program shows on the screen), ERR_IO. */
M2_MUST_CHECK bool kms_open(const char *folder, struct kms **out, struct err *err);
/* What was shown before is shown again. NULL is fine. */
void kms_close(struct kms *k);

/* Looks which displays are there and lights one: the one that was lit, else a built-in one, else the first; in the mode
 * of this size, else in its own. Dark when it fails. Codes: ERR_NOT_FOUND (no display is connected), ERR_NO_SPACE,
 * ERR_IO. */
M2_MUST_CHECK bool kms_light(struct kms *k, int w_px, int h_px, struct err *err);
struct kms_display kms_display(const struct kms *k);
const char *kms_card(const struct kms *k); /* "/dev/dri/card0"; borrowed until kms_close() */

/* Shows a picture of w_px * h_px XRGB8888 pixels; nothing while it is dark. While the one before is still on its way to
 * the screen nothing happens: kms_news() tells when to show again. Dark when it fails. Codes: ERR_IO. */
M2_MUST_CHECK bool kms_show(struct kms *k, const void *pixels, int pitch_bytes, struct err *err);
int kms_fd(const struct kms *k); /* to be waited on, then: */
/* True when a picture was left out and can be shown now. */
bool kms_news(struct kms *k);

#endif
