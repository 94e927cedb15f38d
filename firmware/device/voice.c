/* voice: micro2-voice behind a worker. */
#include "device/voice.h"
#include "base/buf.h"
#include "base/child.h"
#include "base/log.h"
#include "base/utf8.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

/* A child that is silent for ANSWER_MS while it should speak, or for STOP_MS after "stop", hangs (T10). */
enum { LINE_BYTES = 128, FRAME_MAX = 256 * 1024, START_MS = 3000, POLL_MS = 20, ANSWER_MS = 3000, STOP_MS = 500 };

struct voice {
    struct worker *worker;
    atomic_uint_fast64_t ticket; /* what should be spoken now; a say with another one gives up */
    uint64_t last_ticket;        /* main's */
    int rate_wpm;                /* main's */
    /* the worker's own */
    struct child child;
    int rate_hz, n_starts;
    char line[LINE_BYTES];
    size_t n_line;
};

struct say {
    struct message base;
    char lang[16];
    int rate_wpm;
    char *text;
};

/* --- the child
 * ---------------------------------------------------------------------------------------------------------------------
 */

/* One byte within the time; false = time is up (*is_gone false) or the child is gone. */
static bool get_byte(struct voice *v, char *c, int timeout_ms, bool *is_gone)
{
    struct pollfd p = {.fd = v->child.from, .events = POLLIN};
    int n = poll(&p, 1, timeout_ms);

    *is_gone = false;
    if (n <= 0) {
        return false;
    }
    ssize_t r = read(v->child.from, c, 1);

    *is_gone = r == 0 || (r < 0 && errno != EINTR);
    return r == 1;
}

/* A header line of the child. */
static bool get_line(struct voice *v, int timeout_ms, bool *is_gone)
{
    char c;

    while (get_byte(v, &c, timeout_ms, is_gone)) {
        if (c == '\n') {
            v->line[v->n_line] = '\0';
            v->n_line = 0;
            return true;
        }
        if (v->n_line + 1 < sizeof v->line) {
            v->line[v->n_line++] = c;
        }
    }
    return false;
}

static bool start_child(struct voice *v, struct err *err)
{
    bool is_gone;

    v->n_starts++;
    v->n_line = 0;
    if (!child_spawn(&v->child, "micro2-voice", err)) {
        return false;
    }
    if (!get_line(v, START_MS, &is_gone) || sscanf(v->line, "rate %d", &v->rate_hz) != 1 || v->rate_hz < 8000 ||
        v->rate_hz > 96000) {
        child_end(&v->child);
        return err_set(err, ERR_NOT_FOUND, "voice: it does not start");
    }
    return true;
}

/* --- in the worker's thread
 * ------------------------------------------------------------------------------------------------------------ */

static bool is_wanted(struct voice *v, uint64_t ticket)
{
    return atomic_load(&v->ticket) == ticket;
}

static bool send_all(struct voice *v, const char *bytes, size_t n)
{
    while (n) {
        ssize_t w = write(v->child.to, bytes, n);

        if (w < 0 && errno != EINTR) {
            return false;
        }
        bytes += w > 0 ? w : 0;
        n -= w > 0 ? (size_t)w : 0;
    }
    return true;
}

/* False when the rest of a frame does not come in time. */
static bool wait_sound(struct voice *v, uint64_t ticket)
{
    struct pollfd p = {.fd = v->child.from, .events = POLLIN};
    int silent_ms = 0;

    while (poll(&p, 1, POLL_MS) <= 0) {
        silent_ms += POLL_MS;
        if (silent_ms > (is_wanted(v, ticket) ? ANSWER_MS : STOP_MS)) {
            return false;
        }
    }
    return true;
}

static bool take_pcm(struct voice *v, size_t bytes, uint64_t ticket, struct outbox *out)
{
    struct ev_voice_sound *ev;
    size_t got = 0;

    if (bytes > FRAME_MAX || bytes % sizeof(int16_t) != 0) {
        return false;
    }
    ev = message_new(sizeof *ev + bytes, EV_VOICE_SOUND, ticket);
    ev->rate_hz = v->rate_hz;
    ev->n = bytes / sizeof(int16_t);
    while (got < bytes) {
        ssize_t r = wait_sound(v, ticket) ? read(v->child.from, (char *)ev->samples + got, bytes - got) : 0;

        if (r == 0 || (r < 0 && errno != EINTR)) {
            message_free(&ev->base);
            return false;
        }
        got += r > 0 ? (size_t)r : 0;
    }
    if (is_wanted(v, ticket)) {
        outbox_put(out, &ev->base);
    } else {
        message_free(&ev->base);
    }
    return true;
}

static void take_word(struct voice *v, uint64_t ticket, struct outbox *out)
{
    int from, bytes, at_ms;

    if (sscanf(v->line, "word %d %d %d", &from, &bytes, &at_ms) == 3 && is_wanted(v, ticket)) {
        struct ev_voice_word *ev = message_new(sizeof *ev, EV_VOICE_WORD, ticket);

        ev->from = from;
        ev->bytes = bytes;
        ev->at_ms = at_ms;
        outbox_put(out, &ev->base);
    }
}

/* Frames until "end". False: the child is gone, hangs or speaks nonsense. */
static bool follow(struct voice *v, uint64_t ticket, struct outbox *out)
{
    bool has_stopped = false;
    int silent_ms = 0;

    for (;;) {
        bool is_gone;
        size_t bytes;

        if (!has_stopped && !is_wanted(v, ticket)) {
            has_stopped = true;
            silent_ms = 0;
            if (!send_all(v, "stop\n", 5)) {
                return false;
            }
        }
        if (!get_line(v, POLL_MS, &is_gone)) {
            silent_ms += POLL_MS;
            if (is_gone || silent_ms > (has_stopped ? STOP_MS : ANSWER_MS)) {
                return false;
            }
            continue;
        }
        silent_ms = 0;
        if (!strcmp(v->line, "end")) {
            struct ev_voice_end *ev = message_new(sizeof *ev, EV_VOICE_END, ticket);

            ev->is_whole = !has_stopped;
            outbox_put(out, &ev->base);
            return true;
        }
        if (sscanf(v->line, "pcm %zu", &bytes) == 1) {
            if (!take_pcm(v, bytes, ticket, out)) {
                return false;
            }
        } else {
            take_word(v, ticket, out);
        }
    }
}

static void say(struct voice *v, const struct say *s, struct outbox *out)
{
    char head[64];
    size_t n = strlen(s->text);
    struct err err = {0};

    snprintf(head, sizeof head, "say %.15s %d %zu\n", s->lang, s->rate_wpm, n);
    if (send_all(v, head, strlen(head)) && send_all(v, s->text, n) && follow(v, s->base.ticket, out)) {
        return;
    }
    child_end(&v->child);
    if (v->n_starts > 1 || !start_child(v, &err)) {
        log_line(LOG_ERROR, "the voice is gone: the station stays silent");
    } else {
        log_line(LOG_WARN, "the voice was started again");
    }
}

static bool voice_thread_open(void *self, struct err *err)
{
    return start_child(self, err);
}

static void voice_thread_handle(void *self, struct message *m, struct outbox *out)
{
    struct voice *v = self;

    if (m->kind == VOICE_SAY && v->child.pid > 0 && is_wanted(v, m->ticket)) {
        say(v, (struct say *)m, out);
    }
}

static void voice_thread_close(void *self)
{
    child_end(&((struct voice *)self)->child);
}

static const struct worker_class voice_class = {
    .name = "voice", .open = voice_thread_open, .handle = voice_thread_handle, .close = voice_thread_close};

/* --- from the main thread
 * --------------------------------------------------------------------------------------------------------------- */

bool voice_start(struct outbox *out, struct voice **made, struct err *err)
{
    struct voice *v = mem_alloc(sizeof *v);

    v->rate_wpm = VOICE_RATE_WPM;
    signal(SIGPIPE, SIG_IGN); /* a dead child is met by its return codes */
    if (!worker_start(&voice_class, v, out, &v->worker, err)) {
        free(v);
        return false;
    }
    *made = v;
    return true;
}

static void release_say(struct message *m)
{
    struct say *s = (struct say *)m;

    mem_wipe(s->text, strlen(s->text));
    free(s->text);
}

uint64_t voice_say(struct voice *v, const char *lang, const char *text)
{
    struct say *s = message_new(sizeof *s, VOICE_SAY, ++v->last_ticket);
    size_t n = utf8_cut(text, strlen(text), VOICE_TEXT_MAX - 1);

    s->base.release = release_say;
    s->text = memcpy(mem_alloc(n + 1), text, n);
    snprintf(s->lang, sizeof s->lang, "%s", lang);
    s->rate_wpm = v->rate_wpm;
    atomic_store(&v->ticket, v->last_ticket);
    worker_send(v->worker, &s->base);
    return v->last_ticket;
}

void voice_set_rate(struct voice *v, int words_per_minute)
{
    v->rate_wpm = words_per_minute;
}

void voice_stop(struct voice *v)
{
    atomic_store(&v->ticket, 0);
}

uint64_t voice_ticket(const struct voice *v)
{
    return atomic_load(&((struct voice *)(uintptr_t)v)->ticket);
}

void voice_close(struct voice *v)
{
    if (v) {
        voice_stop(v);
        worker_stop(v->worker);
        worker_join(v->worker);
        free(v);
    }
}
