/* touch: a touch screen made by uinput inside the guest of tests/vm, for qemu has none. One command a line from PORT,
 * one answer a line: "ok", or what is wrong.
 *   down X Y | move X Y | up | tap X Y     the first finger, in pixels of WIDTHxHEIGHT
 * Only what a cheap panel says is said: multitouch protocol B, one contact. */
#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { TAP_MS = 120, SLOTS = 10, IDS = 65535 };

static void put(int fd, int type, int code, int value)
{
    struct input_event e = {.type = (unsigned short)type, .code = (unsigned short)code, .value = value};

    if (write(fd, &e, sizeof e) != (ssize_t)sizeof e) {
        perror("touch: uinput");
        _exit(2);
    }
}

static void place(int fd, int id, int x, int y)
{
    put(fd, EV_ABS, ABS_MT_SLOT, 0);
    if (id != 0) {
        put(fd, EV_ABS, ABS_MT_TRACKING_ID, id);
        put(fd, EV_KEY, BTN_TOUCH, id > 0);
    }
    if (id >= 0) {
        put(fd, EV_ABS, ABS_MT_POSITION_X, x);
        put(fd, EV_ABS, ABS_MT_POSITION_Y, y);
        put(fd, EV_ABS, ABS_X, x);
        put(fd, EV_ABS, ABS_Y, y);
    }
    put(fd, EV_SYN, SYN_REPORT, 0);
}

static int axis(int fd, int code, int most)
{
    struct uinput_abs_setup a = {.code = (unsigned short)code, .absinfo = {.maximum = most}};

    return ioctl(fd, UI_ABS_SETUP, &a);
}

static int make(int w, int h)
{
    struct uinput_setup s = {.id = {.bustype = BUS_USB, .vendor = 0x1209, .product = 1}, .name = "micro2-vm touch"};
    int fd = open("/dev/uinput", O_WRONLY | O_CLOEXEC);

    if (fd < 0 || ioctl(fd, UI_SET_EVBIT, EV_KEY) || ioctl(fd, UI_SET_EVBIT, EV_ABS) ||
        ioctl(fd, UI_SET_KEYBIT, BTN_TOUCH) || ioctl(fd, UI_SET_PROPBIT, INPUT_PROP_DIRECT) ||
        axis(fd, ABS_MT_SLOT, SLOTS - 1) || axis(fd, ABS_MT_TRACKING_ID, IDS) || axis(fd, ABS_MT_POSITION_X, w - 1) ||
        axis(fd, ABS_MT_POSITION_Y, h - 1) || axis(fd, ABS_X, w - 1) || axis(fd, ABS_Y, h - 1) ||
        ioctl(fd, UI_DEV_SETUP, &s) || ioctl(fd, UI_DEV_CREATE)) {
        return -1;
    }
    return fd;
}

int main(int argc, char **argv)
{
    char line[64], word[8];
    int w, h, x, y, screen, id = 0;
    FILE *port;
    int fd;

    if (argc != 3 || sscanf(argv[2], "%dx%d", &w, &h) != 2) {
        fputs("usage: touch PORT WIDTHxHEIGHT\n", stderr);
        return 1;
    }
    fd = open(argv[1], O_RDWR | O_CLOEXEC);
    port = fd < 0 ? NULL : fdopen(fd, "r");
    screen = make(w, h);
    if (!port || screen < 0) {
        fprintf(stderr, "touch: %s: %s\n", port ? "/dev/uinput" : argv[1], strerror(errno));
        return 2;
    }
    while (fgets(line, sizeof line, port)) {
        int n = sscanf(line, "%7s %d %d", word, &x, &y);

        if (n == 3 && (!strcmp(word, "down") || !strcmp(word, "tap"))) {
            id = id % IDS + 1;
            place(screen, id, x, y);
        }
        if (n == 3 && !strcmp(word, "move")) {
            place(screen, 0, x, y);
        }
        if (n == 3 && !strcmp(word, "tap")) {
            nanosleep(&(struct timespec){0, TAP_MS * 1000000L}, NULL);
        }
        if (n >= 1 && (!strcmp(word, "up") || !strcmp(word, "tap"))) {
            place(screen, -1, 0, 0);
        }
        dprintf(fd, n >= 1 ? "ok\n" : "what?\n");
    }
    return 0;
}
