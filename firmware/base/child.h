/* child: a small program of ours that lies beside the one that runs, on two pipes. */
#ifndef M2_BASE_CHILD_H
#define M2_BASE_CHILD_H

#include "base/err.h"
#include <sys/types.h>

struct child {
    pid_t pid;    /* 0 = none */
    int to, from; /* its stdin and stdout; -1 = closed */
};

/* ERR_NOT_FOUND and others of the system where it is not there. Writing to one that died is SIGPIPE: ignore it. */
M2_MUST_CHECK bool child_spawn(struct child *c, const char *name, struct err *err);
/* Ends it, whatever it is at; returns its exit code, -1 where it had none. Nothing on an empty struct. */
int child_end(struct child *c);
/* Waits for one that has closed its output by itself; as child_end(). */
int child_wait(struct child *c);

#endif
