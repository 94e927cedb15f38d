/* ahead: a ring of pieces between the thread that reads and the one that uses. */
#include "shelf/ahead.h"
#include "base/buf.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

struct place { /* in a source; at BEGINNING: it is to be opened, which says where reading begins */
    int source;
    int64_t at;
};
enum { BEGINNING = -1 };

struct piece {
    struct place place;
    size_t n; /* 0: the source was opened, or that or reading on failed */
    bool has_failed;
    struct err err;
    unsigned char *bytes; /* of INSTALL_PIECE_BYTES, once it was used */
};

struct ahead {
    struct ahead_list list;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct install_source source; /* the reader's */
    int64_t to;
    /* the user's */
    int in_use;
    size_t used; /* of the oldest piece */
    /* under the lock */
    int n_full, first;                   /* pieces that wait, the oldest's place in the ring */
    bool is_stopped, must_turn, is_over; /* is_over: the reader has nothing more to read */
    struct place turn_to;                /* where the reader goes instead */
    struct piece ring[AHEAD_PIECES];
};

/* --- the reader
 * -------------------------------------------------------------------------------------------------------------- */

/* Waits for a free piece; NULL = stop, or something else is to be read. */
static struct piece *free_piece(struct ahead *a)
{
    struct piece *p;

    pthread_mutex_lock(&a->lock);
    while (a->n_full == AHEAD_PIECES && !a->is_stopped && !a->must_turn) {
        pthread_cond_wait(&a->changed, &a->lock);
    }
    p = a->is_stopped || a->must_turn ? NULL : &a->ring[(a->first + a->n_full) % AHEAD_PIECES];
    pthread_mutex_unlock(&a->lock);
    return p;
}

/* Fills a free piece: with the source's opening, else its next bytes. *place goes behind it. */
static void fill(struct ahead *a, struct piece *p, struct place *place, bool is_opening)
{
    struct err err = {0};
    int64_t from = 0;
    size_t n = 0;
    bool ok;

    if (is_opening) {
        ok = a->list.open(a->list.ctx, place->source, &a->source, &from, &a->to, &err);
        place->at = place->at == BEGINNING ? from : place->at;
    } else {
        n = a->to - place->at < INSTALL_PIECE_BYTES ? (size_t)(a->to - place->at) : INSTALL_PIECE_BYTES;
        p->bytes = p->bytes ? p->bytes : mem_alloc(INSTALL_PIECE_BYTES);
        ok = a->source.read(a->source.ctx, place->at, p->bytes, n, &err);
    }
    p->place = *place;
    p->n = ok ? n : 0;
    p->has_failed = !ok;
    p->err = err;
    *place = ok ? (struct place){place->source, place->at + (int64_t)n} : (struct place){place->source + 1, BEGINNING};
    pthread_mutex_lock(&a->lock);
    a->n_full += !a->must_turn;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

/* Waits until there is something else to read; false = stop. */
static bool turn(struct ahead *a, struct place *place, bool is_at_end)
{
    bool goes_on;

    pthread_mutex_lock(&a->lock);
    a->is_over = is_at_end;
    pthread_cond_broadcast(&a->changed);
    while (is_at_end && !a->is_stopped && !a->must_turn) {
        pthread_cond_wait(&a->changed, &a->lock);
    }
    if (a->must_turn) {
        *place = a->turn_to;
        a->must_turn = a->is_over = false;
        a->n_full = 0;
    }
    goes_on = !a->is_stopped;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    return goes_on;
}

static void *run(void *ctx)
{
    struct ahead *a = ctx;
    struct place place = {0, BEGINNING};
    int opened = -1;

    pthread_setname_np(pthread_self(), "ahead");
    while (turn(a, &place, place.source == a->list.n)) {
        struct piece *p = place.source < a->list.n ? free_piece(a) : NULL;
        bool is_opening = place.at == BEGINNING || opened != place.source;

        if (p && (is_opening || place.at < a->to)) {
            opened = place.source;
            fill(a, p, &place, is_opening);
        } else if (p) {
            place = (struct place){place.source + 1, BEGINNING};
        }
    }
    return NULL;
}

/* --- the user
 * -------------------------------------------------------------------------------------------------------------- */

bool ahead_start(const struct ahead_list *list, struct ahead **out, struct err *err)
{
    struct ahead *a = mem_alloc(sizeof *a);
    int why;

    a->list = *list;
    a->in_use = -1;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->changed, NULL);
    why = pthread_create(&a->thread, NULL, run, a);
    if (why) {
        free(a);
        return err_sys(err, why, "no thread to read ahead");
    }
    *out = a;
    return true;
}

/* The oldest piece, borrowed until it is dropped; the reader touches no full one. NULL: all sources were read. */
static const struct piece *oldest(struct ahead *a)
{
    const struct piece *p;

    pthread_mutex_lock(&a->lock);
    while (a->must_turn || (a->n_full == 0 && !a->is_over)) {
        pthread_cond_wait(&a->changed, &a->lock);
    }
    p = a->n_full > 0 ? &a->ring[a->first] : NULL;
    pthread_mutex_unlock(&a->lock);
    return p;
}

static void drop_oldest(struct ahead *a)
{
    a->used = 0;
    pthread_mutex_lock(&a->lock);
    a->first = (a->first + 1) % AHEAD_PIECES;
    a->n_full--;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

/* What was read ahead is of no use: on from there. */
static void turn_to(struct ahead *a, int source, int64_t at)
{
    a->used = 0;
    pthread_mutex_lock(&a->lock);
    a->must_turn = true;
    a->turn_to = (struct place){source, at};
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

/* Something of this source or a later one is in the ring. */
static bool has_reached(struct ahead *a, int source)
{
    bool has;

    pthread_mutex_lock(&a->lock);
    has = a->n_full > 0 && a->ring[(a->first + a->n_full - 1) % AHEAD_PIECES].place.source >= source;
    pthread_mutex_unlock(&a->lock);
    return has;
}

bool ahead_go_to(struct ahead *a, int i, struct err *err)
{
    const struct piece *p = oldest(a);

    a->in_use = i;
    while (!p || p->place.source < i) {
        if (p) {
            drop_oldest(a);
        }
        if (!has_reached(a, i)) { /* what is given up need not be read to its end */
            turn_to(a, i, BEGINNING);
        }
        p = oldest(a);
    }
    if (p->has_failed) {
        return err_set(err, p->err.code, "%s", p->err.text);
    }
    drop_oldest(a); /* its opening */
    return true;
}

/* Of the oldest piece, where it is what is wanted, up to n bytes; 0: it is not. */
static size_t take(struct ahead *a, const struct piece *p, int64_t offset, unsigned char *to, size_t n)
{
    size_t part = p->n - a->used < n ? p->n - a->used : n;

    if (p->place.at + (int64_t)a->used != offset || part == 0) {
        return 0;
    }
    memcpy(to, p->bytes + a->used, part);
    a->used += part;
    if (a->used == p->n) {
        drop_oldest(a);
    }
    return part;
}

static bool read_at(void *ctx, int64_t offset, void *buf, size_t n, struct err *err)
{
    struct ahead *a = ctx;
    bool has_turned = false;

    for (size_t done = 0, part; done < n; done += part) {
        const struct piece *p = oldest(a);
        bool is_of_source = p && p->place.source == a->in_use;
        int64_t at = offset + (int64_t)done;

        part = is_of_source ? take(a, p, at, (unsigned char *)buf + done, n - done) : 0;
        if (part > 0) {
            continue;
        }
        if (is_of_source && p->has_failed && p->place.at == at) {
            return err_set(err, p->err.code, "%s", p->err.text);
        }
        if (is_of_source && p->n == 0 && !p->has_failed) {
            drop_oldest(a); /* it was opened once more */
        } else if (has_turned) {
            return err_set(err, ERR_FORMAT, "bytes behind the end of what is read");
        } else {
            turn_to(a, a->in_use, at);
            has_turned = true;
        }
    }
    return true;
}

struct install_source ahead_source(struct ahead *a)
{
    return (struct install_source){a, read_at};
}

void ahead_stop(struct ahead *a)
{
    if (!a) {
        return;
    }
    pthread_mutex_lock(&a->lock);
    a->is_stopped = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    pthread_mutex_destroy(&a->lock);
    pthread_cond_destroy(&a->changed);
    for (int i = 0; i < AHEAD_PIECES; i++) {
        free(a->ring[i].bytes);
    }
    free(a);
}
