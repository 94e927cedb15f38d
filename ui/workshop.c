/* workshop: the run of a workshop. */
#include "workshop.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum { MINUTE_MS = 60 * 1000 };

int workshop_people(int people, int by)
{
    int n = people + by;

    return n < WORKSHOP_PEOPLE_LEAST ? WORKSHOP_PEOPLE_LEAST : n > WORKSHOP_PEOPLE_MOST ? WORKSHOP_PEOPLE_MOST : n;
}

static void show_part(struct workshop *w, int part, int64_t left_ms, int64_t now_ms)
{
    w->part = part;
    w->n_shown = part + 1 > w->n_shown ? part + 1 : w->n_shown;
    w->left_ms = left_ms;
    w->due_ms = now_ms + left_ms;
    w->is_paused = w->has_note = false;
    w->last_vote = -1;
}

void workshop_begin(struct workshop *w, const struct lib_workshop *about, int people, int64_t now_ms)
{
    *w = (struct workshop){
        .stage = WORKSHOP_RUNS, .people = people, .n_parts = about->n_parts, .began_ms = now_ms, .last_vote = -1};
    snprintf(w->id, sizeof w->id, "%s", about->id);
    show_part(w, 0, (int64_t)about->parts[0].minutes * MINUTE_MS, now_ms);
}

int64_t workshop_left_ms(const struct workshop *w, int64_t now_ms)
{
    int64_t left_ms = w->is_paused ? w->left_ms : w->due_ms - now_ms;

    return left_ms > 0 ? left_ms : 0;
}

void workshop_pause(struct workshop *w, int64_t now_ms)
{
    w->left_ms = workshop_left_ms(w, now_ms);
    w->due_ms = now_ms + w->left_ms;
    w->is_paused = !w->is_paused;
}

void workshop_vote(struct workshop *w, int option)
{
    int *votes = &w->votes[w->part][option];

    if (*votes < WORKSHOP_VOTES_MAX) {
        ++*votes;
        w->last_vote = option;
    }
}

void workshop_take_back(struct workshop *w)
{
    if (w->last_vote >= 0) {
        w->votes[w->part][w->last_vote]--;
        w->last_vote = -1;
    }
}

void workshop_stop(struct workshop *w, int64_t now_ms)
{
    w->stage = WORKSHOP_OVER;
    w->took_ms = now_ms - w->began_ms;
}

void workshop_next(struct workshop *w, const struct lib_workshop *about, int64_t now_ms)
{
    int next = w->part + 1;

    if (next < about->n_parts) {
        w->left_behind_ms[w->part] = workshop_left_ms(w, now_ms);
        show_part(w, next,
                  next < w->n_shown ? w->left_behind_ms[next] : (int64_t)about->parts[next].minutes * MINUTE_MS,
                  now_ms);
    } else {
        workshop_stop(w, now_ms);
    }
}

void workshop_before(struct workshop *w, int64_t now_ms)
{
    if (w->part > 0) {
        w->left_behind_ms[w->part] = workshop_left_ms(w, now_ms);
        show_part(w, w->part - 1, w->left_behind_ms[w->part - 1], now_ms);
    }
}

int workshop_parts_shown(const struct workshop *w)
{
    return w->n_shown;
}

int workshop_minutes(const struct workshop *w)
{
    return (int)((w->took_ms + MINUTE_MS / 2) / MINUTE_MS);
}

int workshop_most_votes(const struct workshop *w, int part)
{
    int most = 0;

    for (int i = 0; i < LIBRARY_OPTIONS_MAX; i++) {
        most = w->votes[part][i] > most ? w->votes[part][i] : most;
    }
    return most;
}
