/* test_courier_signed: every signed text of a stick against every way to get it wrong; the stick is in memory (THREATS
 * T26, T27, T29, T30, T31, T32, T33). */
#include "base/buf.h"
#include "base/fsio.h"
#include "stick/courier.h"
#include "trust/counter.h"
#include "unit/test.h"
#include <unistd.h>

enum { FILES_MAX = 1024, KEYS = 4, ROTATIONS = 20, ROOTS = TRUST_ROOTS * (TRUST_ROTATIONS_MAX + 2) };

/* --- a stick in memory
 * --------------------------------------------------------------------------------------------- */

struct stick {
    struct volume base; /* first member */
    struct {
        char name[VOLUME_NAME_MAX];
        struct buf bytes;
        int64_t size; /* what it says; the bytes begin anew where they end before it */
    } file[FILES_MAX];
    int n;
    int64_t n_read;
};

static int place_of(const struct stick *s, const char *name)
{
    for (int i = 0; i < s->n; i++) {
        if (!strcmp(s->file[i].name, name)) {
            return i;
        }
    }
    return -1;
}

static bool stick_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    struct stick *s = (struct stick *)v;
    int i = place_of(s, name);

    if (i < 0) {
        return err_set(err, ERR_NOT_FOUND, "stick: '%s'", name);
    }
    *bytes = s->file[i].size;
    return true;
}

static bool stick_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    struct stick *s = (struct stick *)v;
    int64_t size = 0;

    if (!stick_size(v, name, &size, err)) {
        return false;
    }
    const struct buf *b = &s->file[place_of(s, name)].bytes;

    *got = size - offset < n ? size - offset : n;
    for (int64_t i = 0; i < *got; i++) {
        ((char *)buf)[i] = b->data[(size_t)(offset + i) % b->len];
    }
    s->n_read += *got;
    return true;
}

static void put(struct stick *s, const char *name, const void *bytes, size_t n)
{
    char full[VOLUME_NAME_MAX];
    int i;

    snprintf(full, sizeof full, COURIER_ROOT "%s", name);
    i = place_of(s, full);
    if (i < 0) {
        CHECK(s->n < FILES_MAX);
        i = s->n++;
        snprintf(s->file[i].name, sizeof s->file[i].name, "%s", full);
    }
    buf_clear(&s->file[i].bytes);
    buf_add(&s->file[i].bytes, bytes, n);
    s->file[i].size = (int64_t)n;
}

static void drop(struct stick *s, const char *name)
{
    char full[VOLUME_NAME_MAX];
    int i;

    snprintf(full, sizeof full, COURIER_ROOT "%s", name);
    i = place_of(s, full);
    CHECK(i >= 0);
    buf_release(&s->file[i].bytes);
    s->file[i] = s->file[--s->n];
    memset(&s->file[s->n], 0, sizeof s->file[0]);
}

static struct stick *stick_new(void)
{
    static const struct volume_class class = {.size = stick_size, .read = stick_read};
    struct stick *s = mem_alloc(sizeof *s);

    s->base.class = &class;
    return s;
}

static void stick_free(struct stick *s)
{
    for (int i = 0; i < s->n; i++) {
        buf_release(&s->file[i].bytes);
    }
    free(s);
}

/* --- an office
 * ------------------------------------------------------------------------------------------------------ */

static struct seckey root_sec[ROOTS], key_sec[KEYS + 1]; /* one key a role, and a stranger's */
static struct pubkey root_pub[ROOTS];
static struct trust_key roles[KEYS];

static void make_keys(void)
{
    struct pubkey nobody;

    if (root_sec[0].key[0] || root_sec[0].key[1]) {
        return;
    }
    for (int i = 0; i < ROOTS; i++) {
        keys_make(&root_sec[i], &root_pub[i]);
    }
    for (int i = 0; i < KEYS; i++) {
        roles[i].role = (enum trust_role)i;
        snprintf(roles[i].name, sizeof roles[i].name, "%s", trustlist_role_name((enum trust_role)i));
        keys_make(&key_sec[i], &roles[i].key);
    }
    keys_make(&key_sec[KEYS], &nobody);
}

/* The list after `rotation` changes of all three roots; keys borrowed. */
static struct trustlist list_of(int rotation, uint64_t counter, struct trust_key *keys, int n_keys)
{
    struct trustlist t = {.counter = counter, .keys = keys, .n_keys = n_keys};

    make_keys();
    for (int i = 0; i < TRUST_ROOTS; i++) {
        t.roots[i] = root_pub[TRUST_ROOTS * rotation + i];
    }
    return t;
}

/* The list as `name` on the stick, signed by two of the roots after each of the given rotations (-1 ends). */
static void put_list(struct stick *s, const char *name, const struct trustlist *t, int first, int second)
{
    struct buf text = {0}, sig = {0};
    int at[2] = {first, second}, n = 0;

    trustlist_text(t, &text);
    put(s, name, text.data, text.len);
    for (int k = 0; k < 2 && at[k] >= 0; k++) {
        for (int i = 0; i < TRUST_THRESHOLD; i++) {
            char sig_name[64];

            trustlist_sign(&root_sec[TRUST_ROOTS * at[k] + i], text.data, text.len, t->counter, &sig);
            snprintf(sig_name, sizeof sig_name, "%s.root%d.minisig", name, ++n);
            put(s, sig_name, sig.data, sig.len);
        }
    }
    buf_release(&text);
    buf_release(&sig);
}

/* What a station that holds this list makes of the stick: its code, and the counter it holds then. */
static enum err_code take_trust(struct stick *s, const struct trustlist *held, uint64_t *counter, struct err *err)
{
    struct trustlist *newer = NULL;
    struct trust_files files = {0};

    err->code = ERR_NONE;
    *counter = held->counter;
    if (!courier_trust(&s->base, held, &newer, &files, err)) {
        CHECK(!newer && !files.n_sigs && err->code != ERR_NONE);
        return err->code;
    }
    *counter = newer ? newer->counter : held->counter;
    trustlist_free(newer);
    trustlist_files_release(&files);
    return ERR_NONE;
}

/* Any text signed as a key of the office signs it. */
static void put_signed(struct stick *s, const char *name, const char *text, size_t n, int signer, const char *comment)
{
    uint8_t hash[MINISIG_HASH_BYTES];
    struct minisig_hash h;
    struct buf sig = {0};
    char sig_name[80];

    minisig_hash_begin(&h);
    minisig_hash_add(&h, text, n);
    minisig_hash_end(&h, hash);
    minisig_sign(&key_sec[signer], hash, comment, &sig);
    put(s, name, text, n);
    snprintf(sig_name, sizeof sig_name, "%s.minisig", name);
    put(s, sig_name, sig.data, sig.len);
    buf_release(&sig);
}

static void put_courier(struct stick *s, int signer, const char *comment)
{
    struct courier c = {.stick = "0123456789abcdef", .counter = 1, .mailbox_bytes = 65536};
    struct buf text = {0};

    courier_write_text(&c, &text);
    put_signed(s, "courier.json", text.data, text.len, signer, comment);
    buf_release(&text);
}

static void put_catalog(struct stick *s, uint64_t counter, int signer, const char *comment)
{
    struct catalog_entry e = {.id = "core", .version = 1, .bytes = 1000, .needs = "0.1.0"};
    struct catalog c = {.counter = counter, .entries = &e, .n_entries = 1};
    struct buf text = {0};

    catalog_text(&c, &text);
    put_signed(s, "catalog.json", text.data, text.len, signer, comment);
    buf_release(&text);
}

static void put_receipt(struct stick *s, uint8_t station, uint64_t counter, int signer, const char *comment)
{
    struct courier_receipt r = {.station = {station}, .epoch = 1, .up_to_seq = 5, .counter = counter};
    struct buf text = {0};

    courier_receipt_text(&r, &text);
    put_signed(s, "receipts/000.json", text.data, text.len, signer, comment);
    buf_release(&text);
}

enum { COURIER, CATALOG, RECEIPT, TEXTS };

/* Reads one kind of text off the stick as a station does. */
static enum err_code take(struct stick *s, const struct trustlist *trust, int kind)
{
    const char *counters = test_path("counters");
    struct courier c;
    struct courier_receipt r;
    struct catalog *catalog = NULL;
    struct err err = {0};
    bool ok = false;

    if (kind == COURIER) {
        ok = courier_open(&s->base, trust, &c, &err);
    } else if (kind == RECEIPT) {
        ok = courier_receipt(&s->base, trust, 0, &r, &err);
    } else {
        ok = courier_catalog(&s->base, trust, counters, &catalog, &err);
    }
    catalog_free(catalog);
    CHECK(ok == (err.code == ERR_NONE));
    return err.code;
}

static struct stick *good_stick(void)
{
    struct stick *s = stick_new();

    make_keys();
    unlink(test_path("counters"));
    put_courier(s, TRUST_COURIER, "courier 0123456789abcdef 1");
    put_catalog(s, 3, TRUST_OFFICE, "catalog catalog.json 3");
    put_receipt(s, 1, 2, TRUST_OFFICE, "receipt 0100000000000000 2");
    return s;
}

/* --- the tests
 * ------------------------------------------------------------------------------------------------------ */

TEST(courier_signed, T33_wrong_role_type_target_number_and_revoked_keys_are_refused)
{
    static const struct {
        int kind, signer; /* KEYS: a stranger */
        const char *comment;
        enum err_code expected;
    } cases[] = {
        {COURIER, TRUST_COURIER, "courier 0123456789abcdef 1", ERR_NONE},
        {COURIER, TRUST_OFFICE, "courier 0123456789abcdef 1", ERR_TRUST},
        {COURIER, TRUST_AUTHOR, "courier 0123456789abcdef 1", ERR_TRUST},
        {COURIER, TRUST_STATION, "courier 0123456789abcdef 1", ERR_TRUST},
        {COURIER, KEYS, "courier 0123456789abcdef 1", ERR_SIGNATURE},
        {COURIER, TRUST_COURIER, "courier 0123456789abcdee 1", ERR_TRUST}, /* another stick's */
        {COURIER, TRUST_COURIER, "receipt 0123456789abcdef 1", ERR_TRUST},
        {COURIER, TRUST_COURIER, "courier 0123456789abcdef", ERR_FORMAT},
        {CATALOG, TRUST_OFFICE, "catalog catalog.json 3", ERR_NONE},
        {CATALOG, TRUST_COURIER, "catalog catalog.json 3", ERR_TRUST},
        {CATALOG, TRUST_AUTHOR, "catalog catalog.json 3", ERR_TRUST},
        {CATALOG, TRUST_STATION, "catalog catalog.json 3", ERR_TRUST},
        {CATALOG, KEYS, "catalog catalog.json 3", ERR_SIGNATURE},
        {CATALOG, TRUST_OFFICE, "catalog other.json 3", ERR_TRUST},
        {CATALOG, TRUST_OFFICE, "receipt catalog.json 3", ERR_TRUST},
        {CATALOG, TRUST_OFFICE, "catalog catalog.json 4", ERR_SIGNATURE},
        {RECEIPT, TRUST_OFFICE, "receipt 0100000000000000 2", ERR_NONE},
        {RECEIPT, TRUST_COURIER, "receipt 0100000000000000 2", ERR_TRUST},
        {RECEIPT, TRUST_AUTHOR, "receipt 0100000000000000 2", ERR_TRUST},
        {RECEIPT, TRUST_STATION, "receipt 0100000000000000 2", ERR_TRUST},
        {RECEIPT, KEYS, "receipt 0100000000000000 2", ERR_SIGNATURE},
        {RECEIPT, TRUST_OFFICE, "receipt 0200000000000000 2", ERR_TRUST}, /* another hub's */
        {RECEIPT, TRUST_OFFICE, "receipt 0100000000000000 3", ERR_TRUST},
        {RECEIPT, TRUST_OFFICE, "catalog 0100000000000000 2", ERR_TRUST},
    };
    struct stick *s = good_stick();

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct trust_key keys[KEYS];
        struct trustlist t = list_of(0, 1, keys, KEYS);

        memcpy(keys, roles, sizeof keys);
        if (cases[i].kind == COURIER) {
            put_courier(s, cases[i].signer, cases[i].comment);
        } else if (cases[i].kind == CATALOG) {
            put_catalog(s, 3, cases[i].signer, cases[i].comment);
        } else {
            put_receipt(s, 1, 2, cases[i].signer, cases[i].comment);
        }
        CHECK_INT(take(s, &t, cases[i].kind), cases[i].expected);
        for (int r = TRUST_LOST; cases[i].expected == ERR_NONE && r <= TRUST_STOLEN; r++) {
            keys[cases[i].signer].revoked = (enum trust_revoked)r;
            CHECK_INT(take(s, &t, cases[i].kind), ERR_TRUST);
        }
    }
    stick_free(s);
}

TEST(courier_signed, T26_each_flipped_byte_each_cut_and_each_byte_more_of_every_text_is_refused)
{
    static const char *const names[TEXTS] = {"courier.json", "catalog.json", "receipts/000.json"};
    struct stick *s = good_stick();
    struct trustlist t = list_of(0, 1, roles, KEYS);
    int n_refused = 0;

    for (int kind = 0; kind < TEXTS; kind++) {
        for (int is_sig = 0; is_sig <= 1; is_sig++) {
            char name[VOLUME_NAME_MAX];
            int at;

            snprintf(name, sizeof name, COURIER_ROOT "%s%s", names[kind], is_sig ? ".minisig" : "");
            at = place_of(s, name);
            for (size_t i = 0; i < s->file[at].bytes.len; i++) {
                for (int flip = 1; flip <= 128; flip *= 4) {
                    s->file[at].bytes.data[i] ^= (char)flip;
                    CHECK(take(s, &t, kind) != ERR_NONE);
                    s->file[at].bytes.data[i] ^= (char)flip;
                    n_refused++;
                }
            }
            for (int64_t n = 0; n <= (int64_t)s->file[at].bytes.len + 1; n++) {
                s->file[at].size = n;
                CHECK((take(s, &t, kind) == ERR_NONE) == (n == (int64_t)s->file[at].bytes.len));
                n_refused++;
            }
            s->file[at].size = (int64_t)s->file[at].bytes.len;
        }
        CHECK_INT(take(s, &t, kind), ERR_NONE);
    }
    CHECK(n_refused > 4000);
    stick_free(s);
}

TEST(courier_signed, T26_each_flipped_byte_and_each_cut_of_a_trust_list_is_refused)
{
    struct stick *s = stick_new();
    struct trustlist held = list_of(0, 1, roles, KEYS), t = list_of(0, 2, roles, KEYS);
    struct err err;
    uint64_t counter;

    put_list(s, "trust.json", &t, 0, -1);
    for (int at = 0; at < s->n; at++) { /* the list, its two signatures */
        for (size_t i = 0; i < s->file[at].bytes.len; i++) {
            s->file[at].bytes.data[i] ^= 0x10;
            (void)take_trust(s, &held, &counter, &err);
            CHECK(counter == 1);
            s->file[at].bytes.data[i] ^= 0x10;
        }
        for (int64_t n = 0; n < (int64_t)s->file[at].bytes.len; n++) {
            s->file[at].size = n;
            CHECK(take_trust(s, &held, &counter, &err) != ERR_NONE && counter == 1);
        }
        s->file[at].size = (int64_t)s->file[at].bytes.len;
    }
    CHECK_INT(take_trust(s, &held, &counter, &err), ERR_NONE);
    CHECK(counter == 2);
    for (int i = 1; i <= 2; i++) {
        char name[64];

        snprintf(name, sizeof name, "trust.json.root%d.minisig", i);
        drop(s, name);
    }
    CHECK_INT(take_trust(s, &held, &counter, &err), ERR_SIGNATURE); /* unsigned */
    stick_free(s);
}

TEST(courier_signed, T27_old_lists_and_catalogues_are_never_taken)
{
    struct stick *s = good_stick();
    struct trustlist t = list_of(0, 1, roles, KEYS);
    struct err err;
    uint64_t counter;

    for (uint64_t held = 5; held <= 9; held++) { /* lists of 1 to 9 brought to a station that holds 5 to 9 */
        struct trustlist here = list_of(0, held, roles, KEYS);

        for (uint64_t brought = 1; brought <= 9; brought++) {
            struct trustlist old = list_of(0, brought, roles, KEYS);

            put_list(s, "trust.json", &old, 0, -1);
            CHECK_INT(take_trust(s, &here, &counter, &err), ERR_NONE);
            CHECK(counter == (brought > held ? brought : held));
        }
    }
    put_catalog(s, 9, TRUST_OFFICE, "catalog catalog.json 9");
    CHECK_INT(take(s, &t, CATALOG), ERR_NONE);
    for (int old = 1; old < 9; old++) {
        char comment[64];

        snprintf(comment, sizeof comment, "catalog catalog.json %d", old);
        put_catalog(s, (uint64_t)old, TRUST_OFFICE, comment);
        CHECK_INT(take(s, &t, CATALOG), ERR_TRUST);
    }
    put_catalog(s, 9, TRUST_OFFICE, "catalog catalog.json 9");
    CHECK_INT(take(s, &t, CATALOG), ERR_NONE);
    stick_free(s);
}

TEST(courier_signed, T29_parts_of_two_good_sticks_do_not_make_one)
{
    struct stick *s = good_stick(), *other = good_stick();
    struct trustlist held = list_of(0, 1, roles, KEYS), two = list_of(0, 2, roles, KEYS);
    struct trustlist three = list_of(0, 3, roles, KEYS);
    static const char *const names[TEXTS] = {"courier.json", "catalog.json", "receipts/000.json"};
    struct courier c = {.stick = "fedcba9876543210", .counter = 2, .mailbox_bytes = 65536};
    struct buf text = {0};
    struct err err;
    uint64_t counter;

    courier_write_text(&c, &text);
    put_signed(other, "courier.json", text.data, text.len, TRUST_COURIER, "courier fedcba9876543210 2");
    put_catalog(other, 4, TRUST_OFFICE, "catalog catalog.json 4");
    put_receipt(other, 1, 3, TRUST_OFFICE, "receipt 0100000000000000 3");
    for (int kind = 0; kind < TEXTS; kind++) {
        char name[VOLUME_NAME_MAX];

        CHECK_INT(take(s, &held, kind), ERR_NONE);
        snprintf(name, sizeof name, COURIER_ROOT "%s", names[kind]);
        const struct buf *b = &other->file[place_of(other, name)].bytes;

        put(s, names[kind], b->data, b->len); /* its text with our signature */
        CHECK_INT(take(s, &held, kind), ERR_SIGNATURE);
    }
    put_list(other, "trust.json", &three, 0, -1);
    put_list(s, "trust.json", &two, 0, -1);
    const struct buf *sig = &other->file[place_of(other, COURIER_ROOT "trust.json.root2.minisig")].bytes;

    put(s, "trust.json.root2.minisig", sig->data, sig->len);
    CHECK_INT(take_trust(s, &held, &counter, &err), ERR_SIGNATURE);
    trustlist_text(&three, &text);
    put(s, "trust.json", text.data, text.len);
    CHECK_INT(take_trust(s, &held, &counter, &err), ERR_SIGNATURE);
    buf_release(&text);
    stick_free(s);
    stick_free(other);
}

TEST(courier_signed, T30_files_without_end_are_refused_by_their_size_before_a_byte_is_read)
{
    static const struct {
        const char *name;
        int kind;
        int64_t limit;
    } cases[] = {
        {"courier.json", COURIER, COURIER_TEXT_MAX},
        {"courier.json.minisig", COURIER, MINISIG_MAX_BYTES},
        {"catalog.json", CATALOG, COURIER_CATALOG_MAX},
        {"catalog.json.minisig", CATALOG, MINISIG_MAX_BYTES},
        {"receipts/000.json", RECEIPT, COURIER_TEXT_MAX},
        {"receipts/000.json.minisig", RECEIPT, MINISIG_MAX_BYTES},
        {"trust.json", TEXTS, TRUST_TEXT_MAX},
        {"trust.json.root1.minisig", TEXTS, MINISIG_MAX_BYTES},
    };
    struct trustlist held = list_of(0, 1, roles, KEYS), t = list_of(0, 2, roles, KEYS);
    struct stick *s = good_stick();
    struct err err;
    uint64_t counter;

    put_list(s, "trust.json", &t, 0, -1);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        char name[VOLUME_NAME_MAX];
        int64_t sizes[] = {cases[i].limit, cases[i].limit + 1, INT64_MAX};
        int at;

        snprintf(name, sizeof name, COURIER_ROOT "%s", cases[i].name);
        at = place_of(s, name);
        for (size_t k = 0; k < M2_COUNT(sizes); k++) {
            int64_t was = s->n_read;
            enum err_code code;

            s->file[at].size = sizes[k];
            code = cases[i].kind == TEXTS ? take_trust(s, &held, &counter, &err) : take(s, &held, cases[i].kind);
            CHECK(code != ERR_NONE && (code == ERR_LIMIT) == (k > 0));
            CHECK(s->n_read - was <= (k ? 64 * 1024 : sizes[k] + 64 * 1024)); /* its fellow texts at most */
        }
        s->file[at].size = (int64_t)s->file[at].bytes.len;
    }
    stick_free(s);
}

/* What a stolen office key drove up: another key is not touched by it, and new roots end it. */
TEST(courier_signed, T31_a_counter_driven_to_its_end_ends_with_its_key_or_its_roots)
{
    struct stick *s = good_stick();
    struct trust_key keys[KEYS + 1];
    struct trustlist t = list_of(0, 1, keys, KEYS + 1), rotated = list_of(1, 2, keys, KEYS + 1);

    memcpy(keys, roles, sizeof roles);
    keys[KEYS] = roles[TRUST_OFFICE];
    struct seckey was = key_sec[KEYS];

    keys_make(&key_sec[KEYS], &keys[KEYS].key); /* a second office key */
    put_catalog(s, INT64_MAX, TRUST_OFFICE, "catalog catalog.json 9223372036854775807");
    CHECK_INT(take(s, &t, CATALOG), ERR_NONE);
    put_catalog(s, 4, TRUST_OFFICE, "catalog catalog.json 4");
    CHECK_INT(take(s, &t, CATALOG), ERR_TRUST);
    put_catalog(s, 4, KEYS, "catalog catalog.json 4");
    CHECK_INT(take(s, &t, CATALOG), ERR_NONE); /* counters are per key */
    put_catalog(s, 4, TRUST_OFFICE, "catalog catalog.json 4");
    CHECK_INT(take(s, &rotated, CATALOG), ERR_NONE); /* and per roots */
    put_catalog(s, 3, TRUST_OFFICE, "catalog catalog.json 3");
    CHECK_INT(take(s, &rotated, CATALOG), ERR_TRUST);
    key_sec[KEYS] = was;
    stick_free(s);
}

/* A stick with n rotations and a list behind them; at rotation i key i of `authors` is revoked. */
static void put_chain(struct stick *s, struct trust_key *authors, int n)
{
    struct trustlist t;
    char name[32];

    for (int i = 1; i <= n; i++) {
        if (i <= ROTATIONS) {
            authors[i - 1].revoked = i % 2 ? TRUST_STOLEN : TRUST_LOST;
        }
        t = list_of(i, 10 * (uint64_t)i, authors, ROTATIONS);
        snprintf(name, sizeof name, "trust/%03d.json", i);
        put_list(s, name, &t, i - 1, i);
    }
    t = list_of(n, 10 * (uint64_t)n + 5, authors, ROTATIONS);
    put_list(s, "trust.json", &t, n, -1);
}

static void fill_authors(struct trust_key authors[ROTATIONS])
{
    struct seckey sec;

    memset(authors, 0, ROTATIONS * sizeof authors[0]);
    for (int i = 0; i < ROTATIONS; i++) {
        authors[i].role = TRUST_AUTHOR;
        snprintf(authors[i].name, sizeof authors[i].name, "author %d", i);
        keys_make(&sec, &authors[i].key);
    }
}

TEST(courier_signed, T32_a_station_any_number_of_rotations_behind_comes_to_the_newest_list)
{
    struct trust_key authors[ROTATIONS], then[ROTATIONS];
    struct err err;
    uint64_t counter;

    fill_authors(authors);
    memcpy(then, authors, sizeof then);
    for (int n = 1; n <= ROTATIONS; n++) {
        struct stick *s = stick_new();

        put_chain(s, authors, n);
        for (int at = 0; at <= n; at += test_is_long() || n < 4 ? 1 : n / 3) {
            struct trustlist held = list_of(at, at ? 10 * (uint64_t)at + 1 : 1, at < n ? then : authors, ROTATIONS);

            CHECK_INT(take_trust(s, &held, &counter, &err), ERR_NONE);
            CHECK(counter == 10 * (uint64_t)n + 5);
        }
        stick_free(s);
    }
}

TEST(courier_signed, T32_a_revocation_at_any_rotation_is_never_taken_back_on_the_way)
{
    struct trust_key authors[ROTATIONS], then[ROTATIONS];
    struct err err;
    uint64_t counter;

    fill_authors(authors);
    memcpy(then, authors, sizeof then);
    for (int back = 1; back <= ROTATIONS; back += test_is_long() ? 1 : 6) { /* the last list forgets that of `back` */
        struct stick *s = stick_new();
        struct trustlist held = list_of(0, 1, then, ROTATIONS), last;

        put_chain(s, authors, ROTATIONS);
        enum trust_revoked was = authors[back - 1].revoked;

        authors[back - 1].revoked = TRUST_GOOD;
        last = list_of(ROTATIONS, 10 * ROTATIONS + 6, authors, ROTATIONS);
        put_list(s, "trust.json", &last, ROTATIONS, -1);
        CHECK_INT(take_trust(s, &held, &counter, &err), ERR_TRUST);
        CHECK_HAS(err.text, "a revoked key stays revoked");
        authors[back - 1].revoked = was;
        stick_free(s);
    }
}

TEST(courier_signed, T32_a_missing_or_forged_rotation_stops_those_who_need_it_and_nobody_else)
{
    struct trust_key authors[ROTATIONS], then[ROTATIONS];
    struct trustlist t;
    struct err err;
    uint64_t counter;
    enum { BAD = 4, N = 7 };

    fill_authors(authors);
    memcpy(then, authors, sizeof then);
    for (int way = 0; way < 4; way++) {
        struct stick *s = stick_new();

        put_chain(s, authors, N);
        t = list_of(BAD, 10 * BAD, authors, ROTATIONS);
        if (way == 0) {
            drop(s, "trust/004.json");
        } else if (way == 1) {
            put_list(s, "trust/004.json", &t, BAD, -1); /* signed by the new roots alone */
            drop(s, "trust/004.json.root3.minisig");
            drop(s, "trust/004.json.root4.minisig");
        } else if (way == 2) {
            put_list(s, "trust/004.json", &t, BAD - 1, BAD + 1); /* by the old ones and strangers */
        } else {
            s->file[place_of(s, COURIER_ROOT "trust/004.json")].size = INT64_MAX; /* T30 */
        }
        for (int at = 0; at <= N; at++) {
            struct trustlist held = list_of(at, at ? 10 * (uint64_t)at + 1 : 1, then, ROTATIONS);
            enum err_code code = take_trust(s, &held, &counter, &err);

            CHECK_INT(code, at < BAD ? ERR_SIGNATURE : ERR_NONE);
            CHECK(counter == (at < BAD ? held.counter : 10 * N + 5));
        }
        stick_free(s);
    }
}

TEST(courier_signed, T32_sixty_four_rotations_are_followed_and_not_one_more) /* R5 */
{
    struct trust_key authors[ROTATIONS], then[ROTATIONS];
    struct err err;
    uint64_t counter;

    fill_authors(authors);
    memcpy(then, authors, sizeof then);
    for (int more = 0; more <= 1; more++) {
        struct stick *s = stick_new();
        struct trustlist held = list_of(0, 1, then, ROTATIONS);

        put_chain(s, authors, TRUST_ROTATIONS_MAX + more);
        CHECK_INT(take_trust(s, &held, &counter, &err), more ? ERR_SIGNATURE : ERR_NONE);
        stick_free(s);
    }
}

/* A stick that was prepared before the office had new roots. */
TEST(courier_signed, T27_T32_a_list_from_before_a_rotation_is_passed_over_after_it)
{
    struct stick *s = stick_new();
    struct trustlist old = list_of(0, 7, roles, KEYS), held = list_of(1, 9, roles, KEYS);
    struct err err;
    uint64_t counter;

    put_list(s, "trust.json", &old, 0, -1);
    CHECK_INT(take_trust(s, &held, &counter, &err), ERR_NONE);
    CHECK(counter == 9);
    old.counter = 10; /* a thief with the old roots goes on with them */
    put_list(s, "trust.json", &old, 0, -1);
    CHECK_INT(take_trust(s, &held, &counter, &err), ERR_SIGNATURE);
    CHECK(counter == 9);
    stick_free(s);
}

/* Prepared right after the office had new roots: the list is the last rotation. */
TEST(courier_signed, T32_the_last_rotation_is_a_list_like_any_other)
{
    struct trust_key authors[ROTATIONS], then[ROTATIONS];
    struct stick *s = stick_new();
    struct trustlist last;
    struct err err;
    uint64_t counter;

    fill_authors(authors);
    memcpy(then, authors, sizeof then);
    put_chain(s, authors, 3);
    last = list_of(3, 30, authors, ROTATIONS);
    put_list(s, "trust.json", &last, 2, 3);
    for (int at = 0; at <= 3; at++) {
        struct trustlist held = list_of(at, at ? 10 * (uint64_t)at : 1, then, ROTATIONS);

        CHECK_INT(take_trust(s, &held, &counter, &err), ERR_NONE);
        CHECK(counter == 30);
    }
    stick_free(s);
}
