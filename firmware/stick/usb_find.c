/* usb_find: one row a port. */
#include "stick/usb_find.h"
#include "base/buf.h"
#include "trust/seal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct place {
    char port[USB_PORT_NAME_MAX];
    uint8_t bus, address;
    uint8_t shape[SEAL_HASH_BYTES]; /* of the descriptors that were seen here last */
    int64_t since_ms;               /* it came, or it left */
    uint64_t turn;                  /* rises with each that comes; 0 = nothing was here yet */
    bool is_in, is_seen;            /* is_seen: in the look under way */
    bool is_changed;                /* nothing on this port is taken until it was empty */
    const char *word;               /* why it is refused; NULL = it is a stick, "" = not worth a word */
};

struct usb_find {
    char *sys;
    struct usb_allow allow;
    struct place places[USB_DEVICES_MAX];
    uint64_t turns, held; /* held: whose turn; 0 = nobody's */
    struct usb_device about;
};

struct usb_find *usb_find_new(const char *sys, const struct usb_allow *allow)
{
    struct usb_find *f = mem_alloc(sizeof *f);

    f->sys = mem_str(sys);
    f->allow = *allow;
    return f;
}

void usb_find_free(struct usb_find *f)
{
    if (f) {
        free(f->sys);
        free(f);
    }
}

/* The row of this port; a new port takes the row that nothing is in for longest. NULL: all are taken. */
static struct place *place_of(struct usb_find *f, const char *port)
{
    struct place *oldest = NULL;

    for (int i = 0; i < USB_DEVICES_MAX; i++) {
        struct place *p = &f->places[i];

        if (!strcmp(p->port, port)) {
            return p;
        }
        if (!p->is_in && (!oldest || p->since_ms < oldest->since_ms)) {
            oldest = p;
        }
    }
    if (oldest) {
        *oldest = (struct place){.since_ms = 0};
        snprintf(oldest->port, sizeof oldest->port, "%.*s", USB_PORT_NAME_MAX - 1, port);
    }
    return oldest;
}

static void leave(struct place *p, int64_t now_ms)
{
    p->is_in = false;
    p->since_ms = now_ms;
}

/* Judged anew, each time. */
static void arrive(struct usb_find *f, struct place *p, int64_t now_ms)
{
    const struct usb_device *d = &f->about;
    struct seal_part parts[] = {{d->device, d->n_device}, {d->config, d->n_config}};
    uint8_t hash[SEAL_HASH_BYTES];
    struct usb_shape shape;
    enum usb_kind kind = usb_judge(d->device, d->n_device, d->config, d->n_config, &shape);

    if (p->is_in) { /* it left and came back between two looks */
        leave(p, now_ms);
    }
    seal_hash(parts, M2_COUNT(parts), hash);
    if (p->turn && now_ms - p->since_ms < USB_EMPTY_MS) {
        p->is_changed |= memcmp(hash, p->shape, sizeof hash) != 0;
    } else {
        p->is_changed = false;
    }
    memcpy(p->shape, hash, sizeof hash);
    p->bus = d->bus;
    p->address = d->address;
    p->since_ms = now_ms;
    p->turn = ++f->turns;
    p->is_in = true;
    p->word = p->is_changed                      ? "changed"
              : kind == USB_STICK                ? NULL
              : kind == USB_HUB && d->is_allowed ? "" /* where nothing is kept out, sticks come through hubs */
                                                 : usb_kind_name(kind);
}

bool usb_find_look(struct usb_find *f, int64_t now_ms, struct err *err)
{
    char ports[USB_DEVICES_MAX][USB_PORT_NAME_MAX];
    int n;

    if (!usb_ports_list(f->sys, ports, &n, err)) {
        return false;
    }
    for (int i = 0; i < USB_DEVICES_MAX; i++) {
        f->places[i].is_seen = false;
    }
    for (int i = 0; i < n; i++) {
        struct err gone = {0};
        struct place *p;

        if (usb_allow_kind(&f->allow, ports[i]) != USB_STICK ||
            !usb_ports_describe(f->sys, ports[i], &f->about, &gone) || !(p = place_of(f, ports[i]))) {
            continue;
        }
        p->is_seen = true;
        if (!p->is_in || p->bus != f->about.bus || p->address != f->about.address) {
            arrive(f, p, now_ms);
        }
    }
    for (int i = 0; i < USB_DEVICES_MAX; i++) {
        struct place *p = &f->places[i];

        if (p->is_in && !p->is_seen) {
            leave(p, now_ms);
        }
    }
    return true;
}

static struct place *in_turn(const struct usb_find *f, uint64_t turn)
{
    for (int i = 0; turn && i < USB_DEVICES_MAX; i++) {
        if (f->places[i].is_in && f->places[i].turn == turn) {
            return (struct place *)&f->places[i];
        }
    }
    return NULL;
}

static struct place *place_in(struct usb_find *f, const struct usb_device *d)
{
    for (int i = 0; i < USB_DEVICES_MAX; i++) {
        struct place *p = &f->places[i];

        if (p->is_in && !strcmp(p->port, d->port) && p->bus == d->bus && p->address == d->address) {
            return p;
        }
    }
    return NULL;
}

bool usb_find_first(struct usb_find *f, struct usb_device *out, struct usb_shape *shape)
{
    struct place *best = NULL;

    if (usb_find_is_held(f)) {
        return false;
    }
    for (int i = 0; i < USB_DEVICES_MAX; i++) {
        struct place *p = &f->places[i];
        struct err gone = {0};

        if (p->is_in && !p->word && (!best || p->turn < best->turn) &&
            usb_ports_describe(f->sys, p->port, &f->about, &gone) && f->about.bus == p->bus &&
            f->about.address == p->address && f->about.is_allowed) {
            best = p;
            *out = f->about;
        }
    }
    return best && usb_judge(out->device, out->n_device, out->config, out->n_config, shape) == USB_STICK;
}

void usb_find_hold(struct usb_find *f, const struct usb_device *d)
{
    struct place *p = place_in(f, d);

    f->held = p ? p->turn : 0;
}

bool usb_find_is_held(const struct usb_find *f)
{
    return in_turn(f, f->held) != NULL;
}

void usb_find_refuse(struct usb_find *f, const struct usb_device *d, const char *word)
{
    struct place *p = place_in(f, d);

    if (p) {
        p->word = word;
    }
}

static const char *word_of(const struct usb_find *f, const struct place *p, int64_t now_ms)
{
    if (!p->is_in) {
        return "";
    }
    return p->word ? p->word : !usb_find_is_held(f) && now_ms - p->since_ms >= USB_ALLOW_MS ? "withheld" : "";
}

const char *usb_find_word(const struct usb_find *f, int64_t now_ms)
{
    const struct place *last = NULL;

    for (int i = 0; i < USB_DEVICES_MAX; i++) {
        const struct place *p = &f->places[i];

        if (word_of(f, p, now_ms)[0] && (!last || p->turn > last->turn)) {
            last = p;
        }
    }
    return last ? word_of(f, last, now_ms) : "";
}

int usb_find_wait_ms(const struct usb_find *f, int64_t now_ms)
{
    for (int i = 0; !usb_find_is_held(f) && i < USB_DEVICES_MAX; i++) {
        const struct place *p = &f->places[i];

        if (p->is_in && !p->word && now_ms - p->since_ms < USB_ALLOW_MS) {
            return USB_ALLOW_POLL_MS;
        }
    }
    return -1;
}
