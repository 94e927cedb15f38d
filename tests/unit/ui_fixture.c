/* ui_fixture: the sample screens, and the loop of an app in small. */
#include "unit/ui_fixture.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "unit/test.h"

#include "base/banned.h"

static const struct ui_words WORDS = {
    .role = {[UI_BUTTON] = "button",
             [UI_RADIO] = "answer",
             [UI_CHECKBOX] = "box",
             [UI_TAB] = "tab",
             [UI_FIELD] = "field",
             [UI_SLIDER] = "scale",
             [UI_LINK] = "link"},
    .chosen = "chosen",
    .not_chosen = "not chosen",
    .ticked = "ticked",
    .not_ticked = "not ticked",
    .off = "not available now",
    .done = "done",
    .place = "{n} of {total}",
    .percent = "{n} percent",
    .hidden = "hidden",
    .back = "Back",
    .more_above = "Show more above",
    .more_below = "Show more below",
    .earlier = "Earlier",
    .later = "Later",
    .less = "Less",
    .more = "More",
    .progress = "Progress",
    .letters = "ABCDEFGH",
};

static const struct ui_help HELP[] = {
    {K("home"), ICON_HOME, "Home", 0, {ACT_HOME, 0}, false},
    {K("language"), ICON_LANGUAGE, "English", 0, {ACT_LANGUAGE, 0}, true},
    {K("read_aloud"), ICON_SPEAK, "Read aloud", 0, {ACT_READ, 0}, true},
    {K("text_size"), ICON_TEXT_SIZE, "Text size", 0, {ACT_TEXT, 0}, true},
    {K("contrast"), ICON_CONTRAST, "Contrast", 0, {ACT_CONTRAST, 0}, true},
    {K("finished"), ICON_FINISH, "I am finished", 0, {ACT_FINISHED, 0}, false},
};

/* ---- sample screens ---- */

void sample_home(struct ui *ui, const struct sample *s)
{
    struct ui_box tiles = {
        .flow = UI_GRID, .columns = 2, .min_column_dp = 400, .grow = 1, .gap_dp = ui_is_small_panel(ui) ? 13 : 20};
    struct ui_box again = {.flow = UI_ROW, .gap_dp = 24, .surface = UI_CARD, .pad_v_dp = 8, .align = UI_CENTER};

    (void)s;
    ui_screen(ui, K("home"), "Welcome to the Ballyhale hub");
    ui_context(ui, ICON_CLOCK, "Mon 23 Nov, 10:42");
    ui_open(ui, K("tiles"), UI_PLAIN, NULL, tiles);
    ui_tile(ui, K("assess"), ICON_COMPASS, "Find where I stand",
            "A short conversation, about 8 minutes. No account needed.", AREA_NONE, ACT_ARG(ACT_OPEN, 1));
    ui_tile(ui, K("learn"), ICON_LEARN, "Learn", "42 short lessons, picked for you or by topic.", AREA_D1,
            ACT_ARG(ACT_OPEN, 2));
    ui_tile(ui, K("tools"), ICON_TOOLS, "Tools for my business", "Prices, cash flow, safety check, online plan.",
            AREA_E1, ACT_ARG(ACT_OPEN, 3));
    ui_tile(ui, K("board"), ICON_BOARD, "Village board", "Offers, needs and workshops nearby.", AREA_D3,
            ACT_ARG(ACT_OPEN, 4));
    ui_end(ui);
    ui_open(ui, K("again"), UI_PLAIN, NULL, again);
    ui_icon(ui, ICON_CARD, 48);
    ui_open(ui, K("words"), UI_PLAIN, NULL, (struct ui_box){.gap_dp = UI_NONE_DP, .grow = 1});
    ui_text(ui, K("been"), UI_BODY, "Been here before?", UI_BOLD);
    ui_text(ui, K("pick"), UI_SMALL, "Pick your four pictures and carry on.", UI_SOFT);
    ui_end(ui);
    ui_button(ui, K("carry_on"), "Carry on", 0, ACT_ARG(ACT_OPEN, 5));
    ui_end(ui);
    ui_end(ui);
}

static const char *const OPTIONS[] = {
    "Pay it straight away, so the account stays open",
    "Ring the bank on the number printed on my card",
    "Reply to the message and ask who they are",
    "Delete it and say nothing to the others in the shop",
    "I am not sure yet",
};

void sample_question(struct ui *ui, const struct sample *s)
{
    struct ui_box options = {.flow = UI_GRID, .columns = 2, .min_column_dp = 480, .grow = 1};
    int n = s->n_options ? s->n_options : 5;

    ui_screen(ui, K("question"), "Question");
    ui_page(ui, s->page ? s->page : "1");
    ui_back(ui, ACT(ACT_BACK));
    ui_top_progress(ui, 380, "Question 8 of 22");
    ui_context(ui, ICON_NONE, "about 5 minutes left");
    ui_label(ui, K("area"), ICON_SHIELD, "Safety", AREA_D4);
    ui_heading(ui, K("stem"), UI_TITLE,
               "A text message says your business account will be closed today unless you follow its link. What do you "
               "do first?");
    ui_open(ui, K("options"), UI_RADIOS, "Answers", options);
    for (int i = 0; i < n; i++) {
        unsigned flags = (s->picked == i + 1 ? UI_ON : 0) | (i == n - 1 ? UI_UNSURE : 0) | (s->is_done ? UI_OFF : 0);
        ui_radio(ui, KI(i + 1), OPTIONS[i == n - 1 ? 4 : i], flags, ACT_ARG(ACT_PICK, i + 1));
    }
    ui_end(ui);
    if (s->is_done) {
        ui_status(ui, K("verdict"), "That fits");
        ui_main(ui, K("next"), "Next", ICON_NEXT, 0, ACT(ACT_NEXT));
    } else {
        ui_main(ui, K("check"), "Check", ICON_NEXT, s->picked ? 0 : UI_OFF, ACT(ACT_SHOW));
    }
    if (s->has_dialog) {
        ui_dialog(ui, K("idle"), "Are you still there?", ACT(ACT_STAY));
        ui_text(ui, K("about"), UI_BODY,
                "Touch the screen to go on. In 30 seconds this visit ends and everything on the screen is cleared.", 0);
        ui_button(ui, K("stay"), "I am still here", UI_PRIMARY, ACT(ACT_STAY));
        ui_button(ui, K("leave"), "I am finished", 0, ACT_ARG(ACT_OPEN, 9));
        ui_end(ui);
    }
    ui_end(ui);
}

void sample_dialog(struct ui *ui, const struct sample *s)
{
    struct sample with = *s;

    with.has_dialog = true;
    with.picked = 2;
    sample_question(ui, &with);
}

static const struct lesson_page *lesson_text(void)
{
    static struct lesson_span head[] = {{"Three photos, one window", false, false}};
    static struct lesson_span put[] = {
        {"Put the product beside a window, with the light from one side. Turn the flash off. Take three pictures:",
         false, false}};
    static struct lesson_span whole[] = {{"the ", false, false}, {"whole", true, false}, {" thing", false, false}};
    static struct lesson_span detail[] = {{"a detail", false, false}};
    static struct lesson_span hand[] = {{"next to a ", false, false}, {"hand", false, true}};
    static struct lesson_span now[] = {
        {"Try it now.", true, false},
        {" Look at the jar on the counter: which photo would tell a buyer how big it is?", false, false}};
    static struct lesson_block blocks[] = {
        {.kind = LESSON_HEADING, .number = 1, .spans = head, .n_spans = 1},
        {.kind = LESSON_PARAGRAPH, .spans = put, .n_spans = 1},
        {.kind = LESSON_BULLET, .spans = whole, .n_spans = 3},
        {.kind = LESSON_BULLET, .spans = detail, .n_spans = 1},
        {.kind = LESSON_NUMBER, .number = 3, .spans = hand, .n_spans = 2},
        {.kind = LESSON_PARAGRAPH, .spans = now, .n_spans = 2},
    };
    static const struct lesson_page page = {blocks, M2_COUNT(blocks)};

    return &page;
}

static void lesson_list(struct ui *ui)
{
    ui_open(ui, K("module"), UI_LIST, "In this module",
            (struct ui_box){.surface = UI_CARD, .grow = 3, .pad_dp = 16, .gap_dp = 13});
    ui_text(ui, K("caption"), UI_SMALL, "In this module", UI_SOFT);
    ui_item(ui, K("look"), ICON_NONE, "Where your customers look", NULL, -1, AREA_NONE, UI_DONE);
    ui_item(ui, K("photos"), ICON_BOOK_OPEN, "Photos that sell", NULL, -1, AREA_D1, UI_ON);
    ui_item(ui, K("offer"), ICON_PENDING, "Write the offer", NULL, -1, AREA_D1, 0);
    ui_item(ui, K("paid"), ICON_PENDING, "Get paid safely", NULL, -1, AREA_D1, 0);
    ui_end(ui);
}

void sample_lesson(struct ui *ui, const struct sample *s)
{
    (void)s;
    ui_screen(ui, K("lesson"), "Sell from your phone");
    ui_back(ui, ACT(ACT_BACK));
    ui_context(ui, ICON_NONE, "Lesson 2 of 5 \xC2\xB7 12 min");
    ui_open(ui, K("columns"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_ROW, .min_column_dp = 320, .grow = 1, .gap_dp = 24});
    lesson_list(ui);
    ui_open(ui, K("page"), UI_PLAIN, NULL,
            (struct ui_box){.surface = UI_CARD, .grow = 7, .pad_dp = 40, .pad_v_dp = 24});
    ui_prose(ui, K("text"), lesson_text(), "photos");
    ui_space(ui, 1);
    ui_steps(ui, K("pages"), "Page 2 of 4", 1, 4);
    ui_end(ui);
    ui_end(ui);
    ui_main(ui, K("next"), "Next", ICON_NEXT, 0, ACT(ACT_NEXT));
    ui_end(ui);
}

void sample_tool(struct ui *ui, const struct sample *s)
{
    static const char *const labels[] = {"Ingredients and jar", "My time, minutes", "What an hour is worth",
                                         "Jars sold in a month"};
    static const char *const values[] = {"1.35 \xE2\x82\xAC", "9", "14.00 \xE2\x82\xAC", "240"};

    ui_screen(ui, K("tool"), "Know your price");
    ui_back(ui, ACT(ACT_BACK));
    ui_context(ui, ICON_NONE, "Strawberry jam, 340 g");
    ui_open(ui, K("columns"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_ROW, .min_column_dp = 380, .grow = 1, .gap_dp = 24});
    ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.grow = 2});
    ui_open(ui, K("fields"), UI_GROUP, "What goes in", (struct ui_box){.surface = UI_CARD, .pad_v_dp = 8});
    for (int i = 0; i < 4; i++) {
        ui_field(ui, KI(i + 1), labels[i], i == 1 && *s->typed ? s->typed : values[i], i == 1 ? UI_ON : 0,
                 ACT_ARG(ACT_OPEN, i + 1));
    }
    ui_end(ui);
    ui_keypad(ui, K("keys"), "7894561230", ".", "Delete", 0, ACT(ACT_KEY));
    ui_end(ui);
    ui_open(ui, K("result"), UI_PLAIN, NULL, (struct ui_box){.grow = 3, .surface = UI_CARD, .pad_dp = 32});
    ui_text(ui, K("each"), UI_SMALL, "Each jar costs you", UI_SOFT);
    ui_open(ui, K("figures"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP, .gap_dp = 40});
    ui_figure(ui, K("cost"), "Cost", "4.20 \xE2\x82\xAC", 0);
    ui_figure(ui, K("sell"), "Sell at, with 30 % margin and VAT", "6.81 \xE2\x82\xAC", UI_COLOURED);
    ui_end(ui);
    ui_space(ui, 1);
    ui_open(ui, K("ways"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_WRAP});
    ui_icon_button(ui, K("explain"), ICON_HELP, "Explain", 0, ACT_ARG(ACT_OPEN, 8));
    ui_end(ui);
    ui_end(ui);
    ui_end(ui);
    ui_main(ui, K("stick"), "To my stick", ICON_USB, 0, ACT(ACT_NEXT));
    ui_end(ui);
}

void sample_stick(struct ui *ui, const struct sample *s)
{
    (void)s;
    ui_screen(ui, K("stick"), "USB stick");
    ui_context(ui, ICON_USB, "KINGSTON DT 32 GB \xC2\xB7 exFAT");
    ui_open(ui, K("columns"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_ROW, .min_column_dp = 300, .grow = 1, .gap_dp = 24});
    ui_open(ui, K("steps"), UI_LIST, "What is being done",
            (struct ui_box){.surface = UI_CARD, .grow = 2, .pad_dp = 36, .pad_v_dp = 24, .pack = UI_BETWEEN});
    ui_item(ui, K("known"), ICON_NONE, "This is your courier stick",
            "Signed by MICRO2 Ireland West, valid to 31 March 2027", -1, AREA_NONE, UI_DONE);
    ui_item(ui, K("results"), ICON_NONE, "Results written for head office",
            "1,204 answers from 63 visits, sealed \xC2\xB7 218 KB", -1, AREA_NONE, UI_DONE);
    ui_item(ui, K("lessons"), ICON_DOWNLOAD, "New lessons coming in",
            "Module \xE2\x80\x9CGet paid safely\xE2\x80\x9D, Italian and Spanish \xC2\xB7 61 of 148 MB", 412, AREA_D1,
            0);
    ui_item(ui, K("cards"), ICON_PENDING, "Village board", "Cards to swap with 4 other hubs", -1, AREA_NONE, 0);
    ui_end(ui);
    ui_open(ui, K("right"), UI_PLAIN, NULL, (struct ui_box){.grow = 1});
    ui_open(
        ui, K("stay"), UI_STATUS, "Leave the stick in",
        (struct ui_box){
            .surface = UI_NOTE, .grow = 1, .align = UI_CENTER, .pack = UI_CENTER, .flags = UI_LIVE, .area = AREA_E1});
    ui_icon(ui, ICON_WARNING, 112);
    ui_text(ui, K("leave"), UI_TITLE, "Leave the stick in", UI_BOLD | UI_CENTERED);
    ui_text(ui, K("time"), UI_BODY, "about 20 seconds more", UI_CENTERED);
    ui_end(ui);
    ui_text(ui, K("lost"), UI_SMALL,
            "If it is pulled out now nothing is lost: the station carries on from here next time.", UI_SOFT);
    ui_end(ui);
    ui_end(ui);
    ui_end(ui);
}

static void board_row(struct ui *ui, const void *ctx, int64_t i)
{
    (void)ctx;
    ui_card_row(ui, KI(100 + i), ICON_BOARD, arena_fmt(ui_arena(ui), "Card number %lld", (long long)i + 1),
                "Ballyhale \xC2\xB7 today", AREA_D3, 0, ACT_ARG(ACT_OPEN, 100 + i));
}

void sample_board(struct ui *ui, const struct sample *s)
{
    ui_screen(ui, K("board"), "Village board");
    if (s->page) {
        ui_page(ui, s->page);
    }
    ui_back(ui, ACT(ACT_BACK));
    ui_group(ui, K("kinds"), UI_TABS, "Kinds of cards");
    ui_chip(ui, K("all"), ICON_NONE, "All 38", UI_ON, ACT_ARG(ACT_PICK, 1));
    ui_chip(ui, K("offers"), ICON_NONE, "Offers", 0, ACT_ARG(ACT_PICK, 2));
    ui_chip(ui, K("needs"), ICON_NONE, "Needs", 0, ACT_ARG(ACT_PICK, 3));
    ui_end(ui);
    ui_list(ui, K("cards"), "Cards", s->rows ? s->rows : 38, 0, 20, board_row, NULL, ACT(ACT_SHOW));
    ui_main(ui, K("put_up"), "Put up a card", ICON_PENCIL, 0, ACT(ACT_NEXT));
    ui_end(ui);
}

#define FORTY_WORDS                                                                                                    \
    "When the man from the dairy rang on Friday to ask whether the crates with the blue lids were still standing "     \
    "behind the barn, nobody had written down who had taken them, so that in the end three neighbours drove out to "   \
    "look"

void sample_long(struct ui *ui, const struct sample *s)
{
    (void)s;
    ui_screen(ui, K("long"), FORTY_WORDS);
    ui_back(ui, ACT(ACT_BACK));
    ui_context(ui, ICON_CLOCK, FORTY_WORDS);
    ui_heading(ui, K("stem"), UI_TITLE, FORTY_WORDS);
    ui_group(ui, K("options"), UI_RADIOS, "Answers");
    ui_radio(ui, KI(1), "Yes", 0, ACT_ARG(ACT_PICK, 1));
    ui_radio(ui, KI(2), FORTY_WORDS, UI_ON, ACT_ARG(ACT_PICK, 2));
    ui_radio(ui, KI(3), "No", UI_UNSURE, ACT_ARG(ACT_PICK, 3));
    ui_end(ui);
    ui_warning(ui, K("warning"), FORTY_WORDS);
    ui_open(ui, K("rows"), UI_LIST, "Rows", (struct ui_box){.flow = UI_COLUMN});
    ui_card_row(ui, KI(4), ICON_BOOK, FORTY_WORDS, FORTY_WORDS, AREA_D1, 0, ACT(ACT_OPEN));
    ui_card_row(ui, KI(5), ICON_BOOK, "One", "Word", AREA_D1, 0, ACT(ACT_OPEN));
    ui_item(ui, KI(6), ICON_DONE, "Word", FORTY_WORDS, 500, AREA_D2, 0);
    ui_end(ui);
    ui_writing(ui, K("writing"), FORTY_WORDS, FORTY_WORDS, UI_ON, ACT(ACT_SHOW));
    ui_button(ui, K("more"), FORTY_WORDS, 0, ACT(ACT_OPEN));
    ui_main(ui, K("go"), "Go", ICON_NEXT, 0, ACT(ACT_NEXT));
    ui_end(ui);
}

void sample_typing(struct ui *ui, const struct sample *s)
{
    const struct ui_keyboard_words words = {"Keyboard", "á à", "1 2 3", "space", "Delete"};

    ui_screen(ui, K("typing"), "Search");
    ui_back(ui, ACT(ACT_BACK));
    ui_field(ui, K("field"), "What are you looking for?", s->typed, UI_ON, NO_ACT);
    ui_keyboard(ui, K("keys"), keyboard_of(s->keyboard ? s->keyboard : "en"), s->keys, &words, ACT(ACT_TYPE),
                ACT(ACT_TURN));
    ui_main(ui, K("go"), "Search", ICON_SEARCH, 0, ACT(ACT_SHOW));
    ui_end(ui);
}

void sample_pictures(struct ui *ui, const struct sample *s)
{
    static const char *const names[] = {"jar", "van", "hen", "key", "tree", "boat", "hat", "cup"};

    (void)s;
    ui_screen(ui, K("pictures"), "Your pictures");
    ui_back(ui, ACT(ACT_BACK));
    ui_text(ui, K("ask"), UI_BODY, "Touch your four pictures in order.", 0);
    ui_open(ui, K("all"), UI_GROUP, "Pictures",
            (struct ui_box){.flow = UI_GRID, .min_column_dp = 110, .flags = UI_SECRET});
    for (int i = 0; i < 8; i++) {
        ui_picture(ui, KI(i + 1), ICON_BOOK, names[i], UI_SECRET, ACT_ARG(ACT_PICK, -1 - i));
    }
    ui_end(ui);
    ui_open(ui, K("dealt"), UI_GROUP, "Dealt", (struct ui_box){.flow = UI_GRID, .min_column_dp = 200});
    for (int i = 0; i < 4; i++) {
        ui_dealt(ui, KI(i), ICON_BOOK, "1", names[i], UI_PERSONAL);
    }
    ui_end(ui);
    ui_letters(ui, K("letters"), "23456789ABCDEFGH", "Delete", UI_SECRET, ACT(ACT_KEY));
    ui_keypad(ui, K("code"), "3816402957", NULL, "Delete", UI_SECRET, ACT(ACT_KEY));
    ui_end(ui);
}

/* ---- the loop ---- */

static void on_hush(void *self)
{
    ((struct fixture *)self)->n_hushed++;
}

void kit_open(struct fixture *f, void (*build)(struct ui *, const struct sample *))
{
    struct ui_host host = {.self = f, .hush = on_hush};

    *f = (struct fixture){.build = build};
    clock_go_virtual();
    CHECK(text_init(NULL, NULL));
    CHECK(shape_init(NULL, NULL));
    f->ui = ui_new(&host);
    f->frame = (struct ui_frame){.lang = "en",
                                 .text_percent = 100,
                                 .theme = THEME_PAPER,
                                 .help = HELP,
                                 .n_help = M2_COUNT(HELP),
                                 .words = &WORDS,
                                 .is_speaking = true};
    kit_panel(f, &ui_panels[2]);
    kit_settle(f);
}

void kit_close(struct fixture *f)
{
    ui_free(f->ui);
    SDL_FreeSurface(f->canvas);
    shape_quit();
    text_quit();
    f->ui = NULL;
    f->canvas = NULL;
}

void kit_panel(struct fixture *f, const struct ui_panel *panel)
{
    SDL_FreeSurface(f->canvas);
    f->canvas = SDL_CreateRGBSurfaceWithFormat(0, panel->w_px, panel->h_px, 32, SDL_PIXELFORMAT_XRGB8888);
    ui_resize(f->ui, panel->w_px, panel->h_px, panel->w_mm, panel->h_mm);
}

void kit_build(struct fixture *f)
{
    ui_begin(f->ui, &f->frame);
    f->build(f->ui, &f->sample);
    ui_finish(f->ui);
}

void kit_paint(struct fixture *f)
{
    if (ui_is_dirty(f->ui)) {
        ui_paint(f->ui, f->canvas);
    }
}

void kit_settle(struct fixture *f)
{
    kit_build(f);
    kit_paint(f);
    while (ui_take(f->ui, &f->act)) {
        f->n_acts++;
        if (f->act.id == ACT_PICK) {
            f->sample.picked = f->act.arg;
        } else if (f->act.id == ACT_SHOW) {
            f->sample.is_done = true;
        } else if (f->act.id == ACT_TURN) {
            f->sample.keys = (enum keyboard_page)f->act.arg;
        } else if (f->act.id == ACT_TYPE) {
            char bytes[4];
            size_t n = (size_t)utf8_put((uint32_t)f->act.arg, bytes), at = strlen(f->sample.typed);

            CHECK(at + n < sizeof f->sample.typed);
            memcpy(f->sample.typed + at, bytes, n);
            f->sample.typed[at + n] = '\0';
        }
        kit_build(f);
        kit_paint(f);
    }
}

void kit_key(struct fixture *f, SDL_Keycode key, Uint16 mod)
{
    SDL_Event e = {.key = {.type = SDL_KEYDOWN, .keysym = {.sym = key, .mod = mod}}};

    ui_event(f->ui, &e);
    kit_settle(f);
}

static void finger(struct fixture *f, Uint32 type, int x, int y)
{
    SDL_Event e = {.tfinger = {.type = type, .fingerId = 7}};

    e.tfinger.x = ((float)x + 0.5F) / (float)f->canvas->w;
    e.tfinger.y = ((float)y + 0.5F) / (float)f->canvas->h;
    ui_event(f->ui, &e);
}

void kit_down(struct fixture *f, int x, int y)
{
    finger(f, SDL_FINGERDOWN, x, y);
}

void kit_move(struct fixture *f, int x, int y)
{
    finger(f, SDL_FINGERMOTION, x, y);
}

void kit_up(struct fixture *f, int x, int y)
{
    finger(f, SDL_FINGERUP, x, y);
}

const struct ui_node *kit_node(struct fixture *f, const char *path)
{
    for (const struct ui_node *n = ui_next(ui_root(f->ui)); n; n = ui_next(n)) {
        if (ui_is_listed(n) && strcmp(n->path, path) == 0) {
            return n;
        }
    }
    print_message("no node '%s'\n", path);
    CHECK(!"the node is there");
    return NULL;
}

const char *kit_focus(struct fixture *f)
{
    return ui_focus(f->ui) ? ui_focus(f->ui)->path : "";
}

char *kit_dump(struct fixture *f)
{
    struct buf b = {0};

    ui_dump(f->ui, &b);
    return buf_detach(&b);
}

/* ---- driver ---- */

static struct ui *host_ui(void *self)
{
    return ((struct fixture *)self)->ui;
}

static bool host_settle(void *self, struct err *err)
{
    (void)err;
    kit_settle(self);
    return true;
}

static bool host_advance(void *self, int64_t ms, struct err *err)
{
    (void)err;
    clock_advance(ms);
    ui_tick(((struct fixture *)self)->ui);
    kit_settle(self);
    return true;
}

static SDL_Surface *host_canvas(void *self)
{
    return ((struct fixture *)self)->canvas;
}

static void host_quit(void *self)
{
    ((struct fixture *)self)->wants_quit = true;
}

struct driver_host kit_driver(struct fixture *f)
{
    return (struct driver_host){.self = f,
                                .ui = host_ui,
                                .settle = host_settle,
                                .advance = host_advance,
                                .canvas = host_canvas,
                                .quit = host_quit};
}
