/* exchange_priv: what exchange.c (the worker) and exchange_steps.c (the steps) share. Everything below the three flags
 * is the worker's own. */
#ifndef M2_STICK_EXCHANGE_PRIV_H
#define M2_STICK_EXCHANGE_PRIV_H

#include "stick/exchange.h"
#include "stick/plan.h"
#include "stick/volume.h"
#include "trust/trustlist.h"
#include <stdatomic.h>

struct exchange {
    struct worker *worker;
    struct outbox *out;
    struct exchange_options opt;
    atomic_bool is_pulled, is_halted, is_busy;
    struct volume *volume; /* open while steps run, and while somebody's own stick is in */
    struct wire_link *link;
    void (*done)(void *ctx);
    void *done_ctx;
    struct trustlist *trust;
    struct err
        trust_left; /* why a newer list on the stick was not taken: no containers are taken under the older one */
    struct ev_stick state; /* what the screen was told last */
    int64_t told_ms, told_bytes;
    int64_t began_ms, counted_from_ms;    /* since when the bytes of the running part are counted */
    struct catalog *catalog;              /* of this stick; NULL before it was read */
    bool has_come[FORMAT_CONTAINERS_MAX]; /* by entry of the catalogue */
    int64_t came_bytes;                   /* of those, from this stick */
};

/* The steps in their order; each false with err, and how it went. The first also finds out whose stick it is. */
typedef bool exchange_step(struct exchange *x, enum stick_step_state *how, struct err *err);
extern exchange_step *const exchange_steps[STICK_STEPS];
bool exchange_board(struct exchange *x, enum stick_step_state *how, struct err *err); /* exchange_board.c */
/* Cards of hubs that this list does not name go (T32): with a newer list, before a stick's board is read, and at the
 * start, where a cut came between. */
bool exchange_drop_revoked(const struct exchange *x, struct trustlist *trust, struct err *err);

void exchange_tell(struct exchange *x);
/* Bytes of the running step; after_ms: how long what follows it takes, -1 = not known. */
void exchange_tell_bytes(struct exchange *x, int64_t done, int64_t total, int64_t left_ms);
/* Another part of the running step begins. */
void exchange_tell_doing(struct exchange *x, enum stick_doing doing);
/* Bytes are counted from none, and the time they take from now. */
void exchange_count_anew(struct exchange *x);
/* How long `left` more bytes take after `done`, at the pace since then; per_s as in plan_left_ms(). */
int64_t exchange_left_ms(const struct exchange *x, int64_t left, int64_t done, int64_t per_s);
/* Watches what is written into a half and then read back (stick/halves.h); ctx: the exchange. */
bool exchange_watch_write(void *ctx, int64_t done, int64_t total);
/* False once the stick is out (ERR_GONE) or "stop" was touched (ERR_CANCELLED). */
bool exchange_goes_on(struct exchange *x, struct err *err);
/* The shelf's folder; borrowed until the next call of datafolder_path(). */
const char *exchange_shelf(const struct exchange *x);
/* A visitor at the screen comes first. */
void exchange_leave_time(struct exchange *x);
/* exchange_import.c: what the stick brings by its catalogue, before anything of it is done; and the step that takes it.
 * A catalogue that cannot be read is told by the latter. */
void exchange_list_content(struct exchange *x);
exchange_step exchange_bring_content;

#endif
