/* panel: where the canvas becomes visible and where touches and keys come from. window (X11, Wayland), kms (the board's
 * own display), none (headless). Main thread only. */
#ifndef M2_PANEL_PANEL_H
#define M2_PANEL_PANEL_H

#include "base/err.h"
#include <SDL2/SDL.h>

struct panel;

struct panel_options {
    int w_px, h_px;                              /* 0 = as large as the display */
    int w_mm, h_mm;                              /* 0 = as the display says, else a 10.1-inch panel */
    const char *dri_folder, *input_folder, *tty; /* of kms; NULL = the kernel's */
};

struct panel_class {
    bool (*present)(struct panel *p, struct err *err);    /* shows the canvas */
    int (*fds)(const struct panel *p, int *fds, int max); /* descriptors that wake up when input waits */
    /* The next input; false = none. SDL_WINDOWEVENT_SIZE_CHANGED: the canvas is another one now. */
    bool (*next)(struct panel *p, SDL_Event *event);
    void (*close)(struct panel *p);
};

struct panel {
    const struct panel_class *class;
    SDL_Surface *canvas; /* 32-bit XRGB, the size of the panel; owned by the panel, until its next() */
    int w_mm, h_mm;
    const char *name; /* "none", "kms", "x11", "wayland" */
};

typedef bool panel_opener(const struct panel_options *opt, struct panel **out, struct err *err);
M2_MUST_CHECK panel_opener panel_open_none, panel_open_window, panel_open_kms;
/* A window where there is a desktop, else the board's own display where there is one that is free, else a window. */
M2_MUST_CHECK panel_opener panel_open_here;
void panel_close(struct panel *p); /* NULL is fine */

/* Gives a panel that does not know its millimetres those of a 10.1-inch one that stands as it does. */
void panel_measure(struct panel *p);

enum { PANEL_FDS_MAX = 8, PANEL_SIDE_MIN = 320, PANEL_SIDE_MAX = 8192 };
#define PANEL_DEFAULT_W_PX 1280 /* 10.1 inch */
#define PANEL_DEFAULT_H_PX 800
#define PANEL_DEFAULT_W_MM 217
#define PANEL_DEFAULT_H_MM 136

#endif
