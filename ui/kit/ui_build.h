/* ui_build: what the build calls share. Inside the kit only. */
#ifndef M2_KIT_UI_BUILD_H
#define M2_KIT_UI_BUILD_H

#include "kit/ui_priv.h"

struct ui_tree *build_tree(struct ui *ui);               /* the one being built */
const char *build_copy(struct ui *ui, const char *text); /* into its arena; NULL becomes "" */
uint64_t build_hash(uint64_t h, const char *text);       /* FNV-1a */
struct ui_node *build_open(struct ui *ui);               /* the innermost open box */
void build_push(struct ui *ui, struct ui_node *node);    /* opens it; ui_end() closes */

/* Appends a node to `parent`, NULL for the root; build_add() to the innermost open box. */
struct ui_node *build_add_to(struct ui *ui, struct ui_node *parent, struct ui_key key, enum ui_role role,
                             enum ui_kind kind, const char *name);
struct ui_node *build_add(struct ui *ui, struct ui_key key, enum ui_role role, enum ui_kind kind, const char *name);
/* Opens a box that is one thing to eye and ear: what follows, until ui_end(), is part of it. */
struct ui_node *build_whole(struct ui *ui, struct ui_key key, enum ui_role role, const char *name, struct ui_box box);
void build_plain(struct ui *ui, struct ui_box box);                     /* opens a box that only arranges */
struct ui_node *build_icon(struct ui *ui, enum icon icon, int size_dp); /* in the colour of the words beside it */
void build_label(struct ui *ui, enum icon icon, const char *name, enum ui_type type,
                 unsigned flags); /* icon, when there is one, and words */

#endif
