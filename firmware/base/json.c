/* json: jansson behind our own names; a struct json is a json_t. */
#include "base/json.h"
#include "base/utf8.h"
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static json_t *of(const struct json *j)
{
    return (json_t *)(uintptr_t)j;
}

/* jansson recurses up to 2048 levels; ours is far lower, counted before it parses. */
static bool is_too_deep(const char *text, size_t n)
{
    int depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < n; i++) {
        if (in_string) {
            if (text[i] == '\\') {
                i++;
            } else if (text[i] == '"') {
                in_string = false;
            }
        } else if (text[i] == '"') {
            in_string = true;
        } else if ((text[i] == '{' || text[i] == '[') && ++depth > JSON_DEPTH) {
            return true;
        } else if (text[i] == '}' || text[i] == ']') {
            depth--;
        }
    }
    return false;
}

struct json *json_parse(const char *text, size_t n, const char *subject, struct err *err)
{
    json_error_t why;
    json_t *root;

    if (n && text[n - 1] == '\n') {
        n--;
    }
    if (n && (text[n - 1] == '\n' || text[n - 1] == ' ')) {
        err_set(err, ERR_FORMAT, "%s: blanks behind the end; end the file after one newline", subject);
        return NULL;
    }
    if (is_too_deep(text, n)) {
        err_set(err, ERR_FORMAT, "%s: nested deeper than %d", subject, JSON_DEPTH);
        return NULL;
    }
    root = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!root) {
        err_set(err, ERR_FORMAT, "%s:%d:%d: %s", subject, why.line, why.column, why.text);
    }
    return (struct json *)root;
}

void json_free(struct json *root)
{
    json_decref(of(root));
}

enum json_kind json_kind(const struct json *j)
{
    if (!j) {
        return KIND_NULL;
    }
    switch (json_typeof(of(j))) {
    case JSON_OBJECT:
        return KIND_OBJECT;
    case JSON_ARRAY:
        return KIND_ARRAY;
    case JSON_STRING:
        return KIND_STRING;
    case JSON_INTEGER:
        return KIND_INT;
    case JSON_REAL:
        return KIND_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return KIND_BOOL;
    case JSON_NULL:
        break;
    }
    return KIND_NULL;
}

const struct json *json_get(const struct json *object, const char *key)
{
    return (const struct json *)json_object_get(of(object), key);
}

int json_count(const struct json *array_or_object)
{
    const json_t *j = of(array_or_object);

    return (int)(json_is_object(j) ? json_object_size(j) : json_array_size(j));
}

const struct json *json_at(const struct json *array, int i)
{
    return i < 0 ? NULL : (const struct json *)json_array_get(of(array), (size_t)i);
}

static void *iter_at(const struct json *object, int i)
{
    void *iter = json_object_iter(of(object));

    while (iter && i-- > 0) {
        iter = json_object_iter_next(of(object), iter);
    }
    return iter;
}

const char *json_key_at(const struct json *object, int i)
{
    void *iter = iter_at(object, i);

    return iter ? json_object_iter_key(iter) : NULL;
}

const struct json *json_value_at(const struct json *object, int i)
{
    void *iter = iter_at(object, i);

    return iter ? (const struct json *)json_object_iter_value(iter) : NULL;
}

const char *json_str(const struct json *j, const char *fallback)
{
    return json_kind(j) == KIND_STRING ? json_string_value(of(j)) : fallback;
}

int64_t json_int(const struct json *j, int64_t fallback)
{
    return json_kind(j) == KIND_INT ? json_integer_value(of(j)) : fallback;
}

double json_num(const struct json *j, double fallback)
{
    return json_kind(j) == KIND_INT || json_kind(j) == KIND_REAL ? json_number_value(of(j)) : fallback;
}

bool json_bool(const struct json *j, bool fallback)
{
    return json_kind(j) == KIND_BOOL ? json_is_true(of(j)) : fallback;
}

bool json_need_str(const struct json *object, const char *key, const char *subject, const char **out, struct err *err)
{
    const struct json *j = json_get(object, key);

    if (json_kind(j) != KIND_STRING) {
        return err_set(err, ERR_FORMAT, "%s: '%s' must be a text", subject, key);
    }
    *out = json_str(j, "");
    return true;
}

bool json_need_int(const struct json *object, const char *key, const char *subject, int64_t min, int64_t max,
                   int64_t *out, struct err *err)
{
    const struct json *j = json_get(object, key);

    if (json_kind(j) != KIND_INT || json_int(j, 0) < min || json_int(j, 0) > max) {
        return err_set(err, ERR_FORMAT, "%s: '%s' must be a whole number from %lld to %lld", subject, key,
                       (long long)min, (long long)max);
    }
    *out = json_int(j, 0);
    return true;
}

bool json_need_array(const struct json *object, const char *key, const char *subject, const struct json **out,
                     struct err *err)
{
    const struct json *j = json_get(object, key);

    if (json_kind(j) != KIND_ARRAY) {
        return err_set(err, ERR_FORMAT, "%s: '%s' must be a list", subject, key);
    }
    *out = j;
    return true;
}

bool json_only(const struct json *object, const char *const *keys, const char *subject, struct err *err)
{
    if (json_kind(object) != KIND_OBJECT) {
        return err_set(err, ERR_FORMAT, "%s: must be an object", subject);
    }
    for (void *iter = json_object_iter(of(object)); iter; iter = json_object_iter_next(of(object), iter)) {
        const char *key = json_object_iter_key(iter);
        int i = 0;

        while (keys[i] && strcmp(keys[i], key) != 0) {
            i++;
        }
        if (!keys[i]) {
            return err_set(err, ERR_FORMAT, "%s: unknown field '%s'", subject, key);
        }
    }
    return true;
}

void json_write(const struct json *j, struct buf *out)
{
    char *text = json_dumps(of(j), JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));

    buf_str(out, text ? text : "null");
    free(text);
}

/* Where the first byte is that cannot be taken as it is. */
static const char *plain_end(const char *p, const char *end)
{
    while (p < end && *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\') {
        p++;
    }
    return p;
}

void json_quote(struct buf *out, const char *text, size_t n)
{
    const char *p = text, *end = text + n;

    buf_char(out, '"');
    while (p < end) {
        const char *plain = plain_end(p, end);

        if (plain > p) {
            buf_add(out, p, (size_t)(plain - p));
            p = plain;
            continue;
        }
        uint32_t c = utf8_next(&p, end);
        char bytes[4];

        if (c == '"' || c == '\\') {
            buf_char(out, '\\');
            buf_char(out, (char)c);
        } else if (c == '\n') {
            buf_str(out, "\\n");
        } else if (c < 0x20) {
            buf_fmt(out, "\\u%04x", (unsigned)c);
        } else {
            buf_add(out, bytes, (size_t)utf8_put(c, bytes));
        }
    }
    buf_char(out, '"');
}

static void key_for(struct json_out *w, const char *key)
{
    if (w->has_item) {
        buf_char(w->buf, ',');
    }
    w->has_item = true;
    if (key) {
        json_quote(w->buf, key, strlen(key));
        buf_char(w->buf, ':');
    }
}

void json_begin(struct json_out *w, const char *key, char open)
{
    key_for(w, key);
    buf_char(w->buf, open);
    w->has_item = false;
}

void json_end(struct json_out *w, char close)
{
    buf_char(w->buf, close);
    w->has_item = true;
}

void json_put_raw(struct json_out *w, const char *key, const char *json)
{
    key_for(w, key);
    buf_str(w->buf, json);
}

void json_put_str(struct json_out *w, const char *key, const char *value)
{
    if (!value) {
        json_put_raw(w, key, "null");
        return;
    }
    key_for(w, key);
    json_quote(w->buf, value, strlen(value));
}

void json_put_int(struct json_out *w, const char *key, int64_t value)
{
    key_for(w, key);
    buf_fmt(w->buf, "%lld", (long long)value);
}

void json_put_num(struct json_out *w, const char *key, double value)
{
    char text[40];

    if (!isfinite(value)) {
        json_put_raw(w, key, "null");
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    json_put_raw(w, key, text);
}

void json_put_bool(struct json_out *w, const char *key, bool value)
{
    json_put_raw(w, key, value ? "true" : "false");
}
