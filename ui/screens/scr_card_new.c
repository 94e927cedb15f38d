/* scr_card_new: a card is made, one choice a page: offer or need, a phrase or own words, how long, a look at it, up.
 * Staff write a workshop of the hub in the same way. */
#include "base/utf8.h"
#include "screens/board_face.h"
#include "screens/typing.h"
#include "tr.h"
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

enum {
    ACT_BACK = 1,
    ACT_KIND,
    ACT_PHRASE,
    ACT_OWN_WORDS,
    ACT_DIGIT,
    ACT_WEEKDAY,
    ACT_TITLE,
    ACT_TEXT,
    ACT_TYPE,
    ACT_TURN,
    ACT_WEEKS,
    ACT_NEXT,
    ACT_PUT
};
enum step { STEP_KIND, STEP_WHAT, STEP_MORE, STEP_WORDS, STEP_WEEKS, STEP_PREVIEW };
enum { USUAL_WEEKS = 2, FIELDS_BESIDE_DP = 1000, TAIL_LETTERS = 16, DAYS_OF_WEEK = 7 };

struct scr_card_new {
    struct screen base;
    enum step step;
    struct card card;
    bool has_own_words;
    bool is_text; /* the keys write the second field */
    bool is_full; /* the last key found no room */
    enum keyboard_page keys;
    int n_refused;
    enum card_filter refused; /* why own words cannot go on; CARD_FINE = they were not tried, or can */
    bool is_sent;
};

static bool new_open(struct screen *base, struct app *app, struct err *err)
{
    struct scr_card_new *s = (struct scr_card_new *)base;

    (void)app;
    (void)err;
    s->card.days = card_weeks[USUAL_WEEKS] * DAYS_OF_WEEK;
    if (base->class == &scr_card_new_staff) {
        s->card.kind = CARD_WORKSHOP;
        s->has_own_words = true;
        s->step = STEP_WORDS;
    }
    return true;
}

/* --- offer or need, and what
 * ------------------------------------------------------------------------------------------------------------------ */

static void kinds(struct ui *ui)
{
    ui_text(ui, K("rule"), UI_BODY,
            tr("A card has no name and no phone number. Whoever is interested asks at the hub for the card by its "
               "number. Cards are for adults."),
            0);
    ui_open(ui, K("kinds"), UI_GROUP, tr("What is the card for?"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420, .grow = 1});
    ui_tile(ui, K("offer"), ICON_PICTURE_GIFT, tr("I offer something"), tr("Space, a machine, goods, a hand, a skill."),
            board_kind_area(CARD_OFFER), ACT_ARG(ACT_KIND, CARD_OFFER));
    ui_tile(ui, K("need"), ICON_SEARCH, tr("I need something"), tr("Space, a machine, goods, a hand, a skill."),
            board_kind_area(CARD_NEED), ACT_ARG(ACT_KIND, CARD_NEED));
    ui_end(ui);
}

static void phrases(const struct scr_card_new *s, struct ui *ui)
{
    ui_open(ui, K("what"), UI_LIST, s->card.kind == CARD_OFFER ? tr("What do you offer?") : tr("What do you need?"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420, .gap_dp = 12});
    for (int i = 0; i < CARD_PHRASES; i++) {
        const char *id = card_phrases[i].id;

        ui_card_row(ui, KS(id), board_phrase_icon(id), board_phrase_word(id), NULL, board_kind_area(s->card.kind), 0,
                    ACT_ARG(ACT_PHRASE, i));
    }
    ui_end(ui);
    ui_card_row(ui, K("own"), ICON_PENCIL, tr("In my own words"), tr("Staff look at the card before it is up."),
                board_kind_area(s->card.kind), 0, ACT(ACT_OWN_WORDS));
}

/* --- how much, and on which day
 * ------------------------------------------------------------------------------------------------------------------ */

static void weekdays(const struct scr_card_new *s, struct ui *ui)
{
    ui_text(ui, K("day"), UI_BODY, tr("On which day?"), 0);
    ui_group(ui, K("days"), UI_TABS, tr("On which day?"));
    ui_chip(ui, KI(0), ICON_NONE, tr("any day"), s->card.weekday ? 0 : UI_ON, ACT_ARG(ACT_WEEKDAY, 0));
    for (int i = 1; i <= CARD_WEEKDAY_MAX; i++) {
        ui_chip(ui, KI(i), ICON_NONE, board_weekday(i), s->card.weekday == i ? UI_ON : 0, ACT_ARG(ACT_WEEKDAY, i));
    }
    ui_end(ui);
}

static void more(const struct scr_card_new *s, struct ui *ui)
{
    const struct card_phrase *p = card_phrase(s->card.phrase);
    struct arena *a = ui_arena(ui);
    bool has_unit = p->unit != CARD_NO_AMOUNT;

    ui_open(ui, K("page"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_ROW, .min_column_dp = 380, .gap_dp = 24, .align = UI_START});
    ui_open(ui, K("left"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_COLUMN, .grow = 1});
    ui_text(ui, K("so_far"), UI_TITLE, board_title(&s->card, a), UI_BOLD);
    ui_text(ui, K("optional"), UI_BODY, tr("You can say more here, or go on."), 0);
    if (has_unit) {
        ui_field(ui, K("amount"), tr("How much?"), s->card.amount ? board_amount(p->unit, s->card.amount, a) : "",
                 UI_ON, NO_ACT);
    }
    if (p->has_weekday) {
        weekdays(s, ui);
    }
    ui_end(ui);
    if (has_unit) {
        ui_keypad(ui, K("keys"), "7894561230", NULL, tr("Delete"), 0, ACT(ACT_DIGIT));
    }
    ui_end(ui);
}

/* --- own words
 * ------------------------------------------------------------------------------------------------------------------ */

static const char *why_refused(enum card_filter why, bool is_workshop)
{
    switch (why) {
    case CARD_EMPTY:
        return tr("Write at least a title.");
    case CARD_TOO_LONG:
        return tr("That is too long for a card. Leave something out.");
    case CARD_HAS_NUMBER:
        return is_workshop ? tr("This looks like a phone number. In a date, write the month as a word.")
                           : tr("Leave out phone numbers: people ask at the hub.");
    case CARD_HAS_ADDRESS:
        return tr("Leave out mail and web addresses: people ask at the hub.");
    default:
        return NULL;
    }
}

static void own_words(const struct scr_card_new *s, struct ui *ui)
{
    const struct ui_keyboard_words words = {tr("Keyboard"), trc("key", "á à"), trc("key", "1 2 3"), tr("space"),
                                            tr("Delete")};
    const char *wrong = why_refused(s->refused, s->card.kind == CARD_WORKSHOP);

    if (wrong || s->is_full) {
        ui_warning(ui, K("refused"), wrong ? wrong : tr("There is no more room on the card."));
    } else {
        ui_text(ui, K("rule"), UI_SMALL,
                s->card.kind == CARD_WORKSHOP
                    ? tr("Say what, when and where. People sign up with you at the hub.")
                    : tr("No names, no numbers, no addresses. Staff look at the card before it is up."),
                0);
    }
    ui_open(ui, K("fields"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 420, .gap_dp = 12});
    ui_writing(ui, K("headline"), tr("Title"), s->card.title, s->is_text ? 0 : UI_ON, ACT(ACT_TITLE));
    ui_writing(ui, K("sentence"), tr("One more sentence, if you like"), s->card.text, s->is_text ? UI_ON : 0,
               ACT(ACT_TEXT));
    ui_end(ui);
    ui_keyboard(ui, K("keys"), keyboard_of(tr_lang()), s->keys, &words, ACT(ACT_TYPE), ACT(ACT_TURN));
}

/* --- how long, and a look at it
 * ------------------------------------------------------------------------------------------------------------------ */

static void weeks(const struct scr_card_new *s, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    ui_heading(ui, K("ask"), UI_TITLE, tr("How long should it stay up?"));
    ui_open(ui, K("weeks"), UI_RADIOS, tr("How long should it stay up?"),
            (struct ui_box){.flow = UI_GRID, .columns = 2, .min_column_dp = 300});
    for (int i = 0; i < CARD_WEEKS; i++) {
        int n = card_weeks[i];

        ui_radio(ui, KI(n), tr_fmt(a, trn("{n} week", "{n} weeks", n), "n", tr_number(a, n), NULL),
                 s->card.days == n * DAYS_OF_WEEK ? UI_ON : 0, ACT_ARG(ACT_WEEKS, n));
    }
    ui_end(ui);
    ui_text(ui, K("then"), UI_SMALL,
            tr("Then it comes down by itself. Days on which nobody uses the station do not count."), UI_SOFT);
}

static void preview(const struct scr_card_new *s, const struct app *app, struct ui *ui)
{
    bool waits = s->has_own_words && s->card.kind != CARD_WORKSHOP;

    board_news(app, ui);
    ui_text(ui, K("so"), UI_BODY, tr("Your card will look like this:"), 0);
    ui_open(ui, K("card"), UI_GROUP, tr("Card"),
            (struct ui_box){.gap_dp = 12, .surface = UI_CARD, .area = board_kind_area(s->card.kind)});
    board_draft(&s->card, ui);
    ui_end(ui);
    ui_text(ui, K("then"), UI_BODY,
            waits ? tr("Staff look at your card first, then it is up.")
                  : tr("It is up at once. Sticks carry it to the other hubs."),
            0);
}

/* --- the page
 * ------------------------------------------------------------------------------------------------------------------ */

static bool has_more(const struct card *c)
{
    const struct card_phrase *p = card_phrase(c->phrase);

    return p && (p->unit != CARD_NO_AMOUNT || p->has_weekday);
}

static enum step next_of(const struct scr_card_new *s)
{
    switch (s->step) {
    case STEP_KIND:
        return STEP_WHAT;
    case STEP_WHAT:
        return s->has_own_words ? STEP_WORDS : has_more(&s->card) ? STEP_MORE : STEP_WEEKS;
    case STEP_MORE:
    case STEP_WORDS:
        return STEP_WEEKS;
    default:
        return STEP_PREVIEW;
    }
}

static enum step step_before(const struct scr_card_new *s)
{
    switch (s->step) {
    case STEP_PREVIEW:
        return STEP_WEEKS;
    case STEP_WEEKS:
        return s->has_own_words ? STEP_WORDS : has_more(&s->card) ? STEP_MORE : STEP_WHAT;
    case STEP_MORE:
    case STEP_WORDS:
        return STEP_WHAT;
    default:
        return STEP_KIND;
    }
}

static void page(const struct scr_card_new *s, const struct app *app, struct ui *ui)
{
    bool is_off = s->step == STEP_WORDS && !*s->card.title;

    switch (s->step) {
    case STEP_KIND:
        kinds(ui);
        return;
    case STEP_WHAT:
        phrases(s, ui);
        return;
    case STEP_MORE:
        more(s, ui);
        break;
    case STEP_WORDS:
        own_words(s, ui);
        break;
    case STEP_WEEKS:
        weeks(s, ui);
        break;
    case STEP_PREVIEW:
        preview(s, app, ui);
        ui_main(ui, K("put"), tr("Put it up"), ICON_BOARD, visit_board(app->visit)->is_asking ? UI_OFF : 0,
                ACT(ACT_PUT));
        return;
    }
    ui_main(ui, K("next"), tr("Next"), ICON_NEXT, is_off ? UI_OFF : 0, ACT(ACT_NEXT));
}

/* The last letters of what is being written. */
static const char *tail(const char *text, struct arena *a)
{
    const char *end = text + strlen(text);
    size_t left = utf8_count(text);

    if (left <= TAIL_LETTERS) {
        return text;
    }
    for (; left > TAIL_LETTERS; left--) {
        utf8_next(&text, end);
    }
    return arena_fmt(a, "…%s", text);
}

/* Where the keys may stand too low to see the field, what is written stands in the title's place. */
static const char *title(const struct scr_card_new *s, struct ui *ui)
{
    const char *now = s->is_text ? s->card.text : s->card.title;

    if (s->step == STEP_WORDS && *now && !ui_is_wide(ui, FIELDS_BESIDE_DP)) {
        return tail(now, ui_arena(ui));
    }
    return s->card.kind == CARD_WORKSHOP ? tr("Add a workshop")
           : s->step == STEP_KIND        ? tr("Put up a card")
           : s->card.kind == CARD_OFFER  ? tr("I offer something")
                                         : tr("I need something");
}

static void new_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    static const char *const pages[] = {"kind", "what", "more", "words", "weeks", "preview"};
    const struct scr_card_new *s = (const struct scr_card_new *)base;
    bool is_staff = s->card.kind == CARD_WORKSHOP;

    ui_screen(ui, is_staff ? K("card_new_staff") : K("card_new"), title(s, ui));
    ui_back(ui, ACT(ACT_BACK));
    ui_page(ui, arena_fmt(ui_arena(ui), "%s %d", pages[s->step], s->n_refused)); /* why stands at the top */
    if (!is_staff && visit_board(app->visit)->n_put >= VISIT_CARDS_MAX) {
        ui_text(ui, K("enough"), UI_BODY,
                tr("You have put up three cards in this visit. That is all for this time. Thank you."), 0);
    } else {
        page(s, app, ui);
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

/* --- what is touched
 * ------------------------------------------------------------------------------------------------------------------ */

static void digit(struct card *c, int64_t key)
{
    const int base = 10;
    int n = key == '\b' ? c->amount / base : c->amount * base + (int)(key - '0');

    c->amount = n <= CARD_AMOUNT_MAX ? n : c->amount;
}

static void type(struct scr_card_new *s, int64_t character)
{
    s->refused = CARD_FINE;
    s->is_full = !(s->is_text ? typing_put(s->card.text, CARD_TEXT_MAX, character)
                              : typing_put(s->card.title, CARD_TITLE_MAX, character));
}

static void choose_phrase(struct scr_card_new *s, int64_t phrase)
{
    if (strcmp(s->card.phrase, card_phrases[phrase].id) != 0) {
        s->card.amount = s->card.weekday = 0;
    }
    s->has_own_words = false;
    snprintf(s->card.phrase, sizeof s->card.phrase, "%s", card_phrases[phrase].id);
    s->step = next_of(s);
}

static void choose_own_words(struct scr_card_new *s)
{
    s->has_own_words = true;
    s->card.phrase[0] = '\0';
    s->card.amount = s->card.weekday = 0;
    s->step = next_of(s);
}

/* Spaces at an end are nobody's words. */
static void trim(char *text)
{
    size_t n = strlen(text);

    while (n && text[n - 1] == ' ') {
        text[--n] = '\0';
    }
}

static void go_on(struct scr_card_new *s)
{
    if (s->step == STEP_WORDS) {
        trim(s->card.title);
        trim(s->card.text);
        s->refused = card_filter(s->card.title, s->card.text);
        if (s->refused != CARD_FINE) {
            s->n_refused++;
            return;
        }
    }
    s->step = next_of(s);
}

static bool put(struct scr_card_new *s, struct app *app, struct err *err)
{
    struct card c = s->card;
    bool ok;

    if (s->has_own_words) {
        snprintf(c.lang, sizeof c.lang, "%s", tr_lang());
    } else {
        c.title[0] = c.text[0] = '\0';
    }
    s->is_sent = true;
    ok = (c.kind == CARD_WORKSHOP ? visit_board_staff_put : visit_board_put)(app->visit, &c, err);
    mem_wipe(&c, sizeof c);
    return ok;
}

static const struct screen_class *board_behind(const struct scr_card_new *s)
{
    return s->card.kind == CARD_WORKSHOP ? &scr_board_staff : &scr_board;
}

static void back(struct scr_card_new *s, struct app *app)
{
    bool is_first = s->step == STEP_KIND || (s->card.kind == CARD_WORKSHOP && s->step == STEP_WORDS) ||
                    visit_board(app->visit)->n_put >= VISIT_CARDS_MAX;

    if (is_first) {
        app_go(app, board_behind(s));
    } else {
        s->step = step_before(s);
    }
}

static bool new_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_card_new *s = (struct scr_card_new *)base;

    switch (act.id) {
    case ACT_KIND:
        s->card.kind = (enum card_kind)act.arg;
        s->step = next_of(s);
        break;
    case ACT_PHRASE:
        choose_phrase(s, act.arg);
        break;
    case ACT_OWN_WORDS:
        choose_own_words(s);
        break;
    case ACT_DIGIT:
        digit(&s->card, act.arg);
        break;
    case ACT_WEEKDAY:
        s->card.weekday = (int)act.arg;
        break;
    case ACT_TITLE:
    case ACT_TEXT:
        s->is_text = act.id == ACT_TEXT;
        break;
    case ACT_TYPE:
        type(s, act.arg);
        break;
    case ACT_TURN:
        s->keys = (enum keyboard_page)act.arg;
        break;
    case ACT_WEEKS:
        s->card.days = (int)act.arg * DAYS_OF_WEEK;
        break;
    case ACT_NEXT:
        go_on(s);
        break;
    case ACT_PUT:
        return put(s, app, err);
    default:
        back(s, app);
    }
    return true;
}

static void new_visit(struct screen *base, struct app *app, enum visit_event event)
{
    struct scr_card_new *s = (struct scr_card_new *)base;
    const struct visit_board *board = visit_board(app->visit);

    if (event == VISIT_BOARD && s->is_sent) {
        s->is_sent = false;
        if (board->err.code == ERR_NONE) {
            app->board = (struct app_board){.news = board->news};
            app_go(app, board_behind(s));
        }
    }
}

const struct screen_class scr_card_new = {
    .name = "card_new",
    .size = sizeof(struct scr_card_new),
    .open = new_open,
    .build = new_build,
    .action = new_action,
    .visit = new_visit,
};

const struct screen_class scr_card_new_staff = {
    .name = "card_new_staff",
    .size = sizeof(struct scr_card_new),
    .open = new_open,
    .build = new_build,
    .action = new_action,
    .visit = new_visit,
    .idle_ms = STAFF_IDLE_MS,
    .ends_when_idle = true,
};
