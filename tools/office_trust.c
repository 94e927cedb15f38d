/* office_trust: who is trusted, changed. */
#include "office_trust.h"
#include "base/fsio.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

/* The office's own keys that can be replaced, by the names of their files; the roots are the others. */
static const struct {
    const char *name;
    enum trust_role role;
} own[] = {{"office", TRUST_OFFICE}, {"author", TRUST_AUTHOR}, {"courier", TRUST_COURIER}};

/* --- publishing
 * --------------------------------------------------------------------------------------------------- */

/* The root keys that are here; 0 and a failure for fewer than two. */
static int load_roots(const struct office *o, struct seckey roots[TRUST_ROOTS], struct err *err)
{
    int n = 0;

    for (int i = 0; i < TRUST_ROOTS; i++) {
        n += office_secret(o, office_root_names[i], &roots[n], err);
    }
    if (n < TRUST_THRESHOLD) {
        mem_wipe(roots, TRUST_ROOTS * sizeof *roots);
        err_wrap(err, "the trust list needs %d of the %d root keys", TRUST_THRESHOLD, TRUST_ROOTS);
        return 0;
    }
    return n;
}

/* A copy of the list held, one higher, with room for one key more; free its keys. */
static struct trustlist next_list(const struct office *o)
{
    struct trustlist next = *o->trust;

    next.counter++;
    next.keys = mem_alloc((size_t)(next.n_keys + 1) * sizeof *next.keys);
    memcpy(next.keys, o->trust->keys, (size_t)next.n_keys * sizeof *next.keys);
    return next;
}

/* In the office's own trust/, and from there into memory. */
static bool publish(struct office *o, const struct trustlist *next, const struct seckey *roots, int n_roots,
                    struct err *err)
{
    struct trustlist *published;

    if (!office_publish(office_path(o, "trust"), o->trust, next, roots, n_roots, err) ||
        !trustlist_load(office_path(o, "trust"), &published, err)) {
        return false;
    }
    trustlist_free(o->trust);
    o->trust = published;
    return true;
}

bool office_add_key(struct office *o, enum trust_role role, const char *name, const struct pubkey *key,
                    const char *data, struct err *err)
{
    struct seckey roots[TRUST_ROOTS];
    struct trustlist next;
    int n_roots;
    bool ok;

    if (trustlist_find_name(o->trust, role, name)) {
        return err_set(err, ERR_EXISTS, "'%s' is the name of another %s; choose another name", name,
                       trustlist_role_name(role));
    }
    if (o->trust->n_keys == TRUST_KEYS_MAX) {
        return err_set(err, ERR_LIMIT, "trust list: over %d keys", TRUST_KEYS_MAX);
    }
    n_roots = load_roots(o, roots, err);
    if (!n_roots) {
        return false;
    }
    next = next_list(o);
    office_fill_key(&next.keys[next.n_keys++], role, name, key);
    char *folder = data ? mem_fmt("%s/trust", data) : NULL;

    ok = (!folder || office_publish(folder, o->trust, &next, roots, n_roots, err)) &&
         publish(o, &next, roots, n_roots, err);
    mem_wipe(roots, sizeof roots);
    free(folder);
    free(next.keys);
    return ok;
}

/* --- new keys for old ones
 * ---------------------------------------------------------------------------------------- */

static bool is_named(const struct trustlist *t, const struct pubkey *key)
{
    for (int i = 0; i < TRUST_ROOTS; i++) {
        if (!memcmp(&t->roots[i], key, sizeof *key)) {
            return true;
        }
    }
    for (int i = 0; i < t->n_keys; i++) {
        if (!memcmp(&t->keys[i].key, key, sizeof *key)) {
            return true;
        }
    }
    return false;
}

/* Moves a file that is there. */
static bool move(const char *from, const char *to, struct err *err)
{
    return !fsio_exists(from) || rename(from, to) == 0 || err_sys(err, errno, "cannot rename '%s'", from);
}

/* What the pair of this name is called when another takes its place. */
static void retired_name(const char *name, const uint8_t id[KEY_ID_BYTES], char out[32])
{
    char text[KEY_ID_TEXT];

    keys_id_text(id, text);
    snprintf(out, 32, "%s-%s", name, text);
}

/* The pair of this name becomes NAME-ID; the public half last, for it says that there is something to do. */
static bool retire(const struct office *o, const char *name, struct err *err)
{
    struct pubkey was;
    char old[32];

    if (!fsio_exists(office_key_path(o, name, "pub"))) {
        return true;
    }
    if (!keys_load_public(office_key_path(o, name, "pub"), &was, err)) {
        return false;
    }
    retired_name(name, was.id, old);
    return move(office_key_path(o, name, "key"), office_key_path(o, old, "key"), err) &&
           move(office_key_path(o, name, "pub"), office_key_path(o, old, "pub"), err);
}

static bool take_next(const struct office *o, const char *name, struct err *err)
{
    struct pubkey next;
    char from[48];

    snprintf(from, sizeof from, "next/%s", name);
    if (!keys_load_public(office_key_path(o, from, "pub"), &next, NULL) || !is_named(o->trust, &next)) {
        return true;
    }
    return retire(o, name, err) && move(office_key_path(o, from, "key"), office_key_path(o, name, "key"), err) &&
           move(office_key_path(o, from, "pub"), office_key_path(o, name, "pub"), err);
}

bool office_take_next_keys(struct office *o, struct err *err)
{
    bool ok = true;

    if (!fsio_exists(office_path(o, "keys/next"))) {
        return true;
    }
    for (int i = 0; ok && i < TRUST_ROOTS; i++) {
        ok = take_next(o, office_root_names[i], err);
    }
    for (size_t i = 0; ok && i < M2_COUNT(own); i++) {
        ok = take_next(o, own[i].name, err);
    }
    return ok && fsio_sync_dir(office_path(o, "keys"), err);
}

/* A new pair in keys/next/, where none of a change that was given up is left. */
static bool make_next(const struct office *o, const char *name, const char *passphrase, struct seckey *sec,
                      struct pubkey *pub, struct err *err)
{
    char to[48];

    snprintf(to, sizeof to, "next/%s", name);
    unlink(office_key_path(o, to, "pub"));
    unlink(office_key_path(o, to, "key"));
    return fsio_make_dirs(office_path(o, "keys/next"), 0700, err) &&
           office_make_key(o->dir, to, passphrase, sec, pub, err);
}

/* --- revoking
 * ----------------------------------------------------------------------------------------------------- */

/* The name of the file of an own key that can be replaced; NULL = none. */
static const char *own_name(const struct office *o, const struct trust_key *k)
{
    for (size_t i = 0; i < M2_COUNT(own); i++) {
        struct pubkey mine;

        if (k->role == own[i].role && keys_load_public(office_key_path(o, own[i].name, "pub"), &mine, NULL) &&
            !memcmp(&mine, &k->key, sizeof mine)) {
            return own[i].name;
        }
    }
    return NULL;
}

static bool is_called(const struct office *o, const struct trust_key *k, const char *which)
{
    char id[KEY_ID_TEXT];

    for (size_t i = 0; i < M2_COUNT(own); i++) {
        if (!strcmp(own[i].name, which)) {
            const char *name = own_name(o, k);

            return name && !strcmp(name, which);
        }
    }
    keys_id_text(k->key.id, id);
    return !strcmp(id, which) || (k->role == TRUST_STATION && !strcmp(k->name, which) && k->revoked == TRUST_GOOD);
}

int office_find_key(const struct office *o, const char *which, struct err *err)
{
    for (int i = 0; i < o->trust->n_keys; i++) {
        if (is_called(o, &o->trust->keys[i], which)) {
            return i;
        }
    }
    err_set(err, ERR_NOT_FOUND, "'%s': no such key; `micro2 office keys` lists them", which);
    return -1;
}

bool office_replaces_key(const struct office *o, int i)
{
    return own_name(o, &o->trust->keys[i]) != NULL;
}

bool office_revoke(struct office *o, int i, enum trust_revoked how, const char *passphrase, struct err *err)
{
    const struct trust_key *k = &o->trust->keys[i];
    const char *name = own_name(o, k);
    struct seckey roots[TRUST_ROOTS], sec = {0};
    struct pubkey pub;
    struct trustlist next;
    int n_roots;
    bool ok;

    if (k->revoked >= how) {
        return err_set(err, ERR_STATE, "'%s' is revoked already, and that is never taken back", k->name);
    }
    if (name && o->trust->n_keys == TRUST_KEYS_MAX) {
        return err_set(err, ERR_LIMIT, "trust list: over %d keys", TRUST_KEYS_MAX);
    }
    n_roots = load_roots(o, roots, err);
    if (!n_roots) {
        return false;
    }
    next = next_list(o);
    next.keys[i].revoked = how;
    ok = !name || make_next(o, name, passphrase, &sec, &pub, err);
    if (ok && name) {
        office_fill_key(&next.keys[next.n_keys++], k->role, k->name, &pub);
    }
    ok = ok && publish(o, &next, roots, n_roots, err) && office_take_next_keys(o, err);
    mem_wipe(roots, sizeof roots);
    mem_wipe(&sec, sizeof sec);
    free(next.keys);
    return ok;
}

bool office_old_keys(const struct office *o, bool (*each)(void *ctx, const struct seckey *old, struct err *err),
                     void *ctx, struct err *err)
{
    bool ok = true;

    for (int i = 0; ok && i < o->trust->n_keys; i++) {
        const struct trust_key *k = &o->trust->keys[i];
        struct seckey old;
        char name[32];

        retired_name("office", k->key.id, name);
        if (k->role == TRUST_OFFICE && k->revoked && fsio_exists(office_key_path(o, name, "key"))) {
            ok = office_secret(o, name, &old, err) && each(ctx, &old, err);
            mem_wipe(&old, sizeof old);
        }
    }
    return ok;
}

/* --- new roots
 * ---------------------------------------------------------------------------------------------------- */

const char *office_rotation_path(const struct office *o, int n)
{
    char name[40];

    snprintf(name, sizeof name, "trust/rotations/%03d", n);
    return office_path(o, name);
}

int office_rotations(const struct office *o)
{
    int n = 0;

    for (int i = 1; i <= TRUST_ROTATIONS_MAX; i++) { /* what a power cut left behind the last one has other roots */
        struct trustlist *t = NULL;

        if (trustlist_load(office_rotation_path(o, i), &t, NULL) && trustlist_era(t) == trustlist_era(o->trust)) {
            n = i;
        }
        trustlist_free(t);
    }
    return n;
}

/* The list with new roots, signed by old and new ones: first for stations behind, then as the office's own. */
static bool publish_rotation(struct office *o, const struct trustlist *next, int n, const struct seckey *roots,
                             int n_roots, struct err *err)
{
    return fsio_make_dirs(office_rotation_path(o, n), 0700, err) &&
           office_publish(office_rotation_path(o, n), o->trust, next, roots, n_roots, err) &&
           fsio_sync_dir(office_path(o, "trust/rotations"), err) && fsio_sync_dir(office_path(o, "trust"), err) &&
           publish(o, next, roots, n_roots, err);
}

bool office_rotate(struct office *o, const char *passphrase, struct err *err)
{
    struct seckey roots[2 * TRUST_ROOTS];
    struct trustlist next;
    int n = office_rotations(o) + 1, n_roots;
    bool ok = true;

    if (n > TRUST_ROTATIONS_MAX) {
        return err_set(err, ERR_LIMIT, "trust list: its roots were replaced %d times; make a new office",
                       TRUST_ROTATIONS_MAX);
    }
    n_roots = load_roots(o, roots, err);
    if (!n_roots) {
        return false;
    }
    next = next_list(o);
    for (int i = 0; ok && i < TRUST_ROOTS; i++) {
        ok = make_next(o, office_root_names[i], passphrase, &roots[n_roots + i], &next.roots[i], err);
    }
    ok = ok && publish_rotation(o, &next, n, roots, n_roots + TRUST_ROOTS, err) && office_take_next_keys(o, err);
    mem_wipe(roots, sizeof roots);
    free(next.keys);
    return ok;
}
