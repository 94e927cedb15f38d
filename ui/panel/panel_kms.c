/* panel_kms: the board's own display, without a desktop: pictures through KMS, touch and keys through evdev, and the
 * virtual terminal in between. A display that is pulled out is waited for; the station goes on. */
#include "base/buf.h"
#include "base/log.h"
#include "base/uevent.h"
#include "panel/console.h"
#include "panel/evdev.h"
#include "panel/kms.h"
#include "panel/panel.h"
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/banned.h"

enum { DARK_LOOK_S = 2 };            /* while it is dark a display is looked for this often: not every driver tells */
enum { MM_MIN = 50, MM_MAX = 2000 }; /* what a display says of its size is believed within these */

struct board {
    struct panel base; /* first member */
    struct panel_options opt;
    struct kms *kms;
    struct evdev *evdev;
    int uevent_fd;   /* -1 = not heard */
    int timer_fd;    /* runs while it is dark */
    bool is_dark;    /* and that was said */
    bool is_resized; /* the app is to be told */
};

/* --- the display comes and goes */

static void look_every(const struct board *b, int seconds)
{
    struct itimerspec t = {.it_interval.tv_sec = seconds, .it_value.tv_sec = seconds};

    timerfd_settime(b->timer_fd, 0, &t, NULL);
}

static void go_dark(struct board *b, const struct err *err)
{
    if (!b->is_dark) {
        b->is_dark = true;
        look_every(b, DARK_LOOK_S);
        log_line(LOG_WARN, "the screen is dark: %s", err->text);
    }
}

static void measure(struct board *b, struct kms_display d)
{
    b->base.w_mm = b->opt.w_mm;
    b->base.h_mm = b->opt.h_mm;
    if (!b->opt.w_mm && d.w_mm >= MM_MIN && d.w_mm <= MM_MAX && d.h_mm >= MM_MIN && d.h_mm <= MM_MAX) {
        b->base.w_mm = d.w_mm;
        b->base.h_mm = d.h_mm;
    }
    panel_measure(&b->base);
}

static bool make_canvas(struct board *b, int w, int h, struct err *err)
{
    SDL_Surface *canvas = SDL_CreateRGBSurfaceWithFormat(0, w, h, 32, SDL_PIXELFORMAT_RGB888);

    if (!canvas) {
        return err_set(err, ERR_IO, "panel: %s", SDL_GetError());
    }
    SDL_FreeSurface(b->base.canvas);
    b->base.canvas = canvas;
    return true;
}

static bool show(struct board *b, struct err *err)
{
    return kms_show(b->kms, b->base.canvas->pixels, b->base.canvas->pitch, err);
}

/* Lights what is there; a display of another size gets a canvas of its own. */
static bool look(struct board *b, struct err *err)
{
    struct kms_display d;
    bool has_canvas = b->base.canvas != NULL;

    if (!kms_light(b->kms, has_canvas ? b->base.canvas->w : b->opt.w_px, has_canvas ? b->base.canvas->h : b->opt.h_px,
                   err)) {
        return false;
    }
    d = kms_display(b->kms);
    if (!has_canvas || d.w_px != b->base.canvas->w || d.h_px != b->base.canvas->h) {
        b->is_resized = has_canvas;
        if (!make_canvas(b, d.w_px, d.h_px, err)) {
            return false;
        }
        measure(b, d);
    }
    return show(b, err);
}

static void look_again(struct board *b)
{
    struct err err = {0};

    if (!look(b, &err)) {
        go_dark(b, &err);
    } else if (b->is_dark) {
        b->is_dark = false;
        look_every(b, 0);
        log_line(LOG_INFO, "the screen is on: %dx%d", b->base.canvas->w, b->base.canvas->h);
    }
}

/* Did the kernel tell of a card or its connectors, or is it time to look? */
static bool hear_of_displays(struct board *b)
{
    static const char drm[] = "SUBSYSTEM=drm"; /* with its end */
    char message[UEVENT_BYTES];
    enum uevent what = UEVENT_NONE;
    bool any = false;
    size_t n;

    any |= read(b->timer_fd, &(uint64_t){0}, sizeof(uint64_t)) > 0;
    while (b->uevent_fd >= 0 && uevent_next(b->uevent_fd, message, &n, &what, NULL) && what != UEVENT_NONE) {
        any |= what == UEVENT_LOST || memmem(message, n, drm, sizeof drm) != NULL;
    }
    return any;
}

/* --- the panel */

/* A display that does not take the picture is no reason to end: the visit goes on when it is back. */
static bool present(struct panel *p, struct err *err)
{
    struct board *b = (struct board *)p;
    struct err why = {0};

    (void)err;
    if (!show(b, &why)) {
        go_dark(b, &why);
    }
    return true;
}

static int fds(const struct panel *p, int *out, int max)
{
    const struct board *b = (const struct board *)p;
    const int all[] = {evdev_fd(b->evdev), kms_fd(b->kms), b->uevent_fd, b->timer_fd};
    int n = 0;

    for (size_t i = 0; i < M2_COUNT(all) && n < max; i++) {
        if (all[i] >= 0) {
            out[n++] = all[i];
        }
    }
    return n;
}

static bool next(struct panel *p, SDL_Event *event)
{
    struct board *b = (struct board *)p;

    if (kms_news(b->kms)) {
        present(p, NULL);
    }
    if (hear_of_displays(b)) {
        look_again(b);
    }
    if (b->is_resized) {
        b->is_resized = false;
        *event = (SDL_Event){.window = {.type = SDL_WINDOWEVENT, .event = SDL_WINDOWEVENT_SIZE_CHANGED}};
        return true;
    }
    return evdev_next(b->evdev, event);
}

static void close_board(struct panel *p)
{
    struct board *b = (struct board *)p;

    evdev_close(b->evdev);
    kms_close(b->kms);
    console_give_back();
    SDL_FreeSurface(p->canvas);
    if (b->uevent_fd >= 0) {
        close(b->uevent_fd);
    }
    if (b->timer_fd >= 0) {
        close(b->timer_fd);
    }
    free(b);
}

static const struct panel_class class = {.present = present, .fds = fds, .next = next, .close = close_board};

/* Without a display a canvas of the asked or the usual size waits for one. */
static bool first_light(struct board *b, struct err *err)
{
    const int w = b->opt.w_px, h = b->opt.h_px;
    struct kms_display d;

    struct err why = {0};

    if (!look(b, &why)) {
        if (why.code != ERR_NOT_FOUND) {
            return err_set(err, why.code, "%s", why.text);
        }
        go_dark(b, &why);
        if (!make_canvas(b, w ? w : PANEL_DEFAULT_W_PX, w ? h : PANEL_DEFAULT_H_PX, err)) {
            return false;
        }
        measure(b, (struct kms_display){0});
        return true;
    }
    d = kms_display(b->kms);
    return !w || (d.w_px == w && d.h_px == h) ||
           err_set(err, ERR_USAGE, "--size %dx%d: the display has no such mode; its own is %dx%d", w, h, d.w_px,
                   d.h_px);
}

bool panel_open_kms(const struct panel_options *opt, struct panel **out, struct err *err)
{
    struct board *b = mem_alloc(sizeof *b);
    struct err quiet = {0};

    *b = (struct board){.base = {.class = &class, .name = "kms"}, .opt = *opt, .uevent_fd = -1, .timer_fd = -1};
    if (!kms_open(opt->dri_folder ? opt->dri_folder : KMS_FOLDER, &b->kms, err)) {
        free(b);
        return false;
    }
    if (!console_take(opt->tty ? opt->tty : CONSOLE_OWN, &quiet) &&
        (opt->tty || !console_take(CONSOLE_SHOWN, &quiet))) {
        log_line(LOG_WARN, "%s", quiet.text);
    }
    if (!uevent_watch(&b->uevent_fd, &quiet)) {
        log_line(LOG_WARN, "a display that is connected later is not noticed: %s", quiet.text);
    }
    b->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (!evdev_open(opt->input_folder ? opt->input_folder : EVDEV_FOLDER, &b->evdev, err) || !first_light(b, err)) {
        close_board(&b->base);
        return false;
    }
    *out = &b->base;
    return true;
}
