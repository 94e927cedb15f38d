/* test_boardfile: a hub's cards on a stick: signed, whole, agreeing with their header; pulled at every write (THREATS
 * T17, T26, T27, T33). */
#include "stick/boardfile.h"
#include "unit/test.h"

enum { WRITES_MAX = 64, HALF = BOARDFILE_BYTES / HALVES };

/* A stick in memory with one board file, that can be pulled at the n-th write or sync. */
struct stick {
    struct volume base;
    uint8_t bytes[BOARDFILE_BYTES];
    int64_t size;
    int n_writes, pulled_at; /* -1 = stays in */
};

static bool stick_size(struct volume *v, const char *name, int64_t *bytes, struct err *err)
{
    *bytes = ((struct stick *)v)->size;
    return !strcmp(name, "MICRO2/board/000.m2b") || err_set(err, ERR_NOT_FOUND, "no such file");
}

static bool stick_read(struct volume *v, const char *name, int64_t offset, void *buf, int64_t n, int64_t *got,
                       struct err *err)
{
    (void)name;
    (void)err;
    memcpy(buf, ((struct stick *)v)->bytes + offset, (size_t)n);
    *got = n;
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
    CHECK(offset + n <= s->size);
    if (!pulled(s, err)) {
        memcpy(s->bytes + offset, buf, (size_t)n / 2); /* half of it got through */
        return false;
    }
    memcpy(s->bytes + offset, buf, (size_t)n);
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
    stick.size = BOARDFILE_BYTES;
    stick.pulled_at = -1;
    if (!secret.key[0]) {
        keys_make(&secret, &public);
    }
    return &stick.base;
}

/* So many cards of this generation, and the header a station signs for them. */
static void make(const struct seckey *signer, uint64_t generation, int n, struct buf *text,
                 uint8_t sector[HALVES_SECTOR])
{
    struct card cards[8] = {0};
    struct snapshot s = {.generation = generation, .cards = cards, .n_cards = n};

    memcpy(s.station, signer->id, sizeof s.station);
    for (int i = 0; i < n; i++) {
        cards[i] = (struct card){.id = {(uint8_t)i}, .number = i + 1, .phrase = "lift", .days = 7};
    }
    buf_clear(text);
    snapshot_write(&s, text);
    boardfile_sign(&s, text, signer, sector);
}

static bool put(struct volume *v, uint64_t generation, struct err *err)
{
    uint8_t sector[HALVES_SECTOR];
    struct buf text = {0};
    bool ok;

    make(&secret, generation, 3, &text, sector);
    ok = boardfile_write(v, 0, &public, sector, &text, NULL, err);
    buf_release(&text);
    return ok;
}

/* Generation of what lies there whole; 0 = nothing. */
static uint64_t held(struct volume *v)
{
    struct boardfile_half h = {0};
    struct snapshot s = {0};
    struct err err = {0};
    uint64_t generation = 0;

    if (boardfile_read(v, 0, &public, &h, &err)) {
        CHECK(boardfile_open(&h, &public, &s, &err));
        generation = s.generation;
        snapshot_release(&s);
    } else {
        CHECK(err.code == ERR_NOT_FOUND);
    }
    boardfile_release_half(&h);
    return generation;
}

TEST(boardfile, T27_the_newest_is_read_and_an_older_one_is_never_written)
{
    struct volume *v = fresh();
    struct err err = {0};
    uint64_t next;

    CHECK_INT(held(v), 0);
    CHECK(boardfile_next(v, 0, &public, &next, &err) && next == 1);
    CHECK(put(v, 5, &err));
    CHECK_INT(held(v), 5);
    CHECK(boardfile_next(v, 0, &public, &next, &err) && next == 6);
    CHECK(!put(v, 5, &err) && err.code == ERR_STATE);
    CHECK(!put(v, 4, &err) && err.code == ERR_STATE);
    CHECK(put(v, 6, &err) && put(v, 9, &err));
    CHECK_INT(held(v), 9);
    CHECK(put(v, SNAPSHOT_GENERATION_MAX, &err));
    CHECK_INT(held(v), SNAPSHOT_GENERATION_MAX);
    CHECK(!put(v, SNAPSHOT_GENERATION_MAX, &err));
}

TEST(boardfile, T17_pulled_at_any_write_the_half_before_stays)
{
    struct err err = {0};
    bool is_done = false;
    int at = 0;

    for (; !is_done; at++) {
        struct volume *v = fresh();

        CHECK(put(v, 1, &err) && put(v, 2, &err));
        stick.pulled_at = at;
        is_done = put(v, 3, &err);
        CHECK(is_done || err.code == ERR_GONE);
        stick.pulled_at = -1;
        CHECK(held(v) == (is_done ? 3 : 2) || held(v) == 3); /* the header may be there before its sync */
        CHECK(put(v, 4, &err));
        CHECK_INT(held(v), 4);
        CHECK(at < WRITES_MAX);
    }
    CHECK(at > 3);
}

TEST(boardfile, T26_a_header_with_any_byte_changed_is_no_header)
{
    struct volume *v = fresh();
    struct boardfile_half h = {0};
    struct err err = {0};

    CHECK(put(v, 1, &err));
    for (int i = 0; i < HALVES_SECTOR; i++) {
        stick.bytes[i] ^= 0x20;
        CHECK(!boardfile_read_head(v, 0, 0, &h, &err) && err.code == ERR_FORMAT);
        put_le32(stick.bytes + HALVES_AT_CRC, crc32c(stick.bytes, HALVES_AT_CRC)); /* as a forger would */
        CHECK(!boardfile_read_half(v, 0, 0, &h, &err) || !boardfile_is_signed(&h, &public) ||
              i >= HALVES_AT_CRC); /* there it is as it was */
        stick.bytes[i] ^= i < HALVES_AT_CRC ? 0x20 : 0;
        put_le32(stick.bytes + HALVES_AT_CRC, crc32c(stick.bytes, HALVES_AT_CRC));
        CHECK_INT(held(v), 1);
    }
    boardfile_release_half(&h);
}

TEST(boardfile, T26_a_payload_with_any_byte_changed_is_none)
{
    struct volume *v = fresh();
    struct boardfile_half h = {0};
    struct err err = {0};
    uint64_t length;

    CHECK(put(v, 1, &err));
    CHECK(boardfile_read_half(v, 0, 0, &h, &err));
    length = h.head.length;
    for (uint64_t i = 0; i < length; i++) {
        stick.bytes[HALVES_SECTOR + i] ^= 1;
        CHECK(!boardfile_read_half(v, 0, 0, &h, &err) && err.code == ERR_FORMAT);
        stick.bytes[HALVES_SECTOR + i] ^= 1;
    }
    CHECK_INT(held(v), 1);
    boardfile_release_half(&h);
}

/* A half that holds this text under a header that says something else, signed by signer, as it would be read. */
static struct boardfile_half lie(const struct seckey *signer, const uint8_t station[KEY_ID_BYTES], uint64_t generation,
                                 int n_cards)
{
    struct boardfile_half h = {0};
    uint8_t unused[HALVES_SECTOR];
    struct snapshot told = {.generation = generation, .n_cards = n_cards};

    make(&secret, 7, 3, &h.payload, unused);
    memcpy(told.station, station, sizeof told.station);
    boardfile_sign(&told, &h.payload, signer, h.sector);
    h.head.generation = generation;
    memcpy(h.head.station, station, sizeof h.head.station);
    return h;
}

TEST(boardfile, T33_a_half_says_the_same_in_header_and_text_and_its_own_station_signed_it)
{
    struct seckey other;
    struct pubkey stranger;
    struct snapshot s = {0};
    struct err err = {0};

    fresh();
    keys_make(&other, &stranger);

    const struct {
        const struct seckey *signer;
        const struct pubkey *key; /* that is looked for */
        const uint8_t *station;
        uint64_t generation;
        int n_cards;
        enum err_code expected;
    } cases[] = {
        {&secret, &public, public.id, 7, 3, ERR_NONE},
        {&other, &public, public.id, 7, 3, ERR_SIGNATURE},    /* in our name */
        {&secret, &stranger, public.id, 7, 3, ERR_SIGNATURE}, /* under another's key */
        {&other, &stranger, stranger.id, 7, 3, ERR_FORMAT},   /* our cards as if they were his */
        {&other, &stranger, public.id, 7, 3, ERR_FORMAT},     /* under our name, with his key: T23 */
        {&secret, &public, public.id, 8, 3, ERR_FORMAT},
        {&secret, &public, public.id, 7, 2, ERR_FORMAT},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct boardfile_half h = lie(cases[i].signer, cases[i].station, cases[i].generation, cases[i].n_cards);
        bool ok = boardfile_open(&h, cases[i].key, &s, &err);

        CHECK_INT(ok ? ERR_NONE : err.code, cases[i].expected);
        snapshot_release(&s);
        boardfile_release_half(&h);
    }
}

TEST(boardfile, numbers_that_cannot_be_are_refused_though_they_are_signed)
{
    struct volume *v = fresh();
    struct boardfile_half h = {0};
    struct buf text = {0};
    struct err err = {0};
    static const struct {
        int at, bytes;
        uint64_t value;
    } cases[] = {
        {HALVES_AT_GENERATION, 8, 0},
        {HALVES_AT_GENERATION, 8, SNAPSHOT_GENERATION_MAX + 1},
        {24, 8, 0}, /* length */
        {24, 8, SNAPSHOT_BYTES_MAX + 1},
        {24, 8, UINT64_MAX},
        {32, 4, SNAPSHOT_CARDS_MAX + 1},
        {36, 4, 1}, /* nothing is written there */
        {160, 4, 1},
        {504, 4, 1},
        {4, 4, BOARDFILE_VERSION + 1},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        uint8_t *sector = stick.bytes;

        make(&secret, 7, 3, &text, sector);
        CHECK(boardfile_read_head(v, 0, 0, &h, &err));
        if (cases[i].bytes == 8) {
            put_le64(sector + cases[i].at, cases[i].value);
        } else {
            put_le32(sector + cases[i].at, (uint32_t)cases[i].value);
        }
        seal_sign(&secret, "micro2-board", sector, 96, sector + 96);
        put_le32(sector + HALVES_AT_CRC, crc32c(sector, HALVES_AT_CRC));
        CHECK(!boardfile_read_head(v, 0, 0, &h, &err));
        CHECK_INT(err.code, cases[i].at == 4 ? ERR_VERSION : ERR_FORMAT);
    }
    buf_release(&text);
}

TEST(boardfile, a_file_of_another_size_is_named_and_an_emptied_half_is_free)
{
    struct volume *v = fresh();
    struct err err = {0};
    struct seckey other;
    struct pubkey stranger;
    int slot;

    keys_make(&other, &stranger);
    CHECK(put(v, 1, &err));
    CHECK(boardfile_find_slot(v, &public, &slot, &err) && slot == 0);
    CHECK(!boardfile_find_slot(v, &stranger, &slot, &err) && err.code == ERR_NOT_FOUND);
    CHECK_HAS(err.text, "board files: all taken by other stations; bring a fresh stick");
    CHECK(boardfile_empty(v, 0, 0, &err));
    CHECK_INT(held(v), 0);
    CHECK(boardfile_find_slot(v, &stranger, &slot, &err) && slot == 0);
    stick.size = BOARDFILE_BYTES + 1;
    CHECK(!put(v, 2, &err) && err.code == ERR_FORMAT);
    CHECK_HAS(err.text, "no board file size; prepare the stick again");
    CHECK(!boardfile_find_slot(v, &stranger, &slot, &err));
    CHECK_HAS(err.text, "board files: none on this stick that can be used; let the office prepare it again");
}

TEST(boardfile, what_a_newer_program_wrote_is_no_free_slot)
{
    struct volume *v = fresh();
    struct err err = {0};
    struct seckey other;
    struct pubkey stranger;
    int slot;

    keys_make(&other, &stranger);
    CHECK(put(v, 1, &err));
    put_le32(stick.bytes + 4, BOARDFILE_VERSION + 1);
    put_le32(stick.bytes + HALVES_AT_CRC, crc32c(stick.bytes, HALVES_AT_CRC));
    CHECK(!boardfile_find_slot(v, &stranger, &slot, &err) && err.code == ERR_NOT_FOUND);
    CHECK_HAS(err.text, "all taken by other stations");
    stick.bytes[HALVES_AT_CRC] ^= 1; /* damaged it is nobody's */
    CHECK(boardfile_find_slot(v, &stranger, &slot, &err) && slot == 0);
}
