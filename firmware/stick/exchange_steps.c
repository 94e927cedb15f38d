/* exchange_steps: a courier stick's visit to the station, step by step. */
#include "base/clock.h"
#include "base/log.h"
#include "shelf/install.h"
#include "stick/courier.h"
#include "stick/exchange_priv.h"
#include "stick/mailbox.h"
#include "stick/shelf_row.h"
#include "store/clerk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    RESULTS_MAX_BYTES = 24 * 1024 * 1024, /* of one stick's visit: they lie in memory while they are written */
};

/* --- whose stick it is
 * --------------------------------------------------------------------------------------------------------------------
 */

static bool take_trust(struct exchange *x, struct err *err)
{
    struct trustlist *newer = NULL;
    struct trust_files files = {0};
    struct trust_sig sigs[TRUST_SIGS_MAX];
    bool ok = courier_trust(x->volume, x->trust, &newer, &files, err);

    if (!ok || !newer) {
        return ok;
    }
    for (int i = 0; i < files.n_sigs; i++) {
        sigs[i] = (struct trust_sig){buf_text(&files.sigs[i]), files.sigs[i].len};
    }
    ok = trustlist_write(datafolder_path(x->opt.folder->dir, "trust"), buf_text(&files.text), files.text.len, sigs,
                         files.n_sigs, err);
    trustlist_files_release(&files);
    if (!ok) {
        trustlist_free(newer);
        return false;
    }
    log_line(LOG_INFO, "trust list %llu accepted", (unsigned long long)newer->counter);
    trustlist_free(x->trust);
    x->trust = newer;
    install_sweep(exchange_shelf(x), newer); /* what a stolen key signed goes (T32) */
    outbox_put(x->out, message_new(sizeof(struct message), EV_STICK_TRUST, 0));
    return exchange_drop_revoked(x, newer, err) && clerk_renew_office(x->opt.clerk, err);
}

/* A newer list that cannot be taken keeps no results from going out: they are sealed to an office that was believed
 * before, on a stick that it signed. No containers come in then. */
static bool take_trust_if_it_fits(struct exchange *x, struct err *err)
{
    struct err why = {0};

    if (take_trust(x, &why)) {
        return true;
    }
    if (why.code == ERR_GONE || why.code == ERR_CANCELLED) {
        return err_set(err, why.code, "%s", why.text);
    }
    log_err("stick: trust", &why);
    x->trust_left = why;
    x->state.is_trust_left = true;
    return true;
}

static bool check(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    struct courier c;
    int64_t bytes;

    if (!volume_size(x->volume, COURIER_ROOT "courier.json", &bytes, err)) {
        x->state.is_own = err->code == ERR_NOT_FOUND;
        *how = STICK_NOTHING;
        return x->state.is_own;
    }
    if (!trustlist_load(datafolder_path(x->opt.folder->dir, "trust"), &x->trust, err) ||
        !take_trust_if_it_fits(x, err) || !courier_open(x->volume, x->trust, &c, err)) {
        return false;
    }
    snprintf(x->state.office, sizeof x->state.office, "%s", c.office);
    exchange_list_content(x);
    return true;
}

/* --- results out
 * --------------------------------------------------------------------------------------------------------------------
 */

struct gather {
    struct buf payload;
    size_t room;
    int64_t first_seq, last_seq, n_rows, n_left, n_visits;
    uint8_t head[SEAL_HASH_BYTES], visit[JOURNAL_VISIT_BYTES];
};

/* People count visits of people. */
static bool is_of_a_visitor(const uint8_t visit[JOURNAL_VISIT_BYTES])
{
    static const uint8_t zeros[JOURNAL_OWN_ZEROS];

    return memcmp(visit, zeros, sizeof zeros) != 0;
}

static bool gather_row(void *ctx, const struct journal_row *row)
{
    struct gather *g = ctx;

    if (g->n_left || g->payload.len + mailbox_row_bytes(row->body_bytes) > g->room || g->n_rows == UINT32_MAX) {
        g->n_left++; /* counted, so that the screen can say how many remain */
        return true;
    }
    mailbox_put_row(&g->payload, row);
    g->first_seq = g->n_rows ? g->first_seq : row->seq;
    g->last_seq = row->seq;
    if (is_of_a_visitor(row->visit) && memcmp(g->visit, row->visit, sizeof g->visit) != 0) {
        g->n_visits++;
        memcpy(g->visit, row->visit, sizeof g->visit);
    }
    memcpy(g->head, row->hash, sizeof g->head);
    g->n_rows++;
    return true;
}

/* What lies there, signed by us and whole, is exactly these rows: nothing to write. */
static bool is_written(struct exchange *x, int slot, const struct gather *g)
{
    struct mailbox_header h;
    uint8_t hash[SEAL_HASH_BYTES], sector[MAILBOX_SECTOR];
    bool is_named = false;

    seal_hash(&(struct seal_part){g->payload.data, g->payload.len}, 1, hash);
    for (int half = 0; half < MAILBOX_HALVES; half++) { /* headers first: most of the time other rows lie there */
        is_named |= mailbox_read_half(x->volume, slot, half, &h, sector, NULL, NULL) &&
                    !memcmp(h.payload_hash, hash, sizeof hash);
    }
    return is_named && mailbox_read(x->volume, slot, &x->opt.folder->station, &h, NULL, NULL) &&
           !memcmp(h.payload_hash, hash, sizeof hash) && h.left_rows == (uint64_t)g->n_left;
}

static bool put_results(struct exchange *x, int slot, struct gather *g, const uint8_t anchor[SEAL_HASH_BYTES],
                        struct err *err)
{
    struct mailbox_header h = {.from_seq = (uint64_t)g->first_seq,
                               .to_seq = (uint64_t)g->last_seq,
                               .n_rows = (uint32_t)g->n_rows,
                               .left_rows = (uint64_t)g->n_left};
    struct halves_watch watch = {x, exchange_watch_write};
    struct seckey secret;
    bool ok;

    memcpy(h.anchor, anchor, sizeof h.anchor);
    memcpy(h.head, g->head, sizeof h.head);
    if (!datafolder_secret(x->opt.folder, &secret, err)) {
        return false;
    }
    exchange_count_anew(x);
    exchange_tell_doing(x, STICK_WRITING);
    ok = mailbox_write(x->volume, slot, &h, &secret, &g->payload, &watch, err);
    mem_wipe(&secret, sizeof secret);
    return ok;
}

/* So that the office knows what this hub lacks; without room for it the results go all the same. */
static void tell_shelf(struct exchange *x)
{
    struct err err = {0};

    if (!shelf_row_append(x->opt.clerk, exchange_shelf(x), &err)) {
        log_err("noting what is on the shelf", &err);
    }
}

static bool write_results(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    char name[VOLUME_NAME_MAX];
    uint8_t anchor[SEAL_HASH_BYTES];
    struct gather g = {0};
    int64_t size;
    int slot;
    bool ok;

    tell_shelf(x);
    if (!mailbox_find_slot(x->volume, &x->opt.folder->station, &slot, err)) {
        return false;
    }
    mailbox_name(slot, name);
    if (!volume_size(x->volume, name, &size, err)) {
        return false;
    }
    g.room = (size_t)(mailbox_half_bytes(size) - MAILBOX_SECTOR);
    g.room = g.room < RESULTS_MAX_BYTES ? g.room : RESULTS_MAX_BYTES;
    ok = clerk_export(x->opt.clerk, gather_row, &g, anchor, err) && exchange_goes_on(x, err);
    *how = g.n_rows ? STICK_DONE : STICK_NOTHING;
    if (ok && g.n_rows && !is_written(x, slot, &g)) {
        ok = put_results(x, slot, &g, anchor, err);
    }
    if (ok) {
        x->state.rows_written = g.n_rows;
        x->state.visits_written = g.n_visits;
        x->state.rows_left = g.n_left;
        x->state.n_to_check = x->state.n_checked = g.n_rows > 0; /* every byte was read back */
    }
    buf_release(&g.payload);
    return ok;
}

/* --- receipts in
 * --------------------------------------------------------------------------------------------------------------------
 */

/* What is on the stick is not as it should be; anything else is a fault of stick or station. */
static bool is_of_the_bytes(enum err_code code)
{
    return code == ERR_FORMAT || code == ERR_SIGNATURE || code == ERR_TRUST || code == ERR_VERSION || code == ERR_LIMIT;
}

/* Receipt n of the stick, where it is ours, to the clerk. ERR_NOT_FOUND past the last. */
static bool take_receipt(struct exchange *x, int n, bool *is_ours, int64_t *n_new, struct err *err)
{
    struct courier_receipt r;

    *is_ours = false;
    *n_new = 0;
    if (!courier_receipt(x->volume, x->trust, n, &r, err)) {
        return false;
    }
    if (memcmp(r.station, x->opt.folder->station.id, KEY_ID_BYTES) != 0) {
        return true;
    }
    struct journal_receipt receipt = {.epoch = r.epoch, .up_to_seq = r.up_to_seq, .counter = r.counter};

    memcpy(receipt.hash, r.hash, sizeof receipt.hash);
    *is_ours = clerk_receive(x->opt.clerk, &receipt, n_new, err);
    if (!*is_ours && err->code == ERR_NOT_FOUND) {
        err->code = ERR_TRUST; /* a row that is not here; there may be more receipts */
    }
    return *is_ours;
}

/* One that does not fit keeps none behind it out; it fails the step only where no other was ours. */
static bool take_receipts(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    struct err first = {0};

    *how = STICK_NOTHING;
    for (int n = 0; exchange_goes_on(x, err); n++) {
        struct err why = {0};
        int64_t n_new;
        bool is_ours;

        if (take_receipt(x, n, &is_ours, &n_new, &why)) {
            x->state.rows_receipted += n_new;
            *how = is_ours ? STICK_DONE : *how;
        } else if (why.code == ERR_NOT_FOUND) {
            return *how == STICK_DONE || first.code == ERR_NONE || err_set(err, first.code, "%s", first.text);
        } else if (!is_of_the_bytes(why.code)) {
            return err_set(err, why.code, "%s", why.text);
        } else {
            log_err("a receipt was refused", &why);
            first = first.code == ERR_NONE ? why : first;
        }
    }
    return false;
}

/* --- everything read again
 * --------------------------------------------------------------------------------------------------------------------
 */

struct again { /* the containers that came, read from the card */
    struct exchange *x;
    int64_t past, total; /* bytes of those before; of all */
};

static bool watch_again(void *ctx, enum install_step step, int64_t done, int64_t total)
{
    const struct again *a = ctx;
    struct exchange *x = a->x;

    (void)step;
    (void)total;
    done += a->past;
    exchange_tell_bytes(x, done, a->total, exchange_left_ms(x, a->total - done, done, PLAN_CHECK_PER_S));
    exchange_leave_time(x);
    return exchange_goes_on(x, NULL);
}

static bool is_as_signed(struct again *a, const struct catalog_entry *entry, struct err *err)
{
    struct install_watch watch = {.ctx = a, .step = watch_again};
    uint8_t hash[MINISIG_HASH_BYTES];

    if (!install_hash(exchange_shelf(a->x), entry, &watch, hash, err)) {
        exchange_goes_on(a->x, err); /* the shelf only knows that it was stopped */
        return false;
    }
    a->past += entry->bytes;
    return !memcmp(hash, entry->hash, sizeof hash) ||
           err_set(err, ERR_IO, "'%s': the station's card gave back other bytes than were written; change the card",
                   entry->id);
}

static bool verify(struct exchange *x, enum stick_step_state *how, struct err *err)
{
    struct again a = {.x = x};
    struct err first = {0};

    for (int i = 0; x->catalog && i < x->catalog->n_entries; i++) {
        a.total += x->has_come[i] ? x->catalog->entries[i].bytes : 0;
    }
    exchange_tell_doing(x, STICK_READING_BACK);
    for (int i = 0; x->catalog && i < x->catalog->n_entries && first.code != ERR_GONE; i++) {
        struct err why = {0};

        if (!x->has_come[i]) {
            continue;
        }
        snprintf(x->state.pack, sizeof x->state.pack, "%s", x->catalog->entries[i].id);
        if (is_as_signed(&a, &x->catalog->entries[i], &why)) {
            x->state.n_checked++;
        } else {
            first = first.code == ERR_NONE || why.code == ERR_GONE ? why : first;
        }
        if (why.code == ERR_CANCELLED) {
            break;
        }
    }
    *how = x->state.n_to_check ? STICK_DONE : STICK_NOTHING;
    return first.code == ERR_NONE || err_set(err, first.code, "%s", first.text);
}

exchange_step *const exchange_steps[STICK_STEPS] = {
    check, write_results, take_receipts, exchange_bring_content, exchange_board, verify};
