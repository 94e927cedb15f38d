/* usb_libusb: a usb_pipe to a real device; the one file that knows libusb. No driver is detached: the kernel has none
 * for sticks here. libusb looks for nothing by itself: it gets the device's open file. One thread. */
#ifndef M2_STICK_USB_LIBUSB_H
#define M2_STICK_USB_LIBUSB_H

#include "base/err.h"
#include "stick/usb_judge.h"
#include "stick/usb_pipe.h"

/* fd: a file of usb_ports_open(), shape: what usb_judge() said of it. fd is taken: closed with the pipe, and on
 * failure. Codes: ERR_GONE, ERR_BUSY (a driver has it, or it is not authorised yet), ERR_IO. */
M2_MUST_CHECK bool usb_libusb_open(int fd, const struct usb_shape *shape, bool is_super, struct usb_pipe **out,
                                   struct err *err);

#endif
