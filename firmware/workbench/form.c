/* form: what was typed. */
#include "workbench/form.h"
#include "base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

bool form_is_typed(const struct tool_field *field)
{
    return field->kind != TOOL_CHOICE && field->kind != TOOL_YESNO;
}

void form_begin(struct form *f, const struct tool_fields *fields)
{
    *f = (struct form){.fields = *fields, .now = FORM_NONE, .is_fresh = true};
    for (int i = 0; i < fields->n; i++) {
        const struct tool_field *field = &fields->field[i];

        if (form_is_typed(field)) {
            bool is_whole = field->start == (double)(int64_t)field->start;
            int decimals = is_whole && field->kind != TOOL_MONEY ? 0 : field->decimals;

            snprintf(f->value[i].text, sizeof f->value[i].text, "%.*f", decimals, field->start);
            f->now = f->now == FORM_NONE ? i : f->now;
        } else {
            f->value[i].choice = (int)field->start;
        }
    }
}

void form_wipe(struct form *f)
{
    mem_wipe(f, sizeof *f);
}

void form_select(struct form *f, int field)
{
    if (field >= 0 && field < f->fields.n && form_is_typed(&f->fields.field[field])) {
        f->now = field;
        f->is_fresh = true;
    }
}

/* Whether one more character may stand behind this text. */
static bool has_room(const char *text, char c, int decimals)
{
    const char *point = strchr(text, '.');

    if (c == '.') {
        return !point && decimals > 0;
    }
    return point ? strlen(point + 1) < (size_t)decimals : strlen(text) < FORM_DIGITS_MAX;
}

void form_type(struct form *f, char c)
{
    char *text = f->now == FORM_NONE ? NULL : f->value[f->now].text;
    size_t n;

    if (!text || !(c == '.' || c == '\b' || (c >= '0' && c <= '9'))) {
        return;
    }
    if (f->is_fresh && c != '\b') {
        text[0] = '\0';
    }
    f->is_fresh = false;
    n = strlen(text);
    if (c == '\b') {
        text[n ? n - 1 : 0] = '\0';
    } else if (has_room(text, c, f->fields.field[f->now].decimals)) {
        if (!strcmp(text, "0") && c != '.') {
            n = 0; /* no idle nought */
        } else if (n == 0 && c == '.') {
            text[n++] = '0';
        }
        text[n] = c;
        text[n + 1] = '\0';
    }
}

void form_choose(struct form *f, int field, int choice)
{
    if (field >= 0 && field < f->fields.n && !form_is_typed(&f->fields.field[field]) && choice >= 0 &&
        choice <= (int)f->fields.field[field].max) {
        f->value[field].choice = choice;
    }
}

double form_number(const struct form *f, int field)
{
    return strtod(f->value[field].text, NULL);
}

int form_wrong(const struct form *f)
{
    for (int i = 0; i < f->fields.n; i++) {
        const struct tool_field *field = &f->fields.field[i];
        double n = form_number(f, i);

        if (form_is_typed(field) && (!f->value[i].text[0] || n < field->min || n > field->max)) {
            return i;
        }
    }
    return FORM_NONE;
}

void form_values(const struct form *f, struct buf *out)
{
    struct json_out w = {.buf = out};

    json_begin(&w, NULL, '{');
    for (int i = 0; i < f->fields.n; i++) {
        const struct tool_field *field = &f->fields.field[i];

        if (field->kind == TOOL_YESNO) {
            json_put_bool(&w, field->id, f->value[i].choice != 0);
        } else if (field->kind == TOOL_CHOICE) {
            json_put_str(&w, field->id, field->options[f->value[i].choice]);
        } else {
            json_put_num(&w, field->id, form_number(f, i));
        }
    }
    json_end(&w, '}');
}
