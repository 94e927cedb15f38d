/* test_tool: fields and outputs, read from answers that are a stranger's. */
#include "unit/test.h"
#include "workbench/tool.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static struct tool_fields fields;
static struct tool_outputs outputs;

static enum err_code read_fields(const char *list)
{
    char text[8192];
    struct err err = {0};
    int n = snprintf(text, sizeof text, "{\"fields\":[%s]}", list);

    CHECK(n > 0 && n < (int)sizeof text);
    CHECK(tool_fields_parse(text, (size_t)n, &fields, &err) == (err.code == ERR_NONE));
    return err.code;
}

static enum err_code read_outputs(const char *list)
{
    char text[16384];
    struct err err = {0};
    int n = snprintf(text, sizeof text, "{\"outputs\":[%s]}", list);

    CHECK(n > 0 && n < (int)sizeof text);
    CHECK(tool_outputs_parse(text, (size_t)n, &outputs, &err) == (err.code == ERR_NONE));
    return err.code;
}

/* n times the piece, in which '#' becomes the number, with commas, between before and after. */
static const char *many(const char *before, const char *piece, int n, const char *after)
{
    static char out[8192];
    size_t at = (size_t)snprintf(out, sizeof out, "%s", before);

    for (int i = 0; i < n; i++) {
        const char *sign = strchr(piece, '#');
        int left = sign ? (int)(sign - piece) : (int)strlen(piece);

        at += (size_t)snprintf(out + at, sizeof out - at, "%s%.*s", i ? "," : "", left, piece);
        if (sign) {
            at += (size_t)snprintf(out + at, sizeof out - at, "%d%s", i, sign + 1);
        }
    }
    at += (size_t)snprintf(out + at, sizeof out - at, "%s", after);
    CHECK(at < sizeof out);
    return out;
}

static const char *id_of(int letters)
{
    static char text[200];

    snprintf(text, sizeof text, "{\"kind\":\"say\",\"id\":\"%0*d\"}", letters, 1);
    return text;
}

TEST(tool, fields_are_read)
{
    CHECK_INT(
        read_fields("{\"id\":\"materials\",\"kind\":\"money\",\"start\":1.35,\"min\":0,\"max\":10000},"
                    "{\"id\":\"minutes\",\"kind\":\"number\",\"unit\":\"minutes\",\"start\":9,\"min\":1,\"max\":600},"
                    "{\"id\":\"vat\",\"kind\":\"percent\",\"start\":13.5,\"min\":0,\"max\":40},"
                    "{\"id\":\"season\",\"kind\":\"choice\",\"options\":[\"summer\",\"winter\"],\"start\":\"winter\"},"
                    "{\"id\":\"backup\",\"kind\":\"yesno\",\"start\":true}"),
        ERR_NONE);
    CHECK_INT(fields.n, 5);
    CHECK_STR(fields.field[0].id, "materials");
    CHECK_NEAR(fields.field[0].start, 1.35, 0);
    CHECK_INT(fields.field[0].decimals, 2);
    CHECK_STR(fields.field[1].unit, "minutes");
    CHECK_INT(fields.field[1].decimals, 0);
    CHECK_INT(fields.field[2].decimals, 1);
    CHECK_NEAR(fields.field[3].start, 1, 0);
    CHECK_STR(fields.field[3].options[1], "winter");
    CHECK_NEAR(fields.field[4].start, 1, 0);
}

TEST(tool, outputs_are_read)
{
    CHECK_INT(
        read_outputs(
            "{\"kind\":\"stack\",\"id\":\"each\",\"unit\":\"money\",\"parts\":[{\"id\":\"a\",\"value\":1.35},{\"id\":"
            "\"b\",\"value\":0}]},"
            "{\"kind\":\"figure\",\"id\":\"sell\",\"unit\":\"money\",\"value\":6.81,\"main\":true},"
            "{\"kind\":\"line\",\"id\":\"even\",\"x\":\"jars\",\"series\":[{\"id\":\"in\",\"points\":[[0,0],[240,1634]]"
            "}],\"mark\":{\"x\":71,\"y\":483}},"
            "{\"kind\":\"bars\",\"id\":\"weeks\",\"bars\":[{\"n\":1,\"value\":-40}]},"
            "{\"kind\":\"list\",\"id\":\"todo\",\"items\":[]},"
            "{\"kind\":\"say\",\"id\":\"even\",\"n\":71,\"m\":4.2}"),
        ERR_NONE);
    CHECK_INT(outputs.n, 6);
    CHECK_INT(outputs.out[0].n_parts, 2);
    CHECK(outputs.out[1].is_main && outputs.out[1].decimals == 2);
    CHECK_STR(outputs.out[2].x, "jars");
    CHECK_STR(outputs.out[2].unit, "money");
    CHECK_NEAR(outputs.out[2].series[0].point[1].y, 1634, 0);
    CHECK(outputs.out[2].has_mark);
    CHECK_STR(outputs.out[3].unit, "number");
    CHECK_NEAR(outputs.out[3].bar[0].value, -40, 0);
    CHECK_INT(outputs.out[4].n_items, 0);
    CHECK(outputs.out[5].has_n && outputs.out[5].has_m);
}

static const struct {
    const char *list;
    enum err_code code;
} BAD_FIELDS[] = {
    {"{\"id\":\"a\",\"kind\":\"money\",\"start\":5,\"min\":0,\"max\":4}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"money\",\"start\":5,\"min\":6,\"max\":7}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"money\",\"start\":-1,\"min\":-1,\"max\":7}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"money\",\"start\":1,\"min\":0}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"money\",\"start\":1,\"min\":0,\"max\":1000000000}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"money\",\"start\":1,\"min\":0,\"max\":9,\"unit\":\"jars\"}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"money\",\"start\":1,\"min\":0,\"max\":9,\"hint\":1}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"number\",\"start\":1,\"min\":0,\"max\":9,\"decimals\":3}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"text\",\"start\":1,\"min\":0,\"max\":9}", ERR_FORMAT},
    {"{\"id\":\"A b\",\"kind\":\"yesno\",\"start\":true}", ERR_FORMAT},
    {"{\"id\":\"\",\"kind\":\"yesno\",\"start\":true}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"yesno\",\"start\":1}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"yesno\",\"start\":true},{\"id\":\"a\",\"kind\":\"yesno\",\"start\":true}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"choice\",\"options\":[\"b\",\"b\"],\"start\":\"b\"}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"choice\",\"options\":[\"b\",\"c\"],\"start\":\"d\"}", ERR_FORMAT},
    {"{\"id\":\"a\",\"kind\":\"choice\",\"options\":[\"b\"],\"start\":\"b\"}", ERR_LIMIT},
    {"{\"id\":\"a\",\"kind\":\"choice\",\"options\":[\"b\",5],\"start\":\"b\"}", ERR_FORMAT},
    {"5", ERR_FORMAT},
    {"", ERR_LIMIT},
};

TEST(tool, fields_that_are_none_are_refused)
{
    for (size_t i = 0; i < M2_COUNT(BAD_FIELDS); i++) {
        CHECK_INT(read_fields(BAD_FIELDS[i].list), BAD_FIELDS[i].code);
    }
}

static const struct {
    const char *list;
    enum err_code code;
} BAD_OUTPUTS[] = {
    {"{\"kind\":\"picture\",\"id\":\"a\"}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\"}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\",\"value\":\"5\"}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\",\"value\":null}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\",\"value\":2e12}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\",\"value\":-2e12}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\",\"value\":1,\"unit\":\"<b>\"}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\",\"value\":1,\"parts\":[]}", ERR_FORMAT},
    {"{\"kind\":\"figure\",\"id\":\"a\",\"value\":1},{\"kind\":\"figure\",\"id\":\"a\",\"value\":2}", ERR_FORMAT},
    {"{\"kind\":\"stack\",\"id\":\"a\",\"parts\":[{\"id\":\"b\",\"value\":-1},{\"id\":\"c\",\"value\":1}]}",
     ERR_FORMAT},
    {"{\"kind\":\"stack\",\"id\":\"a\",\"parts\":[{\"id\":\"b\",\"value\":1}]}", ERR_LIMIT},
    {"{\"kind\":\"line\",\"id\":\"a\",\"series\":[{\"id\":\"b\",\"points\":[[0,0],[0,1]]}]}", ERR_FORMAT},
    {"{\"kind\":\"line\",\"id\":\"a\",\"series\":[{\"id\":\"b\",\"points\":[[0,0],[1]]}]}", ERR_FORMAT},
    {"{\"kind\":\"line\",\"id\":\"a\",\"series\":[{\"id\":\"b\",\"points\":[[0,0]]}]}", ERR_LIMIT},
    {"{\"kind\":\"line\",\"id\":\"a\",\"series\":[]}", ERR_LIMIT},
    {"{\"kind\":\"line\",\"id\":\"a\",\"series\":[{\"id\":\"b\",\"points\":[[0,0],[1,1]]}],\"mark\":{\"x\":1}}",
     ERR_FORMAT},
    {"{\"kind\":\"bars\",\"id\":\"a\",\"bars\":[]}", ERR_LIMIT},
    {"{\"kind\":\"list\",\"id\":\"a\",\"items\":[\"b\",7]}", ERR_FORMAT},
    {"{\"kind\":\"say\",\"id\":\"a\",\"n\":\"7\"}", ERR_FORMAT},
    {"", ERR_LIMIT},
};

TEST(tool, outputs_that_are_none_are_refused)
{
    for (size_t i = 0; i < M2_COUNT(BAD_OUTPUTS); i++) {
        CHECK_INT(read_outputs(BAD_OUTPUTS[i].list), BAD_OUTPUTS[i].code);
    }
}

TEST(tool, lists_end_at_their_limits)
{
    static const char field[] = "{\"id\":\"f#\",\"kind\":\"yesno\",\"start\":true}",
                      say[] = "{\"kind\":\"say\",\"id\":\"s#\"}", option[] = "\"o#\"",
                      part[] = "{\"id\":\"p#\",\"value\":1}", bar[] = "{\"n\":#,\"value\":1}", point[] = "[#,1]",
                      series[] = "{\"id\":\"s#\",\"points\":[[0,0],[1,1]]}";

    CHECK_INT(read_fields(many("", field, TOOL_FIELDS_MAX, "")), ERR_NONE);
    CHECK_INT(read_fields(many("", field, TOOL_FIELDS_MAX + 1, "")), ERR_LIMIT);
    CHECK_INT(read_outputs(many("", say, TOOL_OUTPUTS_MAX, "")), ERR_NONE);
    CHECK_INT(read_outputs(many("", say, TOOL_OUTPUTS_MAX + 1, "")), ERR_LIMIT);
#define AT_AND_PAST(read, before, piece, most, after)                                                                  \
    CHECK_INT(read(many(before, piece, most, after)), ERR_NONE);                                                       \
    CHECK_INT(read(many(before, piece, (most) + 1, after)), ERR_LIMIT)
    AT_AND_PAST(read_fields, "{\"id\":\"a\",\"kind\":\"choice\",\"start\":\"o1\",\"options\":[", option,
                TOOL_OPTIONS_MAX, "]}");
    AT_AND_PAST(read_outputs, "{\"kind\":\"stack\",\"id\":\"a\",\"parts\":[", part, TOOL_PARTS_MAX, "]}");
    AT_AND_PAST(read_outputs, "{\"kind\":\"bars\",\"id\":\"a\",\"bars\":[", bar, TOOL_BARS_MAX, "]}");
    AT_AND_PAST(read_outputs, "{\"kind\":\"list\",\"id\":\"a\",\"items\":[", option, TOOL_ITEMS_MAX, "]}");
    AT_AND_PAST(read_outputs, "{\"kind\":\"line\",\"id\":\"a\",\"series\":[", series, TOOL_SERIES_MAX, "]}");
    AT_AND_PAST(read_outputs, "{\"kind\":\"line\",\"id\":\"a\",\"series\":[{\"id\":\"s\",\"points\":[", point,
                TOOL_POINTS_MAX, "]}]}");
#undef AT_AND_PAST
    CHECK_INT(read_outputs(id_of(TOOL_ID_MAX)), ERR_NONE);
    CHECK_INT(read_outputs(id_of(TOOL_ID_MAX + 1)), ERR_FORMAT);
    CHECK_INT(read_outputs("{\"kind\":\"figure\",\"id\":\"a\",\"value\":1e12}"), ERR_NONE);
    CHECK_INT(read_outputs("{\"kind\":\"figure\",\"id\":\"a\",\"value\":1000000000001}"), ERR_FORMAT);
    CHECK_INT(read_fields("{\"id\":\"a\",\"kind\":\"money\",\"start\":1,\"min\":0,\"max\":999999999}"), ERR_NONE);
}

TEST(tool, the_error_of_a_program_is_told_as_such)
{
    struct err err = {0};
    static const char text[] = "{\"error\":\"program:3: no\"}";

    CHECK(!tool_outputs_parse(text, sizeof text - 1, &outputs, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK_HAS(err.text, "program:3: no");
    CHECK(!tool_fields_parse("{\"outputs\":[]}", 14, &fields, &err));
    CHECK_INT(err.code, ERR_FORMAT);
    CHECK(!tool_fields_parse("", 0, &fields, &err));
}

TEST(tool, halves_are_rounded_away_from_zero)
{
    static const struct {
        double value;
        int decimals;
        int64_t shown;
    } cases[] = {
        {6.81, 2, 681},
        {6.805, 2, 681},
        {1.005, 2, 101},
        {-1.005, 2, -101},
        {0.5, 0, 1},
        {-0.5, 0, -1},
        {2.5, 0, 3},
        {2.4999, 0, 2},
        {13.45, 1, 135},
        {0, 2, 0},
        {-0.0, 2, 0},
        {4.2 / 0.7 * 1.135, 2, 681},
        {1e12, 2, 100000000000000},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        CHECK_INT(tool_rounded(cases[i].value, cases[i].decimals), cases[i].shown);
    }
}
