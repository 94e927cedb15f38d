/* err: why a call failed, as a code for the program and a sentence for people.
 * A struct err lives on the caller's stack, never allocates, and may be NULL where nobody wants the words. */
#ifndef M2_BASE_ERR_H
#define M2_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#define M2_MUST_CHECK   __attribute__((warn_unused_result))
#define M2_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define M2_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Codes keep their meaning for ever; retired ones stay listed. The words a visitor sees for each are in
 * ui/screens/scr_fault.c. */
enum err_code {
    ERR_NONE = 0,
    ERR_IO = 1,        /* reading or writing failed in the machine */
    ERR_NO_SPACE = 2,  /* disk or stick is full */
    ERR_FORMAT = 3,    /* bytes are not what their format says */
    ERR_SIGNATURE = 4, /* unknown key or wrong mark */
    ERR_TRUST = 5,     /* good mark, but key, role, counter or target do not allow it */
    ERR_NOT_FOUND = 6,
    ERR_EXISTS = 7,
    ERR_LIMIT = 8,      /* past a named limit */
    ERR_BUSY = 9,       /* somebody else holds it */
    ERR_USAGE = 10,     /* the user's mistake in what was asked */
    ERR_CORRUPT = 11,   /* our own data is damaged */
    ERR_GONE = 12,      /* the stick was pulled, the peer left */
    ERR_STATE = 13,     /* not possible now */
    ERR_VERSION = 14,   /* made for a newer program */
    ERR_CANCELLED = 15, /* the user stopped it */
};

enum { ERR_TEXT_BYTES = 480 };

struct err {
    enum err_code code;
    char text[ERR_TEXT_BYTES]; /* lower case, no full stop, subject quoted; NUL-terminated, cut at a UTF-8 boundary */
};

/* All return false, so that failing is one line: return err_set(err, ERR_IO, "cannot open '%s': %s", ...). */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...) M2_PRINTF(3, 4);
/* From errno value `errnum` (ENOSPC and EDQUOT become ERR_NO_SPACE, ENOENT ERR_NOT_FOUND, EEXIST ERR_EXISTS, ENODEV
 * ERR_GONE, else ERR_IO); the text is fmt followed by ": " and strerror. */
bool err_sys(struct err *err, int errnum, const char *fmt, ...) M2_PRINTF(3, 4);
/* Puts what was being done in front: "saving an answer: append to journal: disk is full". Keeps the code. */
bool err_wrap(struct err *err, const char *fmt, ...) M2_PRINTF(2, 3);
/* "ERR_NO_SPACE": for logs and the small print of the fault screen. */
const char *err_name(enum err_code code);
/* Exit code of a command for this failure: 1 the user's mistake, 2 the machine's, 3 signature or trust. */
int err_exit_code(enum err_code code);

#endif
