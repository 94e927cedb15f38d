/* answers: the sessions of the assessment that a ledger holds, as calibration wants them. What was gone back over is
 * left out, as are answers to items that the bank no longer has, answers of who came back to go on (what they were
 * asked was chosen by answers of another visit, which nobody can put together with these), and sessions too short to
 * tell anything. */
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
    int n_mixed;            /* sessions among the n that went on in another language: CALIBRATE_MIXED */
    int n_returned;         /* answers of a session that began in another visit */
};

/* languages: codes in the order of their numbers; sessions in another language, even in part, are left out as too
 * short. The sessions come in no order of hubs or of time. */
M2_MUST_CHECK bool answers_read(struct db *ledger, const struct assess_bank *bank, const char *const *languages,
                                int n_languages, struct answers *out, struct err *err);
void answers_release(struct answers *a);

#endif
