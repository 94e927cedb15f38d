/* collect: from a stick's mailboxes into the ledger. */
#include "collect.h"
#include "stick/mailbox.h"
#include "stick_board.h"
#include "stick_receipts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { WHERE_BYTES = COURIER_ID_TEXT + TRUST_NAME_MAX + 32 };

struct collecting {
    struct office *office;
    struct ledger *ledger;
    const struct seckey *key;
    struct courier courier;
    struct ledger_tally *tally;
    ledger_say *say;
    void *ctx;
};

/* "stick 250bc186ed4e016d, 'Ballyhale', slot 3"; the hub where it is known. */
static void name_slot(const struct collecting *c, const struct trust_key *station, int slot, char out[WHERE_BYTES])
{
    snprintf(out, WHERE_BYTES, "stick %s%s%s%s, slot %d", c->courier.stick, station ? ", '" : "",
             station ? station->name : "", station ? "'" : "", slot);
}

static void say_slot(const struct collecting *c, const struct trust_key *station, int slot, const char *what)
{
    char where[WHERE_BYTES], text[ERR_TEXT_BYTES + WHERE_BYTES + 2];

    name_slot(c, station, slot, where);
    snprintf(text, sizeof text, "%s: %s", where, what);
    c->say(c->ctx, text);
}

struct half {
    struct mailbox_header header;
    uint8_t sector[MAILBOX_SECTOR];
    struct buf payload;
    struct err err; /* ERR_NONE: header and payload are whole */
};

/* Into the ledger. */
static bool take_half(const struct collecting *c, int i, const struct trust_key *station, const struct half *h,
                      struct err *err)
{
    char where[WHERE_BYTES];
    struct ledger_slot slot = {.where = where,
                               .station = station,
                               .payload = (const uint8_t *)h->payload.data,
                               .payload_bytes = h->payload.len,
                               .from_seq = (int64_t)h->header.from_seq,
                               .to_seq = (int64_t)h->header.to_seq,
                               .left_rows = (int64_t)h->header.left_rows};

    name_slot(c, station, i, where);
    memcpy(slot.anchor, h->header.anchor, sizeof slot.anchor);
    memcpy(slot.head, h->header.head, sizeof slot.head);
    return ledger_take(c->ledger, &slot, c->key, c->tally, c->say, c->ctx, err);
}

/* The halves of a slot, the current one first: of each station the newest whole one that it signed is taken, so that
 * nobody hides a station's results behind a half of his own. A half that a cut left torn is named only where nothing
 * else was there to take, one that the stick does not give back always. */
static bool take_halves(const struct collecting *c, int i, const struct half *const halves[MAILBOX_HALVES],
                        struct err *err)
{
    const uint8_t *done = NULL; /* the station whose newest half was taken, or that nobody knows */
    const char *torn = NULL;
    bool is_taken = false, is_unreadable = false;

    for (int k = 0; k < MAILBOX_HALVES; k++) {
        const struct half *h = halves[k];
        const struct trust_key *station;
        struct err why = {0};

        if (h->err.code == ERR_NOT_FOUND || (done && !memcmp(done, h->header.station, KEY_ID_BYTES))) {
            continue;
        }
        if (h->err.code != ERR_NONE) {
            torn = torn ? torn : h->err.text;
            is_unreadable |= h->err.code == ERR_IO;
            continue;
        }
        station = trustlist_find_kept(c->office->trust, TRUST_STATION, h->header.station, &why);
        done = station ? done : h->header.station;
        if (!station || !mailbox_check_signature(h->sector, &station->key, NULL)) {
            c->tally->refused += h->header.n_rows;
            say_slot(c, station, i,
                     station                     ? "its header is not signed by the station it names; refused"
                     : why.code == ERR_SIGNATURE ? "from a station this office does not know; refused"
                                                 : why.text);
            continue;
        }
        done = h->header.station;
        is_taken = true;
        if (!take_half(c, i, station, h, err)) {
            return false;
        }
    }
    if (torn && (!is_taken || is_unreadable)) {
        c->tally->refused++;
        say_slot(c, NULL, i, torn);
    }
    return true;
}

static bool take_slot(const struct collecting *c, struct volume *v, int i, struct err *err)
{
    struct half half[MAILBOX_HALVES] = {0};
    const struct half *order[MAILBOX_HALVES] = {&half[0], &half[1]};
    bool ok = true;

    for (int k = 0; ok && k < MAILBOX_HALVES; k++) {
        struct half *h = &half[k];

        ok = mailbox_read_half(v, i, k, &h->header, h->sector, &h->payload, &h->err) || h->err.code != ERR_GONE ||
             err_set(err, h->err.code, "%s", h->err.text);
    }
    if (half[1].header.generation > half[0].header.generation) {
        order[0] = &half[1];
        order[1] = &half[0];
    }
    ok = ok && take_halves(c, i, order, err);
    for (int k = 0; k < MAILBOX_HALVES; k++) {
        buf_release(&half[k].payload);
    }
    return ok;
}

/* Whose stick it is, before anything is taken from it or written to it. */
static bool check_courier(struct volume *v, const struct office *o, struct courier *out, struct err *err)
{
    struct err why = {0};

    if (courier_open(v, o->trust, out, &why)) {
        return true;
    }
    if (why.code == ERR_NOT_FOUND) {
        return err_set(err, why.code,
                       "no courier stick: MICRO2/courier.json is missing; name the stick's own folder, or "
                       "renew it with `micro2 stick prepare`: results on it stay");
    }
    return err_set(err, why.code,
                   "%s; nothing was collected: if it is a stick of this office, renew it with `micro2 stick prepare` "
                   "(results on it stay), else hand it to the office it is from",
                   why.text);
}

/* Where they found no place on the stick. */
static void say_left_out(const struct collecting *c, const struct buf *names)
{
    char *words =
        mem_fmt("stick %s: it has room for %d receipts; those of %s go on another stick (`micro2 stick prepare "
                "--hub`)",
                c->courier.stick, COURIER_RECEIPTS_MAX, buf_text(names));

    c->say(c->ctx, words);
    free(words);
}

static bool take_board(void *ctx, const struct trust_key *hub, const struct boardfile_half *half,
                       const struct snapshot *cards, struct err *err)
{
    const struct collecting *c = ctx;
    bool is_new;

    (void)hub;
    (void)cards;
    if (!ledger_keep_board(c->ledger, half, &is_new, err)) {
        return false;
    }
    c->tally->boards += is_new;
    return true;
}

static void say_board(void *ctx, const char *text)
{
    const struct collecting *c = ctx;
    char *words = mem_fmt("stick %s, %s", c->courier.stick, text);

    c->say(c->ctx, words);
    free(words);
}

static bool take_stick(struct collecting *c, struct target *t, int *n_receipts, struct buf *left_out, struct err *err)
{
    bool ok = check_courier(t->volume, c->office, &c->courier, err);

    for (int i = 0; ok && i < MAILBOX_SLOTS; i++) {
        ok = take_slot(c, t->volume, i, err);
    }
    return ok && stick_board_read(t->volume, c->office->trust, take_board, say_board, c, err) &&
           stick_put_receipts(c->office, c->ledger, t, NULL, n_receipts, left_out, err) && volume_sync(t->volume, err);
}

bool collect_stick(struct office *o, struct ledger *l, const struct seckey *office, const char *path,
                   struct ledger_tally *tally, int *n_receipts, ledger_say *say, void *ctx, struct err *err)
{
    struct collecting c = {.office = o, .ledger = l, .key = office, .tally = tally, .say = say, .ctx = ctx};
    struct buf left_out = {0};
    struct target *t;
    int n = 0;
    bool ok;

    if (!target_open(path, true, &t, err)) {
        return false;
    }
    ok = target_is_readable(t, err) && (take_stick(&c, t, &n, &left_out, err) || err_wrap(err, "stick '%s'", path));
    if (left_out.len) {
        say_left_out(&c, &left_out);
    }
    buf_release(&left_out);
    target_close(t);
    *n_receipts += n;
    return ok;
}
