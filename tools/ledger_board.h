/* ledger_board: the newest board of each hub, byte for byte as its station signed it, so that sticks that never meet
 * still carry cards from hub to hub. */
#ifndef M2_TOOLS_LEDGER_BOARD_H
#define M2_TOOLS_LEDGER_BOARD_H

#include "ledger.h"
#include "stick/boardfile.h"

/* Keeps a half whose signature and text were checked, where its generation is higher than what is here. *is_new. */
M2_MUST_CHECK bool ledger_keep_board(struct ledger *l, const struct boardfile_half *half, bool *is_new,
                                     struct err *err);
/* Each of them, by station. half is borrowed; false ends it. */
typedef bool ledger_board(void *ctx, const struct boardfile_half *half, struct err *err);
M2_MUST_CHECK bool ledger_each_board(struct ledger *l, ledger_board *each, void *ctx, struct err *err);

#endif
