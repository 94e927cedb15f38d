/* scr_lesson: the pages of a lesson: outcomes first, then one idea a page; the questions follow. */
#include "app.h"
#include "base/clock.h"
#include "kit/shape.h"
#include "tr.h"

#include "base/banned.h"

enum { ACT_NEXT = 1, ACT_BACK };

struct scr_lesson {
    struct screen base;
    int page; /* 0 = outcomes; then the lesson's pages */
};

static bool lesson_open(struct screen *base, struct app *app, struct err *err)
{
    struct scr_lesson *s = (struct scr_lesson *)base;

    (void)err;
    s->page = visit_lesson_last_page(app->visit) + 1;
    return true;
}

static const struct ui_box BESIDE = {.flow = UI_ROW, .min_column_dp = 400, .gap_dp = 24};
static const struct ui_box WORDS = {.flow = UI_COLUMN, .grow = 5}, PICTURE = {.flow = UI_COLUMN, .grow = 3};

static const char *first_picture(const struct visit_lesson *l)
{
    for (int p = 0; p < l->n_pages; p++) {
        for (int b = 0; b < l->pages[p].n_blocks; b++) {
            if (l->pages[p].blocks[b].kind == LESSON_IMAGE) {
                return l->pages[p].blocks[b].image;
            }
        }
    }
    return NULL;
}

/* What one will be able to do; beside it, where there is room, what the lesson is about, as decoration. */
static void outcomes(const struct visit_lesson *l, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    const char *picture = ui_is_wide(ui, 900) ? first_picture(l) : NULL;

    ui_open(ui, K("beside"), UI_PLAIN, NULL, BESIDE);
    ui_open(ui, K("words"), UI_PLAIN, NULL, WORDS);
    ui_heading(ui, K("able"), UI_HEAD, tr("You will be able to"));
    ui_open(ui, K("outcomes"), UI_LIST, tr("You will be able to"), (struct ui_box){.flow = UI_COLUMN});
    for (int i = 0; i < l->about->n_outcomes; i++) {
        ui_item(ui, KI(i), ICON_DONE, l->about->outcomes[i], NULL, -1, theme_area_of(l->module->area), 0);
    }
    ui_end(ui);
    ui_text(ui, K("minutes"), UI_SMALL,
            tr_fmt(a, tr("About {n} minutes. Level EQF {eqf}, declared by the provider."), "n",
                   tr_number(a, l->about->minutes), "eqf", tr_number(a, l->about->eqf), NULL),
            UI_SOFT);
    ui_end(ui);
    if (picture) {
        ui_open(ui, K("picture"), UI_PLAIN, NULL, PICTURE);
        ui_image(ui, K("decoration"), picture, "", 420);
        ui_end(ui);
    }
    ui_end(ui);
}

/* A page with a picture: words and picture side by side where there is room, else below each other. */
static void page(const struct visit_lesson *l, const struct lesson_page *p, struct ui *ui)
{
    struct arena *a = ui_arena(ui);
    struct lesson_page words = {.blocks = arena_alloc(a, (size_t)p->n_blocks * sizeof *p->blocks)};
    const struct lesson_block *picture = NULL;

    for (int i = 0; i < p->n_blocks; i++) {
        if (p->blocks[i].kind == LESSON_IMAGE && !picture) {
            picture = &p->blocks[i];
        } else {
            words.blocks[words.n_blocks++] = p->blocks[i];
        }
    }
    ui_open(ui, K("beside"), UI_PLAIN, NULL, BESIDE);
    ui_open(ui, K("words"), UI_PLAIN, NULL, WORDS);
    ui_prose(ui, K("text"), &words, l->about->id);
    ui_end(ui);
    if (picture) {
        ui_open(ui, K("picture"), UI_PLAIN, NULL, PICTURE);
        ui_image(ui, K("image"), picture->image, picture->alt, 420);
        ui_end(ui);
    }
    ui_end(ui);
}

static void lesson_build(const struct screen *base, const struct app *app, struct ui *ui)
{
    const struct scr_lesson *s = (const struct scr_lesson *)base;
    const struct visit_lesson *l = visit_lesson(app->visit);
    struct arena *a = ui_arena(ui);

    ui_screen(ui, K("lesson"), l ? l->about->title : tr("Lesson"));
    ui_back(ui, ACT(ACT_BACK));
    if (!l) {
        ui_status(ui, K("opening"), tr("Opening the lesson…"));
    } else {
        int n = l->n_pages + 1;

        ui_page(ui, tr_fmt(a, "{id} {n}", "id", l->about->id, "n", tr_number(a, s->page), NULL));
        ui_context(ui, ICON_BOOK_OPEN,
                   tr_fmt(a, tr("Lesson {n} of {total} · {min} min"), "n", tr_number(a, l->position), "total",
                          tr_number(a, l->module->n_lessons), "min", tr_number(a, l->about->minutes), NULL));
        ui_open(
            ui, K("page"), UI_GROUP, l->about->title,
            (struct ui_box){.flow = UI_COLUMN, .surface = UI_CARD, .area = theme_area_of(l->module->area), .grow = 1});
        if (s->page == 0) {
            outcomes(l, ui);
        } else {
            page(l, &l->pages[s->page - 1], ui);
        }
        ui_space(ui, 1);
        ui_steps(ui, K("dots"),
                 tr_fmt(a, tr("Page {n} of {total}"), "n", tr_number(a, s->page + 1), "total", tr_number(a, n), NULL),
                 s->page, n);
        ui_end(ui);
        ui_main(ui, K("next"), s->page < l->n_pages ? tr("Next") : tr("To the questions"), ICON_NEXT, 0, ACT(ACT_NEXT));
    }
    app_dialogs(app, ui);
    ui_end(ui);
}

static bool lesson_action(struct screen *base, struct app *app, struct ui_act act, struct err *err)
{
    struct scr_lesson *s = (struct scr_lesson *)base;
    const struct visit_lesson *l = visit_lesson(app->visit);

    switch (act.id) {
    case ACT_NEXT:
        if (!l) {
            break;
        }
        if (s->page == l->n_pages) {
            app_go(app, &scr_quiz);
            return true;
        }
        return visit_lesson_page(app->visit, s->page++, err);
    case ACT_BACK: /* a page back, from the first one to the modules */
        if (s->page == 0) {
            app_go(app, &scr_modules);
            return true;
        }
        s->page--;
        break;
    }
    return true;
}

static void lesson_visit(struct screen *base, struct app *app, enum visit_event event)
{
    const struct visit_lesson *l = visit_lesson(app->visit);
    struct scr_lesson *s = (struct scr_lesson *)base;

    if (event == VISIT_LESSON_READY && l && s->page > l->n_pages) {
        s->page = l->n_pages;
    }
}

const struct screen_class scr_lesson = {
    .name = "lesson",
    .is_come_back = true,
    .size = sizeof(struct scr_lesson),
    .open = lesson_open,
    .build = lesson_build,
    .action = lesson_action,
    .visit = lesson_visit,
};
