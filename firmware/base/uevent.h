/* uevent: the kernel's own messages about devices that come, go and change (netlink), with no udevd. One thread. */
#ifndef M2_BASE_UEVENT_H
#define M2_BASE_UEVENT_H

#include "base/err.h"

enum { UEVENT_BYTES = 8192 }; /* a longer message is lost */

enum uevent {
    UEVENT_NONE = 0, /* no news for now */
    UEVENT_MESSAGE,  /* "add@/devices/…" and words KEY=VALUE, each ended by a NUL */
    UEVENT_LOST,     /* news were lost: look at everything again */
};

/* *fd: to be waited on, the caller's to close. Codes: ERR_IO. */
M2_MUST_CHECK bool uevent_watch(int *fd, struct err *err);
/* The next message, without waiting. What did not come from the kernel is left out. Codes: ERR_IO. */
M2_MUST_CHECK bool uevent_next(int fd, char message[UEVENT_BYTES], size_t *n, enum uevent *what, struct err *err);

#endif
