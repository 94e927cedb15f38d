/* ui_priv: what the files of the kit share: the kit itself and the calls between build, match, layout, focus, input,
 * say and draw. Nobody outside ui/kit includes this. */
#ifndef M2_KIT_UI_PRIV_H
#define M2_KIT_UI_PRIV_H

#include "kit/ui_tree.h"

enum { UI_DEPTH_MAX = 48, UI_ACTS_MAX = 16, UI_PATH_BYTES = 256 };

/* The kit's own actions. */
enum { UI_ACT_ABOVE = -1, UI_ACT_BELOW = -2 };

struct ui_tree {
    struct arena arena;
    struct ui_node *root, *top, *title, *scroll, *bar, *main, *dialog;
    struct ui_act back, escape;
    struct ui_node *tail; /* while building: the node made last */
    uint64_t page;        /* which of its pages the screen shows */
    int n;
};

/* One finger or the left mouse button, from down to up. */
struct ui_touch {
    bool has_been; /* up_ms counts */
    bool is_down, is_scrolling, is_cancelled;
    int64_t finger;
    int start_x, start_y, x, y;
    int start_scroll;
    uint64_t pressed, scroller; /* ids, 0 = none */
    int64_t down_ms;
    int64_t up_ms; /* of the last accepted touch, for the repeat filter and the double tap */
    bool waits_hold;
    bool was_tap; /* exploring: the last touch was short and still */
};

enum { UI_SPOKEN_MAX = 96 }; /* names of nodes in one text; of more, the words are spoken and not marked */

struct ui_speech {
    char *ring[UI_SAID_MAX];
    int n, at;      /* how many, where the next goes */
    int64_t due_ms; /* of the focus sentence, -1 = none */
    char *last;
    unsigned last_flags;
    struct { /* where the name of a node stands in the last text, bytes */
        uint64_t id;
        int at, bytes;
    } names[UI_SPOKEN_MAX];
    int n_names;
    uint64_t marked; /* the node whose word is being spoken, 0 = none */
    int mark_from, mark_to;
};

struct ui {
    struct ui_host host;
    struct ui_frame frame;
    struct ui_words words; /* the frame's own copy: touches are spoken between two builds */
    int w, h;
    double px_per_mm;
    bool is_small;
    struct ui_tree trees[2];
    int kept; /* which of the two was finished last; the other is built into */
    struct ui_node *stack[UI_DEPTH_MAX];
    int depth;
    bool is_building;

    uint64_t focus;        /* id, 0 = none */
    uint64_t under;        /* what had focus when the dialog opened */
    bool shows_focus;      /* keys are in use: the ring is drawn */
    int64_t scan_due_ms;   /* when focus walks on by itself, -1 = it does not */
    bool scan_is_at_start; /* something was chosen: the walk begins anew */
    uint64_t shown;        /* id of a press that is painted until its release was seen */
    bool press_unpainted;
    struct ui_touch touch;
    struct ui_speech speech;
    struct ui_act acts[UI_ACTS_MAX];
    int n_acts;
    int64_t last_touch_ms;
    int ghost_x, ghost_y; /* of the last touch that met nothing */
    bool is_dirty;
    struct ui_stats stats;
    struct ui_draw *draw; /* ui_draw's: decoded pictures */
};

static inline struct ui_tree *tree_now(struct ui *ui)
{
    return &ui->trees[ui->kept];
}

static inline const struct ui_tree *tree_of(const struct ui *ui)
{
    return &ui->trees[ui->kept];
}

/* ui.c */
struct ui_node *ui_find(const struct ui *ui, uint64_t id); /* in the kept tree; NULL = gone */
void ui_queue(struct ui *ui, struct ui_act act);
void ui_mark_dirty(struct ui *ui);
void ui_complete(struct ui *ui); /* adds what is the same on every screen to the tree being built */

/* ui_match: takes over scroll positions from the old tree, tells what changed. */
struct ui_change {
    bool is_new_screen; /* another screen key, or the first one */
    bool is_new_dialog; /* a dialog opened */
    bool is_changed;    /* anything a painter would paint differently */
};
void match_scroll(const struct ui_tree *old, struct ui_tree *now);
struct ui_change match_compare(const struct ui_tree *old, const struct ui_tree *now);
/* The node of the same path in another tree; NULL = not there. */
struct ui_node *match_find(const struct ui_tree *tree, uint64_t id);

/* ui_layout */
void layout_place(struct ui *ui, struct ui_node *n, int x, int y, int w, int h);
void layout_tree(struct ui *ui, struct ui_tree *tree);
void layout_scroll_to(struct ui *ui, struct ui_node *scroller, int scroll_px);
int layout_grown(const struct ui *ui, int dp);           /* icons and badges grow half as fast as text */
void layout_reveal(struct ui *ui, struct ui_node *node); /* scrolls it into view */

/* Where what scrolls can be seen; a little wider than the region, for the focus ring. */
struct ui_rect scroller_view(const struct ui *ui, const struct ui_node *scroller);

/* ui_focus */
bool focus_can(const struct ui *ui, const struct ui_node *node);
void focus_inherit(struct ui *ui, const struct ui_tree *old, struct ui_change change);
void focus_move(struct ui *ui, int by); /* +1 next, -1 previous; wraps */
void focus_set(struct ui *ui, struct ui_node *node, bool by_key);

/* ui_input */
struct ui_node *input_hit(struct ui *ui, int x, int y, bool any_text);
void input_choose(struct ui *ui, struct ui_node *node); /* its action is queued; a disabled one is only spoken */
void input_reset(struct ui *ui);
int64_t input_deadline(const struct ui *ui);
void input_scan(struct ui *ui); /* begins or ends the walk of focus, as the frame says */
void input_tick(struct ui *ui, int64_t now_ms);

/* ui_say */
void say_text(struct ui *ui, const char *sentence, unsigned flags);
void say_node(struct ui *ui, const struct ui_node *node);
void say_changes(struct ui *ui, const struct ui_tree *old, struct ui_change change);
void say_focus_later(struct ui *ui);
void say_places(struct ui_tree *tree); /* gives members of groups their "2 of 5" */
void say_tick(struct ui *ui, int64_t now_ms);
void say_forget(struct ui *ui);
void say_sentence(const struct ui *ui, const struct ui_node *node, struct buf *out);

/* ui_type: the text of a node, px */
int type_min_w(struct ui *ui, const struct ui_node *node); /* its longest word */
int type_nat_w(struct ui *ui, const struct ui_node *node); /* on one line */
int type_h(struct ui *ui, const struct ui_node *node, int w);
struct text_style type_style(const struct ui *ui, const struct ui_node *node);
int type_px(const struct ui *ui, enum ui_type type);

/* ui_draw */
void draw_free(struct ui *ui);
void draw_forget(struct ui *ui);
/* Natural size of a picture in its own pixels; false when there is none. */
bool draw_picture_size(struct ui *ui, const char *handle, int *w, int *h);

#endif
