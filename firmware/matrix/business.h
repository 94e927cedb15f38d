/* business: what a visitor says of her business in the first pass: trade, alone or with others, and a tap for each of a
 * dozen plain acts. Where that places it on its processes, and what the second pass should therefore ask more about.
 * Pure functions of their input. */
#ifndef M2_MATRIX_BUSINESS_H
#define M2_MATRIX_BUSINESS_H

#include "base/json.h"
#include "matrix/matrix.h"

enum { BUSINESS_TAPS_MAX = 24, BUSINESS_ID_MAX = 40, BUSINESS_PLACES = 4 };

enum business_people { BUSINESS_UNSAID, BUSINESS_ALONE, BUSINESS_WITH_OTHERS };
enum business_answer { BUSINESS_NO_ANSWER = -1, BUSINESS_NOT_YET, BUSINESS_PARTLY, BUSINESS_YES, BUSINESS_ANSWERS };

struct business {                /* zeroed: nothing said */
    char trade[BUSINESS_ID_MAX]; /* "" = none said */
    enum business_people people;
    struct {
        char id[BUSINESS_ID_MAX];
        enum business_answer answer;
    } tap[BUSINESS_TAPS_MAX];
    int n_taps;
};

/* What was said of an act; asking again replaces. Past BUSINESS_TAPS_MAX it is left out. */
void business_tap(struct business *b, const char *id, enum business_answer answer);
enum business_answer business_tapped(const struct business *b, const char *id);

/* As fields of an open object, and from it again: of a row, of a profile. What is no answer is left out. */
void business_put(const struct business *b, struct json_out *out);
void business_take(const struct json *from, struct business *b);

/* How far a process is in hand, by what she says: 1 just beginning .. 4 well in hand; 0 = nothing said. */
struct business_place {
    const char *process; /* borrowed from the view */
    int place;
};
int business_places(const struct lib_view *view, const struct business *b,
                    struct business_place out[MATRIX_PROCESSES_MAX]); /* returns how many */

/* What a process is to her trade, 0..1; below 0: not known. */
double business_matter(const struct lib_view *view, const struct business *b, const char *process);
/* How much a process is worth working on, 0..1: the mean of what it is to the trade and of how far it is from being in
 * hand, as far as they are known. */
double business_worth(const struct lib_view *view, const struct business *b, const struct business_place *at);

/* How much each competence of the view matters to the second pass, 1 to BUSINESS_WEIGHT_MAX: never 0, all stay in. A
 * process counts by what it is to the trade and by how far it is from being in hand; a competence by the processes that
 * use it. Nothing said: 1 each. */
#define BUSINESS_WEIGHT_MAX 2.0
void business_weights(const struct lib_view *view, const struct business *b, double *weight);

#endif
