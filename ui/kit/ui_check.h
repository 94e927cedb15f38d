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
 *   edge        A36  a target less than 16 dp from the side of the panel
 *   tiny        A14  text whose capitals are under 2.5 mm
 *   pale        A10  text under 7:1 on what it lies on (captions, coloured words, the main action: 4.5:1)
 *               A11  an icon, or outline and fill of a target, under 3:1; A12: 4.5:1 in high contrast */
int ui_check(struct ui *ui, struct buf *out);

/* The panels of UI.md, from 7 to 15.6 inches. */
struct ui_panel {
    const char *name;
    int w_px, h_px, w_mm, h_mm;
};
enum { UI_PANELS = 5 };
extern const struct ui_panel ui_panels[UI_PANELS]; /* [2] is 1280x800 */

#endif
