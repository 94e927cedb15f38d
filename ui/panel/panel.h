/* panel: where the canvas becomes visible and where touches and keys come from. window (X11, Wayland), none (headless);
 * the board's own (KMS through libdrm) joins as a third. Main thread only. */
#ifndef M2_PANEL_PANEL_H
#define M2_PANEL_PANEL_H

#include "base/err.h"
#include <SDL2/SDL.h>

struct panel;

struct panel_options {
    int w_px, h_px; /* 0 = as large as the display */
    int w_mm, h_mm; /* 0 = as the display says, else a 10.1-inch panel */
};

struct panel_class {
    bool (*present)(struct panel *p, struct err *err);    /* shows the canvas */
    int (*fds)(const struct panel *p, int *fds, int max); /* descriptors that wake up when input waits */
    bool (*next)(struct panel *p, SDL_Event *event);      /* the next input; false = none */
    void (*close)(struct panel *p);
};

struct panel {
    const struct panel_class *class;
    SDL_Surface *canvas; /* 32-bit XRGB, the size of the panel; owned by the panel */
    int w_mm, h_mm;
    const char *name; /* "none", "x11", "wayland" */
};

M2_MUST_CHECK bool panel_open_none(const struct panel_options *opt, struct panel **out, struct err *err);
M2_MUST_CHECK bool panel_open_window(const struct panel_options *opt, struct panel **out, struct err *err);
void panel_close(struct panel *p); /* NULL is fine */

enum { PANEL_FDS_MAX = 8, PANEL_SIDE_MIN = 320, PANEL_SIDE_MAX = 8192 };
#define PANEL_DEFAULT_W_MM 217 /* 10.1 inch, 1280 x 800 */
#define PANEL_DEFAULT_H_MM 136

#endif
