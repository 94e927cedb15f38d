/* visit_business: what she says of her business and of her time, as rows; nobody waits for them. */
#include "base/clock.h"
#include "learn/visit_private.h"
#include <string.h>

#include "base/banned.h"

bool visit_set_business(struct visit *v, const struct business *said, struct err *err)
{
    struct visit_row row;

    if (!visit_begin(v, err)) {
        return false;
    }
    v->business_ms = v->business_ms ? v->business_ms : clock_ms();
    v->business = *said;
    v->has_result = false; /* the path changes */
    v->place = VISIT_AT_BUSINESS;
    visit_row_begin(v, &row, "business");
    business_put(&v->business, &row.out);
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    visit_token_changed(v);
    return true;
}

const struct business *visit_business(const struct visit *v)
{
    return &v->business;
}

const char *visit_trade(const struct visit *v)
{
    return v->business.trade[0] ? v->business.trade : LIBRARY_ANY_TRADE;
}

bool visit_set_time(struct visit *v, enum pathway_time time, struct err *err)
{
    struct visit_row row;

    if (time >= PATHWAY_TIMES) {
        return err_set(err, ERR_USAGE, "time for the path: no such choice");
    }
    if (!visit_begin(v, err)) {
        return false;
    }
    v->time = time;
    v->has_time = true;
    v->has_result = false; /* the path changes */
    visit_row_begin(v, &row, "time");
    json_put_int(&row.out, "minutes", pathway_minutes(time));
    visit_row_send(v, &row, SEND_NOTHING, NULL);
    visit_token_changed(v);
    return true;
}

enum pathway_time visit_time(const struct visit *v)
{
    return v->time;
}

void visit_time_take(struct visit *v, int64_t minutes)
{
    for (int i = 0; i < PATHWAY_TIMES; i++) {
        if (pathway_minutes((enum pathway_time)i) == minutes) {
            v->time = (enum pathway_time)i;
            v->has_time = true;
        }
    }
}

void visit_business_row(struct visit *v, const char *kind, const struct json *row)
{
    if (!strcmp(kind, "business")) {
        business_take(row, &v->business);
        v->place = VISIT_AT_BUSINESS;
    } else if (!strcmp(kind, "time")) {
        visit_time_take(v, json_int(json_get(row, "minutes"), PATHWAY_HALF_HOUR_MINUTES));
    }
}

void visit_business_wipe(struct visit *v)
{
    mem_wipe(&v->business, sizeof v->business);
    v->business_ms = 0;
    v->time = PATHWAY_HALF_HOUR;
    v->has_time = false;
}
