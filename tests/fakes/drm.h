/* drm: the calls of libdrm that ui/panel/kms.c makes, over files: a card is an empty file, its buffers are in it.
 * Linked in place of libdrm. It fails and changes as it is told, and counts what is alive. */
#ifndef M2_FAKES_DRM_H
#define M2_FAKES_DRM_H

#include <stdbool.h>
#include <stdint.h>

enum { DRM_CONNECTORS = 3, DRM_MODES = 4, DRM_CONSOLE_FB = 7, DRM_CONSOLE_W = 1024 };

struct fake_mode {
    int w, h;
    unsigned type, flags;
};

struct fake_connector {
    unsigned type;
    bool is_connected;
    int w_mm, h_mm, n_modes;
    struct fake_mode modes[DRM_MODES];
};

struct fake_drm {
    bool is_taken, has_no_dumb; /* by another program; it has only buffers of its own */
    int n_computing;            /* so many cards that are asked first have no connector */
    int n_connectors;
    struct fake_connector connectors[DRM_CONNECTORS];
    const char *fails; /* the call of this name, with ENOMEM, */
    int skip;          /* after so many that went well */
    bool refuses_all;  /* neither flips nor sets */
    /* what is on the screen, and what was done */
    uint32_t shown; /* buffer */
    int shown_on, shown_w;
    bool is_flip_told; /* a flip is under way, its event waits to be read */
    int n_flips, n_sets, n_buffers, n_handles, n_objects;
};

extern struct fake_drm drm;

/* One connector with a display of 1280x800 that it prefers, and 800x600; the console in front. */
void drm_reset(void);
/* The pixel of a buffer that lives. */
uint32_t drm_pixel(uint32_t buffer, int x, int y);

#endif
