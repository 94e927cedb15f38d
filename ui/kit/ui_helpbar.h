/* ui_helpbar: how the help bar fits into the width of the panel. Inside the kit only; pixels.
 * Words stand beside their icons, on small panels under them, from 160 % text or where nothing else fits the icons
 * stand alone (their names stay for speech); where even that is too wide the main action gets a line of its own. */
#ifndef M2_KIT_UI_HELPBAR_H
#define M2_KIT_UI_HELPBAR_H

#include "kit/ui_priv.h"

struct help_parts {
    struct ui_node *main, *tools, *finished; /* main and finished may be NULL */
};

struct bar_plan {
    struct help_parts parts;
    int shares[3];     /* widths of main, tools, finished */
    bool is_two_lines; /* the main action above the rest */
    int row_h, main_h;
    int h; /* of all */
};

struct bar_plan helpbar_plan(struct ui *ui, struct ui_tree *tree, int w);
void helpbar_place(struct ui *ui, const struct bar_plan *b, struct ui_rect r);

#endif
