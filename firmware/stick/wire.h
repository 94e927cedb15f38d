/* wire: what the station and micro2-stickd say to each other, over one SOCK_SEQPACKET socket. The station asks, one
 * request at a time; stickd answers, and tells news in between: one is looked at, a stick is in, it is gone, that is
 * none. Whoever connects is told at once what is in. Every message has a head of WIRE_HEAD_BYTES and a length that fits
 * it; anything else ends the connection, for whoever sends it is broken or hostile. FORMAT.md draws the head. Neither
 * side believes the other: names are checked on both, texts are cleaned before they are shown. One thread at a time for
 * each end. */
#ifndef M2_STICK_WIRE_H
#define M2_STICK_WIRE_H

#include "stick/volume.h"
#include <stdatomic.h>

enum {
    WIRE_HEAD_BYTES = 40,
    WIRE_DATA_MAX = 120 * 1024,           /* of one message, behind the name: as USB_COMMAND_BYTES */
    WIRE_AHEAD_BYTES = 8 * WIRE_DATA_MAX, /* read at once, and as much behind, of what full messages ask for */
    WIRE_CREATE_MAX = 8 * 1024 * 1024,    /* content of a new file: stickd holds it whole before it writes */
    WIRE_TEXT_MAX = 200,                  /* of an error */
    WIRE_ANSWER_MS = 5 * 60 * 1000, /* a request takes no longer, on the slowest stick that is not given up (T18) */
    WIRE_SEND_MS = 2000,            /* a peer that takes no message for so long hangs */
    WIRE_STOP_MS = 2000,            /* an answer is waited for that long after a stop */
    WIRE_STOP_POLL_MS = 100,
    WIRE_MESSAGE_MAX = WIRE_HEAD_BYTES + VOLUME_NAME_MAX + WIRE_DATA_MAX,
};

enum wire_kind {
    WIRE_SIZE = 1,  /* name → number: bytes */
    WIRE_READ,      /* name, number: offset, n: how much → data, shorter only at the end */
    WIRE_OVERWRITE, /* name, number: offset, data */
    WIRE_CREATE,    /* name, number: bytes in all, data: the first of them */
    WIRE_MORE,      /* data: the next bytes of the file that is being made; the last one is answered */
    WIRE_SYNC,
    WIRE_STOP,        /* the reading under way is no longer waited for; not answered itself */
    WIRE_ANSWER = 64, /* code; data or, where it failed, the text */
    WIRE_STICK = 128, /* name: its label; a volume can be asked */
    WIRE_REFUSED,     /* name: why, one word of a fixed list; code */
    WIRE_GONE,        /* it was pulled, or nothing is in */
    WIRE_COMING, /* one is in and is being opened, or waited for: one of the three follows, or stickd fell over it */
};

struct wire_message { /* one message, taken apart; name and data point into the bytes it was read from */
    enum wire_kind kind;
    enum err_code code;
    uint64_t ticket;
    int64_t number;
    uint32_t n;
    char name[VOLUME_NAME_MAX];
    const uint8_t *data;
    size_t data_bytes;
};

/* ERR_FORMAT where the bytes are no message: head, kind, code, lengths and name are checked. */
M2_MUST_CHECK bool wire_parse(const uint8_t *bytes, size_t n, struct wire_message *out, struct err *err);
/* Into out of WIRE_MESSAGE_MAX bytes; returns how many. name at most VOLUME_NAME_MAX - 1, data at most WIRE_DATA_MAX.
 */
size_t wire_put(const struct wire_message *m, uint8_t *out);
/* ERR_GONE where the peer has left, or takes nothing. */
M2_MUST_CHECK bool wire_send(int fd, const struct wire_message *m, struct err *err);

/* --- stickd's end: a desk that serves one volume at a time */
struct wire_desk;
struct wire_desk *wire_desk_new(int fd); /* fd is borrowed */
void wire_desk_free(struct wire_desk *desk);
/* The volume that is asked from now on, borrowed; NULL = none: every request is answered ERR_GONE. */
void wire_desk_use(struct wire_desk *desk, struct volume *v);
/* Whether the station has more to say while its request is under way: a stop, or that it left. While the desk reads on
 * of its own, the next request is not yet meant by that: it is taken in; what is held already is answered at once,
 * anything else waits. For usb_pipe.h, with where the station is heard. */
bool wire_desk_is_stopped(struct wire_desk *desk);
int wire_desk_fd(const struct wire_desk *desk); /* -1 = of nobody */
/* Takes one request, does it, answers; then reads on where it was one of many (WIRE_AHEAD_BYTES). False when the
 * connection is to end: ERR_GONE the station left, ERR_FORMAT it sent what is no request. A request that fails is
 * answered and is no failure here. */
M2_MUST_CHECK bool wire_desk_serve(struct wire_desk *desk, struct err *err);
/* A request was taken in while the desk read on: to be served although the socket is quiet. */
bool wire_desk_has_request(const struct wire_desk *desk);

/* --- the station's end */
struct wire_link;
struct wire_link *wire_link_new(int fd); /* fd is borrowed */
void wire_link_free(struct wire_link *link);
/* The next news, waited for at most timeout_ms (-1 = for ever); ERR_BUSY where none came in time, ERR_GONE where stickd
 * left. *news->data is not set. */
M2_MUST_CHECK bool wire_link_news(struct wire_link *link, int timeout_ms, struct wire_message *news, struct err *err);
/* Whether the stick of the present volume is gone, by what has come in so far; news are kept for wire_link_news. */
bool wire_link_is_gone(struct wire_link *link);
/* The stick that is in, as a volume: its calls are requests. label as WIRE_STICK told it, cleaned. link is borrowed
 * until volume_close. After WIRE_GONE, a late or a wrong answer every call is ERR_GONE. */
struct volume *wire_link_volume(struct wire_link *link, const char *label);
/* While *flag is set no reading is waited for: ERR_CANCELLED within WIRE_STOP_MS. Borrowed; any thread may set it. */
void wire_link_stop_when(struct wire_link *link, const atomic_bool *flag);

#endif
