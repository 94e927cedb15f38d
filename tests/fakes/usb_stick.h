/* usb_stick: a mass-storage device behind a usb_pipe, in virtual time. Keeps its sectors in a sparse file of memory or
 * in a file given to it, follows Bulk-Only Transport to the letter, notes where its host does not, and misbehaves as it
 * is told. */
#ifndef M2_FAKES_USB_STICK_H
#define M2_FAKES_USB_STICK_H

#include "stick/usb_pipe.h"

enum { STICK_UNITS = 16, STICK_FAULTS = 8, STICK_ANY = -1, STICK_FOR_EVER = 1 << 30 };

struct stick_unit {
    uint8_t type; /* 0 disk, 5 CD-ROM */
    bool is_empty;
    bool is_protected;          /* and says so */
    bool is_protected_silently; /* says so only when written */
    bool is_wrapping;           /* beyond n_real it begins again at 0; else it refuses */
    uint32_t sector_bytes;
    uint64_t n_sectors;  /* as it says */
    uint64_t n_real;     /* as it has */
    int64_t ready_at_ms; /* by clock_ms() */
    bool wants_start;    /* becomes ready by START STOP UNIT only */
    int fd;
};

enum stick_act {
    STICK_NOTHING = 0,
    STICK_CHECK,       /* fails with key, asc, ascq; data expected is stalled */
    STICK_STALL_CBW,   /* halts both ends until a reset recovery */
    STICK_CBW_BYTES,   /* takes only `bytes` of a command, and waits for a reset */
    STICK_STALL_CSW,   /* halts before the status, `bytes` times */
    STICK_HANG,        /* no data, no status, until a Bulk-Only reset */
    STICK_HANG_DEEP,   /* the same, until a port reset */
    STICK_HANG_DEAD,   /* the same, for ever */
    STICK_HANG_STATUS, /* data, but no status until a Bulk-Only reset */
    STICK_DELAY,       /* `bytes` ms before data and status */
    STICK_TAG,         /* of another command */
    STICK_SIGNATURE,   /* wrong */
    STICK_CSW_BYTES,   /* a status of `bytes` bytes, more than 13: an overflow */
    STICK_STATUS,      /* all data, then status number `bytes` */
    STICK_RESIDUE,     /* all data, then residue `bytes` */
    STICK_SHORT,       /* data end after `bytes`, residue true */
    STICK_SHORT_STALL, /* data end after `bytes` in a halt, residue true */
    STICK_STALL_PHASE, /* data end at once in a halt, then a phase error */
    STICK_BABBLE,      /* more data than asked */
    STICK_WIRE,        /* data fail on the wire */
    STICK_ZERO_PACKET, /* a packet of no bytes between data and status */
};

struct stick_fault {
    enum stick_act act;
    int opcode; /* or STICK_ANY */
    uint32_t bytes;
    uint8_t key, asc, ascq;
    int skip;  /* so many such commands go well first */
    int times; /* 0 is 1 */
};

struct usb_stick {
    struct usb_pipe pipe; /* first member */
    struct stick_unit units[STICK_UNITS];
    int n_units;
    struct stick_fault faults[STICK_FAULTS];
    int kib_per_s; /* 0: no time passes */
    int pull_at;   /* number of the transfer or request at which it is pulled; STICK_ANY: stays */
    enum usb_result max_lun_result;
    uint8_t max_lun;     /* as it says */
    bool has_two_shapes; /* comes up as something else after a port reset */
    bool has_sense_descriptors;

    int n_transfers; /* and requests, so far */
    int n_commands[256];
    int n_resets, n_port_resets;
    int n_closed;
    const char *violation; /* of the transport by the host; NULL */
    bool is_pulled;

    enum { STICK_IDLE, STICK_DATA_IN, STICK_DATA_OUT, STICK_STATUS_DUE } phase;
    bool is_halted_in, is_halted_out, needs_reset;
    enum stick_act hang;      /* while it does, the kind; else STICK_NOTHING */
    struct stick_fault fault; /* of the command under way */
    uint8_t cbw[31];
    uint8_t *data; /* of the command under way */
    uint32_t n_data, n_host, at;
    uint8_t status;
    uint8_t sense[3];
    int64_t us; /* passed, not yet given to the clock */
};

/* One unit, a disk of n_sectors. The clock must be virtual. */
void usb_stick_init(struct usb_stick *s, uint32_t sector_bytes, uint64_t n_sectors);
/* One more unit. */
struct stick_unit *usb_stick_add_unit(struct usb_stick *s, uint32_t sector_bytes, uint64_t n_sectors);
void usb_stick_fault(struct usb_stick *s, struct stick_fault fault);
void usb_stick_release(struct usb_stick *s);

#endif
