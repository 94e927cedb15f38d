/* test_visit: whole visits: answers receipted, back, not sure, idle, another language, lessons, tools and workshops
 * (THREATS T1, T5, T40, T41). Also run under the thread sanitizer. */
#include "unit/visit_fixture.h"

/* --- a visit from its first touch to its end */

TEST(visit, every_answer_page_and_quiz_is_a_row_and_counts_only_once_it_is_saved) /* T1 */
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    CHECK(!visit_is_open(s.visit) && !visit_question(s.visit) && !visit_result(s.visit));
    begin(&s);
    who = key_of_visit();
    CHECK(visit_is_open(s.visit));
    CHECK_INT(visit_place(s.visit), VISIT_AT_QUESTION);
    for (int n = 0; n < QUESTIONS; n++) {
        const struct visit_question *q = visit_question(s.visit);
        char id[TEXT_BYTES];

        CHECK(q && q->stem[0] && q->n_options >= 4 && q->chosen == -2);
        CHECK_INT(q->can_go_back, n > 0);
        snprintf(id, sizeof id, "%s", q->id);
        CHECK(visit_answer(s.visit, choice_for(q), 9000, &err));
        CHECK(visit_is_saving(s.visit));
        CHECK_STR(visit_question(s.visit)->id, id);   /* the question stays until the card has the answer */
        CHECK(!visit_answer(s.visit, 0, 9000, &err)); /* a second tap is no second answer */
        CHECK(!visit_back(s.visit, &err) && !visit_assess_stop(s.visit, &err));
        wait_for(&s, VISIT_SAVED);
        CHECK_INT(visit_is_saving(s.visit), n == QUESTIONS - 1); /* the result goes behind the last answer */
        CHECK(!visit_question(s.visit) || strcmp(visit_question(s.visit)->id, id) != 0);
    }
    CHECK(!visit_question(s.visit)); /* six items, all answered */
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->answered, 6);
    CHECK(!visit_assess_is_running(s.visit));
    open_lesson(&s);
    CHECK_INT(visit_lesson(s.visit)->n_pages, 3);
    CHECK_INT(visit_lesson(s.visit)->position, 1);
    for (int page = 0; page < 3; page++) {
        CHECK(visit_lesson_page(s.visit, page, &err));
        CHECK(visit_lesson_page(s.visit, page, &err)); /* shown again: no second row */
    }
    CHECK(!visit_lesson_page(s.visit, 3, &err));
    for (int i = 0; i < 3; i++) {
        quiz(&s, i ? 0 : VISIT_NOT_SURE);
        CHECK_INT(visit_lesson_is_done(s.visit, "shop-1"), i == 2);
        visit_quiz_next(s.visit);
    }
    CHECK(!visit_quiz(s.visit));
    visit_close(s.visit, VISIT_FINISHED);
    CHECK(!visit_is_open(s.visit));
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows),
              "open assess answer answer answer answer answer answer answer answer result lesson page page "
              "page quiz quiz quiz end");
    CHECK_HAS(rows, "\"how\":\"finished\"");
    free(rows);
    close_station(&s);
}

TEST(visit, not_sure_is_an_answer_like_any_other)
{
    struct station s;
    struct journal_visit who;
    char *rows;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    while (visit_question(s.visit)) {
        answer(&s, VISIT_NOT_SURE);
    }
    CHECK_INT(visit_result(s.visit)->answered, 6);
    for (int i = 0; i < visit_result(s.visit)->n_competences; i++) {
        CHECK(visit_result(s.visit)->competence[i].level <= 3);
    }
    rows = rows_of(&s, &who);
    CHECK_HAS(rows, "\"choice\":-1,\"right\":false");
    CHECK(!strstr(rows, "\"right\":true"));
    free(rows);
    close_station(&s);
}

TEST(visit, after_a_result_the_same_questions_go_on_until_none_is_left)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    CHECK(!visit_assess_more(s.visit, &err)); /* they are still running */
    answer_some(&s, 4);
    CHECK(!visit_result(s.visit)->can_go_on);
    CHECK(visit_assess_stop(s.visit, &err));
    wait_for(&s, VISIT_SAVED);
    CHECK(visit_result(s.visit)->can_go_on);
    CHECK(visit_assess_more(s.visit, &err));
    CHECK_INT(visit_place(s.visit), VISIT_AT_QUESTION);
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->answered, 6);
    CHECK(!visit_result(s.visit)->can_go_on); /* six items, all answered */
    CHECK(!visit_assess_more(s.visit, &err));
    rows = rows_of(&s, &who);
    CHECK_HAS(kinds(rows), "answer result more answer");
    CHECK_HAS(rows, "\"kind\":\"more\"");
    free(rows);
    close_station(&s);
}

TEST(visit, what_is_said_of_the_business_is_a_row_and_gone_with_the_visit)
{
    struct station s;
    struct journal_visit who;
    struct business said = {.trade = "stall", .people = BUSINESS_ALONE};
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    CHECK_STR(visit_trade(s.visit), "other");
    business_tap(&said, "sell-found", BUSINESS_YES);
    CHECK(visit_set_business(s.visit, &said, &err));
    who = key_of_visit();
    CHECK_STR(visit_trade(s.visit), "stall");
    CHECK_INT(visit_place(s.visit), VISIT_AT_BUSINESS);
    begin(&s);
    CHECK_STR(visit_trade(s.visit), "stall");
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_STR(visit_trade(s.visit), "other");
    CHECK_INT(visit_business(s.visit)->n_taps, 0);
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open business assess end");
    CHECK_HAS(rows, "\"trade\":\"stall\",\"people\":1,\"taps\":{\"sell-found\":2}");
    free(rows);
    close_station(&s);
}

TEST(visit, T41_a_tool_is_a_row_with_its_name_alone_once_a_visit)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char name[VISIT_ID_MAX + 1], *rows;

    fresh_station(&s);
    CHECK_STR(visit_tool(s.visit), "");
    CHECK(visit_tool_open(s.visit, "price", &err)); /* begins the visit */
    who = key_of_visit();
    CHECK_INT(visit_place(s.visit), VISIT_AT_TOOL);
    CHECK(visit_tool_open(s.visit, "cash", &err));
    CHECK(visit_tool_open(s.visit, "price", &err));
    CHECK_STR(visit_tool(s.visit), "price");
    memset(name, 'a', sizeof name);
    name[VISIT_ID_MAX - 1] = '\0';
    CHECK(visit_tool_open(s.visit, name, &err));
    name[VISIT_ID_MAX - 1] = 'a';
    name[VISIT_ID_MAX] = '\0';
    CHECK(!visit_tool_open(s.visit, name, &err));
    CHECK_INT(err.code, ERR_LIMIT);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_STR(visit_tool(s.visit), "");
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open tool tool tool end");
    CHECK_HAS(rows, "\"id\":\"price\"}\n");
    free(rows);
    CHECK(visit_tool_open(s.visit, "price", &err));
    who = key_of_visit();
    visit_close(s.visit, VISIT_FINISHED);
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open tool end"); /* another visit */
    free(rows);
    close_station(&s);
}

TEST(visit, right_answers_lead_higher_and_the_result_hangs_together)
{
    struct station s;
    const struct visit_result *r;

    fresh_station(&s);
    begin(&s);
    while (visit_question(s.visit)) {
        const struct visit_question *q = visit_question(s.visit);
        int pick = q->is_scale ? 3 : -1;

        for (int i = 0; i < q->n_options && pick < 0; i++) {
            pick = strncmp(q->option[i], "right", 5) ? -1 : i;
        }
        answer(&s, pick);
    }
    to_result(&s);
    r = visit_result(s.visit);
    CHECK_INT(r->n_competences, 6);
    for (int i = 0; i < 6; i++) {
        const struct visit_competence_result *c = &r->competence[i];

        CHECK(c->level >= 4 && c->lo <= c->level && c->level <= c->hi && c->hi <= 8);
        CHECK_INT(c->band, (c->level + 1) / 2);
        CHECK(c->is_asked);
    }
    CHECK(visit_area(s.visit, r->start_area));
    CHECK_INT(r->pathway.n, 1);
    CHECK_STR(r->pathway.step[0].lesson->id, "shop-1");
    CHECK(!r->is_careless);
    close_station(&s);
}

/* All questions answered alike, each wrong where it can be, after so long. */
static void result_after(struct station *s, int64_t ms, struct visit_result *out)
{
    struct err err = {0};

    fresh_station(s);
    begin(s);
    while (visit_question(s->visit)) {
        const struct visit_question *q = visit_question(s->visit);
        int pick = q->is_scale ? 3 : -1;

        for (int i = 0; i < q->n_options && pick < 0; i++) {
            pick = strncmp(q->option[i], "right", 5) ? i : -1;
        }
        CHECK(visit_answer(s->visit, pick, ms, &err));
        wait_for(s, VISIT_SAVED);
    }
    to_result(s);
    *out = *visit_result(s->visit);
    close_station(s);
}

TEST(visit, careless_answers_widen_the_ranges_and_leave_the_levels)
{
    struct station s;
    struct visit_result slow, hasty;
    int wider = 0;

    result_after(&s, 9000, &slow);
    result_after(&s, 300, &hasty);
    CHECK(!slow.is_careless && hasty.is_careless);
    for (int i = 0; i < slow.n_competences; i++) {
        const struct visit_competence_result *a = &slow.competence[i], *b = &hasty.competence[i];

        CHECK_INT(b->level, a->level);
        CHECK(b->lo <= a->lo && b->hi >= a->hi);
        wider += b->hi - b->lo > a->hi - a->lo;
    }
    CHECK(wider > 0);
}

TEST(visit, a_lesson_that_is_done_leaves_the_next_steps)
{
    struct station s;

    fresh_station(&s);
    begin(&s);
    to_result(&s);
    CHECK_INT(visit_result(s.visit)->pathway.n, 1);
    open_lesson(&s);
    for (int i = 0; i < 3; i++) {
        quiz(&s, 0);
        visit_quiz_next(s.visit);
    }
    CHECK_INT(visit_result(s.visit)->pathway.n, 0);
    close_station(&s);
}

TEST(visit, what_was_only_sat_through_was_printed_as_shown)
{
    for (int n_right = 1; n_right <= VISIT_SHOWN_RIGHT; n_right++) {
        struct station s;

        fresh_station(&s);
        begin(&s);
        open_lesson(&s);
        for (int i = 0; i < VISIT_SHOWN_OF; i++) {
            int right = visit_quiz(s.visit)->right;

            quiz(&s, i < n_right ? right : VISIT_NOT_SURE);
            visit_quiz_next(s.visit);
        }
        CHECK(visit_lesson_is_done(s.visit, "shop-1"));
        CHECK_INT(visit_lesson_is_shown(s.visit, "shop-1"), n_right == VISIT_SHOWN_RIGHT);
        close_station(&s);
    }
}

/* --- one competence asked again
 * ------------------------------------------------------------------------------------------------------------ */

TEST(visit, the_time_for_the_path_is_a_row_and_comes_back)
{
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK_INT(visit_time(s.visit), PATHWAY_HALF_HOUR);
    CHECK(visit_set_time(s.visit, PATHWAY_EVENING, &err));
    CHECK(!visit_set_time(s.visit, PATHWAY_TIMES, &err));
    CHECK_INT(visit_time(s.visit), PATHWAY_EVENING);
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_INT(visit_time(s.visit), PATHWAY_HALF_HOUR);
    close_station(&s);
}

TEST(visit, a_workshop_is_two_rows_with_no_vote_and_gone_with_the_visit)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char *rows;

    fresh_station(&s);
    CHECK(!visit_workshop_end(s.visit, 1, 1, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK(!visit_workshop_start(s.visit, "", 4, &err));
    CHECK(!visit_workshop_start(s.visit, "doors", 0, &err));
    CHECK(!visit_workshop_start(s.visit, "doors", VISIT_PEOPLE_MAX + 1, &err));
    CHECK(!visit_is_open(s.visit));
    CHECK(visit_workshop_start(s.visit, "doors", VISIT_PEOPLE_MAX, &err));
    who = key_of_visit();
    CHECK_STR(visit_workshop(s.visit), "doors");
    CHECK(!visit_workshop_start(s.visit, "windows", 4, &err));
    CHECK_INT(err.code, ERR_STATE);
    CHECK(visit_workshop_end(s.visit, 3, 31, &err));
    CHECK_STR(visit_workshop(s.visit), "");
    CHECK(visit_workshop_start(s.visit, "windows", 4, &err));
    visit_close(s.visit, VISIT_FINISHED);
    CHECK_STR(visit_workshop(s.visit), "");
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open workshop workshop-end workshop end");
    CHECK_HAS(rows, "\"id\":\"doors\",\"people\":60}");
    CHECK_HAS(rows, "\"id\":\"doors\",\"parts\":3,\"minutes\":31}");
    free(rows);
    close_station(&s);
}

TEST(visit, feedback_names_the_right_answer_to_who_was_not_sure)
{
    struct station s;
    const struct visit_quiz *q;
    struct err err = {0};
    int right;

    fresh_station(&s);
    open_lesson(&s);
    q = visit_quiz(s.visit);
    right = q->right;
    CHECK(!q->feedback && q->chosen == -2);
    quiz(&s, VISIT_NOT_SURE);
    q = visit_quiz(s.visit);
    CHECK(q->is_answered && !q->is_right && q->chosen == VISIT_NOT_SURE);
    CHECK_HAS(q->option[right], "right answer");
    CHECK(q->feedback && q->feedback[0]);
    CHECK(!visit_quiz_answer(s.visit, right, 1, &err)); /* once is enough */
    visit_quiz_next(s.visit);
    quiz(&s, visit_quiz(s.visit)->right);
    CHECK(visit_quiz(s.visit)->is_right);
    CHECK_INT(visit_quiz(s.visit)->chosen, visit_quiz(s.visit)->right);
    close_station(&s);
}

/* --- back */

TEST(visit, back_brings_the_question_before_with_what_was_chosen)
{
    struct station s;
    struct journal_visit who;
    struct err err = {0};
    char first[TEXT_BYTES], second[TEXT_BYTES], *rows;
    int chosen;

    fresh_station(&s);
    begin(&s);
    who = key_of_visit();
    CHECK(!visit_back(s.visit, &err)); /* nothing before the first */
    snprintf(first, sizeof first, "%s", visit_question(s.visit)->id);
    chosen = choice_for(visit_question(s.visit));
    answer(&s, chosen);
    snprintf(second, sizeof second, "%s", visit_question(s.visit)->id);
    back(&s);
    CHECK_STR(visit_question(s.visit)->id, first);
    CHECK_INT(visit_question(s.visit)->chosen, chosen);
    CHECK(!visit_question(s.visit)->can_go_back);
    answer(&s, chosen); /* confirmed: the way goes on as before */
    CHECK_STR(visit_question(s.visit)->id, second);
    rows = rows_of(&s, &who);
    CHECK_STR(kinds(rows), "open assess answer back answer");
    CHECK_HAS(rows, "\"undo\":"); /* facts are appended: the first answer stays, the next says whom it replaces */
    CHECK_HAS(rows, "\"replaces\":");
    free(rows);
    close_station(&s);
}

TEST(visit, back_all_the_way_and_forth_again_gives_the_same_result)
{
    struct station s;
    struct visit_result before;

    fresh_station(&s);
    begin(&s);
    answer_some(&s, QUESTIONS - 1); /* behind the last one stands the result */
    before = *visit_result(s.visit);
    for (int i = 0; i < QUESTIONS - 1; i++) {
        back(&s);
    }
    CHECK(!visit_question(s.visit)->can_go_back);
    CHECK(!visit_result(s.visit));
    for (int i = 0; i < QUESTIONS - 1; i++) {
        CHECK(visit_question(s.visit)->chosen != -2);
        answer(&s, visit_question(s.visit)->chosen);
    }
    CHECK_INT(visit_question(s.visit)->chosen, -2);
    for (int i = 0; i < before.n_competences; i++) {
        CHECK_INT(visit_result(s.visit)->competence[i].level, before.competence[i].level);
    }
    close_station(&s);
}

/* --- language */

TEST(visit, a_change_of_language_keeps_the_question_and_the_order_of_its_answers)
{
    struct station s;
    struct err err = {0};
    char id[TEXT_BYTES], last[TEXT_BYTES] = "";
    int n, number;

    fresh_station(&s);
    begin(&s);
    while (visit_question(s.visit)->is_scale) {
        answer_some(&s, 1);
    }
    snprintf(id, sizeof id, "%s", visit_question(s.visit)->id);
    n = visit_question(s.visit)->n_options;
    number = visit_question(s.visit)->number;
    for (int i = 0; i < n; i++) { /* "right answer 2": the number is the place in the source */
        const char *option = visit_question(s.visit)->option[i];

        last[i] = option[strlen(option) - 1];
    }
    CHECK(visit_set_language(s.visit, "it", &err));
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_question(s.visit)->id, id);
    CHECK_INT(visit_question(s.visit)->number, number);
    CHECK_HAS(visit_question(s.visit)->stem, "chiede");
    for (int i = 0; i < n; i++) {
        const char *option = visit_question(s.visit)->option[i];

        CHECK_HAS(option, "risposta");
        CHECK_INT(option[strlen(option) - 1], last[i]);
    }
    visit_close(s.visit, VISIT_FINISHED);
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_view(s.visit)->lang, "en"); /* the next visitor finds the hub's language */
    close_station(&s);
}

TEST(visit, a_language_nobody_wrote_falls_back_and_no_code_at_all_is_refused)
{
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    CHECK(visit_set_language(s.visit, "xx", &err));
    wait_for(&s, VISIT_VIEW_CHANGED);
    CHECK_STR(visit_area(s.visit, "D2")->plain, "Talking");
    CHECK(!visit_set_language(s.visit, "", &err) && err.code == ERR_USAGE);
    CHECK(!visit_set_language(s.visit, "a-language-too-long", &err) && err.code == ERR_USAGE);
    close_station(&s);
}

TEST(visit, an_open_lesson_was_read_from_freed_memory_between_two_languages)
{
    struct station s;
    struct err err = {0};

    fresh_station(&s);
    open_lesson(&s);
    CHECK_STR(visit_lesson(s.visit)->about->title, "The door");
    CHECK(visit_set_language(s.visit, "it", &err));
    wait_for(&s, VISIT_VIEW_CHANGED);
    if (visit_lesson(s.visit)) { /* pages are drawn here, before the new lesson is there */
        CHECK(visit_lesson(s.visit)->about->title[0]);
        CHECK(visit_lesson(s.visit)->module->title[0]);
    }
    wait_for(&s, VISIT_LESSON_READY);
    CHECK_STR(visit_lesson(s.visit)->about->title, "La porta");
    close_station(&s);
}

/* --- the end */

TEST(visit, T40_after_the_end_nothing_of_the_visit_can_be_asked_for)
{
    for (int how = VISIT_FINISHED; how <= VISIT_IDLE; how++) {
        struct station s;
        struct journal_visit who;
        struct err err = {0};
        char *rows;

        fresh_station(&s);
        begin(&s);
        who = key_of_visit();
        answer_some(&s, 3);
        open_lesson(&s);
        quiz(&s, 0);
        visit_close(s.visit, (enum visit_end)how);
        CHECK(!visit_is_open(s.visit) && !visit_is_saving(s.visit));
        CHECK(!visit_question(s.visit) && !visit_result(s.visit) && !visit_lesson(s.visit) && !visit_quiz(s.visit));
        CHECK(!visit_lesson_is_done(s.visit, "shop-1"));
        CHECK_INT(visit_place(s.visit), VISIT_AT_HOME);
        CHECK(!visit_answer(s.visit, 0, 1, &err) && !visit_back(s.visit, &err));
        CHECK(!fsio_exists(world_path("run/visit")));
        CHECK(!visit_try_resume(s.visit));
        rows = rows_of(&s, &who);
        CHECK_HAS(rows, how == VISIT_IDLE ? "\"how\":\"idle\"" : "\"how\":\"finished\"");
        free(rows);
        visit_close(s.visit, (enum visit_end)how); /* once more is nothing */
        close_station(&s);
    }
}

TEST(visit, the_next_visitor_has_another_key_and_other_questions_first)
{
    struct station s;
    struct journal_visit first, second;

    fresh_station(&s);
    begin(&s);
    first = key_of_visit();
    answer_some(&s, 2);
    visit_close(s.visit, VISIT_FINISHED);
    begin(&s);
    second = key_of_visit();
    CHECK(memcmp(first.id, second.id, sizeof first.id) != 0);
    CHECK(memcmp(first.key, second.key, sizeof first.key) != 0);
    CHECK_INT(visit_question(s.visit)->number, 1);
    CHECK(!visit_question(s.visit)->can_go_back);
    close_station(&s);
}

TEST(visit, T5_a_visit_there_is_no_room_for_never_began)
{
    struct station s;
    struct ev_row *ev = message_new(sizeof *ev, EV_ROW_FAILED, 1);

    fresh_station(&s);
    begin(&s);
    err_set(&ev->err, ERR_NO_SPACE, "the disk is full");
    CHECK_INT(visit_event(s.visit, &ev->base), VISIT_FAILED);
    CHECK_INT(visit_problem(s.visit)->code, ERR_NO_SPACE);
    CHECK(!visit_is_open(s.visit) && !visit_question(s.visit));
    CHECK(!fsio_exists(world_path("run/visit")));
    message_free(&ev->base);
    close_station(&s);
}
