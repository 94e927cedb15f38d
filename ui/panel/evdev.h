/* evdev: touch screens and keyboards as the kernel gives them, read by SDL's evdev driver. SDL finds devices only when
 * it starts (its news need a udevd), so it is started again when one comes or goes. Touches come as SDL_FINGER* alone.
 * Main thread only. */
#ifndef M2_PANEL_EVDEV_H
#define M2_PANEL_EVDEV_H

#include "base/err.h"
#include <SDL2/SDL.h>

#define EVDEV_FOLDER "/dev/input"
enum { EVDEV_FINGERS_MAX = 10 }; /* further ones are not missed when their screen goes */

struct evdev;

/* Starts SDL's video. Codes: ERR_IO. */
M2_MUST_CHECK bool evdev_open(const char *folder, struct evdev **out, struct err *err);
void evdev_close(struct evdev *e);   /* NULL is fine */
int evdev_fd(const struct evdev *e); /* to be waited on */
/* The next of a finger, key or wheel; false = none. A mouse is not met: no pointer is drawn. */
bool evdev_next(struct evdev *e, SDL_Event *event);

/* The fingers that are down, by what was seen of them. */
struct evdev_fingers {
    SDL_TouchFingerEvent down[EVDEV_FINGERS_MAX];
    int n;
};
void evdev_note(struct evdev_fingers *f, const SDL_TouchFingerEvent *event);
/* Their screen goes: each slides off it, which chooses nothing, and lifts. Up to two events a finger; returns how many.
 */
int evdev_lift(struct evdev_fingers *f, SDL_Event out[2 * EVDEV_FINGERS_MAX]);

#endif
