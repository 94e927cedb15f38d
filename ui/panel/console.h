/* console: the virtual terminal the station owns while it shows on the display: its keyboard is off, so that no key
 * reaches a shell or changes the terminal, and its text is not drawn. Given back at the end and on signals that end
 * the program. One at a time; main thread only. */
#ifndef M2_PANEL_CONSOLE_H
#define M2_PANEL_CONSOLE_H

#include "base/err.h"

#define CONSOLE_OWN   "/dev/tty"  /* the one this program was started on */
#define CONSOLE_SHOWN "/dev/tty0" /* the one in front; for root alone */

/* It is brought to the front. Codes: ERR_NOT_FOUND (it is no virtual terminal, or not ours), ERR_IO. */
M2_MUST_CHECK bool console_take(const char *path, struct err *err);
/* As it was, and what was in front before. Nothing where nothing was taken. */
void console_give_back(void);

#endif
