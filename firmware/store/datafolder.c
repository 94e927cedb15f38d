/* datafolder: the folder a station lives in. */
#include "store/datafolder.h"
#include "base/fsio.h"
#include "base/json.h"
#include "base/utf8.h"
#include "trust/trustlist.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static const char FORMAT[] = "micro2-station-1";

const char *datafolder_path(const char *dir, const char *name)
{
    static _Thread_local char paths[4][DATAFOLDER_PATH_MAX + 64];
    static _Thread_local unsigned next;
    char *out = paths[next++ % M2_COUNT(paths)];

    snprintf(out, sizeof paths[0], "%s/%s", dir, name);
    return out;
}

static bool read_station(const struct json *j, const char *subject, struct datafolder *f, uint8_t id[KEY_ID_BYTES],
                         struct err *err)
{
    static const char *const keys[] = {"format", "station", "name", "languages", NULL};
    const char *format, *station, *name, *languages;

    if (!json_need_str(j, "format", subject, &format, err)) {
        return false;
    }
    if (strcmp(format, FORMAT) != 0) {
        return err_set(err, ERR_VERSION, "%s: format '%.40s'; this program reads %s", subject, format, FORMAT);
    }
    if (!json_only(j, keys, subject, err) || !json_need_str(j, "station", subject, &station, err) ||
        !json_need_str(j, "name", subject, &name, err) || !json_need_str(j, "languages", subject, &languages, err)) {
        return false;
    }
    if (!hex_read(station, id, KEY_ID_BYTES) || strlen(name) > DATAFOLDER_NAME_MAX ||
        strlen(languages) >= sizeof f->languages) {
        return err_set(err, ERR_FORMAT, "%s: a field is not as it was made", subject);
    }
    snprintf(f->name, sizeof f->name, "%s", name);
    snprintf(f->languages, sizeof f->languages, "%s", languages);
    return true;
}

static bool read_identity(struct datafolder *f, uint8_t id[KEY_ID_BYTES], struct err *err)
{
    const char *path = datafolder_path(f->dir, "station.json");
    struct buf text = {0};
    struct err why = {0};
    struct json *j;
    bool ok;

    if (!fsio_read(path, STATION_JSON_MAX, &text, &why)) {
        return why.code == ERR_NOT_FOUND
                   ? err_set(err, ERR_FORMAT, "'%s': not a station's data folder; make one with `micro2 hub new`",
                             f->dir)
                   : err_set(err, why.code, "%s", why.text);
    }
    j = json_parse(buf_text(&text), text.len, path, err);
    ok = j && read_station(j, path, f, id, err);
    json_free(j);
    buf_release(&text);
    return ok;
}

static bool fits(const char *dir, struct err *err)
{
    return strlen(dir) < DATAFOLDER_PATH_MAX ||
           err_set(err, ERR_LIMIT, "data folder: a path over %d bytes", DATAFOLDER_PATH_MAX - 1);
}

/* Keys were there when the folder was made: one that is missing or no key now is damage. */
static bool key_failed(const char *dir, const struct err *why, struct err *err)
{
    return err_set(err, why->code == ERR_IO ? ERR_IO : ERR_CORRUPT, "data folder '%s': %s", dir, why->text);
}

static bool read_keys(struct datafolder *f, const uint8_t id[KEY_ID_BYTES], struct err *err)
{
    struct seckey secret;
    struct pubkey own;
    struct err why = {0};

    if (!keys_load_public(datafolder_path(f->dir, "keys/station.pub"), &f->station, &why) ||
        !keys_load_public(datafolder_path(f->dir, "keys/office.pub"), &f->office, &why) ||
        !datafolder_secret(f, &secret, &why)) {
        return key_failed(f->dir, &why, err);
    }
    keys_public_of(&secret, &own);
    mem_wipe(&secret, sizeof secret);
    return (!memcmp(f->station.id, id, KEY_ID_BYTES) && !memcmp(&own, &f->station, sizeof own)) ||
           err_set(err, ERR_CORRUPT,
                   "data folder '%s': station.json, keys/station.pub and keys/station.key are of different stations",
                   f->dir);
}

void datafolder_renew_office(const char *dir, struct pubkey *office)
{
    struct trustlist *t = NULL;

    if (trustlist_load(datafolder_path(dir, "trust"), &t, NULL) && !trustlist_find(t, TRUST_OFFICE, office->id, NULL)) {
        const struct trust_key *now = trustlist_first(t, TRUST_OFFICE);

        *office = now ? now->key : *office;
    }
    trustlist_free(t);
}

bool datafolder_open(const char *dir, struct datafolder *out, struct err *err)
{
    struct datafolder f = {.lock_fd = -1};
    uint8_t id[KEY_ID_BYTES];
    struct err why = {0};

    if (!fits(dir, err)) {
        return false;
    }
    if (!fsio_exists(dir)) {
        return err_set(err, ERR_NOT_FOUND, "'%s': no such data folder; make one with `micro2 hub new`", dir);
    }
    snprintf(f.dir, sizeof f.dir, "%s", dir);
    if (!read_identity(&f, id, err)) {
        return false;
    }
    if (!read_keys(&f, id, err)) {
        return false;
    }
    if (!fsio_lock(datafolder_path(dir, "lock"), &f.lock_fd, &why)) {
        return why.code == ERR_BUSY
                   ? err_set(err, ERR_BUSY, "'%s': another station runs on this data folder; stop it first", dir)
                   : err_set(err, why.code, "%s", why.text);
    }
    datafolder_renew_office(f.dir, &f.office);
    *out = f;
    return true;
}

void datafolder_close(struct datafolder *f)
{
    fsio_unlock(f->lock_fd);
    f->lock_fd = -1;
}

bool datafolder_secret(const struct datafolder *f, struct seckey *out, struct err *err)
{
    return keys_load_secret(datafolder_path(f->dir, "keys/station.key"), NULL, out, err) ||
           err_wrap(err, "data folder");
}

static bool is_empty_or_missing(const char *dir)
{
    char **names;
    int n = 0;

    if (!fsio_exists(dir)) {
        return true;
    }
    if (!fsio_list(dir, &names, &n, NULL)) {
        return false;
    }
    fsio_free_names(names, n);
    return n == 0;
}

static bool write_identity(const char *dir, const char *name, const char *languages, const struct pubkey *station,
                           struct err *err)
{
    char id[2 * KEY_ID_BYTES + 1];
    struct buf text = {0};
    struct json_out w = {.buf = &text};
    bool ok;

    hex_write(station->id, KEY_ID_BYTES, id);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", FORMAT);
    json_put_str(&w, "station", id);
    json_put_str(&w, "name", name);
    json_put_str(&w, "languages", languages);
    json_end(&w, '}');
    buf_char(&text, '\n');
    ok = fsio_replace(datafolder_path(dir, "station.json"), text.data, text.len, 0644, err);
    buf_release(&text);
    return ok;
}

bool datafolder_create(const char *dir, const char *name, const char *languages, const struct pubkey *office,
                       struct pubkey *station, struct err *err)
{
    static const char *const folders[] = {"keys", "trust", "shelf"};
    struct seckey sec;
    bool ok = true;

    if (!name[0] || strlen(name) > DATAFOLDER_NAME_MAX || !utf8_is_clean(name, strlen(name)) || strpbrk(name, "\n\t")) {
        return err_set(err, ERR_USAGE, "hub name: 1 to %d bytes of plain text on one line", DATAFOLDER_NAME_MAX);
    }
    if (strlen(languages) >= DATAFOLDER_LANGUAGES_BYTES) {
        return err_set(err, ERR_USAGE, "languages: at most %d bytes", DATAFOLDER_LANGUAGES_BYTES - 1);
    }
    if (!fits(dir, err)) {
        return false;
    }
    if (!is_empty_or_missing(dir)) {
        return err_set(err, ERR_EXISTS, "'%s': not empty; name a new folder", dir);
    }
    keys_make(&sec, station);
    for (size_t i = 0; ok && i < M2_COUNT(folders); i++) {
        ok = fsio_make_dirs(datafolder_path(dir, folders[i]), 0700, err);
    }
    ok = ok && keys_save_secret(datafolder_path(dir, "keys/station.key"), &sec, NULL, "MICRO2 station", err) &&
         keys_save_public(datafolder_path(dir, "keys/station.pub"), station, "MICRO2 station", err) &&
         keys_save_public(datafolder_path(dir, "keys/office.pub"), office, "MICRO2 office", err) &&
         write_identity(dir, name, languages, station, err);
    mem_wipe(&sec, sizeof sec);
    return ok;
}
