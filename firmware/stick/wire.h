/* wire: what the station and micro2-stickd say to each other, over one SOCK_SEQPACKET socket. The station asks, one
 * request at a time; stickd answers, and tells news in between: a stick is in, it is gone, that is none. Every message
 * has a head of WIRE_HEAD_BYTES and a length that fits it; anything else ends the connection, for whoever sends it is
 * broken or hostile. FORMAT.md draws the head. Neither side believes the other: names are checked on both, texts are
 * cleaned before they are shown. One thread at a time for each end. */
#ifndef M2_STICK_WIRE_H
#define M2_STICK_WIRE_H

#include "stick/volume.h"

enum {
    WIRE_HEAD_BYTES = 40,
    WIRE_DATA_MAX = 64 * 1024,         /* of one message, behind the name */
    WIRE_CREATE_MAX = 8 * 1024 * 1024, /* content of a new file: stickd holds it whole before it writes */
    WIRE_TEXT_MAX = 200,               /* of an error */
    WIRE_ANSWER_MS = 60 * 1000,        /* a request takes no longer; stickd's own limits are shorter (T18) */
    WIRE_MESSAGE_MAX = WIRE_HEAD_BYTES + VOLUME_NAME_MAX + WIRE_DATA_MAX,
};

enum wire_kind {
    WIRE_SIZE = 1,  /* name → number: bytes */
    WIRE_READ,      /* name, number: offset, n: how much → data, shorter only at the end */
    WIRE_OVERWRITE, /* name, number: offset, data */
    WIRE_CREATE,    /* name, number: bytes in all, data: the first of them */
    WIRE_MORE,      /* data: the next bytes of the file that is being made; the last one is answered */
    WIRE_SYNC,
    WIRE_ANSWER = 64, /* code; data or, where it failed, the text */
    WIRE_STICK = 128, /* name: its label; a volume can be asked */
    WIRE_REFUSED,     /* name: why, one word of a fixed list; code */
    WIRE_GONE,        /* it was pulled */
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
/* ERR_GONE where the peer has left. */
M2_MUST_CHECK bool wire_send(int fd, const struct wire_message *m, struct err *err);

/* --- stickd's end: a desk that serves one volume at a time */
struct wire_desk;
struct wire_desk *wire_desk_new(int fd); /* fd is borrowed */
void wire_desk_free(struct wire_desk *desk);
/* The volume that is asked from now on, borrowed; NULL = none: every request is answered ERR_GONE. */
void wire_desk_use(struct wire_desk *desk, struct volume *v);
/* Takes one request from the socket, does it, answers. False when the connection is to end: ERR_GONE the station left,
 * ERR_FORMAT it sent what is no request. A request that fails is answered and is no failure here. */
M2_MUST_CHECK bool wire_desk_serve(struct wire_desk *desk, struct err *err);

/* --- the station's end */
struct wire_link;
struct wire_link *wire_link_new(int fd); /* fd is borrowed */
void wire_link_free(struct wire_link *link);
/* The next news, waited for at most timeout_ms (-1 = for ever); ERR_BUSY where none came in time, ERR_GONE where stickd
 * left. *news->data is not set. */
M2_MUST_CHECK bool wire_link_news(struct wire_link *link, int timeout_ms, struct wire_message *news, struct err *err);
/* The stick that is in, as a volume: its calls are requests. label as WIRE_STICK told it, cleaned. link is borrowed
 * until volume_close. After WIRE_GONE, a late or a wrong answer every call is ERR_GONE. */
struct volume *wire_link_volume(struct wire_link *link, const char *label);

#endif
