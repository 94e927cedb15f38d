/* test_assess_protocol: the engine behind JSON lines: golden sessions over the wire, and bad lines that change nothing.
 */
#include "base/fsio.h"
#include "base/json.h"
#include "base/rng.h"
#include "learn/assess.h"
#include "learn/assess_protocol.h"
#include "unit/test.h"
#include <math.h>

static const double TOLERANCE = 1e-6;

static struct json *golden;
static char bank_path[600];

/* The bank of the golden file with its model inside, as a pack's would be: one file for all tests. */
static const char *bank_file(void)
{
    struct buf text = {0}, part = {0}, bank = {0};
    struct json_out w = {.buf = &bank};
    struct err err = {0};

    if (golden) {
        return bank_path;
    }
    CHECK(fsio_read(M2_TEST_DATA "/assess/golden-vectors.json", 1 << 20, &text, &err));
    golden = json_parse(text.data, text.len, "golden-vectors.json", &err);
    CHECK(golden);
    json_begin(&w, NULL, '{');
    for (int i = 0; i < json_count(json_get(golden, "bank")); i++) {
        buf_clear(&part);
        json_write(json_value_at(json_get(golden, "bank"), i), &part);
        json_put_raw(&w, json_key_at(json_get(golden, "bank"), i), part.data);
    }
    buf_clear(&part);
    json_write(json_get(golden, "model"), &part);
    json_put_raw(&w, "model", part.data);
    json_end(&w, '}');
    snprintf(bank_path, sizeof bank_path, "%s", test_path("bank.json"));
    CHECK(fsio_replace(bank_path, bank.data, bank.len, 0600, &err));
    buf_release(&text);
    buf_release(&part);
    buf_release(&bank);
    return bank_path;
}

__attribute__((destructor)) static void golden_release(void)
{
    json_free(golden);
}

static struct buf answer_text;
static struct json *answer;

__attribute__((destructor)) static void answer_release(void)
{
    json_free(answer);
    buf_release(&answer_text);
}

/* The answer to one line, parsed; borrowed until the next. An answer is one JSON object on one line, whatever was
 * asked. */
static const struct json *ask(struct assess_protocol *p, const char *line)
{
    struct err err = {0};

    CHECK(assess_protocol_line(p, line, strlen(line), &answer_text));
    CHECK(!strchr(buf_text(&answer_text), '\n'));
    json_free(answer);
    answer = json_parse(buf_text(&answer_text), answer_text.len, "answer", &err);
    CHECK(answer && json_kind(answer) == KIND_OBJECT);
    return answer;
}

static void check_ok(struct assess_protocol *p, const char *line)
{
    if (!json_bool(json_get(ask(p, line), "ok"), false)) {
        fail_msg("%s\n   was answered by %s", line, buf_text(&answer_text));
    }
}

static void check_error(struct assess_protocol *p, const char *line, const char *words)
{
    const char *text = json_str(json_get(ask(p, line), "error"), "");

    CHECK_INT(json_count(answer), 1);
    CHECK_HAS(text, words);
}

/* What "result" says, as text: the session's state, as far as anybody can see it. */
static char *result_text(struct assess_protocol *p)
{
    CHECK(json_get(ask(p, "{\"cmd\":\"result\"}"), "answered"));
    return mem_str(buf_text(&answer_text));
}

static struct assess_protocol *loaded(void)
{
    struct assess_protocol *p = assess_protocol_new();
    char *line = mem_fmt("{\"cmd\":\"load\",\"bank\":\"%s\",\"lang\":\"en\"}", bank_file());

    check_ok(p, line);
    CHECK_INT(json_int(json_get(answer, "items"), 0), json_count(json_get(json_get(golden, "bank"), "items")));
    free(line);
    return p;
}

static struct assess_protocol *started(void)
{
    struct assess_protocol *p = loaded();

    check_ok(p, "{\"cmd\":\"start\",\"seed\":0,\"max_items\":12}");
    return p;
}

/* Answers the item that is next with score 0; its id in id. */
static void answer_next(struct assess_protocol *p, char id[ASSESS_ID_MAX])
{
    char *line;

    snprintf(id, ASSESS_ID_MAX, "%s", json_str(json_get(ask(p, "{\"cmd\":\"next\"}"), "item"), ""));
    line = mem_fmt("{\"cmd\":\"answer\",\"item\":\"%s\",\"response\":0,\"ms\":9000}", id);
    check_ok(p, line);
    free(line);
}

static double at(const struct json *list, int i)
{
    return json_num(json_at(list, i), NAN);
}

static void play(struct assess_protocol *p, const struct json *session)
{
    const struct json *steps = json_get(session, "steps"), *competences;
    struct buf start = {0};
    struct json_out w = {.buf = &start};
    struct buf weights = {0};

    json_write(json_get(session, "weights"), &weights);
    json_begin(&w, NULL, '{');
    json_put_str(&w, "cmd", "start");
    json_put_int(&w, "seed", json_int(json_get(session, "seed"), 0));
    json_put_int(&w, "max_items", json_int(json_get(session, "max_items"), 0));
    json_put_raw(&w, "weights", weights.data);
    json_end(&w, '}');
    check_ok(p, start.data);
    for (int i = 0; i < json_count(steps); i++) {
        const struct json *step = json_at(steps, i);
        const char *item = json_str(json_at(step, 0), "");
        char *line = mem_fmt("{\"cmd\":\"answer\",\"item\":\"%s\",\"response\":%d,\"ms\":%d}", item, (int)at(step, 1),
                             (int)at(step, 2));

        CHECK_STR(json_str(json_get(ask(p, "{\"cmd\":\"next\"}"), "item"), ""), item);
        check_ok(p, line);
        free(line);
    }
    ask(p, "{\"cmd\":\"next\"}");
    CHECK_STR(buf_text(&answer_text), "{\"item\":null}");
    competences = json_get(ask(p, "{\"cmd\":\"result\"}"), "competences");
    CHECK_INT(json_int(json_get(answer, "answered"), 0), json_count(steps));
    for (int i = 0; i < json_count(competences); i++) {
        const struct json *c = json_at(competences, i);

        CHECK_NEAR(json_num(json_get(c, "mean"), NAN), at(json_get(session, "mean"), i), TOLERANCE);
        CHECK_NEAR(json_num(json_get(c, "sd"), NAN), at(json_get(session, "sd"), i), TOLERANCE);
        CHECK_INT(json_int(json_get(c, "level"), 0), (int)at(json_get(session, "level"), i));
        CHECK_INT(json_int(json_get(c, "band"), 0), ((int)at(json_get(session, "level"), i) + 1) / 2);
        CHECK_INT(json_int(json_get(c, "lo"), 0), (int)at(json_get(session, "lo"), i));
        CHECK_INT(json_int(json_get(c, "hi"), 0), (int)at(json_get(session, "hi"), i));
    }
    CHECK_NEAR(json_num(json_get(json_get(answer, "overclaim"), "mean"), NAN),
               at(json_get(session, "mean"), json_count(competences)), TOLERANCE);
    CHECK_NEAR(json_num(json_get(answer, "careless"), NAN), json_num(json_get(session, "careless"), 0), TOLERANCE);
    buf_release(&start);
    buf_release(&weights);
}

TEST(assess_protocol, golden_sessions_over_the_wire_end_at_the_golden_numbers)
{
    struct assess_protocol *p = loaded();

    for (int i = 0; i < json_count(json_get(golden, "sessions")); i++) {
        play(p, json_at(json_get(golden, "sessions"), i));
    }
    assess_protocol_free(p);
}

TEST(assess_protocol, next_twice_without_an_answer_gives_the_same_item)
{
    struct assess_protocol *p = loaded();
    char *first;

    check_ok(p, "{\"cmd\":\"start\",\"seed\":77,\"max_items\":24}");
    ask(p, "{\"cmd\":\"next\"}");
    first = mem_str(buf_text(&answer_text));
    for (int i = 0; i < 5; i++) {
        ask(p, "{\"cmd\":\"next\"}");
        CHECK_STR(buf_text(&answer_text), first);
    }
    free(first);
    assess_protocol_free(p);
}

TEST(assess_protocol, a_competence_of_weight_0_is_never_asked)
{
    struct assess_protocol *p = loaded();
    char id[ASSESS_ID_MAX];

    check_ok(p, "{\"cmd\":\"start\",\"seed\":3,\"max_items\":36,\"weights\":{\"E1.1\":0,\"D1.1\":3}}");
    for (int i = 0; i < 24; i++) {
        answer_next(p, id);
        CHECK(strncmp(id, "E1.1", 4) != 0);
    }
    assess_protocol_free(p);
}

TEST(assess_protocol, a_new_start_forgets_the_session_before)
{
    struct assess_protocol *p = started();
    char id[ASSESS_ID_MAX], *fresh = result_text(p), *again;

    answer_next(p, id);
    check_ok(p, "{\"cmd\":\"start\",\"seed\":0,\"max_items\":12}");
    again = result_text(p);
    CHECK_STR(again, fresh);
    free(fresh);
    free(again);
    assess_protocol_free(p);
}

TEST(assess_protocol, a_session_begins_with_start_and_start_with_load)
{
    struct assess_protocol *p = assess_protocol_new();

    check_error(p, "{\"cmd\":\"start\"}", "load a bank first");
    check_error(p, "{\"cmd\":\"next\"}", "start a session first");
    check_error(p, "{\"cmd\":\"answer\",\"item\":\"a\",\"response\":0}", "start a session first");
    check_error(p, "{\"cmd\":\"result\"}", "start a session first");
    assess_protocol_free(p);
    p = loaded();
    check_error(p, "{\"cmd\":\"next\"}", "start a session first");
    assess_protocol_free(p);
}

TEST(assess_protocol, bad_lines_are_answered_by_an_error_and_change_nothing)
{
    static const struct {
        const char *line, *words;
    } cases[] = {
        {"", "line"},
        {"nonsense", "line"},
        {"[]", "unknown command"},
        {"null", "unknown command"},
        {"{\"cmd\":7}", "unknown command"},
        {"{\"cmd\":\"dance\"}", "use load, start, next, answer, result or quit"},
        {"{\"cmd\":\"next\"} {\"cmd\":\"next\"}", "line"},
        {"{\"cmd\":\"next\",\"cmd\":\"quit\"}", "line"},
        {"{\"cmd\":\"load\"}", "'bank'"},
        {"{\"cmd\":\"load\",\"bank\":\"/nonexistent/bank.json\"}", "/nonexistent/bank.json"},
        {"{\"cmd\":\"start\",\"max_items\":0}", "'max_items' must be a whole number from 1 to 99"},
        {"{\"cmd\":\"start\",\"max_items\":100}", "'max_items' must be a whole number from 1 to 99"},
        {"{\"cmd\":\"start\",\"max_items\":\"24\"}", "'max_items' must be a whole number from 1 to 99"},
        {"{\"cmd\":\"start\",\"max_items\":24.5}", "'max_items' must be a whole number from 1 to 99"},
        {"{\"cmd\":\"start\",\"max_items\":null}", "'max_items' must be a whole number from 1 to 99"},
        {"{\"cmd\":\"start\",\"seed\":-1}", "'seed' must be a whole number from 0 to 9223372036854775807"},
        {"{\"cmd\":\"start\",\"seed\":\"7\"}", "'seed' must be a whole number"},
        {"{\"cmd\":\"start\",\"seed\":1.5}", "'seed' must be a whole number"},
        {"{\"cmd\":\"start\",\"seed\":true}", "'seed' must be a whole number"},
        {"{\"cmd\":\"start\",\"seed\":9223372036854775808}", "line"},
        {"{\"cmd\":\"start\",\"weights\":[1,2]}", "'weights' must be an object"},
        {"{\"cmd\":\"start\",\"weights\":3}", "'weights' must be an object"},
        {"{\"cmd\":\"start\",\"weights\":{\"D9.9\":1}}", "unknown competence"},
        {"{\"cmd\":\"start\",\"weights\":{\"D1.1\":-1}}", "negative"},
        {"{\"cmd\":\"start\",\"weights\":{\"D1.1\":\"much\"}}", "no number"},
        {"{\"cmd\":\"answer\"}", "'item'"},
        {"{\"cmd\":\"answer\",\"item\":\"D4.2-sr\"}", "'response'"},
        {"{\"cmd\":\"answer\",\"item\":\"D4.2-sr\",\"response\":4}", "'response'"},
        {"{\"cmd\":\"answer\",\"item\":\"D4.2-sr\",\"response\":-1}", "'response'"},
        {"{\"cmd\":\"answer\",\"item\":\"D4.2-km\",\"response\":2}", "score 2 is not possible"},
        {"{\"cmd\":\"answer\",\"item\":\"D9.9-km\",\"response\":0}", "unknown item"},
    };
    struct assess_protocol *p = started();
    char id[ASSESS_ID_MAX], *before, *after, *line;

    answer_next(p, id);
    before = result_text(p);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        check_error(p, cases[i].line, cases[i].words);
    }
    line = mem_fmt("{\"cmd\":\"answer\",\"item\":\"%s\",\"response\":0}", id);
    check_error(p, line, "answered before");
    after = result_text(p);
    CHECK_STR(after, before);
    free(line);
    free(before);
    free(after);
    assess_protocol_free(p);
}

TEST(assess_protocol, a_bank_that_is_refused_leaves_the_running_session)
{
    static const char bad[] = "{\"format\":\"assess-bank-1\",\"competences\":[],\"items\":[]}";
    struct assess_protocol *p = started();
    char id[ASSESS_ID_MAX], *before, *after, *line;
    struct err err = {0};

    answer_next(p, id);
    before = result_text(p);
    CHECK(fsio_replace(test_path("bad.json"), bad, sizeof bad - 1, 0600, &err));
    line = mem_fmt("{\"cmd\":\"load\",\"bank\":\"%s\"}", test_path("bad.json"));
    check_error(p, line, "no competences");
    after = result_text(p);
    CHECK_STR(after, before);
    free(line);
    free(before);
    free(after);
    assess_protocol_free(p);
}

TEST(assess_protocol, a_bank_cut_short_at_any_of_a_hundred_places_is_refused)
{
    struct assess_protocol *p = assess_protocol_new();
    struct buf bank = {0};
    struct err err = {0};
    char *line = mem_fmt("{\"cmd\":\"load\",\"bank\":\"%s\"}", test_path("cut.json"));

    CHECK(fsio_read(bank_file(), 1 << 20, &bank, &err));
    for (size_t i = 0; i < 100; i++) {
        CHECK(fsio_replace(test_path("cut.json"), bank.data, bank.len * i / 100, 0600, &err));
        check_error(p, line, "cut.json");
    }
    free(line);
    buf_release(&bank);
    assess_protocol_free(p);
}

TEST(assess_protocol, a_line_holds_64_KiB_and_not_one_byte_more)
{
    static char line[ASSESS_LINE_MAX + 1];
    struct assess_protocol *p = started();

    snprintf(line, sizeof line, "{\"cmd\":\"next\"%*s", ASSESS_LINE_MAX - 13, "}");
    CHECK(assess_protocol_line(p, line, ASSESS_LINE_MAX, &answer_text));
    CHECK_HAS(buf_text(&answer_text), "\"item\"");
    CHECK(assess_protocol_line(p, line, ASSESS_LINE_MAX + 1, &answer_text));
    CHECK_HAS(buf_text(&answer_text), "over 65536 bytes");
    assess_protocol_free(p);
}

TEST(assess_protocol, a_start_takes_99_items_and_the_highest_seed)
{
    struct assess_protocol *p = loaded();

    check_ok(p, "{\"cmd\":\"start\",\"seed\":9223372036854775807,\"max_items\":99}");
    check_ok(p, "{\"cmd\":\"start\",\"seed\":0,\"max_items\":1}");
    check_ok(p, "{\"cmd\":\"start\"}");
    assess_protocol_free(p);
}

TEST(assess_protocol, a_bank_is_a_file_of_4_MiB_and_not_one_byte_more)
{
    struct assess_protocol *p = assess_protocol_new();
    struct buf bank = {0}, large = {0};
    struct err err = {0};
    char *line = mem_fmt("{\"cmd\":\"load\",\"bank\":\"%s\"}", test_path("large.json"));

    CHECK(fsio_read(bank_file(), ASSESS_BANK_BYTES_MAX, &bank, &err));
    for (int more = 0; more <= 1; more++) {
        buf_clear(&large);
        buf_fmt(&large, "%*s", (int)(ASSESS_BANK_BYTES_MAX - bank.len) + more, "");
        buf_add(&large, bank.data, bank.len);
        CHECK(fsio_replace(test_path("large.json"), large.data, large.len, 0600, &err));
        if (more) {
            check_error(p, line, "large.json': longer than 4194304 bytes");
        } else {
            check_ok(p, line);
        }
    }
    free(line);
    buf_release(&bank);
    buf_release(&large);
    assess_protocol_free(p);
}

TEST(assess_protocol, a_NUL_inside_a_line_is_refused)
{
    static const char line[] = "{\"cmd\":\"next\"}\0{\"cmd\":\"next\"}";
    struct assess_protocol *p = started();

    CHECK(assess_protocol_line(p, line, sizeof line - 1, &answer_text));
    CHECK_HAS(buf_text(&answer_text), "error");
    assess_protocol_free(p);
}

TEST(assess_protocol, quit_ends_it)
{
    static const char line[] = "{\"cmd\":\"quit\"}";
    struct assess_protocol *p = assess_protocol_new();

    CHECK(!assess_protocol_line(p, line, sizeof line - 1, &answer_text));
    CHECK_STR(buf_text(&answer_text), "{\"ok\":true}");
    assess_protocol_free(p);
}

TEST(assess_protocol, lines_of_chance_never_give_a_number_that_is_none)
{
    static const char *const words[] = {
        "{\"cmd\":\"next\"}",
        "{\"cmd\":\"result\"}",
        "{\"cmd\":\"start\",\"seed\":5,\"max_items\":99}",
        "{\"cmd\":\"start\",\"weights\":{\"D1.1\":1e300}}",
        "{\"cmd\":\"start\",\"weights\":{\"D1.1\":1e-300,\"E1.1\":0}}",
        "{\"cmd\":\"answer\",\"item\":\"D1.1-sr\",\"response\":3,\"ms\":-9223372036854775808}",
        "{\"cmd\":\"answer\",\"item\":\"D1.1-km\",\"response\":1,\"ms\":9223372036854775807}",
        "{\"cmd\":\"answer\",\"item\":\"E1.1-sr\",\"response\":0,\"ms\":1}",
        "{\"cmd\":\"answer\",\"item\":\"E1.1-km\",\"response\":0}",
        "{\"cmd\":\"answer\",\"item\":\"D2.1-st\",\"response\":3}",
    };
    struct assess_protocol *p = started();
    struct rng r = {.state = 9};
    int rounds = test_is_long() ? 100000 : 300;

    for (int i = 0; i < rounds; i++) {
        const struct json *competences = json_get(ask(p, words[rng_below(&r, M2_COUNT(words))]), "competences");

        for (int c = 0; c < json_count(competences); c++) {
            CHECK(isfinite(json_num(json_get(json_at(competences, c), "mean"), NAN)));
            CHECK(json_num(json_get(json_at(competences, c), "sd"), NAN) > 0);
        }
    }
    assess_protocol_free(p);
}
