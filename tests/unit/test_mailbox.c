/* test_mailbox: two halves, one of them always whole (THREATS T17, T26, T40). */
#include "stick/mailbox.h"
#include "unit/test.h"

enum { FILE_BYTES = MAILBOX_MIN_BYTES, WRITES_MAX = 64 };

/* A stick in memory with one mailbox, that can be pulled at the n-th write or sync. */
struct stick {
    struct volume base;
    uint8_t bytes[FILE_BYTES];
    int64_t size;
    int n_writes, pulled_at; /* -1 = stays in */
    int n_files;             /* mailboxes that are there; all have these bytes but the first */
    bool is_lying;           /* keeps other bytes than it is given */
};

static bool stick_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    struct stick *s = (struct stick *)v;
    int slot = atoi(strrchr(name, '/') + 1);

    *bytes = s->size;
    return slot < s->n_files || err_set(err, ERR_NOT_FOUND, "no such file");
}

static bool stick_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    struct stick *s = (struct stick *)v;

    (void)err;
    *got = offset + n <= s->size ? n : s->size - offset;
    memset(buf, 0, (size_t)n);
    if (strstr(name, "000.m2b")) {
        memcpy(buf, s->bytes + offset, (size_t)*got);
    }
    return true;
}

static bool pulled(struct stick *s, struct err *err)
{
    return s->pulled_at < 0 || s->n_writes++ < s->pulled_at || err_set(err, ERR_GONE, "pulled");
}

static bool stick_overwrite(struct volume *v, const char *name, int64_t offset, const void *buf, int64_t n,
                            struct err *err)
{
    struct stick *s = (struct stick *)v;

    (void)name;
    if (!pulled(s, err)) {
        memcpy(s->bytes + offset, buf, (size_t)n / 2); /* half of it got through */
        return false;
    }
    CHECK(offset + n <= s->size);
    memcpy(s->bytes + offset, buf, (size_t)n);
    if (s->is_lying) {
        s->bytes[offset + n - 1] ^= 1;
    }
    return true;
}

static bool stick_sync(struct volume *v, struct err *err)
{
    return pulled((struct stick *)v, err);
}

static const struct volume_class stick_class = {
    .size = stick_size, .read = stick_read, .overwrite = stick_overwrite, .sync = stick_sync};
static struct stick stick;
static struct seckey secret;
static struct pubkey public;

static struct volume *fresh(void)
{
    memset(&stick, 0, sizeof stick);
    stick.base.class = &stick_class;
    stick.size = FILE_BYTES;
    stick.pulled_at = -1;
    stick.n_files = 1;
    if (!secret.key[0]) {
        keys_make(&secret, &public);
    }
    return &stick.base;
}

/* n rows from seq on; the header that goes with them. */
static void fill(struct buf *payload, struct mailbox_header *h, int64_t seq, int n)
{
    static const uint8_t body[JOURNAL_KEY_BODY];

    buf_clear(payload);
    *h = (struct mailbox_header){.from_seq = (uint64_t)seq, .to_seq = (uint64_t)(seq + n - 1), .n_rows = (uint32_t)n};
    for (int i = 0; i < n; i++) {
        struct journal_row row = {.seq = seq + i, .epoch = 9, .body = body, .body_bytes = sizeof body};

        mailbox_put_row(payload, &row);
    }
}

static bool put(struct volume *v, int64_t seq, int n, struct err *err)
{
    struct mailbox_header h;
    struct buf payload = {0};
    bool ok;

    fill(&payload, &h, seq, n);
    ok = mailbox_write(v, 0, &h, &secret, &payload, NULL, err);
    buf_release(&payload);
    return ok;
}

/* First seq of what can be read; 0 = empty. */
static int64_t first_seq(struct volume *v)
{
    struct mailbox_header h;
    struct buf payload = {0};
    struct err err = {0};
    const uint8_t *at;
    struct journal_row row;
    int64_t seq = 0;

    if (mailbox_read(v, 0, &public, &h, &payload, &err)) {
        at = (const uint8_t *)payload.data;
        CHECK(mailbox_next_row(&at, at + payload.len, &row, &err));
        CHECK_INT(row.seq, h.from_seq);
        seq = row.seq;
    } else {
        CHECK(err.code == ERR_NOT_FOUND);
    }
    buf_release(&payload);
    return seq;
}

TEST(mailbox, what_is_written_is_read_back_with_a_signature)
{
    struct volume *v = fresh();
    struct err err = {0};

    CHECK_INT(first_seq(v), 0);
    CHECK(put(v, 1, 5, &err));
    CHECK_INT(first_seq(v), 1);
    CHECK(put(v, 3, 5, &err));
    CHECK_INT(first_seq(v), 3);
    CHECK(put(v, 7, 2, &err));
    CHECK_INT(first_seq(v), 7);
}

TEST(mailbox, T17_pulled_at_any_write_the_half_before_stays)
{
    struct err err = {0};
    bool is_done = false;
    int at = 0;

    for (; !is_done; at++) {
        struct volume *v = fresh();

        CHECK(put(v, 1, 20, &err) && put(v, 11, 20, &err));
        stick.pulled_at = at;
        is_done = put(v, 21, 20, &err);
        CHECK(is_done || err.code == ERR_GONE);
        stick.pulled_at = -1;
        CHECK(first_seq(v) == (is_done ? 21 : 11) || first_seq(v) == 21); /* the header may be there before its sync */
        CHECK(put(v, 31, 20, &err));
        CHECK_INT(first_seq(v), 31);
        CHECK(at < WRITES_MAX);
    }
    CHECK(at > 3);
}

TEST(mailbox, a_damaged_payload_gives_the_half_before_it)
{
    struct volume *v = fresh();
    struct err err = {0};

    CHECK(put(v, 1, 5, &err) && put(v, 3, 5, &err));
    stick.bytes[mailbox_half_bytes(FILE_BYTES) + MAILBOX_SECTOR + 40] ^= 1; /* the second write went into half 1 */
    CHECK_INT(first_seq(v), 1);
    CHECK(put(v, 9, 5, &err));
    stick.bytes[MAILBOX_SECTOR + 40] ^= 1; /* and so did the third: the first is the one before it */
    CHECK_INT(first_seq(v), 9);

    struct mailbox_header h;
    uint8_t sector[MAILBOX_SECTOR];
    struct buf payload = {0};

    CHECK(!mailbox_read_half(v, 0, 0, &h, sector, &payload, &err) && err.code == ERR_FORMAT);
    CHECK_HAS(err.text, "000.m2b");
    CHECK_HAS(err.text, "damaged");
    buf_release(&payload);
}

TEST(mailbox, T26_a_header_with_any_byte_changed_is_no_header)
{
    struct volume *v = fresh();
    struct err err = {0};
    struct mailbox_header h;
    uint8_t sector[MAILBOX_SECTOR];

    CHECK(put(v, 1, 5, &err));
    for (int i = 0; i < MAILBOX_SECTOR; i++) {
        memcpy(sector, stick.bytes, sizeof sector);
        sector[i] ^= 0x20;
        bool is_read = mailbox_read_header(sector, &h, &err);

        CHECK(!is_read || !mailbox_check_signature(sector, &public, &err));
    }
}

TEST(mailbox, T26_another_station_cannot_sign_for_this_one)
{
    struct volume *v = fresh();
    struct seckey other;
    struct pubkey nobody;
    struct err err = {0};

    keys_make(&other, &nobody);
    CHECK(put(v, 1, 5, &err));
    CHECK(mailbox_check_signature(stick.bytes, &public, &err));
    CHECK(!mailbox_check_signature(stick.bytes, &nobody, &err));
}

TEST(mailbox, a_payload_fits_to_the_last_byte_and_not_one_more)
{
    struct volume *v = fresh();
    struct mailbox_header h;
    struct buf payload = {0};
    struct err err = {0};
    size_t room = (size_t)(mailbox_half_bytes(FILE_BYTES) - MAILBOX_SECTOR);

    fill(&payload, &h, 1, 1);
    while (payload.len < room) {
        buf_char(&payload, 'x');
    }
    CHECK(mailbox_write(v, 0, &h, &secret, &payload, NULL, &err));
    buf_char(&payload, 'x');
    CHECK(!mailbox_write(v, 0, &h, &secret, &payload, NULL, &err) && err.code == ERR_LIMIT);
    buf_release(&payload);
}

TEST(mailbox, a_file_of_no_mailbox_size_is_named)
{
    struct volume *v = fresh();
    struct err err = {0};

    stick.size = MAILBOX_MIN_BYTES - 1;
    CHECK(!put(v, 1, 1, &err) && err.code == ERR_FORMAT);
    CHECK_HAS(err.text, "prepare the stick again");
}

TEST(mailbox, a_stick_that_lies_about_what_it_kept_is_noticed)
{
    struct volume *v = fresh();
    struct err err = {0};

    stick.is_lying = true;
    CHECK(!put(v, 1, 1, &err));
}

TEST(mailbox, a_station_finds_its_own_slot_or_an_empty_one)
{
    struct volume *v = fresh();
    struct seckey other;
    struct pubkey stranger;
    struct err err = {0};
    int slot;

    keys_make(&other, &stranger);
    stick.n_files = 3;
    CHECK(mailbox_find_slot(v, &public, &slot, &err) && slot == 0);
    CHECK(put(v, 1, 1, &err));
    CHECK(mailbox_find_slot(v, &public, &slot, &err) && slot == 0);
    CHECK(mailbox_find_slot(v, &stranger, &slot, &err) && slot == 1);
    stick.n_files = 1;
    CHECK(!mailbox_find_slot(v, &stranger, &slot, &err) && err.code == ERR_NOT_FOUND);
    CHECK_HAS(err.text, "all taken by other stations; bring a fresh stick");
}

TEST(mailbox, a_stick_without_mailboxes_was_said_to_be_taken_by_other_stations)
{
    struct volume *v = fresh();
    struct err err = {0};
    int slot;

    stick.n_files = 0;
    CHECK(!mailbox_find_slot(v, &public, &slot, &err) && err.code == ERR_NOT_FOUND);
    CHECK_HAS(err.text, "none on this stick that can be used; let the office prepare it again");
    stick.n_files = MAILBOX_SLOTS;
    stick.size = MAILBOX_MIN_BYTES - 1;
    CHECK(!mailbox_find_slot(v, &public, &slot, &err));
    CHECK_HAS(err.text, "prepare it again");
}

/* A header in the name of our station that somebody else signed, over the half that is in this place. */
static void forge(int half, uint64_t generation)
{
    uint8_t *sector = stick.bytes + half * mailbox_half_bytes(FILE_BYTES);
    struct mailbox_header h;
    struct seckey other;
    struct pubkey nobody;
    struct err err = {0};

    CHECK(mailbox_read_header(sector, &h, &err));
    keys_make(&other, &nobody);
    memcpy(h.station, public.id, sizeof h.station);
    h.generation = generation;
    mailbox_write_header(&h, &other, sector);
}

TEST(mailbox, T26_a_forged_half_of_a_higher_generation_hid_the_genuine_one)
{
    struct volume *v = fresh();
    struct err err = {0};
    int slot;

    CHECK(put(v, 1, 5, &err) && put(v, 3, 5, &err));
    forge(0, 1000);
    CHECK_INT(first_seq(v), 3);
    CHECK(mailbox_find_slot(v, &public, &slot, &err) && slot == 0);
    CHECK(put(v, 7, 2, &err)); /* over the forged one: the genuine one stays until it is whole */
    CHECK_INT(first_seq(v), 7);
    forge(0, 1000);
    CHECK_INT(first_seq(v), 3);
}

TEST(mailbox, the_last_whole_half_is_not_written_over_when_the_newer_one_is_damaged)
{
    struct volume *v = fresh();
    struct err err = {0};

    CHECK(put(v, 1, 5, &err) && put(v, 3, 5, &err));
    stick.bytes[mailbox_half_bytes(FILE_BYTES) + MAILBOX_SECTOR + 40] ^= 1;
    stick.pulled_at = 0;
    CHECK(!put(v, 7, 2, &err));
    stick.pulled_at = -1;
    CHECK_INT(first_seq(v), 1);
    CHECK(put(v, 7, 2, &err));
    CHECK_INT(first_seq(v), 7);
}

TEST(mailbox, the_last_generation_is_read_and_has_no_next)
{
    struct volume *v = fresh();
    uint8_t sector[MAILBOX_SECTOR];
    struct mailbox_header h;
    struct err err = {0};

    CHECK(put(v, 1, 5, &err));
    CHECK(mailbox_read_header(stick.bytes, &h, &err));
    h.generation = MAILBOX_GENERATION_MAX;
    mailbox_write_header(&h, &secret, stick.bytes);
    CHECK_INT(first_seq(v), 1);
    CHECK(!put(v, 3, 5, &err) && err.code == ERR_LIMIT);
    CHECK_HAS(err.text, "its generation has no next; use another stick");
    h.generation++;
    mailbox_write_header(&h, &secret, sector);
    CHECK(!mailbox_read_header(sector, &h, &err) && err.code == ERR_FORMAT);
    CHECK_HAS(err.text, "a generation that has no next");
}

TEST(mailbox, rows_cut_short_or_too_long_are_refused)
{
    struct mailbox_header h;
    struct buf payload = {0};
    struct journal_row row;
    struct err err = {0};
    const uint8_t *at;

    fill(&payload, &h, 1, 2);
    for (size_t n = 1; n < payload.len; n++) {
        const uint8_t *end = (const uint8_t *)payload.data + n;
        bool is_at_end;

        at = (const uint8_t *)payload.data;
        while (mailbox_next_row(&at, end, &row, &err)) {
        }
        is_at_end = at == end;
        CHECK(is_at_end ? err.code == ERR_NONE : err.code == ERR_FORMAT);
    }
    put_le32((uint8_t *)payload.data + 88, JOURNAL_BODY_MAX + 1);
    at = (const uint8_t *)payload.data;
    CHECK(!mailbox_next_row(&at, at + payload.len, &row, &err) && err.code == ERR_FORMAT);
    buf_release(&payload);
}
