/* usb_msc: a USB stick as a blockdev: Bulk-Only Transport 1.0 with the commands of a SCSI disk over a usb_pipe.
 * Every byte the device sends is a stranger's: lengths, tags, status and sense are checked, retries are counted, and
 * each call ends within its time whatever the device does. What is used of the standards and the table of limits:
 * FORMAT.md, section USB. One owner, one thread; the clock is base/clock. */
#ifndef M2_STICK_USB_MSC_H
#define M2_STICK_USB_MSC_H

#include "stick/blockdev.h"
#include "stick/usb_pipe.h"

enum {
    MSC_CBW_MS = 5000,      /* the stick takes a command */
    MSC_COMMAND_MS = 10000, /* data and status of one try */
    MSC_FLUSH_MS = 20000,   /* the same, of a SYNCHRONIZE CACHE */
    MSC_PROBE_MS = 3000,    /* the same, of what only may be asked */
    MSC_TOTAL_MS = 30000,   /* a call with all its tries, besides the time its bytes may take */
    MSC_SLOWEST_KIB_S = 64, /* bytes may take this long: slower is broken */
    MSC_OPEN_MS = 30000,    /* opening as a whole */
    MSC_READY_MS = 10000,   /* of it: waiting for a stick that says it is about to become ready */
    MSC_READY_POLL_MS = 100,
    MSC_TRIES = 3,      /* of one command, a recovery between each two */
    MSC_ATTENTIONS = 4, /* a command may be answered so often with news instead */
    MSC_LUNS = 16,
};

/* The first logical unit that is a disk with a medium. pipe is taken: closed with the device, and on failure.
 * Codes: ERR_GONE, ERR_IO (does not answer, or not within its time), ERR_NOT_FOUND (no medium in it), ERR_FORMAT (no
 * disk, or of a sector size that cannot be). Later calls: those of blockdev; ERR_STATE on a write also when the stick
 * says only then that it is protected; ERR_GONE for ever once it was pulled or its medium changed; after a stick
 * stopped answering each call is ERR_IO at once. A read is ERR_CANCELLED once the pipe is stopped, within
 * USB_STOP_POLL_MS or the request under way. */
M2_MUST_CHECK bool usb_msc_open(struct usb_pipe *pipe, struct blockdev **out, struct err *err);

#endif
