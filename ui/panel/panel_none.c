/* panel_none: a canvas nobody sees: tests, the driver, measuring. */
#include "base/buf.h"
#include "panel/panel.h"
#include <stdlib.h>

#include "base/banned.h"

static bool present(struct panel *p, struct err *err)
{
    (void)p;
    (void)err;
    return true;
}

// NOLINTNEXTLINE(readability-non-const-parameter): the class of panels asks for this form
static int no_fds(const struct panel *p, int *fds, int max)
{
    (void)p;
    (void)fds;
    (void)max;
    return 0;
}

static bool no_event(struct panel *p, SDL_Event *event)
{
    (void)p;
    (void)event;
    return false;
}

static void close_none(struct panel *p)
{
    SDL_FreeSurface(p->canvas);
    free(p);
}

static const struct panel_class class = {.present = present, .fds = no_fds, .next = no_event, .close = close_none};

bool panel_open_none(const struct panel_options *opt, struct panel **out, struct err *err)
{
    struct panel *p = mem_alloc(sizeof *p);

    *p = (struct panel){.class = &class, .name = "none", .w_mm = opt->w_mm, .h_mm = opt->h_mm};
    p->canvas = SDL_CreateRGBSurfaceWithFormat(0, opt->w_px ? opt->w_px : PANEL_DEFAULT_W_PX,
                                               opt->h_px ? opt->h_px : PANEL_DEFAULT_H_PX, 32, SDL_PIXELFORMAT_RGB888);
    if (!p->canvas) {
        free(p);
        return err_set(err, ERR_IO, "panel: %s", SDL_GetError());
    }
    panel_measure(p);
    *out = p;
    return true;
}
