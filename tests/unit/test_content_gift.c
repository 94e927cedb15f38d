/* test_content_gift: questions are read, and every fault is told with its line. */
#include "content_gift.h"
#include "unit/test.h"

struct reading {
    struct arena arena;
    struct report report;
    struct gift gift;
};

static void read_gift(struct reading *r, const char *text)
{
    memset(r, 0, sizeof *r);
    gift_parse(text, strlen(text), "en.gift", &r->arena, &r->report, &r->gift);
}

static void release(struct reading *r)
{
    arena_release(&r->arena);
    report_release(&r->report);
}

TEST(gift, a_choice_with_escapes_comments_and_feedback_is_read)
{
    struct reading r;
    const struct gift_question *q;

    read_gift(&r, "// a comment\n"
                  "::a-1:: Price\\: 2 \\= two?\n  Second line. {\n"
                  "  =Yes \\{ok\\} #Right\\: well done.\n"
                  "// in between\n"
                  "  ~No \\# 1 #Not\n   yet.\n"
                  "  ~Per\\~haps \\\\ #Try.\n}\n"
                  "\n\n"
                  "::a-2:: I can. {}\n");
    CHECK_STR(buf_text(&r.report.text), "");
    CHECK_INT(r.gift.n_questions, 2);
    q = gift_find(&r.gift, "a-1");
    CHECK_STR(q->stem, "Price: 2 = two? Second line.");
    CHECK_INT(q->line, 2);
    CHECK_INT(q->n_answers, 3);
    CHECK_INT(gift_right(q), 0);
    CHECK_STR(q->answers[0].text, "Yes {ok}");
    CHECK_STR(q->answers[0].feedback, "Right: well done.");
    CHECK_STR(q->answers[1].text, "No # 1");
    CHECK_STR(q->answers[1].feedback, "Not yet.");
    CHECK_STR(q->answers[2].text, "Per~haps \\");
    CHECK_INT(gift_find(&r.gift, "a-2")->n_answers, 0);
    CHECK(!gift_find(&r.gift, "a-3"));
    release(&r);
}

TEST(gift, each_fault_is_told_with_its_line)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"\n\nWhat? {=a #b ~c #d}\n", "en.gift:3: a question without a title; begin it with '::ID::'"},
        {"::x\n:: What? {}\n", "en.gift:1: a title that does not end"},
        {"::a b:: What? {}\n", "en.gift:1: 'a b' is no id"},
        {"::x:: {}\n", "en.gift:1: question 'x' asks nothing"},
        {"::x:: What?\n", "en.gift:1: question 'x' has no answers"},
        {"::x:: [html]What? {}\n", "en.gift:1: a format mark"},
        {"::x:: What? {\n=a #b\n~c #d\n\n}\n", "en.gift:1: question 'x' is not closed; end its answers with '}'"},
        {"::x:: What? {\n=a #b\n~c\n}\n", "en.gift:3: answer 'c' has no feedback"},
        {"::x:: What? {\n=a #\n~c #d\n}\n", "the feedback of 'a' is empty"},
        {"::x:: What? {\n~a #b\n~c #d\n}\n", "en.gift:1: question 'x' has 0 right answers ('='); exactly one is due"},
        {"::x:: What? {\n=a #b\n=c #d\n}\n", "en.gift:1: question 'x' has 2 right answers"},
        {"::x:: What? {\n=a #b\n}\n", "en.gift:1: question 'x' has one answer"},
        {"::x:: What? {\n=a #b\n~a #d\n}\n", "en.gift:3: the answer 'a' is there twice"},
        {"::x:: What? {\n=a=b #b\n~c #d\n}\n", "en.gift:2: answer 'a' has no feedback"},
        {"::x:: What? {\n=a #b=c\n~c #d\n}\n", "en.gift:2: a '=' inside a text; write '\\='"},
        {"::x:: What? {\n=a #b\n~%50%c #d\n}\n", "en.gift:3: a weighted answer"},
        {"::x:: What? {\n=a -> b #b\n~c #d\n}\n", "en.gift:2: a matching question"},
        {"::x:: What? {\n=a #b\n~c #d\n####all\n}\n", "a '#' in a feedback"},
        {"::x:: What? {\n=a #b\n~c #d\n} more\n", "en.gift:4: text behind '}'"},
        {"::x:: What? {\n=a #b\n~ #d\n}\n", "en.gift:3: an empty answer"},
        {"::x:: What? {\nfree text\n}\n", "en.gift:2: an answer must begin with '=' (right) or '~' (wrong)"},
        {"::x:: What \\q? {}\n", "en.gift:1: a lone '\\'"},
        {"::x:: One {}\n\n::x:: Two {}\n", "en.gift:3: question 'x' is there already, on line 1"},
        {"::x:: a\r\n{}\n", "en.gift: not clean UTF-8 with LF line ends"},
        {"::x:: a\xff {}\n", "en.gift: not clean UTF-8"},
    };

    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        struct reading r;

        read_gift(&r, cases[i].text);
        if (!strstr(buf_text(&r.report.text), cases[i].says)) {
            print_error("%s -> %s   not %s\n", cases[i].text, buf_text(&r.report.text), cases[i].says);
            CHECK(false);
        }
        CHECK_INT(r.report.n_errors, 1);
        release(&r);
    }
}

TEST(gift, one_run_tells_all_faults_and_keeps_the_good_questions)
{
    struct reading r;

    read_gift(&r, "::a:: One {}\n\n::b:: Two {\n=x #y\n}\n\nThree {}\n\n::c:: Four {}\n");
    CHECK_INT(r.report.n_errors, 2);
    CHECK_HAS(r.report.text.data, "en.gift:3: question 'b' has one answer");
    CHECK_HAS(r.report.text.data, "en.gift:7: a question without a title");
    CHECK_INT(r.gift.n_questions, 2);
    release(&r);
}

TEST(gift, texts_and_answers_have_limits) /* R5 */
{
    struct buf text = {0};
    struct reading r;

    for (int over = 0; over < 2; over++) {
        buf_clear(&text);
        buf_str(&text, "::x:: ");
        for (int i = 0; i < GIFT_TEXT_MAX + over; i++) {
            buf_char(&text, 'a');
        }
        buf_str(&text, " {}\n");
        read_gift(&r, text.data);
        CHECK_INT(r.report.n_errors, over);
        release(&r);
        buf_clear(&text);
        buf_str(&text, "::x:: What? {\n=right #b\n");
        for (int i = 1; i < GIFT_ANSWERS_MAX + over; i++) {
            buf_fmt(&text, "~wrong %d #b\n", i);
        }
        buf_str(&text, "}\n");
        read_gift(&r, text.data);
        CHECK_INT(r.report.n_errors, over);
        release(&r);
    }
    buf_release(&text);
}

static int errors_of(const struct buf *text)
{
    struct reading r;
    int n;

    read_gift(&r, buf_text(text));
    n = r.report.n_errors;
    release(&r);
    return n;
}

TEST(gift, ids_questions_and_files_have_limits) /* R5 */
{
    for (int over = 0; over < 2; over++) {
        struct buf id = {0}, many = {0}, large = {0};

        buf_str(&id, "::");
        for (int i = 0; i < GIFT_ID_MAX + over; i++) {
            buf_char(&id, 'a');
        }
        buf_str(&id, ":: x {}\n");
        CHECK_INT(errors_of(&id), over);
        for (int i = 0; i < GIFT_QUESTIONS_MAX + over; i++) {
            buf_fmt(&many, "::q%d:: x {}\n\n", i);
        }
        CHECK_INT(errors_of(&many), over);
        while (large.len < GIFT_MAX_BYTES + (size_t)over) {
            buf_char(&large, '\n');
        }
        CHECK_INT(errors_of(&large), over);
        buf_release(&id);
        buf_release(&many);
        buf_release(&large);
    }
}
