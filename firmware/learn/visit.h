/* visit: all that pages see of the firmware. One visitor at a time: begun by the first touch, ended by "I am finished",
 * idleness or a power cut. Keeps the visit key, the language view, the assessment, the path through lessons; turns what
 * happens into sealed rows for the clerk, and the workers' events into visit events. Nothing is shown as saved before
 * VISIT_SAVED came. Threads: main only. Memory: what it hands out is borrowed until the next visit_* call that may
 * change it, unless said otherwise. */
#ifndef M2_LEARN_VISIT_H
#define M2_LEARN_VISIT_H

#include "base/worker.h"
#include "learn/assess.h"
#include "learn/lesson.h"
#include "learn/said.h"
#include "matrix/business.h"
#include "matrix/matrix.h"
#include "matrix/pathway.h"
#include "shelf/library.h"
#include "store/board.h"
#include "store/tokens.h"
#include <stdint.h>

struct clerk;
struct reader;
struct visit;

enum { VISIT_IDLE_MS = 90 * 1000, VISIT_LEAVE_MS = 30 * 1000, VISIT_MORE_TIME = 10 };

/* What visit_event() makes of a worker's message, for the app and the page on top. */
enum visit_event {
    VISIT_NOTHING,      /* not for us, or nothing a page must know */
    VISIT_SAVED,        /* the answer, page or lesson that was sent is on the card */
    VISIT_VIEW_CHANGED, /* words and texts of the language are here: build again */
    VISIT_LESSON_READY, /* visit_lesson() is there */
    VISIT_RESUMED,      /* rows of the interrupted visit were read; visit_place() says where to go on */
    VISIT_FAILED,       /* see visit_problem() */
    VISIT_TOKEN,        /* pictures were dealt, tried or deleted; see visit_token() */
    VISIT_BOARD,        /* the village board is there, or what was asked of it is done or not; see visit_board() */
};

struct visit_options {
    struct clerk *clerk;   /* borrowed until visit_free */
    struct reader *reader; /* borrowed */
    const char *run_dir;   /* for the visit key file; NULL = no resume */
    const char *data_dir;
    const char *lang; /* the hub's first language */
    uint64_t seed;    /* 0 = from the kernel */
};
M2_MUST_CHECK bool visit_new(const struct visit_options *opt, struct visit **out, struct err *err);
void visit_free(struct visit *v);

/* --- the life of a visit
 * -------------------------------------------------------------------------------------------------- */
bool visit_is_open(const struct visit *v);
/* Makes key and id, writes the key file, queues the key row. Called by the first touch that does something; open
 * already: true. */
M2_MUST_CHECK bool visit_begin(struct visit *v, struct err *err);
enum visit_end {
    VISIT_FINISHED,
    VISIT_IDLE,
};
/* Queues the last row, wipes key, answers, texts typed. The visitor's language falls back to the hub's. */
void visit_close(struct visit *v, enum visit_end how);
/* After a crash: if a key file of this boot is young enough, asks the clerk for the rows; VISIT_RESUMED follows. False
 * = nothing to resume. */
bool visit_try_resume(struct visit *v);
void visit_touch(
    struct visit *v); /* somebody is there: moves the time of the last touch in the key file, at most once in 5 s */
enum visit_event visit_event(struct visit *v,
                             struct message *event); /* may take things out of event; the caller frees it */
const struct err *visit_problem(const struct visit *v);
/* How long the visit may rest before it is taken for left, in ms; VISIT_IDLE_MS again with the next visit. After a
 * crash it goes on within this time and VISIT_LEAVE_MS. */
void visit_set_idle(struct visit *v, int64_t idle_ms);
int64_t visit_idle_ms(const struct visit *v);
bool visit_is_saving(const struct visit *v); /* something sent and not yet on the card */
/* clock_ms() since when something that was asked for is on its way: a row to the card, a language; -1 = nothing. */
int64_t visit_waiting_since_ms(const struct visit *v);

/* --- language and texts
 * ---------------------------------------------------------------------------------------------------- */
M2_MUST_CHECK bool visit_set_language(struct visit *v, const char *lang,
                                      struct err *err); /* VISIT_VIEW_CHANGED follows */
void visit_reload(struct visit *v);                     /* the shelf changed; VISIT_VIEW_CHANGED follows */
/* The same where the trust list changed; trust becomes the reader's. */
void visit_renew(struct visit *v, struct trustlist *trust);
const struct lib_view *visit_view(const struct visit *v); /* NULL before the first VISIT_VIEW_CHANGED */
const struct lib_competence *visit_competence(const struct visit *v, const char *code);
const struct lib_area *visit_area(const struct visit *v, const char *code);

/* --- the business: the first pass
 * ------------------------------------------------------------------------------------------ */
/* What she says of it so far: a row each time; after a crash it is there again. Nobody waits for it. */
M2_MUST_CHECK bool visit_set_business(struct visit *v, const struct business *said, struct err *err);
const struct business *visit_business(const struct visit *v);
const char *visit_trade(const struct visit *v); /* LIBRARY_ANY_TRADE when none was said */

/* How much time she has for her path: a row; after a crash it is there again. */
M2_MUST_CHECK bool visit_set_time(struct visit *v, enum pathway_time time, struct err *err);
enum pathway_time visit_time(const struct visit *v);

/* --- the assessment
 * ---------------------------------------------------------------------------------------------------------- */
enum visit_length {
    VISIT_SHORT = 12,
    VISIT_USUAL = 24,
    VISIT_THOROUGH = 36,
};
enum { VISIT_OPTIONS_MAX = 8, VISIT_PARTS_MAX = 3, VISIT_PICTURE_MAX = 64, VISIT_NOT_SURE = -1 };

struct visit_question {
    const char *id;                /* of the question (an st item has three) */
    const char *competence, *area; /* codes */
    const char *stem;
    bool is_scale; /* self-report: options are the four scale words, in order, given by the screen */
    const char *option[VISIT_OPTIONS_MAX]; /* texts in shown order; NULL for a scale */
    int n_options;                         /* without "I am not sure yet" */
    const char *shows;                     /* how they lie on the screen: content/FORMAT.md */
    /* Of photos: the picture's name, its option is the description; of steps: what was taken in the parts before, NULL
     * = not sure. */
    char picture[VISIT_OPTIONS_MAX][VISIT_PICTURE_MAX];
    const char *taken[VISIT_PARTS_MAX];
    int n_taken;
    int chosen;        /* what was answered before, when one came back: index, VISIT_NOT_SURE, or -2 = nothing yet */
    int number, total; /* question 5 of about 24 */
    int part, parts;   /* a situation asks three times: part 2 of 3 */
    int minutes_left;  /* about; at least 1 */
    bool can_go_back;
};
M2_MUST_CHECK bool visit_assess_start(struct visit *v, enum visit_length length, struct err *err);
bool visit_assess_is_running(const struct visit *v);
const struct visit_question *visit_question(const struct visit *v); /* NULL = over: see visit_result */
/* option: shown index, or VISIT_NOT_SURE. ms: how long the question was looked at. VISIT_SAVED follows, and then the
 * next question is there; after the last one the result is sent, and a second VISIT_SAVED follows. */
M2_MUST_CHECK bool visit_answer(struct visit *v, int option, int64_t ms, struct err *err);
M2_MUST_CHECK bool visit_back(struct visit *v,
                              struct err *err); /* to the question before; appended as a fact; VISIT_SAVED follows */
M2_MUST_CHECK bool
visit_assess_stop(struct visit *v, struct err *err); /* the result is valid after every answer; writes the result row */

/* Goes on with the questions that a result was shown of, VISIT_MORE at a time; ERR_STATE where visit_result() says
 * there are none left. */
enum { VISIT_MORE = VISIT_SHORT };
M2_MUST_CHECK bool visit_assess_more(struct visit *v, struct err *err);

struct visit_competence_result {
    const char *code;
    int level, lo, hi, band; /* 1..8, 1..8, 1..8, 1..4 */
    bool is_asked;           /* else guessed from the other answers */
};
enum { VISIT_RETEST_MIN = 2, VISIT_RETEST_MAX = 3, VISIT_RETEST_SECONDS = 60, VISIT_RETESTS_MAX = 16 };
struct visit_growth { /* of a competence that was asked again */
    const char *competence;
    int before, now; /* levels 1..8 */
};
struct visit_result {
    struct visit_competence_result competence[ASSESS_COMPETENCES_MAX];
    int n_competences;
    struct matrix matrix;         /* areas and processes */
    int band;                     /* of the whole, 1..4 */
    int strongest[3], weakest[3]; /* indexes into competence */
    const char *start_area;       /* area code where a step pays most */
    struct pathway pathway;       /* three next steps, and the path */
    struct visit_growth growth[VISIT_RETESTS_MAX];
    int n_growth;
    int answered;
    bool can_go_on;      /* visit_assess_more() has questions */
    struct said said;    /* what she says, what she showed */
    bool is_careless;    /* "we are not sure this time": the ranges are wider, too */
    enum said_gap claim; /* of all answers about herself: SAID_HARDER, SAID_DOES_MORE or SAID_FITS */
};
const struct visit_result *visit_result(const struct visit *v); /* NULL before any answer */

/* Why a competence stands where it does: the answers that moved it most (ALGORITHM 5.4), largest first, those left out
 * that moved it by less than VISIT_WHY_LEAST levels. */
#define VISIT_WHY_LEAST 0.05
enum { VISIT_WHY_MAX = 3 };
struct visit_why {
    const struct lib_item *item; /* borrowed from visit_view() */
    int choice;                  /* of its last part: VISIT_NOT_SURE, a scale place 0..3, or a place in the source */
    int n_right;                 /* of its parts; 0 for a self-report */
    bool is_up;                  /* it moved the competence up */
};
/* How many, 0 before any answer. */
int visit_why(const struct visit *v, const char *competence, struct visit_why out[VISIT_WHY_MAX]);

/* --- one competence asked again
 * ------------------------------------------------------------------------------------------------------- */
/* Two or three questions of it that were not asked yet, together under a minute for a slow reader. In the result their
 * answers take the place of the old ones of this competence. */
bool visit_can_retest(const struct visit *v, const char *competence);
/* The competence of a lesson that is best asked again: the lowest that can be; NULL = none. */
const char *visit_retest_for(const struct visit *v, const struct lib_lesson *lesson);
/* visit_question() and visit_answer() go through it; ERR_STATE where visit_can_retest() is false. */
M2_MUST_CHECK bool visit_retest_start(struct visit *v, const char *competence, struct err *err);
bool visit_retest_is_running(const struct visit *v);
M2_MUST_CHECK bool visit_retest_stop(struct visit *v, struct err *err); /* left: all stays as it was */
const struct visit_growth *visit_growth(const struct visit *v);         /* of the last one; NULL = none is done */

/* --- lessons
 * ---------------------------------------------------------------------------------------------------------------------
 */
M2_MUST_CHECK bool visit_lesson_open(struct visit *v, const char *id, struct err *err); /* VISIT_LESSON_READY follows */
struct visit_lesson {
    const struct lib_lesson *about;
    const struct lib_module *module;
    int position;                    /* 1-based place of the lesson in its module */
    const struct lesson_page *pages; /* parsed blocks */
    int n_pages;
    const struct lib_lesson_body *body; /* pictures */
    int n_questions;
};
const struct visit_lesson *visit_lesson(const struct visit *v); /* NULL while none is open */
M2_MUST_CHECK bool visit_lesson_page(struct visit *v, int page,
                                     struct err *err); /* page shown (0-based): a row, once per page */
/* Furthest page shown of the open lesson, 0-based; -1 = none yet. After a resume, where to go on. */
int visit_lesson_last_page(const struct visit *v);
bool visit_lesson_is_done(const struct visit *v, const char *id); /* in this visit: all questions answered */
/* It is done, and of its questions two in three were right, each answered once. Not known of earlier visits. */
enum { VISIT_SHOWN_RIGHT = 2, VISIT_SHOWN_OF = 3 };
bool visit_lesson_is_shown(const struct visit *v, const char *id);

struct visit_quiz {
    const char *id, *stem;
    const char *option[VISIT_OPTIONS_MAX];
    int n_options;
    int number, total;
    int chosen;       /* -2 = not yet; VISIT_NOT_SURE; else shown index */
    bool is_answered; /* saved: feedback may be shown */
    bool is_right;
    const char *feedback; /* of the chosen answer; for not sure: of the right answer */
    int right;            /* shown index of the right answer, once answered */
};
const struct visit_quiz *visit_quiz(const struct visit *v); /* NULL = no more questions */
M2_MUST_CHECK bool visit_quiz_answer(struct visit *v, int option, int64_t ms,
                                     struct err *err); /* VISIT_SAVED follows */
void visit_quiz_next(struct visit *v);

/* --- tools
 * ---------------------------------------------------------------------------------------------------------------------
 */
/* A row with its name, the first time in the visit: what is typed into it stays out of the journal. */
M2_MUST_CHECK bool visit_tool_open(struct visit *v, const char *id, struct err *err);
const char *visit_tool(const struct visit *v); /* the one opened last; "" = none */
bool visit_tool_is_used(const struct visit *v, const char *id);

/* --- workshops
 * -------------------------------------------------------------------------------------------------------------------
 */
/* Somebody leads a workshop, with so many people in the room (1 to VISIT_PEOPLE_MAX): a row. ERR_STATE while another
 * one runs. What the room votes is never told here: no row holds a vote. After a crash none runs. */
enum { VISIT_PEOPLE_MAX = 60 };
M2_MUST_CHECK bool visit_workshop_start(struct visit *v, const char *id, int people, struct err *err);
/* It is over: so many of its parts were shown, so many minutes it took. ERR_STATE where none runs. */
M2_MUST_CHECK bool visit_workshop_end(struct visit *v, int parts, int minutes, struct err *err);
const char *visit_workshop(const struct visit *v); /* the id of the one that runs; "" = none */

/* --- coming back another day (visit_back.c; store/tokens.h)
 * ------------------------------------------------------------------------------------------------------------------ */
enum visit_token_news { VISIT_TOKEN_NONE, VISIT_TOKEN_DEALT, VISIT_TOKEN_TRIED, VISIT_TOKEN_DELETED, VISIT_TOKEN_FULL };

struct visit_token {
    bool is_kept;   /* what this visit does is kept with each answer and page */
    bool is_asking; /* pictures are being dealt, tried or deleted */
    bool was_back;  /* she came back with it in this visit */
    bool is_short;  /* the oldest did not fit any more and was left out */
    enum visit_token_news news;
    enum tokens_answer answer; /* VISIT_TOKEN_TRIED */
    int wait_s;
    struct token_dealt dealt;        /* dealt in this visit; n 0 = not */
    const struct lib_lesson *lesson; /* to go on with: NULL = none, or not on the shelf */
    int page;                        /* furthest of it, 0-based; -1 = none */
};
/* Borrowed until the next visit_* call. Never NULL. */
const struct visit_token *visit_token(const struct visit *v);
/* Each answered by VISIT_TOKEN, where visit_token() is told it. One at a time: ERR_STATE. */
M2_MUST_CHECK bool visit_token_deal(struct visit *v, struct err *err);
M2_MUST_CHECK bool visit_token_pictures(struct visit *v, const uint8_t *picture, int n, struct err *err);
M2_MUST_CHECK bool visit_token_code(struct visit *v, const char *code, struct err *err);
M2_MUST_CHECK bool visit_token_delete(struct visit *v, struct err *err);
/* Opens the lesson that was left, at its page; VISIT_LESSON_READY follows. */
M2_MUST_CHECK bool visit_token_go_on(struct visit *v, struct err *err);

/* --- the village board (visit_board.c; store/board.h)
 * ------------------------------------------------------------------------------------------------------------------ */
enum {
    VISIT_CARDS_MAX = 3,   /* cards put up in a visit (THREATS T45) */
    VISIT_REPORTS_MAX = 5, /* cards reported in a visit: else one visitor empties the board */
};
enum visit_board_news {
    VISIT_BOARD_NONE,
    VISIT_BOARD_LISTED,
    VISIT_BOARD_PUT, /* hangs, or waits for staff: visit_board().number */
    VISIT_BOARD_REPORTED,
    VISIT_BOARD_TAKEN,
    VISIT_BOARD_RELEASED,
};

struct visit_board {
    const struct board_view *view; /* NULL before it was loaded. Pages for visitors show what board_is_up(), and of
                                      what is_mine_of_visit what waits */
    int n_put, n_reported;         /* in this visit */
    bool is_asking;                /* VISIT_BOARD follows */
    enum visit_board_news news;    /* what was done last; VISIT_BOARD_NONE where err says why not */
    int number;                    /* VISIT_BOARD_PUT: of the new card */
    bool is_waiting;               /* VISIT_BOARD_PUT: it hangs once staff have released it */
    bool is_of_phrase;             /* VISIT_BOARD_PUT: of a phrase; where it waits, many were put up today */
    bool is_noted;                 /* VISIT_BOARD_REPORTED: it hangs on, many were reported today */
    struct err err;                /* of the last answer: ERR_LIMIT the board is full, ERR_NOT_FOUND hangs no more */
};
/* Borrowed until the next visit_* call; view until the next VISIT_BOARD or the visit's end. Never NULL. */
const struct visit_board *visit_board(const struct visit *v);
/* Each answered by VISIT_BOARD, whether it could be done or not. One at a time: ERR_STATE. */
M2_MUST_CHECK bool visit_board_load(struct visit *v, struct err *err); /* no visit need be open */
/* An offer or a need; id, number and age are given. VISIT_CARDS_MAX a visit: ERR_LIMIT. Own words that card_filter() is
 * not content with: ERR_USAGE. A row of the visit tells kind and phrase, never the words. */
M2_MUST_CHECK bool visit_board_put(struct visit *v, const struct card *card, struct err *err);
/* VISIT_REPORTS_MAX a visit: ERR_LIMIT. */
M2_MUST_CHECK bool visit_board_report(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err);
/* A card put up in this visit; any other: ERR_STATE. */
M2_MUST_CHECK bool visit_board_take_down(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err);
/* For the staff's page alone: it asks for the code. No row, no limit of a visit. A workshop hangs at once. */
M2_MUST_CHECK bool visit_board_staff_put(struct visit *v, const struct card *workshop, struct err *err);
M2_MUST_CHECK bool visit_board_staff_release(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err);
M2_MUST_CHECK bool visit_board_staff_take_down(struct visit *v, const uint8_t id[CARD_ID_BYTES], struct err *err);

/* --- going on after a crash
 * ------------------------------------------------------------------------------------------------------- */
enum visit_place {
    VISIT_AT_HOME,
    VISIT_AT_BUSINESS,
    VISIT_AT_QUESTION,
    VISIT_AT_RESULT,
    VISIT_AT_GROWTH,
    VISIT_AT_LESSON,
    VISIT_AT_QUIZ,
    VISIT_AT_TOOL,
};
enum visit_place visit_place(const struct visit *v);

#endif
