/* fill_tokens: deals many true tokens in a hub's database, as its visitors would have over 90 days: fill_tokens DATA
 * TOKENS. Their keys are drawn cheaply, since nobody opens them. */
#include "store/datafolder.h"
#include "store/tokens.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROFILE_BYTES = 1000, TOKENS_AT_ONCE = 1000 }; /* 24 answers and ten lessons done */

static bool fill(struct db *db, int64_t n, struct err *err)
{
    static const struct seal_cost cheap = {8192, 1};
    static char profile[PROFILE_BYTES];
    struct tokens t = {.cost = &cheap};
    struct token_dealt d;
    struct token_keys k;
    bool ok = true;

    memset(profile, 'x', sizeof profile);
    for (int64_t i = 0; ok && i < n; i++) {
        ok = (i % TOKENS_AT_ONCE != 0 || db_begin(db, "fill", err)) &&
             tokens_deal(&t, db, profile, sizeof profile, &d, &k, err) &&
             ((i + 1) % TOKENS_AT_ONCE != 0 || db_commit(db, err));
    }
    return ok;
}

int main(int argc, char **argv)
{
    struct db_options opt = {.migrations = db_migrations, .synchronous = "OFF", .must_exist = true};
    struct datafolder folder;
    struct db *db = NULL;
    struct err err = {0};
    int64_t n = argc == 3 ? strtoll(argv[2], NULL, 10) / TOKENS_AT_ONCE * TOKENS_AT_ONCE : 0;

    if (n <= 0) {
        fprintf(stderr, "usage: fill_tokens DATA TOKENS (a multiple of %d)\n", TOKENS_AT_ONCE);
        return 1;
    }
    bool ok = datafolder_open(argv[1], &folder, &err) && db_open(datafolder_path(argv[1], "hub.db"), &opt, &db, &err) &&
              fill(db, n, &err);

    if (!ok) {
        fprintf(stderr, "fill_tokens: %s\n", err.text);
    }
    db_close(db);
    return ok ? 0 : 2;
}
