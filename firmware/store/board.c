/* board: putting up, listing, hiding and deleting the cards of the village board. */
#include "base/rng.h"
#include "store/board_priv.h"
#include "store/counters.h"
#include "store/settings.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define SQL_LIST                                                                                                       \
    ("SELECT card.station, card.id, number, kind, phrase, amount, weekday, title, text, lang, card.day, days, waits,"  \
     " coalesce(board.hub, ''), coalesce(hidden.is_final, -2) FROM card"                                               \
     " LEFT JOIN board ON board.station = card.station"                                                                \
     " LEFT JOIN hidden ON hidden.station = card.station AND hidden.id = card.id"                                      \
     " WHERE card.day + days > :today ORDER BY card.day DESC, length(card.station), number DESC, card.id")
#define SQL_COUNT  "SELECT count(*) FROM card WHERE station = x'' AND day + days > :today AND waits >= :waits"
#define SQL_NUMBER "SELECT count(*) FROM card WHERE station = x'' AND number = :number"
#define SQL_PUT                                                                                                        \
    ("INSERT INTO card (station, id, number, kind, phrase, amount, weekday, title, text, lang, day, days, waits)"      \
     " VALUES (:station, :id, :number, :kind, :phrase, :amount, :weekday, :title, :text, :lang, :day, :days, :waits)")
/* The station of the card with this id, our own first. */
#define SQL_WHOSE "SELECT station FROM card WHERE id = :id ORDER BY length(station), station LIMIT 1"
#define SQL_HIDE                                                                                                       \
    ("INSERT INTO hidden (station, id, is_final, day) SELECT station, id, :is_final, :today FROM card WHERE id = :id"  \
     " ON CONFLICT (station, id) DO UPDATE SET is_final = max(is_final, excluded.is_final), day = excluded.day")
#define SQL_SHOW    "DELETE FROM hidden WHERE id = :id AND is_final <= 0"
#define SQL_HIDDEN  "SELECT count(*) FROM hidden WHERE id = :id AND is_final >= 0"
#define SQL_RELEASE "UPDATE card SET waits = 0, day = :today WHERE station = x'' AND id = :id AND waits = 1"
#define SQL_DELETE  "DELETE FROM card WHERE station = x'' AND id = :id"
#define SQL_OLD     "SELECT count(*) FROM card WHERE day + days <= :today"
#define SQL_SWEEP   "DELETE FROM card WHERE day + days <= :today"
/* Ours that are gone: their ids never come again. */
#define SQL_UNHIDE                                                                                                     \
    ("DELETE FROM hidden WHERE station = x''"                                                                          \
     " AND NOT EXISTS (SELECT 1 FROM card WHERE card.station = x'' AND card.id = hidden.id)")
#define SQL_CROWD                                                                                                      \
    ("DELETE FROM hidden WHERE (station, id) IN"                                                                       \
     " (SELECT station, id FROM hidden ORDER BY is_final DESC, day DESC, station, id LIMIT -1 OFFSET :max)")

const char *const board_sql[] = {SQL_LIST,  SQL_COUNT,  SQL_NUMBER,  SQL_PUT,    SQL_WHOSE,
                                 SQL_HIDE,  SQL_SHOW,   SQL_RELEASE, SQL_DELETE, SQL_OLD,
                                 SQL_SWEEP, SQL_UNHIDE, SQL_CROWD,   SQL_HIDDEN, NULL};

/* hidden.is_final: noted for staff and shown; hidden until staff look; for good. */
enum hidden { HIDDEN_NOTED = -1, HIDDEN_REPORTED, HIDDEN_FINAL };

static bool number_of(struct db *db, const char *key, int64_t *n, struct err *err)
{
    char value[SETTINGS_VALUE_MAX];

    if (!settings_get(db, key, value, sizeof value, err)) {
        return false;
    }
    *n = strtoll(value, NULL, 10);
    return true;
}

static bool keep_number(struct db *db, const char *key, int64_t n, struct err *err)
{
    char value[24];

    snprintf(value, sizeof value, "%lld", (long long)n);
    return settings_set(db, key, value, err);
}

bool board_today(struct db *db, int64_t *day, struct err *err)
{
    return number_of(db, "day.counted", day, err);
}

/* What was done on this counted day, so that many visits of one person fill and hide no more than a few would. */
struct tally {
    int64_t day, put, hidden;
};

static bool read_tally(struct db *db, struct tally *t, struct err *err)
{
    char value[SETTINGS_VALUE_MAX], *at = value;
    int64_t today;

    if (!board_today(db, &today, err) || !settings_get(db, "board.day", value, sizeof value, err)) {
        return false;
    }
    t->day = strtoll(at, &at, 10);
    t->put = strtoll(at, &at, 10);
    t->hidden = strtoll(at, &at, 10);
    if (t->day != today) {
        *t = (struct tally){.day = today};
    }
    return true;
}

static bool keep_tally(struct db *db, const struct tally *t, struct err *err)
{
    char value[64];

    snprintf(value, sizeof value, "%lld %lld %lld", (long long)t->day, (long long)t->put, (long long)t->hidden);
    return settings_set(db, "board.day", value, err);
}

bool board_end(struct db *db, bool ok, struct err *err)
{
    ok = ok && db_commit(db, err);
    if (!ok) {
        db_rollback(db);
    }
    return ok;
}

/* --- listing
 * ------------------------------------------------------------------------------------------------------------------ */

void board_view_free(struct board_view *view)
{
    if (view) {
        if (view->cards) {
            mem_wipe(view->cards, (size_t)view->n_cards * sizeof *view->cards);
        }
        free(view->cards);
        free(view);
    }
}

/* No copy stays behind, as it would with mem_grow(). */
static void grow(struct board_view *view, size_t cap)
{
    const size_t bytes = (size_t)view->n_cards * sizeof *view->cards;
    struct board_card *larger = mem_alloc(cap * sizeof *larger);

    if (bytes) {
        memcpy(larger, view->cards, bytes);
        mem_wipe(view->cards, bytes);
    }
    free(view->cards);
    view->cards = larger;
}

void board_take_card(struct stmt *q, int64_t day, struct card *c)
{
    size_t n;
    const void *id = db_col_blob(q, 1, &n);

    if (n == sizeof c->id) {
        memcpy(c->id, id, n);
    }
    c->number = (int)db_col_int(q, 2);
    c->kind = (enum card_kind)db_col_int(q, 3);
    snprintf(c->phrase, sizeof c->phrase, "%s", db_col_text(q, 4));
    c->amount = (int)db_col_int(q, 5);
    c->weekday = (int)db_col_int(q, 6);
    snprintf(c->title, sizeof c->title, "%s", db_col_text(q, 7));
    snprintf(c->text, sizeof c->text, "%s", db_col_text(q, 8));
    snprintf(c->lang, sizeof c->lang, "%s", db_col_text(q, 9));
    c->age = (int)(day - db_col_int(q, 10));
    c->days = (int)db_col_int(q, 11);
}

/* A row of SQL_LIST; false = not to be shown to anybody. */
static bool take_row(struct stmt *q, int64_t day, struct board_card *out)
{
    int64_t hidden = db_col_int(q, 14);
    size_t station_bytes;

    *out = (struct board_card){0};
    db_col_blob(q, 0, &station_bytes);
    board_take_card(q, day, &out->card);
    out->is_own = station_bytes == 0;
    out->state = db_col_int(q, 12)           ? BOARD_WAITING
                 : hidden == HIDDEN_REPORTED ? BOARD_REPORTED
                 : hidden == HIDDEN_NOTED    ? BOARD_NOTED
                                             : BOARD_UP;
    out->days_up = out->card.age;
    out->days_left = out->card.days - out->card.age;
    snprintf(out->hub, sizeof out->hub, "%s", db_col_text(q, 13));
    return hidden != HIDDEN_FINAL && (!out->card.phrase[0] || card_phrase(out->card.phrase));
}

bool board_is_up(const struct board_card *c)
{
    return c->state == BOARD_UP || c->state == BOARD_NOTED;
}

static int count_hubs(const struct board_view *view)
{
    const char *known[BOARD_HUBS_MAX + 1]; /* and our own */
    int n = 0;

    for (int i = 0; i < view->n_cards && n < (int)M2_COUNT(known); i++) {
        int k = 0;

        while (k < n && strcmp(known[k], view->cards[i].hub) != 0) {
            k++;
        }
        if (k == n && board_is_up(&view->cards[i])) {
            known[n++] = view->cards[i].hub;
        }
    }
    return n;
}

bool board_list(struct db *db, struct board_view **out, struct err *err)
{
    struct board_view *view;
    struct board_card row;
    struct stmt *q;
    int64_t day;
    bool has_row = true, ok = true;
    size_t cap = 0;

    if (!board_today(db, &day, err)) {
        return false;
    }
    view = mem_alloc(sizeof *view);
    q = db_stmt(db, SQL_LIST);
    db_int(q, ":today", day);
    while (ok && has_row) {
        ok = db_next(q, &has_row, err);
        if (ok && has_row && take_row(q, day, &row)) {
            if ((size_t)view->n_cards == cap) {
                cap = cap ? 2 * cap : 64;
                grow(view, cap);
            }
            view->cards[view->n_cards++] = row;
        }
    }
    mem_wipe(&row, sizeof row);
    if (!ok) {
        board_view_free(view);
        return false;
    }
    view->n_hubs = count_hubs(view);
    *out = view;
    return true;
}

/* --- cards of our own
 * ------------------------------------------------------------------------------------------------------------------ */

static bool count_own(struct db *db, int64_t day, bool waiting_only, int64_t *n, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_COUNT);

    db_int(q, ":today", day);
    db_int(q, ":waits", waiting_only);
    return db_number(q, 0, n, err);
}

static bool has_room(struct db *db, int64_t day, bool waits, struct err *err)
{
    int64_t n, n_waiting;

    if (!count_own(db, day, false, &n, err) || !count_own(db, day, true, &n_waiting, err)) {
        return false;
    }
    if (n >= BOARD_CARDS_MAX) {
        return err_set(err, ERR_LIMIT, "board: %d cards hang or wait; let staff take some down", BOARD_CARDS_MAX);
    }
    return !waits || n_waiting < BOARD_WAITING_MAX ||
           err_set(err, ERR_LIMIT, "board: %d cards wait for staff", BOARD_WAITING_MAX);
}

/* The next number that no card of ours has. */
static bool give_number(struct db *db, int *number, struct err *err)
{
    int64_t n, taken = 1;

    if (!number_of(db, "board.number", &n, err)) {
        return false;
    }
    while (taken) {
        struct stmt *q = db_stmt(db, SQL_NUMBER);

        n = n % CARD_NUMBER_MAX + 1;
        db_int(q, ":number", n);
        if (!db_number(q, 0, &taken, err)) {
            return false;
        }
    }
    *number = (int)n;
    return keep_number(db, "board.number", n, err);
}

bool board_insert(struct db *db, const void *station, size_t station_bytes, const struct card *c, int64_t day,
                  bool waits, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_PUT);

    db_blob(q, ":station", station, station_bytes);
    db_blob(q, ":id", c->id, sizeof c->id);
    db_int(q, ":number", c->number);
    db_int(q, ":kind", c->kind);
    db_text(q, ":phrase", c->phrase);
    db_int(q, ":amount", c->amount);
    db_int(q, ":weekday", c->weekday);
    db_text(q, ":title", c->title);
    db_text(q, ":text", c->text);
    db_text(q, ":lang", c->lang);
    db_int(q, ":day", day - c->age);
    db_int(q, ":days", c->days);
    db_int(q, ":waits", waits);
    return db_run(q, err);
}

/* Staff write their workshops themselves: times and dates are figures. */
static bool may_hang(const struct card *c, struct err *err)
{
    if (!card_check(c, "card", err)) {
        err->code = ERR_USAGE;
        return false;
    }
    if (c->kind != CARD_WORKSHOP && c->phrase[0] && !card_phrase(c->phrase)) {
        return err_set(err, ERR_USAGE, "card: no phrase '%s'", c->phrase);
    }
    return c->kind == CARD_WORKSHOP || c->phrase[0] || card_filter(c->title, c->text) == CARD_FINE ||
           err_set(err, ERR_USAGE, "card: a number or an address stands in it");
}

bool board_put(struct db *db, struct card *c, struct err *err)
{
    const bool is_workshop = c->kind == CARD_WORKSHOP;
    struct card made = *c;
    struct tally tally = {0};
    bool waits, ok;

    made.age = 0;
    ok = may_hang(&made, err) && db_begin(db, "put up a card", err);
    if (ok) {
        rng_secret(made.id, sizeof made.id);
        ok = read_tally(db, &tally, err);
        waits = !is_workshop && (!made.phrase[0] || tally.put >= BOARD_PUT_DAY_MAX);
        tally.put += !is_workshop && !waits;
        ok = ok && has_room(db, tally.day, waits, err) && give_number(db, &made.number, err) &&
             board_insert(db, "", 0, &made, tally.day, waits, err) && keep_tally(db, &tally, err) &&
             counters_raise(db, "card.put", err);
        ok = board_end(db, ok, err);
    }
    if (ok) {
        *c = made;
    }
    mem_wipe(&made, sizeof made);
    return ok;
}

/* --- any card
 * ------------------------------------------------------------------------------------------------------------------ */

static bool whose(struct db *db, const uint8_t id[CARD_ID_BYTES], bool *is_own, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_WHOSE);
    size_t station_bytes;
    bool has_row;

    db_blob(q, ":id", id, CARD_ID_BYTES);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    if (!has_row) {
        return err_set(err, ERR_NOT_FOUND, "board: this card hangs here no more");
    }
    db_col_blob(q, 0, &station_bytes);
    *is_own = station_bytes == 0;
    db_done(q);
    return true;
}

static bool run_with_id(struct stmt *q, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    db_blob(q, ":id", id, CARD_ID_BYTES);
    return db_run(q, err);
}

static bool hide(struct db *db, const uint8_t id[CARD_ID_BYTES], enum hidden is_final, struct err *err)
{
    struct stmt *q;
    int64_t day;

    if (!board_today(db, &day, err)) {
        return false;
    }
    q = db_stmt(db, SQL_HIDE);
    db_int(q, ":today", day);
    db_int(q, ":is_final", is_final);
    return run_with_id(q, id, err);
}

/* Past the day's limit it is only noted: else one person hides the board. */
static bool report(struct db *db, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_HIDDEN);
    struct tally tally;
    int64_t n_hidden;
    bool is_noted;

    db_blob(q, ":id", id, CARD_ID_BYTES);
    if (!db_number(q, 0, &n_hidden, err) || !read_tally(db, &tally, err)) {
        return false;
    }
    is_noted = !n_hidden && tally.hidden >= BOARD_HIDDEN_DAY_MAX;
    tally.hidden += !n_hidden && !is_noted;
    return hide(db, id, is_noted ? HIDDEN_NOTED : HIDDEN_REPORTED, err) && keep_tally(db, &tally, err);
}

bool board_report(struct db *db, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    bool is_own, ok;

    if (!db_begin(db, "report a card", err)) {
        return false;
    }
    ok = whose(db, id, &is_own, err) && report(db, id, err) && counters_raise(db, "card.reported", err);
    return board_end(db, ok, err);
}

/* secure_delete overwrites the pages; the log, which still holds them, is emptied. */
bool board_take_down(struct db *db, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    bool is_own = false, ok;

    if (!db_begin(db, "take down a card", err)) {
        return false;
    }
    ok = whose(db, id, &is_own, err) &&
         (is_own ? run_with_id(db_stmt(db, SQL_DELETE), id, err) && run_with_id(db_stmt(db, SQL_SHOW), id, err)
                 : hide(db, id, HIDDEN_FINAL, err)) &&
         counters_raise(db, "card.taken", err);
    return board_end(db, ok, err) && (!is_own || db_shrink(db, err));
}

bool board_release(struct db *db, const uint8_t id[CARD_ID_BYTES], struct err *err)
{
    struct stmt *q;
    int64_t day;
    bool is_own, ok;

    if (!db_begin(db, "release a card", err)) {
        return false;
    }
    ok = whose(db, id, &is_own, err) && board_today(db, &day, err);
    if (ok) {
        q = db_stmt(db, SQL_RELEASE);
        db_int(q, ":today", day);
        ok = run_with_id(q, id, err) && run_with_id(db_stmt(db, SQL_SHOW), id, err) &&
             counters_raise(db, "card.released", err);
    }
    return board_end(db, ok, err);
}

/* --- what is past its days
 * ------------------------------------------------------------------------------------------------------------------ */

static bool run_with_number(struct db *db, const char *sql, const char *name, int64_t n, struct err *err)
{
    struct stmt *q = db_stmt(db, sql);

    db_int(q, name, n);
    return db_run(q, err);
}

bool board_sweep(struct db *db, struct err *err)
{
    struct stmt *q;
    int64_t day, n;

    if (!board_today(db, &day, err)) {
        return false;
    }
    q = db_stmt(db, SQL_OLD);
    db_int(q, ":today", day);
    if (!db_number(q, 0, &n, err) || (n && !run_with_number(db, SQL_SWEEP, ":today", day, err)) ||
        !db_run(db_stmt(db, SQL_UNHIDE), err) || !run_with_number(db, SQL_CROWD, ":max", BOARD_HIDDEN_MAX, err)) {
        return false;
    }
    return n == 0 || db_shrink(db, err);
}
