/* exchange: what happens while a courier stick is in: check, results out, receipts in, new content in. A worker; kinds
 * 300.. It drives the volume, asks the clerk for rows (blocking calls, never from main), installs into the shelf, and
 * tells the screen how far it is. Pulling the stick at any moment loses nothing; next time it carries on (T17). */
#ifndef M2_STICK_EXCHANGE_H
#define M2_STICK_EXCHANGE_H

#include "base/worker.h"
#include "store/datafolder.h"
#include <stdint.h>

struct clerk;
struct wire_link;

enum exchange_kind {
    EXCHANGE_PLUG = 300, /* a folder, or what stickd offers */
    EXCHANGE_PULL,
    EXCHANGE_STOP,        /* the visitor's "stop": content import ends after the present block */
    EV_STICK_STATE = 350, /* struct ev_stick: something changed */
    EV_STICK_SHELF,       /* new containers are published: reader should reload */
    EV_STICK_REFUSED,     /* struct ev_stick_refused: what was put in is none (stick/slot.h) */
    EV_STICK_TRUST,       /* a newer trust list lies in trust/: whoever holds the old one should read it again */
};

enum stick_step { STICK_CHECK, STICK_RESULTS, STICK_RECEIPTS, STICK_CONTENT, STICK_STEPS };
enum stick_step_state { STICK_WAITING, STICK_RUNNING, STICK_DONE, STICK_NOTHING, STICK_FAILED };

struct stick_progress {
    enum stick_step_state state[STICK_STEPS];
    int64_t done_bytes, total_bytes; /* of the running step: of all containers together */
    int64_t started_ms;              /* clock_ms() when the running step began */
};

struct ev_stick {
    struct message base;
    bool is_in;   /* a stick is plugged */
    bool is_over; /* all steps ended: it may be pulled */
    struct stick_progress progress;
    char label[64];                                  /* the stick's name, clean text */
    char office[64];                                 /* whose courier stick it is, from the trust list; "" = unknown */
    int64_t rows_written, visits_written, rows_left; /* results put on the stick, and what did not fit */
    int64_t rows_receipted;                          /* dropped from "un-receipted" by receipts on this stick */
    int packs_new, packs_done;
    char pack[64];  /* id of the container that is coming in */
    struct err err; /* why a step failed; ERR_NONE otherwise */
};

struct ev_stick_refused {
    struct message base;
    char what[32]; /* one word of stickd's: "keyboard", "ntfs", … */
};

struct exchange_options {
    const struct datafolder *folder; /* borrowed until join; its trust/ is read anew for each stick */
    struct clerk *clerk;
};
struct exchange;
M2_MUST_CHECK bool exchange_start(const struct exchange_options *opt, struct outbox *out, struct exchange **x,
                                  struct err *err);
void exchange_plug(struct exchange *x, const char *target, uint64_t ticket);
/* The stick behind a link (stick/wire.h). The link is the worker's until it calls done(ctx), when nothing more is to be
 * read or written; that is always, also where the exchange is stopped. */
void exchange_plug_link(struct exchange *x, struct wire_link *link, const char *label, void (*done)(void *ctx),
                        void *ctx);
void exchange_pull(struct exchange *x);
void exchange_stop_import(struct exchange *x);
bool exchange_is_idle(const struct exchange *x);
void exchange_stop(struct exchange *x);
void exchange_join(struct exchange *x);

#endif
