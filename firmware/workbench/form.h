/* form: what a visitor typed into a tool's fields: digits as they stand, choices, yes or no. Lives in memory only, and
 * is wiped with the visit (THREATS T40, T41). Numbers are held as ASCII with a point; the screen shows the mark of the
 * language. A zeroed struct is an empty form. */
#ifndef M2_WORKBENCH_FORM_H
#define M2_WORKBENCH_FORM_H

#include "base/buf.h"
#include "workbench/tool.h"

enum {
    FORM_DIGITS_MAX = 9, /* before the point: 999,999,999 */
    FORM_TEXT_MAX = FORM_DIGITS_MAX + 1 + TOOL_DECIMALS_MAX,
    FORM_NONE = -1,
};

struct form {
    struct tool_fields fields;
    struct {
        char text[FORM_TEXT_MAX + 1]; /* of a number; "" = nothing is typed */
        int choice;                   /* place of the option; yes or no: 1, 0 */
    } value[TOOL_FIELDS_MAX];
    int now;       /* the field keys write to; FORM_NONE = none takes digits */
    bool is_fresh; /* the next digit replaces what stands there */
};

/* Start values; the first number's field is written to. */
void form_begin(struct form *f, const struct tool_fields *fields);
void form_wipe(struct form *f);
bool form_is_typed(const struct tool_field *field); /* by digits, not by a choice */

/* The field keys write to; one that takes no digits changes nothing. */
void form_select(struct form *f, int field);
/* '0'..'9', '.', '\b'. What would be too long, have a second point or too many decimals changes nothing. */
void form_type(struct form *f, char c);
void form_choose(struct form *f, int field, int choice); /* out of its range: nothing */

double form_number(const struct form *f, int field); /* 0 where nothing is typed */
/* The first field whose number is not from its min to its max, or is lacking; FORM_NONE = all are fine. */
int form_wrong(const struct form *f);
/* The values as micro2-compute takes them: a JSON object by ids. Only where form_wrong() is FORM_NONE. */
void form_values(const struct form *f, struct buf *out);

#endif
