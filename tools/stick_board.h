/* stick_board: the village board on a courier stick, as the office sees it: taken from it into the ledger, put on it
 * from there, counted. What a station signed stays as it signed it. */
#ifndef M2_TOOLS_STICK_BOARD_H
#define M2_TOOLS_STICK_BOARD_H

#include "ledger_board.h"
#include "target.h"

/* The newest half of each slot that a station of this office signed and that holds together, whoever else wrote there.
 * A stick without board files has none. each may return false to stop. */
typedef bool stick_board_each(void *ctx, const struct trust_key *hub, const struct boardfile_half *half,
                              const struct snapshot *cards, struct err *err);
/* say (may be NULL) is told what is refused and why. False: the stick fails, or each said so. */
M2_MUST_CHECK bool stick_board_read(struct volume *v, const struct trustlist *trust, stick_board_each *each,
                                    ledger_say *say, void *ctx, struct err *err);

/* Board files that lie there: halves of hubs that are good no more, or that their hub did not sign, are emptied, so
 * that their slots are free; the ledger's board of every good hub goes where that hub's is older, or into a free slot.
 * Where the office has more hubs than a stick has slots, what the office knows already is taken off first, and boards
 * of the hubs the stick goes to come first, then others with cards, then the rest, each time from another hub on; a
 * slot stays free for each hub it goes to that has no board yet, STICK_BOARD_KEPT_MAX at most. hubs: as for
 * stick_next_hub(). *n_hubs: hubs whose cards the stick carries from the ledger now. */
enum { STICK_BOARD_KEPT_MAX = BOARDFILE_SLOTS / 2 };
M2_MUST_CHECK bool stick_board_put(const struct office *o, struct ledger *l, struct volume *v, const char *const *hubs,
                                   int *n_hubs, struct err *err);

#endif
