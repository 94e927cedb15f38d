/* answers: the sessions of the assessment that a ledger holds, as calibration wants them. What was gone back over is
 * left out, as are answers to items that the bank no longer has, and sessions too short to tell anything. */
#ifndef M2_TOOLS_ANSWERS_H
#define M2_TOOLS_ANSWERS_H

#include "learn/calibrate.h"
#include "store/db.h"

enum { ANSWERS_SESSION_MIN = 6 }; /* items answered */

struct answers { /* zeroed is empty */
    struct calibrate_session *sessions;
    struct assess_answer *given; /* of all sessions, one after the other */
    int n, n_given, cap, cap_given;
    int n_short, n_foreign; /* sessions too short; answers to items that are not in the bank, or that could not be */
};

/* languages: codes in the order of their numbers; sessions in another language are left out as foreign. */
M2_MUST_CHECK bool answers_read(struct db *ledger, const struct assess_bank *bank, const char *const *languages,
                                int n_languages, struct answers *out, struct err *err);
void answers_release(struct answers *a);

#endif
