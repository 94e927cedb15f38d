/* test_compute: programs of tools, good and hostile. Each is answered by one line of JSON. What no instruction counts
 * (patterns, moves) is met by the program's clock: test_reckoner. */
#include "base/json.h"
#include "unit/test.h"
#include "workbench/compute.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static char *question(const char *program, const char *values)
{
    struct buf text = {0};
    struct json_out w = {.buf = &text};

    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", "micro2-compute-1");
    json_put_str(&w, "program", program);
    json_put_raw(&w, "values", values ? values : "null");
    json_end(&w, '}');
    return buf_detach(&text);
}

/* Borrowed until the next. */
static const char *answer(const char *program, const char *values)
{
    static struct buf out;
    char *line = question(program, values);

    buf_clear(&out);
    compute_answer(line, strlen(line), &out);
    free(line);
    CHECK(!strchr(buf_text(&out), '\n'));
    CHECK(out.len <= COMPUTE_ANSWER_MAX);
    return buf_text(&out);
}

static const char *returns(const char *what)
{
    static struct buf program;

    buf_clear(&program);
    buf_fmt(&program, "return {fields={1}, compute=function(v) return %s end}", what);
    return answer(buf_text(&program), "{}");
}

static bool is_error(const char *text, const char *says)
{
    return !strncmp(text, "{\"error\":\"", 10) && strstr(text, says);
}

TEST(compute, fields_and_outputs_come_as_the_program_returns_them)
{
    static const char *const program = "local f = {id='a', kind='money', start=1.35}\n"
                                       "return {fields={f, {id='b'}}, compute=function(v) return {{n=v.a * 2, t=v.s, "
                                       "y=v.yes, list={1, 2.5, 'x'}}} end}";

    CHECK(strstr(answer(program, NULL), "{\"fields\":[{"));
    CHECK(strstr(answer(program, NULL), "\"start\":1.35"));
    CHECK(strstr(answer(program, "{\"a\":2.25,\"s\":\"summer\",\"yes\":true}"), "\"n\":4.5"));
    CHECK(strstr(answer(program, "{\"a\":2.25,\"s\":\"summer\",\"yes\":true}"), "\"t\":\"summer\""));
    CHECK(strstr(answer(program, "{\"a\":2.25,\"s\":\"summer\",\"yes\":true}"), "\"y\":true"));
    CHECK(strstr(answer(program, "{\"a\":2.25}"), "\"list\":[1,2.5,\"x\"]"));
    CHECK_STR(returns("{}"), "{\"outputs\":[]}");
}

TEST(compute, what_a_program_needs_is_there)
{
    CHECK_STR(returns("{math.floor(2.7), math.max(1, 3), ('abc'):upper(), string.format('%.2f', 1.005),"
                      " table.concat({'a', 'b'}, '-'), tonumber('7'), select('#', 1, 2), type(nil)}"),
              "{\"outputs\":[2,3,\"ABC\",\"1.00\",\"a-b\",7,2,\"nil\"]}");
    CHECK_STR(returns("(function() local t = {3, 1, 2} table.sort(t) local n = 0"
                      " for _, x in ipairs(t) do n = n * 10 + x end for k in pairs({a=1}) do t[#t + 1] = k end"
                      " return {n, t[4]} end)()"),
              "{\"outputs\":[123,\"a\"]}");
}

/* --- hostile programs
 * -------------------------------------------------------------------------------------------------------------------
 */

TEST(compute, nothing_but_the_allowed_names_is_in_reach)
{
    static const char *const NEVER[] = {
        "os",           "io",
        "debug",        "package",
        "coroutine",    "utf8",
        "load",         "loadstring",
        "loadfile",     "dofile",
        "require",      "error",
        "assert",       "pcall",
        "xpcall",       "setmetatable",
        "getmetatable", "rawset",
        "rawget",       "rawequal",
        "rawlen",       "collectgarbage",
        "print",        "warn",
        "next",         "_G",
        "_ENV._G",      "_VERSION",
        "string.dump",  "string.pack",
        "math.random",  "math.randomseed",
        "('').dump",    "('').pack",
    };

    for (size_t i = 0; i < M2_COUNT(NEVER); i++) {
        char what[80];

        snprintf(what, sizeof what, "{type(%s)}", NEVER[i]);
        CHECK_STR(returns(what), "{\"outputs\":[\"nil\"]}");
    }
}

TEST(compute, calls_of_what_is_not_there_are_errors)
{
    static const char *const TRIES[] = {
        "os.execute('true')",
        "io.open('/etc/passwd')",
        "load('return 1')()",
        "coroutine.wrap(function() end)()",
        "debug.sethook()",
        "require('os')",
        "error({1})",
        "setmetatable({}, {__index=function() end})",
        "pcall(function() while true do end end)",
        "('x'):dump()",
        "1 + nil",
        "nil .. 'a'",
        "{} < {}",
        "#5",
        "v.a.b",
        "1 // 0",
        "('x')()",
    };

    for (size_t i = 0; i < M2_COUNT(TRIES); i++) {
        char what[160];

        snprintf(what, sizeof what, "(function() local x = %s return {1} end)()", TRIES[i]);
        CHECK(is_error(returns(what), "program:"));
    }
}

TEST(compute, endless_work_ends_with_an_error)
{
    CHECK(is_error(answer("while true do end", NULL), "instructions"));
    CHECK(is_error(answer("local function f() return f() end return f()", NULL), "instructions"));
    CHECK(is_error(returns("(function() while true do end end)()"), "instructions"));
    CHECK(is_error(returns("(function() repeat local t = {} t[1] = t until false end)()"), "instructions"));
    CHECK(is_error(returns("(function() for i = 1, math.huge do end end)()"), "instructions"));
    CHECK(is_error(returns("(function() table.sort({1, 2, 3}, function() while true do end end) end)()"),
                   "instructions"));
    CHECK(is_error(returns("(function() ('aaa'):gsub('a', function() while true do end end) end)()"), "instructions"));
    CHECK(is_error(returns("(function() goto a ::a:: goto a end)()"), "instructions"));
}

TEST(compute, memory_ends_with_an_error)
{
    CHECK(is_error(returns("{('x'):rep(1 << 40)}"), "too large"));
    CHECK(is_error(returns("{('x'):rep(COMPUTE or 1 << 24)}"), "not enough memory"));
    CHECK(is_error(returns("(function() local s = 'x' while true do s = s .. s end end)()"), "not enough memory"));
    CHECK(is_error(returns("(function() local t = {} while true do t = {t, {}, {}, {}, {}} end end)()"),
                   "not enough memory"));
    CHECK(is_error(returns("{table.unpack({}, 1, 1e8)}"), "too many results"));
    CHECK(is_error(returns("{string.format('%99.99f', 1):rep(1e6)}"), ""));
}

TEST(compute, deep_recursion_ends_with_an_error)
{
    struct buf deep = {0};

    CHECK(is_error(returns("(function() local function f() return 1 + f() end return f() end)()"), ""));
    CHECK(is_error(returns("(function() local function f(s) return (s:gsub('.', f)) end return f('x') end)()"),
                   "overflow"));
    buf_str(&deep, "return ");
    for (int i = 0; i < 4000; i++) {
        buf_char(&deep, '(');
    }
    CHECK(is_error(answer(buf_text(&deep), NULL), "overflow"));
    buf_release(&deep);
    CHECK(is_error(returns("(function() local t = {} t[1] = t return t end)()"), "tables in tables"));
}

TEST(compute, what_is_no_program_is_an_error)
{
    CHECK(is_error(answer("", NULL), "must return one table"));
    CHECK(is_error(answer("return 5", NULL), "must return one table"));
    CHECK(is_error(answer("return {}", NULL), "'fields' must be a table"));
    CHECK(is_error(answer("return {}", "{}"), "'compute' must be a function"));
    CHECK(is_error(answer("return {compute={}}", "{}"), "'compute' must be a function"));
    CHECK(is_error(answer("this is no program", NULL), "program:1:"));
    CHECK(is_error(answer("\x1bLua", NULL), ""));
    CHECK(is_error(answer("return {fields=function() end}", NULL), "must be a table"));
    CHECK(is_error(returns("{function() end}"), "a function in it"));
    CHECK(is_error(returns("{[1]=1, a=2}"), "key"));
    CHECK(is_error(returns("{[1.5]=1}"), "key"));
    CHECK(is_error(returns("{[2]=1}"), "key"));
    CHECK(is_error(returns("{{a='\\255'}}"), "text that is none"));
    CHECK(is_error(returns("{{a='x\\0y'}}"), "text that is none"));
    CHECK(is_error(returns("{{a=0/0}}"), "'a' is not a finite number"));
    CHECK(is_error(returns("{{a=1/0}}"), "'a' is not a finite number"));
    CHECK(is_error(returns("{{a=-1/0}}"), "finite"));
}

/* The child's bytecode check is no check at all (Lua's manual): it is never read. */
TEST(compute, bytecode_is_refused)
{
    static const char line[] = "{\"format\":\"micro2-compute-1\",\"program\":\"\\u001bLuaT\",\"values\":null}";
    struct buf out = {0};

    compute_answer(line, sizeof line - 1, &out);
    CHECK(is_error(buf_text(&out), "binary chunk"));
    buf_release(&out);
}

/* --- limits: at, and one past
 * -------------------------------------------------------------------------------------------------------------------
 */

static bool works(const char *format, long n)
{
    char program[300];

    snprintf(program, sizeof program, format, n);
    return !is_error(answer(program, "{}"), "");
}

/* The largest n that works; it works up to there, and not past it. */
static long largest(const char *format, long from, long to)
{
    CHECK(works(format, from) && !works(format, to));
    while (to - from > 1) {
        long middle = from + (to - from) / 2;

        *(works(format, middle) ? &from : &to) = middle;
    }
    return from;
}

TEST(compute, instructions_end_at_their_limit)
{
    static const char loop[] = "return {compute=function(v) for i = 1, %ld do end return {1} end}";
    long most = largest(loop, 1, 2L * COMPUTE_INSTRUCTIONS_MAX);

    CHECK(most > COMPUTE_INSTRUCTIONS_MAX - 100 && most <= COMPUTE_INSTRUCTIONS_MAX);
    CHECK(works(loop, most) && !works(loop, most + 1));
}

TEST(compute, memory_ends_at_its_limit)
{
    static const char text[] = "return {compute=function(v) local s = ('x'):rep(%ld) return {#s} end}";
    long most = largest(text, 1, 2L * COMPUTE_MEMORY_MAX);

    /* it is built, then copied */
    CHECK(most > COMPUTE_MEMORY_MAX / 2 - 64 * 1024 && most <= COMPUTE_MEMORY_MAX / 2);
}

static const char *padded(size_t bytes)
{
    static char program[COMPUTE_PROGRAM_MAX + 2];

    memset(program, ' ', bytes);
    memcpy(program, "return {fields={}}", 18);
    program[bytes] = '\0';
    return program;
}

TEST(compute, a_program_ends_at_its_limit)
{
    CHECK_STR(answer(padded(COMPUTE_PROGRAM_MAX), NULL), "{\"fields\":[]}");
    CHECK(is_error(answer(padded(COMPUTE_PROGRAM_MAX + 1), NULL), "16384"));
}

TEST(compute, what_is_returned_ends_at_its_limits)
{
    static const char parts[] = "return {compute=function(v) local t = {} for i = 1, %ld do t[i] = i end return t end}",
                      deep[] = "return {compute=function(v) local t = {1} for i = 2, %ld do t = {t} end return t end}",
                      text[] = "return {compute=function(v) return {('x'):rep(%ld)} end}",
                      key[] = "return {compute=function(v) return {{[('x'):rep(%ld)]=1}} end}",
                      bytes[] =
                          "return {compute=function(v) local t = {} for i = 1, 1000 do t[i] = ('\\1'):rep(%ld) end "
                          "return t end}";

    CHECK(works(parts, COMPUTE_PARTS_MAX - 1) && !works(parts, COMPUTE_PARTS_MAX)); /* the list is one, too */
    CHECK(works(deep, COMPUTE_DEPTH_MAX) && !works(deep, COMPUTE_DEPTH_MAX + 1));
    CHECK(works(text, COMPUTE_TEXT_MAX) && !works(text, COMPUTE_TEXT_MAX + 1));
    CHECK(works(key, COMPUTE_TEXT_MAX) && !works(key, COMPUTE_TEXT_MAX + 1));
    CHECK(works(bytes, 10) && !works(bytes, 11)); /* 1000 times 6 bytes a letter, two quotes, a comma */
}

TEST(compute, a_reason_ends_at_its_limit)
{
    struct buf out = {0};
    char why[COMPUTE_REASON_MAX + 20];

    memset(why, 'a', sizeof why);
    why[sizeof why - 1] = '\0';
    compute_refuse(why, &out);
    CHECK_INT(out.len, COMPUTE_REASON_MAX + strlen("{\"error\":\"\"}"));
    buf_clear(&out);
    compute_refuse("\x1b[2J", &out);
    CHECK(is_error(buf_text(&out), "cannot be printed"));
    buf_release(&out);
}

/* --- the question
 * ------------------------------------------------------------------------------------------------------------------ */

static enum err_code parsed(const char *line, size_t n)
{
    struct compute_question q;
    struct err err = {0};
    bool ok = compute_parse(line, n, &q, &err);

    CHECK(ok == (err.code == ERR_NONE));
    compute_release(&q);
    return err.code;
}

TEST(compute, a_question_is_read_within_its_limits_and_refused_past_them)
{
    static const struct {
        const char *line;
        enum err_code code;
    } cases[] = {
        {"{\"format\":\"micro2-compute-1\",\"program\":\"\"}", ERR_NONE},
        {"{\"format\":\"micro2-compute-1\",\"program\":\"\",\"values\":{\"a\":1,\"b\":true,\"c\":\"x\"}}", ERR_NONE},
        {"{\"format\":\"micro2-compute-2\",\"program\":\"\"}", ERR_FORMAT},
        {"{\"format\":\"micro2-compute-1\"}", ERR_FORMAT},
        {"{\"format\":\"micro2-compute-1\",\"program\":\"\",\"file\":\"/etc/passwd\"}", ERR_FORMAT},
        {"{\"format\":\"micro2-compute-1\",\"program\":\"\",\"values\":[]}", ERR_FORMAT},
        {"{\"format\":\"micro2-compute-1\",\"program\":\"\",\"values\":{\"a\":[1]}}", ERR_FORMAT},
        {"{\"format\":\"micro2-compute-1\",\"program\":\"\",\"values\":{\"a\":null}}", ERR_FORMAT},
        {"{\"format\":\"micro2-compute-1\",\"program\":\"a\\u0000b\"}", ERR_FORMAT},
        {"", ERR_FORMAT},
        {"5", ERR_FORMAT},
        {"[]", ERR_FORMAT},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        CHECK_INT(parsed(cases[i].line, strlen(cases[i].line)), cases[i].code);
    }
}

static enum err_code with_values(int n, int letters)
{
    struct buf values = {0};
    char *line;
    enum err_code code;

    buf_char(&values, '{');
    for (int i = 0; i < n; i++) {
        buf_fmt(&values, "%s\"v%d\":\"%0*d\"", i ? "," : "", i, letters, 1);
    }
    buf_char(&values, '}');
    line = question("", buf_text(&values));
    code = parsed(line, strlen(line));
    free(line);
    buf_release(&values);
    return code;
}

TEST(compute, values_and_lines_end_at_their_limits)
{
    static const char head[] = "{\"format\":\"micro2-compute-1\",\"program\":\"\"";
    char *line = mem_alloc(COMPUTE_LINE_MAX + 2);

    CHECK_INT(with_values(COMPUTE_VALUES_MAX, 1), ERR_NONE);
    CHECK_INT(with_values(COMPUTE_VALUES_MAX + 1, 1), ERR_LIMIT);
    CHECK_INT(with_values(1, COMPUTE_TEXT_MAX), ERR_NONE);
    CHECK_INT(with_values(1, COMPUTE_TEXT_MAX + 1), ERR_LIMIT);
    memset(line, ' ', COMPUTE_LINE_MAX + 1);
    memcpy(line, head, sizeof head - 1);
    line[COMPUTE_LINE_MAX - 1] = '}';
    CHECK_INT(parsed(line, COMPUTE_LINE_MAX), ERR_NONE);
    line[COMPUTE_LINE_MAX - 1] = ' ';
    line[COMPUTE_LINE_MAX] = '}';
    CHECK_INT(parsed(line, COMPUTE_LINE_MAX + 1), ERR_LIMIT);
    free(line);
}
