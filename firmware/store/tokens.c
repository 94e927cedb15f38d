/* tokens: dealing, trying, keeping and deleting what brings a visitor back. */
#include "store/tokens.h"
#include "base/clock.h"
#include "base/rng.h"
#include "store/settings.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { OF_PICTURES = 'P', OF_CODE = 'C' };                               /* what a key is drawn from */
enum { PART_KEY_PICTURES = 1, PART_KEY_CODE, PART_PROFILE, PART_WORDS }; /* what is sealed */
enum { HOUR_MS = 3600 * 1000 };
enum { AD_BYTES = 13, BOX_EXTRA = SEAL_NONCE_BYTES + SEAL_TAG_BYTES, KEYS_MAX = 2 * SEAL_KEY_BYTES };

const char tokens_letters[33] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

#define SQL_ACTIVE "SELECT count(*) FROM token WHERE day >= :oldest"
#define SQL_TAKEN  "SELECT count(*) FROM token WHERE by_pictures = :lookup"
#define SQL_NEW                                                                                                        \
    ("INSERT INTO token (id, by_pictures, by_code, key_pictures, key_code, profile, day)"                              \
     " VALUES (:id, :by_pictures, :by_code, :key_pictures, :key_code, :profile, :day)")
#define SQL_BY_PICTURES "SELECT id, key_pictures, profile FROM token WHERE by_pictures = :lookup AND day >= :oldest"
#define SQL_BY_CODE     "SELECT id, key_code, profile FROM token WHERE by_code = :lookup AND day >= :oldest"
#define SQL_USED        "UPDATE token SET day = :day WHERE id = :id"
#define SQL_THERE       "SELECT count(*) FROM token WHERE id = :id"
#define SQL_KEEP        "UPDATE token SET profile = :profile, day = :day WHERE id = :id"
#define SQL_FORGET      "DELETE FROM token WHERE id = :id"
#define SQL_OLD         "SELECT count(*) FROM token WHERE day < :oldest"
#define SQL_SWEEP       "DELETE FROM token WHERE day < :oldest"

const char *const tokens_sql[] = {SQL_ACTIVE, SQL_TAKEN, SQL_NEW, SQL_BY_PICTURES, SQL_BY_CODE, SQL_USED,
                                  SQL_THERE,  SQL_KEEP,  SQL_OLD, SQL_FORGET,      SQL_SWEEP,   NULL};

static bool number_of(struct db *db, const char *key, int64_t *n, struct err *err)
{
    char value[SETTINGS_VALUE_MAX];

    if (!settings_get(db, key, value, sizeof value, err)) {
        return false;
    }
    *n = strtoll(value, NULL, 10);
    return true;
}

/* The counted day, as the journal keeps it. */
static bool today(struct db *db, int64_t *day, struct err *err)
{
    return number_of(db, "day.counted", day, err);
}

/* The station's own salt; made with the first token. */
static bool salt_of(struct db *db, uint8_t salt[SEAL_SALT_BYTES], struct err *err)
{
    char value[SETTINGS_VALUE_MAX];

    if (!settings_get(db, "token.salt", value, sizeof value, err)) {
        return false;
    }
    if (hex_read(value, salt, SEAL_SALT_BYTES)) {
        return true;
    }
    rng_secret(salt, SEAL_SALT_BYTES);
    hex_write(salt, SEAL_SALT_BYTES, value);
    return settings_set(db, "token.salt", value, err);
}

static bool draw(const struct tokens *t, struct db *db, uint8_t what, const void *secret, size_t n,
                 struct seal_drawn *out, struct err *err)
{
    uint8_t salt[SEAL_SALT_BYTES];

    return salt_of(db, salt, err) && seal_draw(t->cost, salt, what, secret, n, out, err);
}

/* --- what is sealed: nonce, then the text under the key; bound to its token and its place in it
 * ------------------------------------------------------------------------------------------------------------------ */

static void bind(int64_t id, uint8_t part, uint8_t ad[AD_BYTES])
{
    static const uint8_t format[4] = {'M', '2', 'T', '1'};

    memcpy(ad, format, sizeof format);
    put_le64(ad + sizeof format, (uint64_t)id);
    ad[12] = part;
}

/* out: n + BOX_EXTRA. */
static void box(const uint8_t key[SEAL_KEY_BYTES], int64_t id, uint8_t part, const void *plain, size_t n, uint8_t *out)
{
    uint8_t ad[AD_BYTES];

    bind(id, part, ad);
    seal_row(key, ad, sizeof ad, plain, n, out, out + SEAL_NONCE_BYTES);
}

/* out: n - BOX_EXTRA. */
static bool unbox(const uint8_t key[SEAL_KEY_BYTES], int64_t id, uint8_t part, const uint8_t *sealed, size_t n,
                  void *out)
{
    uint8_t ad[AD_BYTES];

    bind(id, part, ad);
    return n >= BOX_EXTRA &&
           seal_row_open(key, sealed, ad, sizeof ad, sealed + SEAL_NONCE_BYTES, n - SEAL_NONCE_BYTES, out, NULL);
}

/* The profile padded with one zero or more and sealed, on the heap. */
static uint8_t *box_profile(const struct token_keys *keys, const char *profile, size_t n, size_t *sealed_bytes)
{
    size_t padded = (n / TOKENS_PAD_BYTES + 1) * TOKENS_PAD_BYTES;
    char *plain = mem_alloc(padded);
    uint8_t *out = mem_alloc(padded + BOX_EXTRA);

    memcpy(plain, profile, n);
    box(keys->profile, keys->id, PART_PROFILE, plain, padded, out);
    mem_wipe(plain, padded);
    free(plain);
    *sealed_bytes = padded + BOX_EXTRA;
    return out;
}

static bool unbox_profile(const struct token_keys *keys, const uint8_t *sealed, size_t n, struct buf *out)
{
    char *plain = mem_alloc(n + 1);
    bool ok = unbox(keys->profile, keys->id, PART_PROFILE, sealed, n, plain);

    buf_clear(out);
    if (ok) {
        buf_str(out, plain); /* up to its padding */
    }
    mem_wipe(plain, n);
    free(plain);
    return ok;
}

static bool fits(size_t n, struct err *err)
{
    return n <= TOKENS_PROFILE_MAX ||
           err_set(err, ERR_LIMIT, "kept place: a profile of %zu bytes, at most %d", n, TOKENS_PROFILE_MAX);
}

/* --- dealing
 * ------------------------------------------------------------------------------------------------------------------ */

int tokens_pictures_for(int64_t n_active)
{
    return n_active < TOKENS_FOUR_MAX ? 4 : n_active < TOKENS_FIVE_MAX ? 5 : 6;
}

bool tokens_active(struct db *db, int64_t *n, struct err *err)
{
    struct stmt *q;
    int64_t day;

    if (!today(db, &day, err)) {
        return false;
    }
    q = db_stmt(db, SQL_ACTIVE);
    db_int(q, ":oldest", day - TOKENS_KEEP_DAYS);
    return db_number(q, 0, n, err);
}

static void shuffle_pictures(struct rng *r, struct token_dealt *dealt)
{
    int order[TOKENS_PICTURES];

    for (int i = 0; i < TOKENS_PICTURES; i++) {
        order[i] = i;
    }
    rng_shuffle(r, order, TOKENS_PICTURES);
    for (int i = 0; i < dealt->n; i++) {
        dealt->picture[i] = (uint8_t)order[i];
    }
    mem_wipe(order, sizeof order);
}

static bool is_taken(struct db *db, const struct seal_drawn *drawn, bool *taken, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_TAKEN);
    int64_t n;

    db_blob(q, ":lookup", drawn->lookup, sizeof drawn->lookup);
    if (!db_number(q, 0, &n, err)) {
        return false;
    }
    *taken = n > 0;
    return true;
}

/* Pictures that nobody has: whoever guesses is told of one token, never of two. */
static bool deal_pictures(const struct tokens *t, struct db *db, struct token_dealt *dealt, struct seal_drawn *drawn,
                          struct err *err)
{
    bool taken = true;

    while (taken) {
        struct rng r;

        rng_secret(&r, sizeof r);
        shuffle_pictures(&r, dealt);
        mem_wipe(&r, sizeof r);
        if (!draw(t, db, OF_PICTURES, dealt->picture, (size_t)dealt->n, drawn, err) ||
            !is_taken(db, drawn, &taken, err)) {
            return false;
        }
    }
    return true;
}

static void deal_code(struct token_dealt *dealt)
{
    uint8_t chance[TOKENS_CODE_LETTERS];

    rng_secret(chance, sizeof chance);
    for (int i = 0; i < TOKENS_CODE_LETTERS; i++) {
        dealt->code[i] = tokens_letters[chance[i] % 32];
    }
    dealt->code[TOKENS_CODE_LETTERS] = '\0';
    mem_wipe(chance, sizeof chance);
}

static void make_keys(struct token_keys *keys)
{
    rng_secret(keys, sizeof *keys);
    keys->id &= INT64_MAX;
    keys->has_words = true;
}

static bool insert(struct db *db, const struct token_keys *keys, const struct seal_drawn *pictures,
                   const struct seal_drawn *code, const char *profile, size_t n, struct err *err)
{
    uint8_t by_pictures[SEAL_KEY_BYTES + BOX_EXTRA], by_code[KEYS_MAX + BOX_EXTRA], both[KEYS_MAX];
    size_t sealed_bytes;
    uint8_t *sealed = box_profile(keys, profile, n, &sealed_bytes);
    struct stmt *q;
    int64_t day;
    bool ok = today(db, &day, err);

    memcpy(both, keys->profile, SEAL_KEY_BYTES);
    memcpy(both + SEAL_KEY_BYTES, keys->words, SEAL_KEY_BYTES);
    box(pictures->key, keys->id, PART_KEY_PICTURES, keys->profile, SEAL_KEY_BYTES, by_pictures);
    box(code->key, keys->id, PART_KEY_CODE, both, sizeof both, by_code);
    mem_wipe(both, sizeof both);
    if (ok) {
        q = db_stmt(db, SQL_NEW);
        db_int(q, ":id", keys->id);
        db_blob(q, ":by_pictures", pictures->lookup, sizeof pictures->lookup);
        db_blob(q, ":by_code", code->lookup, sizeof code->lookup);
        db_blob(q, ":key_pictures", by_pictures, sizeof by_pictures);
        db_blob(q, ":key_code", by_code, sizeof by_code);
        db_blob(q, ":profile", sealed, sealed_bytes);
        db_int(q, ":day", day);
        ok = db_run(q, err);
    }
    free(sealed);
    return ok;
}

bool tokens_deal(struct tokens *t, struct db *db, const char *profile, size_t n, struct token_dealt *dealt,
                 struct token_keys *keys, struct err *err)
{
    struct seal_drawn pictures, code;
    struct token_dealt d;
    struct token_keys k;
    int64_t n_active;
    bool ok;

    if (!fits(n, err) || !tokens_active(db, &n_active, err)) {
        return false;
    }
    if (n_active >= TOKENS_MAX) {
        return err_set(err, ERR_LIMIT, "kept places: %d are in use, and no more can be told apart safely", TOKENS_MAX);
    }
    d.n = tokens_pictures_for(n_active);
    make_keys(&k);
    deal_code(&d);
    ok = deal_pictures(t, db, &d, &pictures, err) && draw(t, db, OF_CODE, d.code, TOKENS_CODE_LETTERS, &code, err) &&
         insert(db, &k, &pictures, &code, profile, n, err);
    if (ok) {
        *dealt = d;
        *keys = k;
    }
    mem_wipe(&pictures, sizeof pictures);
    mem_wipe(&code, sizeof code);
    mem_wipe(&d, sizeof d);
    mem_wipe(&k, sizeof k);
    return ok;
}

/* --- trying
 * ------------------------------------------------------------------------------------------------------------------ */

/* What lies under this name, opened; nothing there, too old or altered: *is_open stays false, whatever it was. */
static bool look_up(struct db *db, const char *sql, uint8_t part, const struct seal_drawn *drawn, bool *is_open,
                    struct token_keys *keys, struct buf *profile, struct err *err)
{
    const size_t n_keys = part == PART_KEY_CODE ? KEYS_MAX : SEAL_KEY_BYTES;
    uint8_t plain[KEYS_MAX];
    struct token_keys k = {.has_words = part == PART_KEY_CODE};
    struct stmt *q;
    const void *sealed;
    size_t n;
    int64_t day;
    bool has_row;

    *is_open = false;
    if (!today(db, &day, err)) {
        return false;
    }
    q = db_stmt(db, sql);
    db_blob(q, ":lookup", drawn->lookup, sizeof drawn->lookup);
    db_int(q, ":oldest", day - TOKENS_KEEP_DAYS);
    if (!db_next(q, &has_row, err)) {
        return false;
    }
    if (has_row) {
        k.id = db_col_int(q, 0);
        sealed = db_col_blob(q, 1, &n);
        if (n == n_keys + BOX_EXTRA && unbox(drawn->key, k.id, part, sealed, n, plain)) {
            memcpy(k.profile, plain, SEAL_KEY_BYTES);
            if (k.has_words) {
                memcpy(k.words, plain + SEAL_KEY_BYTES, SEAL_KEY_BYTES);
            }
            sealed = db_col_blob(q, 2, &n);
            *is_open = unbox_profile(&k, sealed, n, profile);
        }
        mem_wipe(plain, sizeof plain);
    }
    db_done(q);
    if (*is_open) {
        *keys = k;
        q = db_stmt(db, SQL_USED);
        db_int(q, ":id", k.id);
        db_int(q, ":day", day);
        has_row = db_run(q, err);
        mem_wipe(&k, sizeof k);
        return has_row;
    }
    return true;
}

/* Wrong tries since the last time they were forgotten. */
struct misses {
    int64_t date; /* days since 1970, the highest that counted; what the clock shows may be earlier */
    int n;
    int64_t ran_ms; /* how long the station has run since the first of them, as far as it is known */
};

static int delay_s(int misses)
{
    return misses <= TOKENS_FREE_TRIES ? 0 : TOKENS_DELAY_S << (misses - TOKENS_FREE_TRIES - 1);
}

/* On a later date than any that counted before, or after a day of running: a clock that is set back makes no date late,
 * and the running time of before a restart counts as far as it was kept. The second way uses up a date as the first one
 * does: else the two together would give more than ten tries a day. */
static void forget_old(struct misses *m)
{
    int64_t date = clock_is_trusted() ? clock_day(clock_wall_s()) : 0;
    bool is_later = date > m->date;

    if (m->n == 0 || is_later || m->ran_ms >= TOKENS_FORGET_H * HOUR_MS) {
        *m = (struct misses){.date = is_later ? date : m->date + (m->n > 0)};
    }
}

/* "DATE N MS". *n_kept = as they lie on the card. */
static bool misses_now(struct tokens *t, struct db *db, struct misses *m, int *n_kept, struct err *err)
{
    char value[SETTINGS_VALUE_MAX], *end;

    if (!settings_get(db, "token.misses", value, sizeof value, err)) {
        return false;
    }
    m->date = strtoll(value, &end, 10);
    m->n = *n_kept = (int)strtol(end, &end, 10);
    m->ran_ms = strtoll(end, NULL, 10);
    if (t->is_loaded) {
        m->ran_ms += clock_ms() - t->kept_at_ms;
    }
    forget_old(m);
    if (!t->is_loaded) {
        t->is_loaded = true;
        t->kept_at_ms = clock_ms();
        t->wait_until_ms = clock_ms() + delay_s(m->n) * 1000LL;
    }
    return true;
}

static bool keep_misses(struct tokens *t, struct db *db, const struct misses *m, struct err *err)
{
    char value[72];

    snprintf(value, sizeof value, "%lld %d %lld", (long long)m->date, m->n, (long long)m->ran_ms);
    if (!settings_set(db, "token.misses", value, err)) {
        return false;
    }
    t->kept_at_ms = clock_ms();
    return true;
}

/* Whether a try with pictures counts now; m: the wrong ones so far. */
static bool may_try(struct tokens *t, struct db *db, struct misses *m, enum tokens_answer *answer, int *wait_s,
                    struct err *err)
{
    int n_kept;

    *wait_s = 0;
    if (!misses_now(t, db, m, &n_kept, err)) {
        return false;
    }
    *answer = TOKENS_OPEN;
    if (m->n >= TOKENS_TRIES) {
        *answer = TOKENS_ONLY_CODE;
    } else if (t->wait_until_ms > clock_ms()) {
        *answer = TOKENS_WAIT;
        *wait_s = (int)((t->wait_until_ms - clock_ms() + 999) / 1000);
    }
    return true;
}

bool tokens_open_pictures(struct tokens *t, struct db *db, const uint8_t *picture, int n, enum tokens_answer *answer,
                          int *wait_s, struct token_keys *keys, struct buf *profile, struct err *err)
{
    struct seal_drawn drawn;
    struct misses m;
    bool ok, is_open;

    assert(n >= 0 && n <= TOKENS_PICK_MAX);
    if (!may_try(t, db, &m, answer, wait_s, err)) {
        return false;
    }
    if (*answer != TOKENS_OPEN) {
        return true;
    }
    /* On the card first, each in a transaction of its own: the key is drawn between them. */
    m.n++;
    if (!keep_misses(t, db, &m, err)) {
        return false;
    }
    ok = draw(t, db, OF_PICTURES, picture, (size_t)n, &drawn, err) &&
         look_up(db, SQL_BY_PICTURES, PART_KEY_PICTURES, &drawn, &is_open, keys, profile, err);
    mem_wipe(&drawn, sizeof drawn);
    if (!ok) {
        return false;
    }
    if (is_open) {
        m.n--;
        return keep_misses(t, db, &m, err);
    }
    *wait_s = delay_s(m.n);
    t->wait_until_ms = clock_ms() + *wait_s * 1000LL;
    *answer = m.n < TOKENS_TRIES ? TOKENS_WRONG : TOKENS_ONLY_CODE;
    return true;
}

bool tokens_open_code(struct tokens *t, struct db *db, const char *code, enum tokens_answer *answer,
                      struct token_keys *keys, struct buf *profile, struct err *err)
{
    struct seal_drawn drawn;
    char letters[TOKENS_CODE_LETTERS + 1] = "";
    bool ok, is_open;
    size_t n = strlen(code);

    n = n < sizeof letters ? n : sizeof letters; /* one more than is right: a longer code stays a wrong one */
    for (size_t i = 0; i < n; i++) {
        letters[i] = (char)toupper((unsigned char)code[i]);
    }
    ok = draw(t, db, OF_CODE, letters, n, &drawn, err) &&
         look_up(db, SQL_BY_CODE, PART_KEY_CODE, &drawn, &is_open, keys, profile, err);
    mem_wipe(&drawn, sizeof drawn);
    mem_wipe(letters, sizeof letters);
    if (ok) {
        *answer = is_open ? TOKENS_OPEN : TOKENS_WRONG;
    }
    return ok;
}

/* --- keeping and deleting
 * ------------------------------------------------------------------------------------------------------------------ */

bool tokens_keep(struct db *db, const struct token_keys *keys, const char *profile, size_t n, struct err *err)
{
    size_t sealed_bytes;
    uint8_t *sealed;
    struct stmt *q;
    int64_t day, is_there;
    bool ok;

    if (!fits(n, err) || !today(db, &day, err)) {
        return false;
    }
    q = db_stmt(db, SQL_THERE);
    db_int(q, ":id", keys->id);
    if (!db_number(q, 0, &is_there, err)) {
        return false;
    }
    if (!is_there) {
        return err_set(err, ERR_NOT_FOUND, "kept place: it was deleted meanwhile");
    }
    sealed = box_profile(keys, profile, n, &sealed_bytes);
    q = db_stmt(db, SQL_KEEP);
    db_blob(q, ":profile", sealed, sealed_bytes);
    db_int(q, ":day", day);
    db_int(q, ":id", keys->id);
    ok = db_run(q, err);
    free(sealed);
    return ok;
}

/* secure_delete overwrites the pages; the log, which still holds them, is emptied. */
bool tokens_forget(struct db *db, int64_t id, struct err *err)
{
    struct stmt *q = db_stmt(db, SQL_FORGET);

    db_int(q, ":id", id);
    return db_run(q, err) && db_shrink(db, err);
}

bool tokens_sweep(struct tokens *t, struct db *db, struct err *err)
{
    struct misses m;
    struct stmt *q;
    int64_t day, n;
    int n_kept;

    if (!misses_now(t, db, &m, &n_kept, err) || (n_kept && !keep_misses(t, db, &m, err)) || !today(db, &day, err)) {
        return false;
    }
    q = db_stmt(db, SQL_OLD);
    db_int(q, ":oldest", day - TOKENS_KEEP_DAYS);
    if (!db_number(q, 0, &n, err)) {
        return false;
    }
    if (n == 0) {
        return true;
    }
    q = db_stmt(db, SQL_SWEEP);
    db_int(q, ":oldest", day - TOKENS_KEEP_DAYS);
    return db_run(q, err) && db_shrink(db, err);
}
