/* app_workshop: the workshop that somebody leads, across its screens: begun, gone through, over. */
#include "app.h"
#include "base/clock.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

_Static_assert((int)WORKSHOP_PEOPLE_MOST <= (int)VISIT_PEOPLE_MAX, "a row takes as many people as the page offers");

const struct lib_workshop *app_workshop_of(const struct app *app, const char *id)
{
    const struct lib_view *v = visit_view(app->visit);

    for (int i = 0; i < v->n_workshops; i++) {
        if (!strcmp(v->workshops[i].id, id)) {
            return &v->workshops[i];
        }
    }
    return NULL;
}

bool app_open_workshop(struct app *app, const char *id, struct err *err)
{
    struct app_workshop *w = &app->workshop;
    const struct lib_workshop *about = app_workshop_of(app, id);

    if (!about || !about->n_parts) {
        return err_set(err, ERR_NOT_FOUND, "workshop '%.40s' is not on the shelf", id);
    }
    if (w->run.stage == WORKSHOP_RUNS && !strcmp(w->run.id, id)) {
        app_go(app, &scr_part);
        return true;
    }
    if (strcmp(w->id, id) != 0) {
        snprintf(w->id, sizeof w->id, "%s", id);
        w->people = workshop_people(about->people_from, 0);
    }
    app_go(app, &scr_workshop);
    return true;
}

bool app_workshop_begin(struct app *app, struct err *err)
{
    struct app_workshop *w = &app->workshop;
    const struct lib_workshop *about = app_workshop_of(app, w->id);

    if (!about || !about->n_parts) {
        return err_set(err, ERR_NOT_FOUND, "workshop '%.40s' is not on the shelf any more", w->id);
    }
    if (!app_workshop_stop(app, err) || !visit_workshop_start(app->visit, w->id, w->people, err)) {
        return false;
    }
    workshop_begin(&w->run, about, w->people, clock_ms());
    app_go(app, &scr_part);
    return true;
}

/* Only a workshop that runs has rows to end. */
static bool tell_end(struct app *app, struct err *err)
{
    const struct workshop *run = &app->workshop.run;

    return !*visit_workshop(app->visit) ||
           visit_workshop_end(app->visit, workshop_parts_shown(run), workshop_minutes(run), err);
}

bool app_workshop_next(struct app *app, struct err *err)
{
    struct workshop *run = &app->workshop.run;
    const struct lib_workshop *about = app_workshop_of(app, run->id);

    if (!about) {
        return err_set(err, ERR_NOT_FOUND, "workshop '%.40s' is not on the shelf any more", run->id);
    }
    workshop_next(run, about, clock_ms());
    if (run->stage == WORKSHOP_RUNS) {
        return true;
    }
    app_go(app, &scr_workshop_end);
    return tell_end(app, err);
}

bool app_workshop_stop(struct app *app, struct err *err)
{
    if (app->workshop.run.stage != WORKSHOP_RUNS) {
        return true;
    }
    workshop_stop(&app->workshop.run, clock_ms());
    return tell_end(app, err);
}
