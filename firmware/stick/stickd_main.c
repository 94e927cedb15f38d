/* micro2-stickd: the only program that reads strangers' sticks. It holds one stick, tells the station what is in the
 * slot, and does what the station asks of a volume (wire.h); sandboxed before the first byte of a stick is read. Where
 * a stick makes it fall, the service manager starts it again and the station says "not readable" meanwhile (T20). */
#include "base/buf.h"
#include "base/log.h"
#include "stick/exfat.h"
#include "stick/fat.h"
#include "stick/partition.h"
#include "stick/sandbox.h"
#include "stick/usb_libusb.h"
#include "stick/usb_msc.h"
#include "stick/usb_ports.h"
#include "stick/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/banned.h"

enum { SYSTEMD_FIRST_FD = 3, EXIT_USAGE = 1, IMAGE_SECTOR = 512 };

static const char HELP[] = "usage: micro2-stickd [--socket PATH] [--image FILE]\n\n"
                           "Serves the stick in the USB slot to the station, over one socket: PATH, which is made, or "
                           "the one systemd gives.\n\n"
                           "  --socket PATH   SOCK_SEQPACKET, made anew\n"
                           "  --image FILE    a disk image in place of the USB slot (desks and tests)\n"
                           "  --version       which program this is\n";

struct service {
    int listener, station, ports; /* -1 = none */
    struct wire_desk *desk;
    struct blockdev *device;
    struct volume *volume;
    char port[USB_PORT_NAME_MAX];  /* where the stick is; "" = an image */
    char refused[VOLUME_NAME_MAX]; /* what is in the slot and is no stick of ours; "" = nothing to tell */
};

/* --- what is in
 * ------------------------------------------------------------------------------------------------------------- */

static void tell(struct service *s, enum wire_kind kind, const char *name)
{
    struct wire_message m = {.kind = kind};
    struct err err = {0};

    snprintf(m.name, sizeof m.name, "%s", name);
    if (s->station >= 0 && !wire_send(s->station, &m, &err)) {
        log_err("telling the station", &err);
    }
}

static void refuse(struct service *s, const char *word)
{
    snprintf(s->refused, sizeof s->refused, "%s", word);
    log_line(LOG_WARN, "refused: %s", word);
    tell(s, WIRE_REFUSED, word);
}

static const char *word_of(enum partition_kind kind)
{
    static const char *const words[PARTITION_KINDS] = {
        [PARTITION_UNKNOWN] = "unknown",     [PARTITION_FAT] = "damaged", [PARTITION_EXFAT] = "damaged",
        [PARTITION_NTFS] = "ntfs",           [PARTITION_EXT] = "ext",     [PARTITION_LUKS] = "encrypted",
        [PARTITION_BITLOCKER] = "encrypted", [PARTITION_HFS] = "apple",   [PARTITION_APFS] = "apple",
        [PARTITION_ISO9660] = "disc",        [PARTITION_EMPTY] = "empty",
    };

    return words[kind];
}

static bool open_volume(struct service *s, const struct partition *p, struct err *err)
{
    return partition_is_readable(p, err) &&
           (p->kind == PARTITION_FAT ? volume_open_fat(s->device, p->first_sector, p->n_sectors, &s->volume, err)
                                     : volume_open_exfat(s->device, p->first_sector, p->n_sectors, &s->volume, err));
}

/* The device is the service's from here on. */
static void take_device(struct service *s, struct blockdev *device)
{
    struct partition p = {.kind = PARTITION_UNKNOWN};
    struct err err = {0};

    s->device = device;
    if (partition_find(device, &p, &err) && open_volume(s, &p, &err)) {
        s->refused[0] = '\0';
        wire_desk_use(s->desk, s->volume);
        tell(s, WIRE_STICK, s->volume->label);
        return;
    }
    log_err("stick", &err);
    refuse(s, word_of(p.kind));
}

static void let_go(struct service *s)
{
    wire_desk_use(s->desk, NULL);
    volume_close(s->volume);
    blockdev_close(s->device);
    s->volume = NULL;
    s->device = NULL;
    s->port[0] = s->refused[0] = '\0';
    tell(s, WIRE_GONE, "");
}

/* --- the slot
 * ------------------------------------------------------------------------------------------------------------- */

static bool open_usb(int fd, const struct usb_shape *shape, bool is_super, struct blockdev **out, struct err *err)
{
    struct usb_pipe *pipe;

    return usb_libusb_open(fd, shape, is_super, &pipe, err) && usb_msc_open(pipe, out, err);
}

/* A device is judged by what it says of itself before anything is asked of it (T12 to T14). */
static void examine(struct service *s, struct usb_address where)
{
    static struct usb_device about; /* large */
    struct blockdev *device;
    struct usb_shape shape;
    struct err err = {0};
    enum usb_kind kind;
    int fd;

    if (!usb_ports_open(USB_ROOT, where, &fd, &err)) {
        return; /* not allowed, or gone again: the kernel tells when that changes */
    }
    if (!usb_ports_describe(fd, &about, &err)) {
        close(fd);
        return;
    }
    kind = usb_judge(about.device, about.n_device, about.config, about.n_config, &shape);
    if (kind != USB_STICK) {
        close(fd);
        if (kind != USB_HUB) { /* each port hangs on one */
            refuse(s, usb_kind_name(kind));
        }
        return;
    }
    if (!open_usb(fd, &shape, about.is_super, &device, &err)) {
        if (err.code != ERR_BUSY) { /* busy: not allowed yet */
            log_err("stick", &err);
            refuse(s, err.code == ERR_NOT_FOUND ? "empty-reader" : "damaged");
        }
        return;
    }
    snprintf(s->port, sizeof s->port, "%s", about.port);
    take_device(s, device);
}

/* The first stick of those that are in; a second one waits until the first is gone (T19). */
static void look_around(struct service *s)
{
    static struct usb_address found[USB_DEVICES_MAX];
    struct err err = {0};
    int n = 0;

    if (!usb_ports_list(USB_ROOT, found, &n, &err)) {
        log_err("looking for sticks", &err);
    }
    for (int i = 0; i < n && !s->device; i++) {
        examine(s, found[i]);
    }
}

static void hear_ports(struct service *s)
{
    struct usb_event e;
    struct err err = {0};

    while (usb_ports_next(s->ports, &e, &err) && e.kind != USB_EVENT_NONE) {
        if (e.kind == USB_EVENT_REMOVED && s->device && !strcmp(e.port, s->port)) {
            let_go(s);
            look_around(s);
        } else if (e.kind == USB_EVENT_REMOVED && !s->device && s->refused[0]) {
            let_go(s);
        } else if (e.kind != USB_EVENT_REMOVED && !s->device) {
            look_around(s);
        }
    }
}

/* --- the station
 * ------------------------------------------------------------------------------------------------------------- */

static void greet(struct service *s)
{
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0) {
        return;
    }
    s->station = fd;
    s->desk = wire_desk_new(fd);
    wire_desk_use(s->desk, s->volume);
    if (s->volume) {
        tell(s, WIRE_STICK, s->volume->label); /* one that is in already is found */
    } else if (s->refused[0]) {
        tell(s, WIRE_REFUSED, s->refused);
    }
}

static void attend(struct service *s)
{
    struct err err = {0};

    if (wire_desk_serve(s->desk, &err)) {
        return;
    }
    if (err.code != ERR_GONE) {
        log_err("the station", &err);
    }
    wire_desk_free(s->desk);
    s->desk = wire_desk_new(-1);
    close(s->station);
    s->station = -1;
}

static void serve(struct service *s)
{
    for (;;) {
        struct pollfd fds[] = {{.fd = s->station < 0 ? s->listener : s->station, .events = POLLIN},
                               {.fd = s->ports, .events = POLLIN}};

        if (poll(fds, M2_COUNT(fds), -1) < 0) {
            continue; /* a signal */
        }
        if (fds[1].revents) {
            hear_ports(s);
        }
        if (fds[0].revents && s->station < 0) {
            greet(s);
        } else if (fds[0].revents) {
            attend(s);
        }
    }
}

/* --- opening
 * ------------------------------------------------------------------------------------------------------------- */

static bool open_listener(const char *path, int *fd, struct err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *given = getenv("LISTEN_FDS");

    if (!path) {
        *fd = SYSTEMD_FIRST_FD;
        return (given && !strcmp(given, "1")) ||
               err_set(err, ERR_USAGE, "no socket: start it by its systemd socket, or with --socket PATH");
    }
    if (strlen(path) >= sizeof address.sun_path) {
        return err_set(err, ERR_LIMIT, "'%s': a socket's path has at most %zu bytes; give a shorter one", path,
                       sizeof address.sun_path - 1);
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    unlink(path);
    *fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    return (*fd >= 0 && bind(*fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(*fd, 1) == 0) ||
           err_sys(err, errno, "cannot listen at '%s'", path);
}

static bool open_image(const char *path, struct blockdev **out, struct err *err)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);

    return fd < 0 ? err_sys(err, errno, "'%s'", path) : blockdev_open_image(fd, IMAGE_SECTOR, false, out, err);
}

static bool start(struct service *s, const char *socket_path, const char *image, struct err *err)
{
    struct blockdev *device = NULL;

    *s = (struct service){.listener = -1, .station = -1, .ports = -1};
    if (!open_listener(socket_path, &s->listener, err) || (image && !open_image(image, &device, err)) ||
        (!image && !usb_ports_watch(&s->ports, err)) ||
        !sandbox_enter(image ? SANDBOX_IMAGE : SANDBOX_USB, err)) { /* no byte of a stick was read before this */
        return false;
    }
    s->desk = wire_desk_new(-1);
    if (device) {
        take_device(s, device);
    } else {
        look_around(s);
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"socket", 1, NULL, 's'},
                                            {"image", 1, NULL, 'i'},
                                            {"help", 0, NULL, 'H'},
                                            {"version", 0, NULL, 'V'},
                                            {NULL, 0, NULL, 0}};
    const char *socket_path = NULL, *image = NULL;
    struct service s;
    struct err err = {0};
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (c) {
        case 's':
            socket_path = optarg;
            break;
        case 'i':
            image = optarg;
            break;
        case 'H':
            fputs(HELP, stdout);
            return 0;
        case 'V':
            puts("micro2-stickd " M2_VERSION);
            return 0;
        default:
            return EXIT_USAGE;
        }
    }
    if (!start(&s, socket_path, image, &err)) {
        dprintf(STDERR_FILENO, "micro2-stickd: %s\n", err.text);
        _exit(err_exit_code(err.code));
    }
    serve(&s);
}
