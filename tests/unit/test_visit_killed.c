/* test_visit_killed: killed at any moment and gone on with at the same place; nothing in clear (THREATS T1, T38, T39,
 * T40, ACCESSIBILITY A51). */
#include "unit/visit_fixture.h"
#include <dirent.h>

/* The station after it: the same folder, and the interrupted visit resumed. */
static void go_on(struct station *s)
{
    open_station(s, world_path("hub"), true);
    CHECK(visit_try_resume(s->visit));
    wait_for(s, VISIT_RESUMED);
}

static void check_same(const struct station *s, const struct seen *before)
{
    struct seen now;

    look(s, &now);
    CHECK_INT(now.place, before->place);
    CHECK_STR(now.lang, before->lang);
    CHECK_STR(now.id, before->id);
    CHECK_INT(now.number, before->number);
    CHECK_INT(now.chosen, before->chosen);
    CHECK_INT(now.can_go_back, before->can_go_back);
    for (int i = 0; i < 4; i++) {
        CHECK_STR(now.option[i], before->option[i]);
    }
    CHECK_INT(now.lesson_page, before->lesson_page);
    CHECK_STR(now.quiz_id, before->quiz_id);
    CHECK_INT(now.quiz_number, before->quiz_number);
}

static void way_answers(struct station *s, int n)
{
    begin(s);
    clerk_stats(s->clerk, ROWS_TICKET); /* its answer comes behind the first rows: the visit is on the card */
    for (bool is_there = false; !is_there;) {
        struct message *m = next_message(s);

        is_there = m->kind == EV_STATS;
        visit_event(s->visit, m);
        message_free(m);
    }
    answer_some(s, n);
}

TEST(visit_killed, T1_killed_after_any_answer_it_goes_on_at_the_same_question_to_the_same_result)
{
    struct station s;
    struct visit_result whole;
    int step = test_is_long() ? 1 : 3;

    fresh_station(&s);
    begin(&s);
    to_result(&s);
    whole = *visit_result(s.visit);
    close_station(&s);
    for (int n = 0; n < QUESTIONS; n += step) {
        struct seen seen;

        killed_after(way_answers, n, &seen);
        go_on(&s);
        check_same(&s, &seen);
        CHECK(visit_is_open(s.visit));
        to_result(&s);
        for (int i = 0; i < whole.n_competences; i++) {
            CHECK_INT(visit_result(s.visit)->competence[i].level, whole.competence[i].level);
            CHECK_INT(visit_result(s.visit)->competence[i].lo, whole.competence[i].lo);
            CHECK_INT(visit_result(s.visit)->competence[i].hi, whole.competence[i].hi);
        }
        close_station(&s);
    }
}

/* The last answer is on the card, and the visit has not heard of it. */
static void way_last_answer(struct station *s, int n)
{
    struct err err = {0};
    struct message *m;

    way_answers(s, n - 1);
    CHECK(visit_answer(s->visit, choice_for(visit_question(s->visit)), 9000, &err));
    do {
        m = next_message(s);
    } while (m->kind != EV_ROW_SAVED);
}

static void way_business(struct station *s, int n)
{
    struct business said = {.trade = "weaver", .people = BUSINESS_WITH_OTHERS};
    struct err err = {0};

    CHECK(visit_set_business(s->visit, &said, &err));
    way_answers(s, n);
    CHECK(visit_assess_stop(s->visit, &err));
    wait_for(s, VISIT_SAVED);
    CHECK(visit_assess_more(s->visit, &err));
    answer_some(s, 1);
}

TEST(visit_killed, T1_killed_among_the_questions_added_later_the_same_one_and_the_business_are_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_business, 3, &seen);
    go_on(&s);
    check_same(&s, &seen);
    CHECK_STR(visit_trade(s.visit), "weaver");
    CHECK_INT(visit_business(s.visit)->people, BUSINESS_WITH_OTHERS);
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->answered, 6);
    close_station(&s);
}

static void way_tool(struct station *s, int n)
{
    struct err err = {0};

    way_answers(s, n);
    CHECK(visit_tool_open(s->visit, "price", &err));
    answer_some(s, 1); /* behind it on the card */
    CHECK(visit_tool_open(s->visit, "price", &err));
}

TEST(visit_killed, T1_killed_at_a_tool_the_tool_is_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_tool, 1, &seen);
    go_on(&s);
    CHECK_STR(visit_tool(s.visit), "price");
    close_station(&s);
}

static void way_retest(struct station *s, int n)
{
    struct err err = {0};
    const char *code = to_early_result(s, 4);

    CHECK(visit_set_time(s->visit, PATHWAY_EVENING, &err));
    CHECK(visit_retest_start(s->visit, code, &err));
    retest_best(s, n);
}

TEST(visit_killed, T1_killed_while_a_competence_is_asked_again_it_goes_on_there_and_grows_the_same)
{
    for (int n = 1; n <= VISIT_RETEST_MAX; n++) {
        struct station s;
        struct seen seen;
        struct visit_growth g;

        killed_on(rich_hub(), way_retest, n, &seen);
        go_on(&s);
        check_same(&s, &seen);
        CHECK_INT(visit_time(s.visit), PATHWAY_EVENING);
        retest_best(&s, VISIT_RETEST_MAX);
        g = *visit_growth(s.visit);
        CHECK(g.now >= g.before);
        close_station(&s);
    }
}

TEST(visit_killed, T1_killed_between_the_last_answer_and_its_result_it_had_no_page_to_go_on_with)
{
    struct station s;
    struct journal_visit who;
    struct seen seen;
    char *rows;

    killed_after(way_last_answer, QUESTIONS, &seen);
    go_on(&s);
    CHECK_INT(visit_place(s.visit), VISIT_AT_RESULT);
    CHECK(visit_result(s.visit));
    who = key_of_visit();
    wait_for(&s, VISIT_SAVED);
    CHECK(!visit_assess_is_running(s.visit));
    rows = rows_of(&s, &who);
    CHECK_HAS(rows, "\"levels\"");
    free(rows);
    close_station(&s);
}

static void way_back(struct station *s, int n)
{
    way_answers(s, 4);
    for (int i = 0; i < n; i++) {
        back(s);
    }
}

TEST(visit_killed, T1_killed_after_going_back_the_same_question_and_choice_are_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_back, 2, &seen);
    CHECK(seen.chosen != -2 && seen.can_go_back);
    go_on(&s);
    check_same(&s, &seen);
    answer(&s, visit_question(s.visit)->chosen);
    CHECK(visit_question(s.visit)->chosen != -2); /* the other one gone back over is remembered too */
    close_station(&s);
}

static void way_italian(struct station *s, int n)
{
    struct err err = {0};

    way_answers(s, n);
    CHECK(visit_set_language(s->visit, "it", &err));
    wait_for(s, VISIT_VIEW_CHANGED);
    answer_some(s, 1);
}

TEST(visit_killed, T1_killed_after_a_change_of_language_it_goes_on_in_that_language)
{
    struct station s;
    struct seen seen;

    killed_after(way_italian, 1, &seen);
    CHECK_STR(seen.lang, "it");
    go_on(&s);
    check_same(&s, &seen);
    visit_close(s.visit, VISIT_FINISHED);
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_view(s.visit)->lang, "en");
    close_station(&s);
}

/* A lesson between two questions, as far as its second page; n quiz answers. */
static void way_lesson(struct station *s, int n)
{
    struct err err = {0};

    way_answers(s, 2);
    open_lesson(s);
    CHECK(visit_lesson_page(s->visit, 0, &err) && visit_lesson_page(s->visit, 1, &err));
    for (int i = 0; i < n; i++) {
        quiz(s, 0);
        visit_quiz_next(s->visit);
    }
    way_answers(s, 0); /* waits until the rows above are on the card, and begins the questions anew */
    open_lesson(s);
    CHECK(visit_lesson_page(s->visit, 0, &err) && visit_lesson_page(s->visit, 1, &err));
    for (int i = 0; i < n; i++) {
        quiz(s, 0);
        visit_quiz_next(s->visit);
    }
    clerk_stats(s->clerk, ROWS_TICKET);
    while (!clerk_is_idle(s->clerk)) {
        poll(NULL, 0, 1);
    }
}

TEST(visit_killed, T1_killed_in_a_lesson_between_two_questions_it_went_on_at_the_question)
{
    for (int n = 0; n <= 3; n += 3) {
        struct station s;
        struct seen seen;

        killed_after(way_lesson, n, &seen);
        CHECK_INT(seen.place, n ? VISIT_AT_QUIZ : VISIT_AT_LESSON);
        CHECK_INT(seen.lesson_page, 1);
        go_on(&s);
        wait_for(&s, VISIT_LESSON_READY);
        check_same(&s, &seen);
        CHECK_INT(visit_lesson_is_done(s.visit, "shop-1"), n == 3);
        close_station(&s);
    }
}

static void way_result(struct station *s, int n)
{
    way_answers(s, n);
    to_result(s);
}

TEST(visit_killed, T1_killed_at_the_result_the_result_is_there)
{
    struct station s;
    struct seen seen;

    killed_after(way_result, 5, &seen);
    CHECK_INT(seen.place, VISIT_AT_RESULT);
    go_on(&s);
    check_same(&s, &seen);
    CHECK(visit_result(s.visit) && !visit_assess_is_running(s.visit));
    close_station(&s);
}

TEST(visit_killed, T40_a_visitor_who_went_away_before_the_power_came_back_is_not_gone_on_with)
{
    struct station s;
    struct seen seen;

    killed_after(way_answers, 2, &seen);
    open_station(&s, world_path("hub"), true);
    clock_advance(VISIT_IDLE_MS + VISIT_LEAVE_MS + 1);
    CHECK(!visit_try_resume(s.visit));
    CHECK(!fsio_exists(world_path("run/visit")));
    CHECK(!visit_is_open(s.visit));
    close_station(&s);
}

static void way_slowly(struct station *s, int n)
{
    way_answers(s, n);
    visit_set_idle(s->visit, (int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME);
}

TEST(visit_killed, A51_who_asked_for_more_time_did_not_get_it_after_a_power_cut)
{
    struct station s;
    struct seen seen;

    killed_after(way_slowly, 2, &seen);
    clock_advance((int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME + VISIT_LEAVE_MS);
    go_on(&s);
    check_same(&s, &seen);
    CHECK_INT(visit_idle_ms(s.visit), (int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME);
    close_station(&s);
    killed_after(way_slowly, 2, &seen);
    open_station(&s, world_path("hub"), true);
    clock_advance((int64_t)VISIT_IDLE_MS * VISIT_MORE_TIME + VISIT_LEAVE_MS + 1);
    CHECK(!visit_try_resume(s.visit));
    close_station(&s);
}

static void way_key_alone(struct station *s, int n)
{
    struct visitkey k = {.touched_ms = clock_ms(), .lasts_ms = VISIT_IDLE_MS};
    struct err err = {0};

    (void)s;
    memset(&k.visit, n, sizeof k.visit);
    CHECK(visitkey_save(world_path("run"), &k, &err));
}

TEST(visit_killed, T1_killed_before_its_first_row_was_on_the_card_a_visit_is_none)
{
    struct station s;
    struct seen seen;
    struct message *m;

    killed_after(way_key_alone, 7, &seen);
    open_station(&s, world_path("hub"), true);
    CHECK(visit_try_resume(s.visit));
    m = next_message(&s);
    CHECK_INT(m->kind, EV_VISIT_ROWS);
    CHECK_INT(visit_event(s.visit, m), VISIT_NOTHING);
    message_free(m);
    CHECK(!visit_is_open(s.visit));
    CHECK(!fsio_exists(world_path("run/visit")));
    begin(&s); /* the next one can begin */
    answer_some(&s, 1);
    close_station(&s);
}

TEST(visit_killed, without_a_run_folder_no_key_is_kept_and_nothing_is_gone_on_with)
{
    struct station s;

    open_station(&s, world_hub(), false);
    begin(&s);
    answer_some(&s, 1);
    CHECK(!fsio_exists(world_path("run/visit")));
    CHECK(!visit_try_resume(s.visit));
    visit_close(s.visit, VISIT_FINISHED);
    close_station(&s);
}

TEST(visit_killed, a_touch_moves_the_key_files_time_at_most_once_in_five_seconds)
{
    struct station s;
    struct visitkey before, after;

    fresh_station(&s);
    begin(&s);
    CHECK(visitkey_load(world_path("run"), &before));
    clock_advance(4999);
    visit_touch(s.visit);
    CHECK(visitkey_load(world_path("run"), &after));
    CHECK_INT(after.touched_ms, before.touched_ms);
    clock_advance(1);
    visit_touch(s.visit);
    CHECK(visitkey_load(world_path("run"), &after));
    CHECK_INT(after.touched_ms, before.touched_ms + 5000);
    close_station(&s);
}

/* --- nothing in clear */

/* True when a file of the folder (not below it) holds these bytes. */
static bool folder_holds(const char *dir, const void *bytes, size_t n)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    bool is_there = false;

    CHECK(d);
    while ((e = readdir(d))) {
        char path[600];
        struct buf file = {0};

        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (strcmp(e->d_name, "reserve") != 0 && fsio_size(path) >= 0) {
            CHECK(fsio_read(path, 64 << 20, &file, NULL));
            is_there |= memmem(buf_text(&file), file.len, bytes, n) != NULL;
        }
        buf_release(&file);
    }
    closedir(d);
    return is_there;
}

TEST(visit_killed, T38_T39_what_was_answered_lies_nowhere_in_clear_while_it_runs_and_after)
{
    static const char *const secrets[] = {"\"kind\"", "\"choice\"", "D2.2-km1", "E1.1-st1", "shop-1", "\"levels\""};
    struct station s;
    struct journal_visit who;
    char *rows;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    to_result(&s);
    open_lesson(&s);
    quiz(&s, 0);
    rows = rows_of(&s, &who);
    for (size_t i = 0; i < M2_COUNT(secrets); i++) {
        CHECK_HAS(rows, secrets[i]); /* it was said */
        CHECK(!folder_holds(world_path("hub"), secrets[i], strlen(secrets[i])));
        CHECK(!folder_holds(world_path("run"), secrets[i], strlen(secrets[i])));
    }
    CHECK(folder_holds(world_path("run"), who.key, sizeof who.key)); /* the scan finds what is there */
    CHECK(folder_holds(world_path("hub"), who.id, sizeof who.id));
    CHECK(!folder_holds(world_path("hub"), who.key, sizeof who.key));
    visit_close(s.visit, VISIT_FINISHED);
    close_station(&s);
    for (size_t i = 0; i < M2_COUNT(secrets); i++) {
        CHECK(!folder_holds(world_path("hub"), secrets[i], strlen(secrets[i])));
    }
    CHECK(!folder_holds(world_path("hub"), who.key, sizeof who.key));
    CHECK(!folder_holds(world_path("run"), who.key, sizeof who.key));
    free(rows);
}
