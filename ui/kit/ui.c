/* ui: the tree of a screen while it is built: nodes, keys, boxes. */
#include "kit/ui_build.h"
#include <assert.h>

#include "base/banned.h"

/* ---- the tree under construction ---- */

struct ui_tree *build_tree(struct ui *ui)
{
    assert(ui->is_building);
    return &ui->trees[1 - ui->kept];
}

struct arena *ui_arena(struct ui *ui)
{
    return &build_tree(ui)->arena;
}

const char *build_copy(struct ui *ui, const char *text)
{
    return text && *text ? arena_str(ui_arena(ui), text) : "";
}

uint64_t build_hash(uint64_t h, const char *text)
{
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * 0x100000001b3ULL;
    }
    return h;
}

struct ui_node *build_open(struct ui *ui)
{
    assert(ui->depth > 0 && "build calls stand between ui_screen() and its ui_end()");
    return ui->stack[ui->depth - 1];
}

void build_push(struct ui *ui, struct ui_node *node)
{
    assert(ui->depth < UI_DEPTH_MAX);
    ui->stack[ui->depth++] = node;
}

static const char *key_text(struct ui *ui, struct ui_key key)
{
    if (!key.has_id) {
        return build_copy(ui, key.name);
    }
    return arena_fmt(ui_arena(ui), "%s%lld", key.name ? key.name : "", (long long)key.id);
}

static struct ui_node *named_above(struct ui_node *node)
{
    for (node = node->parent; node && node->role == UI_PLAIN; node = node->parent) {
    }
    return node;
}

static int count_children(const struct ui_node *node)
{
    int n = 0;
    for (const struct ui_node *c = node->first; c; c = c->next) {
        n++;
    }
    return n;
}

static void give_path(struct ui *ui, struct ui_node *node)
{
    const struct ui_node *above = named_above(node);

    if (!above) {
        node->path = node->key;
        node->id = build_hash(0xcbf29ce484222325ULL, node->key);
    } else if (node->role == UI_PLAIN) {
        node->path = above->path;
        node->id = (node->parent->id + (uint64_t)count_children(node->parent)) * 0x9e3779b97f4a7c15ULL;
        node->id = build_hash(node->id, *node->key ? node->key : "plain");
    } else {
        bool is_top = above->role == UI_SCREEN;
        node->path = is_top ? node->key : arena_fmt(ui_arena(ui), "%s/%s", above->path, node->key);
        node->id = build_hash(build_hash(build_tree(ui)->root->id, "/"), node->path);
    }
}

/* Appends a node to `parent`, NULL for the root. Parts inherit from the target around them, colours from the box. */
struct ui_node *build_add_to(struct ui *ui, struct ui_node *parent, struct ui_key key, enum ui_role role,
                             enum ui_kind kind, const char *name)
{
    struct ui_tree *tree = build_tree(ui);
    struct ui_node *node = arena_alloc(&tree->arena, sizeof *node);

    node->parent = parent;
    node->kind = kind;
    node->role = role;
    node->key = key_text(ui, key);
    node->name = build_copy(ui, name);
    node->value = node->about = "";
    node->min_w = node->nat_w = node->at_w = -1;
    node->order = tree->n++;
    give_path(ui, node);
    if (parent) {
        node->area = parent->area;
        node->flags = (parent->flags & UI_PART) || parent->is_whole || parent->box.act.id ? UI_PART : 0;
        if (parent->last) {
            parent->last->next = node;
        } else {
            parent->first = node;
        }
        parent->last = node;
    }
    tree->tail = node;
    return node;
}

struct ui_node *build_add(struct ui *ui, struct ui_key key, enum ui_role role, enum ui_kind kind, const char *name)
{
    return build_add_to(ui, build_open(ui), key, role, kind, name);
}

static struct ui_node *add_box(struct ui *ui, struct ui_key key, enum ui_role role, const char *name, struct ui_box box)
{
    struct ui_node *node = build_add(ui, key, role, UI_K_BOX, name);

    node->box = box;
    node->flags |= box.flags;
    node->about = build_copy(ui, box.about);
    if (box.area != AREA_NONE) {
        node->area = box.area;
    }
    build_push(ui, node);
    return node;
}

void ui_open(struct ui *ui, struct ui_key key, enum ui_role role, const char *name, struct ui_box box)
{
    add_box(ui, key, role, name, box);
}

void ui_end(struct ui *ui)
{
    struct ui_node *node = build_open(ui);

    ui->depth--;
    build_tree(ui)->tail = node; /* ui_say_as() after ui_end() means the box */
}

void ui_group(struct ui *ui, struct ui_key key, enum ui_role role, const char *name)
{
    struct ui_box box = {.flow = role == UI_TABS ? UI_WRAP : UI_COLUMN};

    ui_open(ui, key, role, name, box);
}

/* The node and what is inside it are one thing to eye and ear: what follows, until ui_end(), is part of it. */
struct ui_node *build_whole(struct ui *ui, struct ui_key key, enum ui_role role, const char *name, struct ui_box box)
{
    struct ui_node *node = add_box(ui, key, role, name, box);

    node->is_whole = true;
    return node;
}

void build_plain(struct ui *ui, struct ui_box box)
{
    ui_open(ui, K(""), UI_PLAIN, NULL, box);
}

void ui_space(struct ui *ui, int grow)
{
    build_add(ui, K(""), UI_PLAIN, UI_K_SPACE, NULL)->box.grow = grow;
}

void ui_line(struct ui *ui)
{
    build_add(ui, K(""), UI_PLAIN, UI_K_LINE, NULL);
}

/* An icon in the colour of the words beside it. */
struct ui_node *build_icon(struct ui *ui, enum icon icon, int size_dp)
{
    struct ui_node *node = build_add(ui, K(""), UI_PLAIN, UI_K_ICON, NULL);

    node->icon = icon;
    node->size_dp = size_dp;
    return node;
}

void build_label(struct ui *ui, enum icon icon, const char *name, enum ui_type type, unsigned flags)
{
    if (icon != ICON_NONE) {
        build_icon(ui, icon, 28)->flags |= flags & (UI_SOFT | UI_COLOURED);
    }
    ui_text(ui, K("label"), type, name, flags);
}

/* ---- about the node just built ---- */

void ui_is_personal(struct ui *ui)
{
    build_tree(ui)->tail->flags |= UI_PERSONAL;
}

void ui_say_as(struct ui *ui, const char *spoken)
{
    build_tree(ui)->tail->spoken = build_copy(ui, spoken);
}

void ui_place(struct ui *ui, int64_t i, int64_t n)
{
    build_tree(ui)->tail->place = i;
    build_tree(ui)->tail->n_places = n;
}

void ui_keep_in_view(struct ui *ui)
{
    build_tree(ui)->tail->keeps_in_view = true;
}
