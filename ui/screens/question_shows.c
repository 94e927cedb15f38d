/* question_shows: the visitor does the thing: she touches the line, the file, the photograph. */
#include "screens/question_shows.h"
#include "kit/shape.h"
#include "tr.h"
#include <string.h>

#include "base/banned.h"

struct thing {
    const char *shows;
    enum icon icon, of_answers;
    bool is_beside; /* one under the other, as one thing */
};

static const struct thing things[] = {
    {"message", ICON_CHAT, ICON_NONE, true},   {"files", ICON_FOLDER, ICON_FILE, false},
    {"statement", ICON_BOOK, ICON_NONE, true}, {"post", ICON_BOARD, ICON_PEOPLE, false},
    {"photos", ICON_CAMERA, ICON_NONE, false}, {"steps", ICON_STEPS, ICON_NONE, false},
};

/* NULL: a list. */
static const struct thing *thing_of(const struct visit_question *q)
{
    for (size_t i = 0; !q->is_scale && i < M2_COUNT(things); i++) {
        if (!strcmp(q->shows, things[i].shows)) {
            return &things[i];
        }
    }
    return NULL;
}

static const char *name_of(const struct thing *t)
{
    if (t->is_beside) {
        return tr("Touch the line");
    }
    if (!strcmp(t->shows, "files")) {
        return tr("Touch the file");
    }
    if (!strcmp(t->shows, "post")) {
        return tr("Choose who");
    }
    return !strcmp(t->shows, "photos") ? tr("Touch the picture") : tr("Which step is next?");
}

bool question_is_thing(const struct visit_question *q)
{
    return thing_of(q) != NULL;
}

bool question_is_beside(const struct visit_question *q)
{
    const struct thing *t = thing_of(q);

    return t && t->is_beside;
}

void question_above(const struct visit_question *q, struct ui *ui)
{
    struct arena *a = ui_arena(ui);

    if (q->n_taken) {
        ui_open(ui, K("taken"), UI_LIST, tr("Your steps so far"),
                (struct ui_box){.flow = UI_COLUMN, .surface = UI_TINT, .gap_dp = 4, .pad_dp = 16});
        for (int i = 0; i < q->n_taken; i++) {
            ui_text(ui, KI(i), UI_BODY,
                    tr_fmt(a, "{n}. {step}", "n", tr_number(a, i + 1), "step",
                           q->taken[i] ? q->taken[i] : tr("I am not sure yet"), NULL),
                    0);
        }
        ui_end(ui);
    }
}

/* "3 May · flour · 42.00": a date, what for, an amount; without a date the last one is the amount. */
static void split_line(const char *text, struct arena *a, struct ui_look *look)
{
    static const char between[] = " · ";
    const size_t n = sizeof between - 1;
    const char *first = strstr(text, between), *last = first, *from = text;

    for (const char *at = first; at && (at = strstr(at + n, between)) != NULL;) {
        last = at;
    }
    if (!first) {
        return;
    }
    if (last != first) {
        look->before = arena_strn(a, text, (size_t)(first - text));
        from = first + n;
    }
    look->text = arena_strn(a, from, (size_t)(last - from));
    look->end = last + n;
}

/* A file's name, which may go on in the next line behind a mark (a zero-width space says so); seen, not spoken. */
static const char *breakable(const char *name, struct arena *a)
{
    char *out = arena_alloc(a, 4 * strlen(name) + 1);
    size_t n = 0;

    for (const char *p = name; *p; p++) {
        out[n++] = *p;
        if (strchr("_-.", *p)) {
            memcpy(out + n, "\u200b", 3);
            n += 3;
        }
    }
    out[n] = '\0';
    return out;
}

static void answer(const struct thing *t, const struct visit_question *q, int i, unsigned flags, struct ui_act act,
                   struct ui *ui)
{
    struct ui_look look = {.icon = t->of_answers};

    if (!strcmp(t->shows, "files")) {
        look.text = breakable(q->option[i], ui_arena(ui));
    }
    if (!strcmp(t->shows, "statement")) {
        split_line(q->option[i], ui_arena(ui), &look);
    }
    if (q->picture[i][0]) {
        look.picture = arena_fmt(ui_arena(ui), "item/%s", q->picture[i]);
    }
    ui_radio_as(ui, KI(i), q->option[i], &look, flags, act);
}

void question_thing(const struct visit_question *q, int picked, unsigned off, int pick, struct ui *ui)
{
    const struct thing *t = thing_of(q);

    ui_open(ui, K("thing"), UI_PLAIN, NULL,
            (struct ui_box){.surface = UI_CARD, .flow = UI_COLUMN, .gap_dp = 10, .pad_dp = 10});
    ui_label(ui, K("about"), t->icon, name_of(t), AREA_NONE);
    ui_open(ui, K("parts"), UI_PLAIN, NULL,
            (struct ui_box){.flow = UI_GRID, .columns = t->is_beside ? 1 : 2, .min_column_dp = 440, .gap_dp = 14});
    for (int i = 0; i < q->n_options; i++) {
        answer(t, q, i, off | (picked == i ? UI_ON : 0), ACT_ARG(pick, i), ui);
    }
    ui_end(ui);
    ui_end(ui);
}
