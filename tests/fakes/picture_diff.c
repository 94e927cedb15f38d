/* picture_diff A.png B.png: prints how many of 10,000 pixels differ by more than LEVELS in any colour; 10000 where the
 * sizes differ. For pictures that are compared with tolerance: letters may move by a breath between font versions. */
#include <cairo.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/banned.h"

enum { LEVELS = 48 };

static cairo_surface_t *open_png(const char *path)
{
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);

    if (cairo_surface_status(s) != CAIRO_STATUS_SUCCESS) {
        fprintf(stderr, "picture_diff: cannot read '%s': %s\n", path, cairo_status_to_string(cairo_surface_status(s)));
        exit(1);
    }
    return s;
}

static int differs(uint32_t a, uint32_t b)
{
    for (int shift = 0; shift < 24; shift += 8) {
        int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);

        if (d > LEVELS || d < -LEVELS) {
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: picture_diff A.png B.png\n");
        return 1;
    }
    cairo_surface_t *a = open_png(argv[1]), *b = open_png(argv[2]);
    int w = cairo_image_surface_get_width(a), h = cairo_image_surface_get_height(a);
    int64_t n = 0;

    if (w != cairo_image_surface_get_width(b) || h != cairo_image_surface_get_height(b)) {
        printf("10000\n");
    } else {
        for (int y = 0; y < h; y++) {
            const uint32_t *p = (const uint32_t *)(cairo_image_surface_get_data(a) +
                                                   (size_t)y * (size_t)cairo_image_surface_get_stride(a));
            const uint32_t *q = (const uint32_t *)(cairo_image_surface_get_data(b) +
                                                   (size_t)y * (size_t)cairo_image_surface_get_stride(b));

            for (int x = 0; x < w; x++) {
                n += differs(p[x], q[x]);
            }
        }
        printf("%lld\n", (long long)((n * 10000 + (int64_t)w * h - 1) / ((int64_t)w * h)));
    }
    cairo_surface_destroy(a);
    cairo_surface_destroy(b);
    return 0;
}
