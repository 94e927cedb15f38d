/* shelf_row: told when it changed. */
#include "stick/shelf_row.h"
#include "base/fsio.h"
#include "base/json.h"
#include "base/rng.h"
#include "shelf/hold.h"
#include "store/clerk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define TOLD_SETTING "shelf.told" /* hash of the text that was told last */

struct newest {
    char id[FORMAT_ID_MAX + 1];
    int64_t version;
};

/* Names come sorted, so the versions of an id follow each other but for ids that begin alike. */
static void put_version(struct newest *list, int *n, const char *id, int64_t version)
{
    for (int i = 0; i < *n; i++) {
        if (!strcmp(list[i].id, id)) {
            list[i].version = version > list[i].version ? version : list[i].version;
            return;
        }
    }
    if (*n < FORMAT_CONTAINERS_MAX) {
        snprintf(list[*n].id, sizeof list[*n].id, "%s", id);
        list[(*n)++].version = version;
    }
}

static void put_text(const struct newest *list, int n, struct buf *out)
{
    struct json_out w = {.buf = out};

    buf_clear(out);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "kind", "shelf");
    json_begin(&w, "containers", '[');
    for (int i = 0; i < n; i++) {
        json_begin(&w, NULL, '{');
        json_put_str(&w, "id", list[i].id);
        json_put_int(&w, "version", list[i].version);
        json_end(&w, '}');
    }
    json_end(&w, ']');
    json_end(&w, '}');
}

bool shelf_row_text(const char *shelf_dir, struct buf *out, struct err *err)
{
    struct newest *list;
    char **names = NULL, id[FORMAT_ID_MAX + 1];
    int64_t version;
    int n_names = 0, n = 0;

    if (!fsio_list(shelf_dir, &names, &n_names, err)) {
        return false;
    }
    list = mem_alloc(FORMAT_CONTAINERS_MAX * sizeof *list);
    for (int i = 0; i < n_names; i++) {
        if (format_split_name(names[i], id, &version) && !hold_is_on(shelf_dir, names[i])) {
            put_version(list, &n, id, version);
        }
    }
    fsio_free_names(names, n_names);
    put_text(list, n, out);
    free(list);
    return true;
}

/* The station's own rows: their visit begins with eight zeros, which no visitor's random one does. */
static bool append(struct clerk *clerk, const struct buf *text, struct err *err)
{
    struct journal_visit own = {0};
    bool ok;

    rng_secret(own.id + JOURNAL_OWN_ZEROS, sizeof own.id - JOURNAL_OWN_ZEROS);
    rng_secret(own.key, sizeof own.key);
    ok = clerk_append_own(clerk, &own, buf_text(text), text->len, err);
    mem_wipe(&own, sizeof own);
    return ok;
}

bool shelf_row_append(struct clerk *clerk, const char *shelf_dir, struct err *err)
{
    char told[SETTINGS_VALUE_MAX], now[2 * SEAL_HASH_BYTES + 1];
    uint8_t hash[SEAL_HASH_BYTES];
    struct buf text = {0};
    bool ok = shelf_row_text(shelf_dir, &text, err) && clerk_setting(clerk, TOLD_SETTING, told, sizeof told, err);

    if (ok) {
        seal_hash(&(struct seal_part){text.data, text.len}, 1, hash);
        hex_write(hash, sizeof hash, now);
    }
    if (ok && strcmp(told, now) != 0) { /* a cut between the two: it is told twice, which changes nothing */
        ok = append(clerk, &text, err) && clerk_note_setting(clerk, TOLD_SETTING, now, err);
    }
    buf_release(&text);
    return ok;
}
