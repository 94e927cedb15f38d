/* test_clerk_full: the clerk on a full disk: the reserve lets the visit that is on go on, and nothing is told twice or
 * lost (THREATS T5, T41). Also run under the thread sanitizer. */
#include "unit/clerk_fixture.h"
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

TEST(clerk_full, on_a_full_disk_a_card_is_refused_and_the_board_is_told_all_the_same) /* T5 */
{
    const char *dir = make_folder("full-board");
    struct station s;

    sick_begin(dir);
    start(&s, dir, "sick");
    sick.full = FULL_UNTIL_RESERVE_GOES;
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    CHECK(stats_of(&s).is_full);
    sick.full = FULL;
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NO_SPACE)->base);
    CHECK_INT(cards(&s), 1);
    sick.full = HAS_ROOM;
    clerk_board_put(s.clerk, &lift, ++s.ticket);
    message_free(&board(&s, CLERK_BOARD_PUT, ERR_NONE)->base);
    CHECK_INT(cards(&s), 2);
    stop(&s);
}

TEST(clerk_full, on_a_full_disk_a_try_with_pictures_is_none_and_the_reserve_lets_them_through) /* T41, T5 */
{
    const char *dir = make_folder("full-token");
    struct station s;
    struct token_dealt d;
    struct ev_token *ev;

    sick_begin(dir);
    start(&s, dir, "sick");
    clerk_token_deal(s.clerk, "{}", 2, ++s.ticket);
    ev = token(&s, CLERK_TOKEN_DEAL, TOKENS_WRONG);
    d = ev->dealt;
    message_free(&ev->base);
    sick.full = FULL_UNTIL_RESERVE_GOES;
    clerk_token_pictures(s.clerk, d.picture, d.n, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_PICTURES, TOKENS_OPEN)->base);
    CHECK(stats_of(&s).is_full);
    sick.full = FULL;
    for (int i = 0; i <= TOKENS_TRIES; i++) {
        clerk_token_pictures(s.clerk, d.picture, d.n - 1, ++s.ticket);
        ev = token(&s, CLERK_TOKEN_PICTURES, TOKENS_WRONG);
        CHECK_INT(ev->err.code, ERR_NO_SPACE);
        message_free(&ev->base);
    }
    sick.full = HAS_ROOM;
    clerk_token_pictures(s.clerk, d.picture, d.n, ++s.ticket);
    message_free(&token(&s, CLERK_TOKEN_PICTURES, TOKENS_OPEN)->base);
    stop(&s);
}

TEST(clerk_full, full_disk_gives_the_reserve_to_the_running_visit_and_room_goes_to_the_reserve_first)
{
    const char *dir = make_folder("full");
    struct journal_visit v = fx_visit(), later = fx_visit();
    struct station s;

    sick_begin(dir);
    start(&s, dir, "sick");
    saved(&s, &v, true, "before");
    sick.full = FULL_UNTIL_RESERVE_GOES;
    saved(&s, &v, false, "the disk is full now");
    CHECK(stats_of(&s).is_full);
    saved(&s, &v, false, "and goes on");
    CHECK(stats_of(&s).is_full);
    sick.full = HAS_ROOM;
    clerk_visit_over(s.clerk);
    CHECK(!stats_of(&s).is_full);
    CHECK(unlink(sick.reserve) == 0);
    saved(&s, &later, true, "new visitor");
    CHECK(!stats_of(&s).is_full);
    stop(&s);
    CHECK(unlink(sick.reserve) == 0);
    start(&s, dir, NULL); /* and at each start */
    CHECK(!stats_of(&s).is_full);
    CHECK_STR(texts_of(&s, &v), "before the disk is full now and goes on");
    stop(&s);
}

TEST(clerk_full, rows_behind_a_refused_first_row_were_kept_without_their_key)
{
    const char *dir = make_folder("refused");
    struct journal_visit refused = fx_visit(), v = fx_visit();
    struct station s;

    sick_begin(dir);
    start(&s, dir, "sick");
    CHECK(unlink(sick.reserve) == 0);
    sick.full = FULL;
    clerk_append(s.clerk, &refused, true, "open", 4, NULL, 1);
    CHECK_INT(row_event(&s, 1).err.code, ERR_NO_SPACE);
    sick.full = HAS_ROOM;
    for (uint64_t ticket = 2; ticket < 5; ticket++) { /* these were queued behind it */
        clerk_append(s.clerk, &refused, false, "more", 4, NULL, ticket);
        struct outcome o = row_event(&s, ticket);

        CHECK_INT(o.kind, EV_ROW_FAILED);
        CHECK_INT(o.err.code, ERR_NO_SPACE);
    }
    CHECK_INT(stats_of(&s).journal.last_seq, 0);
    CHECK_INT(saved(&s, &v, true, "next visitor"), 2);
    CHECK_INT(saved(&s, &v, false, "{}"), 3);
    stop(&s);
}

TEST(clerk_full, on_a_full_disk_the_right_staff_code_was_wrong_and_settings_and_receipts_failed)
{
    const char *dir = make_folder("full-staff");
    struct journal_visit v = fx_visit();
    struct journal_receipt r;
    char code[STAFF_DIGITS + 1];
    uint8_t anchor[SEAL_HASH_BYTES];
    struct station s;
    struct ev_staff *ev;
    int64_t n_new;
    struct err err;

    sick_begin(dir);
    start(&s, dir, "sick");
    saved(&s, &v, true, "{}");
    CHECK(clerk_new_staff_code(s.clerk, code, &err));
    CHECK(clerk_export(s.clerk, take_first, &r, anchor, &err));
    sick.full = FULL;
    for (int i = 0; i < STAFF_TRIES + 1; i++) { /* not tried is not missed */
        if (fsio_exists(sick.reserve)) {
            CHECK(unlink(sick.reserve) == 0);
        }
        clerk_staff_try(s.clerk, code, ++s.ticket);
        ev = next_event(&s);
        CHECK_INT(ev->answer, STAFF_UNKNOWN);
        message_free(&ev->base);
    }
    sick.full = HAS_ROOM;
    for (int what = 0; what < 3; what++) {
        clerk_visit_over(s.clerk);
        CHECK(!stats_of(&s).is_full);
        sick.full = FULL_UNTIL_RESERVE_GOES;
        if (what == 0) {
            clerk_staff_try(s.clerk, code, ++s.ticket);
            ev = next_event(&s);
            CHECK_INT(ev->answer, STAFF_OPEN);
            message_free(&ev->base);
        } else if (what == 1) {
            CHECK(clerk_note_setting(s.clerk, "stick.log", "1795430520 good", &err));
        } else {
            CHECK(clerk_receive(s.clerk, &r, &n_new, &err));
            CHECK_INT(n_new, 1);
        }
        CHECK(stats_of(&s).is_full);
        sick.full = HAS_ROOM;
    }
    stop(&s);
}

TEST(clerk_full, proof_of_identity_an_append_repeated_after_a_full_disk_is_there_once)
{
    const char *dir = make_folder("again");
    struct journal_visit v = fx_visit();
    struct station s;
    char text[16], expected[512];
    size_t n = 0;

    sick_begin(dir);
    start(&s, dir, "sick");
    saved(&s, &v, true, "t0");
    n += (size_t)snprintf(expected, sizeof expected, "t0");
    CHECK(unlink(sick.reserve) == 0); /* given up long ago */
    for (int i = 1; i <= 20; i++) {
        struct outcome o;

        snprintf(text, sizeof text, "t%d", i);
        sick.full = FULL;
        for (int k = 0; k < i % 4; k++) {
            o = append(&s, &v, false, text);
            CHECK_INT(o.kind, EV_ROW_FAILED);
            CHECK_INT(o.err.code, ERR_NO_SPACE);
        }
        sick.full = HAS_ROOM;
        CHECK_INT(saved(&s, &v, false, text), i + 2); /* no number is used up by failing */
        n += (size_t)snprintf(expected + n, sizeof expected - n, " %s", text);
    }
    CHECK_STR(texts_of(&s, &v), expected);
    stop(&s);
    link_reserve(dir);
    start(&s, dir, NULL);
    CHECK_STR(texts_of(&s, &v), expected);
    export(&s);
    CHECK_INT(rows.n, 22);
    CHECK(fx_nonces_differ(&rows));
    stop(&s);
}

/* A hub that refused visits never counted a day, so that no receipted row was ever old enough to go, and no room came
 * back. */
static void refuse_until_rows_go(struct station *s)
{
    struct journal_receipt r;
    int64_t n_new;
    struct err err;

    export(s);
    r = (struct journal_receipt){
        .epoch = rows.row[rows.n - 1].epoch, .up_to_seq = rows.row[rows.n - 1].seq, .counter = 1};
    memcpy(r.hash, rows.row[rows.n - 1].hash, sizeof r.hash);
    CHECK(clerk_receive(s->clerk, &r, &n_new, &err));
    for (int day = 1; day <= JOURNAL_KEEP_DAYS + 1; day++) {
        struct journal_visit v = fx_visit();

        clock_set_wall(1795430520 + day * 86400LL);
        CHECK_INT(stats_of(s).journal.rows, day <= JOURNAL_KEEP_DAYS ? 201 : 0);
        CHECK_INT(append(s, &v, true, "refused").err.code, ERR_NO_SPACE);
    }
    CHECK_INT(stats_of(s).journal.rows, 0);
}

TEST(clerk_full, a_tmpfs_filled_to_its_last_block_still_saves_the_running_visit)
{
    const char *dir = test_path("tiny");
    struct journal_visit v = fx_visit(), later = fx_visit();
    struct station s;
    struct outcome o;
    struct err err;
    int fd;

    CHECK(mkdir(dir, 0700) == 0);
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", dir, "tmpfs", 0, "size=40m") != 0) {
        print_message("skipped: needs root to mount a small tmpfs\n");
        skip();
    }
    fx_keys();
    clock_go_virtual();
    CHECK(datafolder_create(dir, "tiny", "en", &fx_office, &fx_station, &err));
    start(&s, dir, NULL);
    saved(&s, &v, true, "a0");
    CHECK(reserve_is_there(dir));
    fd = open(datafolder_path(dir, "lessons"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    CHECK(posix_fallocate(fd, 0, fsio_free_bytes(dir)) == 0);
    CHECK_INT(fsio_free_bytes(dir), 0);
    for (int i = 1; i < 200; i++) {
        CHECK_INT(saved(&s, &v, false, "{\"answer\":1}"), i + 2);
    }
    CHECK(!reserve_is_there(dir));
    CHECK(stats_of(&s).is_full);
    o = append(&s, &later, true, "new visitor");
    CHECK_INT(o.kind, EV_ROW_FAILED);
    CHECK_INT(o.err.code, ERR_NO_SPACE);
    CHECK_HAS(o.err.text, "remove what is not needed");
    clerk_visit_over(s.clerk);
    CHECK(stats_of(&s).is_full);
    refuse_until_rows_go(&s);
    CHECK(ftruncate(fd, 0) == 0); /* staff made room */
    clerk_visit_over(s.clerk);
    CHECK(!stats_of(&s).is_full);
    saved(&s, &later, true, "new visitor");
    close(fd);
    stop(&s);
    CHECK(umount(dir) == 0);
}
