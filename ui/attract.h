/* attract: what the first page does while nobody is there: once a minute it speaks another of the hub's languages, and
 * the first time round it says aloud, by day, how to begin (A03, ACCESSIBILITY §1). Nothing moves in between. Main
 * thread. */
#ifndef M2_ATTRACT_H
#define M2_ATTRACT_H

#include <stdbool.h>
#include <stdint.h>

struct app;

enum { ATTRACT_MS = 60 * 1000, ATTRACT_FROM_HOUR = 8, ATTRACT_TO_HOUR = 20 };

struct attract {
    int64_t due_ms;    /* of the next language; 0 = nobody is waited for */
    int n_invited;     /* how many languages were spoken since somebody was here */
    bool awaits_words; /* the next language's words are on their way */
    bool is_mute;      /* as staff set it */
};

int64_t attract_deadline(const struct app *app); /* clock_ms(), -1 = none */
bool attract_tick(struct app *app);              /* true when something was begun */
void attract_words(struct app *app);             /* the words of another language are here */
void attract_rest(struct app *app);              /* somebody is here, or was: begin anew */

#endif
