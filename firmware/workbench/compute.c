/* compute: Lua, with nothing in reach. */
#include "workbench/compute.h"
#include "base/json.h"
#include "base/utf8.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char SUBJECT[] = "compute";

/* --- the question
 * --------------------------------------------------------------------------------------------------------------------
 */

static bool check_value(const struct json *values, int i, struct err *err)
{
    const struct json *value = json_value_at(values, i);
    enum json_kind kind = json_kind(value);
    const char *id = json_key_at(values, i), *text = json_str(value, "");

    if (strlen(id) > COMPUTE_TEXT_MAX || strlen(text) > COMPUTE_TEXT_MAX) {
        return err_set(err, ERR_LIMIT, "%s: a value is longer than %d bytes", SUBJECT, COMPUTE_TEXT_MAX);
    }
    return kind == KIND_BOOL || kind == KIND_INT || kind == KIND_REAL || kind == KIND_STRING ||
           err_set(err, ERR_FORMAT, "%s: a value must be a number, a text, true or false", SUBJECT);
}

static bool check_values(const struct json *values, struct err *err)
{
    if (json_kind(values) != KIND_OBJECT) {
        return err_set(err, ERR_FORMAT, "%s: 'values' must be an object, or null", SUBJECT);
    }
    if (json_count(values) > COMPUTE_VALUES_MAX) {
        return err_set(err, ERR_LIMIT, "%s: more than %d values", SUBJECT, COMPUTE_VALUES_MAX);
    }
    for (int i = 0; i < json_count(values); i++) {
        if (!check_value(values, i, err)) {
            return false;
        }
    }
    return true;
}

bool compute_parse(const char *line, size_t n, struct compute_question *out, struct err *err)
{
    static const char *const keys[] = {"format", "program", "values", NULL};
    const char *format;

    *out = (struct compute_question){0};
    if (n > COMPUTE_LINE_MAX) {
        return err_set(err, ERR_LIMIT, "%s: more than %d bytes", SUBJECT, COMPUTE_LINE_MAX);
    }
    out->json = json_parse(line, n, SUBJECT, err);
    if (!out->json || !json_only(out->json, keys, SUBJECT, err) ||
        !json_need_str(out->json, "format", SUBJECT, &format, err) ||
        !json_need_str(out->json, "program", SUBJECT, &out->program, err)) {
        return false;
    }
    if (strcmp(format, "micro2-compute-1") != 0) {
        return err_set(err, ERR_FORMAT, "%s: 'format' must be micro2-compute-1", SUBJECT);
    }
    if (strlen(out->program) > COMPUTE_PROGRAM_MAX) {
        return err_set(err, ERR_LIMIT, "%s: the program has more than %d bytes", SUBJECT, COMPUTE_PROGRAM_MAX);
    }
    out->values = json_get(out->json, "values");
    if (json_kind(out->values) == KIND_NULL) {
        out->values = NULL;
        return true;
    }
    return check_values(out->values, err);
}

void compute_release(struct compute_question *q)
{
    json_free(q->json);
    *q = (struct compute_question){0};
}

/* --- a machine within limits
 * -------------------------------------------------------------------------------------------------------------------
 */

static void *limited_alloc(void *user, void *old, size_t old_n, size_t n)
{
    size_t *used = user, had = old ? old_n : 0;
    void *p;

    if (n == 0) {
        free(old);
        *used -= had;
        return NULL;
    }
    if (n > had && n - had > COMPUTE_MEMORY_MAX - *used) {
        return NULL; /* Lua makes it "not enough memory" */
    }
    p = realloc(old, n);
    *used = p ? *used - had + n : *used;
    return p;
}

static void out_of_time(lua_State *lua, lua_Debug *where)
{
    (void)where;
    luaL_error(lua, "more than %d instructions", COMPUTE_INSTRUCTIONS_MAX);
}

/* What a program may call; all else is not there. No error, pcall, setmetatable, load, coroutine; random numbers
 * neither, since the same figures give the same answer. */
static const char *const BASE[] = {"ipairs", "pairs", "select", "tonumber", "tostring", "type", NULL};
static const char *const MATH[] = {"abs", "ceil", "cos",        "deg",       "exp",        "floor", "fmod", "huge",
                                   "log", "max",  "maxinteger", "min",       "mininteger", "modf",  "pi",   "rad",
                                   "sin", "sqrt", "tan",        "tointeger", "type",       "ult",   NULL};
static const char *const STRING[] = {"byte",  "char",  "find", "format",  "gmatch", "gsub",  "len",
                                     "lower", "match", "rep",  "reverse", "sub",    "upper", NULL};
static const char *const TABLE[] = {"concat", "insert", "move", "pack", "remove", "sort", "unpack", NULL};

/* Into the table at the top: these of the one below it. */
static void copy_named(lua_State *lua, const char *const *names)
{
    for (; *names; names++) {
        lua_getfield(lua, -2, *names);
        lua_setfield(lua, -2, *names);
    }
}

static void offer(lua_State *lua, const char *library, lua_CFunction open, const char *const *names)
{
    luaL_requiref(lua, library, open, 0);
    lua_newtable(lua);
    copy_named(lua, names);
    lua_remove(lua, -2);
}

/* The globals of the program; its texts' methods are those of its string library. */
static void push_world(lua_State *lua)
{
    offer(lua, LUA_GNAME, luaopen_base, BASE);
    offer(lua, LUA_MATHLIBNAME, luaopen_math, MATH);
    lua_setfield(lua, -2, LUA_MATHLIBNAME);
    offer(lua, LUA_TABLIBNAME, luaopen_table, TABLE);
    lua_setfield(lua, -2, LUA_TABLIBNAME);
    offer(lua, LUA_STRLIBNAME, luaopen_string, STRING);
    lua_pushliteral(lua, "");
    lua_getmetatable(lua, -1);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pop(lua, 2);
    lua_setfield(lua, -2, LUA_STRLIBNAME);
}

static void push_values(lua_State *lua, const struct json *values)
{
    lua_newtable(lua);
    for (int i = 0; i < json_count(values); i++) {
        const struct json *value = json_value_at(values, i);

        if (json_kind(value) == KIND_STRING) {
            lua_pushstring(lua, json_str(value, ""));
        } else if (json_kind(value) == KIND_BOOL) {
            lua_pushboolean(lua, json_bool(value, false));
        } else {
            lua_pushnumber(lua, json_num(value, 0));
        }
        lua_setfield(lua, -2, json_key_at(values, i));
    }
}

/* Leaves one value: the fields, or what compute() returned. Protected: errors of any kind end in lua_pcall(). */
static int reckon(lua_State *lua)
{
    const struct compute_question *q = lua_touserdata(lua, 1);

    push_world(lua);
    lua_sethook(lua, out_of_time, LUA_MASKCOUNT, COMPUTE_INSTRUCTIONS_MAX);
    if (luaL_loadbufferx(lua, q->program, strlen(q->program), "=program", "t") != LUA_OK) {
        return lua_error(lua);
    }
    lua_pushvalue(lua, -2);
    lua_setupvalue(lua, -2, 1); /* _ENV */
    lua_call(lua, 0, 1);
    if (!lua_istable(lua, -1)) {
        return luaL_error(lua, "the program must return one table");
    }
    lua_getfield(lua, -1, q->values ? "compute" : "fields");
    if (!q->values) {
        return 1;
    }
    if (!lua_isfunction(lua, -1)) {
        return luaL_error(lua, "'compute' must be a function");
    }
    push_values(lua, q->values);
    lua_call(lua, 1, 1);
    return 1;
}

/* --- what it returned
 * -------------------------------------------------------------------------------------------------------------------
 */

struct writer {
    lua_State *lua;
    struct json_out out;
    int n_parts;
    struct err *err;
};

static bool write_value(struct writer *w, const char *key, int depth);

static bool refuse(struct writer *w, enum err_code code, const char *why, int limit)
{
    return err_set(w->err, code, "what the program returns has %s %d", why, limit);
}

/* Whether the table at the top is a list: keys 1..n and no other. An empty one is. */
static bool is_list(lua_State *lua)
{
    lua_Unsigned n = lua_rawlen(lua, -1), seen = 0;

    for (lua_pushnil(lua); lua_next(lua, -2); lua_pop(lua, 1)) {
        seen++;
        if (!lua_isinteger(lua, -2) || lua_tointeger(lua, -2) < 1 || (lua_Unsigned)lua_tointeger(lua, -2) > n) {
            lua_pop(lua, 2);
            return false;
        }
    }
    return seen == n;
}

static bool write_list(struct writer *w, const char *key, int depth)
{
    lua_Integer n = (lua_Integer)lua_rawlen(w->lua, -1);
    bool ok = true;

    json_begin(&w->out, key, '[');
    for (lua_Integer i = 1; ok && i <= n; i++) {
        lua_rawgeti(w->lua, -1, i);
        ok = write_value(w, NULL, depth + 1);
        lua_pop(w->lua, 1);
    }
    json_end(&w->out, ']');
    return ok;
}

static bool is_text(struct writer *w, int at)
{
    size_t n = 0;
    const char *text = lua_type(w->lua, at) == LUA_TSTRING ? lua_tolstring(w->lua, at, &n) : NULL;

    return (text && n <= COMPUTE_TEXT_MAX && strlen(text) == n && utf8_is_valid(text, n)) ||
           err_set(w->err, ERR_FORMAT, "what the program returns has a key or text that is none, or is over %d bytes",
                   COMPUTE_TEXT_MAX);
}

static bool write_object(struct writer *w, const char *key, int depth)
{
    bool ok = true;

    json_begin(&w->out, key, '{');
    for (lua_pushnil(w->lua); ok && lua_next(w->lua, -2); lua_pop(w->lua, 1)) {
        ok = is_text(w, -2) && write_value(w, lua_tostring(w->lua, -2), depth + 1);
    }
    json_end(&w->out, '}');
    return ok; /* where it is not, a key is left behind: nothing more is read of this machine */
}

static bool write_table(struct writer *w, const char *key, int depth)
{
    if (depth == COMPUTE_DEPTH_MAX || !lua_checkstack(w->lua, 4)) {
        return refuse(w, ERR_LIMIT, "tables in tables over", COMPUTE_DEPTH_MAX);
    }
    return is_list(w->lua) ? write_list(w, key, depth) : write_object(w, key, depth);
}

/* The value at the top, which stays there. */
static bool write_value(struct writer *w, const char *key, int depth)
{
    lua_State *lua = w->lua;

    if (++w->n_parts > COMPUTE_PARTS_MAX) {
        return refuse(w, ERR_LIMIT, "parts over", COMPUTE_PARTS_MAX);
    }
    switch (lua_type(lua, -1)) {
    case LUA_TTABLE:
        return write_table(w, key, depth);
    case LUA_TBOOLEAN:
        json_put_bool(&w->out, key, lua_toboolean(lua, -1));
        return true;
    case LUA_TNUMBER:
        if (!isfinite(lua_tonumber(lua, -1))) {
            return err_set(w->err, ERR_FORMAT, "'%s' is not a finite number; guard the division", key ? key : "");
        }
        json_put_num(&w->out, key, lua_tonumber(lua, -1));
        return true;
    case LUA_TSTRING:
        if (!is_text(w, -1)) {
            return false;
        }
        json_put_str(&w->out, key, lua_tostring(lua, -1));
        return true;
    default:
        return err_set(w->err, ERR_FORMAT, "what the program returns has a %s in it", luaL_typename(lua, -1));
    }
}

static bool write_answer(lua_State *lua, const struct compute_question *q, struct buf *out, struct err *err)
{
    struct writer w = {.lua = lua, .out = {.buf = out}, .err = err};

    if (!lua_istable(lua, -1)) {
        return err_set(err, ERR_FORMAT, "%s must be a table", q->values ? "what compute() returns" : "'fields'");
    }
    json_begin(&w.out, NULL, '{');
    if (!write_value(&w, q->values ? "outputs" : "fields", 0)) {
        return false;
    }
    json_end(&w.out, '}');
    return out->len <= COMPUTE_ANSWER_MAX || refuse(&w, ERR_LIMIT, "bytes over", COMPUTE_ANSWER_MAX);
}

static bool run(const struct compute_question *q, struct buf *out, struct err *err)
{
    size_t used = 0;
    lua_State *lua = lua_newstate(limited_alloc, &used);
    bool ok;

    if (!lua) {
        return err_set(err, ERR_LIMIT, "no memory");
    }
    lua_pushcfunction(lua, reckon);
    lua_pushlightuserdata(lua, (void *)(uintptr_t)q);
    if (lua_pcall(lua, 1, 1, 0) == LUA_OK) {
        lua_sethook(lua, NULL, 0, 0);
        ok = write_answer(lua, q, out, err);
    } else {
        const char *why = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "an error without words";

        ok = err_set(err, ERR_FORMAT, "%s", why);
    }
    lua_close(lua);
    return ok;
}

void compute_refuse(const char *reason, struct buf *out)
{
    struct json_out w = {.buf = out};
    char text[COMPUTE_REASON_MAX + 1];
    size_t n = utf8_cut(reason, strlen(reason), COMPUTE_REASON_MAX);

    if (!utf8_is_clean(reason, n)) {
        reason = "an error that cannot be printed";
        n = strlen(reason);
    }
    memcpy(text, reason, n);
    text[n] = '\0';
    json_begin(&w, NULL, '{');
    json_put_str(&w, "error", text);
    json_end(&w, '}');
}

void compute_answer(const char *line, size_t n, struct buf *out)
{
    struct compute_question q;
    struct buf answer = {0};
    struct err err = {0};

    if (compute_parse(line, n, &q, &err) && run(&q, &answer, &err)) {
        buf_add(out, answer.data, answer.len);
    } else {
        compute_refuse(err.text, out);
    }
    compute_release(&q);
    buf_release(&answer);
}
