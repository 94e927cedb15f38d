/* test_snapshot: the one text there is for a hub's cards, and nothing else (THREATS T22, T26, T30, T33). */
#include "board/snapshot.h"
#include "unit/test.h"

static const char TWO[] =
    "{\"format\":\"micro2-board-1\",\"station\":\"0102030405060708\",\"generation\":7,\"cards\":["
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"number\":12,\"kind\":\"offer\",\"phrase\":\"cold-room\",\"amount\":"
    "6,"
    "\"weekday\":0,\"title\":\"\",\"text\":\"\",\"lang\":\"\",\"age\":2,\"days\":14},"
    "{\"id\":\"100102030405060708090a0b0c0d0e0f\",\"number\":13,\"kind\":\"workshop\",\"phrase\":\"\",\"amount\":0,"
    "\"weekday\":0,\"title\":\"Pagar con el \\\"m\xC3\xB3vil\\\"\",\"text\":\"Jueves 26\",\"lang\":\"es\",\"age\":0,"
    "\"days\":7}]}";

static bool reads(const char *text, size_t n, struct err *err)
{
    struct snapshot s = {0};
    bool ok = snapshot_read(text, n, &s, err);

    snapshot_release(&s);
    return ok;
}

TEST(snapshot, what_is_read_is_written_again_the_same)
{
    struct snapshot s;
    struct buf again = {0};
    struct err err = {0};

    CHECK(snapshot_read(TWO, strlen(TWO), &s, &err));
    CHECK(s.generation == 7 && s.station[7] == 8 && s.n_cards == 2);
    CHECK(s.cards[0].number == 12 && s.cards[0].kind == CARD_OFFER && s.cards[0].amount == 6 && s.cards[0].age == 2);
    CHECK_STR(s.cards[0].phrase, "cold-room");
    CHECK_STR(s.cards[1].title, "Pagar con el \"m\xC3\xB3vil\"");
    snapshot_write(&s, &again);
    CHECK_STR(buf_text(&again), TWO);
    buf_release(&again);
    snapshot_release(&s);
}

TEST(snapshot, T26_a_text_cut_anywhere_or_longer_by_a_byte_is_none)
{
    struct err err = {0};
    char longer[sizeof TWO + 1];

    for (size_t n = 0; n < strlen(TWO); n++) {
        CHECK(!reads(TWO, n, &err));
    }
    for (const char *end = "\n }\"x"; *end; end++) {
        snprintf(longer, sizeof longer, "%s%c", TWO, *end);
        CHECK(!reads(longer, strlen(longer), &err));
    }
    CHECK(!reads(TWO, sizeof TWO, &err)); /* with its NUL */
}

/* Another text with the same meaning, or with one that cannot be. */
TEST(snapshot, T26_T22_any_other_form_is_refused)
{
    static const struct {
        const char *from, *to;
        enum err_code code;
    } cases[] = {
        {"micro2-board-1", "micro2-board-2", ERR_VERSION},
        {"{\"format\"", "{ \"format\"", ERR_FORMAT},
        {"\"generation\":7", "\"generation\":07", ERR_FORMAT},
        {"\"generation\":7", "\"generation\":7.0", ERR_FORMAT},
        {"\"generation\":7", "\"generation\":0", ERR_FORMAT},
        {"\"generation\":7", "\"generation\":-7", ERR_FORMAT},
        {"\"generation\":7", "\"generation\":9223372036854775807", ERR_FORMAT},
        {"\"generation\":7", "\"generation\":7,\"hub\":\"Cong\"", ERR_FORMAT},
        {"0102030405060708", "010203040506070", ERR_FORMAT},
        {"000102030405060708090a0b0c0d0e0f", "000102030405060708090A0B0C0D0E0F", ERR_FORMAT},
        {"000102030405060708090a0b0c0d0e0f", "100102030405060708090a0b0c0d0e0f", ERR_FORMAT}, /* twice the same id */
        {"\"number\":12", "\"number\":0", ERR_FORMAT},
        {"\"number\":12", "\"number\":1000", ERR_FORMAT},
        {"\"offer\"", "\"child\"", ERR_FORMAT},
        {"\"offer\"", "1", ERR_FORMAT},
        {"\"cold-room\"", "\"../../etc\"", ERR_FORMAT},
        {"\"cold-room\"", "\"an-id-of-more-than-24-letters\"", ERR_LIMIT},
        {"\"amount\":6", "\"amount\":1000", ERR_FORMAT},
        {"\"age\":2", "\"age\":57", ERR_FORMAT},
        {"\"age\":2", "\"age\":15", ERR_FORMAT}, /* longer than its days */
        {"\"days\":14", "\"days\":15", ERR_FORMAT},
        {"Jueves 26", "Jueves\\n26", ERR_FORMAT},
        {"Jueves 26", "Jueves\\u202E26", ERR_FORMAT},
        {"Jueves 26", "Jueves\\u00ad", ERR_FORMAT}, /* written otherwise than we do */
        {"Jueves 26", "Jueves\\u0000", ERR_FORMAT},
        {"Jueves 26", "\xFF", ERR_FORMAT},
        {"\\\"m", "\\u0022m", ERR_FORMAT},
        {"\"lang\":\"es\"", "\"lang\":\"\"", ERR_FORMAT},
        {"\"days\":7}", "\"days\":7,\"days\":7}", ERR_FORMAT},
        {"\"days\":7}", "\"days\":7,\"phone\":\"1\"}", ERR_FORMAT},
        {",\"text\":\"Jueves 26\"", "", ERR_FORMAT},
        {"]}", "],\"cards\":[]}", ERR_FORMAT},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const char *at = strstr(TWO, cases[i].from);
        char *text = mem_fmt("%.*s%s%s", (int)(at - TWO), TWO, cases[i].to, at + strlen(cases[i].from));
        struct err err = {0};

        if (reads(text, strlen(text), &err) || err.code != cases[i].code) {
            fail_msg("%s: %s %s", cases[i].to, err_name(err.code), err.text);
        }
        free(text);
    }
}

/* Cards of quotation marks: each takes the most room a card can. */
static void fill(struct snapshot *s, int n)
{
    *s = (struct snapshot){.generation = SNAPSHOT_GENERATION_MAX, .n_cards = n};
    s->cards = mem_alloc((size_t)n * sizeof *s->cards);
    for (int i = 0; i < n; i++) {
        struct card *c = &s->cards[i];

        *c = (struct card){.kind = CARD_WORKSHOP, .number = CARD_NUMBER_MAX, .age = 56, .days = 56};
        put_le32(c->id, (uint32_t)i);
        memset(c->title, '"', CARD_TITLE_MAX);
        memset(c->text, '\\', CARD_TEXT_MAX);
        memset(c->lang, 'x', CARD_LANG_MAX);
    }
}

TEST(snapshot, T30_a_full_board_of_the_longest_cards_fits_and_one_card_more_is_refused)
{
    struct snapshot s, again;
    struct buf text = {0};
    struct err err = {0};
    size_t head;

    fill(&s, 0);
    snapshot_write(&s, &text);
    head = text.len;
    CHECK(head <= SNAPSHOT_HEAD_MAX);
    snapshot_release(&s);
    buf_clear(&text);
    fill(&s, SNAPSHOT_CARDS_MAX);
    snapshot_write(&s, &text);
    CHECK((text.len - head) / SNAPSHOT_CARDS_MAX <= SNAPSHOT_CARD_MAX);
    CHECK(text.len <= SNAPSHOT_BYTES_MAX);
    print_message("200 of the longest cards: %zu bytes\n", text.len);
    CHECK(snapshot_read(text.data, text.len, &again, &err) && again.n_cards == SNAPSHOT_CARDS_MAX);
    snapshot_release(&again);
    snapshot_release(&s);
    buf_clear(&text);
    fill(&s, SNAPSHOT_CARDS_MAX + 1);
    snapshot_write(&s, &text);
    CHECK(!snapshot_read(text.data, text.len, &again, &err) && err.code == ERR_LIMIT);
    while (text.len <= SNAPSHOT_BYTES_MAX) {
        buf_char(&text, ' ');
    }
    CHECK(!snapshot_read(text.data, text.len, &again, &err) && err.code == ERR_LIMIT);
    CHECK_HAS(err.text, "at most 130560");
    snapshot_release(&s);
    buf_release(&text);
}
