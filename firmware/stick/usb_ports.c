/* usb_ports: a netlink socket, a folder and the files in it. */
#include "stick/usb_ports.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/usb/ch9.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/banned.h"

enum { KERNEL_GROUP = 1 }; /* 2 is udevd's */

/* --- news */

/* A decimal number up to most, all of text. */
static bool number(const char *text, unsigned most, unsigned *out)
{
    unsigned v = 0;

    for (const char *p = text; *p; p++) {
        if (!isdigit((unsigned char)*p) || (v = v * 10 + (unsigned)(*p - '0')) > most) {
            return false;
        }
    }
    *out = v;
    return *text != 0;
}

/* Is text[0..n) a port: "2-1.3"? */
static bool is_port(const char *text, size_t n)
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

struct words {
    const char *action, *path, *subsystem, *type, *bus, *address;
};

static void take_word(struct words *w, const char *word)
{
    const struct {
        const char *key;
        const char **value;
    } keys[] = {{"ACTION=", &w->action}, {"DEVPATH=", &w->path}, {"SUBSYSTEM=", &w->subsystem},
                {"DEVTYPE=", &w->type},  {"BUSNUM=", &w->bus},   {"DEVNUM=", &w->address}};

    for (size_t i = 0; i < M2_COUNT(keys); i++) {
        size_t n = strlen(keys[i].key);

        if (!strncmp(word, keys[i].key, n)) {
            *keys[i].value = word + n;
        }
    }
}

bool usb_ports_parse(const char *message, size_t n, struct usb_event *out)
{
    struct words w = {"", "", "", "", "", ""};
    struct usb_event e = {0};
    unsigned bus = 0, address = 0;
    const char *name;
    size_t n_name;
    bool is_device;

    if (n == 0 || message[n - 1] != 0 || !strchr(message, '@')) {
        return false;
    }
    for (const char *word = message + strlen(message) + 1; word < message + n; word += strlen(word) + 1) {
        take_word(&w, word);
    }
    is_device = !strcmp(w.type, "usb_device");
    if (strcmp(w.subsystem, "usb") != 0 || (!is_device && strcmp(w.type, "usb_interface") != 0)) {
        return false;
    }
    e.kind = !strcmp(w.action, "add")                   ? (is_device ? USB_EVENT_ADDED : USB_EVENT_ALLOWED)
             : !strcmp(w.action, "remove") && is_device ? USB_EVENT_REMOVED
                                                        : USB_EVENT_NONE;
    name = strrchr(w.path, '/') ? strrchr(w.path, '/') + 1 : w.path;
    n_name = is_device ? strlen(name) : strcspn(name, ":"); /* an interface is "2-1:1.0" */
    if (e.kind == USB_EVENT_NONE || !is_port(name, n_name)) {
        return false;
    }
    if (is_device && (!number(w.bus, UINT8_MAX, &bus) || !number(w.address, UINT8_MAX, &address))) {
        return false;
    }
    memcpy(e.port, name, n_name);
    e.where = (struct usb_address){(uint8_t)bus, (uint8_t)address};
    *out = e;
    return true;
}

bool usb_ports_watch(int *fd, struct err *err)
{
    struct sockaddr_nl me = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
    int s = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

    if (s < 0 || bind(s, (struct sockaddr *)&me, sizeof me) != 0) {
        bool ok = err_sys(err, errno, "usb: cannot listen to the kernel's messages");

        if (s >= 0) {
            close(s);
        }
        return ok;
    }
    *fd = s;
    return true;
}

bool usb_ports_next(int fd, struct usb_event *out, struct err *err)
{
    for (;;) {
        char message[USB_EVENT_BYTES];
        struct sockaddr_nl from = {0};
        struct iovec part = {message, sizeof message};
        struct msghdr h = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1};
        ssize_t n = recvmsg(fd, &h, 0);

        *out = (struct usb_event){0};
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return true;
        }
        if (n < 0 && errno == ENOBUFS) {
            out->kind = USB_EVENT_LOST;
            return true;
        }
        if (n < 0 && errno != EINTR) {
            return err_sys(err, errno, "usb: cannot read the kernel's messages");
        }
        if (n < 0 || from.nl_pid != 0) { /* another process can write here as well */
            continue;
        }
        if (h.msg_flags & MSG_TRUNC) {
            out->kind = USB_EVENT_LOST;
            return true;
        }
        if (usb_ports_parse(message, (size_t)n, out)) {
            return true;
        }
    }
}

/* --- who is there */

static int by_number(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* three digits each */
}

static int is_number(const struct dirent *e)
{
    unsigned v;

    return strlen(e->d_name) == 3 && number(e->d_name, UINT8_MAX, &v);
}

/* The numbered entries of a folder, in order; none if there is no such folder, -1 on failure. */
static int list_numbers(const char *path, uint8_t out[UINT8_MAX + 1])
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, is_number, by_number);

    for (int i = 0; i < n; i++) {
        out[i] = (uint8_t)strtoul(entries[i]->d_name, NULL, 10);
        free(entries[i]);
    }
    free(entries);
    return n < 0 && errno == ENOENT ? 0 : n;
}

bool usb_ports_list(const char *root, struct usb_address out[USB_DEVICES_MAX], int *n, struct err *err)
{
    uint8_t buses[UINT8_MAX + 1], addresses[UINT8_MAX + 1];
    int n_buses = list_numbers(root, buses), found = 0;

    if (n_buses < 0) {
        return err_sys(err, errno, "usb: cannot list '%s'", root);
    }
    for (int i = 0; i < n_buses; i++) {
        char path[4096];
        int n_addresses;

        snprintf(path, sizeof path, "%s/%03u", root, buses[i]);
        n_addresses = list_numbers(path, addresses);
        if (n_addresses < 0) {
            return err_sys(err, errno, "usb: cannot list '%s'", path);
        }
        for (int j = 0; j < n_addresses && found < USB_DEVICES_MAX; j++) {
            out[found++] = (struct usb_address){buses[i], addresses[j]};
        }
    }
    *n = found;
    return true;
}

/* --- what it is */

bool usb_ports_open(const char *root, struct usb_address where, int *fd, struct err *err)
{
    char path[4096];
    int f;

    snprintf(path, sizeof path, "%s/%03u/%03u", root, where.bus, where.address);
    f = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (f < 0) {
        return errno == EACCES || errno == EPERM ? err_set(err, ERR_BUSY, "usb: '%s' is not allowed (yet)", path)
               : errno == ENOENT || errno == ENODEV || errno == ENXIO
                   ? err_set(err, ERR_GONE, "usb: '%s' is gone", path)
                   : err_sys(err, errno, "usb: cannot open '%s'", path);
    }
    *fd = f;
    return true;
}

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

/* "2-1.3", as the kernel names a place in its messages. */
static void name_port(int fd, struct usb_device *d)
{
    struct usbdevfs_conninfo_ex info = {0};
    int at;

    if (ioctl(fd, USBDEVFS_CONNINFO_EX(sizeof info), &info) < 0 || info.num_ports == 0 ||
        info.num_ports > sizeof info.ports) {
        return;
    }
    d->is_super = info.speed >= USB_SPEED_SUPER;
    at = snprintf(d->port, sizeof d->port, "%u-%u", info.busnum, info.ports[0]);
    for (int i = 1; i < info.num_ports && at > 0 && (size_t)at < sizeof d->port; i++) {
        at += snprintf(d->port + at, sizeof d->port - (size_t)at, ".%u", info.ports[i]);
    }
}

bool usb_ports_describe(int fd, struct usb_device *out, struct err *err)
{
    size_t said;

    *out = (struct usb_device){0};
    if (!read_up_to(fd, out->device, sizeof out->device, 0, &out->n_device, err) ||
        !read_up_to(fd, out->config, sizeof out->config, sizeof out->device, &out->n_config, err)) {
        return false;
    }
    said = out->n_config >= 4 ? (size_t)(out->config[2] | out->config[3] << 8) : 0;
    if (said < out->n_config && said >= USB_CONFIG_BYTES) { /* further configurations follow */
        out->n_config = said;
    }
    name_port(fd, out);
    return true;
}
