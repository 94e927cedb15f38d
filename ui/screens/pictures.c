/* pictures: what tokens are made of, and the field in which they are touched. */
#include "pictures.h"
#include "base/rng.h"
#include "tr.h"

#include "base/banned.h"

enum { PITCH_DP = 92, COLUMNS = 10, TAKE_BACK = '\b' };

static const struct {
    enum icon icon;
    const char *name;
} table[TOKENS_PICTURES] = {
    {ICON_PICTURE_KEY, tr_mark("picture", "key")},           {ICON_PICTURE_CAT, tr_mark("picture", "cat")},
    {ICON_PICTURE_TREE, tr_mark("picture", "tree")},         {ICON_PICTURE_BICYCLE, tr_mark("picture", "bicycle")},
    {ICON_PICTURE_BOAT, tr_mark("picture", "boat")},         {ICON_PICTURE_FISH, tr_mark("picture", "fish")},
    {ICON_PICTURE_BELL, tr_mark("picture", "bell")},         {ICON_PICTURE_UMBRELLA, tr_mark("picture", "umbrella")},
    {ICON_PICTURE_SCISSORS, tr_mark("picture", "scissors")}, {ICON_PICTURE_APPLE, tr_mark("picture", "apple")},
    {ICON_PICTURE_STAR, tr_mark("picture", "star")},         {ICON_PICTURE_MOON, tr_mark("picture", "moon")},
    {ICON_PICTURE_SUN, tr_mark("picture", "sun")},           {ICON_PICTURE_CLOUD, tr_mark("picture", "cloud")},
    {ICON_PICTURE_FIRE, tr_mark("picture", "fire")},         {ICON_PICTURE_FLOWER, tr_mark("picture", "flower")},
    {ICON_PICTURE_HEART, tr_mark("picture", "heart")},       {ICON_PICTURE_CROWN, tr_mark("picture", "crown")},
    {ICON_PICTURE_LEAF, tr_mark("picture", "leaf")},         {ICON_PICTURE_CARROT, tr_mark("picture", "carrot")},
    {ICON_PICTURE_COW, tr_mark("picture", "cow")},           {ICON_PICTURE_BALL, tr_mark("picture", "ball")},
    {ICON_PICTURE_DUCK, tr_mark("picture", "duck")},         {ICON_PICTURE_OWL, tr_mark("picture", "owl")},
    {ICON_PICTURE_CASTLE, tr_mark("picture", "castle")},     {ICON_PICTURE_BED, tr_mark("picture", "bed")},
    {ICON_PICTURE_TRAIN, tr_mark("picture", "train")},       {ICON_PICTURE_TRUCK, tr_mark("picture", "truck")},
    {ICON_PICTURE_PLANE, tr_mark("picture", "plane")},       {ICON_PICTURE_ANCHOR, tr_mark("picture", "anchor")},
    {ICON_PICTURE_CUP, tr_mark("picture", "cup")},           {ICON_PICTURE_GLASSES, tr_mark("picture", "glasses")},
    {ICON_PICTURE_SHIRT, tr_mark("picture", "shirt")},       {ICON_PICTURE_VIOLIN, tr_mark("picture", "violin")},
    {ICON_PICTURE_CANDLE, tr_mark("picture", "candle")},     {ICON_PICTURE_WATCH, tr_mark("picture", "watch")},
    {ICON_PICTURE_BASKET, tr_mark("picture", "basket")},     {ICON_PICTURE_BROOM, tr_mark("picture", "broom")},
    {ICON_PICTURE_GIFT, tr_mark("picture", "gift")},         {ICON_PICTURE_PIZZA, tr_mark("picture", "pizza")},
};

enum icon picture_icon(int picture)
{
    return table[picture].icon;
}

const char *picture_name(int picture)
{
    return trc("picture", table[picture].name);
}

void pictures_shuffle(struct pictures *p, const struct app *app)
{
    struct rng r = {.state = app->opt.seed};
    int order[TOKENS_PICTURES];

    if (!r.state) {
        rng_secret(&r, sizeof r);
    }
    for (int i = 0; i < TOKENS_PICTURES; i++) {
        order[i] = i;
    }
    rng_shuffle(&r, order, TOKENS_PICTURES);
    for (int i = 0; i < TOKENS_PICTURES; i++) {
        p->order[i] = (uint8_t)order[i];
    }
}

void pictures_picked(const struct pictures *p, unsigned flags, struct ui_act act, struct ui *ui)
{
    char dots[TOKENS_PICK_MAX + 1] = "";

    for (int i = 0; i < p->n; i++) {
        dots[i] = '*'; /* how many, not which */
    }
    dots[p->n] = '\0';
    ui_open(ui, K("so_far"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 200, .align = UI_CENTER});
    ui_field(ui, K("picked"), tr("Pictures"), dots, UI_SECRET | UI_ON, NO_ACT);
    ui_icon_button(ui, K("delete"), ICON_DELETE, tr("Delete"), p->n ? flags : UI_OFF, ACT_ARG(act.id, TAKE_BACK));
    ui_end(ui);
}

void pictures_field(const struct pictures *p, unsigned flags, struct ui_act act, struct ui *ui)
{
    ui_open(
        ui, K("pictures"), UI_GROUP, NULL,
        (struct ui_box){.flow = UI_GRID,
                        .columns = COLUMNS,
                        .min_column_dp = PITCH_DP * 100 / ui_text_percent(ui), /* no words in it: it need not grow */
                        .gap_dp = 13});
    for (int i = 0; i < TOKENS_PICTURES; i++) {
        int picture = p->order[i];

        ui_picture(ui, KN("p", picture), picture_icon(picture), picture_name(picture), flags | UI_SECRET,
                   ACT_ARG(act.id, -1 - picture)); /* no character that can be typed */
    }
    ui_end(ui);
}

void pictures_touch(struct pictures *p, int64_t arg)
{
    if (arg == TAKE_BACK) {
        p->n -= p->n > 0;
    } else if (p->n < TOKENS_PICK_MAX) {
        p->pick[p->n++] = (uint8_t)(-1 - arg);
    }
}

void pictures_clear(struct pictures *p)
{
    mem_wipe(p->pick, sizeof p->pick);
    p->n = 0;
}
