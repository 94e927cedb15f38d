/* clerk_board: the village board, asked for by pages and by the stick worker. */
#include "base/log.h"
#include "store/clerk_priv.h"
#include <string.h>

#include "base/banned.h"

struct board_ask {
    struct message base;
    struct card card; /* CLERK_BOARD_PUT; else its id only */
};

struct board_call {
    const struct board_ask *ask;
    struct ev_board *ev;
};

static bool run_ask(struct clerk *c, void *ctx, struct err *err)
{
    const struct board_call *b = ctx;
    struct card card = b->ask->card;
    bool ok = true;

    switch (b->ev->what) {
    case CLERK_BOARD_PUT:
        ok = board_put(c->db, &card, err);
        if (ok) {
            memcpy(b->ev->id, card.id, sizeof card.id);
            b->ev->number = card.number;
        }
        break;
    case CLERK_BOARD_REPORT:
        ok = board_report(c->db, card.id, err);
        break;
    case CLERK_BOARD_TAKE_DOWN:
        ok = board_take_down(c->db, card.id, err);
        break;
    case CLERK_BOARD_RELEASE:
        ok = board_release(c->db, card.id, err);
        break;
    default:
        break;
    }
    mem_wipe(&card, sizeof card);
    return ok;
}

/* What staff can look back at; no word of a card stands there (R7). */
static void note(enum clerk_kind what)
{
    const char *did = what == CLERK_BOARD_PUT         ? "put up"
                      : what == CLERK_BOARD_REPORT    ? "reported"
                      : what == CLERK_BOARD_TAKE_DOWN ? "taken down"
                      : what == CLERK_BOARD_RELEASE   ? "released"
                                                      : NULL;

    if (did) {
        log_line(LOG_INFO, "board: a card was %s", did);
    }
}

static void release_board(struct message *m)
{
    board_view_free(((struct ev_board *)m)->view);
}

void clerk_handle_board(struct clerk *c, const struct message *m, struct outbox *out)
{
    const struct board_ask *a = (const struct board_ask *)m;
    struct ev_board *ev = message_new(sizeof *ev, EV_BOARD, m->ticket);
    struct err err = {0}, why = {0};

    ev->base.release = release_board;
    ev->what = (enum clerk_kind)m->kind;
    memcpy(ev->id, a->card.id, sizeof ev->id);
    if (clerk_with_reserve(c, run_ask, &(struct board_call){a, ev}, &err)) {
        note(ev->what);
    } else {
        log_err("board", &err);
        ev->err = err;
    }
    if (!board_list(c->db, &ev->view, &why) && ev->err.code == ERR_NONE) {
        ev->err = why;
    }
    outbox_put(out, &ev->base);
    clerk_die_of_storage(c, err.code != ERR_NONE ? &err : &why, out);
}

/* A visitor's own words do not stay in freed memory (T40). */
static void release_ask(struct message *m)
{
    struct board_ask *a = (struct board_ask *)m;

    mem_wipe(&a->card, sizeof a->card);
}

static void ask(struct clerk *c, enum clerk_kind kind, const struct card *card, const uint8_t id[CARD_ID_BYTES],
                uint64_t ticket)
{
    struct board_ask *a = message_new(sizeof *a, kind, ticket);

    a->base.release = release_ask;
    if (card) {
        a->card = *card;
    }
    if (id) {
        memcpy(a->card.id, id, sizeof a->card.id);
    }
    worker_send(c->worker, &a->base);
}

void clerk_board_list(struct clerk *c, uint64_t ticket)
{
    ask(c, CLERK_BOARD_LIST, NULL, NULL, ticket);
}

void clerk_board_put(struct clerk *c, const struct card *card, uint64_t ticket)
{
    ask(c, CLERK_BOARD_PUT, card, NULL, ticket);
}

void clerk_board_report(struct clerk *c, const uint8_t id[CARD_ID_BYTES], uint64_t ticket)
{
    ask(c, CLERK_BOARD_REPORT, NULL, id, ticket);
}

void clerk_board_take_down(struct clerk *c, const uint8_t id[CARD_ID_BYTES], uint64_t ticket)
{
    ask(c, CLERK_BOARD_TAKE_DOWN, NULL, id, ticket);
}

void clerk_board_release(struct clerk *c, const uint8_t id[CARD_ID_BYTES], uint64_t ticket)
{
    ask(c, CLERK_BOARD_RELEASE, NULL, id, ticket);
}

/* --- for the stick worker, which waits
 * ------------------------------------------------------------------------------------------------------------------ */

struct snapshot_call {
    uint64_t above;
    struct snapshot *out;
    struct buf *text;
};

static bool run_snapshot(struct clerk *c, void *ctx, struct err *err)
{
    struct snapshot_call *s = ctx;

    return board_snapshot(c->db, c->folder->station.id, s->above, s->out, s->text, err);
}

bool clerk_board_snapshot(struct clerk *c, uint64_t above, struct snapshot *out, struct buf *text, struct err *err)
{
    return clerk_call_and_wait(c, run_snapshot, &(struct snapshot_call){above, out, text}, err);
}

struct generation_call {
    const uint8_t *station;
    uint64_t *generation;
};

static bool run_generation(struct clerk *c, void *ctx, struct err *err)
{
    struct generation_call *g = ctx;

    return board_generation(c->db, g->station, g->generation, err);
}

bool clerk_board_generation(struct clerk *c, const uint8_t station[SNAPSHOT_STATION_BYTES], uint64_t *generation,
                            struct err *err)
{
    return clerk_call_and_wait(c, run_generation, &(struct generation_call){station, generation}, err);
}

struct take_call {
    const struct snapshot *snapshot;
    const char *hub;
    bool *is_new;
};

static bool run_take(struct clerk *c, void *ctx, struct err *err)
{
    struct take_call *t = ctx;

    return board_take(c->db, t->snapshot, t->hub, t->is_new, err);
}

bool clerk_board_take(struct clerk *c, const struct snapshot *s, const char *hub, bool *is_new, struct err *err)
{
    return clerk_call_and_wait(c, run_take, &(struct take_call){s, hub, is_new}, err);
}

struct keep_call {
    board_is_good *is_good;
    void *ctx;
    int *n_gone;
};

static bool run_keep(struct clerk *c, void *ctx, struct err *err)
{
    struct keep_call *k = ctx;

    return board_keep_good(c->db, k->is_good, k->ctx, k->n_gone, err);
}

bool clerk_board_keep_good(struct clerk *c, board_is_good *is_good, void *ctx, int *n_gone, struct err *err)
{
    return clerk_call_and_wait(c, run_keep, &(struct keep_call){is_good, ctx, n_gone}, err);
}
