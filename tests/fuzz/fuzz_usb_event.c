/* fuzz_usb_event: messages that pose as the kernel's, and names that pose as ports. */
#include "base/buf.h"
#include "stick/usb_ports.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)usb_ports_is_news((const char *)data, size);
    if (usb_ports_is_port((const char *)data, size) &&
        (size >= USB_PORT_NAME_MAX || memchr(data, '/', size) || !memchr(data, '-', size))) {
        abort();
    }
    return 0;
}
