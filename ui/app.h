/* app: what the screens share: the visit, the frame around every screen, where one is, help settings, the workers'
 * news. Main thread only. */
#ifndef M2_APP_H
#define M2_APP_H

#include "attract.h"
#include "base/worker.h"
#include "kit/ui_run.h"
#include "learn/visit.h"
#include "panel/panel.h"
#include "reading.h"
#include "shelf/reader.h"
#include "stick/exchange.h"
#include "store/clerk.h"
#include "trust/trustlist.h"

struct app;
struct screen;

/* A screen's build() is a pure function of its state and of what app.h gives; action() meets what was touched; event()
 * is told news. */
struct screen_class {
    const char *name; /* as in trees and scripts */
    size_t size;
    bool (*open)(struct screen *self, struct app *app, struct err *err); /* NULL = nothing */
    void (*build)(const struct screen *self, const struct app *app, struct ui *ui);
    bool (*action)(struct screen *self, struct app *app, struct ui_act act, struct err *err); /* NULL = none */
    void (*visit)(struct screen *self, struct app *app, enum visit_event event);  /* NULL = not interested */
    void (*message)(struct screen *self, struct app *app, struct message *event); /* any worker's; NULL */
    void (*close)(struct screen *self);                                           /* wipes what must not stay */
    int64_t idle_ms;   /* another limit than VISIT_IDLE_MS; 0 = that one */
    bool is_come_back; /* where one is again after choosing another language; else at home */
};

struct screen { /* first member of every screen */
    const struct screen_class *class;
    int64_t opened_ms; /* clock_ms() when it was shown, or when its question changed */
    struct screen *left_before;
};

/* Help settings: for the visit only (A04). */
struct app_help {
    int text_percent; /* 100, 125, 160, 200 */
    enum theme_id theme;
    bool is_speaking;
    bool has_more_time;     /* idle limits times VISIT_MORE_TIME (A51) */
    int rate_wpm;           /* of the voice, three of them (A28) */
    bool is_exploring;      /* slide to hear, tap twice to choose (A33) */
    int hold_ms, repeat_ms; /* touch filter (A34) */
    int scan_ms;            /* one switch; 0 = off (A44) */
    bool has_two_switches;
    enum { PERSONAL_UNASKED, PERSONAL_ALOUD, PERSONAL_SILENT } personal; /* results through the loudspeaker (A24) */
};

enum app_act { /* what the frame and dialogs send; screens use ids below UI_ACT_APP */
               ACT_HOME = UI_ACT_APP,
               ACT_LANGUAGE,
               ACT_READ_ALOUD,
               ACT_TEXT_SIZE,
               ACT_CONTRAST,
               ACT_FINISHED,
               ACT_MORE_TIME,
               ACT_FINISH_NOW,
               ACT_SPEAK_PERSONAL,
               ACT_KEEP_SILENT,
               ACT_STOP_NOW,
               ACT_SEE_STICK,
               ACT_DISMISS,
};

enum app_dialog { DIALOG_NONE, DIALOG_STILL_THERE, DIALOG_FINISH, DIALOG_PERSONAL, DIALOG_STOP, DIALOG_STICK };

struct app_options {
    const char *data_dir, *run_dir, *stick, *stickd, *lang;
    int w_px, h_px, w_mm, h_mm, text_percent;
    enum theme_id theme;
    bool is_headless, is_virtual;
    uint64_t seed;
};

struct app {
    struct app_options opt;
    struct datafolder folder;
    struct trustlist *trust;
    struct outbox *outbox;
    struct clerk *clerk;
    struct reader *reader;
    struct exchange *exchange;
    struct slot *slot;      /* NULL = no stickd: sticks are folders */
    struct reading reading; /* and the voice */
    struct attract attract;
    bool says_waiting;  /* what app_is_waiting_long() was when the page was built */
    int64_t touched_ms; /* ui_last_touch_ms() when it was last noted */
    bool has_told_ghosts;
    bool is_hesitating; /* on the home page for a while without a touch: practice is offered */
    struct visit *visit;
    struct panel *panel;
    struct ui *ui;
    struct app_help help, first_help;
    struct {
        char question[64];
        int option; /* shown, or VISIT_NOT_SURE */
    } pick;         /* not sent yet; kept while one looks at another page */
    bool is_used;   /* something was chosen since the last visit ended */
    struct screen *screen;
    struct screen *left; /* replaced in this turn, closed at its end */
    const struct screen_class
        *come_back; /* to where, when a language or the stick was looked at in the middle of something; NULL = home */
    enum app_dialog dialog, dialog_under; /* under "Are you still there?" another may stand */
    int64_t dialog_since_ms;
    struct ev_stick stick; /* what the exchange told last */
    char refused[32];      /* what is in the slot and is no stick of ours: stickd's word; "" = nothing */
    struct err fault;      /* what the fault screen shows */
    bool must_build, is_over;
    int exit_code;
};

/* Opens everything in order; on failure *err says what, and what was open is closed again. */
M2_MUST_CHECK bool app_open(struct app *app, const struct app_options *opt, struct err *err);
void app_close(struct app *app);
/* Until the end: waits for input, timers and news, builds, paints. Returns the exit code. */
int app_run(struct app *app);
/* The same, driven by JSON lines on stdin (kit/driver.h). */
int app_drive(struct app *app);

/* One turn without waiting: input, timers, news, build, paint. True when anything happened. */
bool app_turn(struct app *app);
/* Waits for input, news or the next timer; true when there is something to read from fd (-1 = none). */
bool app_wait(struct app *app, int fd);
bool app_is_settled(const struct app *app);
/* clock_ms() of the next timer of kit or app, -1 = none. */
int64_t app_next_deadline(const struct app *app);

/* --- for screens
 * ------------------------------------------------------------------------------------------------------------- */
/* Replaces the screen; the old one is closed when this turn ends. */
void app_go(struct app *app, const struct screen_class *class);
/* What is picked of this question and not sent yet; `otherwise` where nothing is. */
enum { APP_NO_PICK = -2 }; /* as visit_question.chosen says it */
int app_pick(const struct app *app, const char *question, int otherwise);
void app_note_pick(struct app *app, const char *question, int option);
void app_ask(struct app *app, enum app_dialog dialog);
void app_set_more_time(struct app *app, bool has_more_time); /* A51 */
/* Ends the visit: wipes, and back to the welcome. */
void app_end_visit(struct app *app, enum visit_end how);
void app_fault(struct app *app, const struct err *err); /* shows the fault screen with the words for err->code */
bool app_is_waiting_long(const struct app *app);        /* over 300 ms: the page says "Saving" or "One moment" */
/* Back to what one was at before a language or the stick was looked at; else home, or the first page. */
void app_go_back(struct app *app);
/* Opens the lesson and, when it is there, its screen. */
bool app_open_lesson(struct app *app, const char *id, struct err *err);

/* Says it although nobody asked to be read to: the first page's invitation. */
void app_invite(struct app *app, const char *sentence);

/* Where a stick is in: a row that leads to it. */
void app_stick_row(const struct app *app, struct ui *ui, struct ui_act act);
/* Screens call it last inside their screen: the questions of the app lie over any of them. */
void app_dialogs(const struct app *app, struct ui *ui);

/* Builds the screen's tree from its state, without painting. */
void app_build(struct app *app);

enum { APP_TEXT_SIZES = 4 };
extern const int app_text_sizes[APP_TEXT_SIZES];
extern const struct screen_class *const app_screens[]; /* all of them */
extern const int app_n_screens;
extern const struct screen_class scr_welcome, scr_home, scr_length, scr_question, scr_result, scr_modules, scr_module,
    scr_lesson, scr_quiz, scr_stick, scr_about, scr_ease, scr_practice, scr_code, scr_staff, scr_fault;

#endif
