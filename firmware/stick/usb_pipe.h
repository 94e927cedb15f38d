/* usb_pipe: one mass-storage interface of a device, as Bulk-Only Transport needs it: two bulk endpoints and three
 * requests. Two backs: libusb (usb_libusb) and the fake stick of the tests. One owner, one thread. */
#ifndef M2_STICK_USB_PIPE_H
#define M2_STICK_USB_PIPE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    USB_CONTROL_MS = 2000,               /* each request, clear_halt included */
    USB_STOP_POLL_MS = 100,              /* a transfer under way asks so often whether anybody still waits for it */
    USB_COMMAND_BYTES = 120 * 1024,      /* data of one command that every stick bears, as Linux found */
    USB_COMMAND_BYTES_MAX = 1024 * 1024, /* and at SuperSpeed */
};

enum usb_result {
    USB_DONE = 0, /* all bytes, or fewer ended by a short packet */
    USB_STALL,    /* the endpoint halted */
    USB_TIMEOUT,
    USB_OVERFLOW, /* the device sent more than there was room for */
    USB_FAILED,   /* any other failure on the wire */
    USB_GONE,     /* pulled, or no longer the device it was */
    USB_STOPPED,  /* nobody waits for it any more */
};

struct usb_pipe;

struct usb_pipe_class {
    /* One bulk transfer of up to n bytes; buf is written to only if is_in, and not touched after the return. *moved:
     * bytes that went over, also when it failed. */
    enum usb_result (*bulk)(struct usb_pipe *p, bool is_in, void *buf, uint32_t n, uint32_t *moved, int timeout_ms);
    enum usb_result (*clear_halt)(struct usb_pipe *p, bool is_in);
    enum usb_result (*get_max_lun)(struct usb_pipe *p, uint8_t *max_lun);
    enum usb_result (*reset)(struct usb_pipe *p); /* Bulk-Only Mass Storage Reset */
    /* Resets the port. USB_GONE: what came up again has another shape. */
    enum usb_result (*reset_port)(struct usb_pipe *p);
    void (*pause)(struct usb_pipe *p, int ms);
    void (*close)(struct usb_pipe *p);
};

struct usb_pipe { /* first member of every back */
    const struct usb_pipe_class *class;
    uint32_t command_bytes; /* USB_COMMAND_BYTES..USB_COMMAND_BYTES_MAX */
    /* Whether whoever asked has given up; NULL = never. Heard only while may_stop, which its user sets; soon after
     * stop_fd, which NULL or -1 leave out, has become readable, and every USB_STOP_POLL_MS. */
    bool (*is_stopped)(void *ctx);
    int (*stop_fd)(void *ctx);
    void *ctx;
    bool may_stop;
};

static inline bool usb_pipe_is_stopped(const struct usb_pipe *p)
{
    return p->may_stop && p->is_stopped && p->is_stopped(p->ctx);
}

static inline int usb_pipe_stop_fd(const struct usb_pipe *p)
{
    return p->may_stop && p->is_stopped && p->stop_fd ? p->stop_fd(p->ctx) : -1;
}

#endif
