/* stick_prepare: making a courier stick. */
#include "stick_prepare.h"
#include "base/fsio.h"
#include "base/rng.h"
#include "shelf/catalog.h"
#include "shelf/container.h"
#include "shelf/verify.h"
#include "stick/mailbox.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static const char READ_ME[] =
    "This is a MICRO2 courier stick. It carries lessons to learning stations in village hubs\r\n"
    "and sealed results back to the training office. Nobody but the office can read the results.\r\n"
    "Found it? Please hand it in at the nearest village hub or training office. Nothing on it runs on your "
    "computer.\r\n\r\n"
    "Questa \xC3\xA8 una chiavetta MICRO2: porta lezioni alle postazioni dei paesi e riporta risultati sigillati.\r\n"
    "L'hai trovata? Consegnala al punto comunitario pi\xC3\xB9 vicino. Grazie.\r\n\r\n"
    "Esta es una memoria MICRO2: lleva lecciones a los puntos de aprendizaje y trae resultados sellados.\r\n"
    "\xC2\xBFLa has encontrado? Entr\xC3\xA9gala en el punto m\xC3\xA1s cercano. Gracias.\r\n";

static bool path_of(const char *target, const char *name, char out[4096], struct err *err)
{
    return snprintf(out, 4096, "%s/MICRO2/%s", target, name) < 4096 ||
           err_set(err, ERR_LIMIT, "stick: the path is too long");
}

static bool put(const char *target, const char *name, const void *bytes, size_t n, struct err *err)
{
    char path[4096];

    return path_of(target, name, path, err) && fsio_replace(path, bytes, n, 0644, err);
}

/* The signature first: a cut leaves no text without one. */
static bool put_signed(const struct office *o, const char *target, const char *name, const char *key,
                       const struct buf *text, const char *type, const char *id, uint64_t counter, struct err *err)
{
    char sig_name[VOLUME_NAME_MAX];
    struct buf sig = {0};
    bool ok = office_sign(o, key, text, type, id, counter, &sig, err);

    snprintf(sig_name, sizeof sig_name, "%s.minisig", name);
    ok = ok && put(target, sig_name, sig.data, sig.len, err) && put(target, name, text->data, text->len, err);
    buf_release(&sig);
    return ok;
}

/* --- containers and catalogue
 * ------------------------------------------------------------------------------------------------------------------ */

static bool copy_bytes(const char *from, int in, const char *to, int out, int64_t *bytes, struct err *err)
{
    enum { BLOCK = 1 << 18 };
    char *block = mem_alloc(BLOCK);
    bool ok = true;
    ssize_t n = 1;

    while (ok && n > 0) {
        n = read(in, block, BLOCK);
        ok = n < 0 ? err_sys(err, errno, "cannot read '%s'", from)
                   : fsio_write_all(out, block, (size_t)n, err) || err_wrap(err, "'%s'", to);
        *bytes += n > 0 ? n : 0;
    }
    free(block);
    return ok && (fsync(out) == 0 || err_sys(err, errno, "cannot sync '%s'", to));
}

/* Beside what is there, synced, then in its place: a cut leaves the old file or the new one. */
static bool copy_file(const char *from, const char *to, int64_t *bytes, struct err *err)
{
    char fresh[4096 + 8];
    int in = open(from, O_RDONLY | O_CLOEXEC), out;
    bool ok = in >= 0 || err_sys(err, errno, "cannot open '%s'", from);

    if (!ok) {
        return false;
    }
    snprintf(fresh, sizeof fresh, "%s.new", to);
    out = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ok = out >= 0 || err_sys(err, errno, "cannot create '%s'", fresh);
    ok = ok && copy_bytes(from, in, fresh, out, bytes, err);
    close(in);
    if (out >= 0 && close(out) != 0 && ok) {
        ok = err_sys(err, errno, "cannot close '%s'", fresh);
    }
    ok = ok && (rename(fresh, to) == 0 || err_sys(err, errno, "cannot rename to '%s'", to));
    if (!ok) {
        unlink(fresh);
    }
    return ok;
}

static bool has_bytes(const char *path, const struct catalog_entry *e)
{
    uint8_t hash[MINISIG_HASH_BYTES];

    return fsio_size(path) == e->bytes && minisig_hash_file(path, hash, NULL) && !memcmp(hash, e->hash, sizeof e->hash);
}

/* A container and its signature, where the stick has not just these bytes. */
static bool put_pack(const char *target, const char *packs, const struct catalog_entry *e, int64_t *bytes,
                     struct err *err)
{
    char from[4096], to[4096], file[FORMAT_NAME_BYTES + 8], name[VOLUME_NAME_MAX];
    struct buf sig = {0};
    bool ok;

    format_name(e->id, e->version, file);
    snprintf(name, sizeof name, "containers/%s", file);
    if (!fsio_join(packs, file, from, sizeof from, err) || !path_of(target, name, to, err) ||
        (!has_bytes(to, e) && !copy_file(from, to, bytes, err))) {
        return false;
    }
    snprintf(name, sizeof name, "containers/%s.minisig", file);
    memcpy(file + strlen(file), ".minisig", 9);
    ok = fsio_join(packs, file, from, sizeof from, err) && fsio_read(from, MINISIG_MAX_BYTES, &sig, err) &&
         put(target, name, sig.data, sig.len, err);
    buf_release(&sig);
    return ok;
}

static bool is_pack(const char *name)
{
    size_t n = strlen(name);

    return n > 4 && !strcmp(name + n - 4, ".m2k");
}

static bool read_needs(const char *path, struct catalog_entry *e, struct err *err)
{
    struct container *c;

    if (!container_open(path, &c, err)) {
        return false;
    }
    snprintf(e->needs, sizeof e->needs, "%s", container_needs(c));
    container_close(c);
    return true;
}

/* The newest version of each container in the folder, verified. */
static bool gather(const struct office *o, const char *packs, struct catalog *c, struct err *err)
{
    char **names, path[4096];
    int n;
    bool ok = fsio_list(packs, &names, &n, err);

    for (int i = 0; ok && i < n; i++) {
        struct verified v;

        if (!is_pack(names[i])) {
            continue;
        }
        ok = fsio_join(packs, names[i], path, sizeof path, err) && verify_file(o->trust, VERIFY_NEW, path, &v, err);
        if (!ok) {
            break;
        }
        struct catalog_entry *e = NULL;

        for (int k = 0; k < c->n_entries && !e; k++) {
            e = strcmp(c->entries[k].id, v.id) ? NULL : &c->entries[k];
        }
        if (e && e->version >= v.version) {
            continue;
        }
        if (!e) {
            c->entries = mem_grow(c->entries, (size_t)(c->n_entries + 1) * sizeof *c->entries);
            e = &c->entries[c->n_entries++];
        }
        *e = (struct catalog_entry){.version = v.version, .bytes = fsio_size(path)};
        snprintf(e->id, sizeof e->id, "%s", v.id);
        memcpy(e->hash, v.hash, sizeof e->hash);
        ok = read_needs(path, e, err);
    }
    if (names) {
        fsio_free_names(names, n);
    }
    return ok && (c->n_entries ||
                  err_set(err, ERR_NOT_FOUND, "'%s': no containers; build them with `micro2 content build`", packs));
}

static bool put_catalog(struct office *o, struct ledger *l, const struct stick_plan *plan, struct stick_made *made,
                        struct err *err)
{
    struct catalog c = {0};
    struct buf text = {0};
    bool ok = gather(o, plan->packs, &c, err) && ledger_next(l, "catalog", &c.counter, err);

    for (int i = 0; ok && i < c.n_entries; i++) {
        ok = put_pack(plan->target, plan->packs, &c.entries[i], &made->bytes, err);
    }
    if (ok) {
        catalog_text(&c, &text);
        ok = put_signed(o, plan->target, "catalog.json", "office", &text, "catalog", "catalog.json", c.counter, err);
    }
    made->n_packs = c.n_entries;
    buf_release(&text);
    free(c.entries);
    return ok;
}

/* --- mailboxes, trust, courier
 * ------------------------------------------------------------------------------------------------------------------ */

/* All blocks written once, so that a station's overwriting changes no file-system structure. */
static bool make_mailbox(const char *path, int64_t bytes, struct err *err)
{
    static const char zeros[65536];
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = fd >= 0 || err_sys(err, errno, "'%s'", path);

    if (ok && posix_fallocate(fd, 0, bytes) == ENOSPC) {
        ok = err_set(err, ERR_NO_SPACE,
                     "'%s': no room on the stick; take a larger one or smaller mailboxes (--mailbox-kb)", path);
    }
    for (int64_t done = 0; ok && done < bytes; done += (int64_t)sizeof zeros) {
        int64_t n = bytes - done < (int64_t)sizeof zeros ? bytes - done : (int64_t)sizeof zeros;

        ok = fsio_write_all(fd, zeros, (size_t)n, err) || err_wrap(err, "'%s'", path);
    }
    ok = ok && (fsync(fd) == 0 || err_sys(err, errno, "cannot sync '%s'", path));
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static void mailbox_path(const char *target, int slot, char out[4096 + VOLUME_NAME_MAX])
{
    char name[VOLUME_NAME_MAX];

    mailbox_name(slot, name);
    snprintf(out, 4096 + VOLUME_NAME_MAX, "%s/%s", target, name);
}

static bool put_mailboxes(const char *target, int64_t bytes, struct err *err)
{
    for (int i = 0; i < MAILBOX_SLOTS; i++) {
        char path[4096 + VOLUME_NAME_MAX];

        mailbox_path(target, i, path);
        if (fsio_size(path) != bytes && !make_mailbox(path, bytes, err)) {
            return false;
        }
    }
    return true;
}

/* courier.json of a stick that is ours already; nobody's signature is looked at. */
static bool known_courier(const char *target, struct courier *known)
{
    char path[4096];
    struct buf text = {0};
    bool is_known = path_of(target, "courier.json", path, NULL) && fsio_read(path, COURIER_TEXT_MAX, &text, NULL) &&
                    courier_parse(buf_text(&text), text.len, known, NULL);

    buf_release(&text);
    return is_known;
}

/* The size that mailboxes have here, so that renewing a stick makes none anew. */
static int64_t known_bytes(const char *target)
{
    char path[4096 + VOLUME_NAME_MAX];
    struct courier known;
    int64_t first;

    if (known_courier(target, &known)) {
        return known.mailbox_bytes;
    }
    mailbox_path(target, 0, path);
    first = fsio_size(path);
    return first >= MAILBOX_MIN_BYTES && first <= MAILBOX_MAX_BYTES ? first : MAILBOX_DEFAULT_BYTES;
}

#define SQL_HAS_ROW "SELECT count(*) FROM raw WHERE station = :station AND seq = :seq AND hash = :hash"

/* The last row of a half is in the ledger: so are those before it, which go in together. */
static bool has_rows(struct ledger *l, const struct mailbox_header *h, bool *has, struct err *err)
{
    struct stmt *q = db_stmt(ledger_db(l), SQL_HAS_ROW);
    int64_t n;

    db_blob(q, ":station", h->station, sizeof h->station);
    db_int(q, ":seq", (int64_t)h->to_seq);
    db_blob(q, ":hash", h->head, sizeof h->head);
    if (!db_number(q, 0, &n, err)) {
        return false;
    }
    *has = n > 0;
    return true;
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
        return err_set(err, ERR_EXISTS,
                       "mailbox %d holds results of a station that this office does not know, and another size would "
                       "lose them; take the stick to the office it is from, leave out --mailbox-kb, or take another",
                       slot);
    }
    if (!station || !mailbox_check_signature(sector, &station->key, NULL)) {
        return true; /* stolen or forged: never collected */
    }
    if (!has_rows(l, &h, &has, err)) {
        return false;
    }
    return has || err_set(err, ERR_EXISTS,
                          "mailbox %d holds results of '%s' that are not collected, and another size would lose them; "
                          "run `micro2 office collect` first, or leave out --mailbox-kb",
                          slot, station->name);
}

static bool check_mailboxes(const struct office *o, struct ledger *l, const char *target, int64_t bytes,
                            struct err *err)
{
    struct volume *v;
    bool ok = true;

    if (!volume_open_folder(target, &v, err)) {
        return false;
    }
    for (int i = 0; ok && i < MAILBOX_SLOTS; i++) {
        char path[4096 + VOLUME_NAME_MAX];

        mailbox_path(target, i, path);
        for (int half = 0; ok && half < MAILBOX_HALVES && fsio_size(path) != bytes; half++) {
            ok = check_half(o, l, v, i, half, err);
        }
    }
    volume_close(v);
    return ok;
}

static bool put_trust(const struct office *o, const char *target, struct err *err)
{
    struct trust_files files = {0};
    bool ok = trustlist_read_files(office_path(o, "trust"), &files, err) &&
              put(target, "trust.json", buf_text(&files.text), files.text.len, err);

    for (int i = 0; ok && i < files.n_sigs; i++) {
        char name[VOLUME_NAME_MAX];

        snprintf(name, sizeof name, "trust.json.root%d.minisig", i + 1);
        ok = put(target, name, buf_text(&files.sigs[i]), files.sigs[i].len, err);
    }
    trustlist_files_release(&files);
    return ok;
}

/* A stick that was ours keeps its id, so that field staff know it again. */
static void stick_id(const char *target, char out[COURIER_ID_TEXT])
{
    struct courier known;
    uint8_t id[KEY_ID_BYTES];

    rng_secret(id, sizeof id);
    hex_write(id, sizeof id, out);
    if (known_courier(target, &known)) {
        memcpy(out, known.stick, COURIER_ID_TEXT);
    }
}

static bool put_courier(struct office *o, struct ledger *l, const struct stick_plan *plan, struct stick_made *made,
                        struct err *err)
{
    struct courier c = {.mailbox_bytes = made->mailbox_bytes};
    struct buf text = {0};
    bool ok;

    stick_id(plan->target, c.stick);
    ok = ledger_next(l, "courier", &c.counter, err);
    if (ok) {
        courier_write_text(&c, &text);
        ok = put_signed(o, plan->target, "courier.json", "courier", &text, "courier", c.stick, c.counter, err);
    }
    memcpy(made->stick, c.stick, sizeof made->stick);
    buf_release(&text);
    return ok;
}

/* --- receipts
 * ------------------------------------------------------------------------------------------------------------------------------------
 */

static bool is_named(const char *const *hubs, const char *name)
{
    for (int i = 0; hubs && hubs[i]; i++) {
        if (!strcmp(hubs[i], name)) {
            return true;
        }
    }
    return !hubs || !hubs[0];
}

/* Each hub asked for is a station of this office. */
static bool check_hubs(const struct office *o, const char *const *hubs, struct err *err)
{
    for (int i = 0; hubs && hubs[i]; i++) {
        struct buf known = {0};

        if (trustlist_find_name(o->trust, TRUST_STATION, hubs[i])) {
            continue;
        }
        for (int k = 0; k < o->trust->n_keys; k++) {
            if (o->trust->keys[k].role == TRUST_STATION && o->trust->keys[k].revoked == TRUST_GOOD) {
                buf_fmt(&known, "%s'%s'", known.len ? ", " : "", o->trust->keys[k].name);
            }
        }
        err_set(err, ERR_USAGE, "--hub '%s': no hub of this office; known hubs: %s", hubs[i],
                known.len ? buf_text(&known) : "none, make one with `micro2 hub new`");
        buf_release(&known);
        return false;
    }
    return true;
}

static bool put_receipt(struct office *o, const char *target, int n, const struct courier_receipt *r, struct err *err)
{
    char name[VOLUME_NAME_MAX], station[2 * KEY_ID_BYTES + 1];
    struct buf text = {0};
    bool ok;

    hex_write(r->station, sizeof r->station, station);
    snprintf(name, sizeof name, "receipts/%03d.json", n);
    courier_receipt_text(r, &text);
    ok = put_signed(o, target, name, "office", &text, "receipt", station, r->counter, err);
    buf_release(&text);
    return ok;
}

/* A receipt of another office lies here: signed by a key that was never one of ours. */
static bool is_foreign_receipt(const struct office *o, const char *target, int n)
{
    char name[VOLUME_NAME_MAX], path[4096];
    struct buf sig = {0};
    uint8_t id[KEY_ID_BYTES];
    bool is_signed;

    snprintf(name, sizeof name, "receipts/%03d.json.minisig", n);
    is_signed = path_of(target, name, path, NULL) && fsio_read(path, MINISIG_MAX_BYTES, &sig, NULL) &&
                minisig_key_id(buf_text(&sig), sig.len, id, NULL);
    buf_release(&sig);
    for (int i = 0; is_signed && i < o->trust->n_keys; i++) {
        is_signed = memcmp(o->trust->keys[i].key.id, id, sizeof id) != 0;
    }
    return is_signed;
}

/* Ours from `first` on, but not before another office's: stations read up to the first number that is missing. */
static void remove_receipts_from(const struct office *o, const char *target, int first)
{
    for (int n = COURIER_RECEIPTS_MAX - 1; n >= first && !is_foreign_receipt(o, target, n); n--) {
        char name[VOLUME_NAME_MAX], path[4096];

        snprintf(name, sizeof name, "receipts/%03d.json", n);
        if (path_of(target, name, path, NULL)) {
            unlink(path);
        }
        snprintf(name, sizeof name, "receipts/%03d.json.minisig", n);
        if (path_of(target, name, path, NULL)) {
            unlink(path);
        }
    }
}

bool stick_put_receipts(struct office *o, struct ledger *l, const char *target, const char *const *hubs, int *n,
                        struct err *err)
{
    int at = 0; /* the number of the next one */

    *n = 0;
    for (int i = 0; i < o->trust->n_keys; i++) {
        const struct trust_key *k = &o->trust->keys[i];
        struct courier_receipt r;
        struct err why = {0};

        if (k->role != TRUST_STATION || k->revoked != TRUST_GOOD || !is_named(hubs, k->name)) {
            continue;
        }
        if (!ledger_receipt(l, k->key.id, &r, &why)) {
            if (why.code == ERR_NOT_FOUND) {
                continue;
            }
            return err_set(err, why.code, "%s", why.text);
        }
        while (at < COURIER_RECEIPTS_MAX && is_foreign_receipt(o, target, at)) {
            at++;
        }
        if (at == COURIER_RECEIPTS_MAX) {
            break;
        }
        if (!put_receipt(o, target, at++, &r, err)) {
            return err_wrap(err, "receipt of '%s'", k->name);
        }
        ++*n;
    }
    remove_receipts_from(o, target, at);
    return true;
}

bool stick_prepare(struct office *o, struct ledger *l, const struct stick_plan *plan, struct stick_made *made,
                   struct err *err)
{
    static const char *const folders[] = {"containers", "mailbox", "receipts"};

    *made = (struct stick_made){.mailbox_bytes = plan->mailbox_bytes ? plan->mailbox_bytes : known_bytes(plan->target)};
    if (!check_hubs(o, plan->hubs, err) || !check_mailboxes(o, l, plan->target, made->mailbox_bytes, err)) {
        return false;
    }
    for (size_t i = 0; i < M2_COUNT(folders); i++) {
        char path[4096];

        if (!path_of(plan->target, folders[i], path, err) || !fsio_make_dirs(path, 0755, err)) {
            return false;
        }
    }
    return put(plan->target, "READ-ME.txt", READ_ME, sizeof READ_ME - 1, err) && put_trust(o, plan->target, err) &&
           put_mailboxes(plan->target, made->mailbox_bytes, err) && put_catalog(o, l, plan, made, err) &&
           stick_put_receipts(o, l, plan->target, plan->hubs, &made->n_receipts, err) &&
           put_courier(o, l, plan, made, err);
}
