/* usb_fixture: devices in words, as devices have them and as nobody should, and a sysfs of plain folders they hang on.
 */
#ifndef M2_TEST_USB_FIXTURE_H
#define M2_TEST_USB_FIXTURE_H

#include "base/buf.h"
#include "base/fsio.h"
#include "stick/usb_judge.h"
#include "unit/test.h"
#include <unistd.h>

struct usb_set {
    uint8_t device[USB_DEVICE_BYTES];
    uint8_t config[1024];
    size_t n;
};

/* A device in words: d09 device class, n2 configurations, i080650 an interface of class, subclass, protocol, a... the
 * next alternate of it, e81b an endpoint (bulk, interrupt, sochronous), xHEX a descriptor as it is. */
static inline void usb_set_make(struct usb_set *s, const char *text)
{
    size_t interface = 0;
    int number = -1;

    *s = (struct usb_set){.device = {18, 1, 0, 2, 0, 0, 0, 64, 0x51, 0x09, 0x66, 0x16, 0, 1, 1, 2, 3, 1},
                          .config = {9, 2, 0, 0, 0, 1, 0, 0x80, 50},
                          .n = 9};
    while (*text) {
        const char *end = strchr(text, ' ') ? strchr(text, ' ') : text + strlen(text);
        uint8_t b[64] = {0}, *at = s->config + s->n;
        char hex[129] = {0}, kind = *text++;
        size_t n_hex = (size_t)(end - text) & ~(size_t)1;

        memcpy(hex, text, n_hex);
        CHECK(hex_read(hex, b, n_hex / 2));
        switch (kind) {
        case 'd':
            s->device[4] = b[0];
            break;
        case 'n':
            s->device[17] = b[0];
            break;
        case 'i':
        case 'a':
            number += kind == 'i';
            memcpy(at,
                   (uint8_t[]){9, 4, (uint8_t)number, kind == 'a' ? s->config[interface + 3] + 1 : 0, 0, b[0], b[1],
                               b[2], 0},
                   9);
            interface = s->n;
            s->n += 9;
            s->config[4] += kind == 'i';
            break;
        case 'e':
            memcpy(at, (uint8_t[]){7, 5, b[0], end[-1] == 'b' ? 2 : end[-1] == 'i' ? 3 : 1, 0, 2, 1}, 7);
            s->config[interface + 4]++;
            s->n += 7;
            break;
        default:
            memcpy(at, b, n_hex / 2);
            s->n += n_hex / 2;
        }
        text = end + (*end == ' ');
    }
    s->config[2] = (uint8_t)s->n;
    s->config[3] = (uint8_t)(s->n >> 8);
}

#define USB_SET_STICK "i080650 e81b e02b"
#define USB_SET_KEYS  "i030101 x092111010001223f00 e83i"
#define USB_SET_UAS   "i080662 e81b x06300f000000 x04240300 e02b e83b e04b"

static const struct {
    enum usb_kind kind;
    const char *what, *text;
} usb_sets[] = {
    {USB_STICK, "a stick", USB_SET_STICK},
    {USB_STICK, "a stick, out before in", "i080650 e01b e82b"},
    {USB_STICK, "one number both ways", "i080650 e81b e01b"},
    {USB_STICK, "at SuperSpeed, with companions", "i080650 e81b x06300f000000 e02b x06300f000000"},
    {USB_STICK, "a disk that offers UAS besides",
     USB_SET_STICK " a080662 e81b x04240300 e02b x04240400 e83b x04240200 e04b x04240100"},
    {USB_STICK, "with an OTG descriptor", "x030903 " USB_SET_STICK},
    {USB_STICK, "with something of its maker", USB_SET_STICK " x04ff0102"},
    {USB_UAS, "UAS only", USB_SET_UAS},
    {USB_STORAGE, "UAS first, Bulk-Only second", USB_SET_UAS " a080650 e81b e02b"},
    {USB_STORAGE, "two alternates of Bulk-Only", USB_SET_STICK " a080650 e83b e04b"},
    {USB_COMPOSITE, "a stick only in its second alternate, once taken without endpoints", "i0a0000 a080650 e81b e02b"},
    {USB_COMPOSITE, "an alternate of another class", USB_SET_STICK " a030101 e83i"},
    {USB_COMPOSITE, "a third alternate of another class", USB_SET_STICK " a080662 e81b e02b a030101 e83i"},
    {USB_STORAGE, "a third endpoint", USB_SET_STICK " e83i"},
    {USB_STORAGE, "no way out", "i080650 e81b"},
    {USB_STORAGE, "two ways in", "i080650 e81b e82b"},
    {USB_STORAGE, "interrupts for bulk", "i080650 e81i e02b"},
    {USB_STORAGE, "no endpoints", "i080650"},
    {USB_STORAGE, "class said of the device", "d08 " USB_SET_STICK},
    {USB_STORAGE, "floppy over control and interrupts", "i080400 e81b e02b e83i"},
    {USB_STORAGE, "floppy over Bulk-Only", "i080450 e81b e02b"},
    {USB_STORAGE, "CD of the old kind", "i080250 e81b e02b"},
    {USB_STORAGE, "tape", "i080350 e81b e02b"},
    {USB_STORAGE, "SCSI over control", "i080600 e81b e02b"},
    {USB_STORAGE, "vendor's storage", "i08ff50 e81b e02b"},
    {USB_COMPOSITE, "two configurations", "n02 " USB_SET_STICK},
    {USB_COMPOSITE, "nine configurations", "n09 " USB_SET_STICK},
    {USB_COMPOSITE, "two sticks", USB_SET_STICK " i080650 e83b e04b"},
    {USB_COMPOSITE, "stick and keyboard", USB_SET_STICK " " USB_SET_KEYS},
    {USB_COMPOSITE, "keyboard and stick", USB_SET_KEYS " " USB_SET_STICK},
    {USB_COMPOSITE, "stick and something of its maker", USB_SET_STICK " iff0000 e83b"},
    {USB_COMPOSITE, "something of its maker and stick", "iff0000 e83b " USB_SET_STICK},
    {USB_COMPOSITE, "stick and network", USB_SET_STICK " ie00103 e83i i0a0000 e84b e05b"},
    {USB_COMPOSITE, "stick and bare data", USB_SET_STICK " i0a0000 e84b e05b"},
    {USB_COMPOSITE, "bare data and stick", "i0a0000 e84b e05b " USB_SET_STICK},
    {USB_COMPOSITE, "stick and disk of UAS", USB_SET_STICK " " USB_SET_UAS},
    {USB_COMPOSITE, "a modem with its drivers", "i020201 e83i i0a0000 e84b e05b " USB_SET_STICK},
    {USB_COMPOSITE, "a phone that is a stick as well", "i060101 e81b e02b e83i i080650 e84b e05b"},
    {USB_COMPOSITE, "keyboard and serial line", USB_SET_KEYS " i020201 e84i"},
    {USB_KEYBOARD, "a keyboard", USB_SET_KEYS},
    {USB_KEYBOARD, "with media keys", USB_SET_KEYS " i030000 e84i"},
    {USB_KEYBOARD, "that says nothing of boot", "i030001 e83i"},
    {USB_KEYBOARD, "and a mouse in one receiver", "i030102 e81i " USB_SET_KEYS},
    {USB_KEYBOARD, "and something of its maker", USB_SET_KEYS " iff0000"},
    {USB_INPUT, "a mouse", "i030102 e81i"},
    {USB_INPUT, "a gamepad", "i030000 e81i e02i"},
    {USB_INPUT, "a force feedback device", "i050000 e81i"},
    {USB_NETWORK, "Ethernet", "d02 i020600 e83i i0a0000 a0a0000 e84b e05b"},
    {USB_NETWORK, "NCM", "i020d00 e83i i0a0001 a0a0001 e84b e05b"},
    {USB_NETWORK, "MBIM modem", "i020e00 e83i i0a0002 a0a0002 e84b e05b"},
    {USB_NETWORK, "EEM", "i020c07 e84b e05b"},
    {USB_NETWORK, "RNDIS, first kind", "de0 ie00103 e83i i0a0000 e84b e05b"},
    {USB_NETWORK, "RNDIS, second kind", "ief0401 e83i i0a0000 e84b e05b"},
    {USB_NETWORK, "Bluetooth", "de0 ie00101 e81i e82b e02b ie00101 e83s e03s"},
    {USB_NETWORK, "a modem with a serial line", "i020600 e83i i0a0000 i020201 e84i i0a0000 e85b e06b"},
    {USB_SERIAL, "a modem", "d02 i020201 x0524001001 e83i i0a0000 e84b e05b"},
    {USB_SERIAL, "data alone", "i0a0000 e84b e05b"},
    {USB_CAMERA, "a webcam", "def x080b00020e030000 i0e0100 e83i i0e0200 a0e0200 e84s"},
    {USB_CAMERA, "a webcam with a microphone", "def i0e0100 e83i i0e0200 a0e0200 e84s i010100 i010200 a010200 e85s"},
    {USB_CAMERA, "audio and video of today", "i100100 e83i"},
    {USB_SOUND, "a loudspeaker", "i010100 x0824010001090001 i010200 a010200 e01s"},
    {USB_SOUND, "a headset with keys", "i010100 i010200 a010200 e01s i030000 e83i"},
    {USB_PRINTER, "a printer", "i070102 e81b e02b"},
    {USB_HUB, "a hub", "d09 i090000 e81i"},
    {USB_HUB, "a hub of two translators", "d09 i090001 e81i a090002 e81i"},
    {USB_HUB, "a hub that says it is a stick", "d09 " USB_SET_STICK},
    {USB_PHONE, "MTP", "i060101 e81b e02b e83i"},
    {USB_PHONE, "MTP with a debugger", "i060101 e81b e02b e83i iff4201 e84b e05b"},
    {USB_PHONE, "a debugger alone", "iff4201 e84b e05b"},
    {USB_PHONE, "an iPhone", "n04 i060101 e81b e02b e83i iff0100 ifffe02 e84b e05b"},
    {USB_PHONE, "tethering", "ie00103 e83i i0a0000 e84b e05b i060101 e81b e02b e86i"},
    {USB_VENDOR, "a charger", "iff0000"},
    {USB_VENDOR, "no interface", ""},
    {USB_VENDOR, "a serial adapter of its maker's own", "iff0000 e81b e02b e83i"},
    {USB_VENDOR, "a billboard", "d11 i110000"},
    {USB_OTHER, "a smart card reader", "i0b0000 e81b e02b e83i"},
    {USB_OTHER, "firmware update", "ife0102"},
    {USB_OTHER, "a class of tomorrow", "i770000"},
};

/* --- a sysfs: test_path("sys"), and nodes below test_path("dev") */

static inline void usb_write(const char *path, const void *bytes, size_t n)
{
    unlink(path); /* thousands are written: some file systems sync one that is emptied and written anew */
    FILE *f = fopen(path, "wb");

    CHECK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

static inline const char *usb_attribute(const char *port, const char *name)
{
    static char path[4][512];
    static int at;

    at = (at + 1) % 4;
    snprintf(path[at], sizeof path[at], "%s/%s/%s", test_path("sys"), port, name);
    return path[at];
}

static inline void usb_plug_bytes(const char *port, int address, bool is_allowed, const uint8_t *bytes, size_t n)
{
    char text[600];
    struct err err = {0};

    CHECK(fsio_make_dirs(usb_attribute(port, ""), 0700, &err));
    CHECK(fsio_make_dirs(test_path("dev/001"), 0700, &err));
    usb_write(usb_attribute(port, "busnum"), "1\n", 2);
    snprintf(text, sizeof text, "%d\n", address);
    usb_write(usb_attribute(port, "devnum"), text, strlen(text));
    usb_write(usb_attribute(port, "speed"), "480\n", 4);
    usb_write(usb_attribute(port, "authorized"), is_allowed ? "1\n" : "0\n", 2);
    usb_write(usb_attribute(port, "descriptors"), bytes, n);
    snprintf(text, sizeof text, "%s/001/%03d", test_path("dev"), address);
    usb_write(text, bytes, n);
}

static inline void usb_plug(const char *port, int address, bool is_allowed, const char *words)
{
    uint8_t bytes[USB_DEVICE_BYTES + 1024];
    struct usb_set s;

    usb_set_make(&s, words);
    memcpy(bytes, s.device, USB_DEVICE_BYTES);
    memcpy(bytes + USB_DEVICE_BYTES, s.config, s.n);
    usb_plug_bytes(port, address, is_allowed, bytes, USB_DEVICE_BYTES + s.n);
}

static inline void usb_pull(const char *port)
{
    struct err err = {0};

    CHECK(fsio_remove_tree(usb_attribute(port, ""), &err));
}

#endif
