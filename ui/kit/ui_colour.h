/* ui_colour: which colours a node is drawn in, for painting and for the check of contrasts. Inside the kit only.
 * Colours are 0xRRGGBB, as they are when nothing is pressed. */
#ifndef M2_KIT_UI_COLOUR_H
#define M2_KIT_UI_COLOUR_H

#include "kit/shape.h"
#include "kit/ui_priv.h"

uint32_t colour_ink(const struct ui *ui, const struct ui_node *n);    /* of text, icon or badge */
uint32_t colour_ground(const struct ui *ui, const struct ui_node *n); /* what it lies on; of a badge its own disc */
struct shape_style colour_box(const struct ui *ui, const struct ui_node *n);

#endif
