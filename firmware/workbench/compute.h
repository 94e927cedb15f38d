/* compute: the reckoning of a tool. A line of JSON in (a program of its author, and what she typed), a line out: what
 * the program returned, or why it was refused (FORMAT.md). The program is a stranger's: it reaches numbers, texts and
 * tables, nothing else, and ends at each limit below. Only micro2-compute, a sandboxed child, and tests link it; it is
 * the only code that includes Lua. What comes out is as foreign as what went in: workbench/tool.h reads it. */
#ifndef M2_WORKBENCH_COMPUTE_H
#define M2_WORKBENCH_COMPUTE_H

#include "base/buf.h"

enum {
    COMPUTE_LINE_MAX = 128 * 1024,        /* bytes of a question, its end not counted */
    COMPUTE_PROGRAM_MAX = 16 * 1024,      /* bytes */
    COMPUTE_VALUES_MAX = 16,              /* given to the program */
    COMPUTE_TEXT_MAX = 64,                /* bytes of a text given to it or returned by it */
    COMPUTE_INSTRUCTIONS_MAX = 2000000,   /* of the virtual machine, loading and reckoning together */
    COMPUTE_MEMORY_MAX = 4 * 1024 * 1024, /* bytes */
    COMPUTE_CPU_MS = 500,                 /* for what one instruction can take long at: patterns, moving tables */
    COMPUTE_DEPTH_MAX = 8,                /* tables in tables of what it returns */
    COMPUTE_PARTS_MAX = 1024,             /* numbers, texts, tables of what it returns */
    COMPUTE_ANSWER_MAX = 64 * 1024,       /* bytes of an answer, its end not counted */
    COMPUTE_REASON_MAX = 200,             /* bytes of the sentence that says why not */
};

struct json;
/* A question, read strictly. */
struct compute_question {
    struct json *json; /* owns the texts */
    const char *program;
    const struct json *values; /* NULL: what fields there are is asked */
};
/* ERR_FORMAT, ERR_LIMIT; *out is the caller's to compute_release(), also after a failure. */
M2_MUST_CHECK bool compute_parse(const char *line, size_t n, struct compute_question *out, struct err *err);
void compute_release(struct compute_question *q); /* wipes nothing: the child ends */

/* The answer to a line (without its end), appended to out without an end: one line of JSON, whatever was asked. */
void compute_answer(const char *line, size_t n, struct buf *out);
/* The same where nothing was reckoned. */
void compute_refuse(const char *reason, struct buf *out);

#endif
