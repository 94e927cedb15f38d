/* ui_measure: widths and heights of nodes before they have a place. Inside the kit only. All lengths are pixels.
 * Measures are remembered in the nodes; measure_forget() after anything that changes them. */
#ifndef M2_KIT_UI_MEASURE_H
#define M2_KIT_UI_MEASURE_H

#include "kit/ui_priv.h"

int measure_min_w(struct ui *ui, struct ui_node *n);    /* narrower, something is cut */
int measure_nat_w(struct ui *ui, struct ui_node *n);    /* wider, nothing is gained */
int measure_h(struct ui *ui, struct ui_node *n, int w); /* what it needs at this width */
void measure_forget(struct ui_node *n);                 /* of the node and all inside */

int measure_scaled(const struct ui *ui, int dp);                     /* dp that grow with the text */
int measure_qr_module(const struct ui *ui, const struct ui_node *n); /* of a QR code */
int measure_pad_h(const struct ui *ui, const struct ui_node *n);
int measure_pad_v(const struct ui *ui, const struct ui_node *n);
int measure_gap(const struct ui *ui, const struct ui_node *n);
int measure_count(const struct ui_node *n); /* children that are shown */

/* A row that has too little room becomes a column. */
bool measure_is_stacked(struct ui *ui, struct ui_node *n, int w);
/* Sets share_w of the children of a row that is w wide. */
void measure_row(struct ui *ui, struct ui_node *n, int w);
/* Sets share_h of the children of a column that is w wide; returns the height of all. */
int measure_column(struct ui *ui, struct ui_node *n, int w);
int measure_column_w(struct ui *ui, const struct ui_node *n, struct ui_node *child, int w);
int measure_columns(struct ui *ui, struct ui_node *n, int w); /* of a grid */
int measure_grid(struct ui *ui, struct ui_node *n, int w);
/* Height of the grid's row that begins with `c`; *next is where the following begins. */
int measure_grid_row(struct ui *ui, struct ui_node *c, int columns, int cell_w, struct ui_node **next);

/* One line of a wrapping box. */
struct wrap_line {
    struct ui_node *next; /* the first of the next line, NULL = that was all */
    int h;
};
struct wrap_line measure_wrap_line(struct ui *ui, const struct ui_node *n, struct ui_node *first, int w);

#endif
