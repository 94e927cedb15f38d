/* stick_cargo: gathered, chosen, compared, written. */
#include "stick_cargo.h"
#include "base/fsio.h"
#include "shelf/container.h"
#include "shelf/verify.h"
#include "stick_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define CONTAINERS COURIER_ROOT "containers"

enum { HASH_PIECE_BYTES = 256 * 1024 };

void stick_cargo_release(struct stick_cargo *c)
{
    free(c->catalog.entries);
    free(c->is_wanted);
    free(c->is_there);
    buf_release(&c->outdated);
}

/* --- what there is, and who lacks it
 * ------------------------------------------------------------------------------------------------------------------ */

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

/* By what the hubs said last; where there is no hub yet, everything. */
static bool choose(const struct office *o, struct ledger *l, const char *const *hubs, struct stick_cargo *c,
                   struct err *err)
{
    const struct trust_key *hub;
    int n_hubs = 0;

    c->is_wanted = mem_alloc((size_t)c->catalog.n_entries * sizeof *c->is_wanted);
    c->is_there = mem_alloc((size_t)c->catalog.n_entries * sizeof *c->is_there);
    for (int i = 0; (hub = stick_next_hub(o, hubs, &i)); n_hubs++) {
        for (int k = 0; k < c->catalog.n_entries; k++) {
            bool has = false;

            if (!c->is_wanted[k] &&
                !ledger_has_pack(l, hub->key.id, c->catalog.entries[k].id, c->catalog.entries[k].version, &has, err)) {
                return false;
            }
            c->is_wanted[k] |= !has;
        }
    }
    for (int k = 0; n_hubs == 0 && k < c->catalog.n_entries; k++) {
        c->is_wanted[k] = true;
    }
    return true;
}

bool stick_cargo_plan(const struct office *o, struct ledger *l, const char *packs, const char *const *hubs,
                      struct stick_cargo *c, struct err *err)
{
    return gather(o, packs, &c->catalog, err) && choose(o, l, hubs, c, err);
}

/* --- what the stick has
 * ------------------------------------------------------------------------------------------------------------------ */

static void pack_name(const struct catalog_entry *e, const char *ending, char out[VOLUME_NAME_MAX])
{
    char file[FORMAT_NAME_BYTES];

    format_name(e->id, e->version, file);
    snprintf(out, VOLUME_NAME_MAX, CONTAINERS "/%s%s", file, ending);
}

static bool has_bytes(struct target *t, const struct catalog_entry *e)
{
    uint8_t hash[MINISIG_HASH_BYTES], *piece;
    char name[VOLUME_NAME_MAX];
    struct minisig_hash h;
    int64_t bytes, got = 1;
    bool ok = true;

    pack_name(e, "", name);
    if (!target_has(t, name, &bytes) || bytes != e->bytes) {
        return false;
    }
    piece = mem_alloc(HASH_PIECE_BYTES);
    minisig_hash_begin(&h);
    for (int64_t at = 0; ok && got > 0; at += got) {
        ok = volume_read(t->volume, name, at, piece, HASH_PIECE_BYTES, &got, NULL);
        minisig_hash_add(&h, piece, ok ? (size_t)got : 0);
    }
    minisig_hash_end(&h, hash);
    free(piece);
    return ok && !memcmp(hash, e->hash, sizeof hash);
}

static int64_t in_units(int64_t bytes, int64_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

struct sweep { /* through the containers that lie on the stick */
    struct stick_cargo *cargo;
    int64_t unit, bytes; /* bytes: of those that go */
};

/* Notes what no hub needs: older versions, things no longer offered, copies with other bytes. Others' files stay. */
static bool sweep_name(void *ctx, const char *name, int64_t bytes, struct err *err)
{
    struct sweep *s = ctx;
    struct stick_cargo *c = s->cargo;
    char keep[VOLUME_NAME_MAX], sig[VOLUME_NAME_MAX], full[VOLUME_NAME_MAX];

    (void)err;
    if (!strstr(name, ".m2k") || snprintf(full, sizeof full, CONTAINERS "/%s", name) >= (int)sizeof full) {
        return true;
    }
    for (int i = 0; i < c->catalog.n_entries; i++) {
        pack_name(&c->catalog.entries[i], "", keep);
        pack_name(&c->catalog.entries[i], ".minisig", sig);
        if (c->is_there[i] && (!strcmp(full, keep) || !strcmp(full, sig))) {
            return true;
        }
    }
    s->bytes += in_units(bytes, s->unit);
    buf_add(&c->outdated, full, strlen(full) + 1);
    return true;
}

bool stick_cargo_look(struct target *t, int64_t unit, struct stick_cargo *c, int64_t *bytes, struct err *err)
{
    struct sweep s = {.cargo = c, .unit = unit};
    int64_t more = 0;

    for (int i = 0; i < c->catalog.n_entries; i++) {
        c->is_there[i] = c->is_wanted[i] && has_bytes(t, &c->catalog.entries[i]);
        more += c->is_wanted[i] && !c->is_there[i] ? in_units(c->catalog.entries[i].bytes, unit) : 0;
    }
    if (!target_list(t, CONTAINERS, sweep_name, &s, err)) {
        return false;
    }
    *bytes = more - s.bytes;
    return true;
}

/* --- writing
 * ------------------------------------------------------------------------------------------------------------------ */

struct pack_file {
    FILE *file;
    const char *path;
};

static bool read_pack(void *ctx, int64_t offset, void *buf, int64_t n, struct err *err)
{
    struct pack_file *f = ctx;

    (void)offset; /* in order */
    return fread(buf, 1, (size_t)n, f->file) == (size_t)n ||
           err_set(err, ERR_IO, "cannot read '%s': it became shorter, or its disk fails", f->path);
}

static bool put_pack(struct target *t, const char *path, const struct catalog_entry *e, struct err *err)
{
    struct pack_file f = {fopen(path, "rbe"), path};
    struct volume_source contents = {.bytes = e->bytes, .read = read_pack, .ctx = &f};
    char name[VOLUME_NAME_MAX];
    bool ok;

    if (!f.file) {
        return err_set(err, ERR_IO, "cannot open '%s'", path);
    }
    pack_name(e, "", name);
    ok = target_put(t, name, &contents, err);
    fclose(f.file);
    return ok;
}

static bool put_pack_signature(struct target *t, const char *pack, const struct catalog_entry *e, struct err *err)
{
    char path[4096 + 16], name[VOLUME_NAME_MAX];
    struct buf sig = {0};
    bool ok;

    snprintf(path, sizeof path, "%s.minisig", pack);
    pack_name(e, ".minisig", name);
    ok = fsio_read(path, MINISIG_MAX_BYTES, &sig, err) && target_put_text(t, name, sig.data, sig.len, err);
    buf_release(&sig);
    return ok;
}

static bool remove_outdated(struct target *t, const struct stick_cargo *c, struct err *err)
{
    for (size_t at = 0; at < c->outdated.len; at += strlen(c->outdated.data + at) + 1) {
        if (!target_remove(t, c->outdated.data + at, err)) {
            return false;
        }
    }
    return true;
}

bool stick_cargo_put(struct target *t, const char *packs, const struct stick_cargo *c, int64_t *bytes, int *n,
                     struct err *err)
{
    *bytes = 0;
    *n = 0;
    if (!remove_outdated(t, c, err)) {
        return false;
    }
    for (int i = 0; i < c->catalog.n_entries; i++) {
        const struct catalog_entry *e = &c->catalog.entries[i];
        char path[4096], file[FORMAT_NAME_BYTES];

        if (!c->is_wanted[i]) {
            continue;
        }
        format_name(e->id, e->version, file);
        if (!fsio_join(packs, file, path, sizeof path, err) || !put_pack_signature(t, path, e, err) ||
            (!c->is_there[i] && !put_pack(t, path, e, err))) {
            return false;
        }
        *bytes += c->is_there[i] ? 0 : e->bytes;
        ++*n;
    }
    return true;
}

bool stick_cargo_put_catalog(struct office *o, struct ledger *l, struct target *t, struct stick_cargo *c,
                             struct err *err)
{
    struct buf text = {0};
    bool ok = ledger_next(l, "catalog", &c->catalog.counter, err);

    if (ok) {
        catalog_text(&c->catalog, &text);
        ok =
            stick_put_signed(o, t, "catalog.json", "office", &text, "catalog", "catalog.json", c->catalog.counter, err);
    }
    buf_release(&text);
    return ok;
}
