/* usb_allow: which USB port takes what (THREATS T12, T57). The owner of a board writes it into one file, a line for
 * each port that matters: its name in /sys/bus/usb/devices, and the one kind of device it takes, as usb_judge names it:
 *
 *     1-1      hub       # the board's own
 *     1-1.4    input     # the touch panel
 *     1-1.2    stick     # the slot
 *
 * Where no line says stick, every port that is not named is a slot. Whatever else is plugged in is not used by anybody.
 */
#ifndef M2_STICK_USB_ALLOW_H
#define M2_STICK_USB_ALLOW_H

#include "stick/usb_ports.h"

enum { USB_ALLOW_MAX = 32, USB_ALLOW_BYTES = 16 * 1024 }; /* ports, and bytes of the file */

struct usb_allow { /* all zero: every port is a slot */
    int n;
    bool has_slot;
    struct {
        char port[USB_PORT_NAME_MAX];
        enum usb_kind kind;
    } rows[USB_ALLOW_MAX];
};

/* No such file is all zero. Codes: ERR_FORMAT, with the line; ERR_LIMIT, ERR_IO. */
M2_MUST_CHECK bool usb_allow_read(const char *path, struct usb_allow *out, struct err *err);
/* The one kind that this port takes; USB_KINDS = nothing. */
enum usb_kind usb_allow_kind(const struct usb_allow *allow, const char *port);

#endif
