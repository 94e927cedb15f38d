/* fuzz_usb_judge: descriptors of any bytes: whether wTotalLength is made right, a device, a configuration. */
#include "base/buf.h"
#include "stick/usb_judge.h"
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct usb_shape s = {0};
    uint8_t *config;
    size_t n;
    enum usb_kind kind;

    if (size < 1 + USB_DEVICE_BYTES + 4) {
        return 0;
    }
    n = size - 1 - USB_DEVICE_BYTES;
    config = mem_alloc(n);
    memcpy(config, data + 1 + USB_DEVICE_BYTES, n);
    if (data[0] & 1) {
        config[2] = (uint8_t)n;
        config[3] = (uint8_t)(n >> 8);
    }
    kind = usb_judge(data + 1, USB_DEVICE_BYTES, config, n, &s);
    if (kind >= USB_KINDS || !usb_kind_name(kind)) {
        abort();
    }
    if (kind == USB_STICK &&
        ((s.in & 0xf0) != 0x80 || (s.in & 0xf) == 0 || s.out < 1 || s.out > 15 || s.interface >= USB_INTERFACES_MAX ||
         s.configuration == 0 || data[1 + 17] != 1 || config[4] != 1)) {
        abort();
    }
    free(config);
    return 0;
}
