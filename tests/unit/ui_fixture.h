/* ui_fixture: a kit on a panel of any size, with English words, a help bar and sample screens like those of ui/UI.md.
 */
#ifndef M2_UI_FIXTURE_H
#define M2_UI_FIXTURE_H

#include "kit/driver.h"
#include "kit/ui_check.h"
#include "kit/ui_dump.h"
#include "kit/ui_input.h"

enum { ACT_PICK = 1, ACT_NEXT, ACT_BACK, ACT_OPEN, ACT_KEY, ACT_SHOW, ACT_STAY, ACT_TYPE, ACT_TURN };
enum { ACT_HOME = UI_ACT_APP, ACT_LANGUAGE, ACT_READ, ACT_TEXT, ACT_CONTRAST, ACT_FINISHED };

/* What the sample screens show; tests change it and build again. */
struct sample {
    int64_t picked;
    bool is_done; /* the verdict is there */
    bool has_dialog;
    int n_options; /* of the question, 0 = 5 */
    char typed[64];
    const char *keyboard;    /* language; NULL = en */
    enum keyboard_page keys; /* of the typing screen */
    int rows;                /* of the list screen */
    const char *page;        /* of the list and the question; NULL = one page */
};

struct fixture {
    struct ui *ui;
    struct ui_frame frame;
    struct sample sample;
    void (*build)(struct ui *ui, const struct sample *s);
    SDL_Surface *canvas;
    struct ui_act act; /* the last one taken */
    int n_acts, n_hushed;
    bool wants_quit;
};

void sample_home(struct ui *ui, const struct sample *s);
void sample_question(struct ui *ui, const struct sample *s);
void sample_lesson(struct ui *ui, const struct sample *s);
void sample_tool(struct ui *ui, const struct sample *s);
void sample_stick(struct ui *ui, const struct sample *s);
void sample_board(struct ui *ui, const struct sample *s);
void sample_dialog(struct ui *ui, const struct sample *s); /* the question under "Are you still there?" */
void sample_pictures(struct ui *ui, const struct sample *s);
void sample_long(struct ui *ui, const struct sample *s); /* forty words where one would do, one where forty would */
void sample_typing(struct ui *ui,
                   const struct sample *s); /* a field and the keyboard of sample.lang, page sample.keys */

/* A headless kit on a virtual clock, 1280x800, showing this screen. */
void kit_open(struct fixture *f, void (*build)(struct ui *, const struct sample *));
void kit_close(struct fixture *f);
void kit_panel(struct fixture *f, const struct ui_panel *panel);
void kit_build(struct fixture *f);  /* build() again, as after an event */
void kit_paint(struct fixture *f);  /* paints when dirty */
void kit_settle(struct fixture *f); /* build, paint, take actions until quiet */
void kit_key(struct fixture *f, SDL_Keycode key, Uint16 mod);
void kit_down(struct fixture *f, int x, int y);
void kit_move(struct fixture *f, int x, int y);
void kit_up(struct fixture *f, int x, int y);
const struct ui_node *kit_node(struct fixture *f, const char *path); /* fails the test when there is none */
const char *kit_focus(struct fixture *f);                            /* path, "" = none */
char *kit_dump(struct fixture *f);                                   /* free() */
struct driver_host kit_driver(struct fixture *f);

#endif
