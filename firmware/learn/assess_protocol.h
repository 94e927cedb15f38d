/* assess_protocol: the engine behind one JSON line in, one JSON line out (ALGORITHM section 9), for judges and
 * simulated learners. A bad line is answered by {"error": …} and changes nothing. Threads: one. */
#ifndef M2_LEARN_ASSESS_PROTOCOL_H
#define M2_LEARN_ASSESS_PROTOCOL_H

#include "base/buf.h"

enum { ASSESS_LINE_MAX = 1 << 16, ASSESS_BANK_BYTES_MAX = 4 << 20 };

struct assess_protocol;
struct assess_protocol *assess_protocol_new(void);
void assess_protocol_free(struct assess_protocol *p);
/* Answers one line, without newline on both sides; out is cleared first. False after "quit". */
bool assess_protocol_line(struct assess_protocol *p, const char *line, size_t n, struct buf *out);

#endif
