/* ledger_fixture: an office with its ledger, hubs whose journals fill mailboxes, and a stick that carries them, for the
 * tests of the office's side. */
#ifndef M2_TEST_LEDGER_FIXTURE_H
#define M2_TEST_LEDGER_FIXTURE_H

#include "base/fsio.h"
#include "base/rng.h"
#include "collect.h"
#include "ledger.h"
#include "office_trust.h"
#include "stick/mailbox.h"
#include "store/journal.h"
#include "unit/test.h"
#include <fcntl.h>
#include <unistd.h>

enum { DESK_SLOTS = 4, DESK_SLOT_BYTES = 256 * 1024, HUB_PATH = 300 };

struct desk { /* an office at work */
    struct office office;
    struct seckey secret;
    struct pubkey key;
    struct ledger *ledger;
    char stick[HUB_PATH];
    struct buf said; /* what collecting told, a line each */
    struct ledger_tally tally;
    int n_receipts;
};

struct hub {
    struct seckey secret;
    struct pubkey key;
    char path[HUB_PATH];
    struct db *db;
    struct journal *journal;
    struct journal_visit visit; /* the running one */
};

/* courier.json and its signature, as `stick prepare` writes them. */
static inline void desk_courier(struct desk *d)
{
    struct courier c = {.stick = "0123456789abcdef", .counter = 1, .mailbox_bytes = DESK_SLOT_BYTES};
    struct buf text = {0}, sig = {0};
    char path[HUB_PATH + 64];
    struct err err = {0};

    courier_write_text(&c, &text);
    CHECK(office_sign(&d->office, "courier", &text, "courier", c.stick, c.counter, &sig, &err));
    snprintf(path, sizeof path, "%s/MICRO2/courier.json", d->stick);
    CHECK(fsio_replace(path, text.data, text.len, 0600, &err));
    snprintf(path, sizeof path, "%s/MICRO2/courier.json.minisig", d->stick);
    CHECK(fsio_replace(path, sig.data, sig.len, 0600, &err));
    buf_release(&text);
    buf_release(&sig);
}

static inline void desk_stick(struct desk *d)
{
    char path[HUB_PATH + VOLUME_NAME_MAX + 1], name[VOLUME_NAME_MAX];
    struct err err = {0};

    snprintf(path, sizeof path, "%s/MICRO2/mailbox", d->stick);
    CHECK(fsio_make_dirs(path, 0700, &err));
    snprintf(path, sizeof path, "%s/MICRO2/receipts", d->stick);
    CHECK(fsio_make_dirs(path, 0700, &err));
    for (int i = 0; i < DESK_SLOTS; i++) {
        int fd;

        mailbox_name(i, name);
        snprintf(path, sizeof path, "%s/%s", d->stick, name);
        fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        CHECK(fd >= 0 && ftruncate(fd, DESK_SLOT_BYTES) == 0 && close(fd) == 0);
    }
    desk_courier(d);
}

/* An office of its own in the test's folder, with an empty stick. */
static inline void desk_open(struct desk *d, const char *name)
{
    const char *dir = test_path(name);
    char stick[64];
    struct err err = {0};

    *d = (struct desk){0};
    snprintf(stick, sizeof stick, "%s-stick", name);
    snprintf(d->stick, sizeof d->stick, "%s", test_path(stick));
    if (!office_create(dir, "Training office", "en it", NULL, &err) || !office_open(dir, &d->office, &err) ||
        !office_secret(&d->office, "office", &d->secret, &err) ||
        !ledger_create(office_path(&d->office, "ledger.db"), &err) ||
        !ledger_open(office_path(&d->office, "ledger.db"), &d->ledger, &err)) {
        fail_msg("%s", err.text);
    }
    keys_public_of(&d->secret, &d->key);
    desk_stick(d);
}

static inline void desk_close(struct desk *d)
{
    ledger_close(d->ledger);
    office_close(&d->office);
    buf_release(&d->said);
}

/* A hub with a journal; known: on the office's trust list under this name. */
static inline void hub_open(struct hub *h, struct desk *d, const char *name, bool is_known)
{
    static int number;
    char file[32];
    struct err err = {0};

    *h = (struct hub){0};
    keys_make(&h->secret, &h->key);
    snprintf(file, sizeof file, "hub%d.db", ++number);
    snprintf(h->path, sizeof h->path, "%s", test_path(file));
    if ((is_known && !office_add_key(&d->office, TRUST_STATION, name, &h->key, NULL, &err)) ||
        !db_open(h->path, &(struct db_options){.migrations = db_migrations, .synchronous = "OFF"}, &h->db, &err) ||
        !journal_open(h->db, h->key.id, true, NULL, &h->journal, &err)) {
        fail_msg("%s", err.text);
    }
}

static inline void hub_close(struct hub *h)
{
    journal_close(h->journal);
    db_close(h->db);
}

/* The same station from a copy of its card as it is now. is_restored: and said so, as `hub restore` does. */
static inline void hub_copy(struct hub *copy, const struct hub *h, bool is_restored)
{
    struct err err = {0};
    char sql[HUB_PATH + 64];

    *copy = *h;
    CHECK(strlen(h->path) + 6 < sizeof copy->path);
    memcpy(copy->path + strlen(h->path), ".copy", 6);
    snprintf(sql, sizeof sql, "VACUUM INTO '%s'", copy->path);
    if (!db_script(h->db, sql, &err) ||
        !db_open(copy->path, &(struct db_options){.migrations = db_migrations, .synchronous = "OFF"}, &copy->db,
                 &err) ||
        !journal_open(copy->db, copy->key.id, !is_restored, is_restored ? "restored" : NULL, &copy->journal, &err)) {
        fail_msg("%s", err.text);
    }
}

static inline void hub_row(struct hub *h, const char *text)
{
    struct err err = {0};
    int64_t seq;

    if (!journal_append(h->journal, &h->visit, text, strlen(text), &seq, &err)) {
        fail_msg("%s", err.text);
    }
}

/* The first rows of a new visit: its key, and the text given. */
static inline void hub_visit(struct hub *h, const struct desk *d, const char *open_text)
{
    struct err err = {0};
    int64_t seq;

    rng_secret(&h->visit, sizeof h->visit);
    CHECK(journal_append_key(h->journal, &h->visit, &d->key, &seq, &err));
    hub_row(h, open_text);
}

/* What a hub puts into a mailbox: header and payload, for changing before it is delivered. */
struct parcel {
    struct mailbox_header h;
    struct buf payload;
};

static inline bool parcel_take(void *ctx, const struct journal_row *row)
{
    struct parcel *p = ctx;

    if (!p->h.n_rows++) {
        p->h.from_seq = (uint64_t)row->seq;
    }
    p->h.to_seq = (uint64_t)row->seq;
    memcpy(p->h.head, row->hash, sizeof p->h.head);
    mailbox_put_row(&p->payload, row);
    return true;
}

/* All rows without a receipt. */
static inline void parcel_pack(struct parcel *p, const struct hub *h)
{
    struct err err = {0};

    *p = (struct parcel){0};
    CHECK(journal_export(h->journal, parcel_take, p, &err) && p->h.n_rows > 0);
    CHECK(journal_hash_before(h->journal, (int64_t)p->h.from_seq, p->h.anchor, &err));
}

/* Into a slot of the desk's stick, signed by this key; the payload is released. */
static inline void parcel_deliver(struct parcel *p, const struct desk *d, int slot, const struct seckey *signer)
{
    struct volume *v;
    struct err err = {0};

    CHECK(volume_open_folder(d->stick, &v, &err));
    if (!mailbox_write(v, slot, &p->h, signer, &p->payload, NULL, &err)) {
        fail_msg("%s", err.text);
    }
    volume_close(v);
    buf_release(&p->payload);
}

static inline void hub_deliver(const struct hub *h, const struct desk *d, int slot)
{
    struct parcel p;

    parcel_pack(&p, h);
    parcel_deliver(&p, d, slot, &h->secret);
}

static inline void desk_say(void *ctx, const char *text)
{
    struct desk *d = ctx;

    buf_str(&d->said, text);
    buf_char(&d->said, '\n');
}

/* The desk's stick into the ledger; tally and words afresh. */
static inline void desk_collect(struct desk *d)
{
    struct err err = {0};

    d->tally = (struct ledger_tally){0};
    d->n_receipts = 0;
    buf_clear(&d->said);
    if (!collect_stick(&d->office, d->ledger, &d->secret, d->stick, &d->tally, &d->n_receipts, desk_say, d, &err)) {
        fail_msg("%s", err.text);
    }
}

#endif
