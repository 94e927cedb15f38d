/* driver: one JSON command a line in, one JSON answer a line out (DESIGN §7): how tests, demos and reviewers reach the
 * screens.
 *
 *   {"tap":{"role":"button","name":"Learn"}}  {"tap":{"key":"options/17"}}  {"tap":[640,400]}   touch, then settle
 *   {"touch":{"finger":2,"at":[640,400],"is":"down"}}  one event of one finger: down, move, up
 *   {"key":"Tab"}  {"key":"Shift+Tab"}  {"type":"4.20"}                                         keys and characters
 *   {"wait":{"name":"Saved*"},"ms":5000}      until a visible node matches     {"advance_ms":90000}   virtual time
 *   {"tree":true}  {"said":true}  {"shot":"file.png"}  {"stats":true}           looking
 *   {"plug":"image-or-dir"}  {"pull":true}  {"quit":true}
 *   {"check":true}  {"check":{"one_in":3,"from":0}}   what kit/ui_check.h finds on the screen as it is, or laid out on
 * every panel, text size and theme (of those every third, from the first on)
 *   {"screens":true}                                  the names of all screens there are
 *   {"tree":true,"now":true}, tap and shot, too       does not wait for a stick under way, a row being saved
 *
 * Every answer has "ok"; a failure is {"ok":false,"error":"subject: what is wrong; what to do"} and changes nothing. A
 * node is matched by any of key, role, name, value, all of those given: whole, or name and value by their beginning
 * with a trailing '*'. key may be the end of the path ("17" for "options/17"), unless another node has it whole. More
 * than one match is an error that lists them; parts of a target never match. A node that is scrolled away is scrolled
 * into view; one that cannot be touched now is an error that says why. "said" lists what was spoken, oldest first. Main
 * thread only. */
#ifndef M2_KIT_DRIVER_H
#define M2_KIT_DRIVER_H

#include "base/json.h"
#include "kit/ui_tree.h"

/* What the driver asks of the program it drives. NULL members: the command answers that it is not possible here. */
struct driver_host {
    void *self;
    struct ui *(*ui)(void *self);
    /* An event as if it came from the panel; NULL = straight into ui_event(). */
    void (*event)(void *self, const SDL_Event *event);
    /* Goes on until queues are empty, the workers idle or waiting for virtual time, and the tree is painted. */
    bool (*settle)(void *self, struct err *err);
    void (*turn)(void *self); /* does what is pending now and paints */
    /* Moves virtual time, timers in order, settling after each. ERR_STATE on a real clock. */
    bool (*advance)(void *self, int64_t ms, struct err *err);
    /* Lets at most `ms` pass until something happens, then settles; returns how many passed (at least 1). */
    int64_t (*pause)(void *self, int64_t ms);
    SDL_Surface *(*canvas)(void *self); /* what is on the panel, 32 bit */
    bool (*plug)(void *self, const char *path, struct err *err);
    bool (*pull)(void *self, struct err *err);
    void (*stats)(void *self, struct json_out *out); /* members of the "stats" object */
    /* Lays the screen out on panels, text sizes and themes, every one_in-th of them from `from` on, and appends what is
     * wrong; returns how many were looked at. Afterwards all is as before. */
    int (*check)(void *self, int one_in, int from, struct buf *findings);
    void (*screens)(void *self, struct json_out *out); /* members of the "screens" list */
    void (*quit)(void *self);
};

/* Does one line (with or without its newline) and appends one answer line, newline included. */
void driver_line(const struct driver_host *host, const char *line, size_t n, struct buf *answer);

#endif
