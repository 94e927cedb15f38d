/* test_visit_board: what a visit does on the village board (THREATS T42, T45, T46). */
#include "unit/visit_fixture.h"

/* --- the village board */

static struct card lift(void)
{
    return (struct card){.kind = CARD_OFFER, .phrase = "lift", .weekday = 5, .days = 7};
}

static struct card own_words(const char *title)
{
    struct card c = {.kind = CARD_NEED, .lang = "en", .days = 14};

    snprintf(c.title, sizeof c.title, "%s", title);
    return c;
}

static void put_up(struct station *s, const struct card *c)
{
    struct err err = {0};

    if (!visit_board_put(s->visit, c, &err)) {
        fail_msg("%s", err.text);
    }
    CHECK(visit_board(s->visit)->is_asking);
    wait_for(s, VISIT_BOARD);
    CHECK_INT(visit_board(s->visit)->news, VISIT_BOARD_PUT);
}

TEST(visit_board, T45_three_cards_are_put_up_in_a_visit_and_not_one_more)
{
    const struct card c = lift(), words = own_words("Someone to photograph cheeses");
    struct card workshop = own_words("Get paid by card");
    const struct visit_board *b;
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK(!visit_board(s.visit)->view);
    put_up(&s, &c);
    CHECK(visit_is_open(s.visit)); /* the first touch that does something */
    b = visit_board(s.visit);
    CHECK(b->number == 1 && !b->is_waiting && b->n_put == 1);
    CHECK(b->view->n_cards == 1 && b->view->cards[0].is_mine_of_visit && b->view->cards[0].state == BOARD_UP);
    put_up(&s, &words);
    b = visit_board(s.visit);
    CHECK(b->number == 2 && b->is_waiting && b->n_put == 2);
    CHECK_INT(b->view->cards[0].state, BOARD_WAITING);
    CHECK(!visit_board_take_down(s.visit, (const uint8_t[CARD_ID_BYTES]){1}, &err) && err.code == ERR_STATE);
    CHECK(visit_board_take_down(s.visit, b->view->cards[0].card.id, &err));
    CHECK(!visit_board_load(s.visit, &err) && err.code == ERR_STATE); /* one at a time */
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_TAKEN);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 1);
    put_up(&s, &c); /* one taken down counts, too */
    CHECK_INT(visit_board(s.visit)->n_put, VISIT_CARDS_MAX);
    CHECK(!visit_board_put(s.visit, &c, &err) && err.code == ERR_LIMIT);
    workshop.kind = CARD_WORKSHOP;
    CHECK(!visit_board_put(s.visit, &workshop, &err) && err.code == ERR_USAGE);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK(!visit_board(s.visit)->view && !visit_board(s.visit)->n_put); /* T40 */
    put_up(&s, &c);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 3);
    CHECK(visit_board(s.visit)->view->cards[0].is_mine_of_visit &&
          !visit_board(s.visit)->view->cards[1].is_mine_of_visit);
    close_station(&s);
}

TEST(visit_board, T42_a_row_tells_kind_and_phrase_of_a_card_and_never_its_words_or_its_id)
{
    const struct card c = lift(), words = own_words("Zanzibarische Zwetschgen");
    struct station s;
    char *rows, id[2 * CARD_ID_BYTES + 1];

    fresh_station(&s);
    put_up(&s, &c);
    put_up(&s, &words);
    hex_write(visit_board(s.visit)->view->cards[0].card.id, CARD_ID_BYTES, id);

    struct journal_visit who = key_of_visit();

    rows = rows_of(&s, &who);
    CHECK_HAS(rows, "\"what\":\"offer\",\"phrase\":\"lift\"}");
    CHECK_HAS(rows, "\"what\":\"need\",\"phrase\":\"\"}");
    CHECK(!strstr(rows, "Zanzibar") && !strstr(rows, id));
    free(rows);
    close_station(&s);
}

TEST(visit_board, T45_own_words_with_a_number_never_reach_the_board)
{
    const struct card c = own_words("Call 086 123 4567");
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK(!visit_board_put(s.visit, &c, &err) && err.code == ERR_USAGE);
    CHECK(!visit_board(s.visit)->is_asking);
    close_station(&s);
}

TEST(visit_board, T45_a_report_hides_a_card_and_nobody_hides_the_whole_board)
{
    const struct card c = lift();
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    put_up(&s, &c);
    for (int i = 0; i < VISIT_REPORTS_MAX; i++) {
        CHECK(visit_board_report(s.visit, visit_board(s.visit)->view->cards[0].card.id, &err));
        wait_for(&s, VISIT_BOARD);
        CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_REPORTED);
        CHECK_INT(visit_board(s.visit)->view->cards[0].state, BOARD_REPORTED);
    }
    CHECK(!visit_board_report(s.visit, visit_board(s.visit)->view->cards[0].card.id, &err) && err.code == ERR_LIMIT);
    close_station(&s);
}

static const struct board_card *first_that_hangs(const struct station *s)
{
    const struct board_view *view = visit_board(s->visit)->view;

    for (int i = 0; i < view->n_cards; i++) {
        if (view->cards[i].state == BOARD_UP) {
            return &view->cards[i];
        }
    }
    fail_msg("no card hangs");
    return NULL;
}

TEST(visit_board, T45_who_comes_again_and_again_is_told_that_staff_look_first)
{
    const struct card c = lift();
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    for (int i = 0; i < BOARD_PUT_DAY_MAX; i++) {
        put_up(&s, &c);
        CHECK(!visit_board(s.visit)->is_waiting);
        if (i % VISIT_CARDS_MAX == VISIT_CARDS_MAX - 1) {
            visit_close(s.visit, VISIT_FINISHED);
        }
    }
    put_up(&s, &c);
    CHECK(visit_board(s.visit)->is_waiting && visit_board(s.visit)->is_of_phrase);
    for (int i = 0; i <= BOARD_HIDDEN_DAY_MAX; i++) {
        if (i % VISIT_REPORTS_MAX == 0) {
            visit_close(s.visit, VISIT_FINISHED);
            CHECK(visit_board_load(s.visit, &err));
            wait_for(&s, VISIT_BOARD);
        }
        CHECK(visit_board_report(s.visit, first_that_hangs(&s)->card.id, &err));
        wait_for(&s, VISIT_BOARD);
        CHECK(visit_board(s.visit)->is_noted == (i == BOARD_HIDDEN_DAY_MAX));
    }
    close_station(&s);
}

TEST(visit_board, T46_staff_release_and_take_down_any_card_and_make_workshops)
{
    const struct card words = own_words("Glass jars 340 g");
    struct card workshop = own_words("Get paid by card");
    uint8_t id[CARD_ID_BYTES];
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    put_up(&s, &words);
    memcpy(id, visit_board(s.visit)->view->cards[0].card.id, sizeof id);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK(visit_board_staff_release(s.visit, id, &err)); /* no visit is open for it */
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_RELEASED);
    CHECK_INT(visit_board(s.visit)->view->cards[0].state, BOARD_UP);
    workshop.kind = CARD_WORKSHOP;
    snprintf(workshop.text, sizeof workshop.text, "26/11/2026, 19:00. 12 seats");
    CHECK(visit_board_staff_put(s.visit, &workshop, &err));
    wait_for(&s, VISIT_BOARD);
    CHECK(visit_board(s.visit)->number == 2 && !visit_board(s.visit)->n_put && !visit_board(s.visit)->is_waiting);
    CHECK_INT(visit_board(s.visit)->view->cards[0].card.kind, CARD_WORKSHOP);
    CHECK(visit_board_staff_take_down(s.visit, id, &err));
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 1);
    CHECK(visit_board_staff_take_down(s.visit, id, &err)); /* again: it is gone, and the board is told all the same */
    wait_for(&s, VISIT_BOARD);
    CHECK_INT(visit_board(s.visit)->news, VISIT_BOARD_NONE);
    CHECK_INT(visit_board(s.visit)->err.code, ERR_NOT_FOUND);
    CHECK_INT(visit_board(s.visit)->view->n_cards, 1);
    CHECK(!visit_is_open(s.visit));
    close_station(&s);
}

static void way_cards(struct station *s, int n)
{
    const struct card c = lift();
    struct journal_visit who;

    for (int i = 0; i < n; i++) {
        put_up(s, &c);
    }
    who = key_of_visit();
    free(rows_of(s, &who)); /* its answer comes behind the rows: they are on the card */
}

TEST(visit_board, T45_a_power_cut_gives_nobody_more_cards)
{
    const struct card c = lift();
    struct station s;
    struct seen before;
    struct err err = {0};

    killed_after(way_cards, VISIT_CARDS_MAX, &before);
    open_station(&s, world_path("hub"), true);
    CHECK(visit_try_resume(s.visit));
    wait_for(&s, VISIT_RESUMED);
    CHECK_INT(visit_board(s.visit)->n_put, VISIT_CARDS_MAX);
    CHECK(!visit_board_put(s.visit, &c, &err) && err.code == ERR_LIMIT);
    close_station(&s);
}
