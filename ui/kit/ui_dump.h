/* ui_dump: the screen as text, for golden files and bug reports, and as the JSON of DESIGN §7, for the driver. */
#ifndef M2_KIT_UI_DUMP_H
#define M2_KIT_UI_DUMP_H

#include "base/json.h"
#include "kit/ui_tree.h"

/* One line a node, two blanks a level:  radio "4/8" #options/17 on 2/5 <focus>
 * after the name: = "value", the key path, then on off live main done secret hidden (not in view), the place. Parts
 * that repeat the words of their owner are left out. Appended to out. */
void ui_dump(const struct ui *ui, struct buf *out);

/* {screen, title, lang, size, focus, root}; nodes {key, role, name, value, rect, action, disabled, visible, children}.
 * key: the path. value: text or null; "on"/"off" of what can be chosen. action: whether touching it does something.
 * focus: a key or null. */
void ui_dump_json(const struct ui *ui, struct json_out *out, const char *key);

/* The value as JSON has it; NULL = null. Borrowed from the node. */
const char *ui_dump_value(const struct ui_node *node);

/* role "name" (key): how messages name a node. Appended to out. */
void ui_dump_short(const struct ui_node *node, struct buf *out);

#endif
