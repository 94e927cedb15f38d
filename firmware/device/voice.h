/* voice: the station's side of micro2-voice: a child process behind a worker (kinds 400..). Sound comes as events;
 * saying something new gives up what is being said. A child that dies is started once more; after that the station
 * stays silent and says so in the log. Texts go to the child's stdin only; nothing is kept. */
#ifndef M2_DEVICE_VOICE_H
#define M2_DEVICE_VOICE_H

#include "base/worker.h"
#include <stdint.h>

enum { VOICE_TEXT_MAX = 16 * 1024, VOICE_RATE_WPM = 150, VOICE_SLOW_WPM = 110, VOICE_FAST_WPM = 200 };

enum voice_kind {
    VOICE_SAY = 400,
    VOICE_STOP,
    EV_VOICE_SOUND = 450, /* struct ev_voice_sound */
    EV_VOICE_WORD,        /* struct ev_voice_word */
    EV_VOICE_END,         /* struct ev_voice_end */
};

struct ev_voice_sound {
    struct message base; /* ticket = that of the say */
    int rate_hz;
    size_t n;
    int16_t samples[];
};
struct ev_voice_word {
    struct message base;
    int from, bytes; /* in the text that was given */
    int64_t at_ms;   /* after the first sample */
};
struct ev_voice_end {
    struct message base;
    bool is_whole; /* false: given up */
};

struct voice;
/* The child lies beside our own program. ERR_NOT_FOUND where it is not there or does not speak. */
M2_MUST_CHECK bool voice_start(struct outbox *out, struct voice **v, struct err *err);
/* lang as "en", "it", "es-ES". Returns the ticket of its events. Cut at VOICE_TEXT_MAX. */
uint64_t voice_say(struct voice *v, const char *lang, const char *text);
void voice_set_rate(struct voice *v, int words_per_minute); /* of what is said from now on; VOICE_RATE_WPM at first */
void voice_stop(struct voice *v);             /* at once: later events of the old ticket may be passed over */
uint64_t voice_ticket(const struct voice *v); /* of the last say; 0 after voice_stop */
void voice_close(struct voice *v);            /* stops, waits, ends the child */

#endif
