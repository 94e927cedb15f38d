/* exchange_board: the step in which the village board travels: our own cards out, those of other hubs in. */
#include "base/log.h"
#include "stick/boardfile.h"
#include "stick/exchange_priv.h"
#include "store/clerk.h"
#include <string.h>

#include "base/banned.h"

/* --- our own cards out
 * --------------------------------------------------------------------------------------------------------------------
 */

/* What lies there, signed by us and whole, is exactly this. */
static bool is_written(struct exchange *x, int slot, const struct buf *text)
{
    struct boardfile_half half = {0};
    bool same = boardfile_read(x->volume, slot, &x->opt.folder->station, &half, NULL) &&
                half.payload.len == text->len && !memcmp(half.payload.data, text->data, text->len);

    boardfile_release_half(&half);
    return same;
}

/* The text of our cards, with a generation that what we signed on this stick before has not reached: an earlier life of
 * a restored folder may have come further. No text: nothing ever hung here. */
static bool get_text(struct exchange *x, int slot, struct snapshot *s, struct buf *text, bool *is_there,
                     struct err *err)
{
    uint64_t next;

    if (!clerk_board_snapshot(x->opt.clerk, 0, s, text, err) ||
        !boardfile_next(x->volume, slot, &x->opt.folder->station, &next, err)) {
        return false;
    }
    *is_there = s->generation && is_written(x, slot, text);
    if (*is_there || s->generation >= next || (!s->generation && next == 1)) {
        return true;
    }
    snapshot_release(s);
    return clerk_board_snapshot(x->opt.clerk, next - 1, s, text, err);
}

static bool sign_and_write(struct exchange *x, int slot, const struct snapshot *s, const struct buf *text,
                           struct err *err)
{
    const struct halves_watch watch = {x, exchange_watch_write};
    uint8_t sector[HALVES_SECTOR];
    struct seckey secret;

    if (!datafolder_secret(x->opt.folder, &secret, err)) {
        return false;
    }
    boardfile_sign(s, text, &secret, sector);
    mem_wipe(&secret, sizeof secret);
    exchange_count_anew(x);
    exchange_tell_doing(x, STICK_WRITING);
    return boardfile_write(x->volume, slot, &x->opt.folder->station, sector, text, &watch, err);
}

static bool put_own(struct exchange *x, struct err *err)
{
    struct snapshot s = {0};
    struct buf text = {0};
    bool is_there = false, ok;
    int slot;

    ok = boardfile_find_slot(x->volume, &x->opt.folder->station, &slot, err) &&
         get_text(x, slot, &s, &text, &is_there, err) && exchange_goes_on(x, err) &&
         (is_there || !s.generation || sign_and_write(x, slot, &s, &text, err));
    x->state.has_board_out = ok && s.generation;
    x->state.cards_out = ok ? s.n_cards : 0;
    snapshot_release(&s);
    buf_release(&text);
    return ok;
}

/* --- those of other hubs in
 * --------------------------------------------------------------------------------------------------------------------
 */

/* h: its head was read. What is no newer than what is here is not read further. */
static bool take_half(struct exchange *x, int slot, int half, struct boardfile_half *h, struct err *err)
{
    const struct trust_key *hub;
    struct snapshot s = {0};
    uint64_t held = 0;
    bool is_new = false, ok;

    if (!memcmp(h->head.station, x->opt.folder->station.id, KEY_ID_BYTES)) {
        return true;
    }
    hub = trustlist_find(x->trust, TRUST_STATION, h->head.station, err);
    if (!hub || !clerk_board_generation(x->opt.clerk, h->head.station, &held, err)) {
        return false;
    }
    if (h->head.generation <= held) {
        return true;
    }
    ok = boardfile_read_half(x->volume, slot, half, h, err) && boardfile_open(h, &hub->key, &s, err) &&
         clerk_board_take(x->opt.clerk, &s, hub->name, &is_new, err);
    if (ok && is_new) {
        x->state.cards_in += s.n_cards;
        x->state.boards_in++;
    }
    snapshot_release(&s);
    return ok;
}

/* What is on the stick is not as it should be; anything else is a fault of stick or station. */
static bool is_of_the_bytes(enum err_code code)
{
    return halves_is_fault_of_half(code) || code == ERR_TRUST || code == ERR_LIMIT;
}

/* One that does not fit is named and passed over. False: the stick or the station fails. */
static bool is_passed_over(int slot, struct err *why, struct err *err)
{
    if (!is_of_the_bytes(why->code)) {
        return err_set(err, why->code, "%s", why->text);
    }
    if (why->code != ERR_NOT_FOUND) { /* an empty half */
        err_wrap(why, "board file %d", slot);
        log_err("a hub's cards were refused", why);
    }
    return true;
}

/* The newer half first, so that the older one of a hub is not taken for nothing. */
static bool take_slot(struct exchange *x, int slot, struct err *err)
{
    struct boardfile_half h[HALVES] = {0};
    bool is_read[HALVES] = {0}, ok = true;
    int first;

    for (int half = 0; ok && half < HALVES; half++) {
        struct err why = {0};

        is_read[half] = boardfile_read_head(x->volume, slot, half, &h[half], &why);
        ok = is_read[half] || is_passed_over(slot, &why, err);
    }
    first = ok && is_read[1] && (!is_read[0] || h[1].head.generation > h[0].head.generation);
    for (int k = 0; ok && k < HALVES; k++) {
        const int half = first ^ k;
        struct err why = {0};

        ok = exchange_goes_on(x, err) &&
             (!is_read[half] || take_half(x, slot, half, &h[half], &why) || is_passed_over(slot, &why, err));
    }
    for (int half = 0; half < HALVES; half++) {
        boardfile_release_half(&h[half]);
    }
    return ok;
}

static bool take_others(struct exchange *x, struct err *err)
{
    struct store_stats stats;

    if (!clerk_get_stats(x->opt.clerk, &stats, err)) {
        return false;
    }
    if (stats.is_full) {
        return err_set(err, ERR_NO_SPACE, "the station's disk is full; nothing new is taken in until there is room");
    }
    for (int slot = 0; slot < BOARDFILE_SLOTS; slot++) {
        if (!take_slot(x, slot, err)) {
            return false;
        }
    }
    return true;
}

/* --- both
 * --------------------------------------------------------------------------------------------------------------------
 */

static bool is_good(void *ctx, const uint8_t station[SNAPSHOT_STATION_BYTES])
{
    return trustlist_find(ctx, TRUST_STATION, station, NULL) != NULL;
}

bool exchange_drop_revoked(const struct exchange *x, struct trustlist *trust, struct err *err)
{
    int n_gone = 0;

    if (!clerk_board_keep_good(x->opt.clerk, is_good, trust, &n_gone, err)) {
        return false;
    }
    if (n_gone) {
        log_line(LOG_INFO, "board: cards of %d revoked hubs went", n_gone);
    }
    return true;
}

bool exchange_board(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    char name[VOLUME_NAME_MAX];
    int64_t bytes;
    struct err why = {0};
    bool is_out;

    *how = STICK_NOTHING;
    if (!exchange_drop_revoked(x, x->trust, err)) {
        return false;
    }
    boardfile_name(0, name);
    if (!volume_size(x->volume, name, &bytes, &why) && why.code == ERR_NOT_FOUND) {
        return true; /* a stick of an office that knows no board */
    }
    is_out = put_own(x, &why);
    if (!is_out && !is_of_the_bytes(why.code)) {
        return err_set(err, why.code, "%s", why.text);
    }
    if (!take_others(x, err)) {
        return false;
    }
    *how = x->state.has_board_out || x->state.boards_in ? STICK_DONE : STICK_NOTHING;
    return is_out || err_set(err, why.code, "%s", why.text);
}
