/* pace: the median of her own times tells what is left. */
#include "learn/pace.h"
#include "learn/assess.h"
#include <stdlib.h>

#include "base/banned.h"

enum { SECONDS_PER_ITEM = 28, SECONDS_PER_MINUTE = 60 };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double bounded(double pace)
{
    return pace < PACE_MIN ? PACE_MIN : pace > PACE_MAX ? PACE_MAX : pace;
}

double pace_of(const struct pace_answer *answers, int n)
{
    double ratio[ASSESS_ANSWERS_MAX], median;
    int known = 0;

    for (int i = 0; i < n && known < ASSESS_ANSWERS_MAX; i++) {
        if (answers[i].ms > 0 && answers[i].seconds > 0) {
            ratio[known++] = (double)answers[i].ms / (1000 * answers[i].seconds);
        }
    }
    if (known < PACE_ANSWERS_MIN) {
        return 1;
    }
    qsort(ratio, (size_t)known, sizeof *ratio, by_size);
    median = (ratio[known / 2] + ratio[(known - 1) / 2]) / 2;
    return bounded(median);
}

double pace_mean(const struct pace_answer *answers, int n)
{
    double ms = 0, seconds = 0;

    for (int i = 0; i < n; i++) {
        if (answers[i].ms > 0 && answers[i].seconds > 0) {
            ms += (double)answers[i].ms;
            seconds += answers[i].seconds;
        }
    }
    return seconds > 0 ? bounded(ms / (1000 * seconds)) : 1;
}

int pace_minutes(int n_items, double pace)
{
    int seconds = (int)(n_items * SECONDS_PER_ITEM * pace);
    int minutes = (seconds + SECONDS_PER_MINUTE - 1) / SECONDS_PER_MINUTE;

    return minutes > 1 ? minutes : 1;
}

int64_t pace_budget_ms(int n_items)
{
    int minutes = n_items <= 12 ? 6 : n_items <= 24 ? 10 : 16;

    return (int64_t)minutes * SECONDS_PER_MINUTE * 1000;
}

int pace_items(int64_t left_ms, double pace)
{
    int n = (int)((double)left_ms / (1000 * SECONDS_PER_ITEM * pace) + 0.5);

    return n > 1 ? n : 1;
}

bool pace_is_over(int64_t left_ms, double seconds, double pace)
{
    return (double)left_ms < 1000 * seconds * pace * PACE_LAST;
}
