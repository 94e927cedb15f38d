/* app_tool: the tool that is open: what was typed into it, and what micro2-compute makes of it. All of it lives in the
 * app's memory, and goes with the visit. */
#include "app.h"
#include "base/clock.h"
#include <string.h>

#include "base/banned.h"

const struct lib_tool *app_tool(const struct app *app)
{
    const struct lib_view *v = visit_view(app->visit);
    const char *id = visit_tool(app->visit);

    for (int i = 0; v && i < v->n_tools; i++) {
        if (!strcmp(v->tools[i].id, id)) {
            return &v->tools[i];
        }
    }
    return NULL;
}

const struct form *app_form(const struct app *app)
{
    return app->tools.now ? &app->tools.now->form : NULL;
}

/* Another answer than the one to this question is not this visitor's, or is overtaken. */
static void ask(struct app *app, const char *values)
{
    const struct lib_tool *tool = app_tool(app);
    struct app_tools *t = &app->tools;

    t->why = ERR_NONE;
    if (!tool || !app->reckoner) {
        t->why = ERR_NOT_FOUND;
        return;
    }
    t->is_asking = true;
    t->since_ms = clock_ms();
    reckoner_ask(app->reckoner, tool->program, values, ++app->n_reckoned);
}

void app_reckon(struct app *app)
{
    struct app_tools *t = &app->tools;
    struct buf values = {0};

    t->is_stale = t->is_asking;
    if (t->is_asking || !t->now) {
        return; /* the answer under way comes first: one question at a time */
    }
    if (form_wrong(&t->now->form) == FORM_NONE) {
        form_values(&t->now->form, &values);
        ask(app, buf_text(&values));
        buf_wipe(&values);
    }
}

struct form *app_form_edit(struct app *app)
{
    return app->tools.now ? &app->tools.now->form : NULL;
}

static void forget_outputs(struct app_tools *t)
{
    mem_wipe(&t->outputs, sizeof t->outputs);
    t->has_outputs = false;
}

/* The form of a tool that was open before in this visit; NULL = it was not. */
static struct app_form *find(struct app_tools *t, const char *id)
{
    for (int i = 0; i < t->n; i++) {
        if (!strcmp(t->forms[i].id, id)) {
            return &t->forms[i];
        }
    }
    return NULL;
}

static struct app_form *add(struct app_tools *t, const char *id)
{
    struct app_form *f = t->n < APP_FORMS_MAX ? &t->forms[t->n++] : &t->forms[APP_FORMS_MAX - 1];

    form_wipe(&f->form);
    snprintf(f->id, sizeof f->id, "%s", id);
    return f;
}

void app_show_tool(struct app *app)
{
    struct app_tools *t = &app->tools;

    forget_outputs(t);
    t->is_asking = t->is_stale = false;
    t->now = find(t, visit_tool(app->visit));
    if (t->now) {
        t->now->form.now = FORM_NONE;
        app_reckon(app);
    } else {
        ask(app, NULL);
    }
    app_go(app, &scr_tool);
}

bool app_open_tool(struct app *app, const char *id, struct err *err)
{
    if (!visit_tool_open(app->visit, id, err)) {
        return false;
    }
    app_show_tool(app);
    return true;
}

void app_take_reckoned(struct app *app, struct ev_reckoned *ev)
{
    struct app_tools *t = &app->tools;

    if (!t->is_asking || ev->base.ticket != app->n_reckoned) {
        return;
    }
    t->is_asking = false;
    t->why = ev->err.code;
    if (ev->fields) {
        t->now = add(t, visit_tool(app->visit));
        form_begin(&t->now->form, ev->fields);
        t->now->form.now = FORM_NONE;
        app_reckon(app);
    } else if (ev->outputs) {
        t->outputs = *ev->outputs;
        t->has_outputs = true;
    } else {
        forget_outputs(t);
    }
    if (t->is_stale) {
        app_reckon(app);
    }
    app->must_build = true;
}

void app_forget_tools(struct app *app)
{
    mem_wipe(&app->tools, sizeof app->tools);
    app->n_reckoned++; /* an answer under way is nobody's any more */
}

int64_t app_reckoning_since_ms(const struct app *app)
{
    return app->tools.is_asking ? app->tools.since_ms : -1;
}
