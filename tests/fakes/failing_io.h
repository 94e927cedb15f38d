/* failing_io: calls to the system and to libsodium that fail when told to, by the linker's --wrap; the list of them is
 * failing_io.wraps. One thread. */
#ifndef M2_FAKES_FAILING_IO_H
#define M2_FAKES_FAILING_IO_H

#include <stdbool.h>

enum failing_call {
    FAIL_NONE,
    FAIL_OPEN,
    FAIL_READ,
    FAIL_WRITE,
    FAIL_SEEK,
    FAIL_SYNC,
    FAIL_CLOSE, /* closes all the same */
    FAIL_RENAME,
    FAIL_SODIUM_INIT, /* from the start on, too, with FAILING_SODIUM=1 in the environment: keys.c calls it before main
                       */
    FAIL_BOX_SEAL,
    FAIL_SCRYPT,
    FAIL_ARGON,
};

/* The nth call from now on, counted from 1, fails with this errno; n_times calls in a row do. */
void fail_call(enum failing_call call, int nth, int n_times, int errnum);
/* Ends it. True when at least one call failed. */
bool fail_end(void);

#endif
