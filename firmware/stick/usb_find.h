/* usb_find: who is in the slot. From one look at the ports to the next it knows who came, who left, who is first, and
 * who changed its shape (THREATS T12, T13, T19). What leaves a port and is back before a hand could have done it is the
 * same device: with other descriptors it is refused, and so is everything on that port until it was empty for
 * USB_EMPTY_MS. One thread; it reads files and changes none; the clock is the caller's. */
#ifndef M2_STICK_USB_FIND_H
#define M2_STICK_USB_FIND_H

#include "stick/usb_allow.h"

enum {
    USB_EMPTY_MS = 3000,    /* a port that was empty for so long was emptied by hand */
    USB_ALLOW_MS = 10000,   /* a stick that may not be opened yet is looked at again for so long, */
    USB_ALLOW_POLL_MS = 500 /* so often: then only the kernel's news make anybody look */
};

struct usb_find;

/* sys: USB_SYS; copied. */
struct usb_find *usb_find_new(const char *sys, const struct usb_allow *allow);
void usb_find_free(struct usb_find *f);

/* Looks at all ports. now_ms only rises. Codes: ERR_IO, with what was known before kept. */
M2_MUST_CHECK bool usb_find_look(struct usb_find *f, int64_t now_ms, struct err *err);
/* The stick that is to be opened: the first of those that came, may be used, and were not refused. False: none, or one
 * is held. */
bool usb_find_first(struct usb_find *f, struct usb_device *out, struct usb_shape *shape);
/* It is the one in use, readable or not; others wait until it left (T19). */
void usb_find_hold(struct usb_find *f, const struct usb_device *d);
/* Whether the one that was held is still in; a device that left and came back is another. */
bool usb_find_is_held(const struct usb_find *f);
/* What the screen says of it: a word, static. It stays until the device leaves. */
void usb_find_refuse(struct usb_find *f, const struct usb_device *d, const char *word);
/* The word for the last of those that are in and refused: "keyboard", "changed"; "withheld" for a stick that nobody
 * let open for USB_ALLOW_MS, while none is held; "" = nothing to say. */
const char *usb_find_word(const struct usb_find *f, int64_t now_ms);
/* How long to wait before the next look, if no news come: a stick is in that may be let open yet; -1 = for ever. */
int usb_find_wait_ms(const struct usb_find *f, int64_t now_ms);

#endif
