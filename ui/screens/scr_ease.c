/* scr_ease: what makes the station easier to hear and to touch: for this visit, as all help is (A04). */
#include "app.h"
#include "device/voice.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_BACK = 1, ACT_RATE, ACT_EXPLORE, ACT_HOLD, ACT_REPEAT, ACT_SCAN, ACT_RATE_OF_SCAN, ACT_TIME };
enum scan { SCAN_OFF, SCAN_ONE, SCAN_TWO };

static const int hold_ms[] = {0, 250, 500, 1000}; /* A34: up to one second each */
static const int repeat_ms[] = {0, 250, 500, 1000};
static const int scan_ms[] = {UI_SCAN_MIN_MS, 1000, 2000, 4000, 7000, UI_SCAN_MAX_MS};
enum { SCAN_USUAL_MS = 2000 };

static int place_of(const int *steps, int n, int value)
{
    int i = 0;

    while (i < n - 1 && steps[i] < value) {
        i++;
    }
    return i;
}

static int moved(const int *steps, int n, int value, int64_t by)
{
    int i = place_of(steps, n, value) + (int)by;

    return steps[i < 0 ? 0 : i >= n ? n - 1 : i];
}

static const char *seconds(struct arena *a, int ms)
{
    return ms ? tr_fmt(a, tr("{n} s"), "n", tr_decimal(a, ms), NULL) : tr("at once");
}

static void setting(struct ui *ui, struct ui_key key, const char *name, const int *steps, int n, int value,
                    struct ui_act act)
{
    ui_slider(ui, key, name, seconds(ui_arena(ui), value), 1000 * place_of(steps, n, value) / (n - 1), act);
}

static void reading(const struct app_help *help, struct ui *ui)
{
    static const int rates[] = {VOICE_SLOW_WPM, VOICE_RATE_WPM, VOICE_FAST_WPM};
    const char *names[] = {tr("Slow"), tr("Usual"), tr("Fast")};

    ui_heading(ui, K("hear"), UI_TITLE, tr("Reading aloud"));
    ui_group(ui, K("rate"), UI_TABS, tr("Reading speed"));
    for (int i = 0; i < (int)M2_COUNT(rates); i++) {
        ui_chip(ui, KI(rates[i]), ICON_NONE, names[i], rates[i] == help->rate_wpm ? UI_ON : 0,
                ACT_ARG(ACT_RATE, rates[i]));
    }
    ui_end(ui);
    ui_checkbox(ui, K("explore"), tr("Slide to hear, tap twice to choose"), help->is_exploring ? UI_ON : 0,
                ACT(ACT_EXPLORE));
}

static void touching(const struct app_help *help, struct ui *ui)
{
    ui_heading(ui, K("touch"), UI_TITLE, tr("Touch"));
    setting(ui, K("hold"), tr("Hold before it counts"), hold_ms, (int)M2_COUNT(hold_ms), help->hold_ms, ACT(ACT_HOLD));
    setting(ui, K("repeat"), tr("Pause before the next touch"), repeat_ms, (int)M2_COUNT(repeat_ms), help->repeat_ms,
            ACT(ACT_REPEAT));
}

static void switches(const struct app_help *help, struct ui *ui)
{
    enum scan now = help->scan_ms ? SCAN_ONE : help->has_two_switches ? SCAN_TWO : SCAN_OFF;
    const char *names[] = {tr("All keys"), tr("One key"), tr("Two keys")};

    ui_heading(ui, K("keys"), UI_TITLE, tr("Keys and switches"));
    ui_group(ui, K("scan"), UI_TABS, tr("How many keys you use"));
    for (int i = SCAN_OFF; i <= SCAN_TWO; i++) {
        ui_chip(ui, KI(i), ICON_NONE, names[i], i == (int)now ? UI_ON : 0, ACT_ARG(ACT_SCAN, i));
    }
    ui_end(ui);
    if (now == SCAN_ONE) {
        ui_text(ui, K("one"), UI_SMALL, tr("The frame moves by itself. Space or Enter chooses."), UI_SOFT);
        setting(ui, K("pace"), tr("The frame moves every"), scan_ms, (int)M2_COUNT(scan_ms), help->scan_ms,
                ACT(ACT_RATE_OF_SCAN));
    } else if (now == SCAN_TWO) {
        ui_text(ui, K("two"), UI_SMALL, tr("Space moves the frame. Enter chooses."), UI_SOFT);
    }
}

static void ease_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    (void)base;
    ui_screen(ui, K("ease"), tr("Easier to hear and touch"));
    ui_back(ui, ACT(ACT_BACK));
    ui_text(ui, K("about"), UI_SMALL, tr("It stays like this until you are finished."), UI_SOFT);
    reading(&app->help, ui);
    touching(&app->help, ui);
    switches(&app->help, ui);
    ui_heading(ui, K("time"), UI_TITLE, tr("Time"));
    ui_checkbox(ui, K("more_time"), tr("Give me ten times as long before you ask if I am there"),
                app->help.has_more_time ? UI_ON : 0, ACT(ACT_TIME));
    app_dialogs(app, ui);
    ui_end(ui);
}

static void set_scan(struct app_help *help, enum scan scan)
{
    help->scan_ms = scan == SCAN_ONE ? SCAN_USUAL_MS : 0;
    help->has_two_switches = scan == SCAN_TWO;
}

static bool ease_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct app_help *help = &app->help;

    (void)base;
    (void)err;
    switch (act.id) {
    case ACT_RATE:
        help->rate_wpm = (int)act.arg;
        break;
    case ACT_EXPLORE:
        help->is_exploring = !help->is_exploring;
        help->is_speaking |= help->is_exploring; /* nothing to explore in silence */
        break;
    case ACT_HOLD:
        help->hold_ms = moved(hold_ms, (int)M2_COUNT(hold_ms), help->hold_ms, act.arg);
        break;
    case ACT_REPEAT:
        help->repeat_ms = moved(repeat_ms, (int)M2_COUNT(repeat_ms), help->repeat_ms, act.arg);
        break;
    case ACT_SCAN:
        set_scan(help, (enum scan)act.arg);
        break;
    case ACT_RATE_OF_SCAN:
        help->scan_ms = moved(scan_ms, (int)M2_COUNT(scan_ms), help->scan_ms, act.arg);
        break;
    case ACT_TIME:
        app_set_more_time(app, !help->has_more_time);
        break;
    default:
        app_go(app, &scr_home);
    }
    return true;
}

const struct screen_class scr_ease = {
    .name = "ease",
    .size = sizeof(struct screen),
    .is_come_back = true,
    .build = ease_build,
    .action = ease_action,
};
