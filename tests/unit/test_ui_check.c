/* Layout of the sample screens on every panel, at every text size, in both directions of writing (A16, A18, A30, A36,
 * A80). */
#include "kit/ui_priv.h"
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

static const struct {
    const char *name;
    void (*build)(struct ui *, const struct sample *);
} SCREENS[] = {
    {"home", sample_home},     {"question", sample_question}, {"lesson", sample_lesson},     {"tool", sample_tool},
    {"stick", sample_stick},   {"board", sample_board},       {"pictures", sample_pictures}, {"dialog", sample_dialog},
    {"typing", sample_typing}, {"long", sample_long},
};
static const int SIZES[] = {100, 125, 160, 200};

/* M2_SHOTS=folder keeps a picture of each, to be looked at. */
static void shoot(struct fixture *f, const char *screen, const char *panel)
{
    const char *dir = getenv("M2_SHOTS");
    char path[512];

    if (dir) {
        snprintf(path, sizeof path, "%s/%s-%s-%d%s.png", dir, screen, panel, f->frame.text_percent,
                 f->frame.is_rtl ? "-rtl" : "");
        CHECK(shape_save_png(f->canvas, path, NULL));
    }
}

static int check_all(struct fixture *f, const struct ui_panel *panel, bool is_rtl)
{
    int n = 0;

    for (size_t s = 0; s < M2_COUNT(SIZES); s++) {
        for (size_t i = 0; i < M2_COUNT(SCREENS); i++) {
            struct buf findings = {0};
            f->build = SCREENS[i].build;
            f->frame.text_percent = SIZES[s];
            f->frame.is_rtl = is_rtl;
            kit_settle(f);
            shoot(f, SCREENS[i].name, panel->name);
            int found = ui_check(f->ui, &findings);
            if (found) {
                print_message("%s %s %d%%%s\n%s", SCREENS[i].name, panel->name, SIZES[s], is_rtl ? " rtl" : "",
                              buf_text(&findings));
            }
            n += found;
            buf_release(&findings);
        }
    }
    return n;
}

static int check_panels(bool is_rtl)
{
    struct fixture f;
    int n = 0;

    kit_open(&f, sample_home);
    for (int p = 0; p < UI_PANELS; p++) {
        kit_panel(&f, &ui_panels[p]);
        n += check_all(&f, &ui_panels[p], is_rtl);
    }
    kit_close(&f);
    return n;
}

TEST(ui_check, sample_screens_are_sound_on_five_panels_at_four_text_sizes)
{
    CHECK_INT(check_panels(false), 0);
}

TEST(ui_check, every_theme_paints_every_screen_in_its_own_colours)
{
    struct fixture f;

    kit_open(&f, sample_home);
    for (int theme = 0; theme < THEME_N; theme++) {
        f.frame.theme = (enum theme_id)theme;
        for (size_t i = 0; i < M2_COUNT(SCREENS); i++) {
            char name[32];
            f.build = SCREENS[i].build;
            kit_settle(&f);
            kit_key(&f, SDLK_TAB, 0);
            snprintf(name, sizeof name, "theme%d", theme);
            shoot(&f, SCREENS[i].name, name);
            uint32_t paper = *(uint32_t *)f.canvas->pixels & 0xffffff;
            CHECK(SCREENS[i].build == sample_dialog || paper == theme_colour(f.frame.theme, COLOUR_PAPER));
        }
    }
    kit_close(&f);
}

TEST(ui_check, sample_screens_are_sound_mirrored_for_right_to_left)
{
    CHECK_INT(check_panels(true), 0);
}

static const struct ui_node *node_at(const struct fixture *f, const char *path)
{
    for (const struct ui_node *n = ui_root(f->ui); n; n = ui_next(n)) {
        if (!strcmp(n->path, path)) {
            return n;
        }
    }
    return NULL;
}

/* Mean difference in lightness, 0..255, between two pictures of the same place. */
static double grey_difference(const SDL_Surface *a, const SDL_Surface *b, struct ui_rect r)
{
    double sum = 0;

    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            size_t at = (size_t)y * (size_t)a->pitch / 4 + (size_t)x;
            double light[2];

            for (int i = 0; i < 2; i++) {
                uint32_t p = ((const uint32_t *)(i ? b : a)->pixels)[at];
                light[i] = 0.2126 * (p >> 16 & 255) + 0.7152 * (p >> 8 & 255) + 0.0722 * (p & 255);
            }
            sum += light[0] > light[1] ? light[0] - light[1] : light[1] - light[0];
        }
    }
    return sum / ((double)r.w * r.h);
}

TEST(ui_check, a_chosen_answer_is_seen_without_colours_A13)
{
    struct fixture f;

    kit_open(&f, sample_question);
    for (int theme = 0; theme < THEME_N; theme++) {
        f.frame.theme = (enum theme_id)theme;
        f.sample.picked = 0;
        kit_settle(&f);
        SDL_Surface *before = SDL_DuplicateSurface(f.canvas);
        struct ui_rect chosen = node_at(&f, "options/2")->rect, other = node_at(&f, "options/3")->rect;
        f.sample.picked = 2;
        kit_settle(&f);
        CHECK(grey_difference(before, f.canvas, chosen) > 4); /* outline, ground and badge */
        CHECK(grey_difference(before, f.canvas, other) == 0);
        SDL_FreeSurface(before);
    }
    kit_close(&f);
}

TEST(ui_check, capitals_are_3_mm_at_100_percent_and_6_at_200_A14_A15)
{
    static const struct {
        int percent;
        double mm;
    } sizes[] = {{100, 3.0}, {125, 3.75}, {160, 4.8}, {200, 6.1}};
    struct fixture f;

    kit_open(&f, sample_question);
    for (int p = 0; p < UI_PANELS; p++) {
        for (size_t i = 0; i < M2_COUNT(sizes); i++) {
            f.frame.text_percent = sizes[i].percent;
            kit_panel(&f, &ui_panels[p]);
            kit_build(&f);
            double px = type_px(f.ui, UI_BODY);
            CHECK(ui_px_mm(f.ui, 1000) * px / 1000 * 0.714 >= sizes[i].mm - 0.05);
        }
    }
    kit_close(&f);
}

TEST(ui_check, lines_of_a_lesson_are_one_and_a_half_high_A17)
{
    struct fixture f;
    int n = 0;

    kit_open(&f, sample_lesson);
    for (const struct ui_node *at = ui_root(f.ui); at; at = ui_next(at)) {
        if (at->kind == UI_K_TEXT && at->is_prose && at->type == UI_BODY) {
            CHECK(type_style(f.ui, at).leading >= 1.5);
            n++;
        }
    }
    CHECK(n > 0);
    kit_close(&f);
}
