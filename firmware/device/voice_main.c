/* micro2-voice: speaks for the station: a line protocol in, sound and word times out. The only program that links
 * espeak-ng. */
#include <errno.h>
#include <espeak-ng/speak_lib.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { TEXT_MAX = 16 * 1024, LINE_MAX_BYTES = 256, RATE_MIN = 80, RATE_MAX = 450, CHUNK_MS = 60 };

static bool is_stopped, is_over;
static const char *spoken; /* the text under way: word events count characters, the protocol bytes */

/* --- stdin, looked at between chunks of sound so that "stop" is met at once
 * ------------------------------------------------------- */

static char pending[LINE_MAX_BYTES];
static size_t n_pending;

static bool input_waits(int timeout_ms)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&p, 1, timeout_ms) > 0;
}

/* One more byte of a line; true when pending holds a whole one (without its newline). */
static bool read_line_byte(void)
{
    char c;
    ssize_t n = read(STDIN_FILENO, &c, 1);

    if (n <= 0) {
        is_over = is_stopped = true;
        return false;
    }
    if (c == '\n') {
        pending[n_pending] = '\0';
        n_pending = 0;
        return true;
    }
    if (n_pending + 1 < sizeof pending) {
        pending[n_pending++] = c;
    }
    return false;
}

static void look_for_stop(void)
{
    while (!is_stopped && input_waits(0)) {
        if (read_line_byte()) {
            is_stopped = true; /* "stop" or "quit": a new "say" only comes after "end" */
            is_over = !strcmp(pending, "quit");
        }
    }
}

/* --- espeak-ng
 * ----------------------------------------------------------------------------------------------------------------------
 */

static int byte_of(int characters)
{
    const char *p = spoken;

    while (*p && characters > 0) {
        p++;
        while ((*p & 0xC0) == 0x80) {
            p++;
        }
        characters--;
    }
    return (int)(p - spoken);
}

static int on_sound(short *samples, int n, espeak_EVENT *events)
{
    for (; events->type != espeakEVENT_LIST_TERMINATED; events++) {
        if (events->type == espeakEVENT_WORD) {
            int from = byte_of(events->text_position - 1), to = byte_of(events->text_position - 1 + events->length);

            printf("word %d %d %d\n", from, to - from, events->audio_position);
        }
    }
    if (samples && n > 0) {
        printf("pcm %zu\n", (size_t)n * sizeof *samples);
        fwrite(samples, sizeof *samples, (size_t)n, stdout);
        fflush(stdout);
    }
    look_for_stop();
    return is_stopped; /* 1 gives the rest up */
}

static bool read_text(char *text, size_t n)
{
    size_t got = 0;

    while (got < n) {
        ssize_t r = read(STDIN_FILENO, text + got, n - got);

        if (r <= 0 && errno != EINTR) {
            return false;
        }
        got += r > 0 ? (size_t)r : 0;
    }
    text[n] = '\0';
    return true;
}

static void say(const char *lang, int rate, size_t n)
{
    char *text = calloc(1, n + 1);

    if (!text || !read_text(text, n)) {
        is_over = true;
        free(text);
        return;
    }
    is_stopped = false;
    spoken = text;
    if (espeak_SetVoiceByName(lang) != EE_OK) {
        printf("bad no voice for this language\n");
    } else {
        espeak_SetParameter(espeakRATE, rate, 0);
        espeak_Synth(text, n + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, NULL, NULL);
    }
    printf("end\n");
    fflush(stdout);
    explicit_bzero(text, n);
    free(text);
}

static void command(const char *line)
{
    char lang[32];
    int rate;
    size_t n;

    if (sscanf(line, "say %31s %d %zu", lang, &rate, &n) == 3) {
        if (rate < RATE_MIN || rate > RATE_MAX || n > TEXT_MAX) {
            printf("bad rate or length out of bounds\n");
            fflush(stdout);
            is_over = true; /* the text that follows cannot be told from commands */
        } else {
            say(lang, rate, n);
        }
    } else if (!strcmp(line, "quit")) {
        is_over = true;
    } else if (strcmp(line, "stop") != 0) {
        printf("bad unknown command\n");
        fflush(stdout);
    }
}

int main(void)
{
    int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, CHUNK_MS, NULL, espeakINITIALIZE_DONT_EXIT);

    if (rate <= 0) {
        fputs("micro2-voice: espeak-ng does not start; install the package espeak-ng-data\n", stderr);
        return 2;
    }
    espeak_SetSynthCallback(on_sound);
    printf("rate %d\n", rate);
    fflush(stdout);
    while (!is_over) {
        if (read_line_byte()) {
            char line[LINE_MAX_BYTES];

            memcpy(line, pending, sizeof line);
            command(line);
        }
    }
    espeak_Terminate();
    return 0;
}
