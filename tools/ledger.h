/* ledger: what the office holds: every row of every station as it came, and what it says once opened. Rows are facts;
 * the world-wide key of a row is (station, epoch, seq); the same key with another hash is a conflict: both kept, named,
 * never merged. The same stick ten times changes nothing. Receipts cover what is here without a gap, and are written
 * only after the rows are durable. */
#ifndef M2_TOOLS_LEDGER_H
#define M2_TOOLS_LEDGER_H

#include "office.h"
#include "stick/courier.h"
#include "store/db.h"
#include "store/journal.h"

struct ledger;
/* An empty one for a new office; only `office init` does that: stations would refuse the numbers of a second one. */
M2_MUST_CHECK bool ledger_create(const char *path, struct err *err);
/* ERR_NOT_FOUND where there is none. */
M2_MUST_CHECK bool ledger_open(const char *path, struct ledger **out, struct err *err);
void ledger_close(struct ledger *l);
struct db *ledger_db(struct ledger *l); /* for the report's queries */

struct ledger_tally {
    int64_t added, known, conflicts, unopened, refused;
    int64_t boards; /* hubs whose village board came in newer (ledger_board.h) */
};
/* Called once for each finding, in words a person can act on: "slot 3, row 17: …". */
typedef void ledger_say(void *ctx, const char *text);

/* Takes one slot's rows, all in one transaction. office: the sealing key. Each bad row is refused or kept apart and
 * named; the rest goes in. False only when the ledger itself fails. */
struct ledger_slot {
    const char *where; /* "slot 3" */
    const struct trust_key *station;
    const uint8_t *payload;
    size_t payload_bytes;
    uint8_t anchor[SEAL_HASH_BYTES], head[SEAL_HASH_BYTES];
    int64_t from_seq, to_seq, left_rows;
};
M2_MUST_CHECK bool ledger_take(struct ledger *l, const struct ledger_slot *slot, const struct seckey *office,
                               struct ledger_tally *tally, ledger_say *say, void *ctx, struct err *err);

/* Rows that were sealed to this key, which the office had before its present one, are opened, too; LEDGER_OLD_KEYS_MAX
 * of them (ERR_LIMIT). Wiped at ledger_close. */
enum { LEDGER_OLD_KEYS_MAX = 8 };
M2_MUST_CHECK bool ledger_also_opens(struct ledger *l, const struct seckey *old, struct err *err);

/* The receipt due to a station: the last row up to which nothing is missing and nothing conflicts. False with
 * ERR_NOT_FOUND when there is none. The counter rises with each that differs from the one before. */
M2_MUST_CHECK bool ledger_receipt(struct ledger *l, const uint8_t station[KEY_ID_BYTES], struct courier_receipt *out,
                                  struct err *err);
/* A row with this hash is here; a slot's last one brings those before it. */
M2_MUST_CHECK bool ledger_has_row(struct ledger *l, const uint8_t station[KEY_ID_BYTES], int64_t seq,
                                  const uint8_t hash[SEAL_HASH_BYTES], bool *has, struct err *err);
/* A hub said last that it holds this container, or a newer version of it. What it said before it was restored counts
 * for nothing; a hub that said nothing holds nothing. */
M2_MUST_CHECK bool ledger_has_pack(struct ledger *l, const uint8_t station[KEY_ID_BYTES], const char *id,
                                   int64_t version, bool *has, struct err *err);
/* A rising number of the office by name ("catalog", "courier"): the next one. */
M2_MUST_CHECK bool ledger_next(struct ledger *l, const char *name, uint64_t *value, struct err *err);

#endif
