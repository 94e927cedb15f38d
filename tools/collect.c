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

/* Why a whole slot is refused, in words; borrowed from why where that knows more. */
static const char *refusal(const struct trust_key *station, const struct err *why)
{
    if (station) {
        return "its header is not signed by the station it names; refused";
    }
    return why->code == ERR_SIGNATURE ? "from a station this office does not know; refused" : why->text;
}

static bool take_slot(const struct collecting *c, struct volume *v, int i, struct err *err)
{
    struct mailbox_header h;
    uint8_t sector[MAILBOX_SECTOR];
    struct buf payload = {0};
    struct err why = {0};
    char where[16];
    const struct trust_key *station;
    bool ok = true;

    if (!mailbox_read(v, i, &h, sector, &payload, &why)) {
        buf_release(&payload);
        if (why.code == ERR_GONE || why.code == ERR_IO) {
            return err_set(err, why.code, "%s", why.text);
        }
        if (why.code != ERR_NOT_FOUND) {
            c->tally->refused++;
            say_slot(c, i, why.text);
        }
        return true;
    }
    station = trustlist_find_kept(c->office->trust, TRUST_STATION, h.station, &why);
    if (!station || !mailbox_check_signature(sector, &station->key, &why)) {
        c->tally->refused += h.n_rows;
        say_slot(c, i, refusal(station, &why));
    } else {
        struct ledger_slot slot = {.where = where,
                                   .station = station,
                                   .payload = (const uint8_t *)payload.data,
                                   .payload_bytes = payload.len,
                                   .from_seq = (int64_t)h.from_seq,
                                   .to_seq = (int64_t)h.to_seq,
                                   .left_rows = (int64_t)h.left_rows};

        snprintf(where, sizeof where, "slot %d", i);
        memcpy(slot.anchor, h.anchor, sizeof slot.anchor);
        memcpy(slot.head, h.head, sizeof slot.head);
        ok = ledger_take(c->ledger, &slot, c->key, c->tally, c->say, c->ctx, err);
    }
    buf_release(&payload);
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
