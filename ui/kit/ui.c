/* ui: builds the tree of a screen from its build calls. */
#include "kit/ui.h"
#include "base/utf8.h"
#include "kit/ui_priv.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

/* ---- the tree under construction ---- */

static struct ui_tree *building(struct ui *ui)
{
    assert(ui->is_building);
    return &ui->trees[1 - ui->kept];
}

struct arena *ui_arena(struct ui *ui)
{
    return &building(ui)->arena;
}

static const char *copy(struct ui *ui, const char *text)
{
    return text && *text ? arena_str(ui_arena(ui), text) : "";
}

static uint64_t hash_text(uint64_t h, const char *text)
{
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * 0x100000001b3ULL;
    }
    return h;
}

static struct ui_node *open_node(struct ui *ui)
{
    assert(ui->depth > 0 && "build calls stand between ui_screen() and its ui_end()");
    return ui->stack[ui->depth - 1];
}

static void push(struct ui *ui, struct ui_node *node)
{
    assert(ui->depth < UI_DEPTH_MAX);
    ui->stack[ui->depth++] = node;
}

static const char *key_text(struct ui *ui, struct ui_key key)
{
    if (!key.has_id) {
        return copy(ui, key.name);
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
        node->id = hash_text(0xcbf29ce484222325ULL, node->key);
    } else if (node->role == UI_PLAIN) {
        node->path = above->path;
        node->id = (node->parent->id + (uint64_t)count_children(node->parent)) * 0x9e3779b97f4a7c15ULL;
        node->id = hash_text(node->id, *node->key ? node->key : "plain");
    } else {
        bool is_top = above->role == UI_SCREEN;
        node->path = is_top ? node->key : arena_fmt(ui_arena(ui), "%s/%s", above->path, node->key);
        node->id = hash_text(hash_text(building(ui)->root->id, "/"), node->path);
    }
}

/* Appends a node to `parent`, NULL for the root. Parts inherit from the target around them, colours from the box. */
static struct ui_node *add_to(struct ui *ui, struct ui_node *parent, struct ui_key key, enum ui_role role,
                              enum ui_kind kind, const char *name)
{
    struct ui_tree *tree = building(ui);
    struct ui_node *node = arena_alloc(&tree->arena, sizeof *node);

    node->parent = parent;
    node->kind = kind;
    node->role = role;
    node->key = key_text(ui, key);
    node->name = copy(ui, name);
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

static struct ui_node *add(struct ui *ui, struct ui_key key, enum ui_role role, enum ui_kind kind, const char *name)
{
    return add_to(ui, open_node(ui), key, role, kind, name);
}

static struct ui_node *add_box(struct ui *ui, struct ui_key key, enum ui_role role, const char *name, struct ui_box box)
{
    struct ui_node *node = add(ui, key, role, UI_K_BOX, name);

    node->box = box;
    node->flags |= box.flags;
    node->about = copy(ui, box.about);
    if (box.area != AREA_NONE) {
        node->area = box.area;
    }
    push(ui, node);
    return node;
}

void ui_open(struct ui *ui, struct ui_key key, enum ui_role role, const char *name, struct ui_box box)
{
    add_box(ui, key, role, name, box);
}

void ui_end(struct ui *ui)
{
    struct ui_node *node = open_node(ui);

    ui->depth--;
    building(ui)->tail = node; /* ui_say_as() after ui_end() means the box */
}

void ui_group(struct ui *ui, struct ui_key key, enum ui_role role, const char *name)
{
    struct ui_box box = {.flow = role == UI_TABS ? UI_WRAP : UI_COLUMN};

    ui_open(ui, key, role, name, box);
}

/* The node and what is inside it are one thing to eye and ear: what follows, until ui_end(), is part of it. */
static struct ui_node *open_whole(struct ui *ui, struct ui_key key, enum ui_role role, const char *name,
                                  struct ui_box box)
{
    struct ui_node *node = add_box(ui, key, role, name, box);

    node->is_whole = true;
    return node;
}

static void plain(struct ui *ui, struct ui_box box)
{
    ui_open(ui, K(""), UI_PLAIN, NULL, box);
}

void ui_space(struct ui *ui, int grow)
{
    add(ui, K(""), UI_PLAIN, UI_K_SPACE, NULL)->box.grow = grow;
}

void ui_line(struct ui *ui)
{
    add(ui, K(""), UI_PLAIN, UI_K_LINE, NULL);
}

/* An icon in the colour of the words beside it. */
static struct ui_node *add_icon(struct ui *ui, enum icon icon, int size_dp)
{
    struct ui_node *node = add(ui, K(""), UI_PLAIN, UI_K_ICON, NULL);

    node->icon = icon;
    node->size_dp = size_dp;
    return node;
}

/* ---- the frame ---- */

void ui_begin(struct ui *ui, const struct ui_frame *frame)
{
    struct ui_tree *tree = &ui->trees[1 - ui->kept];

    assert(!ui->is_building);
    arena_reset(&tree->arena);
    *tree = (struct ui_tree){.arena = tree->arena};
    ui->frame = *frame;
    ui->is_building = true;
    ui->depth = 0;
}

static void add_help(struct ui *ui, struct ui_node *parent, const struct ui_help *h, bool is_last)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 12,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .pad_dp = is_last ? 16 : 8,
                         .pad_v_dp = UI_NONE_DP,
                         .flags = h->flags | (is_last ? UI_INVERSE : 0),
                         .act = h->act};

    push(ui, parent);
    struct ui_node *item = open_whole(ui, h->key, UI_BUTTON, h->name, box);
    item->answers_in_dialogs = h->in_dialogs;
    add_icon(ui, h->icon, 32);
    struct ui_node *label = add(ui, K("label"), UI_TEXT, UI_K_TEXT, h->name);
    label->type = UI_SMALL;
    ui_end(ui);
    ui_end(ui);
}

void ui_screen(struct ui *ui, struct ui_key key, const char *title)
{
    struct ui_tree *tree = building(ui);

    assert(!tree->root && "one screen a build");
    tree->root = add_to(ui, NULL, key, UI_SCREEN, UI_K_SCREEN, title);
    tree->top = add_to(ui, tree->root, K("top"), UI_PLAIN, UI_K_BOX, NULL);
    tree->top->box = (struct ui_box){.flow = UI_ROW, .align = UI_CENTER, .gap_dp = 20};
    push(ui, tree->top);
    tree->title = add(ui, K("title"), UI_HEADING, UI_K_TEXT, title);
    tree->title->type = UI_TITLE;
    tree->title->flags |= UI_BOLD;
    tree->title->box.grow = 1;
    ui->depth = 0;

    tree->scroll = add_to(ui, tree->root, K("body"), UI_PLAIN, UI_K_SCROLL, NULL);
    struct ui_node *content = add_to(ui, tree->scroll, K("content"), UI_PLAIN, UI_K_BOX, NULL);
    content->box.pad_dp = UI_NONE_DP;
    content->box.pad_v_dp = 8;
    tree->bar = add_to(ui, tree->root, K("bar"), UI_PLAIN, UI_K_HELPBAR, NULL);
    push(ui, content);
}

/* Moves the last child of a node to the front. */
static void last_to_front(struct ui_node *parent)
{
    struct ui_node *node = parent->last, *before = parent->first;

    if (before == node) {
        return;
    }
    while (before->next != node) {
        before = before->next;
    }
    before->next = NULL;
    parent->last = before;
    node->next = parent->first;
    parent->first = node;
}

void ui_back(struct ui *ui, struct ui_act act)
{
    struct ui_tree *tree = building(ui);
    struct ui_box box = {.flow = UI_ROW,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .pad_dp = 20,
                         .pad_v_dp = UI_NONE_DP,
                         .surface = UI_CARD,
                         .act = act};

    push(ui, tree->top);
    open_whole(ui, K("back"), UI_BUTTON, ui->frame.words->back, box);
    add_icon(ui, ICON_BACK, 32);
    ui_end(ui);
    ui_end(ui);
    last_to_front(tree->top);
    tree->back = act;
}

void ui_context(struct ui *ui, enum icon icon, const char *text)
{
    struct ui_tree *tree = building(ui);

    if (!text || !*text) {
        return;
    }
    push(ui, tree->top);
    ui_label(ui, K("context"), icon, text, AREA_NONE);
    ui_end(ui);
}

void ui_top_progress(struct ui *ui, int permille, const char *text)
{
    struct ui_tree *tree = building(ui);
    struct ui_node *bar = tree->title;

    bar->kind = UI_K_BAR;
    bar->role = UI_PROGRESS;
    bar->name = copy(ui, ui->frame.words->progress);
    bar->key = bar->path = "progress";
    bar->id = hash_text(hash_text(tree->root->id, "/"), bar->path);
    bar->value = copy(ui, text);
    bar->number = permille;
    bar->flags = 0;
}

static void label_parts(struct ui *ui, enum icon icon, const char *name, enum ui_type type, unsigned flags)
{
    if (icon != ICON_NONE) {
        add_icon(ui, icon, 28)->flags |= flags & (UI_SOFT | UI_COLOURED);
    }
    ui_text(ui, K("label"), type, name, flags);
}

void ui_main(struct ui *ui, struct ui_key key, const char *name, enum icon icon, unsigned flags, struct ui_act act)
{
    struct ui_tree *tree = building(ui);
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 16,
                         .pad_dp = 32,
                         .pad_v_dp = 8,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .surface = UI_CARD,
                         .flags = flags | UI_PRIMARY,
                         .act = act};

    assert(!tree->main && "one main action a screen");
    push(ui, tree->bar);
    tree->main = open_whole(ui, key, UI_BUTTON, name, box);
    ui_text(ui, K("label"), UI_BODY, name, UI_BOLD | UI_CENTERED);
    if (icon != ICON_NONE) {
        add_icon(ui, icon, 28);
    }
    ui_end(ui);
    ui_end(ui);
}

static void add_step(struct ui *ui, struct ui_node *scroll, struct ui_key key, enum icon icon, const char *name,
                     int act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .pad_dp = UI_NONE_DP,
                         .surface = UI_CARD,
                         .act = ACT(act)};

    push(ui, scroll);
    open_whole(ui, key, UI_BUTTON, name, box);
    add_icon(ui, icon, 36);
    ui_end(ui);
    ui_end(ui);
}

/* Two buttons and the track between them; the layout hides them where everything fits. */
static void add_steps(struct ui *ui, struct ui_node *scroll)
{
    add_step(ui, scroll, K("more_above"), ICON_UP, ui->frame.words->more_above, UI_ACT_ABOVE);
    add_to(ui, scroll, K("track"), UI_PLAIN, UI_K_TRACK, NULL);
    add_step(ui, scroll, K("more_below"), ICON_DOWN, ui->frame.words->more_below, UI_ACT_BELOW);
}

/* Everything the screen did not build itself: step buttons and help bar. */
void ui_complete(struct ui *ui)
{
    struct ui_tree *tree = building(ui);
    const struct ui_frame *f = &ui->frame;

    assert(tree->root && ui->depth == 0 && "each open box needs its ui_end()");
    add_steps(ui, tree->scroll);
    struct ui_node *tools = add_to(ui, tree->bar, K("tools"), UI_PLAIN, UI_K_BOX, NULL);
    tools->box = (struct ui_box){.flow = UI_ROW, .gap_dp = 16};
    for (int i = 0; i < f->n_help - 1; i++) {
        add_help(ui, tools, &f->help[i], false);
    }
    if (f->n_help > 0) {
        add_help(ui, tree->bar, &f->help[f->n_help - 1], true);
    }
    if (tree->dialog) {
        add_steps(ui, tree->dialog->last);
    }
}

void ui_dialog(struct ui *ui, struct ui_key key, const char *title, struct ui_act escape)
{
    struct ui_tree *tree = building(ui);

    assert(!tree->dialog && "one dialog at a time");
    tree->dialog = add_to(ui, tree->root, key, UI_DIALOG, UI_K_BOX, title);
    tree->dialog->box = (struct ui_box){.surface = UI_CARD, .pad_dp = 32, .max_w_dp = 900};
    tree->dialog->flags = UI_LIVE;
    tree->escape = escape;
    struct ui_node *scroll = add_to(ui, tree->dialog, K("dialog"), UI_PLAIN, UI_K_SCROLL, NULL);
    struct ui_node *content = add_to(ui, scroll, K("content"), UI_PLAIN, UI_K_BOX, NULL);
    content->box.gap_dp = 24;
    push(ui, content);
    ui_heading(ui, K("title"), UI_TITLE, title);
}

/* ---- to read ---- */

void ui_text(struct ui *ui, struct ui_key key, enum ui_type type, const char *text, unsigned flags)
{
    struct ui_node *node = add(ui, key, UI_TEXT, UI_K_TEXT, text);

    node->type = type;
    node->flags |= flags;
}

void ui_heading(struct ui *ui, struct ui_key key, enum ui_type type, const char *text)
{
    struct ui_node *node = add(ui, key, UI_HEADING, UI_K_TEXT, text);

    node->type = type;
    node->flags |= UI_BOLD;
}

void ui_figure(struct ui *ui, struct ui_key key, const char *caption, const char *figure, unsigned flags)
{
    struct ui_node *node = open_whole(ui, key, UI_TEXT, caption, (struct ui_box){.gap_dp = UI_NONE_DP});

    node->value = copy(ui, figure);
    node->flags |= flags & (UI_PERSONAL | UI_LIVE | UI_SECRET);
    ui_text(ui, K("caption"), UI_SMALL, caption, UI_SOFT);
    ui_text(ui, K("figure"), UI_FIGURE, figure, UI_BOLD | (flags & UI_COLOURED));
    ui_end(ui);
}

static const char *block_words(struct ui *ui, const struct lesson_block *b)
{
    struct buf words = {0};

    for (int i = 0; i < b->n_spans; i++) {
        buf_str(&words, b->spans[i].text);
    }
    const char *text = copy(ui, buf_text(&words));
    buf_release(&words);
    return text;
}

/* The bold pieces of a block as byte ranges of its words. */
static void give_spans(struct ui *ui, struct ui_node *node, const struct lesson_block *b)
{
    struct text_span *spans = arena_alloc(ui_arena(ui), sizeof *spans * (size_t)(b->n_spans + 1));
    int at = 0;

    for (int i = 0; i < b->n_spans; i++) {
        int n = (int)strlen(b->spans[i].text);
        if (b->spans[i].is_bold || b->spans[i].is_emphasis) {
            spans[node->n_spans++] = (struct text_span){.from = at, .to = at + n, .is_bold = true};
        }
        at += n;
    }
    node->spans = spans;
}

static void prose_text(struct ui *ui, struct ui_key key, enum ui_role role, const struct lesson_block *b)
{
    struct ui_node *node = add(ui, key, role, UI_K_TEXT, block_words(ui, b));

    node->is_prose = true;
    if (b->kind == LESSON_HEADING) {
        node->type = b->number <= 1 ? UI_HEAD : UI_TITLE;
        node->flags |= UI_BOLD;
    } else {
        give_spans(ui, node, b);
    }
}

/* A bullet or numbered line: mark and text side by side, one list item. */
static void prose_item(struct ui *ui, struct ui_key key, const struct lesson_block *b)
{
    char mark[16] = "\xE2\x80\xA2";

    if (b->kind == LESSON_NUMBER) {
        snprintf(mark, sizeof mark, "%d.", b->number);
    }
    open_whole(ui, key, UI_LISTITEM, block_words(ui, b), (struct ui_box){.flow = UI_ROW, .gap_dp = 12});
    ui_text(ui, K("mark"), UI_BODY, mark, UI_BOLD);
    building(ui)->tail->is_prose = true;
    prose_text(ui, K("text"), UI_TEXT, b);
    building(ui)->tail->box.grow = 1;
    ui_end(ui);
}

void ui_prose(struct ui *ui, struct ui_key key, const struct lesson_page *page, const char *folder)
{
    ui_open(ui, key, UI_GROUP, NULL, (struct ui_box){.gap_dp = 16});
    for (int i = 0; i < page->n_blocks; i++) {
        const struct lesson_block *b = &page->blocks[i];
        struct ui_key at = KN("block", i + 1);

        if (b->kind == LESSON_IMAGE) {
            ui_image(ui, at, arena_fmt(ui_arena(ui), "%s/%s", folder ? folder : "", b->image), b->alt, 320);
        } else if (b->kind == LESSON_BULLET || b->kind == LESSON_NUMBER) {
            prose_item(ui, at, b);
        } else {
            prose_text(ui, at, b->kind == LESSON_HEADING ? UI_HEADING : UI_TEXT, b);
        }
    }
    ui_end(ui);
}

static void status_line(struct ui *ui, struct ui_key key, const char *text, enum icon icon, enum ui_surface surface)
{
    struct ui_box box = {
        .flow = UI_ROW, .gap_dp = 16, .align = UI_CENTER, .pad_dp = 16, .surface = surface, .flags = UI_LIVE};

    if (!text || !*text) {
        return;
    }
    open_whole(ui, key, UI_STATUS, text, box);
    ui_icon(ui, icon, 40);
    ui_text(ui, K("text"), UI_BODY, text, UI_BOLD);
    building(ui)->tail->box.grow = 1;
    ui_end(ui);
}

void ui_status(struct ui *ui, struct ui_key key, const char *text)
{
    status_line(ui, key, text, ICON_INFO, UI_TINT);
}

void ui_warning(struct ui *ui, struct ui_key key, const char *text)
{
    status_line(ui, key, text, ICON_WARNING, UI_NOTE);
}

void ui_progress(struct ui *ui, struct ui_key key, const char *name, const char *value, int permille)
{
    struct ui_node *node = open_whole(ui, key, UI_PROGRESS, name, (struct ui_box){.gap_dp = 8});

    node->value = copy(ui, value);
    node->number = permille;
    if (name && *name) {
        ui_text(ui, K("name"), UI_BODY, name, 0);
    }
    add(ui, K(""), UI_PLAIN, UI_K_BAR, NULL)->number = permille;
    if (value && *value) {
        ui_text(ui, K("value"), UI_SMALL, value, UI_SOFT);
    }
    ui_end(ui);
}

void ui_steps(struct ui *ui, struct ui_key key, const char *name, int now, int n)
{
    struct ui_node *node = add(ui, key, UI_PROGRESS, UI_K_DOTS, name);

    node->number = now;
    node->count = n;
}

void ui_image(struct ui *ui, struct ui_key key, const char *handle, const char *alt, int max_h_dp)
{
    bool is_told = alt && *alt;
    struct ui_node *node = add(ui, key, is_told ? UI_IMAGE : UI_PLAIN, UI_K_IMAGE, alt);

    node->value = copy(ui, handle);
    node->size_dp = max_h_dp;
}

void ui_icon(struct ui *ui, enum icon icon, int size_dp)
{
    add_icon(ui, icon, size_dp)->flags |= UI_COLOURED;
}

void ui_badge(struct ui *ui, const char *text, unsigned flags)
{
    struct ui_node *node = add(ui, K(""), UI_PLAIN, UI_K_BADGE, text);

    node->flags |= flags;
    node->size_dp = 48;
}

void ui_label(struct ui *ui, struct ui_key key, enum icon icon, const char *text, enum theme_area area)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 10,
                         .align = UI_CENTER,
                         .pad_dp = 18,
                         .pad_v_dp = 6,
                         .surface = UI_CHIP,
                         .area = area};

    struct ui_node *node = open_whole(ui, key, UI_TEXT, text, box);
    node->area = area;
    label_parts(ui, icon, text, UI_SMALL, area == AREA_NONE ? UI_SOFT : UI_COLOURED);
    ui_end(ui);
}

void ui_chart(struct ui *ui, struct ui_key key, const char *name, const char *value, const struct chart *chart,
              int h_dp)
{
    struct ui_node *node = add(ui, key, UI_CHART, UI_K_CHART, name);

    node->value = copy(ui, value);
    node->chart = chart_copy(ui_arena(ui), chart);
    node->size_dp = h_dp;
}

/* ---- to touch ---- */

void ui_icon_button(struct ui *ui, struct ui_key key, enum icon icon, const char *name, unsigned flags,
                    struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 14,
                         .pad_dp = 28,
                         .pad_v_dp = 8,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .surface = UI_CARD,
                         .flags = flags,
                         .act = act};

    open_whole(ui, key, UI_BUTTON, name, box);
    label_parts(ui, icon, name, UI_BODY, UI_BOLD | UI_CENTERED);
    ui_end(ui);
}

void ui_button(struct ui *ui, struct ui_key key, const char *name, unsigned flags, struct ui_act act)
{
    ui_icon_button(ui, key, ICON_NONE, name, flags, act);
}

/* The i-th letter of the app's letters, "A" on; "" past the end. */
static const char *letter_of(struct ui *ui, int i)
{
    const char *at = ui->frame.words->letters ? ui->frame.words->letters : "";
    const char *end = at + strlen(at), *from = at;

    for (int n = 0; n <= i && at < end; n++) {
        from = at;
        utf8_next(&at, end);
        if (n == i) {
            return arena_strn(ui_arena(ui), from, (size_t)(at - from));
        }
    }
    return "";
}

static int count_radios(const struct ui_node *group)
{
    int n = 0;

    for (const struct ui_node *c = group->first; c; c = c->next) {
        n += c->role == UI_RADIO;
    }
    return n;
}

void ui_radio(struct ui *ui, struct ui_key key, const char *text, unsigned flags, struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 20,
                         .pad_dp = 24,
                         .pad_v_dp = 10,
                         .align = UI_CENTER,
                         .surface = UI_CARD,
                         .flags = flags | UI_ANSWER,
                         .act = act};
    const char *letter = flags & UI_UNSURE ? "?" : letter_of(ui, count_radios(open_node(ui)));

    open_whole(ui, key, UI_RADIO, text, box);
    if (*letter) {
        ui_badge(ui, letter, flags & UI_ON);
    }
    ui_text(ui, K("text"), UI_BODY, text, 0);
    building(ui)->tail->box.grow = 1;
    ui_end(ui);
}

void ui_checkbox(struct ui *ui, struct ui_key key, const char *text, unsigned flags, struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 20,
                         .pad_dp = 24,
                         .pad_v_dp = 10,
                         .align = UI_CENTER,
                         .surface = UI_CARD,
                         .flags = flags | UI_ANSWER,
                         .act = act};

    open_whole(ui, key, UI_CHECKBOX, text, box);
    ui_icon(ui, flags & UI_ON ? ICON_TICKED : ICON_UNTICKED, 40);
    ui_text(ui, K("text"), UI_BODY, text, 0);
    building(ui)->tail->box.grow = 1;
    ui_end(ui);
}

void ui_tile(struct ui *ui, struct ui_key key, enum icon icon, const char *title, const char *about,
             enum theme_area area, struct ui_act act)
{
    bool small = ui->is_small;
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = small ? 16 : 28,
                         .pad_dp = small ? 16 : 36,
                         .pad_v_dp = small ? 10 : 20,
                         .align = UI_CENTER,
                         .surface = UI_TILE,
                         .area = area,
                         .flags = UI_ANSWER,
                         .act = act,
                         .about = about};

    box.grow = 1;
    open_whole(ui, key, UI_BUTTON, title, box);
    ui_icon(ui, icon, small ? 60 : 88);
    plain(ui, (struct ui_box){.gap_dp = 4, .grow = 1});
    ui_text(ui, K("title"), small ? UI_BODY : UI_TITLE, title, UI_BOLD);
    if (about && *about) {
        ui_text(ui, K("about"), UI_SMALL, about, UI_SOFT);
    }
    ui_end(ui);
    ui_end(ui);
}

/* What is finished wears a green tick in place of its icon. */
static void row_icon(struct ui *ui, enum icon icon, int size_dp, unsigned flags)
{
    if (flags & UI_DONE) {
        ui_icon(ui, ICON_DONE, size_dp);
        building(ui)->tail->area = AREA_NONE;
    } else if (icon != ICON_NONE) {
        ui_icon(ui, icon, size_dp);
    }
}

static void row_texts(struct ui *ui, const char *title, const char *about, int permille, unsigned title_flags)
{
    plain(ui, (struct ui_box){.gap_dp = 4, .grow = 1});
    ui_text(ui, K("title"), UI_BODY, title, title_flags);
    if (about && *about) {
        ui_text(ui, K("about"), UI_SMALL, about, UI_SOFT);
    }
    if (permille >= 0) {
        add(ui, K(""), UI_PLAIN, UI_K_BAR, NULL)->number = permille;
    }
    ui_end(ui);
}

void ui_card_row(struct ui *ui, struct ui_key key, enum icon icon, const char *title, const char *about,
                 enum theme_area area, unsigned flags, struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 24,
                         .pad_dp = 24,
                         .pad_v_dp = 12,
                         .align = UI_CENTER,
                         .surface = UI_CARD,
                         .area = area,
                         .flags = flags,
                         .act = act,
                         .about = about};
    enum ui_role role = open_node(ui)->role == UI_LIST ? UI_LISTITEM : UI_BUTTON;

    open_whole(ui, key, role, title, box);
    row_icon(ui, icon, 44, flags);
    row_texts(ui, title, about, -1, UI_BOLD);
    add_icon(ui, ICON_CHEVRON, 36);
    ui_end(ui);
}

void ui_item(struct ui *ui, struct ui_key key, enum icon icon, const char *title, const char *about, int permille,
             enum theme_area area, unsigned flags)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 28,
                         .pad_dp = UI_NONE_DP,
                         .pad_v_dp = 8,
                         .align = UI_CENTER,
                         .area = area,
                         .flags = flags,
                         .about = about};

    struct ui_node *node = open_whole(ui, key, UI_LISTITEM, title, box);
    node->number = permille;
    row_icon(ui, icon, about && *about ? 52 : 36, flags);
    row_texts(ui, title, about, permille, (about && *about) || flags & UI_ON ? UI_BOLD : 0);
    ui_end(ui);
}

void ui_chip(struct ui *ui, struct ui_key key, enum icon icon, const char *text, unsigned flags, struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 12,
                         .pad_dp = 28,
                         .pad_v_dp = 8,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .surface = UI_CHIP,
                         .flags = flags,
                         .act = act};

    open_whole(ui, key, open_node(ui)->role == UI_TABS ? UI_TAB : UI_CHECKBOX, text, box);
    label_parts(ui, icon, text, UI_SMALL, UI_CENTERED);
    ui_end(ui);
}

static const char *dots(struct ui *ui, const char *value)
{
    struct buf b = {0};

    for (size_t n = utf8_count(value); n > 0; n--) {
        buf_str(&b, "\xE2\x80\xA2");
    }
    const char *text = copy(ui, buf_text(&b));
    buf_release(&b);
    return text;
}

void ui_field(struct ui *ui, struct ui_key key, const char *label, const char *value, unsigned flags, struct ui_act act)
{
    struct ui_box box = {
        .flow = UI_ROW, .gap_dp = 16, .align = UI_CENTER, .pad_dp = UI_NONE_DP, .flags = flags, .act = act};
    struct ui_box frame = {.flow = UI_ROW,
                           .pad_dp = 16,
                           .pad_v_dp = 8,
                           .min_w_dp = 72,
                           .align = UI_CENTER,
                           .pack = UI_FINISH,
                           .surface = UI_CARD,
                           .flags = flags & (UI_ON | UI_OFF)};
    const char *shown = flags & UI_SECRET ? dots(ui, value ? value : "") : copy(ui, value);

    struct ui_node *node = open_whole(ui, key, UI_FIELD, label, box);
    node->value = shown;
    ui_text(ui, K("label"), UI_BODY, label, 0);
    building(ui)->tail->box.grow = 1;
    plain(ui, frame);
    ui_text(ui, K("value"), UI_BODY, shown, UI_BOLD);
    ui_end(ui);
    ui_end(ui);
}

static void add_key(struct ui *ui, struct ui_key key, const char *name, const char *face, enum icon icon, int grow,
                    unsigned flags, struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .pad_dp = 8,
                         .pad_v_dp = UI_NONE_DP,
                         .grow = grow,
                         .surface = UI_CARD,
                         .flags = flags,
                         .act = act};

    open_whole(ui, key, UI_KEY, name, box);
    if (icon != ICON_NONE) {
        add_icon(ui, icon, 36);
    } else {
        ui_text(ui, K("face"), UI_BODY, face, UI_BOLD | UI_CENTERED);
    }
    ui_end(ui);
}

void ui_keypad(struct ui *ui, struct ui_key key, const char *digits, const char *mark, const char *delete_name,
               unsigned flags, struct ui_act act)
{
    struct ui_box box = {.flow = UI_GRID, .columns = 3, .gap_dp = 13, .flags = flags & UI_SECRET};
    size_t n = strlen(digits);

    ui_open(ui, key, UI_GROUP, NULL, box);
    for (size_t i = 0; i < n; i++) {
        char face[2] = {digits[i], 0};
        if (i == n - 1 && n % 3 == 1 && !mark) {
            ui_space(ui, 0); /* the last digit stands in the middle */
        } else if (i == n - 1 && mark) {
            add_key(ui, K("mark"), mark, mark, ICON_NONE, 0, flags, ACT_ARG(act.id, (unsigned char)*mark));
        }
        add_key(ui, KN("d", digits[i] - '0'), face, face, ICON_NONE, 0, flags, ACT_ARG(act.id, digits[i]));
    }
    add_key(ui, K("delete"), delete_name, "", ICON_DELETE, 0, flags, ACT_ARG(act.id, '\b'));
    ui_end(ui);
}

static void keyboard_row(struct ui *ui, const char *row, const char *space_name, const char *delete_name,
                         struct ui_act act)
{
    const char *at = row, *end = row + strlen(row);

    plain(ui, (struct ui_box){.flow = UI_ROW, .gap_dp = 13});
    while (at < end) {
        const char *from = at;
        uint32_t c = utf8_next(&at, end);
        const char *face = arena_strn(ui_arena(ui), from, (size_t)(at - from));

        if (c == ' ') {
            add_key(ui, K("space"), space_name, space_name, ICON_NONE, 5, 0, ACT_ARG(act.id, ' '));
        } else if (c == '\b') {
            add_key(ui, K("delete"), delete_name, "", ICON_DELETE, 2, 0, ACT_ARG(act.id, '\b'));
        } else {
            add_key(ui, KN("u", c), face, face, ICON_NONE, 1, 0, ACT_ARG(act.id, c));
        }
    }
    ui_end(ui);
}

void ui_keyboard(struct ui *ui, struct ui_key key, const char *const *rows, int n_rows, const char *space_name,
                 const char *delete_name, struct ui_act act)
{
    ui_open(ui, key, UI_GROUP, NULL, (struct ui_box){.gap_dp = 13});
    for (int i = 0; i < n_rows; i++) {
        keyboard_row(ui, rows[i], space_name, delete_name, act);
    }
    ui_end(ui);
}

void ui_slider(struct ui *ui, struct ui_key key, const char *name, const char *value, int permille, struct ui_act act)
{
    const struct ui_words *w = ui->frame.words;

    ui_open(ui, key, UI_GROUP, name, (struct ui_box){.flow = UI_ROW, .align = UI_CENTER, .gap_dp = 16});
    add_key(ui, K("less"), w->less, "\xE2\x88\x92", ICON_NONE, 0, permille <= 0 ? UI_OFF : 0, ACT_ARG(act.id, -1));
    struct ui_node *node = open_whole(ui, K("scale"), UI_SLIDER, name, (struct ui_box){.gap_dp = 8, .grow = 1});
    node->value = copy(ui, value);
    node->number = permille;
    ui_text(ui, K("name"), UI_BODY, name, 0);
    add(ui, K(""), UI_PLAIN, UI_K_BAR, NULL)->number = permille;
    ui_text(ui, K("value"), UI_SMALL, value, UI_SOFT);
    ui_end(ui);
    add_key(ui, K("more"), w->more, "+", ICON_NONE, 0, permille >= 1000 ? UI_OFF : 0, ACT_ARG(act.id, 1));
    ui_end(ui);
}

void ui_picture(struct ui *ui, struct ui_key key, const char *handle, const char *name, const char *badge,
                unsigned flags, struct ui_act act)
{
    struct ui_box box = {.gap_dp = 4,
                         .pad_dp = 8,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .min_w_dp = 92,
                         .min_h_dp = 92,
                         .surface = UI_CARD,
                         .flags = flags,
                         .act = act};

    open_whole(ui, key, UI_CHECKBOX, name, box);
    if (badge && *badge) {
        ui_badge(ui, badge, UI_ON);
    }
    ui_image(ui, K(""), handle, "", 72);
    ui_text(ui, K("name"), UI_SMALL, name, UI_CENTERED);
    ui_end(ui);
}

/* ---- about the node just built ---- */

void ui_say_as(struct ui *ui, const char *spoken)
{
    building(ui)->tail->spoken = copy(ui, spoken);
}

void ui_place(struct ui *ui, int64_t i, int64_t n)
{
    building(ui)->tail->place = i;
    building(ui)->tail->n_places = n;
}

void ui_keep_in_view(struct ui *ui)
{
    building(ui)->tail->keeps_in_view = true;
}

void ui_list(struct ui *ui, struct ui_key key, const char *name, int64_t count, int64_t first, int page,
             void (*row)(struct ui *ui, const void *ctx, int64_t i), const void *ctx, struct ui_act act)
{
    int64_t from = first < 0 ? 0 : first, end = from + page < count ? from + page : count;

    plain(ui, (struct ui_box){.flow = UI_COLUMN});
    ui_group(ui, key, UI_LIST, name);
    for (int64_t i = from; i < end; i++) {
        row(ui, ctx, i);
        ui_place(ui, i + 1, count);
    }
    ui_end(ui);
    if (from > 0 || end < count) {
        plain(ui, (struct ui_box){.flow = UI_ROW, .pack = UI_BETWEEN});
        ui_icon_button(ui, K("earlier"), ICON_UP, ui->frame.words->earlier, from > 0 ? 0 : UI_OFF,
                       ACT_ARG(act.id, from > page ? from - page : 0));
        ui_icon_button(ui, K("later"), ICON_DOWN, ui->frame.words->later, end < count ? 0 : UI_OFF,
                       ACT_ARG(act.id, from + page));
        ui_end(ui);
    }
    ui_end(ui);
}
