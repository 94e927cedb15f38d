/* reading: a queue of words and the time of the first sample. */
#include "reading.h"
#include "base/buf.h"
#include "base/clock.h"
#include "device/voice.h"
#include "kit/sound.h"
#include <stdlib.h>

#include "base/banned.h"

enum { TAIL_MS = 1000 }; /* an open device wakes the machine all the time; opening it for each word would be late */

static void begin(struct reading *r, uint64_t ticket)
{
    r->ticket = ticket;
    r->n = r->next = 0;
    r->began_ms = -1;
    r->samples_ms = 0;
    r->is_whole = false;
    r->asked_ms = clock_ms();
    r->closes_ms = ticket || !sound_is_open() ? -1 : clock_ms() + TAIL_MS;
}

void reading_say(struct reading *r, const char *lang, const char *text, int words_per_minute)
{
    sound_stop();
    if (r->voice) {
        voice_set_rate(r->voice, words_per_minute);
        begin(r, voice_say(r->voice, lang, text));
    }
}

void reading_hush(struct reading *r)
{
    if (r->voice && r->ticket) {
        voice_stop(r->voice);
    }
    sound_stop();
    begin(r, 0);
    ui_word(r->ui, -1, 0);
}

static void take_sound(struct reading *r, const struct ev_voice_sound *ev)
{
    if (r->began_ms < 0) {
        r->began_ms = clock_ms();
        r->start_ms = r->began_ms - r->asked_ms;
    }
    r->samples_ms += (int64_t)ev->n * 1000 / ev->rate_hz;
    if (sound_open(ev->rate_hz)) {
        sound_queue(ev->samples, ev->n);
    }
}

static void take_word(struct reading *r, const struct ev_voice_word *ev)
{
    r->words = mem_grow(r->words, ((size_t)r->n + 1) * sizeof *r->words);
    r->words[r->n++] = (struct reading_word){ev->from, ev->bytes, ev->at_ms};
}

void reading_take(struct reading *r, const struct message *m)
{
    if (!r->ticket || m->ticket != r->ticket) {
        return;
    }
    switch (m->kind) {
    case EV_VOICE_SOUND:
        take_sound(r, (const struct ev_voice_sound *)m);
        break;
    case EV_VOICE_WORD:
        take_word(r, (const struct ev_voice_word *)m);
        break;
    case EV_VOICE_END:
        r->is_whole = true;
        break;
    default:
        break;
    }
}

int64_t reading_deadline(const struct reading *r)
{
    if (!r->ticket || r->began_ms < 0) {
        return r->ticket ? -1 : r->closes_ms;
    }
    if (r->next < r->n) {
        return r->began_ms + r->words[r->next].at_ms;
    }
    return r->is_whole ? r->began_ms + r->samples_ms : -1;
}

void reading_tick(struct reading *r)
{
    if (!r->ticket && r->closes_ms >= 0 && r->closes_ms <= clock_ms()) {
        sound_close();
        r->closes_ms = -1;
    }
    for (int64_t due; r->ticket && (due = reading_deadline(r)) >= 0 && due <= clock_ms();) {
        if (r->next == r->n) {
            begin(r, 0);
            ui_word(r->ui, -1, 0);
            return;
        }
        ui_word(r->ui, r->words[r->next].from, r->words[r->next].bytes);
        r->next++;
    }
}

bool reading_is_speaking(const struct reading *r)
{
    return r->ticket != 0;
}

void reading_release(struct reading *r)
{
    free(r->words);
    r->words = NULL;
    r->n = 0;
}
