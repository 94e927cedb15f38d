/* faceless_fixture: a station without a face: data folder, clerk, exchange, and what they told. */
#ifndef M2_TEST_FACELESS_FIXTURE_H
#define M2_TEST_FACELESS_FIXTURE_H

#include "stick/exchange.h"
#include "stick/mailbox.h"
#include "stick/slot.h"
#include "store/clerk.h"
#include "unit/world_fixture.h"
#include <poll.h>

enum { STATION_WAITS_MS = 20000 };

struct station {
    struct datafolder folder;
    struct outbox *outbox;
    struct clerk *clerk;
    struct exchange *exchange;
    struct slot *slot; /* NULL: sticks are folders */
    struct ev_stick last;
    struct ev_stick_saved saved;
    struct ev_stick_version version;
    char refused[32];
    int n_coming;
    int n_shelf_news;
};

static inline struct message *station_event(struct station *s)
{
    struct pollfd fd = {.fd = outbox_fd(s->outbox), .events = POLLIN};
    struct message *m;

    while (!(m = outbox_take(s->outbox))) {
        CHECK(poll(&fd, 1, STATION_WAITS_MS) == 1);
    }
    return m;
}

/* In this data folder, which is there. */
static inline void station_begin_in(struct station *s, const char *dir)
{
    struct clerk_options clerk = {.folder = &s->folder};
    struct exchange_options exchange = {.folder = &s->folder};
    struct err err = {0};

    *s = (struct station){.outbox = outbox_new()};
    CHECK(datafolder_open(dir, &s->folder, &err));
    CHECK(clerk_start(&clerk, s->outbox, &s->clerk, &err));
    exchange.clerk = s->clerk;
    CHECK(exchange_start(&exchange, s->outbox, &s->exchange, &err));
}

/* is_fresh: a new copy of the hub; else the one of the last time. */
static inline void station_begin(struct station *s, bool is_fresh)
{
    station_begin_in(s, is_fresh ? world_hub() : world_path("hub"));
}

static inline void station_end(struct station *s)
{
    if (s->slot) {
        slot_stop(s->slot);
        slot_join(s->slot);
    }
    exchange_stop(s->exchange);
    exchange_join(s->exchange);
    clerk_stop(s->clerk);
    clerk_join(s->clerk);
    outbox_free(s->outbox);
    datafolder_close(&s->folder);
}

/* A visit of n rows and its key row, each on the card. */
static inline void station_visit(struct station *s, int n)
{
    struct journal_visit v = {.id = {1}, .key = {2}};
    static const char *const counts[] = {"visits", NULL};

    for (int i = 0; i < n; i++) {
        struct message *m;

        clerk_append(s->clerk, &v, i == 0, "{\"kind\":\"answer\"}", 17, i == 0 ? counts : NULL, 1);
        m = station_event(s);
        CHECK_INT(m->kind, EV_ROW_SAVED);
        message_free(m);
    }
}

/* Waits for the board as the clerk tells it; the caller frees it with the message. */
static inline struct ev_board *station_board(struct station *s)
{
    struct message *m = station_event(s);

    while (m->kind != EV_BOARD) {
        message_free(m);
        m = station_event(s);
    }
    return (struct ev_board *)m;
}

/* A card of this phrase that hangs; its id. */
static inline void station_put_card(struct station *s, const char *phrase, uint8_t id[CARD_ID_BYTES])
{
    struct card c = {.kind = CARD_OFFER, .days = 28};
    struct ev_board *ev;

    snprintf(c.phrase, sizeof c.phrase, "%s", phrase);
    clerk_board_put(s->clerk, &c, 1);
    ev = station_board(s);
    CHECK_INT(ev->err.code, ERR_NONE);
    memcpy(id, ev->id, CARD_ID_BYTES);
    message_free(&ev->base);
}

/* Takes one event; returns its kind. */
static inline int station_hear(struct station *s)
{
    struct message *m = station_event(s);
    int kind = m->kind;

    switch (kind) {
    case EV_STICK_STATE:
        s->last = *(struct ev_stick *)m;
        break;
    case EV_STICK_REFUSED:
        snprintf(s->refused, sizeof s->refused, "%s", ((struct ev_stick_refused *)m)->what);
        break;
    case EV_STICK_COMING:
        s->n_coming++;
        break;
    case EV_STICK_SAVED:
        s->saved = *(struct ev_stick_saved *)m;
        break;
    case EV_STICK_VERSION:
        s->version = *(struct ev_stick_version *)m;
        break;
    case EV_STICK_SHELF:
        s->n_shelf_news++;
        break;
    default:
        break;
    }
    message_free(m);
    return kind;
}

static inline void station_hear_over(struct station *s)
{
    s->last = (struct ev_stick){0};
    s->n_shelf_news = 0;
    while (!s->last.is_over) {
        station_hear(s);
    }
}

/* Rows in this station's mailbox on a stick, 0 = none. */
static inline int64_t station_rows_on(const struct station *s, struct volume *v)
{
    struct mailbox_header h;
    struct buf payload = {0};
    struct err err = {0};
    int64_t n = 0;
    int slot = 0;

    CHECK(mailbox_find_slot(v, &s->folder.station, &slot, &err));
    if (mailbox_read(v, slot, &s->folder.station, &h, &payload, &err)) {
        n = h.n_rows;
    }
    buf_release(&payload);
    return n;
}

static inline int64_t station_rows_in(const struct station *s, const char *stick)
{
    struct volume *v;
    struct err err = {0};
    int64_t n;

    CHECK(volume_open_folder(stick, &v, &err));
    n = station_rows_on(s, v);
    volume_close(v);
    return n;
}

static inline bool station_did(const struct station *s, enum stick_step step)
{
    return s->last.progress.state[step] == STICK_DONE || s->last.progress.state[step] == STICK_NOTHING;
}

#endif
