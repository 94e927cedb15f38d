/* fuzz_usb_event: messages that pose as the kernel's. */
#include "base/buf.h"
#include "stick/usb_ports.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct usb_event e = {0};

    if (usb_ports_parse((const char *)data, size, &e) &&
        (e.kind < USB_EVENT_ADDED || e.kind > USB_EVENT_REMOVED || strnlen(e.port, sizeof e.port) == sizeof e.port ||
         !strchr(e.port, '-') || e.port[strspn(e.port, "0123456789.-")] != 0)) {
        abort();
    }
    return 0;
}
