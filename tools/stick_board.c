/* stick_board: from a stick into the ledger and back. */
#include "stick_board.h"
#include "stick_text.h"
#include <stdio.h>
#include <stdlib.h>
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

/* In which order boards get slots where there are more hubs than slots. */
enum turn { TURN_NAMED, TURN_CARDS, TURN_REST, TURNS };

struct wanted { /* a good hub of the ledger's */
    struct boardfile_half half;
    const struct trust_key *hub;
    enum turn turn;
};

struct putting {
    const struct office *office;
    const char *const *hubs;
    struct volume *volume;
    struct wanted *wanted; /* in the ledger's order */
    int n_wanted, room, n_hubs;
};

static bool is_good_half(const struct putting *p, const struct boardfile_half *h)
{
    const struct trust_key *hub = trustlist_find(p->office->trust, TRUST_STATION, h->head.station, NULL);

    return hub && boardfile_is_signed(h, &hub->key);
}

/* The ledger's board of a station; NULL = none. */
static const struct wanted *wanted_of(const struct putting *p, const uint8_t station[KEY_ID_BYTES])
{
    for (int i = 0; i < p->n_wanted; i++) {
        if (!memcmp(p->wanted[i].hub->key.id, station, KEY_ID_BYTES)) {
            return &p->wanted[i];
        }
    }
    return NULL;
}

/* Nobody reads a half of a hub that is good no more, or that its hub did not sign, and it keeps a slot from others. */
static bool empty_void(const struct putting *p, struct err *err)
{
    for (int slot = 0; slot < BOARDFILE_SLOTS; slot++) {
        for (int half = 0; half < HALVES; half++) {
            struct boardfile_half h = {0};

            if (boardfile_read_head(p->volume, slot, half, &h, NULL) && !is_good_half(p, &h) &&
                !boardfile_empty(p->volume, slot, half, err)) {
                return false;
            }
        }
    }
    return true;
}

/* Of the halves of a slot none is news to the office. */
static bool is_known_slot(const struct putting *p, int slot)
{
    bool is_known = true;

    for (int half = 0; half < HALVES; half++) {
        struct boardfile_half h = {0};

        if (boardfile_read_head(p->volume, slot, half, &h, NULL)) {
            const struct wanted *w = wanted_of(p, h.head.station);

            is_known &= w && h.head.generation <= w->half.head.generation;
        }
    }
    return is_known;
}

/* Where there are more hubs than slots, those that had one give it back, and all take turns. */
static bool empty_known(const struct putting *p, struct err *err)
{
    for (int slot = 0; slot < BOARDFILE_SLOTS; slot++) {
        for (int half = 0; half < HALVES && is_known_slot(p, slot); half++) {
            struct boardfile_half h = {0};

            if (boardfile_read_head(p->volume, slot, half, &h, NULL) && !boardfile_empty(p->volume, slot, half, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool is_named(const struct putting *p, const struct trust_key *hub)
{
    const struct trust_key *k;

    for (int i = 0; p->hubs && *p->hubs && (k = stick_next_hub(p->office, p->hubs, &i));) {
        if (k == hub) {
            return true;
        }
    }
    return false;
}

static bool gather(void *ctx, const struct boardfile_half *half, struct err *err)
{
    struct putting *p = ctx;
    const struct trust_key *hub = trustlist_find(p->office->trust, TRUST_STATION, half->head.station, NULL);
    struct snapshot cards = {0};
    struct wanted *w;

    if (!hub || !boardfile_open(half, &hub->key, &cards, err)) {
        return true;
    }
    p->wanted = mem_grow(p->wanted, (size_t)(p->n_wanted + 1) * sizeof *p->wanted);
    w = &p->wanted[p->n_wanted++];
    *w = (struct wanted){.half = {.head = half->head}, .hub = hub};
    memcpy(w->half.sector, half->sector, sizeof w->half.sector);
    buf_add(&w->half.payload, half->payload.data, half->payload.len);
    w->turn = is_named(p, hub) ? TURN_NAMED : cards.n_cards ? TURN_CARDS : TURN_REST;
    snapshot_release(&cards);
    return true;
}

/* Slots that nobody has, less those kept for the hubs the stick goes to that have no board yet: each can then leave
 * its own. */
static int count_room(const struct putting *p)
{
    const struct trust_key *k;
    int n = 0, n_kept = 0;

    for (int slot = 0; slot < BOARDFILE_SLOTS; slot++) {
        bool is_free = true;

        for (int half = 0; half < HALVES; half++) {
            struct boardfile_half h = {0};
            struct err why = {0};

            is_free &= !boardfile_read_head(p->volume, slot, half, &h, &why) && why.code != ERR_VERSION;
        }
        n += is_free;
    }
    for (int i = 0; (k = stick_next_hub(p->office, p->hubs, &i));) {
        n_kept += !wanted_of(p, k->key.id);
    }
    return n - (n_kept < STICK_BOARD_KEPT_MAX ? n_kept : STICK_BOARD_KEPT_MAX);
}

static bool put_board(struct putting *p, const struct wanted *w, struct err *err)
{
    const struct pubkey *hub = &w->hub->key;
    uint64_t next;
    int slot;

    if (!boardfile_find_slot(p->volume, hub, &slot, err)) {
        return err->code == ERR_NOT_FOUND; /* no slot is left */
    }
    if (!boardfile_next(p->volume, slot, hub, &next, err)) {
        return false;
    }
    if (next == 1) { /* a free one */
        if (w->turn != TURN_NAMED && p->room <= 0) {
            return true;
        }
        p->room--;
    }
    p->n_hubs++;
    return w->half.head.generation < next ||
           boardfile_write(p->volume, slot, hub, w->half.sector, &w->half.payload, NULL, err);
}

/* first: the hub that comes first this time. */
static bool put_boards(struct putting *p, int first, struct err *err)
{
    for (enum turn turn = 0; turn < TURNS; turn++) {
        for (int i = 0; i < p->n_wanted; i++) {
            const struct wanted *w = &p->wanted[(first + i) % p->n_wanted];

            if (w->turn == turn && !put_board(p, w, err)) {
                return false;
            }
        }
    }
    return true;
}

static bool is_crowded(const struct office *o)
{
    int i = 0, n = 0;

    while (stick_next_hub(o, NULL, &i)) {
        n++;
    }
    return n > BOARDFILE_SLOTS;
}

bool stick_board_put(const struct office *o, struct ledger *l, struct volume *v, const char *const *hubs, int *n_hubs,
                     struct err *err)
{
    struct putting p = {.office = o, .hubs = hubs, .volume = v, .room = BOARDFILE_SLOTS};
    uint64_t time = 0;
    bool ok = empty_void(&p, err) && ledger_each_board(l, gather, &p, err);

    if (ok && is_crowded(o)) {
        ok = ledger_next(l, "board", &time, err) && empty_known(&p, err);
        p.room = ok ? count_room(&p) : 0;
    }
    ok = ok && put_boards(&p, p.n_wanted ? (int)(time % (uint64_t)p.n_wanted) : 0, err);
    for (int i = 0; i < p.n_wanted; i++) {
        boardfile_release_half(&p.wanted[i].half);
    }
    free(p.wanted);
    *n_hubs = p.n_hubs;
    return ok;
}
