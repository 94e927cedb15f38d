/* json: strict reading and plain writing of JSON; the only place that knows jansson.
 * Reading: duplicate keys, trailing bytes, NUL and depth over JSON_DEPTH are refused; messages say line and column.
 * A struct json is owned by its root, which the caller frees; parts are borrowed until then. */
#ifndef M2_BASE_JSON_H
#define M2_BASE_JSON_H

#include "base/buf.h"
#include <stdint.h>

enum { JSON_DEPTH = 32 };
struct json;

/* subject names the text in messages. One newline at the end is allowed. NULL on failure (ERR_FORMAT). */
struct json *json_parse(const char *text, size_t n, const char *subject, struct err *err);
void json_free(struct json *root);

enum json_kind { KIND_NULL, KIND_BOOL, KIND_INT, KIND_REAL, KIND_STRING, KIND_ARRAY, KIND_OBJECT };
enum json_kind json_kind(const struct json *j);                          /* KIND_NULL for NULL */
const struct json *json_get(const struct json *object, const char *key); /* NULL = not there */
int json_count(const struct json *array_or_object);
const struct json *json_at(const struct json *array, int i);
const char *json_key_at(const struct json *object, int i); /* in the order of the text */
const struct json *json_value_at(const struct json *object, int i);
/* Loose getters: the fallback where the part is missing or of another kind. */
const char *json_str(const struct json *j, const char *fallback);
int64_t json_int(const struct json *j, int64_t fallback);
double json_num(const struct json *j, double fallback);
bool json_bool(const struct json *j, bool fallback);
/* Strict getters: missing or of another kind is ERR_FORMAT "subject: 'key' must be ...". */
M2_MUST_CHECK bool json_need_str(const struct json *object, const char *key, const char *subject, const char **out,
                                 struct err *err);
M2_MUST_CHECK bool json_need_int(const struct json *object, const char *key, const char *subject, int64_t min,
                                 int64_t max, int64_t *out, struct err *err);
M2_MUST_CHECK bool json_need_array(const struct json *object, const char *key, const char *subject,
                                   const struct json **out, struct err *err);
/* Refuses keys not in the NULL-ended list: unknown fields are refused (DESIGN 5). */
M2_MUST_CHECK bool json_only(const struct json *object, const char *const *keys, const char *subject, struct err *err);
/* Compact text of a part, appended to out. */
void json_write(const struct json *j, struct buf *out);

/* Writing, compact, in call order; commas are put where needed. key = NULL inside arrays. */
struct json_out {
    struct buf *buf; /* borrowed */
    bool has_item;   /* a comma is due */
};
void json_begin(struct json_out *w, const char *key, char open); /* '{' or '[' */
void json_end(struct json_out *w, char close);
void json_put_str(struct json_out *w, const char *key, const char *value); /* NULL writes null */
void json_put_int(struct json_out *w, const char *key, int64_t value);
void json_put_num(struct json_out *w, const char *key,
                  double value); /* shortest text that reads back equal; not finite: null */
void json_put_bool(struct json_out *w, const char *key, bool value);
void json_put_raw(struct json_out *w, const char *key, const char *json); /* JSON text as it is */
void json_quote(struct buf *out, const char *text, size_t n);             /* "…" with escapes */

#endif
