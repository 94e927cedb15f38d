/* visit_private: what the parts of visit share; nobody else includes it. */
#ifndef M2_LEARN_VISIT_PRIVATE_H
#define M2_LEARN_VISIT_PRIVATE_H

#include "base/json.h"
#include "learn/quiz.h"
#include "learn/visit.h"
#include "shelf/reader.h"
#include "store/clerk.h"
#include "store/visitkey.h"

enum {
    VISIT_QUESTIONS_MAX = 3 * ASSESS_ANSWERS_MAX,
    VISIT_LESSONS_MAX = 64,
    VISIT_QUIZ_MAX = LIBRARY_QUESTIONS_MAX,
    VISIT_ID_MAX = 64,
    VISIT_NOTHING_CHOSEN = -2
};

/* One question answered: by its choice in source order, so that neither language nor shuffling matters. */
struct visit_answered {
    char question[VISIT_ID_MAX], item[VISIT_ID_MAX];
    int choice; /* VISIT_NOT_SURE, a scale place 0..3, or the place in the source */
    bool is_right;
    int64_t ms, seq;
};

enum visit_sending { SEND_NOTHING, SEND_ANSWER, SEND_BACK, SEND_RESULT, SEND_QUIZ };

struct visit_quiz_answer {
    char question[VISIT_ID_MAX];
    int choice; /* source order */
    bool is_right;
};

struct visit {
    struct visit_options opt;
    char hub_lang[12], lang[12];
    char run_dir[1024]; /* "" = no resume */
    uint64_t seed;
    struct rng rng;
    struct lib_view *view;

    bool is_open;
    struct journal_visit who;
    int64_t began_ms, touched_ms, kept_touch_ms, idle_ms;
    uint64_t last_ticket, view_ticket, resume_ticket, lesson_ticket, saving_ticket;
    int64_t saving_since_ms, view_since_ms;
    enum visit_sending sending;
    struct visit_answered sent; /* the answer under way */
    struct err problem;

    struct assess_bank bank;
    struct assess_session session;
    uint64_t assess_seed;
    enum visit_length length;
    bool is_assessing;
    struct visit_answered answered[VISIT_QUESTIONS_MAX];
    int n_answered;
    struct visit_answered redo[VISIT_QUESTIONS_MAX]; /* answers gone back over, last one on top */
    int n_redo;
    int item, tap; /* the question shown: item of the bank, -1 = none; its part */
    struct quiz dealt;
    struct visit_question question;
    struct visit_result result;
    bool has_result;

    char lesson_id[VISIT_ID_MAX];
    struct lib_lesson_body *body;
    struct arena pages_arena;
    struct lesson_page *pages;
    struct visit_lesson lesson;
    bool has_lesson;
    int last_page;
    struct visit_quiz_answer quiz_answered[VISIT_QUIZ_MAX];
    int n_quiz_answered, quiz_at;
    struct quiz quiz_dealt;
    struct visit_quiz quiz;
    char done[VISIT_LESSONS_MAX][VISIT_ID_MAX];
    int n_done;
    enum visit_place place;
};

/* A row: begin, put its own fields, then send. sending SEND_NOTHING: nobody waits for it. counts as for clerk_append.
 */
struct visit_row {
    struct buf text;
    struct json_out out;
};
void visit_row_begin(struct visit *v, struct visit_row *row, const char *kind);
void visit_row_send(struct visit *v, struct visit_row *row, enum visit_sending sending, const char *const *counts);

/* The order of a question's choices: always the same within a visit. */
void visit_deal(const struct visit *v, struct quiz *q, const struct lib_question *question);

/* visit_assess.c */
M2_MUST_CHECK bool visit_assess_rebuild(struct visit *v,
                                        struct err *err); /* after the view changed: bank, replay, texts */
/* The power went between the last answer and its result: the result is sent now. */
M2_MUST_CHECK bool visit_assess_resumed(struct visit *v, struct err *err);
void visit_assess_saved(struct visit *v, enum visit_sending what, int64_t seq);
void visit_assess_row(struct visit *v, const char *kind, const struct json *row, int64_t seq);
void visit_assess_wipe(struct visit *v);
/* visit_lesson.c */
void visit_lesson_event(struct visit *v, struct ev_lesson *ev, enum visit_event *out);
void visit_lesson_rebuild(struct visit *v); /* after the view changed: names at once, pages with VISIT_LESSON_READY */
void visit_lesson_saved(struct visit *v);
void visit_lesson_row(struct visit *v, const char *kind, const struct json *row);
void visit_lesson_wipe(struct visit *v);

#endif
