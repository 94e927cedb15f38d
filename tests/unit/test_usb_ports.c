/* test_usb_ports: news of the kernel and of those who pose as it, folders with and without devices, descriptors cut. */
#include "stick/usb_ports.h"
#include "unit/test.h"
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define STICK_ADDED                                                                                                    \
    "add@/devices/pci0000:00/0000:00:14.0/usb2/2-1\0ACTION=add\0DEVPATH=/devices/pci0000:00/0000:00:14.0/usb2/2-1\0"   \
    "SUBSYSTEM=usb\0MAJOR=189\0MINOR=132\0DEVNAME=bus/usb/002/005\0DEVTYPE=usb_device\0PRODUCT=951/1666/110\0"         \
    "TYPE=0/0/0\0BUSNUM=002\0DEVNUM=005\0SEQNUM=2145\0"
/* The shortest that counts, to be varied. */
#define EVENT(action, path, subsystem, type, bus, address)                                                             \
    action "@" path "\0ACTION=" action "\0DEVPATH=" path "\0SUBSYSTEM=" subsystem "\0DEVTYPE=" type "\0BUSNUM=" bus    \
           "\0DEVNUM=" address "\0"
#define AT(path) EVENT("add", path, "usb", "usb_device", "001", "002")

#define ROW(kind, port, bus, address, text)                                                                            \
    {                                                                                                                  \
        kind, port, bus, address, text, sizeof(text) - 1                                                               \
    }

static const struct {
    enum usb_event_kind kind; /* USB_EVENT_NONE: not taken */
    const char *port;
    uint8_t bus, address;
    const char *text;
    size_t n;
} rows[] = {
    ROW(USB_EVENT_ADDED, "2-1", 2, 5, STICK_ADDED),
    ROW(USB_EVENT_REMOVED, "2-1.3", 2, 255,
        EVENT("remove", "/devices/usb2/2-1/2-1.3", "usb", "usb_device", "002", "255")),
    ROW(USB_EVENT_ADDED, "10-1.2.3.4.5", 10, 1, EVENT("add", "/usb10/10-1.2.3.4.5", "usb", "usb_device", "010", "001")),
    ROW(USB_EVENT_ADDED, "1-2", 1, 2, AT("1-2")),
    ROW(USB_EVENT_ALLOWED, "2-1", 0, 0,
        "add@/d/2-1/2-1:1.0\0ACTION=add\0DEVPATH=/d/2-1/2-1:1.0\0SUBSYSTEM=usb\0DEVTYPE=usb_interface\0"),
    ROW(USB_EVENT_NONE, "", 0, 0,
        "remove@/d/2-1/2-1:1.0\0ACTION=remove\0DEVPATH=/d/2-1/2-1:1.0\0SUBSYSTEM=usb\0DEVTYPE=usb_interface\0"),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("bind", "/d/2-1", "usb", "usb_device", "002", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("change", "/d/2-1", "usb", "usb_device", "002", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/usb2", "usb", "usb_device", "002", "001")), /* the root hub */
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/2-1", "block", "disk", "002", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/2-1", "usb", "usb_link_layer", "002", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/2-1", "usb", "usb_device", "256", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/2-1", "usb", "usb_device", "002", "256")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/2-1", "usb", "usb_device", "", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/2-1", "usb", "usb_device", "0x2", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, EVENT("add", "/d/2-1", "usb", "usb_device", "99999999999999999999", "005")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2-")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/-1")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2-1.")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2-1..2")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2.1-1")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2-1-1")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2-1/")),
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2-x")),
    ROW(USB_EVENT_ADDED, "2-11111111111111111111111111111", 1, 2, AT("/d/2-11111111111111111111111111111")), /* 31 */
    ROW(USB_EVENT_NONE, "", 0, 0, AT("/d/2-111111111111111111111111111111")),                                /* 32 */
    ROW(USB_EVENT_NONE, "", 0, 0, ""),
    ROW(USB_EVENT_NONE, "", 0, 0, "\0"),
    ROW(USB_EVENT_NONE, "", 0, 0, "add@/d/2-1\0"),
    ROW(USB_EVENT_NONE, "", 0, 0, "libudev\0\xfe\xed\xca\xfe"),
    ROW(USB_EVENT_NONE, "", 0, 0,
        "no sign\0ACTION=add\0DEVPATH=/2-1\0SUBSYSTEM=usb\0DEVTYPE=usb_device\0BUSNUM=1\0DEVNUM=1\0"),
};

TEST(usb_ports, news_are_read_and_everything_else_is_left)
{
    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        struct usb_event e = {.kind = USB_EVENT_LOST};
        char *text = malloc(rows[i].n + 1);
        bool is_taken;

        memcpy(text, rows[i].text, rows[i].n + 1);
        is_taken = usb_ports_parse(text, rows[i].n, &e);
        free(text);
        if (is_taken != (rows[i].kind != USB_EVENT_NONE)) {
            printf("row %zu\n", i);
        }
        CHECK_INT(is_taken, rows[i].kind != USB_EVENT_NONE);
        CHECK_INT(e.kind, is_taken ? rows[i].kind : USB_EVENT_LOST);
        CHECK_STR(e.port, rows[i].port);
        CHECK_INT(e.where.bus, rows[i].bus);
        CHECK_INT(e.where.address, rows[i].address);
    }
}

TEST(usb_ports, a_message_cut_anywhere_is_left_or_says_the_same)
{
    static const char whole[] = STICK_ADDED;

    for (size_t n = 0; n < sizeof whole - 1; n++) {
        struct usb_event e = {0};
        char *text = malloc(n + 1);

        memcpy(text, whole, n);
        if (usb_ports_parse(text, n, &e)) {
            CHECK(!strcmp(e.port, "2-1") && e.where.bus == 2 && e.where.address == 5);
        }
        free(text);
    }
}

/* A socket pair of netlink is not to be had: another socket sends to the watching one, as any process here could. */
TEST(usb_ports, only_the_kernel_is_believed)
{
    struct sockaddr_nl me = {.nl_family = AF_NETLINK}, to;
    socklen_t n_to = sizeof to;
    struct usb_event e = {.kind = USB_EVENT_LOST};
    struct err err = {0};
    int watch, other = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    ssize_t sent;

    CHECK(usb_ports_watch(&watch, &err));
    CHECK(usb_ports_next(watch, &e, &err));
    CHECK_INT(e.kind, USB_EVENT_NONE);
    CHECK(other >= 0 && bind(other, (struct sockaddr *)&me, sizeof me) == 0);
    CHECK(getsockname(watch, (struct sockaddr *)&to, &n_to) == 0);
    to.nl_groups = 0;
    sent = sendto(other, STICK_ADDED, sizeof STICK_ADDED - 1, 0, (struct sockaddr *)&to, sizeof to);
    if (sent > 0) { /* where the kernel lets this pass at all */
        CHECK_INT(poll(&(struct pollfd){.fd = watch, .events = POLLIN}, 1, 1000), 1);
        CHECK(usb_ports_next(watch, &e, &err));
        CHECK_INT(e.kind, USB_EVENT_NONE);
    }
    close(other);
    close(watch);
    CHECK(!usb_ports_next(watch, &e, &err));
    CHECK_INT(err.code, ERR_IO);
}

static void touch(const char *name, const void *bytes, size_t n)
{
    int fd = open(test_path(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    close(fd);
}

TEST(usb_ports, no_usb_at_all_is_nobody_there)
{
    struct usb_address found[USB_DEVICES_MAX];
    struct err err = {0};
    int n = 99;

    CHECK(usb_ports_list(test_path("none"), found, &n, &err));
    CHECK_INT(n, 0);
    n = 99;
    CHECK(usb_ports_list(USB_ROOT, found, &n, &err)); /* of this machine */
    CHECK(n >= 0 && n <= USB_DEVICES_MAX);
    touch("a-file", "", 0);
    CHECK(!usb_ports_list(test_path("a-file"), found, &n, &err));
    CHECK_INT(err.code, ERR_IO);
}

TEST(usb_ports, who_is_there_is_listed_in_order_up_to_the_limit)
{
    struct usb_address found[USB_DEVICES_MAX];
    struct err err = {0};
    char name[64];
    int n;

    CHECK(mkdir(test_path("usb"), 0700) == 0 && mkdir(test_path("usb/002"), 0700) == 0 &&
          mkdir(test_path("usb/001"), 0700) == 0 && mkdir(test_path("usb/300"), 0700) == 0 &&
          mkdir(test_path("usb/1"), 0700) == 0);
    touch("usb/002/004", "", 0);
    touch("usb/001/010", "", 0);
    touch("usb/001/009", "", 0);
    touch("usb/001/9", "", 0);
    touch("usb/001/256", "", 0);
    touch("usb/001/abc", "", 0);
    CHECK(usb_ports_list(test_path("usb"), found, &n, &err));
    CHECK_INT(n, 3);
    CHECK(found[0].bus == 1 && found[0].address == 9 && found[1].address == 10 && found[2].bus == 2);
    for (int i = 0; i < USB_DEVICES_MAX + 1; i++) {
        snprintf(name, sizeof name, "usb/002/%03d", i);
        touch(name, "", 0);
    }
    CHECK(usb_ports_list(test_path("usb"), found, &n, &err));
    CHECK_INT(n, USB_DEVICES_MAX);
}

TEST(usb_ports, descriptors_are_read_as_they_are_and_the_first_configuration_is_cut_out)
{
    static const uint8_t bytes[] = {18, 1, 0,  2, 0, 0, 0, 64,   0x51, 0x09, 0x66, 0x16, 0, 1, 1, 2, 3, 1, /* device */
                                    9,  2, 32, 0, 1, 1, 0, 0x80, 50, /* configuration */
                                    9,  4, 0,  0, 2, 8, 6, 0x50, 0,    7,    5,    0x81, 2, 0, 2, 0, 7, 5, 2,
                                    2,  0, 2,  0, 9, 2, 9, 0,    0,    2,    0,    0x80, 50}; /* one more */
    static struct usb_device d;
    struct usb_shape shape;
    struct err err = {0};

    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct usb_address where = {3, 7};
        int fd;

        if (n == 0) {
            CHECK(mkdir(test_path("bus"), 0700) == 0 && mkdir(test_path("bus/003"), 0700) == 0);
            CHECK(!usb_ports_open(test_path("bus"), where, &fd, &err));
            CHECK_INT(err.code, ERR_GONE);
        }
        touch("bus/003/007", bytes, n);
        CHECK(usb_ports_open(test_path("bus"), where, &fd, &err));
        CHECK(usb_ports_describe(fd, &d, &err));
        close(fd);
        CHECK_INT(d.n_device, n < 18 ? n : 18);
        CHECK_STR(d.port, ""); /* a file is nowhere */
        CHECK_INT(usb_judge(d.device, d.n_device, d.config, d.n_config, &shape),
                  n >= 18 + 32 ? USB_STICK : USB_MALFORMED);
    }
    CHECK_INT(d.n_config, 32);
}
