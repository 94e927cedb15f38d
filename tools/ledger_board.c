/* ledger_board: one row a hub. */
#include "ledger_board.h"
#include <string.h>

#include "base/banned.h"

#define SQL_HELD "SELECT generation FROM board WHERE station = :station"
#define SQL_KEEP                                                                                                       \
    ("INSERT INTO board (station, generation, header, payload) VALUES (:station, :generation, :header, :payload)"      \
     " ON CONFLICT (station) DO UPDATE SET generation = :generation, header = :header, payload = :payload")
#define SQL_EACH "SELECT station, generation, header, payload FROM board ORDER BY station"

bool ledger_keep_board(struct ledger *l, const struct boardfile_half *half, bool *is_new, struct err *err)
{
    struct stmt *q = db_stmt(ledger_db(l), SQL_HELD);
    int64_t held;

    db_blob(q, ":station", half->head.station, KEY_ID_BYTES);
    if (!db_number(q, 0, &held, err)) {
        return false;
    }
    *is_new = half->head.generation > (uint64_t)held;
    if (!*is_new) {
        return true;
    }
    q = db_stmt(ledger_db(l), SQL_KEEP);
    db_blob(q, ":station", half->head.station, KEY_ID_BYTES);
    db_int(q, ":generation", (int64_t)half->head.generation);
    db_blob(q, ":header", half->sector, sizeof half->sector);
    db_blob(q, ":payload", half->payload.data, half->payload.len);
    return db_run(q, err);
}

static bool take_row(struct stmt *q, struct boardfile_half *h)
{
    size_t n_station, n_header, n_payload;
    const void *station = db_col_blob(q, 0, &n_station), *header = db_col_blob(q, 2, &n_header);
    const void *payload = db_col_blob(q, 3, &n_payload);

    if (n_station != sizeof h->head.station || n_header != sizeof h->sector) {
        return false;
    }
    memcpy(h->head.station, station, n_station);
    h->head.generation = (uint64_t)db_col_int(q, 1);
    h->head.length = n_payload;
    memcpy(h->sector, header, n_header);
    buf_clear(&h->payload);
    buf_add(&h->payload, payload, n_payload);
    return true;
}

bool ledger_each_board(struct ledger *l, ledger_board *each, void *ctx, struct err *err)
{
    struct stmt *q = db_stmt(ledger_db(l), SQL_EACH);
    struct boardfile_half half = {0};
    bool has_row = true, ok = true;

    while (ok && has_row) {
        ok = db_next(q, &has_row, err) && (!has_row || !take_row(q, &half) || each(ctx, &half, err));
    }
    db_done(q);
    boardfile_release_half(&half);
    return ok;
}
