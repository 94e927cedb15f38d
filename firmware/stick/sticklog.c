/* sticklog: a line an exchange. */
#include "stick/sticklog.h"
#include "base/buf.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* Lines of before there was a board end with the code. */
enum { FIELDS = 11, FIELDS_OLD = 9, FIELD_BYTES = 14, CODE_BYTES = 3 }; /* of a number and what is behind it */
#define NUMBER_MAX ((int64_t)9999999999999)                             /* that many letters; a larger one is cut */
_Static_assert(STICKLOG_MAX *((FIELDS - 1) * FIELD_BYTES + CODE_BYTES) < STICKLOG_TEXT_MAX, "all lines fit");

static bool read_line(const char **at, struct sticklog_entry *e)
{
    int64_t f[FIELDS] = {0};
    char *end = NULL;
    int n = 0;

    while (n < FIELDS && (n == 0 || *end == ' ')) {
        f[n++] = strtoll(*at, &end, 10);
        if (end == *at) {
            return false;
        }
        *at = end + 1;
    }
    if (*end != '\n' || (n != FIELDS && n != FIELDS_OLD)) {
        return false;
    }
    *e = (struct sticklog_entry){.wall_s = f[0],
                                 .rows = f[1],
                                 .visits = f[2],
                                 .rows_left = f[3],
                                 .rows_receipted = f[4],
                                 .packs = f[5],
                                 .bytes = f[6],
                                 .ms = f[7],
                                 .code = (enum err_code)f[8],
                                 .cards_out = f[9],
                                 .cards_in = f[10]};
    return true;
}

int sticklog_read(const char *text, struct sticklog_entry out[STICKLOG_MAX])
{
    int n = 0;

    while (n < STICKLOG_MAX && read_line(&text, &out[n])) {
        n++;
    }
    return n;
}

static void put_line(struct buf *out, const struct sticklog_entry *e)
{
    const int64_t f[FIELDS] = {e->wall_s, e->rows, e->visits, e->rows_left, e->rows_receipted, e->packs,
                               e->bytes,  e->ms,   e->code,   e->cards_out, e->cards_in};

    for (int i = 0; i < FIELDS; i++) {
        buf_fmt(out, "%" PRId64 "%c",
                f[i] < 0            ? 0
                : f[i] < NUMBER_MAX ? f[i]
                                    : NUMBER_MAX,
                i + 1 < FIELDS ? ' ' : '\n');
    }
}

void sticklog_add(char text[STICKLOG_TEXT_MAX], const struct sticklog_entry *e)
{
    struct sticklog_entry past[STICKLOG_MAX];
    struct buf lines = {0};
    int n = sticklog_read(text, past);

    put_line(&lines, e);
    for (int i = 0; i < n && i + 1 < STICKLOG_MAX; i++) {
        put_line(&lines, &past[i]);
    }
    snprintf(text, STICKLOG_TEXT_MAX, "%s", buf_text(&lines));
    buf_release(&lines);
}
