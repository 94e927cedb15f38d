/* board: the cards of the village board, own ones and those that came from other hubs, in the database. Days are
 * counted days (FORMAT.md): no card goes by the clock. A card that goes is overwritten, and the log that holds it is
 * emptied. Threads: the clerk's. None of these may be called inside a transaction. */
#ifndef M2_STORE_BOARD_H
#define M2_STORE_BOARD_H

#include "board/snapshot.h"
#include "store/db.h"

enum {
    BOARD_CARDS_MAX = SNAPSHOT_CARDS_MAX, /* own cards that hang or wait */
    BOARD_WAITING_MAX = 60,               /* of them waiting for staff: words typed for fun keep no phrase card out */
    BOARD_HUBS_MAX = 64,                  /* other hubs whose cards are kept */
    BOARD_STATIONS_MAX = 4096,            /* of which the last generation is kept: a trust list names no more */
    BOARD_PUT_DAY_MAX = 30,               /* phrase cards that hang at once on one counted day; more wait for staff */
    BOARD_HIDDEN_DAY_MAX = 10,            /* cards that reports hide on one counted day; more are noted for staff */
    BOARD_HIDDEN_MAX = 2000, /* cards hidden here; of more, reports are forgotten first, the oldest first */
    BOARD_HUB_NAME_MAX = 63,
};

/* BOARD_NOTED hangs, though somebody reported it: more were reported on that day than are hidden. */
enum board_state { BOARD_WAITING, BOARD_UP, BOARD_REPORTED, BOARD_NOTED };

struct board_card {
    struct card card;
    char hub[BOARD_HUB_NAME_MAX + 1]; /* its hub's name; "" = our own */
    bool is_own;                      /* of this hub: asked for here by its number */
    enum board_state state;
    int days_up, days_left;
    bool is_mine_of_visit; /* put up in the visit that runs: filled by learn/visit.h */
};

struct board_view {           /* on the heap: board_view_free */
    struct board_card *cards; /* the newest first; of one day own ones first */
    int n_cards, n_hubs;      /* hubs with a card that hangs here, our own included */
};
void board_view_free(struct board_view *view); /* wipes it: words of a visitor may wait (T40); NULL is fine */

bool board_is_up(const struct board_card *c); /* visitors see it */

/* All that is not past its days. Waiting and reported ones, too: pages for visitors leave them out. Cards of phrases
 * this program does not know are left out. */
M2_MUST_CHECK bool board_list(struct db *db, struct board_view **out, struct err *err);
/* Puts up a card of ours: id, number and day are given here; copied back into *c. Own words of a visitor wait for
 * staff, and phrases past BOARD_PUT_DAY_MAX. ERR_LIMIT: the board is full, or too many wait; ERR_USAGE: card_filter()
 * or card_check() says no. */
M2_MUST_CHECK bool board_put(struct db *db, struct card *c, struct err *err);
/* Hides it on this hub until staff look, and of ours from the snapshot; past BOARD_HIDDEN_DAY_MAX it is BOARD_NOTED.
 * ERR_NOT_FOUND. */
M2_MUST_CHECK bool board_report(struct db *db, const uint8_t id[CARD_ID_BYTES], struct err *err);
/* Ours is deleted; another hub's is not shown here any more. ERR_NOT_FOUND. */
M2_MUST_CHECK bool board_take_down(struct db *db, const uint8_t id[CARD_ID_BYTES], struct err *err);
/* A waiting card goes up, its days begin; a reported one hangs again. ERR_NOT_FOUND. */
M2_MUST_CHECK bool board_release(struct db *db, const uint8_t id[CARD_ID_BYTES], struct err *err);
/* Deletes what is past its days, and what was hidden past BOARD_HIDDEN_MAX. */
M2_MUST_CHECK bool board_sweep(struct db *db, struct err *err);

/* --- between hubs: the stick worker's, through the clerk */

/* Our own cards that hang, as other hubs see them; another text than the last one gets a higher generation, and one
 * above `above` (what lies signed on a stick already, where a folder was restored; else 0). generation 0 and no text:
 * nothing ever hung here, and there is nothing to tell. *out is the caller's to release; text is cleared first. */
M2_MUST_CHECK bool board_snapshot(struct db *db, const uint8_t station[SNAPSHOT_STATION_BYTES], uint64_t above,
                                  struct snapshot *out, struct buf *text, struct err *err);
/* The generation of what is here of another hub; 0 = nothing. */
M2_MUST_CHECK bool board_generation(struct db *db, const uint8_t station[SNAPSHOT_STATION_BYTES], uint64_t *generation,
                                    struct err *err);
/* Its cards in place of those that were here of this hub, where the generation rises; else *is_new is false and nothing
 * changes. What was hidden here stays hidden until the hub's boards have lacked it for CARD_DAYS_MAX of our counted
 * days. ERR_LIMIT: cards of BOARD_HUBS_MAX other hubs hang. */
M2_MUST_CHECK bool board_take(struct db *db, const struct snapshot *s, const char *hub, bool *is_new, struct err *err);
/* Deletes the cards of every hub that is not good any more: its key was revoked. *n_gone hubs went. */
typedef bool board_is_good(void *ctx, const uint8_t station[SNAPSHOT_STATION_BYTES]);
M2_MUST_CHECK bool board_keep_good(struct db *db, board_is_good *is_good, void *ctx, int *n_gone, struct err *err);

extern const char *const board_sql[], *const board_hubs_sql[];

#endif
