/* ui_input: touches made by programs: the driver, tests, and the app's own keys of the case.
 * Real touches and keys come through ui_event() (ui_run.h). The keys that do anything are: Tab and Shift+Tab, the four
 * arrows, Enter, Space (choose), Escape (back), Page Up and Page Down, Backspace, the characters of keys that are on
 * the screen, and those of a 5-key pad (A40): F1 or Help (reads aloud, or stops doing so), F2 (says it again), F3
 * (silence). Its other three keys send Tab, Shift+Tab and Enter. */
#ifndef M2_KIT_UI_INPUT_H
#define M2_KIT_UI_INPUT_H

#include "kit/ui_tree.h"

/* As if a finger went down and up there. */
void ui_tap_at(struct ui *ui, int x, int y);
/* Scrolls it into view where it is in a scrolling region. */
void ui_reveal(struct ui *ui, const struct ui_node *node);
/* What a touch at this place would choose; NULL = nothing. */
const struct ui_node *ui_hit(struct ui *ui, int x, int y);
/* Chooses the key of the screen that stands for this character ('\b' = delete). False when there is none. */
bool ui_type_char(struct ui *ui, uint32_t character);

#endif
