/* reading: what the voice says, word by word: its sound goes to the loudspeaker, and each word is marked on the screen
 * when it is heard (A62). Main thread. Without a voice everything does nothing. */
#ifndef M2_READING_H
#define M2_READING_H

#include "base/worker.h"
#include "kit/ui_run.h"

struct voice;

struct reading {
    struct voice *voice; /* NULL = none on this machine */
    struct ui *ui;
    uint64_t ticket; /* of what is being said, 0 = nothing */
    struct reading_word {
        int from, bytes;
        int64_t at_ms; /* behind the first sample */
    } * words;
    int n, next;        /* next to be marked */
    int64_t asked_ms;   /* clock_ms() when it was asked for */
    int64_t began_ms;   /* of the first sample, -1 = not heard yet */
    int64_t samples_ms; /* how long all of it sounds */
    int64_t start_ms;   /* how long the last text took to be heard (A21) */
    bool is_whole;      /* nothing more comes */
    int64_t closes_ms;  /* when the loudspeaker, silent by then, is given back; -1 = it is closed, or speaks */
};

/* From now on this is said, at this rate; what was said before is given up. */
void reading_say(struct reading *r, const char *lang, const char *text, int words_per_minute);
void reading_hush(struct reading *r);
/* The voice's events; those of an older text are passed over. */
void reading_take(struct reading *r, const struct message *m);
int64_t reading_deadline(const struct reading *r); /* clock_ms() of the next word, -1 = none */
void reading_tick(struct reading *r);
bool reading_is_speaking(const struct reading *r);
void reading_release(struct reading *r);

#endif
