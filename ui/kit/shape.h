/* shape: rectangles, circles, lines and arcs by cairo on the canvas's own pixels, icons as glyphs of Material Design
 * Icons, pictures from PNG by cairo. The canvas is one 32-bit XRGB surface. Everything is clipped by the surface's clip
 * rectangle. Main thread only. */
#ifndef M2_KIT_SHAPE_H
#define M2_KIT_SHAPE_H

#include "base/err.h"
#include <SDL2/SDL.h>
#include <stdint.h>

enum { SHAPE_PICTURE_SIDE_MAX = 4096, SHAPE_PICTURE_BYTES_MAX = 4 * 1024 * 1024 };

enum icon {
    ICON_NONE,
    ICON_BACK,
    ICON_NEXT,
    ICON_UP,
    ICON_DOWN,
    ICON_CHEVRON,
    ICON_CLOCK,
    ICON_DONE,
    ICON_DELETE,
    ICON_WARNING,
    ICON_INFO,
    ICON_TICKED,
    ICON_UNTICKED,
    ICON_HOME,
    ICON_LANGUAGE,
    ICON_SPEAK,
    ICON_SILENT,
    ICON_TEXT_SIZE,
    ICON_CONTRAST,
    ICON_FINISH,
    ICON_COMPASS,
    ICON_LEARN,
    ICON_TOOLS,
    ICON_BOARD,
    ICON_CARD,
    ICON_USB,
    ICON_DOWNLOAD,
    ICON_UPLOAD,
    ICON_RECEIPT,
    ICON_PENDING,
    ICON_STAFF,
    ICON_STORE,
    ICON_SHIELD,
    ICON_CHART,
    ICON_PEOPLE,
    ICON_MONEY,
    ICON_CART,
    ICON_BULB,
    ICON_HAMMER,
    ICON_CHAT,
    ICON_PENCIL,
    ICON_PUZZLE,
    ICON_SEARCH,
    ICON_ROCKET,
    ICON_BOOK,
    ICON_BOOK_OPEN,
    ICON_CAMERA,
    ICON_PHONE,
    ICON_STEPS,
    ICON_HELP,
    ICON_PLAY,
    ICON_PAUSE,
    ICON_LOCK,
    ICON_STOP,
    ICON_DISK,
    ICON_TAG,
    ICON_SCALE,
    ICON_FACTORY,
    ICON_FOLDER,
    ICON_FILE,
    ICON_PERSON,
    ICON_WRENCH,
    ICON_CAKE,
    ICON_OTHER,
    /* the village board */
    ICON_ADD,
    ICON_CALENDAR,
    ICON_LAPTOP,
    ICON_FRIDGE,
    ICON_PACKAGE,
    ICON_KITCHEN,
    ICON_CAR,
    ICON_SCREWDRIVER,
    ICON_SHOPPING,
    ICON_POT,
    /* the forty pictures that bring a visitor back (ui/screens/pictures.c) */
    ICON_PICTURE_KEY,
    ICON_PICTURE_CAT,
    ICON_PICTURE_TREE,
    ICON_PICTURE_BICYCLE,
    ICON_PICTURE_BOAT,
    ICON_PICTURE_FISH,
    ICON_PICTURE_BELL,
    ICON_PICTURE_UMBRELLA,
    ICON_PICTURE_SCISSORS,
    ICON_PICTURE_APPLE,
    ICON_PICTURE_STAR,
    ICON_PICTURE_MOON,
    ICON_PICTURE_SUN,
    ICON_PICTURE_CLOUD,
    ICON_PICTURE_FIRE,
    ICON_PICTURE_FLOWER,
    ICON_PICTURE_HEART,
    ICON_PICTURE_CROWN,
    ICON_PICTURE_LEAF,
    ICON_PICTURE_CARROT,
    ICON_PICTURE_COW,
    ICON_PICTURE_BALL,
    ICON_PICTURE_DUCK,
    ICON_PICTURE_OWL,
    ICON_PICTURE_CASTLE,
    ICON_PICTURE_BED,
    ICON_PICTURE_TRAIN,
    ICON_PICTURE_TRUCK,
    ICON_PICTURE_PLANE,
    ICON_PICTURE_ANCHOR,
    ICON_PICTURE_CUP,
    ICON_PICTURE_GLASSES,
    ICON_PICTURE_SHIRT,
    ICON_PICTURE_VIOLIN,
    ICON_PICTURE_CANDLE,
    ICON_PICTURE_WATCH,
    ICON_PICTURE_BASKET,
    ICON_PICTURE_BROOM,
    ICON_PICTURE_GIFT,
    ICON_PICTURE_PIZZA,
    ICON_FLAG,
    ICON_HERE,
    ICON_GRID,
    ICON_QR,
    ICON_N
};

M2_MUST_CHECK bool shape_init(const char *icon_font, struct err *err); /* NULL = where Debian puts it */
void shape_quit(void);
/* A name as content writes it ("store", "shield-half-full"); ICON_BOOK where it is not in the table. */
enum icon shape_icon_named(const char *mdi_name);

struct shape_style {
    bool has_fill, has_line, is_dashed;
    uint32_t fill, line;
    double line_px; /* the outline lies inside the box */
    double radius_px;
};
void shape_box(SDL_Surface *canvas, int x, int y, int w, int h, const struct shape_style *style);
void shape_circle(SDL_Surface *canvas, double cx, double cy, double r, const struct shape_style *style);
void shape_line(SDL_Surface *canvas, double x1, double y1, double x2, double y2, double px, uint32_t colour);
/* A piece of a ring between radii r0 < r1 and angles a0 < a1 (radians, clockwise from the top). */
void shape_ring(SDL_Surface *canvas, double cx, double cy, double r0, double r1, double a0, double a1, uint32_t colour,
                double alpha);
/* Many shapes in a row: begin once, then the calls above and below reuse one cairo context. May be nested. */
void shape_begin(SDL_Surface *canvas);
void shape_end(void);
/* Drawn in a square of px, mirrored for right-to-left where it points (back, next, chevron). */
void shape_icon(SDL_Surface *canvas, enum icon icon, int x, int y, int px, uint32_t colour, bool is_rtl);

struct picture; /* decoded */
M2_MUST_CHECK bool picture_open(const void *png, size_t n, struct picture **out,
                                struct err *err); /* ERR_FORMAT, ERR_LIMIT */
void picture_size(const struct picture *p, int *w, int *h);
void picture_draw(SDL_Surface *canvas, struct picture *p, int x, int y, int w, int h);
void picture_close(struct picture *p);
/* The canvas as a PNG file, for the driver. */
M2_MUST_CHECK bool shape_save_png(SDL_Surface *canvas, const char *path, struct err *err);

#endif
