/* catalog: what the office offers, verified before it is read. */
#include "shelf/catalog.h"
#include "base/json.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

static const char SUBJECT[] = FORMAT_CATALOG_FILE;

void catalog_free(struct catalog *c)
{
    if (c) {
        free(c->entries);
        free(c);
    }
}

const struct catalog_entry *catalog_find(const struct catalog *c, const char *id)
{
    for (int i = 0; i < c->n_entries; i++) {
        if (strcmp(c->entries[i].id, id) == 0) {
            return &c->entries[i];
        }
    }
    return NULL;
}

static bool read_entry(const struct json *j, struct catalog_entry *e, struct err *err)
{
    static const char *const fields[] = {"id", "version", "bytes", "blake2b", "needs", NULL};
    const char *id, *hash, *needs;

    if (json_kind(j) != KIND_OBJECT) {
        return err_set(err, ERR_FORMAT, "%s: each of 'containers' must be an object", SUBJECT);
    }
    if (!json_only(j, fields, SUBJECT, err) || !json_need_str(j, "id", SUBJECT, &id, err) ||
        !json_need_int(j, "version", SUBJECT, 1, FORMAT_VERSION_MAX, &e->version, err) ||
        !json_need_int(j, "bytes", SUBJECT, 1, FORMAT_CONTAINER_MAX_BYTES, &e->bytes, err) ||
        !json_need_str(j, "blake2b", SUBJECT, &hash, err) || !json_need_str(j, "needs", SUBJECT, &needs, err)) {
        return false;
    }
    if (!format_is_id(id)) {
        return err_set(err, ERR_FORMAT, "%s: '%.60s' is no container id", SUBJECT, id);
    }
    if (!hex_read(hash, e->hash, sizeof e->hash)) {
        return err_set(err, ERR_FORMAT, "%s: 'blake2b' of '%s' must be %d hex digits", SUBJECT, id,
                       2 * MINISIG_HASH_BYTES);
    }
    if (!format_is_version(needs)) {
        return err_set(err, ERR_FORMAT, "%s: 'needs' of '%s' must be a version as 0.1.0", SUBJECT, id);
    }
    memcpy(e->id, id, strlen(id) + 1);
    memcpy(e->needs, needs, strlen(needs) + 1);
    return true;
}

static bool read_entries(const struct json *list, struct catalog *c, struct err *err)
{
    if (json_count(list) > FORMAT_CONTAINERS_MAX) {
        return err_set(err, ERR_LIMIT, "%s: more than %d containers", SUBJECT, FORMAT_CONTAINERS_MAX);
    }
    c->entries = mem_alloc((size_t)(json_count(list) + 1) * sizeof *c->entries);
    for (int i = 0; i < json_count(list); i++) {
        struct catalog_entry *e = &c->entries[c->n_entries];

        if (!read_entry(json_at(list, i), e, err)) {
            return false;
        }
        if (catalog_find(c, e->id)) {
            return err_set(err, ERR_FORMAT, "%s: '%s' is there twice", SUBJECT, e->id);
        }
        c->n_entries++;
    }
    return true;
}

static bool read_catalog(const struct json *j, struct catalog *c, struct err *err)
{
    static const char *const fields[] = {"format", "counter", "containers", NULL};
    const struct json *list;
    const char *format;
    int64_t counter;

    if (json_kind(j) != KIND_OBJECT) {
        return err_set(err, ERR_FORMAT, "%s: must be an object", SUBJECT);
    }
    if (!json_need_str(j, "format", SUBJECT, &format, err)) {
        return false;
    }
    if (strcmp(format, FORMAT_CATALOG) != 0) {
        return err_set(err, strncmp(format, "micro2-catalog-", 15) == 0 ? ERR_VERSION : ERR_FORMAT,
                       "%s: format '%.40s' is not '%s'; a newer station may read it", SUBJECT, format, FORMAT_CATALOG);
    }
    if (!json_only(j, fields, SUBJECT, err) || !json_need_int(j, "counter", SUBJECT, 1, INT64_MAX, &counter, err) ||
        !json_need_array(j, "containers", SUBJECT, &list, err)) {
        return false;
    }
    c->counter = (uint64_t)counter;
    return read_entries(list, c, err);
}

struct catalog *catalog_parse(const char *text, size_t n, struct err *err)
{
    struct catalog *c;
    struct json *j;

    if (n > FORMAT_CATALOG_MAX_BYTES) {
        err_set(err, ERR_LIMIT, "%s: longer than %d bytes", SUBJECT, FORMAT_CATALOG_MAX_BYTES);
        return NULL;
    }
    if (n < 2 || text[n - 1] != '\n' || text[n - 2] == '\n') {
        err_set(err, ERR_FORMAT, "%s: must end after one newline", SUBJECT);
        return NULL;
    }
    j = json_parse(text, n, SUBJECT, err);
    if (!j) {
        return NULL;
    }
    c = mem_alloc(sizeof *c);
    if (!read_catalog(j, c, err)) {
        catalog_free(c);
        c = NULL;
    }
    json_free(j);
    return c;
}

static void hash_text(const char *text, size_t n, uint8_t hash[MINISIG_HASH_BYTES])
{
    struct minisig_hash h;

    minisig_hash_begin(&h);
    minisig_hash_add(&h, text, n);
    minisig_hash_end(&h, hash);
}

bool catalog_verify(const struct trustlist *trust, const char *text, size_t n, const struct trust_sig *sig,
                    uint64_t least_counter, struct catalog **out, struct err *err)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct catalog *c;
    uint64_t counter;
    char id[64];

    hash_text(text, n, hash);
    if (!trustlist_check(trust, TRUST_OFFICE, "catalog", sig, hash, id, &counter, err)) {
        return err_wrap(err, "%s", SUBJECT);
    }
    if (strcmp(id, SUBJECT) != 0) {
        return err_set(err, ERR_TRUST, "%s: signed as '%s'", SUBJECT, id);
    }
    if (counter < least_counter) {
        return err_set(err, ERR_TRUST,
                       "%s: its counter %" PRIu64 " is below %" PRIu64 ", which was seen here; bring a newer stick",
                       SUBJECT, counter, least_counter);
    }
    c = catalog_parse(text, n, err);
    if (!c) {
        return false;
    }
    if (c->counter != counter) {
        catalog_free(c);
        return err_set(err, ERR_SIGNATURE, "%s: its signature is for another counter", SUBJECT);
    }
    *out = c;
    return true;
}

void catalog_text(const struct catalog *c, struct buf *out)
{
    struct json_out w = {.buf = out};

    buf_clear(out);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "format", FORMAT_CATALOG);
    json_put_int(&w, "counter", (int64_t)c->counter);
    json_begin(&w, "containers", '[');
    for (int i = 0; i < c->n_entries; i++) {
        const struct catalog_entry *e = &c->entries[i];
        char hash[2 * MINISIG_HASH_BYTES + 1];

        hex_write(e->hash, sizeof e->hash, hash);
        json_begin(&w, NULL, '{');
        json_put_str(&w, "id", e->id);
        json_put_int(&w, "version", e->version);
        json_put_int(&w, "bytes", e->bytes);
        json_put_str(&w, "blake2b", hash);
        json_put_str(&w, "needs", e->needs);
        json_end(&w, '}');
    }
    json_end(&w, ']');
    json_end(&w, '}');
    buf_char(out, '\n');
}

void catalog_sign(const struct seckey *office, const char *text, size_t n, uint64_t counter, struct buf *out)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    char comment[64];

    hash_text(text, n, hash);
    snprintf(comment, sizeof comment, "catalog %s %" PRIu64, SUBJECT, counter);
    minisig_sign(office, hash, comment, out);
}
