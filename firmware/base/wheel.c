/* wheel: angles and radii. */
#include "base/wheel.h"

#include "base/banned.h"

static const double PI = 3.14159265358979323846;
static const double GAP = 0.055;                  /* radians between groups */
static const double HOLE = 0.25, BETWEEN = 0.011; /* of the radius: the middle, and the space between rings */

void wheel_angles(const struct wheel *w, int i, double *from, double *to)
{
    double n_gaps = 0, before = 0.5, each;

    for (int k = 0; k < w->n; k++) {
        n_gaps += k == 0 || w->group[k] != w->group[k - 1];
        before += k > 0 && k <= i && w->group[k] != w->group[k - 1];
    }
    each = w->n ? (2 * PI - GAP * n_gaps) / w->n : 0;
    *from = GAP * before + each * i;
    *to = *from + each;
}

void wheel_radii(double r, int ring, double *inner, double *outer)
{
    double step = (1 - HOLE) / WHEEL_RINGS;

    *inner = r * (HOLE + ring * step + BETWEEN / 2);
    *outer = r * (HOLE + (ring + 1) * step - BETWEEN / 2);
}

double wheel_slack(double r, double outer)
{
    return BETWEEN * r / 2 / outer;
}
