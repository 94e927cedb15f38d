/* test_visit_back: coming back another day, and what a kept place holds (THREATS T43, ACCESSIBILITY A53). */
#include "unit/visit_fixture.h"

/* --- coming back another day */

static struct token_dealt deal(struct station *s)
{
    struct err err = {0};

    CHECK(visit_token_deal(s->visit, &err));
    CHECK(visit_token(s->visit)->is_asking && !visit_token(s->visit)->is_kept);
    CHECK(!visit_token_deal(s->visit, &err)); /* one at a time */
    wait_for(s, VISIT_TOKEN);
    CHECK_INT(visit_token(s->visit)->news, VISIT_TOKEN_DEALT);
    CHECK(visit_token(s->visit)->is_kept);
    return visit_token(s->visit)->dealt;
}

static void come_back(struct station *s, const struct token_dealt *d, bool with_code)
{
    struct err err = {0};

    CHECK(with_code ? visit_token_code(s->visit, d->code, &err)
                    : visit_token_pictures(s->visit, d->picture, d->n, &err));
    wait_for(s, VISIT_TOKEN);
    CHECK_INT(visit_token(s->visit)->news, VISIT_TOKEN_TRIED);
}

static void finish(struct station *s)
{
    visit_close(s->visit, VISIT_FINISHED); /* in the hub's language: no view is asked for */
    CHECK(!visit_token(s->visit)->is_kept && !visit_token(s->visit)->dealt.n && !visit_token(s->visit)->dealt.code[0]);
}

TEST(visit_back, A53_who_stopped_half_way_goes_on_at_the_same_question_another_day)
{
    for (int with_code = 0; with_code < 2; with_code++) {
        struct station s;
        struct token_dealt d;
        struct visit_result before;
        struct journal_visit who;
        char next[TEXT_BYTES], *rows;
        struct err err = {0};

        fresh_station(&s);
        begin(&s);
        answer_some(&s, 2);
        d = deal(&s);
        answer_some(&s, 2); /* kept with each answer */
        snprintf(next, sizeof next, "%s", visit_question(s.visit)->id);
        before = *visit_result(s.visit);
        finish(&s);
        come_back(&s, &d, with_code);
        who = key_of_visit();
        CHECK_INT(visit_token(s.visit)->answer, TOKENS_OPEN);
        CHECK(visit_token(s.visit)->was_back && visit_assess_is_running(s.visit));
        CHECK_STR(visit_question(s.visit)->id, next);
        CHECK(!visit_question(s.visit)->can_go_back && !visit_back(s.visit, &err)); /* nothing points into other rows */
        CHECK_INT(visit_result(s.visit)->answered, before.answered);
        for (int i = 0; i < before.n_competences; i++) {
            CHECK_INT(visit_result(s.visit)->competence[i].level, before.competence[i].level);
            CHECK_INT(visit_result(s.visit)->competence[i].lo, before.competence[i].lo);
        }
        answer_some(&s, 1);
        CHECK(!visit_question(s.visit) || visit_question(s.visit)->can_go_back);
        rows = rows_of(&s, &who);
        CHECK_STR(kinds(rows), "open return answer"); /* and not what another visit's rows hold, too */
        CHECK(!strstr(rows, "seed\":0") && !strstr(rows, d.code));
        free(rows);
        to_result(&s);
        CHECK_INT(visit_result(s.visit)->answered, 6);
        finish(&s);
        come_back(&s, &d, with_code);
        CHECK(!visit_assess_is_running(s.visit));
        CHECK_INT(visit_result(s.visit)->answered, 6);
        close_station(&s);
    }
}

TEST(visit_back, lessons_done_and_the_page_of_the_open_one_come_back)
{
    struct station s;
    struct token_dealt d;
    struct err err = {0};

    fresh_station(&s);
    CHECK(visit_begin(s.visit, &err));
    d = deal(&s);
    open_lesson(&s);
    CHECK(visit_lesson_page(s.visit, 0, &err) && visit_lesson_page(s.visit, 1, &err));
    finish(&s);
    come_back(&s, &d, false);
    CHECK(visit_token(s.visit)->lesson);
    CHECK_STR(visit_token(s.visit)->lesson->id, "shop-1");
    CHECK_INT(visit_token(s.visit)->page, 1);
    CHECK(visit_token_go_on(s.visit, &err));
    wait_for(&s, VISIT_LESSON_READY);
    CHECK_INT(visit_lesson_last_page(s.visit), 1);
    while (visit_quiz(s.visit)) {
        quiz(&s, 0);
        visit_quiz_next(s.visit);
    }
    CHECK(visit_lesson_is_done(s.visit, "shop-1"));
    CHECK(!visit_token(s.visit)->lesson);
    finish(&s);
    come_back(&s, &d, true);
    CHECK(visit_lesson_is_done(s.visit, "shop-1") && !visit_token(s.visit)->lesson);
    CHECK(!visit_token_go_on(s.visit, &err));
    close_station(&s);
}

TEST(visit_back, T43_deleted_on_wish_nothing_comes_back_and_nothing_more_is_kept)
{
    struct station s;
    struct token_dealt d;
    struct err err = {0};

    fresh_station(&s);
    begin(&s);
    answer_some(&s, 3);
    CHECK(!visit_token_delete(s.visit, &err)); /* nothing is kept */
    d = deal(&s);
    CHECK(!visit_token_deal(s.visit, &err) && !visit_token_code(s.visit, d.code, &err)); /* it is kept already */
    CHECK(visit_token_delete(s.visit, &err));
    wait_for(&s, VISIT_TOKEN);
    CHECK_INT(visit_token(s.visit)->news, VISIT_TOKEN_DELETED);
    CHECK(!visit_token(s.visit)->is_kept && !visit_token(s.visit)->dealt.n);
    answer_some(&s, 1);
    finish(&s);
    come_back(&s, &d, true);
    CHECK_INT(visit_token(s.visit)->answer, TOKENS_WRONG);
    come_back(&s, &d, false);
    CHECK_INT(visit_token(s.visit)->answer, TOKENS_WRONG);
    CHECK(!visit_token(s.visit)->is_kept && !visit_result(s.visit));
    close_station(&s);
}

TEST(visit_back, who_answered_more_in_this_visit_than_what_comes_back_goes_on_with_it)
{
    struct station s;
    struct token_dealt d;
    int answered;
    struct err err = {0};

    fresh_station(&s);
    begin(&s);
    answer_some(&s, 1);
    d = deal(&s);
    finish(&s);
    begin(&s);
    answer_some(&s, 4);
    answered = visit_result(s.visit)->answered;
    come_back(&s, &d, false);
    CHECK_INT(visit_token(s.visit)->answer, TOKENS_OPEN);
    CHECK_INT(visit_result(s.visit)->answered, answered);
    CHECK(visit_question(s.visit)->can_go_back && visit_back(s.visit, &err));
    wait_for(&s, VISIT_SAVED);
    close_station(&s);
}

TEST(visit_back, one_answer_before_coming_back_replaced_the_whole_kept_assessment)
{
    struct station s;
    struct token_dealt d;
    struct visit_result kept;
    struct err err = {0};

    fresh_station(&s);
    begin(&s);
    to_result(&s);
    kept = *visit_result(s.visit);
    d = deal(&s);
    finish(&s);
    begin(&s); /* she tries a question, then remembers that she was here before */
    answer_some(&s, 1);
    for (int time = 0; time < 2; time++) {
        come_back(&s, &d, time);
        CHECK_INT(visit_token(s.visit)->answer, TOKENS_OPEN);
        CHECK(!visit_assess_is_running(s.visit) && !visit_question(s.visit));
        CHECK_INT(visit_result(s.visit)->answered, kept.answered);
        for (int i = 0; i < kept.n_competences; i++) {
            CHECK_INT(visit_result(s.visit)->competence[i].level, kept.competence[i].level);
        }
        CHECK(!visit_back(s.visit, &err));
        finish(&s);
    }
    close_station(&s);
}

/* Whatever she does with what came back, a crash finds the visit at home, and the pictures bring everything again. */
TEST(visit_back, T1_killed_among_more_questions_after_coming_back_it_stood_in_a_session_of_one_question)
{
    enum { MORE_ANSWERED, GONE_BACK, ASKED_AGAIN, HAD_ANSWERED, WAYS };

    for (int way = 0; way < WAYS; way++) {
        struct station s;
        struct token_dealt d;
        struct err err = {0};
        char code[16];
        int answered;

        rich_station(&s);
        snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
        d = deal(&s);
        finish(&s);
        if (way == HAD_ANSWERED) {
            begin(&s);
            answer_some(&s, 1);
        }
        come_back(&s, &d, false);
        if (way == ASKED_AGAIN) {
            CHECK(visit_retest_start(s.visit, code, &err));
            retest_best(&s, 1);
        } else {
            CHECK(visit_assess_more(s.visit, &err));
            answer_some(&s, way == GONE_BACK ? 2 : 1);
        }
        if (way == GONE_BACK) {
            back(&s);
        }
        answered = visit_result(s.visit)->answered;
        close_station(&s); /* the key file stays, as after a crash */
        open_station(&s, world_path("hub"), true);
        CHECK(visit_try_resume(s.visit));
        wait_for(&s, VISIT_RESUMED);
        CHECK_INT(visit_place(s.visit), VISIT_AT_HOME);
        CHECK(!visit_assess_is_running(s.visit) && !visit_question(s.visit) && !visit_result(s.visit));
        come_back(&s, &d, false);
        CHECK_INT(visit_result(s.visit)->answered, answered);
        close_station(&s);
    }
}

TEST(visit_back, what_was_asked_again_the_tools_used_and_the_time_were_lost_when_she_came_back)
{
    struct station s;
    struct token_dealt d;
    struct visit_result before;
    struct err err = {0};
    char code[16];
    bool can_retest;

    rich_station(&s);
    snprintf(code, sizeof code, "%s", to_early_result(&s, 4));
    d = deal(&s);
    CHECK(visit_retest_start(s.visit, code, &err));
    retest_best(&s, VISIT_RETEST_MAX);
    CHECK(visit_tool_open(s.visit, "safety", &err));
    CHECK(visit_set_time(s.visit, PATHWAY_EVENING, &err));
    before = *visit_result(s.visit);
    can_retest = visit_can_retest(s.visit, code);
    CHECK_INT(before.n_growth, 1);
    finish(&s);
    CHECK(!visit_tool_is_used(s.visit, "safety") && visit_time(s.visit) == PATHWAY_HALF_HOUR);
    for (int time = 0; time < 2; time++) { /* and kept again by the visit that brought it */
        const struct visit_result *r;

        come_back(&s, &d, time);
        r = visit_result(s.visit);
        CHECK_INT(r->n_growth, 1);
        CHECK_STR(r->growth[0].competence, code);
        CHECK_INT(r->growth[0].before, before.growth[0].before);
        CHECK_INT(r->growth[0].now, before.growth[0].now);
        for (int i = 0; i < before.n_competences; i++) {
            CHECK_INT(r->competence[i].level, before.competence[i].level);
            CHECK_INT(r->competence[i].lo, before.competence[i].lo);
        }
        CHECK_INT(visit_can_retest(s.visit, code), can_retest); /* not the same questions once more */
        CHECK(visit_tool_is_used(s.visit, "safety") && !visit_tool(s.visit)[0]);
        CHECK_INT(visit_time(s.visit), PATHWAY_EVENING);
        CHECK(visit_set_time(s.visit, PATHWAY_EVENING, &err));
        finish(&s);
    }
    CHECK(visit_set_time(s.visit, PATHWAY_SHORT, &err)); /* chosen in this visit: it is newer */
    come_back(&s, &d, false);
    CHECK_INT(visit_time(s.visit), PATHWAY_SHORT);
    close_station(&s);
}

/* The rows of a visit that went on with a token's answers begin in the middle: a crash must find a page all the same.
 */
TEST(visit_back, T1_killed_after_coming_back_it_goes_on_at_home)
{
    struct station s;
    struct token_dealt d;
    const char *hub = world_hub();

    open_station(&s, hub, true);
    begin(&s);
    answer_some(&s, 2);
    d = deal(&s);
    finish(&s);
    come_back(&s, &d, false);
    answer_some(&s, 2);
    close_station(&s); /* the key file stays, as after a crash */
    open_station(&s, hub, true);
    CHECK(visit_try_resume(s.visit));
    wait_for(&s, VISIT_RESUMED);
    CHECK_INT(visit_place(s.visit), VISIT_AT_HOME);
    CHECK(!visit_assess_is_running(s.visit) && !visit_result(s.visit));
    come_back(&s, &d, false);
    CHECK(visit_result(s.visit) != NULL); /* all four */
    close_station(&s);
}

static struct visit *long_visit(int n_answers, int n_done)
{
    struct visit *v = mem_alloc(sizeof *v);

    v->n_answered = n_answers;
    for (int i = 0; i < n_answers; i++) {
        snprintf(v->answered[i].item, VISIT_ID_MAX, "item-%d", i);
        snprintf(v->answered[i].question, VISIT_ID_MAX, "question-%d", i);
    }
    v->n_done = n_done;
    for (int i = 0; i < n_done; i++) {
        snprintf(v->done[i], VISIT_ID_MAX, "lesson-with-a-name-as-long-as-any-is-today-%d", i);
    }
    return v;
}

static void lengthen(char id[VISIT_ID_MAX])
{
    size_t n = strlen(id);

    CHECK(n + 1 < VISIT_ID_MAX);
    id[n] = 'x';
    id[n + 1] = '\0';
}

TEST(visit_back, a_profile_too_long_leaves_out_the_oldest_lessons_then_the_oldest_answers)
{
    struct buf text = {0};
    struct visit *v = long_visit(VISIT_THOROUGH * 3, VISIT_LESSONS_MAX), *back = mem_alloc(sizeof *back);
    bool is_short, has_assess;
    struct err err = {0};

    visit_profile_write(v, &text, &is_short); /* the longest that questions and lessons make today */
    CHECK(!is_short);
    free(v);
    v = long_visit(VISIT_QUESTIONS_MAX, 0);
    for (int i = 0; i < VISIT_QUESTIONS_MAX; i++) {
        v->answered[i].ms = 10000000000;
    }
    visit_profile_write(v, &text, &is_short);
    while (!is_short) { /* fill it to the brim, a byte each time */
        lengthen(v->answered[VISIT_QUESTIONS_MAX - 1 - (int)(text.len % 200)].item);
        visit_profile_write(v, &text, &is_short);
    }
    CHECK(text.len <= TOKENS_PROFILE_MAX);
    CHECK(visit_profile_read(back, buf_text(&text), &has_assess, &err));
    CHECK_INT(back->n_answered, VISIT_QUESTIONS_MAX - 1);
    CHECK_STR(back->answered[0].question, "question-1");
    CHECK_STR(back->answered[back->n_answered - 1].question, v->answered[VISIT_QUESTIONS_MAX - 1].question);
    v->n_done = 2;
    snprintf(v->done[0], VISIT_ID_MAX, "older");
    snprintf(v->done[1], VISIT_ID_MAX, "newer");
    v->n_answered = VISIT_QUESTIONS_MAX - 1;
    v->answered[0] = v->answered[VISIT_QUESTIONS_MAX - 1];
    visit_profile_write(v, &text, &is_short);
    while (!is_short) {
        lengthen(v->answered[1 + (int)(text.len % 200)].item);
        visit_profile_write(v, &text, &is_short);
    }
    CHECK(!strstr(buf_text(&text), "older") && strstr(buf_text(&text), "newer"));
    buf_release(&text);
    free(v);
    free(back);
}

/* A profile with so many of each list, an answer of a re-test for each of VISIT_RETEST_MAX and `more`. */
static void long_lists(struct buf *out, int n_retests, int n_answers, int n_tools)
{
    buf_clear(out);
    buf_str(out, "{\"format\":\"micro2-profile-1\",\"assess\":{\"answers\":[[\"i\",\"\",1,true,9]],\"retests\":[");
    for (int i = 0; i < n_retests; i++) {
        buf_fmt(out, "%s[\"c-%d\",8,%d,[", i ? "," : "", i, ASSESS_ANSWERS_MAX);
        for (int k = 0; k < n_answers; k++) {
            buf_fmt(out, "%s[\"i-%d-%d\",\"\",1,true,9]", k ? "," : "", i, k);
        }
        buf_str(out, "]]");
    }
    buf_str(out, "]},\"tools\":[");
    for (int i = 0; i < n_tools; i++) {
        buf_fmt(out, "%s\"tool-%d\"", i ? "," : "", i);
    }
    buf_str(out, "]}");
}

TEST(visit_back, a_profile_holds_16_retests_of_three_answers_and_32_tools_and_not_one_more)
{
    struct buf text = {0};

    for (int past = 0; past < 2; past++) {
        struct visit *v = mem_alloc(sizeof *v);
        bool has_assess;
        struct err err;

        long_lists(&text, VISIT_RETESTS_MAX + past, VISIT_RETEST_MAX + past, VISIT_TOOLS_MAX + past);
        CHECK(visit_profile_read(v, buf_text(&text), &has_assess, &err) && has_assess);
        CHECK_INT(v->n_retests, VISIT_RETESTS_MAX);
        CHECK_INT(v->retest[VISIT_RETESTS_MAX - 1].n_answers, VISIT_RETEST_MAX);
        CHECK_INT(v->n_tools, VISIT_TOOLS_MAX);
        CHECK_STR(v->tools[VISIT_TOOLS_MAX - 1], "tool-31");
        free(v);
    }
    buf_release(&text);
}

TEST(visit_back, a_retest_that_is_none_is_left_out_of_a_profile)
{
    static const char *const bad[] = {
        "7",
        "[\"\",3,2,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",0,2,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",9,2,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",3,-1,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",3,100,[[\"i\",\"\",1,true,9]]]",
        "[\"c\",3,2,[]]",
        "[\"c\",3,2,[[\"\",\"\",1,true,9]]]",
    };

    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        struct visit *v = mem_alloc(sizeof *v);
        char *text = mem_fmt("{\"format\":\"micro2-profile-1\",\"assess\":{\"answers\":[[\"i\",\"\",1,true,9]],"
                             "\"retests\":[%s,[\"good\",3,2,[[\"i\",\"\",1,true,9]]]]}}",
                             bad[i]);
        bool has_assess;
        struct err err;

        CHECK(visit_profile_read(v, text, &has_assess, &err) && has_assess);
        CHECK_INT(v->n_retests, 1);
        CHECK_STR(v->retest[0].competence, "good");
        free(text);
        free(v);
    }
}

TEST(visit_back, a_full_list_of_retests_and_tools_with_the_longest_names_still_leaves_room_for_answers)
{
    struct buf text = {0};
    struct visit *v = long_visit(VISIT_QUESTIONS_MAX, VISIT_LESSONS_MAX), *back = mem_alloc(sizeof *back);
    bool is_short, has_assess;
    struct err err;

    v->n_retests = VISIT_RETESTS_MAX;
    for (int i = 0; i < VISIT_RETESTS_MAX; i++) {
        struct visit_retest *r = &v->retest[i];

        r->is_done = true;
        r->before = ASSESS_LEVELS;
        r->n_before = ASSESS_ANSWERS_MAX;
        r->n_answers = VISIT_RETEST_MAX;
        memset(r->competence, 'c', ASSESS_ID_MAX - 1);
        for (int k = 0; k < VISIT_RETEST_MAX; k++) {
            memset(r->answer[k].item, 'i', ASSESS_ID_MAX - 1);
            memset(r->answer[k].question, 'q', VISIT_ID_MAX - 1);
            r->answer[k].ms = 10000000000;
        }
    }
    v->n_tools = VISIT_TOOLS_MAX;
    for (int i = 0; i < VISIT_TOOLS_MAX; i++) {
        memset(v->tools[i], 't', VISIT_ID_MAX - 1);
        v->tools[i][0] = (char)('A' + i);
    }
    visit_profile_write(v, &text, &is_short);
    CHECK(is_short && text.len <= TOKENS_PROFILE_MAX);
    CHECK(visit_profile_read(back, buf_text(&text), &has_assess, &err) && has_assess);
    CHECK_INT(back->n_retests, VISIT_RETESTS_MAX);
    CHECK_INT(back->n_tools, VISIT_TOOLS_MAX);
    CHECK(back->n_answered > 12);
    /* The answers before a re-test are as many fewer as were left out. */
    CHECK_INT(back->retest[0].n_before, back->n_answered > VISIT_QUESTIONS_MAX - ASSESS_ANSWERS_MAX
                                            ? ASSESS_ANSWERS_MAX - (VISIT_QUESTIONS_MAX - back->n_answered)
                                            : 0);
    buf_release(&text);
    free(v);
    free(back);
}

TEST(visit_back, a_profile_of_a_newer_program_is_refused_and_its_unknown_fields_are_passed_over)
{
    static const char *const bad[] = {"", "[]", "{}", "{\"format\":\"micro2-profile-2\"}", "{\"format\":1}"};
    struct visit *v = mem_alloc(sizeof *v);
    bool has_assess;
    struct err err;

    for (size_t i = 0; i < M2_COUNT(bad); i++) {
        CHECK(!visit_profile_read(v, bad[i], &has_assess, &err));
    }
    CHECK(visit_profile_read(
        v,
        "{\"format\":\"micro2-profile-1\",\"lang\":\"en\",\"trade\":\"bakery\",\"assess\":{\"seed\":4,"
        "\"length\":100,\"running\":true,\"answers\":[[\"i\",\"q\",1,true,9],[\"i\",\"q\",99,true,9],"
        "7,[\"i\",\"q\",1,true,-1],[\"i\",\"\",1,true,9]]},\"done\":[3,\"a\"],\"lesson\":{\"id\":\"b\"}}",
        &has_assess, &err));
    CHECK_INT(v->n_answered, 2);
    CHECK_STR(v->answered[1].question, "i");
    CHECK_INT(v->length, VISIT_USUAL);
    CHECK_STR(v->left_lesson, "b");
    CHECK_INT(v->left_page, -1);
    free(v);
}
