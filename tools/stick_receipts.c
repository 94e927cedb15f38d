/* stick_receipts: which number each has, and which go. */
#include "stick_receipts.h"
#include "stick_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define RECEIPTS COURIER_ROOT "receipts"

static bool put_receipt(struct office *o, struct target *t, int n, const struct courier_receipt *r, struct err *err)
{
    char name[VOLUME_NAME_MAX], station[2 * KEY_ID_BYTES + 1];
    struct courier_receipt there;
    struct buf text = {0};
    bool ok;

    if (courier_receipt(t->volume, o->trust, n, &there, NULL) && !memcmp(there.station, r->station, KEY_ID_BYTES) &&
        there.counter == r->counter) {
        return true;
    }
    hex_write(r->station, sizeof r->station, station);
    snprintf(name, sizeof name, "receipts/%03d.json", n);
    courier_receipt_text(r, &text);
    ok = stick_put_signed(o, t, name, "office", &text, "receipt", station, r->counter, err);
    buf_release(&text);
    return ok;
}

/* A receipt of another office lies here: signed by a key that was never one of ours. */
static bool is_foreign_receipt(const struct office *o, struct target *t, int n)
{
    char name[VOLUME_NAME_MAX];
    struct buf sig = {0};
    uint8_t id[KEY_ID_BYTES];
    bool is_signed;

    snprintf(name, sizeof name, RECEIPTS "/%03d.json.minisig", n);
    is_signed = courier_text(t->volume, name, MINISIG_MAX_BYTES, &sig, NULL) &&
                minisig_key_id(buf_text(&sig), sig.len, id, NULL);
    buf_release(&sig);
    for (int i = 0; is_signed && i < o->trust->n_keys; i++) {
        is_signed = memcmp(o->trust->keys[i].key.id, id, sizeof id) != 0;
    }
    return is_signed;
}

enum { RECEIPT_NUMBERS = 1000 /* that a name can say; earlier versions wrote more than COURIER_RECEIPTS_MAX */ };

static bool note_receipt(void *ctx, const char *name, int64_t bytes, struct err *err)
{
    bool *is_there = ctx;
    char *end;
    long n = strtol(name, &end, 10);

    (void)bytes;
    (void)err;
    if (end == name + 3 && n >= 0 && n < RECEIPT_NUMBERS && (!strcmp(end, ".json") || !strcmp(end, ".json.minisig"))) {
        is_there[n] = true;
    }
    return true;
}

/* Ours from `first` on, but not before another office's: stations read up to the first number that is missing. */
static bool remove_receipts_from(const struct office *o, struct target *t, int first, struct err *err)
{
    bool is_there[RECEIPT_NUMBERS] = {false};
    char name[VOLUME_NAME_MAX], sig[VOLUME_NAME_MAX];

    if (!target_list(t, RECEIPTS, note_receipt, is_there, err)) {
        return false;
    }
    for (int n = RECEIPT_NUMBERS - 1; n >= first; n--) {
        snprintf(name, sizeof name, RECEIPTS "/%03d.json", n);
        snprintf(sig, sizeof sig, RECEIPTS "/%03d.json.minisig", n);
        if (is_there[n] && is_foreign_receipt(o, t, n)) {
            break;
        }
        if (is_there[n] && (!target_remove(t, name, err) || !target_remove(t, sig, err))) {
            return false;
        }
    }
    return true;
}

bool stick_put_receipts(struct office *o, struct ledger *l, struct target *t, const char *const *hubs, int *n,
                        struct buf *left_out, struct err *err)
{
    const struct trust_key *k;
    int at = 0; /* the number of the next one */

    *n = 0;
    for (int i = 0; (k = stick_next_hub(o, hubs, &i));) {
        struct courier_receipt r;
        struct err why = {0};

        if (!ledger_receipt(l, k->key.id, &r, &why)) {
            if (why.code == ERR_NOT_FOUND) {
                continue;
            }
            return err_set(err, why.code, "%s", why.text);
        }
        while (at < COURIER_RECEIPTS_MAX && is_foreign_receipt(o, t, at)) {
            at++;
        }
        if (at == COURIER_RECEIPTS_MAX) {
            buf_fmt(left_out, "%s'%s'", left_out->len ? ", " : "", k->name);
            continue;
        }
        if (!put_receipt(o, t, at++, &r, err)) {
            return err_wrap(err, "receipt of '%s'", k->name);
        }
        ++*n;
    }
    return remove_receipts_from(o, t, at, err);
}
