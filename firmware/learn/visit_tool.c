/* visit_tool: which tools were used within a visit. What was typed into them is no affair of the journal (THREATS T41):
 * a row says the tool's name and no number. */
#include "learn/visit_private.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

bool visit_tool_is_used(const struct visit *v, const char *id)
{
    for (int i = 0; i < v->n_tools; i++) {
        if (!strcmp(v->tools[i], id)) {
            return true;
        }
    }
    return false;
}

void visit_tool_used(struct visit *v, const char *id)
{
    if (id[0] && !visit_tool_is_used(v, id) && v->n_tools < VISIT_TOOLS_MAX) {
        snprintf(v->tools[v->n_tools++], VISIT_ID_MAX, "%s", id);
        v->has_result = false; /* the next steps change */
    }
}

static void note(struct visit *v, const char *id)
{
    snprintf(v->tool, sizeof v->tool, "%s", id);
    v->place = VISIT_AT_TOOL;
    visit_tool_used(v, id);
}

bool visit_tool_open(struct visit *v, const char *id, struct err *err)
{
    static const char *const counts[] = {"tool.used", NULL};
    struct visit_row row;

    if (!visit_begin(v, err)) {
        return false;
    }
    if (strlen(id) >= VISIT_ID_MAX) {
        return err_set(err, ERR_LIMIT, "tool '%.40s': a name over %d bytes", id, VISIT_ID_MAX - 1);
    }
    if (!visit_tool_is_used(v, id)) {
        visit_row_begin(v, &row, "tool");
        json_put_str(&row.out, "id", id);
        visit_row_send(v, &row, SEND_NOTHING, counts);
    }
    note(v, id);
    visit_token_changed(v);
    return true;
}

const char *visit_tool(const struct visit *v)
{
    return v->tool;
}

void visit_tool_row(struct visit *v, const char *kind, const struct json *row)
{
    const char *id = json_str(json_get(row, "id"), "");

    if (!strcmp(kind, "tool") && strlen(id) < VISIT_ID_MAX) {
        note(v, id);
    }
}

void visit_tool_wipe(struct visit *v)
{
    mem_wipe(v->tool, sizeof v->tool);
    mem_wipe(v->tools, sizeof v->tools);
    v->n_tools = 0;
}
