/* library_priv: what library.c and library_view.c share: the open containers and one way to run a statement over them.
 */
#ifndef M2_SHELF_LIBRARY_PRIV_H
#define M2_SHELF_LIBRARY_PRIV_H

#include "shelf/container.h"
#include "shelf/library.h"
#include <sqlite3.h>

enum { LIBRARY_CHOICES_MAX = 8, LIBRARY_PAGES_MAX = 32, LIBRARY_PICTURES_MAX = 32 };

struct library {
    struct container **packs;
    struct library_beside { /* other versions of the same container on the shelf; 0 = none */
        int64_t former, held;
    } * beside;
    int n_packs;
    char **problems;
    int n_problems;
    char default_lang[12]; /* of the core container */
};

/* One row; false with err set ends the walk. */
typedef bool library_row(void *ctx, sqlite3_stmt *st, struct err *err);

/* Runs sql over one container, binding :lang, :id and :name where they occur. */
bool library_each(struct container *c, const char *sql, const char *lang, const char *id, library_row *row, void *ctx,
                  struct err *err);
/* Text of a column as the arena's; "" for NULL. */
char *library_text(struct arena *a, sqlite3_stmt *st, int column);
/* A blob as the arena's; a zero follows its *n bytes. */
const uint8_t *library_bytes(struct arena *a, sqlite3_stmt *st, int column, size_t *n);

#endif
