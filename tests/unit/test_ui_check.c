/* Layout of the sample screens on every panel, at every text size, in both directions of writing (A16, A18, A30, A36,
 * A80). */
#include "unit/test.h"
#include "unit/ui_fixture.h"

#include "base/banned.h"

static const struct {
    const char *name;
    void (*build)(struct ui *, const struct sample *);
} SCREENS[] = {
    {"home", sample_home},         {"question", sample_question}, {"lesson", sample_lesson},
    {"tool", sample_tool},         {"stick", sample_stick},       {"board", sample_board},
    {"pictures", sample_pictures}, {"dialog", sample_dialog},     {"typing", sample_typing},
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
