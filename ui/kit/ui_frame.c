/* ui_frame: what every screen has at the same place: top bar, scrolling body, help bar, dialog. */
#include "kit/ui_build.h"
#include <assert.h>

#include "base/banned.h"

/* ---- the frame ---- */

void ui_begin(struct ui *ui, const struct ui_frame *frame)
{
    struct ui_tree *tree = &ui->trees[1 - ui->kept];

    assert(!ui->is_building);
    arena_reset(&tree->arena);
    *tree = (struct ui_tree){.arena = tree->arena};
    ui->frame = *frame;
    ui->words = *frame->words;
    ui->frame.words = &ui->words;
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

    build_push(ui, parent);
    struct ui_node *item = build_whole(ui, h->key, UI_BUTTON, h->name, box);
    item->answers_in_dialogs = h->in_dialogs;
    build_icon(ui, h->icon, 32);
    struct ui_node *label = build_add(ui, K("label"), UI_TEXT, UI_K_TEXT, h->name);
    label->type = UI_SMALL;
    ui_end(ui);
    ui_end(ui);
}

void ui_screen(struct ui *ui, struct ui_key key, const char *title)
{
    struct ui_tree *tree = build_tree(ui);

    assert(!tree->root && "one screen a build");
    tree->root = build_add_to(ui, NULL, key, UI_SCREEN, UI_K_SCREEN, title);
    tree->top = build_add_to(ui, tree->root, K("top"), UI_PLAIN, UI_K_BOX, NULL);
    tree->top->box = (struct ui_box){.flow = UI_ROW, .align = UI_CENTER, .gap_dp = 20};
    build_push(ui, tree->top);
    tree->title = build_add(ui, K("title"), UI_HEADING, UI_K_TEXT, title);
    tree->title->type = UI_TITLE;
    tree->title->flags |= UI_BOLD;
    tree->title->box.grow = 1;
    ui->depth = 0;

    tree->scroll = build_add_to(ui, tree->root, K("body"), UI_PLAIN, UI_K_SCROLL, NULL);
    struct ui_node *content = build_add_to(ui, tree->scroll, K("content"), UI_PLAIN, UI_K_BOX, NULL);
    content->box.pad_dp = UI_NONE_DP;
    content->box.pad_v_dp = 8;
    tree->bar = build_add_to(ui, tree->root, K("bar"), UI_PLAIN, UI_K_HELPBAR, NULL);
    build_push(ui, content);
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
    struct ui_tree *tree = build_tree(ui);
    struct ui_box box = {.flow = UI_ROW,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .pad_dp = 20,
                         .pad_v_dp = UI_NONE_DP,
                         .surface = UI_CARD,
                         .act = act};

    build_push(ui, tree->top);
    build_whole(ui, K("back"), UI_BUTTON, ui->frame.words->back, box);
    build_icon(ui, ICON_BACK, 32);
    ui_end(ui);
    ui_end(ui);
    last_to_front(tree->top);
    tree->back = act;
}

void ui_page(struct ui *ui, const char *id)
{
    build_tree(ui)->page = build_hash(0, id);
}

void ui_context(struct ui *ui, enum icon icon, const char *text)
{
    struct ui_tree *tree = build_tree(ui);

    if (!text || !*text) {
        return;
    }
    build_push(ui, tree->top);
    ui_label(ui, K("context"), icon, text, AREA_NONE);
    ui_end(ui);
}

void ui_top_button(struct ui *ui, struct ui_key key, enum icon icon, const char *name, struct ui_act act)
{
    build_push(ui, build_tree(ui)->top);
    ui_icon_button(ui, key, icon, name, 0, act);
    ui_end(ui);
}

void ui_top_progress(struct ui *ui, int permille, const char *text)
{
    struct ui_tree *tree = build_tree(ui);
    struct ui_node *bar = tree->title;

    bar->kind = UI_K_BAR;
    bar->role = UI_PROGRESS;
    bar->name = build_copy(ui, ui->frame.words->progress);
    bar->key = bar->path = "progress";
    bar->id = build_hash(build_hash(tree->root->id, "/"), bar->path);
    bar->value = build_copy(ui, text);
    bar->number = permille;
    bar->flags = 0;
}

void ui_main(struct ui *ui, struct ui_key key, const char *name, enum icon icon, unsigned flags, struct ui_act act)
{
    struct ui_tree *tree = build_tree(ui);
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = ui->is_small ? 10 : 16,
                         .pad_dp = ui->is_small ? 20 : 32,
                         .pad_v_dp = 8,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .surface = UI_CARD,
                         .flags = flags | UI_PRIMARY,
                         .act = act};

    assert(!tree->main && "one main action a screen");
    build_push(ui, tree->bar);
    tree->main = build_whole(ui, key, UI_BUTTON, name, box);
    ui_text(ui, K("label"), UI_BODY, name, UI_BOLD | UI_CENTERED);
    if (icon != ICON_NONE) {
        build_icon(ui, icon, 28);
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

    build_push(ui, scroll);
    build_whole(ui, key, UI_BUTTON, name, box);
    build_icon(ui, icon, 36);
    ui_end(ui);
    ui_end(ui);
}

/* Two buttons and the track between them; the layout hides them where everything fits. */
static void add_steps(struct ui *ui, struct ui_node *scroll)
{
    add_step(ui, scroll, K("more_above"), ICON_UP, ui->frame.words->more_above, UI_ACT_ABOVE);
    build_add_to(ui, scroll, K("track"), UI_PLAIN, UI_K_TRACK, NULL);
    add_step(ui, scroll, K("more_below"), ICON_DOWN, ui->frame.words->more_below, UI_ACT_BELOW);
}

/* Everything the screen did not build itself: step buttons and help bar. */
void ui_complete(struct ui *ui)
{
    struct ui_tree *tree = build_tree(ui);
    const struct ui_frame *f = &ui->frame;

    assert(tree->root && ui->depth == 0 && "each open box needs its ui_end()");
    add_steps(ui, tree->scroll);
    struct ui_node *tools = build_add_to(ui, tree->bar, K("tools"), UI_PLAIN, UI_K_BOX, NULL);
    tools->box = (struct ui_box){.flow = UI_ROW, .gap_dp = ui->is_small ? 13 : 16};
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
    struct ui_tree *tree = build_tree(ui);

    assert(!tree->dialog && "one dialog at a time");
    tree->dialog = build_add_to(ui, tree->root, key, UI_DIALOG, UI_K_BOX, title);
    tree->dialog->box = (struct ui_box){.surface = UI_CARD, .pad_dp = 32, .max_w_dp = 900};
    tree->dialog->flags = UI_LIVE;
    tree->escape = escape;
    struct ui_node *scroll = build_add_to(ui, tree->dialog, K("dialog"), UI_PLAIN, UI_K_SCROLL, NULL);
    struct ui_node *content = build_add_to(ui, scroll, K("content"), UI_PLAIN, UI_K_BOX, NULL);
    content->box.gap_dp = 24;
    build_push(ui, content);
    ui_heading(ui, K("title"), UI_TITLE, title);
}
