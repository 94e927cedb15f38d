/* micro2-stickd: the only program that reads strangers' sticks. It holds one stick, tells the station what is in the
 * slot, and does what the station asks of a volume (wire.h); sandboxed before the first byte of a stick is read. Where
 * a stick makes it fall, the station, which was told before, says "not readable" (T20), and the service manager starts
 * it again; no stick is opened while no station is there to be told. */
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "device/watchdog.h"
#include "stick/exfat.h"
#include "stick/fat.h"
#include "stick/partition.h"
#include "stick/sandbox.h"
#include "stick/usb_find.h"
#include "stick/usb_libusb.h"
#include "stick/usb_msc.h"
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

static const char HELP[] = "usage: micro2-stickd [--socket PATH] [--image FILE [--protected] | --ports FILE]\n\n"
                           "Serves the stick in the USB slot to the station, over one socket: PATH, which is made, or "
                           "the one systemd gives.\n\n"
                           "  --socket PATH   SOCK_SEQPACKET, made anew\n"
                           "  --image FILE    a disk image in place of the USB slot (desks and tests)\n"
                           "  --protected     the image is a stick whose switch forbids writing\n"
                           "  --ports FILE    which USB port takes what, a line each: 1-1.2 stick\n"
                           "  --version       which program this is\n";

struct service {
    int listener, station, ports; /* -1 = none */
    struct watchdog watchdog;
    struct wire_desk *desk;
    struct blockdev *device;
    struct volume *volume;
    struct blockdev *image;     /* in place of the slot, not opened yet; NULL = none */
    const char *image_word;     /* why the image is no stick of ours */
    enum wire_kind told_kind;   /* to this station, last; 0 = nothing yet */
    bool is_withheld;           /* a stick is in and cannot be opened: logged once */
    bool is_serving;            /* a request of the station's is under way */
    struct usb_find *find;      /* NULL = an image */
    char told[VOLUME_NAME_MAX]; /* with that kind: a label, or why it is no stick of ours */
};

/* --- what is in
 * ------------------------------------------------------------------------------------------------------------- */

static void hang_up(struct service *s)
{
    wire_desk_free(s->desk);
    s->desk = wire_desk_new(-1);
    wire_desk_use(s->desk, s->volume);
    close(s->station);
    s->station = -1;
}

/* A station that takes no news for as long as that is sent away; it comes again. What it was told last is not told
 * again. */
static void tell(struct service *s, enum wire_kind kind, const char *name)
{
    struct wire_message m = {.kind = kind};
    struct err err = {0};

    if (s->told_kind == kind && !strcmp(s->told, name)) {
        return;
    }
    s->told_kind = kind;
    snprintf(s->told, sizeof s->told, "%s", name);
    snprintf(m.name, sizeof m.name, "%s", name);
    if (s->station >= 0 && !wire_send(s->station, &m, &err)) {
        log_err("telling the station", &err);
        hang_up(s);
    }
}

/* word: why what is in is no stick of ours; "" = nothing is in. */
static void refuse(struct service *s, const char *word)
{
    if (word[0] && strcmp(word, s->told) != 0) {
        log_line(LOG_WARN, "refused: %s", word);
    }
    tell(s, word[0] ? WIRE_REFUSED : WIRE_GONE, word);
}

/* Why a disk is no volume of ours. */
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

/* The device is the service's from here on. False: it is of no use, *word says why; NULL = it was pulled. */
static bool take_device(struct service *s, struct blockdev *device, const char **word)
{
    struct partition p = {.kind = PARTITION_UNKNOWN};
    struct err err = {0};
    bool is_found;

    s->device = device;
    is_found = partition_find(device, &p, &err);
    if (is_found && open_volume(s, &p, &err)) {
        wire_desk_use(s->desk, s->volume);
        tell(s, WIRE_STICK, s->volume->label);
        return true;
    }
    log_err("stick", &err);
    blockdev_close(device);
    s->device = NULL;
    *word = err.code == ERR_GONE ? NULL : err.code == ERR_IO || !is_found ? "damaged" : word_of(p.kind);
    return false;
}

static void let_go(struct service *s)
{
    wire_desk_use(s->desk, NULL);
    volume_close(s->volume);
    blockdev_close(s->device);
    s->volume = NULL;
    s->device = NULL;
    tell(s, WIRE_GONE, "");
}

/* --- the slot
 * ------------------------------------------------------------------------------------------------------------- */

static bool is_stopped(void *ctx)
{
    struct service *s = ctx;

    return s->is_serving && wire_desk_is_stopped(s->desk);
}

static int stop_fd(void *ctx)
{
    const struct service *s = ctx;

    return s->is_serving ? wire_desk_fd(s->desk) : -1;
}

static bool open_usb(struct service *s, int fd, const struct usb_device *about, const struct usb_shape *shape,
                     struct blockdev **out, struct err *err)
{
    struct usb_pipe *pipe;

    if (!usb_libusb_open(fd, shape, about->is_super, &pipe, err)) {
        return false;
    }
    pipe->is_stopped = is_stopped;
    pipe->stop_fd = stop_fd;
    pipe->ctx = s;
    return usb_msc_open(pipe, out, err);
}

/* A stick, by what it says of itself; nothing was asked of it yet. Busy: not allowed yet. Gone: the kernel tells. */
static void take_stick(struct service *s, const struct usb_device *about, const struct usb_shape *shape)
{
    struct blockdev *device;
    struct err err = {0};
    const char *word = NULL;
    bool ok = true;
    int fd;

    if (usb_ports_open(USB_NODES, about, &fd, &err) && open_usb(s, fd, about, shape, &device, &err)) {
        ok = take_device(s, device, &word);
    } else if (err.code == ERR_BUSY || err.code == ERR_GONE) {
        ok = false;
    } else {
        log_err("stick", &err);
        ok = false;
        word = err.code == ERR_NOT_FOUND ? "empty-reader" : "damaged";
    }
    if (err.code == ERR_BUSY && !s->is_withheld) {
        log_err("a stick", &err);
    }
    s->is_withheld = err.code == ERR_BUSY;
    if (ok || word) {
        usb_find_hold(s->find, about);
    }
    if (word) {
        usb_find_refuse(s->find, about, word);
    }
}

/* Sticks come and go unheard while no station is there: none is opened before somebody can be told of it. */
static void look_around(struct service *s)
{
    static struct usb_device about; /* large */
    struct usb_shape shape;
    struct err err = {0};

    if (!usb_find_look(s->find, clock_ms(), &err)) {
        log_err("looking for sticks", &err);
    }
    if (s->volume && !usb_find_is_held(s->find)) {
        let_go(s);
    }
    if (s->station < 0) {
        return;
    }
    if (usb_find_first(s->find, &about, &shape)) {
        tell(s, WIRE_COMING, ""); /* opening it may take half a minute, or end this program */
        take_stick(s, &about, &shape);
    }
    if (!s->volume && usb_find_wait_ms(s->find, clock_ms()) >= 0) {
        tell(s, WIRE_COMING, "");
    } else if (!s->volume) {
        refuse(s, usb_find_word(s->find, clock_ms()));
    }
}

/* It is opened once and stays in. */
static void look_at_image(struct service *s)
{
    struct blockdev *image = s->image;

    s->image = NULL;
    if (image) {
        tell(s, WIRE_COMING, "");
        if (take_device(s, image, &s->image_word)) {
            return;
        }
    }
    refuse(s, s->image_word ? s->image_word : "");
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
    wire_desk_free(s->desk);
    s->desk = wire_desk_new(fd);
    wire_desk_use(s->desk, s->volume);
    s->told_kind = 0;
    if (s->volume) {
        tell(s, WIRE_STICK, s->volume->label); /* one that is in already is found */
    } else if (s->find) {
        look_around(s);
    } else {
        look_at_image(s);
    }
}

static void attend(struct service *s)
{
    struct err err = {0};
    bool ok;

    s->is_serving = true;
    ok = wire_desk_serve(s->desk, &err);
    s->is_serving = false;
    if (ok) {
        return;
    }
    if (err.code != ERR_GONE) {
        log_err("the station", &err);
    }
    hang_up(s);
}

static void serve(struct service *s)
{
    for (;;) {
        struct pollfd fds[] = {{.fd = s->station < 0 ? s->listener : s->station, .events = POLLIN},
                               {.fd = s->ports, .events = POLLIN}};
        int wait_ms = watchdog_wait_ms(&s->watchdog, s->find ? usb_find_wait_ms(s->find, clock_ms()) : -1);
        bool has_request = wire_desk_has_request(s->desk);
        int n = poll(fds, M2_COUNT(fds), has_request ? 0 : wait_ms);
        struct err err = {0};
        bool is_news = n == 0 && !has_request && s->find;

        watchdog_feed(&s->watchdog);
        if (n < 0) {
            continue; /* a signal */
        }
        if (fds[1].revents && !usb_ports_hear(s->ports, &is_news, &err)) {
            log_err("news of USB", &err);
        }
        if (is_news) {
            look_around(s);
        }
        if (fds[0].revents && fds[0].fd == s->listener) {
            greet(s);
        } else if ((fds[0].revents || wire_desk_has_request(s->desk)) &&
                   fds[0].fd == s->station) { /* it may have been sent away just now */
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

static bool open_image(const char *path, bool is_protected, struct blockdev **out, struct err *err)
{
    int fd = open(path, (is_protected ? O_RDONLY : O_RDWR) | O_CLOEXEC);

    return fd < 0 ? err_sys(err, errno, "'%s'", path) : blockdev_open_image(fd, IMAGE_SECTOR, is_protected, out, err);
}

/* Who knocked may be gone when the door is opened. */
static bool open_door(const char *path, int *fd, struct err *err)
{
    return open_listener(path, fd, err) && (fcntl(*fd, F_SETFL, O_NONBLOCK) == 0 || err_sys(err, errno, "the socket"));
}

static bool start(struct service *s, const char *socket_path, const char *image, bool is_protected, const char *ports,
                  struct err *err)
{
    struct blockdev *device = NULL;
    struct usb_allow allow = {0};

    *s = (struct service){.listener = -1, .station = -1, .ports = -1};
    watchdog_open(&s->watchdog);
    if (!open_door(socket_path, &s->listener, err) || (image && !open_image(image, is_protected, &device, err)) ||
        (ports && !usb_allow_read(ports, &allow, err)) || (!image && !usb_ports_watch(&s->ports, err)) ||
        !sandbox_enter(image ? SANDBOX_IMAGE : SANDBOX_USB, err)) { /* no byte of a stick was read before this */
        return false;
    }
    s->desk = wire_desk_new(-1);
    s->image = device;
    if (!device) {
        s->find = usb_find_new(USB_SYS, &allow);
        look_around(s);
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"socket", 1, NULL, 's'}, {"image", 1, NULL, 'i'},   {"ports", 1, NULL, 'p'}, {"protected", 0, NULL, 'r'},
        {"help", 0, NULL, 'H'},   {"version", 0, NULL, 'V'}, {NULL, 0, NULL, 0}};
    const char *socket_path = NULL, *image = NULL, *ports = NULL;
    bool is_protected = false;
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
        case 'r':
            is_protected = true;
            break;
        case 'p':
            ports = optarg;
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
    if (!start(&s, socket_path, image, is_protected, ports, &err)) {
        dprintf(STDERR_FILENO, "micro2-stickd: %s\n", err.text);
        _exit(err_exit_code(err.code));
    }
    serve(&s);
}
