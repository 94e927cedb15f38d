/* content_read: one file of the authors' tree after another, with what every one of them can have wrong. */
#include "content_read.h"
#include "base/fsio.h"
#include "base/utf8.h"
#include "content_glyphs.h"
#include "content_icons.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/banned.h"

static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";

/* --- files
 * ---------------------------------------------------------------------------------------------------------------------
 */

void read_tell(struct load *l, const char *name, const char *says)
{
    size_t n = strlen(name);
    char *rest = NULL;
    int line = 0;

    if (strncmp(says, name, n) == 0 && says[n] == ':') {
        line = (int)strtol(says + n + 1, &rest, 10);
        rest = strstr(line ? rest : says + n, ": ");
        says = rest ? rest + 2 : says;
    }
    report_error(l->report, name, line, "%s", says);
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), n_end = strlen(end);

    return n > n_end && strcmp(text + n - n_end, end) == 0;
}

/* Of the n bytes of one character; NULL = an author may write it. */
static const char *fault_of(const char *at, size_t n, const char *end)
{
    if (at[0] == '\r' && at + 1 < end && at[1] == '\n') {
        return "the line ends in CR LF; save the file with LF line ends, as Unix does";
    }
    if (!utf8_is_valid(at, n)) {
        return "is not UTF-8; save the file as UTF-8, not as Latin-1 or another";
    }
    return at[0] == '\0' || !utf8_is_clean(at, n) ? "has a control character; take it out" : NULL;
}

static bool is_plain(const struct buf *bytes)
{
    const char *text = buf_text(bytes);

    return utf8_is_valid(text, bytes->len) && utf8_is_clean(text, bytes->len) && !memchr(text, '\0', bytes->len) &&
           strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) != 0;
}

/* Text as authors may write it, from bytes as editors save them. The first line that is saved wrong is told, and the
 * rest is read on, so that what else is wrong is told in the same run. Spreadsheets may write their mark and CR LF. */
static void take_plain(struct load *l, const char *name, const struct buf *bytes, struct buf *out)
{
    const char *at = buf_text(bytes), *end = at + bytes->len, *told = NULL;
    bool is_csv = ends_with(name, ".csv");
    int line = 1, told_line = 1;

    if (strncmp(at, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
        at += strlen(BYTE_ORDER_MARK);
        told = is_csv ? NULL : "begins with a byte order mark; save it as UTF-8 without one";
    }
    while (at < end) {
        const char *from = at, *fault;
        bool is_line_end = utf8_next(&at, end) == '\n';

        fault = fault_of(from, (size_t)(at - from), end);
        if (fault && *from == '\r') {
            fault = is_csv && *at == '\n' ? NULL : fault;
        } else {
            buf_add(out, fault ? "?" : from, fault ? 1 : (size_t)(at - from));
        }
        if (fault && !told) {
            told = fault;
            told_line = line;
        }
        line += is_line_end;
    }
    l->is_altered = told != NULL;
    if (told) {
        report_error(l->report, name, told_line, "%s", told);
    }
}

const char *read_text(struct load *l, const char *name, size_t *n)
{
    struct buf bytes = {0}, text = {0};
    struct err err;
    char *path = mem_fmt("%s/%s", l->c->dir, name);
    const char *kept = NULL;

    if (fsio_read(path, CONTENT_FILE_MAX_BYTES, &bytes, &err)) {
        l->is_altered = false;
        if (is_plain(&bytes)) {
            buf_add(&text, bytes.data, bytes.len);
        } else {
            take_plain(l, name, &bytes, &text);
        }
        kept = arena_strn(&l->c->arena, buf_text(&text), text.len);
        *n = text.len;
        if (l->glyphs) {
            glyphs_check(l->glyphs, kept, name, l->report);
        }
    } else if (err.code == ERR_LIMIT) {
        report_error(l->report, name, 0, "longer than %d bytes; cut it down", CONTENT_FILE_MAX_BYTES);
    } else {
        report_error(l->report, name, 0, "%s", err.code == ERR_NOT_FOUND ? "is missing; add it" : err.text);
    }
    free(path);
    buf_release(&bytes);
    buf_release(&text);
    return kept;
}

static bool is_icon(const char *name)
{
    for (int i = 0; content_icons[i]; i++) {
        if (strcmp(content_icons[i], name) == 0) {
            return true;
        }
    }
    return false;
}

void read_icon(struct load *l, const char *file, int line, const char *icon)
{
    struct buf list = {0};

    if (*icon && !is_icon(icon)) {
        for (int i = 0; content_icons[i]; i++) {
            buf_fmt(&list, "%s%s", i ? ", " : "", content_icons[i]);
        }
        report_error(l->report, file, line, "the station has no icon '%.40s'; write one of %s", icon, buf_text(&list));
        buf_release(&list);
    }
}

/* --- JSON
 * -------------------------------------------------------------------------------------------------------------------------------
 */

struct csv *read_csv(struct load *l, const char *name, const char *const *columns)
{
    struct csv *t = NULL;
    struct err err;
    size_t n = 0;
    const char *text = read_text(l, name, &n);

    if (!text) {
        return NULL;
    }
    if (!csv_parse(text, n, name, &t, &err)) {
        read_tell(l, name, err.text);
        return NULL;
    }
    for (; *columns; columns++) {
        if (csv_column(t, *columns) < 0) {
            report_error(l->report, name, 1, "no column '%s'; add it to the first line", *columns);
        }
    }
    return t;
}

struct json *read_json(struct load *l, const char *name)
{
    size_t n = 0;
    const char *text = read_text(l, name, &n);
    struct err err = {0};
    struct json *j = text ? json_parse(text, n, name, &err) : NULL;

    if (text && !j) {
        read_tell(l, name, err.text);
    }
    return j;
}

bool read_told(struct load *l, const char *file, bool is_ok, const struct err *err)
{
    if (!is_ok) {
        read_tell(l, file, err->text);
    }
    return is_ok;
}

/* JSON can write what a text file cannot hold. */
static void check_text(struct load *l, const char *file, const char *key, const char *value)
{
    if (!value[strspn(value, " ")]) {
        report_error(l->report, file, 0, "'%s' is empty; write it", key);
    } else if (!utf8_is_clean(value, strlen(value))) {
        report_error(l->report, file, 0, "'%s' has a control character; take it out", key);
    }
}

const char *read_string(struct load *l, const struct json *j, const char *key, const char *file)
{
    const char *value = NULL;
    struct err err;

    if (!read_told(l, file, json_need_str(j, key, file, &value, &err), &err)) {
        return "";
    }
    check_text(l, file, key, value);
    return arena_str(&l->c->arena, value);
}

int read_number(struct load *l, const struct json *j, const char *key, const char *file, int min, int max)
{
    int64_t value = min;
    struct err err;

    read_told(l, file, json_need_int(j, key, file, min, max, &value, &err), &err);
    return (int)value;
}

void read_strings(struct load *l, const struct json *j, const char *key, const char *file, struct content_strings *out)
{
    const struct json *list = NULL;
    struct err err;

    if (!read_told(l, file, json_need_array(j, key, file, &list, &err), &err)) {
        return;
    }
    for (int i = 0; i < json_count(list); i++) {
        const char *text = json_str(json_at(list, i), NULL);

        if (!text || out->n == CONTENT_LIST_MAX) {
            report_error(l->report, file, 0, "'%s' must be at most %d texts", key, CONTENT_LIST_MAX);
            return;
        }
        check_text(l, file, key, text);
        out->text[out->n++] = arena_str(&l->c->arena, text);
    }
}

void read_by_language(struct load *l, const struct json *j, const char *key, const char *file, const char **out)
{
    const struct json *texts = json_get(j, key);

    for (int i = 0; i < l->c->n_languages; i++) {
        const char *text = json_str(json_get(texts, l->c->languages[i]), NULL);

        if (!text || !*text) {
            report_error(l->report, file, 0, "'%s' has no text in '%s'; add it", key, l->c->languages[i]);
        } else {
            check_text(l, file, key, text);
        }
        out[i] = arena_str(&l->c->arena, text ? text : "");
    }
}

void read_format(struct load *l, const struct json *j, const char *file, const char *format)
{
    const char *says = read_string(l, j, "format", file);

    if (*says && strcmp(says, format) != 0) {
        report_error(l->report, file, 0, "format '%.40s' is not '%s'; write that", says, format);
    }
}

void read_strays(struct load *l, const char *folder, const char *const *known, int n, const char *says)
{
    char *dir = mem_fmt("%s/%s", l->c->dir, folder), **names = NULL;
    int n_names = 0;

    if (fsio_list(dir, &names, &n_names, NULL)) {
        for (int i = 0; i < n_names; i++) {
            int k = 0;

            while (k < n && strcmp(names[i], known[k]) != 0) {
                k++;
            }
            if (k == n) {
                report_error(l->report, arena_fmt(&l->c->arena, "%s/%s", folder, names[i]), 0, "%s", says);
            }
        }
    }
    fsio_free_names(names, n_names);
    free(dir);
}

bool read_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}
