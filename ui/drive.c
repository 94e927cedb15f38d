/* drive: the station behind kit/driver: settle, virtual time, sticks, statistics. */
#include "drive.h"
#include "base/clock.h"
#include "kit/driver.h"
#include "kit/sound.h"
#include "kit/text.h"
#include "kit/ui_check.h"
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

static struct ui *host_ui(void *self)
{
    return ((struct app *)self)->ui;
}

static int64_t real_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void host_turn(void *self)
{
    struct app *app = self;

    while (app_turn(app) && !app->is_over) {
    }
}

/* Turns until nothing happens any more and the workers are idle. */
static bool host_settle(void *self, struct err *err)
{
    struct app *app = self;
    int64_t until = real_ms() + DRIVE_SETTLE_MS;

    for (;;) {
        host_turn(app);
        if (app->is_over || app_is_settled(app)) {
            struct pollfd news = {.fd = outbox_fd(app->outbox), .events = POLLIN};

            if (app->is_over || poll(&news, 1, 0) == 0) {
                return true;
            }
            continue;
        }
        if (real_ms() > until) {
            return err_set(err, ERR_BUSY, "the station: not settled within %d s", DRIVE_SETTLE_MS / 1000);
        }
        poll(&(struct pollfd){.fd = outbox_fd(app->outbox), .events = POLLIN}, 1, 1);
    }
}

static bool host_advance(void *self, int64_t ms, struct err *err)
{
    struct app *app = self;
    int64_t until;

    if (!clock_is_virtual()) {
        return err_set(err, ERR_STATE, "advance_ms: the clock is real; start with --clock virtual");
    }
    until = clock_ms() + ms;
    for (;;) {
        int64_t due = app_next_deadline(app);

        if (due < 0 || due > until) {
            break;
        }
        if (due > clock_ms()) {
            clock_advance(due - clock_ms());
        } else {
            clock_advance(1); /* due now: it is handled by settling, time must not stand still */
        }
        if (!host_settle(self, err)) {
            return false;
        }
    }
    if (until > clock_ms()) {
        clock_advance(until - clock_ms());
    }
    return host_settle(self, err);
}

static int64_t host_pause(void *self, int64_t ms)
{
    struct app *app = self;
    int64_t began = real_ms(), passed;
    int64_t due = app_next_deadline(app);
    struct err err = {0};

    if (clock_is_virtual()) {
        int64_t step = due > clock_ms() && due - clock_ms() < ms ? due - clock_ms() : ms;

        clock_advance(step > 0 ? step : 1);
        return host_settle(self, &err) ? (step > 0 ? step : 1) : ms;
    }
    poll(&(struct pollfd){.fd = outbox_fd(app->outbox), .events = POLLIN}, 1, (int)(ms < 50 ? ms : 50));
    if (!host_settle(self, &err)) {
        return ms;
    }
    passed = real_ms() - began;
    return passed > 0 ? passed : 1;
}

static SDL_Surface *host_canvas(void *self)
{
    return ((struct app *)self)->panel->canvas;
}

static bool host_plug(void *self, const char *path, struct err *err)
{
    struct app *app = self;

    (void)err;
    exchange_plug(app->exchange, path, 0);
    return true;
}

static bool host_pull(void *self, struct err *err)
{
    (void)err;
    exchange_pull(((struct app *)self)->exchange);
    return true;
}

#if defined(__SANITIZE_ADDRESS__)
size_t __sanitizer_get_current_allocated_bytes(void); /* NOLINT: the sanitizer's name; gcc has no header for it */
#endif

/* What is allocated and not freed: the heap itself says it, or the sanitizer that stands in for it. */
static int64_t heap_bytes(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return (int64_t)__sanitizer_get_current_allocated_bytes();
#else
    return (int64_t)mallinfo2().uordblks; /* 0 where another sanitizer has the heap */
#endif
}

static void host_stats(void *self, struct json_out *out)
{
    struct app *app = self;
    struct ui_stats ui = ui_stats(app->ui);
    struct text_stats text = text_stats();

    json_put_int(out, "builds", ui.builds);
    json_put_int(out, "paints", ui.paints);
    json_put_int(out, "nodes", ui.nodes);
    json_put_int(out, "text_runs", text.n_runs);
    json_put_int(out, "text_bytes", text.bytes);
    json_put_int(out, "heap_bytes", heap_bytes());
    json_put_int(out, "clock_ms", clock_ms());
    json_put_bool(out, "is_speaking", reading_is_speaking(&app->reading));
    json_put_bool(out, "has_sound", app->reading.ticket && app->reading.began_ms >= 0);
    json_put_bool(out, "is_whole", app->reading.is_whole);
    json_put_bool(out, "has_device", sound_is_open());
    json_put_int(out, "speech_ms", app->reading.samples_ms);
    json_put_int(out, "speech_start_ms", app->reading.start_ms);
    json_put_str(out, "panel", app->panel->name);
}

/* Each line of what was found behind the words for where. */
static void tell(struct buf *out, const struct buf *found, const char *where)
{
    const char *line = buf_text(found);

    for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        buf_fmt(out, "%s: %.*s", where, (int)(end + 1 - line), line);
    }
}

static int host_check(void *self, int one_in, int from, struct buf *findings)
{
    struct app *app = self;
    const struct app_help kept = app->help;
    const struct panel *panel = app->panel;
    int n = 0;

    for (int i = from; i < UI_PANELS * APP_TEXT_SIZES * THEME_N; i += one_in, n++) {
        const struct ui_panel *p = &ui_panels[i % UI_PANELS];
        struct buf found = {0};
        char where[64];

        app->help.text_percent = app_text_sizes[i / UI_PANELS % APP_TEXT_SIZES];
        app->help.theme = (enum theme_id)(i / UI_PANELS / APP_TEXT_SIZES);
        ui_resize(app->ui, p->w_px, p->h_px, p->w_mm, p->h_mm);
        app_build(app);
        ui_check(app->ui, &found);
        snprintf(where, sizeof where, "%s, text %d %%, %s", p->name, app->help.text_percent,
                 theme_names[app->help.theme]);
        tell(findings, &found, where);
        buf_release(&found);
    }
    app->help = kept;
    ui_resize(app->ui, panel->canvas->w, panel->canvas->h, panel->w_mm, panel->h_mm);
    app_build(app);
    return n;
}

static void host_screens(void *self, struct json_out *out)
{
    (void)self;
    for (int i = 0; i < app_n_screens; i++) {
        json_put_str(out, NULL, app_screens[i]->name);
    }
}

static void host_quit(void *self)
{
    ((struct app *)self)->is_over = true;
}

/* The next line of stdin; meanwhile a station with a real clock lives on. A virtual one stands still. */
static ssize_t next_line(struct app *app, char **line, size_t *cap)
{
    while (!clock_is_virtual() && !app->is_over && !app_wait(app, STDIN_FILENO)) {
        while (app_turn(app) && !app->is_over) {
        }
    }
    return app->is_over ? -1 : getline(line, cap, stdin);
}

int app_drive(struct app *app)
{
    struct driver_host host = {
        .self = app,
        .ui = host_ui,
        .settle = host_settle,
        .turn = host_turn,
        .advance = host_advance,
        .pause = host_pause,
        .canvas = host_canvas,
        .plug = host_plug,
        .pull = host_pull,
        .stats = host_stats,
        .check = host_check,
        .screens = host_screens,
        .quit = host_quit,
    };
    struct buf answer = {0};
    struct err err = {0};
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;

    if (!host_settle(app, &err)) {
        fprintf(stderr, "micro2-station: %s\n", err.text);
        app->exit_code = 2;
    }
    if (!clock_is_virtual()) {
        setvbuf(stdin, NULL, _IONBF, 0); /* a line in a buffer of ours would not wake the wait */
    }
    while (!app->is_over && (n = next_line(app, &line, &cap)) >= 0) {
        if (n > DRIVE_LINE_MAX) {
            fputs("{\"ok\":false,\"error\":\"line: over 1 MB; shorten it\"}\n", stdout);
        } else {
            buf_clear(&answer);
            driver_line(&host, line, (size_t)n, &answer);
            fputs(buf_text(&answer), stdout);
        }
        fflush(stdout);
    }
    free(line);
    buf_release(&answer);
    return app->exit_code;
}
