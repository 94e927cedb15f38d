/* The board's panel on a libdrm of files: the canvas, a display that goes and comes, no end of the station by it. */
#include "base/clock.h"
#include "base/log.h"
#include "fakes/drm.h"
#include "panel/panel.h"
#include "unit/test.h"
#include <drm_mode.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/banned.h"

static struct panel_options options(void)
{
    int fd = open(test_path("card0"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(fd >= 0);
    close(fd);
    drm_reset();
    log_to(-1);
    return (struct panel_options){.dri_folder = test_dir(), .input_folder = test_dir(), .tty = "/dev/null"};
}

static struct panel *open_board(const struct panel_options *opt)
{
    struct panel *p;
    struct err err = {0};
    bool ok = panel_open_kms(opt, &p, &err);

    CHECK_STR(err.text, "");
    CHECK(ok);
    return p;
}

static void show(struct panel *p, Uint32 colour)
{
    struct err err = {0};

    SDL_FillRect(p->canvas, NULL, colour);
    CHECK(p->class->present(p, &err));
}

/* How often the log of this test program says so. */
static int said(const char *part)
{
    static char lines[LOG_RING_LINES][LOG_LINE_BYTES];
    int n = log_recent(lines, LOG_RING_LINES), times = 0;

    for (int i = 0; i < n; i++) {
        times += strstr(lines[i], part) != NULL;
    }
    return times;
}

/* Turns as the app's loop does until the canvas is another one or the time is over. */
static bool is_resized_within(struct panel *p, int ms)
{
    struct pollfd fds[PANEL_FDS_MAX];
    int raw[PANEL_FDS_MAX], n = p->class->fds(p, raw, PANEL_FDS_MAX);

    CHECK(n > 0);
    for (int passed = 0; passed < ms; passed += 100) {
        SDL_Event event;

        while (p->class->next(p, &event)) {
            if (event.type == SDL_WINDOWEVENT && event.window.event == SDL_WINDOWEVENT_SIZE_CHANGED) {
                return true;
            }
        }
        for (int i = 0; i < n; i++) {
            fds[i] = (struct pollfd){.fd = raw[i], .events = POLLIN};
        }
        poll(fds, 0, 100);
    }
    return false;
}

TEST(panel_kms, the_canvas_is_as_large_as_the_display_and_is_shown)
{
    struct panel_options opt = options();
    struct panel *p = open_board(&opt);
    SDL_Event event;

    CHECK_STR(p->name, "kms");
    CHECK_INT(p->canvas->w, 1280);
    CHECK_INT(p->canvas->h, 800);
    CHECK_INT(p->w_mm, 217);
    show(p, 0x123456);
    show(p, 0xABCDEF); /* while the first is on its way */
    while (p->class->next(p, &event)) {
    }
    CHECK_INT(drm_pixel(drm.shown, 1279, 799), 0xABCDEF);
    panel_close(p);
    CHECK_INT(drm.shown, DRM_CONSOLE_FB);
    CHECK_INT(drm.n_buffers + drm.n_handles + drm.n_objects, 0);
}

TEST(panel_kms, millimetres_are_the_asked_the_displays_or_those_of_the_usual_panel)
{
    static const struct {
        int opt_w, opt_h, says_w, says_h, w, h;
    } rows[] = {{0, 0, 154, 86, 154, 86},  {100, 60, 154, 86, 100, 60}, {0, 0, 0, 0, 217, 136},
                {0, 0, 16, 9, 217, 136},   {0, 0, 2001, 86, 217, 136},  {0, 0, 2000, 50, 2000, 50},
                {0, 0, 2000, 49, 217, 136}};

    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        struct panel_options opt = options();
        struct panel *p;

        opt.w_mm = rows[i].opt_w;
        opt.h_mm = rows[i].opt_h;
        drm.connectors[0].w_mm = rows[i].says_w;
        drm.connectors[0].h_mm = rows[i].says_h;
        p = open_board(&opt);
        CHECK_INT(p->w_mm, rows[i].w);
        CHECK_INT(p->h_mm, rows[i].h);
        panel_close(p);
    }
}

TEST(panel_kms, a_size_the_display_does_not_have_is_refused)
{
    struct panel_options opt = options();
    struct panel *p;
    struct err err = {0};

    opt.w_px = 800;
    opt.h_px = 600;
    p = open_board(&opt);
    CHECK_INT(p->canvas->w, 800);
    panel_close(p);
    opt.w_px = 801;
    CHECK(!panel_open_kms(&opt, &p, &err));
    CHECK_INT(err.code, ERR_USAGE);
    CHECK_HAS(err.text, "--size 801x600: the display has no such mode; its own is 1280x800");
    CHECK_INT(drm.n_buffers + drm.n_handles + drm.n_objects, 0);
}

TEST(panel_kms, without_a_display_one_is_waited_for_and_said_once)
{
    struct panel_options opt = options();
    struct panel *p;
    int dark = said("the screen is dark"), on = said("the screen is on: 1024x600");

    drm.connectors[0].is_connected = false;
    p = open_board(&opt);
    CHECK_INT(p->canvas->w, 1280);
    show(p, 0x111111);
    CHECK(!is_resized_within(p, 300));
    drm.connectors[0].is_connected = true;
    drm.connectors[0].modes[1] = (struct fake_mode){1024, 600, DRM_MODE_TYPE_PREFERRED, 0};
    CHECK(is_resized_within(p, 5000));
    CHECK_INT(p->canvas->w, 1024);
    CHECK_INT(p->canvas->h, 600);
    CHECK_INT(said("the screen is dark"), dark + 1);
    CHECK_INT(said("the screen is on: 1024x600"), on + 1);
    show(p, 0x222222);
    panel_close(p);
}

TEST(panel_kms, a_display_that_takes_no_picture_does_not_end_the_station)
{
    struct panel_options opt = options();
    struct panel *p = open_board(&opt);
    SDL_Event event;
    int on = said("the screen is on");

    while (p->class->next(p, &event)) {
    }
    drm.fails = "PageFlip";
    show(p, 0x111111); /* is set instead */
    drm.fails = NULL;
    drm.refuses_all = true;
    show(p, 0x222222);
    show(p, 0x333333);
    CHECK(!is_resized_within(p, 300));
    drm.refuses_all = false;
    CHECK(!is_resized_within(p, 3000)); /* the same size */
    CHECK_INT(said("the screen is on"), on + 1);
    CHECK_INT(drm_pixel(drm.shown, 5, 5), 0x333333); /* painted while it was dark */
    panel_close(p);
}

TEST(panel_kms, a_card_without_memory_for_the_screen_is_an_error_at_the_start)
{
    struct panel_options opt = options();
    struct panel *p;
    struct err err = {0};

    drm.fails = "CreateDumbBuffer";
    CHECK(!panel_open_kms(&opt, &p, &err));
    CHECK_HAS(err.text, "no memory for a screen of 1280x800");
    CHECK_INT(drm.n_buffers + drm.n_handles + drm.n_objects, 0);
}
