/* usb_ports: what hangs on the ports and what it says it is. sysfs has the descriptors of each device, whether it may
 * be used or not and whoever may open it; the kernel's own messages say when to look again. Without libusb, whose news
 * need a udevd. One thread. */
#ifndef M2_STICK_USB_PORTS_H
#define M2_STICK_USB_PORTS_H

#include "base/err.h"
#include "stick/usb_judge.h"

#define USB_SYS   "/sys/bus/usb/devices"
#define USB_NODES "/dev/bus/usb"
enum {
    USB_PORT_NAME_MAX = 32,      /* with its end: "2-1.3.4" */
    USB_DESCRIPTORS_MAX = 65536, /* read of one device */
    USB_DEVICES_MAX = 128,       /* further ones are not looked at */
};

struct usb_device {
    char port[USB_PORT_NAME_MAX]; /* the place, whatever is plugged in there: "2-1.3" */
    uint8_t bus, address;         /* no two that come to a port have the same, one after the other */
    bool is_super;                /* runs at SuperSpeed */
    bool is_allowed;              /* authorised: the kernel gave it a configuration */
    size_t n_device, n_config;
    uint8_t device[USB_DEVICE_BYTES];
    uint8_t config[USB_DESCRIPTORS_MAX]; /* the first */
};

/* Is text[0..n) a port: "2-1.3"? */
bool usb_ports_is_port(const char *text, size_t n);
/* Is this message of the kernel ("add@/devices/…" and words KEY=VALUE, each ended by a NUL) about a USB device? */
bool usb_ports_is_news(const char *message, size_t n);

/* *fd: to be waited on, the caller's to close. Codes: ERR_IO. */
M2_MUST_CHECK bool usb_ports_watch(int *fd, struct err *err);
/* Takes all messages that came, without waiting; *is_news: look at the ports again. What did not come from the kernel
 * is left out. Codes: ERR_IO. */
M2_MUST_CHECK bool usb_ports_hear(int fd, bool *is_news, struct err *err);

/* The ports that something hangs on, in the order of their names; sys: USB_SYS. No such folder is nobody. Codes:
 * ERR_IO.
 */
M2_MUST_CHECK bool usb_ports_list(const char *sys, char out[USB_DEVICES_MAX][USB_PORT_NAME_MAX], int *n,
                                  struct err *err);
/* What hangs there and what it says of itself. Codes: ERR_GONE, ERR_IO. */
M2_MUST_CHECK bool usb_ports_describe(const char *sys, const char *port, struct usb_device *out, struct err *err);
/* *fd: this very device's, the caller's; nodes: USB_NODES. Codes: ERR_GONE (also when another took its place), ERR_BUSY
 * (not allowed yet), ERR_IO. */
M2_MUST_CHECK bool usb_ports_open(const char *nodes, const struct usb_device *d, int *fd, struct err *err);

#endif
