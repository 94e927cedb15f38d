/* ui_read: the things of a screen that are there to be read and heard. */
#include "kit/ui_build.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void ui_text(struct ui *ui, struct ui_key key, enum ui_type type, const char *text, unsigned flags)
{
    struct ui_node *node = build_add(ui, key, UI_TEXT, UI_K_TEXT, text);

    node->type = type;
    node->flags |= flags;
}

void ui_heading(struct ui *ui, struct ui_key key, enum ui_type type, const char *text)
{
    struct ui_node *node = build_add(ui, key, UI_HEADING, UI_K_TEXT, text);

    node->type = type;
    node->flags |= UI_BOLD;
}

void ui_figure(struct ui *ui, struct ui_key key, const char *caption, const char *figure, unsigned flags)
{
    struct ui_node *node = build_whole(ui, key, UI_TEXT, caption, (struct ui_box){.gap_dp = UI_NONE_DP});

    node->value = build_copy(ui, figure);
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
    const char *text = build_copy(ui, buf_text(&words));
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

static void prose_text(struct ui *ui, struct ui_key key, enum ui_role role, const struct lesson_block *b,
                       enum ui_type type)
{
    struct ui_node *node = build_add(ui, key, role, UI_K_TEXT, block_words(ui, b));

    node->is_prose = true;
    node->type = type;
    if (b->kind == LESSON_HEADING) {
        node->type = b->number <= 1 ? UI_HEAD : UI_TITLE;
        node->flags |= UI_BOLD;
    } else {
        give_spans(ui, node, b);
    }
}

/* A bullet or numbered line: mark and text side by side, one list item. */
static void prose_item(struct ui *ui, struct ui_key key, const struct lesson_block *b, enum ui_type type)
{
    char mark[16] = "\xE2\x80\xA2";

    if (b->kind == LESSON_NUMBER) {
        snprintf(mark, sizeof mark, "%d.", b->number);
    }
    build_whole(ui, key, UI_LISTITEM, block_words(ui, b), (struct ui_box){.flow = UI_ROW, .gap_dp = 12});
    ui_text(ui, K("mark"), type, mark, UI_BOLD);
    build_tree(ui)->tail->is_prose = true;
    prose_text(ui, K("text"), UI_TEXT, b, type);
    build_tree(ui)->tail->box.grow = 1;
    ui_end(ui);
}

static void prose(struct ui *ui, struct ui_key key, const struct lesson_page *page, const char *folder,
                  enum ui_type type)
{
    ui_open(ui, key, UI_GROUP, NULL, (struct ui_box){.gap_dp = 16});
    for (int i = 0; i < page->n_blocks; i++) {
        const struct lesson_block *b = &page->blocks[i];
        struct ui_key at = KN("block", i + 1);

        if (b->kind == LESSON_IMAGE) {
            ui_image(ui, at, arena_fmt(ui_arena(ui), "%s/%s", folder ? folder : "", b->image), b->alt, 320);
        } else if (b->kind == LESSON_BULLET || b->kind == LESSON_NUMBER) {
            prose_item(ui, at, b, type);
        } else {
            prose_text(ui, at, b->kind == LESSON_HEADING ? UI_HEADING : UI_TEXT, b, type);
        }
    }
    ui_end(ui);
}

void ui_prose(struct ui *ui, struct ui_key key, const struct lesson_page *page, const char *folder)
{
    prose(ui, key, page, folder, UI_BODY);
}

void ui_prose_large(struct ui *ui, struct ui_key key, const struct lesson_page *page, const char *folder)
{
    prose(ui, key, page, folder, UI_TITLE);
}

static void status_line(struct ui *ui, struct ui_key key, const char *text, enum icon icon, enum ui_surface surface)
{
    struct ui_box box = {
        .flow = UI_ROW, .gap_dp = 16, .align = UI_CENTER, .pad_dp = 16, .surface = surface, .flags = UI_LIVE};

    if (!text || !*text) {
        return;
    }
    build_whole(ui, key, UI_STATUS, text, box);
    ui_icon(ui, icon, 40);
    ui_text(ui, K("text"), UI_BODY, text, UI_BOLD);
    build_tree(ui)->tail->box.grow = 1;
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
    struct ui_node *node = build_whole(ui, key, UI_PROGRESS, name, (struct ui_box){.gap_dp = 8});

    node->value = build_copy(ui, value);
    node->number = permille;
    if (name && *name) {
        ui_text(ui, K("name"), UI_BODY, name, 0);
    }
    build_add(ui, K(""), UI_PLAIN, UI_K_BAR, NULL)->number = permille;
    if (value && *value) {
        ui_text(ui, K("value"), UI_SMALL, value, UI_SOFT);
    }
    ui_end(ui);
}

void ui_steps(struct ui *ui, struct ui_key key, const char *name, int now, int n)
{
    struct ui_node *node = build_add(ui, key, UI_PROGRESS, UI_K_DOTS, name);

    node->number = now;
    node->count = n;
}

void ui_image(struct ui *ui, struct ui_key key, const char *handle, const char *alt, int max_h_dp)
{
    bool is_told = alt && *alt;
    struct ui_node *node = build_add(ui, key, is_told ? UI_IMAGE : UI_PLAIN, UI_K_IMAGE, alt);

    node->value = build_copy(ui, handle);
    node->size_dp = max_h_dp;
}

void ui_icon(struct ui *ui, enum icon icon, int size_dp)
{
    build_icon(ui, icon, size_dp)->flags |= UI_COLOURED;
}

void ui_badge(struct ui *ui, const char *text, unsigned flags)
{
    struct ui_node *node = build_add(ui, K(""), UI_PLAIN, UI_K_BADGE, text);

    node->flags |= flags;
    node->size_dp = 48;
}

void ui_dealt(struct ui *ui, struct ui_key key, enum icon icon, const char *place, const char *name, unsigned flags)
{
    struct ui_box box = {.gap_dp = 8, .pad_dp = 16, .align = UI_CENTER, .surface = UI_TINT, .flags = flags};

    build_whole(ui, key, UI_IMAGE, name, box);
    ui_badge(ui, place, UI_ON);
    build_icon(ui, icon, 112);
    ui_text(ui, K("name"), UI_TITLE, name, UI_CENTERED | UI_BOLD);
    ui_end(ui);
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

    struct ui_node *node = build_whole(ui, key, UI_TEXT, text, box);
    node->area = area;
    build_label(ui, icon, text, UI_SMALL, area == AREA_NONE ? UI_SOFT : UI_COLOURED);
    ui_end(ui);
}

void ui_chart(struct ui *ui, struct ui_key key, const char *name, const char *value, const struct chart *chart,
              int h_dp)
{
    struct ui_node *node = build_add(ui, key, UI_CHART, UI_K_CHART, name);

    node->value = build_copy(ui, value);
    node->chart = chart_copy(ui_arena(ui), chart);
    node->size_dp = h_dp;
}

void ui_qr(struct ui *ui, struct ui_key key, const char *name, const char *text, int h_dp)
{
    if (text && *text) {
        struct ui_node *node = build_add(ui, key, UI_IMAGE, UI_K_QR, name);

        node->value = build_copy(ui, text);
        node->qr = qr_make(ui_arena(ui), text);
        node->size_dp = h_dp;
        node->flags |= UI_PERSONAL;
    }
}
