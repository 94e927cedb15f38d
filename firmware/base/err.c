/* err: why a call failed, as a code for the program and a sentence for people. */
#include "base/err.h"
#include "base/utf8.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

static void cut(char *text, size_t written)
{
    if (written >= ERR_TEXT_BYTES) {
        text[utf8_cut(text, ERR_TEXT_BYTES - 1, ERR_TEXT_BYTES - 1)] = '\0';
    }
}

static size_t format(char *out, size_t room, const char *fmt, va_list args)
{
    int n = vsnprintf(out, room, fmt, args);

    return n < 0 ? 0 : (size_t)n;
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
    va_list args;

    if (err) {
        err->code = code;
        va_start(args, fmt);
        cut(err->text, format(err->text, sizeof err->text, fmt, args));
        va_end(args);
    }
    return false;
}

static enum err_code code_of(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT:
        return ERR_NO_SPACE;
    case ENOENT:
        return ERR_NOT_FOUND;
    case EEXIST:
        return ERR_EXISTS;
    case ENODEV:
        return ERR_GONE;
    default:
        return ERR_IO;
    }
}

bool err_sys(struct err *err, int errnum, const char *fmt, ...)
{
    va_list args;
    size_t n;

    if (!err) {
        return false;
    }
    err->code = code_of(errnum);
    va_start(args, fmt);
    n = format(err->text, sizeof err->text, fmt, args);
    va_end(args);
    if (n < sizeof err->text) {
        n += (size_t)snprintf(err->text + n, sizeof err->text - n, ": %s", strerror(errnum));
    }
    cut(err->text, n);
    return false;
}

bool err_wrap(struct err *err, const char *fmt, ...)
{
    char old[ERR_TEXT_BYTES];
    va_list args;
    size_t n;

    if (!err) {
        return false;
    }
    memcpy(old, err->text, sizeof old);
    va_start(args, fmt);
    n = format(err->text, sizeof err->text, fmt, args);
    va_end(args);
    if (n < sizeof err->text) {
        n += (size_t)snprintf(err->text + n, sizeof err->text - n, ": %s", old);
    }
    cut(err->text, n);
    return false;
}

const char *err_name(enum err_code code)
{
    static const char *const names[] = {
        "ERR_NONE",      "ERR_IO",     "ERR_NO_SPACE", "ERR_FORMAT",    "ERR_SIGNATURE", "ERR_TRUST",
        "ERR_NOT_FOUND", "ERR_EXISTS", "ERR_LIMIT",    "ERR_BUSY",      "ERR_USAGE",     "ERR_CORRUPT",
        "ERR_GONE",      "ERR_STATE",  "ERR_VERSION",  "ERR_CANCELLED",
    };

    return (size_t)code < M2_COUNT(names) ? names[code] : "ERR_UNKNOWN";
}

int err_exit_code(enum err_code code)
{
    switch (code) {
    case ERR_NONE:
        return 0;
    case ERR_SIGNATURE:
    case ERR_TRUST:
        return 3;
    case ERR_USAGE:
    case ERR_FORMAT:
    case ERR_NOT_FOUND:
    case ERR_EXISTS:
    case ERR_LIMIT:
    case ERR_VERSION:
    case ERR_STATE:
    case ERR_CANCELLED:
        return 1;
    default:
        return 2;
    }
}
