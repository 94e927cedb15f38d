/* test_clerk: the thread that owns the database: answers in order, nothing saved before its commit, what is asked by
 * message, clocks nobody trusts (THREATS T1, T8, T40, T41, T43, T45). Also run under the thread sanitizer. */
#include "unit/clerk_fixture.h"
#include <malloc.h>

/* --- answers */

TEST(clerk, answers_come_in_order_with_their_tickets_and_the_key_goes_first)
{
    struct station s;
    struct journal_visit v = fx_visit();
    char text[16];

    start(&s, make_folder("order"), NULL);
    clerk_append(s.clerk, &v, true, "a0", 2, NULL, 100); /* row 1 is the key */
    for (int i = 1; i < 40; i++) {
        snprintf(text, sizeof text, "a%d", i);
        clerk_append(s.clerk, &v, false, text, strlen(text), NULL, 100 + (uint64_t)i);
    }
    for (int i = 0; i < 40; i++) {
        struct outcome o = row_event(&s, 100 + (uint64_t)i);

        CHECK_INT(o.kind, EV_ROW_SAVED);
        CHECK_INT(o.seq, 2 + i);
    }
    CHECK(strncmp(texts_of(&s, &v), "a0 a1 a2 a3 ", 12) == 0);
    export(&s);
    CHECK_INT(rows.n, 41);
    CHECK_INT(rows.row[0].body_bytes, JOURNAL_KEY_BODY);
    CHECK(fx_nonces_differ(&rows));
    stop(&s);
}

TEST(clerk, what_is_called_saved_is_there_for_another_program_at_once) /* T1 */
{
    const char *dir = make_folder("durable");
    struct journal_visit v = fx_visit();
    struct station s;
    struct db *reading;
    int64_t n;
    struct err err;

    start(&s, dir, NULL);
    for (int i = 0; i < 5; i++) {
        int64_t seq = saved(&s, &v, i == 0, "{}");

        CHECK(db_open(datafolder_path(dir, "hub.db"), &(struct db_options){.is_reading = true}, &reading, &err));
        CHECK(db_number(db_stmt(reading, "SELECT max(seq) FROM journal"), -1, &n, &err));
        CHECK_INT(n, seq);
        db_close(reading);
    }
    stop(&s);
}

TEST(clerk, what_is_queued_at_the_stop_is_still_saved)
{
    const char *dir = make_folder("queued");
    struct journal_visit v = fx_visit();
    struct station s;

    start(&s, dir, NULL);
    for (int i = 0; i < 20; i++) {
        clerk_append(s.clerk, &v, i == 0, "x", 1, NULL, (uint64_t)i);
    }
    stop(&s);
    start(&s, dir, NULL);
    CHECK_INT(strlen(texts_of(&s, &v)), 39);
    stop(&s);
}

TEST(clerk, a_row_too_long_fails_alone_and_leaves_no_key_count_or_day_behind)
{
    static char text[JOURNAL_TEXT_MAX + 2];
    static const char *const counts[] = {"visits", NULL};
    struct journal_visit v = fx_visit();
    struct station s;
    struct outcome o;

    memset(text, 'x', JOURNAL_TEXT_MAX + 1);
    start(&s, make_folder("limit"), NULL);
    clerk_append(s.clerk, &v, true, text, JOURNAL_TEXT_MAX + 1, counts, ++s.ticket);
    o = row_event(&s, s.ticket);
    CHECK_INT(o.kind, EV_ROW_FAILED);
    CHECK_INT(o.err.code, ERR_LIMIT);
    CHECK_INT(stats_of(&s).journal.last_seq, 0);
    CHECK_INT(stats_of(&s).visits_total, 0);
    CHECK_INT(stats_of(&s).journal.counted_day, 0);
    clerk_append(s.clerk, &v, true, text, JOURNAL_TEXT_MAX, counts, ++s.ticket);
    o = row_event(&s, s.ticket);
    CHECK_INT(o.kind, EV_ROW_SAVED);
    CHECK_INT(o.seq, 2);
    CHECK_INT(stats_of(&s).visits_total, 1);
    CHECK_INT(stats_of(&s).journal.counted_day, 1);
    stop(&s);
}

TEST(clerk, four_counts_are_raised_with_a_row_and_a_fifth_is_left_out)
{
    static const char *const counts[] = {"one",  "two", "three", "a key of over forty bytes was cut without a word",
                                         "five", NULL};
    const char *dir = make_folder("counts");
    struct journal_visit v = fx_visit();
    struct station s;
    struct db *reading;
    int64_t n;
    struct err err;

    start(&s, dir, NULL);
    clerk_append(s.clerk, &v, true, "{}", 2, counts, ++s.ticket);
    CHECK_INT(row_event(&s, s.ticket).kind, EV_ROW_SAVED);
    CHECK(db_open(datafolder_path(dir, "hub.db"), &(struct db_options){.is_reading = true}, &reading, &err));
    CHECK(db_number(db_stmt(reading, "SELECT sum(value) FROM counter"), -1, &n, &err));
    CHECK_INT(n, CLERK_COUNTS_MAX);
    CHECK(db_number(db_stmt(reading, "SELECT count(*) FROM counter WHERE key = 'five'"), -1, &n, &err));
    CHECK_INT(n, 0);
    CHECK(db_number(db_stmt(reading, "SELECT count(*) FROM counter WHERE key LIKE '%without a word'"), -1, &n, &err));
    CHECK_INT(n, 1);
    db_close(reading);
    stop(&s);
}

TEST(clerk, a_visit_resumes_with_its_own_key_only)
{
    const char *dir = make_folder("resume");
    struct journal_visit v = fx_visit(), other = fx_visit(), wrong;
    struct ev_visit_rows *ev;
    struct station s;

    start(&s, dir, NULL);
    saved(&s, &v, true, "one");
    saved(&s, &other, true, "not mine");
    saved(&s, &v, false, "two");
    stop(&s);
    start(&s, dir, NULL);
    CHECK_STR(texts_of(&s, &v), "one two");
    wrong = fx_visit();
    CHECK_STR(texts_of(&s, &wrong), "");
    memcpy(wrong.id, v.id, sizeof wrong.id);
    clerk_resume(s.clerk, &wrong, ++s.ticket);
    ev = next_event(&s);
    CHECK_INT(ev->n, 0);
    CHECK_INT(ev->err.code, ERR_SIGNATURE);
    message_free(&ev->base);
    saved(&s, &v, false, "three"); /* a wrong key is no failing storage */
    stop(&s);
}

/* --- from another thread, as the stick worker asks */

struct courier {
    struct station *s;
    int n_rounds;
    bool ok;
};

static void *carry(void *ctx)
{
    static struct fx_rows taken;
    struct courier *c = ctx;
    uint8_t anchor[SEAL_HASH_BYTES];
    struct store_stats stats;
    char value[1024];
    struct err err;

    c->ok = true;
    for (int i = 0; i < c->n_rounds; i++) {
        struct journal_receipt r = {.counter = (uint64_t)i + 1};
        int64_t n_new;

        taken.n = 0;
        c->ok &= clerk_export(c->s->clerk, fx_take, &taken, anchor, &err);
        if (taken.n) {
            const struct fx_row *last = &taken.row[taken.n - 1];

            r.epoch = last->epoch;
            r.up_to_seq = last->seq;
            memcpy(r.hash, last->hash, sizeof r.hash);
            c->ok &= clerk_receive(c->s->clerk, &r, &n_new, &err) && n_new == taken.n;
        }
        c->ok &= clerk_note_setting(c->s->clerk, "stick.log", "1795430520 good", &err) &&
                 clerk_setting(c->s->clerk, "stick.log", value, sizeof value, &err) &&
                 !strcmp(value, "1795430520 good") && clerk_get_stats(c->s->clerk, &stats, &err);
    }
    return NULL;
}

TEST(clerk, a_stick_is_served_while_a_visitor_answers)
{
    struct station s;
    struct journal_visit v = fx_visit();
    struct courier c = {.s = &s, .n_rounds = 20};
    pthread_t thread;
    struct ev_stats *ev;

    start(&s, make_folder("stick"), NULL);
    CHECK_STR(stats_of(&s).stick_log, "");
    CHECK(pthread_create(&thread, NULL, carry, &c) == 0);
    for (int i = 0; i < 40; i++) {
        CHECK_INT(saved(&s, &v, i == 0, "{}"), i + 2);
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(c.ok);
    clerk_stats(s.clerk, ++s.ticket);
    ev = next_event(&s);
    CHECK_INT(ev->base.kind, EV_STATS);
    CHECK_INT(ev->err.code, ERR_NONE);
    CHECK_INT(ev->stats.journal.rows, 41);
    CHECK_HAS(ev->stats.stick_log, "1795430520");
    CHECK(!ev->stats.is_full && ev->stats.free_bytes > 0);
    message_free(&ev->base);
    stop(&s);
}

TEST(clerk, the_staff_code_is_asked_and_answered_by_message)
{
    static const struct {
        int digits; /* of the right code; 9 = one more */
        enum staff_answer answer;
    } cases[] = {{8, STAFF_OPEN}, {9, STAFF_WRONG}, {7, STAFF_WRONG}, {0, STAFF_WRONG}, {8, STAFF_OPEN}};
    char code[STAFF_DIGITS + 1], tried[STAFF_DIGITS + 2];
    struct station s;
    struct err err;

    start(&s, make_folder("staff"), NULL);
    CHECK(clerk_new_staff_code(s.clerk, code, &err));
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct ev_staff *ev;

        snprintf(tried, sizeof tried, "%s5", code); /* the ninth digit was cut off and the eight before it opened */
        tried[cases[i].digits] = '\0';
        clerk_staff_try(s.clerk, tried, ++s.ticket);
        ev = next_event(&s);
        CHECK_INT(ev->base.kind, EV_STAFF);
        CHECK_INT(ev->base.ticket, s.ticket);
        CHECK_INT(ev->answer, cases[i].answer);
        message_free(&ev->base);
    }
    stop(&s);
}

TEST(clerk, a_token_is_dealt_tried_kept_and_deleted_by_message) /* T41, T43 */
{
    struct station s;
    struct token_dealt d;
    struct token_keys k;
    struct ev_token *ev;
    char longer[TOKENS_CODE_LETTERS + 3];

    start(&s, make_folder("token"), NULL);
    clerk_token_deal(s.clerk, "{\"a\":1}", 7, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_DEAL, TOKENS_WRONG);
    CHECK_INT(ev->err.code, ERR_NONE);
    d = ev->dealt;
    k = ev->keys;
    message_free(&ev->base);
    clerk_token_pictures(s.clerk, d.picture, d.n, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_PICTURES, TOKENS_OPEN);
    CHECK_STR(ev->profile, "{\"a\":1}");
    message_free(&ev->base);
    clerk_token_pictures(s.clerk, d.picture, d.n - 1, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_PICTURES, TOKENS_WRONG)->base);
    clerk_token_keep(s.clerk, &k, "{\"a\":2}", 7, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_KEEP, TOKENS_WRONG)->base);
    clerk_token_code(s.clerk, d.code, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_CODE, TOKENS_OPEN);
    CHECK_STR(ev->profile, "{\"a\":2}");
    message_free(&ev->base);
    snprintf(longer, sizeof longer, "%sAB", d.code); /* the letters behind the sixteenth count, too */
    clerk_token_code(s.clerk, longer, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_CODE, TOKENS_WRONG)->base);
    clerk_token_forget(s.clerk, k.id, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_FORGET, TOKENS_WRONG)->base);
    clerk_token_keep(s.clerk, &k, "{}", 2, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_KEEP, TOKENS_WRONG);
    CHECK_INT(ev->err.code, ERR_NOT_FOUND);
    message_free(&ev->base);
    clerk_token_code(s.clerk, d.code, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_CODE, TOKENS_WRONG)->base);
    stop(&s);
}

TEST(clerk, a_card_is_put_up_reported_released_and_taken_down_by_message) /* T45 */
{
    struct station s;
    struct ev_board *ev;
    uint8_t id[CARD_ID_BYTES];

    start(&s, make_folder("board"), NULL);
    CHECK_INT(cards(&s), 0);
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    ev = board(&s, CLERK_BOARD_PUT, ERR_NONE);
    CHECK(ev->number == 1 && ev->view->n_cards == 1 && !memcmp(ev->id, ev->view->cards[0].card.id, sizeof id));
    memcpy(id, ev->id, sizeof id);
    message_free(&ev->base);
    clerk_board_report(s.clerk, id, ++s.ticket);
    ev = board(&s, CLERK_BOARD_REPORT, ERR_NONE);
    CHECK(ev->view->cards[0].state == BOARD_REPORTED && !memcmp(ev->id, id, sizeof id));
    message_free(&ev->base);
    clerk_board_release(s.clerk, id, ++s.ticket);
    ev = board(&s, CLERK_BOARD_RELEASE, ERR_NONE);
    CHECK_INT(ev->view->cards[0].state, BOARD_UP);
    message_free(&ev->base);
    clerk_board_take_down(s.clerk, id, ++s.ticket);
    ev = board(&s, CLERK_BOARD_TAKE_DOWN, ERR_NONE);
    CHECK_INT(ev->view->n_cards, 0);
    message_free(&ev->base);
    clerk_board_take_down(s.clerk, id, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_TAKE_DOWN, ERR_NOT_FOUND)->base);
    stop(&s);
}

static const char *_Atomic looked_for; /* in blocks that are freed; NULL = nothing */
static atomic_int n_found;

void __real_free(void *p);
void __wrap_free(void *p);

void __wrap_free(void *p)
{
    const char *words = looked_for;

    if (p && words) {
        n_found += memmem(p, malloc_usable_size(p), words, strlen(words)) != NULL;
    }
    __real_free(p);
}

TEST(clerk, T40_the_words_of_a_card_that_was_asked_for_are_not_left_in_freed_memory)
{
    const struct card words = {.kind = CARD_NEED, .title = "Zanzibarische Zwetschgen", .lang = "de", .days = 7};
    char *kept = strdup(words.title);
    struct station s;

    start(&s, make_folder("board-freed"), NULL);
    looked_for = "Zanzibarische Zwetschgen";
    free(kept);
    CHECK_INT(n_found, 1); /* the test can fail */
    n_found = 0;
    clerk_board_put(s.clerk, &words, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    CHECK_INT(cards(&s), 1); /* and the question is freed */
    looked_for = NULL;
    CHECK_INT(n_found, 0);
    stop(&s);
}

TEST(clerk, cards_past_their_days_go_when_a_visit_ends) /* T45 */
{
    const char *dir = make_folder("board-days");
    struct card words = {.kind = CARD_NEED, .title = "Zanzibarische Zwetschgen", .lang = "de", .days = 7};
    struct buf file = {0};
    struct station s;
    struct err err;

    start(&s, dir, NULL);
    clerk_board_put(s.clerk, &words, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    for (int day = 1; day <= 7; day++) {
        struct journal_visit v = fx_visit();

        CHECK_INT(cards(&s), 1);
        clock_set_wall(1795430520 + day * 86400LL);
        saved(&s, &v, true, "{}");
        clerk_visit_over(s.clerk);
    }
    CHECK_INT(cards(&s), 0);
    stop(&s);
    CHECK(fsio_read(datafolder_path(dir, "hub.db"), 64 << 20, &file, &err));
    CHECK(!memmem(file.data, file.len, words.title, strlen(words.title)));
    buf_release(&file);
}

/* --- clocks nobody trusts (T8) */

TEST(clerk, in_1970_and_in_2106_visits_are_saved_counted_and_nothing_is_dropped)
{
    static const int64_t walls[] = {0, 4293734400, -86400, 1795430520, 0};
    const char *dir = make_folder("clock");
    struct station s;
    struct journal_receipt r;
    int64_t n_new;
    struct err err;

    start(&s, dir, NULL);
    for (size_t i = 0; i < M2_COUNT(walls); i++) {
        struct journal_visit v = fx_visit();

        clock_set_wall(walls[i]);
        saved(&s, &v, true, "{}");
        export(&s);
        r = (struct journal_receipt){
            .epoch = rows.row[rows.n - 1].epoch, .up_to_seq = rows.row[rows.n - 1].seq, .counter = i + 1};
        memcpy(r.hash, rows.row[rows.n - 1].hash, sizeof r.hash);
        CHECK(clerk_receive(s.clerk, &r, &n_new, &err));
        clerk_visit_over(s.clerk);
        CHECK_INT(stats_of(&s).journal.counted_day, (int64_t)i + 1);
    }
    CHECK_INT(stats_of(&s).journal.rows, 2 * (int64_t)M2_COUNT(walls));
    CHECK_INT(stats_of(&s).visits_total, (int64_t)M2_COUNT(walls));
    stop(&s);
}

TEST(clerk, joining_nobody_is_fine)
{
    clerk_join(NULL);
}
