/* The display of a card, on a libdrm of files: which one, its mode, both buffers, away and back, each failure. */
#include "base/clock.h"
#include "fakes/drm.h"
#include "panel/kms.h"
#include "unit/test.h"
#include <drm_mode.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

enum { W = 1280, H = 800 };

static uint32_t picture[H][W];

static void card(const char *name)
{
    int fd = open(test_path(name), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(fd >= 0);
    close(fd);
}

static struct kms *open_one(void)
{
    struct kms *k;
    struct err err = {0};

    drm_reset();
    card("card0");
    CHECK(kms_open(test_dir(), &k, &err));
    return k;
}

static struct kms *open_lit(void)
{
    struct kms *k = open_one();
    struct err err = {0};

    CHECK(kms_light(k, 0, 0, &err));
    return k;
}

static void close_all(struct kms *k)
{
    kms_close(k);
    CHECK_INT(drm.n_buffers, 0);
    CHECK_INT(drm.n_handles, 0);
    CHECK_INT(drm.n_objects, 0);
}

static void paint(uint32_t seed)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            picture[y][x] = seed + (uint32_t)(y * W + x);
        }
    }
}

static void show(struct kms *k, uint32_t seed)
{
    struct err err = {0};

    paint(seed);
    CHECK(kms_show(k, picture, W * 4, &err));
}

static bool is_shown(uint32_t seed)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            if (drm_pixel(drm.shown, x, y) != seed + (uint32_t)(y * W + x)) {
                return false;
            }
        }
    }
    return true;
}

/* --- the card */

TEST(kms, no_card_is_said_with_what_to_do)
{
    struct kms *k = NULL;
    struct err err = {0};

    drm_reset();
    unlink(test_path("card0"));
    CHECK(!kms_open(test_dir(), &k, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "there is no graphics card; load its driver");
    CHECK(k == NULL);
}

TEST(kms, what_stands_in_the_way_of_a_card_is_named)
{
    struct kms *k;
    struct err err = {0};

    drm_reset();
    card("card0");
    drm.is_taken = true;
    CHECK(!kms_open(test_dir(), &k, &err));
    CHECK_INT(err.code, ERR_BUSY);
    CHECK_HAS(err.text, "card0': another program shows on the screen");
    drm.is_taken = false;
    drm.has_no_dumb = true;
    CHECK(!kms_open(test_dir(), &k, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK_HAS(err.text, "another driver is needed");
    drm.has_no_dumb = false;
    if (geteuid() != 0) { /* root may everything */
        CHECK(chmod(test_path("card0"), 0) == 0);
        CHECK(!kms_open(test_dir(), &k, &err));
        CHECK_INT(err.code, ERR_USAGE);
        CHECK_HAS(err.text, "no permission; put the user into the group video");
        CHECK(chmod(test_path("card0"), 0600) == 0);
    }
    CHECK_INT(drm.n_objects, 0);
}

TEST(kms, a_card_that_only_computes_is_passed_by)
{
    struct kms *k;
    struct err err = {0};

    drm_reset();
    card("card0");
    card("card1");
    drm.n_computing = 1;
    CHECK(kms_open(test_dir(), &k, &err));
    CHECK_HAS(kms_card(k), "/card1");
    close_all(k);
    drm.n_computing = 2;
    CHECK(!kms_open(test_dir(), &k, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "/card1': this card has no connector for a display");
    unlink(test_path("card1"));
}

/* --- display and mode */

TEST(kms, the_mode_is_the_asked_one_else_the_displays_own)
{
    static const struct {
        struct fake_mode modes[DRM_MODES];
        int n, w, h, expected;
        const char *why;
    } rows[] = {
        {{{800, 600, 0, 0}, {1280, 800, DRM_MODE_TYPE_PREFERRED, 0}}, 2, 0, 0, 1280, "the preferred one"},
        {{{800, 600, 0, 0}, {1280, 800, DRM_MODE_TYPE_PREFERRED, 0}}, 2, 800, 600, 800, "the asked one"},
        {{{800, 600, 0, 0}, {1280, 800, DRM_MODE_TYPE_PREFERRED, 0}}, 2, 640, 480, 1280, "asked, but not there"},
        {{{800, 600, 0, 0}, {1280, 800, 0, 0}}, 2, 0, 0, 800, "none preferred: the first"},
        {{{1920, 1080, 0, DRM_MODE_FLAG_INTERLACE}, {1280, 800, 0, 0}}, 2, 0, 0, 1280, "no half pictures"},
        {{{1920, 1080, DRM_MODE_TYPE_PREFERRED, DRM_MODE_FLAG_INTERLACE}, {1280, 800, 0, 0}},
         2,
         0,
         0,
         1920,
         "unless they are its own"},
    };

    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        struct kms *k = open_one();
        struct err err = {0};

        memcpy(drm.connectors[0].modes, rows[i].modes, sizeof rows[i].modes);
        drm.connectors[0].n_modes = rows[i].n;
        CHECK(kms_light(k, rows[i].w, rows[i].h, &err));
        if (drm.shown_w != rows[i].expected) {
            fail_msg("%s: %d instead of %d", rows[i].why, drm.shown_w, rows[i].expected);
        }
        CHECK_INT(kms_display(k).w_px, rows[i].expected);
        CHECK_INT(kms_display(k).w_mm, 217);
        close_all(k);
    }
}

TEST(kms, a_built_in_display_comes_first_and_a_lit_one_stays)
{
    struct kms *k = open_one();
    struct err err = {0};

    drm.n_connectors = 3;
    drm.connectors[1] = drm.connectors[2] = drm.connectors[0];
    drm.connectors[1].is_connected = false;
    drm.connectors[2].type = DRM_MODE_CONNECTOR_DSI;
    drm.connectors[2].is_connected = false;
    CHECK(kms_light(k, 0, 0, &err));
    CHECK_INT(drm.shown_on, 0);
    drm.connectors[2].is_connected = true;
    CHECK(kms_light(k, 0, 0, &err));
    CHECK_INT(drm.shown_on, 0);
    drm.connectors[0].is_connected = false;
    CHECK(kms_light(k, 0, 0, &err));
    CHECK_INT(drm.shown_on, 2);
    drm.connectors[0].is_connected = true;
    CHECK(kms_light(k, 0, 0, &err));
    CHECK_INT(drm.shown_on, 2);
    kms_close(k);
    k = open_one();
    drm.n_connectors = 2;
    drm.connectors[1] = drm.connectors[0];
    drm.connectors[1].type = DRM_MODE_CONNECTOR_DSI;
    CHECK(kms_light(k, 0, 0, &err));
    CHECK_INT(drm.shown_on, 1);
    close_all(k);
}

/* --- pictures */

TEST(kms, every_pixel_ends_in_both_buffers)
{
    struct kms *k = open_lit();
    uint32_t first;

    show(k, 1000);
    first = drm.shown;
    CHECK(is_shown(1000));
    CHECK(!kms_news(k)); /* the flip is done, nothing was left out */
    show(k, 77);
    CHECK(drm.shown != first);
    CHECK(is_shown(77));
    CHECK(!kms_news(k));
    show(k, 5);
    CHECK_INT(drm.shown, first);
    CHECK(is_shown(5));
    CHECK_INT(drm.n_flips, 3);
    CHECK_INT(drm.n_sets, 1);
    close_all(k);
}

TEST(kms, what_comes_during_a_flip_is_shown_after_it_and_not_before)
{
    struct kms *k = open_lit();

    show(k, 1);
    show(k, 2);
    show(k, 3);
    CHECK_INT(drm.n_flips, 1);
    CHECK(is_shown(1));
    CHECK(kms_news(k));
    show(k, 3);
    CHECK(is_shown(3));
    CHECK(!kms_news(k));
    CHECK(!kms_news(k));
    close_all(k);
}

TEST(kms, a_flip_that_is_never_told_of_does_not_freeze_the_screen)
{
    struct kms *k;

    clock_go_virtual();
    k = open_lit();
    show(k, 1);
    drm.is_flip_told = false;
    clock_advance(KMS_FLIP_LOST_MS - 1);
    show(k, 2);
    CHECK(is_shown(1));
    clock_advance(1);
    show(k, 3);
    CHECK(is_shown(3));
    close_all(k);
}

TEST(kms, a_driver_that_does_not_flip_is_set_instead)
{
    struct kms *k = open_lit();

    drm.fails = "PageFlip";
    show(k, 1);
    CHECK(is_shown(1));
    show(k, 2);
    CHECK(is_shown(2));
    CHECK_INT(drm.n_sets, 3);
    close_all(k);
}

/* --- away and back */

TEST(kms, a_display_that_goes_leaves_it_dark_until_one_comes)
{
    struct kms *k = open_lit();
    struct err err = {0};

    show(k, 1);
    drm.connectors[0].is_connected = false;
    CHECK(!kms_light(k, W, H, &err));
    CHECK_INT(err.code, ERR_NOT_FOUND);
    CHECK_HAS(err.text, "no display is connected");
    CHECK(!kms_display(k).is_lit);
    show(k, 2); /* into nothing */
    CHECK(is_shown(1));
    drm.connectors[0].is_connected = true;
    CHECK(kms_light(k, W, H, &err)); /* also in the middle of a flip */
    show(k, 3);
    CHECK(is_shown(3));
    close_all(k);
}

TEST(kms, a_display_of_another_size_gets_buffers_of_its_own)
{
    struct kms *k = open_lit();
    struct err err = {0};

    show(k, 1);
    drm.connectors[0].modes[1].w = 1024;
    drm.connectors[0].modes[1].h = 600;
    CHECK(kms_light(k, W, H, &err));
    CHECK_INT(kms_display(k).w_px, 1024);
    CHECK_INT(kms_display(k).h_px, 600);
    CHECK_INT(drm.n_buffers, 2);
    CHECK_INT(drm.n_handles, 2);
    paint(9);
    CHECK(kms_show(k, picture, W * 4, &err));
    CHECK_INT(drm_pixel(drm.shown, 1023, 599), 9 + 599 * W + 1023);
    close_all(k);
}

TEST(kms, a_picture_the_display_does_not_take_makes_it_dark)
{
    struct kms *k = open_lit();
    struct err err = {0};

    drm.connectors[0].n_modes = 0;
    CHECK(!kms_light(k, 0, 0, &err)); /* connected, but nothing it can show */
    CHECK_INT(err.code, ERR_NOT_FOUND);
    drm.connectors[0].n_modes = 2;
    CHECK(kms_light(k, 0, 0, &err));
    drm.refuses_all = true;
    CHECK(!kms_show(k, picture, W * 4, &err));
    CHECK_INT(err.code, ERR_IO);
    CHECK_HAS(err.text, "cannot show on the display: ");
    CHECK(!kms_display(k).is_lit);
    drm.refuses_all = false;
    CHECK(kms_light(k, W, H, &err));
    show(k, 6);
    CHECK(is_shown(6));
    close_all(k);
}

TEST(kms, what_was_shown_before_is_shown_again_at_the_end)
{
    struct kms *k = open_lit();

    show(k, 1);
    CHECK(drm.shown != DRM_CONSOLE_FB);
    close_all(k);
    CHECK_INT(drm.shown, DRM_CONSOLE_FB);
    CHECK_INT(drm.shown_w, DRM_CONSOLE_W);
    kms_close(NULL);
}

/* --- failures */

TEST(kms, each_call_that_fails_has_its_error_and_leaves_nothing)
{
    static const struct {
        const char *call;
        int skip;
        const char *text;
    } rows[] = {
        {"GetResources", 0, "cannot ask the card for its displays: "},
        {"GetEncoder", 0, "the card cannot drive this display"},
        {"CreateDumbBuffer", 0, "no memory for a screen of 1280x800: "},
        {"CreateDumbBuffer", 1, "no memory for a screen of 1280x800: "},
        {"AddFB", 0, "no memory for a screen of 1280x800: "},
        {"AddFB", 1, "no memory for a screen of 1280x800: "},
        {"MapDumbBuffer", 0, "no memory for a screen of 1280x800: "},
        {"MapDumbBuffer", 1, "no memory for a screen of 1280x800: "},
        {"SetCrtc", 0, "cannot set the mode 1280x800: "},
    };

    for (size_t i = 0; i < M2_COUNT(rows); i++) {
        struct kms *k = open_one();
        struct err err = {0};

        drm.fails = rows[i].call;
        drm.skip = rows[i].skip;
        CHECK(!kms_light(k, 0, 0, &err));
        CHECK_HAS(err.text, rows[i].text);
        CHECK_HAS(err.text, "/card0'");
        CHECK(!kms_display(k).is_lit);
        CHECK_INT(drm.n_buffers, 0);
        CHECK_INT(drm.n_handles, 0);
        drm.fails = NULL;
        CHECK(kms_light(k, 0, 0, &err));
        show(k, 4);
        CHECK(is_shown(4));
        close_all(k);
    }
}

TEST(kms, a_failure_while_it_is_lit_keeps_the_buffers_for_the_next_time)
{
    struct kms *k = open_lit();
    struct err err = {0};

    show(k, 1);
    drm.fails = "SetCrtc";
    CHECK(!kms_light(k, W, H, &err));
    CHECK(!kms_display(k).is_lit);
    drm.fails = NULL;
    CHECK(kms_light(k, W, H, &err));
    CHECK(is_shown(1));
    CHECK_INT(drm.n_buffers, 2);
    close_all(k);
}
