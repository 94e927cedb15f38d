/* test_shape: boxes, pictures and icons on a canvas. */
#include "base/buf.h"
#include "base/fsio.h"
#include "kit/shape.h"
#include "kit/text.h"
#include "unit/test.h"

#include "base/banned.h"

enum { SIDE = 64, WHITE = 0xFFFFFF, RED = 0xC00000 };

static SDL_Surface *canvas_new(void)
{
    SDL_Surface *c = SDL_CreateRGBSurfaceWithFormat(0, SIDE, SIDE, 32, SDL_PIXELFORMAT_RGB888);

    CHECK(c);
    SDL_FillRect(c, NULL, WHITE);
    return c;
}

static uint32_t pixel(const SDL_Surface *c, int x, int y)
{
    uint32_t p;

    memcpy(&p, (const uint8_t *)c->pixels + y * c->pitch + 4 * x, sizeof p);
    return p & 0xFFFFFF;
}

static void all_red(SDL_Surface *c)
{
    shape_box(c, 0, 0, SIDE, SIDE, &(struct shape_style){.has_fill = true, .fill = RED});
}

TEST(shape, a_box_fills_its_rectangle_and_nothing_else)
{
    SDL_Surface *c = canvas_new();

    shape_box(c, 10, 20, 30, 10, &(struct shape_style){.has_fill = true, .fill = RED});
    CHECK_INT(pixel(c, 10, 20), RED);
    CHECK_INT(pixel(c, 39, 29), RED);
    CHECK_INT(pixel(c, 9, 20), WHITE);
    CHECK_INT(pixel(c, 40, 29), WHITE);
    CHECK_INT(pixel(c, 10, 30), WHITE);
    SDL_FreeSurface(c);
}

TEST(shape, boxes_scrolled_out_once_painted_over_the_top_bar)
{
    SDL_Surface *c = canvas_new();

    shape_begin(c);
    SDL_SetClipRect(c, &(SDL_Rect){0, 32, SIDE, 32}); /* the body, set after the batch began */
    all_red(c);
    SDL_SetClipRect(c, NULL);
    shape_box(c, 0, 0, 4, 4, &(struct shape_style){.has_fill = true, .fill = 0x00FF00});
    shape_end();
    CHECK_INT(pixel(c, 30, 31), WHITE);
    CHECK_INT(pixel(c, 30, 32), RED);
    CHECK_INT(pixel(c, 1, 1), 0x00FF00);
    SDL_FreeSurface(c);
}

TEST(shape, what_is_saved_as_PNG_is_read_back_as_a_picture)
{
    SDL_Surface *c = canvas_new();
    struct picture *p;
    struct buf png = {0};
    struct err err = {0};
    int w, h;

    all_red(c);
    CHECK(shape_save_png(c, test_path("red.png"), &err));
    CHECK(fsio_read(test_path("red.png"), 1 << 20, &png, &err));
    CHECK(picture_open(png.data, png.len, &p, &err));
    picture_size(p, &w, &h);
    CHECK(w == SIDE && h == SIDE);
    SDL_FillRect(c, NULL, WHITE);
    picture_draw(c, p, 0, 0, 32, 32);
    CHECK_INT(pixel(c, 16, 16), RED);
    CHECK_INT(pixel(c, 40, 40), WHITE);
    picture_close(p);
    CHECK(!picture_open(png.data, png.len / 2, &p, &err)); /* cut */
    CHECK(!picture_open("GIF89a", 6, &p, &err) && err.code == ERR_FORMAT);
    buf_release(&png);
    SDL_FreeSurface(c);
}

TEST(shape, an_icon_leaves_ink_and_points_the_other_way_in_right_to_left)
{
    struct err err = {0};
    SDL_Surface *c = canvas_new(), *mirrored = canvas_new();
    int n = 0, other = 0;

    CHECK(text_init(NULL, &err) && shape_init(NULL, &err));
    shape_icon(c, ICON_NEXT, 0, 0, SIDE, 0, false);
    shape_icon(mirrored, ICON_NEXT, 0, 0, SIDE, 0, true);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            n += pixel(c, x, y) != WHITE;
            other += pixel(c, x, y) != pixel(mirrored, x, y);
        }
    }
    CHECK(n > 50 && other > 50);
    CHECK_INT(shape_icon_named("store"), ICON_STORE);
    CHECK_INT(shape_icon_named("no such icon"), ICON_BOOK);
    shape_quit();
    CHECK(!shape_init("/no/such/icons.ttf", &err));
    CHECK_HAS(err.text, "icons.ttf");
    text_quit();
    SDL_FreeSurface(c);
    SDL_FreeSurface(mirrored);
}
