/* test_reckoner: the station's side against the real micro2-compute; other children: tests/e2e/test_tools.py. */
#include "base/log.h"
#include "unit/test.h"
#include "workbench/compute.h"
#include "workbench/reckoner.h"
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { WAITS_MS = 20000 };

/* Under the thread sanitizer the child does not live: its filter ends the sanitizer's own thread. */
#if defined(__SANITIZE_THREAD__)
enum { HAS_CHILD = false };
#else
enum { HAS_CHILD = true };
#endif

static const char PROGRAM[] =
    "return {fields={{id='a', kind='money', start=1, min=0, max=9}},"
    " compute=function(v) return {{kind='figure', id='twice', unit='money', value=v.a * 2}} end}";

static struct ev_reckoned *reckoned(const char *program, const char *values, struct outbox *out)
{
    struct reckoner *r = NULL;
    struct err err = {0};
    struct pollfd fd = {.fd = outbox_fd(out), .events = POLLIN};

    log_to(-1);
    CHECK(reckoner_start(out, &r, &err));
    reckoner_ask(r, program, values, 7);
    CHECK(poll(&fd, 1, WAITS_MS) == 1);
    struct ev_reckoned *ev = (struct ev_reckoned *)outbox_take(out);
    CHECK(ev && ev->base.kind == EV_RECKONED && ev->base.ticket == 7);
    reckoner_close(r);
    return ev;
}

TEST(reckoner, fields_and_outputs_come_as_events)
{
    if (!HAS_CHILD) {
        skip();
    }
    struct outbox *out = outbox_new();
    struct ev_reckoned *ev = reckoned(PROGRAM, NULL, out);

    CHECK(ev->fields && !ev->outputs && ev->err.code == ERR_NONE);
    CHECK_STR(ev->fields->field[0].id, "a");
    message_free(&ev->base);
    ev = reckoned(PROGRAM, "{\"a\":2.1}", out);
    CHECK(ev->outputs && !ev->fields && ev->err.code == ERR_NONE);
    CHECK_NEAR(ev->outputs->out[0].value, 4.2, 1e-12);
    message_free(&ev->base);
    outbox_free(out);
}

TEST(reckoner, a_program_that_fails_is_an_error_and_nothing_else)
{
    static const char *const programs[] = {
        "while true do end",
        "return {compute=function() return os.execute('true') end}",
        "return {compute=function() return {{kind='figure', id='a', value=0/0}} end}",
        "return {compute=function() return {{kind='figure', id='A', value=1}} end}",
        "return {compute=function() return {{kind='figure', id='a', value=1, more=1}} end}",
        "",
    };
    struct outbox *out = outbox_new();

    for (size_t i = 0; i < M2_COUNT(programs); i++) {
        struct ev_reckoned *ev = reckoned(programs[i], "{}", out);

        CHECK(!ev->outputs && !ev->fields && ev->err.code != ERR_NONE);
        message_free(&ev->base);
    }
    outbox_free(out);
}

/* What is asked of a child, one after the other; the answer must hold the words. */
static void check_says(struct child *c, const char *program, const char *says)
{
    struct buf answer = {0};
    struct err err = {0};

    CHECK(reckon_ask(c, program, "{}", &answer, &err));
    CHECK_HAS(buf_text(&answer), says);
    buf_release(&answer);
}

TEST(reckoner, what_no_instruction_counts_ends_by_the_clock)
{
    if (!HAS_CHILD) {
        skip();
    }
    static const char *const programs[] = {
        "return {compute=function() return {(('a'):rep(40)):match(('a?'):rep(40) .. ('a'):rep(40))} end}",
        "return {compute=function() return {(('a'):rep(9999)):find(('.-'):rep(20) .. 'b')} end}",
        "return {compute=function() return {table.move({}, 1, math.maxinteger - 9, 2)} end}",
        "return {compute=function() return {(''):rep(math.maxinteger)} end}",
    };

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < M2_COUNT(programs); i++) {
        struct child c = {0};

        check_says(&c, programs[i], "takes too long");
        CHECK(child_end(&c) != 0);
    }
}

TEST(reckoner, one_child_answers_many_questions_and_its_clock_begins_with_each)
{
    if (!HAS_CHILD) {
        skip();
    }
    static const char busy[] = "return {compute=function() for i = 1, 1900000 do end return {1} end}";
    struct child c = {0};
    pid_t pid = 0;

    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 40; i++) {
        check_says(&c, busy, "{\"outputs\":[1]}");
        CHECK(!pid || pid == c.pid);
        pid = c.pid;
    }
    check_says(&c, "return {compute=function() error('x') end}", "{\"error\":");
    check_says(&c, busy, "{\"outputs\":[1]}"); /* an error ends nothing */
    CHECK_INT(child_end(&c), -1);              /* killed: it waited for more */
}

TEST(reckoner, lines_that_are_no_question_are_answered_too)
{
    if (!HAS_CHILD) {
        skip();
    }
    static char much[COMPUTE_LINE_MAX + 2];
    struct child c = {0};
    struct err err = {0};
    char answer[256];

    signal(SIGPIPE, SIG_IGN);
    CHECK(child_spawn(&c, "micro2-compute", &err));
    memset(much, 'x', sizeof much);
    much[sizeof much - 1] = '\n';
    CHECK(write(c.to, much, sizeof much) == (ssize_t)sizeof much && write(c.to, "\n{}\n", 4) == 4);
    close(c.to);
    c.to = -1;
    size_t n = 0;
    for (ssize_t got; (got = read(c.from, answer + n, sizeof answer - 1 - n)) > 0;) {
        n += (size_t)got;
    }
    answer[n] = '\0';
    CHECK(!strncmp(answer, "{\"error\":\"compute: the line is too long\"}\n{\"error\":", 51));
    CHECK_INT(child_wait(&c), 0);
}
