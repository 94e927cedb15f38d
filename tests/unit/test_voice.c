/* test_voice: the station's side against children that speak, die, hang, lie or are not there, and against the real
 * micro2-voice where it was built (THREATS T10, T48). Also run under the thread sanitizer. */
#include "base/log.h"
#include "device/voice.h"
#include "unit/test.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { WAITS_MS = 10000, QUIET_MS = 150 };

/* --- a child of our own */

static char beside[PATH_MAX]; /* "" = our real place, beside the real micro2-voice */

/* voice looks for its child beside /proc/self/exe: this takes the place of the system's readlink in this program. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the system's names are reserved ones */
ssize_t readlink(const char *restrict path, char *restrict out, size_t n)
{
    ssize_t len;

    if (!beside[0]) {
        return readlinkat(-1, path, out, n);
    }
    len = snprintf(out, n, "%s/test", beside);
    return len < (ssize_t)n ? len : -1;
}

/* From now on the child is this shell script, of this name's folder; NULL: there is none. */
static void child_is(const char *name, const char *script)
{
    char path[PATH_MAX + 16];
    FILE *f;

    snprintf(beside, sizeof beside, "%s", test_path(name));
    CHECK(mkdir(beside, 0700) == 0);
    if (!script) {
        return;
    }
    snprintf(path, sizeof path, "%s/micro2-voice", beside);
    f = fopen(path, "w");
    CHECK(f && fprintf(f, "#!/bin/sh\ncd '%s'\n%s", beside, script) > 0 && fclose(f) == 0);
    CHECK(chmod(path, 0700) == 0);
}

/* What a child is told: "say LANG RATE BYTES" and the text, in $head and $text; writes them down in the file "heard".
 */
#define HEAR                                                                                                           \
    "IFS= read -r head || exit 0; text=$(dd bs=1 count=${head##* } 2>/dev/null); echo \"$head|$text\" >> heard\n"

static const char *heard(void)
{
    static char text[4096];
    char path[PATH_MAX + 16];
    FILE *f;
    size_t n = 0;

    snprintf(path, sizeof path, "%s/heard", beside);
    f = fopen(path, "r");
    if (f) {
        n = fread(text, 1, sizeof text - 1, f);
        fclose(f);
    }
    text[n] = '\0';
    return text;
}

/* --- the station's side */

#define LOG_BEGIN "a test begins"

struct said {
    int n_sounds, n_words, n_ends, rate_hz;
    size_t n_samples;
    bool is_whole;
    int16_t first;
    int from, bytes;
    int64_t at_ms;
};

static struct outbox *out;
static struct voice *voice;

static void open_voice(void)
{
    struct err err = {0};

    log_to(-1);
    log_line(LOG_INFO, LOG_BEGIN);
    out = outbox_new();
    if (!voice_start(out, &voice, &err)) {
        fail_msg("%s", err.text);
    }
}

static void close_voice(void)
{
    voice_close(voice);
    outbox_free(out);
}

static struct message *next_event(int timeout_ms)
{
    struct pollfd p = {.fd = outbox_fd(out), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(out))) {
        if (poll(&p, 1, timeout_ms) <= 0) {
            return NULL;
        }
    }
    return m;
}

static void take(struct message *m, struct said *said)
{
    if (m->kind == EV_VOICE_SOUND) {
        const struct ev_voice_sound *ev = (const struct ev_voice_sound *)m;

        said->first = said->n_sounds++ ? said->first : ev->samples[0];
        said->n_samples += ev->n;
        said->rate_hz = ev->rate_hz;
    } else if (m->kind == EV_VOICE_WORD) {
        const struct ev_voice_word *ev = (const struct ev_voice_word *)m;

        said->n_words++;
        said->from = ev->from;
        said->bytes = ev->bytes;
        said->at_ms = ev->at_ms;
    } else {
        CHECK_INT(m->kind, EV_VOICE_END);
        said->n_ends++;
        said->is_whole = ((const struct ev_voice_end *)m)->is_whole;
    }
}

/* All events of this ticket up to its end. */
static struct said listen_to(uint64_t ticket)
{
    struct said said = {0};

    while (!said.n_ends) {
        struct message *m = next_event(WAITS_MS);

        CHECK(m);
        if (m->ticket == ticket) {
            take(m, &said);
        }
        message_free(m);
    }
    return said;
}

/* True when nothing comes for a while. */
static bool is_quiet(void)
{
    struct message *m = next_event(QUIET_MS);
    bool is_none = !m;

    message_free(m);
    return is_none;
}

static int64_t real_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Since open_voice. */
static bool log_has(const char *words)
{
    static char lines[LOG_RING_LINES][LOG_LINE_BYTES];
    int n = log_recent(lines, LOG_RING_LINES);

    for (int i = 0; i < n && !strstr(lines[i], LOG_BEGIN); i++) {
        if (strstr(lines[i], words)) {
            return true;
        }
    }
    return false;
}

/* The worker logs after it gave the sentence up. */
static void wait_for_log(const char *words)
{
    int64_t until = real_ms() + WAITS_MS;

    while (!log_has(words)) {
        CHECK(real_ms() < until);
        poll(NULL, 0, 5);
    }
}

TEST(voice, sound_words_and_end_come_as_events_with_the_says_ticket)
{
    struct said said;
    uint64_t ticket;

    child_is("speaks", "echo 'rate 22050'\n" HEAR "echo 'word 0 5 0'; echo 'pcm 4'; printf 'ab\\001\\000'; "
                       "echo 'word 6 5 320'; echo 'pcm 2'; printf 'cd'; echo end\n" HEAR "echo end; " HEAR);
    open_voice();
    ticket = voice_say(voice, "es-ES", "hello\nthere");
    CHECK_INT(voice_ticket(voice), ticket);
    said = listen_to(ticket);
    CHECK_INT(said.n_sounds, 2);
    CHECK_INT(said.n_samples, 3);
    CHECK_INT(said.first, 'a' | 'b' << 8);
    CHECK_INT(said.rate_hz, 22050);
    CHECK_INT(said.n_words, 2);
    CHECK_INT(said.from, 6);
    CHECK_INT(said.bytes, 5);
    CHECK_INT(said.at_ms, 320);
    CHECK(said.is_whole);
    said = listen_to(voice_say(voice, "en", "again"));
    CHECK(said.is_whole && said.n_sounds == 0);
    CHECK_STR(heard(), "say es-ES 150 11|hello\nthere\nsay en 150 5|again\n");
    close_voice();
}

TEST(voice, a_text_past_the_limit_is_cut_between_two_letters)
{
    static char text[VOICE_TEXT_MAX + 3];
    char head[64];

    for (size_t i = 0; i + 2 < sizeof text; i += 2) {
        text[i] = '\xC3'; /* two bytes each: the limit falls inside one */
        text[i + 1] = '\xA9';
    }
    child_is("long", "echo 'rate 22050'\nread -r head; echo \"$head\" > heard; echo end; cat > /dev/null\n");
    open_voice();
    listen_to(voice_say(voice, "fr", text));
    snprintf(head, sizeof head, "say fr 150 %d\n", VOICE_TEXT_MAX - 2);
    CHECK_STR(heard(), head);
    close_voice();
}

TEST(voice, stop_is_met_at_once_and_nothing_of_it_is_heard_after)
{
    struct said said;
    uint64_t ticket;

    child_is("stops",
             "echo 'rate 22050'\n" HEAR "echo 'pcm 2'; printf 'ab'\n"
             "read -r stop; echo \"$stop\" >> heard; echo 'word 3 4 5'; echo 'pcm 2'; printf 'cd'; echo end\n" HEAR);
    open_voice();
    ticket = voice_say(voice, "en", "a long story");
    message_free(next_event(WAITS_MS)); /* it speaks */
    voice_stop(voice);
    CHECK_INT(voice_ticket(voice), 0);
    said = listen_to(ticket);
    CHECK(!said.is_whole);
    CHECK_INT(said.n_sounds, 0);
    CHECK_INT(said.n_words, 0);
    CHECK_STR(heard(), "say en 150 12|a long story\nstop\n");
    close_voice();
}

TEST(voice, something_new_gives_up_what_is_being_said)
{
    uint64_t first, last;

    child_is("new", "echo 'rate 22050'\n" HEAR "echo 'pcm 2'; printf 'ab'\nread -r stop; echo end\n" HEAR
                    "echo 'pcm 2'; printf 'cd'; echo end\n" HEAR);
    open_voice();
    first = voice_say(voice, "en", "first");
    message_free(next_event(WAITS_MS));
    voice_say(voice, "en", "passed over"); /* never reaches the child */
    last = voice_say(voice, "en", "last");
    CHECK(!listen_to(first).is_whole);
    CHECK(listen_to(last).is_whole);
    CHECK_STR(heard(), "say en 150 5|first\nsay en 150 4|last\n");
    close_voice();
}

TEST(voice, a_child_that_is_missing_is_said_so)
{
    struct err err = {0};

    child_is("missing", NULL);
    out = outbox_new();
    CHECK(!voice_start(out, &voice, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "micro2-voice");
    outbox_free(out);
}

TEST(voice, a_child_that_does_not_say_its_rate_does_not_start)
{
    static const char *const scripts[] = {"exit 2\n", "echo hello\n", "echo 'rate 7999'\n", "echo 'rate 96001'\n"};

    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char name[16];
        struct err err = {0};

        snprintf(name, sizeof name, "rate%zu", i);
        child_is(name, scripts[i]);
        out = outbox_new();
        CHECK(!voice_start(out, &voice, &err));
        CHECK_INT(err.code, ERR_NOT_FOUND);
        CHECK_HAS(err.text, "does not start");
        outbox_free(out);
    }
}

TEST(voice, T10_a_child_that_dies_is_started_once_more_and_then_the_station_stays_silent)
{
    struct said said;

    child_is("dies", "echo 'rate 22050'\nif [ -e died ]; then " HEAR "echo 'pcm 2'; printf 'ab'; echo end; " HEAR
                     "exit 1; fi\n: > died; " HEAR "echo 'pcm 400'; printf 'abc'; kill -9 $$\n");
    open_voice();
    voice_say(voice, "en", "the first time");
    wait_for_log("the voice was started again");
    said = listen_to(voice_say(voice, "en", "the second time"));
    CHECK(said.is_whole && said.n_samples == 1);
    voice_say(voice, "en", "the third time");
    wait_for_log("the station stays silent");
    voice_say(voice, "en", "the fourth time");
    CHECK(is_quiet());
    CHECK_STR(heard(), "say en 150 14|the first time\nsay en 150 15|the second time\nsay en 150 14|the third time\n");
    close_voice();
}

TEST(voice, T48_no_word_of_what_is_said_goes_to_the_log)
{
    child_is("log", "echo 'rate 22050'\n" HEAR "exit 1\n");
    open_voice();
    voice_say(voice, "en", "pineapple");
    wait_for_log("the voice was started again");
    CHECK(!log_has("pineapple"));
    close_voice();
}

TEST(voice, T10_a_child_that_was_stopped_by_hand_held_up_the_end_of_the_station)
{
    int64_t began;

    child_is("frozen", "echo 'rate 22050'\n" HEAR "echo 'pcm 2'; printf 'ab'\nkill -STOP $$\n");
    open_voice();
    voice_say(voice, "en", "and then");
    message_free(next_event(WAITS_MS));
    began = real_ms();
    close_voice();
    CHECK(real_ms() - began < 3000);
}

TEST(voice, T10_a_child_that_stops_in_the_middle_of_a_sound_held_up_the_end_of_the_station)
{
    int64_t began;

    child_is("halfway", "trap '' TERM\necho 'rate 22050'\n" HEAR
                        "echo 'word 0 1 0'; echo 'pcm 4000'; printf 'ab'\nsleep 0.1; printf 'cd'; kill -STOP $$\n");
    open_voice();
    voice_say(voice, "en", "and then");
    message_free(next_event(WAITS_MS));
    began = real_ms();
    close_voice();
    CHECK(real_ms() - began < 3000);
}

TEST(voice, T10_a_child_that_does_not_hear_stop_is_replaced)
{
    struct said said;

    child_is("deaf", "trap '' TERM\necho 'rate 22050'\n[ -e deaf ] || { : > deaf; " HEAR
                     "echo 'pcm 2'; printf 'ab'; exec sleep 60; }\n" HEAR "echo end; " HEAR);
    open_voice();
    voice_say(voice, "en", "never ends");
    message_free(next_event(WAITS_MS));
    said = listen_to(voice_say(voice, "en", "next"));
    CHECK(said.is_whole);
    close_voice();
}

TEST(voice, frames_that_make_no_sense_end_the_child)
{
    static const char *const frames[] = {"echo 'pcm 3'; printf 'abc'; echo end", "echo 'pcm 262146'; exec sleep 60"};

    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        char name[16], script[512];

        snprintf(name, sizeof name, "frame%zu", i);
        snprintf(script, sizeof script,
                 "echo 'rate 22050'\n[ -e was ] || { : > was; " HEAR "%s\n}\n" HEAR "echo end; " HEAR, frames[i]);
        child_is(name, script);
        open_voice();
        voice_say(voice, "en", "nonsense");
        wait_for_log("the voice was started again");
        CHECK(listen_to(voice_say(voice, "en", "next")).is_whole);
        close_voice();
    }
}

TEST(voice, a_word_frame_too_long_or_without_numbers_is_passed_over)
{
    struct said said;

    child_is("words", "echo 'rate 22050'\n" HEAR "echo 'word 1 2'; echo 'word x y z'; echo 'bad unknown command'; "
                      "printf '%0300d\\n' 0; echo 'word 1 2 3'; echo end\n" HEAR);
    open_voice();
    said = listen_to(voice_say(voice, "en", "nonsense"));
    CHECK_INT(said.n_words, 1);
    CHECK(said.is_whole);
    close_voice();
}

/* --- the real one */

TEST(voice, the_real_micro2_voice_speaks_three_languages_and_stops)
{
    static const char *const lines[][2] = {{"en", "Good morning."}, {"it", "Perché no?"}, {"es", "Buenos días."}};
    char path[PATH_MAX + 16], *slash;
    struct said said;
    uint64_t ticket;
    ssize_t n;

    beside[0] = '\0';
    n = readlink("/proc/self/exe", path, PATH_MAX - 1);
    CHECK(n > 0);
    path[n] = '\0';
    slash = strrchr(path, '/');
    snprintf(slash + 1, 16, "micro2-voice");
    if (access(path, X_OK) != 0) {
        print_message("micro2-voice is not built here\n");
        skip();
    }
    open_voice();
    for (int i = 0; i < 3; i++) {
        said = listen_to(voice_say(voice, lines[i][0], lines[i][1]));
        CHECK(said.is_whole);
        CHECK(said.rate_hz >= 8000 && said.n_samples > (size_t)said.rate_hz / 4);
        CHECK_INT(said.n_words, 2);
        CHECK_INT(said.from, (int)(strchr(lines[i][1], ' ') + 1 - lines[i][1])); /* bytes, not letters */
    }
    CHECK_INT(said.bytes, (int)strlen("días"));
    ticket = voice_say(voice, "en",
                       "One, two, three, four, five, six, seven, eight, nine, ten, and so on, for as long as anybody "
                       "cares to listen, and then some more, until the sun goes down behind the hills.");
    message_free(next_event(WAITS_MS));
    voice_stop(voice);
    CHECK(!listen_to(ticket).is_whole);
    CHECK(listen_to(voice_say(voice, "en", "Yes.")).is_whole); /* and goes on afterwards */
    close_voice();
}
