/* usb_judge: is a USB device a stick, and if not, what is it? From its raw descriptors alone; nothing is opened,
 * claimed or asked before. Taken is only what is one mass-storage interface and nothing else (THREATS T12 to T15).
 * Pure. */
#ifndef M2_STICK_USB_JUDGE_H
#define M2_STICK_USB_JUDGE_H

#include <stddef.h>
#include <stdint.h>

enum {
    USB_DEVICE_BYTES = 18, /* of a device descriptor */
    USB_CONFIG_BYTES = 9,  /* of the head of a configuration */
    USB_INTERFACES_MAX = 32,
};

/* What the screen names. */
enum usb_kind {
    USB_STICK = 0, /* the one that is taken */
    USB_KEYBOARD,
    USB_INPUT, /* mouse, gamepad, panel, and keyboards that do not say so */
    USB_NETWORK,
    USB_SERIAL, /* serial lines and modems */
    USB_CAMERA,
    USB_SOUND,
    USB_PRINTER,
    USB_HUB,
    USB_PHONE,     /* phones and photo cameras: MTP, PTP */
    USB_COMPOSITE, /* several things in one, a stick among them or not; or with a second configuration */
    USB_UAS,       /* a disk that speaks UAS only */
    USB_STORAGE,   /* storage of another kind: floppy, tape, CD, one with more than two endpoints */
    USB_VENDOR,    /* chargers, and what only its maker knows */
    USB_OTHER,     /* a class nobody here needs */
    USB_MALFORMED, /* descriptors that contradict themselves */
    USB_KINDS,
};

struct usb_shape {
    uint8_t configuration, interface;
    uint8_t in, out; /* endpoint addresses */
};

/* config: the first configuration, as long as its wTotalLength. *shape: set for USB_STICK only. */
enum usb_kind usb_judge(const uint8_t *device, size_t n_device, const uint8_t *config, size_t n_config,
                        struct usb_shape *shape);
/* "keyboard": for logs and messages between programs. */
const char *usb_kind_name(enum usb_kind kind);
enum usb_kind usb_kind_named(const char *name); /* USB_KINDS: none of them */

#endif
