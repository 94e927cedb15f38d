/* ui_tree: the tree of nodes as drawing, touch, focus, speech, dump, driver and layout tests read it.
 * The tree is made by ui.h between ui_begin() and ui_finish(), laid out by ui_layout, and valid until the next
 * ui_finish(). Nodes are read-only outside the kit. Rectangles are in pixels of the panel, after scrolling; they may
 * lie outside the view. */
#ifndef M2_KIT_UI_TREE_H
#define M2_KIT_UI_TREE_H

#include "kit/qr.h"
#include "kit/text.h"
#include "kit/ui_run.h"

struct ui_rect {
    int x, y, w, h;
};

/* How a node is measured and painted. */
enum ui_kind {
    UI_K_BOX,
    UI_K_TEXT,
    UI_K_ICON,
    UI_K_BADGE,
    UI_K_IMAGE,
    UI_K_BAR,
    UI_K_DOTS,
    UI_K_CHART,
    UI_K_QR,
    UI_K_SPACE,
    UI_K_LINE,
    UI_K_SCREEN, /* children: top, body, bar, then dialogs */
    UI_K_SCROLL, /* one child, the content; then the two step buttons and their track when it does not fit */
    UI_K_TRACK,
    UI_K_HELPBAR, /* children: main, tools, finished */
};

struct ui_node {
    struct ui_node *parent, *first, *last, *next;
    enum ui_kind kind;
    enum ui_role role;
    const char *key;                           /* own key; "" for boxes that only arrange */
    const char *path;                          /* keys from the screen down, plain boxes left out */
    uint64_t id;                               /* hash of the path, of a plain box of its place too */
    const char *name, *value, *about, *spoken; /* never NULL but spoken */
    unsigned flags;                            /* enum ui_flag */
    struct ui_box box;
    int order;               /* in the whole tree, depth first */
    int64_t place, n_places; /* "2 of 5"; 0 = says none */

    /* by kind */
    enum ui_type type;
    const struct text_span *spans; /* bold pieces of name */
    int n_spans;
    bool is_prose; /* line spacing 1.5 */
    enum icon icon;
    int size_dp;       /* icon, badge, image height */
    int number, count; /* permille of a bar; page now and pages of dots */
    bool has_bar;      /* a box: its number is a bar on its ground */
    const struct chart *chart;
    const struct qr *qr;
    enum theme_area area; /* own or the nearest box's */
    bool keeps_in_view;
    bool is_whole;           /* one thing to eye and ear: what is inside are its parts */
    bool answers_in_dialogs; /* help bar */

    /* by layout */
    struct ui_rect rect;
    bool is_hidden;                    /* help labels where only icons fit, step buttons that are not needed */
    int content_h, scroll, max_scroll; /* UI_K_SCROLL, px */
    int min_w, nat_w, at_w, at_h;      /* remembered measures, px; -1 = not measured */
    int share_w, share_h;              /* what its row or column gives it, px */
};

const struct ui_node *ui_root(const struct ui *ui); /* NULL before the first ui_finish() */
/* The next node in reading order, NULL at the end. Walks plain boxes and parts too. */
const struct ui_node *ui_next(const struct ui_node *node);
const struct ui_node *ui_focus(const struct ui *ui);              /* NULL = nothing can be focused */
const struct ui_node *ui_scroller_of(const struct ui_node *node); /* the scroll region around it, NULL = none */
bool ui_is_in(const struct ui_node *node, const struct ui_node *ancestor); /* the ancestor itself counts */
const struct ui_node *ui_modal(const struct ui *ui);                       /* the open dialog, else NULL */

bool ui_is_target(const struct ui_node *node); /* has an action or is a button: can be touched when not UI_OFF */
bool ui_is_listed(const struct ui_node *node); /* in the tree that is dumped: not plain, not decoration */
bool ui_is_visible(const struct ui *ui, const struct ui_node *node); /* part of it is in the view */
/* May be acted on now: visible apart from scrolling, not under a dialog. */
bool ui_is_reachable(const struct ui *ui, const struct ui_node *node);
/* The part of its rectangle that is in the view; empty when scrolled away. */
struct ui_rect ui_view_of(const struct ui *ui, const struct ui_node *node);
const char *ui_role_name(enum ui_role role); /* "button": the words of DESIGN §7 */

int ui_dp(const struct ui *ui, int dp);    /* dp to px, rounded */
int ui_mm(const struct ui *ui, double mm); /* mm to px, rounded up */
double ui_px_mm(const struct ui *ui, int px);

#endif
