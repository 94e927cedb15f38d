/* micro2-station: options, a demo folder where none is named, the loop or the driver. */
#include "app.h"
#include "base/clock.h"
#include "base/fsio.h"
#include "base/log.h"
#include "demo.h"
#include "drive.h"
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { EXIT_USAGE = 1 };

static const char HELP[] =
    "usage: micro2-station [--data DATA] [--run DIR] [--stickd SOCKET] [--stick TARGET] [--panel window|kms] "
    "[--headless] [--drive -]\n"
    "                      [--clock virtual] [--seed N] [--size 1280x800] [--panel-mm 217x136] [--lang en]\n"
    "                      [--text 100|125|160|200] [--theme paper|night|contrast]\n\n"
    "The learning station. Without --data it finds or makes a demo folder and says so.\n\n"
    "  --data DATA       the station's data folder, made by `micro2 hub new`\n"
    "  --run DIR         a folder in memory (tmpfs) for the key of the running visit; $RUNTIME_DIRECTORY, else "
    "$XDG_RUNTIME_DIR\n"
    "  --stickd SOCKET   where micro2-stickd tells of the USB slot\n"
    "  --stick TARGET    a folder that stands for a USB stick (desks and tests only)\n"
    "  --panel window|kms   a window of the desktop, or the display itself (a board without a desktop); without it: "
    "kms\n"
    "                    where there is no desktop and the display is free, else a window\n"
    "  --headless        draw without a display\n"
    "  --drive -         read one JSON command a line from stdin, answer one JSON line each\n"
    "  --clock virtual[@SECONDS]   time stands still until a command moves it; it begins at SECONDS since 1970\n"
    "  --seed N          chance that repeats: order of questions and answers\n"
    "  --size WxH        pixels of the window, or the display's mode; the whole display without it\n"
    "  --panel-mm WxH    millimetres of the panel; the display's own, else 217x136\n"
    "  --lang, --text, --theme   how it wakes up\n"
    "  --version         which program this is\n";

static int usage(const char *what, const char *value)
{
    fprintf(stderr, "micro2-station: %s '%s'; see micro2-station --help\n", what, value);
    return EXIT_USAGE;
}

static bool pair(const char *text, int least, int most, int *a, int *b)
{
    char end;

    return sscanf(text, "%dx%d%c", a, b, &end) == 2 && *a >= least && *a <= most && *b >= least && *b <= most;
}

static bool number(const char *text, uint64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && !*end && errno == 0;
}

static bool text_size(const char *text, int *percent)
{
    uint64_t n;

    for (int i = 0; i < APP_TEXT_SIZES && number(text, &n); i++) {
        if (n == (uint64_t)app_text_sizes[i]) {
            *percent = app_text_sizes[i];
            return true;
        }
    }
    return false;
}

static bool theme_named(const char *name, enum theme_id *out)
{
    for (int i = 0; i < THEME_N; i++) {
        if (!strcmp(theme_names[i], name)) {
            *out = (enum theme_id)i;
            return true;
        }
    }
    return false;
}

static bool panel_named(const char *name, panel_opener **out)
{
    *out = !strcmp(name, "kms") ? panel_open_kms : !strcmp(name, "window") ? panel_open_window : NULL;
    return *out != NULL;
}

struct wishes {
    struct app_options app;
    bool is_driven;
    long long wall_s; /* -1 = the virtual clock's own beginning */
};

/* "virtual", or "virtual@SECONDS": what the wall clock says at the start. */
static bool virtual_clock(const char *text, struct wishes *w)
{
    char end = '\0';

    w->app.is_virtual = true;
    return !strcmp(text, "virtual") || (sscanf(text, "virtual@%lld%c", &w->wall_s, &end) == 1 && w->wall_s >= 0);
}

/* -1 = go on, else the exit code. */
static int parse(int argc, char **argv, struct wishes *w)
{
    static const struct option options[] = {
        {"data", 1, NULL, 'd'},     {"run", 1, NULL, 'r'},   {"stick", 1, NULL, 's'},    {"stickd", 1, NULL, 'S'},
        {"headless", 0, NULL, 'h'}, {"panel", 1, NULL, 'p'}, {"drive", 1, NULL, 'D'},    {"clock", 1, NULL, 'c'},
        {"seed", 1, NULL, 'n'},     {"size", 1, NULL, 'z'},  {"panel-mm", 1, NULL, 'm'}, {"lang", 1, NULL, 'l'},
        {"text", 1, NULL, 't'},     {"theme", 1, NULL, 'T'}, {"help", 0, NULL, 'H'},     {"version", 0, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    enum { MM_MIN = 50, MM_MAX = 2000 };
    struct app_options *o = &w->app;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 'd':
            o->data_dir = optarg;
            break;
        case 'r':
            o->run_dir = optarg;
            break;
        case 'S':
            o->stickd = optarg;
            break;
        case 's':
            o->stick = optarg;
            break;
        case 'h':
            o->open_panel = panel_open_none;
            break;
        case 'p':
            if (!panel_named(optarg, &o->open_panel)) {
                return usage("--panel is window or kms, not", optarg);
            }
            break;
        case 'D':
            if (strcmp(optarg, "-") != 0) {
                return usage("--drive reads only from '-', not", optarg);
            }
            w->is_driven = true;
            break;
        case 'c':
            if (!virtual_clock(optarg, w)) {
                return usage("--clock is virtual or virtual@SECONDS (since 1970), not", optarg);
            }
            break;
        case 'n':
            if (!number(optarg, &o->seed)) {
                return usage("--seed is a whole number from 0 to 18446744073709551615, not", optarg);
            }
            break;
        case 'z':
            if (!pair(optarg, PANEL_SIDE_MIN, PANEL_SIDE_MAX, &o->w_px, &o->h_px)) {
                return usage("--size is written as 1280x800, not", optarg);
            }
            break;
        case 'm':
            if (!pair(optarg, MM_MIN, MM_MAX, &o->w_mm, &o->h_mm)) {
                return usage("--panel-mm is written as 217x136, not", optarg);
            }
            break;
        case 'l':
            o->lang = optarg;
            break;
        case 't':
            if (!text_size(optarg, &o->text_percent)) {
                return usage("--text is 100, 125, 160 or 200, not", optarg);
            }
            break;
        case 'T':
            if (!theme_named(optarg, &o->theme)) {
                return usage("--theme is paper, night or contrast, not", optarg);
            }
            break;
        case 'H':
            fputs(HELP, stdout);
            return 0;
        case 'V':
            puts("micro2-station " M2_VERSION);
            return 0;
        default:
            return EXIT_USAGE;
        }
    }
    return optind < argc ? usage("unknown word", argv[optind]) : -1;
}

static const char *run_folder(const char *given)
{
    const char *dir = given ? given : getenv("RUNTIME_DIRECTORY");

    return dir ? dir : getenv("XDG_RUNTIME_DIR");
}

int main(int argc, char **argv)
{
    static struct app app; /* large, and there is one */
    struct wishes w = {.app = {.text_percent = 100, .open_panel = panel_open_here}, .wall_s = -1};
    struct err err = {0};
    char demo[1024];
    int code = parse(argc, argv, &w);

    if (code >= 0) {
        return code;
    }
    if (w.app.is_virtual) {
        clock_go_virtual();
        if (w.wall_s >= 0) {
            clock_set_wall(w.wall_s);
        }
    }
    if (!w.app.data_dir) {
        if (!demo_folder(demo, sizeof demo, &err)) {
            fprintf(stderr, "micro2-station: %s\n", err.text);
            return err_exit_code(err.code);
        }
        w.app.data_dir = demo;
    }
    w.app.run_dir = run_folder(w.app.run_dir);
    if (!app_open(&app, &w.app, &err)) {
        fprintf(stderr, "micro2-station: %s\n", err.text);
        return err_exit_code(err.code);
    }
    code = w.is_driven ? app_drive(&app) : app_run(&app);
    app_close(&app);
    return code;
}
