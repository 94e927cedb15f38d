/* stick_prepare: making a courier stick. */
#include "stick_prepare.h"
#include "base/rng.h"
#include "office_trust.h"
#include "stick/mailbox.h"
#include "stick_board.h"
#include "stick_cargo.h"
#include "stick_receipts.h"
#include "stick_text.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { SLACK_BYTES = 1 << 20 /* for texts and folders */ };

static const char READ_ME[] =
    "This is a MICRO2 courier stick. It carries lessons to learning stations in village hubs\r\n"
    "and sealed results back to the training office. Nobody but the office can read the results.\r\n"
    "Found it? Please hand it in at the nearest village hub or training office. Nothing on it runs on your "
    "computer.\r\n\r\n"
    "Questa \xC3\xA8 una chiavetta MICRO2: porta lezioni alle postazioni dei paesi e riporta risultati sigillati.\r\n"
    "L'hai trovata? Consegnala al punto comunitario pi\xC3\xB9 vicino. Grazie.\r\n\r\n"
    "Esta es una memoria MICRO2: lleva lecciones a los puntos de aprendizaje y trae resultados sellados.\r\n"
    "\xC2\xBFLa has encontrado? Entr\xC3\xA9gala en el punto m\xC3\xA1s cercano. Gracias.\r\n";

/* --- mailboxes, trust, courier
 * ------------------------------------------------------------------------------------------------------------------ */

static bool read_zeros(void *ctx, int64_t offset, void *buf, int64_t n, struct err *err)
{
    (void)ctx;
    (void)offset;
    (void)err;
    memset(buf, 0, (size_t)n);
    return true;
}

/* The files that stations write into. */
struct slots {
    void (*name)(int slot, char out[VOLUME_NAME_MAX]);
    int n;
    int64_t bytes; /* of each */
};

static struct slots mailboxes(int64_t bytes)
{
    return (struct slots){mailbox_name, MAILBOX_SLOTS, bytes};
}

static const struct slots board_files = {boardfile_name, BOARDFILE_SLOTS, BOARDFILE_BYTES};

static bool has_size(struct target *t, const struct slots *s, int slot)
{
    char name[VOLUME_NAME_MAX];
    int64_t size;

    s->name(slot, name);
    return target_has(t, name, &size) && size == s->bytes;
}

/* In a row, all blocks written once, so that a station's overwriting changes no file-system structure. */
static bool put_slots(struct target *t, const struct slots *s, struct err *err)
{
    struct volume_source empty = {.bytes = s->bytes, .is_in_a_row = true, .read = read_zeros};

    for (int i = 0; i < s->n; i++) {
        char name[VOLUME_NAME_MAX];

        s->name(i, name);
        if (!has_size(t, s, i) && !target_put(t, name, &empty, err)) {
            return false;
        }
    }
    return true;
}

/* By how many bytes they will be more, in whole units. */
static int64_t slots_need(struct target *t, const struct slots *s, int64_t unit)
{
    int64_t need = 0;

    for (int i = 0; i < s->n; i++) {
        char name[VOLUME_NAME_MAX];
        int64_t size = 0;

        s->name(i, name);
        if (!target_has(t, name, &size) || size != s->bytes) {
            need += (s->bytes + unit - 1) / unit * unit - size / unit * unit;
        }
    }
    return need;
}

/* courier.json of a stick that is ours already; nobody's signature is looked at. */
static bool known_courier(struct target *t, struct courier *known)
{
    struct buf text = {0};
    bool is_known = courier_text(t->volume, COURIER_ROOT "courier.json", COURIER_TEXT_MAX, &text, NULL) &&
                    courier_parse(buf_text(&text), text.len, known, NULL);

    buf_release(&text);
    return is_known;
}

/* The size that mailboxes have here, so that renewing a stick makes none anew. */
static int64_t known_bytes(struct target *t, const struct courier *known)
{
    char name[VOLUME_NAME_MAX];
    int64_t first = 0;

    if (known->mailbox_bytes) {
        return known->mailbox_bytes;
    }
    mailbox_name(0, name);
    return target_has(t, name, &first) && first >= MAILBOX_MIN_BYTES && first <= MAILBOX_MAX_BYTES
               ? first
               : MAILBOX_DEFAULT_BYTES;
}

/* A half that is about to be lost holds nothing that somebody waits for. */
static bool check_half(const struct office *o, struct ledger *l, struct volume *v, int slot, int half, struct err *err)
{
    struct mailbox_header h;
    uint8_t sector[MAILBOX_SECTOR];
    struct err why = {0};
    bool has;

    if (!mailbox_read_half(v, slot, half, &h, sector, NULL, &why)) {
        return (why.code != ERR_IO && why.code != ERR_GONE) || err_set(err, why.code, "%s", why.text);
    }
    const struct trust_key *station = trustlist_find_kept(o->trust, TRUST_STATION, h.station, &why);

    if (!station && why.code == ERR_SIGNATURE) {
        return err_set(
            err, ERR_EXISTS,
            "mailbox %d holds results of a station that this office does not know, and they would be lost; take "
            "the stick to the office it is from, leave out --mailbox-kb and --format, or take another",
            slot);
    }
    if (!station || !mailbox_check_signature(sector, &station->key, NULL)) {
        return true; /* stolen or forged: never collected */
    }
    if (!ledger_has_row(l, h.station, (int64_t)h.to_seq, h.head, &has, err)) {
        return false;
    }
    return has ||
           err_set(err, ERR_EXISTS,
                   "mailbox %d holds results of '%s' that are not collected, and they would be lost; run `micro2 "
                   "office collect` first, or leave out --mailbox-kb and --format",
                   slot, station->name);
}

/* Those of another size; bytes 0: all. */
static bool check_mailboxes(const struct office *o, struct ledger *l, struct target *t, int64_t bytes, struct err *err)
{
    const struct slots boxes = mailboxes(bytes);

    for (int i = 0; i < MAILBOX_SLOTS; i++) {
        for (int half = 0; half < MAILBOX_HALVES && !has_size(t, &boxes, i); half++) {
            if (!check_half(o, l, t->volume, i, half, err)) {
                return false;
            }
        }
    }
    return true;
}

/* The list of a folder of the office, under this name, and its signatures; those it no longer has go. */
static bool put_list(struct target *t, const char *folder, const char *list, struct err *err)
{
    struct trust_files files = {0};
    bool ok = trustlist_read_files(folder, &files, err) &&
              stick_put_text(t, list, buf_text(&files.text), files.text.len, err);

    for (int i = 0; ok && i < TRUST_SIGS_MAX; i++) {
        char name[VOLUME_NAME_MAX];

        snprintf(name, sizeof name, COURIER_ROOT "%s.root%d.minisig", list, i + 1);
        ok = i < files.n_sigs ? target_put_text(t, name, buf_text(&files.sigs[i]), files.sigs[i].len, err)
                              : target_remove(t, name, err);
    }
    trustlist_files_release(&files);
    return ok;
}

/* The trust list, and each list with new roots before it, for stations that are behind. */
static bool put_trust(const struct office *o, struct target *t, struct err *err)
{
    int n = office_rotations(o);
    char name[VOLUME_NAME_MAX];
    bool ok = put_list(t, office_path(o, "trust"), "trust.json", err);

    for (int i = 1; ok && i <= n; i++) {
        snprintf(name, sizeof name, "trust/%03d.json", i);
        ok = put_list(t, office_rotation_path(o, i), name, err);
    }
    return ok;
}

/* A stick that was ours keeps its id, so that field staff know it again. */
static bool put_courier(struct office *o, struct ledger *l, struct target *t, struct courier *c, struct err *err)
{
    struct buf text = {0};
    uint8_t id[KEY_ID_BYTES];
    bool ok = ledger_next(l, "courier", &c->counter, err);

    if (!c->stick[0]) {
        rng_secret(id, sizeof id);
        hex_write(id, sizeof id, c->stick);
    }
    if (ok) {
        courier_write_text(c, &text);
        ok = stick_put_signed(o, t, "courier.json", "courier", &text, "courier", c->stick, c->counter, err);
    }
    buf_release(&text);
    return ok;
}

/* --- all together
 * ------------------------------------------------------------------------------------------------------------------ */

static bool format(const struct office *o, struct ledger *l, const struct stick_plan *plan, struct err *err)
{
    struct target *t = plan->target;
    enum stick_fs fs = plan->has_fs ? plan->fs : stick_format_best(target_bytes(t));

    return stick_format_check(t, fs, err) && (!t->volume || check_mailboxes(o, l, t, 0, err)) &&
           plan->may_format(plan->ctx, t, fs, err) && stick_format(t, fs, err);
}

/* Whether all of it fits, with what goes away and what is there counted. */
static bool check_room(struct target *t, struct stick_cargo *c, int64_t mailbox_bytes, struct err *err)
{
    const struct slots boxes = mailboxes(mailbox_bytes);
    int64_t total, room, unit, need;

    if (!t->edit->room(t->volume, &total, &room, &unit, err) || !stick_cargo_look(t, unit, c, &need, err)) {
        return false;
    }
    need += SLACK_BYTES + slots_need(t, &boxes, unit) + slots_need(t, &board_files, unit);
    return need <= room ||
           err_set(
               err, ERR_NO_SPACE,
               "'%s': %.1f MB more are needed and %.1f MB are free; take other files off it, or take a larger stick, "
               "smaller mailboxes (--mailbox-kb) or fewer hubs (--hub)",
               t->path, (double)need / 1e6, (double)room / 1e6);
}

static bool write_all(struct office *o, struct ledger *l, const struct stick_plan *plan, struct stick_cargo *c,
                      struct courier *courier, struct stick_made *made, struct err *err)
{
    struct target *t = plan->target;
    const struct slots boxes = mailboxes(courier->mailbox_bytes);

    return target_remove(t, COURIER_ROOT "courier.json", err) &&
           stick_put_text(t, "READ-ME.txt", READ_ME, sizeof READ_ME - 1, err) && put_trust(o, t, err) &&
           put_slots(t, &boxes, err) && put_slots(t, &board_files, err) &&
           stick_board_put(o, l, t->volume, plan->hubs, &made->n_boards, err) &&
           stick_cargo_put(t, plan->packs, c, &made->bytes, &made->n_packs, err) &&
           stick_cargo_put_catalog(o, l, t, c, err) &&
           stick_put_receipts(o, l, t, plan->hubs, &made->n_receipts, &made->left_out, err) &&
           put_courier(o, l, t, courier, err) && volume_sync(t->volume, err);
}

static bool prepare(struct office *o, struct ledger *l, const struct stick_plan *plan, struct stick_cargo *c,
                    struct stick_made *made, struct err *err)
{
    struct target *t = plan->target;
    struct courier courier = {0};
    bool ok = stick_check_hubs(o, plan->hubs, err) && stick_cargo_plan(o, l, plan->packs, plan->hubs, c, err) &&
              ((t->volume && !plan->is_formatted) || format(o, l, plan, err));

    if (!ok) {
        return false;
    }
    if (!known_courier(t, &courier)) {
        courier = (struct courier){0};
    }
    courier.mailbox_bytes = plan->mailbox_bytes ? plan->mailbox_bytes : known_bytes(t, &courier);
    if (!check_mailboxes(o, l, t, courier.mailbox_bytes, err) || !check_room(t, c, courier.mailbox_bytes, err)) {
        return false;
    }
    ok = write_all(o, l, plan, c, &courier, made, err);
    memcpy(made->stick, courier.stick, sizeof made->stick);
    made->mailbox_bytes = courier.mailbox_bytes;
    made->n_left_off = c->catalog.n_entries - made->n_packs;
    return ok || err_wrap(err, "'%s'", t->path);
}

bool stick_prepare(struct office *o, struct ledger *l, const struct stick_plan *plan, struct stick_made *made,
                   struct err *err)
{
    struct stick_cargo c = {0};
    bool ok;

    *made = (struct stick_made){0};
    ok = prepare(o, l, plan, &c, made, err);
    stick_cargo_release(&c);
    return ok;
}
