/* board_priv: what board.c and board_hubs.c share; nobody else includes it. */
#ifndef M2_STORE_BOARD_PRIV_H
#define M2_STORE_BOARD_PRIV_H

#include "store/board.h"

/* The counted day, as the journal keeps it. */
M2_MUST_CHECK bool board_today(struct db *db, int64_t *day, struct err *err);
/* Commits where all went well, else takes everything back. */
M2_MUST_CHECK bool board_end(struct db *db, bool ok, struct err *err);
/* Columns 1 to 11 of a row: id, number, kind, phrase, amount, weekday, title, text, lang, day, days. */
void board_take_card(struct stmt *q, int64_t day, struct card *c);
/* station_bytes 0: of our own. c->age days before day it went up. */
M2_MUST_CHECK bool board_insert(struct db *db, const void *station, size_t station_bytes, const struct card *c,
                                int64_t day, bool waits, struct err *err);

#endif
