/* panel: what all panels share, and which one a station takes by itself. */
#include "panel/panel.h"
#include <stdlib.h>

#include "base/banned.h"

void panel_measure(struct panel *p)
{
    bool is_upright = p->canvas->h > p->canvas->w;

    if (!p->w_mm) {
        p->w_mm = is_upright ? PANEL_DEFAULT_H_MM : PANEL_DEFAULT_W_MM;
        p->h_mm = is_upright ? PANEL_DEFAULT_W_MM : PANEL_DEFAULT_H_MM;
    }
}

bool panel_open_here(const struct panel_options *opt, struct panel **out, struct err *err)
{
    bool has_desktop = getenv("DISPLAY") || getenv("WAYLAND_DISPLAY") || getenv("SDL_VIDEODRIVER");
    struct err kms = {0};

    if (!has_desktop && panel_open_kms(opt, out, &kms)) {
        return true;
    }
    /* a card that is there, but not for us, says more than that there is no desktop */
    return panel_open_window(opt, out, err) ||
           (kms.code != ERR_NONE && kms.code != ERR_NOT_FOUND && err_set(err, kms.code, "%s", kms.text));
}

void panel_close(struct panel *p)
{
    if (p) {
        p->class->close(p);
    }
}
