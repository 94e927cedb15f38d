/* format: names, magic numbers and limits of knowledge containers and of the catalogue. FORMAT.md draws them. */
#ifndef M2_SHELF_FORMAT_H
#define M2_SHELF_FORMAT_H

#include "base/err.h"
#include <stdint.h>

#define FORMAT_CONTAINER    "micro2-container-1"
#define FORMAT_CATALOG      "micro2-catalog-1"
#define FORMAT_CATALOG_FILE "catalog.json"
#define FORMAT_STATION      "0.1.0" /* what this program is, for `needs` of containers */

enum {
    FORMAT_APPLICATION_ID = 0x4D324B43, /* "M2KC" */
    FORMAT_SCHEMA_VERSION = 1,          /* user_version of the SQLite file */
    FORMAT_ID_MAX = 40,
    FORMAT_NEEDS_MAX = 15,
    FORMAT_NAME_BYTES = FORMAT_ID_MAX + 16, /* "ID-VERSION.m2k" and its NUL */
    FORMAT_CONTAINERS_MAX = 256,            /* in a catalogue, on a shelf */
    FORMAT_CATALOG_MAX_BYTES = 1 << 18,
    FORMAT_VERSION_MAX = 999999999,
    FORMAT_VALUE_MAX_BYTES = 4 << 20, /* one text or picture */
    FORMAT_LANGUAGES_MAX = 32,
    FORMAT_ROWS_MAX = 200000, /* of one table */
};
#define FORMAT_CONTAINER_MAX_BYTES ((int64_t)512 << 20)

/* Lower-case letters, digits, '-' and '.', beginning with a letter, at most FORMAT_ID_MAX. */
bool format_is_id(const char *id);
/* "ID-VERSION.m2k". */
void format_name(const char *id, int64_t version, char out[FORMAT_NAME_BYTES]);
/* The other way; false when the name is not exactly of that shape. */
bool format_split_name(const char *name, char id[FORMAT_ID_MAX + 1], int64_t *version);
/* "1.10.0" against "1.9": below 0, 0, above 0; up to four numbers. */
int format_compare_versions(const char *a, const char *b);
bool format_is_version(const char *text);

#endif
