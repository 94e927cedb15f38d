/* usb_judge: a walk over descriptors, each of which may lie. */
#include "stick/usb_judge.h"
#include <stdbool.h>
#include <string.h>

#include "base/banned.h"

enum { TYPE_DEVICE = 1, TYPE_CONFIG = 2, TYPE_INTERFACE = 4, TYPE_ENDPOINT = 5 };
enum { INTERFACE_BYTES = 9, ENDPOINT_BYTES = 7 };
enum { CLASS_STORAGE = 8, SUBCLASS_SCSI = 6, PROTOCOL_BULK_ONLY = 0x50, PROTOCOL_UAS = 0x62 };
#define KIND_NONE USB_KINDS /* says nothing by itself */

struct endpoints {
    int n_due, n, n_bulk_in, n_bulk_out;
    uint32_t seen; /* a bit each */
    uint8_t in, out;
};

struct walk {
    uint32_t interfaces; /* seen, a bit each */
    int n_interfaces;
    uint8_t interface, alternate; /* where it is */
    enum usb_kind kind;           /* so far */
    bool has_extra;               /* a stick with more to it than a stick */
    struct endpoints at;          /* of the alternate under way */
    struct usb_shape shape;
};

/* A class, or a part of one; the first row that fits. -1 fits all. */
static const struct {
    int16_t class, subclass, protocol;
    enum usb_kind kind;
} kinds[] = {
    {0x01, -1, -1, USB_SOUND},
    {0x02, 0x06, -1, USB_NETWORK}, /* Ethernet */
    {0x02, 0x0a, -1, USB_NETWORK}, /* mobile direct line */
    {0x02, 0x0c, -1, USB_NETWORK}, /* EEM */
    {0x02, 0x0d, -1, USB_NETWORK}, /* NCM */
    {0x02, 0x0e, -1, USB_NETWORK}, /* MBIM */
    {0x02, -1, -1, USB_SERIAL},
    {0x03, -1, 1, USB_KEYBOARD},
    {0x03, -1, -1, USB_INPUT},
    {0x05, -1, -1, USB_INPUT},
    {0x06, -1, -1, USB_PHONE},
    {0x07, -1, -1, USB_PRINTER},
    {CLASS_STORAGE, SUBCLASS_SCSI, PROTOCOL_BULK_ONLY, USB_STICK},
    {CLASS_STORAGE, SUBCLASS_SCSI, PROTOCOL_UAS, USB_UAS},
    {CLASS_STORAGE, -1, -1, USB_STORAGE},
    {0x09, -1, -1, USB_HUB},
    {0x0a, -1, -1, KIND_NONE}, /* data of 02 or of another's */
    {0x0e, -1, -1, USB_CAMERA},
    {0x10, -1, -1, USB_CAMERA},
    {0x11, -1, -1, USB_VENDOR},    /* billboard of a cable */
    {0xe0, -1, -1, USB_NETWORK},   /* Bluetooth, RNDIS */
    {0xef, 0x04, -1, USB_NETWORK}, /* RNDIS */
    {0xff, 0x42, -1, USB_PHONE},   /* Android's debugger */
    {0xff, 0xfe, 2, USB_PHONE},    /* Apple's */
    {0xff, -1, -1, USB_VENDOR},
};

static enum usb_kind kind_of(const uint8_t *triple)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].class == triple[0] && (kinds[i].subclass < 0 || kinds[i].subclass == triple[1]) &&
            (kinds[i].protocol < 0 || kinds[i].protocol == triple[2])) {
            return kinds[i].kind;
        }
    }
    return USB_OTHER;
}

static bool is_storage(enum usb_kind k)
{
    return k == USB_STICK || k == USB_UAS || k == USB_STORAGE;
}

/* What somebody who looks at it would call a thing that is both. */
static enum usb_kind both(enum usb_kind a, enum usb_kind b)
{
    static const struct {
        enum usb_kind whole, part;
    } rows[] = {{USB_KEYBOARD, USB_INPUT}, {USB_CAMERA, USB_SOUND},  {USB_SOUND, USB_INPUT}, {USB_NETWORK, USB_SERIAL},
                {USB_PHONE, USB_SERIAL},   {USB_PHONE, USB_NETWORK}, {USB_PHONE, USB_SOUND}};

    if (a == b || b == KIND_NONE) {
        return a;
    }
    if (a == KIND_NONE) {
        return b;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((a == rows[i].whole && b == rows[i].part) || (b == rows[i].whole && a == rows[i].part)) {
            return rows[i].whole;
        }
    }
    if (a == USB_VENDOR && !is_storage(b)) {
        return b;
    }
    return b == USB_VENDOR && !is_storage(a) ? a : USB_COMPOSITE;
}

static bool end_alternate(struct walk *w)
{
    const struct endpoints *e = &w->at;

    if (e->n != e->n_due) {
        return false;
    }
    if (w->kind == USB_STICK && w->alternate == 0) {
        w->has_extra |= e->n != 2 || e->n_bulk_in != 1 || e->n_bulk_out != 1;
        w->shape.in = e->in;
        w->shape.out = e->out;
    }
    return true;
}

static bool take_interface(struct walk *w, const uint8_t *d)
{
    enum usb_kind k;

    if (d[2] >= USB_INTERFACES_MAX || !end_alternate(w)) {
        return false;
    }
    bool is_new = !(w->interfaces & 1u << d[2]);

    /* Alternates of an interface follow each other from 0 on. */
    if (is_new ? d[3] != 0 : d[2] != w->interface || d[3] != w->alternate + 1) {
        return false;
    }
    k = kind_of(d + 5);
    w->interfaces |= 1u << d[2];
    w->n_interfaces += is_new;
    w->interface = d[2];
    w->alternate = d[3];
    w->at = (struct endpoints){.n_due = d[4]};
    if (is_new) {
        w->has_extra |= w->n_interfaces > 1;
        w->kind = both(w->kind, k);
        w->shape.interface = d[2];
    } else if (w->kind == KIND_NONE && k == USB_STICK) {
        w->kind = USB_COMPOSITE;                          /* a stick at the second look only */
    } else if (!(w->kind == USB_STICK && k == USB_UAS)) { /* which a stick may offer besides; it is not asked for it */
        w->kind = is_storage(w->kind) && is_storage(k) ? USB_STORAGE : both(w->kind, k);
    }
    return true;
}

static bool take_endpoint(struct walk *w, const uint8_t *d)
{
    uint32_t bit = 1u << ((d[2] & 0xf) + (d[2] & 0x80 ? 16 : 0));
    unsigned packet;

    if (w->n_interfaces == 0 || (d[2] & 0x70) || !(d[2] & 0xf) || w->at.seen & bit) {
        return false;
    }
    w->at.seen |= bit;
    w->at.n++;
    if ((d[3] & 3) == 2) {
        packet = d[4] | d[5] << 8;
        if (packet < 8 || packet > 1024 || (packet & (packet - 1)) != 0) {
            return false;
        }
        *(d[2] & 0x80 ? &w->at.n_bulk_in : &w->at.n_bulk_out) += 1;
        *(d[2] & 0x80 ? &w->at.in : &w->at.out) = d[2];
    }
    return true;
}

static bool walk_config(struct walk *w, const uint8_t *config, size_t n_config)
{
    bool ok = true;

    for (size_t at = config[0], n; ok && at < n_config; at += n) {
        const uint8_t *d = config + at;

        n = d[0];
        if (n < 2 || n > n_config - at) {
            return false;
        }
        switch (d[1]) {
        case TYPE_DEVICE:
        case TYPE_CONFIG:
            return false;
        case TYPE_INTERFACE:
            ok = n >= INTERFACE_BYTES && take_interface(w, d);
            break;
        case TYPE_ENDPOINT:
            ok = n >= ENDPOINT_BYTES && take_endpoint(w, d);
            break;
        default: /* what belongs to a class, or is newer than this */
            break;
        }
    }
    return ok && end_alternate(w) && w->n_interfaces == config[4];
}

enum usb_kind usb_judge(const uint8_t *device, size_t n_device, const uint8_t *config, size_t n_config,
                        struct usb_shape *shape)
{
    struct walk w = {.kind = KIND_NONE};

    if (n_device != USB_DEVICE_BYTES || device[0] != USB_DEVICE_BYTES || device[1] != TYPE_DEVICE || device[17] == 0 ||
        n_config < USB_CONFIG_BYTES || config[0] < USB_CONFIG_BYTES || config[0] > n_config ||
        config[1] != TYPE_CONFIG || (size_t)(config[2] | config[3] << 8) != n_config || config[5] == 0 ||
        !walk_config(&w, config, n_config)) {
        return USB_MALFORMED;
    }
    if (device[4] == 0x09) {
        return USB_HUB;
    }
    if (w.kind == KIND_NONE) {
        return w.n_interfaces ? USB_SERIAL : USB_VENDOR;
    }
    if (w.kind == USB_STICK && device[17] > 1) {
        return USB_COMPOSITE;
    }
    if (w.kind == USB_STICK &&
        (w.has_extra || device[4] != 0)) { /* a storage device says what it is in its interface */
        return w.n_interfaces > 1 ? USB_COMPOSITE : USB_STORAGE;
    }
    if (w.kind == USB_STICK) {
        w.shape.configuration = config[5];
        *shape = w.shape;
    }
    return w.kind;
}

const char *usb_kind_name(enum usb_kind kind)
{
    static const char *const names[USB_KINDS] = {
        [USB_STICK] = "stick",         [USB_KEYBOARD] = "keyboard",   [USB_INPUT] = "input",
        [USB_NETWORK] = "network",     [USB_SERIAL] = "serial",       [USB_CAMERA] = "camera",
        [USB_SOUND] = "sound",         [USB_PRINTER] = "printer",     [USB_HUB] = "hub",
        [USB_PHONE] = "phone",         [USB_COMPOSITE] = "composite", [USB_UAS] = "uas",
        [USB_STORAGE] = "storage",     [USB_VENDOR] = "vendor",       [USB_OTHER] = "other",
        [USB_MALFORMED] = "malformed",
    };

    return names[kind];
}

enum usb_kind usb_kind_named(const char *name)
{
    enum usb_kind k = USB_STICK;

    while (k < USB_KINDS && strcmp(usb_kind_name(k), name) != 0) {
        k++;
    }
    return k;
}
