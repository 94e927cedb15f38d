/* demo: a data folder for whoever starts the station without one: made by the `micro2` program beside ours, from the
 * content of this source tree, once, in the user's data folder. */
#ifndef M2_DEMO_H
#define M2_DEMO_H

#include "base/err.h"

/* Path of the folder; says on stderr that it was found or made. */
M2_MUST_CHECK bool demo_folder(char *out, size_t cap, struct err *err);

#endif
