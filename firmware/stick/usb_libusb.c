/* usb_libusb: calls to calls, codes to results. */
#include "stick/usb_libusb.h"
#include "base/buf.h"
#include <libusb.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { REQUEST_GET_MAX_LUN = 0xfe, REQUEST_RESET = 0xff };
enum { EVENT_FDS_MAX = 8 }; /* of libusb: its own wake-up, its timer, the device */

struct device {
    struct usb_pipe base; /* first member */
    libusb_context *context;
    libusb_device_handle *handle;
    int fd;
    struct usb_shape shape;
};

static enum usb_result result_of(int code)
{
    switch (code) {
    case LIBUSB_SUCCESS:
        return USB_DONE;
    case LIBUSB_ERROR_PIPE:
        return USB_STALL;
    case LIBUSB_ERROR_TIMEOUT:
        return USB_TIMEOUT;
    case LIBUSB_ERROR_OVERFLOW:
        return USB_OVERFLOW;
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND: /* after a reset: it came up as something else */
        return USB_GONE;
    default:
        return USB_FAILED;
    }
}

static void on_done(struct libusb_transfer *t)
{
    *(int *)t->user_data = 1;
}

static enum usb_result result_of_transfer(enum libusb_transfer_status status, bool is_stopped)
{
    static const enum usb_result results[] = {
        [LIBUSB_TRANSFER_COMPLETED] = USB_DONE,    [LIBUSB_TRANSFER_ERROR] = USB_FAILED,
        [LIBUSB_TRANSFER_TIMED_OUT] = USB_TIMEOUT, [LIBUSB_TRANSFER_CANCELLED] = USB_FAILED,
        [LIBUSB_TRANSFER_STALL] = USB_STALL,       [LIBUSB_TRANSFER_NO_DEVICE] = USB_GONE,
        [LIBUSB_TRANSFER_OVERFLOW] = USB_OVERFLOW,
    };

    return status == LIBUSB_TRANSFER_CANCELLED && is_stopped ? USB_STOPPED : results[status];
}

/* For news of the transfers, or at stop_fd (-1 = not there), no longer than USB_STOP_POLL_MS. */
static int hear(struct device *d, int stop_fd, int *is_done)
{
    const struct libusb_pollfd **of_usb = libusb_get_pollfds(d->context);
    struct pollfd fds[EVENT_FDS_MAX + 1] = {{.fd = stop_fd, .events = POLLIN}};
    struct timeval at_once = {0};
    nfds_t n = 1;

    for (int i = 0; of_usb && of_usb[i] && i < EVENT_FDS_MAX; i++) {
        fds[n++] = (struct pollfd){.fd = of_usb[i]->fd, .events = of_usb[i]->events};
    }
    libusb_free_pollfds(of_usb);
    (void)poll(fds, n, USB_STOP_POLL_MS);
    return libusb_handle_events_timeout_completed(d->context, &at_once, is_done);
}

/* Submits it and stays until it is over; the kernel takes it back where nobody waits for it any more. */
static enum usb_result run_transfer(struct device *d, struct libusb_transfer *t, uint32_t *moved)
{
    bool is_stopped = false, is_cancelled = false;
    int is_done = 0, code;

    t->callback = on_done;
    t->user_data = &is_done;
    code = libusb_submit_transfer(t);
    if (code != LIBUSB_SUCCESS) {
        return result_of(code);
    }
    while (!is_done) {
        code = hear(d, is_stopped ? -1 : usb_pipe_stop_fd(&d->base), &is_done);
        is_stopped = is_stopped || usb_pipe_is_stopped(&d->base);
        if (!is_done && !is_cancelled && (is_stopped || (code < 0 && code != LIBUSB_ERROR_INTERRUPTED))) {
            is_cancelled = true;
            (void)libusb_cancel_transfer(t); /* it fails where the transfer ended meanwhile */
        }
    }
    *moved = (uint32_t)t->actual_length;
    return result_of_transfer(t->status, is_stopped);
}

static enum usb_result pipe_bulk(struct usb_pipe *p, bool is_in, void *buf, uint32_t n, uint32_t *moved, int timeout_ms)
{
    struct device *d = (struct device *)p;
    struct libusb_transfer *t = libusb_alloc_transfer(0);
    enum usb_result r = USB_FAILED;

    *moved = 0;
    if (t) {
        libusb_fill_bulk_transfer(t, d->handle, is_in ? d->shape.in : d->shape.out, buf, (int)n, NULL, NULL,
                                  (unsigned)timeout_ms);
        r = run_transfer(d, t, moved);
        libusb_free_transfer(t);
    }
    return r;
}

static enum usb_result pipe_clear_halt(struct usb_pipe *p, bool is_in)
{
    struct device *d = (struct device *)p;

    return result_of(libusb_clear_halt(d->handle, is_in ? d->shape.in : d->shape.out));
}

static int request(struct device *d, unsigned direction, uint8_t request, uint8_t *data, uint16_t n)
{
    return libusb_control_transfer(d->handle,
                                   (uint8_t)(direction | LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE),
                                   request, 0, d->shape.interface, data, n, USB_CONTROL_MS);
}

static enum usb_result pipe_get_max_lun(struct usb_pipe *p, uint8_t *max_lun)
{
    int code = request((struct device *)p, LIBUSB_ENDPOINT_IN, REQUEST_GET_MAX_LUN, max_lun, 1);

    return code == 1 ? USB_DONE : code == 0 ? USB_FAILED : result_of(code);
}

static enum usb_result pipe_reset(struct usb_pipe *p)
{
    return result_of(request((struct device *)p, LIBUSB_ENDPOINT_OUT, REQUEST_RESET, NULL, 0));
}

static enum usb_result pipe_reset_port(struct usb_pipe *p)
{
    return result_of(libusb_reset_device(((struct device *)p)->handle));
}

static void pipe_pause(struct usb_pipe *p, int ms)
{
    (void)p;
    (void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (long)ms % 1000 * 1000000}, NULL);
}

static void pipe_close(struct usb_pipe *p)
{
    struct device *d = (struct device *)p;

    if (d->handle) {
        (void)libusb_release_interface(d->handle, d->shape.interface);
        libusb_close(d->handle);
    }
    if (d->context) {
        libusb_exit(d->context);
    }
    close(d->fd);
    free(d);
}

static const struct usb_pipe_class libusb_class = {
    .bulk = pipe_bulk,
    .clear_halt = pipe_clear_halt,
    .get_max_lun = pipe_get_max_lun,
    .reset = pipe_reset,
    .reset_port = pipe_reset_port,
    .pause = pipe_pause,
    .close = pipe_close,
};

static int claim(struct device *d)
{
    int code = libusb_claim_interface(d->handle, d->shape.interface);

    if (code == LIBUSB_ERROR_NOT_FOUND) { /* not configured yet; not authorised, it stays so */
        code = libusb_set_configuration(d->handle, d->shape.configuration);
        code = code == LIBUSB_SUCCESS ? libusb_claim_interface(d->handle, d->shape.interface) : code;
    }
    return code;
}

bool usb_libusb_open(int fd, const struct usb_shape *shape, bool is_super, struct usb_pipe **out, struct err *err)
{
    struct device *d = mem_alloc(sizeof *d);
    int code = libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);

    d->base.class = &libusb_class;
    d->base.command_bytes = is_super ? USB_COMMAND_BYTES_MAX : USB_COMMAND_BYTES;
    d->fd = fd;
    d->shape = *shape;
    code = code == LIBUSB_SUCCESS ? libusb_init(&d->context) : code;
    code = code == LIBUSB_SUCCESS ? libusb_wrap_sys_device(d->context, fd, &d->handle) : code;
    code = code == LIBUSB_SUCCESS ? claim(d) : code;
    if (code != LIBUSB_SUCCESS) {
        bool is_withheld = code == LIBUSB_ERROR_BUSY || code == LIBUSB_ERROR_ACCESS || code == LIBUSB_ERROR_NOT_FOUND;
        enum err_code e = code == LIBUSB_ERROR_NO_DEVICE ? ERR_GONE : is_withheld ? ERR_BUSY : ERR_IO;

        pipe_close(&d->base);
        return err_set(err, e, "usb: the stick cannot be claimed: %s", libusb_error_name(code));
    }
    *out = &d->base;
    return true;
}
