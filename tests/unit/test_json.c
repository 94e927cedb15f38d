/* test_json: strict reading, plain writing, and what is written reads back. */
#include "base/json.h"
#include "unit/test.h"
#include <math.h>

TEST(json, bad_text_is_refused_with_line_and_column)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"{\"a\":1,\"a\":2}", "duplicate"}, {"{\"a\":1} x", "case:1:"}, {"{\"a\":1}\n\n", "one newline"},
        {"{\"a\":1} ", "blanks"},           {"{\"a\":", "case:1:"},     {"", "case:1:"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct err err = {0};

        CHECK(!json_parse(cases[i].text, strlen(cases[i].text), "case", &err));
        CHECK_INT(err.code, ERR_FORMAT);
        CHECK_HAS(err.text, cases[i].words);
    }
}

static struct json *nested(int depth, struct err *err)
{
    struct buf b = {0};

    for (int i = 0; i < depth; i++) {
        buf_char(&b, '[');
    }
    for (int i = 0; i < depth; i++) {
        buf_char(&b, ']');
    }
    struct json *j = json_parse(b.data, b.len, "nested", err);

    buf_release(&b);
    return j;
}

TEST(json, depth_is_taken_at_the_limit_and_refused_past_it)
{
    struct err err = {0};
    struct json *j = nested(JSON_DEPTH, &err);

    CHECK(j);
    json_free(j);
    CHECK(!nested(JSON_DEPTH + 1, &err));
    CHECK_HAS(err.text, "nested deeper");
}

TEST(json, strict_getters_name_what_is_wrong)
{
    static const char *const keys[] = {"s", "n", "list", NULL};
    struct err err = {0};
    const char text[] = "{\"s\":\"x\",\"n\":7,\"list\":[1,2],\"more\":true}";
    struct json *j = json_parse(text, strlen(text), "file", &err);
    const struct json *list;
    const char *s;
    int64_t n;

    CHECK(json_need_str(j, "s", "file", &s, &err));
    CHECK_STR(s, "x");
    CHECK(json_need_int(j, "n", "file", 7, 7, &n, &err));
    CHECK(!json_need_int(j, "n", "file", 8, 9, &n, &err));
    CHECK_HAS(err.text, "file: 'n' must be a whole number from 8 to 9");
    CHECK(!json_need_str(j, "n", "file", &s, &err));
    CHECK(json_need_array(j, "list", "file", &list, &err));
    CHECK_INT(json_count(list), 2);
    CHECK(!json_only(j, keys, "file", &err));
    CHECK_HAS(err.text, "unknown field 'more'");
    CHECK_STR(json_key_at(j, 3), "more");
    json_free(j);
}

TEST(json, what_is_written_reads_back_the_same)
{
    struct buf b = {0};
    struct json_out w = {.buf = &b};
    struct err err = {0};
    static const double numbers[] = {0.1, 1.0 / 3, 1e300, -2.5e-7, 3};

    json_begin(&w, NULL, '{');
    json_put_str(&w, "text", "a \"quoted\" \\ line\n\u00e8 \x01");
    json_put_int(&w, "least", INT64_MIN);
    json_begin(&w, "numbers", '[');
    for (size_t i = 0; i < M2_COUNT(numbers); i++) {
        json_put_num(&w, NULL, numbers[i]);
    }
    json_put_num(&w, NULL, NAN);
    json_end(&w, ']');
    json_put_bool(&w, "yes", true);
    json_end(&w, '}');

    struct json *j = json_parse(b.data, b.len, "own", &err);

    CHECK(j);
    CHECK_STR(json_str(json_get(j, "text"), ""), "a \"quoted\" \\ line\n\u00e8 \x01");
    CHECK(json_int(json_get(j, "least"), 0) == INT64_MIN);
    for (size_t i = 0; i < M2_COUNT(numbers); i++) {
        CHECK(json_num(json_at(json_get(j, "numbers"), (int)i), 0) == numbers[i]);
    }
    CHECK_INT(json_kind(json_at(json_get(j, "numbers"), 5)), KIND_NULL);
    CHECK(json_bool(json_get(j, "yes"), false));
    json_free(j);
    buf_release(&b);
}
