/* sandbox: what micro2-stickd may still do once it reads strangers' bytes (DESIGN 2, THREATS T20): no new privileges,
 * no capabilities, no core file, and only the system calls that moving bytes between descriptors takes. Anything else
 * ends the process at once (SIGSYS): to the station the stick is then not readable. The only file that includes
 * seccomp.h. The unit file adds what only a service manager can: own user, own mounts, address families. */
#ifndef M2_STICK_SANDBOX_H
#define M2_STICK_SANDBOX_H

#include "base/err.h"

enum sandbox_kind {
    SANDBOX_IMAGE, /* descriptors that are open already, and no others */
    SANDBOX_FONTS, /* also opens files to read them and has threads: what draws needs fonts (micro2-paper) */
    SANDBOX_USB,   /* also opens device nodes that exist, and speaks usbfs to them */
};

/* For the whole process and for good; call it before any other thread runs. */
M2_MUST_CHECK bool sandbox_enter(enum sandbox_kind kind, struct err *err);

#endif
