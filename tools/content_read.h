/* content_read: reads one file of the authors' tree after another into the content's arena. What is wrong with a file
 * is told to the report, by name and line, and reading goes on: names are "frameworks/areas.csv", below the tree. */
#ifndef M2_TOOLS_CONTENT_READ_H
#define M2_TOOLS_CONTENT_READ_H

#include "base/csv.h"
#include "base/json.h"
#include "content.h"

struct load {
    struct content *c;
    struct report *report;
    struct glyphs *glyphs; /* NULL = no fonts on this machine, told */
    bool is_altered;       /* the text read last is not what its file holds, told */
};

/* Says it of the file without naming it twice, where the sentence begins with its name and perhaps line and column:
 * "core.json:3:7: what". */
void read_tell(struct load *l, const char *name, const char *says);
/* The whole file as clean UTF-8 with LF line ends; NULL after telling. */
const char *read_text(struct load *l, const char *name, size_t *n);
/* A table that has these columns (NULL-ended; a lacking one is told). The caller frees it; NULL after telling. */
struct csv *read_csv(struct load *l, const char *name, const char *const *columns);
/* The caller frees it; NULL after telling. */
struct json *read_json(struct load *l, const char *name);
/* is_ok, after telling *err where it is not. */
bool read_told(struct load *l, const char *file, bool is_ok, const struct err *err);

/* Fields of a JSON object. What is missing or wrong is told; then "", min, or nothing is taken. */
const char *read_string(struct load *l, const struct json *j, const char *key, const char *file);
int read_number(struct load *l, const struct json *j, const char *key, const char *file, int min, int max);
void read_strings(struct load *l, const struct json *j, const char *key, const char *file, struct content_strings *out);
void read_by_language(struct load *l, const struct json *j, const char *key, const char *file, const char **out);
void read_format(struct load *l, const struct json *j, const char *file, const char *format);

/* Tells an icon that the station has not; "" was told already. */
void read_icon(struct load *l, const char *file, int line, const char *icon);
/* Tells what lies in a folder and is none of the n names. */
void read_strays(struct load *l, const char *folder, const char *const *known, int n, const char *says);
bool read_is_folder(const char *path);

#endif
