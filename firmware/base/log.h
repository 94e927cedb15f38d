/* log: one line per event, to stderr and to a ring that the staff screen shows.
 * No personal data, no answer, no secret ever goes here (THREATS R7, T48). Any thread may call. */
#ifndef M2_BASE_LOG_H
#define M2_BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };
enum { LOG_RING_LINES = 64, LOG_LINE_BYTES = 256 };

void log_line(enum log_level level, const char *fmt, ...) M2_PRINTF(2, 3);
/* One line from a failure: "doing: text [ERR_X]". */
void log_err(const char *doing, const struct err *err);
/* Copies up to `max` newest lines, newest first; returns how many. */
int log_recent(char lines[][LOG_LINE_BYTES], int max);
/* Lines go to this descriptor instead of stderr (tests); -1 = ring only. */
void log_to(int fd);

#endif
