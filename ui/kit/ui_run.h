/* ui_run: the app's side of the kit: events in, actions out, time, speech, painting.
 *
 *   for each event of the panel:      ui_event(ui, &event)
 *   when a timer may be due:          ui_tick(ui)
 *   while (ui_take(ui, &act))         the screen's action(act)
 *   if (state changed)                { ui_begin(ui, &frame); screen->build(screen, ui); ui_finish(ui); }
 *   if (ui_is_dirty(ui))              ui_paint(ui, canvas), show it
 *   sleep until an event or ui_next_deadline(ui)
 *
 * A press is painted before its action runs: ui_take() gives nothing while a press waits for ui_paint(). Nothing
 * changed: nothing is painted. Main thread only. All times are clock_ms(). */
#ifndef M2_KIT_UI_RUN_H
#define M2_KIT_UI_RUN_H

#include "kit/ui.h"
#include <SDL2/SDL.h>

enum { UI_SCAN_MIN_MS = 500, UI_SCAN_MAX_MS = 10000 };
enum ui_sound { UI_SOUND_PRESS, UI_SOUND_REFUSED };

/* What the kit asks of the app; all may be NULL. */
struct ui_host {
    void *self;
    /* Speak this; flags: UI_PERSONAL, UI_LIVE. True when it is (being) spoken: only then ui_said() lists it. NULL =
     * every sentence counts as said. A sentence under way is given up first. */
    bool (*say)(void *self, const char *sentence, unsigned flags);
    void (*hush)(void *self); /* a touch or key: stop speaking now (A21) */
    void (*sound)(void *self, enum ui_sound sound);
    /* PNG bytes of a handle given to ui_image() and friends; borrowed until the next call. NULL = there is none. */
    const void *(*picture)(void *self, const char *handle, size_t *size_bytes);
};

/* The kit's own words in the visitor's language. The texts are borrowed while this frame is shown, the struct is
 * copied. {n}, {total} are places for numbers. */
struct ui_words {
    const char *role[UI_N_ROLES];               /* "button", "answer", ...; NULL = not spoken */
    const char *chosen, *not_chosen;            /* radios, tabs, pictures, list rows */
    const char *ticked, *not_ticked;            /* checkboxes */
    const char *off;                            /* "not available now" */
    const char *done;                           /* list items with a tick */
    const char *place;                          /* "{n} of {total}" */
    const char *percent;                        /* "{n} percent" */
    const char *hidden;                         /* in place of a secret: "hidden" */
    const char *back, *more_above, *more_below; /* "Back", "Show more above", "Show more below" */
    const char *earlier, *later, *less, *more;  /* long lists, sliders */
    const char *progress;                       /* name of the bar in the top bar */
    const char *letters;                        /* badges of answers: "ABCDEFGH" */
};

struct ui_help {
    struct ui_key key; /* "home", "language", "read_aloud", "text_size", "contrast", "finished" */
    enum icon icon;
    const char *name;
    unsigned flags; /* UI_ON = it is in use (reading aloud) */
    struct ui_act act;
    bool in_dialogs; /* answers under a dialog too */
};

/* What is the same on every screen. Help and its texts are borrowed until ui_finish(), lang while the frame is shown.
 */
struct ui_frame {
    const char *lang; /* "en": for fonts, line breaks and the tree */
    bool is_rtl;
    int text_percent; /* 100, 125, 160, 200 */
    enum theme_id theme;
    const struct ui_help *help; /* in order; the last one is "I am finished" and stands alone at the end of the bar */
    int n_help;
    const struct ui_words *words;
    bool is_speaking;       /* read aloud is on: titles, focus and touched texts are spoken; else only live parts */
    bool is_discreet;       /* what is UI_PERSONAL is left out of what is said (A24) */
    bool is_exploring;      /* slide to hear, lift, tap twice anywhere to choose (A33); needs is_speaking */
    int hold_ms, repeat_ms; /* touch filter, 0..1000 each (A34) */
    bool has_key_repeat;    /* held keys repeat; off by default (A45) */
    int scan_ms;            /* one switch (A44): focus walks on by itself at this rate, 500..10000; 0 = it does not */
    bool has_two_switches;  /* Space goes on to the next, Enter chooses (A44) */
};

struct ui *ui_new(const struct ui_host *host); /* host is copied */
void ui_free(struct ui *ui);                   /* NULL is fine */
/* Pixels and millimetres of the panel. A new size needs a new build: the tree that is kept is laid out again at once.
 */
void ui_resize(struct ui *ui, int w_px, int h_px, int w_mm, int h_mm);

/* -- building */
void ui_begin(struct ui *ui, const struct ui_frame *frame);
void ui_finish(struct ui *ui); /* match, lay out, focus, say */
void ui_forget(struct ui *ui); /* a visit ended: wipes the trees, the history of speech, pictures and shaped text */

/* -- events and time */
/* True when it was for the kit. Finger events are in 0..1 of the panel; mouse events made from fingers
 * (SDL_TOUCH_MOUSEID) are ignored; a second finger is ignored; only the keys of ui_input.h do anything (A41). */
bool ui_event(struct ui *ui, const SDL_Event *event);
void ui_tick(struct ui *ui);
int64_t ui_next_deadline(const struct ui *ui); /* clock_ms() of the next timer, -1 = none */
bool ui_take(struct ui *ui, struct ui_act *act);
int64_t ui_last_touch_ms(const struct ui *ui); /* of any touch or key the kit accepted: for idleness */

/* -- painting */
bool ui_is_dirty(const struct ui *ui);
void ui_repaint(struct ui *ui);                    /* the panel lost its pixels */
void ui_paint(struct ui *ui, SDL_Surface *canvas); /* 32 bit; the size given to ui_resize() */

/* -- speech */
void ui_read_screen(struct ui *ui); /* says everything on the screen, in order, as one text */
void ui_repeat(struct ui *ui);      /* says the last sentence again */
/* The voice has come to these bytes of the last text: the word is marked where it stands (A62), and scrolled into view.
 * A place outside all names (-1) marks nothing. */
void ui_word(struct ui *ui, int from, int bytes);
/* The i-th newest sentence said, 0 = newest; NULL when there is none. The ring holds UI_SAID_MAX. Borrowed until the
 * next is said. */
const char *ui_said(const struct ui *ui, int i);
enum { UI_SAID_MAX = 64, UI_SAY_DELAY_MS = 200 };

struct ui_stats {
    int64_t builds, paints, nodes, says;
    int n_ghosts; /* touches one after another at one place where there is nothing to touch: the panel may be at fault
                     (A35) */
};
enum { UI_GHOST_MM = 6, UI_GHOSTS = 40 };
struct ui_stats ui_stats(const struct ui *ui);

#endif
