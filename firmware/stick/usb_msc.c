/* usb_msc: commands, and what to do when they go wrong. */
#include "stick/usb_msc.h"
#include "base/buf.h"
#include "base/clock.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { CBW_BYTES = 31, CSW_BYTES = 13, CBW_SIGNATURE = 0x43425355, CSW_SIGNATURE = 0x53425355 };
enum { STATUS_PASSED = 0, STATUS_FAILED = 1 }; /* 2 is a phase error, the rest is reserved */
enum {
    OP_TEST_UNIT_READY = 0x00,
    OP_REQUEST_SENSE = 0x03,
    OP_INQUIRY = 0x12,
    OP_MODE_SENSE_6 = 0x1a,
    OP_START_STOP = 0x1b,
    OP_READ_CAPACITY_10 = 0x25,
    OP_READ_10 = 0x28,
    OP_WRITE_10 = 0x2a,
    OP_SYNCHRONIZE_CACHE = 0x35,
    OP_READ_16 = 0x88,
    OP_WRITE_16 = 0x8a,
    OP_SERVICE_IN_16 = 0x9e,
    SERVICE_READ_CAPACITY_16 = 0x10,
};
enum { INQUIRY_BYTES = 36, CAPACITY_10_BYTES = 8, CAPACITY_16_BYTES = 32, SENSE_BYTES = 18, MODE_BYTES = 192 };
enum {
    KEY_RECOVERED = 1,
    KEY_NOT_READY = 2,
    KEY_ILLEGAL = 5,
    KEY_ATTENTION = 6,
    KEY_PROTECTED = 7,
    ASC_NOT_READY = 0x04, /* ascq 2: wants to be started */
    ASC_OUT_OF_RANGE = 0x21,
    ASC_MEDIUM_CHANGED = 0x28,
    ASC_RESTARTED = 0x29,
    ASC_NO_MEDIUM = 0x3a,
};

struct sense {
    uint8_t key, asc, ascq;
};

struct msc {
    struct blockdev base; /* first member */
    struct usb_pipe *pipe;
    int64_t deadline_ms; /* of the call under way */
    uint32_t tag;
    uint8_t lun;
    struct sense sense; /* of the last command that failed */
    bool is_open;       /* a medium that goes or changes is a pulled one from here on */
    bool is_gone;
    bool is_dead;           /* stopped answering: nobody waits for it again */
    bool has_false_residue; /* says that bytes are missing when none are */
    bool has_no_flush;      /* no such command: it writes at once, as far as can be known */
    bool is_adrift;         /* stopped within a command: the next one needs a recovery before it */
    bool is_unflushed;
    bool is_restarted; /* with unflushed writes */
};

struct command {
    uint8_t cdb[16];
    uint8_t cdb_bytes;
    bool is_in;
    bool may_be_short;
    bool is_fixed; /* its length is the same for every stick */
    void *data;
    uint32_t n_bytes;
    int limit_ms;
    int tries;
    uint32_t moved; /* out: bytes that are valid */
};

enum outcome {
    OUTCOME_GOOD = 0,
    OUTCOME_SHORT,  /* good, says the stick, but bytes are missing */
    OUTCOME_CHECK,  /* refused; m->sense says why */
    OUTCOME_BROKEN, /* the transport failed */
    OUTCOME_GONE,
    OUTCOME_STOPPED, /* whoever asked has given up */
};

static void put_be(uint8_t *p, int n, uint64_t v)
{
    for (int i = n - 1; i >= 0; i--, v >>= 8) {
        p[i] = (uint8_t)v;
    }
}

static uint64_t get_be(const uint8_t *p, int n)
{
    uint64_t v = 0;

    for (int i = 0; i < n; i++) {
        v = v << 8 | p[i];
    }
    return v;
}

/* --- one command over the wire */

static int time_left(const struct msc *m, int limit_ms)
{
    int64_t left = m->deadline_ms - clock_ms();

    return left < limit_ms ? (int)(left > 0 ? left : 0) : limit_ms;
}

static enum usb_result bulk(struct msc *m, bool is_in, void *buf, uint32_t n, uint32_t *moved, int limit_ms)
{
    int left = time_left(m, limit_ms);
    enum usb_result r;

    *moved = 0;
    if (left == 0) { /* 0 would mean for ever to many a back */
        return USB_TIMEOUT;
    }
    r = m->pipe->class->bulk(m->pipe, is_in, buf, n, moved, left);
    assert(*moved <= n);
    return r;
}

static enum outcome outcome_of(enum usb_result r)
{
    return r == USB_DONE      ? OUTCOME_GOOD
           : r == USB_GONE    ? OUTCOME_GONE
           : r == USB_STOPPED ? OUTCOME_STOPPED
                              : OUTCOME_BROKEN;
}

static enum outcome send_cbw(struct msc *m, const struct command *c)
{
    uint8_t cbw[CBW_BYTES] = {0};
    uint32_t moved;
    enum usb_result r;

    put_le32(cbw, CBW_SIGNATURE);
    put_le32(cbw + 4, ++m->tag);
    put_le32(cbw + 8, c->n_bytes);
    cbw[12] = c->is_in ? 0x80 : 0;
    cbw[13] = m->lun;
    cbw[14] = c->cdb_bytes;
    memcpy(cbw + 15, c->cdb, c->cdb_bytes);
    r = bulk(m, false, cbw, CBW_BYTES, &moved, MSC_CBW_MS);
    return r == USB_DONE && moved != CBW_BYTES ? OUTCOME_BROKEN : outcome_of(r);
}

/* Section 6.3 of the transport: a status is valid by length, signature and tag, meaningful by status and residue. */
static enum outcome judge_csw(struct msc *m, struct command *c, const uint8_t *csw, uint32_t n)
{
    uint32_t residue;

    if (n != CSW_BYTES || get_le32(csw) != CSW_SIGNATURE || get_le32(csw + 4) != m->tag || csw[12] > STATUS_FAILED) {
        return OUTCOME_BROKEN;
    }
    residue = get_le32(csw + 8);
    /* Some sticks get it wrong for every command: one that takes back data which must have come has given itself away.
     */
    m->has_false_residue |= c->is_fixed && residue > 0 && c->moved == c->n_bytes && csw[12] == STATUS_PASSED;
    residue = m->has_false_residue ? 0 : residue;
    if (residue > c->n_bytes) {
        return OUTCOME_BROKEN;
    }
    if (c->moved > c->n_bytes - residue) {
        c->moved = c->n_bytes - residue;
    }
    return csw[12] == STATUS_FAILED ? OUTCOME_CHECK : c->moved < c->n_bytes ? OUTCOME_SHORT : OUTCOME_GOOD;
}

/* A halted endpoint and a packet of no bytes (some sticks end their data with one) each have one more try. */
static enum outcome receive_csw(struct msc *m, struct command *c)
{
    for (int i = 0; i < 2; i++) {
        uint8_t csw[CSW_BYTES] = {0};
        uint32_t moved;
        enum usb_result r = bulk(m, true, csw, CSW_BYTES, &moved, c->limit_ms);

        if (r == USB_DONE && moved > 0) {
            return judge_csw(m, c, csw, moved);
        }
        if (r == USB_STALL) {
            r = m->pipe->class->clear_halt(m->pipe, true);
        }
        if (r != USB_DONE) {
            return outcome_of(r);
        }
    }
    return OUTCOME_BROKEN;
}

static enum outcome run_once(struct msc *m, struct command *c)
{
    enum outcome o = send_cbw(m, c);

    c->moved = 0;
    if (o == OUTCOME_GOOD && c->n_bytes > 0) {
        enum usb_result r = bulk(m, c->is_in, c->data, c->n_bytes, &c->moved, c->limit_ms);

        if (r == USB_STALL) {
            r = m->pipe->class->clear_halt(m->pipe, c->is_in);
        }
        o = outcome_of(r);
    }
    return o == OUTCOME_GOOD ? receive_csw(m, c) : o;
}

/* --- recovery */

/* First the transport's own reset (section 5.3.4), then, as that did not help or failed, the port's. */
static enum outcome recover(struct msc *m, bool is_first)
{
    const struct usb_pipe_class *pipe = m->pipe->class;
    enum usb_result r = USB_FAILED;

    if (is_first) {
        r = pipe->reset(m->pipe);
        r = r == USB_DONE ? pipe->clear_halt(m->pipe, true) : r;
        r = r == USB_DONE ? pipe->clear_halt(m->pipe, false) : r;
    }
    if (r != USB_DONE && r != USB_GONE) {
        m->is_restarted |= m->is_unflushed;
        r = pipe->reset_port(m->pipe);
    }
    return outcome_of(r);
}

static enum outcome request_sense(struct msc *m)
{
    uint8_t b[SENSE_BYTES] = {0}; /* what does not come is no reason */
    struct command c = {.cdb = {OP_REQUEST_SENSE, 0, 0, 0, SENSE_BYTES},
                        .cdb_bytes = 6,
                        .is_in = true,
                        .data = b,
                        .n_bytes = SENSE_BYTES,
                        .limit_ms = MSC_PROBE_MS};
    enum outcome o = run_once(m, &c);
    bool is_descriptor = (b[0] & 0x7e) == 0x72;

    m->sense = (struct sense){0};
    if (o > OUTCOME_SHORT) {
        return o;
    }
    if (is_descriptor) {
        m->sense = (struct sense){b[1] & 0xf, b[2], b[3]};
    } else if ((b[0] & 0x7e) == 0x70) {
        m->sense = (struct sense){b[2] & 0xf, b[12], b[13]};
    }
    return OUTCOME_CHECK;
}

/* Whether the command is worth another try, and whether that counts as one. */
enum again { AGAIN_NOT, AGAIN_COUNTED, AGAIN_FREE };

/* What the refusal in m->sense means. */
static enum outcome weigh_sense(struct msc *m, const struct command *c, int *attentions, enum again *again)
{
    const struct sense s = m->sense;

    *again = AGAIN_NOT;
    switch (s.key) {
    case KEY_RECOVERED:
        *again = AGAIN_COUNTED;
        return c->moved == c->n_bytes ? OUTCOME_GOOD : OUTCOME_CHECK;
    case KEY_ATTENTION:
        if (m->is_open && s.asc == ASC_MEDIUM_CHANGED) {
            return OUTCOME_GONE;
        }
        m->is_restarted |= m->is_unflushed && s.asc == ASC_RESTARTED;
        *again = ++*attentions <= MSC_ATTENTIONS ? AGAIN_FREE : AGAIN_NOT;
        return OUTCOME_CHECK;
    case KEY_NOT_READY:
        if (m->is_open && s.asc == ASC_NO_MEDIUM) {
            return OUTCOME_GONE;
        }
        if (m->is_open && s.asc == ASC_NOT_READY) { /* before, whoever opens waits, for all units together */
            m->pipe->class->pause(m->pipe, MSC_READY_POLL_MS);
            *again = AGAIN_FREE;
        }
        return OUTCOME_CHECK;
    case KEY_ILLEGAL:
    case KEY_PROTECTED:
        return OUTCOME_CHECK;
    default:
        *again = AGAIN_COUNTED;
        return OUTCOME_CHECK;
    }
}

static enum outcome run_tries(struct msc *m, struct command *c)
{
    enum outcome o = OUTCOME_BROKEN;
    int attentions = 0;

    for (int tries = 0, broken = 0; tries < c->tries && time_left(m, 1) > 0;) {
        enum again again = AGAIN_COUNTED;

        o = run_once(m, c);
        if (o == OUTCOME_CHECK) {
            o = request_sense(m);
        }
        if (o == OUTCOME_CHECK) {
            o = weigh_sense(m, c, &attentions, &again);
        }
        if (o == OUTCOME_GOOD || (o == OUTCOME_SHORT && c->may_be_short)) {
            return OUTCOME_GOOD;
        }
        if (o == OUTCOME_STOPPED || usb_pipe_is_stopped(m->pipe)) {
            m->is_adrift |= o == OUTCOME_STOPPED || o == OUTCOME_BROKEN;
            return OUTCOME_STOPPED;
        }
        if (o == OUTCOME_GONE || (o == OUTCOME_BROKEN && recover(m, broken++ == 0) == OUTCOME_GONE)) {
            return OUTCOME_GONE;
        }
        if (again == AGAIN_NOT) {
            return o;
        }
        tries += again == AGAIN_COUNTED;
    }
    return time_left(m, 1) == 0 ? OUTCOME_BROKEN : o;
}

static enum outcome run(struct msc *m, struct command *c)
{
    enum outcome o = m->is_gone ? OUTCOME_GONE : m->is_dead ? OUTCOME_BROKEN : OUTCOME_GOOD;

    if (o == OUTCOME_GOOD && m->is_adrift) {
        o = recover(m, true);
        m->is_adrift = false;
        m->is_gone = o == OUTCOME_GONE;
        m->is_dead = o == OUTCOME_BROKEN;
    }
    if (o == OUTCOME_GOOD) {
        c->limit_ms = c->limit_ms ? c->limit_ms : MSC_COMMAND_MS;
        c->tries = c->tries ? c->tries : MSC_TRIES;
        o = run_tries(m, c);
        m->is_gone = o == OUTCOME_GONE;
        m->is_dead = o == OUTCOME_BROKEN && (c->tries == MSC_TRIES || time_left(m, 1) == 0);
    }
    return o;
}

/* --- opening */

enum unit { UNIT_READY, UNIT_SOON, UNIT_EMPTY, UNIT_OTHER };

static bool is_lost(const struct msc *m)
{
    return m->is_gone || m->is_dead;
}

static enum unit unit_of_refusal(const struct msc *m, enum outcome o)
{
    if (o != OUTCOME_CHECK || (m->sense.key != KEY_NOT_READY && m->sense.key != KEY_ATTENTION)) {
        return UNIT_OTHER;
    }
    return m->sense.asc == ASC_NO_MEDIUM ? UNIT_EMPTY : UNIT_SOON;
}

/* *last: number of the last sector. */
static enum outcome read_capacity(struct msc *m, uint64_t *last, uint64_t *sector_bytes)
{
    uint8_t b[CAPACITY_16_BYTES] = {0};
    struct command ten = {.cdb = {OP_READ_CAPACITY_10},
                          .cdb_bytes = 10,
                          .is_in = true,
                          .is_fixed = true,
                          .data = b,
                          .n_bytes = CAPACITY_10_BYTES};
    struct command sixteen = {.cdb = {OP_SERVICE_IN_16, SERVICE_READ_CAPACITY_16, [13] = CAPACITY_16_BYTES},
                              .cdb_bytes = 16,
                              .is_in = true,
                              .may_be_short = true,
                              .data = b,
                              .n_bytes = CAPACITY_16_BYTES};
    enum outcome o = run(m, &ten);

    *last = get_be(b, 4);
    *sector_bytes = get_be(b + 4, 4);
    if (o == OUTCOME_GOOD && *last == UINT32_MAX) { /* more than 32 bits can say */
        o = run(m, &sixteen);
        *last = get_be(b, 8);
        *sector_bytes = get_be(b + 8, 4);
        if (o == OUTCOME_GOOD && sixteen.moved < 12) {
            o = OUTCOME_SHORT;
        }
    }
    return o;
}

static void read_protection(struct msc *m)
{
    uint8_t b[MODE_BYTES] = {0};
    struct command c = {.cdb = {OP_MODE_SENSE_6, 0, 0x3f, 0, MODE_BYTES}, /* all pages, as everybody asks for them */
                        .cdb_bytes = 6,
                        .is_in = true,
                        .may_be_short = true,
                        .data = b,
                        .n_bytes = MODE_BYTES,
                        .limit_ms = MSC_PROBE_MS,
                        .tries = 1}; /* who cannot answer says nothing, and refuses a write later */

    m->base.is_read_only = run(m, &c) == OUTCOME_GOOD && c.moved >= 4 && b[2] & 0x80;
}

/* Is this unit a disk with a medium? Then m->base has its size. */
static enum unit look_at_unit(struct msc *m, uint8_t lun)
{
    uint8_t b[INQUIRY_BYTES] = {0};
    struct command inquiry = {.cdb = {OP_INQUIRY, 0, 0, 0, INQUIRY_BYTES},
                              .cdb_bytes = 6,
                              .is_in = true,
                              .may_be_short = true,
                              .is_fixed = true,
                              .data = b,
                              .n_bytes = INQUIRY_BYTES};
    struct command ready = {.cdb = {OP_TEST_UNIT_READY}, .cdb_bytes = 6};
    struct command start = {.cdb = {OP_START_STOP, 0, 0, 0, 1}, .cdb_bytes = 6};
    uint64_t last, sector_bytes;
    enum outcome o;

    m->lun = lun;
    o = run(m, &inquiry);
    if (o == OUTCOME_GOOD && (inquiry.moved == 0 || b[0] != 0)) { /* 0: a disk, and connected */
        return inquiry.moved == 0 ? UNIT_SOON : UNIT_OTHER;
    }
    if (o == OUTCOME_GOOD) {
        o = run(m, &ready);
    }
    if (o == OUTCOME_CHECK && m->sense.key == KEY_NOT_READY && m->sense.asc == ASC_NOT_READY && m->sense.ascq == 2) {
        (void)run(m, &start);
        return UNIT_SOON;
    }
    if (o == OUTCOME_GOOD) {
        o = read_capacity(m, &last, &sector_bytes);
    }
    if (o != OUTCOME_GOOD) {
        return unit_of_refusal(m, o);
    }
    if (sector_bytes < BLOCKDEV_SECTOR_MIN || sector_bytes > BLOCKDEV_SECTOR_MAX ||
        (sector_bytes & (sector_bytes - 1)) != 0 || last >= (uint64_t)INT64_MAX / sector_bytes) {
        return UNIT_OTHER;
    }
    m->base.sector_bytes = (uint32_t)sector_bytes;
    m->base.n_sectors = last + 1;
    return UNIT_READY;
}

/* The first unit that can be read; while none can but one is about to, all are asked again and again. */
static enum unit find_unit(struct msc *m, uint8_t max_lun)
{
    int64_t until = clock_ms() + MSC_READY_MS;
    enum unit best = UNIT_SOON;

    while (best == UNIT_SOON && clock_ms() < until && !is_lost(m)) {
        best = UNIT_OTHER;
        for (int lun = 0; lun <= max_lun && best != UNIT_READY && !is_lost(m); lun++) {
            enum unit u = look_at_unit(m, (uint8_t)lun);

            best = u < best ? u : best;
        }
        if (best == UNIT_SOON && !is_lost(m)) {
            m->pipe->class->pause(m->pipe, MSC_READY_POLL_MS);
        }
    }
    return best;
}

/* --- as a blockdev */

static bool fail(const struct msc *m, enum outcome o, const char *doing, struct err *err)
{
    const struct sense s = m->sense;

    if (o == OUTCOME_GONE) {
        return err_set(err, ERR_GONE, "stick: pulled, or its medium was changed");
    }
    if (o == OUTCOME_STOPPED) {
        return err_set(err, ERR_CANCELLED, "stick: %s: stopped", doing);
    }
    if (o == OUTCOME_CHECK && s.key == KEY_PROTECTED) {
        return err_set(err, ERR_STATE, "stick: protected against writing; move its switch or take another one");
    }
    if (o == OUTCOME_CHECK && s.key == KEY_ILLEGAL && s.asc == ASC_OUT_OF_RANGE) {
        return err_set(err, ERR_IO, "stick: %s: it has fewer sectors than it says; take another one", doing);
    }
    if (o == OUTCOME_CHECK) {
        return err_set(err, ERR_IO, "stick: %s: it reports failure %x/%02x/%02x; take another one", doing, s.key, s.asc,
                       s.ascq);
    }
    if (o == OUTCOME_SHORT) {
        return err_set(err, ERR_IO, "stick: %s: it moves fewer bytes than asked; take another one", doing);
    }
    return err_set(err, ERR_IO, "stick: %s: it does not answer as it should, or not in time; pull it and try again",
                   doing);
}

static void start_call(struct msc *m, uint64_t n_bytes)
{
    m->deadline_ms = clock_ms() + MSC_TOTAL_MS + (int64_t)(n_bytes * 1000 / ((uint64_t)MSC_SLOWEST_KIB_S * 1024));
}

/* at is written to if is_in. */
static bool move(struct msc *m, bool is_in, uint64_t sector, uint32_t n, const uint8_t *at, struct err *err)
{
    uint32_t most = m->pipe->command_bytes / m->base.sector_bytes;

    start_call(m, (uint64_t)n * m->base.sector_bytes);
    for (uint32_t part; n > 0; sector += part, n -= part, at += (size_t)part * m->base.sector_bytes) {
        part = n < most ? n : most;
        struct command c = {.is_in = is_in, .data = (void *)at, .n_bytes = part * m->base.sector_bytes};

        if (sector + part <= UINT32_MAX) {
            c.cdb_bytes = 10;
            c.cdb[0] = is_in ? OP_READ_10 : OP_WRITE_10;
            put_be(c.cdb + 2, 4, sector);
            put_be(c.cdb + 7, 2, part);
        } else {
            c.cdb_bytes = 16;
            c.cdb[0] = is_in ? OP_READ_16 : OP_WRITE_16;
            put_be(c.cdb + 2, 8, sector);
            put_be(c.cdb + 10, 4, part);
        }
        enum outcome o = run(m, &c);

        if (o != OUTCOME_GOOD) {
            m->base.is_read_only |= o == OUTCOME_CHECK && m->sense.key == KEY_PROTECTED;
            return fail(m, o, is_in ? "reading" : "writing", err);
        }
    }
    return true;
}

/* Reading may be stopped; a write that was begun goes on, so that only a pull ever cuts one. */
static bool msc_read(struct blockdev *d, uint64_t sector, uint32_t n, void *buf, struct err *err)
{
    struct msc *m = (struct msc *)d;

    m->pipe->may_stop = true;
    bool ok = move(m, true, sector, n, buf, err);

    m->pipe->may_stop = false;
    return ok;
}

static bool msc_write(struct blockdev *d, uint64_t sector, uint32_t n, const void *buf, struct err *err)
{
    ((struct msc *)d)->is_unflushed = true;
    return move((struct msc *)d, false, sector, n, buf, err);
}

static bool msc_flush(struct blockdev *d, struct err *err)
{
    struct msc *m = (struct msc *)d;
    struct command c = {.cdb = {OP_SYNCHRONIZE_CACHE}, .cdb_bytes = 10, .limit_ms = MSC_FLUSH_MS};
    enum outcome o = m->is_gone ? OUTCOME_GONE : OUTCOME_GOOD;

    start_call(m, 0);
    if (o == OUTCOME_GOOD && m->is_unflushed && !m->has_no_flush) {
        o = run(m, &c);
        if (o == OUTCOME_CHECK && m->sense.key == KEY_ILLEGAL) {
            m->has_no_flush = true;
            o = OUTCOME_GOOD;
        }
    }
    if (o != OUTCOME_GOOD) {
        return fail(m, o, "flushing", err);
    }
    bool is_restarted = m->is_restarted;

    m->is_unflushed = m->is_restarted = false;
    return !is_restarted || err_set(err, ERR_IO, "stick: it restarted, what was written last may be lost; try again");
}

static void msc_close(struct blockdev *d)
{
    struct msc *m = (struct msc *)d;

    m->pipe->class->close(m->pipe);
    free(m);
}

static const struct blockdev_class msc_class = {msc_read, msc_write, msc_flush, msc_close};

bool usb_msc_open(struct usb_pipe *pipe, struct blockdev **out, struct err *err)
{
    struct msc *m = mem_alloc(sizeof *m);
    uint8_t max_lun = 0;
    enum unit unit = UNIT_OTHER;
    bool ok = false;

    assert(pipe->command_bytes >= BLOCKDEV_SECTOR_MAX && pipe->command_bytes <= USB_COMMAND_BYTES_MAX);
    m->base.class = &msc_class;
    m->pipe = pipe;
    m->deadline_ms = clock_ms() + MSC_OPEN_MS;
    switch (pipe->class->get_max_lun(pipe, &max_lun)) {
    case USB_DONE:
        max_lun = max_lun < MSC_LUNS ? max_lun : 0;
        break;
    case USB_GONE:
        m->is_gone = true;
        break;
    default: /* sticks of one unit may stall it, and some do not answer */
        max_lun = 0;
    }
    if (!m->is_gone) {
        unit = find_unit(m, max_lun);
    }
    if (unit == UNIT_READY) {
        read_protection(m);
    }
    if (is_lost(m)) {
        ok = fail(m, m->is_gone ? OUTCOME_GONE : OUTCOME_BROKEN, "opening", err);
    } else if (unit == UNIT_READY) {
        ok = true;
    } else if (unit == UNIT_SOON) {
        ok = err_set(err, ERR_IO, "stick: not ready after %d s; pull it and try again", MSC_READY_MS / 1000);
    } else if (unit == UNIT_EMPTY) {
        ok = err_set(err, ERR_NOT_FOUND, "stick: a card reader without a card; put the card in and try again");
    } else {
        ok = err_set(err, ERR_FORMAT, "stick: not a disk that can be read here; take another one");
    }
    if (!ok) {
        msc_close(&m->base);
        return false;
    }
    m->is_open = true;
    *out = &m->base;
    return true;
}
