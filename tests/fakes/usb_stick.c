/* usb_stick: the device's side of Bulk-Only Transport. */
#include "fakes/usb_stick.h"
#include "base/buf.h"
#include "base/clock.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/banned.h"

enum { CBW_BYTES = 31, CSW_BYTES = 13 };

/* One bulk transfer. */
struct part {
    bool is_in;
    void *buf;
    uint32_t n_bytes, moved;
    enum usb_result result;
};

static uint64_t be(const uint8_t *p, int n)
{
    uint64_t v = 0;

    for (int i = 0; i < n; i++) {
        v = v << 8 | p[i];
    }
    return v;
}

static void put(uint8_t *p, int n, uint64_t v)
{
    for (int i = n - 1; i >= 0; i--, v >>= 8) {
        p[i] = (uint8_t)v;
    }
}

static void violate(struct usb_stick *s, const char *what)
{
    s->violation = s->violation ? s->violation : what;
}

static void pass(struct usb_stick *s, int64_t us)
{
    s->us += us;
    clock_advance(s->us / 1000);
    s->us %= 1000;
}

/* Counts, and says whether the stick is still there. */
static bool is_here(struct usb_stick *s)
{
    s->is_pulled |= s->n_transfers++ == s->pull_at;
    return !s->is_pulled;
}

/* --- commands */

static void check(struct usb_stick *s, uint8_t key, uint8_t asc, uint8_t ascq)
{
    memcpy(s->sense, (uint8_t[]){key, asc, ascq}, 3);
    s->status = 1;
    s->n_data = 0;
}

static void answer(struct usb_stick *s, const uint8_t *bytes, uint32_t n)
{
    memcpy(s->data, bytes, n < s->n_host ? n : s->n_host);
    s->n_data = n < s->n_host ? n : s->n_host;
}

static bool sectors(struct usb_stick *s, const struct stick_unit *u, uint64_t lba, uint64_t n, bool is_write)
{
    uint32_t bytes = u->sector_bytes;

    if (lba > u->n_sectors || n > u->n_sectors - lba || (!u->is_wrapping && lba + n > u->n_real)) {
        check(s, 5, 0x21, 0);
        return false;
    }
    for (uint64_t i = 0; i < n; i++) {
        off_t at = (off_t)((lba + i) % u->n_real * bytes);
        ssize_t done =
            is_write ? pwrite(u->fd, s->data + i * bytes, bytes, at) : pread(u->fd, s->data + i * bytes, bytes, at);

        if (done != (ssize_t)bytes) {
            abort();
        }
    }
    return true;
}

static void sense(struct usb_stick *s)
{
    uint8_t b[18] = {0x70, 0, s->sense[0], [7] = 10, [12] = s->sense[1], [13] = s->sense[2]};
    uint8_t d[8] = {0x72, s->sense[0], s->sense[1], s->sense[2]};

    if (s->has_sense_descriptors) {
        answer(s, d, sizeof d);
    } else {
        answer(s, b, sizeof b);
    }
    memset(s->sense, 0, 3);
}

/* Reads and writes: lba and count of either length. is_now: data of a write have come. */
static void move(struct usb_stick *s, const struct stick_unit *u, bool is_long, bool is_write, bool is_now)
{
    const uint8_t *cdb = s->cbw + 15;
    uint64_t lba = be(cdb + 2, is_long ? 8 : 4), n = is_long ? be(cdb + 10, 4) : be(cdb + 7, 2);

    if (n * u->sector_bytes != s->n_host || (s->cbw[12] == 0) != is_write) {
        violate(s, "lengths of command and transfer differ");
        check(s, 5, 0x24, 0);
    } else if (is_write && (u->is_protected || u->is_protected_silently)) {
        check(s, 7, 0x27, 0);
    } else if (lba > u->n_sectors || n > u->n_sectors - lba) {
        check(s, 5, 0x21, 0);
    } else if (is_write != is_now) { /* its data are still to come */
        s->n_data = s->n_host;
    } else if (sectors(s, u, lba, n, is_write) && !is_write) {
        s->n_data = s->n_host;
    }
}

static void run(struct usb_stick *s, bool is_now)
{
    const uint8_t *cdb = s->cbw + 15;
    struct stick_unit *u = &s->units[s->cbw[13]];
    uint8_t b[36] = {0};

    switch (cdb[0]) {
    case 0x12:                                              /* INQUIRY */
        memcpy(b, (uint8_t[]){u->type, 0x80, 4, 2, 31}, 5); /* removable; its names are left empty */
        answer(s, b, 36);
        return;
    case 0x03:
        sense(s);
        return;
    default:
        break;
    }
    if (u->is_empty) {
        check(s, 2, 0x3a, 0);
        return;
    }
    if (cdb[0] == 0x1b) { /* START STOP UNIT */
        u->wants_start = false;
        return;
    }
    if (clock_ms() < u->ready_at_ms || u->wants_start) {
        check(s, 2, 0x04, u->wants_start ? 2 : 1);
        return;
    }
    switch (cdb[0]) {
    case 0x00:
    case 0x35: /* SYNCHRONIZE CACHE */
        break;
    case 0x1a: /* MODE SENSE */
        b[0] = 3;
        b[2] = u->is_protected ? 0x80 : 0;
        answer(s, b, 4);
        break;
    case 0x25: /* READ CAPACITY(10) */
        put(b, 4, u->n_sectors > UINT32_MAX ? UINT32_MAX : u->n_sectors - 1);
        put(b + 4, 4, u->sector_bytes);
        answer(s, b, 8);
        break;
    case 0x9e: /* READ CAPACITY(16) */
        put(b, 8, u->n_sectors - 1);
        put(b + 8, 4, u->sector_bytes);
        answer(s, b, 32);
        break;
    case 0x28:
    case 0x88:
        move(s, u, cdb[0] == 0x88, false, false);
        break;
    case 0x2a:
    case 0x8a:
        move(s, u, cdb[0] == 0x8a, true, is_now);
        break;
    default:
        check(s, 5, 0x20, 0);
    }
}

static struct stick_fault next_fault(struct usb_stick *s, uint8_t opcode)
{
    for (int i = 0; i < STICK_FAULTS; i++) {
        struct stick_fault *f = &s->faults[i];

        if (f->act == STICK_NOTHING || (f->opcode != STICK_ANY && f->opcode != opcode) || f->skip-- > 0) {
            continue;
        }
        struct stick_fault now = *f;

        f->skip = 0;
        f->act = --f->times > 0 ? f->act : STICK_NOTHING;
        return now;
    }
    return (struct stick_fault){0};
}

/* --- the wire */

static void take_cbw(struct usb_stick *s, struct part *part)
{
    const uint8_t *b = part->buf;

    if (part->n_bytes != CBW_BYTES || get_le32(b) != 0x43425355 || (b[12] & 0x7f) || b[13] >= s->n_units || b[14] < 1 ||
        b[14] > 16) {
        violate(s, "not a command block");
        s->needs_reset = s->is_halted_in = s->is_halted_out = true;
        part->result = USB_STALL;
        return;
    }
    memcpy(s->cbw, b, CBW_BYTES);
    s->n_commands[b[15]]++;
    s->fault = next_fault(s, b[15]);
    if (s->fault.act == STICK_STALL_CBW) {
        s->needs_reset = s->is_halted_in = s->is_halted_out = true;
        part->result = USB_STALL;
        return;
    }
    if (s->fault.act == STICK_CBW_BYTES) {
        s->needs_reset = true;
        part->moved = s->fault.bytes;
        return;
    }
    part->moved = CBW_BYTES;
    s->n_host = get_le32(b + 8);
    s->data = mem_grow(s->data, s->n_host + 64);
    memset(s->data, 0, s->n_host + 64);
    s->n_data = s->at = 0;
    s->status = 0;
    if (s->fault.act == STICK_CHECK) {
        check(s, s->fault.key, s->fault.asc, s->fault.ascq);
    } else {
        run(s, false);
    }
    if (s->fault.act == STICK_SHORT || s->fault.act == STICK_SHORT_STALL) {
        s->n_data = s->fault.bytes < s->n_data ? s->fault.bytes : s->n_data;
    }
    if (s->fault.act == STICK_HANG || s->fault.act == STICK_HANG_DEEP || s->fault.act == STICK_HANG_DEAD) {
        s->hang = s->fault.act;
    }
    s->phase = s->n_host == 0 ? STICK_STATUS_DUE : b[12] ? STICK_DATA_IN : STICK_DATA_OUT;
    if (s->phase != STICK_STATUS_DUE && (s->fault.act == STICK_STALL_PHASE || (s->status && s->n_data == 0))) {
        s->n_data = 0;
        *(b[12] ? &s->is_halted_in : &s->is_halted_out) = true;
        s->phase = STICK_STATUS_DUE;
    }
}

static void end_data(struct usb_stick *s)
{
    s->phase = STICK_STATUS_DUE;
    if (s->fault.act == STICK_HANG_STATUS) {
        s->hang = STICK_HANG;
    }
}

static void give_csw(struct usb_stick *s, struct part *part)
{
    uint8_t csw[CSW_BYTES] = {'U', 'S', 'B', 'S'};
    uint32_t n = CSW_BYTES;

    memcpy(csw + 4, s->cbw + 4, 4);
    put_le32(csw + 8, s->n_host - s->at);
    csw[12] = s->status;
    switch (s->fault.act) {
    case STICK_ZERO_PACKET:
        s->fault.act = STICK_NOTHING;
        return;
    case STICK_TAG:
        csw[4] ^= 1;
        break;
    case STICK_SIGNATURE:
        csw[0] = 'X';
        break;
    case STICK_CSW_BYTES:
        n = s->fault.bytes;
        break;
    case STICK_STATUS:
        csw[12] = (uint8_t)s->fault.bytes;
        break;
    case STICK_STALL_PHASE:
        csw[12] = 2;
        break;
    case STICK_RESIDUE:
        put_le32(csw + 8, s->fault.bytes);
        break;
    default:
        break;
    }
    if (part->n_bytes < CSW_BYTES) {
        violate(s, "no room for a status");
    }
    if (n > part->n_bytes) {
        part->result = USB_OVERFLOW;
        n = part->n_bytes;
    }
    memcpy(part->buf, csw, n < CSW_BYTES ? n : CSW_BYTES);
    part->moved = n;
    s->needs_reset = csw[12] > 1; /* a phase error lasts until a reset recovery */
    s->phase = STICK_IDLE;
}

static void give_data(struct usb_stick *s, struct part *part)
{
    uint32_t left = s->n_data - s->at, n = left < part->n_bytes ? left : part->n_bytes;

    if (s->fault.act == STICK_WIRE || s->fault.act == STICK_BABBLE) {
        part->result = s->fault.act == STICK_WIRE ? USB_FAILED : USB_OVERFLOW;
        part->moved = n / 2;
        return;
    }
    memcpy(part->buf, s->data + s->at, n);
    part->moved = n;
    s->at += n;
    if (s->at == s->n_data && s->fault.act == STICK_SHORT_STALL) {
        s->is_halted_in = true;
        part->result = USB_STALL;
    }
    if (s->at == s->n_data) {
        end_data(s);
    }
}

static void take_data(struct usb_stick *s, struct part *part)
{
    uint32_t left = s->n_data - s->at, n = left < part->n_bytes ? left : part->n_bytes;

    if (s->fault.act == STICK_WIRE) {
        part->result = USB_FAILED;
        return;
    }
    memcpy(s->data + s->at, part->buf, n);
    part->moved = n;
    s->at += n;
    if (n < part->n_bytes) { /* it wants no more of them */
        s->is_halted_out = true;
        part->result = USB_STALL;
        end_data(s);
    } else if (s->at == s->n_host) {
        run(s, true);
        end_data(s);
    }
}

/* False: nobody waits for it any more. */
static bool pass_until(struct usb_stick *s, int64_t until_ms)
{
    while (clock_ms() < until_ms && !usb_pipe_is_stopped(&s->pipe)) {
        int64_t left = until_ms - clock_ms();

        clock_advance(left < USB_STOP_POLL_MS ? left : USB_STOP_POLL_MS);
    }
    return clock_ms() >= until_ms;
}

static void do_part(struct usb_stick *s, struct part *part, int64_t until_ms)
{
    bool *is_halted = part->is_in ? &s->is_halted_in : &s->is_halted_out;
    int64_t us = s->kib_per_s ? (int64_t)part->n_bytes * 1000000 / 1024 / s->kib_per_s : 0;

    if (s->fault.act == STICK_DELAY && s->phase != STICK_IDLE) {
        us += (int64_t)s->fault.bytes * 1000;
        s->fault.act = STICK_NOTHING;
    }
    if (!is_here(s)) {
        part->result = USB_GONE;
    } else if (*is_halted) {
        part->result = USB_STALL;
    } else if (s->hang || us / 1000 > until_ms - clock_ms()) {
        part->result = pass_until(s, until_ms) ? USB_TIMEOUT : USB_STOPPED;
    } else if (!pass_until(s, clock_ms() + us / 1000)) {
        part->result = USB_STOPPED;
    } else if (!part->is_in && s->phase == STICK_DATA_OUT) {
        pass(s, us % 1000);
        take_data(s, part);
    } else if (!part->is_in) {
        if (s->phase != STICK_IDLE || s->needs_reset) {
            violate(s, "a command before the status of the one before, or without the reset that was due");
        }
        pass(s, us % 1000);
        take_cbw(s, part);
    } else if (s->phase == STICK_DATA_IN) {
        pass(s, us % 1000);
        give_data(s, part);
    } else if (s->phase == STICK_STATUS_DUE) {
        pass(s, us % 1000);
        if (s->fault.act == STICK_STALL_CSW && s->fault.bytes > 0) {
            s->fault.bytes--;
            s->is_halted_in = true;
            part->result = USB_STALL;
            return;
        }
        give_csw(s, part);
    } else {
        violate(s, "asked for bytes without a command");
        clock_advance(until_ms - clock_ms());
        part->result = USB_TIMEOUT;
    }
}

static enum usb_result stick_bulk(struct usb_pipe *p, bool is_in, void *buf, uint32_t n, uint32_t *moved,
                                  int timeout_ms)
{
    struct usb_stick *s = (struct usb_stick *)p;
    struct part part = {.is_in = is_in, .buf = buf, .n_bytes = n};

    if (timeout_ms <= 0) {
        violate(s, "a wait without end");
    }
    do_part(s, &part, clock_ms() + timeout_ms);
    *moved = part.moved;
    return part.result;
}

static enum usb_result stick_clear_halt(struct usb_pipe *p, bool is_in)
{
    struct usb_stick *s = (struct usb_stick *)p;

    if (!is_here(s)) {
        return USB_GONE;
    }
    if (s->hang >= STICK_HANG_DEEP) {
        clock_advance(USB_CONTROL_MS);
        return USB_TIMEOUT;
    }
    if (!s->needs_reset) {
        *(is_in ? &s->is_halted_in : &s->is_halted_out) = false;
    }
    return USB_DONE;
}

static enum usb_result stick_get_max_lun(struct usb_pipe *p, uint8_t *max_lun)
{
    struct usb_stick *s = (struct usb_stick *)p;

    *max_lun = s->max_lun;
    if (s->max_lun_result == USB_TIMEOUT) {
        clock_advance(USB_CONTROL_MS);
    }
    return is_here(s) ? s->max_lun_result : USB_GONE;
}

static void restart(struct usb_stick *s)
{
    s->phase = STICK_IDLE;
    s->needs_reset = false;
    s->hang = STICK_NOTHING;
    s->fault = (struct stick_fault){0};
}

static enum usb_result stick_reset(struct usb_pipe *p)
{
    struct usb_stick *s = (struct usb_stick *)p;

    if (!is_here(s)) {
        return USB_GONE;
    }
    if (s->hang >= STICK_HANG_DEEP) {
        clock_advance(USB_CONTROL_MS);
        return USB_TIMEOUT;
    }
    s->n_resets++;
    restart(s); /* halts stay: the host clears them */
    return USB_DONE;
}

static enum usb_result stick_reset_port(struct usb_pipe *p)
{
    struct usb_stick *s = (struct usb_stick *)p;

    s->is_pulled |= s->has_two_shapes;
    if (!is_here(s)) {
        return USB_GONE;
    }
    clock_advance(100);
    s->n_port_resets++;
    if (s->hang != STICK_HANG_DEAD) {
        restart(s);
        s->is_halted_in = s->is_halted_out = false;
    }
    return USB_DONE;
}

static void stick_pause(struct usb_pipe *p, int ms)
{
    (void)p;
    clock_advance(ms);
}

static void stick_close(struct usb_pipe *p)
{
    ((struct usb_stick *)p)->n_closed++;
}

static const struct usb_pipe_class stick_class = {
    .bulk = stick_bulk,
    .clear_halt = stick_clear_halt,
    .get_max_lun = stick_get_max_lun,
    .reset = stick_reset,
    .reset_port = stick_reset_port,
    .pause = stick_pause,
    .close = stick_close,
};

struct stick_unit *usb_stick_add_unit(struct usb_stick *s, uint32_t sector_bytes, uint64_t n_sectors)
{
    struct stick_unit *u = &s->units[s->n_units++];

    *u = (struct stick_unit){.sector_bytes = sector_bytes, .n_sectors = n_sectors, .n_real = n_sectors};
    u->fd = memfd_create("stick", MFD_CLOEXEC);
    if (u->fd < 0 || ftruncate(u->fd, (off_t)(n_sectors * sector_bytes)) != 0) {
        abort();
    }
    s->max_lun = (uint8_t)(s->n_units - 1);
    return u;
}

void usb_stick_init(struct usb_stick *s, uint32_t sector_bytes, uint64_t n_sectors)
{
    *s = (struct usb_stick){.pipe = {.class = &stick_class, .command_bytes = USB_COMMAND_BYTES}, .pull_at = STICK_ANY};
    usb_stick_add_unit(s, sector_bytes, n_sectors);
}

void usb_stick_fault(struct usb_stick *s, struct stick_fault fault)
{
    for (int i = 0; i < STICK_FAULTS; i++) {
        if (s->faults[i].act == STICK_NOTHING) {
            s->faults[i] = fault;
            return;
        }
    }
    abort();
}

void usb_stick_release(struct usb_stick *s)
{
    for (int i = 0; i < s->n_units; i++) {
        close(s->units[i].fd);
    }
    free(s->data);
}
