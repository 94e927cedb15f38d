/* stick_board: from a stick into the ledger and back. */
#include "stick_board.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* --- reading
 * ------------------------------------------------------------------------------------------------------------------ */

struct reading {
    struct volume *volume;
    const struct trustlist *trust;
    stick_board_each *each;
    ledger_say *say;
    void *ctx;
    int slot;
};

static void say(const struct reading *r, const struct err *why)
{
    char text[ERR_TEXT_BYTES + 64];

    if (r->say) {
        snprintf(text, sizeof text, "board file %d: %s; left out", r->slot, why->text);
        r->say(r->ctx, text);
    }
}

/* False: the stick fails, or each said so. *is_taken: the half was whole and of a hub of ours, else why tells. */
static bool read_half(const struct reading *r, int half, bool *is_taken, struct err *why, struct err *err)
{
    struct boardfile_half h = {0};
    const struct trust_key *hub = NULL;
    struct snapshot cards = {0};
    bool ok = true;

    *is_taken = boardfile_read_half(r->volume, r->slot, half, &h, why) &&
                (hub = trustlist_find(r->trust, TRUST_STATION, h.head.station, why)) != NULL &&
                boardfile_open(&h, &hub->key, &cards, why);
    if (*is_taken) {
        ok = r->each(r->ctx, hub, &h, &cards, err);
        snapshot_release(&cards);
    } else if (why->code == ERR_IO || why->code == ERR_GONE) {
        ok = err_set(err, why->code, "%s", why->text);
    }
    boardfile_release_half(&h);
    return ok;
}

/* Of one hub the newer half; the other one counts where that is not whole, or is another hub's. One that a cut left
 * torn is named only where nothing else was there to take; one that somebody else wrote always. */
static bool read_slot(const struct reading *r, struct err *err)
{
    struct boardfile_half h[HALVES] = {0};
    bool is_there[HALVES], is_taken[HALVES] = {0};
    struct err why[HALVES] = {0};
    int first;

    for (int half = 0; half < HALVES; half++) {
        is_there[half] = boardfile_read_head(r->volume, r->slot, half, &h[half], NULL);
    }
    first = is_there[1] && (!is_there[0] || h[1].head.generation > h[0].head.generation);
    if (!read_half(r, first, &is_taken[first], &why[first], err)) {
        return false;
    }
    if (is_taken[first] && is_there[!first] && !memcmp(h[0].head.station, h[1].head.station, KEY_ID_BYTES)) {
        return true;
    }
    if (!read_half(r, !first, &is_taken[!first], &why[!first], err)) {
        return false;
    }
    for (int half = 0; half < HALVES; half++) {
        const bool is_foreign = why[half].code == ERR_SIGNATURE || why[half].code == ERR_TRUST;

        if (!is_taken[half] && why[half].code != ERR_NOT_FOUND && (is_foreign || !is_taken[!half])) {
            say(r, &why[half]);
        }
    }
    return true;
}

bool stick_board_read(struct volume *v, const struct trustlist *trust, stick_board_each *each, ledger_say *say_words,
                      void *ctx, struct err *err)
{
    struct reading r = {.volume = v, .trust = trust, .each = each, .say = say_words, .ctx = ctx};
    bool ok = true;

    for (; ok && r.slot < BOARDFILE_SLOTS; r.slot++) {
        char name[VOLUME_NAME_MAX];
        int64_t bytes;

        boardfile_name(r.slot, name);
        ok = !volume_size(v, name, &bytes, NULL) || read_slot(&r, err);
    }
    return ok;
}

/* --- writing
 * ------------------------------------------------------------------------------------------------------------------ */

struct putting {
    const struct office *office;
    struct volume *volume;
    int n_hubs;
};

/* Nobody reads a half of a hub that is good no more, and it keeps a slot from others. */
static bool empty_revoked(const struct putting *p, struct err *err)
{
    for (int slot = 0; slot < BOARDFILE_SLOTS; slot++) {
        for (int half = 0; half < HALVES; half++) {
            struct boardfile_half h = {0};

            if (boardfile_read_head(p->volume, slot, half, &h, NULL) &&
                !trustlist_find(p->office->trust, TRUST_STATION, h.head.station, NULL) &&
                !boardfile_empty(p->volume, slot, half, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool put_board(void *ctx, const struct boardfile_half *half, struct err *err)
{
    struct putting *p = ctx;
    const struct trust_key *hub = trustlist_find(p->office->trust, TRUST_STATION, half->head.station, NULL);
    uint64_t next;
    int slot;

    if (!hub || !boardfile_is_signed(half, &hub->key)) {
        return true;
    }
    if (!boardfile_find_slot(p->volume, &hub->key, &slot, err)) {
        return err->code == ERR_NOT_FOUND; /* no slot is left */
    }
    if (!boardfile_next(p->volume, slot, &hub->key, &next, err)) {
        return false;
    }
    p->n_hubs++;
    return half->head.generation < next ||
           boardfile_write(p->volume, slot, &hub->key, half->sector, &half->payload, NULL, err);
}

bool stick_board_put(const struct office *o, struct ledger *l, struct volume *v, int *n_hubs, struct err *err)
{
    struct putting p = {.office = o, .volume = v};
    bool ok = empty_revoked(&p, err) && ledger_each_board(l, put_board, &p, err);

    *n_hubs = p.n_hubs;
    return ok;
}
