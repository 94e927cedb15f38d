/* board_hubs: what of the village board goes to other hubs, and what came from them. */
#include "store/board_priv.h"
#include "store/settings.h"
#include "trust/seal.h"
#include "trust/trustlist.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define SQL_OWN                                                                                                        \
    ("SELECT station, id, number, kind, phrase, amount, weekday, title, text, lang, day, days FROM card"               \
     " WHERE station = x'' AND waits = 0 AND day + days > :today"                                                      \
     " AND NOT EXISTS (SELECT 1 FROM hidden WHERE hidden.station = card.station AND hidden.id = card.id"               \
     " AND hidden.is_final >= 0)"                                                                                      \
     " ORDER BY number, id")
#define SQL_GENERATION "SELECT generation FROM board WHERE station = :station"
/* Others with a card that hangs. */
#define SQL_HUBS                                                                                                       \
    ("SELECT count(DISTINCT station) FROM card WHERE station <> :station AND length(station) > 0"                      \
     " AND day + days > :today")
#define SQL_KNOWN "SELECT count(*) FROM board WHERE station <> :station"
#define SQL_TOLD                                                                                                       \
    ("INSERT INTO board (station, generation, hub) VALUES (:station, :generation, :hub)"                               \
     " ON CONFLICT (station) DO UPDATE SET generation = excluded.generation, hub = excluded.hub")
#define SQL_CLEAR    "DELETE FROM card WHERE station = :station AND length(station) > 0"
#define SQL_STATIONS "SELECT station FROM board ORDER BY station"
#define SQL_LEAVE    "DELETE FROM board WHERE station = :station"
#define SQL_COUNT    "SELECT count(*) FROM board"
/* Days of another hub go on slower than ours, or faster: what hangs there is hidden here, however long ago it was. */
#define SQL_RENEW                                                                                                      \
    ("UPDATE hidden SET day = :today WHERE station = :station"                                                         \
     " AND EXISTS (SELECT 1 FROM card WHERE card.station = hidden.station AND card.id = hidden.id)")
/* A card that was reported at its own hub comes again when staff there show it again: not the first board without it
 * counts. Read after SQL_RENEW. */
#define SQL_FORGET "DELETE FROM hidden WHERE station = :station AND day < :oldest"
#define SQL_UNHIDE "DELETE FROM hidden WHERE station = :station"

const char *const board_hubs_sql[] = {SQL_OWN,    SQL_GENERATION, SQL_HUBS,  SQL_KNOWN, SQL_TOLD,
                                      SQL_CLEAR,  SQL_STATIONS,   SQL_LEAVE, SQL_COUNT, SQL_RENEW,
                                      SQL_FORGET, SQL_UNHIDE,     NULL};
_Static_assert((int)BOARD_STATIONS_MAX == (int)TRUST_KEYS_MAX, "every hub of a trust list finds room");

static const char TOLD[] = "board.told"; /* "GENERATION HASH" of the last text that other hubs were told */

static bool own_cards(struct db *db, struct snapshot *s, struct err *err)
{
    struct stmt *q;
    int64_t day;
    bool has_row = true, ok = board_today(db, &day, err);

    s->cards = mem_alloc(SNAPSHOT_CARDS_MAX * sizeof *s->cards);
    if (!ok) {
        return false;
    }
    q = db_stmt(db, SQL_OWN);
    db_int(q, ":today", day);
    while (ok && has_row && s->n_cards < SNAPSHOT_CARDS_MAX) { /* board_put() lets no more hang */
        ok = db_next(q, &has_row, err);
        if (ok && has_row) {
            board_take_card(q, day, &s->cards[s->n_cards++]);
        }
    }
    db_done(q);
    return ok;
}

static void hash_text(const struct snapshot *s, struct buf *text, char hex[2 * SEAL_HASH_BYTES + 1])
{
    uint8_t hash[SEAL_HASH_BYTES];

    buf_clear(text);
    snapshot_write(s, text);
    seal_hash(&(struct seal_part){text->data, text->len}, 1, hash);
    hex_write(hash, sizeof hash, hex);
}

/* A number of its own for every text: what the last one had, or the next. */
static bool give_generation(struct db *db, uint64_t above, struct snapshot *s, struct buf *text, struct err *err)
{
    char told[SETTINGS_VALUE_MAX], hex[2 * SEAL_HASH_BYTES + 1], *was = told;

    if (!settings_get(db, TOLD, told, sizeof told, err)) {
        return false;
    }
    s->generation = strtoull(told, &was, 10);
    if (!s->generation && !s->n_cards && !above) {
        buf_clear(text);
        return true;
    }
    hash_text(s, text, hex);
    if (s->generation > above && *was == ' ' && !strcmp(was + 1, hex)) {
        return true;
    }
    s->generation = s->generation > above ? s->generation : above;
    if (s->generation >= SNAPSHOT_GENERATION_MAX) {
        return err_set(err, ERR_LIMIT, "board: its generation has no next");
    }
    s->generation++;
    hash_text(s, text, hex);
    snprintf(told, sizeof told, "%llu %s", (unsigned long long)s->generation, hex);
    return settings_set(db, TOLD, told, err);
}

bool board_snapshot(struct db *db, const uint8_t station[SNAPSHOT_STATION_BYTES], uint64_t above, struct snapshot *out,
                    struct buf *text, struct err *err)
{
    struct snapshot s = {0};
    bool ok;

    memcpy(s.station, station, sizeof s.station);
    if (!db_begin(db, "tell the board", err)) {
        return false;
    }
    ok = own_cards(db, &s, err) && give_generation(db, above, &s, text, err);
    if (!board_end(db, ok, err)) {
        snapshot_release(&s);
        return false;
    }
    *out = s;
    return true;
}

static bool run_with_station(struct stmt *q, const uint8_t station[SNAPSHOT_STATION_BYTES], struct err *err)
{
    db_blob(q, ":station", station, SNAPSHOT_STATION_BYTES);
    return db_run(q, err);
}

static bool number_with_station(struct stmt *q, const uint8_t station[SNAPSHOT_STATION_BYTES], int64_t *n,
                                struct err *err)
{
    db_blob(q, ":station", station, SNAPSHOT_STATION_BYTES);
    return db_number(q, 0, n, err);
}

bool board_generation(struct db *db, const uint8_t station[SNAPSHOT_STATION_BYTES], uint64_t *generation,
                      struct err *err)
{
    int64_t n;

    if (!number_with_station(db_stmt(db, SQL_GENERATION), station, &n, err)) {
        return false;
    }
    *generation = (uint64_t)n;
    return true;
}

static bool has_room(struct db *db, const struct snapshot *s, int64_t day, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_HUBS);
    int64_t n_hubs, n_known;

    db_int(q, ":today", day);
    if (!number_with_station(q, s->station, &n_hubs, err) ||
        !number_with_station(db_stmt(db, SQL_KNOWN), s->station, &n_known, err)) {
        return false;
    }
    return (n_known < BOARD_STATIONS_MAX && (!s->n_cards || n_hubs < BOARD_HUBS_MAX)) ||
           err_set(err, ERR_LIMIT, "board: cards of %d other hubs are here, and there is room for no more",
                   BOARD_HUBS_MAX);
}

/* What is hidden of this hub stays so while its boards have it, and CARD_DAYS_MAX counted days longer. */
static bool renew_hidden(struct db *db, const struct snapshot *s, int64_t day, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_RENEW);

    db_int(q, ":today", day);
    if (!run_with_station(q, s->station, err)) {
        return false;
    }
    q = db_stmt(db, SQL_FORGET);
    db_int(q, ":oldest", day - CARD_DAYS_MAX);
    return run_with_station(q, s->station, err);
}

static bool replace(struct db *db, const struct snapshot *s, const char *hub, struct err *err)
{
    struct stmt *q;
    int64_t day;
    bool ok = board_today(db, &day, err) && has_room(db, s, day, err) &&
              run_with_station(db_stmt(db, SQL_CLEAR), s->station, err);

    for (int i = 0; ok && i < s->n_cards; i++) {
        ok = board_insert(db, s->station, sizeof s->station, &s->cards[i], day, false, err);
    }
    if (!ok || !renew_hidden(db, s, day, err)) {
        return false;
    }
    q = db_stmt(db, SQL_TOLD);
    db_int(q, ":generation", (int64_t)s->generation);
    db_text(q, ":hub", hub);
    return run_with_station(q, s->station, err);
}

bool board_take(struct db *db, const struct snapshot *s, const char *hub, bool *is_new, struct err *err)
{
    uint64_t held = 0;
    bool ok;

    if (!db_begin(db, "take another hub's board", err)) {
        return false;
    }
    ok = board_generation(db, s->station, &held, err) && (s->generation <= held || replace(db, s, hub, err));
    if (!board_end(db, ok, err)) {
        return false;
    }
    *is_new = s->generation > held;
    return !*is_new || db_shrink(db, err);
}

struct stations {
    uint8_t (*id)[SNAPSHOT_STATION_BYTES];
    int64_t n, room;
};

/* *out is the caller's to free, also on failure. */
static bool list_stations(struct db *db, struct stations *out, struct err *err)
{
    struct stmt *q;
    bool has_row = true, ok = true;

    if (!db_number(db_stmt(db, SQL_COUNT), 0, &out->room, err)) {
        return false;
    }
    out->id = mem_alloc((size_t)out->room * sizeof *out->id + 1);
    q = db_stmt(db, SQL_STATIONS);
    while (ok && has_row && out->n < out->room) {
        size_t bytes;
        const void *station;

        ok = db_next(q, &has_row, err);
        station = ok && has_row ? db_col_blob(q, 0, &bytes) : NULL;
        if (station && bytes == SNAPSHOT_STATION_BYTES) {
            memcpy(out->id[out->n++], station, bytes);
        }
    }
    db_done(q);
    return ok;
}

bool board_keep_good(struct db *db, board_is_good *is_good, void *ctx, int *n_gone, struct err *err)
{
    struct stations s = {0};
    int gone = 0;
    bool ok;

    if (!db_begin(db, "drop the boards of revoked hubs", err)) {
        return false;
    }
    ok = list_stations(db, &s, err);
    for (int64_t i = 0; ok && i < s.n; i++) {
        if (!is_good(ctx, s.id[i])) {
            ok = run_with_station(db_stmt(db, SQL_CLEAR), s.id[i], err) &&
                 run_with_station(db_stmt(db, SQL_UNHIDE), s.id[i], err) &&
                 run_with_station(db_stmt(db, SQL_LEAVE), s.id[i], err);
            gone++;
        }
    }
    free(s.id);
    if (!board_end(db, ok, err)) {
        return false;
    }
    *n_gone = gone;
    return gone == 0 || db_shrink(db, err);
}
