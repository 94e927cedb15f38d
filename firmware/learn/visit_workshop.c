/* visit_workshop: that a workshop was led, as rows; nobody waits for them. */
#include "learn/visit_private.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

bool visit_workshop_start(struct visit *v, const char *id, int people, struct err *err)
{
    struct visit_row row;

    if (!*id || strlen(id) >= sizeof v->workshop || people < 1 || people > VISIT_PEOPLE_MAX) {
        return err_set(err, ERR_USAGE, "workshop '%.40s' with %d people: no such id, or not 1 to %d people", id, people,
                       VISIT_PEOPLE_MAX);
    }
    if (v->workshop[0]) {
        return err_set(err, ERR_STATE, "workshop '%s': '%s' runs already", id, v->workshop);
    }
    if (!visit_begin(v, err)) {
        return false;
    }
    snprintf(v->workshop, sizeof v->workshop, "%s", id);
    visit_row_begin(v, &row, "workshop");
    json_put_str(&row.out, "id", id);
    json_put_int(&row.out, "people", people);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    return true;
}

bool visit_workshop_end(struct visit *v, int parts, int minutes, struct err *err)
{
    struct visit_row row;

    if (!v->workshop[0]) {
        return err_set(err, ERR_STATE, "workshop: none runs");
    }
    visit_row_begin(v, &row, "workshop-end");
    json_put_str(&row.out, "id", v->workshop);
    json_put_int(&row.out, "parts", parts);
    json_put_int(&row.out, "minutes", minutes);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    v->workshop[0] = '\0';
    return true;
}

const char *visit_workshop(const struct visit *v)
{
    return v->workshop;
}
