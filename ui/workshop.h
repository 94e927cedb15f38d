/* workshop: where a workshop stands that somebody leads: its part, the time left of it, what the room voted. For the
 * visit only, in memory alone: no vote is written anywhere. Times are clock_ms(), given by the caller. Main thread. */
#ifndef M2_UI_WORKSHOP_H
#define M2_UI_WORKSHOP_H

#include "shelf/library.h"
#include <stdint.h>

enum {
    WORKSHOP_ID_BYTES = 64,
    WORKSHOP_PEOPLE_LEAST = 2,
    WORKSHOP_PEOPLE_MOST = 40, /* no more have room before a screen */
    WORKSHOP_VOTES_MAX = 999,  /* of an option */
    /* A pairs' part may go on for 40 minutes (tools/content_workshops.h) without a touch. */
    WORKSHOP_IDLE_MS = 45 * 60 * 1000,
};

enum workshop_stage { WORKSHOP_NONE, WORKSHOP_RUNS, WORKSHOP_OVER };

struct workshop { /* zeroed: none has begun */
    char id[WORKSHOP_ID_BYTES];
    enum workshop_stage stage;
    int people, part, n_parts;
    int n_shown;              /* parts; one may go back */
    bool is_paused, has_note; /* the note for who leads is on show */
    int64_t began_ms, took_ms;
    int64_t due_ms, left_ms;                   /* the end of the part; what is left of it while paused */
    int64_t left_behind_ms[LIBRARY_PARTS_MAX]; /* of each part, when it was left */
    int votes[LIBRARY_PARTS_MAX][LIBRARY_OPTIONS_MAX];
    int last_vote; /* the option touched last in this part, -1 = none to take back */
};

/* So many people and by more, within what a workshop may have. */
int workshop_people(int people, int by);
void workshop_begin(struct workshop *w, const struct lib_workshop *about, int people, int64_t now_ms);
/* Of the part, never below 0. */
int64_t workshop_left_ms(const struct workshop *w, int64_t now_ms);
void workshop_pause(struct workshop *w, int64_t now_ms); /* or goes on */
void workshop_vote(struct workshop *w, int option);
void workshop_take_back(struct workshop *w); /* the last vote of this part, once */
/* To the next part, behind the last one it is over. */
void workshop_next(struct workshop *w, const struct lib_workshop *about, int64_t now_ms);
/* To the part before, as it was left: the time that was left of it, its votes. Not before the first. */
void workshop_before(struct workshop *w, int64_t now_ms);
void workshop_stop(struct workshop *w, int64_t now_ms); /* over, wherever it stands */
int workshop_parts_shown(const struct workshop *w);
int workshop_minutes(const struct workshop *w); /* it took, once it is over; rounded */
int workshop_most_votes(const struct workshop *w, int part);

#endif
