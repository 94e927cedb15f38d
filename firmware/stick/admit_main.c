/* micro2-admit: run by udevd, as root, for each USB device that was plugged in (image/micro2-usb.rules): only what its
 * port takes (usb_allow.h) is authorised, all else stays without configuration and without driver (THREATS T12). Its
 * own rights are gone before it looks at what a stranger's device says of itself. */
#include "stick/sandbox.h"
#include "stick/usb_allow.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static const char HELP[] =
    "usage: micro2-admit judge|admit DEVICE PORTS\n\n"
    "Says what a USB device is, in one word, if its port takes such a thing, else \"no\".\n\n"
    "  judge    only says so\n"
    "  admit    authorises it, or takes that back\n"
    "  DEVICE   its folder in sysfs, as /sys/bus/usb/devices/1-1.2\n"
    "  PORTS    which port takes what, a line each: 1-1.2 stick; no such file: each port takes sticks\n";

static int fail(const struct err *err)
{
    dprintf(STDERR_FILENO, "micro2-admit: %s\n", err->text);
    return err_exit_code(err->code);
}

static bool describe(const char *path, struct usb_device *about, struct err *err)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];

    if (!slash || !usb_ports_is_port(slash + 1, strlen(slash + 1)) || slash - path >= PATH_MAX) {
        return err_set(err, ERR_USAGE, "'%s' is no USB device; name one of " USB_SYS, path);
    }
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    return usb_ports_describe(folder, slash + 1, about, err);
}

/* Opened while that can be done. */
static bool open_switch(const char *path, int *fd, struct err *err)
{
    char name[PATH_MAX];

    snprintf(name, sizeof name, "%s/authorized", path);
    *fd = open(name, O_WRONLY | O_CLOEXEC);
    return *fd >= 0 || err_sys(err, errno, "'%s'", name);
}

int main(int argc, char **argv)
{
    static struct usb_device about; /* large */
    struct usb_allow allow;
    struct usb_shape shape;
    struct err err = {0};
    enum usb_kind kind;
    bool is_admitted;
    int fd = -1;

    if (argc != 4 || (strcmp(argv[1], "admit") != 0 && strcmp(argv[1], "judge") != 0)) {
        bool is_asked = argc == 2 && !strcmp(argv[1], "--help");

        fputs(HELP, is_asked ? stdout : stderr);
        return is_asked ? 0 : 1;
    }
    if (!usb_allow_read(argv[3], &allow, &err) || !describe(argv[2], &about, &err) ||
        (!strcmp(argv[1], "admit") && !open_switch(argv[2], &fd, &err)) || !sandbox_enter(SANDBOX_IMAGE, &err)) {
        _exit(fail(&err));
    }
    kind = usb_judge(about.device, about.n_device, about.config, about.n_config, &shape);
    is_admitted = kind == usb_allow_kind(&allow, about.port);
    dprintf(STDOUT_FILENO, "%s\n", is_admitted ? usb_kind_name(kind) : "no");
    if (fd >= 0 && is_admitted != about.is_allowed && pwrite(fd, is_admitted ? "1" : "0", 1, 0) != 1) {
        (void)err_sys(&err, errno, "'%s': cannot be %s", argv[2], is_admitted ? "authorised" : "kept out");
        _exit(fail(&err));
    }
    _exit(0); /* no exit handlers: they would want calls that are gone */
}
