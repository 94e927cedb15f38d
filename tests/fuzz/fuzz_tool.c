/* fuzz_tool: answers of any bytes, read as fields and as outputs; what is read keeps to its limits. */
#include "workbench/form.h"
#include "workbench/tool.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool ok)
{
    if (!ok) {
        abort();
    }
}

/* A form of any fields can be filled and always gives values. */
static void fill(const struct tool_fields *fields)
{
    struct form f;
    struct buf values = {0};

    form_begin(&f, fields);
    need(form_wrong(&f) == FORM_NONE);
    for (int i = 0; i < fields->n; i++) {
        form_select(&f, i);
        for (const char *c = "123456789012.345"; *c; c++) {
            form_type(&f, *c);
        }
        form_choose(&f, i, 1);
        need(strlen(f.value[i].text) <= FORM_TEXT_MAX);
    }
    form_values(&f, &values);
    need(values.len > 2);
    buf_release(&values);
}

static void check_output(const struct tool_output *o)
{
    need(o->id[0] && strlen(o->id) <= TOOL_ID_MAX && strlen(o->unit) <= TOOL_ID_MAX);
    need(o->n_parts <= TOOL_PARTS_MAX && o->n_series <= TOOL_SERIES_MAX && o->n_bars <= TOOL_BARS_MAX &&
         o->n_items <= TOOL_ITEMS_MAX && o->decimals >= 0 && o->decimals <= TOOL_DECIMALS_MAX);
    need(isfinite(o->value) && isfinite(o->n) && isfinite(o->m) && isfinite(o->mark_x) && isfinite(o->mark_y));
    (void)tool_rounded(o->value, o->decimals);
    for (int i = 0; i < o->n_series; i++) {
        need(o->series[i].n >= TOOL_POINTS_MIN && o->series[i].n <= TOOL_POINTS_MAX);
    }
    for (int i = 0; i < o->n_parts; i++) {
        need(o->part[i].value >= 0 && o->part[i].value <= TOOL_NUMBER_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tool_fields fields;
    static struct tool_outputs outputs;

    if (tool_fields_parse((const char *)data, size, &fields, NULL)) {
        need(fields.n >= 1 && fields.n <= TOOL_FIELDS_MAX);
        fill(&fields);
    }
    if (tool_outputs_parse((const char *)data, size, &outputs, NULL)) {
        need(outputs.n >= 1 && outputs.n <= TOOL_OUTPUTS_MAX);
        for (int i = 0; i < outputs.n; i++) {
            check_output(&outputs.out[i]);
        }
    }
    return 0;
}
