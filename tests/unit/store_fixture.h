/* store_fixture: an office, a station and journals in the test's folder, shared by the tests of the store. */
#ifndef M2_STORE_FIXTURE_H
#define M2_STORE_FIXTURE_H

#include "base/buf.h"
#include "base/fsio.h"
#include "base/rng.h"
#include "store/journal.h"
#include "unit/test.h"

enum { FX_ROWS_MAX = 1200, FX_TEXT = 200 };

/* What lies on the card, as an export gives it. */
struct fx_row {
    int64_t seq;
    uint64_t epoch;
    uint8_t visit[JOURNAL_VISIT_BYTES], nonce[SEAL_NONCE_BYTES], hash[SEAL_HASH_BYTES];
    uint8_t body[2 * JOURNAL_PAD_BYTES + SEAL_TAG_BYTES];
    size_t body_bytes;
};

struct fx_rows {
    struct fx_row row[FX_ROWS_MAX];
    int n;
};

static struct seckey fx_office_secret;
static struct pubkey fx_office, fx_station;

static inline void fx_keys(void)
{
    struct seckey station;

    if (!fx_office_secret.key[0] && !fx_office.key[0]) {
        keys_make(&fx_office_secret, &fx_office);
        keys_make(&station, &fx_station);
    }
}

static inline struct journal_visit fx_visit(void)
{
    struct journal_visit v;

    rng_secret(&v, sizeof v);
    return v;
}

static inline bool fx_take(void *ctx, const struct journal_row *row)
{
    struct fx_rows *rows = ctx;
    struct fx_row *r = &rows->row[rows->n++];

    CHECK(rows->n <= FX_ROWS_MAX && row->body_bytes <= sizeof r->body);
    r->seq = row->seq;
    r->epoch = row->epoch;
    memcpy(r->visit, row->visit, sizeof r->visit);
    memcpy(r->nonce, row->nonce, sizeof r->nonce);
    memcpy(r->hash, row->hash, sizeof r->hash);
    memcpy(r->body, row->body, row->body_bytes);
    r->body_bytes = row->body_bytes;
    return true;
}

/* The row as the office gets it; body borrowed from r. */
static inline struct journal_row fx_as_row(const struct fx_row *r)
{
    struct journal_row row = {.seq = r->seq, .epoch = r->epoch, .body = r->body, .body_bytes = r->body_bytes};

    memcpy(row.visit, r->visit, sizeof row.visit);
    memcpy(row.nonce, r->nonce, sizeof row.nonce);
    memcpy(row.hash, r->hash, sizeof row.hash);
    return row;
}

/* What the office does with rows of one visit: the first gives the key, the others are opened with it. NULL in *text
 * where the row is a key row. */
static inline bool fx_open_row(const uint8_t station[KEY_ID_BYTES], const struct fx_row *r, uint8_t key[SEAL_KEY_BYTES],
                               struct buf *text, struct err *err)
{
    struct journal_row row = fx_as_row(r);

    buf_clear(text);
    if (row.body_bytes == JOURNAL_KEY_BODY) {
        return journal_open_key_row(&row, station, &fx_office_secret, key, err);
    }
    return journal_open_row(&row, station, key, text, err);
}

static inline int fx_compare_nonces(const void *a, const void *b)
{
    return memcmp(((const struct fx_row *)a)->nonce, ((const struct fx_row *)b)->nonce, SEAL_NONCE_BYTES);
}

/* True when no two of these rows have the same nonce. Sorts them. */
static inline bool fx_nonces_differ(struct fx_rows *rows)
{
    bool ok = true;

    qsort(rows->row, (size_t)rows->n, sizeof rows->row[0], fx_compare_nonces);
    for (int i = 1; i < rows->n; i++) {
        ok &= memcmp(rows->row[i - 1].nonce, rows->row[i].nonce, SEAL_NONCE_BYTES) != 0;
    }
    return ok;
}

static inline void fx_copy_file(const char *from, const char *to)
{
    struct buf bytes = {0};
    struct err err;

    CHECK(fsio_read(from, 64 << 20, &bytes, &err));
    CHECK(fsio_replace(to, bytes.data, bytes.len, 0600, &err));
    buf_release(&bytes);
}

#endif
