/* courier: the signed texts on a courier stick, verified before they are read. */
#include "stick/courier.h"
#include "base/json.h"
#include "stick/mailbox.h"
#include "trust/counter.h"
#include "trust/minisig.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

bool courier_text(struct volume *v, const char *name, int64_t max_bytes, struct buf *out, struct err *err)
{
    int64_t size, got;
    char *room;
    bool ok;

    if (!volume_size(v, name, &size, err)) {
        return false;
    }
    if (size > max_bytes) {
        return err_set(err, ERR_LIMIT, "stick: '%s' is over %lld bytes", name, (long long)max_bytes);
    }
    room = mem_alloc((size_t)size + 1);
    ok = volume_read(v, name, 0, room, size, &got, err);
    if (ok) {
        buf_clear(out);
        buf_add(out, room, (size_t)got);
    }
    free(room);
    return ok;
}

/* A text, its signature by a key of `role`, and the id in the signed comment (64 bytes; may be NULL). */
static bool signed_text(struct volume *v, const struct trustlist *trust, enum trust_role role, const char *type,
                        const char *name, int64_t max_bytes, struct buf *text, char *id, uint64_t *counter,
                        struct err *err)
{
    char sig_name[VOLUME_NAME_MAX];
    struct buf sig = {0};
    struct minisig_hash h;
    struct err why = {0};
    uint8_t hash[MINISIG_HASH_BYTES];
    bool ok;

    snprintf(sig_name, sizeof sig_name, "%s.minisig", name);
    ok = courier_text(v, name, max_bytes, text, err);
    if (ok && !courier_text(v, sig_name, MINISIG_MAX_BYTES, &sig, &why)) {
        ok = err_set(err, why.code == ERR_NOT_FOUND ? ERR_SIGNATURE : why.code, "%s", why.text);
    }
    if (ok) {
        minisig_hash_begin(&h);
        minisig_hash_add(&h, buf_text(text), text->len);
        minisig_hash_end(&h, hash);
        ok = trustlist_check(trust, role, type, &(struct trust_sig){buf_text(&sig), sig.len}, hash, id, counter, err) ||
             err_wrap(err, "stick: '%s'", name);
    }
    buf_release(&sig);
    return ok;
}

/* --- trust list
 * --------------------------------------------------------------------------------------------------------------------
 */

/* What its signatures say of its counter, which nobody checked yet: only to see whether checking is worth while. */
static bool says_higher(const struct trust_files *f, const struct trustlist *held)
{
    char comment[MINISIG_COMMENT_MAX + 1], type[32], id[64];
    uint64_t counter;

    for (int i = 0; i < f->n_sigs; i++) {
        if (minisig_peek(buf_text(&f->sigs[i]), f->sigs[i].len, comment) &&
            minisig_comment(comment, type, id, &counter, NULL) && counter > held->counter) {
            return true;
        }
    }
    return f->n_sigs == 0; /* unsigned: to be refused, not passed over */
}

/* The signatures beside a list and, where they say it is newer than held, its text. ERR_NOT_FOUND: no list. */
static bool read_list(struct volume *v, const char *list, const struct trustlist *held, struct trust_files *f,
                      bool *is_newer, struct err *err)
{
    int64_t size;

    if (!volume_size(v, list, &size, err)) {
        return false;
    }
    for (int i = 0; i < TRUST_SIGS_MAX; i++) {
        char name[VOLUME_NAME_MAX];
        struct err why = {0};

        snprintf(name, sizeof name, "%s.root%d.minisig", list, i + 1);
        if (courier_text(v, name, MINISIG_MAX_BYTES, &f->sigs[f->n_sigs], &why)) {
            f->n_sigs++;
        } else if (why.code != ERR_NOT_FOUND) {
            return err_set(err, why.code, "%s", why.text);
        }
    }
    *is_newer = says_higher(f, held);
    return !*is_newer || courier_text(v, list, TRUST_TEXT_MAX, &f->text, err);
}

static bool verify_newer(const struct trustlist *held, const struct trust_files *f, struct trustlist **newer,
                         struct err *err)
{
    struct trust_sig sigs[TRUST_SIGS_MAX];

    for (int i = 0; i < f->n_sigs; i++) {
        sigs[i] = (struct trust_sig){buf_text(&f->sigs[i]), f->sigs[i].len};
    }
    return trustlist_verify_update(held, buf_text(&f->text), f->text.len, sigs, f->n_sigs, newer, err);
}

/* The rotation of this number, where there is one newer than held; false where it does not fit. */
static bool take_rotation(struct volume *v, int n, const struct trustlist *held, struct trustlist **newer)
{
    struct trust_files f = {0};
    struct err why = {0};
    char name[VOLUME_NAME_MAX];
    bool is_newer = false, ok;

    snprintf(name, sizeof name, COURIER_ROOT "trust/%03d.json", n);
    ok = read_list(v, name, held, &f, &is_newer, &why) ? !is_newer || verify_newer(held, &f, newer, NULL)
                                                       : why.code == ERR_NOT_FOUND;
    trustlist_files_release(&f);
    return ok;
}

/* By the roots held here, or by those that the stick's rotations lead to, one after the other, past those that are
 * older than what is held; the first that does not fit is the end. */
static bool verify_list(struct volume *v, const struct trustlist *held, const struct trust_files *f,
                        struct trustlist **newer, struct err *err)
{
    struct trustlist *reached = NULL;
    struct err why = {0};
    bool ok = verify_newer(held, f, newer, &why);

    for (int n = 1; n <= TRUST_ROTATIONS_MAX && !ok && why.code == ERR_SIGNATURE; n++) {
        struct trustlist *next = NULL;

        if (!take_rotation(v, n, reached ? reached : held, &next)) {
            break;
        }
        if (next) {
            trustlist_free(reached);
            reached = next;
            ok = verify_newer(reached, f, newer, &why);
        }
    }
    trustlist_free(reached);
    return ok || err_set(err, why.code, "stick: 'trust.json': %s", why.text);
}

bool courier_trust(struct volume *v, const struct trustlist *held, struct trustlist **newer, struct trust_files *files,
                   struct err *err)
{
    struct trust_files f = {0};
    bool is_newer = false, ok = read_list(v, COURIER_ROOT "trust.json", held, &f, &is_newer, err);

    if (ok && is_newer && verify_list(v, held, &f, newer, err)) {
        *files = f;
        return true;
    }
    ok = ok && !is_newer;
    trustlist_files_release(&f);
    return ok;
}

/* --- courier.json
 * --------------------------------------------------------------------------------------------------------------------
 */

void courier_write_text(const struct courier *c, struct buf *out)
{
    struct json_out w = {.buf = out};

    buf_clear(out);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", "micro2-courier-1");
    json_put_str(&w, "stick", c->stick);
    json_put_int(&w, "counter", (int64_t)c->counter);
    json_put_int(&w, "mailbox_bytes", c->mailbox_bytes);
    json_end(&w, '}');
    buf_char(out, '\n');
}

static bool read_courier(const struct json *j, struct courier *out, struct err *err)
{
    static const char *const keys[] = {"format", "stick", "counter", "mailbox_bytes", NULL};
    static const char subject[] = "courier.json";
    const char *format, *stick;
    int64_t counter, bytes;
    uint8_t id[KEY_ID_BYTES];

    if (!json_only(j, keys, subject, err) || !json_need_str(j, "format", subject, &format, err) ||
        !json_need_str(j, "stick", subject, &stick, err) ||
        !json_need_int(j, "counter", subject, 1, INT64_MAX, &counter, err) ||
        !json_need_int(j, "mailbox_bytes", subject, MAILBOX_MIN_BYTES, MAILBOX_MAX_BYTES, &bytes, err)) {
        return false;
    }
    if (strcmp(format, "micro2-courier-1") != 0) {
        return err_set(err, ERR_VERSION, "%s: format '%.40s'; this program reads micro2-courier-1", subject, format);
    }
    if (!hex_read(stick, id, sizeof id)) {
        return err_set(err, ERR_FORMAT, "%s: 'stick' must be 16 hex digits", subject);
    }
    *out = (struct courier){.counter = (uint64_t)counter, .mailbox_bytes = bytes};
    memcpy(out->stick, stick, sizeof out->stick);
    return true;
}

bool courier_parse(const char *text, size_t n, struct courier *out, struct err *err)
{
    struct json *j = json_parse(text, n, "courier.json", err);
    bool ok = j && read_courier(j, out, err);

    json_free(j);
    return ok;
}

bool courier_open(struct volume *v, const struct trustlist *trust, struct courier *out, struct err *err)
{
    struct buf text = {0};
    struct courier c;
    char id[64];
    bool ok = signed_text(v, trust, TRUST_COURIER, "courier", COURIER_ROOT "courier.json", COURIER_TEXT_MAX, &text, id,
                          NULL, err) &&
              courier_parse(buf_text(&text), text.len, &c, err);

    if (ok && strcmp(id, c.stick) != 0) {
        ok = err_set(err, ERR_TRUST, "courier.json: signed for another stick");
    }
    if (ok) {
        const struct trust_key *office = trustlist_first(trust, TRUST_OFFICE);

        snprintf(c.office, sizeof c.office, "%s", office ? office->name : "");
        *out = c;
    }
    buf_release(&text);
    return ok;
}

/* --- catalogue and containers
 * ------------------------------------------------------------------------------------------------------------ */

bool courier_catalog(struct volume *v, const struct trustlist *trust, const char *counters, struct catalog **out,
                     struct err *err)
{
    struct buf text = {0}, sig = {0};
    struct catalog *catalog = NULL;
    uint8_t key[KEY_ID_BYTES];
    char name[COUNTER_NAME_BYTES] = "catalog:";
    uint64_t least;
    bool ok = courier_text(v, COURIER_ROOT "catalog.json", COURIER_CATALOG_MAX, &text, err) &&
              courier_text(v, COURIER_ROOT "catalog.json.minisig", MINISIG_MAX_BYTES, &sig, err) &&
              minisig_key_id(buf_text(&sig), sig.len, key, err);

    if (ok) {
        hex_write(key, sizeof key, name + strlen(name));
        ok = counter_begin(counters, trustlist_era(trust), err) && counter_get(counters, name, &least, err) &&
             catalog_verify(trust, buf_text(&text), text.len, &(struct trust_sig){buf_text(&sig), sig.len}, least,
                            &catalog, err) &&
             counter_raise(counters, name, catalog->counter, err);
    }
    buf_release(&text);
    buf_release(&sig);
    if (!ok) {
        catalog_free(catalog);
        return false;
    }
    *out = catalog;
    return true;
}

static bool pack_read(void *ctx, int64_t offset, void *buf, size_t n, struct err *err)
{
    struct courier_pack *pack = ctx;
    int64_t got;

    if (!volume_read(pack->volume, pack->name, offset, buf, (int64_t)n, &got, err)) {
        return false;
    }
    return got == (int64_t)n || err_set(err, ERR_FORMAT, "stick: '%s' is shorter than the catalogue says", pack->name);
}

bool courier_pack_open(struct volume *v, const struct catalog_entry *entry, struct courier_pack *pack, struct buf *sig,
                       struct install_source *source, struct err *err)
{
    char name[VOLUME_NAME_MAX + 16];
    struct err why = {0}, no_sig = {0};
    int64_t bytes;
    bool has_sig;

    pack->volume = v;
    snprintf(pack->name, sizeof pack->name, COURIER_ROOT "containers/%s-%lld.m2k", entry->id,
             (long long)entry->version);
    snprintf(name, sizeof name, "%s.minisig", pack->name);
    *source = (struct install_source){.ctx = pack, .read = pack_read};
    has_sig = courier_text(v, name, MINISIG_MAX_BYTES, sig, &no_sig);
    if (!volume_size(v, pack->name, &bytes,
                     &why)) { /* last: its bytes are asked for next, and it need not be looked for */
        return why.code != ERR_NOT_FOUND
                   ? err_set(err, why.code, "%s", why.text)
                   : err_set(err, ERR_NOT_FOUND, "version %lld is not on this stick; another one brings it",
                             (long long)entry->version);
    }
    return has_sig || err_set(err, no_sig.code, "%s", no_sig.text);
}

/* --- receipts
 * --------------------------------------------------------------------------------------------------------------------------------
 */

void courier_receipt_text(const struct courier_receipt *r, struct buf *out)
{
    char station[2 * KEY_ID_BYTES + 1], epoch[17], hash[2 * SEAL_HASH_BYTES + 1];
    struct json_out w = {.buf = out};

    hex_write(r->station, sizeof r->station, station);
    hex_write(r->hash, sizeof r->hash, hash);
    snprintf(epoch, sizeof epoch, "%016llx", (unsigned long long)r->epoch);
    buf_clear(out);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", "micro2-receipt-1");
    json_put_str(&w, "station", station);
    json_put_str(&w, "epoch", epoch);
    json_put_int(&w, "up_to_seq", r->up_to_seq);
    json_put_str(&w, "hash", hash);
    json_put_int(&w, "counter", (int64_t)r->counter);
    json_end(&w, '}');
    buf_char(out, '\n');
}

static bool read_receipt(const struct json *j, struct courier_receipt *out, struct err *err)
{
    static const char *const keys[] = {"format", "station", "epoch", "up_to_seq", "hash", "counter", NULL};
    static const char subject[] = "receipt";
    const char *format, *station, *epoch, *hash;
    int64_t counter;
    uint8_t be[8];
    struct courier_receipt r = {0};

    if (!json_only(j, keys, subject, err) || !json_need_str(j, "format", subject, &format, err) ||
        !json_need_str(j, "station", subject, &station, err) || !json_need_str(j, "epoch", subject, &epoch, err) ||
        !json_need_int(j, "up_to_seq", subject, 1, INT64_MAX, &r.up_to_seq, err) ||
        !json_need_str(j, "hash", subject, &hash, err) ||
        !json_need_int(j, "counter", subject, 1, INT64_MAX, &counter, err)) {
        return false;
    }
    if (strcmp(format, "micro2-receipt-1") != 0) {
        return err_set(err, ERR_VERSION, "%s: format '%.40s'; this program reads micro2-receipt-1", subject, format);
    }
    if (!hex_read(station, r.station, sizeof r.station) || !hex_read(epoch, be, sizeof be) ||
        !hex_read(hash, r.hash, sizeof r.hash)) {
        return err_set(err, ERR_FORMAT, "%s: 'station', 'epoch' and 'hash' must be 16, 16 and 64 hex digits", subject);
    }
    for (size_t i = 0; i < sizeof be; i++) {
        r.epoch = r.epoch << 8 | be[i];
    }
    r.counter = (uint64_t)counter;
    *out = r;
    return true;
}

bool courier_receipt_parse(const char *text, size_t n, struct courier_receipt *out, struct err *err)
{
    struct json *j = json_parse(text, n, "receipt", err);
    bool ok = j && read_receipt(j, out, err);

    json_free(j);
    return ok;
}

bool courier_receipt(struct volume *v, const struct trustlist *trust, int n, struct courier_receipt *out,
                     struct err *err)
{
    char name[VOLUME_NAME_MAX], id[64], station[2 * KEY_ID_BYTES + 1];
    struct courier_receipt r = {0};
    struct buf text = {0};
    uint64_t counter = 0;
    bool ok;

    if (n >= COURIER_RECEIPTS_MAX) {
        return err_set(err, ERR_NOT_FOUND, "stick: only %d receipts are looked at", COURIER_RECEIPTS_MAX);
    }
    snprintf(name, sizeof name, COURIER_ROOT "receipts/%03d.json", n);
    ok = signed_text(v, trust, TRUST_OFFICE, "receipt", name, COURIER_TEXT_MAX, &text, id, &counter, err) &&
         courier_receipt_parse(buf_text(&text), text.len, &r, err);
    if (ok) {
        hex_write(r.station, sizeof r.station, station);
        ok = (!strcmp(station, id) && counter == r.counter) ||
             err_set(err, ERR_TRUST, "stick: '%s' was signed for something else", name);
    }
    if (ok) {
        *out = r;
    }
    buf_release(&text);
    return ok;
}
