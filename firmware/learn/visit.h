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
#include "matrix/matrix.h"
#include "matrix/pathway.h"
#include "shelf/library.h"
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
                                      struct err *err);        /* VISIT_VIEW_CHANGED follows */
void visit_use_reader(struct visit *v, struct reader *reader); /* another reader from now on */
void visit_reload(struct visit *v);                            /* the shelf changed; VISIT_VIEW_CHANGED follows */
const struct lib_view *visit_view(const struct visit *v);      /* NULL before the first VISIT_VIEW_CHANGED */
const struct lib_competence *visit_competence(const struct visit *v, const char *code);
const struct lib_area *visit_area(const struct visit *v, const char *code);

/* --- the assessment
 * ---------------------------------------------------------------------------------------------------------- */
enum visit_length {
    VISIT_SHORT = 12,
    VISIT_USUAL = 24,
    VISIT_THOROUGH = 36,
};
enum { VISIT_OPTIONS_MAX = 8, VISIT_NOT_SURE = -1 };

struct visit_question {
    const char *id;                /* of the question (an st item has three) */
    const char *competence, *area; /* codes */
    const char *stem;
    bool is_scale; /* self-report: options are the four scale words, in order, given by the screen */
    const char *option[VISIT_OPTIONS_MAX]; /* texts in shown order; NULL for a scale */
    int n_options;                         /* without "I am not sure yet" */
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

struct visit_competence_result {
    const char *code;
    int level, lo, hi, band; /* 1..8, 1..8, 1..8, 1..4 */
    bool is_asked;           /* else guessed from the other answers */
};
struct visit_result {
    struct visit_competence_result competence[ASSESS_COMPETENCES_MAX];
    int n_competences;
    struct matrix matrix;         /* areas and processes */
    int band;                     /* of the whole, 1..4 */
    int strongest[3], weakest[3]; /* indexes into competence */
    const char *start_area;       /* area code where a step pays most */
    struct pathway pathway;       /* three next steps */
    int answered;
    bool is_careless; /* "we are not sure this time" */
    bool is_overclaimed, is_underclaimed;
};
const struct visit_result *visit_result(const struct visit *v); /* NULL before any answer */

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

/* --- going on after a crash
 * ------------------------------------------------------------------------------------------------------- */
enum visit_place {
    VISIT_AT_HOME,
    VISIT_AT_QUESTION,
    VISIT_AT_RESULT,
    VISIT_AT_LESSON,
    VISIT_AT_QUIZ,
};
enum visit_place visit_place(const struct visit *v);

#endif
