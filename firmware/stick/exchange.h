/* exchange: what happens while a stick is in: check, results out, receipts in, new content in, the
 * village board out and in, everything read again. A
 * worker; kinds 300.. It drives the volume, asks the clerk for rows (blocking calls, never from main), installs into
 * the shelf, and tells the screen how far it is. Pulling the stick at any moment loses nothing; next time it carries on
 * (T17). A stick that is no courier stick is somebody's own: nothing on it is looked at, and a new file can be put on
 * it while it is in. */
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
    EXCHANGE_SAVE,
    EXCHANGE_VERSION,
    EXCHANGE_SLOT,
    EV_STICK_STATE = 350, /* struct ev_stick: something changed */
    EV_STICK_SHELF,       /* other containers are in use: reader should reload */
    EV_STICK_REFUSED,     /* struct ev_stick_refused: what was put in is none (stick/slot.h) */
    EV_STICK_TRUST,       /* a newer trust list lies in trust/: whoever holds the old one should read it again */
    EV_STICK_SAVED,       /* struct ev_stick_saved: answer to exchange_save */
    EV_STICK_VERSION,     /* struct ev_stick_version: answer to exchange_use_former and exchange_use_newest */
    EV_STICK_COMING,      /* something is in and is being looked at: a stick, a refusal, or its end follows */
};

enum stick_step {
    STICK_CHECK,
    STICK_RESULTS,
    STICK_RECEIPTS,
    STICK_CONTENT,
    STICK_BOARD, /* the village board: our cards out, those of other hubs in */
    STICK_VERIFY,
    STICK_STEPS
};
enum stick_step_state { STICK_WAITING, STICK_RUNNING, STICK_DONE, STICK_NOTHING, STICK_FAILED };
enum stick_doing { /* what the running step is at */
                   STICK_LOOKING,
                   STICK_WRITING,
                   STICK_READING_BACK,
                   STICK_COPYING,
                   STICK_SAVING, /* the last bytes go onto the station's card */
};

struct stick_progress {
    enum stick_step_state state[STICK_STEPS];
    enum err_code why[STICK_STEPS]; /* of those that failed */
    enum stick_doing doing;
    int64_t done_bytes, total_bytes; /* of the running step; total 0 = not known */
    int64_t left_ms;                 /* until the stick can be taken out; -1 = not known yet */
};

struct ev_stick {
    struct message base;
    bool is_in;   /* a stick is plugged */
    bool is_over; /* all steps ended: it may be pulled */
    bool is_own;  /* no courier stick: somebody's own */
    struct stick_progress progress;
    char label[64];     /* the stick's name, clean text */
    bool is_trust_left; /* its newer trust list could not be taken: results go out, no containers come in */
    char office[64];    /* whose courier stick it is, from the trust list; "" = unknown */
    int64_t rows_written, visits_written, rows_left; /* results put on the stick, and what did not fit */
    int64_t rows_receipted;                          /* dropped from "un-receipted" by receipts on this stick */
    int packs_new, packs_done,
        packs_no_room;         /* the first by the catalogue from STICK_CHECK on; all known when planned */
    bool has_board_out;        /* our cards lie on the stick */
    int cards_out, cards_in;   /* our cards there; those of hubs whose board was not here yet, or is another now */
    int boards_in;             /* of so many hubs */
    int n_checked, n_to_check; /* the results and each new container, read again */
    char pack[64];             /* id of the container in hand */
    struct err err;            /* why the first step failed, or that the stick went; ERR_NONE otherwise */
};

struct ev_stick_refused {
    struct message base;
    char what[32]; /* one word of stickd's: "keyboard", "ntfs", … */
};

struct ev_stick_saved {
    struct message base;
    char name[64]; /* of the new file */
    struct err err;
};

struct ev_stick_version {
    struct message base;
    char id[64];
    struct err err; /* ERR_NOT_FOUND: there is no version before that can be used */
};

struct exchange_options {
    const struct datafolder *folder; /* borrowed until join; its trust/ is read anew for each stick */
    struct clerk *clerk;
};
struct exchange;
M2_MUST_CHECK bool exchange_start(const struct exchange_options *opt, struct outbox *out, struct exchange **x,
                                  struct err *err);
void exchange_plug(struct exchange *x, const char *target, uint64_t ticket);
/* The stick behind a link (stick/wire.h). The link is the worker's until it calls done(ctx): when nothing more is to be
 * read or written, or the stick of somebody's own is gone; always, also where the exchange is stopped or pulled. */
void exchange_plug_link(struct exchange *x, struct wire_link *link, const char *label, void (*done)(void *ctx),
                        void *ctx);
void exchange_pull(struct exchange *x);
/* What the slot knows beside that goes to the screen behind what the exchange told before: EV_STICK_COMING, and
 * EV_STICK_REFUSED with this word. */
void exchange_coming(struct exchange *x);
void exchange_refuse(struct exchange *x, const char *word);
/* "Stop": what is running ends after the present piece; what is not done is done next time. */
void exchange_halt(struct exchange *x);
/* While somebody uses the station the import leaves it half of its time (a visitor comes first). */
void exchange_set_busy(struct exchange *x, bool is_busy);
/* A new file on the stick that is in and is somebody's own: STEM.END, or STEM-2.END … where that is taken. bytes are
 * copied. EV_STICK_SAVED. ERR_GONE: no such stick is in. */
void exchange_save(struct exchange *x, const char *stem, const char *end, const void *bytes, size_t n, uint64_t ticket);
/* Staff: the version of a container before the present one, and back again (shelf/hold.h). EV_STICK_VERSION. */
void exchange_use_former(struct exchange *x, const char *id);
void exchange_use_newest(struct exchange *x, const char *id);
bool exchange_is_idle(const struct exchange *x);
void exchange_stop(struct exchange *x);
void exchange_join(struct exchange *x);

#endif
