/* sticklog: the last exchanges with their figures, for staff. Lines of one setting of the store, newest first. Pure. */
#ifndef M2_STICK_STICKLOG_H
#define M2_STICK_STICKLOG_H

#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

#define STICKLOG_SETTING "stick.log"
enum { STICKLOG_MAX = 6, STICKLOG_TEXT_MAX = 1024 }; /* the latter: a value of the store */

struct sticklog_entry {
    int64_t wall_s; /* 0 = the clock was not set */
    int64_t rows, visits, rows_left, rows_receipted;
    int64_t packs, bytes, ms;    /* containers and bytes that came in; how long it all took */
    int64_t cards_out, cards_in; /* of the village board */
    enum err_code code;          /* ERR_NONE = all was done; ERR_GONE = pulled out, ERR_CANCELLED = stopped, … */
};

/* Puts e before the lines of text, in place; the oldest goes. text of STICKLOG_TEXT_MAX bytes, "" = none yet. */
void sticklog_add(char text[STICKLOG_TEXT_MAX], const struct sticklog_entry *e);
/* How many there are; a line that cannot be read ends them. */
int sticklog_read(const char *text, struct sticklog_entry out[STICKLOG_MAX]);

#endif
