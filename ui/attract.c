/* attract: a timer, and the language after the one on show. */
#include "attract.h"
#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

static bool is_alone(const struct app *app)
{
    return app->screen->class == &scr_welcome && !visit_is_open(app->visit) && visit_view(app->visit);
}

int64_t attract_deadline(const struct app *app)
{
    int64_t touched_ms = ui_last_touch_ms(app->ui) + ATTRACT_MS;

    if (!is_alone(app)) {
        return -1;
    }
    return app->attract.due_ms > touched_ms ? app->attract.due_ms : touched_ms;
}

static const char *language_after(const struct lib_view *v)
{
    for (int i = 0; i < v->n_languages; i++) {
        if (!strcmp(v->languages[i].lang, v->lang)) {
            return v->languages[(i + 1) % v->n_languages].lang;
        }
    }
    return v->lang;
}

bool attract_tick(struct app *app)
{
    int64_t due_ms = attract_deadline(app);
    struct err err = {0};

    if (due_ms < 0 || clock_ms() < due_ms) {
        return false;
    }
    app->attract.due_ms = clock_ms() + ATTRACT_MS;
    app->attract.awaits_words = true;
    if (!visit_set_language(app->visit, language_after(visit_view(app->visit)), &err)) {
        log_err("another language for the first page", &err);
        app->attract.awaits_words = false;
    }
    return true;
}

/* A clock that is not trusted may be at night. */
static bool is_day(void)
{
    int64_t wall_s = clock_wall_s(), hour = (wall_s - clock_day(wall_s) * 86400) / 3600;

    return clock_is_trusted() && hour >= ATTRACT_FROM_HOUR && hour < ATTRACT_TO_HOUR;
}

void attract_words(struct app *app)
{
    struct attract *a = &app->attract;

    if (!a->awaits_words || !is_alone(app)) {
        a->awaits_words = false;
        return;
    }
    a->awaits_words = false;
    if (a->n_invited < visit_view(app->visit)->n_languages && !a->is_mute && is_day()) {
        a->n_invited++;
        app_invite(app, tr("Touch the screen or press a key. Help is at the bottom of every page."));
    }
}

void attract_rest(struct app *app)
{
    app->attract.due_ms = 0;
    app->attract.n_invited = 0;
    app->attract.awaits_words = false;
}
