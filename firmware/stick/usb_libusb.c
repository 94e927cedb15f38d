/* usb_libusb: parts to asynchronous transfers, codes to results. */
#include "stick/usb_libusb.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include <assert.h>
#include <libusb.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

enum { PARTS_MAX = 4 };
enum { REQUEST_GET_MAX_LUN = 0xfe, REQUEST_RESET = 0xff };

struct flight {
    struct libusb_transfer *transfer;
    int is_done; /* set by libusb while it handles events, on this thread */
    bool is_flying;
};

struct device {
    struct usb_pipe base; /* first member */
    libusb_context *context;
    libusb_device_handle *handle;
    int fd;
    struct usb_shape shape;
    struct flight flights[PARTS_MAX];
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

static enum usb_result result_of_transfer(const struct libusb_transfer *t)
{
    switch (t->status) {
    case LIBUSB_TRANSFER_COMPLETED:
        return USB_DONE;
    case LIBUSB_TRANSFER_STALL:
        return USB_STALL;
    case LIBUSB_TRANSFER_TIMED_OUT:
        return USB_TIMEOUT;
    case LIBUSB_TRANSFER_OVERFLOW:
        return USB_OVERFLOW;
    case LIBUSB_TRANSFER_NO_DEVICE:
        return USB_GONE;
    case LIBUSB_TRANSFER_CANCELLED:
        return USB_UNTRIED;
    default:
        return USB_FAILED;
    }
}

/* --- transfers */

static void LIBUSB_CALL on_end(struct libusb_transfer *t)
{
    ((struct flight *)t->user_data)->is_done = 1;
}

static void submit(struct device *d, struct flight *f, struct usb_part *part)
{
    unsigned char endpoint = part->is_in ? d->shape.in : d->shape.out;
    int code;

    libusb_fill_bulk_transfer(f->transfer, d->handle, endpoint, part->buf, (int)part->n_bytes, on_end, f, 0);
    f->is_done = 0;
    code = libusb_submit_transfer(f->transfer);
    f->is_flying = code == LIBUSB_SUCCESS;
    part->result = f->is_flying ? USB_UNTRIED : result_of(code);
    part->moved = 0;
}

static void take_back(struct device *d, int from, int n)
{
    for (int i = from; i < n; i++) {
        if (d->flights[i].is_flying && !d->flights[i].is_done) {
            (void)libusb_cancel_transfer(d->flights[i].transfer); /* one that has just ended is fine */
        }
    }
}

/* Takes in what has ended. How many are under way. */
static int land(struct device *d, struct usb_part *parts, int n)
{
    int n_flying = 0;

    for (int i = 0; i < n; i++) {
        struct flight *f = &d->flights[i];

        if (f->is_flying && f->is_done) {
            f->is_flying = false;
            parts[i].result = result_of_transfer(f->transfer);
            parts[i].moved = (uint32_t)f->transfer->actual_length;
        }
        n_flying += f->is_flying;
    }
    return n_flying;
}

static void pipe_transfer(struct usb_pipe *p, struct usb_part *parts, int n, int timeout_ms)
{
    struct device *d = (struct device *)p;
    int64_t until = clock_ms() + timeout_ms;
    bool is_late = false;

    assert(n <= PARTS_MAX);
    for (int i = 0; i < n; i++) {
        parts[i].result = USB_UNTRIED;
        parts[i].moved = 0;
    }
    for (int i = 0; i < n && (i == 0 || d->flights[i - 1].is_flying); i++) {
        submit(d, &d->flights[i], &parts[i]);
    }
    while (land(d, parts, n) > 0) {
        int64_t left = until - clock_ms();

        for (int i = 0; i < n; i++) {
            if (!d->flights[i].is_flying && parts[i].result != USB_DONE) {
                take_back(d, i + 1, n);
            }
        }
        if (left <= 0 && is_late) { /* the kernel may still write to buffers that are not ours to keep */
            log_line(LOG_ERROR, "usb: a transfer cannot be taken back");
            abort();
        }
        if (left <= 0) {
            take_back(d, 0, n);
            is_late = true;
            left = USB_CANCEL_MS;
            until = clock_ms() + left;
        }
        (void)libusb_handle_events_timeout_completed(
            d->context, &(struct timeval){.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000}, NULL);
    }
    for (int i = 0; is_late && i < n && (i == 0 || parts[i - 1].result == USB_DONE); i++) {
        parts[i].result = parts[i].result == USB_UNTRIED ? USB_TIMEOUT : parts[i].result;
    }
}

/* --- requests */

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

    for (int i = 0; i < PARTS_MAX; i++) {
        libusb_free_transfer(d->flights[i].transfer);
    }
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
    .transfer = pipe_transfer,
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

    if (code == LIBUSB_ERROR_NOT_FOUND) { /* not configured yet */
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
    for (int i = 0; i < PARTS_MAX; i++) {
        d->flights[i].transfer = libusb_alloc_transfer(0);
        code = d->flights[i].transfer ? code : LIBUSB_ERROR_NO_MEM;
    }
    code = code == LIBUSB_SUCCESS ? libusb_init(&d->context) : code;
    code = code == LIBUSB_SUCCESS ? libusb_wrap_sys_device(d->context, fd, &d->handle) : code;
    code = code == LIBUSB_SUCCESS ? claim(d) : code;
    if (code != LIBUSB_SUCCESS) {
        enum err_code e = code == LIBUSB_ERROR_NO_DEVICE                             ? ERR_GONE
                          : code == LIBUSB_ERROR_BUSY || code == LIBUSB_ERROR_ACCESS ? ERR_BUSY
                                                                                     : ERR_IO;

        pipe_close(&d->base);
        return err_set(err, e, "usb: the stick cannot be claimed: %s", libusb_error_name(code));
    }
    *out = &d->base;
    return true;
}
