/* pace: how long it still takes, by how long this visitor took so far. Pure functions of their input. */
#ifndef M2_LEARN_PACE_H
#define M2_LEARN_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum { PACE_ANSWERS_MIN = 3 }; /* fewer tell nothing */
#define PACE_MIN 0.5
#define PACE_MAX 6.0

struct pace_answer {
    int64_t ms;     /* looked at; 0 = not known */
    double seconds; /* what such an item is thought to take */
};
/* Her time as a multiple of what is thought: the median, within PACE_MIN and PACE_MAX; 1 before she is known. */
double pace_of(const struct pace_answer *answers, int n);
/* The same by all her time together, within the same bounds: whoever reads slowly is slowest where there is most to
 * read. 1 before anything is known. */
double pace_mean(const struct pace_answer *answers, int n);
/* About how many minutes so many items take at this pace; at least 1. */
int pace_minutes(int n_items, double pace);

/* How long so many questions may take, in ms: who reads slowly is asked fewer, and her ranges are wider. 12 in 6
 * minutes, 24 in 10, more in 16. */
int64_t pace_budget_ms(int n_items);
/* About how many items fit into the time left at this pace; at least 1. */
int pace_items(int64_t left_ms, double pace);
/* Less is left than an item that is thought to take so many seconds takes at this pace, and PACE_LAST of that: the last
 * one ends in time, too. */
#define PACE_LAST 1.3
bool pace_is_over(int64_t left_ms, double seconds, double pace);

#endif
