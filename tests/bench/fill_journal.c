/* fill_journal: puts many true rows into a hub's journal, as years of visits would: fill_journal DATA ROWS. */
#include "base/rng.h"
#include "store/datafolder.h"
#include "store/journal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_A_VISIT = 40, ROWS_AT_ONCE = 1000 };

static const char ROW[] = "{\"kind\":\"answer\",\"t\":123456,\"question\":\"D2.1-km1\",\"item\":\"D2.1-km1\","
                          "\"choice\":3,\"right\":true,\"ms\":8123}";

static bool append(struct journal *j, const struct datafolder *f, int64_t i, struct journal_visit *v, struct err *err)
{
    int64_t seq;

    if (i % ROWS_A_VISIT == 0) {
        rng_secret(v, sizeof *v);
        if (!journal_append_key(j, v, &f->office, &seq, err)) {
            return false;
        }
    }
    return journal_append(j, v, ROW, strlen(ROW), &seq, err);
}

static bool fill(struct db *db, struct journal *j, const struct datafolder *f, int64_t n, struct err *err)
{
    struct journal_visit v;
    bool ok = true;

    for (int64_t i = 0; ok && i < n; i++) {
        ok = (i % ROWS_AT_ONCE != 0 || db_begin(db, "fill", err)) && append(j, f, i, &v, err) &&
             ((i + 1) % ROWS_AT_ONCE != 0 || db_commit(db, err));
    }
    return ok;
}

int main(int argc, char **argv)
{
    struct db_options opt = {.migrations = db_migrations, .synchronous = "OFF", .must_exist = true};
    struct datafolder folder;
    struct journal *j = NULL;
    struct db *db = NULL;
    struct err err = {0};
    int64_t n = argc == 3 ? strtoll(argv[2], NULL, 10) / ROWS_AT_ONCE * ROWS_AT_ONCE : 0;

    if (n <= 0) {
        fprintf(stderr, "usage: fill_journal DATA ROWS (a multiple of %d)\n", ROWS_AT_ONCE);
        return 1;
    }
    bool ok = datafolder_open(argv[1], &folder, &err) && db_open(datafolder_path(argv[1], "hub.db"), &opt, &db, &err) &&
              journal_open(db, folder.station.id, true, NULL, &j, &err) && fill(db, j, &folder, n, &err);

    if (!ok) {
        fprintf(stderr, "fill_journal: %s\n", err.text);
    }
    journal_close(j);
    db_close(db);
    return ok ? 0 : 2;
}
