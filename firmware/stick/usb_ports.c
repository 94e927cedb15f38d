/* usb_ports: a netlink socket, a folder and the files in it. */
#include "stick/usb_ports.h"
#include "base/uevent.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

enum { SUPER_SPEED_MBIT = 5000 };

/* --- news */

bool usb_ports_is_port(const char *text, size_t n)
{
    size_t n_dashes = 0;

    if (n == 0 || n >= USB_PORT_NAME_MAX || !isdigit((unsigned char)text[0]) || !isdigit((unsigned char)text[n - 1])) {
        return false;
    }
    for (size_t i = 1; i < n; i++) {
        bool is_dash = text[i] == '-', is_dot = text[i] == '.';

        if ((!is_dash && !is_dot && !isdigit((unsigned char)text[i])) ||
            ((is_dash || is_dot) && !isdigit((unsigned char)text[i - 1])) || (is_dot && n_dashes == 0)) {
            return false;
        }
        n_dashes += is_dash;
    }
    return n_dashes == 1;
}

bool usb_ports_is_news(const char *message, size_t n)
{
    if (n == 0 || message[n - 1] != 0 || !strchr(message, '@')) {
        return false;
    }
    for (const char *word = message + strlen(message) + 1; word < message + n; word += strlen(word) + 1) {
        if (!strcmp(word, "SUBSYSTEM=usb")) {
            return true;
        }
    }
    return false;
}

bool usb_ports_watch(int *fd, struct err *err)
{
    return uevent_watch(fd, err) || err_wrap(err, "usb");
}

bool usb_ports_hear(int fd, bool *is_news, struct err *err)
{
    char message[UEVENT_BYTES];
    enum uevent what;
    size_t n;

    *is_news = false;
    do {
        if (!uevent_next(fd, message, &n, &what, err)) {
            return err_wrap(err, "usb");
        }
        *is_news |= what == UEVENT_LOST || (what == UEVENT_MESSAGE && usb_ports_is_news(message, n));
    } while (what != UEVENT_NONE);
    return true;
}

/* --- who is there */

static int is_place(const struct dirent *e)
{
    return usb_ports_is_port(e->d_name, strlen(e->d_name)); /* no root hub ("usb1"), no interface ("1-1:1.0") */
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

bool usb_ports_list(const char *sys, char out[USB_DEVICES_MAX][USB_PORT_NAME_MAX], int *n, struct err *err)
{
    struct dirent **entries = NULL;
    int found = scandir(sys, &entries, is_place, by_name);

    *n = 0;
    if (found < 0 && errno != ENOENT) {
        return err_sys(err, errno, "usb: cannot list '%s'", sys);
    }
    for (int i = 0; i < found; i++) {
        if (i < USB_DEVICES_MAX) {
            memcpy(out[(*n)++], entries[i]->d_name, strlen(entries[i]->d_name) + 1); /* is_place knows how long */
        }
        free(entries[i]);
    }
    free(entries);
    return true;
}

/* --- what it is */

/* Up to n bytes of an open file; *got says how many there were. */
static bool read_up_to(int fd, void *buf, size_t n, off_t at, size_t *got, struct err *err)
{
    *got = 0;
    while (*got < n) {
        ssize_t r = pread(fd, (char *)buf + *got, n - *got, at + (off_t)*got);

        if (r == 0) {
            break;
        }
        if (r < 0 && errno != EINTR) {
            return err_sys(err, errno, "usb: cannot read descriptors"); /* ENODEV: gone */
        }
        *got += r > 0 ? (size_t)r : 0;
    }
    return true;
}

static bool open_attribute(const char *sys, const char *port, const char *name, int *fd, struct err *err)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s/%s", sys, port, name);
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0) {
        return errno == ENOENT || errno == ENODEV ? err_set(err, ERR_GONE, "usb: '%s' is gone", path)
                                                  : err_sys(err, errno, "usb: cannot open '%s'", path);
    }
    return true;
}

/* An attribute that is a number up to most; of "1.5" the 1. */
static bool read_number(const char *sys, const char *port, const char *name, unsigned long most, unsigned long *out,
                        struct err *err)
{
    char text[16];
    size_t n;
    int fd;
    bool ok;

    if (!open_attribute(sys, port, name, &fd, err)) {
        return false;
    }
    ok = read_up_to(fd, text, sizeof text - 1, 0, &n, err);
    close(fd);
    if (!ok) {
        return false;
    }
    text[n] = '\0';
    *out = strtoul(text, NULL, 10);
    return (isdigit((unsigned char)text[0]) && *out <= most) ||
           err_set(err, ERR_IO, "usb: '%s' of %s is no number", name, port);
}

bool usb_ports_describe(const char *sys, const char *port, struct usb_device *out, struct err *err)
{
    unsigned long bus, address, speed, allowed;
    size_t said;
    bool ok;
    int fd;

    *out = (struct usb_device){0};
    if (!read_number(sys, port, "busnum", UINT8_MAX, &bus, err) ||
        !read_number(sys, port, "devnum", UINT8_MAX, &address, err) ||
        !read_number(sys, port, "speed", ULONG_MAX, &speed, err) ||
        !read_number(sys, port, "authorized", 1, &allowed, err) ||
        !open_attribute(sys, port, "descriptors", &fd, err)) {
        return false;
    }
    ok = read_up_to(fd, out->device, sizeof out->device, 0, &out->n_device, err) &&
         read_up_to(fd, out->config, sizeof out->config, sizeof out->device, &out->n_config, err);
    close(fd);
    if (!ok) {
        return false;
    }
    said = out->n_config >= 4 ? (size_t)(out->config[2] | out->config[3] << 8) : 0;
    if (said < out->n_config && said >= USB_CONFIG_BYTES) { /* further configurations follow */
        out->n_config = said;
    }
    snprintf(out->port, sizeof out->port, "%s", port);
    out->bus = (uint8_t)bus;
    out->address = (uint8_t)address;
    out->is_super = speed >= SUPER_SPEED_MBIT;
    out->is_allowed = allowed == 1;
    return true;
}

/* Is this open file the device that was described? An address is given out again, some day. */
static bool is_same(int fd, const struct usb_device *d, struct err *err)
{
    static uint8_t bytes[USB_DESCRIPTORS_MAX];
    size_t n;

    if (!read_up_to(fd, bytes, d->n_device, 0, &n, err)) {
        return false;
    }
    if (n == d->n_device && !memcmp(bytes, d->device, n)) {
        if (!read_up_to(fd, bytes, d->n_config, (off_t)d->n_device, &n, err)) {
            return false;
        }
        if (n == d->n_config && !memcmp(bytes, d->config, n)) {
            return true;
        }
    }
    return err_set(err, ERR_GONE, "usb: another device came to %s", d->port);
}

bool usb_ports_open(const char *nodes, const struct usb_device *d, int *fd, struct err *err)
{
    char path[PATH_MAX];
    int f;

    snprintf(path, sizeof path, "%s/%03u/%03u", nodes, d->bus, d->address);
    f = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (f < 0) {
        return errno == EACCES || errno == EPERM ? err_set(err, ERR_BUSY, "usb: '%s' is not allowed (yet)", path)
               : errno == ENOENT || errno == ENODEV || errno == ENXIO
                   ? err_set(err, ERR_GONE, "usb: '%s' is gone", path)
                   : err_sys(err, errno, "usb: cannot open '%s'", path);
    }
    if (!is_same(f, d, err)) {
        close(f);
        return false;
    }
    *fd = f;
    return true;
}
