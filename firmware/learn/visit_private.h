/* visit_private: what the parts of visit share; nobody else includes it. */
#ifndef M2_LEARN_VISIT_PRIVATE_H
#define M2_LEARN_VISIT_PRIVATE_H

#include "base/json.h"
#include "learn/pace.h"
#include "learn/quiz.h"
#include "learn/visit.h"
#include "shelf/reader.h"
#include "store/clerk.h"
#include "store/visitkey.h"

enum {
    VISIT_QUESTIONS_MAX = 3 * ASSESS_ANSWERS_MAX,
    VISIT_LESSONS_MAX = 64,
    VISIT_TOOLS_MAX = 32, /* more are used, and counted each time */
    VISIT_QUIZ_MAX = LIBRARY_QUESTIONS_MAX,
    VISIT_ID_MAX = 64,
    VISIT_NOTHING_CHOSEN = -2
};
_Static_assert(VISIT_LESSONS_MAX *(VISIT_ID_MAX + 3) < TOKENS_PROFILE_MAX / 2, "lessons alone never fill a profile");
_Static_assert(VISIT_RETESTS_MAX *(ASSESS_ID_MAX + 32 + VISIT_RETEST_MAX * (2 * VISIT_ID_MAX + 40)) +
                       VISIT_TOOLS_MAX * (VISIT_ID_MAX + 3) <
                   TOKENS_PROFILE_MAX / 4 * 3,
               "nor do re-tests and tools, which are never left out");

/* One question answered: by its choice in source order, so that neither language nor shuffling matters. */
struct visit_answered {
    char question[VISIT_ID_MAX], item[VISIT_ID_MAX];
    int choice; /* VISIT_NOT_SURE, a scale place 0..3, or the place in the source */
    bool is_right;
    int64_t ms, seq;
};

enum visit_sending { SEND_NOTHING, SEND_ANSWER, SEND_BACK, SEND_RESULT, SEND_QUIZ, SEND_RETEST };

struct visit_retest {
    char competence[ASSESS_ID_MAX], item[VISIT_RETEST_MAX][ASSESS_ID_MAX];
    int n_items, before, n_before; /* level, and items answered, when it began */
    struct visit_answered answer[VISIT_RETEST_MAX];
    int n_answers;
    bool is_done;
};

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
    struct assess_session now; /* the same where nothing was asked again; results are of this one */
    struct visit_retest retest[VISIT_RETESTS_MAX];
    int n_retests;
    bool is_retesting; /* the last of them */
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
    int timed_from;      /* answers before this one are not of the running questions' time */
    int64_t budget_ms;   /* that time */
    bool has_been_done;  /* a result of these questions is written: a later one is not counted again */
    int64_t business_ms; /* clock_ms() when the first was said of the business; 0 = nothing was */
    struct business business;
    enum pathway_time time;
    bool has_time; /* she chose it */

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
    bool is_shown[VISIT_LESSONS_MAX]; /* of those, in this visit */
    int n_done;
    char tool[VISIT_ID_MAX], tools[VISIT_TOOLS_MAX][VISIT_ID_MAX]; /* the one opened last; all that were used */
    int n_tools;
    enum visit_place place;
    char workshop[VISIT_ID_MAX]; /* that runs; "" = none */

    struct visit_token token;
    struct token_keys token_keys; /* while token.is_kept */
    uint64_t token_ticket, keep_ticket;
    int64_t token_since_ms;
    bool has_unkept; /* something changed since the profile was sent to be kept */
    int n_brought;   /* answers of earlier visits: nothing goes back into those */
    char left_lesson[VISIT_ID_MAX];
    int left_page;

    struct visit_board board;
    struct board_view *board_view;
    struct card board_card; /* under way to be put up by the visitor; days 0 = none is */
    uint64_t board_ticket;
    int64_t board_since_ms;
    uint8_t mine[VISIT_CARDS_MAX][CARD_ID_BYTES]; /* put up in this visit */
    int n_mine;
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
void visit_assess_brought(struct visit *v); /* the answers are those of earlier visits */
void visit_assess_wipe(struct visit *v);
/* Replays all answers and finds the question to show. */
M2_MUST_CHECK bool visit_assess_settle(struct visit *v, struct err *err);
void visit_answered_take(const struct json *row, int64_t seq, struct visit_answered *out);
/* visit_retest.c */
/* The first answers without those that were asked again, and these. */
int visit_answers_that_count(const struct visit *v, const struct assess_answer *first, int n_first,
                             struct assess_answer out[ASSESS_ANSWERS_MAX]);
int visit_retest_item(const struct visit *v); /* of the bank; -1 = none runs */
void visit_retest_frame(const struct visit *v, struct visit_question *q);
void visit_retest_result(struct visit *v);
void visit_retest_saved(struct visit *v);
void visit_retest_row(struct visit *v, const char *kind, const struct json *row, int64_t seq);
void visit_retest_drop(struct visit *v); /* the one that runs, where one does */
void visit_retest_forget(struct visit *v);
/* visit_business.c */
void visit_business_row(struct visit *v, const char *kind, const struct json *row);
void visit_time_take(struct visit *v, int64_t minutes); /* what is no choice changes nothing */
void visit_business_wipe(struct visit *v);
/* visit_back.c. The profile: what lies sealed and comes back; FORMAT.md. */
void visit_profile_write(const struct visit *v, struct buf *out, bool *is_short);
/* *has_assess: its answers took the place of those of this visit. */
M2_MUST_CHECK bool visit_profile_read(struct visit *v, const char *text, bool *has_assess, struct err *err);
enum visit_event visit_token_event(struct visit *v, struct ev_token *ev);
void visit_token_changed(struct visit *v); /* something happened that is worth keeping */
void visit_token_close(struct visit *v);   /* the last profile is sent, before all is wiped */
void visit_token_wipe(struct visit *v);
/* visit_tool.c */
void visit_tool_row(struct visit *v, const char *kind, const struct json *row);
void visit_tool_used(struct visit *v, const char *id);
void visit_tool_wipe(struct visit *v);
/* visit_board.c */
enum visit_event visit_board_event(struct visit *v, struct ev_board *ev);
void visit_board_row(struct visit *v, const char *kind);
void visit_board_wipe(struct visit *v);
/* visit_lesson.c */
void visit_mark_done(struct visit *v, const char *id);
void visit_lesson_event(struct visit *v, struct ev_lesson *ev, enum visit_event *out);
void visit_lesson_rebuild(struct visit *v); /* after the view changed: names at once, pages with VISIT_LESSON_READY */
void visit_lesson_saved(struct visit *v);
void visit_lesson_row(struct visit *v, const char *kind, const struct json *row);
void visit_lesson_wipe(struct visit *v);

/* visit_assess.c: her time as a multiple of what items are thought to take, by pace_of or pace_mean (pace.h). */
double visit_pace(const struct visit *v, double (*by)(const struct pace_answer *answers, int n));

#endif
