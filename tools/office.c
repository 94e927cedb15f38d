/* office: the folder of a training office. */
#include "office.h"
#include "base/fsio.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli.h"
#include "office_trust.h"
#include "trust/minisig.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { OPEN_KEYS_MAX = 8 };

struct office_keys {
    struct {
        char name[32];
        struct seckey secret;
    } key[OPEN_KEYS_MAX];
    int n;
};

static const char FORMAT[] = "micro2-office-1";
const char *const office_root_names[TRUST_ROOTS] = {"root1", "root2", "root3"};

static const char *path_in(const char *dir, const char *name)
{
    static char paths[4][OFFICE_PATH_MAX + 128];
    static unsigned next;
    char *out = paths[next++ % M2_COUNT(paths)];

    snprintf(out, sizeof paths[0], "%s/%s", dir, name);
    return out;
}

const char *office_path(const struct office *o, const char *name)
{
    return path_in(o->dir, name);
}

static const char *key_path(const char *dir, const char *name, const char *ending)
{
    char file[64];

    snprintf(file, sizeof file, "keys/%s.%s", name, ending);
    return path_in(dir, file);
}

const char *office_key_path(const struct office *o, const char *name, const char *ending)
{
    return key_path(o->dir, name, ending);
}

/* --- making
 * ---------------------------------------------------------------------------------------------------------------------------------
 */

bool office_make_key(const char *dir, const char *name, const char *passphrase, struct seckey *sec, struct pubkey *pub,
                     struct err *err)
{
    const char *slash = strrchr(name, '/');
    char comment[64];

    keys_make(sec, pub);
    snprintf(comment, sizeof comment, "MICRO2 %s", slash ? slash + 1 : name);
    return keys_save_secret(key_path(dir, name, "key"), sec, passphrase, comment, err) &&
           keys_save_public(key_path(dir, name, "pub"), pub, comment, err);
}

bool office_publish(const char *folder, const struct trustlist *old, const struct trustlist *list,
                    const struct seckey *roots, int n_roots, struct err *err)
{
    struct buf text = {0}, sigs[TRUST_SIGS_MAX] = {{0}};
    struct trust_sig borrowed[TRUST_SIGS_MAX];
    struct trustlist *checked = NULL;
    bool ok;

    trustlist_text(list, &text);
    for (int i = 0; i < n_roots; i++) {
        trustlist_sign(&roots[i], text.data, text.len, list->counter, &sigs[i]);
        borrowed[i] = (struct trust_sig){buf_text(&sigs[i]), sigs[i].len};
    }
    ok = trustlist_verify_update(old, text.data, text.len, borrowed, n_roots, &checked, err) &&
         trustlist_write(folder, text.data, text.len, borrowed, n_roots, err);
    trustlist_free(checked);
    for (int i = 0; i < n_roots; i++) {
        buf_release(&sigs[i]);
    }
    buf_release(&text);
    return ok;
}

void office_fill_key(struct trust_key *k, enum trust_role role, const char *name, const struct pubkey *pub)
{
    *k = (struct trust_key){.role = role, .key = *pub};
    snprintf(k->name, sizeof k->name, "%s", name);
}

static bool make_trust(const char *dir, const char *name, const char *passphrase, struct err *err)
{
    static const struct {
        const char *name;
        enum trust_role role;
    } working[] = {{"office", TRUST_OFFICE}, {"author", TRUST_AUTHOR}, {"courier", TRUST_COURIER}};
    struct seckey roots[TRUST_ROOTS], sec;
    struct trust_key keys[M2_COUNT(working)];
    struct trustlist list = {.counter = 1, .keys = keys, .n_keys = (int)M2_COUNT(working)};
    struct pubkey pub;
    bool ok = true;

    for (int i = 0; ok && i < TRUST_ROOTS; i++) {
        ok = office_make_key(dir, office_root_names[i], passphrase, &roots[i], &list.roots[i], err);
    }
    for (size_t i = 0; ok && i < M2_COUNT(working); i++) {
        ok = office_make_key(dir, working[i].name, passphrase, &sec, &pub, err);
        office_fill_key(&keys[i], working[i].role, name, &pub);
    }
    ok = ok && office_publish(path_in(dir, "trust"), NULL, &list, roots, TRUST_ROOTS, err);
    mem_wipe(roots, sizeof roots);
    mem_wipe(&sec, sizeof sec);
    return ok;
}

static bool write_json(const char *dir, const char *name, const char *languages, struct err *err)
{
    struct buf text = {0};
    struct json_out w = {.buf = &text};
    bool ok;

    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", FORMAT);
    json_put_str(&w, "name", name);
    json_put_str(&w, "languages", languages);
    json_end(&w, '}');
    buf_char(&text, '\n');
    ok = fsio_replace(path_in(dir, "office.json"), text.data, text.len, 0644, err);
    buf_release(&text);
    return ok;
}

bool office_create(const char *dir, const char *name, const char *languages, const char *passphrase, struct err *err)
{
    static const char *const folders[] = {"keys", "trust", "packs"};
    char **names;
    int n = 0;

    if (!name[0] || strlen(name) > OFFICE_NAME_MAX || !utf8_is_clean(name, strlen(name)) || strpbrk(name, "\n\t")) {
        return err_set(err, ERR_USAGE, "name: 1 to %d bytes of plain text on one line", OFFICE_NAME_MAX);
    }
    if (fsio_exists(dir)) {
        if (!fsio_list(dir, &names, &n, err)) {
            return false;
        }
        fsio_free_names(names, n);
        if (n) {
            return err_set(err, ERR_EXISTS, "'%s': not empty; name a new folder", dir);
        }
    }
    for (size_t i = 0; i < M2_COUNT(folders); i++) {
        if (!fsio_make_dirs(path_in(dir, folders[i]), 0700, err)) {
            return false;
        }
    }
    return (make_trust(dir, name, passphrase, err) && write_json(dir, name, languages, err)) ||
           (err->code == ERR_NO_SPACE && err_wrap(err, "'%s'", dir)); /* what wrote knows no name */
}

/* --- opening
 * --------------------------------------------------------------------------------------------------------------------------------
 */

static bool read_json(struct office *o, struct err *err)
{
    static const char *const keys[] = {"format", "name", "languages", NULL};
    const char *path = office_path(o, "office.json"), *format, *name, *languages;
    struct buf text = {0};
    struct err why = {0};
    struct json *j;
    bool ok;

    if (!fsio_read(path, 4096, &text, &why)) {
        return why.code == ERR_NOT_FOUND
                   ? err_set(err, ERR_NOT_FOUND, "'%s': no training office here; make one with `micro2 office init`",
                             o->dir)
                   : err_set(err, why.code, "%s", why.text);
    }
    j = json_parse(buf_text(&text), text.len, path, err);
    ok = j && json_only(j, keys, path, err) && json_need_str(j, "format", path, &format, err) &&
         json_need_str(j, "name", path, &name, err) && json_need_str(j, "languages", path, &languages, err);
    ok = ok && (!strcmp(format, FORMAT) ||
                err_set(err, ERR_VERSION, "%s: format '%.40s'; this program reads %s", path, format, FORMAT));
    if (ok) {
        snprintf(o->name, sizeof o->name, "%s", name);
        snprintf(o->languages, sizeof o->languages, "%s", languages);
    }
    json_free(j);
    buf_release(&text);
    return ok;
}

bool office_open(const char *dir, struct office *out, struct err *err)
{
    struct office o = {0};
    struct err why = {0};

    if (strlen(dir) >= sizeof o.dir) {
        return err_set(err, ERR_LIMIT, "office folder: a path over %zu bytes", sizeof o.dir - 1);
    }
    snprintf(o.dir, sizeof o.dir, "%s", dir);
    if (!read_json(&o, err)) {
        return false;
    }
    if (!trustlist_load(office_path(&o, "trust"), &o.trust, &why)) {
        return err_set(err, why.code, "%s; put '%s' back from your last copy of the office", why.text,
                       office_path(&o, "trust"));
    }
    o.keys = mem_alloc(sizeof *o.keys);
    if (!office_take_next_keys(&o, err)) { /* a change of keys lost power */
        office_close(&o);
        return false;
    }
    *out = o;
    return true;
}

void office_close(struct office *o)
{
    if (o->keys) {
        mem_wipe(o->keys, sizeof *o->keys);
        free(o->keys);
        o->keys = NULL;
    }
    trustlist_free(o->trust);
    o->trust = NULL;
}

static bool open_secret(const char *path, const char *name, struct seckey *out, struct err *err)
{
    char passphrase[KEY_PASSPHRASE_MAX], prompt[80];
    bool ok;

    if (!fsio_exists(path)) {
        return err_set(err, ERR_NOT_FOUND, "key '%s' is not here; bring it back to %s for this step", name, path);
    }
    if (!keys_needs_passphrase(path)) {
        return keys_load_secret(path, NULL, out, err);
    }
    snprintf(prompt, sizeof prompt, "passphrase of key '%s'", name);
    if (!cli_passphrase(prompt, passphrase, sizeof passphrase)) {
        return err_set(err, ERR_USAGE, "key '%s' needs its passphrase; run in a terminal or set MICRO2_PASSPHRASE",
                       name);
    }
    ok = keys_load_secret(path, passphrase, out, err);
    mem_wipe(passphrase, sizeof passphrase);
    return ok;
}

bool office_secret(const struct office *o, const char *name, struct seckey *out, struct err *err)
{
    struct office_keys *k = o->keys;

    for (int i = 0; i < k->n; i++) {
        if (!strcmp(k->key[i].name, name)) {
            *out = k->key[i].secret;
            return true;
        }
    }
    if (!open_secret(key_path(o->dir, name, "key"), name, out, err)) {
        return false;
    }
    if (k->n < OPEN_KEYS_MAX) {
        snprintf(k->key[k->n].name, sizeof k->key[0].name, "%s", name);
        k->key[k->n++].secret = *out;
    }
    return true;
}

bool office_public(const struct office *o, const char *name, struct pubkey *out, struct err *err)
{
    const char *path = key_path(o->dir, name, "pub");
    struct err why = {0};

    return keys_load_public(path, out, &why) ||
           err_set(err, why.code, "%s; put '%s' back from your last copy of the office", why.text, path);
}

/* --- signing
 * --------------------------------------------------------------------------------------------------------------------------------
 */

bool office_sign(const struct office *o, const char *key_name, const struct buf *text, const char *type, const char *id,
                 uint64_t counter, struct buf *sig, struct err *err)
{
    struct seckey sec;
    struct minisig_hash h;
    uint8_t hash[MINISIG_HASH_BYTES];
    char comment[MINISIG_COMMENT_MAX + 1];

    if (!office_secret(o, key_name, &sec, err)) {
        return false;
    }
    minisig_hash_begin(&h);
    minisig_hash_add(&h, buf_text(text), text->len);
    minisig_hash_end(&h, hash);
    snprintf(comment, sizeof comment, "%s %s %llu", type, id, (unsigned long long)counter);
    minisig_sign(&sec, hash, comment, sig);
    mem_wipe(&sec, sizeof sec);
    return true;
}
