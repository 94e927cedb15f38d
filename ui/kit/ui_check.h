/* ui_check: what is wrong with the layout of the screen on show; for tests over all screens, languages, sizes and
 * themes. */
#ifndef M2_KIT_UI_CHECK_H
#define M2_KIT_UI_CHECK_H

#include "base/buf.h"
#include "kit/ui_tree.h"

/* Appends one line a finding, "unnamed: button \"\" (options/17)", and returns how many. Finds, by ACCESSIBILITY:
 *   unnamed     A20  something to touch or read without a name
 *   twice            two nodes with one key
 *   outside     A16  beyond the panel, or beyond the region it scrolls in
 *   clipped     A16  a text or box that has less room than it needs
 *   overlap     A16  two neighbours, or two targets, share pixels
 *   small       A30  a target under 12 mm, an answer or main action under 20 x 20 mm (under 10 inch: 14 high, 30 wide)
 *   close       A30  two targets less than 2 mm apart
 *   edge        A36  a target less than 16 dp from the side of the panel */
int ui_check(struct ui *ui, struct buf *out);

#endif
