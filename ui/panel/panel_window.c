/* panel_window: a window of X11 or Wayland, drawn in memory and handed over; no GL (PLATFORM: 17 MB instead of 117). */
#include "base/buf.h"
#include "panel/panel.h"
#include <SDL2/SDL_syswm.h>
#include <X11/Xlib.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct window {
    struct panel base; /* first member */
    SDL_Window *window;
    int fd; /* of the display connection, -1 = not known */
};

static bool present(struct panel *p, struct err *err)
{
    struct window *w = (struct window *)p;
    SDL_Surface *screen = SDL_GetWindowSurface(w->window);

    if (!screen || SDL_BlitSurface(p->canvas, NULL, screen, NULL) != 0 || SDL_UpdateWindowSurface(w->window) != 0) {
        return err_set(err, ERR_IO, "window: %s", SDL_GetError());
    }
    return true;
}

static int fds(const struct panel *p, int *out, int max)
{
    const struct window *w = (const struct window *)p;

    if (w->fd < 0 || max < 1) {
        return 0;
    }
    out[0] = w->fd;
    return 1;
}

static bool next(struct panel *p, SDL_Event *event)
{
    (void)p;
    return SDL_PollEvent(event) == 1;
}

static void close_window(struct panel *p)
{
    struct window *w = (struct window *)p;

    SDL_FreeSurface(p->canvas);
    SDL_DestroyWindow(w->window);
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
    free(w);
}

static const struct panel_class class = {.present = present, .fds = fds, .next = next, .close = close_window};

/* SDL keeps X11 and Wayland loaded by itself; their descriptors are asked for through the libraries it loaded. */
static int connection_fd(SDL_Window *window)
{
    SDL_SysWMinfo info;

    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(window, &info)) {
        return -1;
    }
#ifdef SDL_VIDEO_DRIVER_X11
    if (info.subsystem == SDL_SYSWM_X11) {
        return ConnectionNumber(info.info.x11.display);
    }
#endif
#ifdef SDL_VIDEO_DRIVER_WAYLAND
    if (info.subsystem == SDL_SYSWM_WAYLAND) {
        void *library = dlopen("libwayland-client.so.0", RTLD_LAZY | RTLD_NOLOAD);
        int (*get_fd)(void *) = NULL;

        if (library) {
            *(void **)&get_fd = dlsym(library, "wl_display_get_fd");
        }
        return get_fd ? get_fd(info.info.wl.display) : -1;
    }
#endif
    return -1;
}

static void measure(struct window *w, const struct panel_options *opt)
{
    float dpi = 0;

    w->base.w_mm = opt->w_mm;
    w->base.h_mm = opt->h_mm;
    if (opt->w_mm) {
        return;
    }
    if (opt->w_px || SDL_GetDisplayDPI(SDL_GetWindowDisplayIndex(w->window), NULL, &dpi, NULL) != 0 || dpi < 40) {
        /* A window on a desk stands for a 10.1-inch panel; its pixels are made to fit. */
        w->base.w_mm = PANEL_DEFAULT_W_MM;
        w->base.h_mm = PANEL_DEFAULT_W_MM * w->base.canvas->h / w->base.canvas->w;
    } else {
        w->base.w_mm = (int)((float)w->base.canvas->w * 25.4F / dpi);
        w->base.h_mm = (int)((float)w->base.canvas->h * 25.4F / dpi);
    }
}

/* SDL falls back to these where there is no display; a station would run there for nobody. */
static bool is_unseen(const char *driver)
{
    return !strcmp(driver, "offscreen") || !strcmp(driver, "dummy") || !strcmp(driver, "evdev");
}

bool panel_open_window(const struct panel_options *opt, struct panel **out, struct err *err)
{
    struct window *w;
    SDL_Surface *screen;

    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "1");
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0) {
        return err_set(err, ERR_IO, "no display: %s; set DISPLAY or pass --headless", SDL_GetError());
    }
    if (!getenv("SDL_VIDEODRIVER") && is_unseen(SDL_GetCurrentVideoDriver())) {
        err_set(err, ERR_IO, "no display: SDL found only '%s', which nobody sees; set DISPLAY or pass --headless",
                SDL_GetCurrentVideoDriver());
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
        return false;
    }
    w = mem_alloc(sizeof *w);
    w->base = (struct panel){.class = &class, .name = SDL_GetCurrentVideoDriver()};
    w->window = SDL_CreateWindow("MICRO2", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, opt->w_px ? opt->w_px : 1280,
                                 opt->h_px ? opt->h_px : 800, opt->w_px ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP);
    screen = w->window ? SDL_GetWindowSurface(w->window) : NULL;
    w->base.canvas =
        screen ? SDL_CreateRGBSurfaceWithFormat(0, screen->w, screen->h, 32, SDL_PIXELFORMAT_RGB888) : NULL;
    if (!w->base.canvas) {
        err_set(err, ERR_IO, "window: %s", SDL_GetError());
        SDL_DestroyWindow(w->window);
        SDL_QuitSubSystem(SDL_INIT_VIDEO);
        free(w);
        return false;
    }
    w->fd = connection_fd(w->window);
    measure(w, opt);
    *out = &w->base;
    return true;
}
