/* board_words: the table of phrases, and what a card says. */
#include "screens/board_words.h"
#include "tr.h"
#include <assert.h>
#include <string.h>

#include "base/banned.h"

static const struct {
    const char *id;
    enum icon icon;
    const char *title, *offer, *need; /* offer, need: the sentence below the title */
} phrases[CARD_PHRASES] = {
    {"work-place", ICON_LAPTOP, tr_mark("phrase", "A place to work"),
     tr_mark("phrase", "There is a free table with light and power."),
     tr_mark("phrase", "I am looking for a table with light and power.")},
    {"cold-room", ICON_FRIDGE, tr_mark("phrase", "Space in a cold room"),
     tr_mark("phrase", "Some shelves in my cold room are free."), tr_mark("phrase", "I need some cold shelves.")},
    {"storage", ICON_PACKAGE, tr_mark("phrase", "Dry storage"),
     tr_mark("phrase", "There is dry space for boxes or sacks."),
     tr_mark("phrase", "I need dry space for boxes or sacks.")},
    {"kitchen", ICON_KITCHEN, tr_mark("phrase", "A kitchen to work in"),
     tr_mark("phrase", "My work kitchen is free at times."),
     tr_mark("phrase", "I need a kitchen where I may cook for sale.")},
    {"market-stall", ICON_STORE, tr_mark("phrase", "A place at a market stall"),
     tr_mark("phrase", "There is room at my stall."), tr_mark("phrase", "I am looking for room at a stall.")},
    {"shop-shelf", ICON_CART, tr_mark("phrase", "A shelf in a shop"),
     tr_mark("phrase", "Your goods can stand in my shop."), tr_mark("phrase", "I am looking for a shop for my goods.")},
    {"transport", ICON_PICTURE_TRUCK, tr_mark("phrase", "Transport for goods"),
     tr_mark("phrase", "There is room in my van or trailer."), tr_mark("phrase", "I have goods that must travel.")},
    {"lift", ICON_CAR, tr_mark("phrase", "A lift by car"), tr_mark("phrase", "There is a free seat when I drive."),
     tr_mark("phrase", "I am looking for a free seat.")},
    {"vehicle", ICON_PICTURE_KEY, tr_mark("phrase", "A van or a trailer"),
     tr_mark("phrase", "You can use my van or trailer."),
     tr_mark("phrase", "I need a van or a trailer for a short time.")},
    {"machine", ICON_FACTORY, tr_mark("phrase", "A machine to share"),
     tr_mark("phrase", "You can use my machine, or I come with it."),
     tr_mark("phrase", "I need a machine for a short time.")},
    {"tools", ICON_SCREWDRIVER, tr_mark("phrase", "Tools to borrow"), tr_mark("phrase", "You can borrow my tools."),
     tr_mark("phrase", "I need tools for a short time.")},
    {"repair", ICON_WRENCH, tr_mark("phrase", "Small repairs"), tr_mark("phrase", "I repair small things."),
     tr_mark("phrase", "I have something to repair.")},
    {"help-for-a-day", ICON_HAMMER, tr_mark("phrase", "Help for a day"),
     tr_mark("phrase", "I can lend a hand for a day."), tr_mark("phrase", "I need a pair of hands for a day.")},
    {"harvest-help", ICON_PICTURE_CARROT, tr_mark("phrase", "Help with the harvest"),
     tr_mark("phrase", "I can help at harvest time."), tr_mark("phrase", "I need hands for the harvest.")},
    {"jars-and-boxes", ICON_PICTURE_BASKET, tr_mark("phrase", "Jars and boxes"),
     tr_mark("phrase", "I have jars or boxes left over."), tr_mark("phrase", "I need jars or boxes.")},
    {"order-together", ICON_PEOPLE, tr_mark("phrase", "Order together"),
     tr_mark("phrase", "I am ordering soon. You can join in."),
     tr_mark("phrase", "I am looking for others to order with me.")},
    {"surplus-food", ICON_PICTURE_APPLE, tr_mark("phrase", "Food that is left over"),
     tr_mark("phrase", "I have fruit, vegetables or other food left over."),
     tr_mark("phrase", "I can use fruit, vegetables or other food that is left over.")},
    {"plants-and-seeds", ICON_PICTURE_LEAF, tr_mark("phrase", "Plants and seeds"),
     tr_mark("phrase", "I have plants or seeds to pass on."), tr_mark("phrase", "I am looking for plants or seeds.")},
    {"firewood", ICON_PICTURE_FIRE, tr_mark("phrase", "Firewood"), tr_mark("phrase", "I have firewood to spare."),
     tr_mark("phrase", "I need firewood.")},
    {"photos", ICON_CAMERA, tr_mark("phrase", "Photos of products"),
     tr_mark("phrase", "I take photos of your products."),
     tr_mark("phrase", "I am looking for someone to take photos of my products.")},
    {"labels", ICON_TAG, tr_mark("phrase", "Labels for products"), tr_mark("phrase", "I make or print labels."),
     tr_mark("phrase", "I need someone to make or print labels.")},
    {"language-help", ICON_LANGUAGE, tr_mark("phrase", "Help with a language"),
     tr_mark("phrase", "I help with letters and calls in another language."),
     tr_mark("phrase", "I need help with letters or calls in another language.")},
    {"accounts-help", ICON_MONEY, tr_mark("phrase", "Help with accounts"),
     tr_mark("phrase", "I help to put receipts and figures in order."),
     tr_mark("phrase", "I need help with receipts and figures.")},
    {"computer-help", ICON_PHONE, tr_mark("phrase", "Help with phone and computer"),
     tr_mark("phrase", "I show you how things work."), tr_mark("phrase", "I need someone to show me how things work.")},
    {"online-shop-help", ICON_SHOPPING, tr_mark("phrase", "Help with selling online"),
     tr_mark("phrase", "I help to put your products on the internet."),
     tr_mark("phrase", "I need help to put my products on the internet.")},
    {"teach-a-skill", ICON_LEARN, tr_mark("phrase", "Learn a craft"), tr_mark("phrase", "I show you how I make it."),
     tr_mark("phrase", "I would like to learn how something is made.")},
};

static const struct {
    const char *name; /* as one says when something is every week */
} weekdays[CARD_WEEKDAY_MAX] = {
    {tr_mark("weekday of a card", "Mondays")},    {tr_mark("weekday of a card", "Tuesdays")},
    {tr_mark("weekday of a card", "Wednesdays")}, {tr_mark("weekday of a card", "Thursdays")},
    {tr_mark("weekday of a card", "Fridays")},    {tr_mark("weekday of a card", "Saturdays")},
    {tr_mark("weekday of a card", "Sundays")},
};

/* The phrase's place in the table; cards of phrases that are not there do not reach a screen (store/board.h). */
static int place_of(const char *id)
{
    int i = 0;

    while (strcmp(phrases[i].id, id) != 0) {
        i++;
        assert(i < CARD_PHRASES && "a phrase without words");
    }
    return i;
}

const char *board_kind_word(enum card_kind kind)
{
    return kind == CARD_OFFER ? tr("Offer") : kind == CARD_NEED ? tr("Need") : tr("Workshop");
}

enum theme_area board_kind_area(enum card_kind kind)
{
    return kind == CARD_OFFER ? AREA_D5 : kind == CARD_NEED ? AREA_D4 : AREA_D3;
}

enum icon board_phrase_icon(const char *phrase)
{
    return *phrase ? phrases[place_of(phrase)].icon : ICON_PENCIL;
}

const char *board_phrase_word(const char *phrase)
{
    return trc("phrase", phrases[place_of(phrase)].title);
}

const char *board_weekday(int weekday)
{
    return trc("weekday of a card", weekdays[weekday - 1].name);
}

/* A number stays on the line of what it counts. */
static const char *on_one_line(const char *text, struct arena *a)
{
    static const char no_break[] = "\xC2\xA0";
    char *out = arena_alloc(a, strlen(text) * (sizeof no_break - 1) + 1), *at = out;

    for (; *text; text++) {
        if (*text == ' ') {
            memcpy(at, no_break, sizeof no_break - 1);
            at += sizeof no_break - 1;
        } else {
            *at++ = *text;
        }
    }
    return out;
}

const char *board_amount(enum card_unit unit, int n, struct arena *a)
{
    const char *text = "";

    switch (unit) {
    case CARD_NO_AMOUNT:
        return "";
    case CARD_SQUARE_METRES:
        text = tr("{n} m²");
        break;
    case CARD_PIECES:
        text = trn("{n} piece", "{n} pieces", n);
        break;
    case CARD_KILOGRAMS:
        text = tr("{n} kg");
        break;
    case CARD_HOURS:
        text = trn("{n} hour", "{n} hours", n);
        break;
    case CARD_DAYS:
        text = trn("{n} day", "{n} days", n);
        break;
    case CARD_PEOPLE:
        text = trn("{n} person", "{n} people", n);
        break;
    }
    return on_one_line(tr_fmt(a, text, "n", tr_number(a, n), NULL), a);
}

const char *board_title(const struct card *c, struct arena *a)
{
    const struct card_phrase *p = card_phrase(c->phrase);
    bool has_amount = p && p->unit != CARD_NO_AMOUNT && c->amount > 0;
    const char *what = *c->phrase ? board_phrase_word(c->phrase) : c->title,
               *amount = has_amount ? board_amount(p->unit, c->amount, a) : "",
               *weekday = c->weekday ? board_weekday(c->weekday) : "";

    return has_amount && c->weekday
               ? tr_fmt(a, tr("{what}, {amount}, {weekday}"), "what", what, "amount", amount, "weekday", weekday, NULL)
           : has_amount ? tr_fmt(a, tr("{what}, {amount}"), "what", what, "amount", amount, NULL)
           : c->weekday ? tr_fmt(a, tr("{what}, {weekday}"), "what", what, "weekday", weekday, NULL)
                        : what;
}

const char *board_text(const struct card *c)
{
    int i;

    if (!*c->phrase) {
        return c->text;
    }
    i = place_of(c->phrase);
    return c->kind == CARD_NEED ? trc("phrase", phrases[i].need) : trc("phrase", phrases[i].offer);
}
