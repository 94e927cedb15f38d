/* format: names and versions of containers, written and read in one way only. */
#include "shelf/format.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char SUFFIX[] = ".m2k";

bool format_is_id(const char *id)
{
    size_t n = strlen(id);

    if (n == 0 || n > FORMAT_ID_MAX || id[0] < 'a' || id[0] > 'z') {
        return false;
    }
    return strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.") == n;
}

void format_name(const char *id, int64_t version, char out[FORMAT_NAME_BYTES])
{
    snprintf(out, FORMAT_NAME_BYTES, "%.*s-%" PRId64 "%s", FORMAT_ID_MAX, id, version, SUFFIX);
}

bool format_split_name(const char *name, char id[FORMAT_ID_MAX + 1], int64_t *version)
{
    size_t n = strlen(name), tail = strlen(SUFFIX), id_n;
    char again[FORMAT_NAME_BYTES];
    const char *dash;

    if (n <= tail || n >= FORMAT_NAME_BYTES || strcmp(name + n - tail, SUFFIX) != 0) {
        return false;
    }
    dash = strrchr(name, '-');
    id_n = dash ? (size_t)(dash - name) : 0;
    if (id_n == 0 || id_n > FORMAT_ID_MAX) {
        return false;
    }
    memcpy(id, name, id_n);
    id[id_n] = '\0';
    *version = strtoll(dash + 1, NULL, 10);
    if (!format_is_id(id) || *version < 1 || *version > FORMAT_VERSION_MAX) {
        return false;
    }
    format_name(id, *version, again); /* one spelling only: no leading zero, no sign */
    return strcmp(again, name) == 0;
}

bool format_is_version(const char *text)
{
    int n_digits = 0, n_dots = 0;

    if (strlen(text) > FORMAT_NEEDS_MAX) {
        return false;
    }
    for (; *text; text++) {
        if (*text == '.') {
            if (n_digits == 0 || ++n_dots > 3) {
                return false;
            }
            n_digits = 0;
        } else if (*text < '0' || *text > '9' || ++n_digits > 5) {
            return false;
        }
    }
    return n_digits > 0;
}

int format_compare_versions(const char *a, const char *b)
{
    for (int i = 0; i < 4; i++) {
        char *a_end = NULL, *b_end = NULL;
        long x = strtol(a, &a_end, 10), y = strtol(b, &b_end, 10);

        if (x != y) {
            return x < y ? -1 : 1;
        }
        a = *a_end == '.' ? a_end + 1 : a_end;
        b = *b_end == '.' ? b_end + 1 : b_end;
    }
    return 0;
}
