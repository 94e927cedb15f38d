/* test_csv: RFC 4180 in and out, limits, and no formula for a spreadsheet. */
#include "base/csv.h"
#include "unit/test.h"

TEST(csv, quotes_line_ends_and_a_byte_order_mark_are_read)
{
    const char text[] = "\xEF\xBB\xBFid,words\r\n1,\"a, \"\"b\"\"\nc\"\n\n2,plain\n";
    struct csv *t;
    struct err err = {0};

    CHECK(csv_parse(text, strlen(text), "f.csv", &t, &err));
    CHECK_INT(csv_rows(t), 2);
    CHECK_STR(csv_get(t, 0, "words"), "a, \"b\"\nc");
    CHECK_STR(csv_get(t, 1, "id"), "2");
    CHECK_INT(csv_line(t, 1), 5);
    CHECK_STR(csv_get(t, 1, "none"), "");
    csv_free(t);
}

TEST(csv, errors_name_file_line_and_remedy)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "f.csv:1: empty"},
        {"a,b\n1\n", "f.csv:2: 1 fields where the header has 2"},
        {"a,b\n1,x\"y\n", "f.csv:2: a quote inside a field"},
        {"a,b\n1,\"never\n", "a quote is never closed"},
        {"a,b\n1,\"x\"y\n", "text behind a closing quote"},
        {"a\n\xff\n", "not UTF-8"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct csv *t;
        struct err err = {0};

        CHECK(!csv_parse(cases[i].text, strlen(cases[i].text), "f.csv", &t, &err));
        CHECK_HAS(err.text, cases[i].words);
    }
}

static bool columns(int n)
{
    struct buf b = {0};
    struct csv *t = NULL;
    bool ok;

    for (int i = 0; i < n; i++) {
        buf_str(&b, i + 1 < n ? "c," : "c\n");
    }
    ok = csv_parse(b.data, b.len, "f", &t, NULL);
    csv_free(t);
    buf_release(&b);
    return ok;
}

TEST(csv, columns_are_taken_at_the_limit_and_refused_past_it)
{
    CHECK(columns(CSV_MAX_COLUMNS));
    CHECK(!columns(CSV_MAX_COLUMNS + 1));
}

TEST(csv, rows_are_taken_at_the_limit_and_refused_past_it)
{
    struct buf b = {0};
    struct csv *t;
    struct err err = {0};

    buf_str(&b, "c\n");
    for (int i = 0; i < CSV_MAX_ROWS; i++) {
        buf_str(&b, "x\n");
    }
    CHECK(csv_parse(b.data, b.len, "f.csv", &t, &err));
    CHECK_INT(csv_rows(t), CSV_MAX_ROWS);
    csv_free(t);
    buf_str(&b, "x\n");
    CHECK(!csv_parse(b.data, b.len, "f.csv", &t, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    CHECK_HAS(err.text, "f.csv:100002: over 100000 rows");
    buf_release(&b);
}

TEST(csv, a_field_is_taken_at_the_limit_and_refused_past_it_quoted_or_not)
{
    static const char *const quotes[] = {"", "\""};

    for (size_t i = 0; i < 2 * M2_COUNT(quotes); i++) {
        int n = CSV_MAX_FIELD_BYTES + (int)i % 2;
        struct buf b = {0};
        struct csv *t = NULL;
        struct err err = {0};

        buf_fmt(&b, "c\n%s%0*d%s\n", quotes[i / 2], n, 7, quotes[i / 2]);
        CHECK_INT(csv_parse(b.data, b.len, "f.csv", &t, &err), n == CSV_MAX_FIELD_BYTES);
        if (t) {
            CHECK_INT(strlen(csv_get(t, 0, "c")), CSV_MAX_FIELD_BYTES);
        } else {
            CHECK_INT(err.code, ERR_LIMIT);
            CHECK_HAS(err.text, "f.csv:2: a field over 65536 bytes");
        }
        csv_free(t);
        buf_release(&b);
    }
}

TEST(csv, what_a_spreadsheet_would_run_is_written_as_text)
{
    struct buf b = {0};

    csv_put(&b, "=SUM(A1)", false);
    csv_put(&b, "two, with \"quotes\"", false);
    csv_put(&b, "plain", true);
    CHECK_STR(b.data, "\"'=SUM(A1)\",\"two, with \"\"quotes\"\"\",plain\r\n");
    buf_release(&b);
}
