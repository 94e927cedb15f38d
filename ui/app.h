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
#include "workbench/form.h"
#include "workbench/papermaker.h"
#include "workbench/reckoner.h"
#include "workshop.h"

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
    int64_t (*due)(const struct screen *self, const struct app *app); /* clock_ms() of its next tick, -1 = none; NULL */
    void (*tick)(struct screen *self, struct app *app); /* that time has come: the screen is built again */
    int64_t idle_ms;                                    /* another limit than VISIT_IDLE_MS; 0 = that one */
    bool ends_when_idle; /* at its limit the visit ends; else "Are you still there?" is asked first */
    bool is_come_back;   /* where one is again after choosing another language; else at home */
};

struct screen { /* first member of every screen */
    const struct screen_class *class;
    int64_t opened_ms; /* clock_ms() when it was shown, or when its question changed */
    struct screen *left_before;
};

enum { STAFF_IDLE_MS = 2 * 60 * 1000 }; /* of every page that only the staff code opens: the visit ends with it */

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
               ACT_DELETE_ME,
               ACT_DELETE_NOW,
               ACT_DISMISS,
};

enum app_dialog {
    DIALOG_NONE,
    DIALOG_STILL_THERE,
    DIALOG_FINISH,
    DIALOG_PERSONAL,
    DIALOG_STOP,
    DIALOG_STICK,
    DIALOG_DELETE
};

struct app_options {
    const char *data_dir, *run_dir, *stick, *stickd, *lang;
    int w_px, h_px, w_mm, h_mm, text_percent;
    enum theme_id theme;
    bool is_virtual;
    panel_opener *open_panel;
    uint64_t seed;
};

struct app_matrix {                /* where one is in the matrix; for the visit only */
    int area, process, competence; /* indexes in the view */
    bool is_30;                    /* DigComp 3.0 rather than 2.2 */
    bool is_from_cell;             /* the competence was opened from a cell */
};

struct app_workshop {           /* for the visit only */
    char id[WORKSHOP_ID_BYTES]; /* the one that is looked at */
    int people;                 /* in the room, as far as was said before its start */
    struct workshop run;        /* the one that was begun last */
};

struct app_board { /* where one is on the village board; for the visit only */
    enum { BOARD_ALL, BOARD_OFFERS, BOARD_NEEDS, BOARD_WORKSHOPS } show;
    char hub[BOARD_HUB_NAME_MAX + 1]; /* only this hub's cards; "" = of all */
    int first;                        /* of the page of cards */
    uint8_t id[CARD_ID_BYTES];        /* the card looked at */
    enum visit_board_news news;       /* what was done last, told once on the board */
};

enum { APP_FORMS_MAX = 16 }; /* tools of which a visit keeps what was typed; of more, only the last */
struct app_form {
    char id[64]; /* of the tool */
    struct form form;
};
struct app_tools { /* for the visit only (THREATS T40, T41) */
    struct app_form forms[APP_FORMS_MAX];
    int n;
    struct app_form *now; /* of the tool that is open; NULL = its fields are not there yet */
    struct tool_outputs outputs;
    bool has_outputs; /* of what is typed now, unless app_reckoning_since_ms() says that others come */
    bool is_asking, is_stale;
    int64_t since_ms;
    enum err_code why; /* its program failed; ERR_NONE */
};

struct app_saved { /* a visitor's result, or what a tool reckoned, on her own stick */
    enum { SAVED_NOT, SAVED_RUNNING, SAVED_DONE, SAVED_FAILED } state;
    enum app_saving { SAVE_RESULT, SAVE_TOOL } what;
    char name[64], paper[64]; /* of the text, and of the PDF; paper "" = it could not be made, or there is none */
    enum err_code why;
};

struct app {
    struct app_options opt;
    struct datafolder folder;
    struct trustlist *trust;         /* of the start; the reader borrows it */
    char office[TRUST_NAME_MAX + 1]; /* who runs the station, by the newest list */
    struct outbox *outbox;
    struct clerk *clerk;
    struct reader *reader;
    struct exchange *exchange;
    struct papermaker *papermaker; /* NULL = no PDF */
    struct reckoner *reckoner;     /* NULL = no tools */
    struct slot *slot;             /* NULL = no stickd: sticks are folders */
    struct reading reading;        /* and the voice */
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
    struct app_matrix matrix;
    struct app_workshop workshop;
    struct app_board board;
    const struct screen_class
        *come_back; /* to where, when a language or the stick was looked at in the middle of something; NULL = home */
    enum app_dialog dialog, dialog_under; /* under "Are you still there?" another may stand */
    int64_t dialog_since_ms;
    struct ev_stick stick; /* what the exchange told last */
    bool is_stick_coming;  /* something is in and is being looked at */
    char refused[32];      /* what is in the slot and is no stick of ours: stickd's word; "" = nothing */
    struct app_saved saved;
    struct app_tools tools;
    uint64_t n_reckoned; /* questions since the start: an answer to an earlier one is not this visitor's */
    uint64_t n_saves;    /* since the start: an answer to an earlier one is not this visitor's */
    bool has_new_shelf;  /* other containers are in use, and the reader has not looked yet */
    struct err fault;    /* what the fault screen shows */
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
void app_dismiss(struct app *app);
/* A look at something else in the middle of what one is doing. */
void app_look_at(struct app *app, const struct screen_class *class);
void app_set_more_time(struct app *app, bool has_more_time); /* A51 */
/* Ends the visit: wipes, and back to the welcome. */
void app_end_visit(struct app *app, enum visit_end how);
void app_fault(struct app *app, const struct err *err); /* shows the fault screen with the words for err->code */
bool app_is_waiting_long(const struct app *app);        /* over 300 ms: the page says "Saving" or "One moment" */
/* Back to what one was at before a language or the stick was looked at; else home, or the first page. */
void app_go_back(struct app *app);
/* The way to where she stands, from where it is: the questions, or what is asked before them. */
void app_go_assess(struct app *app);
/* Opens the lesson and, when it is there, its screen. */
bool app_open_lesson(struct app *app, const char *id, struct err *err);
/* The same of a tool: what was typed into it in this visit is still there. */
bool app_open_tool(struct app *app, const char *id, struct err *err);
/* The same of what a step of a path may be. */
bool app_open_step(struct app *app, enum pathway_kind kind, const char *id, struct err *err);

/* The page of a workshop, or where it stands when it runs. */
bool app_open_workshop(struct app *app, const char *id, struct err *err);
/* The one of this id on the shelf; NULL = none. */
const struct lib_workshop *app_workshop_of(const struct app *app, const char *id);
/* The one that is looked at begins, with app->workshop.people; another one that runs is over. */
bool app_workshop_begin(struct app *app, struct err *err);
/* The one that runs goes to its next part, behind the last one to its end. */
bool app_workshop_next(struct app *app, struct err *err);
/* Where one runs it is over, and that is on its way to the card. */
bool app_workshop_stop(struct app *app, struct err *err);

/* --- the tool that is open (app_tool.c) */
void app_show_tool(struct app *app);                    /* the one of the visit: after a crash */
const struct lib_tool *app_tool(const struct app *app); /* NULL = it is not on the shelf any more */
const struct form *app_form(const struct app *app);     /* NULL = not known yet */
struct form *app_form_edit(struct app *app);            /* app_reckon() follows */
void app_reckon(struct app *app);                       /* asks for the outputs of what is typed */
void app_take_reckoned(struct app *app, struct ev_reckoned *ev);
void app_forget_tools(struct app *app);                /* wipes */
int64_t app_reckoning_since_ms(const struct app *app); /* -1 = nothing is being reckoned */

/* Says it although nobody asked to be read to: the first page's invitation. */
void app_invite(struct app *app, const char *sentence);

/* News of the stick's threads (EV_STICK_STATE, _REFUSED, _SAVED), and EV_PAPER_MADE. */
void app_take_stick(struct app *app, const struct message *m);
/* Onto the visitor's own stick; app->saved tells how it went. The result goes as plain text and then as PDF, what the
 * open tool reckoned as plain text. */
void app_save(struct app *app, enum app_saving what);
/* The official title of a competence in the edition on show; one that nobody verified says so. */
const char *scr_skill_title(const struct app *app, const struct lib_competence *c, struct arena *a);
/* "DigComp 2.2 | 3.0": sends act with arg 0 or 1. */
void scr_edition_tabs(const struct app *app, struct ui *ui, struct ui_act act);
/* While a visitor is at the screen the import of a stick runs at half its pace. */
void app_yield_to_visitor(struct app *app);
/* Where a stick is in: a row that leads to it. */
void app_stick_row(const struct app *app, struct ui *ui, struct ui_act act);
/* Screens call it last inside their screen: the questions of the app lie over any of them. */
void app_dialogs(const struct app *app, struct ui *ui);

/* A question over the screen with two answers side by side, the second in `go`. Screens build theirs last, and only
 * while app->dialog is DIALOG_NONE. */
struct app_choice {
    struct ui_key key;
    const char *name;
    int act; /* of the app or of the screen */
};
void app_question(struct ui *ui, struct ui_key key, const char *title, const char *about, struct app_choice first,
                  struct app_choice second, int escape);

/* Builds the screen's tree from its state, without painting. */
void app_build(struct app *app);

enum { APP_TEXT_SIZES = 4 };
extern const int app_text_sizes[APP_TEXT_SIZES];
extern const struct screen_class *const app_screens[]; /* all of them */
extern const int app_n_screens;
extern const struct screen_class scr_welcome, scr_home, scr_trade, scr_length, scr_question, scr_said, scr_result,
    scr_modules, scr_module, scr_lesson, scr_quiz, scr_stick, scr_about, scr_ease, scr_practice, scr_code, scr_staff,
    scr_back, scr_keep, scr_board, scr_card, scr_card_new, scr_board_staff, scr_card_staff, scr_card_new_staff,
    scr_explorer, scr_skill, scr_grid, scr_cell, scr_take, scr_path, scr_growth, scr_tools, scr_tool, scr_workshops,
    scr_workshop, scr_part, scr_workshop_end, scr_fault;

#endif
