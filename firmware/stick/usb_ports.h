/* usb_ports: what hangs on the ports: who is there at start, who comes and goes, and what it says it is. Without
 * libusb, whose news need a udevd: the kernel's own messages are enough, and its files hold the descriptors. One
 * thread. */
#ifndef M2_STICK_USB_PORTS_H
#define M2_STICK_USB_PORTS_H

#include "base/err.h"
#include "stick/usb_judge.h"

#define USB_ROOT "/dev/bus/usb"
enum {
    USB_PORT_NAME_MAX = 32,      /* with its end: "2-1.3.4" */
    USB_EVENT_BYTES = 8192,      /* a longer message is lost */
    USB_DESCRIPTORS_MAX = 65536, /* read of one device */
    USB_DEVICES_MAX = 128,       /* found at start; further ones are not looked at */
};

struct usb_address {
    uint8_t bus, address; /* as USB_ROOT numbers them */
};

enum usb_event_kind {
    USB_EVENT_NONE = 0, /* no news for now */
    USB_EVENT_ADDED,
    USB_EVENT_ALLOWED, /* authorised and configured: its interfaces appeared; where is not set */
    USB_EVENT_REMOVED,
    USB_EVENT_LOST, /* news were lost: look at all of USB_ROOT again */
};

struct usb_event {
    enum usb_event_kind kind;
    char port[USB_PORT_NAME_MAX]; /* names the place, whatever is plugged in there */
    struct usb_address where;
};

/* One message of the kernel: "add@/devices/…" and words KEY=VALUE, each ended by a NUL. False: of no USB device, or not
 * a message; *out untouched. */
bool usb_ports_parse(const char *message, size_t n, struct usb_event *out);

/* *fd: to be waited on, the caller's to close. Codes: ERR_IO. */
M2_MUST_CHECK bool usb_ports_watch(int *fd, struct err *err);
/* The next news, without waiting. What did not come from the kernel is left out. Codes: ERR_IO. */
M2_MUST_CHECK bool usb_ports_next(int fd, struct usb_event *out, struct err *err);

/* Who is there, by bus and address. No such folder is nobody. Codes: ERR_IO. */
M2_MUST_CHECK bool usb_ports_list(const char *root, struct usb_address out[USB_DEVICES_MAX], int *n, struct err *err);

struct usb_device {
    char port[USB_PORT_NAME_MAX]; /* as in usb_event; "" where the kernel does not say (before 5.9) */
    bool is_super;                /* runs at SuperSpeed */
    size_t n_device, n_config;
    uint8_t device[USB_DEVICE_BYTES];
    uint8_t config[USB_DESCRIPTORS_MAX]; /* the first */
};

/* *fd: the device's, the caller's. Codes: ERR_GONE, ERR_BUSY (not allowed yet), ERR_IO. */
M2_MUST_CHECK bool usb_ports_open(const char *root, struct usb_address where, int *fd, struct err *err);
/* What it says of itself, allowed or not. Codes: ERR_GONE, ERR_IO. */
M2_MUST_CHECK bool usb_ports_describe(int fd, struct usb_device *out, struct err *err);

#endif
