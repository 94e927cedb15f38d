/* cardvfs: a memory card that remembers. An SQLite VFS named CARD_VFS over the system's own records every create,
 * write, truncate, sync and delete of a database, in order, with marks between them; from that log card_each_state()
 * makes the cards a power cut could have left behind. It can also fail or fill up. One database, one writing thread at
 * a time. */
#ifndef M2_FAKES_CARDVFS_H
#define M2_FAKES_CARDVFS_H

#include <stdbool.h>
#include <stdint.h>

#define CARD_VFS "card"
enum { CARD_SECTOR = 512, CARD_SUBSETS = 32 };

void card_register(void);
/* Forgets log, failure and fullness. No file of the VFS may be open. */
void card_reset(void);
/* "What has this number was promised to the visitor now": rising. */
void card_mark(int64_t number);
int card_n_ops(void);
int card_n_syncs(void);
/* The op of this number (as card_n_ops counts) and all later ones fail with an I/O error; -1 = none. */
void card_fail_at(int op);
/* Files cannot grow while this file exists (the store's reserve); NULL = room enough. Borrowed. */
void card_full_while(const char *path);

struct card_state {
    int interval;     /* which sync interval */
    int n_pending;    /* writes of it that were not synced */
    int kept;         /* how many of them the card kept */
    bool is_prefix;   /* the first ones, or a subset out of order */
    int64_t promised; /* the last mark before the cut */
};
typedef void card_judge(void *ctx, const struct card_state *state);
/* For each sync interval: all synced writes, plus none, each prefix, and CARD_SUBSETS seeded subsets of the unsynced
 * ones, the last kept one torn at a sector. Each state's files are put into dir (removed and written anew), then check
 * is called. limit: about as many states, spread evenly; 0 = all. Returns how many were made. */
int card_each_state(const char *dir, int limit, uint64_t seed, card_judge *check, void *ctx);

#endif
