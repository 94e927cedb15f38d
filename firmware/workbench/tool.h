/* tool: what a tool asks for and what it answers, read strictly from the answers of micro2-compute, which are a
 * stranger's (FORMAT.md). Ids are names of words of the tool ("field.ID", "out.ID" ...): a-z, 0-9, '-', '_'. Numbers
 * are finite and within TOOL_NUMBER_MAX. The structs own nothing and can be copied. */
#ifndef M2_WORKBENCH_TOOL_H
#define M2_WORKBENCH_TOOL_H

#include "base/err.h"
#include <stdint.h>

enum {
    TOOL_ID_MAX = 32, /* letters of an id, unit or option */
    TOOL_FIELDS_MAX = 12,
    TOOL_OPTIONS_MIN = 2,
    TOOL_OPTIONS_MAX = 6,
    TOOL_OUTPUTS_MAX = 8,
    TOOL_PARTS_MIN = 2,
    TOOL_PARTS_MAX = 6, /* of a stack */
    TOOL_SERIES_MAX = 2,
    TOOL_POINTS_MIN = 2,
    TOOL_POINTS_MAX = 24, /* of a series */
    TOOL_BARS_MAX = 12,
    TOOL_ITEMS_MAX = 12, /* of a list; none is fine */
    TOOL_DECIMALS_MAX = 2,
};
#define TOOL_FIELD_MAX  999999999.0 /* what can be typed */
#define TOOL_NUMBER_MAX 1e12        /* a field's or output's, either sign */

typedef char tool_id[TOOL_ID_MAX + 1];

enum tool_field_kind { TOOL_MONEY, TOOL_NUMBER, TOOL_PERCENT, TOOL_CHOICE, TOOL_YESNO };
struct tool_field {
    tool_id id, unit; /* unit "" = none; of numbers only */
    enum tool_field_kind kind;
    double start, min,
        max; /* 0 <= min <= start <= max <= TOOL_FIELD_MAX; a choice: start is the option's place; yes or no: 0, 1 */
    int decimals; /* money 2, percent 1, number 0 where the tool says nothing */
    tool_id options[TOOL_OPTIONS_MAX];
    int n_options;
};
struct tool_fields {
    struct tool_field field[TOOL_FIELDS_MAX];
    int n; /* 1.. */
};

enum tool_output_kind { TOOL_FIGURE, TOOL_STACK, TOOL_LINE, TOOL_BARS, TOOL_LIST, TOOL_SAY };
struct tool_part {
    tool_id id;
    double value; /* >= 0 */
};
struct tool_series {
    tool_id id;
    struct {
        double x, y;
    } point[TOOL_POINTS_MAX]; /* x rises */
    int n;
};
struct tool_bar {
    double n, value; /* n: what stands in the place of {n} in the word bar.ID */
};
struct tool_output {
    enum tool_output_kind kind;
    tool_id id, unit; /* unit: "money", "number", "percent", or a word unit.X; a line's is that of its heights */
    int decimals;     /* money always 2 */
    bool is_main;     /* of a figure */
    double value;     /* of a figure */
    struct tool_part part[TOOL_PARTS_MAX];
    int n_parts;
    tool_id x; /* of a line: the word unit.X of what runs along it */
    struct tool_series series[TOOL_SERIES_MAX];
    int n_series;
    bool has_mark;
    double mark_x, mark_y;
    struct tool_bar bar[TOOL_BARS_MAX];
    int n_bars;
    tool_id item[TOOL_ITEMS_MAX];
    int n_items;
    bool has_n, has_m; /* of a sentence: a number and an amount of money */
    double n, m;
};
struct tool_outputs {
    struct tool_output out[TOOL_OUTPUTS_MAX];
    int n; /* 1.. */
};

/* An answer line, with its end or without. ERR_STATE: the program gave an error, which the text says in the words of
 * its author and of Lua: for authors, never for a log. ERR_FORMAT, ERR_LIMIT: it is not what a tool gives. *out is
 * whole only where true came. */
M2_MUST_CHECK bool tool_fields_parse(const char *answer, size_t n, struct tool_fields *out, struct err *err);
M2_MUST_CHECK bool tool_outputs_parse(const char *answer, size_t n, struct tool_outputs *out, struct err *err);

/* A reckoned number as whole units of its last decimal, half away from zero: 6.805 at 2 is 681. */
int64_t tool_rounded(double value, int decimals);

#endif
