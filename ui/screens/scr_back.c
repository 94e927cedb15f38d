/* scr_back: who was here before comes back with pictures, or with the code on the card (THREATS T41, ACCESSIBILITY A25,
 * A67). */
#include "pictures.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

enum { ACT_TOUCH = 1, ACT_LETTER, ACT_OPEN, ACT_TURN, ACT_BACK };
enum { GROUP_LETTERS = 4 };

struct scr_back {
    struct screen base;
    bool with_code, was_tried;
    struct pictures pictures;
    char code[TOKENS_CODE_LETTERS + 1];
    int n; /* letters */
    int n_tried;
};

static bool back_open(struct screen *base, struct app *app, struct err *err)
{
    (void)err;
    pictures_shuffle(&((struct scr_back *)base)->pictures, app);
    return true;
}

/* What became of the last try, in place of how it is done: nothing moves. The same words for whatever was wrong. False:
 * there is nothing to tell. */
static bool answer(const struct scr_back *s, const struct app *app, struct ui *ui)
{
    const struct visit_token *t = visit_token(app->visit);
    struct arena *a = ui_arena(ui);

    if (t->is_asking && app_is_waiting_long(app)) {
        ui_status(ui, K("looking"), tr("Looking…"));
    } else if (t->is_asking || !s->was_tried || t->news != VISIT_TOKEN_TRIED) {
        return false;
    } else if (t->answer == TOKENS_ONLY_CODE) {
        ui_warning(ui, K("only_code"),
                   tr("Pictures were tried too often here today. Your card code still opens your place."));
    } else if (t->wait_s > 0) {
        ui_warning(ui, K("wait"),
                   tr_fmt(a,
                          trn("That opens nothing. You can try again in {n} second.",
                              "That opens nothing. You can try again in {n} seconds.", t->wait_s),
                          "n", tr_number(a, t->wait_s), NULL));
    } else {
        ui_warning(ui, K("wrong"), tr("That opens nothing. Try again, or use your card."));
    }
    return true;
}

/* ABCD EFGH … as far as it is typed. */
static const char *in_groups(struct arena *a, const char *code)
{
    char *out = arena_alloc(a, TOKENS_CODE_LETTERS + TOKENS_CODE_LETTERS / GROUP_LETTERS);
    int n = 0;

    for (int i = 0; code[i]; i++) {
        if (i && i % GROUP_LETTERS == 0) {
            out[n++] = ' ';
        }
        out[n++] = code[i];
    }
    return out;
}

static void by_pictures(const struct scr_back *s, unsigned off, struct ui *ui)
{
    ui_open(ui, K("top"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 440, .align = UI_CENTER});
    pictures_picked(&s->pictures, off, ACT(ACT_TOUCH), ui);
    ui_icon_button(ui, K("turn"), ICON_CARD, tr("Use my card code"), off, ACT(ACT_TURN));
    ui_end(ui);
    pictures_field(&s->pictures, off, ACT(ACT_TOUCH), ui);
}

static void by_code(const struct scr_back *s, unsigned off, struct ui *ui)
{
    ui_open(ui, K("top"), UI_PLAIN, NULL, (struct ui_box){.flow = UI_ROW, .min_column_dp = 440, .align = UI_CENTER});
    ui_text(ui, K("code"), UI_TITLE, s->n ? in_groups(ui_arena(ui), s->code) : "–", UI_BOLD);
    ui_say_as(ui, tr("Card code")); /* the letters are for the eyes */
    ui_icon_button(ui, K("turn"), ICON_TAG, tr("Use my pictures"), off, ACT(ACT_TURN));
    ui_end(ui);
    ui_letters(ui, K("letters"), tokens_letters, tr("Delete"), off | UI_SECRET, ACT(ACT_LETTER));
}

static void back_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_back *s = (const struct scr_back *)base;
    bool is_asking = visit_token(app->visit)->is_asking;
    bool is_enough = s->with_code ? s->n == TOKENS_CODE_LETTERS : s->pictures.n >= TOKENS_PICK_MIN;
    unsigned off = is_asking ? UI_OFF : 0;

    ui_screen(ui, K("back"), tr("I was here before"));
    ui_back(ui, ACT(ACT_BACK));
    ui_page(ui, tr_fmt(ui_arena(ui), "{way} {n}", "way", s->with_code ? "code" : "pictures", "n",
                       tr_number(ui_arena(ui), s->n_tried), NULL)); /* what became of a try stands at the top */
    if (!answer(s, app, ui)) {
        ui_text(ui, K("how"), UI_BODY,
                s->with_code ? tr("Touch the sixteen letters and numbers of your card code.")
                             : tr("Touch your pictures in their order. They stand in another place each time."),
                0);
    }
    (s->with_code ? by_code : by_pictures)(s, off, ui);
    ui_main(ui, K("open"), tr("Open"), ICON_NEXT, is_enough ? off : UI_OFF, ACT(ACT_OPEN));
    app_dialogs(app, ui);
    ui_end(ui);
}

static void letter(struct scr_back *s, int64_t c)
{
    if (c == '\b') {
        s->n -= s->n > 0;
    } else if (s->n < TOKENS_CODE_LETTERS) {
        s->code[s->n++] = (char)c;
    }
    s->code[s->n] = '\0';
}

static bool back_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_back *s = (struct scr_back *)base;

    switch (act.id) {
    case ACT_TOUCH:
        s->was_tried = false;
        pictures_touch(&s->pictures, act.arg);
        break;
    case ACT_LETTER:
        s->was_tried = false;
        letter(s, act.arg);
        break;
    case ACT_TURN:
        s->with_code = !s->with_code;
        s->was_tried = false;
        break;
    case ACT_OPEN:
        s->was_tried = true;
        return s->with_code ? visit_token_code(app->visit, s->code, err)
                            : visit_token_pictures(app->visit, s->pictures.pick, s->pictures.n, err);
    default:
        app_go(app, &scr_home);
    }
    return true;
}

static void back_visit(struct screen *base, struct app *app, enum visit_event event)
{
    struct scr_back *s = (struct scr_back *)base;

    if (event != VISIT_TOKEN) {
        return;
    }
    if (visit_token(app->visit)->is_kept) {
        app_go(app, &scr_keep);
        return;
    }
    s->n_tried++;
    pictures_clear(&s->pictures); /* a code with one wrong letter stays, to be put right */
}

const struct screen_class scr_back = {
    .name = "back",
    .size = sizeof(struct scr_back),
    .open = back_open,
    .build = back_build,
    .action = back_action,
    .visit = back_visit,
};
