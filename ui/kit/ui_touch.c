/* ui_touch: the things of a screen that can be touched. */
#include "base/buf.h"
#include "base/utf8.h"
#include "kit/ui_build.h"
#include <string.h>

#include "base/banned.h"

enum { KEYBOARD_COLUMNS = 10, PICTURE_DP = 92, SPACE_DP = 280 };

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

    build_whole(ui, key, UI_BUTTON, name, box);
    build_label(ui, icon, name, UI_BODY, UI_BOLD | UI_CENTERED);
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
    const char *end = at + strlen(at);

    for (int n = 0; n <= i && at < end; n++) {
        const char *from = at;
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

enum { RADIO_PICTURE_DP = 160 };

static void radio_words(struct ui *ui, const char *name, const struct ui_look *look)
{
    if (look->icon) {
        ui_icon(ui, look->icon, 44);
    }
    if (look->before && *look->before) {
        ui_text(ui, K("before"), UI_BODY, look->before, 0);
    }
    ui_text(ui, K("text"), UI_BODY, look->text ? look->text : name, 0);
    build_tree(ui)->tail->box.grow = 1;
    if (look->end && *look->end) {
        ui_text(ui, K("end"), UI_BODY, look->end, UI_BOLD);
    }
}

void ui_radio_as(struct ui *ui, struct ui_key key, const char *name, const struct ui_look *look, unsigned flags,
                 struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 20,
                         .pad_dp = 24,
                         .pad_v_dp = 10,
                         .align = UI_CENTER,
                         .surface = UI_CARD,
                         .flags = flags | UI_ANSWER,
                         .act = act};
    const char *letter = flags & UI_UNSURE ? "?" : letter_of(ui, count_radios(build_open(ui)));

    if (look->picture) {
        box.pad_dp = 10;
    }
    build_whole(ui, key, UI_RADIO, name, box);
    if (*letter) {
        ui_badge(ui, letter, flags & (flags & UI_SETTLED ? UI_DONE : UI_ON) ? UI_ON : 0);
    }
    if (look->picture) {
        build_plain(ui, (struct ui_box){.grow = 1, .align = UI_CENTER});
        ui_image(ui, K("picture"), look->picture, "", RADIO_PICTURE_DP);
        ui_end(ui);
    } else {
        radio_words(ui, name, look);
    }
    if (flags & UI_DONE) {
        ui_icon(ui, ICON_DONE, 44);
    }
    ui_end(ui);
}

void ui_radio(struct ui *ui, struct ui_key key, const char *text, unsigned flags, struct ui_act act)
{
    ui_radio_as(ui, key, text, &(struct ui_look){0}, flags, act);
}

void ui_vote(struct ui *ui, struct ui_key key, const char *name, const char *value, const char *spoken, int permille,
             struct ui_act act)
{
    struct ui_box box = {.flow = UI_ROW,
                         .gap_dp = 20,
                         .pad_dp = 28,
                         .pad_v_dp = 18, /* the strip below the words */
                         .align = UI_CENTER,
                         .surface = UI_CARD,
                         .act = act};
    struct ui_node *node = build_whole(ui, key, UI_BUTTON, name, box);

    node->value = build_copy(ui, spoken);
    node->number = permille;
    node->has_bar = true;
    ui_text(ui, K("text"), UI_BODY, name, 0);
    build_tree(ui)->tail->box.grow = 1;
    ui_text(ui, K("value"), UI_TITLE, value, UI_BOLD);
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

    build_whole(ui, key, UI_CHECKBOX, text, box);
    ui_icon(ui, flags & UI_ON ? ICON_TICKED : ICON_UNTICKED, 40);
    ui_text(ui, K("text"), UI_BODY, text, 0);
    build_tree(ui)->tail->box.grow = 1;
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
    build_whole(ui, key, UI_BUTTON, title, box);
    ui_icon(ui, icon, small ? 60 : 88);
    build_plain(ui, (struct ui_box){.gap_dp = 4, .grow = 1});
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
        build_tree(ui)->tail->area = AREA_NONE;
    } else if (icon != ICON_NONE) {
        ui_icon(ui, icon, size_dp);
    }
}

static void row_texts(struct ui *ui, const char *title, const char *about, int permille, unsigned title_flags)
{
    build_plain(ui, (struct ui_box){.gap_dp = 4, .grow = 1});
    ui_text(ui, K("title"), UI_BODY, title, title_flags);
    if (about && *about) {
        ui_text(ui, K("about"), UI_SMALL, about, UI_SOFT);
    }
    if (permille >= 0) {
        build_add(ui, K(""), UI_PLAIN, UI_K_BAR, NULL)->number = permille;
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
    enum ui_role role = build_open(ui)->role == UI_LIST ? UI_LISTITEM : UI_BUTTON;

    build_whole(ui, key, role, title, box);
    row_icon(ui, icon, 44, flags);
    row_texts(ui, title, about, -1, UI_BOLD);
    build_icon(ui, ICON_CHEVRON, 36);
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

    struct ui_node *node = build_whole(ui, key, UI_LISTITEM, title, box);
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

    build_whole(ui, key, build_open(ui)->role == UI_TABS ? UI_TAB : UI_CHECKBOX, text, box);
    build_label(ui, icon, text, UI_SMALL, UI_CENTERED);
    ui_end(ui);
}

static const char *dots(struct ui *ui, const char *value)
{
    struct buf b = {0};

    for (size_t n = utf8_count(value); n > 0; n--) {
        buf_str(&b, "\xE2\x80\xA2");
    }
    const char *text = build_copy(ui, buf_text(&b));
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
                           .min_w_dp = 200,
                           .align = UI_CENTER,
                           .pack = UI_FINISH,
                           .surface = UI_CARD,
                           .flags = flags & (UI_ON | UI_OFF)};
    const char *shown = flags & UI_SECRET ? dots(ui, value ? value : "") : build_copy(ui, value);

    struct ui_node *node = build_whole(ui, key, UI_FIELD, label, box);
    node->value = shown;
    ui_text(ui, K("label"), UI_BODY, label, 0);
    build_tree(ui)->tail->box.grow = 1;
    build_plain(ui, frame);
    ui_text(ui, K("value"), UI_BODY, shown && *shown ? shown : "\u00A0", UI_BOLD); /* empty: as high as a line */
    ui_end(ui);
    ui_end(ui);
}

void ui_writing(struct ui *ui, struct ui_key key, const char *label, const char *value, unsigned flags,
                struct ui_act act)
{
    struct ui_box box = {.gap_dp = 2, .pad_dp = 20, .pad_v_dp = 8, .surface = UI_CARD, .flags = flags, .act = act};
    struct ui_node *node = build_whole(ui, key, UI_FIELD, label, box);

    node->value = build_copy(ui, value);
    ui_text(ui, K("label"), UI_SMALL, label, UI_SOFT);
    ui_text(ui, K("value"), UI_BODY, value && *value ? value : "\u00A0", UI_BOLD); /* empty: as high as a line */
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

    build_whole(ui, key, UI_KEY, name, box);
    if (icon != ICON_NONE) {
        build_icon(ui, icon, 36);
    } else {
        ui_text(ui, K("face"), UI_BODY, face, UI_BOLD | UI_CENTERED);
    }
    ui_end(ui);
}

void ui_keypad(struct ui *ui, struct ui_key key, const char *digits, const char *mark, const char *delete_name,
               unsigned flags, struct ui_act act)
{
    int columns = mark && ui_is_small_panel(ui) ? 6 : 3; /* two rows: what is reckoned is seen, too */
    struct ui_box box = {.flow = UI_GRID, .columns = columns, .gap_dp = 13, .flags = flags & UI_SECRET};
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

static const struct ui_box LETTERS = {.flow = UI_GRID, .columns = KEYBOARD_COLUMNS, .min_column_dp = 1, .gap_dp = 13};

static void letters(struct ui *ui, const char *keys, unsigned flags, struct ui_act type)
{
    const char *at = keys, *end = keys + strlen(keys);

    while (at < end) {
        const char *from = at;
        uint32_t c = utf8_next(&at, end);
        const char *face = arena_strn(ui_arena(ui), from, (size_t)(at - from));

        add_key(ui, KN("u", c), face, face, ICON_NONE, 0, flags, ACT_ARG(type.id, c));
    }
}

/* A key that turns to another page; on, while that page is on show. */
static void turn_key(struct ui *ui, struct ui_key key, const char *name, enum keyboard_page to, enum keyboard_page now,
                     struct ui_act turn)
{
    ui_chip(ui, key, ICON_NONE, name, to == now ? UI_ON : 0, ACT_ARG(turn.id, to == now ? KEYBOARD_LETTERS : to));
}

void ui_keyboard(struct ui *ui, struct ui_key key, const struct keyboard *k, enum keyboard_page page,
                 const struct ui_keyboard_words *words, struct ui_act type, struct ui_act turn)
{
    ui_open(ui, key, UI_GROUP, words->keyboard, (struct ui_box){.gap_dp = 13});
    ui_open(ui, K("letters"), UI_PLAIN, NULL, LETTERS);
    letters(ui, keyboard_keys(k, page), 0, type);
    ui_end(ui);
    build_plain(ui, (struct ui_box){.flow = UI_WRAP, .gap_dp = 13});
    if (*k->accents) {
        turn_key(ui, K("accents"), words->accents, KEYBOARD_ACCENTS, page, turn);
    }
    turn_key(ui, K("digits"), words->digits, KEYBOARD_DIGITS, page, turn);
    add_key(ui, K("space"), words->space, words->space, ICON_NONE, 0, 0, ACT_ARG(type.id, ' '));
    build_open(ui)->last->box.min_w_dp = SPACE_DP;
    add_key(ui, K("delete"), words->delete, "", ICON_DELETE, 0, 0, ACT_ARG(type.id, '\b'));
    ui_end(ui);
    ui_end(ui);
}

void ui_letters(struct ui *ui, struct ui_key key, const char *keys, const char *delete_name, unsigned flags,
                struct ui_act act)
{
    ui_open(ui, key, UI_GROUP, NULL, LETTERS);
    letters(ui, keys, flags, act);
    add_key(ui, K("delete"), delete_name, "", ICON_DELETE, 0, flags, ACT_ARG(act.id, '\b'));
    ui_end(ui);
}

void ui_slider(struct ui *ui, struct ui_key key, const char *name, const char *value, int permille, struct ui_act act)
{
    const struct ui_words *w = ui->frame.words;

    ui_open(ui, key, UI_GROUP, name, (struct ui_box){.flow = UI_ROW, .align = UI_CENTER, .gap_dp = 16});
    add_key(ui, K("less"), w->less, "\xE2\x88\x92", ICON_NONE, 0, permille <= 0 ? UI_OFF : 0, ACT_ARG(act.id, -1));
    struct ui_node *node = build_whole(ui, K("scale"), UI_SLIDER, name, (struct ui_box){.gap_dp = 8, .grow = 1});
    node->value = build_copy(ui, value);
    node->number = permille;
    ui_text(ui, K("name"), UI_BODY, name, 0);
    build_add(ui, K(""), UI_PLAIN, UI_K_BAR, NULL)->number = permille;
    ui_text(ui, K("value"), UI_SMALL, value, UI_SOFT);
    ui_end(ui);
    add_key(ui, K("more"), w->more, "+", ICON_NONE, 0, permille >= 1000 ? UI_OFF : 0, ACT_ARG(act.id, 1));
    ui_end(ui);
}

void ui_picture(struct ui *ui, struct ui_key key, enum icon icon, const char *name, unsigned flags, struct ui_act act)
{
    struct ui_box box = {.pad_dp = 8,
                         .align = UI_CENTER,
                         .pack = UI_CENTER,
                         .min_w_dp = PICTURE_DP,
                         .min_h_dp = PICTURE_DP,
                         .surface = UI_CARD,
                         .flags = flags,
                         .act = act};

    build_whole(ui, key, UI_KEY, name, box);
    build_icon(ui, icon, 64);
    ui_end(ui);
}

void ui_list(struct ui *ui, struct ui_key key, const char *name, int64_t count, int64_t first, int page,
             void (*row)(struct ui *ui, const void *ctx, int64_t i), const void *ctx, struct ui_act act)
{
    int64_t from = first < 0 ? 0 : first, end = from + page < count ? from + page : count;

    build_plain(ui, (struct ui_box){.flow = UI_COLUMN});
    ui_group(ui, key, UI_LIST, name);
    for (int64_t i = from; i < end; i++) {
        row(ui, ctx, i);
        ui_place(ui, i + 1, count);
    }
    ui_end(ui);
    if (from > 0 || end < count) {
        build_plain(ui, (struct ui_box){.flow = UI_ROW, .pack = UI_BETWEEN});
        ui_icon_button(ui, K("earlier"), ICON_UP, ui->frame.words->earlier, from > 0 ? 0 : UI_OFF,
                       ACT_ARG(act.id, from > page ? from - page : 0));
        ui_icon_button(ui, K("later"), ICON_DOWN, ui->frame.words->later, end < count ? 0 : UI_OFF,
                       ACT_ARG(act.id, from + page));
        ui_end(ui);
    }
    ui_end(ui);
}
