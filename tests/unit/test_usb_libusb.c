/* test_usb_libusb: that libusb is there, starts without looking for devices and refuses what is none. Real transfers
 * need a real device. */
#include "stick/sandbox.h"
#include "stick/usb_libusb.h"
#include "unit/test.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

TEST(usb_libusb, a_file_that_is_no_device_is_refused_and_closed)
{
    const struct usb_shape shape = {.configuration = 1, .in = 0x81, .out = 0x02};
    static const char *const paths[] = {"/dev/null", "/proc/self/exe"};

    for (size_t i = 0; i < M2_COUNT(paths); i++) {
        struct usb_pipe *pipe = NULL;
        struct err err = {0};
        int fd = open(paths[i], O_RDONLY | O_CLOEXEC);

        CHECK(fd >= 0);
        CHECK(!usb_libusb_open(fd, &shape, false, &pipe, &err));
        CHECK_INT(err.code, ERR_IO);
        CHECK_HAS(err.text, "cannot be claimed");
        CHECK(!pipe);
        CHECK(fcntl(fd, F_GETFD) < 0 && errno == EBADF);
    }
}

/* It asks the kernel's version and its file systems before it looks at the device: in the sandbox this ended stickd. */
TEST(usb_libusb, T20_it_starts_within_the_sandbox)
{
    const struct usb_shape shape = {.configuration = 1, .in = 0x81, .out = 0x02};
    int status = 0, fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_t pid = fork();

    if (pid == 0) {
        struct usb_pipe *pipe = NULL;
        struct err err = {0};

        _exit(!sandbox_enter(SANDBOX_USB, &err) || usb_libusb_open(fd, &shape, false, &pipe, &err) ||
              err.code != ERR_IO);
    }
    CHECK(fd >= 0 && pid > 0 && waitpid(pid, &status, 0) == pid);
    close(fd);
    CHECK_INT(status, 0);
}
