/* The driver: commands in, answers out; every failure is an answer that says what to do. */
#include "base/clock.h"
#include "unit/test.h"
#include "unit/ui_fixture.h"
#include <sys/stat.h>

#include "base/banned.h"

static char answer[65536];

static const char *ask(struct fixture *f, const char *line)
{
    struct driver_host host = kit_driver(f);
    struct buf b = {0};

    driver_line(&host, line, strlen(line), &b);
    snprintf(answer, sizeof answer, "%s", buf_text(&b));
    buf_release(&b);
    return answer;
}

static const char OK[] = "{\"ok\":true}\n";

TEST(driver, taps_by_role_and_name_by_key_and_by_place)
{
    struct fixture f;

    kit_open(&f, sample_question);
    CHECK_STR(ask(&f, "{\"tap\":{\"role\":\"radio\",\"name\":\"Ring the bank*\"}}"), OK);
    CHECK_INT(f.sample.picked, 2);
    CHECK_STR(ask(&f, "{\"tap\":{\"key\":\"options/3\"}}\n"), OK);
    CHECK_INT(f.sample.picked, 3);
    CHECK_STR(ask(&f, "{\"tap\":{\"key\":\"4\"}}"), OK);
    CHECK_INT(f.sample.picked, 4);
    struct ui_rect r = kit_node(&f, "options/1")->rect;
    char line[64];
    snprintf(line, sizeof line, "{\"tap\":[%d,%d]}", r.x + 9, r.y + 9);
    CHECK_STR(ask(&f, line), OK);
    CHECK_INT(f.sample.picked, 1);
    kit_close(&f);
}

TEST(driver, scrolls_to_what_is_scrolled_away_and_taps_it)
{
    struct fixture f;

    kit_open(&f, sample_board);
    CHECK_STR(ask(&f, "{\"tap\":{\"name\":\"Card number 20\"}}"), OK);
    CHECK_INT(f.act.arg, 119);
    kit_close(&f);
}

TEST(driver, presses_keys_and_types_what_has_a_key)
{
    struct fixture f;

    kit_open(&f, sample_tool);
    CHECK_STR(ask(&f, "{\"key\":\"Tab\"}"), OK);
    CHECK_STR(ask(&f, "{\"key\":\"Shift+Tab\"}"), OK);
    CHECK_STR(kit_focus(&f), "back");
    CHECK_STR(ask(&f, "{\"key\":\"Enter\"}"), OK);
    CHECK_INT(f.act.id, ACT_BACK);
    int n = f.n_acts;
    CHECK_STR(ask(&f, "{\"type\":\"4.2\"}"), OK);
    CHECK_INT(f.n_acts, n + 3);
    CHECK_INT(f.act.arg, '2');
    CHECK_HAS(ask(&f, "{\"type\":\"a\"}"), "no key for U+0061 on this screen");
    kit_close(&f);
}

TEST(driver, errors_are_answers_that_say_what_to_do)
{
    static const struct {
        const char *line, *part;
    } cases[] = {
        {"{\"tap\":{\"name\":\"Nowhere\"}}", "no node with name \\\"Nowhere\\\""},
        {"{\"tap\":{\"role\":\"radio\"}}", "5 nodes match; name one: radio \\\"Pay it"},
        {"{\"tap\":{\"key\":\"check\"}}", "is disabled"},
        {"{\"tap\":{\"key\":\"stem\"}}", "cannot be touched"},
        {"{\"tap\":{\"colour\":\"red\"}}", "colour"},
        {"{\"tap\":{\"name\":7}}", "'name' must be text"},
        {"{\"tap\":{}}", "must be an object with key, role, name or value"},
        {"{\"tap\":[1]}", "two whole numbers"},
        {"{\"tap\":[1,99999]}", "not on the panel"},
        {"{\"key\":\"Hyper\"}", "'Hyper' is no key"},
        {"{\"dance\":true}", "'dance' is not known; there are tap"},
        {"{\"tree\":true,\"said\":true}", "one command a line"},
        {"{\"said\":true,\"now\":true}", "'now' does not belong to 'said'"},
        {"{\"tree\":true,\"now\":1}", "now: must be true or false"},
        {"{\"advance_ms\":-1}", "must be a whole number"},
        {"{\"plug\":\"/x\"}", "plug: not possible in this program"},
        {"{\"pull\":true}", "pull: not possible"},
        {"{\"shot\":\"\"}", "must be a file name"},
        {"{\"shot\":\"/no/such/folder/a.png\"}", "/no/such/folder/a.png"},
        {"{\"wait\":{\"name\":\"Saved\"},\"ms\":-5}", "'ms' must be"},
        {"{\"wait\":{\"name\":\"Saved\"},\"ms\":5}", "waited in vain"},
        {"{}", "must be an object such as"},
        {"[]", "must be an object such as"},
        {"tap", "command"},
        {"", "command"},
    };
    struct fixture f;

    kit_open(&f, sample_question);
    for (size_t i = 0; i < M2_COUNT(cases); i++) {
        const char *said = ask(&f, cases[i].line);
        CHECK_HAS(said, "{\"ok\":false,\"error\":\"");
        CHECK_HAS(said, cases[i].part);
        CHECK_INT(said[strlen(said) - 1], '\n');
    }
    CHECK_INT(f.n_acts, 0);
    kit_close(&f);
}

TEST(driver, what_lies_under_a_dialog_is_an_error_that_says_so)
{
    struct fixture f;

    kit_open(&f, sample_question);
    f.sample.has_dialog = true;
    kit_settle(&f);
    CHECK_HAS(ask(&f, "{\"tap\":{\"key\":\"home\"}}"), "a dialog lies over it");
    CHECK_STR(ask(&f, "{\"tap\":{\"name\":\"I am still here\"}}"), OK);
    CHECK_INT(f.act.id, ACT_STAY);
    kit_close(&f);
}

TEST(driver, shows_the_tree_what_was_said_and_statistics)
{
    struct fixture f;

    kit_open(&f, sample_question);
    CHECK_HAS(ask(&f, "{\"tree\":true}"), "{\"ok\":true,\"tree\":{\"screen\":\"question\",");
    CHECK_HAS(ask(&f, "{\"stats\":true}"), "\"stats\":{\"builds\":");
    f.sample.is_done = true;
    const char *said = ask(&f, "{\"said\":true}");
    CHECK_HAS(said, "{\"ok\":true,\"said\":[\"Question. ");
    CHECK_HAS(said, ",\"That fits\"]}\n");
    kit_close(&f);
}

TEST(driver, waits_advances_shoots_and_quits)
{
    struct fixture f;
    char line[256];
    struct stat st;

    kit_open(&f, sample_question);
    CHECK_STR(ask(&f, "{\"wait\":{\"role\":\"heading\",\"name\":\"A text*\"},\"ms\":100}"), OK);
    CHECK_STR(ask(&f, "{\"ms\":100,\"wait\":{\"role\":\"radio\",\"name\":\"Ring*\",\"value\":\"off\"}}"), OK);
    int64_t before = clock_ms();
    CHECK_STR(ask(&f, "{\"advance_ms\":90000}"), OK);
    CHECK_INT(clock_ms(), before + 90000);
    snprintf(line, sizeof line, "{\"shot\":\"%s\"}", test_path("shot.png"));
    CHECK_STR(ask(&f, line), OK);
    CHECK(stat(test_path("shot.png"), &st) == 0 && st.st_size > 1000);
    CHECK_STR(ask(&f, "{\"quit\":true}"), OK);
    CHECK(f.wants_quit);
    kit_close(&f);
}

/* --- a worker that is not done */

static bool settle_never(void *self, struct err *err)
{
    (void)self;
    return err_set(err, ERR_BUSY, "not settled");
}

static void turn_once(void *self)
{
    kit_settle(self);
}

static const char *ask_busy(struct fixture *f, const char *line)
{
    struct driver_host host = kit_driver(f);
    struct buf b = {0};

    host.settle = settle_never;
    host.turn = turn_once;
    driver_line(&host, line, strlen(line), &b);
    snprintf(answer, sizeof answer, "%s", buf_text(&b));
    buf_release(&b);
    return answer;
}

TEST(driver, what_goes_on_for_minutes_could_not_be_looked_at)
{
    struct fixture f;
    char line[256];

    kit_open(&f, sample_question);
    CHECK_HAS(ask_busy(&f, "{\"tree\":true}"), "not settled");
    CHECK_HAS(ask_busy(&f, "{\"tree\":true,\"now\":true}"), "\"screen\":\"question\"");
    CHECK_STR(ask_busy(&f, "{\"tap\":{\"key\":\"options/3\"},\"now\":true}"), OK);
    CHECK_INT(f.sample.picked, 3);
    snprintf(line, sizeof line, "{\"shot\":\"%s\",\"now\":true}", test_path("now.png"));
    CHECK_STR(ask_busy(&f, line), OK);
    CHECK_HAS(ask_busy(&f, "{\"tree\":true,\"now\":false}"), "not settled");
    kit_close(&f);
}
