/* csv: RFC 4180 in and out. */
#include "base/csv.h"
#include "base/arena.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct row {
    const char **fields;
    int n, line;
};

struct csv {
    struct arena arena;
    struct row header;
    struct row *rows;
    int n_rows;
};

struct parser {
    const char *p, *end, *subject;
    int line;
    struct buf field;
};

/* One field; *is_last tells whether the row ended with it. */
static bool parse_field(struct parser *s, bool *is_last, struct err *err)
{
    bool is_quoted = s->p < s->end && *s->p == '"';

    buf_clear(&s->field);
    for (s->p += is_quoted; s->p < s->end; s->p++) {
        if (is_quoted && *s->p == '"') {
            if (s->p + 1 < s->end && s->p[1] == '"') {
                s->p++;
            } else {
                s->p++;
                is_quoted = false;
                break;
            }
        } else if (!is_quoted && (*s->p == ',' || *s->p == '\n' || *s->p == '\r')) {
            break;
        } else if (!is_quoted && *s->p == '"') {
            return err_set(err, ERR_FORMAT,
                           "%s:%d: a quote inside a field; put the whole field in quotes and double it", s->subject,
                           s->line);
        }
        s->line += *s->p == '\n';
        buf_char(&s->field, *s->p);
        if (s->field.len > CSV_MAX_FIELD_BYTES) {
            return err_set(err, ERR_LIMIT, "%s:%d: a field over %d bytes", s->subject, s->line, CSV_MAX_FIELD_BYTES);
        }
    }
    if (is_quoted) {
        return err_set(err, ERR_FORMAT, "%s:%d: a quote is never closed", s->subject, s->line);
    }
    if (s->p < s->end && *s->p == ',') {
        s->p++;
        *is_last = false;
        return true;
    }
    if (s->p < s->end && *s->p == '\r') {
        s->p++;
    }
    if (s->p < s->end && *s->p != '\n') {
        return err_set(err, ERR_FORMAT, "%s:%d: text behind a closing quote", s->subject, s->line);
    }
    s->p += s->p < s->end;
    *is_last = true;
    return true;
}

static bool parse_row(struct parser *s, struct arena *a, struct row *row, struct err *err)
{
    const char *fields[CSV_MAX_COLUMNS];
    bool is_last = false;
    int n = 0;

    row->line = s->line;
    while (!is_last) {
        if (!parse_field(s, &is_last, err)) {
            return false;
        }
        if (n == CSV_MAX_COLUMNS) {
            return err_set(err, ERR_LIMIT, "%s:%d: over %d columns", s->subject, row->line, CSV_MAX_COLUMNS);
        }
        fields[n++] = arena_strn(a, buf_text(&s->field), s->field.len);
    }
    s->line++;
    row->n = n;
    row->fields = arena_alloc(a, (size_t)n * sizeof *fields);
    memcpy(row->fields, fields, (size_t)n * sizeof *fields);
    return true;
}

static bool parse_table(struct parser *s, struct csv *t, struct err *err)
{
    int cap = 0;

    if (!parse_row(s, &t->arena, &t->header, err)) {
        return false;
    }
    while (s->p < s->end) {
        struct row row;

        if (*s->p == '\n' || (*s->p == '\r' && s->p + 1 < s->end && s->p[1] == '\n')) {
            s->p += *s->p == '\r' ? 2 : 1; /* an empty line */
            s->line++;
            continue;
        }
        if (!parse_row(s, &t->arena, &row, err)) {
            return false;
        }
        if (row.n != t->header.n) {
            return err_set(err, ERR_FORMAT, "%s:%d: %d fields where the header has %d", s->subject, row.line, row.n,
                           t->header.n);
        }
        if (t->n_rows == CSV_MAX_ROWS) {
            return err_set(err, ERR_LIMIT, "%s:%d: over %d rows", s->subject, row.line, CSV_MAX_ROWS);
        }
        if (t->n_rows == cap) {
            cap = cap ? cap * 2 : 64;
            t->rows = mem_grow(t->rows, (size_t)cap * sizeof *t->rows);
        }
        t->rows[t->n_rows++] = row;
    }
    return true;
}

bool csv_parse(const char *text, size_t n, const char *subject, struct csv **out, struct err *err)
{
    struct parser s = {.p = text, .end = text + n, .subject = subject, .line = 1};
    struct csv *t;
    bool ok;

    if (!utf8_is_valid(text, n)) {
        return err_set(err, ERR_FORMAT, "%s: not UTF-8; save the file as UTF-8", subject);
    }
    if (n >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) {
        s.p += 3;
    }
    if (s.p == s.end) {
        return err_set(err, ERR_FORMAT, "%s:1: empty; the first row names the columns", subject);
    }
    t = mem_alloc(sizeof *t);
    ok = parse_table(&s, t, err);
    buf_release(&s.field);
    if (!ok) {
        csv_free(t);
        return false;
    }
    *out = t;
    return true;
}

void csv_free(struct csv *t)
{
    if (t) {
        arena_release(&t->arena);
        free(t->rows);
        free(t);
    }
}

int csv_rows(const struct csv *t)
{
    return t->n_rows;
}

int csv_line(const struct csv *t, int row)
{
    return t->rows[row].line;
}

int csv_columns(const struct csv *t)
{
    return t->header.n;
}

const char *csv_header(const struct csv *t, int column)
{
    return column >= 0 && column < t->header.n ? t->header.fields[column] : "";
}

int csv_column(const struct csv *t, const char *name)
{
    for (int i = 0; i < t->header.n; i++) {
        if (!strcmp(t->header.fields[i], name)) {
            return i;
        }
    }
    return -1;
}

const char *csv_field(const struct csv *t, int row, int column)
{
    return column >= 0 && column < t->rows[row].n ? t->rows[row].fields[column] : "";
}

const char *csv_get(const struct csv *t, int row, const char *name)
{
    return csv_field(t, row, csv_column(t, name));
}

void csv_put(struct buf *out, const char *field, bool is_last)
{
    bool is_formula = field[0] && strchr("=+-@\t\r", field[0]);

    if (is_formula || strpbrk(field, ",\"\r\n")) {
        buf_str(out, is_formula ? "\"'" : "\"");
        for (const char *p = field; *p; p++) {
            buf_str(out, *p == '"' ? "\"\"" : (const char[]){*p, '\0'});
        }
        buf_char(out, '"');
    } else {
        buf_str(out, field);
    }
    buf_str(out, is_last ? "\r\n" : ",");
}
