/* test_usb_ports: news of the kernel and of those who pose as it, folders with and without devices, descriptors cut. */
#include "stick/usb_ports.h"
#include "unit/usb_fixture.h"
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define STICK_ADDED                                                                                                    \
    "add@/devices/pci0000:00/0000:00:14.0/usb2/2-1\0ACTION=add\0DEVPATH=/devices/pci0000:00/0000:00:14.0/usb2/2-1\0"   \
    "SUBSYSTEM=usb\0MAJOR=189\0MINOR=132\0DEVNAME=bus/usb/002/005\0DEVTYPE=usb_device\0SEQNUM=2145\0"
#define ROW(is_news, text)                                                                                             \
    {                                                                                                                  \
        is_news, text, sizeof(text) - 1                                                                                \
    }

static const struct {
    bool is_news;
    const char *text;
    size_t n;
} rows[] = {
    ROW(true, STICK_ADDED),
    ROW(true, "remove@/d/2-1\0ACTION=remove\0SUBSYSTEM=usb\0"),
    ROW(true, "add@/d/2-1/2-1:1.0\0SUBSYSTEM=usb\0DEVTYPE=usb_interface\0"), /* it was authorised */
    ROW(true, "bind@/d/2-1\0SUBSYSTEM=usb\0"),
    ROW(true, "change@/d/2-1\0SUBSYSTEM=usb\0"),
    ROW(false, "add@/d/2-1\0SUBSYSTEM=block\0"),
    ROW(false, "add@/d/2-1\0SUBSYSTEM=usbmon\0"),
    ROW(false, "add@/d/2-1\0XSUBSYSTEM=usb\0"),
    ROW(false, "add@/d/SUBSYSTEM=usb\0"),
    ROW(false, "add@/d/2-1\0SUBSYSTEM=usb"), /* no end */
    ROW(false, ""),
    ROW(false, "\0"),
    ROW(false, "SUBSYSTEM=usb\0"),
    ROW(false, "libudev\0\xfe\xed\xca\xfe\0SUBSYSTEM=usb\0"), /* of udevd */
};

TEST(usb_ports, news_of_usb_are_told_from_all_else)
{
    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        char *text = malloc(rows[i].n + 1);
        bool is_news;

        memcpy(text, rows[i].text, rows[i].n);
        is_news = usb_ports_is_news(text, rows[i].n);
        free(text);
        if (is_news != rows[i].is_news) {
            printf("row %zu\n", i);
        }
        CHECK_INT(is_news, rows[i].is_news);
    }
}

TEST(usb_ports, ports_are_told_from_hubs_interfaces_and_nonsense)
{
    static const char *const ports[] = {"2-1", "2-1.3", "10-1.2.3.4.5", "2-11111111111111111111111111111" /* 31 */};
    static const char *const others[] = {
        "",       "usb2",  "2-1:1.0", "2-",  "-1", "2",      "2-1.",
        "2-1..2", "2.1-1", "2-1-1",   "2-x", "..", "2-1/..", "2-111111111111111111111111111111"};

    for (size_t i = 0; i < M2_COUNT(ports); i++) {
        CHECK(usb_ports_is_port(ports[i], strlen(ports[i])));
    }
    for (size_t i = 0; i < M2_COUNT(others); i++) {
        CHECK(!usb_ports_is_port(others[i], strlen(others[i])));
    }
}

/* A socket pair of netlink is not to be had: another socket sends to the watching one, as any process here could. */
TEST(usb_ports, only_the_kernel_is_believed)
{
    struct sockaddr_nl me = {.nl_family = AF_NETLINK}, to;
    socklen_t n_to = sizeof to;
    bool is_news = true;
    struct err err = {0};
    int watch, other = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    ssize_t sent;

    CHECK(usb_ports_watch(&watch, &err));
    CHECK(usb_ports_hear(watch, &is_news, &err));
    CHECK(!is_news);
    CHECK(other >= 0 && bind(other, (struct sockaddr *)&me, sizeof me) == 0);
    CHECK(getsockname(watch, (struct sockaddr *)&to, &n_to) == 0);
    to.nl_groups = 0;
    sent = sendto(other, STICK_ADDED, sizeof STICK_ADDED - 1, 0, (struct sockaddr *)&to, sizeof to);
    if (sent > 0) { /* where the kernel lets this pass at all */
        CHECK_INT(poll(&(struct pollfd){.fd = watch, .events = POLLIN}, 1, 1000), 1);
        CHECK(usb_ports_hear(watch, &is_news, &err));
        CHECK(!is_news);
    }
    close(other);
    close(watch);
    CHECK(!usb_ports_hear(watch, &is_news, &err));
    CHECK_INT(err.code, ERR_IO);
}

TEST(usb_ports, no_usb_at_all_is_nobody_there)
{
    static char found[USB_DEVICES_MAX][USB_PORT_NAME_MAX];
    struct err err = {0};
    int n = 99;

    CHECK(usb_ports_list(test_path("none"), found, &n, &err));
    CHECK_INT(n, 0);
    n = 99;
    CHECK(usb_ports_list(USB_SYS, found, &n, &err)); /* of this machine */
    CHECK(n >= 0 && n <= USB_DEVICES_MAX);
    usb_write(test_path("a-file"), "", 0);
    CHECK(!usb_ports_list(test_path("a-file"), found, &n, &err));
    CHECK_INT(err.code, ERR_IO);
}

TEST(usb_ports, who_is_there_is_listed_in_order_up_to_the_limit)
{
    static char found[USB_DEVICES_MAX][USB_PORT_NAME_MAX];
    struct err err = {0};
    char name[64];
    int n;

    CHECK(fsio_make_dirs(test_path("many/2-1.3"), 0700, &err) && fsio_make_dirs(test_path("many/1-2"), 0700, &err) &&
          fsio_make_dirs(test_path("many/usb1"), 0700, &err) && fsio_make_dirs(test_path("many/1-2:1.0"), 0700, &err));
    CHECK(usb_ports_list(test_path("many"), found, &n, &err));
    CHECK_INT(n, 2);
    CHECK_STR(found[0], "1-2");
    CHECK_STR(found[1], "2-1.3");
    for (int i = 0; i < USB_DEVICES_MAX + 1; i++) {
        snprintf(name, sizeof name, "many/3-%d", i + 1);
        CHECK(fsio_make_dirs(test_path(name), 0700, &err));
    }
    CHECK(usb_ports_list(test_path("many"), found, &n, &err));
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

    CHECK(!usb_ports_describe(test_path("sys"), "3-7", &d, &err));
    CHECK_INT(err.code, ERR_GONE);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        int fd;

        usb_plug_bytes("3-7", 7, n % 2, bytes, n);
        CHECK(usb_ports_describe(test_path("sys"), "3-7", &d, &err));
        CHECK_INT(d.n_device, n < 18 ? n : 18);
        CHECK_STR(d.port, "3-7");
        CHECK(d.bus == 1 && d.address == 7 && !d.is_super);
        CHECK_INT(d.is_allowed, n % 2);
        CHECK_INT(usb_judge(d.device, d.n_device, d.config, d.n_config, &shape),
                  n >= 18 + 32 ? USB_STICK : USB_MALFORMED);
        CHECK(usb_ports_open(test_path("dev"), &d, &fd, &err));
        close(fd);
    }
    CHECK_INT(d.n_config, 32);
    usb_write(usb_attribute("3-7", "speed"), "5000\n", 5);
    CHECK(usb_ports_describe(test_path("sys"), "3-7", &d, &err));
    CHECK(d.is_super);
    usb_write(usb_attribute("3-7", "devnum"), "256\n", 4);
    CHECK(!usb_ports_describe(test_path("sys"), "3-7", &d, &err));
    CHECK_INT(err.code, ERR_IO);
}

TEST(usb_ports, T13_another_device_behind_the_same_address_is_not_opened)
{
    static struct usb_device d;
    struct usb_set s;
    struct err err = {0};
    int fd;

    usb_plug("1-1", 9, true, USB_SET_STICK);
    CHECK(usb_ports_describe(test_path("sys"), "1-1", &d, &err));
    usb_set_make(&s, USB_SET_KEYS);
    usb_write(test_path("dev/001/009"), s.device, USB_DEVICE_BYTES);
    CHECK(!usb_ports_open(test_path("dev"), &d, &fd, &err));
    CHECK_INT(err.code, ERR_GONE);
    CHECK(unlink(test_path("dev/001/009")) == 0);
    CHECK(!usb_ports_open(test_path("dev"), &d, &fd, &err));
    CHECK_INT(err.code, ERR_GONE);
}
