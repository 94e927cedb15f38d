/* trustlist: who may sign what, by the word of two roots out of three. */
#include "trust/trustlist.h"
#include "base/fsio.h"
#include "base/json.h"
#include "base/utf8.h"
#include "trust/minisig.h"
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static const char FORMAT[] = "micro2-trust-1";
static const char SUBJECT[] = "trust.json";
static const char *const ROLES[] = {"office", "author", "courier", "station"};
static const char *const REVOKED[] = {"lost", "stolen"}; /* in the order of enum trust_revoked, after "good" */

enum { PATH_BYTES = 1024 };

const char *trustlist_role_name(enum trust_role role)
{
    return ROLES[role];
}

void trustlist_free(struct trustlist *t)
{
    if (t) {
        free(t->keys);
        free(t);
    }
}

/* --- the text
 * ------------------------------------------------------------------------------------------------------------- */

static int word_index(const char *const *words, int n, const char *word)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

static bool is_name(const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || n > TRUST_NAME_MAX || !utf8_is_clean(name, n)) {
        return false;
    }
    return !strpbrk(name, "\n\t");
}

static bool is_same_key(const struct pubkey *a, const struct pubkey *b)
{
    return memcmp(a->id, b->id, KEY_ID_BYTES) == 0 || memcmp(a->key, b->key, KEY_PUBLIC_BYTES) == 0;
}

static const struct pubkey *root_by_id(const struct trustlist *t, const uint8_t id[KEY_ID_BYTES])
{
    for (int i = 0; i < TRUST_ROOTS; i++) {
        if (memcmp(t->roots[i].id, id, KEY_ID_BYTES) == 0) {
            return &t->roots[i];
        }
    }
    return NULL;
}

static bool read_roots(const struct json *list, struct trustlist *t, struct err *err)
{
    const struct json *roots, *threshold = json_get(list, "threshold");

    if (json_kind(threshold) != KIND_INT || json_int(threshold, 0) != TRUST_THRESHOLD) {
        return err_set(err, ERR_FORMAT, "%s: 'threshold' must be %d", SUBJECT, TRUST_THRESHOLD);
    }
    if (!json_need_array(list, "roots", SUBJECT, &roots, err)) {
        return false;
    }
    if (json_count(roots) != TRUST_ROOTS) {
        return err_set(err, ERR_FORMAT, "%s: 'roots' must be %d keys", SUBJECT, TRUST_ROOTS);
    }
    for (int i = 0; i < TRUST_ROOTS; i++) {
        if (!keys_public_parse(json_str(json_at(roots, i), ""), &t->roots[i], err)) {
            return err_wrap(err, "%s: root %d", SUBJECT, i + 1);
        }
        for (int j = 0; j < i; j++) {
            if (is_same_key(&t->roots[i], &t->roots[j])) {
                return err_set(err, ERR_TRUST, "%s: roots %d and %d are one key; three different ones are due", SUBJECT,
                               j + 1, i + 1);
            }
        }
    }
    return true;
}

static bool read_key(const struct json *entry, struct trust_key *k, struct err *err)
{
    static const char *const fields[] = {"role", "name", "key", "not_before_counter", "revoked", NULL};
    const struct json *revoked = json_get(entry, "revoked"), *floor = json_get(entry, "not_before_counter");
    const char *role, *name, *key;
    int64_t not_before = 0;
    int i;

    if (json_kind(entry) != KIND_OBJECT) {
        return err_set(err, ERR_FORMAT, "%s: each of 'keys' must be an object", SUBJECT);
    }
    if (!json_only(entry, fields, SUBJECT, err) || !json_need_str(entry, "role", SUBJECT, &role, err) ||
        !json_need_str(entry, "name", SUBJECT, &name, err) || !json_need_str(entry, "key", SUBJECT, &key, err) ||
        !keys_public_parse(key, &k->key, err) ||
        (floor && !json_need_int(entry, "not_before_counter", SUBJECT, 0, INT64_MAX, &not_before, err))) {
        return false;
    }
    i = word_index(ROLES, M2_COUNT(ROLES), role);
    if (i < 0) {
        return err_set(err, ERR_FORMAT, "%s: unknown role '%.40s'; known are office, author, courier, station", SUBJECT,
                       role);
    }
    k->role = (enum trust_role)i;
    if (!is_name(name)) {
        return err_set(err, ERR_FORMAT, "%s: a key's name must be 1 to %d clean bytes", SUBJECT, TRUST_NAME_MAX);
    }
    memcpy(k->name, name, strlen(name) + 1);
    k->not_before_counter = (uint64_t)not_before;
    if (revoked) {
        i = word_index(REVOKED, M2_COUNT(REVOKED), json_str(revoked, ""));
        if (i < 0) {
            return err_set(err, ERR_FORMAT, "%s: 'revoked' must be lost or stolen", SUBJECT);
        }
        k->revoked = (enum trust_revoked)(i + 1);
    }
    return true;
}

struct key_ref { /* for finding twins in one pass */
    const uint8_t *bytes;
    size_t n;
    const char *name;
};

static int by_bytes(const void *a, const void *b)
{
    const struct key_ref *x = a, *y = b;

    return memcmp(x->bytes, y->bytes, x->n);
}

/* No key and no id twice, neither among the keys nor between keys and roots. */
static bool check_twins(const struct trustlist *t, struct err *err)
{
    int n = t->n_keys + TRUST_ROOTS;
    struct key_ref *refs = mem_alloc((size_t)n * sizeof *refs);
    bool ok = true;

    for (int pass = 0; ok && pass < 2; pass++) {
        for (int i = 0; i < n; i++) {
            const struct trust_key *entry = i < t->n_keys ? &t->keys[i] : NULL;
            const struct pubkey *key = entry ? &entry->key : &t->roots[i - t->n_keys];

            refs[i] = (struct key_ref){pass ? key->key : key->id, pass ? KEY_PUBLIC_BYTES : KEY_ID_BYTES,
                                       entry ? entry->name : "a root"};
        }
        qsort(refs, (size_t)n, sizeof *refs, by_bytes);
        for (int i = 1; ok && i < n; i++) {
            if (by_bytes(&refs[i - 1], &refs[i]) == 0) {
                ok = err_set(err, ERR_TRUST, "%s: a key is there twice, for '%s' and for '%s'; one key has one role",
                             SUBJECT, refs[i - 1].name, refs[i].name);
            }
        }
    }
    free(refs);
    return ok;
}

static bool read_keys(const struct json *list, struct trustlist *t, struct err *err)
{
    const struct json *keys;

    if (!json_need_array(list, "keys", SUBJECT, &keys, err)) {
        return false;
    }
    if (json_count(keys) > TRUST_KEYS_MAX) {
        return err_set(err, ERR_LIMIT, "%s: more than %d keys", SUBJECT, TRUST_KEYS_MAX);
    }
    t->keys = mem_alloc((size_t)(json_count(keys) + 1) * sizeof *t->keys);
    for (int i = 0; i < json_count(keys); i++) {
        if (!read_key(json_at(keys, i), &t->keys[i], err)) {
            return err_wrap(err, "key %d", i + 1);
        }
        t->n_keys++;
    }
    return check_twins(t, err);
}

static bool read_list(const struct json *list, struct trustlist *t, struct err *err)
{
    static const char *const fields[] = {"format", "counter", "threshold", "roots", "keys", NULL};
    const char *format;
    int64_t counter;

    if (json_kind(list) != KIND_OBJECT) {
        return err_set(err, ERR_FORMAT, "%s: must be an object", SUBJECT);
    }
    if (!json_need_str(list, "format", SUBJECT, &format, err)) {
        return false;
    }
    if (strcmp(format, FORMAT) != 0) {
        return err_set(err, strncmp(format, "micro2-trust-", 13) == 0 ? ERR_VERSION : ERR_FORMAT,
                       "%s: format '%.40s' is not '%s'; a newer station may read it", SUBJECT, format, FORMAT);
    }
    if (!json_only(list, fields, SUBJECT, err) ||
        !json_need_int(list, "counter", SUBJECT, 1, INT64_MAX, &counter, err)) {
        return false;
    }
    t->counter = (uint64_t)counter;
    return read_roots(list, t, err) && read_keys(list, t, err);
}

struct trustlist *trustlist_parse(const char *text, size_t n, struct err *err)
{
    struct json *list;
    struct trustlist *t;

    if (n > TRUST_TEXT_MAX) {
        err_set(err, ERR_LIMIT, "%s: longer than %d bytes", SUBJECT, TRUST_TEXT_MAX);
        return NULL;
    }
    if (n < 2 || text[n - 1] != '\n' || text[n - 2] == '\n') {
        err_set(err, ERR_FORMAT, "%s: must end after one newline", SUBJECT);
        return NULL;
    }
    list = json_parse(text, n, SUBJECT, err);
    if (!list) {
        return NULL;
    }
    t = mem_alloc(sizeof *t);
    if (!read_list(list, t, err)) {
        trustlist_free(t);
        t = NULL;
    }
    json_free(list);
    return t;
}

void trustlist_text(const struct trustlist *t, struct buf *out)
{
    struct json_out w = {.buf = out};
    char key[57];

    buf_clear(out);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", FORMAT);
    json_put_int(&w, "counter", (int64_t)t->counter);
    json_put_int(&w, "threshold", TRUST_THRESHOLD);
    json_begin(&w, "roots", '[');
    for (int i = 0; i < TRUST_ROOTS; i++) {
        keys_public_text(&t->roots[i], key);
        json_put_str(&w, NULL, key);
    }
    json_end(&w, ']');
    json_begin(&w, "keys", '[');
    for (int i = 0; i < t->n_keys; i++) {
        const struct trust_key *k = &t->keys[i];

        keys_public_text(&k->key, key);
        json_begin(&w, NULL, '{');
        json_put_str(&w, "role", ROLES[k->role]);
        json_put_str(&w, "name", k->name);
        json_put_str(&w, "key", key);
        if (k->not_before_counter) {
            json_put_int(&w, "not_before_counter", (int64_t)k->not_before_counter);
        }
        if (k->revoked != TRUST_GOOD) {
            json_put_str(&w, "revoked", REVOKED[k->revoked - 1]);
        }
        json_end(&w, '}');
    }
    json_end(&w, ']');
    json_end(&w, '}');
    buf_char(out, '\n');
}

/* --- signatures
 * ----------------------------------------------------------------------------------------------------------- */

static void hash_text(const char *text, size_t n, uint8_t hash[MINISIG_HASH_BYTES])
{
    struct minisig_hash h;

    minisig_hash_begin(&h);
    minisig_hash_add(&h, text, n);
    minisig_hash_end(&h, hash);
}

uint64_t trustlist_era(const struct trustlist *t)
{
    uint8_t hash[MINISIG_HASH_BYTES];

    hash_text((const char *)t->roots, sizeof t->roots, hash);
    return get_le64(hash);
}

void trustlist_sign(const struct seckey *root, const char *text, size_t n, uint64_t counter, struct buf *out)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    char comment[64];

    hash_text(text, n, hash);
    snprintf(comment, sizeof comment, "trust %s %" PRIu64, SUBJECT, counter);
    minisig_sign(root, hash, comment, out);
}

/* The root of t that made this signature over hash, by its index; -1 = none. *counter is what its comment says. */
static int signing_root(const struct trustlist *t, const struct trust_sig *sig, const uint8_t hash[MINISIG_HASH_BYTES],
                        uint64_t *counter)
{
    char comment[MINISIG_COMMENT_MAX + 1], type[32], name[64];
    uint8_t id[KEY_ID_BYTES];
    const struct pubkey *root = minisig_key_id(sig->text, sig->n, id, NULL) ? root_by_id(t, id) : NULL;

    if (!root || !minisig_verify(sig->text, sig->n, hash, root, comment, NULL) ||
        !minisig_comment(comment, type, name, counter, NULL) || strcmp(type, "trust") != 0 ||
        strcmp(name, SUBJECT) != 0) {
        return -1;
    }
    return (int)(root - t->roots);
}

/* Two different roots of t signed exactly these bytes for the same counter. */
static bool has_quorum(const struct trustlist *t, const uint8_t hash[MINISIG_HASH_BYTES], const struct trust_sig *sigs,
                       int n_sigs, uint64_t *counter)
{
    bool has_signed[TRUST_ROOTS] = {false};
    int n = 0;

    for (int i = 0; i < n_sigs && i < TRUST_SIGS_MAX; i++) {
        uint64_t says = 0;
        int root = signing_root(t, &sigs[i], hash, &says);

        if (root < 0 || has_signed[root] || (n && says != *counter)) {
            continue;
        }
        has_signed[root] = true;
        *counter = says;
        n++;
    }
    return n >= TRUST_THRESHOLD;
}

static bool keeps_revocations(const struct trustlist *old, const struct trustlist *t, struct err *err)
{
    for (int i = 0; i < old->n_keys; i++) {
        const struct trust_key *was = &old->keys[i];
        bool is_kept = was->revoked == TRUST_GOOD;

        for (int j = 0; !is_kept && j < t->n_keys; j++) {
            is_kept = t->keys[j].revoked >= was->revoked && memcmp(&t->keys[j].key, &was->key, sizeof was->key) == 0;
        }
        if (!is_kept) {
            return err_set(err, ERR_TRUST, "%s: takes back the revocation of '%s'; a revoked key stays revoked",
                           SUBJECT, was->name);
        }
    }
    return true;
}

static bool check_own_roots(const struct trustlist *t, const uint8_t hash[MINISIG_HASH_BYTES],
                            const struct trust_sig *sigs, int n_sigs, struct err *err)
{
    uint64_t counter = 0;

    if (!has_quorum(t, hash, sigs, n_sigs, &counter)) {
        return err_set(err, ERR_SIGNATURE, "%s: fewer than %d of its own roots signed it", SUBJECT, TRUST_THRESHOLD);
    }
    if (counter != t->counter) {
        return err_set(err, ERR_SIGNATURE, "%s: its signatures are for counter %" PRIu64 ", it says %" PRIu64, SUBJECT,
                       counter, t->counter);
    }
    return true;
}

bool trustlist_verify_update(const struct trustlist *old, const char *text, size_t n, const struct trust_sig *sigs,
                             int n_sigs, struct trustlist **out, struct err *err)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct trustlist *t;
    uint64_t counter = 0;

    hash_text(text, n, hash);
    if (old && !has_quorum(old, hash, sigs, n_sigs, &counter)) { /* before a byte of it is parsed */
        return err_set(err, ERR_SIGNATURE, "%s: fewer than %d of the roots trusted here signed it", SUBJECT,
                       TRUST_THRESHOLD);
    }
    if (old && counter <= old->counter) {
        return err_set(err, ERR_TRUST, "%s: counter %" PRIu64 " is not above %" PRIu64 ", which is here", SUBJECT,
                       counter, old->counter);
    }
    t = trustlist_parse(text, n, err);
    if (!t) {
        return false;
    }
    if (!check_own_roots(t, hash, sigs, n_sigs, err) || (old && !keeps_revocations(old, t, err))) {
        trustlist_free(t);
        return false;
    }
    *out = t;
    return true;
}

/* --- questions
 * ------------------------------------------------------------------------------------------------------------ */

static const struct trust_key *by_id(const struct trustlist *t, const uint8_t id[KEY_ID_BYTES])
{
    for (int i = 0; i < t->n_keys; i++) {
        if (memcmp(t->keys[i].key.id, id, KEY_ID_BYTES) == 0) {
            return &t->keys[i];
        }
    }
    return NULL;
}

static const struct trust_key *find(const struct trustlist *t, enum trust_role role, const uint8_t id[KEY_ID_BYTES],
                                    enum trust_revoked worst, struct err *err)
{
    const struct trust_key *k = by_id(t, id);
    char name[KEY_ID_TEXT];

    keys_id_text(id, name);
    if (!k) {
        err_set(err, ERR_SIGNATURE, "key %s: not in the trust list; bring a newer trust list or sign with a known key",
                name);
    } else if (k->role != role) {
        err_set(err, ERR_TRUST, "key %s: '%s' is trusted as %s, not as %s", name, k->name, ROLES[k->role], ROLES[role]);
        k = NULL;
    } else if (k->revoked > worst) {
        err_set(err, ERR_TRUST, "key %s: '%s' was revoked as %s", name, k->name, REVOKED[k->revoked - 1]);
        k = NULL;
    }
    return k;
}

const struct trust_key *trustlist_find(const struct trustlist *t, enum trust_role role, const uint8_t id[KEY_ID_BYTES],
                                       struct err *err)
{
    return find(t, role, id, TRUST_GOOD, err);
}

const struct trust_key *trustlist_find_kept(const struct trustlist *t, enum trust_role role,
                                            const uint8_t id[KEY_ID_BYTES], struct err *err)
{
    return find(t, role, id, TRUST_LOST, err);
}

bool trustlist_is_stolen(const struct trustlist *t, const uint8_t id[KEY_ID_BYTES])
{
    const struct trust_key *k = by_id(t, id);

    return k && k->revoked == TRUST_STOLEN;
}

const struct trust_key *trustlist_first(const struct trustlist *t, enum trust_role role)
{
    for (int i = 0; i < t->n_keys; i++) {
        if (t->keys[i].role == role && t->keys[i].revoked == TRUST_GOOD) {
            return &t->keys[i];
        }
    }
    return NULL;
}

const struct trust_key *trustlist_find_name(const struct trustlist *t, enum trust_role role, const char *name)
{
    for (int i = 0; i < t->n_keys; i++) {
        const struct trust_key *k = &t->keys[i];

        if (k->role == role && k->revoked == TRUST_GOOD && strcmp(k->name, name) == 0) {
            return k;
        }
    }
    return NULL;
}

bool trustlist_check(const struct trustlist *t, enum trust_role role, const char *type, const struct trust_sig *sig,
                     const uint8_t hash[64], char *id, uint64_t *counter, struct err *err)
{
    char comment[MINISIG_COMMENT_MAX + 1], said_type[32], said_id[64];
    uint8_t key_id[KEY_ID_BYTES];
    const struct trust_key *k;
    uint64_t said = 0;

    if (!minisig_key_id(sig->text, sig->n, key_id, err)) {
        return false;
    }
    k = trustlist_find(t, role, key_id, err);
    if (!k || !minisig_verify(sig->text, sig->n, hash, &k->key, comment, err) ||
        !minisig_comment(comment, said_type, said_id, &said, err)) {
        return false;
    }
    if (strcmp(said_type, type) != 0) {
        return err_set(err, ERR_TRUST, "signature: made for a '%s', not for a '%s'", said_type, type);
    }
    if (said < k->not_before_counter) {
        return err_set(err, ERR_TRUST, "signature: counter %" PRIu64 " of '%s' is void below %" PRIu64, said, k->name,
                       k->not_before_counter);
    }
    if (id) {
        memcpy(id, said_id, sizeof said_id);
    }
    if (counter) {
        *counter = said;
    }
    return true;
}

/* --- files
 * ---------------------------------------------------------------------------------------------------------------- */

enum { LIST_FILE = 0 }; /* file 0 is the list, file i its signature i */

static void file_path(const char *dir, int i, bool is_new, char out[PATH_BYTES])
{
    if (i == LIST_FILE) {
        snprintf(out, PATH_BYTES, "%s/%s%s", dir, SUBJECT, is_new ? ".next" : "");
    } else {
        snprintf(out, PATH_BYTES, "%s/%s.root%d.minisig%s", dir, SUBJECT, i, is_new ? ".next" : "");
    }
}

void trustlist_files_release(struct trust_files *f)
{
    buf_release(&f->text);
    for (int i = 0; i < TRUST_SIGS_MAX; i++) {
        buf_release(&f->sigs[i]);
    }
    f->n_sigs = 0;
}

/* is_next: each file as the unfinished write would leave it. */
static bool read_set(const char *dir, bool is_next, struct trust_files *out, struct err *err)
{
    char path[PATH_BYTES];

    file_path(dir, LIST_FILE, is_next, path);
    if (!fsio_read(path, TRUST_TEXT_MAX, &out->text, err)) {
        return false;
    }
    for (int i = 1; i <= TRUST_SIGS_MAX; i++) {
        struct buf *sig = &out->sigs[out->n_sigs];

        file_path(dir, i, is_next, path);
        if (is_next && !fsio_exists(path)) {
            file_path(dir, i, false, path);
        }
        if (fsio_exists(path)) {
            if (!fsio_read(path, MINISIG_MAX_BYTES, sig, err)) {
                return false;
            }
            out->n_sigs++;
        }
    }
    return true;
}

static bool verify_files(const struct trust_files *f, struct trustlist **out, struct err *err)
{
    struct trust_sig sigs[TRUST_SIGS_MAX];

    for (int i = 0; i < f->n_sigs; i++) {
        sigs[i] = (struct trust_sig){buf_text(&f->sigs[i]), f->sigs[i].len};
    }
    return trustlist_verify_update(NULL, buf_text(&f->text), f->text.len, sigs, f->n_sigs, out, err);
}

/* Signatures first, the list last: while trust.json.next is there, the new set is read through it. */
static bool publish_next(const char *dir, struct err *err)
{
    char from[PATH_BYTES], to[PATH_BYTES];

    for (int i = TRUST_SIGS_MAX; i >= LIST_FILE; i--) {
        file_path(dir, i, true, from);
        file_path(dir, i, false, to);
        if (fsio_exists(from) && rename(from, to) != 0) {
            return err_sys(err, errno, "cannot publish '%s'", to);
        }
        if (i == LIST_FILE + 1 && !fsio_sync_dir(dir, err)) {
            return false;
        }
    }
    return fsio_sync_dir(dir, err);
}

static void drop_next(const char *dir)
{
    char path[PATH_BYTES];

    for (int i = LIST_FILE; i <= TRUST_SIGS_MAX; i++) { /* the list first: without it the rest means nothing */
        file_path(dir, i, true, path);
        unlink(path);
    }
}

/* After a power cut in trustlist_write: forward if the new set is whole, back if not. */
static bool finish_write(const char *dir, struct err *err)
{
    struct trust_files next = {0};
    struct trustlist *t = NULL;
    char path[PATH_BYTES];
    bool ok = true;

    file_path(dir, LIST_FILE, true, path);
    if (!fsio_exists(path)) {
        return true;
    }
    if (read_set(dir, true, &next, NULL) && verify_files(&next, &t, NULL)) {
        ok = publish_next(dir, err);
    } else {
        drop_next(dir);
    }
    trustlist_free(t);
    trustlist_files_release(&next);
    return ok;
}

bool trustlist_read_files(const char *dir, struct trust_files *out, struct err *err)
{
    struct trust_files f = {0};

    if (!read_set(dir, false, &f, err)) {
        trustlist_files_release(&f);
        return false;
    }
    *out = f;
    return true;
}

bool trustlist_load(const char *dir, struct trustlist **out, struct err *err)
{
    struct trust_files f = {0};
    bool ok = finish_write(dir, err) && read_set(dir, false, &f, err) && verify_files(&f, out, err);

    trustlist_files_release(&f);
    if (!ok) {
        return err_wrap(err, "trust list in '%s'", dir);
    }
    return true;
}

bool trustlist_write(const char *dir, const char *text, size_t n, const struct trust_sig *sigs, int n_sigs,
                     struct err *err)
{
    char path[PATH_BYTES];

    if (n_sigs > TRUST_SIGS_MAX) {
        return err_set(err, ERR_LIMIT, "%s: more than %d signatures", SUBJECT, TRUST_SIGS_MAX);
    }
    drop_next(dir);
    for (int i = 0; i < n_sigs; i++) {
        file_path(dir, i + 1, true, path);
        if (!fsio_replace(path, sigs[i].text, sigs[i].n, 0644, err)) {
            return false;
        }
    }
    file_path(dir, LIST_FILE, true, path); /* last: from here on the new set is whole */
    if (!fsio_replace(path, text, n, 0644, err) || !publish_next(dir, err)) {
        return false;
    }
    for (int i = n_sigs + 1; i <= TRUST_SIGS_MAX; i++) { /* signatures of the older list mean nothing now */
        file_path(dir, i, false, path);
        unlink(path);
    }
    return true;
}
