/* test_board: the village board in the database: putting up, hiding, releasing, taking down, days (THREATS T39, T42,
 * T43, T45). */
#include "base/clock.h"
#include "base/fsio.h"
#include "base/rng.h"
#include "store/board.h"
#include "store/counters.h"
#include "store/settings.h"
#include "unit/db_fixture.h"
#include <malloc.h>
#include <time.h>

static struct card phrase_card(const char *phrase)
{
    struct card c = {.kind = CARD_OFFER, .days = 14};

    snprintf(c.phrase, sizeof c.phrase, "%s", phrase);
    return c;
}

static struct card word_card(const char *title)
{
    struct card c = {.kind = CARD_NEED, .days = 7, .lang = "en"};

    snprintf(c.title, sizeof c.title, "%s", title);
    return c;
}

static void put(struct db *db, struct card *c)
{
    struct err err = {0};

    if (!board_put(db, c, &err)) {
        fail_msg("%s", err.text);
    }
}

static struct board_view *list(struct db *db)
{
    struct board_view *view = NULL;
    struct err err = {0};

    if (!board_list(db, &view, &err)) {
        fail_msg("%s", err.text);
    }
    return view;
}

static int count(struct db *db)
{
    struct board_view *view = list(db);
    int n = view->n_cards;

    board_view_free(view);
    return n;
}

static enum board_state state_of(struct db *db, const struct card *c)
{
    struct board_view *view = list(db);
    int state = -1;

    for (int i = 0; i < view->n_cards; i++) {
        state = memcmp(view->cards[i].card.id, c->id, sizeof c->id) == 0 ? (int)view->cards[i].state : state;
    }
    board_view_free(view);
    CHECK(state >= 0);
    return (enum board_state)state;
}

TEST(board, T45_a_card_of_a_phrase_hangs_at_once_and_own_words_wait_for_staff)
{
    struct db *db = open_db("put.db");
    struct card phrase = phrase_card("cold-room"), words = word_card("Someone to photograph cheeses"), workshop;
    struct board_view *view;
    struct err err;

    set_day(db, 3);
    phrase.amount = 6;
    put(db, &phrase);
    put(db, &words);
    workshop = word_card("Get paid by card, from your phone");
    workshop.kind = CARD_WORKSHOP;
    snprintf(workshop.text, sizeof workshop.text, "26/11/2026, 19:00");
    put(db, &workshop);
    CHECK_INT(phrase.number, 1);
    CHECK_INT(words.number, 2);
    view = list(db);
    CHECK_INT(view->n_cards, 3);
    CHECK_INT(view->n_hubs, 1);
    CHECK_STR(view->cards[1].card.title, words.title); /* of one day the newest number first */
    CHECK_INT(view->cards[2].card.amount, 6);
    CHECK_INT(view->cards[2].days_left, 14);
    CHECK(view->cards[2].is_own && !view->cards[2].hub[0]);
    board_view_free(view);
    CHECK_INT(state_of(db, &phrase), BOARD_UP);
    CHECK_INT(state_of(db, &words), BOARD_WAITING);
    CHECK_INT(state_of(db, &workshop), BOARD_UP);
    CHECK(board_release(db, words.id, &err));
    CHECK_INT(state_of(db, &words), BOARD_UP);
    db_close(db);
}

TEST(board, T45_one_report_hides_a_card_until_staff_look)
{
    struct db *db = open_db("report.db");
    struct card c = phrase_card("lift");
    struct err err;

    set_day(db, 1);
    put(db, &c);
    CHECK(board_report(db, c.id, &err));
    CHECK_INT(state_of(db, &c), BOARD_REPORTED);
    CHECK(board_report(db, c.id, &err)); /* again: the same */
    CHECK(board_release(db, c.id, &err));
    CHECK_INT(state_of(db, &c), BOARD_UP);
    CHECK(board_report(db, c.id, &err) && board_take_down(db, c.id, &err));
    CHECK_INT(count(db), 0);
    CHECK(!board_report(db, c.id, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK(!board_take_down(db, c.id, &err) && !board_release(db, c.id, &err));
    db_close(db);
}

TEST(board, T45_a_card_leaves_after_its_counted_days_whatever_the_clock_says)
{
    struct db *db = open_db("days.db");
    struct card week = word_card("A week"), two = phrase_card("lift");
    struct board_view *view;
    struct err err;

    set_day(db, 10);
    put(db, &week);
    put(db, &two);
    clock_advance(400LL * 24 * 3600 * 1000); /* T8: the clock alone deletes nothing */
    CHECK(board_sweep(db, &err));
    CHECK_INT(count(db), 2);
    set_day(db, 12);
    CHECK(board_release(db, week.id, &err)); /* its days begin when it goes up */
    set_day(db, 18);
    view = list(db);
    CHECK_INT(view->n_cards, 2);
    CHECK(view->cards[0].days_up == 6 && view->cards[0].days_left == 1); /* the newest first */
    CHECK(view->cards[1].days_up == 8 && view->cards[1].days_left == 6);
    board_view_free(view);
    set_day(db, 19);
    CHECK_INT(count(db), 1); /* not shown, deleted in the next quiet moment */
    set_day(db, 24);
    CHECK_INT(count(db), 0);
    CHECK(board_sweep(db, &err));
    set_day(db, 10);
    CHECK_INT(count(db), 0);
    db_close(db);
}

TEST(board, T45_own_words_with_a_number_and_unknown_phrases_are_refused)
{
    struct db *db = open_db("refused.db");
    struct card c = word_card("Call 086 123 4567");
    struct err err;

    CHECK(!board_put(db, &c, &err) && err.code == ERR_USAGE);
    c = phrase_card("of-a-newer-program");
    CHECK(!board_put(db, &c, &err) && err.code == ERR_USAGE);
    c = phrase_card("lift");
    c.days = 8;
    CHECK(!board_put(db, &c, &err) && err.code == ERR_USAGE);
    CHECK_INT(count(db), 0);
    db_close(db);
}

TEST(board, T45_the_board_takes_its_last_card_and_not_one_more)
{
    struct db *db = open_db("full.db");
    struct card words = word_card("Please look"), c, first = {0};
    struct err err;

    for (int i = 0; i < BOARD_WAITING_MAX; i++) {
        put(db, &words);
    }
    CHECK(!board_put(db, &words, &err) && err.code == ERR_LIMIT);
    CHECK_HAS(err.text, "60 cards wait for staff");
    for (int i = BOARD_WAITING_MAX; i < BOARD_CARDS_MAX; i++) {
        c = phrase_card("firewood");
        c.days = CARD_DAYS_MAX;
        set_day(db, 1 + (i - BOARD_WAITING_MAX) / BOARD_PUT_DAY_MAX);
        put(db, &c);
        first = first.number ? first : c;
    }
    c = phrase_card("firewood");
    CHECK(!board_put(db, &c, &err) && err.code == ERR_LIMIT);
    CHECK_HAS(err.text, "200 cards hang or wait");
    CHECK_INT(count(db), BOARD_CARDS_MAX);
    CHECK(board_take_down(db, first.id, &err));
    put(db, &c);
    db_close(db);
}

TEST(board, T45_many_visits_of_one_day_neither_fill_the_board_nor_hide_it)
{
    struct db *db = open_db("many-visits.db");
    struct card c, cards[BOARD_PUT_DAY_MAX], workshop = word_card("Get paid by card");
    struct snapshot s;
    struct buf text = {0};
    struct err err = {0};

    set_day(db, 3);
    for (int i = 0; i < BOARD_PUT_DAY_MAX; i++) {
        cards[i] = phrase_card("firewood");
        put(db, &cards[i]);
    }
    CHECK_INT(state_of(db, &cards[BOARD_PUT_DAY_MAX - 1]), BOARD_UP);
    c = phrase_card("firewood");
    put(db, &c);
    CHECK_INT(state_of(db, &c), BOARD_WAITING);
    workshop.kind = CARD_WORKSHOP; /* of staff */
    put(db, &workshop);
    CHECK_INT(state_of(db, &workshop), BOARD_UP);
    CHECK(board_release(db, c.id, &err));
    CHECK_INT(state_of(db, &c), BOARD_UP);
    for (int i = 0; i < BOARD_HIDDEN_DAY_MAX; i++) {
        CHECK(board_report(db, cards[i].id, &err) && board_report(db, cards[0].id, &err)); /* again: none more */
        CHECK_INT(state_of(db, &cards[i]), BOARD_REPORTED);
    }
    CHECK(board_report(db, c.id, &err) && board_report(db, c.id, &err));
    CHECK_INT(state_of(db, &c), BOARD_NOTED);
    CHECK(board_snapshot(db, (const uint8_t[SNAPSHOT_STATION_BYTES]){1}, 0, &s, &text, &err));
    CHECK_INT(s.n_cards, BOARD_PUT_DAY_MAX + 2 - BOARD_HIDDEN_DAY_MAX); /* what hangs travels */
    snapshot_release(&s);
    buf_release(&text);
    CHECK(board_release(db, c.id, &err)); /* staff looked */
    CHECK_INT(state_of(db, &c), BOARD_UP);
    set_day(db, 4);
    CHECK(board_report(db, c.id, &err));
    CHECK_INT(state_of(db, &c), BOARD_REPORTED);
    c = phrase_card("firewood");
    put(db, &c);
    CHECK_INT(state_of(db, &c), BOARD_UP);
    db_close(db);
}

TEST(board, numbers_begin_again_and_pass_over_the_cards_that_hang)
{
    struct db *db = open_db("numbers.db");
    struct card hangs = phrase_card("lift"), c;
    struct err err;

    put(db, &hangs);
    CHECK_INT(hangs.number, 1);
    CHECK(settings_set(db, "board.number", "998", &err));
    c = phrase_card("lift");
    put(db, &c);
    CHECK_INT(c.number, CARD_NUMBER_MAX);
    put(db, &c);
    CHECK_INT(c.number, 2);
    db_close(db);
}

/* How often these words stand in the files of the database. */
static int words_in_files(const char *name, const char *words)
{
    static const char *const endings[] = {"", "-wal"};
    int n = 0;

    for (size_t i = 0; i < M2_COUNT(endings); i++) {
        char path[256];
        struct buf text = {0};
        struct err err = {0};

        snprintf(path, sizeof path, "%s%s", test_path(name), endings[i]);
        if (fsio_read(path, 64 << 20, &text, &err)) {
            n += memmem(text.data, text.len, words, strlen(words)) != NULL;
        }
        buf_release(&text);
    }
    return n;
}

TEST(board, T39_no_byte_of_a_refused_card_is_left)
{
    struct db *db = open_db("gone.db");
    struct card c = word_card("Zanzibarische Zwetschgen");
    struct err err;

    put(db, &c);
    CHECK(words_in_files("gone.db", c.title) > 0); /* the test can fail */
    CHECK(board_take_down(db, c.id, &err));
    CHECK_INT(words_in_files("gone.db", c.title), 0);
    put(db, &c);
    set_day(db, 7);
    CHECK(board_sweep(db, &err));
    CHECK_INT(words_in_files("gone.db", c.title), 0);
    db_close(db);
}

TEST(board, T46_what_was_done_is_counted_and_nothing_more)
{
    struct db *db = open_db("counts.db");
    struct card c = phrase_card("lift");
    static const char *const keys[] = {"card.put", "card.reported", "card.released", "card.taken"};
    struct err err;

    put(db, &c);
    CHECK(board_report(db, c.id, &err) && board_release(db, c.id, &err) && board_take_down(db, c.id, &err));
    for (size_t i = 0; i < M2_COUNT(keys); i++) {
        int64_t n;

        CHECK(counters_total(db, keys[i], &n, &err));
        CHECK_INT(n, 1);
    }
    db_close(db);
}

/* --- between hubs */

static const uint8_t US[SNAPSHOT_STATION_BYTES] = {1}, THEM[SNAPSHOT_STATION_BYTES] = {2};

/* What we would tell now; text is the caller's to release. */
static uint64_t tell(struct db *db, uint64_t above, int *n_cards, struct buf *text)
{
    struct snapshot s;
    struct err err = {0};
    uint64_t generation;

    if (!board_snapshot(db, US, above, &s, text, &err)) {
        fail_msg("%s", err.text);
    }
    generation = s.generation;
    *n_cards = s.n_cards;
    snapshot_release(&s);
    return generation;
}

TEST(board, T27_a_snapshot_holds_what_hangs_and_its_generation_rises_only_with_its_text)
{
    struct db *db = open_db("tell.db");
    struct card phrase = phrase_card("cold-room"), words = word_card("Wait for staff");
    struct buf text = {0};
    struct err err;
    int n;

    set_day(db, 1);
    CHECK_INT(tell(db, 0, &n, &text), 0); /* nothing ever hung here */
    CHECK_INT(text.len, 0);
    put(db, &words);
    CHECK_INT(tell(db, 0, &n, &text), 0); /* what waits is nobody's yet */
    put(db, &phrase);
    CHECK_INT(tell(db, 0, &n, &text), 1);
    CHECK_INT(n, 1);
    CHECK(!strstr(buf_text(&text), "Wait for staff"));
    CHECK_INT(tell(db, 0, &n, &text), 1); /* the same text */
    CHECK(board_release(db, words.id, &err));
    CHECK_INT(tell(db, 0, &n, &text), 2);
    CHECK_INT(n, 2);
    CHECK(board_report(db, phrase.id, &err)); /* T45: reported cards do not travel */
    CHECK_INT(tell(db, 0, &n, &text), 3);
    CHECK_INT(n, 1);
    set_day(db, 2); /* a day older is another text */
    CHECK_INT(tell(db, 0, &n, &text), 4);
    CHECK_HAS(buf_text(&text), "\"age\":1,");
    CHECK_INT(tell(db, 100, &n, &text), 101); /* a stick knows a later one of ours: this folder was put back */
    CHECK_INT(tell(db, 0, &n, &text), 101);
    CHECK(board_take_down(db, words.id, &err) && board_take_down(db, phrase.id, &err));
    CHECK_INT(tell(db, 0, &n, &text), 102); /* that nothing hangs any more is told, too */
    CHECK_INT(n, 0);

    struct snapshot s;

    CHECK(!board_snapshot(db, US, SNAPSHOT_GENERATION_MAX, &s, &text, &err) && err.code == ERR_LIMIT);
    buf_release(&text);
    db_close(db);
}

/* n cards of phrases of another hub, as of this generation. */
static bool take(struct db *db, const uint8_t station[SNAPSHOT_STATION_BYTES], uint64_t generation, int n, int age)
{
    struct card cards[4] = {0};
    struct snapshot s = {.generation = generation, .cards = cards, .n_cards = n};
    struct err err = {0};
    bool is_new;

    memcpy(s.station, station, sizeof s.station);
    for (int i = 0; i < n; i++) {
        cards[i] = phrase_card("machine");
        cards[i].number = i + 1;
        cards[i].age = age;
        cards[i].id[0] = (uint8_t)(0xA0 + i);
        cards[i].id[1] = station[0];
    }
    if (!board_take(db, &s, "Cong", &is_new, &err)) {
        fail_msg("%s", err.text);
    }
    return is_new;
}

TEST(board, T27_the_newest_board_of_a_hub_replaces_what_was_here_and_no_older_one_does)
{
    struct db *db = open_db("take.db");
    struct card own = phrase_card("lift");
    struct board_view *view;
    uint64_t generation;
    struct err err;

    set_day(db, 20);
    put(db, &own);
    CHECK(take(db, THEM, 5, 3, 4));
    view = list(db);
    CHECK_INT(view->n_cards, 4);
    CHECK_INT(view->n_hubs, 2);
    CHECK_STR(view->cards[3].hub, "Cong");
    CHECK(!view->cards[3].is_own && view->cards[3].days_up == 4 && view->cards[3].days_left == 10);
    board_view_free(view);
    CHECK(!take(db, THEM, 5, 1, 0) && !take(db, THEM, 4, 1, 0));
    CHECK_INT(count(db), 4);
    CHECK(take(db, THEM, 6, 1, 4)); /* two were taken down there */
    CHECK_INT(count(db), 2);
    CHECK(board_generation(db, THEM, &generation, &err) && generation == 6);
    set_day(db, 30); /* counted days here go on where those there ended */
    CHECK_INT(count(db), 1);
    CHECK(take(db, THEM, 7, 0, 0));
    CHECK(board_generation(db, THEM, &generation, &err) && generation == 7);
    CHECK(board_generation(db, US, &generation, &err) && generation == 0);
    db_close(db);
}

TEST(board, T45_a_card_of_another_hub_that_was_hidden_here_stays_hidden_when_its_board_comes_again)
{
    static const uint8_t reported[CARD_ID_BYTES] = {0xA0, 2}, taken[CARD_ID_BYTES] = {0xA1, 2};
    struct db *db = open_db("hidden.db");
    struct card c = {0};
    struct err err;

    set_day(db, 1);
    CHECK(take(db, THEM, 1, 3, 0));
    CHECK(board_report(db, reported, &err) && board_take_down(db, taken, &err));
    CHECK_INT(count(db), 2);
    CHECK(take(db, THEM, 2, 3, 0));
    CHECK_INT(count(db), 2);
    memcpy(c.id, reported, sizeof c.id);
    CHECK_INT(state_of(db, &c), BOARD_REPORTED);
    CHECK(board_report(db, taken, &err)); /* a report lifts nothing that staff decided */
    CHECK(board_release(db, taken, &err));
    CHECK_INT(count(db), 2);
    db_close(db);
}

/* Their days are not ours: a card that hung for fourteen of theirs hung here for half a year. */
TEST(board, T45_a_hidden_card_does_not_hang_again_while_its_hub_still_has_it)
{
    static const uint8_t reported[CARD_ID_BYTES] = {0xA0, 2}, taken[CARD_ID_BYTES] = {0xA1, 2};
    const int step = CARD_DAYS_MAX - 1;
    struct db *db = open_db("hidden-long.db");
    struct card c = {0};
    struct err err;
    int day = 1;

    set_day(db, day);
    CHECK(take(db, THEM, 1, 3, 0));
    CHECK(board_report(db, reported, &err) && board_take_down(db, taken, &err));
    memcpy(c.id, reported, sizeof c.id);
    for (uint64_t generation = 2; generation < 6; generation++) {
        set_day(db, day += step);
        CHECK(board_sweep(db, &err));
        CHECK(take(db, THEM, generation, 3, (int)generation));
        CHECK_INT(count(db), 2);
        CHECK_INT(state_of(db, &c), BOARD_REPORTED);
    }
    set_day(db, day += 3 * CARD_DAYS_MAX); /* no stick came for long */
    CHECK(board_sweep(db, &err));
    CHECK(take(db, THEM, 6, 3, 6));
    CHECK_INT(count(db), 2);
    CHECK(take(db, THEM, 7, 0, 0)); /* reported at its own hub, perhaps: it may come again */
    CHECK(take(db, THEM, 8, 3, 6));
    CHECK_INT(count(db), 2);
    CHECK(take(db, THEM, 9, 0, 0));
    set_day(db, day += CARD_DAYS_MAX + 1);
    CHECK(take(db, THEM, 10, 0, 0)); /* it is gone there: nothing has to be remembered */
    CHECK(take(db, THEM, 11, 3, 0));
    CHECK_INT(count(db), 3);
    db_close(db);
}

TEST(board, of_more_hidden_cards_than_there_is_room_for_the_oldest_reports_are_forgotten)
{
    struct db *db = open_db("hidden-many.db");
    struct stmt *q;
    struct err err;
    int64_t n;

    CHECK(db_begin(db, "fill", &err));
    for (int i = 0; i <= BOARD_HIDDEN_MAX; i++) {
        uint8_t id[CARD_ID_BYTES] = {0};

        put_le32(id, (uint32_t)i);
        q = db_stmt(db, "INSERT INTO hidden (station, id, is_final, day) VALUES (:station, :id, :is_final, :day)");
        db_blob(q, ":station", THEM, sizeof THEM);
        db_blob(q, ":id", id, sizeof id);
        db_int(q, ":is_final", i < 2);
        db_int(q, ":day", i);
        CHECK(db_run(q, &err));
    }
    CHECK(db_commit(db, &err));
    CHECK(board_sweep(db, &err));
    CHECK(db_number(db_stmt(db, "SELECT count(*) FROM hidden"), 0, &n, &err));
    CHECK_INT(n, BOARD_HIDDEN_MAX);
    CHECK(db_number(db_stmt(db, "SELECT min(day) FROM hidden WHERE is_final = 0"), 0, &n, &err));
    CHECK_INT(n, 3); /* of day 2 it was; what staff took down stays */
    db_close(db);
}

static bool is_not_cong(void *ctx, const uint8_t station[SNAPSHOT_STATION_BYTES])
{
    (void)ctx;
    return memcmp(station, THEM, SNAPSHOT_STATION_BYTES) != 0;
}

static bool is_nobody(void *ctx, const uint8_t station[SNAPSHOT_STATION_BYTES])
{
    (void)ctx;
    (void)station;
    return false;
}

TEST(board, T33_cards_of_a_revoked_hub_go_and_all_others_stay)
{
    static const uint8_t other[SNAPSHOT_STATION_BYTES] = {3};
    struct db *db = open_db("revoked.db");
    struct card own = phrase_card("lift");
    struct err err;
    int n_gone;

    put(db, &own);
    CHECK(take(db, THEM, 9, 2, 0) && take(db, other, 9, 1, 0));
    CHECK(board_keep_good(db, is_not_cong, NULL, &n_gone, &err));
    CHECK_INT(n_gone, 1);
    CHECK_INT(count(db), 2);
    CHECK(board_keep_good(db, is_not_cong, NULL, &n_gone, &err));
    CHECK_INT(n_gone, 0);
    db_close(db);
}

TEST(board, cards_of_as_many_hubs_as_there_is_room_for_and_of_not_one_more)
{
    struct db *db = open_db("hubs.db");
    uint8_t station[SNAPSHOT_STATION_BYTES] = {0};
    struct card card = phrase_card("lift");
    struct snapshot s = {.generation = 1, .cards = &card, .n_cards = 1};
    struct err err;
    bool is_new;

    for (int i = 0; i < BOARD_HUBS_MAX; i++) {
        station[0] = (uint8_t)(i + 1);
        CHECK(take(db, station, 1, 1, 0));
    }
    memset(s.station, 0xFF, sizeof s.station);
    CHECK(!board_take(db, &s, "One more", &is_new, &err) && err.code == ERR_LIMIT);
    CHECK(take(db, station, 2, 2, 0)); /* those that are here come anew */
    CHECK_INT(count(db), BOARD_HUBS_MAX + 1);
    db_close(db);
}

TEST(board, a_hub_whose_cards_are_gone_keeps_no_place_from_others_and_its_generation_stays)
{
    static const uint8_t late[SNAPSHOT_STATION_BYTES] = {0xFF}, first[SNAPSHOT_STATION_BYTES] = {1};
    struct db *db = open_db("hubs-gone.db");
    uint8_t station[SNAPSHOT_STATION_BYTES] = {0};
    struct card none = {0};
    struct snapshot s = {.station = {0xFE}, .generation = 1, .cards = &none};
    uint64_t generation;
    struct err err;
    bool is_new;
    int n_gone;

    for (int i = 0; i < BOARD_HUBS_MAX; i++) {
        station[0] = (uint8_t)(i + 1);
        CHECK(take(db, station, 7, 1, 0));
    }
    CHECK(board_take(db, &s, "Nothing hangs", &is_new, &err) && is_new); /* needs no place */
    CHECK(take(db, first, 8, 0, 0));
    CHECK(take(db, late, 1, 1, 0));
    CHECK_INT(count(db), BOARD_HUBS_MAX);
    CHECK(board_generation(db, first, &generation, &err) && generation == 8); /* T27 */
    CHECK(board_keep_good(db, is_nobody, NULL, &n_gone, &err));
    CHECK_INT(n_gone, BOARD_HUBS_MAX + 2);
    CHECK_INT(count(db), 0);
    db_close(db);
}

TEST(board, the_fullest_board_a_stick_can_bring_is_taken_in_and_listed)
{
    enum { OTHERS = 31 };
    struct db *db = open_db("fullest.db");
    struct card *cards = mem_alloc(SNAPSHOT_CARDS_MAX * sizeof *cards);
    struct snapshot s = {.generation = 1, .cards = cards, .n_cards = SNAPSHOT_CARDS_MAX};
    struct board_view *view;
    struct timespec began, taken, listed;
    struct err err;
    bool is_new;

    for (int i = 0; i < SNAPSHOT_CARDS_MAX; i++) {
        cards[i] = word_card("A title");
        memset(cards[i].title, 'w', CARD_TITLE_MAX);
        memset(cards[i].text, 'w', CARD_TEXT_MAX);
        put_le32(cards[i].id, (uint32_t)i);
        cards[i].number = i + 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (int hub = 0; hub < OTHERS; hub++) {
        char name[16];

        snprintf(name, sizeof name, "Hub %d", hub);
        s.station[0] = (uint8_t)(hub + 1);
        CHECK(board_take(db, &s, name, &is_new, &err) && is_new);
    }
    clock_gettime(CLOCK_MONOTONIC, &taken);
    view = list(db);
    clock_gettime(CLOCK_MONOTONIC, &listed);
    CHECK_INT(view->n_cards, OTHERS * SNAPSHOT_CARDS_MAX);
    CHECK_INT(view->n_hubs, OTHERS);
    print_message("%d cards: taken in %.0f ms, listed in %.0f ms, %zu KB\n", view->n_cards,
                  (double)(taken.tv_sec - began.tv_sec) * 1e3 + (double)(taken.tv_nsec - began.tv_nsec) / 1e6,
                  (double)(listed.tv_sec - taken.tv_sec) * 1e3 + (double)(listed.tv_nsec - taken.tv_nsec) / 1e6,
                  (size_t)view->n_cards * sizeof *view->cards / 1024);
    board_view_free(view);
    free(cards);
    db_close(db);
}

TEST(board, a_card_of_a_phrase_that_a_newer_program_made_is_kept_and_not_shown)
{
    struct card card = phrase_card("of-a-newer-program");
    struct snapshot s = {.station = {2}, .generation = 1, .cards = &card, .n_cards = 1};
    struct db *db = open_db("newer.db");
    struct err err;
    bool is_new;

    card.number = 1;
    CHECK(board_take(db, &s, "Cong", &is_new, &err) && is_new);
    CHECK_INT(count(db), 0);
    db_close(db);
}

/* --- what stays in memory that was given back */

static const char *looked_for; /* in blocks that are freed; NULL = nothing */
static int n_found;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
    if (p && looked_for) {
        n_found += memmem(p, malloc_usable_size(p), looked_for, strlen(looked_for)) != NULL;
    }
    __real_free(p);
}

TEST(board, T40_words_that_wait_are_not_left_in_freed_memory)
{
    struct db *db = open_db("freed.db");
    struct card c = word_card("Zanzibarische Zwetschgen");
    struct board_view *view;
    char *kept = strdup(c.title);

    put(db, &c);
    for (int i = 0; i < BOARD_WAITING_MAX - 1; i++) {
        put(db, &c);
    }
    for (int i = 0; i < 100; i++) { /* so many that the list of them grows */
        CHECK(take(db, (const uint8_t[SNAPSHOT_STATION_BYTES]){(uint8_t)(i % BOARD_HUBS_MAX + 2)}, 1 + (uint64_t)i, 4,
                   0));
    }
    looked_for = "Zanzibarische Zwetschgen";
    free(kept);
    CHECK_INT(n_found, 1); /* the test can fail */
    n_found = 0;
    view = list(db);
    CHECK(view->n_cards > 128);
    board_view_free(view);
    looked_for = NULL;
    CHECK_INT(n_found, 0);
    db_close(db);
}
