/* collect: from a stick's mailboxes into the ledger. */
#include "collect.h"
#include "stick/mailbox.h"
#include "stick_prepare.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

struct collecting {
    struct office *office;
    struct ledger *ledger;
    const struct seckey *key;
    struct ledger_tally *tally;
    ledger_say *say;
    void *ctx;
};

static void say_slot(const struct collecting *c, int slot, const char *what)
{
    char text[ERR_TEXT_BYTES + 64];

    snprintf(text, sizeof text, "slot %d: %s", slot, what);
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
    char where[16];
    struct ledger_slot slot = {.where = where,
                               .station = station,
                               .payload = (const uint8_t *)h->payload.data,
                               .payload_bytes = h->payload.len,
                               .from_seq = (int64_t)h->header.from_seq,
                               .to_seq = (int64_t)h->header.to_seq,
                               .left_rows = (int64_t)h->header.left_rows};

    snprintf(where, sizeof where, "slot %d", i);
    memcpy(slot.anchor, h->header.anchor, sizeof slot.anchor);
    memcpy(slot.head, h->header.head, sizeof slot.head);
    return ledger_take(c->ledger, &slot, c->key, c->tally, c->say, c->ctx, err);
}

/* The halves of a slot, the current one first: of each station the newest whole one that it signed is taken, so that
 * nobody hides a station's results behind a half of his own. A half that a cut left torn is named only where nothing
 * else was there to take. */
static bool take_halves(const struct collecting *c, int i, const struct half *const halves[MAILBOX_HALVES],
                        struct err *err)
{
    const uint8_t *done = NULL; /* the station whose newest half was taken, or that nobody knows */
    const char *torn = NULL;
    bool is_taken = false;

    for (int k = 0; k < MAILBOX_HALVES; k++) {
        const struct half *h = halves[k];
        const struct trust_key *station;
        struct err why = {0};

        if (h->err.code == ERR_NOT_FOUND || (done && !memcmp(done, h->header.station, KEY_ID_BYTES))) {
            continue;
        }
        if (h->err.code != ERR_NONE) {
            torn = torn ? torn : h->err.text;
            continue;
        }
        station = trustlist_find_kept(c->office->trust, TRUST_STATION, h->header.station, &why);
        done = station ? done : h->header.station;
        if (!station || !mailbox_check_signature(h->sector, &station->key, NULL)) {
            c->tally->refused += h->header.n_rows;
            say_slot(c, i,
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
    if (torn && !is_taken) {
        c->tally->refused++;
        say_slot(c, i, torn);
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

        ok = mailbox_read_half(v, i, k, &h->header, h->sector, &h->payload, &h->err) ||
             (h->err.code != ERR_GONE && h->err.code != ERR_IO) || err_set(err, h->err.code, "%s", h->err.text);
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

bool collect_stick(struct office *o, struct ledger *l, const struct seckey *office, const char *target,
                   struct ledger_tally *tally, int *n_receipts, ledger_say *say, void *ctx, struct err *err)
{
    struct collecting c = {o, l, office, tally, say, ctx};
    struct volume *v;
    bool ok = true;

    if (!volume_open_folder(target, &v, err)) {
        return false;
    }
    for (int i = 0; ok && i < MAILBOX_SLOTS; i++) {
        ok = take_slot(&c, v, i, err);
    }
    volume_close(v);
    return ok && stick_put_receipts(o, l, target, NULL, n_receipts, err);
}
