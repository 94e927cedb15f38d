/* wheel: the geometry of the matrix wheel, for the screen and for paper: spokes clockwise from the top, groups of them
 * set apart by a gap, eight rings around a hole. */
#ifndef M2_BASE_WHEEL_H
#define M2_BASE_WHEEL_H

enum { WHEEL_SPOKES_MAX = 40, WHEEL_RINGS = 8 };

struct wheel {
    int n;
    int group[WHEEL_SPOKES_MAX]; /* spokes of a group stand together */
};

/* Of spoke i, radians clockwise from the top. */
void wheel_angles(const struct wheel *w, int i, double *from, double *to);
/* Of a ring, from 0, in a wheel of radius r. */
void wheel_radii(double r, int ring, double *inner, double *outer);
/* Half the space beside a cell of this outer radius, radians: as wide as the space between rings. */
double wheel_slack(double r, double outer);

#endif
