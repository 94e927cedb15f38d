/* test_usb_judge: what a device is, from descriptors as devices have them and as nobody should (THREATS T12 to T15). */
#include "base/buf.h"
#include "stick/usb_judge.h"
#include "unit/test.h"

struct set {
    uint8_t device[USB_DEVICE_BYTES];
    uint8_t config[1024];
    size_t n;
};

/* A device in words: d09 device class, n2 configurations, i080650 an interface of class, subclass, protocol, a... the
 * next alternate of it, e81b an endpoint (bulk, interrupt, sochronous), xHEX a descriptor as it is. */
static void make(struct set *s, const char *text)
{
    size_t interface = 0;
    int number = -1;

    *s = (struct set){.device = {18, 1, 0, 2, 0, 0, 0, 64, 0x51, 0x09, 0x66, 0x16, 0, 1, 1, 2, 3, 1},
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

static enum usb_kind judge(const struct set *s, struct usb_shape *shape)
{
    uint8_t *config = malloc(s->n); /* so that a byte past the end is found */
    enum usb_kind kind;

    memcpy(config, s->config, s->n);
    kind = usb_judge(s->device, sizeof s->device, config, s->n, shape);
    free(config);
    return kind;
}

#define STICK "i080650 e81b e02b"
#define KEYS  "i030101 x092111010001223f00 e83i"
#define UAS   "i080662 e81b x06300f000000 x04240300 e02b e83b e04b"

static const struct {
    enum usb_kind kind;
    const char *what, *text;
} rows[] = {
    {USB_STICK, "a stick", STICK},
    {USB_STICK, "a stick, out before in", "i080650 e01b e82b"},
    {USB_STICK, "one number both ways", "i080650 e81b e01b"},
    {USB_STICK, "at SuperSpeed, with companions", "i080650 e81b x06300f000000 e02b x06300f000000"},
    {USB_STICK, "a disk that offers UAS besides",
     STICK " a080662 e81b x04240300 e02b x04240400 e83b x04240200 e04b x04240100"},
    {USB_STICK, "with an OTG descriptor", "x030903 " STICK},
    {USB_STICK, "with something of its maker", STICK " x04ff0102"},
    {USB_UAS, "UAS only", UAS},
    {USB_STORAGE, "UAS first, Bulk-Only second", UAS " a080650 e81b e02b"},
    {USB_STORAGE, "two alternates of Bulk-Only", STICK " a080650 e83b e04b"},
    {USB_COMPOSITE, "an alternate of another class", STICK " a030101 e83i"},
    {USB_COMPOSITE, "a third alternate of another class", STICK " a080662 e81b e02b a030101 e83i"},
    {USB_STORAGE, "a third endpoint", STICK " e83i"},
    {USB_STORAGE, "no way out", "i080650 e81b"},
    {USB_STORAGE, "two ways in", "i080650 e81b e82b"},
    {USB_STORAGE, "interrupts for bulk", "i080650 e81i e02b"},
    {USB_STORAGE, "no endpoints", "i080650"},
    {USB_STORAGE, "class said of the device", "d08 " STICK},
    {USB_STORAGE, "floppy over control and interrupts", "i080400 e81b e02b e83i"},
    {USB_STORAGE, "floppy over Bulk-Only", "i080450 e81b e02b"},
    {USB_STORAGE, "CD of the old kind", "i080250 e81b e02b"},
    {USB_STORAGE, "tape", "i080350 e81b e02b"},
    {USB_STORAGE, "SCSI over control", "i080600 e81b e02b"},
    {USB_STORAGE, "vendor's storage", "i08ff50 e81b e02b"},
    {USB_COMPOSITE, "two configurations", "n02 " STICK},
    {USB_COMPOSITE, "nine configurations", "n09 " STICK},
    {USB_COMPOSITE, "two sticks", STICK " i080650 e83b e04b"},
    {USB_COMPOSITE, "stick and keyboard", STICK " " KEYS},
    {USB_COMPOSITE, "keyboard and stick", KEYS " " STICK},
    {USB_COMPOSITE, "stick and something of its maker", STICK " iff0000 e83b"},
    {USB_COMPOSITE, "something of its maker and stick", "iff0000 e83b " STICK},
    {USB_COMPOSITE, "stick and network", STICK " ie00103 e83i i0a0000 e84b e05b"},
    {USB_COMPOSITE, "stick and bare data", STICK " i0a0000 e84b e05b"},
    {USB_COMPOSITE, "bare data and stick", "i0a0000 e84b e05b " STICK},
    {USB_COMPOSITE, "stick and disk of UAS", STICK " " UAS},
    {USB_COMPOSITE, "a modem with its drivers", "i020201 e83i i0a0000 e84b e05b " STICK},
    {USB_COMPOSITE, "a phone that is a stick as well", "i060101 e81b e02b e83i i080650 e84b e05b"},
    {USB_COMPOSITE, "keyboard and serial line", KEYS " i020201 e84i"},
    {USB_KEYBOARD, "a keyboard", KEYS},
    {USB_KEYBOARD, "with media keys", KEYS " i030000 e84i"},
    {USB_KEYBOARD, "that says nothing of boot", "i030001 e83i"},
    {USB_KEYBOARD, "and a mouse in one receiver", "i030102 e81i " KEYS},
    {USB_KEYBOARD, "and something of its maker", KEYS " iff0000"},
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
    {USB_HUB, "a hub that says it is a stick", "d09 " STICK},
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

TEST(usb_judge, each_device_is_called_what_it_is)
{
    CHECK(M2_COUNT(rows) >= 50);
    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        struct usb_shape shape = {0};
        struct set s;
        enum usb_kind kind;

        make(&s, rows[i].text);
        kind = judge(&s, &shape);
        if (kind != rows[i].kind) {
            printf("%s: %s, not %s\n", rows[i].what, usb_kind_name(kind), usb_kind_name(rows[i].kind));
        }
        CHECK_INT(kind, rows[i].kind);
        CHECK_INT(shape.in != 0, kind == USB_STICK);
    }
    printf("%zu devices\n", M2_COUNT(rows));
}

TEST(usb_judge, the_shape_of_a_stick_is_its_own)
{
    struct usb_shape shape;
    struct set s;

    make(&s, "i080650 e05b e8ab a080662 e81b e02b");
    s.config[5] = 3;
    s.config[9 + 2] = s.config[9 + 9 + 14 + 2] = 7;
    CHECK_INT(judge(&s, &shape), USB_STICK);
    CHECK_INT(shape.configuration, 3);
    CHECK_INT(shape.interface, 7);
    CHECK_INT(shape.in, 0x8a);
    CHECK_INT(shape.out, 0x05);
}

/* One byte of a stick's configuration (from 0) or device (from -18) set to another value. */
static const struct {
    int at;
    uint8_t value;
    const char *why;
} broken[] = {
    {-18, 17, "device too short"},
    {-17, 2, "not a device"},
    {-1, 0, "no configuration"},
    {0, 8, "configuration too short"},
    {0, 33, "configuration longer than all"},
    {1, 4, "not a configuration"},
    {2, 31, "shorter than it is"},
    {2, 33, "longer than it is"},
    {3, 1, "much longer than it is"},
    {4, 0, "an interface more than said"},
    {4, 2, "one fewer than said"},
    {5, 0, "a configuration number that means none"},
    {9, 0, "a descriptor of no bytes"},
    {9, 1, "of one byte"},
    {9, 8, "an interface too short"},
    {9, 10, "one that swallows the next one's length"},
    {9, 24, "longer than what is left"},
    {10, 1, "a device within"},
    {10, 2, "a configuration within"},
    {10, 5, "an endpoint of no interface"},
    {11, 32, "interface 32"},
    {12, 1, "begins with alternate 1"},
    {13, 1, "an endpoint more than said"},
    {13, 3, "one fewer than said"},
    {18, 6, "an endpoint too short"},
    {18, 0, "of no bytes"},
    {20, 0x80, "endpoint 0"},
    {20, 0x91, "bits nobody may set"},
    {20, 0x02, "the same endpoint twice"},
    {22, 1, "packets of 513"},
    {23, 0, "packets of 0"},
    {23, 8, "packets of 2048"},
    {25, 8, "ends past the end"},
    {25, 6, "leaves one byte"},
};

TEST(usb_judge, what_contradicts_itself_is_malformed)
{
    for (size_t i = 0; i < M2_COUNT(broken); i++) {
        struct usb_shape shape;
        struct set s;

        make(&s, STICK);
        CHECK_INT(s.n, 32);
        *(broken[i].at < 0 ? &s.device[broken[i].at + 18] : &s.config[broken[i].at]) = broken[i].value;
        if (judge(&s, &shape) != USB_MALFORMED) {
            printf("%s\n", broken[i].why);
        }
        CHECK_INT(judge(&s, &shape), USB_MALFORMED);
    }
}

TEST(usb_judge, alternates_out_of_order_and_interfaces_that_come_back_are_malformed)
{
    static const char *const texts[] = {
        STICK " x090400000008065000", /* alternate 0 twice */
        STICK " x090400020008066200", /* 0, then 2 */
        "i080650 e81b e02b iff0000 x090400010008066200",
    };

    for (size_t i = 0; i < M2_COUNT(texts); i++) {
        struct usb_shape shape;
        struct set s;

        make(&s, texts[i]);
        CHECK_INT(judge(&s, &shape), USB_MALFORMED);
    }
}

TEST(usb_judge, cut_anywhere_nothing_is_taken)
{
    struct usb_shape shape;
    struct set whole;

    make(&whole, STICK " a080662 e81b e02b");
    CHECK_INT(usb_judge(whole.device, USB_DEVICE_BYTES, NULL, 0, &shape), USB_MALFORMED);
    for (size_t n = 1; n < whole.n; n++) {
        struct set s = whole;

        s.n = n;
        CHECK_INT(judge(&s, &shape), USB_MALFORMED);
        s.config[2] = (uint8_t)n; /* and admitted to be */
        CHECK(judge(&s, &shape) == USB_MALFORMED || (n == 32 && judge(&s, &shape) == USB_STICK));
    }
    for (size_t n = 0; n < USB_DEVICE_BYTES; n++) {
        CHECK_INT(usb_judge(whole.device, n, whole.config, whole.n, &shape), USB_MALFORMED);
    }
}

TEST(usb_judge, with_any_byte_changed_a_stick_that_is_still_taken_has_two_true_endpoints)
{
    int n_taken = 0;
    struct set whole;

    make(&whole, STICK);
    for (size_t at = 0; at < whole.n; at++) {
        for (int value = 0; value < 256; value++) {
            struct usb_shape shape = {0};
            struct set s = whole;

            s.config[at] = (uint8_t)value;
            if (judge(&s, &shape) == USB_STICK) {
                n_taken++;
                CHECK((shape.in & 0xf0) == 0x80 && (shape.in & 0xf) && (shape.out & 0xf0) == 0 && shape.out);
                CHECK(s.config[14] == 8 && s.config[15] == 6 && s.config[16] == 0x50);
            }
        }
    }
    CHECK(n_taken > 32);
}

TEST(usb_judge, every_kind_has_a_name_of_its_own)
{
    for (int i = 0; i < USB_KINDS; i++) {
        for (int j = 0; j < i; j++) {
            CHECK(strcmp(usb_kind_name((enum usb_kind)i), usb_kind_name((enum usb_kind)j)) != 0);
        }
    }
}
